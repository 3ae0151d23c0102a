#!/usr/bin/perl

# Turns the country lists of Debian's tor-geoipdb into an MMDB.
#
#     perl conf/tor-geoip.pl OUTPUT.mmdb [DIRECTORY]
#
# The data is the IPFire Location database (location.ipfire.org), CC BY-SA
# 4.0, and so is the MMDB made from it.

use warnings;
use strict;

use Socket qw/ AF_INET6 inet_pton /;
use Time::Local qw/ timegm /;

use MaxMind::DB::Writer::Tree;


# IPv6 forms of IPv4 addresses, which are looked up as IPv4: IPv4 itself and
# its aliases in the tree, NAT64.

my @ALIASES = map { [ inet_pton(AF_INET6, $_->[0]),
                      inet_pton(AF_INET6, $_->[1]) ] } (
    [ '::',             '::ffff:ffff' ],
    [ '::ffff:0:0',     '::ffff:ffff:ffff' ],
    [ '64:ff9b::',      '64:ff9b::ffff:ffff' ],
    [ '2001::',         '2001:0:ffff:ffff:ffff:ffff:ffff:ffff' ],
    [ '2002::',         '2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff' ],
);

my %MONTH;
@MONTH{qw/ Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec /} = (0 .. 11);


sub rows {
    my ($name, $insert) = @_;
    my ($epoch, $rows);

    open my $f, '<', $name or die "$name: $!\n";

    while (<$f>) {
        if (/^# Generated: \w+, (\d+) (\w+) (\d+) (\d+):(\d+):(\d+) GMT/) {
            $epoch = timegm($6, $5, $4, $1, $MONTH{$2}, $3);
        }

        next if /^#/;

        /^([0-9a-f:]+),([0-9a-f:]+),([A-Z?0-9]{2})$/
            or die "$name: line $. is not \"start,end,CC\"\n";

        $rows += $insert->($1, $2, $3) if $3 ne '??';
    }

    close $f;

    return ($rows, $epoch // (stat $name)[9]);
}


sub quad {
    return join '.', unpack 'C4', pack 'N', shift;
}


sub aliased {
    my ($start, $end) = map { inet_pton(AF_INET6, $_) } @_;

    return grep { $start le $_->[1] && $end ge $_->[0] } @ALIASES;
}


my ($output, $directory) = @ARGV;

die "usage: tor-geoip.pl OUTPUT.mmdb [DIRECTORY]\n" if !defined $output;

$directory //= '/usr/share/tor';

my %types = (country => 'map', iso_code => 'utf8_string');

my $tree = MaxMind::DB::Writer::Tree->new(
    ip_version => 6,
    record_size => 24,
    database_type => 'Tor-Country',
    languages => [ 'en' ],
    description => {
        en => 'Countries from Debian\'s tor-geoipdb; data: IPFire Location, '
              . 'location.ipfire.org, CC BY-SA 4.0',
    },
    alias_ipv6_to_ipv4 => 1,
    remove_reserved_networks => 0,
    map_key_type_callback => sub { $types{$_[0]} },
);

my %record;

sub insert {
    my ($start, $end, $code) = @_;

    $record{$code} //= { country => { iso_code => $code } };
    $tree->insert_range($start, $end, $record{$code});

    return 1;
}

my ($rows4, $epoch4) = rows("$directory/geoip", sub {
    my ($start, $end, $code) = @_;

    return insert(quad($start), quad($end), $code);
});

my ($rows6, $epoch6) = rows("$directory/geoip6", sub {
    my ($start, $end, $code) = @_;

    return aliased($start, $end) ? 0 : insert($start, $end, $code);
});

# The age of the data, not of this file; the writer has no public way.

$tree->_set_build_epoch($epoch4 < $epoch6 ? $epoch4 : $epoch6);

open my $f, '>:raw', "$output.$$" or die "$output.$$: $!\n";
$tree->write_tree($f);
close $f or die "$output.$$: $!\n";

rename "$output.$$", $output or die "$output: $!\n";

END {
    unlink "$output.$$" if defined $output;
}

print "$output: $rows4 IPv4 and $rows6 IPv6 ranges\n";
