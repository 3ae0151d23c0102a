
/*
 * Whether the head of a request that carries nothing names anybody.  This asks
 * for less than a subject: whatever looks like one, readable or not, is one
 * here, and so is what says that the request may be another than it seems.
 */


#ifndef _EXPORT_NOBODY_H_INCLUDED_
#define _EXPORT_NOBODY_H_INCLUDED_


#include "export.h"


#define EXPORT_NOBODY_URL     1024      /* bytes of a path and a query */
#define EXPORT_NOBODY_ROUNDS  4         /* of percent-encoding */


/*
 * 1 if a header's name is "looked_for", whatever divides its words, or but for
 * one edit if it has six letters or digits (export_words.h).
 */

int export_nobody_is(const export_str_t *name, const export_str_t *looked_for);


/* 1 if a header's name is usual for a subject, or overrides the method */

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
 * Of a decoded path and query: 1 if they have an IP address or what looks like
 * one, an e-mail address, a name that is usual for a subject, or one that
 * overrides the method.
 */

int export_nobody_url(const export_str_t *decoded);


/* 1 if one of their words is "looked_for", as in export_nobody_is() */

int export_nobody_named(const export_str_t *decoded,
    const export_str_t *looked_for);


#endif /* _EXPORT_NOBODY_H_INCLUDED_ */
