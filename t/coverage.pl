#!/usr/bin/perl

# Lines and branches of module/ and include/ that the tests have run, as a
# table of files and folders.  The argument is the build directory with the
# counters (make coverage).

use strict;
use warnings;
use FindBin;
use JSON::PP;

my $root = $FindBin::Bin =~ s{/t$}{}r;
my $build = shift // "$root/build/coverage";

my $json = "$build/coverage.json";

system('gcovr', '--root', $root, '--json-summary', '--output', $json,
       '--filter', "$root/module/", '--filter', "$root/include/",
       '--exclude-unreachable-branches', '--exclude-throw-branches',
       '--gcov-ignore-parse-errors', $build) == 0 or die "gcovr: $?\n";

open my $file, '<', $json or die "$json: $!\n";
my $files = decode_json(join '', <$file>)->{files};

my @counts = qw(line_covered line_total branch_covered branch_total);
my (%folder, %all);

for my $counted (@$files) {
    my ($name) = $counted->{filename} =~ m{^(.*)/};

    for my $count (@counts) {
        $folder{$name}{$count} += $counted->{$count} // 0;
        $all{$count} += $counted->{$count} // 0;
    }
}

row('file', 'lines', 'of', '%', 'branches', 'of', '%');

for my $name (sort keys %folder) {
    print "\n";
    counts($_->{filename}, $_)
        for sort { $a->{filename} cmp $b->{filename} }
            grep { $_->{filename} =~ m{^\Q$name\E/[^/]+$} } @$files;
    counts("$name/", $folder{$name});
}

print "\n";
counts('all', \%all);


sub counts {
    my ($name, $counted) = @_;
    my ($lines, $of, $branches, $of_branches) = map { $_ // 0 } @$counted{@counts};
    row($name, $lines, $of, percent($lines, $of),
        $branches, $of_branches, percent($branches, $of_branches));
}


sub percent {
    my ($some, $all) = @_;
    return $all ? sprintf '%.1f', 100 * $some / $all : '-';
}


sub row { printf "%-48s %7s %7s %6s   %8s %7s %6s\n", @_ }
