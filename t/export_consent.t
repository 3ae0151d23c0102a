#!/usr/bin/perl

# export_consent: exactly one line with exactly one accepted value, and no
# word against it.

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
export_bodyless block;
export_undeclared training;

add_header X-Got "$export_consent $export_reason" always;

underscores_in_headers on;

server {
    listen 127.0.0.1:%%PORT_0%%;

    proxy_http_version 1.1;

    location / {
        proxy_pass http://%%UPSTREAM%%;
    }

    location /own {
        export_consent header:X-Basis opt-in ~^contract-\d+$;
        export_consent header:X-Second yes scope=declared;
        proxy_pass http://%%UPSTREAM%%;

        location /own/deep {
            proxy_pass http://%%UPSTREAM%%;
        }
    }

    location /declared {
        export_consent header:X-Basis yes scope=declared;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /arg {
        export_consent arg:consent granted scope=transfer;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /slow {
        export_consent header:X-Basis "~^(a|aa)+$";
        proxy_pass http://%%UPSTREAM%%;
    }
}
EOC

my $name = 'X-AI-Training-Consent';
my @who = ('X-Subject-IP' => '81.2.69.160');

my %want = (
    none => 'none consent_missing', granted => 'granted consent_granted',
    denied => 'denied consent_denied', invalid => 'invalid consent_invalid',
);


# each row: outcome, uri, headers

sub rows {
    my ($group, @rows) = @_;

    for (@rows) {
        my ($want, $uri, @headers) = @$_;
        my $text = join(' ', $uri, @headers) =~ s/[^ -~]/./gr;

        is($t->get($uri, @who, @headers)->header('X-Got'),
           $want{$want} // $want, "$group: $text");
    }
}


sub values_of {
    my ($group, @rows) = @_;

    rows($group, map {
        my ($want, @values) = @$_;
        [ $want, '/', map { $name => $_ } @values ]
    } @rows);
}


values_of('value', [ 'none' ], [ 'granted', 'granted' ],
    [ 'granted', 'GRANTED' ], [ 'granted', "granted \t" ],
    map { [ 'invalid', $_ ] } '', 'yes', 'true', '1', 'granted.', 'grant',
    'not granted', '"granted"', 'granted;q=1', "granted\x01", 'ungranted',
    '=?utf-8?q?granted?=', 'granted granted');

values_of('denial', map { [ 'denied', $_ ] } qw(0 declined denied deny false
    n no none not-granted objected off opt-out opted-out refused rejected
    revoked withdrawn Denied), '"denied"', 'denied;reason=x');

values_of('lists', [ 'invalid', 'granted, granted' ],
    [ 'invalid', 'granted,' ], [ 'invalid', ', granted' ],
    [ 'invalid', 'granted, maybe' ], [ 'denied', 'granted, denied' ],
    [ 'denied', 'no, granted' ]);

values_of('two lines', [ 'invalid', 'granted', 'granted' ],
    [ 'invalid', 'granted', '' ], [ 'denied', 'granted', 'denied' ],
    [ 'denied', 'denied', 'granted' ], [ 'invalid', ('granted') x 3 ]);

rows('twins',
    [ 'invalid', '/', 'X_AI_Training_Consent' => 'granted' ],
    [ 'invalid', '/', $name => 'granted',
      'X-AI-Training_Consent' => 'granted' ],
    [ 'invalid', '/', $name => 'granted', Connection => "close, $name" ]);

rows('not consent', [ 'none', "/?$name=granted" ],
    [ 'none', '/', Cookie => "$name=granted" ],
    [ 'none', '/', "$name-2" => 'granted' ]);

my @sent = ({ body => 'abc', chunked => 2, trailers => [ $name => 'granted' ] },
            @who);

is($t->request(POST => '/', @sent)->header('X-Got'), $want{none},
   'not consent: trailer');

rows('own',
    [ 'none', '/own', $name => 'granted' ],
    [ 'granted', '/own', 'X-Basis' => 'Opt-In' ],
    [ 'granted', '/own', 'X-Basis' => 'contract-17' ],
    [ 'invalid', '/own', 'X-Basis' => 'contract-17, contract-18' ],
    [ 'invalid', '/own', 'X-Basis' => 'Contract-17' ],
    [ 'granted', '/own', 'X-Second' => 'yes' ],
    [ 'granted', '/own', 'X-Basis' => 'opt-in', 'X-Second' => 'yes' ],
    [ 'invalid', '/own', 'X-Basis' => 'opt-in', 'X-Second' => 'maybe' ],
    [ 'denied', '/own', 'X-Basis' => 'opt-in', 'X-Second' => 'no' ],
    [ 'granted', '/own/deep', 'X-Basis' => 'opt-in' ],
    [ 'granted', '/declared', 'X-Basis' => 'yes' ],
    [ 'invalid', '/declared', 'X-Basis' => 'granted' ],
    [ 'invalid', '/slow', 'X-Basis' => 'a' x 5000 . '!' ]);

rows('arg', map { [ $_->[0], "/arg$_->[1]" ] }
    [ 'none', '' ], [ 'granted', '?consent=granted' ],
    [ 'granted', '?c%6Fnsent=gr%61nted' ], [ 'invalid', '?consent=' ],
    [ 'invalid', '?consent' ], [ 'denied', '?consent=no' ],
    [ 'invalid', '?consent=granted&consent=granted' ],
    [ 'denied', '?consent=granted&consent=withdrawn' ],
    [ 'invalid', '?consent=granted%2Cgranted' ]);

my @granted = ($name => 'granted');

rows('sec-gpc',
    [ 'denied', '/', 'Sec-GPC' => '1' ],
    [ 'denied', '/', @granted, 'Sec-GPC' => '1' ],
    [ 'denied', '/', @granted, 'sec-gpc' => ' 1 ' ],
    [ 'denied', '/', @granted, 'Sec-GPC' => '0', 'Sec-GPC' => '1' ],
    [ 'granted', '/', @granted, 'Sec-GPC' => '0' ],
    [ 'none', '/', 'Sec-GPC' => '0' ],
    (map { [ 'denied', '/', @granted, 'Sec-GPC' => $_ ] }
     '1, 1', '?1', '"1"', 'true', "\t1\t", '1;a=b'),
    [ 'invalid', '/', @granted, 'Sec-GPC' => 'maybe' ],
    [ 'denied', '/own', 'X-Basis' => 'opt-in', 'Sec-GPC' => '1' ]);

rows('content-usage', map {
    my ($want, @lines) = @$_;
    [ $want, '/', @granted, map { ('Content-Usage' => $_) } @lines ]
} ([ 'denied', 'train-ai=n' ], [ 'granted', 'train-ai=y' ],
    [ 'granted', 'search=n' ], [ 'denied', 'search=y, train-ai=n' ],
    [ 'denied', 'train-ai=n;scope=all' ],
    [ 'denied', 'search=y;a="b,c", train-ai=n' ],
    [ 'denied', 'train-ai=y', 'train-ai=n' ],
    [ 'denied', 'train-ai=n', 'train-ai=y' ],
    [ 'denied', 'train-ai=n, train-ai=y' ], [ 'denied', '"x, train-ai=n' ],
    [ 'denied', 'x="train-ai=n"' ],
    (map { [ 'denied', $_ ] } 'train-ai="n"', 'train-ai=?0', 'train-ai=(n)',
     'TRAIN-AI=N', 'train-ai=no', 'all=n', 'trainai=n', 'Train.AI=?0',
     'ai-training=n'),
    [ 'invalid', 'trian-ai=n' ], [ 'granted', 'trian-ai=y' ],
    [ 'invalid', 'train-ai=maybe' ], [ 'invalid', 'search=y', 'train-ai=' ],
    [ 'granted', 'search=y', 'train-ai="y"' ]));

@who = ('X-Subject-IP' => '216.160.83.1');

rows('not needed', [ 'none not_protected', '/' ],
    [ 'denied not_protected', '/', 'Sec-GPC' => '1' ],
    [ 'invalid not_protected', '/', $name => 'maybe' ]);

for (['unknown', '10.0.0.1', 'location_unknown'],
     ['malformed', 'x', 'subject_malformed'],
     ['missing', '', 'subject_missing'])
{
    my ($which, $ip, $reason) = @$_;
    @who = ('X-Subject-IP' => $ip);

    rows($which, [ "none $reason", '/' ], [ 'granted', '/', @granted ],
        [ 'denied', '/', $name => 'no' ]);
}

$t->done;
