
#include "tap.h"

#include "../../module/head/export_recipient.c"
#include "../../include/export_bytes.h"

#include "pool.h"
#include "recipient.h"


#define RULES     16
#define TRAINING  EXPORT_PURPOSE_TRAINING
#define DATA      (TRAINING|EXPORT_PURPOSE_DATA)
#define JOB       (TRAINING|EXPORT_PURPOSE_CONTROL)
#define UNSURE    EXPORT_PURPOSE_NOT_WAIVED
#define MALFORMED EXPORT_PURPOSE_MALFORMED


/* a row of a catalogue, and whether its mark is there */

typedef struct {
    const char   *method;               /* NULL: any */
    const char   *host;
    const char   *path;
    unsigned      purpose;
    unsigned      exact;
    unsigned      wide;
    int           mark;                 /* EXPORT_OK without: none is needed */
    unsigned      marked;
} row_t;


/* one request, and what comes of it */

typedef struct {
    const char   *name;
    const char   *method;
    const char   *host;
    const char   *wire;
    const char   *sent;                 /* NULL: the same */
    const char   *routed;               /* NULL: the same as sent */
    const char   *rest;
    const char   *also;                 /* one more path, or NULL */
    unsigned      body;
    unsigned      flags;
    unsigned      purpose;
    const char   *said;                 /* "catalogue.number@form ..." */
    unsigned      noted;
} case_t;


#define OVERRIDDEN  1
#define UNREAD      2
#define ELSEWHERE   4


/* the endpoint under test; one for each rule of the index */

typedef struct {
    export_endpoint_t  endpoint;
    int                mark;
} tested_t;


typedef struct {
    export_hosts_rule_t   rule[RULES];
    export_match_t        match[RULES];
    tested_t              tested[RULES];
    export_catalogue_t    catalogue;
    unsigned              n;
} table_t;


static table_t                    patterns, first, second;
static export_catalogue_t        *catalogues[2] = { &first.catalogue,
                                                    &second.catalogue };
static export_recipient_rules_t   rules;
static export_match_scratch_t    *scratch;
static unsigned                   overridden;


static const row_t  pattern_rows[] = {
    { NULL, "p.test", "p.test/train", TRAINING, 0, 0, EXPORT_OK, 0 },
    { NULL, "", "~^[^/]*/anywhere$", TRAINING, 0, 0, EXPORT_OK, 0 },
    { NULL, "slow.test", "~^slow\\.test/(a+)+$", TRAINING, 0, 0, EXPORT_OK,
      0 },
};


static const row_t  first_rows[] = {
    { "POST", "a.test", "/files", DATA, 0, 0, EXPORT_OK, 0 },           /* 0 */
    { "POST", "a.test", "/jobs", JOB, 0, 0, EXPORT_OK, 0 },
    { "POST", "a.test", "~^/", DATA, 0, 0, EXPORT_DECLINED, 1 },
    { "GET", "a.test", "/exact", DATA, 1, 0, EXPORT_OK, 0 },
    { NULL, "a.test", "/any", DATA, 0, 0, EXPORT_OK, 0 },
    { "POST", "m.test", "/x", JOB, 0, 0, EXPORT_OK, 1 },                /* 5 */
    { "POST", "m.test", "/x", DATA, 0, 0, EXPORT_AGAIN, 1 },
    { "POST", "n.test", "/x", JOB, 0, 0, EXPORT_AGAIN, 1 },
    { "POST", "", "/wide", DATA, 0, 1, EXPORT_OK, 0 },
    { "POST", "a.test", "/files", JOB, 0, 0, EXPORT_OK, 0 },
};


static const row_t  second_rows[] = {
    { "POST", "a.test", "/files", JOB, 0, 0, EXPORT_OK, 0 },
    { "POST", "b.test", "/jobs", JOB, 0, 0, EXPORT_OK, 0 },
    { "POST", "b.test", "~^/a/jobs$", JOB, 0, 0, EXPORT_OK, 0 },
};


static const case_t  cases[] = {
    { "no rule", "POST", "a.test", "/x", NULL, NULL, "", NULL, 1, 0, 0, "",
      0 },

    /* the operator's patterns */

    { "a pattern", "GET", "p.test", "/train", NULL, NULL, "", NULL, 0, 0,
      TRAINING, "0.0@0", 0 },
    { "... of another host", "GET", "q.test", "/train", NULL, NULL, "", NULL,
      0, 0, 0, "", 0 },
    { "... of any host", "GET", "q.test", "/anywhere", NULL, NULL, "", NULL,
      0, 0, TRAINING, "0.1@0", 0 },

    /* the first endpoint decides, of each catalogue */

    { "two catalogues", "POST", "a.test", "/files", NULL, NULL, "", NULL, 1,
      0, DATA|JOB, "1.0@0 2.0@0", 0 },
    { "one", "POST", "a.test", "/any", NULL, NULL, "", NULL, 1, 0, DATA,
      "1.4@0", 0 },
    { "a job", "POST", "a.test", "/jobs", NULL, NULL, "", NULL, 1, 0, JOB,
      "1.1@0", 0 },

    /* methods */

    { "another that writes", "PUT", "a.test", "/jobs", NULL, NULL, "", NULL,
      0, 0, JOB, "1.1@0", 0 },
    { "... that nobody knows", "BREW", "a.test", "/jobs", NULL, NULL, "",
      NULL, 0, 0, JOB, "1.1@0", 0 },
    { "one that reads", "GET", "a.test", "/jobs", NULL, NULL, "", NULL, 0, 0,
      0, "", 0 },
    { "... HEAD", "HEAD", "a.test", "/jobs", NULL, NULL, "", NULL, 0, 0, 0,
      "", 0 },
    { "... DELETE", "DELETE", "a.test", "/jobs", NULL, NULL, "", NULL, 0, 0,
      0, "", 0 },
    { "... OPTIONS", "OPTIONS", "a.test", "/jobs", NULL, NULL, "", NULL, 0, 0,
      0, "", 0 },
    { "... and has a body", "GET", "a.test", "/jobs", NULL, NULL, "", NULL, 1,
      0, JOB, "1.1@0", 0 },
    { "in lower case", "get", "a.test", "/jobs", NULL, NULL, "", NULL, 0, 0,
      JOB, "1.1@0", 0 },
    { "any", "GET", "a.test", "/any", NULL, NULL, "", NULL, 0, 0, DATA,
      "1.4@0", 0 },
    { "an exact one", "GET", "a.test", "/exact", NULL, NULL, "", NULL, 0, 0,
      DATA, "1.3@0", 0 },
    { "... and another", "POST", "a.test", "/exact", NULL, NULL, "", NULL, 1,
      0, 0, "", 0 },
    { "... overridden", "POST", "a.test", "/exact", NULL, NULL, "", NULL, 1,
      OVERRIDDEN, DATA, "1.3@0", 0 },

    /* marks: one in the head beside one that may be in the body */

    { "a mark in the caller's hands", "POST", "m.test", "/x", NULL, NULL, "",
      NULL, 1, 0, JOB|UNSURE, "1.5@0", 0 },
    { "a mark in the body", "POST", "n.test", "/x", NULL, NULL, "", NULL, 1,
      0, 0, "", 1 },
    { "... without a body", "POST", "n.test", "/x", NULL, NULL, "", NULL, 0,
      0, 0, "", 0 },
    { "... that nobody reads", "POST", "n.test", "/x", NULL, NULL, "", NULL,
      1, UNREAD, JOB, "1.7@0", 0 },

    /* forms of a path */

    { "encoded", "POST", "a.test", "/%66iles", NULL, NULL, "", NULL, 1, 0,
      DATA|JOB|UNSURE, "1.0@1 2.0@1", 0 },
    { "twice", "POST", "a.test", "/%2566iles", NULL, NULL, "", NULL, 1, 0,
      DATA|JOB|UNSURE, "1.0@1 2.0@1", 0 },
    { "with dots", "POST", "a.test", "/x/../any", NULL, NULL, "", NULL, 1, 0,
      DATA|UNSURE, "1.4@1", 0 },
    { "with parameters", "POST", "a.test", "/any;v=1", NULL, NULL, "", NULL,
      1, 0, DATA|UNSURE, "1.4@1", 0 },
    { "a slash that divides nothing", "POST", "a.test", "/x%2f../any", NULL,
      NULL, "", NULL, 1, 0, DATA|UNSURE, "1.4@1", 0 },
    { "careless", "POST", "a.test", "/%u0061ny", NULL, NULL, "", NULL, 1, 0,
      DATA|UNSURE, "1.4@3", 0 },
    { "... a blank", "POST", "a.test", "/any%20", NULL, NULL, "", NULL, 1, 0,
      DATA|UNSURE, "1.4@3", 0 },

    /* what is sent, what was sent, what was made of it */

    { "rewritten from", "POST", "a.test", "/x", "/any", NULL, "", NULL, 1, 0,
      DATA, "1.4@1", 0 },
    { "rewritten to", "POST", "a.test", "/any", "/x", NULL, "", NULL, 1, 0,
      DATA, "1.4@0", 0 },
    { "routed by", "POST", "a.test", "/x", "/y", "/any", "", NULL, 1, 0,
      DATA, "1.4@2", 0 },
    { "behind a location", "POST", "a.test", "/x/any", NULL, NULL, "/any",
      NULL, 1, 0, DATA, "1.4@1", 0 },
    { "a parameter", "POST", "a.test", "/x", NULL, NULL, "", "/any", 1, 0,
      DATA, "1.4@1", 0 },
    { "a job of the path that is not sent", "POST", "a.test", "/x", "/jobs",
      NULL, "", NULL, 1, 0, JOB|UNSURE, "1.1@1", 0 },
    { "... of both", "POST", "b.test", "/jobs", "/a/jobs", NULL, "", NULL, 1,
      0, JOB|UNSURE, "2.1@0 2.2@1", 0 },
    { "a clean path beside one of several readings", "POST", "a.test",
      "/jobs", "/%6aobs", NULL, "", NULL, 1, 0, JOB, "1.1@0", 0 },

    /* endpoints of any host */

    { "of any host", "POST", "w.test", "/wide", NULL, NULL, "", NULL, 1, 0,
      DATA, "1.8@0", 0 },
    { "... not sent", "POST", "w.test", "/x", "/wide", NULL, "", NULL, 1, 0,
      TRAINING, "1.8@1", 0 },
    { "... passed elsewhere", "POST", "w.test", "/wide", NULL, NULL, "", NULL,
      1, ELSEWHERE, TRAINING, "1.8@0", 0 },

    { "no host", "POST", "", "/wide", NULL, NULL, "", NULL, 1, 0, DATA,
      "1.8@0", 0 },
    { "no path", "POST", "a.test", "", NULL, NULL, "", NULL, 1, 0, 0, "", 0 },
};


static void
build(table_t *table, const row_t *row, unsigned n)
{
    char                  error[EXPORT_MATCH_ERROR];
    unsigned              i;
    export_str_t          text;
    export_endpoint_t    *endpoint;
    export_hosts_rule_t  *rule;

    for (i = 0; i < n; i++) {
        rule = &table->rule[i];
        endpoint = &table->tested[i].endpoint;

        text = str(row[i].path);
        ok(export_match_compile(&table->match[i], &text, error) == EXPORT_OK,
           "\"%s\"", row[i].path);

        rule->host = str(row[i].host);
        rule->match = &table->match[i];
        rule->value = endpoint;

        endpoint->method = str(row[i].method ? row[i].method : "");
        endpoint->order = i;
        endpoint->purpose = (uint16_t) row[i].purpose;
        endpoint->exact = row[i].exact & 1;
        endpoint->wide = row[i].wide & 1;
        endpoint->marked = row[i].marked & 1;
        table->tested[i].mark = row[i].mark;
    }

    table->n = n;
    table->catalogue.hosts = export_hosts_create(table->rule, n, &pool);
}


static void
release(table_t *table)
{
    unsigned  i;

    export_hosts_free(table->catalogue.hosts);

    for (i = 0; i < table->n; i++) {
        export_match_free(&table->match[i]);
    }
}


static int
marked(void *data, const export_endpoint_t *endpoint)
{
    (void) data;

    return ((const tested_t *) endpoint)->mark;
}


static int
is_overridden(void *data)
{
    (void) data;

    return overridden != 0;
}


/* what was said, as text */

static char *
written(const export_recipient_found_t *found)
{
    size_t                          n;
    unsigned                        i;
    static char                     text[256];
    const export_recipient_said_t  *said;

    text[0] = '\0';

    for (n = 0, i = 0; i < found->nsaid; i++) {
        said = &found->said[i];
        n += (size_t) sprintf(text + n, "%s%u.%u@%u", i ? " " : "",
                              said->catalogue, said->number, said->form);
    }

    return text;
}


static export_str_t
guarded(const char *text)
{
    export_str_t  s;

    s = str(text);
    s.data = guard_copy(text, s.len);

    return s;
}


static void
search(const case_t *c, export_recipient_e whose,
    export_recipient_found_t *found, export_facts_t *facts)
{
    export_str_t                host, also;
    export_recipient_asks_t     asks;
    export_recipient_paths_t    paths;
    export_recipient_request_t  request;

    memset(&request, 0, sizeof(request));
    memset(&asks, 0xa5, sizeof(asks));

    host = guarded(c->host);

    paths.wire = guarded(c->wire);
    paths.sent = guarded(c->sent ? c->sent : c->wire);
    paths.routed = guarded(c->routed ? c->routed : c->sent ? c->sent
                                                            : c->wire);
    paths.rest = guarded(c->rest);
    also = guarded(c->also ? c->also : "");

    request.method = str(c->method);
    request.marked = marked;
    request.overridden = is_overridden;
    request.announced = c->body & 1;
    request.body = c->body & 1;
    request.unread = (c->flags & UNREAD) != 0;
    overridden = c->flags & OVERRIDDEN;

    asks.rules = &rules;
    asks.request = &request;
    asks.scratch = scratch;
    asks.found = found;
    asks.facts = facts;
    asks.host = whose;
    asks.elsewhere = (c->flags & ELSEWHERE) != 0;

    recipient_search(&asks, &host, &paths, c->also ? &also : NULL);

    guard_free(also.data, also.len);
    guard_free(paths.rest.data, paths.rest.len);
    guard_free(paths.routed.data, paths.routed.len);
    guard_free(paths.sent.data, paths.sent.len);
    guard_free(paths.wire.data, paths.wire.len);
    guard_free(host.data, host.len);
}


static void
test_cases(void)
{
    size_t                    i;
    const case_t             *c;
    export_facts_t            facts;
    export_recipient_found_t  found;

    for (i = 0; i < sizeof(cases) / sizeof(case_t); i++) {
        c = &cases[i];

        memset(&facts, 0, sizeof(facts));
        memset(&found, 0, sizeof(found));

        search(c, EXPORT_RECIPIENT_ITSELF, &found, &facts);

        is_int(facts.purpose, c->purpose, "%s: %s %s%s", c->name, c->method,
               c->host, c->wire);
        ok(strcmp(written(&found), c->said) == 0, "... \"%s\"",
           written(&found));
        is_int(found.n, c->noted, "... endpoints that a body may make fit");
        is_int(facts.error, 0, "... no error");

        /* what is said once is said for good, and not again */

        search(c, EXPORT_RECIPIENT_ITSELF, &found, &facts);

        ok(strcmp(written(&found), c->said) == 0, "... and once");
        is_int(found.n, c->noted, "... noted once");
    }
}


/* one more host: a job at the one is none at the other */

static void
test_passed(void)
{
    export_facts_t            facts;
    const export_endpoint_t  *job;
    export_recipient_found_t  found;

    static const case_t  one = { "one", "POST", "a.test", "/jobs", NULL, NULL,
                                 "", NULL, 1, 0, 0, "", 0 };
    static const case_t  other = { "other", "POST", "b.test", "/jobs", NULL,
                                   NULL, "", NULL, 1, 0, 0, "", 0 };
    static const case_t  noted = { "noted", "POST", "n.test", "/x", NULL,
                                   NULL, "", NULL, 1, 0, 0, "", 0 };

    memset(&facts, 0, sizeof(facts));
    memset(&found, 0, sizeof(found));

    ok(export_recipient_take_job(&found, &facts) == NULL, "no job to take");
    export_recipient_compare_job(&found, NULL, &facts);
    is_int(facts.purpose, 0, "... and nothing to compare");

    search(&one, EXPORT_RECIPIENT_ITSELF, &found, &facts);
    job = export_recipient_take_job(&found, &facts);
    ok(job == &first.tested[1].endpoint && found.job == NULL, "a job taken");
    is_int(facts.purpose, JOB, "... leaves what was said");

    search(&one, EXPORT_RECIPIENT_PASSED, &found, &facts);
    export_recipient_compare_job(&found, job, &facts);
    is_int(facts.purpose, JOB, "the same job at both hosts");
    ok(strcmp(written(&found), "1.1@0 1.1@0") == 0
       && found.said[1].host == EXPORT_RECIPIENT_PASSED,
       "... is said of both: \"%s\"", written(&found));

    job = export_recipient_take_job(&found, &facts);
    search(&other, EXPORT_RECIPIENT_PASSED, &found, &facts);
    export_recipient_compare_job(&found, job, &facts);
    is_int(facts.purpose, JOB|UNSURE, "another job at the other");

    /* without a comparison, as for "Host": one job after another */

    memset(&facts, 0, sizeof(facts));
    memset(&found, 0, sizeof(found));
    search(&one, EXPORT_RECIPIENT_ITSELF, &found, &facts);
    search(&other, EXPORT_RECIPIENT_HEADER, &found, &facts);
    is_int(facts.purpose, JOB|UNSURE, "two jobs");

    memset(&facts, 0, sizeof(facts));
    memset(&found, 0, sizeof(found));
    search(&noted, EXPORT_RECIPIENT_ITSELF, &found, &facts);
    is_int(facts.purpose, 0, "what may be a job");
    (void) export_recipient_take_job(&found, &facts);
    is_int(facts.purpose, UNSURE, "... is none at another host");

    memset(&facts, 0, sizeof(facts));
    export_recipient_settle_wide(&facts);
    is_int(facts.purpose, EXPORT_PURPOSE_DATA, "any host: data");
    facts.purpose = JOB;
    export_recipient_settle_wide(&facts);
    is_int(facts.purpose, JOB, "... unless it is a job");
}


static void
test_tunnel(void)
{
    size_t               i;
    export_str_t         host;
    export_facts_t       facts;
    export_hosts_name_t  name;

    static const struct {
        const char  *host;
        unsigned     purpose;
    } hosts[] = {
        { "p.test", DATA }, { "a.test", DATA }, { "b.test", DATA },
        { "x.test", 0 }, { "x.a.test", 0 }, { "", 0 },
    };

    for (i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
        memset(&facts, 0, sizeof(facts));
        host = str(hosts[i].host);
        export_hosts_name(&name, &host);

        export_recipient_tunnel(&rules, &name, scratch, &facts);

        is_int(facts.purpose, hosts[i].purpose, "a tunnel to \"%s\"",
               hosts[i].host);
        is_int(facts.body, EXPORT_BODY_OPAQUE, "... nobody sees its body");
    }
}


/* rules that run into limits, and more of them than are remembered */

static void
test_limits(void)
{
    char                      path[EXPORT_MATCH_SUBJECT + 8];
    case_t                    c;
    unsigned                  i;
    export_facts_t            facts;
    export_recipient_found_t  found;

    memset(&c, 0, sizeof(c));
    memset(&facts, 0, sizeof(facts));
    memset(&found, 0, sizeof(found));

    memset(path, 'a', sizeof(path));
    path[0] = '/';
    path[200] = '!';
    path[201] = '\0';

    c.method = "POST";
    c.host = "slow.test";
    c.wire = path;
    c.rest = "";

    search(&c, EXPORT_RECIPIENT_ITSELF, &found, &facts);
    is_int(facts.error, 1, "a slow pattern");
    is_int(facts.purpose, 0, "... says nothing else");

    memset(&facts, 0, sizeof(facts));
    memset(path, 'a', sizeof(path));
    path[0] = '/';
    path[sizeof(path) - 1] = '\0';

    search(&c, EXPORT_RECIPIENT_ITSELF, &found, &facts);
    is_int(facts.error, 0, "a path that is too long");
    is_int(facts.purpose, MALFORMED, "... is malformed");

    c.host = "x.test";
    memset(&facts, 0, sizeof(facts));
    search(&c, EXPORT_RECIPIENT_ITSELF, &found, &facts);
    is_int(facts.purpose, 0, "... not where no rule is for its host");

    /* endpoints to note, and one more */

    memset(&found, 0, sizeof(found));

    for (i = 0; i < EXPORT_MAX_ENDPOINTS; i++) {
        is_int(export_recipient_note(&found, &first.tested[i].endpoint),
               EXPORT_OK, "endpoint %u is noted", i);
        is_int(export_recipient_note(&found, &first.tested[i].endpoint),
               EXPORT_OK, "... and again");
        is_int(found.n, i + 1, "... once");
    }

    is_int(export_recipient_note(&found, &first.tested[i].endpoint),
           EXPORT_DECLINED, "one more has no room");

    memset(&c, 0, sizeof(c));
    memset(&facts, 0, sizeof(facts));
    c.method = "POST";
    c.host = "n.test";
    c.wire = "/x";
    c.rest = "";
    c.body = 1;
    found.endpoint[7] = &first.tested[8].endpoint;
    search(&c, EXPORT_RECIPIENT_ITSELF, &found, &facts);
    is_int(facts.purpose, JOB, "... and is taken to fit");
}


static void
test_said(void)
{
    unsigned                   i;
    export_facts_t             facts;
    export_recipient_asks_t    asks;
    export_recipient_found_t   found;
    export_recipient_search_t  one;

    memset(&one, 0, sizeof(one));
    memset(&asks, 0, sizeof(asks));
    memset(&facts, 0, sizeof(facts));
    memset(&found, 0, sizeof(found));

    one.asks = &asks;
    asks.found = &found;
    asks.facts = &facts;

    for (i = 0; i < EXPORT_RECIPIENT_SAID; i++) {
        export_recipient_say(&one, 1, i, TRAINING);
    }

    is_int(found.nsaid, EXPORT_RECIPIENT_SAID, "rules are remembered");
    is_int(found.more, 0, "... all of them");

    export_recipient_say(&one, 1, 0, EXPORT_PURPOSE_DATA);
    is_int(found.said[0].purpose, DATA, "what one says is joined");

    export_recipient_say(&one, 2, 0, JOB);
    is_int(found.more, 1, "one more is not remembered");
    is_int(facts.purpose, DATA|JOB, "... and still counts");
}


static void
test_might(void)
{
    size_t               i;
    export_str_t         host, path;
    export_hosts_name_t  name;

    static const struct {
        const char  *host;
        const char  *path;
        int          might;
    } asked[] = {
        { "p.test", "/train", 1 }, { "a.test", "/any", 1 },
        { "b.test", "/jobs", 1 }, { "z.test", "/1", 0 }, { "b.test", "/1", 0 },
    };

    for (i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
        host = str(asked[i].host);
        path = str(asked[i].path);
        export_hosts_name(&name, &host);

        is_int(export_recipient_might(&rules, &name, export_bytes(&path)),
               asked[i].might, "a rule might match \"%s%s\"", asked[i].host,
               asked[i].path);
    }
}


int
main(void)
{
    scratch = export_match_scratch_create();

    build(&patterns, pattern_rows, sizeof(pattern_rows) / sizeof(row_t));
    build(&first, first_rows, sizeof(first_rows) / sizeof(row_t));
    build(&second, second_rows, sizeof(second_rows) / sizeof(row_t));

    rules.patterns = patterns.catalogue.hosts;
    rules.catalogue = catalogues;
    rules.ncatalogues = 2;

    test_might();
    test_cases();
    test_passed();
    test_tunnel();
    test_limits();
    test_said();

    release(&patterns);
    release(&first);
    release(&second);
    pool_free();
    export_match_scratch_free(scratch);

    return done_testing();
}
