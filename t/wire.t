#!/usr/bin/perl

# What is compared contains what nginx puts on the wire, however its own
# modules build host, path and query.

use strict;
use warnings;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/lib";
use Export::Test;


my $t = Export::Test->new;

$t->recorder('*' => { body => 'forwarded' });

$t->write('recipients.conf', <<'EOC');
data POST api.example.com ~^/v1/files$ vendor=x category=y evidence=doc;
data POST api.example.com ~^/v1/typed$ vendor=x category=y evidence=doc
     mark=arg:type=fine-tune;
EOC

$t->start(<<'EOC');
export_database   %%DB%%;
export_policy     enforce;
export_recipients %%DIR%%/recipients.conf;
export_purpose    header:X-Data-Purpose      ai-training;
export_purpose    arg:purpose                ai-training;
export_purpose    destination ~^api\.example\.com/v1/uploads/[^/]+/parts$;

map $request_uri $sent {
    ~^/[^/]+(?<rest>/.*)$  $rest;
}

map $http_x_subject_country $by_header {
    US       /v1/other;
    default  /v1/files;
}

log_format got '$request_uri $export_decision $export_reason';

server {
    listen      127.0.0.1:%%PORT_0%%;
    server_name _;
    access_log  %%DIR%%/got.log got;

    export_destination api.example.com;

    location /openai {
        proxy_pass http://%%UPSTREAM%%/;
    }

    location /base/ {
        proxy_pass http://%%UPSTREAM%%/v1/;
    }

    location ~ ^/regex/(.+)$ {
        proxy_pass http://%%UPSTREAM%%/v1/$1;
    }

    location ~ ^/both/([a-z0-9]+)/ {
        proxy_pass http://%%UPSTREAM%%$sent?kind=$1;
    }

    location /break/ {
        rewrite ^/break/(.*)$ /v1/$1 break;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /break-args/ {
        rewrite ^ /v1/typed?type=fine-tune break;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /set/ {
        set $path /v1/files;
        proxy_pass http://%%UPSTREAM%%$path;
    }

    location /map/ {
        proxy_pass http://%%UPSTREAM%%$sent;
    }

    location /whole/ {
        set $url http://%%UPSTREAM%%/v1/files;
        proxy_pass $url;
    }

    location /if/ {
        proxy_pass http://%%UPSTREAM%%/v1/;

        if ($http_x_if) {
            set $x 1;
        }
    }

    location /if-own/ {
        if ($http_x_if) {
            set $path /v1/files;
            proxy_pass http://%%UPSTREAM%%$path;
        }

        proxy_pass http://%%UPSTREAM%%;
    }

    location /limit/ {
        limit_except GET {
            proxy_pass http://%%UPSTREAM%%;
        }

        proxy_pass http://%%UPSTREAM%%/v1/;
    }

    location /args/ {
        proxy_pass http://%%UPSTREAM%%/v1/typed?type=$arg_t;
    }

    location /arg-rule/ {
        proxy_pass http://%%UPSTREAM%%/x?purpose=$arg_t;
    }

    location /static-args/ {
        proxy_pass http://%%UPSTREAM%%/v1/typed?type=fine-tune&x=;
    }

    location /query-only/ {
        set $type fine-tune;
        rewrite ^ /v1/typed break;
        proxy_pass http://%%UPSTREAM%%$uri?type=$type;
    }

    location /changed/ {
        proxy_pass http://%%UPSTREAM%%$by_header;
    }

    location /unknown/ {
        proxy_pass http://%%UPSTREAM%%/$msec;
    }

    location /unknown/own/ {
        proxy_pass http://%%UPSTREAM%%/$export_reason;
    }

    location /unknown/body/ {
        proxy_pass http://%%UPSTREAM%%/$request_body;
    }

    location /off/ {
        export_policy off;
        proxy_pass http://%%UPSTREAM%%/$msec;
    }

    location /later {
        proxy_pass http://%%UPSTREAM%%/;
        error_page 404 = @named;
    }

    location ~ ^/fastcgi(/.*)$ {
        fastcgi_pass  127.0.0.1:1;
        fastcgi_param REQUEST_URI /v1$1;
    }

    location ~ ^/fastcgi-info(/.*)$ {
        fastcgi_pass  127.0.0.1:1;
        fastcgi_split_path_info ^(/fastcgi-info)(/.*)$;
        fastcgi_param PATH_INFO $fastcgi_path_info;
    }

    location ~ ^/uwsgi(/.*)$ {
        uwsgi_pass  127.0.0.1:1;
        uwsgi_param PATH_INFO $1;
    }

    location ~ ^/scgi(/.*)$ {
        scgi_pass  127.0.0.1:1;
        scgi_param REQUEST_URI $1;
        scgi_param X y;
    }

    location ~ ^/grpc(/.*)$ {
        rewrite ^/grpc(/.*)$ $1 break;
        grpc_pass 127.0.0.1:1;
    }
}

server {
    listen 127.0.0.1:%%PORT_1%%;

    # the recipient's name is in proxy_pass alone
    resolver 127.0.0.1:1;
    resolver_timeout 1s;

    location /static/ {
        proxy_pass http://api.example.com/;
    }

    location /variable/ {
        set $host_of api.example.com;
        proxy_pass http://$host_of/v1/files;
    }

    location /upper/ {
        set $host_of API.Example.COM.;
        proxy_pass http://$host_of/v1/files;
    }

    location /as-sent/ {
        rewrite ^/as-sent(/.*)$ $1 break;
        proxy_pass http://api.example.com;
    }

    location /said/ {
        export_destination 127.0.0.1;
        proxy_pass http://%%UPSTREAM%%/;
    }
}

upstream api.example.com {
    server %%UPSTREAM%%;
}
EOC


sub post {
    my ($uri, @headers) = @_;
    return $t->post($uri, 'x', 'Content-Type' => 'image/png', @headers);
}

sub refused { is(post(@_)->status, 451, "$_[0] is refused") }
sub passes { is(post(@_)->body, 'forwarded', "$_[0] passes") }
sub tried { is(post(@_)->status, 502, "$_[0] is tried") }


# a location and the URI of proxy_pass

refused '/openai/v1/files';
refused '/openaiv1/files';
refused '/openai/v1/uploads/u/parts';
refused '/openai//v1/uploads/u/parts';
refused '/openai/%76%31/files';
passes '/openai/v1/chat/completions';

refused '/base/files';
refused '/base/uploads/u/parts';
refused '/base/./files';
passes '/base/chat';

# variables, captures, rewrites

refused '/regex/files';
refused '/regex/uploads/u/parts';
passes '/regex/chat';
refused '/both/v1/files';
passes '/both/xx/yy';
is(($t->seen)[-1]->uri, '/xx/yy?kind=xx', 'captures are put back');
refused '/break/files';
passes '/break/chat';
refused '/break-args/x';
refused '/set/anything';
refused '/map/v1/files';
passes '/map/v1/chat';
refused '/whole/anything';

# blocks inside a location

refused '/if/files';
refused '/if/files', 'X-If' => 1;
passes '/if/chat', 'X-If' => 1;
refused '/if-own/x', 'X-If' => 1;
passes '/if-own/x';
passes '/limit/files';

# the query

refused '/args/?t=fine-tune';
passes '/args/?t=other';
refused '/arg-rule/?t=ai-training';
passes '/arg-rule/?t=other';
refused '/static-args/?y';
refused '/query-only/';

# what depends on a header that is taken off

$t->forget;
is(post('/changed/', 'X-Subject-Country' => 'US')->status, 451,
   'a path that changes with the headers is refused');
is(scalar $t->seen, 0, 'nothing was sent');
like($t->log, qr/changes when policy headers are taken off/, 'and logged');

# what nobody knows before

refused '/unknown/';
refused '/unknown/own/';
refused '/unknown/body/';
passes '/unknown/', 'X-Subject-Country' => 'US';
passes '/off/';

# other protocols

refused '/fastcgi/files';
tried '/fastcgi/chat';
refused '/fastcgi-info/v1/files';
tried '/fastcgi-info/v1/chat';
refused '/uwsgi/v1/files';
tried '/uwsgi/v1/chat';
refused '/scgi/v1/files';
tried '/scgi/v1/chat';
refused '/grpc/v1/files';
tried '/grpc/v1/chat';

# the host of proxy_pass

for my $at ([ '/static/v1/files', 451 ], [ '/static/v1/chat', 200 ],
            [ '/as-sent/v1/files', 451 ], [ '/variable/', 451 ],
            [ '/upper/', 451 ], [ '/said/v1/files', 200 ])
{
    my ($uri, $status) = @$at;
    is($t->post($uri, "x", { port => 1 }, 'Content-Type' => 'image/png')
         ->status, $status, "$uri: $status");
}

my @warned = $t->log =~ /\[warn\].*?: "(\$\w+)" in "proxy_pass \S+" is not known before it is sent: .* in .*nginx\.conf:\d+$/mg;

is("@warned", '$msec $export_reason $request_body',
   'where a path is not known nginx -t says so');

$t->done;
