
/*
 * The regions of a locale, which is what applications store of a person where
 * they store no country: a language tag (BCP 47, "en-Latn-GB-u-rg-iezzzz") or
 * a name of POSIX ("en_GB.UTF-8@euro").
 */


#ifndef _EXPORT_LOCALE_H_INCLUDED_
#define _EXPORT_LOCALE_H_INCLUDED_


#include "export.h"


#define EXPORT_MAX_LOCALE  128      /* bytes; more is unreadable */


typedef struct {
    export_str_t  region[2];        /* the tag's own, and that of "rg" */
    unsigned      n;
} export_locale_t;


/*
 * EXPORT_OK with one region or two, of two letters or three digits, which may
 * be no countries; EXPORT_DECLINED if the locale has none ("en", "C").  Two
 * capitals alone are a region: nobody writes a language so.  EXPORT_ERROR if
 * the text is no locale: a second region, an empty part, keywords of ICU.
 */

int export_locale_parse(const export_str_t *text, export_locale_t *locale);


#endif /* _EXPORT_LOCALE_H_INCLUDED_ */
