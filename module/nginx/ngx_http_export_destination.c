
/*
 * Tells export_recipient.h what it must know of a request: the recipient, all
 * hosts that may be meant, and all paths that a recipient might see.
 */


#include "ngx_http_export_request.h"
#include "export_destination.h"
#include "export_method.h"


/* what the callbacks of export_recipient.h are given */

typedef struct {
    ngx_http_request_t           *request;
    ngx_http_export_ctx_t        *ctx;
} ngx_http_export_asked_t;


static EXPORT_RARE void ngx_http_export_collect_tunnel(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, export_hosts_name_t *name);
static ngx_int_t ngx_http_export_find_recipient(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, export_hosts_name_t *name);
static ngx_str_t ngx_http_export_requested_host(ngx_http_request_t *r);
static EXPORT_RARE void ngx_http_export_try_header_host(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, const export_str_t *recipient);
static void ngx_http_export_try_passed_host(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, const export_str_t *recipient);
static ngx_uint_t ngx_http_export_may_match(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, export_hosts_name_t *name);
static EXPORT_RARE void ngx_http_export_try_host(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, export_hosts_name_t *name,
    export_recipient_e host);
static ngx_uint_t ngx_http_export_goes_elsewhere(ngx_http_export_ctx_t *ctx,
    const export_str_t *host);
static void ngx_http_export_fill_request(
    export_recipient_request_t *request, ngx_http_export_asked_t *asked);
static void ngx_http_export_fill_paths(export_recipient_paths_t *paths,
    ngx_http_request_t *r, ngx_http_export_outgoing_t *outgoing);
static ngx_str_t ngx_http_export_rest_of_path(ngx_http_request_t *r);
static ngx_str_t ngx_http_export_sent_path(ngx_http_request_t *r);
static size_t ngx_http_export_longest_path(export_recipient_paths_t *paths,
    ngx_array_t *params);
static int ngx_http_export_answer_marked(void *data,
    const export_endpoint_t *endpoint);
static int ngx_http_export_answer_overridden(void *data);


void
ngx_http_export_collect_destination(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx)
{
    ngx_table_elt_t      *said;
    export_hosts_name_t   name;

    if (ngx_http_export_find_recipient(r, ctx, &name) != NGX_OK) {
        ctx->facts.error = 1;
        return;
    }

    if (r->method == NGX_HTTP_CONNECT) {
        ngx_http_export_collect_tunnel(r, ctx, &name);
        return;
    }

    said = r->headers_in.host;

    if (said
        && (said->value.len != r->headers_in.server.len || r->host_start))
    {
        ngx_http_export_try_header_host(r, ctx, export_hosts_host(&name));
    }

    if (ngx_http_export_may_match(r, ctx, &name)) {
        ngx_http_export_try_host(r, ctx, &name, EXPORT_RECIPIENT_ITSELF);
    }

    if (ctx->outgoing) {
        ngx_http_export_try_passed_host(r, ctx, export_hosts_host(&name));
    }

    if (ctx->wide) {
        export_recipient_settle_wide(&ctx->facts);
    }
}


static EXPORT_RARE void
ngx_http_export_collect_tunnel(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, export_hosts_name_t *name)
{
    ngx_http_export_main_conf_t  *emcf;

    emcf = ngx_http_get_module_main_conf(r, ngx_http_export_policy_module);

    export_recipient_tunnel(&ctx->elcf->plan->recipient, name, emcf->scratch,
                            &ctx->facts);
}


/* nearly all names are in their final form already, and are not copied */

static ngx_int_t
ngx_http_export_find_recipient(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, export_hosts_name_t *name)
{
    u_char                      *buf;
    ngx_str_t                    value;
    export_str_t                 host;
    ngx_http_export_loc_conf_t  *elcf;

    elcf = ctx->elcf;

    if (elcf->destination == NULL) {
        value = ngx_http_export_requested_host(r);

    } else if (ngx_http_complex_value(r, elcf->destination, &value)
               != NGX_OK)
    {
        return NGX_ERROR;
    }

    host = *ngx_http_export_str(&value);
    export_hosts_name(name, &host);

    if (!export_destination_is_host(&host, export_hosts_host_bytes(name))) {

        buf = ngx_pnalloc(r->pool, value.len + 1);
        if (buf == NULL) {
            return NGX_ERROR;
        }

        if (export_destination_host(ngx_http_export_str(&value), buf, &host)
            != EXPORT_OK)
        {
            /* a malformed name may be of any recipient, also one that trains */

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


/* the value of $host, without the cost of evaluating a variable */

static ngx_str_t
ngx_http_export_requested_host(ngx_http_request_t *r)
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
 * the request line names a host, and may forward either.  The host in "Host" is
 * judged as well where it may be another.
 */

static EXPORT_RARE void
ngx_http_export_try_header_host(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, const export_str_t *recipient)
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

    /* nobody knows which of the two hosts is the recipient */

    ctx->facts.purpose |= EXPORT_PURPOSE_NOT_WAIVED;

    export_hosts_name(&name, &host);
    ngx_http_export_try_host(r, ctx, &name, EXPORT_RECIPIENT_HEADER);
}


/*
 * The host in proxy_pass is judged as well, if it is not the request's and the
 * operator has not said (export_destination) which of them is the recipient.
 */

static void
ngx_http_export_try_passed_host(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, const export_str_t *recipient)
{
    u_char                   *buf;
    ngx_str_t                *passed;
    export_str_t              host;
    export_hosts_name_t       name;
    const export_endpoint_t  *job;

    /* a transfer to an unknown host and path may have any purpose */

    if (ctx->outgoing->unknown) {
        ctx->facts.purpose |= EXPORT_PURPOSE_TRAINING;
    }

    passed = &ctx->outgoing->host;

    if (ctx->elcf->destination || passed->len == 0
        || export_str_same(ngx_http_export_str(passed), recipient))
    {
        return;
    }

    buf = ngx_pnalloc(r->pool, passed->len + 1);
    if (buf == NULL) {
        ctx->facts.error = 1;
        return;
    }

    if (export_destination_host(ngx_http_export_str(passed), buf, &host)
        != EXPORT_OK
        || export_str_same(&host, recipient))
    {
        return;
    }

    export_hosts_name(&name, &host);

    job = ctx->endpoints
          ? export_recipient_take_job(ctx->endpoints, &ctx->facts) : NULL;

    if (ngx_http_export_may_match(r, ctx, &name)) {
        ngx_http_export_try_host(r, ctx, &name, EXPORT_RECIPIENT_PASSED);
    }

    if (job) {
        export_recipient_compare_job(ctx->endpoints, job, &ctx->facts);
    }
}


/*
 * Whether any rule might match.  Nearly all transfers have a single plain path,
 * which is what was sent, what nginx routes by and what any recipient will
 * read: one look at its bytes tells that no rule can match.  Of any other
 * transfer the bytes are not known.
 */

static ngx_uint_t
ngx_http_export_may_match(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx,
    export_hosts_name_t *name)
{
    uint64_t                 bytes;
    ngx_str_t               *uri, *sent;
    ngx_http_export_plan_t  *plan;

    plan = ctx->elcf->plan;

    uri = &r->uri;
    sent = &r->main->unparsed_uri;

    if ((ctx->outgoing && (ctx->outgoing->path.len || ctx->outgoing->params))
        || uri->data != sent->data
        || (uri->len != sent->len && sent->data[uri->len] != '?')
        || uri->len + export_hosts_host(name)->len > EXPORT_MATCH_SUBJECT
        || !export_destination_plain(ngx_http_export_str(uri), &bytes))
    {
        bytes = EXPORT_HOSTS_ANY;
    }

    return export_hosts_passes(plan->filter, name, bytes)
           && export_recipient_might(&plan->recipient, name, bytes);
}


static EXPORT_RARE void
ngx_http_export_try_host(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx,
    export_hosts_name_t *name, export_recipient_e host)
{
    ngx_uint_t                    i;
    ngx_array_t                  *params;
    ngx_http_export_asked_t       asked;
    export_recipient_asks_t       asks;
    export_recipient_paths_t      paths;
    export_recipient_search_t     search;
    ngx_http_export_target_t     *param;
    export_recipient_request_t    request;
    ngx_http_export_main_conf_t  *emcf;

    emcf = ngx_http_get_module_main_conf(r, ngx_http_export_policy_module);

    asked.request = r;
    asked.ctx = ctx;

    params = ctx->outgoing ? ctx->outgoing->params : NULL;

    ngx_http_export_fill_request(&request, &asked);
    ngx_http_export_fill_paths(&paths, r, ctx->outgoing);

    if (ctx->endpoints == NULL) {
        ctx->endpoints = ngx_pcalloc(r->pool, sizeof(export_recipient_found_t));
    }

    asks.buf = ngx_pnalloc(r->pool,
                           export_hosts_host(name)->len
                           + ngx_http_export_longest_path(&paths, params));

    if (ctx->endpoints == NULL || asks.buf == NULL) {
        ctx->facts.error = 1;
        return;
    }

    asks.rules = &ctx->elcf->plan->recipient;
    asks.request = &request;
    asks.name = name;
    asks.scratch = emcf->scratch;
    asks.found = ctx->endpoints;
    asks.facts = &ctx->facts;
    asks.host = host;
    asks.elsewhere = ngx_http_export_goes_elsewhere(ctx,
                                                    export_hosts_host(name));

    export_recipient_search(&search, &asks, &paths);

    param = params ? params->elts : NULL;

    for (i = 0; params && i < params->nelts; i++) {
        if (param[i].path.len) {
            export_recipient_path(&search,
                                  ngx_http_export_str(&param[i].path));
        }
    }

    ctx->wide |= ctx->endpoints->wide;
}


/* whether proxy_pass is known to name another host than this one */

static ngx_uint_t
ngx_http_export_goes_elsewhere(ngx_http_export_ctx_t *ctx,
    const export_str_t *host)
{
    ngx_http_export_outgoing_t  *outgoing;

    outgoing = ctx->outgoing;

    return ctx->elcf->destination == NULL && outgoing && outgoing->host.len
           && !export_str_same(ngx_http_export_str(&outgoing->host), host);
}


static void
ngx_http_export_fill_request(export_recipient_request_t *request,
    ngx_http_export_asked_t *asked)
{
    ngx_http_request_t  *r;

    r = asked->request;

    request->method = *ngx_http_export_str(&r->method_name);
    request->marked = ngx_http_export_answer_marked;
    request->overridden = ngx_http_export_answer_overridden;
    request->data = asked;
    request->announced = r->headers_in.content_length_n > 0
                         || r->headers_in.chunked;
    request->body = ngx_http_export_has_body(r) ? 1 : 0;
    request->unread = asked->ctx->elcf->body == NGX_HTTP_EXPORT_BODY_OFF;
}


static void
ngx_http_export_fill_paths(export_recipient_paths_t *paths,
    ngx_http_request_t *r, ngx_http_export_outgoing_t *outgoing)
{
    ngx_str_t  rest, sent, wire;

    sent = ngx_http_export_sent_path(r);
    rest = ngx_http_export_rest_of_path(r);

    wire = r->valid_unparsed_uri ? sent : r->uri;

    if (outgoing && outgoing->path.len) {
        wire = outgoing->path;
    }

    paths->wire = *ngx_http_export_str(&wire);
    paths->sent = *ngx_http_export_str(&sent);
    paths->routed = *ngx_http_export_str(&r->uri);
    paths->rest = *ngx_http_export_str(&rest);
}


/*
 * The part of r->uri that "proxy_pass http://recipient/" sends: all behind the
 * location's name, with a slash in front.  Empty if that says nothing new.
 */

static ngx_str_t
ngx_http_export_rest_of_path(ngx_http_request_t *r)
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


static size_t
ngx_http_export_longest_path(export_recipient_paths_t *paths,
    ngx_array_t *params)
{
    size_t                     longest;
    ngx_uint_t                 i;
    ngx_http_export_target_t  *param;

    longest = ngx_max(paths->wire.len, paths->sent.len);
    longest = ngx_max(longest, paths->routed.len);
    longest = ngx_max(longest, paths->rest.len);

    param = params ? params->elts : NULL;

    for (i = 0; params && i < params->nelts; i++) {
        longest = ngx_max(longest, param[i].path.len);
    }

    return longest;
}


static int
ngx_http_export_answer_marked(void *data, const export_endpoint_t *endpoint)
{
    ngx_http_export_asked_t *asked = data;

    return ngx_http_export_find_marks(asked->request, asked->ctx,
                                      (ngx_http_export_endpoint_t *) endpoint);
}


static int
ngx_http_export_answer_overridden(void *data)
{
    ngx_http_export_asked_t *asked = data;

    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    part = &asked->request->headers_in.headers.part;

    for ( /* void */ ; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (export_method_is_overridden_by(
                    ngx_http_export_str(&h[i].key)))
            {
                return 1;
            }
        }
    }

    return 0;
}
