#!/usr/bin/perl

# export_undeclared: what a transfer without a purpose is taken for.

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
export_bodyless block;
export_recipients off;

add_header X-Got "$export_reason $export_purpose" always;

server {
    listen 127.0.0.1:%%PORT_0%%;

    location / {
        proxy_pass http://%%UPSTREAM%%;
    }

    location /other {
        export_undeclared other;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /rules {
        export_purpose arg:purpose training;
        export_undeclared training;
        proxy_pass http://%%UPSTREAM%%;
    }
}

server {
    listen 127.0.0.1:%%PORT_1%%;
    export_undeclared training;

    location / {
        proxy_pass http://%%UPSTREAM%%;
    }

    location /other {
        export_undeclared other;
        proxy_pass http://%%UPSTREAM%%;

        location /other/training {
            export_undeclared training;
            proxy_pass http://%%UPSTREAM%%;
        }
    }
}
EOC

my @protected = ('X-Subject-Country' => 'DE');
my $purpose = 'X-Data-Purpose';
my $pass = 'not_training undeclared';
my $other = 'not_training other';
my $block = 'consent_missing ai_training';


# each row: outcome, port, uri, headers

for my $row (
    [ $pass, 0, '/' ], [ $pass, 0, '/other' ],
    [ $block, 1, '/' ], [ $pass, 1, '/other' ],
    [ $block, 1, '/other/training' ],

    # no signal at all: an empty one is none
    [ $block, 1, '/', $purpose => '' ], [ $pass, 0, '/', $purpose => '' ],
    [ $block, 1, '/', $purpose => " \t" ],
    [ $block, 1, '/', 'X-Purpose' => 'analytics' ],

    # declared, as something else
    [ $other, 0, '/', $purpose => 'analytics' ],
    [ $other, 1, '/', $purpose => 'analytics' ],
    [ $other, 1, '/', $purpose => '', $purpose => 'analytics' ],
    [ $other, 0, '/rules?purpose=analytics' ],

    # declared, as training
    [ $block, 0, '/', $purpose => 'ai-training' ],
    [ $block, 1, '/', $purpose => 'ai-training' ],
    [ $block, 1, '/', $purpose => 'analytics, ai-training' ],

    # the rules say what a signal is
    [ $block, 0, '/rules' ], [ $block, 0, '/rules?purpose=' ],
    [ $block, 0, '/rules?purpose' ], [ $block, 0, '/rules?x=analytics' ],
    [ $block, 0, '/rules', $purpose => 'analytics' ])
{
    my ($want, $port, $uri, @headers) = @$row;
    my $r = $t->get($uri, { port => $port }, @protected, @headers);

    is($r->header('X-Got'), $want, join ' ', $port, $uri, @headers);
    is($r->status, $want eq $block ? 451 : 200, 'status');
}


# taken for training, it is judged as training

for my $row (
    [ 'subject_missing' ], [ 'not_protected', 'X-Subject-Country' => 'US' ],
    [ 'location_unknown', 'X-Subject-IP' => '10.0.0.1' ],
    [ 'consent_granted', @protected, 'X-AI-Training-Consent' => 'granted' ],
    [ 'consent_denied', @protected, 'Sec-GPC' => 1 ])
{
    my ($want, @headers) = @$row;
    is($t->get('/', { port => 1 }, @headers)->header('X-Got'),
       "$want ai_training", "$want, @headers");
}


# each row: error, configuration

for my $row (
    [ 'invalid value "block"', 'export_undeclared block;' ],
    [ 'invalid number of arguments in "export_undeclared"',
      'export_undeclared;' ],
    [ 'invalid number of arguments in "export_undeclared"',
      'export_undeclared other training;' ],
    [ '"export_undeclared" directive is duplicate',
      'export_undeclared other; export_undeclared training;' ],
    [ '"export_undeclared" directive is not allowed here',
      'server { location / { if ($args) { export_undeclared other; } } }' ])
{
    my ($ok, $errors) = $t->test_conf($row->[1]);
    ok(!$ok && $errors =~ /\[emerg\].*\Q$row->[0]/, $row->[1]) or diag $errors;
}

$t->done;
