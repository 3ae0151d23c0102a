#!/usr/bin/perl

# export_policy: what off, monitor and enforce do, and where they come from.

use strict;
use warnings;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/lib";
use Export::Test;


my $t = Export::Test->new;

$t->recorder('/moved' => { headers => [ 'X-Accel-Redirect' => '/in' ] });

$t->start(<<'EOC');
export_database %%DB%%;
export_policy monitor;

add_header X-Got "$export_decision $export_reason" always;
log_format got "$uri=$export_decision=$export_reason=$export_subjects";

server {
    listen 127.0.0.1:%%PORT_0%%;

    location / {
        proxy_pass http://%%UPSTREAM%%;
    }

    location /off {
        export_policy off;
        proxy_pass http://%%UPSTREAM%%;

        location /off/log {
            access_log %%DIR%%/off.log got;
            proxy_pass http://%%UPSTREAM%%;
        }

        location /off/deep/enforce {
            export_policy enforce;
            proxy_pass http://%%UPSTREAM%%;
        }
    }

    location /enforce {
        export_policy enforce;
        proxy_pass http://%%UPSTREAM%%;

        location /enforce/deep {
            proxy_pass http://%%UPSTREAM%%;
        }

        location /enforce/if {
            if ($args) {
                proxy_pass http://%%UPSTREAM%%;
            }
        }

        location /enforce/limit {
            limit_except GET {
                allow all;
            }

            proxy_pass http://%%UPSTREAM%%;
        }
    }
}

server {
    listen 127.0.0.1:%%PORT_1%%;
    export_policy enforce;

    location / {
        proxy_pass http://%%UPSTREAM%%;
    }

    location /monitor {
        export_policy monitor;
        proxy_pass http://%%UPSTREAM%%;
    }
}

server {
    listen 127.0.0.1:%%PORT_2%%;
    export_policy off;

    location / {
        proxy_pass http://%%UPSTREAM%%;
    }
}
EOC

my @training = ('X-Data-Purpose' => 'ai-training');
my @protected = (@training, 'X-Subject-Country' => 'DE');
my $block = 'block consent_missing';

$t->secret('81.2.69.160');


sub got {
    my ($r) = @_;

    return $r->status . ' ' . ($r->header('X-Got') // '') =~ s/^ $//r;
}


# the modes, and their inheritance; each row: outcome, port, uri

for my $row (
    [ "200 $block", 0, '/', 'monitor of http' ],
    [ '200 ', 0, '/off', 'off of a location' ],
    [ "451 $block", 0, '/off/deep/enforce', 'enforce inside off' ],
    [ "451 $block", 0, '/enforce', 'enforce of a location' ],
    [ "451 $block", 0, '/enforce/deep', 'inherited by a location' ],
    [ "451 $block", 0, '/enforce/if?x', 'inherited by if' ],
    [ "451 $block", 0, '/enforce/limit', 'beside limit_except' ],
    [ "451 $block", 1, '/', 'enforce of a server' ],
    [ "200 $block", 1, '/monitor', 'monitor inside enforce' ],
    [ '200 ', 2, '/', 'off of a server' ])
{
    my ($want, $port, $uri, $name) = @$row;

    $t->forget;
    is(got($t->get($uri, { port => $port }, @protected)), $want, $name);
    is($t->connections, $want =~ /^451/ ? 0 : 1, "$name, recipient");
}

is(got($t->post('/enforce/limit', 'x', @protected)), "451 $block",
   'inside limit_except');
is(got($t->get('/enforce', @training, 'X-Subject-Country' => 'US')),
   '200 allow not_protected', 'enforce allows');
is(got($t->get('/enforce')), '200 allow not_training', 'not training');


# monitor changes nothing: the same bytes as with off, whatever is decided

my @policy = ('x-SUBJECT-ip' => '81.2.69.160', 'X-Subject-Country' => 'de,fr',
    'X-Subject-Country' => 'x', 'X-AI-Training-Consent' => ' no ', 'Sec-GPC',
    1, 'Content-Usage' => 'train-ai=n', 'X-Other' => "a\xe9", Cookie => 'a=b');

for my $row (
    [ 'GET', '/a%2fb/../c?ip=x#d', {} ], [ 'HEAD', '/', {} ],
    [ 'POST', '/v1/files', { body => "\0\r\n" x 50000 } ],
    [ 'POST', '/v1/files', { body => 'abc' x 50, chunked => 7 } ],
    [ 'PUT', '/', { body => '' } ])
{
    my ($method, $uri, $opt) = @$row;
    my @bytes;

    for my $port (2, 0) {
        $t->forget;
        is($t->request($method, $uri, { %$opt, port => $port }, @training,
           @policy)->status, 200, "$method $uri, port $port");
        push @bytes, $t->seen_bytes;
    }

    ok($bytes[0] eq $bytes[1], "$method $uri, the same bytes");
    like($bytes[1], qr/\r\nx-SUBJECT-ip: 81.2.69.160\r\n/, 'with headers');
}

like($t->log, qr/\[warn\].*export blocked, monitor only, reason: /,
     'monitor logs what it would block');


# each request of a connection has a verdict of its own

my @keep = (@training, Connection => 'keep-alive');
my $bytes = join '', map { $t->bytes(@$_) }
    [ 'GET', '/enforce', @keep, 'X-Subject-Country' => 'DE' ],
    [ 'GET', '/enforce', @keep, 'X-Subject-Country' => 'US' ],
    [ 'POST', '/enforce', { body => 'GET /enforce HTTP/1.1' }, @keep ],
    [ 'GET', '/off/log', @keep, 'X-Subject-Country' => 'DE' ],
    [ 'GET', '/moved', @keep, 'X-Subject-Country' => 'DE' ],
    [ 'GET', '/enforce', @keep, 'X-Subject-Country' => 'FR',
      'X-AI-Training-Consent' => 'granted' ],
    [ 'GET', '/enforce' ];

is_deeply([ map { got($_) } $t->raw($bytes, want => 7) ],
    [ "451 $block", '200 allow not_protected', '451 block subject_missing',
      '200 ', "200 $block", '200 allow consent_granted',
      '200 allow not_training' ], 'keepalive');

$t->wait_for(sub { $t->read('off.log') =~ /\n/ });
is($t->read('off.log'), "/off/log=-=-=-\n", 'no variables with off');


# off is the default, and the mode changes with a reload

ok($t->reload(<<'EOC'), 'reload');
server {
    listen 127.0.0.1:%%PORT_0%%;
    add_header X-Got "$export_decision $export_reason" always;

    location / {
        proxy_pass http://%%UPSTREAM%%;
    }
}
EOC

is(got($t->get('/enforce', @protected)), '200 ', 'off by default');


# each row: error, configuration

for my $row (
    [ 'invalid value "on"', 'export_policy on;' ],
    [ 'invalid value ""', 'export_policy "";' ],
    [ 'invalid number of arguments in "export_policy"', 'export_policy;' ],
    [ 'invalid number of arguments in "export_policy"',
      'export_policy off off;' ],
    [ '"export_policy" directive is duplicate',
      'export_policy off; export_policy off;' ],
    [ '"export_policy" directive is not allowed here',
      'server { location / { if ($args) { export_policy off; } } }' ],
    [ '"export_policy" requires "export_database"',
      'export_policy enforce; server { }' ],
    [ '"export_policy" requires "export_database"',
      'server { location / { export_policy monitor; } }' ])
{
    my ($ok, $errors) = $t->test_conf($row->[1]);
    ok(!$ok && $errors =~ /\[emerg\].*\Q$row->[0]/, $row->[1]) or diag $errors;
}

ok($t->test_conf('export_policy off; server { }'), 'off needs no database');

$t->done;
