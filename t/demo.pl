#!/usr/bin/perl

# Starts the proxy of conf/demo.conf in front of a stand-in recipient, sends
# telling transfers, and prints what was expected and what happened.
# Exits with 1 if any differs.  "make demo" runs it from the repository.

use strict;
use warnings;

use File::Path qw(make_path);
use IO::Socket::INET;
use POSIX qw(:sys_wait_h);

my ($enforce, $monitor, $recipient) = (8451, 8452, 8453);
my $nginx = $ENV{EXPORT_NGINX} || '/usr/sbin/nginx';
my $dir = 'build/demo';
my $seen = "$dir/seen";
my @pids;

# real addresses of public institutions and networks, by country

my %ip = (
    GB => '131.111.8.46',       # University of Cambridge
    DE => '141.20.1.1',         # Humboldt-Universitaet zu Berlin
    NO => '129.240.2.6',        # Universitetet i Oslo
    CH => '129.132.1.1',        # ETH Zuerich
    LI => '217.173.224.1',      # Liechtenstein
    RE => '102.35.1.1',         # La Reunion
    US => '128.30.2.1',         # MIT
    JP => '133.11.0.1',         # University of Tokyo
    v6 => '2001:630:212::1',    # JANET, United Kingdom
);

my $training = [ 'X-Data-Purpose' => 'ai-training' ];
my $granted = [ 'X-AI-Training-Consent' => 'granted' ];

sub subject { [ 'X-Subject-IP' => join ', ', map { $ip{$_} || $_ } @_ ] }
sub openai { [ Host => 'api.openai.com' ] }

# what it is, how it is sent, decision, reason, whether the recipient sees it

my @transfers = (
    [ 'GB subject, AI training', [ $training, subject('GB') ],
      qw(block consent_missing no) ],
    [ 'DE subject, AI training', [ $training, subject('DE') ],
      qw(block consent_missing no) ],
    [ 'NO subject, AI training', [ $training, subject('NO') ],
      qw(block consent_missing no) ],
    [ 'CH subject, AI training', [ $training, subject('CH') ],
      qw(block consent_missing no) ],
    [ 'LI subject, AI training', [ $training, subject('LI') ],
      qw(block consent_missing no) ],
    [ 'Reunion subject, AI training', [ $training, subject('RE') ],
      qw(block consent_missing no) ],
    [ 'GB subject by IPv6', [ $training, subject('v6') ],
      qw(block consent_missing no) ],
    [ 'US subject, AI training', [ $training, subject('US') ],
      qw(allow not_protected yes) ],
    [ 'JP subject, AI training', [ $training, subject('JP') ],
      qw(allow not_protected yes) ],
    [ 'US, JP and one DE subject', [ $training, subject(qw(US JP DE)) ],
      qw(block consent_missing no) ],
    [ 'DE subject with consent', [ $training, subject('DE'), $granted ],
      qw(allow consent_granted yes) ],
    [ 'DE subject, consent denied',
      [ $training, subject('DE'),
        [ 'X-AI-Training-Consent' => 'denied' ] ],
      qw(block consent_denied no) ],
    [ 'consent, and Sec-GPC: 1',
      [ $training, subject('DE'), $granted, [ 'Sec-GPC' => 1 ] ],
      qw(block consent_denied no) ],
    [ 'GB by declared country',
      [ $training, [ 'X-Subject-Country' => 'GB' ] ],
      qw(block consent_missing no) ],
    [ 'GB subject, billing',
      [ [ 'X-Data-Purpose' => 'billing' ], subject('GB') ],
      qw(allow not_training yes) ],
    [ 'GB subject, no purpose said', [ subject('GB') ],
      qw(allow not_training yes) ],
    [ 'GB to a fine-tuning endpoint', [ openai(), subject('GB') ],
      qw(block consent_missing no), '/v1/fine_tuning/jobs' ],
    [ 'job without personal data', [ openai() ],
      qw(allow no_personal_data yes), '/v1/fine_tuning/jobs' ],
    [ 'nobody named, AI training', [ $training ],
      qw(block subject_missing no) ],
    [ 'private address', [ $training, subject('10.1.2.3') ],
      qw(block location_unknown no) ],
    [ 'malformed address', [ $training, subject('81.2.69') ],
      qw(block subject_malformed no) ],
    [ 'monitor: GB subject, AI training', [ $training, subject('GB') ],
      qw(block consent_missing yes), '/', $monitor ],
);

sub recipient {
    my ($socket) = @_;

    while (my $c = $socket->accept) {
        my ($request, $head) = ('', '');

        while ($head !~ /\r\n\r\n/) {
            sysread($c, my $part, 65536) or last;
            $head .= $part;
        }

        my ($id) = $head =~ /^X-Transfer: (\d+)\r$/m;

        if (defined $id) {
            open my $f, '>', "$seen/$id" or die "$seen/$id: $!";
            print $f $head;
            close $f;
        }

        print $c "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n"
            . "Connection: close\r\n\r\n";
        close $c;
    }
}

sub start {
    make_path($seen);
    unlink glob "$seen/*";

    my $socket = IO::Socket::INET->new(LocalAddr => '127.0.0.1',
        LocalPort => $recipient, Listen => 64, ReuseAddr => 1)
        or die "demo: port $recipient of 127.0.0.1 is not free: $!\n";

    push @pids, fork // die "fork: $!";
    $pids[-1] or do { $SIG{TERM} = 'DEFAULT'; recipient($socket); exit };

    my $pid = fork // die "fork: $!";

    if ($pid == 0) {
        exec $nginx, '-p', "$ENV{PWD}/", '-e', "$dir/error.log", '-c',
            'conf/demo.conf', '-g', 'daemon off;' or die "$nginx: $!";
    }

    push @pids, $pid;

    for (1 .. 100) {
        waitpid($pid, WNOHANG) == 0 or die "demo: nginx did not start, see "
            . "$dir/error.log\n";
        IO::Socket::INET->new(PeerAddr => "127.0.0.1:$monitor") and return;
        select undef, undef, undef, 0.1;
    }

    die "demo: nginx does not answer\n";
}

sub stop {
    kill TERM => @pids;
    waitpid $_, 0 for @pids;
    @pids = ();
}

sub transfer {
    my ($id, $headers, $uri, $port) = @_;

    my @headers = map { @$_ } @$headers;
    my %said = @headers;
    my $request = "POST $uri HTTP/1.1\r\nConnection: close\r\n"
        . "Content-Length: 0\r\nX-Transfer: $id\r\n";

    $request .= "Host: demo.example\r\n" unless $said{Host};

    while (my ($name, $value) = splice @headers, 0, 2) {
        $request .= "$name: $value\r\n";
    }

    my $s = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port")
        or die "demo: cannot connect to port $port: $!\n";
    print $s "$request\r\n";
    my $answer = do { local $/; <$s> } // '';

    my ($status) = $answer =~ m{^HTTP/1\.1 (\d+)};
    my ($decision) = $answer =~ /^X-Decision: (\S+)\r$/m;
    my ($reason) = $answer =~ /^X-Reason: (\S+)\r$/m;

    return ($status // '-', $decision // '-', $reason // '-');
}

sub run {
    my $wrong = 0;
    my $line = "%-33s %-8s %-7s %-6s %-18s %-4s %s\n";

    printf $line, 'transfer', 'expected', 'actual', 'status', 'reason',
        'seen', '';
    print '-' x 84, "\n";

    for my $id (0 .. $#transfers) {
        my ($name, $headers, $decision, $reason, $reached, $uri, $port)
            = @{$transfers[$id]};

        my ($status, @got) = transfer($id, $headers, $uri || '/',
                                      $port || $enforce);
        my $saw = -e "$seen/$id" ? 'yes' : 'no';
        my $want = $decision eq 'block' && !$port ? 451 : 200;
        my $leak = $saw eq 'yes' && !$port && head($id) =~ /X-Subject|Consent/;

        my $ok = "@got $saw $status" eq "$decision $reason $reached $want"
            && !$leak;
        $wrong += !$ok;

        printf $line, $name, $decision, $got[0], $status, $got[1], $saw,
            $ok ? 'ok' : "WRONG, expected $reason, $reached";
    }

    print '-' x 84, "\n";
    printf "%d transfers, %d as expected\n", scalar @transfers,
        @transfers - $wrong;
    print "what reached the recipient: $seen, decisions: $dir/error.log\n";

    return $wrong;
}

sub head {
    open my $f, '<', "$seen/$_[0]" or return '';
    local $/;
    return scalar <$f>;
}

$SIG{INT} = $SIG{TERM} = sub { stop(); exit 1 };

$ENV{PWD} = POSIX::getcwd();
make_path($dir);
eval { start(); 1 } or do { print STDERR $@; stop(); exit 1 };
my $wrong = run();
stop();
exit($wrong ? 1 : 0);
