
#include "export_nobody.h"
#include "export_list.h"
#include "export_method.h"
#include "export_words.h"


#define EXPORT_NOBODY_NEAR    6         /* letters and digits from which on a
                                           name may be misspelt */
#define EXPORT_NOBODY_COLONS  7         /* colons of an IPv6 address in full */


static int export_nobody_usual(const export_words_t *words, size_t from);
static int export_nobody_subject(const export_words_t *words, size_t from);
static int export_nobody_same(const export_words_t *words, size_t from,
    const export_str_t *name);
static int export_nobody_words(const export_words_t *words,
    const export_str_t *looked_for);
static int export_nobody_next(export_str_t *rest, const char *more,
    export_str_t *token);
static int export_nobody_has_dots(const export_str_t *token);
static int export_nobody_has_colons(const export_str_t *token);
static int export_nobody_mail(const export_str_t *url);


static const export_str_t  export_nobody_names[] = {
    export_string("ip"),
    export_string("ips"),
    export_string("ipv4"),
    export_string("ipv6"),
    export_string("ip-address"),
    export_string("ip-addr"),
    export_string("client-ip"),
    export_string("remote-ip"),
    export_string("remote-addr"),
    export_string("user-ip"),
    export_string("country"),
    export_string("countries"),
    export_string("country-code"),
    export_string("client-country"),
    export_string("user-country"),
    export_string("ip-country"),
    export_string("nationality"),
    export_string("email"),
    export_string("user-email"),
};


int
export_nobody_is(const export_str_t *name, const export_str_t *looked_for)
{
    export_words_t  words;

    return export_words(&words, name) != EXPORT_OK
           || export_nobody_words(&words, looked_for);
}


int
export_nobody_header(const export_str_t *name)
{
    size_t          from;
    export_words_t  words;

    if (export_words(&words, name) != EXPORT_OK) {
        return 1;
    }

    /* "X-" in front of a name says nothing. */

    from = words.len > 1 && words.text[0] == 'x' && words.edge[1];

    return export_nobody_usual(&words, 0) || export_nobody_usual(&words, from)
           || export_nobody_subject(&words, from);
}


int
export_nobody_decode(const export_str_t *url, u_char buf[EXPORT_NOBODY_URL],
    export_str_t *decoded)
{
    size_t    i, len;
    unsigned  n;

    if (url->len > EXPORT_NOBODY_URL) {
        return EXPORT_ERROR;
    }

    *decoded = *url;

    for (n = 0; n < EXPORT_NOBODY_ROUNDS; n++) {
        len = decoded->len;
        *decoded = export_list_decode(decoded, buf);

        if (decoded->len == len) {
            break;
        }
    }

    if (n == EXPORT_NOBODY_ROUNDS) {
        return EXPORT_ERROR;
    }

    for (i = 0; i < decoded->len; i++) {
        if (buf[i] < ' ' || buf[i] == 0x7f) {
            return EXPORT_ERROR;
        }
    }

    return EXPORT_OK;
}


int
export_nobody_url(const export_str_t *decoded)
{
    export_str_t    rest, token;
    export_words_t  words;

    if (export_nobody_mail(decoded)) {
        return 1;
    }

    rest = *decoded;

    while (export_nobody_next(&rest, ".:", &token)) {
        if (export_nobody_has_dots(&token)
            || export_nobody_has_colons(&token))
        {
            return 1;
        }
    }

    rest = *decoded;

    while (export_nobody_next(&rest, "-_", &token)) {
        if (export_words(&words, &token) != EXPORT_OK
            || export_nobody_usual(&words, 0)
            || export_nobody_subject(&words, 0))
        {
            return 1;
        }
    }

    return 0;
}


int
export_nobody_named(const export_str_t *decoded,
    const export_str_t *looked_for)
{
    export_str_t  rest, token;

    rest = *decoded;

    while (export_nobody_next(&rest, "-_", &token)) {
        if (export_nobody_is(&token, looked_for)) {
            return 1;
        }
    }

    return 0;
}


static int
export_nobody_usual(const export_words_t *words, size_t from)
{
    size_t  i;

    for (i = 0; i < sizeof(export_nobody_names) / sizeof(export_str_t); i++) {
        if (export_nobody_same(words, from, &export_nobody_names[i])) {
            return 1;
        }
    }

    for (i = 0; i < EXPORT_METHOD_OVERRIDES; i++) {
        if (export_nobody_same(words, from,
                               &export_method_overrides[i].name))
        {
            return 1;
        }
    }

    return 0;
}


/*
 * Any name with "subject" in it that goes on as names of subjects' data do:
 * "Subject", "subject_id", "Data-Subject-Country".
 */

static int
export_nobody_subject(const export_words_t *words, size_t from)
{
    size_t                     end;
    static const export_str_t  data = export_string("data");
    static const export_str_t  subject = export_string("subject");

    end = export_words_at(words, from, &data);

    if (end && words->edge[end]) {
        from = end;
    }

    end = export_words_at(words, from, &subject);

    return end && words->edge[end];
}


static int
export_nobody_same(const export_words_t *words, size_t from,
    const export_str_t *name)
{
    return words->len && export_words_at(words, from, name) == words->len;
}


static int
export_nobody_words(const export_words_t *words,
    const export_str_t *looked_for)
{
    size_t          place;
    export_words_t  whole;

    if (export_nobody_same(words, 0, looked_for)) {
        return 1;
    }

    return export_words(&whole, looked_for) != EXPORT_OK
           || (whole.len >= EXPORT_NOBODY_NEAR
               && export_words_edited(words, 0, words->len, looked_for,
                                      &place));
}


/*
 * Takes the next run of letters, digits and the bytes of "more".  Returns 0 at
 * the end.
 */

static int
export_nobody_next(export_str_t *rest, const char *more, export_str_t *token)
{
    u_char  c;
    size_t  i;

    token->len = 0;
    token->data = rest->data;

    for (i = 0; i < rest->len; i++) {
        c = export_lower(rest->data[i]);

        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')
            || memchr(more, c, 2))
        {
            token->len++;
            continue;
        }

        if (token->len) {
            break;
        }

        token->data = rest->data + i + 1;
    }

    rest->data += i;
    rest->len -= i;

    return token->len != 0;
}


/* 1 if there are four numbers with dots anywhere in a token */

static int
export_nobody_has_dots(const export_str_t *token)
{
    u_char    c;
    size_t    i;
    unsigned  digits, groups;

    digits = 0;
    groups = 0;

    for (i = 0; i < token->len; i++) {
        c = token->data[i];

        if (c >= '0' && c <= '9') {
            groups += (digits++ == 0);

            if (groups == 4) {
                return 1;
            }

            continue;
        }

        if (c != '.' || digits == 0) {
            groups = 0;
        }

        digits = 0;
    }

    return 0;
}


/*
 * 1 if a token has the colons of an IPv6 address: all seven, or two in a row
 */

static int
export_nobody_has_colons(const export_str_t *token)
{
    u_char    c, last;
    size_t    i;
    unsigned  colons, hex, twice;

    last = 0;
    colons = 0;
    hex = 1;
    twice = 0;

    for (i = 0; i < token->len; i++, last = c) {
        c = token->data[i];

        if (c == ':') {
            colons++;
            twice |= (last == ':');
        }

        hex &= (c == ':' || c == '.' || export_hex(c) >= 0);
    }

    return hex && (colons >= EXPORT_NOBODY_COLONS || twice);
}


static int
export_nobody_mail(const export_str_t *url)
{
    size_t         i;
    const u_char  *p;

    p = url->data;

    for (i = 1; i + 1 < url->len; i++) {
        if (p[i] == '@' && !memchr("/=&?;", p[i - 1], 5)
            && !memchr("/&;", p[i + 1], 3))
        {
            return 1;
        }
    }

    return 0;
}
