
/*
 * Compiles the rules of a location: which headers and arguments to look at,
 * and the destination patterns by host.
 */


#include "ngx_http_export.h"


static ngx_array_t *ngx_http_export_purposes(ngx_conf_t *cf,
    ngx_http_export_loc_conf_t *elcf);
static ngx_int_t ngx_http_export_close(ngx_conf_t *cf, ngx_array_t *purposes,
    ngx_http_export_rule_t *from, ngx_uint_t other);
static export_match_t *ngx_http_export_join(ngx_conf_t *cf,
    export_match_t *first, ngx_uint_t n, export_match_t *more, ngx_uint_t k);
static ngx_int_t ngx_http_export_watch_rules(ngx_http_export_plan_t *plan,
    ngx_array_t *rules, ngx_http_export_watch_e type);
static ngx_int_t ngx_http_export_watch(ngx_array_t *watches, ngx_str_t *name,
    ngx_http_export_watch_e type, ngx_http_export_rule_t *rule,
    ngx_uint_t consent);
static void ngx_http_export_plan_names(ngx_http_export_plan_t *plan);
static ngx_uint_t ngx_http_export_linked(ngx_http_export_watch_t *watch);
static ngx_int_t ngx_http_export_plan_hosts(ngx_conf_t *cf,
    ngx_http_export_plan_t *plan, ngx_array_t *rules);
static ngx_int_t ngx_http_export_plan_filter(ngx_conf_t *cf,
    ngx_http_export_plan_t *plan, ngx_array_t *catalogues);
static void ngx_http_export_hosts_free(void *data);


/* looked at wherever the policy is on */

static struct {
    ngx_str_t                name;
    ngx_http_export_watch_e  type;

} ngx_http_export_builtin_watches[] = {
    { ngx_string("sec-gpc"), NGX_HTTP_EXPORT_WATCH_GPC },
    { ngx_string("content-usage"), NGX_HTTP_EXPORT_WATCH_USAGE },
    { ngx_string("connection"), NGX_HTTP_EXPORT_WATCH_CONNECTION },
    { ngx_null_string, 0 }
};


ngx_http_export_plan_t *
ngx_http_export_plan(ngx_conf_t *cf, ngx_http_export_loc_conf_t *elcf)
{
    ngx_uint_t               i;
    ngx_array_t             *purposes;
    ngx_http_export_plan_t  *plan;

    purposes = ngx_http_export_purposes(cf, elcf);
    if (purposes == NULL) {
        return NULL;
    }

    plan = ngx_pcalloc(cf->pool, sizeof(ngx_http_export_plan_t));
    if (plan == NULL) {
        return NULL;
    }

    if (ngx_array_init(&plan->watches, cf->pool, 8,
                       sizeof(ngx_http_export_watch_t))
        != NGX_OK
        || ngx_array_init(&plan->args, cf->pool, 2,
                          sizeof(ngx_http_export_watch_t))
           != NGX_OK)
    {
        return NULL;
    }

    if (ngx_http_export_watch_rules(plan, purposes,
                                    NGX_HTTP_EXPORT_WATCH_PURPOSE)
        != NGX_OK
        || ngx_http_export_watch_rules(plan, elcf->subjects,
                                       NGX_HTTP_EXPORT_WATCH_SUBJECT)
           != NGX_OK
        || ngx_http_export_watch_rules(plan, elcf->consents,
                                       NGX_HTTP_EXPORT_WATCH_CONSENT)
           != NGX_OK)
    {
        return NULL;
    }

    for (i = 0; ngx_http_export_builtin_watches[i].name.len; i++) {
        if (ngx_http_export_watch(&plan->watches,
                                  &ngx_http_export_builtin_watches[i].name,
                                  ngx_http_export_builtin_watches[i].type,
                                  NULL, 0)
            != NGX_OK)
        {
            return NULL;
        }
    }

    ngx_http_export_plan_names(plan);

    if (ngx_http_export_plan_hosts(cf, plan, elcf->purposes) != NGX_OK
        || ngx_http_export_plan_filter(cf, plan, elcf->recipients) != NGX_OK)
    {
        return NULL;
    }

    plan->fields = ngx_http_export_fields(cf, elcf, purposes, NULL);
    plan->marked = ngx_http_export_fields(cf, elcf, purposes,
                                          elcf->recipients);

    return plan->fields && plan->marked ? plan : NULL;
}


/*
 * The rules of purpose, one for each source where another purpose has a list:
 * whether a value is on none of them is known only with all of them at hand.
 */

static ngx_array_t *
ngx_http_export_purposes(ngx_conf_t *cf, ngx_http_export_loc_conf_t *elcf)
{
    ngx_uint_t               i;
    ngx_array_t             *purposes;
    ngx_http_export_rule_t  *rule;

    if (elcf->others == NULL) {
        return elcf->purposes;
    }

    purposes = ngx_array_create(cf->pool, elcf->purposes->nelts
                                          + elcf->others->nelts,
                                sizeof(ngx_http_export_rule_t));
    if (purposes == NULL) {
        return NULL;
    }

    rule = elcf->purposes->elts;

    for (i = 0; i < elcf->purposes->nelts; i++) {

        if (rule[i].source != NGX_HTTP_EXPORT_DESTINATION
            && ngx_http_export_close(cf, purposes, &rule[i], 0) != NGX_OK)
        {
            return NULL;
        }
    }

    rule = elcf->others->elts;

    for (i = 0; i < elcf->others->nelts; i++) {
        if (ngx_http_export_close(cf, purposes, &rule[i], 1) != NGX_OK) {
            return NULL;
        }
    }

    return purposes;
}


/* adds a rule's patterns to those of its source */

static ngx_int_t
ngx_http_export_close(ngx_conf_t *cf, ngx_array_t *purposes,
    ngx_http_export_rule_t *from, ngx_uint_t other)
{
    ngx_uint_t                i, *n;
    export_match_t          **patterns;
    ngx_http_export_rule_t   *rule;

    rule = purposes->elts;

    for (i = 0; i < purposes->nelts; i++, rule++) {

        if (rule->source == from->source
            && rule->name.len == from->name.len
            && ngx_strncasecmp(rule->name.data, from->name.data,
                               from->name.len)
               == 0)
        {
            break;
        }
    }

    if (i == purposes->nelts) {
        rule = ngx_array_push(purposes);
        if (rule == NULL) {
            return NGX_ERROR;
        }

        ngx_memzero(rule, sizeof(ngx_http_export_rule_t));

        rule->source = from->source;
        rule->name = from->name;
        rule->closed = 1;
    }

    patterns = other ? &rule->others : &rule->patterns;
    n = other ? &rule->nothers : &rule->npatterns;

    *patterns = ngx_http_export_join(cf, *patterns, *n, from->patterns,
                                     from->npatterns);
    *n += from->npatterns;

    return *patterns ? NGX_OK : NGX_ERROR;
}


static export_match_t *
ngx_http_export_join(ngx_conf_t *cf, export_match_t *first, ngx_uint_t n,
    export_match_t *more, ngx_uint_t k)
{
    export_match_t  *joined;

    joined = ngx_palloc(cf->pool, (n + k) * sizeof(export_match_t));
    if (joined == NULL) {
        return NULL;
    }

    if (n) {
        ngx_memcpy(joined, first, n * sizeof(export_match_t));
    }

    ngx_memcpy(joined + n, more, k * sizeof(export_match_t));

    return joined;
}


static ngx_int_t
ngx_http_export_watch_rules(ngx_http_export_plan_t *plan, ngx_array_t *rules,
    ngx_http_export_watch_e type)
{
    ngx_uint_t               i;
    ngx_array_t             *watches;
    ngx_http_export_rule_t  *rule;

    rule = rules->elts;

    for (i = 0; i < rules->nelts; i++) {

        if (rule[i].source != NGX_HTTP_EXPORT_HEADER
            && rule[i].source != NGX_HTTP_EXPORT_ARG)
        {
            continue;
        }

        watches = &plan->args;

        if (rule[i].source == NGX_HTTP_EXPORT_HEADER) {
            watches = &plan->watches;
        }

        if (ngx_http_export_watch(watches, &rule[i].name, type,
                                  &rule[i], i)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_export_watch(ngx_array_t *watches, ngx_str_t *name,
    ngx_http_export_watch_e type, ngx_http_export_rule_t *rule,
    ngx_uint_t consent)
{
    ngx_http_export_watch_t  *watch;

    watch = ngx_array_push(watches);
    if (watch == NULL) {
        return NGX_ERROR;
    }

    watch->name = *name;
    watch->type = type;
    watch->rule = rule;
    watch->consent = consent;
    watch->next = NULL;
    watch->policy = type == NGX_HTTP_EXPORT_WATCH_SUBJECT
                    || type == NGX_HTTP_EXPORT_WATCH_CONSENT;

    return NGX_OK;
}


/* when all of them are there: until then they may move */

static void
ngx_http_export_plan_names(ngx_http_export_plan_t *plan)
{
    ngx_uint_t                 i;
    ngx_http_export_watch_t   *watch, **link;

    watch = plan->watches.elts;

    for (i = 0; i < plan->watches.nelts; i++) {
        link = &plan->names[ngx_http_export_name(&watch[i].name)];

        while (*link) {
            link = &(*link)->next;
        }

        *link = &watch[i];

        plan->linked |= ngx_http_export_linked(&watch[i]);
    }
}


/* whether nginx has pointers to a header that is stripped, as to "Cookie" */

static ngx_uint_t
ngx_http_export_linked(ngx_http_export_watch_t *watch)
{
    ngx_http_header_t  *hh;

    if (!watch->policy) {
        return 0;
    }

    for (hh = ngx_http_headers_in; hh->name.len; hh++) {
        if (hh->offset
            && hh->name.len == watch->name.len
            && ngx_strncasecmp(hh->name.data, watch->name.data, hh->name.len)
               == 0)
        {
            return 1;
        }
    }

    return 0;
}


static ngx_int_t
ngx_http_export_plan_hosts(ngx_conf_t *cf, ngx_http_export_plan_t *plan,
    ngx_array_t *rules)
{
    u_char                  *buf;
    ngx_uint_t               i, k, n;
    export_hosts_rule_t     *hr;
    ngx_http_export_rule_t  *rule;

    rule = rules->elts;

    for (n = 0, i = 0; i < rules->nelts; i++) {
        n += rule[i].source == NGX_HTTP_EXPORT_DESTINATION
             ? rule[i].npatterns : 0;
    }

    if (n == 0) {
        return NGX_OK;
    }

    hr = ngx_pcalloc(cf->pool, n * sizeof(export_hosts_rule_t));
    if (hr == NULL) {
        return NGX_ERROR;
    }

    for (n = 0, i = 0; i < rules->nelts; i++) {

        if (rule[i].source != NGX_HTTP_EXPORT_DESTINATION) {
            continue;
        }

        for (k = 0; k < rule[i].npatterns; k++, n++) {
            hr[n].match = &rule[i].patterns[k];

            buf = ngx_pnalloc(cf->pool, hr[n].match->text.len);
            if (buf == NULL) {
                return NGX_ERROR;
            }

            hr[n].host = export_pattern_host(hr[n].match, buf);
        }
    }

    plan->hosts = ngx_http_export_hosts(cf, hr, n);

    return plan->hosts ? NGX_OK : NGX_ERROR;
}


static ngx_int_t
ngx_http_export_plan_filter(ngx_conf_t *cf, ngx_http_export_plan_t *plan,
    ngx_array_t *catalogues)
{
    ngx_uint_t                     i, n;
    export_hosts_t               **hosts;
    ngx_http_export_main_conf_t   *emcf;
    ngx_http_export_catalogue_t  **catalogue;

    emcf = ngx_http_conf_get_module_main_conf(cf,
                                              ngx_http_export_policy_module);

    hosts = ngx_palloc(cf->temp_pool,
                       (catalogues->nelts + 1) * sizeof(export_hosts_t *));
    if (hosts == NULL) {
        return NGX_ERROR;
    }

    n = 0;

    if (plan->hosts) {
        hosts[n++] = plan->hosts;
    }

    catalogue = catalogues->elts;

    for (i = 0; i < catalogues->nelts; i++) {
        hosts[n++] = catalogue[i]->hosts;
    }

    plan->filter = export_hosts_filter(hosts, n, &emcf->pool);

    return plan->filter ? NGX_OK : NGX_ERROR;
}


export_hosts_t *
ngx_http_export_hosts(ngx_conf_t *cf, export_hosts_rule_t *rules,
    ngx_uint_t n)
{
    export_hosts_t               *hosts;
    ngx_pool_cleanup_t           *cln;
    ngx_http_export_main_conf_t  *emcf;

    emcf = ngx_http_conf_get_module_main_conf(cf,
                                              ngx_http_export_policy_module);

    cln = ngx_pool_cleanup_add(cf->pool, 0);
    if (cln == NULL) {
        return NULL;
    }

    hosts = export_hosts_create(rules, n, &emcf->pool);
    if (hosts == NULL) {
        return NULL;
    }

    cln->handler = ngx_http_export_hosts_free;
    cln->data = hosts;

    return hosts;
}


static void
ngx_http_export_hosts_free(void *data)
{
    export_hosts_free(data);
}
