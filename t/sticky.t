#!/usr/bin/perl

# A block is sticky: whatever else is configured, nothing reaches the
# recipient, which does not even get a connection.

use strict;
use warnings;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/lib";
use Export::Test;


my $t = Export::Test->new;

$t->write('blocked.html', 'a static page');
$t->write('index.html', 'index');
mkdir $t->dir . '/train';
$t->write('train/index.html', 'a local file');

$t->recorder(
    '/accel/train' => { headers => [ 'X-Accel-Redirect' => '/train/x' ] },
    '/accel/free' => { headers => [ 'X-Accel-Redirect' => '/second/x' ] },
    '/accel/named' => { headers => [ 'X-Accel-Redirect' => '@second' ] },
    '/accel/post' => { headers => [ 'X-Accel-Redirect' => '/later/x' ] },
    '*' => { body => 'forwarded' },
);

$t->start(<<'EOC');
export_database %%DB%%;
export_policy enforce;
export_bodyless block;

root %%DIR%%;
log_format got '$uri $export_decision $export_reason';

server {
    listen 127.0.0.1:%%PORT_0%%;
    access_log %%DIR%%/got.log got;

    location / {
        proxy_pass http://%%UPSTREAM%%;
    }

    location /static/ {
        error_page 451 /blocked.html;
        proxy_pass http://%%UPSTREAM%%;
    }

    location = /blocked.html {
        try_files /blocked.html =404;
    }

    location /ok/ {
        error_page 451 =200 /blocked.html;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /return/ {
        error_page 451 = /page/return;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /page/return {
        return 403 "a return";
    }

    location /url/ {
        error_page 451 http://127.0.0.1/moved;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /missing/ {
        error_page 451 /none.html;
        proxy_pass http://%%UPSTREAM%%;
    }

    location = /none.html {
    }

    location /named/ {
        error_page 451 = @proxy;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /named/200/ {
        error_page 451 =200 @proxy;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /off/ {
        error_page 451 = @off;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /off/uri/ {
        error_page 451 /free;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /free {
        export_policy off;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /monitored/ {
        error_page 451 = @monitor;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /recursive/ {
        recursive_error_pages on;
        error_page 451 /recursive/again/;
        proxy_pass http://%%UPSTREAM%%;

        location /recursive/again/ {
            error_page 451 403 = @off;
            proxy_pass http://%%UPSTREAM%%;
        }

        location /recursive/self/ {
            error_page 451 /recursive/self/x;
            proxy_pass http://%%UPSTREAM%%;
        }
    }

    location /try/ {
        try_files /none $uri.html @proxy;
    }

    location /try/off/ {
        try_files /none @off;
    }

    location /rewrite/ {
        rewrite ^/rewrite/(.*) /off/uri/$1 last;
    }

    location /post/ {
        post_action @off;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /satisfy/ {
        satisfy any;
        allow all;
        deny all;
        proxy_pass http://%%UPSTREAM%%;
    }

    location @proxy {
        proxy_pass http://%%UPSTREAM%%;
    }

    location @off {
        export_policy off;
        proxy_pass http://%%UPSTREAM%%;
    }

    location @monitor {
        export_policy monitor;
        proxy_pass http://%%UPSTREAM%%;
    }

    # the recipient changes after an allowed transfer

    location /train/ {
        export_undeclared training;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /second/ {
        export_undeclared training;
        proxy_pass http://%%UPSTREAM%%;
    }

    location @second {
        rewrite ^ /plain break;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /later/ {
        post_action /train/y;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /redirect/ {
        try_files /none /train/x;
    }

    location /rewritten/ {
        rewrite ^ /train/x last;
    }

    location /openai/ {
        export_destination api.openai.com;
        rewrite ^ /v1/fine_tuning/jobs break;
        proxy_pass http://%%UPSTREAM%%;
    }
}
EOC

my @blocked = ('X-Data-Purpose' => 'ai-training',
               'X-Subject-IP' => '81.2.69.160');


# each row: uri, status, part of the body

sub blocked {
    my ($uri, $status, $body, %opt) = @_;

    for my $method (@{ $opt{methods} || [ 'GET', 'POST' ] }) {
        my $name = "$method $uri";
        my %sent = $method eq 'POST' ? (body => 'x' x 20000) : ();

        $t->forget;
        my $r = $t->request($method, $uri, \%sent,
            $opt{free} ? () : @blocked);

        is($r->status, $status, "$name: status");
        like($r->body, qr/$body/, "$name: body");
        is($t->connections, 0, "$name: no connection")
            if !$opt{connections};
    }
}


blocked(@$_) for (
    [ '/', 451, 'consent_missing' ],
    [ '/ok/', 200, 'static page', methods => [ 'GET' ] ],
    [ '/return/', 403, 'a return' ], [ '/url/', 302, '302 Found' ],
    [ '/static/', 451, 'static page', methods => [ 'GET' ] ],
    [ '/missing/', 404, '404', methods => [ 'GET' ] ],
    [ '/named/', 451, 'consent_missing' ],
    [ '/named/200/', 200, 'consent_missing' ],
    [ '/off/', 451, 'consent_missing' ],
    [ '/off/uri/', 451, 'consent_missing' ],
    [ '/monitored/', 451, 'consent_missing' ],
    [ '/recursive/', 451, 'consent_missing' ],
    [ '/try/', 451, 'consent_missing' ],
    [ '/try/off/', 451, 'consent_missing' ],
    [ '/rewrite/', 451, 'consent_missing' ],
    [ '/satisfy/', 451, 'consent_missing' ],
    [ '/post/', 451, 'consent_missing' ],
    [ '/train/', 451, 'subject_missing', free => 1 ],
    [ '/redirect/', 451, 'subject_missing', free => 1 ],
    [ '/rewritten/', 451, 'subject_missing', free => 1 ]);

$t->forget;
isnt($t->get('/recursive/self/', @blocked)->status, 200, 'a loop of pages');
is($t->connections, 0, 'a loop of pages: no connection');

$t->forget;
is($t->post('/openai/', '{}')->status, 200, 'a job without a subject');
is($t->post('/openai/', '{}', 'X-Subject-Country' => 'DE')->status, 451,
   'a job after a rewrite');
is($t->connections, 1, 'a job after a rewrite: no connection');

is($t->get('/post/')->body, 'forwarded', 'allowed with a post_action');
ok($t->wait_for(sub { $t->read('got.log') =~ m{/post/ allow} }), 'its log');


# decided again, with the headers that were taken off for the first recipient

my @free = ('X-Subject-IP' => '216.160.83.1');
my @granted = ('X-Subject-IP' => '81.2.69.160',
               'X-AI-Training-Consent' => 'granted');
my @seen = (1, 2);

for ([ '/accel/train', 451, 1 ], [ '/accel/free', 200, 2, @free ],
     [ '/accel/free', 200, 2, @granted ],
     [ '/accel/free', 451, 1, 'X-Subject-IP' => '81.2.69.160' ],
     [ '/accel/free', 451, 1, @free, 'Sec-GPC' => '1',
       'X-Subject-Country' => 'DE' ],
     [ '/accel/named', 200, 2, 'X-Data-Purpose' => 'ai-training', @granted ],
     [ '/accel/post', 200, 2 ])
{
    my ($uri, $status, $requests, @headers) = @$_;

    $t->forget;
    is($t->get($uri, @headers)->status, $status, "$uri @headers: status");

    my @seen = $t->seen;

    is(scalar @seen, $requests, "$uri @headers: requests");
    is(join('', map { $_->header('X-Subject-IP') // '' } @seen), '',
       "$uri @headers: stripped");
}

$t->stop;
unlike($t->seen_bytes, qr{/train/}, 'post_action is decided');

$t->secret('81.2.69.160');
$t->done;
