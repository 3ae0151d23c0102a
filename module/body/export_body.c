
#include "export_body_inside.h"


static int export_body_begin_framing(export_body_t *body, int64_t decoded);
static int export_body_unframed(void *data, const u_char *p, size_t len);


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
    body->readers = export_body_readers;
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


static int
export_body_unframed(void *data, const u_char *p, size_t len)
{
    export_body_t *body = data;

    return export_body_feed_entity(&body->entity[0], p, len);
}
