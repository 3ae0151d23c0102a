
/*
 * The recipient's name and path, in the forms that rules are tried on.
 *
 * A destination is written host/path.  The host is in lower case, without port
 * and trailing dot.  There are two forms of the path: as sent, and decoded to
 * a fixed point.  Decoding undoes percent-encoding until nothing changes,
 * reads "\" as "/", takes ";params" off each segment (RFC 3986, section 3.3),
 * resolves doubled slashes and dot segments, and takes one trailing slash off.
 */


#ifndef _EXPORT_DESTINATION_H_INCLUDED_
#define _EXPORT_DESTINATION_H_INCLUDED_


#include "export.h"


#define EXPORT_MAX_HOST  255        /* bytes of a DNS name (RFC 1035) */


/*
 * Reads the host of "value", which is a host, host:port, [address] or
 * [address]:port.  Writes at most value->len bytes to "buf", which the result
 * points into.  Returns EXPORT_DECLINED if there is no host, if the host is
 * longer than EXPORT_MAX_HOST, or if it holds anything but letters, digits,
 * "-", "." and "_", or ":" in brackets: recipients differ in what they would
 * make of it.
 */

int export_destination_host(const export_str_t *value, u_char *buf,
    export_str_t *host);


/*
 * 1 if export_destination_host() would return "value" unchanged, as is nearly
 * always so.  "bytes" are the value's export_bytes().
 */

int export_destination_is_host(const export_str_t *value, uint64_t bytes);


/*
 * 1 if the decoded form of a path equals the path, as is nearly always so;
 * then *bytes are the path's export_bytes().
 */

int export_destination_plain(const export_str_t *path, uint64_t *bytes);


/*
 * Writes the decoded form of a path, of at most path->len bytes, to "buf", in
 * a time linear to the length, whatever the nesting of the encoding.
 */

export_str_t export_destination_path(const export_str_t *path, u_char *buf);


/* The same, but an encoded slash stays encoded: it divides no segments. */

export_str_t export_destination_path_kept(const export_str_t *path,
    u_char *buf);


/*
 * The decoded form as a careless recipient makes it.  ASCII in overlong UTF-8
 * ("%c0%af", or the bytes themselves), in full-width forms, or written as
 * "%u002f" becomes plain ASCII.  The path ends at a decoded "?" or "#".
 * Blanks at the ends of a segment are taken off.
 */

export_str_t export_destination_path_loose(const export_str_t *path,
    u_char *buf);


#endif /* _EXPORT_DESTINATION_H_INCLUDED_ */
