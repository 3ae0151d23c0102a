#!/usr/bin/perl

# export_forward_headers: policy headers do not reach the recipient.

use strict;
use warnings;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/lib";
use Export::Test;


my $t = Export::Test->new;

$t->start(<<'EOC');
export_database %%DB%%;
export_policy enforce;

underscores_in_headers on;

map $http_x_subject_ip $mapped {
    default $http_x_subject_ip;
}

server {
    listen 127.0.0.1:%%PORT_0%%;

    proxy_http_version 1.1;

    location / {
        proxy_pass http://%%UPSTREAM%%;
    }

    location /on {
        export_forward_headers on;
        proxy_pass http://%%UPSTREAM%%;

        location /on/off {
            export_forward_headers off;
            proxy_pass http://%%UPSTREAM%%;
        }
    }

    location /monitor {
        export_policy monitor;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /disabled {
        export_policy off;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /own {
        export_subject header:X-User as=id;
        export_subject header:X-Place as=country;
        export_consent header:X-Basis yes;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /xff {
        export_subject header:X-Forwarded-For;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /cookie {
        export_subject header:Cookie as=id;
        proxy_set_header X-Copy "$http_cookie$cookie_user";
        proxy_pass http://%%UPSTREAM%%;
    }

    location /host {
        export_subject header:User-Agent as=id;
        proxy_set_header X-Copy $http_user_agent;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /copy {
        proxy_set_header X-Copy $http_x_subject_ip;
        proxy_set_header X-Subject-IP $http_x_subject_ip;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /map {
        proxy_set_header X-Copy $mapped;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /early {
        if ($http_x_subject_ip = "none") {
            return 400;
        }

        proxy_set_header X-Copy $http_x_subject_ip;
        proxy_pass http://%%UPSTREAM%%;
    }
}
EOC

my $free = '216.160.83.7';

my @policy = ('X-Subject-IP' => $free, 'X-Subject-Country' => 'US',
              'X-AI-Training-Consent' => 'granted');
my @training = ('X-Data-Purpose' => 'ai-training');


# the request that came to the recipient, undef if none did

sub sent {
    $t->forget;
    $t->get(@_);

    return ($t->seen)[0];
}


# each row: whether policy headers are kept, uri, other headers

for ([ 0, '/', @training ], [ 0, '/' ], [ 0, '/', 'X-Data-Purpose' => 'x' ],
     [ 1, '/on', @training ], [ 0, '/on/off', @training ],
     [ 1, '/monitor', @training ], [ 1, '/monitor' ], [ 1, '/disabled' ])
{
    my ($kept, $uri, @headers) = @$_;
    my $q = sent($uri, @headers, @policy, 'X-Subject-IP' => $free);
    my $name = ($kept ? 'kept' : 'stripped') . ": $uri @headers";

    is_deeply([ $q->all('X-Subject-IP') ], $kept ? [ $free, $free ] : [],
              "$name: ip");
    is_deeply([ $q->all('X-Subject-Country') ], $kept ? [ 'US' ] : [],
              "$name: country");
    is_deeply([ $q->all('X-AI-Training-Consent') ], $kept ? [ 'granted' ] : [],
              "$name: consent");
    is($q->header('X-Data-Purpose'), $headers[1], "$name: purpose");
}

my $q = sent('/', 'x-subject-ip' => $free, 'X_SUBJECT_IP' => $free,
    'X-Subject_IP' => $free, 'X-Other' => 1);

unlike($t->seen_bytes, qr/$free/, 'any case, and underscores');
is($q->header('X-Other'), 1, 'others are kept');

$q = sent('/', @training, @policy, 'Sec-GPC' => 0,
    'Content-Usage' => 'train-ai=y', 'Content-Usage' => 'search=n');

is($q->header('Sec-GPC'), 0, 'sec-gpc is kept');
is($q->header('Content-Usage'), 'train-ai=y, search=n', 'content-usage too');

$q = sent('/own', @policy, 'X-User' => 'u', 'X-Place' => 'US',
    'X-Basis' => 'yes');

is(join('', map { $q->header($_) // '' } qw(X-User X-Place X-Basis)), '',
   'own headers');
is($q->header('X-Subject-IP'), $free, 'default ones are replaced');


# ways around the list of headers

$q = sent('/xff', @training, 'X-Forwarded-For' => $free,
    'X-Forwarded-For' => '121.2.105.1');
is($q->header('X-Forwarded-For'), '127.0.0.1', 'x-forwarded-for');

for ([ '/copy', 'X-Subject-IP' => $free ], [ '/map', 'X-Subject-IP' => $free ],
     [ '/early', 'X-Subject-IP' => $free ], [ '/cookie', Cookie => 'user=u1' ],
     [ '/host', 'User-Agent' => 'u1' ])
{
    my ($uri, $name, $value) = @$_;

    $q = sent($uri, $name => $value);
    unlike($t->seen_bytes, qr/\Q$value\E/, "$uri $name");
    is($q->header('X-Copy'), undef, "$uri X-Copy");
}


# the headers fill several parts of nginx's list

for my $n (0, 1, 18, 19, 20, 21, 22, 39, 40, 41, 70) {
    my @many = map { ("X-H" . $_ % 7 => "v$_") } 1 .. $n;
    my @mixed = map { (@many[2 * $_, 2 * $_ + 1],
        $_ % 3 ? () : ('X-Subject-Country' => 'US')) } 0 .. $n - 1;

    $q = sent('/', 'X-First' => 0, @mixed, @policy, 'X-Last' => 'z');

    my @got = grep { $_->[0] =~ /^X-/ } @{ $q->headers };
    my @want = ([ 'X-First', 0 ], (map { [ @many[2 * $_, 2 * $_ + 1] ] }
        0 .. $n - 1), [ 'X-Last', 'z' ]);

    is_deeply(\@got, \@want, "order and values of $n headers");
}

my $body = 'x' x 40000;

$t->forget;
$t->post('/', $body, { chunked => 1000 }, @policy);
($q) = $t->seen;

is($q->body, $body, 'the body is as sent');
unlike($t->seen_bytes, qr/$free|granted/, 'headers of a request with a body');

$t->secret($free);
$t->done;
