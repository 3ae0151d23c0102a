#!/usr/bin/perl

# The answer to a blocked transfer: export_status, export_blocked_by.

use strict;
use warnings;

use FindBin;
use JSON::PP;
use Test::More;

use lib "$FindBin::Bin/lib";
use Export::Test;


my $t = Export::Test->new->has('http_v2');

$t->start(<<'EOC');
export_database %%DB%%;
export_jurisdiction odd-name US;
export_policy enforce;
export_bodyless block;
export_undeclared training;

server {
    listen 127.0.0.1:%%PORT_0%%;
    listen 127.0.0.1:%%PORT_2%% http2;

    export_blocked_by https://privacy.example.com/egress;

    location / {
        proxy_pass http://%%UPSTREAM%%;
    }

    location /400 {
        export_status 400;
        export_blocked_by https://other.example.com/;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /403 {
        export_status 403;
        proxy_pass http://%%UPSTREAM%%;

        location /403/deep {
            proxy_pass http://%%UPSTREAM%%;
        }
    }

    location /422 {
        export_status 422;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /599 {
        export_status 599;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /page {
        error_page 451 /blocked.html;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /page/403 {
        export_status 403;
        error_page 403 /blocked.html;
        proxy_pass http://%%UPSTREAM%%;
    }

    location = /blocked.html {
        root %%DIR%%;
    }

    location /odd {
        export_protect odd-name uk;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /nginx {
        return 451;
    }

    location /unbuffered {
        proxy_request_buffering off;
        client_max_body_size 10m;
        proxy_pass http://%%UPSTREAM%%;
    }
}

server {
    listen 127.0.0.1:%%PORT_1%%;

    location / {
        proxy_pass http://%%UPSTREAM%%;
    }
}
EOC

$t->write('blocked.html', 'our page');

my $ip = '81.2.69.160';
my @who = ('X-Subject-IP' => $ip);
my $phrase = 'Unavailable For Legal Reasons';
my $link = '<https://privacy.example.com/egress>; rel="blocked-by"';


# the answer in full

my $r = $t->get('/?user=u1', @who);
my $problem = decode_json($r->body);

is($r->status, 451, 'status');
is($r->reason, $phrase, 'phrase');
is($r->header('Content-Type'), 'application/problem+json', 'type');
is($r->header('Content-Length'), length $r->body, 'length');
is($r->header('Cache-Control'), 'no-store', 'not to be stored');
is($r->header('Link'), $link, 'who blocked it');
is($r->header('Retry-After'), undef, 'no retry-after');
unlike($r->raw, qr/\Q$ip\E|u1/, 'no subject in it');

like($problem->{decision_id}, qr/^[0-9a-f]{32}$/, 'decision id');
like($problem->{detail}, qr/^The transfer .*\.$/, 'detail');

my $detail = $problem->{detail};

delete @$problem{qw(decision_id detail)};
is_deeply($problem, { type => 'about:blank', title => $phrase, status => 451,
    reason => 'consent_missing', purpose => 'ai_training',
    jurisdictions => [ 'uk' ], error => { type => 'export_policy',
        code => 'consent_missing',
        message => "$detail (consent_missing)" } }, 'problem');

is($t->get('/', { port => 1 }, @who)->header('Link'), undef, 'no link');


# other statuses: uri, status, phrase, title

for ([ '/400', 400, 'Bad Request', 'Bad Request' ],
     [ '/403', 403, 'Forbidden', 'Forbidden' ],
     [ '/403/deep', 403, 'Forbidden', 'Forbidden' ],
     [ '/422', 422, '', 'Unprocessable Content' ],
     [ '/599', 599, '', 'Blocked' ])
{
    my ($uri, $status, $phrase, $title) = @$_;

    $r = $t->get($uri, @who);
    $problem = decode_json($r->body);

    is($r->status, $status, "$uri: status");
    is($r->reason, $phrase, "$uri: phrase");
    is($problem->{status}, $status, "$uri: status of the problem");
    is($problem->{title}, $title, "$uri: title");
    is($r->header('Cache-Control'), 'no-store', "$uri: not to be stored");
}

is($t->get('/400', @who)->header('Link'),
   '<https://other.example.com/>; rel="blocked-by"', 'own link');


# each row: headers, reason, jurisdictions

for ([ 'subject_missing', [] ], [ 'subject_malformed', [], $who[0], 'x' ],
     [ 'location_unknown', [], $who[0], '10.0.0.1' ],
     [ 'consent_denied', [ 'uk' ], @who, 'Sec-GPC' => 1 ],
     [ 'consent_invalid', [ 'uk' ], @who, 'X-AI-Training-Consent' => 'x' ],
     [ 'consent_missing', [ 'eea', 'uk', 'ch' ],
       'X-Subject-Country' => 'CH, GB, DE' ])
{
    my ($reason, $where, @headers) = @$_;

    $r = $t->get('/', @headers);
    $problem = decode_json($r->body);

    is($r->status, 451, "$reason: status");
    is($problem->{reason}, $reason, "$reason: reason");
    is_deeply($problem->{jurisdictions}, $where, "$reason: jurisdictions");
}

is_deeply(decode_json($t->get('/odd', 'X-Subject-Country' => 'US')->body)
    ->{jurisdictions}, [ 'odd-name' ], 'own jurisdiction');


# pages of the operator

for ([ '/page', 451, $phrase ], [ '/page/403', 403, 'Forbidden' ]) {
    my ($uri, $status, $phrase) = @$_;

    $r = $t->get($uri, @who);
    is($r->body, 'our page', "$uri: body");
    is($r->status . ' ' . $r->reason, "$status $phrase", "$uri: status");
    is($r->header('Cache-Control'), 'no-store', "$uri: not to be stored");
    is($r->header('Link'), $link, "$uri: who blocked it");
}

is($t->get('/nginx')->header('Link'), undef, "nginx's own 451");


# methods, versions

for my $uri ('/', '/403') {
    $r = $t->request('HEAD', $uri, @who);
    is($r->body, '', "head $uri: no body");
    cmp_ok($r->header('Content-Length'), '>', 100, "head $uri: length");
    is($r->header('Content-Type'), 'application/problem+json',
       "head $uri: type");
}

$r = $t->get('/', { version => '1.0' }, @who);
is($r->status, 451, 'http/1.0: status');
is(decode_json($r->body)->{status}, 451, 'http/1.0: body');

for my $method ('PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRAIN') {
    is($t->request($method, '/', @who)->status, 451, $method);
}


# a body that nobody reads

my $get = $t->bytes('GET', '/', @who);

for my $chunked (0, 1000) {
    for my $size (0, 10, 40_000, 500_000) {
        my $text = $t->bytes('POST', '/unbuffered', { body => 'x' x $size,
            chunked => $chunked }, @who, Connection => 'keep-alive');
        my @replies = $t->raw($text . $get, want => 2);
        my $name = "body of $size" . ($chunked ? ', chunked' : '');

        is_deeply([ map { $_->status } @replies ], [ 451, 451 ], $name);
    }
}

is(scalar $t->raw($t->bytes('POST', '/', 'Content-Length' => 100000, @who)
    . 'abc', half => 1, timeout => 3)->status, 451, 'unfinished body');

my @replies = $t->raw($t->bytes('POST', '/', { body => 'x' },
    Expect => '100-continue', @who), want => 1);
is($replies[0]->status, 451, 'expect');


SKIP: {
    skip 'no Protocol::HTTP2', 6
        if !eval { require Protocol::HTTP2::HeaderCompression };

    my @h2 = map { lc $_ } @who;

    $r = $t->h2(GET => '/', @h2);
    is($r->status, 451, 'h2: status');
    is(decode_json($r->body)->{status}, 451, 'h2: body');
    is($r->header('cache-control'), 'no-store', 'h2: not to be stored');
    is($t->h2(HEAD => '/', @h2)->body, '', 'h2: head');

    $r = $t->h2(POST => '/', { body => 'x' x 200000 }, @h2);
    is($r->status, 451, 'h2: body that nobody reads');
    is(decode_json($r->body)->{status}, 451, 'h2: whole answer');
}

is($t->connections, 0, 'nothing reached the recipient');

$t->secret($ip);
$t->done;
