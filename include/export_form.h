
/*
 * application/x-www-form-urlencoded (URL Standard, section 5.1), strictly,
 * streaming.  A body is one record.
 *
 * Pairs are separated by "&", a name ends at its first "="; "+" is a space
 * and %XX a byte, in names and values.  Empty pairs are skipped, a pair
 * without "=" has an empty value, an empty body is a record without fields.
 *
 * Malformed: "%" without two hexadecimal digits, NUL in either form, bytes
 * that are no UTF-8 after decoding, a name over EXPORT_MAX_VALUE, which no form
 * has, and a wanted name twice, since recipients take the first, the last or
 * all.  Names are compared decoded and as export_field.h says; "user[ip]" and
 * "users[0][ip]" are an "ip" deeper down, of which there may be several.
 *
 * ";" is data.  No encoder emits it raw, and some recipients split at it:
 * "semicolon" tells the caller that there was one.
 *
 * Many clients send anything as this type, and many recipients parse what
 * they get whatever its type.  What no encoder leaves as it is is malformed
 * too, and "looks" says what it looks like: a body that begins, after blanks,
 * with "{", "[", a quote, "<", RS or a byte order mark; a raw line end that is
 * not the last; a name that begins with "{" or that mark, even if escaped.
 *
 * A raw "{" or "[" behind "name=" begins JSON that was not encoded at all.
 * Some recipients split it at "&" (and ";"), others take it as it is: it goes
 * on up to the bracket that closes it, and malformed are, in it, a wanted name
 * behind a separator, and an escaped quote or backslash.
 */


#ifndef _EXPORT_FORM_H_INCLUDED_
#define _EXPORT_FORM_H_INCLUDED_


#include "export_field.h"
#include "export_sniff.h"
#include "export_utf8.h"


#define EXPORT_FORM_MAX_PAIRS  10000    /* some frameworks stop at 1000 and
                                           go on; nobody sends this many */


/*
 * Told of each value without a wanted name that begins, after blanks, as a
 * JSON object or array does: begin(), its decoded bytes, end().  They return
 * what a reader does, and what is not EXPORT_OK ends the form with that.  Of
 * other values, those with a member of JSON (export_sniff.h) are malformed.
 */

typedef struct {
    void  *data;
    int  (*begin)(void *data);
    int  (*text)(void *data, const u_char *p, size_t len);
    int  (*end)(void *data);
} export_form_json_t;


typedef struct {
    uint64_t                 offset;    /* of the next byte */
    uint64_t                 limit;     /* bytes of the body */

    const export_fields_t   *fields;
    const export_sink_t     *sink;
    const export_form_json_t *json;     /* or NULL */
    export_where_t          *where;     /* or NULL */

    int                      rc;
    unsigned                 pairs;     /* before this one */
    export_met_t             met;       /* the fields */
    int                      field;     /* of this pair's value, or < 0 */
    uint32_t                 place;     /* of that field (export_where_t) */

    export_utf8_t            utf8;
    u_char                   digit;     /* the first of %XX */

    unsigned                 escape:2;  /* digits due of %XX */
    unsigned                 value:1;   /* after the "=" */
    unsigned                 semicolon:1;
    unsigned                 blank:1;   /* only blanks so far, in a value that
                                           no rule looks at */
    unsigned                 open:1;    /* json is told of this value */
    unsigned                 raw:1;     /* this value's bracket was not
                                           escaped */
    unsigned                 inner:1;   /* in a name behind a separator in raw
                                           JSON */
    unsigned                 coded:1;   /* this byte was escaped */
    unsigned                 begun:1;   /* the body, with other than blanks */
    unsigned                 line:1;    /* a line has ended */
    unsigned                 looks:3;   /* export_looks_e */

    export_sniff_t           sniff;     /* of another value */
    size_t                   inner_len;
    size_t                   named;     /* length of this pair's name */

    size_t                   len;       /* of the text so far, also of what
                                           is longer than EXPORT_MAX_VALUE */
    u_char                  *text;
} export_form_t;


/*
 * "json" is kept by reference, and so is "text", of EXPORT_MAX_VALUE bytes,
 * until finish().  limits->record is the most bytes of the body; limits->depth
 * is not used.  Wanted values are reported as
 * EXPORT_VALUE_STRING or EXPORT_VALUE_LONG; JSON pointers are no field's name.
 * record() is called by finish().  More pairs than EXPORT_FORM_MAX_PAIRS are
 * EXPORT_LIMIT.
 */

void export_form_init(export_form_t *form, const export_fields_t *fields,
    const export_sink_t *sink, const export_limits_t *limits,
    const export_form_json_t *json, u_char *text);


/* before the first feed(): "where" is told of each field before the sink is */

void export_form_where(export_form_t *form, export_where_t *where);


int export_form_feed(export_form_t *form, const u_char *p, size_t len);
int export_form_finish(export_form_t *form);


#endif /* _EXPORT_FORM_H_INCLUDED_ */
