
/*
 * Does the head of a request that carries nothing name anybody?  This asks for
 * less than a subject: whatever looks like one counts, readable or not, and so
 * does a sign that the request may be another than it seems.
 */


#ifndef _EXPORT_NOBODY_H_INCLUDED_
#define _EXPORT_NOBODY_H_INCLUDED_


#include "export.h"


#define EXPORT_NOBODY_URL     1024      /* most bytes of a path and a query */
#define EXPORT_NOBODY_ROUNDS  4         /* layers of percent-encoding that are
                                           undone */


/*
 * 1 if a header's name is "looked_for", whatever divides its words; a name of
 * six letters or digits may differ by one edit (export_words.h).
 */

int export_nobody_is(const export_str_t *name, const export_str_t *looked_for);


/* 1 if a header's name is usual for a subject, or overrides the method. */

int export_nobody_header(const export_str_t *name);


/*
 * Undoes the percent-encoding of a path and query, and "+", until nothing
 * changes.  Writes at most EXPORT_NOBODY_URL bytes to "buf".  EXPORT_ERROR if
 * the URL is longer, is still encoded after EXPORT_NOBODY_ROUNDS, or has
 * control characters.
 */

int export_nobody_decode(const export_str_t *url,
    u_char buf[EXPORT_NOBODY_URL], export_str_t *decoded);


/*
 * 1 if a decoded path and query hold an IP address or what looks like one, an
 * e-mail address, a name that is usual for a subject, or a name that overrides
 * the method.
 */

int export_nobody_url(const export_str_t *decoded);


/*
 * 1 if a word of a decoded path and query is "looked_for", as in
 * export_nobody_is().
 */

int export_nobody_named(const export_str_t *decoded,
    const export_str_t *looked_for);


#endif /* _EXPORT_NOBODY_H_INCLUDED_ */
