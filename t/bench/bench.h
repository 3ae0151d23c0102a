
/* What measurements share: a clock, a spread of rates, and NDJSON. */


#ifndef _BENCH_H_INCLUDED_
#define _BENCH_H_INCLUDED_


#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "export.h"


#define BENCH_SEED    88172645463325252ull
#define BENCH_RECORD  4096      /* bytes that a record may take at most */


static inline double
bench_now(void)
{
    struct timespec  t;

    clock_gettime(CLOCK_MONOTONIC, &t);

    return (double) t.tv_sec + (double) t.tv_nsec / 1e9;
}


static inline uint64_t
bench_random(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;

    return *seed >> 11;
}


static inline int
bench_compare(const void *one, const void *two)
{
    double  a, b;

    a = *(const double *) one;
    b = *(const double *) two;

    return (a > b) - (a < b);
}


static inline void
bench_sort(double *rate, size_t n)
{
    qsort(rate, n, sizeof(double), bench_compare);
}


static inline size_t
bench_words(u_char *p, size_t len, uint64_t *seed)
{
    size_t       n;
    const char  *word;

    static const char  *words[] = {
        "the ", "model ", "answers ", "a ", "question ", "about ", "data, ",
        "which ", "people ", "wrote ", "in ", "other ", "words. ", "It ",
        "is ", "not ", "clear ", "why ", "they ", "were ", "taken: "
    };

    for (n = 0; n < len; /* void */) {
        word = words[bench_random(seed) % 21];
        memcpy(p + n, word, strlen(word));
        n += strlen(word);
    }

    return n;
}


/*
 * An object of ten members, "ip" among them; in 2 % of the records a decoy in
 * the text, in 1 % an "ip" in a nested object before.  Returns its end.
 */

static inline u_char *
bench_object(u_char *p, unsigned text, uint64_t *seed)
{
    uint64_t  r;

    r = bench_random(seed);

    p += sprintf((char *) p, "{\"id\":%llu,\"ts\":%llu,\"ok\":%s,",
                 (unsigned long long) r % 1000000,
                 1700000000ull + r % 10000000, r & 1 ? "true" : "false");

    if (r % 100 == 7) {
        p += sprintf((char *) p, "\"via\":{\"ip\":\"10.0.0.%u\"},",
                     (unsigned) (r >> 8) % 256);
    }

    p += sprintf((char *) p, "\"score\":%.3f,\"lang\":\"%s\",\"ip\":"
                 "\"%u.%u.%u.%u\",\"user\":\"u%llu\",\"text\":\"",
                 (double) (r % 20000) / 1000 - 5,
                 r & 2 ? "en" : "de", (unsigned) (r >> 8) % 224,
                 (unsigned) (r >> 16) % 256, (unsigned) (r >> 24) % 256,
                 (unsigned) (r >> 32) % 256,
                 (unsigned long long) r % 100000);

    if (r % 50 == 3) {
        p += sprintf((char *) p, "say \\\"ip\\\":\\\"1.2.3.4\\\" ");
    }

    p += bench_words(p, text + r % 16, seed);
    p += sprintf((char *) p, "\",\"tags\":[\"a%u\",\"b\"],\"n\":null}",
                 (unsigned) r % 10);

    return p;
}


/* as many lines as fit; returns their bytes */

static inline size_t
bench_lines(u_char *data, size_t size, unsigned text)
{
    u_char    *p;
    uint64_t   seed;

    seed = BENCH_SEED;

    for (p = data; (size_t) (p - data) + BENCH_RECORD < size; /* void */) {
        p = bench_object(p, text, &seed);
        *p++ = '\n';
    }

    return (size_t) (p - data);
}


/* records of about 200 bytes and of 1 KB, by the bytes of their text */

typedef struct {
    const char  *name;
    unsigned     text;
} bench_size_t;


static const bench_size_t  bench_sizes[] = {
    { "200 B", 48 },
    { "1 KB", 861 }
};

#define BENCH_SIZES  (sizeof(bench_sizes) / sizeof(bench_sizes[0]))


#endif /* _BENCH_H_INCLUDED_ */
