#!/usr/bin/perl

# The vendors' own packages, by base URL.

use strict;
use warnings;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Export::Clients;

my $t = Export::Clients->new;
my $openai = $t->driver('node', 'openai.mjs');
my $mistral = $t->driver('node', 'mistral.mjs');
my $together = $t->driver('node', 'together.mjs');
my $hub = $t->driver('node', 'hub.mjs');

for my $case ('stream', 'stream, file first', 'buffer', 'buffer, file first') {
    $t->try("openai, files.create, $case", send => $openai->($case),
        data => [ qr{^POST api\.openai\.com/v1/files$} ]);
}

$t->try('openai, uploads in parts', send => $openai->('parts'),
    parts => 1,
    data => [ qr{^POST api\.openai\.com/v1/uploads/upload_1/parts$} ],
    control => [ qr{^POST api\.openai\.com/v1/uploads$} ]);

for my $case (qw(blob buffer)) {
    $t->try("mistral, files.upload, $case", send => $mistral->($case),
        data => [ qr{^POST api\.mistral\.ai/v1/files$} ]);
}

$t->try('together, files.upload', send => $together->('file'),
    shows => qr/Unavailable For Legal Reasons\) status code 451/,
    data => [ qr{^PUT together-user-files\.r2\.cloudflarestorage\.com/} ],
    control => [ qr{^POST api\.together\.xyz/v1/files$} ]);

$t->try('hub, commit', send => $hub->('commit'), declare => 1, shows => 1,
    data => [ qr{^POST huggingface\.co/api/datasets/.*/commit/main$} ]);

$t->try('hub, LFS', send => $hub->('lfs'), declare => 1, shows => 1,
    data => [ qr{^PUT hf-hub-lfs-us-east-1\.s3-accelerate\.amazonaws\.com/} ]);

$t->done;
