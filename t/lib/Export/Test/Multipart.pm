package Export::Test::Multipart;

use strict;
use warnings;

use Exporter qw(import);

our @EXPORT_OK = qw(field_part file_part multipart);


sub field_part {
    my ($name, $text, @lines) = @_;

    return join("\r\n", "Content-Disposition: form-data; name=\"$name\"",
        @lines) . "\r\n\r\n$text";
}


sub file_part {
    my ($name, $file, $text, @lines) = @_;

    return field_part("$name\"; filename=\"$file", $text, @lines);
}


sub multipart {
    my ($boundary, @parts) = @_;

    return join '', map({ "--$boundary\r\n$_\r\n" } @parts),
        "--$boundary--\r\n";
}


1;

__END__

=head1 NAME

Export::Test::Multipart - bodies of multipart/form-data, byte for byte

=head1 SYNOPSIS

    my $body = multipart('b',
        field_part('purpose', 'fine-tune'),
        file_part('file', 'a.csv', "ip\n", 'Content-Type: text/csv'));

    $t->post('/', $body, 'Content-Type' => 'multipart/form-data; boundary=b');

=head1 FUNCTIONS

    field_part(NAME, TEXT, LINE...)             a part with more header lines
    file_part(NAME, FILENAME, TEXT, LINE...)    a part that is a file
    multipart(BOUNDARY, PART...)                parts, each a head, an empty
                                                line and a text, as a body

Nothing is quoted or checked: a test may put in what it likes, and what clients
really send differs in such things.

=cut
