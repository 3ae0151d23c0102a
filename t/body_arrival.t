#!/usr/bin/perl

# How bodies arrive, and that what was inspected is what is forwarded: framing,
# buffers, files, early answers, streams, bodies that somebody else has read.

use strict;
use warnings;

use FindBin;
use IO::Socket::INET;
use Test::More;

use lib "$FindBin::Bin/lib";
use Export::Test;


my $t = Export::Test->new->has('http_v2', 'http_auth_request');

$t->recorder(
    '/accel/small' => { headers => [ 'X-Accel-Redirect' => '/small/' ] },
    '/accel/large' => { headers => [ 'X-Accel-Redirect' => '/' ] },
    '/missing/' => sub { { status => $_[0]->header('X-Again') ? 200 : 404 } },
    '/tunnel/' => { raw => "HTTP/1.1 101 Switching Protocols\r\n"
        . "Upgrade: x\r\nConnection: upgrade\r\n\r\n" },
    '*' => {},
);

my $early = $t->has_directive('client_body_early_read') ? <<'EOC' : '';
server {
    listen 127.0.0.1:%%PORT_1%%;
    client_body_early_read 1;

    location / {
        proxy_pass http://%%UPSTREAM%%;
    }
}
EOC

$t->start(<<'EOC' . $early);
export_database %%DB%%;
export_policy enforce;
export_subject field:ip;

add_header X-Got "$export_reason $export_records" always;

client_max_body_size 0;
log_format got '$uri $export_decision $export_reason $export_records';
proxy_http_version 1.1;
lingering_timeout 100ms;

server {
    listen 127.0.0.1:%%PORT_0%%;
    listen 127.0.0.1:%%PORT_2%% http2;

    access_log %%DIR%%/got.log got;

    %%LOCATIONS / /monitor/%%

    location /small/ {
        client_body_buffer_size 1k;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /file/ {
        client_body_in_file_only clean;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /single/ {
        client_body_in_single_buffer on;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /stream/ {
        proxy_request_buffering off;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /said/ {
        export_subject header:X-Subject-Country as=country;
        export_subject field:ip;
        proxy_request_buffering off;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /monitor/failure/ {
        export_policy monitor;
        export_purpose field:purpose "~^(a+)+$";
        proxy_pass http://%%UPSTREAM%%;
    }

    location /monitor/stream/ {
        export_policy monitor;
        proxy_request_buffering off;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /accel/ {
        export_policy off;
        client_body_buffer_size 1k;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /missing/ {
        export_policy off;
        proxy_intercept_errors on;
        error_page 404 = @gated;
        proxy_pass http://%%UPSTREAM%%;
    }

    location @gated {
        proxy_set_header X-Again 1;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /mirrored/ {
        mirror /copy;
        proxy_pass http://%%UPSTREAM%%;
    }

    location = /copy {
        internal;
        proxy_pass http://%%UPSTREAM%%/copied;
    }

    location /copied/ {
        export_policy off;
        mirror /copy;
        mirror /copy/redacted;
        proxy_pass http://%%UPSTREAM%%;
    }

    location = /copy/redacted {
        internal;
        export_body redact;
        proxy_pass http://%%UPSTREAM%%/redacted;
    }

    location /auth/ {
        auth_request /ask;
        proxy_pass http://%%UPSTREAM%%;
    }

    location = /ask {
        export_policy off;
        proxy_pass_request_body off;
        proxy_set_header Content-Length "";
        proxy_pass http://%%UPSTREAM%%/asked;
    }

    location /tunnel/ {
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection upgrade;
        proxy_pass http://%%UPSTREAM%%;
    }
}
EOC

my @head = ('X-Data-Purpose' => 'ai-training',
    'Content-Type' => 'application/x-ndjson');
my $us = qq({"ip":"216.160.83.60","text":") . 'x' x 100 . qq("}\n);
my $gb = qq({"ip":"81.2.69.160"}\n);
my $clean = $us x 1500;
my $dirty = $clean . $gb;


# every way to send it, every way to keep it

my @framings = ('with a length', 'in chunks', 'in small chunks',
    'over h2, with a length', 'over h2, in frames');

for my $uri ('/', '/small/', '/file/', '/single/', '/stream/', '/monitor/',
             '/monitor/stream/')
{
    for my $how (@framings) {
        $t->forget;

        my $reply = $t->framed($how, 'POST', $uri, $clean, @head);
        my ($seen) = $t->seen;

        is($reply->status, 200, "clean, $uri, $how");
        ok($seen && $seen->body eq $clean, '... arrives as it was sent');

        $t->forget;
        $reply = $t->framed($how, 'POST', $uri, $dirty, @head);

        if ($uri =~ /monitor/) {
            is($reply->status, 200, "monitor, $uri, $how");
            ok(($t->seen)[0]->body eq $dirty, '... arrives');
            next;
        }

        is($reply->status, 451, "dirty, $uri, $how");
        like($reply->body, qr/"reason":"consent_missing"/, '... the reason');
        is($t->connections, 0, '... nothing leaves');
    }
}


# in monitor mode the decision comes when the body has passed

for my $uri ('/monitor/', '/monitor/stream/') {
    ok($t->wait_for(sub { $t->read('got.log') =~
        m{^\Q$uri\E block consent_missing 1501$}m }), "$uri is logged");
    like($t->read('got.log'), qr{^\Q$uri\E allow not_protected 1500$}m,
        '... a clean one too');
}


# a certain refusal does not wait for the rest

for my $framing ([ 'Content-Length' => 1_000_000 ],
                 [ 'Transfer-Encoding' => 'chunked' ])
{
    for my $uri ('/', '/stream/') {
        $t->forget;

        my $piece = $framing->[0] =~ /T/ ? sprintf("%x\r\n%s\r\n", length $gb,
            $gb) : $gb;
        my $head = $t->bytes('POST', $uri, @head, @$framing,
            Connection => 'keep-alive');

        for my $pieces ([ $head . $piece ], [ $head, $piece ],
                        [ $head, $piece, $piece ])
        {
            my ($reply) = $t->pieces($pieces, 0.1, timeout => 4);

            is($reply->status, 451, "early answer, $uri, @$framing, "
                . @$pieces . ' pieces');
            ok($reply->complete && $reply->body =~ /consent_missing/,
                '... whole');
            is($reply->header('Connection'), 'close', '... the last one');
        }

        is($t->connections, 0, '... nothing leaves');
    }
}

is($t->h2('POST', '/', { body => $gb, open => 1, timeout => 4 },
    map { lc } @head)->status, 451, 'early answer, h2');

# a length of 0 is what was decided about, and all that a recipient gets

for my $sizes ([ length $gb ], [ 1, 3 ]) {
    $t->forget;
    $t->h2('POST', '/said/', { body => $gb, sizes => $sizes, timeout => 4 },
        'content-length' => 0, 'x-subject-country' => 'US', map { lc } @head);
    unlike($t->seen_bytes, qr/81\.2|"ip"/, "h2, a length of 0, @$sizes");
}

my $opaque = $t->bytes('POST', '/', @head, 'Content-Encoding' => 'br',
    'Content-Length' => 1_000_000);
is($t->raw($opaque, timeout => 4)->status, 451, 'early answer to a head');

my @kept = $t->raw($t->bytes('POST', '/', { body => $gb }, @head,
    Connection => 'keep-alive') . $t->bytes('GET', '/after'), want => 2);
is(scalar(@kept), 2, 'a refusal of a whole body keeps the connection');
is($kept[1] && $kept[1]->status, 200, '... and what comes after passes');

is($t->post('/', $gb, @head, Expect => '100-continue')->status, 451, 'Expect');


# what is no AI training streams through; what is does not leave in parts

for (['application/json', 1], ['ai-training', 0]) {
    my ($purpose, $streams) = @$_;
    my $before;

    $t->forget;

    my ($reply) = $t->pieces([
        $t->bytes('POST', '/stream/', 'X-Data-Purpose' => $purpose,
            'Content-Length' => 2 * length $us) . $us,
        sub {
            $streams ? $t->wait_for(sub { length $t->seen_bytes })
                : select(undef, undef, undef, 0.3);
            $before = $t->seen_bytes;
            '';
        }, $us ], 0);

    is($reply->status, 200, "stream of $purpose");
    is(scalar($before =~ /xxx/), $streams ? 1 : '',
        $streams ? '... its head leaves before its tail is there'
            : '... is held');
}


# a body that does not end

for my $bytes ($t->bytes('POST', '/', @head, 'Content-Length' => 1000) . $us,
    $t->bytes('POST', '/', @head, 'Transfer-Encoding' => 'chunked')
    . sprintf("%x\r\n%s\r\n", length $us, $us))
{
    $t->forget;
    my $reply = $t->raw($bytes, half => 0.2, timeout => 4);
    isnt($reply->status // 0, 200, 'cut short');
    is($t->connections, 0, '... nothing leaves');
}


# read before: by another location, and by mirror

my $large = $us x 40_000;

for (['/accel/small', $clean], ['/accel/large', $large],
     ['/missing/', $clean], ['/missing/', $large])
{
    my ($uri, $body) = @$_;

    $t->forget;

    my $reply = $t->post($uri, $body, @head);
    my @seen = $t->seen;

    is($reply->status, 200, "$uri, " . length($body) . ' bytes');
    is(scalar @seen, 2, '... goes on');
    ok($seen[-1]->body eq $body, '... whole');

    $t->forget;
    is($t->post($uri, $body . $gb, @head)->status, 451, '... but for one');
    is(scalar $t->seen, 1, '... that does not go on');
}

# a failure of ours is no reason to hold back what monitor mode lets pass

my $failing = '{"purpose":"' . 'a' x 40 . qq(!"}\n) . $us x 5000;

for my $size (0, 4000) {
    $t->forget;
    is($t->post('/monitor/failure/', $failing,
            { $size ? (chunked => $size) : () }, @head)->status, 200,
        'a failure in monitor mode' . ($size ? ', chunked' : ''));
    ok(($t->seen)[0]->body eq $failing, '... changes nothing');
}


$t->forget;
is($t->post('/mirrored/', $clean, @head)->status, 200, 'mirror');
ok($t->wait_for(sub { 2 == grep { $_->body eq $clean } $t->seen }),
    '... both get it');

$t->forget;
is($t->post('/mirrored/', $dirty, @head)->status, 451, 'mirror, dirty');
is($t->connections, 0, '... nobody gets it');

$t->forget;
is($t->post('/auth/', $clean, @head)->status, 200, 'auth_request');
is($t->post('/auth/', $dirty, @head)->status, 451, 'auth_request, dirty');
is(join(' ', map { length $_->body } $t->seen), '0 ' . length($clean) . ' 0',
    '... who is asked sees no body');

# subrequests inspect a large body in slices, others in between

my $turns = $us x 90_000;

for (['clean', $turns, '/copied /copied/ /redacted'],
     ['dirty', $turns . $gb, '/copied/ /redacted'])
{
    my ($name, $body, $who) = @$_;

    $t->forget;
    is($t->post('/copied/', $body, @head)->status, 200, "copies, $name");
    ok($t->wait_for(sub { $who eq join ' ', sort map { $_->uri } $t->seen },
        20), '... go where they may');
    ok((grep { $_->body eq $turns } $t->seen) >= ($body eq $turns ? 3 : 1),
        '... whole, or less what is dropped');
}

$t->forget;

my $gone = IO::Socket::INET->new('127.0.0.1:' . $t->port(0));
print $gone $t->bytes('POST', '/copied/', { body => $turns }, @head);
close $gone;
is($t->post('/', $clean, @head)->status, 200, 'a client that is gone');


SKIP: {
    skip 'no client_body_early_read', 4 if !$early;

    $t->forget;
    is($t->post('/', $large, { port => 1 }, @head)->status, 200, 'early read');
    ok(($t->seen)[0]->body eq $large, '... arrives');
    $t->forget;
    is($t->post('/', "$large$gb", { port => 1 }, @head)->status, 451,
        'early read, dirty');
    is($t->connections, 0, '... nothing leaves');
}


# a tunnel would carry what nobody inspects

for (['ai-training', 0], ['other', 1]) {
    my ($purpose, $opens) = @$_;

    my $socket = IO::Socket::INET->new('127.0.0.1:' . $t->port(0));

    $t->forget;
    print $socket $t->bytes('POST', '/tunnel/', { body => $us },
        'X-Data-Purpose' => $purpose, 'Upgrade' => 'x');
    $t->wait_for(sub { length $t->seen_bytes });
    print $socket 'smuggled';
    select undef, undef, undef, 0.3;
    is(scalar($t->seen_bytes =~ /smuggled/), $opens ? 1 : '',
        "tunnel for $purpose");
}

$t->secret('81.2.69.160', '216.160.83.60');
$t->done;
