
/*
 * Multipart bodies: what each part is, and what a form consists of beside the
 * parts that are read by their own type.
 */


#include "export_body_inside.h"


static int export_body_end_metadata(export_entity_t *form);
static int export_body_begin_part(void *data, const export_part_t *part);
static export_entity_e export_body_part_kind(const export_entity_t *form,
    const export_part_t *part);
static int export_body_part_media(const export_part_t *part,
    export_media_t *media);
static int export_body_count_headers(export_unread_t *unread,
    const export_part_t *part);
static int export_body_find_field(const export_entity_t *form,
    const export_part_t *part, uint32_t *place);
static int export_body_begin_other(export_entity_t *form,
    const export_part_t *part, export_media_t *media);
static export_coding_e export_body_part_coding(const export_part_t *part);
static unsigned export_body_is_text(const export_part_t *part,
    const export_media_t *media, export_coding_e coding);
static export_media_e export_body_file_format(const export_str_t *name);
static int export_body_begin_field(export_entity_t *form,
    const export_part_t *part, const export_media_t *media, unsigned index,
    uint32_t place);
static int export_body_feed_field(export_entity_t *entity, const u_char *p,
    size_t len);
static int export_body_end_field(export_entity_t *entity);
static int export_body_feed_part(void *data, const u_char *p, size_t len);
static int export_body_end_part(void *data, uint64_t end);
static int export_body_put_off_file(export_entity_t *entity, int rc);


/* of a form's field that rules look at */

static const export_body_reader_t  export_body_field_reader = {
    .feed = export_body_feed_field,
    .end = export_body_end_field
};


int
export_body_multipart_begin(export_entity_t *entity,
    const export_media_t *media)
{
    export_body_t            *body;
    export_body_multipart_t  *multipart;

    body = entity->body;

    if (export_body_need_parts(body) != EXPORT_OK) {
        return EXPORT_ERROR;
    }

    export_record_clear(&entity->form);

    entity->own = 0;
    entity->answered = 0;
    memset(&entity->met_fields, 0, sizeof(export_met_t));
    entity->unread = 0;
    entity->parts = 0;
    entity->nheld = 0;
    entity->spoke = 0;
    entity->first = 1;

    multipart = &body->parts->level[entity->level].multipart;

    multipart->sink.data = entity;
    multipart->sink.begin = export_body_begin_part;
    multipart->sink.body = export_body_feed_part;
    multipart->sink.end = export_body_end_part;

    return export_multipart_init(&multipart->reader, &multipart->sink,
                                 &media->boundary, body->parts->text,
                                 media->format == EXPORT_MEDIA_MULTIPART_FORM
                                 ? EXPORT_MULTIPART_FORM : 0);
}


int
export_body_multipart_feed(export_entity_t *entity, const u_char *p,
    size_t len)
{
    export_body_parts_t  *parts;

    parts = entity->body->parts;

    return export_multipart_feed(&parts->level[entity->level].multipart.reader,
                                 p, len);
}


int
export_body_multipart_end(export_entity_t *entity)
{
    int                   rc;
    unsigned              i;
    export_body_parts_t  *parts;

    parts = entity->body->parts;

    rc = export_multipart_finish(&parts->level[entity->level].multipart.reader);

    if (rc != EXPORT_OK) {
        return rc;
    }

    for (i = 0; i < EXPORT_MAX_FIELD_CONSENTS; i++) {
        entity->body->inspection->facts->consent |=
            entity->form.consents[i]
            & (EXPORT_CONSENT_DENIED|EXPORT_CONSENT_INVALID);
    }

    rc = export_body_end_metadata(entity);

    if (rc != EXPORT_OK
        || (entity->form.subjects.n == 0 && entity->parts && !entity->own))
    {
        return rc;
    }

    entity->body->unread.n -= entity->unread;

    return export_body_close_record(entity->body, &entity->form, 0, 0);
}


/*
 * Ends the parts held as metadata, which are records after all if no other
 * part has a subject.
 */

static int
export_body_end_metadata(export_entity_t *form)
{
    int       rc;
    unsigned  i;

    if (form->spoke && !form->own) {
        return EXPORT_OK;
    }

    export_record_clear(&form->body->record);
    form->body->group = NULL;

    rc = EXPORT_OK;

    for (i = 0; i < form->nheld && rc == EXPORT_OK; i++) {
        rc = export_body_close_record(form->body, &form->body->record, 0, 0);
    }

    return rc;
}


static int
export_body_begin_part(void *data, const export_part_t *part)
{
    export_entity_t *form = data;

    int               index;
    uint32_t          place;
    export_media_t    media;
    export_entity_t  *entity;

    entity = export_body_child(form);
    entity->kind = (u_char) export_body_part_kind(form, part);
    entity->start = form->start + part->start;
    entity->job = 0;
    entity->latin = 0;
    entity->counted = 0;
    entity->held = 0;
    entity->size = 0;
    entity->sniffing = 0;

    form->first = 0;

    if (export_body_part_media(part, &media) != EXPORT_OK) {
        return EXPORT_ERROR;
    }

    if (export_body_count_headers(&form->body->unread, part) != EXPORT_OK) {
        return EXPORT_LIMIT;
    }

    index = export_body_find_field(form, part, &place);

    if (index == EXPORT_ERROR) {
        return EXPORT_ERROR;
    }

    return index >= 0
           ? export_body_begin_field(form, part, &media, (unsigned) index,
                                     place)
           : export_body_begin_other(form, part, &media);
}


/*
 * What a part is to its form.  Of a multipart that is no form, only the first
 * part can be metadata.
 */

static export_entity_e
export_body_part_kind(const export_entity_t *form, const export_part_t *part)
{
    if (part->filename.data) {
        return EXPORT_ENTITY_FILE;
    }

    return form->first || form->format == EXPORT_MEDIA_MULTIPART_FORM
           ? EXPORT_ENTITY_METADATA : EXPORT_ENTITY_PART;
}


/*
 * The media of a part.  Java's clients say ISO 8859-1 of every field.  Most
 * fields are ASCII, and are read as such until a byte shows otherwise
 * (export_body_feed_part()).
 */

static int
export_body_part_media(const export_part_t *part, export_media_t *media)
{
    if (export_media_parse(&part->type, media) != EXPORT_OK) {
        return EXPORT_ERROR;
    }

    if (media->latin && part->name.data && part->filename.data == NULL) {
        media->format = EXPORT_MEDIA_NONE;
    }

    return EXPORT_OK;
}


static int
export_body_count_headers(export_unread_t *unread, const export_part_t *part)
{
    size_t  free;

    free = unread->parts++ < EXPORT_UNREAD_PARTS ? EXPORT_UNREAD_PART : 0;

    return export_unread(unread, part->unknown
                                 + (part->known > free ? part->known - free
                                                       : 0));
}


/*
 * The index of the wanted field that a part is, or another result of
 * export_field_find().
 */

static int
export_body_find_field(const export_entity_t *form, const export_part_t *part,
    uint32_t *place)
{
    int                     index;
    const export_fields_t  *fields;

    fields = &form->body->inspection->rules->fields;
    *place = EXPORT_PLACE_TOP;

    index = export_field_find(fields, &part->name);

    return index == EXPORT_DECLINED && part->filename.data == NULL
           ? export_field_nested(fields, &part->name, place) : index;
}


/* Begins a part that is no wanted field. */

static int
export_body_begin_other(export_entity_t *form, const export_part_t *part,
    export_media_t *media)
{
    export_coding_e   coding;
    export_entity_t  *entity;

    static const export_str_t  charset = export_string("_charset_");

    /*
     * "_charset_" would name the charset of all other fields.  Nobody should
     * use it.
     */

    if (export_str_same(&part->name, &charset)) {
        return EXPORT_ERROR;
    }

    entity = export_body_child(form);
    coding = export_body_part_coding(part);

    if (export_body_is_text(part, media, coding)) {
        entity->latin = media->latin;
        return export_body_begin_text(form);
    }

    if (entity->kind == EXPORT_ENTITY_FILE
        && media->format == EXPORT_MEDIA_NONE)
    {
        media->format = export_body_file_format(&part->filename);
    }

    if (entity->kind == EXPORT_ENTITY_METADATA
        && (media->format != EXPORT_MEDIA_JSON
            || coding != EXPORT_CODING_IDENTITY))
    {
        entity->kind = EXPORT_ENTITY_PART;
    }

    entity->fixed = form->fixed || part->other
                    || coding != EXPORT_CODING_IDENTITY;

    form->parts++;

    return export_body_begin_entity(entity, media, coding);
}


static export_coding_e
export_body_part_coding(const export_part_t *part)
{
    export_coding_t  coding;

    coding = export_coding_parse(&part->encoding);

    return coding.aws_chunked || part->opaque ? EXPORT_CODING_OPAQUE
                                              : coding.coding;
}


static unsigned
export_body_is_text(const export_part_t *part, const export_media_t *media,
    export_coding_e coding)
{
    return part->name.data && part->filename.data == NULL
           && media->format == EXPORT_MEDIA_NONE
           && coding == EXPORT_CODING_IDENTITY;
}


/*
 * The format that a file's name stands for.  Many files named as JSON hold
 * JSON Lines, so their bytes decide.
 */

static export_media_e
export_body_file_format(const export_str_t *name)
{
    export_media_e  format;

    format = export_media_extension(name);

    return format == EXPORT_MEDIA_JSON ? EXPORT_MEDIA_NONE : format;
}


/*
 * Begins a field that rules look at.  The field must be plain text.  A name
 * without brackets may occur only once, since recipients differ in which of
 * two they take.
 */

static int
export_body_begin_field(export_entity_t *form, const export_part_t *part,
    const export_media_t *media, unsigned index, uint32_t place)
{
    export_entity_t       *entity;
    const export_field_t  *field;
    export_body_value_t   *value;

    field = &form->body->inspection->rules->fields.field[index];

    if (part->filename.data || part->opaque || part->encoding.len
        || media->format != EXPORT_MEDIA_NONE)
    {
        return EXPORT_ERROR;
    }

    if (part->name.len == field->name.len
        && export_field_meet(&form->met_fields, (uint32_t) 1 << index,
                             export_field_spelt(&field->name, &part->name))
           != EXPORT_OK)
    {
        return EXPORT_ERROR;
    }

    if (export_body_need_leaf(form->body) != EXPORT_OK) {
        return EXPORT_ERROR;
    }

    entity = export_body_child(form);
    entity->kind = EXPORT_ENTITY_FIELD;
    entity->format = EXPORT_MEDIA_NONE;
    entity->coded = 0;
    entity->guessed = 0;
    entity->reader = &export_body_field_reader;

    value = &form->body->leaf->value;

    value->field = index;
    value->place = place;
    value->len = 0;
    memset(&value->utf8, 0, sizeof(export_utf8_t));

    return EXPORT_OK;
}


static int
export_body_feed_field(export_entity_t *entity, const u_char *p, size_t len)
{
    size_t                n;
    export_body_value_t  *value;

    value = &entity->body->leaf->value;

    if (export_utf8(&value->utf8, p, len) != len) {
        return EXPORT_ERROR;
    }

    if (value->len <= EXPORT_MAX_VALUE) {
        n = EXPORT_MAX_VALUE - value->len;
        memcpy(value->value + value->len, p, len < n ? len : n);
        value->len = len <= n ? value->len + len : EXPORT_MAX_VALUE + 1;
    }

    return EXPORT_OK;
}


/*
 * Ends a field that rules look at.  The text of a field that is of neither
 * subjects nor consent counts as unread: purposes and marks are compared with
 * a few values, and nobody makes anything of another value.
 */

static int
export_body_end_field(export_entity_t *entity)
{
    unsigned              fields;
    export_str_t          text;
    export_value_e        type;
    export_entity_t      *form;
    export_record_t      *record;
    export_body_value_t  *value;

    form = export_body_parent(entity);
    record = &form->form;
    fields = record->fields;

    value = &entity->body->leaf->value;
    record->where.place = value->place;

    if (value->utf8.remaining) {
        return EXPORT_ERROR;
    }

    type = value->len > EXPORT_MAX_VALUE ? EXPORT_VALUE_LONG
                                         : EXPORT_VALUE_STRING;
    text.data = value->value;
    text.len = type == EXPORT_VALUE_LONG ? 0 : value->len;

    if (export_str_trim(text).len) {
        form->answered |= form->met_fields.seen
                          & ((uint32_t) 1 << value->field);
    }

    export_record_field(record, value->field, type, &text);

    if (record->fields == fields) {
        export_body_add_unread(form, text.len);
    }

    return EXPORT_OK;
}


static int
export_body_feed_part(void *data, const u_char *p, size_t len)
{
    export_entity_t *form = data;

    size_t            i;
    export_entity_t  *entity;

    entity = export_body_child(form);

    for (i = 0; entity->latin && i < len; i++) {

        if (p[i] >= 0x80) {
            entity->latin = 0;
            (void) export_body_ignore(entity, EXPORT_BODY_FOREIGN);
        }
    }

    return export_body_put_off_file(entity,
                                    export_body_feed_entity(entity, p, len));
}


static int
export_body_end_part(void *data, uint64_t end)
{
    export_entity_t *form = data;

    int               rc;
    export_entity_t  *entity;

    entity = export_body_child(form);
    rc = export_body_put_off_file(entity, export_body_end_entity(entity));

    if (rc == EXPORT_OK && entity->held) {
        export_body_add_unread(form, entity->size);
        form->nheld++;
    }

    export_body_close_group(entity, form->start + end);

    return rc;
}


/*
 * Puts off the outcome of a file that cannot be read.  The file does not
 * matter if the form's own fields say that the form is not for training.  Only
 * the form's end shows that, and nothing is forwarded before.
 */

static int
export_body_put_off_file(export_entity_t *entity, int rc)
{
    export_body_t        *body;
    export_inspection_t  *inspection;

    body = entity->body;
    inspection = body->inspection;

    if ((rc != EXPORT_ERROR && rc != EXPORT_LIMIT)
        || !export_body_is_outer_file(entity)
        || inspection->nendpoints == 0 || inspection->facts->error
        || export_policy_governs(inspection->facts, inspection->policy))
    {
        return rc;
    }

    export_body_defer_outcome(body, rc == EXPORT_LIMIT ? EXPORT_BODY_LIMITED
                                               : EXPORT_BODY_MALFORMED);

    if (entity->coded) {
        entity->coded = 0;
        body->inflating = 0;
    }

    entity->guessed = 0;
    entity->reader = &export_body_no_reader;
    body->group = NULL;
    export_record_clear(&body->record);

    return EXPORT_OK;
}
