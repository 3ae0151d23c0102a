
#include "export_purpose.h"
#include "export_bytes.h"
#include "export_list.h"
#include "export_words.h"


#define EXPORT_PURPOSE_SAME  3          /* letters and digits of a literal that
                                           is compared by words */
#define EXPORT_PURPOSE_NEAR  6          /* ... that may be misspelt */

#define export_purpose_lacks(words, pattern)                                  \
    ((pattern)->bytes & ~(words)->bytes)


/* a literal among the words of an item: where it is found, or nearly */

typedef enum {
    EXPORT_PURPOSE_NOWHERE = 0,
    EXPORT_PURPOSE_NEARLY,
    EXPORT_PURPOSE_FOUND
} export_purpose_hit_e;


static void export_purpose_items(const export_purposes_t *purposes,
    export_match_scratch_t *scratch, export_str_t all, export_facts_t *facts);
static void export_purpose_parameters(const export_purposes_t *purposes,
    export_str_t all, export_facts_t *facts);
static int export_purpose_item(const export_purposes_t *purposes,
    export_match_scratch_t *scratch, const export_str_t *item,
    export_facts_t *facts);
static int export_purpose_match(const export_match_t *patterns, unsigned n,
    export_match_scratch_t *scratch, const export_str_t *s,
    uint16_t found, export_facts_t *facts);
static export_purpose_hit_e export_purpose_words(
    const export_purposes_t *purposes, const export_words_t *words,
    unsigned least);
static int export_purpose_same(const export_match_t *pattern,
    const export_words_t *words);
static int export_purpose_near(const export_match_t *pattern,
    const export_words_t *words);
static EXPORT_RARE export_purpose_hit_e export_purpose_phrase(
    const export_match_t *pattern, const export_words_t *words, int spelt);
static int export_purpose_misspelt(const export_match_t *pattern,
    const export_words_t *words, size_t start);
static int export_purpose_negated(const export_words_t *words, size_t start);
static int export_purpose_listed(const export_purposes_t *purposes,
    const export_words_t *words);
static int export_purpose_unreadable(const export_str_t *value);
static int export_purpose_blank(const export_str_t *value);


void
export_purpose_value(const export_match_t *patterns, unsigned n,
    export_match_scratch_t *scratch, const export_str_t *value,
    export_facts_t *facts)
{
    export_purposes_t  purposes;

    purposes.training = patterns;
    purposes.ntraining = n;
    purposes.other = NULL;
    purposes.nother = 0;
    purposes.closed = 0;

    export_purpose_declared(&purposes, scratch, value, facts);
}


void
export_purpose_declared(const export_purposes_t *purposes,
    export_match_scratch_t *scratch, const export_str_t *value,
    export_facts_t *facts)
{
    export_str_t  all;

    all = export_str_trim(*value);

    if (all.len == 0) {
        return;
    }

    if (!purposes->closed && !export_purpose_blank(&all)) {
        facts->purpose |= EXPORT_PURPOSE_OTHER;
    }

    if (export_purpose_match(purposes->training, purposes->ntraining, scratch,
                             &all, EXPORT_PURPOSE_TRAINING, facts))
    {
        return;
    }

    export_purpose_items(purposes, scratch, all, facts);
}


static void
export_purpose_items(const export_purposes_t *purposes,
    export_match_scratch_t *scratch, export_str_t all, export_facts_t *facts)
{
    unsigned      open;
    export_str_t  item, rest;

    if ((export_bytes(&all) & ~EXPORT_BYTES_NAME & ~EXPORT_BYTES_UPPER)
        && export_purpose_unreadable(&all))
    {
        facts->purpose |= EXPORT_PURPOSE_MALFORMED;
    }

    if (memchr(all.data, ';', all.len)) {
        export_purpose_parameters(purposes, all, facts);
    }

    open = 0;
    rest = all;

    while (export_list_next_token(&rest, &item, &open) == EXPORT_OK) {

        if (item.len != all.len
            && export_purpose_match(purposes->training, purposes->ntraining,
                                    scratch, &item, EXPORT_PURPOSE_TRAINING,
                                    facts))
        {
            return;
        }

        if (export_purpose_item(purposes, scratch, &item, facts)) {
            return;
        }
    }

    if (open) {
        facts->purpose |= EXPORT_PURPOSE_MALFORMED;
    }
}


/*
 * Some divide their lists with ";": a parameter without a value that holds a
 * literal of several words is an item to them.
 */

static void
export_purpose_parameters(const export_purposes_t *purposes,
    export_str_t all, export_facts_t *facts)
{
    size_t                i, start;
    export_str_t          item;
    export_words_t        words;
    export_purpose_hit_e  hit;

    for (start = all.len, i = 0; i <= all.len; i++) {

        if (i < all.len && all.data[i] != ';' && all.data[i] != ',') {
            continue;
        }

        item.data = all.data + start;
        item.len = start < i ? i - start : 0;
        start = i < all.len && all.data[i] == ';' ? i + 1 : all.len;

        if (item.len == 0 || memchr(item.data, '=', item.len)
            || memchr(item.data, '"', item.len))
        {
            continue;
        }

        hit = EXPORT_PURPOSE_NEARLY;
        words.len = 0;

        if (export_words(&words, &item) == EXPORT_OK) {
            hit = export_purpose_words(purposes, &words, 2);
        }

        if (hit == EXPORT_PURPOSE_FOUND) {
            facts->purpose |= EXPORT_PURPOSE_TRAINING;

        } else if (hit == EXPORT_PURPOSE_NEARLY
                   && !export_purpose_listed(purposes, &words))
        {
            facts->purpose |= EXPORT_PURPOSE_MALFORMED;
        }
    }
}


/* 1 if no other item can add to it; callers do not agree on what is between
   words */

static int
export_purpose_item(const export_purposes_t *purposes,
    export_match_scratch_t *scratch, const export_str_t *item,
    export_facts_t *facts)
{
    export_words_t        words;
    export_purpose_hit_e  hit;

    hit = EXPORT_PURPOSE_NEARLY;
    words.len = 0;

    if (export_words(&words, item) == EXPORT_OK) {
        hit = export_purpose_words(purposes, &words, 1);
    }

    if (hit == EXPORT_PURPOSE_FOUND) {
        facts->purpose |= EXPORT_PURPOSE_TRAINING;
        return 1;
    }

    if (purposes->closed) {

        if (export_purpose_match(purposes->other, purposes->nother, scratch,
                                 item, EXPORT_PURPOSE_OTHER, facts))
        {
            return 0;
        }

        if (export_purpose_listed(purposes, &words)) {
            facts->purpose |= EXPORT_PURPOSE_OTHER;
            return 0;
        }

        facts->purpose |= EXPORT_PURPOSE_UNLISTED;
    }

    if (hit == EXPORT_PURPOSE_NEARLY) {
        facts->purpose |= EXPORT_PURPOSE_MALFORMED;
    }

    return 0;
}


static int
export_purpose_match(const export_match_t *patterns, unsigned n,
    export_match_scratch_t *scratch, const export_str_t *s, uint16_t found,
    export_facts_t *facts)
{
    int       rc;
    unsigned  i;

    for (i = 0; i < n; i++) {
        rc = export_match(&patterns[i], scratch, s);

        if (rc == EXPORT_OK) {
            facts->purpose |= found;
            return 1;
        }

        if (rc == EXPORT_ERROR) {
            facts->error = 1;
            return 1;
        }
    }

    return 0;
}


/*
 * Looks for literals of "least" words and more; most have letters that a text
 * has not: one look tells.
 */

static export_purpose_hit_e
export_purpose_words(const export_purposes_t *purposes,
    const export_words_t *words, unsigned least)
{
    unsigned               i;
    uint64_t               lacks;
    export_purpose_hit_e   hit, nearly;
    const export_match_t  *pattern;

    nearly = EXPORT_PURPOSE_NOWHERE;

    for (i = 0; i < purposes->ntraining; i++) {
        pattern = &purposes->training[i];
        lacks = export_purpose_lacks(words, pattern);

        if (pattern->size < EXPORT_PURPOSE_SAME || (lacks & (lacks - 1))
            || pattern->size > words->len + 1 || pattern->words < least)
        {
            continue;
        }

        if (export_purpose_same(pattern, words)) {
            return EXPORT_PURPOSE_FOUND;
        }

        if (export_purpose_near(pattern, words)) {
            nearly = EXPORT_PURPOSE_NEARLY;
        }

        if (pattern->words > 1) {
            hit = export_purpose_phrase(pattern, words, lacks == 0);

            if (hit == EXPORT_PURPOSE_FOUND) {
                return hit;
            }

            nearly = hit > nearly ? hit : nearly;
        }
    }

    return nearly;
}


static int
export_purpose_same(const export_match_t *pattern,
    const export_words_t *words)
{
    return pattern->size == words->len
           && export_words_at(words, 0, &pattern->text) == words->len;
}


static int
export_purpose_near(const export_match_t *pattern,
    const export_words_t *words)
{
    size_t  place;

    return pattern->size >= EXPORT_PURPOSE_NEAR
           && words->len <= pattern->size + 1
           && export_words_edited(words, 0, words->len, &pattern->text,
                                  &place);
}


/* a literal of several words among others: "training" has other meanings */

static EXPORT_RARE export_purpose_hit_e
export_purpose_phrase(const export_match_t *pattern,
    const export_words_t *words, int spelt)
{
    size_t                i, end;
    export_purpose_hit_e  hit;

    hit = EXPORT_PURPOSE_NOWHERE;

    for (i = 0; i + pattern->size <= words->len + 1; i++) {

        if (!words->edge[i]) {
            continue;
        }

        end = spelt ? export_words_at(words, i, &pattern->text) : 0;

        if (end && words->edge[end]) {

            if (!export_purpose_negated(words, i)) {
                return EXPORT_PURPOSE_FOUND;
            }

        } else if (export_purpose_misspelt(pattern, words, i)
                   && !export_purpose_negated(words, i))
        {
            hit = EXPORT_PURPOSE_NEARLY;
        }
    }

    return hit;
}


/* only a long word can be told from others then: "at training" is not "ai" */

static int
export_purpose_misspelt(const export_match_t *pattern,
    const export_words_t *words, size_t start)
{
    size_t  end, last, place;

    last = start + pattern->size + 1;

    for (end = last - 2; end <= last && end <= words->len; end++) {

        if (words->edge[end]
            && export_words_edited(words, start, end, &pattern->text, &place)
            && export_words_size(&pattern->text, place)
               >= EXPORT_PURPOSE_NEAR)
        {
            return 1;
        }
    }

    return 0;
}


static int
export_purpose_negated(const export_words_t *words, size_t start)
{
    size_t        i, n;
    const u_char  *text;

    if (start == 0) {
        return 0;
    }

    for (i = start - 1; i && !words->edge[i]; i--) { /* void */ }

    n = start - i;
    text = words->text + i;

    return (n == 2 && memcmp(text, "no", 2) == 0)
           || (n == 3 && (memcmp(text, "not", 3) == 0
                          || memcmp(text, "non", 3) == 0));
}


static int
export_purpose_listed(const export_purposes_t *purposes,
    const export_words_t *words)
{
    unsigned  i;

    for (i = 0; i < purposes->nother; i++) {

        if (purposes->other[i].size >= EXPORT_PURPOSE_SAME
            && export_purpose_same(&purposes->other[i], words))
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


/* nothing but punctuation, which declares nothing */

static int
export_purpose_blank(const export_str_t *value)
{
    u_char  c;
    size_t  i;

    for (i = 0; i < value->len; i++) {
        c = export_lower(value->data[i]);

        if (c < ' ' || c >= 0x7f || (c >= 'a' && c <= 'z')
            || (c >= '0' && c <= '9'))
        {
            return 0;
        }
    }

    return 1;
}
