#!/usr/bin/perl

# reload= of export_database: a file that changes while nginx runs.

use strict;
use warnings;

use FindBin;
use Test::More;
use Time::HiRes qw(sleep time);

use lib "$FindBin::Bin/lib";
use Export::Test;


my $t = Export::Test->new(workers => 2);
my $live = $t->dir . '/live.mmdb';

my $conf = <<'EOC';
export_database %%DIR%%/live.mmdb reload=20ms;
export_policy enforce;
export_undeclared training;

add_header X-Got "$export_reason" always;

server {
    listen 127.0.0.1:%%PORT_0%%;
    keepalive_requests 100000;

    # without a line for each block
    error_log %%DIR%%/requests.log crit;

    location / {
        empty_gif;
    }
}
EOC


# the bytes of a database with that country

sub mmdb {
    my ($country) = @_;
    my $rows = join '', map { "$_/24 $country\n" }
        '192.0.2.0', map { "198.$_.0.0" } 40 .. 60;

    $t->mmdb('one', $rows, build_epoch => 1700000000);

    return $t->read('one.mmdb');
}


# The same, built some seconds later; the epoch is a uint64 of four bytes.

sub later {
    my ($bytes, $seconds) = @_;
    my $epoch = pack 'N', 1700000000 + $seconds;

    $bytes =~ s/(build_epoch\x04\x02).{4}/$1$epoch/s or die "no epoch\n";

    return $bytes;
}


sub replace {
    my ($bytes) = @_;

    rename $t->write('new', $bytes), $live or die "$live: $!\n";
}


# over the file itself, as no one should

sub overwrite {
    my ($bytes) = @_;

    open my $file, '+<:raw', $live or die "$live: $!\n";
    print $file $bytes;
    truncate $file, length $bytes;
    close $file or die "$live: $!\n";
}


sub reason {
    return $t->get('/', 'X-Subject-IP' => '198.51.0.1')->header('X-Got') // '';
}


# True when both workers have logged that since the last call.

my $from = 0;

sub logged {
    my ($what) = @_;

    my $found = $t->wait_for(sub {
        my %by = map { $_ => 1 }
            substr($t->log, $from) =~ /\] (\d+)#.*\Q$what/g;
        return keys %by == 2;
    }, 5);

    $from = length $t->log;

    return $found;
}


my ($free, $protected) = ('not_protected', 'consent_missing');
my ($kept, $done) = ('the old one is kept', '" is reloaded');

my $us = mmdb('US');
my $de = later(mmdb('DE'), 1);
my $older = later($us, -1);

replace($us);
$t->start($conf);
is(reason(), $free, 'at the start');
my ($pid) = $t->read('nginx.pid') =~ /(\d+)/;


# a newer one, by renaming

replace($de);
ok(logged("country database \"$live$done"), 'newer one is read');
is(reason(), $protected, 'its verdict');

sleep 0.2;
unlike(substr($t->log, $from), qr/country database/, 'and only once');


# Files that are refused; each row: message, bytes, how.  Each is logged once
# by each worker, and the file in use stays.

for my $row (
    [ 'is older than the one in use', $older, \&replace ],
    [ 'is not an MMDB', "garbage\n" x 100, \&replace ],
    [ 'is empty', '', \&replace ],
    [ 'search tree', substr($de, 0, 50) . substr($de,
      rindex $de, "\xab\xcd\xefMaxMind.com"), \&replace ],
    [ 'is not an MMDB', substr($de, 0, length($de) / 2), \&overwrite ],
    [ 'is empty', '', \&overwrite ],
    [ 'is older than the one in use', $older, \&overwrite ])
{
    my ($want, $bytes, $how) = @$row;

    $how->($bytes);
    ok(logged("$want, $kept"), $want);
    is(reason(), $protected, 'the old one serves');
}

sleep 0.2;
unlike(substr($t->log, $from), qr/country database/, 'said once only');

unlink $live;
mkdir $live;
ok(logged("is not a regular file, $kept"), 'a directory');
rmdir $live;
sleep 0.1;
is(reason(), $protected, 'no file');


# nginx refuses what a worker refuses

replace('garbage');
logged($kept);
$t->alerts_ok(qr/"\Q$live\E" is not an MMDB/);
ok(!$t->reload, 'reload with a bad file is refused');
is(reason(), $protected, 'the old one serves');

replace($de);
ok(logged($done), 'the same age is fine');

my @new = map { later($_, 2) } $de, $us;

is(length $new[0], length $new[1], 'two of a size');
replace($new[0]);
ok(logged($done), 'newer again');
overwrite($new[1]);
ok(logged($done), 'the same size in the same second');
is(reason(), $free, 'its verdict');

ok($t->reload, 'reload');
is(reason(), $free, 'and after a reload');
$from = length $t->log;


# under load: no request fails, whatever becomes of the file

my @ways = ((\&replace) x 4, \&overwrite);
my $request = $t->bytes('GET', '/', Connection => 'keep-alive',
    'X-Subject-IP' => '198.51.0.1');
my ($sent, %got, $slowest) = (0);
my $end = time + 1;

for (my $i = 0; time < $end; $i++) {
    $ways[$i % 5]->($i % 7 ? $new[$i % 2] : 'garbage');

    my $start = time;
    my @replies = $t->raw($request x 50, want => 50);
    my $took = time - $start;

    $sent += 50;
    $slowest = $took if $took > ($slowest // 0);
    $got{($_->status // 'none') . ' ' . ($_->header('X-Got') // '')}++
        for @replies;
}

is(join(', ', sort keys %got), "200 $free, 451 $protected", 'under load');
is(eval { my $n = 0; $n += $_ for values %got; $n }, $sent, 'no request lost');
cmp_ok($slowest, '<', 1, 'fifty requests in less than a second');

sleep 0.1;
cmp_ok(scalar(() = substr($t->log, $from) =~ /is reloaded/g), '>', 4,
   'while the file was read');
is($t->read('nginx.pid'), "$pid\n", 'the same nginx');
is(scalar(() = $t->log =~ /signal 1 \(SIGHUP\) received from/g), 2,
   'two of ours were told');

$t->done;
