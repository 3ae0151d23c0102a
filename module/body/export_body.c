
#include "export_body.h"


/* how a format is read: begin() after the entity's head, end() after it */

typedef struct export_body_reader_s {
    int  (*begin)(export_entity_t *entity, const export_media_t *media);
    int  (*feed)(export_entity_t *entity, const u_char *p, size_t len);
    int  (*end)(export_entity_t *entity);

    unsigned            nests;      /* there are entities in the entity */
    export_json_mode_e  mode;       /* of JSON */
} export_body_reader_t;


static int export_body_entity(export_entity_t *entity,
    export_media_t *media, export_coding_e coding);
static int export_body_coding(export_entity_t *entity,
    export_coding_e coding);
static int export_body_inflated(void *data, const u_char *p, size_t len);
static int export_body_unframed(void *data, const u_char *p, size_t len);
static int export_body_bytes(export_entity_t *entity, const u_char *p,
    size_t len);
static int export_body_read(export_entity_t *entity, const u_char *p,
    size_t len);
static int export_body_contrary(export_entity_t *entity, int rc);
static export_looks_e export_body_looks(const export_entity_t *entity);
static uint32_t export_body_purposes(const export_body_t *body);
static unsigned export_body_settled(const export_entity_t *entity);
static void export_body_job_begin(export_entity_t *entity,
    const export_media_t *media);
static void export_body_job(export_entity_t *entity, const u_char *p,
    size_t len);
static void export_body_data(export_body_t *body);
static int export_body_cut_fed(export_body_t *body, int rc);
static void export_body_group(export_entity_t *entity, uint64_t start);
static void export_body_ungroup(export_entity_t *entity, uint64_t end);
static unsigned export_body_judged(void *data, uint64_t start, uint64_t end,
    unsigned refused);
static int export_body_end(export_entity_t *entity);
static int export_body_unguessed(export_entity_t *entity, int rc);
static int export_body_fail(export_body_t *body, int rc);
static void export_body_join(export_body_t *body, export_body_e state);
static void *export_body_alloc(export_body_t *body, size_t size);
static int export_body_leaf(export_body_t *body);
static int export_body_parts(export_body_t *body);
static int export_body_heading(export_body_t *body);

static int export_body_foreign(export_entity_t *entity,
    export_coding_e coding);
static int export_body_ignore(export_entity_t *entity,
    export_body_e state);
static int export_body_skip(export_entity_t *entity, const u_char *p,
    size_t len);
static int export_body_skipped(export_entity_t *entity);
static int export_body_json_begin(export_entity_t *entity,
    const export_media_t *media);
static int export_body_json_feed(export_entity_t *entity, const u_char *p,
    size_t len);
static int export_body_json_end(export_entity_t *entity);
static int export_body_field(void *data, unsigned index, export_value_e type,
    const export_str_t *value);
static int export_body_record(void *data, uint64_t start, uint64_t end);
static int export_body_records(void *data, unsigned open, uint64_t offset);
static int export_body_csv_begin(export_entity_t *entity,
    const export_media_t *media);
static int export_body_csv_feed(export_entity_t *entity, const u_char *p,
    size_t len);
static int export_body_csv_end(export_entity_t *entity);
static int export_body_form_begin(export_entity_t *entity,
    const export_media_t *media);
static int export_body_form_feed(export_entity_t *entity, const u_char *p,
    size_t len);
static void export_body_form_looks(export_entity_t *entity, int rc);
static int export_body_form_end(export_entity_t *entity);
static int export_body_form_field(void *data, unsigned index,
    export_value_e type, const export_str_t *value);
static int export_body_form_record(void *data, uint64_t start, uint64_t end);
static int export_body_form_aside(void *data);
static int export_body_aside_begin(void *data);
static int export_body_aside_text(void *data, const u_char *p, size_t len);
static int export_body_aside_end(void *data);
static int export_body_multipart_begin(export_entity_t *entity,
    const export_media_t *media);
static int export_body_multipart_feed(export_entity_t *entity,
    const u_char *p, size_t len);
static int export_body_multipart_end(export_entity_t *entity);
static int export_body_metadata(export_entity_t *form);

static int export_body_part_begin(void *data, const export_part_t *part);
static int export_body_part_headers(export_unread_t *unread,
    const export_part_t *part);
static void export_body_rest(export_entity_t *form, size_t len);
static int export_body_part_wanted(export_entity_t *form,
    export_entity_t *entity, const export_part_t *part,
    const export_media_t *media, unsigned index, uint32_t place);
static int export_body_part_body(void *data, const u_char *p, size_t len);
static int export_body_part_end(void *data, uint64_t end);
static int export_body_put_off(export_entity_t *entity, int rc);
static void export_body_defer(export_body_t *body, export_body_e state);
static unsigned export_body_answered(const export_body_t *body);
static int export_body_field_feed(export_entity_t *entity, const u_char *p,
    size_t len);
static int export_body_field_end(export_entity_t *entity);


/* a reader for each format but EXPORT_MEDIA_FOREIGN and EXPORT_MEDIA_OPAQUE */

static const export_body_reader_t  export_body_readers[] = {
    [EXPORT_MEDIA_NONE] = {
        export_body_json_begin, export_body_json_feed, export_body_json_end,
        0, EXPORT_JSON_GUESS
    },
    [EXPORT_MEDIA_JSON] = {
        export_body_json_begin, export_body_json_feed, export_body_json_end,
        0, EXPORT_JSON_TEXT
    },
    [EXPORT_MEDIA_LINES] = {
        export_body_json_begin, export_body_json_feed, export_body_json_end,
        0, EXPORT_JSON_LINES
    },
    [EXPORT_MEDIA_SEQ] = {
        export_body_json_begin, export_body_json_feed, export_body_json_end,
        0, EXPORT_JSON_SEQ
    },
    [EXPORT_MEDIA_CSV] = {
        export_body_csv_begin, export_body_csv_feed, export_body_csv_end, 0, 0
    },
    [EXPORT_MEDIA_FORM] = {
        export_body_form_begin, export_body_form_feed, export_body_form_end,
        1, 0
    },
    [EXPORT_MEDIA_MULTIPART_FORM] = {
        export_body_multipart_begin, export_body_multipart_feed,
        export_body_multipart_end, 1, 0
    },
    [EXPORT_MEDIA_MULTIPART_MIXED] = {
        export_body_multipart_begin, export_body_multipart_feed,
        export_body_multipart_end, 1, 0
    },
};

export_assert_rows(export_body_readers, EXPORT_MEDIA_FORMATS);


/* a part that is not read, and a field that rules look at */

static const export_body_reader_t  export_body_skipper =
    { NULL, export_body_skip, export_body_skipped, 0, 0 };

static const export_body_reader_t  export_body_fielder =
    { NULL, export_body_field_feed, export_body_field_end, 0, 0 };


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
    body->sink.data = body;
    body->sink.field = export_body_field;
    body->sink.record = export_body_record;
    body->sink.group = export_body_records;

    if (inspection->policy->redact) {
        inspection->judged = export_body_judged;
        inspection->data = body;
    }

    for (i = 0; i < EXPORT_MAX_NESTED; i++) {
        body->entity[i].body = body;
        body->entity[i].level = (u_char) i;
        body->entity[i].form.inspection = inspection;
    }

    if (head->malformed
        || export_media_parse(&head->type, &media) != EXPORT_OK)
    {
        return export_body_fail(body, EXPORT_ERROR);
    }

    coding = export_coding_parse(&head->encoding);

    if (coding.aws_chunked || head->framed) {
        body->aws = export_body_alloc(body, sizeof(export_aws_chunked_t));
        if (body->aws == NULL) {
            body->stopped = 1;
            return EXPORT_ERROR;
        }

        export_aws_chunked_init(body->aws, head->decoded,
                                &body->unread, export_body_unframed, body);
        body->framed = 1;
    }

    body->entity[0].untyped = (export_str_trim(head->type).len == 0);

    rc = export_body_entity(&body->entity[0], &media, coding.coding);

    return export_body_fail(body, rc);
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
                      : export_body_bytes(&body->entity[0], p, len);

    return export_body_fail(body, rc);
}


void
export_body_finish(export_body_t *body, unsigned complete)
{
    int  rc;

    if (!complete) {
        export_body_join(body, EXPORT_BODY_INCOMPLETE);
        return;
    }

    if (body->stopped) {
        return;
    }

    rc = body->framed ? export_aws_chunked_finish(body->aws) : EXPORT_OK;

    if (rc == EXPORT_OK) {
        rc = export_body_end(&body->entity[0]);
    }

    if (body->cutter) {
        export_body_ungroup(&body->entity[0], body->cutter->base);
        rc = export_body_cut_fed(body, rc);
    }

    if (body->deferred && (rc != EXPORT_OK || !export_body_answered(body))) {
        export_body_join(body, body->deferred);
    }

    (void) export_body_fail(body, rc);

    export_body_join(body, EXPORT_BODY_READ);
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


/* begins an entity: its coding, then its format */

static int
export_body_entity(export_entity_t *entity, export_media_t *media,
    export_coding_e coding)
{
    int  rc;

    entity->coded = 0;
    entity->guessed = 0;
    entity->foreign = (media->format == EXPORT_MEDIA_FOREIGN);
    entity->sniffing = (entity->foreign || media->format == EXPORT_MEDIA_NONE)
                       && !entity->named;
    entity->sniffing |= (media->format == EXPORT_MEDIA_CSV);

    memset(&entity->sniff, 0, sizeof(export_sniff_t));

    if (entity->level == 0 && entity->sniffing
        && media->format != EXPORT_MEDIA_CSV
        && export_body_heading(entity->body) != EXPORT_OK)
    {
        return EXPORT_ERROR;
    }

    export_body_job_begin(entity, media);

    /* nothing is left of a record that a guess was wrong about */

    export_record_clear(&entity->body->record);
    entity->body->grouped = 0;

    if (entity->foreign) {
        return export_body_foreign(entity, coding);
    }

    if (media->format == EXPORT_MEDIA_OPAQUE
        || coding == EXPORT_CODING_OPAQUE)
    {
        return export_body_ignore(entity, EXPORT_BODY_OPAQUE);
    }

    if (export_body_readers[media->format].nests
        && entity->level == EXPORT_MAX_NESTED - 1)
    {
        return export_body_ignore(entity, EXPORT_BODY_OPAQUE);
    }

    rc = export_body_coding(entity, coding);

    if (rc != EXPORT_OK) {
        return rc == EXPORT_DECLINED
               ? export_body_ignore(entity, EXPORT_BODY_OPAQUE) : rc;
    }

    entity->guessed = (media->format == EXPORT_MEDIA_NONE);
    entity->reader = &export_body_readers[media->format];

    entity->body->reading = entity;

    if (!entity->reader->nests && !entity->fixed) {
        export_body_group(entity, entity->start);
    }

    return entity->reader->begin(entity, media);
}


/* EXPORT_DECLINED if the part is in a body that is compressed already */

static int
export_body_coding(export_entity_t *entity, export_coding_e coding)
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


static int
export_body_inflated(void *data, const u_char *p, size_t len)
{
    return export_body_read(data, p, len);
}


static int
export_body_unframed(void *data, const u_char *p, size_t len)
{
    export_body_t *body = data;

    return export_body_bytes(&body->entity[0], p, len);
}


static int
export_body_bytes(export_entity_t *entity, const u_char *p, size_t len)
{
    int  rc;

    if (!entity->coded) {
        return export_body_read(entity, p, len);
    }

    if (entity->foreign && export_body_settled(entity)) {
        return EXPORT_OK;
    }

    rc = export_inflate_feed(entity->body->inflate, p, len);

    /* that it is compressed is nobody's concern, but for what is in it */

    if (rc != EXPORT_OK && entity->foreign && entity->sniffing) {
        entity->sniff.state = EXPORT_SNIFF_PROSE;

        if (entity->body->heading) {
            entity->body->heading->state = EXPORT_HEADING_NONE;
        }

        return EXPORT_OK;
    }

    return rc;
}


static int
export_body_read(export_entity_t *entity, const u_char *p, size_t len)
{
    int               rc;
    export_cutter_t  *cutter;

    entity->body->bytes += len;

    export_body_job(entity, p, len);

    if (entity->aside) {
        export_body_rest(entity - 1, len);
    }

    if (entity->meta) {
        entity->size += len;
    }

    if (entity->meta || (entity->sniffing && !entity->sniff.member)) {
        export_sniff(&entity->sniff, p, len);
    }

    if (entity->body->heading) {
        export_heading_feed(entity->body->heading, p, len);
    }

    cutter = entity->level == 0 ? entity->body->cutter : NULL;

    if (cutter) {
        export_cutter_before(cutter, p, len);
    }

    rc = export_body_unguessed(entity, entity->reader->feed(entity, p, len));
    rc = export_body_contrary(entity, rc);

    return cutter ? export_body_cut_fed(entity->body, rc) : rc;
}


/*
 * What is JSON to somebody, or a table or form with a purpose in it, and is
 * not read as such.  A purpose is in the body that has it, not in a file
 * beside it.
 */

static int
export_body_contrary(export_entity_t *entity, int rc)
{
    export_looks_e  looks;

    looks = export_body_looks(entity);

    if (rc == EXPORT_ERROR && looks == EXPORT_LOOKS_FIELDS && !entity->aside
        && entity->reader == &export_body_readers[EXPORT_MEDIA_CSV])
    {
        entity->body->inspection->facts->looks = looks;
    }

    if (rc != EXPORT_OK || entity->guessed || looks == EXPORT_LOOKS_RIGHT) {
        return rc;
    }

    entity->sniffing = 0;

    if (entity->aside) {
        return EXPORT_ERROR;
    }

    if (entity->foreign || entity->reader != &export_body_skipper) {
        entity->body->inspection->facts->looks = looks;
        return EXPORT_ERROR;
    }

    export_body_join(entity->body, EXPORT_BODY_OPAQUE);

    return EXPORT_OK;
}


static export_looks_e
export_body_looks(const export_entity_t *entity)
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


/* the fields that say what a transfer is for, a bit each */

static uint32_t
export_body_purposes(const export_body_t *body)
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
                || (role == EXPORT_FIELD_MARK && body->inspection->nrows))
            {
                purposes |= (uint32_t) 1 << i;
            }
        }
    }

    return purposes;
}


/* nothing more can come of how it looks */

static unsigned
export_body_settled(const export_entity_t *entity)
{
    return entity->sniff.state == EXPORT_SNIFF_PROSE
           && (entity->body->heading == NULL
               || entity->body->heading->state == EXPORT_HEADING_NONE);
}


/* a part is data, but for a field that no rule looks at */

static void
export_body_job_begin(export_entity_t *entity, const export_media_t *media)
{
    export_inspection_t  *inspection;

    inspection = entity->body->inspection;
    entity->job = 0;

    if (inspection->njobs == 0) {
        return;
    }

    if (entity->level && !entity->aside) {
        export_body_data(entity->body);
        return;
    }

    switch (media->format) {

    case EXPORT_MEDIA_NONE:
    case EXPORT_MEDIA_JSON:
    case EXPORT_MEDIA_LINES:
        export_job_init(&entity->body->job, inspection->job,
                        inspection->njobs, inspection->scratch);
        entity->job = 1;

        if (media->format == EXPORT_MEDIA_LINES
            && !entity->body->job.several)
        {
            export_body_data(entity->body);
        }

        return;

    case EXPORT_MEDIA_FORM:
    case EXPORT_MEDIA_MULTIPART_FORM:
        return;

    default:
        export_body_data(entity->body);
    }
}


/* whether a field is JSON is known at its end */

static void
export_body_job(export_entity_t *entity, const u_char *p, size_t len)
{
    if (entity->body->inspection->njobs == 0) {
        return;
    }

    if (entity->job && export_job_feed(&entity->body->job, p, len)
        && !entity->aside)
    {
        export_body_data(entity->body);
    }

    if (entity->level == 0
        && entity->body->bytes > entity->body->conf->unread)
    {
        export_body_data(entity->body);
    }
}


static void
export_body_data(export_body_t *body)
{
    if (body->inspection->njobs) {
        body->inspection->facts->purpose |= EXPORT_PURPOSE_NOT_WAIVED;
    }
}


/* the end of a feed */

static int
export_body_cut_fed(export_body_t *body, int rc)
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


static void
export_body_group(export_entity_t *entity, uint64_t start)
{
    export_body_t  *body;

    body = entity->body;

    body->group = entity;

    if (body->cutter) {
        export_cutter_begin(body->cutter, start);
    }
}


static void
export_body_ungroup(export_entity_t *entity, uint64_t end)
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


static unsigned
export_body_judged(void *data, uint64_t start, uint64_t end, unsigned refused)
{
    export_body_t *body = data;

    export_cutter_format_e         format;
    const export_entity_t  *entity;

    entity = body->group;

    if (entity == NULL) {
        return 0;
    }

    format = EXPORT_CUTTER_LINES;

    if (entity->reader->feed == export_body_json_feed) {

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


static int
export_body_end(export_entity_t *entity)
{
    int  rc;

    if (entity->coded) {
        rc = export_inflate_finish(entity->body->inflate);
        entity->body->inflating = 0;

        if (rc != EXPORT_OK && !entity->foreign) {
            return rc;
        }
    }

    rc = export_body_unguessed(entity, entity->reader->end(entity));

    if (entity->body->heading) {
        export_heading_end(entity->body->heading);
    }

    rc = export_body_contrary(entity, rc);

    /* a field may be JSON, or any other text */

    if (entity->aside && entity->job && entity->guessed
        && entity->body->job.begun && entity->body->job.data)
    {
        export_body_data(entity->body);
    }

    return rc;
}


/* what is neither JSON nor JSON Lines, where the type says nothing */

static int
export_body_unguessed(export_entity_t *entity, int rc)
{
    if (rc != EXPORT_ERROR || !entity->guessed) {
        return rc;
    }

    if (entity->aside) {
        entity->guessed = 0;
        entity->reader = &export_body_skipper;

        return entity->met || entity->body->record.fields ? EXPORT_ERROR
                                                          : EXPORT_OK;
    }

    return export_body_ignore(entity, entity->untyped ? EXPORT_BODY_OPAQUE
                                                      : EXPORT_BODY_FOREIGN);
}


/* joins the outcome so far, and says whether there is any use in going on */

static int
export_body_fail(export_body_t *body, int rc)
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
        export_body_join(body, EXPORT_BODY_LIMITED);

    } else if (rc == EXPORT_ERROR) {
        export_body_join(body, EXPORT_BODY_MALFORMED);
    }

    return inspection->early
           && export_policy_refuses(inspection->facts, inspection->policy)
           ? EXPORT_DONE : EXPORT_OK;
}


/*
 * A body that cannot be read might have the mark of any row.  If nothing but
 * marks is looked for, nothing more comes of it: who the subjects are is then
 * for headers to say.
 */

static void
export_body_join(export_body_t *body, export_body_e state)
{
    unsigned                     i, k;
    export_facts_t              *facts;
    export_inspection_t         *inspection;
    const export_field_rules_t  *rules;

    inspection = body->inspection;
    facts = inspection->facts;
    rules = inspection->rules;

    if (export_body_is_unread(state)) {
        export_body_data(body);
    }

    for (i = 0; export_body_is_unclear(state) && i < inspection->nrows; i++) {

        for (k = 0; k < rules->first[rules->fields.n]; k++) {
            if (rules->rule[k].row == inspection->row[i]) {
                facts->purpose |= rules->rule[k].purpose;
            }
        }
    }

    /* where only a purpose is looked for, it may well be beside the files */

    if (state == EXPORT_BODY_FOREIGN
        && !(rules->asks & EXPORT_ASKS_RECORDS))
    {
        return;
    }

    if (rules->asks) {
        facts->body = export_body_worst(facts->body, state);
    }
}


static void *
export_body_alloc(export_body_t *body, size_t size)
{
    void  *p;

    p = body->conf->alloc(body->conf->data, size);

    if (p == NULL) {
        body->inspection->facts->error = 1;
    }

    return p;
}


static int
export_body_leaf(export_body_t *body)
{
    if (body->leaf == NULL) {
        body->leaf = export_body_alloc(body, sizeof(export_body_leaf_t));
    }

    return body->leaf ? EXPORT_OK : EXPORT_ERROR;
}


static int
export_body_parts(export_body_t *body)
{
    if (body->parts == NULL) {
        body->parts = export_body_alloc(body, sizeof(export_body_parts_t));
    }

    return body->parts ? EXPORT_OK : EXPORT_ERROR;
}


/* of a body whose type says nothing or has no fields: it has no parts */

static int
export_body_heading(export_body_t *body)
{
    uint32_t  wanted;

    wanted = export_body_purposes(body);

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


/* whoever does not mind the type finds JSON in it, also a compressed one */

static int
export_body_foreign(export_entity_t *entity, export_coding_e coding)
{
    int  rc;

    if (entity->sniffing && coding != EXPORT_CODING_OPAQUE) {
        rc = export_body_coding(entity, coding);

        if (rc == EXPORT_ERROR) {
            return rc;
        }
    }

    return export_body_ignore(entity, EXPORT_BODY_FOREIGN);
}


static int
export_body_ignore(export_entity_t *entity, export_body_e state)
{
    export_body_t        *body;
    export_inspection_t  *inspection;

    body = entity->body;
    inspection = body->inspection;

    entity->guessed = 0;
    entity->reader = &export_body_skipper;
    body->group = NULL;

    if (entity->file && export_body_is_unclear(state) && inspection->nrows
        && !export_policy_governs(inspection->facts, inspection->policy))
    {
        export_body_defer(body, state);

    } else {
        export_body_join(body, state);
    }

    return EXPORT_OK;
}


static int
export_body_skip(export_entity_t *entity, const u_char *p, size_t len)
{
    (void) entity;
    (void) p;
    (void) len;

    return EXPORT_OK;
}


static int
export_body_skipped(export_entity_t *entity)
{
    (void) entity;

    return EXPORT_OK;
}


static int
export_body_json_begin(export_entity_t *entity, const export_media_t *media)
{
    export_body_t  *body;
    export_json_t  *json;

    body = entity->body;

    if (export_body_leaf(body) != EXPORT_OK) {
        return EXPORT_ERROR;
    }

    json = &body->leaf->json;

    export_json_init(json, &body->inspection->rules->fields, &body->sink,
                     &body->conf->limits,
                     export_body_readers[media->format].mode);
    export_json_where(json, &body->record.where);

    if (body->inspection->rules->records) {
        export_json_records(json, body->inspection->rules->records - 1);
    }

    return EXPORT_OK;
}


static int
export_body_field(void *data, unsigned index, export_value_e type,
    const export_str_t *value)
{
    export_body_t *body = data;

    return export_record_field(&body->record, index, type, value);
}


static int
export_body_record(void *data, uint64_t start, uint64_t end)
{
    export_body_t *body = data;

    export_entity_t  *entity;

    entity = body->reading;

    if (body->record.fields == 0 && entity->meta && !entity->sniff.rows
        && !entity->sniff.array && !body->grouped)
    {
        entity->held = 1;
        return EXPORT_OK;
    }

    if (entity->level && body->record.subjects.n) {
        (entity - 1)->spoke = 1;
    }

    if (body->record.fields == 0 && body->reading->aside) {
        (entity - 1)->silent = 1;
        return EXPORT_OK;
    }

    if (body->grouped && body->leaf->json.top == 0) {
        body->grouped = 0;

        if (body->record.fields == 0
            && export_unread(&body->unread, body->outer + end - start)
               == EXPORT_OK)
        {
            return EXPORT_OK;
        }
    }

    body->reading->met = 1;

    return export_record_end(&body->record, start, end);
}


/* the object around the records has to wait for its end */

static int
export_body_records(void *data, unsigned open, uint64_t offset)
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
            export_body_ungroup(entity, entity->start + offset);
            export_body_group(entity, entity->start + offset);
        }

        return EXPORT_OK;
    }

    body->record = entity->form;
    export_body_ungroup(entity, entity->start + offset);

    return EXPORT_OK;
}



static int
export_body_json_feed(export_entity_t *entity, const u_char *p, size_t len)
{
    return export_json_feed(&entity->body->leaf->json, p, len);
}


/* a body that turns out to be empty is none, as one with a length of 0 */

static int
export_body_json_end(export_entity_t *entity)
{
    if (entity->level == 0 && entity->body->bytes == 0) {
        return EXPORT_OK;
    }

    return export_json_finish(&entity->body->leaf->json);
}


static int
export_body_csv_begin(export_entity_t *entity, const export_media_t *media)
{
    export_body_t  *body;

    body = entity->body;

    if (export_body_leaf(body) != EXPORT_OK) {
        return EXPORT_ERROR;
    }

    export_csv_init(&body->leaf->csv, &body->inspection->rules->fields,
                    &body->sink, &body->conf->limits, &body->unread,
                    (media->headless ? EXPORT_CSV_NO_HEADER : 0)
                    | (body->inspection->rules->asks & EXPORT_ASKS_SUBJECT
                       ? EXPORT_CSV_SUBJECTS : 0));

    return EXPORT_OK;
}


static int
export_body_csv_feed(export_entity_t *entity, const u_char *p, size_t len)
{
    return export_csv_feed(&entity->body->leaf->csv, p, len);
}


static int
export_body_csv_end(export_entity_t *entity)
{
    return export_csv_finish(&entity->body->leaf->csv);
}


static int
export_body_form_begin(export_entity_t *entity, const export_media_t *media)
{
    export_body_t       *body;
    export_body_form_t  *form;

    (void) media;

    body = entity->body;

    if (export_body_parts(body) != EXPORT_OK) {
        return EXPORT_ERROR;
    }

    export_record_clear(&entity->form);

    entity->own = 1;
    entity->rest = 0;
    entity->parts = 0;
    entity->silent = 0;

    form = &body->parts->level[entity->level].form;

    form->sink.data = entity;
    form->sink.field = export_body_form_field;
    form->sink.record = export_body_form_record;

    form->json.data = entity;
    form->json.begin = export_body_form_aside;
    form->json.text = export_body_aside_text;
    form->json.end = export_body_aside_end;

    export_form_init(&form->reader, &body->inspection->rules->fields,
                     &form->sink, &body->conf->limits, &form->json,
                     body->parts->text);
    export_form_where(&form->reader, &entity->form.where);

    return EXPORT_OK;
}


static int
export_body_form_feed(export_entity_t *entity, const u_char *p, size_t len)
{
    int             rc;
    export_form_t  *form;

    form = &entity->body->parts->level[entity->level].form.reader;
    rc = export_form_feed(form, p, len);

    export_body_form_looks(entity, rc);

    return rc;
}


/* what a form that is none looks like */

static void
export_body_form_looks(export_entity_t *entity, int rc)
{
    const export_form_t  *form;

    form = &entity->body->parts->level[entity->level].form.reader;

    if (rc == EXPORT_ERROR && form->looks) {
        entity->body->inspection->facts->looks = form->looks;
    }
}


/* a raw ";" is data to some recipients, and a separator to others */

static int
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
export_body_form_field(void *data, unsigned index, export_value_e type,
    const export_str_t *value)
{
    export_entity_t *form = data;

    return export_record_field(&form->form, index, type, value);
}


/* a form of nothing but JSON, whose records all speak, is none of its own */

static int
export_body_form_record(void *data, uint64_t start, uint64_t end)
{
    export_entity_t *form = data;

    const export_form_t  *reader;

    reader = &form->body->parts->level[form->level].form.reader;

    if (form->form.fields == 0 && form->parts == reader->pairs
        && !form->silent && export_unread(&form->body->unread, form->rest)
                            == EXPORT_OK)
    {
        return EXPORT_OK;
    }

    return export_record_end(&form->form, start, end);
}


/* its name is read by nobody, but where the form is a record */

static int
export_body_form_aside(void *data)
{
    export_entity_t *form = data;

    form->rest += form->body->parts->level[form->level].form.reader.named;

    return export_body_aside_begin(form);
}


/* a field of a form that no rule looks at, and that may be JSON */

static int
export_body_aside_begin(void *data)
{
    export_entity_t *form = data;

    export_media_t    media;
    export_entity_t  *entity;

    memset(&media, 0, sizeof(export_media_t));

    entity = form + 1;
    entity->aside = 1;
    entity->fixed = 1;
    entity->met = 0;
    entity->named = 0;
    entity->meta = 0;

    return export_body_entity(entity, &media, EXPORT_CODING_IDENTITY);
}


static int
export_body_aside_text(void *data, const u_char *p, size_t len)
{
    export_entity_t *form = data;

    return export_body_read(form + 1, p, len);
}


static int
export_body_aside_end(void *data)
{
    export_entity_t *form = data;

    int  rc;

    rc = export_body_end(form + 1);
    form->parts += (form + 1)->met;

    return rc;
}


static int
export_body_multipart_begin(export_entity_t *entity,
    const export_media_t *media)
{
    export_body_t            *body;
    export_body_multipart_t  *multipart;

    body = entity->body;

    if (export_body_parts(body) != EXPORT_OK) {
        return EXPORT_ERROR;
    }

    export_record_clear(&entity->form);

    entity->own = 0;
    entity->said = 0;
    memset(&entity->met_fields, 0, sizeof(export_met_t));
    entity->rest = 0;
    entity->parts = 0;
    entity->nheld = 0;
    entity->spoke = 0;
    entity->first = 1;
    entity->mixed = (media->format == EXPORT_MEDIA_MULTIPART_MIXED);

    multipart = &body->parts->level[entity->level].multipart;

    multipart->sink.data = entity;
    multipart->sink.begin = export_body_part_begin;
    multipart->sink.body = export_body_part_body;
    multipart->sink.end = export_body_part_end;

    return export_multipart_init(&multipart->reader, &multipart->sink,
                                 &media->boundary, body->parts->text,
                                 media->format == EXPORT_MEDIA_MULTIPART_FORM
                                 ? EXPORT_MULTIPART_FORM : 0);
}


static int
export_body_multipart_feed(export_entity_t *entity, const u_char *p,
    size_t len)
{
    export_body_parts_t  *parts;

    parts = entity->body->parts;

    return export_multipart_feed(&parts->level[entity->level].multipart.reader,
                                 p, len);
}


static int
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

    rc = export_body_metadata(entity);

    if (rc != EXPORT_OK
        || (entity->form.subjects.n == 0 && entity->parts && !entity->own))
    {
        return rc;
    }

    entity->body->unread.n -= entity->rest;

    return export_record_end(&entity->form, 0, 0);
}


/* parts that were held as metadata are records if nobody else speaks */

static int
export_body_metadata(export_entity_t *form)
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
        rc = export_record_end(&form->body->record, 0, 0);
    }

    return rc;
}


/* bytes of a form's field that no rule looks at, past which it is a record */

static void
export_body_rest(export_entity_t *form, size_t len)
{
    export_unread_t  *unread;

    if (form->own) {
        return;
    }

    unread = &form->body->unread;
    form->rest += len;

    if (export_unread(unread, len) != EXPORT_OK) {
        unread->n -= form->rest;
        form->rest = 0;
        form->own = 1;
    }
}


static int
export_body_part_headers(export_unread_t *unread, const export_part_t *part)
{
    size_t  free;

    free = unread->parts++ < EXPORT_UNREAD_PARTS ? EXPORT_UNREAD_PART : 0;

    return export_unread(unread, part->unknown
                                 + (part->known > free ? part->known - free
                                                       : 0));
}


static int
export_body_part_begin(void *data, const export_part_t *part)
{
    export_entity_t *form = data;

    int               index;
    uint32_t          place;
    export_media_t    media;
    export_coding_t   coding;
    export_entity_t  *entity;

    static const export_str_t  charset = export_string("_charset_");

    place = EXPORT_PLACE_TOP;
    entity = form + 1;
    entity->start = form->start + part->start;
    entity->aside = 0;
    entity->file = (form->level == 0 && part->filename.data != NULL);
    entity->job = 0;
    entity->latin = 0;
    entity->met = 0;
    entity->held = 0;
    entity->size = 0;
    entity->sniffing = 0;
    entity->named = (part->filename.data != NULL);
    entity->meta = !entity->named && (form->first || !form->mixed);

    form->first = 0;

    if (export_media_parse(&part->type, &media) != EXPORT_OK) {
        return EXPORT_ERROR;
    }

    if (export_body_part_headers(&form->body->unread, part) != EXPORT_OK) {
        return EXPORT_LIMIT;
    }

    /* Java's clients say so of each field, which mostly is ASCII */

    if (media.latin && part->name.data && part->filename.data == NULL) {
        media.format = EXPORT_MEDIA_NONE;
    }

    index = export_field_find(&form->body->inspection->rules->fields,
                              &part->name);

    if (index == EXPORT_ERROR) {
        return EXPORT_ERROR;
    }

    if (index == EXPORT_DECLINED && part->filename.data == NULL) {
        index = export_field_nested(&form->body->inspection->rules->fields,
                                    &part->name, &place);

        if (index == EXPORT_ERROR) {
            return EXPORT_ERROR;
        }
    }

    if (index >= 0) {
        return export_body_part_wanted(form, entity, part, &media,
                                       (unsigned) index, place);
    }

    /* what the other fields' charset is said to be: nobody should */

    if (export_str_same(&part->name, &charset)) {
        return EXPORT_ERROR;
    }

    coding = export_coding_parse(&part->encoding);

    if (coding.aws_chunked || part->opaque) {
        coding.coding = EXPORT_CODING_OPAQUE;
    }

    if (part->name.data && part->filename.data == NULL
        && media.format == EXPORT_MEDIA_NONE
        && coding.coding == EXPORT_CODING_IDENTITY)
    {
        entity->latin = media.latin;
        return export_body_aside_begin(form);
    }

    if (media.format == EXPORT_MEDIA_NONE && part->filename.data) {
        media.format = export_media_extension(&part->filename);

        /* many a file of that name has lines */

        if (media.format == EXPORT_MEDIA_JSON) {
            media.format = EXPORT_MEDIA_NONE;
        }
    }

    form->parts++;

    entity->meta = entity->meta && media.format == EXPORT_MEDIA_JSON
                   && coding.coding == EXPORT_CODING_IDENTITY;

    entity->fixed = form->fixed || part->other
                    || coding.coding != EXPORT_CODING_IDENTITY;

    return export_body_entity(entity, &media, coding.coding);
}


/* a field that rules look at is plain text, and at the top given once */

static int
export_body_part_wanted(export_entity_t *form, export_entity_t *entity,
    const export_part_t *part, const export_media_t *media, unsigned index,
    uint32_t place)
{
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

    if (export_body_leaf(form->body) != EXPORT_OK) {
        return EXPORT_ERROR;
    }

    entity->meta = 0;
    entity->coded = 0;
    entity->guessed = 0;
    entity->reader = &export_body_fielder;

    value = &form->body->leaf->value;

    value->field = index;
    value->place = place;
    value->len = 0;
    memset(&value->utf8, 0, sizeof(export_utf8_t));

    return EXPORT_OK;
}


static int
export_body_part_body(void *data, const u_char *p, size_t len)
{
    export_entity_t *form = data;

    size_t  i;

    for (i = 0; form[1].latin && i < len; i++) {

        if (p[i] >= 0x80) {
            form[1].latin = 0;
            (void) export_body_ignore(form + 1, EXPORT_BODY_FOREIGN);
        }
    }

    return export_body_put_off(form + 1, export_body_bytes(form + 1, p, len));
}


static int
export_body_part_end(void *data, uint64_t end)
{
    export_entity_t *form = data;

    int  rc;

    rc = export_body_put_off(form + 1, export_body_end(form + 1));

    if (rc == EXPORT_OK && form[1].held) {
        export_body_rest(form, form[1].size);
        form->nheld++;
    }

    export_body_ungroup(form + 1, form->start + end);

    return rc;
}


/*
 * A file that cannot be read does not matter if the form's own fields say that
 * it is none for training, which is known when all of them were seen: nothing
 * is forwarded before.
 */

static int
export_body_put_off(export_entity_t *entity, int rc)
{
    export_body_t        *body;
    export_inspection_t  *inspection;

    body = entity->body;
    inspection = body->inspection;

    if ((rc != EXPORT_ERROR && rc != EXPORT_LIMIT) || !entity->file
        || inspection->nrows == 0 || inspection->facts->error
        || export_policy_governs(inspection->facts, inspection->policy))
    {
        return rc;
    }

    export_body_defer(body, rc == EXPORT_LIMIT ? EXPORT_BODY_LIMITED
                                               : EXPORT_BODY_MALFORMED);

    if (entity->coded) {
        entity->coded = 0;
        body->inflating = 0;
    }

    entity->guessed = 0;
    entity->reader = &export_body_skipper;
    body->group = NULL;
    export_record_clear(&body->record);

    return EXPORT_OK;
}


static void
export_body_defer(export_body_t *body, export_body_e state)
{
    body->deferred = export_body_worst(body->deferred, state);
}


/*
 * Whether each field that could say that this is AI training was a field of
 * the form, once, and said something else.
 */

static unsigned
export_body_answered(const export_body_t *body)
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

        if (body->entity[0].said & ((uint32_t) 1 << i)) {
            continue;
        }

        for (k = rules->first[i]; k < rules->first[i + 1]; k++) {
            rule = &rules->rule[k];

            if (rule->role == EXPORT_FIELD_PURPOSE) {
                return 0;
            }

            for (m = 0; rule->row && m < inspection->nrows; m++) {
                if (rule->row == inspection->row[m]) {
                    return 0;
                }
            }
        }
    }

    return inspection->nrows != 0;
}


static int
export_body_field_feed(export_entity_t *entity, const u_char *p, size_t len)
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


/* of a purpose or a mark nobody reads more than whether it is one */

static int
export_body_field_end(export_entity_t *entity)
{
    int                   rc;
    unsigned              fields;
    export_str_t          text;
    export_record_t      *record;
    export_body_value_t  *value;

    value = &entity->body->leaf->value;
    record = &(entity - 1)->form;
    fields = record->fields;
    record->where.place = value->place;

    if (value->utf8.remaining) {
        return EXPORT_ERROR;
    }

    text.data = value->value;
    text.len = value->len;

    if (text.len > EXPORT_MAX_VALUE) {
        text.len = 0;

        return export_record_field(record, value->field, EXPORT_VALUE_LONG,
                                   &text);
    }

    if (export_str_trim(text).len) {
        (entity - 1)->said |= (entity - 1)->met_fields.seen
                              & ((uint32_t) 1 << value->field);
    }

    rc = export_record_field(record, value->field, EXPORT_VALUE_STRING, &text);

    if (record->fields == fields) {
        export_body_rest(entity - 1, text.len);
    }

    return rc;
}
