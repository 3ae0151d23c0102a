#!/usr/bin/perl

# The readers of bodies beside parsers that others wrote, on documents made up
# from a fixed seed, well-formed ones and spoilt ones:
#
#     JSON         libyajl, and json of Python
#     CSV          csv of Python, strict
#     form         urllib.parse of Python
#     multipart    email of Python
#
# What a reference refuses our reader refuses; what it reads our reader reads
# alike, unless a difference of the table %known applies, which the reference
# program detects for itself: then our reader refuses.  Python's email takes
# nearly anything, so of multipart only what our reader takes is compared, and
# it must take what was well-formed.
#
# DIFFERENTIAL_N=100000 makes that many documents of each.

use strict;
use warnings;

use Encode;
use File::Temp;
use FindBin;
use Test::More;
use Unicode::UCD 'prop_invlist';


my $n = $ENV{DIFFERENTIAL_N} || 6000;
my $build = $ENV{EXPORT_BUILD} || "$FindBin::Bin/../build";
my $readers = "$build/differential/readers";
my $python = '/usr/bin/python3';
my $dir = File::Temp->newdir;

my $record = 6000;              # bytes of a record
my $depth = 100;                # past the 63 levels that the scanners follow
my $batch = 2500;               # documents in memory
my @limits = map { defined_as(@$_) } ['json', 'EXPORT_JSON_MAX_SPELT'],
    ['csv', 'EXPORT_CSV_MAX_NAMELESS'], ['csv', 'EXPORT_CSV_MAX_KINDS'];


# Where our reader refuses what a reference reads, how, and why.

my %known = (
    surrogate => ['error', 'half of a surrogate pair is no character'],
    utf8      => ['error', 'yajl checks lead and continuation bytes only;'
                           . ' csv is given bytes'],
    space     => ['error', 'yajl takes VT and FF for white space'],
    tail      => ['error', 'yajl overlooks a string or word that begins after'
                           . ' the text and does not end'],
    shape     => ['error', 'a record is an object, or an element of an array'],
    duplicate => ['error', 'a wanted name twice: which one is taken?'],
    near      => ['error', 'a wanted name to those who tidy names up'],
    delimiter => ['error', 'a name that holds a wanted one between ";", "|",'
                           . ' tabs, or in one column of it other marks'],
    nameless  => ['limit', 'more columns without a name than'
                          . ' EXPORT_CSV_MAX_NAMELESS'],
    data      => ['error', 'a header row, or cells without a name, of data'],
    vague     => ['any', 'perhaps a country or an address'],
    deep      => ['limit', 'nested too deeply'],
    large     => ['limit', 'a record over the limit'],

    header    => ['error', 'CSV without a header row'],
    ragged    => ['error', 'rows of more or fewer cells than the header'],
    blank     => ['error', 'a blank line that is not the last'],
    quote     => ['error', 'a quote inside a bare cell'],
    cr        => ['error', 'a CR outside of quotes without its LF'],
    control   => ['error', 'control characters'],
    bom       => ['error', 'a byte order mark'],
    columns   => ['limit', 'more columns than EXPORT_CSV_MAX_COLUMNS'],

    lengthy   => ['error', 'a name of a form over EXPORT_MAX_VALUE bytes'],
    percent   => ['error', '% without two hexadecimal digits'],
    nul       => ['error', 'NUL after a wanted JSON name; anywhere in a form'],
    pairs     => ['limit', 'more pairs than EXPORT_FORM_MAX_PAIRS'],
    contrary  => ['error', 'what no encoder of forms leaves raw: brackets or'
                           . ' the like at the start, line ends'],
);


sub defined_as {
    my ($header, $name) = @_;
    local (@ARGV, $/) = "$FindBin::Bin/../include/export_$header.h";

    return <> =~ /^#define $name +(\d+)/m ? $1 : die "no $name";
}

sub one { $_[rand @_] }
sub chance { rand() < $_[0] }
sub some { my ($from, $to) = @_; $from + int rand($to - $from + 1) }


# characters at the bounds of UTF-8, and what is just past them

my @characters = ("\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf",
    "\xee\x80\x80", "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf",
    "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xed\xbf\xbf", "\x80", "\xc3",
    "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe2\x82",
    "\xf8\x88\x80\x80\x80", "\xff", "\xe2\x28\xa1", "\xf0\x9f\x98\xf0");

# spoils a document: one to three changes, anywhere

sub spoil {
    my ($s, @pieces) = @_;

    for (1 .. one(1, 1, 1, 2, 3)) {
        my $at = int rand(1 + length $s);
        my $what = int rand 8;

        if ($what == 0) {
            substr($s, $at) = '';

        } elsif ($what == 1) {
            substr($s, $at, some(1, 3)) = '';

        } elsif ($what == 2 && $at < length $s) {
            substr($s, $at, 1) ^= chr(1 << int rand 8);

        } elsif ($what == 3) {
            substr($s, $at, 0) = substr($s, rand length $s, some(1, 12));

        } elsif ($what == 4) {
            substr($s, $at, 0) = chr int rand 256;

        } elsif ($what == 5) {
            substr($s, $at, 0) = one(@characters);

        } else {
            substr($s, $at, 0) = one(@pieces);
        }
    }

    return $s;
}


# names that are a wanted one, near to one, or neither

my %unicode = (
    UNSEEN => [characters('Default_Ignorable_Code_Point'), 0x307,
               0xfff9 .. 0xfffb],
    BLANK => [characters('White_Space'), 0x80 .. 0x9f, 0x2800],
    QUOTE => [grep { $_ < 0xff00 } characters('Quotation_Mark')],
);

sub characters {
    my @bounds = prop_invlist(shift);
    my @characters;

    while (my ($from, $to) = splice @bounds, 0, 2) {
        push @characters, grep { $_ >= 0x80 } $from .. $to - 1;
    }

    return @characters;
}

my %alike = (i => "\x{130}\x{131}", s => "\x{17f}", k => "\x{212a}",
             '_' => " .-\x{2010}\x{2015}\x{a0}");

sub strange { chr one(@{$unicode{one(sort keys %unicode)}}) }

sub around {
    return '' if chance(.6);
    return one(' ', "\t", '+', ',', '#', '"', "'", "\x7f", ';', '&', 'x;', 'x&',
               '[', ']', '[]', '[0]', ' [a]', 'x', '.', '_', '\\', strange(),
               strange(), strange());
}

sub name {
    my $name = one('ip', 'ip', 'user', 'country', 'user_id', "\x{e9}", 'x');
    my $at = int rand length $name;

    $name = one(uc $name, ucfirst $name) if chance(.3);

    if (chance(.15)) {
        my $like = $alike{lc substr $name, $at, 1};
        substr($name, $at, 1) = one(split //, $like) if $like;
    }

    substr($name, $at, 1) = chr(0xfee0 + ord substr $name, $at, 1)
        if chance(.1) && substr($name, $at, 1) =~ /[!-~]/;
    substr($name, $at, 0) = strange() if chance(.1);

    return around() . around() . $name . around() . around();
}

sub json_name {
    my $name = name();

    $name = join '', map {
        /[\x00-\x1f"\\]/ || (ord() < 0x10000 && chance(.05))
            ? sprintf '\\u%04x', ord : $_
    } split //, $name;

    return '"' . encode('UTF-8', $name) . '"';
}

sub csv_name {
    my $name = encode('UTF-8', name());

    return $name if $name !~ /[",\r\n]/ && chance(.5);

    $name =~ s/"/""/g;

    return "\"$name\"";
}

sub form_name {
    my $name = encode('UTF-8', name());

    $name =~ s/([^!-~]|[;&=+%])/sprintf '%%%02X', ord $1/ge;

    return $name;
}


# JSON

my @text = ('x', 'Zebra', ' ', 'caf\\u00e9', "caf\xc3\xa9", '\\n', '\\"',
    '\\\\', '\\/', '\\b\\f\\r\\t', '\\u0000', '\\u001F', '\\uffff', "\x7f",
    '\\ud83d\\ude00', '\\uD83D\\uDE00', "\xf0\x9f\x98\x80", "\xe2\x82\xac",
    "\xed\x9f\xbf", "\xee\x80\x80", "\xf4\x8f\xbf\xbf", '{\\"ip\\":1}', '[',
    '],', ',', ':', '\\\\\\"', "\xe2\x80\xa8", "\xef\xbb\xbf", '203.0.113.9',
    '//', '\\u2028', '\\udbff\\udfff', '0', 'null', "\xc2\x80", "\xdf\xbf");

my @numbers = (qw(0 -0 1 -1 7 10 123456789 -9223372036854775809 0.0 -0.5 1e0
    18446744073709551616 1E+5 1e-5 0e0 0E-0 -1.25e+300 1e999 3.14159 0.000001),
    '9' x 32, '1' x 33, '1.' . '3' x 400, '8' x 5000);

my @keys = map { "\"$_\"" } qw(ip user country consent a b x IP zip ipx 0 1 ip
    a/b m~n ~1 i\u0070 \u0069p \u0069\u0070 us\u0065r i\"p i\u0022p i\\\\p
    ip\u0000x \u00e9 \ud83d\ude00 address /ip user/ip), '',
    "\xc3\xa9", 'k' x 128, 'k' x 129, 'k' x 128 . '\\u0000', "\xf0\x9f\x98\x80", 'i p';

my @wanted = (
    'ip',
    "ip\nuser\ncountry",
    '/user/ip',
    "ip\n/user/ip\n/a/0/ip\n/0\n/a~1b/m~0n\n/\nconsent\nx\n~1",
    "\xc3\xa9\ni\"p\n/ip\n\xf0\x9f\x98\x80",
    'k' x 128 . "\nk",
    "/a/b/a/b/a/b/a/b/a/b/a/b/a/b/a/b\na",
    "/user\n/user/user\n/0/0\n/1\nuser",
    "user_id\nip\n/user_id/ip\n/user_id/country",
);

my @json_pieces = ('"', '\\', '{', '}', '[', ']', ',', ':', "\0", "\n", "\r",
    "\x1e", "\x1f", "\x7f", "\x0b", "\xa0", "\xc0\xaf", "\xe0\x80\xaf",
    "\xef\xbb\xbf", "\xef\xbf\xbe", '\\ud800', '}{', '} {', '}]',
    '\\udc00', '\\ud83d\\ude00', '\\ud83d\\u0041', '\\ud83d\\ud83d', '\\u00',
    '\\u00g0', '\\x41', '\\a', '\\0', '\\U0041', '0', '-', '+', '.', '1.', '.5',
    'e', 'E+', '01', '-01', 'NaN', 'Infinity', '-Infinity', 'true', 'false',
    'null', 'True', 'nul', 'undefined', '//', '/**/', '#', "'", '""', '{}',
    '[]', ' ', "\t", '"ip":"a",', ',"ip":"b"', '"user":{"ip":2},', '},{', '],[',
    "}\n{", "\xe2\x80\xa8", "\x0c", '0x1', '1e', '--1', '1e+', '1_0', '\\');

my @tokens = ('{', '}', '[', ']', '{', '}', '[', ']', ',', ',', ':', ':',
    '"ip"', '"ip"', '"user"', '""', '0', '-1', '1e2', '0.5', 'true', 'false',
    'null', ' ', "\n", '"\\ud800"', '-', '00', '1.', "\x1e", '"\\u0041"');

# in the place of a value; some are one

my @odd = (qw(01 -01 00 1. .5 -.5 1.e1 1e 1e+ 1E- -e1 +1 - -- -x 0x1 1_0 1e5.5
    1.2.3 1-2 1e1e1 -0 0e0 tru truee nul nulll fals falsey True NaN Infinity
    -Infinity undefined), '', '"', '"\\x"', '"\\u12"', '"\\u123g"', '"\\"',
    '"\\ud83d"', '"\\ud83d\\n"', '"\\ud83dx"', '"\\ud83d\\u0041"', '"\\udc00"',
    '"\\ude00\\ud83d"', '\\"x"', "'x'", "\"\x01\"", "\"\n\"", "\"\t\"",
    "\"\0\"", "\"\x7f\"", "\"\xff\"", "\"\xc3\"", "\"\xc0\xaf\"", "\"\x80\"",
    "\"\xe0\x9f\xbf\"", "\"\xe0\xa0\x80\"", "\"\xed\xa0\x80\"", "\"\xe2\x82\"",
    "\"\xf0\x8f\xbf\xbf\"", "\"\xf0\x90\x80\x80\"", "\"\xf4\x90\x80\x80\"",
    '"a" "b"', '1 2', '1,', ',1', '[1,]', '[,1]', '{"a":1,}', '{,}', '{"a"}',
    '{"a":}', '{1:2}', '{"a":1 "b":2}', '{"a":1,,"b":2}', '{"a"::1}', '[1}',
    '{"a":1]', '[', ']', '{', '}', ':', '[:]', '{"ip":1,"\\u0069p":2}',
    '{"user":{"ip":1},"user":{}}', '/**/1', '"a"//', "\xa01", "\x0b1", "\x0c1",
    "\xef\xbb\xbf1", '"\\/"', '"\\\\"', '"\\\\\\"', '"\\u0000"');

my $space;                      # of this document: how much, and which
my $filling;                    # no wanted names now

sub space {
    return '' if $space == 0;
    return chance(.8) ? '' : one("\t", ' ', "\r", '  ', ' ' x some(1, 90))
        if $space == 1;
    return chance(.7) ? '' : one("\n", ' ', "\r\n", "\t", "\n    ",
                                 "\n" . ' ' x some(1, 90));
}

sub string {
    return '"' . one(qw(DE US 203.0.113.9 2001:db8::1)) . '"' if chance(.4);
    return '"' . one(@text) x some(1, 400) . '"' if chance(.05);
    return '"' . join('', map { one(@text) } 0 .. rand 6) . '"';
}

sub scalar_value {
    my $r = rand;

    return string() if $r < .6;
    return one('true', 'false', 'null') if $r < .75;
    return one(@numbers) if $r < .85;
    return one('-', '') . int(rand 10 ** some(1, 9))
           . one('', '', '.' . int rand 1e6)
           . one('', '', one('e', 'E') . one('', '+', '-') . int rand 400);
}

sub members {
    my ($levels, $pairs) = @_;
    my (@members, %had);

    for (1 .. $pairs) {
        my $key = $filling   ? '"' . int(rand 1e6) . one('', 'p', 'r') . '"'
                : chance(.4) ? one('"ip"', '"ip"', '"user"', '"a"', '"b"')
                : chance(.06) ? json_name()
                : one(@keys);
        next if $had{$key}++ && chance(.97);
        push @members, space() . $key . space() . ':' . space()
                       . value($levels - 1) . space();
    }

    return @members;
}

sub object { '{' . (join(',', members(@_)) || space()) . '}' }

sub array {
    my ($levels, $items) = @_;

    return '[' . (join(',', map { space() . value($levels - 1) . space() }
                                1 .. $items) || space()) . ']';
}

sub value {
    my ($levels) = @_;
    my $r = rand;

    return scalar_value() if $levels <= 0 || $r < .55;
    return object($levels, some(0, 5)) if $r < .85;
    return array($levels, some(0, 4));
}

sub nested {
    my $levels = some(1, 130);
    my ($open, $close) = @{one(['[', ']'], ['{"a":', '}'], ['{"ip":', '}'],
                               ['[{"user":', '}]'], ["[\n", "\n]"],
                               ['{"a":{"b":', '}}'], ['{"a":{"b":', '}}'],
                               ['[1,', ',2]'])};

    return $open x $levels . value(1) . $close x $levels;
}

sub json_record {
    return '{"ip":' . nested() . '}' if chance(.02);
    return '{"a":"' . one(@text) x some(100, 3000) . '","ip":"x"}'
        if chance(.02);
    return object(some(1, 4), some(0, 9));
}

# the pieces of a grammar in no order, alone or far into a document

sub soup {
    my ($prefix, $suffix) = @{one(['', ''], ['', ''], ['{"ip":', '}'],
        ['[', ']'], ['[' . '1,' x some(1, 500), ']'],
        ["[\"" . 'y' x some(1, 1100) . '",', ']'],
        ['{"a":[' . '{"x":"y"},' x some(1, 120) . '0],"user":', '}'])};

    return $prefix . join('', map { one(@tokens) } 0 .. rand 9) . $suffix;
}

sub json_text {
    my $r = rand;

    return soup() if $r < .12;
    return space() . nested() . space() if $r < .14;
    return space() . json_record() . space() if $r < .65;
    return space() . '[' . join(',', map { space() . json_record() . space() }
                                         1 .. rand 8) . ']' . space()
        if $r < .9;
    return space() . array(some(1, 4), some(0, 9)) . space();
}

sub json_lines {
    return join one("\n", "\n", "\r\n", "\n\n", "\n \t\n"),
                map({ space() . (chance(.05) ? soup() : json_record())
                      . space() } 1 .. rand 8), one('', '', ' ');
}

sub json_seq {
    return join '', map {
        "\x1e" . space() . (chance(.05) ? soup() : json_record())
        . one("\n", "\n", "\n", "\r\n", " \n\n")
    } 1 .. rand 6;
}

# ordinary matter around, for the scanners, which read 512 bytes at a time

my @fill;

sub filled {
    my ($body, $lines) = @_;

    ($space, $filling) = (0, 1);
    @fill = map { object(3, some(2, 10)) } 1 .. 40 unless @fill;
    $filling = 0;

    my ($front, $back) = (one(@fill), one(@fill));

    return one("$front\n$body", "$body\n$back", "$front\n$body\n$back",
               "$body$back")
        if $lines && chance(.6);

    $body =~ s/\A(\s*\[)(?=\s*[^\s\]])/$1$front,/;
    $body =~ s/\A(\s*\{)(?=\s*[^\s}])/$1"fill":$front,/;
    $body =~ s/\A\x1e(?=\s*\{)/\x1e$front\n\x1e/;
    $body =~ s/(?<=[\w"\]}])(\s*\]\s*)\z/,$back$1/;
    $body =~ s/(?<=[\w"\]}])(\s*\}\s*)\z/,"back":$back$1/;

    return $body;
}

# another value, or another mark, in one place

sub with_odd {
    my ($body) = @_;

    pos($body) = rand length $body;

    if (chance(.6)) {
        substr($body, $-[0], $+[0] - $-[0]) = one(@odd)
            if $body =~ /[:,\[]\s*\K(?:[\w.+-]+|"[^"\\]*")/g;

    } elsif ($body =~ /[][{},:"\n]/g) {
        substr($body, $-[0], 1) = one(qw([ ] { } : "), ',', "\n", ' ', '');
    }

    return $body;
}

sub json {
    my $kind = one(qw(t t t t l l s g g));
    my $lines = $kind eq 'l' || ($kind eq 'g' && chance(.5));

    $space = $lines ? one(0, 1) : one(0, 1, 2);

    my $body = $kind eq 's' ? json_seq() : $lines ? json_lines() : json_text();

    $body = filled($body, $lines) if chance(.5);
    $body = with_odd($body) if chance(.2);

    return [$kind, one(@wanted), $body];
}


# CSV

my @csv_pieces = ('"', '""', ',', "\n", "\r\n", "\r", "\n\n", '"x"', '"x"y',
    "\0", "\t", "\x1b", "\x7f", "\xef\xbb\xbf", "\xc0\x80", "\xc2\x85", ';',
    "'", '\\', '\\"', ' "', '" ', 'ip', ',,',
    "\n\r", ',"', '",', "\"\n", "\"\r", '=1+1', "\xe2\x80\xa8", "\x1a", "\x0c");

my @cells = ('', '', 'x', '203.0.113.9', 'DE', ' padded ', "caf\xc3\xa9", '""',
    '"quoted"', '"a,b"', "\"two\nlines\"", "\"two\r\nlines\"", "\"a\rb\"",
    '"say ""hi"""', '""""', "tab\there", "\xf0\x9f\x98\x80", "\\", "'",
    '1;2', '"' . "\xe2\x82\xac" . '"', "\xe2\x80\xa8", '"'. ',' x 70 . '"',
    '"' . '""' x 40 . '"', '"' . "\n" x 66 . '"');

# what a header row of data has, and what is none all the same

my @data = (qw(DE US GB GBR Germany 2026-11-28 28.11.2026 2026-11-28T01:02:03
    203.0.113.9 203.0.113.9:80 203.0.113.0/24 2001:db8::1 [2001:db8::1]:80
    '203.0.113.9' a@b.example a@b @b.example 1 1.5 17 203.0), '"203.0.113.9"',
    'hello DE', 'a b 203.0.113.9', 'x:ip', 'user/country', 'a b', '', ' ', '""');

my @columns = ('id', 'ip', '"ip"', 'country', 'user', 'IP', ' ip', 'a b', '""',
    "\xc3\xa9", '"i""p"', "\"i\np\"", 'k' x 128, 'k' x 129, 'k' x 128 . '\\u0000', '"a,b"', '');

my @csv_wanted = ("user_id\nip", "ip\ncountry", 'ip', "ip\n/ip\nuser", "\xc3\xa9\ni\"p\n ip",
    'k' x 128, "a b\na,b\nip", 'absent');

sub cell {
    return one(@cells) unless chance(.02);

    my $long = one('x', "\xc3\xa9", '""', "\n", ',', "\r\n") x some(300, 2600);

    return chance(.1) ? $long : "\"$long\"";
}

sub csv {
    my $kind = one('c', 'd');
    my $eol = one("\n", "\r\n");
    my $width = chance(.01) ? some(4090, 4100) : one(1, 1, some(2, 9));
    my @rows = $width > 9 ? join(',', ('x') x $width)
             : join(',', map { chance(.1) ? csv_name() : one(@columns) }
                             1 .. $width);

    $rows[0] = join ',', map { one(@cells, @columns, @data) } 1 .. $width
        if chance(.15) && $width <= 9;
    $rows[0] .= ',' x some(50, 80) if chance(.01);

    if (chance(.1)) {
        return [$kind, one(@csv_wanted), join '', map { one(@csv_pieces, @cells) }
                                               0 .. rand 12];
    }

    for (1 .. rand 20) {
        my $cells = $width > 9 ? ',' x ($width - 1)
                  : chance(.1) ? join(',', map { one(@data) } 1 .. $width)
                  : join ',', map { cell() } 1 .. $width;
        push @rows, $cells eq '' ? '""' : $cells;
    }

    my $end = one($eol, $eol, '', $eol x 2);

    $rows[0] = '""' if $rows[0] eq '';

    return [$kind, one(@csv_wanted), join($eol, @rows) . $end];
}


# forms

my @form_pieces = ('%', '%0', '%00', '%zz', '%C3', '%A9', '%ff', '%c0%af',
    '%ED%A0%80', "\0", "\xc3", "\x80", '&', '=', '+', ';', '&&', '%26', '%3d',
    '&ip=2', 'ip=', '%C3=%A9', '%u0041', "\n", "\r\n", ' ', '#',
    '?', "\xf4\x90\x80\x80", '{', '{"ip":"a"}', '[', '"', '<', "\x1e",
    "\xef\xbb\xbf", '%7B', '%EF%BB%BF', "\t");

my @form_names = ('ip', 'country', 'a', 'b', 'i%70', '%69%70', 'IP', 'ip+', '',
    'caf%C3%A9', "caf\xc3\xa9", 'a+b', 'a%20b', 'x%5B%5D', 'ip%3D',
    'user%5Bip%5D', 'u[IP]', 'u[0][ip]');

my @form_values = ('', 'x', '203.0.113.9', '2001%3Adb8%3A%3A1', 'a+b', '%2B',
    "\xe2\x82\xac", '%E2%82%AC', "\xe2%82\xac", '=', 'a=b', '%25',
    '%f0%9F%98%80', 'a;b', "\n", '%0D%0A', "\xc3%A9");

sub form {
    my @pairs = map {
        (chance(.1) ? form_name() : one(@form_names))
            . (chance(.9) ? '=' : '') . one(@form_values)
                           x (chance(.03) ? some(200, 1100) : 1)
    } 1 .. rand 9;

    @pairs = join '', map { one(@form_pieces, @form_names) } 0 .. rand 9
        if chance(.1);
    @pairs = ('&' x some(9990, 10010)) if chance(.002);

    return ['f', one("ip\ncountry", "ip\n/ip", "caf\xc3\xa9\na b\na"),
            join '&', @pairs];
}


# multipart

my @names = ('name="ip"', 'name=ip', 'name="a\\"b"', 'name="a%22b"', 'name=""',
    "name=\"caf\xc3\xa9\"", 'name="a;b=c"', 'NAME="user"', 'name="a\\\\b"',
    'name="x y"', 'name="' . 'n' x 128 . '"', 'name="100%"', 'name="_charset_"',
    'name="a,b"', 'name="<x>"', 'name="a: b"');

my @files = ('', '', '; filename="a.txt"', ';filename=a.json', '; filename=""',
    "; filename=\"\xf0\x9f\x98\x80.png\"", '; filename="C:\\\\a"',
    '; size=3; filename="x;y.csv"', '; filename="' . 'f' x 1024 . '"',
    '; filename="a\\"b;c.txt" ', ";\tfilename=\"%22\"", '; x="filename=y"');

my @more = ('Content-Type: text/plain', 'content-type:application/json',
    'Content-Type: application/x-ndjson; charset=utf-8 ', 'Content-Type:',
    'Content-Encoding: gzip', 'Content-Transfer-Encoding: 8bit', 'X-Y: z',
    'Content-Transfer-Encoding: Binary', 'Content-Transfer-Encoding: base64',
    'Content-Length: 3', "X-Z: caf\xc3\xa9", 'X-Empty:', 'content-encoding: BR',
    'Content-Transfer-Encoding: quoted-printable');

sub data {
    my ($boundary) = @_;
    my @pieces = ("\r\n", "\n", "\r", "\r\n--", "\n--", "\r\n-", '--', '-',
        'x', "\0", "\xff\xfe", "\xc3\xa9", '{"ip":1}', "\r\r\n\n",
        "x--$boundary", "x--$boundary--", "\r\n$boundary", "\r\n --$boundary",
        "\r\n--" . substr($boundary, 0, -1), "\n--" . substr($boundary, 0, -1),
        "\r\n---$boundary", 'y' x some(1, 700), "Content-Type: x\r\n\r\n");

    return '' if chance(.1);
    return join '', map { one(@pieces) . '!' } 0 .. rand 9 if chance(.7);
    return '!' . join('', map { one("\r", "\n", "\r\n", 'x') } 0 .. rand 5);
}

sub part {
    my ($form, $boundary) = @_;
    my (@lines, %had);

    push @lines, one('Content-Disposition: ', 'content-disposition:')
                 . ($form ? 'form-data' : one('attachment', 'form-data'))
                 . one(';', '; ', ' ; ') . one(@names) . one(@files)
        if $form || chance(.5);

    for (1 .. rand 4) {
        my $line = one(@more);
        my ($name) = lc($line) =~ /^([^:]+)/;
        push @lines, $line unless $had{$name}++;
    }

    @lines = reverse @lines if chance(.3);

    my $data = $form || @lines ? data($boundary) : '!';

    return (join('', map { "$_\r\n" } @lines), $data);
}

sub multipart {
    my $form = chance(.7);
    my $boundary = join '', map { one('a' .. 'c', 0 .. 2, '-') }
                                1 .. one(1 .. 9, 70);
    $boundary = one('----WebKitFormBoundaryABC', "a'()+_,-./:=?b", 'a b', '-',
                    '=_x', '--') if chance(.3);

    my $body = one('', '', "\r\n");
    my $valid = 1;

    for (1 .. rand 6) {
        my ($headers, $data) = part($form, $boundary);
        $valid &&= $data !~ /(?:^|\r|\n)--\Q$boundary/;
        $valid &&= $headers !~ /; x=/ && !($form && $headers =~ /; size=/);
        $body .= "--$boundary\r\n$headers\r\n$data\r\n";
    }

    $body .= "--$boundary--" . one("\r\n", "\r\n", '', "\r\n\r\n");

    return [$form ? 'm' : 'x', $boundary, $body, $valid];
}

sub multipart_pieces {
    my ($boundary) = @_;

    return ("\r\n", "\n", "\r", '--', '-', ' ', "\t", "\0", ';', '"', '\\', '=',
        ':', '; name="x"', '; filename=y', '%22', "'", "\xc3", "\x7f", "\r\n ",
        "--$boundary", "\r\n--$boundary", "\r\n--$boundary--", "$boundary",
        "\n--$boundary\n", "\r\n--$boundary \r\n", "\r--$boundary\r\n",
        "\r\n--$boundary\r\n", "\r\n\r\n", 'name=', 'filename*=', 'x: y',
        "\r\nContent-Disposition: form-data; name=z\r\n", "\r\nX: y");
}


# a document as it is, or spoilt

sub document {
    my ($make, $pieces) = @_;
    my $document = $make->();
    my ($kind, $arg, $body) = @$document;

    return $document if chance(.45);

    $pieces = [multipart_pieces($arg)] unless $pieces;

    return [$kind, $arg, spoil($body, @$pieces)];
}


# the first word of our line is allowed by the reference's, or undef

sub agree {
    my ($ours, $theirs, $flags, $met) = @_;
    my ($verdict) = $ours =~ /^(\w+)/;

    return $verdict eq 'error' || $verdict eq 'limit' ? 'refused' : undef
        if $theirs =~ /^error/;

    return $ours eq $theirs ? 'read' : undef unless @$flags;

    $met->{$_}++ for @$flags;

    return 'refused' if grep { $known{$_}[0] eq $verdict } @$flags;
    return undef if grep { $known{$_}[0] ne 'any' } @$flags;

    $ours =~ s/^ok/ok,vague/;

    return $ours eq $theirs ? 'read' : $verdict eq 'error' ? 'refused' : undef;
}

sub flags { $_[0] =~ /^\w+,(\S+)/ ? split(/,/, $1) : () }

# of multipart what we refuse says nothing, unless it was well-formed

sub compare {
    my ($document, $ours, $theirs, $met) = @_;
    my ($kind, $arg, $body, $valid) = @$document;

    return $ours =~ /^(?:error|limit)$/ && !$valid ? 'refused'
           : agree($ours, $theirs, [], $met) if $kind =~ /[mx]/;

    my ($our, $yajl) = split /\t/, $ours;
    my @flags = flags($theirs);
    my $said = agree($our, $theirs, \@flags, $met);

    return $said unless defined $yajl;

    # what a character is, and whose a name, is asked of Python alone

    @flags = (flags($yajl), grep { /^(?:utf8|surrogate|near|nul|duplicate)$/ }
                                 @flags);

    return agree($our, $yajl, \@flags, $met) ? $said : undef;
}

sub lines {
    my ($file) = @_;
    open my $f, '<', $file or die "$file: $!";
    chomp(my @lines = <$f>);
    return @lines;
}

sub shown {
    my ($s) = @_;
    $s = substr($s, 0, 1500) . '...' if length $s > 1500;
    $s =~ s/([^ -~])/sprintf '\\x%02x', ord $1/ge;
    return $s;
}

sub run_batch {
    my ($count, $make, $pieces) = @_;
    my @to = map { open my $p, '|-', $_ or die "$_: $!"; binmode $p; $p }
        "exec $readers $record $depth >$dir/ours",
        "exec $python -I $dir/reference.py $record $depth @limits >$dir/theirs";
    my @documents;

    for (1 .. $count) {
        my $document = document($make, $pieces);
        push @documents, $document;
        my ($kind, $arg, $body) = @$document;
        my $packed = pack 'a V V a* a*', $kind, length $arg, length $body,
                          $arg, $body;
        print $_ $packed for @to;
    }

    close $_ or die "a program died: $? $!" for @to;

    return \@documents;
}

sub differential {
    my ($name, $make, $pieces) = @_;
    my (%said, %met);

    for (my $left = $n; $left > 0; $left -= $batch) {
        my $count = $left < $batch ? $left : $batch;
        my $documents = run_batch($count, $make, $pieces);
        my @ours = lines("$dir/ours");
        my @theirs = lines("$dir/theirs");

        die 'lines are missing' if @ours != $count || @theirs != $count;

        for my $i (0 .. $#ours) {
            my $document = $documents->[$i];
            my $said = compare($document, $ours[$i], $theirs[$i], \%met)
                       || 'differ';

            next if $said{$said}++ >= 5 || $said ne 'differ';

            diag(join "\n", map { shown($_) } "$name: $document->[0]",
                 @$document[1, 2], $ours[$i], $theirs[$i]);
        }
    }

    my ($read, $refused, $differ) = map { $_ || 0 }
                                    @said{qw(read refused differ)};

    is($differ, 0, "$name: $n documents, $read read, $refused refused");
    ok($read > $n / 10 && $refused > $n / 10, "$name: of both a tenth");
    note("$name: $_ $met{$_}: $known{$_}[1]") for sort keys %met;
}


BAIL_OUT("$readers is not built") unless -x $readers;

open my $f, '>', "$dir/reference.py" or die $!;
for my $class (sort keys %unicode) {
    printf $f "%s = '%s'\n", $class,
              join '', map { sprintf '\\U%08x', $_ } @{$unicode{$class}};
}

print $f <DATA>;
close $f or die $!;

srand 20261123;
$SIG{PIPE} = 'IGNORE';

differential('JSON', \&json, \@json_pieces);
differential('CSV', \&csv, \@csv_pieces);
differential('form', \&form, \@form_pieces);
differential('multipart', \&multipart);

done_testing();


__DATA__
"""Says what Python's own parsers make of documents, in the words of readers.c.

A verdict, after a comma what our readers are known to refuse, and the events.
"""

import csv
import email
import email.message
import functools
import ipaddress
import json
import re
import struct
import sys
import unicodedata
import urllib.parse

RECORD, DEPTH, SPELT, NAMELESS, KINDS = map(int, sys.argv[1:])
LONG, NUMBER, COLUMNS, PAIRS = 1024, 32, 4096, 10000
SPACE = b' \t\r\n'

csv.field_size_limit(1 << 30)


class Refused(Exception):
    pass


class Number(str):
    pass


class Object(list):
    pass


def constant(name):
    raise ValueError(name)


HOOKS = dict(parse_int=Number, parse_float=Number, parse_constant=constant)
DECODER = json.JSONDecoder(object_pairs_hook=Object, **HOOKS)
SKIMMER = json.JSONDecoder(**HOOKS)
GAP = re.compile('[ \t\r\n]*')
HALF = re.compile(rb'\\u[dD][89a-fA-F]')


def string(value):
    data = value.encode('utf-8', 'surrogatepass')
    return 'S' + data.hex() if len(data) <= LONG else 'L'


def shown(value):
    if isinstance(value, Number):
        return 'N' + (value.encode().hex() if len(value) <= NUMBER else '')
    if isinstance(value, str):
        return string(value)
    if value is None:
        return 'Z'
    if value is True:
        return 'T' + b'true'.hex()
    if value is False:
        return 'F' + b'false'.hex()
    return 'O' if isinstance(value, Object) else 'A'


def whole(value):
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


AROUND = ''.join(map(chr, range(33))) + '"\'+,#' + BLANK + QUOTE
DIVIDES = ' \t.-' + BLANK + QUOTE + '\u2010\u2011\u2012\u2013\u2014\u2015'


def folded(name):
    return re.sub('[A-Z]', lambda m: m[0].lower(), name)


def joined(name):
    return ''.join('_' if c in DIVIDES else c for c in name)


def letter(c):
    """As it is compared by those who know no case, or no width."""
    if '\uff01' <= c <= '\uff5e':
        c = unicodedata.normalize('NFKC', c)
    other = c.upper().lower().replace('\u0307', '')
    return other if len(other) == 1 and other.isascii() else c


@functools.lru_cache(10000)
def core(name):
    """What is left of a name that is tidied up."""
    text = ''.join(letter(c) for c in name if c not in UNSEEN)
    text = re.split('[;&]', text.rstrip(';&' + AROUND))[-1].strip(AROUND)
    closed, bracket = text.endswith(']'), text.startswith('[')
    text = text.lstrip('[' + AROUND)
    if closed and '[' in text:
        text = text[:text.index('[')]
        bracket = True
    if closed and bracket:
        text = text.rstrip(']' + AROUND)
    return joined(text)


def near(names, name):
    return core(name) != '' and any(
        core(name) == re.sub('[ \t.-]', '_', folded(wanted))
        for wanted in names)


def spelling(wanted, name):
    return ('same' if name == wanted
            else 'other' if re.search('[a-z]', name) else 'upper')


class Met(dict):
    """The wanted names that an object, header row or form has had."""
    def twice(self, wanted, name, most=2):
        had, now = self.setdefault(wanted, set()), spelling(wanted, name)
        bad = now in had or len(had) >= most
        had.add(now)
        return bad


class Json:
    def __init__(self, names, body):
        self.plain = []
        self.pointers = []
        self.flags = set()
        self.events = []
        self.halves = HALF.search(body) is not None

        for i, name in enumerate(names):
            if name.startswith('/'):
                self.pointers.append(
                    (i, [t.replace('~1', '/').replace('~0', '~')
                         for t in name[1:].split('/')]))
            else:
                self.plain.append((i, name))

    def decode(self, data):
        try:
            return DECODER.decode(data.decode())
        except UnicodeDecodeError:
            raise Refused('utf8')
        except ValueError:
            raise Refused

    def wanted(self, path):
        """The names that a member of what is there may have."""
        ahead = [(i, tokens[len(path)]) for i, tokens in self.pointers
                 if list(map(folded, tokens[:len(path)])) == path
                 and len(tokens) > len(path)]
        return self.plain + ahead

    def report(self, value, path, key):
        wanted = [i for i, tokens in self.pointers
                  if list(map(folded, tokens)) == path]
        if key is not None:
            wanted += [i for i, name in self.plain
                       if folded(name) == folded(key)]
        for i in sorted(wanted):
            self.events.append('%d%s' % (i, shown(value)))

    def walk(self, value, path, key, depth):
        if path:
            self.report(value, path, key)
        if isinstance(value, list):
            if depth == DEPTH:
                self.flags.add('deep')
            if isinstance(value, Object):
                self.members(value, path, depth + 1)
            else:
                for i, item in enumerate(value):
                    self.walk(item, path + [str(i)], None, depth + 1)
        elif self.halves and isinstance(value, str) and not whole(value):
            self.flags.add('surrogate')

    def members(self, value, path, depth):
        met = {}
        wanted = self.wanted(path)
        for key, item in value:
            name = key.split('\0')[0]
            found = [(i, w) for i, w in wanted if folded(w) == folded(name)]
            if found and '\0' in key:
                self.flags.add('nul')
            for i, w in found:
                if met.setdefault(i, Met()).twice(w, name,
                                                  1 + (depth <= SPELT)):
                    self.flags.add('duplicate')
            if (not found and len(name.encode('utf-8', 'surrogatepass')) <= LONG
                    and near([w for i, w in wanted], name)):
                self.flags.add('near')
            if self.halves and not whole(key):
                self.flags.add('surrogate')
            self.walk(item, path + [folded(key)], key, depth)

    def record(self, value, start, end, depth):
        self.walk(value, [], None, depth)
        self.events.append('R%d-%d' % (start, end))
        if end - start > RECORD:
            self.flags.add('large')

    def one(self, data, offset):
        value = self.decode(data)
        if not isinstance(value, Object):
            self.flags.add('shape')
        start = offset + len(data) - len(data.lstrip(SPACE))
        self.record(value, start, offset + len(data.rstrip(SPACE)), 0)

    def text(self, body):
        value = self.decode(body)
        if not isinstance(value, list) or isinstance(value, Object):
            return self.one(body, 0)
        if DEPTH == 0:
            self.flags.add('deep')
        latin = body.decode('latin-1')
        at = latin.index('[') + 1
        for item in value:
            start = GAP.match(latin, at).end()
            end = SKIMMER.raw_decode(latin, start)[1]
            self.record(item, start, end, 1)
            at = GAP.match(latin, end).end() + 1

    def lines(self, body):
        at = 0
        for line in body.split(b'\n'):
            if line.strip(b' \t\r'):
                self.one(line, at)
            at += len(line) + 1

    def seq(self, body):
        first, *texts = body.split(b'\x1e')
        if first:
            raise Refused
        at = 1
        for text in texts:
            if not text.endswith(b'\n'):
                raise Refused
            self.one(text, at)
            at += len(text) + 1


def read_json(kind, arg, body):
    names = arg.decode().split('\n')
    ways = {'t': [Json.text], 'l': [Json.lines], 's': [Json.seq],
            'g': [Json.text, Json.lines]}[kind]
    why = []
    for way in ways:
        reader = Json(names, body)
        try:
            way(reader, body)
            return reader.flags, reader.events
        except Refused as refused:
            why += refused.args
    raise Refused(*why)


BARE = re.compile(rb'(?:(?<=[,\r\n])|\A)"(?:[^"]|"")*"')
CONTROL = re.compile(rb'[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]')


def csv_flags(body, rows):
    rest = BARE.sub(b'', body)
    try:
        body.decode()
    except UnicodeDecodeError:
        yield 'utf8'
    if b'"' in rest:
        yield 'quote'
    if re.search(rb'\r(?!\n)', rest):
        yield 'cr'
    if CONTROL.search(body):
        yield 'control'
    if body.startswith(b'\xef\xbb\xbf'):
        yield 'bom'
    if not rows or not rows[0]:
        yield 'header'
        return
    if [] in rows[:-1]:
        yield 'blank'
    if any(row and len(row) != len(rows[0]) for row in rows):
        yield 'ragged'
    if len(rows[0]) > COLUMNS:
        yield 'columns'


def short(name):
    return len(name.encode()) <= 128


def raw_cells(line):
    return re.findall(r'(?:^|,)("(?:[^"]|"")*"|[^,]*)', line)


def address(text):
    """Whether it is one, with what may be around; None if perhaps."""
    for pattern in r"'?(.+?)'?\Z", r"'?\[(.+?)\].*", r'(.+?)[:/].*':
        match = re.match(pattern, text, re.S)
        try:
            ipaddress.ip_address(match[1] if match else '')
            return True
        except ValueError:
            pass
    return None if re.search(r'[\d:][.:]+[\da-fA-F:]', text) and not re.match(
        r'[\d.]+\Z|\d\d+[-.]\d|\d\d\d\d-', text, re.A) else False


PLAIN = 64
COUNTRIES = 'DE', 'US', 'GB', 'GBR', 'Germany'
WORDS = ('ip', 'id', 'user', 'country', 'absent', 'user_id', 'quoted',
         'padded', 'hello DE', 'a b', 'a@b', '@b.example', 'tab\there', 'a,b')


def kind_of(text):
    """What data a cell looks like; "vague" if that is hard to say."""
    text = text.strip(' \t')
    if address(text) or re.match(r'[^@ ]+@[^ ]*\.[^ ]*\Z', text, re.S):
        return 'address'
    if text in COUNTRIES:
        return 'country'
    if re.match(r'(?:\d{4}[-/.]\d\d[-/.]\d\d|\d\d[-/.]\d\d[-/.]\d{4})'
                r'(?:[T ]|\Z)', text, re.A):
        return 'date'
    if text in WORDS or len(text) < 2 or len(text) > 40:
        return 'number' if re.match(r'[\d.:]+\Z', text, re.A) else ''
    if address(text) is None or not re.match(r'[\d.:]+\Z', text, re.A):
        return 'vague'
    return 'vague' if re.match(r'\d{3}\Z', text) else 'number'


class Table:
    """What the names and cells of a table say about its header row."""

    def __init__(self, plain, subjects, flags):
        self.plain, self.subjects, self.flags = plain, subjects, flags

    def wanted(self, name):
        return short(name) and (near([w for i, w in self.plain], name)
                                or any(folded(w) == folded(name)
                                       for i, w in self.plain))

    def divided(self, raw):
        """Several words, of which one is a wanted name or an address."""
        words = re.findall(r'[A-Za-z0-9"%,\-.\[\]_]+', raw)
        return (not raw.startswith('"') and len(words) > 1 and any(
            self.wanted(word) or (self.subjects and address(word))
            for word in words))

    def judge(self, rows, raw, fields):
        named = any(field >= 0 for field in fields)
        cells = list(map(replaced, rows[0]))

        for cell in raw:
            if not cell.startswith('"') and any(
                    self.wanted(replaced(piece.encode('latin-1')))
                    for mark in ';\t|' if mark in cell
                    for piece in cell.split(mark)):
                self.flags.add('delimiter')

        if (len(cells) == 1 and not named
                and (re.search('[;|\t]', cells[0]) or self.divided(raw[0]))):
            self.flags.add('delimiter')

        kinds = self.kinds(cells, raw, fields)
        if list(kinds.values()).count('blank') > NAMELESS:
            self.flags.add('nameless')
        if self.subjects:
            self.data(rows, raw, kinds, named)
        if self.subjects and not named:
            self.people(rows, kinds)

    def people(self, rows, kinds):
        """Somebody below a name that nobody looks for."""
        plain = [at for at, cell in enumerate(map(replaced, rows[0]))
                 if at not in kinds and short(cell)][:PLAIN]
        for cell in (replaced(row[at]).strip(' \t') for row in rows[1:]
                     for at in plain if at < len(row)):
            if short(cell) and (address(cell) or re.match(
                    '(?:DE|US|GB|GBR)\\Z', cell)):
                self.flags.add('data')
            elif address(cell) is None or re.match('[A-Z]{2,3}\\Z', cell):
                self.flags.add('vague')

    def kinds(self, cells, raw, fields):
        kinds = {}
        for at, cell in enumerate(cells):
            if fields[at] >= 0 or not short(cell):
                continue
            if not cell.strip(' \t'):
                kinds[at] = 'blank'
                continue
            kind = kind_of(cell) if self.subjects else ''
            if kind in ('', 'vague') and at < len(raw) and self.divided(
                    raw[at]):
                kind = 'vague' if kind else 'divided'
            if kind:
                kinds[at] = kind
        return kinds

    def data(self, rows, raw, kinds, named):
        if 'address' in kinds.values():
            self.flags.add('data')
        below = {'number': 'address', 'blank': 'address'}
        tables = [kind for kind in kinds.values() if kind != 'blank']
        if len(tables) > KINDS or (not named and 'vague' in tables):
            self.flags.add('vague')
        if any(address(replaced(cell)) is None for cell in rows[0]):
            self.flags.add('vague')
        for at, kind in kinds.items():
            if named and kind != 'blank':
                continue
            if kind in ('country', 'date') and not any(rows[1:]):
                self.flags.add('data')
            for row in rows[1:]:
                if at >= len(row) or not short(replaced(row[at])):
                    continue
                is_a = kind_of(replaced(row[at]))
                if kind != 'vague' and is_a == below.get(kind, kind):
                    self.flags.add('data')
                elif kind in ('divided', 'vague') or (
                        is_a == 'vague' and (kind == 'country'
                        or address(replaced(row[at])) is None)):
                    self.flags.add('vague')


def replaced(data):
    return data.decode(errors='replace')


def read_csv(kind, arg, body):
    names = arg.decode().split('\n')
    taken = 0

    def lines():
        nonlocal taken
        for line in re.findall(rb'[^\n]*\n|[^\n]+', body):
            taken += len(line)
            yield line.decode('latin-1')

    rows, spans = [], []
    try:
        start = 0
        for row in csv.reader(lines(), strict=True):
            rows.append([cell.encode('latin-1') for cell in row])
            spans.append((start, start + len(re.sub(
                rb'\r?\n\Z', b'', body[start:taken]))))
            start = taken
    except csv.Error:
        raise Refused

    plain = [(i, name) for i, name in enumerate(names) if name[0] != '/']
    flags = set(csv_flags(body, rows))
    fields, met = [], Met()
    for name in map(replaced, rows[0] if rows else []):
        found = [(i, w) for i, w in plain if folded(w) == folded(name)]
        fields.append(found[0][0] if found else -1)
        if found and met.twice(found[0][1], name):
            flags.add('duplicate')
        if not found and short(name) and near([w for i, w in plain], name):
            flags.add('near')

    if any(end - start > RECORD for start, end in spans):
        flags.add('large')
    if rows and rows[0]:
        line = body[spans[0][0]:spans[0][1]].decode('latin-1')
        Table(plain, kind == 'd', flags).judge(rows, raw_cells(line), fields)

    events = []
    for row, (start, end) in zip(rows[1:], spans[1:]):
        if row:
            events += ['%d%s' % (field, string(replaced(cell)))
                       for field, cell in zip(fields, row) if field >= 0]
            events.append('R%d-%d' % (start, end))
    return flags, events


BLANKS = ''.join(map(chr, range(33)))


def inside(plain, name):
    """The field that a name between brackets is, -1 if it is near to one."""
    for item in re.findall(r'\[(.*?)(?=\])', name, re.S):
        for i, wanted in plain:
            if folded(wanted) == folded(item):
                return i
        if near([w for i, w in plain], item):
            return -1


def read_form(kind, arg, body):
    names = arg.decode().split('\n')
    plain = [(i, name) for i, name in enumerate(names) if name[0] != '/']
    flags, events, met = set(), [], Met()
    text = re.sub(rb'[\x80-\xff]', lambda m: b'%%%02X' % m[0][0], body)
    try:
        pairs = urllib.parse.parse_qsl(text.decode(), keep_blank_values=True,
                                       errors='strict')
    except UnicodeDecodeError:
        raise Refused('utf8')

    if re.search(rb'%(?![0-9A-Fa-f]{2})', body):
        flags.add('percent')
    if any('\0' in name + value for name, value in pairs):
        flags.add('nul')
    if len(body) > RECORD:
        flags.add('large')
    if body.count(b'&') >= PAIRS:
        flags.add('pairs')

    if (re.match(rb'[ \t\r\n]*[{\["<\x1e]', body)
            or (body.strip(b' \t\r\n')
                and re.search(rb'[\r\n]', body.rstrip(b'\r\n')))
            or any(name.lstrip(BLANKS).startswith(('{', '\ufeff'))
                   or '\n' in name
                   for name, value in pairs)):
        flags.add('contrary')

    for name, value in pairs:
        if len(name.encode()) > LONG:
            flags.add('lengthy')
            continue
        for at, wanted in plain:
            if folded(wanted) == folded(name):
                if met.twice(wanted, name):
                    flags.add('duplicate')
                events.append('%d%s' % (at, string(value)))
                break
        else:
            # of "user[ip]" some make an "ip" in a "user"
            inner = inside(plain, name)
            if near([w for i, w in plain], name) or inner == -1:
                flags.add('near')
            elif inner is not None:
                events.append('%d%s' % (inner, string(value)))

    return flags, events + ['R0-%d' % len(body)]


def hexed(value):
    if isinstance(value, str):
        return '=' + value.encode('latin-1').hex()
    return '-' if value is None else '?'


def param(part, name):
    # email takes the quote after an escaped backslash for an escaped one, and
    # leaves %22 alone
    field = part['content-disposition'] or ''
    marked = email.message.Message()
    marked['x'] = re.sub(r'\\(.)', lambda m: '\1' if m[1] == '\\' else m[0],
                         field)
    value = marked.get_param(name, header='x')
    if isinstance(value, str):
        value = value.replace('\1', '\\')
        if re.search(r';[ \t]*%s="' % name, field, re.I):
            value = value.replace('%22', '"')
    return value


def header(part, name):
    value = part[name]
    return None if value is None else value.strip(' \t')


def read_multipart(kind, arg, body):
    message = email.message_from_string(
        'Content-Type: multipart/form-data; boundary="%s"\r\n\r\n'
        % arg.decode() + body.decode('latin-1'))
    events = []
    parts = message.get_payload()
    for part in parts if isinstance(parts, list) else []:
        data = part.get_payload()
        encoding = header(part, 'content-transfer-encoding')
        plain = encoding is None or encoding.lower() in ('7bit', '8bit',
                                                         'binary')
        events += ['P', hexed(param(part, 'name')),
                   hexed(param(part, 'filename')),
                   hexed(header(part, 'content-type')),
                   hexed(header(part, 'content-encoding')),
                   '%d' % (not plain),
                   hexed(data)]
    return set(), events


READERS = dict.fromkeys('tlsg', read_json)
READERS.update(c=read_csv, d=read_csv, f=read_form, m=read_multipart, x=read_multipart)


def main():
    while True:
        head = sys.stdin.buffer.read(9)
        if not head:
            break
        kind, arg, body = struct.unpack('<cII', head)
        kind = kind.decode()
        arg = sys.stdin.buffer.read(arg)
        body = sys.stdin.buffer.read(body)
        try:
            flags, events = READERS[kind](kind, arg, body)
            print(' '.join([','.join(['ok'] + sorted(flags))] + events))
        except Refused as refused:
            print(','.join(('error',) + refused.args))


main()
