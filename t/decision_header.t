#!/usr/bin/perl

# Export-Decision of the recipient cannot be taken for ours: it is taken off
# where ours is added, in a trailer too, and where a body that still arrives may
# make one necessary.

use strict;
use warnings;

use FindBin;
use IO::Socket::INET;
use POSIX ();
use Test::More;

use lib "$FindBin::Bin/lib";
use Export::Test;


my $t = Export::Test->new->has('http_v2');

my $trailers = $t->has_directive('proxy_pass_trailers');
my $pass = $trailers ? 'proxy_pass_trailers on;' : '';
my $own = "Export-Decision: decision=redact, dropped=9\r\n";

# the recorder answers when a request is whole

my $early = IO::Socket::INET->new(Listen => 5, LocalAddr => '127.0.0.1')
    or die;

my $parent = $$;
my $pid = fork // die;

if (!$pid) {
    while (my $c = $early->accept) {
        sysread $c, my $head, 4096;
        syswrite $c, "HTTP/1.1 200 OK\r\n${own}Content-Length: 2\r\n\r\nok";
        sleep 3;
    }
    POSIX::_exit(0);
}

END { kill TERM => $pid if $pid && $$ == $parent }

$t->recorder('*' => { raw => "HTTP/1.1 200 OK\r\n$own"
    . "Transfer-Encoding: chunked\r\nTrailer: Export-Decision\r\n\r\n"
    . "2\r\nok\r\n0\r\nX-Kept: yes\r\n$own\r\n" });

$t->start(<<"EOC");
export_database %%DB%%;
export_policy   enforce;
export_body     redact;
export_subject  field:ip;

proxy_http_version 1.1;
proxy_set_header TE trailers;
proxy_set_header Connection te;
$pass

server {
    listen 127.0.0.1:%%PORT_0%%;
    listen 127.0.0.1:%%PORT_2%% http2;

    %%LOCATIONS / /on/ /header-off/ /monitor/ /off/%%

    location /stream/ {
        proxy_request_buffering off;
        proxy_pass http://127.0.0.1:@{[ $early->sockport ]};
    }
}
EOC

my @type = ('content-type' => 'application/x-ndjson', te => 'trailers',
    connection => 'close, te');
my $us = qq({"ip":"216.160.83.56"}\n);
my $gb = qq({"ip":"81.2.69.160"}\n);

my %sent = (
    'redacted' => [ $us . $gb, 'x-data-purpose' => 'ai-training' ],
    'allowed' => [ $us, 'x-data-purpose' => 'ai-training' ],
    'not governed' => [ $us ],
);

# by location: what is ours, where the recipient's own does not stay

my %ours = (
    '/' => { 'redacted' => 'decision=redact' },
    '/on/' => { 'redacted' => 'decision=redact',
        'allowed' => 'decision=allow', 'not governed' => 'decision=allow' },
    '/header-off/' => {},
    '/monitor/' => {},
    '/off/' => {},
);

for my $uri (sort keys %ours) {
    for my $what (sort keys %sent) {
        for my $how ('h1', 'h2') {
            my ($body, @head) = (@{ $sent{$what} }, @type);
            my %head = @head;
            delete $head{connection};

            my $r = $how eq 'h1' ? $t->post($uri, $body, @head)
                : $t->h2('POST', $uri, { body => $body }, %head);

            my $name = "$what, $how, $uri";
            my @said = map { s/,.*//r } $r->all('Export-Decision');
            my $ours = $ours{$uri}{$what};

            is("@said", $ours // 'decision=redact', $name);
            is($r->header('Export-Decision') =~ /dropped=9/ || 0,
                !defined $ours || 0, '... and whose it is');

            next if !$trailers;

            my %trailer = map { lc $_->[0] => $_->[1] } @{ $r->trailers };

            is($trailer{'x-kept'}, 'yes', "a trailer, $name");
            is($trailer{'export-decision'}, defined $ours ? undef
                : 'decision=redact, dropped=9',
                '... and its own decision');
        }
    }
}

# an answer before the end of a body that is streamed

my $client = $t->connect(0);

print $client substr $t->bytes('POST', '/stream/',
    { body => $us x 9, chunked => 30 }, 'X-Data-Purpose' => 'ai-training',
    @type), 0, -5;

my $reply = '';

$t->wait_for(sub { $client->blocking(0); sysread $client, $reply, 4096,
    length $reply; $reply =~ /\r\n\r\n/ });

like($reply, qr{^HTTP/1.1 200}, 'an early answer');
unlike($reply, qr/Export-Decision/i, '... says nothing of a decision');
close $client;

$t->secret('81.2.69.160', '216.160.83.56');
$t->done;
