
/*
 * Takes the policy headers off a request before the recipient sees it.
 */


#include "ngx_http_export_policy.h"


static ngx_uint_t ngx_http_export_strips(ngx_http_export_plan_t *plan,
    ngx_table_elt_t *h);
static ngx_uint_t ngx_http_export_count_headers(ngx_http_request_t *r,
    ngx_http_export_plan_t *plan, ngx_uint_t *strip);
static ngx_table_elt_t *ngx_http_export_keep(ngx_http_request_t *r,
    ngx_http_export_ctx_t *main, ngx_table_elt_t *h);
static void ngx_http_export_unlink(ngx_http_request_t *r, ngx_table_elt_t *h);


/*
 * The list is made anew, never changed in place: subrequests share its parts.
 * What is taken off is kept for the decision after an internal redirect.
 */

ngx_int_t
ngx_http_export_strip(ngx_http_request_t *r, ngx_http_export_ctx_t *main)
{
    ngx_list_t                  *headers;
    ngx_uint_t                   i, n, strip;
    ngx_list_part_t             *part;
    ngx_table_elt_t             *h, *left, *kept;
    ngx_http_export_loc_conf_t  *elcf;

    elcf = ngx_http_get_module_loc_conf(r, ngx_http_export_policy_module);

    n = ngx_http_export_count_headers(r, elcf->plan, &strip);

    if (strip == 0) {
        return NGX_OK;
    }

    left = ngx_palloc(r->pool, n * sizeof(ngx_table_elt_t));
    if (left == NULL) {
        return NGX_ERROR;
    }

    headers = &r->headers_in.headers;
    n = 0;

    for (part = &headers->part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (!ngx_http_export_strips(elcf->plan, &h[i])) {
                left[n++] = h[i];
                continue;
            }

            kept = ngx_http_export_keep(r, main, &h[i]);
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

    return NGX_OK;
}


/*
 * NGX_HTTP_EXPORT_SAME, _TWIN, or 0; "name" is in lower case, and as long as
 * the header's.
 */

ngx_uint_t
ngx_http_export_same_name(ngx_str_t *name, ngx_table_elt_t *h)
{
    u_char      a, b;
    size_t      i;
    ngx_uint_t  rc;

    if (h->lowcase_key
        && ngx_memcmp(h->lowcase_key, name->data, name->len) == 0)
    {
        return NGX_HTTP_EXPORT_SAME;
    }

    rc = NGX_HTTP_EXPORT_SAME;

    for (i = 0; i < name->len; i++) {
        a = name->data[i];
        b = export_lower(h->key.data[i]);

        if (a == b) {
            continue;
        }

        if ((a != '-' && a != '_') || (b != '-' && b != '_')) {
            return 0;
        }

        rc = NGX_HTTP_EXPORT_TWIN;
    }

    return rc;
}


static ngx_uint_t
ngx_http_export_strips(ngx_http_export_plan_t *plan, ngx_table_elt_t *h)
{
    ngx_uint_t                i;
    ngx_http_export_watch_t  *watch;

    if (!(plan->strip & ngx_http_export_length_bit(h->key.len))) {
        return 0;
    }

    watch = plan->watches.elts;

    for (i = 0; i < plan->watches.nelts; i++) {

        if ((watch[i].type == NGX_HTTP_EXPORT_WATCH_SUBJECT
             || watch[i].type == NGX_HTTP_EXPORT_WATCH_CONSENT)
            && ngx_http_export_may_be(&watch[i].name, h)
            && ngx_http_export_same_name(&watch[i].name, h))
        {
            return 1;
        }
    }

    return 0;
}


static ngx_uint_t
ngx_http_export_count_headers(ngx_http_request_t *r,
    ngx_http_export_plan_t *plan, ngx_uint_t *strip)
{
    ngx_uint_t        i, n;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    n = 0;
    *strip = 0;

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        h = part->elts;
        n += part->nelts;

        for (i = 0; i < part->nelts; i++) {
            *strip += ngx_http_export_strips(plan, &h[i]);
        }
    }

    return n;
}


static ngx_table_elt_t *
ngx_http_export_keep(ngx_http_request_t *r, ngx_http_export_ctx_t *main,
    ngx_table_elt_t *h)
{
    if (main->stripped == NULL) {
        main->stripped = ngx_array_create(r->pool, 4,
                                          sizeof(ngx_table_elt_t));
        if (main->stripped == NULL) {
            return NULL;
        }
    }

    ngx_http_export_unlink(r, h);

    return ngx_array_push(main->stripped);
}


/* nginx's own headers have a second way to them: proxies add to some */

static void
ngx_http_export_unlink(ngx_http_request_t *r, ngx_table_elt_t *h)
{
    ngx_http_header_t          *hh;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_get_module_main_conf(r, ngx_http_core_module);

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
