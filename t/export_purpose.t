#!/usr/bin/perl

# export_purpose: what marks a transfer as AI training.

use strict;
use warnings;

use FindBin;
use Test::More;
use Time::HiRes qw(time);

use lib "$FindBin::Bin/lib";
use Export::Test;


my $t = Export::Test->new;

$t->start(<<'EOC');
export_database %%DB%%;
export_policy enforce;
export_bodyless block;

add_header X-Got "$export_purpose $export_reason" always;

underscores_in_headers on;

server {
    listen 127.0.0.1:%%PORT_0%%;

    location / {
        proxy_pass http://%%UPSTREAM%%;
    }

    location /literal {
        export_purpose header:X-Why "deep learning" Rank;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /regex {
        export_purpose header:X-Why ~^Train ~*^tune$ "~^b{2}$";
        proxy_pass http://%%UPSTREAM%%;
    }

    location /arg {
        export_purpose arg:purpose ai-training "fine tuning";
        export_purpose arg:for ~^gp[tu]$;
        proxy_pass http://%%UPSTREAM%%;

        location /arg/rewrite {
            rewrite ^ /arg/plain?x=1 break;
            proxy_pass http://%%UPSTREAM%%;
        }
    }

    location /slow {
        export_purpose header:X-Why "~^(a|aa)+$";
        proxy_pass http://%%UPSTREAM%%;
    }

    location /off {
        export_policy off;
        proxy_pass http://%%UPSTREAM%%;
    }
}

server {
    listen 127.0.0.1:%%PORT_1%%;

    export_purpose destination api.example.com/v1/train
                               "~^(.+\.)?train\.example\.net/"
                               "~*^[^/]*/v1/fine-tunes(/|$)";
    location / {
        proxy_pass http://%%UPSTREAM%%;
    }

    location /fixed {
        export_destination Train.Example.NET.:8443;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /slow {
        export_purpose destination "~^localhost/slow/(a|aa)+$";
        proxy_pass http://%%UPSTREAM%%;
    }
}

server {
    listen 127.0.0.1:%%PORT_2%%;

    export_purpose header:X-Outer train;

    location / {
        proxy_pass http://%%UPSTREAM%%;
    }

    location /own {
        export_purpose header:X-Inner train;
        export_purpose header:X-Other train;
        proxy_pass http://%%UPSTREAM%%;

        location /own/deep {
            proxy_pass http://%%UPSTREAM%%;
        }
    }
}
EOC

my $training = 'ai_training subject_missing';
my $other = 'other not_training';
my $nothing = 'undeclared not_training';
my $malformed = 'other purpose_malformed';
my $error = 'other internal_error';


sub got {
    my ($port, $uri, @headers) = @_;

    return $t->get($uri, { port => $port }, @headers)->header('X-Got');
}


# each row: what it says, the outcome, uri, headers

sub table {
    my ($port, $group, @rows) = @_;

    is(got($port, @$_[2 .. $#$_]), $_->[1], "$group: $_->[0]") for @rows;
}


sub purpose {
    my ($group, $uri, $name, @rows) = @_;

    table(0, $group, map {
        my ($want, @values) = @$_;
        my $text = join(' | ', @values) =~ s/[^ -~]/./gr;
        [ $text, $want, $uri, map { $name => $_ } @values ]
    } @rows);
}


purpose('default', '/', 'X-Data-Purpose', map { [ $training, $_ ] }
    qw(ai-training ai_training aitraining ai.training AI-Training llm-training
    ml_training model-training machine-learning train-ai training pretraining
    pre-training fine-tune fine_tune finetune fine-tuning fine_tuning
    finetuning FINETUNING), 'ai training', 'model training', 'fine tuning');

purpose('default', '/', 'X-Data-Purpose',
    [ $nothing ], [ $nothing, '' ], [ $nothing, ' ' ],
    [ $other, 'analytics' ], [ $malformed, 'ai-trainings' ],
    [ $other, 'no-ai-training' ], [ $training, 'ai--training' ]);

# standards and vendors

purpose('standard', '/', 'X-Data-Purpose', map { [ $training, $_ ] }
    qw(MLTRAINING http://terminology.hl7.org/CodeSystem/v3-ActReason|MLTRAINING
    train Train training-data training_data trainingData TrainingData
    ai_model_training AIModelTraining machine-learning-training fineTuning
    dpv:Training dpv-ai:Training ai:Training
    c2pa.ai_training c2pa.ai_generative_training train-genai ai-train
    pre_training PreTraining finetune-llm llm-pre-training),
    'v3-ActReason#MLTRAINING', 'urn:oid:2.16.840.1.113883.5.8#MLTRAINING',
    'https://w3id.org/dpv#Training', 'https://w3id.org/dpv/ai#Training',
    '<https://w3id.org/dpv/ai#TrainingData>',
    'machine learning training', "ai\ttraining", 'LLM pre-training');

purpose('among others', '/', 'X-Data-Purpose',
    [ $training, 'product improvement and AI training' ],
    [ $training, 'analytics, product improvement (ML training)' ],
    [ $training, 'customer_ai_training_2026' ],
    [ $other, 'security awareness training' ], [ $other, 'training-room' ],
    [ $other, 'train station' ], [ $other, 'openai' ],
    [ $other, 'book a training' ], [ $other, 'used at training' ],
    [ $other, 'not AI training' ]);

purpose('other words for it', '/', 'X-Data-Purpose', map { [ $training, $_ ] }
    'artificial intelligence training', 'training of artificial intelligence',
    'train an AI', 'training our AI', 'ai-retraining', 'model retraining',
    'retrain models', 'training large language models', 'trainLanguageModels',
    'training foundation models', 'training_job', 'Training-File', 'retrain',
    'analytics; ai-training', 'analytics; x=1; for model training');

# nor are these, whatever they share with it

purpose('something else', '/', 'X-Data-Purpose', map { [ $other, $_ ] }
    'analytics', 'model evaluation', 'model serving', 'fraud detection',
    'customer support', 'training and certification', 'staff training',
    'strain', 'trains', 'constraints', 'connection draining', 'inference',
    'training course', 'staff retraining', 'ai tracing', 'llm-tracing',
    'ml-monitoring', 'trading-data', 'track-models', 'database tuning',
    'network tracing', 'train schedules', 'training records', 'sales; retrain',
    'remaining', 'machine maintenance', 'artificial intelligence');

purpose('misspelt', '/', 'X-Data-Purpose', map { [ $malformed, $_ ] }
    qw(ai-traning ai-trainnig ai-trainingg ia-training MLTRAINNG
    traning finetuing fine-tuns machine-lerning), 'sales and AI traning');

purpose('list', '/', 'X-Data-Purpose',
    [ $training, 'analytics, ai-training' ],
    [ $training, ',, ai-training ,' ],
    [ $training, "analytics,\tai-training" ],
    [ $training, 'analytics', 'ai-training' ],
    [ $training, 'ai-training', 'analytics' ],
    [ $training, 'ai-training;q=0.5' ],
    [ $training, 'analytics;a=b , ai-training ; c="d"' ],
    [ $training, '"ai-training"' ],
    [ $training, '" ai-training "' ],
    [ $training, 'analytics;x="a,b", ai-training' ],
    [ $training, '"a\\", b", ai-training' ],
    [ $other, 'analytics;x="ai-training"' ],
    [ $training, '"a, ai-training"' ], [ $training, '[ai-training]' ],
    [ $training, 'analytics ai-training' ], [ $malformed, 'ai%2dtraining' ],
    [ $other, 'employee training' ], [ $other, 'sales; training' ]);

purpose('malformed', '/', 'X-Data-Purpose',
    [ $malformed, '"analytics' ], [ $malformed, "anal\x01ytics" ],
    [ $malformed, "analyse d\xc3\xa9taill\xc3\xa9e" ],
    [ $malformed, '=?utf-8?q?ai=2Dtraining?=' ],
    [ $malformed, 'analytics', '"x' ],
    [ $training, '"x, ai-training' ], [ $training, "ai-training, \xff" ]);

my @bad = ('X-Data-Purpose' => '"analytics');

table(0, 'malformed',
    [ 'nobody protected', 'other not_protected', '/', @bad,
      'X-Subject-IP' => '216.160.83.1' ],
    [ 'protected', $malformed, '/', @bad, 'X-Subject-IP' => '81.2.69.160' ],
    [ 'unknown', $malformed, '/', @bad, 'X-Subject-IP' => '198.51.100.1' ],
    [ 'consent', 'other consent_granted', '/', @bad,
      'X-Subject-IP' => '81.2.69.160',
      'X-AI-Training-Consent' => 'granted' ]);

purpose('literal', '/literal', 'X-Why',
    [ $training, 'Deep Learning' ], [ $training, 'x, RANK;y' ],
    [ $other, 'deep' ], [ $other, 'ai-training' ]);

purpose('regex', '/regex', 'X-Why',
    [ $training, 'Training' ], [ $other, 'training' ], [ $training, 'TUNE' ],
    [ $training, 'a, tune' ], [ $other, 'tuned' ], [ $training, 'a, bb;c' ],
    [ $training, 'Train it, or not' ], [ $other, 'a Train' ]);

table(0, 'names',
    [ 'any case', $training, '/', 'x-DATA-purpose' => 'ai-training' ],
    [ 'underscores', $training, '/', 'X_Data_Purpose' => 'ai-training' ],
    [ 'not a prefix', $nothing, '/', 'X-Data-Purpose2' => 'ai-training' ],
    [ 'default replaced', $nothing, '/literal',
      'X-Data-Purpose' => 'ai-training' ],
    [ 'off', '', '/off', 'X-Data-Purpose' => 'ai-training' ]);

table(0, 'arg', map { [ $_->[1], $_->[0], "/arg$_->[1]" ] }
    [ $nothing, '' ], [ $nothing, '?' ], [ $nothing, '?x=ai-training' ],
    [ $training, '?purpose=ai-training' ],
    [ $training, '?PURPOSE=AI-TRAINING' ],
    [ $other, '?purpose=analytics' ], [ $nothing, '?purpose' ],
    [ $nothing, '?purpose=' ],
    [ $training, '?purpose=analytics&purpose=ai-training' ],
    [ $training, '?purpose=ai-training&purpose=analytics' ],
    [ $training, '?x&&p%75rpose=ai%2Dtraining' ],
    [ $training, '?purpose=fine+tuning' ],
    [ $training, '?purpose=x,fine%20tuning' ],
    [ $training, '?purpose=%20ai-training' ],
    [ $malformed, '?purpose=ai%252Dtraining' ],
    [ $malformed, '?purpose=%00' ], [ $malformed, '?purpose=%C3%A9' ],
    [ $training, '?for=gpt' ], [ $other, '?for=gpx' ],
    [ $training, '?for=gpx&purpose=ai-training' ],
    [ $training, '/rewrite?purpose=ai-training' ]);

table(1, 'destination', map {
    [ "$_->[1]$_->[2]", $_->[0], $_->[2], Host => $_->[1] ]
} [ $training, 'api.example.com', '/v1/train' ],
  [ $training, 'API.Example.COM', '/v1/train?x' ],
  [ $training, 'api.example.com:443', '/v1/train' ],
  [ $training, 'api.example.com.', '/v1/train' ],
  [ $nothing, 'api.example.com', '/v1/training' ],
  [ $nothing, 'api.example.org', '/v1/train' ],
  [ $training, 'api.example.com', '/v1/tr%61in' ],
  [ $training, 'api.example.com', '/v1/%2574rain' ],
  [ $training, 'api.example.com', '//v1//train' ],
  [ $training, 'api.example.com', '/v1/x/../train' ],
  [ $training, 'api.example.com', '/v1/x/%2e%2E/train' ],
  [ $training, 'api.example.com', '/v1;a=b/train;c' ],
  [ $training, 'train.example.net', '/' ],
  [ $training, 'eu.train.example.net', '/a' ],
  [ $nothing, 'untrain.example.net', '/a' ],
  [ $training, 'example.org', '/v1/fine-tunes' ],
  [ $training, 'example.org', '/V1/FINE-TUNES/x' ],
  [ $nothing, 'example.org', '/v2/v1/fine-tunes' ],
  [ $training, 'example.org', '/fixed' ]);

table(2, 'merge',
    [ 'inherited', $training, '/', 'X-Outer' => 'train' ],
    [ 'no default', $nothing, '/', 'X-Data-Purpose' => 'ai-training' ],
    [ 'replaced', $nothing, '/own', 'X-Outer' => 'train' ],
    [ 'own', $training, '/own', 'X-Inner' => 'train' ],
    [ 'own, second', $training, '/own', 'X-Other' => 'train' ],
    [ 'any evidence wins', $training, '/own', 'X-Inner' => 'no',
      'X-Other' => 'train' ],
    [ 'inherited deep', $training, '/own/deep', 'X-Inner' => 'train' ]);


# a regex that runs away

my $start = time;

is(got(0, '/slow', 'X-Why' => 'a' x 5000 . '!'), $error, 'limit: header');
is(got(1, '/slow/' . 'a' x 5000 . '!'), 'undeclared internal_error',
   'limit: destination');
is(got(0, '/slow', 'X-Why' => 'aaa'), $training, 'limit: not reached');
cmp_ok(time - $start, '<', 1, 'limit: quickly');

$t->done;
