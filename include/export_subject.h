
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
    EXPORT_SUBJECT_ID,              /* says who, and not where */
    EXPORT_SUBJECT_FORWARDED,       /* the for= nodes of RFC 7239 */
    EXPORT_SUBJECT_LOCALE           /* the regions of a language tag */
} export_subject_e;


/* the sources that locate a subject: sets of countries, and databases */

typedef struct {
    const export_jurisdictions_t  *jurisdictions;
    const export_geo_t            *geo[EXPORT_MAX_DATABASES];
    unsigned                       n;
} export_atlas_t;


/*
 * The evidence for one address, joined from all databases.  A database that
 * says nothing about the address does not count; if all say nothing the place
 * is EXPORT_PLACE_UNKNOWN.
 *
 * The evidence for inner addresses (export_address.h) joins in: an inner
 * address can protect, and if it is "sure" it can make the place unknown.  The
 * place is known by an inner address alone only if the outer one is a wrapper.
 * The result is never 0.
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
 * Joins one signal, which is the whole value, or the nodes of a "Forwarded".  A
 * text that is not of its type makes the subjects malformed.  A text that says
 * nothing, such as "N/A" for a country, is a subject whose place is unknown.
 */

void export_subject_signal(export_subject_e type, const export_atlas_t *atlas,
    const export_str_t *value, export_subjects_t *subjects);


/*
 * Joins each item of a header line or of a decoded argument as a signal.  A
 * list of countries may instead be one name with a comma, such as "Korea,
 * Republic of".
 */

void export_subject_value(export_subject_e type, const export_atlas_t *atlas,
    const export_str_t *value, export_subjects_t *subjects);


#endif /* _EXPORT_SUBJECT_H_INCLUDED_ */
