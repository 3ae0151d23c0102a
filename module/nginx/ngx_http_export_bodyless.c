
/*
 * Requests that can carry no record: without a body or the announcement of
 * one, and with a head that names nobody.
 */


#include "ngx_http_export_request.h"
#include "export_nobody.h"


#define NGX_HTTP_EXPORT_BODYLESS                                              \
    (NGX_HTTP_GET|NGX_HTTP_HEAD|NGX_HTTP_OPTIONS|NGX_HTTP_DELETE)


static ngx_uint_t ngx_http_export_may_have_body(ngx_http_request_t *r);
static ngx_uint_t ngx_http_export_head_names_anybody(ngx_http_request_t *r,
    ngx_array_t *subjects);
static ngx_uint_t ngx_http_export_header_names_anybody(ngx_str_t *name,
    ngx_array_t *subjects);
static ngx_uint_t ngx_http_export_url_names_anybody(ngx_str_t *url,
    ngx_array_t *subjects);
static export_str_t ngx_http_export_subject_name(
    export_head_rule_t *rule);


/* headers by which a request becomes another, or has a body after all */

static export_str_t  ngx_http_export_carriers[] = {
    export_string("upgrade"),
    export_string("http2-settings"),
    export_string("transfer-encoding"),
};


ngx_uint_t
ngx_http_export_is_bodyless(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx)
{
    ngx_http_export_loc_conf_t  *elcf;

    elcf = ctx->elcf;

    if (r != r->main || !elcf->bodyless
        || !(r->method & NGX_HTTP_EXPORT_BODYLESS)
        || ctx->facts.declared.n || ctx->facts.head.n
        || !export_policy_governs(&ctx->facts, &elcf->policy)
        || ngx_http_export_may_have_body(r)
        || r->uri.len + r->args.len > EXPORT_NOBODY_URL)
    {
        return 0;
    }

    return !ngx_http_export_head_names_anybody(r, elcf->subjects)
           && !ngx_http_export_url_names_anybody(&r->unparsed_uri,
                                                 elcf->subjects)
           && !ngx_http_export_url_names_anybody(&r->uri, elcf->subjects)
           && !ngx_http_export_url_names_anybody(&r->args, elcf->subjects);
}


static ngx_uint_t
ngx_http_export_may_have_body(ngx_http_request_t *r)
{
#if (NGX_HTTP_V2)
    if (r->stream && !r->stream->in_closed) {
        return 1;
    }
#endif

    return r->headers_in.content_length_n > 0 || r->headers_in.chunked
           || (r->request_body && r->request_body->bufs);
}


static ngx_uint_t
ngx_http_export_head_names_anybody(ngx_http_request_t *r, ngx_array_t *subjects)
{
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (ngx_http_export_header_names_anybody(&h[i].key, subjects)) {
                return 1;
            }
        }
    }

    return 0;
}


static ngx_uint_t
ngx_http_export_header_names_anybody(ngx_str_t *name, ngx_array_t *subjects)
{
    ngx_uint_t           i;
    export_str_t         looked_for;
    export_head_rule_t  *rule;

    for (i = 0; i < sizeof(ngx_http_export_carriers) / sizeof(export_str_t);
         i++)
    {
        if (export_str_same(&ngx_http_export_carriers[i],
                            ngx_http_export_str(name)))
        {
            return 1;
        }
    }

    rule = subjects->elts;

    for (i = 0; i < subjects->nelts; i++) {
        looked_for = ngx_http_export_subject_name(&rule[i]);

        if (export_nobody_is(ngx_http_export_str(name), &looked_for)) {
            return 1;
        }
    }

    return export_nobody_header(ngx_http_export_str(name));
}


static ngx_uint_t
ngx_http_export_url_names_anybody(ngx_str_t *url, ngx_array_t *subjects)
{
    u_char               buf[EXPORT_NOBODY_URL];
    ngx_uint_t           i;
    export_str_t         decoded, looked_for;
    export_head_rule_t  *rule;

    if (export_nobody_decode(ngx_http_export_str(url), buf, &decoded)
        != EXPORT_OK
        || export_nobody_url(&decoded))
    {
        return 1;
    }

    rule = subjects->elts;

    for (i = 0; i < subjects->nelts; i++) {
        looked_for = ngx_http_export_subject_name(&rule[i]);

        if (export_nobody_named(&decoded, &looked_for)) {
            return 1;
        }
    }

    return 0;
}


/* what a subject is called; of a JSON pointer, the last token */

static export_str_t
ngx_http_export_subject_name(export_head_rule_t *rule)
{
    size_t        i;
    export_str_t  name;

    name = *ngx_http_export_str(&rule->name);

    for (i = name.len; i; i--) {
        if (name.data[i - 1] == '/') {
            name.data += i;
            name.len -= i;
            break;
        }
    }

    return name;
}
