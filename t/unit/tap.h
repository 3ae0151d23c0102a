
/*
 * The little that unit tests need: TAP lines for prove, and inputs that end
 * at an unreadable page, so that reading past the end is a crash.
 */


#ifndef _TAP_H_INCLUDED_
#define _TAP_H_INCLUDED_


#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>


static int  tap_run, tap_failed;


static inline int
ok(int cond, const char *fmt, ...)
{
    va_list  args;

    tap_run++;
    tap_failed += !cond;

    printf("%sok %d - ", cond ? "" : "not ", tap_run);

    va_start(args, fmt);
    vprintf(fmt, args);
    va_end(args);

    printf("\n");

    return cond;
}


#define is_int(got, want, ...)                                               \
    do {                                                                      \
        long long  g_ = (long long) (got), w_ = (long long) (want);           \
                                                                              \
        if (!ok(g_ == w_, __VA_ARGS__)) {                                     \
            printf("# %s:%d: got %lld, want %lld\n", __FILE__, __LINE__,      \
                   g_, w_);                                                   \
        }                                                                     \
    } while (0)


/* memory whose last byte is the last before an unreadable page */

static inline unsigned char *
guard_area(size_t len)
{
    size_t          page, size;
    unsigned char  *p;

    page = (size_t) sysconf(_SC_PAGESIZE);
    size = (len + page - 1) / page * page;

    p = mmap(NULL, size + page, PROT_READ|PROT_WRITE,
             MAP_PRIVATE|MAP_ANONYMOUS, -1, 0);

    if (p == MAP_FAILED || mprotect(p + size, page, PROT_NONE) == -1) {
        perror("mmap");
        exit(2);
    }

    return p + size - len;
}


static inline unsigned char *
guard_copy(const void *data, size_t len)
{
    unsigned char  *p;

    p = guard_area(len);

    if (len) {
        memcpy(p, data, len);
    }

    return p;
}


static inline void
guard_free(unsigned char *p, size_t len)
{
    size_t  page, size;

    page = (size_t) sysconf(_SC_PAGESIZE);
    size = (len + page - 1) / page * page;

    munmap(p + len - size, size + page);
}


static inline int
done_testing(void)
{
    printf("1..%d\n", tap_run);

    return tap_failed != 0;
}


#endif /* _TAP_H_INCLUDED_ */
