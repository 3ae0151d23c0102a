
/*
 * What can be known of a compiled pattern without trying it: the host or the
 * domain that each of its matches has, and the bytes that each of them holds.
 * A regex that is not understood is one of which nothing is known.
 *
 * The index of export_hosts.h is built of what is found here.
 */


#ifndef _EXPORT_PATTERN_H_INCLUDED_
#define _EXPORT_PATTERN_H_INCLUDED_


#include "export.h"
#include "export_match.h"


/*
 * The host that a pattern over host/path demands, for its rule's host: that
 * of a literal, or of a regex that begins with "^", a literal host and "/".
 * Written in lower case to "buf", of at least pattern->text.len bytes; the
 * result is empty if there is none.
 */

export_str_t export_pattern_host(const export_match_t *match, u_char *buf);


/*
 * The same for a regex over the host: the domain that each of its matches
 * lies below, as ".example.com" of "\.example\.com$".  The result is for a
 * rule with "subdomains".
 */

export_str_t export_pattern_domain(const export_match_t *match, u_char *buf);


/*
 * The bytes that are in every match of a pattern, as export_bytes(), without
 * EXPORT_BYTES_UPPER: its literal characters, less those that may be left out.
 * 0 if nothing is known.
 */

uint64_t export_pattern_needs(const export_match_t *match);


#endif /* _EXPORT_PATTERN_H_INCLUDED_ */
