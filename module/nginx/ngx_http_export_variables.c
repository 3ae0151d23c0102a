
/*
 * The variables.  They are empty where the policy is off.
 */


#include "ngx_http_export_request.h"


static ngx_int_t ngx_http_export_get_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_export_get_value(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, ngx_uint_t which, ngx_str_t *value);
static ngx_int_t ngx_http_export_get_mode(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_export_write_number(ngx_http_request_t *r,
    uint64_t n, ngx_str_t *value);


typedef enum {
    NGX_HTTP_EXPORT_VAR_DECISION = 0,
    NGX_HTTP_EXPORT_VAR_REASON,
    NGX_HTTP_EXPORT_VAR_PURPOSE,
    NGX_HTTP_EXPORT_VAR_RECIPIENT,
    NGX_HTTP_EXPORT_VAR_JURISDICTIONS,
    NGX_HTTP_EXPORT_VAR_CONSENT,
    NGX_HTTP_EXPORT_VAR_SUBJECTS,
    NGX_HTTP_EXPORT_VAR_RECORDS,
    NGX_HTTP_EXPORT_VAR_RECORDS_DROPPED,
    NGX_HTTP_EXPORT_VAR_ID
} ngx_http_export_variable_e;


/* not cacheable: after an internal redirect there is another verdict */

#define ngx_http_export_var(name, which)                                      \
    { ngx_string(name), NULL, ngx_http_export_get_variable, which,            \
      NGX_HTTP_VAR_NOCACHEABLE, 0 }


/* the values of $export_mode */

static ngx_str_t  ngx_http_export_mode_names[] = {
    [NGX_HTTP_EXPORT_OFF] = ngx_string(""),
    [NGX_HTTP_EXPORT_MONITOR] = ngx_string("monitor"),
    [NGX_HTTP_EXPORT_ENFORCE] = ngx_string("enforce")
};

export_assert_rows(ngx_http_export_mode_names, NGX_HTTP_EXPORT_MODES);


static ngx_http_variable_t  ngx_http_export_vars[] = {
    ngx_http_export_var("export_decision", NGX_HTTP_EXPORT_VAR_DECISION),
    ngx_http_export_var("export_reason", NGX_HTTP_EXPORT_VAR_REASON),
    ngx_http_export_var("export_purpose", NGX_HTTP_EXPORT_VAR_PURPOSE),
    ngx_http_export_var("export_recipient", NGX_HTTP_EXPORT_VAR_RECIPIENT),
    ngx_http_export_var("export_jurisdictions",
                        NGX_HTTP_EXPORT_VAR_JURISDICTIONS),
    ngx_http_export_var("export_consent", NGX_HTTP_EXPORT_VAR_CONSENT),
    ngx_http_export_var("export_subjects", NGX_HTTP_EXPORT_VAR_SUBJECTS),
    ngx_http_export_var("export_records", NGX_HTTP_EXPORT_VAR_RECORDS),
    ngx_http_export_var("export_records_dropped",
                        NGX_HTTP_EXPORT_VAR_RECORDS_DROPPED),
    ngx_http_export_var("export_decision_id", NGX_HTTP_EXPORT_VAR_ID),
    { ngx_string("export_mode"), NULL, ngx_http_export_get_mode, 0,
      NGX_HTTP_VAR_NOCACHEABLE, 0 },
    ngx_http_null_variable
};


ngx_int_t
ngx_http_export_add_variables(ngx_conf_t *cf)
{
    ngx_http_variable_t  *var, *v;

    for (v = ngx_http_export_vars; v->name.len; v++) {
        var = ngx_http_add_variable(cf, &v->name, v->flags);
        if (var == NULL) {
            return NGX_ERROR;
        }

        var->get_handler = v->get_handler;
        var->data = v->data;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_export_get_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_str_t               value;
    ngx_http_export_ctx_t  *ctx;

    ctx = ngx_http_export_get_ctx(r);

    if (ctx == NULL || ctx->verdict.decision == EXPORT_DECISION_NONE) {
        v->not_found = 1;
        return NGX_OK;
    }

    if (ngx_http_export_get_value(r, ctx, data, &value) != NGX_OK) {
        return NGX_ERROR;
    }

    v->data = value.data;
    v->len = value.len;
    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;

    return NGX_OK;
}


static ngx_int_t
ngx_http_export_get_value(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, ngx_uint_t which, ngx_str_t *value)
{
    export_verdict_t     verdict;
    const export_str_t  *name;

    verdict = ngx_http_export_current_verdict(r, ctx);

    switch (which) {

    case NGX_HTTP_EXPORT_VAR_DECISION:
        name = &export_decision_names[verdict.decision];
        break;

    case NGX_HTTP_EXPORT_VAR_REASON:
        name = &export_reason_names[verdict.reason];
        break;

    case NGX_HTTP_EXPORT_VAR_PURPOSE:
        name = &export_purpose_names[verdict.purpose];
        break;

    case NGX_HTTP_EXPORT_VAR_CONSENT:
        name = &export_consent_names[verdict.consent];
        break;

    case NGX_HTTP_EXPORT_VAR_RECIPIENT:
        *value = ctx->recipient;
        return NGX_OK;

    case NGX_HTTP_EXPORT_VAR_ID:
        *value = ngx_http_export_get_id(r, ctx);
        return NGX_OK;

    case NGX_HTTP_EXPORT_VAR_JURISDICTIONS:
        value->data = ngx_pnalloc(r->pool,
                          ngx_http_export_measure_jurisdictions(r,
                                                  verdict.places) + 1);
        if (value->data == NULL) {
            return NGX_ERROR;
        }

        value->len = ngx_http_export_write_jurisdictions(r, value->data,
                                                         verdict.places, "")
                     - value->data;
        return NGX_OK;

    case NGX_HTTP_EXPORT_VAR_SUBJECTS:
        return ngx_http_export_write_number(r, ctx->facts.declared.n
                                               + ctx->facts.head.n
                                               + ctx->facts.records.subjects,
                                            value);

    case NGX_HTTP_EXPORT_VAR_RECORDS:
        return ngx_http_export_write_number(r, ctx->facts.records.n, value);

    default: /* NGX_HTTP_EXPORT_VAR_RECORDS_DROPPED */
        return ngx_http_export_write_number(r,
                                            ngx_http_export_count_dropped(ctx),
                                            value);
    }

    value->len = name->len;
    value->data = name->data;

    return NGX_OK;
}


/* the mode of the location that has decided, if one has */

static ngx_int_t
ngx_http_export_get_mode(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_str_t                   *name;
    ngx_http_export_ctx_t       *ctx;
    ngx_http_export_loc_conf_t  *elcf;

    ctx = ngx_http_export_get_ctx(r);

    elcf = ctx && ctx->elcf
           ? ctx->elcf
           : ngx_http_get_module_loc_conf(r, ngx_http_export_policy_module);

    if (elcf->mode == NGX_HTTP_EXPORT_OFF) {
        v->not_found = 1;
        return NGX_OK;
    }

    name = &ngx_http_export_mode_names[elcf->mode];

    v->data = name->data;
    v->len = name->len;
    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;

    return NGX_OK;
}


static ngx_int_t
ngx_http_export_write_number(ngx_http_request_t *r, uint64_t n,
    ngx_str_t *value)
{
    value->data = ngx_pnalloc(r->pool, NGX_INT64_LEN);
    if (value->data == NULL) {
        return NGX_ERROR;
    }

    value->len = ngx_sprintf(value->data, "%uL", n) - value->data;

    return NGX_OK;
}
