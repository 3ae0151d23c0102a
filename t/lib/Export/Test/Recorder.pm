package Export::Test::Recorder;

use strict;
use warnings;

use IO::Select;
use IO::Socket::INET;
use POSIX ();
use Socket qw(AF_UNIX PF_UNSPEC SOCK_STREAM);

use Export::Test::Message;

# The server of HTTP::Daemon and its like would parse, and so change or refuse,
# what is to be seen as it came, an unfinished request too.


sub new {
    my ($class, $file, %answers) = @_;
    my $listen = IO::Socket::INET->new(LocalAddr => '127.0.0.1:0',
        Listen => 511, ReuseAddr => 1, Blocking => 0) or die "listen: $!\n";

    socketpair my $ours, my $theirs, AF_UNIX, SOCK_STREAM, PF_UNSPEC
        or die "socketpair: $!\n";
    open my $record, '>', $file or die "$file: $!\n";

    my $self = bless {
        file => $file, from => 0, control => $ours, record => $record,
        address => '127.0.0.1:' . $listen->sockport, answers => \%answers,
    }, $class;

    $self->{pid} = fork // die "fork: $!\n";

    if ($self->{pid} == 0) {
        close $ours;
        $SIG{PIPE} = 'IGNORE';
        $SIG{INT} = $SIG{TERM} = 'DEFAULT';
        eval { $self->serve($listen, $theirs) };
        print STDERR "recorder: $@" if $@;
        POSIX::_exit(0);
    }

    return $self;
}


sub address { return $_[0]{address} }


sub end {
    my $self = shift;

    kill 'TERM', $self->{pid};
    waitpid $self->{pid}, 0;
}


# Each pass takes all that has arrived, so that an answer on the control
# socket means: nothing sent before the question is missing in the file.

sub serve {
    my ($self, $listen, $control) = @_;
    my $select = IO::Select->new($listen, $control);
    my (%open, $count);

    while (my @ready = $select->can_read) {
        while (my $socket = $listen->accept) {
            $socket->blocking(0);
            $select->add($socket);
            $open{$socket} = { socket => $socket, id => ++$count, in => '' };
            $self->record('C', $count, '');
        }

        for my $name (keys %open) {
            next if $self->take($open{$name});
            $select->remove($open{$name}{socket});
            delete $open{$name};
        }

        next if !grep { $_ == $control } @ready;
        sysread $control, my $question, 1 or return;
        syswrite $control, $question;
    }
}


sub record {
    my ($self, $type, $id, $bytes) = @_;

    syswrite $self->{record}, pack 'a N N/a*', $type, $id, $bytes;
}


sub take {
    my ($self, $conn) = @_;

    while (1) {
        my $got = sysread $conn->{socket}, my $bytes, 262144;
        return $!{EAGAIN} if !defined $got;
        return 0 if $got == 0;

        $self->record('D', $conn->{id}, $bytes);
        $conn->{in} .= $bytes;

        while (my $request = $self->request($conn)) {
            return 0 if !$self->answer($conn->{socket}, $request);
        }
    }
}


# The next whole request, if there is one.

sub request {
    my ($self, $conn) = @_;

    if ($conn->{request}) {
        $conn->{request}->take_body(\$conn->{in});

    } else {
        $conn->{request} = Export::Test::Message->take(\$conn->{in});
    }

    return $conn->{request} && $conn->{request}{complete}
        ? delete $conn->{request} : undef;
}


sub answer {
    my ($self, $socket, $request) = @_;
    my ($path) = $request->{uri} =~ /^([^?]*)/;
    my $answer = $self->{answers}{$path} // $self->{answers}{'*'} // {};

    $answer = $answer->($request) if ref $answer eq 'CODE';
    select undef, undef, undef, $answer->{delay} if $answer->{delay};

    my $close = $answer->{close} || $request->{version} eq '1.0'
        || ($request->header('Connection') // '') =~ /close/i;

    $socket->blocking(1);
    syswrite $socket, $answer->{raw} // compose($answer, $request, $close);
    $socket->blocking(0);

    return !$close;
}


sub compose {
    my ($answer, $request, $close) = @_;
    my $status = $answer->{status} // 200;
    my $body = $answer->{body} // "ok\n";
    my @pairs = (@{ $answer->{headers} || [] },
        Connection => $close ? 'close' : 'keep-alive');

    if ($answer->{chunked}) {
        push @pairs, 'Transfer-Encoding' => 'chunked';
        $body = Export::Test::Message::chunks([ $body ]);

    } elsif ($status != 204 && $status != 304) {
        push @pairs, 'Content-Length' => length $body;
    }

    $body = '' if $request->{method} eq 'HEAD' || $status =~ /^[23]04$/;

    return "HTTP/1.1 $status " . ($answer->{reason} // 'Canned') . "\r\n"
        . Export::Test::Message::lines(@pairs) . "\r\n" . $body;
}


sub sync {
    my $self = shift;

    syswrite $self->{control}, '?';
    sysread $self->{control}, my $answer, 1 or die "recorder is gone\n";
}


sub forget {
    my $self = shift;

    $self->sync;
    $self->{from} = -s $self->{file};
}


sub events {
    my $self = shift;
    my @events;

    $self->sync;
    open my $file, '<:raw', $self->{file} or die "$self->{file}: $!\n";
    seek $file, $self->{from}, 0;
    my $bytes = do { local $/; <$file> } // '';

    while (length $bytes) {
        my ($type, $id, $data) = unpack 'a N N/a*', $bytes;
        substr($bytes, 0, 9 + length $data) = '';
        push @events, [ $type, $id, $data ];
    }

    return @events;
}


sub connections {
    return scalar grep { $_->[0] eq 'C' } $_[0]->events;
}


# [ CONNECTION, BYTES ] for each connection, in the order of their begin

sub by_connection {
    my %bytes;

    $bytes{$_->[1]} .= $_->[2] for $_[0]->events;

    return map { [ $_, $bytes{$_} ] } sort { $a <=> $b } keys %bytes;
}


sub seen {
    my $self = shift;
    my @requests;

    for my $connection ($self->by_connection) {
        my ($id, $bytes) = @$connection;

        while (my $request = Export::Test::Message->take(\$bytes)) {
            $request->{connection} = $id;
            push @requests, $request;
        }
    }

    return @requests;
}


1;

__END__

=head1 NAME

Export::Test::Recorder - a recipient that records what reaches it

=head1 SYNOPSIS

    my $recorder = Export::Test::Recorder->new($file,
        '/created' => { status => 201, body => 'one' },
        '*' => sub { my ($request) = @_; return { body => $request->body } });

    # ... send something to $recorder->address ...

    print map { $_->method . ' ' . $_->uri . "\n" } $recorder->seen;
    $recorder->end;

Tests call its methods on the Export::Test object, whose POD tells what they
return and what an answer may hold.

=head1 HOW IT WORKS

new() forks a process, which writes to FILE what it accepts and reads before it
answers: a request that never ends, or is none, counts.  The test reads that
file.  Before it does so it asks the process by a socket pair, and the process
answers after it has read all that had arrived: what was sent to it before
seen(), connections(), by_connection() or forget() is in the file.

A record of the file is a letter, C for a connection or D for data, the number
of the connection, and bytes: pack 'a N N/a*'.

=cut
