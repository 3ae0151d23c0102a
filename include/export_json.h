
/*
 * A strict streaming reader of JSON records (RFC 8259, RFC 7464, JSON Lines).
 *
 * The text is checked to the last byte: grammar, UTF-8 (RFC 3629: no overlong
 * form, no surrogate), escapes (a surrogate escape without its other half is
 * malformed), no byte order mark, no NUL.  Verdict and events are the same
 * however the bytes are cut into feeds.
 *
 * Names are compared unescaped and as export_field.h says.  Nobody knows what
 * a recipient makes of these, so they are malformed:
 *
 *     a wanted field given twice in the same object,
 *     a member given twice, if a wanted pointer goes through it,
 *     a name that is near to a wanted one,
 *     a wanted name with an escaped NUL and anything behind it: some take the
 *     NUL for the name's end.
 *
 * A field in two spellings (export_met_t) is reported twice.
 */


#ifndef _EXPORT_JSON_H_INCLUDED_
#define _EXPORT_JSON_H_INCLUDED_


#include "export_field.h"


/*
 * TEXT     one JSON text.  An object is one record; of an array each element
 *          is one, of whatever type.  A scalar, or nothing, is malformed.
 * LINES    one object a line.  Blank lines are skipped, the last newline may
 *          be missing, there may be no line at all.
 * SEQ      RFC 7464: RS, object, LF, repeated.  What RFC 7464 lets a reader
 *          skip (a truncated text, RS twice) is malformed here.
 * GUESS    TEXT or LINES, for bodies whose type says nothing.
 */

typedef enum {
    EXPORT_JSON_TEXT = 0,
    EXPORT_JSON_LINES,
    EXPORT_JSON_SEQ,
    EXPORT_JSON_GUESS
} export_json_mode_e;


#define EXPORT_JSON_MAX_DEPTH   512     /* levels, each 4 bytes of state;
                                           export_limits_t may have fewer */
#define EXPORT_JSON_MAX_RECORD  ((uint64_t) 1 << 62)    /* bytes; offsets in
                                           a body stay below, so that offset
                                           and record in sum do not overflow */
#define EXPORT_JSON_MAX_SPELT   12      /* levels where a wanted name may come
                                           in two spellings */
#define EXPORT_JSON_MAX_NUMBER  32      /* bytes; a longer number is reported
                                           without its text */
#define EXPORT_JSON_MAX_ENDS    4       /* scanners skip names by their last
                                           byte, if wanted names have no more
                                           different ones than this; else
                                           they compare every name */


typedef struct export_json_s  export_json_t;


/*
 * Where pointers have got to in the object around the records, kept while the
 * records are read.
 */

typedef struct {
    unsigned                 indexed;
    uint32_t                 match[EXPORT_MAX_TOKENS];
    uint32_t                 index[EXPORT_MAX_TOKENS];
} export_json_outer_t;


/*
 * A scanner reads whole blocks while they are well-formed and ordinary, and
 * returns the place where the reader must go on byte by byte, with the state
 * set for that place; or NULL, with json->rc set, if reading ends.
 */

typedef const u_char *(*export_json_scan_pt)(export_json_t *json,
    const u_char *p);


/*
 * The caller has the memory of the reader, which between feeds holds no
 * pointer into what was fed.
 */

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
    const char              *literal;   /* the letters of true, false or null
                                           that must still come */

    uint64_t                 offset;    /* of "base" in all that was fed */
    uint64_t                 start;     /* of the record */
    uint64_t                 stop;      /* the offset that the record's end
                                           must not pass, plus one */

    int                      rc;
    unsigned                 state;
    unsigned                 depth;     /* open containers */
    unsigned                 top;       /* open containers around a record */
    uint32_t                 records;   /* the field that points to the
                                           records' array, as a bit */
    export_json_outer_t      outer;
    unsigned                 indexed;   /* depth of the outermost array that
                                           a pointer goes into, or 0 */

    /* of the string under way */
    unsigned                 ntext;
    unsigned                 code;      /* of an escape */
    unsigned                 surrogate; /* the first of a pair, or 0 */

    /* fields, a bit each */
    uint32_t                 plain;     /* all plain names */
    uint32_t                 roots;     /* all pointers */
    uint32_t                 wanted;    /* whose value comes next */
    uint32_t                 into;      /* pointers that go on inside of the
                                           next value */

    /* by a container's level in its record */
    uint32_t                 match[EXPORT_MAX_TOKENS];
                                        /* pointers that go on in there */
    uint32_t                 index[EXPORT_MAX_TOKENS];
                                        /* of an array's next element */

    /* by a container's depth, less one */
    uint32_t                 seen[EXPORT_JSON_MAX_DEPTH];
    uint32_t                 upper[EXPORT_JSON_MAX_SPELT];
    uint32_t                 other[EXPORT_JSON_MAX_SPELT];
                                        /* as in export_met_t; set once a
                                           field of the object was seen */
    uint64_t                 arrays[EXPORT_JSON_MAX_DEPTH / 64];
                                        /* a bit each: it is an array */

    u_char                   ends[EXPORT_JSON_MAX_ENDS];
                                        /* the last bytes of wanted names */
    u_char                   nends;     /* over EXPORT_JSON_MAX_ENDS: too many
                                           to tell names apart by them */

    u_char                   newline;   /* was seen since the last record */
    uint16_t                 room;      /* bytes that "text" may take; 0: the
                                           string is skipped */
    u_char                   mode;      /* export_json_mode_e */
    u_char                   type;      /* export_value_e, of the literal */
    u_char                   over;      /* the string had more than "text" can
                                           take */
    u_char                   key;       /* the string is a member's name */
    u_char                   remaining; /* bytes of a character or digits of
                                           an escape that must still come */
    u_char                   low;       /* the bounds of a character's next */
    u_char                   high;      /* byte */
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
 * Called after init().  Field "index" is a pointer: in a TEXT that is an
 * object, the elements of the array it points to are records, each with the
 * limit of a record.  sink->group() is told where the array begins and ends.
 * The object around the array is a record as well: it ends last, and its
 * "start" is the end of the array.  No scanner reads what is around the array.
 */

void export_json_records(export_json_t *json, unsigned index);


/* called after init(); "where" is set before the sink hears of a field */

void export_json_where(export_json_t *json, export_where_t *where);


int export_json_finish(export_json_t *json);


#endif /* _EXPORT_JSON_H_INCLUDED_ */
