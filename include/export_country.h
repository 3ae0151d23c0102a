
/*
 * The table of countries: codes, the data-protection area that each belongs
 * to, and why.
 *
 * It has all 249 codes of ISO 3166-1, those reserved or user-assigned codes
 * that databases and people write for a place (UK, EL, XK, ...), the
 * pseudo-codes that stand for no place (A1, EU, XX, ...), and the withdrawn
 * codes of ISO 3166-3 that nobody else has been given since.
 *
 * A withdrawn code is the country that it became.  One that several countries
 * came of is unknown, and may be in the EEA if one of them is or was in the
 * same state as one that is (SU, YU, CS); so are the Netherlands Antilles.
 */


#ifndef _EXPORT_COUNTRY_H_INCLUDED_
#define _EXPORT_COUNTRY_H_INCLUDED_


#include "export.h"


typedef enum {
    EXPORT_COUNTRY_OTHER = 0,       /* a place, and none of the next three */
    EXPORT_COUNTRY_EEA,
    EXPORT_COUNTRY_UK,
    EXPORT_COUNTRY_CH,
    EXPORT_COUNTRY_UNKNOWN,         /* a code that names no place */
    EXPORT_COUNTRY_UNKNOWN_EEA,     /* perhaps in the EEA: EU, EZ, SU, YU */

    EXPORT_COUNTRY_KINDS
} export_country_e;


typedef struct {
    char               alpha2[3];
    char               alpha3[4];   /* "" if ISO 3166 has none */
    export_country_e   kind;
    const char        *source;      /* a URL: where "why" can be read */
    const char        *name;        /* UTF-8 */
    const char        *why;
} export_country_t;


/* sorted by alpha2 */

extern const export_country_t  export_countries[];
extern const unsigned          export_ncountries;


/*
 * The row of an alpha-2 or alpha-3 code, in any case, or NULL.  An alpha-2
 * code costs a look at the few rows of its first letter, an alpha-3 code a
 * binary search.
 */

const export_country_t *export_country_find(const export_str_t *code);


#endif /* _EXPORT_COUNTRY_H_INCLUDED_ */
