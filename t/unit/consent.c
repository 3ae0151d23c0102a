
#include "tap.h"

#include "../../module/policy/export_consent.c"

#include "pool.h"


#define G     EXPORT_CONSENT_GRANTED
#define D     EXPORT_CONSENT_DENIED
#define I     EXPORT_CONSENT_INVALID
#define LONG  0x4000


typedef struct {
    const char  *value;
    unsigned     consent;
} value_t;


typedef struct {
    const char  *patterns[4];
    value_t      values[40];
} consent_t;


static export_match_scratch_t  *scratch;


static const consent_t  consents[] = {

    { { "granted", "explicit, informed" }, {
        { "granted", G },
        { " Granted\t", G },
        { "GRANTED", G },
        { "explicit, informed", G },
        { "grant", I },
        { "granted ok", I },
        { "granted, granted", I },
        { "granted,", I },
        { "\"granted\"", I },
        { "granted;v=1", I },
        { "yes", I },
        { "1", I },
        { "", I },
        { " ", I },
        { ",", I },
        { "granted\r\n", I },
        { "gr\xc3\xa4nted", I },
        { "denied", D },
        { " DENIED ", D },
        { "granted, denied", D },
        { "denied, granted", D },
        { "granted,\"denied\"", D },
        { "denied;since=2020", D },
        { "granted\", denied, \"", D },
        { "\"granted, denied", D },
        { "\"granted, denied\"", I },
        { "not denied", I },
        { "no", D },
        { "0", D },
        { "00", I },
        { "False", D },
        { "withdrawn", D },
        { "opt-out", D },
        { "none", D },
        { "nope", I },
    } },

    /* what the operator writes out is granted, whatever it looks like */

    { { "no", "0" }, {
        { "no", G },
        { "0", G },
        { "no, no", D },
        { "denied", D },
        { "yes", I },
    } },

    /* a regex grants neither what denies nor lists */

    { { "~*granted", "~^\\d{4}-\\d\\d$", "~o" }, {
        { "granted", G },
        { "explicitly Granted", G },
        { "2024-05", G },
        { "not-granted", D },
        { "NO", D },
        { "opt-out", D },
        { "revoked", D },
        { "granted, granted", I },
        { "granted, denied", D },
        { "granted, x", I },
        { "denied, granted", D },
        { "granted,", I },
        { "x, granted\", denied", D },
        { "2024-5", I },
        { "", I },
    } },

    /* in what order does not matter */

    { { "~^(?:granted|no)$", "no", "~yes" }, {
        { "no", G },
        { "granted", G },
        { "yes", G },
    } },

    { { NULL }, {
        { "granted", I },
        { "denied", D },
    } },
};


static const value_t  gpc[] = {
    { "1", D }, { " 1\t", D }, { "0", 0 }, { "", I }, { " ", I }, { "\t", I },
    { "1, 1", D }, { "1 1", D }, { "0, 1", D }, { "1;a=b", D }, { "true", D },
    { "True", D }, { "?1", D }, { "\"1\"", D }, { "(1)", D }, { "\t1\t", D },
    { "yes", D }, { "on", D }, { "'1'", D }, { "\"1", D }, { "x=1", D },
    { "?0", 0 }, { "\"0\"", 0 }, { "0, 0", 0 }, { "false", 0 }, { "no", 0 },
    { "11", I }, { "01", I }, { "2", I }, { "maybe", I }, { "\"", I },
    { "-", I }, { "?", I }, { "\xef\xbc\x91", I }, { "0\x01", I },
};


static const value_t  usage[] = {
    { "train-ai=n", D },
    { " train-ai=n ", D },
    { "Train-AI=N", D },
    { "train-ai=n, train-ai=y", D },
    { "train-ai=y, train-ai=n", D },
    { "train-ai=y,train-ai=n", D },
    { "search=y, train-ai=n;exp=1", D },
    { "search=y;train-ai=n", D },
    { "search=y train-ai=n", D },
    { "\"x, train-ai=n", D },
    { "x=\"a, train-ai=n, b\"", D },
    { "\"train-ai=n\"", D },
    { ",,;train-ai=n", D },

    { "", 0 },
    { ",", I },
    { "train-ai=y", 0 },
    { "train-ai=\"n\"", D },
    { "train-ai=?0", D },
    { "train-ai=(n)", D },
    { "train-ai=(y n)", D },
    { "TRAIN-AI=N", D },
    { "train-ai=no", D },
    { "train-ai=0", D },
    { "train-ai=false", D },
    { "train-ai=disallow", D },
    { "train-ai = n", D },
    { "train-ai=\tn", D },
    { "\"train-ai\"=n", D },
    { "train-ai=\"n", D },
    { "train_ai=n", D },
    { "ai-train=no", D },
    { "ai=n", D },
    { "all=n, train-ai=y", D },
    { "search=y, tdm=n", D },
    { "train-genai=n", D },

    { "trainai=n", D },
    { "Train.AI=?0", D },
    { "train--ai-=n", D },
    { "ai-training=n", D },

    { "trian-ai=n", I },
    { "xtrain-ai=n", I },
    { "train-ai-x=n", I },
    { "search=y, train-aii=(n)", I },
    { "train-ai", I },
    { "train-ai=", I },
    { "train-ai=n2", I },
    { "train-ai=:bg==:", I },
    { "train-ai=y, train-ai", I },
    { "train-ai=maybe", I },
    { "train-ai;allow=n, train-ai=y", I },
    { "train-ai: n", I },
    { "{\"x\":1}", I },
    { "search=\"y", I },
    { "search y", I },
    { "%74rain-ai=n", I },
    { "se\xc3\xa4rch=y", I },
    { "search=y\x01", I },

    { "train-ai=\"y\"", 0 },
    { "train-ai=?1", 0 },
    { "train-ai=y;n=1", 0 },
    { "search=\"a, b\", x=(1 2);q", 0 },
    { "train-ai-user=n", 0 },
    { "x-trains=n", 0 },
    { "search-ai=n", 0 },
    { "trian-ai=y", 0 },
    { "search=n", 0 },
    { "search=n;q=1, x", 0 },
};


static unsigned
compile(export_match_t *match, const char *const *text)
{
    char          error[EXPORT_MATCH_ERROR];
    unsigned      i;
    export_str_t  s;

    for (i = 0; i < 4 && text[i]; i++) {
        s = str(text[i]);

        if (export_match_compile(&match[i], &s, error) != EXPORT_OK) {
            ok(0, "\"%s\" %s", text[i], error);
        }
    }

    return i;
}


static void
test_value(void)
{
    size_t            i, k;
    unsigned          n;
    export_str_t      s;
    export_match_t    match[4];
    const value_t    *v;

    for (i = 0; i < sizeof(consents) / sizeof(consent_t); i++) {
        n = compile(match, consents[i].patterns);

        for (k = 0; consents[i].values[k].value; k++) {
            v = &consents[i].values[k];
            s.len = strlen(v->value);
            s.data = guard_copy(v->value, s.len);

            is_int(export_consent_value(match, n, scratch, &s), v->consent,
                   "patterns %zu, value %zu", i, k);

            guard_free(s.data, s.len);
        }

        while (n) {
            export_match_free(&match[--n]);
        }
    }

    s.len = 0;
    s.data = NULL;
    is_int(export_consent_value(match, 0, scratch, &s), I, "no value at all");
}


/* every word that denies does so alone, in lists, and in any case */

static void
test_denials(void)
{
    char               text[64], upper[32];
    size_t             i, k, n;
    unsigned           any;
    export_str_t       s;
    export_match_t     match[4];
    static const char  *form[] = { "%s", "granted, %s", "%s,granted",
                                   "x, %s ;p=1, y", "\"%s\"", " %s\t" };
    static const char  *all[] = { "~.", NULL };

    any = compile(match, all);

    for (i = 0; i < EXPORT_CONSENT_DENIALS; i++) {
        n = export_consent_denials[i].len;

        for (k = 0; k < n; k++) {
            upper[k] = (char) export_consent_denials[i].data[k];
            upper[k] = (char) (upper[k] >= 'a' && upper[k] <= 'z'
                               ? upper[k] - 32 : upper[k]);
        }

        upper[n] = '\0';

        for (k = 0; k < sizeof(form) / sizeof(char *); k++) {
            snprintf(text, sizeof(text), form[k], upper);
            s = str(text);

            is_int(export_consent_value(match, any, scratch, &s), D, "\"%s\"",
                   text);
        }
    }

    export_match_free(&match[0]);
}


static void
test_repeated(void)
{
    size_t                 i, k;
    static const unsigned  says[] = { G, D, I };

    for (i = 0; i < 3; i++) {
        for (k = 0; k < 3; k++) {
            is_int(export_consent_repeated(says[i], says[k]),
                   says[i] == D || says[k] == D ? D : I,
                   "%u and %u together", says[i], says[k]);
        }
    }
}


static void
test_signals(void)
{
    size_t        i;
    export_str_t  s;

    for (i = 0; i < sizeof(gpc) / sizeof(value_t); i++) {
        s.len = strlen(gpc[i].value);
        s.data = guard_copy(gpc[i].value, s.len);
        is_int(export_consent_gpc(&s), gpc[i].consent, "Sec-GPC: %s",
               gpc[i].value);
        guard_free(s.data, s.len);
    }

    for (i = 0; i < sizeof(usage) / sizeof(value_t); i++) {
        s.len = strlen(usage[i].value);
        s.data = guard_copy(usage[i].value, s.len);
        is_int(export_consent_usage(&s), usage[i].consent,
               "Content-Usage: %s", usage[i].value);
        guard_free(s.data, s.len);
    }
}


static void
test_limits(void)
{
    char               *value;
    size_t              i, k, len;
    double              begin, spent;
    unsigned            n;
    export_str_t        s;
    export_match_t      match[4];
    static const char  *slow[] = { "~^(a+)+$", "granted", NULL };
    static const char  *units[] = { ",", "\"", "a,", "\"\\", ";", " " };

    n = compile(match, slow);
    value = malloc(LONG);

    memset(value, 'a', 100);
    value[100] = '!';
    s.data = (u_char *) value;
    s.len = 101;
    is_int(export_match(&match[0], scratch, &s), EXPORT_ERROR, "a limit");
    is_int(export_consent_value(match, n, scratch, &s), I, "... is invalid");

    memcpy(value + 101, ",no", 3);
    s.len = 104;
    is_int(export_consent_value(match, n, scratch, &s), D, "... or denied");

    for (i = 0; i < sizeof(units) / sizeof(char *); i++) {
        len = strlen(units[i]);

        for (k = 0; k < LONG; k++) {
            value[k] = units[i][k % len];
        }

        s.len = LONG;
        begin = clock_ms();
        (void) export_consent_value(match, n, scratch, &s);
        (void) export_consent_usage(&s);
        spent = clock_ms() - begin;

        ok(spent < 100, "16 KB of \"%s\" in %.2f ms", units[i], spent);
    }

    export_match_free(&match[0]);
    free(value);
}


int
main(void)
{
    scratch = export_match_scratch_create();

    test_value();
    test_denials();
    test_repeated();
    test_signals();
    test_limits();

    export_match_scratch_free(scratch);

    return done_testing();
}
