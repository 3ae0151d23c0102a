#!/usr/bin/perl

# 103 of a recipient: what it says of the decision would be taken for ours.

use strict;
use warnings;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/lib";
use Export::Test;


my $t = Export::Test->new;

plan(skip_all => 'no early hints in nginx')
    if !$t->has_directive('early_hints');

$t->has('http_v2');

my $hints = "HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n"
    . "Export-Decision: decision=allow\r\nexport-decision: dropped=0\r\n"
    . "EXPORT_Decision: decision=allow\r\n\r\n";

$t->recorder('*' => { raw => $hints x 2
    . "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok" });

$t->start(<<'EOC');
export_database %%DB%%;
export_policy   enforce;
export_body     redact;
export_subject  field:ip;
early_hints     1;

underscores_in_headers on;

server {
    listen 127.0.0.1:%%PORT_0%%;
    listen 127.0.0.1:%%PORT_2%% http2;

    %%LOCATIONS / /on/ /header-off/ /monitor/ /off/ /stream/%%
}
EOC

my $lines = qq({"ip":"81.2.69.160"}\n{"ip":"216.160.83.56"}\n);
my @head = ('x-data-purpose' => 'ai-training',
            'content-type' => 'application/x-ndjson');

my %told = ('/' => 0, '/on/' => 0, '/stream/' => 0, '/header-off/' => 1,
            '/monitor/' => 1, '/off/' => 1);

for my $uri (sort keys %told) {
    for my $how (qw(h1 h2)) {
        my $r = $how eq 'h1' ? $t->post($uri, $lines, @head)
            : $t->h2('POST', $uri, { body => $lines }, @head);
        my @interim = @{ $r->interim };

        is($r->status, 200, "$how, $uri");
        is("@{[ map { $_->status } @interim ]}", '103 103', '... after hints');

        for my $hint (@interim) {
            is($hint->header('Link'), '</a.css>; rel=preload', '... kept');

            my @said = grep { $_->[0] =~ /^export.decision$/i }
                @{ $hint->{headers} };

            is(@said > 0, !!$told{$uri}, $told{$uri} ? '... with what it says'
                : '... without a decision of its own');
        }
    }
}

is(@{ $t->get('/')->interim }, 2, 'without a body too');

$t->done;
