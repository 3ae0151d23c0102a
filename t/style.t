#!/usr/bin/perl

# Each rule of the house (t/style.pl) fires on a small tree that breaks it,
# and is silent on the one beside it that does not.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use File::Basename qw(dirname);
use File::Path qw(make_path);
use File::Temp qw(tempdir);
use Export::House qw(table);
use Export::Style qw(complaints complex circles);

my $house = table();

# a tree of files, with a map that names all of them

sub tree {
    my (%files) = @_;
    my $root = tempdir(CLEANUP => 1);

    $files{'module/README.md'} //= join '', map { m{(\w+)\.c$} ? "`$1.c`\n" : () }
                                            keys %files;
    for my $name (keys %files) {
        make_path("$root/" . dirname($name));
        open my $file, '>', "$root/$name" or die "$name: $!\n";
        print $file $files{$name};
        close $file;
    }

    return $root;
}

# "bad" gives one complaint, which is like "said", and "good" gives none

sub rule {
    my ($name, $said, $bad, $good, $table) = @_;
    my @found = complaints(tree(%$bad), $table);

    is(@found, 1, "$name: one complaint") or diag(@found);
    like($found[0] // '', $said, "$name: what is wrong");
    is_deeply([complaints(tree(%$good), $table)], [], "$name: none");
}

# a line in a file of text/

sub line {
    my ($name, $said, $bad, $good) = @_;
    my $file = 'module/text/export_a.c';
    rule($name, qr/^\Q$file\E:1: $said/, { $file => $bad }, { $file => $good });
}

line('columns', qr/over 80 columns/, 'a' x 81 . "\n", 'a' x 80 . "\n");
line('tab', qr/tab/, "int\ta;\n", "int a;\n");
line('trailing space', qr/trailing space/, "int a; \n", "int a;\n");
line('comment', qr{// comment}, "int a;  // b\n", "/* http://b */\n");
line('leftover', qr/leftover/, "/* $_ */\n", "/* ${_}S */\n")
    for 'TODO', 'FIXME', 'XXX';
line('#if 0', qr/leftover/, "$_\n", "#if 1\n") for '#if 0', '# if 0';
line('nginx', qr/nginx in a pure file/, "$_ a;\n", "int a;\n")
    for 'ngx_str_t', 'NGX_OK';

rule('nginx in a contract', qr{^include/export_a\.h:1: nginx in a pure file},
     { 'module/text/export_a.c' => '', 'include/export_a.h' => "ngx_str_t a;\n" },
     { 'module/nginx/ngx_http_export_a.c' => "ngx_str_t a;\n" });

for my $n (120, 121) {
    my @found = complaints(tree('module/text/export_a.c' =>
                                "int\na(void)\n{\n" . "\n" x ($n - 1) . "}\n"));
    is(grep(/:3: function over 120 lines$/, @found), $n > 120 ? 1 : 0,
       "a function of $n lines");
}

# libraries, by every other folder

for my $header (sort keys %{ $house->{owners} }) {
    my $owner = $house->{owners}{$header};

    for my $file ('module/text/export_a.c', 'module/nginx/ngx_http_export_a.c',
                  dirname($owner) . '/export_a.c') {
        rule("$header in " . dirname($file),
             qr{^\Q$file\E:2: \Q$header belongs to $owner\E$},
             { $file => "\n#include <$header>\n" },
             { $owner => "\n#include <$header>\n" });
    }
}

# folders: each pair of them, as a header of include/ and as a private one

my $folders = $house->{folders};

for my $from (sort keys %$folders) {
    for my $to (grep { $_ ne $from } sort keys %$folders) {
        my $may = grep { $_ eq $to } @{ $folders->{$from} };

        for my $header ('include/export_b.h', "module/$to/export_b.h") {
            my @found = complaints(tree(
                "module/$to/export_b.c"   => "#include \"export_b.h\"\n",
                $header                   => '',
                "module/$from/export_a.c" => "#include \"export_b.h\"\n"));

            is_deeply(\@found,
                $may ? [] : ["module/$from/export_a.c:1: "
                             . "export_b.h of $to/ in a file of $from/"],
                "$from/ includes " . dirname($header) . " of $to/");
        }
    }
}

rule('a contract that includes upward',
     qr{^include/export_a\.h:1: export_b\.h of body/ in a file of text/$},
     { 'module/text/export_a.c' => '', 'module/body/export_b.c' => '',
       'include/export_a.h' => "#include \"export_b.h\"\n",
       'include/export_b.h' => '' },
     { 'module/text/export_a.c' => '', 'module/body/export_b.c' => '',
       'include/export_a.h' => '',
       'include/export_b.h' => "#include \"export_a.h\"\n" });

rule('a base that includes upward',
     qr{^include/export\.h:1: export_a\.h of text/ in a file of base/$},
     { 'module/text/export_a.c' => '', 'include/export_a.h' => '',
       'include/export.h' => "#include \"export_a.h\"\n" },
     { 'module/text/export_a.c' => '', 'include/export.h' => '',
       'include/export_a.h' => "#include \"export.h\"\n" });

rule('a contract of nobody',
     qr{^include/export_b\.h: a contract of no file, and not of the base$},
     { 'include/export_b.h' => '' },
     { 'include/export_facts.h' => '' });

rule('headers in a circle',
     qr{^headers in a circle: include/export_a\.h include/export_b\.h$},
     { 'module/text/export_a.c' => '', 'module/text/export_b.c' => '',
       'include/export_a.h' => "#include \"export_b.h\"\n",
       'include/export_b.h' => "#include \"export_a.h\"\n" },
     { 'module/text/export_a.c' => '', 'module/text/export_b.c' => '',
       'include/export_a.h' => "#include \"export_b.h\"\n",
       'include/export_b.h' => '' });

rule('a folder of nobody', qr{^\Q$_\E: in a folder that is not in the table$},
     { $_ => '' }, { 'module/text/export_a.c' => '' })
    for 'module/export_a.c', 'module/cellar/export_a.c',
        'module/readers/cellar/export_a.c';

is_deeply([complaints(tree(), { %$house,
                                folders => { %$folders, text => [$_] } })],
          $_ eq 'body' ? ['t/lib/Export/House.pm: folders in a circle: '
                          . 'body place policy readers readers/json text']
                       : ['t/lib/Export/House.pm: folders in a circle: '
                          . 'place text'],
          "a table in which text/ may include $_/")
    for 'place', 'body';

rule('a file that is not on the map',
     qr{^module/text/export_a\.c: not in module/README\.md$},
     { 'module/text/export_a.c' => '', 'module/README.md' => '' },
     { 'module/text/export_a.c' => '', 'module/README.md' => "`export_a.c`\n" });

rule('a name', qr{^module/text/a\.c: not named export_\*\.c$},
     { 'module/text/a.c' => '' }, { 'module/text/export_a.c' => '' });

# complexity: a function has one way more than it has an "if"

for my $folder (sort keys %$folders) {
    my $counts = grep { $_ eq $folder } @{ $house->{complexity}{folders} };

    for my $ways (10, 11) {
        my $root = tree("module/$folder/export_a.c" =>
                        "int\na(int n)\n{\n"
                        . "    if (n) n++;\n" x ($ways - 1) . "}\n");

        is_deeply(complex($root),
                  $counts && $ways > 10
                  ? { "module/$folder/export_a.c a" => $ways } : {},
                  "complexity $ways in $folder/");
    }
}

# circles of a graph

for ([ 'none',    { a => ['b', 'c'], b => ['c'], c => [] } ],
     [ 'itself',  { a => ['a'] }, ['a'] ],
     [ 'two',     { a => ['b'], b => ['a'], c => ['a'] }, ['a', 'b'] ],
     [ 'three',   { a => ['b'], b => ['c'], c => ['a', 'd'], d => [] },
                  ['a', 'b', 'c'] ],
     [ 'twice',   { a => ['b'], b => ['a', 'c'], c => ['d'], d => ['c'] },
                  ['a', 'b'], ['c', 'd'] ]) {
    my ($name, $graph, @expected) = @$_;
    is_deeply([circles($graph)], \@expected, "circles: $name");
}

is_deeply([circles($folders)], [], 'the table has no circle');

done_testing();
