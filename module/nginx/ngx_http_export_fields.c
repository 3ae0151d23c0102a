
/*
 * Compiles what a location looks for in bodies: its own "field:" rules, and
 * those marks of the catalogues' endpoints that are in bodies.
 */


#include "ngx_http_export.h"


/* a rule as it was found: the rules of all fields are sorted at the end */

typedef struct {
    unsigned                 field;     /* its index in the fields of a plan */
    export_field_rule_t      rule;
} ngx_http_export_field_t;


static ngx_int_t ngx_http_export_add_fields(ngx_conf_t *cf,
    export_field_rules_t *rules, ngx_array_t *found, ngx_array_t *from,
    export_field_role_e role);
static ngx_int_t ngx_http_export_add_mark_fields(ngx_conf_t *cf,
    export_field_rules_t *rules, ngx_array_t *found,
    ngx_http_export_catalogue_t *catalogue);
static ngx_http_export_field_t *ngx_http_export_add_field(ngx_conf_t *cf,
    export_field_rules_t *rules, ngx_array_t *found,
    export_head_rule_t *from, export_field_role_e role);
static int ngx_http_export_add_field_name(ngx_conf_t *cf,
    export_field_rules_t *rules, ngx_str_t *name);
static ngx_int_t ngx_http_export_sort_field_rules(ngx_conf_t *cf,
    export_field_rules_t *rules, ngx_array_t *found);


/*
 * What each role asks of a body.  Marks ask for a purpose only in a transfer
 * that may go to their endpoints, which is not known here.
 */

static unsigned  ngx_http_export_field_asks[] = {
    [EXPORT_FIELD_PURPOSE] = EXPORT_ASKS_PURPOSE,
    [EXPORT_FIELD_SUBJECT] = EXPORT_ASKS_SUBJECT,
    [EXPORT_FIELD_CONSENT] = EXPORT_ASKS_CONSENT,
    [EXPORT_FIELD_MARK] = 0
};

export_assert_rows(ngx_http_export_field_asks, EXPORT_FIELD_ROLES);


/*
 * "purposes" are the location's rules, closed if other purposes are listed;
 * "catalogues" have the marks to look for as well, or are NULL.
 */

export_field_rules_t *
ngx_http_export_create_field_rules(ngx_conf_t *cf,
    ngx_http_export_loc_conf_t *elcf,
    ngx_array_t *purposes, ngx_array_t *catalogues)
{
    int                            index;
    ngx_uint_t                     i;
    ngx_array_t                    found;   /* ngx_http_export_field_t */
    export_field_rules_t          *rules;
    ngx_http_export_catalogue_t  **catalogue;

    rules = ngx_pcalloc(cf->pool, sizeof(export_field_rules_t));
    if (rules == NULL) {
        return NULL;
    }

    if (ngx_array_init(&found, cf->temp_pool, 16,
                       sizeof(ngx_http_export_field_t))
        != NGX_OK)
    {
        return NULL;
    }

    if (ngx_http_export_add_fields(cf, rules, &found, purposes,
                                   EXPORT_FIELD_PURPOSE)
        != NGX_OK
        || ngx_http_export_add_fields(cf, rules, &found, elcf->subjects,
                                      EXPORT_FIELD_SUBJECT)
           != NGX_OK
        || ngx_http_export_add_fields(cf, rules, &found, elcf->consents,
                                      EXPORT_FIELD_CONSENT)
           != NGX_OK)
    {
        return NULL;
    }

    if (elcf->records.len) {
        index = ngx_http_export_add_field_name(cf, rules, &elcf->records);

        if (index < 0) {
            return NULL;
        }

        rules->records = index + 1;
    }

    for (i = 0; catalogues && i < catalogues->nelts; i++) {
        catalogue = catalogues->elts;

        if (ngx_http_export_add_mark_fields(cf, rules, &found, catalogue[i])
            != NGX_OK)
        {
            return NULL;
        }
    }

    if (ngx_http_export_sort_field_rules(cf, rules, &found) != NGX_OK) {
        return NULL;
    }

    return rules;
}


static ngx_int_t
ngx_http_export_add_fields(ngx_conf_t *cf, export_field_rules_t *rules,
    ngx_array_t *found, ngx_array_t *from, export_field_role_e role)
{
    ngx_uint_t                i;
    export_head_rule_t       *rule;
    ngx_http_export_field_t  *field;

    rule = from->elts;

    for (i = 0; i < from->nelts; i++) {

        if (rule[i].source != EXPORT_SOURCE_FIELD) {
            continue;
        }

        field = ngx_http_export_add_field(cf, rules, found, &rule[i], role);
        if (field == NULL) {
            return NGX_ERROR;
        }

        field->rule.number = i;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_export_add_mark_fields(ngx_conf_t *cf, export_field_rules_t *rules,
    ngx_array_t *found, ngx_http_export_catalogue_t *catalogue)
{
    ngx_uint_t                    i, k;
    ngx_array_t                  *marked;
    export_head_rule_t           *mark;
    ngx_http_export_field_t      *field;
    ngx_http_export_endpoint_t  **endpoint;

    marked = catalogue->marked;
    endpoint = marked->elts;

    for (i = 0; i < marked->nelts; i++) {
        mark = endpoint[i]->marks.elts;

        for (k = 0; k < endpoint[i]->marks.nelts; k++) {

            if (mark[k].source != EXPORT_SOURCE_FIELD) {
                continue;
            }

            field = ngx_http_export_add_field(cf, rules, found, &mark[k],
                                              EXPORT_FIELD_MARK);
            if (field == NULL) {
                return NGX_ERROR;
            }

            field->rule.purpose = endpoint[i]->head.purpose;
            field->rule.endpoint = endpoint[i];
            field->rule.order = endpoint[i]->head.order;
            field->rule.insists = endpoint[i]->head.wide
                                  ? 0 : endpoint[i]->head.purpose
                                        & EXPORT_PURPOSE_DATA;
            field->rule.catalogue = catalogue;
        }
    }

    return NGX_OK;
}


static ngx_http_export_field_t *
ngx_http_export_add_field(ngx_conf_t *cf, export_field_rules_t *rules,
    ngx_array_t *found, export_head_rule_t *from,
    export_field_role_e role)
{
    int                       index;
    ngx_http_export_field_t  *field;

    index = ngx_http_export_add_field_name(cf, rules,
                ngx_http_export_ngx_str(&from->name));

    if (index < 0) {
        return NULL;
    }

    field = ngx_array_push(found);
    if (field == NULL) {
        return NULL;
    }

    ngx_memzero(field, sizeof(ngx_http_export_field_t));

    field->field = index;
    field->rule.role = role;
    field->rule.as = from->as;
    field->rule.patterns = from->patterns;
    field->rule.npatterns = from->npatterns;
    field->rule.others = from->others;
    field->rule.nothers = from->nothers;
    field->rule.closed = from->closed;

    rules->asks |= ngx_http_export_field_asks[role];

    return field;
}


static int
ngx_http_export_add_field_name(ngx_conf_t *cf, export_field_rules_t *rules,
    ngx_str_t *name)
{
    int        index;
    ngx_str_t  copy;

    /* export_field_add() unescapes a JSON pointer in place: give it a copy */

    copy.len = name->len;
    copy.data = ngx_pstrdup(cf->pool, name);

    if (copy.data == NULL) {
        return NGX_ERROR;
    }

    index = export_field_add(&rules->fields, ngx_http_export_str(&copy));

    if (index < 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"field:%V\" is too long, no JSON pointer, or "
                           "one of more than %d fields",
                           name, EXPORT_MAX_FIELDS);
    }

    return index;
}


/* brings the rules of each field together, in the order they were found */

static ngx_int_t
ngx_http_export_sort_field_rules(ngx_conf_t *cf, export_field_rules_t *rules,
    ngx_array_t *found)
{
    ngx_uint_t                i, k, n;
    export_field_rule_t      *rule;
    ngx_http_export_field_t  *field;

    rule = ngx_palloc(cf->pool,
                      (found->nelts + 1) * sizeof(export_field_rule_t));
    if (rule == NULL) {
        return NGX_ERROR;
    }

    field = found->elts;

    for (n = 0, i = 0; i < rules->fields.n; i++) {
        rules->first[i] = n;

        for (k = 0; k < found->nelts; k++) {
            if (field[k].field == i) {
                rule[n++] = field[k].rule;
            }
        }
    }

    rules->first[i] = n;
    rules->rule = rule;

    return NGX_OK;
}
