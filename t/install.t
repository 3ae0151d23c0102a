#!/usr/bin/perl

# make install and make uninstall: files that somebody edited are theirs.

use strict;
use warnings;

use Cwd qw(abs_path);
use File::Temp qw(tempdir);
use FindBin;
use Test::More;

use lib "$FindBin::Bin/lib";
use Export::Test;

my $root = abs_path("$FindBin::Bin/..");
my $module = $ENV{EXPORT_MODULE}
    // "$root/build/ngx_http_export_policy_module.so";
my $to = tempdir(CLEANUP => 1);
my $conf = "$to/etc/nginx/export-policy";
my @names = map { s{.*/}{}r } glob "$root/conf/*.conf";


# the output; the module as it is, not built anew

sub make {
    my ($target) = @_;

    delete local @ENV{qw(MAKEFLAGS MAKELEVEL MFLAGS)};

    my $out = `make -s -C $root -o $module SO=$module DESTDIR=$to \\
        MODULES=/usr/lib/nginx/modules CONF=/etc/nginx/export-policy \\
        $target 2>&1`;

    is($?, 0, "make $target") or diag $out;
    return $out;
}


sub slurp {
    my ($name) = @_;

    open my $file, '<', $name or return;
    local $/;

    return <$file>;
}


sub put {
    my ($name, $text) = @_;

    open my $file, '>', $name or die "$name: $!\n";
    print $file $text;
    close $file;
}


sub listed { return join ' ', sort map { s{.*/}{}r } glob "$conf/*" }


# as an install of another version left it: its text, and the text's sum

sub older {
    my ($name, $text) = @_;

    put("$conf/$name", $text);
    my ($sum) = `sha256sum <$conf/$name` =~ /^(\w+)/;
    open my $file, '>>', "$conf/.installed" or die $!;
    print $file "$sum  $name\n";
}


is(make('install'), '', 'nothing to say');
is(listed(), join(' ', sort @names), 'all files');
ok(-s "$to/usr/lib/nginx/modules/ngx_http_export_policy_module.so", 'module');
is(slurp("$conf/$_"), slurp("$root/conf/$_"), $_)
    for grep { $_ ne 'recipients.conf' } @names;

my ($first, $rest) = split /\n/, slurp("$conf/recipients.conf"), 2;
like($first, qr/^# A copy of the built-in catalogue, for reading\.  Edits take/,
    'the first line of the catalogue');
like($first, qr{"export_recipients /etc/nginx/export-policy/recipients.conf;"},
    '... says how');
is($rest, slurp("$root/conf/recipients.conf"), '... and the rest');

my $t = Export::Test->new;
my ($ok, $errors) = $t->test_conf("export_database %%DB%%;\n"
    . "export_recipients $conf/recipients.conf;\nserver { }");
ok($ok, 'nginx reads it') or diag $errors;

my $before = slurp("$conf/.installed");
is(make('install'), '', 'once more');
is(listed(), join(' ', sort @names), '... the same files');
is(slurp("$conf/.installed"), $before, '... and sums');


# edited, linked, removed; and one that is only older

my $mine = slurp("$conf/recipients.conf") . "data POST my.example /v1;\n";

put("$conf/recipients.conf", $mine);
put("$to/elsewhere", "# mine\n");
unlink "$conf/policy.conf", "$conf/demo.conf";
symlink "$to/elsewhere", "$conf/policy.conf";
older('minimal.conf', "# of last year\n");

for my $time ('once', 'twice') {
    my $said = make('install');

    is(join('', sort split /^/, $said),
       "/etc/nginx/export-policy/policy.conf was edited: left as it is, see "
       . "policy.conf.new\n"
       . "/etc/nginx/export-policy/recipients.conf was edited: left as it is, "
       . "see recipients.conf.new\n", "$time: what is said");
    is(slurp("$conf/recipients.conf"), $mine, '... an edited file is left');
    is(slurp("$to/elsewhere"), "# mine\n", '... and a linked one');
    is(slurp("$conf/recipients.conf.new"), "$first\n$rest", '... beside it');
    is(slurp("$conf/policy.conf.new"), slurp("$root/conf/policy.conf"),
        '... and it');
    is(slurp("$conf/$_"), slurp("$root/conf/$_"), "... $_ is new")
        for qw(minimal.conf demo.conf);
}


# an installation without sums, as older versions left it

unlink "$conf/.installed";
put("$conf/egress.conf", "# whose is it?\n");
like(make('install'), qr/egress\.conf was edited/, 'no sums');
is(slurp("$conf/egress.conf"), "# whose is it?\n", '... is left');

rename "$conf/egress.conf.new", "$conf/egress.conf";
unlike(make('install'), qr/egress/, 'taken over');


my $said = make('uninstall');

is(join('', sort split /^/, $said),
   join('', map { "/etc/nginx/export-policy/$_.conf was edited: left as it "
                  . "is\n" } qw(policy recipients)), 'what is said');
is(listed(), 'policy.conf recipients.conf', 'what is left');
is(slurp("$conf/recipients.conf"), $mine, '... as it was');
ok(!-e "$to/usr/lib/nginx/modules/ngx_http_export_policy_module.so",
    'no module');

unlink glob("$conf/*"), "$conf/policy.conf";
make('install');
make('uninstall');
ok(!-e $conf, 'nothing edited, nothing left');
is(make('uninstall'), '', 'nothing there');

$t->done;
