
#include "tap.h"

#include "../../module/head/export_hosts.c"

#include "pool.h"


#define LITERALS  6000
#define TABLES    150
#define RULES     60
#define NEEDS     40000


typedef struct {
    const char  *pattern;
    const char  *host;
} literal_t;


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


static const literal_t  literals[] = {

    /* a literal is the whole of host/path */

    { "api.example.com", "api.example.com" },
    { "API.example.com/v1", "api.example.com" },
    { "api.example.com/", "api.example.com" },
    { "/v1", "" },
    { "a|b/v1", "" },
    { "api.example.com:443/v1", "" },

    { "~^api\\.example\\.com/v1", "api.example.com" },
    { "~^api\\.example\\.com/", "api.example.com" },
    { "~*^API\\.Example\\.com/v1", "api.example.com" },
    { "~^a-b\\.c_d/x", "a-b.c_d" },
    { "~^a\\-b/x", "a-b" },
    { "~^localhost/(?:a|b)$", "localhost" },
    { "~^a/(b|c)|d", "" },
    { "~^a/[b|c]", "a" },
    { "~^a/[]|]", "a" },
    { "~^a/[^]|]", "a" },
    { "~^a/[\\]|]", "a" },
    { "~^a/[(]|b", "" },
    { "~^a/[\\](]|b", "" },
    { "~^a/[[:alpha:]]", "a" },
    { "~^a/[[:alpha:](]|b", "" },
    { "~^a/\\(|b", "" },
    { "~^a/\\|b", "a" },
    { "~^a/b|c", "" },
    { "~^a/b|", "" },
    { "~|^a/", "" },

    /* not the beginning, not literal, or not the end of the host */

    { "~api\\.example\\.com/v1", "" },
    { "~(^a/)", "" },
    { "~^(?:a)/", "" },
    { "~^a", "" },
    { "~^", "" },
    { "~^/v1", "" },
    { "~^a.b/", "" },
    { "~^[a]b/", "" },
    { "~^ab?/", "" },
    { "~^ab*/", "" },
    { "~^a{2}/", "" },
    { "~^a\\d/", "" },
    { "~^a$/", "" },
    { "~^a\\/b", "" },
    { "~^a/?b", "" },
    { "~^a/*b", "" },
    { "~^a/{0}b", "" },
    { "~^a/+b", "" },
    { "~^a/(?#x)?b", "" },
    { "~^a/\\Q\\E?b", "" },
    { "~^a/\\E?b", "" },
    { "~^a/(?x) # (\n|b", "" },
    { "~^a/(?:x(*ACCEPT))|b", "" },
    { "~^^a/", "" },
};


static const literal_t  suffixes[] = {
    { "~\\.example\\.com$", "example.com" },
    { "~*\\.EXAMPLE\\.com$", "example.com" },
    { "~^[a-z-]+\\.aiplatform\\.googleapis\\.com$",
      "aiplatform.googleapis.com" },
    { "~^(?:eu|us)\\.example\\.com$", "example.com" },
    { "~my-co\\.example\\.com$", "example.com" },
    { "~\\.my-co\\.com$", "com" },
    { "~\\.x?y\\.com$", "com" },
    { "~\\.com$", "com" },

    { "~example\\.com$", "com" },
    { "example.com", "" },
    { "~\\.example\\.com", "" },
    { "~com$", "" },
    { "~$", "" },
    { "~^$", "" },
    { "~.com$", "" },
    { "~\\.com?$", "" },
    { "~\\.com\\$", "" },
    { "~\\.com|x$", "" },
    { "~x|\\.com$", "" },
    { "~(?:\\.com)?$", "" },
    { "~(?x)a # \\.com$", "" },
    { "~(?:a(*ACCEPT))?\\.com$", "" },
    { "~\\.\\dcom$", "" },
    { "~\\.?com$", "" },
};


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


/* pieces of a host's regex, as people and attackers write it */

static const char  *pieces[] = {
    "a", "b", "a", "b", "\\.", "\\.", "\\.", "c", "-", "/", "/", "/v", "^",
    "$", ".", "?", "*", "+", "{0}", "{0,1}", "{,1}", "|", "(", ")", "(?:",
    "[", "]", "[^/]", "\\", "\\/", "(?#x)", "\\Q", "\\E", "(?x)", "(?i)", " ",
    "#", "\n", "(*ACCEPT)", "(?!", "(?=", "(?>", "\\K", "\\b", "\\c", "A",
    "(?|", "[]|]", "[(]", "[[:alpha:]", "(?s)", "(?m)", "\\-", "_",
};

static const char  *near[] = {
    "", "a", "b", "ab", "a.b", "a.c", "b.c", "a.b.c", "ab.c", "axb", "aa",
    "a.", ".a", "a-b", "c", "a\nb", "x", "a.b.x", "x.a.b", "xa.b", "a.bx",
    "a_b", "aab", "abb", "a.bb", "a.b.", "c.a.b", "a/b", "v",
};

static const char  *tails[] = { "", "/", "/v", "/a", "/v/a.b/", "//", "/|x" };


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
hit(void *data, void *value)
{
    unsigned  i;
    hits_t   *hits = data;

    i = (unsigned) (size_t) value;

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
    export_hosts_t       *both[2] = { (export_hosts_t *) hosts, other };
    export_hosts_name_t   name;
    export_hosts_query_t  query;

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
test_literal(void)
{
    char            buf[128];
    u_char         *p;
    size_t          i, len;
    export_str_t    host;
    export_match_t  match;

    for (i = 0; i < sizeof(literals) / sizeof(literal_t); i++) {
        compile(&match, literals[i].pattern);
        len = match.text.len;

        memset(buf, 0, sizeof(buf));
        p = guard_copy(buf, len);
        match.text.data = guard_copy(match.text.data, len);

        host = export_hosts_literal(&match, p);

        ok(host.len == strlen(literals[i].host)
           && memcmp(host.data, literals[i].host, host.len) == 0,
           "host of pattern %zu: \"%.*s\"", i, (int) host.len, host.data);

        guard_free(match.text.data, len);
        guard_free(p, len);
        export_match_free(&match);
    }

    for (i = 0; i < sizeof(suffixes) / sizeof(literal_t); i++) {
        compile(&match, suffixes[i].pattern);
        len = match.text.len;

        memset(buf, 0, sizeof(buf));
        p = guard_copy(buf, len);
        match.text.data = guard_copy(match.text.data, len);

        host = export_hosts_suffix(&match, p);

        ok(host.len == strlen(suffixes[i].host)
           && memcmp(host.data, suffixes[i].host, host.len) == 0,
           "domain of \"%s\": \"%.*s\"", suffixes[i].pattern, (int) host.len,
           host.data);

        guard_free(match.text.data, len);
        guard_free(p, len);
        export_match_free(&match);
    }
}


static void
random_pattern(char *p, unsigned suffix)
{
    size_t    n;
    unsigned  i, parts;

    n = (size_t) sprintf(p, draw(4) ? "~" : "~*");
    parts = 1 + draw(7);

    if (!suffix) {
        n += (size_t) sprintf(p + n, draw(8) ? "^" : "");
        n += (size_t) sprintf(p + n, draw(3) ? "a" : "a\\.b");
    }

    for (i = 0; i < parts; i++) {
        n += (size_t) sprintf(p + n, "%s",
                              pieces[draw(draw(2) ? 11
                                          : sizeof(pieces)
                                            / sizeof(char *))]);
    }

    sprintf(p + n, "%s", suffix ? draw(2) ? "\\.b$" : "\\.a\\.b$"
                                : draw(2) ? "/" : "");
}


/* whatever the regex: a host that it does not demand matches nothing */

static void
test_literal_random(void)
{
    char            pattern[256], subject[64], error[EXPORT_MATCH_ERROR];
    u_char          buf[256];
    size_t          len;
    unsigned        i, j, k, found, suffix, wrong;
    export_str_t    s, host;
    export_match_t  match;

    found = wrong = 0;

    for (i = 0; i < LITERALS; /* void */) {
        suffix = draw(3) == 0;
        random_pattern(pattern, suffix);
        s = str(pattern);

        if (export_match_compile(&match, &s, error) != EXPORT_OK) {
            continue;
        }

        i++;
        host = suffix ? export_hosts_suffix(&match, buf)
                      : export_hosts_literal(&match, buf);

        found += host.len > 0;

        for (j = 0; host.len && j < sizeof(near) / sizeof(char *); j++) {
            len = strlen(near[j]);

            if (suffix ? len > host.len && near[j][len - host.len - 1] == '.'
                         && memcmp(near[j] + len - host.len, host.data,
                                   host.len) == 0
                       : len == host.len
                         && memcmp(near[j], host.data, len) == 0)
            {
                continue;
            }

            /* no host holds a "/" */

            if (strchr(near[j], '/')) {
                continue;
            }

            for (k = 0; k < (suffix ? 1 : sizeof(tails) / sizeof(char *));
                 k++)
            {
                sprintf(subject, "%s%s", near[j], suffix ? "" : tails[k]);
                s = str(subject);

                if (export_match(&match, scratch, &s) == EXPORT_OK) {
                    wrong++;
                    printf("# \"%s\" demands \"%.*s\", matches \"%s\"\n",
                           pattern, (int) host.len, host.data, subject);
                }
            }
        }

        export_match_free(&match);
    }

    is_int(wrong, 0, "%u of %d random regexes demand a host", found,
           LITERALS);
    ok(found > 300, "... enough of them");
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


/* no subject matches without the bytes that its regex is said to need */

static void
test_needs(void)
{
    char                 error[EXPORT_MATCH_ERROR], text[128], subject[32];
    unsigned             i, k, n, compiled, found, needed, wrong;
    export_str_t         s;
    export_match_t       match;
    static const char   *parts[] = { "a", "B", "/c", "-", "\\.", "\\d", "\\S",
                                     "\\x61", "\\Z", "\\b", "^", "$", ".",
                                     "[ab]", "[^]c]", "[[:alpha:]]", "(", "(",
                                     "(?:", "(?:", "(?=", "(?!", ")", ")", ")",
                                     ")", "|", "|", "*", "+", "?", "{2}",
                                     "{0,1}", "{,2}", "{", "}", "1" };

    compiled = found = needed = wrong = 0;

    for (i = 0; i < NEEDS; i++) {
        n = draw(9) + 1;
        strcpy(text, draw(2) ? "~" : "~*");

        for (k = 0; k < n; k++) {
            strcat(text, parts[draw(sizeof(parts) / sizeof(char *))]);
        }

        s = str(text);

        if (export_match_compile(&match, &s, error) != EXPORT_OK) {
            continue;
        }

        compiled++;
        needed += export_hosts_needs(&match) != 0;

        for (k = 0; k < 30; k++) {
            for (n = 0; n < draw(8); n++) {
                subject[n] = "aAbBcC/-.1{}2,"[draw(14)];
            }

            subject[n] = '\0';
            s = str(subject);

            if (export_match(&match, scratch, &s) != EXPORT_OK) {
                continue;
            }

            found++;

            if (export_hosts_needs(&match) & ~export_bytes(&s)) {
                wrong++;
                printf("# \"%s\" on \"%s\"\n", text, subject);
            }
        }

        export_match_free(&match);
    }

    ok(compiled > NEEDS / 20 && needed > compiled / 10,
       "%u regexes, %u with needs", compiled, needed);
    is_int(wrong, 0, "... which %u matches have", found);
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

    test_literal();
    test_literal_random();
    test_match();
    test_known();
    test_needs();
    test_random();
    test_limits();

    export_hosts_free(other);

    for (i = 0; i < 3; i++) {
        export_match_free(&match[i][0]);
    }

    export_match_scratch_free(scratch);

    return done_testing();
}
