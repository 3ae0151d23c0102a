
/*
 * The verdict: what the policy decides, its line in the log, and the block
 * that may come of it, which holds for the main request to its end.
 */


#include "ngx_http_export_request.h"


static ngx_int_t ngx_http_export_refusal_handler(ngx_http_request_t *r);


/* the log line's word for each decision */

static char  *ngx_http_export_outcomes[] = {
    [EXPORT_DECISION_NONE] = "",
    [EXPORT_ALLOW] = "allowed",
    [EXPORT_REDACT] = "redacted",
    [EXPORT_BLOCK] = "blocked",
    [EXPORT_UNJUDGED] = "not judged"
};

export_assert_rows(ngx_http_export_outcomes, EXPORT_DECISIONS);


void
ngx_http_export_decide(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx)
{
    ngx_http_export_loc_conf_t  *elcf;

    elcf = ctx->elcf;

    export_policy_decide(&ctx->facts, &elcf->policy, &ctx->verdict);

    if (ctx->verdict.decision != EXPORT_ALLOW) {
        ngx_http_export_log_verdict(r, ctx, &ctx->verdict);
    }
}


/*
 * Blocks where nginx would answer by a 5xx.  Bytes of the body may still come:
 * the connection cannot be kept for another request.
 */

ngx_int_t
ngx_http_export_block_on_error(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx)
{
    r->keepalive = 0;
    r->lingering_close = 1;

    ctx->facts.error = 1;

    ngx_http_export_close_inspection(ctx);
    ngx_http_export_decide(r, ctx);

    return ngx_http_export_block(r, ctx, ngx_http_export_get_ctx(r->main));
}


ngx_int_t
ngx_http_export_block(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx,
    ngx_http_export_ctx_t *main)
{
    if (r == r->main) {
        main->blocked = 1;
        return ngx_http_export_refuse(r, ctx);
    }

    /*
     * What a subrequest may not send, its main request may not either.  That
     * of a background subrequest (mirror) may be under way already, and goes
     * by its own verdict.
     */

    if (!r->background) {
        main->blocked = 1;
        main->facts = ctx->facts;
        main->verdict = ctx->verdict;
        main->recipient = ctx->recipient;

        (void) ngx_http_export_get_id(r, ctx);
        main->id = ctx->id;
    }

    /*
     * Only auth_request sees this answer, and would make a 500 of our status,
     * which clients retry: it gets a 204, and goes on with the main request,
     * which is blocked and whose content handler refuses.
     */

    if (r->header_only && !r->background) {
        r->main->content_handler = ngx_http_export_refusal_handler;
        return NGX_HTTP_NO_CONTENT;
    }

    return ngx_http_export_refuse(r, ctx);
}


/* an error page of the block may be shown, but nothing may leave any more */

ngx_int_t
ngx_http_export_block_again(ngx_http_request_t *r,
    ngx_http_export_ctx_t *main)
{
    if (r == r->main && r->content_handler == NULL) {
        return NGX_DECLINED;
    }

    if (r != r->main && r->header_only && !r->background) {
        return NGX_HTTP_NO_CONTENT;
    }

    /*
     * An error page that would itself be forwarded is refused.  Without this
     * flag "recursive_error_pages" would lead to that page again, for ever.
     */

    if (r->err_status) {
        r->error_page = 1;
    }

    return ngx_http_export_refuse(r, main);
}


/*
 * Set in the place of a main request's own handler, if a subrequest of
 * auth_request is blocked.
 */

static ngx_int_t
ngx_http_export_refusal_handler(ngx_http_request_t *r)
{
    /* ngx_http_export_refuse() finalizes, and so does the content phase */

    r->main->count++;

    return ngx_http_export_refuse(r, ngx_http_export_get_ctx(r));
}


/*
 * nginx adds the client's address and the request line to what is logged of a
 * request, and either may name a subject: the copy of the log has no handler
 * that would.
 */

void
ngx_http_export_log_verdict(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx,
    export_verdict_t *verdict)
{
    ngx_str_t  id;
    ngx_log_t  log;

    if (r->connection->log->log_level < NGX_LOG_WARN) {
        return;
    }

    id = ngx_http_export_get_id(r, ctx);

    log = *r->connection->log;
    log.handler = NULL;

    ngx_log_error(NGX_LOG_WARN, &log, 0,
                  "export %s%s, reason: \"%V\", purpose: \"%V\", "
                  "recipient: \"%V\", decision: \"%V\"",
                  ngx_http_export_outcomes[verdict->decision],
                  ctx->elcf->mode == NGX_HTTP_EXPORT_MONITOR ? ", monitor only"
                                                             : "",
                  &export_reason_names[verdict->reason],
                  &export_purpose_names[verdict->purpose],
                  &ctx->recipient, &id);
}
