
#include "export_purpose.h"
#include "export_bytes.h"
#include "export_list.h"


static int export_purpose_match(const export_match_t *patterns, unsigned n,
    export_match_scratch_t *scratch, const export_str_t *s,
    export_facts_t *facts);
static EXPORT_RARE void export_purpose_items(const export_match_t *patterns,
    unsigned n, export_match_scratch_t *scratch, export_str_t rest,
    export_facts_t *facts);
static int export_purpose_alike(const export_match_t *patterns, unsigned n,
    const export_str_t *s);
static int export_purpose_same(const export_match_t *pattern,
    const export_str_t *s);
static int export_purpose_near(const export_match_t *patterns, unsigned n,
    const export_str_t *item);
static int export_purpose_unreadable(const export_str_t *value);


void
export_purpose_value(const export_match_t *patterns, unsigned n,
    export_match_scratch_t *scratch, const export_str_t *value,
    export_facts_t *facts)
{
    export_str_t  all;

    all = export_str_trim(*value);

    if (all.len == 0) {
        return;
    }

    facts->purpose |= EXPORT_PURPOSE_OTHER;

    if (export_purpose_match(patterns, n, scratch, &all, facts)) {
        return;
    }

    /* one plain word is readable, and has no other spelling */

    if (export_bytes(&all) & ~(EXPORT_BYTES_LETTERS|EXPORT_BYTES_DIGITS
                               |EXPORT_BYTES_UPPER))
    {
        export_purpose_items(patterns, n, scratch, all, facts);
    }
}


static EXPORT_RARE void
export_purpose_items(const export_match_t *patterns, unsigned n,
    export_match_scratch_t *scratch, export_str_t rest, export_facts_t *facts)
{
    unsigned      open;
    export_str_t  item;

    if (export_purpose_unreadable(&rest)) {
        facts->purpose |= EXPORT_PURPOSE_MALFORMED;
    }

    open = 0;

    while (export_list_next_token(&rest, &item, &open) == EXPORT_OK) {
        if (export_purpose_match(patterns, n, scratch, &item, facts)) {
            return;
        }

        if (export_purpose_alike(patterns, n, &item)) {
            facts->purpose |= EXPORT_PURPOSE_TRAINING;
            return;
        }

        if (export_purpose_near(patterns, n, &item)) {
            facts->purpose |= EXPORT_PURPOSE_MALFORMED;
        }
    }

    if (open) {
        facts->purpose |= EXPORT_PURPOSE_MALFORMED;
    }
}


static int
export_purpose_match(const export_match_t *patterns, unsigned n,
    export_match_scratch_t *scratch, const export_str_t *s,
    export_facts_t *facts)
{
    int       rc;
    unsigned  i;

    for (i = 0; i < n; i++) {
        rc = export_match(&patterns[i], scratch, s);

        if (rc == EXPORT_OK) {
            facts->purpose |= EXPORT_PURPOSE_TRAINING;
            return 1;
        }

        if (rc == EXPORT_ERROR) {
            facts->error = 1;
            return 1;
        }
    }

    return 0;
}


/* callers do not agree on what is between words */

static int
export_purpose_alike(const export_match_t *patterns, unsigned n,
    const export_str_t *s)
{
    unsigned  i;

    for (i = 0; i < n; i++) {
        if (export_purpose_same(&patterns[i], s)) {
            return 1;
        }
    }

    return 0;
}


static int
export_purpose_same(const export_match_t *pattern, const export_str_t *s)
{
    u_char  a, b;
    size_t  i;

    if (pattern->code != NULL || pattern->text.len != s->len) {
        return 0;
    }

    for (i = 0; i < s->len; i++) {
        a = export_lower(pattern->text.data[i]);
        b = export_lower(s->data[i]);

        if (a != b && !(memchr("-_. ", a, 4) && memchr("-_. ", b, 4))) {
            return 0;
        }
    }

    return 1;
}


/*
 * 1 if a literal is a word among others, as in "[ai-training]" or "analytics
 * ai-training".  Only those of several words: "training" has other meanings.
 */

static int
export_purpose_near(const export_match_t *patterns, unsigned n,
    const export_str_t *item)
{
    size_t        i, start;
    export_str_t  word;

    for (start = 0, i = 0; i <= item->len; i++) {

        if (i < item->len
            && (export_bytes_set[item->data[i]]
                & (EXPORT_BYTES_NAME|EXPORT_BYTES_UPPER)))
        {
            continue;
        }

        word.data = item->data + start;
        word.len = i - start;
        start = i + 1;

        while (word.len && word.data[word.len - 1] == '.') {
            word.len--;
        }

        if ((memchr(word.data, '-', word.len)
             || memchr(word.data, '_', word.len))
            && export_purpose_alike(patterns, n, &word))
        {
            return 1;
        }
    }

    return 0;
}


static int
export_purpose_unreadable(const export_str_t *value)
{
    u_char    c, next;
    size_t    i;
    unsigned  encoded;

    encoded = 0;

    for (i = 0; i < value->len; i++) {
        c = value->data[i];
        next = i + 1 < value->len ? value->data[i + 1] : 0;

        if ((c < ' ' && c != '\t') || c >= 0x7f || c == '\\'
            || (c == '?' && next == '=' && encoded)
            || (c == '%' && i + 2 < value->len && export_hex(next) >= 0
                && export_hex(value->data[i + 2]) >= 0))
        {
            return 1;
        }

        /* "=?=" is not both ends of an encoded word */

        if (c == '=' && next == '?' && !encoded) {
            encoded = 1;
            i++;
        }
    }

    return 0;
}
