
/*
 * What several tests share: strings, memory that can be made to run out,
 * and random numbers from a fixed seed.
 */


#ifndef _POOL_H_INCLUDED_
#define _POOL_H_INCLUDED_


#include <time.h>

#include "export.h"


#define POOL_MAX  0x4000


static void      *pool_block[POOL_MAX];
static unsigned   pool_n, pool_limit = POOL_MAX;
static uint64_t   pool_seed = 88172645463325252ull;


static inline void *
pool_alloc(void *data, size_t size)
{
    (void) data;

    if (pool_n == pool_limit) {
        return NULL;
    }

    pool_block[pool_n] = calloc(1, size);

    return pool_block[pool_n++];
}


static const export_pool_t  pool = { pool_alloc, NULL };


static inline void
pool_free(void)
{
    while (pool_n) {
        free(pool_block[--pool_n]);
    }

    pool_limit = POOL_MAX;
}


static inline export_str_t
str(const char *text)
{
    export_str_t  s;

    s.len = strlen(text);
    s.data = (u_char *) text;

    return s;
}


static inline unsigned
draw(unsigned n)
{
    pool_seed ^= pool_seed << 13;
    pool_seed ^= pool_seed >> 7;
    pool_seed ^= pool_seed << 17;

    return (unsigned) (pool_seed >> 33) % n;
}


/* milliseconds of processor time, which other processes do not lengthen */

static inline double
clock_ms(void)
{
    struct timespec  ts;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);

    return (double) ts.tv_sec * 1e3 + (double) ts.tv_nsec / 1e6;
}


#endif /* _POOL_H_INCLUDED_ */
