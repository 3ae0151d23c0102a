
/*
 * The base of the export policy module: the string slice, the return codes,
 * the place word and the limits.  Knows neither nginx nor any library.
 *
 * The folders of module/ are layers, and an include only ever points down:
 *
 *     nginx/              the only place that knows nginx
 *     head/  body/        what a transfer says before its body, and in it
 *     readers/  policy/   formats of bodies; the decision and its words
 *     place/  text/       addresses and countries; bytes and patterns
 *     include/export.h    this file
 */


#ifndef _EXPORT_H_INCLUDED_
#define _EXPORT_H_INCLUDED_


#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>


/*
 * Bytes and their number, not terminated.  The same layout as nginx's
 * string, and may_alias, so that the glue passes a pointer to one as a
 * pointer to the other.
 */

typedef struct {
    size_t    len;
    u_char   *data;
} __attribute__((__may_alias__)) export_str_t;


#define export_string(s)  { sizeof(s) - 1, (u_char *) s }


/*
 * For the rare half of a function: inlined, it would make the common half save
 * registers.
 */

#define EXPORT_RARE  __attribute__((__noinline__))


/* A table whose rows an enum numbers has a row for the enum's last value. */

#define export_assert_rows(table, n)                                          \
    _Static_assert(sizeof(table) / sizeof(table[0]) == (n),                   \
                   #table " does not have a row for each " #n)


/* Return codes, equal to nginx's own so that the glue passes them on. */

#define EXPORT_OK         0
#define EXPORT_ERROR     -1     /* malformed, or failed: never an allow */
#define EXPORT_AGAIN     -2     /* more is to come */
#define EXPORT_DONE      -4     /* at the end, or enough is known */
#define EXPORT_DECLINED  -5     /* well-formed, and does not apply */


/*
 * Where somebody is, as evidence: one bit a jurisdiction, and two marks.
 * Evidence is joined with "|", so that the strictest always shows and
 * nothing found later can take it back.  A word with neither mark is "no
 * evidence".
 */

typedef uint32_t  export_place_t;

#define EXPORT_PLACE_KNOWN         0x40000000u   /* somewhere in particular */
#define EXPORT_PLACE_UNKNOWN       0x80000000u   /* a signal without a place */
#define EXPORT_PLACE_JURISDICTION  0x3fffffffu   /* the jurisdictions' bits */

#define EXPORT_MAX_JURISDICTIONS   30            /* one bit each */


/*
 * Memory for what is built once, at configuration time.  alloc() returns
 * zeroed memory that lives as long as the configuration, or NULL; nothing is
 * freed singly.  Code that runs per request takes no export_pool_t.
 */

typedef struct {
    void  *(*alloc)(void *data, size_t size);
    void   *data;
} export_pool_t;


/* ASCII only: headers, hosts and country codes have no locale */

#define export_lower(c)                                                       \
    (u_char) ((c) >= 'A' && (c) <= 'Z' ? (c) | 0x20 : (c))


/* the value of a hexadecimal digit, or -1 */

static inline int
export_hex(u_char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }

    c = export_lower(c);

    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}


/* the value of the two hexadecimal digits at p, or -1 */

static inline int
export_hex_pair(const u_char *p)
{
    int  high, low;

    high = export_hex(p[0]);
    low = export_hex(p[1]);

    return high < 0 || low < 0 ? -1 : high << 4 | low;
}


/*
 * 1 if n bytes are the same; memcmp() costs more than short names do.  Words
 * may overlap: the last one ends where the bytes end.
 */

static inline int
export_same(const u_char *a, const u_char *b, size_t n)
{
    size_t    i;
    uint32_t  v, w;
    uint64_t  x, y;

    if (n < sizeof(x)) {

        if (n >= sizeof(v)) {
            memcpy(&v, a, sizeof(v));
            memcpy(&w, b, sizeof(w));

            if (v != w) {
                return 0;
            }

            memcpy(&v, a + n - sizeof(v), sizeof(v));
            memcpy(&w, b + n - sizeof(w), sizeof(w));

            return v == w;
        }

        for (i = 0; i < n; i++) {
            if (a[i] != b[i]) {
                return 0;
            }
        }

        return 1;
    }

    for (i = 0; /* void */ ; i += sizeof(x)) {

        if (i > n - sizeof(x)) {
            i = n - sizeof(x);
        }

        /* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): n >= 8 */
        memcpy(&x, a + i, sizeof(x));
        memcpy(&y, b + i, sizeof(y));

        if (x != y) {
            return 0;
        }

        if (i == n - sizeof(x)) {
            return 1;
        }
    }
}


/* 1 if equal byte by byte; a string of no bytes may have no pointer */

static inline int
export_str_equal(const export_str_t *a, const export_str_t *b)
{
    return a->len == b->len && export_same(a->data, b->data, a->len);
}


/* 1 if equal but for ASCII case */

static inline int
export_str_same(const export_str_t *a, const export_str_t *b)
{
    size_t  i;

    if (a->len != b->len) {
        return 0;
    }

    if (export_same(a->data, b->data, a->len)) {
        return 1;
    }

    for (i = 0; i < a->len; i++) {
        if (export_lower(a->data[i]) != export_lower(b->data[i])) {
            return 0;
        }
    }

    return 1;
}


/* without leading and trailing SP and HTAB (OWS, RFC 9110, section 5.6.3) */

static inline export_str_t
export_str_trim(export_str_t s)
{
    while (s.len && (s.data[0] == ' ' || s.data[0] == '\t')) {
        s.data++;
        s.len--;
    }

    while (s.len
           && (s.data[s.len - 1] == ' ' || s.data[s.len - 1] == '\t'))
    {
        s.len--;
    }

    return s;
}


#endif /* _EXPORT_H_INCLUDED_ */
