
#include "tap.h"

#include "../../module/readers/export_heading.c"


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


static unsigned
look(const export_fields_t *fields, const case_t *c, size_t first, size_t step)
{
    size_t            n, at;
    export_heading_t  heading;

    export_heading_init(&heading, fields, 1);

    for (at = 0; at < c->len; at += n) {
        n = at == 0 && first ? first : step;
        n = n < c->len - at ? n : c->len - at;
        export_heading_feed(&heading, (const u_char *) c->text + at, n);
    }

    export_heading_end(&heading);

    return heading.state == EXPORT_HEADING_FOUND;
}


int
main(void)
{
    size_t             at;
    u_char            *large;
    case_t             over;
    unsigned           i, same;
    export_str_t       name;
    export_fields_t    fields;
    export_heading_t   heading;

    static u_char  purpose[] = "purpose", ip[] = "ip";

    memset(&fields, 0, sizeof(export_fields_t));

    name.data = purpose;
    name.len = sizeof(purpose) - 1;
    (void) export_field_add(&fields, &name);

    name.data = ip;
    name.len = sizeof(ip) - 1;
    (void) export_field_add(&fields, &name);

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        same = look(&fields, &cases[i], 0, cases[i].len + 1) == cases[i].found
               && look(&fields, &cases[i], 0, 1) == cases[i].found;

        for (at = 1; at < cases[i].len; at++) {
            same = same && look(&fields, &cases[i], at, cases[i].len)
                           == cases[i].found;
        }

        ok((int) same, "\"%s\" is %s", cases[i].text,
           cases[i].found ? "one" : "none");
    }

    export_heading_init(&heading, &fields, 0);
    ok(heading.state == EXPORT_HEADING_NONE, "nothing is wanted");

    large = malloc(EXPORT_HEADING_BYTES + 16);
    memset(large, 'x', EXPORT_HEADING_BYTES + 16);
    memcpy(large + EXPORT_HEADING_BYTES, "&purpose=", 9);

    over.text = (const char *) large;
    over.len = EXPORT_HEADING_BYTES + 9;
    ok(look(&fields, &over, 0, over.len) == 0, "past the limit");

    memcpy(large + EXPORT_HEADING_BYTES - 9, "&purpose=", 9);
    over.len = EXPORT_HEADING_BYTES;
    ok(look(&fields, &over, 0, over.len) == 1, "at the limit");

    free(large);

    return done_testing();
}
