
/*
 * What bytes look like, whatever their type is said to be.  Recipients'
 * parsers take more than RFC 8259 has: NaN, comments, single quotes, names
 * without quotes, halves of surrogate pairs, a byte order mark, UTF-16.  No
 * strict reader can follow all of these dialects.  The sniffer tells JSON that
 * has a member, in any of the dialects, from prose that happens to begin with
 * a bracket.
 *
 * Looked at is a bracket at the beginning of a text or of a line.  In front of
 * the bracket there may be blanks, NUL (UTF-16), byte order marks, RS,
 * comments, ")]}'", or lines of a single word or number.  The sniffer goes on
 * to the bracket that closes the first, and to another opening bracket right
 * behind that or on the next line.  A member is a name in quotes behind "{", a
 * word behind "{" with ":" or "=" after the word, a comment behind "{", or a
 * string with ":" after the string.
 *
 *     a member    {"a"  {'a'  {a:1  [NaN, {"a"  {}{"a"  1<LF>{"a"  ["a":1
 *     none        [note] see {"a":1}  {placeholder}  {{a}}  [1, 2]  see {"a"
 */


#ifndef _EXPORT_SNIFF_H_INCLUDED_
#define _EXPORT_SNIFF_H_INCLUDED_


#include "export.h"
#include "export_looks.h"


typedef enum {
    EXPORT_SNIFF_START = 0,         /* the beginning of a line, or the end of a
                                       text */
    EXPORT_SNIFF_SLASH,             /* behind the first "/" of a comment */
    EXPORT_SNIFF_COMMENT,           /* in a comment up to the line's end */
    EXPORT_SNIFF_BLOCK,
    EXPORT_SNIFF_STAR,              /* behind a "*" that may end a block
                                       comment */
    EXPORT_SNIFF_WORD,              /* in a word that may be alone on its
                                       line */
    EXPORT_SNIFF_VALUE,             /* in brackets, between strings and
                                       names */
    EXPORT_SNIFF_OPEN_SLASH,        /* behind "{/" */
    EXPORT_SNIFF_NAME,              /* in a word behind "{" */
    EXPORT_SNIFF_STRING,
    EXPORT_SNIFF_ESCAPE,
    EXPORT_SNIFF_AFTER,             /* behind the bracket that closes a text */
    EXPORT_SNIFF_PROSE              /* no JSON: nothing more is looked at */
} export_sniff_state_e;


/*
 * The state of one text, zeroed to begin with.  Holds no pointer into the
 * bytes that were fed.
 */

typedef struct {
    uint32_t   depth;
    u_char     state;               /* export_sniff_state_e */
    u_char     before;              /* in brackets, the last byte that was no
                                       blank */
    u_char     quote;
    unsigned   member:1;            /* found; also kept after prose */
    unsigned   rows:1;              /* an object in an array was found */
    unsigned   array:1;             /* a text began with "[" */
} export_sniff_t;


void export_sniff(export_sniff_t *sniff, const u_char *p, size_t len);


#endif /* _EXPORT_SNIFF_H_INCLUDED_ */
