
/*
 * What the readers of bodies look for, and what they report.
 *
 * Every reader (export_json, export_csv, export_form, export_multipart) is
 * given the wanted fields once, is fed bytes as they arrive, and reports to a
 * sink: each wanted field it meets, and each record's end.  Readers know no
 * policy.
 *
 * The init() functions take their arguments in one order: the reader, "fields",
 * "sink" and "limits", as far as a format has them, then what only this format
 * needs.  Fields and sink are kept by reference, limits are copied.
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
 * A wanted field: a member of that name at any depth of a record, a CSV
 * column, a form field; or a JSON pointer (RFC 6901) from the record's root,
 * which only JSON has.
 */

typedef struct {
    export_str_t   name;            /* as configured, a pointer with its "/" */
    unsigned       ntokens;         /* 0: a plain name */
    export_str_t   token[EXPORT_MAX_TOKENS];    /* unescaped (~0, ~1) */
} export_field_t;


typedef struct {
    export_field_t   field[EXPORT_MAX_FIELDS];
    unsigned         n;
} export_fields_t;


typedef enum {
    EXPORT_VALUE_STRING = 0,        /* the only type with bytes to look at */
    EXPORT_VALUE_NUMBER,
    EXPORT_VALUE_TRUE,
    EXPORT_VALUE_FALSE,
    EXPORT_VALUE_NULL,
    EXPORT_VALUE_OBJECT,            /* reported where it opens */
    EXPORT_VALUE_ARRAY,
    EXPORT_VALUE_LONG               /* a string over EXPORT_MAX_VALUE */
} export_value_e;


/*
 * In which object the field is that is reported, of those in the record; set
 * before field() is called.  Readers of formats without objects in each other
 * leave this alone: there, all fields of a record are in one place.
 */

typedef struct {
    unsigned   set;                 /* by the reader; cleared by the sink */
    uint32_t   own;                 /* fields met in the same object, a bit
                                       each */
    uint32_t   place;               /* the object of a form's field, a number,
                                       or EXPORT_PLACE_NEW */
} export_where_t;

#define EXPORT_PLACE_TOP  0
#define EXPORT_PLACE_NEW  1         /* an object of its own */


/*
 * field() is called once for each occurrence of a wanted field, with the
 * field's index; "value" is unescaped, valid UTF-8, and lives only until the
 * call returns; it is empty for all types but EXPORT_VALUE_STRING, except
 * that NUMBER, TRUE and FALSE hold their text if it is at most 32 bytes.
 *
 * record() is called at a record's end; "start" and "end" are offsets in the
 * bytes fed to the reader, its separator not included.
 *
 * group() is for readers that have records in the middle of another one: it
 * is called with "open" 1 and the offset behind the bracket where these begin,
 * and with 0 and that of the bracket where they end.
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
 * Bytes that are forwarded and that no reader makes anything of: comments,
 * extra headers, fields that no rule looks at.  There is one allowance for a
 * whole transfer, wherever they are: one for each place would be as many as
 * the caller makes places.
 *
 * Of a part's headers and of a column's name that are understood some bytes
 * are free, for as many as honest clients have.
 */

#define EXPORT_UNREAD_PARTS    1000     /* of a transfer, whose headers are */
#define EXPORT_UNREAD_PART     128      /* bytes of each; most send fewer */
#define EXPORT_UNREAD_COLUMNS  4096     /* of a transfer, whose names are */
#define EXPORT_UNREAD_COLUMN   64       /* bytes of each */


typedef struct {
    uint64_t   n;                   /* bytes so far */
    uint64_t   max;
    unsigned   parts;               /* so far, both */
    unsigned   columns;
} export_unread_t;


/* EXPORT_LIMIT past the allowance */

static inline int
export_unread(export_unread_t *unread, uint64_t n)
{
    unread->n += n;

    return unread->n > unread->max ? EXPORT_LIMIT : EXPORT_OK;
}


typedef struct {
    uint64_t   record;              /* bytes of one record */
    unsigned   depth;               /* of nesting */
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
 * One rule for names in every format.  A name is a looked-for one if it is
 * equal to it but for ASCII case.  It is near to one, and what has it is
 * malformed, since nobody knows what the recipient does, if it is equal to it
 * after
 *
 *     blanks, control characters but DEL, quotes and "+,#" around it are
 *     taken off, of Unicode too, and characters that nobody sees in it,
 *     what is in front of the last ";" or "&" in it is taken off,
 *     "[...]" behind it (an index), or "[" in front and "]" behind it are
 *     taken off,
 *     blanks, ".", "-" and "_" in it are taken for each other,
 *     full-width characters, and letters that simple case folding makes ASCII
 *     of (U+0130, U+0131, U+017F, U+212A), are taken for ASCII.
 *
 * The core of a name is what is left then, in lower case, in the caller's
 * buffer of EXPORT_MAX_NAME bytes; it is empty if it would be longer.
 *
 * A name that comes in pieces is added to a core, zeroed to begin with; no
 * character may be in two of them.
 */

typedef struct {
    size_t    n;                    /* bytes so far */
    size_t    last;                 /* up to one that is not taken off */
    size_t    index;                /* in front of the first "[", or 0 */
    size_t    inner;                /* in front of the "]" at its end */
    unsigned  closed;               /* there is one */
    unsigned  around;               /* it began with "[" */
    unsigned  cut;                  /* behind a ";" or "&" */
    unsigned  ended;                /* the caller's: the rest is not the
                                       name's */
    u_char    text[EXPORT_MAX_NAME];
} export_core_t;

void export_field_core_add(export_core_t *core, const export_str_t *piece);
export_str_t export_field_core_end(const export_core_t *core);

export_str_t export_field_core(const export_str_t *name, u_char *buf);


/* EXPORT_OK if a name is the wanted one, EXPORT_ERROR if it is near to it */

int export_field_compare(const export_str_t *wanted,
    const export_str_t *name);


/* 1 if "core" is that of a name near to "wanted" */

int export_field_near(const export_str_t *wanted, const export_str_t *core);


/* 1 if a name has nothing that near names differ in: it is near to none */

int export_field_word(const export_str_t *name);


/*
 * The index of the plain field of that name, or EXPORT_DECLINED; or
 * EXPORT_ERROR if it is near to one.
 */

int export_field_find(const export_fields_t *fields,
    const export_str_t *name);


/*
 * The same for the name of a form's field that is deeper down in what some
 * recipients make of it: the first plain field whose name is between brackets
 * ("user[ip]", "users[0][ip]"), or EXPORT_DECLINED; or EXPORT_ERROR if a name
 * there is near to one.  *place is its object, a number made of what is in
 * front of that bracket; "users[][ip]" is in a new one each time.
 */

int export_field_nested(const export_fields_t *fields,
    const export_str_t *name, uint32_t *place);


/*
 * The fields met in one object, header row or form, a bit each.  A name given
 * twice is malformed, since nobody knows which of the two the recipient takes;
 * in two spellings it is two people's.  Of these three are told apart: as
 * configured, all in upper case, and any other.  A third of one field is
 * malformed.
 */

typedef struct {
    uint32_t  seen;
    uint32_t  upper;                /* the first was all in upper case, or there
                                       were two */
    uint32_t  other;                /* the first was spelt any other way, or
                                       there were two */
} export_met_t;


typedef enum {
    EXPORT_SPELT_SAME = 0,
    EXPORT_SPELT_UPPER,
    EXPORT_SPELT_OTHER
} export_spelt_e;


export_spelt_e export_field_spelt(const export_str_t *wanted,
    const export_str_t *name);


/* adds the fields of a name; EXPORT_ERROR if one of them may not be */

int export_field_meet(export_met_t *met, uint32_t fields,
    export_spelt_e spelt);


#endif /* _EXPORT_FIELD_H_INCLUDED_ */
