
/*
 * Countries and the jurisdictions they belong to.
 *
 * The table of countries is in export_country.c, a row each with its source.
 * The built-in sets are eea, uk and ch, which export_protect names by
 * default, and three sets that an operator can add to it: gibraltar (GI),
 * crown_dependencies (GG JE IM CQ) and french_overseas (BL PM NC PF WF TF).
 */


#ifndef _EXPORT_JURISDICTION_H_INCLUDED_
#define _EXPORT_JURISDICTION_H_INCLUDED_


#include "export.h"


typedef struct {
    export_str_t     name[EXPORT_MAX_JURISDICTIONS];
    unsigned         n;
    export_place_t   code[26 * 26];     /* by alpha-2 code, ready to join */
} export_jurisdictions_t;


/* the table of countries, and the built-in sets */

void export_jurisdictions_init(export_jurisdictions_t *js);


/*
 * The bit of a set, by its exact name; 0 if there is none.
 */

export_place_t export_jurisdictions_find(const export_jurisdictions_t *js,
    const export_str_t *name);


/*
 * A new empty set, or a built-in one emptied.  "name" is kept by reference.
 * Returns its bit, or 0 if there are EXPORT_MAX_JURISDICTIONS already.
 */

export_place_t export_jurisdictions_define(export_jurisdictions_t *js,
    const export_str_t *name);


/*
 * Adds a country to a set, or takes it out.  A code that the table holds as
 * unknown, or does not hold, can be added too (an operator's own database
 * may use it) and is then known.  EXPORT_OK, or EXPORT_DECLINED if "code" is
 * not two letters or an alpha-3 code of the table.  A country is added and
 * taken out under all its codes, GB with UK and GR with EL; a part that has a
 * code of its own, such as IC, changes alone.
 */

int export_jurisdictions_add(export_jurisdictions_t *js, export_place_t bit,
    const export_str_t *code);
int export_jurisdictions_remove(export_jurisdictions_t *js,
    export_place_t bit, const export_str_t *code);


/*
 * The place of a country code: two letters, or three for a country of the
 * table, in any case.  Anything else, pseudo-codes and unassigned codes are
 * EXPORT_PLACE_UNKNOWN; EU, EZ and the like are unknown and in eea.  Never 0.
 * This is what databases are read with.
 */

export_place_t export_jurisdictions_country(const export_jurisdictions_t *js,
    const export_str_t *code);


/*
 * The place that a text of people's names: a code as above, with blanks around
 * it or without, or what export_country_text.h takes.  A text for "no value",
 * such as "N/A", is EXPORT_PLACE_UNKNOWN.  0 if the text is none of these.
 */

export_place_t export_jurisdictions_text(const export_jurisdictions_t *js,
    const export_str_t *text);


#endif /* _EXPORT_JURISDICTION_H_INCLUDED_ */
