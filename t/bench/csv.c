
/*
 * The CSV reader on 60 MB in pieces of 64 KB, in MB a second: best, median
 * and worst of 15 runs.
 *
 *     gcc -O2 -std=gnu99 -Iinclude t/bench/csv.c module/readers/export_csv.c \
 *         module/readers/export_field.c -o /tmp/csv && /tmp/csv
 */

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "export_csv.h"


#define SIZE    (60 * 1024 * 1024)
#define PIECE   (64 * 1024)
#define RUNS    15


typedef struct {
    const char  *name;
    int        (*write)(char *p, unsigned i);
} shape_t;


static int write_quoted(char *p, unsigned i);
static int write_plain(char *p, unsigned i);
static int write_wide(char *p, unsigned i);
static int write_german(char *p, unsigned i);
static int write_japanese(char *p, unsigned i);
static int on_field(void *data, unsigned index, export_value_e type,
    const export_str_t *value);
static int on_record(void *data, uint64_t start, uint64_t end);
static void measure(const shape_t *shape, u_char *body);
static double run(const u_char *body, size_t len, unsigned level,
    uint64_t *found);
static int less(const void *a, const void *b);


static const char  header[] = "id,name,text,ip,country\n";


static const shape_t  shapes[] = {
    { "column 4 behind a quoted text", write_quoted },
    { "no quotes, short rows", write_plain },
    { "1 KB of quoted text", write_wide },
    { "German text", write_german },
    { "Japanese text", write_japanese },
};


static const char  *levels[] = { "plain", "sse2", "avx2" };


int
main(void)
{
    size_t   i;
    u_char  *body;

    body = malloc(SIZE + 4096);

    if (body == NULL) {
        return 1;
    }

    for (i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
        measure(&shapes[i], body);
    }

    free(body);

    return 0;
}


static int
write_quoted(char *p, unsigned i)
{
    return sprintf(p, "%u,user%u,\"a text, with commas%s and \"\"quotes\"\", "
                   "to be looked through before the address is reached, %u\""
                   ",81.2.%u.%u,GB\n",
                   i, i * 7, i % 5 ? "" : "\nlines", i, i % 256, i / 256 % 256);
}


static int
write_plain(char *p, unsigned i)
{
    return sprintf(p, "%u,user%u,hello,81.2.%u.%u,GB\n", i, i * 7, i % 256,
                   i / 256 % 256);
}


static int
write_wide(char *p, unsigned i)
{
    int  n;

    n = sprintf(p, "%u,user%u,\"", i, i * 7);

    while (n < 1000) {
        n += sprintf(p + n, "words, and words %u ", i++);
    }

    return n + sprintf(p + n, "\",81.2.%u.%u,GB\n", i % 256, i / 256 % 256);
}


static int
write_german(char *p, unsigned i)
{
    return sprintf(p, "%u,M\xc3\xbcller,\"sch\xc3\xb6ne Gr\xc3\xbc\xc3\x9f"
                   "e, und noch ein l\xc3\xa4ngerer Text dazu, Nummer %u\","
                   "81.2.%u.%u,DE\n", i, i, i % 256, i / 256 % 256);
}


static int
write_japanese(char *p, unsigned i)
{
    return sprintf(p, "%u,\xe6\x97\xa5\xe6\x9c\xac,\"\xe3\x81\x93\xe3\x82\x93"
                   "\xe3\x81\xab\xe3\x81\xa1\xe3\x81\xaf\xe4\xb8\x96\xe7\x95"
                   "\x8c\xe3\x81\x93\xe3\x82\x93\xe3\x81\xab\xe3\x81\xa1\xe3"
                   "\x81\xaf\xe4\xb8\x96\xe7\x95\x8c\",81.2.%u.%u,JP\n", i,
                   i % 256, i / 256 % 256);
}


static int
on_field(void *data, unsigned index, export_value_e type,
    const export_str_t *value)
{
    uint64_t  *found;

    (void) index;
    (void) type;

    found = data;
    *found += value->len != 0;

    return EXPORT_OK;
}


static int
on_record(void *data, uint64_t start, uint64_t end)
{
    (void) data;
    (void) start;
    (void) end;

    return EXPORT_OK;
}


static void
measure(const shape_t *shape, u_char *body)
{
    size_t    len;
    double    speed[RUNS];
    unsigned  i, level;
    uint64_t  found, rows;

    len = sizeof(header) - 1;
    memcpy(body, header, len);

    for (rows = 0; len < SIZE; rows++) {
        len += (size_t) shape->write((char *) body + len, (unsigned) rows);
    }

    for (level = 0; level < sizeof(levels) / sizeof(levels[0]); level++) {

        for (i = 0; i < RUNS; i++) {
            speed[i] = run(body, len, level, &found);
        }

        if (speed[0] == 0) {
            break;
        }

        qsort(speed, RUNS, sizeof(double), less);

        printf("%-32s %-6s %6.0f %6.0f %6.0f  %s\n", shape->name,
               levels[level], speed[RUNS - 1], speed[RUNS / 2], speed[0],
               found == rows ? "" : "WRONG");
    }
}


static double
run(const u_char *body, size_t len, unsigned level, uint64_t *found)
{
    int                    rc;
    size_t                 i, n;
    export_csv_t           csv;
    export_sink_t          sink;
    struct timespec        from, to;
    export_limits_t        limits;
    export_unread_t        unread = { 0, UINT64_MAX, 0, 0 };
    export_fields_t        fields;
    export_str_t           name = export_string("ip");

    *found = 0;
    limits.record = 1048576;

    sink.data = found;
    sink.field = on_field;
    sink.record = on_record;

    fields.n = 0;
    export_field_add(&fields, &name);

    clock_gettime(CLOCK_MONOTONIC, &from);

    export_csv_init(&csv, &fields, &sink, &limits, &unread, 0);

    if (level > csv.level) {
        return 0;                   /* this machine does not have it */
    }

    csv.level = level;
    rc = EXPORT_OK;

    for (i = 0; i < len && rc == EXPORT_OK; i += n) {
        n = len - i < PIECE ? len - i : PIECE;
        rc = export_csv_feed(&csv, body + i, n);
    }

    if (rc != EXPORT_OK || export_csv_finish(&csv) != EXPORT_OK) {
        *found = 0;
    }

    clock_gettime(CLOCK_MONOTONIC, &to);

    return (double) len / 1e6 / ((double) (to.tv_sec - from.tv_sec)
                                 + (double) (to.tv_nsec - from.tv_nsec) / 1e9);
}


static int
less(const void *a, const void *b)
{
    double  x, y;

    x = *(const double *) a;
    y = *(const double *) b;

    return (x > y) - (x < y);
}
