#!/usr/bin/perl

# What the compiler makes of the house: circles among files, what is used of a
# folder above, calls through pointers, and the glue's reads of states that are
# not its own (Export::Walls, by the table of Export::House).  The argument is
# the build directory, with the module and compile_commands.json in it.  Prints
# one line for each breach and exits with 1 if there is any.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Export::Style qw(files);
use Export::Walls qw(symbols symbol_complaints accesses pointer_complaints
                     read_complaints);

my $root = $FindBin::Bin =~ s{/t$}{}r;
my $build = shift // "$root/build";

chdir $root or die "$root: $!\n";

my @objects = glob "$build/nginx/objs/addon/*/*.o"
    or die "$build has no objects: make\n";

my $found = accesses($root, $build, grep { /\.c$/ } files($root));

my @bad = (symbol_complaints(symbols($root, @objects)),
           pointer_complaints($root, $found), read_complaints($found));

print "$_\n" for @bad;
exit(@bad ? 1 : 0);
