#!/usr/bin/perl

# export_recipients: the built-in catalogue against recipients_catalogue.tsv,
# and catalogues of the operator's own.

use strict;
use warnings;

use FindBin;
use JSON::PP;
use Test::More;

use lib "$FindBin::Bin/lib";
use Export::Test;
use Export::Test::Multipart qw(field_part file_part multipart);


my $t = Export::Test->new;
my $rows = $t->source('conf/recipients.conf') =~ s/^#.*\n//gmr;

$t->write('whole.conf', $rows);
$t->write('unmarked.conf', join '', grep { !/mark=field:/ }
    $rows =~ /\G(\s*\S(?:"(?:\\.|[^"\\])*"|[^;"])*;)/g);
$t->write('storage.conf', $t->source('conf/recipients.conf')
    =~ s/.*^# Second hops$//msr =~ s/^#(?!(?:data|control|  {10})).*//gmr
    =~ s/^#//gmr);
$t->write('own.conf', <<'EOC');
# rows of one file: the first that fits decides
control POST   api.example.com /v1/jobs  vendor=Example evidence=doc;
data    *      api.example.com /v1/any;
data    POST   .example.com    /v1/jobs  category=dataset-upload;
data    PUT    *               ~^/train/ mark=arg:purpose=~^fine
                                         mark=header:X-Why=train;
data    POST   ~^data\d+\.example\.org$  "~^/a{2};$";
data    =PUT   b.test          ~^/.;
control POST   ~example\.net$        ~^/job$;
control POST   ~^.*\.example\.edu$  ~^/job$;
control POST   .test                ~^/job$;
control POST   *                    /any-job;
control POST   c.example.info               ~/job$;
control POST   c.example.info               /a/train mark=arg:kind=job;
data    POST   c.example.info               ~^/a/;
control POST   d.example.info               ~^/job$ mark=field:kind=job list=parts;
data    POST   d.example.info               ~^/job$ mark=field:/rows=~.;
control POST   e.example.info               ~^/job$ list=/ "list=~^x";
data    POST   *.below.test    /v1/files/;
data    POST   .domain.test    /v1/fi*;
data    POST   every.test      *;
data    POST   Case.test.      /V1/Files case=sensitive;
data    POST   case.test       ~^/re/X$ case=sensitive;
data    POST   case.test       ~^/any/X$;
data    POST   ~^UPPER\.test$  /v1%2Fx;
data    POST   *               /Lit/Eral;
control POST   one.example.name  ~^/job$;
data    POST   one.example.name  ~/job$;
control POST   all.example.name  ~^/job(?:/.*)?$;
control POST   some.example.name "~^/job(?:/[^/]+){0,2}$";
control POST   two.example.name  ~^/job$|/start$;
EOC
$t->write('other.conf', "data POST api.openai.com /v1/fine_tuning/jobs;\n");

my $conf = <<'EOC';
export_database %%DB%%;
export_policy enforce;
export_bodyless block;

add_header X-Got "$export_purpose $export_reason" always;
EOC

my @servers = ('', 'unmarked.conf', 'whole.conf', 'own.conf', 'off',
    [ 'default', 'own.conf' ], [ 'default', 'other.conf' ],
    "default;\nexport_subject field:ip", 'storage.conf');

for my $n (0 .. $#servers) {
    my @files = grep { $_ } ref $servers[$n] ? @{ $servers[$n] }
        : $servers[$n];

    $conf .= "server {\nlisten 127.0.0.1:%%PORT_$n%%;\n"
        . join('', map { "export_recipients $_;\n" } @files)
        . <<'EOC';
location / {
    proxy_pass http://%%UPSTREAM%%;
}

location /gate/ {
    export_destination api.openai.com;
    proxy_pass http://%%UPSTREAM%%/;
}

location = /v1/uploads/elsewhere/complete {
    set $elsewhere train.example.com;
    proxy_pass http://$elsewhere$request_uri;
}

location /off/ {
    export_recipients off;
    proxy_pass http://%%UPSTREAM%%;
}
}
EOC
}

$t->start($conf);

my %want = (
    data => 'ai_training subject_missing',
    control => 'ai_training no_personal_data',
    '-' => 'undeclared not_training',
);


sub got {
    my ($port, $method, $host, $uri, @headers) = @_;
    my $body = @headers % 2 ? shift @headers : undef;

    return $t->request($method, $uri, { port => $port, body => $body },
        Host => $host, @headers)->header('X-Got');
}


# a body with the field, in the form that such a request has

sub with_field {
    my ($name, $value, $form) = @_;

    return (multipart('b', field_part($name, $value)), 'Content-Type',
        'multipart/form-data; boundary=b') if $form && $name !~ m{^/};

    my $json = $value =~ /^(?:true|false)$/ ? $value
        : JSON::PP->new->allow_nonref->encode($value);

    $json = "{\"$_\":$json}"
        for reverse split m{/}, $name =~ m{^/} ? substr $name, 1 : $name;

    return ($json, 'Content-Type', 'application/json');
}


# a line of the table as a request, with its mark

sub sent {
    my ($form, $method, $host, $path, $query, $mark) = @_;
    my ($source, $name, $value) = $mark =~ /^(\w+):([^=]*)=(.*)/
        or return ($method, $host, $path . ($query eq '-' ? '' : "?$query"));

    $query = "$name=$value" if $source eq 'arg' && $query eq '-';

    return ($method, $host, $path . ($query eq '-' ? '' : "?$query"),
        $source eq 'header' ? ($name => $value)
        : $source eq 'field' ? with_field($name, $value, $form) : ());
}


my $lines = 0;

for (grep { !/^#/ } split /\n/, $t->source('t/recipients_catalogue.tsv')) {
    my ($method, $host, $path, $query, $kind, $mark, $fits) = split /\t/;
    my @request = sent($lines % 2, $method, $host, $path, $query, $mark);
    my $name = "$method $host $path $query $mark";

    $lines++;

    if ($fits eq 'yes') {
        is(got(0, @request), $want{$kind}, "$kind: $name");
        is(got(2, @request), $want{$kind}, "$kind, from the file: $name");
        is(got(1, @request), $want{$kind}, "$kind, without fields: $name")
            if $mark eq '-';

    } else {
        is(got(0, @request), $want{'-'}, "none: $name");
    }

    is(got(4, @request), $want{'-'}, "off: $name") if $lines % 20 == 0;

    # the same but for one thing must not fit

    next if $fits eq 'no';

    is(got(0, 'GET', $host, $path), $want{'-'}, "none: GET $host $path");

    is(got(0, $method, "x$host.example", @request[2 .. $#request]),
        $want{'-'}, "none: $method x$host.example $path")
        if $host !~ /^(?:llm|label|192)/ && $path !~ m{/v\d/files/?$|fine.?tun};

    is(got(0, sent($lines % 2, $method, $host, $path, '-',
        $mark =~ s/=.*/=nothing/r)), $want{'-'}, "none: $name, not its mark")
        if $mark ne '-' && $mark !~ /^field:dataset_id/;
}

cmp_ok($lines, '>', 200, 'lines of the table');


# what is special about paths, methods and marks

my $openai = 'api.openai.com';
my $jobs = '/v1/fine_tuning/jobs';
my @post = (0, 'POST', $openai);

for ([ 'control', @post, $jobs ], [ 'data', @post, "$jobs/" ],
     [ 'data', @post, '/v1/fine_tuning/%6aobs' ],
     [ 'data', @post, '/v1//fine_tuning/x/../jobs;a=b?c' ],
     [ 'control', 0, 'POST', 'API.OpenAI.com.:443', $jobs ],
     [ 'control', 0, 'PUT', $openai, $jobs ],
     [ 'control', 0, 'TRAIN', $openai, $jobs ],
     [ '-', 0, 'GET', $openai, $jobs ], [ '-', 0, 'DELETE', $openai, $jobs ],
     [ '-', 0, 'GET', $openai, $jobs, 'Content-Length' => 0 ],
     [ 'control', 3, 'POST', 'api.example.com', '/v1/jobs' ],
     [ 'data', 3, 'POST', 'eu.example.com', '/v1/jobs' ],
     [ 'data', 3, 'POST', 'example.com', '/v1/jobs' ],
     [ '-', 3, 'POST', 'notexample.com', '/v1/jobs' ],
     [ 'data', 3, 'GET', 'api.example.com', '/v1/any' ],
     [ 'data', 3, 'PUT', 'a.test', '/train/x?purpose=fine-tune' ],
     [ 'data', 3, 'PUT', 'a.test', '/train/x', 'X-Why' => 'a, train' ],
     [ '-', 3, 'PUT', 'a.test', '/train/x?purpose=other' ],
     [ 'data', 3, 'POST', 'data7.example.org', '/aa;' ],
     [ '-', 3, 'POST', 'datax.example.org', '/aa;' ],
     [ 'data', 3, 'PUT', 'b.test', '/x' ],
     [ '-', 3, 'POST', 'b.test', '/x?uploads' ],
     [ 'data', 3, 'POST', 'b.test', '/x', 'X-HTTP-Method-Override' => 'PUT' ],

     # what waives subjects is not the caller's
     [ 'data', 3, 'POST', 'job.example.net', '/job' ],
     [ 'control', 3, 'POST', 'job.example.edu', '/job' ],
     [ 'data', 3, 'POST', 'h.test', '/job' ],
     [ 'data', 3, 'POST', 'any.example', '/any-job' ],
     [ 'data', 3, 'POST', 'c.example.info', '/job' ],
     [ 'data', 3, 'POST', 'c.example.info', '/a/train?kind=job' ],
     [ 'data', @post, '/v1/fine_tuning/jobs%23' ],
     [ 'data', @post, '/v1/x;/../fine_tuning/jobs' ],
     [ 'data', 0, 'POST', 'a.test', '/v1/upload/fine-tune' ],
     [ 'data', @post, $jobs, 'X-Data-Purpose' => 'ai-training' ],
     [ 'control', @post, $jobs, 'X-Data-Purpose' => 'billing' ],

     [ '-', 3, 'XPUT', 'b.test', '/x' ], [ '-', 3, 'GET', 'b.test', '/x' ],
     (map { [ 'data', 3, 'POST', @$_ ] }
      [ 'a.below.test', '/v1/files' ], [ 'a.b.below.test', '/V1/Files/x/y' ],
      [ 'a.below.test', '/v1/files/' ], [ 'domain.test', '/v1/files' ],
      [ 'a.domain.test', '/v1/FI' ], [ 'every.test', '/' ],
      [ 'every.test', '/a/b' ], [ 'case.test', '/V1/Files' ],
      [ 'case.test', '/re/X' ], [ 'case.test', '/ANY/x' ],
      [ 'upper.test', '/V1/X' ], [ 'upper.test', '/v1%2fx' ],
      [ 'some.test', '/LIT/ERAL' ], [ 'some.test', "/lit\xc0\xaferal" ]),
     (map { [ '-', 3, 'POST', @$_ ] }
      [ 'below.test', '/v1/files' ], [ 'a.below.test', '/v1/filesx' ],
      [ 'a.below.test', '/v1' ], [ 'a.domain.test', '/v1/f' ],
      [ 'a.every.test', '/' ], [ 'case.test', '/v1/files' ],
      [ 'case.test', '/re/x' ], [ 'some.test', '/lit/erals' ]),
     [ '-', 3, 'POST', $openai, $jobs ],
     [ 'control', 5, 'POST', $openai, '/v1/uploads/u/complete' ],
     [ 'data', 5, 'POST', 'eu.example.com', '/v1/jobs' ],
     [ 'control', 5, 'POST', $openai, $jobs ],
     [ 'data', 6, 'POST', $openai, $jobs ],
     [ '-', 3, 'POST', 'api.example.com', '/off/../v1/x' ],
     [ '-', 5, 'POST', $openai, '/off/' ])
{
    my ($kind, @request) = @$_;

    is(got(@request), $want{$kind}, "$kind: @request");
}

is($t->request('GET', $jobs, { body => '{}' }, Host => $openai)
   ->header('X-Got'), $want{control}, 'control: GET with a body');


# a job's body describes it, and holds no records

my @json = ('Content-Type', 'application/json');
my @form = ('Content-Type', 'application/x-www-form-urlencoded');
my @parts = ('Content-Type', 'multipart/form-data; boundary=b');

sub part { return multipart('b', field_part(@_)) }

for ([ 'control', '{"training_file":"file-abc","model":"m"}', @json ],
     [ 'control', '{"a":{"b":{"c":[1,"x"]}},"d":[],"e":{}}' ],
     [ 'control', '{"integrations":[{"type":"wandb","tags":[{}]},{}]}', @json ],
     [ 'control', 'training_file=file-abc&model=m&n=16', @form ],
     [ 'control', part('training_file', 'file-abc'), @parts ],
     [ 'control', part('n', '16'), @parts ],
     [ 'data', '{"training_data":[{"text":"x"}]}', @json ],
     [ 'data', '{"integrations":[1],"a":[{}]}', @json ],
     [ 'data', '{"integrations":{"a":[{}]}}', @json ],
     [ 'data', '{"a":["integrations",{}]}', @json ],
     [ 'data', '{"rows":[["81.2.69.160","GB"]]}', @json ],
     [ 'data', '[{"a":1}]', @json ], [ 'data', "{}\n{}\n" ],
     [ 'data', '{"a":1}', 'Content-Type', 'application/x-ndjson' ],
     [ 'data', '{"a":"' . 'x' x 20000 . '"}', @json ],
     [ 'data', '{"a":1', @json ],
     [ 'data', "ip\n1.2.3.4\n", 'Content-Type', 'text/csv' ],
     [ 'data', 'PAR1', 'Content-Type', 'application/vnd.apache.parquet' ],
     [ 'data', 'PAR1', 'Content-Type', 'application/octet-stream' ],
     [ 'data', '{}', @json, 'Content-Encoding', 'br' ],
     [ 'data', 'a=[{"x":1}]', @form ],
     [ 'data', 'a=' . 'x' x 20000, @form ],
     [ 'data', part('f"; filename="a', 'x'), @parts ],
     [ 'data', part('f', '{"a":[{}]}'), @parts ])
{
    my ($kind, @body) = @$_;

    is(got(@post, $jobs, @body), $want{$kind}, "$kind, a job: " . join ' ',
        map { substr $_, 0, 60 } @body);
}

for ([ 'control', 'd.example.info', '{"kind":"job"}' ],
     [ 'control', 'd.example.info', '{"parts":[{}],"kind":"job"}' ],
     [ 'data', 'd.example.info', '{"kind":"job","other":[{}]}' ],
     [ 'data', 'd.example.info', '{"kind":"job","rows":"x"}' ],
     [ 'data', 'd.example.info', '{"rows":"x","kind":"job"}' ],
     [ 'control', 'e.example.info', '[{"xs":[{}]},{}]' ],
     [ 'control', 'e.example.info', "{}\n{}\n" ],
     [ 'data', 'e.example.info', '{"y":[{}]}' ])
{
    my ($kind, $host, $body) = @$_;

    is(got(3, 'POST', $host, '/job', $body), $want{$kind}, "$kind: $body");
}


# a mark in the body counts if the body has it, or cannot be read

my @files = (0, 'POST', $openai, '/v1/files');
for ([ '-' ], [ '-', '' ], [ '-', '{}', @json ],
     [ '-', '{"purpose":"batch"}', @json ],
     [ '-', '{"purpose":null}', @json ],
     [ 'data', '{"purpose":"fine-tune"}', @json ],
     [ 'data', '{"a":[{"purpose":"fine-tune"}]}', @json ],
     [ 'data', '{"purp\u006fse":"fine-tune"}' ],
     [ 'data', '{"purpose":["fine-tune"]}', @json ],
     [ 'data', '{"purpose":"batch"', @json ],
     [ 'data', '{"purpose":"batch"}', @json, 'Content-Encoding', 'br' ],
     [ 'data', '{"purpose":"batch"}', 'Content-Type', 'image/png' ],
     [ '-', 'PNG', 'Content-Type', 'application/octet-stream' ],
     [ 'data', 'PNG' ],
     [ 'data', '{"purpose":"' . 'x' x 2000 . '"}', @json ])
{
    my ($kind, @body) = @$_;

    is(got(@files, @body), $want{$kind}, "$kind: " . join ' ', map {
        substr $_, 0, 40 } @body);
}


# a form that says what a file is for needs no file that can be read

sub form {
    return multipart('b', map {
        my ($name, $text, $type) = @$_;

        $type ? file_part($name, 'f.csv', $text, "Content-Type: $type")
            : field_part($name, $text)
    } @_);
}

my $excel = [ 'file', "a;b\r\nx \"y\" z,\"q\" r\r\n\x96,1\r\n", 'text/csv' ];
my ($assist, $tune) = map { [ 'purpose', $_ ] } 'assistants', 'fine-tune';

for ([ '-', form($assist, $excel) ], [ '-', form($excel, $assist) ],
     [ 'not', form($tune, $excel) ], [ 'not', form($excel, $tune) ],
     [ 'not', form($excel) ], [ 'not', form([ 'purpose', ' ' ], $excel) ],
     [ 'not', form($assist, $excel, $tune) ],
     [ 'not', form($assist, $excel, $assist) ],
     [ 'not', form($assist, $excel) =~ s/--b--\r\n//r ],
     [ '-', form($assist, [ 'file', '{"a":', 'application/json' ]) ],
     [ '-', form($assist, [ 'file', 'PK', 'text/csv; charset=utf-16' ]) ],
     [ '-', form($assist, $excel, [ 'f2', "a\n1\n", 'text/csv' ]) ],
     [ 'not', form($excel, [ 'f2', '{"purpose":"fine-tune"}',
                             'application/json' ], $assist) ])
{
    my ($kind, $body) = @$_;

    for my $port (0, 7) {
        for my $host ($openai, 'files.stripe.com') {
            my $got = got($port, 'POST', $host, '/v1/files', $body, @parts);
            my $name = "$kind: $host, $port: " . $body =~ s/\r\n/|/gr;

            $kind eq '-' ? is($got, $want{'-'}, $name)
                : unlike($got, qr/not_training/, $name);
        }
    }
}


# the rows for storage, once they are turned on

my $azure = 'my-account.blob.core.windows.net';
my $blob = '/my-training-container/a';
my $gcs = '/upload/storage/v1/b/my-training-bucket/o';

for ([ 'data', 'PUT', $azure, $blob, 'x', 'x-ms-blob-type', 'BlockBlob' ],
     [ 'data', 'PUT', $azure, "$blob?comp=block&blockid=MQ==", 'x' ],
     [ 'data', 'PUT', $azure, "$blob?comp=blocklist&comp=block", 'x' ],
     [ '-', 'PUT', $azure, "$blob?comp=blocklist", '<BlockList/>' ],
     [ '-', 'PUT', $azure, "$blob?comp=metadata", 'x-ms-meta-a', 'b' ],
     [ '-', 'PUT', $azure, '/other/a', 'x', 'x-ms-blob-type', 'BlockBlob' ],
     [ 'control', 'POST', 'storage.googleapis.com',
       "$gcs?uploadType=resumable", '{"name":"a","acl":[{}]}', @json ],
     [ 'data', 'POST', 'storage.googleapis.com', "$gcs?uploadType=media",
       'x' ],
     [ 'data', 'PUT', 'storage.googleapis.com',
       "$gcs?uploadType=resumable&upload_id=u", 'x' ],
     [ 'data', 'POST', 'storage.googleapis.com',
       "$gcs?uploadType=resumable&uploadType=media", '{}', @json ],
     [ '-', 'POST', 'storage.googleapis.com',
       '/upload/storage/v1/b/other/o?uploadType=media', 'x' ],
     [ '-', 'POST', 'my-training-bucket.s3.eu-west-1.amazonaws.com',
       '/a?uploads' ],
     [ 'data', 'PUT', 'my-training-bucket.s3.eu-west-1.amazonaws.com', '/a',
       'x' ],
     [ '-', 'POST', 'generativelanguage.googleapis.com', '/v1beta/files',
       '{"file":{}}', @json ])
{
    my ($kind, @request) = @$_;

    is(got(8, @request), $want{$kind}, "$kind: @request");
}


# what a job of SageMaker looks like

is(got(0, 'POST', 'api.sagemaker.eu-west-1.amazonaws.com', '/',
    '{"TrainingJobName":"j","InputDataConfig":[{"ChannelName":"train",'
    . '"DataSource":{"S3DataSource":{"S3Uri":"s3://b/t"}}}],'
    . '"Tags":[{"Key":"a","Value":"b"}]}',
    'Content-Type', 'application/x-amz-json-1.1',
    'X-Amz-Target', 'SageMaker.CreateTrainingJob'),
    $want{control}, 'control: a job of SageMaker');


# what other jobs look like

my ($train, $vertex, $ibm) = ('/model-customization-jobs',
    '/v1/projects/p/locations/l', 'us-south.ml.cloud.ibm.com');

for ([ 'bedrock.us-east-1.amazonaws.com', $train, '{"trainingDataConfig":'
       . '{"invocationLogsConfig":{"requestMetadataFilters":{"andAll":['
       . '{"equals":{"a":"b"}}],"orAll":[{"equals":{"a":"b"}}]}}}}' ],
     [ 'l-aiplatform.googleapis.com', "$vertex/trainingPipelines",
       '{"modelToUpload":{"containerSpec":{"ports":[{"containerPort":1}]}}}' ],
     (map { [ $ibm, $_, '{"training_data_references":[{"type":"container"}]}' ]
      } '/ml/v4/trainings', '/ml/v1/fine_tunings'),
     [ $ibm, '/ml/v1/tuning/documents', '{"document_references":[{"a":1}]}' ],
     [ 'api.scale.com', '/v1/projects', '{"params":{"geometries":{"box":'
       . '{"objects_to_annotate":[{"choice":"car"}]}}}}' ],
     [ 'api.smith.langchain.com', '/datasets',
       '{"inputs_schema_definition":{"anyOf":[{"type":"object"}]},'
       . '"transformations":[{"path":["inputs"]}]}' ],
     (map { [ 'api.sagemaker.eu-west-1.amazonaws.com', '/', $_->[1],
              'X-Amz-Target', "SageMaker.$_->[0]" ] }
      [ 'CreateAutoMLJob', '{"AutoMLJobConfig":{"CandidateGenerationConfig":'
        . '{"AlgorithmsConfig":[{"AutoMLAlgorithms":["xgboost"]}]}}}' ],
      [ 'CreateAutoMLJobV2', '{"AutoMLProblemTypeConfig":{'
        . '"TimeSeriesForecastingJobConfig":{"HolidayConfig":[{"a":"b"}]}}}' ],
      [ 'CreateHyperParameterTuningJob', '{"TrainingJobDefinition":{'
        . '"HyperParameterTuningResourceConfig":{"InstanceConfigs":[{"a":1}]},'
        . '"HyperParameterRanges":{"AutoParameters":[{"Name":"x"}]}}}' ]))
{
    my ($host, $path, $body, @headers) = @$_;

    is(got(0, 'POST', $host, $path, $body, 'Content-Type',
        @headers ? 'application/x-amz-json-1.1' : 'application/json', @headers),
        $want{control}, "control: $host $path $body");
}


# what is not sent does not say that a job carries data

is(got(0, 'POST', 'gate.internal', '/gate/v1/fine_tuning/jobs', '{}', @json),
    $want{control}, 'control: a job below a prefix that is not sent');
is(got(0, 'POST', 'gate.internal', '/gate/x/fine_tuning/jobs', '{}', @json),
    $want{data}, 'data: none that is known');


# nor does a host that the caller names, and that it is not sent to

is(got(0, 'POST', 'api.openai.com', '/v1/uploads/elsewhere/complete', '{}',
    @json), $want{data}, 'data: a job of a host that is not sent to');


# a path that the caller may lengthen, or one of two that is not held

for ([ 'control', 'one', '/job' ], [ 'data', 'one', '/x/job' ],
     [ 'data', 'all', '/job' ], [ 'data', 'all', '/job/upload' ],
     [ 'control', 'some', '/job' ], [ 'control', 'some', '/job/1/start' ],
     [ 'data', 'two', '/job' ])
{
    my ($kind, $host, $path) = @$_;

    is(got(3, 'POST', "$host.example.name", $path, '{}', @json), $want{$kind},
        "$kind: $host $path");
}


# errors

my $server = 'server { export_policy enforce; export_database %%DB%%; }';

for ([ 'none', qr/open\(\) ".*none" failed/ ],
     [ "#\n\ndata POST h;", qr/needs kind, method, host and path in \S+:3$/m ],
     [ "\ndate POST h /;", qr/unknown kind of recipient "date" in \S+:2$/m ],
     [ 'data POST . /;',
       qr/invalid host "\." of a recipient in "\w+" .* in \S+:1$/m ],
     [ 'data POST "" /;', qr/invalid host "" of a recipient in .*:1$/m ],
     [ "#\n", qr/"bad.conf" in "export_recipients" directive has no row/ ],
     (map { [ "data $_ h /;",
              qr/invalid method "\Q$_\E" of a recipient in "export_recip/ ] }
      'POST,PUT', qw(post POST|PUT = =* =post ** Post)),
     (map { [ "data POST $_ /;",
              qr/invalid host "\Q$_\E" of a recipient in "export_recipients" / ]
      } qw(https://h h:443 h/v1 a.* 2001:db8::1 .. u@h ^h$)),
     (map { [ "data POST h $_;",
              qr/invalid pattern "\Q$_\E" in "export_recipients" directive: / ]
      } qw(v1/files https://h/v1 /v1?a=b ^/v1 /v1/.* /v1/*/a ~^v1/files
           ~^https://h/ ~/a$b vendor=X)),
     [ 'data POST ~^h/ /;', qr/invalid pattern "~\^h\/" in .*: a host has no/ ],
     [ 'data POST ~h:443 /;', qr/invalid pattern "~h:443" in .*: ports are / ],
     [ 'data POST h ~*^/v1 case=sensitive;', qr/invalid pattern .*for either/ ],
     [ 'data POST h / mark=header:X_Y=a;', qr/invalid source "header:x_y" in/ ],
     [ 'data POST h / mark=field:a.b=c;', qr/source "field:a.b" .*"field:\/a\/b"/ ],
     [ 'data POST ~( /;', qr/invalid pattern "~\(" in "export_recipients" / ],
     [ 'data POST h ~[;', qr/invalid pattern "~\[" in .* in \S+:1$/m ],
     [ 'data POST h "";', qr/invalid pattern "" .* in \S+:1$/m ],
     [ 'data POST h / x=y;', qr/invalid parameter "x=y" of a .* in \S+:1$/m ],
     [ 'data POST h / mark=arg:a;', qr/invalid parameter "mark=arg:a" / ],
     [ 'data POST h / mark=arg:a=;', qr/invalid parameter "mark=arg:a=" / ],
     [ 'data POST h / mark=foo:a=b;', qr/invalid source "foo:a" in .*:1$/m ],
     [ 'control POST h / list=;', qr/invalid parameter "list=" of a rec/ ],
     [ 'control POST h / list=~(;', qr/invalid pattern "~\(" in .*:1$/m ],
     [ 'data POST h / mark=arg:a=~(;', qr/invalid pattern "~\(" in .*:1$/m ],
     [ 'data POST h /', qr/unexpected end of file, .* in \S+bad.conf:1$/m ],
     [ 'data POST h / {', qr/in \S+bad.conf:1$/m ])
{
    my ($text, $error) = @$_;

    unlink $t->dir . '/bad.conf';
    $t->write('bad.conf', $text) if $text ne 'none';

    my $file = $text eq 'none' ? 'none' : 'bad.conf';
    my ($ok, $errors) = $t->test_conf("export_database %%DB%%;
        export_policy enforce; export_recipients $file; server { }");

    ok(!$ok, "refused: $text");
    like($errors, qr/$error/m, "its error: $text");
}

for ("default; export_recipients off", "off; export_recipients default",
     "off; export_recipients off")
{
    my (undef, $errors) = $t->test_conf("export_recipients $_; server { }");
    like($errors, qr/"export_recipients" directive has "off" beside a/, $_);
}

$t->done;
