#!/usr/bin/perl

# How each C file is compiled, for clangd, clang-tidy and t/house.pl: JSON on
# standard output.  The argument is the build directory; nginx has to have been
# configured there.  The headers of nginx are the system's, so that only ours
# are warned about.

use strict;
use warnings;
use Cwd qw(abs_path);
use JSON::PP;

my $build = abs_path(shift // 'build');
my $root = abs_path('.');

my @strict = qw(-std=gnu99 -Wall -Wextra -Wconversion);

my @commands = (
    glue(glob 'module/nginx/*.c'),
    pure([], glob 'module/*/export_*.c module/*/*/export_*.c'),
    pure(["-I$root/t/unit"], glob 't/unit/*.c t/bench/*.c t/differential/*.c'
                            . ' t/splits/*.c t/fuzz/*.c'),
);

print JSON::PP->new->canonical->pretty->encode(\@commands);


sub pure {
    my ($more, @files) = @_;
    return map { command($root, $_, @strict, "-I$root/include", @$more) } @files;
}


# the include path is that of nginx's own makefile

sub glue {
    my (@files) = @_;
    my $dir = "$build/nginx";

    open my $file, '<', "$dir/objs/Makefile" or die "$dir/objs/Makefile: $!\n";
    my ($path) = join('', <$file>) =~ /^ALL_INCS = ((?:.*\\\n)*.*)/m
        or die "$dir/objs/Makefile: no include path\n";

    my @path = map { m{^/} ? "-I$_" : ('-isystem', "$dir/$_") }
               grep { !/^-I$|^\\$/ } split ' ', $path;

    return map { command($dir, $_, @path) } @files;
}


sub command {
    my ($dir, $file, @options) = @_;
    return {
        directory => $dir,
        file      => "$root/$file",
        arguments => ['cc', @options, '-c', "$root/$file"],
    };
}
