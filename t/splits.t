#!/usr/bin/perl

# The bodies of the evasion corpus, whole and cut at random: what is found in
# a body must not depend on how it arrives.

use strict;
use warnings;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/lib";
use Export::Evasions qw(body_of bytes_of cases);
use Export::Test;


my $times = $ENV{SPLITS_N} || 50;
my $build = $ENV{EXPORT_BUILD} || "$FindBin::Bin/../build";
my $inspect = "$build/splits/inspect";


sub header {
    my ($request, $name) = @_;

    return map { bytes_of($_->[1]) } grep { lc $_->[0] eq $name }
        @{ $request->{headers} || [] };
}


# as t/splits/inspect.c reads it; two types are nobody's to choose from

sub packed {
    my ($request) = @_;
    my @types = header($request, 'content-type');
    my @codings = header($request, 'content-encoding');
    my @texts = ($types[0] // '', join(',', @codings), body_of($request));

    s/^[ \t]+|[ \t]+$//g for @texts[0, 1];

    return pack 'CV3a*a*a*', @types > 1, map({ length } @texts), @texts;
}


# a line each time a body was read

sub lines {
    my $t = Export::Test->new(module => '');
    my $database = $t->database('evasions');
    my $requests = $t->write('requests',
        join '', map { packed($_->{request}) } @_);
    my @lines = qx('$inspect' '$database' $times <'$requests');

    BAIL_OUT("$inspect failed") if $?;

    return @lines;
}


BAIL_OUT("$inspect is not built") unless -x $inspect;

my @cases = grep { defined body_of($_->{request}) } cases();
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
