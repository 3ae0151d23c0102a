#!/usr/bin/perl

# What a script can see of the house rules: layers, columns, leftovers,
# complexity (Export::Style, by the table of Export::House).  Prints one line
# for each breach and exits with 1 if there is any.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Export::House qw(table);
use Export::Style qw(complaints complex);

my $root = $FindBin::Bin =~ s{/t$}{}r;
my $rule = table()->{complexity};

my @bad = complaints($root);
my $over = complex($root);
my @new = grep { !defined $rule->{known}{$_}
                 || $rule->{known}{$_} < $over->{$_} } sort keys %$over;

if ($rule->{enforce}) {
    push @bad, map { "$_: complexity $over->{$_}" } @new;
    push @bad, map { "t/lib/Export/House.pm: $_ is no longer complex" }
               grep { !$over->{$_} } sort keys %{ $rule->{known} };

} elsif (%$over) {
    printf STDERR "note: %d functions over complexity %d\n", scalar keys %$over,
                  $rule->{limit};
}

if (@ARGV && $ARGV[0] eq '--complex') {
    print "$over->{$_} $_\n" for sort { $over->{$b} <=> $over->{$a} } keys %$over;
}

print "$_\n" for @bad;
exit(@bad ? 1 : 0);
