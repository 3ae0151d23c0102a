
/*
 * A request's method, host and paths against a fixed set of rules.  Input is
 * a byte of flags, then lines: method, host, the path that is sent, the one
 * that was sent to us, the one that is routed by, what is behind a location,
 * and one more.
 */

#include "tap.h"

#include "export_bytes.h"

#include "pool.h"
#include "recipient.h"


#define RULES  8
#define LINES  7

/* bits of the first byte */

#define ANNOUNCED   0x01
#define BODY        0x02
#define UNREAD      0x04
#define ELSEWHERE   0x08
#define OVERRIDDEN  0x10
#define MARKED      0x20
#define MAY         0x40


static export_endpoint_t  endpoints[RULES] = {
    { export_string("POST"), 0, 0x09, 0, 0, 0 },
    { export_string("POST"), 1, 0x11, 0, 0, 1 },
    { export_string(""), 2, 0x09, 0, 0, 1 },
    { export_string("GET"), 3, 0x11, 1, 0, 0 },
    { export_string("POST"), 4, 0x11, 0, 0, 1 },
    { export_string("PUT"), 5, 0x09, 0, 1, 0 },
    { export_string("POST"), 6, 0x11, 0, 0, 0 },
    { export_string(""), 7, 0x11, 0, 0, 0 },
};

static const struct {
    const char  *host;
    const char  *pattern;
} rows[RULES] = {
    { "a.b", "/v1/files" },
    { "a.b", "~^/v1/[^/]+/jobs$" },
    { "a.b", "~^/v1/files/?" },
    { "b", "/x" },
    { "", "~*^/jobs(?:/|$)" },
    { "", "~^/wide" },
    { "c", "~^/(?:a|b)+$" },
    { "c", "/a" },
};


/* the first byte of a word may be the flags */

const char *const  fuzz_words[] = {
    "\n", "\n", "\n", "\n", "\n", "\x03", "\x0b", "\x23", "\x41", "\x55",
    "POST", "GET", "PUT", "a.b", "sub.a.b", "A.B", "b", "c", "/", "/v1/files",
    "/v1/x/jobs", "/jobs", "/JOBS/", "/wide", "/x", "/a", "/b", "/..", "/./",
    "//", ";x=1", "%2f", "%2e%2e", "%6aobs", "%256aobs", "\\", "?", "#", "%",
    "\xc0\xaf", NULL
};


static export_match_t             match[RULES];
static export_hosts_rule_t        rule[RULES];
static export_catalogue_t         catalogue;
static export_catalogue_t        *catalogues[2] = { &catalogue, &catalogue };
static export_recipient_rules_t   rules;
static export_match_scratch_t    *scratch;


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void
build(void)
{
    char                  error[EXPORT_MATCH_ERROR];
    unsigned              i;
    export_str_t          text;

    for (i = 0; i < RULES; i++) {
        text.len = strlen(rows[i].pattern);
        text.data = (u_char *) rows[i].pattern;

        if (export_match_compile(&match[i], &text, error) != EXPORT_OK) {
            abort();
        }

        rule[i].host.len = strlen(rows[i].host);
        rule[i].host.data = (u_char *) rows[i].host;
        rule[i].subdomains = i == 2;
        rule[i].match = &match[i];
        rule[i].value = &endpoints[i];
    }

    scratch = export_match_scratch_create();
    catalogue.hosts = export_hosts_create(rule, RULES, &pool);

    if (scratch == NULL || catalogue.hosts == NULL) {
        abort();
    }

    rules.patterns = catalogue.hosts;
    rules.catalogue = catalogues;
    rules.ncatalogues = 2;
}


static int
marked(void *data, const export_endpoint_t *endpoint)
{
    unsigned  flags = *(unsigned *) data;

    if (!endpoint->marked) {
        return EXPORT_OK;
    }

    return flags & MARKED ? EXPORT_OK : flags & MAY ? EXPORT_AGAIN
                                                    : EXPORT_DECLINED;
}


static int
overridden(void *data)
{
    return (*(unsigned *) data & OVERRIDDEN) != 0;
}


/* the facts that a request adds to those that are there */

static void
search(const export_str_t *line, unsigned flags,
    export_recipient_found_t *found, export_facts_t *facts)
{
    export_recipient_asks_t     asks;
    export_recipient_paths_t    paths;
    export_recipient_request_t  request;

    memset(&request, 0, sizeof(request));
    memset(&asks, 0, sizeof(asks));

    request.method = line[0];
    request.marked = marked;
    request.overridden = overridden;
    request.data = &flags;
    request.announced = (flags & ANNOUNCED) != 0;
    request.body = (flags & BODY) != 0;
    request.unread = (flags & UNREAD) != 0;

    paths.wire = line[2];
    paths.sent = line[3];
    paths.routed = line[4];
    paths.rest = line[5];

    asks.rules = &rules;
    asks.request = &request;
    asks.scratch = scratch;
    asks.found = found;
    asks.facts = facts;
    asks.elsewhere = (flags & ELSEWHERE) != 0;

    recipient_search(&asks, &line[1], &paths, &line[6]);
}


static void
check(const export_recipient_found_t *found, const export_facts_t *facts,
    unsigned before)
{
    unsigned  i, said;

    if (found->nsaid > EXPORT_RECIPIENT_SAID
        || found->n > EXPORT_MAX_ENDPOINTS
        || (before & ~facts->purpose))
    {
        abort();
    }

    for (said = 0, i = 0; i < found->nsaid; i++) {
        said |= found->said[i].purpose;
    }

    if ((said & ~facts->purpose)
        || ((facts->purpose & ~before & EXPORT_PURPOSE_TRAINING)
            && found->nsaid == 0)
        || (found->job && !(facts->purpose & EXPORT_PURPOSE_CONTROL)))
    {
        abort();
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t                    i, k;
    u_char                   *copy;
    unsigned                  before, flags;
    export_str_t              line[LINES];
    export_facts_t            facts;
    export_recipient_found_t  found;

    if (scratch == NULL) {
        build();
    }

    flags = size ? data[0] : 0;
    copy = malloc(size + 1);
    memcpy(copy, size ? data : (const uint8_t *) "", size);

    memset(line, 0, sizeof(line));

    for (i = 1, k = 0; k < LINES; k++, i++) {
        line[k].data = copy + (i < size ? i : size);

        while (i < size && copy[i] != '\n') {
            copy[i] = k == 1 ? export_lower(copy[i]) : copy[i];
            line[k].len++;
            i++;
        }
    }

    for (before = 0; before < 0x80; before = before * 2 + 1) {
        memset(&facts, 0, sizeof(facts));
        memset(&found, 0, sizeof(found));
        facts.purpose = (uint16_t) before;

        search(line, flags, &found, &facts);
        check(&found, &facts, before);

        (void) export_recipient_take_job(&found, &facts);
        search(line, flags, &found, &facts);
        check(&found, &facts, before);
    }

    free(copy);

    return 0;
}
