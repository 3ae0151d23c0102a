#!/usr/bin/perl

# S3: signed, under the bucket's own name.

use strict;
use warnings;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Export::Clients;

my $t = Export::Clients->new;
my $http = 'http://127.0.0.1:' . $t->port(0);
my $s3 = $t->driver('node', 's3.mjs');
my $boto3 = $t->driver('python3', 'storage.py');
my $bucket = qr{acme-training-data\.s3\.eu-west-1\.amazonaws\.com};
my $path = qr{s3\.eu-west-1\.amazonaws\.com/acme-training-data};
my $put = qr{^PUT (?:$bucket|$path)/fine-tune/train\.jsonl$};
my $parts = qr{^POST $bucket/fine-tune/train\.jsonl$};
my %type = (gzip => 'jsonl.gz', csv => 'csv', 'csv stream' => 'csv');

sub stored {
    my ($name, $send, %opt) = @_;

    $t->try($name, send => $send, signed => 1, data => [ $put ], %opt);
}


for my $case (qw(buffer stream gzip csv), 'csv stream', 'path style') {
    stored("client-s3, put, $case", $s3->($case), type => $type{$case});
}

for my $case (qw(buffer stream gzip csv upload_file)) {
    stored("boto3, $case", $boto3->($case), type => $type{$case});
}

for (
    [ 'client-s3', $s3->('multipart') ],
    [ 'boto3', $boto3->('multipart upload') ])
{
    stored("$_->[0], multipart upload", $_->[1], parts => 1,
        control => [ $parts ]);
}


# larger than any buffer, in one piece

for (
    [ 'client-s3, put, stream', $s3->('stream') ],
    [ 'boto3, stream', $boto3->('stream') ])
{
    stored("$_->[0], 12 MB", $_->[1], copies => 20000, only => qr/^US/);
}

# parts of 5 MB end anywhere, and half a record is nothing that can be read

my $cut = $s3->('cut parts')->({ headers => {},
    file => $t->large(qw(us us us)) });

like($cut->{message}, qr/^body_opaque/,
    'client-s3, parts that cut records: refused');
is_deeply([ grep { $_->{method} eq 'PUT' } $t->arrived ], [],
    '... and nothing arrived');


# a bucket that is not for training

my $backup = $s3->('backup')->({ headers => {},
    file => $t->file('csv', 'gb') });

is($backup->{shown}, undef, 'client-s3, another bucket: passes');
is_deeply([ map { $_->{signature} } $t->arrived ], [ 'valid' ],
    '... and arrived, signed');


# rclone: http:// and http_proxy, as its TLS cannot be led elsewhere

my @rclone = ('env', '-u', 'AWS_CA_BUNDLE',
    "http_proxy=$http", 'rclone', '--config', '/dev/null',
    'HEADERS', 'copyto', 'FILE', '--s3-provider', 'AWS', '--s3-env-auth',
    '--s3-region', 'eu-west-1', '--s3-endpoint',
    'http://s3.eu-west-1.amazonaws.com', '--s3-no-check-bucket',
    '--ignore-times');

for my $style ('path', 'host') {
    stored("rclone, copyto, $style style", $t->command(@rclone,
        '--s3-force-path-style=' . ($style eq 'path' ? 'true' : 'false'),
        ':s3:acme-training-data/fine-tune/train.jsonl'),
        control => [ qr{^HEAD } ], tries => 3);
}

$t->done;
