#!/usr/bin/perl

# More ways in which nginx builds what it sends; and at random: whatever path
# a recipient gets, a rule for that path has been tried on it.

use strict;
use warnings;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/lib";
use Export::Test;


my $t = Export::Test->new;

$t->recorder(
    '/down' => { status => 502, body => 'down' },
    '/accel' => { headers => [ 'X-Accel-Redirect' => '/inner/v1/files' ] },
    '*' => { body => 'forwarded' },
);

$t->write('recipients.conf', <<'EOC');
data POST api.example.com ~^/v1/files$ vendor=x category=y evidence=doc;
data POST api.example.com ~^/v1/typed$ vendor=x category=y evidence=doc
     mark=arg:type=fine-tune;
EOC

mkdir $t->dir . $_ for '/root', '/root/v1';
$t->write('root/v1/files', 'x');

# at random: the same locations in a server that is judged, and in one whose
# policy is off, to know what a recipient gets

my @passes = (
    'proxy_pass http://%%UPSTREAM%%;',
    'proxy_pass http://%%UPSTREAM%%/;',
    'proxy_pass http://%%UPSTREAM%%/v1;',
    'proxy_pass http://%%UPSTREAM%%/v1/;',
    'proxy_pass http://%%UPSTREAM%%$uri;',
    'proxy_pass http://%%UPSTREAM%%$uri$is_args$args;',
    'proxy_pass http://%%UPSTREAM%%/v1$request_uri;',
    'set $up %%UPSTREAM%%/v1; proxy_pass http://$up$request_uri;',
    'set $up %%UPSTREAM%%; proxy_pass $scheme://$up;',
    'proxy_pass http://%%UPSTREAM%%$rest;',
    'proxy_pass http://%%UPSTREAM%%/v1$rest;',
    'proxy_pass http://%%UPSTREAM%%/$is_args$args;',
    'proxy_pass http://%%UPSTREAM%%$arg_p;',
    'proxy_pass http://%%UPSTREAM%%/$request_method$uri;',
    'rewrite ^/\w+(/.*)$ $1 break; proxy_pass http://%%UPSTREAM%%;',
    'rewrite ^/\w+(/.*)$ /v1$1 break; proxy_pass http://%%UPSTREAM%%;',
    'rewrite ^/\w+/(.*)$ $1 break; proxy_pass http://%%UPSTREAM%%/;',
    'rewrite ^/\w+/(.*)$ /v1/$1? break; proxy_pass http://%%UPSTREAM%%;',
    'rewrite ^/\w+(/.*)$ /last$1 last;',
    'if ($uri ~ ^/\w+/(.*)$) { proxy_pass http://%%UPSTREAM%%/v1/$1; }',
    'if ($uri ~ ^/\w+(?<of>/.*)$) { proxy_pass http://%%UPSTREAM%%$of; }',
    'root %%DIR%%/root; try_files /v1/files =404;'
        . ' proxy_pass http://%%UPSTREAM%%;',
    'root %%DIR%%/root; try_files /v1/files =404;'
        . ' proxy_pass http://%%UPSTREAM%%$uri;',
    'try_files /nothing /last/v1/files;',
    'error_page 404 = @named; return 404;',
    'limit_except GET { proxy_pass http://%%UPSTREAM%%; }'
        . ' proxy_pass http://%%UPSTREAM%%/v1/;',
);

my $random = '';

for my $i (0 .. $#passes) {
    $random .= "location /a$i { $passes[$i] }\n";
    $random .= "location /b$i/ { $passes[$i] }\n";
}

$random .= <<'EOC';
location /last/ {
    proxy_pass http://%%UPSTREAM%%/;
}

location @named {
    proxy_pass http://%%UPSTREAM%%;
}
EOC

$t->start(<<"EOC");
export_database    %%DB%%;
export_policy      enforce;
export_recipients  %%DIR%%/recipients.conf;
export_subject     header:X-Subject-Country as=country;
map \$http_x_subject_country \$by_header {
    US       /v1/files;
    default  /v1/other;
}

map \$request_body \$by_body {
    "~x"     /v1/files;
    default  /v1/other;
}

map \$by_body \$by_map {
    default  \$by_body;
}

map \$uri \$rest {
    "~^/[^/]+(?<behind>/.*)\$"  \$behind;
    default                   /;
}

server {
    listen 127.0.0.1:%%PORT_0%%;
    export_destination api.example.com;

    location /v1/base/ {
        set \$base %%UPSTREAM%%/v1/typed?type=fine-tune&x=;
        proxy_pass http://\$base\$request_uri;
    }

    location /method/ {
        proxy_pass http://%%UPSTREAM%%/\$request_method;
    }

    location /body/ {
        proxy_pass http://%%UPSTREAM%%\$by_map;
    }

    location /param/ {
        fastcgi_pass  127.0.0.1:1;
        fastcgi_param REQUEST_URI \$by_header;
    }

    location /param-args/ {
        fastcgi_pass  127.0.0.1:1;
        fastcgi_param REQUEST_URI /v1/typed?type=fine-tune;
    }

    location /param-query/ {
        rewrite       ^ /v1/typed break;
        fastcgi_pass  127.0.0.1:1;
        fastcgi_param QUERY_STRING type=fine-tune;
    }

    location /param-other/ {
        rewrite       ^ /v1/typed break;
        fastcgi_pass  127.0.0.1:1;
        fastcgi_param QUERY_STRING \$query_string;
    }

    location /accel {
        proxy_pass http://%%UPSTREAM%%;
    }

    location /inner/ {
        internal;
        proxy_pass http://%%UPSTREAM%%/;
    }

    location /error/ {
        proxy_intercept_errors on;
        error_page 502 = /inner/v1/files;
        proxy_pass http://%%UPSTREAM%%/down?;
    }

    location /asks/ {
        auth_request /inner/v1/files;
        proxy_pass http://%%UPSTREAM%%;
    }
}

server {
    listen 127.0.0.1:%%PORT_1%%;
    export_destination api.example.com;
    merge_slashes off;
    $random
}

server {
    listen 127.0.0.1:%%PORT_2%%;
    export_destination api.example.com;
    merge_slashes off;
    export_policy off;
    $random
}

server {
    listen 127.0.0.1:%%PORT_3%%;

    location /v1/files {
        proxy_pass http://api.example.com\$request_uri;
    }

    location ~ ^/grpc(/.*) {
        rewrite ^/grpc(/.*) \$1 break;
        grpc_pass grpc://api.example.com;
    }

    location ~ ^/plain(/.*) {
        rewrite ^/plain(/.*) \$1 break;
        grpc_pass api.example.com;
    }

    location ~ ^/variable(/.*) {
        set \$to grpc://api.example.com;
        rewrite ^/variable(/.*) \$1 break;
        grpc_pass \$to;
    }
}

upstream api.example.com {
    server %%UPSTREAM%%;
}
EOC


sub answers {
    my ($status, $uri, $opt, @headers) = @_;

    is($t->post($uri, 'x', $opt, 'Content-Type' => 'image/png', @headers)
         ->status, $status, "$uri: $status");
}

answers(451, '/v1/base/x', {});
answers(200, '/method/', {});
answers(451, '/body/', {});
answers(451, '/param/', {}, 'X-Subject-Country' => 'US');
answers(451, '/param-args/', {});
answers(451, '/param-query/', {});
answers(502, '/param-other/', {});
answers(451, '/param-other/?type=fine-tune', {});
answers(451, $_, {}) for '/accel', '/error/', '/asks/';
answers(451, $_, { port => 3 }) for '/v1/files', '/v1/files?x';

# nothing is asked here but whether the policy lets them pass

answers(451, $_, { port => 3 })
    for '/grpc/v1/files', '/plain/v1/files', '/variable/v1/files';


# whatever the recipient gets without the policy is refused with it, if the
# rule fits that

my $seed = $ENV{EXPORT_SEED} // 13;
srand $seed;

my @pieces = ('v1', 'files', 'v1/files', '/', '//', '/./', '/x/../', '%2F',
              '%76%31', 'f%69les', '%2569', ';a', '?p=/v1/files', '?type=x',
              '%2e%2e/', 'typed', 'other', 'a%20b');
my ($fits, $missed, $tried) = (0, 0, 0);

for (1 .. $ENV{EXPORT_ROUNDS} // 1000) {
    my $at = (qw(/a /b))[rand 2] . int(rand @passes);
    my $uri = $at . (rand() < 0.8 ? '/' : '');

    $uri .= $pieces[rand @pieces] . (rand() < 0.4 ? '/' : '')
        for 0 .. rand 3;
    $uri = "$at/v1/files" if rand() < 0.1;

    $t->forget;
    $t->post($uri, 'x', { port => 2 }, 'Content-Type' => 'image/png');

    my @got = map { $_->uri } $t->seen;
    next if !@got;
    $tried++;

    # as a recipient reads it: decoded, slashes merged, dots resolved

    my ($path) = $got[-1] =~ /^([^?]*)/;
    $path =~ s/%([0-9A-Fa-f]{2})/chr hex $1/ge;
    $path =~ s{/+}{/}g;
    1 while $path =~ s{/\.(?=/|$)}{};
    1 while $path =~ s{(^|/[^/]+)/\.\.(?=/|$)}{};

    next if $path !~ m{^/v1/files$};

    $fits++;
    my $r = $t->post($uri, 'x', { port => 1 }, 'Content-Type' => 'image/png');

    if ($r->status != 451) {
        $missed++;
        diag "seed $seed: POST $uri ($passes[$at =~ /(\d+)/ ? $1 : 0]) is "
             . "sent as $got[-1], and answered by " . $r->status;
    }
}

ok($fits > 20, "$fits of $tried random paths fit the rule");
is($missed, 0, 'and are refused');

$t->done;
