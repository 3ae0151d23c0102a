
#include "tap.h"

#include "../../module/readers/export_heading.c"

#include "reader.h"


typedef struct {
    const char  *text;
    size_t       len;
    unsigned     found;
} case_t;

#define T(s)  s, sizeof(s) - 1


static const case_t  cases[] = {

    { T("purpose,ip\na,b\n"), 1 },
    { T("purpose,ip\r\na,b\r\n"), 1 },
    { T("purpose,ip\ra,b"), 1 },
    { T("ip;purpose\na;b"), 1 },
    { T("ip\tpurpose\na\tb"), 1 },
    { T("ip|Purpose\na|b"), 1 },
    { T("\"ip\",\"purpose\"\n\"a\nb\",\"c,d\"\n"), 1 },
    { T("\xef\xbb\xbf" "purpose,ip\na,b"), 1 },
    { T("\n  \n purpose , ip\n\na,b"), 1 },
    { T("sep=;\npurpose;ip\na;b"), 1 },
    { T("# a\n# b\n# c\npurpose,ip\na,b"), 1 },
    { T("purpose,ip\nnone\npurpose,ip\na,b"), 1 },
    { T("\xff\xfep\0u\0r\0p\0o\0s\0e\0,\0a\0\n\0b\0,\0c\0"), 1 },
    { T("purpose=a"), 1 },
    { T("a=b&purpose=c"), 1 },
    { T("a=b;purpose=c"), 1 },
    { T("a=b\npurpose=c"), 1 },
    { T("a=b&%70urp%6fse=c"), 1 },
    { T("a=b&+purpose=c"), 1 },

    { T(""), 0 },
    { T("ip,country\na,b\n"), 0 },
    { T("purpose,ip\n"), 0 },
    { T("purpose\na\n"), 0 },
    { T("Purpose\n=======\na, b"), 0 },
    { T("Purpose, scope\nThe text"), 0 },
    { T("the purpose, and\na, b"), 0 },
    { T("purpose: a\nb, c"), 0 },
    { T("a, purpose=b\nc"), 0 },
    { T("ip=a&x=purpose"), 0 },
    { T("%zz=a&%7=b&%=c&purpose"), 0 },
    { T("1\n2\n3\n4\npurpose,ip\na,b"), 0 },
    { T("\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), 0 },
};


static export_fields_t   fields;
static export_heading_t  heading;


/* "wanted" fields, a bit each */

static int
begin(void *data, trace_t *trace)
{
    uint32_t  *wanted;

    wanted = data;
    (void) trace;

    memset(&heading, 0xa5, sizeof(heading));
    export_heading_init(&heading, &fields, *wanted);

    return EXPORT_OK;
}


static int
feed(void *data, const u_char *p, size_t len)
{
    (void) data;

    export_heading_feed(&heading, p, len);

    return EXPORT_OK;
}


/* EXPORT_DONE if there is one */

static int
end(void *data, int rc)
{
    (void) data;
    (void) rc;

    export_heading_end(&heading);

    return heading.state == EXPORT_HEADING_FOUND ? EXPORT_DONE : EXPORT_OK;
}


static int
look(const void *text, size_t len)
{
    uint32_t        wanted;
    reader_t        reader = { begin, feed, end, &wanted };
    static trace_t  got;

    wanted = 1;

    return reader_run(&reader, text, len, READER_WHOLE, READER_WHOLE, &got)
           == EXPORT_DONE;
}


int
main(void)
{
    u_char         *large;
    uint32_t        wanted;
    unsigned        i;
    reader_t        reader = { begin, feed, end, &wanted };
    export_str_t    name;
    static trace_t  want;

    static u_char  purpose[] = "purpose", ip[] = "ip";

    name.data = purpose;
    name.len = sizeof(purpose) - 1;
    (void) export_field_add(&fields, &name);

    name.data = ip;
    name.len = sizeof(ip) - 1;
    (void) export_field_add(&fields, &name);

    wanted = 1;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        trace_want(&want, cases[i].found ? EXPORT_DONE : EXPORT_OK, "", 0);

        ok(reader_agree(&reader, cases[i].text, cases[i].len, &want),
           "\"%s\" is %s", cases[i].text, cases[i].found ? "one" : "none");
    }

    wanted = 0;
    (void) begin(&wanted, &want);
    ok(heading.state == EXPORT_HEADING_NONE, "nothing is wanted");

    large = malloc(EXPORT_HEADING_BYTES + 16);
    memset(large, 'x', EXPORT_HEADING_BYTES + 16);
    memcpy(large + EXPORT_HEADING_BYTES, "&purpose=", 9);

    ok(!look(large, EXPORT_HEADING_BYTES + 9), "past the limit");

    memcpy(large + EXPORT_HEADING_BYTES - 9, "&purpose=", 9);
    ok(look(large, EXPORT_HEADING_BYTES), "at the limit");

    free(large);

    return done_testing();
}
