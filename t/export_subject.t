#!/usr/bin/perl

# export_subject: whose data a transfer carries, and where they are.

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

add_header X-Got "$export_reason $export_subjects" always;
add_header X-Where "$export_jurisdictions" always;

underscores_in_headers on;
ignore_invalid_headers off;

server {
    listen 127.0.0.1:%%PORT_0%%;

    location / {
        proxy_pass http://%%UPSTREAM%%;
    }

    location /id {
        export_subject header:X-User as=id;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /both {
        export_subject header:X-User as=id;
        export_subject header:X-Place as=country;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /forwarded {
        export_subject header:Forwarded as=forwarded;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /arg {
        export_subject arg:ip;
        export_subject arg:place as=country;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /unknown {
        export_unknown allow;
        proxy_pass http://%%UPSTREAM%%;

        location /unknown/id {
            export_subject header:X-User as=id;
            proxy_pass http://%%UPSTREAM%%;
        }
    }

    location /uk {
        export_protect uk;
        proxy_pass http://%%UPSTREAM%%;
    }
}
EOC

my %reason = (
    free => 'not_protected', protected => 'consent_missing',
    unknown => 'location_unknown', bad => 'subject_malformed',
    missing => 'subject_missing 0',
);


# each row: outcome and number of subjects, uri, headers

sub rows {
    my ($group, @rows) = @_;

    for (@rows) {
        my ($want, $uri, @headers) = @$_;
        my $text = join(' ', $uri, @headers) =~ s/[^ -~]/./gr;

        $want =~ s/^(\w+)/$reason{$1}/;
        is($t->get($uri, @headers)->header('X-Got'), $want, "$group: $text");
    }
}


sub values_of {
    my ($group, $uri, $name, @rows) = @_;

    rows($group, map {
        my ($want, @values) = @$_;
        [ $want, $uri, map { $name => $_ } @values ]
    } @rows);
}


rows('names of arguments',
    [ 'free 1', '/arg?ip=216.160.83.1' ],
    [ 'bad 1', '/arg?+ip=216.160.83.1' ],
    [ 'bad 1', '/arg?%20ip=216.160.83.1' ],
    [ 'bad 1', '/arg?ip[]=216.160.83.1' ],
    [ 'bad 1', '/arg?a;ip=216.160.83.1' ],
    [ 'bad 1', '/arg?%EF%BB%BFip=216.160.83.1' ],
    [ 'bad 1', '/arg?ip%00=216.160.83.1' ],
    [ 'protected 1', '/arg?IP=81.2.69.160' ]);


values_of('ip', '/', 'X-Subject-IP',
    [ 'missing' ], [ 'missing', '' ], [ 'missing', ' , ' ],
    [ 'protected 1', '81.2.69.160' ], [ 'protected 1', '85.214.132.1' ],
    [ 'protected 1', '195.176.20.1' ], [ 'free 1', '216.160.83.1' ],
    [ 'free 1', '217.65.48.1' ], [ 'free 1', '217.160.83.1' ],
    [ 'unknown 1', '198.51.100.1' ], [ 'unknown 1', '10.0.0.1' ],
    [ 'unknown 1', '193.56.30.1' ], [ 'protected 1', '193.56.28.1' ],
    [ 'free 1', '2600:1700::1' ], [ 'protected 1', '2a02:c7c::1' ],
    [ 'unknown 1', '2001:db8::1' ]);

values_of('lists', '/', 'X-Subject-IP',
    [ 'protected 2', '216.160.83.1, 81.2.69.160' ],
    [ 'protected 2', '81.2.69.160,216.160.83.1' ],
    [ 'protected 2', '216.160.83.1', '81.2.69.160' ],
    [ 'protected 4', '216.160.83.1,121.2.105.1', '121.2.105.2,81.2.69.1' ],
    [ 'free 3', '216.160.83.1,,121.2.105.1,', '175.16.199.1' ],
    [ 'unknown 2', '216.160.83.1, 198.51.100.1' ],
    [ 'protected 2', '198.51.100.1, 81.2.69.160' ],
    [ 'protected 2', 'x, 81.2.69.160' ],
    [ 'bad 2', 'x, 216.160.83.1' ],
    [ 'protected 300', join ',', ('216.160.83.1') x 299, '81.2.69.160' ]);

values_of('malformed', '/', 'X-Subject-IP', map { [ 'bad 1', $_ ] }
    'x', '216.160.83', '216.160.83.256', '216.160.083.1', '0xd8.0xa0.0x53.1',
    '3634385665', '216.160.83.1:80', '[2600:1700::1]', '2600:1700::1%eth0',
    '216.160.83.0/24', '216.160.83.1.', '"216.160.83.1"', '216.160.83.1 x',
    "216.160.83.1\x01", '::ffff:216.160.83', '2600:1700:::1');

values_of('inside', '/', 'X-Subject-IP',
    [ 'protected 1', '::ffff:81.2.69.160' ], [ 'free 1', '::ffff:d8a0:5301' ],
    [ 'protected 1', '::81.2.69.160' ],
    [ 'protected 1', '2002:5102:45a0::1' ], [ 'free 1', '2002:d8a0:5301::1' ],
    [ 'protected 1', '64:ff9b::81.2.69.160' ],
    [ 'free 1', '64:ff9b::d8a0:5301' ],
    [ 'protected 1', '::ffff:0:81.2.69.160' ],
    [ 'free 1', '::ffff:0:216.160.83.1' ],
    [ 'protected 1', '64:ff9b:1::81.2.69.160' ],
    [ 'free 1', '64:ff9b:1::216.160.83.1' ],
    [ 'protected 1', '64:ff9b:1:5102:45:a000::' ],
    [ 'protected 1', '64:ff9b:1:51:2:45a0::' ],
    [ 'protected 1', '64:ff9b:1:0:51:245:a000:0' ],
    [ 'protected 1', '2600:1700::5efe:81.2.69.160' ],
    [ 'protected 1', '2600:1700::200:5efe:5102:45a0' ],
    [ 'protected 1', '2a02:c7c::5efe:216.160.83.1' ],
    [ 'free 1', '2600:1700::5efe:10.0.0.1' ],
    # Teredo: the server is free, the client protected, and the reverse
    [ 'protected 1', '2001:0:d8a0:5301:0:0:aefd:ba5f' ],
    [ 'free 1', '2001:0:5102:45a0:0:0:275f:acfe' ]);

values_of('country', '/', 'X-Subject-Country',
    [ 'protected 1', 'DE' ], [ 'protected 1', 'gb' ], [ 'protected 1', 'UK' ],
    [ 'protected 1', 'CHE' ], [ 'free 1', 'US' ], [ 'free 1', 'usa' ],
    [ 'protected 1', 'EU' ], [ 'unknown 1', 'XX' ], [ 'protected 1', 'Germany' ],
    [ 'protected 1', 'Germany, Federal Republic of' ], [ 'bad 1', 'en-US' ],
    [ 'free 1', 'Korea, Republic of' ], [ 'protected 1', 'SU' ],
    [ 'bad 2', 'US, sv-SE' ],
    [ 'protected 2', 'US, fr' ], [ 'protected 2', 'US', 'NO' ],
    [ 'unknown 2', 'US, ZZ' ], [ 'missing', '' ]);

rows('strictest',
    [ 'protected 2', '/', 'X-Subject-IP' => '216.160.83.1',
      'X-Subject-Country' => 'DE' ],
    [ 'protected 2', '/', 'X-Subject-IP' => '81.2.69.160',
      'X-Subject-Country' => 'US' ],
    [ 'unknown 2', '/', 'X-Subject-IP' => '10.0.0.1',
      'X-Subject-Country' => 'US' ],
    [ 'bad 2', '/', 'X-Subject-IP' => 'x', 'X-Subject-Country' => 'US' ]);

rows('id',
    [ 'missing', '/id' ], [ 'unknown 1', '/id', 'X-User' => '4711' ],
    [ 'unknown 1', '/both', 'X-User' => '4711' ],
    [ 'free 2', '/both', 'X-User' => '4711', 'X-Place' => 'US' ],
    [ 'protected 2', '/both', 'X-User' => '4711', 'X-Place' => 'DE' ],
    [ 'missing', '/id', 'X-Subject-IP' => '81.2.69.160' ]);

values_of('forwarded', '/forwarded', 'Forwarded',
    [ 'missing' ], [ 'missing', 'proto=https' ],
    [ 'protected 1', 'for=81.2.69.160' ], [ 'free 1', 'FOR=216.160.83.1' ],
    [ 'protected 1', 'for="81.2.69.160:4711";proto=http' ],
    [ 'protected 1', 'for="[2a02:c7c::1]:80"' ],
    [ 'protected 2', 'for=216.160.83.1, for=81.2.69.160' ],
    [ 'protected 2', 'for=216.160.83.1', 'for=81.2.69.160' ],
    [ 'unknown 1', 'for=unknown' ], [ 'unknown 1', 'for=_hidden' ],
    [ 'bad 1', 'for=2a02:c7c::1' ], [ 'bad 1', 'for="x' ]);

rows('arg', map { [ $_->[0], "/arg$_->[1]" ] }
    [ 'missing', '' ], [ 'missing', '?ip=' ],
    [ 'protected 1', '?ip=81.2.69.160' ], [ 'free 1', '?ip=216.160.83.1' ],
    [ 'protected 2', '?ip=216.160.83.1&ip=81.2.69.160' ],
    [ 'protected 2', '?ip=216.160.83.1%2C81.2.69.160' ],
    [ 'protected 1', '?%69p=81%2e2.69.160' ],
    [ 'protected 1', '?ip=2a02%3Ac7c%3A%3A1' ],
    [ 'protected 2', '?ip=216.160.83.1&place=DE' ],
    [ 'bad 1', '?ip=81.2.69.160%00' ]);

rows('twins',
    [ 'bad 1', '/', 'X_Subject_IP' => '216.160.83.1' ],
    [ 'bad 1', '/', 'X.Subject.IP' => '216.160.83.1' ],
    [ 'bad 2', '/', 'X-Subject-IP' => '216.160.83.1',
      'X-Subject.IP' => '216.160.83.1' ],
    [ 'free 1', '/', 'X-Subject-IP' => '216.160.83.1',
      'X1Subject1IP' => '81.2.69.160' ],
    (map { [ 'bad 2', '/', 'X-Subject-IP' => '216.160.83.1',
             $_ => '81.2.69.160' ] }
     'X-Subject-IP[]', '"X-Subject-IP"', '+X-Subject-IP', 'a;X-Subject-IP',
     "\xef\xbb\xbfX-Subject-IP", 'X_Subject_IP[0]'),
    [ 'free 1', '/', 'X-Subject-IP' => '216.160.83.1',
      'X-Subject-IP/x' => '81.2.69.160' ],
    [ 'bad 2', '/', 'X-Subject-IP' => '216.160.83.1',
      'X-Subject_IP' => '216.160.83.1' ],
    [ 'protected 2', '/', 'X-Subject-IP' => '81.2.69.160',
      'x_subject_ip' => '216.160.83.1' ]);

rows('connection',
    [ 'bad 2', '/', 'X-Subject-IP' => '216.160.83.1',
      Connection => 'close, x-subject-ip' ],
    [ 'protected 2', '/', 'X-Subject-IP' => '81.2.69.160',
      Connection => 'X-Subject-IP' ],
    [ 'free 1', '/', 'X-Subject-IP' => '216.160.83.1',
      Connection => 'close, x-other' ]);

rows('unknown allow',
    [ 'free 1', '/unknown', 'X-Subject-IP' => '198.51.100.1' ],
    [ 'bad 1', '/unknown', 'X-Subject-IP' => 'x' ],
    [ 'protected 1', '/unknown', 'X-Subject-IP' => '193.56.28.1' ],
    [ 'missing', '/unknown' ], [ 'free 1', '/unknown/id', 'X-User' => '1' ]);

rows('protect',
    [ 'protected 1', '/uk', 'X-Subject-Country' => 'GB' ],
    [ 'free 1', '/uk', 'X-Subject-Country' => 'DE' ]);

is($t->get('/', 'X-Subject-Country' => 'DE, GB')->header('X-Where'), 'eea,uk',
   'jurisdictions');

$t->done;
