package Export::Clients::Process;

use strict;
use warnings;

use IO::Handle;
use IPC::Open3;
use JSON::PP;

my $json = JSON::PP->new->canonical;

# seconds for an answer, or for the end of a command

my $limit = 60;


sub new {
    my ($class, $command, %environment) = @_;
    local %ENV = (%ENV, %environment);

    delete @ENV{ grep { /^(?:https?|all|no)_proxy$/i } keys %ENV };

    open my $errors, '+>', undef or die "temporary file: $!\n";

    my $self = bless { command => "@$command", errors => $errors }, $class;

    $self->{pid} = open3($self->{in}, $self->{out}, '>&' . fileno $errors,
        @$command);
    $self->{in}->autoflush(1);

    return $self;
}


sub within {
    my ($self, $code) = @_;
    local $SIG{ALRM} = sub { die "$self->{command}: no end\n" };

    alarm $limit;
    my @result = eval { $code->() };
    my $error = $@;
    alarm 0;

    return @result if !$error;

    kill 'KILL', $self->{pid};
    die $error;
}


sub errors {
    my $self = shift;

    seek $self->{errors}, 0, 0;
    local $/;

    return readline($self->{errors}) // '';
}


sub line {
    my $self = shift;
    my ($line) = $self->within(sub { scalar readline $self->{out} });

    die "$self->{command}: ", $self->errors, "\n" if !defined $line;

    return $json->decode($line);
}


sub order {
    my ($self, %order) = @_;

    print { $self->{in} } $json->encode(\%order), "\n";

    return $self->line;
}


# exit status, and all it has printed

sub output {
    my $self = shift;

    close delete $self->{in};

    my ($text) = $self->within(sub { local $/; readline $self->{out} });

    $self->end;

    return ($self->{status}, ($text // '') . $self->errors);
}


sub end {
    my $self = shift;

    return if !$self->{pid};

    close delete $self->{in} if $self->{in};
    $self->within(sub { waitpid $self->{pid}, 0 });
    $self->{status} = $?;
    delete $self->{pid};
}


sub DESTROY {
    my $self = shift;
    local ($?, $@, $!);

    eval { $self->end };
}


1;

__END__

=head1 NAME

Export::Clients::Process - a client program, as a child of the test

=head1 SYNOPSIS

    my $driver = Export::Clients::Process->new([ 'node', 'openai.mjs' ],
        EGRESS_BASE => 'http://127.0.0.1:8080');

    my $result = $driver->order(case => 'buffer', file => 'train.jsonl');

    my ($status, $text) =
        Export::Clients::Process->new([ 'curl', '-q', $url ])->output;

=head1 METHODS

    new([ COMMAND... ], NAME => VALUE...)
                        starts it with these variables in its environment,
                        and without those that name a proxy
    order(KEY => VALUE...)
                        sends an order, one line of JSON, and returns what
                        the program answers, one line of JSON too
    line                the next line of JSON, of a program that speaks first
    output              waits for the end: exit status, and all it has printed
    end                 closes its standard input and waits for its end

A program that is silent for a minute is killed, and the test dies with its
command.

=cut
