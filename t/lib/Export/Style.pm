package Export::Style;

# What a script can see of the house's rules in the text of its sources.  The
# table is Export::House; t/style.t shows each rule firing.

use strict;
use warnings;
use Exporter 'import';
use Export::House qw(table);

our @EXPORT_OK = qw(complaints complex files source circles);


# Everything that is wrong below "root", a line each; "house" is a table.

sub complaints {
    my ($root, $house) = @_;
    my $self = bless { root => $root, house => $house // table(), bad => [] };

    $self->{files} = [files($root, $self->{house})];
    $self->{headers} = [map { s{^\Q$root\E/}{}r } glob "$root/include/*.h"];
    $self->find_homes;

    for my $file (@{ $self->{files} }, @{ $self->{headers} }) {
        $self->check_file($file, source("$root/$file"));
    }

    $self->check_folders;
    $self->check_include_circles;
    $self->check_map;

    return @{ $self->{bad} };
}


# the sources of module/, and their own headers

sub files {
    my ($root, $house) = @_;
    $house //= table();
    return map { s{^\Q$root\E/}{}r } map { glob "$root/module/$_/*.[ch]" }
           sort keys %{ $house->{folders} };
}


sub source {
    my ($file) = @_;
    open my $f, '<', $file or die "$file: $!\n";
    my @lines = <$f>;
    return @lines;
}


sub bad {
    my ($self, @said) = @_;
    push @{ $self->{bad} }, join ': ', @said;
}


# A header of include/ belongs to the folder of the file of its name.

sub find_homes {
    my ($self) = @_;
    my %home = map { m{^module/(.+)/(\w+)\.[ch]$} ? ("$2.h" => $1) : () }
               @{ $self->{files} };

    my @base = @{ $self->{house}{base} };
    @home{@base} = ('base') x @base;
    $self->{home} = \%home;

    for my $file (@{ $self->{headers} }) {
        my ($name) = $file =~ m{(\w+\.h)$};
        $self->bad($file, 'a contract of no file, and not of the base')
            if !$home{$name};
    }
}


sub home {
    my ($self, $file) = @_;
    return $1 if $file =~ m{^module/(.+)/};
    return $self->{home}{ $file =~ s{.*/}{}r } // 'base';
}


sub check_file {
    my ($self, $file, @lines) = @_;
    my $pure = $self->home($file) ne $self->{house}{glue};

    for my $i (0 .. $#lines) {
        my ($at, $line) = ($file . ':' . ($i + 1), $lines[$i]);

        $self->check_line($at, $line);
        $self->check_include($file, $at, $1)
            if $line =~ /^\s*#\s*include\s+[<"]([^>"]+)/;
        $self->bad($at, 'nginx in a pure file')
            if $pure && $line =~ /\bngx_/i;
    }

    $self->check_functions($file, @lines) if $file =~ /\.c$/;
}


sub check_line {
    my ($self, $at, $line) = @_;
    my $columns = $self->{house}{columns};

    chomp $line;
    $self->bad($at, "over $columns columns") if length $line > $columns;
    $self->bad($at, 'tab') if $line =~ /\t/;
    $self->bad($at, 'trailing space') if $line =~ /\s$/;
    $self->bad($at, '// comment')
        if $line =~ m{(?<![:"'\w])//} && $line !~ /"/;
    $self->bad($at, 'leftover')
        if $line =~ /\b(?:TODO|FIXME|XXX)\b|^\s*#\s*if\s+0\b/;
}


sub check_include {
    my ($self, $file, $at, $header) = @_;
    my $owner = $self->{house}{owners}{$header};

    $self->bad($at, "$header belongs to $owner") if $owner && $owner ne $file;

    my $from = $self->home($file);
    my $to = $self->{home}{$header} or return;

    return if $to eq 'base' || $to eq $from;

    my $may = $from eq 'base' ? [] : $self->{house}{folders}{$from};
    $self->bad($at, "$header of $to/ in a file of $from/")
        if !grep { $_ eq $to } @$may;
}


sub check_functions {
    my ($self, $file, @lines) = @_;
    my $most = $self->{house}{lines};
    my $start;

    for my $i (0 .. $#lines) {
        $start = $i if $lines[$i] =~ /^\{/;
        next unless defined $start && $lines[$i] =~ /^\}/;
        $self->bad($file . ':' . ($start + 1), "function over $most lines")
            if $i - $start > $most;
        undef $start;
    }
}


# Every source is in a folder of the table, and the table has no circle.

sub check_folders {
    my ($self) = @_;
    my $root = $self->{root};
    my %known = map { $_ => 1 } @{ $self->{files} };
    my $folders = $self->{house}{folders};

    for my $path (glob "$root/module/*.[ch] $root/module/*/*.[ch]"
                       . " $root/module/*/*/*.[ch]") {
        my $file = $path =~ s{^\Q$root\E/}{}r;
        $self->bad($file, 'in a folder that is not in the table')
            if !$known{$file};
    }

    $self->bad('t/lib/Export/House.pm', "folders in a circle: @$_")
        for circles($folders);
}


sub check_include_circles {
    my ($self) = @_;
    my %file = map { s{.*/}{}r => $_ } @{ $self->{headers} },
               grep { /\.h$/ } @{ $self->{files} };
    my %includes;

    for my $name (keys %file) {
        $includes{ $file{$name} } =
            [ grep { defined }
              map { /^\s*#\s*include\s+"([^"]+)"/ ? $file{$1} : () }
              source("$self->{root}/$file{$name}") ];
    }

    $self->bad("headers in a circle: @$_") for circles(\%includes);
}


# the map names each file: as it is, by its end, or among those of a layer

sub check_map {
    my ($self) = @_;
    my $map = join '', source("$self->{root}/module/README.md");

    for my $file (grep { /\.c$/ } @{ $self->{files} }) {
        my ($name) = $file =~ m{/(?:ngx_http_)?export_(\w+)\.c$};

        if (!defined $name) {
            $self->bad($file, 'not named export_*.c');

        } elsif ($map !~ /(?:\bexport_|[{,]|_export_|`_)\Q$name\E
                          (?:[`.,}_(]|$)/mx) {
            $self->bad($file, 'not in module/README.md');
        }
    }
}


# Functions over the table's limit of complexity, as { "file function" =>
# complexity }.

sub complex {
    my ($root, $house) = @_;
    my $rule = ($house // table())->{complexity};
    my %over;

    my @files = map { glob "$root/module/$_/*.[ch]" } @{ $rule->{folders} };
    return {} if !@files;

    open my $pipe, '-|', 'pmccabe', @files or die "pmccabe: $!: make deps\n";

    while (<$pipe>) {
        my ($n, $file, $name) = /^(\d+)\t.*\t(\S+)\(\d+\): (\S+)$/ or next;
        $over{ $file =~ s{^\Q$root\E/}{}r . " $name" } = $n
            if $n > $rule->{limit};
    }

    close $pipe or die "pmccabe failed\n";
    return \%over;
}


# The circles of a graph { node => [nodes] }: its strongly connected
# components of two nodes or more, and nodes that point to themselves.

sub circles {
    my ($graph) = @_;
    my ($count, %number, %low, %waits, @stack, @circles) = (0);
    my $visit;

    $visit = sub {
        my ($node) = @_;
        $number{$node} = $low{$node} = ++$count;
        push @stack, $node;
        $waits{$node} = 1;

        for my $next (sort @{ $graph->{$node} // [] }) {
            $visit->($next) if !$number{$next};
            $low{$node} = $low{$next}
                if $waits{$next} && $low{$next} < $low{$node};
        }

        return if $low{$node} != $number{$node};

        my @circle;
        do {
            push @circle, pop @stack;
            delete $waits{ $circle[-1] };
        } while ($circle[-1] ne $node);

        push @circles, [sort @circle]
            if @circle > 1 || grep { $_ eq $node } @{ $graph->{$node} // [] };
    };

    for my $node (sort keys %$graph) {
        $visit->($node) if !$number{$node};
    }

    return sort { $a->[0] cmp $b->[0] } @circles;
}

1;

__END__

=encoding utf8

=head1 NAME

Export::Style - what a script sees of the house's rules in its sources

=head1 SYNOPSIS

    use Export::Style qw(complaints complex);

    print "$_\n" for complaints($root);     # one line for each breach
    my $over = complex($root);              # { "file function" => number }

C<t/style.pl> prints both; C<t/style.t> shows each rule firing on a small tree
and silent on the one beside it.

=cut
