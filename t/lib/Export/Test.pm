package Export::Test;

# Runs nginx with the export policy module, speaks to it, and records what
# reaches the recipient behind it.  The API is in the POD at the end.

use strict;
use warnings;

use Cwd qw(abs_path);
use Fcntl qw(:flock);
use File::Basename qw(dirname);
use File::Path qw(make_path remove_tree);
use File::Temp qw(tempdir);
use IO::Socket::INET;
use IO::Socket::UNIX;
use POSIX qw(WNOHANG);
use Socket qw(IPPROTO_TCP TCP_NODELAY);
use Test::More ();
use Time::HiRes qw(sleep time);

my $root = abs_path(dirname(__FILE__) . '/../../..');


sub new {
    my ($class, %opt) = @_;
    my $module = $opt{module} // $ENV{EXPORT_MODULE}
        // "$root/build/ngx_http_export_policy_module.so";

    die "no module at $module, run make\n" if $module ne '' && !-e $module;

    my $self = bless {
        nginx => $ENV{EXPORT_NGINX} || '/usr/sbin/nginx',
        module => $module && abs_path($module),
        workers => $opt{workers} // 1,
        level => $opt{level} // 'info',
        dir => tempdir('export-XXXXXX', TMPDIR => 1),
        owner => $$, ports => {}, locks => [], secrets => [], allowed => [],
    }, $class;

    # the workers run as nobody when the test runs as root
    chmod 0755, $self->{dir};

    return $self;
}


sub has {
    my ($self, @wanted) = @_;
    my $built = $self->{built} //= `$self->{nginx} -V 2>&1`;

    for my $name (@wanted) {
        Test::More::plan(skip_all => "no $name in nginx")
            if $built !~ /--with-(http_)?$name(_module)?\b/;
    }

    return $self;
}


sub version {
    my $self = shift;
    my $built = $self->{built} //= `$self->{nginx} -V 2>&1`;

    return $built =~ m{nginx/(\d+)\.(\d+)\.(\d+)}
        ? $1 * 1000000 + $2 * 1000 + $3 : 0;
}


# Forks and versions differ: whether this binary knows a directive.

sub has_directive {
    my ($self, $name) = @_;

    return $self->{knows}{$name} //= do {
        my (undef, $errors) = $self->test_conf("server { $name; }");

        $errors =~ /unknown directive "\Q$name\E"/ ? 0 : 1;
    };
}


# The same of a value: whether nginx -t takes this text.

sub accepts {
    my ($self, $text) = @_;

    return $self->{accepts}{$text} //= ($self->test_conf($text))[0] ? 1 : 0;
}


# Modules of Debian, which are for Debian's nginx and what is like it.

sub loads {
    my ($self, @names) = @_;
    my @files = map { "/usr/lib/nginx/modules/$_.so" } @names;

    return !(grep { !-e $_ } @files) && $self->accepts(
        (join '', map { "load_module $_;\n" } @files)
        . "%%GLOBALS%%\nevents {}\n");
}


sub dir { return $_[0]{dir} }


# An abstract socket is the lock on a port: taken atomically, held until this
# process and its children are gone, and nothing to clean up.  The range lies
# below the kernel's own ephemeral ports.

sub port {
    my ($self, $n) = @_;

    return $self->{ports}{$n} if $self->{ports}{$n};

    for (1 .. 1000) {
        my $port = 16384 + int rand 16000;
        my $lock = IO::Socket::UNIX->new(
            Local => "\0export-test-port-$port", Listen => 1) or next;

        IO::Socket::INET->new(LocalAddr => "127.0.0.1:$port", Listen => 1,
            ReuseAddr => 1) or next;

        push @{ $self->{locks} }, $lock;
        return $self->{ports}{$n} = $port;
    }

    die "no free port\n";
}


sub database {
    my ($self, $name) = @_;
    my $tool = "$root/t/lib/mmdb.pl";
    my $from = "$root/t/data/$name.tsv";
    my $to = "$root/build/t/$name.mmdb";

    make_path("$root/build/t");
    open my $lock, '>', "$to.lock" or die "$to.lock: $!\n";
    flock $lock, LOCK_EX or die "$to.lock: $!\n";

    if (!-e $to || grep { -M $_ <= -M $to } $from, $tool) {
        system($^X, $tool, $from, "$to.new") == 0
            or die "could not build $to\n";
        rename "$to.new", $to or die "$to: $!\n";
    }

    return $to;
}


sub write {
    my ($self, $name, $text) = @_;

    open my $file, '>:raw', "$self->{dir}/$name" or die "$name: $!\n";
    print $file $text;
    close $file or die "$name: $!\n";

    return "$self->{dir}/$name";
}


sub read {
    my ($self, $name) = @_;

    open my $file, '<:raw', "$self->{dir}/$name" or return '';
    local $/;

    return <$file> // '';
}


sub log { return $_[0]->read('error.log') }


sub globals {
    my ($self, $log) = @_;
    my $load = $self->{module} ? "load_module $self->{module};" : '';

    return <<"EOC";
daemon off;
worker_processes $self->{workers};
pid $self->{dir}/nginx.pid;
error_log $self->{dir}/$log $self->{level};
$load
EOC
}


sub http {
    my $self = shift;

    return "access_log off;\n" . join '',
        map { "${_}_temp_path $self->{dir}/${_}_temp;\n" }
        qw(client_body proxy fastcgi uwsgi scgi);
}


sub expand {
    my ($self, $text, $log) = @_;

    $text = "%%GLOBALS%%\nevents {}\nhttp {\n%%HTTP%%\n$text\n}\n"
        if $text !~ /^\s*events\s*\{/m;

    my %value = (
        DIR => sub { $self->{dir} },
        GLOBALS => sub { $self->globals($log) },
        HTTP => sub { $self->http },
        UPSTREAM => sub { $self->upstream },
        DB => sub { $self->database('geo') },
    );

    $text =~ s/%%(\w+?)(?:_(\d+))?%%/
        defined $2 ? $self->port($2)
        : ($value{$1} || die "unknown macro $1\n")->()/gex;

    return $text;
}


sub conf {
    my ($self, $text) = @_;

    $self->{listen} = [ $text =~ /%%PORT_(\d+)%%/g ];
    $self->write('nginx.conf', $self->expand($text, 'error.log'));

    return $self;
}


# The variables that let a plain nginx load a module built with sanitizers.
# nginx -t itself leaks its first pool, a worker its array of connections,
# which has no better name than ngx_alloc in a stripped nginx; a leaked pool
# of a request is still seen, it comes from ngx_memalign.

sub environment {
    my ($self, $testing) = @_;
    my $how = $ENV{EXPORT_SANITIZE} or return;
    my $lib = $how =~ m{/} ? $how : `gcc -print-file-name=libasan.so`;

    chomp $lib;

    return (
        LD_PRELOAD => $lib,
        ASAN_OPTIONS => 'detect_odr_violation=0:detect_leaks='
            . ($testing ? 0 : 1),
        LSAN_OPTIONS => 'print_suppressions=0:suppressions='
            . $self->write('leaks', "leak:ngx_alloc\n"),
        UBSAN_OPTIONS => 'print_stacktrace=1',
    );
}


sub spawn {
    my ($self, $errors, @args) = @_;
    my @command = ($self->{nginx}, '-p', "$self->{dir}/", @args);

    my $pid = fork // die "fork: $!\n";
    return $pid if $pid;

    %ENV = (%ENV, $self->environment($args[0] eq '-t'));
    open STDERR, '>>', "$self->{dir}/$errors";
    open STDOUT, '>&', \*STDERR;
    exec @command or POSIX::_exit(127);
}


sub test_conf {
    my ($self, $text) = @_;
    my @names = map { "$self->{dir}/$_" } qw(test.conf test.log test.err);

    unlink @names;
    $self->write('test.conf', $self->expand($text, 'test.log'));
    waitpid $self->spawn('test.err', '-t', '-c', $names[0], '-e', $names[1]),
        0;

    my ($status, $errors) = ($?, $self->read('test.err'));
    $self->{tested} .= $errors;

    return ($status == 0, $errors);
}


sub start {
    my ($self, $text) = @_;

    $self->conf($text) if defined $text;
    $self->{started} = 1;
    $self->{pid} = $self->spawn('stderr.log', '-c',
        "$self->{dir}/nginx.conf", '-e', "$self->{dir}/error.log");

    for my $n (@{ $self->{listen} }) {
        next if $self->wait_for(sub {
            die "nginx did not start\n", $self->read('stderr.log')
                if $self->reaped;
            IO::Socket::INET->new('127.0.0.1:' . $self->port($n));
        });

        die 'nginx does not answer at port ', $self->port($n), "\n";
    }

    return $self;
}


sub reaped {
    my $self = shift;

    return 1 if !$self->{pid};
    return 0 if waitpid($self->{pid}, WNOHANG) == 0;

    $self->{unclean} = "exit status $?" if $?;
    delete $self->{pid};

    return 1;
}


# A worker that still has a request after QUIT leaks it, or hangs.

sub stop {
    my $self = shift;

    for my $signal (qw(QUIT TERM KILL)) {
        last if $self->reaped;
        kill $signal, $self->{pid};
        last if $self->wait_for(sub { $self->reaped }, 8);
        $self->{unclean} = "does not stop on $signal";
    }

    return $self;
}


# True when the new workers have taken over, false when nginx has refused
# the new configuration.

sub reload {
    my ($self, $text) = @_;
    my $from = length $self->log;
    my $new;

    $self->conf($text) if defined $text;
    kill 'HUP', $self->{pid};

    $self->wait_for(sub {
        $new = substr $self->log, $from;
        my $gone = () = $new =~ /gracefully shutting down/g;
        return $gone >= $self->{workers} || $new =~ /\[emerg\]/;
    });

    return $new =~ /gracefully shutting down/ && $new !~ /\[emerg\]/;
}


sub wait_for {
    my ($self, $test, $seconds) = @_;
    my $end = time + ($seconds // 15);

    while (1) {
        my $result = $test->();
        return $result if $result || time > $end;
        sleep 0.01;
    }
}


sub recorder {
    my ($self, %answers) = @_;

    $self->{recorder}->end if $self->{recorder};
    $self->{recorder} = Export::Test::Recorder->new(
        "$self->{dir}/recorder." . ++$self->{recorders}, %answers);

    return $self;
}


sub upstream {
    my $self = shift;

    $self->recorder if !$self->{recorder};

    return $self->{recorder}{address};
}


sub seen { return $_[0]{recorder}->seen }
sub seen_bytes { return join '', $_[0]->streams }
sub streams { return map { $_->[1] } $_[0]{recorder}->streams }
sub connections { return $_[0]{recorder}->connections }
sub forget { return $_[0]{recorder}->forget }


sub cut {
    my ($self, $bytes, $sizes) = @_;
    my @sizes = ref $sizes ? @$sizes : $sizes;
    my @pieces;

    for (my ($at, $i) = (0, 0); $at < length $bytes; $i++) {
        push @pieces, substr $bytes, $at, $sizes[$i % @sizes];
        $at += length $pieces[-1];
    }

    return @pieces;
}


sub bytes {
    my ($self, $method, $uri, @pairs) = @_;
    my %opt = ref $pairs[0] ? %{ shift @pairs } : ();
    my ($body, $chunked) = @opt{qw(body chunked)};
    my %has = map { lc $pairs[2 * $_] =~ s/\s//gr => 1 } 0 .. @pairs / 2 - 1;

    unshift @pairs, Host => 'localhost' if !$has{host} && !$opt{no_host};
    push @pairs, Connection => 'close' if !$has{connection};

    if (defined $body && $chunked) {
        push @pairs, 'Transfer-Encoding' => 'chunked'
            if !$has{'transfer-encoding'};
        $body = join '', map { sprintf "%x\r\n%s\r\n", length $_, $_ }
            $self->cut($body, $chunked);
        $body .= "0\r\n" . lines(@{ $opt{trailers} || [] }) . "\r\n";

    } elsif (defined $body
             && !$has{'content-length'} && !$has{'transfer-encoding'})
    {
        push @pairs, 'Content-Length' => length $body;
    }

    return "$method $uri HTTP/" . ($opt{version} // '1.1') . "\r\n"
        . lines(@pairs) . "\r\n" . ($body // '');
}


sub lines {
    my @pairs = @_;
    my $text = '';

    while (my ($name, $value) = splice @pairs, 0, 2) {
        $text .= $name eq '' ? "$value\r\n" : "$name: $value\r\n";
    }

    return $text;
}


sub request {
    my ($self, $method, $uri, @rest) = @_;
    my %opt = ref $rest[0] ? %{ $rest[0] } : ();

    return scalar $self->pieces(
        [ $self->bytes($method, $uri, @rest) ], 0, %opt, method => $method);
}


sub get { return shift->request('GET', @_) }


sub post {
    my ($self, $uri, $body, @rest) = @_;
    my %opt = ref $rest[0] ? %{ shift @rest } : ();

    return $self->request('POST', $uri, { %opt, body => $body }, @rest);
}


sub raw {
    my ($self, $bytes, %opt) = @_;

    return $self->pieces([ $bytes ], 0, %opt);
}


sub connect {
    my ($self, $n) = @_;
    my $socket = IO::Socket::INET->new('127.0.0.1:' . $self->port($n))
        or die "connect: $!\n";

    $socket->setsockopt(IPPROTO_TCP, TCP_NODELAY, 1);
    $socket->blocking(0);

    return $socket;
}


sub pieces {
    my ($self, $pieces, $delay, %opt) = @_;
    my $head = ($opt{method} // $pieces->[0]) =~ /^HEAD\b/;
    my ($got, @replies) = ('');

    my @todo = @$pieces;

    my $closed = Export::Test::Wire::run($self->connect($opt{port} // 0),
        delay => $delay, timeout => $opt{timeout}, half => $opt{half},
        next => sub { shift @todo },
        read => sub {
            $got .= $_[0];
            @replies = Export::Test::Message->replies($got, $head);
            return @replies >= ($opt{want} // 1) && $replies[-1]{complete};
        });

    @replies = Export::Test::Message->replies($got, $head, $closed);
    push @replies, bless { headers => [], interim => [], body => '' },
        'Export::Test::Message' if !@replies;

    @{$_}{qw(raw closed)} = ($got, $closed) for @replies;

    return wantarray ? @replies : $replies[0];
}


sub h2 {
    my ($self, $method, $uri, @pairs) = @_;
    my %opt = ref $pairs[0] ? %{ shift @pairs } : ();
    my @pseudo = $opt{pseudo} ? @{ $opt{pseudo} } : (':method' => $method,
        ':scheme' => 'http', ':authority' => 'localhost', ':path' => $uri);
    my @data = $self->cut($opt{body} // '', $opt{sizes} || 16384);

    @data = ('') if defined $opt{body} && !@data;

    return Export::Test::H2->new(%opt, data => \@data)
        ->exchange($self->connect($opt{port} // 2), @pseudo, @pairs);
}


sub secret {
    my ($self, @strings) = @_;

    push @{ $self->{secrets} }, @strings;

    return $self;
}


sub alerts_ok {
    my ($self, $pattern) = @_;

    push @{ $self->{allowed} }, $pattern // qr/^/;

    return $self;
}


sub none {
    my ($name, @found) = @_;

    Test::More::ok(!@found, $name);
    Test::More::diag($_) for splice @found, 0, 20;
}


sub check {
    my $self = shift;
    my $log = $self->log;
    my $all = join "\n", $self->{tested} // '',
        map { $self->read($_) } map { s{.*/}{}r } glob "$self->{dir}/*.log";
    my @alerts = grep { /\[(?:alert|emerg|crit)\]/ } split /\n/, $log;
    my ($report) = $all =~ /((?:ERROR: \w+Sanitizer|runtime error:).*)/s;

    for my $pattern (@{ $self->{allowed} }) {
        @alerts = grep { $_ !~ $pattern } @alerts;
    }

    none('no alerts', @alerts);
    none('no sanitizer errors', split /\n/, $report // '');
    none('no crash', $self->{unclean} || (),
        $log =~ /.*exited (?:on signal|with(?: fatal)? code [1-9]).*/g);
    none('no secrets in the logs',
        grep { index($all, $_) >= 0 } @{ $self->{secrets} });
}


sub finish {
    my $self = shift;

    return if $self->{finished}++;

    $self->stop;
    $self->check if $self->{started};
    $self->{recorder}->end if $self->{recorder};

    if ($ENV{EXPORT_KEEP}) {
        Test::More::diag("kept $self->{dir}");

    } else {
        remove_tree($self->{dir});
    }
}


sub done {
    my $self = shift;

    $self->finish;
    Test::More::done_testing();
}


sub DESTROY {
    my $self = shift;
    local ($?, $@);

    $self->finish if $$ == $self->{owner};
}


package Export::Test::Message;

# One HTTP message: a reply, or a request that reached the recorder.

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


sub pairs {
    return [ map { /^([^:]+):[ \t]*(.*?)[ \t]*$/s ? [ $1, $2 ] : [ '', $_ ] }
        @_ ];
}


# Takes one message off the front of $$bytes.  Undef without a whole head;
# "complete" is false when the body goes on: take_body() takes more of it when
# more has come, so that nothing is read twice.

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


sub take_chunks {
    my ($self, $bytes) = @_;
    my $at = 0;

    $self->{body} //= '';

    while (1) {
        my $part = substr $$bytes, $at, $self->{left} || 0;
        my $data = ($self->{left} || 0) - 2;

        $self->{body} .= substr $part, 0, $data if $data > 0;
        $self->{left} -= length $part if $part ne '';
        $at += length $part;
        last if $self->{left};

        my $end = index $$bytes, "\r\n", $at;
        last if $end < 0
            || substr($$bytes, $at, $end - $at) !~ /^([0-9a-f]+)[^\r\n]*\z/i;

        my $size = hex $1;

        if ($size == 0) {
            $self->take_trailers($bytes, \$at, $end + 2);
            last;
        }

        $self->{left} = $size + 2;
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


package Export::Test::Wire;

use Time::HiRes qw(time);


# Writes what next() gives, piece by piece, while it hands to read() what
# comes back, until read() is content, or nothing has moved for a while.  True
# when the peer has closed.

sub run {
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
    my ($r, $w) = ('', '');

    vec($r, fileno $socket, 1) = 1;
    vec($w, fileno $socket, 1) = $writing ? 1 : 0;
    select $r, $w, undef, $wait > 0 ? $wait : 0.05;

    return (vec($r, fileno $socket, 1), vec($w, fileno $socket, 1));
}


package Export::Test::Recorder;

# A forked upstream.  It appends to a file what it accepts and reads, before
# it answers, and the test parses that file; so an unfinished request counts.

use IO::Select;
use Socket;


sub new {
    my ($class, $file, %answers) = @_;
    my $listen = IO::Socket::INET->new(LocalAddr => '127.0.0.1:0',
        Listen => 511, ReuseAddr => 1, Blocking => 0) or die "listen: $!\n";

    socketpair my $ours, my $theirs, AF_UNIX, SOCK_STREAM, PF_UNSPEC
        or die "socketpair: $!\n";
    open my $log, '>', $file or die "$file: $!\n";

    my $self = bless {
        file => $file, from => 0, control => $ours, log => $log,
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

    syswrite $self->{log}, pack 'a N N/a*', $type, $id, $bytes;
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
        $body = sprintf "%x\r\n%s\r\n0\r\n\r\n", length $body, $body;

    } elsif ($status != 204 && $status != 304) {
        push @pairs, 'Content-Length' => length $body;
    }

    $body = '' if $request->{method} eq 'HEAD' || $status =~ /^[23]04$/;

    return "HTTP/1.1 $status " . ($answer->{reason} // 'Canned') . "\r\n"
        . Export::Test::lines(@pairs) . "\r\n" . $body;
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


sub streams {
    my %streams;

    $streams{$_->[1]} .= $_->[2] for $_[0]->events;

    return map { [ $_, $streams{$_} ] } sort { $a <=> $b } keys %streams;
}


sub seen {
    my $self = shift;
    my @requests;

    for my $stream ($self->streams) {
        my ($id, $bytes) = @$stream;

        while (my $request = Export::Test::Message->take(\$bytes)) {
            $request->{connection} = $id;
            push @requests, $request;
        }
    }

    return @requests;
}


package Export::Test::H2;

# One HTTP/2 request with prior knowledge: literal header fields, no Huffman,
# so that everything goes out as it was given.  Responses need the tables of
# Debian's libprotocol-http2-perl.

my ($DATA, $HEADERS, $RST, $SETTINGS, $PING, $GOAWAY, $WINDOW, $CONTINUATION)
    = (0, 1, 3, 4, 6, 7, 8, 9);
my ($ACK, $END_STREAM, $END_HEADERS, $PADDED, $PRIORITY) = (1, 1, 4, 8, 32);
my $WINDOW_MAX = 2 ** 31 - 1;


sub new {
    my ($class, %opt) = @_;

    require Protocol::HTTP2::HeaderCompression;

    return bless {
        %opt, window => 65535, stream => 65535, initial => 65535, out => '',
        block => '',
        reply => { headers => [], trailers => [], interim => [], body => '' },
        header_table => [], emitted_headers => [], ht_size => 0,
        max_ht_size => 4096, settings => { 1 => 4096 },
    }, $class;
}


sub exchange {
    my ($self, $socket, @pairs) = @_;
    my ($in, @trailers) = ('', @{ $self->{trailers} || [] });
    my $all = $self->{open} || @{ $self->{data} } || @trailers;

    push @{ $self->{data} }, \@trailers if @trailers;
    $self->{out} = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
        . frame($SETTINGS, 0, 0, pack 'n N', 4, $WINDOW_MAX)
        . frame($WINDOW, 0, 0, pack 'N', $WINDOW_MAX - 65535)
        . $self->fields($all ? 0 : $END_STREAM, @pairs);

    my $closed = Export::Test::Wire::run($socket, %$self,
        next => sub { $self->next_piece },
        read => sub {
            $in .= $_[0];
            $self->{raw} .= $_[0];
            1 while $self->take(\$in);
            return $self->{ended};
        });

    return bless { %{ $self->{reply} }, closed => $closed,
        raw => $self->{raw} }, 'Export::Test::Message';
}


sub frame {
    my ($type, $flags, $id, $payload) = @_;

    return substr(pack('N', length $payload), 1)
        . pack('C C N', $type, $flags, $id) . $payload;
}


sub fields {
    my ($self, $flags, @pairs) = @_;
    my ($block, $type, $frames) = ('', $HEADERS, '');

    while (my ($name, $value) = splice @pairs, 0, 2) {
        $block .= "\0" . join '', map {
            Protocol::HTTP2::HeaderCompression::int_encode(length, 7) . $_
        } $name, $value;
    }

    do {
        my $part = substr $block, 0, $self->{frame} || 16384, '';
        $flags |= $END_HEADERS if $block eq '';
        $frames .= frame($type, $flags, 1, $part);
        ($type, $flags) = ($CONTINUATION, 0);
    } while $block ne '';

    return $frames;
}


# What may be sent now: control frames, then as much as the windows allow.

sub next_piece {
    my $self = shift;
    my $data = $self->{data};

    return substr $self->{out}, 0, length $self->{out}, ''
        if $self->{out} ne '';

    return if !@$data || $self->{ended};

    if (ref $data->[0]) {
        return $self->fields($END_STREAM, @{ shift @$data });
    }

    my $room = $self->{window} < $self->{stream}
        ? $self->{window} : $self->{stream};
    return if $room <= 0;

    my $part = substr $data->[0], 0, $room < 16384 ? $room : 16384, '';
    $self->{$_} -= length $part for qw(window stream);
    shift @$data if $data->[0] eq '';

    return frame($DATA, @$data || $self->{open} ? 0 : $END_STREAM, 1, $part);
}


sub take {
    my ($self, $in) = @_;

    return if length $$in < 9;

    my ($high, $low, $type, $flags, $id) = unpack 'C n C C N', $$in;
    my $length = $high << 16 | $low;

    return if length $$in < 9 + $length;

    my $payload = substr $$in, 0, 9 + $length, '';
    substr($payload, 0, 9) = '';

    my %handlers = ($DATA => \&on_data, $HEADERS => \&on_headers,
        $CONTINUATION => \&on_headers, $RST => \&on_end,
        $GOAWAY => \&on_end, $SETTINGS => \&on_settings,
        $WINDOW => \&on_window, $PING => \&on_ping);

    $handlers{$type}->($self, $payload, $flags, $id) if $handlers{$type};

    return 1;
}


sub on_data {
    my ($self, $payload, $flags) = @_;

    $self->{reply}{body} .= $payload;
    $self->{ended} = $self->{reply}{complete} = 1 if $flags & $END_STREAM;
}


sub on_headers {
    my ($self, $payload, $flags) = @_;

    $self->{block} .= $payload;
    $self->{last} ||= $flags & $END_STREAM;
    return if !($flags & $END_HEADERS);

    my @fields = $self->decode;
    my $reply = $self->{reply};

    if ($reply->{status}) {
        $reply->{trailers} = \@fields;

    } elsif ($fields[0][1] =~ /^1/) {
        push @{ $reply->{interim} }, bless {
            status => $fields[0][1],
            headers => [ @fields[1 .. $#fields] ],
        }, 'Export::Test::Message';

    } else {
        $reply->{status} = $fields[0][1];
        $reply->{headers} = [ @fields[1 .. $#fields] ];
    }

    $self->{ended} = $reply->{complete} = 1 if $self->{last};
}


# The object passes for the connection that the decoder wants.

sub decode_context { return $_[0] }
sub error { die "HPACK error $_[1]\n" }
sub stream_error { die "HPACK error $_[2]\n" }


sub decode {
    my $self = shift;
    my $block = $self->{block};

    $self->{block} = '';
    Protocol::HTTP2::HeaderCompression::headers_decode($self, \$block, 0,
        length $block, 1);

    my @flat = splice @{ $self->{emitted_headers} };

    return map { [ @flat[2 * $_, 2 * $_ + 1] ] } 0 .. @flat / 2 - 1;
}


sub on_end {
    my ($self, $payload, $flags, $id) = @_;

    $self->{reply}{reset} = unpack $id ? 'N' : 'x4 N', $payload;
    $self->{ended} = 1;
}


sub on_settings {
    my ($self, $payload, $flags) = @_;
    my %set = unpack '(n N)*', $payload;

    return if $flags & $ACK;

    $self->{out} .= frame($SETTINGS, $ACK, 0, '');

    if (defined $set{4}) {
        $self->{stream} += $set{4} - $self->{initial};
        $self->{initial} = $set{4};
    }
}


sub on_window {
    my ($self, $payload, $flags, $id) = @_;

    $self->{$id ? 'stream' : 'window'} += unpack 'N', $payload;
}


sub on_ping {
    my ($self, $payload, $flags) = @_;

    $self->{out} .= frame($PING, $ACK, 0, $payload) if !($flags & $ACK);
}


1;

__END__

=head1 NAME

Export::Test - runs nginx with the export policy module for a test

=head1 SYNOPSIS

    use Test::More;
    use FindBin;
    use lib "$FindBin::Bin/lib";
    use Export::Test;

    my $t = Export::Test->new;

    $t->start(<<'EOC');
    export_database %%DB%%;

    server {
        listen 127.0.0.1:%%PORT_0%%;

        location / {
            export_policy enforce;
            proxy_pass http://%%UPSTREAM%%;
        }
    }
    EOC

    my $r = $t->get('/', 'X-Data-Purpose' => 'ai-training',
                    'X-Subject-IP' => '81.2.69.160');

    is($r->status, 451, 'protected subject');
    is($t->connections, 0, 'nothing reached the recipient');

    $t->done;

=head1 ENVIRONMENT

    EXPORT_NGINX      the binary, /usr/sbin/nginx
    EXPORT_MODULE     the module, build/ngx_http_export_policy_module.so;
                      empty: none is loaded (built in, or not wanted)
    EXPORT_SANITIZE   1, or the path of libasan.so: preloads it, for a module
                      built with -fsanitize=address,undefined
    EXPORT_KEEP       keep the directory of the test

=head1 CONFIGURATION

    new(module => PATH, workers => 1, level => 'info')
    has(NAME...)          skips the file if nginx was built without http_v2,
                          http_auth_request, http_slice, debug, ...
    version               1022001 for 1.22.1; to tell features, ask for them:
    has_directive(NAME)   whether this binary knows a directive
    accepts(TEXT)         whether it takes a configuration
    loads(NAME...)        whether it loads these modules, from Debian's place
    dir, port(N), database(NAME), upstream
    write(NAME, TEXT), read(NAME)    files in dir; write returns the path
    conf(TEXT)            writes nginx.conf
    test_conf(TEXT)       ($ok, $errors) of nginx -t

TEXT without an events block is the inside of http {}.  It may use

    %%DIR%%       %%PORT_n%%     %%UPSTREAM%% (host:port of the recorder)
    %%GLOBALS%%   %%HTTP%%       for a text with its own events and http
    %%DB%%        the path of t/data/geo.tsv as an MMDB

database(NAME) is the path of t/data/NAME.tsv as an MMDB, built when needed.

=head1 RUNNING

    start([TEXT]), stop
    reload([TEXT])        true when new workers serve, false when refused
    wait_for(CODE [, SECONDS])       polls; the log phase comes after the reply
    log                   the text of error.log
    secret(STRING...)     must never show up in any *.log
    alerts_ok([REGEX])    alerts that are expected
    done                  stops, checks, done_testing
    finish                the same without done_testing, for one of several

The checks are four tests: no alerts, no sanitizer errors, no crash (a clean
exit in time included), no secrets in the logs.

=head1 REQUESTS

    request(METHOD, URI [, \%opt], NAME => VALUE...)
    get(URI [, \%opt], NAME => VALUE...)
    post(URI, BODY [, \%opt], NAME => VALUE...)
    bytes(METHOD, URI [, \%opt], NAME => VALUE...)    the text, not sent
    raw(BYTES, %opt)
    pieces([ BYTES or CODE, ... ], DELAY, %opt)       written one by one
    cut(BYTES, SIZE or [ SIZE... ])                   a list of pieces

Headers go out as given, repeated, in order; the name '' makes a verbatim
line.  Host, Connection: close and Content-Length are added unless named.
Options of a text: body, chunked => SIZE or [ SIZE... ], trailers => [ NAME =>
VALUE... ], version, no_host.  Options of sending: port => 0, timeout => 10
seconds in which nothing moves, half => SECONDS of silence before the write
side is closed, want => 1 replies (raw and pieces return all of them in list
context), method => HEAD if the bytes do not tell.  A CODE among the pieces is called when its turn comes.

    h2(METHOD, URI [, \%opt], NAME => VALUE...)

One request with prior knowledge; port => 2, body, sizes => SIZE or [ SIZE... ]
of DATA frames, delay between them, trailers, pseudo => [ NAME => VALUE... ]
instead of the usual four, frame => size of HEADERS and CONTINUATION, open => 1
never ends the stream, timeout.

A reply has status (undef without one), reason, version, headers ([ [ NAME,
VALUE ]... ]), header(NAME) (lines joined by ", ", undef if absent), all(NAME)
(the list), trailers, body, complete, closed (by the peer), raw, interim (a
list of the 1xx before it), and over HTTP/2 reset (the error code).

=head1 RECORDER

    recorder(PATH => ANSWER, ..., '*' => ANSWER)

Starts the upstream; %%UPSTREAM%% does it by itself when the answers do not
matter.  ANSWER is { status => 200, reason, headers => [ NAME => VALUE... ],
body => "ok\n", chunked, close, delay => SECONDS, raw => BYTES }, or CODE that
makes one from the request.

    seen            the requests, as replies above with method, uri and
                    connection; a truncated one is not complete
    streams         the bytes of each connection
    seen_bytes      all of them
    connections     how many were accepted, with or without a request
    forget          starts anew

All that was sent before one of these calls is in its answer.

=cut
