
#include "export_consent.h"
#include "export_list.h"
#include "export_words.h"


static int export_consent_grants(const export_match_t *patterns, unsigned n,
    export_match_scratch_t *scratch, const export_str_t *value,
    unsigned regexes);
static int export_consent_denies(const export_str_t *value);
static int export_consent_label(const export_str_t *word);
static int export_consent_spelt(const export_words_t *words,
    const export_str_t *usage);
static unsigned export_consent_preference(export_str_t rest);
static int export_consent_word(export_str_t *rest, export_str_t *word);
static int export_consent_in_word(u_char c);
static int export_consent_listed(const export_str_t *words, unsigned n,
    const export_str_t *word);
static int export_consent_readable(const export_str_t *line);
static int export_consent_members(const export_str_t *line);


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


#define EXPORT_CONSENT_NEAR  6          /* letters and digits of a label that
                                           may be misspelt */


/* what switches a signal on or off, in whatever syntax */

static const export_str_t  export_consent_on[] = {
    export_string("1"),
    export_string("allow"),
    export_string("on"),
    export_string("true"),
    export_string("y"),
    export_string("yes"),
};

static const export_str_t  export_consent_off[] = {
    export_string("0"),
    export_string("disallow"),
    export_string("disallowed"),
    export_string("false"),
    export_string("n"),
    export_string("no"),
    export_string("off"),
};


/*
 * Labels of Content-Usage that AI training falls under: that of
 * draft-ietf-aipref-vocab-08, and those that its earlier versions and its
 * cousins use for it or for what contains it.
 */

static const export_str_t  export_consent_usages[] = {
    export_string("ai"),
    export_string("ai-train"),
    export_string("ai-training"),
    export_string("ai-use"),
    export_string("all"),
    export_string("bots"),
    export_string("genai"),
    export_string("tdm"),
    export_string("train-ai"),
    export_string("train-genai"),
};

#define EXPORT_CONSENT_ON                                                     \
    (sizeof(export_consent_on) / sizeof(export_str_t))
#define EXPORT_CONSENT_OFF                                                    \
    (sizeof(export_consent_off) / sizeof(export_str_t))
#define EXPORT_CONSENT_USAGES                                                 \
    (sizeof(export_consent_usages) / sizeof(export_str_t))


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
    unsigned      says;
    export_str_t  rest, word;

    /* a header without a value is no clear "no denial" */

    says = export_consent_readable(line) && export_str_trim(*line).len
           ? 0 : EXPORT_CONSENT_INVALID;
    rest = *line;

    while (export_consent_word(&rest, &word)) {

        if (!export_consent_listed(export_consent_off,
                                   EXPORT_CONSENT_OFF, &word))
        {
            says |= export_consent_listed(export_consent_on,
                                          EXPORT_CONSENT_ON, &word)
                    ? EXPORT_CONSENT_DENIED : EXPORT_CONSENT_INVALID;
        }
    }

    return (says & EXPORT_CONSENT_DENIED) ? EXPORT_CONSENT_DENIED : says;
}


unsigned
export_consent_usage(const export_str_t *line)
{
    int           label;
    unsigned      says;
    export_str_t  rest, word;

    says = 0;

    if (!export_consent_readable(line) || !export_consent_members(line)) {
        says = EXPORT_CONSENT_INVALID;
    }

    rest = *line;

    while (export_consent_word(&rest, &word)) {

        label = export_consent_label(&word);

        if (label == EXPORT_OK) {
            says |= export_consent_preference(rest);

        } else if (label == EXPORT_ERROR && export_consent_preference(rest)) {
            says |= EXPORT_CONSENT_INVALID;
        }
    }

    return (says & EXPORT_CONSENT_DENIED) ? EXPORT_CONSENT_DENIED : says;
}


/* EXPORT_OK if AI training falls under it, EXPORT_ERROR if it is misspelt */

static int
export_consent_label(const export_str_t *word)
{
    int             rc;
    size_t          i, place;
    export_words_t  words;

    rc = EXPORT_DECLINED;

    if (export_words(&words, word) != EXPORT_OK) {
        return rc;
    }

    for (i = 0; i < EXPORT_CONSENT_USAGES; i++) {

        if (export_consent_spelt(&words, &export_consent_usages[i])) {
            return EXPORT_OK;
        }

        if (words.len >= EXPORT_CONSENT_NEAR
            && export_words_edited(&words, 0, words.len,
                                   &export_consent_usages[i], &place))
        {
            rc = EXPORT_ERROR;
        }
    }

    return rc;
}


static int
export_consent_spelt(const export_words_t *words, const export_str_t *usage)
{
    return words->len
           && export_words_at(words, 0, usage) == words->len;
}


/*
 * The preference that stands in front of "rest", which begins behind its
 * label: whatever the value is wrapped in, only a plain yes is no denial.
 */

static unsigned
export_consent_preference(export_str_t rest)
{
    size_t        i;
    unsigned      says, words;
    export_str_t  word;

    for (i = 0; i < rest.len && memchr(" \t\"'", rest.data[i], 4); i++) {
        /* void */
    }

    if (i == rest.len || rest.data[i] != '=') {
        return EXPORT_CONSENT_INVALID;
    }

    rest.data += i;
    rest.len -= i;

    for (i = 0; i < rest.len && !memchr(",;", rest.data[i], 2); i++) {
        /* void */
    }

    rest.len = i;
    says = 0;

    for (words = 0; export_consent_word(&rest, &word); words++) {

        if (export_consent_denies(&word)
            || export_consent_listed(export_consent_off,
                                     EXPORT_CONSENT_OFF, &word))
        {
            return EXPORT_CONSENT_DENIED;
        }

        if (!export_consent_listed(export_consent_on,
                                   EXPORT_CONSENT_ON, &word))
        {
            says = EXPORT_CONSENT_INVALID;
        }
    }

    return words ? says : EXPORT_CONSENT_INVALID;
}


/* the next run of what a label, a token or a number is made of */

static int
export_consent_word(export_str_t *rest, export_str_t *word)
{
    size_t  i, start;

    for (start = 0; start < rest->len; start++) {
        if (export_consent_in_word(rest->data[start])) {
            break;
        }
    }

    for (i = start; i < rest->len; i++) {
        if (!export_consent_in_word(rest->data[i])) {
            break;
        }
    }

    word->data = rest->data + start;
    word->len = i - start;

    rest->data += i;
    rest->len -= i;

    return word->len != 0;
}


static int
export_consent_in_word(u_char c)
{
    u_char  lower;

    lower = export_lower(c);

    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9')
           || c == '-' || c == '_' || c == '.' || c == '*';
}


static int
export_consent_listed(const export_str_t *words, unsigned n,
    const export_str_t *word)
{
    unsigned  i;

    for (i = 0; i < n; i++) {
        if (export_str_same(&words[i], word)) {
            return 1;
        }
    }

    return 0;
}


/* ASCII with strings that are closed, and blank or with a word in it */

static int
export_consent_readable(const export_str_t *line)
{
    u_char        c;
    size_t        i;
    unsigned      quoted;
    export_str_t  rest, word;

    quoted = 0;

    for (i = 0; i < line->len; i++) {
        c = line->data[i];

        if ((c < ' ' && c != '\t') || c >= 0x7f) {
            return 0;
        }

        if (quoted && c == '\\') {
            i++;
            continue;
        }

        quoted ^= (c == '"');
    }

    rest = *line;

    return !quoted && (export_consent_word(&rest, &word)
                       || export_str_trim(*line).len == 0);
}


/* whether each member of a dictionary begins with a label (RFC 9651, 3.2) */

static int
export_consent_members(const export_str_t *line)
{
    size_t        i, start;
    unsigned      quoted;
    export_str_t  item, word;

    quoted = 0;

    for (start = 0, i = 0; i <= line->len; i++) {

        if (i < line->len) {

            if (quoted && line->data[i] == '\\') {
                i++;
                continue;
            }

            quoted ^= (line->data[i] == '"');

            if (quoted || line->data[i] != ',') {
                continue;
            }
        }

        item.data = line->data + start;
        item.len = i - start;
        item = export_str_trim(item);
        start = i + 1;

        if (item.len == 0) {
            continue;
        }

        if (!export_consent_in_word(item.data[0])) {
            return 0;
        }

        (void) export_consent_word(&item, &word);

        if (item.len && item.data[0] != '=' && item.data[0] != ';') {
            return 0;
        }
    }

    return 1;
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
