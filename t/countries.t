#!/usr/bin/perl

# The table of countries, every row and every code that is not in it, sent as
# X-Subject-Country.

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

add_header X-Got "$export_reason $export_jurisdictions" always;
keepalive_requests 10000;

server {
    listen 127.0.0.1:%%PORT_0%%;

    location / {
        empty_gif;
    }
}
EOC

my %want = (
    'unreadable' => 'subject_malformed', 'other' => 'not_protected',
    'unknown' => 'location_unknown',
    'unknown-eea' => 'consent_missing eea',
    map { $_ => "consent_missing $_" } qw(eea uk ch),
);


sub rows {
    return map { [ /(\S+)/g ] } grep { !/^#/ }
        split /^/, $t->source('t/unit/countries.tsv');
}


# What each code gets, in pipelines of a hundred.  Sets that do not protect
# are t/export_jurisdiction.t's.

sub got {
    my @codes = @_;
    my @got;

    while (my @some = splice @codes, 0, 100) {
        my $bytes = join '', map { $t->bytes('GET', '/',
            Connection => 'keep-alive', 'X-Subject-Country' => $_) } @some;

        push @got, map {
            ($_->status // 0) . ' '
                . ($_->header('X-Got') // '') =~ s/^(not_\w+) .*/$1/r
        } $t->raw($bytes, want => scalar @some);
    }

    return @got;
}


sub check {
    my ($name, $want, @codes) = @_;
    my @got = got(@codes);
    my $status = $want =~ /^not_/ ? 200 : 451;
    my @bad = grep { $got[$_] ne "$status $want" } 0 .. $#codes;

    ok(@got == @codes && !@bad, "$name, " . @codes . ' codes');
    diag("$codes[$_] gets $got[$_], not $want") for splice @bad, 0, 20;
}


my @rows = rows();

is(scalar @rows, 295, 'rows of the table');

for my $kind (grep { $_ ne 'unreadable' } sort keys %want) {
    my @of = grep { $_->[2] eq $kind } @rows;
    my @two = map { $_->[0] } @of;
    my @three = grep { $_ ne '-' } map { $_->[1] } @of;
    my @codes = (@two, @three);

    ok(@of > 0, "$kind, rows");
    check($kind, $want{$kind}, @codes);
    check("$kind, lower case", $want{$kind}, map { lc } @codes);
    check("$kind, mixed case", $want{$kind}, map { ucfirst lc } @codes);
    check("$kind, spaces", $want{$kind}, map { " \t$_  " } @two);
}


# the people of the house: 30 EEA members by name, and who is not one

my %kind = map { $_->[0] => $_->[2] } @rows;

is(join(' ', grep { ($kind{$_} // '') ne 'eea' } qw(AT BE BG CY CZ DE DK EE
   ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK)), '',
   'members of the EEA');
is(join(' ', map { $kind{$_} } qw(GB CH US GI JE GG IM GL FO)),
   'uk ch' . ' other' x 7, 'others');


# what is not in the table is unreadable, never elsewhere

my %three = map { $_ => 1 } (map { $_->[1] } @rows),
    qw(AFI ATB BYS EUE GEL ROM SCG SKM XKK XKX XXX ZZZ);
my @two = grep { !$kind{$_} } 'AA' .. 'ZZ';

check('unassigned', $want{unreadable}, @two, map { lc } @two);
check('no alpha-3 code', $want{unreadable},
      grep { !$three{$_} } map { ("A$_", "$_" . 'Z', lc "X$_") } 'AA' .. 'DZ');
check('no code', $want{unreadable}, qw(1 D 49 44 001 D1 1D D- -D), 'D E',
      'Germoney', 'DEUT', 'DE.', '.DE', 'DE;US', 'US;q=1', '"US"', 'US/DE',
      'de-DE', 'en_US', 'en-GB', 'en-US', 'sv-SE', 'et-EE', 'ga-IE', 'ar-GB',
      'US-XX', '*', '@@', '[[', '``', '{{', "U\x7f", "\xc3\x9c", "\xd5\xd3",
      'U$', 'US' x 1000);
check('nothing said', $want{unknown}, '-', '--', '?', '??', 'N/A', 'n/a',
      'null', 'NULL', 'none', 'unknown', 'Unknown', '(not set)', 'undefined',
      'ZZ', 'ZZZ', 'XX', "\xe2\x80\x94", '#N/A', '\N', 'not available');

# names, numbers, subdivisions

check('names, eea', $want{eea}, 'Germany', 'germany', 'The Netherlands',
      'Holland', 'Czech Republic', 'Czechia', "R\xc3\xa9union", 'FR-75',
      'DE-BY', '276', 'Germany, Federal Republic of', 'East Germany', 'DDR',
      '278', 'FXX');
check('names, uk', $want{uk}, 'United Kingdom', 'UNITED KINGDOM', 'U.K.',
      'England', 'Great Britain', 'GB-ENG', 'gb-nir', '826');
check('names, ch', $want{ch}, 'Switzerland', 'CH-ZH', '756');
check('names, others', $want{other}, 'United States', 'U.S.A.', 'US-CA',
      '840', "C\xc3\xb4te d'Ivoire", 'Korea, Republic of', 'NA', 'Burma');
check('withdrawn', $want{'unknown-eea'}, 'Soviet Union', '810', 'SCG', '891',
      'Yugoslavia', 'Czechoslovakia', '200', '530', 'Netherlands Antilles',
      'Europe');
check('none', 'subject_missing', '', ' ', ',', ' , ,');
check('the strictest of a list', 'consent_missing eea', 'US,DE', 'de , us',
      'ZZ,DE', 'DE,ZZ', 'US,,DE', 'DEU,USA', (join ',', ('US') x 500, 'FR'));
check('one unknown in a list', $want{unknown}, 'US,ZZ', 'ZZ,US', 'US, -');
check('one unreadable in a list', $want{unreadable}, 'US,USAA', 'ZZ,US,en-GB');
check('a list of others', $want{other}, 'US,JP', 'usa, jpn,CN', 'US,,JP,');

$t->done;
