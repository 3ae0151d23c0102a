
/*
 * A regex over hosts and paths, as operators write it: read place by place,
 * without being compiled.  One that can never match what is sent is refused
 * with a text that says what to write.
 */


#ifndef _EXPORT_TARGET_REGEX_H_INCLUDED_
#define _EXPORT_TARGET_REGEX_H_INCLUDED_


#include "export.h"


#define EXPORT_TARGET_ERROR  256    /* bytes for an error's text */


typedef enum {
    EXPORT_TARGET_HOST = 0,         /* tried on a host in lower case */
    EXPORT_TARGET_PATH,             /* ... on a path */
    EXPORT_TARGET_DESTINATION       /* ... on host/path */
} export_target_e;


/*
 * Of the text of a regex, behind "~" and "~*": EXPORT_OK, or EXPORT_ERROR with
 * a text in "error" if it, or one of its alternatives, demands what no host or
 * path holds.
 */

int export_target_regex_check(const export_str_t *text, export_target_e kind,
    char error[EXPORT_TARGET_ERROR]);


/*
 * Copies a regex.  The end of a destination's that names no path is the end of
 * the host, too, as in "\.example\.com$"; and a path's last "/" may be missing,
 * as it is in the decoded form.  Returns the end of the copy.
 */

u_char *export_target_regex_copy(u_char *p, const export_str_t *text,
    export_target_e kind);


/* 1 if there is a letter in upper case where a host may be */

unsigned export_target_regex_upper(const export_str_t *text);


/*
 * 1 if a path's regex fits with more around what it names: if it is not held
 * at both ends, or has a place for any number of segments.
 */

unsigned export_target_regex_open(const export_str_t *text);


/* 1 if "text" is in it */

int export_target_has(const export_str_t *s, const char *text);


/*
 * Both write "error" and return EXPORT_ERROR.  The second adds what to write:
 * "before" is what "data" lacks, and a bracket is closed too.
 */

int export_target_fail(char error[EXPORT_TARGET_ERROR], const char *text);
int export_target_write(char error[EXPORT_TARGET_ERROR], const char *text,
    const char *before, const u_char *data, size_t len);


#endif /* _EXPORT_TARGET_REGEX_H_INCLUDED_ */
