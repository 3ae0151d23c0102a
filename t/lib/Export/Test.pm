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
use Test::More ();
use Time::HiRes qw(sleep time);

use Export::Test::Exchange qw(connect_to exchange);
use Export::Test::Framing;
use Export::Test::Locations qw(locations);
use Export::Test::Message;
use Export::Test::Recorder;

my $root = abs_path(dirname(__FILE__) . '/../../..');
my $writer = "$root/t/lib/mmdb.pl";


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


# a file of the source tree, as text

sub source {
    my ($self, $name) = @_;

    open my $file, '<:raw', "$root/$name" or die "$name: $!\n";
    local $/;

    return <$file>;
}


sub database {
    my ($self, $name) = @_;
    my $from = "$root/t/data/$name.tsv";
    my $to = "$root/build/t/$name.mmdb";

    make_path("$root/build/t");
    open my $lock, '>', "$to.lock" or die "$to.lock: $!\n";
    flock $lock, LOCK_EX or die "$to.lock: $!\n";

    if (!-e $to || grep { -M $_ <= -M $to } $from, $writer) {
        write_mmdb($from, "$to.new");
        rename "$to.new", $to or die "$to: $!\n";
    }

    return $to;
}


sub mmdb {
    my ($self, $name, $rows, %set) = @_;
    my $to = "$self->{dir}/$name.mmdb";

    write_mmdb($self->write("$name.tsv", join '',
        map({ "# $_: $set{$_}\n" } sort keys %set),
        map({ join("\t", split ' ') . "\n" }
            grep { /\S/ } split /\n/, $rows)), $to);

    return $to;
}


sub write_mmdb {
    my ($from, $to) = @_;

    system($^X, $writer, $from, $to) == 0 or die "could not build $to\n";
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

    $text =~ s/ *%%LOCATIONS (.+?)%%\n/locations(split ' ', $1)/ge;
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

sub sanitizer_environment {
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

    %ENV = (%ENV, $self->sanitizer_environment($args[0] eq '-t'));
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

    return $self->{recorder}->address;
}


sub seen { return $_[0]{recorder}->seen }
sub seen_bytes { return join '', $_[0]->seen_by_connection }

sub seen_by_connection {
    return map { $_->[1] } $_[0]{recorder}->by_connection;
}

sub connections { return $_[0]{recorder}->connections }
sub forget { return $_[0]{recorder}->forget }


sub cut { return Export::Test::Message::cut(@_[1 .. $#_]) }


sub bytes {
    my ($self, $method, $uri, @pairs) = @_;
    my $opt = ref $pairs[0] ? shift @pairs : {};

    return Export::Test::Message->request($method, $uri, $opt, @pairs);
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


sub connect { return connect_to($_[0]->port($_[1])) }


sub pieces {
    my ($self, $pieces, $delay, %opt) = @_;
    my $head = ($opt{method} // $pieces->[0]) =~ /^HEAD\b/;
    my ($got, @replies) = ('');

    my @todo = @$pieces;

    my $closed = exchange($self->connect($opt{port} // 0),
        delay => $delay, timeout => $opt{timeout}, half => $opt{half},
        next => sub { shift @todo },
        read => sub {
            $got .= $_[0];
            @replies = Export::Test::Message->replies($got, $head);
            return @replies >= ($opt{want} // 1) && $replies[-1]{complete};
        });

    @replies = Export::Test::Message->replies($got, $head, $closed);
    push @replies, Export::Test::Message->none if !@replies;

    @{$_}{qw(raw closed)} = ($got, $closed) for @replies;

    return wantarray ? @replies : $replies[0];
}


sub h2 {
    my ($self, $method, $uri, @pairs) = @_;
    my %opt = ref $pairs[0] ? %{ shift @pairs } : ();
    my @pseudo = $opt{pseudo} ? @{ $opt{pseudo} } : (':method' => $method,
        ':scheme' => 'http', ':authority' => 'localhost', ':path' => $uri);

    require Export::Test::H2;

    return Export::Test::H2->new(%opt)
        ->request($self->connect($opt{port} // 2), @pseudo, @pairs);
}


sub framed {
    my ($self, $framing, $method, $uri, $body, @head) = @_;
    my %opt = ref $head[0] ? %{ shift @head } : ();

    return Export::Test::Framing->send_framed($self, $framing, %opt,
        method => $method, uri => $uri, body => $body, head => \@head);
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
    dir                   the directory of the test, removed at its end
    port(N)               a port that nobody else has, for each N
    upstream              host:port of the recorder
    write(NAME, TEXT), read(NAME)    files in dir; write returns the path
    source(NAME)          the text of a file of the source tree
    database(NAME)        the path of t/data/NAME.tsv as an MMDB
    mmdb(NAME, ROWS, KEY => VALUE...)
                          the path of a small MMDB in dir; a row is network,
                          country, registered country, continent, the pairs
                          are settings of t/lib/mmdb.pl
    conf(TEXT)            writes nginx.conf
    test_conf(TEXT)       ($ok, $errors) of nginx -t

TEXT without an events block is the inside of http {}.  It may use

    %%DIR%%       %%PORT_n%%     %%UPSTREAM%% (host:port of the recorder)
    %%GLOBALS%%   %%HTTP%%       for a text with its own events and http
    %%DB%%        the path of t/data/geo.tsv as an MMDB
    %%LOCATIONS / /off/ ...%%    on a line of its own: the locations of these
                  names, which Export::Test::Locations lists

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
    framed(FRAMING, METHOD, URI, BODY [, \%opt], NAME => VALUE...)
                          in one of the ways that Export::Test::Framing lists,
                          with port or h2_port
    connect(N)            a socket to port N that does not block, for a test
                          that does all by itself
    raw(BYTES, %opt)
    pieces([ BYTES or CODE, ... ], DELAY, %opt)       written one by one
    cut(BYTES, SIZE or [ SIZE... ])                   a list of pieces

Headers go out as given, repeated, in order; the name '' makes a verbatim
line.  Host, Connection: close and Content-Length are added unless named.
Options of a text: body, chunked => SIZE or [ SIZE... ], trailers => [ NAME =>
VALUE... ], version, no_host.  Options of sending: port => 0, timeout => 10
seconds in which nothing moves, half => SECONDS of silence before the write
side is closed, want => 1 replies (raw and pieces return all of them in list
context), method => HEAD if the bytes do not tell.  A CODE among the pieces is
called when its turn comes.

    h2(METHOD, URI [, \%opt], NAME => VALUE...)

One request with prior knowledge; port => 2, body, sizes => SIZE or [ SIZE... ]
of DATA frames, delay between them, trailers, pseudo => [ NAME => VALUE... ]
instead of the usual four, frame => size of HEADERS and CONTINUATION, open => 1
never ends the stream, timeout.

Each returns a reply: Export::Test::Message tells what it has, such as status
(undef without a reply), header(NAME) and body.

=head1 RECORDER

    recorder(PATH => ANSWER, ..., '*' => ANSWER)

Starts the upstream; %%UPSTREAM%% does it by itself when the answers do not
matter.  ANSWER is { status => 200, reason, headers => [ NAME => VALUE... ],
body => "ok\n", chunked, close, delay => SECONDS, raw => BYTES }, or CODE that
makes one from the request.

    seen            the requests, each an Export::Test::Message; one that was
                    cut off is not complete
    seen_bytes      all bytes
    seen_by_connection
                    the bytes of each connection, a list
    connections     how many were accepted, with or without a request
    forget          starts anew

All that was sent before one of these calls is in its answer.

=head1 THE OTHER FILES

    Export::Test::Message     one request or reply, written and read
    Export::Test::Exchange    a socket, written and read at once
    Export::Test::H2          one HTTP/2 request
    Export::Test::Recorder    the recipient
    Export::Test::Framing     the ways in which a body is sent
    Export::Test::Locations   the locations that tests have in common
    Export::Test::Multipart   bodies of multipart/form-data
    Export::Evasions          reads the evasion corpus
    Export::Clients           runs clients that others wrote

=cut
