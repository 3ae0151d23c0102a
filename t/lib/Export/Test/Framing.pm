package Export::Test::Framing;

use strict;
use warnings;

# Sizes that end nowhere near a buffer of nginx, and are not its multiples.

my @sizes = (1, 77, 5000, 33000);
my @frame_sizes = (1, 500, 7000);

my %framings = (
    'with a length' => sub { http1(@_) },
    'in chunks' => sub { http1(@_, chunked => \@sizes) },
    'in small chunks' => sub { http1(@_, chunked => 211) },
    'in pieces' => \&pieces,
    'over h2' => sub { http2(@_) },
    'over h2, with a length' => sub {
        my ($t, $request) = @_;
        my @head = (@{ $request->{head} },
            'Content-Length' => length $request->{body});

        return http2($t, { %$request, head => \@head });
    },
    'over h2, in frames' => sub {
        http2(@_, sizes => \@frame_sizes, delay => 0.001)
    },
);


sub http1 {
    my ($t, $request, %opt) = @_;
    my ($method, $uri, $body, $port, $head) =
        @$request{qw(method uri body port head)};

    return $t->request($method, $uri,
        { body => $body, port => $port, %opt }, @$head);
}


sub pieces {
    my ($t, $request) = @_;
    my ($method, $uri, $body, $port, $head) =
        @$request{qw(method uri body port head)};
    my $bytes = $t->bytes($method, $uri, { body => $body }, @$head);

    return scalar $t->pieces([ $t->cut($bytes, 20000) ], 0.02,
        port => $port);
}


sub http2 {
    my ($t, $request, %opt) = @_;
    my ($method, $uri, $body, $port, $head) =
        @$request{qw(method uri body h2_port head)};

    return $t->h2($method, $uri, { body => $body, port => $port, %opt },
        map { $_ % 2 ? $head->[$_] : lc $head->[$_] } 0 .. $#$head);
}


sub send_framed {
    my ($class, $t, $framing, %request) = @_;
    my $how = $framings{$framing} or die "no framing \"$framing\"\n";

    return $how->($t, \%request);
}


1;

__END__

=head1 NAME

Export::Test::Framing - the ways in which a body reaches nginx

=head1 SYNOPSIS

    for my $framing ('with a length', 'in chunks', 'over h2') {
        my $reply = $t->framed($framing, 'POST', '/', $body,
            'Content-Type' => 'text/csv');

        is($reply->status, 451, "refused, $framing");
    }

=head1 THE FRAMINGS

    with a length               Content-Length
    in chunks                   of 1, 77, 5000 and 33000 bytes in turn
    in small chunks             of 211 bytes
    in pieces                   Content-Length, sent with pauses
    over h2                     DATA frames as large as may be
    over h2, with a length      the same and Content-Length
    over h2, in frames          of 1, 500 and 7000 bytes in turn, with pauses

    send_framed(TEST, FRAMING, method, uri, body, head => [ NAME => VALUE... ],
                port, h2_port)  what $t->framed() calls

Names of headers are in lower case over HTTP/2.

=cut
