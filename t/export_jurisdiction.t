#!/usr/bin/perl

# export_jurisdiction: sets of countries, the operator's own and built-in.

use strict;
use warnings;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/lib";
use Export::Test;


my $t = Export::Test->new;

my $conf = <<'EOC';
export_database %%DB%%;
export_policy enforce;
export_undeclared training;

add_header X-Got "$export_reason" always;
add_header X-Where "$export_jurisdictions" always;
EOC


# the sets are told apart by the header that shows them: those that protect
# and those that do not

$t->start($conf . <<'EOC');
export_jurisdiction plain US JP;
export_jurisdiction three usa Jpn;
export_jurisdiction lower us;

export_jurisdiction grown US;
export_jurisdiction grown +JP +chn;

export_jurisdiction cut US JP CN;
export_jurisdiction cut -us;

export_jurisdiction both US JP;
export_jurisdiction both -US +CN;

export_jurisdiction anew US JP;
export_jurisdiction anew CN;

export_jurisdiction gb GB;
export_jurisdiction greece GR;
export_jurisdiction own BR PE;

export_jurisdiction uk +GI;
export_jurisdiction eea -NO -ISL;
export_jurisdiction crown_dependencies IM;

export_protect eea uk ch own;

server {
    listen 127.0.0.1:%%PORT_0%%;
    location / { empty_gif; }
}
EOC

my %reason = (
    free => 'not_protected', protected => 'consent_missing',
    unknown => 'location_unknown',
    bad => 'subject_malformed',
);


sub rows {
    my ($name, @rows) = @_;

    for my $row (@rows) {
        my ($codes, $want, @where) = @$row;

        for my $code (split / /, $codes) {
            my $r = $t->get('/', $code =~ /[.:]/ ? 'X-Subject-IP'
                : 'X-Subject-Country', $code);

            is($r->header('X-Got'), $reason{$want}, "$name, $code is $want");
            is(join(',', sort split /,/, $r->header('X-Where') // ''),
               join(',', sort @where), "$name, sets of $code");
        }
    }
}


rows('defined',
    [ 'US USA us', 'free', qw(plain three lower grown) ],
    [ 'JP JPN', 'free', qw(plain three grown cut both) ],
    [ 'CN', 'free', qw(grown cut both anew) ], [ 'CA', 'free' ],
    [ '216.160.83.1', 'free', qw(plain three lower grown) ],
    [ '121.2.105.1', 'free', qw(plain three grown cut both) ]);

rows('other names of a country',
    [ 'GB UK XI GBR', 'protected', qw(uk gb) ],
    [ 'GR EL GRC', 'protected', qw(eea greece) ]);

rows('codes without a country',
    [ 'BR PE pe', 'protected', 'own' ], [ 'ZZ', 'unknown' ],
    [ 'QQ QZ', 'bad' ]);

rows('built-in ones, changed',
    [ 'GI GIB 217.65.48.1', 'protected', qw(uk gibraltar) ],
    [ 'NO NOR IS 84.208.20.1 2a02:2121::1', 'free' ],
    [ 'DE LI', 'protected', 'eea' ],
    [ 'IM', 'free', 'crown_dependencies' ], [ 'GG JE', 'free' ]);

rows('built-in ones',
    [ 'BL PM NC PF WF TF', 'free', 'french_overseas' ],
    [ 'CH CHE', 'protected', 'ch' ], [ 'RE GP MQ GF YT MF', 'protected',
      'eea' ]);


# a reload takes the sets anew

ok($t->reload($conf . <<'EOC'), 'reload');
export_jurisdiction uk US;
export_jurisdiction ch -CH;
export_jurisdiction french_overseas +RE;
export_jurisdiction eea -FR;

server {
    listen 127.0.0.1:%%PORT_0%%;
    location / { empty_gif; }
}
EOC

rows('redefined', [ 'US', 'protected', 'uk' ], [ 'GB UK', 'free' ]);
rows('emptied', [ 'CH', 'free' ]);
rows('more', [ 'RE', 'protected', qw(eea french_overseas) ]);
rows('less', [ 'FR FX 90.84.144.1', 'free' ], [ 'DE', 'protected', 'eea' ]);
rows('as built in', [ 'NO', 'protected', 'eea' ],
    [ 'GI', 'free', 'gibraltar' ], [ 'IM JE GG', 'free',
      'crown_dependencies' ], [ 'ZZ', 'unknown' ]);


# each row: error, configuration

my $sets = sub { join '', map { "export_jurisdiction s$_ US;" } 1 .. $_[0] };

for my $row (
    [ 'unknown jurisdiction "nowhere"', 'export_jurisdiction nowhere +US;' ],
    [ 'unknown jurisdiction "nowhere"', 'export_jurisdiction nowhere -US;' ],
    [ 'unknown jurisdiction "EEA"', 'export_jurisdiction EEA +US;' ],
    [ 'unknown jurisdiction "late"',
      'export_jurisdiction late +US; export_jurisdiction late JP;' ],
    map({ [ qq(invalid value "$_" in "export_jurisdiction" directive),
            "export_jurisdiction mine '$_';" ] }
        '', 'U', 'U1', '12', 'QQQ', 'USAA', 'us,', '*', '@@'),
    map({ [ qq(invalid value "$_" in "export_jurisdiction" directive),
            "export_jurisdiction eea '$_';" ] } '+', '-', '++US', '-QQQ'),
    [ 'invalid value "X" in', 'export_jurisdiction mine US JP X CN;' ],
    map({ [ 'directive mixes codes with and without "+" or "-"',
            "export_jurisdiction eea $_;" ] } '+US JP', 'US +JP', 'US -JP'),
    [ 'directive defines too many jurisdictions', $sets->(25) ],
    [ 'invalid number of arguments in "export_jurisdiction"',
      'export_jurisdiction mine;' ],
    [ 'invalid number of arguments in "export_jurisdiction"',
      'export_jurisdiction;' ],
    [ '"export_jurisdiction" directive is not allowed here',
      'server { export_jurisdiction mine US; }' ])
{
    my ($ok, $errors) = $t->test_conf($row->[1]);
    ok(!$ok && $errors =~ /\[emerg\].*\Q$row->[0]/, substr $row->[1], 0, 60)
        or diag $errors;
}

ok($t->test_conf($sets->(24)), 'as many as there can be');

$t->done;
