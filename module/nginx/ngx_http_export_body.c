
/*
 * The request body filter: bodies are inspected while they arrive, whoever
 * reads them.
 */


#include "ngx_http_export.h"


static ngx_int_t ngx_http_export_body_filter(ngx_http_request_t *r,
    ngx_chain_t *in);
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
                                      ngx_http_next_request_body_filter,
                                      ngx_http_export_abort);
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
            ngx_http_export_stop(r, body, ngx_http_export_resume);
        }

        return ngx_http_export_body_swallow(r, ctx, in);
    }

    if (body->passing && body->last && !body->done) {
        ngx_http_export_finish(r, body);
        ngx_http_export_decide(r, ctx);
    }

    rc = ngx_http_export_body_next(r, ctx, in);

    /* whoever reads it does not go on before it is decided */

    if (rc == NGX_OK && ctx->late && body->last && !body->done) {
        ngx_http_export_post(body, &ngx_posted_events, ngx_http_export_resume);

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

    ngx_http_export_stop(r, body, ngx_http_export_resume);

    return ngx_http_export_body_swallow(r, ctx, in);
}
