
/*
 * The inspection of one body: what to look for, the headers that say what the
 * body is, the states of its life, and the event by which its request goes on.
 */


#include "ngx_http_export_request.h"
#include "export_seal.h"


static export_field_rules_t *ngx_http_export_choose_field_rules(
    ngx_http_export_ctx_t *ctx, unsigned *asks);
static void ngx_http_export_add_job(
    ngx_http_export_inspection_t *inspection,
    const export_endpoint_t *endpoint);
static ngx_http_export_inspection_t *ngx_http_export_renew_inspection(
    ngx_http_request_t *r, ngx_http_export_ctx_t *ctx);
static void *ngx_http_export_alloc_for_body(void *data, size_t size);
static void ngx_http_export_free_for_body(void *data, void *p);
static ngx_int_t ngx_http_export_read_body_headers(ngx_http_request_t *r,
    export_body_head_t *head);
static ngx_int_t ngx_http_export_read_body_header(ngx_http_request_t *r,
    export_body_head_t *head, ngx_uint_t *seen, ngx_table_elt_t *h);
static ngx_uint_t ngx_http_export_is_aws_chunked(ngx_str_t *value);
static ngx_int_t ngx_http_export_join_encoding(ngx_http_request_t *r,
    export_body_head_t *head, ngx_str_t *value);
static ngx_uint_t ngx_http_export_is_sealed(ngx_http_request_t *r);
static ngx_uint_t ngx_http_export_is_whole(ngx_http_request_t *r,
    ngx_http_export_inspection_t *inspection);
static EXPORT_RARE void ngx_http_export_report_transition(
    ngx_http_export_inspection_t *inspection, ngx_http_export_state_e state);
static void ngx_http_export_wake_handler(ngx_event_t *ev);


static char  *ngx_http_export_states[] = {
    [NGX_HTTP_EXPORT_IDLE] = "idle",
    [NGX_HTTP_EXPORT_READING] = "reading",
    [NGX_HTTP_EXPORT_ARRIVED] = "arrived",
    [NGX_HTTP_EXPORT_REFUSED] = "refused",
    [NGX_HTTP_EXPORT_LOST] = "lost",
    [NGX_HTTP_EXPORT_DONE] = "done",
    [NGX_HTTP_EXPORT_ABORTED] = "aborted",
    [NGX_HTTP_EXPORT_REREADING] = "rereading",
    [NGX_HTTP_EXPORT_REREAD] = "reread"
};


/*
 * The states that may follow each state, as bits; ngx_http_export_request.h
 * has the reasons.  Every build looks at this table, for some ten instructions
 * a body: any other transition is an alert, which fails every test, and blocks.
 */

#define ngx_http_export_state_bit(name)  (1 << NGX_HTTP_EXPORT_##name)

static const uint16_t  ngx_http_export_successors[] = {

    [NGX_HTTP_EXPORT_IDLE] = ngx_http_export_state_bit(READING)
                             | ngx_http_export_state_bit(REREADING),

    [NGX_HTTP_EXPORT_READING] = ngx_http_export_state_bit(ARRIVED)
                                | ngx_http_export_state_bit(REFUSED)
                                | ngx_http_export_state_bit(LOST)
                                | ngx_http_export_state_bit(DONE)
                                | ngx_http_export_state_bit(IDLE),

    [NGX_HTTP_EXPORT_ARRIVED] = ngx_http_export_state_bit(REFUSED)
                                | ngx_http_export_state_bit(LOST)
                                | ngx_http_export_state_bit(DONE)
                                | ngx_http_export_state_bit(IDLE),

    [NGX_HTTP_EXPORT_REFUSED] = ngx_http_export_state_bit(LOST)
                                | ngx_http_export_state_bit(DONE)
                                | ngx_http_export_state_bit(IDLE),

    [NGX_HTTP_EXPORT_LOST] = ngx_http_export_state_bit(DONE)
                             | ngx_http_export_state_bit(IDLE),

    [NGX_HTTP_EXPORT_DONE] = ngx_http_export_state_bit(ABORTED)
                             | ngx_http_export_state_bit(IDLE),

    [NGX_HTTP_EXPORT_ABORTED] = ngx_http_export_state_bit(IDLE),

    [NGX_HTTP_EXPORT_REREADING] = ngx_http_export_state_bit(REREAD),

    [NGX_HTTP_EXPORT_REREAD] = ngx_http_export_state_bit(IDLE)
};


/*
 * The headers that say what a body is.  Only the codings may be on several
 * lines.
 */

enum {
    NGX_HTTP_EXPORT_CONTENT_TYPE = 0,
    NGX_HTTP_EXPORT_CONTENT_ENCODING,
    NGX_HTTP_EXPORT_DECODED_LENGTH,
    NGX_HTTP_EXPORT_CONTENT_SHA256,

    NGX_HTTP_EXPORT_BODY_HEADERS        /* their number */
};

static ngx_str_t  ngx_http_export_body_headers[] = {
    [NGX_HTTP_EXPORT_CONTENT_TYPE] = ngx_string("content-type"),
    [NGX_HTTP_EXPORT_CONTENT_ENCODING] = ngx_string("content-encoding"),
    [NGX_HTTP_EXPORT_DECODED_LENGTH] =
        ngx_string("x-amz-decoded-content-length"),
    [NGX_HTTP_EXPORT_CONTENT_SHA256] = ngx_string("x-amz-content-sha256")
};

export_assert_rows(ngx_http_export_body_headers, NGX_HTTP_EXPORT_BODY_HEADERS);


ngx_http_export_inspection_t *
ngx_http_export_begin_inspection(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx)
{
    unsigned                       asks;
    export_field_rules_t          *rules;
    ngx_http_export_loc_conf_t    *elcf;
    ngx_http_export_inspection_t  *inspection;

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

    rules = ngx_http_export_choose_field_rules(ctx, &asks);

    ctx->facts.hidden = (asks & EXPORT_ASKS_PURPOSE) != 0;
    ctx->facts.veto = (asks & EXPORT_ASKS_CONSENT) != 0;
    ctx->facts.body = export_policy_body(&ctx->facts, &elcf->policy, asks);

    if (ctx->facts.body != EXPORT_BODY_READ) {
        return NULL;
    }

    ctx->facts.body = EXPORT_BODY_NONE;

    inspection = ngx_http_export_create_inspection(r, ctx, rules, &ctx->facts);

    if (inspection == NULL) {
        return NULL;
    }

    inspection->asks = asks;

    ngx_http_export_enter_state(inspection, NGX_HTTP_EXPORT_READING);

    return inspection;
}


/*
 * Returns the rules to inspect by, and sets "asks" to what the verdict needs of
 * the body.  Marks in the body matter as long as nothing else has governed the
 * transfer.
 */

static export_field_rules_t *
ngx_http_export_choose_field_rules(ngx_http_export_ctx_t *ctx, unsigned *asks)
{
    export_field_rules_t        *rules;
    ngx_http_export_loc_conf_t  *elcf;

    elcf = ctx->elcf;
    rules = elcf->plan->fields;

    *asks = rules->asks;

    if (ctx->endpoints && ctx->endpoints->n
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


ngx_http_export_inspection_t *
ngx_http_export_create_inspection(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, export_field_rules_t *rules,
    export_facts_t *facts)
{
    int                            rc;
    ngx_uint_t                     i;
    export_body_head_t             head;
    export_inspection_conf_t       wanted;
    ngx_http_export_loc_conf_t    *elcf;
    ngx_http_export_main_conf_t   *emcf;
    ngx_http_export_inspection_t  *inspection;

    elcf = ctx->elcf;
    emcf = ngx_http_get_module_main_conf(r, ngx_http_export_policy_module);

    inspection = ngx_http_export_renew_inspection(r, ctx);

    if (inspection == NULL
        || ngx_http_export_read_body_headers(r, &head) != NGX_OK)
    {
        facts->error = 1;
        return NULL;
    }

    inspection->request = r;
    inspection->wake.handler = ngx_http_export_wake_handler;
    inspection->wake.data = inspection;
    inspection->wake.log = r->connection->log;

    facts->sealed = elcf->policy.redact && ngx_http_export_is_sealed(r);

    inspection->conf.limits.record = elcf->limit_record;
    inspection->conf.limits.depth = elcf->limit_depth;
    inspection->conf.inflate.size = elcf->limit_inflate;
    inspection->conf.inflate.ratio = elcf->limit_ratio;
    inspection->conf.unread = elcf->limit_unread;
    inspection->conf.work = emcf->work;
    inspection->conf.alloc = ngx_http_export_alloc_for_body;
    inspection->conf.free = ngx_http_export_free_for_body;
    inspection->conf.data = r->pool;

    wanted.rules = rules;
    wanted.policy = &elcf->policy;
    wanted.atlas = &emcf->atlas;
    wanted.scratch = emcf->scratch;
    wanted.facts = facts;
    wanted.early = (elcf->mode == NGX_HTTP_EXPORT_ENFORCE);

    export_inspection_init(&inspection->wanted, &wanted);

    if (rules == elcf->plan->marked) {
        /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): it has rows */
        for (i = 0; i < ctx->endpoints->n; i++) {
            export_inspection_add_endpoint(&inspection->wanted,
                                           ctx->endpoints->endpoint[i]);
            ngx_http_export_add_job(inspection, ctx->endpoints->endpoint[i]);
        }
    }

    ngx_http_export_add_job(inspection,
                            ctx->endpoints ? ctx->endpoints->job : NULL);

    rc = export_body_init(&inspection->body, &inspection->wanted,
                          &inspection->conf, &head);

    facts->sealed |= export_body_is_framed(&inspection->body);

    return rc == EXPORT_OK ? inspection : NULL;
}


/* if the endpoint is one for jobs, its lists in a description are no data */

static void
ngx_http_export_add_job(ngx_http_export_inspection_t *inspection,
    const export_endpoint_t *endpoint)
{
    ngx_http_export_endpoint_t  *job;

    if (endpoint == NULL || !(endpoint->purpose & EXPORT_PURPOSE_CONTROL)) {
        return;
    }

    job = (ngx_http_export_endpoint_t *) endpoint;

    export_inspection_add_job(&inspection->wanted, &job->lists);
}


/*
 * An inspection whose memory is used again, if the request has had one.  What
 * was dropped stays dropped, and a second read does not change how the body
 * has reached us.
 */

static ngx_http_export_inspection_t *
ngx_http_export_renew_inspection(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx)
{
    uint64_t                       dropped;
    ngx_pool_cleanup_t            *cln;
    ngx_http_export_arrival_e      arrival;
    ngx_http_export_inspection_t  *inspection;

    inspection = ctx->inspection;

    if (inspection) {
        ngx_http_export_cancel_wake(inspection);
        export_body_release(&inspection->body);

        dropped = inspection->dropped;
        arrival = inspection->arrival;

        ngx_memzero(inspection, sizeof(ngx_http_export_inspection_t));

        inspection->dropped = dropped;
        inspection->arrival = arrival;

        return inspection;
    }

    inspection = ngx_pcalloc(r->pool, sizeof(ngx_http_export_inspection_t));
    cln = ngx_pool_cleanup_add(r->pool, 0);

    if (inspection == NULL || cln == NULL) {
        return NULL;
    }

    cln->handler = ngx_http_export_cancel_wake;
    cln->data = inspection;

    ctx->inspection = inspection;

    return inspection;
}


/* an allocation of its own: what is in a block of a pool cannot be freed */

static void *
ngx_http_export_alloc_for_body(void *data, size_t size)
{
    return ngx_pmemalign(data, size, NGX_POOL_ALIGNMENT);
}


static void
ngx_http_export_free_for_body(void *data, void *p)
{
    (void) ngx_pfree(data, p);
}


static ngx_int_t
ngx_http_export_read_body_headers(ngx_http_request_t *r,
    export_body_head_t *head)
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
                && ngx_http_export_read_body_header(r, head, &seen, &h[i])
                   != NGX_OK)
            {
                return NGX_ERROR;
            }
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_export_read_body_header(ngx_http_request_t *r,
    export_body_head_t *head, ngx_uint_t *seen, ngx_table_elt_t *h)
{
    ngx_str_t  *name;
    ngx_uint_t  i, same, again;

    same = 0;

    for (i = 0; i < NGX_HTTP_EXPORT_BODY_HEADERS; i++) {
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

    /*
     * If a header is on two lines, or has a twin, nobody knows which one the
     * recipient takes.
     */

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


/* S3 goes by this header alone; streams of events are framed in another way */

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


/*
 * Whether head or URL have a signature or checksum of the body: no record can
 * be dropped then.
 */

static ngx_uint_t
ngx_http_export_is_sealed(ngx_http_request_t *r)
{
    ngx_str_t         sent;
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    sent = ngx_http_export_sent_args(r);

    if (export_seal_args(ngx_http_export_str(&sent))
        || export_seal_args(ngx_http_export_str(&r->args)))
    {
        return 1;
    }

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (h[i].hash
                && export_seal_header(ngx_http_export_str(&h[i].key),
                                      ngx_http_export_str(&h[i].value)))
            {
                return 1;
            }
        }
    }

    return 0;
}


ngx_int_t
ngx_http_export_feed_inspection(ngx_http_export_inspection_t *inspection,
    u_char *p, size_t n)
{
    inspection->received += n;

    if (export_body_feed(&inspection->body, p, n) == EXPORT_OK) {
        return NGX_OK;
    }

    ngx_http_export_give_up(inspection);

    return NGX_DONE;
}


/*
 * A second read is of what the first one has let pass: a refusal there is an
 * error.
 */

void
ngx_http_export_give_up(ngx_http_export_inspection_t *inspection)
{
    switch (inspection->state) {

    case NGX_HTTP_EXPORT_READING:
    case NGX_HTTP_EXPORT_ARRIVED:
        ngx_http_export_enter_state(inspection, NGX_HTTP_EXPORT_REFUSED);
        break;

    case NGX_HTTP_EXPORT_REREADING:
        export_inspection_fail(&inspection->wanted);
        break;

    default:
        break;
    }
}


void
ngx_http_export_finish_inspection(ngx_http_request_t *r,
    ngx_http_export_inspection_t *inspection)
{
    ngx_http_export_state_e  state;

    state = inspection->state;

    ngx_http_export_cancel_wake(inspection);

    if (!ngx_http_export_is_refused(inspection)) {
        export_body_finish(&inspection->body,
                           ngx_http_export_is_whole(r, inspection));
    }

    export_body_release(&inspection->body);

    ngx_http_export_enter_state(inspection, state == NGX_HTTP_EXPORT_REREADING
                                            ? NGX_HTTP_EXPORT_REREAD
                                            : NGX_HTTP_EXPORT_DONE);
}


/*
 * Whether every byte was inspected: by Content-Length, and by the size of what
 * nginx has to forward.
 */

static ngx_uint_t
ngx_http_export_is_whole(ngx_http_request_t *r,
    ngx_http_export_inspection_t *inspection)
{
    off_t         size;
    ngx_chain_t  *cl;

    if (inspection->state == NGX_HTTP_EXPORT_READING) {
        return 0;
    }

    if (r == r->main && r->headers_in.content_length_n >= 0
        && r->headers_in.content_length_n != inspection->received)
    {
        return 0;
    }

    if (r->request_body == NULL
        || inspection->arrival == NGX_HTTP_EXPORT_WATCHED
        || inspection->arrival == NGX_HTTP_EXPORT_STREAMED)
    {
        return 1;
    }

    size = 0;

    for (cl = r->request_body->bufs; cl; cl = cl->next) {
        size += ngx_buf_size(cl->buf);
    }

    return size == inspection->received;
}


void
ngx_http_export_close_inspection(ngx_http_export_ctx_t *ctx)
{
    if (ngx_http_export_state(ctx) != NGX_HTTP_EXPORT_IDLE) {
        ngx_http_export_enter_state(ctx->inspection, NGX_HTTP_EXPORT_IDLE);
    }
}


void
ngx_http_export_enter_state(ngx_http_export_inspection_t *inspection,
    ngx_http_export_state_e state)
{
    ngx_log_debug2(NGX_LOG_DEBUG_HTTP, inspection->wake.log, 0,
                   "export body: %s to %s",
                   ngx_http_export_states[inspection->state],
                   ngx_http_export_states[state]);

    if (!(ngx_http_export_successors[inspection->state] & (1 << state))) {
        ngx_http_export_report_transition(inspection, state);
    }

    inspection->state = state;
}


static EXPORT_RARE void
ngx_http_export_report_transition(ngx_http_export_inspection_t *inspection,
    ngx_http_export_state_e state)
{
    ngx_log_error(NGX_LOG_ALERT, ngx_cycle->log, 0,
                  "export body went from \"%s\" to \"%s\"",
                  ngx_http_export_states[inspection->state],
                  ngx_http_export_states[state]);

    export_inspection_fail(&inspection->wanted);
}


/* bytes of the body may still come: the connection cannot be kept */

void
ngx_http_export_stop_reading(ngx_http_request_t *r,
    ngx_http_export_inspection_t *inspection, ngx_http_event_handler_pt next)
{
    r->keepalive = 0;
    r->lingering_close = 1;

    ngx_http_export_post_wake(inspection, &ngx_posted_events, next);
}


/*
 * "next" must not run inside nginx's reading of the body.  An event of the
 * inspection's own calls it later: the request's handlers are set by whoever
 * reads the body.
 */

void
ngx_http_export_post_wake(ngx_http_export_inspection_t *inspection,
    ngx_queue_t *events, ngx_http_event_handler_pt next)
{
    inspection->next = next;

    ngx_post_event(&inspection->wake, events);
}


static void
ngx_http_export_wake_handler(ngx_event_t *ev)
{
    ngx_connection_t              *c;
    ngx_http_request_t            *r;
    ngx_http_export_inspection_t  *inspection;

    inspection = ev->data;
    r = inspection->request;
    c = r->connection;

    ngx_http_set_log_request(c->log, r);

    inspection->next(r);

    ngx_http_run_posted_requests(c);
}


void
ngx_http_export_cancel_wake(void *data)
{
    ngx_http_export_inspection_t *inspection = data;

    if (inspection->wake.posted) {
        ngx_delete_posted_event(&inspection->wake);
    }
}
