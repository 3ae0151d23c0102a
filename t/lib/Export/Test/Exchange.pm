package Export::Test::Exchange;

use strict;
use warnings;

use Exporter qw(import);
use IO::Select;
use IO::Socket::INET;
use Socket qw(IPPROTO_TCP TCP_NODELAY);
use Time::HiRes qw(time);

our @EXPORT_OK = qw(connect_to exchange);

# without anything to do, how long to wait before the clock is looked at again

my $tick = 0.05;


sub connect_to {
    my ($port) = @_;
    my $socket = IO::Socket::INET->new("127.0.0.1:$port")
        or die "connect: $!\n";

    $socket->setsockopt(IPPROTO_TCP, TCP_NODELAY, 1);
    $socket->blocking(0);

    return $socket;
}


sub exchange {
    my ($socket, %opt) = @_;
    my ($out, $due, $last, $open) = ('', 0, time, 1);
    my ($timeout, $moved) = ($opt{timeout} // 10, $last);
    local $SIG{PIPE} = 'IGNORE';

    while ((my $now = time) < $moved + $timeout) {
        if ($open && $out eq '' && $now >= $due) {
            my $piece = $opt{next}->();
            $piece->() if ref $piece;
            $out = $piece if defined $piece && !ref $piece;
            $due = ($last = time) + ($opt{delay} // 0) if defined $piece;
        }

        if ($open && defined $opt{half} && $now > $last + $opt{half}) {
            shutdown $socket, 1;
            $open = 0;
        }

        my ($readable, $writable) = ready($socket, $out ne '', $due - time);

        if ($writable) {
            my $sent = syswrite $socket, $out;
            $open = 0 if !defined $sent && !$!{EAGAIN};
            substr($out, 0, $open ? $sent // 0 : length $out) = '';
            $moved = time;
        }

        if ($readable) {
            my $got = sysread $socket, my $in, 262144;
            return 1 if defined $got ? !$got : !$!{EAGAIN};
            return 0 if $opt{read}->($in);
            $moved = $last = time;
        }
    }

    return 0;
}


sub ready {
    my ($socket, $writing, $wait) = @_;
    my $one = IO::Select->new($socket);

    return map { scalar @{ $_ // [] } } (IO::Select->select($one,
        $writing ? $one : undef, undef, $wait > 0 ? $wait : $tick))[0, 1];
}


1;

__END__

=head1 NAME

Export::Test::Exchange - bytes out and bytes in, over one socket, at once

=head1 SYNOPSIS

    use Export::Test::Exchange qw(connect_to exchange);

    my @pieces = ("GET / HTTP/1.1\r\n", "Host: a\r\n\r\n");
    my $got = '';

    my $closed = exchange(connect_to($port),
        delay => 0.1,
        next => sub { shift @pieces },
        read => sub { $got .= $_[0]; $got =~ /\r\n\r\n/ });

=head1 FUNCTIONS

    connect_to(PORT)        a socket to 127.0.0.1 that does not block and sends
                            each piece by itself
    exchange(SOCKET, %opt)  true when the peer has closed

exchange() writes piece by piece and reads between: a reply that comes before
the end of the request is not missed.  Its options:

    next => CODE        the next piece: bytes, a CODE that is called in its
                        turn, or undef when there is nothing to send for now
    read => CODE        is given what has arrived; true ends the exchange
    delay => SECONDS    between two pieces
    half => SECONDS     without anything sent or read, after which the write
                        side is closed
    timeout => SECONDS  without anything sent or read, after which the exchange
                        ends; 10

This is our own because clients such as HTTP::Tiny and Net::HTTP send a whole
request before they read, and only one that is well formed.

=cut
