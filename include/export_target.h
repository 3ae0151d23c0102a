
/*
 * What an operator writes for a recipient's host and path is understood as
 * anyone would mean it, or refused with a text that says what to write: a rule
 * that can never match would let pass what the operator wants to stop.
 *
 * Hosts are written as in nginx's server_name: "api.example.com" is that host,
 * ".example.com" is the host and its subdomains, "*.example.com" the
 * subdomains only, and "*" is any host.  A path that ends with "/" stands for
 * everything below, and so does one that ends with "*".  "*" alone is every
 * path.  Other paths are compared in their decoded form
 * (export_destination_path()).
 */


#ifndef _EXPORT_TARGET_H_INCLUDED_
#define _EXPORT_TARGET_H_INCLUDED_


#include "export.h"
#include "export_target_regex.h"


/* bytes of the pattern for a value of "len" bytes, at most */

#define export_target_size(len)  (8 * (len) + 64)


typedef struct {
    export_str_t   host;            /* in lower case; empty: any host */
    unsigned       subdomains:1;    /* every subdomain, too */
    unsigned       below:1;         /* ... and not the host itself */
} export_target_t;


/*
 * Reads an endpoint's host, which is no regex.  Writes at most value->len
 * bytes to "buf", which the result points into.  Returns EXPORT_OK, or
 * EXPORT_ERROR with a text in "error".
 */

int export_target_host(const export_str_t *value, u_char *buf,
    export_target_t *target, char error[EXPORT_TARGET_ERROR]);


/*
 * Makes a pattern for export_match_compile() of a path, a destination, or a
 * regex of any kind.  Regexes over hosts ignore case.  Regexes over an
 * endpoint's path ignore case unless "sensitive".  Regexes over destinations
 * respect case if they say so, but not with a letter in upper case before
 * their first "/", as no host has one.  Writes at most
 * export_target_size(value->len) bytes to "buf".  Returns EXPORT_OK, or
 * EXPORT_ERROR with a text in "error".
 */

int export_target_pattern(const export_str_t *value, export_target_e kind,
    unsigned sensitive, u_char *buf, export_str_t *pattern,
    char error[EXPORT_TARGET_ERROR]);

/* 1 if a path, as written, also fits longer paths than the one it names */

unsigned export_target_open_path(const export_str_t *value);


#endif /* _EXPORT_TARGET_H_INCLUDED_ */
