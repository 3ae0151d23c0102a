
/*
 * What bytes look like, whatever they are said to be.  Recipients' parsers
 * take more than RFC 8259 has (NaN, comments, single quotes, names without
 * quotes, halves of surrogate pairs, a byte order mark, UTF-16), and no strict
 * reader can follow them; this tells JSON with a member in it, in any of those
 * dialects, from prose that happens to begin with a bracket.
 *
 * Looked at is a bracket that a text or a line of it begins with, after
 * blanks, NUL (UTF-16), byte order marks, RS, comments, ")]}'" or lines of one
 * word or number; and what follows up to the bracket that closes it, another
 * one right behind that, or on the next line.  A member is a name in quotes
 * behind "{", a word behind "{" with ":" or "=" after it, a comment behind
 * "{", or a string with ":" after it.
 *
 *     a member    {"a"  {'a'  {a:1  [NaN, {"a"  {}{"a"  1<LF>{"a"  ["a":1
 *     none        [note] see {"a":1}  {placeholder}  {{a}}  [1, 2]  see {"a"
 */


#ifndef _EXPORT_SNIFF_H_INCLUDED_
#define _EXPORT_SNIFF_H_INCLUDED_


#include "export.h"
#include "export_looks.h"


typedef enum {
    EXPORT_SNIFF_START = 0,         /* of a line, or of what follows a text */
    EXPORT_SNIFF_SLASH,             /* the first byte of a comment */
    EXPORT_SNIFF_COMMENT,           /* up to the line's end */
    EXPORT_SNIFF_BLOCK,
    EXPORT_SNIFF_STAR,              /* which may end that */
    EXPORT_SNIFF_WORD,              /* alone on its line, so far */
    EXPORT_SNIFF_VALUE,             /* in brackets */
    EXPORT_SNIFF_OPEN_SLASH,        /* behind "{" */
    EXPORT_SNIFF_NAME,              /* a word behind "{" */
    EXPORT_SNIFF_STRING,
    EXPORT_SNIFF_ESCAPE,
    EXPORT_SNIFF_AFTER,             /* the last bracket */
    EXPORT_SNIFF_PROSE              /* nothing more is looked at */
} export_sniff_state_e;


/* zeroed to begin with; holds no pointer into what was fed */

typedef struct {
    uint32_t   depth;
    u_char     state;               /* export_sniff_state_e */
    u_char     before;              /* the last byte of sense, in brackets */
    u_char     quote;
    unsigned   member:1;            /* found; also kept after prose */
    unsigned   rows:1;              /* an object in an array */
    unsigned   array:1;             /* a text began with "[" */
} export_sniff_t;


void export_sniff(export_sniff_t *sniff, const u_char *p, size_t len);


#endif /* _EXPORT_SNIFF_H_INCLUDED_ */
