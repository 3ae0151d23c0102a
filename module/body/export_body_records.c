
/*
 * JSON and CSV, and the end of each record: whether it counts, may leave, and
 * can be dropped.
 */


#include "export_body_inside.h"


static int export_body_join_field(void *data, unsigned index,
    export_value_e type, const export_str_t *value);
static int export_body_end_record(void *data, uint64_t start, uint64_t end);
static unsigned export_body_is_metadata(const export_entity_t *entity);
static unsigned export_body_skip_outer(export_body_t *body, uint64_t len);
static int export_body_switch_group(void *data, unsigned open,
    uint64_t offset);
static EXPORT_RARE int export_body_settle_record(export_body_t *body,
    uint64_t start, uint64_t end, export_reason_e reason);
static unsigned export_body_cut_record(export_body_t *body, uint64_t start,
    uint64_t end, unsigned refused);


int
export_body_json_begin(export_entity_t *entity, const export_media_t *media)
{
    export_body_t  *body;
    export_json_t  *json;

    (void) media;

    body = entity->body;

    if (export_body_need_leaf(body) != EXPORT_OK) {
        return EXPORT_ERROR;
    }

    json = &body->leaf->json;

    export_json_init(json, &body->inspection->rules->fields, &body->sink,
                     &body->conf->limits, entity->reader->mode);
    export_json_where(json, &body->record.where);

    if (body->inspection->rules->records) {
        export_json_records(json, body->inspection->rules->records - 1);
    }

    return EXPORT_OK;
}


int
export_body_json_feed(export_entity_t *entity, const u_char *p, size_t len)
{
    return export_json_feed(&entity->body->leaf->json, p, len);
}


/* An empty chunked body is no body, like one with "Content-Length: 0". */

int
export_body_json_end(export_entity_t *entity)
{
    if (entity->level == 0 && entity->body->bytes == 0) {
        return EXPORT_OK;
    }

    return export_json_finish(&entity->body->leaf->json);
}


int
export_body_csv_begin(export_entity_t *entity, const export_media_t *media)
{
    export_body_t  *body;

    body = entity->body;

    if (export_body_need_leaf(body) != EXPORT_OK) {
        return EXPORT_ERROR;
    }

    export_csv_init(&body->leaf->csv, &body->inspection->rules->fields,
                    &body->sink, &body->conf->limits, &body->unread,
                    (media->headless ? EXPORT_CSV_NO_HEADER : 0)
                    | (body->inspection->rules->asks & EXPORT_ASKS_SUBJECT
                       ? EXPORT_CSV_SUBJECTS : 0));

    return EXPORT_OK;
}


int
export_body_csv_feed(export_entity_t *entity, const u_char *p, size_t len)
{
    return export_csv_feed(&entity->body->leaf->csv, p, len);
}


int
export_body_csv_end(export_entity_t *entity)
{
    return export_csv_finish(&entity->body->leaf->csv);
}


void
export_body_set_sink(export_body_t *body)
{
    body->sink.data = body;
    body->sink.field = export_body_join_field;
    body->sink.record = export_body_end_record;
    body->sink.group = export_body_switch_group;
}


static int
export_body_join_field(void *data, unsigned index, export_value_e type,
    const export_str_t *value)
{
    export_body_t *body = data;

    export_record_field(&body->record, index, type, value);

    return EXPORT_OK;
}


static int
export_body_end_record(void *data, uint64_t start, uint64_t end)
{
    export_body_t *body = data;

    export_entity_t  *entity;

    entity = body->reading;

    if (body->record.fields == 0 && export_body_is_metadata(entity)) {
        entity->held = 1;
        return EXPORT_OK;
    }

    if (entity->level && body->record.subjects.n) {
        export_body_parent(entity)->spoke = 1;
    }

    if (body->record.fields == 0 && entity->kind == EXPORT_ENTITY_TEXT) {
        export_body_parent(entity)->silent = 1;
        return EXPORT_OK;
    }

    if (body->grouped && body->leaf->json.top == 0
        && export_body_skip_outer(body, body->outer + end - start))
    {
        return EXPORT_OK;
    }

    entity->counted = 1;

    return export_body_close_record(body, &body->record, start, end);
}


/* 1 if an entity is one object without records in it */

static unsigned
export_body_is_metadata(const export_entity_t *entity)
{
    return entity->kind == EXPORT_ENTITY_METADATA && !entity->sniff.rows
           && !entity->sniff.array && !entity->body->grouped;
}


/*
 * Takes the end of the object around records, which has "len" bytes without
 * them.  Returns 1 if the object is no record itself: no rule looks at any of
 * its fields, and its bytes fit in the allowance of unread bytes.
 */

static unsigned
export_body_skip_outer(export_body_t *body, uint64_t len)
{
    body->grouped = 0;

    return body->record.fields == 0
           && export_unread(&body->unread, len) == EXPORT_OK;
}


/*
 * Called where records begin or end in the middle of an object (rules->records
 * points to them).  What was found in the object so far is set aside until the
 * records end.
 */

static int
export_body_switch_group(void *data, unsigned open, uint64_t offset)
{
    export_body_t *body = data;

    export_entity_t  *entity;

    entity = body->reading;

    if (open) {
        body->outer = body->grouped ? body->outer : 0;
        body->outer += offset - body->leaf->json.start;
        body->grouped = 1;
        entity->form = body->record;
        export_record_clear(&body->record);

        if (!entity->fixed) {
            export_body_close_group(entity, entity->start + offset);
            export_body_open_group(entity, entity->start + offset);
        }

        return EXPORT_OK;
    }

    body->record = entity->form;
    export_body_close_group(entity, entity->start + offset);

    return EXPORT_OK;
}


/*
 * Ends a record.  Returns EXPORT_DONE if a refusal of the whole body is
 * certain now, and nobody wants to know more.
 */

int
export_body_close_record(export_body_t *body, export_record_t *record,
    uint64_t start, uint64_t end)
{
    export_reason_e  reason;

    if (!export_record_counts(record)) {
        return EXPORT_OK;
    }

    reason = export_record_end(record);

    /* most records leave as they are */

    if (reason == EXPORT_REASON_NONE && !body->inspection->policy->redact) {
        return EXPORT_OK;
    }

    return export_body_settle_record(body, start, end, reason);
}


/*
 * What comes of a record that must not leave, or of any record where such a
 * record can be dropped.
 */

static EXPORT_RARE int
export_body_settle_record(export_body_t *body, uint64_t start, uint64_t end,
    export_reason_e reason)
{
    unsigned              dropped, refused;
    export_facts_t       *facts;
    export_inspection_t  *inspection;

    inspection = body->inspection;
    facts = inspection->facts;
    refused = (reason != EXPORT_REASON_NONE);

    dropped = inspection->policy->redact
              && export_body_cut_record(body, start, end, refused);

    if (!refused) {
        return EXPORT_OK;
    }

    if (!dropped) {
        facts->records.whole |= (uint32_t) 1 << reason;
    }

    return inspection->early && export_policy_refuses(facts,
                                                      inspection->policy)
           ? EXPORT_DONE : EXPORT_OK;
}


/*
 * Tells the cutter of a record.  Returns 1 if a record in this place can be
 * dropped, or 0.
 */

static unsigned
export_body_cut_record(export_body_t *body, uint64_t start, uint64_t end,
    unsigned refused)
{
    export_cutter_format_e  format;
    const export_entity_t  *entity;

    entity = body->group;

    if (entity == NULL) {
        return 0;
    }

    format = EXPORT_CUTTER_LINES;

    if (entity->format != EXPORT_MEDIA_CSV) {

        if (body->leaf->json.top) {
            format = EXPORT_CUTTER_ARRAY;

        } else if (body->leaf->json.mode == EXPORT_JSON_SEQ) {
            format = EXPORT_CUTTER_SEQ;

        } else if (body->leaf->json.mode == EXPORT_JSON_TEXT) {
            return 0;
        }
    }

    if (body->cutter) {
        export_cutter_record(body->cutter, format, entity->start + start,
                             entity->start + end, refused);
    }

    return 1;
}


void
export_body_open_group(export_entity_t *entity, uint64_t start)
{
    export_body_t  *body;

    body = entity->body;

    body->group = entity;

    if (body->cutter) {
        export_cutter_begin(body->cutter, start);
    }
}


void
export_body_close_group(export_entity_t *entity, uint64_t end)
{
    export_body_t  *body;

    body = entity->body;

    if (body->group != entity) {
        return;
    }

    body->group = NULL;

    if (body->cutter) {
        export_cutter_end(body->cutter, end);
    }
}


/*
 * Ends a feed: the cutter keeps the bytes that are not decided yet.  "rc" is
 * the reader's result, and is returned if it is not EXPORT_OK.
 */

int
export_body_cut_feed(export_body_t *body, int rc)
{
    if (rc != EXPORT_OK) {
        return rc;
    }

    rc = export_cutter_after(body->cutter);

    if (rc == EXPORT_ERROR) {
        body->inspection->facts->error = 1;
    }

    return rc;
}
