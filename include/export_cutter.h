
/*
 * Redaction: a body without the records that must not leave.  The cutter is
 * fed the same bytes as the reader, is told of each record that the reader
 * ends, and puts out the kept records byte by byte as they came, in order,
 * with separators that make the whole well-formed.
 *
 *     lines, CSV    a record goes with the line end after it; the header stays
 *     sequences     with the RS before it and the LF after it (RFC 7464)
 *     arrays        with the comma before it; the first kept record has none
 *
 * Bytes outside of groups of records (a multipart's boundaries and headers,
 * parts without records) are put out as they came.
 */


#ifndef _EXPORT_CUTTER_H_INCLUDED_
#define _EXPORT_CUTTER_H_INCLUDED_


#include "export_field.h"


typedef enum {
    EXPORT_CUTTER_LINES = 0,
    EXPORT_CUTTER_SEQ,
    EXPORT_CUTTER_ARRAY
} export_cutter_format_e;


#define EXPORT_CUTTER_HOLD  16384       /* bytes allocated at first */
#define EXPORT_CUTTER_GAP   65536       /* most bytes of white space between
                                           two records, which are held in
                                           addition to a record */


/*
 * What the caller provides.  out() takes bytes that may leave; if out()
 * returns anything but EXPORT_OK, nothing more is put out.  alloc() returns
 * memory for bytes that were fed and are not decided yet (a record, and what
 * is between the record and the one before), or NULL.  The caller releases the
 * memory after the last call.
 */

typedef struct {
    int     (*out)(void *data, const u_char *p, size_t len);
    void   *(*alloc)(void *data, size_t size);
    void     *data;
} export_cutter_sink_t;


typedef struct {
    export_cutter_sink_t   sink;

    u_char                *hold;
    size_t                 size;        /* bytes of memory at "hold" */
    size_t                 max;         /* bytes that "hold" may grow to */
    size_t                 len;         /* bytes held, from "cursor" on */

    const u_char          *p;           /* the feed under way */
    size_t                 n;
    uint64_t               base;        /* offset of the feed */
    uint64_t               cursor;      /* offset up to which all bytes are
                                           decided */

    int                    rc;          /* EXPORT_OK, or why nothing more is
                                           put out */
    export_cutter_format_e  format;
    unsigned               open:1;      /* the cursor is in a group */
    unsigned               first:1;     /* no record of the group has ended */
    unsigned               line:1;      /* the line end of the last record is
                                           still to come */
    unsigned               dropped:1;   /* the last record was dropped */
    unsigned               kept:1;      /* a record of the group was kept */
} export_cutter_t;


/* "record" is the limit of a record, in bytes. */

void export_cutter_init(export_cutter_t *cutter,
    const export_cutter_sink_t *sink, uint64_t record);


/*
 * Called around the reader: before() is fed the bytes that the reader is about
 * to take, and after() follows when the reader has taken them.  after()
 * returns EXPORT_OK, what out() returned, EXPORT_LIMIT if more bytes would
 * have to be held than a record and EXPORT_CUTTER_GAP, or EXPORT_ERROR if
 * there is no memory.
 */

void export_cutter_before(export_cutter_t *cutter, const u_char *p,
    size_t len);
int export_cutter_after(export_cutter_t *cutter);


/* The last result of after(): EXPORT_OK, or why the output cannot be used. */

static inline int
export_cutter_status(const export_cutter_t *cutter)
{
    return cutter->rc;
}


/*
 * Tell the cutter where a group of records begins, where a record in it begins
 * and ends, and where the group ends.  Offsets never go back.
 */

void export_cutter_begin(export_cutter_t *cutter, uint64_t offset);
void export_cutter_record(export_cutter_t *cutter,
    export_cutter_format_e format, uint64_t start, uint64_t end, unsigned drop);
void export_cutter_end(export_cutter_t *cutter, uint64_t offset);


#endif /* _EXPORT_CUTTER_H_INCLUDED_ */
