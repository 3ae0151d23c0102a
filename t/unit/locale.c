
/* export_locale: the regions of language tags and of POSIX' locales */

#include "tap.h"

#include "../../module/place/export_locale.c"


#define NONE        "-"
#define UNREADABLE  "!"


typedef struct {
    const char  *regions;           /* each behind a blank */
    const char  *text;
} row_t;


static const row_t  rows[] = {

    { " GB", "en-GB" }, { " gb", "en-gb" }, { " GB", "EN_GB" },
    { " SE", "sv-SE" }, { " DE", "de_DE.UTF-8" }, { " DE", "de_DE@euro" },
    { " DE", "de_DE.iso-8859-15@euro" }, { " TW", "zh-Hant-TW" },
    { " HK", "zh-yue-HK" }, { " GB", "en-GB-oxendict" },
    { " CH", "de-CH-1996" }, { " 419", "es-419" }, { " 826", "en-826" },
    { " DE", "de-DE-u-co-phonebk" }, { " US gb", "en-US-u-rg-gbzzzz" },
    { " gb", "en-u-rg-gbsct" }, { " FR", "fr-FR-x-mine" },
    { " GB", "GB" }, { " DE", "DE" },

    { NONE, "en" }, { NONE, "eng" }, { NONE, "C" }, { NONE, "posix" },
    { NONE, "C.UTF-8" }, { NONE, "zh-Hant" }, { NONE, "de-1996" },
    { NONE, "en-u-co-phonebk" }, { NONE, "De" },

    { UNREADABLE, "" }, { UNREADABLE, "-" }, { UNREADABLE, "en-" },
    { UNREADABLE, "en--GB" }, { UNREADABLE, "-GB" }, { UNREADABLE, "e-GB" },
    { UNREADABLE, "en-US-GB" }, { UNREADABLE, "en-GB;q=0.9" },
    { UNREADABLE, "en GB" }, { UNREADABLE, "Germany" },
    { UNREADABLE, "de_DE@rg=gbzzzz" }, { UNREADABLE, "en-u-rg" },
    { UNREADABLE, "en-u-rg-zz" }, { UNREADABLE, "en-u-rg-826zzz" },
    { UNREADABLE, "en-US-u-rg-gbzzzz-u-rg-iezzzz" }, { UNREADABLE, "826" },
    { UNREADABLE, "en-abcdefghi" }, { UNREADABLE, "\xc3\xa9n-GB" },
    { UNREADABLE, "i-klingon" }, { UNREADABLE, "x-GB" },
};


static const char *
regions(const char *text, size_t len)
{
    int              rc;
    char            *copy;
    unsigned         i;
    export_str_t     s;
    export_locale_t  locale;

    static char      got[16];

    /* of its exact size, for the sanitizer to see an over-read */

    copy = malloc(len ? len : 1);
    memcpy(copy, text, len);
    s.data = (u_char *) copy;
    s.len = len;

    rc = export_locale_parse(&s, &locale);
    got[0] = '\0';

    for (i = 0; rc == EXPORT_OK && i < locale.n; i++) {
        snprintf(got + strlen(got), sizeof(got) - strlen(got), " %.*s",
                 (int) locale.region[i].len, locale.region[i].data);
    }

    free(copy);

    return rc == EXPORT_OK ? got : rc == EXPORT_DECLINED ? NONE : UNREADABLE;
}


int
main(void)
{
    char    longer[EXPORT_MAX_LOCALE + 1];
    size_t  i;

    for (i = 0; i < sizeof(rows) / sizeof(row_t); i++) {
        ok(strcmp(regions(rows[i].text, strlen(rows[i].text)),
                  rows[i].regions) == 0, "%s", rows[i].text);
    }

    ok(strcmp(regions("en-GB\0", 6), UNREADABLE) == 0, "a NUL");

    memcpy(longer, "de", 2);

    for (i = 2; i < EXPORT_MAX_LOCALE; i += 6) {
        memcpy(longer + i, "-abcde", 6);
    }

    longer[EXPORT_MAX_LOCALE] = 'f';

    ok(strcmp(regions(longer, EXPORT_MAX_LOCALE), NONE) == 0, "at the limit");
    ok(strcmp(regions(longer, EXPORT_MAX_LOCALE + 1), UNREADABLE) == 0,
       "past the limit");

    return done_testing();
}
