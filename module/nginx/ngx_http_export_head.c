
/*
 * Hands the headers and arguments of a request to export_head.c, in one pass
 * over each.
 */


#include "ngx_http_export_request.h"


#if (NGX_HTTP_EXPORT_MAX_CONSENTS > EXPORT_HEAD_RULES)
#error "more rules of consent than export_head.c tells apart"
#endif


/*
 * The value of a header, or NULL if another module has deleted the header:
 * it says nothing then, but is taken off all the same.
 */

#define ngx_http_export_header_value(h)                                       \
    ((h)->hash ? ngx_http_export_str(&(h)->value) : NULL)

#define ngx_http_export_header_bit(n)                                         \
    ((uint64_t) 1 << ngx_min((ngx_uint_t) (n), NGX_HTTP_EXPORT_PLACES))


static uint64_t ngx_http_export_collect_headers(export_head_t *head,
    ngx_list_part_t *part);
static uint64_t ngx_http_export_collect_odd_headers(export_head_t *head,
    ngx_list_part_t *part);
static void ngx_http_export_collect_args(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, export_head_t *head,
    export_head_marks_t *marks);
static ngx_str_t ngx_http_export_query_form(ngx_http_request_t *r,
    ngx_http_export_outgoing_t *outgoing, ngx_uint_t i);
static ngx_uint_t ngx_http_export_is_query_repeated(ngx_http_request_t *r,
    ngx_http_export_outgoing_t *outgoing, ngx_uint_t i, ngx_str_t *query);
static void ngx_http_export_find_mark_headers(ngx_http_request_t *r,
    export_head_marks_t *marks);


void
ngx_http_export_collect_head(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx)
{
    export_head_t                 head;
    ngx_list_part_t              *headers;
    ngx_http_export_plan_t       *plan;
    ngx_http_export_main_conf_t  *emcf;
    static const export_facts_t   no_facts;

    plan = ctx->elcf->plan;
    emcf = ngx_http_get_module_main_conf(r, ngx_http_export_policy_module);

    ctx->facts = no_facts;

    if (ngx_http_export_collect_outgoing(r, ctx) != NGX_OK) {
        ctx->facts.error = 1;
    }

    export_head_init(&head, plan->head, &emcf->atlas, emcf->scratch,
                     &ctx->facts, NULL);

    headers = &r->headers_in.headers.part;

    ctx->private_headers = ngx_http_export_collect_headers(&head, headers);

    /* what was taken off for an earlier recipient is still said */

    if (ctx->stripped) {
        (void) ngx_http_export_collect_headers(&head, ctx->stripped);
    }

    if (emcf->odd_names) {
        ctx->private_headers |= ngx_http_export_collect_odd_headers(&head,
                                                                    headers);

        (void) ngx_http_export_collect_odd_headers(&head, ctx->stripped);
    }

    if (export_head_asks_args(plan->head)) {
        ngx_http_export_collect_args(r, ctx, &head, NULL);
    }

    export_head_end(&head);

    ctx->facts.outdated = emcf->expires != 0 && ngx_time() >= emcf->expires;
}


/*
 * Returns the headers that no recipient may see, a bit for each place in the
 * list.  Most headers have names of a class that nobody watches.  The loop over
 * headers is on this side of export_head.h, so that such headers cost no call.
 */

static uint64_t
ngx_http_export_collect_headers(export_head_t *head, ngx_list_part_t *part)
{
    uint64_t                    places;
    ngx_uint_t                  before;
    export_str_t               *name;
    ngx_table_elt_t            *h, *first, *last;
    const export_head_watch_t  *watch;

    before = 0;
    places = 0;

    for ( /* void */ ; part; part = part->next) {
        first = part->elts;
        last = first + part->nelts;

        for (h = first; h < last; h++) {
            name = ngx_http_export_str(&h->key);
            watch = export_head_watched(head, name);

            if (watch
                && export_head_header(head, watch, name, h->lowcase_key,
                                      ngx_http_export_header_value(h)))
            {
                places |= ngx_http_export_header_bit(before + (h - first));
            }
        }

        before += part->nelts;
    }

    return places;
}


/*
 * Does so for names that are near to a watched one; such headers only come
 * where a server lets in headers of any name.
 */

static uint64_t
ngx_http_export_collect_odd_headers(export_head_t *head, ngx_list_part_t *part)
{
    uint64_t          places;
    ngx_uint_t        i, before;
    ngx_table_elt_t  *h;

    before = 0;
    places = 0;

    for ( /* void */ ; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (export_head_odd_header(head, ngx_http_export_str(&h[i].key),
                                       h[i].lowcase_key,
                                       ngx_http_export_header_value(&h[i])))
            {
                places |= ngx_http_export_header_bit(before + i);
            }
        }

        before += part->nelts;
    }

    return places;
}


/*
 * Gives every form of the query to the head, or to the marks of an endpoint:
 * one of "head" and "marks" is NULL.
 */

static void
ngx_http_export_collect_args(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx,
    export_head_t *head, export_head_marks_t *marks)
{
    u_char                      *buf;
    ngx_str_t                    query;
    ngx_uint_t                   i, n;
    ngx_http_export_outgoing_t  *outgoing;

    outgoing = ctx->outgoing;

    n = outgoing ? 3 : 2;
    n += outgoing && outgoing->params ? outgoing->params->nelts : 0;

    for (i = 0; i < n; i++) {
        query = ngx_http_export_query_form(r, outgoing, i);

        if (query.len == 0
            || ngx_http_export_is_query_repeated(r, outgoing, i, &query))
        {
            continue;
        }

        buf = ngx_pnalloc(r->pool, query.len);
        if (buf == NULL) {
            ctx->facts.error = 1;
            return;
        }

        if (head) {
            export_head_query(head, ngx_http_export_str(&query), buf);

        } else {
            export_head_marks_query(marks, ngx_http_export_str(&query), buf);
        }
    }
}


/*
 * The forms of the query, any of which the recipient may get: the query as
 * nginx has it; as it was sent, if a rewrite has changed it; and those that
 * proxy_pass or fastcgi_param build.
 */

static ngx_str_t
ngx_http_export_query_form(ngx_http_request_t *r,
    ngx_http_export_outgoing_t *outgoing, ngx_uint_t i)
{
    ngx_http_export_target_t  *param;

    switch (i) {

    case 0:
        return r->args;

    case 1:
        return ngx_http_export_sent_args(r);

    case 2:
        return outgoing->args;

    default:
        param = outgoing->params->elts;
        return param[i - 3].args;
    }
}


/* whether a form of the query before the one of number "i" has its text */

static ngx_uint_t
ngx_http_export_is_query_repeated(ngx_http_request_t *r,
    ngx_http_export_outgoing_t *outgoing, ngx_uint_t i, ngx_str_t *query)
{
    ngx_str_t   earlier;
    ngx_uint_t  k;

    for (k = 0; k < i; k++) {
        earlier = ngx_http_export_query_form(r, outgoing, k);

        if (ngx_http_export_same_text(query, &earlier)) {
            return 1;
        }
    }

    return 0;
}


ngx_str_t
ngx_http_export_sent_args(ngx_http_request_t *r)
{
    u_char     *p, *last;
    ngx_str_t   args;

    p = r->main->unparsed_uri.data;
    last = p + r->main->unparsed_uri.len;

    ngx_str_null(&args);

    p = ngx_strlchr(p, last, '?');

    if (p) {
        args.data = p + 1;
        args.len = last - args.data;
    }

    return args;
}


ngx_int_t
ngx_http_export_find_marks(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx,
    ngx_http_export_endpoint_t *endpoint)
{
    export_head_marks_t           marks;
    ngx_http_export_main_conf_t  *emcf;

    emcf = ngx_http_get_module_main_conf(r, ngx_http_export_policy_module);

    export_head_marks_init(&marks, endpoint->marks.elts,
                           endpoint->marks.nelts, emcf->scratch);

    if (export_head_marks_ask_headers(&marks)) {
        ngx_http_export_find_mark_headers(r, &marks);
    }

    if (export_head_marks_ask_args(&marks)) {
        ngx_http_export_collect_args(r, ctx, NULL, &marks);
    }

    ctx->facts.error |= export_head_marks_failed(&marks);

    return export_head_marks_end(&marks);
}


static void
ngx_http_export_find_mark_headers(ngx_http_request_t *r,
    export_head_marks_t *marks)
{
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (h[i].hash) {
                export_head_marks_header(marks, ngx_http_export_str(&h[i].key),
                                         h[i].lowcase_key,
                                         ngx_http_export_str(&h[i].value));
            }
        }
    }
}
