
#include "export_record.h"
#include "export_consent.h"
#include "export_purpose.h"


typedef void (*export_record_role_pt)(export_record_t *record,
    const export_field_rule_t *rule, export_value_e type,
    const export_str_t *value);


static void export_record_purpose(export_record_t *record,
    const export_field_rule_t *rule, export_value_e type,
    const export_str_t *value);
static int export_record_marks(const export_record_t *record);
static void export_record_subject(export_record_t *record,
    const export_field_rule_t *rule, export_value_e type,
    const export_str_t *value);
static void export_record_consent(export_record_t *record,
    const export_field_rule_t *rule, export_value_e type,
    const export_str_t *value);
static void export_record_mark(export_record_t *record,
    const export_field_rule_t *rule, export_value_e type,
    const export_str_t *value);
static int export_record_many(const export_record_t *record,
    export_value_e type, const export_str_t *value);
static void export_record_place(export_record_t *record, unsigned index);
static int export_record_text(export_value_e type);


static const export_record_role_pt  export_record_roles[] = {
    [EXPORT_FIELD_PURPOSE] = export_record_purpose,
    [EXPORT_FIELD_SUBJECT] = export_record_subject,
    [EXPORT_FIELD_CONSENT] = export_record_consent,
    [EXPORT_FIELD_MARK] = export_record_mark
};

export_assert_rows(export_record_roles, EXPORT_FIELD_ROLES);


int
export_record_field(void *data, unsigned index, export_value_e type,
    const export_str_t *value)
{
    export_record_t *record = data;

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
        record->several |= (export_record_many(record, type, value) != 0);
        export_record_place(record, index);
    }

    record->where.set = 0;
    record->where.place = EXPORT_PLACE_TOP;

    return EXPORT_OK;
}


/* a list in one field, which is nobody's address: it may be several people's */

static int
export_record_many(const export_record_t *record, export_value_e type,
    const export_str_t *value)
{
    return type == EXPORT_VALUE_ARRAY
           || (type == EXPORT_VALUE_STRING && value->len
               && record->subjects.malformed
               && memchr(value->data, ',', value->len) != NULL);
}


/*
 * Signals of one person are side by side.  Of those in different objects, or
 * of one that is met twice, nobody knows whether it is the same person.
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


int
export_record_end(void *data, uint64_t start, uint64_t end)
{
    export_record_t *record = data;

    unsigned              i, consent, consented, dropped;
    export_facts_t       *facts;
    export_reason_e       reason;
    export_inspection_t  *inspection;

    inspection = record->inspection;
    facts = inspection->facts;

    if (!(inspection->rules->asks & EXPORT_ASKS_RECORDS)) {
        return EXPORT_OK;
    }

    facts->records.n++;

    consent = 0;

    if (inspection->rules->asks & EXPORT_ASKS_CONSENT) {
        for (i = 0; i < EXPORT_MAX_FIELD_CONSENTS; i++) {
            consent |= record->consents[i];
        }
    }

    if (record->several) {
        consent &= EXPORT_CONSENT_DENIED|EXPORT_CONSENT_INVALID;
    }

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

    dropped = inspection->judged
              && inspection->judged(inspection->data, start, end,
                                    reason != EXPORT_REASON_NONE);

    if (reason == EXPORT_REASON_NONE) {
        return EXPORT_OK;
    }

    facts->records.refused++;
    facts->records.reasons |= (uint32_t) 1 << reason;

    if (!dropped) {
        facts->records.whole |= (uint32_t) 1 << reason;
    }

    return inspection->early && export_policy_refuses(facts,
                                                      inspection->policy)
           ? EXPORT_DONE : EXPORT_OK;
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

    if (export_record_text(type)) {
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
        && inspection->njobs && !export_record_marks(record))
    {
        inspection->facts->purpose |= EXPORT_PURPOSE_NOT_WAIVED;
    }
}


/* a field that makes a row fit is no other evidence than the row */

static int
export_record_marks(const export_record_t *record)
{
    unsigned                     i, k;
    const export_inspection_t   *inspection;
    const export_field_rules_t  *rules;

    inspection = record->inspection;
    rules = inspection->rules;

    for (i = rules->first[record->index]; i < rules->first[record->index + 1];
         i++)
    {
        for (k = 0; rules->rule[i].row && k < inspection->nrows; k++) {
            if (rules->rule[i].row == inspection->row[k]) {
                return 1;
            }
        }
    }

    return 0;
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
        /* a number that is too long has no text */

        if (type == EXPORT_VALUE_NUMBER && value->len) {
            type = EXPORT_VALUE_STRING;

        } else if (type == EXPORT_VALUE_NULL) {
            type = EXPORT_VALUE_STRING;
            value = &nothing;
        }
    }

    if (type != EXPORT_VALUE_STRING) {
        record->subjects.n++;
        record->subjects.malformed = 1;
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

    if (export_record_text(type)) {
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
    export_facts_t              found;
    export_inspection_t        *inspection;
    const export_field_rule_t  *hit;

    inspection = record->inspection;

    for (i = 0; i < inspection->nrows; i++) {
        if (inspection->row[i] == rule->row) {
            break;
        }
    }

    if (i == inspection->nrows || type == EXPORT_VALUE_NULL) {
        return;
    }

    if (export_record_text(type)) {
        memset(&found, 0, sizeof(export_facts_t));

        export_purpose_value(rule->patterns, rule->npatterns,
                             inspection->scratch, value, &found);

        inspection->facts->error |= found.error;

        if (!(found.purpose & EXPORT_PURPOSE_TRAINING)) {
            return;
        }
    }

    inspection->hit[i] = rule;

    for (i = 0; i < inspection->nrows; i++) {
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


/* whether a value of that type has a text */

static int
export_record_text(export_value_e type)
{
    return type == EXPORT_VALUE_STRING || type == EXPORT_VALUE_NUMBER
           || type == EXPORT_VALUE_TRUE || type == EXPORT_VALUE_FALSE;
}
