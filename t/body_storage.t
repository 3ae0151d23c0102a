#!/usr/bin/perl

# A body that cannot be stored is refused with the status of every refusal:
# clients answer nginx's 500 by sending it again.

use strict;
use warnings;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/lib";
use Export::Test;


my $t = Export::Test->new->has('http_v2');

$t->alerts_ok(qr/client_body_temp.*No such file|No space left on device/);

my $full = $t->dir . '/full';
mkdir $full;
my $tmpfs = system("mount -t tmpfs -o size=64k,mode=777 none $full"
    . ' 2>/dev/null') == 0;

END { local $?; system "umount -l $full 2>/dev/null" if $tmpfs }

$t->start(<<'EOC');
export_database %%DB%%;
export_policy enforce;
export_subject field:ip;
export_destination api.example.com;

client_max_body_size 1m;
client_body_buffer_size 16k;
proxy_http_version 1.1;

log_format decision '$uri $status $export_decision $export_reason';

server {
    access_log %%DIR%%/decision.log decision;
    listen 127.0.0.1:%%PORT_0%%;
    listen 127.0.0.1:%%PORT_2%% http2;

    %%LOCATIONS / /redact/%%

    location /file/ {
        client_body_in_file_only clean;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /full/ {
        client_body_temp_path %%DIR%%/full;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /full/redact/ {
        client_body_temp_path %%DIR%%/full;
        export_body redact;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /page/ {
        error_page 500 = @elsewhere;
        error_page 451 /451.html;
        proxy_pass http://%%UPSTREAM%%;
    }

    location @elsewhere {
        proxy_pass http://%%UPSTREAM%%;
    }

    location = /451.html {
        internal;
        return 451 "page\n";
    }

    location /422/ {
        export_status 422;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /dav/ {
        root %%DIR%%;
        dav_methods PUT;
    }

    location /other/ {
        proxy_pass http://%%UPSTREAM%%;
    }
}
EOC

my @other = ('Content-Type' => 'application/json');
my @head = ('X-Data-Purpose' => 'ai-training', @other);
my $us = '{"ip":"216.160.83.60","text":"' . 'x' x 100 . '"}';

my @framings = ('with a length', 'in chunks', 'in pieces', 'over h2',
    'over h2, in frames');

sub body { return '[' . join(',', ($us) x $_[0]) . ']' }


for my $how (@framings) {
    is($t->framed($how, 'POST', '/', body(600), @head)->status, 200,
        "$how, stored");
}

is($t->post('/', body(20000), @head)->status, 413, 'a limit is nginx\'s own');

rename $t->dir . '/client_body_temp', $t->dir . '/gone' or die;
$t->forget;

for my $how (@framings) {
    for my $where ('/', '/redact/', '/file/', '/422/') {
        my $reply = $t->framed($how, 'POST', $where, body(600), @head);

        is($reply->status, $where eq '/422/' ? 422 : 451,
            "not stored, $how, $where");
        like($reply->body, qr/"reason":"internal_error"/, '... and why');
    }

    is($t->framed($how, 'PUT', '/dav/x', body(1), @head)->status, 451,
        "for a handler that stores it, $how");
    is($t->framed($how, 'POST', '/page/', body(600), @head)->body, "page\n",
        "an error page of its own, $how");
    is($t->framed($how, 'POST', '/', body(2), @head)->status, 200,
        'one that fits');
}

is($t->post('/', body(20000), @head)->status, 413, 'still nginx\'s own');
is($t->pieces([ $t->bytes('POST', '/', { body => 'x', chunked => 1 }, @head)
    =~ s/\r\n\r\n\K1/z/r ], 0)->status, 400, '... this too');

is(scalar(grep { length $_->body > 1000 } $t->seen), 0,
    'nothing of it reached the recipient');

is($t->post('/other/', body(600), @other)->status, 500,
    'not governed: as without the module');

my @log = split /\n/, $t->read('decision.log');

is(scalar(grep { / 451 / && !/ block internal_error\z/ } @log), 0,
    'variables say so');

SKIP: {
    skip 'no tmpfs', 2 * @framings if !$tmpfs;

    for my $how (@framings) {
        for my $where ('/full/', '/full/redact/') {
            is($t->framed($how, 'POST', $where, body(1000), @head)->status,
                451, "disk full, $how, $where");
        }
    }
}

system "umount -l $full" if $tmpfs;

$t->secret('216.160.83.60');
$t->done;
