#!/usr/bin/perl

# The variables, in log_format, add_header and map.

use strict;
use warnings;

use FindBin;
use JSON::PP;
use Test::More;

use lib "$FindBin::Bin/lib";
use Export::Test;


my @names = qw(decision reason purpose recipient jurisdictions consent
    subjects records records_dropped);

my $all = join '|', map { "\$export_$_" } @names;

my $t = Export::Test->new;

$t->start(<<EOC);
export_database %%DB%%;
export_bodyless block;

log_format all '\$request_uri $all|\$export_decision_id';

map \$export_decision \$mapped {
    default     none;
    allow       go;
    block       stop;
}

map \$export_reason \$quiet {
    default     1;
    not_training 0;
}

add_header X-All "$all" always;
add_header X-Id \$export_decision_id always;
add_header X-Again \$export_decision_id always;
add_header X-Mapped \$mapped always;

server {
    listen 127.0.0.1:%%PORT_0%%;
    access_log %%DIR%%/all.log all;
    access_log %%DIR%%/quiet.log all if=\$quiet;

    location / {
        export_policy enforce;
        proxy_set_header X-Id \$export_decision_id;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /monitor {
        export_policy monitor;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /off {
        export_policy off;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /early {
        export_policy enforce;
        set \$early "x\$export_decision";
        add_header X-All "\$early \$export_decision" always;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /returned {
        export_policy enforce;
        return 204;
    }

    location /dest {
        export_policy enforce;
        export_destination \$arg_to;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /moved {
        export_policy enforce;
        try_files /none /monitor/second;
    }
}
EOC

my @training = ('X-Data-Purpose' => 'ai-training');
my @granted = ('X-AI-Training-Consent' => 'granted');
my @uk = ('X-Subject-IP' => '81.2.69.160');
my $id = qr/^[0-9a-f]{32}$/;


# the lines that a log has for a request, once there are any

sub logged {
    my ($log, $uri) = @_;
    my @lines;

    $t->wait_for(sub {
        @lines = map { /^\Q$uri\E (.*)\|(.*)$/ ? [ $1, $2 ] : () }
            split /\n/, $t->read($log);
    });

    return @lines;
}


# each row: uri, what the variables are, what the map says, headers

my $n = 0;

for ([ '/', 'allow|not_training|undeclared|localhost||none|0|0|0', 'go' ],
     [ '/', 'allow|not_training|other|localhost||none|0|0|0', 'go',
       'X-Data-Purpose' => 'x' ],
     [ '/', 'allow|not_protected|ai_training|localhost||none|1|0|0', 'go',
       @training, 'X-Subject-IP' => '216.160.83.1' ],
     [ '/', 'allow|consent_granted|ai_training|localhost|uk|granted|1|0|0',
       'go', @training, @uk, @granted ],
     [ '/', 'block|consent_missing|ai_training|localhost|uk|none|1|0|0',
       'stop', @training, @uk ],
     [ '/', 'block|consent_denied|ai_training|localhost|eea,uk|denied|3|0|0',
       'stop', @training, @uk, 'X-Subject-Country' => 'DE, US',
       'Sec-GPC' => 1 ],
     [ '/', 'block|consent_invalid|ai_training|localhost|ch|invalid|1|0|0',
       'stop', @training, 'X-Subject-Country' => 'CH',
       'X-AI-Training-Consent' => 'maybe' ],
     [ '/', 'block|subject_missing|ai_training|api.example.com||none|0|0|0',
       'stop', @training, Host => 'API.Example.Com:80' ],
     [ '/monitor', 'block|consent_missing|ai_training|localhost|uk|none|1|0|0',
       'stop', @training, @uk ],
     [ '/monitor', 'allow|not_training|undeclared|localhost||none|0|0|0',
       'go' ],
     [ '/moved', 'allow|consent_granted|ai_training|localhost|uk|granted|1|0|0',
       'go', @training, @uk, @granted ],
     [ '/dest', 'block|purpose_malformed|undeclared|||none|0|0|0', 'stop' ])
{
    my ($uri, $want, $mapped, @headers) = @$_;

    $uri .= '?' . ++$n;

    my $r = $t->get($uri, @headers);
    my $name = "$uri @headers";

    is($r->header('X-All'), $want, "$name: add_header");
    is($r->header('X-Mapped'), $mapped, "$name: map");
    like($r->header('X-Id'), $id, "$name: id");
    is($r->header('X-Again'), $r->header('X-Id'), "$name: the same id");

    my @lines = logged('all.log', $uri);
    is_deeply(\@lines, [ [ $want, $r->header('X-Id') ] ], "$name: log");

    if ($r->status == 451) {
        is(decode_json($r->body)->{decision_id}, $r->header('X-Id'),
           "$name: id of the answer");
        like($t->log, qr/decision: "@{[ $r->header('X-Id') ]}"/,
             "$name: id of the error log");

    } elsif ($uri =~ m{^/\?}) {
        is(($t->seen)[-1]->header('X-Id'), $r->header('X-Id'),
           "$name: id at the recipient");
    }
}

is($t->get('/dest?to=Train.Example.net:8443')->header('X-All'),
   'allow|not_training|undeclared|train.example.net||none|0|0|0',
   'own recipient');


# empty where there is no policy, and before it

for ([ '/off?a', '||||||||', @training ], [ '/returned?a', '||||||||' ]) {
    my ($uri, $want, @headers) = @$_;
    my $r = $t->get($uri, @headers);

    is($r->header('X-All'), $want, "$uri: empty");
    is($r->header('X-Id'), undef, "$uri: no id");
    is($r->header('X-Mapped'), 'none', "$uri: map");
}

is($t->get('/early')->header('X-All'), 'x allow', 'not cached too early');


# access_log if=

$t->get('/?quiet');
$t->get('/?loud', @training);

ok(logged('quiet.log', '/?loud'), 'a condition that holds');
unlike($t->read('quiet.log'), qr/quiet/, 'a condition that does not');


my %ids = map { $_->[1] => 1 } map { logged('all.log', "/?$_") } 1 .. 8;
is(scalar keys %ids, 8, 'ids differ');

$t->secret('81.2.69.160');
$t->done;
