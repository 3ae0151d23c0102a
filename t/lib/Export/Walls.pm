package Export::Walls;

# What the compiler makes of the house's rules, by the table of Export::House:
# who uses whose symbols, who calls whom through a pointer, and who looks into
# a state that is another's.  Needs the objects of the module, and clang-query
# with compile_commands.json (make walls).

use strict;
use warnings;
use Cwd qw(abs_path);
use Exporter 'import';
use Export::House qw(table);
use Export::Style qw(circles files source);

our @EXPORT_OK = qw(symbols symbol_complaints accesses pointer_complaints
                    read_complaints);


# Symbols: { file => { file it uses => [symbols] } }, of the objects in a
# folder that nginx's makefile fills.

sub symbols {
    my ($root, @objects) = @_;
    my %source = map { m{(\w+)\.c$} ? ($1 => $_) : () }
                 files($root, table());
    my (%defines, %needs, %uses);

    open my $pipe, '-|', 'nm', '-A', @objects or die "nm: $!\n";

    while (<$pipe>) {
        my ($object, $type, $name) = /(\w+)\.o:[0-9a-f\s]*(\w) (\w+)$/ or next;
        my $file = $source{$object} // next;
        push @{ $needs{$file} }, $name if $type eq 'U';
        $defines{$name} = $file if $type =~ /^[TDBRVWC]$/;
    }

    close $pipe or die "nm failed\n";

    for my $file (keys %needs) {
        for my $name (@{ $needs{$file} }) {
            my $to = $defines{$name} // next;
            push @{ $uses{$file}{$to} }, $name if $to ne $file;
        }
    }

    return \%uses;
}


# circles among files, and uses of a folder that is not below

sub symbol_complaints {
    my ($uses, $house) = @_;
    $house //= table();
    $uses = named($uses, $house->{names});
    my @bad;

    my %graph = map { $_ => [keys %{ $uses->{$_} }] } keys %$uses;
    my @known = map { { map { $_ => 1 } @$_ } } @{ $house->{circles} };

    for my $circle (circles(\%graph)) {
        my @in = grep { my $known = $_; !grep { !$known->{$_} } @$circle } @known;
        $_->{still} = 1 for @in;
        push @bad, circle($circle, $uses) if !@in;
    }

    push @bad, "t/lib/Export/House.pm: no longer a circle: "
               . join ' ', sort keys %$_ for grep { !$_->{still} } @known;

    for my $from (sort keys %$uses) {
        for my $to (sort keys %{ $uses->{$from} }) {
            push @bad, "$from: uses @{ $uses->{$from}{$to} } of $to"
                if !below(folder($from), folder($to), $house);
        }
    }

    return @bad;
}


# the uses without those of names that make none

sub named {
    my ($uses, $names) = @_;
    my %named;

    for my $from (keys %$uses) {
        for my $to (keys %{ $uses->{$from} }) {
            my @names = grep { !$names->{$_} } @{ $uses->{$from}{$to} };
            $named{$from}{$to} = \@names if @names;
        }
    }

    return \%named;
}


sub circle {
    my ($circle, $uses) = @_;
    my @lines = "files in a circle: @$circle";

    for my $from (@$circle) {
        for my $to (grep { $uses->{$from}{$_} } @$circle) {
            push @lines, "    $from -> $to: @{ $uses->{$from}{$to} }";
        }
    }

    return join "\n", @lines;
}


sub folder { return $_[0] =~ m{^module/(.+)/} ? $1 : 'base' }


# may a file of folder "from" know one of folder "to"?

sub below {
    my ($from, $to, $house) = @_;
    return $from eq $to || grep { $_ eq $to } @{ $house->{folders}{$from} };
}


# Accesses, by clang-query: of each kind a list of [where, field], "where" being
# "file:line" and "field" the "struct.member" or the type of a pointer:
# "reads", members of structs of include/ by the glue; "calls", through a
# pointer; "sets", a function's address to a pointer that is a member, or to a
# parameter of a pointer's type.

my $pointer = 'hasType(hasCanonicalType(pointsTo(functionType())))';

my @matches = (
    'memberExpr(isExpansionInMainFile(), member(fieldDecl('
    . 'isExpansionInFileMatching("/include/export")).bind("reads")))',

    map({ "callExpr(callee(expr(ignoringParenImpCasts($_))))" }
        'memberExpr(member(fieldDecl().bind("calls")))',
        'declRefExpr(to(varDecl().bind("calls")))',
        'arraySubscriptExpr(hasBase(ignoringParenImpCasts(declRefExpr(to('
        . 'varDecl().bind("calls"))))))'),

    'binaryOperator(hasOperatorName("="), hasLHS(memberExpr(member('
    . "fieldDecl($pointer).bind(\"sets\")))))",

    "callExpr(forEachArgumentWithParam(expr(),"
    . " parmVarDecl($pointer).bind(\"sets\")))",
);

sub accesses {
    my ($root, $build, @files) = @_;
    my (%found, %seen, $kind, $is, $at);
    $root = abs_path($root);

    my @command = ('clang-query', '-p', $build, '--extra-arg=-w',
                   '-c', 'set output diag', map({ ('-c', "match $_") } @matches),
                   map { "$root/$_" } @files);

    open my $pipe, '-|', @command or die "clang-query: $!: make deps\n";

    while (<$pipe>) {
        ($kind, $is, $at) = () if /^Match #/;

        my ($file, $line, $what) =
            m{^(/\S+?):(\d+):\d+: note: "(\w+)" binds here} or next;
        $file =~ s{^\Q$root\E/}{};

        if ($what eq 'root') {
            $at = "$file:$line";

        } else {
            my $text = <$pipe> // '';
            $kind = $what;
            $is = $kind ne 'reads' && type($text)
                  || member($root, $file, $line, $text);
        }

        push @{ $found{$kind} }, [$at, $is]
            if defined $at && defined $kind && !$seen{"$kind $at $is"}++;
    }

    close $pipe or die "clang-query failed: $?\n";
    return \%found;
}


# What a declaration is called: a pointer of a type of ours by that, a member
# by its struct, and what is of no struct not at all.

sub type {
    my ($text) = @_;
    return $text =~ /\b(\w*export_\w+_pt)\b/ ? $1 : undef;
}


my %lines;

sub member {
    my ($root, $file, $line, $text) = @_;
    return '' if $file =~ m{^/};

    my ($name) = $text =~ /\(\*\s*(\w+)\)/;
    ($name) = $text =~ /(\w+)\s*(?:\[.*\])?\s*(?::\s*\d+)?[;,)=]/ if !$name;

    my $lines = $lines{"$root/$file"} //= [source("$root/$file")];
    my ($struct) = map { /^struct (\w+)_s \{/ ? "$1_t"
                         : /^\}.*?\b(\w+);/ ? $1 : () }
                   around($lines, $line - 1);

    return defined $struct && defined $name ? "$struct.$name" : '';
}


# the first and the last line of the block at the left margin around a line

sub around {
    my ($lines, $i) = @_;
    my ($first, $last) = ($i, $i);

    $first-- while $first > 0 && $lines->[$first] !~ /^\S/;
    $last++ while $last < $#$lines && $lines->[$last] !~ /^\S/;
    return @$lines[$first, $last];
}


# the pointers to functions that contracts declare, in include/ and in the
# headers that files of a folder share

sub contracts {
    my ($root, $house) = @_;
    my %declared;

    for my $path (glob join ' ', map { "$root/$_/*.h" } 'include',
                                 map { "module/$_" } sort keys %{ $house->{folders} }) {
        my @lines = source($path);

        for my $i (0 .. $#lines) {
            my $file = $path =~ s{^\Q$root\E/}{}r;
            my ($name) = $lines[$i] =~ /\(\*\s*(\w+)\)\s*\(/;

            if ($lines[$i] =~ /^typedef\b.*\(\*\s*(\w+_pt)\)\s*\(/) {
                $declared{$1} = "$file:" . ($i + 1);

            } elsif (defined $name || $lines[$i] =~ /^\s+ngx_\w+_pt\s+\w+;/) {
                my $is = member($root, $file, $i + 1, $lines[$i]);
                $declared{ $is || $name } = "$file:" . ($i + 1);
            }
        }
    }

    return \%declared;
}


# Each pointer of a contract is in the table, and is called and set by nobody
# else than it says.  Pointers that a file keeps to itself are its own affair,
# and those that nginx declares are nginx's.

sub pointer_complaints {
    my ($root, $found, $house) = @_;
    $house //= table();
    my $rows = $house->{pointers};
    my $declared = contracts($root, $house);
    my @bad;

    push @bad, "$declared->{$_}: pointer $_ is not in the table"
        for grep { !$rows->{$_} } sort keys %$declared;

    push @bad, "t/lib/Export/House.pm: no pointer $_"
        for grep { !$declared->{$_} } sort keys %$rows;

    for my $kind ('calls', 'sets') {
        for (@{ $found->{$kind} // [] }) {
            my ($at, $pointer) = @$_;
            my $row = $rows->{$pointer} or next;

            push @bad, "$at: $kind $pointer"
                if !among($root, $at, @{ $row->{$kind} })
                   && ($kind eq 'calls'
                       || !among($root, $at, @{ $row->{calls} }));
        }
    }

    for my $pointer (sort grep { $declared->{$_} } keys %$rows) {
        for my $who (@{ $rows->{$pointer}{calls} }) {
            push @bad, "t/lib/Export/House.pm: $who does not call $pointer"
                if !grep { $_->[1] eq $pointer && among($root, $_->[0], $who) }
                   @{ $found->{calls} // [] };
        }
    }

    return @bad;
}


# is "file:line" in one of the folders, or one of the files?  A contract's
# inline functions are its file's.

sub among {
    my ($root, $at, @names) = @_;
    my ($file) = $at =~ /^(.*):\d+$/;
    my ($name) = $file =~ m{^include/(\w+)\.h$};

    return grep {
        $_ eq $file || $_ eq folder($file)
            || defined $name && ($_ eq $file || -e "$root/module/$_/$name.c")
    } @names;
}


# No file of the glue reads a field of a struct of include/ that the table does
# not hand over.

sub read_complaints {
    my ($found, $house) = @_;
    $house //= table();
    my %known = map { $_ => 1 } @{ $house->{reads} };
    my (@bad, %used);

    for (@{ $found->{reads} // [] }) {
        my ($at, $field) = @$_;
        my ($file) = $at =~ m{^module/\Q$house->{glue}\E/(.*):\d+$} or next;
        my ($struct) = $field =~ /^(\w+)\./;

        if (!defined $struct) {
            push @bad, "$at: reads a field of a struct without a name";

        } elsif (!$house->{open}{$struct}) {
            $known{"$file $field"} ? $used{"$file $field"}++
                                   : push @bad, "$at: reads $field";
        }
    }

    push @bad, "t/lib/Export/House.pm: no longer read: $_"
        for grep { !$used{$_} } sort keys %known;

    return @bad;
}

1;

__END__

=encoding utf8

=head1 NAME

Export::Walls - what the compiler makes of the house's rules

=head1 SYNOPSIS

    use Export::Walls qw(symbols symbol_complaints);

    my $uses = symbols($root, $objects);

C<t/walls.pl> prints what is wrong in the tree: circles among files, symbols
of a folder above, calls through pointers that no contract names, and fields
of a state that the glue touches.

=cut
