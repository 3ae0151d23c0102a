
/*
 * Subjects: whose data is it, and where are they?
 */


#ifndef _EXPORT_SUBJECT_H_INCLUDED_
#define _EXPORT_SUBJECT_H_INCLUDED_


#include "export.h"
#include "export_facts.h"
#include "export_geo.h"
#include "export_jurisdiction.h"


#define EXPORT_MAX_DATABASES  8     /* looked up for every address */


typedef enum {
    EXPORT_SUBJECT_IP = 0,
    EXPORT_SUBJECT_COUNTRY,
    EXPORT_SUBJECT_ID,              /* known, but not where */
    EXPORT_SUBJECT_FORWARDED,       /* RFC 7239, the for= nodes */
    EXPORT_SUBJECT_LOCALE           /* a language tag, its region */
} export_subject_e;


/* what subjects are located with */

typedef struct {
    const export_jurisdictions_t  *jurisdictions;
    const export_geo_t            *geo[EXPORT_MAX_DATABASES];
    unsigned                       n;
} export_atlas_t;


/*
 * The evidence for one address, joined from all databases.  A database that
 * says nothing about it does not count; if none says anything the address is
 * EXPORT_PLACE_UNKNOWN.  What an address holds inside joins: an inner address
 * can protect, and can make a place unknown if it is sure to be meant; it makes
 * a place known only where the outer one is but a wrapper.  Never 0.
 */

export_place_t export_subject_locate(const export_atlas_t *atlas,
    const export_address_t *address);


/* joins a signal of somebody, of whom nobody can say where they are */

static inline void
export_subject_unreadable(export_subjects_t *subjects)
{
    subjects->n++;
    subjects->malformed = 1;
}


/*
 * Joins one signal, the whole value: an ip, a country, an id, or the nodes of
 * a "Forwarded".  A text that is no country, and does not say nothing either,
 * is malformed, as is one that is no address.
 */

void export_subject_signal(export_subject_e type, const export_atlas_t *atlas,
    const export_str_t *value, export_subjects_t *subjects);


/*
 * Joins the items of a header line or of a decoded argument.  Countries may be
 * one name with a comma instead, such as "Korea, Republic of".
 */

void export_subject_value(export_subject_e type, const export_atlas_t *atlas,
    const export_str_t *value, export_subjects_t *subjects);


#endif /* _EXPORT_SUBJECT_H_INCLUDED_ */
