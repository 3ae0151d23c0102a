#!/usr/bin/perl

# The evasion corpus: attempts to get protected records past the policy, and
# clean transfers that must pass.  t/evasions/README.md explains the cases.
#
# They run with each way of export_body: where records are dropped, a transfer
# may also pass without those of anybody who is protected.
#
# EXPORT_EVASIONS_GATE=0 runs them without the policy.  Most refusals must
# fail then; that shows that the corpus and this runner see a forward.

use strict;
use warnings;

use FindBin;
use IO::Uncompress::Gunzip qw(gunzip);
use POSIX ();
use Test::More;

use lib "$FindBin::Bin/lib";
use Export::Evasions qw(body_of bytes_of cases);
use Export::Test;

# which cases run: all, or those without a body
my $bodies = 1;

my $gated = $ENV{EXPORT_EVASIONS_GATE} // 1;
my $only = $ENV{EXPORT_EVASIONS_ONLY} // '';
my @modes = $gated ? qw(inspect redact stream) : qw(inspect);
my $workers = 8;
my $host = 'gate.test';


my $policy = $gated ? <<'EOC' : '';

export_database %%EVASIONS%%;
export_policy enforce;
export_bodyless block;

export_purpose header:X-Data-Purpose ai-training;
export_purpose destination "~*^[^/]*/v1/(training|fine-tunes)(/|;|$)"
                           "~^(.+\.)?train\.example\.net/";

export_subject header:X-Subject-IP;
export_subject header:Forwarded as=forwarded;
EOC

$policy .= <<'EOC' if $gated && $bodies;

export_purpose field:purpose fine-tune ai-training;
export_subject field:ip;
export_body %%BODY%%;
EOC

my $conf = <<'EOC';
ignore_invalid_headers off;
underscores_in_headers on;

# room for the longest list: nginx closes an HTTP/2 connection beyond it
large_client_header_buffers 4 128k;

server {
    listen 127.0.0.1:%%PORT_0%%;
    listen 127.0.0.1:%%PORT_2%% http2;

    location / {
        proxy_http_version 1.1;
        proxy_request_buffering %%BUFFERING%%;
        proxy_pass http://%%UPSTREAM%%;
    }
}
EOC

# who is protected in t/data/evasions.tsv, wherever a case does not say it
my $protected = qr/81\.2\.69\.1|2\.125\.160\.|2a02:|89\.160\.20\./;


sub pairs {
    return map { map { bytes_of($_) } @$_ } @{ $_[0] || [] };
}


sub chosen {
    my @cases = grep { $_->{id} =~ /$only/ } cases();

    return $bodies ? @cases
        : grep { !defined body_of($_->{request}) } @cases;
}


sub h1_pieces {
    my ($t, $case) = @_;
    my $request = $case->{request};
    my $body = body_of($request);
    my $last = ($case->{judge} // '') eq 'last';
    my @pairs = pairs($request->{headers});
    my $named = grep { $pairs[2 * $_] =~ /^\s*host\s*$/i }
        0 .. @pairs / 2 - 1;
    my %opt = (no_host => 1, version => $request->{version});

    $opt{body} = $body if !$request->{wire_body};
    $opt{chunked} = $request->{chunk_sizes} || [ 17, 1, 4096 ]
        if $request->{framing} eq 'chunked';

    unshift @pairs, 'X-Case-Id' => $case->{id} . ($last ? '-a' : '');
    unshift @pairs, Host => $host if !$named && !$request->{no_host};

    my $bytes = $t->bytes(bytes_of($request->{method}),
        bytes_of($request->{path}), \%opt, @pairs);
    $bytes .= $body // '' if $request->{wire_body};

    return $bytes if !$request->{segment};

    my $head = substr $bytes, 0, 4 + index($bytes, "\r\n\r\n"), '';
    return ($head, $t->cut($bytes, $request->{segment}));
}


sub run_h1 {
    my ($t, $case) = @_;
    my $last = ($case->{judge} // '') eq 'last';
    my @replies = $t->pieces([ h1_pieces($t, $case) ], 0, timeout => 15,
        half => 1.5, want => $last ? 2 : 1,
        method => $case->{request}{method});
    my $reply = $replies[$last ? -1 : 0];

    return 'closed-after-' . $replies[0]->status
        if $last && @replies < 2 && $replies[0]->status;

    return $reply->status // ($reply->closed ? 'closed' : 'timeout');
}


sub run_h2 {
    my ($t, $case) = @_;
    my $request = $case->{request};
    my $pseudo = $request->{h2_pseudo}
        || [ [ ':method', $request->{method} ], [ ':scheme', 'http' ],
             [ ':authority', $host ], [ ':path', $request->{path} ] ];
    my $reply = $t->h2($request->{method}, $request->{path}, {
        timeout => 15, pseudo => [ pairs($pseudo) ],
        body => body_of($request), sizes => $request->{chunk_sizes} || 8192,
        trailers => [ pairs($request->{h2_trailers}) ],
    }, 'x-case-id' => $case->{id}, pairs($request->{headers}));

    return $reply->status // ($reply->closed || defined $reply->reset
        ? 'closed' : 'timeout');
}


sub run_case {
    my ($t, $case) = @_;
    my $run = $case->{request}{framing} eq 'h2' ? \&run_h2 : \&run_h1;
    my $result = eval { $run->($t, $case) } // "error $@";

    return $result if $result =~ /^\d+$/;

    my $alive = eval { $t->get('/v1/export')->status };
    return $alive && $alive == 200 ? $result : "$result, gate down";
}


# Worker $n takes every $workers-th case; a line of its pipe is a result.

sub worker {
    my ($t, $n, @cases) = @_;

    my $pid = open(my $pipe, '-|') // die "fork: $!\n";
    return $pipe if $pid;

    for (my $i = $n; $i < @cases; $i += $workers) {
        my $result = run_case($t, $cases[$i]) =~ s/\s+/ /gr;
        syswrite STDOUT, "$cases[$i]{id} $result\n";
    }

    POSIX::_exit(0);
}


sub results {
    my ($t, @cases) = @_;
    my @pipes = map { worker($t, $_, @cases) } 0 .. $workers - 1;

    return map { /^(\S+) (.*)\n/ ? ($1, $2) : () } map { <$_> } @pipes;
}


# What reached the recipient for one case: whole connections, as bytes.

sub forwarded {
    my ($connections, $id) = @_;

    return join '', grep { /x-case-id:[ \t]*\Q$id\E\r\n/i } @$connections;
}


sub readable {
    my ($bytes) = @_;
    my $at = index $bytes, "\x1f\x8b";

    return $bytes if $at < 0
        || $bytes !~ /content-encoding:\s*(?:x-)?gzip/i;

    my $packed = substr $bytes, $at;
    my $plain;

    return gunzip(\$packed => \$plain, MultiStream => 1) ? $plain : '';
}


# What must not be in what was forwarded.

sub left {
    my ($case, $bytes) = @_;
    my (undef, $sent) = split /\r\n\r\n/, $bytes, 2;

    return grep { defined } $sent =~ /($protected)/,
        grep { index($bytes, bytes_of($_)) >= 0 }
        @{ $case->{must_not_forward} || [] };
}


# Records may have left before the refused one, but not the request's end.

sub begun {
    my ($case, $bytes) = @_;

    return $bytes =~ /^transfer-encoding: chunked\r\n/mi
        && $bytes !~ /\r\n0\r\n\r\n/ && !left($case, $bytes);
}


# Empty when the outcome is the one the case wants.

sub fault {
    my ($mode, $case, $result, $bytes) = @_;
    my ($want, $status) = ($case->{expected}, $result =~ /^(\d+)$/);
    my $allowed = $status && $status =~ /^2/;
    my $blocked = $status && ($status =~ /^4/ && $status != 404
        || grep { $_ == $status } @{ $case->{ok_status} || [] });
    my $redacts = $want eq 'redact-ok' || $want eq 'block'
        && $mode ne 'inspect' && defined body_of($case->{request});

    return 'leak: it reached the upstream'
        if $want ne 'allow' && !$allowed && $bytes ne ''
            && !($mode eq 'stream' && begun($case, $bytes));

    return $allowed ? '' : 'not allowed' if $want eq 'allow';
    return '' if $blocked || $want eq 'reject400' && $result eq 'closed';
    return 'not refused' if !$allowed || !$redacts;

    my $plain = readable($bytes);
    my @left = left($case, $plain);

    return 'forwarded, and not readable' if $plain eq '';
    return @left ? "forwarded: @left" : '';
}


sub verdict {
    my ($mode, $case, $result, $bytes) = @_;
    my $fault = fault($mode, $case, $result, $bytes);
    my $name = "$mode: $case->{id} $case->{description}";
    my $soft = $fault && $case->{policy_sensitive};

    utf8::encode($name);
    ok(!$fault || $soft, $name);
    diag(($soft ? 'soft: ' : '') . "$case->{id}: want $case->{expected}, "
        . "got $result, $fault: $name") if $fault;
}


sub run_mode {
    my ($mode, @cases) = @_;
    my $t = Export::Test->new($gated ? () : (module => ''));
    my $text = $policy . $conf;

    $text =~ s/%%EVASIONS%%/$t->database('evasions')/e;
    $text =~ s/%%BODY%%/$mode eq 'inspect' ? 'inspect' : 'redact'/e;
    $text =~ s/%%BUFFERING%%/$mode eq 'stream' ? 'off' : 'on'/e;
    $t->start($text);

    is($t->get('/v1/export')->status, 200, "$mode: plain control request");
    $t->forget;

    my %result = results($t, @cases);
    my @connections = $t->seen_by_connection;

    for my $case (@cases) {
        verdict($mode, $case, $result{$case->{id}} // 'no result',
            forwarded(\@connections, $case->{id}));
    }

    return $t->finish;
}


my @cases = chosen();

run_mode($_, @cases) for @modes;
done_testing;
