#!/usr/bin/perl

# What a script can see of the house rules: layers, columns, leftovers.
# Prints one line for each breach and exits with 1 if there is any.

use strict;
use warnings;

my @bad;

# a library, and the only file that may include its header

my %only = (
    'pcre2.h'      => 'module/export_match.c',
    'maxminddb.h'  => 'module/export_geo.c',
    'igzip_lib.h'  => 'module/export_inflate.c',
);

# L0 and L1: what a leaf may include beside its own header

my %leaf = map { $_ => 1 } qw(address bytes country country_text csv
    destination field form forwarded geo heading inflate json list locale match
    media multipart sniff aws_chunked words);

my %base = map { $_ => 1 } qw(export.h export_address.h export_bytes.h
    export_country.h export_country_text.h export_field.h export_json_scan.h
    export_sniff.h);

sub bad { push @bad, join(': ', @_) }

sub lines {
    my ($file) = @_;
    open my $f, '<', $file or die "$file: $!";
    my @lines = <$f>;
    return @lines;
}

sub check_line {
    my ($file, $n, $line) = @_;
    my $at = "$file:$n";

    chomp $line;
    bad($at, 'over 80 columns') if length $line > 80;
    bad($at, 'tab') if $line =~ /\t/;
    bad($at, 'trailing space') if $line =~ /\s$/;
    bad($at, '// comment') if $line =~ m{(?<![:"'\w])//} && $line !~ /"/;
    bad($at, 'leftover') if $line =~ /\b(?:TODO|FIXME|XXX)\b|^#if 0/;
}

sub check_include {
    my ($file, $n, $header) = @_;
    my $at = "$file:$n";

    bad($at, "$header belongs to $only{$header}")
        if $only{$header} && $only{$header} ne $file;

    my ($name) = $file =~ m{/(export_\w+)\.[ch]$} or return;

    bad($at, "$header in a pure file") if $header =~ /^ngx_/;

    (my $leaf = $name) =~ s/^export_//;
    bad($at, "$header in a leaf")
        if $leaf{$leaf} && $header =~ /^export/ && !$base{$header}
           && $header ne "$name.h";
}

sub check_functions {
    my ($file, @lines) = @_;
    my $start;

    for my $i (0 .. $#lines) {
        $start = $i if $lines[$i] =~ /^\{/;
        next unless defined $start && $lines[$i] =~ /^\}/;
        bad($file . ':' . ($start + 1), 'function over 120 lines')
            if $i - $start > 120;
        undef $start;
    }
}

# the map names each file: as it is, by its end, or among those of a layer

sub check_map {
    my $map = join '', lines('module/README.md');

    for my $file (glob 'module/*.c') {
        my ($name) = $file =~ m{/(?:ngx_http_)?export_(\w+)\.c$};

        bad($file, 'not in module/README.md')
            if $map !~ /(?:\bexport_|[{,]|_export_|`_)\Q$name\E(?:[`.,}_(]|$)/m;
    }
}

for my $file (glob('module/*.c'), glob('include/*.h')) {
    my @lines = lines($file);
    my $pure = $file =~ m{/export};

    for my $i (0 .. $#lines) {
        check_line($file, $i + 1, $lines[$i]);
        check_include($file, $i + 1, $1)
            if $lines[$i] =~ /^\s*#\s*include\s+[<"]([^>"]+)/;
        bad($file . ':' . ($i + 1), 'nginx in a pure file')
            if $pure && $lines[$i] =~ /\bngx_/;
    }

    check_functions($file, @lines) if $file =~ /\.c$/;
}

check_map();

print "$_\n" for @bad;
exit(@bad ? 1 : 0);
