
/*
 * The decision: facts and policy in, verdict out.  No I/O, no clock, no
 * memory; the same facts always get the same verdict.  Anything that is not
 * known to be allowed is blocked.
 */


#ifndef _EXPORT_POLICY_H_INCLUDED_
#define _EXPORT_POLICY_H_INCLUDED_


#include "export.h"
#include "export_facts.h"
#include "export_reason.h"


typedef enum {
    EXPORT_DECISION_NONE = 0,       /* not decided yet */
    EXPORT_ALLOW,
    EXPORT_REDACT,                  /* allow what is left of the body */
    EXPORT_BLOCK,
    EXPORT_UNJUDGED,                /* and never will be */

    EXPORT_DECISIONS
} export_decision_e;


typedef enum {
    EXPORT_UNDECLARED = 0,
    EXPORT_OTHER,
    EXPORT_AI_TRAINING,

    EXPORT_PURPOSES
} export_purpose_e;


typedef enum {
    EXPORT_CONSENT_NONE = 0,
    EXPORT_GRANTED,
    EXPORT_DENIED,
    EXPORT_INVALID,

    EXPORT_CONSENTS
} export_consent_e;


/* what the operator wants, for one location */

typedef struct {
    export_place_t      protect;    /* jurisdictions' bits */
    unsigned            undeclared_training:1;
    unsigned            unknown_allowed:1;
    unsigned            bodyless_allowed:1; /* what carries nothing */
    unsigned            redact:1;   /* drop records that must not leave */
} export_policy_t;


typedef struct {
    export_decision_e   decision;
    export_reason_e     reason;
    export_purpose_e    purpose;
    export_consent_e    consent;
    export_place_t      places;     /* evidence that the decision saw */
} export_verdict_t;


/* names for variables, responses and logs, by number */

extern const export_str_t  export_decision_names[];
extern const export_str_t  export_reason_names[];
extern const export_str_t  export_reason_details[];
extern const export_str_t  export_looks_details[];
extern const export_str_t  export_purpose_names[];
extern const export_str_t  export_consent_names[];


/* what rules look for in a body */

#define EXPORT_ASKS_PURPOSE  0x01
#define EXPORT_ASKS_SUBJECT  0x02
#define EXPORT_ASKS_CONSENT  0x04
#define EXPORT_ASKS_JOB      0x08       /* whether there is data in a job */
#define EXPORT_ASKS_RECORDS  (EXPORT_ASKS_SUBJECT|EXPORT_ASKS_CONSENT)


/*
 * What is to be done with a body in which rules look for "asks" (EXPORT_ASKS_*)
 * after the headers were read: EXPORT_BODY_READ if the decision depends on it,
 * EXPORT_BODY_SKIPPED if consent covers it whatever it says, or
 * EXPORT_BODY_NONE.
 */

export_body_e export_policy_body(const export_facts_t *facts,
    const export_policy_t *policy, unsigned asks);


/*
 * 1 if each record of such a body, "asks" as above, can be judged, and be
 * dropped or let go, before the next one is read.
 */

int export_policy_streams(const export_facts_t *facts,
    const export_policy_t *policy, unsigned asks);


/*
 * Why one record must not leave, EXPORT_REASON_NONE if it may: its own
 * subjects, or else the declared ones, with what its own fields say of consent
 * (EXPORT_CONSENT_*) joined to what headers say.  Sets *consented if it may
 * leave for consent alone.
 */

export_reason_e export_policy_record(const export_facts_t *facts,
    const export_policy_t *policy, const export_subjects_t *subjects,
    unsigned consent, unsigned *consented);


/*
 * 1 if nobody need be named, as far as is known: a job on data sent earlier,
 * with nothing that says or shows that it carries data.
 */

int export_policy_waives(const export_facts_t *facts);


/* 1 if the transfer is AI training, or might be and cannot show otherwise */

int export_policy_governs(const export_facts_t *facts,
    const export_policy_t *policy);


/*
 * 1 if it is, and something in it was seen that must not leave; records that
 * can be dropped are none of that where policy->redact is set.
 */

int export_policy_refuses(const export_facts_t *facts,
    const export_policy_t *policy);


void export_policy_decide(const export_facts_t *facts,
    const export_policy_t *policy, export_verdict_t *verdict);


/* the reason for people: of a body that contradicts its type, how */

const export_str_t *export_policy_detail(const export_facts_t *facts,
    export_reason_e reason);


/*
 * What is said of a transfer until it is decided: what its facts are so far,
 * EXPORT_UNJUDGED and EXPORT_REASON_NOT_FORWARDED.
 */

void export_policy_await(const export_facts_t *facts,
    const export_policy_t *policy, export_verdict_t *verdict);


#endif /* _EXPORT_POLICY_H_INCLUDED_ */
