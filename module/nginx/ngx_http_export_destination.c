
/*
 * Purpose by destination: the operator's patterns and the catalogues, tried
 * on every form of the path that a recipient might see.
 */


#include "ngx_http_export.h"


/* the forms of a path, each as host/path; the first is what will be sent */

typedef struct {
    ngx_pool_t                   *pool;
    export_str_t                 *host;
    ngx_array_t                   form;         /* export_str_t */
} ngx_http_export_forms_t;


typedef struct {
    ngx_http_request_t           *request;
    ngx_http_export_ctx_t        *ctx;
    ngx_http_export_endpoint_t  *recipient;    /* the first that fits */
    ngx_uint_t                    form;         /* the path's, from 0 */
    ngx_uint_t                    data;         /* a row for data might fit */
    ngx_uint_t                    guess;        /* another host is passed to */
} ngx_http_export_visit_t;


typedef export_str_t (*ngx_http_export_decode_pt)(const export_str_t *path,
    u_char *buf);


static ngx_int_t ngx_http_export_recipient(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, export_hosts_name_t *name);
static ngx_str_t ngx_http_export_host(ngx_http_request_t *r);
static EXPORT_RARE void ngx_http_export_said(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, export_str_t *recipient);
static void ngx_http_export_passed_host(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, export_str_t *recipient);
static ngx_uint_t ngx_http_export_jobs_noted(ngx_http_export_ctx_t *ctx);
static ngx_uint_t ngx_http_export_might(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, export_hosts_name_t *name);
static EXPORT_RARE void ngx_http_export_tunnel(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, export_hosts_name_t *name);
static EXPORT_RARE void ngx_http_export_search(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, export_hosts_name_t *name);
static ngx_int_t ngx_http_export_forms(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, ngx_http_export_forms_t *forms);
static ngx_int_t ngx_http_export_all_forms(ngx_http_export_forms_t *forms,
    ngx_str_t *path);
static ngx_int_t ngx_http_export_form(ngx_http_export_forms_t *forms,
    ngx_str_t *path, ngx_http_export_decode_pt decode);
static ngx_str_t ngx_http_export_rest(ngx_http_request_t *r);
static ngx_str_t ngx_http_export_sent_path(ngx_http_request_t *r);
static void ngx_http_export_try(ngx_http_export_visit_t *visit,
    export_hosts_name_t *name, export_str_t *forms, ngx_uint_t n);
static void ngx_http_export_untried(ngx_http_export_visit_t *visit,
    export_str_t *form, int rc);
static int ngx_http_export_pattern_hit(void *data,
    const export_hosts_rule_t *rule);
static int ngx_http_export_recipient_hit(void *data,
    const export_hosts_rule_t *rule);
static ngx_uint_t ngx_http_export_endpoint_might(ngx_http_export_visit_t *visit,
    ngx_http_export_endpoint_t *recipient);
static void ngx_http_export_endpoint(ngx_http_export_visit_t *visit);
static ngx_http_export_endpoints_t *ngx_http_export_endpoints(
    ngx_http_request_t *r, ngx_http_export_ctx_t *ctx);
static ngx_int_t ngx_http_export_endpoint_fits(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, ngx_http_export_endpoint_t *recipient);
static ngx_uint_t ngx_http_export_method_fits(ngx_http_request_t *r,
    ngx_http_export_endpoint_t *recipient);
static ngx_uint_t ngx_http_export_method_overridden(ngx_http_request_t *r);


/* headers that some recipients take the method from */

static ngx_str_t  ngx_http_export_overrides[] = {
    ngx_string("x-http-method-override"),
    ngx_string("x-http-method"),
    ngx_string("x-method-override"),
    ngx_null_string
};


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

    if (ctx->outgoing) {
        ngx_http_export_passed_host(r, ctx, &name.host);
    }

    if (ctx->wide && !(ctx->facts.purpose & EXPORT_PURPOSE_CONTROL)) {
        ctx->facts.purpose |= EXPORT_PURPOSE_DATA;
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

    /* of two recipients nobody knows which one it is */

    ctx->facts.purpose |= EXPORT_PURPOSE_NOT_WAIVED;

    export_hosts_name(&name, &host);
    ngx_http_export_search(r, ctx, &name);
}


/*
 * The host of proxy_pass, where it is another than that of the request and
 * the operator has not said which of them is the recipient.
 */

static void
ngx_http_export_passed_host(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx,
    export_str_t *recipient)
{
    u_char                       *buf;
    ngx_str_t                    *passed;
    export_str_t                  host;
    export_hosts_name_t           name;
    ngx_http_export_endpoint_t  *job;

    /* it may go anywhere, and with any purpose */

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

    /* a job at the host that the caller names is none where it is sent */

    job = NULL;

    if (ctx->rows) {
        job = ctx->rows->job;
        ctx->rows->job = NULL;
    }

    if (ngx_http_export_jobs_noted(ctx)) {
        ctx->facts.purpose |= EXPORT_PURPOSE_NOT_WAIVED;
    }

    if (ngx_http_export_might(r, ctx, &name)) {
        ngx_http_export_search(r, ctx, &name);
    }

    if (job && ctx->rows->job != job) {
        ctx->facts.purpose |= EXPORT_PURPOSE_NOT_WAIVED;
    }
}


/* rows for jobs that a mark in the body may yet make fit */

static ngx_uint_t
ngx_http_export_jobs_noted(ngx_http_export_ctx_t *ctx)
{
    ngx_uint_t  i;

    for (i = 0; ctx->rows && i < ctx->rows->n; i++) {
        if (ctx->rows->row[i]->purpose & EXPORT_PURPOSE_CONTROL) {
            return 1;
        }
    }

    return 0;
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

    if ((ctx->outgoing && (ctx->outgoing->path.len || ctx->outgoing->params))
        || uri->data != sent->data
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
    ngx_http_export_forms_t  forms;
    ngx_http_export_visit_t  visit;

    forms.pool = r->pool;
    forms.host = &name->host;

    if (ngx_array_init(&forms.form, r->pool, 8, sizeof(export_str_t)) != NGX_OK
        || ngx_http_export_forms(r, ctx, &forms) != NGX_OK)
    {
        ctx->facts.error = 1;
        return;
    }

    visit.request = r;
    visit.ctx = ctx;
    visit.guess = ctx->elcf->destination == NULL && ctx->outgoing
                  && ctx->outgoing->host.len
                  && !export_str_same(ngx_http_export_str(&ctx->outgoing->host),
                                      &name->host);

    ngx_http_export_try(&visit, name, forms.form.elts, forms.form.nelts);
}


/*
 * What will be sent, what was sent to us, and what nginx has made of that: a
 * rule is for all of them, as it is written for a path that people know.
 */

static ngx_int_t
ngx_http_export_forms(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx,
    ngx_http_export_forms_t *forms)
{
    uint64_t                   bytes;
    ngx_str_t                  wire, sent, rest;
    ngx_uint_t                 i;
    ngx_http_export_target_t    *param;
    ngx_http_export_outgoing_t  *outgoing;

    outgoing = ctx->outgoing;

    sent = ngx_http_export_sent_path(r);
    wire = r->valid_unparsed_uri ? sent : r->uri;

    if (outgoing && outgoing->path.len) {
        wire = outgoing->path;
    }

    /* a path of several readings is no evidence that nothing is carried */

    if (!export_destination_plain(ngx_http_export_str(&wire), &bytes)) {
        ctx->facts.purpose |= EXPORT_PURPOSE_NOT_WAIVED;
    }

    if (ngx_http_export_all_forms(forms, &wire) != NGX_OK
        || (!ngx_http_export_same_text(&sent, &wire)
            && ngx_http_export_all_forms(forms, &sent) != NGX_OK)
        || (!ngx_http_export_same_text(&r->uri, &wire)
            && !ngx_http_export_same_text(&r->uri, &sent)
            && (ngx_http_export_form(forms, &r->uri, export_destination_path)
                != NGX_OK
                || ngx_http_export_form(forms, &r->uri,
                                        export_destination_path_loose)
                   != NGX_OK)))
    {
        return NGX_ERROR;
    }

    rest = ngx_http_export_rest(r);

    if (rest.len
        && (ngx_http_export_form(forms, &rest, export_destination_path)
            != NGX_OK
            || ngx_http_export_form(forms, &rest,
                                    export_destination_path_loose)
               != NGX_OK))
    {
        return NGX_ERROR;
    }

    if (outgoing == NULL || outgoing->params == NULL) {
        return NGX_OK;
    }

    param = outgoing->params->elts;

    for (i = 0; i < outgoing->params->nelts; i++) {
        if (param[i].path.len
            && ngx_http_export_all_forms(forms, &param[i].path) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* a path as it is, and decoded in each way that recipients have */

static ngx_int_t
ngx_http_export_all_forms(ngx_http_export_forms_t *forms, ngx_str_t *path)
{
    uint64_t                          bytes;
    ngx_uint_t                        i;
    static ngx_http_export_decode_pt  decode[] = {
        export_destination_path,
        export_destination_path_kept,
        export_destination_path_loose,
        NULL
    };

    if (ngx_http_export_form(forms, path, NULL) != NGX_OK) {
        return NGX_ERROR;
    }

    if (export_destination_plain(ngx_http_export_str(path), &bytes)) {
        return NGX_OK;
    }

    for (i = 0; decode[i]; i++) {
        if (ngx_http_export_form(forms, path, decode[i]) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_export_form(ngx_http_export_forms_t *forms, ngx_str_t *path,
    ngx_http_export_decode_pt decode)
{
    u_char        *p;
    export_str_t  *form;

    form = ngx_array_push(&forms->form);
    p = ngx_pnalloc(forms->pool, forms->host->len + path->len);

    if (form == NULL || p == NULL) {
        return NGX_ERROR;
    }

    form->data = p;

    p = ngx_cpymem(p, forms->host->data, forms->host->len);

    p = decode ? p + decode(ngx_http_export_str(path), p).len
               : ngx_cpymem(p, path->data, path->len);

    form->len = p - form->data;

    return NGX_OK;
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

        visit->form = i;
        query.bytes = 0;

        if (elcf->plan->hosts) {
            query.subject = &forms[i];
            query.hit = ngx_http_export_pattern_hit;

            rc = export_hosts_match(elcf->plan->hosts, &query);

            ngx_http_export_untried(visit, &forms[i], rc);
        }

        query.subject = &path;
        query.hit = ngx_http_export_recipient_hit;

        catalogue = elcf->recipients->elts;

        for (k = 0; k < elcf->recipients->nelts; k++) {
            visit->recipient = NULL;
            visit->data = 0;

            rc = export_hosts_match(catalogue[k]->hosts, &query);

            ngx_http_export_untried(visit, &forms[i], rc);

            if (visit->recipient) {
                ngx_http_export_endpoint(visit);
            }
        }
    }
}


/* a path that is too long for a rule it may fit must not get past the rule */

static void
ngx_http_export_untried(ngx_http_export_visit_t *visit, export_str_t *form,
    int rc)
{
    if (rc != EXPORT_ERROR) {
        return;
    }

    if (form->len > EXPORT_MATCH_SUBJECT) {
        visit->ctx->facts.purpose |= EXPORT_PURPOSE_MALFORMED;

    } else {
        visit->ctx->facts.error = 1;
    }
}


static int
ngx_http_export_pattern_hit(void *data,
    const export_hosts_rule_t *rule)
{
    ngx_http_export_visit_t *visit = data;

    visit->ctx->facts.purpose |= EXPORT_PURPOSE_TRAINING;

    return EXPORT_DONE;
}


static int
ngx_http_export_recipient_hit(void *data,
    const export_hosts_rule_t *rule)
{
    ngx_http_export_visit_t      *visit = data;
    ngx_http_export_endpoint_t  *recipient = rule->value;

    visit->data |= ngx_http_export_endpoint_might(visit, recipient);

    if ((visit->recipient == NULL
         || recipient->order < visit->recipient->order)
        && ngx_http_export_endpoint_fits(visit->request, visit->ctx, recipient)
           == NGX_OK)
    {
        visit->recipient = recipient;
    }

    return EXPORT_OK;
}


/* whether it is a row for data at that very host, and could be the one */

static ngx_uint_t
ngx_http_export_endpoint_might(ngx_http_export_visit_t *visit,
    ngx_http_export_endpoint_t *recipient)
{
    return !recipient->wide && (recipient->purpose & EXPORT_PURPOSE_DATA)
           && ngx_http_export_method_fits(visit->request, recipient)
           && ngx_http_export_marked(visit->request, visit->ctx, recipient)
              != NGX_DECLINED;
}


/*
 * The first row decides.  But a mark is in the caller's hands: a job's row that
 * fits for one does not take the place of a row for data.  Nor does one that
 * fits another form of the path than the one that will be sent.
 */

static void
ngx_http_export_endpoint(ngx_http_export_visit_t *visit)
{
    ngx_http_export_ctx_t        *ctx;
    ngx_http_export_endpoints_t       *rows;
    ngx_http_export_endpoint_t  *recipient;

    ctx = visit->ctx;
    recipient = visit->recipient;

    /* what is not sent says nothing of a host that is known for its jobs */

    if (recipient->wide && (visit->form || visit->guess)) {
        ctx->facts.purpose |= EXPORT_PURPOSE_TRAINING;
        ctx->wide = 1;
        return;
    }

    ctx->facts.purpose |= recipient->purpose;

    if (!(recipient->purpose & EXPORT_PURPOSE_CONTROL)) {
        return;
    }

    rows = ngx_http_export_endpoints(visit->request, ctx);

    if (rows == NULL) {
        ctx->facts.error = 1;
        return;
    }

    if ((visit->data && recipient->marks.nelts)
        || (rows->job && rows->job != recipient)
        || (rows->job == NULL && visit->form))
    {
        ctx->facts.purpose |= EXPORT_PURPOSE_NOT_WAIVED;
    }

    rows->job = recipient;
}


/* allocated when the first of them is found; NULL if out of memory */

static ngx_http_export_endpoints_t *
ngx_http_export_endpoints(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx)
{
    if (ctx->rows == NULL) {
        ctx->rows = ngx_pcalloc(r->pool, sizeof(ngx_http_export_endpoints_t));
    }

    return ctx->rows;
}


/*
 * NGX_OK, or NGX_DECLINED; a row that a mark in the body may yet make fit is
 * noted in the context.
 */

static ngx_int_t
ngx_http_export_endpoint_fits(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx,
    ngx_http_export_endpoint_t *recipient)
{
    ngx_int_t                    rc;
    ngx_uint_t                   i;
    ngx_http_export_endpoints_t      *rows;
    ngx_http_export_loc_conf_t  *elcf;

    if (!ngx_http_export_method_fits(r, recipient)) {
        return NGX_DECLINED;
    }

    rc = ngx_http_export_marked(r, ctx, recipient);

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

    rows = ngx_http_export_endpoints(r, ctx);

    /* what cannot be noted is taken to fit */

    if (rows == NULL) {
        return NGX_OK;
    }

    for (i = 0; i < rows->n; i++) {
        if (rows->row[i] == recipient) {
            return NGX_DECLINED;
        }
    }

    if (rows->n == EXPORT_MAX_ENDPOINTS) {
        return NGX_OK;
    }

    rows->row[rows->n++] = recipient;

    return NGX_DECLINED;
}


/*
 * A request that reads and has no body fits only a row of its own method.
 * Any other fits every row: methods can be overridden, and a recipient that
 * takes PUT for POST is not ours to trust, unless the row says it is.
 */

static ngx_uint_t
ngx_http_export_method_fits(ngx_http_request_t *r,
    ngx_http_export_endpoint_t *recipient)
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
        return ngx_http_export_method_overridden(r);
    }

    return !(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD|NGX_HTTP_OPTIONS
                          |NGX_HTTP_DELETE))
           || r->headers_in.content_length_n > 0 || r->headers_in.chunked;
}


static ngx_uint_t
ngx_http_export_method_overridden(ngx_http_request_t *r)
{
    ngx_str_t        *name;
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            for (name = ngx_http_export_overrides; name->len; name++) {
                if (ngx_http_export_same_name(name, &h[i])) {
                    return 1;
                }
            }
        }
    }

    return 0;
}
