
/*
 * The gate, in the PRECONTENT phase: ACCESS is skipped for subrequests and
 * can be jumped over by "satisfy any".  If the decision depends on the body,
 * the body is read in this phase, as ngx_http_mirror_module does; a body that
 * somebody has read before is inspected where it is stored.  In monitor mode
 * the gate waits for nothing.
 */


#include "ngx_http_export_request.h"


static ngx_uint_t ngx_http_export_is_awaited(ngx_http_export_ctx_t *ctx);
static ngx_int_t ngx_http_export_gate(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, ngx_http_export_ctx_t *main);
static ngx_int_t ngx_http_export_conclude(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, ngx_http_export_ctx_t *main);
static ngx_int_t ngx_http_export_release(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, ngx_http_export_ctx_t *main);
static ngx_int_t ngx_http_export_prevent_tunnel(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx);
static void ngx_http_export_overrule(ngx_http_export_ctx_t *ctx,
    export_reason_e reason);
static void ngx_http_export_conclude_forwarded(ngx_http_request_t *r);
static ngx_int_t ngx_http_export_await_body(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx);
static ngx_http_export_arrival_e ngx_http_export_choose_arrival(
    ngx_http_request_t *r, ngx_http_export_ctx_t *ctx,
    ngx_http_export_inspection_t *inspection);
static ngx_uint_t ngx_http_export_is_body_known(ngx_http_export_ctx_t *ctx);
static ngx_uint_t ngx_http_export_is_forwarded(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, ngx_http_export_inspection_t *inspection);
static ngx_int_t ngx_http_export_read_client(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx);
static void ngx_http_export_go_on(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx);
static void ngx_http_export_await_slice(ngx_http_request_t *r,
    ngx_http_export_inspection_t *inspection);
static void ngx_http_export_inspect_next_slice(ngx_http_request_t *r);


ngx_int_t
ngx_http_export_gate_handler(ngx_http_request_t *r)
{
    ngx_http_export_ctx_t       *ctx, *main;
    ngx_http_export_loc_conf_t  *elcf;

    ctx = ngx_http_export_get_ctx(r);
    main = r == r->main ? ctx : ngx_http_export_get_ctx(r->main);

    if (main && main->blocked) {
        return ngx_http_export_block_again(r, main);
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
 * The gate once more, behind try_files, which may have changed the path since
 * the verdict: the transfer is judged anew then, as after a redirect.
 */

ngx_int_t
ngx_http_export_gate_again_handler(ngx_http_request_t *r)
{
    ngx_http_export_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_export_policy_module);

    if (ctx == NULL
        || (!ngx_http_export_is_awaited(ctx) && ctx->uri.data == r->uri.data
            && ctx->uri.len == r->uri.len))
    {
        return NGX_DECLINED;
    }

    return ngx_http_export_gate_handler(r);
}


/*
 * Whether the phases run again because the gate behind try_files had the body
 * read.  A watched body is no reason: its verdict was given by the filter.
 */

static ngx_uint_t
ngx_http_export_is_awaited(ngx_http_export_ctx_t *ctx)
{
    return ngx_http_export_is_body_known(ctx)
           && ctx->inspection->arrival != NGX_HTTP_EXPORT_WATCHED;
}


static ngx_int_t
ngx_http_export_gate(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx,
    ngx_http_export_ctx_t *main)
{
    ngx_int_t  rc;

    if (!ngx_http_export_is_body_known(ctx)) {
        ngx_http_export_close_inspection(ctx);

        ctx->endpoints = NULL;
        ctx->uri = r->uri;

        ngx_http_export_collect_head(r, ctx);
        ngx_http_export_collect_destination(r, ctx);

        ctx->facts.bodyless = ngx_http_export_is_bodyless(r, ctx);

        rc = ngx_http_export_await_body(r, ctx);

        if (rc != NGX_DECLINED) {
            return rc == NGX_OK ? ngx_http_export_release(r, ctx, main) : rc;
        }
    }

    rc = ngx_http_export_conclude(r, ctx, main);

    return rc == NGX_DECLINED ? ngx_http_export_release(r, ctx, main) : rc;
}


/*
 * Decides, now that the facts are complete, and carries the decision out.
 * NGX_DECLINED if the transfer may go on; otherwise what the phase handler
 * returns.
 */

static ngx_int_t
ngx_http_export_conclude(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx,
    ngx_http_export_ctx_t *main)
{
    ngx_int_t                    rc;
    ngx_http_export_loc_conf_t  *elcf;

    elcf = ctx->elcf;

    if (ngx_http_export_state(ctx) != NGX_HTTP_EXPORT_REREAD) {
        ngx_http_export_close_inspection(ctx);
        ngx_http_export_decide(r, ctx);
    }

    if (elcf->mode == NGX_HTTP_EXPORT_MONITOR) {
        return NGX_DECLINED;
    }

    if (ctx->verdict.decision == EXPORT_REDACT) {
        rc = ngx_http_export_replace(r, ctx);

        if (rc == NGX_AGAIN) {
            ngx_http_export_await_slice(r, ctx->inspection);

            return NGX_AGAIN;
        }

        if (rc != NGX_OK) {
            ngx_http_export_overrule(ctx, EXPORT_REASON_INTERNAL_ERROR);
        }
    }

    if (ctx->verdict.decision == EXPORT_BLOCK) {
        return ngx_http_export_block(r, ctx, main);
    }

    /* records that were dropped for an earlier location are missing in this */

    if (ngx_http_export_dropped_so_far(ctx)) {
        ctx->verdict.decision = EXPORT_REDACT;
        ctx->verdict.reason = EXPORT_REASON_RECORDS_DROPPED;
    }

    return NGX_DECLINED;
}


/*
 * Lets the transfer go on, without what its recipient must not see.
 * NGX_DECLINED, or what the phase handler returns for a block.
 */

static ngx_int_t
ngx_http_export_release(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx,
    ngx_http_export_ctx_t *main)
{
    ngx_http_export_loc_conf_t  *elcf;

    elcf = ctx->elcf;

    if (elcf->mode == NGX_HTTP_EXPORT_MONITOR) {
        return NGX_DECLINED;
    }

    if (ngx_http_export_prevent_tunnel(r, ctx) != NGX_OK) {
        ngx_http_export_overrule(ctx, EXPORT_REASON_BODY_OPAQUE);

        return ngx_http_export_block(r, ctx, main);
    }

    /* a subrequest shares the variables, and may have evaluated some since */

    if (ctx->stripped || ngx_http_export_dropped_so_far(ctx)) {
        ngx_http_export_forget_variables(r);
    }

    if (ctx->private_headers && !elcf->forward_headers
        && (ngx_http_export_strip_headers(r, ctx) != NGX_OK
            || ngx_http_export_check_outgoing(r, ctx) != NGX_OK))
    {
        ngx_http_export_overrule(ctx, EXPORT_REASON_INTERNAL_ERROR);

        return ngx_http_export_block(r, ctx, main);
    }

    return NGX_DECLINED;
}


/*
 * A tunnel would carry what nobody has inspected.  nginx makes none without the
 * pointer to "Upgrade", but a script that handles the request may: NGX_DECLINED
 * then.
 */

static ngx_int_t
ngx_http_export_prevent_tunnel(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx)
{
    ngx_http_export_loc_conf_t  *elcf;

    elcf = ctx->elcf;

    if (!elcf->plan->fields->asks
        || !export_policy_governs(&ctx->facts, &elcf->policy))
    {
        return NGX_OK;
    }

    if (r->headers_in.upgrade && !ngx_http_export_is_passed(r)) {
        return NGX_DECLINED;
    }

    r->headers_in.upgrade = NULL;

    return NGX_OK;
}


/* blocks what the policy allows, where it cannot be carried out */

static void
ngx_http_export_overrule(ngx_http_export_ctx_t *ctx, export_reason_e reason)
{
    ctx->verdict.decision = EXPORT_BLOCK;
    ctx->verdict.reason = reason;
}


/* goes on with a body that its forwarder has read, and waits for us with */

static void
ngx_http_export_conclude_forwarded(ngx_http_request_t *r)
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


/* ends a stream that is under way: the recipient does not get its end */

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

    /* the cleanup of the upstream takes one reference away */

    if (r->upstream && r->upstream->cleanup) {
        r->main->count++;
        (*r->upstream->cleanup)(r);
    }

    rc = r->header_sent ? NGX_ERROR : ngx_http_export_block(r, ctx, ctx);

    if (rc != NGX_DONE) {
        ngx_http_finalize_request(r, rc);
    }
}


/*
 * NGX_DECLINED if everything is known that the body could say; NGX_OK if it
 * will be known by the time that the body has passed the filter; otherwise what
 * the phase handler returns.
 */

static ngx_int_t
ngx_http_export_await_body(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx)
{
    ngx_http_export_inspection_t  *inspection;

    inspection = ngx_http_export_begin_inspection(r, ctx);

    if (inspection == NULL) {
        return NGX_DECLINED;
    }

    inspection->arrival = ngx_http_export_choose_arrival(r, ctx, inspection);

    if (inspection->arrival == NGX_HTTP_EXPORT_STORED) {

        if (ngx_http_export_inspect_stored(r, inspection) == NGX_DECLINED) {
            return NGX_DECLINED;
        }

        ngx_http_export_await_slice(r, inspection);

        return NGX_AGAIN;
    }

    /* the verdict of a transfer that ends before its body is read */

    export_policy_await(&ctx->facts, &ctx->elcf->policy, &ctx->verdict);

    if (inspection->arrival == NGX_HTTP_EXPORT_WATCHED) {
        return NGX_OK;
    }

    /* later handlers may open the body's file by name: the file keeps one */

    if (!r->request_body_in_file_only) {
        r->request_body_in_persistent_file = 1;
        r->request_body_in_clean_file = 1;
    }

    if (inspection->arrival == NGX_HTTP_EXPORT_FORWARDED) {
        return NGX_OK;
    }

    return ngx_http_export_read_client(r, ctx);
}


static ngx_http_export_arrival_e
ngx_http_export_choose_arrival(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, ngx_http_export_inspection_t *inspection)
{
    if (r != r->main || r->request_body || r->discard_body) {
        return NGX_HTTP_EXPORT_STORED;
    }

    if (ctx->elcf->mode == NGX_HTTP_EXPORT_MONITOR) {
        return NGX_HTTP_EXPORT_WATCHED;
    }

    return ngx_http_export_is_forwarded(r, ctx, inspection)
           ? NGX_HTTP_EXPORT_FORWARDED
           : NGX_HTTP_EXPORT_HELD;
}


/* whether all that the verdict needs of the body is known */

static ngx_uint_t
ngx_http_export_is_body_known(ngx_http_export_ctx_t *ctx)
{
    ngx_http_export_state_e  state;

    state = ngx_http_export_state(ctx);

    return state == NGX_HTTP_EXPORT_DONE || state == NGX_HTTP_EXPORT_ABORTED
           || state == NGX_HTTP_EXPORT_REREAD;
}


/*
 * Whether whoever forwards the body may read it, and records may leave while
 * others arrive.  A body with a Content-Length is held: how many bytes remain
 * of it is not known before its end.  So is one for a handler that may read
 * the connection itself, past nginx's filters.
 */

static ngx_uint_t
ngx_http_export_is_forwarded(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, ngx_http_export_inspection_t *inspection)
{
    return r->headers_in.chunked && !export_body_is_coded(&inspection->body)
           && ngx_http_export_is_passed(r)
           && export_policy_streams(&ctx->facts, &ctx->elcf->policy,
                                    inspection->asks);
}


static ngx_int_t
ngx_http_export_read_client(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx)
{
    ngx_int_t  rc;

    if (ngx_http_export_is_stored_by_nginx(r)) {
        r->request_body_file_log_level = 0;
    }

    rc = ngx_http_read_client_request_body(r, ngx_http_export_resume);

    if (rc >= NGX_HTTP_SPECIAL_RESPONSE) {
        ngx_http_export_cancel_wake(ctx->inspection);
    }

    if (rc >= NGX_HTTP_INTERNAL_SERVER_ERROR) {
        r->read_event_handler = ngx_http_block_reading;

        return ngx_http_export_block_on_error(r, ctx);
    }

    if (rc >= NGX_HTTP_SPECIAL_RESPONSE) {
        return rc;
    }

    ngx_http_finalize_request(r, NGX_DONE);

    return NGX_DONE;
}


void
ngx_http_export_resume(ngx_http_request_t *r)
{
    ngx_http_export_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_export_policy_module);

    /*
     * The filter has posted this event, but nginx may have read on, and ended
     * the reading by a 400 or 413 of its own.  That answer was sent, or was an
     * internal redirect, which has cleared the context.
     */

    if (ctx == NULL || r->header_sent) {
        return;
    }

    if (!ngx_http_export_is_reading(ctx->inspection)
        && !ngx_http_export_is_refused(ctx->inspection))
    {
        return;
    }

    ngx_http_export_finish_inspection(r, ctx->inspection);

    if (r->connection->read->timer_set) {
        ngx_del_timer(r->connection->read);
    }

    r->read_event_handler = ngx_http_block_reading;

    ngx_http_export_go_on(r, ctx);
}


static void
ngx_http_export_go_on(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx)
{
    r->preserve_body = 1;

    if (ctx->inspection->arrival != NGX_HTTP_EXPORT_FORWARDED) {
        r->write_event_handler = ngx_http_core_run_phases;

        ngx_http_core_run_phases(r);
        return;
    }

    /*
     * nginx sets the length of an HTTP/2 body itself, but not if the filter has
     * returned NGX_AGAIN for the last buffer, as ours has.
     */

    if (r->headers_in.content_length_n < 0) {
        r->headers_in.content_length_n = ctx->inspection->received;
    }

    ngx_http_export_conclude_forwarded(r);
}


/*
 * Slices go by an event of their own: nginx calls the handlers of a connection
 * for one request only, which need not be this subrequest.
 */

static void
ngx_http_export_await_slice(ngx_http_request_t *r,
    ngx_http_export_inspection_t *inspection)
{
    r->write_event_handler = ngx_http_request_empty_handler;

    ngx_http_export_post_wake(inspection, &ngx_posted_next_events,
                              ngx_http_export_inspect_next_slice);
}


static void
ngx_http_export_inspect_next_slice(ngx_http_request_t *r)
{
    ngx_http_export_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_export_policy_module);

    if (ngx_http_export_inspect_slice(r, ctx->inspection) == NGX_AGAIN) {
        ngx_http_export_await_slice(r, ctx->inspection);
        return;
    }

    /*
     * The handler of read events stays, unlike in ngx_http_export_resume():
     * it is of whoever reads the connection, which is not the gate.
     */

    ngx_http_export_go_on(r, ctx);
}
