
/*
 * What an operator writes for a recipient's host and path: understood as
 * anyone would mean it, or refused with a text that says what to write.  A
 * rule that can never match would let pass what it is there to stop.
 *
 * Hosts are written as in nginx's server_name: "api.example.com" is that host,
 * ".example.com" is that and its subdomains, "*.example.com" these only, and
 * "*" is any host.  A path that ends with "/" is everything below, and so is
 * one that ends with "*", which stands for anything; "*" alone is every path.
 * Other paths are compared decoded, as export_destination_path() has them.
 */


#ifndef _EXPORT_TARGET_H_INCLUDED_
#define _EXPORT_TARGET_H_INCLUDED_


#include "export.h"
#include "export_target_regex.h"


/* bytes that a pattern may take which was written in "len" */

#define export_target_size(len)  (8 * (len) + 64)


typedef struct {
    export_str_t   host;            /* in lower case; empty: any host */
    unsigned       subdomains:1;    /* and every subdomain */
    unsigned       below:1;         /* and not the host itself */
} export_target_t;


/*
 * The host of a row, no regex.  Writes at most value->len bytes to "buf", which
 * the result points into.  EXPORT_OK, or EXPORT_ERROR with a text in "error".
 */

int export_target_host(const export_str_t *value, u_char *buf,
    export_target_t *target, char error[EXPORT_TARGET_ERROR]);


/*
 * The pattern for export_match_compile() of what was written: for a path, a
 * destination, or a regex of any kind.  Regexes over hosts have no case; those
 * over paths of rows have none unless "sensitive"; those over destinations
 * as they say, but none if there is a letter in upper case before their first
 * "/", as no host has one.  Writes at most export_target_size(value->len) bytes
 * to "buf".  EXPORT_OK, or EXPORT_ERROR with a text in "error".
 */

int export_target_pattern(const export_str_t *value, export_target_e kind,
    unsigned sensitive, u_char *buf, export_str_t *pattern,
    char error[EXPORT_TARGET_ERROR]);

/* whether a path's pattern, as written, fits with more around what it names */

unsigned export_target_open_path(const export_str_t *value);


#endif /* _EXPORT_TARGET_H_INCLUDED_ */
