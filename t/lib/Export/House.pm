package Export::House;

# The table of the house: which folder may know which, what belongs to one
# file alone, and what is forgiven for now.  Export::Style checks the text of
# the sources against it, Export::Walls what the compiler makes of them; a
# line of an exception says why it is there, and is deleted when it is not
# needed any more.

use strict;
use warnings;
use Exporter 'import';

our @EXPORT_OK = qw(table);

my %house = (

    # A folder of module/, and the folders whose headers its files may include
    # beside their own and those of the base.  Arrows run down only.

    folders => {
        'text'         => [],
        'place'        => [qw(text)],
        'policy'       => [qw(place text)],
        'readers'      => [qw(place text)],
        'readers/json' => [qw(readers place text)],
        'body'         => [qw(readers readers/json policy place text)],
        'head'         => [qw(readers policy place text)],
        'nginx'        => [qw(body head readers readers/json policy place
                              text)],
    },

    # The only folder that may say "ngx_".

    glue => 'nginx',

    # Headers of include/ that are of no folder: everybody may include them,
    # and they include only each other.

    base => [qw(export.h export_facts.h export_looks.h export_reason.h)],

    # A library's header, and the only file that may include it.

    owners => {
        'pcre2.h'          => 'module/text/export_match.c',
        'maxminddb.h'      => 'module/place/export_mmdb.c',
        'isa-l/igzip_lib.h' => 'module/readers/export_inflate.c',
    },

    # Files in folders are at most so wide, functions at most so long.

    columns => 80,
    lines   => 120,

    # Cyclomatic complexity of a function by pmccabe, which counts a "switch"
    # as one (its first column), in these folders.

    complexity => {
        limit   => 10,
        folders => [qw(text place policy readers readers/json head body)],
    },

    # Names that make no circle: nginx knows a module by the variable, and
    # whoever wants its configuration says that name.

    names => {
        'ngx_http_export_policy_module'     => 1,
        'ngx_http_export_neighbours_module' => 1,
    },

    # Pointers to functions that are part of a contract, a member of a struct
    # or a type: who calls, and who else says what is called, folders or files.
    # Only by one of these does a file run code of a folder above its own.

    pointers => {

        # memory of the caller's, for what lives as long as a configuration
        'export_pool_t.alloc' => {
            calls => [qw(text head)], sets => [qw(nginx)] },

        # what a reader found
        'export_sink_t.field' => {
            calls => [qw(readers readers/json)], sets => [qw(body)] },
        'export_sink_t.record' => {
            calls => [qw(readers readers/json)], sets => [qw(body)] },
        'export_sink_t.group' => {
            calls => [qw(readers/json)], sets => [qw(body)] },

        # a part of a multipart, and a field of a form, for a reader of its own
        'export_part_sink_t.begin' => {
            calls => [qw(readers)], sets => [qw(body)] },
        'export_part_sink_t.body' => {
            calls => [qw(readers)], sets => [qw(body)] },
        'export_part_sink_t.end' => {
            calls => [qw(readers)], sets => [qw(body)] },
        'export_form_json_t.begin' => {
            calls => [qw(readers)], sets => [qw(body)] },
        'export_form_json_t.text' => {
            calls => [qw(readers)], sets => [qw(body)] },
        'export_form_json_t.end' => {
            calls => [qw(readers)], sets => [qw(body)] },

        # bytes out of their framing or coding
        'export_aws_chunked_out_pt' => {
            calls => [qw(readers)], sets => [qw(body)] },
        'export_inflate_out_pt' => {
            calls => [qw(readers)], sets => [qw(body)] },

        # the scanner of the instruction set at hand: it and the reader are one
        'export_json_scan_pt' => {
            calls => [qw(readers/json)], sets => [] },
        'export_json_scanner_t.supported' => {
            calls => [qw(readers/json)], sets => [] },

        # memory for a body, and where its kept records go
        'export_body_alloc_pt' => {
            calls => [qw(body)], sets => [qw(nginx)] },
        'export_body_free_pt' => {
            calls => [qw(body)], sets => [qw(nginx)] },
        'export_cutter_sink_t.out' => {
            calls => [qw(body)], sets => [qw(nginx)] },
        'export_cutter_sink_t.alloc' => {
            calls => [qw(body)], sets => [qw(nginx)] },

        # how a format is read, by the table that the body hands down
        'export_body_reader_t.begin' => {
            calls => [qw(module/body/export_body_entity.c)], sets => [] },
        'export_body_reader_t.feed' => {
            calls => [qw(module/body/export_body_entity.c)], sets => [] },
        'export_body_reader_t.end' => {
            calls => [qw(module/body/export_body_entity.c)], sets => [] },

        # a rule that matches a host, and the place of a database's record
        'export_hosts_hit_pt' => {
            calls => [qw(head)], sets => [] },
        'export_geo_classify_pt' => {
            calls => [qw(place)], sets => [qw(nginx)] },

        # what only the request can tell of itself
        'export_recipient_request_t.marked' => {
            calls => [qw(head)], sets => [qw(nginx)] },
        'export_recipient_request_t.overridden' => {
            calls => [qw(head)], sets => [qw(nginx)] },

        # the handler that goes on once a body was read
        'ngx_http_export_inspection_t.next' => {
            calls => [qw(module/nginx/ngx_http_export_inspection.c)],
            sets => [] },
    },

    # Structs of include/ whose fields the glue reads and sets: they are what
    # is handed over.  Every other one is its owner's state.

    open => {
        'export_str_t'            => 'bytes; the layout of ngx_str_t',
        'export_pool_t'           => 'filled in: the memory of a configuration',
        'export_facts_t'          => 'the facts are everybody\'s',
        'export_subjects_t'       => '... a part of them',
        'export_records_t'        => '... a part of them',
        'export_verdict_t'        => 'what was decided',
        'export_policy_t'         => 'filled in: the configuration',
        'export_purposes_t'       => 'filled in: the rules of a purpose',
        'export_atlas_t'          => 'filled in: the databases',
        'export_jurisdictions_t'  => 'the configured names, to be printed',
        'export_country_t'        => 'a row of a constant table',
        'export_geo_record_t'     => 'what a callback is told',
        'export_target_t'         => 'filled in: a rule of the configuration',
        'export_hosts_rule_t'     => 'filled in: a rule of the configuration',
        'export_head_rule_t'      => 'filled in: a rule of the configuration',
        'export_head_list_t'      => 'filled in: all of one kind',
        'export_endpoint_t'       => 'filled in: a row of a catalogue',
        'export_catalogue_t'      => 'filled in: all of them',
        'export_recipient_rules_t'   => 'filled in: what a location asks',
        'export_recipient_request_t' => 'filled in: what a request says',
        'export_recipient_paths_t'   => '... and its paths',
        'export_recipient_asks_t'    => 'filled in: what is asked',
        'export_recipient_found_t'   => 'what was found, for the caller',
        'export_inspection_conf_t'   => 'filled in: what is asked',
        'export_field_rule_t'     => 'filled in: a rule of the configuration',
        'export_field_rules_t'    => 'filled in: all of them',
        'export_fields_t'         => '... and their names',
        'export_job_lists_t'      => 'filled in: a rule of the configuration',
        'export_limits_t'         => 'filled in: the configuration',
        'export_inflate_limits_t' => 'filled in: the configuration',
        'export_body_conf_t'      => 'filled in: the configuration',
        'export_body_head_t'      => 'filled in: what a request says',
        'export_cutter_sink_t'    => 'filled in: the caller\'s functions',
    },

    # Circles that are forgiven: all files of a circle are in one list.

    circles => [],

    # Reads of a state that are forgiven: "file struct.field".

    reads => [],
);

sub table { return \%house }

1;

__END__

=encoding utf8

=head1 NAME

Export::House - the table of what each folder may know

=head1 SYNOPSIS

    use Export::House qw(table);

    my $may = table()->{folders}{head};     # folders below head/

C<table> returns one hash: C<folders> (who may include whom), C<base> (headers
of everybody), and the rows that the comments beside them explain.  A row that
forgives something says why.

=cut
