
/*
 * CSV (RFC 4180, text/csv), strictly, streaming.
 *
 * Accepted: a header row and rows of as many cells, separated by commas; rows
 * end in LF or CRLF, the last may lack it; cells in quotes may hold commas,
 * line ends and doubled quotes; UTF-8.  A blank line is accepted only as the
 * last line.
 *
 * Malformed, since others read it in more than one way: no header row, a
 * wanted name twice in it, a row that is shorter or longer, a blank line
 * before the end (also where there is one column), a quote inside a bare
 * cell, anything but a separator after a closing quote, a quote never closed,
 * a CR outside of quotes without its LF, a byte order mark, a first line of
 * Excel's ("sep=,"), control characters but tab (CR and LF in quotes), DEL, and
 * bytes that are no UTF-8.
 * Spaces belong to the cell.  Names of columns are compared exactly, and those
 * that differ only for some readers are malformed (export_field_find()); so is
 * a bare name that is one, or has one, if it is split at ";", "|" or tabs, and
 * a header of one column, of no wanted name, with any of these in it, or with
 * a wanted name or an address between its blanks or other punctuation.  A name
 * of EXPORT_CSV_CELL bytes is EXPORT_LIMIT.
 *
 * The second half of a table has a row of data for its header.  Where subjects
 * are looked for (EXPORT_CSV_SUBJECTS), a name that is an address, with a port
 * or prefix or without, or an e-mail address is malformed.  Country codes,
 * dates and numbers may be names.  In a table without any wanted name they are
 * malformed if a cell below one is of the same kind (below a number: an
 * address), codes and dates also if there is no row.  So is, in the first
 * columns of such a table, whatever they are called, a cell that is an IP
 * address or a country's code in capitals: somebody's, whom nobody found.
 *
 * Cells in a column without a name are unread (export_field.h), but for decimal
 * numbers; an address there is malformed as above.  So are names past what is
 * free of them.
 *
 * A wanted cell is reported as EXPORT_VALUE_STRING, also if it is empty, or
 * as EXPORT_VALUE_LONG.  Each row but the header is a record; its offsets are
 * without the line end.  JSON pointers are no column's name.
 *
 * What is reported, and the result, are the same for every way to cut the
 * body and on every machine.
 */


#ifndef _EXPORT_CSV_H_INCLUDED_
#define _EXPORT_CSV_H_INCLUDED_


#include "export_field.h"
#include "export_utf8.h"


#define EXPORT_CSV_MAX_COLUMNS  4096    /* of a header; spreadsheets end at
                                           16384, exports at some hundred */

#define EXPORT_CSV_MAX_NAMELESS  64     /* columns; spreadsheets leave some */
#define EXPORT_CSV_MAX_KINDS     16     /* columns whose names may be data */
#define EXPORT_CSV_MAX_PLAIN     64     /* columns of other names */

/* a wanted cell as sent: each quote doubled, quotes around it, and a CR */

#define EXPORT_CSV_CELL  (2 * EXPORT_MAX_VALUE + 3)


/* text/csv; header=absent (RFC 4180, section 3): no column has a name */

#define EXPORT_CSV_NO_HEADER  1
#define EXPORT_CSV_SUBJECTS   2         /* fields are those of subjects */


typedef struct {
    uint64_t                  offset;   /* of the next byte */
    uint64_t                  start;    /* of this row */
    uint64_t                  limit;    /* bytes of a row */
    uint64_t                  column;   /* of this row, from 0 */
    uint64_t                  columns;  /* of the header, once it is read */
    uint64_t                  target;   /* the wanted column in or ahead */

    const export_fields_t    *fields;
    const export_sink_t      *sink;
    export_unread_t          *unread;
    const u_char             *cell;     /* the wanted cell, in this input */

    int                       rc;
    unsigned                  level;    /* of SIMD */
    export_met_t              met;      /* in the header row */
    unsigned                  next;     /* in wanted[], after the target */
    unsigned                  nwanted;

    struct {
        uint16_t              column;
        uint16_t              field;    /* or a kind, from MAX_FIELDS up */
    } wanted[2 * EXPORT_MAX_FIELDS + EXPORT_CSV_MAX_NAMELESS
             + EXPORT_CSV_MAX_KINDS     /* of a field, two spellings */
             + EXPORT_CSV_MAX_PLAIN];

    unsigned                  named;    /* wanted columns that are fields */
    unsigned                  nameless;
    unsigned                  kinds;
    unsigned                  plain;

    export_utf8_t             utf8;
    u_char                    carry;    /* what the last byte was, bits */

    unsigned                  open:1;   /* in the target column */
    unsigned                  blank:1;  /* after a blank line */
    unsigned                  delimited:1;  /* ';', tab or '|' is in a name */
    unsigned                  divided:1;    /* the first name has several
                                               words, one of them wanted */
    unsigned                  subjects:1;
    unsigned                  rows:1;   /* there is a row below the header */
    unsigned                  cut:1;    /* the cell is longer than value[] */
    uint64_t                  lost;     /* bytes of the cell beyond value[] */

    size_t                    len;      /* of what value[] holds of the cell */
    u_char                    value[EXPORT_CSV_CELL];
} export_csv_t;


/*
 * limits->record is the most bytes of a row, the header row too; limits->depth
 * is not used.  "unread" is the transfer's.  "flags" is 0 or any of
 * EXPORT_CSV_SUBJECTS and EXPORT_CSV_NO_HEADER, with which feed() and finish()
 * return EXPORT_ERROR.
 */

void export_csv_init(export_csv_t *csv, const export_fields_t *fields,
    const export_sink_t *sink, const export_limits_t *limits,
    export_unread_t *unread, unsigned flags);

int export_csv_feed(export_csv_t *csv, const u_char *p, size_t len);
int export_csv_finish(export_csv_t *csv);


#endif /* _EXPORT_CSV_H_INCLUDED_ */
