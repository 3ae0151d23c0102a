
/* The databases are built by t/lib/mmdb.pl.  Run from the top of the tree. */

#define _GNU_SOURCE

#include "tap.h"

#include "../../module/policy/export_subject.c"

#include "pool.h"


#define IP         EXPORT_SUBJECT_IP
#define COUNTRY    EXPORT_SUBJECT_COUNTRY
#define ID         EXPORT_SUBJECT_ID
#define FORWARDED  EXPORT_SUBJECT_FORWARDED

#define KNOWN      EXPORT_PLACE_KNOWN
#define UNKNOWN    EXPORT_PLACE_UNKNOWN

#define UK         0x1u         /* stand for the sets' bits */
#define EEA        0x2u

#define LONG       0x4000


typedef struct {
    const char  *address;
    uint32_t     one;           /* by the first database only */
    uint32_t     both;
} locate_t;


typedef struct {
    export_subject_e   type;
    const char        *value;
    uint32_t           places;
    unsigned           n;
    const char        *marks;   /* of "lam": located, addressed, malformed */
} value_t;


static export_jurisdictions_t  jurisdictions;
static export_atlas_t          one, both, none;


static const char  first[] =
    "81.2.69.0/24\tGB\n"
    "85.214.132.0/24\tDE\n"
    "216.160.83.0/24\tUS\n"
    "121.2.105.0/24\tJP\n"
    "193.56.31.0/24\tZZ\n"
    "193.56.30.0/24\t-\n"
    "2a02:c7c::/32\tGB\n"
    "2600:1700::/32\tUS\n";

static const char  second[] =
    "81.2.69.0/24\tUS\n"
    "216.160.83.0/25\tFR\n"
    "198.51.100.0/24\tJP\n"
    "193.56.31.0/24\tUS\n"
    "2600:1700::/32\t-\n";


static const locate_t  locations[] = {
    { "81.2.69.160", KNOWN|UK, KNOWN|UK },
    { "85.214.132.1", KNOWN|EEA, KNOWN|EEA },
    { "216.160.83.200", KNOWN, KNOWN },
    { "216.160.83.1", KNOWN, KNOWN|EEA },
    { "121.2.105.1", KNOWN, KNOWN },
    { "198.51.100.1", UNKNOWN, KNOWN },
    { "192.0.2.1", UNKNOWN, UNKNOWN },
    { "193.56.31.1", UNKNOWN, UNKNOWN|KNOWN },
    { "193.56.30.1", UNKNOWN, UNKNOWN },
    { "2a02:c7c::1", KNOWN|UK, KNOWN|UK },
    { "2600:1700::1", KNOWN, KNOWN },
    { "2001:db8::1", UNKNOWN, UNKNOWN },
    { "::ffff:81.2.69.160", KNOWN|UK, KNOWN|UK },
    { "64:ff9b::81.2.69.160", KNOWN|UK, KNOWN|UK },
    { "2002:5102:45a0::1", KNOWN|UK, KNOWN|UK },

    /* IPv4-translated */

    { "::ffff:0:81.2.69.160", KNOWN|UK, KNOWN|UK },
    { "::ffff:0:216.160.83.200", KNOWN, KNOWN },
    { "::ffff:0:10.0.0.1", UNKNOWN, UNKNOWN },

    /* NAT64 in a network: /96, /64, /56 and /48 */

    { "64:ff9b:1::81.2.69.160", KNOWN|UK, KNOWN|UK },
    { "64:ff9b:1:2:3:4:5102:45a0", KNOWN|UK, KNOWN|UK },
    { "64:ff9b:1:2:51:245:a000:0", KNOWN|UK, KNOWN|UK },
    { "64:ff9b:1:251:2:45a0::", KNOWN|UK, KNOWN|UK },
    { "64:ff9b:1:5102:45:a000::", KNOWN|UK, KNOWN|UK },
    { "64:ff9b:1:5102:45:a000:1234:5678", KNOWN|UK|UNKNOWN,
      KNOWN|UK|UNKNOWN },
    { "64:ff9b:1:5102:ff45:a000::", KNOWN|UK, KNOWN|UK },
    { "64:ff9b:1::216.160.83.200", KNOWN, KNOWN },
    { "64:ff9b:1:2:d8:a053:c800:0", KNOWN, KNOWN },
    { "64:ff9b:1:2d8:a0:53c8::", KNOWN, KNOWN },
    { "64:ff9b:1:d8a0:53:c800::", KNOWN, KNOWN },
    { "64:ff9b:1::10.0.0.1", UNKNOWN, UNKNOWN },
    { "64:ff9b:1:c0a8:1:200::", UNKNOWN, UNKNOWN },
    { "64:ff9b:1::", UNKNOWN, UNKNOWN },

    /* ISATAP: the prefix, and what is behind it */

    { "2600:1700::5efe:81.2.69.160", KNOWN|UK, KNOWN|UK },
    { "2600:1700::200:5efe:81.2.69.160", KNOWN|UK, KNOWN|UK },
    { "2600:1700:0:1:0300:5efe:5102:45a0", KNOWN|UK, KNOWN|UK },
    { "2600:1700::5efe:216.160.83.200", KNOWN, KNOWN },
    { "2600:1700::5efe:10.0.0.1", KNOWN, KNOWN },
    { "2600:1700::400:5efe:81.2.69.160", KNOWN, KNOWN },
    { "2a02:c7c::5efe:216.160.83.200", KNOWN|UK, KNOWN|UK },
    { "2001:db8::5efe:216.160.83.200", KNOWN|UNKNOWN, KNOWN|UNKNOWN },
    { "fe80::5efe:81.2.69.160", KNOWN|UK|UNKNOWN, KNOWN|UK|UNKNOWN },
    { "2002:d8a0:53c8::5efe:81.2.69.160", KNOWN|UK, KNOWN|UK },
    { "2002:d8a0:53c8::1", KNOWN, KNOWN },
};


static const value_t  values[] = {
    { IP, "81.2.69.160", KNOWN|UK, 1, "la" },
    { IP, "216.160.83.200", KNOWN, 1, "la" },
    { IP, "192.0.2.1", UNKNOWN, 1, "la" },
    { IP, "81.2.69.160, 85.214.132.1", KNOWN|UK|EEA, 2, "la" },
    { IP, "216.160.83.200,,\t81.2.69.160 ,", KNOWN|UK, 2, "la" },
    { IP, "216.160.83.200, 192.0.2.1", KNOWN|UNKNOWN, 2, "la" },
    { IP, "2a02:c7c::1", KNOWN|UK, 1, "la" },

    /* one that cannot be read takes nothing from the others */

    { IP, "x", 0, 1, "m" },
    { IP, "81.2.69.160, x", KNOWN|UK, 2, "lam" },
    { IP, "x, 216.160.83.200", KNOWN, 2, "lam" },
    { IP, "81.2.69.160 85.214.132.1", 0, 1, "m" },
    { IP, "81.2.69.160:443", 0, 1, "m" },
    { IP, "[2a02:c7c::1]", 0, 1, "m" },
    { IP, "\"81.2.69.160\"", 0, 1, "m" },
    { IP, "081.2.69.160", 0, 1, "m" },
    { IP, "81.2.69.160;x", 0, 1, "m" },
    { IP, "unknown", 0, 1, "m" },
    { IP, "81.2.69.160\r", 0, 1, "m" },

    /* nobody is named */

    { IP, "", 0, 0, "" },
    { IP, " , ,\t", 0, 0, "" },
    { COUNTRY, "", 0, 0, "" },
    { ID, ",", 0, 0, "" },

    { COUNTRY, "GB", KNOWN|UK, 1, "l" },
    { COUNTRY, " gb\t", KNOWN|UK, 1, "l" },
    { COUNTRY, "DEU", KNOWN|EEA, 1, "l" },
    { COUNTRY, "US, DE", KNOWN|EEA, 2, "l" },
    { COUNTRY, "US", KNOWN, 1, "l" },
    { COUNTRY, "US, XX", KNOWN|UNKNOWN, 2, "l" },
    { COUNTRY, "EU", UNKNOWN|EEA, 1, "l" },
    { COUNTRY, "Germany", KNOWN|EEA, 1, "l" },
    { COUNTRY, "Germany, United States", KNOWN|EEA, 2, "l" },
    { COUNTRY, "826, US-CA", KNOWN|UK, 2, "l" },
    { COUNTRY, "SU", UNKNOWN|EEA, 1, "l" },
    { COUNTRY, "-, US", KNOWN|UNKNOWN, 2, "l" },
    { COUNTRY, "(not set)", UNKNOWN, 1, "l" },
    { COUNTRY, "\"GB\"", 0, 1, "m" },
    { COUNTRY, "GB;q=1", 0, 1, "m" },
    { COUNTRY, "81.2.69.160", 0, 1, "m" },
    { COUNTRY, "en-US", 0, 1, "m" },
    { COUNTRY, "sv-SE, US", KNOWN, 2, "lm" },
    { COUNTRY, "QQ", 0, 1, "m" },

    /* one name with a comma, and two countries that look like one */

    { COUNTRY, "Korea, Republic of", KNOWN, 1, "l" },
    { COUNTRY, "Germany, Federal Republic of", KNOWN|EEA, 1, "l" },
    { COUNTRY, "Congo, The Democratic Republic of the", KNOWN, 1, "l" },
    { COUNTRY, "raine, uk", KNOWN|UK, 1, "l" },
    { COUNTRY, "uk, raine", KNOWN|UK, 2, "lm" },
    { COUNTRY, "US, Korea, Republic of", KNOWN, 3, "lm" },

    { ID, "user-1", 0, 1, "" },
    { ID, "user-1, user-2", 0, 2, "" },
    { ID, "81.2.69.160", 0, 1, "" },

    { FORWARDED, "for=81.2.69.160", KNOWN|UK, 1, "la" },
    { FORWARDED, "for=216.160.83.200, for=\"[2a02:c7c::1]:80\"", KNOWN|UK, 2,
      "la" },
    { FORWARDED, "for=216.160.83.200;by=81.2.69.160", KNOWN, 1, "la" },
    { FORWARDED, "for=unknown", UNKNOWN, 1, "l" },
    { FORWARDED, "for=_x, for=216.160.83.200", KNOWN|UNKNOWN, 2, "la" },
    { FORWARDED, "by=81.2.69.160", 0, 0, "" },
    { FORWARDED, "", 0, 0, "" },
    { FORWARDED, "for=216.160.83.200, for=2a02:c7c::1", KNOWN, 2, "lam" },
    { FORWARDED, "81.2.69.160", 0, 1, "m" },
    { FORWARDED, "for=\"81.2.69.160", 0, 1, "m" },
};


/* the sets' bits of a word as those of this file */

static uint32_t
plain(export_place_t place)
{
    static const export_str_t  uk = export_string("uk");
    static const export_str_t  eea = export_string("eea");

    return (place & (KNOWN|UNKNOWN))
           | (place & export_jurisdictions_find(&jurisdictions, &uk) ? UK : 0)
           | (place & export_jurisdictions_find(&jurisdictions, &eea) ? EEA
                                                                      : 0);
}


static export_place_t
classify(void *data, const export_geo_record_t *record)
{
    if (record->country.len == 0) {
        return 0;
    }

    return export_jurisdictions_country(data, &record->country);
}


static export_geo_t *
database(const char *tsv)
{
    char           dir[] = "/tmp/subject.XXXXXX", in[64], out[64];
    char           command[256];
    int            rc;
    FILE          *f;
    const char    *error;
    export_geo_t  *geo;

    if (mkdtemp(dir) == NULL) {
        perror(dir);
        exit(2);
    }

    snprintf(in, sizeof(in), "%s/in.tsv", dir);
    snprintf(out, sizeof(out), "%s/out.mmdb", dir);
    snprintf(command, sizeof(command), "perl t/lib/mmdb.pl %s %s", in, out);

    f = fopen(in, "w");

    if (f == NULL || fputs(tsv, f) == EOF || fclose(f) != 0
        || system(command) != 0)
    {
        printf("Bail out! %s\n", command);
        exit(2);
    }

    geo = export_geo_open(out, NULL, classify, &jurisdictions, &error);
    rc = geo ? export_geo_build(geo, SIZE_MAX, &error) : EXPORT_ERROR;

    if (rc != EXPORT_OK) {
        printf("Bail out! %s %s\n", out, error);
        exit(2);
    }

    unlink(in);
    unlink(out);
    rmdir(dir);

    return geo;
}


static void
test_locate(void)
{
    size_t            i;
    export_str_t      s;
    export_place_t    place;
    export_address_t  address;

    for (i = 0; i < sizeof(locations) / sizeof(locate_t); i++) {
        s = str(locations[i].address);
        is_int(export_address_parse(&s, &address), EXPORT_OK, "%s",
               locations[i].address);

        place = export_subject_locate(&one, &address);
        is_int(plain(place), locations[i].one, "... by one database");

        place = export_subject_locate(&both, &address);
        is_int(plain(place), locations[i].both, "... by two");

        place = export_subject_locate(&none, &address);
        is_int(place, UNKNOWN, "... by none");
    }
}


static unsigned
marks(const char *text)
{
    return (strchr(text, 'l') ? 1u : 0u) | (strchr(text, 'a') ? 2u : 0u)
           | (strchr(text, 'm') ? 4u : 0u);
}


static void
ask(const value_t *v, export_subjects_t *subjects)
{
    export_str_t  s;

    s.len = strlen(v->value);
    s.data = guard_copy(v->value, s.len);

    export_subject_value(v->type, &one, &s, subjects);

    guard_free(s.data, s.len);
}


static void
test_value(void)
{
    size_t             i, k;
    unsigned           wrong;
    export_subjects_t  subjects;

    for (i = 0; i < sizeof(values) / sizeof(value_t); i++) {
        memset(&subjects, 0, sizeof(subjects));
        ask(&values[i], &subjects);

        is_int(plain(subjects.places), values[i].places, "value %zu, places",
               i);
        is_int(subjects.n, values[i].n, "... subjects");
        is_int(subjects.located | (unsigned) subjects.addressed << 1
               | (unsigned) subjects.malformed << 2, marks(values[i].marks),
               "... \"%s\"", values[i].marks);
    }

    /* two lines say what both say, in either order */

    wrong = 0;

    for (i = 0; i < sizeof(values) / sizeof(value_t); i++) {
        for (k = 0; k < sizeof(values) / sizeof(value_t); k++) {
            memset(&subjects, 0, sizeof(subjects));
            ask(&values[i], &subjects);
            ask(&values[k], &subjects);

            wrong += plain(subjects.places)
                     != (values[i].places | values[k].places);
            wrong += subjects.n != values[i].n + values[k].n;
            wrong += (subjects.located | (unsigned) subjects.addressed << 1
                      | (unsigned) subjects.malformed << 2)
                     != (marks(values[i].marks) | marks(values[k].marks));
        }
    }

    is_int(wrong, 0, "lines add up");
}


/* one signal is one value, commas and all: a record's field is no list */

static void
test_signal(void)
{
    size_t                i;
    export_str_t          s;
    export_subjects_t     subjects;
    static const value_t  signals[] = {
        { IP, "81.2.69.160", KNOWN|UK, 1, "la" },
        { IP, "81.2.69.160, 85.214.132.1", 0, 1, "m" },
        { IP, "", 0, 1, "m" },
        { IP, " 81.2.69.160", 0, 1, "m" },
        { COUNTRY, "GB", KNOWN|UK, 1, "l" },
        { COUNTRY, "US, GB", 0, 1, "m" },
        { COUNTRY, "Virgin Islands, U.S.", KNOWN, 1, "l" },
        { COUNTRY, "GBR ", KNOWN|UK, 1, "l" },
        { COUNTRY, "N/A", UNKNOWN, 1, "l" },
        { COUNTRY, "", UNKNOWN, 1, "l" },
        { ID, "a, b", 0, 1, "" },
    };

    for (i = 0; i < sizeof(signals) / sizeof(value_t); i++) {
        memset(&subjects, 0, sizeof(subjects));
        s = str(signals[i].value);
        export_subject_signal(signals[i].type, &one, &s, &subjects);

        is_int(plain(subjects.places), signals[i].places, "signal %zu", i);
        is_int(subjects.n, signals[i].n, "... subjects");
        is_int(subjects.located | (unsigned) subjects.addressed << 1
               | (unsigned) subjects.malformed << 2, marks(signals[i].marks),
               "... \"%s\"", signals[i].marks);
    }
}


static void
test_limits(void)
{
    char                 *value;
    size_t                i, k, len;
    double                begin, spent;
    value_t               v;
    export_subjects_t     subjects;
    static const value_t  units[] = {
        { IP, "1.1.1.1,", 0, LONG / 8, "" }, { IP, ",", 0, 0, "" },
        { IP, "1,", 0, LONG / 2, "" }, { COUNTRY, "DE,", 0, 0, "" },
        { FORWARDED, ",", 0, 0, "" }, { FORWARDED, "for=_x, ", 0, 0, "" },
        { FORWARDED, "\"", 0, 0, "" }, { FORWARDED, ";", 0, 0, "" },
    };

    value = malloc(LONG + 1);

    for (i = 0; i < sizeof(units) / sizeof(value_t); i++) {
        len = strlen(units[i].value);

        for (k = 0; k < LONG; k++) {
            value[k] = units[i].value[k % len];
        }

        value[LONG] = '\0';
        v = units[i];
        v.value = value;

        memset(&subjects, 0, sizeof(subjects));
        begin = clock_ms();
        ask(&v, &subjects);
        spent = clock_ms() - begin;

        ok(spent < 100, "16 KB of \"%s\" in %.2f ms", units[i].value, spent);

        if (units[i].n) {
            is_int(subjects.n, units[i].n, "... all of them");
        }
    }

    free(value);
}


int
main(void)
{
    export_geo_t  *a, *b;

    export_jurisdictions_init(&jurisdictions);

    a = database(first);
    b = database(second);

    none.jurisdictions = &jurisdictions;
    one = none;
    one.geo[one.n++] = a;
    both = one;
    both.geo[both.n++] = b;

    test_locate();
    test_value();
    test_signal();
    test_limits();

    export_geo_close(a);
    export_geo_close(b);

    return done_testing();
}
