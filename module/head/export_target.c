
#include "export_destination.h"
#include "export_target.h"


static export_str_t export_target_below(const export_str_t *value,
    export_target_t *target);
static int export_target_name(const export_str_t *value,
    const export_str_t *name, char error[EXPORT_TARGET_ERROR]);
static unsigned export_target_is_ascii(const export_str_t *s);
static unsigned export_target_has_scheme(const export_str_t *name,
    export_str_t *rest);
static unsigned export_target_is_address(const export_str_t *name);
static unsigned export_target_is_segment(const export_str_t *host);
static int export_target_literal(const export_str_t *value, unsigned sensitive,
    u_char *buf, export_str_t *pattern, char error[EXPORT_TARGET_ERROR]);
static int export_target_destination(const export_str_t *value, u_char *buf,
    export_str_t *pattern, char error[EXPORT_TARGET_ERROR]);
static void export_target_divide(const export_str_t *value, export_str_t *host,
    export_str_t *path);
static int export_target_path(const export_str_t *path,
    char error[EXPORT_TARGET_ERROR]);
static int export_target_segments(const export_str_t *path,
    char error[EXPORT_TARGET_ERROR]);
static unsigned export_target_is_placeholder(u_char c, u_char next);
static unsigned export_target_stars(const export_str_t *path, size_t i);
static u_char *export_target_put_path(u_char *p, const export_str_t *path);
static unsigned export_target_is_whole(const export_str_t *path);
static unsigned export_target_open(export_str_t *path);
static u_char *export_target_put_host(u_char *p,
    const export_target_t *target);
static u_char *export_target_quote(u_char *p, const u_char *data, size_t len);
static int export_target_regex(const export_str_t *value, export_target_e kind,
    unsigned sensitive, u_char *buf, export_str_t *pattern,
    char error[EXPORT_TARGET_ERROR]);
static unsigned export_target_is_caseless(const export_str_t *text,
    export_target_e kind, unsigned sensitive);
static int export_target_regexlike(const export_str_t *s);
static u_char *export_target_byte(const export_str_t *s, u_char c);


int
export_target_host(const export_str_t *value, u_char *buf,
    export_target_t *target, char error[EXPORT_TARGET_ERROR])
{
    export_str_t  name;

    memset(target, 0, sizeof(export_target_t));

    if (value->len == 1 && value->data[0] == '*') {
        return EXPORT_OK;
    }

    name = export_target_below(value, target);

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


/* Takes "." or "*." off a host, and notes what that says of subdomains. */

static export_str_t
export_target_below(const export_str_t *value, export_target_t *target)
{
    export_str_t  name;

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

    return name;
}


/* Refuses what is often written for a host and is none. */

static int
export_target_name(const export_str_t *value, const export_str_t *name,
    char error[EXPORT_TARGET_ERROR])
{
    export_str_t  rest;

    if (!export_target_is_ascii(name)) {
        return export_target_fail(error, "write the host's name as it is "
                                         "sent, with \"xn--\"");
    }

    if (export_target_has_scheme(name, &rest)) {
        return export_target_write(error, "a scheme is not compared", "",
                                   rest.data, rest.len);
    }

    if (export_target_regexlike(value)
        && (value->data[0] == '^' || !export_target_byte(value, '*')))
    {
        return export_target_write(error, "a regex begins with \"~\"", "~",
                                   value->data, value->len);
    }

    if (export_target_byte(name, '*')) {
        return export_target_fail(error, "\"*\" stands alone or before the "
                                  "first dot; write a regex: \"~^...$\"");
    }

    if (export_target_byte(name, '/')) {
        return export_target_fail(error, "a host has no path; write the path "
                                         "behind it");
    }

    if (export_target_is_address(name)) {
        return export_target_write(error, "an IPv6 address has brackets", "[",
                                   name->data, name->len);
    }

    return EXPORT_OK;
}


static unsigned
export_target_is_ascii(const export_str_t *s)
{
    size_t  i;

    for (i = 0; i < s->len; i++) {
        if (s->data[i] >= 0x80) {
            return 0;
        }
    }

    return 1;
}


/* 1 if a name has "://" where a port may begin; "rest" is what follows */

static unsigned
export_target_has_scheme(const export_str_t *name, export_str_t *rest)
{
    u_char  *p;

    p = export_target_byte(name, ':');

    if (p == NULL || name->data + name->len - p < 3
        || p[1] != '/' || p[2] != '/')
    {
        return 0;
    }

    rest->data = p + 3;
    rest->len = (size_t) (name->data + name->len - rest->data);

    return 1;
}


/*
 * 1 if a name has more colons than a port needs, and no bracket: an IPv6
 * address
 */

static unsigned
export_target_is_address(const export_str_t *name)
{
    u_char        *p;
    export_str_t   rest;

    p = export_target_byte(name, ':');

    if (p == NULL || name->data[0] == '[') {
        return 0;
    }

    rest.data = p + 1;
    rest.len = (size_t) (name->data + name->len - rest.data);

    return export_target_byte(&rest, ':') != NULL;
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


/*
 * 1 if a name is likely the first segment of a path, and hardly a host: v1,
 * v1beta, api
 */

static unsigned
export_target_is_segment(const export_str_t *host)
{
    if (host->len == 3 && memcmp(host->data, "api", 3) == 0) {
        return 1;
    }

    return host->len > 1 && (host->data[0] | 0x20) == 'v'
           && host->data[1] >= '0' && host->data[1] <= '9'
           && !memchr(host->data, '.', host->len);
}


/* Makes the pattern of a path that is no regex. */

static int
export_target_literal(const export_str_t *value, unsigned sensitive,
    u_char *buf, export_str_t *pattern, char error[EXPORT_TARGET_ERROR])
{
    u_char  *p;

    if (export_target_path(value, error) != EXPORT_OK) {
        return EXPORT_ERROR;
    }

    /* A literal is compared without case, and is tried fastest. */

    if (!sensitive && export_target_is_whole(value)) {
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


/* Makes the pattern of a destination: host, host/path or /path. */

static int
export_target_destination(const export_str_t *value, u_char *buf,
    export_str_t *pattern, char error[EXPORT_TARGET_ERROR])
{
    u_char           name[EXPORT_MAX_HOST + 8], *p;
    export_str_t     host, path;
    export_target_t  target;

    export_target_divide(value, &host, &path);

    if (host.len > sizeof(name)) {
        return export_target_fail(error, "this is no host's name");
    }

    if (export_target_byte(value, '/') && export_target_is_segment(&host)) {
        return export_target_write(error, "a path of any host begins with "
                                   "\"/\"", "/", value->data, value->len);
    }

    if (export_target_host(&host, name, &target, error) != EXPORT_OK
        || export_target_path(&path, error) != EXPORT_OK)
    {
        return EXPORT_ERROR;
    }

    if (target.host.len && !target.subdomains
        && export_target_is_whole(&path))
    {
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


/*
 * Divides a value into host and path.  A URL is left whole, so that
 * export_target_name() refuses it with the right text.
 */

static void
export_target_divide(const export_str_t *value, export_str_t *host,
    export_str_t *path)
{
    u_char         *slash;
    static u_char   every[] = "*";

    *host = *value;
    path->len = 1;
    path->data = every;

    slash = export_target_byte(value, '/');

    if (slash && !export_target_has(value, "://")) {
        host->len = (size_t) (slash - value->data);
        path->data = slash;
        path->len = value->len - host->len;
    }

    if (host->len == 0) {
        host->len = 1;
        host->data = every;
    }
}


/* Refuses what is often written for a path, and is in none. */

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

        if (export_target_is_placeholder(c, next)) {
            return export_target_fail(error, "a part that varies needs a "
                                      "regex: \"[^/]+\" behind \"~^\"");
        }

        if (c == '*' && !export_target_stars(path, i)) {
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


/* 1 if "c" begins a placeholder, as documentation writes parts that vary */

static unsigned
export_target_is_placeholder(u_char c, u_char next)
{
    return strchr("{}<>", c) || (c == '/' && next == ':');
}


/* 1 if another "*", or the end, is behind the "*" at "i" */

static unsigned
export_target_stars(const export_str_t *path, size_t i)
{
    return i + 1 == path->len || path->data[i + 1] == '*';
}


/* Writes a path as a part of a regex, beginning at the path's first byte. */

static u_char *
export_target_put_path(u_char *p, const export_str_t *path)
{
    unsigned      below, open;
    export_str_t  s;

    s = *path;
    open = export_target_open(&s);
    below = s.len == 0 || s.data[s.len - 1] == '/';

    /* The path is decoded behind the room that its quoted form may take. */

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


/* 1 if a value stands for one path only */

static unsigned
export_target_is_whole(const export_str_t *path)
{
    return path->data[path->len - 1] != '*'
           && path->data[path->len - 1] != '/';
}


/* Takes "*" off the end of a path.  Returns 1 if there was one. */

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


/* Quotes for a regex: all but letters, digits, "/", "-" and "_". */

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

    if (export_target_regex_check(&text, kind, error) != EXPORT_OK) {
        return EXPORT_ERROR;
    }

    caseless |= export_target_is_caseless(&text, kind, sensitive);

    p = buf;
    *p++ = '~';

    if (caseless) {
        *p++ = '*';
    }

    p = export_target_regex_copy(p, &text, kind);

    pattern->data = buf;
    pattern->len = (size_t) (p - buf);

    return EXPORT_OK;
}


/* 1 if a regex that does not choose a case ("~") is to ignore it */

static unsigned
export_target_is_caseless(const export_str_t *text, export_target_e kind,
    unsigned sensitive)
{
    switch (kind) {

    case EXPORT_TARGET_PATH:
        return !sensitive;

    case EXPORT_TARGET_DESTINATION:
        return export_target_regex_upper(text);

    default: /* EXPORT_TARGET_HOST */
        return 1;
    }
}


unsigned
export_target_open_path(const export_str_t *value)
{
    export_str_t  text;

    text = *value;

    if (text.len == 0 || text.data[0] != '~') {
        return text.len == 0 || !export_target_is_whole(&text);
    }

    text.data++;
    text.len--;

    if (text.len && text.data[0] == '*') {
        text.data++;
        text.len--;
    }

    return export_target_regex_open(&text);
}


static int
export_target_regexlike(const export_str_t *s)
{
    size_t              i;
    static const char  *marks[] = { ".*", ".+", "(?", "[^", "]+", "]*", "\\d",
                                    "\\.", "|" };

    if (s->len < 2) {
        return 0;
    }

    if (s->data[0] == '^' || s->data[s->len - 1] == '$') {
        return 1;
    }

    for (i = 0; i < sizeof(marks) / sizeof(char *); i++) {
        if (export_target_has(s, marks[i])) {
            return 1;
        }
    }

    return 0;
}


/*
 * The first such byte in "s", or NULL.  An empty "s" may have no pointer,
 * which memchr() must not get.
 */

static u_char *
export_target_byte(const export_str_t *s, u_char c)
{
    return s->len ? memchr(s->data, c, s->len) : NULL;
}
