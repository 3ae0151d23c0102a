
#include "export_policy.h"


static export_purpose_e export_policy_purpose(const export_facts_t *facts,
    const export_policy_t *policy);
static export_consent_e export_policy_consent(unsigned consent);
static export_reason_e export_policy_need(const export_facts_t *facts,
    const export_policy_t *policy);
static void export_policy_set(export_verdict_t *verdict,
    export_decision_e decision, export_reason_e reason);


const export_str_t  export_decision_names[] = {
    export_string(""),
    export_string("allow"),
    export_string("block"),
};


const export_str_t  export_reason_names[EXPORT_REASONS] = {
    export_string(""),
    export_string("not_training"),
    export_string("not_protected"),
    export_string("no_personal_data"),
    export_string("consent_granted"),
    export_string("consent_missing"),
    export_string("consent_denied"),
    export_string("consent_invalid"),
    export_string("subject_missing"),
    export_string("subject_malformed"),
    export_string("location_unknown"),
    export_string("purpose_malformed"),
    export_string("database_unavailable"),
    export_string("internal_error"),
};


/* for people; programs read the reason */

const export_str_t  export_reason_details[EXPORT_REASONS] = {
    export_string(""),
    export_string("The transfer is not AI training."),
    export_string("Nobody in the transfer is in a protected jurisdiction."),
    export_string("The transfer carries no personal data."),
    export_string("Consent was given."),
    export_string("The transfer is AI training with data of people in a "
                  "protected jurisdiction, and shows no consent."),
    export_string("The transfer is AI training, and consent was denied."),
    export_string("The transfer is AI training, and its consent is not "
                  "exactly one accepted value."),
    export_string("The transfer is AI training, and does not say whose data "
                  "it carries."),
    export_string("The transfer is AI training, and names a subject that "
                  "cannot be read."),
    export_string("The transfer is AI training, and a subject's country is "
                  "not known."),
    export_string("The transfer's purpose cannot be read, and it is not "
                  "allowed as AI training."),
    export_string("The transfer is AI training, and no current country "
                  "database is available."),
    export_string("The transfer could not be evaluated."),
};


const export_str_t  export_purpose_names[EXPORT_PURPOSES] = {
    export_string("undeclared"),
    export_string("other"),
    export_string("ai_training"),
};


const export_str_t  export_consent_names[EXPORT_CONSENTS] = {
    export_string("none"),
    export_string("granted"),
    export_string("denied"),
    export_string("invalid"),
};


int
export_policy_governs(const export_facts_t *facts,
    const export_policy_t *policy)
{
    return (facts->purpose & EXPORT_PURPOSE_MALFORMED)
           || export_policy_purpose(facts, policy) == EXPORT_AI_TRAINING;
}


void
export_policy_decide(const export_facts_t *facts,
    const export_policy_t *policy, export_verdict_t *verdict)
{
    export_reason_e  need;

    verdict->purpose = export_policy_purpose(facts, policy);
    verdict->consent = export_policy_consent(facts->consent
                                             | facts->declared_consent);
    verdict->places = facts->declared.places;

    if (facts->error) {
        export_policy_set(verdict, EXPORT_BLOCK, EXPORT_INTERNAL_ERROR);
        return;
    }

    if (!export_policy_governs(facts, policy)) {
        export_policy_set(verdict, EXPORT_ALLOW, EXPORT_NOT_TRAINING);
        return;
    }

    need = export_policy_need(facts, policy);

    if (need == EXPORT_REASON_NONE) {
        export_policy_set(verdict, EXPORT_ALLOW,
                          facts->declared.n ? EXPORT_NOT_PROTECTED
                                            : EXPORT_NO_PERSONAL_DATA);
        return;
    }

    switch (verdict->consent) {

    case EXPORT_GRANTED:
        export_policy_set(verdict, EXPORT_ALLOW, EXPORT_CONSENT_GIVEN);
        return;

    case EXPORT_DENIED:
        export_policy_set(verdict, EXPORT_BLOCK, EXPORT_CONSENT_REFUSED);
        return;

    case EXPORT_INVALID:
        export_policy_set(verdict, EXPORT_BLOCK, EXPORT_CONSENT_UNCLEAR);
        return;

    default:
        export_policy_set(verdict, EXPORT_BLOCK,
                          verdict->purpose == EXPORT_AI_TRAINING
                          ? need : EXPORT_PURPOSE_UNREADABLE);
    }
}


static export_purpose_e
export_policy_purpose(const export_facts_t *facts,
    const export_policy_t *policy)
{
    if (facts->purpose & EXPORT_PURPOSE_TRAINING) {
        return EXPORT_AI_TRAINING;
    }

    if (facts->purpose & EXPORT_PURPOSE_OTHER) {
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


/* why the transfer needs consent, the strongest evidence first */

static export_reason_e
export_policy_need(const export_facts_t *facts, const export_policy_t *policy)
{
    const export_subjects_t  *subjects;

    subjects = &facts->declared;

    if (subjects->places & policy->protect) {
        return EXPORT_CONSENT_MISSING;
    }

    if (subjects->malformed) {
        return EXPORT_SUBJECT_MALFORMED;
    }

    if (subjects->n == 0) {
        return (facts->purpose & (EXPORT_PURPOSE_CONTROL
                                  |EXPORT_PURPOSE_DATA))
               == EXPORT_PURPOSE_CONTROL
               ? EXPORT_REASON_NONE : EXPORT_SUBJECT_MISSING;
    }

    if (facts->outdated && subjects->addressed) {
        return EXPORT_DATABASE_UNAVAILABLE;
    }

    if (!policy->unknown_allowed
        && (!subjects->located || (subjects->places & EXPORT_PLACE_UNKNOWN)))
    {
        return EXPORT_LOCATION_UNKNOWN;
    }

    return EXPORT_REASON_NONE;
}


static void
export_policy_set(export_verdict_t *verdict, export_decision_e decision,
    export_reason_e reason)
{
    verdict->decision = decision;
    verdict->reason = reason;
}
