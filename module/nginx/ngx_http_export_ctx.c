
/*
 * A request's context, which is found again after internal redirects, and what
 * is printed of it in several places.
 */


#include "ngx_http_export_request.h"

#include <sys/random.h>


/*
 * A context and the mark by which it is found in its pool: internal redirects
 * clear r->ctx, but no cleanups.
 */

typedef struct {
    ngx_pool_cleanup_t      cleanup;    /* stands first: the cleanup's address
                                           is that of both; its data is the
                                           request */
    ngx_http_export_ctx_t   ctx;
} ngx_http_export_kept_t;


static void ngx_http_export_forget_reader(ngx_http_export_ctx_t *ctx);
static ngx_list_part_t *ngx_http_export_inherit_stripped(ngx_http_request_t *r);
static void ngx_http_export_ctx_cleanup(void *data);


ngx_http_export_ctx_t *
ngx_http_export_get_ctx(ngx_http_request_t *r)
{
    ngx_pool_cleanup_t      *cln;
    ngx_http_export_ctx_t   *ctx;
    ngx_http_export_kept_t  *kept;

    ctx = ngx_http_get_module_ctx(r, ngx_http_export_policy_module);

    /* only internal redirects clear a context, and they set r->internal */

    if (ctx || !r->internal) {
        return ctx;
    }

    for (cln = r->pool->cleanup; cln; cln = cln->next) {

        if (cln->handler == ngx_http_export_ctx_cleanup && cln->data == r) {
            kept = (ngx_http_export_kept_t *) cln;
            ngx_http_set_ctx(r, &kept->ctx, ngx_http_export_policy_module);
            ngx_http_export_forget_reader(&kept->ctx);
            return &kept->ctx;
        }
    }

    return NULL;
}


/*
 * An internal redirect has ended the reading of the body: the event by which
 * the gate would go on with it must not run the phases of the new location.  A
 * stream that must not go on is still aborted.
 */

static void
ngx_http_export_forget_reader(ngx_http_export_ctx_t *ctx)
{
    if (ctx->inspection
        && ctx->inspection->state != NGX_HTTP_EXPORT_ABORTED)
    {
        ngx_http_export_cancel_wake(ctx->inspection);
    }
}


/*
 * One allocation for a context and its cleanup, which is linked by hand: eight
 * bytes more gave some requests a second pool block, 500 instructions.
 */

ngx_http_export_ctx_t *
ngx_http_export_create_ctx(ngx_http_request_t *r)
{
    ngx_http_export_kept_t              *kept;
    static const ngx_http_export_ctx_t   none;

    kept = ngx_palloc(r->pool, sizeof(ngx_http_export_kept_t));
    if (kept == NULL) {
        return NULL;
    }

    kept->ctx = none;
    kept->ctx.stripped = ngx_http_export_inherit_stripped(r);

    kept->cleanup.handler = ngx_http_export_ctx_cleanup;
    kept->cleanup.data = r;
    kept->cleanup.next = r->pool->cleanup;
    r->pool->cleanup = &kept->cleanup;

    ngx_http_set_ctx(r, &kept->ctx, ngx_http_export_policy_module);

    return &kept->ctx;
}


/*
 * A subrequest gets its parent's headers without those that were taken off the
 * parent, but is judged by them all.  The list is shared: parent and subrequest
 * only ever put more in front of it.
 */

static ngx_list_part_t *
ngx_http_export_inherit_stripped(ngx_http_request_t *r)
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


/* releases nothing: its address marks a context among a pool's cleanups */

static void
ngx_http_export_ctx_cleanup(void *data)
{
}


/* most transfers are allowed and not logged, and never need an id */

ngx_str_t
ngx_http_export_get_id(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx)
{
    uint32_t   n[NGX_HTTP_EXPORT_ID / 8];
    ngx_str_t  id;

    if (ctx->id == NULL) {

        ctx->id = ngx_pnalloc(r->pool, NGX_HTTP_EXPORT_ID);
        if (ctx->id == NULL) {
            ngx_str_null(&id);
            return id;
        }

        if (getrandom(n, sizeof(n), 0) != sizeof(n)) {
            n[0] = ngx_random();
            n[1] = ngx_random();
            n[2] = (uint32_t) ngx_time();
            n[3] = (uint32_t) ngx_pid;
        }

        ngx_hex_dump(ctx->id, (u_char *) n, sizeof(n));
    }

    id.data = ctx->id;
    id.len = NGX_HTTP_EXPORT_ID;

    return id;
}


uint64_t
ngx_http_export_count_dropped(ngx_http_export_ctx_t *ctx)
{
    uint64_t  dropped;

    if (ctx->verdict.decision != EXPORT_REDACT) {
        return 0;
    }

    dropped = ngx_http_export_dropped_so_far(ctx);

    return dropped ? dropped : ctx->facts.records.refused;
}


u_char *
ngx_http_export_write_jurisdictions(ngx_http_request_t *r, u_char *p,
    export_place_t places, char *quote)
{
    ngx_uint_t                    i, more;
    export_jurisdictions_t       *js;
    ngx_http_export_main_conf_t  *emcf;

    emcf = ngx_http_get_module_main_conf(r, ngx_http_export_policy_module);

    js = &emcf->jurisdictions;
    more = 0;

    for (i = 0; i < js->n; i++) {
        if (places & ((export_place_t) 1 << i)) {
            p = ngx_sprintf(p, "%s%s%V%s", more++ ? "," : "", quote,
                            &js->name[i], quote);
        }
    }

    return p;
}


size_t
ngx_http_export_measure_jurisdictions(ngx_http_request_t *r,
    export_place_t places)
{
    size_t                        len;
    ngx_uint_t                    i;
    export_jurisdictions_t       *js;
    ngx_http_export_main_conf_t  *emcf;

    emcf = ngx_http_get_module_main_conf(r, ngx_http_export_policy_module);

    js = &emcf->jurisdictions;
    len = 0;

    for (i = 0; i < js->n; i++) {
        if (places & ((export_place_t) 1 << i)) {
            len += js->name[i].len + sizeof("\"\",") - 1;
        }
    }

    return len;
}
