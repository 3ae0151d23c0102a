
/*
 * Builds what nginx will put on the wire before nginx does, so that it can be
 * judged: host, path and query, as proxy_pass, rewrite and fastcgi_param make
 * them.
 */


#include "ngx_http_export_neighbours.h"
#include "ngx_http_export_request.h"


/* captures ($1 and its like), which evaluating a variable may overwrite */

#if (NGX_PCRE)

typedef struct {
    ngx_uint_t    n;
    int          *captures;
    u_char       *data;
    unsigned      realloc:1;
} ngx_http_export_captures_t;

#endif


#define ngx_http_export_wire_has_params(ncf)                                  \
    ((ncf)->params && (ncf)->params->nelts)

/* 1 if the host is constant, or the target may not be the one sent to us */

#define ngx_http_export_wire_has_target(wire)                                 \
    ((wire)                                                                   \
     && ((wire)->kind != NGX_HTTP_EXPORT_WIRE_SENT || (wire)->host.len))


static EXPORT_RARE ngx_int_t ngx_http_export_evaluate_outgoing(
    ngx_http_request_t *r, ngx_http_export_ctx_t *ctx,
    ngx_http_export_neighbours_t *ncf);
static ngx_http_export_outgoing_t *ngx_http_export_get_outgoing(
    ngx_http_request_t *r, ngx_http_export_ctx_t *ctx);
static ngx_int_t ngx_http_export_evaluate_url(ngx_http_request_t *r,
    ngx_http_export_wire_t *wire, ngx_http_export_outgoing_t *outgoing);
static ngx_int_t ngx_http_export_build_target(ngx_http_request_t *r,
    ngx_http_export_wire_t *wire, ngx_http_export_outgoing_t *outgoing);
static ngx_int_t ngx_http_export_evaluate_text(ngx_http_request_t *r,
    ngx_http_complex_value_t *value, ngx_str_t *text);
static ngx_int_t ngx_http_export_evaluate_params(ngx_http_request_t *r,
    ngx_http_export_outgoing_t *outgoing, ngx_array_t *params);
static ngx_int_t ngx_http_export_evaluate_again(ngx_http_request_t *r,
    ngx_http_export_neighbours_t *ncf, ngx_http_export_outgoing_t *outgoing);
static ngx_uint_t ngx_http_export_same_outgoing(
    ngx_http_export_outgoing_t *now, ngx_http_export_outgoing_t *judged);
static void ngx_http_export_split_uri(ngx_str_t *uri, ngx_str_t *path,
    ngx_str_t *args);


/* most requests leave as they came: ctx->outgoing is NULL then */

ngx_int_t
ngx_http_export_collect_outgoing(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx)
{
    ngx_http_export_neighbours_t  *ncf;

    ctx->outgoing = NULL;

    ncf = ngx_http_get_module_loc_conf(r, ngx_http_export_neighbours_module);

    if (!ngx_http_export_wire_has_params(ncf)
        && !ngx_http_export_wire_has_target(ncf->wire))
    {
        return NGX_OK;
    }

    return ngx_http_export_evaluate_outgoing(r, ctx, ncf);
}


static EXPORT_RARE ngx_int_t
ngx_http_export_evaluate_outgoing(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, ngx_http_export_neighbours_t *ncf)
{
    ngx_http_export_wire_t      *wire;
    ngx_http_export_outgoing_t  *outgoing;

    if (ngx_http_export_wire_has_params(ncf)) {
        outgoing = ngx_http_export_get_outgoing(r, ctx);

        if (outgoing == NULL
            || ngx_http_export_evaluate_params(r, outgoing, ncf->params)
               != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    wire = ncf->wire;

    if (!ngx_http_export_wire_has_target(wire)) {
        return NGX_OK;
    }

    outgoing = ngx_http_export_get_outgoing(r, ctx);
    if (outgoing == NULL) {
        return NGX_ERROR;
    }

    outgoing->host = wire->host;

    switch (wire->kind) {

    case NGX_HTTP_EXPORT_WIRE_SENT:
        return NGX_OK;

    case NGX_HTTP_EXPORT_WIRE_PREFIX:
        return ngx_http_export_build_target(r, wire, outgoing);

    case NGX_HTTP_EXPORT_WIRE_VALUE:
    case NGX_HTTP_EXPORT_WIRE_HOST:
        return ngx_http_export_evaluate_url(r, wire, outgoing);

    default: /* NGX_HTTP_EXPORT_WIRE_UNKNOWN */
        outgoing->unknown = 1;
        return NGX_OK;
    }
}


/*
 * Variables that are made of headers or of the body may have changed since the
 * verdict, with headers taken off or the body replaced.  What will be sent must
 * still be what was judged.
 */

ngx_int_t
ngx_http_export_check_outgoing(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx)
{
    ngx_http_export_outgoing_t     now;
    ngx_http_export_neighbours_t  *ncf;

    ncf = ngx_http_get_module_loc_conf(r, ngx_http_export_neighbours_module);

    if (ncf->wire == NULL || ctx->outgoing == NULL) {
        return NGX_OK;
    }

    now = *ctx->outgoing;

    if (ngx_http_export_evaluate_again(r, ncf, &now) != NGX_OK) {
        return NGX_ERROR;
    }

    if (!ngx_http_export_same_outgoing(&now, ctx->outgoing)) {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "export policy: \"%V %V\" changes when policy headers "
                      "are taken off, and is not what was judged",
                      &ncf->wire->directive, &ncf->wire->text);
        return NGX_ERROR;
    }

    return NGX_OK;
}


/* evaluates again what nginx evaluates only when it sends */

static ngx_int_t
ngx_http_export_evaluate_again(ngx_http_request_t *r,
    ngx_http_export_neighbours_t *ncf, ngx_http_export_outgoing_t *outgoing)
{
    if (ngx_http_export_wire_has_params(ncf)
        && ngx_http_export_evaluate_params(r, outgoing, ncf->params) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (ncf->wire->kind == NGX_HTTP_EXPORT_WIRE_VALUE
        || ncf->wire->kind == NGX_HTTP_EXPORT_WIRE_HOST)
    {
        return ngx_http_export_evaluate_url(r, ncf->wire, outgoing);
    }

    return NGX_OK;
}


static ngx_uint_t
ngx_http_export_same_outgoing(ngx_http_export_outgoing_t *now,
    ngx_http_export_outgoing_t *judged)
{
    ngx_uint_t                 i;
    ngx_http_export_target_t  *a, *b;

    if (!ngx_http_export_same_text(&now->host, &judged->host)
        || !ngx_http_export_same_text(&now->path, &judged->path)
        || !ngx_http_export_same_text(&now->args, &judged->args))
    {
        return 0;
    }

    if (now->params == NULL) {
        return 1;
    }

    a = now->params->elts;
    b = judged->params->elts;

    for (i = 0; i < now->params->nelts; i++) {
        if (!ngx_http_export_same_text(&a[i].path, &b[i].path)
            || !ngx_http_export_same_text(&a[i].args, &b[i].args))
        {
            return 0;
        }
    }

    return 1;
}


static ngx_http_export_outgoing_t *
ngx_http_export_get_outgoing(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx)
{
    if (ctx->outgoing == NULL) {
        ctx->outgoing = ngx_pcalloc(r->pool,
                                    sizeof(ngx_http_export_outgoing_t));
    }

    return ctx->outgoing;
}


static ngx_int_t
ngx_http_export_evaluate_url(ngx_http_request_t *r,
    ngx_http_export_wire_t *wire, ngx_http_export_outgoing_t *outgoing)
{
    ngx_str_t  url, uri;

    if (ngx_http_export_evaluate_text(r, &wire->value, &url) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_http_export_split_url(&url, &outgoing->host, &uri);

    if (wire->kind == NGX_HTTP_EXPORT_WIRE_HOST) {
        return NGX_OK;
    }

    ngx_http_export_split_uri(&uri, &outgoing->path, &outgoing->args);

    return NGX_OK;
}


/* as ngx_http_proxy_create_request() builds it, without its escaping */

static ngx_int_t
ngx_http_export_build_target(ngx_http_request_t *r,
    ngx_http_export_wire_t *wire, ngx_http_export_outgoing_t *outgoing)
{
    u_char     *p;
    size_t      n;
    ngx_str_t   uri;

    n = r->valid_location ? ngx_min(wire->location, r->uri.len) : 0;

    p = ngx_pnalloc(r->pool, wire->uri.len + r->uri.len - n + 1 + r->args.len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    uri.data = p;

    p = ngx_cpymem(p, wire->uri.data, wire->uri.len);
    p = ngx_cpymem(p, r->uri.data + n, r->uri.len - n);

    if (r->args.len) {
        *p++ = '?';
        p = ngx_cpymem(p, r->args.data, r->args.len);
    }

    uri.len = p - uri.data;

    ngx_http_export_split_uri(&uri, &outgoing->path, &outgoing->args);

    return NGX_OK;
}


/*
 * Evaluates all variables of a text, and puts the captures of the location or
 * rewrite back after each, since a map overwrites them.  The text is then built
 * of cached variables and of those captures, as nginx will build it.
 */

static ngx_int_t
ngx_http_export_evaluate_text(ngx_http_request_t *r,
    ngx_http_complex_value_t *value, ngx_str_t *text)
{
    ngx_uint_t                  *index;
#if (NGX_PCRE)
    ngx_http_export_captures_t   kept;
#endif

#if (NGX_PCRE)
    kept.n = r->ncaptures;
    kept.captures = r->captures;
    kept.data = r->captures_data;
    kept.realloc = r->realloc_captures;
#endif

    for (index = value->flushes; index && *index != (ngx_uint_t) -1; index++) {
#if (NGX_PCRE)
        r->realloc_captures = 1;
#endif

        (void) ngx_http_get_flushed_variable(r, *index);

#if (NGX_PCRE)
        r->ncaptures = kept.n;
        r->captures = kept.captures;
        r->captures_data = kept.data;
#endif
    }

#if (NGX_PCRE)
    r->realloc_captures = kept.realloc;
#endif

    return ngx_http_complex_value(r, value, text);
}


static ngx_int_t
ngx_http_export_evaluate_params(ngx_http_request_t *r,
    ngx_http_export_outgoing_t *outgoing, ngx_array_t *params)
{
    ngx_str_t                  text;
    ngx_uint_t                 i;
    ngx_http_export_param_t   *param;
    ngx_http_export_target_t  *target;

    outgoing->params = ngx_array_create(r->pool, params->nelts,
                                        sizeof(ngx_http_export_target_t));
    if (outgoing->params == NULL) {
        return NGX_ERROR;
    }

    param = params->elts;

    for (i = 0; i < params->nelts; i++) {

        if (ngx_http_export_evaluate_text(r, &param[i].value, &text)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        target = ngx_array_push(outgoing->params);

        if (param[i].query) {
            ngx_str_null(&target->path);
            target->args = text;
            continue;
        }

        ngx_http_export_split_uri(&text, &target->path, &target->args);
    }

    return NGX_OK;
}


/* nginx sends "?args" alone as "/?args" */

static void
ngx_http_export_split_uri(ngx_str_t *uri, ngx_str_t *path, ngx_str_t *args)
{
    u_char            *p;
    static ngx_str_t   root = ngx_string("/");

    *path = *uri;
    ngx_str_null(args);

    p = ngx_strlchr(uri->data, uri->data + uri->len, '?');

    if (p) {
        path->len = p - uri->data;
        args->data = p + 1;
        args->len = uri->data + uri->len - args->data;

        if (path->len == 0) {
            *path = root;
        }
    }
}
