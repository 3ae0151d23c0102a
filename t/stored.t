#!/usr/bin/perl

# Bodies that nginx stores itself: dav has them read into a file, and gives it
# another name.

use strict;
use warnings;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/lib";
use Export::Test;


my $t = Export::Test->new->has('http_dav', 'http_v2');

mkdir $t->dir . '/store';
chmod 0777, $t->dir . '/store';          # workers may be somebody else

$t->start(<<'EOC');
export_database %%DB%%;
export_policy enforce;
export_subject field:ip;
export_destination api.example.com;

client_max_body_size 0;
proxy_http_version 1.1;

server {
    listen 127.0.0.1:%%PORT_0%%;
    listen 127.0.0.1:%%PORT_2%% http2;

    location / {
        root %%DIR%%/store;
        dav_methods PUT;
    }

    location /redact/ {
        export_body redact;
        root %%DIR%%/store;
        dav_methods PUT;
        create_full_put_path on;
    }

    location /monitor/ {
        export_policy monitor;
        root %%DIR%%/store;
        dav_methods PUT;
        create_full_put_path on;
    }

    location /off/ {
        export_policy off;
        root %%DIR%%/store;
        dav_methods PUT;
        create_full_put_path on;
    }

    location /tried/ {
        root %%DIR%%/store;
        try_files /none @proxy;
    }

    location @proxy {
        proxy_pass http://%%UPSTREAM%%;
    }
}
EOC

my @head = ('X-Data-Purpose' => 'ai-training',
    'Content-Type' => 'application/json');
my $us = '{"ip":"216.160.83.60","text":"' . 'x' x 100 . '"}';
my $gb = '{"ip":"81.2.69.160"}';

my %body = (
    small => "[$us]",
    'of 20 KB' => '[' . join(',', ($us) x 150) . ']',
    'of 1 MB' => '[' . join(',', ($us) x 8000) . ']',
);

my @framings = ('with a length', 'in chunks', 'over h2');

my $n = 0;

for my $where ('/', '/redact/', '/monitor/', '/off/') {
    for my $size (sort keys %body) {
        for my $how (@framings) {
            my $uri = $where . 'file' . $n++;

            my $reply = $t->framed($how, 'PUT', $uri, $body{$size}, @head);

            is($reply->status, 201, "clean, $size, $how, $where");
            ok($t->read("store$uri") eq $body{$size}, '... is stored');

            my $dirty = $body{$size} =~ s/\]/,$gb]/r;

            $uri = $where . 'file' . $n++;
            $reply = $t->framed($how, 'PUT', $uri, $dirty, @head);

            if ($where eq '/') {
                is($reply->status, 451, "dirty, $size, $how, $where");
                ok(! -e $t->dir . "/store$uri", '... is not stored');
                next;
            }

            is($reply->status, 201, "dirty, $size, $how, $where");
            ok($t->read("store$uri")
                eq ($where eq '/redact/' ? $body{$size} : $dirty),
                '... is stored, less what is dropped');
        }
    }
}

for my $size (sort keys %body) {
    $t->forget;
    is($t->request('PUT', '/tried/x', { body => $body{$size} }, @head)->status,
        200, "try_files, $size");
    ok(($t->seen)[0]->body eq $body{$size}, '... arrives');
}

# a request's file goes with it, after the reply

ok($t->wait_for(sub { !glob $t->dir . '/client_body_temp/*' }),
    'no file is left behind');

$t->secret('81.2.69.160', '216.160.83.60');
$t->done;
