
/*
 * Takes the policy headers off a request before the recipient sees it.
 */


#include "ngx_http_export_policy.h"


static ngx_table_elt_t *ngx_http_export_keep(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, ngx_table_elt_t *h);
static void ngx_http_export_unlink(ngx_http_request_t *r, ngx_table_elt_t *h);
static void ngx_http_export_forget(ngx_http_request_t *r);


/*
 * The list is made anew, never changed in place: subrequests share its parts.
 * What is taken off is kept for the decision after an internal redirect.
 */

ngx_int_t
ngx_http_export_strip(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx)
{
    ngx_list_t                  *headers;
    ngx_uint_t                   i, n, place;
    ngx_list_part_t             *part;
    ngx_table_elt_t             *h, *left, *kept;
    ngx_http_export_loc_conf_t  *elcf;

    elcf = ngx_http_get_module_loc_conf(r, ngx_http_export_policy_module);
    headers = &r->headers_in.headers;

    for (n = 0, part = &headers->part; part; part = part->next) {
        n += part->nelts;
    }

    left = ngx_palloc(r->pool, n * sizeof(ngx_table_elt_t));
    if (left == NULL) {
        return NGX_ERROR;
    }

    n = 0;
    place = 0;

    for (part = &headers->part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++, place++) {

            if (!(ctx->policy & ((uint64_t) 1
                                 << ngx_min(place, NGX_HTTP_EXPORT_PLACES)))
                || (place >= NGX_HTTP_EXPORT_PLACES
                    && !ngx_http_export_is_policy_header(elcf->plan, &h[i])))
            {
                left[n++] = h[i];
                continue;
            }

            kept = ngx_http_export_keep(r, ctx, &h[i]);
            if (kept == NULL) {
                return NGX_ERROR;
            }

            *kept = h[i];
        }
    }

    /* one full part: a header that is added later begins the next */

    headers->part.elts = left;
    headers->part.nelts = n;
    headers->part.next = NULL;
    headers->last = &headers->part;
    headers->nalloc = n ? n : 1;
    headers->pool = r->pool;

    ngx_http_export_forget(r);

    return NGX_OK;
}


static ngx_table_elt_t *
ngx_http_export_keep(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx,
    ngx_table_elt_t *h)
{
    if (ctx->stripped == NULL) {
        ctx->stripped = ngx_array_create(r->pool, 4,
                                          sizeof(ngx_table_elt_t));
        if (ctx->stripped == NULL) {
            return NULL;
        }
    }

    ngx_http_export_unlink(r, h);

    return ngx_array_push(ctx->stripped);
}


/* nginx's own headers have a second way to them: proxies add to some */

static void
ngx_http_export_unlink(ngx_http_request_t *r, ngx_table_elt_t *h)
{
    ngx_http_header_t          *hh;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_get_module_main_conf(r, ngx_http_core_module);

    if (h->lowcase_key == NULL) {
        return;
    }

    hh = ngx_hash_find(&cmcf->headers_in_hash, h->hash, h->lowcase_key,
                       h->key.len);

    if (hh == NULL || hh->offset == 0) {
        return;
    }

#if (nginx_version < 1023000)

    if (hh->offset == offsetof(ngx_http_headers_in_t, cookies)
#if (NGX_HTTP_X_FORWARDED_FOR)
        || hh->offset == offsetof(ngx_http_headers_in_t, x_forwarded_for)
#endif
       )
    {
        ((ngx_array_t *) ((u_char *) &r->headers_in + hh->offset))->nelts = 0;
        return;
    }

#endif

    *((ngx_table_elt_t **) ((u_char *) &r->headers_in + hh->offset)) = NULL;
}


/* variables of headers that were read before, and are remembered */

static void
ngx_http_export_forget(ngx_http_request_t *r)
{
    ngx_uint_t                  i;
    ngx_http_variable_t        *v;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_get_module_main_conf(r, ngx_http_core_module);

    v = cmcf->variables.elts;

    for (i = 0; i < cmcf->variables.nelts; i++) {

        if ((r->variables[i].valid || r->variables[i].not_found)
            && v[i].name.len > 5
            && ngx_strncmp(v[i].name.data, "http_", 5) == 0)
        {
            r->variables[i].valid = 0;
            r->variables[i].not_found = 0;
        }
    }
}
