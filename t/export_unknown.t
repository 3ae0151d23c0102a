#!/usr/bin/perl

# export_unknown: a subject that cannot be located.

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

add_header X-Got "$export_reason $export_jurisdictions" always;

server {
    listen 127.0.0.1:%%PORT_0%%;

    location / {
        proxy_pass http://%%UPSTREAM%%;
    }

    location /id {
        export_subject header:X-User as=id;
        proxy_pass http://%%UPSTREAM%%;
    }
}

server {
    listen 127.0.0.1:%%PORT_1%%;
    export_unknown allow;

    location / {
        proxy_pass http://%%UPSTREAM%%;
    }

    location /id {
        export_subject header:X-User as=id;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /block {
        export_unknown block;
        proxy_pass http://%%UPSTREAM%%;

        location /block/allow {
            export_unknown allow;
            proxy_pass http://%%UPSTREAM%%;
        }

        location /block/deep {
            proxy_pass http://%%UPSTREAM%%;
        }
    }
}
EOC

my ($ip, $country) = ('X-Subject-IP', 'X-Subject-Country');


# each row: outcome with block, with allow, uri, headers

for my $row (
    map({ [ 'location_unknown', 'not_protected', '/', @$_ ] }

        # not in the database, private, reserved
        [ $ip => '198.51.100.1' ], [ $ip => '2001:db8::1' ],
        [ $ip => '10.0.0.1' ], [ $ip => '127.0.0.1' ], [ $ip => '0.0.0.0' ],
        [ $ip => 'fe80::1' ], [ $ip => '::1' ], [ $ip => 'fd00::1' ],

        # in the database, without a country
        [ $ip => '193.56.30.1' ], [ $ip => '193.56.31.1' ],

        # codes of no country, and nothing said
        [ $country => 'ZZ' ], [ $country => 'AP' ], [ $country => 'A1' ],
        [ $country => 'UN' ], [ $country => 'XX' ], [ $country => 'ZZZ' ],
        [ $country => '(not set)' ], [ $country => 'N/A' ],
        [ $country => '-' ], [ $country => 'unknown' ],

        # one of several
        [ $country => 'US, ZZ' ], [ $country => 'US', $ip => '10.0.0.1' ],
        [ $country => 'US', $country => 'ZZ' ]),

    # without a country, and possibly in a protected place
    map({ [ 'consent_missing eea', 'consent_missing eea', '/', @$_ ] }
        [ $ip => '193.56.28.1' ], [ $ip => '2a0b:100::1' ],
        [ $ip => '194.60.38.1' ], [ $ip => '2a0b:200::1' ],
        [ $ip => '193.56.29.1' ], [ $country => 'EU' ],
        [ $country => 'ez' ], [ $country => 'DE, ZZ' ],
        [ $country => 'SU' ], [ $country => 'YUG' ], [ $country => '200' ],
        [ $country => 'Netherlands Antilles' ], [ $country => 'Germany' ]),

    # unreadable, missing, known: as always
    map({ [ $_->[0], $_->[0], '/', @$_[1 .. $#$_] ] }
        [ 'subject_malformed', $ip => 'x' ], [ 'subject_missing' ],
        [ 'subject_malformed', $country => 'QQ' ],
        [ 'subject_malformed', $country => 'D' ],
        [ 'subject_malformed', $country => '49' ],
        [ 'subject_malformed', $country => 'en-GB' ],
        [ 'subject_malformed', $country => 'sv-SE' ],
        [ 'subject_malformed', $country => 'Germoney' ],
        [ 'consent_missing uk', $country => 'United Kingdom' ],
        [ 'consent_missing uk', $country => 'GB-ENG' ],
        [ 'consent_missing uk', $country => '826' ],
        [ 'subject_malformed', $ip => '10.0.0.1', $ip => '1.2.3' ],
        [ 'not_protected', $country => 'US' ],
        [ 'not_protected', $ip => '216.160.83.1' ],
        [ 'consent_missing eea', $country => 'DE' ],
        [ 'consent_denied eea', $country => 'DE', $ip => '10.0.0.1',
          'X-AI-Training-Consent' => 'denied' ]),

    # consent, needed or not
    [ 'consent_granted', 'not_protected', '/', $ip => '10.0.0.1',
      'X-AI-Training-Consent' => 'granted' ],

    # a subject without a signal of place
    [ 'location_unknown', 'not_protected', '/id', 'X-User' => '4711' ],
    [ 'subject_missing', 'subject_missing', '/id' ])
{
    my ($block, $allow, $uri, @headers) = @$row;

    for ([ 0, 'block', $block ], [ 1, 'allow', $allow ]) {
        my ($port, $name, $want) = @$_;
        my $r = $t->get($uri, { port => $port }, @headers);

        is($r->header('X-Got'), $want, "$name $uri @headers");
        is($r->status, $want =~ /^not_|granted/ ? 200 : 451, 'status');
    }
}


# inheritance

for my $row (
    [ 'not_protected', '/' ], [ 'location_unknown', '/block' ],
    [ 'location_unknown', '/block/deep' ],
    [ 'not_protected', '/block/allow' ])
{
    is($t->get($row->[1], { port => 1 }, $ip => '10.0.0.1')
       ->header('X-Got'), $row->[0], "inherited, $row->[1]");
}


# each row: error, configuration

for my $row (
    [ 'invalid value "deny"', 'export_unknown deny;' ],
    [ 'invalid number of arguments in "export_unknown"', 'export_unknown;' ],
    [ 'invalid number of arguments in "export_unknown"',
      'export_unknown block allow;' ],
    [ '"export_unknown" directive is duplicate',
      'export_unknown allow; export_unknown allow;' ],
    [ '"export_unknown" directive is not allowed here',
      'server { location / { if ($args) { export_unknown allow; } } }' ])
{
    my ($ok, $errors) = $t->test_conf($row->[1]);
    ok(!$ok && $errors =~ /\[emerg\].*\Q$row->[0]/, $row->[1]) or diag $errors;
}

$t->done;
