
#include "export_locale.h"


#define EXPORT_LOCALE_SUBTAG  8


typedef struct {
    export_str_t  rest;
    export_str_t  subtag;
    unsigned      letters:1;        /* nothing else is in the subtag */
    unsigned      digits:1;
} export_locale_walk_t;


static int export_locale_next(export_locale_walk_t *walk);
static int export_locale_extensions(export_locale_walk_t *walk,
    export_locale_t *locale);
static int export_locale_suffix(export_str_t *text);
static int export_locale_regions(export_locale_walk_t *walk,
    export_locale_t *locale);
static unsigned export_locale_is_nowhere(const export_str_t *text);
static int export_locale_language(export_locale_walk_t *walk);
static unsigned export_locale_is_country(const export_str_t *text);
static unsigned export_locale_is_region(const export_locale_walk_t *walk);
static unsigned export_locale_is(const export_str_t *text, const char *word);


#define export_locale_letter(c)                                               \
    (export_lower(c) >= 'a' && export_lower(c) <= 'z')

#define export_locale_digit(c)  ((c) >= '0' && (c) <= '9')


int
export_locale_parse(const export_str_t *text, export_locale_t *locale)
{
    export_locale_walk_t  walk;

    locale->n = 0;
    walk.rest = *text;

    if (text->len > EXPORT_MAX_LOCALE
        || export_locale_suffix(&walk.rest) != EXPORT_OK)
    {
        return EXPORT_ERROR;
    }

    if (export_locale_is_nowhere(&walk.rest)) {
        return EXPORT_DECLINED;
    }

    if (export_locale_language(&walk) != EXPORT_OK) {
        return EXPORT_ERROR;
    }

    if (export_locale_is_country(text)) {
        locale->region[locale->n++] = *text;
        return EXPORT_OK;
    }

    if (export_locale_regions(&walk, locale) != EXPORT_DONE) {
        return EXPORT_ERROR;
    }

    return locale->n ? EXPORT_OK : EXPORT_DECLINED;
}


/* the subtags behind the language; EXPORT_DONE if all are well-formed */

static int
export_locale_regions(export_locale_walk_t *walk, export_locale_t *locale)
{
    int  rc;

    while ((rc = export_locale_next(walk)) == EXPORT_OK) {

        if (walk->subtag.len == 1) {
            return export_locale_extensions(walk, locale);
        }

        if (!export_locale_is_region(walk)) {
            continue;
        }

        if (locale->n) {
            return EXPORT_ERROR;
        }

        locale->region[locale->n++] = walk->subtag;
    }

    return rc;
}


/* the locales of programs that know no people */

static unsigned
export_locale_is_nowhere(const export_str_t *text)
{
    return export_locale_is(text, "c") || export_locale_is(text, "posix");
}


static int
export_locale_language(export_locale_walk_t *walk)
{
    if (export_locale_next(walk) != EXPORT_OK || !walk->letters
        || walk->subtag.len < 2 || walk->subtag.len > 3)
    {
        return EXPORT_ERROR;
    }

    return EXPORT_OK;
}


/* two capital letters alone are no language, but a country */

static unsigned
export_locale_is_country(const export_str_t *text)
{
    return text->len == 2 && text->data[0] < 'a' && text->data[1] < 'a';
}


/* longer subtags are an extended language, a script or a variant */

static unsigned
export_locale_is_region(const export_locale_walk_t *walk)
{
    return (walk->letters && walk->subtag.len == 2)
           || (walk->digits && walk->subtag.len == 3);
}


/* of the keys behind a singleton only "rg" has a region: "u-rg-gbzzzz" */

static int
export_locale_extensions(export_locale_walk_t *walk, export_locale_t *locale)
{
    int       rc;
    unsigned  rg;

    rg = 0;

    while ((rc = export_locale_next(walk)) == EXPORT_OK) {

        if (!rg) {
            rg = export_locale_is(&walk->subtag, "rg");
            continue;
        }

        if (locale->n == 2 || walk->subtag.len < 3
            || !export_locale_letter(walk->subtag.data[0])
            || !export_locale_letter(walk->subtag.data[1]))
        {
            return EXPORT_ERROR;
        }

        locale->region[locale->n].data = walk->subtag.data;
        locale->region[locale->n++].len = 2;
        rg = 0;
    }

    return rg ? EXPORT_ERROR : rc;
}


/* EXPORT_DONE behind the last subtag */

static int
export_locale_next(export_locale_walk_t *walk)
{
    u_char  *p, *last;

    p = walk->rest.data;
    last = p + walk->rest.len;

    if (p == last) {
        return EXPORT_DONE;
    }

    walk->subtag.data = p;
    walk->letters = 1;
    walk->digits = 1;

    for ( /* void */ ; p < last && *p != '-' && *p != '_'; p++) {

        if (export_locale_letter(*p)) {
            walk->digits = 0;

        } else if (export_locale_digit(*p)) {
            walk->letters = 0;

        } else {
            return EXPORT_ERROR;
        }
    }

    walk->subtag.len = (size_t) (p - walk->subtag.data);

    if (walk->subtag.len == 0 || walk->subtag.len > EXPORT_LOCALE_SUBTAG
        || p + 1 == last)
    {
        return EXPORT_ERROR;
    }

    p += (p < last);

    walk->rest.data = p;
    walk->rest.len = (size_t) (last - p);

    return EXPORT_OK;
}


/* takes off what POSIX has behind the name: ".UTF-8", "@euro" */

static int
export_locale_suffix(export_str_t *text)
{
    size_t  i, len;

    len = text->len;

    for (i = 0; i < text->len; i++) {

        if (len == text->len
            && (text->data[i] == '.' || text->data[i] == '@'))
        {
            len = i;
            continue;
        }

        if (i > len && !export_locale_letter(text->data[i])
            && !export_locale_digit(text->data[i]) && text->data[i] != '-'
            && text->data[i] != '@')
        {
            return EXPORT_ERROR;
        }
    }

    text->len = len;

    return EXPORT_OK;
}


static unsigned
export_locale_is(const export_str_t *text, const char *word)
{
    size_t  i;

    for (i = 0; i < text->len; i++) {
        if (export_lower(text->data[i]) != (u_char) word[i]) {
            return 0;
        }
    }

    return word[i] == '\0';
}
