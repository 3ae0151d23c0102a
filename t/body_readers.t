#!/usr/bin/perl

# Those who read a body after it was inspected or replaced: it is in memory or
# in a file with a name, as nginx promises of client_body_buffer_size and
# client_body_in_file_only.

use strict;
use warnings;

use FindBin;
use IO::Compress::Gzip 'gzip';
use Test::More;

use lib "$FindBin::Bin/lib";
use Export::Test;


my $t = Export::Test->new->has('http_v2');

# the recipient tells what is in the file that it is told of

$t->recorder('*' => sub {
    my $file = $_[0]->header('X-Body-File');
    return { body => "none\n" } if !defined $file;
    open my $in, '<:raw', $file or return { body => "missing\n" };
    local $/;
    return { body => <$in> };
});

my @lua = ('ndk_http_module', 'ngx_http_lua_module');
my $lua = $t->loads(@lua);
my $perl = $t->loads('ngx_http_perl_module');

my @load = map { "load_module /usr/lib/nginx/modules/$_.so;\n" }
    ($lua ? @lua : ()), ($perl ? 'ngx_http_perl_module' : ());

my $handlers = '';

$handlers .= <<'EOC' if $lua;
    location /lua/ {
        content_by_lua_block {
            ngx.req.read_body()
            local data, file = ngx.req.get_body_data(), ngx.req.get_body_file()
            if file then
                local f = io.open(file)
                if not f then return ngx.say("missing") end
                ngx.print("file:", f:read("*a"))
            else
                ngx.print("memory:", data)
            end
        }
    }
EOC

$handlers .= <<'EOC' if $perl;
    location /perl/ {
        perl 'sub {
            my $r = shift;
            my $h = sub {
                my $r = shift;
                $r->send_http_header;
                my $file = $r->request_body_file;
                if ($file) {
                    local $/;
                    if (!open my $in, "<", $file) { $r->print("missing"); }
                    else { $r->print("file:", <$in>); }
                } else { $r->print("memory:", $r->request_body); }
                return OK;
            };
            return $r->has_request_body($h) ? OK : 400;
        }';
    }
EOC

my $locations = <<'EOC' . $handlers;
    location /memory/ {
        proxy_set_body $request_body;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /small/ {
        client_body_buffer_size 4k;
        proxy_set_header X-Body-File $request_body_file;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /less/ {
        client_body_buffer_size 1k;
        proxy_set_body $request_body;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /clean/ {
        client_body_in_file_only clean;
        proxy_set_header X-Body-File $request_body_file;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /kept/ {
        client_body_temp_path %%DIR%%/kept;
        client_body_in_file_only on;
        proxy_set_header X-Body-File $request_body_file;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /tried/ {
        try_files /none @memory;
    }

    location @memory {
        proxy_set_body $request_body;
        proxy_pass http://%%UPSTREAM%%;
    }
EOC

$t->start(join('', @load) . <<"EOC");
%%GLOBALS%%
events {}
http {
%%HTTP%%

export_database %%DB%%;
export_policy enforce;
export_subject field:ip;
export_destination api.example.com;

client_header_buffer_size 8k;
client_max_body_size 0;
client_body_buffer_size 2m;
proxy_http_version 1.1;

server {
    listen 127.0.0.1:%%PORT_0%%;
    listen 127.0.0.1:%%PORT_2%% http2;
$locations
}

server {
    listen 127.0.0.1:%%PORT_3%%;
    export_body redact;
$locations
}

server {
    listen 127.0.0.1:%%PORT_4%% http2;
    export_body redact;
$locations
}
}
EOC

my @head = ('X-Data-Purpose' => 'ai-training',
    'Content-Type' => 'application/json');

# Lua reads no body of HTTP/2 without a length, before its version 0.10.26

my @framings = ('with a length', 'in chunks', 'over h2, with a length');

my $us = '{"ip":"216.160.83.60","text":"' . 'x' x 100 . '"}';
my $gb = '{"ip":"81.2.69.160"}';


sub body { return '[' . join(',', ($us) x $_[0]) . ']' }


sub framed {
    my ($framing, $method, $uri, $redact, $body) = @_;

    return $t->framed($framing, $method, $uri, $body,
        $redact ? { port => 3, h2_port => 4 } : {}, @head);
}


# in memory what fits, and in a file what does not

for my $how (@framings) {
    for my $redact (0, 1) {
        my $name = ($redact ? 'redacted' : 'inspected') . ", $how";

        for my $n (2, 150, 835, 8000) {
            my $clean = body($n);
            my $sent = $redact ? $clean =~ s/\]/,$gb]/r : $clean;

            for my $where ('/memory/', '/tried/') {
                for my $method ('POST', 'PUT') {
                    $t->forget;
                    is(framed($how, $method, $where, $redact, $sent)->status,
                        200, "$method, $n records, $name, $where");
                    my ($seen) = $t->seen;
                    ok($seen->body eq $clean, '... arrives');
                }
            }

            for my $where ('/clean/', '/kept/') {
                ok(framed($how, 'POST', $where, $redact, $sent)->body
                    eq $clean, "file, $n records, $name, $where");
            }

            for my $where ($lua ? '/lua/' : (), $perl ? '/perl/' : ()) {
                is(framed($how, 'POST', $where, $redact, $sent)->body
                    =~ s/x{100}/x/gr, 'memory:' . $clean =~ s/x{100}/x/gr,
                    "$n records, $name, $where");
            }
        }

        my $clean = body(150);
        my $sent = $redact ? $clean =~ s/\]/,$gb]/r : $clean;

        ok(framed($how, 'POST', '/small/', $redact, $sent)->body eq $clean,
            "past the buffer, $name");

        # past the buffer of these, 2.5 MB

        $clean = body(24000);
        $sent = $redact ? $clean =~ s/\]/,$gb]/r : $clean;

        for my $where ($lua ? '/lua/' : (), $perl ? '/perl/' : ()) {
            ok(framed($how, 'POST', $where, $redact, $sent)->body
                eq "file:$clean", "past the buffer, $name, $where");
        }
    }
}

# what was in memory stays there, though it is past the buffer: a body that came
# with its head, and one that was coded

for my $n (12, 40) {
    my $clean = body($n);

    $t->forget;
    is($t->post('/less/', $clean =~ s/\]/,$gb]/r, { port => 3 }, @head)->status,
        200, "$n records that came with the head");
    is(($t->seen)[0]->body, $clean, '... arrive');
}

for my $n (9, 150, 24000) {
    my $clean = join ',', map { $us =~ s/x+/rand() . 'x' x ($n > 999 ? 90 : 9)/er }
        1 .. $n;
    my $sent = "[$clean,$gb]";

    gzip(\$sent, \my $coded) or die;

    for my $how ('with a length', 'in chunks') {
        $t->forget;
        is($t->post('/memory/', $coded, { port => 3,
            $how eq 'in chunks' ? (chunked => 5000) : () }, @head,
            'Content-Encoding' => 'gzip')->status, 200,
            "$n records, coded, $how");
        ok(($t->seen)[0]->body eq "[$clean]", '... arrive');
    }
}

ok($t->wait_for(sub { !glob $t->dir . '/client_body_temp/*' }),
    'files are cleaned');

# those that are kept are what may leave

my @kept = glob $t->dir . '/kept/*';

is(scalar @kept, 24, 'files are kept');
is(scalar(grep { my $file = s{.*/kept/}{kept/}r; $t->read($file) =~ /81\.2/ }
    @kept), 0, '... without what was dropped');

$t->secret('81.2.69.160', '216.160.83.60');
$t->done;
