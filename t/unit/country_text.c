
/*
 * export_country_text: what people write, against a list kept apart from the
 * tables; the tables' order; no over-reads.
 */

#include "tap.h"

#include "../../module/place/export_country_text.c"


#define NOTHING     "-"             /* stands for it in the list */
#define UNREADABLE  "!"

#define ROUNDS      200000


typedef struct {
    const char  *says;              /* a code, and a part behind a slash */
    const char  *text;
} text_t;


static const text_t  texts[] = {

    { "GB", "United Kingdom" }, { "GB", "united kingdom" },
    { "GB", "UNITED  KINGDOM " }, { "GB", "The United Kingdom" },
    { "GB", "united_kingdom" }, { "GB", "United-Kingdom" },
    { "GB", "U.K." }, { "GB", "Great Britain" }, { "GB", "England" },
    { "GB", "Scotland" }, { "GB", "Northern Ireland" },
    { "GB", "United Kingdom of Great Britain and Northern Ireland" },
    { "GB", "United Kingdom (UK)" }, { "GB", "England, UK" },
    { "DE", "Germany" }, { "DE", "Germany, Federal Republic of" },
    { "DE", "Federal Republic of Germany" }, { "DE", "\xc2\xa0Germany" },
    { "DE", "\xef\xbb\xbfGermany\xe2\x80\x8b" }, { "DE", "Germany\r\n" },
    { "CZ", "Czechia" }, { "CZ", "Czech Republic" }, { "CZ", "Czech Rep." },
    { "NL", "Holland" }, { "NL", "The Netherlands" },
    { "NL", "Netherlands, The" }, { "NL", "Netherlands (Kingdom of the)" },
    { "IE", "Republic of Ireland" }, { "IE", "Eire" },
    { "AX", "\xc3\x85land Islands" }, { "AX", "Aland Is." },
    { "AX", "A\xcc\x8aland Islands" }, { "RE", "R\xc3\xa9union" },
    { "RE", "REUNION" }, { "MF", "Saint Martin (French part)" },
    { "SX", "Sint Maarten (Dutch part)" }, { "CH", "Swiss Confederation" },
    { "IC", "Canary Islands" }, { "LI", "Liechtenstein" },
    { "CI", "C\xc3\xb4te d'Ivoire" },
    { "CI", "C\xc3\xb4te d\xe2\x80\x99Ivoire" },
    { "CI", "Cote d Ivoire" }, { "CI", "Ivory Coast" },
    { "KR", "Korea, Republic of" }, { "KR", "Republic of Korea" },
    { "KR", "South Korea" }, { "KP", "Korea, Dem. People's Rep." },
    { "KP", "Korea (the Democratic People's Republic of)" },
    { "CD", "Congo, The Democratic Republic of the" },
    { "CG", "Congo" }, { "BA", "Bosnia & Herzegovina" },
    { "BA", "Bosnia and Herzegovina" }, { "TR", "T\xc3\xbcrkiye" },
    { "TR", "Turkey" }, { "LC", "St. Lucia" }, { "LC", "Saint Lucia" },
    { "US", "U.S.A." }, { "US", "United States of America" },
    { "US", "USA" }, { "AE", "U.A.E." }, { "ST", "S\xc3\xa3o Tom\xc3\xa9" },
    { "VI", "Virgin Islands, U.S." },
    { "BQ", "Bonaire, Sint Eustatius and Saba" },
    { "TW", "Taiwan, Province of China" }, { "MK", "Macedonia, FYR" },
    { "NE", "Niger" }, { "NG", "Nigeria" }, { "GE", "Georgia" },
    { "XK", "Kosovo" }, { "SZ", "Swaziland" }, { "MM", "Burma" },

    { "SU", "Soviet Union" }, { "SU", "U.S.S.R." }, { "YU", "Yugoslavia" },
    { "CS", "Czechoslovakia" }, { "CS", "Serbia and Montenegro" },
    { "AN", "Netherlands Antilles" }, { "DD", "East Germany" },
    { "CS", "SCG" }, { "DJ", "AFI" }, { "IN", "SKM" }, { "RO", "ROM" },
    { "XK", "XKX" }, { "EU", "European Union" }, { "EU", "Europe" },

    { "GB", "826" }, { "DE", "276" }, { "DE", "280" }, { "DD", "278" },
    { "CH", "756" }, { "AF", "004" }, { "US", "840" }, { "SU", "810" },
    { "CS", "200" }, { "AN", "530" }, { "ZZ", "999" }, { "ZW", "716" },

    { "GB", "GB-ENG" }, { "GB/XI", "GB-NIR" }, { "GB", "gb-sct" },
    { "US", "US-CA" }, { "FR", "FR-75" }, { "FR", "FR-75C" },
    { "FR", "FR-IDF" }, { "FR/NC", "FR-NC" }, { "FR/RE", "FR-974" },
    { "NL/BQ", "NL-BQ1" }, { "AT", "AT-9" }, { "DE", "DE-BY" },
    { "FI/AX", "FI-01" }, { "CH", "CH-ZH" }, { "JP", "JP-13" },
    { "GB", " GB-WLS " }, { "US/PR", "US-PR" }, { "CN", "CN-11" },

    { NOTHING, "" }, { NOTHING, " " }, { NOTHING, "-" }, { NOTHING, "--" },
    { NOTHING, "?" }, { NOTHING, "??" }, { NOTHING, "\xe2\x80\x94" },
    { NOTHING, "N/A" }, { NOTHING, "n/a" }, { NOTHING, "N.A." },
    { NOTHING, "#N/A" }, { NOTHING, "\\N" }, { NOTHING, "null" },
    { NOTHING, "NULL" }, { NOTHING, "<null>" }, { NOTHING, "nil" },
    { NOTHING, "None" }, { NOTHING, "(none)" }, { NOTHING, "NaN" },
    { NOTHING, "undefined" }, { NOTHING, "unknown" },
    { NOTHING, "(unknown)" }, { NOTHING, "Unknown Region" },
    { NOTHING, "(not set)" }, { NOTHING, "not-set" },
    { NOTHING, "not available" }, { NOTHING, "unspecified" },
    { NOTHING, "ZZZ" },

    { UNREADABLE, "en-GB" }, { UNREADABLE, "en_GB" }, { UNREADABLE, "en" },
    { UNREADABLE, "sv-SE" }, { UNREADABLE, "et-EE" },
    { UNREADABLE, "ga-IE" }, { UNREADABLE, "ar-GB" },
    { UNREADABLE, "de-DE" }, { UNREADABLE, "en-US" },
    { UNREADABLE, "sl-SI" }, { UNREADABLE, "gl-ES" },
    { UNREADABLE, "da-DK" }, { UNREADABLE, "is-IS" },
    { UNREADABLE, "zh-Hant-TW" }, { UNREADABLE, "en-Latn-GB" },
    { UNREADABLE, "US-XX" }, { UNREADABLE, "US-" }, { UNREADABLE, "-US" },
    { UNREADABLE, "US-CAL" }, { UNREADABLE, "US_CA" },
    { UNREADABLE, "USCA" }, { UNREADABLE, "GB-ENGL" },
    { UNREADABLE, "FR-7" }, { UNREADABLE, "FR-51A" },
    { UNREADABLE, "QQ" }, { UNREADABLE, "49" }, { UNREADABLE, "1" },
    { UNREADABLE, "44" }, { UNREADABLE, "+44" }, { UNREADABLE, "000" },
    { UNREADABLE, "001" }, { UNREADABLE, "150" }, { UNREADABLE, "8260" },
    { UNREADABLE, "0826" }, { UNREADABLE, "826.0" }, { UNREADABLE, "D" },
    { UNREADABLE, "Germoney" }, { UNREADABLE, "Germany!" },
    { UNREADABLE, "German" }, { UNREADABLE, "Deutschland" },
    { UNREADABLE, "New Jersey" }, { UNREADABLE, "California" },
    { UNREADABLE, "US, GB" }, { UNREADABLE, "uk,raine" },
    { UNREADABLE, "Korea, Republic of, Germany" },
    { UNREADABLE, "u-k" }, { UNREADABLE, "(US)" }, { UNREADABLE, "<UK>" },
    { UNREADABLE, "<Germany>" }, { UNREADABLE, "\"US\"" },
    { "FK", "Falkland Islands (the) [Malvinas]" },
    { UNREADABLE, "the" }, { UNREADABLE, "and" }, { UNREADABLE, "()" },
    { UNREADABLE, "/" }, { UNREADABLE, "*" }, { UNREADABLE, "N" },
    { UNREADABLE, "Other" }, { UNREADABLE, "World" },
    { UNREADABLE, "81.2.69.160" }, { UNREADABLE, "C\xf4te d'Ivoire" },
    { UNREADABLE, "\xc3" }, { UNREADABLE, "\xe2\x80" },
    { UNREADABLE, "\xff" }, { UNREADABLE, "Ger\x01many" }
};


static const char *
says(const char *text, size_t len)
{
    u_char                 *p;
    export_str_t            s;
    export_country_said_t   said;
    static char             result[8];

    p = guard_copy(text, len);

    s.len = len;
    s.data = p;

    switch (export_country_text(&s, &said)) {

    case EXPORT_OK:
        snprintf(result, sizeof(result), "%.2s%s%.2s", said.country,
                 said.part ? "/" : "", said.part ? said.part : "");
        break;

    case EXPORT_DECLINED:
        strcpy(result, NOTHING);
        break;

    default:
        strcpy(result, UNREADABLE);
    }

    guard_free(p, len);

    return result;
}


static void
test_texts(void)
{
    char    longer[EXPORT_MAX_COUNTRY_TEXT + 2];
    size_t  i;

    for (i = 0; i < sizeof(texts) / sizeof(text_t); i++) {
        ok(strcmp(says(texts[i].text, strlen(texts[i].text)), texts[i].says)
           == 0, "text %zu says %s", i, texts[i].says);
    }

    ok(strcmp(says("Germany\0", 8), UNREADABLE) == 0, "a final NUL");
    ok(strcmp(says("GB-EN\0", 6), UNREADABLE) == 0, "a NUL in a code");
    ok(strcmp(says("GB-\0", 4), UNREADABLE) == 0, "a NUL as a code");

    memset(longer, '-', sizeof(longer));

    ok(strcmp(says(longer, EXPORT_MAX_COUNTRY_TEXT), NOTHING) == 0,
       "at the limit");
    ok(strcmp(says(longer, EXPORT_MAX_COUNTRY_TEXT + 1), UNREADABLE) == 0,
       "past the limit");

    memset(longer, 'a', sizeof(longer));

    ok(strcmp(says(longer, EXPORT_MAX_COUNTRY_TEXT), UNREADABLE) == 0,
       "a long word");
}


/* each entry is found as what it says, whatever its neighbours */

static void
test_tables(void)
{
    char                             code[32];
    size_t                           i, k, n, len, bad;
    const export_country_divided_t  *d;

    bad = 0;
    n = sizeof(export_country_names) / sizeof(export_country_name_t);

    for (i = 0; i < n; i++) {
        const export_country_name_t  *name = &export_country_names[i];

        bad += i && strcmp(name[-1].key, name->key) >= 0;
        bad += strlen(name->key) > EXPORT_COUNTRY_KEY;
        bad += strncmp(says(name->key, strlen(name->key)),
                       strcmp(name->country, "ZZ") ? name->country : NOTHING,
                       2) != 0;
    }

    is_int(bad, 0, "names");

    n = sizeof(export_country_numbers) / sizeof(export_country_number_t);

    for (i = 0; i < n; i++) {
        snprintf(code, sizeof(code), "%03u",
                 export_country_numbers[i].number);
        bad += strcmp(says(code, 3), export_country_numbers[i].country) != 0;
    }

    is_int(bad, 0, "numbers");

    n = sizeof(export_country_divisions) / sizeof(export_country_divided_t);

    for (i = 0; i < n; i++) {
        d = &export_country_divisions[i];

        for (len = 1; len <= 3; len++) {
            bad += strlen(d->codes[len - 1]) % len;

            for (k = 0; d->codes[len - 1][k]; k += len) {
                snprintf(code, sizeof(code), "%.2s-%.*s", d->country,
                         (int) (len & 3), d->codes[len - 1] + k);
                bad += strncmp(says(code, strlen(code)), d->country, 2) != 0;
            }
        }
    }

    is_int(bad, 0, "subdivisions");

    n = sizeof(export_country_parts) / sizeof(export_country_part_t);

    for (i = 0; i < n; i++) {
        snprintf(code, sizeof(code), "%s-%s", export_country_parts[i].country,
                 export_country_parts[i].code);
        bad += strlen(says(code, strlen(code))) != 5;
    }

    is_int(bad, 0, "parts");
    is_int(sizeof(export_country_latin), 0x180 - 0xc0 + 1, "letters");
}


static void
test_random(void)
{
    char      text[64];
    size_t    i, len;
    uint64_t  state = 0x20261128;

    for (i = 0; i < ROUNDS; i++) {
        for (len = 0; len < sizeof(text); len++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            text[len] = (state >> 33) % 3 ? (char) ('a' + (state >> 40) % 26)
                                          : (char) (state >> 50);

            if ((state >> 58) % 16 == 0) {
                break;
            }
        }

        (void) says(text, len);
    }

    ok(1, "%u random texts", ROUNDS);
}


int
main(void)
{
    test_texts();
    test_tables();
    test_random();

    return done_testing();
}
