
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


#define EXPORT_MAX_JOBS            4    /* endpoints for jobs that a request
                                           may fit at once */
#define EXPORT_MAX_FIELD_CONSENTS  16   /* consent rules about fields; the
                                           findings of each are kept for each
                                           record */


typedef enum {
    EXPORT_FIELD_PURPOSE = 0,
    EXPORT_FIELD_SUBJECT,
    EXPORT_FIELD_CONSENT,
    EXPORT_FIELD_MARK,              /* a mark of an endpoint */

    EXPORT_FIELD_ROLES
} export_field_role_e;


/*
 * What one field means.  A mark counts only if its endpoint is one of those
 * that the request may fit.  Then the endpoint's purpose is the transfer's,
 * unless an earlier endpoint of the same catalogue was found.
 */

typedef struct {
    export_field_role_e     role;
    export_subject_e        as;         /* for a subject: what its value is */
    const export_match_t   *patterns;
    unsigned                npatterns;
    const export_match_t   *others;     /* for a purpose: other values that may
                                           be declared */
    unsigned                nothers;
    unsigned                closed;     /* no value but these may be
                                           declared */
    unsigned                number;     /* for a consent rule: its number, from
                                           0 */
    uint16_t                purpose;    /* EXPORT_PURPOSE_*, of the endpoint */
    const void             *endpoint;   /* the endpoint that has this mark, or
                                           NULL */
    const void             *catalogue;
    unsigned                order;      /* place of the endpoint in its
                                           catalogue */
    uint16_t                insists;    /* the part of "purpose" that counts
                                           even if an earlier endpoint was
                                           found */
} export_field_rule_t;


/*
 * All rules about fields; constant.  The rules of field i are rule[first[i]]
 * to rule[first[i + 1] - 1].
 */

typedef struct {
    export_fields_t             fields;
    const export_field_rule_t  *rule;
    unsigned                    first[EXPORT_MAX_FIELDS + 1];
    unsigned                    asks;   /* EXPORT_ASKS_* */
    unsigned                    records;    /* 1 + index of the field that
                                               points to the records, or 0 */
} export_field_rules_t;


/* What is looked for in one body, and where the findings go. */

typedef struct {
    const export_field_rules_t  *rules;
    const export_policy_t       *policy;
    const export_atlas_t        *atlas;
    export_match_scratch_t      *scratch;
    export_facts_t              *facts;
    const void                  *endpoint[EXPORT_MAX_ENDPOINTS];
    const export_field_rule_t   *hit[EXPORT_MAX_ENDPOINTS];    /* the mark
                                                                  found for
                                                                  each
                                                                  endpoint, or
                                                                  NULL */
    const export_job_lists_t    *job[EXPORT_MAX_JOBS];
    unsigned                     nendpoints;
    unsigned                     njobs;     /* job descriptions that the body
                                               may be */
    unsigned                     early:1;   /* stop once a refusal is certain */
} export_inspection_t;


/*
 * What a body is inspected for, and the facts that take what is found.  All
 * of these must outlive the inspection, which is zeroed to begin with.
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


/* An error of the caller's leaves the body unknown, which blocks. */

static inline void
export_inspection_fail(export_inspection_t *inspection)
{
    inspection->facts->error = 1;
}


/*
 * Adds an endpoint that the request fits if one of the endpoint's marks is in
 * the body.  There may be at most EXPORT_MAX_ENDPOINTS.
 */

void export_inspection_add_endpoint(export_inspection_t *inspection,
    const void *endpoint);


/*
 * The body may be the description of a job for an endpoint, in which the
 * arrays named by "lists" are no data.  "lists" is kept by reference.  Past
 * EXPORT_MAX_JOBS the transfer is EXPORT_PURPOSE_NOT_WAIVED.
 */

void export_inspection_add_job(export_inspection_t *inspection,
    const export_job_lists_t *lists);


/* The record under way; at first zeroed, but for "inspection". */

typedef struct {
    export_inspection_t  *inspection;
    export_subjects_t     subjects;
    unsigned              fields;       /* number of fields of subjects and
                                           consent, so far */
    uint32_t              seen;         /* fields of subjects so far, a bit
                                           each */
    uint32_t              place;        /* number of the object of the last
                                           field of subjects */
    export_where_t        where;        /* the object of the field that is
                                           reported next; written by the
                                           reader */
    unsigned              several:1;    /* the record is of several people */
    u_char                index;        /* index of the field that is
                                           reported */
    u_char                consents[EXPORT_MAX_FIELD_CONSENTS];
} export_record_t;


/*
 * Takes a wanted field of the record.
 *
 * A value that cannot be read as what the field means counts against the
 * transfer: a subject that is no string is malformed, a consent invalid, a
 * purpose malformed, a mark found.  So do values over EXPORT_MAX_VALUE.  null
 * is no purpose and no mark, but a malformed subject; as a country null says
 * nothing, and a number is a code of ISO 3166-1.
 *
 * A record is of several people if a field of subjects occurs in it twice, or
 * if two of its objects have fields of subjects.  Nobody knows for whom of
 * them the record's own consent was given, so that consent counts only if it
 * denies.  In a record of one person, consent counts wherever it is.
 */

void export_record_field(export_record_t *record, unsigned index,
    export_value_e type, const export_str_t *value);


/*
 * 1 if records are counted and judged at all: rules ask for subjects or for
 * consent.
 */

static inline unsigned
export_record_counts(const export_record_t *record)
{
    return (record->inspection->rules->asks & EXPORT_ASKS_RECORDS) != 0;
}


/*
 * Ends a record that counts: adds the record to the facts, and forgets what
 * its fields said.  Returns the reason why the record must not leave, or
 * EXPORT_REASON_NONE.  Only the caller knows whether the record can be
 * dropped, and adds the reason to facts->records.whole if it cannot be.
 */

export_reason_e export_record_end(export_record_t *record);


/* forgets what the fields of a record said; the facts keep their purpose */

void export_record_clear(export_record_t *record);


#endif /* _EXPORT_RECORD_H_INCLUDED_ */
