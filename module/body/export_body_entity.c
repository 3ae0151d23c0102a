
/*
 * An entity: its coding, its format, and what is watched beside its reader.
 */


#include "export_body_inside.h"


static unsigned export_body_is_opaque(const export_entity_t *entity,
    export_coding_e coding);
static int export_body_begin_coding(export_entity_t *entity,
    export_coding_e coding);
static int export_body_begin_foreign(export_entity_t *entity,
    export_coding_e coding);
static int export_body_inflated(void *data, const u_char *p, size_t len);
static int export_body_give_up_guess(export_entity_t *entity, int rc);


/*
 * Begins an entity: first its coding, then its format.  A wrong guess about
 * the entity before may have left fields of a record behind, which count for
 * nothing.
 */

int
export_body_begin_entity(export_entity_t *entity, const export_media_t *media,
    export_coding_e coding)
{
    int             rc;
    export_body_t  *body;

    body = entity->body;

    entity->format = (u_char) media->format;
    entity->coded = 0;
    entity->guessed = 0;

    if (export_body_watch(entity) != EXPORT_OK) {
        return EXPORT_ERROR;
    }

    export_record_clear(&body->record);
    body->grouped = 0;

    if (media->format == EXPORT_MEDIA_FOREIGN) {
        return export_body_begin_foreign(entity, coding);
    }

    if (export_body_is_opaque(entity, coding)) {
        return export_body_ignore(entity, EXPORT_BODY_OPAQUE);
    }

    rc = export_body_begin_coding(entity, coding);

    if (rc != EXPORT_OK) {
        return rc == EXPORT_DECLINED
               ? export_body_ignore(entity, EXPORT_BODY_OPAQUE) : rc;
    }

    entity->guessed = (media->format == EXPORT_MEDIA_NONE);
    entity->reader = &body->readers[media->format];

    body->reading = entity;

    if (entity->reader->records && !entity->fixed) {
        export_body_open_group(entity, entity->start);
    }

    return entity->reader->begin(entity, media);
}


/*
 * 1 if an entity is not looked into: its type or coding is not understood, or
 * it may hold entities and is on the innermost level.
 */

static unsigned
export_body_is_opaque(const export_entity_t *entity, export_coding_e coding)
{
    return entity->format == EXPORT_MEDIA_OPAQUE
           || coding == EXPORT_CODING_OPAQUE
           || (entity->body->readers[entity->format].nests
               && entity->level == EXPORT_MAX_NESTED - 1);
}


/*
 * EXPORT_DECLINED inside a body that is compressed: there is one inflate
 * state.
 */

static int
export_body_begin_coding(export_entity_t *entity, export_coding_e coding)
{
    export_body_t  *body;

    body = entity->body;

    if (coding == EXPORT_CODING_IDENTITY) {
        return EXPORT_OK;
    }

    if (body->inflating) {
        return EXPORT_DECLINED;
    }

    if (body->inflate == NULL) {
        body->inflate = export_body_alloc(body, export_inflate_size());
        if (body->inflate == NULL) {
            return EXPORT_ERROR;
        }
    }

    export_inflate_init(body->inflate, body->conf->work,
                        coding == EXPORT_CODING_GZIP ? EXPORT_INFLATE_GZIP
                                                     : EXPORT_INFLATE_DEFLATE,
                        &body->conf->inflate, &body->unread,
                        export_body_inflated, entity);

    body->inflating = 1;
    entity->coded = 1;

    return EXPORT_OK;
}


/*
 * A type without fields is not read, but a recipient that does not mind the
 * type may find JSON in the entity, compressed or not.  So the entity is
 * inflated and sniffed at.
 */

static int
export_body_begin_foreign(export_entity_t *entity, export_coding_e coding)
{
    int  rc;

    if (entity->sniffing && coding != EXPORT_CODING_OPAQUE) {
        rc = export_body_begin_coding(entity, coding);

        if (rc == EXPORT_ERROR) {
            return rc;
        }
    }

    return export_body_ignore(entity, EXPORT_BODY_FOREIGN);
}


int
export_body_feed_entity(export_entity_t *entity, const u_char *p, size_t len)
{
    int  rc;

    if (!entity->coded) {
        return export_body_read_decoded(entity, p, len);
    }

    if (entity->format == EXPORT_MEDIA_FOREIGN
        && export_body_look_is_final(entity))
    {
        return EXPORT_OK;
    }

    rc = export_inflate_feed(entity->body->inflate, p, len);

    /*
     * An entity of a foreign type was inflated only for its look.  A fault in
     * its coding spoils nothing.
     */

    if (rc != EXPORT_OK && entity->format == EXPORT_MEDIA_FOREIGN
        && entity->sniffing)
    {
        entity->sniff.state = EXPORT_SNIFF_PROSE;

        if (entity->body->heading) {
            entity->body->heading->state = EXPORT_HEADING_NONE;
        }

        return EXPORT_OK;
    }

    return rc;
}


static int
export_body_inflated(void *data, const u_char *p, size_t len)
{
    return export_body_read_decoded(data, p, len);
}


int
export_body_read_decoded(export_entity_t *entity, const u_char *p, size_t len)
{
    int               rc;
    export_cutter_t  *cutter;

    entity->body->bytes += len;

    export_body_feed_job(entity, p, len);

    if (entity->kind == EXPORT_ENTITY_TEXT) {
        export_body_add_unread(export_body_parent(entity), len);
    }

    if (entity->kind == EXPORT_ENTITY_METADATA) {
        entity->size += len;
        export_sniff(&entity->sniff, p, len);

    } else if (entity->sniffing && !entity->sniff.member) {
        export_sniff(&entity->sniff, p, len);
    }

    if (entity->body->heading) {
        export_heading_feed(entity->body->heading, p, len);
    }

    cutter = entity->level == 0 ? entity->body->cutter : NULL;

    if (cutter) {
        export_cutter_before(cutter, p, len);
    }

    rc = entity->reader->feed(entity, p, len);
    rc = export_body_give_up_guess(entity, rc);
    rc = export_body_check_type(entity, rc);

    return cutter ? export_body_cut_feed(entity->body, rc) : rc;
}


/*
 * Bytes of a form's field that no rule looks at.  Once they are too many, the
 * form is a record, and they are its own.
 */

void
export_body_add_unread(export_entity_t *form, size_t len)
{
    export_unread_t  *unread;

    if (form->own) {
        return;
    }

    unread = &form->body->unread;
    form->unread += len;

    if (export_unread(unread, len) != EXPORT_OK) {
        unread->n -= form->unread;
        form->unread = 0;
        form->own = 1;
    }
}


int
export_body_end_entity(export_entity_t *entity)
{
    int  rc;

    if (entity->coded) {
        rc = export_inflate_finish(entity->body->inflate);
        entity->body->inflating = 0;

        if (rc != EXPORT_OK && entity->format != EXPORT_MEDIA_FOREIGN) {
            return rc;
        }
    }

    rc = export_body_give_up_guess(entity, entity->reader->end(entity));

    if (entity->body->heading) {
        export_heading_end(entity->body->heading);
    }

    rc = export_body_check_type(entity, rc);

    export_body_end_job(entity);

    return rc;
}


/*
 * Gives up an entity whose type says nothing, which was read as JSON and is
 * none.  A field of a form is refused if that became clear only after
 * something was found in the field.
 */

static int
export_body_give_up_guess(export_entity_t *entity, int rc)
{
    if (rc != EXPORT_ERROR || !entity->guessed) {
        return rc;
    }

    if (entity->kind == EXPORT_ENTITY_TEXT) {
        entity->guessed = 0;
        entity->reader = &export_body_no_reader;

        return entity->counted || entity->body->record.fields ? EXPORT_ERROR
                                                              : EXPORT_OK;
    }

    return export_body_ignore(entity, entity->untyped ? EXPORT_BODY_OPAQUE
                                                      : EXPORT_BODY_FOREIGN);
}
