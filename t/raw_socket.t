#!/usr/bin/perl

# A content handler that reads the connection itself, past nginx's filters,
# gets no body that was not inspected before.

use strict;
use warnings;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/lib";
use Export::Test;


my $modules = '/usr/lib/nginx/modules';

my $t = Export::Test->new;

plan(skip_all => 'no Lua in nginx')
    if !$t->loads('ndk_http_module', 'ngx_http_lua_module');

$t->recorder('*' => { body => 'forwarded' });

my ($host, $port) = split /:/, $t->upstream;

my $conf = <<"EOC";
load_module $modules/ndk_http_module.so;
load_module $modules/ngx_http_lua_module.so;
%%GLOBALS%%
events {}
http {
    %%HTTP%%
    export_database %%DB%%;
    export_policy   enforce;
    export_body     redact;
    export_subject  field:ip;

    lua_socket_log_errors off;

    server {
        listen 127.0.0.1:%%PORT_0%%;

        location /raw {
            content_by_lua_block {
                local from, err = ngx.req.socket(true)
                if not from then
                    return ngx.exit(500)
                end
                from:settimeout(300)
                local to = ngx.socket.tcp()
                to:connect("$host", $port)
                to:send("POST /raw HTTP/1.1\\r\\nHost: x\\r\\n"
                        .. "Transfer-Encoding: chunked\\r\\n\\r\\n")
                while true do
                    local data, err, part = from:receive(1)
                    if not data then break end
                    to:send(data)
                end
                to:close()
                from:send("HTTP/1.1 200 OK\\r\\nConnection: close\\r\\n\\r\\nsent")
            }
        }

        location /read {
            content_by_lua_block {
                ngx.req.read_body()
                ngx.print(ngx.req.get_body_data() or "none")
            }
        }

        location /passed {
            proxy_request_buffering off;
            proxy_http_version 1.1;
            proxy_pass http://$host:$port;
        }
    }
}
EOC

$t->start($conf);

my $lines = qq({"ip":"81.2.69.160"}\n{"ip":"216.160.83.56"}\n);
my @training = ('X-Data-Purpose' => 'ai-training',
                'Content-Type' => 'application/x-ndjson');

$t->post('/raw', $lines, { chunked => 7 }, @training);
unlike($t->seen_bytes, qr/81\.2\.69\.160/, 'chunked, to a raw socket');
unlike($t->seen_bytes, qr/"ip"/, '... which gets nothing of what was read');

$t->forget;
$t->post('/raw', $lines, @training);
unlike($t->seen_bytes, qr/81\.2\.69\.160/, 'with a length');

is($t->post('/read', $lines, { chunked => 7 }, @training)->body,
   qq({"ip":"216.160.83.56"}\n), 'a script that reads through nginx');

$t->forget;
is($t->post('/passed', $lines, { chunked => 7 }, @training)->status, 200,
   'a recipient');
is(($t->seen)[0]->body, qq({"ip":"216.160.83.56"}\n), '... gets what is left');

# a tunnel of the script's own making

$t->forget;
my $r = $t->get('/raw', @training, 'X-Subject-Country' => 'US',
                Upgrade => 'websocket', Connection => 'upgrade');
is($r->status, 451, 'an upgrade is refused');
is(scalar $t->connections, 0, '... before the script runs');

$t->done;
