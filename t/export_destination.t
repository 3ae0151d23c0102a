#!/usr/bin/perl

# export_destination: who the recipient is, and the forms of its path that
# patterns see.

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
export_purpose destination api.example.com/v1/files
               "~^(.+\.)?train\.example\.net/"
               "~^[^/]*/jobs/[0-9]+$" "~^[^/]*/Exact$" "~*^[^/]*/loose$";

add_header X-Got "$export_purpose" always;
add_header X-To "$export_recipient" always;

map $arg_via $via {
    a API.example.com:443;
    default none.example.com;
}

server {
    listen 127.0.0.1:%%PORT_0%%;
    merge_slashes off;

    location / {
        proxy_pass http://%%UPSTREAM%%;
    }

    location /fixed {
        export_destination Train.Example.NET:8443;
        proxy_pass http://%%UPSTREAM%%;

        location /fixed/deep {
            proxy_pass http://%%UPSTREAM%%;
        }

        location /fixed/own {
            export_destination example.org;
            proxy_pass http://%%UPSTREAM%%;
        }
    }

    location /arg {
        export_destination $arg_to;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /part {
        export_destination $arg_to.example.net:$server_port;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /map {
        export_destination $via;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /host {
        export_destination $http_host;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /old/ {
        rewrite ^/old/(.*)$ /v1/$1 break;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /jobs/7 {
        rewrite ^ /harmless break;
        proxy_pass http://%%UPSTREAM%%$request_uri;
    }

    location /prefix/ {
        proxy_pass http://%%UPSTREAM%%/jobs/;
    }

    location /prefix/jobs/ {
        proxy_pass http://%%UPSTREAM%%/;
    }
}

server {
    listen 127.0.0.1:%%PORT_1%%;
    export_destination api.example.com;

    location / {
        proxy_pass http://%%UPSTREAM%%;
    }
}

server {
    listen 127.0.0.1:%%PORT_2%%;

    export_purpose destination alone.test slash.test/ star.test/*
                   *.below.test .domain.test below.path/v1/files/
                   begins.test/v1/fi* enc.test/v1%2ffi%63es Dot.Test./v1
                   [2001:DB8::1] "~API.upper" "~\\.suffix\\.test$"
                   ~^exact\\.test$ ~^slash\\.regex/v1/$ /any/host;

    location / {
        proxy_pass http://%%UPSTREAM%%;
    }
}
EOC

my %purpose = (hit => 'ai_training', miss => 'undeclared');


# who it is; each row: recipient, Host, uri

for my $row (
    [ 'api.example.com', 'api.example.com', '/' ],
    [ 'api.example.com', 'API.Example.Com:8443', '/' ],
    [ 'api.example.com', 'api.example.com.', '/' ],
    [ 'api.example.com', 'API.example.com.:80', '/host' ],
    [ '192.0.2.1', '192.0.2.1:80', '/' ],
    [ '[2001:db8::1]', '[2001:DB8::1]', '/' ],
    [ '[2001:db8::1]', '[2001:DB8::1]:8443', '/host' ],
    [ 'abs.example.com', 'api.example.com', 'http://ABS.example.com:8080/a' ],
    [ 'abs.example.com', 'api.example.com', 'https://abs.example.com?a' ],
    [ 'train.example.net', 'example.com', '/fixed' ],
    [ 'train.example.net', 'example.com', '/fixed/deep' ],
    [ 'example.org', 'train.example.net', '/fixed/own' ],
    [ 'a.example.org', 'x', '/arg?to=A.example.org.:1' ],
    [ '', 'x', '/arg' ], [ '', 'x', '/arg?to=:80' ], [ '', 'x', '/arg?to=.' ],
    [ '', 'x', '/arg?to=a/b' ], [ '', 'x', '/arg?to=u@a' ],
    [ '', 'x', '/arg?to=[::1' ], [ '', 'x', '/arg?to=' . 'a' x 256 ],
    [ 'a' x 255, 'x', '/arg?to=' . 'a' x 255 ],
    [ 'train.example.net', 'x', '/part?to=TRAIN' ],
    [ 'api.example.com', 'x', '/map?via=a' ],
    [ 'none.example.com', 'x', '/map?via=b' ])
{
    my ($want, $host, $uri) = @$row;

    is($t->get($uri, Host => $host)->header('X-To') // '', $want,
       substr "$uri at $host", 0, 70);
}


# patterns know it so; each row: outcome, Host, uri

for my $row (
    [ 'hit', 'api.example.com', '/v1/files' ],
    [ 'hit', 'API.EXAMPLE.COM.:443', '/v1/files' ],
    [ 'miss', 'xapi.example.com', '/v1/files' ],
    [ 'miss', 'api.example.com.evil.test', '/v1/files' ],
    [ 'miss', 'evil.test', '/api.example.com/v1/files' ],
    [ 'hit', 'evil.test', 'http://api.example.com/v1/files' ],
    [ 'hit', 'api.example.com', 'http://evil.test/v1/files' ],
    [ 'hit', 'API.example.com.:80', 'http://evil.test/v1/files' ],
    [ 'miss', 'evil.test', 'http://evil.test/v1/files' ],
    [ 'miss', 'api.example.com', 'http://evil.test/fixed/own' ],
    [ 'miss', 'api.example.com:', '/v1/file' ],
    [ 'hit', 'train.example.net', '/' ],
    [ 'hit', 'a.b.train.example.net', '/x' ],
    [ 'miss', 'atrain.example.net', '/' ],
    [ 'miss', 'evil.test', '/train.example.net/' ],
    [ 'hit', 'x', '/fixed' ], [ 'hit', 'x', '/fixed/deep' ],
    [ 'miss', 'train.example.net', '/fixed/own' ],
    [ 'hit', 'x', '/arg?to=train.example.net' ],
    [ 'hit', 'x', '/part?to=train' ], [ 'miss', 'x', '/part?to=api' ],
    [ 'hit', '[::1]', '/jobs/1' ], [ 'hit', 'x', '/jobs/1' ])
{
    my ($want, $host, $uri) = @$row;

    is($t->get($uri, Host => $host)->header('X-Got'), $purpose{$want},
       "$uri at $host is a $want");
}

# nginx does not look behind the colon: "Host" might name anybody; 1.31 does,
# and answers 400 itself

like($t->get('/a', Host => $_)->status, qr/^(?:451|400)$/, "Host $_")
    for 'a:80@api.example.com', 'user:secret@api.example.com', 'a:80:80',
        'a.:80x';

is($t->get('/a', Host => $_)->header('X-Got'), $purpose{miss}, "Host $_")
    for 'a.:80', 'a:', 'a.', '[::1]:80', '[::1]';

like($t->get('http://a/a', Host => $_)->status, qr/^(?:451|400)$/,
     "URL of a, Host $_")
    for 'a:80@b', 'b:80x';

is($t->get('/v1/files', { port => 1 }, Host => 'x')->header('X-Got'),
   'ai_training', 'inherited from the server');
is($t->get('/v1/files', { version => '1.0', no_host => 1 })->header('X-Got'),
   'undeclared', 'no host at all');


# the path, as sent and decoded to the end

my %paths = (
    hit => '/v1/files /V1/Files /v1/files?a /v1/files? /v1/files#a
        /v1/files/ /v1/%66iles /v1/%66%69%6c%65%73 /v1%2ffiles /v1%2Ffiles
        /v1/%2566iles /v1/%25252566iles /v1/%25%36%36iles /v1%252ffiles
        //v1//files ///v1/files// /v1/./files /./v1/files/. /a/../v1/files
        /a/b/../../v1/files /v1/x/%2e%2e/files /v1/x/%252e%252e/files
        /v1/files;a /v1;a=b/files /v1/files;a=b;c /v1/files/;a /v1/files%3ba
        /v1/files/x/.. /v1\files /v1%5cfiles /old/files
        /old/%66iles /jobs/1 /jobs/7 /jobs//1 /jobs/%31 /jobs/1;v=2
        /v1/files%3fa /v1/files%23a /v1/files%20 /v1%20/%09files /jobs/1%0a
        /jobs/1%23 /v1%c0%affiles /v1/%c1%a6iles /v1%e0%80%affiles
        /v1%ef%bc%8ffiles /v1/%ef%bd%86iles
        /a/%2e%2e/jobs/1 /Exact /a/../Exact /%45xact /loose /LOOSE
        /%4coose',
    miss => '/ /v1 /v1/ /v1/file /v1/filesx /v1/files/1 /v2/files
        /x/v1/files /v1/files. /v1/files,a /v1/files%20a /v1%c2%affiles
        /?/v1/files /a?x=/v1/files /a#/v1/files /a;/v1/files /v1/../files
        /old/file /jobs /jobs/ /jobs/a /jobs/1/2 /jobs/1%0a2 /jobs/%231
        /exact /Exact1 /loosen',
);

for my $want (sort keys %paths) {
    for my $uri (split ' ', $paths{$want}) {
        is($t->get($uri, Host => 'api.example.com')->header('X-Got'),
           $purpose{$want}, "$uri is a $want");
    }
}

for (qw(c0af c19c e080af f08080af f8808080af fc80808080af efbc8f)) {
    is($t->get('/v1' . pack('H*', $_) . 'files', Host => 'api.example.com')
         ->header('X-Got'), $purpose{hit}, "bytes $_ for a slash");
}

is($t->get("/v1\xc2\xaffiles", Host => 'api.example.com')->header('X-Got'),
   $purpose{miss}, 'another character');
is($t->get("/v1/\xc1\xa6iles", Host => 'api.example.com')->header('X-Got'),
   $purpose{hit}, 'a letter in two bytes');


# what anyone would mean

for my $row (
    [ 'hit', 'alone.test', '/', '/a/b' ], [ 'hit', 'slash.test', '/', '/a' ],
    [ 'hit', 'star.test', '/', '/a/b' ], [ 'miss', 'a.alone.test', '/' ],
    [ 'hit', 'a.below.test', '/', '/a' ], [ 'hit', 'a.b.below.test', '/' ],
    [ 'miss', 'below.test', '/' ], [ 'miss', 'abelow.test', '/' ],
    [ 'hit', 'domain.test', '/' ], [ 'hit', 'a.domain.test', '/a' ],
    [ 'hit', 'below.path', '/v1/files', '/v1/files/', '/V1/Files/a/b' ],
    [ 'miss', 'below.path', '/v1/filesx', '/v1' ],
    [ 'hit', 'begins.test', '/v1/fi', '/v1/files/a' ],
    [ 'miss', 'begins.test', '/v1/f' ],
    [ 'hit', 'enc.test', '/v1/fices', '/v1%2ffices', '/v1/FI%63es' ],
    [ 'hit', 'dot.test', '/v1' ], [ 'hit', '[2001:db8::1]', '/a' ],
    [ 'hit', 'api.upper', '/a' ], [ 'hit', 'a.suffix.test', '/', '/a' ],
    [ 'miss', 'suffix.test', '/' ], [ 'hit', 'exact.test', '/', '/a' ],
    [ 'miss', 'exact.test.net', '/' ],
    [ 'hit', 'slash.regex', '/v1', '/v1/', '/%761' ],
    [ 'hit', 'whoever.test', '/any/host', '/ANY//host' ],
    [ 'miss', 'whoever.test', '/an/any/host' ])
{
    my ($want, $host, @paths) = @$row;

    is($t->get($_, { port => 2 }, Host => $host)->header('X-Got'),
       $purpose{$want}, "$host$_ is a $want") for @paths;
}


# what proxy_pass makes of the path counts too: t/wire.t

is($t->get('/prefix/1', Host => 'x')->header('X-Got'), $purpose{hit},
   '/prefix/1 is sent as /jobs/1');
is($t->get('/prefix/jobs/1', Host => 'x')->header('X-Got'), $purpose{miss},
   '/prefix/jobs/1 is sent as /1');


# nginx's own refusals; nothing is forwarded

$t->forget;
is($t->get($_, Host => 'api.example.com')->status, 400, "$_ is refused")
    for '/../v1/files', '/v1/files%00', '/%2e%2e/v1/files', '/v1/files%zz';
is($t->get('/v1/files', Host => 'a', Host => 'b')->status, 400, 'two hosts');
is($t->get('/v1/files', Host => 'a/b')->status, 400, 'a path in the host');
is($t->connections, 0, 'recipient');


# each row: error, configuration

for my $row (
    [ 'unknown "no_such" variable', 'export_destination $no_such;' ],
    [ 'invalid number of arguments in "export_destination"',
      'export_destination;' ],
    [ 'invalid number of arguments in "export_destination"',
      'export_destination a b;' ],
    [ '"export_destination" directive is duplicate',
      'export_destination a; export_destination b;' ],
    [ '"export_destination" directive is not allowed here',
      'server { location / { if ($args) { export_destination a; } } }' ])
{
    my ($ok, $errors) = $t->test_conf($row->[1]);
    ok(!$ok && $errors =~ /\[emerg\].*\Q$row->[0]/, $row->[1]) or diag $errors;
}

$t->done;
