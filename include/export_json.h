
/*
 * A strict streaming reader of JSON records (RFC 8259, RFC 7464, JSON Lines).
 *
 * The text is checked to the last byte: grammar, UTF-8 (RFC 3629: no overlong
 * form, no surrogate), escapes (a surrogate escape without its other half is
 * malformed), no byte order mark, no NUL.  Verdict and events are the same
 * however the bytes are cut into feeds.
 *
 * Names are compared unescaped and as export_field.h says.  A wanted field
 * given twice in the same object is malformed, since nobody knows which of the
 * two the recipient takes; so is a member twice on the way to a wanted
 * pointer, and a name that is near to a wanted one, or that and an escaped NUL
 * with anything behind it.  In two spellings (export_met_t) it is reported
 * twice.
 */


#ifndef _EXPORT_JSON_H_INCLUDED_
#define _EXPORT_JSON_H_INCLUDED_


#include "export_field.h"


/*
 * TEXT     one JSON text.  An object is one record; of an array each element
 *          is one, of whatever type.  A scalar, or nothing, is malformed.
 * LINES    one object a line.  Blank lines are skipped, the last newline may
 *          be missing, there may be no line at all.
 * SEQ      RFC 7464: RS, object, LF, repeated.  What that RFC lets a reader
 *          skip (a truncated text, RS twice) is malformed here.
 * GUESS    TEXT or LINES, for bodies whose type says nothing.
 */

typedef enum {
    EXPORT_JSON_TEXT = 0,
    EXPORT_JSON_LINES,
    EXPORT_JSON_SEQ,
    EXPORT_JSON_GUESS
} export_json_mode_e;


#define EXPORT_JSON_MAX_DEPTH   512     /* 4 bytes of state a level; a lower
                                           limit comes with export_limits_t */
#define EXPORT_JSON_MAX_RECORD  ((uint64_t) 1 << 62)    /* bytes; offsets in
                                           a body stay below that, and sums of
                                           the two do not overflow */
#define EXPORT_JSON_MAX_SPELT   12      /* levels where a wanted name may come
                                           in two spellings */
#define EXPORT_JSON_MAX_NUMBER  32      /* bytes of a number in an event */
#define EXPORT_JSON_MAX_ENDS    4       /* different last bytes of wanted names
                                           that scanners filter keys by; past
                                           that they look at each key */


typedef struct export_json_s  export_json_t;


/* where the reader is in the object around the records */

typedef struct {
    unsigned                 indexed;
    uint32_t                 match[EXPORT_MAX_TOKENS];
    uint32_t                 index[EXPORT_MAX_TOKENS];
} export_json_outer_t;


/*
 * Takes as many whole blocks as it can of what is well-formed and ordinary,
 * and returns where it stopped, with the state set for that place; NULL, with
 * json->rc set, if reading ends.  See export_json_scan.h.
 */

typedef const u_char *(*export_json_scan_pt)(export_json_t *json,
    const u_char *p);


/* The state is the caller's; it holds no pointer into what was fed. */

struct export_json_s {
    const export_fields_t   *fields;
    const export_sink_t     *sink;
    export_where_t          *where;     /* or NULL */
    export_json_scan_pt      scan;      /* NULL: byte by byte only */
    export_limits_t          limits;

    /* of the feed under way */
    const u_char            *base;
    const u_char            *end;
    const u_char            *last;      /* "end", or where the record must
                                           have ended */
    const char              *literal;   /* what is left of true, false, null */

    uint64_t                 offset;    /* of "base" in all that was fed */
    uint64_t                 start;     /* of the record */
    uint64_t                 stop;      /* one past what it may have */

    int                      rc;
    unsigned                 state;
    unsigned                 depth;     /* of nesting, from the text's root */
    unsigned                 top;       /* the depth records are at */
    uint32_t                 records;   /* the pointer to their array, a bit */
    export_json_outer_t      outer;
    unsigned                 indexed;   /* depth of the outermost array that
                                           a pointer goes into, or 0 */

    /* of the string */
    unsigned                 ntext;
    unsigned                 code;      /* of an escape */
    unsigned                 surrogate; /* the first of a pair, or 0 */

    /* fields as bits */
    uint32_t                 plain;     /* plain names */
    uint32_t                 roots;     /* pointers */
    uint32_t                 wanted;    /* those the value belongs to */
    uint32_t                 into;      /* pointers that go on inside it */
    uint32_t                 match[EXPORT_MAX_TOKENS];
    uint32_t                 index[EXPORT_MAX_TOKENS];
    uint32_t                 seen[EXPORT_JSON_MAX_DEPTH];
    uint32_t                 upper[EXPORT_JSON_MAX_SPELT];
    uint32_t                 other[EXPORT_JSON_MAX_SPELT];
                                        /* as in export_met_t, where fields
                                           were seen */
    uint64_t                 arrays[EXPORT_JSON_MAX_DEPTH / 64];

    u_char                   ends[EXPORT_JSON_MAX_ENDS];
    u_char                   nends;     /* over EXPORT_JSON_MAX_ENDS: many */

    u_char                   newline;   /* was seen since the last record */
    uint16_t                 room;      /* what "text" may take; 0: skipped */
    u_char                   mode;      /* export_json_mode_e */
    u_char                   type;      /* export_value_e, of the literal */
    u_char                   over;      /* the string had more than "text" */
    u_char                   key;       /* it is a member's name */
    u_char                   rest;      /* bytes left of a character, digits
                                           left of an escape */
    u_char                   low;       /* what the next byte may be */
    u_char                   high;
    u_char                   text[EXPORT_MAX_VALUE];
};


/*
 * "fields" and "sink" must outlive the reader; a depth over
 * EXPORT_JSON_MAX_DEPTH is that, a record's limit over EXPORT_JSON_MAX_RECORD
 * likewise.  feed() and finish() as in export_field.h.
 */

void export_json_init(export_json_t *json, const export_fields_t *fields,
    const export_sink_t *sink, const export_limits_t *limits,
    export_json_mode_e mode);
int export_json_feed(export_json_t *json, const u_char *data, size_t len);


/*
 * To be called after init(): in a TEXT that is an object, the elements of the
 * array that field "index" points to, a pointer, are records, each with the
 * limit of one.  sink->group() is told where that array begins and ends, and
 * the object around it is a record as well, which ends last and begins, so to
 * speak, behind the array.  What is around the array is taken byte by byte.
 */

void export_json_records(export_json_t *json, unsigned index);


/* likewise: "where" is told of each field before the sink is */

void export_json_where(export_json_t *json, export_where_t *where);


int export_json_finish(export_json_t *json);


#endif /* _EXPORT_JSON_H_INCLUDED_ */
