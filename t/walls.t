#!/usr/bin/perl

# The module has no circle among its files, and nothing else that t/walls.pl
# finds.  Each rule of it fires on a small tree that breaks it, and is silent on
# the one beside it that does not.  What is more than symbols needs clang-query.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use File::Basename qw(basename dirname);
use File::Path qw(make_path);
use File::Temp qw(tempdir);
use JSON::PP;
use Export::House qw(table);
use Export::Style qw(files);
use Export::Walls qw(symbols symbol_complaints accesses pointer_complaints
                     read_complaints);

my $query = grep { -x "$_/clang-query" } split /:/, $ENV{PATH};
my $root = $FindBin::Bin =~ s{/t$}{}r;
my $build = $ENV{EXPORT_BUILD} // "$root/build";

# the table without rows of its own: each test says what it needs

my %house = (%{ table() }, pointers => {}, open => {}, circles => [],
             reads => []);

sub tree {
    my (%files) = @_;
    my $root = tempdir(CLEANUP => 1);

    for my $name (keys %files) {
        make_path("$root/" . dirname($name));
        open my $file, '>', "$root/$name" or die "$name: $!\n";
        print $file $files{$name};
        close $file or die "$name: $!\n";
    }

    return $root;
}

sub compiled {
    my ($root) = @_;
    my @objects;

    for my $file (grep { /\.c$/ } files($root)) {
        my $object = "$root/" . basename($file, '.c') . '.o';
        system('cc', "-I$root/include", '-c', '-o', $object, "$root/$file") == 0
            or die "cc: $?\n";
        push @objects, $object;
    }

    return @objects;
}

sub found {
    my ($root) = @_;
    my @sources = grep { /\.c$/ } files($root);

    open my $file, '>', "$root/compile_commands.json" or die $!;
    print $file encode_json([map { {
        directory => $root, file => "$root/$_",
        arguments => ['cc', "-I$root/include", '-c', "$root/$_"],
    } } @sources]);
    close $file or die $!;

    return accesses($root, $root, @sources);
}

# the module itself, by the whole table

SKIP: {
    my @objects = glob "$build/nginx/objs/addon/*/*.o"
        or skip "$build has no objects: make", 1;
    is_deeply([symbol_complaints(symbols($root, @objects))], [],
              'the module: circles, and what is above');
}

SKIP: {
    skip 'no clang-query: make lint installs it', 1 if !$query;
    skip "$build has no nginx: make", 1 if !-e "$build/nginx/objs/Makefile";

    my $commands = tempdir(CLEANUP => 1);
    system("cd '$root' && perl t/compile_commands.pl '$build'"
           . " >'$commands/compile_commands.json'") == 0
        or die "t/compile_commands.pl: $?\n";

    my $found = accesses($root, $commands, grep { /\.c$/ } files($root));
    cmp_ok(scalar @{ $found->{$_} // [] }, '>', 0, "the module: $_ are seen")
        for qw(reads calls sets);
    is_deeply([pointer_complaints($root, $found), read_complaints($found)], [],
              'the module: pointers, and reads of a state');
}

# symbols

sub symbols_are {
    my ($name, $files, $expected, %more) = @_;
    my $root = tree(%$files);
    is_deeply([symbol_complaints(symbols($root, compiled($root)),
                                 { %house, %more })], $expected, $name);
}

my ($a, $b) = ('module/text/export_a.c', 'module/text/export_b.c');
my %line = ($a => "int b(void); int a(void) { return b(); }\n",
            $b => "int b(void) { return 1; }\n");
my %circle = (%line, $b => "int a(void); int b(void) { return a(); }\n");
my $said = "files in a circle: $a $b\n    $a -> $b: b\n    $b -> $a: a";

symbols_are('a line of files', \%line, []);
symbols_are('a circle', \%circle, [$said]);
symbols_are('a circle that is known', \%circle, [], circles => [[$a, $b]]);
symbols_are('a larger one that is known', \%circle, [],
            circles => [['module/text/export_c.c', $a, $b]]);
symbols_are('a smaller one that is known', \%circle,
            [$said, "t/lib/Export/House.pm: no longer a circle: $a"],
            circles => [[$a]]);
symbols_are('a circle that is no more', \%line,
            ["t/lib/Export/House.pm: no longer a circle: $a $b"],
            circles => [[$a, $b]]);
symbols_are('a circle of data',
            { %line, $b => "extern int c; int b(void) { return c; }\n",
              $a => "$line{$a}int c = 1;\n" },
            [$said =~ s/: a$/: c/r]);
symbols_are('a name that makes none', \%circle, [], names => { a => 1 });

my $place = 'module/place/export_b.c';
symbols_are('a use of what is above', { $a => $line{$a}, $place => $line{$b} },
            ["$a: uses b of $place"]);
symbols_are('a use of what is below',
            { $place => $line{$a}, $a => $line{$b} }, []);

if (!$query) {
    note 'no clang-query: the other rules are not shown';
    done_testing();
    exit;
}

# pointers, those of a struct and those of a type

my %sink = (
    'include/export_a.h' => "typedef struct {\n    int  (*out)(int c);\n"
                            . "    int    c;\n} export_a_t;\n",
    $a => "#include \"export_a.h\"\n"
          . "int a(export_a_t *a) { return a->out(a->c); }\n",
    'module/place/export_b.c' =>
          "#include \"export_a.h\"\nstatic int f(int c) { return c; }\n"
          . "void b(export_a_t *a) { a->out = f; }\n",
);

my %type = (
    'include/export_a.h' => "typedef int (*export_a_pt)(int c);\n"
                            . "int a(export_a_pt out);\n",
    $a => "#include \"export_a.h\"\n"
          . "int a(export_a_pt out) { return out(1); }\n",
    'module/place/export_b.c' =>
          "#include \"export_a.h\"\nstatic int f(int c) { return c; }\n"
          . "int b(void) { return a(f); }\n",
);

for (['export_a_t.out', \%sink, 'include/export_a.h:2', 3],
     ['export_a_pt', \%type, 'include/export_a.h:1', 3]) {
    my ($pointer, $files, $where) = @$_;
    my $root = tree(%$files);
    my $found = found($root);

    my $are = sub {
        my ($name, $row, @expected) = @_;
        is_deeply([pointer_complaints($root, $found, { %house, pointers =>
                       { map { defined $_->[1] ? @$_ : () } @$row } })],
                  \@expected, "$pointer: $name");
    };

    $are->('as the table has it',
           [[$pointer, { calls => ['text'], sets => ['place'] }]]);
    $are->('file by file',
           [[$pointer, { calls => [$a], sets => ['module/place/export_b.c'] }]]);
    $are->('not in the table', [],
           "$where: pointer $pointer is not in the table");
    $are->('set by another',
           [[$pointer, { calls => ['text'], sets => ['body'] }]],
           "module/place/export_b.c:3: sets $pointer");
    $are->('called by another',
           [[$pointer, { calls => [$b], sets => ['place'] }]],
           "$a:2: calls $pointer",
           "t/lib/Export/House.pm: $b does not call $pointer");
    $are->('and one that is not there',
           [[$pointer, { calls => ['text'], sets => ['place'] }],
            ['export_b_pt', { calls => ['text'], sets => [] }]],
           't/lib/Export/House.pm: no pointer export_b_pt');
}

# what the glue reads

my $glue = 'module/nginx/ngx_http_export_a.c';

for (['a member',     'typedef struct { int n; int c:1; } export_a_t;', 'n'],
     ['a bit',        'typedef struct { int n; int c:1; } export_a_t;', 'c'],
     ['an array',     'typedef struct { int n[2]; } export_a_t;', 'n[1]', 'n'],
     ['a tag',        'struct export_a_s { int n; }; typedef struct '
                      . 'export_a_s export_a_t;', 'n'],
     ['packed',       'typedef struct { int n; } __attribute__((__packed__)) '
                      . 'export_a_t;', 'n'],
     ['a pointer',    'typedef struct { int (*n)(void); } export_a_t;', 'n()',
                      'n']) {
    my ($name, $struct, $use, $field) = @$_;

    $struct =~ s/([{;] )/$1 =~ s{ }{\n    }r/ge;
    $struct =~ s/\n    (?=\}|typedef)/\n/g;

    my $root = tree(
        'module/text/export_a.c' => '', 'include/export_a.h' => "$struct\n",
        $glue => "#include \"export_a.h\"\n#define C(a) (a)->$use\n"
                 . "int a(export_a_t *a) { return a->$use; }\n"
                 . "int b(export_a_t *a) { return C(a); }\n");
    my $is = 'export_a_t.' . ($field // $use);
    my $found = found($root);

    is_deeply([read_complaints($found, \%house)],
              [map { "$glue:$_: reads $is" } 3, 4], "$name of a state");
    is_deeply([read_complaints($found, { %house, open => { export_a_t => 'a row' } })],
              [], "$name of what is open");
    is_deeply([read_complaints($found, { %house, reads =>
                   ["ngx_http_export_a.c $is", 'ngx_http_export_a.c none'] })],
              ['t/lib/Export/House.pm: no longer read: '
               . 'ngx_http_export_a.c none'], "$name that is known");
}

is_deeply([read_complaints(found(tree(
              'include/export_a.h' =>
                  "typedef struct {\n    int n;\n} export_a_t;\n",
              'module/body/export_a.c' =>
                  "#include \"export_a.h\"\n"
                  . "int a(export_a_t *a) { return a->n; }\n")), \%house)],
          [], 'a state that is not read by the glue');

done_testing();
