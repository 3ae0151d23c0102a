
#include "export_purpose.h"
#include "export_bytes.h"
#include "export_list.h"
#include "export_words.h"


#define EXPORT_PURPOSE_SAME  3          /* letters and digits that a literal
                                           needs to be compared by words */
#define EXPORT_PURPOSE_NEAR  6          /* ... and to count when misspelt */

/* the letters and digits of the pattern that are nowhere in the item */

#define export_purpose_lacks(words, pattern)                                  \
    ((pattern)->bytes & ~(words)->bytes)


/* how certain a literal of training was found in an item; larger is surer */

typedef enum {
    EXPORT_PURPOSE_NOWHERE = 0,
    EXPORT_PURPOSE_NEARLY,
    EXPORT_PURPOSE_FOUND
} export_purpose_hit_e;


static void export_purpose_read_items(const export_purposes_t *purposes,
    export_match_scratch_t *scratch, export_str_t all, export_facts_t *facts);
static void export_purpose_read_parameters(const export_purposes_t *purposes,
    export_str_t rest, export_facts_t *facts);
static int export_purpose_next_parameter(export_str_t *rest,
    export_str_t *item);
static int export_purpose_read_item(const export_purposes_t *purposes,
    export_match_scratch_t *scratch, const export_str_t *item,
    export_facts_t *facts);
static int export_purpose_match(const export_match_t *patterns, unsigned n,
    export_match_scratch_t *scratch, const export_str_t *s,
    uint16_t found, export_facts_t *facts);
static export_purpose_hit_e export_purpose_find_literals(
    const export_purposes_t *purposes, const export_str_t *item,
    unsigned least, export_words_t *words);
static inline int export_purpose_can_hold(const export_words_t *words,
    const export_match_t *literal);
static inline export_purpose_hit_e export_purpose_find_literal(
    const export_match_t *literal, const export_words_t *words);
static int export_purpose_is_same(const export_match_t *literal,
    const export_words_t *words);
static int export_purpose_is_nearly_same(const export_match_t *literal,
    const export_words_t *words);
static EXPORT_RARE export_purpose_hit_e export_purpose_find_phrase(
    const export_match_t *literal, const export_words_t *words);
static int export_purpose_is_misspelt(const export_match_t *literal,
    const export_words_t *words, size_t start);
static int export_purpose_is_negated(const export_words_t *words,
    size_t start);
static int export_purpose_is_other(const export_purposes_t *purposes,
    const export_words_t *words);
static int export_purpose_is_unreadable(const export_str_t *value);
static int export_purpose_is_escape(const export_str_t *value,
    size_t percent);
static int export_purpose_has_encoded_word(const export_str_t *value);
static const u_char *export_purpose_find_pair(const u_char *p,
    const u_char *last, const char *pair);
static int export_purpose_is_blank(const export_str_t *value);


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

    if (!purposes->closed && !export_purpose_is_blank(&all)) {
        facts->purpose |= EXPORT_PURPOSE_OTHER;
    }

    if (export_purpose_match(purposes->training, purposes->ntraining, scratch,
                             &all, EXPORT_PURPOSE_TRAINING, facts))
    {
        return;
    }

    export_purpose_read_items(purposes, scratch, all, facts);
}


static void
export_purpose_read_items(const export_purposes_t *purposes,
    export_match_scratch_t *scratch, export_str_t all, export_facts_t *facts)
{
    unsigned      open;
    export_str_t  item, rest;

    if ((export_bytes(&all) & ~EXPORT_BYTES_NAME & ~EXPORT_BYTES_UPPER)
        && export_purpose_is_unreadable(&all))
    {
        facts->purpose |= EXPORT_PURPOSE_MALFORMED;
    }

    if (memchr(all.data, ';', all.len)) {
        export_purpose_read_parameters(purposes, all, facts);
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

        if (export_purpose_read_item(purposes, scratch, &item, facts)) {
            return;
        }
    }

    if (open) {
        facts->purpose |= EXPORT_PURPOSE_MALFORMED;
    }
}


/*
 * Some callers divide their lists with ";", so that a parameter without a
 * value may be an item.  Only a literal of several words counts in one.
 */

static void
export_purpose_read_parameters(const export_purposes_t *purposes,
    export_str_t rest, export_facts_t *facts)
{
    export_str_t          item;
    export_words_t        words;
    export_purpose_hit_e  hit;

    while (export_purpose_next_parameter(&rest, &item) == EXPORT_OK) {

        if (item.len == 0 || memchr(item.data, '=', item.len)
            || memchr(item.data, '"', item.len))
        {
            continue;
        }

        hit = export_purpose_find_literals(purposes, &item, 2, &words);

        if (hit == EXPORT_PURPOSE_FOUND) {
            facts->purpose |= EXPORT_PURPOSE_TRAINING;

        } else if (hit == EXPORT_PURPOSE_NEARLY
                   && !export_purpose_is_other(purposes, &words))
        {
            facts->purpose |= EXPORT_PURPOSE_MALFORMED;
        }
    }
}


/* what stands behind the next ";", up to one more or to a comma */

static int
export_purpose_next_parameter(export_str_t *rest, export_str_t *item)
{
    u_char  *p, *last;

    p = memchr(rest->data, ';', rest->len);

    if (p == NULL) {
        return EXPORT_DONE;
    }

    last = rest->data + rest->len;
    item->data = ++p;

    while (p < last && *p != ';' && *p != ',') {
        p++;
    }

    item->len = (size_t) (p - item->data);

    rest->data = p;
    rest->len = (size_t) (last - p);

    return EXPORT_OK;
}


/* 1 if the item is AI training: the items behind it cannot add anything */

static int
export_purpose_read_item(const export_purposes_t *purposes,
    export_match_scratch_t *scratch, const export_str_t *item,
    export_facts_t *facts)
{
    export_words_t        words;
    export_purpose_hit_e  hit;

    hit = export_purpose_find_literals(purposes, item, 1, &words);

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

        if (export_purpose_is_other(purposes, &words)) {
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


/* 1 if a pattern matched, or failed: nothing more can be learnt then */

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
 * Divides an item into words, and looks for the training literals of "least"
 * words and more.  An item of too many letters has no words, and may hold a
 * literal: EXPORT_PURPOSE_NEARLY.
 */

static export_purpose_hit_e
export_purpose_find_literals(const export_purposes_t *purposes,
    const export_str_t *item, unsigned least, export_words_t *words)
{
    unsigned               i;
    export_purpose_hit_e   hit, best;
    const export_match_t  *literal;

    if (export_words(words, item) != EXPORT_OK) {
        words->len = 0;
        return EXPORT_PURPOSE_NEARLY;
    }

    best = EXPORT_PURPOSE_NOWHERE;

    for (i = 0; i < purposes->ntraining; i++) {
        literal = &purposes->training[i];

        if (literal->words < least
            || !export_purpose_can_hold(words, literal))
        {
            continue;
        }

        hit = export_purpose_find_literal(literal, words);

        if (hit == EXPORT_PURPOSE_FOUND) {
            return hit;
        }

        best = hit > best ? hit : best;
    }

    return best;
}


/*
 * A quick "no" for most literals: an edit can add one letter that the item has
 * nowhere else, and can make the literal one letter longer than the item.  A
 * regex has the size 0.
 */

static inline int
export_purpose_can_hold(const export_words_t *words,
    const export_match_t *literal)
{
    uint64_t  lacks;

    lacks = export_purpose_lacks(words, literal);

    return literal->size >= EXPORT_PURPOSE_SAME
           && (lacks & (lacks - 1)) == 0
           && literal->size <= words->len + 1;
}


static inline export_purpose_hit_e
export_purpose_find_literal(const export_match_t *literal,
    const export_words_t *words)
{
    int                   nearly;
    export_purpose_hit_e  hit;

    if (export_purpose_is_same(literal, words)) {
        return EXPORT_PURPOSE_FOUND;
    }

    nearly = export_purpose_is_nearly_same(literal, words);

    hit = literal->words > 1 ? export_purpose_find_phrase(literal, words)
                             : EXPORT_PURPOSE_NOWHERE;

    return hit == EXPORT_PURPOSE_NOWHERE && nearly ? EXPORT_PURPOSE_NEARLY
                                                   : hit;
}


static int
export_purpose_is_same(const export_match_t *literal,
    const export_words_t *words)
{
    return literal->size == words->len
           && export_words_at(words, 0, &literal->text) == words->len;
}


static int
export_purpose_is_nearly_same(const export_match_t *literal,
    const export_words_t *words)
{
    size_t  place;

    return literal->size >= EXPORT_PURPOSE_NEAR
           && words->len <= literal->size + 1
           && export_words_edited(words, 0, words->len, &literal->text,
                                  &place);
}


/*
 * A literal of several words is also looked for among other words; a single
 * one, such as "training", has other meanings there.
 */

static EXPORT_RARE export_purpose_hit_e
export_purpose_find_phrase(const export_match_t *literal,
    const export_words_t *words)
{
    int                   complete;
    size_t                i, end;
    export_purpose_hit_e  hit;

    hit = EXPORT_PURPOSE_NOWHERE;
    complete = (export_purpose_lacks(words, literal) == 0);

    for (i = 0; i + literal->size <= words->len + 1; i++) {

        if (!words->edge[i]) {
            continue;
        }

        end = complete ? export_words_at(words, i, &literal->text) : 0;

        if (end && words->edge[end]) {

            if (!export_purpose_is_negated(words, i)) {
                return EXPORT_PURPOSE_FOUND;
            }

        } else if (export_purpose_is_misspelt(literal, words, i)
                   && !export_purpose_is_negated(words, i))
        {
            hit = EXPORT_PURPOSE_NEARLY;
        }
    }

    return hit;
}


/*
 * Among other words only a long word is one that was meant: "at training" is
 * one edit from "ai training", and something else.
 */

static int
export_purpose_is_misspelt(const export_match_t *literal,
    const export_words_t *words, size_t start)
{
    size_t  end, last, place;

    last = start + literal->size + 1;

    for (end = last - 2; end <= last && end <= words->len; end++) {

        if (words->edge[end]
            && export_words_edited(words, start, end, &literal->text, &place)
            && export_words_size(&literal->text, place)
               >= EXPORT_PURPOSE_NEAR)
        {
            return 1;
        }
    }

    return 0;
}


static int
export_purpose_is_negated(const export_words_t *words, size_t start)
{
    size_t         i, n;
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


/* whether the item is a literal of "other" */

static int
export_purpose_is_other(const export_purposes_t *purposes,
    const export_words_t *words)
{
    unsigned  i;

    for (i = 0; i < purposes->nother; i++) {

        if (purposes->other[i].size >= EXPORT_PURPOSE_SAME
            && export_purpose_is_same(&purposes->other[i], words))
        {
            return 1;
        }
    }

    return 0;
}


/* whether there are bytes that readers of the value disagree about */

static int
export_purpose_is_unreadable(const export_str_t *value)
{
    u_char  c;
    size_t  i;

    for (i = 0; i < value->len; i++) {
        c = value->data[i];

        if ((c < ' ' && c != '\t') || c >= 0x7f || c == '\\'
            || (c == '%' && export_purpose_is_escape(value, i)))
        {
            return 1;
        }
    }

    return export_purpose_has_encoded_word(value);
}


static int
export_purpose_is_escape(const export_str_t *value, size_t percent)
{
    return value->len - percent > 2
           && export_hex(value->data[percent + 1]) >= 0
           && export_hex(value->data[percent + 2]) >= 0;
}


/* an encoded word (RFC 2047) begins with "=?" and ends with another "?=" */

static int
export_purpose_has_encoded_word(const export_str_t *value)
{
    const u_char  *p, *last;

    last = value->data + value->len;
    p = export_purpose_find_pair(value->data, last, "=?");

    return p && export_purpose_find_pair(p + 2, last, "?=");
}


static const u_char *
export_purpose_find_pair(const u_char *p, const u_char *last,
    const char *pair)
{
    for ( /* void */ ; last - p >= 2; p++) {
        if (memcmp(p, pair, 2) == 0) {
            return p;
        }
    }

    return NULL;
}


/* whether the value is all punctuation, which declares nothing */

static int
export_purpose_is_blank(const export_str_t *value)
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
