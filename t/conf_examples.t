#!/usr/bin/perl

# The configurations in conf/, README.md and CHANGELOG.md are accepted as they
# are, but for paths of this machine.

use strict;
use warnings;

use Cwd qw(abs_path);
use FindBin;
use Test::More;

use lib "$FindBin::Bin/lib";
use Export::Test;

my $root = abs_path("$FindBin::Bin/..");
my $t = Export::Test->new->has('http_ssl');
my $dir = $t->dir;


# paths that are not there, and what the test's own nginx needs

sub localized {
    my ($text) = @_;
    my $db = $t->database('geo');

    $text =~ s/^load_module.*;\n//m;
    $text =~ s/^(pid|error_log) .*;\n//gm;
    $text =~ s/^worker_processes .*;\n//m;
    $text =~ s/^ *\w+_temp_path .*;\n//gm;
    $text =~ s/^ *access_log +off;\n//gm;
    $text =~ s{\S+\.mmdb}{$db}g;
    $text =~ s{/var/log/nginx/}{$dir/}g;
    $text =~ s{ egress-recipients}{ $root/conf/egress-recipients};
    $text =~ s{^ *ssl_certificate.*\n}{}gm;
    $text =~ s{(:8443) ssl}{$1}g;
    $text =~ s{^ *proxy_ssl_(trusted_certificate|verify)\b.*\n}{}gm;
    $text =~ s/max_age=30d/max_age=30000d/g;
    $text =~ s/^(events \{.*?^\}\s+http \{)/%%GLOBALS%%\n$1\n%%HTTP%%/ms;

    return $text;
}


my @full = grep { $t->source($_) =~ /^http \{/m }
    map { s{^\Q$root/}{}r } glob "$root/conf/*.conf";

is_deeply(\@full, [ map { "conf/$_.conf" } qw(demo egress minimal policy) ],
          'full configurations');

for my $name (@full) {
    my ($ok, $errors) = $t->test_conf(localized($t->source($name)));

    ok($ok, $name) or diag $errors;

    # other modules' words are theirs, such as a fork's on "variables_hash"

    unlike($errors, qr/\[(?:error|crit|alert|emerg)\]
                       |\[warn\].*(?:export_|not\ known|keeps\ a\ copy)/x,
        "$name: no word");
}


# nothing of the module is missing in policy.conf

my %shown = map { $_ => 1 }
    $t->source('conf/policy.conf') =~ /^\s*(export_\w+) /gm;
my @directives = $t->source('README.md') =~ /^### (export_.*)$/gm;

cmp_ok(scalar @directives, '>=', 15, 'directives of README.md');

for (map { split /, / } @directives) {
    ok($shown{$_}, "policy.conf shows $_");
}


# what README.md shows

my ($five) = $t->source('README.md') =~ /```nginx\n(load_module.*?)```/s;

my ($ok, $errors) = $t->test_conf(localized($five));
ok($ok, 'five lines of README.md') or diag $errors;


# rules that are shown alone: a block of lines, or one in a sentence

sub rules {
    my ($text) = @_;
    my @blocks = grep { /^export_/ }
        $text =~ /^```(?:nginx)?\n(.*?)^```$/gms,
        map { s/^    //gmr } $text =~ /((?:^    export_(?!database).*\n)+)/gm;

    my @defaults = grep { !/ \.\.\.;|^export_database/ }
        $text =~ /^    default: (export_.*;)$/gm;

    return @blocks, @defaults, $text =~ /`(export_\w+ [^`]*;)`/g;
}

for my $name ('README.md', 'CHANGELOG.md') {
    my %rules = map { $_ => 1 } rules($t->source($name));

    cmp_ok(scalar keys %rules, '>=', 5, "$name shows rules");

    for my $text (sort keys %rules) {
        my $server = $text =~ /^export_policy /m ? $text
                                                 : "export_policy enforce; $text";

        ($ok, $errors) = $t->test_conf($text =~ /^export_jurisdiction /
            ? "export_database %%DB%%;\n$text\nserver { }"
            : "export_database %%DB%%;\nserver {\n$server\n}");
        ok($ok, "$name: " . $text =~ s/\n.*//sr) or diag $errors;
    }
}


# catalogues as files; the built-in one also with the rows that are off

my $rows = $t->source('conf/recipients.conf');

$t->write('all.conf', $rows =~ s/^#(?=(?:data|control| {15}\S))//gmr);

for my $file ("$root/conf/recipients.conf",
              "$root/conf/egress-recipients.conf", "$dir/all.conf")
{
    ($ok, $errors) = $t->test_conf("export_database %%DB%%;\n"
        . "export_policy enforce;\nexport_recipients $file;\nserver { }");
    ok($ok, $file =~ s{.*/}{}r) or diag $errors;
}

$t->done;
