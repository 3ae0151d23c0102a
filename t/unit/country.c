
/*
 * export_country: the table against countries.tsv, a row each, and look-ups.
 */

#include "tap.h"

#include "../../module/place/export_country.c"


#define ISO_CODES  273                  /* 249, and 24 withdrawn */


typedef struct {
    const char  *code;
    const char  *alpha2;                /* NULL if none is found */
} find_t;


/* by export_country_e */

static const char  *kinds[] = {
    "other", "eea", "uk", "ch", "unknown", "unknown-eea"
};


/* kept apart from the table: the Treaties, and who joined the Agreement */

static const char  eea[] =
    "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK "
    "SI ES SE IS LI NO AX GF GP MF MQ RE YT SJ EA EL FX IC CP DD ";


static const find_t  finds[] = {
    { "GB", "GB" }, { "gb", "GB" }, { "gB", "GB" }, { "Gb", "GB" },
    { "GBR", "GB" }, { "gbr", "GB" }, { "gBr", "GB" },
    { "SUN", "SU" }, { "ANT", "AN" }, { "CSK", "CS" }, { "zar", "ZR" },
    { "DEU", "DE" }, { "deu", "DE" }, { "CHE", "CH" }, { "ABW", "AW" },
    { "ZWE", "ZW" }, { "AND", "AD" }, { "PRK", "KP" }, { "SRB", "RS" },
    { "EU", "EU" }, { "ez", "EZ" }, { "UK", "UK" }, { "el", "EL" },
    { "XX", "XX" }, { "zz", "ZZ" }, { "XK", "XK" }, { "A1", "A1" },
    { "a2", "A2" }, { "o1", "O1" }, { "T1", "T1" },

    { "", NULL }, { "G", NULL }, { "GBRX", NULL }, { "GB ", NULL },
    { " GB", NULL }, { "G ", NULL }, { "AA", NULL }, { "QM", NULL },
    { "XA", NULL }, { "ZZZ", NULL }, { "AAA", NULL }, { "XXX", NULL },
    { "XKX", NULL }, { "UK ", NULL }, { "SCG", NULL },
    { "ROM", NULL }, { "EUE", NULL }, { "826", NULL }, { "1A", NULL },
    { "??", NULL }, { "--", NULL }, { "[[", NULL }, { "@@", NULL },
    { "{{", NULL }, { "``", NULL }, { "\x07\x02", NULL },
    { "\xc7\xc2", NULL }, { "\xe7\xe2", NULL }, { "\xc3\x84", NULL },
    { "G\"", NULL }, { "GB\"", NULL }, { "\xff\xff\xff", NULL }
};


static const export_country_t *
find(const char *code, size_t len)
{
    u_char                  *p;
    export_str_t             str;
    const export_country_t  *country;

    p = guard_copy(code, len);

    str.len = len;
    str.data = p;

    country = export_country_find(&str);

    guard_free(p, len);

    return country;
}


static FILE *
open_beside(const char *name)
{
    char   path[1024];
    char  *slash;
    FILE  *file;

    snprintf(path, sizeof(path) - 64, "%s", __FILE__);

    slash = strrchr(path, '/');
    strcpy(slash ? slash + 1 : path, name);

    file = fopen(path, "r");

    if (file == NULL) {
        perror(path);
        exit(2);
    }

    return file;
}


static void
test_table(void)
{
    char                     line[128], code[16], alpha3[16], kind[16];
    FILE                    *file;
    unsigned                 n, iso;
    const export_country_t  *c;

    n = 0;
    iso = 0;
    file = open_beside("countries.tsv");

    while (fgets(line, sizeof(line), file)) {

        if (line[0] == '#') {
            continue;
        }

        if (sscanf(line, "%15s %15s %15s", code, alpha3, kind) != 3
            || n == export_ncountries)
        {
            ok(0, "countries.tsv: %s", line);
            break;
        }

        c = &export_countries[n++];

        if (strcmp(alpha3, "-") == 0) {
            alpha3[0] = '\0';
        }

        iso += alpha3[0] != '\0';

        ok(strcmp(c->alpha2, code) == 0 && strcmp(c->alpha3, alpha3) == 0
           && strcmp(kinds[c->kind], kind) == 0,
           "%s (%s) is %s", code, c->name, kind);
    }

    fclose(file);

    is_int(n, export_ncountries, "all rows");
    is_int(iso, ISO_CODES, "all codes of ISO 3166-1 and 3166-3");
}


static void
test_rows(void)
{
    char      word[4];
    unsigned  i, n, bad;

    bad = 0;
    n = 0;

    for (i = 0; i < export_ncountries; i++) {
        bad += export_countries[i].name[0] == '\0'
               || export_countries[i].why[0] == '\0'
               || (strncmp(export_countries[i].source, "https://", 8) != 0
                   && strncmp(export_countries[i].source, "http://", 7) != 0);

        sprintf(word, "%.2s ", export_countries[i].alpha2);
        bad += (strstr(eea, word) != NULL)
               != (export_countries[i].kind == EXPORT_COUNTRY_EEA);

        n += export_countries[i].kind == EXPORT_COUNTRY_EEA;
    }

    is_int(bad, 0, "every row has a name, a reason, a source, and its kind");
    is_int(n, sizeof(eea) / 3, "the EEA, its territories and aliases");
}


static void
test_order(void)
{
    unsigned                 i, bad, letter;
    const export_country_t  *a, *b;

    bad = 0;

    for (i = 1; i < export_ncountries; i++) {
        bad += strcmp(export_countries[i - 1].alpha2,
                      export_countries[i].alpha2) >= 0;
    }

    is_int(bad, 0, "the table is sorted");

    for (letter = 0; letter < 26; letter++) {
        for (i = export_country_first[letter];
             i < export_country_first[letter + 1];
             i++)
        {
            bad += export_countries[i].alpha2[0] != (char) ('A' + letter);
        }
    }

    is_int(bad, 0, "the rows of each letter");
    is_int(export_country_first[0], 0, "the first row");
    is_int(export_country_first[26], export_ncountries, "the last row");
    is_int(sizeof(export_country_first) / sizeof(uint16_t), 27, "26 letters");

    is_int(sizeof(export_country_by_alpha3) / sizeof(uint16_t), ISO_CODES,
           "all alpha-3 codes have an index");

    for (i = 1; i < ISO_CODES; i++) {
        a = &export_countries[export_country_by_alpha3[i - 1]];
        b = &export_countries[export_country_by_alpha3[i]];
        bad += strcmp(a->alpha3, b->alpha3) >= 0;
    }

    is_int(bad, 0, "the index is sorted");
}


static void
test_find(void)
{
    size_t                   i;
    unsigned                 bad, n;
    const export_country_t  *c;

    for (i = 0; i < sizeof(finds) / sizeof(finds[0]); i++) {
        c = find(finds[i].code, strlen(finds[i].code));

        if (finds[i].alpha2) {
            ok(c && strcmp(c->alpha2, finds[i].alpha2) == 0,
               "\"%s\" is %s", finds[i].code, finds[i].alpha2);

        } else {
            ok(c == NULL, "no country: row %zu", i);
        }
    }

    ok(find("GB\0", 3) == NULL, "a final NUL");
    ok(find("\0\0\0", 3) == NULL, "three NUL");
    ok(find("\0\0", 2) == NULL, "two NUL");
    ok(find("A\0", 2) == NULL, "a letter and a NUL");

    bad = 0;

    for (i = 0; i < export_ncountries; i++) {
        c = &export_countries[i];
        bad += find(c->alpha2, 2) != c;
        bad += c->alpha3[0] && find(c->alpha3, 3) != c;
    }

    is_int(bad, 0, "every row is found by its codes");

    n = 0;

    for (i = 0; i < 65536; i++) {
        u_char        pair[2] = { (u_char) (i >> 8), (u_char) i };
        export_str_t  code = { 2, pair };

        n += export_country_find(&code) != NULL;
    }

    /* two spellings of a code with a digit, four of all others */

    is_int(n, (export_ncountries - 4) * 4 + 4 * 2, "and no other pair is");
}


int
main(void)
{
    test_table();
    test_rows();
    test_order();
    test_find();

    return done_testing();
}
