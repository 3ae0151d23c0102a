
#ifndef _GNU_SOURCE
#define _GNU_SOURCE                     /* memmem() */
#endif

#include <stdio.h>

#include "export_target_regex.h"


#define EXPORT_TARGET_DEPTH  32         /* groups inside groups; a deeper regex
                                           is not read */


/*
 * What is at a place of a regex, if it is not a byte that stands for itself.
 */

enum {
    EXPORT_TARGET_ANY = 1,          /* a class, a dot */
    EXPORT_TARGET_DIGIT,            /* a class of digits */
    EXPORT_TARGET_OPEN,
    EXPORT_TARGET_CLOSE,
    EXPORT_TARGET_REPEAT,
    EXPORT_TARGET_BEGIN,
    EXPORT_TARGET_END,
    EXPORT_TARGET_OR
};


/* A regex as it is read from the left, place by place. */

typedef struct {
    const u_char        *p;
    const u_char        *last;
    const u_char        *start;     /* begin of the last place that was read */
    unsigned             upper:1;   /* a class had a letter in upper case */
    unsigned             address:1; /* a bracket was read, so that the host is
                                       an IPv6 address */
} export_target_scan_t;


/* A place of a regex between its neighbours. */

typedef struct {
    const u_char         *start;
    export_target_scan_t  scan;     /* state after the next place was read */
    int                   prev;
    int                   c;
    int                   next;
    export_target_e       kind;
} export_target_at_t;


/* A test for what makes a regex dead, and the text to refuse it with. */

typedef struct {
    unsigned            (*is)(const export_target_at_t *at);
    const char           *text;
} export_target_never_t;


static unsigned export_target_is_wild(const export_str_t *text,
    export_target_e kind);
static unsigned export_target_skip_optional(export_target_scan_t *scan);
static unsigned export_target_is_negative(const export_target_scan_t *scan);
static unsigned export_target_skip(export_target_scan_t *scan,
    unsigned *empty);
static unsigned export_target_is_from_none(const export_target_scan_t *scan);
static const char *export_target_dead(const export_target_scan_t *scan,
    int prev, int c, export_target_e kind, unsigned wild);
static unsigned export_target_is_scheme(const export_target_at_t *at);
static unsigned export_target_is_argument(const export_target_at_t *at);
static unsigned export_target_is_late_begin(const export_target_at_t *at);
static unsigned export_target_is_early_end(const export_target_at_t *at);
static unsigned export_target_is_host_slash(const export_target_at_t *at);
static unsigned export_target_is_port(const export_target_at_t *at);
static unsigned export_target_is_last_dot(const export_target_at_t *at);
static unsigned export_target_is_query(const export_target_at_t *at);
static unsigned export_target_is_fragment(const export_target_at_t *at);
static unsigned export_target_is_encoded(const export_target_at_t *at);
static const char *export_target_nameless(export_target_scan_t scan, int c);
static unsigned export_target_is_slash_next(export_target_scan_t scan);
static unsigned export_target_is_assignment(export_target_scan_t scan, int c);
static int export_target_start(const export_str_t *text, export_target_e kind,
    char error[EXPORT_TARGET_ERROR]);
static unsigned export_target_is_widthless(const export_target_scan_t *scan);
static unsigned export_target_is_group(const export_target_scan_t *scan);
static int export_target_first(export_target_scan_t scan, int c,
    export_target_e kind, unsigned depth, char error[EXPORT_TARGET_ERROR]);
static unsigned export_target_is_across(const export_target_scan_t *scan,
    int c);
static unsigned export_target_has_class_slash(const export_target_scan_t *scan);
static void export_target_scan(export_target_scan_t *scan,
    const export_str_t *text);
static int export_target_next(export_target_scan_t *scan);
static int export_target_escape(export_target_scan_t *scan);
static int export_target_class(export_target_scan_t *scan);
static const u_char *export_target_class_bytes(
    const export_target_scan_t *scan, unsigned *negated);
static unsigned export_target_is_last_slash(const export_target_scan_t *scan,
    int prev);
static unsigned export_target_is_of_host(const export_str_t *text);


/* 1 for a byte that stands for itself */

#define export_target_plain(c)  ((c) >= ' ')

#define export_target_is_digit(c)  ((c) >= '0' && (c) <= '9')
#define export_target_is_upper(c)  ((c) >= 'A' && (c) <= 'Z')


/* 1 if the place may be absent or repeated, in which case it does no harm */

#define export_target_repeated(at)  ((at)->next == EXPORT_TARGET_REPEAT)


/* The meaning of each byte in a regex.  0: the byte stands for itself. */

static const u_char  export_target_meanings[256] = {
    [0 ... ' ' - 1] = EXPORT_TARGET_ANY,
    ['.'] = EXPORT_TARGET_ANY,
    [')'] = EXPORT_TARGET_CLOSE,
    ['*'] = EXPORT_TARGET_REPEAT,
    ['+'] = EXPORT_TARGET_REPEAT,
    ['?'] = EXPORT_TARGET_REPEAT,
    ['^'] = EXPORT_TARGET_BEGIN,
    ['$'] = EXPORT_TARGET_END,
    ['|'] = EXPORT_TARGET_OR
};


/* Tests in order: the first that is true tells why there is never a match. */

static const export_target_never_t  export_target_never[] = {
    { export_target_is_scheme,
      "a scheme is not compared; write the regex without it" },
    { export_target_is_argument,
      "a query is no part of the path; write the regex without, "
      "\"arg:NAME\" is a source" },
    { export_target_is_late_begin,
      "nothing is before \"^\"; write \"\\^\" for the character" },
    { export_target_is_early_end,
      "nothing is behind \"$\"; write \"\\$\" for the character" },
    { export_target_is_host_slash,
      "a host has no path; write the path behind it" },
    { export_target_is_port,
      "ports are not compared; write the regex without" },
    { export_target_is_last_dot,
      "a host has no dot at its end; write the regex without" },
    { export_target_is_query,
      "a query is no part of the path; write the regex without, "
      "\"arg:NAME\" is a source" },
    { export_target_is_fragment,
      "a fragment is never sent; write the regex without" },
    { export_target_is_encoded,
      "paths are compared decoded; write the character itself" },
};


/*
 * Looks for bytes that no subject holds, so that the regex, or one of its
 * alternatives, is dead.
 */

int
export_target_regex_check(const export_str_t *text, export_target_e kind,
    char error[EXPORT_TARGET_ERROR])
{
    int                    prev, c;
    unsigned               path, wild;
    const char            *dead;
    export_target_scan_t   scan;

    export_target_scan(&scan, text);

    path = 0;
    wild = export_target_is_wild(text, kind);

    for (prev = 0; (c = export_target_next(&scan)) != 0; prev = c) {

        if (c == EXPORT_TARGET_OPEN && export_target_skip_optional(&scan)) {
            c = EXPORT_TARGET_ANY;
            continue;
        }

        wild |= c == EXPORT_TARGET_ANY && kind == EXPORT_TARGET_DESTINATION;

        dead = export_target_dead(&scan, prev, c,
                                  path ? EXPORT_TARGET_PATH : kind, wild);

        if (dead) {
            return export_target_fail(error, dead);
        }

        /* Behind the "/" of a destination comes a path, and no host. */

        if (c == '/' && kind == EXPORT_TARGET_DESTINATION) {
            path = 1;
            wild = 1;
        }
    }

    return export_target_start(text, kind, error);
}


/* 1 if a path may begin anywhere, as in a destination's regex without "^" */

static unsigned
export_target_is_wild(const export_str_t *text, export_target_e kind)
{
    return kind == EXPORT_TARGET_PATH
           || (kind == EXPORT_TARGET_DESTINATION && text->data[0] != '^');
}


/*
 * Skips a group that may be absent, or that must not match: nothing in such a
 * group makes the regex dead.  "scan" has read the group's beginning.
 */

static unsigned
export_target_skip_optional(export_target_scan_t *scan)
{
    unsigned               empty;
    export_target_scan_t   close, next;

    close = *scan;
    empty = export_target_is_negative(scan);

    if (!export_target_skip(&close, &empty)) {
        return 0;
    }

    next = close;

    if (export_target_next(&next) == EXPORT_TARGET_REPEAT
        && export_target_is_from_none(&next))
    {
        *scan = next;
        return 1;
    }

    if (empty) {
        *scan = close;
    }

    return empty;
}


/* 1 if "scan" has read the beginning of a negative lookaround */

static unsigned
export_target_is_negative(const export_target_scan_t *scan)
{
    const u_char  *open;

    open = scan->start;

    return scan->last - open > 3 && open[1] == '?'
           && (open[2] == '!' || (open[2] == '<' && open[3] == '!'));
}


/*
 * Reads on to the end of a group.  *empty is set if one of the group's
 * alternatives is empty.  Returns 0 if the group has no end.
 */

static unsigned
export_target_skip(export_target_scan_t *scan, unsigned *empty)
{
    int       c, prev;
    unsigned  depth;

    prev = EXPORT_TARGET_OPEN;

    for (depth = 1; depth; prev = c) {

        c = export_target_next(scan);

        if (c == 0) {
            return 0;
        }

        if (depth == 1 && (c == EXPORT_TARGET_OR || c == EXPORT_TARGET_CLOSE)
            && (prev == EXPORT_TARGET_OPEN || prev == EXPORT_TARGET_OR))
        {
            *empty = 1;
        }

        depth += c == EXPORT_TARGET_OPEN;
        depth -= c == EXPORT_TARGET_CLOSE;
    }

    return 1;
}


/* 1 if the repetition that was read allows no occurrence: "?", "*", "{0" */

static unsigned
export_target_is_from_none(const export_target_scan_t *scan)
{
    const u_char  *p;

    p = scan->start;

    return p[0] == '?' || p[0] == '*' || (scan->p - p > 1 && p[1] == '0');
}


/* Why there is never a match, or NULL.  "scan" has read "c". */

static const char *
export_target_dead(const export_target_scan_t *scan, int prev, int c,
    export_target_e kind, unsigned wild)
{
    size_t               i;
    export_target_at_t   at;

    at.start = scan->start;
    at.scan = *scan;
    at.prev = prev;
    at.c = c;
    at.kind = kind;
    at.next = export_target_next(&at.scan);

    for (i = 0; i < sizeof(export_target_never) / sizeof(export_target_never_t);
         i++)
    {
        if (export_target_never[i].is(&at)) {
            return export_target_never[i].text;
        }
    }

    return wild ? NULL : export_target_nameless(*scan, c);
}


static unsigned
export_target_is_scheme(const export_target_at_t *at)
{
    return at->c == ':' && at->next == '/'
           && export_target_is_slash_next(at->scan);
}


/* A "?" behind a letter makes the letter optional, and begins no query. */

static unsigned
export_target_is_argument(const export_target_at_t *at)
{
    return at->c == EXPORT_TARGET_REPEAT && *at->start == '?'
           && export_target_plain(at->prev)
           && export_target_is_assignment(at->scan, at->next);
}


static unsigned
export_target_is_late_begin(const export_target_at_t *at)
{
    return at->c == EXPORT_TARGET_BEGIN && export_target_plain(at->prev);
}


static unsigned
export_target_is_early_end(const export_target_at_t *at)
{
    return at->c == EXPORT_TARGET_END && export_target_plain(at->next);
}


static unsigned
export_target_is_host_slash(const export_target_at_t *at)
{
    return at->c == '/' && at->kind == EXPORT_TARGET_HOST
           && !export_target_repeated(at);
}


static unsigned
export_target_is_port(const export_target_at_t *at)
{
    return at->c == ':' && at->kind != EXPORT_TARGET_PATH && !at->scan.address
           && (at->next == EXPORT_TARGET_DIGIT
               || (at->next >= '0' && at->next <= '9'));
}


static unsigned
export_target_is_last_dot(const export_target_at_t *at)
{
    return at->c == '.' && at->next == EXPORT_TARGET_END
           && at->kind == EXPORT_TARGET_HOST;
}


static unsigned
export_target_is_query(const export_target_at_t *at)
{
    return at->c == '?' && !export_target_repeated(at);
}


static unsigned
export_target_is_fragment(const export_target_at_t *at)
{
    return at->c == '#' && !export_target_repeated(at);
}


/* An encoded slash does not count, since one form of the path keeps it. */

static unsigned
export_target_is_encoded(const export_target_at_t *at)
{
    int                   high, low;
    export_target_scan_t  scan;

    scan = at->scan;

    high = export_hex((u_char) at->next);
    low = export_hex((u_char) export_target_next(&scan));

    return at->c == '%' && high >= 0 && low >= 0
           && (high << 4 | low) != '/' && (high << 4 | low) != '\\';
}


/* Refuses a byte that no host's name has; "scan" has read the byte. */

static const char *
export_target_nameless(export_target_scan_t scan, int c)
{
    int  low;

    low = export_lower((u_char) c);

    if (!export_target_plain(c) || (low >= 'a' && low <= 'z')
        || (c >= '0' && c <= '9') || strchr("-._:/[]", c)
        || export_target_next(&scan) == EXPORT_TARGET_REPEAT)
    {
        return NULL;
    }

    return "a host has letters, digits, \"-\", \"_\" and \".\"; write the "
           "regex without other characters";
}


/* 1 if the next place is a "/" */

static unsigned
export_target_is_slash_next(export_target_scan_t scan)
{
    return export_target_next(&scan) == '/';
}


/* 1 if "c", which "scan" has read, begins "name=" */

static unsigned
export_target_is_assignment(export_target_scan_t scan, int c)
{
    int       low;
    unsigned  n;

    for (n = 0; ; n++) {
        low = export_lower((u_char) c);

        if ((low < 'a' || low > 'z') && (low < '0' || low > '9') && low != '_')
        {
            break;
        }

        c = export_target_next(&scan);
    }

    return n && c == '=';
}


/*
 * Checks what a regex with "^" begins with, in each alternative of the groups
 * at its beginning.
 */

static int
export_target_start(const export_str_t *text, export_target_e kind,
    char error[EXPORT_TARGET_ERROR])
{
    int                   c;
    unsigned              fresh, depth;
    unsigned              begins[EXPORT_TARGET_DEPTH];
    unsigned              after[EXPORT_TARGET_DEPTH];
    export_target_scan_t  scan;

    export_target_scan(&scan, text);

    fresh = 0;
    depth = 0;
    begins[0] = 0;

    while ((c = export_target_next(&scan)) != 0) {

        switch (c) {

        case EXPORT_TARGET_BEGIN:
            fresh = 1;
            continue;

        case EXPORT_TARGET_OPEN:
            if (++depth == EXPORT_TARGET_DEPTH) {
                return EXPORT_OK;
            }

            after[depth] = fresh && export_target_is_widthless(&scan);
            fresh = fresh && export_target_is_group(&scan);
            begins[depth] = fresh;
            continue;

        case EXPORT_TARGET_OR:
            fresh = begins[depth];
            continue;

        case EXPORT_TARGET_CLOSE:
            if (depth == 0) {
                return EXPORT_OK;
            }

            fresh = after[depth--];
            continue;
        }

        if (fresh && export_target_first(scan, c, kind, depth, error)
                     != EXPORT_OK)
        {
            return EXPORT_ERROR;
        }

        fresh = 0;
    }

    return EXPORT_OK;
}


/* 1 if "scan" has read the beginning of a lookaround, or of options */

static unsigned
export_target_is_widthless(const export_target_scan_t *scan)
{
    return scan->p - scan->start == 3 && !strchr(":>|<P'", scan->start[2]);
}


/*
 * 1 if "scan" has read the beginning of a group whose alternatives are read as
 * text, which is not so for a named group
 */

static unsigned
export_target_is_group(const export_target_scan_t *scan)
{
    return scan->p - scan->start != 3 || strchr(":>|", scan->start[2]);
}


/* Checks the first place behind "^". */

static int
export_target_first(export_target_scan_t scan, int c, export_target_e kind,
    unsigned depth, char error[EXPORT_TARGET_ERROR])
{
    export_target_scan_t  rest;

    rest = scan;

    if (!export_target_plain(c)
        || export_target_next(&rest) == EXPORT_TARGET_REPEAT)
    {
        return EXPORT_OK;
    }

    if (kind == EXPORT_TARGET_PATH && c != '/') {
        return depth
               ? export_target_fail(error, "a path begins with \"/\"; write "
                                    "it behind \"^\", or in each alternative")
               : export_target_write(error, "a path begins with \"/\"", "~^/",
                                     scan.start,
                                     (size_t) (scan.last - scan.start));
    }

    if (kind != EXPORT_TARGET_PATH && (c == '/' || c == '.')) {
        return export_target_write(error, "a host begins with neither \"/\" "
                                   "nor \".\"", "~^[^/]*", scan.start,
                                   (size_t) (scan.last - scan.start));
    }

    return EXPORT_OK;
}


unsigned
export_target_regex_open(const export_str_t *text)
{
    int                   c, prev;
    unsigned              depth, across;
    export_target_scan_t  scan;

    export_target_scan(&scan, text);

    if (export_target_next(&scan) != EXPORT_TARGET_BEGIN) {
        return 1;
    }

    depth = 0;
    across = 0;

    for (prev = 0; (c = export_target_next(&scan)) != 0; prev = c) {

        if ((c == EXPORT_TARGET_OR && depth == 0)
            || (c == EXPORT_TARGET_REPEAT && across && *scan.start != '?'))
        {
            return 1;
        }

        depth += c == EXPORT_TARGET_OPEN;
        depth -= c == EXPORT_TARGET_CLOSE;

        across = export_target_is_across(&scan, c);
    }

    return prev != EXPORT_TARGET_END;
}


/* 1 if the place that was read may match several segments when repeated */

static unsigned
export_target_is_across(const export_target_scan_t *scan, int c)
{
    const u_char  *p;

    p = scan->start;

    if (c == EXPORT_TARGET_CLOSE) {
        return scan->p < scan->last && *scan->p != '{';
    }

    if (*p == '.' || (*p == '\\' && export_target_is_upper(p[1]))) {
        return 1;
    }

    return *p == '[' && export_target_has_class_slash(scan);
}


/* 1 if "/" is among the bytes of the class that was read */

static unsigned
export_target_has_class_slash(const export_target_scan_t *scan)
{
    unsigned       in, negated;
    const u_char  *p;

    p = scan->start;

    negated = *++p == '^';
    p += negated;

    for (in = 0; p + 1 < scan->p; p++) {

        if (*p == '\\') {
            p++;
            in |= *p == '/' || export_target_is_upper(*p);

        } else if (*p == '/'
                   || (p + 2 < scan->p && p[1] == '-' && *p < '/'
                       && p[2] > '/'))
        {
            in = 1;
        }
    }

    return in != negated;
}


static void
export_target_scan(export_target_scan_t *scan, const export_str_t *text)
{
    memset(scan, 0, sizeof(export_target_scan_t));

    scan->p = text->data;
    scan->last = text->data + text->len;
    scan->address = export_target_has(text, "\\[") ? 1 : 0;
}


/* Reads the next place.  Returns 0 at the end. */

static int
export_target_next(export_target_scan_t *scan)
{
    u_char  c;

    scan->start = scan->p;

    if (scan->p == scan->last) {
        return 0;
    }

    c = *scan->p++;

    switch (c) {

    case '\\':
        return export_target_escape(scan);

    case '[':
        return export_target_class(scan);

    case '(':
        if (scan->last - scan->p > 1 && scan->p[0] == '?') {
            scan->p += 2;
        }

        return EXPORT_TARGET_OPEN;

    case '{':
        while (scan->p < scan->last && *scan->p++ != '}') { /* void */ }
        return EXPORT_TARGET_REPEAT;
    }

    return export_target_meanings[c] ? export_target_meanings[c] : c;
}


static int
export_target_escape(export_target_scan_t *scan)
{
    u_char  c, low;

    if (scan->p == scan->last) {
        return EXPORT_TARGET_ANY;
    }

    c = *scan->p++;
    low = export_lower(c);

    if (c == 'z' || c == 'Z') {
        return EXPORT_TARGET_END;
    }

    if (c == 'd') {
        return EXPORT_TARGET_DIGIT;
    }

    return (low >= 'a' && low <= 'z') || (c >= '0' && c <= '9') || c < ' '
           ? EXPORT_TARGET_ANY : c;
}


static int
export_target_class(export_target_scan_t *scan)
{
    unsigned       digit, negated;
    const u_char  *p;

    p = scan->p;
    digit = p < scan->last && export_target_is_digit(*p);
    p = export_target_class_bytes(scan, &negated);

    for ( /* void */ ; p < scan->last && *p != ']'; p++) {
        if (*p == '\\') {
            p++;

        } else if (export_target_is_upper(*p) && !negated) {
            scan->upper = 1;
        }
    }

    scan->p = p < scan->last ? p + 1 : scan->last;

    return digit ? EXPORT_TARGET_DIGIT : EXPORT_TARGET_ANY;
}


/*
 * The bytes of a class behind "[" or "[^", and behind a "]" that stands for
 * itself.
 */

static const u_char *
export_target_class_bytes(const export_target_scan_t *scan, unsigned *negated)
{
    const u_char  *p;

    p = scan->p;

    *negated = p < scan->last && *p == '^';
    p += *negated;

    return p < scan->last && *p == ']' ? p + 1 : p;
}


unsigned
export_target_regex_upper(const export_str_t *text)
{
    int                   c;
    export_target_scan_t  scan;

    export_target_scan(&scan, text);

    do {
        c = export_target_next(&scan);

        if (c >= 'A' && c <= 'Z') {
            return 1;
        }

    } while (c && c != '/');

    return scan.upper;
}


u_char *
export_target_regex_copy(u_char *p, const export_str_t *text,
    export_target_e kind)
{
    int                   c, prev;
    unsigned              hosts;
    export_target_scan_t  scan;

    hosts = kind == EXPORT_TARGET_DESTINATION && export_target_is_of_host(text);

    export_target_scan(&scan, text);

    for (prev = 0; (c = export_target_next(&scan)) != 0; prev = c) {

        if (c == EXPORT_TARGET_END && hosts) {
            p = (u_char *) memcpy(p, "(?:/|$)", 7) + 7;
            continue;
        }

        memcpy(p, scan.start, (size_t) (scan.p - scan.start));
        p += scan.p - scan.start;

        if (c == '/' && kind != EXPORT_TARGET_HOST
            && export_target_is_last_slash(&scan, prev))
        {
            *p++ = '?';
        }
    }

    return p;
}


/* 1 if the slash that was read ends a path, with only "$" behind it */

static unsigned
export_target_is_last_slash(const export_target_scan_t *scan, int prev)
{
    return prev && prev != EXPORT_TARGET_BEGIN && scan->last - scan->p == 1
           && scan->p[0] == '$';
}


/* 1 if a destination's regex is about a host, and names no path */

static unsigned
export_target_is_of_host(const export_str_t *text)
{
    int                   c;
    export_target_scan_t  scan;

    export_target_scan(&scan, text);

    while ((c = export_target_next(&scan)) != 0) {
        if (c == '/') {
            return 0;
        }
    }

    return text->data[0] == '^' || export_target_has(text, "\\.");
}


int
export_target_has(const export_str_t *s, const char *text)
{
    return s->len && memmem(s->data, s->len, text, strlen(text)) != NULL;
}


int
export_target_fail(char error[EXPORT_TARGET_ERROR], const char *text)
{
    snprintf(error, EXPORT_TARGET_ERROR, "%s", text);

    return EXPORT_ERROR;
}


int
export_target_write(char error[EXPORT_TARGET_ERROR], const char *text,
    const char *before, const u_char *data, size_t len)
{
    snprintf(error, EXPORT_TARGET_ERROR, "%s; write \"%s%.*s%s\"", text,
             before, (int) (len < 128 ? len : 128), (const char *) data,
             before[0] == '[' ? "]" : "");

    return EXPORT_ERROR;
}
