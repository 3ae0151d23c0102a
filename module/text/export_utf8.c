
#include "export_utf8.h"


#define EXPORT_UTF8_ASCII  0x8080808080808080ull    /* ASCII has none of these
                                                       bits */


static size_t export_utf8_ascii(const u_char *p, size_t len);


size_t
export_utf8(export_utf8_t *utf8, const u_char *p, size_t len)
{
    size_t  i;

    for (i = 0; i < len; i++) {

        if (utf8->remaining) {

            if (export_utf8_trail(utf8, p[i]) != EXPORT_OK) {
                return i;
            }

            continue;
        }

        i += export_utf8_ascii(p + i, len - i);

        if (i == len) {
            break;
        }

        if (export_utf8_lead(utf8, p[i]) != EXPORT_OK) {
            return i;
        }
    }

    return len;
}


/* the number of ASCII bytes in front */

static size_t
export_utf8_ascii(const u_char *p, size_t len)
{
    size_t    i;
    uint64_t  word;

    for (i = 0; i + 8 <= len; i += 8) {

        memcpy(&word, p + i, 8);

        if (word & EXPORT_UTF8_ASCII) {
            break;
        }
    }

    while (i < len && p[i] < 0x80) {
        i++;
    }

    return i;
}


int
export_utf8_is_whole(const export_str_t *text)
{
    export_utf8_t  utf8;

    memset(&utf8, 0, sizeof(export_utf8_t));

    return export_utf8(&utf8, text->data, text->len) == text->len
           && utf8.remaining == 0;
}


size_t
export_utf8_code(const u_char *p, size_t len, unsigned *code)
{
    size_t         i, n;
    export_utf8_t  utf8;

    *code = p[0];

    if (p[0] < 0x80) {
        return 1;
    }

    if (export_utf8_lead(&utf8, p[0]) != EXPORT_OK) {
        return 0;
    }

    n = (size_t) 1 + utf8.remaining;

    if (n > len) {
        return 0;
    }

    /* a lead of "n" bytes has "n" ones and a zero in front of its bits */

    *code = p[0] & (0x7fu >> n);

    for (i = 1; i < n; i++) {

        if (export_utf8_trail(&utf8, p[i]) != EXPORT_OK) {
            return 0;
        }

        *code = *code << 6 | (p[i] & 0x3f);
    }

    return n;
}
