#!/usr/bin/perl

# What nginx has remembered of headers and of the body does not outlive their
# being taken off or replaced.

use strict;
use warnings;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/lib";
use Export::Test;


my $t = Export::Test->new;

my $uk = '{"ip":"81.2.69.160"}';
my $us = '{"ip":"216.160.83.56"}';
my ($lines, $left) = ("$uk\n$us\n", "$us\n");

$t->recorder(
    '/company' => { status => 502, body => 'down' },
    '/wait' => { status => 503, delay => 0.5 },
    '/parts' => { status => 502, delay => 1 },
    '/accel' => { headers => [ 'X-Accel-Redirect' => '/redirected' ] },
    '*' => { body => 'forwarded' },
);

# a server whose bodies nginx reads before anything else

my $early = $t->has_directive('client_body_early_read') ? <<'EOC' : '';
server {
    listen 127.0.0.1:%%PORT_1%%;

    client_body_early_read 1;

    location / {
        if ($request_body ~ never) {
            return 400;
        }

        proxy_set_body $request_body;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /mapped {
        if ($body_map = never) {
            return 400;
        }

        proxy_set_body $body_map;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /chosen {
        if ($request_body ~ ip) {
            proxy_pass http://%%UPSTREAM%%;
        }
    }
}
EOC

$t->start(<<'EOC' . $early);
export_database %%DB%%;
export_policy   enforce;
export_body     redact;
export_subject  field:ip;
export_subject  header:X-Forwarded-For as=ip;
export_subject  header:X-Subject-Country as=country;
export_subject  header:X-User as=id;
export_consent  header:X-AI-Training-Consent granted;

limit_req_zone $proxy_add_x_forwarded_for zone=forwarded:1m rate=1000r/s;

map $http_x_subject_country $country {
    default  $http_x_subject_country;
}

map $country $chain {
    default  at:$country;
}

map $request_body $body_map {
    default  $request_body;
}

map $uri $inside {
    default  $http_x_subject_country;
}

map $http_x_subject_country $named {
    "~^(?<kept>.+)$"  $kept;
}

map $request_uri $first {
    "~^/(?<rest>[a-z]+)"  $rest;
}

split_clients $http_x_user $half {
    50%  a$http_x_user;
    *    b$http_x_user;
}

log_format all '$request_body $request_body_file $proxy_add_x_forwarded_for '
               '$request_id';

server {
    listen 127.0.0.1:%%PORT_0%%;

    proxy_set_body $request_body;

    location /fallback {
        export_policy off;
        error_page 502 = @outside;
        proxy_intercept_errors on;
        proxy_pass http://%%UPSTREAM%%/company;
    }

    location @outside {
        proxy_pass http://%%UPSTREAM%%;
    }

    location /accel {
        export_policy off;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /redirected {
        proxy_pass http://%%UPSTREAM%%;
    }

    location /map {
        export_policy off;
        error_page 502 = @mapped;
        proxy_intercept_errors on;
        proxy_set_body $body_map;
        proxy_pass http://%%UPSTREAM%%/company;
    }

    location @mapped {
        proxy_set_body $body_map;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /mirror {
        export_policy off;
        mirror /mirrored;
        proxy_set_body "main $request_body";
        proxy_pass http://%%UPSTREAM%%;
    }

    location = /mirrored {
        internal;
        export_policy enforce;
        proxy_set_body "mirror $request_body";
        proxy_pass http://%%UPSTREAM%%;
    }

    location /headers {
        limit_req zone=forwarded burst=9 nodelay;

        if ($chain = x) {
            return 403;
        }

        if ($inside = x) {
            return 403;
        }

        if ($half = x) {
            return 403;
        }

        if ($named = x) {
            return 403;
        }

        if ($first = x) {
            return 403;
        }

        if ($request_id = x) {
            return 403;
        }

        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header X-Chain   $chain;
        proxy_set_header X-Inside  $inside;
        proxy_set_header X-Half    $half;
        proxy_set_header X-Kept    $kept;
        proxy_set_header X-Rest    $rest;
        proxy_set_header X-Request $request_id;
        proxy_set_body   none;

        add_header X-Request $request_id;

        proxy_pass http://%%UPSTREAM%%;
    }

    location /copy {
        set $kept   $http_x_subject_country;
        set $body   "a $request_body";
        set $other  $http_x_other;
        set $mapped $chain;

        if ($http_x_subject_country ~ "^(?<group>..)$") {
            set $by_place $1;
        }

        if ($http_x_other ~ "^(?<fine>..)$") {
            set $also_fine $1;
        }

        proxy_pass  http://%%UPSTREAM%%;
    }

    location /parts {
        export_policy off;
        mirror /late;
        recursive_error_pages on;
        error_page 502 = @parts;
        proxy_intercept_errors on;
        proxy_pass http://%%UPSTREAM%%/company;
    }

    location @parts {
        proxy_set_body none;
        error_page 502 = @again;
        proxy_intercept_errors on;
        proxy_pass http://%%UPSTREAM%%;
    }

    location @again {
        proxy_set_body none;
        proxy_set_header X-Seen $http_x_subject_country;
        proxy_pass http://%%UPSTREAM%%;
    }

    location = /late {
        internal;
        export_policy off;
        proxy_intercept_errors on;
        error_page 503 = @late;
        proxy_pass http://%%UPSTREAM%%/wait;
    }

    location @late {
        export_policy off;
        proxy_set_header X-Seen $http_x_subject_country;
        proxy_pass http://%%UPSTREAM%%;
    }
}
EOC


sub post {
    my ($uri, @headers) = @_;

    $t->forget;

    my $r = $t->post($uri, $lines, 'X-Data-Purpose' => 'ai-training',
                     'Content-Type' => 'application/x-ndjson', @headers);

    return $r, $t->seen;
}


# a body that was read, and sent to somebody else, before

for my $uri ('/fallback', '/accel', '/map') {
    my ($r, @seen) = post($uri);

    is($r->body, 'forwarded', "$uri: forwarded");
    is($seen[0]->body, $lines, "$uri: first as it came");
    is($seen[1]->body, $left, "$uri: then less what was dropped");
    like($r->header('Export-Decision'), qr/dropped=1/, "$uri: as is said");
}

my ($r, @seen) = post('/mirror');
my %body = map { $_->uri => $_->body } @seen;

is($body{'/mirror'}, "main $lines", 'the main request as it came');
is($body{'/mirrored'}, "mirror $left", 'its mirror less what was dropped')
    if exists $body{'/mirrored'};
unlike(join('', map { $_->body } grep { $_->uri ne '/mirror' } @seen),
       qr/81\.2\.69/, 'no record reaches the mirror');


SKIP: {
    skip 'no client_body_early_read', 18 if !$early;

    my @head = ('x-data-purpose' => 'ai-training',
                'content-type' => 'application/x-ndjson');

    for my $uri ('/', '/mapped', '/chosen') {
        for my $opt ({ port => 1 }, { port => 1, chunked => 7 }) {
            $t->forget;
            my $r = $t->post($uri, $lines, $opt, @head);

            is($r->body, 'forwarded', "early, $uri: forwarded");
            is(join('', map { $_->body } $t->seen), $left,
               '... less what was dropped');
            like($r->header('Export-Decision'), qr/dropped=1/, '... as is said');
        }
    }
}


# headers

($r, @seen) = post('/headers', 'X-Forwarded-For' => '216.160.83.57',
                   'X-Subject-Country' => 'US', 'X-User' => 'user-7',
                   'X-AI-Training-Consent' => 'granted');

my $seen = $seen[0];

is($r->status, 200, 'forwarded');
is($seen->header('X-Forwarded-For'), '127.0.0.1', 'no address of a subject');
is($seen->header('X-Chain'), 'at:', 'no map of a map');
is($seen->header('X-Inside'), undef, 'no map with a header inside');
unlike($seen->header('X-Half'), qr/user-7/, 'no split_clients');
is($seen->header('X-Kept'), undef, 'no capture of a map of it');
is($seen->header('X-Rest'), 'headers', 'but that of another one');
is($seen->header('X-Request'), $r->header('X-Request'),
   '$request_id is the same');


# a subrequest with all headers, which evaluates them after they were taken off

($r, @seen) = post('/parts', 'X-Subject-Country' => 'US');
my @last = grep { $_->uri eq '/parts' } @seen;

is(scalar @last, 2, 'two recipients were tried');
is($_->header('X-Seen'), undef, 'nothing from the subrequest') for @last;


# copies

my @copies = $t->log =~ /\[warn\].*?: "((?:set|if) \$?\w+) .* keeps a copy of/g;

is("@copies", 'set $kept set $body set $mapped set $by_place if group',
   'nginx -t tells of copies');
like($t->log, qr/do not send "\$kept" to a recipient, in \S+nginx\.conf:\d+$/m,
     'and where they are');

$t->done;
