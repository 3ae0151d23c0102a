
/*
 * NDJSON in memory: the inspection beside the parsers that a user could take
 * for it, in one run, in turns.
 *
 *     build/bench/readers DATABASE [MB]
 *
 * The others only find each record's address; the inspection also validates
 * every byte, takes the body in pieces of 64 KB, locates the address and
 * judges the record.  simdjson on-demand does not validate what it skips.  jq
 * is timed from its start to its end.
 */


#include <yajl/yajl_parse.h>

#include "inspection.h"
#include "readers.h"


#define BENCH_PIECE   65536
#define BENCH_ROUNDS  7
#define BENCH_SMALL   65536


typedef struct {
    bench_inspection_t   in;
    u_char              *data;
    size_t               len;
    size_t               times;     /* that it is read in a round */
    FILE                *file;      /* the same, for a program */
} bench_input_t;


/* returns how many records have an address */

typedef uint64_t (*bench_reader_pt)(bench_input_t *input);


typedef struct {
    const char       *name;
    bench_reader_pt   read;
    unsigned          program;      /* which has to be started */
    const char       *missing;      /* a package, if it is not there */
    double            rate[BENCH_ROUNDS];
} bench_row_t;


typedef struct {
    unsigned   depth;
    unsigned   wanted;
    uint64_t   found;
} bench_yajl_t;


static uint64_t bench_export(bench_input_t *input);
static uint64_t bench_ondemand(bench_input_t *input);
static uint64_t bench_dom(bench_input_t *input);
static uint64_t bench_yajl(bench_input_t *input);
static int bench_yajl_open(void *data);
static int bench_yajl_close(void *data);
static int bench_yajl_key(void *data, const u_char *p, size_t len);
static int bench_yajl_string(void *data, const u_char *p, size_t len);
static uint64_t bench_jq(bench_input_t *input);
static void bench_fill(bench_input_t *input, size_t size, unsigned text);
static void bench_measure(bench_input_t *input, bench_row_t *rows, size_t n,
    const bench_size_t *record, size_t size, size_t total);
static double bench_rate(bench_input_t *input, const bench_row_t *row,
    uint64_t records);
static void bench_print(bench_row_t *row, const char *record,
    const char *body);


static const yajl_callbacks  bench_yajl_callbacks = {
    .yajl_start_map = bench_yajl_open,
    .yajl_end_map = bench_yajl_close,
    .yajl_map_key = bench_yajl_key,
    .yajl_string = bench_yajl_string
};


int
main(int argc, char **argv)
{
    size_t          i, n, size;
    const char     *json, *jq;
    bench_input_t   input;

    if (argc < 2) {
        bench_die("usage: readers DATABASE [MB]");
    }

    json = bench_simdjson_dom ? NULL : "libsimdjson-dev";
    jq = system("command -v jq >/dev/null") == 0 ? NULL : "jq";

    bench_row_t  rows[] = {
        { "export, all of it", bench_export, 0, NULL, { 0 } },
        { "simdjson on-demand", bench_ondemand, 0, json, { 0 } },
        { "simdjson DOM", bench_dom, 0, json, { 0 } },
        { "yajl", bench_yajl, 0, NULL, { 0 } },
        { "jq -r .ip", bench_jq, 1, jq, { 0 } }
    };

    n = sizeof(rows) / sizeof(rows[0]);
    size = (size_t) (argc > 2 ? atoi(argv[2]) : 32) << 20;

    bench_inspection_init(&input.in, argv[1]);
    input.data = calloc(1, size + BENCH_PADDING);

    printf("%-20s %-7s %-7s %8s %8s %8s\n", "NDJSON in memory", "record",
           "body", "MB/s min", "median", "max");

    for (i = 0; i < BENCH_SIZES; i++) {
        bench_measure(&input, rows, n, &bench_sizes[i], BENCH_SMALL, size);
        bench_measure(&input, rows, n, &bench_sizes[i], size, size);
    }

    free(input.data);
    bench_inspection_free(&input.in);

    return 0;
}


static uint64_t
bench_export(bench_input_t *input)
{
    static const export_body_head_t  head = {
        export_string("application/x-ndjson"), export_string(""), -1, 0
    };

    return bench_inspect(&input->in, &head, input->data, input->len,
                         BENCH_PIECE);
}


static uint64_t
bench_ondemand(bench_input_t *input)
{
    return bench_simdjson_ondemand(input->data, input->len);
}


static uint64_t
bench_dom(bench_input_t *input)
{
    return bench_simdjson_dom(input->data, input->len);
}


static uint64_t
bench_yajl(bench_input_t *input)
{
    size_t         i, n;
    yajl_handle    yajl;
    yajl_status    status;
    bench_yajl_t   state;

    memset(&state, 0, sizeof(bench_yajl_t));

    yajl = yajl_alloc(&bench_yajl_callbacks, NULL, &state);
    yajl_config(yajl, yajl_allow_multiple_values, 1);
    status = yajl_status_ok;

    for (i = 0; i < input->len && status == yajl_status_ok; i += n) {
        n = input->len - i < BENCH_PIECE ? input->len - i : BENCH_PIECE;
        status = yajl_parse(yajl, input->data + i, n);
    }

    if (status == yajl_status_ok) {
        status = yajl_complete_parse(yajl);
    }

    yajl_free(yajl);

    return status == yajl_status_ok ? state.found : 0;
}


static int
bench_yajl_open(void *data)
{
    ((bench_yajl_t *) data)->depth++;

    return 1;
}


static int
bench_yajl_close(void *data)
{
    ((bench_yajl_t *) data)->depth--;

    return 1;
}


static int
bench_yajl_key(void *data, const u_char *p, size_t len)
{
    bench_yajl_t  *state;

    state = data;
    state->wanted = state->depth == 1 && len == 2 && memcmp(p, "ip", 2) == 0;

    return 1;
}


static int
bench_yajl_string(void *data, const u_char *p, size_t len)
{
    bench_yajl_t  *state;

    (void) p;

    state = data;
    state->found += state->wanted && len != 0;
    state->wanted = 0;

    return 1;
}


static uint64_t
bench_jq(bench_input_t *input)
{
    int        c;
    char       command[64];
    FILE      *out;
    uint64_t   found;

    sprintf(command, "jq -r .ip /dev/fd/%d", fileno(input->file));

    out = popen(command, "r");
    if (out == NULL) {
        return 0;
    }

    found = 0;

    while ((c = getc_unlocked(out)) != EOF) {
        found += c == '\n';
    }

    return pclose(out) == 0 ? found : 0;
}


static void
bench_fill(bench_input_t *input, size_t size, unsigned text)
{
    input->len = bench_lines(input->data, size, text);
    memset(input->data + input->len, 0, BENCH_PADDING);

    input->file = tmpfile();

    if (input->file == NULL
        || fwrite(input->data, 1, input->len, input->file) != input->len
        || fflush(input->file) != 0)
    {
        bench_die("no temporary file");
    }
}


static void
bench_measure(bench_input_t *input, bench_row_t *rows, size_t n,
    const bench_size_t *record, size_t size, size_t total)
{
    size_t     k;
    unsigned   round;
    uint64_t   records;

    bench_fill(input, size, record->text);
    input->times = total / size;
    records = bench_export(input);

    for (round = 0; round < BENCH_ROUNDS; round++) {

        for (k = 0; k < n; k++) {
            if (!rows[k].missing && !(rows[k].program && input->times > 1)) {
                rows[k].rate[round] = bench_rate(input, &rows[k], records);
            }
        }
    }

    for (k = 0; k < n; k++) {
        if (!(rows[k].program && input->times > 1)) {
            bench_print(&rows[k], record->name,
                        input->times > 1 ? "64 KB" : "large");
        }
    }

    fclose(input->file);
}


static double
bench_rate(bench_input_t *input, const bench_row_t *row, uint64_t records)
{
    size_t   i;
    double   start;

    start = bench_now();

    for (i = 0; i < input->times; i++) {
        if (row->read(input) != records) {
            bench_die(row->name);
        }
    }

    return (double) (input->len * input->times) / 1e6 / (bench_now() - start);
}


static void
bench_print(bench_row_t *row, const char *record, const char *body)
{
    if (row->missing) {
        printf("%-20s %-7s %-7s skipped: %s is not installed\n", row->name,
               record, body, row->missing);
        return;
    }

    bench_sort(row->rate, BENCH_ROUNDS);

    printf("%-20s %-7s %-7s %8.0f %8.0f %8.0f\n", row->name, record, body,
           row->rate[0], row->rate[BENCH_ROUNDS / 2],
           row->rate[BENCH_ROUNDS - 1]);
}
