
/*
 * The answer to a blocked transfer: one status for all reasons, a body of type
 * application/problem+json (RFC 9457) that must not be stored, and a link to
 * who blocks (RFC 7725).  Answers to other transfers get Export-Decision.
 */


#include "ngx_http_export_request.h"


static ngx_uint_t ngx_http_export_has_error_page(ngx_http_request_t *r,
    ngx_uint_t status);
static ngx_int_t ngx_http_export_make_problem(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, ngx_str_t *text);
static ngx_str_t *ngx_http_export_find_title(ngx_uint_t status);
static ngx_int_t ngx_http_export_header_filter(ngx_http_request_t *r);
static EXPORT_RARE ngx_int_t ngx_http_export_add_refusal(
    ngx_http_request_t *r);
static ngx_uint_t ngx_http_export_shows_decision(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx);
static EXPORT_RARE ngx_int_t ngx_http_export_add_decision(
    ngx_http_request_t *r, ngx_http_export_ctx_t *ctx);
static ngx_uint_t ngx_http_export_speaks_for_us(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx);
static void ngx_http_export_hide_decision(ngx_list_t *headers);
static ngx_int_t ngx_http_export_trailer_filter(ngx_http_request_t *r,
    ngx_chain_t *in);
static ngx_int_t ngx_http_export_add_header(ngx_http_request_t *r,
    char *name, ngx_str_t *value);
#if (NGX_HTTP_EXPORT_EARLY_HINTS)
static ngx_int_t ngx_http_export_early_hints_filter(ngx_http_request_t *r);
#endif


/* bytes of Export-Decision, at most: two names, two numbers and the id */

#define NGX_HTTP_EXPORT_DECISION_LEN  256


static ngx_http_output_header_filter_pt  ngx_http_next_header_filter;
static ngx_http_output_body_filter_pt  ngx_http_next_body_filter;
#if (NGX_HTTP_EXPORT_EARLY_HINTS)
static ngx_http_output_header_filter_pt  ngx_http_next_early_hints_filter;
#endif


static ngx_str_t  ngx_http_export_problem_type =
    ngx_string("application/problem+json");

static ngx_str_t  ngx_http_export_unavailable =
    ngx_string("451 Unavailable For Legal Reasons");

static ngx_str_t  ngx_http_export_no_store = ngx_string("no-store");


/* "title" of a problem of type "about:blank" is the phrase of its status */

static struct {
    ngx_uint_t  status;
    ngx_str_t   title;

} ngx_http_export_titles[] = {
    { 400, ngx_string("Bad Request") },
    { 403, ngx_string("Forbidden") },
    { 422, ngx_string("Unprocessable Content") },
    { 451, ngx_string("Unavailable For Legal Reasons") },
    { 0, ngx_string("Blocked") }
};


ngx_int_t
ngx_http_export_refuse(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx)
{
    ngx_int_t                    rc;
    ngx_str_t                    text;
    ngx_http_complex_value_t     cv;
    ngx_http_export_loc_conf_t  *elcf;

    elcf = ngx_http_get_module_loc_conf(r, ngx_http_export_policy_module);

    if (ngx_http_export_has_error_page(r, elcf->status)) {
        return elcf->status;
    }

    if (ngx_http_export_make_problem(r, ctx, &text) != NGX_OK) {
        return elcf->status;
    }

    ngx_memzero(&cv, sizeof(ngx_http_complex_value_t));
    cv.value = text;

    r->headers_out.status_line.len = 0;

    rc = ngx_http_send_response(r, elcf->status, &ngx_http_export_problem_type,
                                &cv);

    ngx_http_finalize_request(r, rc);

    return NGX_DONE;
}


ngx_int_t
ngx_http_export_header_filter_init(ngx_conf_t *cf)
{
    ngx_http_next_header_filter = ngx_http_top_header_filter;
    ngx_http_top_header_filter = ngx_http_export_header_filter;

    ngx_http_next_body_filter = ngx_http_top_body_filter;
    ngx_http_top_body_filter = ngx_http_export_trailer_filter;

#if (NGX_HTTP_EXPORT_EARLY_HINTS)
    ngx_http_next_early_hints_filter = ngx_http_top_early_hints_filter;
    ngx_http_top_early_hints_filter = ngx_http_export_early_hints_filter;
#endif

    return NGX_OK;
}


/* whether ngx_http_special_response_handler() will show an error page */

static ngx_uint_t
ngx_http_export_has_error_page(ngx_http_request_t *r, ngx_uint_t status)
{
    ngx_uint_t                 i;
    ngx_http_err_page_t       *page;
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    if (clcf->error_pages == NULL || r->error_page || r->uri_changes == 0) {
        return 0;
    }

    page = clcf->error_pages->elts;

    for (i = 0; i < clcf->error_pages->nelts; i++) {
        if ((ngx_uint_t) page[i].status == status) {
            return 1;
        }
    }

    return 0;
}


static ngx_int_t
ngx_http_export_make_problem(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx,
    ngx_str_t *text)
{
    size_t                       len;
    u_char                      *p;
    ngx_str_t                   *title, id;
    export_reason_e              reason;
    const export_str_t          *detail;
    ngx_http_export_loc_conf_t  *elcf;

    elcf = ngx_http_get_module_loc_conf(r, ngx_http_export_policy_module);

    id = ngx_http_export_get_id(r, ctx);
    title = ngx_http_export_find_title(elcf->status);
    reason = ctx->verdict.reason;
    detail = export_policy_detail(&ctx->facts, reason);

    len = sizeof("{\"type\":\"about:blank\",\"title\":\"\",\"status\":451,"
                 "\"detail\":\"\",\"reason\":\"\",\"purpose\":\"\","
                 "\"jurisdictions\":[],\"decision_id\":\"\","
                 "\"error\":{\"message\":\" ()\",\"type\":\"export_policy\","
                 "\"code\":\"\"}}\n")
          + title->len + 2 * detail->len
          + 3 * export_reason_names[reason].len
          + export_purpose_names[ctx->verdict.purpose].len + id.len
          + ngx_http_export_measure_jurisdictions(r, ctx->verdict.places);

    p = ngx_pnalloc(r->pool, len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    text->data = p;

    p = ngx_sprintf(p, "{\"type\":\"about:blank\",\"title\":\"%V\","
                    "\"status\":%ui,\"detail\":\"%V\",\"reason\":\"%V\","
                    "\"purpose\":\"%V\",\"jurisdictions\":[",
                    title, elcf->status, detail,
                    &export_reason_names[reason],
                    &export_purpose_names[ctx->verdict.purpose]);

    p = ngx_http_export_write_jurisdictions(r, p, ctx->verdict.places, "\"");

    /* of all members, clients made for OpenAI's API show only "error" */

    p = ngx_sprintf(p, "],\"decision_id\":\"%V\",\"error\":{"
                    "\"message\":\"%V (%V)\",\"type\":\"export_policy\","
                    "\"code\":\"%V\"}}\n",
                    &id, detail, &export_reason_names[reason],
                    &export_reason_names[reason]);

    text->len = p - text->data;

    return NGX_OK;
}


static ngx_str_t *
ngx_http_export_find_title(ngx_uint_t status)
{
    ngx_uint_t  i;

    for (i = 0; ngx_http_export_titles[i].status; i++) {
        if (ngx_http_export_titles[i].status == status) {
            break;
        }
    }

    return &ngx_http_export_titles[i].title;
}


/* runs for the operator's own error pages, too */

static ngx_int_t
ngx_http_export_header_filter(ngx_http_request_t *r)
{
    ngx_http_export_ctx_t  *ctx;

    ctx = ngx_http_export_get_ctx(r);

    if (ctx == NULL || r != r->main) {
        return ngx_http_next_header_filter(r);
    }

    if (ngx_http_export_speaks_for_us(r, ctx)) {
        ngx_http_export_hide_decision(&r->headers_out.headers);

        if (ngx_http_export_shows_decision(r, ctx)
            && ngx_http_export_add_decision(r, ctx) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    if (ctx->blocked && ngx_http_export_add_refusal(r) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_next_header_filter(r);
}


static EXPORT_RARE ngx_int_t
ngx_http_export_add_refusal(ngx_http_request_t *r)
{
    ngx_http_export_loc_conf_t  *elcf;

    elcf = ngx_http_get_module_loc_conf(r, ngx_http_export_policy_module);

    /* nginx has no reason phrase for 451 */

    if (r->headers_out.status == NGX_HTTP_EXPORT_STATUS
        && r->headers_out.status_line.len == 0)
    {
        r->headers_out.status_line = ngx_http_export_unavailable;
    }

    if (ngx_http_export_add_header(r, "Cache-Control",
                                   &ngx_http_export_no_store)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (elcf->link.len
        && ngx_http_export_add_header(r, "Link", &elcf->link) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


/*
 * Whether the answer gets Export-Decision.  In monitor mode answers stay as
 * they are, and before the verdict there is nothing to show.
 */

static ngx_uint_t
ngx_http_export_shows_decision(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx)
{
    ngx_http_export_loc_conf_t  *elcf;

    elcf = ngx_http_get_module_loc_conf(r, ngx_http_export_policy_module);

    if (ctx->verdict.decision == EXPORT_DECISION_NONE
        || ctx->verdict.decision == EXPORT_UNJUDGED
        || ngx_http_export_state(ctx) != NGX_HTTP_EXPORT_IDLE
        || elcf->mode == NGX_HTTP_EXPORT_MONITOR)
    {
        return 0;
    }

    return elcf->decision_header == NGX_HTTP_EXPORT_HEADER_ON
           || (elcf->decision_header == NGX_HTTP_EXPORT_HEADER_REDACT
               && ctx->verdict.decision == EXPORT_REDACT);
}


/*
 * Whether an Export-Decision that the recipient has sent would be taken for
 * ours: where we add one, and where we might, had the body ended before.
 */

static ngx_uint_t
ngx_http_export_speaks_for_us(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx)
{
    ngx_http_export_loc_conf_t  *elcf;

    elcf = ngx_http_get_module_loc_conf(r, ngx_http_export_policy_module);

    if (ctx == NULL || elcf->mode == NGX_HTTP_EXPORT_MONITOR) {
        return 0;
    }

    return elcf->decision_header == NGX_HTTP_EXPORT_HEADER_ON
           || (elcf->decision_header == NGX_HTTP_EXPORT_HEADER_REDACT
               && (ngx_http_export_state(ctx) != NGX_HTTP_EXPORT_IDLE
                   || ctx->verdict.decision == EXPORT_REDACT));
}


/* a recipient's trailers, which come with the end of its answer */

static ngx_int_t
ngx_http_export_trailer_filter(ngx_http_request_t *r, ngx_chain_t *in)
{
    if (r->headers_out.trailers.part.nelts
        && ngx_http_export_speaks_for_us(r, ngx_http_export_get_ctx(r)))
    {
        ngx_http_export_hide_decision(&r->headers_out.trailers);
    }

    return ngx_http_next_body_filter(r, in);
}


#if (NGX_HTTP_EXPORT_EARLY_HINTS)

/* a recipient's 103, which may come before the verdict on a stream */

static ngx_int_t
ngx_http_export_early_hints_filter(ngx_http_request_t *r)
{
    ngx_http_export_ctx_t       *ctx;
    ngx_http_export_loc_conf_t  *elcf;

    ctx = ngx_http_export_get_ctx(r);
    elcf = ngx_http_get_module_loc_conf(r, ngx_http_export_policy_module);

    if (ctx && elcf->mode != NGX_HTTP_EXPORT_MONITOR
        && elcf->decision_header != NGX_HTTP_EXPORT_HEADER_OFF)
    {
        ngx_http_export_hide_decision(&r->headers_out.headers);
    }

    return ngx_http_next_early_hints_filter(r);
}

#endif


/* the value is a dictionary of RFC 9651 */

static EXPORT_RARE ngx_int_t
ngx_http_export_add_decision(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx)
{
    u_char     *p;
    ngx_str_t   id, value;

    p = ngx_pnalloc(r->pool, NGX_HTTP_EXPORT_DECISION_LEN);
    if (p == NULL) {
        return NGX_ERROR;
    }

    id = ngx_http_export_get_id(r, ctx);

    value.data = p;
    value.len = ngx_snprintf(p, NGX_HTTP_EXPORT_DECISION_LEN, "decision=%V, "
                             "reason=%V, id=\"%V\", records=%uL, dropped=%uL",
                             &export_decision_names[ctx->verdict.decision],
                             &export_reason_names[ctx->verdict.reason], &id,
                             ctx->facts.records.n,
                             ngx_http_export_count_dropped(ctx))
                - p;

    return ngx_http_export_add_header(r, "Export-Decision", &value);
}


/* deletes the recipient's own Export-Decision */

static void
ngx_http_export_hide_decision(ngx_list_t *headers)
{
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    static ngx_str_t  name = ngx_string("export-decision");

    for (part = &headers->part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (ngx_http_export_same_name(&name, &h[i])) {
                h[i].hash = 0;
            }
        }
    }
}


static ngx_int_t
ngx_http_export_add_header(ngx_http_request_t *r, char *name,
    ngx_str_t *value)
{
    ngx_table_elt_t  *h;

    h = ngx_list_push(&r->headers_out.headers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(h, sizeof(ngx_table_elt_t));

    h->hash = 1;
    h->key.data = (u_char *) name;
    h->key.len = ngx_strlen(name);
    h->value = *value;

    return NGX_OK;
}
