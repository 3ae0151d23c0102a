
#ifndef _GNU_SOURCE
#define _GNU_SOURCE                     /* stpcpy() */
#endif
#define PCRE2_CODE_UNIT_WIDTH  8

#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>

#include "export_match.h"
#include "export_bytes.h"


#define EXPORT_MATCH_PIECE  64          /* patterns joined into one regex;
                                           PCRE2 compiles none of over 64K */


#define EXPORT_MATCH_RUN    32          /* literal characters that are looked
                                           for together; longer runs are
                                           divided */


/* the parts of a regex beside literal characters, which are their own value */

enum {
    EXPORT_MATCH_OTHER = 256,           /* a class, a group, an assertion */
    EXPORT_MATCH_BAR,                   /* the next alternative follows */
    EXPORT_MATCH_END,
    EXPORT_MATCH_OBSCURE                /* beyond what this file can read */
};


/* how often a quantified part is there in a match */

typedef enum {
    EXPORT_MATCH_ONCE = 0,
    EXPORT_MATCH_OFTEN,                 /* at least once */
    EXPORT_MATCH_MAYBE                  /* or not at all */
} export_match_times_e;


struct export_match_scratch_s {
    pcre2_match_data     *data;
    pcre2_match_context  *context;
    uint32_t              limit;        /* set in "context" last */
};


static void export_match_count_words(export_match_t *match);
static pcre2_code *export_match_compile_regex(const u_char *pattern, size_t len,
    uint32_t options, char error[EXPORT_MATCH_ERROR]);
static int export_match_exec(pcre2_code *code,
    export_match_scratch_t *scratch, const export_str_t *s);
static pcre2_code *export_match_join(export_match_t *const *match,
    unsigned first, unsigned n);
static int export_match_is_special_group(const u_char *p,
    const u_char *last);
static int export_match_hopeless(const export_match_t *match,
    const export_str_t *s);
static int export_match_try_alternative(export_str_t *text, export_str_t s,
    int *lacks);
static int export_match_next_atom(export_str_t *text);
static int export_match_next_escape(export_str_t *text);
static int export_match_next_class(export_str_t *text);
static int export_match_next_group(export_str_t *text);
static export_match_times_e export_match_next_quantifier(
    export_str_t *text);
static size_t export_match_quantifier_size(const export_str_t *text);
static size_t export_match_braces_size(const export_str_t *text);
static void export_match_skip(export_str_t *text, size_t n);
static int export_match_find_run(export_str_t *s, const u_char *run,
    size_t len);


export_match_scratch_t *
export_match_scratch_create(void)
{
    export_match_scratch_t  *scratch;

    scratch = calloc(1, sizeof(export_match_scratch_t));
    if (scratch == NULL) {
        return NULL;
    }

    /* room for one pair of offsets: callers ask whether, and never where */

    scratch->data = pcre2_match_data_create(1, NULL);
    scratch->context = pcre2_match_context_create(NULL);

    if (scratch->data == NULL || scratch->context == NULL) {
        export_match_scratch_free(scratch);
        return NULL;
    }

    pcre2_set_depth_limit(scratch->context, EXPORT_MATCH_LIMIT);
    pcre2_set_heap_limit(scratch->context, EXPORT_MATCH_HEAP);

    return scratch;
}


void
export_match_scratch_free(export_match_scratch_t *scratch)
{
    if (scratch == NULL) {
        return;
    }

    pcre2_match_data_free(scratch->data);
    pcre2_match_context_free(scratch->context);
    free(scratch);
}


int
export_match_compile(export_match_t *match, const export_str_t *pattern,
    char error[EXPORT_MATCH_ERROR])
{
    export_str_t  text;

    memset(match, 0, sizeof(export_match_t));

    text = *pattern;

    if (text.len == 0 || text.data[0] != '~') {
        match->text = text;
        match->caseless = 1;

        if (text.len == 0) {
            snprintf(error, EXPORT_MATCH_ERROR, "empty pattern");
            return EXPORT_ERROR;
        }

        export_match_count_words(match);

        return EXPORT_OK;
    }

    text.data++;
    text.len--;

    if (text.len && text.data[0] == '*') {
        match->caseless = 1;
        text.data++;
        text.len--;
    }

    if (text.len == 0) {
        snprintf(error, EXPORT_MATCH_ERROR, "empty regex");
        return EXPORT_ERROR;
    }

    match->text = text;
    match->code = export_match_compile_regex(text.data, text.len,
                      match->caseless ? PCRE2_CASELESS : 0, error);

    return match->code ? EXPORT_OK : EXPORT_ERROR;
}


void
export_match_free(export_match_t *match)
{
    pcre2_code_free(match->code);
    match->code = NULL;
}


int
export_match(const export_match_t *match, export_match_scratch_t *scratch,
    const export_str_t *s)
{
    if (match->code == NULL) {
        return export_str_same(&match->text, s) ? EXPORT_OK : EXPORT_DECLINED;
    }

    if (s->len > EXPORT_MATCH_SUBJECT && export_match_hopeless(match, s)) {
        return EXPORT_DECLINED;
    }

    return export_match_exec(match->code, scratch, s);
}


/*
 * What means something else within a larger regex begins in one of a few ways:
 * as a backslash and a digit or letter that refers, quotes or resets, or as a
 * group with an option, a name, a condition or a verb.
 */

int
export_match_joinable(const export_match_t *match)
{
    size_t         i;
    const u_char  *p, *last;

    if (match->code == NULL) {
        return 0;
    }

    p = match->text.data;
    last = p + match->text.len;

    for (i = 0; i + 1 < match->text.len; i++) {

        if (p[i] == '\\') {

            /* "c" is among them, for "\c\" takes the second backslash */

            if (strchr("123456789cgkGKQEX", p[i + 1])) {
                return 0;
            }

            i++;
            continue;
        }

        if (p[i] == '(' && export_match_is_special_group(p + i + 1, last)) {
            return 0;
        }
    }

    return 1;
}


/* "p" is behind the bracket; groups and assertions without names are plain */

static int
export_match_is_special_group(const u_char *p, const u_char *last)
{
    if (p[0] == '*') {
        return 1;
    }

    return p[0] == '?' && (p + 1 == last || !strchr(":=!", p[1]));
}


int
export_match_union(export_match_union_t *u, export_match_t *const *match,
    unsigned n, const export_pool_t *pool)
{
    unsigned     i, k;
    pcre2_code  *code;

    memset(u, 0, sizeof(export_match_union_t));

    for (i = 0; i < n; i++) {
        if (!export_match_joinable(match[i])) {
            return EXPORT_OK;
        }
    }

    u->code = pool->alloc(pool->data, (n / EXPORT_MATCH_PIECE + 1)
                                      * sizeof(void *));
    if (u->code == NULL) {
        return EXPORT_ERROR;
    }

    for (i = 0; i < n; i += k) {
        k = n - i < EXPORT_MATCH_PIECE ? n - i : EXPORT_MATCH_PIECE;

        code = export_match_join(match + i, i, k);
        if (code == NULL) {
            export_match_union_free(u);
            return EXPORT_OK;
        }

        u->code[u->n++] = code;
    }

    u->certain = 1;

    return EXPORT_OK;
}


void
export_match_union_free(export_match_union_t *u)
{
    while (u->n) {
        pcre2_code_free(u->code[--u->n]);
    }

    u->certain = 0;
}


int
export_match_might(const export_match_union_t *u,
    export_match_scratch_t *scratch, const export_str_t *s, unsigned *first)
{
    int          rc;
    unsigned     i;
    const char  *mark;

    *first = 0;

    if (!u->certain) {
        return EXPORT_OK;
    }

    for (i = 0; i < u->n; i++) {
        rc = export_match_exec(u->code[i], scratch, s);

        if (rc == EXPORT_DECLINED) {
            continue;
        }

        /* after an error the caller tries the patterns one by one */

        if (rc == EXPORT_OK) {
            mark = (const char *) pcre2_get_mark(scratch->data);
            *first = mark ? (unsigned) strtoul(mark, NULL, 10) : 0;
        }

        return EXPORT_OK;
    }

    return EXPORT_DECLINED;
}


static void
export_match_count_words(export_match_t *match)
{
    u_char    c, last;
    size_t    i;
    uint64_t  bytes;

    last = 0;

    for (i = 0; i < match->text.len; i++) {
        c = match->text.data[i];
        bytes = export_bytes_set[c] & EXPORT_BYTES_ALNUM;

        if (c < ' ' || c >= 0x7f) {
            match->size = 0;
            return;
        }

        if (bytes) {
            match->bytes |= bytes;
            match->size++;
            match->words += (last == 0)
                            || (c < 'a' && c >= 'A'
                                && last >= 'a' && last <= 'z');
        }

        last = bytes ? c : 0;
    }
}


static pcre2_code *
export_match_compile_regex(const u_char *pattern, size_t len, uint32_t options,
    char error[EXPORT_MATCH_ERROR])
{
    int          n, rc;
    u_char       text[96];
    PCRE2_SIZE   offset;
    pcre2_code  *code;

    /*
     * UTF mode stays off: pcre2_jit_match() does not check its subject, and
     * what it does with one that is not UTF-8 is undefined.
     */

    code = pcre2_compile(pattern, len,
                         options|PCRE2_DOLLAR_ENDONLY|PCRE2_NEVER_UTF, &n,
                         &offset, NULL);

    if (code == NULL) {
        pcre2_get_error_message(n, text, sizeof(text));
        snprintf(error, EXPORT_MATCH_ERROR, "%s at %zu", (char *) text,
                 (size_t) offset);
        return NULL;
    }

    /* a PCRE2 without JIT interprets the regex, under the same limits */

    rc = pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);

    if (rc != 0 && rc != PCRE2_ERROR_JIT_BADOPTION
        && rc != PCRE2_ERROR_NOMEMORY)
    {
        snprintf(error, EXPORT_MATCH_ERROR, "cannot be JIT-compiled");
        pcre2_code_free(code);
        return NULL;
    }

    return code;
}


static int
export_match_exec(pcre2_code *code, export_match_scratch_t *scratch,
    const export_str_t *s)
{
    int            rc;
    uint32_t       limit;
    const u_char  *data;

    if (s->len > EXPORT_MATCH_SUBJECT) {
        return EXPORT_ERROR;
    }

    /*
     * PCRE2 counts anew from each place in the subject where a match might
     * begin: EXPORT_MATCH_TOTAL is shared out among the places.
     */

    limit = s->len < EXPORT_MATCH_TOTAL / EXPORT_MATCH_LIMIT
            ? EXPORT_MATCH_LIMIT
            : (uint32_t) (EXPORT_MATCH_TOTAL / (s->len + 1));

    if (limit != scratch->limit) {
        pcre2_set_match_limit(scratch->context, limit);
        scratch->limit = limit;
    }

    data = s->data ? s->data : (const u_char *) "";

    /* pcre2_match() takes twice the time: it checks its arguments first */

    rc = pcre2_jit_match(code, data, s->len, 0, 0, scratch->data,
                         scratch->context);

    if (rc == PCRE2_ERROR_JIT_BADOPTION) {
        rc = pcre2_match(code, data, s->len, 0, 0, scratch->data,
                         scratch->context);
    }

    if (rc >= 0) {
        return EXPORT_OK;
    }

    return rc == PCRE2_ERROR_NOMATCH ? EXPORT_DECLINED : EXPORT_ERROR;
}


/* a mark behind each alternative tells which one matched, by its number */

static pcre2_code *
export_match_join(export_match_t *const *match, unsigned first, unsigned n)
{
    char         error[EXPORT_MATCH_ERROR];
    size_t       len;
    u_char      *p, *text;
    unsigned     i;
    pcre2_code  *code;

    for (len = 0, i = 0; i < n; i++) {
        len += sizeof("|(?i:)(*:4294967295)") + match[i]->text.len;
    }

    text = malloc(len);
    if (text == NULL) {
        return NULL;
    }

    for (p = text, i = 0; i < n; i++) {
        if (i) {
            *p++ = '|';
        }

        p = (u_char *) stpcpy((char *) p,
                              match[i]->caseless ? "(?i:" : "(?:");

        memcpy(p, match[i]->text.data, match[i]->text.len);
        p += match[i]->text.len;

        p += sprintf((char *) p, ")(*:%u)", first + i);
    }

    code = export_match_compile_regex(text, (size_t) (p - text), 0, error);

    free(text);

    return code;
}


/*
 * Whether a subject that is too long to be matched lacks what every match
 * holds: in each alternative of the regex, its literal characters outside of
 * groups and classes, run by run and in their order.  A regex that this file
 * cannot read may match anything.
 */

static int
export_match_hopeless(const export_match_t *match, const export_str_t *s)
{
    int           end, lacks;
    export_str_t  text;

    if (!export_match_joinable(match)) {
        return 0;
    }

    text = match->text;

    do {
        end = export_match_try_alternative(&text, *s, &lacks);
    } while (lacks && end == EXPORT_MATCH_BAR);

    return lacks;
}


/*
 * Takes one alternative off the front of a regex, and returns what ended it.
 * *lacks is 1 if the subject lacks one of its runs.
 */

static int
export_match_try_alternative(export_str_t *text, export_str_t s, int *lacks)
{
    int                   c;
    size_t                len;
    u_char                run[EXPORT_MATCH_RUN];
    export_match_times_e  times;

    *lacks = 0;
    len = 0;

    for ( ;; ) {
        c = export_match_next_atom(text);

        if (c == EXPORT_MATCH_OBSCURE) {
            *lacks = 0;
            return c;
        }

        times = export_match_next_quantifier(text);

        if (c < EXPORT_MATCH_OTHER && times != EXPORT_MATCH_MAYBE
            && len < EXPORT_MATCH_RUN)
        {
            run[len++] = (u_char) c;

            if (times == EXPORT_MATCH_ONCE) {
                continue;
            }
        }

        *lacks |= !export_match_find_run(&s, run, len);
        len = 0;

        if (c == EXPORT_MATCH_BAR || c == EXPORT_MATCH_END) {
            return c;
        }
    }
}


/*
 * Takes the next part of a regex off, and returns the character that the part
 * stands for, or one of EXPORT_MATCH_OTHER, _BAR, _END and _OBSCURE.
 */

static int
export_match_next_atom(export_str_t *text)
{
    u_char  c;

    if (text->len == 0) {
        return EXPORT_MATCH_END;
    }

    c = text->data[0];

    switch (c) {

    case '\\':
        return export_match_next_escape(text);

    case '[':
        return export_match_next_class(text);

    case '(':
        return export_match_next_group(text);

    case ')':
    case '{':
    case '*':
    case '+':
    case '?':
        return EXPORT_MATCH_OBSCURE;

    default:
        export_match_skip(text, 1);
        break;
    }

    return c == '|' ? EXPORT_MATCH_BAR
           : c == '.' || c == '^' || c == '$' ? EXPORT_MATCH_OTHER : c;
}


/*
 * A backslash before punctuation means the character itself; before a letter
 * or a digit it may take what follows along, unless the letter is listed here.
 */

static int
export_match_next_escape(export_str_t *text)
{
    u_char  c;

    if (text->len < 2) {
        return EXPORT_MATCH_OBSCURE;
    }

    c = text->data[1];

    export_match_skip(text, 2);

    if (c == '\0') {
        return EXPORT_MATCH_OBSCURE;
    }

    if (strchr("dDwWsSbBAzZhHvVRtnrfea", c)) {
        return EXPORT_MATCH_OTHER;
    }

    return (export_bytes_set[c] & EXPORT_BYTES_ALNUM) ? EXPORT_MATCH_OBSCURE
                                                      : c;
}


/* a "]" that comes first is a character of the class, and not its end */

static int
export_match_next_class(export_str_t *text)
{
    export_match_skip(text, text->len > 1 && text->data[1] == '^' ? 2 : 1);

    if (text->len && text->data[0] == ']') {
        export_match_skip(text, 1);
    }

    while (text->len && text->data[0] != ']') {

        /* [:alpha:] and the like have a bracket of their own */

        if (text->data[0] == '[') {
            return EXPORT_MATCH_OBSCURE;
        }

        export_match_skip(text, text->data[0] == '\\' ? 2 : 1);
    }

    if (text->len == 0) {
        return EXPORT_MATCH_OBSCURE;
    }

    export_match_skip(text, 1);

    return EXPORT_MATCH_OTHER;
}


static int
export_match_next_group(export_str_t *text)
{
    unsigned  depth;

    depth = 0;

    while (text->len) {

        switch (text->data[0]) {

        case '[':
            if (export_match_next_class(text) == EXPORT_MATCH_OBSCURE) {
                return EXPORT_MATCH_OBSCURE;
            }

            continue;

        case '\\':
            export_match_skip(text, 1);
            break;

        case '(':
            depth++;
            break;

        case ')':
            depth--;
            break;
        }

        export_match_skip(text, 1);

        if (depth == 0) {
            return EXPORT_MATCH_OTHER;
        }
    }

    return EXPORT_MATCH_OBSCURE;
}


/* takes a quantifier off, if there is one */

static export_match_times_e
export_match_next_quantifier(export_str_t *text)
{
    size_t                n;
    export_match_times_e  times;

    n = export_match_quantifier_size(text);

    if (n == 0) {
        return EXPORT_MATCH_ONCE;
    }

    times = text->data[0] == '+' ? EXPORT_MATCH_OFTEN : EXPORT_MATCH_MAYBE;

    export_match_skip(text, n);

    /* one more mark makes the quantifier lazy ("?") or possessive ("+") */

    if (text->len && (text->data[0] == '?' || text->data[0] == '+')) {
        export_match_skip(text, 1);
    }

    return times;
}


static size_t
export_match_quantifier_size(const export_str_t *text)
{
    if (text->len == 0) {
        return 0;
    }

    switch (text->data[0]) {

    case '+':
    case '*':
    case '?':
        return 1;

    case '{':
        return export_match_braces_size(text);

    default:
        return 0;
    }
}


/* 0 if a brace opens no quantifier, but is a character of the regex */

static size_t
export_match_braces_size(const export_str_t *text)
{
    size_t  n;

    for (n = 1; n < text->len; n++) {

        if (text->data[n] == '}') {
            return n + 1;
        }

        if (text->data[n] == '\0'
            || strchr("0123456789, ", text->data[n]) == NULL)
        {
            return 0;
        }
    }

    return 0;
}


static void
export_match_skip(export_str_t *text, size_t n)
{
    n = n < text->len ? n : text->len;

    text->data += n;
    text->len -= n;
}


/* takes off all up to the end of the first such run, in any case of letters */

static int
export_match_find_run(export_str_t *s, const u_char *run, size_t len)
{
    size_t  i;

    for ( /* void */ ; len <= s->len; export_match_skip(s, 1)) {

        for (i = 0; i < len; i++) {
            if (export_lower(s->data[i]) != export_lower(run[i])) {
                break;
            }
        }

        if (i == len) {
            export_match_skip(s, len);
            return 1;
        }

        if (s->len == 0) {
            break;
        }
    }

    return 0;
}
