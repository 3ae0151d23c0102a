
#include "tap.h"

#include "../../module/body/export_job.c"


static export_match_scratch_t  *scratch;


/* whether it is data, cut at "split" */

static unsigned
data_of(const char *text, const char *name, size_t split)
{
    char                       error[EXPORT_MATCH_ERROR];
    size_t                     len;
    u_char                    *copy;
    unsigned                   data;
    export_str_t               pattern;
    export_job_t               job;
    export_match_t             match;
    export_job_lists_t         lists;
    const export_job_lists_t  *list;

    memset(&lists, 0, sizeof(lists));
    memset(&match, 0, sizeof(match));
    list = &lists;

    if (name) {
        pattern.len = strlen(name);
        pattern.data = (u_char *) (uintptr_t) name;

        if (export_match_compile(&match, &pattern, error) != EXPORT_OK) {
            return 2;
        }

        lists.patterns = &match;
        lists.n = 1;
    }

    len = strlen(text);
    copy = guard_copy(text, len);

    export_job_init(&job, &list, 1, scratch);
    (void) export_job_feed(&job, copy, split);
    data = export_job_feed(&job, copy + split, len - split);

    guard_free(copy, len);

    if (name) {
        export_match_free(&match);
    }

    return data;
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
    unsigned  i, wrong;

    scratch = export_match_scratch_create();

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        wrong = 0;

        for (k = 0; k <= strlen(cases[i].text); k++) {
            wrong += data_of(cases[i].text, cases[i].list, k)
                     != cases[i].data;
        }

        is_int(wrong, 0, "%s, %s", cases[i].text,
               cases[i].list ? cases[i].list : "no list");
    }

    memset(deep, 0, sizeof(deep));

    for (k = 0; k < EXPORT_JOB_DEPTH * 2; k++) {
        deep[k] = k % 2 ? ':' : '{';
    }

    is_int(data_of(deep, NULL, 0), 1, "too deep");
    deep[EXPORT_JOB_DEPTH * 2 - 2] = 0;
    is_int(data_of(deep, NULL, 0), 0, "just not");

    export_match_scratch_free(scratch);

    return done_testing();
}
