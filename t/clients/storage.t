#!/usr/bin/perl

# S3: signed, under the bucket's own name.

use strict;
use warnings;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Export::Clients;

my $t = Export::Clients->new;
my $s3 = $t->driver('node', 's3.mjs');
my $bucket = qr{acme-training-data\.s3\.eu-west-1\.amazonaws\.com};

my %type = (gzip => 'jsonl.gz', csv => 'csv', 'csv stream' => 'csv');

for my $case (qw(buffer stream gzip csv), 'csv stream') {
    $t->try("client-s3, put, $case", send => $s3->($case), signed => 1,
        type => $type{$case}, data => [ qr{^PUT $bucket/fine-tune/} ]);
}

$t->try('client-s3, put, path style', send => $s3->('path style'),
    signed => 1, data => [
        qr{^PUT s3\.eu-west-1\.amazonaws\.com/acme-training-data/fine-tune/} ]);

$t->try('client-s3, multipart upload', send => $s3->('multipart'),
    signed => 1, parts => 1, data => [ qr{^PUT $bucket/fine-tune/} ],
    control => [ qr{^POST $bucket/fine-tune/} ]);

$t->done;
