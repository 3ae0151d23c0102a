
#include "tap.h"

#include "../../module/policy/export_purpose.c"

#include "pool.h"


#define T     EXPORT_PURPOSE_TRAINING
#define O     EXPORT_PURPOSE_OTHER
#define M     EXPORT_PURPOSE_MALFORMED
#define LONG  0x4000


typedef struct {
    const char  *value;
    unsigned     purpose;
} value_t;


static const char  *patterns[] = {
    "ai-training", "Model Training", "~*^fine-?tun(?:e|ing)$", "~tr[4a]in/x",
};


static const value_t  values[] = {

    /* nothing said is nothing declared */

    { "", 0 },
    { "-", 0 },
    { ",", 0 },
    { "...", 0 },
    { "\"\"", 0 },
    { " ", 0 },
    { "\t \t", 0 },

    { "analytics", O },
    { "ai-training", O|T },
    { " AI-Training\t", O|T },
    { "model training", O|T },
    { "model  training", O|T },
    { "ai-trainings", O|M },
    { "no-ai-training", O },
    { "ai training", O|T },
    { "AI_Training", O|T },
    { "ai.training", O|T },
    { "model-training", O|T },
    { "analytics, model_training", O|T },
    { "ai/training", O|T },
    { "ai--training", O|T },
    { "aixtraining", O|M },

    /* lists, quotes, parameters */

    { "analytics, ai-training", O|T },
    { "ai-training, analytics", O|T },
    { "analytics,,ai-training,", O|T },
    { "analytics ai-training", O|T },
    { "[ai-training]", O|T },
    { "'ai_training'", O|T },
    { "x|ai-training.", O|T },
    { "purpose=ai-training", O|T },
    { "no-ai-training (x)", O },
    { "sales, model  training", O|T },
    { "a;p=ai-training", O },
    { "ai%2Dtraining", O|M },
    { "100%", O },
    { "100%2", O },
    { "100%, 50%off", O },
    { "ai-training;q=0.1", O|T },
    { "ai-training ; v=\"a,b\"", O|T },
    { "analytics;ai-training", O|T },
    { "analytics; ai-training", O|T },
    { "analytics; for AI training; x=1", O|T },
    { ";ai-training", O|T },
    { "analytics;x=1;ai-traning", O|M },
    { "sales; finetune", O },
    { "analytics;x=\"a; b\"", O },
    { "\"ai-training\"", O|T },
    { "\" ai-training \"", O|T },
    { "analytics, \"AI-TRAINING\";x", O|T },
    { "\"analytics, ai-training\"", O|T },

    /* a regex sees the value and each item */

    { "Fine-Tuning", O|T },
    { "finetune", O|T },
    { "x, finetune", O|T },
    { "x finetune", O },
    { "a train/x b", O|T },
    { "\"a, tr4in/x, b\"", O|T },
    { "a;tr4in/x", O|T },
    { "TRAIN/X", O },

    /* unreadable; what can be read of it still counts */

    { "analytics\x01", O|M },
    { "analytics\x7f", O|M },
    { "a\r\nb", O|M },
    { "a\tb", O },
    { "ai\xe2\x80\x91training", O|T|M },
    { "\xff", O|M },
    { "ai-training\xff", O|T|M },
    { "\xff, ai-training", O|T|M },
    { "ai-training, \xff", O|T|M },
    { "=?utf-8?q?ai-training?=", O|T|M },
    { "x =?utf-8?b?YWk=?=", O|M },
    { "analytics, =?utf-8?b?YWk=?=, x", O|M },
    { "=?", 0 },
    { "=?=", 0 },
    { "?=", 0 },
    { "?= =?", 0 },
    { "=?" "?=", M },
    { "a=?b", O },
    { "\"ai\\-training\"", O|T|M },
    { "ai\\-training", O|T|M },
    { "\"analytics", O|M },
    { "\"analytics, ai-training", O|T|M },
    { "x\", ai-training, \"y", O|T|M },
    { "ai-training, \"x", O|T|M },
    { "a;p=\"x", O|M },

    /* one of several words among others, and what is nearly one */

    { "product improvement and AI training", O|T },
    { "AiTraining", O|T },
    { "ai\ttraining", O|T },
    { "use-for-ai-training-2026", O|T },
    { "aitraining2026", O|T },
    { "fair training", O },
    { "book a training", O },
    { "used at training", O },
    { "not for ai training", O|T },
    { "not ai training", O },
    { "non-ai-training", O },
    { "ai-traning", O|M },
    { "ai-trainnig", O|M },
    { "a-training", O|M },
    { "sales and AI traning", O|M },
    { "sales and AL training", O },
    { "sales, aitrainings", O|M },
    { "mode-training", O|M },
    { "modtraining", O },
};


static export_match_scratch_t  *scratch;


static unsigned
compile(export_match_t *match, const char **text, unsigned n)
{
    char          error[EXPORT_MATCH_ERROR];
    unsigned      i;
    export_str_t  s;

    for (i = 0; i < n; i++) {
        s = str(text[i]);

        if (export_match_compile(&match[i], &s, error) != EXPORT_OK) {
            ok(0, "\"%s\" %s", text[i], error);
        }
    }

    return n;
}


static void
ask(const export_match_t *match, unsigned n, const char *value,
    export_facts_t *facts)
{
    export_str_t  s;

    s.len = strlen(value);
    s.data = guard_copy(value, s.len);

    export_purpose_value(match, n, scratch, &s, facts);

    guard_free(s.data, s.len);
}


/* whether training was found decides: then the other marks do not matter */

static void
test_values(void)
{
    size_t          i, k;
    unsigned        n, want, earlier;
    export_facts_t  facts, none;
    export_match_t  match[8];

    n = compile(match, patterns, sizeof(patterns) / sizeof(char *));

    for (i = 0; i < sizeof(values) / sizeof(value_t); i++) {
        want = values[i].purpose;

        memset(&facts, 0, sizeof(facts));
        ask(match, n, values[i].value, &facts);

        is_int(facts.purpose & T, want & T, "training, value %zu", i);

        if (!(want & T)) {
            is_int(facts.purpose, want, "... the other marks");
        }

        ok((want | T | M | O) == (T | M | O) && !facts.error, "... no error");

        /* nothing but the purpose is touched */

        facts.purpose = 0;
        memset(&none, 0, sizeof(none));
        ok(memcmp(&facts, &none, sizeof(none)) == 0, "... nothing else");
    }

    /* two values, in any order, are both of them */

    for (i = 0; i < sizeof(values) / sizeof(value_t); i++) {
        for (k = 0; k < sizeof(values) / sizeof(value_t); k++) {

            memset(&facts, 0, sizeof(facts));
            ask(match, n, values[i].value, &facts);
            earlier = facts.purpose;
            ask(match, n, values[k].value, &facts);

            want = (values[i].purpose | values[k].purpose) & T;

            if ((facts.purpose & T) != want
                || (earlier & ~facts.purpose) != 0)
            {
                ok(0, "values %zu and %zu", i, k);
            }
        }
    }

    /* without patterns there is still something declared */

    memset(&facts, 0, sizeof(facts));
    ask(match, 0, "ai-training", &facts);
    is_int(facts.purpose, O, "no patterns");

    while (n) {
        export_match_free(&match[--n]);
    }
}


static void
test_limits(void)
{
    char               *value;
    size_t              i, k, len;
    double              begin, spent;
    unsigned            n;
    export_facts_t      facts;
    export_match_t      match[3];
    static const char  *slow[] = { "~^(a+)+$", "b" };
    static const char  *units[] = { ",", "\"", "a,", "=?", "?", "\\", ";\"" };

    value = malloc(LONG + 8);
    n = compile(match, slow, 2);

    memset(value, 'a', 100);
    strcpy(value + 100, "!, b");

    memset(&facts, 0, sizeof(facts));
    ask(match, n, value, &facts);
    is_int(facts.error, 1, "a pattern past its limit is an error");

    memset(&facts, 0, sizeof(facts));
    memmove(value + 3, value, 101);
    memcpy(value, "c, ", 3);
    value[104] = '\0';
    ask(match, n, value, &facts);
    is_int(facts.error, 1, "... also on an item");

    memset(&facts, 0, sizeof(facts));
    ask(match, n, "b", &facts);
    is_int(facts.error, 0, "... not on what it can match");
    is_int(facts.purpose, O|T, "... training");

    for (i = 0; i < sizeof(units) / sizeof(char *); i++) {
        len = strlen(units[i]);

        for (k = 0; k < LONG; k++) {
            value[k] = units[i][k % len];
        }

        value[LONG] = '\0';
        memset(&facts, 0, sizeof(facts));
        begin = clock_ms();
        ask(match, n, value, &facts);
        spent = clock_ms() - begin;

        ok(spent < 100, "16 KB of \"%s\" in %.2f ms", units[i], spent);
    }

    export_match_free(&match[0]);
    export_match_free(&match[1]);
    free(value);
}


int
main(void)
{
    scratch = export_match_scratch_create();

    test_values();
    test_limits();

    export_match_scratch_free(scratch);

    return done_testing();
}
