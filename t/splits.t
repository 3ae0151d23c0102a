#!/usr/bin/perl

# The bodies of the evasion corpus, whole and cut at random: what is found in
# a body must not depend on how it arrives.

use strict;
use warnings;

use File::Temp;
use FindBin;
use JSON::PP;
use MIME::Base64;
use Test::More;


my $times = $ENV{SPLITS_N} || 50;
my $build = $ENV{EXPORT_BUILD} || "$FindBin::Bin/../build";
my $inspect = "$build/splits/inspect";
my $dir = File::Temp->newdir;


sub encoded {
    my ($text) = @_;

    utf8::downgrade($text, 1) or utf8::encode($text);

    return $text;
}


sub body {
    my ($request) = @_;

    return decode_base64($request->{body_b64})
        if defined $request->{body_b64};

    return defined $request->{body_text}
        ? encoded($request->{body_text}) : undef;
}


sub cases {
    open my $file, '<:raw', "$FindBin::Bin/evasions/cases.jsonl"
        or die "cases.jsonl: $!\n";

    return grep { defined body($_->{request}) } map { decode_json($_) }
        <$file>;
}


sub header {
    my ($request, $name) = @_;

    return map { encoded($_->[1]) } grep { lc $_->[0] eq $name }
        @{ $request->{headers} || [] };
}


# as t/splits/inspect.c reads it; two types are nobody's to choose from

sub packed {
    my ($request) = @_;
    my @types = header($request, 'content-type');
    my @codings = header($request, 'content-encoding');
    my @texts = ($types[0] // '', join(',', @codings), body($request));

    s/^[ \t]+|[ \t]+$//g for @texts[0, 1];

    return pack 'CV3a*a*a*', @types > 1, map({ length } @texts), @texts;
}


sub database {
    my $to = "$dir/evasions.mmdb";

    system($^X, "$FindBin::Bin/lib/mmdb.pl",
        "$FindBin::Bin/data/evasions.tsv", $to) == 0
        or BAIL_OUT('no database');

    return $to;
}


# a line each time a body was read

sub lines {
    my @cases = @_;
    my $database = database();

    open my $file, '>:raw', "$dir/requests" or die "requests: $!\n";
    print $file map { packed($_->{request}) } @cases;
    close $file or die "requests: $!\n";

    my @lines = qx('$inspect' '$database' $times <'$dir/requests');

    BAIL_OUT("$inspect failed") if $?;

    return @lines;
}


BAIL_OUT("$inspect is not built") unless -x $inspect;

my @cases = cases();
my @lines = lines(@cases);
my %state;

is(@lines, @cases * ($times + 1), scalar(@cases) . ' bodies, '
    . ($times + 1) . ' times each');

for my $case (@cases) {
    my @facts = splice @lines, 0, $times + 1;
    my @other = grep { $_ ne $facts[0] } @facts;
    my $name = "$case->{id} $case->{description}";

    utf8::encode($name);
    chomp $facts[0];
    $state{$facts[0] =~ /^(\w+)/ ? $1 : ''}++;

    is(@other, 0, "$name: $facts[0]") or diag("$facts[0], or $other[0]");
}

ok($state{$_}, "some are $_") for qw(read foreign opaque malformed);

done_testing();
