
/*
 * MB/s of the whole inspection in memory, one format beside the other: each
 * record's address found, located and judged, in pieces of 64 KB.
 *
 *     build/bench/formats DATABASE [MB]
 *
 *     64 KB   a small body again and again: it and its branches are learned
 *     large   a body of many MB (a form has 1 MB, and is one record)
 *
 * Rows take turns, so that what else the machine does meets all of them.
 * Compressed bytes are counted as what they inflate to.
 */


#include <zlib.h>

#include "inspection.h"


#define BENCH_PIECE   65536
#define BENCH_SMALL   65536
#define BENCH_FORM    (1000 * 1000)     /* a form is one record, of 1 MB at
                                           most */
#define BENCH_ROUNDS  9


typedef struct {
    u_char    *data;
    size_t     len;
    size_t     plain;               /* bytes of what is inspected */
    uint64_t   records;
} bench_body_t;


typedef struct {
    const char  *name;
    const char  *type;
    const char  *encoding;
    void       (*make)(bench_body_t *body, size_t size, unsigned text);
} bench_format_t;


typedef struct {
    const bench_format_t  *format;
    const bench_size_t    *size;
    bench_body_t           small;
    bench_body_t           large;
    double                 hot[BENCH_ROUNDS];
    double                 cold[BENCH_ROUNDS];
} bench_row_t;


static void bench_ndjson(bench_body_t *body, size_t size, unsigned text);
static void bench_array(bench_body_t *body, size_t size, unsigned text);
static void bench_seq(bench_body_t *body, size_t size, unsigned text);
static void bench_csv(bench_body_t *body, size_t size, unsigned text);
static void bench_form(bench_body_t *body, size_t size, unsigned text);
static void bench_multipart(bench_body_t *body, size_t size, unsigned text);
static void bench_gzip(bench_body_t *body, size_t size, unsigned text);
static void bench_aws(bench_body_t *body, size_t size, unsigned text);
static void bench_join(bench_body_t *body, size_t size, unsigned text,
    const char *before, const char *between, const char *after);
static void bench_wrap(bench_body_t *body, const char *before,
    const char *after);
static double bench_rate(bench_inspection_t *in, const bench_format_t *format,
    const bench_body_t *body, size_t total);
static void bench_run(bench_inspection_t *in, bench_row_t *rows, size_t n,
    size_t total);
static void bench_print(const bench_row_t *row);


static const bench_format_t  formats[] = {
    { "NDJSON", "application/x-ndjson", "", bench_ndjson },
    { "JSON array", "application/json", "", bench_array },
    { "json-seq", "application/json-seq", "", bench_seq },
    { "CSV", "text/csv", "", bench_csv },
    { "form", "application/x-www-form-urlencoded", "", bench_form },
    { "multipart, NDJSON", "multipart/form-data; boundary=------------------"
      "------5f0c1d7c2a9e4b31", "", bench_multipart },
    { "gzip, NDJSON", "application/x-ndjson", "gzip", bench_gzip },
    { "aws-chunked, NDJSON", "application/x-ndjson", "aws-chunked",
      bench_aws }
};

#define BENCH_FORMATS  (sizeof(formats) / sizeof(formats[0]))


int
main(int argc, char **argv)
{
    size_t                i, size;
    bench_row_t          *row;
    bench_inspection_t    in;
    static bench_row_t    rows[BENCH_FORMATS * BENCH_SIZES];

    if (argc < 2) {
        bench_die("usage: formats DATABASE [MB]");
    }

    size = (size_t) (argc > 2 ? atoi(argv[2]) : 24) << 20;

    bench_inspection_init(&in, argv[1]);

    for (i = 0; i < BENCH_FORMATS * BENCH_SIZES; i++) {
        row = &rows[i];
        row->format = &formats[i / BENCH_SIZES];
        row->size = &bench_sizes[i % BENCH_SIZES];
        row->format->make(&row->small, BENCH_SMALL, row->size->text);
        row->format->make(&row->large, size, row->size->text);
    }

    bench_run(&in, rows, BENCH_FORMATS * BENCH_SIZES, size);

    printf("%-28s %24s %24s\n", "inspection in memory, MB/s",
           "64 KB bodies", "large bodies");
    printf("%-20s %-7s %8s %8s %8s %8s %8s %8s\n", "format", "record",
           "min", "median", "max", "min", "median", "max");

    for (i = 0; i < BENCH_FORMATS * BENCH_SIZES; i++) {
        bench_print(&rows[i]);
        free(rows[i].small.data);
        free(rows[i].large.data);
    }

    bench_inspection_free(&in);

    return 0;
}


static void
bench_ndjson(bench_body_t *body, size_t size, unsigned text)
{
    bench_join(body, size, text, "", "\n", "\n");
}


static void
bench_array(bench_body_t *body, size_t size, unsigned text)
{
    bench_join(body, size, text, "[", ",", "]");
}


static void
bench_seq(bench_body_t *body, size_t size, unsigned text)
{
    bench_join(body, size, text, "\x1e", "\n\x1e", "\n");
}


/* objects, joined */

static void
bench_join(bench_body_t *body, size_t size, unsigned text, const char *before,
    const char *between, const char *after)
{
    u_char    *p;
    uint64_t   seed;

    seed = BENCH_SEED;
    body->data = malloc(size);
    p = (u_char *) stpcpy((char *) body->data, before);

    for ( ;; ) {
        p = bench_object(p, text, &seed);
        body->records++;

        if ((size_t) (p - body->data) + BENCH_RECORD > size) {
            break;
        }

        p = (u_char *) stpcpy((char *) p, between);
    }

    p = (u_char *) stpcpy((char *) p, after);

    body->len = (size_t) (p - body->data);
    body->plain = body->len;
}


/* six columns; the text before the address is quoted */

static void
bench_csv(bench_body_t *body, size_t size, unsigned text)
{
    u_char    *p;
    uint64_t   seed, r;

    seed = BENCH_SEED;
    body->data = malloc(size);
    p = (u_char *) stpcpy((char *) body->data,
                          "id,ts,user,text,ip,country\r\n");

    while ((size_t) (p - body->data) + BENCH_RECORD < size) {
        r = bench_random(&seed);

        p += sprintf((char *) p, "%llu,%llu,u%llu,\"",
                     (unsigned long long) r % 1000000,
                     1700000000ull + r % 10000000,
                     (unsigned long long) r % 100000);

        p += bench_words(p, text + 100 + r % 16, &seed);

        p += sprintf((char *) p, "say \"\"hello\"\"\",%u.%u.%u.%u,GB\r\n",
                     (unsigned) (r >> 8) % 224, (unsigned) (r >> 16) % 256,
                     (unsigned) (r >> 24) % 256, (unsigned) (r >> 32) % 256);

        body->records++;
    }

    body->len = (size_t) (p - body->data);
    body->plain = body->len;
}


/* one record, with fields as long as the records of others */

static void
bench_form(bench_body_t *body, size_t size, unsigned text)
{
    u_char    *p;
    size_t     n;
    unsigned   i;
    uint64_t   seed;

    seed = BENCH_SEED;
    size = size < BENCH_FORM ? size : BENCH_FORM;
    body->data = malloc(size);
    p = (u_char *) stpcpy((char *) body->data, "ip=8.8.8.8");

    for (i = 0; (size_t) (p - body->data) + BENCH_RECORD < size; i++) {
        p += sprintf((char *) p, "&text%u=", i);

        for (n = bench_words(p, text + 150, &seed); n; n--, p++) {
            *p = *p == ' ' ? '+' : *p;
        }

        p = (u_char *) stpcpy((char *) p, "%22caf%C3%A9%22");
    }

    body->len = (size_t) (p - body->data);
    body->plain = body->len;
    body->records = 1;
}


static void
bench_multipart(bench_body_t *body, size_t size, unsigned text)
{
    bench_ndjson(body, size, text);

    bench_wrap(body,
               "--------------------------5f0c1d7c2a9e4b31\r\n"
               "Content-Disposition: form-data; name=\"purpose\"\r\n\r\n"
               "fine-tune\r\n"
               "--------------------------5f0c1d7c2a9e4b31\r\n"
               "Content-Disposition: form-data; name=\"file\"; "
               "filename=\"train.jsonl\"\r\n"
               "Content-Type: application/octet-stream\r\n\r\n",
               "\r\n--------------------------5f0c1d7c2a9e4b31--\r\n");
}


static void
bench_wrap(bench_body_t *body, const char *before, const char *after)
{
    size_t   n, m;
    u_char  *data;

    n = strlen(before);
    m = strlen(after);
    data = malloc(n + body->len + m);

    memcpy(data, before, n);
    memcpy(data + n, body->data, body->len);
    memcpy(data + n + body->len, after, m);
    free(body->data);

    body->data = data;
    body->len += n + m;
    body->plain = body->len;
}


static void
bench_gzip(bench_body_t *body, size_t size, unsigned text)
{
    u_char    *data;
    z_stream   z;

    bench_ndjson(body, size, text);

    memset(&z, 0, sizeof(z_stream));
    deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    data = malloc(deflateBound(&z, body->len));

    z.next_in = body->data;
    z.avail_in = (uInt) body->len;
    z.next_out = data;
    z.avail_out = (uInt) deflateBound(&z, body->len);

    if (deflate(&z, Z_FINISH) != Z_STREAM_END) {
        bench_die("deflate() failed");
    }

    free(body->data);
    body->data = data;
    body->len = z.total_out;
    deflateEnd(&z);
}


/* signed chunks of 64 KB, as SDKs send them */

static void
bench_aws(bench_body_t *body, size_t size, unsigned text)
{
    size_t        i, n;
    u_char       *data, *p;
    static char   signature[] = ";chunk-signature=ad80c730a21e5b8d04586a2213dd"
                                "63b9a0e99e0e2307b0ade35a65485a288648\r\n";

    bench_ndjson(body, size, text);
    data = malloc(body->len + (body->len / BENCH_PIECE + 2) * 128);
    p = data;

    for (i = 0; i < body->len; i += n) {
        n = body->len - i < BENCH_PIECE ? body->len - i : BENCH_PIECE;
        p += sprintf((char *) p, "%zx%s", n, signature);
        memcpy(p, body->data + i, n);
        p = (u_char *) stpcpy((char *) p + n, "\r\n");
    }

    p += sprintf((char *) p, "0%s\r\n", signature);

    free(body->data);
    body->data = data;
    body->len = (size_t) (p - data);
    body->plain = body->len;
}


static void
bench_run(bench_inspection_t *in, bench_row_t *rows, size_t n, size_t total)
{
    size_t        i;
    unsigned      round;
    bench_row_t  *row;

    for (round = 0; round < BENCH_ROUNDS; round++) {

        for (i = 0; i < n; i++) {
            row = &rows[i];
            row->hot[round] = bench_rate(in, row->format, &row->small, total);
            row->cold[round] = bench_rate(in, row->format, &row->large, total);
        }
    }

    for (i = 0; i < n; i++) {
        bench_sort(rows[i].hot, BENCH_ROUNDS);
        bench_sort(rows[i].cold, BENCH_ROUNDS);
    }
}


/* the same body until "total" bytes are through */

static double
bench_rate(bench_inspection_t *in, const bench_format_t *format,
    const bench_body_t *body, size_t total)
{
    size_t               done;
    double               start;
    export_body_head_t   head;

    memset(&head, 0, sizeof(export_body_head_t));

    head.type.data = (u_char *) format->type;
    head.type.len = strlen(format->type);
    head.encoding.data = (u_char *) format->encoding;
    head.encoding.len = strlen(format->encoding);
    head.decoded = -1;

    start = bench_now();

    for (done = 0; done < total; done += body->plain) {
        if (bench_inspect(in, &head, body->data, body->len, BENCH_PIECE)
            != body->records)
        {
            bench_die("records are missing");
        }
    }

    return (double) done / 1e6 / (bench_now() - start);
}


static void
bench_print(const bench_row_t *row)
{
    printf("%-20s %-7s %8.0f %8.0f %8.0f %8.0f %8.0f %8.0f\n",
           row->format->name, row->size->name, row->hot[0],
           row->hot[BENCH_ROUNDS / 2], row->hot[BENCH_ROUNDS - 1],
           row->cold[0], row->cold[BENCH_ROUNDS / 2],
           row->cold[BENCH_ROUNDS - 1]);
}
