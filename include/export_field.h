
/*
 * What the readers of bodies look for, and what they report.
 *
 * Every reader (export_json, export_csv, export_form, export_multipart) is
 * given the wanted fields once, is fed bytes as they arrive, and reports to a
 * sink each wanted field that it meets, and each record's end.  Readers know
 * no policy.
 *
 * The init() functions take their arguments in one order: the reader,
 * "fields", "sink" and "limits", as far as a format has them, then what only
 * this format needs.  Fields and sink are kept by reference, limits are
 * copied.
 */


#ifndef _EXPORT_FIELD_H_INCLUDED_
#define _EXPORT_FIELD_H_INCLUDED_


#include "export.h"


#define EXPORT_MAX_FIELDS  32       /* wanted fields, one bit each */
#define EXPORT_MAX_NAME    128      /* bytes of a wanted name or pointer */
#define EXPORT_MAX_TOKENS  16       /* names in a pointer */
#define EXPORT_MAX_VALUE   1024     /* bytes of a wanted value; an address has
                                       45, a consent or purpose a few words */


/*
 * A wanted field.  A plain name is the name of a member at any depth of a
 * record, of a CSV column, or of a form field.  A JSON pointer (RFC 6901),
 * which only JSON has, starts at the record's root.
 */

typedef struct {
    export_str_t   name;            /* as configured, a pointer with its "/" */
    unsigned       ntokens;         /* number of a pointer's tokens; 0 for a
                                       plain name */
    export_str_t   token[EXPORT_MAX_TOKENS];    /* unescaped (~0, ~1) */
} export_field_t;


typedef struct {
    export_field_t   field[EXPORT_MAX_FIELDS];
    unsigned         n;
} export_fields_t;


typedef enum {
    EXPORT_VALUE_STRING = 0,        /* the only type whose bytes are looked
                                       at */
    EXPORT_VALUE_NUMBER,
    EXPORT_VALUE_TRUE,
    EXPORT_VALUE_FALSE,
    EXPORT_VALUE_NULL,
    EXPORT_VALUE_OBJECT,            /* reported where it opens */
    EXPORT_VALUE_ARRAY,
    EXPORT_VALUE_LONG               /* a string longer than EXPORT_MAX_VALUE */
} export_value_e;


/*
 * The object, of those in the record, that has the field which is reported
 * next; written before field() is called.  In formats without objects inside
 * objects all fields of a record are in one place, and readers of these
 * formats leave the structure alone.
 */

typedef struct {
    unsigned   set;                 /* 1 if the reader has written the rest;
                                       the sink clears "set" */
    uint32_t   own;                 /* fields so far in the same object, a bit
                                       each */
    uint32_t   place;               /* number of the object that a form's field
                                       is in, or EXPORT_PLACE_NEW */
} export_where_t;

#define EXPORT_PLACE_TOP  0
#define EXPORT_PLACE_NEW  1         /* an object that no other field is in */


/*
 * field() is called once for each occurrence of a wanted field, with the
 * field's index.  "value" is unescaped, valid UTF-8, and lives only until the
 * call returns.  It is empty for all types but EXPORT_VALUE_STRING, except
 * that NUMBER, TRUE and FALSE hold their text if the text has at most 32
 * bytes.
 *
 * record() is called at a record's end.  "start" and "end" are offsets in the
 * bytes fed to the reader, the record's separator not included.
 *
 * group() is called by readers whose format has records inside another record:
 * with "open" 1 and the offset behind the opening bracket where the inner
 * records begin, and with "open" 0 and the offset of the closing bracket where
 * the inner records end.
 *
 * All return EXPORT_OK, or EXPORT_DONE to stop reading: then the reader
 * returns EXPORT_DONE at once.
 */

typedef struct {
    void  *data;
    int  (*field)(void *data, unsigned index, export_value_e type,
        const export_str_t *value);
    int  (*record)(void *data, uint64_t start, uint64_t end);
    int  (*group)(void *data, unsigned open, uint64_t offset);
} export_sink_t;


/*
 * Every reader's feed() takes the next bytes, and returns
 *
 *     EXPORT_OK     all taken, well-formed so far
 *     EXPORT_DONE   the sink wants no more
 *     EXPORT_ERROR  malformed
 *     EXPORT_LIMIT  a record over the limit, or nested too deeply
 *
 * and its finish() returns the same about the end: EXPORT_OK only if the whole
 * was well-formed and complete.  Anything but EXPORT_OK is final: the reader
 * keeps it in "rc", and every later call returns it again.
 */

#define EXPORT_LIMIT  -6


/*
 * Unread are bytes that are forwarded and that no reader makes anything of:
 * comments, extra headers, fields that no rule looks at.  There is one
 * allowance for a whole transfer, since with one for each place a caller would
 * get more by making more places.
 *
 * Some bytes of each part's known headers and of each column's name are free:
 * as many as honest clients send.
 */

#define EXPORT_UNREAD_PARTS    1000     /* parts of a transfer whose headers
                                           have free bytes */
#define EXPORT_UNREAD_PART     128      /* free bytes of a part's headers; most
                                           clients send fewer */
#define EXPORT_UNREAD_COLUMNS  4096     /* columns of a transfer whose names
                                           have free bytes */
#define EXPORT_UNREAD_COLUMN   64       /* free bytes of a column's name */


typedef struct {
    uint64_t   n;                   /* bytes so far */
    uint64_t   max;
    unsigned   parts;               /* parts and columns so far that were given
                                       free bytes */
    unsigned   columns;
} export_unread_t;


/*
 * Adds unread bytes.  Returns EXPORT_LIMIT once they are past the allowance.
 */

static inline int
export_unread(export_unread_t *unread, uint64_t n)
{
    unread->n += n;

    return unread->n > unread->max ? EXPORT_LIMIT : EXPORT_OK;
}


typedef struct {
    uint64_t   record;              /* bytes of one record */
    unsigned   depth;               /* levels of nesting */
} export_limits_t;


/*
 * Compiles a configured name ("ip" or "/user/ip") and appends it; the same
 * name twice is one field.  Returns its index, or EXPORT_ERROR if the name is
 * empty, too long, has a bad "~" escape or too many tokens, or if there is no
 * room.  "name" is kept by reference; pointers with "~" are unescaped in
 * place.
 */

int export_field_add(export_fields_t *fields, const export_str_t *name);


/*
 * One rule for names in every format.  A name is a wanted one if both are
 * equal but for ASCII case.  A name is near to a wanted one if both are equal
 * after the following changes; whatever has a near name is malformed, since
 * nobody knows what the recipient makes of the name.
 *
 *     blanks, control characters but DEL, quotes and "+,#" at either end are
 *     taken off, those of Unicode too, and invisible characters anywhere;
 *     what is in front of the last ";" or "&" is taken off;
 *     "[...]" at the end (an index), or "[" in front and "]" at the end, are
 *     taken off;
 *     blanks, ".", "-" and "_" in the middle are taken for each other;
 *     full-width characters, and letters that simple case folding makes ASCII
 *     of (U+0130, U+0131, U+017F, U+212A), are taken for ASCII.
 *
 * The core of a name is what remains after these changes, in lower case, in
 * the caller's buffer of EXPORT_MAX_NAME bytes.  The core is empty if it would
 * be longer than the buffer.
 *
 * A name that comes in pieces is added piece by piece to a core, which the
 * caller has zeroed.  No character may be divided between two pieces.
 */

typedef struct {
    size_t    n;                    /* bytes so far, also those beyond
                                       text[] */
    size_t    last;                 /* bytes up to the last that is kept at the
                                       end */
    size_t    index;                /* bytes in front of the first "[" of an
                                       index, or 0 */
    size_t    inner;                /* bytes in front of the last "]" */
    unsigned  closed;               /* the name ends with a "]" */
    unsigned  around;               /* the name begins with "[" */
    unsigned  cut;                  /* a ";" or "&" was seen: the next letter
                                       begins the core anew */
    unsigned  ended;                /* for the caller: the name has ended */
    u_char    text[EXPORT_MAX_NAME];
} export_core_t;

void export_field_core_add(export_core_t *core, const export_str_t *piece);
export_str_t export_field_core_end(const export_core_t *core);

export_str_t export_field_core(const export_str_t *name, u_char *buf);


/*
 * EXPORT_OK if a name is the wanted one, EXPORT_ERROR if the name is near to
 * the wanted one, or EXPORT_DECLINED.
 */

int export_field_compare(const export_str_t *wanted,
    const export_str_t *name);


/* 1 if "core" is the core of a name near to "wanted" */

int export_field_near(const export_str_t *wanted, const export_str_t *core);


/* 1 if a name is all letters and digits, and so near to no other name */

int export_field_word(const export_str_t *name);


/*
 * The index of the plain field that has the name, EXPORT_ERROR if the name is
 * near to a field's, or EXPORT_DECLINED.
 */

int export_field_find(const export_fields_t *fields,
    const export_str_t *name);


/*
 * The same for the name of a form's field that some recipients read as a path:
 * the index of the first plain field whose name is between brackets
 * ("user[ip]", "users[0][ip]"), EXPORT_ERROR if a name between brackets is
 * near to a field's, or EXPORT_DECLINED.  *place is the number of the object
 * that the field is in, made of the bytes in front of the field's bracket.
 * Each "users[][ip]" is in a new object.
 */

int export_field_nested(const export_fields_t *fields,
    const export_str_t *name, uint32_t *place);


/*
 * The wanted fields met so far in one object, header row or form, a bit each.
 * The same name twice is malformed, since nobody knows which of the two the
 * recipient takes.  Two spellings of a name may be the data of two people.
 * Three spellings are told apart: as configured, all in upper case, and any
 * other.  A field that comes a third time is malformed.
 */

typedef struct {
    uint32_t  seen;
    uint32_t  upper;                /* the field's first name was all in upper
                                       case, or there were two */
    uint32_t  other;                /* the field's first name was spelt any
                                       other way, or there were two */
} export_met_t;


typedef enum {
    EXPORT_SPELT_SAME = 0,
    EXPORT_SPELT_UPPER,
    EXPORT_SPELT_OTHER
} export_spelt_e;


export_spelt_e export_field_spelt(const export_str_t *wanted,
    const export_str_t *name);


/*
 * Adds the fields that a name stands for.  Returns EXPORT_ERROR if one of them
 * must not come again.
 */

int export_field_meet(export_met_t *met, uint32_t fields,
    export_spelt_e spelt);


#endif /* _EXPORT_FIELD_H_INCLUDED_ */
