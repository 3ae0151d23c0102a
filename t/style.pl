#!/usr/bin/perl

# What a script can see of the house rules: layers, columns, leftovers,
# complexity (Export::Style, by the table of Export::House).  Prints one line
# for each breach and exits with 1 if there is any.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Export::Style qw(complaints complex);

my $root = $FindBin::Bin =~ s{/t$}{}r;

my $over = complex($root);
my @bad = (complaints($root),
           map { "$_: complexity $over->{$_}" } sort keys %$over);

print "$_\n" for @bad;
exit(@bad ? 1 : 0);
