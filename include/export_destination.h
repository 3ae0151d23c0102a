
/*
 * The recipient's name and path, in the forms that rules are tried on.
 *
 * A destination is written host/path: the host in lower case, without port
 * and trailing dot, and the path once as sent and once decoded to a fixed
 * point: percent-encoding undone until nothing changes, "\" read as "/",
 * ";params" taken off each segment (RFC 3986, section 3.3), doubled slashes
 * and dot segments resolved, and one trailing slash taken off.
 */


#ifndef _EXPORT_DESTINATION_H_INCLUDED_
#define _EXPORT_DESTINATION_H_INCLUDED_


#include "export.h"


#define EXPORT_MAX_HOST  255        /* bytes of a DNS name (RFC 1035) */


/*
 * The host of "value", which is a host, host:port, [address] or
 * [address]:port.  Writes at most value->len bytes to "buf", which the result
 * points into.  EXPORT_DECLINED if there is none, if it is longer than
 * EXPORT_MAX_HOST, or if it holds anything but letters, digits, "-", "." and
 * "_", or in brackets ":": what would be left of it differs by recipient.
 */

int export_destination_host(const export_str_t *value, u_char *buf,
    export_str_t *host);


/*
 * 1 if a value of these export_bytes() is what export_destination_host()
 * makes of it, as nearly always.
 */

int export_destination_is_host(const export_str_t *value, uint64_t bytes);


/*
 * 1 if the decoded form of a path is what was sent, as nearly always, and
 * then its export_bytes().
 */

int export_destination_plain(const export_str_t *path, uint64_t *bytes);


/*
 * The decoded form of a path.  Writes at most path->len bytes to "buf".
 * Linear in the length, whatever the nesting of the encoding.
 */

export_str_t export_destination_path(const export_str_t *path, u_char *buf);


/* the same, but an encoded slash stays encoded: it divides no segments */

export_str_t export_destination_path_kept(const export_str_t *path,
    u_char *buf);


/*
 * As a careless recipient reads it: ASCII in overlong UTF-8 ("%c0%af", or the
 * bytes themselves), in full-width forms or as "%u002f" is that, what is behind
 * a decoded "?" or "#" is no path, and blanks at the ends of a segment are none
 * of it.
 */

export_str_t export_destination_path_loose(const export_str_t *path,
    u_char *buf);


#endif /* _EXPORT_DESTINATION_H_INCLUDED_ */
