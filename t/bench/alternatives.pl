#!/usr/bin/perl

# The same bodies through nginx with what else a user has to look into them,
# in turns: MB/s, the worker's CPU time and its largest memory.
#
#     ROUNDS=3 perl t/bench/alternatives.pl
#
# Lua reads the body, decodes each line with cjson and compares the address.
# ModSecurity parses the body as JSON and has one rule on all arguments; it
# knows no NDJSON and is given an array.  Neither locates an address: "export"
# does.  Every one that inspects has to refuse a body whose last record is
# protected.

use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use Bench;

my $rounds = $ENV{ROUNDS} || 3;
my $modules = $ENV{MODULES} || '/usr/lib/nginx/modules';

my %load = (
    lua => [ 'ndk_http_module', 'ngx_http_lua_module' ],
    modsecurity => [ 'ngx_http_modsecurity_module' ],
);

my %packages = (
    lua => [ 'libnginx-mod-http-lua', 'lua-cjson' ],
    modsecurity => [ 'libnginx-mod-http-modsecurity' ],
);

# what a location is given, beside proxy_pass

my %location = (
    off => 'export_policy off;',
    export => 'export_policy enforce;',
    lua => <<'END',
access_by_lua_block {
    local decode = require("cjson.safe").decode
    ngx.req.read_body()

    local data, file = ngx.req.get_body_data(), ngx.req.get_body_file()
    local lines = data and data:gmatch("[^\n]+") or io.lines(file)

    for line in lines do
        local record = decode(line)

        for _, r in ipairs(record and (record[1] and record or { record })
            or {})
        do
            if type(r.ip) ~= "string" or r.ip == "131.111.8.46" then
                return ngx.exit(451)
            end
        end
    end
}
END
    modsecurity => <<'END',
modsecurity on;
modsecurity_rules '
    SecRuleEngine On
    SecRequestBodyAccess On
    SecRequestBodyLimit 134217728
    SecRequestBodyNoFilesLimit 134217728
    SecRule REQUEST_HEADERS:Content-Type "@contains json" \
        "id:1,phase:1,pass,nolog,ctl:requestBodyProcessor=JSON"
    SecRule ARGS "@streq 131.111.8.46" "id:2,phase:2,deny,status:451,log"
';
END
);


# name, type, how records become a body, how many, of what size, who reads it

my @bodies = (
    [ '16 MB NDJSON, 1 KB', 'application/x-ndjson', \&lines, 16000, 1000,
        [ qw(off export lua) ] ],
    [ '16 MB NDJSON, 200 B', 'application/x-ndjson', \&lines, 80000, 200,
        [ qw(off export lua) ] ],
    [ '1 MB array, 1 KB', 'application/json', \&array, 1000, 1000,
        [ qw(off export lua modsecurity) ] ],
    [ '1 MB array, 200 B', 'application/json', \&array, 5000, 200,
        [ qw(off export lua modsecurity) ] ],
);


sub lines { return join '', map { "$_\n" } @_ }
sub array { return '[' . join(',', @_) . ']' }


sub missing {
    my ($name) = @_;

    return grep { `dpkg-query -W -f '\${Status}' $_ 2>&1` !~ /ok installed/ }
        @{ $packages{$name} || [] };
}


# nginx with one of them only: its memory is its own

sub start {
    my ($name) = @_;
    my $bench = Bench->new->recipient;
    my $load = join '', map { "load_module $modules/$_.so;\n" }
        @{ $load{$name} || [] };

    return $bench->start(<<"END");
%%GLOBALS%%
$load
events {}
http {
    %%HTTP%%
    client_max_body_size 0;
    export_database %%COUNTRIES%%;
    export_subject field:ip;
    server {
        listen 127.0.0.1:%%PORT_0%%;
        location / {
            $location{$name}
            proxy_pass http://%%SINK%%;
        }
    }
}
END
}


sub measure {
    my ($benches, $name, $type, $join, $n, $size, $who) = @_;
    my @records = Bench::records($n, $size);
    my @who = grep { $benches->{$_} } @$who;
    my $send = { type => $type,
        body => [ '', $join->(@records), 1, '' ] };
    my $last = { type => $type,
        body => [ '', $join->(@records, '{"ip":"131.111.8.46"}'), 1, '' ] };
    my (%rate, %cost, %peak);

    for (1 .. $rounds) {
        for my $one (@who) {
            $benches->{$one}->forget_peak;
            my @got = map { $benches->{$one}->transfer('/', $send) }
                1 .. 16000 * 1000 / ($n * $size);

            push @{ $rate{$one} }, map { $_->{rate} } @got;
            push @{ $cost{$one} }, map { $_->{cost} } @got;
            push @{ $peak{$one} }, $benches->{$one}->memory('VmHWM');
        }
    }

    for my $one (@who) {
        my $got = $benches->{$one}->send('/', $last);

        printf "%-20s %-12s %8.1f %9.2f %8d  %s\n", $name, $one,
            Bench::median(@{ $rate{$one} }), Bench::median(@{ $cost{$one} }),
            Bench::median(@{ $peak{$one} }),
            $one eq 'off' ? '' : $got->{status} == 451 ? 'refused' : 'MISSED';
    }
}


my %benches;

for my $name (qw(off export lua modsecurity)) {
    my @missing = missing($name);

    $benches{$name} = start($name) if !@missing;
    print "$name: skipped, not installed: @missing\n" if @missing;
}

printf "%-20s %-12s %8s %9s %8s  %s\n", 'body, record', 'inspected by',
    'MB/s', 'CPU s/GB', 'peak KB', 'protected';

measure(\%benches, @$_) for @bodies;
