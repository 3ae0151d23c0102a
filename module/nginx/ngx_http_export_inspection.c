
/*
 * The inspection of one body: what is looked for in it, its head, its end, and
 * the event by which a request goes on.
 */


#include "ngx_http_export.h"


static export_field_rules_t *ngx_http_export_inspect_for(
    ngx_http_export_ctx_t *ctx, unsigned *asks);
static void ngx_http_export_inspect_job(ngx_http_export_body_t *body,
    ngx_http_export_endpoint_t *recipient);
static ngx_http_export_body_t *ngx_http_export_inspection_spare(
    ngx_http_request_t *r, ngx_http_export_ctx_t *ctx);
static void *ngx_http_export_inspection_alloc(void *data, size_t size);
static void ngx_http_export_inspection_free(void *data, void *p);
static ngx_int_t ngx_http_export_read_head(ngx_http_request_t *r,
    export_body_head_t *head);
static ngx_int_t ngx_http_export_read_line(ngx_http_request_t *r,
    export_body_head_t *head, ngx_uint_t *seen, ngx_table_elt_t *h);
static ngx_uint_t ngx_http_export_is_aws_chunked(ngx_str_t *value);
static ngx_int_t ngx_http_export_join_encoding(ngx_http_request_t *r,
    export_body_head_t *head, ngx_str_t *value);
static ngx_uint_t ngx_http_export_is_sealed(ngx_http_request_t *r);
static void ngx_http_export_finish_body(ngx_http_request_t *r,
    ngx_http_export_body_t *body);
static void ngx_http_export_wake(ngx_event_t *ev);


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
 * NULL if everything is known that the body could say: it is of no matter, or
 * its head alone refuses it, or there is no memory, which blocks.
 */

ngx_http_export_body_t *
ngx_http_export_inspect(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx)
{
    unsigned                     asks;
    export_field_rules_t        *rules;
    ngx_http_export_body_t      *body;
    ngx_http_export_loc_conf_t  *elcf;

    elcf = ctx->elcf;

    if (!ngx_http_export_has_body(r)) {
        return NULL;
    }

    ctx->facts.unseen = elcf->body == NGX_HTTP_EXPORT_BODY_OFF
                        || !(elcf->plan->fields->asks & EXPORT_ASKS_SUBJECT);

    if (elcf->body == NGX_HTTP_EXPORT_BODY_OFF) {
        ctx->facts.purpose |= EXPORT_PURPOSE_NOT_WAIVED;
        return NULL;
    }

    rules = ngx_http_export_inspect_for(ctx, &asks);

    ctx->facts.hidden = (asks & EXPORT_ASKS_PURPOSE) != 0;
    ctx->facts.veto = (asks & EXPORT_ASKS_CONSENT) != 0;
    ctx->facts.body = export_policy_body(&ctx->facts, &elcf->policy, asks);

    if (ctx->facts.body != EXPORT_BODY_READ) {
        return NULL;
    }

    ctx->facts.body = EXPORT_BODY_NONE;

    body = ngx_http_export_create_inspection(r, ctx, rules, &ctx->facts);

    if (body == NULL || body->refused) {
        return NULL;
    }

    body->asks = asks;

    return body;
}


/* the rules of the fields to look for, and in "asks" what these ask for */

static export_field_rules_t *
ngx_http_export_inspect_for(ngx_http_export_ctx_t *ctx, unsigned *asks)
{
    export_field_rules_t        *rules;
    ngx_http_export_loc_conf_t  *elcf;

    elcf = ctx->elcf;
    rules = elcf->plan->fields;

    *asks = rules->asks;

    if (ctx->rows && ctx->rows->n
        && !export_policy_governs(&ctx->facts, &elcf->policy))
    {
        rules = elcf->plan->marked;
        *asks |= EXPORT_ASKS_PURPOSE;
    }

    if (export_policy_waives(&ctx->facts) && ctx->facts.declared.n == 0) {
        *asks |= EXPORT_ASKS_JOB;
    }

    return rules;
}


/* NULL if out of memory: then error is set in facts */

ngx_http_export_body_t *
ngx_http_export_create_inspection(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, export_field_rules_t *rules,
    export_facts_t *facts)
{
    ngx_uint_t                    i;
    export_body_head_t            head;
    ngx_http_export_body_t       *body;
    ngx_http_export_loc_conf_t   *elcf;
    ngx_http_export_main_conf_t  *emcf;

    elcf = ctx->elcf;
    emcf = ngx_http_get_module_main_conf(r, ngx_http_export_policy_module);

    body = ngx_http_export_inspection_spare(r, ctx);

    if (body == NULL || ngx_http_export_read_head(r, &head) != NGX_OK) {
        facts->error = 1;
        return NULL;
    }

    body->request = r;
    body->wake.handler = ngx_http_export_wake;
    body->wake.data = body;
    body->wake.log = r->connection->log;

    facts->sealed = elcf->policy.redact && ngx_http_export_is_sealed(r);

    body->conf.limits.record = elcf->limit_record;
    body->conf.limits.depth = elcf->limit_depth;
    body->conf.inflate.size = elcf->limit_inflate;
    body->conf.inflate.ratio = elcf->limit_ratio;
    body->conf.unread = elcf->limit_unread;
    body->conf.work = emcf->work;
    body->conf.alloc = ngx_http_export_inspection_alloc;
    body->conf.free = ngx_http_export_inspection_free;
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
            ngx_http_export_inspect_job(body, ctx->rows->row[i]);
        }

        body->inspection.nrows = i;
    }

    ngx_http_export_inspect_job(body, ctx->rows ? ctx->rows->job : NULL);

    body->refused = export_body_init(&body->body, &body->inspection,
                                     &body->conf, &head)
                    != EXPORT_OK;

    facts->sealed |= body->body.framed;

    return body;
}


/* what may be in the description of such a job */

static void
ngx_http_export_inspect_job(ngx_http_export_body_t *body,
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
ngx_http_export_inspection_spare(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx)
{
    uint64_t                 dropped;
    ngx_pool_cleanup_t      *cln;
    ngx_http_export_body_t  *body;

    body = ctx->spare;

    if (body) {
        ngx_http_export_unpost(body);
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

    cln->handler = ngx_http_export_unpost;
    cln->data = body;

    ctx->spare = body;

    return body;
}


/* what is in one of the pool's blocks could not be given back */

static void *
ngx_http_export_inspection_alloc(void *data, size_t size)
{
    return ngx_pmemalign(data, size, NGX_POOL_ALIGNMENT);
}


static void
ngx_http_export_inspection_free(void *data, void *p)
{
    (void) ngx_pfree(data, p);
}


static ngx_int_t
ngx_http_export_read_head(ngx_http_request_t *r, export_body_head_t *head)
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
                && ngx_http_export_read_line(r, head, &seen, &h[i]) != NGX_OK)
            {
                return NGX_ERROR;
            }
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_export_read_line(ngx_http_request_t *r, export_body_head_t *head,
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

    if (same == NGX_HTTP_EXPORT_TWIN
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
        return ngx_http_export_join_encoding(r, head, &h->value);

    case NGX_HTTP_EXPORT_CONTENT_SHA256:
        head->framed |= ngx_http_export_is_aws_chunked(&h->value);
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
ngx_http_export_is_aws_chunked(ngx_str_t *value)
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
ngx_http_export_join_encoding(ngx_http_request_t *r, export_body_head_t *head,
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
ngx_http_export_is_sealed(ngx_http_request_t *r)
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


void
ngx_http_export_finish(ngx_http_request_t *r,
    ngx_http_export_body_t *body)
{
    body->done = 1;

    ngx_http_export_unpost(body);

    if (!body->refused) {
        ngx_http_export_finish_body(r, body);
    }

    export_body_release(&body->body);
}


/* what was inspected must be what is there to be forwarded */

static void
ngx_http_export_finish_body(ngx_http_request_t *r, ngx_http_export_body_t *body)
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


/* ends reading before the body has arrived; the connection cannot be kept */

void
ngx_http_export_stop(ngx_http_request_t *r,
    ngx_http_export_body_t *body, ngx_http_event_handler_pt next)
{
    r->keepalive = 0;
    r->lingering_close = 1;

    ngx_http_export_post(body, &ngx_posted_events, next);
}


/*
 * Goes on when nginx has come out of what it is doing: an event of its own,
 * since reading a body sets the request's handlers.
 */

void
ngx_http_export_post(ngx_http_export_body_t *body, ngx_queue_t *events,
    ngx_http_event_handler_pt next)
{
    body->next = next;

    ngx_post_event(&body->wake, events);
}


static void
ngx_http_export_wake(ngx_event_t *ev)
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


void
ngx_http_export_unpost(void *data)
{
    ngx_http_export_body_t *body = data;

    if (body->wake.posted) {
        ngx_delete_posted_event(&body->wake);
    }
}
