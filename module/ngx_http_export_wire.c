
/*
 * What nginx will put on the wire: host, path and query as proxy_pass, rewrite
 * and fastcgi_param build them, known before the transfer is judged.
 */


#include "ngx_http_export_policy.h"


/* what evaluating a variable may overwrite: $1 and its like */

#if (NGX_PCRE)

typedef struct {
    ngx_uint_t    n;
    int          *captures;
    u_char       *data;
    unsigned      realloc:1;
} ngx_http_export_captures_t;

#endif


static ngx_http_export_outgoing_t *ngx_http_export_outgoing(
    ngx_http_request_t *r, ngx_http_export_ctx_t *ctx);
static ngx_int_t ngx_http_export_wire_url(ngx_http_request_t *r,
    ngx_http_export_wire_t *wire, ngx_http_export_outgoing_t *outgoing);
static ngx_int_t ngx_http_export_wire_prefix(ngx_http_request_t *r,
    ngx_http_export_wire_t *wire, ngx_http_export_outgoing_t *outgoing);
static ngx_int_t ngx_http_export_wire_value(ngx_http_request_t *r,
    ngx_http_complex_value_t *value, ngx_str_t *text);
static ngx_int_t ngx_http_export_wire_params(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, ngx_array_t *params);
static void ngx_http_export_split_uri(ngx_str_t *uri, ngx_str_t *path,
    ngx_str_t *args);


/* sets ctx->outgoing if there is anything to know */

ngx_int_t
ngx_http_export_wire(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx)
{
    ngx_http_export_wire_t        *wire;
    ngx_http_export_outgoing_t      *outgoing;
    ngx_http_export_neighbours_t  *ncf;

    ctx->outgoing = NULL;

    ncf = ngx_http_get_module_loc_conf(r, ngx_http_export_neighbours_module);

    if (ncf->params && ncf->params->nelts
        && ngx_http_export_wire_params(r, ctx, ncf->params) != NGX_OK)
    {
        return NGX_ERROR;
    }

    wire = ncf->wire;

    if (wire == NULL
        || (wire->kind == NGX_HTTP_EXPORT_WIRE_SENT && wire->host.len == 0))
    {
        return NGX_OK;
    }

    outgoing = ngx_http_export_outgoing(r, ctx);
    if (outgoing == NULL) {
        return NGX_ERROR;
    }

    outgoing->host = wire->host;

    switch (wire->kind) {

    case NGX_HTTP_EXPORT_WIRE_SENT:
        return NGX_OK;

    case NGX_HTTP_EXPORT_WIRE_PREFIX:
        return ngx_http_export_wire_prefix(r, wire, outgoing);

    case NGX_HTTP_EXPORT_WIRE_VALUE:
        return ngx_http_export_wire_url(r, wire, outgoing);

    default: /* NGX_HTTP_EXPORT_WIRE_UNKNOWN */
        outgoing->unknown = 1;
        return NGX_OK;
    }
}


/*
 * Whether the target is the one that was judged, now that headers are taken
 * off and variables that were made of them are evaluated anew.
 */

ngx_int_t
ngx_http_export_wire_holds(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx)
{
    ngx_http_export_wire_t        *wire;
    ngx_http_export_outgoing_t       now, *judged;
    ngx_http_export_neighbours_t  *ncf;

    ncf = ngx_http_get_module_loc_conf(r, ngx_http_export_neighbours_module);

    wire = ncf->wire;
    judged = ctx->outgoing;

    if (wire == NULL || wire->kind != NGX_HTTP_EXPORT_WIRE_VALUE) {
        return NGX_OK;
    }

    ngx_memzero(&now, sizeof(ngx_http_export_outgoing_t));

    if (ngx_http_export_wire_url(r, wire, &now) != NGX_OK) {
        return NGX_ERROR;
    }

    if (!export_str_same(ngx_http_export_str(&now.host),
                         ngx_http_export_str(&judged->host))
        || now.path.len != judged->path.len
        || ngx_memcmp(now.path.data, judged->path.data, now.path.len) != 0
        || now.args.len != judged->args.len
        || ngx_memcmp(now.args.data, judged->args.data, now.args.len) != 0)
    {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "export policy: \"%V %V\" changes when policy headers "
                      "are taken off, and is not what was judged",
                      &wire->directive, &wire->text);
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_http_export_outgoing_t *
ngx_http_export_outgoing(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx)
{
    if (ctx->outgoing == NULL) {
        ctx->outgoing = ngx_pcalloc(r->pool,
                                    sizeof(ngx_http_export_outgoing_t));
    }

    return ctx->outgoing;
}


static ngx_int_t
ngx_http_export_wire_url(ngx_http_request_t *r, ngx_http_export_wire_t *wire,
    ngx_http_export_outgoing_t *outgoing)
{
    ngx_str_t  url, uri;

    if (ngx_http_export_wire_value(r, &wire->value, &url) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_http_export_split_url(&url, &outgoing->host, &uri);
    ngx_http_export_split_uri(&uri, &outgoing->path, &outgoing->args);

    return NGX_OK;
}


/* as ngx_http_proxy_create_request() does, but for what it escapes */

static ngx_int_t
ngx_http_export_wire_prefix(ngx_http_request_t *r,
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
 * Each variable is evaluated first, and the captures of a location or rewrite
 * are put back after it: nginx, which finds the variables cached, then builds
 * the same text of the same captures.
 */

static ngx_int_t
ngx_http_export_wire_value(ngx_http_request_t *r,
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
ngx_http_export_wire_params(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx,
    ngx_array_t *params)
{
    ngx_str_t                 *path, text, args;
    ngx_uint_t                 i;
    ngx_http_complex_value_t  *value;
    ngx_http_export_outgoing_t  *outgoing;

    outgoing = ngx_http_export_outgoing(r, ctx);
    if (outgoing == NULL) {
        return NGX_ERROR;
    }

    outgoing->params = ngx_array_create(r->pool, params->nelts,
                                      sizeof(ngx_str_t));
    if (outgoing->params == NULL) {
        return NGX_ERROR;
    }

    value = params->elts;

    for (i = 0; i < params->nelts; i++) {

        if (ngx_http_export_wire_value(r, &value[i], &text) != NGX_OK) {
            return NGX_ERROR;
        }

        path = ngx_array_push(outgoing->params);
        ngx_http_export_split_uri(&text, path, &args);
    }

    return NGX_OK;
}


/* "?args" alone is sent as "/?args" */

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
