
/*
 * A strict streaming reader of JSON records (RFC 8259, RFC 7464, JSON Lines).
 *
 * The text is checked to the last byte: grammar, UTF-8 (RFC 3629: no overlong
 * form, no surrogate), escapes (a surrogate escape without its other half is
 * malformed), no byte order mark, no NUL.  Verdict and events are the same
 * however the bytes are cut into feeds.
 *
 * Names are compared unescaped and as export_field.h says.  Nobody knows what
 * a recipient makes of the following, so they are malformed:
 *
 *     a wanted field given twice in the same object,
 *     a member given twice, if a wanted pointer goes through it,
 *     a name that is near to a wanted one,
 *     a wanted name with an escaped NUL and anything behind the NUL, which
 *     some recipients take for the name's end.
 *
 * A field in two spellings (export_met_t) is reported twice.
 */


#ifndef _EXPORT_JSON_H_INCLUDED_
#define _EXPORT_JSON_H_INCLUDED_


#include "export_field.h"
#include "export_utf8.h"


/*
 * What the fed bytes are:
 *
 *     TEXT     one JSON text.  An object is one record; of an array each
 *              element is one, of whatever type.  A scalar, or nothing, is
 *              malformed.
 *     LINES    one object a line.  Blank lines are skipped, the last newline
 *              may be missing, and there may be no line at all.
 *     SEQ      RFC 7464: RS, object, LF, repeated.  What RFC 7464 lets a reader
 *              skip (a truncated text, RS twice) is malformed here.
 *     GUESS    TEXT or LINES, for bodies whose type says nothing.
 */

typedef enum {
    EXPORT_JSON_TEXT = 0,
    EXPORT_JSON_LINES,
    EXPORT_JSON_SEQ,
    EXPORT_JSON_GUESS,

    EXPORT_JSON_MODES
} export_json_mode_e;


#define EXPORT_JSON_MAX_DEPTH   512     /* levels, each with 4 bytes of state;
                                           export_limits_t may allow fewer */
#define EXPORT_JSON_MAX_RECORD  ((uint64_t) 1 << 62)    /* bytes; offsets in a
                                                           body are smaller, so
                                                           that the sum of an
                                                           offset and a record
                                                           does not overflow */
#define EXPORT_JSON_MAX_SPELT   12      /* levels at which a wanted name may
                                           come in two spellings */
#define EXPORT_JSON_MAX_NUMBER  32      /* bytes of a number; a longer one is
                                           reported without its text */
#define EXPORT_JSON_MAX_ENDS    4       /* If the last bytes of all wanted
                                           names have no more different values
                                           than this, scanners skip a name by
                                           its last byte; else they compare
                                           every name */


typedef struct export_json_s  export_json_t;


/*
 * The state of pointers in the object around the records, set aside while the
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
 * The caller provides the reader's memory, which between feeds holds no
 * pointer into the bytes that were fed.
 */

struct export_json_s {
    const export_fields_t   *fields;
    const export_sink_t     *sink;
    export_where_t          *where;     /* or NULL, if nobody asks */
    export_json_scan_pt      scan;      /* NULL: byte by byte only */
    export_limits_t          limits;

    /* the feed under way */
    const u_char            *base;
    const u_char            *end;
    const u_char            *last;      /* "end", or the byte that is past the
                                           record's limit */
    const char              *literal;   /* the letters of true, false or null
                                           that must still come */

    uint64_t                 offset;    /* offset of "base" in all that was
                                           fed */
    uint64_t                 start;     /* offset of the record under way */
    uint64_t                 stop;      /* one more than the last offset at
                                           which the record may end */

    int                      rc;
    unsigned                 state;
    unsigned                 depth;     /* number of open containers */
    unsigned                 top;       /* number of open containers around a
                                           record */
    uint32_t                 records;   /* bit of the field that points to the
                                           array of records, or 0 */
    export_json_outer_t      outer;
    unsigned                 indexed;   /* depth of the outermost array that a
                                           pointer goes into, or 0 */

    /* the string under way */
    unsigned                 ntext;
    unsigned                 code;      /* value of the "\uXXXX" under way */
    unsigned                 surrogate; /* first half of a surrogate pair, or
                                           0 */

    /* sets of fields, a bit each */
    uint32_t                 plain;     /* all plain names */
    uint32_t                 roots;     /* all pointers */
    uint32_t                 wanted;    /* fields whose value comes next */
    uint32_t                 into;      /* pointers that go on inside of the
                                           next value */

    /* indexed by a container's level in its record */
    uint32_t                 match[EXPORT_MAX_TOKENS];
                                        /* pointers that go on in the
                                           container */
    uint32_t                 index[EXPORT_MAX_TOKENS];
                                        /* index of an array's next element */

    /* indexed by a container's depth, less one */
    uint32_t                 seen[EXPORT_JSON_MAX_DEPTH];
    uint32_t                 upper[EXPORT_JSON_MAX_SPELT];
    uint32_t                 other[EXPORT_JSON_MAX_SPELT];
                                        /*
                                         * as in export_met_t; written only
                                         * once "seen" is not 0
                                         */
    uint64_t                 arrays[EXPORT_JSON_MAX_DEPTH / 64];
                                        /* a bit each: the container is an
                                           array */

    u_char                   ends[EXPORT_JSON_MAX_ENDS];
                                        /* the last bytes of wanted names */
    u_char                   nends;     /* number of "ends"; over
                                           EXPORT_JSON_MAX_ENDS if they are too
                                           many to tell names apart */

    u_char                   newline;   /* a newline was seen since the last
                                           record */
    uint16_t                 room;      /* bytes of the string that "text" may
                                           take; 0: the string is skipped */
    u_char                   mode;      /* export_json_mode_e */
    u_char                   type;      /* export_value_e of the literal under
                                           way */
    u_char                   over;      /* the string was longer than "text"
                                           can take */
    u_char                   key;       /* the string is a member's name */
    u_char                   digits;    /* digits of "\uXXXX" still due */
    export_utf8_t            utf8;      /* the character under way */
    u_char                   text[EXPORT_MAX_VALUE];
};


/*
 * "fields" and "sink" must outlive the reader.  A depth over
 * EXPORT_JSON_MAX_DEPTH becomes EXPORT_JSON_MAX_DEPTH, and a record's limit
 * over EXPORT_JSON_MAX_RECORD becomes EXPORT_JSON_MAX_RECORD.  For feed() and
 * finish() see export_field.h.
 */

void export_json_init(export_json_t *json, const export_fields_t *fields,
    const export_sink_t *sink, const export_limits_t *limits,
    export_json_mode_e mode);
int export_json_feed(export_json_t *json, const u_char *data, size_t len);


/*
 * Called after init().  Field "index" is a pointer to an array in a TEXT that
 * is an object.  The elements of the array are then records, each with the
 * limit of a record, and sink->group() is told where the array begins and
 * ends.  The object around the array is a record as well: it ends last, and
 * its "start" is the end of the array.  No scanner reads what is around the
 * array.
 */

void export_json_records(export_json_t *json, unsigned index);


/*
 * Called after init().  "where" is written before the sink is told of a field.
 */

void export_json_where(export_json_t *json, export_where_t *where);


int export_json_finish(export_json_t *json);


#endif /* _EXPORT_JSON_H_INCLUDED_ */
