
/*
 * Takes the policy headers off a request before the recipient sees it.
 */


#include "ngx_http_export_policy.h"


static ngx_uint_t ngx_http_export_run(ngx_http_export_ctx_t *ctx,
    ngx_table_elt_t *h, ngx_uint_t n, ngx_uint_t place, ngx_uint_t *goes);
static ngx_list_part_t *ngx_http_export_leave(ngx_http_request_t *r,
    ngx_list_part_t *last, ngx_table_elt_t *h, ngx_uint_t n);
static ngx_int_t ngx_http_export_take(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, ngx_table_elt_t *h, ngx_uint_t n);
static void ngx_http_export_unlink(ngx_http_request_t *r, ngx_table_elt_t *h);
static ngx_uint_t ngx_http_export_of_header(ngx_str_t *name);


/*
 * The list is made anew, never changed in place: subrequests share its parts.
 * Its new parts are runs of headers that stay; the others, which are kept for
 * the decision after an internal redirect, are runs too.
 */

ngx_int_t
ngx_http_export_strip(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx)
{
    ngx_list_t       *headers;
    ngx_uint_t        n, goes, left, place;
    ngx_list_part_t  *part, *last, first;
    ngx_table_elt_t  *h;

    headers = &r->headers_in.headers;

    ngx_memzero(&first, sizeof(ngx_list_part_t));

    place = 0;
    last = &first;

    for (part = &headers->part; part; part = part->next) {
        h = part->elts;

        for (left = part->nelts; left; h += n, left -= n, place += n) {
            n = ngx_http_export_run(ctx, h, left, place, &goes);

            if (!goes) {
                last = ngx_http_export_leave(r, last, h, n);

                if (last == NULL) {
                    return NGX_ERROR;
                }

            } else if (ngx_http_export_take(r, ctx, h, n) != NGX_OK) {
                return NGX_ERROR;
            }
        }
    }

    if (first.nelts == 0) {
        first.elts = ngx_palloc(r->pool, sizeof(ngx_table_elt_t));
        if (first.elts == NULL) {
            return NGX_ERROR;
        }
    }

    /* the last part is full: a header that is added later begins the next */

    headers->part = first;
    headers->last = last == &first ? &headers->part : last;
    headers->nalloc = last->nelts ? last->nelts : 1;
    headers->pool = r->pool;

    ngx_http_export_forget(r);

    return NGX_OK;
}


/* how many of n headers go like the first of them, or stay like it */

static ngx_uint_t
ngx_http_export_run(ngx_http_export_ctx_t *ctx, ngx_table_elt_t *h,
    ngx_uint_t n, ngx_uint_t place, ngx_uint_t *goes)
{
    uint64_t    policy;
    ngx_uint_t  run;

    if (place >= NGX_HTTP_EXPORT_PLACES) {
        *goes = ngx_http_export_is_policy_header(ctx->elcf->plan, h);

        return 1;
    }

    policy = ctx->policy >> place;
    *goes = policy & 1;

    /* the next that is otherwise, or that has no bit of its own */

    policy = *goes ? ~policy : policy;
    policy |= (uint64_t) 1 << (NGX_HTTP_EXPORT_PLACES - place);

    run = __builtin_ctzll(policy);

    return ngx_min(n, run);
}


/* appends a part, and returns the last, NULL if out of memory */

static ngx_list_part_t *
ngx_http_export_leave(ngx_http_request_t *r, ngx_list_part_t *last,
    ngx_table_elt_t *h, ngx_uint_t n)
{
    if (last->nelts) {
        last->next = ngx_palloc(r->pool, sizeof(ngx_list_part_t));
        last = last->next;

        if (last == NULL) {
            return NULL;
        }

        last->next = NULL;
    }

    last->elts = h;
    last->nelts = n;

    return last;
}


static ngx_int_t
ngx_http_export_take(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx,
    ngx_table_elt_t *h, ngx_uint_t n)
{
    ngx_list_part_t  *part;

    part = ngx_palloc(r->pool, sizeof(ngx_list_part_t));
    if (part == NULL) {
        return NGX_ERROR;
    }

    part->elts = h;
    part->nelts = n;
    part->next = ctx->stripped;

    ctx->stripped = part;

    if (ctx->elcf->plan->linked) {
        while (n--) {
            ngx_http_export_unlink(r, h++);
        }
    }

    return NGX_OK;
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

void
ngx_http_export_forget(ngx_http_request_t *r)
{
    ngx_uint_t                    i, *index;
    ngx_http_export_main_conf_t  *emcf;

    emcf = ngx_http_get_module_main_conf(r, ngx_http_export_policy_module);

    index = emcf->headers.elts;

    for (i = 0; i < emcf->headers.nelts; i++) {
        r->variables[index[i]].valid = 0;
        r->variables[index[i]].not_found = 0;
    }
}


static ngx_uint_t
ngx_http_export_of_header(ngx_str_t *name)
{
    static ngx_str_t  length = ngx_string("content_length");

    return (name->len > 5 && ngx_strncmp(name->data, "http_", 5) == 0)
           || (name->len == length.len
               && ngx_strncmp(name->data, length.data, length.len) == 0);
}


/* finds these variables, when all of the configuration has been read */

ngx_int_t
ngx_http_export_init_module(ngx_cycle_t *cycle)
{
    ngx_uint_t                    i, *index;
    ngx_http_variable_t          *v;
    ngx_http_core_main_conf_t    *cmcf;
    ngx_http_export_main_conf_t  *emcf;

    emcf = ngx_http_cycle_get_module_main_conf(cycle,
                                               ngx_http_export_policy_module);

    if (emcf == NULL || !emcf->enabled) {
        return NGX_OK;
    }

    cmcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_core_module);

    v = cmcf->variables.elts;

    for (i = 0; i < cmcf->variables.nelts; i++) {

        if (!ngx_http_export_of_header(&v[i].name)) {
            continue;
        }

        index = ngx_array_push(&emcf->headers);
        if (index == NULL) {
            return NGX_ERROR;
        }

        *index = i;
    }

    return NGX_OK;
}
