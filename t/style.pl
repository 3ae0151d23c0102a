#!/usr/bin/perl

# What a script can see of the house rules: layers, columns, leftovers.
# Prints one line for each breach and exits with 1 if there is any.

use strict;
use warnings;

my @bad;

# a library, and the only file that may include its header

my %only = (
    'pcre2.h'             => 'module/text/export_match.c',
    'maxminddb.h'         => 'module/place/export_geo.c',
    'isa-l/igzip_lib.h'   => 'module/readers/export_inflate.c',
);

# a folder, and whose headers its files may include beside their own and those
# of the base

my %may = (
    'text'          => [],
    'place'         => ['text'],
    'policy'        => ['place', 'text'],
    'readers'       => ['place', 'text'],
    'readers/json'  => ['readers', 'place', 'text'],
    'body'          => ['readers', 'readers/json', 'policy', 'place', 'text'],
    'head'          => ['readers', 'policy', 'place', 'text'],
    'nginx'         => ['body', 'head', 'readers', 'readers/json', 'policy',
                        'place', 'text'],
);

my @base = qw(export.h export_facts.h export_looks.h);

my @files = map { glob "module/$_/*.[ch]" } keys %may;

# a header belongs to the folder of the file of its name

my %home = map { m{^module/(.+)/(\w+)\.[ch]$} ? ("$2.h" => $1) : () } @files;
delete @home{@base};

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

    my $from = home($file);

    bad($at, "$header in a pure file")
        if $from ne 'nginx' && $header =~ /^ngx_/;

    my $to = $home{$header} or return;

    bad($at, "$header of $to/ in a file of $from/")
        if $from ne $to && !grep { $_ eq $to } @{ $may{$from} };
}

sub home {
    my ($file) = @_;
    return $1 if $file =~ m{^module/(.+)/};
    my ($name) = $file =~ m{(\w+\.h)$};
    return $home{$name} || 'text';
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

    for my $file (grep { /\.c$/ } @files) {
        my ($name) = $file =~ m{/(?:ngx_http_)?export_(\w+)\.c$};

        bad($file, 'not in module/README.md')
            if $map !~ /(?:\bexport_|[{,]|_export_|`_)\Q$name\E(?:[`.,}_(]|$)/m;
    }
}

for my $file (@files, glob('include/*.h')) {
    my @lines = lines($file);
    my $pure = home($file) ne 'nginx';

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
