
/*
 * The decision: facts and policy in, verdict out.  The functions do no I/O,
 * read no clock and keep nothing, so that the same facts always get the same
 * verdict.  Anything that is not known to be allowed is blocked.
 */


#ifndef _EXPORT_POLICY_H_INCLUDED_
#define _EXPORT_POLICY_H_INCLUDED_


#include "export.h"
#include "export_facts.h"
#include "export_reason.h"


typedef enum {
    EXPORT_DECISION_NONE = 0,       /* not decided yet */
    EXPORT_ALLOW,
    EXPORT_REDACT,                  /* allow, without the refused records */
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
    unsigned            bodyless_allowed:1; /* requests that carry nothing
                                               need not name anybody */
    unsigned            redact:1;   /* drop records that must not leave, and
                                       allow the others */
} export_policy_t;


typedef struct {
    export_decision_e   decision;
    export_reason_e     reason;
    export_purpose_e    purpose;
    export_consent_e    consent;
    export_place_t      places;     /* of all subjects, joined */
} export_verdict_t;


/* names for variables, responses and logs, by number */

extern const export_str_t  export_decision_names[];
extern const export_str_t  export_reason_names[];
extern const export_str_t  export_reason_details[];
extern const export_str_t  export_purpose_names[];
extern const export_str_t  export_consent_names[];


/* what the rules of a location look for in the fields of a body */

#define EXPORT_ASKS_PURPOSE  0x01
#define EXPORT_ASKS_SUBJECT  0x02
#define EXPORT_ASKS_CONSENT  0x04
#define EXPORT_ASKS_JOB      0x08       /* whether the description of a job
                                           has data in it */
#define EXPORT_ASKS_RECORDS  (EXPORT_ASKS_SUBJECT|EXPORT_ASKS_CONSENT)


/*
 * What is to be done with a body, once the headers were read: EXPORT_BODY_READ
 * if the decision depends on the body, EXPORT_BODY_SKIPPED if consent covers
 * the body whatever is in it, else EXPORT_BODY_NONE.  "asks" is what rules look
 * for in the body (EXPORT_ASKS_*).
 */

export_body_e export_policy_body(const export_facts_t *facts,
    const export_policy_t *policy, unsigned asks);


/*
 * 1 if each record of a body in which rules look for "asks" can be dropped or
 * let go before the next record is read.
 */

int export_policy_streams(const export_facts_t *facts,
    const export_policy_t *policy, unsigned asks);


/*
 * The reason why one record must not leave, EXPORT_REASON_NONE if it may.
 * "subjects" are the record's own; if there are none, the declared ones count
 * in their place.  "consent" is what the record's fields say (EXPORT_CONSENT_*)
 * and is joined to what headers say.  *consented is 1 if the record may leave
 * and only because of consent.
 */

export_reason_e export_policy_record(const export_facts_t *facts,
    const export_policy_t *policy, const export_subjects_t *subjects,
    unsigned consent, unsigned *consented);


/*
 * 1 if nobody need be named: the transfer starts a job on data that was sent
 * earlier, and nothing found so far says that it carries data itself.
 */

int export_policy_waives(const export_facts_t *facts);


/* 1 if the transfer is AI training, or might be and cannot show otherwise */

int export_policy_governs(const export_facts_t *facts,
    const export_policy_t *policy);


/*
 * 1 if the transfer is governed, and something was found in it that refuses it
 * as a whole, whatever follows.  Where policy->redact is set, records that can
 * be dropped do not refuse a transfer.
 */

int export_policy_refuses(const export_facts_t *facts,
    const export_policy_t *policy);


/* the decision on a transfer of which everything is known */

void export_policy_decide(const export_facts_t *facts,
    const export_policy_t *policy, export_verdict_t *verdict);


/*
 * The reason in a sentence for people.  For a body that contradicts its type
 * the sentence says what the body looks like.
 */

const export_str_t *export_policy_detail(const export_facts_t *facts,
    export_reason_e reason);


/*
 * The verdict on a transfer that may end before it is decided: EXPORT_UNJUDGED,
 * EXPORT_REASON_NOT_FORWARDED, and the facts found so far.
 */

void export_policy_await(const export_facts_t *facts,
    const export_policy_t *policy, export_verdict_t *verdict);


#endif /* _EXPORT_POLICY_H_INCLUDED_ */
