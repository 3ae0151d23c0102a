
#include "export_consent.h"
#include "export_list.h"
#include "export_words.h"


static int export_consent_grants(const export_match_t *patterns, unsigned n,
    export_match_scratch_t *scratch, const export_str_t *value,
    unsigned regexes);
static int export_consent_denies(const export_str_t *value);
static int export_consent_find_usage(const export_str_t *label);
static int export_consent_is_usage(const export_words_t *words,
    const export_str_t *usage);
static unsigned export_consent_read_preference(export_str_t rest);
static int export_consent_find_value(export_str_t *rest);
static int export_consent_next_word(export_str_t *rest, export_str_t *word);
static int export_consent_is_word_byte(u_char c);
static int export_consent_is_listed(const export_str_t *words, unsigned n,
    const export_str_t *word);
static int export_consent_is_readable(const export_str_t *line);
static int export_consent_is_dictionary(const export_str_t *line);
static export_str_t export_consent_next_member(export_str_t *rest);
static int export_consent_is_member(export_str_t member);


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


#define EXPORT_CONSENT_NEAR  6          /* letters and digits that a label
                                           needs to count as misspelt */


/* words that switch Sec-GPC or a preference on or off, in any syntax */

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
 * Labels of Content-Usage that AI training falls under: the one of
 * draft-ietf-aipref-vocab-08, and those of its earlier versions and of similar
 * vocabularies for AI training or for a use that contains AI training.
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

    /*
     * Literals come before words that deny: the operator of "opt-out: no" says
     * that "no" grants.
     */

    if (export_consent_grants(patterns, n, scratch, &s, 0)) {
        return EXPORT_CONSENT_GRANTED;
    }

    if (export_consent_denies(&s)) {
        return EXPORT_CONSENT_DENIED;
    }

    /*
     * No regex is tried on a list, since it might match one item of several:
     * consent is exactly one value.
     */

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

    /* a header without a value does not say clearly that nothing is denied */

    says = export_consent_is_readable(line) && export_str_trim(*line).len
           ? 0 : EXPORT_CONSENT_INVALID;
    rest = *line;

    while (export_consent_next_word(&rest, &word)) {

        if (!export_consent_is_listed(export_consent_off,
                                      EXPORT_CONSENT_OFF, &word))
        {
            says |= export_consent_is_listed(export_consent_on,
                                             EXPORT_CONSENT_ON, &word)
                    ? EXPORT_CONSENT_DENIED : EXPORT_CONSENT_INVALID;
        }
    }

    return (says & EXPORT_CONSENT_DENIED) ? EXPORT_CONSENT_DENIED : says;
}


unsigned
export_consent_usage(const export_str_t *line)
{
    int           rc;
    unsigned      says;
    export_str_t  rest, word;

    says = 0;

    if (!export_consent_is_readable(line)
        || !export_consent_is_dictionary(line))
    {
        says = EXPORT_CONSENT_INVALID;
    }

    rest = *line;

    while (export_consent_next_word(&rest, &word)) {

        rc = export_consent_find_usage(&word);

        if (rc == EXPORT_OK) {
            says |= export_consent_read_preference(rest);

        } else if (rc == EXPORT_ERROR
                   && export_consent_read_preference(rest) != 0)
        {
            says |= EXPORT_CONSENT_INVALID;
        }
    }

    return (says & EXPORT_CONSENT_DENIED) ? EXPORT_CONSENT_DENIED : says;
}


/*
 * EXPORT_OK if AI training falls under the label, EXPORT_ERROR if the label is
 * one edit from one that it falls under, else EXPORT_DECLINED.
 */

static int
export_consent_find_usage(const export_str_t *label)
{
    int             rc;
    size_t          i, place;
    export_words_t  words;

    rc = EXPORT_DECLINED;

    if (export_words(&words, label) != EXPORT_OK) {
        return rc;
    }

    for (i = 0; i < EXPORT_CONSENT_USAGES; i++) {

        if (export_consent_is_usage(&words, &export_consent_usages[i])) {
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
export_consent_is_usage(const export_words_t *words, const export_str_t *usage)
{
    return words->len
           && export_words_at(words, 0, usage) == words->len;
}


/*
 * The preference that a label of Content-Usage has.  "rest" begins behind the
 * label.  0 if every word of the value says yes; any other word is invalid, if
 * it is no denial.
 */

static unsigned
export_consent_read_preference(export_str_t rest)
{
    unsigned      says, words;
    export_str_t  word;

    if (export_consent_find_value(&rest) != EXPORT_OK) {
        return EXPORT_CONSENT_INVALID;
    }

    says = 0;

    for (words = 0; export_consent_next_word(&rest, &word); words++) {

        if (export_consent_denies(&word)
            || export_consent_is_listed(export_consent_off,
                                        EXPORT_CONSENT_OFF, &word))
        {
            return EXPORT_CONSENT_DENIED;
        }

        if (!export_consent_is_listed(export_consent_on,
                                      EXPORT_CONSENT_ON, &word))
        {
            says = EXPORT_CONSENT_INVALID;
        }
    }

    return words ? says : EXPORT_CONSENT_INVALID;
}


/*
 * Makes "rest" the value of the label that ends where it begins, "=" included.
 * EXPORT_DECLINED if there is no "=" behind the label and its quotes.
 */

static int
export_consent_find_value(export_str_t *rest)
{
    size_t  i;

    for (i = 0; i < rest->len && memchr(" \t\"'", rest->data[i], 4); i++) {
        /* void */
    }

    if (i == rest->len || rest->data[i] != '=') {
        return EXPORT_DECLINED;
    }

    rest->data += i;
    rest->len -= i;

    for (i = 0; i < rest->len && !memchr(",;", rest->data[i], 2); i++) {
        /* void */
    }

    rest->len = i;

    return EXPORT_OK;
}


/* a word is a label, a token or a number; all other bytes divide words */

static int
export_consent_next_word(export_str_t *rest, export_str_t *word)
{
    size_t  i, start;

    for (start = 0; start < rest->len; start++) {
        if (export_consent_is_word_byte(rest->data[start])) {
            break;
        }
    }

    for (i = start; i < rest->len; i++) {
        if (!export_consent_is_word_byte(rest->data[i])) {
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
export_consent_is_word_byte(u_char c)
{
    u_char  lower;

    lower = export_lower(c);

    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9')
           || c == '-' || c == '_' || c == '.' || c == '*';
}


static int
export_consent_is_listed(const export_str_t *words, unsigned n,
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


/*
 * Whether a line is ASCII without control characters, each string in it is
 * closed, and there is a word in it or nothing at all.
 */

static int
export_consent_is_readable(const export_str_t *line)
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

    return !quoted && (export_consent_next_word(&rest, &word)
                       || export_str_trim(*line).len == 0);
}


/* whether each member begins with a label (RFC 9651, section 3.2) */

static int
export_consent_is_dictionary(const export_str_t *line)
{
    export_str_t  rest, member;

    rest = *line;

    while (rest.len) {
        member = export_consent_next_member(&rest);

        if (member.len && !export_consent_is_member(member)) {
            return 0;
        }
    }

    return 1;
}


/* takes off all up to the first comma outside of strings, and the comma */

static export_str_t
export_consent_next_member(export_str_t *rest)
{
    size_t        i;
    unsigned      quoted;
    export_str_t  member;

    quoted = 0;

    for (i = 0; i < rest->len && (quoted || rest->data[i] != ','); i++) {

        if (quoted && rest->data[i] == '\\' && i + 1 < rest->len) {
            i++;
            continue;
        }

        quoted ^= (rest->data[i] == '"');
    }

    member.data = rest->data;
    member.len = i;

    i += (i < rest->len);

    rest->data += i;
    rest->len -= i;

    return export_str_trim(member);
}


static int
export_consent_is_member(export_str_t member)
{
    export_str_t  label;

    if (!export_consent_is_word_byte(member.data[0])) {
        return 0;
    }

    (void) export_consent_next_word(&member, &label);

    return member.len == 0 || member.data[0] == '=' || member.data[0] == ';';
}


/* whether one of the literals matches, or with "regexes" one of the regexes */

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
