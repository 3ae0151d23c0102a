package Export::House;

# The table of the house: which folder may know which, what belongs to one
# file alone, and what is forgiven for now.  Export::Style checks the text of
# the sources against it, Export::Walls what the compiler makes of them; a
# line of an exception says why it is there, and is deleted when it is not
# needed any more.

use strict;
use warnings;
use Exporter 'import';

our @EXPORT_OK = qw(table);

my %house = (

    # A folder of module/, and the folders whose headers its files may include
    # beside their own and those of the base.  Arrows run down only.

    folders => {
        'text'         => [],
        'place'        => [qw(text)],
        'policy'       => [qw(place text)],
        'readers'      => [qw(place text)],
        'readers/json' => [qw(readers place text)],
        'body'         => [qw(readers readers/json policy place text)],
        'head'         => [qw(policy place text)],
        'nginx'        => [qw(body head readers readers/json policy place
                              text)],
    },

    # The only folder that may say "ngx_".

    glue => 'nginx',

    # Headers of include/ that are of no folder: everybody may include them,
    # and they include only each other.

    base => [qw(export.h export_facts.h export_looks.h)],

    # A library's header, and the only file that may include it.

    owners => {
        'pcre2.h'          => 'module/text/export_match.c',
        'maxminddb.h'      => 'module/place/export_geo.c',
        'isa-l/igzip_lib.h' => 'module/readers/export_inflate.c',
    },

    # Files in folders are at most so wide, functions at most so long.

    columns => 80,
    lines   => 120,

    # Cyclomatic complexity of a function by pmccabe, which counts a "switch"
    # as one (its first column), in these folders.  "enforce" makes a breach
    # of what is only counted.

    complexity => {
        limit   => 10,
        folders => [qw(text place policy readers readers/json head)],
        enforce => 0,
        known   => {},
    },

    # Pointers to functions that are part of a contract: who calls, and who
    # says what is called.  Only by one of these does a file run code of a
    # folder above its own.  A type of a pointer stands for all that hold it.

    pointers => {
    },

    # Structs of include/ whose fields the glue may read and set: they are
    # what is handed over.  Every other struct is its owner's state.

    open => {
    },

    # Circles that are still there, each as the list of its files.

    circles => [],

    # Reads of a state's fields that are still there: "file field".

    reads => [],
);

sub table { return \%house }

1;
