#!/usr/bin/perl

# export_body redact: records that must not leave are dropped, the others are
# forwarded as they came.  What is dropped of which format is t/unit/redact.c.

use strict;
use warnings;

use Digest::MD5 qw(md5_base64);
use FindBin;
use IO::Compress::Gzip qw(gzip);
use IO::Select;
use IO::Socket::INET;
use Test::More;

use lib "$FindBin::Bin/lib";
use Export::Test;
use Export::Test::Multipart qw(field_part file_part multipart);


my $t = Export::Test->new;

$t->recorder(
    '/told/' => { headers => [ 'Export-Decision' => 'decision=allow',
        'export_decision' => 'decision=allow' ] },
    '/accel/' => { headers => [ 'X-Accel-Redirect' => '/again/' ] });

# what harness and nginx connect to is never read before the test says so

my $slow = IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1',
    LocalPort => $t->port(3)) or die "listen: $!\n";

$t->start(<<'EOC');
export_database %%DB%%;
export_policy enforce;
export_purpose header:X-Data-Purpose ai-training;
export_subject header:X-Subject-IP;
export_subject field:ip;
export_subject field:country as=country;
export_body redact;

client_max_body_size 100m;
proxy_http_version 1.1;

log_format decision '$uri $export_decision $export_reason $export_records '
                    '$export_records_dropped';

server {
    access_log %%DIR%%/decision.log decision;
    listen 127.0.0.1:%%PORT_0%%;
    listen 127.0.0.1:%%PORT_2%% http2;

    %%LOCATIONS / /monitor/ /on/ /header-off/%%

    location /file/ {
        client_body_buffer_size 1k;
        client_body_in_file_only clean;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /small/ {
        client_body_buffer_size 1k;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /stream/ {
        proxy_request_buffering off;
        client_body_buffer_size 4k;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /http10/ {
        proxy_request_buffering off;
        proxy_http_version 1.0;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /purpose/ {
        export_purpose header:X-Data-Purpose ai-training;
        export_purpose field:purpose fine-tune;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /data/ {
        export_body redact /data;
        proxy_pass http://%%UPSTREAM%%;

        location /data/inherited/ {
            export_status 403;
            proxy_pass http://%%UPSTREAM%%;
        }
    }

    location /consent/ {
        export_consent field:consent yes;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /mirrored/ {
        mirror /copy;
        proxy_pass http://%%UPSTREAM%%;
    }

    location = /copy {
        internal;
        proxy_pass http://%%UPSTREAM%%/copy;
    }

    location /accel/ {
        proxy_pass http://%%UPSTREAM%%;
    }

    location /again/ {
        proxy_set_header X-Again 1;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /page/ {
        error_page 451 /sorry;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /slow/ {
        proxy_request_buffering off;
        proxy_pass http://127.0.0.1:%%PORT_3%%;
    }

    location = /sorry {
        return 200 "sorry\n";
    }

    location /limits/ {
        export_body_limits record=1k;
        proxy_request_buffering off;
        proxy_pass http://%%UPSTREAM%%;
    }
}
EOC

my ($GB, $US, $DE) = ('81.2.69.160', '216.160.83.60', 'DE');
my @train = ('X-Data-Purpose' => 'ai-training');
my @lines = (@train, 'Content-Type' => 'application/x-ndjson');
my @json = (@train, 'Content-Type' => 'application/json');

$t->secret($GB, $US);

sub us { return qq({"ip":"$US","n":$_[0]}\n) }
sub gb { return qq({"ip":"$GB","n":$_[0]}\n) }


# what the recipient got, and what the sender was told

sub told {
    my ($reply, $status, $decision, $name) = @_;
    my $told = $reply->header('Export-Decision') // '';

    $told =~ s/id="[0-9a-f]{32}"/id/;

    is("$reply->{status} $told", "$status $decision", $name);
}


sub got {
    my ($body, $name, @seen) = @_;

    @seen = $t->seen if !@seen;

    is(@seen, 1, "$name: one request") or return;
    is($seen[0]{body}, $body, '... and what may leave');
    is($seen[0]->header('Content-Length') // 'chunked',
        $seen[0]->header('Transfer-Encoding') // length $body,
        '... of that length');
}


sub whole { return scalar grep { $_->{complete} } $t->seen }


sub redacted {
    my ($records, $dropped) = @_;

    return "decision=redact, reason=records_dropped, id, records=$records, "
        . "dropped=$dropped";
}


my $mixed = us(1) . gb(2) . us(3) . gb(4) . us(5);
my $clean = us(1) . us(3) . us(5);

for my $uri ('/', '/file/', '/small/', '/stream/', '/http10/', '/purpose/') {
    for my $size (0, 7, 40, 100000) {
        my $name = $size ? "$uri, chunks of $size" : "$uri, with a length";
        my %how = $size ? (chunked => $size) : ();

        $t->forget;
        told($t->post($uri, $mixed, \%how, @lines), 200, redacted(5, 2),
            $name);
        got($clean, $name);
    }

    for my $length (0, 1) {
        my $name = "$uri, h2" . ($length ? ' with a length' : '');

        $t->forget;
        told($t->h2(POST => $uri, { body => $mixed, sizes => [ 30 ] },
                map({ lc } @lines), $length
                ? ('content-length' => length $mixed) : ()),
            200, redacted(5, 2), $name);
        got($clean, $name);
    }

    $t->forget;
    told($t->post($uri, $clean, @lines), 200, '', "$uri, nothing to drop");
    got($clean, '... untouched');

    $t->forget;
    my $reply = $t->post($uri, gb(1) . gb(2), @lines);
    told($reply, 451, '', "$uri, nothing left");
    like($reply->{body}, qr/"nothing_left"/, '... and why');
    is($t->connections, 0, '... and the recipient sees nothing');

    $t->forget;
    $reply = $t->post($uri, us(1) . gb(2) . "{\n", @lines);
    like($reply->{body}, qr/"body_malformed"/, "$uri, a fault");
    is($t->connections, 0, '... and the recipient sees nothing');
}


# other formats

my %formats = (
    'an array' => [ 'application/json', qq([{"ip":"$GB"}, {"ip":"$US"},\n )
        . qq({"ip":"$GB"},{"ip":"$US"} ]), qq([{"ip":"$US"},{"ip":"$US"} ]),
        4, 2 ],
    'a sequence' => [ 'application/json-seq',
        qq(\x1e{"ip":"$GB"}\n\x1e{"ip":"$US"}\n), qq(\x1e{"ip":"$US"}\n),
        2, 1 ],
    'a table' => [ 'text/csv', "id,ip\r\n1,$US\r\n2,$GB\r\n3,\"$US\"\r\n",
        "id,ip\r\n1,$US\r\n3,\"$US\"\r\n", 3, 1 ],
    'octets' => [ 'application/octet-stream', $mixed, $clean, 5, 2 ],
);

for my $name (sort keys %formats) {
    my ($type, $body, $left, $n, $dropped) = @{ $formats{$name} };

    $t->forget;
    told($t->post('/', $body, @train, 'Content-Type' => $type), 200,
        redacted($n, $dropped), $name);
    got($left, $name);
}

my $form = multipart('b', field_part('purpose', 'fine-tune'),
    file_part('file', 'a.jsonl', '%s'));

$t->forget;
told($t->post('/purpose/', sprintf($form, $mixed), 'Content-Type' =>
        'multipart/form-data; boundary=b'), 200, redacted(5, 2), 'a part');
got(sprintf($form, $clean), 'a part');

for my $uri ('/data/', '/data/inherited/') {
    $t->forget;
    told($t->post($uri, qq({"model":"m","data":[{"ip":"$GB"}, {"ip":"$US"}],)
            . qq("n":2}), @json), 200, redacted(2, 1), "$uri, an array inside");
    got(qq({"model":"m","data":[{"ip":"$US"}],"n":2}), "$uri, an array inside");
}

$t->forget;
like($t->post('/data/', qq({"data":[{"ip":"$US"}],"ip":"$GB"}), @json)
    ->{body}, qr/"consent_missing"/, 'somebody beside an array');
is($t->connections, 0, '... and the recipient sees nothing');

gzip(\$mixed, \my $packed);

$t->forget;
told($t->post('/', $packed, @lines, 'Content-Encoding' => 'gzip'), 200,
    redacted(5, 2), 'compressed');
got($clean, 'compressed');
is(($t->seen)[0]->header('Content-Encoding'), undef, '... no more');

$t->forget;
$t->post('/', $packed, @lines, 'Content-Encoding' => 'gzip',
    map { $_ => 'x' } qw(Content-Length-X Content-Encoding-X Content));
is_deeply([ map { ($t->seen)[0]->header($_) } qw(Content-Length-X
        Content-Encoding-X Content) ], [ ('x') x 3 ],
    '... and headers of like names stay');

gzip(\$clean, \$packed);

$t->forget;
told($t->post('/', $packed, @lines, 'Content-Encoding' => 'gzip'), 200, '',
    'compressed, nothing to drop');
got($packed, '... untouched');
is(($t->seen)[0]->header('Content-Encoding'), 'gzip', '... and compressed');


# what cannot be taken apart

for ([ 'an object', qq({"ip":"$GB"}), 'consent_missing', @json ],
     [ 'a form', "ip=$GB", 'consent_missing', @train, 'Content-Type' =>
       'application/x-www-form-urlencoded' ],
     [ 'a declared subject', $mixed, 'consent_missing', @lines,
       'X-Subject-Country' => 'FR', 'X-Subject-IP' => $GB ],
     [ 'a limit', us(1) . gb('1' x 1100), 'body_limit', @lines ])
{
    my ($name, $body, $reason, @headers) = @$_;

    $t->forget;
    like($t->post('/limits/', $body, @headers)->{body}, qr/"$reason"/,
        "$name: $reason");
    is($t->connections, 0, '... and the recipient sees nothing');
}

for ([ 'Content-MD5' => md5_base64($mixed) ],
     [ 'Digest' => 'sha-256=x' ],
     [ 'Content-Digest' => 'sha-256=:eA==:' ],
     [ 'Repr-Digest' => 'sha-256=:eA==:' ],
     [ 'Signature' => 'a=:eA==:' ],
     [ 'Signature-Input' => 'a=("content-digest")' ],
     [ 'X-Hub-Signature-256' => 'sha256=0' ],
     [ 'x-amz-content-sha256' => '0' x 64 ],
     [ 'x-amz-checksum-crc32' => 'AAAAAA==' ],
     [ 'x-goog-hash' => 'crc32c=AAAAAA==' ],
     [ 'x-ms-blob-content-md5' => 'eA==' ],
     [ 'Authorization' => 'AWS4-HMAC-SHA256 Credential=a, '
       . 'SignedHeaders=content-length;host, Signature=0' ],
     [ 'Authorization' => 'SharedKey account:eA==' ],
     [ 'Authorization' => 'Hawk id="a", hash="eA==", mac="eA=="' ],
     [ 'Content-Range' => 'bytes 0-99/100' ],
     [ 'Upload-Offset' => '0' ],
     [ 'X-Amz-Decoded-Content-Length' => length $mixed ],
     [ 'X-Body-HMAC' => 'eA==' ],
     [ 'X-Ca-Sig' => 'eA==' ],
     [ 'Authorization' => 'HMAC id:eA==' ])
{
    for my $size (0, 50) {
        my %how = $size ? (chunked => $size) : ();

        $t->forget;
        like($t->post('/stream/', $mixed, \%how, @lines, @$_)->{body},
            qr/"body_signed"/, "$_->[0]: body_signed");
        is($t->connections, 0, '... and the recipient sees nothing');
    }

    $t->forget;
    is($t->post('/', $clean, @lines, @$_)->{status}, 200,
        '... but for nothing to drop');
    got($clean, $_->[0]);
}

for my $args ('X-Amz-SignedHeaders=content-length%3Bhost',
              'x-amz-checksum-crc32=AAAAAA%3D%3D')
{
    $t->forget;
    like($t->post("/?$args", $mixed, @lines)->{body}, qr/"body_signed"/,
        "signed URL, $args");
    is($t->connections, 0, '... and the recipient sees nothing');
}

my $framed = sprintf "%x\r\n%s\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n",
    length $mixed, $mixed;

$t->forget;
like($t->post('/', $framed, @lines, 'Content-Encoding' => 'aws-chunked',
        'x-amz-decoded-content-length' => length $mixed)->{body},
    qr/"body_signed"/, 'aws-chunked: body_signed');
is($t->connections, 0, '... and the recipient sees nothing');

$t->forget;
told($t->post('/', $mixed, @lines,
        'x-amz-content-sha256' => 'UNSIGNED-PAYLOAD'), 200, redacted(5, 2),
    'an unsigned payload');


# over HTTP/2 without a length the recipient is told one, or gets chunks

for my $uri ('/', '/file/', '/small/', '/stream/', '/http10/') {
    for ([ 'all of it', $clean ], [ 'some of it', $mixed ],
         [ 'much of it', us('1' x 500) x 200 ])
    {
        my ($name, $body) = @$_;

        $t->forget;
        is($t->h2(POST => $uri, { body => $body, sizes => [ 4000 ] },
            map { lc } @lines)->{status}, 200, "$uri, h2, $name");
        got($body =~ s/^.*\Q$GB\E.*\n//gmr, "$uri, h2, $name");
    }
}


# what is behind a length is at another place when the length is another

for my $n (0, 80) {
    my $body = us(1) . gb(2);

    $t->forget;
    $t->raw("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: "
        . length($body) . "\r\n" . "X-Filler: 1\r\n" x $n
        . "X-Subject-IP: $US\r\nX-Kept: 1\r\nX-Data-Purpose: ai-training\r\n"
        . "Content-Type: application/x-ndjson\r\nX-Subject-IP: $US\r\n"
        . "X-Also: 1\r\nConnection: close\r\n\r\n$body");
    got(us(1), "a length first, $n headers between");

    my $head = $t->seen_bytes;

    unlike($head, qr/x-subject/i, '... and no policy header has left');
    like($head, qr/X-Kept: 1\r\n.*X-Also: 1\r\n/s, '... and all others');
}


# unknown, unreadable and missing subjects go too; so do those who deny

$t->forget;
told($t->post('/consent/', us(1) . qq({"ip":"127.0.0.1"}\n{"ip":"x"}\n{}\n)
        . qq({"ip":"$GB","consent":"yes"}\n{"ip":"$GB","consent":"no"}\n)
        . qq({"country":"DE","ip":"$US"}\n), @lines), 200, redacted(7, 5),
    'records of nobody known');
got(us(1) . qq({"ip":"$GB","consent":"yes"}\n), 'records of nobody known');

$t->forget;
told($t->post('/', $mixed, @lines, 'X-AI-Training-Consent' => 'granted'),
    200, '', 'consent');
got($mixed, 'consent');

$t->forget;
told($t->post('/', $mixed, 'X-Data-Purpose' => 'billing', @lines[2, 3]), 200,
    '', 'no training');
got($mixed, 'no training');


# monitor mode counts, and changes nothing

for my $size (0, 50) {
    $t->forget;
    told($t->post('/monitor/', $mixed, { $size ? (chunked => $size) : () },
            @lines), 200, '', 'monitor mode tells nothing');
    is(($t->seen)[0]{body}, $mixed, '... and changes nothing');
}

$t->wait_for(sub { $t->read('decision.log') =~ m{/monitor/.*\n/monitor/} });
is_deeply([ $t->read('decision.log') =~ m{^(/monitor/ .*)$}gm ],
    [ ('/monitor/ redact records_dropped 5 2') x 2 ], '... but counts');


# export_decision_header

told($t->post('/on/', $mixed, @lines), 200, redacted(5, 2), 'on: redacted');
told($t->post('/on/', $clean, @lines), 200, 'decision=allow, '
    . 'reason=not_protected, id, records=3, dropped=0', 'on: allowed');
told($t->post('/on/', gb(1), @lines), 451, 'decision=block, '
    . 'reason=nothing_left, id, records=1, dropped=0', 'on: blocked');
told($t->post('/header-off/', $mixed, @lines), 200, '', 'off');

# the recipient's own is not taken for ours

for ([ $mixed, 'redact' ], [ $clean, 'allow allow' ]) {
    is(join(' ', map { $_->[0] =~ /^export.decision/i
            && $_->[1] =~ /^decision=(\w+)/ ? $1 : () }
            @{ $t->post('/told/', $_->[0], @lines)->{headers} }), $_->[1],
        "a header of ours, or the recipient's: $_->[1]");
}


# after a redirect what was dropped is no less missing

$t->forget;
told($t->post('/accel/', $mixed, @lines), 200, redacted(3, 2),
    'redirected by the recipient');

my @seen = $t->seen;

is(@seen, 2, '... and sent on');
is($seen[1]{body}, $clean, '... what was left');
is($seen[1]->header('X-Again'), 1, '... there');

$t->forget;
told($t->post('/mirrored/', $mixed, @lines), 200, redacted(5, 2), 'mirrored');
$t->wait_for(sub { 2 == whole() });
is_deeply([ map { $_->{body} } $t->seen ], [ $clean, $clean ],
    '... what was left');

$t->forget;
is($t->post('/page/', gb(1), @lines)->{body}, "sorry\n", 'an error page');
is($t->connections, 0, '... and the recipient sees nothing');

$t->forget;
is($t->post('/page/', gb(1), { chunked => 10 }, @lines)->{body}, "sorry\n",
    'an error page, in chunks');
is($t->connections, 0, '... and the recipient sees nothing');


# larger than any buffer, and than what is read at a time

my $pad = 'x' x 180;
my (@all, @left);

for my $n (1 .. 30000) {
    my $ip = $n % 7 == 3 ? $GB : $US;

    push @all, qq({"ip":"$ip","n":$n,"pad":"$pad"}\n);
    push @left, $all[-1] if $ip eq $US;
}

my ($large, $rest) = (join('', @all), join('', @left));
my $dropped = @all - @left;

for my $uri ('/', '/file/', '/small/', '/stream/', '/http10/', '/mirrored/') {
    for my $size (0, 5000) {
        my %how = $size ? (chunked => $size) : ();

        $t->forget;
        told($t->post($uri, $large, \%how, @lines), 200,
            redacted(30000, $dropped), "$uri, large" . ($size && ', chunked'));
        ok(($t->seen)[0]{body} eq $rest, '... and what may leave');
    }

    $t->forget;
    told($t->h2(POST => $uri, { body => $large }, map { lc } @lines), 200,
        redacted(30000, $dropped), "$uri, large, h2");
    ok(($t->seen)[0]{body} eq $rest, '... and what may leave');
}

gzip(\$large, \$packed);

$t->forget;
told($t->post('/', $packed, @lines, 'Content-Encoding' => 'gzip'), 200,
    redacted(30000, $dropped), 'large, compressed');
ok(($t->seen)[0]{body} eq $rest, '... and what may leave');


# whoever reads a body does not go on when it is refused, whatever still comes

for my $uri ('/', '/small/', '/http10/', '/stream/') {
    for my $at (1, 20, 60) {
        my $body = us(1) x $at . "{]\n" . us(2) x (80 - $at);

        for my $size (30, 550) {
            $t->forget;
            like($t->h2(POST => $uri, { body => $body, sizes => [ $size ] },
                map { lc } @lines)->{body},
                qr/"(?:body_malformed|stream_aborted)"/,
                "$uri, h2, a fault at $at in pieces of $size");
            is(whole(), 0, '... and no request');
            is($t->connections, 0, '... and not a connection')
                if $uri ne '/stream/';
        }
    }
}


# records leave while others arrive

sub chunk { return sprintf "%x\r\n%s\r\n", length $_[0], $_[0] }

my $head = "POST /stream/ HTTP/1.1\r\nHost: a\r\nX-Data-Purpose: ai-training"
    . "\r\nContent-Type: application/x-ndjson\r\n"
    . "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n";

sub streamed {
    my ($end, @first) = @_;
    my $client = $t->connect(0);

    $t->forget;
    $client->blocking(1);
    syswrite $client, $head . join '', map { chunk($_) } @first;

    ok($t->wait_for(sub { index($t->seen_bytes, us(1)) > 0 }),
        'the first record has left');
    unlike($t->seen_bytes, qr/\Q$GB\E/, '... and not the second');

    syswrite $client, $end;
    shutdown $client, 1 if $end !~ /\r\n0\r\n/;

    local $/;
    my $reply = <$client>;

    return $reply;
}

like(streamed(chunk(us(3)) . "0\r\n\r\n", us(1), gb(2)),
    qr/^HTTP\/1.1 200 .*decision=redact/s, '... the end');
got(us(1) . us(3), 'streamed');

my $fault = streamed(chunk("{]\n") . chunk(us(4)) . "0\r\n\r\n", us(1),
    gb(2));

like($fault, qr/^HTTP\/1.1 451 /, 'a fault after records have left');
like($fault, qr/"reason":"stream_aborted"/, '... is a reason of its own');
unlike($t->seen_bytes, qr/\r\n0\r\n/, '... and there is no end');
is(whole(), 0, '... and so no request');

streamed(chunk(us(3)), us(1));
$t->wait_for(sub { $t->read('decision.log')
    =~ m{^/stream/ block stream_aborted \d 0\n\z}m });
like($t->read('decision.log'), qr{^/stream/ block stream_aborted \d 0\n\z}m,
    'a client that goes away');
unlike($t->seen_bytes, qr/\r\n0\r\n/, '... and there is no end');

$t->forget;
like($t->post('/stream/', gb(1) . gb(2), { chunked => 30 }, @lines)->{body},
    qr/"nothing_left"/, 'nothing left, streamed');
unlike($t->seen_bytes, qr/\r\n0\r\n|n":/, '... and nothing was sent');

$t->forget;
like($t->post('/limits/', us(1) . gb('1' x 1100), { chunked => 100 }, @lines)
    ->{body}, qr/"(?:stream_aborted|body_limit)"/, 'a limit, streamed');
is(whole(), 0, '... and no request');

$t->forget;
like($t->h2(POST => '/stream/', { body => us(1) . "{]\n", sizes => [ 20 ] },
    map { lc } @lines)->{body}, qr/"(?:stream_aborted|body_malformed)"/,
    'a fault, h2');
is(whole(), 0, '... and no request');


# a recipient that does not read stops the client, and nothing piles up

sub peak {
    my ($worker) = split ' ', slurp("/proc/$t->{pid}/task/$t->{pid}/children");

    return slurp("/proc/$worker/status") =~ /^VmHWM:\s+(\d+)/m ? $1 : 0;
}

sub slurp {
    local (@ARGV, $/) = @_;

    return scalar <>;
}

my ($mb, $peak) = (1 << 20, peak());
my $few = us('1' x 200) x 4 . gb('2' x 200);
my $block = chunk($few x int($mb / length $few));
my $client = $t->connect(0);
my ($sent, $left) = (0, $head =~ s{/stream/}{/slow/}r);

# as long as somebody takes it: until nobody does for a while

while ($sent < 64 * $mb && IO::Select->new($client)->can_write(0.5)) {
    my $n = syswrite $client, $left;

    die "slow: $!\n" if !defined $n;

    $sent += $n;
    $left = substr($left, $n) || $block;
}

cmp_ok($sent, '<', 64 * $mb, 'a recipient that does not read');

SKIP: {
    skip 'a sanitizer needs memory of its own', 1 if $ENV{EXPORT_SANITIZE};
    cmp_ok(peak() - $peak, '<', 2048, '... and the worker holds no more');
}

$slow->accept;

my $recipient = $slow->accept;
my ($took, $tail) = (0, '');

$left .= "0\r\n\r\n";
$recipient->blocking(0);

while ($tail !~ /\r\n0\r\n\r\n\z/) {
    my ($in, $out) = IO::Select->select(IO::Select->new($recipient),
        $left ne '' ? IO::Select->new($client) : undef, undef, 10);

    die "slow: nothing moves\n" if !$in;

    if (@$in) {
        my $n = sysread($recipient, my $got, $mb);

        last if !$n;

        $took += () = $got =~ /\n/g;
        $tail = substr $tail . $got, -2000;
    }

    if (@$out) {
        substr $left, 0, syswrite($client, $left), '';
    }
}

like($tail, qr/\r\n0\r\n\r\n\z/, '... and reads at last: all of it comes');
unlike($tail, qr/\Q$GB\E/, '... but for what must not leave');
cmp_ok($took, '>', $sent / length($few) * 4, '... and no record is lost');

syswrite $recipient, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
$client->blocking(1);
like(scalar <$client>, qr/^HTTP\/1.1 200 /, '... and the client is told');

$t->done;
