
/*
 * Tokens of HTTP's headers (RFC 9110, section 5.6.2): letters, digits and
 * !#$%&'*+-.^_`|~, at least one.
 */


#ifndef _EXPORT_TOKEN_H_INCLUDED_
#define _EXPORT_TOKEN_H_INCLUDED_


#include "export.h"


extern const u_char  export_token_bytes[256];       /* 1 for bytes of a
                                                       token */


/*
 * Takes a token off the front of the bytes from *pos to "last", and moves *pos
 * behind the token.  The result is empty if there is no token.
 */

static inline export_str_t
export_token(const u_char **pos, const u_char *last)
{
    export_str_t   token;
    const u_char  *p;

    for (p = *pos; p < last && export_token_bytes[*p]; p++) { /* void */ }

    token.data = (u_char *) *pos;
    token.len = (size_t) (p - *pos);
    *pos = p;

    return token;
}


#endif /* _EXPORT_TOKEN_H_INCLUDED_ */
