
/*
 * export_jurisdiction: the built-in sets, the operator's, and every code.
 */

#include "tap.h"

#include "../../module/place/export_jurisdiction.c"


#define KNOWN      EXPORT_PLACE_KNOWN
#define UNKNOWN    EXPORT_PLACE_UNKNOWN

#define EEA        0x01
#define UK         0x02
#define CH         0x04
#define GIBRALTAR  0x08
#define CROWN      0x10
#define OVERSEAS   0x20


typedef struct {
    const char      *code;
    export_place_t   place;
} place_t;


static const place_t  places[] = {
    { "DE", KNOWN|EEA }, { "de", KNOWN|EEA }, { "De", KNOWN|EEA },
    { "dE", KNOWN|EEA }, { "DEU", KNOWN|EEA }, { "deu", KNOWN|EEA },
    { "IS", KNOWN|EEA }, { "LI", KNOWN|EEA }, { "NO", KNOWN|EEA },
    { "RE", KNOWN|EEA }, { "GF", KNOWN|EEA }, { "AX", KNOWN|EEA },
    { "MF", KNOWN|EEA }, { "SJ", KNOWN|EEA }, { "EL", KNOWN|EEA },
    { "EA", KNOWN|EEA }, { "IC", KNOWN|EEA }, { "FX", KNOWN|EEA },
    { "GB", KNOWN|UK }, { "gb", KNOWN|UK }, { "GBR", KNOWN|UK },
    { "UK", KNOWN|UK }, { "uk", KNOWN|UK }, { "XI", KNOWN|UK },
    { "CH", KNOWN|CH }, { "che", KNOWN|CH },
    { "GI", KNOWN|GIBRALTAR }, { "GIB", KNOWN|GIBRALTAR },
    { "GG", KNOWN|CROWN }, { "JE", KNOWN|CROWN }, { "IM", KNOWN|CROWN },
    { "IMN", KNOWN|CROWN }, { "CQ", KNOWN|CROWN },
    { "BL", KNOWN|OVERSEAS }, { "PM", KNOWN|OVERSEAS },
    { "NC", KNOWN|OVERSEAS }, { "PF", KNOWN|OVERSEAS },
    { "WF", KNOWN|OVERSEAS }, { "TF", KNOWN|OVERSEAS },
    { "US", KNOWN }, { "USA", KNOWN }, { "UA", KNOWN }, { "TR", KNOWN },
    { "AD", KNOWN }, { "GL", KNOWN }, { "FO", KNOWN }, { "XK", KNOWN },
    { "CP", KNOWN|EEA }, { "DD", KNOWN|EEA }, { "BU", KNOWN },
    { "TMP", KNOWN }, { "BM", KNOWN },

    { "EU", UNKNOWN|EEA }, { "eu", UNKNOWN|EEA }, { "EZ", UNKNOWN|EEA },
    { "SU", UNKNOWN|EEA }, { "YUG", UNKNOWN|EEA }, { "CS", UNKNOWN|EEA },
    { "ANT", UNKNOWN|EEA }, { "NT", UNKNOWN }, { "PC", UNKNOWN },
    { "NQ", UNKNOWN },

    { "A1", UNKNOWN }, { "A2", UNKNOWN }, { "AP", UNKNOWN },
    { "O1", UNKNOWN }, { "T1", UNKNOWN }, { "UN", UNKNOWN },
    { "XX", UNKNOWN }, { "ZZ", UNKNOWN },

    { "AA", UNKNOWN }, { "QZ", UNKNOWN }, { "XA", UNKNOWN },
    { "", UNKNOWN }, { "G", UNKNOWN }, { "GBRX", UNKNOWN },
    { "GB ", UNKNOWN }, { " GB", UNKNOWN }, { "G ", UNKNOWN },
    { "XKX", UNKNOWN }, { "XXX", UNKNOWN }, { "826", UNKNOWN },
    { "??", UNKNOWN }, { "--", UNKNOWN }, { "@@", UNKNOWN },
    { "[[", UNKNOWN }, { "``", UNKNOWN }, { "{{", UNKNOWN },
    { "\x07\x02", UNKNOWN }, { "\xc7\xc2", UNKNOWN },
    { "\xe7\xe2", UNKNOWN }, { "United Kingdom", UNKNOWN }
};


static const char  *builtin[] = {
    "eea", "uk", "ch", "gibraltar", "crown_dependencies", "french_overseas"
};


static export_str_t
str(const char *s)
{
    export_str_t  string;

    string.len = strlen(s);
    string.data = (u_char *) s;

    return string;
}


static export_place_t
place(const export_jurisdictions_t *js, const char *code)
{
    u_char          *p;
    export_str_t     copy;
    export_place_t   rc;

    copy = str(code);
    p = guard_copy(code, copy.len);
    copy.data = p;

    rc = export_jurisdictions_country(js, &copy);

    guard_free(p, copy.len);

    return rc;
}


static int
add(export_jurisdictions_t *js, export_place_t bit, const char *code)
{
    export_str_t  s = str(code);

    return export_jurisdictions_add(js, bit, &s);
}


static int
del(export_jurisdictions_t *js, export_place_t bit, const char *code)
{
    export_str_t  s = str(code);

    return export_jurisdictions_remove(js, bit, &s);
}


static export_place_t
define(export_jurisdictions_t *js, const char *name)
{
    export_str_t  s = str(name);

    return export_jurisdictions_define(js, &s);
}


static export_place_t
find(const export_jurisdictions_t *js, const char *name)
{
    export_str_t  s = str(name);

    return export_jurisdictions_find(js, &s);
}


static void
test_places(void)
{
    size_t                  i;
    unsigned                n;
    export_jurisdictions_t  js;

    export_jurisdictions_init(&js);

    for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        is_int(place(&js, places[i].code), places[i].place, "place %zu: %s",
               i, places[i].code[0] & 0x40 ? places[i].code : "");
    }

    n = 0;

    for (i = 0; i < 65536; i++) {
        u_char        pair[2] = { (u_char) (i >> 8), (u_char) i };
        export_str_t  code = { 2, pair };

        n += (export_jurisdictions_country(&js, &code) & KNOWN) != 0;
    }

    /* 295 rows, 11 unknown, 6 perhaps in the EEA; in four spellings */

    is_int(n, (295 - 17) * 4, "no other pair is a known place");
}


/* each row of the table, by both codes */

static void
test_table(void)
{
    unsigned                 i, bad;
    export_place_t           want, got;
    export_jurisdictions_t   js;
    const export_country_t  *c;

    static const export_place_t  kinds[] = {
        KNOWN, KNOWN|EEA, KNOWN|UK, KNOWN|CH, UNKNOWN, UNKNOWN|EEA
    };

    export_jurisdictions_init(&js);
    bad = 0;

    for (i = 0; i < export_ncountries; i++) {
        c = &export_countries[i];
        want = kinds[c->kind];
        got = place(&js, c->alpha2);

        bad += (got & ~(export_place_t) (GIBRALTAR|CROWN|OVERSEAS)) != want;
        bad += c->alpha3[0] && place(&js, c->alpha3) != got;
    }

    is_int(bad, 0, "all rows");

    for (i = 0; i < 26 * 26; i++) {
        bad += js.code[i] == 0
               || ((js.code[i] & KNOWN) != 0) == ((js.code[i] & UNKNOWN) != 0);
    }

    is_int(bad, 0, "every code has one mark");
}


static void
test_names(void)
{
    char                    names[EXPORT_MAX_JURISDICTIONS][8];
    unsigned                i, bad;
    export_place_t          all, bit;
    export_jurisdictions_t  js;

    export_jurisdictions_init(&js);

    is_int(js.n, 6, "six built-in sets");

    for (i = 0; i < 6; i++) {
        is_int(find(&js, builtin[i]), 1 << i, "%s", builtin[i]);
    }

    is_int(find(&js, "EEA"), 0, "names are exact");
    is_int(find(&js, "ee"), 0, "no prefixes");
    is_int(find(&js, ""), 0, "no empty name");
    is_int(find(&js, "brazil"), 0, "no such set");

    all = 0x3f;
    bad = 0;

    for (i = 6; i < EXPORT_MAX_JURISDICTIONS; i++) {
        sprintf(names[i], "set%u", i);
        bit = define(&js, names[i]);

        bad += bit == 0 || (bit & all) || (bit & ~EXPORT_PLACE_JURISDICTION);
        bad += find(&js, names[i]) != bit;
        all |= bit;
    }

    is_int(bad, 0, "a bit each");
    is_int(all, EXPORT_PLACE_JURISDICTION, "all bits are used");
    is_int(define(&js, "more"), 0, "no more sets");
    is_int(find(&js, "more"), 0, "nor is it found");
    is_int(define(&js, "uk"), UK, "an old one can still be emptied");
}


static void
test_define(void)
{
    export_place_t          bit;
    export_jurisdictions_t  js;

    export_jurisdictions_init(&js);

    bit = define(&js, "mercosur");

    is_int(bit, 0x40, "the next bit");
    is_int(place(&js, "BR"), KNOWN, "it is empty");
    is_int(add(&js, bit, "BR"), EXPORT_OK, "add BR");
    is_int(add(&js, bit, "arg"), EXPORT_OK, "add ARG");
    is_int(add(&js, bit, "uy"), EXPORT_OK, "add uy");
    is_int(place(&js, "BRA"), KNOWN|bit, "BR is in");
    is_int(place(&js, "AR"), KNOWN|bit, "AR is in");
    is_int(place(&js, "UY"), KNOWN|bit, "UY is in");
    is_int(place(&js, "PY"), KNOWN, "PY is not");

    is_int(add(&js, bit, "DE"), EXPORT_OK, "a country in two sets");
    is_int(place(&js, "DE"), KNOWN|EEA|bit, "DE is in both");

    is_int(define(&js, "mercosur"), bit, "the same again");
    is_int(place(&js, "BR"), KNOWN, "is emptied");
    is_int(place(&js, "DE"), KNOWN|EEA, "others are not");

    is_int(define(&js, "eea"), EEA, "a built-in one");
    is_int(place(&js, "DE"), KNOWN, "is emptied too");
    is_int(place(&js, "EU"), UNKNOWN, "EU keeps its mark");
    is_int(place(&js, "GB"), KNOWN|UK, "uk is not emptied");
    is_int(add(&js, EEA, "DE"), EXPORT_OK, "add DE");
    is_int(place(&js, "DE"), KNOWN|EEA, "and is filled again");
    is_int(place(&js, "FR"), KNOWN, "with that only");
}


static void
test_add_remove(void)
{
    size_t                  i;
    export_jurisdictions_t  js, before;

    static const char  *bad[] = {
        "", "G", "GBRX", "A1", "T1", "G1", "XKX", "XXX", "??", "@@", "[[",
        "{{", "{B", "A{", "@A", "A@", "+G", "G ", "826", "\xe7\xe2"
    };

    export_jurisdictions_init(&js);

    is_int(add(&js, UK, "GI"), EXPORT_OK, "add GI to uk");
    is_int(place(&js, "GI"), KNOWN|UK|GIBRALTAR, "GI is in both");
    is_int(del(&js, UK, "GIB"), EXPORT_OK, "and out");
    is_int(place(&js, "GI"), KNOWN|GIBRALTAR, "GI is in one");
    is_int(del(&js, EEA, "SJ"), EXPORT_OK, "SJ out of eea");
    is_int(place(&js, "SJ"), KNOWN, "SJ is somewhere");
    is_int(del(&js, EEA, "US"), EXPORT_OK, "one that was not in");
    is_int(place(&js, "US"), KNOWN, "changes nothing");

    is_int(del(&js, EEA, "EU"), EXPORT_OK, "EU out of eea");
    is_int(place(&js, "EU"), UNKNOWN, "EU is unknown");
    is_int(add(&js, EEA, "EZ"), EXPORT_OK, "EZ into eea");
    is_int(place(&js, "EZ"), KNOWN|EEA, "is known then");
    is_int(add(&js, UK, "AA"), EXPORT_OK, "a code of the operator's own");
    is_int(place(&js, "aa"), KNOWN|UK, "is known then");
    is_int(add(&js, UK, "XX"), EXPORT_OK, "a pseudo-code");
    is_int(place(&js, "XX"), KNOWN|UK, "is known then");
    is_int(del(&js, UK, "XX"), EXPORT_OK, "and out");
    is_int(place(&js, "XX"), KNOWN, "stays known");
    is_int(del(&js, UK, "QQ"), EXPORT_OK, "one that nobody added");
    is_int(place(&js, "QQ"), UNKNOWN, "stays unknown");

    before = js;

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        is_int(add(&js, CH, bad[i]), EXPORT_DECLINED, "add: bad %zu", i);
        is_int(del(&js, CH, bad[i]), EXPORT_DECLINED, "remove: bad %zu", i);
    }

    ok(memcmp(&js, &before, sizeof(js)) == 0, "and nothing has changed");
}


/* a country is added and removed under all its codes, a part alone */

static void
test_aliases(void)
{
    size_t                  i;
    export_place_t          bit;
    export_jurisdictions_t  js;

    static const char  *whole[][4] = {
        { "GB", "GB", "UK", "XI" },
        { "UK", "GB", "UK", "XI" },
        { "GBR", "GB", "UK", "XI" },
        { "GR", "GR", "EL", "EL" },
        { "el", "GR", "EL", "EL" },
        { "ES", "ES", "EA", "IC" },
        { "FR", "FR", "FX", "FX" },
        { "SH", "SH", "AC", "TA" },
        { "IO", "IO", "DG", "DG" },
        { "GG", "GG", "CQ", "CQ" }
    };

    static const char  *part[][2] = {
        { "XI", "GB" }, { "EA", "ES" }, { "IC", "ES" }, { "FX", "FR" },
        { "AC", "SH" }, { "TA", "SH" }, { "DG", "IO" }, { "CQ", "GG" }
    };

    export_jurisdictions_init(&js);
    bit = define(&js, "own");

    for (i = 0; i < sizeof(whole) / sizeof(whole[0]); i++) {
        (void) add(&js, bit, whole[i][0]);

        ok((place(&js, whole[i][1]) & place(&js, whole[i][2])
            & place(&js, whole[i][3]) & bit) != 0, "%s: all in", whole[i][0]);

        (void) del(&js, bit, whole[i][0]);

        ok(!((place(&js, whole[i][1]) | place(&js, whole[i][2])
              | place(&js, whole[i][3])) & bit), "%s: all out", whole[i][0]);
    }

    for (i = 0; i < sizeof(part) / sizeof(part[0]); i++) {
        (void) define(&js, "own");
        (void) add(&js, bit, part[i][0]);

        ok((place(&js, part[i][0]) & bit) && !(place(&js, part[i][1]) & bit),
           "%s: alone in", part[i][0]);

        (void) add(&js, bit, part[i][1]);
        (void) del(&js, bit, part[i][0]);

        ok(!(place(&js, part[i][0]) & bit) && (place(&js, part[i][1]) & bit),
           "%s: alone out", part[i][0]);
    }

    (void) define(&js, "uk");
    (void) add(&js, UK, "UK");

    is_int(place(&js, "GB") & UK, UK, "uk, defined anew as UK, has GB");
}


int
main(void)
{
    test_places();
    test_table();
    test_names();
    test_define();
    test_add_remove();
    test_aliases();

    return done_testing();
}
