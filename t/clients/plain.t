#!/usr/bin/perl

# General HTTP clients.

use strict;
use warnings;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Export::Clients;

my $t = Export::Clients->new;
my $undici = $t->driver('node', 'undici.mjs');
my $got = $t->driver('node', 'got.mjs');

for my $case (qw(request stream form), 'fetch stream') {
    $t->try("undici, $case", send => $undici->($case),
        data => [ qr{^POST api\.openai\.com/v1/(?:datasets|files)$} ]);
}

for my $case (qw(form buffer stream)) {
    $t->try("got, $case", send => $got->($case),
        data => [ qr{^POST api\.openai\.com/v1/(?:datasets|files)$} ]);
}

$t->done;
