
/*
 * What people write for a country, beside its two or three letters: a number
 * of ISO 3166-1, a subdivision of ISO 3166-2, a name in English; and what they
 * write where they say nothing.
 *
 * The names are the English short and official ones of ISO 3166-1 and the ones
 * of CLDR, with the usual variants; withdrawn names are those of ISO 3166-3.
 * They are compared without case, accents, blanks and punctuation, "the" and
 * "and"; "St" is "Saint", and what stands behind the first comma stands before
 * it ("Korea, Republic of").  Codes and names are facts, as Debian's iso-codes
 * 4.15 and ICU 72 list them; the tables are this project's own.
 *
 * A language tag is no country: "sv-SE" has the form of a subdivision, but ISO
 * 3166-2 lists none of that code.  Numbers have three digits: "44" is a
 * telephone prefix of one country and a number of another.
 */


#ifndef _EXPORT_COUNTRY_TEXT_H_INCLUDED_
#define _EXPORT_COUNTRY_TEXT_H_INCLUDED_


#include "export.h"


#define EXPORT_MAX_COUNTRY_TEXT  128    /* bytes; more is unreadable */


/* alpha-2 codes of export_country.h's table */

typedef struct {
    const char  *country;
    const char  *part;              /* a subdivision that has a code of its
                                       own, such as FR-NC; or NULL */
} export_country_said_t;


/* without blanks at both ends, those of Unicode and the byte order mark too */

export_str_t export_country_trim(export_str_t text);


/*
 * Reads a text that is no alpha-2 code and no alpha-3 code of the table.
 * EXPORT_OK and *said; EXPORT_DECLINED for a text that says nothing ("", "-",
 * "N/A", "unknown", "(not set)"); EXPORT_ERROR for any other text.
 */

int export_country_text(const export_str_t *text,
    export_country_said_t *said);


#endif /* _EXPORT_COUNTRY_TEXT_H_INCLUDED_ */
