#!/usr/bin/perl

# Builds a small MMDB from a table.
#
#     perl t/lib/mmdb.pl IN.tsv OUT.mmdb
#
# Columns, separated by tabs: network, country, registered country, continent;
# more are ignored.  "-" or nothing is an absent key, '""' the empty string.
# A first line that begins with "network" is a heading.  Lines "# KEY: VALUE"
# set
#
#     ip_version     6 or 4
#     record_size    28, 24 or 32
#     schema         geoip2, country_code or country; holds for the lines
#                    below it, so that one file can mix them
#     aliases        on or off: IPv4 under ::ffff:0:0/96, 2002::/16, 2001::/32
#     build_epoch    seconds; the time of the build if absent
#     database_type  Test-Country
#
# where the first value is the default.  Other comments are ignored.

use warnings;
use strict;

use MaxMind::DB::Writer::Tree;


my %set = (
    ip_version => 6,
    record_size => 28,
    schema => 'geoip2',
    aliases => 'on',
    build_epoch => undef,
    database_type => 'Test-Country',
);

my %country = (
    geoip2 => sub { ( country => { iso_code => shift } ) },
    country_code => sub { ( country_code => shift ) },
    country => sub { ( country => shift ) },
);


sub value {
    my ($text) = @_;

    return if !defined $text || $text eq '-' || $text eq '';
    return $text eq '""' ? '' : $text;
}


sub record {
    my ($country, $registered, $continent) = map { scalar value($_) } @_;
    my $record = {};

    if (defined $country) {
        %$record = $country{$set{schema}}->($country);
    }

    if (defined $registered) {
        $record->{registered_country} = { iso_code => $registered };
    }

    if (defined $continent) {
        $record->{continent} = { code => $continent };
    }

    return $record;
}


my ($in, $out) = @ARGV;

die "usage: mmdb.pl IN.tsv OUT.mmdb\n" if @ARGV != 2;

my @networks;

open my $f, '<', $in or die "$in: $!\n";

while (<$f>) {
    chomp;

    if (/^# (\w+): (.*)$/ && exists $set{$1}) {
        $set{$1} = $2;
        die "$in: line $.: no schema \"$2\"\n" if !$country{$set{schema}};
        next;
    }

    next if /^#/ || /^\s*$/ || /^network\t/;

    my ($network, @columns) = split /\t/, $_, -1;

    push @networks, [ $network, record(@columns[0 .. 2]) ];
}

close $f;

my $tree = MaxMind::DB::Writer::Tree->new(
    ip_version => $set{ip_version},
    record_size => $set{record_size},
    database_type => $set{database_type},
    languages => [ 'en' ],
    description => { en => 'built for a test' },
    alias_ipv6_to_ipv4 => $set{aliases} eq 'on' && $set{ip_version} == 6,
    remove_reserved_networks => 0,
    map_key_type_callback => sub { ref $_[1] ? 'map' : 'utf8_string' },
);

$tree->insert_network(@$_) for @networks;
$tree->_set_build_epoch($set{build_epoch}) if defined $set{build_epoch};

open $f, '>:raw', $out or die "$out: $!\n";
$tree->write_tree($f);
close $f or die "$out: $!\n";
