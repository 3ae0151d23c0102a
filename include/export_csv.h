
/*
 * CSV (RFC 4180, text/csv), read strictly and as it arrives.
 *
 * Accepted is a header row, and rows with as many cells as the header has.
 * Commas separate cells.  A row ends in LF or CRLF, which the last row may
 * lack.  Cells in quotes may hold commas, line ends and doubled quotes.  The
 * text is UTF-8.  A blank line is accepted only as the last line.
 *
 * Recipients' parsers read the following in more than one way, so they are
 * malformed: no header row, a wanted name twice in the header, a row that is
 * shorter or longer than the header, a blank line before the end (also in a
 * table of one column), a quote inside a bare cell, anything but a separator
 * after a closing quote, a quote never closed, a CR outside of quotes without
 * its LF, a byte order mark, a first line for Excel ("sep=,"), control
 * characters but tab (and CR and LF in quotes), DEL, and bytes that are no
 * UTF-8.  Spaces belong to the cell.
 *
 * Names of columns are compared as export_field_find() does, to which a name
 * near to a wanted one is malformed.  Some recipients choose another separator
 * than the comma, so three more are malformed: a bare name that would be or
 * hold a wanted name if it were split at ";", "|" or tabs; a header of one
 * column, none of them wanted, with one of these bytes in it; and such a
 * header with a wanted name or an address between its blanks or other
 * punctuation.  A name of EXPORT_CSV_CELL bytes is EXPORT_LIMIT.
 *
 * A table that was cut in two has a row of data in its second half where the
 * header should be.  Where rules look for subjects (EXPORT_CSV_SUBJECTS), a
 * name that is an e-mail address or an IP address, with or without a port or
 * prefix, is malformed.  Country codes, dates and numbers may be names of
 * columns.  In a table without any wanted name such a column is malformed if
 * one of its cells is of the same kind as the name (below a number: an
 * address), and a code or a date also if the table has no row.  Malformed is,
 * too, a cell in one of the first EXPORT_CSV_MAX_PLAIN columns of such a
 * table, whatever their names, that is an IP address or a country's code in
 * capitals: it is somebody's, and no rule found that person.
 *
 * Cells in a column without a name are unread bytes (export_field.h), but for
 * decimal numbers; an address in such a cell is malformed as above.  The names
 * of columns are unread, too, beyond the bytes of a name that are free.
 *
 * A wanted cell is reported as EXPORT_VALUE_STRING, also if it is empty, or as
 * EXPORT_VALUE_LONG.  Each row but the header is a record, whose offsets do
 * not include the line end.  A JSON pointer is no column's name.
 *
 * What is reported, and the result, are the same for every way to cut the body
 * and on every machine.
 */


#ifndef _EXPORT_CSV_H_INCLUDED_
#define _EXPORT_CSV_H_INCLUDED_


#include "export_field.h"
#include "export_utf8.h"


#define EXPORT_CSV_MAX_COLUMNS  4096    /* most columns of a header;
                                           spreadsheets end at 16384, exports
                                           at some hundred */

#define EXPORT_CSV_MAX_NAMELESS  64     /* most columns without a name;
                                           spreadsheets leave some */
#define EXPORT_CSV_MAX_KINDS     16     /* most columns remembered because
                                           their names may be data */
#define EXPORT_CSV_MAX_PLAIN     64     /* most columns of other unwanted names
                                           whose cells are looked at */

/*
 * Bytes of a wanted cell as sent: all quotes doubled, one on each side, a CR.
 */

#define EXPORT_CSV_CELL  (2 * EXPORT_MAX_VALUE + 3)


/*
 * Flags.  NO_HEADER is the type's "header=absent" (RFC 4180, section 3): no
 * column has a name.
 */

#define EXPORT_CSV_NO_HEADER  1
#define EXPORT_CSV_SUBJECTS   2         /* rules look for subjects */


typedef struct {
    uint64_t                  offset;   /* offset in the body of the next
                                           byte */
    uint64_t                  start;    /* offset of the row under way */
    uint64_t                  limit;    /* most bytes of a row */
    uint64_t                  column;   /* number of the column under way, from
                                           0 */
    uint64_t                  columns;  /* number of columns, or 0 until the
                                           header was read */
    uint64_t                  target;   /* number of the next column to look
                                           at, or of the one under way if
                                           "open" */

    const export_fields_t    *fields;
    const export_sink_t      *sink;
    export_unread_t          *unread;
    const u_char             *cell;     /* begin of the open cell in this
                                           input */

    int                       rc;
    unsigned                  level;    /* instruction set,
                                           EXPORT_CSV_LEVEL_* */
    export_met_t              met;      /* the wanted fields in the header
                                           row */
    unsigned                  next;     /* index in wanted[] of the target
                                           column */
    unsigned                  nwanted;

    struct {
        uint16_t              column;
        uint16_t              field;    /* index of the field, or what the name
                                           looks like, from EXPORT_MAX_FIELDS
                                           up */
    } wanted[2 * EXPORT_MAX_FIELDS + EXPORT_CSV_MAX_NAMELESS
             + EXPORT_CSV_MAX_KINDS     /* a field may come in two spellings */
             + EXPORT_CSV_MAX_PLAIN];

    unsigned                  named;    /* number of entries in wanted[] that
                                           are fields */
    unsigned                  nameless;
    unsigned                  kinds;
    unsigned                  plain;

    export_utf8_t             utf8;
    u_char                    carry;    /* bits that tell what the last byte
                                           was */

    unsigned                  open:1;   /* the column under way is the
                                           target */
    unsigned                  blank:1;  /* the last line was blank */
    unsigned                  delimited:1;  /* ";", tab or "|" is in a name */
    unsigned                  divided:1;    /* the first name has several
                                               words, and one of them is
                                               wanted */
    unsigned                  subjects:1;
    unsigned                  rows:1;   /* the table has a row below the
                                           header */
    unsigned                  cut:1;    /* the open cell is longer than
                                           value[] */
    uint64_t                  lost;     /* bytes of the open cell beyond
                                           value[] */

    size_t                    len;      /* bytes of the open cell in value[] */
    u_char                    value[EXPORT_CSV_CELL];
} export_csv_t;


/*
 * limits->record is the most bytes of a row, the header row included;
 * limits->depth is not used.  "unread" counts for the whole transfer.  "flags"
 * is 0 or any of EXPORT_CSV_SUBJECTS and EXPORT_CSV_NO_HEADER; with the latter
 * feed() and finish() return EXPORT_ERROR.
 */

void export_csv_init(export_csv_t *csv, const export_fields_t *fields,
    const export_sink_t *sink, const export_limits_t *limits,
    export_unread_t *unread, unsigned flags);

int export_csv_feed(export_csv_t *csv, const u_char *p, size_t len);
int export_csv_finish(export_csv_t *csv);


#endif /* _EXPORT_CSV_H_INCLUDED_ */
