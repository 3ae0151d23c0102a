
#include "tap.h"

#include "../../module/head/export_pattern.c"

#include "pool.h"


#define LITERALS  6000
#define NEEDS     40000


typedef struct {
    const char  *pattern;
    const char  *host;
} literal_t;


static export_match_scratch_t  *scratch;


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

        host = export_pattern_host(&match, p);

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

        host = export_pattern_domain(&match, p);

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
        host = suffix ? export_pattern_domain(&match, buf)
                      : export_pattern_host(&match, buf);

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
        needed += export_pattern_needs(&match) != 0;

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

            if (export_pattern_needs(&match) & ~export_bytes(&s)) {
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


int
main(void)
{
    scratch = export_match_scratch_create();

    test_literal();
    test_literal_random();
    test_needs();

    export_match_scratch_free(scratch);

    return done_testing();
}
