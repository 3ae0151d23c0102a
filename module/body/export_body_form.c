
/*
 * Forms of application/x-www-form-urlencoded, and the fields of any form that
 * no rule looks at.
 */


#include "export_body_inside.h"


static void export_body_form_looks(export_entity_t *entity, int rc);
static int export_body_form_join_field(void *data, unsigned index,
    export_value_e type, const export_str_t *value);
static int export_body_form_end_record(void *data, uint64_t start,
    uint64_t end);
static int export_body_form_begin_text(void *data);
static int export_body_feed_text(void *data, const u_char *p, size_t len);
static int export_body_end_text(void *data);


int
export_body_form_begin(export_entity_t *entity, const export_media_t *media)
{
    export_body_t       *body;
    export_body_form_t  *form;

    (void) media;

    body = entity->body;

    if (export_body_need_parts(body) != EXPORT_OK) {
        return EXPORT_ERROR;
    }

    export_record_clear(&entity->form);

    entity->own = 1;
    entity->unread = 0;
    entity->parts = 0;
    entity->silent = 0;

    form = &body->parts->level[entity->level].form;

    form->sink.data = entity;
    form->sink.field = export_body_form_join_field;
    form->sink.record = export_body_form_end_record;

    form->json.data = entity;
    form->json.begin = export_body_form_begin_text;
    form->json.text = export_body_feed_text;
    form->json.end = export_body_end_text;

    export_form_init(&form->reader, &body->inspection->rules->fields,
                     &form->sink, &body->conf->limits, &form->json,
                     body->parts->text);
    export_form_where(&form->reader, &entity->form.where);

    return EXPORT_OK;
}


int
export_body_form_feed(export_entity_t *entity, const u_char *p, size_t len)
{
    int             rc;
    export_form_t  *form;

    form = &entity->body->parts->level[entity->level].form.reader;
    rc = export_form_feed(form, p, len);

    export_body_form_looks(entity, rc);

    return rc;
}


/* If a form was malformed, notes which other format it looks like. */

static void
export_body_form_looks(export_entity_t *entity, int rc)
{
    const export_form_t  *form;

    form = &entity->body->parts->level[entity->level].form.reader;

    if (rc == EXPORT_ERROR && form->looks) {
        entity->body->inspection->facts->looks = form->looks;
    }
}


/*
 * A raw ";" is data to some recipients and a separator to others, so a form
 * that has one is malformed.
 */

int
export_body_form_end(export_entity_t *entity)
{
    int             rc;
    export_form_t  *form;

    form = &entity->body->parts->level[entity->level].form.reader;
    rc = export_form_finish(form);

    export_body_form_looks(entity, rc);

    return rc == EXPORT_OK && form->semicolon ? EXPORT_ERROR : rc;
}


static int
export_body_form_join_field(void *data, unsigned index, export_value_e type,
    const export_str_t *value)
{
    export_entity_t *form = data;

    export_record_field(&form->form, index, type, value);

    return EXPORT_OK;
}


/*
 * Ends a form.  The form is no record if all of its fields are JSON with a
 * subject or consent in each record: then it only carries these records.
 */

static int
export_body_form_end_record(void *data, uint64_t start, uint64_t end)
{
    export_entity_t *form = data;

    const export_form_t  *reader;

    reader = &form->body->parts->level[form->level].form.reader;

    if (form->form.fields == 0 && form->parts == reader->pairs
        && !form->silent && export_unread(&form->body->unread, form->unread)
                            == EXPORT_OK)
    {
        return EXPORT_OK;
    }

    return export_body_close_record(form->body, &form->form, start, end);
}


/*
 * Begins a field of a form that no rule looks at.  The field's name counts as
 * unread, too.  If the form turns out to be a record, neither name nor value
 * does.
 */

static int
export_body_form_begin_text(void *data)
{
    export_entity_t *form = data;

    form->unread += form->body->parts->level[form->level].form.reader.named;

    return export_body_begin_text(form);
}


/* Begins an entity for a field that no rule looks at, and that may be JSON. */

int
export_body_begin_text(export_entity_t *form)
{
    export_media_t    media;
    export_entity_t  *entity;

    memset(&media, 0, sizeof(export_media_t));

    entity = export_body_child(form);
    entity->kind = EXPORT_ENTITY_TEXT;
    entity->fixed = 1;
    entity->counted = 0;

    return export_body_begin_entity(entity, &media, EXPORT_CODING_IDENTITY);
}


static int
export_body_feed_text(void *data, const u_char *p, size_t len)
{
    export_entity_t *form = data;

    return export_body_read_decoded(export_body_child(form), p, len);
}


static int
export_body_end_text(void *data)
{
    export_entity_t *form = data;

    int               rc;
    export_entity_t  *entity;

    entity = export_body_child(form);
    rc = export_body_end_entity(entity);

    form->parts += entity->counted;

    return rc;
}
