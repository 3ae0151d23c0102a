
/*
 * Comma-separated header values and URL query strings, an item at a time.
 */


#ifndef _EXPORT_LIST_H_INCLUDED_
#define _EXPORT_LIST_H_INCLUDED_


#include "export.h"


/*
 * The next item of a list (RFC 9110, section 5.6.1), trimmed; empty items
 * are skipped.  "rest" is the field value at first, and then its unread end.
 * Quotes have no meaning.  EXPORT_OK, or EXPORT_DONE at the end.
 */

int export_list_next(export_str_t *rest, export_str_t *item);


/*
 * The next item of a list whose items are tokens or quoted strings with
 * parameters (RFC 9110, sections 5.6.4 and 5.6.6).  Commas in quotes do not
 * separate.  The item comes without its parameters and, if it is one quoted
 * string, without its quotes.  A quote that is not closed, or that stands
 * within a token, sets *open: from there on quotes have no meaning, so that no
 * item can hide behind the quote.
 */

int export_list_next_token(export_str_t *rest, export_str_t *item,
    unsigned *open);


/*
 * The next pair of a query string, split at "&" and at the first "=".  Name and
 * value are as sent, still encoded.  EXPORT_OK, or EXPORT_DONE at the end.
 */

int export_list_next_arg(export_str_t *rest, export_str_t *name,
    export_str_t *value);


/*
 * Undoes "+" and %XX once; a "%" that begins no %XX stays.  Writes at most
 * s->len bytes to "buf".
 */

export_str_t export_list_decode(const export_str_t *s, u_char *buf);


#endif /* _EXPORT_LIST_H_INCLUDED_ */
