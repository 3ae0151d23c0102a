package Export::Evasions;

use strict;
use warnings;

use Cwd qw(abs_path);
use Exporter qw(import);
use File::Basename qw(dirname);
use JSON::PP;
use MIME::Base64;

our @EXPORT_OK = qw(body_of bytes_of cases);

my $file = abs_path(dirname(__FILE__) . '/../../evasions/cases.jsonl');


sub cases {
    open my $lines, '<:raw', $file or die "$file: $!\n";

    return map { decode_json($_) } <$lines>;
}


# A text that has bytes only stands for these bytes.

sub bytes_of {
    my ($text) = @_;

    utf8::downgrade($text, 1) or utf8::encode($text);

    return $text;
}


sub body_of {
    my ($request) = @_;

    return decode_base64($request->{body_b64})
        if defined $request->{body_b64};

    return defined $request->{body_text}
        ? bytes_of($request->{body_text}) : undef;
}


1;

__END__

=head1 NAME

Export::Evasions - reads the evasion corpus, t/evasions/cases.jsonl

=head1 SYNOPSIS

    use Export::Evasions qw(body_of bytes_of cases);

    for my $case (cases()) {
        print "$case->{id}: ", body_of($case->{request}) // 'no body', "\n";
    }

=head1 FUNCTIONS

    cases()             the cases, as t/evasions/README.md explains them
    body_of(REQUEST)    the bytes of a request's body, undef without one
    bytes_of(TEXT)      what a text of the corpus is in bytes: as it is if it
                        has bytes only, else UTF-8

=cut
