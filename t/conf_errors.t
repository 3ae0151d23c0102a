#!/usr/bin/perl

# What nginx -t says of each directive; export_recipients has its own test.

use strict;
use warnings;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/lib";
use Export::Test;


my $t = Export::Test->new;

$t->write('empty', '');
$t->write('text', "not a database\n" x 1000);


sub verdict {
    my ($text) = @_;
    my ($ok, $errors) = $t->test_conf($text);

    return $ok ? 'ok' : $errors =~ /\[emerg\] (.*)/ ? $1 : 'no message';
}


# lines inside http, or all there is, if it begins with "server"

sub conf {
    my ($lines) = @_;

    return $lines =~ /^server/ ? $lines
        : "export_database %%DB%%;\nexport_policy enforce;\n"
          . "$lines;\nserver { }";
}


my $args = 'invalid number of arguments in';
my $value = 'invalid value';
my $source = 'invalid source';
my $where = 'directive is not allowed here';
my $many = join ";\n", map { "export_jurisdiction j$_ US" } 0 .. 30;

# each row: the lines, and the beginning of the error

my @rows = (
    [ 'export_policy on', '"export_policy" directive is duplicate' ],
    [ 'server { export_policy on; }', qq($value "on") ],
    [ 'server { export_policy; }', qq($args "export_policy") ],
    [ 'server { export_policy off off; }', qq($args "export_policy") ],
    [ 'server { location / { if ($arg_a) { export_policy off; } } }',
      qq("export_policy" $where) ],
    [ 'server { export_policy enforce; }',
      '"export_policy" requires "export_database"' ],
    [ 'server { location / { export_policy monitor; } }',
      '"export_policy" requires "export_database"' ],

    [ 'export_database', qq($args "export_database") ],
    [ 'server { export_database %%DB%%; }', qq("export_database" $where) ],
    [ 'export_database none', 'country database "%%DIR%%/none" ' ],
    [ 'export_database empty', 'country database "%%DIR%%/empty" ' ],
    [ 'export_database text', 'country database "%%DIR%%/text" ' ],
    [ 'export_database %%DIR%%', 'country database "%%DIR%%" ' ],
    [ 'export_database %%DB%% path=a/b', 'country database "%%DB%%" ' ],
    (map { [ "export_database %%DB%% $_",
             qq($value "$_" in "export_database" directive) ] }
     qw(path= max_age= max_age=0 max_age=x max_age=-1 reload= reload=0
        reload=1x stale= stale=yes age=1d x)),
    [ join(';', ('export_database %%DB%%') x 8),
      '"export_database" directive is specified too many times' ],

    [ 'export_jurisdiction a', qq($args "export_jurisdiction") ],
    [ 'server { export_jurisdiction a US; }',
      qq("export_jurisdiction" $where) ],
    (map { [ "export_jurisdiction a $_",
             qq($value "$_" in "export_jurisdiction" directive) ] }
     qw(USAX U XYZ 12)),
    [ 'export_jurisdiction a US ""', qq($value "" in "export_jurisdiction") ],
    [ 'export_jurisdiction eea +', qq($value "+" in "export_jurisdiction") ],
    [ 'export_jurisdiction eea -X', qq($value "-X" in "export_jurisd) ],
    [ 'export_jurisdiction a +US', 'unknown jurisdiction "a"' ],
    [ 'export_jurisdiction a -US', 'unknown jurisdiction "a"' ],
    [ 'export_jurisdiction eea +US JP',
      '"export_jurisdiction" directive mixes codes with and without' ],
    [ 'export_jurisdiction a US +JP',
      '"export_jurisdiction" directive mixes codes with and without' ],
    [ $many, '"export_jurisdiction" directive defines too many' ],

    [ 'export_protect', qq($args "export_protect") ],
    [ 'export_protect a',
      'unknown jurisdiction "a" in "export_protect" directive' ],
    [ 'export_protect uk ""',
      'unknown jurisdiction "" in "export_protect" directive' ],
    [ 'export_protect uk; export_protect ch',
      '"export_protect" directive is duplicate' ],

    [ 'export_destination', qq($args "export_destination") ],
    [ 'export_destination a b', qq($args "export_destination") ],
    [ 'export_destination $none', 'unknown "none" variable' ],
    [ 'export_destination a; export_destination b',
      '"export_destination" directive is duplicate' ],

    [ 'export_purpose destination', qq($args "export_purpose") ],
    (map { [ "export_purpose $_ x", qq($source "$_" in "export_purpose") ] }
     qw(x header header: arg: field: Header:X destinations cookie:a)),
    [ 'export_purpose destination ""',
      'invalid pattern "" in "export_purpose" directive: empty pattern' ],
    [ 'export_purpose header:X ~', 'invalid pattern "~" in ' ],
    [ 'export_purpose header:X ~*', 'invalid pattern "~*" in ' ],
    [ 'export_purpose header:X a ~(b',
      'invalid pattern "~(b" in "export_purpose" directive: missing' ],
    [ 'export_purpose arg:x "~a{2,1}"', 'invalid pattern "~a{2,1}" in ' ],
    (map { [ "export_purpose field:$_ x", qq($source "field:$_" in ) ] }
     '/a~2', '/a~', '/~/b'),
    [ q(export_purpose 'field:"a"' x), qq($source "field:"a"" in ) ],
    [ 'export_purpose arg:a $foo', 'invalid pattern "$foo" in ' ],
    [ 'export_purpose arg:a "${foo}"', 'invalid pattern "${foo}" in ' ],
    [ 'export_purpose destination v1/files',
      'invalid pattern "v1/files" in "export_purpose" directive: a path of ' ],
    [ 'server { export_purpose header:X ~(; }', 'invalid pattern "~(" in ' ],

    # what can never match, and what to write

    (map { my ($is, $write) = @$_;
           [ "export_purpose destination '$is'",
             qq(invalid pattern "$is" in "export_purpose" directive: $write) ] }
     [ 'https://api.x.com', 'a scheme is not compared; write "api.x.com"' ],
     [ 'https://api.x.com/v1',
       'a scheme is not compared; write "api.x.com/v1"' ],
     [ 'api.x.com:443', 'ports are not compared; write "api.x.com"' ],
     [ 'api.x.com/v1?a=b', 'a query is no part of the path; "arg:NAME" is' ],
     [ 'api.x.com/v1#a', 'a fragment is never sent; write "/v1"' ],
     [ 'api.x.com/v1/*/files', '"*" stands at the end; write a regex' ],
     [ 'api.*/v1', '"*" stands alone or before the first dot' ],
     [ '^api\.x\.com/', 'a regex begins with "~"; write "~^api\.x\.com' ],
     [ 'api x.com', q(this is no host's name) ],
     [ '2001:db8::1', 'an IPv6 address has brackets; write "[2001:db8::1]"' ],
     [ "b\xc3\xbccher.de", q(write the host's name as it is sent, with "xn--) ],
     [ '~^https://api', 'a scheme is not compared; write the regex without' ],
     [ '~^/v1/files$', 'a host begins with neither "/" nor "."; write "~^[^/' ],
     [ '~^api\.x\.com:443/', 'ports are not compared; write the regex' ],
     [ '~^api\.x\.com/v1\?a', 'a query is no part of the path' ]),

    (map { [ "$_->[0] header:$_->[1]",
             qq(invalid source "header:\L$_->[1]\E" in ) ] }
     [ 'export_subject', 'X_Subject_IP' ], [ 'export_subject', 'X.Subject' ],
     [ 'export_subject', 'X-Subject-IP:' ], [ 'export_subject', '$http_x' ]),
    [ 'export_purpose header:X_Data_Purpose training',
      'invalid source "header:x_data_purpose" in "export_purpose" directive: '
      . 'nginx drops such a header; write "header:X-Data-Purpose"' ],
    [ 'server { export_policy off; export_consent header:X_C yes; }',
      'invalid source "header:x_c" in "export_consent" directive: nginx ' ],

    (map { my ($is, $write) = @$_;
           [ "export_subject 'field:$is'",
             qq(invalid source "field:$is" in "export_subject" directive: )
             . $write ] }
     [ 'user.ip', 'a member within a member is written as a pointer (and a '
       . 'name with a dot too, "field:/a.b"); write "field:/user/ip"' ],
     [ 'user/ip', 'write "field:/user/ip"' ],
     [ '$.ip', 'write "field:ip"' ],
     [ '$.user.ip', 'write "field:/user/ip"' ],
     [ '$[0].ip', 'write "field:ip"' ],
     [ 'a[0].b', 'a member within a member is written as a pointer (and a '
       . 'name with a dot too, "field:/a.b"); write "field:/a/b"' ],
     [ 'ip[]', 'write "field:ip"' ],
     [ '/', 'a pointer has no empty part' ],
     [ '/a/', 'a pointer has no empty part' ],
     [ '/a//b', 'a pointer has no empty part' ],
     [ '#/ip', 'write a pointer as "field:/user/ip"' ],
     [ '/a/*/ip', 'a pointer has no "*"' ], [ '*', 'a name has no "*"' ],
     [ ' ip', 'a name has no blank at its ends' ]),

    (map { [ "export_purpose 'arg:$_' x", qq(invalid source "arg:$_" in ) ] }
     qw(purpose= a&b ?purpose), 'a b', 'a%20b'),

    (map { my ($is, $write) = @$_;
           [ "export_consent header:X '$is'",
             qq(invalid pattern "$is" in "export_consent" directive: $write) ]
         }
     [ 'granted, yes', 'the items of a list are compared one by one' ],
     [ ' granted', 'values are compared without blanks at their ends' ],
     [ '^granted$', 'a regex begins with "~"' ],
     [ 'grant.*', 'a regex begins with "~"' ],
     [ '*', 'a literal has no "*"' ]),
    [ 'export_purpose arg:a training,other', 'invalid pattern "training,oth' ],

    (map { [ "export_destination $_",
             qq(invalid value "$_" in "export_destination" directive: )
             . 'write a host, as "api.example.com"' ] }
     'https://api.x.com', 'https://$host', 'api.x.com/v1', '*.x.com', '.x.com',
     '$host$request_uri', 'a,b'),

    (map { [ "export_jurisdiction a US $_",
             qq(invalid value "$_" in "export_jurisdiction" directive: this )
             . 'is no country; write codes of ISO 3166-1, as "GB"' ] }
     qw(XX ZZ QQ AA A1 T1 EU AP)),
    [ 'export_jurisdiction eea -XX', 'invalid value "-XX" in ' ],
    [ 'export_protect UK', 'unknown jurisdiction "UK" in "export_protect" '
      . 'directive: write "uk"' ],
    [ 'export_protect GB', 'unknown jurisdiction "GB" in "export_protect" '
      . 'directive: write "eea", "uk", "ch" or a name that "export_jurisdicti' ],
    [ 'server { export_policy off; export_protect XX; }',
      'unknown jurisdiction "XX" in "export_protect" directive' ],
    [ 'server { location / { export_protect nowhere; } }',
      'unknown jurisdiction "nowhere" in "export_protect" directive' ],

    [ 'export_undeclared no', qq($value "no") ],
    [ 'export_undeclared other other', qq($args "export_undeclared") ],
    [ 'export_undeclared other; export_undeclared other',
      '"export_undeclared" directive is duplicate' ],

    [ 'export_subject', qq($args "export_subject") ],
    [ 'export_subject header:X as=ip x y', qq($args "export_subject") ],
    [ 'export_subject x', qq($source "x" in "export_subject") ],
    [ 'export_subject destination', qq($value "destination" in ) ],
    (map { [ "export_subject header:X $_",
             qq($value "$_" in "export_subject" directive) ] }
     qw(as= as=x as=IP as=ips ip)),
    [ 'export_subject field:' . 'x' x 129, '"field:' . 'x' x 20 ],
    [ join(';', map { "export_subject field:f$_" } 1 .. 33),
      '"field:f33" is too long, no JSON pointer, or one of more than 32 fiel' ],

    [ 'export_unknown no', qq($value "no") ],
    [ 'export_unknown allow; export_unknown block',
      '"export_unknown" directive is duplicate' ],

    [ 'export_consent header:X', qq($args "export_consent") ],
    [ 'export_consent x y', qq($source "x" in "export_consent") ],
    [ 'export_consent destination x', qq($value "destination" in ) ],
    [ 'export_consent header:X scope=transfer',
      '"export_consent" directive has no pattern' ],
    [ 'export_consent header:X yes scope=all', qq($value "scope=all" in ) ],
    [ 'export_consent header:X yes scope=', qq($value "scope=" in ) ],
    [ 'export_consent header:X ~[', 'invalid pattern "~[" in ' ],
    [ 'export_consent field:/x/~ yes', 'invalid source "field:/x/~" in ' ],
    [ join(';', ('export_consent header:X yes') x 17),
      '"export_consent" directive is specified too many times' ],

    [ 'export_body no', qq($value "no") ],
    [ 'export_body inspect /data', qq($value "/data") ],
    [ 'export_body redact data', qq($value "data") ],
    [ 'export_body redact /a~2', '"field:/a~2" is too long, no JSON pointer' ],
    [ 'export_body_limits', qq($args "export_body_limits") ],
    (map { [ "export_body_limits $_",
             qq($value "$_" in "export_body_limits" directive) ] }
     qw(x record= record=0 record=x record=-1 depth=0 depth=x depth=1k
        inflate=0 inflate=1x ratio= ratio=0 ratio=-5 size=1m unread=
        unread=x unread=-1)),

    [ 'export_forward_headers maybe', qq($value "maybe" in ) ],
    (map { [ "export_status $_", qq($value "$_" in "export_status" ) ] }
     qw(200 399 600 45 4510 x -1)),
    [ 'export_status 451; export_status 403',
      '"export_status" directive is duplicate' ],
    [ 'export_blocked_by', qq($args "export_blocked_by") ],
    [ 'export_blocked_by a; export_blocked_by b',
      '"export_blocked_by" directive is duplicate' ],
);

for (@rows) {
    my ($lines, $error) = @$_;
    my $got = verdict(conf($lines));

    $error =~ s/%%DB%%/$t->database('geo')/e;
    $error =~ s/%%DIR%%/$t->dir/e;
    $lines =~ s/\n.*//s;
    is(substr($got, 0, length $error), $error, $lines) or diag $got;
}


# what looks like an error, and is none

for ('export_protect eea', 'export_status 599', 'export_blocked_by ""',
     join(';', ('export_database %%DB%%') x 7),
     join(';', ('export_consent header:X yes') x 16),
     'export_jurisdiction a US; export_protect a uk',
     'export_protect later; export_jurisdiction later US',
     'export_jurisdiction a us Usa; export_jurisdiction a +JP +CN',
     'export_jurisdiction eea AT; export_jurisdiction eea -AT',
     'export_database %%DB%% max_age=1s stale=warn',
     'export_database %%DB%% path=country/iso_code reload=500ms',
     'export_destination "a$arg_x"', 'export_recipients off',
     'export_body off; export_body_limits record=1k depth=1 ratio=1',
     'server { export_policy off; export_subject field:ip; }',
     'server { export_protect uk; export_consent header:X yes; }',
     'underscores_in_headers on; export_subject header:X_Subject_IP',
     'ignore_invalid_headers off; export_subject header:X_Subject_IP',
     'export_subject field:/user.ip; export_subject field:user[ip]',
     'export_destination $host:443; export_protect uk',
     (map { "export_purpose destination $_" }
      qw(api.x.com api.x.com/ api.x.com/* *.x.com .x.com API.X.com. /v1/files
         api.x.com/v1/files/ api.x.com/v1%2ffiles [::1]/v1 ~API.x ~\\.x\\.com$
         *)))
{
    is(verdict(conf($_)), 'ok', $_ =~ s/(.{60}).*/$1.../r);
}

$t->done;
