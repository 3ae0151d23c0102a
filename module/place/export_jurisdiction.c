
#include "export_country.h"
#include "export_country_text.h"
#include "export_jurisdiction.h"


#define EXPORT_JURISDICTION_EEA    0x1
#define EXPORT_JURISDICTION_UK     0x2
#define EXPORT_JURISDICTION_CH     0x4

#define EXPORT_JURISDICTION_CODES  (26 * 26)


typedef struct {
    u_char     alias[3];
    u_char     country[3];
    unsigned   whole;               /* the alias is the whole country */
} export_jurisdictions_alias_t;


static unsigned export_jurisdictions_index(const u_char *alpha2);
static const u_char *export_jurisdictions_alpha2(const export_str_t *code);
static EXPORT_RARE export_place_t export_jurisdictions_find_text(
    const export_jurisdictions_t *js, const export_str_t *text);
static export_place_t export_jurisdictions_place_of(
    const export_jurisdictions_t *js, const char *alpha2);
static int export_jurisdictions_change(export_jurisdictions_t *js,
    const export_str_t *code, export_place_t clear, export_place_t set);


static const struct {
    export_str_t   name;
    export_str_t   codes;           /* beyond what the table says */
} export_jurisdictions_builtin[] = {
    { export_string("eea"), export_string("") },
    { export_string("uk"), export_string("") },
    { export_string("ch"), export_string("") },
    { export_string("gibraltar"), export_string("GI") },
    { export_string("crown_dependencies"), export_string("GGJEIM") },
    { export_string("french_overseas"), export_string("BLPMNCPFWFTF") }
};


static const export_place_t  export_jurisdictions_place[] = {
    [EXPORT_COUNTRY_OTHER] = EXPORT_PLACE_KNOWN,
    [EXPORT_COUNTRY_EEA] = EXPORT_PLACE_KNOWN|EXPORT_JURISDICTION_EEA,
    [EXPORT_COUNTRY_UK] = EXPORT_PLACE_KNOWN|EXPORT_JURISDICTION_UK,
    [EXPORT_COUNTRY_CH] = EXPORT_PLACE_KNOWN|EXPORT_JURISDICTION_CH,
    [EXPORT_COUNTRY_UNKNOWN] = EXPORT_PLACE_UNKNOWN,
    [EXPORT_COUNTRY_UNKNOWN_EEA] = EXPORT_PLACE_UNKNOWN|EXPORT_JURISDICTION_EEA
};

export_assert_rows(export_jurisdictions_place, EXPORT_COUNTRY_KINDS);


/*
 * GB and UK are one country: a set with only one of the codes would let
 * subjects pass whom a database knows by the other.
 */

static const export_jurisdictions_alias_t  export_jurisdictions_aliases[] = {
    { "AC", "SH", 0 },
    { "BU", "MM", 1 },
    { "CP", "FR", 0 },
    { "CQ", "GG", 0 },
    { "CT", "KI", 0 },
    { "DD", "DE", 0 },
    { "DG", "IO", 0 },
    { "DY", "BJ", 1 },
    { "EA", "ES", 0 },
    { "EL", "GR", 1 },
    { "FQ", "TF", 0 },
    { "FX", "FR", 0 },
    { "HV", "BF", 1 },
    { "IC", "ES", 0 },
    { "JT", "UM", 0 },
    { "MI", "UM", 0 },
    { "NH", "VU", 1 },
    { "PU", "UM", 0 },
    { "PZ", "PA", 0 },
    { "RH", "ZW", 1 },
    { "TA", "SH", 0 },
    { "TP", "TL", 1 },
    { "UK", "GB", 1 },
    { "VD", "VN", 0 },
    { "WK", "UM", 0 },
    { "XI", "GB", 0 },
    { "YD", "YE", 0 },
    { "ZR", "CD", 1 }
};

#define EXPORT_JURISDICTION_ALIASES                                           \
    (sizeof(export_jurisdictions_aliases)                                     \
     / sizeof(export_jurisdictions_aliases[0]))


void
export_jurisdictions_init(export_jurisdictions_t *js)
{
    size_t          k;
    unsigned        i, at;
    export_str_t    code;
    export_place_t  bit;

    js->n = 0;

    for (i = 0; i < EXPORT_JURISDICTION_CODES; i++) {
        js->code[i] = EXPORT_PLACE_UNKNOWN;
    }

    for (i = 0; i < export_ncountries; i++) {
        at = export_jurisdictions_index(
                                  (u_char *) export_countries[i].alpha2);

        if (at < EXPORT_JURISDICTION_CODES) {
            js->code[at] =
                       export_jurisdictions_place[export_countries[i].kind];
        }
    }

    for (i = 0; i < sizeof(export_jurisdictions_builtin)
                    / sizeof(export_jurisdictions_builtin[0]); i++)
    {
        js->name[js->n] = export_jurisdictions_builtin[i].name;
        bit = (export_place_t) 1 << js->n++;

        code.len = 2;

        for (k = 0; k < export_jurisdictions_builtin[i].codes.len; k += 2) {
            code.data = export_jurisdictions_builtin[i].codes.data + k;
            (void) export_jurisdictions_add(js, bit, &code);
        }
    }
}


export_place_t
export_jurisdictions_find(const export_jurisdictions_t *js,
    const export_str_t *name)
{
    unsigned  i;

    for (i = 0; i < js->n; i++) {
        if (js->name[i].len == name->len
            && memcmp(js->name[i].data, name->data, name->len) == 0)
        {
            return (export_place_t) 1 << i;
        }
    }

    return 0;
}


export_place_t
export_jurisdictions_define(export_jurisdictions_t *js,
    const export_str_t *name)
{
    unsigned        i;
    export_place_t  bit;

    bit = export_jurisdictions_find(js, name);

    if (bit) {
        for (i = 0; i < EXPORT_JURISDICTION_CODES; i++) {
            js->code[i] &= ~bit;
        }

        return bit;
    }

    if (js->n == EXPORT_MAX_JURISDICTIONS) {
        return 0;
    }

    js->name[js->n] = *name;

    return (export_place_t) 1 << js->n++;
}


int
export_jurisdictions_add(export_jurisdictions_t *js, export_place_t bit,
    const export_str_t *code)
{
    return export_jurisdictions_change(js, code, EXPORT_PLACE_UNKNOWN,
                                       EXPORT_PLACE_KNOWN|bit);
}


int
export_jurisdictions_remove(export_jurisdictions_t *js, export_place_t bit,
    const export_str_t *code)
{
    return export_jurisdictions_change(js, code, bit, 0);
}


export_place_t
export_jurisdictions_country(const export_jurisdictions_t *js,
    const export_str_t *code)
{
    unsigned       i;
    const u_char  *alpha2;

    alpha2 = export_jurisdictions_alpha2(code);

    if (alpha2 == NULL) {
        return EXPORT_PLACE_UNKNOWN;
    }

    i = export_jurisdictions_index(alpha2);

    return i < EXPORT_JURISDICTION_CODES ? js->code[i] : EXPORT_PLACE_UNKNOWN;
}


/* most texts are two letters that name a place, and need no search */

export_place_t
export_jurisdictions_text(const export_jurisdictions_t *js,
    const export_str_t *text)
{
    unsigned  i;

    if (text->len == 2) {
        i = export_jurisdictions_index(text->data);

        if (i < EXPORT_JURISDICTION_CODES
            && js->code[i] != EXPORT_PLACE_UNKNOWN)
        {
            return js->code[i];
        }
    }

    return export_jurisdictions_find_text(js, text);
}


static EXPORT_RARE export_place_t
export_jurisdictions_find_text(const export_jurisdictions_t *js,
    const export_str_t *text)
{
    export_str_t             s;
    export_place_t           place;
    export_country_said_t    said;
    const export_country_t  *country;

    s = export_country_trim(*text);
    country = export_country_find(&s);

    if (country) {
        return export_jurisdictions_place_of(js, country->alpha2);
    }

    /* a code of the operator's own */

    if (s.len == 2) {
        place = export_jurisdictions_country(js, &s);

        if (place != EXPORT_PLACE_UNKNOWN) {
            return place;
        }
    }

    switch (export_country_text(&s, &said)) {

    case EXPORT_OK:
        place = export_jurisdictions_place_of(js, said.country);

        if (said.part) {
            place |= export_jurisdictions_place_of(js, said.part);
        }

        return place;

    case EXPORT_DECLINED:
        return EXPORT_PLACE_UNKNOWN;

    default:
        return 0;
    }
}


static export_place_t
export_jurisdictions_place_of(const export_jurisdictions_t *js,
    const char *alpha2)
{
    export_str_t  code;

    code.data = (u_char *) alpha2;
    code.len = 2;

    return export_jurisdictions_country(js, &code);
}


static unsigned
export_jurisdictions_index(const u_char *alpha2)
{
    unsigned  first, second;

    first = (unsigned) (alpha2[0] | 0x20) - 'a';
    second = (unsigned) (alpha2[1] | 0x20) - 'a';

    if (first > 25 || second > 25) {
        return EXPORT_JURISDICTION_CODES;
    }

    return first * 26 + second;
}


static const u_char *
export_jurisdictions_alpha2(const export_str_t *code)
{
    const export_country_t  *country;

    if (code->len == 2) {
        return code->data;
    }

    country = export_country_find(code);

    return country ? (const u_char *) country->alpha2 : NULL;
}


static int
export_jurisdictions_change(export_jurisdictions_t *js,
    const export_str_t *code, export_place_t clear, export_place_t set)
{
    unsigned                             i, at, country;
    const u_char                        *alpha2;
    const export_jurisdictions_alias_t  *alias;

    alpha2 = export_jurisdictions_alpha2(code);

    if (alpha2 == NULL) {
        return EXPORT_DECLINED;
    }

    country = export_jurisdictions_index(alpha2);

    if (country == EXPORT_JURISDICTION_CODES) {
        return EXPORT_DECLINED;
    }

    for (i = 0; i < EXPORT_JURISDICTION_ALIASES; i++) {
        alias = &export_jurisdictions_aliases[i];

        if (alias->whole
            && export_jurisdictions_index(alias->alias) == country)
        {
            country = export_jurisdictions_index(alias->country);
        }
    }

    js->code[country] = (js->code[country] & ~clear) | set;

    for (i = 0; i < EXPORT_JURISDICTION_ALIASES; i++) {
        alias = &export_jurisdictions_aliases[i];

        if (export_jurisdictions_index(alias->country) == country) {
            at = export_jurisdictions_index(alias->alias);
            js->code[at] = (js->code[at] & ~clear) | set;
        }
    }

    return EXPORT_OK;
}
