
#ifndef _GNU_SOURCE
#define _GNU_SOURCE                     /* memmem() */
#endif

#include "tap.h"

#include "../../module/head/export_target_regex.c"

#include "pool.h"


#define H  EXPORT_TARGET_HOST
#define P  EXPORT_TARGET_PATH
#define D  EXPORT_TARGET_DESTINATION


/* what only a text can tell; t/unit/target.c has what the patterns match */

static const struct {
    export_target_e   kind;
    const char       *text;
    const char       *copy;             /* NULL: refused, */
    const char       *error;            /* ... with this in it */
} regexes[] = {
    { H, "^api\\.x$", "^api\\.x$", NULL },
    { P, "^/v1/$", "^/v1/?$", NULL },
    { P, "^/$", "^/$", NULL },
    { H, "^(?:a|b)\\.x$", "^(?:a|b)\\.x$", NULL },
    { D, "\\.x\\.com$", "\\.x\\.com(?:/|$)", NULL },
    { D, "^x/v1/$", "^x/v1/?$", NULL },

    { H, "https://x", NULL, "a scheme" },
    { P, "^/x?q=1", NULL, "a query is no part" },
    { P, "^/x\\?q", NULL, "a query is no part" },
    { P, "a^/", NULL, "nothing is before" },
    { P, "a$b", NULL, "nothing is behind" },
    { H, "^a/b", NULL, "a host has no path" },
    { H, "^a:443", NULL, "ports are not compared" },
    { H, "^a\\.$", NULL, "no dot at its end" },
    { P, "^/a#", NULL, "a fragment" },
    { P, "^/%20", NULL, "compared decoded" },
    { H, "^a b", NULL, "a host has letters" },
    { P, "^v1", NULL, "a path begins with" },
    { P, "^(?:v1|/v2)", NULL, "in each alternative" },
    { H, "^\\.x", NULL, "a host begins with neither" },

    /* what may be left out, or must not be there, does no harm */

    { P, "^/a(?:#x)?b", "^/a(?:#x)?b", NULL },
    { P, "^/a(?:#x|)b", "^/a(?:#x|)b", NULL },
    { P, "^/a(?!#)b", "^/a(?!#)b", NULL },
    { P, "^/a(?<!#)b", "^/a(?<!#)b", NULL },
    { P, "^/a(?:#x){0,1}b", "^/a(?:#x){0,1}b", NULL },
    { P, "^/a(?:#x){1}b", NULL, "a fragment" },
    { P, "^/a%2fb", "^/a%2fb", NULL },
    { P, "^/a%5Cb", "^/a%5Cb", NULL },
    { P, "^/a%", "^/a%", NULL },
};


static const struct {
    const char  *text;
    unsigned     open;
    unsigned     upper;
} paths[] = {
    { "^/v1/files$", 0, 0 },
    { "^/v1/files", 1, 0 },
    { "/v1/files$", 1, 0 },
    { "^/v1/[^/]+/x$", 0, 0 },
    { "^/v1/.*/x$", 1, 0 },
    { "^/v1/[a/]+$", 1, 0 },
    { "^/v1/[%-9]+$", 1, 0 },
    { "^/v1/[^a]+$", 1, 0 },
    { "^/v1/(?:x|y)*$", 1, 0 },
    { "^/a$|^/b$", 1, 0 },
    { "^API/v1$", 0, 1 },
    { "^a/V1$", 0, 0 },
    { "^[A-C]/v1$", 0, 1 },
    { "^[^A]/v1$", 0, 0 },
    { "", 1, 0 },
};


int
main(void)
{
    int            rc;
    char           error[EXPORT_TARGET_ERROR], buf[256];
    size_t         i, n;
    u_char        *p;
    export_str_t   text;

    for (i = 0; i < sizeof(regexes) / sizeof(regexes[0]); i++) {
        text = str(regexes[i].text);
        p = text.data = guard_copy(text.data, text.len);
        error[0] = '\0';

        rc = export_target_regex_check(&text, regexes[i].kind, error);

        if (regexes[i].copy == NULL) {
            ok(rc == EXPORT_ERROR && strstr(error, regexes[i].error),
               "\"%s\": %s", regexes[i].text, error);

        } else {
            n = (size_t) (export_target_regex_copy((u_char *) buf, &text,
                                                   regexes[i].kind)
                          - (u_char *) buf);
            buf[n] = '\0';

            ok(rc == EXPORT_OK && strcmp(buf, regexes[i].copy) == 0,
               "\"%s\" becomes \"%s\"%s", regexes[i].text, buf, error);
        }

        guard_free(p, text.len);
    }

    for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        text = str(paths[i].text);
        p = text.data = guard_copy(text.data, text.len);

        is_int(export_target_regex_open(&text), paths[i].open,
               "\"%s\" is %s", paths[i].text, paths[i].open ? "open"
                                                            : "whole");
        is_int(export_target_regex_upper(&text), paths[i].upper,
               "... and has %s letter in upper case",
               paths[i].upper ? "a" : "no");

        guard_free(p, text.len);
    }

    return done_testing();
}
