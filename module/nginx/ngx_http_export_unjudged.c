
/*
 * What is told of transfers that end before they are judged.
 */


#include "ngx_http_export_request.h"


static void ngx_http_export_await_if_governed(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx);
static ngx_uint_t ngx_http_export_had_body(ngx_http_request_t *r);


export_verdict_t
ngx_http_export_current_verdict(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx)
{
    export_verdict_t  verdict;

    verdict = ctx->verdict;

    if (verdict.decision != EXPORT_UNJUDGED) {
        return verdict;
    }

    if (ngx_http_export_state(ctx) != NGX_HTTP_EXPORT_IDLE
        && ctx->inspection->arrival == NGX_HTTP_EXPORT_STREAMED
        && ngx_http_export_stream_departed(ctx->inspection))
    {
        verdict.decision = EXPORT_BLOCK;
        verdict.reason = EXPORT_REASON_STREAM_ABORTED;

    } else if (r->connection->timedout) {
        verdict.reason = EXPORT_REASON_CLIENT_TIMEOUT;

    } else if (r->connection->error
               || r->headers_out.status == NGX_HTTP_CLIENT_CLOSED_REQUEST)
    {
        verdict.reason = EXPORT_REASON_CLIENT_CLOSED;
    }

    return verdict;
}


/* in the log phase, for a line about each transfer without a verdict */

ngx_int_t
ngx_http_export_log_handler(ngx_http_request_t *r)
{
    export_verdict_t        verdict;
    ngx_http_export_ctx_t  *ctx;

    ctx = ngx_http_export_get_ctx(r);

    if (r == r->main
        && (ctx == NULL || ctx->verdict.decision == EXPORT_DECISION_NONE))
    {
        ngx_http_export_await_if_governed(r, ctx);
        ctx = ngx_http_export_get_ctx(r);
    }

    if (ctx && ctx->verdict.decision == EXPORT_UNJUDGED) {
        verdict = ngx_http_export_current_verdict(r, ctx);
        ngx_http_export_log_verdict(r, ctx, &verdict);
    }

    return NGX_OK;
}


/*
 * A request that "return", "deny" or its length has ended before the gate is a
 * transfer if it had a body, and its head says that the policy governs it.
 */

static void
ngx_http_export_await_if_governed(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx)
{
    ngx_http_export_loc_conf_t  *elcf;

    elcf = ngx_http_get_module_loc_conf(r, ngx_http_export_policy_module);

    if (elcf->mode == NGX_HTTP_EXPORT_OFF || !ngx_http_export_had_body(r)) {
        return;
    }

    if (ctx == NULL) {
        ctx = ngx_http_export_create_ctx(r);
        if (ctx == NULL) {
            return;
        }
    }

    ctx->elcf = elcf;

    ngx_http_export_collect_head(r, ctx);
    ngx_http_export_collect_destination(r, ctx);

    if (export_policy_governs(&ctx->facts, &elcf->policy)) {
        export_policy_await(&ctx->facts, &elcf->policy, &ctx->verdict);
    }
}


/*
 * Also true of a body that nginx has discarded: content_length_n is 0 then, but
 * the header is still there.
 */

static ngx_uint_t
ngx_http_export_had_body(ngx_http_request_t *r)
{
    ngx_table_elt_t  *length;

    length = r->headers_in.content_length;

    return r->headers_in.chunked
           || (length && (length->value.len != 1
                          || length->value.data[0] != '0'));
}
