#!/usr/bin/perl

# Large bodies through nginx, each format inspected and not, in turns: MB/s as
# sent, the ratio to not inspecting, and the worker's CPU time.
#
#     MEGABYTES=64 ROUNDS=5 RECORD=1000 perl t/bench/body.pl
#
# "enforce" holds a body until it is decided, so without request buffering it
# is held where "off" and "monitor" pass it on as it comes.  Of a gzip body
# each MB is inspected as the several that it inflates to.
#
# Then redaction: of 20 records one is protected, and is dropped.  A body whose
# length is said is held, and read twice; one that is chunked streams.

use strict;
use warnings;

use Compress::Zlib qw(memGzip);
use FindBin;
use lib $FindBin::Bin;
use Bench;

my $mb = $ENV{MEGABYTES} || 64;
my $rounds = $ENV{ROUNDS} || 5;
my $size = $ENV{RECORD} || 1000;

my @modes = qw(off monitor enforce);
my %policy = (
    redact => 'export_policy enforce; export_body redact;',
    map { $_ => "export_policy $_;" } @modes,
);

my @buffering = (
    [ 'default', '' ],
    [ 'off', 'proxy_request_buffering off;' ],
    [ 'in memory', 'client_body_buffer_size ' . ($mb + 8) . 'm;' ],
);

my @records = Bench::records(2000, $size);
my $lines = join '', map { "$_\n" } @records;
my $gzip = memGzip($lines);
my $boundary = '------------------------5f0c1d7c2a9e4b31';
my $signature = ';chunk-signature=' . 'ad80c730a21e5b8d' x 4;


# a body of about so many MB of blocks

sub body {
    my ($head, $block, $tail) = @_;

    return [ $head, $block, int($mb * 1e6 / length $block), $tail ];
}


sub csv {
    return map { sprintf qq(%d,u%d,"%s",8.8.%d.8,US\r\n), $_, $_,
        substr($records[$_], 40, -2) =~ s/"/""/gr, $_ % 256 } 0 .. $#records;
}


# a form is one record; this one's fields hold a MB each

sub form {
    my $text = join '', map { substr $_, 40, -2 } @records;

    return '&text=' . $text =~ s/ /+/gr =~ s/[^a-z+]/%22/gr;
}


sub signed {
    my ($bytes) = @_;

    return join '', map { sprintf "%x%s\r\n%s\r\n", length $_, $signature,
        $_ } unpack '(a65536)*', $bytes;
}


# name, type, coding, body

my @formats = (
    [ 'NDJSON', 'application/x-ndjson', '', body('', $lines, '') ],
    [ 'JSON array', 'application/json', '',
        body('[', join(',', @records, ''), "$records[0]]") ],
    [ 'json-seq', 'application/json-seq', '',
        body('', join('', map { "\x1e$_\n" } @records), '') ],
    [ 'CSV', 'text/csv', '',
        body("id,user,text,ip,country\r\n", join('', csv()), '') ],
    [ 'form', 'application/x-www-form-urlencoded', '',
        body('ip=8.8.8.8', form(), '') ],
    [ 'multipart, NDJSON', "multipart/form-data; boundary=$boundary", '',
        body("--$boundary\r\nContent-Disposition: form-data; name=\"file\"; "
            . "filename=\"train.jsonl\"\r\n\r\n", $lines,
            "\r\n--$boundary--\r\n") ],
    [ sprintf('gzip %.1f:1, NDJSON', length($lines) / length $gzip),
        'application/x-ndjson', 'gzip', body('', $gzip, '') ],
    [ 'aws-chunked, NDJSON', 'application/x-ndjson', 'aws-chunked',
        body('', signed($lines), "0$signature\r\n\r\n") ],
);

my $bench = Bench->new->recipient;
my $locations = join '', map {
    my $how = $_;
    map { "location /$_/$how { $policy{$_} $buffering[$how][1]\n"
        . "proxy_pass http://%%SINK%%; }\n" } keys %policy;
} 0 .. $#buffering;

$bench->start(<<"END");
client_max_body_size 0;
proxy_http_version 1.1;
export_database %%COUNTRIES%%;
export_subject field:ip;
export_body_limits record=1g;
server { listen 127.0.0.1:%%PORT_0%%; $locations }
END


# a format and a way of buffering: all modes in turns

sub measure {
    my ($format, $how) = @_;
    my (%rate, %ratio, %cost);

    for (1 .. $rounds) {
        my %got = map { $_ => $bench->transfer("/$_/$how", {
            type => $format->[1], encoding => $format->[2],
            body => $format->[3] }) } @modes;

        for my $mode (@modes) {
            push @{ $rate{$mode} }, $got{$mode}{rate};
            push @{ $ratio{$mode} }, $got{$mode}{rate} / $got{off}{rate};
            push @{ $cost{$mode} }, $got{$mode}{cost};
        }
    }

    printf "%-20s %-10s %6.0f", $format->[0], $buffering[$how][0],
        Bench::median(@{ $rate{off} });
    printf " %6.0f %5.2f", Bench::median(@{ $rate{$_} }),
        Bench::median(@{ $ratio{$_} }) for qw(monitor enforce);
    printf " %8.2f %7.2f %7.2f\n", map { Bench::median(@{ $cost{$_} }) }
        @modes;
}


printf "%-20s %-10s %6s %12s %12s %24s\n", "$mb MB through nginx", 'request',
    'off', 'monitor', 'enforce', 'worker CPU s/GB';
printf "%-20s %-10s %6s %6s %5s %6s %5s %8s %7s %7s\n", 'format', 'buffering',
    'MB/s', 'MB/s', 'ratio', 'MB/s', 'ratio', @modes;

for my $format (@formats) {
    measure($format, $_) for 0 .. $#buffering;
}


# name, buffering, how it is sent, body

my $mixed = join '', map { "$records[$_]\n" =~ s/"8\.8\.\d+\.8"/
    $_ % 20 ? $& : '"131.111.8.46"'/er } 0 .. $#records;
my $kept = length($mixed =~ s/^.*"131\..*\n//gmr);
my $packed = memGzip($mixed);

my @redactions = (
    [ 'NDJSON, held', 0, {}, body('', $mixed, '') ],
    [ 'NDJSON, in memory', 2, {}, body('', $mixed, '') ],
    [ 'NDJSON, streaming', 1, { chunked => 1 }, body('', $mixed, '') ],
    [ 'gzip, held, to plain', 0, { encoding => 'gzip' },
        body('', $packed, '') ],
);

printf "\n%-24s %8s %8s %6s %10s %10s\n", 'redaction, MB/s as sent', 'off',
    'redact', 'ratio', 'off s/GB', 'redact';

for my $row (@redactions) {
    my ($name, $how, $sent, $body) = @$row;
    my (%rate, %cost, @ratio);

    for (1 .. $rounds) {
        my %got = map { $_ => $bench->transfer("/$_/$how", {
            type => 'application/x-ndjson', %$sent, body => $body,
            arrives => $_ eq 'redact' ? $kept * $body->[2] : undef,
        }) } qw(off redact);

        push @{ $rate{$_} }, $got{$_}{rate} for keys %got;
        push @{ $cost{$_} }, $got{$_}{cost} for keys %got;
        push @ratio, $got{redact}{rate} / $got{off}{rate};
    }

    printf "%-24s %8.0f %8.0f %6.2f %10.2f %10.2f\n", $name,
        (map { Bench::median(@{ $rate{$_} }) } qw(off redact)),
        Bench::median(@ratio),
        map { Bench::median(@{ $cost{$_} }) } qw(off redact);
}
