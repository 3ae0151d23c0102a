#!/usr/bin/perl

# General HTTP clients: by base URL, by http_proxy, by TLS under the recipient's
# own name, by HTTP/2.

use strict;
use warnings;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Export::Clients;

my $t = Export::Clients->new;
my $undici = $t->driver('node', 'undici.mjs');
my $got = $t->driver('node', 'got.mjs');
my $requests = $t->driver('python3', 'web.py');
my @openai = (data => [ qr{^POST api\.openai\.com/v1/(?:datasets|files)$} ]);

for my $case (qw(request stream form), 'fetch stream') {
    $t->try("undici, $case", send => $undici->($case), @openai,
        streams => scalar $case =~ /stream/);
}

for my $case (qw(form buffer stream)) {
    $t->try("got, $case", send => $got->($case), @openai,
        streams => $case eq 'stream');
}

for my $case ('form', 'form, http_proxy', 'form, TLS', 'body', 'generator',
              'csv')
{
    $t->try("requests, $case", send => $requests->($case), @openai,
        type => $case eq 'csv' ? 'csv' : 'jsonl',
        streams => $case eq 'generator');
}


# curl

my $http = 'http://127.0.0.1:' . $t->port(0);
my $h2c = 'http://127.0.0.1:' . $t->port(2);
my $data = 'openai/v1/datasets';
my $bucket = 'acme-training-data.s3.eu-west-1.amazonaws.com';
my @named = ('--connect-to', '::127.0.0.1:' . $t->port(1), '--cacert',
    $t->dir . '/ca.pem');
my @form = ('-F', 'purpose=fine-tune', '-F', 'file=@FILE');
my @last = ('-F', 'file=@FILE', '-F', 'purpose=fine-tune');
my @put = (data => [ qr{^PUT \Q$bucket\E/train\.jsonl$} ]);

for (
    [ 'form', [ @form, "$http/openai/v1/files" ] ],
    [ 'form, file first', [ @last, "$http/openai/v1/files" ] ],
    [ 'form, TLS', [ @form, @named, 'https://api.openai.com/v1/files' ] ],
    [ 'form, Expect',
      [ @form, '-H', 'Expect: 100-continue', "$http/openai/v1/files" ] ],
    [ 'form, h2c',
      [ @form, '--http2-prior-knowledge', "$h2c/openai/v1/files" ] ],
    [ 'form, HTTP/1.0', [ @form, '--http1.0', "$http/openai/v1/files" ] ],
    [ 'gzip', [ '--data-binary', '@FILE', '-H', 'Content-Encoding: gzip',
      '-H', 'Content-Type: application/jsonl', '-H',
      'X-Data-Purpose: ai-training', "$http/$data" ], type => 'jsonl.gz' ],
    [ 'gzip, h2c', [ '--data-binary', '@FILE', '-H', 'Content-Encoding: gzip',
      '-H', 'Content-Type: application/jsonl', '-H',
      'X-Data-Purpose: ai-training', '--http2-prior-knowledge',
      "$h2c/$data" ], type => 'jsonl.gz' ],
    [ '-T, http_proxy',
      [ '-T', 'FILE', '-x', $http, "http://$bucket/train.jsonl" ], @put ],
    [ '-T, TLS', [ '-T', 'FILE', @named, "https://$bucket/train.jsonl" ],
      @put ],
    [ '-T, chunked', [ '-T', 'FILE', '-H', 'Transfer-Encoding: chunked',
      @named, "https://$bucket/train.jsonl" ], @put, streams => 1 ],
    [ '-T, h2c without a length',
      [ '-T', 'FILE', '-H', 'Content-Length:', '-H',
      'Content-Type: application/jsonl', '-H', 'X-Data-Purpose: ai-training',
      '--http2-prior-knowledge', '-X', 'POST', "$h2c/$data" ], streams => 1 ],
    [ '-T, csv', [ '-T', 'FILE', '-H', 'Content-Type: text/csv', @named,
      "https://$bucket/train.jsonl" ], @put, type => 'csv' ],
) {
    my ($name, $command, @more) = @$_;

    $t->try("curl, $name", @openai, @more, send => $t->command('curl',
        '-q', '-sS', '--fail-with-body', 'HEADERS', @$command));
}


# what the guide says is not there

my $tunnel = $t->run('curl', '-q', '-sS', '-p', '-x', $http,
    'https://api.openai.com/v1/files');

like($tunnel->{message} // '', qr/CONNECT tunnel failed, response 40[05]/,
    'curl, CONNECT: refused by nginx itself');

my $other = $t->run('curl', '-q', '-sS', '--fail-with-body', '-x', $http,
    'http://elsewhere.example/v1/files', '-d', 'x');

like($other->{message} // '', qr/\b404\b/, 'curl, a host that is not listed');
is_deeply([ $t->arrived ], [], '... and nothing arrived');

$t->done;
