
/*
 * The gate, in the PRECONTENT phase: ACCESS is skipped for subrequests and
 * can be jumped over by "satisfy any".
 */


#include "ngx_http_export.h"


/* a request's context, where internal redirects do not clear it */

typedef struct {
    ngx_pool_cleanup_t      cleanup;    /* the first; its data: the request */
    ngx_http_export_ctx_t   ctx;
} ngx_http_export_kept_t;


static ngx_http_export_ctx_t *ngx_http_export_create_ctx(
    ngx_http_request_t *r);
static ngx_list_part_t *ngx_http_export_inherited(ngx_http_request_t *r);
static ngx_int_t ngx_http_export_gate(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, ngx_http_export_ctx_t *main);
static ngx_int_t ngx_http_export_conclude(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, ngx_http_export_ctx_t *main);
static ngx_int_t ngx_http_export_release(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, ngx_http_export_ctx_t *main);
static ngx_int_t ngx_http_export_block(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, ngx_http_export_ctx_t *main);
static ngx_int_t ngx_http_export_still_blocked(ngx_http_request_t *r,
    ngx_http_export_ctx_t *main);
static ngx_int_t ngx_http_export_content_handler(ngx_http_request_t *r);
static void ngx_http_export_unseen(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx);
static ngx_uint_t ngx_http_export_had_body(ngx_http_request_t *r);
static EXPORT_RARE void ngx_http_export_log(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, export_verdict_t *verdict);
static void ngx_http_export_cleanup(void *data);


/* what the log line says of each decision */

static char  *ngx_http_export_done[] = {
    [EXPORT_DECISION_NONE] = "",
    [EXPORT_ALLOW] = "allowed",
    [EXPORT_REDACT] = "redacted",
    [EXPORT_BLOCK] = "blocked",
    [EXPORT_UNJUDGED] = "not judged"
};

export_assert_rows(ngx_http_export_done, EXPORT_DECISIONS);


ngx_int_t
ngx_http_export_handler(ngx_http_request_t *r)
{
    ngx_http_export_ctx_t       *ctx, *main;
    ngx_http_export_loc_conf_t  *elcf;

    ctx = ngx_http_export_get_ctx(r);
    main = r == r->main ? ctx : ngx_http_export_get_ctx(r->main);

    if (main && main->blocked) {
        return ngx_http_export_still_blocked(r, main);
    }

    elcf = ngx_http_get_module_loc_conf(r, ngx_http_export_policy_module);

    if (elcf->mode == NGX_HTTP_EXPORT_OFF) {
        return NGX_DECLINED;
    }

    /* out of memory is a refusal too: clients answer a 5xx by sending again */

    if (main == NULL) {
        main = ngx_http_export_create_ctx(r->main);
        if (main == NULL) {
            return elcf->status;
        }
    }

    if (r == r->main) {
        ctx = main;

    } else if (ctx == NULL) {
        ctx = ngx_http_export_create_ctx(r);
        if (ctx == NULL) {
            return elcf->status;
        }
    }

    ctx->elcf = elcf;

    return ngx_http_export_gate(r, ctx, main);
}


/*
 * After try_files, which may have put another path in the place of the one that
 * was judged: then it is judged like a redirect.
 */

ngx_int_t
ngx_http_export_anew_handler(ngx_http_request_t *r)
{
    ngx_int_t               rc;
    ngx_http_export_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_export_policy_module);

    if (ctx == NULL
        || (!ctx->anew && ctx->uri.data == r->uri.data
            && ctx->uri.len == r->uri.len))
    {
        return NGX_DECLINED;
    }

    ctx->anew = 1;

    rc = ngx_http_export_handler(r);

    if (rc == NGX_DECLINED) {
        ctx->anew = 0;
    }

    return rc;
}


/* the verdict of this request, NULL if there is none */

ngx_http_export_ctx_t *
ngx_http_export_get_ctx(ngx_http_request_t *r)
{
    ngx_pool_cleanup_t      *cln;
    ngx_http_export_ctx_t   *ctx;
    ngx_http_export_kept_t  *kept;

    ctx = ngx_http_get_module_ctx(r, ngx_http_export_policy_module);

    /* only an internal redirect clears a context; subrequests are internal */

    if (ctx || !r->internal) {
        return ctx;
    }

    for (cln = r->pool->cleanup; cln; cln = cln->next) {

        if (cln->handler == ngx_http_export_cleanup && cln->data == r) {
            kept = (ngx_http_export_kept_t *) cln;
            ngx_http_set_ctx(r, &kept->ctx, ngx_http_export_policy_module);
            return &kept->ctx;
        }
    }

    return NULL;
}


/* linked by hand: its cleanup and itself are one piece of memory */

static ngx_http_export_ctx_t *
ngx_http_export_create_ctx(ngx_http_request_t *r)
{
    ngx_http_export_kept_t              *kept;
    static const ngx_http_export_ctx_t   none;

    kept = ngx_palloc(r->pool, sizeof(ngx_http_export_kept_t));
    if (kept == NULL) {
        return NULL;
    }

    kept->ctx = none;
    kept->ctx.stripped = ngx_http_export_inherited(r);

    kept->cleanup.handler = ngx_http_export_cleanup;
    kept->cleanup.data = r;
    kept->cleanup.next = r->pool->cleanup;
    r->pool->cleanup = &kept->cleanup;

    ngx_http_set_ctx(r, &kept->ctx, ngx_http_export_policy_module);

    return &kept->ctx;
}


/*
 * A subrequest has its parent's headers, less what was taken off there.  Both
 * only ever put more in front of it.
 */

static ngx_list_part_t *
ngx_http_export_inherited(ngx_http_request_t *r)
{
    ngx_http_request_t     *parent;
    ngx_http_export_ctx_t  *ctx;

    for (parent = r->parent; parent; parent = parent->parent) {
        ctx = ngx_http_export_get_ctx(parent);

        if (ctx) {
            return ctx->stripped;
        }
    }

    return NULL;
}


static ngx_int_t
ngx_http_export_gate(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx,
    ngx_http_export_ctx_t *main)
{
    ngx_int_t  rc;

    if (!ngx_http_export_body_done(ctx)) {
        ctx->body = NULL;
        ctx->rows = NULL;
        ctx->late = 0;
        ctx->uri = r->uri;

        ngx_http_export_collect(r, ctx);
        ngx_http_export_collect_destination(r, ctx);

        ctx->facts.bodyless = ngx_http_export_bodyless(r, ctx);

        rc = ngx_http_export_body(r, ctx);

        if (rc != NGX_DECLINED) {
            return rc == NGX_OK ? ngx_http_export_release(r, ctx, main) : rc;
        }
    }

    rc = ngx_http_export_conclude(r, ctx, main);

    return rc == NGX_DECLINED ? ngx_http_export_release(r, ctx, main) : rc;
}


/* NGX_DECLINED if the transfer may go on; facts are complete */

static ngx_int_t
ngx_http_export_conclude(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx,
    ngx_http_export_ctx_t *main)
{
    ngx_int_t                    rc;
    ngx_http_export_loc_conf_t  *elcf;

    elcf = ctx->elcf;

    if (ctx->spare == NULL || ctx->spare->replace == NULL) {
        ctx->body = NULL;
        ngx_http_export_decide(r, ctx);
    }

    if (elcf->mode == NGX_HTTP_EXPORT_MONITOR) {
        return NGX_DECLINED;
    }

    if (ctx->verdict.decision == EXPORT_REDACT) {
        rc = ngx_http_export_replace(r, ctx);

        if (rc == NGX_AGAIN) {
            return NGX_AGAIN;
        }

        if (rc != NGX_OK) {
            ctx->verdict.decision = EXPORT_BLOCK;
            ctx->verdict.reason = EXPORT_REASON_INTERNAL_ERROR;
        }
    }

    if (ctx->verdict.decision == EXPORT_BLOCK) {
        return ngx_http_export_block(r, ctx, main);
    }

    /* of an earlier location: they are no less missing in this one */

    if (ngx_http_export_ndropped(ctx)) {
        ctx->verdict.decision = EXPORT_REDACT;
        ctx->verdict.reason = EXPORT_REASON_RECORDS_DROPPED;
    }

    return NGX_DECLINED;
}


/* nothing but what the recipient is to see goes with it */

static ngx_int_t
ngx_http_export_release(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx,
    ngx_http_export_ctx_t *main)
{
    ngx_http_export_loc_conf_t  *elcf;

    elcf = ctx->elcf;

    if (elcf->mode == NGX_HTTP_EXPORT_MONITOR) {
        return NGX_DECLINED;
    }

    /* a tunnel would carry what nobody has inspected */

    if (elcf->plan->fields->asks
        && export_policy_governs(&ctx->facts, &elcf->policy))
    {
        /* a script may make one of the connection, whatever nginx knows */

        if (r->headers_in.upgrade && !ngx_http_export_is_passed(r)) {
            ctx->verdict.decision = EXPORT_BLOCK;
            ctx->verdict.reason = EXPORT_REASON_BODY_OPAQUE;

            return ngx_http_export_block(r, ctx, main);
        }

        r->headers_in.upgrade = NULL;
    }

    /* a subrequest, which shares them, may have evaluated variables since */

    if (ctx->stripped || ngx_http_export_ndropped(ctx)) {
        ngx_http_export_forget(r);
    }

    if (ctx->policy && !elcf->forward_headers
        && (ngx_http_export_strip(r, ctx) != NGX_OK
            || ngx_http_export_wire_holds(r, ctx) != NGX_OK))
    {
        ctx->verdict.decision = EXPORT_BLOCK;
        ctx->verdict.reason = EXPORT_REASON_INTERNAL_ERROR;

        return ngx_http_export_block(r, ctx, main);
    }

    return NGX_DECLINED;
}


/* what nginx would answer by a 5xx; the connection is of no use any more */

ngx_int_t
ngx_http_export_fail(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx)
{
    r->keepalive = 0;
    r->lingering_close = 1;

    ctx->facts.error = 1;

    if (ctx->spare) {
        ctx->spare->replace = NULL;
    }

    ctx->body = NULL;

    ngx_http_export_decide(r, ctx);

    return ngx_http_export_block(r, ctx, ngx_http_export_get_ctx(r->main));
}


/* a body that was read by whoever is to forward it, and waits for us */

void
ngx_http_export_continue(ngx_http_request_t *r)
{
    ngx_int_t               rc;
    ngx_http_export_ctx_t  *ctx;

    ctx = ngx_http_export_get_ctx(r);

    r->write_event_handler = ngx_http_request_empty_handler;

    rc = ngx_http_export_conclude(r, ctx, ctx);

    if (rc == NGX_DECLINED) {
        r->request_body->post_handler(r);
        return;
    }

    if (rc != NGX_AGAIN && rc != NGX_DONE) {
        ngx_http_finalize_request(r, rc);
    }
}


/* a transfer that is under way: the recipient does not get its end */

void
ngx_http_export_abort(ngx_http_request_t *r)
{
    ngx_int_t               rc;
    ngx_http_export_ctx_t  *ctx;

    ctx = ngx_http_export_get_ctx(r);

    r->write_event_handler = ngx_http_request_empty_handler;
    r->read_event_handler = ngx_http_block_reading;

    if (r->connection->read->timer_set) {
        ngx_del_timer(r->connection->read);
    }

    /* the upstream's end takes one reference away */

    if (r->upstream && r->upstream->cleanup) {
        r->main->count++;
        (*r->upstream->cleanup)(r);
    }

    rc = r->header_sent ? NGX_ERROR : ngx_http_export_block(r, ctx, ctx);

    if (rc != NGX_DONE) {
        ngx_http_finalize_request(r, rc);
    }
}


void
ngx_http_export_decide(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx)
{
    ngx_http_export_loc_conf_t  *elcf;

    elcf = ctx->elcf;

    export_policy_decide(&ctx->facts, &elcf->policy, &ctx->verdict);

    if (ctx->verdict.decision != EXPORT_ALLOW) {
        ngx_http_export_log(r, ctx, &ctx->verdict);
    }
}


/* what is to be said of it now, or at its end */

export_verdict_t
ngx_http_export_verdict(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx)
{
    export_verdict_t  verdict;

    verdict = ctx->verdict;

    if (verdict.decision != EXPORT_UNJUDGED) {
        return verdict;
    }

    if (ctx->body && ctx->body->stream
        && ngx_http_export_stream_departed(ctx->body))
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


/* in the log phase: a transfer that ends without a verdict has a line too */

ngx_int_t
ngx_http_export_log_handler(ngx_http_request_t *r)
{
    export_verdict_t        verdict;
    ngx_http_export_ctx_t  *ctx;

    ctx = ngx_http_export_get_ctx(r);

    if (r == r->main
        && (ctx == NULL || ctx->verdict.decision == EXPORT_DECISION_NONE))
    {
        ngx_http_export_unseen(r, ctx);
        ctx = ngx_http_export_get_ctx(r);
    }

    if (ctx && ctx->verdict.decision == EXPORT_UNJUDGED) {
        verdict = ngx_http_export_verdict(r, ctx);
        ngx_http_export_log(r, ctx, &verdict);
    }

    return NGX_OK;
}


/*
 * A request that ended before the gate, by "return", "deny" or its length.  It
 * is a transfer if there was a body, and the head says that it is governed.
 */

static void
ngx_http_export_unseen(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx)
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

    ngx_http_export_collect(r, ctx);
    ngx_http_export_collect_destination(r, ctx);

    if (export_policy_governs(&ctx->facts, &elcf->policy)) {
        export_policy_await(&ctx->facts, &elcf->policy, &ctx->verdict);
    }
}


/* also one that was discarded, of which nginx forgets the length */

static ngx_uint_t
ngx_http_export_had_body(ngx_http_request_t *r)
{
    ngx_table_elt_t  *length;

    length = r->headers_in.content_length;

    return r->headers_in.chunked
           || (length && (length->value.len != 1
                          || length->value.data[0] != '0'));
}


static ngx_int_t
ngx_http_export_block(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx,
    ngx_http_export_ctx_t *main)
{
    if (r == r->main) {
        main->blocked = 1;
        return ngx_http_export_refuse(r, ctx);
    }

    /*
     * What a subrequest may not send, its main request may not either, except
     * for a background one, whose main request may be under way already.
     */

    if (!r->background) {
        main->blocked = 1;
        main->facts = ctx->facts;
        main->verdict = ctx->verdict;
        main->recipient = ctx->recipient;

        (void) ngx_http_export_id(r, ctx);
        main->id = ctx->id;
    }

    /*
     * Nobody sees this answer but the module that asked: auth_request would
     * make a 500 of the status, which clients retry.  The main request does
     * not pass for it, being blocked, nor for an error page of the block.
     */

    if (r->header_only && !r->background) {
        r->main->content_handler = ngx_http_export_content_handler;
        return NGX_HTTP_NO_CONTENT;
    }

    return ngx_http_export_refuse(r, ctx);
}


/* an error page may be shown, but nothing may leave any more */

static ngx_int_t
ngx_http_export_still_blocked(ngx_http_request_t *r,
    ngx_http_export_ctx_t *main)
{
    if (r == r->main && r->content_handler == NULL) {
        return NGX_DECLINED;
    }

    if (r != r->main && r->header_only && !r->background) {
        return NGX_HTTP_NO_CONTENT;
    }

    /* with "recursive_error_pages" an error page would lead here again */

    if (r->err_status) {
        r->error_page = 1;
    }

    return ngx_http_export_refuse(r, main);
}


/* a main request that auth_request is asked for: the gate itself refuses */

static ngx_int_t
ngx_http_export_content_handler(ngx_http_request_t *r)
{
    /* finalized there and by the content phase */

    r->main->count++;

    return ngx_http_export_refuse(r, ngx_http_export_get_ctx(r));
}


/*
 * The line must not hold what nginx adds to lines about requests: the client
 * and the request line, whose arguments may name a subject.
 */

static void
ngx_http_export_log(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx,
    export_verdict_t *verdict)
{
    ngx_str_t  id;
    ngx_log_t  log;

    if (r->connection->log->log_level < NGX_LOG_WARN) {
        return;
    }

    id = ngx_http_export_id(r, ctx);

    log = *r->connection->log;
    log.handler = NULL;

    ngx_log_error(NGX_LOG_WARN, &log, 0,
                  "export %s%s, reason: \"%V\", purpose: \"%V\", "
                  "recipient: \"%V\", decision: \"%V\"",
                  ngx_http_export_done[verdict->decision],
                  ctx->elcf->mode == NGX_HTTP_EXPORT_MONITOR ? ", monitor only"
                                                             : "",
                  &export_reason_names[verdict->reason],
                  &export_purpose_names[verdict->purpose],
                  &ctx->recipient, &id);
}


/* marks a kept context in the pool; there is nothing to release */

static void
ngx_http_export_cleanup(void *data)
{
}
