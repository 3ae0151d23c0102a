#!/usr/bin/perl

# export_body redact, end to end: bodies of random records in each format, cut
# at random, held and streaming, HTTP/1.1 and HTTP/2, some with a fault.  What
# the recipient gets is compared with what is due.
#
#     REDACT_N=5000 REDACT_SEED=7 prove t/export_body_redact_random.t

use strict;
use warnings;

use FindBin;
use IO::Compress::Gzip qw(gzip);
use JSON::PP;
use Test::More;

use lib "$FindBin::Bin/lib";
use Export::Test;
use Export::Test::Multipart qw(field_part file_part multipart);

my $times = $ENV{REDACT_N} || 400;
my $boundary = '------------------------5f0c1d7c2a9e4b31';
my $number = 0;

srand($ENV{REDACT_SEED} || 1);

my $t = Export::Test->new->recorder;

$t->start(<<'EOC');
export_database %%DB%%;
export_policy enforce;
export_purpose header:X-Data-Purpose ai-training;
export_subject field:country as=country;
export_body redact;

proxy_http_version 1.1;
proxy_set_header Connection "";

upstream recipient {
    server %%UPSTREAM%%;
    keepalive 4;
}

server {
    listen 127.0.0.1:%%PORT_0%%;
    listen 127.0.0.1:%%PORT_2%% http2;

    location / {
        proxy_pass http://recipient;
    }

    location /small/ {
        client_body_buffer_size 1k;
        proxy_pass http://recipient;
    }

    location /stream/ {
        proxy_request_buffering off;
        client_body_buffer_size 4k;
        proxy_pass http://recipient;
    }

    location /data/ {
        export_body redact /data;
        client_body_buffer_size 2k;
        proxy_pass http://recipient;
    }
}
EOC


sub one { return $_[rand @_] }

sub lines { return join '', map { "$_\n" } @_ }


sub record {
    my ($protected) = @_;
    my $text = 'x' x rand one(80, 80, 80, 3000);

    return sprintf '{"country":"%s","n":%d,"text":"%s"}',
        rand() < $protected ? 'GB' : 'US', ++$number, $text;
}


# fields in quotes may hold all that ends others

sub row {
    my ($json) = @_;
    my ($country, $n) = $json =~ /"country":"(..)","n":(\d+)/;

    return "$n,\"" . one('plain', qq(""said"", he\r\n), '') . "\",$country\r\n";
}


sub training_form {
    my ($file) = @_;

    return multipart($boundary, field_part('purpose', 'fine-tune'),
        file_part('file', 'train.jsonl', $file));
}


sub packed {
    gzip(\$_[0] => \my $packed);

    return $packed;
}


# name, type, what is sent of these records, and how the recipient reads it

my @formats = (
    [ 'lines', 'application/x-ndjson', \&lines ],
    [ 'array', 'application/json', sub { '[' . join(', ', @_) . ']' },
      sub { decode_json($_[0]) } ],
    [ 'data', 'application/json',
      sub { '{"n":0,"data":[ ' . join(',', @_) . '],"last":[]}' },
      sub { decode_json($_[0])->{data} } ],
    [ 'sequence', 'application/json-seq',
      sub { join '', map { "\x1e$_\n" } @_ } ],
    [ 'csv', 'text/csv',
      sub { join '', "n,text,country\r\n", map { $_->{row} } @_ } ],
    [ 'multipart', "multipart/form-data; boundary=\"$boundary\"",
      sub { training_form(lines(@_)) } ],
    [ 'gzip', 'application/x-ndjson', sub { packed(lines(@_)) } ],
);


# HTTP/2 has no length here; HTTP/1.1 has one or chunks

sub reply_to {
    my ($path, $body, @headers) = @_;

    # all in lower case, values too: HTTP/2 wants it of names
    return $t->h2(POST => $path,
        { body => $body, sizes => [ 1 + int rand 5000 ] }, map { lc } @headers)
        if rand() < 0.3;

    my %how = (body => $body);

    $how{chunked} = [ 1 + int rand 3000 ] if rand() < 0.7;

    return $t->pieces([ $t->cut($t->bytes('POST', $path, \%how, @headers),
        1 + int rand 4000) ], 0, timeout => 10, method => 'POST');
}


sub framed {
    my ($request) = @_;
    my $length = $request->header('Content-Length');

    return defined $length ? $length == length $request->body
        : ($request->header('Transfer-Encoding') // '') eq 'chunked';
}


# empty if all is as it should be

sub fault {
    my ($format, $records, $kept, $broken, $body, $reply) = @_;
    my ($name, $type, $write, $read) = @$format;
    my $status = $reply->status // 'none';
    my @whole = grep { $_->complete } $t->seen;
    my $got = $t->seen_bytes;

    return 'somebody protected has left' if $got =~ /"GB"|,GB\r/;

    if ($broken || !@$kept) {
        return "answered $status" if $status ne '451';
        return @whole ? 'refused, and arrived whole' : '';
    }

    return "answered $status" if $status ne '200';
    return @whole . ' requests' if @whole != 1;
    return 'no frame' if !framed($whole[0]);

    my $due = @$kept == @$records ? $body
        : $name eq 'gzip' ? lines(@$kept) : $write->(@$kept);

    return '' if $whole[0]->body eq $due;
    return 'another body' if !$read;

    my @numbers = map { $_->{n} } @{ $read->($whole[0]->body) };

    return "@numbers" eq join(' ', map { /"n":(\d+)/ } @$kept) ? ''
        : 'other records';
}


sub transfer {
    my $format = one(@formats);
    my ($name, $type, $write) = @$format;
    my $protected = one(0, 0.1, 0.5, 0.9);
    my @records = map { record($protected) } 0 .. rand 60;
    my @kept = grep { /"US"/ } @records;
    my $path = $name eq 'data' ? '/data/' : one('/', '/small/', '/stream/');

    # a form beside the file, and a table's header, are no less than nothing
    return if $name =~ /^(?:multipart|csv|data)$/ && !@kept;

    if ($name eq 'csv') {
        @records = map { { row => row($_) } } @records;
        @kept = grep { $_->{row} =~ /,US\r/ } @records;
    }

    my $body = $write->(@records);
    # the last line end of a multipart may be missing
    my $broken = $name !~ /^(?:csv|gzip)$/ && rand() < 0.15;
    my $sent = $broken ? "$body\{]" : $body;

    $sent = substr $body, 0, -3 - rand 20 if $broken && $name eq 'multipart';

    $t->forget;

    my $reply = reply_to($path, $sent, 'X-Data-Purpose' => 'ai-training',
        'Content-Type' => $type,
        $name eq 'gzip' ? ('Content-Encoding' => 'gzip') : ());
    my $fault = fault($format, \@records, \@kept, $broken, $body, $reply);

    return $fault ? "$name, $path, $fault, records up to $number" : '';
}


my @faults = grep { $_ } map { transfer() } 1 .. $times;

is(@faults, 0, "$times transfers of $number records");
diag($_) for splice @faults, 0, 10;

$t->done;
