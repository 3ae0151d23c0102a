
/*
 * Records: what the fields of one record say of its subjects, of consent and
 * of the purpose, and whether the record may leave.  The readers of bodies
 * report here.
 */


#ifndef _EXPORT_RECORD_H_INCLUDED_
#define _EXPORT_RECORD_H_INCLUDED_


#include "export.h"
#include "export_facts.h"
#include "export_field.h"
#include "export_job.h"
#include "export_match.h"
#include "export_policy.h"
#include "export_subject.h"


#define EXPORT_MAX_JOBS            4    /* EXPORT_MAX_ENDPOINTS, of those for
                                           jobs */
#define EXPORT_MAX_FIELD_CONSENTS  16   /* rules; their findings are kept for
                                           each record */


typedef enum {
    EXPORT_FIELD_PURPOSE = 0,
    EXPORT_FIELD_SUBJECT,
    EXPORT_FIELD_CONSENT,
    EXPORT_FIELD_MARK,              /* of a catalogue's row */

    EXPORT_FIELD_ROLES
} export_field_role_e;


/*
 * What one field means.  A mark counts only if its row is one of those that
 * the request may fit.  Then the row's purpose is the transfer's, unless an
 * earlier row of the same catalogue has been found.
 */

typedef struct {
    export_field_role_e     role;
    export_subject_e        as;         /* of a subject */
    const export_match_t   *patterns;
    unsigned                npatterns;
    const export_match_t   *others;     /* of a purpose: the other values that
                                           may be declared */
    unsigned                nothers;
    unsigned                closed;     /* no further value may be declared */
    unsigned                number;     /* of a consent rule, from 0 */
    uint16_t                purpose;    /* of the row, EXPORT_PURPOSE_* */
    const void             *row;        /* whose mark this is, or NULL */
    const void             *catalogue;
    unsigned                order;      /* of the row, in its catalogue */
    uint16_t                insists;    /* the part of "purpose" that counts
                                           even if an earlier row was found */
} export_field_rule_t;


/* all rules, constant: those of field i are first[i] to first[i + 1] - 1 */

typedef struct {
    export_fields_t             fields;
    const export_field_rule_t  *rule;
    unsigned                    first[EXPORT_MAX_FIELDS + 1];
    unsigned                    asks;   /* EXPORT_ASKS_* */
    unsigned                    records;    /* 1 + the field that points to
                                               the records, or 0 */
} export_field_rules_t;


/* the inspection of one body: what is looked for, and where it is joined */

typedef struct {
    const export_field_rules_t  *rules;
    const export_policy_t       *policy;
    const export_atlas_t        *atlas;
    export_match_scratch_t      *scratch;
    export_facts_t              *facts;
    const void                  *row[EXPORT_MAX_ENDPOINTS];
    const export_field_rule_t   *hit[EXPORT_MAX_ENDPOINTS];    /* or NULL */
    const export_job_lists_t    *job[EXPORT_MAX_JOBS];
    unsigned                     nrows;
    unsigned                     njobs;     /* that this may be one of */
    unsigned                     early:1;   /* stop once a refusal is certain */
} export_inspection_t;


/*
 * The caller's own: what is looked for and where it is joined, all of which
 * must outlive the inspection; "inspection" is zeroed to begin with.
 */

typedef struct {
    const export_field_rules_t  *rules;
    const export_policy_t       *policy;
    const export_atlas_t        *atlas;
    export_match_scratch_t      *scratch;
    export_facts_t              *facts;
    unsigned                     early;     /* 1: stop once a refusal is
                                               certain */
} export_inspection_conf_t;

static inline void
export_inspection_init(export_inspection_t *inspection,
    const export_inspection_conf_t *conf)
{
    inspection->rules = conf->rules;
    inspection->policy = conf->policy;
    inspection->atlas = conf->atlas;
    inspection->scratch = conf->scratch;
    inspection->facts = conf->facts;
    inspection->early = conf->early & 1;
}


/* an error of the caller's: the body is not known, which blocks */

static inline void
export_inspection_fail(export_inspection_t *inspection)
{
    inspection->facts->error = 1;
}


/*
 * An endpoint that the request may fit, of those with a mark in the body; at
 * most EXPORT_MAX_ENDPOINTS.
 */

void export_inspection_add_endpoint(export_inspection_t *inspection,
    const void *endpoint);


/*
 * The body may describe a job of an endpoint, in which the arrays on "lists"
 * are no data; kept by reference.  Past EXPORT_MAX_JOBS nothing is waived.
 */

void export_inspection_add_job(export_inspection_t *inspection,
    const export_job_lists_t *lists);


/* the record under way: at first zeroed, but for "inspection" */

typedef struct {
    export_inspection_t  *inspection;
    export_subjects_t     subjects;
    unsigned              fields;       /* of subjects and consent, so far */
    uint32_t              seen;         /* the fields of subjects among those,
                                           a bit each */
    uint32_t              place;        /* of the last of these */
    export_where_t        where;        /* where the field is that is reported
                                           next; the reader writes it */
    unsigned              several:1;    /* the record is of several people */
    u_char                index;        /* of the field that is reported */
    u_char                consents[EXPORT_MAX_FIELD_CONSENTS];
} export_record_t;


/*
 * A wanted field of the record.
 *
 * A value that cannot be read as what it should be counts against the
 * transfer: a subject that is no string is malformed, a consent invalid, a
 * purpose malformed, a mark found; so are values over EXPORT_MAX_VALUE.  null
 * is no purpose and no mark, but a malformed subject; as a country it says
 * nothing, and a number is one of ISO 3166-1.
 *
 * A record is of several people if a field of subjects is met twice in it, or
 * fields of subjects in two of its objects.  Nobody knows for whom of them the
 * record's own consent was given: it counts only if it denies.  That of one
 * person counts wherever it is in the record.
 *
 */

void export_record_field(export_record_t *record, unsigned index,
    export_value_e type, const export_str_t *value);


/*
 * Whether records are counted and judged at all: where rules ask for subjects
 * or for consent.
 */

static inline unsigned
export_record_counts(const export_record_t *record)
{
    return (record->inspection->rules->asks & EXPORT_ASKS_RECORDS) != 0;
}


/*
 * The end of a record that counts: adds the record to the facts, and forgets
 * what its fields said.  Returns the reason why the record must not leave, or
 * EXPORT_REASON_NONE.  Whether the record can be dropped is for the caller to
 * know, who adds the reason to facts->records.whole if it cannot.
 */

export_reason_e export_record_end(export_record_t *record);


/* forgets what the fields of a record said; the facts keep their purpose */

void export_record_clear(export_record_t *record);


#endif /* _EXPORT_RECORD_H_INCLUDED_ */
