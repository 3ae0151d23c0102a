
/*
 * Collects the facts of a transfer from its headers and arguments, one pass
 * over each.
 */


#include "ngx_http_export.h"


/* what is known while headers and arguments are read */

typedef struct {
    ngx_http_request_t           *request;
    ngx_http_export_plan_t       *plan;
    ngx_http_export_main_conf_t  *emcf;
    export_facts_t               *facts;
    uint64_t                      policy;   /* as in the context */
    unsigned                      consents[NGX_HTTP_EXPORT_MAX_CONSENTS];
} ngx_http_export_pass_t;


typedef void (*ngx_http_export_watch_pt)(ngx_http_export_pass_t *pass,
    ngx_http_export_watch_t *watch, export_str_t *value);


static void ngx_http_export_list(ngx_http_export_pass_t *pass,
    ngx_list_part_t *part);
static void ngx_http_export_header(ngx_http_export_pass_t *pass,
    ngx_http_export_watch_t *watch, ngx_table_elt_t *h, ngx_uint_t place);
static void ngx_http_export_odd(ngx_http_export_pass_t *pass,
    ngx_table_elt_t *h, ngx_uint_t place);
static ngx_uint_t ngx_http_export_plain(ngx_str_t *name);
static void ngx_http_export_twin(ngx_http_export_pass_t *pass,
    ngx_http_export_watch_t *watch, export_str_t *value);
static void ngx_http_export_args(ngx_http_export_pass_t *pass,
    ngx_str_t *args);
static void ngx_http_export_other_args(ngx_http_export_pass_t *pass,
    ngx_http_export_ctx_t *ctx);
static void ngx_http_export_view(ngx_http_export_pass_t *pass,
    ngx_str_t *args);
static void ngx_http_export_arg(ngx_http_export_pass_t *pass,
    export_str_t *name, export_str_t *value);
static void ngx_http_export_arg_pieces(ngx_http_export_pass_t *pass,
    export_str_t *value, u_char *buf);
static void ngx_http_export_near(ngx_http_export_pass_t *pass,
    ngx_http_export_watch_t *watch);
static void ngx_http_export_consents(ngx_http_export_pass_t *pass,
    ngx_array_t *rules);
static void ngx_http_export_watch_purpose(ngx_http_export_pass_t *pass,
    ngx_http_export_watch_t *watch, export_str_t *value);
static export_subjects_t *ngx_http_export_group(ngx_http_export_pass_t *pass,
    ngx_http_export_watch_t *watch);
static void ngx_http_export_watch_subject(ngx_http_export_pass_t *pass,
    ngx_http_export_watch_t *watch, export_str_t *value);
static void ngx_http_export_watch_consent(ngx_http_export_pass_t *pass,
    ngx_http_export_watch_t *watch, export_str_t *value);
static void ngx_http_export_watch_gpc(ngx_http_export_pass_t *pass,
    ngx_http_export_watch_t *watch, export_str_t *value);
static void ngx_http_export_watch_usage(ngx_http_export_pass_t *pass,
    ngx_http_export_watch_t *watch, export_str_t *value);
static void ngx_http_export_watch_connection(ngx_http_export_pass_t *pass,
    ngx_http_export_watch_t *watch, export_str_t *value);

static ngx_uint_t ngx_http_export_mark_found(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, ngx_http_export_rule_t *mark);


/* "c" is in lower case */

#define ngx_http_export_alnum(c)                                              \
    (((c) >= 'a' && (c) <= 'z') || ((c) >= '0' && (c) <= '9'))


static ngx_http_export_watch_pt  ngx_http_export_watch_handlers[] = {
    [NGX_HTTP_EXPORT_WATCH_PURPOSE] = ngx_http_export_watch_purpose,
    [NGX_HTTP_EXPORT_WATCH_SUBJECT] = ngx_http_export_watch_subject,
    [NGX_HTTP_EXPORT_WATCH_CONSENT] = ngx_http_export_watch_consent,
    [NGX_HTTP_EXPORT_WATCH_GPC] = ngx_http_export_watch_gpc,
    [NGX_HTTP_EXPORT_WATCH_USAGE] = ngx_http_export_watch_usage,
    [NGX_HTTP_EXPORT_WATCH_CONNECTION] = ngx_http_export_watch_connection
};

export_assert_rows(ngx_http_export_watch_handlers, NGX_HTTP_EXPORT_WATCHES);


void
ngx_http_export_collect(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx)
{
    ngx_http_export_pass_t               pass;
    ngx_http_export_loc_conf_t          *elcf;
    static const export_facts_t          no_facts;
    static const ngx_http_export_pass_t  no_pass;

    elcf = ctx->elcf;

    ctx->facts = no_facts;

    pass = no_pass;
    pass.request = r;
    pass.plan = elcf->plan;
    pass.emcf = ngx_http_get_module_main_conf(r,
                                              ngx_http_export_policy_module);
    pass.facts = &ctx->facts;

    if (ngx_http_export_wire(r, ctx) != NGX_OK) {
        ctx->facts.error = 1;
    }

    ngx_http_export_list(&pass, &r->headers_in.headers.part);

    ctx->policy = pass.policy;

    /* taken off for an earlier recipient, but still said */

    if (ctx->stripped) {
        ngx_http_export_list(&pass, ctx->stripped);
    }

    if (elcf->plan->args.nelts) {
        ngx_http_export_args(&pass, &r->args);
        ngx_http_export_other_args(&pass, ctx);
    }

    ngx_http_export_consents(&pass, elcf->consents);

    ctx->facts.outdated = pass.emcf->expires != 0
                          && ngx_time() >= pass.emcf->expires;
}


static void
ngx_http_export_list(ngx_http_export_pass_t *pass, ngx_list_part_t *part)
{
    ngx_uint_t                 before;
    ngx_table_elt_t           *h, *first, *last;
    ngx_http_export_watch_t  **names, *watch;

    before = 0;
    names = pass->plan->names;

    for ( /* void */ ; part; part = part->next) {
        first = part->elts;
        last = first + part->nelts;

        for (h = first; h < last; h++) {
            watch = names[ngx_http_export_name(&h->key)];

            if (watch) {
                ngx_http_export_header(pass, watch, h, before + (h - first));
            }

            if (pass->emcf->odd_names && !ngx_http_export_plain(&h->key)) {
                ngx_http_export_odd(pass, h, before + (h - first));
            }
        }

        before += part->nelts;
    }
}


static void
ngx_http_export_header(ngx_http_export_pass_t *pass,
    ngx_http_export_watch_t *watch, ngx_table_elt_t *h, ngx_uint_t place)
{
    ngx_uint_t     same;
    export_str_t  *value;

    value = ngx_http_export_str(&h->value);

    for ( /* void */ ; watch; watch = watch->next) {

        same = ngx_http_export_same_name(&watch->name, h);

        if (same == 0) {
            continue;
        }

        pass->policy |= (uint64_t) watch->policy
                        << ngx_min(place, NGX_HTTP_EXPORT_PLACES);

        /* one that another module has deleted is taken off, not believed */

        if (h->hash == 0) {
            continue;
        }

        if (same == NGX_HTTP_EXPORT_TWIN) {
            ngx_http_export_twin(pass, watch, value);
            continue;
        }

        ngx_http_export_watch_handlers[watch->type](pass, watch, value);
    }
}


/* a header whose name is near to one that is watched, as fields' names are */

static void
ngx_http_export_odd(ngx_http_export_pass_t *pass, ngx_table_elt_t *h,
    ngx_uint_t place)
{
    u_char                    buf[EXPORT_MAX_NAME];
    ngx_uint_t                i;
    export_str_t              core;
    ngx_http_export_watch_t  *watch;

    core = export_field_core(ngx_http_export_str(&h->key), buf);

    watch = pass->plan->watches.elts;

    for (i = 0; i < pass->plan->watches.nelts; i++) {

        if (watch[i].type == NGX_HTTP_EXPORT_WATCH_CONNECTION
            || !export_field_near(ngx_http_export_str(&watch[i].name), &core)
            || ngx_http_export_same_name(&watch[i].name, h))
        {
            continue;
        }

        pass->policy |= (uint64_t) watch[i].policy
                        << ngx_min(place, NGX_HTTP_EXPORT_PLACES);

        if (h->hash) {
            ngx_http_export_twin(pass, &watch[i],
                                 ngx_http_export_str(&h->value));
        }
    }
}


/* whether nothing is in it but what names of headers are made of: then only a
   name of the same size is taken for another */

static ngx_uint_t
ngx_http_export_plain(ngx_str_t *name)
{
    u_char  c;
    size_t  i;

    for (i = 0; i < name->len; i++) {
        c = export_lower(name->data[i]);

        if (!ngx_http_export_alnum(c) && c != '-' && c != '_' && c != '.') {
            return 0;
        }
    }

    return 1;
}


/* NGX_HTTP_EXPORT_SAME, _TWIN, or 0; "name" is in lower case */

ngx_uint_t
ngx_http_export_same_name(ngx_str_t *name, ngx_table_elt_t *h)
{
    u_char      a, b;
    size_t      i;
    ngx_uint_t  rc;

    if (name->len != h->key.len) {
        return 0;
    }

    if (h->lowcase_key
        && export_same(h->lowcase_key, name->data, name->len))
    {
        return NGX_HTTP_EXPORT_SAME;
    }

    rc = NGX_HTTP_EXPORT_SAME;

    for (i = 0; i < name->len; i++) {
        a = name->data[i];
        b = export_lower(h->key.data[i]);

        if (a == b) {
            continue;
        }

        if ((a != '-' && a != '_') || ngx_http_export_alnum(b)) {
            return 0;
        }

        rc = NGX_HTTP_EXPORT_TWIN;
    }

    return rc;
}


/* whether a header, or its twin, must not reach the recipient */

ngx_uint_t
ngx_http_export_is_policy_header(ngx_http_export_plan_t *plan,
    ngx_table_elt_t *h)
{
    ngx_uint_t                i;
    ngx_http_export_watch_t  *watch;

    watch = plan->watches.elts;

    for (i = 0; i < plan->watches.nelts; i++) {

        if (watch[i].policy
            && ngx_http_export_same_name(&watch[i].name, h))
        {
            return 1;
        }
    }

    return 0;
}


/*
 * Recipients may take X_Subject_IP, some of them X.Subject.IP too, for
 * X-Subject-IP: then nothing is sure.
 */

static void
ngx_http_export_twin(ngx_http_export_pass_t *pass,
    ngx_http_export_watch_t *watch, export_str_t *value)
{
    switch (watch->type) {

    case NGX_HTTP_EXPORT_WATCH_SUBJECT:
        export_subject_unreadable(ngx_http_export_group(pass, watch));
        return;

    case NGX_HTTP_EXPORT_WATCH_CONSENT:
        pass->consents[watch->consent] |= EXPORT_CONSENT_INVALID;
        return;

    default:
        ngx_http_export_watch_handlers[watch->type](pass, watch, value);
    }
}


static void
ngx_http_export_args(ngx_http_export_pass_t *pass, ngx_str_t *args)
{
    u_char        *buf;
    export_str_t   name, rest, value;

    if (args->len == 0) {
        return;
    }

    buf = ngx_pnalloc(pass->request->pool, args->len);
    if (buf == NULL) {
        pass->facts->error = 1;
        return;
    }

    rest = *ngx_http_export_str(args);

    while (export_list_next_arg(&rest, &name, &value) == EXPORT_OK) {
        ngx_http_export_arg_pieces(pass, &value, buf);

        name = export_list_decode(&name, buf);
        value = export_list_decode(&value, buf + name.len);

        ngx_http_export_arg(pass, &name, &value);
    }
}


static void
ngx_http_export_arg(ngx_http_export_pass_t *pass, export_str_t *name,
    export_str_t *value)
{
    u_char                    buf[EXPORT_MAX_NAME];
    ngx_uint_t                i, word;
    export_str_t              core, *wanted;
    ngx_http_export_watch_t  *watch;

    core.len = 0;
    core.data = NULL;

    word = export_field_word(name);

    if (!word) {
        core = export_field_core(name, buf);
    }

    watch = pass->plan->args.elts;

    for (i = 0; i < pass->plan->args.nelts; i++) {
        wanted = ngx_http_export_str(&watch[i].name);

        if (export_str_same(wanted, name)) {
            ngx_http_export_watch_handlers[watch[i].type](pass, &watch[i],
                                                          value);

        } else if (!word && export_field_near(wanted, &core)) {
            ngx_http_export_near(pass, &watch[i]);
        }
    }
}


/*
 * Some split a query at ";" too: behind one, a name that is watched, or near to
 * one that is, may be an argument's.
 */

static void
ngx_http_export_arg_pieces(ngx_http_export_pass_t *pass, export_str_t *value,
    u_char *buf)
{
    u_char                   *p;
    ngx_uint_t                i;
    export_str_t              rest, name, piece;
    ngx_http_export_watch_t  *watch;

    rest = *value;
    watch = pass->plan->args.elts;

    while (rest.len && (p = ngx_strlchr(rest.data, rest.data + rest.len, ';')))
    {
        p++;
        rest.len -= p - rest.data;
        rest.data = p;

        piece = rest;
        p = ngx_strlchr(rest.data, rest.data + rest.len, ';');

        if (p) {
            piece.len = p - rest.data;
        }

        if (export_list_next_arg(&piece, &name, &piece) != EXPORT_OK) {
            continue;
        }

        name = export_list_decode(&name, buf);

        for (i = 0; i < pass->plan->args.nelts; i++) {

            if (export_field_compare(ngx_http_export_str(&watch[i].name),
                                     &name)
                != EXPORT_DECLINED)
            {
                ngx_http_export_near(pass, &watch[i]);
            }
        }
    }
}


/* a name that is the watched one to some: nothing is sure */

static void
ngx_http_export_near(ngx_http_export_pass_t *pass,
    ngx_http_export_watch_t *watch)
{
    if (watch->type == NGX_HTTP_EXPORT_WATCH_PURPOSE) {
        pass->facts->purpose |= EXPORT_PURPOSE_MALFORMED;
        return;
    }

    ngx_http_export_twin(pass, watch, NULL);
}


/*
 * The query as sent, if a rewrite has changed it, and the one that proxy_pass
 * builds: the recipient may get any of them.
 */

static void
ngx_http_export_other_args(ngx_http_export_pass_t *pass,
    ngx_http_export_ctx_t *ctx)
{
    ngx_str_t                  sent, *args;
    ngx_uint_t                 i;
    ngx_http_export_target_t  *param;

    args = &pass->request->args;
    sent = ngx_http_export_sent_args(pass->request);

    if (!ngx_http_export_same_text(&sent, args)) {
        ngx_http_export_view(pass, &sent);
    }

    if (ctx->outgoing
        && !ngx_http_export_same_text(&ctx->outgoing->args, args)
        && !ngx_http_export_same_text(&ctx->outgoing->args, &sent))
    {
        ngx_http_export_view(pass, &ctx->outgoing->args);
    }

    if (ctx->outgoing == NULL || ctx->outgoing->params == NULL) {
        return;
    }

    param = ctx->outgoing->params->elts;

    for (i = 0; i < ctx->outgoing->params->nelts; i++) {
        if (!ngx_http_export_same_text(&param[i].args, args)) {
            ngx_http_export_view(pass, &param[i].args);
        }
    }
}


/* a view of its own, in which a consent counts once */

static void
ngx_http_export_view(ngx_http_export_pass_t *pass, ngx_str_t *args)
{
    ngx_uint_t              i;
    ngx_http_export_pass_t  other;

    other = *pass;
    ngx_memzero(other.consents, sizeof(other.consents));

    ngx_http_export_args(&other, args);

    for (i = 0; i < NGX_HTTP_EXPORT_MAX_CONSENTS; i++) {
        pass->consents[i] |= other.consents[i];
    }
}


/* the query that proxy_pass may send, when a rewrite has changed r->args */

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


static void
ngx_http_export_consents(ngx_http_export_pass_t *pass, ngx_array_t *rules)
{
    ngx_uint_t               i;
    ngx_http_export_rule_t  *rule;

    rule = rules->elts;

    for (i = 0; i < rules->nelts; i++) {
        if (rule[i].declared) {
            pass->facts->declared_consent |= pass->consents[i];
        } else {
            pass->facts->consent |= pass->consents[i];
        }
    }
}


static void
ngx_http_export_watch_purpose(ngx_http_export_pass_t *pass,
    ngx_http_export_watch_t *watch, export_str_t *value)
{
    export_purposes_t        purposes;
    ngx_http_export_rule_t  *rule;

    rule = watch->rule;

    purposes.training = rule->patterns;
    purposes.ntraining = rule->npatterns;
    purposes.other = rule->others;
    purposes.nother = rule->nothers;
    purposes.closed = rule->closed;

    export_purpose_declared(&purposes, pass->emcf->scratch, value,
                            pass->facts);

    /* nothing else is known yet, and no job that follows is without data */

    if (pass->facts->purpose & (EXPORT_PURPOSE_TRAINING
                                |EXPORT_PURPOSE_MALFORMED))
    {
        pass->facts->purpose |= EXPORT_PURPOSE_NOT_WAIVED;
    }
}


/* whom a subject of that rule stands for */

static export_subjects_t *
ngx_http_export_group(ngx_http_export_pass_t *pass,
    ngx_http_export_watch_t *watch)
{
    return watch->rule->declared ? &pass->facts->head : &pass->facts->declared;
}


static void
ngx_http_export_watch_subject(ngx_http_export_pass_t *pass,
    ngx_http_export_watch_t *watch, export_str_t *value)
{
    export_subject_value(watch->rule->as, &pass->emcf->atlas, value,
                         ngx_http_export_group(pass, watch));
}


static void
ngx_http_export_watch_consent(ngx_http_export_pass_t *pass,
    ngx_http_export_watch_t *watch, export_str_t *value)
{
    unsigned  *said, says;

    said = &pass->consents[watch->consent];

    says = export_consent_value(watch->rule->patterns, watch->rule->npatterns,
                                pass->emcf->scratch, value);

    *said = *said ? export_consent_repeated(*said, says) : says;
}


static void
ngx_http_export_watch_gpc(ngx_http_export_pass_t *pass,
    ngx_http_export_watch_t *watch, export_str_t *value)
{
    pass->facts->consent |= export_consent_gpc(value);
}


static void
ngx_http_export_watch_usage(ngx_http_export_pass_t *pass,
    ngx_http_export_watch_t *watch, export_str_t *value)
{
    pass->facts->consent |= export_consent_usage(value);
}


/*
 * A header that "Connection" names is for the next hop only (RFC 9110,
 * section 7.6.1): one of ours there is said and taken back at once.
 */

static void
ngx_http_export_watch_connection(ngx_http_export_pass_t *pass,
    ngx_http_export_watch_t *watch, export_str_t *value)
{
    ngx_uint_t                i;
    export_str_t              item, none, rest;
    ngx_http_export_watch_t  *named;

    rest = *value;
    named = pass->plan->watches.elts;

    none.len = 0;
    none.data = NULL;

    while (export_list_next(&rest, &item) == EXPORT_OK) {

        for (i = 0; i < pass->plan->watches.nelts; i++) {

            if (named[i].policy
                && export_str_same(ngx_http_export_str(&named[i].name),
                                   &item))
            {
                ngx_http_export_twin(pass, &named[i], &none);
            }
        }
    }
}


/*
 * NGX_OK if one of a recipient's marks is in the request, or if it needs none;
 * NGX_AGAIN if one may be in the body.
 */

ngx_int_t
ngx_http_export_marked(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx,
    ngx_http_export_endpoint_t *recipient)
{
    ngx_int_t                rc;
    ngx_uint_t               i;
    ngx_http_export_rule_t  *mark;

    rc = recipient->marks.nelts ? NGX_DECLINED : NGX_OK;
    mark = recipient->marks.elts;

    for (i = 0; i < recipient->marks.nelts; i++) {

        if (mark[i].source == NGX_HTTP_EXPORT_FIELD) {
            rc = NGX_AGAIN;
            continue;
        }

        if (ngx_http_export_mark_found(r, ctx, &mark[i])) {
            return NGX_OK;
        }
    }

    return rc;
}


static ngx_uint_t
ngx_http_export_mark_found(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx,
    ngx_http_export_rule_t *mark)
{
    ngx_str_t                  sent;
    ngx_uint_t                 i;
    export_facts_t             found;
    ngx_http_export_pass_t     pass;
    ngx_http_export_plan_t     plan;
    ngx_http_export_watch_t    watch;
    ngx_http_export_target_t  *param;

    /* a plan that watches nothing but the mark */

    watch.name = mark->name;
    watch.type = NGX_HTTP_EXPORT_WATCH_PURPOSE;
    watch.rule = mark;
    watch.consent = 0;
    watch.next = NULL;
    watch.policy = 0;

    ngx_memzero(&plan, sizeof(ngx_http_export_plan_t));
    ngx_memzero(&pass, sizeof(ngx_http_export_pass_t));
    ngx_memzero(&found, sizeof(export_facts_t));

    pass.request = r;
    pass.plan = &plan;
    pass.facts = &found;
    pass.emcf = ngx_http_get_module_main_conf(r,
                                              ngx_http_export_policy_module);

    if (mark->source == NGX_HTTP_EXPORT_HEADER) {
        plan.names[ngx_http_export_name(&mark->name)] = &watch;

        ngx_http_export_list(&pass, &r->headers_in.headers.part);

    } else {
        plan.args.elts = &watch;
        plan.args.nelts = 1;

        ngx_http_export_args(&pass, &r->args);

        sent = ngx_http_export_sent_args(r);
        ngx_http_export_args(&pass, &sent);

        if (ctx->outgoing) {
            ngx_http_export_args(&pass, &ctx->outgoing->args);
        }

        for (i = 0; ctx->outgoing && ctx->outgoing->params
                    && i < ctx->outgoing->params->nelts;
             i++)
        {
            param = ctx->outgoing->params->elts;
            ngx_http_export_args(&pass, &param[i].args);
        }
    }

    ctx->facts.error |= found.error;

    return (found.purpose & EXPORT_PURPOSE_TRAINING) != 0;
}
