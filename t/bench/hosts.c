
/*
 * Destination rules: the index of export_hosts.h against one pattern after
 * the other, as "map" does it, in one run.
 *
 *     gcc -O2 -std=gnu99 -Iinclude t/bench/hosts.c module/head/export_hosts.c \
 *         module/head/export_pattern.c module/text/export_match.c \
 *         module/text/export_bytes.c -lpcre2-8 -o /tmp/bench-hosts
 *
 * Family A: every rule has a host of its own.  Family M: 70 % have, 22 % are
 * for all subdomains of a domain, and 8 % are path words for any host.  Half
 * of the misses have a rule's host and another path.
 */


#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "export_hosts.h"
#include "export_pattern.h"


#define RULES    1000
#define URLS     500
#define ROUNDS   9
#define TARGET   120            /* ns, whatever the number of rules */


typedef struct {
    char            text[192];
    export_str_t    host;
    export_str_t    subject;    /* host/path */
} url_t;


typedef struct {
    unsigned                  n;
    export_hosts_t           *hosts;
    export_match_t            match[RULES];
    export_hosts_rule_t       rule[RULES];
    export_match_scratch_t   *scratch;
    char                      host[RULES][64];
    char                      pattern[RULES][128];
} bench_t;


typedef unsigned (*find_pt)(const bench_t *b, const url_t *url);


static bench_t   bench;
static uint64_t  seed = 88172645463325252ull;


static double now(void);
static unsigned draw(unsigned n);
static int compare(const void *one, const void *two);
static void *pool_alloc(void *data, size_t size);
static void rule(bench_t *b, unsigned i, int mixed);
static void build(bench_t *b, unsigned n, int mixed);
static void release(bench_t *b);
static void urls(const bench_t *b, url_t *url, int mixed, int hit);
static int hit(void *data, const export_hosts_rule_t *rule);
static unsigned by_host(const bench_t *b, const url_t *url);
static unsigned one_by_one(const bench_t *b, const url_t *url);
static double measure(find_pt find, const bench_t *b, const url_t *url,
    unsigned repeat, double *low, double *high);


static double
now(void)
{
    struct timespec  ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);

    return (double) ts.tv_sec * 1e9 + (double) ts.tv_nsec;
}


static unsigned
draw(unsigned n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;

    return (unsigned) (seed >> 33) % n;
}


static int
compare(const void *one, const void *two)
{
    double  a, b;

    a = *(const double *) one;
    b = *(const double *) two;

    return (a > b) - (a < b);
}


static void *
pool_alloc(void *data, size_t size)
{
    (void) data;

    return calloc(1, size);
}


/* 0: a host, 1: subdomains, 2: any host */

#define kind(i, mixed)  (!(mixed) || (i) % 50 < 35 ? 0 : (i) % 50 < 46 ? 1 : 2)


static void
rule(bench_t *b, unsigned i, int mixed)
{
    char                  error[EXPORT_MATCH_ERROR], *pattern;
    u_char               *buf;
    export_str_t          text;
    export_hosts_rule_t  *r;

    r = &b->rule[i];
    pattern = b->pattern[i];
    memset(r, 0, sizeof(export_hosts_rule_t));

    switch (kind(i, mixed)) {

    case 0:
        snprintf(pattern, 128, "~^api\\.vendor%u\\.com/v1/train%u/"
                 "[a-z0-9-]+/files$", i, i % 7);
        break;

    case 1:
        snprintf(pattern, 128, "~^[a-z0-9-]+\\.vendor%u\\.ai/v[12]/datasets",
                 i);
        snprintf(b->host[i], 64, "vendor%u.ai", i);
        r->host.len = strlen(b->host[i]);
        r->host.data = (u_char *) b->host[i];
        r->subdomains = 1;
        break;

    default:
        snprintf(pattern, 128, "~/fine[-_]?tune%u/jobs", i);
    }

    text.len = strlen(pattern);
    text.data = (u_char *) pattern;

    if (export_match_compile(&b->match[i], &text, error) != EXPORT_OK) {
        printf("%s: %s\n", pattern, error);
        exit(2);
    }

    r->match = &b->match[i];

    if (r->host.len == 0) {
        buf = (u_char *) b->host[i];
        r->host = export_pattern_host(r->match, buf);
    }
}


static void
build(bench_t *b, unsigned n, int mixed)
{
    unsigned       i;
    export_pool_t  pool;

    for (i = 0; i < n; i++) {
        rule(b, i, mixed);
    }

    pool.alloc = pool_alloc;
    pool.data = NULL;

    b->n = n;
    b->hosts = export_hosts_create(b->rule, n, &pool);

    if (b->hosts == NULL) {
        printf("out of memory\n");
        exit(2);
    }
}


/* what the pool holds lives as long as the process */

static void
release(bench_t *b)
{
    unsigned  i;

    export_hosts_free(b->hosts);

    for (i = 0; i < b->n; i++) {
        export_match_free(&b->match[i]);
    }
}


static void
urls(const bench_t *b, url_t *url, int mixed, int hits)
{
    char         host[80], path[80];
    unsigned     i, k, type;

    for (i = 0; i < URLS; i++, url++) {
        k = draw(b->n);
        type = kind(k, mixed);

        if (!hits && draw(2)) {
            snprintf(host, 80, "www%u.example%u.net", draw(100), draw(5000));

        } else if (type == 0) {
            snprintf(host, 80, "api.vendor%u.com", k);

        } else if (type == 1) {
            snprintf(host, 80, "eu-%u.vendor%u.ai", draw(9), k);

        } else {
            snprintf(host, 80, "host%u.example.org", draw(5000));
        }

        if (!hits) {
            snprintf(path, 80, "/v1/users/%u/messages", draw(100000));

        } else if (type == 0) {
            snprintf(path, 80, "/v1/train%u/set-%u/files", k % 7, draw(1000));

        } else if (type == 1) {
            snprintf(path, 80, "/v2/datasets/%u", draw(1000));

        } else {
            snprintf(path, 80, "/v1/fine-tune%u/jobs", k);
        }

        snprintf(url->text, sizeof(url->text), "%s%s", host, path);

        url->host.data = (u_char *) url->text;
        url->host.len = strlen(host);
        url->subject.data = (u_char *) url->text;
        url->subject.len = strlen(url->text);
    }
}


static int
hit(void *data, const export_hosts_rule_t *rule)
{
    const export_hosts_rule_t **found = data;

    *found = rule;

    return EXPORT_DONE;
}


/* the number of the rule, or b->n */

static unsigned
by_host(const bench_t *b, const url_t *url)
{
    export_hosts_name_t         name;
    export_hosts_query_t        query;
    const export_hosts_rule_t  *found;

    found = NULL;

    export_hosts_name(&name, &url->host);

    query.scratch = b->scratch;
    query.name = &name;
    query.subject = &url->subject;
    query.bytes = 0;
    query.hit = hit;
    query.data = &found;

    (void) export_hosts_match(b->hosts, &query);

    return found ? (unsigned) (found - b->rule) : b->n;
}


static unsigned
one_by_one(const bench_t *b, const url_t *url)
{
    unsigned  i;

    for (i = 0; i < b->n; i++) {
        if (export_match(&b->match[i], b->scratch, &url->subject)
            == EXPORT_OK)
        {
            break;
        }
    }

    return i;
}


static double
measure(find_pt find, const bench_t *b, const url_t *url, unsigned repeat,
    double *low, double *high)
{
    double             begin, ns[ROUNDS];
    unsigned           i, k, round, sum;
    volatile unsigned  sink;

    for (round = 0; round < ROUNDS; round++) {
        begin = now();

        for (k = 0, sum = 0; k < repeat; k++) {
            for (i = 0; i < URLS; i++) {
                sum += find(b, &url[i]);
            }
        }

        sink = sum;
        ns[round] = (now() - begin) / URLS / repeat;
    }

    (void) sink;

    qsort(ns, ROUNDS, sizeof(double), compare);

    *low = ns[0];
    *high = ns[ROUNDS - 1];

    return ns[ROUNDS / 2];
}


int
main(void)
{
    int              mixed, hits;
    double           low, high, ours, loop, worst;
    unsigned         i, k, wrong;
    static url_t     url[URLS];
    static unsigned  size[] = { 50, 200, 1000 };

    wrong = 0;
    worst = 0;

    bench.scratch = export_match_scratch_create();
    if (bench.scratch == NULL) {
        return 2;
    }

    printf("family rules  url    by host ns (min-max)       one by one ns\n");

    for (mixed = 0; mixed < 2; mixed++) {
        for (k = 0; k < sizeof(size) / sizeof(unsigned); k++) {

            build(&bench, size[k], mixed);

            for (hits = 0; hits < 2; hits++) {
                urls(&bench, url, mixed, hits);

                for (i = 0; i < URLS; i++) {
                    wrong += by_host(&bench, &url[i])
                             != one_by_one(&bench, &url[i]);
                    wrong += (by_host(&bench, &url[i]) < bench.n) != hits;
                }

                loop = measure(one_by_one, &bench, url, 1, &low, &high);
                ours = measure(by_host, &bench, url, 400, &low, &high);

                worst = ours > worst ? ours : worst;

                printf("%c      %5u  %-4s %8.1f (%.1f-%.1f) %*.1f\n",
                       mixed ? 'M' : 'A', size[k], hits ? "hit" : "miss",
                       ours, low, high, 18, loop);
            }

            release(&bench);
        }
    }

    printf("worst %.1f ns, target %d ns; %u answers disagree\n", worst,
           TARGET, wrong);

    export_match_scratch_free(bench.scratch);

    return wrong != 0;
}
