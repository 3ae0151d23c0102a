
#include "tap.h"

#include "../../module/readers/export_sniff.c"


typedef struct {
    const char  *text;
    size_t       len;
    unsigned     member;
    unsigned     rows;
    unsigned     array;
} case_t;

#define T(s)  s, sizeof(s) - 1


static const case_t  cases[] = {

    /* JSON with a member, strict or not */

    { T("{\"a\":1}"), 1, 0, 0 },
    { T("{\"ip"), 1, 0, 0 },
    { T(" \t\r\n{ \"a\":1}"), 1, 0, 0 },
    { T("\xef\xbb\xbf{\"a\":1}"), 1, 0, 0 },
    { T("\x1e{\"a\":1}\n"), 1, 0, 0 },
    { T("{\0\"\0a\0\"\0:\0001\0}\0"), 1, 0, 0 },
    { T("\xfe\xff\0{\0\"\0a\0\""), 1, 0, 0 },
    { T("{'a':1}"), 1, 0, 0 },
    { T("{a:1}"), 1, 0, 0 },
    { T("{a = 1}"), 1, 0, 0 },
    { T("{/**/\"a\":1}"), 1, 0, 0 },
    { T("{//\n\"a\":1}"), 1, 0, 0 },
    { T("{,\"a\":1}"), 1, 0, 0 },
    { T("/* x * y **/ {\"a\":1}"), 1, 0, 0 },
    { T("// x\n{\"a\":1}"), 1, 0, 0 },
    { T("# x\n{\"a\":1}"), 1, 0, 0 },
    { T(")]}'\n{\"a\":1}"), 1, 0, 0 },
    { T("NaN\n{\"a\":1}"), 1, 0, 0 },
    { T("1\n{\"a\":1}"), 1, 0, 0 },
    { T("---\r\n{\"a\":1}"), 1, 0, 0 },
    { T("[NaN,{\"a\":1}]"), 1, 1, 1 },
    { T("[-Infinity, [{\"a\":1}]]"), 1, 1, 1 },
    { T("[\"]\",{\"a\":1}]"), 1, 1, 1 },
    { T("['\\']',{\"a\":1}]"), 1, 1, 1 },
    { T("[don't,{\"a\":1}]"), 1, 1, 1 },
    { T("{}{\"a\":1}"), 1, 0, 0 },
    { T("[]\n{\"a\":1}"), 1, 0, 1 },
    { T("{}//\n{\"a\":1}"), 1, 0, 0 },
    { T("[\"a\":1]"), 1, 0, 1 },
    { T("{\"a\":{\"b\":[1,[]]}}"), 1, 0, 0 },
    { T("\"x\"\n{\"a\":1}"), 1, 0, 0 },
    { T("\"\\\"x\"\r\n[{\"a\":1}]"), 1, 1, 1 },
    { T("\xc2\xa0{\"a\":1}"), 1, 0, 0 },
    { T("\xe2\x80\xa8\xe3\x80\x80{\"a\":1}"), 1, 0, 0 },
    { T("{\"a\":[{}]}"), 1, 1, 0 },
    { T("{\"a\":[1,{}]}"), 1, 1, 0 },
    { T("{\"a\":\"[{\"}"), 1, 0, 0 },

    /* none */

    { T(""), 0, 0, 0 },
    { T("hello {\"a\":1}"), 0, 0, 0 },
    { T("\"hello,\" she said\n{\"a\":1}"), 0, 0, 0 },
    { T("\xe3\x81\x82{\"a\":1}"), 0, 0, 0 },
    { T("\xc3\xa0{\"a\":1}"), 0, 0, 0 },
    { T("Return it as\n{\"a\":1}"), 0, 0, 0 },
    { T("[note] hello"), 0, 0, 1 },
    { T("[INST] as {\"a\":1} [/INST]"), 0, 0, 1 },
    { T("[INST] as\n{\"a\":1}\n[/INST]"), 0, 0, 1 },
    { T("[2026-11-28] {x}"), 0, 0, 1 },
    { T("[sic] {"), 0, 0, 1 },
    { T("{placeholder}, {}"), 0, 0, 0 },
    { T("{{name}}"), 0, 0, 0 },
    { T("{{#if a}}x{{/if}}"), 0, 0, 0 },
    { T("{n, plural, one {# item}}"), 0, 0, 0 },
    { T("{/path}"), 0, 0, 0 },
    { T("{\\rtf1 \"x\"}"), 0, 0, 0 },
    { T("[1, 2, \"a\", null]"), 0, 0, 1 },
    { T("[link](https://a.example/)"), 0, 0, 1 },
    { T("{}"), 0, 0, 0 },
    { T("/path"), 0, 0, 0 },
    { T("\"{\\\"a\\\":1}\""), 0, 0, 0 },
    { T("<a b=\"c\">{\"a\":1}</a>"), 0, 0, 0 },
};


static void
check(const case_t *c, size_t split, size_t step)
{
    size_t          i, n;
    u_char         *copy;
    export_sniff_t  sniff;

    memset(&sniff, 0, sizeof(export_sniff_t));

    for (i = 0; i < c->len; i += n) {
        n = i < split ? split - i : step;
        n = n > c->len - i ? c->len - i : n;

        copy = guard_copy(c->text + i, n);
        export_sniff(&sniff, copy, n);
        guard_free(copy, n);
    }

    if (sniff.member != c->member || sniff.rows != c->rows
        || sniff.array != c->array)
    {
        ok(0, "case %td: split %zu, step %zu: %u %u %u", c - cases, split, step,
           sniff.member, sniff.rows, sniff.array);
    }
}


int
main(void)
{
    size_t         split;
    const case_t  *c;

    for (c = cases; c < cases + sizeof(cases) / sizeof(cases[0]); c++) {
        check(c, 0, 1);

        for (split = 0; split <= c->len; split++) {
            check(c, split, c->len);
        }

        ok(1, "case %td", c - cases);
    }

    return done_testing();
}
