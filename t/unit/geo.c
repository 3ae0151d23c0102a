
/*
 * Databases are built by t/lib/mmdb.pl, or by hand where they have to be
 * hostile.  Run from the top of the tree.  GEO_STEP=1 tries every one-bit
 * flip, which takes about a minute with sanitizers.
 *
 * With -DGEO_COMPARE the program compares any database with libmaxminddb:
 * geo FILE.mmdb.
 */


#define _GNU_SOURCE

#include "tap.h"

#include <arpa/inet.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <maxminddb.h>

#include "../../module/place/export_geo.c"


#define FLIPS        8          /* one of so many bit flips by default */

#define MARKER       "\xab\xcd\xefMaxMind.com"

#define CC(a, b)     ((export_place_t) (a) << 8 | (export_place_t) (b))
#define KNOWN(code)  (EXPORT_PLACE_KNOWN | CC(code[0], code[1]))


typedef struct {
    const char      *address;
    export_place_t   place;
} want_t;


typedef struct {
    u_char  data[0x20000];
    size_t  n;
} bytes_t;


static char      dir[256];
static uint64_t  seed = 88172645463325252ull;
static unsigned  coarse;        /* fewer places than countries */


static uint64_t
draw(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;

    return seed;
}


static const char *
in(const char *name)
{
    static char  path[4][512];
    static int   i;

    i = (i + 1) % 4;
    (void) snprintf(path[i], sizeof(path[i]), "%s/%s", dir, name);

    return path[i];
}


static void
save(const char *name, const void *data, size_t n)
{
    FILE  *f;

    f = fopen(in(name), "wb");

    if (f == NULL || fwrite(data, 1, n, f) != n || fclose(f) != 0) {
        perror(name);
        exit(2);
    }
}


static size_t
load(const char *name, u_char *data, size_t size)
{
    FILE    *f;
    size_t   n;

    f = fopen(in(name), "rb");

    if (f == NULL) {
        perror(name);
        exit(2);
    }

    n = fread(data, 1, size, f);
    fclose(f);

    return n;
}


static const char *
database(const char *name, const char *tsv)
{
    char  command[1400];

    save("in.tsv", tsv, strlen(tsv));

    (void) snprintf(command, sizeof(command), "perl t/lib/mmdb.pl %s %s",
                    in("in.tsv"), in(name));

    if (system(command) != 0) {
        printf("Bail out! %s\n", command);
        exit(2);
    }

    return in(name);
}


static export_place_t
two(const export_str_t *s)
{
    return (s->len == 2) ? CC(s->data[0], s->data[1]) : 0;
}


/* a word of its own for everything a record can say */

static export_place_t
classify(void *data, const export_geo_record_t *record)
{
    export_place_t  place;

    if (data) {
        (*(int *) data)++;
    }

    if (record->country.len) {
        place = two(&record->country);
        return EXPORT_PLACE_KNOWN | (coarse ? place % 5 : place);
    }

    place = two(&record->registered) | two(&record->continent) << 14;

    return place ? EXPORT_PLACE_UNKNOWN | (place & 0x3fffffff) : 0;
}


static export_geo_t *
build(const char *file, const char *path, const char **error)
{
    export_geo_t  *geo;

    *error = NULL;
    geo = export_geo_open(file, path, classify, NULL, error);

    if (geo && export_geo_build(geo, SIZE_MAX, error) != EXPORT_OK) {
        export_geo_close(geo);
        return NULL;
    }

    return geo;
}


static export_geo_t *
good(const char *file, const char *path)
{
    const char    *error;
    export_geo_t  *geo;

    geo = build(file, path, &error);

    if (!ok(geo != NULL, "%s is built", file)) {
        printf("# %s\n", error);
        exit(1);
    }

    return geo;
}


static void
bad(const char *file, const char *path, const char *want)
{
    const char    *error;
    export_geo_t  *geo;

    geo = build(file, path, &error);

    ok(geo == NULL && strcmp(error, want) == 0, "%s %s", strrchr(file, '/'),
       geo ? "is built" : error);

    export_geo_close(geo);
}


static export_address_t
address(const char *text)
{
    u_char            b[16];
    size_t            i;
    export_address_t  a;

    memset(&a, 0, sizeof(a));

    if (inet_pton(AF_INET, text, b) == 1) {
        a.v4 = 1;
        a.low = (uint64_t) b[0] << 24 | (uint64_t) b[1] << 16
                | (uint64_t) b[2] << 8 | b[3];
        return a;
    }

    if (inet_pton(AF_INET6, text, b) != 1) {
        printf("Bail out! %s\n", text);
        exit(2);
    }

    for (i = 0; i < 8; i++) {
        a.high = a.high << 8 | b[i];
        a.low = a.low << 8 | b[i + 8];
    }

    return a;
}


static void
lookups(const export_geo_t *geo, const want_t *want)
{
    export_place_t    place;
    export_address_t  a;

    for ( /* void */ ; want->address; want++) {
        a = address(want->address);
        place = export_geo_lookup(geo, &a);
        ok(place == want->place, "%s is %x", want->address, place);
    }
}


static export_str_t
string(MMDB_entry_s *entry, const char *const *path)
{
    export_str_t       s = { 0, NULL };
    MMDB_entry_data_s  value;

    if (MMDB_aget_value(entry, &value, path) == MMDB_SUCCESS
        && value.has_data && value.type == MMDB_DATA_TYPE_UTF8_STRING)
    {
        s.len = value.data_size;
        s.data = (u_char *) value.utf8_string;
    }

    return s;
}


/* the same by libmaxminddb, nested schema */

static export_place_t
library(const MMDB_s *mmdb, const export_address_t *a)
{
    int                    rc;
    size_t                 i;
    struct sockaddr_in     sin;
    struct sockaddr_in6    sin6;
    export_geo_record_t    record;
    MMDB_lookup_result_s   found;

    if (a->v4) {
        memset(&sin, 0, sizeof(sin));
        sin.sin_family = AF_INET;
        sin.sin_addr.s_addr = htonl((uint32_t) a->low);
        found = MMDB_lookup_sockaddr(mmdb, (struct sockaddr *) &sin, &rc);

    } else {
        memset(&sin6, 0, sizeof(sin6));
        sin6.sin6_family = AF_INET6;

        for (i = 0; i < 8; i++) {
            sin6.sin6_addr.s6_addr[i] = (u_char) (a->high >> (56 - 8 * i));
            sin6.sin6_addr.s6_addr[i + 8] = (u_char) (a->low >> (56 - 8 * i));
        }

        found = MMDB_lookup_sockaddr(mmdb, (struct sockaddr *) &sin6, &rc);
    }

    if (rc != MMDB_SUCCESS || !found.found_entry) {
        return 0;
    }

    record.country = string(&found.entry, export_geo_iso_code);
    record.registered = string(&found.entry, export_geo_registered);
    record.continent = string(&found.entry, export_geo_continent);

    return classify(NULL, &record);
}


static int
agrees(const export_geo_t *geo, const MMDB_s *mmdb, export_address_t a)
{
    if (!a.v4
        && (a.high >> 48 == 0x2002 || a.high >> 32 == 0x20010000
            || (a.high == 0x0064ff9b00000000 && a.low >> 32 == 0)
            || (a.high == 0 && a.low >> 32 == 0xffff)
            || (a.high == 0 && a.low >> 32 == 0)))
    {
        return 1;
    }

    return export_geo_lookup(geo, &a) == library(mmdb, &a);
}


/* at each prefix length: the neighbour's first and last, and some of it */

static int
around(const export_geo_t *geo, const MMDB_s *mmdb, const char *text)
{
    int               wrong, bits;
    uint64_t          high, low;
    export_address_t  a, b;

    b = address(text);
    wrong = !agrees(geo, mmdb, b);

    for (bits = b.v4 ? 96 : 0; bits < 128; bits++) {
        high = (bits < 64) ? UINT64_MAX >> bits : 0;
        low = (bits < 64) ? UINT64_MAX : UINT64_MAX >> (bits - 64);

        a = b;
        a.high = (b.high | high) ^ (high & ~(high >> 1));
        a.low = (bits < 64) ? b.low | low
                            : (b.low | low) ^ (low & ~(low >> 1));
        wrong += !agrees(geo, mmdb, a);

        a.high &= ~(high >> 1);
        a.low = (bits < 64) ? 0 : a.low & ~(low >> 1);
        wrong += !agrees(geo, mmdb, a);

        a = b;
        a.high ^= draw() & high;
        a.low ^= draw() & low;
        wrong += !agrees(geo, mmdb, a);

        a = b;
        a.high &= ~high;
        a.low &= ~low;
        wrong += !agrees(geo, mmdb, a);
    }

    return wrong;
}


static void
compared(const char *file, const export_geo_t *geo, const char *tsv)
{
    int          n, wrong;
    char         text[64];
    MMDB_s       mmdb;
    const char  *p;

    if (MMDB_open(file, MMDB_MODE_MMAP, &mmdb) != MMDB_SUCCESS) {
        printf("Bail out! %s\n", file);
        exit(2);
    }

    wrong = 0;

    for (p = tsv; p; p = strchr(p, '\n')) {
        p += (*p == '\n');

        if (sscanf(p, "%63[0-9a-f.:]%n", text, &n) == 1 && p[n] == '/') {
            wrong += around(geo, &mmdb, text);
        }
    }

    is_int(wrong, 0, "%s: look-ups agree with libmaxminddb", file);

    MMDB_close(&mmdb);
}


static const char  places[] =
    "# build_epoch: 1700000000\n"
    "network\tcountry\tregistered\tcontinent\n"
    "81.2.69.0/24\tGB\tUS\tEU\n"
    "89.160.20.0/22\tSE\tDE\tEU\n"
    "89.160.21.128/25\tNO\tDE\tEU\n"
    "89.160.22.77/32\tCH\n"
    "16.0.0.0/4\tUS\n"
    "48.0.0.0/8\tUS\n"
    "203.0.113.0/24\t-\tDE\n"
    "192.0.2.0/24\t-\t-\tEU\n"
    "198.19.0.0/24\t\"\"\n"
    "198.19.1.0/24\t-\n"
    "255.255.255.255/32\tAQ\n"
    "0.0.0.0/32\tZZ\n"
    "2001:218::/32\tJP\n"
    "2a02:cf40::/29\tNO\n"
    "2a02:d9c0::/29\tCH\n"
    "2a02:d9c0:1::/64\tFR\n"
    "2a02:d9c0:2::/128\tDE\n"
    "2a02:d9c0:2:0:8000::/65\tAT\n"
    "2a02:d9c0:3::/65\tIT\n"
    "2a02:d9c0:3:0:8000::/65\tIT\n"
    "2a02:d9c0:4:ffff:ffff:ffff:ffff:ffff/128\tIT\n"
    "4000::/2\tBR\n"
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128\tAQ\n";


static void
test_places(void)
{
    const char            *file;
    export_geo_t          *geo;
    static const want_t    want[] = {
        { "81.2.69.0", KNOWN("GB") },
        { "81.2.69.255", KNOWN("GB") },
        { "81.2.68.255", 0 },
        { "81.2.70.0", 0 },
        { "89.160.20.1", KNOWN("SE") },
        { "89.160.21.127", KNOWN("SE") },
        { "89.160.21.128", KNOWN("NO") },
        { "89.160.22.76", KNOWN("SE") },
        { "89.160.22.77", KNOWN("CH") },
        { "89.160.22.78", KNOWN("SE") },
        { "89.160.23.255", KNOWN("SE") },
        { "16.0.0.0", KNOWN("US") },
        { "31.255.255.255", KNOWN("US") },
        { "32.0.0.0", 0 },
        { "48.1.2.3", KNOWN("US") },
        { "203.0.113.9", EXPORT_PLACE_UNKNOWN | CC('D', 'E') },
        { "192.0.2.9", EXPORT_PLACE_UNKNOWN | CC('E', 'U') << 14 },
        { "198.19.0.9", 0 },
        { "198.19.1.9", 0 },
        { "255.255.255.255", KNOWN("AQ") },
        { "255.255.255.254", 0 },
        { "0.0.0.0", KNOWN("ZZ") },
        { "0.0.0.1", 0 },
        { "2001:218::1", KNOWN("JP") },
        { "2001:217:ffff:ffff:ffff:ffff:ffff:ffff", 0 },
        { "2a02:cf47::1", KNOWN("NO") },
        { "2a02:d9c0::", KNOWN("CH") },
        { "2a02:d9c0:1::5", KNOWN("FR") },
        { "2a02:d9c0:1:1::", KNOWN("CH") },
        { "2a02:d9c0:2::", KNOWN("DE") },
        { "2a02:d9c0:2::1", KNOWN("CH") },
        { "2a02:d9c0:2:0:7fff:ffff:ffff:ffff", KNOWN("CH") },
        { "2a02:d9c0:2:0:8000::", KNOWN("AT") },
        { "2a02:d9c0:2:1::", KNOWN("CH") },
        { "2a02:d9c0:3::9", KNOWN("IT") },
        { "2a02:d9c0:3:0:9000::", KNOWN("IT") },
        { "2a02:d9c0:4:ffff:ffff:ffff:ffff:ffff", KNOWN("IT") },
        { "2a02:d9c0:4:ffff:ffff:ffff:ffff:fffe", KNOWN("CH") },
        { "2a02:d9c0:5::", KNOWN("CH") },
        { "3fff:ffff::", 0 },
        { "4000::", KNOWN("BR") },
        { "7fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", KNOWN("BR") },
        { "8000::", 0 },
        { "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", KNOWN("AQ") },
        { "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe", 0 },
        { "2002:5102:4501::", 0 },
        { NULL, 0 }
    };

    file = database("places.mmdb", places);
    geo = good(file, NULL);

    lookups(geo, want);
    compared(file, geo, places);

    is_int(export_geo_epoch(geo), 1700000000, "the build epoch");
    ok(geo->job == NULL, "file and library are let go");
    ok(export_geo_size(geo) > sizeof(export_geo_t)
       && export_geo_size(geo) < 0x100000, "tables of %zu bytes",
       export_geo_size(geo));

    is_int(geo->parts6, 3 + 2 + 2, "three /64s are divided, a fourth is one");
    export_geo_close(geo);

    geo = good(file, "country/iso_code");
    lookups(geo, want);
    export_geo_close(geo);

    geo = good(file, "continent/code");
    lookups(geo, (want_t []) {
        { "81.2.69.1", KNOWN("EU") },
        { "48.1.2.3", 0 },
        { NULL, 0 }
    });
    export_geo_close(geo);

    bad(file, "country/name", "has no country in any record");
    bad(file, "country", "has no country in any record");
    bad(file, "0/1", "has no country in any record");
    bad(file, "", "has a path with an empty name");
    bad(file, "country/", "has a path with an empty name");
    bad(file, "/country", "has a path with an empty name");
    bad(file, "a/b/c/d/e/f/g/h", "has no country in any record");
    bad(file, "a/b/c/d/e/f/g/h/i", "has a path of too many names");
}


/* all sizes of records, with and without aliases, IPv4 only */

static void
test_shapes(void)
{
    size_t         i, n;
    char           tsv[4096], name[64];
    const char    *file, *p;
    export_geo_t  *geo;

    static const char *const  heads[] = {
        "# record_size: 24\n",
        "# record_size: 28\n",
        "# record_size: 32\n",
        "# aliases: off\n",
        "# ip_version: 4\n# record_size: 24\n",
        "# ip_version: 4\n# record_size: 32\n"
    };

    static const want_t  v4[] = {
        { "81.2.69.7", KNOWN("GB") },
        { "89.160.22.77", KNOWN("CH") },
        { "255.255.255.255", KNOWN("AQ") },
        { "2a02:d9c0:1::5", 0 },
        { "4000::", 0 },
        { "::", 0 },
        { "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 0 },
        { NULL, 0 }
    };

    for (i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
        p = strstr(places, "2001:218");
        n = (i < 4) ? strlen(places) : (size_t) (p - places);

        (void) snprintf(tsv, sizeof(tsv), "%s%.*s", heads[i], (int) n, places);
        (void) snprintf(name, sizeof(name), "shape%zu.mmdb", i);

        file = database(name, tsv);
        geo = good(file, NULL);
        compared(file, geo, tsv);

        if (i >= 4) {
            lookups(geo, v4);
            is_int(geo->index[0x10000], 1, "one interval is all of IPv6");
        }

        export_geo_close(geo);
    }
}


/* one record above ::/96, and none but in IPv6 */

static void
test_edges(void)
{
    const char    *file;
    export_geo_t  *geo;

    file = database("wide.mmdb", "# aliases: off\n::/8\tGB\n8000::/1\tCH\n");
    geo = good(file, NULL);
    lookups(geo, (want_t []) {
        { "0.0.0.0", KNOWN("GB") },
        { "255.255.255.255", KNOWN("GB") },
        { "64:ff9c::", KNOWN("GB") },
        { "100::", 0 },
        { "9000::", KNOWN("CH") },
        { NULL, 0 }
    });
    compared(file, geo, "1.2.3.4/32\n64:ff9c::/32\n9000::/32\n");
    export_geo_close(geo);

    file = database("only6.mmdb", "2a00::/12\tGB\n");
    geo = good(file, NULL);
    lookups(geo, (want_t []) {
        { "10.0.0.1", 0 },
        { "2a0f:ffff::", KNOWN("GB") },
        { NULL, 0 }
    });
    compared(file, geo, "1.2.3.4/32\n2a00::/12\n");
    export_geo_close(geo);

    file = database("nothing.mmdb", "1.0.0.0/8\t-\n");
    bad(file, NULL, "has no country in any record");

    file = database("unknown.mmdb", "1.0.0.0/8\t-\tDE\tEU\n");
    bad(file, NULL, "has no country in any record");
}


/* a policy that makes nothing of a country */

static export_place_t
nothing(void *data, const export_geo_record_t *record)
{
    (void) data;
    (void) record;

    return 0;
}


static void
test_schemas(void)
{
    int            calls;
    const char    *file, *error;
    export_geo_t  *geo;

    file = database("flat.mmdb", "# schema: country_code\n1.0.0.0/8\tGB\n");
    geo = good(file, NULL);
    lookups(geo, (want_t []) { { "1.2.3.4", KNOWN("GB") }, { NULL, 0 } });
    export_geo_close(geo);

    bad(file, "country/iso_code", "has no country in any record");

    file = database("plain.mmdb", "# schema: country\n1.0.0.0/8\tGB\n");
    geo = good(file, NULL);
    lookups(geo, (want_t []) { { "1.2.3.4", KNOWN("GB") }, { NULL, 0 } });
    export_geo_close(geo);

    /* the best schema wins wherever it is first seen */

    file = database("mixed.mmdb",
                    "# schema: country\n1.0.0.0/8\tGB\n9.0.0.0/8\tXX\n"
                    "# schema: country_code\n2.0.0.0/8\tFR\n"
                    "# schema: geoip2\n3.0.0.0/8\tDE\n4.0.0.0/8\t\"\"\n"
                    "# schema: country\n5.0.0.0/8\tCH\tUS\n");

    calls = 0;
    geo = export_geo_open(file, NULL, classify, &calls, &error);
    is_int(export_geo_build(geo, SIZE_MAX, &error), EXPORT_OK, "mixed schemas");
    lookups(geo, (want_t []) {
        { "1.2.3.4", 0 },
        { "2.2.3.4", 0 },
        { "3.2.3.4", KNOWN("DE") },
        { "4.2.3.4", 0 },
        { "5.2.3.4", EXPORT_PLACE_UNKNOWN | CC('U', 'S') },
        { "9.2.3.4", 0 },
        { NULL, 0 }
    });
    is_int(calls, 1 + 2 + 6, "records are classified once a schema");
    export_geo_close(geo);

    geo = export_geo_open(file, NULL, nothing, NULL, &error);
    is_int(export_geo_build(geo, SIZE_MAX, &error), EXPORT_ERROR,
           "a policy that knows no place");
    ok(strcmp(error, "says nothing about any address") == 0, "%s", error);
    is_int(export_geo_build(geo, SIZE_MAX, &error), EXPORT_ERROR, "and again");
    export_geo_close(geo);
}


static void
test_many(int n)
{
    int               i, wrong;
    char              tsv[0x4000], *p;
    const char       *file;
    export_geo_t     *geo;
    export_address_t  a;

    p = tsv;
    *p = '\0';

    for (i = 0; i < n; i++) {
        p += sprintf(p, "%d.%d.0.0/16\t%c%c\n", 10 + i / 100, i % 100,
                     'A' + i / 26, 'A' + i % 26);
    }

    file = database("many.mmdb", tsv);

    if (n > EXPORT_GEO_MAX_PLACES) {
        bad(file, NULL, "has too many kinds of places");
        return;
    }

    geo = good(file, NULL);
    wrong = 0;

    for (i = 0; i < n; i++) {
        memset(&a, 0, sizeof(a));
        a.v4 = 1;
        a.low = (uint32_t) (10 + i / 100) << 24 | (uint32_t) (i % 100) << 16;
        wrong += export_geo_lookup(geo, &a)
                 != (EXPORT_PLACE_KNOWN | CC('A' + i / 26, 'A' + i % 26));
    }

    is_int(wrong, 0, "%d places", n);
    export_geo_close(geo);
}


static int
same(const export_geo_t *a, const export_geo_t *b)
{
    return a->size == b->size && a->epoch == b->epoch
           && a->parts4 == b->parts4 && a->parts6 == b->parts6
           && memcmp(a->root, b->root, sizeof(a->root)) == 0
           && memcmp(a->index, b->index, sizeof(a->index)) == 0
           && memcmp(a->place, b->place, sizeof(a->place)) == 0
           && memcmp(a->interval, b->interval,
                     a->index[0x10000] * sizeof(uint64_t)) == 0;
}


static void
test_steps(void)
{
    int            rc;
    size_t         steps, calls;
    const char    *file, *error;
    export_geo_t  *whole, *geo;

    file = in("places.mmdb");
    whole = good(file, NULL);

    for (steps = 1; steps < 5000; steps = steps * 3 + 1) {
        geo = export_geo_open(file, NULL, classify, NULL, &error);
        calls = 0;

        do {
            rc = export_geo_build(geo, steps, &error);
            calls++;
        } while (rc == EXPORT_AGAIN);

        ok(rc == EXPORT_OK && same(geo, whole), "%zu calls of %zu steps",
           calls, steps);

        is_int(export_geo_build(geo, 1, &error), EXPORT_OK, "is done");
        export_geo_close(geo);
    }

    export_geo_close(whole);

    geo = export_geo_open(file, NULL, classify, NULL, &error);
    is_int(export_geo_build(geo, 0, &error), EXPORT_AGAIN, "no step at all");
    is_int(export_geo_build(geo, 100, &error), EXPORT_AGAIN, "a few");
    export_geo_close(geo);
    export_geo_close(NULL);

    ok(1, "a build can be given up");
}


/* a file is overwritten in place, before and after it was read */

static void
test_changes(void)
{
    size_t         n;
    u_char         data[0x20000];
    const char    *file, *error;
    export_geo_t  *geo;

    n = load("places.mmdb", data, sizeof(data));
    save("change.mmdb", data, n);
    file = in("change.mmdb");

    geo = export_geo_open(file, NULL, classify, NULL, &error);
    save("change.mmdb", data, n / 2);
    is_int(export_geo_build(geo, SIZE_MAX, &error), EXPORT_ERROR, "truncated");
    ok(strcmp(error, "changed while it was read") == 0, "%s", error);
    export_geo_close(geo);

    save("change.mmdb", data, n);
    geo = export_geo_open(in("change.mmdb"), NULL, classify, NULL, &error);
    memset(data + n, 0, 100);
    save("change.mmdb", data, n + 100);
    is_int(export_geo_build(geo, SIZE_MAX, &error), EXPORT_ERROR, "longer");
    ok(strcmp(error, "changed while it was read") == 0, "%s", error);
    export_geo_close(geo);

    save("change.mmdb", data, n);
    geo = export_geo_open(in("change.mmdb"), NULL, classify, NULL, &error);
    is_int(export_geo_build(geo, 0x10000 / EXPORT_MMDB_COPY, &error),
           EXPORT_AGAIN, "read");
    save("change.mmdb", "", 0);
    is_int(export_geo_build(geo, SIZE_MAX, &error), EXPORT_OK,
           "truncated after it was read");
    lookups(geo, (want_t []) { { "81.2.69.9", KNOWN("GB") }, { NULL, 0 } });
    export_geo_close(geo);
}


static void
test_files(void)
{
    u_char       data[0x20000];
    size_t       n;
    const char  *error;

    bad(in("missing"), NULL, "cannot be opened");
    (void) build(in("missing"), NULL, &error);
    is_int(errno, ENOENT, "errno tells why");

    bad(dir, NULL, "is not a regular file");
    bad("/dev/null", NULL, "is not a regular file");

    if (mkfifo(in("fifo"), 0600) == 0) {
        bad(in("fifo"), NULL, "is not a regular file");
    }

    save("empty", "", 0);
    bad(in("empty"), NULL, "is empty");

    save("text", "network,country\n", 16);
    bad(in("text"), NULL, "is not an MMDB");

    save("huge", "x", 1);

    if (truncate(in("huge"), (off_t) EXPORT_MMDB_MAX_FILE + 1) == 0) {
        bad(in("huge"), NULL, "is too large");
    }

    n = load("places.mmdb", data, sizeof(data));
    save("marker", data + n - 13, 13);
    bad(in("marker"), NULL, "is not an MMDB");

    save("marker", MARKER, sizeof(MARKER) - 1);
    bad(in("marker"), NULL, "has corrupt metadata");
}


/* no outcome is wrong as long as it is one; sanitizers watch */

static int
survives(const char *file)
{
    size_t            i;
    const char       *error;
    export_geo_t     *geo;
    export_address_t  a;

    geo = build(file, NULL, &error);

    for (i = 0; geo && i < 64; i++) {
        a.high = draw();
        a.low = (i & 1) ? draw() >> 32 : draw();
        a.v4 = i & 1;
        (void) export_geo_lookup(geo, &a);
    }

    export_geo_close(geo);

    return geo != NULL;
}


static void
test_damage(const char *tsv)
{
    int          built;
    size_t       n, i, step;
    u_char       data[0x20000];
    const char  *every;

    (void) database("small.mmdb", tsv);
    n = load("small.mmdb", data, sizeof(data));

    every = getenv("GEO_STEP");
    step = every ? (size_t) atoi(every) : FLIPS;

    for (i = 0, built = 0; i < n; i++) {
        save("damage.mmdb", data, i);
        built += survives(in("damage.mmdb"));
    }

    is_int(built, 0, "no truncation of %zu bytes is taken for a database", n);

    for (i = draw() % step, built = 0; i < n * 8; i += step) {
        data[i / 8] ^= (u_char) (1 << i % 8);
        save("damage.mmdb", data, n);
        data[i / 8] ^= (u_char) (1 << i % 8);

        built += survives(in("damage.mmdb"));
    }

    ok(1, "%zu one-bit flips, %d of them still a database", n * 8 / step,
       built);
}


/* databases by hand */

static void
put(bytes_t *b, const void *data, size_t n)
{
    memcpy(b->data + b->n, data, n);
    b->n += n;
}


static void
node(bytes_t *b, uint32_t left, uint32_t right)
{
    uint32_t  pair[2] = { htonl(left), htonl(right) };

    put(b, pair, sizeof(pair));
}


static void
key(bytes_t *b, const char *name)
{
    u_char  c;

    c = (u_char) (0x40 | strlen(name));
    put(b, &c, 1);
    put(b, name, strlen(name));
}


/* any "languages", 32-bit records */

static void
metadata(bytes_t *b, uint32_t nodes, const char *languages, size_t n)
{
    uint32_t  count;

    put(b, MARKER "\xe9", sizeof(MARKER));
    key(b, "node_count");
    count = htonl(nodes);
    put(b, "\xc4", 1);
    put(b, &count, 4);
    key(b, "record_size");
    put(b, "\xa1\x20", 2);
    key(b, "ip_version");
    put(b, "\xa1\x06", 2);
    key(b, "database_type");
    put(b, "\x41X", 2);
    key(b, "languages");
    put(b, languages, n);
    key(b, "binary_format_major_version");
    put(b, "\xa1\x02", 2);
    key(b, "binary_format_minor_version");
    put(b, "\xa0", 1);
    key(b, "build_epoch");
    put(b, "\x01\x02\x01", 3);
    key(b, "description");
    put(b, "\xe0", 1);
}


/* one node with the data left, and nothing right */

static void
one_record(const char *name, const void *data, size_t n, const char *want)
{
    static bytes_t  b;

    b.n = 0;
    node(&b, 1 + 16, 1);
    put(&b, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
    put(&b, data, n);
    metadata(&b, 1, "\x00\x04", 2);
    save(name, b.data, b.n);

    if (want) {
        bad(in(name), NULL, want);

    } else {
        export_geo_close(good(in(name), NULL));
    }
}


static void
test_records(void)
{
    size_t       i;
    static char  deep[0x10000];

    static const struct {
        const char  *name;
        const char  *data;
        size_t       n;
        int          fine;
    } records[] = {
#define RECORD(name, data, fine)  { name, data, sizeof(data) - 1, fine }
        RECORD("flat", "\xe1\x47" "country" "\x42" "GB", 1),
        RECORD("key-pointer", "\xe1\x20\x06\x42GB\x47" "country", 1),
        RECORD("other-types", "\xe8\x47" "country" "\x42" "GB"
               "\x41" "a\x68\0\0\0\0\0\0\0\0" "\x41" "b\x83xyz"
               "\x41" "c\x04\x01\0\0\0\1" "\x41" "d\x08\x02\0\0\0\0\0\0\0\1"
               "\x41" "e\x01\x07" "\x41" "f\x04\x08\0\0\0\0"
               "\x41" "g\x01\x04\x41z", 1),
        RECORD("pointer-to-itself", "\xe1\x47" "country" "\x20\x09", 0),
        RECORD("pointer-back", "\xe1\x47" "country" "\x20\x00", 0),
        RECORD("pointer-outside", "\xe1\x47" "country" "\x27\xff", 0),
        RECORD("pointer-far", "\xe1\x47" "country" "\x38\xff\xff\xff\xff", 0),
        RECORD("pointer-to-pointer", "\xe1\x47" "country\x20\x0b\x20\x00", 0),
        RECORD("key-number", "\xe1\xa1\x01\x42GB", 0),
        RECORD("key-map", "\xe1\xe1\x41" "a\x41" "b\x42GB", 0),
        RECORD("key-pointer-to-map", "\xe1\x20\x00\x42GB", 0),
        RECORD("map-of-millions", "\xff\xff\xff\xff", 0),
        RECORD("array-of-millions", "\x1f\x04\xff\xff\xff", 0),
        RECORD("string-too-long", "\xe1\x47" "country\x5f\xff\xff\xff", 0),
        RECORD("double-of-4", "\xe1\x47" "country\x64\0\0\0\0", 0),
        RECORD("uint16-of-3", "\xe1\x47" "country\xa3\0\0\0", 0),
        RECORD("float-of-8", "\xe1\x47" "country\x08\x08\0\0\0\0\0\0\0\0", 0),
        RECORD("container", "\xe1\x47" "country\x00\x05", 0),
        RECORD("end-marker", "\xe1\x47" "country\x00\x06", 0),
        RECORD("type-200", "\xe1\x47" "country\x00\xc1", 0),
    };

    for (i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
        one_record(records[i].name, records[i].data, records[i].n,
                   records[i].fine ? NULL : "has a corrupt record");
    }

    /* 1.7.1 itself would go down one stack frame a level */

    for (i = 0; i < sizeof(deep); i += 2) {
        memcpy(deep + i, "\x01\x04", 2);
    }

    memcpy(deep, "\xe2\x41" "a", 3);
    memcpy(deep + 3, "\x01\x04", 2);
    one_record("deep-arrays", deep, sizeof(deep), "has a corrupt record");

    /* each level points twice at the one below it: 2^30 values */

    memcpy(deep, "\x41z", 2);

    for (i = 0; i < 30; i++) {
        deep[6 * i + 2] = 0x02;
        deep[6 * i + 3] = 0x04;
        deep[6 * i + 4] = deep[6 * i + 6] = 0x20;
        deep[6 * i + 5] = deep[6 * i + 7] = (char) (i ? 6 * i - 4 : 0);
    }

    memmove(deep + 2, deep, 182);
    memcpy(deep, "\x20\xb2", 2);
    one_record("doubled", deep, 0x200, "has a corrupt record");
}


static void
test_trees(void)
{
    size_t          i;
    static bytes_t  b;

    static const struct {
        const char  *name;
        const char  *data;
        size_t       n;
    } languages[] = {
#define LANGUAGES(name, data)  { name, data, sizeof(data) - 1 }
        LANGUAGES("not-strings", "\x02\x04\x42" "en\xa1\x01"),
        LANGUAGES("not-a-list", "\x41z"),
        LANGUAGES("nested", "\x01\x04\x01\x04\x01\x04\x41z"),
        LANGUAGES("millions", "\x1f\x04\xff\xff\xff"),
    };

    for (i = 0; i < sizeof(languages) / sizeof(languages[0]); i++) {
        b.n = 0;
        node(&b, 1, 1);
        put(&b, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
        metadata(&b, 1, languages[i].data, languages[i].n);
        save(languages[i].name, b.data, b.n);
        bad(in(languages[i].name), NULL, "has corrupt metadata");
    }

    /* 0x1ffffffe * 8 + 16 is 0 in 32 bits: 1.7.1 reads 4 GB further on */

    b.n = 0;
    node(&b, 0x10000000, 0x10000000);
    put(&b, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
    metadata(&b, 0x1ffffffe, "\x00\x04", 2);
    save("overflow", b.data, b.n);
    bad(in("overflow"), NULL, "has a truncated search tree");

    b.n = 0;
    node(&b, 2, 2);
    put(&b, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
    metadata(&b, 2, "\x00\x04", 2);
    save("one-node-less", b.data, b.n);
    bad(in("one-node-less"), NULL, "has a truncated search tree");

    b.n = 0;
    node(&b, 1, 1);
    node(&b, 1, 2);
    put(&b, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
    metadata(&b, 2, "\x00\x04", 2);
    save("cycle", b.data, b.n);
    bad(in("cycle"), NULL, "has a corrupt search tree");

    b.n = 0;
    node(&b, 1, 0);
    put(&b, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
    metadata(&b, 1, "\x00\x04", 2);
    save("root-again", b.data, b.n);
    bad(in("root-again"), NULL, "has a corrupt search tree");

    b.n = 0;
    node(&b, 0xffffffff, 1);
    put(&b, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
    metadata(&b, 1, "\x00\x04", 2);
    save("outside", b.data, b.n);
    bad(in("outside"), NULL, "has a corrupt search tree");

    b.n = 0;
    node(&b, 1 + 3, 1);
    put(&b, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
    metadata(&b, 1, "\x00\x04", 2);
    save("in-the-gap", b.data, b.n);
    bad(in("in-the-gap"), NULL, "has a corrupt record");

    /* both branches of each node are the next: 2^127 leaves */

    b.n = 0;

    for (i = 1; i <= 127; i++) {
        node(&b, (uint32_t) i, (uint32_t) i);
    }

    put(&b, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
    metadata(&b, 127, "\x00\x04", 2);
    save("shared", b.data, b.n);
    bad(in("shared"), NULL, "has a corrupt search tree");
}


#ifdef GEO_COMPARE

/* any database against libmaxminddb */

static int
compare(const char *file)
{
    int               wrong4, wrong6;
    size_t            i;
    MMDB_s            mmdb;
    const char       *error;
    export_geo_t     *geo;
    export_address_t  a;

    coarse = 1;
    geo = build(file, NULL, &error);

    if (geo == NULL || MMDB_open(file, MMDB_MODE_MMAP, &mmdb)) {
        printf("%s %s\n", file, geo ? "cannot be opened" : error);
        return 2;
    }

    for (i = 0, wrong4 = 0; i < 2000000; i++) {
        a.high = 0;
        a.low = draw() >> 32;
        a.v4 = 1;
        wrong4 += !agrees(geo, &mmdb, a);
    }

    /* at the borders of intervals too, where random addresses seldom are */

    for (i = 0, wrong6 = 0; i < 200000; i++) {
        a.high = geo->interval[draw() % geo->index[0x10000]] >> 16;
        a.high |= (i & 1 ? 0x2a00 + draw() % 32 : 0x2000 + draw() % 0x800)
                  << 48;
        a.high -= i >> 1 & 1;
        a.low = (i & 4) ? draw() : 0 - (uint64_t) (i >> 3 & 1);
        a.v4 = 0;
        wrong6 += !agrees(geo, &mmdb, a);
    }

    for (i = 0; i < geo->parts4 + geo->parts6; i++) {
        a.v4 = (i < geo->parts4);
        a.high = a.v4 ? 0 : geo->part6[i - geo->parts4].high;
        a.low = a.v4 ? geo->part4[i].low : geo->part6[i - geo->parts4].low;
        wrong4 += !agrees(geo, &mmdb, a);
        a.low--;
        a.low &= a.v4 ? 0xffffffff : UINT64_MAX;
        wrong4 += !agrees(geo, &mmdb, a);
    }

    printf("%s: 2000000 IPv4, 200000 IPv6, %zu parts: %d and %d disagree\n",
           file, geo->parts4 + geo->parts6, wrong4, wrong6);

    MMDB_close(&mmdb);
    export_geo_close(geo);

    return wrong4 || wrong6;
}

#endif


int
main(int argc, char **argv)
{
    char        command[300];
    const char *tmp;

#ifdef GEO_COMPARE
    if (argc == 2) {
        return compare(argv[1]);
    }
#endif

    (void) argc;
    (void) argv;

    tmp = getenv("TMPDIR");
    (void) snprintf(dir, sizeof(dir), "%s/geo-XXXXXX", tmp ? tmp : "/tmp");

    if (mkdtemp(dir) == NULL) {
        perror(dir);
        return 2;
    }

    test_places();
    test_shapes();
    test_edges();
    test_schemas();
    test_many(EXPORT_GEO_MAX_PLACES);
    test_many(EXPORT_GEO_MAX_PLACES + 1);
    test_steps();
    test_changes();
    test_files();
    test_records();
    test_trees();
    test_damage("81.2.69.0/24\tGB\tUS\tEU\n2a02::/20\tCH\n");
    test_damage("# ip_version: 4\n# record_size: 24\n# schema: country_code\n"
                "81.2.69.0/28\tGB\n128.0.0.0/1\tCH\n");

    (void) snprintf(command, sizeof(command), "rm -rf %s", dir);

    if (system(command) != 0) {
        perror(command);
    }

    return done_testing();
}
