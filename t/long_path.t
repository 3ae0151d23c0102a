#!/usr/bin/perl

# A path that is too long to be matched: it passes where it lacks what every
# rule's match holds, and is no way past a rule otherwise.

use strict;
use warnings;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/lib";
use Export::Test;


my $t = Export::Test->new;

$t->start(<<'EOC');
export_database %%DB%%;
export_policy enforce;

large_client_header_buffers 4 128k;

log_format decision '$request_method $export_decision $export_reason '
                    '$export_purpose';

server {
    access_log %%DIR%%/decision.log decision;
    listen 127.0.0.1:%%PORT_0%%;

    location / {
        proxy_pass http://%%UPSTREAM%%;
    }
}

server {
    listen 127.0.0.1:%%PORT_3%%;
    export_recipients off;
    export_purpose destination ~^api\.example\.com/train/.*/now$
                   ~^other\.example\.com/;

    location / {
        proxy_pass http://%%UPSTREAM%%;
    }
}
EOC

my $long = '/report/' . 'abcdefghijklmnopqrstuvwxyz-0123456789/' x 500;
my @json = ('Content-Type' => 'application/json');
my $body = '{"text":"x"}';


sub status {
    my ($uri, $opt, @head) = @_;
    my $reply = $t->post($uri, $body, $opt, @head, @json);
    return $reply->status . ($reply->body =~ /"reason":"(\w+)"/ ? " $1" : '');
}


is(status($long, {}), 200, 'nobody\'s path');
is(status($long . 'x' x 30000, {}), 200, '... longer');
is(status($long, {}, 'X-Data-Purpose' => 'ai-training'),
    '451 subject_missing', '... governed as any other');
is(status("$long?x=/v1/files", {}), 200, 'an argument is not the path');

for my $end ('v1/files', 'v1/files/', 'v1%2Ffiles', 'v1//files', 'v1/./files',
    'v1/fine_tuning/jobs')
{
    is(status($long . $end, {}), '451 purpose_malformed',
        "it may be a rule's: $end");
    is(status($long . $end, {}, 'X-Data-Purpose' => 'analytics'),
        '451 purpose_malformed', '... whatever is declared');
}

is(status("$long../" . '../' x 500 . 'v1/files', {}), '451 purpose_malformed',
    'a long way to a short path');

my %to = (port => 3);

is(status('/train/' . 'x' x 20000 . '/now', { %to },
    Host => 'api.example.com'), '451 purpose_malformed',
    'a rule that any length fits');
is(status('/train/' . 'x' x 20000 . '/then', { %to },
    Host => 'api.example.com'), 200, '... but not this');
is(status('/tram/' . 'x' x 20000 . '/now', { %to },
    Host => 'api.example.com'), 200, '... nor this');
is(status('/train/' . 'x' x 20000 . '/now', { %to },
    Host => 'www.example.com'), 200, '... nor at another host');
is(status('/' . 'x' x 20000, { %to }, Host => 'other.example.com'),
    '451 purpose_malformed', 'a rule for a host');

is(scalar(grep { /internal_error/ } split /\n/, $t->read('decision.log')), 0,
    'none is an error');

$t->done;
