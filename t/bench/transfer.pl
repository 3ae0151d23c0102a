#!/usr/bin/perl

# Instructions that a worker spends on a header-only transfer, over bare
# proxy_pass.  callgrind counts user-space instructions, so the figure does
# not depend on what else the machine does: (I(2N) - I(N)) / N.  Counted is
# the event loop only: starting and stopping, with the databases and patterns
# that are read and freed there, is no part of a transfer.
#
# "bare" is the same request through a proxy_pass without the module.  The row
# with the policy off is not zero because reading a database leaves gaps in
# the heap, and malloc() takes longer to find memory in one than to take it
# from the end.  With a policy on the gaps are taken by what it compiles.

use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use Bench;

use IO::Socket::INET;
use POSIX qw(WNOHANG);

my $n = $ENV{TRANSFERS} || 300;
my $nginx = $ENV{EXPORT_NGINX} || '/usr/sbin/nginx';
my $root = "$FindBin::Bin/../..";
my $module = $ENV{EXPORT_MODULE}
    || "$root/build/ngx_http_export_policy_module.so";
my $database = Bench::countries();
my $bench = Bench->new;
my $dir = $bench->dir;
my ($port, $upstream) = map { $bench->port($_) } 0, 1;

my $default = 'export_policy enforce;';
my $rules = <<'END';
export_policy  enforce;
export_purpose header:X-Data-Purpose ai-training fine-tuning;
export_purpose destination "~^training\.example\.net/"
                           "~*^[^/]*/v1/(training|fine-tunes)(/|;|$)";
export_subject header:X-Subject-IP;
export_subject header:X-Subject-Country as=country;
export_subject header:Forwarded as=forwarded;
END

# what is sent: the headers of a small API client, and the policy's

my $common = "Host: api.example.com\r\nUser-Agent: client/1.0\r\n"
    . "Accept: */*\r\nAccept-Encoding: gzip\r\nAuthorization: Bearer x\r\n";

my %send = (
    none    => '',
    pass    => "X-Data-Purpose: ai-training\r\nX-Subject-IP: 8.8.8.8\r\n",
    consent => "X-Data-Purpose: ai-training\r\nX-Subject-IP: "
        . "131.111.8.46\r\nX-AI-Training-Consent: granted\r\n",
    other   => "X-Data-Purpose: billing\r\nX-Subject-IP: 8.8.8.8\r\n",
);

# name, policy, headers; each beside bare proxy_pass with the same headers

my @rows = (
    [ 'loaded, policy off', 'export_policy off;', 'pass' ],
    [ 'defaults, no policy header', $default, 'none' ],
    [ 'defaults, US subject', $default, 'pass' ],
    [ 'all rules, US subject', $rules, 'pass' ],
    [ 'all rules, GB with consent', $rules, 'consent' ],
    [ 'all rules, other purpose', $rules, 'other' ],
);

sub write_file {
    my ($name, $text) = @_;
    open my $f, '>', "$dir/$name" or die "$name: $!";
    print $f $text;
    close $f or die "$name: $!";
}

sub http {
    my ($prefix, $body) = @_;
    my $temp = join '', map { "${_}_temp_path $dir/$prefix$_;\n" }
        qw(client_body proxy fastcgi uwsgi scgi);

    return "daemon off; master_process off; pid $dir/${prefix}pid;\n"
        . "error_log $dir/${prefix}log error;\n"
        . "events { worker_connections 64; }\n"
        . "http { access_log off; keepalive_requests 1000000;\n"
        . "$temp$body}\n";
}

sub proxy_conf {
    my ($policy) = @_;
    my $load = $policy ? "load_module $module;\n" : '';
    my $database = $policy ? "export_database $database;\n" : '';

    write_file('nginx.conf', $load . http('proxy_', <<"END"));
$database
upstream recipient { server 127.0.0.1:$upstream; keepalive 4; }
server {
    listen 127.0.0.1:$port;
    location / {
        $policy
        proxy_pass http://recipient;
        proxy_http_version 1.1;
        proxy_set_header Connection "";
    }
}
END
}

sub wait_for {
    my ($p) = @_;
    for (1 .. 300) {
        return if IO::Socket::INET->new(PeerAddr => "127.0.0.1:$p");
        select undef, undef, undef, 0.1;
    }
    die "port $p does not answer\n";
}

sub recipient {
    my $pid = fork // die $!;
    return $pid if $pid;

    write_file('up.conf', http('up_',
        "server { listen 127.0.0.1:$upstream; return 204; }\n"));
    exec $nginx, '-c', "$dir/up.conf", '-e', "$dir/up_log" or die $!;
}

sub transfers {
    my ($count, $headers) = @_;
    my $s = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port") or die $!;
    my $request = "GET /v1/export HTTP/1.1\r\n$common$send{$headers}\r\n";

    for (1 .. $count) {
        syswrite $s, $request;
        my $answer = '';
        while ($answer !~ /\r\n\r\n/) {
            sysread($s, $answer, 4096, length $answer) or die "closed\n";
        }
        $answer =~ /^HTTP\/1.1 204/ or die "unexpected: $answer\n";
    }
}

sub instructions {
    my ($count, $headers) = @_;

    unlink "$dir/callgrind";
    my $pid = fork // die $!;

    if ($pid == 0) {
        open STDERR, '>', "$dir/valgrind.log";
        exec 'valgrind', '--tool=callgrind', '--collect-atstart=no',
            '--toggle-collect=ngx_process_events_and_timers',
            "--callgrind-out-file=$dir/callgrind", $nginx, '-c',
            "$dir/nginx.conf", '-e', "$dir/proxy_log" or die $!;
    }

    wait_for($port);
    transfers($count, $headers);

    # a signal just before epoll_wait() is not seen until the next event

    while (waitpid($pid, WNOHANG) == 0) {
        kill TERM => $pid;
        select undef, undef, undef, 0.2;
    }

    open my $f, '<', "$dir/callgrind" or die "callgrind: $!";
    while (my $line = <$f>) {
        return $1 if $line =~ /^(?:summary|totals): (\d+)/;
    }
    die "no total\n";
}

sub each_transfer {
    my ($policy, $headers) = @_;
    proxy_conf($policy);
    my ($one, $two) = map { instructions($_ * $n, $headers) } 1, 2;
    return ($two - $one) / $n;
}

my $up = recipient();
my %bare;

END { kill TERM => $up if $up }

wait_for($upstream);

printf "%-28s %8s %8s %8s\n", 'instructions per transfer', 'bare', 'with',
    'over';

for my $row (@rows) {
    my ($name, $policy, $headers) = @$row;
    my $bare = $bare{$headers} //= each_transfer('', $headers);
    my $with = each_transfer($policy, $headers);

    printf "%-28s %8.0f %8.0f %+8.0f\n", $name, $bare, $with, $with - $bare;
}
