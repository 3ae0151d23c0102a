
#include "export_bytes.h"
#include "export_destination.h"


typedef enum {
    EXPORT_DESTINATION_DECODED = 0,
    EXPORT_DESTINATION_KEPT,
    EXPORT_DESTINATION_LOOSE
} export_destination_form_e;


static size_t export_destination_address(const export_str_t *value,
    u_char *buf);
static size_t export_destination_name(const export_str_t *value, u_char *buf);
static int export_destination_port(const export_str_t *value, size_t i);
static export_str_t export_destination_form(const export_str_t *path,
    u_char *buf, export_destination_form_e form);
static size_t export_destination_decode(const export_str_t *path,
    u_char *buf, export_destination_form_e form);
static int export_destination_is_escaped(const u_char *buf, const u_char *p,
    export_destination_form_e form, u_char *c);
static size_t export_destination_spelt(const u_char *buf, const u_char *p,
    u_char *c);
static size_t export_destination_overlong(const u_char *buf, const u_char *p);
static int export_destination_code(const u_char *p);
static int export_destination_folded(unsigned code);
static size_t export_destination_segments(u_char *buf, size_t len,
    export_destination_form_e form);
static size_t export_destination_end(const u_char *buf, size_t len);
static size_t export_destination_segment(const u_char *buf, size_t len,
    size_t seg, size_t *n);
static int export_destination_is_dots(const u_char *p, size_t n, size_t dots);
static void export_destination_trim(const u_char *buf, size_t *seg,
    size_t *n);


#define export_destination_slash(c)  ((c) == '/' || (c) == '\\')


/*
 * The bytes that a host's name may hold, in lower case.  0: the byte ends the
 * name, or may not be there.
 */

static const u_char  export_destination_host_bytes[256] = {
    0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, '-', '.', 0,
    '0', '1', '2', '3', '4', '5', '6', '7',
    '8', '9', 0, 0, 0, 0, 0, 0,
    0, 'a', 'b', 'c', 'd', 'e', 'f', 'g',
    'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o',
    'p', 'q', 'r', 's', 't', 'u', 'v', 'w',
    'x', 'y', 'z', 0, 0, 0, 0, '_',
    0, 'a', 'b', 'c', 'd', 'e', 'f', 'g',
    'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o',
    'p', 'q', 'r', 's', 't', 'u', 'v', 'w',
    'x', 'y', 'z', 0, 0, 0, 0, 0,
};


int
export_destination_is_host(const export_str_t *value, uint64_t bytes)
{
    return value->len > 0 && value->len <= EXPORT_MAX_HOST
           && (bytes & ~EXPORT_BYTES_NAME) == 0
           && value->data[value->len - 1] != '.';
}


int
export_destination_host(const export_str_t *value, u_char *buf,
    export_str_t *host)
{
    size_t  n;

    n = value->len && value->data[0] == '['
        ? export_destination_address(value, buf)
        : export_destination_name(value, buf);

    /* Only a port may follow: recipients read anything else in many ways. */

    if (n == 0 || !export_destination_port(value, n)) {
        return EXPORT_DECLINED;
    }

    if (buf[n - 1] == '.') {
        n--;
    }

    if (n == 0 || n > EXPORT_MAX_HOST) {
        return EXPORT_DECLINED;
    }

    host->len = n;
    host->data = buf;

    return EXPORT_OK;
}


/*
 * Copies an address in brackets, with the brackets.  Returns the length, or 0
 * if there is none.
 */

static size_t
export_destination_address(const export_str_t *value, u_char *buf)
{
    u_char  c;
    size_t  i;

    buf[0] = '[';

    for (i = 1; i < value->len && value->data[i] != ']'; i++) {
        c = export_lower(value->data[i]);

        if (export_hex(c) < 0 && c != ':' && c != '.') {
            return 0;
        }

        buf[i] = c;
    }

    if (i == value->len) {
        return 0;
    }

    buf[i] = ']';

    return i + 1;
}


/*
 * Copies bytes as long as a host's name may hold them, and returns their
 * number.
 */

static size_t
export_destination_name(const export_str_t *value, u_char *buf)
{
    u_char  c;
    size_t  i;

    for (i = 0; i < value->len; i++) {
        c = export_destination_host_bytes[value->data[i]];

        if (c == 0) {
            break;
        }

        buf[i] = c;
    }

    return i;
}


static int
export_destination_port(const export_str_t *value, size_t i)
{
    if (i == value->len) {
        return 1;
    }

    if (value->data[i] != ':') {
        return 0;
    }

    for (i++; i < value->len; i++) {
        if (value->data[i] < '0' || value->data[i] > '9') {
            return 0;
        }
    }

    return 1;
}


int
export_destination_plain(const export_str_t *path, uint64_t *bytes)
{
    u_char         c, next;
    ssize_t        i;
    uint64_t       all;
    const u_char  *last;

    all = 0;
    last = path->data + path->len;

    for (i = -(ssize_t) path->len; i < 0; i++) {
        c = last[i];
        all |= export_bytes_set[c];

        if (c == '/') {
            next = i < -1 ? last[i + 1] : '/';

            if (next == '.' || (next == '/' && path->len > 1)) {
                return 0;
            }
        }
    }

    *bytes = all;

    return (all & EXPORT_BYTES_ODD) == 0;
}


export_str_t
export_destination_path(const export_str_t *path, u_char *buf)
{
    return export_destination_form(path, buf, EXPORT_DESTINATION_DECODED);
}


export_str_t
export_destination_path_kept(const export_str_t *path, u_char *buf)
{
    return export_destination_form(path, buf, EXPORT_DESTINATION_KEPT);
}


export_str_t
export_destination_path_loose(const export_str_t *path, u_char *buf)
{
    return export_destination_form(path, buf, EXPORT_DESTINATION_LOOSE);
}


static export_str_t
export_destination_form(const export_str_t *path, u_char *buf,
    export_destination_form_e form)
{
    export_str_t  s;

    s.data = buf;
    s.len = export_destination_decode(path, buf, form);

    if (s.len && export_destination_slash(buf[0])) {
        s.len = export_destination_segments(buf, s.len, form);
    }

    return s;
}


/*
 * One pass undoes all levels of encoding: as soon as the output ends with %XX,
 * that is replaced, and the replacement may be the end of another %XX.
 */

static size_t
export_destination_decode(const export_str_t *path, u_char *buf,
    export_destination_form_e form)
{
    u_char   c, *p;
    size_t   i, n;

    p = buf;
    c = 0;

    for (i = 0; i < path->len; i++) {
        *p++ = path->data[i];

        for ( ;; ) {

            n = form == EXPORT_DESTINATION_LOOSE
                ? export_destination_spelt(buf, p, &c) : 0;

            if (n) {
                p -= n - 1;
                p[-1] = c;
            }

            if (!export_destination_is_escaped(buf, p, form, &c)) {
                break;
            }

            p -= 2;
            p[-1] = c;
        }
    }

    return (size_t) (p - buf);
}


/*
 * 1 if the two bytes before "p" follow a "%" and are its digits; the byte they
 * stand for goes to *c
 */

static int
export_destination_is_escaped(const u_char *buf, const u_char *p,
    export_destination_form_e form, u_char *c)
{
    int  high, low;

    if (p - buf < 3 || p[-3] != '%') {
        return 0;
    }

    high = export_hex(p[-2]);
    low = export_hex(p[-1]);

    if (high < 0 || low < 0) {
        return 0;
    }

    *c = (u_char) (high << 4 | low);

    return form != EXPORT_DESTINATION_KEPT || !export_destination_slash(*c);
}


/*
 * Finds bytes before "p" that a careless recipient reads as one ASCII byte:
 * overlong UTF-8, a full-width form (U+FF0F for "/"), and %uXXXX of either
 * (IIS, ASP).  The ASCII byte goes to *c.  Returns the number of bytes found,
 * or 0.
 */

static size_t
export_destination_spelt(const u_char *buf, const u_char *p, u_char *c)
{
    int     code;
    size_t  n;

    n = export_destination_overlong(buf, p);

    if (n) {
        *c = (u_char) ((p[-2] & 1) << 6 | (p[-1] & 0x3f));
        return n;
    }

    code = -1;

    if (p - buf >= 3 && p[-3] == 0xef && (p[-1] & 0xc0) == 0x80) {
        code = export_destination_folded(0xf000u | (p[-2] & 0x3fu) << 6
                                         | (p[-1] & 0x3fu));
        n = 3;

    } else if (p - buf >= 6 && p[-6] == '%' && export_lower(p[-5]) == 'u') {
        code = export_destination_code(p);
        n = 6;
    }

    if (code < 0) {
        return 0;
    }

    *c = (u_char) code;

    return n;
}


/*
 * The ASCII byte that four hexadecimal digits before "p" are folded to, or -1.
 */

static int
export_destination_code(const u_char *p)
{
    int  code, digit, i;

    for (code = 0, i = -4; i < 0; i++) {
        digit = export_hex(p[i]);

        if (digit < 0) {
            return -1;
        }

        code = code << 4 | digit;
    }

    return export_destination_folded((unsigned) code);
}


/*
 * The ASCII byte for a code point that is ASCII, or the full-width form of
 * ASCII; or -1.
 */

static int
export_destination_folded(unsigned code)
{
    if (code < 0x80) {
        return (int) code;
    }

    return code >= 0xff01 && code <= 0xff5e ? (int) (code - 0xfee0) : -1;
}


/*
 * The number of bytes before "p" that are an overlong form of one ASCII byte,
 * or 0: C0 or C1 with one byte behind, E0 80 with one, F0 80 80 with one, and
 * so on.
 */

static size_t
export_destination_overlong(const u_char *buf, const u_char *p)
{
    size_t  n;

    if (p - buf < 2 || (p[-1] & 0xc0) != 0x80) {
        return 0;
    }

    if ((p[-2] & 0xfe) == 0xc0) {
        return 2;
    }

    if ((p[-2] & 0xfe) != 0x80) {
        return 0;
    }

    for (n = 3; n <= 6 && p - buf >= (ssize_t) n; n++) {

        if (p[-(ssize_t) n] != 0x80) {

            /* The first byte of a form of "n" bytes begins with "n" ones. */

            return p[-(ssize_t) n] == (u_char) (0xff00 >> n) ? n : 0;
        }
    }

    return 0;
}


/*
 * Works in place: the output, a "/" and a segment at a time, never overtakes
 * the input.
 */

static size_t
export_destination_segments(u_char *buf, size_t len,
    export_destination_form_e form)
{
    size_t   i, n, seg;
    u_char  *p;

    p = buf;

    if (form == EXPORT_DESTINATION_LOOSE) {
        len = export_destination_end(buf, len);
    }

    for (i = 0; i < len; i++) {
        seg = i;
        i = export_destination_segment(buf, len, seg, &n);

        if (form == EXPORT_DESTINATION_LOOSE) {
            export_destination_trim(buf, &seg, &n);
        }

        if (n == 0 || export_destination_is_dots(buf + seg, n, 1)) {
            continue;
        }

        if (export_destination_is_dots(buf + seg, n, 2)) {
            while (p > buf && *--p != '/') { /* void */ }
            continue;
        }

        *p++ = '/';
        memmove(p, buf + seg, n);
        p += n;
    }

    if (p == buf) {
        *p++ = '/';
    }

    return (size_t) (p - buf);
}


/* The number of bytes in front of the "?" or "#" that ends a path. */

static size_t
export_destination_end(const u_char *buf, size_t len)
{
    size_t  i;

    for (i = 0; i < len && buf[i] != '?' && buf[i] != '#'; i++) {
        /* void */
    }

    return i;
}


/*
 * The end of the segment that begins at "seg"; *n is the number of its bytes
 * before ";".
 */

static size_t
export_destination_segment(const u_char *buf, size_t len, size_t seg,
    size_t *n)
{
    size_t  i;

    for (i = seg; i < len && !export_destination_slash(buf[i]); i++) {
        if (buf[i] == ';') {
            break;
        }
    }

    *n = i - seg;

    while (i < len && !export_destination_slash(buf[i])) {
        i++;
    }

    return i;
}


/* 1 if a segment of "n" bytes is "dots" dots */

static int
export_destination_is_dots(const u_char *p, size_t n, size_t dots)
{
    return n == dots && memcmp(p, "..", n) == 0;
}


/* Takes blanks and control characters off both ends of a segment. */

static void
export_destination_trim(const u_char *buf, size_t *seg, size_t *n)
{
    while (*n && buf[*seg] <= ' ') {
        (*seg)++;
        (*n)--;
    }

    while (*n && buf[*seg + *n - 1] <= ' ') {
        (*n)--;
    }
}
