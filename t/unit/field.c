
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


int
main(void)
{
    test_cases();
    test_set();

    while (ncopies--) {
        guard_free(copies[ncopies], lengths[ncopies]);
    }

    return done_testing();
}
