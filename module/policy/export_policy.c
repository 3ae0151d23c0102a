
#include "export_policy.h"


static int export_policy_is_certain(const export_facts_t *facts,
    const export_policy_t *policy, unsigned asks);
static export_purpose_e export_policy_purpose(const export_facts_t *facts,
    const export_policy_t *policy);
static export_consent_e export_policy_consent(unsigned consent);
static export_reason_e export_policy_check_subjects(const export_facts_t *facts,
    const export_policy_t *policy, const export_subjects_t *subjects);
static export_reason_e export_policy_apply_consent(unsigned consent,
    export_reason_e need);
static export_subjects_t export_policy_join_named(const export_facts_t *facts);
static export_reason_e export_policy_check_named(const export_facts_t *facts,
    const export_policy_t *policy);
static export_reason_e export_policy_check_nobody(const export_facts_t *facts,
    const export_policy_t *policy);
static export_reason_e export_policy_check_records(const export_facts_t *facts,
    uint32_t reasons);
static export_reason_e export_policy_check_found(const export_facts_t *facts,
    const export_policy_t *policy);
static export_reason_e export_policy_check_transfer(const export_facts_t *facts,
    const export_policy_t *policy);
static void export_policy_settle_records(const export_facts_t *facts,
    const export_policy_t *policy, export_verdict_t *verdict);
static export_reason_e export_policy_explain_allow(const export_facts_t *facts,
    const export_policy_t *policy);
static void export_policy_set(export_verdict_t *verdict,
    export_decision_e decision, export_reason_e reason);


const export_str_t  export_decision_names[] = {
    [EXPORT_DECISION_NONE] = export_string(""),
    [EXPORT_ALLOW] = export_string("allow"),
    [EXPORT_REDACT] = export_string("redact"),
    [EXPORT_BLOCK] = export_string("block"),
    [EXPORT_UNJUDGED] = export_string("none"),
};

export_assert_rows(export_decision_names, EXPORT_DECISIONS);


#define export_reason_name(name, code, detail)                                \
    [EXPORT_REASON_##name] = export_string(code),
#define export_reason_detail(name, code, detail)                              \
    [EXPORT_REASON_##name] = export_string(detail),

const export_str_t  export_reason_names[] = {
    [EXPORT_REASON_NONE] = export_string(""),
    EXPORT_REASON_LIST(export_reason_name)
};

const export_str_t  export_reason_details[] = {
    [EXPORT_REASON_NONE] = export_string(""),
    EXPORT_REASON_LIST(export_reason_detail)
};

#undef export_reason_name
#undef export_reason_detail

export_assert_rows(export_reason_names, EXPORT_REASONS);
export_assert_rows(export_reason_details, EXPORT_REASONS);


/* of a body that is refused as malformed, by export_looks_e */

#define EXPORT_AS_FORM  "and is sent as application/x-www-form-urlencoded."

static const export_str_t  export_looks_details[] = {
    [EXPORT_LOOKS_RIGHT] = export_string(""),
    [EXPORT_LOOKS_JSON] =
        export_string("The body looks like application/json, "
                      EXPORT_AS_FORM),
    [EXPORT_LOOKS_SEQ] =
        export_string("The body looks like application/json-seq, "
                      EXPORT_AS_FORM),
    [EXPORT_LOOKS_CSV] =
        export_string("The body looks like text/csv, " EXPORT_AS_FORM),
    [EXPORT_LOOKS_XML] =
        export_string("The body looks like application/xml, "
                      EXPORT_AS_FORM),
    [EXPORT_LOOKS_FIELDS] =
        export_string("The body looks like application/json, and is sent as "
                      "another type."),
    [EXPORT_LOOKS_PURPOSE] =
        export_string("The body looks like text/csv or a form with a "
                      "purpose, and is sent as another type."),
};

export_assert_rows(export_looks_details, EXPORT_LOOKS);


const export_str_t  export_purpose_names[] = {
    [EXPORT_UNDECLARED] = export_string("undeclared"),
    [EXPORT_OTHER] = export_string("other"),
    [EXPORT_AI_TRAINING] = export_string("ai_training"),
};

export_assert_rows(export_purpose_names, EXPORT_PURPOSES);


const export_str_t  export_consent_names[] = {
    [EXPORT_CONSENT_NONE] = export_string("none"),
    [EXPORT_GRANTED] = export_string("granted"),
    [EXPORT_DENIED] = export_string("denied"),
    [EXPORT_INVALID] = export_string("invalid"),
};

export_assert_rows(export_consent_names, EXPORT_CONSENTS);


/* the reason to refuse a body in each state */

static const export_reason_e  export_policy_bodies[] = {
    [EXPORT_BODY_NONE] = EXPORT_REASON_NONE,
    [EXPORT_BODY_READ] = EXPORT_REASON_NONE,
    [EXPORT_BODY_FOREIGN] = EXPORT_REASON_BODY_OPAQUE,
    [EXPORT_BODY_SKIPPED] = EXPORT_REASON_BODY_OPAQUE,
    [EXPORT_BODY_OPAQUE] = EXPORT_REASON_BODY_OPAQUE,
    [EXPORT_BODY_LIMITED] = EXPORT_REASON_BODY_LIMIT,
    [EXPORT_BODY_INCOMPLETE] = EXPORT_REASON_BODY_INCOMPLETE,
    [EXPORT_BODY_MALFORMED] = EXPORT_REASON_BODY_MALFORMED,
};

export_assert_rows(export_policy_bodies, EXPORT_BODIES);


/* the reasons that drop a record to protect somebody who is in the record */

#define EXPORT_POLICY_PROTECTS  (1u << EXPORT_REASON_CONSENT_DENIED          \
                                 | 1u << EXPORT_REASON_CONSENT_INVALID       \
                                 | 1u << EXPORT_REASON_CONSENT_MISSING       \
                                 | 1u << EXPORT_REASON_LOCATION_UNKNOWN)


/* where records are refused for several reasons, the verdict has the first */

static const export_reason_e  export_policy_order[] = {
    EXPORT_REASON_CONSENT_DENIED,
    EXPORT_REASON_CONSENT_INVALID,
    EXPORT_REASON_CONSENT_MISSING,
    EXPORT_REASON_SUBJECT_MALFORMED,
    EXPORT_REASON_SUBJECT_MISSING,
    EXPORT_REASON_DATABASE_UNAVAILABLE,
    EXPORT_REASON_LOCATION_UNKNOWN,
    EXPORT_REASON_NONE
};


int
export_policy_waives(const export_facts_t *facts)
{
    return (facts->purpose & (EXPORT_PURPOSE_CONTROL|EXPORT_PURPOSE_DATA
                              |EXPORT_PURPOSE_NOT_WAIVED))
           == EXPORT_PURPOSE_CONTROL;
}


int
export_policy_governs(const export_facts_t *facts,
    const export_policy_t *policy)
{
    return (facts->purpose & EXPORT_PURPOSE_MALFORMED)
           || (facts->hidden && (facts->body == EXPORT_BODY_SKIPPED
                                || export_body_is_unclear(facts->body)))
           || export_policy_purpose(facts, policy) == EXPORT_AI_TRAINING;
}


export_body_e
export_policy_body(const export_facts_t *facts, const export_policy_t *policy,
    unsigned asks)
{
    int  governs;

    governs = export_policy_is_certain(facts, policy, asks);

    if (facts->error || (!governs && !(asks & EXPORT_ASKS_PURPOSE))) {
        return EXPORT_BODY_NONE;
    }

    if (!(asks & EXPORT_ASKS_CONSENT)
        && export_policy_consent(facts->consent) == EXPORT_GRANTED)
    {
        return EXPORT_BODY_SKIPPED;
    }

    if (governs
        && (!(asks & (EXPORT_ASKS_RECORDS|EXPORT_ASKS_JOB))
            || export_policy_check_named(facts, policy) != EXPORT_REASON_NONE))
    {
        return EXPORT_BODY_NONE;
    }

    return EXPORT_BODY_READ;
}


/*
 * Where nobody need be named, records without subjects may leave only if no
 * record of the body has one, which is known at its end.
 */

int
export_policy_streams(const export_facts_t *facts,
    const export_policy_t *policy, unsigned asks)
{
    return policy->redact && !facts->sealed
           && (asks & EXPORT_ASKS_RECORDS)
           && export_policy_is_certain(facts, policy, asks)
           && !export_policy_waives(facts);
}


export_reason_e
export_policy_record(const export_facts_t *facts,
    const export_policy_t *policy, const export_subjects_t *subjects,
    unsigned consent, unsigned *consented)
{
    export_reason_e  need, reason;

    consent |= facts->consent;

    if (subjects->n == 0 && facts->declared.n) {
        subjects = &facts->declared;
        consent |= facts->declared_consent;
    }

    need = export_policy_check_subjects(facts, policy, subjects);
    reason = export_policy_apply_consent(consent, need);

    *consented = (need != reason && reason == EXPORT_REASON_NONE);

    return reason;
}


int
export_policy_refuses(const export_facts_t *facts,
    const export_policy_t *policy)
{
    unsigned  asks;

    asks = facts->hidden && !export_body_is_unclear(facts->body)
           ? EXPORT_ASKS_PURPOSE : 0;

    return export_policy_is_certain(facts, policy, asks)
           && export_policy_check_found(facts, policy) != EXPORT_REASON_NONE;
}


void
export_policy_decide(const export_facts_t *facts,
    const export_policy_t *policy, export_verdict_t *verdict)
{
    export_reason_e  reason;

    export_policy_await(facts, policy, verdict);

    if (facts->error) {
        export_policy_set(verdict, EXPORT_BLOCK, EXPORT_REASON_INTERNAL_ERROR);
        return;
    }

    if (!export_policy_governs(facts, policy)) {
        export_policy_set(verdict, EXPORT_ALLOW, EXPORT_REASON_NOT_TRAINING);
        return;
    }

    reason = export_policy_check_transfer(facts, policy);

    if (reason == EXPORT_REASON_NONE) {
        export_policy_settle_records(facts, policy, verdict);
        return;
    }

    /*
     * Where the purpose is not known, why it is not known is the reason, unless
     * consent was refused: that would hold for any purpose.
     */

    if (verdict->purpose != EXPORT_AI_TRAINING
        && reason != EXPORT_REASON_CONSENT_DENIED
        && reason != EXPORT_REASON_CONSENT_INVALID)
    {
        reason = (facts->purpose & EXPORT_PURPOSE_MALFORMED)
                 ? EXPORT_REASON_PURPOSE_MALFORMED
                 : export_policy_bodies[facts->body];
    }

    if (facts->departed) {
        reason = EXPORT_REASON_STREAM_ABORTED;
    }

    export_policy_set(verdict, EXPORT_BLOCK, reason);
}


const export_str_t *
export_policy_detail(const export_facts_t *facts, export_reason_e reason)
{
    return reason == EXPORT_REASON_BODY_MALFORMED && facts->looks
           ? &export_looks_details[facts->looks]
           : &export_reason_details[reason];
}


void
export_policy_await(const export_facts_t *facts, const export_policy_t *policy,
    export_verdict_t *verdict)
{
    verdict->purpose = export_policy_purpose(facts, policy);
    verdict->consent = export_policy_consent(facts->consent
                                             | facts->declared_consent);
    verdict->places = facts->declared.places | facts->head.places
                      | facts->records.places;

    export_policy_set(verdict, EXPORT_UNJUDGED, EXPORT_REASON_NOT_FORWARDED);
}


/* whether the transfer is governed, whatever its body may yet declare */

static int
export_policy_is_certain(const export_facts_t *facts,
    const export_policy_t *policy, unsigned asks)
{
    if (asks & EXPORT_ASKS_PURPOSE) {
        return (facts->purpose & (EXPORT_PURPOSE_TRAINING
                                  |EXPORT_PURPOSE_MALFORMED))
               != 0;
    }

    return export_policy_governs(facts, policy);
}


static export_purpose_e
export_policy_purpose(const export_facts_t *facts,
    const export_policy_t *policy)
{
    if (facts->purpose & EXPORT_PURPOSE_TRAINING) {
        return EXPORT_AI_TRAINING;
    }

    if ((facts->purpose & (EXPORT_PURPOSE_OTHER|EXPORT_PURPOSE_UNLISTED))
        == EXPORT_PURPOSE_OTHER)
    {
        return EXPORT_OTHER;
    }

    return policy->undeclared_training ? EXPORT_AI_TRAINING
                                       : EXPORT_UNDECLARED;
}


static export_consent_e
export_policy_consent(unsigned consent)
{
    if (consent & EXPORT_CONSENT_DENIED) {
        return EXPORT_DENIED;
    }

    if (consent & EXPORT_CONSENT_INVALID) {
        return EXPORT_INVALID;
    }

    return consent ? EXPORT_GRANTED : EXPORT_CONSENT_NONE;
}


/* why a group of subjects needs consent, the strongest evidence first */

static export_reason_e
export_policy_check_subjects(const export_facts_t *facts,
    const export_policy_t *policy, const export_subjects_t *subjects)
{
    if (subjects->places & policy->protect) {
        return EXPORT_REASON_CONSENT_MISSING;
    }

    if (subjects->malformed) {
        return EXPORT_REASON_SUBJECT_MALFORMED;
    }

    if (subjects->n == 0) {
        return EXPORT_REASON_SUBJECT_MISSING;
    }

    if (facts->outdated && subjects->addressed) {
        return EXPORT_REASON_DATABASE_UNAVAILABLE;
    }

    if (!policy->unknown_allowed
        && (!subjects->located || (subjects->places & EXPORT_PLACE_UNKNOWN)))
    {
        return EXPORT_REASON_LOCATION_UNKNOWN;
    }

    return EXPORT_REASON_NONE;
}


/* the reason that remains of a need for consent, given what was said of it */

static export_reason_e
export_policy_apply_consent(unsigned consent, export_reason_e need)
{
    if (need == EXPORT_REASON_NONE) {
        return EXPORT_REASON_NONE;
    }

    switch (export_policy_consent(consent)) {

    case EXPORT_GRANTED:
        return EXPORT_REASON_NONE;

    case EXPORT_DENIED:
        return EXPORT_REASON_CONSENT_DENIED;

    case EXPORT_INVALID:
        return EXPORT_REASON_CONSENT_INVALID;

    default:
        return need;
    }
}


/* everybody whom headers and arguments name, covering records or not */

static export_subjects_t
export_policy_join_named(const export_facts_t *facts)
{
    export_subjects_t  all;

    all = facts->declared;

    all.n += facts->head.n;
    all.places |= facts->head.places;
    all.located |= facts->head.located;
    all.addressed |= facts->head.addressed;
    all.malformed |= facts->head.malformed;

    return all;
}


static export_reason_e
export_policy_check_named(const export_facts_t *facts,
    const export_policy_t *policy)
{
    export_reason_e    need;
    export_subjects_t  named;

    named = export_policy_join_named(facts);
    need = export_policy_check_subjects(facts, policy, &named);

    /* where the head names nobody, the records may */

    if (need == EXPORT_REASON_SUBJECT_MISSING) {
        return EXPORT_REASON_NONE;
    }

    return export_policy_apply_consent(facts->consent | facts->declared_consent,
                                       need);
}


/*
 * Data must name somebody; a job on data that was sent earlier need not, nor a
 * request that carries nothing.  A request that speaks of consent means
 * somebody, though, and must say whom.
 */

static export_reason_e
export_policy_check_nobody(const export_facts_t *facts,
    const export_policy_t *policy)
{
    if (facts->bodyless && policy->bodyless_allowed
        && !(facts->consent | facts->declared_consent)
        && !(facts->purpose & (EXPORT_PURPOSE_DATA|EXPORT_PURPOSE_MALFORMED)))
    {
        return EXPORT_REASON_NONE;
    }

    if (facts->declared.n || facts->records.n
        || (facts->head.n && !facts->unseen)
        || export_policy_waives(facts))
    {
        return EXPORT_REASON_NONE;
    }

    return EXPORT_REASON_SUBJECT_MISSING;
}


/*
 * Records without subjects are fine where nobody need be named, if no record
 * has any.  "reasons" has a bit for each reason to refuse a record.
 */

static export_reason_e
export_policy_check_records(const export_facts_t *facts, uint32_t reasons)
{
    const export_reason_e  *reason;

    if (reasons == 0
        || (facts->declared.n == 0 && facts->records.subjects == 0
            && export_policy_waives(facts)))
    {
        return EXPORT_REASON_NONE;
    }

    for (reason = export_policy_order; *reason != EXPORT_REASON_NONE; reason++)
    {
        if (reasons & ((uint32_t) 1 << *reason)) {
            break;
        }
    }

    return *reason;
}


/* what was found that must not leave, the strongest evidence first */

static export_reason_e
export_policy_check_found(const export_facts_t *facts,
    const export_policy_t *policy)
{
    export_reason_e  reason;

    reason = export_policy_check_named(facts, policy);

    if (reason == EXPORT_REASON_NONE) {
        reason = export_policy_bodies[facts->body];

        /* consent covers an unread body, unless the body may deny consent */

        if (!facts->veto) {
            reason = export_policy_apply_consent(facts->consent, reason);
        }
    }

    if (reason != EXPORT_REASON_NONE) {
        return reason;
    }

    /* records were let go for consent, and a later one denies the consent */

    if (facts->records.consented) {
        reason = export_policy_apply_consent(facts->consent,
                                             EXPORT_REASON_CONSENT_MISSING);

        if (reason == EXPORT_REASON_CONSENT_DENIED
            || reason == EXPORT_REASON_CONSENT_INVALID)
        {
            return reason;
        }
    }

    return export_policy_check_records(facts, policy->redact
                                        ? facts->records.whole
                                        : facts->records.reasons);
}


static export_reason_e
export_policy_check_transfer(const export_facts_t *facts,
    const export_policy_t *policy)
{
    export_reason_e  reason;

    reason = export_policy_check_found(facts, policy);

    if (reason != EXPORT_REASON_NONE) {
        return reason;
    }

    reason = export_policy_check_nobody(facts, policy);

    return export_policy_apply_consent(facts->consent | facts->declared_consent,
                                       reason);
}


/* nothing refuses the transfer as a whole: drops records, if any must stay */

static void
export_policy_settle_records(const export_facts_t *facts,
    const export_policy_t *policy, export_verdict_t *verdict)
{
    export_reason_e  reason;

    reason = export_policy_check_records(facts, facts->records.reasons);

    if (reason == EXPORT_REASON_NONE) {
        export_policy_set(verdict, EXPORT_ALLOW,
                          export_policy_explain_allow(facts, policy));

    } else if (facts->records.refused == facts->records.n
               && !(facts->records.reasons & EXPORT_POLICY_PROTECTS))
    {
        /*
         * No record was dropped to protect somebody, so that "nothing left"
         * would hide the cause: nobody was found, or could be read.
         */

        export_policy_set(verdict, EXPORT_BLOCK, reason);

    } else if (facts->sealed) {
        export_policy_set(verdict, EXPORT_BLOCK, EXPORT_REASON_BODY_SIGNED);

    } else if (facts->records.refused == facts->records.n) {
        export_policy_set(verdict, EXPORT_BLOCK, EXPORT_REASON_NOTHING_LEFT);

    } else {
        export_policy_set(verdict, EXPORT_REDACT,
                          EXPORT_REASON_RECORDS_DROPPED);
    }
}


static export_reason_e
export_policy_explain_allow(const export_facts_t *facts,
    const export_policy_t *policy)
{
    export_reason_e    need;
    export_subjects_t  named;

    named = export_policy_join_named(facts);
    need = export_policy_check_subjects(facts, policy, &named);

    if (facts->records.consented
        || export_policy_bodies[facts->body] != EXPORT_REASON_NONE
        || export_policy_check_nobody(facts, policy) != EXPORT_REASON_NONE
        || (need != EXPORT_REASON_NONE
            && need != EXPORT_REASON_SUBJECT_MISSING))
    {
        return EXPORT_REASON_CONSENT_GRANTED;
    }

    return named.n || facts->records.subjects
           ? EXPORT_REASON_NOT_PROTECTED : EXPORT_REASON_NO_PERSONAL_DATA;
}


static void
export_policy_set(export_verdict_t *verdict, export_decision_e decision,
    export_reason_e reason)
{
    verdict->decision = decision;
    verdict->reason = reason;
}
