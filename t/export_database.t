#!/usr/bin/perl

# export_database: schemas, several files, bad files, old files.

use strict;
use warnings;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/lib";
use Export::Test;


my $t = Export::Test->new;
my $old = Export::Test->new;

my $server = <<'EOC';
export_policy enforce;
export_bodyless block;
export_undeclared training;

add_header X-Got "$export_reason $export_jurisdictions" always;

server {
    listen 127.0.0.1:%%PORT_0%%;
    location / { proxy_pass http://%%UPSTREAM%%; }
    location /off { export_policy off; proxy_pass http://%%UPSTREAM%%; }
    location /other {
        export_undeclared other;
        proxy_pass http://%%UPSTREAM%%;
    }
}
EOC

my %outcome = (
    free => 'not_protected', unknown => 'location_unknown',
    map { $_ => "consent_missing $_" } 'eea', 'uk', 'ch', 'eea,ch',
);


sub located {
    my ($name, %want) = @_;

    for my $address (sort keys %want) {
        is($t->get('/', 'X-Subject-IP' => $address)->header('X-Got'),
           $outcome{$want{$address}}, "$name, $address is $want{$address}");
    }
}


my $plain = $t->mmdb('plain', <<'EOC', schema => 'country');
85.214.132.0/24     US
216.160.83.0/24     DE
217.160.83.0/24     GB
121.2.105.0/24      ZZ
193.56.28.0/24      US
198.51.100.0/24     JP
2001:db8::/32       CH
EOC

# outdated in four seconds, which the rest of this file takes anyway

$old->start("export_database $plain max_age=4s;\n$server");

is($old->get('/', 'X-Subject-IP' => '198.51.100.1')->header('X-Got'),
   $outcome{free}, 'recent enough');

my $code = $t->mmdb('code', <<'EOC', schema => 'country_code', ip_version => 4,
81.2.69.0/24        GB  US  NA
193.56.28.0/24      -   CH  EU
193.56.29.0/24      -   US  NA
193.56.30.0/24      -   -   EU
216.160.83.0/24     us  DE  EU
EOC
    build_epoch => 1600000000);

my $mixed = $t->mmdb('mixed', <<'EOC' =~ s/#.*//gr);
81.2.69.0/24        GB
193.56.29.0/24      -   US  NA
193.56.30.0/24      -   DE  NA
EOC

my $none = $t->mmdb('none', "81.2.69.0/24 - GB EU", record_size => 24);
my $geo = $t->database('geo');

$t->start("export_database $geo;\n$server");

located('country/iso_code', '81.2.69.160' => 'uk', '85.214.132.1' => 'eea',
    '195.176.20.1' => 'ch', '216.160.83.1' => 'free', '2a02:c7c::1' => 'uk',
    '2600:1700::1' => 'free', '198.51.100.1' => 'unknown',
    '2001:db8::1' => 'unknown', '::ffff:81.2.69.160' => 'uk',
    '2002:5102:45a0::1' => 'uk', '64:ff9b::5102:45a0' => 'uk',

    # registered and continent only where there is no country, to restrict
    '217.160.83.1' => 'free', '193.56.28.1' => 'eea',
    '193.56.29.1' => 'eea', '193.56.30.1' => 'unknown',
    '193.56.31.1' => 'unknown', '194.60.38.1' => 'eea',
    '2a0b:100::1' => 'eea');


# each row: name, directives, where addresses are

my %both = ('85.214.132.1' => 'eea', '216.160.83.1' => 'eea',
    '217.160.83.1' => 'uk', '121.2.105.1' => 'unknown',
    '193.56.28.1' => 'eea', '198.51.100.1' => 'free', '192.0.2.1' => 'unknown',
    '175.16.199.1' => 'free', '2001:db8::1' => 'ch', '2a02:810::1' => 'eea');

for my $row (
    [ 'country_code, v4 only', $code, '81.2.69.160' => 'uk',
      '216.160.83.1' => 'free', '193.56.28.1' => 'eea,ch',
      '193.56.29.1' => 'unknown', '193.56.30.1' => 'eea',
      '::ffff:81.2.69.160' => 'uk', '2002:5102:45a0::1' => 'uk',
      '2a02:c7c::1' => 'unknown', '2600:1700::1' => 'unknown' ],
    [ 'country', $plain, '85.214.132.1' => 'free', '216.160.83.1' => 'eea',
      '121.2.105.1' => 'unknown', '2001:db8::1' => 'ch' ],
    [ 'registered in the EEA', $mixed, '81.2.69.160' => 'uk',
      '193.56.29.1' => 'unknown', '193.56.30.1' => 'eea' ],
    [ 'path', "$geo path=registered_country/iso_code",
      '81.2.69.160' => 'free', '216.160.83.1' => 'free',
      '217.160.83.1' => 'eea', '2a02:c7c::1' => 'uk' ],
    [ 'path of one name', "$code path=country_code", '81.2.69.160' => 'uk' ],
    [ 'path to the continent', "$geo path=continent/code",
      '81.2.69.160' => 'eea' ],
    [ 'two', "$geo; export_database $plain", %both ],
    [ 'the other way round', "$plain; export_database $geo", %both ],
    [ 'all parameters', "$geo path=country/iso_code max_age=365d "
      . 'stale=refuse reload=1h', '81.2.69.160' => 'uk' ],
    [ 'a file eight times', join('; export_database ', ($geo) x 8),
      '81.2.69.160' => 'uk', '216.160.83.1' => 'free' ])
{
    my ($name, $text, %want) = @$row;

    ok($t->reload("export_database $text;\n$server"), $name);
    located($name, %want);
}


# Files that are none.  "cut" lacks some of its middle.

my $bytes = do { local (@ARGV, $/) = $geo; <> };
my $metadata = rindex $bytes, "\xab\xcd\xefMaxMind.com";
my $dir = $t->dir;

$t->write('empty', '');
$t->write('text', "country\n" x 1000);
$t->write('metadata', substr $bytes, $metadata);
$t->write('cut', substr($bytes, 0, 100) . substr $bytes, $metadata);
$t->write('garbled', substr($bytes, 0, $metadata) . "\xab\xcd\xefMaxMind.com"
    . "\xff" x 50);
$t->write('tree', "\xff" x 500 . substr $bytes, 500);
$t->write("short$_", substr $bytes, 0, length($bytes) * $_ / 8) for 1 .. 7;
mkdir "$dir/directory";
symlink "$dir/nothing", "$dir/dangling";

my $tree = qr/has a (truncated|corrupt) search tree/;

for my $row (
    [ 'missing', qr/cannot be opened \(2: / ],
    [ 'dangling', qr/cannot be opened \(2: / ],
    [ 'cut/geo', qr/cannot be opened \(20: / ],
    [ 'directory', qr/is not a regular file/ ], [ 'empty', qr/is empty/ ],
    [ 'text', qr/is not an MMDB/ ], [ 'none.tsv', qr/is not an MMDB/ ],
    map({ [ "short$_", qr/is not an MMDB/ ] } 1 .. 7), [ 'metadata', $tree ],
    [ 'cut', $tree ], [ 'tree', $tree ],
    [ 'garbled', qr/has (corrupt metadata|an unknown MMDB format)/ ],
    [ 'none.mmdb', qr/has no country in any record/ ],
    [ 'plain.mmdb path=country/iso_code', qr/has no country in any record/ ],
    [ 'plain.mmdb path=none', qr/has no country in any record/ ],
    map({ [ "plain.mmdb path=$_", qr/has a path with an empty name/ ] }
        '/country', 'country/', 'a//b'),
    [ 'plain.mmdb path=' . join('/', 'a' .. 'i'),
      qr/has a path of too many names/ ],
    [ 'code.mmdb max_age=1d', qr/was built \d+ days ago, more than "max_age"/ ],
    [ 'code.mmdb max_age=1d stale=refuse', qr/was built/ ])
{
    my ($args, $want) = @$row;
    my ($name) = split ' ', $args;
    my ($ok, $errors) = $t->test_conf("export_database $dir/$args;");

    ok(!$ok && $errors =~ m{\[emerg\].*database "$dir/$name" $want}, $args)
        or diag $errors;
}

$t->alerts_ok(qr/"$dir\/empty" is empty/);
ok(!$t->reload("export_database $dir/empty;\n$server"), 'reload is refused');
located('the old one', '81.2.69.160' => 'uk');


# each row: error, configuration

for my $row (
    map({ [ qq(invalid value "$_" in "export_database" directive),
            "export_database $geo $_;" ] } qw(path= path max_age= max_age=0
        max_age=-1 max_age=x max_age=1.5d reload= reload=0 reload=-1s reload=x
        stale= stale=allow stale Reload=1s file)),
    [ 'directive is specified too many times',
      "export_database $geo;" x 9 ],
    [ 'invalid number of arguments in "export_database"', 'export_database;' ],
    [ '"export_database" directive is not allowed here',
      "server { export_database $geo; }" ])
{
    my ($ok, $errors) = $t->test_conf($row->[1]);
    ok(!$ok && $errors =~ /\[emerg\].*\Q$row->[0]/, substr $row->[1], -60)
        or diag $errors;
}

my ($ok, $errors) = $t->test_conf("export_database $geo max_age=365d;");
ok($ok && $errors !~ /\[warn\]/, 'young enough');

($ok, $errors) = $t->test_conf(
    'export_database code.mmdb max_age=1d stale=warn;');
ok($ok && $errors =~ m{\[warn\].*database "$dir/code.mmdb" was built},
   'a warning, and a relative name');

ok($t->reload("export_database $code max_age=1d stale=warn;\n$server"),
   'an old one is used');
located('stale=warn', '81.2.69.160' => 'uk', '216.160.83.1' => 'free');


# outdated while it runs; each row: outcome, uri, headers

my @us = ('X-Subject-IP' => '198.51.100.1');

ok($old->wait_for(sub { $old->get('/', @us)->status == 451 }), 'outdated');

for my $row (
    [ 'database_unavailable', '/', @us ],
    [ 'database_unavailable', '/', 'X-Subject-IP' => '192.0.2.1' ],
    [ 'consent_missing eea', '/', 'X-Subject-IP' => '216.160.83.1' ],
    [ 'consent_granted', '/', @us, 'X-AI-Training-Consent' => 'granted' ],
    [ 'subject_missing', '/' ],
    [ 'subject_malformed', '/', 'X-Subject-IP' => 'x' ],
    [ 'not_training', '/other', @us ], [ '', '/off', @us ],
    [ 'consent_missing eea', '/', 'X-Subject-Country' => 'DE' ],
    [ 'not_protected', '/', 'X-Subject-Country' => 'US' ])
{
    my ($want, $uri, @headers) = @$row;

    is($old->get($uri, @headers)->header('X-Got') // '', $want,
       "outdated, $uri, @headers");
}

$old->finish;
$t->done;
