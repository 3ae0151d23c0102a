package Bench;

# What measurements through nginx share: bodies that are made as they are
# sent, a recipient that counts them, and a look at the worker.  nginx itself
# is run by Export::Test, without what a test checks at its end.
#
#     my $b = Bench->new;
#     $b->recipient;
#     $b->start($text);               %%PORT_0%%, %%SINK%%, %%COUNTRIES%%
#     my $got = $b->send('/path', { type => ..., body => ... });
#
# A body is [ HEAD, BLOCK, TIMES, TAIL ]: it has any size, and takes the
# memory of one block.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";
use Export::Test;

use IO::Socket::INET;
use List::Util qw(max);
use POSIX ();
use Time::HiRes qw(time);

our @ISA = 'Export::Test';

my $root = "$FindBin::Bin/../..";

$SIG{PIPE} = 'IGNORE';
$| = 1;


sub new {
    my ($class, %opt) = @_;

    return Export::Test::new($class, level => 'error', %opt);
}


# a measurement ends, and is not a test

sub check { }


sub countries { return "$root/build/geoip/country.mmdb" }


sub expand {
    my ($self, $text, $log) = @_;
    my $sink = $self->{sink} // '';
    my $countries = countries();

    $text =~ s/%%SINK%%/$sink/g;
    $text =~ s/%%COUNTRIES%%/$countries/g;

    return $self->SUPER::expand($text, $log);
}


sub DESTROY {
    my $self = shift;

    return if $$ != $self->{owner};

    kill 'TERM', $self->{sink_pid} if $self->{sink_pid};
    $self->SUPER::DESTROY;
}


# takes one body after the other, and answers with its length; a byte in a
# file is a transfer that began

sub recipient {
    my $self = shift;
    my $arrived = $self->write('arrived', '');
    my $address = '127.0.0.1:' . $self->port('sink');
    my $listen = IO::Socket::INET->new(LocalAddr => $address, Listen => 64,
        ReuseAddr => 1) or die "listen: $!\n";

    $self->{sink} = $address;
    $self->{sink_pid} = fork // die "fork: $!\n";

    return $self if $self->{sink_pid};

    open my $file, '>>', $arrived or die "$arrived: $!\n";

    while (my $socket = $listen->accept) {
        syswrite $file, '.';
        my $n = take($socket) // next;
        syswrite $socket, "HTTP/1.1 204 No Content\r\nX-Bytes: $n\r\n"
            . "Connection: close\r\n\r\n";
    }

    POSIX::_exit(0);
}


sub arrived { return -s "$_[0]{dir}/arrived" || 0 }


# the bytes of a body, framing aside; undef if it does not come to its end

sub take {
    my ($socket) = @_;
    my ($head, $end, $n, $got) = ('', 0);

    while (($end = index $head, "\r\n\r\n") < 0) {
        sysread $socket, $head, 65536, length $head or return;
    }

    $got = substr $head, $end + 4, length $head, '';

    if ($head =~ /^transfer-encoding: *chunked/im) {
        return take_chunks($socket, $got);
    }

    my $left = $head =~ /^content-length: *(\d+)/im ? $1 : 0;

    for ($n = length $got; $n < $left; $n += length $got) {
        sysread $socket, $got, 1 << 20 or return;
    }

    return $n;
}


sub take_chunks {
    my ($socket, $got) = @_;
    my $n = 0;

    while (1) {
        if ($got !~ /^([0-9a-f]+)\r\n/i) {
            sysread $socket, $got, 1 << 20, length $got or return;
            next;
        }

        my $left = hex $1;
        return $n if $left == 0;

        $n += $left;
        $left += length($1) + 4;

        while ($left > length $got) {
            $left -= length $got;
            sysread $socket, $got, 1 << 20 or return;
        }

        substr $got, 0, $left, '';
    }
}


sub length_of {
    my ($body) = @_;
    my ($head, $block, $times, $tail) = @$body;

    return length($head) + length($block) * $times + length $tail;
}


sub chunk { return sprintf("%x\r\n", length $_[0]) . "$_[0]\r\n" }


sub put {
    my ($socket, $bytes) = @_;
    my $n;

    for (my $at = 0; $at < length $bytes; $at += $n) {
        $n = syswrite $socket, $bytes, length($bytes) - $at, $at;
        return 0 if !defined $n;
    }

    return 1;
}


sub connect {
    my ($self, $path, $opt) = @_;
    my $socket = IO::Socket::INET->new('127.0.0.1:' . $self->port(0))
        or die "connect: $!\n";

    put($socket, "POST $path HTTP/1.1\r\nHost: api.example.com\r\n"
        . "Connection: close\r\nX-Data-Purpose: ai-training\r\n"
        . join('', map { "$_\r\n" } @{ $opt->{headers} || [] })
        . "Content-Type: $opt->{type}\r\n"
        . ($opt->{encoding} ? "Content-Encoding: $opt->{encoding}\r\n" : '')
        . ($opt->{chunked} ? "Transfer-Encoding: chunked\r\n\r\n"
            : 'Content-Length: ' . length_of($opt->{body}) . "\r\n\r\n"));

    return $socket;
}


# Sends a body until nginx wants no more of it.  Returns status, length (as
# sent), bytes (as received), seconds, the worker's cpu seconds, and head.

sub send {
    my ($self, $path, $opt) = @_;
    my ($head, $block, $times, $tail) = @{ $opt->{body} };
    my ($start, $cpu) = (time, $self->cpu);
    my $socket = $self->connect($path, $opt);
    my $reply = '';

    ($head, $block, $tail) = map { length $_ ? chunk($_) : '' }
        $head, $block, $tail if $opt->{chunked};
    $tail .= "0\r\n\r\n" if $opt->{chunked};

    my $open = put($socket, $head);
    for (my $i = 0; $open && $i < $times; $i++) {
        $open = put($socket, $block);
    }
    put($socket, $tail) if $open;

    1 while sysread $socket, $reply, 65536, length $reply;

    return {
        seconds => time - $start,
        cpu => $self->cpu - $cpu,
        length => length_of($opt->{body}),
        status => ($reply =~ m{^HTTP/1.1 (\d+)})[0] // 0,
        bytes => ($reply =~ /^X-Bytes: (\d+)/m)[0] // 0,
        head => $reply,
    };
}


# the same, of a body that has to arrive whole, or "arrives" bytes of it

sub transfer {
    my ($self, $path, $opt) = @_;
    my $got = $self->send($path, $opt);
    my $due = $opt->{arrives} // $got->{length};

    die "$path: $got->{bytes} of $due bytes arrived: $got->{head}\n"
        . $self->log
        if $got->{status} != 204 || $got->{bytes} != $due;

    $got->{rate} = $got->{length} / 1e6 / $got->{seconds};
    $got->{cost} = $got->{cpu} / ($got->{length} / 1e9);

    return $got;
}


# of its /proc directory; the one worker's id is looked up once

sub worker {
    my ($self, $name) = @_;

    ($self->{worker}) = split ' ', `pgrep -P $self->{pid}`
        if !$self->{worker} || !-e "/proc/$self->{worker}";

    open my $file, '<', "/proc/$self->{worker}/$name"
        or die "the worker's $name: $!\n";
    local $/;

    return <$file>;
}


# seconds of user and system time, to the nanosecond

sub cpu { return (split ' ', $_[0]->worker('schedstat'))[0] / 1e9 }


# true when it has done all that it was sent

sub idle {
    my $self = shift;
    my $cpu = $self->cpu;

    select undef, undef, undef, 0.2;

    return $self->cpu == $cpu;
}


# KB; what is 'VmHWM' is the largest since the last forget_peak()

sub memory {
    my ($self, $name) = @_;

    return $self->worker('status') =~ /^$name:\s+(\d+)/m ? $1 : 0;
}


sub forget_peak {
    my $self = shift;

    $self->worker('status');
    open my $file, '>', "/proc/$self->{worker}/clear_refs" or return;
    print $file "5\n";
    close $file;
}


sub median {
    my @sorted = sort { $a <=> $b } @_;

    return $sorted[@sorted / 2];
}


# n objects of about that many bytes, none of them protected

sub records {
    my ($n, $size) = @_;
    my @words = qw(the model answers a question about data which people wrote
        in other words it is not clear why they were taken);
    my $seed = 12345;

    return map {
        my $text = '';

        while (length $text < $size - 60) {
            $seed = ($seed * 1103515245 + 12345) % 2147483648;
            $text .= $words[($seed >> 16) % @words] . ' ';
        }

        sprintf '{"id":%d,"ip":"8.8.%d.8","lang":"en","text":"%s"}', $_,
            $_ % 256, $text;
    } 1 .. $n;
}


1;
