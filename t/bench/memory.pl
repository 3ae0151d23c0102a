#!/usr/bin/perl

# Bodies of 1 byte to 4 GB, of 0 to 10 million records, and what the worker's
# memory comes to while it inspects them.  Each body is sent twice: once
# without a protected record, which has to arrive whole, and once with one as
# the very last, which has to be refused and nothing of it arrive.
#
#     GIGABYTES=4.3 perl t/bench/memory.pl        the largest body
#
# Bodies are made as they are sent.  nginx holds one in a temporary file until
# it is decided; where the disk has no room for that, the row is left out.  In
# monitor mode it passes by, and what would have been refused is only counted.
# "before" is the worker's memory before the row, "largest" what it came to.
#
# Then: what a transfer takes while many are under way at a time.

use strict;
use warnings;

use Compress::Zlib qw(memGzip);
use FindBin;
use lib $FindBin::Bin;
use Bench;

my $most = ($ENV{GIGABYTES} || 4.3) * 1e9;
my $flight = $ENV{TRANSFERS} || 400;
my $gib = 1 << 30;

my $protected = qq({"ip":"131.111.8.46"}\n);
my $small = qq({"ip":"8.8.8.8"}\n) x 10000;
my $large = join '', map { "$_\n" } Bench::records(1000, 1000);

my $boundary = '------------------------5f0c1d7c2a9e4b31';
my $part = "--$boundary\r\nContent-Disposition: form-data; name=\"file\"; "
    . "filename=\"train.jsonl\"\r\n\r\n";


# Lines of which a block compresses some 100 to 1: the default ratio is 200.

sub repetitive {
    my @lines = Bench::records(20, 1000);

    return join('', map { "$_\n" } @lines) x 50;
}


# so many blocks that there are at least as many bytes of records

sub blocks {
    my ($bytes, $block) = @_;

    return POSIX::ceil($bytes / length $block);
}


# name, how it is sent, block of lines, times

my $gzipped = repetitive();

my @bodies = (
    [ '1 byte, no record', { headers => [ 'X-Subject-IP: 8.8.8.8' ] },
        "\n", 1 ],
    [ '1 record', {}, qq({"ip":"8.8.8.8"}\n), 1 ],
    [ '1 million records', {}, $small, 100 ],
    [ '10 million records', {}, $small, 1000 ],
    [ '10 million, chunked', { chunked => 1 }, $small, 1000 ],
    [ '1 MB', {}, $large, 1 ],
    [ '1 GB', {}, $large, blocks($gib, $large) ],
    [ '1 GB, chunked', { chunked => 1 }, $large, blocks($gib, $large) ],
    [ '1 GB, gzip', { encoding => 'gzip' }, $gzipped,
        blocks($gib, $gzipped) ],
    [ 'under 2 GB', {}, $large, blocks(2 * $gib, $large) - 1 ],
    [ 'over 2 GB', {}, $large, blocks(2 * $gib, $large) ],
    [ 'over 2 GB, chunked', { chunked => 1 }, $large,
        blocks(2 * $gib, $large) ],
    [ 'over 2 GB, unbuffered', { path => '/unbuffered' }, $large,
        blocks(2 * $gib, $large) ],
    [ 'over 4 GB', {}, $large, blocks(4 * $gib, $large) ],
    [ 'over 4 GB, gzip', { encoding => 'gzip' }, $gzipped,
        blocks(4 * $gib, $gzipped) ],
    [ 'over 4 GB, monitor', { path => '/monitor', chunked => 1 }, $large,
        blocks(4 * $gib, $large) ],
);


sub start {
    my $bench = Bench->new->recipient;

    return $bench->start(<<'END');
%%GLOBALS%%
events { worker_connections 2048; }
http {
    %%HTTP%%
    client_max_body_size 0;
    client_body_timeout 600;
    proxy_http_version 1.1;
    proxy_read_timeout 600;
    export_database %%COUNTRIES%%;
    export_subject field:ip;
    export_subject header:X-Subject-IP;
    export_body_limits inflate=8g;

    server {
        listen 127.0.0.1:%%PORT_0%%;
        add_header X-Decision "$export_decision $export_records" always;

        location /off { proxy_pass http://%%SINK%%; }
        location /enforce {
            export_policy enforce;
            proxy_pass http://%%SINK%%;
        }
        location /unbuffered {
            export_policy enforce;
            proxy_request_buffering off;
            proxy_pass http://%%SINK%%;
        }
        location /monitor {
            export_policy monitor;
            proxy_request_buffering off;
            proxy_pass http://%%SINK%%;
        }
    }
}
END
}


# MB that are free where nginx holds bodies

sub room {
    my ($dir) = @_;
    my $df = `df -Pk $dir`;

    return $df =~ /(\d+)\s+\d+%/ ? $1 / 1000 : 0;
}


# What is sent, with and without a protected record as its last.

sub make {
    my ($opt, $block, $times, $last) = @_;

    if ($opt->{encoding}) {
        ($block, $last) = map { $_ ne '' ? memGzip($_) : '' } $block, $last;
    }

    return { %$opt, type => 'application/x-ndjson',
        body => [ '', $block, $times, $last ] };
}


sub check {
    my ($name, $got, $status, $bytes, $decision) = @_;

    return if $got->{status} == $status && $got->{bytes} == $bytes
        && $got->{head} =~ /^X-Decision: \Q$decision\E\r$/m;

    die "$name: wanted $status, $bytes bytes, $decision, got $got->{bytes}\n"
        . $got->{head};
}


sub measure {
    my ($bench, $name, $opt, $block, $times) = @_;
    my $path = $opt->{path} || '/enforce';
    my $held = $path ne '/monitor';
    my $records = () = $block =~ /^\{/mg;
    my $pass = make($opt, $block, $times, '');
    my $fail = make($opt, $block, $times, $protected);
    my $mb = length($block) * $times / 1e6;

    return if $mb * 1e6 > $most * 1.01;

    if ($held && room($bench->dir) < $mb + 1000) {
        printf "%-22s skipped: no room for it at %s\n", $name, $bench->dir;
        return;
    }

    $records *= $times;
    $bench->forget_peak;
    my $before = $bench->memory('VmRSS');

    my $got = $bench->send($path, $pass);
    check($name, $got, 204, $got->{length}, "allow $records");

    my $arrived = $bench->arrived;
    my $refused = $bench->send($path, $fail);
    die "$name: a refused body reached the recipient\n"
        if $held && $bench->arrived != $arrived;
    check("$name, refused", $refused,
        $held ? (451, 0) : (204, $refused->{length}),
        'block ' . ($records + 1));

    my $peak = $bench->memory('VmHWM');
    printf "%-22s %8.1f %9d %8.0f %8d %8d %+7d\n", $name, $mb, $records,
        $mb / $got->{seconds}, $before, $peak, $peak - $before;
}


# KB that each of many transfers takes that have half arrived

sub in_flight {
    my ($path, $opt) = @_;
    my $bench = start();
    my $half = $opt->{half};
    my $wanted = length($half) * $flight;

    $bench->send($path, make({}, $large, 1, '')) for 1 .. 2;
    my $before = $bench->memory('VmRSS');

    my @sockets = map {
        my $socket = $bench->connect($path, { %$opt,
            body => [ $half, $large, 1, '' ] });
        Bench::put($socket, $half);
        $socket;
    } 1 .. $flight;

    $bench->wait_for(sub { $bench->idle }, 20);

    return ($bench->memory('VmRSS') - $before) / $flight;
}


my $bench = start();

$bench->send('/enforce', make($_->[1], $_->[2], 1, '')) for @bodies[6, 8];

printf "%-22s %8s %9s %8s %25s\n", 'inspected bodies', '', '', '',
    'worker\'s memory, KB';
printf "%-22s %8s %9s %8s %8s %8s %7s\n", 'Content-Length', 'MB', 'records',
    'MB/s', 'before', 'largest', 'more';

measure($bench, @$_) for @bodies;

printf "\n%-32s %8s %8s %8s\n", "$flight transfers, half arrived", 'off',
    'enforce', 'more';

my @half = (
    [ 'NDJSON', { type => 'application/x-ndjson', half => $large } ],
    [ 'gzip, NDJSON', { type => 'application/x-ndjson', encoding => 'gzip',
        half => substr memGzip($large), 0, 50000 } ],
    [ 'multipart, NDJSON', { type => "multipart/form-data; boundary=$boundary",
        half => "$part$large" } ],
);

for my $case (@half) {
    my ($off, $on) = map { in_flight($_, $case->[1]) } '/off', '/enforce';

    printf "%-32s %8.1f %8.1f %+8.1f\n", "KB each, $case->[0]", $off, $on,
        $on - $off;
}
