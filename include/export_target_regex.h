
/*
 * A regex over hosts and paths, as operators write it, is read place by place,
 * without being compiled.  A regex that can never match what is sent is
 * refused with a text that says what to write.
 */


#ifndef _EXPORT_TARGET_REGEX_H_INCLUDED_
#define _EXPORT_TARGET_REGEX_H_INCLUDED_


#include "export.h"


#define EXPORT_TARGET_ERROR  256    /* bytes for an error's text */


typedef enum {
    EXPORT_TARGET_HOST = 0,         /* the regex is tried on a host in lower
                                       case */
    EXPORT_TARGET_PATH,             /* ... on a path */
    EXPORT_TARGET_DESTINATION       /* ... on host/path */
} export_target_e;


/*
 * Checks the text of a regex, behind "~" or "~*".  Returns EXPORT_ERROR with a
 * text in "error" if the regex, or one of its alternatives, demands bytes that
 * no host or path holds; or else EXPORT_OK.
 */

int export_target_regex_check(const export_str_t *text, export_target_e kind,
    char error[EXPORT_TARGET_ERROR]);


/*
 * Copies a regex, with two changes.  In a destination's regex that names no
 * path, the end is also the end of the host, as in "\.example\.com$".  In a
 * path's regex, a "/" at the end becomes optional, since the decoded form of a
 * path lacks it.  Returns the end of the copy.
 */

u_char *export_target_regex_copy(u_char *p, const export_str_t *text,
    export_target_e kind);


/* 1 if a letter in upper case is where a host may be */

unsigned export_target_regex_upper(const export_str_t *text);


/*
 * 1 if a path's regex also fits longer paths than the one it names: it is not
 * anchored at both ends, or it has a place for any number of segments.
 */

unsigned export_target_regex_open(const export_str_t *text);


/* 1 if "s" has "text" somewhere */

int export_target_has(const export_str_t *s, const char *text);


/*
 * Both write "error" and return EXPORT_ERROR.  The second appends the spelling
 * to use: "before", and behind that "data"; a bracket that "before" opens is
 * closed.
 */

int export_target_fail(char error[EXPORT_TARGET_ERROR], const char *text);
int export_target_write(char error[EXPORT_TARGET_ERROR], const char *text,
    const char *before, const u_char *data, size_t len);


#endif /* _EXPORT_TARGET_REGEX_H_INCLUDED_ */
