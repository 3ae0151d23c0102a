
#include "tap.h"

#include "../../module/head/export_method.c"

#include "pool.h"


static const struct {
    const char  *text;
    int          is;
} methods[] = {
    { "GET", 1 },
    { "HEAD", 1 },
    { "OPTIONS", 1 },
    { "DELETE", 1 },
    { "POST", 0 },
    { "PUT", 0 },
    { "PATCH", 0 },
    { "get", 0 },
    { "GE", 0 },
    { "GETS", 0 },
    { "", 0 },
};


static const struct {
    const char  *text;
    int          is;
} headers[] = {
    { "X-HTTP-Method-Override", 1 },
    { "x-http-method-override", 1 },
    { "X-HTTP-Method", 1 },
    { "X-Method-Override", 1 },

    /* what a recipient maps to the same variable */

    { "X_HTTP_Method_Override", 1 },
    { "x.http.method", 1 },

    /* what is none, and what makes a request harmful only as bodyless */

    { "X-HTTP-MethodXOverride", 0 },
    { "X-HTTP-Method0Override", 0 },
    { "X-HTTP-Methods", 0 },
    { "X-HTTP-Metho", 0 },
    { "Access-Control-Request-Method", 0 },
    { "HTTP-Method", 0 },
    { "HTTP-Method-Override", 0 },
    { "_method", 0 },
    { "", 0 },
};


int
main(void)
{
    size_t        i;
    u_char       *p;
    export_str_t  s;

    for (i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
        s = str(methods[i].text);
        p = s.data = guard_copy(s.data, s.len);
        is_int(export_method_reads(&s), methods[i].is, "\"%s\" %s",
               methods[i].text, methods[i].is ? "reads" : "may write");
        guard_free(p, s.len);
    }

    for (i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
        s = str(headers[i].text);
        p = s.data = guard_copy(s.data, s.len);
        is_int(export_method_is_overridden_by(&s), headers[i].is,
               "\"%s\" %s", headers[i].text,
               headers[i].is ? "overrides" : "does not");
        guard_free(p, s.len);
    }

    return done_testing();
}
