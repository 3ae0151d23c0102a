
/*
 * Compiles the rules of a location: which headers, arguments and fields to look
 * at, and the patterns over destinations, by host.
 */


#include "ngx_http_export.h"
#include "export_pattern.h"


static ngx_array_t *ngx_http_export_close_purposes(ngx_conf_t *cf,
    ngx_http_export_loc_conf_t *elcf);
static ngx_int_t ngx_http_export_add_closed_rule(ngx_conf_t *cf,
    ngx_array_t *purposes, export_head_rule_t *from, ngx_uint_t number,
    ngx_uint_t other);
static export_match_t *ngx_http_export_join_patterns(ngx_conf_t *cf,
    export_match_t *first, ngx_uint_t n, export_match_t *more, ngx_uint_t k);
static export_head_rules_t *ngx_http_export_plan_head(ngx_conf_t *cf,
    ngx_array_t *purposes, ngx_array_t *subjects, ngx_array_t *consents);
static ngx_uint_t ngx_http_export_is_linked(const export_str_t *name);
static ngx_int_t ngx_http_export_plan_patterns(ngx_conf_t *cf,
    ngx_http_export_plan_t *plan, ngx_array_t *rules);
static ngx_int_t ngx_http_export_plan_filter(ngx_conf_t *cf,
    ngx_http_export_plan_t *plan);
static void ngx_http_export_hosts_free(void *data);


ngx_http_export_plan_t *
ngx_http_export_create_plan(ngx_conf_t *cf, ngx_http_export_loc_conf_t *elcf)
{
    unsigned                 i;
    ngx_array_t             *purposes;
    const export_str_t      *name;
    ngx_http_export_plan_t  *plan;

    purposes = ngx_http_export_close_purposes(cf, elcf);
    if (purposes == NULL) {
        return NULL;
    }

    plan = ngx_pcalloc(cf->pool, sizeof(ngx_http_export_plan_t));
    if (plan == NULL) {
        return NULL;
    }

    plan->head = ngx_http_export_plan_head(cf, purposes, elcf->subjects,
                                           elcf->consents);
    if (plan->head == NULL) {
        return NULL;
    }

    i = 0;

    while ((name = export_head_private(plan->head, &i))) {
        plan->linked |= ngx_http_export_is_linked(name);
    }

    plan->recipient.catalogue = elcf->recipients->elts;
    plan->recipient.ncatalogues = elcf->recipients->nelts;

    if (ngx_http_export_plan_patterns(cf, plan, elcf->purposes) != NGX_OK
        || ngx_http_export_plan_filter(cf, plan) != NGX_OK)
    {
        return NULL;
    }

    plan->fields = ngx_http_export_create_field_rules(cf, elcf, purposes, NULL);
    plan->marked = ngx_http_export_create_field_rules(cf, elcf, purposes,
                                                      elcf->recipients);

    return plan->fields && plan->marked ? plan : NULL;
}


/*
 * The rules of purpose.  Where the operator lists other purposes, all rules of
 * a source are joined to one, which is closed: only with all its lists at hand
 * can a value be known to be on none of them.
 */

static ngx_array_t *
ngx_http_export_close_purposes(ngx_conf_t *cf, ngx_http_export_loc_conf_t *elcf)
{
    ngx_uint_t           i;
    ngx_array_t         *purposes;
    export_head_rule_t  *rule;

    if (elcf->others == NULL) {
        return elcf->purposes;
    }

    purposes = ngx_array_create(cf->pool, elcf->purposes->nelts
                                          + elcf->others->nelts,
                                sizeof(export_head_rule_t));
    if (purposes == NULL) {
        return NULL;
    }

    rule = elcf->purposes->elts;

    for (i = 0; i < elcf->purposes->nelts; i++) {

        if (rule[i].source != EXPORT_SOURCE_DESTINATION
            && ngx_http_export_add_closed_rule(cf, purposes, &rule[i], i, 0)
               != NGX_OK)
        {
            return NULL;
        }
    }

    rule = elcf->others->elts;

    for (i = 0; i < elcf->others->nelts; i++) {
        if (ngx_http_export_add_closed_rule(cf, purposes, &rule[i],
                                            elcf->purposes->nelts + i, 1)
            != NGX_OK)
        {
            return NULL;
        }
    }

    return purposes;
}


/*
 * Adds a rule's patterns to the closed rule of its source.  Numbers of the
 * rules of other purposes follow those of training.
 */

static ngx_int_t
ngx_http_export_add_closed_rule(ngx_conf_t *cf, ngx_array_t *purposes,
    export_head_rule_t *from, ngx_uint_t number, ngx_uint_t other)
{
    unsigned            *n;
    ngx_uint_t           i;
    export_match_t     **patterns;
    export_head_rule_t  *rule;

    rule = purposes->elts;

    for (i = 0; i < purposes->nelts; i++, rule++) {

        if (rule->source == from->source
            && export_str_same(&rule->name, &from->name))
        {
            break;
        }
    }

    if (i == purposes->nelts) {
        rule = ngx_array_push(purposes);
        if (rule == NULL) {
            return NGX_ERROR;
        }

        ngx_memzero(rule, sizeof(export_head_rule_t));

        rule->source = from->source;
        rule->name = from->name;
        rule->closed = 1;
        rule->number = number;
    }

    patterns = other ? &rule->others : &rule->patterns;
    n = other ? &rule->nothers : &rule->npatterns;

    *patterns = ngx_http_export_join_patterns(cf, *patterns, *n, from->patterns,
                                              from->npatterns);
    *n += from->npatterns;

    return *patterns ? NGX_OK : NGX_ERROR;
}


static export_match_t *
ngx_http_export_join_patterns(ngx_conf_t *cf, export_match_t *first,
    ngx_uint_t n, export_match_t *more, ngx_uint_t k)
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


static export_head_rules_t *
ngx_http_export_plan_head(ngx_conf_t *cf, ngx_array_t *purposes,
    ngx_array_t *subjects, ngx_array_t *consents)
{
    export_head_list_t            lists[EXPORT_HEAD_LISTS];
    ngx_http_export_main_conf_t  *emcf;

    emcf = ngx_http_conf_get_module_main_conf(cf,
                                              ngx_http_export_policy_module);

    lists[EXPORT_HEAD_PURPOSE].rule = purposes->elts;
    lists[EXPORT_HEAD_PURPOSE].n = purposes->nelts;
    lists[EXPORT_HEAD_SUBJECT].rule = subjects->elts;
    lists[EXPORT_HEAD_SUBJECT].n = subjects->nelts;
    lists[EXPORT_HEAD_CONSENT].rule = consents->elts;
    lists[EXPORT_HEAD_CONSENT].n = consents->nelts;

    return export_head_compile(lists, &emcf->pool);
}


/* whether nginx keeps a pointer to the header, as it does to "Cookie" */

static ngx_uint_t
ngx_http_export_is_linked(const export_str_t *name)
{
    ngx_http_header_t  *hh;

    for (hh = ngx_http_headers_in; hh->name.len; hh++) {
        if (hh->offset && export_str_same(ngx_http_export_str(&hh->name), name))
        {
            return 1;
        }
    }

    return 0;
}


static ngx_int_t
ngx_http_export_plan_patterns(ngx_conf_t *cf, ngx_http_export_plan_t *plan,
    ngx_array_t *rules)
{
    u_char               *buf;
    ngx_uint_t            i, k, n;
    export_hosts_t       *hosts;
    export_head_rule_t   *rule;
    export_hosts_rule_t  *hr;

    rule = rules->elts;

    for (n = 0, i = 0; i < rules->nelts; i++) {
        n += rule[i].source == EXPORT_SOURCE_DESTINATION
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

        if (rule[i].source != EXPORT_SOURCE_DESTINATION) {
            continue;
        }

        for (k = 0; k < rule[i].npatterns; k++, n++) {
            hr[n].match = &rule[i].patterns[k];

            buf = ngx_pnalloc(cf->pool, export_match_text(hr[n].match)->len);
            if (buf == NULL) {
                return NGX_ERROR;
            }

            hr[n].host = export_pattern_host(hr[n].match, buf);
        }
    }

    hosts = ngx_http_export_create_hosts(cf, hr, n);

    plan->recipient.patterns = hosts;

    return hosts ? NGX_OK : NGX_ERROR;
}


static ngx_int_t
ngx_http_export_plan_filter(ngx_conf_t *cf, ngx_http_export_plan_t *plan)
{
    ngx_uint_t                     i, n;
    const export_hosts_t         **hosts;
    export_recipient_rules_t      *rules;
    ngx_http_export_main_conf_t   *emcf;

    rules = &plan->recipient;

    emcf = ngx_http_conf_get_module_main_conf(cf,
                                              ngx_http_export_policy_module);

    hosts = ngx_palloc(cf->temp_pool,
                       (rules->ncatalogues + 1) * sizeof(export_hosts_t *));
    if (hosts == NULL) {
        return NGX_ERROR;
    }

    n = 0;

    if (rules->patterns) {
        hosts[n++] = rules->patterns;
    }

    for (i = 0; i < rules->ncatalogues; i++) {
        hosts[n++] = rules->catalogue[i]->hosts;
    }

    plan->filter = export_hosts_filter(hosts, n, &emcf->pool);

    return plan->filter ? NGX_OK : NGX_ERROR;
}


export_hosts_t *
ngx_http_export_create_hosts(ngx_conf_t *cf, export_hosts_rule_t *rules,
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
