package Export::Test::Message;

use strict;
use warnings;

# HTTP::Message and HTTP::Parser of CPAN would do for whole and well-formed
# messages.  They join repeated header lines, change the spelling of names, or
# refuse half a message, and what a recipient is sent is tested byte for byte.


for my $field (qw(method uri version status reason headers trailers body raw
                  complete closed connection reset interim))
{
    no strict 'refs';
    *$field = sub { return $_[0]{$field} };
}


sub all {
    my ($self, $name) = @_;

    return map { $_->[1] } grep { lc $_->[0] eq lc $name }
        @{ $self->{headers} };
}


sub header {
    my @values = all(@_);

    return @values ? join(', ', @values) : undef;
}


# Writing

sub cut {
    my ($bytes, $sizes) = @_;
    my @sizes = ref $sizes ? @$sizes : $sizes;
    my @pieces;

    for (my ($at, $i) = (0, 0); $at < length $bytes; $i++) {
        push @pieces, substr $bytes, $at, $sizes[$i % @sizes];
        $at += length $pieces[-1];
    }

    return @pieces;
}


sub lines {
    my @pairs = @_;
    my $text = '';

    while (my ($name, $value) = splice @pairs, 0, 2) {
        $text .= $name eq '' ? "$value\r\n" : "$name: $value\r\n";
    }

    return $text;
}


sub chunks {
    my ($pieces, @trailers) = @_;

    return join '', map({ sprintf "%x\r\n%s\r\n", length $_, $_ } @$pieces),
        "0\r\n", lines(@trailers), "\r\n";
}


sub request {
    my ($class, $method, $uri, $opt, @pairs) = @_;
    my ($body, $chunked) = @$opt{qw(body chunked)};
    my %has = map { lc $pairs[2 * $_] =~ s/\s//gr => 1 } 0 .. @pairs / 2 - 1;

    unshift @pairs, Host => 'localhost' if !$has{host} && !$opt->{no_host};
    push @pairs, Connection => 'close' if !$has{connection};

    if (defined $body && $chunked) {
        push @pairs, 'Transfer-Encoding' => 'chunked'
            if !$has{'transfer-encoding'};
        $body = chunks([ cut($body, $chunked) ], @{ $opt->{trailers} || [] });

    } elsif (defined $body
             && !$has{'content-length'} && !$has{'transfer-encoding'})
    {
        push @pairs, 'Content-Length' => length $body;
    }

    return "$method $uri HTTP/" . ($opt->{version} // '1.1') . "\r\n"
        . lines(@pairs) . "\r\n" . ($body // '');
}


# Reading

sub pairs {
    return [ map { /^([^:]+):[ \t]*(.*?)[ \t]*$/s ? [ $1, $2 ] : [ '', $_ ] }
        @_ ];
}


sub take {
    my ($class, $bytes, $head, $eof) = @_;
    my $at = index $$bytes, "\r\n\r\n";

    return if $at < 0;

    my ($start, @lines) = split /\r\n/, substr $$bytes, 0, $at + 4, '';
    my $self = bless { headers => pairs(@lines), trailers => [] }, $class;

    if ($start =~ m{^HTTP/(\d\.\d) (\d{3}) ?(.*)$}s) {
        @{$self}{qw(version status reason)} = ($1, $2, $3);

    } else {
        @{$self}{qw(method uri version)} =
            $start =~ m{^(\S+) (.*) HTTP/(\d\.\d)$}s;
    }

    $self->take_body($bytes, $head, $eof);

    return $self;
}


sub take_body {
    my ($self, $bytes, $head, $eof) = @_;
    my $status = $self->{status};
    my $length = $self->header('Content-Length');

    if (defined $status && ($head || $status =~ /^(?:1..|204|304)$/)) {
        $length = 0;

    } elsif (lc($self->header('Transfer-Encoding') // '') eq 'chunked') {
        return $self->take_chunks($bytes);

    } elsif (!defined $length && defined $status) {
        $self->{complete} = $eof;
        $self->{body} = $$bytes;
        $$bytes = '';
        return;
    }

    $self->{body} //= '';
    $self->{body} .= substr $$bytes, 0,
        ($length // 0) - length $self->{body}, '';
    $self->{complete} = length $self->{body} >= ($length // 0);
}


# {chunk_left} counts the bytes of the chunk at hand that are still to come,
# with the line end behind them.

sub take_chunks {
    my ($self, $bytes) = @_;
    my $at = 0;

    $self->{body} //= '';

    while (1) {
        my $part = substr $$bytes, $at, $self->{chunk_left} || 0;
        my $data = ($self->{chunk_left} || 0) - 2;

        $self->{body} .= substr $part, 0, $data if $data > 0;
        $self->{chunk_left} -= length $part if $part ne '';
        $at += length $part;
        last if $self->{chunk_left};

        my $end = index $$bytes, "\r\n", $at;
        last if $end < 0
            || substr($$bytes, $at, $end - $at) !~ /^([0-9a-f]+)[^\r\n]*\z/i;

        my $size = hex $1;

        if ($size == 0) {
            $self->take_trailers($bytes, \$at, $end + 2);
            last;
        }

        $self->{chunk_left} = $size + 2;
        $at = $end + 2;
    }

    substr($$bytes, 0, $at) = '';
}


sub take_trailers {
    my ($self, $bytes, $at, $from) = @_;
    my $end = index $$bytes, "\r\n\r\n", $from - 2;

    if ($end >= 0) {
        my $lines = substr $$bytes, $from, $end + 2 - $from;
        $self->{trailers} = pairs(split /\r\n/, $lines);
        $self->{complete} = 1;
        $$at = $end + 4;
    }
}


sub replies {
    my ($class, $bytes, $head, $eof) = @_;
    my (@replies, @interim);

    while (my $reply = $class->take(\$bytes, $head, $eof)) {
        if ($reply->{status} =~ /^1/ && $reply->{status} != 101) {
            push @interim, $reply;
            next;
        }

        $reply->{interim} = [ splice @interim ];
        push @replies, $reply;
        last if !$reply->{complete};
    }

    return @replies;
}


sub none {
    my $class = shift;

    return bless { headers => [], trailers => [], interim => [], body => '' },
        $class;
}


1;

__END__

=head1 NAME

Export::Test::Message - one HTTP message, a reply or a request, byte for byte

=head1 SYNOPSIS

    my $bytes = Export::Test::Message->request('POST', '/',
        { body => 'abcdef', chunked => 2 }, 'X-Name' => 'value');

    my $request = Export::Test::Message->take(\$bytes);

    print $request->header('X-Name'), $request->body, $request->complete;

=head1 FIELDS

Every message has version, headers ([ [ NAME, VALUE ]... ] as sent, in order),
trailers (of the same form), body, and complete (false while its body goes on).

    header(NAME)    the values of all lines of that name joined by ", ",
                    undef without one; NAME in any case
    all(NAME)       the list of these values

A request has method and uri, and connection when it is from the recorder.  A
reply has status (undef if none came) and reason; from a request of
Export::Test also raw (all bytes that were read), closed (the peer has closed),
interim (the 1xx replies before it), and over HTTP/2 reset (the error code).

=head1 WRITING

Header lines are given as NAME => VALUE and go out as given, repeated, in
order; the name '' makes a verbatim line of the value.

    request(METHOD, URI, \%opt, NAME => VALUE...)
                    the bytes of a request: Export::Test tells the options
    lines(NAME => VALUE...)
    chunks([ PIECE... ], NAME => VALUE...)      a chunked body and its trailers
    cut(BYTES, SIZE or [ SIZE... ])             pieces of these sizes, in turn

The last three are functions.

=head1 READING

    take(\BYTES, HEAD, EOF)
                    takes one message off the front of BYTES; undef without a
                    whole head.  HEAD: it answers a HEAD request.  EOF: there
                    is no more, which ends a reply without a length.
    take_body(\BYTES)
                    takes more of the body of a message that is not complete,
                    so that nothing is read twice
    replies(BYTES, HEAD, EOF)
                    all replies in BYTES, each with the 1xx before it
    none            what stands for a reply where none came

=cut
