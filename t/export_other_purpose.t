#!/usr/bin/perl

# export_other_purpose: what may be declared instead of AI training.

use strict;
use warnings;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/lib";
use Export::Test;


my $t = Export::Test->new;

$t->start(<<'EOC');
export_database %%DB%%;
export_policy enforce;
export_recipients off;

add_header X-Got "$export_reason $export_purpose" always;

export_other_purpose header:X-Data-Purpose analytics ~^support- trailing
                                           "finetune reports";

server {
    listen 127.0.0.1:%%PORT_0%%;

    location / {
        proxy_pass http://%%UPSTREAM%%;
    }

    location /strict {
        export_undeclared training;
        proxy_pass http://%%UPSTREAM%%;

        location /strict/own {
            export_other_purpose arg:why billing;
            export_other_purpose arg:why ai-training refunds;
            proxy_pass http://%%UPSTREAM%%;
        }

        location /strict/field {
            export_purpose field:purpose fine-tune;
            export_purpose header:X-Data-Purpose ai-training;
            export_other_purpose field:purpose assistants batch;
            export_other_purpose header:X-Data-Purpose backup;
            proxy_pass http://%%UPSTREAM%%;
        }
    }
}
EOC

my @protected = ('X-Subject-Country' => 'GB');
my $purpose = 'X-Data-Purpose';
my $other = 'not_training other';
my $pass = 'not_training undeclared';
my $block = 'consent_missing ai_training';
my $malformed = 'purpose_malformed undeclared';


# each row: outcome, uri, headers

for my $row (
    [ $other, '/', $purpose => 'analytics' ],
    [ $other, '/', $purpose => 'Support-Tickets' =~ s/S/s/r ],
    [ $other, '/strict', $purpose => 'ANALYTICS, support-x' ],
    [ $other, '/strict', $purpose => 'analytics;q=1' ],
    [ $other, '/', $purpose => 'trailing' ],
    [ $pass, '/' ], [ $pass, '/', $purpose => 'whatever' ],
    [ $pass, '/', $purpose => 'analytics, whatever' ],
    [ $pass, '/', $purpose => 'analytics', $purpose => 'whatever' ],
    [ $pass, '/', $purpose => 'product analytics' ],
    [ $block, '/strict' ], [ $block, '/strict', $purpose => 'whatever' ],
    [ $block, '/strict', $purpose => 'analytics, whatever' ],
    [ $block, '/', $purpose => 'analytics, ai-training' ],
    [ $malformed, '/', $purpose => 'ai-traning' ],
    [ $block, '/strict', $purpose => 'ai-traning' ],

    # a list of its own, for a source of its own; on both: training

    [ $other, '/strict/own?why=billing' ],
    [ $other, '/strict/own?why=refunds' ],
    [ $block, '/strict/own?why=other' ],
    [ $block, '/strict/own?why=billing', $purpose => 'analytics' ],
    [ $block, '/strict/own?why=billing', $purpose => 'ai-training' ])
{
    my ($want, $uri, @headers) = @$row;
    my $r = $t->get($uri, @protected, @headers);

    is($r->header('X-Got'), $want, join ' ', $uri, @headers);
}

for my $row (
    [ $other, 'assistants' ], [ $block, 'fine-tune' ], [ $block, 'whatever' ],
    [ $block, 'whatever', $purpose => 'backup' ],
    [ $block, 'assistants', $purpose => 'analytics' ],
    [ $other, 'batch', $purpose => 'backup' ])
{
    my ($want, $value, @headers) = @$row;

    is($t->post('/strict/field', "purpose=$value",
        'Content-Type' => 'application/x-www-form-urlencoded', @protected,
        @headers)->header('X-Got'), $want, "field: $value @headers");
}


# each row: error, configuration

for my $row (
    [ 'invalid value "destination"', 'export_other_purpose destination x;' ],
    [ 'invalid source "x"', 'export_other_purpose x y;' ],
    [ 'invalid number of arguments in "export_other_purpose"',
      'export_other_purpose header:X;' ],
    [ 'invalid pattern "~("', 'export_other_purpose header:X ~(;' ])
{
    my ($ok, $errors) = $t->test_conf($row->[1]);
    ok(!$ok && $errors =~ /\[emerg\].*\Q$row->[0]/, $row->[1]) or diag $errors;
}

$t->done;
