
#include "tap.h"

#include "../../module/text/export_utf8.c"


/* every sequence of up to four bytes, by RFC 3629's table */

static int
valid(const u_char *p, size_t n)
{
    if (n == 1) {
        return p[0] < 0x80;
    }

    if (n == 2) {
        return p[0] >= 0xc2 && p[0] <= 0xdf && p[1] >> 6 == 2;
    }

    if (n == 3) {
        return p[0] >> 4 == 14 && p[1] >> 6 == 2 && p[2] >> 6 == 2
               && (p[0] != 0xe0 || p[1] >= 0xa0)
               && (p[0] != 0xed || p[1] <= 0x9f);
    }

    return p[0] >= 0xf0 && p[0] <= 0xf4 && p[1] >> 6 == 2 && p[2] >> 6 == 2
           && p[3] >> 6 == 2 && (p[0] != 0xf0 || p[1] >= 0x90)
           && (p[0] != 0xf4 || p[1] <= 0x8f);
}


static int
accepted(const u_char *p, size_t n)
{
    export_utf8_t  utf8;

    memset(&utf8, 0, sizeof(utf8));

    return export_utf8(&utf8, p, n) == n && utf8.remaining == 0;
}


static void
test_utf8(void)
{
    int              failed;
    size_t           n;
    u_char           p[64], *q;
    unsigned         a, b, c, d;
    export_utf8_t    utf8;

    static const u_char  last[] = { 0x00, 0x7f, 0x80, 0xbf, 0xc0, 0xff };

    failed = 0;

    for (a = 0; a < 256; a++) {

        p[0] = (u_char) a;
        failed += accepted(p, 1) != valid(p, 1);

        for (b = 0; b < 256; b++) {

            p[1] = (u_char) b;
            failed += accepted(p, 2) != (valid(p, 2) || (a < 128 && b < 128));

            if (a < 0xc0) {
                continue;
            }

            for (c = 0; c < sizeof(last); c++) {

                p[2] = last[c];
                failed += accepted(p, 3)
                          != (valid(p, 3)
                              || (valid(p, 2) && p[2] < 0x80));

                for (d = 0; d < sizeof(last); d++) {
                    p[3] = last[d];
                    failed += accepted(p, 4)
                              != (valid(p, 4)
                                  || (valid(p, 3) && p[3] < 0x80)
                                  || (valid(p, 2) && p[2] < 0x80
                                      && p[3] < 0x80));
                }
            }
        }
    }

    is_int(failed, 0, "all pairs, and their continuations");

    failed = 0;

    for (n = 1; n < sizeof(p); n++) {
        for (a = 0; a < n; a++) {
            memset(p, 'x', n);
            p[a] = 0xff;
            q = guard_copy(p, n);
            memset(&utf8, 0, sizeof(utf8));
            failed += export_utf8(&utf8, q, n) != a;
            guard_free(q, n);
        }
    }

    is_int(failed, 0, "a wrong byte is found at its place");

    memset(&utf8, 0, sizeof(utf8));
    is_int(export_utf8(&utf8, (const u_char *) "a\xf0\x9f", 3), 3, "half");
    is_int(utf8.remaining, 2, "two bytes are due");
    is_int(export_utf8(&utf8, (const u_char *) "\x98", 1), 1, "one comes");
    is_int(export_utf8(&utf8, (const u_char *) "\x80z", 2), 2, "the other");
    is_int(utf8.remaining, 0, "none is due");
    is_int(export_utf8(&utf8, NULL, 0), 0, "no bytes");
}


/* each character of Unicode in its one form; its bytes by RFC 3629's table */

static void
test_code(void)
{
    size_t    n, len;
    u_char    p[4];
    unsigned  c, code, failed;

    failed = 0;

    for (c = 0; c < 0x110000; c++) {

        if (c < 0x80) {
            p[0] = (u_char) c;
            n = 1;

        } else if (c < 0x800) {
            p[0] = (u_char) (0xc0 | c >> 6);
            n = 2;

        } else if (c < 0x10000) {
            p[0] = (u_char) (0xe0 | c >> 12);
            n = 3;

        } else {
            p[0] = (u_char) (0xf0 | c >> 18);
            n = 4;
        }

        for (len = 1; len < n; len++) {
            p[len] = (u_char) (0x80 | (c >> 6 * (n - 1 - len) & 0x3f));
        }

        len = export_utf8_code(p, n, &code);

        failed += c >= 0xd800 && c < 0xe000 ? len != 0
                                            : len != n || code != c;

        failed += n > 1 && export_utf8_code(p, n - 1, &code) != 0;
    }

    is_int(failed, 0, "each character, no surrogate, none cut short");

    is_int(export_utf8_code((const u_char *) "\xc0\x80", 2, &code), 0,
           "an overlong form");
    is_int(export_utf8_code((const u_char *) "\x80", 1, &code), 0,
           "a byte that begins nothing");
}


/* text at once, byte by byte, and whether it may end where it does */

static void
test_bytes(void)
{
    size_t               i;
    unsigned             c, failed;
    export_utf8_t        utf8;
    export_str_t         text;
    static const u_char  whole[] = "a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80z";

    memset(&utf8, 0, sizeof(utf8));
    failed = 0;

    for (i = 0; i < sizeof(whole) - 1; i++) {
        text.len = i;
        text.data = (u_char *) whole;
        failed += export_utf8_is_whole(&text) != (utf8.remaining == 0);
        failed += export_utf8_byte(&utf8, whole[i]) != EXPORT_OK;
    }

    is_int(failed, 0, "a text, byte by byte");
    is_int(utf8.remaining, 0, "which is whole");

    for (failed = 0, c = 0; c < 256; c++) {
        text.len = 1;
        text.data = (u_char *) &(u_char) { (u_char) c };
        memset(&utf8, 0, sizeof(utf8));
        failed += (export_utf8_byte(&utf8, (u_char) c) == EXPORT_OK)
                  != (c < 0x80 || (c >= 0xc2 && c <= 0xf4));
        failed += export_utf8_is_whole(&text) != (c < 0x80);
    }

    is_int(failed, 0, "what may begin a character");
}


int
main(void)
{
    test_utf8();
    test_code();
    test_bytes();

    return done_testing();
}
