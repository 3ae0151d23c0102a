#!/usr/bin/perl

# proxy_pass to a recipient by HTTP/2, where nginx can: what is sent was
# judged, as by HTTP/1.1.

use strict;
use warnings;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/lib";
use Export::Test;


my $t = Export::Test->new->has('http_v2');

plan(skip_all => 'no HTTP/2 to upstreams in nginx')
    if !$t->accepts('server { proxy_http_version 2; }');

$t->write('recipients.conf', <<'EOC');
data POST api.example.com ~^/v1/files$ vendor=x category=y evidence=doc;
EOC

$t->start(<<'EOC');
export_database %%DB%%;

server {
    listen 127.0.0.1:%%PORT_0%%;
    listen 127.0.0.1:%%PORT_2%% http2;

    export_policy      enforce;
    export_body        redact;
    export_purpose     header:X-Data-Purpose ai-training;
    export_subject     header:X-Subject-Country as=country;
    export_subject     field:ip;
    export_recipients  %%DIR%%/recipients.conf;
    export_destination api.example.com;

    proxy_http_version 2;

    location / {
        proxy_pass http://127.0.0.1:%%PORT_1%%;
    }

    location /stream/ {
        proxy_request_buffering off;
        proxy_pass http://127.0.0.1:%%PORT_1%%;
    }

    location /copy/ {
        client_body_buffer_size 1m;
        proxy_set_body $request_body;
        proxy_pass http://127.0.0.1:%%PORT_1%%;
    }

    location /openai {
        proxy_pass http://127.0.0.1:%%PORT_1%%/;
    }

    location /break/ {
        rewrite ^/break(.*)$ $1 break;
        proxy_pass http://127.0.0.1:%%PORT_1%%;
    }

    location ~ ^/regex/(.+)$ {
        proxy_pass http://127.0.0.1:%%PORT_1%%/v1/$1;
    }
}

# what a recorder of HTTP/1.1 cannot be

server {
    listen 127.0.0.1:%%PORT_1%% http2;

    location / {
        proxy_pass http://%%UPSTREAM%%;
    }
}
EOC

my $uk = qq({"ip":"81.2.69.160"}\n);
my $us = qq({"ip":"216.160.83.56"}\n);
my @type = ('content-type' => 'application/x-ndjson');
my @head = ('x-data-purpose' => 'ai-training', @type,
            'x-subject-country' => 'US');

for my $uri ('/', '/stream/', '/copy/') {
    for my $n (1, 4000) {
        my $all = "$uk$us" x $n;
        my $left = $us x $n;

        my %by = (
            h1 => sub { $t->post($uri, $all, @head) },
            chunked => sub { $t->request('POST', $uri,
                { body => $all, chunked => 5000 }, @head) },
            h2 => sub { $t->h2('POST', $uri, { body => $all }, @head) },
        );

        for my $how (sort keys %by) {
            $t->forget;
            my $r = $by{$how}->();
            is($r->status, 200, "$how, $uri, $n");

            my @seen = $t->seen;
            ok(@seen && $seen[0]->body eq $left, '... less what was dropped');
            is($seen[0] && $seen[0]->header('X-Subject-Country'), undef,
               '... nor a header of a subject');
        }
    }

    $t->forget;
    is($t->post($uri, $us x 3, @head)->status, 200, "$uri, nothing to drop");
    is(($t->seen)[0]->body, $us x 3, '... arrives whole');

    $t->forget;
    is($t->post($uri, $uk, @head)->status, 451, "$uri, nothing left");
    unlike($t->seen_bytes, qr/81\.2/, '... nothing leaves');
}

is($t->post($_, 'x', 'Content-Type' => 'image/png')->status, 451,
   "$_ is refused")
    for '/openai/v1/files', '/openaiv1/files', '/break/v1/files',
        '/regex/files';

is($t->post($_, 'x', 'Content-Type' => 'image/png')->status, 200,
   "$_ passes")
    for '/openai/v1/chat', '/break/v1/chat', '/regex/chat';

$t->done;
