#!/usr/bin/perl

# export_protect: whose subjects are protected.

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
export_undeclared training;
export_jurisdiction americas US CA;

add_header X-Got "$export_reason" always;
add_header X-Where "$export_jurisdictions" always;

server {
    listen 127.0.0.1:%%PORT_0%%;

    location / {
        proxy_pass http://%%UPSTREAM%%;
    }

    location /uk {
        export_protect uk;
        proxy_pass http://%%UPSTREAM%%;

        location /uk/deep {
            proxy_pass http://%%UPSTREAM%%;
        }

        location /uk/eea {
            export_protect eea;
            proxy_pass http://%%UPSTREAM%%;
        }
    }

    location /extra {
        export_protect eea uk ch gibraltar crown_dependencies
                       french_overseas;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /twice {
        export_protect uk uk;
        proxy_pass http://%%UPSTREAM%%;
    }
}

server {
    listen 127.0.0.1:%%PORT_1%%;
    export_protect americas;

    location / {
        proxy_pass http://%%UPSTREAM%%;
    }
}
EOC

my %reason = (
    free => 'not_protected', protected => 'consent_missing',
    unknown => 'location_unknown',
);


# who is protected where; each row: port, uri, protected, free

for my $row (
    [ 0, '/', 'DE NO LI IS RE AX GB UK XI CH EL',
      'US JP GI JE GG IM PF NC PM GL FO' ],
    [ 0, '/uk', 'GB UK XI GBR', 'DE CH US GI' ],
    [ 0, '/uk/deep', 'GB', 'DE CH' ],
    [ 0, '/uk/eea', 'DE LI', 'GB CH' ],
    [ 0, '/extra', 'DE GB CH GI JE GG IM BL PM NC PF WF TF', 'US GL' ],
    [ 0, '/twice', 'GB', 'DE' ],
    [ 1, '/', 'US CA USA', 'DE GB CH MX' ])
{
    my ($port, $uri, @codes) = @$row;

    for my $want (qw(protected free)) {
        for my $code (split / /, shift @codes) {
            my $r = $t->get($uri, { port => $port },
                            'X-Subject-Country' => $code);
            is($r->header('X-Got'), $reason{$want},
               "$code at $port $uri is $want");
            is($r->status, $want eq 'free' ? 200 : 451, 'status');
        }
    }
}


# addresses as well; each row: outcome, port, uri, address

for my $row (
    [ 'protected', 0, '/', '85.214.132.1' ],
    [ 'protected', 0, '/uk', '81.2.69.160' ],
    [ 'free', 0, '/uk', '85.214.132.1' ],
    [ 'free', 0, '/', '217.65.48.1' ],
    [ 'protected', 0, '/extra', '217.65.48.1' ],
    [ 'protected', 1, '/', '216.160.83.1' ],
    [ 'free', 1, '/', '81.2.69.160' ],
    [ 'unknown', 1, '/', '193.56.29.1' ],
    [ 'unknown', 0, '/uk', '193.56.28.1' ],
    [ 'protected', 0, '/uk/eea', '193.56.28.1' ])
{
    my ($want, $port, $uri, $address) = @$row;

    is($t->get($uri, { port => $port }, 'X-Subject-IP' => $address)
       ->header('X-Got'), $reason{$want}, "$address at $port $uri is $want");
}


# one protected among several, and what is shown

for my $row (
    [ 'free', '/uk', 'DE, US', 'eea,americas' ],
    [ 'protected', '/uk', 'DE,GB', 'eea,uk' ],
    [ 'protected', '/uk', 'US, JP, GB', 'uk,americas' ],
    [ 'free', '/', 'JP', '' ],
    [ 'unknown', '/uk', 'JP, ZZ', '' ], [ 'protected', '/uk', 'GB, ZZ', 'uk' ],
    [ 'free', '/', 'US', 'americas' ],
    [ 'free', '/', 'GI', 'gibraltar' ])
{
    my ($want, $uri, $codes, $where) = @$row;
    my $r = $t->get($uri, 'X-Subject-Country' => $codes);

    is($r->header('X-Got'), $reason{$want}, "$codes at $uri is $want");
    is($r->header('X-Where') // '', $where, 'jurisdictions');
}

# each row: error, configuration

my $on = 'export_database %%DB%%; export_policy enforce; server { }';

for my $row (
    [ 'unknown jurisdiction "eu" in "export_protect" directive',
      "$on export_protect eea eu;" ],
    [ 'unknown jurisdiction "UK" in "export_protect" directive',
      "$on export_protect UK;" ],
    [ 'unknown jurisdiction "" in "export_protect" directive',
      "$on export_protect '';" ],
    [ 'unknown jurisdiction "de" in "export_protect" directive',
      "$on server { location / { export_protect de; } }" ],
    [ 'invalid number of arguments in "export_protect"',
      "$on export_protect;" ],
    [ '"export_protect" directive is duplicate',
      "$on export_protect uk; export_protect eea;" ],
    [ '"export_protect" directive is not allowed here',
      "$on server { location / { if (\$args) { export_protect uk; } } }" ])
{
    my ($ok, $errors) = $t->test_conf($row->[1]);
    ok(!$ok && $errors =~ /\[emerg\].*\Q$row->[0]/, $row->[1]) or diag $errors;
}

ok($t->test_conf("$on export_protect late; export_jurisdiction late US;"),
   'a set may be defined later');

$t->done;
