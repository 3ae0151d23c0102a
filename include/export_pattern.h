
/*
 * What can be known of a compiled pattern without trying it: the host or the
 * domain that each match has, and the bytes that each match holds.  Nothing is
 * known of a regex that is not understood.
 *
 * The index of export_hosts.h is built of these findings.
 */


#ifndef _EXPORT_PATTERN_H_INCLUDED_
#define _EXPORT_PATTERN_H_INCLUDED_


#include "export.h"
#include "export_match.h"


/*
 * The host that each match of a pattern over host/path has, to be the host of
 * the pattern's rule: a literal's host, or that of a regex that begins with
 * "^", a literal host and "/".  Written in lower case to "buf", of at least
 * pattern->text.len bytes.  The result is empty if no host is known.
 */

export_str_t export_pattern_host(const export_match_t *match, u_char *buf);


/*
 * The same for a regex over the host: the domain below which each match lies,
 * as ".example.com" of "\.example\.com$".  The result is for a rule with
 * "subdomains".
 */

export_str_t export_pattern_domain(const export_match_t *match, u_char *buf);


/*
 * The bytes that each match of a pattern holds, as export_bytes(), without
 * EXPORT_BYTES_UPPER: the pattern's literal characters but those that may be
 * left out.  0 if nothing is known.
 */

uint64_t export_pattern_needs(const export_match_t *match);


#endif /* _EXPORT_PATTERN_H_INCLUDED_ */
