
/*
 * Purpose by destination: the operator's patterns and the catalogues, tried
 * on every form of the path that a recipient might see.
 */


#include "ngx_http_export_policy.h"


#define NGX_HTTP_EXPORT_FORMS  8        /* as sent, that decoded in three
                                           ways, r->uri, and that without its
                                           location's prefix, in two ways */


typedef struct {
    ngx_http_request_t           *request;
    ngx_http_export_ctx_t        *ctx;
    ngx_http_export_recipient_t  *recipient;    /* the first that fits */
} ngx_http_export_visit_t;


typedef export_str_t (*ngx_http_export_decode_pt)(const export_str_t *path,
    u_char *buf);


static ngx_int_t ngx_http_export_recipient(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, export_hosts_name_t *name);
static ngx_str_t ngx_http_export_host(ngx_http_request_t *r);
static EXPORT_RARE void ngx_http_export_said(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, export_str_t *recipient);
static ngx_uint_t ngx_http_export_might(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, export_hosts_name_t *name);
static EXPORT_RARE void ngx_http_export_tunnel(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, export_hosts_name_t *name);
static EXPORT_RARE void ngx_http_export_search(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, export_hosts_name_t *name);
static ngx_uint_t ngx_http_export_forms(ngx_http_request_t *r,
    export_str_t *host, export_str_t *forms);
static u_char *ngx_http_export_form(u_char *p, export_str_t *host,
    ngx_str_t *path, ngx_http_export_decode_pt decode, export_str_t *form);
static ngx_str_t ngx_http_export_rest(ngx_http_request_t *r);
static ngx_str_t ngx_http_export_sent_path(ngx_http_request_t *r);
static void ngx_http_export_try(ngx_http_export_visit_t *visit,
    export_hosts_name_t *name, export_str_t *forms, ngx_uint_t n);
static int ngx_http_export_pattern_hit(void *data, void *value);
static int ngx_http_export_recipient_hit(void *data, void *value);
static ngx_int_t ngx_http_export_row_fits(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, ngx_http_export_recipient_t *recipient);
static ngx_uint_t ngx_http_export_method_fits(ngx_http_request_t *r,
    ngx_http_export_recipient_t *recipient);


void
ngx_http_export_collect_destination(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx)
{
    ngx_table_elt_t      *said;
    export_hosts_name_t   name;

    if (ngx_http_export_recipient(r, ctx, &name) != NGX_OK) {
        ctx->facts.error = 1;
        return;
    }

    if (r->method == NGX_HTTP_CONNECT) {
        ngx_http_export_tunnel(r, ctx, &name);
        return;
    }

    said = r->headers_in.host;

    if (said
        && (said->value.len != r->headers_in.server.len || r->host_start))
    {
        ngx_http_export_said(r, ctx, &name.host);
    }

    if (ngx_http_export_might(r, ctx, &name)) {
        ngx_http_export_search(r, ctx, &name);
    }
}


/* to a host of any rule nobody sees what goes, nor to which path */

static EXPORT_RARE void
ngx_http_export_tunnel(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx,
    export_hosts_name_t *name)
{
    ngx_uint_t                     i, known;
    ngx_http_export_loc_conf_t    *elcf;
    ngx_http_export_main_conf_t   *emcf;
    ngx_http_export_catalogue_t  **catalogue;

    elcf = ctx->elcf;
    emcf = ngx_http_get_module_main_conf(r, ngx_http_export_policy_module);

    known = elcf->plan->hosts
            && export_hosts_known(elcf->plan->hosts, name, emcf->scratch);

    catalogue = elcf->recipients->elts;

    for (i = 0; i < elcf->recipients->nelts; i++) {
        known |= export_hosts_known(catalogue[i]->hosts, name, emcf->scratch);
    }

    if (known) {
        ctx->facts.purpose |= EXPORT_PURPOSE_TRAINING|EXPORT_PURPOSE_DATA;
    }

    ctx->facts.body = EXPORT_BODY_OPAQUE;
}


/* nearly every name is as it should be, and nothing is written anew */

static ngx_int_t
ngx_http_export_recipient(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx,
    export_hosts_name_t *name)
{
    u_char                      *buf;
    ngx_str_t                    value;
    export_str_t                 host;
    ngx_http_export_loc_conf_t  *elcf;

    elcf = ctx->elcf;

    if (elcf->destination == NULL) {
        value = ngx_http_export_host(r);

    } else if (ngx_http_complex_value(r, elcf->destination, &value)
               != NGX_OK)
    {
        return NGX_ERROR;
    }

    host = *ngx_http_export_str(&value);
    export_hosts_name(name, &host);

    if (!export_destination_is_host(&host, name->bytes)) {

        buf = ngx_pnalloc(r->pool, value.len + 1);
        if (buf == NULL) {
            return NGX_ERROR;
        }

        if (export_destination_host(ngx_http_export_str(&value), buf, &host)
            != EXPORT_OK)
        {
            /* it might be any recipient, also one that trains */

            ctx->facts.purpose |= EXPORT_PURPOSE_MALFORMED;

            host.len = 0;
            host.data = buf;
        }

        export_hosts_name(name, &host);
    }

    ctx->recipient.len = host.len;
    ctx->recipient.data = host.data;

    return NGX_OK;
}


/* $host, without the detour through a variable */

static ngx_str_t
ngx_http_export_host(ngx_http_request_t *r)
{
    ngx_http_core_srv_conf_t  *cscf;

    if (r->headers_in.server.len) {
        return r->headers_in.server;
    }

    cscf = ngx_http_get_module_srv_conf(r, ngx_http_core_module);

    return cscf->server_name;
}


/*
 * nginx does not look at what follows the colon in "Host", nor at "Host" if
 * the request line names a host, and may forward either: it is judged as well.
 */

static EXPORT_RARE void
ngx_http_export_said(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx,
    export_str_t *recipient)
{
    u_char               *buf;
    ngx_str_t            *said;
    export_str_t          host;
    export_hosts_name_t   name;

    if (ctx->elcf->destination) {
        return;
    }

    said = &r->headers_in.host->value;

    buf = ngx_pnalloc(r->pool, said->len + 1);
    if (buf == NULL) {
        ctx->facts.error = 1;
        return;
    }

    if (export_destination_host(ngx_http_export_str(said), buf, &host)
        != EXPORT_OK)
    {
        ctx->facts.purpose |= EXPORT_PURPOSE_MALFORMED;
        return;
    }

    if (export_str_same(&host, recipient)) {
        return;
    }

    export_hosts_name(&name, &host);
    ngx_http_export_search(r, ctx, &name);
}


/*
 * Nearly always one look at the path tells that no rule can match: it is
 * what was sent, what nginx routes by, and what any recipient will read.
 */

static ngx_uint_t
ngx_http_export_might(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx,
    export_hosts_name_t *name)
{
    uint64_t                       bytes;
    ngx_str_t                     *uri, *sent;
    ngx_uint_t                     i;
    ngx_http_export_loc_conf_t    *elcf;
    ngx_http_export_catalogue_t  **catalogue;

    elcf = ctx->elcf;

    uri = &r->uri;
    sent = &r->main->unparsed_uri;

    if (uri->data != sent->data
        || (uri->len != sent->len && sent->data[uri->len] != '?')
        || uri->len + name->host.len > EXPORT_MATCH_SUBJECT
        || !export_destination_plain(ngx_http_export_str(uri), &bytes))
    {
        bytes = EXPORT_HOSTS_ANY;
    }

    if (!export_hosts_passes(elcf->plan->filter, name, bytes)) {
        return 0;
    }

    if (elcf->plan->hosts
        && export_hosts_might(elcf->plan->hosts, name, bytes))
    {
        return 1;
    }

    catalogue = elcf->recipients->elts;

    for (i = 0; i < elcf->recipients->nelts; i++) {
        if (export_hosts_might(catalogue[i]->hosts, name, bytes)) {
            return 1;
        }
    }

    return 0;
}


static EXPORT_RARE void
ngx_http_export_search(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx,
    export_hosts_name_t *name)
{
    ngx_uint_t               n;
    export_str_t             forms[NGX_HTTP_EXPORT_FORMS];
    ngx_http_export_visit_t  visit;

    n = ngx_http_export_forms(r, &name->host, forms);

    if (n == 0) {
        ctx->facts.error = 1;
        return;
    }

    visit.request = r;
    visit.ctx = ctx;

    ngx_http_export_try(&visit, name, forms, n);
}


/*
 * Each form is written host/path; nearly always there is only one.  Returns
 * their number, 0 if out of memory.
 */

static ngx_uint_t
ngx_http_export_forms(ngx_http_request_t *r, export_str_t *host,
    export_str_t *forms)
{
    u_char      *p;
    uint64_t     bytes;
    ngx_str_t    sent, rest;
    ngx_uint_t   n, plain, same;

    sent = ngx_http_export_sent_path(r);
    rest = ngx_http_export_rest(r);

    plain = export_destination_plain(ngx_http_export_str(&sent), &bytes);
    same = sent.len == r->uri.len
           && ngx_memcmp(sent.data, r->uri.data, sent.len) == 0;

    p = ngx_pnalloc(r->pool, (host->len + sent.len) * (plain ? 1 : 4)
                             + (same ? 0 : host->len + r->uri.len) * 2
                             + (rest.len ? host->len + rest.len : 0) * 2);
    if (p == NULL) {
        return 0;
    }

    n = 0;

    p = ngx_http_export_form(p, host, &sent, NULL, &forms[n++]);

    if (!plain) {
        p = ngx_http_export_form(p, host, &sent, export_destination_path,
                                 &forms[n++]);
        p = ngx_http_export_form(p, host, &sent, export_destination_path_kept,
                                 &forms[n++]);
        p = ngx_http_export_form(p, host, &sent, export_destination_path_loose,
                                 &forms[n++]);
    }

    if (!same) {
        p = ngx_http_export_form(p, host, &r->uri, export_destination_path,
                                 &forms[n++]);
        p = ngx_http_export_form(p, host, &r->uri,
                                 export_destination_path_loose, &forms[n++]);
    }

    if (rest.len) {
        p = ngx_http_export_form(p, host, &rest, export_destination_path,
                                 &forms[n++]);
        (void) ngx_http_export_form(p, host, &rest,
                                    export_destination_path_loose,
                                    &forms[n++]);
    }

    return n;
}


static u_char *
ngx_http_export_form(u_char *p, export_str_t *host, ngx_str_t *path,
    ngx_http_export_decode_pt decode, export_str_t *form)
{
    form->data = p;

    p = ngx_cpymem(p, host->data, host->len);

    p = decode ? p + decode(ngx_http_export_str(path), p).len
               : ngx_cpymem(p, path->data, path->len);

    form->len = p - form->data;

    return p;
}


/* what "proxy_pass http://recipient/" leaves of r->uri; empty if nothing */

static ngx_str_t
ngx_http_export_rest(ngx_http_request_t *r)
{
    ngx_str_t                  rest;
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    ngx_str_null(&rest);

    if (clcf->name.len < 2 || clcf->name.len > r->uri.len
        || clcf->name.data[clcf->name.len - 1] != '/'
        || ngx_strncmp(clcf->name.data, r->uri.data, clcf->name.len) != 0)
    {
        return rest;
    }

    rest.len = r->uri.len - clcf->name.len + 1;
    rest.data = r->uri.data + clcf->name.len - 1;

    return rest;
}


static ngx_str_t
ngx_http_export_sent_path(ngx_http_request_t *r)
{
    u_char     *p;
    ngx_str_t   path;

    path = r->main->unparsed_uri;

    p = memchr(path.data, '?', path.len);
    if (p) {
        path.len = p - path.data;
    }

    p = memchr(path.data, '#', path.len);
    if (p) {
        path.len = p - path.data;
    }

    return path;
}


static void
ngx_http_export_try(ngx_http_export_visit_t *visit,
    export_hosts_name_t *name, export_str_t *forms, ngx_uint_t n)
{
    int                            rc;
    ngx_uint_t                     i, k;
    export_str_t                   path;
    export_hosts_query_t           query;
    ngx_http_export_loc_conf_t    *elcf;
    ngx_http_export_main_conf_t   *emcf;
    ngx_http_export_catalogue_t  **catalogue;

    elcf = visit->ctx->elcf;
    emcf = ngx_http_get_module_main_conf(visit->request,
                                         ngx_http_export_policy_module);

    query.scratch = emcf->scratch;
    query.name = name;
    query.data = visit;

    for (i = 0; i < n; i++) {

        path.len = forms[i].len - name->host.len;
        path.data = forms[i].data + name->host.len;

        query.bytes = 0;

        if (elcf->plan->hosts) {
            query.subject = &forms[i];
            query.hit = ngx_http_export_pattern_hit;

            rc = export_hosts_match(elcf->plan->hosts, &query);

            visit->ctx->facts.error |= (rc == EXPORT_ERROR);
        }

        query.subject = &path;
        query.hit = ngx_http_export_recipient_hit;

        catalogue = elcf->recipients->elts;

        for (k = 0; k < elcf->recipients->nelts; k++) {
            visit->recipient = NULL;

            rc = export_hosts_match(catalogue[k]->hosts, &query);

            visit->ctx->facts.error |= (rc == EXPORT_ERROR);

            if (visit->recipient) {
                visit->ctx->facts.purpose |= visit->recipient->purpose;
            }
        }
    }
}


static int
ngx_http_export_pattern_hit(void *data, void *value)
{
    ngx_http_export_visit_t *visit = data;

    visit->ctx->facts.purpose |= EXPORT_PURPOSE_TRAINING;

    return EXPORT_DONE;
}


static int
ngx_http_export_recipient_hit(void *data, void *value)
{
    ngx_http_export_visit_t      *visit = data;
    ngx_http_export_recipient_t  *recipient = value;

    if ((visit->recipient == NULL
         || recipient->order < visit->recipient->order)
        && ngx_http_export_row_fits(visit->request, visit->ctx, recipient)
           == NGX_OK)
    {
        visit->recipient = recipient;
    }

    return EXPORT_OK;
}


/*
 * NGX_OK, or NGX_DECLINED; a row that a mark in the body may yet make fit is
 * noted in the context.
 */

static ngx_int_t
ngx_http_export_row_fits(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx,
    ngx_http_export_recipient_t *recipient)
{
    ngx_int_t                    rc;
    ngx_uint_t                   i;
    ngx_http_export_loc_conf_t  *elcf;

    if (!ngx_http_export_method_fits(r, recipient)) {
        return NGX_DECLINED;
    }

    rc = ngx_http_export_marked(r, recipient, &ctx->facts);

    if (rc != NGX_AGAIN) {
        return rc;
    }

    if (!ngx_http_export_has_body(r)) {
        return NGX_DECLINED;
    }

    elcf = ctx->elcf;

    if (elcf->body == NGX_HTTP_EXPORT_BODY_OFF) {
        return NGX_OK;
    }

    for (i = 0; i < ctx->nrows; i++) {
        if (ctx->row[i] == recipient) {
            return NGX_DECLINED;
        }
    }

    if (ctx->row == NULL) {
        ctx->row = ngx_palloc(r->pool, EXPORT_MAX_ROWS * sizeof(void *));
    }

    /* what cannot be noted is taken to fit */

    if (ctx->row == NULL || ctx->nrows == EXPORT_MAX_ROWS) {
        return NGX_OK;
    }

    ctx->row[ctx->nrows++] = recipient;

    return NGX_DECLINED;
}


/*
 * A request that reads and has no body fits only a row of its own method.
 * Any other fits every row: methods can be overridden, and a recipient that
 * takes PUT for POST is not ours to trust, unless the row says it is.
 */

static ngx_uint_t
ngx_http_export_method_fits(ngx_http_request_t *r,
    ngx_http_export_recipient_t *recipient)
{
    ngx_str_t  *method;

    method = &recipient->method;

    if (method->len == 0
        || (method->len == r->method_name.len
            && ngx_strncmp(method->data, r->method_name.data, method->len)
               == 0))
    {
        return 1;
    }

    if (recipient->exact) {
        return 0;
    }

    return !(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD|NGX_HTTP_OPTIONS
                          |NGX_HTTP_DELETE))
           || r->headers_in.content_length_n > 0 || r->headers_in.chunked;
}
