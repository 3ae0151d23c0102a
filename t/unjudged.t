#!/usr/bin/perl

# Transfers that end before they are judged have no verdict, and one line in
# the log that says so; $export_mode tells a monitor's log from enforcement.

use strict;
use warnings;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/lib";
use Export::Test;


my $t = Export::Test->new->has('http_v2');

$t->start(<<'EOC');
export_database %%DB%%;
export_policy enforce;
export_subject field:ip;
export_destination api.example.com;

proxy_http_version 1.1;
client_body_timeout 300ms;
client_max_body_size 10k;

log_format decision '$uri $status $export_mode $export_decision '
                    '$export_reason $export_purpose';

server {
    access_log %%DIR%%/decision.log decision;
    listen 127.0.0.1:%%PORT_0%%;
    listen 127.0.0.1:%%PORT_2%% http2;

    %%LOCATIONS / /redact/ /stream/ /monitor/ /off/%%

    location /return/ {
        return 403;
    }

    location /deny/ {
        deny all;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /deny/monitor/ {
        export_policy monitor;
        deny all;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /asked/ {
        auth_request /no;
        proxy_pass http://%%UPSTREAM%%;
    }

    location = /no {
        internal;
        export_policy off;
        return 401;
    }

    location /local/ {
        export_body redact;
        root %%DIR%%/none;
    }

    location /local/monitor/ {
        export_policy monitor;
        root %%DIR%%/none;
    }
}
EOC

my @head = ('X-Data-Purpose' => 'ai-training',
    'Content-Type' => 'application/json');
my $us = '{"ip":"216.160.83.60"}';
my ($lines, $decisions) = (0, 0);


# what the access log says, and what the error log

sub said {
    my ($uri, $want, $name) = @_;
    my @log;

    $t->wait_for(sub { @log = split /\n/, $t->read('decision.log');
        @log > $decisions });
    like($log[-1], qr/^$uri $want$/, $name);
    is(scalar @log, ++$decisions, '... once');

    my @not = $t->log =~ /export (not judged.*)/g;
    my ($mode, $reason) = (split ' ', $want)[1, 3];

    if ($want !~ / none /) {
        is(scalar @not, $lines, '... and no line');
        return;
    }

    is(scalar @not, ++$lines, '... and one line');
    my $monitor = $mode eq 'monitor' ? ', monitor only' : '';
    my $line = "not judged$monitor, reason: \"$reason\", purpose: "
        . '"ai_training", recipient: "api.example.com", decision: ';
    like($not[-1], qr/^\Q$line\E"\w{32}"$/,
        '... that says so');
}


my %half = (
    'with a length' => sub { $t->bytes('POST', $_[0],
        { body => "[$us," . ' ' x 100 }, @head, 'Content-Length' => 1000) },
    'in chunks' => sub { substr $t->bytes('POST', $_[0],
        { body => "[$us," . ' ' x 100, chunked => 1000 }, @head), 0, -5 },
);

for my $uri ('/', '/redact/', '/stream/', '/monitor/') {
    my $mode = $uri eq '/monitor/' ? 'monitor' : 'enforce';

    for my $how (sort keys %half) {
        my $client = $t->connect(0);
        syswrite $client, $half{$how}->($uri);
        select undef, undef, undef, 0.05;
        close $client;

        # the first record has left where nothing waits for the end

        my $left = $uri eq '/stream/' && $how eq 'in chunks';
        my @want = $left ? ('\\d+', 'block stream_aborted') x 2
            : (400, 'none client_closed', 408, 'none client_timeout');

        said($uri, "$want[0] $mode $want[1] ai_training",
            "$uri, gone, $how");

        $client = $t->connect(0);
        syswrite $client, $half{$how}->($uri);
        $client->blocking(1);
        my @rest = <$client>;

        said($uri, "$want[2] $mode $want[3] ai_training",
            "$uri, silent, $how");
    }

    is(scalar(() = $t->log =~ /export blocked, reason: "stream_aborted"/g), 2,
        'a transfer that is cut off has a line of its own')
        if $uri eq '/stream/';

    next if $uri eq '/stream/';

    $t->h2('POST', $uri, { body => "[$us", open => 1, timeout => 1 },
        map { lc } @head);
    said($uri, "408 $mode none client_timeout ai_training",
        "$uri, silent, over h2");
}

is($t->request('POST', '/', { body => ' ' x 20000, chunked => 1000 }, @head)
    ->status, 413, 'too large, in chunks');
said('/', '413 enforce none not_forwarded ai_training', '... is not judged');

for my $uri ('/local/', '/local/monitor/') {
    my $mode = $uri =~ /monitor/ ? 'monitor' : 'enforce';

    my $client = $t->connect(0);
    syswrite $client, $half{'in chunks'}->($uri);
    my $reply = '';
    $client->blocking(1);
    sysread $client, $reply, 1000;
    my ($status) = $reply =~ m{^HTTP/1.1 (\d+)};
    close $client;

    said($uri, "$status $mode none not_forwarded ai_training",
        "$uri, answered here");
}

# before the gate: its phase is not reached

is($t->post('/', ' ' x 20000, @head)->status, 413, 'too large, with a length');
said('/', '413 enforce none not_forwarded ai_training', '... is not judged');

for ([ '/return/', 403 ], [ '/deny/', 403 ], [ '/deny/monitor/', 403 ],
    [ '/asked/', 401 ])
{
    my ($uri, $status) = @$_;
    my $mode = $uri =~ /monitor/ ? 'monitor' : 'enforce';

    for my $how ({}, { chunked => 1000 }) {
        my $name = "$uri, " . ($how->{chunked} ? 'in chunks' : 'with a length');

        is($t->request('POST', $uri, { body => "[$us]", %$how }, @head)
            ->status, $status, $name);
        said($uri, "$status $mode none not_forwarded ai_training",
            '... is not judged');
    }

    $t->h2('POST', $uri, { body => "[$us]" }, map { lc } @head);
    said($uri, "$status $mode none not_forwarded ai_training",
        "$uri, over h2");

    $t->post($uri, "[$us]", @head[2, 3]);
    said($uri, "$status $mode - - -", '... not governed');
    $t->get($uri, @head);
    said($uri, "$status $mode - - -", '... nothing to transfer');
}

# those that are judged

$t->post('/', "[$us]", @head);
said('/', '200 enforce allow not_protected ai_training', 'judged');
$t->post('/', '[{}]', @head);
said('/', '451 enforce block subject_missing ai_training', 'blocked');
$t->post('/monitor/', '[{}]', @head);
said('/monitor/', '200 monitor block subject_missing ai_training',
    'a monitor\'s is told by its mode');
$t->post('/off/', '[{}]', @head);
said('/off/', '200 - - - -', 'off');

$t->secret('216.160.83.60');
$t->done;
