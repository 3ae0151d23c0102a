
#ifndef _GNU_SOURCE
#define _GNU_SOURCE                     /* memmem() */
#endif

#include "tap.h"

#include "../../module/head/export_target.c"

#include "../../include/export_match.h"


#define H  EXPORT_TARGET_HOST
#define P  EXPORT_TARGET_PATH
#define D  EXPORT_TARGET_DESTINATION
#define S  (P + 10)             /* a path, case=sensitive */


typedef struct {
    const char  *value;
    const char  *host;          /* NULL: refused */
    unsigned     subdomains;
    unsigned     below;
    const char  *error;         /* a part of it */
} name_t;


typedef struct {
    unsigned     kind;
    const char  *value;
    const char  *hits;          /* divided by blanks */
    const char  *misses;
} match_t;


typedef struct {
    unsigned     kind;
    const char  *value;
    const char  *error;         /* NULL: none */
} refused_t;


static const name_t  names[] = {
    { "api.x.com", "api.x.com", 0, 0, NULL },
    { "API.X.com.", "api.x.com", 0, 0, NULL },
    { ".x.com", "x.com", 1, 0, NULL },
    { "*.x.com", "x.com", 1, 1, NULL },
    { "*.X.com.", "x.com", 1, 1, NULL },
    { "*", "", 0, 0, NULL },
    { "localhost", "localhost", 0, 0, NULL },
    { "[2001:DB8::1]", "[2001:db8::1]", 0, 0, NULL },
    { "192.0.2.1", "192.0.2.1", 0, 0, NULL },

    { "", NULL, 0, 0, "no host" },
    { ".", NULL, 0, 0, "no host" },
    { "..x.com", NULL, 0, 0, "no host" },
    { "*..x.com", NULL, 0, 0, "no host" },
    { "a..b", NULL, 0, 0, "no host" },
    { "a b", NULL, 0, 0, "no host" },
    { "a,b", NULL, 0, 0, "no host" },
    { "u@x.com", NULL, 0, 0, "no host" },
    { "$host", NULL, 0, 0, "no host" },
    { "https://api.x.com", NULL, 0, 0, "write \"api.x.com\"" },
    { "HTTP://api.x.com", NULL, 0, 0, "write \"api.x.com\"" },
    { "api.x.com:443", NULL, 0, 0, "write \"api.x.com\"" },
    { "api.x.com:", NULL, 0, 0, "write \"api.x.com\"" },
    { "*.x.com:443", NULL, 0, 0, "write \"*.x.com\"" },
    { ".x.com:443", NULL, 0, 0, "write \".x.com\"" },
    { "[::1]:443", NULL, 0, 0, "write \"[::1]\"" },
    { "2001:db8::1", NULL, 0, 0, "write \"[2001:db8::1]\"" },
    { "::1", NULL, 0, 0, "write \"[::1]\"" },
    { "b\xc3\xbc" "cher.x", NULL, 0, 0, "xn--" },
    { "api.*", NULL, 0, 0, "before the first dot" },
    { "a*.x.com", NULL, 0, 0, "before the first dot" },
    { "**.x.com", NULL, 0, 0, "before the first dot" },
    { "api.x.com/v1", NULL, 0, 0, "no path" },
    { "api.x.com/", NULL, 0, 0, "no path" },
    { "^api\\.x\\.com$", NULL, 0, 0, "write \"~^api\\.x\\.com$\"" },
    { "api\\.x\\.com", NULL, 0, 0, "write \"~api\\.x\\.com\"" },
    { "(?:a|b).x", NULL, 0, 0, "begins with \"~\"" },
};


static const match_t  matches[] = {
    { P, "/v1/files", "/v1/files /V1/FILES", "/v1/files/a /v1/file /x/v1/files" },
    { P, "/v1/files/", "/v1/files /v1/files/ /v1/files/a/b /V1/Files/a",
      "/v1/filesx /v1 /x/v1/files" },
    { P, "/v1/*", "/v1 /v1/ /v1/a/b", "/v1a /v2/" },
    { P, "/v1/**", "/v1 /v1/ /v1/a/b", "/v1a /v2/" },
    { P, "/v1/fi*", "/v1/fi /v1/files /v1/fi/a", "/v1/f" },
    { P, "*", "/ /a /a/b", "" },
    { P, "/", "/ /a /a/b", "" },
    { P, "/*", "/ /a /a/b", "" },
    { P, "/v1%2ffiles", "/v1/files", "/v1%2ffiles" },
    { P, "//v1/./x/../files", "/v1/files", "/v1" },
    { P, "/v1/%66iles/", "/v1/files/a", "/v1" },
    { P, "/a+b", "/a+b", "/aab" },
    { P, "/a.b", "/a.b", "/acb" },
    { P, "/a.b*", "/a.b /a.bc", "/acb" },
    { P, "/a(b)/", "/a(b)/c", "/ab/c" },
    { P, "/v1/jobs:run", "/v1/jobs:run", "/v1/jobs" },
    { S, "/v1/Files", "/v1/Files", "/v1/files" },
    { S, "/v1/Files/", "/v1/Files/a", "/v1/files/a" },
    { P, "~^/v1/Files$", "/v1/Files /v1/files /V1/FILES", "/v1/files/a" },
    { S, "~^/v1/Files$", "/v1/Files", "/v1/files" },
    { P, "~*^/v1/Files$", "/v1/Files /v1/files", "/v1" },
    { P, "~v1/files", "/v1/files /x/v1/files/a", "/v1" },
    { P, "~^/v1/files/$", "/v1/files/ /v1/files", "/v1/filesx" },
    { P, "~^/$", "/", "/a" },
    { P, "~^/v1(?:/a)?$", "/v1 /v1/a", "/v1/" },
    { P, "~^/v1%2Ffiles$", "/v1%2Ffiles /v1%2ffiles", "/v1/files" },
    { P, "~^/a\\$b$", "/a$b", "/a" },
    { P, "~(?:^|/)train$", "/train /a/train", "/trains" },
    { P, "~^/[^/?#]+$", "/a", "/a/b" },
    { P, "~:443/", "/a:443/b", "/a" },

    { H, "~^API\\.X\\.com$", "api.x.com", "api.x.org" },
    { H, "~\\.x\\.com$", "a.x.com", "x.com" },
    { H, "~^\\[::1\\]$", "[::1]", "[::2]" },
    { H, "~^[A-Z]+\\.x\\.com$", "api.x.com", "1.x.com" },

    { D, "api.x.com/v1/files", "api.x.com/v1/files api.x.com/V1/FILES",
      "api.x.com/v1/files/a a.api.x.com/v1/files" },
    { D, "API.X.com./v1/files", "api.x.com/v1/files", "api.x.com/v1" },
    { D, "api.x.com/v1/files/", "api.x.com/v1/files api.x.com/v1/files/a",
      "api.x.com/v1/filesx" },
    { D, "api.x.com/v1/*", "api.x.com/v1 api.x.com/v1/a", "api.x.com/v2" },
    { D, "api.x.com", "api.x.com/ api.x.com/a/b", "api.x.com.evil/ aapi.x.com/"
      " apixx.com/" },
    { D, "api.x.com/", "api.x.com/ api.x.com/a/b", "api.x.com.evil/" },
    { D, "api.x.com/*", "api.x.com/ api.x.com/a/b", "api.x.com.evil/" },
    { D, "*.x.com", "a.x.com/ a.b.x.com/c", "x.com/ ax.com/ a/b.x.com/" },
    { D, ".x.com", "x.com/ a.x.com/ a.b.x.com/c", "ax.com/ a/b.x.com/" },
    { D, "*.x.com/v1/files", "a.x.com/v1/files", "x.com/v1/files a.x.com/v1" },
    { D, ".x.com/v1/", "x.com/v1 a.x.com/v1/a", "a.x.com/v2" },
    { D, "/v1/files", "a/v1/files b.c/v1/files", "a/b/v1/files a/v1" },
    { D, "*/v1/files", "a/v1/files b.c/v1/files", "a/b/v1/files a/v1" },
    { D, "*", "a/ b.c/d", "" },
    { D, "[::1]/v1", "[::1]/v1", "[::2]/v1" },
    { D, "[::1]", "[::1]/v1", "[::2]/v1 :/" },
    { D, "~^api\\.x\\.com$", "api.x.com/ api.x.com/v1", "api.x.com.evil/" },
    { D, "~\\.x\\.com$", "a.x.com/ a.x.com/v1", "x.com/ a.x.com.evil/" },
    { D, "~^[^/]*\\.x\\.com$", "a.x.com/ a.x.com/v1", "x.com/" },
    { D, "~^(?:a|b)\\.x$|^c$", "a.x/ b.x/d c/", "c.x/ d.x/" },
    { D, "~API.openai", "api.openai.com/v1", "apiopenai.com/" },
    { D, "~^API\\.x\\.com/v1", "api.x.com/v1", "api.x.org/v1" },
    { D, "~^api\\.x\\.com/V1$", "api.x.com/V1", "api.x.com/v1" },
    { D, "~*^api\\.x\\.com/V1$", "api.x.com/V1 api.x.com/v1", "api.x.com/" },
    { D, "~^api\\.x\\.com/v1/$", "api.x.com/v1 api.x.com/v1/", "api.x.com/" },
    { D, "~train$", "a/train", "train/a" },
    { D, "~fine tune", "", "a/fine-tune" },
    { D, "~^(?:https?://)?api\\.x", "api.x/v1", "b.x/v1" },
    { D, "trainer/v1", "trainer/v1", "a/trainer/v1" },
    { D, "v1.x.com/files", "v1.x.com/files", "a/v1.x.com/files" },
    { H, "~^api\\.x\\.com(:\\d+)?$", "api.x.com", "api.x.org" },
    { H, "~^api\\.x\\.com(?:|:443)(?:/.*)?$", "api.x.com", "api.x.org" },
    { H, "~^(?!a:1)api\\.x$", "api.x", "b.x" },
    { P, "~^(?:/v1|/v2)/files$", "/v1/files /v2/files", "/v3/files" },
    { P, "~^(?i)/v1/files$", "/v1/files", "/v2/files" },
    { P, "~^(?<v>/v1)/files$", "/v1/files", "/v2/files" },
    { P, "~^(?!/v2)/v\\d/files$", "/v1/files", "/v2/files" },
    { P, "~^(?:/openai)?/v1/files$", "/v1/files /openai/v1/files", "/v2" },
    { P, "~^.*?/a=b$", "/a=b /x/a=b", "/a" },
};


static const refused_t  refused[] = {
    { P, "", "empty pattern" },
    { P, "v1/files", "write \"/v1/files\"" },
    { P, "https://api.x.com/v1", "the host is before it" },
    { P, "/v1/files?a=b", "write \"/v1/files\"" },
    { P, "/v1/files#a", "write \"/v1/files\"" },
    { P, "^/v1/files", "write \"~^/v1/files\"" },
    { P, "/v1/files$", "write \"~/v1/files$\"" },
    { P, "/v1/.*", "write \"~/v1/.*\"" },
    { P, "/v1/[^/]+/parts", "write \"~/v1/[^/]+/parts\"" },
    { P, "/v1/(a|b)", "write \"~/v1/(a|b)\"" },
    { P, "/v1/\\d", "begins with \"~\"" },
    { P, "/v1/*/files", "at the end" },
    { P, "/v1/{id}/files", "varies" },
    { P, "/v1/<id>", "varies" },
    { P, "/v1/:id/files", "varies" },
    { P, "/v1/files ", "no blank" },
    { P, "/ v1/files", "no blank" },
    { P, "vendor=X", "write \"/vendor=X\"" },
    { P, "~", "empty regex" },
    { P, "~*", "empty regex" },
    { P, "~^v1/files", "write \"~^/v1/files\"" },
    { P, "~^api\\.x\\.com/v1", "begins with \"/\"" },
    { P, "~^https://api.x.com/", "scheme" },
    { P, "~^/v1/files\\?a=b", "query" },
    { P, "~^/v1/files?a=b", "query" },
    { P, "~^(v1|v2)/files$", "in each alternative" },
    { P, "~^(?:/v1|v2)/files$", "in each alternative" },
    { P, "~^(?:(?:/a|b)|/c)/files$", "in each alternative" },
    { P, "~^(?i)v1/files$", "begins with \"/\"" },
    { P, "~^(?!/v2)v1/files$", "begins with \"/\"" },
    { P, "~^/v1/files\\#a", "fragment" },
    { P, "~^/v1/my%20file", "decoded" },
    { P, "~/a$b", "behind \"$\"" },
    { P, "~/a^b", "before \"^\"" },
    { S, "~*^/v1", "case=sensitive" },

    { H, "~^https://api", "scheme" },
    { H, "~^api\\.x\\.com/", "no path" },
    { H, "~^api\\.x\\.com:443$", "ports" },
    { H, "~^api\\.x\\.com:\\d+$", "ports" },
    { H, "~^api\\.x\\.com(?::443)$", "ports" },
    { H, "~^api\\.x\\.com\\.$", "dot" },
    { H, "~ api", "letters, digits" },
    { H, "~^api,x$", "letters, digits" },
    { D, "~^api\\.x\\.com /v1", "letters, digits" },
    { D, "v1/files", "write \"/v1/files\"" },
    { D, "V1beta/*", "write \"/V1beta/*\"" },
    { D, "api/v1/files", "write \"/api/v1/files\"" },
    { H, "~^\\.x\\.com$", "write \"~^[^/]*\\.x\\.com$\"" },

    { D, "https://api.x.com/v1", "write \"api.x.com/v1\"" },
    { D, "https://api.x.com", "write \"api.x.com\"" },
    { D, "api.x.com:443/v1", "write \"api.x.com\"" },
    { D, "api.x.com:443", "write \"api.x.com\"" },
    { D, "api.x.com/v1?a=b", "write \"/v1\"" },
    { D, "api.x.com/v1#a", "fragment" },
    { D, "api.x.com /v1", "no host" },
    { D, "b\xc3\xbc" "cher.x/v1", "xn--" },
    { D, "::1/v1", "write \"[::1]\"" },
    { D, "^api\\.x\\.com/v1", "begins with \"~\"" },
    { D, "api.x.com/{id}", "varies" },
    { D, "~^https?://api", "scheme" },
    { D, "~https:\\/\\/api", "scheme" },
    { D, "~^/v1/files", "write \"~^[^/]*/v1/files\"" },
    { D, "~^\\.x\\.com/", "write \"~^[^/]*\\.x\\.com/\"" },
    { D, "~^api\\.x\\.com:443/", "ports" },
    { D, "~^api\\.x\\.com:[0-9]+/", "ports" },
    { D, "~^api\\.x\\.com(?::443)/", "ports" },
    { D, "~^api\\.x\\.com$/v1", "behind \"$\"" },
    { D, "~", "empty regex" },
};


/* a path with more around it that fits too: "1", and one that has no such */

static const char  *opens[] = {
    "1*", "1/", "1/v1/", "1/v1/fi*", "0/v1/files", "1~/files$", "1~^/files",
    "1~^/a$|/b$", "1~^/a$|^/b$", "0~^/(?:a|b)$", "1~^/a/.*$", "1~^/a/.+$",
    "1~^/a(?:/.*)?$", "0~*^/a/.$", "0~^/a.?$", "0~^/a/[^/]+$",
    "1~^/a/[^a]+$", "1~^/a/[a-z/-]+$", "1~^/a/[!-~]*$", "0~^/a/[a-z-]+$",
    "1~^/a/\\S+$", "0~^/a/\\d+$", "1~^/a(?:/[^/]+)+$",
    "0~^/a(?:/[^/]+){1,4}$", "1~^/a\\$", "1~^/a/.{2,}$", "0~^/a/\\.+$",
    "1~^/a/[\\s\\S]*$", NULL
};


static export_match_scratch_t  *scratch;


static export_str_t
str(const char *s)
{
    export_str_t  value;

    value.len = strlen(s);
    value.data = (u_char *) s;

    return value;
}


static void
test_names(void)
{
    int              rc;
    char             error[EXPORT_TARGET_ERROR];
    u_char           buf[256];
    size_t           i;
    export_str_t     value, want;
    export_target_t  target;

    for (i = 0; i < sizeof(names) / sizeof(name_t); i++) {
        value = str(names[i].value);
        error[0] = '\0';

        rc = export_target_host(&value, buf, &target, error);

        if (names[i].host == NULL) {
            ok(rc == EXPORT_ERROR && strstr(error, names[i].error),
               "host \"%s\": %s", names[i].value, error);
            continue;
        }

        want = str(names[i].host);
        ok(rc == EXPORT_OK && export_str_same(&target.host, &want)
           && target.subdomains == names[i].subdomains
           && target.below == names[i].below,
           "host \"%s\" %s", names[i].value, error);
    }
}


static void
try_all(const match_t *m, const export_match_t *match, const char *subjects,
    int want)
{
    char           text[256], *p, *save;
    export_str_t   subject;

    snprintf(text, sizeof(text), "%s", subjects);

    for (p = strtok_r(text, " ", &save); p; p = strtok_r(NULL, " ", &save)) {
        subject = str(p);
        is_int(export_match(match, scratch, &subject), want,
               "\"%s\" %s \"%s\"", m->value,
               want == EXPORT_OK ? "is" : "is not", p);
    }
}


static int
pattern_of(unsigned kind, const char *text, export_str_t *pattern,
    u_char *buf, char *error)
{
    export_str_t  value;

    value = str(text);

    return export_target_pattern(&value, kind == S ? P : (export_target_e) kind,
                                 kind == S, buf, pattern, error);
}


static void
test_matches(void)
{
    char             error[EXPORT_TARGET_ERROR], text[EXPORT_MATCH_ERROR];
    size_t           i, len;
    u_char          *buf;
    export_str_t     pattern;
    export_match_t   match;

    for (i = 0; i < sizeof(matches) / sizeof(match_t); i++) {
        len = export_target_size(strlen(matches[i].value));
        buf = malloc(len);
        error[0] = '\0';

        if (pattern_of(matches[i].kind, matches[i].value, &pattern, buf, error)
            != EXPORT_OK
            || export_match_compile(&match, &pattern, text) != EXPORT_OK)
        {
            ok(0, "\"%s\": %s", matches[i].value, error);
            free(buf);
            continue;
        }

        try_all(&matches[i], &match, matches[i].hits, EXPORT_OK);
        try_all(&matches[i], &match, matches[i].misses, EXPORT_DECLINED);

        export_match_free(&match);
        free(buf);
    }
}


static void
test_refused(void)
{
    int           rc;
    char          error[EXPORT_TARGET_ERROR];
    u_char        buf[1024];
    size_t        i;
    export_str_t  pattern;

    for (i = 0; i < sizeof(refused) / sizeof(refused_t); i++) {
        error[0] = '\0';
        rc = pattern_of(refused[i].kind, refused[i].value, &pattern, buf,
                        error);

        ok(rc == EXPORT_ERROR && strstr(error, refused[i].error),
           "\"%s\": %s", refused[i].value, error);
    }
}


/* nothing that is made of these bytes writes or reads where it must not */

static void
test_random(void)
{
    char                error[EXPORT_TARGET_ERROR];
    u_char             *value, *buf;
    size_t              i, k, len, size;
    unsigned            bad;
    export_str_t        s, pattern;
    static const char   bytes[] = "~*^$/.\\[](){}?:|%2fA-x\xc0\xaf@# 1;";

    srandom(1);

    for (bad = 0, i = 0; i < 100000; i++) {
        len = (size_t) random() % 12;
        size = export_target_size(len);
        value = malloc(len + 1);
        buf = malloc(size);

        for (k = 0; k < len; k++) {
            value[k] = (u_char) bytes[(size_t) random() % (sizeof(bytes) - 1)];
        }

        s.len = len;
        s.data = value;

        if (export_target_pattern(&s, (export_target_e) (i % 3), i % 2, buf,
                                  &pattern, error)
            == EXPORT_OK)
        {
            bad += pattern.len > size || pattern.len == 0;
        }

        free(value);
        free(buf);
    }

    is_int(bad, 0, "whatever is written");
}


static void
test_opens(void)
{
    unsigned      i;
    export_str_t  value;

    for (i = 0; opens[i]; i++) {
        value.data = (u_char *) opens[i] + 1;
        value.len = strlen(opens[i]) - 1;

        ok(export_target_open_path(&value) == (opens[i][0] == '1'), "open: %s",
           opens[i]);
    }
}


int
main(void)
{
    scratch = export_match_scratch_create();

    test_names();
    test_matches();
    test_refused();
    test_opens();
    test_random();

    export_match_scratch_free(scratch);

    return done_testing();
}
