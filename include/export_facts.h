
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
#define EXPORT_PURPOSE_OTHER       0x02     /* something else is declared */
#define EXPORT_PURPOSE_MALFORMED   0x04     /* something unreadable is */
#define EXPORT_PURPOSE_DATA        0x08     /* the catalogue: carries data */
#define EXPORT_PURPOSE_CONTROL     0x10     /* ... starts a job on data sent
                                               earlier, and needs no subject */
#define EXPORT_PURPOSE_UNLISTED    0x20     /* what is on no list is */
#define EXPORT_PURPOSE_NOT_WAIVED  0x40     /* it needs subjects all the same:
                                               by other evidence it carries
                                               data, or may */


#define EXPORT_MAX_ENDPOINTS       8    /* of the catalogues that one request
                                           may fit, as far as its head says */


/* what was found of consent; joined, the strictest wins */

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
    EXPORT_BODY_SKIPPED,                /* consent covers whatever is in it */
    EXPORT_BODY_OPAQUE,                 /* coded in a way not understood */
    EXPORT_BODY_LIMITED,                /* past a limit */
    EXPORT_BODY_INCOMPLETE,
    EXPORT_BODY_MALFORMED,

    EXPORT_BODIES
} __attribute__((__packed__)) export_body_e;    /* a byte: facts are many */


/*
 * The order of the states is how bad they are, which only these three know:
 * whoever else compared them would be wrong with the next state.
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


/* 1 if it was to be read, and could not be: fields in it may say anything */

static inline unsigned
export_body_is_unclear(export_body_e state)
{
    return state >= EXPORT_BODY_OPAQUE;
}


/* a group of subjects: the declared ones, or one record's */

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
    uint32_t         consented;     /* would be refused, but for consent; the
                                       largest number stands for any above */
    uint32_t         reasons;       /* of the refused, 1 << export_reason_e */
    uint32_t         whole;         /* ... of those that cannot be dropped */
    export_place_t   places;        /* of all their subjects, joined */
} export_records_t;


typedef struct {
    uint16_t            purpose;    /* EXPORT_PURPOSE_* */
    uint8_t             consent;    /* EXPORT_CONSENT_*, for everybody */
    uint8_t             declared_consent;   /* scope=declared */
    export_body_e       body;
    unsigned            looks:3;    /* the body, export_looks_e */
    unsigned            bodyless:1; /* it carries nothing, and names nobody */
    unsigned            unseen:1;   /* a body in which no rule looks for
                                       subjects */
    unsigned            hidden:1;   /* the body may say a purpose */
    unsigned            veto:1;     /* ... or that consent is denied */
    unsigned            sealed:1;   /* signed, or of a length said elsewhere */
    unsigned            departed:1; /* for the recipient, some of the body */
    unsigned            outdated:1; /* the databases, too old to rely on */
    unsigned            error:1;    /* something of ours failed */
    export_subjects_t   declared;   /* in headers and arguments */
    export_subjects_t   head;       /* the same, scope=declared: they cover
                                       no record */
    export_records_t    records;
} export_facts_t;


#endif /* _EXPORT_FACTS_H_INCLUDED_ */
