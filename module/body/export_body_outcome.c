
/*
 * What a body comes to: how far it was understood, which is the worst of its
 * parts.  What is not read has its reader here: not to read is an outcome.
 */


#include "export_body_inside.h"


static int export_body_skip_feed(export_entity_t *entity, const u_char *p,
    size_t len);
static int export_body_skip_end(export_entity_t *entity);


const export_body_reader_t  export_body_no_reader = {
    .feed = export_body_skip_feed,
    .end = export_body_skip_end
};


/*
 * Settles what init() or feed() came to; "rc" is a reader's result.  Returns
 * what these functions return: EXPORT_DONE if there is no use in going on.
 */

int
export_body_settle(export_body_t *body, int rc)
{
    export_inspection_t  *inspection;

    inspection = body->inspection;

    if (inspection->facts->error) {
        body->stopped = 1;
        return EXPORT_ERROR;
    }

    if (rc != EXPORT_OK) {
        body->stopped = 1;
    }

    if (rc == EXPORT_LIMIT) {
        export_body_join_outcome(body, EXPORT_BODY_LIMITED);

    } else if (rc == EXPORT_ERROR) {
        export_body_join_outcome(body, EXPORT_BODY_MALFORMED);
    }

    return inspection->early
           && export_policy_refuses(inspection->facts, inspection->policy)
           ? EXPORT_DONE : EXPORT_OK;
}


/*
 * Joins an outcome to the body's, which is the worst of all.  A body that
 * cannot be read might have the mark of any endpoint, so the purposes of all
 * these endpoints count.  If rules look only for marks in bodies, no more is
 * asked of this one: headers must then name the subjects.
 */

void
export_body_join_outcome(export_body_t *body, export_body_e state)
{
    unsigned                     i, k;
    export_facts_t              *facts;
    export_inspection_t         *inspection;
    const export_field_rules_t  *rules;

    inspection = body->inspection;
    facts = inspection->facts;
    rules = inspection->rules;

    if (export_body_is_unread(state)) {
        export_body_note_data(body);
    }

    for (i = 0; export_body_is_unclear(state) && i < inspection->nendpoints;
         i++)
    {
        for (k = 0; k < rules->first[rules->fields.n]; k++) {
            if (rules->rule[k].endpoint == inspection->endpoint[i]) {
                facts->purpose |= rules->rule[k].purpose;
            }
        }
    }

    /*
     * A foreign type has no fields that could say a purpose: forms have such
     * fields beside the file.
     */

    if (state == EXPORT_BODY_FOREIGN
        && !(rules->asks & EXPORT_ASKS_RECORDS))
    {
        return;
    }

    if (rules->asks) {
        facts->body = export_body_worst(facts->body, state);
    }
}


/* Defers an outcome that the form's fields may still make void. */

void
export_body_defer_outcome(export_body_t *body, export_body_e state)
{
    body->deferred = export_body_worst(body->deferred, state);
}


/*
 * 1 if the form says what it is for: each field that could say that the
 * transfer is AI training was in it, and had another value.
 */

unsigned
export_body_is_answered(const export_body_t *body)
{
    unsigned                     i, k, m;
    const export_inspection_t   *inspection;
    const export_field_rule_t   *rule;
    const export_field_rules_t  *rules;

    inspection = body->inspection;
    rules = inspection->rules;

    if (inspection->facts->purpose & (EXPORT_PURPOSE_TRAINING
                                      |EXPORT_PURPOSE_MALFORMED))
    {
        return 0;
    }

    for (i = 0; i < rules->fields.n; i++) {

        if (body->entity[0].answered & ((uint32_t) 1 << i)) {
            continue;
        }

        for (k = rules->first[i]; k < rules->first[i + 1]; k++) {
            rule = &rules->rule[k];

            if (rule->role == EXPORT_FIELD_PURPOSE) {
                return 0;
            }

            for (m = 0; rule->endpoint && m < inspection->nendpoints; m++) {
                if (rule->endpoint == inspection->endpoint[m]) {
                    return 0;
                }
            }
        }
    }

    return inspection->nendpoints != 0;
}


/* Notes that the transfer is more than the description of a job. */

void
export_body_note_data(export_body_t *body)
{
    if (body->inspection->njobs) {
        body->inspection->facts->purpose |= EXPORT_PURPOSE_NOT_WAIVED;
    }
}


/* Reads no more of an entity, and joins what that means for the body. */

int
export_body_ignore(export_entity_t *entity, export_body_e state)
{
    export_body_t        *body;
    export_inspection_t  *inspection;

    body = entity->body;
    inspection = body->inspection;

    entity->guessed = 0;
    entity->reader = &export_body_no_reader;
    body->group = NULL;

    if (export_body_is_outer_file(entity) && export_body_is_unclear(state)
        && inspection->nendpoints
        && !export_policy_governs(inspection->facts, inspection->policy))
    {
        export_body_defer_outcome(body, state);

    } else {
        export_body_join_outcome(body, state);
    }

    return EXPORT_OK;
}


static int
export_body_skip_feed(export_entity_t *entity, const u_char *p, size_t len)
{
    (void) entity;
    (void) p;
    (void) len;

    return EXPORT_OK;
}


static int
export_body_skip_end(export_entity_t *entity)
{
    (void) entity;

    return EXPORT_OK;
}
