
#include "tap.h"

#include "../../module/readers/export_sniff.c"

#include "reader.h"


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


static export_sniff_t  sniff;


static int
begin(void *data, trace_t *trace)
{
    trace_t  **to;

    to = data;
    *to = trace;

    memset(&sniff, 0, sizeof(export_sniff_t));

    return EXPORT_OK;
}


static int
feed(void *data, const u_char *p, size_t len)
{
    (void) data;

    export_sniff(&sniff, p, len);

    return EXPORT_OK;
}


static int
end(void *data, int rc)
{
    trace_t  **to;

    to = data;

    trace_add(*to, "%u %u %u", sniff.member, sniff.rows, sniff.array);

    return rc;
}


int
main(void)
{
    char            text[16];
    size_t          len;
    const case_t   *c;
    trace_t        *to;
    static trace_t  want;
    const reader_t  reader = { begin, feed, end, &to };

    for (c = cases; c < cases + sizeof(cases) / sizeof(cases[0]); c++) {

        len = (size_t) sprintf(text, "%u %u %u", c->member, c->rows, c->array);
        trace_want(&want, EXPORT_OK, text, len);

        ok(reader_agree(&reader, c->text, c->len, &want), "\"%s\": %s",
           c->text, text);
    }

    return done_testing();
}
