
/*
 * How fast records are read: MB/s of each scanner, on NDJSON of 200 byte and
 * 1 KB records in 64 KB chunks.
 *
 *     hot    the same chunk again and again: it and its branches are learned
 *     cold   a new chunk of a large file each time, copied in, as recv() does
 *
 *     build/bench/json [MB [scanner]]
 *
 * With a scanner's name only that one runs, once, for callgrind.
 */


#include "bench.h"
#include "../../module/readers/json/export_json_scan.h"


#define CHUNK   65536
#define ROUNDS  7


typedef struct {
    uint64_t  fields;
    uint64_t  records;
    uint64_t  bytes;            /* of values */
} bench_count_t;


static int
bench_field(void *data, unsigned index, export_value_e type,
    const export_str_t *value)
{
    bench_count_t  *count = data;

    count->fields += (type == EXPORT_VALUE_STRING) + index;
    count->bytes += value->len;

    return EXPORT_OK;
}


static int
bench_record(void *data, uint64_t start, uint64_t end)
{
    bench_count_t  *count = data;

    count->records += end > start;

    return EXPORT_OK;
}


static void
bench_read(export_json_scan_pt scan, const u_char *data, size_t size,
    size_t total, int copy, bench_count_t *count)
{
    int              rc;
    size_t           n, from, done;
    export_sink_t    sink;
    export_json_t    json;
    export_fields_t  fields;

    static u_char                 chunk[CHUNK];
    static const export_limits_t  limits = { 1 << 20, 64 };

    memset(&fields, 0, sizeof(fields));
    fields.n = 1;
    fields.field[0].name.data = (u_char *) "ip";
    fields.field[0].name.len = 2;

    memset(count, 0, sizeof(bench_count_t));
    sink.data = count;
    sink.field = bench_field;
    sink.record = bench_record;

    export_json_init(&json, &fields, &sink, &limits, EXPORT_JSON_LINES);
    json.scan = scan;

    rc = EXPORT_OK;
    from = 0;

    for (done = 0; done < total && rc == EXPORT_OK; done += n) {
        n = size - from < CHUNK ? size - from : CHUNK;

        if (copy) {
            memcpy(chunk, data + from, n);
            rc = export_json_feed(&json, chunk, n);

        } else {
            rc = export_json_feed(&json, data + from, n);
        }

        from = (from + n) % size;
    }

    if (rc != EXPORT_OK) {
        printf("failed: %d\n", rc);
        exit(1);
    }
}


static void
bench_row(const char *data, const char *name, export_json_scan_pt scan,
    const u_char *text, size_t size, size_t total, int copy)
{
    int            i;
    double         rate[ROUNDS], start;
    bench_count_t  count;

    for (i = 0; i < ROUNDS; i++) {
        start = bench_now();
        bench_read(scan, text, size, total, copy, &count);
        rate[i] = (double) total / 1e6 / (bench_now() - start);
    }

    bench_sort(rate, ROUNDS);

    printf("%-6s %-5s %-7s %8.0f %8.0f %8.0f   %llu records, %llu fields\n",
           data, copy ? "cold" : "hot", name, rate[0], rate[ROUNDS / 2],
           rate[ROUNDS - 1], (unsigned long long) count.records,
           (unsigned long long) count.fields);
}


/* up to the last whole line of the first chunk */

static size_t
bench_first(const u_char *text)
{
    size_t  n;

    for (n = CHUNK; text[n - 1] != '\n'; n--) { /* void */ }

    return n;
}


int
main(int argc, char **argv)
{
    size_t                        size, total;
    u_char                       *text;
    unsigned                      i;
    bench_count_t                 count;
    const export_json_scanner_t  *s;

    total = (argc > 1 ? (size_t) atoi(argv[1]) : 256) << 20;
    size = 64 << 20;
    text = malloc(size);

    for (i = 0; text && i < BENCH_SIZES; i++) {

        size = bench_lines(text, argc > 2 ? 8 << 20 : 64 << 20,
                           bench_sizes[i].text);

        for (s = export_json_scanners; argc > 2 && s->name; s++) {

            if (strcmp(s->name, argv[2]) == 0 && export_json_supported(s)) {
                bench_read(s->scan, text, size, total, 0, &count);
            }
        }

        if (argc > 2) {
            continue;
        }

        printf("data   chunk scanner      MB/s min, median, max\n");

        for (s = export_json_scanners; s->name; s++) {

            if (export_json_supported(s)) {
                bench_row(bench_sizes[i].name, s->name, s->scan, text,
                          bench_first(text), total, 0);
                bench_row(bench_sizes[i].name, s->name, s->scan, text, size,
                          total, 1);
            }
        }

        bench_row(bench_sizes[i].name, "none", NULL, text, size, total / 8, 1);
    }

    free(text);

    return text == NULL;
}
