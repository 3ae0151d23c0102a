
/*
 * application/x-www-form-urlencoded (URL Standard, section 5.1), read strictly
 * and as it arrives.  A body is one record.
 *
 * Pairs are separated by "&", and a name ends at its first "=".  In names and
 * values "+" is a space and %XX a byte.  Empty pairs are skipped, a pair
 * without "=" has an empty value, and an empty body is a record without
 * fields.
 *
 * Malformed are "%" without two hexadecimal digits, NUL in either form, bytes
 * that are no UTF-8 after decoding, a name over EXPORT_MAX_VALUE, which no
 * form has, and a wanted name twice, since recipients take the first, the last
 * or all.  Names are compared decoded and as export_field.h says.  "user[ip]"
 * and "users[0][ip]" are names of an "ip" in an inner object, of which a form
 * may have several.
 *
 * ";" is data.  No encoder emits a raw ";", and some recipients split pairs
 * there: "semicolon" tells the caller that the body has one.
 *
 * Many clients send anything as this type, and many recipients parse what they
 * get whatever its type.  Bytes that every encoder would have encoded are
 * therefore malformed, and "looks" says which format the body looks like.
 * Such are a body that begins, after blanks, with "{", "[", a quote, "<", RS
 * or a byte order mark; a raw line end before the end of the body; and a name
 * that begins with "{" or a byte order mark, even if these are escaped.
 *
 * A raw "{" or "[" behind "name=" begins JSON that was not encoded at all.
 * Some recipients split such JSON at "&" (and ";"), others take all of it for
 * the value.  Here the value goes on up to the bracket that closes the JSON.
 * A wanted name behind a separator inside the JSON is malformed, and so is an
 * escaped quote or backslash.
 */


#ifndef _EXPORT_FORM_H_INCLUDED_
#define _EXPORT_FORM_H_INCLUDED_


#include "export_field.h"
#include "export_sniff.h"
#include "export_utf8.h"


#define EXPORT_FORM_MAX_PAIRS  10000    /* some frameworks stop at 1000 and go
                                           on; nobody sends this many */


/*
 * The callbacks for each value without a wanted name that begins, after
 * blanks, as a JSON object or array does: begin(), text() with its decoded
 * bytes, end().  Each returns a reader's result (export_field.h); any but
 * EXPORT_OK ends the form with that result.  A value that begins otherwise is
 * malformed if it has a member of JSON in it (export_sniff.h).
 */

typedef struct {
    void  *data;
    int  (*begin)(void *data);
    int  (*text)(void *data, const u_char *p, size_t len);
    int  (*end)(void *data);
} export_form_json_t;


typedef struct {
    uint64_t                 offset;    /* offset in the body of the next
                                           byte */
    uint64_t                 limit;     /* most bytes of the body */

    const export_fields_t   *fields;
    const export_sink_t     *sink;
    const export_form_json_t *json;     /* NULL: no value is read as JSON */
    export_where_t          *where;     /* or NULL, if nobody asks */

    int                      rc;
    unsigned                 pairs;     /* number of pairs before the one under
                                           way */
    export_met_t             met;       /* the wanted fields so far */
    int                      field;     /* index of the field of this pair, or
                                           < 0 */
    uint32_t                 place;     /* the field's object
                                           (export_where_t) */

    export_utf8_t            utf8;
    u_char                   digit;     /* value of the first digit of %XX */

    unsigned                 escape:2;  /* digits of %XX that are still due */
    unsigned                 value:1;   /* behind the pair's "=" */
    unsigned                 semicolon:1;
    unsigned                 blank:1;   /* the value has no wanted name, and
                                           only blanks so far */
    unsigned                 open:1;    /* form->json has been told of this
                                           value */
    unsigned                 raw:1;     /* the bracket that this value begins
                                           with was not escaped */
    unsigned                 inner:1;   /* in raw JSON, in a name behind a
                                           separator */
    unsigned                 coded:1;   /* the byte under way was escaped */
    unsigned                 begun:1;   /* the body has had a byte that is no
                                           blank */
    unsigned                 line:1;    /* a line has ended */
    unsigned                 looks:3;   /* export_looks_e, of a malformed
                                           body */

    export_sniff_t           sniff;     /* looks at a value without a wanted
                                           name */
    size_t                   inner_len;
    size_t                   named;     /* bytes of this pair's name */

    size_t                   len;       /* bytes of the name or value so far,
                                           also those that "text" has no room
                                           for */
    u_char                  *text;
} export_form_t;


/*
 * "json" is kept by reference, and so is "text", a buffer of EXPORT_MAX_VALUE
 * bytes, until finish().  limits->record is the most bytes of the body;
 * limits->depth is not used.  Wanted values are reported as
 * EXPORT_VALUE_STRING or EXPORT_VALUE_LONG.  A JSON pointer is no field's
 * name.  finish() calls the sink's record().  More pairs than
 * EXPORT_FORM_MAX_PAIRS are EXPORT_LIMIT.
 */

void export_form_init(export_form_t *form, const export_fields_t *fields,
    const export_sink_t *sink, const export_limits_t *limits,
    const export_form_json_t *json, u_char *text);


/*
 * Called before the first feed().  Each field's place is written to "where"
 * before the sink is told of the field.
 */

void export_form_where(export_form_t *form, export_where_t *where);


int export_form_feed(export_form_t *form, const u_char *p, size_t len);
int export_form_finish(export_form_t *form);


#endif /* _EXPORT_FORM_H_INCLUDED_ */
