
/*
 * The facts of one transfer: what was found, by whoever found it, on the way
 * to the decision.  Facts only ever add up: counters grow, places and marks
 * are joined, and nothing takes evidence back, so that the order in which
 * headers, arguments and records are read does not matter.
 */


#ifndef _EXPORT_FACTS_H_INCLUDED_
#define _EXPORT_FACTS_H_INCLUDED_


#include "export.h"
#include "export_looks.h"


/* what a transfer says about its purpose */

#define EXPORT_PURPOSE_TRAINING    0x01     /* evidence of AI training */
#define EXPORT_PURPOSE_OTHER       0x02     /* another purpose is declared */
#define EXPORT_PURPOSE_MALFORMED   0x04     /* a declaration is unreadable */
#define EXPORT_PURPOSE_DATA        0x08     /* to an endpoint for data */
#define EXPORT_PURPOSE_CONTROL     0x10     /* to an endpoint that starts jobs
                                               on data sent earlier, and needs
                                               no subject */
#define EXPORT_PURPOSE_UNLISTED    0x20     /* a declaration is on no list */
#define EXPORT_PURPOSE_NOT_WAIVED  0x40     /* evidence that such a job carries
                                               data, or may: subjects are
                                               needed after all */


#define EXPORT_MAX_ENDPOINTS       8    /* of the catalogues that one request
                                           may fit, as far as its head says */


/* what was found of consent; of several bits the strictest counts */

#define EXPORT_CONSENT_GRANTED     0x01
#define EXPORT_CONSENT_DENIED      0x02     /* also Sec-GPC, train-ai=n */
#define EXPORT_CONSENT_INVALID     0x04


/*
 * How far the body was understood, the worst of its parts.  A body that no
 * rule needs is EXPORT_BODY_NONE, like one that is not there.
 */

typedef enum {
    EXPORT_BODY_NONE = 0,
    EXPORT_BODY_READ,                   /* whole */
    EXPORT_BODY_FOREIGN,                /* of a type that has no fields */
    EXPORT_BODY_SKIPPED,                /* consent covers any content */
    EXPORT_BODY_OPAQUE,                 /* coded in a way not understood */
    EXPORT_BODY_LIMITED,                /* past a limit */
    EXPORT_BODY_INCOMPLETE,
    EXPORT_BODY_MALFORMED,

    EXPORT_BODIES
} __attribute__((__packed__)) export_body_e;    /* a byte: facts are many */


/*
 * The states are ordered by how bad they are.  Only the three functions below
 * compare states: a comparison elsewhere would be wrong once a state is added.
 */

static inline export_body_e
export_body_worst(export_body_e a, export_body_e b)
{
    return a > b ? a : b;
}


/* 1 if there is a body, and its fields were not looked at */

static inline unsigned
export_body_is_unread(export_body_e state)
{
    return state > EXPORT_BODY_READ;
}


/* 1 if the body could not be read: fields in it may say anything */

static inline unsigned
export_body_is_unclear(export_body_e state)
{
    return state >= EXPORT_BODY_OPAQUE;
}


/* a group of subjects, such as the declared ones or those of one record */

typedef struct {
    uint64_t         n;
    export_place_t   places;        /* of all of them, joined */
    unsigned         located:1;     /* by an ip or a country */
    unsigned         addressed:1;   /* by an ip */
    unsigned         malformed:1;   /* one was unreadable */
} export_subjects_t;


/* the records of a body, and why some of them must not leave */

typedef struct {
    uint64_t         n;
    uint64_t         subjects;
    uint64_t         refused;
    uint32_t         consented;     /* records that leave only because of
                                       consent; stays at its largest value */
    uint32_t         reasons;       /* to refuse records, a bit for each
                                       export_reason_e */
    uint32_t         whole;         /* ... records that cannot be dropped, and
                                       refuse the transfer */
    export_place_t   places;        /* of all their subjects, joined */
} export_records_t;


typedef struct {
    uint16_t            purpose;    /* EXPORT_PURPOSE_* */
    uint8_t             consent;    /* EXPORT_CONSENT_*, for everybody */
    uint8_t             declared_consent;   /* ... with scope=declared */
    export_body_e       body;
    unsigned            looks:3;    /* what the body looks like, where its
                                       type says otherwise; export_looks_e */
    unsigned            bodyless:1; /* the request carries nothing, and names
                                       nobody */
    unsigned            unseen:1;   /* no rule looks for subjects in the body
                                       that there is */
    unsigned            hidden:1;   /* the body may declare a purpose */
    unsigned            veto:1;     /* the body may deny consent */
    unsigned            sealed:1;   /* the body is signed, or its length is
                                       said elsewhere: it cannot be changed */
    unsigned            departed:1; /* a part of the body has been forwarded */
    unsigned            outdated:1; /* databases are too old to rely on */
    unsigned            error:1;    /* the module itself failed */
    export_subjects_t   declared;   /* in headers and arguments; they cover
                                       records without subjects */
    export_subjects_t   head;       /* ... with scope=declared, which cover no
                                       record */
    export_records_t    records;
} export_facts_t;


#endif /* _EXPORT_FACTS_H_INCLUDED_ */
