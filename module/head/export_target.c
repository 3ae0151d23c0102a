
#ifndef _GNU_SOURCE
#define _GNU_SOURCE                     /* memmem() */
#endif

#include <stdio.h>

#include "export_destination.h"
#include "export_target.h"


/* what a place in a regex is, unless it is a byte that stands for itself */

enum {
    EXPORT_TARGET_ANY = 1,          /* a class, a dot */
    EXPORT_TARGET_DIGIT,            /* ... of digits */
    EXPORT_TARGET_OPEN,
    EXPORT_TARGET_CLOSE,
    EXPORT_TARGET_REPEAT,
    EXPORT_TARGET_BEGIN,
    EXPORT_TARGET_END,
    EXPORT_TARGET_OR
};


/* a regex, place by place, as it is read from the left */

typedef struct {
    const u_char  *p;
    const u_char  *last;
    const u_char  *start;           /* of the last place */
    unsigned       upper:1;         /* a class with a letter in upper case */
    unsigned       address:1;       /* there is a bracket: IPv6 */
} export_target_scan_t;


static int export_target_fail(char error[EXPORT_TARGET_ERROR],
    const char *text);
static int export_target_write(char error[EXPORT_TARGET_ERROR],
    const char *text, const char *before, const u_char *data, size_t len);
static int export_target_has(const export_str_t *s, const char *text);
static int export_target_regexlike(const export_str_t *s);
static int export_target_name(const export_str_t *value,
    const export_str_t *name, char error[EXPORT_TARGET_ERROR]);
static int export_target_path(const export_str_t *path,
    char error[EXPORT_TARGET_ERROR]);
static int export_target_segments(const export_str_t *path,
    char error[EXPORT_TARGET_ERROR]);
static u_char *export_target_put_path(u_char *p, const export_str_t *path);
static unsigned export_target_open(export_str_t *path);
static unsigned export_target_whole(const export_str_t *path);
static u_char *export_target_put_host(u_char *p,
    const export_target_t *target);
static u_char *export_target_quote(u_char *p, const u_char *data, size_t len);
static unsigned export_target_segment(const export_str_t *host);
static int export_target_literal(const export_str_t *value,
    unsigned sensitive, u_char *buf, export_str_t *pattern,
    char error[EXPORT_TARGET_ERROR]);
static int export_target_destination(const export_str_t *value, u_char *buf,
    export_str_t *pattern, char error[EXPORT_TARGET_ERROR]);
static int export_target_regex(const export_str_t *value,
    export_target_e kind, unsigned sensitive, u_char *buf,
    export_str_t *pattern, char error[EXPORT_TARGET_ERROR]);
static int export_target_check(const export_str_t *text,
    export_target_e kind, char error[EXPORT_TARGET_ERROR]);
static unsigned export_target_optional(export_target_scan_t *scan);
static const char *export_target_nameless(export_target_scan_t scan, int c);
static const char *export_target_never(export_target_scan_t scan, int prev,
    int c, export_target_e kind);
static unsigned export_target_slash(export_target_scan_t scan);
static unsigned export_target_assigns(export_target_scan_t scan, int c);
static int export_target_start(const export_str_t *text,
    export_target_e kind, char error[EXPORT_TARGET_ERROR]);
static unsigned export_target_widthless(const export_target_scan_t *scan);
static unsigned export_target_group(const export_target_scan_t *scan);
static int export_target_first(export_target_scan_t scan, int c,
    export_target_e kind, unsigned depth, char error[EXPORT_TARGET_ERROR]);
static unsigned export_target_across(const export_target_scan_t *scan, int c);
static int export_target_next(export_target_scan_t *scan);
static int export_target_escape(export_target_scan_t *scan);
static int export_target_class(export_target_scan_t *scan);
static unsigned export_target_upper(const export_str_t *text);
static void export_target_scan(export_target_scan_t *scan,
    const export_str_t *text);
static unsigned export_target_hosts(const export_str_t *text);
static u_char *export_target_ends(u_char *p, const export_str_t *text,
    export_target_e kind);


#define EXPORT_TARGET_DEPTH  32         /* groups in groups that are read */

/* a byte that stands for itself */

#define export_target_plain(c)  ((c) >= ' ')


int
export_target_host(const export_str_t *value, u_char *buf,
    export_target_t *target, char error[EXPORT_TARGET_ERROR])
{
    export_str_t  name;

    memset(target, 0, sizeof(export_target_t));

    if (value->len == 1 && value->data[0] == '*') {
        return EXPORT_OK;
    }

    name = *value;

    if (name.len > 1 && name.data[0] == '*' && name.data[1] == '.') {
        target->below = 1;
        name.data++;
        name.len--;
    }

    if (name.len > 1 && name.data[0] == '.') {
        target->subdomains = 1;
        name.data++;
        name.len--;
    }

    if (export_target_name(value, &name, error) != EXPORT_OK) {
        return EXPORT_ERROR;
    }

    if (export_destination_host(&name, buf, &target->host) != EXPORT_OK
        || target->host.data[0] == '.'
        || export_target_has(&target->host, ".."))
    {
        return export_target_fail(error, "this is no host's name");
    }

    if (memchr(name.data + target->host.len, ':',
               name.len - target->host.len))
    {
        return export_target_write(error, "ports are not compared",
                                   target->below ? "*."
                                   : target->subdomains ? "." : "",
                                   name.data, target->host.len);
    }

    return EXPORT_OK;
}


/* what is often written for a host and is none */

static int
export_target_name(const export_str_t *value, const export_str_t *name,
    char error[EXPORT_TARGET_ERROR])
{
    size_t         i, colons;
    u_char        *p;
    export_str_t   rest;

    for (colons = 0, i = 0; i < name->len; i++) {

        if (name->data[i] >= 0x80) {
            return export_target_fail(error, "write the host's name as it is "
                                             "sent, with \"xn--\"");
        }

        colons += name->data[i] == ':';
    }

    p = name->len ? memchr(name->data, ':', name->len) : NULL;

    if (p && name->data + name->len - p > 2 && p[1] == '/' && p[2] == '/') {
        rest.data = p + 3;
        rest.len = (size_t) (name->data + name->len - rest.data);

        return export_target_write(error, "a scheme is not compared", "",
                                   rest.data, rest.len);
    }

    if (export_target_regexlike(value)
        && (value->data[0] == '^' || !memchr(value->data, '*', value->len)))
    {
        return export_target_write(error, "a regex begins with \"~\"", "~",
                                   value->data, value->len);
    }

    if (name->len && memchr(name->data, '*', name->len)) {
        return export_target_fail(error, "\"*\" stands alone or before the "
                                  "first dot; write a regex: \"~^...$\"");
    }

    if (name->len && memchr(name->data, '/', name->len)) {
        return export_target_fail(error, "a host has no path; write the path "
                                         "behind it");
    }

    if (colons > 1 && name->data[0] != '[') {
        return export_target_write(error, "an IPv6 address has brackets", "[",
                                   name->data, name->len);
    }

    return EXPORT_OK;
}


int
export_target_pattern(const export_str_t *value, export_target_e kind,
    unsigned sensitive, u_char *buf, export_str_t *pattern,
    char error[EXPORT_TARGET_ERROR])
{
    if (value->len == 0) {
        return export_target_fail(error, "empty pattern");
    }

    if (value->data[0] == '~') {
        return export_target_regex(value, kind, sensitive, buf, pattern,
                                   error);
    }

    return kind == EXPORT_TARGET_DESTINATION
           ? export_target_destination(value, buf, pattern, error)
           : export_target_literal(value, sensitive, buf, pattern, error);
}


/* whether a path is likely to begin so, and hardly a host: v1, v1beta, api */

static unsigned
export_target_segment(const export_str_t *host)
{
    if (host->len == 3 && memcmp(host->data, "api", 3) == 0) {
        return 1;
    }

    return host->len > 1 && (host->data[0] | 0x20) == 'v'
           && host->data[1] >= '0' && host->data[1] <= '9'
           && !memchr(host->data, '.', host->len);
}


/* a path that is no regex */

static int
export_target_literal(const export_str_t *value, unsigned sensitive,
    u_char *buf, export_str_t *pattern, char error[EXPORT_TARGET_ERROR])
{
    u_char  *p;

    if (export_target_path(value, error) != EXPORT_OK) {
        return EXPORT_ERROR;
    }

    /* a literal has no case, and is as fast as can be */

    if (!sensitive && export_target_whole(value)) {
        *pattern = export_destination_path(value, buf);
        return EXPORT_OK;
    }

    p = buf;
    *p++ = '~';

    if (!sensitive) {
        *p++ = '*';
    }

    *p++ = '^';
    p = export_target_put_path(p, value);

    pattern->data = buf;
    pattern->len = (size_t) (p - buf);

    return EXPORT_OK;
}


/* host, host/path or /path */

static int
export_target_destination(const export_str_t *value, u_char *buf,
    export_str_t *pattern, char error[EXPORT_TARGET_ERROR])
{
    u_char           name[EXPORT_MAX_HOST + 8], *p, *slash;
    export_str_t     host, path;
    export_target_t  target;
    static u_char    every[] = "*";

    host = *value;
    path.len = 1;
    path.data = every;

    slash = memchr(value->data, '/', value->len);

    if (slash && !export_target_has(value, "://")) {
        host.len = (size_t) (slash - value->data);
        path.data = slash;
        path.len = value->len - host.len;
    }

    if (host.len == 0) {
        host.len = 1;
        host.data = every;
    }

    if (host.len > sizeof(name)) {
        return export_target_fail(error, "this is no host's name");
    }

    if (slash && export_target_segment(&host)) {
        return export_target_write(error, "a path of any host begins with "
                                   "\"/\"", "/", value->data, value->len);
    }

    if (export_target_host(&host, name, &target, error) != EXPORT_OK
        || export_target_path(&path, error) != EXPORT_OK)
    {
        return EXPORT_ERROR;
    }

    if (target.host.len && !target.subdomains && export_target_whole(&path)) {
        memcpy(buf, target.host.data, target.host.len);
        *pattern = export_destination_path(&path, buf + target.host.len);
        pattern->data = buf;
        pattern->len += target.host.len;

        return EXPORT_OK;
    }

    p = buf;
    *p++ = '~';
    *p++ = '*';
    *p++ = '^';
    p = export_target_put_host(p, &target);
    p = export_target_put_path(p, &path);

    pattern->data = buf;
    pattern->len = (size_t) (p - buf);

    return EXPORT_OK;
}


/* what is often written for a path, and no path has */

static int
export_target_path(const export_str_t *path, char error[EXPORT_TARGET_ERROR])
{
    u_char  *p;

    if (path->len == 1 && path->data[0] == '*') {
        return EXPORT_OK;
    }

    if (export_target_has(path, "://")) {
        return export_target_fail(error, "write a path, as in \"/v1/files\"; "
                                         "the host is before it");
    }

    if (export_target_regexlike(path)) {
        return export_target_write(error, "a regex begins with \"~\"", "~",
                                   path->data, path->len);
    }

    if (path->data[0] != '/') {
        return export_target_write(error, "a path begins with \"/\"", "/",
                                   path->data, path->len);
    }

    p = memchr(path->data, '?', path->len);

    if (p) {
        return export_target_write(error, "a query is no part of the path; "
                                   "\"arg:NAME\" is a source", "",
                                   path->data, (size_t) (p - path->data));
    }

    p = memchr(path->data, '#', path->len);

    if (p) {
        return export_target_write(error, "a fragment is never sent", "",
                                   path->data, (size_t) (p - path->data));
    }

    return export_target_segments(path, error);
}


static int
export_target_segments(const export_str_t *path,
    char error[EXPORT_TARGET_ERROR])
{
    u_char  c, next;
    size_t  i;

    for (i = 0; i < path->len; i++) {
        c = path->data[i];
        next = i + 1 < path->len ? path->data[i + 1] : '/';

        if (strchr("{}<>", c) || (c == '/' && next == ':')) {
            return export_target_fail(error, "a part that varies needs a "
                                      "regex: \"[^/]+\" behind \"~^\"");
        }

        if (c == '*' && i + 1 < path->len && next != '*') {
            return export_target_fail(error, "\"*\" stands at the end; write "
                                      "a regex: \"[^/]+\" behind \"~^\"");
        }

        if (c <= ' ' && (next == '/' || path->data[i - 1] == '/')) {
            return export_target_fail(error, "a segment begins and ends with "
                                             "no blank");
        }
    }

    return EXPORT_OK;
}


/* in a regex, from the path's beginning on */

static u_char *
export_target_put_path(u_char *p, const export_str_t *path)
{
    unsigned      below, open;
    export_str_t  s;

    s = *path;
    open = export_target_open(&s);
    below = s.len == 0 || s.data[s.len - 1] == '/';

    /* decoded where what is quoted cannot reach */

    s = export_destination_path(&s, p + 2 * path->len);

    if (below && s.len <= 1) {
        *p++ = '/';
        return p;
    }

    p = export_target_quote(p, s.data, s.len);

    if (below) {
        return (u_char *) memcpy(p, "(?:/|$)", 7) + 7;
    }

    if (!open) {
        *p++ = '$';
    }

    return p;
}


/* whether it is one path and not many */

static unsigned
export_target_whole(const export_str_t *path)
{
    return path->data[path->len - 1] != '*'
           && path->data[path->len - 1] != '/';
}


/* takes "*" off the end of a path, and tells whether there was one */

static unsigned
export_target_open(export_str_t *path)
{
    size_t  len;

    len = path->len;

    while (path->len && path->data[path->len - 1] == '*') {
        path->len--;
    }

    return path->len < len;
}


static u_char *
export_target_put_host(u_char *p, const export_target_t *target)
{
    static const char  any[] = "[^/]*";
    static const char  below[] = "[^/]*\\.";
    static const char  domain[] = "(?:[^/]*\\.)?";

    if (target->host.len == 0) {
        return (u_char *) memcpy(p, any, sizeof(any) - 1) + sizeof(any) - 1;
    }

    if (target->below) {
        p = (u_char *) memcpy(p, below, sizeof(below) - 1) + sizeof(below) - 1;

    } else if (target->subdomains) {
        p = (u_char *) memcpy(p, domain, sizeof(domain) - 1)
            + sizeof(domain) - 1;
    }

    return export_target_quote(p, target->host.data, target->host.len);
}


/* for a regex: what is no letter, digit, "/", "-" or "_" loses its meaning */

static u_char *
export_target_quote(u_char *p, const u_char *data, size_t len)
{
    u_char  c;
    size_t  i;

    for (i = 0; i < len; i++) {
        c = export_lower(data[i]);

        if (c < 0x80 && !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9')
            && c != '/' && c != '-' && c != '_')
        {
            *p++ = '\\';
        }

        *p++ = data[i];
    }

    return p;
}


static int
export_target_regex(const export_str_t *value, export_target_e kind,
    unsigned sensitive, u_char *buf, export_str_t *pattern,
    char error[EXPORT_TARGET_ERROR])
{
    u_char        *p;
    unsigned       caseless;
    export_str_t   text;

    text.data = value->data + 1;
    text.len = value->len - 1;

    caseless = text.len && text.data[0] == '*';

    if (caseless) {
        text.data++;
        text.len--;
    }

    if (text.len == 0) {
        return export_target_fail(error, "empty regex");
    }

    if (caseless && sensitive) {
        return export_target_fail(error, "\"~*\" is for either case, and "
                                         "\"case=sensitive\" for one");
    }

    if (export_target_check(&text, kind, error) != EXPORT_OK) {
        return EXPORT_ERROR;
    }

    caseless |= kind == EXPORT_TARGET_HOST
                || (kind == EXPORT_TARGET_PATH && !sensitive)
                || (kind == EXPORT_TARGET_DESTINATION
                    && export_target_upper(&text));

    p = buf;
    *p++ = '~';

    if (caseless) {
        *p++ = '*';
    }

    p = export_target_ends(p, &text, kind);

    pattern->data = buf;
    pattern->len = (size_t) (p - buf);

    return EXPORT_OK;
}


/* what no subject holds, so that the regex, or an alternative, is dead */

static int
export_target_check(const export_str_t *text, export_target_e kind,
    char error[EXPORT_TARGET_ERROR])
{
    int                    prev, c;
    unsigned               path, wild;
    const char            *never;
    export_target_scan_t   scan;

    export_target_scan(&scan, text);

    /* a path may begin wherever a destination's regex has no beginning */

    wild = kind == EXPORT_TARGET_PATH
           || (kind == EXPORT_TARGET_DESTINATION && text->data[0] != '^');

    path = 0;

    for (prev = 0; (c = export_target_next(&scan)) != 0; prev = c) {

        if (c == EXPORT_TARGET_OPEN && export_target_optional(&scan)) {
            c = EXPORT_TARGET_ANY;
            continue;
        }

        if (c == EXPORT_TARGET_ANY && kind == EXPORT_TARGET_DESTINATION) {
            wild = 1;
        }

        never = export_target_never(scan, prev, c,
                                    path ? EXPORT_TARGET_PATH : kind);

        if (never == NULL && !wild) {
            never = export_target_nameless(scan, c);
        }

        if (never) {
            return export_target_fail(error, never);
        }

        /* what is behind a destination's "/" is no host */

        if (c == '/' && kind == EXPORT_TARGET_DESTINATION) {
            path = 1;
            wild = 1;
        }
    }

    return export_target_start(text, kind, error);
}


/*
 * Skips a group that may be left out, or that must not match: what is in it
 * does no harm.  "scan" has read its beginning.
 */

static unsigned
export_target_optional(export_target_scan_t *scan)
{
    int                    c, prev;
    unsigned               depth, empty;
    const u_char          *open;
    export_target_scan_t   close, next;

    open = scan->start;
    close = *scan;

    empty = (size_t) (scan->last - open) > 3 && open[1] == '?'
            && (open[2] == '!' || (open[2] == '<' && open[3] == '!'));

    prev = EXPORT_TARGET_OPEN;

    for (depth = 1; depth; prev = c) {

        c = export_target_next(&close);

        if (c == 0) {
            return 0;
        }

        if (depth == 1 && (c == EXPORT_TARGET_OR || c == EXPORT_TARGET_CLOSE)
            && (prev == EXPORT_TARGET_OPEN || prev == EXPORT_TARGET_OR))
        {
            empty = 1;
        }

        depth += c == EXPORT_TARGET_OPEN;
        depth -= c == EXPORT_TARGET_CLOSE;
    }

    next = close;

    if (export_target_next(&next) == EXPORT_TARGET_REPEAT
        && (next.start[0] == '?' || next.start[0] == '*'
            || (next.p - next.start > 1 && next.start[1] == '0')))
    {
        *scan = next;
        return 1;
    }

    if (empty) {
        *scan = close;
    }

    return empty;
}


/* a byte that no host's name has; "scan" has read it */

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


/* "scan" has read "c" */

static const char *
export_target_never(export_target_scan_t scan, int prev, int c,
    export_target_e kind)
{
    int            next, low, may;
    const u_char  *start;

    start = scan.start;
    next = export_target_next(&scan);

    /* what may be left out does no harm */

    may = next == EXPORT_TARGET_REPEAT;

    if (c == ':' && next == '/' && export_target_slash(scan)) {
        return "a scheme is not compared; write the regex without it";
    }

    /* "?" behind a letter makes that optional, and begins no query */

    if (c == EXPORT_TARGET_REPEAT && *start == '?'
        && export_target_plain(prev) && export_target_assigns(scan, next))
    {
        return "a query is no part of the path; write the regex without, "
               "\"arg:NAME\" is a source";
    }

    if (c == EXPORT_TARGET_BEGIN && export_target_plain(prev)) {
        return "nothing is before \"^\"; write \"\\^\" for the character";
    }

    if (c == EXPORT_TARGET_END && export_target_plain(next)) {
        return "nothing is behind \"$\"; write \"\\$\" for the character";
    }

    if (c == '/' && kind == EXPORT_TARGET_HOST && !may) {
        return "a host has no path; write the path behind it";
    }

    if (c == ':' && kind != EXPORT_TARGET_PATH && !scan.address
        && (next == EXPORT_TARGET_DIGIT || (next >= '0' && next <= '9')))
    {
        return "ports are not compared; write the regex without";
    }

    if (c == '.' && next == EXPORT_TARGET_END && kind == EXPORT_TARGET_HOST) {
        return "a host has no dot at its end; write the regex without";
    }

    if ((c == '?' || c == '#') && !may) {
        return c == '?' ? "a query is no part of the path; write the regex "
                          "without, \"arg:NAME\" is a source"
                        : "a fragment is never sent; write the regex without";
    }

    if (c != '%' || next < '0' || next > 'f') {
        return NULL;
    }

    /* but for an encoded slash, which one of the forms keeps */

    low = export_target_next(&scan);

    return export_hex((u_char) next) < 0 || low < '0' || low > 'f'
           || export_hex((u_char) low) < 0
           || (next == '2' && export_lower(low) == 'f')
           || (next == '5' && export_lower(low) == 'c')
           ? NULL : "paths are compared decoded; write the character itself";
}


/* whether the next place is a "/" */

static unsigned
export_target_slash(export_target_scan_t scan)
{
    return export_target_next(&scan) == '/';
}


/* whether it goes on as "name="; "scan" has read "c" */

static unsigned
export_target_assigns(export_target_scan_t scan, int c)
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
 * What a regex begins with that has "^" before it, in each alternative of the
 * groups that it begins with.
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

            after[depth] = fresh && export_target_widthless(&scan);
            fresh = fresh && export_target_group(&scan);
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


/* whether "scan" has read the beginning of a lookaround, or of options */

static unsigned
export_target_widthless(const export_target_scan_t *scan)
{
    return scan->p - scan->start == 3 && !strchr(":>|<P'", scan->start[2]);
}


/* ... of a group whose alternatives are read as text */

static unsigned
export_target_group(const export_target_scan_t *scan)
{
    return scan->p - scan->start != 3 || strchr(":>|", scan->start[2]);
}


/* the first place behind "^" */

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


/*
 * Whether a path's pattern fits with more around what it names: one that is
 * not held at both ends, or has a place for any number of segments.
 */

unsigned
export_target_open_path(const export_str_t *value)
{
    int                   c, prev;
    unsigned              depth, across;
    export_str_t          text;
    export_target_scan_t  scan;

    text = *value;

    if (text.len == 0 || text.data[0] != '~') {
        return text.len == 0 || !export_target_whole(&text);
    }

    text.data++;
    text.len--;

    if (text.len && text.data[0] == '*') {
        text.data++;
        text.len--;
    }

    export_target_scan(&scan, &text);

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

        across = export_target_across(&scan, c);
    }

    return prev != EXPORT_TARGET_END;
}


/* whether a place, which was read, goes over a "/" if it is repeated */

static unsigned
export_target_across(const export_target_scan_t *scan, int c)
{
    unsigned       in, negated;
    const u_char  *p;

    p = scan->start;

    if (c == EXPORT_TARGET_CLOSE) {
        return scan->p < scan->last && *scan->p != '{';
    }

    if (*p == '.' || (*p == '\\' && p[1] >= 'A' && p[1] <= 'Z')) {
        return 1;
    }

    if (*p != '[') {
        return 0;
    }

    negated = *++p == '^';
    p += negated;

    for (in = 0; p + 1 < scan->p; p++) {

        if (*p == '\\') {
            p++;
            in |= *p == '/' || (*p >= 'A' && *p <= 'Z');

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


/* 0 at the end */

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

    case ')':
        return EXPORT_TARGET_CLOSE;

    case '.':
        return EXPORT_TARGET_ANY;

    case '{':
        while (scan->p < scan->last && *scan->p++ != '}') { /* void */ }
        return EXPORT_TARGET_REPEAT;

    case '*':
    case '+':
    case '?':
        return EXPORT_TARGET_REPEAT;

    case '^':
        return EXPORT_TARGET_BEGIN;

    case '$':
        return EXPORT_TARGET_END;

    case '|':
        return EXPORT_TARGET_OR;
    }

    return c < ' ' ? EXPORT_TARGET_ANY : c;
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
    digit = p < scan->last && *p >= '0' && *p <= '9';
    negated = p < scan->last && *p == '^';

    p += negated;

    if (p < scan->last && *p == ']') {
        p++;
    }

    for ( /* void */ ; p < scan->last && *p != ']'; p++) {
        if (*p == '\\') {
            p++;

        } else if (*p >= 'A' && *p <= 'Z' && !negated) {
            scan->upper = 1;
        }
    }

    scan->p = p < scan->last ? p + 1 : scan->last;

    return digit ? EXPORT_TARGET_DIGIT : EXPORT_TARGET_ANY;
}


/* whether there is a letter in upper case where a host may be */

static unsigned
export_target_upper(const export_str_t *text)
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


/*
 * Copies a regex.  The end of a destination's that names no path is the end of
 * the host, too, as in "\.example\.com$"; and a path's last "/" may be missing,
 * as it is in the decoded form.
 */

static u_char *
export_target_ends(u_char *p, const export_str_t *text, export_target_e kind)
{
    int                   c, prev;
    unsigned              hosts;
    export_target_scan_t  scan;

    hosts = kind == EXPORT_TARGET_DESTINATION && export_target_hosts(text);

    export_target_scan(&scan, text);

    for (prev = 0; (c = export_target_next(&scan)) != 0; prev = c) {

        if (c == EXPORT_TARGET_END && hosts) {
            p = (u_char *) memcpy(p, "(?:/|$)", 7) + 7;
            continue;
        }

        memcpy(p, scan.start, (size_t) (scan.p - scan.start));
        p += scan.p - scan.start;

        if (c == '/' && prev && prev != EXPORT_TARGET_BEGIN
            && kind != EXPORT_TARGET_HOST && scan.last - scan.p == 1
            && scan.p[0] == '$')
        {
            *p++ = '?';
        }
    }

    return p;
}


/* whether a destination's regex is about a host, and names no path */

static unsigned
export_target_hosts(const export_str_t *text)
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


static int
export_target_regexlike(const export_str_t *s)
{
    return s->len > 1
           && (s->data[0] == '^' || s->data[s->len - 1] == '$'
               || export_target_has(s, ".*") || export_target_has(s, ".+")
               || export_target_has(s, "(?") || export_target_has(s, "[^")
               || export_target_has(s, "]+") || export_target_has(s, "]*")
               || export_target_has(s, "\\d") || export_target_has(s, "\\.")
               || memchr(s->data, '|', s->len));
}


static int
export_target_has(const export_str_t *s, const char *text)
{
    return s->len && memmem(s->data, s->len, text, strlen(text)) != NULL;
}


static int
export_target_fail(char error[EXPORT_TARGET_ERROR], const char *text)
{
    snprintf(error, EXPORT_TARGET_ERROR, "%s", text);

    return EXPORT_ERROR;
}


/* "before" is what "data" lacks; a bracket is closed too */

static int
export_target_write(char error[EXPORT_TARGET_ERROR], const char *text,
    const char *before, const u_char *data, size_t len)
{
    snprintf(error, EXPORT_TARGET_ERROR, "%s; write \"%s%.*s%s\"", text,
             before, (int) (len < 128 ? len : 128), (const char *) data,
             before[0] == '[' ? "]" : "");

    return EXPORT_ERROR;
}
