
/*
 * Bodies: read in the phase of the handler, as ngx_http_mirror_module does,
 * and inspected by a request body filter while they arrive; or inspected
 * where they lie, if somebody else has read them before.  In monitor mode
 * nothing is held: the filter looks on as the body passes by.
 */


#include "ngx_http_export.h"


#define NGX_HTTP_EXPORT_SLICE  4194304      /* bytes read before others have
                                               their turn, as they are when
                                               inflated: 2 ms or so */


static ngx_uint_t ngx_http_export_body_late(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, ngx_http_export_body_t *body, unsigned asks);
static void ngx_http_export_body_job(ngx_http_export_body_t *body,
    ngx_http_export_endpoint_t *recipient);
static ngx_http_export_body_t *ngx_http_export_body_spare(
    ngx_http_request_t *r, ngx_http_export_ctx_t *ctx);
static void *ngx_http_export_body_alloc(void *data, size_t size);
static void ngx_http_export_body_free(void *data, void *p);
static ngx_int_t ngx_http_export_body_head(ngx_http_request_t *r,
    export_body_head_t *head);
static ngx_int_t ngx_http_export_body_line(ngx_http_request_t *r,
    export_body_head_t *head, ngx_uint_t *seen, ngx_table_elt_t *h);
static ngx_int_t ngx_http_export_body_encoding(ngx_http_request_t *r,
    export_body_head_t *head, ngx_str_t *value);
static ngx_uint_t ngx_http_export_body_streaming(ngx_str_t *value);
static ngx_uint_t ngx_http_export_body_sealed(ngx_http_request_t *r);
static ngx_int_t ngx_http_export_body_read(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx);
static ngx_uint_t ngx_http_export_body_is_stored(ngx_http_request_t *r);
static ngx_int_t ngx_http_export_body_write(ngx_http_request_t *r);
static ngx_int_t ngx_http_export_body_filter(ngx_http_request_t *r,
    ngx_chain_t *in);
static ngx_int_t ngx_http_export_body_next(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, ngx_chain_t *in);
static ngx_int_t ngx_http_export_body_swallow(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, ngx_chain_t *in);
static void ngx_http_export_body_post(ngx_http_export_body_t *body,
    ngx_http_event_handler_pt next);
static void ngx_http_export_body_wake(ngx_event_t *ev);
static void ngx_http_export_body_cleanup(void *data);
static void ngx_http_export_body_resume(ngx_http_request_t *r);
static void ngx_http_export_body_end(ngx_http_request_t *r,
    ngx_http_export_body_t *body);
static void ngx_http_export_body_next_slice(ngx_http_request_t *r);
static ngx_int_t ngx_http_export_body_slice(ngx_http_request_t *r,
    ngx_http_export_body_t *body);
static ssize_t ngx_http_export_body_piece(ngx_http_request_t *r,
    ngx_http_export_body_t *body, u_char **p);


static ngx_http_request_body_filter_pt  ngx_http_next_request_body_filter;


/* the headers that say what a body is; two of a kind are no good, but one */

enum {
    NGX_HTTP_EXPORT_CONTENT_TYPE = 0,
    NGX_HTTP_EXPORT_CONTENT_ENCODING,
    NGX_HTTP_EXPORT_DECODED_LENGTH,
    NGX_HTTP_EXPORT_CONTENT_SHA256
};

static ngx_str_t  ngx_http_export_body_headers[] = {
    ngx_string("content-type"),
    ngx_string("content-encoding"),
    ngx_string("x-amz-decoded-content-length"),
    ngx_string("x-amz-content-sha256"),
    ngx_null_string
};


/*
 * NGX_DECLINED if everything is known that the body could say; NGX_OK if that
 * will be so when it has passed by; otherwise what the phase handler returns.
 */

ngx_int_t
ngx_http_export_body(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx)
{
    unsigned                     asks;
    export_field_rules_t        *rules;
    ngx_http_export_body_t      *body;
    ngx_http_export_loc_conf_t  *elcf;

    elcf = ctx->elcf;

    if (!ngx_http_export_has_body(r)) {
        return NGX_DECLINED;
    }

    rules = elcf->plan->fields;

    ctx->facts.unseen = elcf->body == NGX_HTTP_EXPORT_BODY_OFF
                        || !(rules->asks & EXPORT_ASKS_SUBJECT);

    if (elcf->body == NGX_HTTP_EXPORT_BODY_OFF) {
        ctx->facts.purpose |= EXPORT_PURPOSE_NOT_WAIVED;
        return NGX_DECLINED;
    }

    asks = rules->asks;

    if (ctx->rows && ctx->rows->n
        && !export_policy_governs(&ctx->facts, &elcf->policy)) {
        rules = elcf->plan->marked;
        asks |= EXPORT_ASKS_PURPOSE;
    }

    if (export_policy_waives(&ctx->facts) && ctx->facts.declared.n == 0) {
        asks |= EXPORT_ASKS_JOB;
    }

    ctx->facts.hidden = (asks & EXPORT_ASKS_PURPOSE) != 0;
    ctx->facts.veto = (asks & EXPORT_ASKS_CONSENT) != 0;
    ctx->facts.body = export_policy_body(&ctx->facts, &elcf->policy, asks);

    if (ctx->facts.body != EXPORT_BODY_READ) {
        return NGX_DECLINED;
    }

    ctx->facts.body = EXPORT_BODY_NONE;

    body = ngx_http_export_body_create(r, ctx, rules, &ctx->facts);

    if (body == NULL || body->refused) {
        return NGX_DECLINED;
    }

    if (r != r->main || r->request_body || r->discard_body) {
        return ngx_http_export_body_stored(r, ctx, body);
    }

    /* what is said until the body is read */

    ctx->body = body;
    export_policy_await(&ctx->facts, &elcf->policy, &ctx->verdict);

    if (elcf->mode == NGX_HTTP_EXPORT_MONITOR) {
        body->passing = 1;
        return NGX_OK;
    }

    /* whoever comes after us may ask for the file by its name */

    if (!r->request_body_in_file_only) {
        r->request_body_in_persistent_file = 1;
        r->request_body_in_clean_file = 1;
    }

    if (ngx_http_export_body_late(r, ctx, body, asks)) {
        ctx->late = 1;
        return NGX_OK;
    }

    return ngx_http_export_body_read(r, ctx);
}


/* whether the body of this request was read, and the phases run again */

ngx_uint_t
ngx_http_export_body_done(ngx_http_export_ctx_t *ctx)
{
    return ctx->body && ctx->body->done;
}


ngx_int_t
ngx_http_export_body_filter_init(ngx_conf_t *cf)
{
    ngx_http_next_request_body_filter = ngx_http_top_request_body_filter;
    ngx_http_top_request_body_filter = ngx_http_export_body_filter;

    return NGX_OK;
}


/*
 * Whether records may leave while others arrive.  A body whose length was said
 * is held: what will be left of it is not known before its end.  So is one for
 * a handler that may read the connection itself, past nginx's filters.
 */

static ngx_uint_t
ngx_http_export_body_late(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx,
    ngx_http_export_body_t *body, unsigned asks)
{
    ngx_http_export_loc_conf_t  *elcf;

    elcf = ctx->elcf;

    return r->headers_in.chunked && !body->body.entity[0].coded
           && ngx_http_export_is_passed(r)
           && export_policy_streams(&ctx->facts, &elcf->policy, asks);
}


/* NULL if out of memory: then error is set in facts */

ngx_http_export_body_t *
ngx_http_export_body_create(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx,
    export_field_rules_t *rules, export_facts_t *facts)
{
    ngx_uint_t                    i;
    export_body_head_t            head;
    ngx_http_export_body_t       *body;
    ngx_http_export_loc_conf_t   *elcf;
    ngx_http_export_main_conf_t  *emcf;

    elcf = ctx->elcf;
    emcf = ngx_http_get_module_main_conf(r, ngx_http_export_policy_module);

    body = ngx_http_export_body_spare(r, ctx);

    if (body == NULL || ngx_http_export_body_head(r, &head) != NGX_OK) {
        facts->error = 1;
        return NULL;
    }

    body->request = r;
    body->wake.handler = ngx_http_export_body_wake;
    body->wake.data = body;
    body->wake.log = r->connection->log;

    facts->sealed = elcf->policy.redact && ngx_http_export_body_sealed(r);

    body->conf.limits.record = elcf->limit_record;
    body->conf.limits.depth = elcf->limit_depth;
    body->conf.inflate.size = elcf->limit_inflate;
    body->conf.inflate.ratio = elcf->limit_ratio;
    body->conf.unread = elcf->limit_unread;
    body->conf.work = emcf->work;
    body->conf.alloc = ngx_http_export_body_alloc;
    body->conf.free = ngx_http_export_body_free;
    body->conf.data = r->pool;

    body->inspection.rules = rules;
    body->inspection.policy = &elcf->policy;
    body->inspection.atlas = &emcf->atlas;
    body->inspection.scratch = emcf->scratch;
    body->inspection.facts = facts;
    body->inspection.early = (elcf->mode == NGX_HTTP_EXPORT_ENFORCE);

    if (rules == elcf->plan->marked) {
        for (i = 0; i < ctx->rows->n; i++) {
            body->inspection.row[i] = ctx->rows->row[i];
            ngx_http_export_body_job(body, ctx->rows->row[i]);
        }

        body->inspection.nrows = i;
    }

    ngx_http_export_body_job(body, ctx->rows ? ctx->rows->job : NULL);

    body->refused = export_body_init(&body->body, &body->inspection,
                                     &body->conf, &head)
                    != EXPORT_OK;

    facts->sealed |= body->body.framed;

    return body;
}


/* what may be in the description of such a job */

static void
ngx_http_export_body_job(ngx_http_export_body_t *body,
    ngx_http_export_endpoint_t *recipient)
{
    export_inspection_t  *inspection;

    inspection = &body->inspection;

    if (recipient == NULL || !(recipient->purpose & EXPORT_PURPOSE_CONTROL)) {
        return;
    }

    if (inspection->njobs == EXPORT_MAX_JOBS) {
        inspection->facts->purpose |= EXPORT_PURPOSE_NOT_WAIVED;
        return;
    }

    inspection->job[inspection->njobs++] = &recipient->lists;
}


/* a request whose body is inspected again takes no more memory for it */

static ngx_http_export_body_t *
ngx_http_export_body_spare(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx)
{
    uint64_t                 dropped;
    ngx_pool_cleanup_t      *cln;
    ngx_http_export_body_t  *body;

    body = ctx->spare;

    if (body) {
        ngx_http_export_body_cleanup(body);
        export_body_release(&body->body);

        dropped = body->dropped;

        ngx_memzero(body, sizeof(ngx_http_export_body_t));

        body->dropped = dropped;

        return body;
    }

    body = ngx_pcalloc(r->pool, sizeof(ngx_http_export_body_t));
    cln = ngx_pool_cleanup_add(r->pool, 0);

    if (body == NULL || cln == NULL) {
        return NULL;
    }

    cln->handler = ngx_http_export_body_cleanup;
    cln->data = body;

    ctx->spare = body;

    return body;
}


/* what is in one of the pool's blocks could not be given back */

static void *
ngx_http_export_body_alloc(void *data, size_t size)
{
    return ngx_pmemalign(data, size, NGX_POOL_ALIGNMENT);
}


static void
ngx_http_export_body_free(void *data, void *p)
{
    (void) ngx_pfree(data, p);
}


static ngx_int_t
ngx_http_export_body_head(ngx_http_request_t *r, export_body_head_t *head)
{
    ngx_uint_t        i, seen;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    ngx_memzero(head, sizeof(export_body_head_t));

    head->decoded = -1;
    seen = 0;

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (h[i].hash
                && ngx_http_export_body_line(r, head, &seen, &h[i]) != NGX_OK)
            {
                return NGX_ERROR;
            }
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_export_body_line(ngx_http_request_t *r, export_body_head_t *head,
    ngx_uint_t *seen, ngx_table_elt_t *h)
{
    ngx_uint_t  i, same, again;
    ngx_str_t  *name;

    same = 0;

    for (i = 0; ngx_http_export_body_headers[i].len; i++) {
        name = &ngx_http_export_body_headers[i];

        if (name->len == h->key.len) {
            same = ngx_http_export_same_name(name, h);
        }

        if (same) {
            break;
        }
    }

    if (same == 0) {
        return NGX_OK;
    }

    again = *seen & ((ngx_uint_t) 1 << i);
    *seen |= (ngx_uint_t) 1 << i;

    /* of two lines, or of a twin, nobody knows which the recipient takes */

    if (same == EXPORT_HEAD_TWIN
        || (again && i != NGX_HTTP_EXPORT_CONTENT_ENCODING))
    {
        head->malformed = 1;
        return NGX_OK;
    }

    switch (i) {

    case NGX_HTTP_EXPORT_CONTENT_TYPE:
        head->type = *ngx_http_export_str(&h->value);
        return NGX_OK;

    case NGX_HTTP_EXPORT_CONTENT_ENCODING:
        return ngx_http_export_body_encoding(r, head, &h->value);

    case NGX_HTTP_EXPORT_CONTENT_SHA256:
        head->framed |= ngx_http_export_body_streaming(&h->value);
        return NGX_OK;

    default: /* NGX_HTTP_EXPORT_DECODED_LENGTH */
        head->decoded = ngx_atoof(h->value.data, h->value.len);

        if (head->decoded < 0) {
            head->malformed = 1;
        }

        return NGX_OK;
    }
}


/* S3's recipients go by this header alone; events are another framing */

static ngx_uint_t
ngx_http_export_body_streaming(ngx_str_t *value)
{
    static ngx_str_t  streaming = ngx_string("STREAMING-");
    static ngx_str_t  events = ngx_string("-EVENTS");

    return value->len > streaming.len
           && ngx_strncasecmp(value->data, streaming.data, streaming.len) == 0
           && ngx_strncasecmp(value->data + value->len - events.len,
                              events.data, events.len)
              != 0;
}


static ngx_int_t
ngx_http_export_body_encoding(ngx_http_request_t *r, export_body_head_t *head,
    ngx_str_t *value)
{
    u_char  *p;

    if (head->encoding.data == NULL) {
        head->encoding = *ngx_http_export_str(value);
        return NGX_OK;
    }

    p = ngx_pnalloc(r->pool, head->encoding.len + 1 + value->len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(p, head->encoding.data, head->encoding.len);
    p[head->encoding.len] = ',';
    ngx_memcpy(p + head->encoding.len + 1, value->data, value->len);

    head->encoding.data = p;
    head->encoding.len += 1 + value->len;

    return NGX_OK;
}


/* whether head or URL say something of the body that must stay true */

static ngx_uint_t
ngx_http_export_body_sealed(ngx_http_request_t *r)
{
    ngx_str_t         sent;
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    sent = ngx_http_export_sent_args(r);

    if (ngx_http_export_seals_args(&sent)
        || ngx_http_export_seals_args(&r->args))
    {
        return 1;
    }

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (h[i].hash && ngx_http_export_seals(&h[i])) {
                return 1;
            }
        }
    }

    return 0;
}


static ngx_int_t
ngx_http_export_body_read(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx)
{
    ngx_int_t  rc;

    if (ngx_http_export_body_is_stored(r)) {
        r->request_body_file_log_level = 0;
    }

    rc = ngx_http_read_client_request_body(r, ngx_http_export_body_resume);

    if (rc >= NGX_HTTP_SPECIAL_RESPONSE) {
        ngx_http_export_body_cleanup(ctx->body);
    }

    if (rc >= NGX_HTTP_INTERNAL_SERVER_ERROR) {
        r->read_event_handler = ngx_http_block_reading;

        return ngx_http_export_fail(r, ctx);
    }

    if (rc >= NGX_HTTP_SPECIAL_RESPONSE) {
        return rc;
    }

    ngx_http_finalize_request(r, NGX_DONE);

    return NGX_DONE;
}


/* a handler of the content phase that stores a body, as dav does */

static ngx_uint_t
ngx_http_export_body_is_stored(ngx_http_request_t *r)
{
    return r->method == NGX_HTTP_PUT && r->content_handler == NULL;
}


/*
 * In the content phase, before others: dav renames the file that it finds a
 * body in.  Nobody who sends it on gets here, so that what they find in memory
 * stays there.
 */

ngx_int_t
ngx_http_export_body_store(ngx_http_request_t *r)
{
    ngx_int_t                 rc;
    ngx_http_export_ctx_t    *ctx;

    if (r != r->main || r->request_body == NULL || r->request_body->temp_file
        || !ngx_http_export_body_is_stored(r))
    {
        return NGX_DECLINED;
    }

    ctx = ngx_http_export_get_ctx(r);

    if (ctx == NULL || ctx->spare == NULL
        || ctx->elcf->mode != NGX_HTTP_EXPORT_ENFORCE)
    {
        return NGX_DECLINED;
    }

    if (ngx_http_export_body_write(r) == NGX_OK) {
        return NGX_DECLINED;
    }

    /* finalized there and by the content phase */

    r->main->count++;

    rc = ngx_http_export_fail(r, ctx);

    if (rc != NGX_DONE) {
        r->main->count--;
    }

    return rc;
}


static ngx_int_t
ngx_http_export_body_write(ngx_http_request_t *r)
{
    ngx_buf_t                *b;
    ngx_chain_t              *cl;
    ngx_temp_file_t          *file;
    ngx_http_request_body_t  *rb;

    r->request_body_in_persistent_file = 1;
    r->request_body_in_clean_file = 1;

    rb = r->request_body;

    file = ngx_http_export_body_file(r);
    cl = ngx_alloc_chain_link(r->pool);
    b = ngx_calloc_buf(r->pool);

    if (file == NULL || cl == NULL || b == NULL) {
        return NGX_ERROR;
    }

    file->log_level = 0;

    if (rb->bufs == NULL) {
        rb->temp_file = file;

        return ngx_create_temp_file(&file->file, file->path, file->pool,
                                    file->persistent, file->clean,
                                    file->access);
    }

    if (ngx_write_chain_to_temp_file(file, rb->bufs) == NGX_ERROR) {
        return NGX_ERROR;
    }

    file->offset = file->file.offset;

    b->in_file = 1;
    b->last_buf = 1;
    b->file = &file->file;
    b->file_last = file->offset;

    cl->buf = b;
    cl->next = NULL;

    rb->bufs = cl;
    rb->temp_file = file;

    return NGX_OK;
}


/* as nginx makes one, NULL if out of memory */

ngx_temp_file_t *
ngx_http_export_body_file(ngx_http_request_t *r)
{
    ngx_temp_file_t           *file;
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    file = ngx_pcalloc(r->pool, sizeof(ngx_temp_file_t));
    if (file == NULL) {
        return NULL;
    }

    file->file.fd = NGX_INVALID_FILE;
    file->file.log = r->connection->log;
    file->path = clcf->client_body_temp_path;
    file->pool = r->pool;
    file->log_level = r->request_body_file_log_level;
    file->persistent = r->request_body_in_persistent_file;
    file->clean = r->request_body_in_clean_file;
    file->warn = "a client request body is buffered to a temporary file";

    if (r->request_body_file_group_access) {
        file->access = 0660;
    }

    return file;
}


static ngx_int_t
ngx_http_export_body_filter(ngx_http_request_t *r, ngx_chain_t *in)
{
    ngx_int_t                rc;
    ngx_buf_t               *b;
    ngx_chain_t             *cl;
    ngx_http_export_ctx_t   *ctx;
    ngx_http_export_body_t  *body;

    ctx = ngx_http_get_module_ctx(r, ngx_http_export_policy_module);

    if (ctx == NULL || ctx->body == NULL || ctx->body->stored) {
        return ngx_http_next_request_body_filter(r, in);
    }

    body = ctx->body;

    if (body->stream || (ctx->late && in && r->request_body_no_buffering)) {
        return ngx_http_export_stream(r, ctx, in,
                                      ngx_http_next_request_body_filter);
    }

    if (body->refused && !body->passing) {
        return ngx_http_export_body_swallow(r, ctx, in);
    }

    for (cl = in; cl; cl = cl->next) {
        b = cl->buf;

        if (b->last_buf) {
            body->last = 1;
        }

        if (!ngx_buf_in_memory(b) || body->refused || body->done) {
            continue;
        }

        body->received += b->last - b->pos;
        body->refused = export_body_feed(&body->body, b->pos,
                                         b->last - b->pos)
                        != EXPORT_OK;
    }

    if (body->refused && !body->passing) {

        if (!body->last || ctx->late) {
            ngx_http_export_body_stop(r, body, ngx_http_export_body_resume);
        }

        return ngx_http_export_body_swallow(r, ctx, in);
    }

    if (body->passing && body->last && !body->done) {
        ngx_http_export_body_finish(r, body);
        ngx_http_export_decide(r, ctx);
    }

    rc = ngx_http_export_body_next(r, ctx, in);

    /* whoever reads it does not go on before it is decided */

    if (rc == NGX_OK && ctx->late && body->last && !body->done) {
        ngx_http_export_body_post(body, ngx_http_export_body_resume);

        return NGX_AGAIN;
    }

    return rc;
}


/*
 * Of a refused body only its end is of use, to us who are reading it; whoever
 * reads it to forward it must not get there.
 */

static ngx_int_t
ngx_http_export_body_swallow(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, ngx_chain_t *in)
{
    ngx_chain_t  *cl, last;

    last.buf = NULL;
    last.next = NULL;

    for (cl = in; cl; cl = cl->next) {
        cl->buf->pos = cl->buf->last;

        if (cl->buf->last_buf) {
            last.buf = cl->buf;
        }
    }

    if (ctx->late || ctx->body->lost) {
        return NGX_AGAIN;
    }

    return ngx_http_export_body_next(r, ctx, last.buf ? &last : NULL);
}


/*
 * A body that cannot be stored is refused as others are: clients answer a 5xx
 * by sending it again.
 */

static ngx_int_t
ngx_http_export_body_next(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx,
    ngx_chain_t *in)
{
    ngx_int_t                rc;
    ngx_http_export_body_t  *body;

    rc = ngx_http_next_request_body_filter(r, in);

    body = ctx->body;

    if (rc < NGX_HTTP_INTERNAL_SERVER_ERROR || body->passing || body->done) {
        return rc;
    }

    if (!body->refused) {
        ctx->facts.error = 1;
        body->refused = 1;
    }

    body->lost = 1;
    r->request_body->bufs = NULL;

    ngx_http_export_body_stop(r, body, ngx_http_export_body_resume);

    return ngx_http_export_body_swallow(r, ctx, in);
}


/* ends reading before the body has arrived; the connection cannot be kept */

void
ngx_http_export_body_stop(ngx_http_request_t *r,
    ngx_http_export_body_t *body, ngx_http_event_handler_pt next)
{
    r->keepalive = 0;
    r->lingering_close = 1;

    ngx_http_export_body_post(body, next);
}


/*
 * Goes on when nginx has come out of what it is doing: an event of its own,
 * since reading a body sets the request's handlers.
 */

static void
ngx_http_export_body_post(ngx_http_export_body_t *body,
    ngx_http_event_handler_pt next)
{
    body->next = next;

    ngx_post_event(&body->wake, &ngx_posted_events);
}


static void
ngx_http_export_body_wake(ngx_event_t *ev)
{
    ngx_connection_t        *c;
    ngx_http_request_t      *r;
    ngx_http_export_body_t  *body;

    body = ev->data;
    r = body->request;
    c = r->connection;

    ngx_http_set_log_request(c->log, r);

    body->next(r);

    ngx_http_run_posted_requests(c);
}


static void
ngx_http_export_body_cleanup(void *data)
{
    ngx_http_export_body_t *body = data;

    if (body->wake.posted) {
        ngx_delete_posted_event(&body->wake);
    }
}


/* the body was read, or enough of it: the phases go on */

static void
ngx_http_export_body_resume(ngx_http_request_t *r)
{
    ngx_http_export_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_export_policy_module);

    if (ctx->body->done) {
        return;
    }

    ngx_http_export_body_finish(r, ctx->body);

    r->preserve_body = 1;

    /* who reads the connection otherwise goes on reading it */

    if (!ctx->body->stored) {

        if (r->connection->read->timer_set) {
            ngx_del_timer(r->connection->read);
        }

        r->read_event_handler = ngx_http_block_reading;
    }

    if (ctx->late) {

        /* HTTP/2 would have said it, if the filter had not waited */

        if (r->headers_in.content_length_n < 0) {
            r->headers_in.content_length_n = ctx->body->received;
        }

        ngx_http_export_continue(r);
        return;
    }

    r->write_event_handler = ngx_http_core_run_phases;

    ngx_http_core_run_phases(r);
}


void
ngx_http_export_body_finish(ngx_http_request_t *r,
    ngx_http_export_body_t *body)
{
    body->done = 1;

    ngx_http_export_body_cleanup(body);

    if (!body->refused) {
        ngx_http_export_body_end(r, body);
    }

    export_body_release(&body->body);
}


/* what was inspected must be what is there to be forwarded */

static void
ngx_http_export_body_end(ngx_http_request_t *r, ngx_http_export_body_t *body)
{
    off_t         size;
    ngx_chain_t  *cl;

    size = body->received;

    if (!body->passing && body->stream == NULL && r->request_body) {
        size = 0;

        for (cl = r->request_body->bufs; cl; cl = cl->next) {
            size += ngx_buf_size(cl->buf);
        }
    }

    if (r == r->main && r->headers_in.content_length_n >= 0
        && r->headers_in.content_length_n != body->received)
    {
        body->last = 0;
    }

    export_body_finish(&body->body, body->last && size == body->received);
}


/* inspects a body that has been read */

ngx_int_t
ngx_http_export_body_stored(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx,
    ngx_http_export_body_t *body)
{
    ngx_int_t  rc;

    body->stored = 1;

    /* "rest" is what nginx has still to read */

    if (r->request_body && r->request_body->rest == 0) {
        body->last = 1;
        body->rest = r->request_body->bufs;
    }

    rc = ngx_http_export_body_slice(r, body);

    if (rc == NGX_DECLINED) {
        ngx_http_export_body_finish(r, body);
        return NGX_DECLINED;
    }

    ctx->body = body;

    /* an event of its own: the connection's is not for every subrequest */

    body->next = ngx_http_export_body_next_slice;

    r->write_event_handler = ngx_http_request_empty_handler;
    ngx_post_event(&body->wake, &ngx_posted_next_events);

    return NGX_AGAIN;
}


static void
ngx_http_export_body_next_slice(ngx_http_request_t *r)
{
    ngx_http_export_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_export_policy_module);

    if (ngx_http_export_body_slice(r, ctx->body) == NGX_DECLINED) {
        ngx_http_export_body_resume(r);
        return;
    }

    ngx_post_event(&ctx->body->wake, &ngx_posted_next_events);
}


/* NGX_AGAIN if there is more */

static ngx_int_t
ngx_http_export_body_slice(ngx_http_request_t *r,
    ngx_http_export_body_t *body)
{
    u_char   *p;
    ssize_t   n;
    uint64_t  end;

    end = body->body.bytes + NGX_HTTP_EXPORT_SLICE;

    while (!body->refused) {

        if (body->body.bytes >= end) {
            return NGX_AGAIN;
        }

        n = ngx_http_export_body_piece(r, body, &p);

        if (n <= 0) {
            break;
        }

        body->received += n;
        body->refused = export_body_feed(&body->body, p, n) != EXPORT_OK;
    }

    return NGX_DECLINED;
}


/* the next bytes of a body that lies there, 0 at its end or after an error */

static ssize_t
ngx_http_export_body_piece(ngx_http_request_t *r,
    ngx_http_export_body_t *body, u_char **p)
{
    size_t                        size;
    ssize_t                       n;
    ngx_buf_t                    *b;
    ngx_http_export_main_conf_t  *emcf;

    while (body->rest && body->offset == ngx_buf_size(body->rest->buf)) {
        body->rest = body->rest->next;
        body->offset = 0;
    }

    if (body->rest == NULL) {
        return 0;
    }

    b = body->rest->buf;
    size = ngx_min(NGX_HTTP_EXPORT_CHUNK, ngx_buf_size(b) - body->offset);

    if (ngx_buf_in_memory(b)) {
        *p = b->pos + body->offset;
        body->offset += size;

        return size;
    }

    emcf = ngx_http_get_module_main_conf(r, ngx_http_export_policy_module);

    n = ngx_read_file(b->file, emcf->chunk, size, b->file_pos + body->offset);

    if (n <= 0) {
        body->rest = NULL;
        return 0;
    }

    *p = emcf->chunk;
    body->offset += n;

    return n;
}
