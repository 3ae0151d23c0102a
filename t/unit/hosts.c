
#include "tap.h"

#include "../../module/head/export_hosts.c"

#include "pool.h"


#define TABLES    150
#define RULES     60


typedef struct {
    const char  *host;
    unsigned     subdomains;
    const char  *host_pattern;
    const char  *pattern;
} rule_t;


typedef struct {
    const char  *host;
    const char  *subject;
    const char  *hits;          /* of rules[], a letter each, sorted */
} query_t;


typedef struct {
    char      text[2 * RULES];  /* a letter for each hit */
    size_t    n;
    unsigned  count[RULES];
    int       rc;               /* what hit() returns */
} hits_t;


/* memory that is not of a table: a filter's, and another index's */

typedef struct {
    u_char    bytes[16384];
    size_t    used;
} arena_t;


static unsigned                 unlikely, filtered;
static export_match_scratch_t  *scratch;
static export_hosts_t          *other;
static arena_t                  for_filter, for_other;


static void *
arena_alloc(void *data, size_t size)
{
    void     *p;
    arena_t  *arena = data;

    size = (size + 15) & ~(size_t) 15;

    if (size > sizeof(arena->bytes) - arena->used) {
        return NULL;
    }

    p = arena->bytes + arena->used;
    arena->used += size;

    return memset(p, 0, size);
}


static const rule_t  rules[] = {
    { "api.example.com", 0, NULL, "~/v1/train" },       /* a */
    { "api.example.com", 0, NULL, "~/v1/tune" },        /* b */
    { "example.com", 1, NULL, "~/train" },              /* c */
    { "example.com", 0, NULL, "~/only" },               /* d */
    { "com", 1, NULL, "~/com" },                        /* e */
    { "", 0, NULL, "~/anywhere" },                      /* f */
    { "", 0, NULL, "~(x)\\1y" },                        /* g */
    { "", 0, NULL, "any.example.org/literal" },         /* h */
    { "", 0, "~^eu-", "~/region" },                     /* i */
    { "example.net", 1, "~^eu-", "~/region" },          /* j */
    { "example.net", 1, NULL, "~*/REGION" },            /* k */
    { "", 0, NULL, "~^$" },                             /* l */
    { "", 0, NULL, "~/many" },                          /* m */
    { "b.example.net", 0, NULL, "b.example.net/l" },    /* n */
};


static const query_t  queries[] = {
    { "api.example.com", "api.example.com/v1/train", "ac" },
    { "api.example.com", "api.example.com/v1/tune", "b" },
    { "api.example.com", "api.example.com/v1/train/v1/tune/only/com", "abce" },
    { "api.example.com", "api.example.com/v2", "" },
    { "xapi.example.com", "xapi.example.com/v1/train", "c" },
    { "a.b.c.example.com", "a.b.c.example.com/train", "c" },
    { "example.com", "example.com/train/only", "cd" },
    { "xexample.com", "xexample.com/train/only", "" },
    { "www.example.com", "www.example.com/only", "" },
    { "com", "com/com", "e" },
    { "a.com", "a.com/com", "e" },
    { "acom", "acom/com", "" },
    { "com.org", "com.org/com", "" },
    { "whatever", "whatever/anywhere/many", "fm" },
    { "whatever", "whatever/xxy", "g" },
    { "any.example.org", "any.example.org/literal", "h" },
    { "any.example.org", "any.example.org/literal/", "" },
    { "eu-1", "eu-1/region", "i" },
    { "us-1", "us-1/region", "" },
    { "eu-1.example.net", "eu-1.example.net/region", "ijk" },
    { "us-1.example.net", "us-1.example.net/region", "k" },
    { "b.example.net", "b.example.net/l", "n" },
    { "", "/anywhere", "f" },
    { "", "", "l" },
    { ".", "./anywhere", "f" },
    { "..", "../anywhere", "f" },
    { "example.com.", "example.com./train", "" },
    { ".example.com", ".example.com/train", "c" },
    { "..example.com", "..example.com/train", "c" },
};


static void
compile(export_match_t *match, const char *pattern)
{
    char          error[EXPORT_MATCH_ERROR];
    export_str_t  text;

    text = str(pattern);

    if (export_match_compile(match, &text, error) != EXPORT_OK) {
        ok(0, "\"%s\" %s", pattern, error);
    }
}


static int
hit(void *data, const export_hosts_rule_t *rule)
{
    unsigned  i;
    hits_t   *hits = data;

    i = (unsigned) (size_t) rule->value;

    if (i < RULES && hits->n < sizeof(hits->text)) {
        hits->count[i]++;
        hits->text[hits->n++] = (char) ('a' + i % 26);
    }

    return hits->rc;
}


static int
look_up(const export_hosts_t *hosts, const export_str_t *host,
    const export_str_t *subject, hits_t *hits)
{
    int                   rc;
    size_t                n;
    uint64_t              bytes;
    export_pool_t         arena = { arena_alloc, &for_filter };
    export_hosts_name_t   name;
    export_hosts_query_t  query;

    const export_hosts_t *const  both[] = { hosts, other };

    n = hits->n;
    bytes = subject->len > EXPORT_MATCH_SUBJECT ? EXPORT_HOSTS_ANY
                                                : export_bytes(subject);

    export_hosts_name(&name, host);

    query.scratch = scratch;
    query.name = &name;
    query.subject = subject;
    query.bytes = 0;
    query.hit = hit;
    query.data = hits;

    rc = export_hosts_match(hosts, &query);

    /* a "no" in advance is certain */

    if (!export_hosts_might(hosts, &name, bytes)) {
        unlikely++;

        if (rc == EXPORT_ERROR || hits->n != n) {
            ok(0, "host \"%.*s\" might match", (int) host->len, host->data);
        }
    }

    for_filter.used = 0;

    if (!export_hosts_passes(export_hosts_filter(both, 2, &arena), &name,
                             bytes))
    {
        filtered++;

        if (export_hosts_might(hosts, &name, bytes)
            || export_hosts_might(other, &name, bytes))
        {
            ok(0, "host \"%.*s\" passes", (int) host->len, host->data);
        }
    }

    return rc;
}


static int
ask(const export_hosts_t *hosts, const char *host, const char *subject,
    hits_t *hits)
{
    int           rc;
    export_str_t  h, s;

    memset(hits->count, 0, sizeof(hits->count));
    hits->n = 0;

    h.len = strlen(host);
    h.data = guard_copy(host, h.len);
    s.len = strlen(subject);
    s.data = guard_copy(subject, s.len);

    rc = look_up(hosts, &h, &s, hits);

    guard_free(h.data, h.len);
    guard_free(s.data, s.len);

    return rc;
}


static void
fill(export_hosts_rule_t *rule, export_match_t *match, const rule_t *r,
    unsigned i)
{
    memset(rule, 0, sizeof(export_hosts_rule_t));

    rule->host = str(r->host);
    rule->subdomains = r->subdomains ? 1 : 0;
    rule->value = (void *) (size_t) i;
    rule->match = &match[0];
    compile(rule->match, r->pattern);

    if (r->host_pattern) {
        rule->host_match = &match[1];
        compile(rule->host_match, r->host_pattern);
    }
}


static void
test_match(void)
{
    char                 sorted[RULES + 1];
    hits_t               hits;
    size_t               i, k;
    unsigned             n;
    export_match_t       match[RULES][2];
    export_hosts_t      *hosts;
    export_hosts_rule_t  rule[RULES];

    memset(match, 0, sizeof(match));
    n = sizeof(rules) / sizeof(rule_t);

    for (i = 0; i < n; i++) {
        fill(&rule[i], match[i], &rules[i], (unsigned) i);
    }

    hosts = export_hosts_create(rule, n, &pool);
    ok(hosts != NULL, "%u rules", n);
    hits.rc = EXPORT_OK;

    for (i = 0; i < sizeof(queries) / sizeof(query_t); i++) {

        is_int(ask(hosts, queries[i].host, queries[i].subject, &hits),
               EXPORT_OK, "query %zu", i);

        for (n = 0, k = 0; k < RULES; k++) {
            if (hits.count[k]) {
                sorted[n++] = (char) ('a' + k % 26);
            }
        }

        sorted[n] = '\0';

        ok(strcmp(sorted, queries[i].hits) == 0, "... \"%s\": \"%s\"",
           queries[i].subject, sorted);
        is_int(hits.n, n, "... each once");
    }

    /* the first hit ends it, and its word is the answer */

    hits.rc = EXPORT_DONE;
    is_int(ask(hosts, "eu-1.example.net", "eu-1.example.net/region", &hits),
           EXPORT_DONE, "done");
    is_int(hits.n, 1, "... after one");
    hits.rc = EXPORT_ERROR;
    is_int(ask(hosts, "x", "x/anywhere/many", &hits), EXPORT_ERROR, "error");
    is_int(hits.n, 1, "... after one");

    export_hosts_free(hosts);

    for (i = 0; i < RULES; i++) {
        export_match_free(&match[i][0]);
        export_match_free(&match[i][1]);
    }

    pool_free();
}


/* hosts that any rule is for, whatever its pattern */

static void
test_known(void)
{
    int                        got;
    size_t                     i;
    export_str_t               host;
    export_match_t             match[RULES][2];
    export_hosts_t            *hosts;
    export_hosts_name_t        name;
    export_hosts_rule_t        rule[RULES];
    export_match_scratch_t    *scratch;

    static const rule_t  some[] = { { "exact.test", 0, NULL, "~/never" },
                                    { "below.test", 1, NULL, "~/never" },
                                    { "", 0, "~^re[0-9]+\\.test$", "~/x" },
                                    { "", 0, NULL, "~/x" } };

    static const struct {
        const char  *host;
        int          known;
    } cases[] = {
        { "exact.test", 1 }, { "a.exact.test", 0 }, { "inexact.test", 0 },
        { "below.test", 1 }, { "a.b.below.test", 1 }, { "xbelow.test", 0 },
        { "re12.test", 1 }, { "re.test", 0 }, { "a.re1.test", 0 },
        { "test", 0 }, { "", 0 }
    };

    memset(match, 0, sizeof(match));
    scratch = export_match_scratch_create();

    for (i = 0; i < 4; i++) {
        fill(&rule[i], match[i], &some[i], (unsigned) i);
    }

    hosts = export_hosts_create(rule, 4, &pool);

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        host = str(cases[i].host);
        export_hosts_name(&name, &host);
        got = export_hosts_known(hosts, &name, scratch);

        is_int(got, cases[i].known, "\"%s\" is %sknown", cases[i].host,
               cases[i].known ? "" : "not ");
    }

    export_hosts_free(hosts);
    export_match_scratch_free(scratch);

    for (i = 0; i < RULES; i++) {
        export_match_free(&match[i][0]);
        export_match_free(&match[i][1]);
    }

    pool_free();
}


/* the index finds what a loop finds, each rule once */

static void
test_random(void)
{
    char                 host[32], subject[64];
    int                  covers, rc, rch;
    size_t               len;
    hits_t               hits;
    rule_t               r;
    unsigned             i, k, n, round, found, wrong;
    export_str_t         h, s;
    export_match_t       match[RULES][2];
    export_hosts_t      *hosts;
    export_hosts_rule_t  rule[RULES];
    static const char   *names[] = { "", "", "a", "b", "a.b", "b.b", "a.a.b",
                                     "b.a", "c.b", "aa.b", "example.b" };
    static const char   *words[] = { "~/a", "~/b", "~^a.*/c$", "~*/C",
                                     "~(a)/\\1", "~(?i)/D", "a.b/a", "~a|c",
                                     "~^[^/]*/(?:a|b)$", "~\\bd", "b.a/b",
                                     "~\\.b/" };

    memset(match, 0, sizeof(match));
    found = wrong = 0;
    hits.rc = EXPORT_OK;

    for (round = 0; round < TABLES; round++) {
        n = draw(round % 3 ? 8 : RULES) + 1;

        for (i = 0; i < n; i++) {
            r.host = names[draw(sizeof(names) / sizeof(char *))];
            r.subdomains = draw(2);
            r.host_pattern = draw(5) ? NULL : "~^a";
            r.pattern = words[draw(sizeof(words) / sizeof(char *))];
            fill(&rule[i], match[i], &r, i);
            rule[i].below = rule[i].host.len && rule[i].subdomains && draw(2);
        }

        hosts = export_hosts_create(rule, n, &pool);

        for (k = 0; k < 60; k++) {
            sprintf(host, "%s%s", draw(2) ? "" : draw(2) ? "a." : "x",
                    names[draw(sizeof(names) / sizeof(char *))]);
            sprintf(subject, "%s/%c", host, "abcdD/"[draw(6)]);
            h = str(host);
            s = str(subject);

            if (ask(hosts, host, subject, &hits) != EXPORT_OK) {
                wrong++;
            }

            for (i = 0; i < n; i++) {
                len = rule[i].host.len;
                covers = len == 0 || (h.len == len
                                      && memcmp(host, rule[i].host.data, len)
                                         == 0 && !rule[i].below);

                if (rule[i].subdomains && h.len > len && len
                    && host[h.len - len - 1] == '.'
                    && memcmp(host + h.len - len, rule[i].host.data, len)
                       == 0)
                {
                    covers = 1;
                }

                rch = rule[i].host_match
                      ? export_match(rule[i].host_match, scratch, &h)
                      : EXPORT_OK;
                rc = export_match(rule[i].match, scratch, &s);
                covers = covers && rc == EXPORT_OK && rch == EXPORT_OK;
                found += covers ? 1 : 0;

                if (hits.count[i] != (covers ? 1u : 0u)) {
                    wrong++;
                    printf("# rule %u of %u, \"%.*s\" on \"%s\": %u\n", i, n,
                           (int) rule[i].match->text.len,
                           rule[i].match->text.data, subject, hits.count[i]);
                }
            }
        }

        export_hosts_free(hosts);

        for (i = 0; i < n; i++) {
            export_match_free(&match[i][0]);
            export_match_free(&match[i][1]);
        }

        memset(match, 0, sizeof(match));
        pool_free();
    }

    is_int(wrong, 0, "%d random tables, %u hits, as one by one", TABLES,
           found);
    ok(unlikely > TABLES * 6, "... %u queries were told in advance",
       unlikely);
    ok(filtered > TABLES, "... %u of them for two indexes at once", filtered);
}


static void
test_limits(void)
{
    char                 host[EXPORT_MATCH_SUBJECT + 2];
    hits_t               hits;
    double               begin, spent;
    unsigned             i, k, failed;
    export_str_t         h;
    export_match_t       match[RULES][2];
    export_hosts_t      *hosts;
    export_hosts_rule_t  rule[RULES];
    static const rule_t  slow[] = { { "slow", 0, NULL, "~(a+)+$" },
                                    { "", 0, "~(a+)+$", "~x" },
                                    { "many", 0, NULL, "~/x" },
                                    { "many", 0, NULL, "~(a+)+$" },
                                    { "many", 0, NULL, "~/y" } };

    memset(match, 0, sizeof(match));
    hits.rc = EXPORT_OK;

    /* memory that runs out anywhere */

    for (i = 0; i < 5; i++) {
        fill(&rule[i], match[i], &slow[i], i);
    }

    for (failed = 0, k = 0; k < 100; k++) {
        pool_limit = k;
        hosts = export_hosts_create(rule, 5, &pool);

        if (hosts) {
            export_hosts_free(hosts);
        }

        pool_free();

        if (hosts) {
            break;
        }

        failed++;
    }

    ok(failed > 3 && k < 100, "out of memory in %u places", failed);

    /* a limit is an error, not a miss */

    hosts = export_hosts_create(rule, 5, &pool);
    memset(host, 'a', 200);
    strcpy(host + 200, "!");

    is_int(ask(hosts, "slow", host, &hits), EXPORT_ERROR, "a slow pattern");
    is_int(ask(hosts, "many", host, &hits), EXPORT_ERROR, "... in a union");
    is_int(ask(hosts, "other", host, &hits), EXPORT_OK, "... not reached");
    strcpy(host + 200, "!x");
    is_int(ask(hosts, host, host, &hits), EXPORT_ERROR, "... for the host");

    memset(host, 'b', EXPORT_MATCH_SUBJECT + 1);
    host[EXPORT_MATCH_SUBJECT + 1] = '\0';
    is_int(ask(hosts, "slow", host, &hits), EXPORT_ERROR, "too long");

    export_hosts_free(hosts);
    pool_free();

    /* a host of many labels costs a look-up each */

    hosts = export_hosts_create(rule, 1, &pool);

    for (i = 0; i < 0x4000; i++) {
        host[i] = i % 2 ? '.' : 's';
    }

    h.len = 0x4000;
    h.data = (u_char *) host;
    begin = clock_ms();

    for (i = 0; i < 100; i++) {
        (void) look_up(hosts, &h, &h, &hits);
    }

    spent = clock_ms() - begin;
    ok(spent < 300, "8192 labels in %.3f ms", spent / 100);

    export_hosts_free(hosts);

    for (i = 0; i < RULES; i++) {
        export_match_free(&match[i][0]);
        export_match_free(&match[i][1]);
    }

    pool_free();

    hosts = export_hosts_create(rule, 0, &pool);
    is_int(ask(hosts, "a.b", "a.b/", &hits), EXPORT_OK, "no rules");
    is_int(hits.n, 0, "... no hits");
    export_hosts_free(hosts);
    pool_free();
}


int
main(void)
{
    unsigned                    i;
    export_pool_t               arena = { arena_alloc, &for_other };
    static export_match_t       match[3][2];
    static export_hosts_rule_t  rule[3];

    static const rule_t  others[] = {
        { "other.example", 0, NULL, "~/v1/files" },
        { "z.test", 1, NULL, "~/upload" },
        { "", 0, NULL, "~/fine_tuning/jobs(/|$)" },
    };

    scratch = export_match_scratch_create();

    for (i = 0; i < 3; i++) {
        fill(&rule[i], match[i], &others[i], i);
    }

    other = export_hosts_create(rule, 3, &arena);

    test_match();
    test_known();
    test_random();
    test_limits();

    export_hosts_free(other);

    for (i = 0; i < 3; i++) {
        export_match_free(&match[i][0]);
    }

    export_match_scratch_free(scratch);

    return done_testing();
}
