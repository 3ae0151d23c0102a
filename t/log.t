#!/usr/bin/perl

# One warn line for each block, and no personal data in the error log.

use strict;
use warnings;

use FindBin;
use JSON::PP;
use Test::More;

use lib "$FindBin::Bin/lib";
use Export::Test;


my $t = Export::Test->new;

my $conf = <<'EOC';
export_database %%DB%%;
export_policy enforce;
export_bodyless block;
export_undeclared training;

large_client_header_buffers 4 64k;

server {
    listen 127.0.0.1:%%PORT_0%%;

    location / {
        export_subject header:X-Subject-IP;
        export_subject header:X-Subject-Country as=country;
        export_subject header:X-User as=id;
        export_subject header:Forwarded as=forwarded;
        export_subject arg:ip;
        export_consent header:X-AI-Training-Consent granted;
        export_consent arg:token granted;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /monitor {
        export_policy monitor;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /page {
        error_page 451 /page/again;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /inner {
        export_policy off;
        auth_request /auth;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /auth {
        proxy_pass http://%%UPSTREAM%%;
    }

    location /quiet {
        error_log %%DIR%%/quiet.log error;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /own {
        error_log %%DIR%%/own.log warn;
        proxy_pass http://%%UPSTREAM%%;
    }
}
EOC

$t->start($conf);

my $ip = '81.2.69.160';
my @who = ('X-Subject-IP' => $ip);

$t->secret($ip, '2a02:c7c', 'user-4711', 's3cret', 'Ruritania');


# the lines about blocks that one request makes

sub lines {
    my ($uri, @headers) = @_;
    my $from = length $t->log;
    my $r = $t->get($uri, @headers);

    return ($r, substr($t->log, $from) =~ /^(.*export blocked.*)$/mg);
}


my ($r, @lines) = lines("/?ip=$ip&token=s3cret", @who,
    'X-User' => 'user-4711', Host => 'API.Example.com:80');
my $id = decode_json($r->body)->{decision_id};

is(scalar @lines, 1, 'one line');
is($lines[0] =~ s/^\S+ \S+ //r =~ s/\d+#\d+: \*\d+ //r,
   '[warn] export blocked, reason: "consent_invalid", purpose: "ai_training",'
   . ' recipient: "api.example.com", decision: "' . $id . '"', 'in full');

# each row: reason, uri, headers

for ([ 'consent_missing', '/', @who ],
     [ 'consent_missing', '/', 'X-Subject-IP' => '2a02:c7c::1' ],
     [ 'consent_denied', '/', @who, 'Sec-GPC' => 1 ],
     [ 'consent_invalid', '/', @who, 'X-AI-Training-Consent' => 's3cret' ],
     [ 'subject_missing', '/' ], [ 'location_unknown', '/?ip=10.0.0.1' ],
     [ 'subject_malformed', '/', 'X-Subject-IP' => "$ip." ],
     [ 'subject_malformed', "/?ip=$ip/24" ],
     [ 'consent_missing', '/', 'X-Subject-IP' => "$ip, x" x 3000 ],
     [ 'subject_malformed', '/', Forwarded => 'for="user-4711' ],
     [ 'subject_malformed', '/', 'X-Subject-Country' => 'Ruritania' ],
     [ 'location_unknown', '/', 'X-User' => 'user-4711' ],
     [ 'consent_missing', '/page', @who ], [ 'consent_missing', '/auth', @who ],
     [ 'consent_missing', '/inner?s3cret', @who ])
{
    my ($reason, $uri, @headers) = @$_;

    (undef, @lines) = lines($uri, @headers);
    is(scalar @lines, 1, "$reason: $uri: one line");
    like($lines[0], qr/\[warn\] .*: \*\d+ export blocked, reason: "$reason"/,
         "$reason: $uri");
}

(undef, @lines) = lines('/monitor', @who);
like($lines[0], qr/export blocked, monitor only, reason: "consent_missing"/,
     'monitor');
is(scalar @lines, 1, 'monitor: one line');

(undef, @lines) = lines('/', 'X-Subject-IP' => '216.160.83.1');
is(scalar @lines, 0, 'allowed');

(undef, @lines) = lines('/', @who, Host => "a\"b\x01");
is(scalar @lines, 0, 'host that nginx refuses');

$t->get('/own', @who);
like($t->read('own.log'), qr/export blocked/, 'error_log of a location');
$t->get('/quiet', @who);
unlike($t->read('quiet.log'), qr/export blocked/, 'its level');

$t->done;
