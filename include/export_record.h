
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


#define EXPORT_MAX_ENDPOINTS       8    /* of a catalogue that one request may
                                           fit, as far as its head says */
#define EXPORT_MAX_JOBS            4    /* the same, of those for jobs */
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
    const export_match_t   *others;     /* of a purpose: what else it may be */
    unsigned                nothers;
    unsigned                closed;     /* ... and nothing but that */
    unsigned                number;     /* of a consent rule, from 0 */
    uint16_t                purpose;    /* of a row, EXPORT_PURPOSE_* */
    const void             *row;
    const void             *catalogue;
    unsigned                order;      /* of the row, in its catalogue */
    uint16_t                insists;    /* of its purpose, what no earlier row
                                           takes away */
} export_field_rule_t;


/* all of them, constant: field i has the rules first[i] to first[i + 1] */

typedef struct {
    export_fields_t             fields;
    const export_field_rule_t  *rule;
    unsigned                    first[EXPORT_MAX_FIELDS + 1];
    unsigned                    asks;   /* EXPORT_ASKS_* */
    unsigned                    records;    /* 1 + the field that points to
                                               the records, or 0 */
} export_field_rules_t;


/*
 * Told of each record that was judged, with what export_record_end() was told;
 * returns 1 if such a record is dropped when it is refused, or 0 if it cannot
 * be.
 */

typedef unsigned (*export_record_judged_pt)(void *data, uint64_t start,
    uint64_t end, unsigned refused);


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
    export_record_judged_pt      judged;    /* or NULL */
    void                        *data;
    unsigned                     nrows;
    unsigned                     njobs;     /* that this may be one of */
    unsigned                     early:1;   /* stop once a refusal is certain */
} export_inspection_t;


/* the record under way; zeroed but for "inspection" to begin with */

typedef struct {
    export_inspection_t  *inspection;
    export_subjects_t     subjects;
    unsigned              fields;       /* of subjects and consent */
    uint32_t              seen;         /* of subjects, a bit each */
    uint32_t              place;        /* of the last of these */
    export_where_t        where;        /* the field that is reported */
    unsigned              several:1;    /* people: one of them twice, or in
                                           two objects */
    u_char                index;        /* of the field under way */
    u_char                consents[EXPORT_MAX_FIELD_CONSENTS];
} export_record_t;


/*
 * The two functions of an export_sink_t, "data" being an export_record_t.
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
 * Records are counted and judged only where rules ask for subjects or consent.
 * Both return EXPORT_OK, or EXPORT_DONE if reading is to stop early.
 */

int export_record_field(void *data, unsigned index, export_value_e type,
    const export_str_t *value);
int export_record_end(void *data, uint64_t start, uint64_t end);


/* forgets what the fields of a record said */

void export_record_clear(export_record_t *record);


#endif /* _EXPORT_RECORD_H_INCLUDED_ */
