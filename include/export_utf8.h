
/*
 * UTF-8 (RFC 3629, section 4): no overlong form, no surrogate, nothing past
 * U+10FFFF.
 */


#ifndef _EXPORT_UTF8_H_INCLUDED_
#define _EXPORT_UTF8_H_INCLUDED_


#include "export.h"


/*
 * Text that is checked as it arrives; zeroed to begin with.  Between two
 * characters "remaining" is 0: a text may end there, and only there.
 */

typedef struct {
    u_char  remaining;              /* bytes still due of a character */
    u_char  low;                    /* the bounds of the next of them */
    u_char  high;
} export_utf8_t;


/*
 * Takes the first byte of a character that is not ASCII; EXPORT_ERROR if none
 * begins with that byte.
 */

static inline int
export_utf8_lead(export_utf8_t *utf8, u_char c)
{
    if (c < 0xc2 || c > 0xf4) {
        return EXPORT_ERROR;
    }

    utf8->remaining = (u_char) (1 + (c >= 0xe0) + (c >= 0xf0));

    /* the narrower bounds keep out overlong forms, surrogates, U+110000 */

    utf8->low = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80;
    utf8->high = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf;

    return EXPORT_OK;
}


/* takes a byte that is due, "remaining" not being 0; EXPORT_ERROR if wrong */

static inline int
export_utf8_trail(export_utf8_t *utf8, u_char c)
{
    if (c < utf8->low || c > utf8->high) {
        return EXPORT_ERROR;
    }

    utf8->low = 0x80;
    utf8->high = 0xbf;
    utf8->remaining--;

    return EXPORT_OK;
}


/* takes any byte; after EXPORT_ERROR the state must not be used again */

static inline int
export_utf8_byte(export_utf8_t *utf8, u_char c)
{
    if (utf8->remaining) {
        return export_utf8_trail(utf8, c);
    }

    return c < 0x80 ? EXPORT_OK : export_utf8_lead(utf8, c);
}


/*
 * Takes "len" bytes, ASCII fast.  Returns the number of bytes that can begin a
 * valid text: less than "len" if the byte there is wrong, after which the
 * state must not be used again.
 */

size_t export_utf8(export_utf8_t *utf8, const u_char *p, size_t len);


/* 1 if the text is valid and ends between two characters */

int export_utf8_is_whole(const export_str_t *text);


/*
 * The character that begins at "p", of "len" bytes, at least one, to *code.
 * Returns the number of its bytes, or 0 if there is no valid one.
 */

size_t export_utf8_code(const u_char *p, size_t len, unsigned *code);


#endif /* _EXPORT_UTF8_H_INCLUDED_ */
