
#include "export_body_inside.h"


static int export_body_begin_framing(export_body_t *body, int64_t decoded);
static unsigned export_body_is_opaque(const export_entity_t *entity,
    export_coding_e coding);
static int export_body_begin_coding(export_entity_t *entity,
    export_coding_e coding);
static int export_body_begin_foreign(export_entity_t *entity,
    export_coding_e coding);
static int export_body_unframed(void *data, const u_char *p, size_t len);
static int export_body_inflated(void *data, const u_char *p, size_t len);
static int export_body_give_up_guess(export_entity_t *entity, int rc);
static int export_body_skip_feed(export_entity_t *entity, const u_char *p,
    size_t len);
static int export_body_skip_end(export_entity_t *entity);


/*
 * Indexed by the format that a type stands for; an entity of any other type is
 * not read.  A type that says nothing is guessed to be JSON or JSON Lines.
 */

static const export_body_reader_t  export_body_readers[] = {
    [EXPORT_MEDIA_NONE] = {
        export_body_json_begin, export_body_json_feed, export_body_json_end,
        .records = 1, .mode = EXPORT_JSON_GUESS
    },
    [EXPORT_MEDIA_JSON] = {
        export_body_json_begin, export_body_json_feed, export_body_json_end,
        .records = 1, .mode = EXPORT_JSON_TEXT
    },
    [EXPORT_MEDIA_LINES] = {
        export_body_json_begin, export_body_json_feed, export_body_json_end,
        .records = 1, .mode = EXPORT_JSON_LINES
    },
    [EXPORT_MEDIA_SEQ] = {
        export_body_json_begin, export_body_json_feed, export_body_json_end,
        .records = 1, .mode = EXPORT_JSON_SEQ
    },
    [EXPORT_MEDIA_CSV] = {
        export_body_csv_begin, export_body_csv_feed, export_body_csv_end,
        .records = 1
    },
    [EXPORT_MEDIA_FORM] = {
        export_body_form_begin, export_body_form_feed, export_body_form_end,
        .nests = 1
    },
    [EXPORT_MEDIA_MULTIPART_FORM] = {
        export_body_multipart_begin, export_body_multipart_feed,
        export_body_multipart_end, .nests = 1
    },
    [EXPORT_MEDIA_MULTIPART_MIXED] = {
        export_body_multipart_begin, export_body_multipart_feed,
        export_body_multipart_end, .nests = 1
    }
};

export_assert_rows(export_body_readers, EXPORT_MEDIA_FORMATS);


const export_body_reader_t  export_body_no_reader = {
    .feed = export_body_skip_feed,
    .end = export_body_skip_end
};


int
export_body_init(export_body_t *body, export_inspection_t *inspection,
    const export_body_conf_t *conf, const export_body_head_t *head)
{
    int              rc;
    unsigned         i;
    export_media_t   media;
    export_coding_t  coding;

    memset(body, 0, sizeof(export_body_t));

    body->inspection = inspection;
    body->conf = conf;
    body->unread.max = conf->unread;

    body->record.inspection = inspection;
    export_body_set_sink(body);

    for (i = 0; i < EXPORT_MAX_NESTED; i++) {
        body->entity[i].body = body;
        body->entity[i].level = (u_char) i;
        body->entity[i].form.inspection = inspection;
    }

    if (head->malformed
        || export_media_parse(&head->type, &media) != EXPORT_OK)
    {
        return export_body_settle(body, EXPORT_ERROR);
    }

    coding = export_coding_parse(&head->encoding);

    if ((coding.aws_chunked || head->framed)
        && export_body_begin_framing(body, head->decoded) != EXPORT_OK)
    {
        body->stopped = 1;
        return EXPORT_ERROR;
    }

    body->entity[0].untyped = (export_str_trim(head->type).len == 0);

    rc = export_body_begin_entity(&body->entity[0], &media, coding.coding);

    return export_body_settle(body, rc);
}


static int
export_body_begin_framing(export_body_t *body, int64_t decoded)
{
    body->aws = export_body_alloc(body, sizeof(export_aws_chunked_t));
    if (body->aws == NULL) {
        return EXPORT_ERROR;
    }

    export_aws_chunked_init(body->aws, decoded, &body->unread,
                            export_body_unframed, body);
    body->framed = 1;

    return EXPORT_OK;
}


void
export_body_cut(export_body_t *body, export_cutter_t *cutter)
{
    body->cutter = cutter;

    if (cutter && body->group) {
        export_cutter_begin(cutter, 0);
    }
}


int
export_body_feed(export_body_t *body, const u_char *p, size_t len)
{
    int  rc;

    if (body->stopped || len == 0) {
        return EXPORT_OK;
    }

    rc = body->framed ? export_aws_chunked_feed(body->aws, p, len)
                      : export_body_feed_entity(&body->entity[0], p, len);

    return export_body_settle(body, rc);
}


void
export_body_finish(export_body_t *body, unsigned complete)
{
    int  rc;

    if (!complete) {
        export_body_join_outcome(body, EXPORT_BODY_INCOMPLETE);
        return;
    }

    if (body->stopped) {
        return;
    }

    rc = body->framed ? export_aws_chunked_finish(body->aws) : EXPORT_OK;

    if (rc == EXPORT_OK) {
        rc = export_body_end_entity(&body->entity[0]);
    }

    /*
     * The cutter's base is where the next feed would begin: the end of the
     * body.
     */

    if (body->cutter) {
        export_body_close_group(&body->entity[0], body->cutter->base);
        rc = export_body_cut_feed(body, rc);
    }

    if (body->deferred && (rc != EXPORT_OK || !export_body_is_answered(body))) {
        export_body_join_outcome(body, body->deferred);
    }

    (void) export_body_settle(body, rc);

    export_body_join_outcome(body, EXPORT_BODY_READ);
}


void
export_body_release(export_body_t *body)
{
    unsigned  i;

    void  *taken[] = {
        body->leaf, body->parts, body->inflate, body->aws, body->heading
    };

    for (i = 0; i < sizeof(taken) / sizeof(taken[0]); i++) {
        if (taken[i]) {
            body->conf->free(body->conf->data, taken[i]);
        }
    }

    body->leaf = NULL;
    body->parts = NULL;
    body->inflate = NULL;
    body->aws = NULL;
    body->heading = NULL;
}


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
    entity->reader = &export_body_readers[media->format];

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
           || (export_body_readers[entity->format].nests
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
export_body_unframed(void *data, const u_char *p, size_t len)
{
    export_body_t *body = data;

    return export_body_feed_entity(&body->entity[0], p, len);
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


/* Stops reading an entity, and joins what that means for the body. */

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


void *
export_body_alloc(export_body_t *body, size_t size)
{
    void  *p;

    p = body->conf->alloc(body->conf->data, size);

    if (p == NULL) {
        body->inspection->facts->error = 1;
    }

    return p;
}


int
export_body_need_leaf(export_body_t *body)
{
    if (body->leaf == NULL) {
        body->leaf = export_body_alloc(body, sizeof(export_body_leaf_t));
    }

    return body->leaf ? EXPORT_OK : EXPORT_ERROR;
}


int
export_body_need_parts(export_body_t *body)
{
    if (body->parts == NULL) {
        body->parts = export_body_alloc(body, sizeof(export_body_parts_t));
    }

    return body->parts ? EXPORT_OK : EXPORT_ERROR;
}
