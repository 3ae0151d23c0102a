
/*
 * MB/s of inflated output, best of several rounds, beside zlib: NDJSON with
 * records of about 200 and 1,000 bytes, gzip -6, fed in pieces such as nginx
 * reads.
 */

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <zlib.h>

#include "export_inflate.h"


#define BENCH_WINDOW  65536     /* output of one call */
#define BENCH_SIZE    (48 * 1024 * 1024)
#define BENCH_ROUNDS  5


typedef struct {
    u_char  *data;
    size_t   len;
    size_t   plain;
} bench_body_t;


typedef struct {
    const char  *name;
    double     (*run)(const bench_body_t *body, size_t piece);
    size_t       piece;
} bench_row_t;


static uint64_t  bench_seed = 88172645463325252u;


static uint32_t
bench_random(uint32_t n)
{
    bench_seed ^= bench_seed << 13;
    bench_seed ^= bench_seed >> 7;
    bench_seed ^= bench_seed << 17;

    return (uint32_t) (bench_seed >> 32) % n;
}


static double
bench_now(void)
{
    struct timespec  ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);

    return (double) ts.tv_sec + (double) ts.tv_nsec / 1e9;
}


static size_t
bench_ndjson(char *buf, size_t size, unsigned words)
{
    static const char  *word[] = {
        "the", "model", "answer", "hello", "question", "data", "user",
        "please", "write", "table", "record", "a", "of", "because",
        "summary", "export", "thanks", "is", "to", "and"
    };

    char      *p, *last;
    unsigned   i, id;

    p = buf;
    last = buf + size - words * 12 - 256;

    for (id = 0; p < last; id++) {

        p += sprintf(p, "{\"id\":%u,\"ip\":\"%u.%u.%u.%u\",\"country\":"
                     "\"%c%c\",\"score\":0.%06u,\"text\":\"", id,
                     bench_random(224), bench_random(256), bench_random(256),
                     bench_random(256), 'A' + (int) bench_random(26),
                     'A' + (int) bench_random(26), bench_random(1000000));

        for (i = 0; i < words; i++) {
            p += sprintf(p, "%s ", word[bench_random(20)]);
        }

        p += sprintf(p, "%08x\"}\n", bench_random(0xffffffff));
    }

    return (size_t) (p - buf);
}


static void
bench_gzip(bench_body_t *body, const char *plain, size_t len)
{
    z_stream  z;

    memset(&z, 0, sizeof(z));
    deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);

    body->plain = len;
    body->len = deflateBound(&z, len);
    body->data = malloc(body->len);

    z.next_in = (Bytef *) plain;
    z.avail_in = (uInt) len;
    z.next_out = body->data;
    z.avail_out = (uInt) body->len;

    if (deflate(&z, Z_FINISH) != Z_STREAM_END) {
        exit(1);
    }

    body->len = z.total_out;
    deflateEnd(&z);
}


static int
bench_out(void *data, const u_char *p, size_t len)
{
    (void) p;
    *(size_t *) data += len;

    return EXPORT_OK;
}


static double
bench_export(const bench_body_t *body, size_t piece)
{
    size_t                    out, pos, n;
    double                    start;
    export_inflate_t         *inf;
    export_inflate_work_t    *work;
    export_unread_t           unread = { 0, UINT64_MAX, 0, 0 };
    export_inflate_limits_t   limits = { 1 << 30, 200 };

    inf = malloc(export_inflate_size());
    work = malloc(export_inflate_work_size());
    out = 0;

    export_inflate_init(inf, work, EXPORT_INFLATE_GZIP, &limits, &unread,
                        bench_out, &out);

    start = bench_now();

    for (pos = 0; pos < body->len; pos += piece) {
        n = body->len - pos < piece ? body->len - pos : piece;
        export_inflate_feed(inf, body->data + pos, n);
    }

    start = bench_now() - start;

    if (export_inflate_finish(inf) != EXPORT_OK || out != body->plain) {
        exit(1);
    }

    free(inf);
    free(work);

    return (double) out / 1e6 / start;
}


static double
bench_zlib(const bench_body_t *body, size_t piece)
{
    int            rc;
    size_t         pos;
    double         start;
    z_stream       z;
    static u_char  window[BENCH_WINDOW];

    memset(&z, 0, sizeof(z));
    inflateInit2(&z, 15 + 16);
    start = bench_now();
    rc = Z_OK;

    for (pos = 0; pos < body->len; pos += piece) {

        z.next_in = body->data + pos;
        z.avail_in = (uInt) (body->len - pos < piece ? body->len - pos
                                                     : piece);
        do {
            z.next_out = window;
            z.avail_out = sizeof(window);
            rc = inflate(&z, Z_NO_FLUSH);
        } while (rc == Z_OK && z.avail_out == 0);
    }

    start = bench_now() - start;

    if (rc != Z_STREAM_END) {
        exit(1);
    }

    inflateEnd(&z);

    return (double) body->plain / 1e6 / start;
}


static const bench_row_t  bench_rows[] = {
    { "zlib, 64 KB", bench_zlib, 64 * 1024 },
    { "zlib, 4 KB", bench_zlib, 4 * 1024 },
    { "export, 1 MB", bench_export, 1024 * 1024 },
    { "export, 64 KB", bench_export, 64 * 1024 },
    { "export, 16 KB", bench_export, 16 * 1024 },
    { "export, 4 KB", bench_export, 4 * 1024 },
    { "export, 1 KB", bench_export, 1024 }
};


int
main(void)
{
    char               *plain;
    size_t              len;
    double              rate, best;
    unsigned            i, k, round;
    bench_body_t        body;
    const bench_row_t  *row;
    static unsigned     words[] = { 16, 150 };

    printf("state %zu bytes, work area %zu\n", export_inflate_size(),
           export_inflate_work_size());

    plain = malloc(BENCH_SIZE);

    for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {

        len = bench_ndjson(plain, BENCH_SIZE, words[i]);
        bench_gzip(&body, plain, len);

        printf("records of about %u bytes, %.2f to 1\n",
               i == 0 ? 200 : 1000, (double) len / (double) body.len);

        for (k = 0; k < sizeof(bench_rows) / sizeof(bench_rows[0]); k++) {

            row = &bench_rows[k];
            best = 0;

            for (round = 0; round < BENCH_ROUNDS; round++) {
                rate = row->run(&body, row->piece);
                best = rate > best ? rate : best;
            }

            printf("%-24s %6.0f MB/s\n", row->name, best);
        }

        free(body.data);
    }

    free(plain);

    return 0;
}
