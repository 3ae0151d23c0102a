#!/usr/bin/perl

# A large NDJSON body through nginx, inspected and not, in turns: MB/s, their
# ratio, and what the worker's memory comes to.

use strict;
use warnings;

use File::Temp qw(tempdir);
use FindBin;
use IO::Socket::INET;
use POSIX ();
use Time::HiRes qw(time sleep);

my $mb = $ENV{MEGABYTES} || 256;
my $rounds = $ENV{ROUNDS} || 5;
my $nginx = $ENV{EXPORT_NGINX} || '/usr/sbin/nginx';
my $root = "$FindBin::Bin/../..";
my $module = $ENV{EXPORT_MODULE}
    || "$root/build/ngx_http_export_policy_module.so";
my $dir = tempdir(CLEANUP => 1);
my ($port, $sink) = (8471, 8472);

my $text = 'the quick brown fox jumps over the lazy dog ' x 24;
my $block = join '', map {
    qq({"id":$_,"ip":"8.8.8.8","text":") . substr($text, 0, 150 + $_ % 800)
        . qq("}\n) } 1 .. 1600;

my @rows = map { my $how = $_; map { [ $how->[0], $_, $how->[1] ] }
    'off', 'enforce' }
    [ 'nginx\'s default buffering', '' ],
    [ 'whole body in memory', 'client_body_buffer_size ' . ($mb + 8) . 'm;' ];


sub write_conf {
    my $locations = join '', map {
        "location /$_ { export_policy $rows[$_][1]; $rows[$_][2]\n"
        . "proxy_pass http://127.0.0.1:$sink; }\n" } 0 .. $#rows;

    open my $conf, '>', "$dir/nginx.conf" or die "nginx.conf: $!";
    print $conf <<"END";
load_module $module;
user root; daemon off; pid $dir/pid; error_log $dir/error.log;
worker_processes 1;
events {}
http {
access_log off; client_max_body_size 0;
client_body_temp_path $dir/body; proxy_temp_path $dir/proxy;
fastcgi_temp_path $dir/f; uwsgi_temp_path $dir/u; scgi_temp_path $dir/s;
export_database $root/build/geoip/country.mmdb;
export_subject field:ip;
server { listen 127.0.0.1:$port; $locations }
}
END
    close $conf;
}


# takes bodies, and answers when their end is there

sub start_sink {
    my $listen = IO::Socket::INET->new(LocalAddr => "127.0.0.1:$sink",
        Listen => 5, ReuseAddr => 1) or die "listen: $!";
    my $pid = fork // die "fork: $!";

    return $pid if $pid;

    while (my $socket = $listen->accept) {
        my ($head, $left) = ('');

        while (sysread $socket, my $got, 1 << 20) {
            if (!defined $left) {
                $head .= $got;
                $head =~ /\r\n\r\n/ or next;
                ($left) = $head =~ /content-length: (\d+)/i;
                $left -= length($head) - $+[0] if $head =~ /\r\n\r\n/;
            } else {
                $left -= length $got;
            }

            last if $left <= 0;
        }

        syswrite $socket, "HTTP/1.0 204 No Content\r\n\r\n";
    }

    POSIX::_exit(0);
}


sub transfer {
    my ($n) = @_;
    my $socket = IO::Socket::INET->new("127.0.0.1:$port") or die "connect: $!";
    my $blocks = int($mb * 1048576 / length $block);
    my $start = time;

    syswrite $socket, "POST /$n HTTP/1.0\r\nHost: api.example.com\r\n"
        . "X-Data-Purpose: ai-training\r\n"
        . "Content-Type: application/x-ndjson\r\nContent-Length: "
        . $blocks * length($block) . "\r\n\r\n";

    for (1 .. $blocks) {
        my $sent = 0;
        $sent += syswrite($socket, $block, length($block) - $sent, $sent)
            // die "write: $!" while $sent < length $block;
    }

    my $reply = <$socket> // '';
    $reply =~ / 204 / or die "row $n: $reply";

    return $blocks * length($block) / 1e6 / (time - $start);
}


sub memory {
    my ($master) = @_;
    my ($worker) = split ' ', `pgrep -P $master`;

    open my $file, '<', "/proc/$worker/status" or die "status: $!";
    my ($kb) = map { /^VmHWM:\s+(\d+)/ ? $1 : () } <$file>;

    return $kb;
}


sub median { return (sort { $a <=> $b } @_)[@_ / 2] }


write_conf();

our ($pid, $other);

$other = start_sink();
$pid = fork // die "fork: $!";
exec $nginx, '-p', $dir, '-c', "$dir/nginx.conf" if !$pid;

sleep 0.1 until -s "$dir/pid" || waitpid($pid, 1) > 0;
sleep 0.5;

my (@rate, @ratio);

for my $round (1 .. $rounds) {
    for my $n (0 .. $#rows) {
        push @{ $rate[$n] }, transfer($n);
        push @{ $ratio[$n] }, $rate[$n][-1] / $rate[$n - 1][-1] if $n % 2;

        printf "worker's largest memory, policy %s: %d KB\n", $rows[$n][1],
            memory($pid) if $round == 1 && $n < 2;
    }
}

printf "%-26s %-8s %9s %7s\n", "$mb MB", 'policy', 'MB/s', 'ratio';
printf "%-26s %-8s %9.0f %7s\n", @{ $rows[$_] }[0, 1], median(@{ $rate[$_] }),
    $_ % 2 ? sprintf '%.2f', median(@{ $ratio[$_] }) : '' for 0 .. $#rows;


END { kill 'TERM', grep { $_ } $pid, $other }
