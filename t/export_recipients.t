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


sub slurp {
    my ($name) = @_;

    open my $file, '<', "$FindBin::Bin/$name" or die "$name: $!\n";
    local $/;

    return <$file>;
}


my $t = Export::Test->new;
my $rows = slurp('../conf/recipients.conf') =~ s/^#.*\n//gmr;

$t->write('whole.conf', $rows);
$t->write('unmarked.conf', join '', grep { !/mark=field:/ }
    $rows =~ /\G(\s*\S(?:"(?:\\.|[^"\\])*"|[^;"])*;)/g);
$t->write('own.conf', <<'EOC');
# rows of one file: the first that fits decides
control POST   api.example.com /v1/jobs  vendor=Example evidence=doc;
data    *      api.example.com /v1/any;
data    POST   .example.com    /v1/jobs  category=dataset-upload;
data    PUT    *               ~^/train/ mark=arg:purpose=~^fine
                                         mark=header:X-Why=train;
data    POST   ~^data\d+\.example\.org$  "~^/a{2};$";
data    =PUT   b.test          ~^/.;
data    POST   *.below.test    /v1/files/;
data    POST   .domain.test    /v1/fi*;
data    POST   every.test      *;
data    POST   Case.test.      /V1/Files case=sensitive;
data    POST   case.test       ~^/re/X$ case=sensitive;
data    POST   case.test       ~^/any/X$;
data    POST   ~^UPPER\.test$  /v1%2Fx;
data    POST   *               /Lit/Eral;
EOC
$t->write('other.conf', "data POST api.openai.com /v1/fine_tuning/jobs;\n");

my $conf = <<'EOC';
export_database %%DB%%;
export_policy enforce;

add_header X-Got "$export_purpose $export_reason" always;
EOC

my @servers = ('', 'unmarked.conf', 'whole.conf', 'own.conf', 'off',
    [ 'default', 'own.conf' ], [ 'default', 'other.conf' ]);

for my $n (0 .. $#servers) {
    my @files = grep { $_ } ref $servers[$n] ? @{ $servers[$n] }
        : $servers[$n];

    $conf .= "server {\nlisten 127.0.0.1:%%PORT_$n%%;\n"
        . join('', map { "export_recipients $_;\n" } @files)
        . <<'EOC';
location / {
    proxy_pass http://%%UPSTREAM%%;
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

    return ("--b\r\nContent-Disposition: form-data; name=\"$name\"\r\n\r\n"
        . "$value\r\n--b--\r\n", 'Content-Type',
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

for (grep { !/^#/ } split /\n/, slurp('recipients_catalogue.tsv')) {
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
}

cmp_ok($lines, '>', 200, 'lines of the table');


# what is special about paths, methods and marks

my $openai = 'api.openai.com';
my $jobs = '/v1/fine_tuning/jobs';
my @post = (0, 'POST', $openai);

for ([ 'control', @post, $jobs ], [ 'control', @post, "$jobs/" ],
     [ 'control', @post, '/v1/fine_tuning/%6aobs' ],
     [ 'control', @post, '/v1//fine_tuning/x/../jobs;a=b?c' ],
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


# a mark in the body counts if the body has it, or cannot be read

my @files = (0, 'POST', $openai, '/v1/files');
my @json = ('Content-Type', 'application/json');

for ([ '-' ], [ '-', '' ], [ '-', '{}', @json ],
     [ '-', '{"purpose":"batch"}', @json ],
     [ '-', '{"purpose":null}', @json ],
     [ 'data', '{"purpose":"fine-tune"}', @json ],
     [ 'data', '{"a":[{"purpose":"fine-tune"}]}', @json ],
     [ 'data', '{"purp\u006fse":"fine-tune"}' ],
     [ 'data', '{"purpose":["fine-tune"]}', @json ],
     [ 'data', '{"purpose":"batch"', @json ],
     [ 'data', '{"purpose":"batch"}', @json, 'Content-Encoding', 'br' ],
     [ '-', '{"purpose":"batch"}', 'Content-Type', 'image/png' ],
     [ '-', 'PNG', 'Content-Type', 'application/octet-stream' ],
     [ 'data', 'PNG' ],
     [ 'data', '{"purpose":"' . 'x' x 2000 . '"}', @json ])
{
    my ($kind, @body) = @$_;

    is(got(@files, @body), $want{$kind}, "$kind: " . join ' ', map {
        substr $_, 0, 40 } @body);
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
