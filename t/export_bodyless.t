#!/usr/bin/perl

# export_bodyless: requests that can carry no record.

use strict;
use warnings;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/lib";
use Export::Test;


my $t = Export::Test->new->has('http_v2', 'http_auth_request');

$t->start(<<'EOC');
export_database %%DB%%;
export_policy enforce;

underscores_in_headers on;
ignore_invalid_headers off;

export_subject field:ip;
export_subject field:/user/birthplace as=country;
export_subject arg:person as=id;
export_subject header:X-Subject-IP;

add_header X-Got "$export_reason" always;

server {
    listen 127.0.0.1:%%PORT_0%%;
    listen 127.0.0.1:%%PORT_2%% http2;

    location / {
        proxy_pass http://%%UPSTREAM%%;
    }

    location /block {
        export_bodyless block;
        proxy_pass http://%%UPSTREAM%%;

        location /block/allow {
            export_bodyless allow;
            proxy_pass http://%%UPSTREAM%%;
        }
    }

    location /auth {
        export_policy off;
        auth_request /asked;
        proxy_pass http://%%UPSTREAM%%;
    }

    location = /asked {
        proxy_pass http://%%UPSTREAM%%;
    }
}
EOC

my @training = ('X-Data-Purpose' => 'ai-training');
my $free = 'no_personal_data';
my $missing = 'subject_missing';


sub got {
    my ($method, $uri, @more) = @_;
    my $opt = ref $more[0] ? shift @more : {};

    return $t->request($method, $uri, $opt, @training, @more)
        ->header('X-Got');
}


is(got($_, '/v1/files/file-abc123'), $free, $_)
    for qw(GET HEAD OPTIONS DELETE);
is(got($_, '/v1/files/file-abc123'), $missing, $_)
    for qw(POST PUT PATCH PROPFIND);

# each row: outcome, uri, headers

for my $row (
    [ $free, '/v1/files?after=2026-11-28T14:00:00Z&limit=20&order=asc' ],
    [ $free, '/v1/models/ft:gpt-4.1-mini:acme::ab12' ],
    [ $free, '/upload/tus', 'Content-Length' => 0 ],
    [ $free, '/@scope/pkg' ],
    [ $free, '/', 'Access-Control-Request-Method' => 'POST' ],
    [ $free, '/?' . 'a' x 1000 ], [ $missing, '/?' . 'a' x 1100 ],
    [ $missing, '/?' . '%61' x 341 . 'aa' ],
    [ $missing, '/block' ], [ $free, '/block/allow' ],

    # somebody is named, or nearly

    [ $missing, '/', 'X-Subject-IPs' => '216.160.83.1' ],
    [ $missing, '/', 'X-SubjectIP' => '216.160.83.1' ],
    [ $missing, '/', 'X-Subjct-IP' => 'x' ], [ $missing, '/', 'IP' => 'x' ],
    [ 'subject_malformed', '/', 'X_Subject_IP' => '216.160.83.1' ],
    [ $missing, '/', 'X-Subject-IP' => '' ],
    [ $missing, '/?ip=81.2.69.160' ], [ $missing, '/?ip[]=x' ],
    [ $missing, '/?IP' ], [ $missing, '/?+ip=x' ], [ $missing, '/?i%70=x' ],
    [ $missing, '/?%EF%BB%BFip=x' ], [ $missing, '/?user[ip]=x' ],
    [ $missing, '/?x%253Di%2570' ], [ $missing, '/?persn=7' ],
    [ $missing, '/?birth_place=GB' ], [ $missing, '/?x_subject_ip=x' ],
    [ $missing, '/?q=81.2.69.160' ], [ $missing, '/users/81.2.69.160/x' ],
    [ $missing, '/users/81%2e2%2e69.160' ], [ $missing, '/?q=2a02:db8::1' ],
    [ $missing, '/ip/x' ], [ $missing, '/x;ip=1' ], [ $missing, '/?country=GB' ],
    [ $missing, '/users/ann%40example.org' ],

    # by another name than the rules have

    (map { [ $missing, '/', $_ => 'x' ] }
     'X-Subject', 'X-Subject-Id', 'Subject-Country', 'Data-Subject',
     'X-Data-Subject-IP', 'X-Country', 'X-Client-IP', 'X-User-Country',
     'User-IP', 'X-User-Email'),
    (map { [ $missing, "/?$_=x" ] }
     qw(subject subject_id subjectCountry data-subject countries ips ipv4
     remote_ip remote_addr user.country nationality userEmail)),
    [ $missing, '/subjects/subject/1' ],

    # names and numbers of vendors' own

    (map { [ $free, $_ ] }
     '/v1/fine_tuning/jobs?limit=20', '/v1/fine_tuning/jobs/ftjob-1/events',
     '/v1/files?purpose=fine-tune&after=file-abc&limit=10000',
     '/v1/models/ft:gpt-4o-mini-2024-07-18:acme:s:id',
     '/files/24e533e02ec3bc40c387f1a0e460e216', '/api/whoami-v2',
     '/datasets/u/d/resolve/main/data/train-00000-of-00001.parquet',
     '/v1/projects/p/locations/us-central1/operations/123456789',
     '/v1/trainings/zz4ibbonubfz7carwiefibzgga?zip=1', '/v1.2/jobs/1.0.3',
     '/v1/tip/recipients/shipping?subjects=maths&subjective=1',
     '/b/k?X-Amz-Credential=AKIA%2F20240101%2Fus-east-1&X-Amz-Expires=60'),
    [ $free, '/', 'X-Request-Id' => 1, 'X-Stainless-OS' => 'Linux' ],
    [ $free, '/', 'Tus-Resumable' => '1.0.0', 'User-Agent' => 'x/1.2.3.4' ],

    # it may be another request than it seems

    [ $missing, '/', 'X-HTTP-Method-Override' => 'POST' ],
    [ $missing, '/', 'X-HTTP-Method' => 'POST' ],
    [ $missing, '/', 'X-Method-Override' => 'POST' ],
    [ $missing, '/', 'X_HTTP_Method_Override' => 'POST' ],
    [ $missing, '/?_method=POST' ], [ $missing, '/?%24httpMethod=POST' ],
    [ $missing, '/', 'Upgrade' => 'websocket' ],

    # whoever speaks of consent means somebody

    [ 'consent_denied', '/', 'Sec-GPC' => 1 ],
    [ 'consent_invalid', '/', 'X-AI-Training-Consent' => 'maybe' ],
    [ 'consent_granted', '/', 'X-AI-Training-Consent' => 'granted' ],
    [ 'consent_denied', '/', 'Content-Usage' => 'train-ai=n' ])
{
    my ($want, $uri, @headers) = @$row;
    is(got('GET', $uri, @headers), $want, join ' ', substr($uri, 0, 60),
        @headers);
}


# a body, or one that is announced

isnt(got('GET', '/', { body => 'x' }), $free, 'a body');
isnt(got('DELETE', '/', { body => '{}', chunked => 1 }), $free, 'chunked');
isnt(got('GET', '/', { body => '', chunked => 1 }), $free, 'chunked, empty');

my @h2 = ('x-data-purpose' => 'ai-training');

is($t->h2('GET', '/', { port => 2 }, @h2)->header('x-got'), $free, 'h2');
isnt($t->h2('GET', '/', { port => 2, body => 'x' }, @h2)->header('x-got'),
    $free, 'h2: a body');


# a purpose that cannot be read; a subrequest

is($t->get('/', 'X-Data-Purpose' => 'ai-traning')->header('X-Got'),
    'purpose_malformed', 'unreadable purpose');
is($t->get('/auth', @training)->status, 451, 'a subrequest');


# each row: error, configuration

for my $row (
    [ 'invalid value "on"', 'export_bodyless on;' ],
    [ '"export_bodyless" directive is duplicate',
      'export_bodyless allow; export_bodyless block;' ])
{
    my ($ok, $errors) = $t->test_conf($row->[1]);
    ok(!$ok && $errors =~ /\[emerg\].*\Q$row->[0]/, $row->[1]) or diag $errors;
}

$t->done;
