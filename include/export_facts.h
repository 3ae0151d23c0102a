
/*
 * The facts of one transfer: what was found, by whoever found it, on the way
 * to the decision.  Facts only ever add up: counters grow, places and marks
 * are joined, and nothing takes evidence back, so that the order in which
 * headers, arguments and records are read does not matter.
 */


#ifndef _EXPORT_FACTS_H_INCLUDED_
#define _EXPORT_FACTS_H_INCLUDED_


#include "export.h"


/* what a transfer says about its purpose */

#define EXPORT_PURPOSE_TRAINING    0x01     /* evidence of AI training */
#define EXPORT_PURPOSE_OTHER       0x02     /* something else is declared */
#define EXPORT_PURPOSE_MALFORMED   0x04     /* something unreadable is */
#define EXPORT_PURPOSE_DATA        0x08     /* the catalogue: carries data */
#define EXPORT_PURPOSE_CONTROL     0x10     /* ... starts a job on data sent
                                               earlier */


/* what was found of consent; joined, the strictest wins */

#define EXPORT_CONSENT_GRANTED     0x01
#define EXPORT_CONSENT_DENIED      0x02     /* also Sec-GPC, train-ai=n */
#define EXPORT_CONSENT_INVALID     0x04


/* a group of subjects: the declared ones, or one record's */

typedef struct {
    export_place_t   places;        /* of all of them, joined */
    uint64_t         n;
    unsigned         located:1;     /* by an ip or a country */
    unsigned         addressed:1;   /* by an ip */
    unsigned         malformed:1;   /* one was unreadable */
} export_subjects_t;


typedef struct {
    unsigned            purpose;    /* EXPORT_PURPOSE_* */
    unsigned            consent;    /* EXPORT_CONSENT_*, for everybody */
    unsigned            declared_consent;   /* scope=declared */
    export_subjects_t   declared;   /* in headers and arguments */
    unsigned            outdated:1; /* the databases, too old to rely on */
    unsigned            error:1;    /* something of ours failed */
} export_facts_t;


#endif /* _EXPORT_FACTS_H_INCLUDED_ */
