package Export::Clients;

use strict;
use warnings;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use JSON::PP;
use Test::More ();

use Export::Clients::Process;

use parent 'Export::Test';

my $root = abs_path(dirname(__FILE__) . '/../../..');
my $built = ($ENV{EXPORT_BUILD} || "$root/build");
my $place = "$built/clients";
my $json = JSON::PP->new->canonical;

# real addresses of public institutions

my %ip = (
    us => '128.30.2.1',         # MIT
    gb => '131.111.8.46',       # University of Cambridge
    de => '141.20.1.1',         # Humboldt-Universitaet zu Berlin
    ch => '129.132.1.1',        # ETH Zuerich
    no => '129.240.2.6',        # Universitetet i Oslo
);

# whose data a file holds, and what is to happen

my @subjects = (
    [ 'US subjects',            [qw(us us us)],  'passes' ],
    [ 'UK subject',             [qw(gb)],        'consent_missing' ],
    [ 'EEA subjects (DE, NO)',  [qw(de no)],     'consent_missing' ],
    [ 'Swiss subject',          [qw(ch)],        'consent_missing' ],
    [ 'UK and DE with consent', [qw(gb+ de+)],   'passes' ],
    [ 'consent by header',      [qw(gb ch)],     'passes', 'granted' ],
    [ 'US and UK mixed',        [qw(us gb us)],  'consent_missing' ],
);

# the same with "export_body redact", where EXPORT_CLIENTS is "redact", or
# "stream": then nothing is held that need not be

my @redacting = (
    [ 'US subjects',            [qw(us us us)],  'passes' ],
    [ 'UK subject',             [qw(gb)],        'nothing_left' ],
    [ 'UK and DE with consent', [qw(gb+ de+)],   'passes' ],
    [ 'US and UK mixed',        [qw(us gb us)],  'redacts' ],
);


sub new {
    my ($class, %opt) = @_;

    die "no clients in $place, run make test-clients\n"
        if !-e "$place/.installed";

    my $self = Export::Test::new($class, %opt);

    $self->{mode} = $ENV{EXPORT_CLIENTS} // 'inspect';
    $self->authority;
    $self->start_recorder;
    $self->start($self->egress);

    return $self;
}


# A certificate authority, and one certificate for every name in the tests.

sub authority {
    my $self = shift;
    my $dir = $self->dir;
    my $names = join ',', map { "DNS:$_" } qw(api.openai.com api.mistral.ai
        api.together.xyz huggingface.co s3.eu-west-1.amazonaws.com
        *.s3.eu-west-1.amazonaws.com *.s3-accelerate.amazonaws.com
        *.r2.cloudflarestorage.com);

    $self->write('names', "subjectAltName=$names\n");

    for my $args (
        "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=test-ca"
            . " -addext keyUsage=critical,keyCertSign,cRLSign"
            . " -keyout $dir/ca.key -out $dir/ca.pem",
        "req -new -newkey rsa:2048 -nodes -subj /CN=egress"
            . " -keyout $dir/egress.key -out $dir/egress.csr",
        "x509 -req -in $dir/egress.csr -CA $dir/ca.pem -CAkey $dir/ca.key"
            . " -CAcreateserial -days 2 -extfile $dir/names"
            . " -out $dir/egress.pem")
    {
        system("openssl $args >>$dir/openssl.out 2>&1") == 0
            or die "openssl $args\n", $self->read('openssl.out');
    }
}


sub start_recorder {
    my $self = shift;
    my $dir = $self->dir;

    mkdir "$dir/seen" or die "$dir/seen: $!\n";

    $self->{recorder} = Export::Clients::Process->new(
        [ 'node', "$root/t/clients/recorder.mjs", "$dir/seen",
          "$dir/egress.pem", "$dir/egress.key" ], $self->client_environment);
    $self->{ports_of} = $self->{recorder}->line;
}


# conf/egress.conf, but for what is this machine's: files, ports, and the
# resolver that leads every name here.

sub egress {
    my $self = shift;
    my $dir = $self->dir;
    my ($https, $dns) = @{ $self->{ports_of} }{qw(https dns)};

    my $text = $self->source('conf/egress.conf');

    $text =~ s/^load_module.*\n//m;
    $text =~ s/^(events \{)/%%GLOBALS%%\n$1/m;
    $text =~ s/^ *access_log .*\n/%%HTTP%%\n/m;
    $text =~ s{^(http \{)}{$1\nexport_body redact;}m
        if $self->{mode} ne 'inspect';
    $text =~ s{^(http \{)}{$1\nproxy_request_buffering off;}m
        if $self->{mode} eq 'stream';
    $text =~ s{/var/lib/\S+\.mmdb max_age=\w+}{$built/geoip/country.mmdb};
    $text =~ s{ egress-recipients}{ $root/conf/egress-recipients};
    $text =~ s{/etc/ssl/certs/ca-certificates.crt}{$dir/ca.pem};
    $text =~ s{/etc/nginx/export-policy/(egress\.\w+)}{$dir/$1}g;
    $text =~ s/resolver +\S+;/resolver 127.0.0.1:$dns ipv6=off;/;
    $text =~ s/127\.0\.0\.1:8080/127.0.0.1:%%PORT_0%%/g;
    $text =~ s/127\.0\.0\.1:8443/127.0.0.1:%%PORT_1%%/g;
    $text =~ s{https://(\$recipient|\$host)}{https://$1:$https}g;

    # a port of HTTP/2 without TLS, by prior knowledge
    $text =~ s/(server_name egress)/listen 127.0.0.1:%%PORT_2%% http2;\n$1/;

    return $text;
}


sub client_environment {
    my $self = shift;

    return (
        EGRESS_BASE => 'http://127.0.0.1:' . $self->port(0),
        EGRESS_TLS => $self->port(1),
        EGRESS_H2C => $self->port(2),
        EGRESS_CA => $self->dir . '/ca.pem',
        EGRESS_DIR => $self->dir,
        NODE_EXTRA_CA_CERTS => $self->dir . '/ca.pem',
        AWS_CA_BUNDLE => $self->dir . '/ca.pem',
        AWS_EC2_METADATA_DISABLED => 'true',
        AWS_ACCESS_KEY_ID => 'AKIDEXAMPLE',
        AWS_SECRET_ACCESS_KEY => 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
        AWS_REGION => 'eu-west-1', AWS_DEFAULT_REGION => 'eu-west-1',
        HOME => $self->dir, NO_COLOR => 1, PYTHONDONTWRITEBYTECODE => 1,
    );
}


# files of records; "+" after a place is consent of that subject

sub content {
    my ($self, $type, @places) = @_;
    my $copies = $self->{copies} // 1;
    my @rows = map { [ $_, $ip{ s/\+//r }, /\+/ ? 'granted' : '' ] } @places;

    # an empty cell would be consent that nobody can read
    my @more = (grep { $_->[2] } @rows) ? 2 : ();

    return join '', map { "$_\n" } join(',', qw(id text ip),
        @more ? 'ai_consent' : ()), map {
        join ',', "u$_", "\"My order, no. $_, is late\"",
            @{ $rows[$_] }[1, @more]
    } 0 .. $#rows if $type eq 'csv';

    return join '', map { my $n = $_; ($json->encode({
        messages => [
            { role => 'user', content => "My order no. $n is late" },
            { role => 'assistant', content => "I am sorry. \x{1f4e6}" } ],
        metadata => { id => "u$n", ip => $rows[$n][1],
            $rows[$n][2] ? (ai_consent => $rows[$n][2]) : () },
    }) . "\n") x ($rows[$n][0] eq 'us' ? $copies : 1) } 0 .. $#rows;
}


sub file {
    my ($self, $type, @places) = @_;
    my ($format, $gz) = split /\./, $type;
    my $text = $self->content($format, @places);

    utf8::encode($text);

    my $path = $self->write("train.$format", $text);

    return $path if !$gz;

    system('gzip', '-nkf', $path) == 0 or die "gzip: $?\n";

    return "$path.gz";
}


sub large {
    my ($self, @places) = @_;

    $self->{copies} = 20000;

    return $self->file('jsonl', @places);
}


sub program {
    my ($self, @command) = @_;
    my $file = pop @command;
    my @node = $command[0] eq 'node'
        ? ('--preserve-symlinks', '--preserve-symlinks-main') : ();

    return Export::Clients::Process->new(
        [ @command, @node, "$place/t/$file" ], $self->client_environment);
}


# A program that takes orders; driver(...)->(CASE) is what "send" wants.

sub driver {
    my $self = shift;
    my $program = $self->program(@_);

    push @{ $self->{programs} }, $program;

    return sub {
        my ($case) = @_;

        return sub { $program->order(case => $case, %{ $_[0] }) };
    };
}


# what has arrived since the last look, with what is still arriving

sub arrived {
    my $self = shift;
    my $dir = $self->dir . '/seen';
    my @seen;

    $self->wait_for(sub { my @open = glob "$dir/*.open"; !@open });

    for my $file (sort glob "$dir/*.json") {
        my $name = $file =~ s{.*/(\d+)\.json$}{seen/$1}r;
        my $request = $json->decode($self->read("$name.json"));

        $request->{body} = $self->read("$name.body");
        $request->{data} = $self->read("$name.data");
        $request->{what} = "$request->{method} $request->{host}"
            . $request->{path} =~ s/\?.*//r;
        push @seen, $request;

        unlink map { $self->dir . "/$name.$_" } qw(json body data);
    }

    return @seen;
}


sub try {
    my ($self, $name, %opt) = @_;

    Test::More::subtest($name => sub {
        my $only = $opt{only} // qr/^/;

        for my $row (grep { $_->[0] =~ $only }
                     $self->{mode} eq 'inspect' ? @subjects : @redacting)
        {
            $self->try_subjects($row, %opt);
        }
    });
}


sub try_subjects {
    my ($self, $row, %opt) = @_;
    my ($title, $places, $want, $consent) = @$row;
    my @places = @$places;
    my %headers = $consent ? ('X-AI-Training-Consent' => $consent) : ();

    if (my $declared = $opt{declare}) {
        my @declared = ref $declared ? @$declared : @places;

        $headers{'X-AI-Training-Consent'} = 'granted'
            if grep { /\+/ } @declared;
        $headers{'X-Subject-IP'} = join ', ', map { $ip{ s/\+//r } } @declared;
    }

    my $streams = $opt{streams} && $self->{mode} eq 'stream';

    $self->{copies} = $opt{copies} // ($streams ? 1000 : undef);

    # what cannot be changed is refused: declared for all of it, or signed
    my $all = $opt{declare} && !ref $opt{declare};

    $want = $all ? 'consent_missing' : 'body_signed'
        if $want =~ /^(?:redacts|nothing_left)$/ && ($opt{signed} || $all);

    my $file = $self->file($opt{type} // 'jsonl', @places);
    my $from = length $self->log;

    $self->arrived;

    my $got = $opt{send}->({ file => $file, headers => \%headers });
    my @seen = $self->arrived;
    my $blocks = () = substr($self->log, $from) =~ /export blocked/g;
    my @faults = $want eq 'passes' ? $self->passed($file, $got, \@seen, %opt)
        : $want eq 'redacts' ? $self->redacted($file, $got, \@seen, %opt)
        : $self->refused($want, $got, \@seen, %opt);

    push @faults, 'held' if $streams && $places[0] eq 'us'
        && !grep { grep { /^chunked$/ } @{ $_->{headers} } } @seen;
    push @faults, "sent $blocks times"
        if $blocks > ($want eq 'passes' ? 0 : $opt{tries} // 1);

    Test::More::ok(!@faults, "$title: "
        . ($want =~ /^(?:pass|redact)/ ? $want : "refused, $want")) and return;

    Test::More::diag($_) for @faults, 'the client: '
        . ($got->{shown} // 'no error'), map { "arrived: $_->{what}" } @seen;
    Test::More::diag(substr $self->log, $from);
}


sub fits {
    my ($requests, $patterns) = @_;
    my @all = @{ $patterns // [] };

    return grep { my $what = $_->{what}; grep { $what =~ $_ } @all }
        @$requests;
}


sub passed {
    my ($self, $file, $got, $seen, %opt) = @_;
    my @carriers = fits($seen, $opt{data});
    my $name = $file =~ s{.*/}{}r;
    my @faults;

    push @faults, 'the client failed' if defined $got->{shown};
    push @faults, 'nothing arrived' if !@carriers;
    push @faults, "arrived cut: $_->{what}" for grep { !$_->{complete} } @$seen;
    push @faults, "signature $_->{signature}: $_->{what}"
        for grep { $_->{signature} ne ($opt{signed} ? 'valid' : 'none') }
            $opt{signed} ? @carriers : @$seen;
    push @faults, "TLS to $_->{servername} for $_->{host}"
        for grep { $_->{servername} ne $_->{host} } @$seen;
    push @faults, map { "policy header arrived: $_" }
        grep { /^X-(?:Subject|AI)-/i } map { @{ $_->{headers} } } @$seen;
    push @faults, 'the data are not what the client was given'
        if join('', map { $_->{data} } @carriers) ne $self->read($name);

    return @faults;
}


sub refused {
    my ($self, $want, $got, $seen, %opt) = @_;
    my %control = map { $_ => 1 } fits($seen, $opt{control});
    my $shown = $opt{shows} ? $got->{shown} : $got->{message};
    my $protected = join '|', map { quotemeta } @ip{qw(gb de ch no)};
    my @faults;

    # parts before the refused one; the head of one that was streamed
    for my $request (fits($seen, $opt{data})) {
        $control{$request} = 1 if $request->{body} !~ $protected
            && ($opt{parts} || !$request->{complete}
                && $self->{mode} eq 'stream');
    }

    $want = $opt{shows} if ref $opt{shows};
    push @faults, 'the client did not fail' if !defined $got->{shown};
    push @faults, map { "arrived: $_->{what}" } grep { !$control{$_} } @$seen;
    push @faults, "the client does not show $want"
        if ($shown // '') !~ $want;

    return @faults;
}


# the file without its protected records, a line each

sub redacted {
    my ($self, $file, $got, $seen, %opt) = @_;
    my $protected = join '|', map { quotemeta } @ip{qw(gb de ch no)};
    my $rest = join '', grep { !/$protected/ || /granted/ }
        split /^/, $self->read($file =~ s{.*/|\.gz$}{}gr);

    return $self->passed($self->write('rest', $rest), $got, $seen, %opt);
}


# A command that is run once for each transfer; FILE is the file, HEADERS are
# the headers.

my %option = (env => '--header');


sub command {
    my ($self, @command) = @_;

    return sub {
        my ($order) = @_;
        my %headers = %{ $order->{headers} };
        my @headers = map { "$_: $headers{$_}" } sort keys %headers;

        return $self->run(map {
            my $word = $_;
            $word eq 'HEADERS'
                ? map { ($option{$command[0]} // '-H', $_) } @headers
                : $word =~ s/FILE/$order->{file}/gr
        } @command);
    };
}


sub run {
    my ($self, @command) = @_;
    my $process = Export::Clients::Process->new(\@command,
        $self->client_environment);
    my ($status, $text) = $process->output;

    return $status ? { message => $text, shown => $text } : {};
}


sub finish {
    my $self = shift;

    $_->end for grep { defined } @{ delete $self->{programs} || [] },
        delete $self->{recorder};

    return $self->SUPER::finish(@_);
}


1;

__END__

=head1 NAME

Export::Clients - runs clients that others wrote through conf/egress.conf

=head1 SYNOPSIS

    my $t = Export::Clients->new;
    my $openai = $t->driver('node', 'openai.mjs');

    $t->try('openai, files.create', send => $openai->('buffer'),
        data => [ qr{^POST api\.openai\.com/v1/files$} ]);

    $t->try('curl', type => 'csv',
        send => $t->command('curl', '-q', 'HEADERS', '-T', 'FILE', $url),
        data => [ qr{^PUT } ]);

    $t->done;

It is an Export::Test whose nginx has the configuration that is shipped, in
front of t/clients/recorder.mjs, which stands for every recipient.

=head1 ENVIRONMENT

    EXPORT_CLIENTS      the mode: "inspect", "redact" for "export_body redact",
                        or "stream" for the same with nothing held that need
                        not be
    EXPORT_BUILD        where "make test-clients" has put the packages: build

=head1 A CASE

    try(NAME, OPTION => VALUE...)

A case is one way of sending.  It is tried with subjects of several places,
and what is sent must arrive as it was, arrive without the records of the
protected, or be refused with a reason that the client shows.  The options:

    send      CODE, given { file, headers }, returns { message, shown }
    type      jsonl, csv, jsonl.gz
    declare   1: subjects go in a header, the gate cannot read what is sent;
              a list: these do, beside the records
    data      the requests that carry the data, as regexes of METHOD HOST/PATH
    control   other requests that are let through in any case
    copies    of each record of a US subject, for large files
    streams   the client does not say how long it is: in that mode records
              leave while others arrive
    only      a regex: these subjects only
    tries     how often the client sends what was refused
    parts     each of these is a transfer: those before the refused one arrive
    signed    the recipient checks signatures
    shows     1: the reason is in the details of the client's error, not in
              its message; a regex: all that the client shows

=head1 WAYS OF SENDING

    driver(INTERPRETER, FILE)->(CASE)       a program of t/clients that takes
                                            orders
    command(WORD...)                        a command, run for each transfer;
                                            FILE in a word is the file, the
                                            word HEADERS stands for the headers
    run(WORD...)                            a command, now: { message, shown },
                                            empty if it did not fail
    large(PLACE...)                         the path of a file of 12 MB and more
    arrived                                 the requests since the last look

=cut
