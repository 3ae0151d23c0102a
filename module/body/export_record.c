
#include "export_record.h"
#include "export_consent.h"
#include "export_purpose.h"


typedef void (*export_record_role_pt)(export_record_t *record,
    const export_field_rule_t *rule, export_value_e type,
    const export_str_t *value);


static void export_record_purpose(export_record_t *record,
    const export_field_rule_t *rule, export_value_e type,
    const export_str_t *value);
static int export_record_is_mark(const export_record_t *record);
static unsigned export_record_endpoint(const export_inspection_t *inspection,
    const void *endpoint);
static void export_record_subject(export_record_t *record,
    const export_field_rule_t *rule, export_value_e type,
    const export_str_t *value);
static void export_record_consent(export_record_t *record,
    const export_field_rule_t *rule, export_value_e type,
    const export_str_t *value);
static void export_record_mark(export_record_t *record,
    const export_field_rule_t *rule, export_value_e type,
    const export_str_t *value);
static unsigned export_record_has_mark(export_inspection_t *inspection,
    const export_field_rule_t *rule, export_value_e type,
    const export_str_t *value);
static int export_record_is_list(const export_record_t *record,
    export_value_e type, const export_str_t *value);
static void export_record_place(export_record_t *record, unsigned index);
static unsigned export_record_own_consent(const export_record_t *record);
static int export_record_is_text(export_value_e type);


static const export_record_role_pt  export_record_roles[] = {
    [EXPORT_FIELD_PURPOSE] = export_record_purpose,
    [EXPORT_FIELD_SUBJECT] = export_record_subject,
    [EXPORT_FIELD_CONSENT] = export_record_consent,
    [EXPORT_FIELD_MARK] = export_record_mark
};

export_assert_rows(export_record_roles, EXPORT_FIELD_ROLES);


void
export_inspection_add_endpoint(export_inspection_t *inspection,
    const void *endpoint)
{
    inspection->endpoint[inspection->nendpoints++] = endpoint;
}


void
export_inspection_add_job(export_inspection_t *inspection,
    const export_job_lists_t *lists)
{
    if (inspection->njobs == EXPORT_MAX_JOBS) {
        inspection->facts->purpose |= EXPORT_PURPOSE_NOT_WAIVED;
        return;
    }

    inspection->job[inspection->njobs++] = lists;
}


void
export_record_field(export_record_t *record, unsigned index,
    export_value_e type, const export_str_t *value)
{
    unsigned                     i, roles;
    const export_field_rule_t   *rule;
    const export_field_rules_t  *rules;

    record->index = (u_char) index;

    rules = record->inspection->rules;
    roles = 0;

    for (i = rules->first[index]; i < rules->first[index + 1]; i++) {
        rule = &rules->rule[i];
        export_record_roles[rule->role](record, rule, type, value);
        roles |= 1u << rule->role;
    }

    if (roles & 1u << EXPORT_FIELD_SUBJECT) {
        record->several |= (export_record_is_list(record, type, value) != 0);
        export_record_place(record, index);
    }

    record->where.set = 0;
    record->where.place = EXPORT_PLACE_TOP;
}


/* 1 if a field of subjects has a list, which may name several people */

static int
export_record_is_list(const export_record_t *record, export_value_e type,
    const export_str_t *value)
{
    return type == EXPORT_VALUE_ARRAY
           || (type == EXPORT_VALUE_STRING && value->len
               && record->subjects.malformed
               && memchr(value->data, ',', value->len) != NULL);
}


/*
 * Notes where a field of subjects is.  Signals of one person are side by side.
 * If they are in different objects, or if one occurs twice, nobody knows
 * whether they are of the same person.
 */

static void
export_record_place(export_record_t *record, unsigned index)
{
    uint32_t               bit;
    const export_where_t  *where;

    bit = (uint32_t) 1 << index;
    where = &record->where;

    record->several |= (record->seen & bit) != 0;
    record->several |= where->set && record->seen
                       && !(where->own & record->seen);
    record->several |= record->seen
                       && (where->place != record->place
                           || where->place == EXPORT_PLACE_NEW);
    record->place = where->place;
    record->seen |= bit;
}


export_reason_e
export_record_end(export_record_t *record)
{
    unsigned                    consent, consented;
    export_facts_t             *facts;
    export_reason_e             reason;
    const export_inspection_t  *inspection;

    inspection = record->inspection;
    facts = inspection->facts;
    consent = inspection->rules->asks & EXPORT_ASKS_CONSENT
              ? export_record_own_consent(record) : 0;

    facts->records.n++;
    facts->records.places |= record->subjects.places;
    facts->records.subjects += record->subjects.n;

    reason = export_policy_record(facts, inspection->policy,
                                  &record->subjects, consent, &consented);

    if (record->fields) {
        export_record_clear(record);
    }

    if (consented && facts->records.consented != UINT32_MAX) {
        facts->records.consented++;
    }

    if (reason != EXPORT_REASON_NONE) {
        facts->records.refused++;
        facts->records.reasons |= (uint32_t) 1 << reason;
    }

    return reason;
}


/*
 * What the fields of a record say of consent (EXPORT_CONSENT_*).  In a record
 * of several people nobody knows who of them granted it.
 */

static unsigned
export_record_own_consent(const export_record_t *record)
{
    unsigned  i, consent;

    consent = 0;

    for (i = 0; i < EXPORT_MAX_FIELD_CONSENTS; i++) {
        consent |= record->consents[i];
    }

    return record->several
           ? consent & (EXPORT_CONSENT_DENIED|EXPORT_CONSENT_INVALID)
           : consent;
}


void
export_record_clear(export_record_t *record)
{
    memset(&record->subjects, 0, sizeof(export_subjects_t));
    memset(record->consents, 0, sizeof(record->consents));

    record->fields = 0;
    record->seen = 0;
    record->several = 0;
}


static void
export_record_purpose(export_record_t *record, const export_field_rule_t *rule,
    export_value_e type, const export_str_t *value)
{
    export_facts_t        found;
    export_purposes_t     purposes;
    export_inspection_t  *inspection;

    inspection = record->inspection;

    if (type == EXPORT_VALUE_NULL) {
        return;
    }

    memset(&found, 0, sizeof(export_facts_t));

    if (export_record_is_text(type)) {
        purposes.training = rule->patterns;
        purposes.ntraining = rule->npatterns;
        purposes.other = rule->others;
        purposes.nother = rule->nothers;
        purposes.closed = rule->closed != 0;

        export_purpose_declared(&purposes, inspection->scratch, value, &found);

    } else {
        found.purpose = EXPORT_PURPOSE_MALFORMED;
    }

    inspection->facts->error |= found.error;
    inspection->facts->purpose |= found.purpose;

    if ((found.purpose & (EXPORT_PURPOSE_TRAINING|EXPORT_PURPOSE_MALFORMED))
        && inspection->njobs && !export_record_is_mark(record))
    {
        inspection->facts->purpose |= EXPORT_PURPOSE_NOT_WAIVED;
    }
}


/*
 * 1 if a field is a mark of an endpoint that the request may fit.  Such a
 * field is no evidence beyond the endpoint's own purpose.
 */

static int
export_record_is_mark(const export_record_t *record)
{
    unsigned                     i;
    const void                  *endpoint;
    const export_inspection_t   *inspection;
    const export_field_rules_t  *rules;

    inspection = record->inspection;
    rules = inspection->rules;

    for (i = rules->first[record->index]; i < rules->first[record->index + 1];
         i++)
    {
        endpoint = rules->rule[i].endpoint;

        if (endpoint && export_record_endpoint(inspection, endpoint)
                        < inspection->nendpoints)
        {
            return 1;
        }
    }

    return 0;
}


/*
 * The index of an endpoint among those that the request may fit, or their
 * number if the request cannot fit it.
 */

static unsigned
export_record_endpoint(const export_inspection_t *inspection,
    const void *endpoint)
{
    unsigned  i;

    for (i = 0; i < inspection->nendpoints; i++) {
        if (inspection->endpoint[i] == endpoint) {
            break;
        }
    }

    return i;
}


static void
export_record_subject(export_record_t *record, const export_field_rule_t *rule,
    export_value_e type, const export_str_t *value)
{
    static const export_str_t  nothing = export_string("");

    record->fields++;

    if (rule->as == EXPORT_SUBJECT_COUNTRY
        || rule->as == EXPORT_SUBJECT_LOCALE)
    {
        /* The text of a number that is too long is not known. */

        if (type == EXPORT_VALUE_NUMBER && value->len) {
            type = EXPORT_VALUE_STRING;

        } else if (type == EXPORT_VALUE_NULL) {
            type = EXPORT_VALUE_STRING;
            value = &nothing;
        }
    }

    if (type != EXPORT_VALUE_STRING) {
        export_subject_unreadable(&record->subjects);
        return;
    }

    export_subject_signal(rule->as, record->inspection->atlas, value,
                          &record->subjects);
}


static void
export_record_consent(export_record_t *record, const export_field_rule_t *rule,
    export_value_e type, const export_str_t *value)
{
    u_char    *said;
    unsigned   says;

    record->fields++;

    said = &record->consents[rule->number];
    says = EXPORT_CONSENT_INVALID;

    if (export_record_is_text(type)) {
        says = export_consent_value(rule->patterns, rule->npatterns,
                                    record->inspection->scratch, value);
    }

    *said = (u_char) (*said ? export_consent_repeated(*said, says) : says);
}


static void
export_record_mark(export_record_t *record, const export_field_rule_t *rule,
    export_value_e type, const export_str_t *value)
{
    unsigned                    i;
    export_inspection_t        *inspection;
    const export_field_rule_t  *hit;

    inspection = record->inspection;
    i = export_record_endpoint(inspection, rule->endpoint);

    if (i == inspection->nendpoints
        || !export_record_has_mark(inspection, rule, type, value))
    {
        return;
    }

    inspection->hit[i] = rule;

    for (i = 0; i < inspection->nendpoints; i++) {
        hit = inspection->hit[i];

        if (hit && hit->catalogue == rule->catalogue
            && hit->order < rule->order)
        {
            inspection->facts->purpose |= rule->insists;
            return;
        }
    }

    inspection->facts->purpose |= rule->purpose;
}


/*
 * 1 if a field has the mark's value.  A value without a text might be any, but
 * null is no value.
 */

static unsigned
export_record_has_mark(export_inspection_t *inspection,
    const export_field_rule_t *rule, export_value_e type,
    const export_str_t *value)
{
    export_facts_t  found;

    if (!export_record_is_text(type)) {
        return type != EXPORT_VALUE_NULL;
    }

    memset(&found, 0, sizeof(export_facts_t));

    export_purpose_value(rule->patterns, rule->npatterns, inspection->scratch,
                         value, &found);

    inspection->facts->error |= found.error;

    return (found.purpose & EXPORT_PURPOSE_TRAINING) != 0;
}


/* 1 if values of that type have a text */

static int
export_record_is_text(export_value_e type)
{
    return type == EXPORT_VALUE_STRING || type == EXPORT_VALUE_NUMBER
           || type == EXPORT_VALUE_TRUE || type == EXPORT_VALUE_FALSE;
}
