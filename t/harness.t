#!/usr/bin/perl

# The harness tests itself, against nginx without the module.

use strict;
use warnings;

use FindBin;
use HTTP::Tiny;
use Pod::Checker;
use Test::More;

use lib "$FindBin::Bin/lib";
use Export::Clients::Process;
use Export::Evasions qw(body_of bytes_of cases);
use Export::Test;
use Export::Test::Multipart qw(field_part file_part multipart);


# The output of a test in a process of its own, for checks that must fail.

sub output {
    my ($code) = @_;
    my $t = Export::Test->new(module => '');
    my $file = $t->write('child.t', <<'EOC' . "$code\n\$t->done;\n");
use strict;
use warnings;
use Test::More;
use Export::Test;

my $t = Export::Test->new(module => '');
$t->start(<<'EOT');
server {
    listen 127.0.0.1:%%PORT_0%%;
    access_log %%DIR%%/access.log;
    return 204;
}
EOT
EOC

    return scalar `$^X -I$FindBin::Bin/lib $file 2>&1`;
}


my $t = Export::Test->new(module => '')->has('http_v2');

$t->recorder(
    '/created' => { status => 201, reason => 'Made', body => 'one',
        headers => [ 'X-Two' => 'a', 'X-Two' => 'b' ] },
    '/chunked' => { chunked => 1, body => 'x' x 100000 },
    '/none' => { status => 204 },
    '/moved' => { headers => [ 'X-Accel-Redirect' => '/inner' ] },
    '/echo' => sub { return { body => $_[0]->body } },
);

my $conf = <<'EOC';
underscores_in_headers on;
client_max_body_size 10m;
large_client_header_buffers 4 128k;

server {
    listen 127.0.0.1:%%PORT_0%%;
    listen 127.0.0.1:%%PORT_2%% http2;

    location / {
        proxy_pass http://%%UPSTREAM%%;
        proxy_http_version 1.1;
    }

    location /unbuffered {
        proxy_pass http://%%UPSTREAM%%;
        proxy_http_version 1.1;
        proxy_request_buffering off;
    }

    location /framed {
        proxy_pass http://%%UPSTREAM%%;
        proxy_set_header X-Protocol $server_protocol;
        proxy_set_header X-Length $http_content_length;
    }

    location /inner {
        internal;
        return 200 "inner";
    }
}
EOC

$t->start($conf);

cmp_ok($t->version, '>=', 1022000, 'version');
is($t->has_directive('proxy_pass'), 1, 'a directive');
is($t->has_directive('export_policy'),
   defined $ENV{EXPORT_MODULE} && $ENV{EXPORT_MODULE} eq '' ? 1 : 0,
   '... of a module not loaded, unless it is built in');
is($t->has_directive('no_such_thing'), 0, '... and none');
is($t->accepts('server { proxy_http_version 1.1; }'), 1, 'a value');
is($t->accepts('server { proxy_http_version 0.1; }'), 0, '... and none');
is($t->port(0), $t->port(0), 'port is stable');
isnt($t->port(0), $t->port(2), 'ports differ');


# replies

my $r = $t->get('/created');

is($r->status, 201, 'status');
is($r->reason, 'Made', 'reason');
is($r->body, 'one', 'body');
is($r->header('x-two'), 'a, b', 'header joins lines');
is_deeply([ $r->all('X-Two') ], [ 'a', 'b' ], 'all lists them');
is($r->header('X-None'), undef, 'header is absent');
like($r->raw, qr{^HTTP/1\.1 201 Made\r\n}, 'raw');
ok($r->complete, 'complete');

is(length $t->get('/chunked')->body, 100000, 'chunked reply');
is($t->get('/none')->status, 204, 'reply without body');
is($t->request('HEAD', '/created')->body, '', 'reply to HEAD');
is($t->get('/moved')->body, 'inner', 'canned header');
is($t->raw("NONSENSE\r\n\r\n")->status, 400, 'raw');


# what reaches the recorder

$t->forget;
is($t->connections, 0, 'forgotten');

$t->get('/a?b', 'X-One' => "\x{e9} ,  a", 'x_one' => 'b', '' => 'X-Line:c',
        Host => 'other', 'X-One' => 'd');

my ($q) = $t->seen;

is($t->connections, 1, 'one connection');
is($q->method, 'GET', 'method');
is($q->uri, '/a?b', 'uri');
is_deeply([ $q->all('X-One') ], [ "\x{e9} ,  a", 'd' ], 'verbatim values');
is($q->header('x_one'), 'b', 'verbatim name');
is($q->header('X-Line'), 'c', 'verbatim line');
like($t->seen_bytes, qr{^GET /a\?b HTTP/1\.1\r\n}, 'bytes');


# bodies

$t->forget;

my $big = join '', map { "$_\n" } 1 .. 100000;

is($t->post('/echo', 'abc')->body, 'abc', 'post');
is($t->post('/echo', $big)->body, $big, 'large body');
is($t->post('/echo', 'abcdef', { chunked => [ 1, 2 ],
    trailers => [ 'X-Trailer' => 1 ] })->body, 'abcdef', 'chunked body');
is($t->post('/unbuffered', $big, { chunked => 4000 })->status, 200,
   'unbuffered body');

is_deeply([ map { length $_->body } $t->seen ],
    [ 3, length $big, 6, length $big ], 'recorded bodies');
is(scalar(grep { !$_->complete } $t->seen), 0, 'recorded whole');


# a message is read once, however it is cut and whatever its size

sub taken {
    my ($bytes, $size) = @_;
    my ($in, $message, $n) = ('', undef, 0);

    for my $piece ($t->cut($bytes, $size)) {
        $in .= $piece;
        $n += length $piece;

        if ($message) {
            $message->take_body(\$in);
        } else {
            $message = Export::Test::Message->take(\$in);
        }

        last if $message && $message->complete;
    }

    return ($message, $n, $in);
}

my %sent = (body => "ab\r\n0\r\n\r\ncd" x 2);

for my $how ({ %sent }, { %sent, chunked => 5 },
             { %sent, chunked => 3, trailers => [ 'X-Trailer' => 1 ] })
{
    my $bytes = $t->bytes('POST', '/', $how);

    for my $size (1 .. 9, 1000) {
        my ($message, $n) = taken($bytes, $size);

        is($message->body, $sent{body}, "cut in pieces of $size");
        is($n, length $bytes, '... whole at its end');
        is(scalar @{ $message->trailers }, $how->{trailers} ? 1 : 0,
            '... and its trailers');
    }
}

my $text = $t->bytes('POST', '/', { body => 'x' x 4e6, chunked => 1000 });
my ($cpu) = times;
my ($message) = taken($text, 10000);

is(length $message->body, 4e6, 'many chunks in many pieces');
cmp_ok((times)[0] - $cpu, '<', 1, '... are read in no time');


# sending in parts

my @inside;

$text = $t->bytes('POST', '/echo', { body => 'abcdef', chunked => 2 });

$t->forget;
is($t->pieces([ split //, $text ], 0.001)->body, 'abcdef', 'byte by byte');

$r = $t->pieces([ substr($text, 0, -5), sub { @inside = $t->seen },
    substr $text, -5 ], 0);
is($r->body, 'abcdef', 'with a call between');
is(scalar @inside, 1, 'the call saw what had arrived');

my @replies = $t->raw(
    $t->bytes('GET', '/created', Connection => 'keep-alive')
    . $t->bytes('GET', '/none'), want => 2);
is_deeply([ map { $_->status } @replies ], [ 201, 204 ], 'pipelined');

$t->forget;
$text = $t->bytes('POST', '/unbuffered', 'Content-Length' => 9) . 'abc';
$r = $t->raw($text, half => 0.2, timeout => 3);

ok($t->wait_for(sub { $t->connections }, 3), 'unfinished body is sent');
($q) = $t->seen;
ok($q && !$q->complete, 'unfinished body is not complete');
is($q->body, 'abc', 'unfinished body');

$t->forget;
$t->raw($text =~ s/unbuffered/echo/r, half => 0.2, timeout => 3);
is($t->connections, 0, 'unfinished body does not connect');

is($t->raw("GET / HTTP/1.1\r\n", timeout => 0.3)->status, undef, 'timeout');


# HTTP/2

$t->forget;
$r = $t->h2(GET => '/created', 'x-one' => 'a', 'x-one' => 'b');
($q) = $t->seen;

is($r->status, 201, 'h2 status');
is($r->header('x-two'), 'a, b', 'h2 header');
is($r->body, 'one', 'h2 body');
is_deeply([ $q->all('x-one') ], [ 'a', 'b' ], 'h2 repeated header');

is($t->h2(POST => '/echo', { body => $big })->body, $big,
   'h2 flow control');
is($t->h2(POST => '/echo', { body => 'abc', sizes => 1,
   delay => 0.01 })->body, 'abc', 'h2 frames of a byte');
is($t->h2(GET => '/', { frame => 1000 }, 'x-long' => 'a' x 60000)
   ->status, 200, 'h2 continuation');
is($t->h2(HEAD => '/created')->status, 201, 'h2 HEAD');

$r = $t->h2(GET => '/', { pseudo => [ ':method', 'GET', ':odd', 1 ] });
is($r->status, 400, 'h2 pseudo-headers as given');

$r = $t->h2(GET => '/', {}, 'x-long' => 'a' x 200000);
is($r->status, undef, 'h2 connection error');
ok($r->reset || $r->closed, 'h2 error code');

is($t->h2(POST => '/echo', { body => 'abc', open => 1, timeout => 0.5 })
   ->status, undef, 'h2 open stream');


# every framing brings the same body

my %framed = (
    'with a length' => [ 'HTTP/1.1', length $big ],
    'in chunks' => [ 'HTTP/1.1' ],
    'in small chunks' => [ 'HTTP/1.1' ],
    'in pieces' => [ 'HTTP/1.1', length $big ],
    'over h2' => [ 'HTTP/2.0' ],
    'over h2, with a length' => [ 'HTTP/2.0', length $big ],
    'over h2, in frames' => [ 'HTTP/2.0' ],
);

for my $framing (sort keys %framed) {
    my ($protocol, $length) = @{ $framed{$framing} };

    $t->forget;
    is($t->framed($framing, 'POST', '/framed', $big, 'X-One' => 'Aa')->status,
       200, $framing);
    ($q) = $t->seen;
    ok($q->body eq $big, '... the body');
    is($q->header('X-One'), 'Aa', '... the head');
    is($q->header('X-Protocol'), $protocol, '... the protocol');
    is($q->header('X-Length'), $length, '... the length, if one was sent');
}

ok(!eval { $t->framed('on paper', 'POST', '/', ''); 1 }, 'no such framing');


# others read and write the same messages: HTTP::Tiny, of Perl itself

my $tiny = HTTP::Tiny->new(timeout => 10);
my $other = $tiny->get('http://127.0.0.1:' . $t->port(0) . '/created');

is($other->{status}, 201, 'HTTP::Tiny, status');
is($other->{content}, 'one', '... body');
is_deeply($other->{headers}{'x-two'}, [ 'a', 'b' ], '... header lines');

my @parts = $t->cut($big, 30000);

$t->forget;
$other = $tiny->post('http://' . $t->upstream . '/echo',
    { headers => { 'X-One' => 'a' }, content => sub { shift @parts },
      trailer_callback => sub { { 'X-Trailer' => 1 } } });
($q) = $t->seen;

ok($other->{content} eq $big, '... in chunks, without nginx');
ok($q->complete && $q->body eq $big, '... read by the recorder');
is($q->header('X-One'), 'a', '... with its header');
is_deeply($q->trailers, [ [ 'X-Trailer', 1 ] ], '... and its trailer');


# configuration

ok($t->reload($conf =~ s/"inner"/"anew"/r), 'reload');
is($t->get('/moved')->body, 'anew', 'reloaded');

$t->alerts_ok(qr/unknown directive "wrong"/);
ok(!$t->reload('wrong;'), 'reload is refused');
is($t->get('/moved')->body, 'anew', 'the old configuration serves');

my ($ok, $errors) = $t->test_conf('server { }');
ok($ok, 'good configuration');
($ok, $errors) = $t->test_conf('wrong;');
ok(!$ok, 'bad configuration');
like($errors, qr/unknown directive "wrong"/, 'its error');

ok(-s $t->database($_), "database $_") for qw(geo evasions);
ok(-s $t->mmdb('one', '192.0.2.0/24 GB', schema => 'country'), 'one of rows');
like($t->source('t/data/geo.tsv'), qr/^\d+\.\d+/m, 'a file of the source');
is(multipart('b', field_part('n', 'text'),
             file_part('f', 'a.csv', "ip\n", 'Content-Type: text/csv')),
   "--b\r\nContent-Disposition: form-data; name=\"n\"\r\n\r\ntext\r\n--b\r\n"
   . "Content-Disposition: form-data; name=\"f\"; filename=\"a.csv\"\r\n"
   . "Content-Type: text/csv\r\n\r\nip\n\r\n--b--\r\n", 'multipart');
ok(scalar(grep { defined body_of($_->{request}) } cases()), 'evasion cases');
is(bytes_of("\x{e9}"), "\xe9", '... their bytes');
is(bytes_of("\x{e9}\x{20ac}"), "\xc3\xa9\xe2\x82\xac", '... and texts');


# locations in common

($ok, $errors) = $t->test_conf("server {\n%%LOCATIONS / /stream/%%\n}\n");
is(!!$ok, !!$t->has_directive('export_body'), 'locations')
    or diag($errors);
like($t->expand('%%LOCATIONS / /off/%%' . "\n", 'error.log'),
     qr{location\ /\ \{\s+proxy_pass\ http://127\.0\.0\.1:\d+;\s+\}\s+
        location\ /off/\ \{\s+export_policy\ off;\s+proxy_pass}x,
     '... as they are named');
ok(!eval { $t->conf('%%LOCATIONS /none/%%' . "\n"); 1 }, '... and no others');


# children of Export::Clients

my $driver = Export::Clients::Process->new([ $^X, '-MJSON::PP', '-ne',
    'BEGIN { $| = 1; print "{\"ready\":1}\n" } my $order = decode_json($_);'
    . 'print encode_json({ %$order, variable => $ENV{HARNESS},'
    . ' proxy => $ENV{http_proxy} // "" }), "\n"' ],
    HARNESS => 'set', http_proxy => 'http://127.0.0.1:1');

is_deeply($driver->line, { ready => 1 }, 'a child speaks first');
is_deeply($driver->order(case => "one"),
    { case => "one", variable => 'set', proxy => '' },
    '... takes an order, with its variables and no proxy');
$driver->end;
is($driver->{status}, 0, '... and ends');

my ($status, $printed) = Export::Clients::Process->new([ $^X, '-e',
    'print "out"; print STDERR "err"; exit 3' ])->output;

is($status >> 8, 3, 'a command, its status');
is($printed, 'outerr', '... and all it has printed');


# each file of the harness can be loaded alone, and says what it is for

for my $file (glob "$FindBin::Bin/lib/Export/{,*/}*.pm") {
    my ($name) = $file =~ m{/lib/(.*)};
    my $checker = Pod::Checker->new;

    is(system("$^X -I$FindBin::Bin/lib -e 'require qq($name)'"), 0, $name);
    $checker->parse_from_file($file, \*STDERR);
    is($checker->num_errors, 0, '... has a POD');
}


# checks that must fail, and those that must not

my $output = output('$t->get("/");');

unlike($output, qr/^not ok/m, 'all is well');
like($output, qr/^1\.\.4$/m, 'four checks');

like(output('$t->secret("s3cret"); $t->get("/?s3cret");'),
     qr/^not ok \d+ - no secrets in the logs$/m, 'secret in a log');

like(output('my $worker = $t->wait_for(sub {'
            . '$t->log =~ /start worker process (\d+)/ ? $1 : 0 });'
            . 'kill 9, $worker;'
            . '$t->wait_for(sub { $t->log =~ /exited on signal/ });'),
     qr/^not ok \d+ - no crash$/m, 'worker is killed');

like(output('kill "HUP", $t->{pid}; $t->conf("wrong;");'
            . '$t->reload;'),
     qr/^not ok \d+ - no alerts$/m, 'emergency in the log');

my ($pid) = output('print "# pid $t->{pid}\n"; die "early\n";')
    =~ /^# pid (\d+)$/m;

ok($pid && !kill(0, $pid), 'a test that dies leaves no nginx');

$t->done;
