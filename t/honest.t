#!/usr/bin/perl

# Honest requests, in the shapes that tools really send: what is no AI training
# is forwarded whatever its body holds, and AI training of people elsewhere too,
# both byte for byte.  Where a rule looks for the purpose in bodies, those that
# may hide one are refused: %unclear says which.

use strict;
use warnings;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/lib";
use Export::Test;
use Export::Test::Multipart qw(field_part file_part multipart);

my $t = Export::Test->new;

my @modes = qw(inspect redact);
my $purpose = 'export_purpose field:purpose ai-training training fine-tune;';
my $conf = <<'EOC';
export_database %%DB%%;
export_policy   enforce;

export_purpose header:X-Data-Purpose ai-training training;
export_purpose arg:purpose          ai-training fine-tune;
export_subject field:ip;
export_subject field:country           as=country;
export_subject header:X-Subject-IP;
export_subject header:X-Subject-Country as=country;
export_consent field:ai_consent             yes granted;
export_consent header:X-AI-Training-Consent granted;

client_max_body_size 0;
add_header X-Got "$export_decision $export_reason" always;
EOC

for my $n (0 .. $#modes) {
    $conf .= <<"EOC";
server {
    listen      127.0.0.1:%%PORT_$n%%;
    export_body $modes[$n];

    location / {
        proxy_pass http://%%UPSTREAM%%;
    }

    location /asks/ {
        export_purpose header:X-Data-Purpose ai-training training;
        $purpose
        proxy_pass http://%%UPSTREAM%%/;
    }
}
EOC
}

$t->start($conf);


# bodies as tools make them

my $crlf = "\r\n";

sub typed { return ('Content-Type' => @_) }
sub json { return ($_[0], typed('application/json'), @_[1 .. $#_]) }
sub form { return ($_[0], typed('application/x-www-form-urlencoded')) }


sub parts {
    my ($boundary, @parts) = @_;

    return (multipart($boundary, @parts),
        typed("multipart/form-data; boundary=$boundary"));
}


sub field { return field_part(@_) }


sub file {
    my ($name, $file, $type, $text) = @_;

    return file_part($name, $file, $text,
        $type ? "Content-Type: $type" : ());
}


sub curl { return parts('------------------------d74496d66958873e', @_) }
sub requests { return parts('3f8d1c1c6f8e4cb2a6c0a3b1f0b7d1a5', @_) }
sub browser { return parts('----WebKitFormBoundary7MA4YWxkTrZu0gW', @_) }
sub undici { return parts('----formdata-undici-046512397412', @_) }

sub escaped { return $_[0] =~ s/([^\w .*-])/sprintf '%%%02X', ord $1/ger
    =~ tr/ /+/r }


my $octets = join '', map { chr } 0 .. 255;
my $png = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR$octets";
my $pdf = "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type/Catalog>>\nendobj\n";
my $zip = "PK\3\4\x14\0\6\0\b\0\0\0!\0$octets";
my $protobuf = "\n\x1b\n\x0bexample.com\x12\f\b\x96\x01\x10\x01\x1a\4text";
my $excel = "\xef\xbb\xbfname;note\r\nBj\xf8rn;\"a \"\"quote\"\"\"\r\n";
my $prose = "Dear team,\r\n\r\nplease see {the notes}, [1] and \"the rest\": "
    . "it's 100% ready & done; a=b, <b>bold</b>.\r\n-- \r\nJane\r\n";
my $template = 'Hello {{ user.name }}, {% if x %}you have {count} [items]'
    . '{% endif %} ${total} \\o/';
my $code = "function f(a) {\n  return { \"ip\": a.ip };\n}\n";
my $batch = '{"batch":[{"type":"track","userId":"u1","event":"Signed Up",'
    . '"context":{"ip":"81.2.69.160","locale":"en-GB","userAgent":"M"},'
    . '"properties":{"plan":"a","note":null},"messageId":"m-1",'
    . '"timestamp":"2026-11-02T00:30:08.276Z"},{"type":"page"}],'
    . '"sentAt":"2026-11-02T00:30:12.984Z"}';
my $soap = '<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http:'
    . '//schemas.xmlsoap.org/soap/envelope/"><s:Body><Get><ip>81.2.69.160'
    . '</ip></Get></s:Body></s:Envelope>';
my $s3 = '/backup/2026/11/data.bin';
my $bucket = 'acme-backup.s3.eu-west-1.amazonaws.com';
my $azure = 'acme.blob.core.windows.net';
my $gcs = 'storage.googleapis.com';
my $stripe = 'files.stripe.com';
my $openai = 'api.openai.com';

my @others = (

    # command lines
    [ 'curl -d', 'POST', 'a.test/', form('name=Jane+Doe&age=41&ok') ],
    [ 'curl -d, one word', 'POST', 'a.test/', form('ping') ],
    [ 'curl -d, a number', 'POST', 'a.test/', form('42') ],
    [ 'curl -d, base64', 'POST', 'a.test/', form('SGVsbG8gd29ybGQ=') ],
    [ 'curl -d, line end', 'POST', 'a.test/', form("a=1&b=2\n") ],
    [ 'curl -d, spaces', 'POST', 'a.test/', form('text=hello world, 1 + 1') ],
    [ 'curl -d, UTF-8', 'POST', 'a.test/', form("text=gr\xc3\xbc\xc3\x9fe") ],
    [ 'curl -d, trailing &', 'POST', 'a.test/', form('a=1&b=2&') ],
    [ 'curl -d, empty values', 'POST', 'a.test/', form('a=&b&=c&&d=') ],
    [ 'curl -d, URL', 'POST', 'a.test/', form('url=https://b.test/x?y=z') ],
    [ 'curl -d, e-mail', 'POST', 'a.test/', form('to=jane@b.test&cc=') ],
    [ 'curl -d, JWT', 'POST', 'a.test/', form('grant_type=urn%3Aietf%3Aparams'
      . '%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=eyJhbGciOiJSUzI1NiJ9.'
      . 'eyJpc3MiOiJ4In0.c2ln') ],
    [ 'OAuth', 'POST', 'auth.test/oauth/token', form('grant_type=authorization'
      . '_code&code=4%2F0AX4Xf&redirect_uri=https%3A%2F%2Fa.test%2Fcb') ],
    [ 'curl -d payload={...}, Slack', 'POST', 'hooks.slack.com/services/T/B/x',
      form('payload={"text":"Deploy & done; see <https://a.test|it>",'
      . '"username":"bot","attachments":[{"color":"#36a64f"}]}') ],
    [ 'payload, encoded', 'POST', 'hooks.slack.com/services/T/B/x',
      form('payload=' . escaped('{"text":"a & b","blocks":[{"x":[1]}]}')) ],
    [ 'payload, JSON in JSON', 'POST', 'a.test/',
      form('payload=' . escaped('{"x":"{\\"ip\\":\\"1.2.3.4\\"}"}')) ],
    [ 'curl -F', 'POST', 'a.test/', curl(field('name', 'Jane'),
      file('photo', 'me.png', 'image/png', $png)) ],
    [ 'curl -F, text file', 'POST', 'a.test/', curl(file('log', 'a.log',
      'application/octet-stream', "$code\n[INFO] {\"a\":1}\n")) ],
    [ 'curl -T', 'PUT', 'a.test/x', $octets ],
    [ 'curl -T, text', 'PUT', 'a.test/x.txt', $prose ],
    [ 'wget --post-data', 'POST', 'a.test/', form('user=foo&password=b%3Dr') ],

    # libraries
    [ 'requests, json=', 'POST', 'a.test/v1/orders',
      json('{"customer": "Jos\u00e9", "total": 1e2, "tags": ["a", null]}') ],
    [ 'requests, json=, list', 'POST', 'a.test/', json('[1, 2, {"a": []}]') ],
    [ 'requests, data=dict', 'POST', 'a.test/', form('key1=value1&key1=b') ],
    [ 'requests, data=bytes', 'POST', 'a.test/', $octets ],
    [ 'requests, data=str', 'POST', 'a.test/', 'just text' ],
    [ 'requests, files=', 'POST', 'a.test/', requests(field('note', 'x'),
      file('file', 'r.pdf', '', $pdf)) ],
    [ 'requests, files= of a table', 'POST', 'a.test/', requests(
      file('file', 'report.csv', 'text/csv', "name,total\nJane,3\n")) ],
    [ 'axios, json', 'POST', 'a.test/', json('{"a":{"b":[true,false]}}') ],
    [ 'axios, URLSearchParams', 'POST', 'a.test/',
      ('q=a%20b&x%5B%5D=1&x%5B%5D=2&y%5Bz%5D=3',
      typed('application/x-www-form-urlencoded;charset=utf-8')) ],
    [ 'axios, form data', 'POST', 'a.test/', parts('axios-1.7.9-boundary-abc_D',
      field('a[0][b]', '1'), field('json', '{"deep":{"er":[1,2]}}'),
      file('f', 'blob', 'application/octet-stream', $zip)) ],
    [ 'fetch, string', 'POST', 'a.test/', 'hello {world}',
      typed('text/plain;charset=UTF-8') ],
    [ 'sendBeacon, JSON', 'POST', 'a.test/collect', '{"e":"click","x":12}',
      typed('text/plain;charset=UTF-8') ],
    [ 'Go, json.Encoder', 'POST', 'a.test/', json("{\"A\":1,\"b\":\"\"}\n") ],
    [ 'Java, charset', 'POST', 'a.test/', '{"a":"\u00fc"}',
      typed('application/json;charset=UTF-8') ],
    [ 'PHP, http_build_query', 'POST', 'a.test/',
      form('a%5B0%5D=1&a%5B1%5D=2&b%5Bx%5D%5By%5D=z') ],
    [ 'Rails', 'POST', 'a.test/', form('utf8=%E2%9C%93&authenticity_token=aB%2F'
      . '1%3D%3D&post%5Btitle%5D=Hi&post%5Bbody%5D=a%0D%0Ab&commit=Save') ],
    [ 'Twilio', 'POST', 'api.twilio.com/2010-04-01/Accounts/A/Messages.json',
      form('To=%2B15558675310&From=%2B15017122661&Body=Hi+there%21') ],
    [ 'merge patch', 'PATCH', 'a.test/x', '{"a":null}',
      typed('application/merge-patch+json') ],
    [ 'JSON patch', 'PATCH', 'a.test/x', '[{"op":"add","path":"/a","value":1}]',
      typed('application/json-patch+json') ],
    [ 'DELETE with a body', 'DELETE', 'a.test/x', json('{"ids":["1","2"]}') ],
    [ 'Elasticsearch', 'POST', 'a.test/_bulk', "{\"index\":{}}\n{\"a\":1}\n",
      typed('application/x-ndjson') ],
    [ 'Elasticsearch, GET', 'GET', 'a.test/i/_search',
      json('{"query":{"match":{"text":"ip"}}}') ],
    [ 'JSON-RPC', 'POST', 'a.test/', json('{"jsonrpc":"2.0","method":"x",'
      . '"params":[1,"a"],"id":1}') ],
    [ 'a scalar', 'POST', 'a.test/', json('"hello"') ],
    [ 'JSON-LD', 'POST', 'a.test/', '{"@context":"https://schema.org",'
      . '"@type":"Person","address":{"addressCountry":"GB"}}',
      typed('application/ld+json') ],
    [ 'HAL', 'PUT', 'a.test/', '{"_links":{"self":{"href":"/a"}}}',
      typed('application/hal+json') ],
    [ 'CloudEvents', 'POST', 'a.test/', '{"specversion":"1.0","type":"x",'
      . '"source":"/s","id":"1","data":{"ip":"81.2.69.160"}}',
      typed('application/cloudevents+json; charset=utf-8') ],
    [ 'protobuf', 'POST', 'a.test/', $protobuf,
      typed('application/x-protobuf') ],
    [ 'OTLP', 'POST', 'a.test/v1/traces', "\n\x8f\1$protobuf",
      typed('application/x-protobuf'), 'Content-Encoding' => 'identity' ],
    [ 'gRPC-Web', 'POST', 'a.test/p.S/M', "\0\0\0\0\5$protobuf",
      typed('application/grpc-web+proto') ],
    [ 'MessagePack', 'POST', 'a.test/', "\x82\xa2ip\xa9127.0.0.1\xa1a\1",
      typed('application/msgpack') ],
    [ 'CBOR', 'POST', 'a.test/', "\xa1bipk81.2.69.160",
      typed('application/cbor') ],
    [ 'Avro', 'POST', 'a.test/', "Obj\1\4\x16avro.schema\x60{\"type\":\"record"
      . "\",\"name\":\"a\",\"fields\":[]}$octets", typed('avro/binary') ],
    [ 'SOAP 1.1', 'POST', 'a.test/ws', $soap, typed('text/xml; charset=utf-8'),
      'SOAPAction' => '"urn:Get"' ],
    [ 'SOAP 1.2', 'POST', 'a.test/ws', $soap,
      typed('application/soap+xml; charset=utf-8; action="urn:Get"') ],
    [ 'SVG', 'PUT', 'a.test/a.svg', '<svg><style>a{b:c}</style></svg>',
      typed('image/svg+xml') ],
    [ 'HTML', 'PUT', 'a.test/a.html', "<script>var a={\"ip\":1}</script>",
      typed('text/html') ],
    [ 'CSS', 'PUT', 'a.test/a.css', "a { color: red }\n", typed('text/css') ],
    [ 'JavaScript', 'PUT', 'a.test/a.js', $code, typed('text/javascript') ],
    [ 'YAML', 'PUT', 'a.test/a.yaml', "a: {b: 1}\nc:\n- d\n",
      typed('application/yaml') ],
    [ 'calendar', 'PUT', 'a.test/a.ics', "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
      typed('text/calendar') ],
    [ 'markdown', 'PUT', 'a.test/a.md', "# A\n\n[b](c) {d}\n",
      typed('text/markdown') ],
    [ 'e-mail', 'POST', 'a.test/mime', "From: a\@b.test\r\nSubject: x\r\n\r\n"
      . $prose, typed('message/rfc822') ],
    [ 'Prometheus', 'POST', 'a.test/metrics/job/x',
      "# TYPE a counter\na{ip=\"81.2.69.160\"} 1\n", typed('text/plain') ],
    [ 'InfluxDB', 'POST', 'a.test/write', "cpu,host=a v=0.64 1434055562000\n" ],
    [ 'Loki', 'POST', 'a.test/loki/api/v1/push', json('{"streams":[{"stream":'
      . '{"a":"b"},"values":[["1570818238000000000","{\"ip\":\"x\"}"]]}]}') ],
    [ 'Docker layer', 'PATCH', 'a.test/v2/x/blobs/uploads/1', $octets,
      typed('application/octet-stream') ],
    [ 'git push', 'POST', 'a.test/x.git/git-receive-pack', "0094$octets",
      typed('application/x-git-receive-pack-request') ],
    [ 'empty POST', 'POST', 'a.test/x', '' ],
    [ 'empty JSON', 'POST', 'a.test/x', json('') ],
    [ 'empty form', 'POST', 'a.test/x', form('') ],
    [ 'empty PUT', 'PUT', 'a.test/x', '', typed('application/octet-stream') ],

    # analytics and APIs
    [ 'Segment', 'POST', 'api.segment.io/v1/batch', json($batch) ],
    [ 'RudderStack', 'POST', 'acme.dataplane.rudderstack.com/v1/batch',
      json($batch) ],
    [ 'Segment, text', 'POST', 'api.segment.io/v1/t', $batch,
      typed('text/plain') ],
    [ 'Mixpanel', 'POST', 'api.mixpanel.com/track',
      form('data=' . escaped('[{"event":"a","properties":{"ip":"1"}}]')) ],
    [ 'Amplitude', 'POST', 'api2.amplitude.com/2/httpapi', json('{"api_key":'
      . '"k","events":[{"user_id":"u","event_type":"a","ip":"$remote"}]}') ],
    [ 'GA4', 'POST', 'www.google-analytics.com/mp/collect?api_secret=s',
      json('{"client_id":"x","events":[{"name":"a","params":{}}]}') ],
    [ 'Sentry', 'POST', 'o1.ingest.sentry.io/api/1/envelope/',
      "{\"event_id\":\"9ec7\"}\n{\"type\":\"event\",\"length\":2}\n{}\n",
      typed('application/x-sentry-envelope') ],
    [ 'Datadog', 'POST', 'http-intake.logs.datadoghq.com/api/v2/logs',
      json('[{"message":"{\"a\":1}","ddtags":"env:x"}]') ],
    [ 'Splunk', 'POST', 'a.test/services/collector', json('{"event":"a"}') ],
    [ 'GraphQL', 'POST', 'api.github.com/graphql',
      json('{"query":"query($a:Int){ b(a:$a){ip country} }","variables":{}}') ],
    [ 'GraphQL, text', 'POST', 'a.test/graphql', 'query { a { b } }',
      typed('application/graphql') ],
    [ 'GraphQL, upload', 'POST', 'a.test/graphql', undici(
      field('operations', '{"query":"mutation($f:Upload!){u(f:$f){id}}",'
      . '"variables":{"f":null}}'), field('map', '{"0":["variables.f"]}'),
      file('0', 'a.png', 'image/png', $png)) ],
    [ 'Stripe, form', 'POST', 'api.stripe.com/v1/customers',
      form('name=Jane&address[country]=GB&metadata[order_id]=6735') ],
    [ 'Stripe, file', 'POST', "$stripe/v1/files", curl(field('purpose',
      'dispute_evidence'), file('file', 'r.jpg', 'image/jpeg', $octets)) ],
    [ 'Stripe, table', 'POST', "$stripe/v1/files", curl(field('purpose',
      'finance_report_run'), file('file', 'r.csv', 'text/csv', $excel)) ],
    [ 'OpenAI, assistants', 'POST', "$openai/v1/files", undici(
      field('purpose', 'assistants'), file('file', 'a.pdf', 'application/pdf',
      $pdf)) ],
    [ 'OpenAI, assistants, table', 'POST', "$openai/v1/files", undici(
      field('purpose', 'assistants'), file('file', 'a.csv', 'text/csv',
      $excel)) ],
    [ 'OpenAI, assistants last', 'POST', "$openai/v1/files", undici(
      file('file', 'a.docx', 'application/octet-stream', $zip),
      field('purpose', 'assistants')) ],
    [ 'OpenAI, batch', 'POST', "$openai/v1/files", undici(
      field('purpose', 'batch'), file('file', 'b.jsonl',
      'application/octet-stream', "{\"custom_id\":\"1\",\"body\":{}}\n")) ],
    [ 'OpenAI, user_data', 'POST', "$openai/v1/files", undici(
      field('purpose', 'user_data'), file('file', 'n.txt', 'text/plain',
      $prose)) ],
    [ 'OpenAI, chat', 'POST', "$openai/v1/chat/completions", json('{"model":'
      . '"m","messages":[{"role":"user","content":"{\"ip\":\"81.2.69.160\"}"}'
      . '],"tools":[{"type":"function"}]}') ],
    [ 'OpenAI, audio', 'POST', "$openai/v1/audio/transcriptions", undici(
      field('model', 'whisper-1'), field('prompt', $prose),
      file('file', 'a.mp3', 'audio/mpeg', $octets)) ],
    [ 'Gemini, upload', 'POST', 'generativelanguage.googleapis.com/upload/'
      . 'v1beta/files?upload_id=1', $png, typed('application/json') ],
    [ 'Drive, multipart', 'POST',
      'www.googleapis.com/upload/drive/v3/files?uploadType=multipart',
      "--b$crlf" . "Content-Type: application/json; charset=UTF-8$crlf$crlf"
      . "{\"name\":\"a.png\"}$crlf--b${crlf}Content-Type: image/png$crlf$crlf"
      . "$png$crlf--b--$crlf", typed('multipart/related; boundary=b') ],
    [ 'LangSmith', 'POST', 'api.smith.langchain.com/runs/multipart',
      parts('b3c1', field_part('post.1', '{"id":"1","extra":{"a":[]}}',
      'Content-Type: application/json'), field_part('post.1.inputs',
      '{"x":[{"role":"user"}]}', 'Content-Type: application/json')) ],

    # pages' forms
    [ 'textarea', 'POST', 'a.test/', form('message=' . escaped($prose)) ],
    [ 'textarea, template', 'POST', 'a.test/',
      form('subject=Re%3A+x&body=' . escaped($template)) ],
    [ 'textarea, code', 'POST', 'a.test/', form('code=' . escaped($code)) ],
    [ 'textarea, list', 'POST', 'a.test/',
      form('ids=' . escaped("1\r\n2\r\n3\r\n")) ],
    [ 'textarea, table', 'POST', 'a.test/',
      form('t=' . escaped("name,total\r\nJane,3\r\n")) ],
    [ 'textarea, quotes', 'POST', 'a.test/',
      form('t=' . escaped('"Stay," she said. "{Really}."')) ],
    [ 'textarea, brackets', 'POST', 'a.test/',
      form('t=' . escaped("[Urgent] please read\r\n[1] first\r\n")) ],
    [ 'raw brackets', 'POST', 'a.test/', form('t=[note] hello&u={name}') ],
    [ 'smiley', 'POST', 'a.test/', form('t=%3A%7B&u=%7B%3A&v=%5B%3A%7C') ],
    [ 'multipart page', 'POST', 'a.test/', browser(field('title', 'A "b" & c'),
      field('message', $prose), field('template', $template),
      field('empty', ''), file('upload', '', 'application/octet-stream', '')) ],
    [ 'multipart page, long text', 'POST', 'a.test/', browser(
      field('message', $prose x 200)) ],
    [ 'multipart page, UTF-8', 'POST', 'a.test/', browser(field('name',
      "J\xc3\xbcrgen \xf0\x9f\x99\x82"), file('f', "\xc3\xbc.txt", 'text/plain',
      $prose)) ],
    [ 'inbound mail', 'POST', 'a.test/inbound', requests(field('from',
      'Jane <jane@b.test>'), field('text', $prose), field('html',
      '<p style="a{b}">x</p>'), field('envelope', '{"to":["a@b.test"]}'),
      field('charsets', '{"to":"UTF-8","text":"iso-8859-1"}')) ],

    # tables
    [ 'table', 'POST', 'a.test/import', "id,ip,country\n1,81.2.69.160,GB\n",
      typed('text/csv') ],
    [ 'table of Excel', 'POST', 'a.test/import', "a,b\r\n\"x, \"\"y\"\"\",2\r\n",
      typed('text/csv; charset=utf-8; header=present') ],
    [ 'table, one column', 'POST', 'a.test/import', "email\na\@b.test\n",
      typed('text/csv') ],

    # storage
    [ 'S3, PUT', 'PUT', "$bucket$s3", $octets, typed('binary/octet-stream'),
      'x-amz-content-sha256' => 'UNSIGNED-PAYLOAD' ],
    [ 'S3, part', 'PUT', "$bucket$s3?partNumber=2&uploadId=x", $octets ],
    [ 'S3, begins', 'POST', "$bucket$s3?uploads", '' ],
    [ 'S3, completes', 'POST', "$bucket$s3?uploadId=x",
      '<CompleteMultipartUpload><Part><ETag>"a"</ETag></Part>'
      . '</CompleteMultipartUpload>', typed('application/xml') ],
    [ 'S3, aws-chunked', 'PUT', "$bucket$s3",
      "5${crlf}hello${crlf}0${crlf}x-amz-checksum-crc32:NhCmhg==$crlf$crlf",
      'Content-Encoding' => 'aws-chunked', 'x-amz-decoded-content-length' => 5,
      'x-amz-content-sha256' => 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      'x-amz-trailer' => 'x-amz-checksum-crc32' ],
    [ 'S3, deletes', 'POST', "$bucket/?delete",
      '<Delete><Object><Key>a</Key></Object></Delete>',
      typed('application/xml') ],
    [ 'S3, lines', 'PUT', "$bucket/x.jsonl", "{\"ip\":\"81.2.69.160\"}\n",
      typed('application/x-ndjson') ],
    [ 'DynamoDB', 'POST', 'dynamodb.eu-west-1.amazonaws.com/',
      '{"TableName":"t","Item":{"ip":{"S":"81.2.69.160"}}}',
      typed('application/x-amz-json-1.0'),
      'X-Amz-Target' => 'DynamoDB_20120810.PutItem' ],
    [ 'SQS, query', 'POST', 'sqs.eu-west-1.amazonaws.com/',
      form('Action=SendMessage&MessageBody=' . escaped('{"a":{"b":1}}')) ],
    [ 'GCS, media', 'POST',
      "$gcs/upload/storage/v1/b/acme/o?uploadType=media&name=x", $octets,
      typed('image/png') ],
    [ 'GCS, begins', 'POST',
      "$gcs/upload/storage/v1/b/acme/o?uploadType=resumable&name=x",
      json('{"contentType":"image/png"}'), 'X-Upload-Content-Length' => 256 ],
    [ 'GCS, chunk', 'PUT', "$gcs/upload/storage/v1/b/acme/o?upload_id=x",
      $octets, 'Content-Range' => 'bytes 0-255/256' ],
    [ 'Azure, blob', 'PUT', "$azure/c/x.bin", $octets,
      typed('application/octet-stream'), 'x-ms-blob-type' => 'BlockBlob' ],
    [ 'Azure, block', 'PUT', "$azure/c/x?comp=block&blockid=QUFB", $octets ],
    [ 'Azure, block list', 'PUT', "$azure/c/x?comp=blocklist",
      '<?xml version="1.0"?><BlockList><Latest>QUFB</Latest></BlockList>',
      typed('application/xml') ],
    [ 'tus', 'PATCH', 'a.test/files/1', $octets, 'Upload-Offset' => 0,
      typed('application/offset+octet-stream') ],
    [ 'WebDAV', 'PROPFIND', 'a.test/', '<a:propfind xmlns:a="DAV:"/>',
      typed('application/xml') ],
);

my %unclear = (
    (map { $_ => 'body_opaque' } 'curl -T', 'curl -T, text', 'InfluxDB',
        'requests, data=bytes', 'requests, data=str', 'S3, part',
        'S3, aws-chunked', 'GCS, chunk', 'Azure, block'),
    (map { $_ => 'body_malformed' } 'a scalar', 'Sentry', 'Gemini, upload'),
);

# every one of them with each purpose, and where bodies are asked for theirs

sub transfers {
    my ($name, $method, $where, @request) = @_;
    my $asked = $unclear{$name} ? "block $unclear{$name}"
        : 'allow not_training';

    return map {
        my ($purpose, @declared) = @$_;

        [ "$name, $purpose", 'allow not_training', $method, $where,
          @request, @declared ],
        [ "$name, $purpose, a purpose is looked for", $asked, $method,
          $where =~ s{/}{/asks/}r, @request, @declared ]
    } [ 'nothing declared' ],
        map { [ $_, 'X-Data-Purpose' => $_ ] } 'analytics', 'other';
}


# AI training, of people in the United States

my $us = '216.160.83.56';
my $line = "{\"text\":\"{hi} \\\"there\\\" [1]\",\"ip\":\"$us\"}";
my $lines = "$line\n{\"ip\":\"$us\",\"country\":\"US\"}\n{\"country\":"
    . "\"United States\"}\n";
my $table = "id,ip,text\r\n1,$us,\"a, \"\"b\"\"\r\nc\"\r\n2,2600:1700::1,\r\n";

my @training = (
    [ 'object', 'POST', 'a.test/', json($line) ],
    [ 'object, pretty', 'POST', 'a.test/', json("{\n  \"ip\": \"$us\"\n}\n") ],
    [ 'array', 'POST', 'a.test/', json("[$line, $line]") ],
    [ 'batch', 'POST', 'a.test/', json("{\"batch\":[$line,$line],\"n\":2}") ],
    [ 'lines', 'POST', 'a.test/', $lines, typed('application/x-ndjson') ],
    [ 'lines, CRLF', 'POST', 'a.test/', $lines =~ s/\n/\r\n/gr,
      typed('application/jsonl') ],
    [ 'lines, no last end', 'POST', 'a.test/', $lines =~ s/\n\z//r,
      typed('application/x-ndjson') ],
    [ 'lines, untyped', 'POST', 'a.test/', $lines ],
    [ 'lines, octets', 'PUT', "$bucket/train.jsonl", $lines,
      typed('application/octet-stream') ],
    [ 'lines, text', 'POST', 'a.test/', $lines, typed('text/plain') ],
    [ 'json-seq', 'POST', 'a.test/', "\x1e$line\n\x1e$line\n",
      typed('application/json-seq') ],
    [ 'table', 'POST', 'a.test/', $table, typed('text/csv') ],
    [ 'table, quoted names', 'POST', 'a.test/',
      "\"IP\",\"Country\"\n\"$us\",\"USA\"\n", typed('text/csv') ],
    [ 'table, with an index', 'POST', 'a.test/',
      ",ip,note\n0,$us,x\n1,$us,GB\n", typed('text/csv') ],
    [ 'form', 'POST', 'a.test/', form("name=Jane&ip=$us&text="
      . escaped($prose)) ],
    [ 'form, framework', 'POST', 'a.test/', form("user%5Bip%5D=$us&a%5B%5D=1") ],
    [ 'payload', 'POST', 'a.test/', form("payload={\"ip\":\"$us\",\"t\":\"a&b\"}"
      ) ],
    [ 'curl -F', 'POST', 'a.test/', curl(field('note', $prose),
      file('file', 'train.jsonl', 'application/octet-stream', $lines)) ],
    [ 'requests, files=', 'POST', 'a.test/', requests(field('model', 'm'),
      file('file', 'train.csv', 'text/csv', $table)) ],
    [ 'two files', 'POST', 'a.test/', undici(
      file('train', 'a.jsonl', '', $lines), file('test', 'b.jsonl', '',
      $lines)) ],
    [ 'multipart form', 'POST', 'a.test/', browser(field('ip', $us),
      field('text', $template)) ],
    [ 'metadata', 'POST', 'a.test/', parts('b1',
      field_part('meta', '{"job":"x","tags":["a"]}',
      'Content-Type: application/json'),
      file('file', 'a.jsonl', 'application/jsonl', $lines)) ],
    [ 'fine-tuning file', 'POST', "$openai/v1/files", undici(
      field('purpose', 'fine-tune'), file('file', 'a.jsonl',
      'application/octet-stream', $lines)) ],
    [ 'fine-tuning file, purpose last', 'POST', "$openai/v1/files", undici(
      file('file', 'a.jsonl', 'application/octet-stream', $lines),
      field('purpose', 'fine-tune')) ],
    [ 'declared beside', 'POST', 'a.test/', json('{"text":"x"}'),
      'X-Subject-Country' => 'US' ],
    [ 'declared, several', 'POST', 'a.test/', json('{"text":"x"}'),
      'X-Subject-IP' => "$us, 2600:1700::2" ],
    [ 'amz json', 'POST', 'a.test/', $line, typed('application/x-amz-json-1.1')
      ],
    [ 'JSON-LD', 'POST', 'a.test/', "{\"\@context\":\"x\",\"ip\":\"$us\"}",
      typed('application/ld+json') ],
    [ 'consent', 'POST', 'a.test/',
      json('{"ip":"81.2.69.160","ai_consent":"yes"}') ],
);

my %reason = (consent => 'consent_granted');


sub training {
    my ($name, @request) = @_;

    return [ "AI training, $name",
        'allow ' . ($reason{$name} // 'not_protected'), @request,
        'X-Data-Purpose' => 'ai-training' ];
}


forwarded(@$_) for map({ transfers(@$_) } @others),
    map { training(@$_) } @training;

$t->done;


# the transfer in each mode, with its length and without

sub forwarded {
    my ($name, $want, $method, $where, $body, @headers) = @_;
    my ($host, $uri) = $where =~ m{^([^/]+)(.*)$}s;

    for my $n (0 .. $#modes) {
        for my $chunked (undef, 100) {
            $t->forget;

            my $r = $t->request($method, $uri,
                { port => $n, body => $body, chunked => $chunked },
                Host => $host, @headers);
            my @seen = $t->seen;
            my $got = $r->header('X-Got') // 'no answer';

            $got .= $want =~ /^block/ ? @seen && ', forwarded' || ''
                : @seen != 1 ? ', not forwarded'
                : $seen[0]{body} ne $body ? ', changed' : '';

            is($got, $want, "$name, $modes[$n]"
                . ($chunked ? ', chunked' : ''));
        }
    }
}
