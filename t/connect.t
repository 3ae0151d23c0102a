#!/usr/bin/perl

# CONNECT, where nginx has a module for tunnels.

use strict;
use warnings;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/lib";
use Export::Test;


my $t = Export::Test->new;

plan(skip_all => 'no tunnels in nginx') if !$t->has_directive('tunnel_pass');

$t->start(<<'EOC');
export_database %%DB%%;
export_policy enforce;
export_purpose header:X-Data-Purpose ai-training;
export_purpose destination ~^training\.example\.net/never/this/path$;

server {
    listen 127.0.0.1:%%PORT_0%%;

    location / {
        tunnel_pass %%UPSTREAM%%;
    }
}
EOC

sub tunnel {
    my ($host, @more) = @_;

    $t->forget;

    return $t->raw("CONNECT $host HTTP/1.1\r\nHost: $host\r\n"
        . join('', map { "$_\r\n" } @more) . "\r\n", timeout => 2);
}

for my $host (qw(api.openai.com:443 huggingface.co:443 API.OpenAI.com.:443
                 training.example.net:8443))
{
    for my $header ('X-Subject-Country: US', 'X-Data-Purpose: billing') {
        my $reply = tunnel($host, $header);

        is($reply->status, 451, "$host, $header");
        like($reply->body, qr/"body_opaque"/, '... for what nobody sees');
        is($t->connections, 0, '... not even a connection');
    }
}

is(tunnel('example.org:443')->status, 200, 'another host');
is($t->connections, 1, '... is reached');
is(tunnel('example.org:443', 'X-Data-Purpose: ai-training')->status, 451,
    'AI training, to any host');

$t->done;
