
/*
 * The request body filter: bodies are inspected while they arrive, whoever
 * reads them.  nginx calls the module at the gate and here; what is certain
 * here is acted on at the gate.
 */


#include "ngx_http_export_request.h"


static ngx_int_t ngx_http_export_body_filter(ngx_http_request_t *r,
    ngx_chain_t *in);
static ngx_int_t ngx_http_export_body_watch(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, ngx_chain_t *in);
static ngx_int_t ngx_http_export_body_stream(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, ngx_chain_t *in);
static ngx_int_t ngx_http_export_body_hold(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, ngx_chain_t *in);
static ngx_buf_t *ngx_http_export_body_inspect(
    ngx_http_export_inspection_t *inspection, ngx_chain_t *in);
static ngx_int_t ngx_http_export_body_swallow(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, ngx_chain_t *in);
static ngx_int_t ngx_http_export_body_next(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, ngx_chain_t *in);


static ngx_http_request_body_filter_pt  ngx_http_next_request_body_filter;


ngx_int_t
ngx_http_export_body_filter_init(ngx_conf_t *cf)
{
    ngx_http_next_request_body_filter = ngx_http_top_request_body_filter;
    ngx_http_top_request_body_filter = ngx_http_export_body_filter;

    return NGX_OK;
}


static ngx_int_t
ngx_http_export_body_filter(ngx_http_request_t *r, ngx_chain_t *in)
{
    ngx_http_export_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_export_policy_module);

    if (ctx == NULL || ngx_http_export_state(ctx) == NGX_HTTP_EXPORT_IDLE) {
        return ngx_http_next_request_body_filter(r, in);
    }

    switch (ctx->inspection->arrival) {

    case NGX_HTTP_EXPORT_HELD:
        return ngx_http_export_body_hold(r, ctx, in);

    case NGX_HTTP_EXPORT_WATCHED:
        return ngx_http_export_body_watch(r, ctx, in);

    case NGX_HTTP_EXPORT_FORWARDED:
        return in && r->request_body_no_buffering
               ? ngx_http_export_body_stream(r, ctx, in)
               : ngx_http_export_body_hold(r, ctx, in);

    case NGX_HTTP_EXPORT_STREAMED:
        return ngx_http_export_body_stream(r, ctx, in);

    default: /* NGX_HTTP_EXPORT_STORED */
        return ngx_http_next_request_body_filter(r, in);
    }
}


static ngx_int_t
ngx_http_export_body_watch(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx,
    ngx_chain_t *in)
{
    ngx_buf_t  *last;

    last = ngx_http_export_body_inspect(ctx->inspection, in);

    if (last && ctx->inspection->state != NGX_HTTP_EXPORT_DONE) {
        ngx_http_export_finish_inspection(r, ctx->inspection);
        ngx_http_export_decide(r, ctx);
    }

    return ngx_http_next_request_body_filter(r, in);
}


static ngx_int_t
ngx_http_export_body_stream(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx,
    ngx_chain_t *in)
{
    ngx_int_t                      rc;
    ngx_http_export_inspection_t  *inspection;

    inspection = ctx->inspection;

    rc = ngx_http_export_stream(r, ctx, in, ngx_http_next_request_body_filter);

    /* a stream whose end may leave is IDLE here */

    if (inspection->state == NGX_HTTP_EXPORT_DONE) {
        ngx_http_export_enter_state(inspection, NGX_HTTP_EXPORT_ABORTED);
        ngx_http_export_stop_reading(r, inspection, ngx_http_export_abort);
    }

    return rc;
}


static ngx_int_t
ngx_http_export_body_hold(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx,
    ngx_chain_t *in)
{
    ngx_int_t                      rc;
    ngx_buf_t                     *last;
    ngx_uint_t                     forwarded;
    ngx_http_export_inspection_t  *inspection;

    inspection = ctx->inspection;
    forwarded = inspection->arrival == NGX_HTTP_EXPORT_FORWARDED;

    if (ngx_http_export_is_refused(inspection)) {
        return ngx_http_export_body_swallow(r, ctx, in);
    }

    if (!ngx_http_export_is_reading(inspection)) {
        return ngx_http_next_request_body_filter(r, in);
    }

    last = ngx_http_export_body_inspect(inspection, in);

    if (ngx_http_export_is_refused(inspection)) {

        if (last == NULL || forwarded) {
            ngx_http_export_stop_reading(r, inspection, ngx_http_export_resume);
        }

        return ngx_http_export_body_swallow(r, ctx, in);
    }

    rc = ngx_http_export_body_next(r, ctx, in);

    /* whoever forwards the body must not see its end before the verdict */

    if (rc == NGX_OK && forwarded
        && inspection->state == NGX_HTTP_EXPORT_ARRIVED)
    {
        ngx_http_export_post_wake(inspection, &ngx_posted_events,
                                  ngx_http_export_resume);
        return NGX_AGAIN;
    }

    return rc;
}


/* returns the last buffer of the body if "in" has it, or NULL */

static ngx_buf_t *
ngx_http_export_body_inspect(ngx_http_export_inspection_t *inspection,
    ngx_chain_t *in)
{
    ngx_buf_t    *b, *last;
    ngx_chain_t  *cl;

    last = NULL;

    for (cl = in; cl; cl = cl->next) {
        b = cl->buf;

        if (b->last_buf) {
            last = b;

            if (inspection->state == NGX_HTTP_EXPORT_READING) {
                ngx_http_export_enter_state(inspection,
                                            NGX_HTTP_EXPORT_ARRIVED);
            }
        }

        if (ngx_buf_in_memory(b) && ngx_http_export_is_reading(inspection)) {
            (void) ngx_http_export_feed_inspection(inspection, b->pos,
                                                   b->last - b->pos);
        }
    }

    return last;
}


/*
 * Drops the bytes of a refused body.  The gate, which waits for the end of a
 * body that it reads itself, is given the last buffer; whoever forwards the
 * body is not, and waits until the gate refuses.
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

    if (ctx->inspection->arrival == NGX_HTTP_EXPORT_FORWARDED
        || ctx->inspection->state == NGX_HTTP_EXPORT_LOST)
    {
        return NGX_AGAIN;
    }

    return ngx_http_export_body_next(r, ctx, last.buf ? &last : NULL);
}


/*
 * nginx may fail to store a body, as on a full disk.  The transfer is refused
 * then, with the one status of all refusals: clients answer a 5xx by sending
 * the same data again.
 */

static ngx_int_t
ngx_http_export_body_next(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx,
    ngx_chain_t *in)
{
    ngx_int_t                      rc;
    ngx_http_export_inspection_t  *inspection;

    rc = ngx_http_next_request_body_filter(r, in);

    if (rc < NGX_HTTP_INTERNAL_SERVER_ERROR) {
        return rc;
    }

    inspection = ctx->inspection;

    if (inspection->state != NGX_HTTP_EXPORT_REFUSED) {
        ctx->facts.error = 1;
    }

    ngx_http_export_enter_state(inspection, NGX_HTTP_EXPORT_LOST);

    r->request_body->bufs = NULL;

    ngx_http_export_stop_reading(r, inspection, ngx_http_export_resume);

    return ngx_http_export_body_swallow(r, ctx, in);
}
