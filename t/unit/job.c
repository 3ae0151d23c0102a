
#include "tap.h"

#include "../../module/body/export_job.c"

#include "reader.h"


static export_match_scratch_t  *scratch;


static export_job_lists_t       lists;
static export_job_t             job;


static int
begin(void *data, trace_t *trace)
{
    static const export_job_lists_t  *list = &lists;

    (void) trace;

    *(int *) data = EXPORT_OK;

    memset(&job, 0xa5, sizeof(job));
    export_job_init(&job, &list, 1, scratch);

    return EXPORT_OK;
}


/* EXPORT_DONE if it is data, which more of it does not change */

static int
feed(void *data, const u_char *p, size_t len)
{
    int  *rc;

    rc = data;
    *rc = export_job_feed(&job, p, len) ? EXPORT_DONE : EXPORT_OK;

    return EXPORT_OK;
}


static int
end(void *data, int rc)
{
    (void) rc;

    return *(int *) data;
}


/* whether it is found to be data or not, as wanted, however it is cut */

static int
agrees(const char *text, const char *name, unsigned is_data)
{
    int             rc, same;
    char            error[EXPORT_MATCH_ERROR];
    reader_t        reader = { begin, feed, end, &rc };
    export_str_t    pattern;
    export_match_t  match;
    static trace_t  want;

    memset(&lists, 0, sizeof(lists));
    memset(&match, 0, sizeof(match));

    if (name) {
        pattern = str(name);

        if (export_match_compile(&match, &pattern, error) != EXPORT_OK) {
            return 0;
        }

        lists.patterns = &match;
        lists.n = 1;
    }

    trace_want(&want, is_data ? EXPORT_DONE : EXPORT_OK, "", 0);
    same = reader_agree(&reader, text, strlen(text), &want);

    if (name) {
        export_match_free(&match);
    }

    return same;
}


static const struct {
    const char  *text;
    const char  *list;
    unsigned     data;
} cases[] = {
    { "{}", NULL, 0 },
    { " {\"a\":1,\"b\":\"[{\",\"c\":[1,\"{\",null]}\n", NULL, 0 },
    { "{\"a\":{\"b\":{\"c\":[]}}}", NULL, 0 },
    { "{\"a\\\"[{\":\"\\\\\"}", NULL, 0 },
    { "{\"a\":[{}]}", NULL, 1 },
    { "{\"a\":[1,{}]}", NULL, 1 },
    { "{\"a\":[[1]]}", NULL, 1 },
    { "{\"a\":{\"b\":[{}]}}", NULL, 1 },
    { "[]", NULL, 1 },
    { "1", NULL, 1 },
    { "\"a\"", NULL, 1 },
    { "{}{}", NULL, 1 },
    { "{}}", NULL, 1 },
    { "\xEF\xBB\xBF{}", NULL, 1 },
    { "{\"a\":[{}]}", "a", 0 },
    { "{\"A\":[{},{\"b\":[{}]},[[{}]]]}", "a", 0 },
    { "{\"a\":[\"b\",{}]}", "a", 0 },
    { "{\"b\":[\"a\",{}]}", "a", 1 },
    { "{\"a\":[{}],\"b\":[{}]}", "a", 1 },
    { "{\"a\":{\"b\":[{}]}}", "a", 1 },
    { "{\"a\":\"b\",\"c\":[{}]}", "a", 1 },
    { "{\"\\u0061\":[{}]}", "a", 1 },
    { "{\"a\":[[[{\"b\":[{}]}]],[{\"c\":[{}]}]]}", "a", 0 },
    { "{\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\":[{}]}", "~^a+$", 1 },
    { "[{\"b\":[{}]},{}]", "/", 0 },
    { "{}\n{}\n", "/", 0 },
    { "{\"b\":[{}]}", "/", 1 },
    { "[{}]{\"b\":[{}]}", "/", 1 }
};


int
main(void)
{
    size_t    k;
    char      deep[200];
    unsigned  i;

    scratch = export_match_scratch_create();

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        ok(agrees(cases[i].text, cases[i].list, cases[i].data), "%s, %s",
           cases[i].text, cases[i].list ? cases[i].list : "no list");
    }

    memset(deep, 0, sizeof(deep));

    for (k = 0; k < EXPORT_JOB_DEPTH * 2; k++) {
        deep[k] = k % 2 ? ':' : '{';
    }

    ok(agrees(deep, NULL, 1), "too deep");
    deep[EXPORT_JOB_DEPTH * 2 - 2] = 0;
    ok(agrees(deep, NULL, 0), "just not");

    export_match_scratch_free(scratch);

    return done_testing();
}
