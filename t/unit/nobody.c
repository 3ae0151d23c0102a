
#include "tap.h"

#include "../../module/head/export_nobody.c"

#include "pool.h"


typedef struct {
    const char  *url;
    int          named;                 /* by "x-subject-ip" too */
} url_t;


static const url_t  urls[] = {
    { "", 0 },
    { "/v1/files/file-abc123?limit=20", 0 },
    { "/v1/models/ft:gpt-4.1-mini:acme::ab12", 0 },
    { "/x?after=2026-11-28T14:00:00Z", 0 },
    { "/@scope/pkg", 0 },
    { "/v1.2.3/x", 0 },
    { "/?q=81.2.69.160", 1 },
    { "/?q=::1", 1 },
    { "/?q=2a02:db8:0:0:0:0:0:1", 1 },
    { "/?ip", 1 },
    { "/x;IP=1", 1 },
    { "/?_method=POST", 1 },
    { "/a@b", 1 },
    { "/?xSubjectIp=1", 1 },
    { "/?x-subjct-ip=1", 1 },
    { "/?%2569p", 1 },
    { "/?a=%00", 1 },
    { "/?a=%25252525252541", 1 },
};


static int
names(const char *url)
{
    u_char        buf[EXPORT_NOBODY_URL];
    export_str_t  s, decoded, name;

    s = str(url);
    name = str("x-subject-ip");

    return export_nobody_decode(&s, buf, &decoded) != EXPORT_OK
           || export_nobody_url(&decoded)
           || export_nobody_named(&decoded, &name);
}


int
main(void)
{
    size_t         i;
    u_char         buf[EXPORT_NOBODY_URL];
    export_str_t   s, decoded;
    static u_char  many[EXPORT_NOBODY_URL + 1];

    for (i = 0; i < sizeof(urls) / sizeof(url_t); i++) {
        is_int(names(urls[i].url), urls[i].named, "\"%s\"", urls[i].url);
    }

    s = str("X-Subject-IPs");
    decoded = str("x-subject-ip");
    is_int(export_nobody_is(&s, &decoded), 1, "nearly a name");

    s = str("X-HTTP-Method-Override");
    is_int(export_nobody_header(&s), 1, "another method");

    s = str("Access-Control-Request-Method");
    is_int(export_nobody_header(&s), 0, "none");

    memset(many, 'a', sizeof(many));
    s.data = many;
    s.len = EXPORT_NOBODY_URL;
    is_int(export_nobody_decode(&s, buf, &decoded), EXPORT_OK, "it fits");
    s.len++;
    is_int(export_nobody_decode(&s, buf, &decoded), EXPORT_ERROR, "too long");

    return done_testing();
}
