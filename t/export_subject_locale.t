#!/usr/bin/perl

# export_subject as=locale: the region of a language tag is the country.

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

add_header X-Got $export_reason always;

export_subject field:locale as=locale;
export_subject header:X-Locale as=locale;

server {
    listen 127.0.0.1:%%PORT_0%%;

    location / {
        proxy_pass http://%%UPSTREAM%%;
    }

    location /allow {
        export_unknown allow;
        proxy_pass http://%%UPSTREAM%%;
    }

    location /country {
        export_unknown allow;
        export_subject field:locale as=country;
        proxy_pass http://%%UPSTREAM%%;
    }
}
EOC

my @training = ('X-Data-Purpose' => 'ai-training');
my $unreadable = 'subject_malformed';
my ($protected, $free, $unknown)
    = qw(consent_missing not_protected location_unknown);


# each row: a locale, the reason, and with "export_unknown allow"

for my $row (
    (map { [ $_, $protected, $protected ] }
     'en-GB', 'en_GB.UTF-8', 'sv-SE', 'et_EE', 'ga-ie', 'ar-GB', 'zh-Hant-FR',
     'GB', 'en-826', 'en-US-u-rg-gbzzzz', ' de-DE '),
    (map { [ $_, $free, $free ] }
     'en-US', 'en_US', 'ja-JP', 'US', 'en-840', 'es-MX-u-co-trad'),
    (map { [ $_, $unknown, $free ] }
     'en', 'C', 'zh-Hant', 'en-ZZ', '-', 'N/A', 'unknown'),
    (map { [ $_, $unreadable, $unreadable ] }
     'es-419', 'en-QQ', 'en-GB-US', 'Germany', 'en-', 'en-GB;q=1'),
) {
    my ($locale, @reasons) = @$row;

    for my $uri ('/', '/allow') {
        my $reason = shift @reasons;
        my $r = $t->post($uri, qq({"locale":"$locale"}), @training,
                         'Content-Type' => 'application/json');

        is($r->header('X-Got'), $reason, "$uri '$locale'");
        is($r->status, $reason eq $free ? 200 : 451, '... status');

        $r = $t->get($uri, @training, 'X-Locale' => $locale);
        is($r->header('X-Got'), $reason, '... in a header');
    }
}

is($t->post('/', $_->[0], @training, 'Content-Type' => 'application/json')
    ->header('X-Got'), $_->[1], $_->[0])
    for [ '{"locale":null}', $unknown ], [ '{"locale":true}', $unreadable ],
        [ '{"locale":7}', $unreadable ];

is($t->get('/', @training, 'X-Locale' => 'en-US, fr-FR')->header('X-Got'),
    $protected, 'a list');
is($t->post('/country', '{"locale":"sv-SE"}', @training,
            'Content-Type' => 'application/json')->header('X-Got'),
    $unreadable, 'no locale is read unless the rule says so');

$t->done;
