#!/usr/bin/perl

# One block for each past bug that no other file is about.

use strict;
use warnings;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/lib";
use Export::Test;

my $t = Export::Test->new;

$t->start(<<'END');
export_database   %%DB%%;
export_policy     enforce;
export_blocked_by https://privacy.example.com/;

add_header X-Reason $export_reason always;
add_header X-Id     $export_decision_id always;

server {
    listen 127.0.0.1:%%PORT_0%%;

    location / {
        export_purpose destination ~^training\.example\.net/
                                   ~^hub\.example\.net/api/[^/]+/commit/[^/]+$;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /scheme {
        set $cohere https://api.cohere.com;
        export_destination $cohere;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /prefix/ {
        export_destination api.cohere.com;
        proxy_pass http://%%UPSTREAM%%/;
    }

    location /consent {
        export_consent arg:consent granted;
        rewrite ^ /rewritten?v=1 break;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /off {
        export_policy off;
        auth_request /auth;
        proxy_pass http://%%UPSTREAM%%;
    }

    location = /auth {
        internal;
        proxy_pass http://%%UPSTREAM%%;
    }
}

server {
    listen 127.0.0.1:%%PORT_1%%;

    recursive_error_pages on;
    error_page 451 @fallback;

    location / {
        proxy_pass http://%%UPSTREAM%%;
    }

    location @fallback {
        proxy_pass http://%%UPSTREAM%%;
    }
}
END

my @gb = ('X-Subject-IP' => '81.2.69.160');
my @training = ('X-Data-Purpose' => 'ai-training');
my $job = 'v1/datasets?type=chat-finetune-input';
my $r;

# a host that recipients read differently

for my $host ('training.example.net?', 'training.example.net#',
    'x@training.example.net', 'training.example.net%20',
    '[training.example.net]', 'training.example.net:80:80')
{
    $r = $t->post('/v1/x', '', Host => $host, @gb);
    cmp_ok($r->status // 0, '>=', 400, "host $host");
}

is($t->post("/scheme/$job", '', @gb)->status, 451, 'destination with scheme');
is($t->post("/prefix/$job", '', @gb)->status, 451, 'prefix of a location');

# an encoded slash beside another encoding

for my $path ('/api/x/commit/refs%2Fpr%2F1', '/%61pi/x/commit/refs%2Fpr%2F1',
    '//api/x/commit/refs%2Fpr%2F1', '/api/x/commit/a;p=%2f..%2fz')
{
    $r = $t->post($path, '', Host => 'hub.example.net', @gb);
    is($r->status, 451, "path $path");
}

is($t->connections, 0, 'nothing reached the recipient');

# arguments that a rewrite leaves out are one view, not a second line

$r = $t->get('/consent?consent=granted', @training, @gb);
is($r->status, 200, 'consent in rewritten arguments');
is($r->header('X-Reason'), 'consent_granted', '... counted once');
$t->forget;

# a block that comes from a subrequest

$r = $t->get('/off', @training, @gb);
is($r->status, 451, 'blocked by a subrequest');
like($r->header('Link'), qr/blocked-by/, '... with Link where it is off');
like($r->body, qr/"decision_id":"\Q@{[$r->header('X-Id')]}\E"/, '... one id');
like($t->log, qr/decision: "\Q@{[$r->header('X-Id')]}\E"/, '... as logged');

# recursive error pages made a 500 of the block

$r = $t->get('/', { port => 1 }, @training, @gb);
is($r->status, 451, 'recursive_error_pages');
is($t->connections, 0, 'nothing reached the recipient');

$t->done;
