
/*
 * What the readers of bodies look for, and what they report.
 *
 * Every reader (export_json, export_csv, export_form, export_multipart) is
 * given the wanted fields once, is fed bytes as they arrive, and reports to a
 * sink: each wanted field it meets, and each record's end.  Readers know no
 * policy.
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
 * Every reader's feed() takes the next bytes, and says
 *
 *     EXPORT_OK     all taken, well-formed so far
 *     EXPORT_DONE   the sink wants no more
 *     EXPORT_ERROR  malformed
 *     EXPORT_LIMIT  a record over the limit, or nested too deeply
 *
 * and its finish() says the same about the end: EXPORT_OK only if the whole
 * was well-formed and complete.  After anything but EXPORT_OK the reader must
 * not be fed again.
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
 * The index of the plain field of exactly that name, or EXPORT_DECLINED; or
 * EXPORT_ERROR if it is one only to those who take off blanks or an index
 * ("ip[]") or do not mind case: nobody knows what the recipient does.
 */

int export_field_find(const export_fields_t *fields,
    const export_str_t *name);


/*
 * The same for the name of a form's field that is deeper down in what some
 * recipients make of it: the first plain field whose exact name is between
 * brackets ("user[ip]", "users[0][ip]"), or EXPORT_DECLINED.
 */

int export_field_nested(const export_fields_t *fields,
    const export_str_t *name);


/*
 * UTF-8 (RFC 3629, section 4), checked as it arrives; zeroed to begin with.
 * Returns the number of bytes that can begin a valid text: less than "len"
 * if the byte there is wrong, after which the state must not be used again.
 * Between characters "left" is 0.
 */

typedef struct {
    u_char  left;                   /* bytes still due of a character */
    u_char  low;                    /* the bounds of the next of them */
    u_char  high;
} export_utf8_t;


size_t export_utf8(export_utf8_t *utf8, const u_char *p, size_t len);


#endif /* _EXPORT_FIELD_H_INCLUDED_ */
