#!/usr/bin/perl

# Subrequests are transfers of their own.

use strict;
use warnings;

use FindBin;
use JSON::PP;
use Test::More;

use lib "$FindBin::Bin/lib";
use Export::Test;


my $t = Export::Test->new->has('http_auth_request', 'http_slice',
                               'http_addition');

$t->write('page.html', 'static');
$t->write('ssi.html', 'a<!--#include virtual="/inner" -->'
    . 'b<!--#include virtual="/inner2" -->c');
$t->write('one.html', 'a<!--#include virtual="/inner?user=81.2.69.160" -->b');
$t->write('accel.html', 'a<!--#include virtual="/accel" -->b');
$t->recorder(
    '/denied' => { status => 403 },
    '/accel' => { headers => [ 'X-Accel-Redirect' => '/inner2' ] },
    '*' => { body => 'forwarded' },
);

$t->start(<<'EOC');
export_database %%DB%%;
root %%DIR%%;

add_header X-Got "$export_decision $export_reason" always;

server {
    listen 127.0.0.1:%%PORT_0%%;

    location /inner {
        export_policy enforce;
        export_subject header:X-Subject-IP;
        export_subject arg:user;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /monitor {
        export_policy monitor;
        proxy_pass http://%%UPSTREAM%%/monitored;
    }

    location /outer {
        export_policy off;
        proxy_pass http://%%UPSTREAM%%/plain;
    }

    # the authority is a recipient

    location /auth/both {
        export_policy enforce;
        auth_request /inner;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /auth/authority {
        auth_request /inner;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /auth/main {
        export_policy enforce;
        auth_request /outer;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /auth/denied {
        export_policy enforce;
        auth_request /denied;
        proxy_pass http://%%UPSTREAM%%;
    }

    location = /denied {
        proxy_pass http://%%UPSTREAM%%;
    }

    location /auth/static {
        auth_request /inner;
        try_files /page.html =404;
    }

    location /auth/page {
        auth_request /inner;
        error_page 451 /page.html;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /auth/any {
        satisfy any;
        deny all;
        auth_request /inner;
        proxy_pass http://%%UPSTREAM%%;
    }

    # copies

    location /mirror/copy {
        mirror /inner;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /mirror/main {
        export_policy enforce;
        mirror /outer;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /mirror/both {
        export_policy enforce;
        mirror /inner;
        mirror /monitor;
        proxy_pass http://%%UPSTREAM%%;
    }

    # parts of a page

    location = /ssi.html {
        ssi on;
    }

    location = /one.html {
        ssi on;
    }

    location = /accel.html {
        ssi on;
    }

    location = /accel {
        export_policy enforce;
        proxy_pass http://%%UPSTREAM%%;
    }

    location = /inner2 {
        export_policy enforce;
        proxy_pass http://%%UPSTREAM%%;
    }

    location = /page.html {
    }

    location /added/ {
        addition_types *;
        add_after_body /inner;
        alias %%DIR%%/;
    }

    location /slice/ {
        export_policy enforce;
        slice 4;
        proxy_set_header Range $slice_range;
        proxy_pass http://%%UPSTREAM%%;
    }
}
EOC

my @training = ('X-Data-Purpose' => 'ai-training');
my @blocked = (@training, 'X-Subject-IP' => '81.2.69.160');
my @free = (@training, 'X-Subject-IP' => '216.160.83.1');
my @granted = (@blocked, 'X-AI-Training-Consent' => 'granted');


# each row: uri, status, what the recipients saw, headers

sub rows {
    my ($group, @rows) = @_;

    for (@rows) {
        my ($uri, $status, $paths, @headers) = @$_;
        my $name = join ' ', $group, $uri, @headers;
        my $want = join ' ', sort split ' ', $paths;
        my $got;

        $t->forget;

        my $r = $t->get($uri, @headers);

        is($r->status, $status, "$name: status");

        $t->wait_for(sub {
            $got = join ' ', sort map { $_->uri } $t->seen;
            return $got eq $want;
        }, 0.5);

        is($got, $want, "$name: requests");
        is(decode_json($r->body)->{status}, 451, "$name: problem")
            if $status == 451;
    }
}


rows('auth_request',
    [ '/auth/both', 200, '/inner /auth/both', @free ],
    [ '/auth/both', 200, '/inner /auth/both', @granted ],
    [ '/auth/both', 451, '', @blocked ],
    [ '/auth/authority', 200, '/inner /auth/authority', @free ],
    [ '/auth/authority', 451, '', @blocked ],
    [ '/auth/main', 200, '/plain /auth/main', @free ],
    [ '/auth/main', 200, '/plain /auth/main', @granted ],
    [ '/auth/main', 451, '/plain', @blocked ],
    [ '/auth/denied', 403, '/denied', @free ],
    [ '/auth/denied', 403, '/denied', @blocked ],
    [ '/auth/any', 451, '', @blocked ],
    [ '/auth/any', 200, '/inner /auth/any', @free ],
    [ '/auth/static', 200, '/inner', @free ],
    [ '/auth/static', 451, '', @blocked ]);

$t->forget;
my $r = $t->get('/auth/page', @blocked);
is($r->status, 451, 'auth_request, error_page: status');
is($r->body, 'static', 'auth_request, error_page: body');
is($t->connections, 0, 'auth_request, error_page: no connection');

$t->forget;
$r = $t->post('/auth/both', 'x' x 50000, @blocked);
is($r->status, 451, 'auth_request, body: status');
is($t->connections, 0, 'auth_request, body: no connection');

rows('mirror',
    [ '/mirror/copy', 200, '/inner /mirror/copy', @free ],
    [ '/mirror/copy', 200, '/inner /mirror/copy', @granted ],
    [ '/mirror/copy', 200, '/mirror/copy', @blocked ],
    [ '/mirror/main', 200, '/plain /mirror/main', @free ],
    [ '/mirror/main', 451, '', @blocked ],
    [ '/mirror/both', 200, '/inner /monitored /mirror/both', @granted ],
    [ '/mirror/both', 451, '', @blocked ]);

$t->forget;
$r = $t->post('/mirror/copy', 'data', @blocked);
is($r->body, 'forwarded', 'mirror, body: the main request is unaffected');
is($r->header('X-Got'), '', 'mirror, body: and has no policy');
is(scalar $t->seen, 1, 'mirror, body: no copy');

$t->forget;
$t->post('/mirror/copy', 'data', @granted);
ok($t->wait_for(sub { $t->seen == 2 }), 'mirror, body: two requests');
my ($copy) = grep { $_->uri eq '/inner' } $t->seen;
my ($main) = grep { $_->uri ne '/inner' } $t->seen;
is($copy->body, 'data', 'mirror, body: the copy');
is($copy->header('X-Subject-IP'), undef, 'mirror: the copy is stripped');
is($main->header('X-Subject-IP'), '81.2.69.160', 'mirror: the main is not');


# the page is under way when its parts are decided

for ([ '/ssi.html', qr/^aforwardedbforwardedc$/, 2, @free ],
     [ '/ssi.html', qr/^aforwardedbforwardedc$/, 2, @granted ],
     [ '/ssi.html', qr/^a\{.*consent_missing.*\}\nb.*c$/s, 0, @blocked ],
     [ '/one.html', qr/^a\{.*consent_missing.*\}\nb$/s, 0, @training ],
     [ '/accel.html', qr/^aforwardedb$/, 2, @free ],
     [ '/accel.html', qr/^aforwardedb$/, 2, @granted ],
     [ '/accel.html', qr/^a\{.*consent_missing.*\}\nb$/s, 0, @blocked ],
     [ '/added/page.html', qr/^staticforwarded$/, 1, @free ],
     [ '/added/page.html', qr/^static\{.*consent_missing/, 0, @blocked ])
{
    my ($uri, $body, $requests, @headers) = @$_;

    $t->forget;
    $r = $t->get($uri, @headers);

    is($r->status, 200, "page $uri @headers: status");
    like($r->body, $body, "page $uri @headers: body");
    is(scalar $t->seen, $requests, "page $uri @headers: requests");
}

rows('slice', [ '/slice/', 451, '', @blocked ],
    [ '/slice/', 200, '/slice/', @granted ]);

$t->secret('81.2.69.160');
$t->done;
