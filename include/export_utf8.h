
/*
 * UTF-8 (RFC 3629, section 4): no overlong form, no surrogate, nothing past
 * U+10FFFF.
 */


#ifndef _EXPORT_UTF8_H_INCLUDED_
#define _EXPORT_UTF8_H_INCLUDED_


#include "export.h"


/*
 * The state of a text that is checked as it arrives; zeroed to begin with.  A
 * text may end only where "remaining" is 0, between two characters.
 */

typedef struct {
    u_char  remaining;              /* bytes of the character that are still
                                       due */
    u_char  low;                    /* bounds of the next of these bytes */
    u_char  high;
} export_utf8_t;


/*
 * The number of bytes of a character, by its first byte, which is not ASCII.
 */

static inline unsigned
export_utf8_len(u_char lead)
{
    return 2u + (lead >= 0xe0) + (lead >= 0xf0);
}


/*
 * Takes the first byte of a character that is not ASCII.  Returns EXPORT_ERROR
 * if no character begins with that byte.
 */

static inline int
export_utf8_lead(export_utf8_t *utf8, u_char c)
{
    if (c < 0xc2 || c > 0xf4) {
        return EXPORT_ERROR;
    }

    utf8->remaining = (u_char) (export_utf8_len(c) - 1);

    /* the narrower bounds keep out overlong forms, surrogates, U+110000 */

    utf8->low = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80;
    utf8->high = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf;

    return EXPORT_OK;
}


/*
 * Takes a further byte of a character; "remaining" must not be 0.  Returns
 * EXPORT_ERROR if the byte is wrong.
 */

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


/* Takes any byte.  After EXPORT_ERROR the state must not be used again. */

static inline int
export_utf8_byte(export_utf8_t *utf8, u_char c)
{
    if (utf8->remaining) {
        return export_utf8_trail(utf8, c);
    }

    return c < 0x80 ? EXPORT_OK : export_utf8_lead(utf8, c);
}


/*
 * Takes "len" bytes, and is fast where they are ASCII.  Returns how many of
 * them can begin a valid text.  If fewer than "len", the byte behind them is
 * wrong, and the state must not be used again.
 */

size_t export_utf8(export_utf8_t *utf8, const u_char *p, size_t len);


/* 1 if the text is valid and no character is cut off at its end. */

int export_utf8_is_whole(const export_str_t *text);


/*
 * Stores in *code the character that begins at "p"; "len" is at least 1.
 * Returns the number of the character's bytes, or 0 if there is no valid
 * character.
 */

size_t export_utf8_code(const u_char *p, size_t len, unsigned *code);


#endif /* _EXPORT_UTF8_H_INCLUDED_ */
