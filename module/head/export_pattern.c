
#include "export_bytes.h"
#include "export_pattern.h"


#define EXPORT_PATTERN_DEPTH  16        /* groups inside groups; of a deeper
                                           regex no needs are known */


/* An open group of the regex whose needs are being found. */

typedef struct {
    uint64_t           alternative;     /* bytes that the alternative under way
                                           needs so far */
    uint64_t           others;          /* bytes that each alternative before
                                           it needs */
    unsigned           aside:1;         /* a lookaround or the like: what is in
                                           the group says nothing of a match */
} export_pattern_group_t;


typedef struct {
    export_pattern_group_t  group[EXPORT_PATTERN_DEPTH];
    unsigned                depth;
} export_pattern_groups_t;


static export_str_t export_pattern_literal_host(const export_str_t *text,
    u_char *buf);
static export_str_t export_pattern_regex_host(const export_match_t *match,
    u_char *buf);
static u_char export_pattern_name_byte(const export_str_t *text, size_t *i);
static int export_pattern_is_once(const export_str_t *text, size_t i);
static int export_pattern_is_single(const export_match_t *match);
static int export_pattern_is_boundary(const export_str_t *text, size_t i);
static int export_pattern_has_alternatives(const export_str_t *text);
static size_t export_pattern_class(const export_str_t *text, size_t i);
static size_t export_pattern_repeat(const export_str_t *text, size_t i);
static int export_pattern_atom(export_pattern_groups_t *groups,
    const export_str_t *text, size_t *i, uint64_t *atom);
static int export_pattern_open(export_pattern_groups_t *groups,
    const export_str_t *text, size_t *i);
static int export_pattern_close(export_pattern_groups_t *groups,
    uint64_t *atom);
static int export_pattern_escape(const export_str_t *text, size_t *i,
    uint64_t *atom);


/*
 * The export_bytes() that a subject must hold to match a byte in either case.
 */

#define export_pattern_byte(c)                                                \
    (export_bytes_set[c] & ~EXPORT_BYTES_UPPER)


/* 1 if a byte may be in a host's name, and has no meaning in a regex */

#define export_pattern_is_name(c)                                             \
    ((export_pattern_byte(c) & ~EXPORT_BYTES_NAME) == 0)

#define export_pattern_is_alnum(c)                                            \
    ((export_bytes_set[c] & (EXPORT_BYTES_LETTERS|EXPORT_BYTES_DIGITS)) != 0)


export_str_t
export_pattern_host(const export_match_t *match, u_char *buf)
{
    return match->code ? export_pattern_regex_host(match, buf)
                       : export_pattern_literal_host(&match->text, buf);
}


static export_str_t
export_pattern_literal_host(const export_str_t *text, u_char *buf)
{
    size_t        i;
    export_str_t  host;

    host.len = 0;
    host.data = buf;

    for (i = 0; i < text->len && text->data[i] != '/'; i++) {

        if (!export_pattern_is_name(text->data[i])) {
            return host;
        }

        buf[i] = export_lower(text->data[i]);
    }

    host.len = i;

    return host;
}


static export_str_t
export_pattern_regex_host(const export_match_t *match, u_char *buf)
{
    u_char               c, *p;
    size_t               i;
    export_str_t         host;
    const export_str_t  *text;

    host.len = 0;
    host.data = buf;

    text = &match->text;

    if (text->len == 0 || text->data[0] != '^'
        || !export_pattern_is_single(match))
    {
        return host;
    }

    p = buf;

    for (i = 1; i < text->len && text->data[i] != '/'; i++) {
        c = export_pattern_name_byte(text, &i);

        if (c == 0) {
            return host;
        }

        *p++ = c;
    }

    if (export_pattern_is_once(text, i)) {
        host.len = (size_t) (p - buf);
    }

    return host;
}


/*
 * The byte of a host's name that a regex has at *i, in lower case, or 0 if
 * anything else is there.  *i moves to the second byte of "\." and "\-".
 */

static u_char
export_pattern_name_byte(const export_str_t *text, size_t *i)
{
    u_char  c;

    c = text->data[*i];

    if (c == '.') {
        return 0;
    }

    if (c == '\\' && *i + 1 < text->len) {
        c = text->data[++(*i)];

        if (c != '.' && c != '-') {
            return 0;
        }
    }

    return export_pattern_is_name(c) ? export_lower(c) : 0;
}


/* 1 if the character at "i" is neither optional nor repeated */

static int
export_pattern_is_once(const export_str_t *text, size_t i)
{
    return i < text->len
           && (i + 1 == text->len || !strchr("*+?{", text->data[i + 1]));
}


/*
 * 1 if each match of a regex takes all of it, from its beginning to its end.
 * With alternatives a match might begin elsewhere than at the host.
 */

static int
export_pattern_is_single(const export_match_t *match)
{
    return export_match_joinable(match)
           && !export_pattern_has_alternatives(&match->text);
}


export_str_t
export_pattern_domain(const export_match_t *match, u_char *buf)
{
    u_char               c, *p, *end;
    size_t               i;
    export_str_t         domain;
    const export_str_t  *text;

    domain.len = 0;
    domain.data = buf;

    text = &match->text;
    i = text->len;

    if (i == 0 || text->data[i - 1] != '$'
        || !export_pattern_is_single(match))
    {
        return domain;
    }

    /* Takes labels of literal characters off the end, each behind a "\.". */

    p = end = buf + i;

    for (i--; i > 0; i--) {
        c = export_lower(text->data[i - 1]);

        if (c == '.' && i > 1 && text->data[i - 2] == '\\') {
            domain.data = p;
            domain.len = (size_t) (end - p);
            i--;

        } else if (!export_pattern_is_alnum(c)) {
            break;
        }

        *--p = c;
    }

    if (export_pattern_is_boundary(text, i)) {
        domain.data = p;
        domain.len = (size_t) (end - p);
    }

    return domain;
}


/*
 * 1 if a label begins at "i" behind an optional group of whole labels, as
 * behind "\.(?:[a-z-]+\.)?": with and without the group, a dot is in front.
 */

static int
export_pattern_is_boundary(const export_str_t *text, size_t i)
{
    const u_char  *p;

    p = text->data;

    if (i < 4 || memcmp(p + i - 4, "\\.)?", 4) != 0) {
        return 0;
    }

    for (i -= 3; i > 0 && p[i] != '('; i--) {
        if (p[i] == ')' || p[i] == '|') {
            return 0;
        }
    }

    return i >= 2 && memcmp(p + i - 2, "\\.", 2) == 0;
}


/* 1 if a joinable regex has a "|" outside of groups and classes */

static int
export_pattern_has_alternatives(const export_str_t *text)
{
    size_t    i;
    unsigned  depth;

    if (memchr(text->data, '|', text->len) == NULL) {
        return 0;
    }

    depth = 0;

    for (i = 0; i < text->len; i++) {

        switch (text->data[i]) {

        case '\\':
            i++;
            break;

        case '(':
            depth++;
            break;

        case ')':
            depth--;
            break;

        case '[':
            i = export_pattern_class(text, i);
            break;

        case '|':
            if (depth == 0) {
                return 1;
            }
        }
    }

    /* Past the end means a class that was not understood. */

    return i > text->len;
}


/*
 * The place of the "]" of a class, or the end if the class holds a "[", as
 * [[:alpha:]] does.
 */

static size_t
export_pattern_class(const export_str_t *text, size_t i)
{
    i++;

    if (i < text->len && text->data[i] == '^') {
        i++;
    }

    if (i < text->len && text->data[i] == ']') {
        i++;
    }

    for ( /* void */ ; i < text->len && text->data[i] != ']'; i++) {

        if (text->data[i] == '[') {
            return text->len;
        }

        if (text->data[i] == '\\') {
            i++;
        }
    }

    return i < text->len ? i : text->len;
}


uint64_t
export_pattern_needs(const export_match_t *match)
{
    int                       rc;
    size_t                    i;
    uint64_t                  atom;
    const export_str_t       *text;
    export_pattern_groups_t   groups;

    text = &match->text;

    if (match->code == NULL) {
        return export_bytes(text) & ~EXPORT_BYTES_UPPER;
    }

    if (!export_match_joinable(match)) {
        return 0;
    }

    groups.depth = 0;
    groups.group[0].alternative = 0;
    groups.group[0].others = UINT64_MAX;

    for (i = 0; i < text->len; i++) {
        rc = export_pattern_atom(&groups, text, &i, &atom);

        if (rc == EXPORT_ERROR || i >= text->len) {
            return 0;
        }

        if (rc == EXPORT_OK
            && (i + 1 == text->len || !strchr("*?{", text->data[i + 1])))
        {
            groups.group[groups.depth].alternative |= atom;
        }
    }

    return groups.depth ? 0 : groups.group[0].alternative
                              & groups.group[0].others;
}


/*
 * Reads one part of the regex, whose first byte is at *i, and moves *i to its
 * last byte.  Returns EXPORT_OK if the part takes part in a match, with the
 * bytes *atom, which may be none; EXPORT_DECLINED if the part only divides
 * others; EXPORT_ERROR, or *i at the end of the text, if it is not understood.
 */

static int
export_pattern_atom(export_pattern_groups_t *groups, const export_str_t *text,
    size_t *i, uint64_t *atom)
{
    u_char                   c;
    export_pattern_group_t  *group;

    *atom = 0;

    c = text->data[*i];
    group = &groups->group[groups->depth];

    switch (c) {

    case '(':
        return export_pattern_open(groups, text, i);

    case ')':
        return export_pattern_close(groups, atom);

    case '|':
        group->others &= group->alternative;
        group->alternative = 0;
        return EXPORT_DECLINED;

    case '[':
        *i = export_pattern_class(text, *i);
        return EXPORT_OK;

    case '{':
        *i = export_pattern_repeat(text, *i);
        return EXPORT_OK;

    case '\\':
        return export_pattern_escape(text, i, atom);

    default:
        *atom = strchr(".^$*+?", c) ? 0 : export_pattern_byte(c);
        return EXPORT_OK;
    }
}


static int
export_pattern_open(export_pattern_groups_t *groups, const export_str_t *text,
    size_t *i)
{
    export_pattern_group_t  *group;

    if (++groups->depth == EXPORT_PATTERN_DEPTH) {
        return EXPORT_ERROR;
    }

    group = &groups->group[groups->depth];

    group->alternative = 0;
    group->others = UINT64_MAX;
    group->aside = 0;

    if (*i + 2 < text->len && text->data[*i + 1] == '?') {
        *i += 2;
        group->aside = text->data[*i] != ':';
    }

    return EXPORT_DECLINED;
}


static int
export_pattern_close(export_pattern_groups_t *groups, uint64_t *atom)
{
    export_pattern_group_t  *group;

    if (groups->depth == 0) {
        return EXPORT_ERROR;
    }

    group = &groups->group[groups->depth--];

    *atom = group->aside ? 0 : group->others & group->alternative;

    return EXPORT_OK;
}


static int
export_pattern_escape(const export_str_t *text, size_t *i, uint64_t *atom)
{
    u_char  c;

    if (++(*i) == text->len) {
        return EXPORT_ERROR;
    }

    c = text->data[*i];

    if (!export_pattern_is_alnum(c)) {
        *atom = export_pattern_byte(c);
        return EXPORT_OK;
    }

    /* Only the escapes that stand for a class or a place are understood. */

    return strchr("dwsbz", export_lower(c)) ? EXPORT_OK : EXPORT_ERROR;
}


/*
 * The place of the "}" of a number of repetitions, or the end if there is
 * none.
 */

static size_t
export_pattern_repeat(const export_str_t *text, size_t i)
{
    u_char  c;

    for (i++; i < text->len; i++) {
        c = text->data[i];

        if (c == '}') {
            return i;
        }

        if (c != ',' && (c < '0' || c > '9')) {
            break;
        }
    }

    return text->len;
}
