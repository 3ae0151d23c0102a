
#include "export_words.h"
#include "export_bytes.h"


typedef enum {
    EXPORT_WORDS_OTHER = 0,
    EXPORT_WORDS_DIGIT,
    EXPORT_WORDS_LOWER,
    EXPORT_WORDS_UPPER
} export_words_e;


static export_words_e export_words_classify(u_char c);
static int export_words_is_edge(export_words_e before, export_words_e kind,
    export_words_e next);
static int export_words_differ_by_one(const u_char *a, const u_char *b,
    size_t n);
static size_t export_words_squash(u_char buf[EXPORT_WORDS_EDIT + 1],
    const export_str_t *s);


int
export_words(export_words_t *words, const export_str_t *s)
{
    size_t          i, n;
    export_words_e  before, kind, next;

    n = 0;
    words->bytes = 0;

    before = EXPORT_WORDS_OTHER;
    kind = s->len ? export_words_classify(s->data[0]) : EXPORT_WORDS_OTHER;

    for (i = 0; i < s->len; i++, before = kind, kind = next) {

        next = i + 1 < s->len ? export_words_classify(s->data[i + 1])
                              : EXPORT_WORDS_OTHER;

        if (kind == EXPORT_WORDS_OTHER) {
            continue;
        }

        if (n == EXPORT_WORDS_MAX) {
            return EXPORT_ERROR;
        }

        words->edge[n] = (u_char) export_words_is_edge(before, kind, next);
        words->text[n++] = export_lower(s->data[i]);
        words->bytes |= export_bytes_set[s->data[i]] & EXPORT_BYTES_ALNUM;
    }

    words->edge[n] = 1;
    words->len = n;

    return EXPORT_OK;
}


size_t
export_words_at(const export_words_t *words, size_t i, const export_str_t *s)
{
    size_t  k;

    for (k = 0; k < s->len; k++) {

        if (export_words_classify(s->data[k]) == EXPORT_WORDS_OTHER) {
            continue;
        }

        if (i == words->len || words->text[i] != export_lower(s->data[k])) {
            return 0;
        }

        i++;
    }

    return i;
}


int
export_words_edited(const export_words_t *words, size_t i, size_t end,
    const export_str_t *s, size_t *place)
{
    size_t         k, m, n;
    u_char         b[EXPORT_WORDS_EDIT + 1];
    const u_char  *a;

    a = words->text + i;
    n = end - i;
    m = export_words_squash(b, s);

    if (m > EXPORT_WORDS_EDIT || n > m + 1 || m > n + 1) {
        return 0;
    }

    for (k = 0; k < n && k < m && a[k] == b[k]; k++) { /* void */ }

    *place = k;

    if (n > m) {
        return memcmp(a + k + 1, b + k, m - k) == 0;
    }

    if (n < m) {
        return memcmp(a + k, b + k + 1, n - k) == 0;
    }

    return k < n && export_words_differ_by_one(a + k, b + k, n - k);
}


size_t
export_words_size(const export_str_t *s, size_t place)
{
    size_t  i, n, size;

    for (n = 0, size = 0, i = 0; i < s->len; i++) {

        if (export_words_classify(s->data[i]) != EXPORT_WORDS_OTHER) {
            size++;
            n++;
            continue;
        }

        if (n > place) {
            break;
        }

        size = i + 1 < s->len ? 0 : size;
    }

    return size;
}


static export_words_e
export_words_classify(u_char c)
{
    if (c >= 'a' && c <= 'z') {
        return EXPORT_WORDS_LOWER;
    }

    if (c >= 'A' && c <= 'Z') {
        return EXPORT_WORDS_UPPER;
    }

    return c >= '0' && c <= '9' ? EXPORT_WORDS_DIGIT : EXPORT_WORDS_OTHER;
}


static int
export_words_is_edge(export_words_e before, export_words_e kind,
    export_words_e next)
{
    if (before == EXPORT_WORDS_OTHER) {
        return 1;
    }

    if (kind == EXPORT_WORDS_UPPER) {
        return before != EXPORT_WORDS_UPPER || next == EXPORT_WORDS_LOWER;
    }

    return (before == EXPORT_WORDS_DIGIT) != (kind == EXPORT_WORDS_DIGIT);
}


/*
 * Whether of two texts of "n" letters, whose first ones differ, nothing else
 * differs, or the first two are exchanged.
 */

static int
export_words_differ_by_one(const u_char *a, const u_char *b, size_t n)
{
    if (memcmp(a + 1, b + 1, n - 1) == 0) {
        return 1;
    }

    return n > 1 && a[0] == b[1] && a[1] == b[0]
           && memcmp(a + 2, b + 2, n - 2) == 0;
}


/*
 * Copies letters and digits in lower case.  A result of EXPORT_WORDS_EDIT + 1
 * says that the text has too many of them; the others are not counted.
 */

static size_t
export_words_squash(u_char buf[EXPORT_WORDS_EDIT + 1], const export_str_t *s)
{
    size_t  i, n;

    for (n = 0, i = 0; i < s->len && n <= EXPORT_WORDS_EDIT; i++) {
        if (export_words_classify(s->data[i]) != EXPORT_WORDS_OTHER) {
            buf[n++] = export_lower(s->data[i]);
        }
    }

    return n;
}
