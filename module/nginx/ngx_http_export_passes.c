
/*
 * Notes where a location passes its requests on to: proxy_pass, grpc_pass,
 * fastcgi_pass and their like, and parameters that tell applications a path.
 */


#include "ngx_http_export_neighbours.h"
#include "ngx_http_export_request.h"


static ngx_http_export_wire_t *ngx_http_export_add_pass(ngx_conf_t *cf);
static ngx_http_export_wire_t *ngx_http_export_new_wire(ngx_conf_t *cf);
static ngx_uint_t ngx_http_export_is_as_sent(ngx_str_t *url, ngx_str_t *host);
static ngx_uint_t ngx_http_export_passes_on(
    ngx_http_export_neighbours_main_t *nmcf, ngx_http_handler_pt handler);
static ngx_uint_t ngx_http_export_is_name(ngx_str_t *host);


/* the parameters from which applications take a path; the first has a query */

static ngx_str_t  ngx_http_export_path_params[] = {
    ngx_string("QUERY_STRING"),
    ngx_string("REQUEST_URI"),
    ngx_string("DOCUMENT_URI"),
    ngx_string("SCRIPT_NAME"),
    ngx_string("PATH_INFO"),
    ngx_string("ORIG_PATH_INFO"),
    ngx_string("HTTP_X_ORIGINAL_URL"),
    ngx_string("HTTP_X_REWRITE_URL"),
    ngx_null_string
};


/* values that say nothing more: these paths and queries are always compared */

static ngx_str_t  ngx_http_export_path_values[] = {
    ngx_string("$request_uri"),
    ngx_string("$uri"),
    ngx_string("$document_uri"),
    ngx_string("$fastcgi_script_name"),
    ngx_string("$query_string"),
    ngx_string("$args"),
    ngx_null_string
};


ngx_int_t
ngx_http_export_note_proxy(ngx_conf_t *cf)
{
    ngx_str_t                 *value, url;
    ngx_http_export_wire_t    *wire;
    ngx_http_core_loc_conf_t  *clcf;

    value = cf->args->elts;

    wire = ngx_http_export_add_pass(cf);
    if (wire == NULL) {
        return NGX_ERROR;
    }

    url = value[1];

    if (ngx_http_script_variables_count(&url)) {

        if (ngx_http_export_is_as_sent(&url, &wire->host)) {
            wire->kind = NGX_HTTP_EXPORT_WIRE_SENT;
            return NGX_OK;
        }

        wire->kind = NGX_HTTP_EXPORT_WIRE_VALUE;

        return ngx_http_export_compile_value(cf, &url, &wire->value);
    }

    ngx_http_export_split_url(&url, &wire->host, &wire->uri);

    if (wire->uri.len == 0) {
        wire->kind = NGX_HTTP_EXPORT_WIRE_SENT;
        return NGX_OK;
    }

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    wire->kind = NGX_HTTP_EXPORT_WIRE_PREFIX;
    wire->location = clcf->name.len;

    return NGX_OK;
}


/* grpc_pass sends the target as it was sent to us, but may name a host */

ngx_int_t
ngx_http_export_note_grpc(ngx_conf_t *cf)
{
    ngx_str_t               *value, url, uri;
    ngx_http_export_wire_t  *wire;

    value = cf->args->elts;

    wire = ngx_http_export_add_pass(cf);
    if (wire == NULL) {
        return NGX_ERROR;
    }

    url = value[1];

    if (ngx_http_script_variables_count(&url)) {
        wire->kind = NGX_HTTP_EXPORT_WIRE_HOST;
        return ngx_http_export_compile_value(cf, &url, &wire->value);
    }

    ngx_http_export_split_url(&url, &wire->host, &uri);

    return NGX_OK;
}


ngx_int_t
ngx_http_export_note_pass(ngx_conf_t *cf)
{
    return ngx_http_export_add_pass(cf) ? NGX_OK : NGX_ERROR;
}


/*
 * Remembers the handler that the directive has set: such handlers read a body
 * through nginx's filters, and pass it on.
 */

static ngx_http_export_wire_t *
ngx_http_export_add_pass(ngx_conf_t *cf)
{
    ngx_http_handler_pt                *handler;
    ngx_http_core_loc_conf_t           *clcf;
    ngx_http_export_neighbours_main_t  *nmcf;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    nmcf = ngx_http_conf_get_module_main_conf(cf,
                                            ngx_http_export_neighbours_module);

    if (!ngx_http_export_passes_on(nmcf, clcf->handler)) {
        handler = ngx_array_push(&nmcf->handlers);
        if (handler == NULL) {
            return NULL;
        }

        *handler = clcf->handler;
    }

    return ngx_http_export_new_wire(cf);
}


/* a location has one wire: its last directive of this kind counts */

static ngx_http_export_wire_t *
ngx_http_export_new_wire(ngx_conf_t *cf)
{
    ngx_str_t                     *value;
    ngx_http_export_wire_t        *wire, **all;
    ngx_http_export_neighbours_t  *ncf;
    ngx_http_export_neighbours_main_t  *nmcf;

    ncf = ngx_http_conf_get_module_loc_conf(cf,
                                            ngx_http_export_neighbours_module);

    wire = ncf->wire;

    if (wire == NULL) {
        nmcf = ngx_http_conf_get_module_main_conf(cf,
                                            ngx_http_export_neighbours_module);

        wire = ngx_pcalloc(cf->pool, sizeof(ngx_http_export_wire_t));
        all = ngx_array_push(&nmcf->wires);

        if (wire == NULL || all == NULL) {
            return NULL;
        }

        *all = wire;
        ncf->wire = wire;
    }

    value = cf->args->elts;

    wire->directive = value[0];
    wire->text = value[1];
    wire->file = cf->conf_file->file.name;
    wire->line = cf->conf_file->line;

    return wire;
}


/*
 * Whether a URL is "http://HOST$request_uri", which is the most frequent one
 * with variables and need not be evaluated.  A HOST in a variable may hold a
 * path as well, unless the variable is $host.
 */

static ngx_uint_t
ngx_http_export_is_as_sent(ngx_str_t *url, ngx_str_t *host)
{
    u_char            *last, *p;
    ngx_str_t          front, uri;
    static ngx_str_t   sent = ngx_string("$request_uri");
    static ngx_str_t   own = ngx_string("://$host");

    if (url->len < sent.len + own.len) {
        return 0;
    }

    last = url->data + url->len - sent.len;

    if (ngx_strncmp(last, sent.data, sent.len) != 0) {
        return 0;
    }

    p = ngx_strlchr(url->data, last, '$');

    /* nginx has checked $host, which also is the recipient by default */

    if (p) {
        return p == last - own.len + 3
               && ngx_strncmp(p - 3, own.data, own.len) == 0;
    }

    front.data = url->data;
    front.len = last - url->data;

    ngx_http_export_split_url(&front, host, &uri);

    return uri.len == 0;
}


/*
 * Splits as ngx_parse_url() does.  The host is empty if it is an address, a
 * socket or the name of an "upstream" block.
 */

void
ngx_http_export_split_url(ngx_str_t *url, ngx_str_t *host, ngx_str_t *uri)
{
    u_char            *p, *last;
    ngx_str_t         *scheme;
    static ngx_str_t   schemes[] = {
        ngx_string("http://"),
        ngx_string("https://"),
        ngx_string("grpc://"),
        ngx_string("grpcs://"),
        ngx_null_string
    };

    ngx_str_null(host);
    ngx_str_null(uri);

    last = url->data + url->len;
    p = url->data;

    /* grpc_pass may have no scheme */

    for (scheme = schemes; scheme->len; scheme++) {
        if (url->len > scheme->len
            && ngx_strncasecmp(p, scheme->data, scheme->len) == 0)
        {
            p += scheme->len;
            break;
        }
    }

    if (last - p > 5 && ngx_strncasecmp(p, (u_char *) "unix:", 5) == 0) {
        p = ngx_strlchr(p + 5, last, ':');

        if (p) {
            uri->data = p + 1;
            uri->len = last - p - 1;
        }

        return;
    }

    host->data = p;

    while (p < last && *p != '/' && *p != '?') {
        p++;
    }

    host->len = p - host->data;

    if (!ngx_http_export_is_name(host)) {
        host->len = 0;
    }

    uri->data = p;
    uri->len = last - p;
}


static ngx_uint_t
ngx_http_export_is_name(ngx_str_t *host)
{
    size_t      i;
    ngx_uint_t  dots, letters;

    dots = 0;
    letters = 0;

    for (i = 0; i < host->len && host->data[i] != ':'; i++) {
        dots += (host->data[i] == '.');
        letters += (export_lower(host->data[i]) >= 'a'
                    && export_lower(host->data[i]) <= 'z');
    }

    return dots && letters;
}


ngx_int_t
ngx_http_export_note_param(ngx_conf_t *cf)
{
    ngx_str_t                     *value, *name;
    ngx_http_export_param_t       *param;
    ngx_http_export_neighbours_t  *ncf;

    value = cf->args->elts;

    ncf = ngx_http_conf_get_module_loc_conf(cf,
                                            ngx_http_export_neighbours_module);

    if (ncf->params == NULL) {
        ncf->params = ngx_array_create(cf->pool, 2,
                                       sizeof(ngx_http_export_param_t));
        if (ncf->params == NULL) {
            return NGX_ERROR;
        }
    }

    for (name = ngx_http_export_path_values; name->len; name++) {
        if (name->len == value[2].len
            && ngx_strncmp(name->data, value[2].data, name->len) == 0)
        {
            return NGX_OK;
        }
    }

    for (name = ngx_http_export_path_params; name->len; name++) {
        if (name->len == value[1].len
            && ngx_strncasecmp(name->data, value[1].data, name->len) == 0)
        {
            break;
        }
    }

    if (name->len == 0) {
        return NGX_OK;
    }

    param = ngx_array_push(ncf->params);
    if (param == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(param, sizeof(ngx_http_export_param_t));

    param->query = (name == ngx_http_export_path_params);

    return ngx_http_export_compile_value(cf, &value[2], &param->value);
}


/*
 * Handlers that pass a request on read its body through nginx's filters; so do
 * those of the content phase, which store or discard it.  Any other handler of
 * a location may read the connection itself.
 */

ngx_uint_t
ngx_http_export_is_passed(ngx_http_request_t *r)
{
    ngx_http_export_neighbours_main_t  *nmcf;

    if (r->content_handler == NULL) {
        return 1;
    }

    nmcf = ngx_http_get_module_main_conf(r, ngx_http_export_neighbours_module);

    return ngx_http_export_passes_on(nmcf, r->content_handler);
}


/* whether a directive that passes requests on has set such a handler */

static ngx_uint_t
ngx_http_export_passes_on(ngx_http_export_neighbours_main_t *nmcf,
    ngx_http_handler_pt handler)
{
    ngx_uint_t            i;
    ngx_http_handler_pt  *known;

    known = nmcf->handlers.elts;

    for (i = 0; i < nmcf->handlers.nelts; i++) {
        if (known[i] == handler) {
            return 1;
        }
    }

    return 0;
}
