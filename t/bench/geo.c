
/*
 * Country look-ups: our tables against libmaxminddb, in one run.
 *
 *     gcc -O2 -std=gnu99 -Iinclude t/bench/geo.c module/place/export_geo.c \
 *         -lmaxminddb -o /tmp/bench-geo && /tmp/bench-geo FILE.mmdb
 *
 * Both give the same place words.  "dependent" feeds each answer into the
 * next address, so that it is the latency; "independent" lets look-ups
 * overlap.
 */


#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <maxminddb.h>

#include "export_geo.h"


#define ADDRESSES  0x20000
#define ROUNDS     9
#define STEPS      2000


typedef export_place_t (*lookup_pt)(const void *db, const export_address_t *a);


/* an IPv4 address, or the first half of an IPv6 address: as little as
   possible, to leave the caches to the tables */

static uint64_t  v4[ADDRESSES], v6[ADDRESSES];
static uint64_t  seed = 88172645463325252ull;


static export_address_t address(uint64_t word, unsigned is4);
static double now(void);
static uint64_t draw(void);
static int compare(const void *one, const void *two);
static export_place_t classify(void *data, const export_geo_record_t *record);
static export_place_t ours(const void *db, const export_address_t *a);
static export_place_t library(const void *db, const export_address_t *a);
static export_geo_t *build(const char *file, size_t steps);
static void inside(const MMDB_s *mmdb);
static void measure(const char *name, lookup_pt lookup, const void *db,
    const uint64_t *list, unsigned is4);


static inline export_address_t
address(uint64_t word, unsigned is4)
{
    export_address_t  a;

    a.high = is4 ? 0 : word;
    a.low = is4 ? word : word * 0x9e3779b97f4a7c15;
    a.v4 = is4 & 1;

    return a;
}


static double
now(void)
{
    struct timespec  ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);

    return (double) ts.tv_sec * 1e9 + (double) ts.tv_nsec;
}


static uint64_t
draw(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;

    return seed;
}


static int
compare(const void *one, const void *two)
{
    double  a, b;

    a = *(const double *) one;
    b = *(const double *) two;

    return (a > b) - (a < b);
}


/* as a policy does: a few sets of countries, the rest is one place */

static export_place_t
classify(void *data, const export_geo_record_t *record)
{
    size_t             i;
    const char        *code;
    static const char  eea[] = "ATBEBGHRCYCZDKEEFIFRDEGRHUIEITLVLTLUMTNLPLPTRO"
                               "SKSIESSEISLINOEU";

    (void) data;

    if (record->country.len != 2) {
        return EXPORT_PLACE_UNKNOWN;
    }

    code = (const char *) record->country.data;

    for (i = 0; i < sizeof(eea) - 1; i += 2) {
        if (memcmp(code, eea + i, 2) == 0) {
            return EXPORT_PLACE_KNOWN | 1;
        }
    }

    return EXPORT_PLACE_KNOWN | (memcmp(code, "GB", 2) == 0 ? 2 : 0)
           | (memcmp(code, "CH", 2) == 0 ? 4 : 0);
}


static export_place_t
ours(const void *db, const export_address_t *a)
{
    return export_geo_lookup(db, a);
}


static export_place_t
library(const void *db, const export_address_t *a)
{
    int                   rc;
    uint64_t              word;
    uint32_t              quad;
    struct sockaddr_in    sin;
    struct sockaddr_in6   sin6;
    MMDB_entry_data_s     value;
    export_geo_record_t   record;
    MMDB_lookup_result_s  found;

    if (a->v4) {
        memset(&sin, 0, sizeof(sin));
        sin.sin_family = AF_INET;
        quad = htonl((uint32_t) a->low);
        memcpy(&sin.sin_addr, &quad, 4);
        found = MMDB_lookup_sockaddr(db, (struct sockaddr *) &sin, &rc);

    } else {
        memset(&sin6, 0, sizeof(sin6));
        sin6.sin6_family = AF_INET6;
        word = __builtin_bswap64(a->high);
        memcpy(&sin6.sin6_addr, &word, 8);
        word = __builtin_bswap64(a->low);
        memcpy((u_char *) &sin6.sin6_addr + 8, &word, 8);
        found = MMDB_lookup_sockaddr(db, (struct sockaddr *) &sin6, &rc);
    }

    if (rc != MMDB_SUCCESS || !found.found_entry) {
        return 0;
    }

    memset(&record, 0, sizeof(record));

    if (MMDB_get_value(&found.entry, &value, "country", "iso_code", NULL)
        == MMDB_SUCCESS
        || MMDB_get_value(&found.entry, &value, "country_code", NULL)
           == MMDB_SUCCESS)
    {
        record.country.data = (u_char *) value.utf8_string;
        record.country.len = value.data_size;
    }

    return classify(NULL, &record);
}


/* also shows the longest call, which an event loop would have to wait for */

static export_geo_t *
build(const char *file, size_t steps)
{
    int            rc;
    size_t         calls;
    double         start, begin, longest, end;
    const char    *error;
    export_geo_t  *geo;

    start = now();
    longest = 0;
    calls = 0;

    geo = export_geo_open(file, NULL, classify, NULL, &error);

    if (geo == NULL) {
        printf("%s %s\n", file, error);
        exit(2);
    }

    end = now();
    printf("open %.2f ms, ", (end - start) / 1e6);

    do {
        begin = now();
        rc = export_geo_build(geo, steps, &error);
        end = now();

        longest = (end - begin > longest) ? end - begin : longest;
        calls++;
    } while (rc == EXPORT_AGAIN);

    if (rc != EXPORT_OK) {
        printf("%s %s\n", file, error);
        exit(2);
    }

    printf("build %.1f ms in %zu calls, longest %.2f ms, tables %zu KiB\n",
           (end - start) / 1e6, calls, longest / 1e6,
           export_geo_size(geo) / 1024);

    return geo;
}


/* half of the IPv6 addresses are drawn until the database knows them */

static void
inside(const MMDB_s *mmdb)
{
    size_t            i, tries;
    uint64_t          high;
    export_address_t  a;

    for (i = 0; i < ADDRESSES; i++) {
        v4[i] = draw() >> 32;

        for (tries = 0; tries < 10000; tries++) {
            high = (tries % 2) ? 0x2a00000000000000 | draw() >> 8
                               : 0x2000000000000000 | draw() >> 3;

            if (high >> 48 == 0x2002 || high >> 32 == 0x20010000) {
                continue;
            }

            v6[i] = high;
            a = address(high, 0);

            if (i % 2 == 0 || library(mmdb, &a)) {
                break;
            }
        }
    }
}


static void
measure(const char *name, lookup_pt lookup, const void *db,
    const uint64_t *list, unsigned is4)
{
    size_t                   i, round;
    double                   begin, lone[ROUNDS], chain[ROUNDS];
    uint64_t                 never;
    export_place_t           sum;
    export_address_t         a;
    volatile export_place_t  sink;

    sink = 0;
    never = sink;               /* the compiler cannot know that it is 0 */

    for (round = 0; round < ROUNDS; round++) {
        begin = now();

        for (i = 0, sum = 0; i < ADDRESSES; i++) {
            a = address(list[i], is4);
            sum += lookup(db, &a);
        }

        lone[round] = (now() - begin) / ADDRESSES;

        sink = sum;
        begin = now();

        for (i = 0, sum = 0; i < ADDRESSES; i++) {
            a = address(list[i] ^ (sum & never), is4);
            sum = lookup(db, &a);
        }

        chain[round] = (now() - begin) / ADDRESSES;
        sink = sum;
    }

    (void) sink;

    qsort(lone, ROUNDS, sizeof(double), compare);
    qsort(chain, ROUNDS, sizeof(double), compare);

    printf("%-24s independent %7.2f (%.2f-%.2f)  dependent %7.2f "
           "(%.2f-%.2f) ns\n", name, lone[ROUNDS / 2], lone[0],
           lone[ROUNDS - 1], chain[ROUNDS / 2], chain[0], chain[ROUNDS - 1]);
}


int
main(int argc, char **argv)
{
    size_t             i, wrong4, wrong6;
    MMDB_s             mmdb;
    export_geo_t      *geo;
    export_address_t   a;

    if (argc != 2 || MMDB_open(argv[1], MMDB_MODE_MMAP, &mmdb)) {
        fprintf(stderr, "usage: geo FILE.mmdb\n");
        return 2;
    }

    export_geo_close(build(argv[1], SIZE_MAX));
    geo = build(argv[1], STEPS);

    inside(&mmdb);

    wrong4 = 0;
    wrong6 = 0;

    for (i = 0; i < ADDRESSES; i++) {
        a = address(v4[i], 1);
        wrong4 += ours(geo, &a) != library(&mmdb, &a);

        a = address(v6[i], 0);
        wrong6 += ours(geo, &a) != library(&mmdb, &a);
    }

    printf("of %d addresses each, IPv4 %zu and IPv6 %zu disagree\n", ADDRESSES,
           wrong4, wrong6);

    measure("IPv4 tables", ours, geo, v4, 1);
    measure("IPv4 libmaxminddb", library, &mmdb, v4, 1);
    measure("IPv6 tables", ours, geo, v6, 0);
    measure("IPv6 libmaxminddb", library, &mmdb, v6, 0);

    export_geo_close(geo);
    MMDB_close(&mmdb);

    return wrong4 || wrong6;
}
