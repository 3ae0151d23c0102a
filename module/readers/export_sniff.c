
#include "export_sniff.h"


typedef export_sniff_state_e (*export_sniff_pt)(export_sniff_t *sniff,
    u_char c);


static export_sniff_state_e export_sniff_start(export_sniff_t *sniff,
    u_char c);
static unsigned export_sniff_unseen(export_sniff_t *sniff, u_char c);
static export_sniff_state_e export_sniff_slash(export_sniff_t *sniff,
    u_char c);
static export_sniff_state_e export_sniff_comment(export_sniff_t *sniff,
    u_char c);
static export_sniff_state_e export_sniff_block(export_sniff_t *sniff,
    u_char c);
static export_sniff_state_e export_sniff_star(export_sniff_t *sniff,
    u_char c);
static export_sniff_state_e export_sniff_word(export_sniff_t *sniff,
    u_char c);
static export_sniff_state_e export_sniff_value(export_sniff_t *sniff,
    u_char c);
static export_sniff_state_e export_sniff_open(export_sniff_t *sniff,
    u_char c);
static export_sniff_state_e export_sniff_close(export_sniff_t *sniff,
    u_char c);
static export_sniff_state_e export_sniff_quote(export_sniff_t *sniff,
    u_char c);
static export_sniff_state_e export_sniff_open_slash(export_sniff_t *sniff,
    u_char c);
static export_sniff_state_e export_sniff_name(export_sniff_t *sniff,
    u_char c);
static export_sniff_state_e export_sniff_string(export_sniff_t *sniff,
    u_char c);
static export_sniff_state_e export_sniff_escape(export_sniff_t *sniff,
    u_char c);
static export_sniff_state_e export_sniff_after(export_sniff_t *sniff,
    u_char c);


static const export_sniff_pt  export_sniff_states[] = {
    [EXPORT_SNIFF_START] = export_sniff_start,
    [EXPORT_SNIFF_SLASH] = export_sniff_slash,
    [EXPORT_SNIFF_COMMENT] = export_sniff_comment,
    [EXPORT_SNIFF_BLOCK] = export_sniff_block,
    [EXPORT_SNIFF_STAR] = export_sniff_star,
    [EXPORT_SNIFF_WORD] = export_sniff_word,
    [EXPORT_SNIFF_VALUE] = export_sniff_value,
    [EXPORT_SNIFF_OPEN_SLASH] = export_sniff_open_slash,
    [EXPORT_SNIFF_NAME] = export_sniff_name,
    [EXPORT_SNIFF_STRING] = export_sniff_string,
    [EXPORT_SNIFF_ESCAPE] = export_sniff_escape,
    [EXPORT_SNIFF_AFTER] = export_sniff_after
};

export_assert_rows(export_sniff_states, EXPORT_SNIFF_PROSE);


/*
 * The blanks of all dialects; NUL, which UTF-16 has in each ASCII letter; and
 * RS.
 */

static const u_char  export_sniff_blank[256] = {
    ['\0'] = 1, ['\t' ... '\r'] = 1, [0x1e] = 1, [' '] = 1
};


/*
 * By the first byte of a Unicode blank or byte order mark in UTF-8: the bytes
 * that may follow in that character.
 */

static const char *const  export_sniff_mark[256] = {
    [0xc2] = "\x85\xa0",
    [0xe1] = "\x9a\x80",
    /* NOLINTNEXTLINE(bugprone-suspicious-missing-comma): one string */
    [0xe2] = "\x80\x81\x82\x83\x84\x85\x86\x87\x88\x89\x8a\x8b\x9f\xa0\xa8"
             "\xa9\xaf",
    [0xe3] = "\x80",
    [0xef] = "\xbb\xbf",
    [0xfe] = "",                        /* byte order marks of UTF-16 and
                                           UTF-32 */
    [0xff] = ""
};


static const u_char  export_sniff_letter[256] = {
    ['0' ... '9'] = 1, ['A' ... 'Z'] = 1, ['a' ... 'z'] = 1, ['_'] = 1,
    ['$'] = 1, ['-'] = 1, ['+'] = 1, ['.'] = 1, [0x80 ... 0xff] = 1
};


void
export_sniff(export_sniff_t *sniff, const u_char *p, size_t len)
{
    const u_char  *last;

    for (last = p + len; p < last; p++) {

        if (sniff->state == EXPORT_SNIFF_PROSE) {
            return;
        }

        sniff->state = (u_char) export_sniff_states[sniff->state](sniff, *p);
    }
}


static export_sniff_state_e
export_sniff_start(export_sniff_t *sniff, u_char c)
{
    if (export_sniff_blank[c] || export_sniff_unseen(sniff, c)) {
        return EXPORT_SNIFF_START;
    }

    switch (c) {

    case '{':
    case '[':
        sniff->array |= (c == '[');
        sniff->before = '\0';
        return export_sniff_open(sniff, c);

    case '"':
        sniff->quote = c;
        return EXPORT_SNIFF_STRING;

    case '/':
        return EXPORT_SNIFF_SLASH;

    case '#':
    case ')':
        return EXPORT_SNIFF_COMMENT;
    }

    return export_sniff_word(sniff, c);
}


/*
 * 1 for a byte of a Unicode blank or a byte order mark, whose first byte is
 * kept in "quote" for the bytes that follow
 */

static unsigned
export_sniff_unseen(export_sniff_t *sniff, u_char c)
{
    if (export_sniff_mark[c]) {
        sniff->quote = c;
        return 1;
    }

    return export_sniff_mark[sniff->quote] && c
           && strchr(export_sniff_mark[sniff->quote], c) != NULL;
}


static export_sniff_state_e
export_sniff_slash(export_sniff_t *sniff, u_char c)
{
    (void) sniff;

    return c == '\0' ? EXPORT_SNIFF_SLASH
           : c == '*' ? EXPORT_SNIFF_BLOCK
           : c == '/' ? EXPORT_SNIFF_COMMENT : EXPORT_SNIFF_PROSE;
}


static export_sniff_state_e
export_sniff_comment(export_sniff_t *sniff, u_char c)
{
    (void) sniff;

    return c == '\n' || c == '\r' ? EXPORT_SNIFF_START : EXPORT_SNIFF_COMMENT;
}


static export_sniff_state_e
export_sniff_block(export_sniff_t *sniff, u_char c)
{
    (void) sniff;

    return c == '*' ? EXPORT_SNIFF_STAR : EXPORT_SNIFF_BLOCK;
}


static export_sniff_state_e
export_sniff_star(export_sniff_t *sniff, u_char c)
{
    if (c == '\0' || c == '*') {
        return EXPORT_SNIFF_STAR;
    }

    return c == '/' ? EXPORT_SNIFF_START : export_sniff_block(sniff, c);
}


static export_sniff_state_e
export_sniff_word(export_sniff_t *sniff, u_char c)
{
    (void) sniff;

    if (c == '\n' || c == '\r') {
        return EXPORT_SNIFF_START;
    }

    return export_sniff_letter[c] || c == '\0' ? EXPORT_SNIFF_WORD
                                               : EXPORT_SNIFF_PROSE;
}


static export_sniff_state_e
export_sniff_value(export_sniff_t *sniff, u_char c)
{
    if (export_sniff_blank[c]) {
        return EXPORT_SNIFF_VALUE;
    }

    switch (c) {

    case '{':
    case '[':
        return export_sniff_open(sniff, c);

    case '}':
    case ']':
        return export_sniff_close(sniff, c);

    case '"':
    case '\'':
        return export_sniff_quote(sniff, c);

    case ':':
        sniff->member |= (sniff->before == '"');
        break;

    case '/':
        if (sniff->before == '{') {
            return EXPORT_SNIFF_OPEN_SLASH;
        }

        break;

    default:
        if (sniff->before == '{' && export_sniff_letter[c]) {
            return EXPORT_SNIFF_NAME;
        }
    }

    sniff->before = c;

    return EXPORT_SNIFF_VALUE;
}


/*
 * A "{" behind a comma is in an array: in an object a name would come there.
 */

static export_sniff_state_e
export_sniff_open(export_sniff_t *sniff, u_char c)
{
    sniff->rows |= (c == '{'
                    && (sniff->before == '[' || sniff->before == ','));
    sniff->before = c;
    sniff->depth++;

    return EXPORT_SNIFF_VALUE;
}


static export_sniff_state_e
export_sniff_close(export_sniff_t *sniff, u_char c)
{
    sniff->before = c;

    return --sniff->depth ? EXPORT_SNIFF_VALUE : EXPORT_SNIFF_AFTER;
}


/* An apostrophe is a quote only where a string can begin. */

static export_sniff_state_e
export_sniff_quote(export_sniff_t *sniff, u_char c)
{
    u_char  before;

    before = sniff->before;
    sniff->before = c;
    sniff->quote = c;

    if (before == '{') {
        sniff->member = 1;

    } else if (c == '\'' && before != '[' && before != ',' && before != ':') {
        return EXPORT_SNIFF_VALUE;
    }

    return EXPORT_SNIFF_STRING;
}


static export_sniff_state_e
export_sniff_open_slash(export_sniff_t *sniff, u_char c)
{
    if (c == '\0') {
        return EXPORT_SNIFF_OPEN_SLASH;
    }

    sniff->before = '/';

    if (c == '*' || c == '/') {
        sniff->member = 1;
        return EXPORT_SNIFF_VALUE;
    }

    return export_sniff_value(sniff, c);
}


static export_sniff_state_e
export_sniff_name(export_sniff_t *sniff, u_char c)
{
    if (export_sniff_letter[c] || export_sniff_blank[c]) {
        return EXPORT_SNIFF_NAME;
    }

    sniff->member |= (c == ':' || c == '=');
    sniff->before = 'a';

    return export_sniff_value(sniff, c);
}


static export_sniff_state_e
export_sniff_string(export_sniff_t *sniff, u_char c)
{
    if (c == '\\') {
        return EXPORT_SNIFF_ESCAPE;
    }

    if (c != sniff->quote) {
        return EXPORT_SNIFF_STRING;
    }

    sniff->before = '"';

    return sniff->depth ? EXPORT_SNIFF_VALUE : EXPORT_SNIFF_AFTER;
}


static export_sniff_state_e
export_sniff_escape(export_sniff_t *sniff, u_char c)
{
    (void) sniff;

    return c == '\0' ? EXPORT_SNIFF_ESCAPE : EXPORT_SNIFF_STRING;
}


/* What may be between two texts in a row for jq or Python's raw_decode(). */

static export_sniff_state_e
export_sniff_after(export_sniff_t *sniff, u_char c)
{
    static const char  next[] = "\n\r{[/#";

    if (memchr(next, c, sizeof(next) - 1)) {
        return export_sniff_start(sniff, c);
    }

    return export_sniff_blank[c] || c == ',' || c == ';' ? EXPORT_SNIFF_AFTER
                                                         : EXPORT_SNIFF_PROSE;
}
