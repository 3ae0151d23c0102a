
#include "tap.h"

#include "../../module/readers/export_field.c"


typedef struct {
    const char  *name;
    int          ntokens;           /* or EXPORT_ERROR */
    const char  *tokens;            /* each followed by "|" */
} case_t;


static const case_t  cases[] = {

    { "ip", 0, "" },
    { "X-Subject-IP", 0, "" },
    { "user ip", 0, "" },
    { "user/ip", 0, "" },
    { "a~b", 0, "" },
    { "~2", 0, "" },
    { "n\xc3\xa4me", 0, "" },
    { "/ip", 1, "ip|" },
    { "/user/ip", 2, "user|ip|" },
    { "/", 1, "|" },
    { "//", 2, "||" },
    { "/a/", 2, "a||" },
    { "//a", 2, "|a|" },
    { "/a~1b", 1, "a/b|" },
    { "/a~0b", 1, "a~b|" },
    { "/~01", 1, "~1|" },
    { "/~1~0~1", 1, "/~/|" },
    { "/~1/~0", 2, "/|~|" },
    { "/a b/ c", 2, "a b| c|" },
    { "/0/1", 2, "0|1|" },
    { "/1/2/3/4/5/6/7/8/9/a/b/c/d/e/f/g", 16,
      "1|2|3|4|5|6|7|8|9|a|b|c|d|e|f|g|" },

    { "", EXPORT_ERROR, "" },
    { "/~", EXPORT_ERROR, "" },
    { "/~2", EXPORT_ERROR, "" },
    { "/a~/b", EXPORT_ERROR, "" },
    { "/a/b~", EXPORT_ERROR, "" },
    { "/~~", EXPORT_ERROR, "" },
    { "/1/2/3/4/5/6/7/8/9/a/b/c/d/e/f/g/h", EXPORT_ERROR, "" },
    { "/////////////////", EXPORT_ERROR, "" },
};


static u_char        *copies[256];
static size_t         lengths[256];
static unsigned       ncopies;


static export_str_t
copy(const char *s)
{
    export_str_t  name;

    name.len = strlen(s);
    name.data = guard_copy(s, name.len);

    copies[ncopies] = name.data;
    lengths[ncopies++] = name.len;

    return name;
}


static int
add(export_fields_t *fields, const char *s)
{
    export_str_t  name;

    name = copy(s);

    return export_field_add(fields, &name);
}


static int
find(const export_fields_t *fields, const char *s)
{
    export_str_t  name;

    name = copy(s);

    return export_field_find(fields, &name);
}


static void
test_cases(void)
{
    int                   rc;
    char                  text[512];
    size_t                i, n;
    unsigned              k;
    export_fields_t       fields;
    const export_field_t  *field;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {

        fields.n = 0;
        rc = add(&fields, cases[i].name);

        if (cases[i].ntokens == EXPORT_ERROR) {
            ok(rc == EXPORT_ERROR && fields.n == 0, "refused: \"%s\"",
               cases[i].name);
            continue;
        }

        field = &fields.field[0];
        n = 0;

        for (k = 0; k < field->ntokens; k++) {
            n += (size_t) sprintf(text + n, "%.*s|",
                                  (int) field->token[k].len,
                                  field->token[k].data);
        }

        text[n] = '\0';

        ok(rc == 0 && fields.n == 1
           && field->ntokens == (unsigned) cases[i].ntokens
           && strcmp(text, cases[i].tokens) == 0, "\"%s\"", cases[i].name);
    }
}


static void
test_set(void)
{
    char             name[256];
    unsigned         i;
    export_fields_t  fields;

    fields.n = 0;

    is_int(add(&fields, "ip"), 0, "the first field");
    is_int(add(&fields, "/user/ip"), 1, "the second");
    is_int(add(&fields, "/a~1b"), 2, "an escaped pointer");
    is_int(add(&fields, "ip"), 0, "a name again");
    is_int(add(&fields, "/user/ip"), 1, "a pointer again");
    is_int(add(&fields, "/a~1b"), 2, "an escaped pointer again");
    is_int(add(&fields, "/a/b"), 3, "another pointer of the same letters");
    is_int(add(&fields, "IP"), 0, "the same in another case");
    is_int(add(&fields, "/User/IP"), 1, "a pointer likewise");
    is_int(add(&fields, "/ip"), 4, "a pointer is not a name");
    is_int(add(&fields, "/"), 5, "a pointer to the empty name");
    is_int((int) fields.n, 6, "six fields");

    is_int(find(&fields, "ip"), 0, "found");
    is_int(find(&fields, "IP"), 0, "found in upper case");
    is_int(find(&fields, "iP"), 0, "... in any");
    is_int(find(&fields, " ip"), EXPORT_ERROR, "... by a blank");
    is_int(find(&fields, "ip\t"), EXPORT_ERROR, "... by a tab");
    is_int(find(&fields, "ip[]"), EXPORT_ERROR, "... by an index");
    is_int(find(&fields, "IP [0][x]"), EXPORT_ERROR, "... by all of that");
    is_int(find(&fields, "[ip]"), EXPORT_ERROR, "... by brackets");
    is_int(find(&fields, "ip["), EXPORT_DECLINED, "half an index neither");
    is_int(find(&fields, "/ip"), EXPORT_DECLINED, "a pointer is not found");
    is_int(find(&fields, ""), EXPORT_DECLINED, "nothing is not found");
    is_int(find(&fields, "i"), EXPORT_DECLINED, "a prefix is not found");
    is_int(find(&fields, "ips"), EXPORT_DECLINED, "a longer one neither");

    for (i = fields.n; i < EXPORT_MAX_FIELDS; i++) {
        sprintf(name, "field%u", i);
        (void) add(&fields, name);
    }

    is_int((int) fields.n, EXPORT_MAX_FIELDS, "full");
    is_int(add(&fields, "one more"), EXPORT_ERROR, "one field too many");
    is_int(add(&fields, "ip"), 0, "the same is still found");

    fields.n = 0;
    memset(name, 'a', sizeof(name));

    name[EXPORT_MAX_NAME + 1] = '\0';
    is_int(add(&fields, name), EXPORT_ERROR, "129 bytes are too many");
    name[EXPORT_MAX_NAME] = '\0';
    is_int(add(&fields, name), 0, "128 bytes");
}


/* every sequence of up to four bytes, by RFC 3629's table */

static int
valid(const u_char *p, size_t n)
{
    if (n == 1) {
        return p[0] < 0x80;
    }

    if (n == 2) {
        return p[0] >= 0xc2 && p[0] <= 0xdf && p[1] >> 6 == 2;
    }

    if (n == 3) {
        return p[0] >> 4 == 14 && p[1] >> 6 == 2 && p[2] >> 6 == 2
               && (p[0] != 0xe0 || p[1] >= 0xa0)
               && (p[0] != 0xed || p[1] <= 0x9f);
    }

    return p[0] >= 0xf0 && p[0] <= 0xf4 && p[1] >> 6 == 2 && p[2] >> 6 == 2
           && p[3] >> 6 == 2 && (p[0] != 0xf0 || p[1] >= 0x90)
           && (p[0] != 0xf4 || p[1] <= 0x8f);
}


static int
accepted(const u_char *p, size_t n)
{
    export_utf8_t  utf8;

    memset(&utf8, 0, sizeof(utf8));

    return export_utf8(&utf8, p, n) == n && utf8.left == 0;
}


static void
test_utf8(void)
{
    int              failed;
    size_t           n;
    u_char           p[64], *q;
    unsigned         a, b, c, d;
    export_utf8_t    utf8;

    static const u_char  last[] = { 0x00, 0x7f, 0x80, 0xbf, 0xc0, 0xff };

    failed = 0;

    for (a = 0; a < 256; a++) {

        p[0] = (u_char) a;
        failed += accepted(p, 1) != valid(p, 1);

        for (b = 0; b < 256; b++) {

            p[1] = (u_char) b;
            failed += accepted(p, 2) != (valid(p, 2) || (a < 128 && b < 128));

            if (a < 0xc0) {
                continue;
            }

            for (c = 0; c < sizeof(last); c++) {

                p[2] = last[c];
                failed += accepted(p, 3)
                          != (valid(p, 3)
                              || (valid(p, 2) && p[2] < 0x80));

                for (d = 0; d < sizeof(last); d++) {
                    p[3] = last[d];
                    failed += accepted(p, 4)
                              != (valid(p, 4)
                                  || (valid(p, 3) && p[3] < 0x80)
                                  || (valid(p, 2) && p[2] < 0x80
                                      && p[3] < 0x80));
                }
            }
        }
    }

    is_int(failed, 0, "all pairs, and their continuations");

    failed = 0;

    for (n = 1; n < sizeof(p); n++) {
        for (a = 0; a < n; a++) {
            memset(p, 'x', n);
            p[a] = 0xff;
            q = guard_copy(p, n);
            memset(&utf8, 0, sizeof(utf8));
            failed += export_utf8(&utf8, q, n) != a;
            guard_free(q, n);
        }
    }

    is_int(failed, 0, "a wrong byte is found at its place");

    memset(&utf8, 0, sizeof(utf8));
    is_int(export_utf8(&utf8, (const u_char *) "a\xf0\x9f", 3), 3, "half");
    is_int(utf8.left, 2, "two bytes are due");
    is_int(export_utf8(&utf8, (const u_char *) "\x98", 1), 1, "one comes");
    is_int(export_utf8(&utf8, (const u_char *) "\x80z", 2), 2, "the other");
    is_int(utf8.left, 0, "none is due");
    is_int(export_utf8(&utf8, NULL, 0), 0, "no bytes");
}


int
main(void)
{
    test_cases();
    test_set();
    test_utf8();

    while (ncopies--) {
        guard_free(copies[ncopies], lengths[ncopies]);
    }

    return done_testing();
}
