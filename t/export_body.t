#!/usr/bin/perl

# export_body, export_body_limits and field: rules: what is found in bodies,
# and what is decided.  How bodies arrive is t/body_arrival.t.

use strict;
use warnings;

use FindBin;
use IO::Compress::Deflate qw(deflate);
use IO::Compress::Gzip qw(gzip);
use Test::More;

use lib "$FindBin::Bin/lib";
use Export::Test;


my $t = Export::Test->new;

$t->start(<<'EOC');
export_database %%DB%%;
export_policy enforce;
export_purpose header:X-Data-Purpose ai-training;
export_subject header:X-Subject-IP;
export_subject field:ip;
export_subject field:country as=country;

client_max_body_size 10m;

add_header X-Got "$export_reason $export_records $export_subjects" always;

server {
    listen 127.0.0.1:%%PORT_0%%;

    location / {
        proxy_pass http://%%UPSTREAM%%;
    }

    location /pointer {
        export_subject field:/user/ip;
        export_subject field:/a~1b/0/c as=country;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /id {
        export_subject field:user as=id;
        export_subject field:via as=forwarded;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /purpose {
        export_purpose field:purpose fine-tune;
        export_purpose field:train true;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /undeclared {
        export_undeclared training;
        export_purpose field:purpose fine-tune;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /only-purpose {
        export_purpose field:purpose fine-tune;
        export_subject header:X-Subject-IP;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /consent {
        export_consent header:X-AI-Training-Consent granted;
        export_consent field:consent granted yes true;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /declared {
        export_consent header:X-AI-Training-Consent granted scope=declared;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /limits {
        export_body_limits record=1k depth=4 inflate=2m ratio=20;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /unread {
        export_body_limits unread=100;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /off {
        export_body off;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /unknown {
        export_unknown allow;
        proxy_pass http://%%UPSTREAM%%;
    }
}
EOC

my $GB = '81.2.69.160';
my $US = '216.160.83.60';
my $CN = '175.16.199.1';

my ($J, $L, $S, $C, $F) = map { [ 'Content-Type' => $_ ] } (
    'application/json', 'application/x-ndjson', 'application/json-seq',
    'text/csv', 'application/x-www-form-urlencoded');

my @multipart = ('Content-Type' => 'multipart/form-data; boundary=b');
my @train = ('X-Data-Purpose' => 'ai-training');


# each: what X-Got says, the body, its headers, the location

sub each_body {
    my ($name, @rows) = @_;

    for (@rows) {
        my ($got, $body, $type, $uri, @more) = @$_;

        $t->forget;

        my $reply = $t->post($uri || '/', $body, @train, @{ $type || [] },
            @more);
        my $text = $body =~ s/[^ -~]+/ /gr;
        my $allowed = $got =~ /^(?:not_|no_|consent_granted)/;

        is($reply->header('X-Got'), $got, "$name: " . substr $text, 0, 50);
        is(scalar $t->seen, $allowed ? 1 : 0,
            $allowed ? '... forwarded' : '... nothing was forwarded');
        is(($t->seen)[0]->body, $body, '... as it was') if $allowed;
    }
}


sub part {
    my ($name, $value, @headers) = @_;

    return "--b\r\nContent-Disposition: form-data; name=\"$name\"\r\n"
        . join('', map { "$_\r\n" } @headers) . "\r\n$value\r\n";
}


sub file {
    my ($name, $value, @headers) = @_;

    return part("file\"; filename=\"$name", $value, @headers);
}


sub packed {
    my ($text) = @_;
    my $packed;

    gzip(\$text => \$packed);

    return $packed;
}


each_body('json',
    [ 'not_protected 1 1', qq({"ip":"$US"}), $J ],
    [ 'consent_missing 1 1', qq({"ip":"$GB"}), $J ],
    [ 'not_protected 2 2', qq([{"ip":"$US"},{"ip":"$CN"}]), $J ],
    [ 'consent_missing 2 2', qq([{"ip":"$US"},{"ip":"$GB"},{"ip":"$US"}]),
      $J ],
    [ 'not_protected 1 2', qq({"a":{"ip":"$US"},"b":[{"ip":"$CN"}]}), $J ],
    [ 'consent_missing 1 2', qq({"ip":"$US","b":[{"ip":"$GB"}]}), $J ],
    [ 'not_protected 1 1', qq({"country":"US"}), $J ],
    [ 'consent_missing 1 1', qq({"country":"NO"}), $J ],
    [ 'consent_missing 1 2', qq({"country":"CH","ip":"$US"}), $J ],
    [ 'location_unknown 1 1', qq({"country":"ZZ"}), $J ],
    [ 'location_unknown 1 1', qq({"ip":"10.0.0.1"}), $J ],
    [ 'not_protected 1 1', qq({"ip":"10.0.0.1"}), $J, '/unknown' ],
    [ 'subject_malformed 1 1', qq({"ip":17}), $J ],
    [ 'subject_malformed 1 1', qq({"ip":null}), $J ],
    [ 'subject_malformed 1 1', qq({"ip":["$US"]}), $J ],
    [ 'subject_malformed 1 1', qq({"ip":{"v4":"$US"}}), $J ],
    [ 'subject_malformed 1 1', qq({"ip":"$US, $CN"}), $J ],
    [ 'subject_malformed 1 1', qq({"ip":" $US"}), $J ],
    [ 'subject_malformed 1 1', qq({"ip":"") . '}', $J ],
    [ 'subject_missing 1 0', qq({"id":1}), $J ],
    [ 'subject_missing 2 1', qq([{"ip":"$US"},{"id":1}]), $J ],
    [ 'subject_missing 0 0', '[]', $J ],
    [ 'subject_missing 1 0', '[1]', $J ],
    [ 'body_malformed 0 0', '"text"', $J ],
    [ 'body_malformed 0 0', qq({"ip":"$US"), $J ],
    [ 'body_malformed 1 1', qq({"ip":"$US"}\n{"ip":"$US"}\n), $J ],
    [ 'body_malformed 0 0', qq({"ip":"$US","ip":"$US"}), $J ],
    [ 'not_protected 1 1', qq({"ip":"$US"}),
      [ 'Content-Type' => 'application/vnd.api+json; charset="UTF-8"' ] ],
    [ 'body_opaque 0 0', qq({"ip":"$US"}),
      [ 'Content-Type' => 'application/json; charset=utf-16' ] ],
    [ 'body_malformed 0 0', qq({"ip":"$US"}),
      [ @$J, 'Content-Type' => 'application/json' ] ],
    [ 'body_malformed 0 0', qq({"ip":"$US"}),
      [ 'Content-Type' => 'text/plain, application/json' ] ],
);

each_body('lines',
    [ 'not_protected 2 2', qq({"ip":"$US"}\n{"ip":"$CN"}\n), $L ],
    [ 'consent_missing 2 2', qq({"ip":"$US"}\n{"ip":"$GB"}), $L ],
    [ 'body_malformed 1 1', qq({"ip":"$US"}\n{"ip":"$US"), $L ],
    [ 'not_protected 2 2', qq(\x1e{"ip":"$US"}\n\x1e{"ip":"$CN"}\n), $S ],
    [ 'consent_missing 2 2', qq(\x1e{"ip":"$US"}\n\x1e{"ip":"$GB"}\n), $S ],
    [ 'body_malformed 0 0', qq({"ip":"$US"}\n), $S ],
    (map { [ 'consent_missing 1 1', qq({"ip":"$GB"}\n),
             [ 'Content-Type' => $_ ] ] }
        qw(application/jsonl application/jsonlines text/jsonl
           application/x-jsonlines application/ndjson text/x-ndjson)),
);

each_body('a type that says nothing',
    map { ([ 'not_protected 1 1', qq({"ip":"$US"}), $_ ],
           [ 'not_protected 2 2', qq([{"ip":"$US"},{"ip":"$CN"}]), $_ ],
           [ 'not_protected 2 2', qq({"ip":"$US"}\n{"ip":"$CN"}\n), $_ ],
           [ 'consent_missing 2 2', qq({"ip":"$US"}\n{"ip":"$GB"}\n), $_ ],
           [ 'body_opaque 0 0', "ip\n$US\n", $_ ],
           [ 'body_opaque 1 1', qq({"ip":"$US"}\nx), $_ ],
           [ 'body_opaque 0 0', "PAR1\0\1\2PAR1", $_ ]) }
        [], [ 'Content-Type' => 'application/octet-stream' ],
        [ 'Content-Type' => 'text/plain' ],
);

each_body('csv',
    [ 'not_protected 2 2', "id,ip\r\n1,$US\r\n2,$CN\r\n", $C ],
    [ 'consent_missing 2 2', qq(id,ip\n1,$US\n"2","$GB"\n), $C ],
    [ 'consent_missing 1 2', "country,ip\nDE,$US\n", $C ],
    [ 'subject_malformed 1 1', "id,ip\n1,\n", $C ],
    [ 'subject_missing 1 0', "id,user\n1,2\n", $C ],
    [ 'body_malformed 0 0', "1,$US\n",
      [ 'Content-Type' => 'text/csv; header=absent' ] ],
    [ 'body_malformed 1 1', "id,ip\n1,$US\n2\n", $C ],
    [ 'not_protected 1 1', "id,ip\n1,$US\n",
      [ 'Content-Type' => 'text/csv; header=present; charset=utf-8' ] ],
);

each_body('form',
    [ 'not_protected 1 1', "a=b&ip=$US", $F ],
    [ 'consent_missing 1 1', "a=b&%69p=$GB", $F ],
    [ 'subject_missing 1 0', 'a=b', $F ],
    [ 'body_malformed 0 0', "ip=$US&ip=$US", $F ],
    [ 'body_malformed 1 1', "a=b;c&ip=$US", $F ],
    [ 'body_malformed 0 0', "a=%&ip=$US", $F ],
);

# a type that anything is sent as: judged by what recipients make of it

each_body('no form',
    (map { my $uri = $_;
        map { [ 'body_malformed 0 0', $_, $F, $uri ] }
            qq({"purpose":"fine-tune","ip":"$GB"}),
            qq( \n{"purpose":"fine-tune","ip":"$US"}),
            qq(\xef\xbb\xbf{"ip":"$GB"}), qq([{"ip":"$GB"}]), '"a"',
            qq(\x1e{"ip":"$GB"}\n), qq(%7B%22ip%22:%22$GB%22%7D),
            qq({"ip":"$US"}\n{"ip":"$GB"}\n), "ip\n$GB\n",
            "purpose,ip\r\nfine-tune,$GB\r\n", qq(<a ip="$GB"/>)
    } '/', '/purpose'),
    [ 'body_malformed 0 0', qq({"ip":"$GB"}), $F, '/',
      'X-Subject-Country' => 'US' ],
    [ 'consent_missing 1 1', qq(payload={"a":"x&y","ip":"$GB"}), $F ],
    [ 'not_protected 2 2', qq(payload={"a":"x&y;z","ip":"$US"}&ip=$US), $F ],
    [ 'body_malformed 0 0', qq(payload={"a":"x&ip=$GB"}), $F ],
    [ 'body_malformed 0 0', qq(payload={"a":NaN,"ip":"$GB"}), $F ],
    (map { [ 'body_malformed 0 0', s/([^\w.])/sprintf '%%%02X', ord $1/ger, $F,
             '/purpose' ] }
        qq([{"purpose":"fine-tune","ip":"$GB"}]),
        qq( [1, {"ip":"$GB"}]), qq(/* a */{"ip":"$GB"}),
        '[' . ' ' x 1100 . qq({"ip":"$GB"}]), "ip,a\n$GB,b\n"),
    [ 'body_malformed 0 0', qq(a=b&[{"ip":"$GB"}]=), $F ],
    [ 'not_protected 1 1', "ip=$US&[0][a]=1&[b]=2&a[]=3&a[]=4", $F ],
);

for my $type (qw(image/png application/pdf application/xml text/html
    application/javascript), 'text/plain; charset=utf-16')
{
    each_body("JSON as $type",
        map { [ 'body_malformed 0 0', $_, [ 'Content-Type' => $type ],
                '/purpose' ] }
            qq({"purpose":"fine-tune","ip":"$GB"}),
            qq(\xef\xbb\xbf[{"ip":"$GB"}]), qq({ip:'$GB'}),
            qq({"ip":"$GB"}\n{"ip":"$GB"}\n));
}

each_body('JSON as another JSON',
    map { ([ 'not_protected 1 1', qq({"ip":"$US"}),
             [ 'Content-Type' => $_ ] ],
           [ 'consent_missing 1 1', qq({"ip":"$GB"}),
             [ 'Content-Type' => $_ ] ]) }
        qw(application/x-amz-json-1.0 application/x-amz-json-1.1 text/json));


each_body('a table',
    map { ([ 'not_protected 1 1', "id,ip\n1,$US\n", [ 'Content-Type' => $_ ] ],
           [ 'consent_missing 1 1', "id,ip\n1,$GB\n",
             [ 'Content-Type' => $_ ] ]) }
        qw(application/x-csv text/x-csv text/comma-separated-values));


each_body('a table without its head',
    (map { [ 'body_malformed 0 1', $_, $C, '/', 'X-Subject-IP' => $US ] }
        "hello,United Kingdom\nyou,Germany\n", "n,GB-ENG\nm,FR-75\n",
        "'$GB',x\n'$US',y\n", "ip:text\n$GB:x\n", "ip/text\n$GB/x\n",
        "ip\xc2\xa0text\n$GB\xc2\xa0x\n", "a ip,b\nx $GB,y\n",
        "x,ip country\ny,$GB GB\n"),
    (map { [ 'not_protected 1 1', $_, $C, '/', 'X-Subject-IP' => $US ] }
        "France,Germany\n1,2\n", "user ip,b\nx,y\n", "a/b\n1\n",
        "'a',b\n1,2\n"));

{
    my $blocks = join '', map { chr(8 * ($_ % 32)) . "\0\0\xff\xff" } 1 .. 4000;
    my $gzip = packed(qq({"ip":"$US"}));

    each_body('blocks without data',
        [ 'not_protected 1 1', substr($gzip, 0, 10) . substr($blocks, 0, 10000)
          . substr($gzip, 10), [ @$J, 'Content-Encoding' => 'gzip' ] ],
        [ 'body_limit 1 1', substr($gzip, 0, 10) . $blocks
          . substr($gzip, 10), [ @$J, 'Content-Encoding' => 'gzip' ] ]);
}


# ... and so whoever declares nothing cannot hide a purpose, or a mark

sub undeclared {
    my ($name, $reason, $body, @type) = @_;

    $t->forget;

    my $reply = $t->post('/purpose', $body, @type);

    like($reply->header('X-Got'), qr/^$reason /, "undeclared: $name");
    is(scalar $t->seen, $reason eq 'not_training' ? 1 : 0,
        '... and what arrived');

    return $reply;
}

my $hidden = qq({"purpose":"fine-tune","ip":"$GB");

my $detail = '"detail":"The body looks like application/json, and is sent as'
    . ' application/x-www-form-urlencoded."';

like(undeclared('JSON as a form', 'body_malformed', "$hidden}", @$F)->body,
    qr/\Q$detail\E/, 'the answer says so');
like(undeclared('a table as a form', 'body_malformed', "purpose\nx\n",
    @$F)->body, qr{looks like text/csv}, 'the answer says so');
like(undeclared('JSON as an image', 'body_malformed', "$hidden}",
    'Content-Type' => 'image/png')->body,
    qr{looks like application/json, and is sent as another}, '... here too');

undeclared("JSON of others as $_", 'body_opaque', "$hidden,\"a\":NaN}",
    'Content-Type' => $_) for 'text/plain', 'application/octet-stream';
for my $body ("purpose,ip\nfine-tune,$GB\n", "ip;purpose\r\n$GB;fine-tune",
    qq("ip"\t"purpose"\n"$GB"\t"fine-tune"), "sep=|\nip|purpose\na|fine-tune\n",
    "\xef\xbb\xbfpurpose,ip\nfine-tune,$GB\n", "purpose=fine-tune&ip=$GB",
    "ip=$GB&%70urpose=fine-tune")
{
    my $text = $body =~ s/[^ -~]+/ /gr;

    undeclared("$text as $_", 'body_opaque', $body, 'Content-Type' => $_)
        for 'text/plain', 'application/octet-stream';
    undeclared("$text as $_", 'body_malformed', $body, 'Content-Type' => $_)
        for 'image/png', 'text/html', 'application/vnd.ms-excel';
    undeclared("$text, compressed", 'body_malformed', packed($body),
        'Content-Type' => 'image/png', 'Content-Encoding' => 'gzip');
}

for my $type ('text/plain', 'image/png') {
    undeclared("$_ as $type", 'not_training', $_, 'Content-Type' => $type)
        for "ip,a\n$GB,b\n", "ip=$GB&a=b", "Purpose\n-------\na, b\n",
            "the purpose, and\nof, it\n";
}

like(undeclared('a table as an image', 'body_malformed',
    "purpose,ip\nfine-tune,$GB\n", 'Content-Type' => 'image/png')->body,
    qr{looks like text/csv or a form with a purpose}, 'the answer says so');

undeclared('an image', 'not_training', "\x89PNG\r\n{",
    'Content-Type' => 'image/png');
undeclared('prose', 'not_training', '[note] see {"a":1}',
    'Content-Type' => 'text/plain');
undeclared('a file as it likes', 'not_training',
    file('a.txt', qq({"a":NaN,"purpose":"fine-tune"})) . '--b--', @multipart);

for (qq($hidden,"a":NaN}), qq({"a":-Infinity,"purpose":"fine-tune"}),
    qq({"a":"\\ud83d","purpose":"fine-tune"}), qq(\xef\xbb\xbf$hidden}),
    qq($hidden,}), qq({'purpose':'fine-tune'}), '{purpose:"fine-tune"}',
    qq(/* a */$hidden}), qq({"a":"\t","purpose":"fine-tune"}),
    qq({"a":"\xff","purpose":"fine-tune"}), qq([NaN,$hidden}]),
    qq(null\n$hidden}), qq("a"\n$hidden,"a":NaN}), qq(\xc2\xa0$hidden}),
    join("\0", split //, "$hidden}") . "\0")
{
    my $escaped = s/([^\w.])/sprintf '%%%02X', ord $1/ger;

    undeclared('a part aside', 'body_malformed', part('x', $_) . '--b--',
        @multipart);
    undeclared('a field aside', 'body_malformed', "x=$escaped", @$F);
}

for ('[note] hello', '{placeholder}', '{{name}}, hi', '[1, 2]', '{}',
    'Return {"a":1}', "As\n\n{", '[INST] as {"a":1} [/INST]', '{"a":1}')
{
    my $escaped = s/([^\w.])/sprintf '%%%02X', ord $1/ger;

    undeclared("prose, $_", 'not_training', part('x', $_) . '--b--',
        @multipart);
    undeclared("prose, $_", 'not_training', "x=$escaped", @$F);
}


# a part that is metadata

each_body('metadata',
    [ 'not_protected 1 1', part('m', '{"a":1}', "Content-Type: $J->[1]")
      . file('b.jsonl', qq({"ip":"$US"})) . '--b--', \@multipart ],
    [ 'consent_missing 1 1', part('m', '{"a":1}', "Content-Type: $J->[1]")
      . file('b.jsonl', qq({"ip":"$GB"})) . '--b--', \@multipart ],
    [ 'subject_missing 1 0', part('m', '{"a":[{}]}', "Content-Type: $J->[1]")
      . file('b.jsonl', qq({"ip":"$US"})) . '--b--', \@multipart ],
    [ 'subject_missing 1 0', file('m.json', '{"a":1}')
      . file('b.jsonl', qq({"ip":"$US"})) . '--b--', \@multipart ],
    [ 'subject_missing 2 1', part('m', '{"a":"' . 'x' x 16384 . '"}',
      "Content-Type: $J->[1]") . file('b.jsonl', qq({"ip":"$US"})) . '--b--',
      \@multipart ],
    [ 'not_protected 1 1', "--b\r\nContent-Type: application/json\r\n\r\n"
      . qq({"name":"a"}\r\n--b\r\nContent-Type: application/x-ndjson\r\n\r\n)
      . qq({"ip":"$US"}\r\n--b--),
      [ 'Content-Type' => 'multipart/related; boundary=b' ] ]);


# what some recipients read otherwise

each_body('a boundary aside',
    map { [ 'body_malformed 0 0', part('x', "\r\n--AAA\r\n") . '--b--',
      [ 'Content-Type' => "multipart/form-data; $_" ] ] }
    'xboundary=AAA; boundary=b', 'boundary=b; xboundary=AAA',
    'x="boundary=AAA"; boundary=b');

each_body('a name aside',
    [ 'body_malformed 0 0', part('q"; x-name="ip', $GB) . '--b--',
      \@multipart ],
    [ 'consent_missing 1 1', part('IP', $GB) . '--b--', \@multipart ],
    [ 'consent_missing 1 2', part('ip', $US) . part('IP', $GB) . '--b--',
      \@multipart ],
    [ 'body_malformed 0 0', part('ip ', $GB) . '--b--', \@multipart ],
    [ 'body_malformed 0 0', "ip=$US&ip[]=$GB", $F ],
    [ 'consent_missing 1 2', "ip=$US&IP=$GB", $F ],
    [ 'consent_missing 1 2', "ip,IP\n$US,$GB\n", $C ],
    [ 'body_malformed 0 0', "ip, ip\n$US,$GB\n", $C ],
    [ 'consent_missing 1 2', qq({"ip":"$US","IP":"$GB"}), $J ],
    [ 'body_malformed 0 0', qq({"ip ":"$GB"}), $J ],
    [ 'not_protected 1 1', part('file"; filename="a.json"; '
      . "filename*=\"utf-8''a.json", qq({"ip":"$US"})) . '--b--',
      \@multipart ]);


# nobody knows for whom of several people a record's consent was given

each_body('several people',
    [ 'consent_missing 1 2', part('user[ip]', $GB)
      . part('friend[country]', 'GB') . part('consent', 'yes') . '--b--',
      \@multipart, '/consent' ],
    [ 'consent_granted 1 2', part('user[ip]', $GB) . part('consent', 'yes')
      . part('user[country]', 'GB') . '--b--', \@multipart, '/consent' ],
    [ 'consent_missing 1 2', "user[ip]=$GB&friend[country]=GB&consent=yes",
      $F, '/consent' ],
    [ 'consent_missing 1 2',
      "users[0][ip]=$GB&users[1][country]=GB&consent=yes", $F, '/consent' ],
    [ 'consent_missing 1 2', "users[][ip]=$GB&users[][country]=GB&consent=yes",
      $F, '/consent' ],
    [ 'consent_missing 1 2', "ip=$GB&friend[country]=GB&consent=yes", $F,
      '/consent' ],
    [ 'consent_granted 1 2', "user[ip]=$GB&consent=yes&user[country]=GB", $F,
      '/consent' ],
    [ 'body_malformed 0 0', '+' x 2000 . "ip=$GB", $F, '/consent' ],
    [ 'body_malformed 0 0', '{"' . ' ' x 2000 . qq(ip":"$GB"}), $J,
      '/consent' ],
    [ 'consent_missing 1 2', qq({"data":[{"ip":"$GB","consent":"yes"},)
      . qq({"ip":"$GB"}]}), $J, '/consent' ],
    [ 'consent_granted 1 1', qq({"a":{"ip":"$GB"},"b":{"consent":"yes"}}), $J,
      '/consent' ],
    [ 'subject_malformed 1 1', qq({"ip":["$GB","$US"],"consent":"yes"}), $J,
      '/consent' ],
    [ 'subject_malformed 1 1', qq({"ip":"$GB, $US","consent":"yes"}), $J,
      '/consent' ],
    [ 'consent_granted 1 1', qq({"ip":"$GB x","consent":"yes"}), $J,
      '/consent' ],
    [ 'consent_granted 1 2', qq({"ip":"$GB","country":"GB","consent":"yes"}),
      $J, '/consent' ],
    [ 'consent_missing 1 2', qq({"ip":"$GB","a":{"country":"GB"},)
      . '"consent":"yes"}', $J, '/consent' ],
    [ 'consent_missing 1 2', qq({"ip":"$GB","IP":"$GB","consent":"yes"}), $J,
      '/consent' ],
    [ 'consent_granted 1 2', qq({"a":{"ip":"$GB"},"b":{"ip":"$GB"}}), $J,
      '/consent', 'X-AI-Training-Consent' => 'granted' ]);


# data in a field that no rule looks at

for my $more ('', file('b.jsonl', qq({"ip":"$US"}))) {
    each_body('a field aside',
        [ "consent_missing 1 1", part('data', qq({"ip":"$GB"})) . $more
          . '--b--', \@multipart ],
        [ "consent_missing 1 1", part('data', qq([{"a":1},{"ip":"$GB"}]))
          . $more . '--b--', \@multipart ],
        [ "body_malformed 0 0", part('data', qq({"ip":"$US","ip":"$GB"}))
          . $more . '--b--', \@multipart ],
        [ "body_malformed 1 1", part('data', qq({"ip":"$US"}\n{"ip"))
          . $more . '--b--', \@multipart ]);
}

each_body('a field aside',
    [ 'not_protected 1 1', part('options', '{"epochs":3}')
      . part('note', '[sic] {') . part('empty', '')
      . file('b.jsonl', qq({"ip":"$US"})) . '--b--', \@multipart ]);

for (['no', 'denied'], ['perhaps', 'invalid']) {
    my ($says, $is) = @$_;
    my $file = file('a.jsonl', qq({"ip":"$GB","consent":"yes"}));
    my $form = part('consent', $says);

    each_body("a form's $says",
        [ "consent_$is 1 1", "$form$file--b--", \@multipart, '/consent',
          'X-AI-Training-Consent' => 'granted' ],
        [ "consent_$is 1 1", "$file$form--b--", \@multipart, '/consent' ],
        [ "consent_$is 2 2", part('ip', $US) . "$file$form--b--",
          \@multipart, '/consent' ]);
}

each_body('multipart',
    [ 'not_protected 1 1', part('ip', $US) . "--b--\r\n", \@multipart ],
    [ 'consent_missing 1 1', part('ip', $GB) . "--b--\r\n", \@multipart ],
    [ 'subject_missing 1 0', part('a', 1) . "--b--\r\n", \@multipart ],
    [ 'body_malformed 0 0', part('ip', $US) . part('ip', $US) . '--b--',
      \@multipart ],
    [ 'body_malformed 0 0',
      part('ip', $US, 'Content-Type: text/plain; charset=utf-7') . '--b--',
      \@multipart ],
    [ 'body_malformed 0 0', part('ip"; filename="ip.txt', $US) . '--b--',
      \@multipart ],
    [ 'not_protected 2 2', part('ip', $US) . file('a', qq({"ip":"$CN"}\n))
      . '--b--', \@multipart ],
    [ 'consent_missing 2 2', part('ip', $US) . file('a', qq({"ip":"$US"}))
      . file('b', qq({"ip":"$GB"})) . '--b--', \@multipart ],
    [ 'subject_missing 1 0', part('ip', $US) . file('a', '{}') . '--b--',
      \@multipart ],
    [ 'consent_missing 1 1', part('a', 1) . file('a.csv', "ip\n$GB") . '--b--',
      \@multipart ],
    [ 'consent_missing 1 1', file('x', "ip\n$GB", 'Content-Type: text/csv')
      . '--b--', \@multipart ],
    [ 'not_protected 1 1', file('a.json', qq({"ip":"$US"}\n),
      'Content-Type: application/octet-stream') . '--b--', \@multipart ],
    [ 'body_opaque 0 0', file('a.bin', "\0\1") . '--b--', \@multipart ],
    [ 'body_opaque 0 0', file('a.gz', '{}', 'Content-Encoding: br') . '--b--',
      \@multipart ],
    [ 'not_protected 1 1', file('a.jsonl', packed(qq({"ip":"$US"})),
      'Content-Encoding: gzip') . '--b--', \@multipart ],
    [ 'consent_missing 1 1', file('a.jsonl', packed(qq({"ip":"$GB"})),
      'Content-Encoding: gzip') . '--b--', \@multipart ],
    [ 'consent_missing 1 1', "--b\r\nContent-Type: application/json\r\n\r\n"
      . qq({"ip":"$GB"}) . "\r\n--b--",
      [ 'Content-Type' => 'multipart/mixed; boundary=b' ] ],
    [ 'consent_missing 1 1', "--b\r\nContent-Disposition: form-data; name=x\r\n"
      . "Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\n"
      . qq({"ip":"$GB"}) . "\r\n--c--\r\n--b--", \@multipart ],
    [ 'body_malformed 0 0', part('a', 1), \@multipart ],
    [ 'body_malformed 0 0', part('a', 1),
      [ 'Content-Type' => 'multipart/form-data' ] ],
);

my $lines = qq({"ip":"$US"}\n) x 1000;
my $deflated;

deflate(\$lines => \$deflated);

each_body('encodings',
    [ 'not_protected 1000 1000', packed($lines),
      [ @$L, 'Content-Encoding' => 'gzip' ] ],
    [ 'not_protected 1000 1000', packed($lines),
      [ @$L, 'Content-Encoding' => 'X-GZip' ] ],
    [ 'not_protected 1000 1000', $deflated,
      [ @$L, 'Content-Encoding' => 'deflate' ] ],
    [ 'consent_missing 1001 1001', packed($lines) . packed(qq({"ip":"$GB"})),
      [ @$L, 'Content-Encoding' => 'gzip' ] ],
    [ 'body_malformed 1000 1000', substr(packed($lines), 0, -1),
      [ @$L, 'Content-Encoding' => 'gzip' ] ],
    [ 'body_malformed 0 0', $lines, [ @$L, 'Content-Encoding' => 'gzip' ] ],
    [ 'body_opaque 0 0', $lines, [ @$L, 'Content-Encoding' => 'zstd' ] ],
    [ 'body_opaque 0 0', packed($lines), [ @$L, 'Content-Encoding' => 'gzip',
      'Content-Encoding' => 'gzip' ] ],
    [ 'not_protected 1000 1000', $lines,
      [ @$L, 'Content-Encoding' => 'identity' ] ],
    [ 'not_protected 1 1', "e\r\n{\"ip\":\"$US\r\n2\r\n\"}\r\n0\r\n\r\n" =~
      s/^e/14/r, [ @$L, 'Content-Encoding' => 'aws-chunked',
      'X-Amz-Decoded-Content-Length' => 22 ] ],
    [ 'body_malformed 1 1', "14\r\n{\"ip\":\"$US\r\n2\r\n\"}\r\n0\r\n\r\n",
      [ @$L, 'Content-Encoding' => 'aws-chunked',
      'X-Amz-Decoded-Content-Length' => 23 ] ],
);

my $head = qq({"ip":"$GB","a":);
my $framed = sprintf "%x\r\n%s\r\n2\r\n1}\r\n0\r\n\r\n", length $head, $head;

each_body('frames',
    (map { [ 'consent_missing 1 1', $framed,
             [ @$J, 'X-Amz-Content-Sha256' => $_ ] ] }
     'STREAMING-UNSIGNED-PAYLOAD-TRAILER', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
     'streaming-aws4-ecdsa-p256-sha256-payload-trailer'),
    [ 'body_malformed 0 0', $framed,
      [ @$J, 'X-Amz-Content-Sha256' => 'UNSIGNED-PAYLOAD' ] ],
    [ 'not_protected 1 1', qq({"ip":"$US"}),
      [ @$J, 'X-Amz-Content-Sha256' => 'UNSIGNED-PAYLOAD' ] ],
    [ 'body_malformed 0 0', qq({"ip":"$US"}),
      [ @$J, 'X-Amz-Content-Sha256' => 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' ] ],
);

my @declared = ('X-Subject-IP' => $US);

# a second half, and what else has its head elsewhere

each_body('heads elsewhere',
    (map { [ 'body_malformed 0 1', $_, $C, '/', @declared ] }
     "$GB,hello\n$GB,you\n", "hello,$GB:443\n", "x,2a00:23c4::1\ny,z\n",
     "$GB hello\n", "ip country\n$GB GB\n", "ip  country\n",
     "id,client\n1,$GB\n", "id,client\n1,2a02:c7c::1\n", "host\n$GB:443\n",
     "id,place\n1,GB\n", "id,place\n1,DEU\n"),
    [ 'not_protected 1 1', "id,place\n1,no\n", $C, '/', @declared ],
    [ 'not_protected 1 1', "id,answer\n1,NO\n", $C, '/', @declared ],
    [ 'body_malformed 0 1', "GB,hello\nDE,you\n", $C, '/', @declared ],
    [ 'not_protected 1 1', "note,text\n1,hello\n", $C, '/', @declared ],
    [ 'not_protected 1 1', "ID,text\n1,hello\n", $C, '/', @declared ],
    [ 'body_malformed 0 1', qq($GB"}\n{"a":1}\n), $L, '/', @declared ],
    [ 'body_malformed 1 2', qq({"ip":"$US"},{"ip":"$GB"}]), $J, '/',
      @declared ],
);

each_body('pointers',
    [ 'not_protected 1 1', qq({"user":{"ip":"$US"},"ip":"$GB"}), $J,
      '/pointer' ],
    [ 'consent_missing 1 1', qq({"user":{"ip":"$GB"}}), $J, '/pointer' ],
    [ 'consent_missing 1 1', '{"a/b":[{"c":"FR"}]}', $J, '/pointer' ],
    [ 'subject_missing 1 0', qq({"ip":"$US"}), $J, '/pointer' ],
);

each_body('other signals',
    [ 'location_unknown 1 1', '{"user":"u1"}', $J, '/id' ],
    [ 'not_protected 1 1', qq({"via":"for=$US"}), $J, '/id' ],
    [ 'consent_missing 1 2', qq({"via":"for=$US, for=$GB"}), $J, '/id' ],
    [ 'subject_malformed 1 1', qq({"via":"$US"}), $J, '/id' ],
);

each_body('declared subjects',
    [ 'not_protected 1 1', '{"id":1}', $J, '/', 'X-Subject-IP' => $US ],
    [ 'not_protected 1 2', qq({"ip":"$CN"}), $J, '/', 'X-Subject-IP' => $US ],
    [ 'consent_missing 1 2', qq({"ip":"$GB"}), $J, '/',
      'X-Subject-IP' => $US ],
    [ 'consent_missing 0 1', qq({"ip":"$US"}), $J, '/',
      'X-Subject-IP' => $GB ],
    [ 'body_opaque 0 1', 'PAR1', [ 'Content-Type' =>
      'application/vnd.apache.parquet' ], '/', 'X-Subject-IP' => $US ],
);

my @granted = ('X-AI-Training-Consent' => 'granted');

each_body('consent',
    [ 'consent_granted 0 0', qq({"ip":"$GB"}), $J, '/', @granted ],
    [ 'consent_granted 0 0', 'PAR1', [], '/', @granted ],
    [ 'consent_granted 1 1', qq({"ip":"$GB"}), $J, '/consent', @granted ],
    [ 'consent_granted 1 1', qq({"ip":"$GB","consent":"yes"}), $J,
      '/consent' ],
    [ 'consent_granted 1 1', qq({"ip":"$GB","consent":true}), $J, '/consent' ],
    [ 'consent_denied 1 1', qq({"ip":"$GB","consent":"no"}), $J, '/consent',
      @granted ],
    [ 'consent_invalid 1 1', qq({"ip":"$GB","consent":["yes"]}), $J,
      '/consent' ],
    [ 'consent_invalid 1 1', qq({"ip":"$GB","consent":"yes",)
      . '"a":{"consent":"yes"}}', $J, '/consent' ],
    [ 'consent_missing 2 2', qq({"ip":"$GB","consent":"yes"}\n{"ip":"$GB"}),
      $L, '/consent' ],
    [ 'consent_granted 2 2', qq({"ip":"$GB","consent":"yes"}\n{"ip":"$US"}),
      $L, '/consent' ],
    [ 'not_protected 1 1', qq({"ip":"$US","consent":"no"}), $J, '/consent' ],
    [ 'body_malformed 0 0', qq({"ip":"$GB","consent":"no"), $J, '/consent',
      @granted ],
    [ 'body_opaque 0 0', qq({"ip":"$GB","consent":"no"}),
      [ @$J, 'Content-Encoding' => 'br' ], '/consent', @granted ],
    [ 'consent_denied 1 1', qq({"ip":"$GB","consent":"yes"}), $J, '/consent',
      'Sec-GPC' => 1 ],
    [ 'consent_missing 1 1', qq({"ip":"$GB"}), $J, '/declared', @granted ],
    [ 'consent_missing 1 2', qq({"ip":"$GB"}), $J, '/declared', @granted,
      'X-Subject-IP' => $GB ],
    [ 'consent_granted 1 2', qq({"ip":"$US"}), $J, '/declared', @granted,
      'X-Subject-IP' => $GB ],
    [ 'consent_granted 1 1', qq({"id":1}), $J, '/declared', @granted,
      'X-Subject-IP' => $GB ],
);

each_body('limits',
    [ 'not_protected 1 1', qq({"ip":"$US","x":") . 'x' x 900 . '"}', $J,
      '/limits' ],
    [ 'body_limit 0 0', qq({"ip":"$US","x":") . 'x' x 1100 . '"}', $J,
      '/limits' ],
    [ 'not_protected 1 1', qq({"ip":"$US","x":[[[]]]}), $J, '/limits' ],
    [ 'body_limit 0 0', qq({"ip":"$US","x":[[[[]]]]}), $J, '/limits' ],
    [ 'body_limit 0 0', packed(' ' x 3_000_000),
      [ @$J, 'Content-Encoding' => 'gzip' ], '/limits' ],
    [ 'not_protected 60000 60000', $lines x 60, $L, '/limits' ],
    [ 'not_protected 1 1', "ip,\n$US," . 'x' x 100 . "\n", $C, '/unread' ],
    [ 'body_limit 0 0', "ip,\n$US," . 'x' x 101 . "\n", $C, '/unread' ],
);

each_body('off',
    [ 'subject_missing 0 0', qq({"ip":"$US"}), $J, '/off' ],
    [ 'not_protected 0 1', qq({"ip":"$GB"}), $J, '/off',
      'X-Subject-IP' => $US ],
);


# purpose in the body: these name none in a header

@train = ();

each_body('purpose',
    [ 'not_training 1 1', qq({"ip":"$GB"}), $J, '/purpose' ],
    [ 'not_training 1 1', qq({"ip":"$GB","purpose":"batch"}), $J,
      '/purpose' ],
    [ 'consent_missing 1 1', qq({"ip":"$GB","purpose":"Fine-Tune"}), $J,
      '/purpose' ],
    [ 'consent_missing 1 1', qq({"ip":"$GB","train":true}), $J, '/purpose' ],
    [ 'not_training 1 1', qq({"ip":"$GB","train":false}), $J, '/purpose' ],
    [ 'not_training 1 1', qq({"ip":"$GB","purpose":null}), $J, '/purpose' ],
    [ 'purpose_malformed 1 1', qq({"ip":"$GB","purpose":["fine-tune"]}), $J,
      '/purpose' ],
    [ 'not_protected 1 1', qq({"ip":"$US","purpose":"fine-tune"}), $J,
      '/purpose' ],
    [ 'consent_missing 2 2', qq({"ip":"$GB"}\n{"ip":"$US",)
      . '"purpose":"fine-tune"}', $L, '/purpose' ],
    [ 'consent_missing 1 1', part('purpose', 'fine-tune')
      . file('a', qq({"ip":"$GB"})) . '--b--', \@multipart, '/purpose' ],
    [ 'consent_missing 1 1', file('a', qq({"ip":"$GB"}))
      . part('purpose', 'fine-tune') . '--b--', \@multipart, '/purpose' ],
    [ 'not_training 1 1', file('a', qq({"ip":"$GB"}))
      . part('purpose', 'assistants') . '--b--', \@multipart, '/purpose' ],
    [ 'not_training 0 0', file('a', "\0") . part('purpose', 'assistants')
      . '--b--', \@multipart, '/purpose' ],
    [ 'body_opaque 0 0', file('a', "\0") . part('purpose', 'fine-tune')
      . '--b--', \@multipart, '/purpose' ],
    [ 'body_malformed 1 1', qq({"ip":"$US"}x), $J, '/purpose' ],
    [ 'body_opaque 0 0', qq({"ip":"$US"}), [ @$J, 'Content-Encoding', 'br' ],
      '/purpose' ],
    [ 'body_opaque 0 0', 'purpose=fine-tune', [], '/purpose' ],
    [ 'not_training 0 0', "\x89PNG", [ 'Content-Type' => 'image/png' ],
      '/purpose' ],
    [ 'consent_granted 0 0', qq({"ip":"$US"}x), $J, '/purpose', @granted ],
    [ 'not_training 1 1', file('a', qq({"ip":"$GB"}))
      . part('purpose', 'assistants') . '--b--', \@multipart, '/undeclared' ],
    [ 'consent_missing 1 1', qq({"ip":"$GB"}), $J, '/undeclared' ],
    [ 'body_malformed 1 1', qq({"ip":"$GB"}x), $J, '/undeclared' ],
    [ 'subject_missing 0 0', '{"purpose":"fine-tune"}', $J, '/only-purpose' ],
    [ 'not_protected 0 1', file('a', "\0") . part('purpose', 'fine-tune')
      . '--b--', \@multipart, '/only-purpose', 'X-Subject-IP' => $US ],
    [ 'consent_missing 0 1', file('a', "\0") . part('purpose', 'fine-tune')
      . '--b--', \@multipart, '/only-purpose', 'X-Subject-IP' => $GB ],
    [ 'not_training 0 0', qq({"ip":"$GB"}), $J ],
    [ 'not_training 0 0', qq({"ip":"$GB"x), $J ],
);

is($t->post('/', '', 'X-Data-Purpose' => 'ai-training')->header('X-Got'),
    'subject_missing 0 0', 'no body');
is($t->get('/', 'X-Data-Purpose' => 'ai-training', 'X-Subject-IP' => $US)
    ->header('X-Got'), 'not_protected 0 1', 'no body, a declared subject');

$t->secret($GB, $US, $CN);
$t->done;
