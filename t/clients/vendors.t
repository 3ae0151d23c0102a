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

# The gate reads what LFS sends to its data host, whatever was declared before.

$t->try('hub, LFS, records of others than declared', send => $hub->('lfs'),
    declare => [ 'us' ], shows => 1,
    data => [ qr{^PUT hf-hub-lfs-us-east-1\.s3-accelerate\.amazonaws\.com/} ],
    control => [ qr{/preupload/main$}, qr{/info/lfs/objects/batch$} ]);


# larger than any buffer

$t->try('openai, files.create, 12 MB', send => $openai->('stream'),
    copies => 20000, only => qr/^US/,
    data => [ qr{^POST api\.openai\.com/v1/files$} ]);


# jobs on data sent earlier, and what is no training

my %uk = ('X-Subject-IP' => '131.111.8.46');

for (
    [ 'job', {}, undef ],
    [ 'job', {}, qr/consent_missing/, metadata => { ip => '131.111.8.46' } ],
    [ 'job', \%uk, qr/consent_missing/ ],
    [ 'chat', \%uk, undef ],
) {
    my ($case, $headers, $error, %more) = @$_;
    my $got = $openai->($case)->({ headers => $headers, %more });
    my $name = join ', ', "openai, $case", sort keys %$headers, keys %more;

    if ($error) {
        like($got->{message}, $error, "$name: refused");
        is(scalar $t->arrived, 0, '... and nothing arrived');

    } else {
        is($got->{shown}, undef, "$name: passes");
        is(scalar $t->arrived, 1, '... and arrived');
    }
}

$t->done;
