#!/usr/bin/perl

# export_subject scope=declared: what the head says covers no record.

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
export_undeclared training;

add_header X-Got "$export_reason $export_subjects" always;

export_subject field:ip;
export_subject header:X-Subject-IP scope=declared;
export_subject header:X-Subject-Country scope=declared as=country;

underscores_in_headers on;

server {
    listen 127.0.0.1:%%PORT_0%%;

    location / {
        proxy_pass http://%%UPSTREAM%%;
    }

    location /transfer {
        export_subject field:ip;
        export_subject header:X-Subject-Country as=country scope=transfer;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /mixed {
        export_subject field:ip;
        export_subject header:X-Subject-Country as=country scope=declared;
        export_subject header:X-Batch-Country as=country;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /redact {
        export_body redact;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /unseen {
        export_body off;
        proxy_pass http://%%UPSTREAM%%;

        location /unseen/rules {
            export_body inspect;
            export_subject header:X-Subject-Country scope=declared as=country;
            proxy_pass http://%%UPSTREAM%%;
        }
    }

    location /v1/fine_tuning/jobs {
        export_destination api.openai.com;
        proxy_pass http://%%UPSTREAM%%;
    }
}
EOC

my $country = 'X-Subject-Country';
my $us = '{"ip":"216.160.83.1"}';
my $gb = '{"ip":"81.2.69.160"}';
my $misspelt = '{"ipp":"81.2.69.160"}';


# each row: outcome, uri, body, headers

for my $row (
    [ 'not_protected 2', '/', $us, $country => 'US' ],
    [ 'subject_missing 1', '/', $misspelt, $country => 'US' ],
    [ 'subject_missing 1', '/', $misspelt, 'X-Subject-IP' => '216.160.83.1' ],
    [ 'subject_missing 0', '/', $misspelt ],
    [ 'consent_missing 1', '/', $us, $country => 'GB' ],
    [ 'consent_missing 2', '/', $gb, $country => 'US' ],
    [ 'subject_missing 2', '/', "$us\n$misspelt\n", $country => 'US' ],
    [ 'subject_malformed 1', '/', $us, X_Subject_IP => '216.160.83.1' ],
    [ 'not_protected 1', '/transfer', $misspelt, $country => 'US' ],
    [ 'subject_missing 1', '/mixed', $misspelt, $country => 'US' ],
    [ 'not_protected 2', '/mixed', $misspelt, $country => 'US',
      'X-Batch-Country' => 'US' ],
    [ 'consent_missing 2', '/mixed', $misspelt, $country => 'GB',
      'X-Batch-Country' => 'US' ],
    [ 'consent_granted 1', '/', $misspelt, $country => 'US',
      'X-AI-Training-Consent' => 'granted' ],
    [ 'records_dropped 2', '/redact', "$us\n$misspelt\n", $country => 'US' ],
    [ 'subject_missing 1', '/unseen', $us, $country => 'US' ],
    [ 'subject_missing 1', '/unseen/rules', $us, $country => 'US' ],

    # a job without records is none of anybody, but the head is judged
    [ 'not_protected 1', '/v1/fine_tuning/jobs', '{"training_file":"f"}',
      $country => 'US' ],
    [ 'consent_missing 1', '/v1/fine_tuning/jobs', '{"training_file":"f"}',
      $country => 'GB' ])
{
    my ($want, $uri, $body, @headers) = @$row;
    my $r = $t->post($uri, $body, 'Content-Type' => $body =~ /\n/
        ? 'application/x-ndjson' : 'application/json', @headers);

    is($r->header('X-Got'), $want, join ' ', $uri, $body =~ s/\n/|/gr,
        @headers);
}

is($t->get('/', $country => 'US')->header('X-Got'), 'not_protected 1',
    'without a body the head is all there is');
is($t->get('/', $country => 'GB')->header('X-Got'), 'consent_missing 1',
    '... and is judged');
is($t->post('/', 'PAR1', 'Content-Type' => 'application/vnd.apache.parquet',
    $country => 'US')->header('X-Got'), 'body_opaque 1', 'opaque');


# each row: error, configuration

for my $row (
    [ 'invalid value "scope=x"', 'export_subject header:X scope=x;' ],
    [ 'invalid value "scope="', 'export_subject header:X scope=;' ],
    [ 'has "scope=declared" for a field',
      'export_subject field:x scope=declared;' ],
    [ 'invalid number of arguments in "export_subject"',
      'export_subject header:X as=ip scope=declared x;' ])
{
    my ($ok, $errors) = $t->test_conf($row->[1]);
    ok(!$ok && $errors =~ /\[emerg\].*\Q$row->[0]/, $row->[1]) or diag $errors;
}

$t->done;
