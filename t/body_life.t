#!/usr/bin/perl

# A body's life: the states that it goes through, one by one, however it reaches
# us.  ngx_http_export_request.h says why; a transition that is not there is an
# alert, which fails every test.  A debug log tells the states, if nginx was
# built with one, and what comes of each is seen from outside too.

use strict;
use warnings;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/lib";
use Export::Test;


my $t = Export::Test->new
    ->has('http_v2', 'http_auth_request', 'http_dav');

my $debug = $t->{built} =~ /--with-debug\b/;

$t->alerts_ok(qr/\/lost\/.*No such file/);

$t->recorder(
    '/accel/' => { headers => [ 'X-Accel-Redirect' => '/redirected/' ] },
    '/held/accel/' => { headers => [ 'X-Accel-Redirect' => '/redirected/' ] },
    '/watched/accel/' => { headers => [
        'X-Accel-Redirect' => '/redirected/' ] },
    '*' => {},
);

my @lua = ('ndk_http_module', 'ngx_http_lua_module');
my $lua = $t->loads(@lua);
my $load = join '', map { "load_module /usr/lib/nginx/modules/$_.so;\n" }
    $lua ? @lua : ();

my $more = $lua ? <<'EOC' : '';
    location /lua/ {
        rewrite_by_lua_block { ngx.req.read_body() }
        proxy_pass http://%%UPSTREAM%%;
    }
EOC

my $early = $t->has_directive('client_body_early_read');

$more .= <<'EOC' if $early;
}

server {
    listen 127.0.0.1:%%PORT_1%%;
    access_log %%DIR%%/decision.log decision;
    client_body_early_read 1;

    location /early/ {
        proxy_pass http://%%UPSTREAM%%;
    }
EOC

mkdir $t->dir . '/none';
chmod 0777, $t->dir . '/none';          # workers may be somebody else

$t->start($load . <<'EOC' . $more . "}\n}\n");
%%GLOBALS%%
events {}
http {
%%HTTP%%

error_log %%DIR%%/error.log info;
error_log %%DIR%%/states debug_http;

export_database %%DB%%;
export_policy enforce;
export_subject field:ip;
export_destination api.example.com;
export_body_limits record=1k;

client_max_body_size 20m;
client_body_timeout 300ms;
proxy_http_version 1.1;
lingering_timeout 100ms;
log_format decision '$uri $status $export_decision $export_reason';

server {
    access_log %%DIR%%/decision.log decision;
    listen 127.0.0.1:%%PORT_0%%;
    listen 127.0.0.1:%%PORT_2%% http2;

    location /held/ {
        proxy_pass http://%%UPSTREAM%%;
    }

    location /held/redact/ {
        export_body redact;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /held/full/ {
        client_body_buffer_size 1k;
        client_body_temp_path %%DIR%%/lost;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /held/small/ {
        client_max_body_size 1k;
        error_page 413 = /redirected/;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /held/ended/ {
        client_max_body_size 2k;
        client_body_buffer_size 1k;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /held/ended/off/ {
        client_max_body_size 2k;
        client_body_buffer_size 1k;
        error_page 400 413 = @ungoverned;
        proxy_pass http://%%UPSTREAM%%;
    }

    location @ungoverned {
        export_policy off;
        proxy_method GET;
        proxy_pass_request_body off;
        proxy_set_header Content-Length "";
        proxy_set_header Transfer-Encoding "";
        proxy_pass http://%%UPSTREAM%%;
    }

    location /held/ended/asked/ {
        client_max_body_size 2k;
        client_body_buffer_size 1k;
        error_page 400 413 = @asked;
        proxy_pass http://%%UPSTREAM%%;
    }

    location @asked {
        auth_request /question;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /held/tried/ {
        try_files /none @tried;
    }

    location @tried {
        proxy_pass http://%%UPSTREAM%%;
    }

    location /held/path/ {
        try_files /none$uri /another/$uri;
    }

    location /held/changed/ {
        root %%DIR%%/none;
        try_files /file /file =404;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /watched/ {
        export_policy monitor;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /watched/failure/ {
        export_policy monitor;
        export_purpose field:purpose "~^(a+)+$";
        proxy_pass http://%%UPSTREAM%%;
    }

    location /watched/mirrored/ {
        export_policy monitor;
        mirror /ungoverned;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /forwarded/ {
        export_body redact;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /forwarded/full/ {
        export_body redact;
        client_body_buffer_size 1k;
        client_body_temp_path %%DIR%%/lost;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /streamed/ {
        export_body redact;
        proxy_request_buffering off;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /accel/ {
        export_policy off;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /redirected/ {
        proxy_pass http://%%UPSTREAM%%;
    }

    location /mirrored/ {
        export_policy off;
        mirror /governed;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /mirrored/redact/ {
        export_policy off;
        mirror /redacted;
        proxy_pass http://%%UPSTREAM%%;
    }

    location = /governed {
        internal;
        proxy_pass http://%%UPSTREAM%%;
    }

    location = /redacted {
        internal;
        export_body redact;
        proxy_pass http://%%UPSTREAM%%;
    }

    location = /ungoverned {
        internal;
        export_policy off;
        proxy_pass http://%%UPSTREAM%%;
    }

    location = /question {
        internal;
        export_policy off;
        proxy_pass_request_body off;
        proxy_set_header Content-Length "";
        proxy_pass http://%%UPSTREAM%%;
    }

    location /asked/ {
        auth_request /question;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /dav/ {
        root %%DIR%%/none;
        dav_methods PUT;
        create_full_put_path on;
    }
EOC

rename $t->dir . '/lost', $t->dir . '/gone' or die;

my @other = ('Content-Type' => 'application/json');
my @head = ('X-Data-Purpose' => 'ai-training', @other);
my $us = '{"ip":"216.160.83.60"}';
my $gb = '{"ip":"81.2.69.160"}';
my $clean = "[$us]";
my $dirty = "[$us,$gb,$us]";
my $large = '[' . join(",\n", ($us . ' ' x 900) x 9000) . ']';
my $at = 0;


# the states since the last time, less "idle" at the beginning

sub states {
    open my $file, '<:raw', $t->dir . '/states' or die $!;
    seek $file, $at, 0;
    local $/;
    my $log = <$file> // '';
    return join ' ', $log =~ /export body: \w+ to (\w+)/g;
}

sub life {
    my ($name, $states, $status, $send) = @_;

    my $lines = () = $t->read('decision.log') =~ /\n/g;
    $at = -s $t->dir . '/states';

    my $reply = $send->();

    is($reply && $reply->status, $status, $name) if defined $status;

    SKIP: {
        skip 'no debug log in nginx', 1 if !$debug;

        $t->wait_for(sub { states() eq $states }, 3);
        is(states(), $states, defined $status ? '... its states' : $name);
    }

    $t->wait_for(sub { $lines < (() = $t->read('decision.log') =~ /\n/g) }, 3);
    my ($last) = $t->read('decision.log') =~ /(\S+ \S+)\n\z/;
    return $last // '';
}

sub post { my @args = @_; return sub { $t->post(@args, @head) } }

# a request that does not end; the client waits, or goes away

sub open_post {
    my ($uri, $body, $gone) = @_;

    return sub {
        my $client = $t->connect(0);
        syswrite $client, $t->bytes('POST', $uri, @head,
            'Transfer-Encoding' => 'chunked')
            . sprintf("%x\r\n%s\r\n", length $body, $body);
        select undef, undef, undef, 0.1;
        close $client if $gone;
        $client->blocking(1) if !$gone;
        return if $gone;
        local $/;
        my ($status) = (<$client> // '') =~ m{^HTTP/1.1 (\d+)};
        return Local::Status->new($status);
    };
}

# a body whose first KiB is to be refused, and what follows it at once

sub brim_post {
    my ($uri, $next) = @_;

    return sub {
        my $client = $t->connect(0);
        my $first = sprintf "%x\r\n%s\r\n", length $dirty, $dirty;
        my $blank = 1024 - length($first) - length("3ff\r\n\r\n");

        syswrite $client, $t->bytes('POST', $uri, @head,
            'Transfer-Encoding' => 'chunked');
        select undef, undef, undef, 0.1;
        syswrite $client, $first . sprintf("%x\r\n%s\r\n", $blank,
            ' ' x $blank) . $next . 'x' x 3000;
        $client->blocking(1);
        local $/;
        my ($status) = (<$client> // '') =~ m{^HTTP/1.1 (\d+)};
        return Local::Status->new($status);
    };
}

{
    package Local::Status;
    sub new { return bless { status => $_[1] }, $_[0] }
    sub status { return $_[0]{status} }
}


# held: nginx reads for the gate

life('held, not governed', '', 200,
    sub { $t->post('/held/', $dirty, @other) });
life('held, its head is enough', '', 451,
    sub { $t->post('/held/', $clean, @head, 'Content-Encoding' => 'x') });

for (['with a length', {}], ['in chunks', { chunked => 7 }]) {
    my ($how, $opt) = @$_;

    is(life("held, clean, $how", 'reading arrived done idle', 200,
        post('/held/', $clean, $opt)), 'allow not_protected', '... allowed');
    is(life("held, an empty array, $how", 'reading arrived done idle', 451,
        post('/held/', '[]', $opt)), 'block subject_missing', '... blocked');
}

life('held, clean, over h2', 'reading arrived done idle', 200,
    sub { $t->h2('POST', '/held/', { body => $clean, sizes => 5 },
        map { lc } @head) });
is(life('held, refused by its last buffer', 'reading arrived refused done idle',
    451, post('/held/', $dirty)), 'block consent_missing', '... blocked');
is(life('held, refused before its end', 'reading refused done idle', 451,
    open_post('/held/', $dirty)), 'block consent_missing', '... blocked');
is(life('held, refused before its end, h2', 'reading refused done idle', 451,
    sub { $t->h2('POST', '/held/', { body => $dirty, open => 1, timeout => 4 },
        map { lc } @head) }), 'block consent_missing', '... blocked');
is(life('held, past a limit of ours', 'reading refused done idle', 451,
    open_post('/held/', '[{"text":"' . 'x' x 2000)), 'block body_limit',
    '... blocked');
is(life('held, the client waits', 'reading', undef,
    open_post('/held/', "[$us,")), 'none client_timeout', '... not judged');
is(life('held, the client is gone', 'reading', undef,
    open_post('/held/', "[$us,", 1)), 'none client_closed',
    '... not judged');

# nginx's own limit is an internal redirect: begun anew, of what there is

is(life('held, past nginx\'s limit', 'reading idle reading done idle', 451,
    open_post('/held/small/', '[' . ' ' x 2000)), 'block body_incomplete',
    '... blocked');

# ... or an answer, in the same event as, and before, the gate would refuse what
# nginx has read to the brim of its buffer

for (['413', "fffff\r\n"], ['400', "zz\r\n"]) {
    my ($status, $next) = @$_;

    is(life("held, refused, then nginx answers $status", 'reading refused',
        $status, brim_post('/held/ended/', $next)), 'none not_forwarded',
        '... not judged');

    $t->forget;
    is(life("held, refused, then $status to another location",
        'reading refused', 200, brim_post('/held/ended/off/', $next)),
        'none not_forwarded', '... not judged');
    is($t->connections, 1, '... whose phases run once');

    is(life("held, refused, then $status to one that waits",
        'reading refused idle reading done idle', 451,
        brim_post('/held/ended/asked/', $next)), 'block body_incomplete',
        '... blocked for what it finds');
}

is(life('held, cannot be stored', 'reading lost done idle', 451,
    post('/held/full/', $large)), 'block internal_error', '... blocked');
life('held, for a handler that stores it', 'reading arrived done idle', 201,
    sub { $t->request('PUT', '/dav/x', { body => $clean }, @head) });

is(life('held, redacted', 'reading arrived done idle rereading reread idle',
    200, post('/held/redact/', $dirty)), 'redact records_dropped',
    '... redacted');
is(life('held, redacted in slices',
    'reading arrived done idle rereading reread idle', 200,
    post('/held/redact/', $large =~ s/\]/,$gb]/r)), 'redact records_dropped',
    '... redacted');
is(life('held, nothing to redact', 'reading arrived done idle', 200,
    post('/held/redact/', $clean)), 'allow not_protected', '... allowed');

# judged again: an internal redirect finds the body stored, and so does the
# second handler, if try_files has put another path in the place of the first

is(life('held, then redirected',
    'reading arrived done idle reading arrived done idle', 200,
    post('/held/accel/', $clean)), 'allow not_protected', '... allowed');
life('held, then a named location',
    'reading arrived done idle reading arrived done idle', 200,
    post('/held/tried/', $clean));

$t->write('none/file', 'x');
life('held, then another path',
    'reading arrived done idle reading arrived done idle', 200,
    post('/held/changed/', $clean));
life('held, then another path, in slices',
    'reading arrived done idle reading arrived done idle', 200,
    post('/held/changed/', $large));


# watched: it passes by, and the verdict is given at its end

for my $how ({}, { chunked => 7 }) {
    is(life('watched, clean', 'reading arrived done', 200,
        post('/watched/', $clean, $how)), 'allow not_protected',
        '... would be allowed');
    is(life('watched, dirty', 'reading arrived done', 200,
        post('/watched/', $dirty, $how)), 'block consent_missing',
        '... would be blocked');
}

my $failing = '[{"purpose":"' . 'a' x 40 . '!"},' . $us . ']';

is(life('watched, an error', 'reading refused done', 200,
    post('/watched/failure/', $failing, { chunked => [ 60, 1 ] })),
    'block internal_error', '... would be blocked');
is(life('watched, the client is gone', 'reading', undef,
    open_post('/watched/', "[$us,", 1)), 'none client_closed',
    '... not judged');
life('watched, then redirected',
    'reading arrived done idle reading arrived done idle', 200,
    post('/watched/accel/', $clean));

my $judged = () = $t->log =~ /export blocked, monitor only/g;
life('watched, and mirrored', 'reading arrived done', 200,
    post('/watched/mirrored/', $dirty));
is(scalar(() = $t->log =~ /export blocked, monitor only/g), $judged + 1,
    '... judged once');


# forwarded: whoever forwards it reads it, and waits at its end

is(life('forwarded, clean', 'reading arrived done idle', 200,
    post('/forwarded/', $clean, { chunked => 7 })), 'allow not_protected',
    '... allowed');
is(life('forwarded, redacted',
    'reading arrived done idle rereading reread idle', 200,
    post('/forwarded/', $dirty, { chunked => 7 })), 'redact records_dropped',
    '... redacted');
is(life('forwarded, redacted in slices',
    'reading arrived done idle rereading reread idle', 200,
    post('/forwarded/', $large =~ s/\]/,$gb]/r, { chunked => 70000 })),
    'redact records_dropped', '... redacted');
is(life('forwarded, refused before its end', 'reading refused done idle', 451,
    open_post('/forwarded/', "[$us,}")), 'block body_malformed',
    '... blocked');
is(life('forwarded, the client is gone', 'reading', undef,
    open_post('/forwarded/', "[$us,", 1)), 'none client_closed',
    '... not judged');
is(life('forwarded, cannot be stored', 'reading lost done idle', 451,
    post('/forwarded/full/', $large, { chunked => 70000 })),
    'block internal_error', '... blocked');


# streamed: records leave meanwhile

is(life('streamed, clean', 'reading arrived done idle', 200,
    post('/streamed/', $clean, { chunked => 7 })), 'allow not_protected',
    '... allowed');
is(life('streamed, redacted', 'reading arrived done idle', 200,
    post('/streamed/', $dirty, { chunked => 7 })), 'redact records_dropped',
    '... redacted');
is(life('streamed, with a length: held',
    'reading arrived done idle rereading reread idle', 200,
    post('/streamed/', $dirty)), 'redact records_dropped', '... redacted');
like(life('streamed, refused before its end', 'reading refused done aborted',
    undef, open_post('/streamed/', "[$us,}")),
    qr/block (?:body_malformed|stream_aborted)/, '... blocked');
like(life('streamed, cut short', 'reading arrived done aborted', undef,
    post('/streamed/', "[$us,$us,", { chunked => 100 })),
    qr/block (?:body_malformed|stream_aborted)/, '... blocked');
like(life('streamed, nothing is left', 'reading arrived done aborted', undef,
    post('/streamed/', "[$gb]", { chunked => 100 })),
    qr/block (?:nothing_left|stream_aborted)/, '... blocked');
is(life('streamed, the client is gone', 'reading', undef,
    open_post('/streamed/', "[$us,$us,", 1)), 'block stream_aborted',
    '... cut off');


# stored: somebody else has read it

is(life('stored, clean', 'reading arrived done idle', 200,
    post('/accel/', $clean)), 'allow not_protected', '... allowed');
is(life('stored, dirty', 'reading arrived refused done idle', 451,
    post('/accel/', $dirty)), 'block consent_missing', '... blocked');
life('stored, in slices', 'reading arrived done idle', 200,
    post('/accel/', $large));
life('a subrequest', 'reading arrived done idle', 200,
    post('/mirrored/', $clean));
life('a subrequest, dirty', 'reading arrived refused done idle', 200,
    post('/mirrored/', $dirty));
life('a subrequest, redacted',
    'reading arrived done idle rereading reread idle', 200,
    post('/mirrored/redact/', $dirty));
life('a subrequest, redacted in slices',
    'reading arrived done idle rereading reread idle', 200,
    post('/mirrored/redact/', $large =~ s/\]/,$gb]/r));
life('after auth_request: held', 'reading arrived done idle', 200,
    post('/asked/', $clean));

SKIP: {
    skip 'no Lua', 4 if !$lua;

    life('read by Lua', 'reading arrived done idle', 200,
        post('/lua/', $clean));
    life('read by Lua, dirty', 'reading arrived refused done idle', 451,
        post('/lua/', $dirty));
}

SKIP: {
    skip 'no client_body_early_read', 4 if !$early;

    life('read early', 'reading arrived done idle', 200,
        post('/early/', $clean, { port => 1 }));
    life('read early, dirty', 'reading arrived refused done idle', 451,
        post('/early/', $dirty, { port => 1 }));
}

$t->done;
