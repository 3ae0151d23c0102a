
/*
 * What is watched beside the reader: bytes that look like another format than
 * their type says, and data where the description of a job should be.
 */


#include "export_body_inside.h"


static export_looks_e export_body_look(const export_entity_t *entity);
static int export_body_begin_heading(export_body_t *body);
static uint32_t export_body_purpose_fields(const export_body_t *body);
static void export_body_begin_job(export_entity_t *entity);


/*
 * Begins to watch an entity.  A file may be of any type, but one that says CSV
 * must not look like JSON.  Only the body itself is searched for a heading: a
 * purpose belongs in the form, not in one of its files.
 */

int
export_body_watch(export_entity_t *entity)
{
    unsigned  unread;

    unread = entity->kind != EXPORT_ENTITY_FILE
             && (entity->format == EXPORT_MEDIA_FOREIGN
                 || entity->format == EXPORT_MEDIA_NONE);

    entity->sniffing = unread || entity->format == EXPORT_MEDIA_CSV;

    memset(&entity->sniff, 0, sizeof(export_sniff_t));

    if (unread && entity->level == 0
        && export_body_begin_heading(entity->body) != EXPORT_OK)
    {
        return EXPORT_ERROR;
    }

    export_body_begin_job(entity);

    return EXPORT_OK;
}


/*
 * Compares an entity's bytes with its type.  They contradict each other if a
 * lax parser finds JSON in the bytes, or if they are a table or form that says
 * a purpose.  Returns "rc", the reader's result, unless there is a
 * contradiction.
 */

int
export_body_check_type(export_entity_t *entity, int rc)
{
    export_looks_e  looks;

    looks = export_body_look(entity);

    if (rc == EXPORT_ERROR && looks == EXPORT_LOOKS_FIELDS
        && entity->format == EXPORT_MEDIA_CSV)
    {
        entity->body->inspection->facts->looks = looks;
    }

    if (rc != EXPORT_OK || entity->guessed || looks == EXPORT_LOOKS_RIGHT) {
        return rc;
    }

    entity->sniffing = 0;

    if (entity->kind == EXPORT_ENTITY_TEXT) {
        return EXPORT_ERROR;
    }

    if (entity->format == EXPORT_MEDIA_FOREIGN
        || entity->reader != &export_body_no_reader)
    {
        entity->body->inspection->facts->looks = looks;
        return EXPORT_ERROR;
    }

    export_body_join_outcome(entity->body, EXPORT_BODY_OPAQUE);

    return EXPORT_OK;
}


static export_looks_e
export_body_look(const export_entity_t *entity)
{
    if (!entity->sniffing) {
        return EXPORT_LOOKS_RIGHT;
    }

    if (entity->sniff.member) {
        return EXPORT_LOOKS_FIELDS;
    }

    return entity->body->heading
           && entity->body->heading->state == EXPORT_HEADING_FOUND
           ? EXPORT_LOOKS_PURPOSE : EXPORT_LOOKS_RIGHT;
}


/* 1 if more bytes cannot change what an entity looks like */

unsigned
export_body_look_is_final(const export_entity_t *entity)
{
    return entity->sniff.state == EXPORT_SNIFF_PROSE
           && (entity->body->heading == NULL
               || entity->body->heading->state == EXPORT_HEADING_NONE);
}


/* Begins to look for the fields that say a purpose, if rules have any. */

static int
export_body_begin_heading(export_body_t *body)
{
    uint32_t  wanted;

    wanted = export_body_purpose_fields(body);

    if (wanted == 0) {
        return EXPORT_OK;
    }

    body->heading = export_body_alloc(body, sizeof(export_heading_t));
    if (body->heading == NULL) {
        return EXPORT_ERROR;
    }

    export_heading_init(body->heading, &body->inspection->rules->fields,
                        wanted);

    return EXPORT_OK;
}


/* The fields that say what a transfer is for, a bit each. */

static uint32_t
export_body_purpose_fields(const export_body_t *body)
{
    unsigned                     i, k;
    uint32_t                     purposes;
    export_field_role_e          role;
    const export_field_rules_t  *rules;

    rules = body->inspection->rules;
    purposes = 0;

    for (i = 0; i < rules->fields.n; i++) {

        for (k = rules->first[i]; k < rules->first[i + 1]; k++) {
            role = rules->rule[k].role;

            if (role == EXPORT_FIELD_PURPOSE
                || (role == EXPORT_FIELD_MARK && body->inspection->nendpoints))
            {
                purposes |= (uint32_t) 1 << i;
            }
        }
    }

    return purposes;
}


/*
 * Begins to watch what may describe a job.  A part is data for certain, but
 * for a form's field that no rule looks at.
 */

static void
export_body_begin_job(export_entity_t *entity)
{
    export_inspection_t  *inspection;

    inspection = entity->body->inspection;
    entity->job = 0;

    if (inspection->njobs == 0) {
        return;
    }

    if (entity->level && entity->kind != EXPORT_ENTITY_TEXT) {
        export_body_note_data(entity->body);
        return;
    }

    switch (entity->format) {

    case EXPORT_MEDIA_NONE:
    case EXPORT_MEDIA_JSON:
    case EXPORT_MEDIA_LINES:
        export_job_init(&entity->body->job, inspection->job,
                        inspection->njobs, inspection->scratch);
        entity->job = 1;

        if (entity->format == EXPORT_MEDIA_LINES
            && !entity->body->job.several)
        {
            export_body_note_data(entity->body);
        }

        return;

    case EXPORT_MEDIA_FORM:
    case EXPORT_MEDIA_MULTIPART_FORM:
        return;

    default:
        export_body_note_data(entity->body);
    }
}


/*
 * Feeds the job.  In a field that is no JSON the result means nothing, which
 * export_body_end_job() knows.
 */

void
export_body_feed_job(export_entity_t *entity, const u_char *p, size_t len)
{
    if (entity->body->inspection->njobs == 0) {
        return;
    }

    if (entity->job && export_job_feed(&entity->body->job, p, len)
        && entity->kind != EXPORT_ENTITY_TEXT)
    {
        export_body_note_data(entity->body);
    }

    if (entity->level == 0
        && entity->body->bytes > entity->body->conf->unread)
    {
        export_body_note_data(entity->body);
    }
}


/*
 * Ends the job.  A field may be any text.  Only at the field's end is it known
 * to be JSON, which may hold data.
 */

void
export_body_end_job(const export_entity_t *entity)
{
    if (entity->kind == EXPORT_ENTITY_TEXT && entity->job && entity->guessed
        && entity->body->job.begun && entity->body->job.data)
    {
        export_body_note_data(entity->body);
    }
}
