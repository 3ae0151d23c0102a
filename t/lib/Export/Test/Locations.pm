package Export::Test::Locations;

use strict;
use warnings;

use Exporter qw(import);

our @EXPORT_OK = qw(locations);

my %directives = (
    '/' => [],
    '/redact/' => [ 'export_body redact' ],
    '/stream/' => [ 'export_body redact', 'proxy_http_version 1.1',
        'proxy_request_buffering off' ],
    '/monitor/' => [ 'export_policy monitor' ],
    '/off/' => [ 'export_policy off' ],
    '/on/' => [ 'export_decision_header on' ],
    '/header-off/' => [ 'export_decision_header off' ],
);


sub locations {
    return join "\n", map {
        my $directives = $directives{$_} or die "no location $_ in the set\n";

        "    location $_ {\n"
            . join('', map { "        $_;\n" } @$directives,
                'proxy_pass http://%%UPSTREAM%%')
            . "    }\n";
    } @_;
}


1;

__END__

=head1 NAME

Export::Test::Locations - the locations that tests have in common

=head1 SYNOPSIS

    $t->start(<<'EOC');
    server {
        listen 127.0.0.1:%%PORT_0%%;

        %%LOCATIONS / /redact/ /off/%%

        location /own/ {
            export_status 422;
            proxy_pass http://%%UPSTREAM%%;
        }
    }
    EOC

=head1 THE SET

Each passes its requests on to the recorder.

    /               as the server says
    /redact/        records are dropped
    /stream/        records are dropped, and nothing is held that need not be
    /monitor/       the policy only logs
    /off/           no policy
    /on/            every reply tells the decision
    /header-off/    no reply does

locations(URI...) is the text of these, for a configuration of Export::Test.
A location that one test alone needs stays in that test.

=cut
