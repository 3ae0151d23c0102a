package Export::Test::H2;

use strict;
use warnings;

use Protocol::HTTP2::Constants qw(:endpoints :flags :frame_types :limits
    :settings);
use Protocol::HTTP2::HeaderCompression qw(int_encode);

use Export::Test::Exchange ();
use Export::Test::Message;

use parent 'Protocol::HTTP2::Connection';

# the only stream of a connection, and the largest frame that every peer takes

my $stream = 1;
my $frame_max = 16384;


sub new {
    my ($class, %opt) = @_;
    my $self = $class->SUPER::new(CLIENT,
        settings => { SETTINGS_INITIAL_WINDOW_SIZE, MAX_FCW_SIZE },
        on_error => sub { die "HTTP/2 error $_[0]\n" });
    my @trailers = @{ $opt{trailers} || [] };

    $self->{opt} = \%opt;
    $self->{reply} = Export::Test::Message->none;
    $self->{pieces} = [
        Export::Test::Message::cut($opt{body} // '',
            $opt{sizes} || $frame_max),
        defined $opt{body} && $opt{body} eq '' ? '' : (),
        @trailers ? \@trailers : (),
    ];

    return $self;
}


# Protocol::HTTP2 sends and takes what is right.  A test also sends what the
# state of a stream forbids, and takes trailers that no "Trailer" announced.

sub state_machine { }
sub validate_headers { return 1 }
sub stream_error { die "HTTP/2 error $_[2] of a stream\n" }


sub request {
    my ($self, $socket, @pairs) = @_;
    my ($opt, $reply, $in) = (@$self{qw(opt reply)}, '');

    $self->begin;
    $self->enqueue_fields(
        @{ $self->{pieces} } || $opt->{open} ? 0 : END_STREAM, @pairs);

    $reply->{closed} = Export::Test::Exchange::exchange($socket, %$opt,
        next => sub { $self->next_piece },
        read => sub {
            $in .= $_[0];
            $reply->{raw} .= $_[0];
            $self->take(\$in);
            return $self->{ended};
        });

    return $reply;
}


# The preface, and windows that never hold the reply back.

sub begin {
    my $self = shift;
    my $more = MAX_FCW_SIZE - $self->fcw_recv;

    $self->new_stream;
    $self->stream_frame_cb($stream, HEADERS, sub { $self->on_fields(@_) });
    $self->stream_frame_cb($stream, DATA,
        sub { $self->{reply}{body} .= $_[0] });

    $self->fcw_recv($more);
    $self->enqueue_raw($self->preface_encode);
    $self->enqueue(
        SETTINGS, 0, 0, { SETTINGS_INITIAL_WINDOW_SIZE, MAX_FCW_SIZE },
        WINDOW_UPDATE, 0, 0, $more);
}


# Literal fields without Huffman: names and values leave as they were given.

sub enqueue_fields {
    my ($self, $flags, @pairs) = @_;
    my ($type, $block) = (HEADERS, join '', map {
        "\0" . join '', map { int_encode(length, 7) . $_ }
            @pairs[2 * $_, 2 * $_ + 1]
    } 0 .. @pairs / 2 - 1);

    do {
        my $part = substr $block, 0, $self->{opt}{frame} || $frame_max, '';

        $flags |= END_HEADERS if $block eq '';
        $self->enqueue($type, $flags, $stream,
            $type == HEADERS ? { hblock => \$part } : \$part);
        ($type, $flags) = (CONTINUATION, 0);
    } while $block ne '';
}


# What may be sent now: all that is queued, or else one frame of the body, as
# far as the windows allow.

sub next_piece {
    my $self = shift;
    my $pieces = $self->{pieces};

    $self->send_blocked;

    if (!@{ $self->{queue} } && @$pieces && !$self->{ended}
        && !length($self->stream_blocked_data($stream) // ''))
    {
        if (ref $pieces->[0]) {
            $self->enqueue_fields(END_STREAM, @{ shift @$pieces });

        } else {
            my $part = substr $pieces->[0], 0, $frame_max, '';

            shift @$pieces if $pieces->[0] eq '';
            $self->send_data($stream, $part, !@$pieces && !$self->{opt}{open});
        }
    }

    return @{ $self->{queue} } ? join '', splice @{ $self->{queue} } : undef;
}


sub take {
    my ($self, $in) = @_;
    my $reply = $self->{reply};

    while (my $length = $self->frame_decode($in, 0)) {
        my (undef, $type, $flags) = $self->frame_header_decode($in, 0);
        my $frame = substr $$in, 0, $length, '';

        $self->{last} ||= $flags & END_STREAM
            if $type == DATA || $type == HEADERS;
        $self->{ended} = $reply->{complete} = 1
            if $self->{last} && ($type == DATA || $flags & END_HEADERS);

        $reply->{reset} = $self->stream_reset($stream) if $type == RST_STREAM;
        $reply->{reset} = unpack 'x13 N', $frame if $type == GOAWAY;
        $self->{ended} = 1 if $type == RST_STREAM || $type == GOAWAY;
    }
}


sub on_fields {
    my ($self, $flat) = @_;
    my ($reply, @fields) = ($self->{reply},
        map { [ @$flat[2 * $_, 2 * $_ + 1] ] } 0 .. @$flat / 2 - 1);

    if ($reply->{status}) {
        $reply->{trailers} = \@fields;
        return;
    }

    my $status = (shift @fields)->[1];

    if ($status =~ /^1/) {
        my $interim = Export::Test::Message->none;

        @$interim{qw(status headers)} = ($status, \@fields);
        push @{ $reply->{interim} }, $interim;

    } else {
        @$reply{qw(status headers)} = ($status, \@fields);
    }
}


1;

__END__

=head1 NAME

Export::Test::H2 - one HTTP/2 request with prior knowledge

=head1 SYNOPSIS

    my $reply = Export::Test::H2->new(body => 'abc', sizes => 1)
        ->request($socket, ':method' => 'POST', ':scheme' => 'http',
            ':authority' => 'localhost', ':path' => '/', 'x-name' => 'value');

    print $reply->status, $reply->body;

Tests call it as $t->h2(METHOD, URI, \%opt, NAME => VALUE...), which adds the
four pseudo-headers.

=head1 METHODS

    new(%opt)
    request(SOCKET, NAME => VALUE...)       an Export::Test::Message

The options are body, sizes => SIZE or [ SIZE... ] of DATA frames, trailers =>
[ NAME => VALUE... ], frame => size of HEADERS and CONTINUATION, open => 1 never
ends the stream, and delay and timeout of Export::Test::Exchange.

=head1 WHAT IS PROTOCOL::HTTP2'S

Frames, windows, settings, pings and the tables of HPACK are of
Protocol::HTTP2::Connection (Debian's libprotocol-http2-perl).  Ours is what its
client does not do: a request whose fields are sent as given, be they allowed
or not, in frames of any size; a body in pieces with pauses, trailers, and an
end that never comes; and a reply with 1xx, any trailers, and the error code.

=cut
