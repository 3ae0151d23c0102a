
#include "export_consent.h"
#include "export_list.h"


static int export_consent_grants(const export_match_t *patterns, unsigned n,
    export_match_scratch_t *scratch, const export_str_t *value,
    unsigned regexes);
static int export_consent_denies(const export_str_t *value);


static const export_str_t  export_consent_denials[] = {
    export_string("0"),
    export_string("declined"),
    export_string("denied"),
    export_string("deny"),
    export_string("false"),
    export_string("n"),
    export_string("no"),
    export_string("none"),
    export_string("not-granted"),
    export_string("objected"),
    export_string("off"),
    export_string("opt-out"),
    export_string("opted-out"),
    export_string("refused"),
    export_string("rejected"),
    export_string("revoked"),
    export_string("withdrawn"),
};

#define EXPORT_CONSENT_DENIALS                                                \
    (sizeof(export_consent_denials) / sizeof(export_str_t))


unsigned
export_consent_value(const export_match_t *patterns, unsigned n,
    export_match_scratch_t *scratch, const export_str_t *value)
{
    export_str_t  s;

    s = export_str_trim(*value);

    if (s.len == 0) {
        return EXPORT_CONSENT_INVALID;
    }

    /* a literal may grant with a word that denies, as "opt-out: no" does */

    if (export_consent_grants(patterns, n, scratch, &s, 0)) {
        return EXPORT_CONSENT_GRANTED;
    }

    if (export_consent_denies(&s)) {
        return EXPORT_CONSENT_DENIED;
    }

    /* a regex sees no lists: it might find what it looks for in any item */

    if (memchr(s.data, ',', s.len) == NULL
        && export_consent_grants(patterns, n, scratch, &s, 1))
    {
        return EXPORT_CONSENT_GRANTED;
    }

    return EXPORT_CONSENT_INVALID;
}


unsigned
export_consent_repeated(unsigned one, unsigned other)
{
    return ((one | other) & EXPORT_CONSENT_DENIED) ? EXPORT_CONSENT_DENIED
                                                   : EXPORT_CONSENT_INVALID;
}


unsigned
export_consent_gpc(const export_str_t *line)
{
    export_str_t  s;

    s = export_str_trim(*line);

    return s.len == 1 && s.data[0] == '1' ? EXPORT_CONSENT_DENIED : 0;
}


unsigned
export_consent_usage(const export_str_t *line)
{
    size_t                     i, start;
    export_str_t               item;
    static const export_str_t  disallow = export_string("train-ai=n");

    for (start = 0, i = 0; i <= line->len; i++) {

        if (i < line->len && !memchr(",; \t\"", line->data[i], 5)) {
            continue;
        }

        item.data = line->data + start;
        item.len = i - start;

        if (export_str_same(&item, &disallow)) {
            return EXPORT_CONSENT_DENIED;
        }

        start = i + 1;
    }

    return 0;
}


/* tries the literals, or the regexes */

static int
export_consent_grants(const export_match_t *patterns, unsigned n,
    export_match_scratch_t *scratch, const export_str_t *value,
    unsigned regexes)
{
    unsigned  i;

    for (i = 0; i < n; i++) {
        if ((patterns[i].code != NULL) == regexes
            && export_match(&patterns[i], scratch, value) == EXPORT_OK)
        {
            return 1;
        }
    }

    return 0;
}


static int
export_consent_denies(const export_str_t *value)
{
    size_t        i;
    unsigned      open;
    export_str_t  item, rest;

    open = 0;
    rest = *value;

    while (export_list_next_token(&rest, &item, &open) == EXPORT_OK) {

        for (i = 0; i < EXPORT_CONSENT_DENIALS; i++) {
            if (export_str_same(&item, &export_consent_denials[i])) {
                return 1;
            }
        }
    }

    return 0;
}
