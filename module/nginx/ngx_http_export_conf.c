
/*
 * Reads the directives that none of nginx's own handlers can read.
 */


#include "ngx_http_export.h"


static ngx_uint_t ngx_http_export_is_edit(ngx_str_t *code);
static ngx_int_t ngx_http_export_jurisdiction_code(ngx_conf_t *cf,
    export_jurisdictions_t *js, export_place_t bit, ngx_str_t *value);
static char *ngx_http_export_add_rule(ngx_conf_t *cf, ngx_array_t **rules,
    export_head_rule_t **rule);
static ngx_int_t ngx_http_export_subject_option(ngx_str_t *value,
    export_head_rule_t *rule);
static ngx_array_t *ngx_http_export_create_defaults(ngx_conf_t *cf,
    ngx_str_t *value, ngx_uint_t n, ngx_uint_t npatterns);
static ngx_int_t ngx_http_export_database_option(ngx_conf_t *cf,
    ngx_str_t *value, ngx_http_export_database_t *db);
static ngx_int_t ngx_http_export_body_limit(ngx_str_t *value,
    ngx_http_export_loc_conf_t *elcf);
static char *ngx_http_export_reject_value(ngx_conf_t *cf, ngx_str_t *value);
static export_match_t *ngx_http_export_compile_pattern(ngx_conf_t *cf,
    ngx_str_t *directive, ngx_str_t *value, const export_str_t *pattern);
static void ngx_http_export_pattern_free(void *data);


static ngx_conf_enum_t  ngx_http_export_subject_kinds[] = {
    { ngx_string("ip"), EXPORT_SUBJECT_IP },
    { ngx_string("country"), EXPORT_SUBJECT_COUNTRY },
    { ngx_string("id"), EXPORT_SUBJECT_ID },
    { ngx_string("forwarded"), EXPORT_SUBJECT_FORWARDED },
    { ngx_string("locale"), EXPORT_SUBJECT_LOCALE },
    { ngx_null_string, 0 }
};


static ngx_conf_enum_t  ngx_http_export_sources[] = {
    { ngx_string("header:"), EXPORT_SOURCE_HEADER },
    { ngx_string("arg:"), EXPORT_SOURCE_ARG },
    { ngx_string("field:"), EXPORT_SOURCE_FIELD },
    { ngx_null_string, 0 }
};


/*
 * A source, and AI training as vendors, standards and people spell it.  What
 * divides words does not matter ("finetune" is "fine-tune", and HL7's
 * MLTRAINING is "ml-training").  A pattern with a "-" is also found among the
 * words of a longer value, such as an IRI or an assertion of C2PA; one without
 * must be the whole value.
 */

static ngx_str_t  ngx_http_export_purpose_default[] = {
    ngx_string("header:X-Data-Purpose"),
    ngx_string("ai-training"),
    ngx_string("ai-train"),
    ngx_string("ai-model-training"),
    ngx_string("ai-generative-training"),
    ngx_string("genai-training"),
    ngx_string("gpai-training"),
    ngx_string("generative-training"),
    ngx_string("artificial-intelligence-training"),
    ngx_string("training-artificial-intelligence"),
    ngx_string("training-of-artificial-intelligence"),
    ngx_string("train-artificial-intelligence"),
    ngx_string("llm-training"),
    ngx_string("llm-train"),
    ngx_string("lm-training"),
    ngx_string("ml-training"),
    ngx_string("ml-train"),
    ngx_string("model-training"),
    ngx_string("model-train"),
    ngx_string("model-tuning"),
    ngx_string("models-training"),
    ngx_string("model-retraining"),
    ngx_string("ai-retraining"),
    ngx_string("network-training"),
    ngx_string("algorithm-training"),
    ngx_string("machine-learning"),
    ngx_string("deep-learning"),
    ngx_string("reinforcement-learning"),
    ngx_string("train"),
    ngx_string("training"),
    ngx_string("train-ai"),
    ngx_string("training-ai"),
    ngx_string("train-an-ai"),
    ngx_string("train-our-ai"),
    ngx_string("training-an-ai"),
    ngx_string("training-our-ai"),
    ngx_string("train-genai"),
    ngx_string("training-genai"),
    ngx_string("train-ml"),
    ngx_string("train-llm"),
    ngx_string("train-llms"),
    ngx_string("training-llm"),
    ngx_string("training-llms"),
    ngx_string("train-model"),
    ngx_string("train-models"),
    ngx_string("train-a-model"),
    ngx_string("train-our-model"),
    ngx_string("train-our-models"),
    ngx_string("train-the-model"),
    ngx_string("train-ai-models"),
    ngx_string("train-foundation-models"),
    ngx_string("train-language-models"),
    ngx_string("train-large-language-models"),
    ngx_string("retrain-model"),
    ngx_string("retrain-models"),
    ngx_string("retraining-models"),
    ngx_string("training-model"),
    ngx_string("training-models"),
    ngx_string("training-a-model"),
    ngx_string("training-our-models"),
    ngx_string("training-foundation-models"),
    ngx_string("training-language-models"),
    ngx_string("training-large-language-models"),
    ngx_string("training-of-ai"),
    ngx_string("training-of-models"),
    ngx_string("training-of-a-model"),
    ngx_string("train-algorithm"),
    ngx_string("train-algorithms"),
    ngx_string("training-algorithms"),
    ngx_string("training-data"),
    ngx_string("training-dataset"),
    ngx_string("training-datasets"),
    ngx_string("training-corpus"),
    ngx_string("trainingset"),
    ngx_string("trainingfile"),
    ngx_string("trainingjob"),
    ngx_string("trainset"),
    ngx_string("pretrain"),
    ngx_string("pretraining"),
    ngx_string("pre-training"),
    ngx_string("posttraining"),
    ngx_string("retrain"),
    ngx_string("retraining"),
    ngx_string("fine-tune"),
    ngx_string("finetunes"),
    ngx_string("fine-tuning"),
    ngx_string("instruction-tuning"),
    ngx_string("rlhf"),
    ngx_string("dpv:Training"),
};


static ngx_str_t  ngx_http_export_subject_default[] = {
    ngx_string("header:X-Subject-IP"),
    ngx_string("header:X-Subject-Country"),
};


static ngx_str_t  ngx_http_export_consent_default[] = {
    ngx_string("header:X-AI-Training-Consent"),
    ngx_string("granted"),
};


#define ngx_http_export_count(a)  (sizeof(a) / sizeof(a[0]))


char *
ngx_http_export_database(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_export_main_conf_t *emcf = conf;

    ngx_str_t                   *value;
    ngx_uint_t                   i;
    ngx_http_export_database_t  *db;

    if (emcf->databases.nelts == EXPORT_MAX_DATABASES) {
        return "is specified too many times";
    }

    db = ngx_array_push(&emcf->databases);
    if (db == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_memzero(db, sizeof(ngx_http_export_database_t));

    value = cf->args->elts;

    db->file = value[1];

    if (ngx_conf_full_name(cf->cycle, &db->file, 1) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    for (i = 2; i < cf->args->nelts; i++) {
        if (ngx_http_export_database_option(cf, &value[i], db) != NGX_OK) {
            return ngx_http_export_reject_value(cf, &value[i]);
        }
    }

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_export_database_option(ngx_conf_t *cf, ngx_str_t *value,
    ngx_http_export_database_t *db)
{
    ngx_str_t  s;

    if (ngx_strncmp(value->data, "path=", 5) == 0 && value->len > 5) {
        db->path.len = value->len - 5;
        db->path.data = value->data + 5;
        return NGX_OK;
    }

    if (ngx_strncmp(value->data, "max_age=", 8) == 0) {
        s.len = value->len - 8;
        s.data = value->data + 8;

        db->max_age = ngx_parse_time(&s, 1);

        return db->max_age > 0 ? NGX_OK : NGX_ERROR;
    }

    if (ngx_strncmp(value->data, "reload=", 7) == 0) {
        s.len = value->len - 7;
        s.data = value->data + 7;

        db->reload = ngx_parse_time(&s, 0);

        return db->reload != (ngx_msec_t) NGX_ERROR && db->reload > 0
               ? NGX_OK : NGX_ERROR;
    }

    if (ngx_strcmp(value->data, "stale=warn") == 0) {
        db->warn = 1;
        return NGX_OK;
    }

    return ngx_strcmp(value->data, "stale=refuse") == 0 ? NGX_OK : NGX_ERROR;
}


char *
ngx_http_export_jurisdiction(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_export_main_conf_t *emcf = conf;

    ngx_str_t               *value;
    ngx_uint_t               i, edit;
    export_place_t           bit;
    export_jurisdictions_t  *js;

    value = cf->args->elts;
    js = &emcf->jurisdictions;

    /* "+CODE" and "-CODE" edit a set; plain codes define it */

    edit = ngx_http_export_is_edit(&value[2]);

    if (edit) {
        bit = export_jurisdictions_find(js, ngx_http_export_str(&value[1]));

        if (bit == 0) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "unknown jurisdiction \"%V\"", &value[1]);
            return NGX_CONF_ERROR;
        }

    } else {
        bit = export_jurisdictions_define(js, ngx_http_export_str(&value[1]));

        if (bit == 0) {
            return "defines too many jurisdictions";
        }
    }

    for (i = 2; i < cf->args->nelts; i++) {

        if (edit != ngx_http_export_is_edit(&value[i])) {
            return "mixes codes with and without \"+\" or \"-\"";
        }

        if (ngx_http_export_jurisdiction_code(cf, js, bit, &value[i])
            != NGX_OK)
        {
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


static ngx_uint_t
ngx_http_export_is_edit(ngx_str_t *code)
{
    return code->data[0] == '+' || code->data[0] == '-';
}


static ngx_int_t
ngx_http_export_jurisdiction_code(ngx_conf_t *cf, export_jurisdictions_t *js,
    export_place_t bit, ngx_str_t *value)
{
    int         rc;
    ngx_str_t   code;
    ngx_uint_t  edit;

    code = *value;
    edit = ngx_http_export_is_edit(&code);
    code.data += edit;
    code.len -= edit;

    if (ngx_http_export_check_country(cf, value, &code) != NGX_OK) {
        return NGX_ERROR;
    }

    rc = value->data[0] == '-'
         ? export_jurisdictions_remove(js, bit, ngx_http_export_str(&code))
         : export_jurisdictions_add(js, bit, ngx_http_export_str(&code));

    if (rc != EXPORT_OK) {
        (void) ngx_http_export_reject_value(cf, value);
        return NGX_ERROR;
    }

    return NGX_OK;
}


char *
ngx_http_export_protect(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_export_loc_conf_t *elcf = conf;

    ngx_str_t   *value, *name;
    ngx_uint_t   i;

    if (elcf->protect) {
        return "is duplicate";
    }

    elcf->protect = ngx_array_create(cf->pool, cf->args->nelts,
                                     sizeof(ngx_str_t));
    if (elcf->protect == NULL) {
        return NGX_CONF_ERROR;
    }

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {
        name = ngx_array_push(elcf->protect);
        if (name == NULL) {
            return NGX_CONF_ERROR;
        }

        *name = value[i];
    }

    return NGX_CONF_OK;
}


char *
ngx_http_export_purpose(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_export_loc_conf_t *elcf = conf;

    char                *rv;
    ngx_str_t           *value;
    export_head_rule_t  *rule;

    rv = ngx_http_export_add_rule(cf, &elcf->purposes, &rule);
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    value = cf->args->elts;

    if (ngx_http_export_compile_patterns(cf, &value[0], rule, &value[2],
                                         cf->args->nelts - 2)
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


char *
ngx_http_export_other_purpose(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_export_loc_conf_t *elcf = conf;

    char                *rv;
    ngx_str_t           *value;
    export_head_rule_t  *rule;

    rv = ngx_http_export_add_rule(cf, &elcf->others, &rule);
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    value = cf->args->elts;

    if (rule->source == EXPORT_SOURCE_DESTINATION) {
        return ngx_http_export_reject_value(cf, &value[1]);
    }

    return ngx_http_export_compile_patterns(cf, &value[0], rule, &value[2],
                                            cf->args->nelts - 2)
           == NGX_OK ? NGX_CONF_OK : NGX_CONF_ERROR;
}


char *
ngx_http_export_subject(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_export_loc_conf_t *elcf = conf;

    char                *rv;
    ngx_str_t           *value;
    ngx_uint_t           i;
    export_head_rule_t  *rule;

    rv = ngx_http_export_add_rule(cf, &elcf->subjects, &rule);
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    value = cf->args->elts;

    if (rule->source == EXPORT_SOURCE_DESTINATION) {
        return ngx_http_export_reject_value(cf, &value[1]);
    }

    for (i = 2; i < cf->args->nelts; i++) {
        if (ngx_http_export_subject_option(&value[i], rule) != NGX_OK) {
            return ngx_http_export_reject_value(cf, &value[i]);
        }
    }

    /* a field's subject is that of its record alone, whatever the scope */

    if (rule->declared && rule->source == EXPORT_SOURCE_FIELD) {
        return "has \"scope=declared\" for a field";
    }

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_export_subject_option(ngx_str_t *value, export_head_rule_t *rule)
{
    ngx_str_t         as;
    ngx_conf_enum_t  *e;

    if (ngx_strncmp(value->data, "scope=", 6) == 0) {
        rule->declared = ngx_strcmp(value->data + 6, "declared") == 0;

        return rule->declared
               || ngx_strcmp(value->data + 6, "transfer") == 0
               ? NGX_OK : NGX_ERROR;
    }

    if (ngx_strncmp(value->data, "as=", 3) != 0) {
        return NGX_ERROR;
    }

    as.len = value->len - 3;
    as.data = value->data + 3;

    for (e = ngx_http_export_subject_kinds; e->name.len; e++) {
        if (as.len == e->name.len
            && ngx_strncmp(as.data, e->name.data, as.len) == 0)
        {
            rule->as = e->value;
            return NGX_OK;
        }
    }

    return NGX_ERROR;
}


char *
ngx_http_export_consent(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_export_loc_conf_t *elcf = conf;

    char                *rv;
    ngx_str_t           *value, *last;
    ngx_uint_t           n;
    export_head_rule_t  *rule;

    rv = ngx_http_export_add_rule(cf, &elcf->consents, &rule);
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    if (elcf->consents->nelts > NGX_HTTP_EXPORT_MAX_CONSENTS) {
        return "is specified too many times";
    }

    value = cf->args->elts;

    if (rule->source == EXPORT_SOURCE_DESTINATION) {
        return ngx_http_export_reject_value(cf, &value[1]);
    }

    n = cf->args->nelts - 2;
    last = &value[cf->args->nelts - 1];

    if (ngx_strncmp(last->data, "scope=", 6) == 0) {

        if (ngx_strcmp(last->data + 6, "declared") == 0) {
            rule->declared = 1;

        } else if (ngx_strcmp(last->data + 6, "transfer") != 0) {
            return ngx_http_export_reject_value(cf, last);
        }

        if (--n == 0) {
            return "has no pattern";
        }
    }

    if (ngx_http_export_compile_patterns(cf, &value[0], rule, &value[2], n)
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


char *
ngx_http_export_body_limits(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_export_loc_conf_t *elcf = conf;

    ngx_str_t   *value;
    ngx_uint_t   i;

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {
        if (ngx_http_export_body_limit(&value[i], elcf) != NGX_OK) {
            return ngx_http_export_reject_value(cf, &value[i]);
        }
    }

    return NGX_CONF_OK;
}


static const struct {
    ngx_str_t   name;
    size_t      offset;         /* of a size_t or an ngx_uint_t in the
                                   configuration of a location */
    off_t       least;          /* the smallest limit that makes sense */
    ngx_uint_t  bytes;          /* 1: may have a unit, "k" or "m" */
} ngx_http_export_limits[] = {
    { ngx_string("record="),
      offsetof(ngx_http_export_loc_conf_t, limit_record), 1, 1 },
    { ngx_string("inflate="),
      offsetof(ngx_http_export_loc_conf_t, limit_inflate), 1, 1 },
    { ngx_string("unread="),
      offsetof(ngx_http_export_loc_conf_t, limit_unread), 0, 1 },
    { ngx_string("depth="),
      offsetof(ngx_http_export_loc_conf_t, limit_depth), 1, 0 },
    { ngx_string("ratio="),
      offsetof(ngx_http_export_loc_conf_t, limit_ratio), 1, 0 },
};


static ngx_int_t
ngx_http_export_body_limit(ngx_str_t *value, ngx_http_export_loc_conf_t *elcf)
{
    off_t             n;
    ngx_str_t         s;
    ngx_uint_t        i, limits;
    const ngx_str_t  *name;

    limits = sizeof(ngx_http_export_limits)
             / sizeof(ngx_http_export_limits[0]);

    for (i = 0; i < limits; i++) {
        name = &ngx_http_export_limits[i].name;

        if (ngx_strncmp(value->data, name->data, name->len) != 0) {
            continue;
        }

        s.data = value->data + name->len;
        s.len = value->len - name->len;

        n = ngx_http_export_limits[i].bytes ? ngx_parse_offset(&s)
                                            : ngx_atoi(s.data, s.len);

        if (n == NGX_ERROR || n < ngx_http_export_limits[i].least) {
            return NGX_ERROR;
        }

        *(size_t *) ((u_char *) elcf + ngx_http_export_limits[i].offset) = n;

        return NGX_OK;
    }

    return NGX_ERROR;
}


char *
ngx_http_export_body_mode(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_export_loc_conf_t *elcf = conf;

    ngx_str_t        *value;
    ngx_conf_enum_t  *mode;

    static ngx_conf_enum_t  modes[] = {
        { ngx_string("off"), NGX_HTTP_EXPORT_BODY_OFF },
        { ngx_string("inspect"), NGX_HTTP_EXPORT_BODY_INSPECT },
        { ngx_string("redact"), NGX_HTTP_EXPORT_BODY_REDACT },
        { ngx_null_string, 0 }
    };

    if (elcf->body != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    value = cf->args->elts;

    for (mode = modes; mode->name.len; mode++) {
        if (mode->name.len == value[1].len
            && ngx_strcasecmp(mode->name.data, value[1].data) == 0)
        {
            break;
        }
    }

    if (mode->name.len == 0) {
        return ngx_http_export_reject_value(cf, &value[1]);
    }

    elcf->body = mode->value;

    if (cf->args->nelts == 2) {
        return NGX_CONF_OK;
    }

    if (mode->value != NGX_HTTP_EXPORT_BODY_REDACT
        || value[2].data[0] != '/')
    {
        return ngx_http_export_reject_value(cf, &value[2]);
    }

    elcf->records = value[2];

    return NGX_CONF_OK;
}


char *
ngx_http_export_status(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_export_loc_conf_t *elcf = conf;

    ngx_int_t   n;
    ngx_str_t  *value;

    if (elcf->status != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    value = cf->args->elts;

    n = ngx_atoi(value[1].data, value[1].len);

    /* at 444 nginx closes the connection, and 499 is for its own log */

    if (n < 400 || n > 599 || n == 444 || n == 499) {
        return ngx_http_export_reject_value(cf, &value[1]);
    }

    elcf->status = n;

    return NGX_CONF_OK;
}


char *
ngx_http_export_blocked_by(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_export_loc_conf_t *elcf = conf;

    u_char     *p;
    ngx_str_t  *value;

    if (elcf->link.data) {
        return "is duplicate";
    }

    value = cf->args->elts;

    p = ngx_pnalloc(cf->pool, value[1].len + sizeof("<>; rel=\"blocked-by\""));
    if (p == NULL) {
        return NGX_CONF_ERROR;
    }

    elcf->link.data = p;

    p = ngx_sprintf(p, "<%V>; rel=\"blocked-by\"", &value[1]);

    elcf->link.len = p - elcf->link.data;

    return NGX_CONF_OK;
}


/* appends a rule, and reads its source, which is the first argument */

static char *
ngx_http_export_add_rule(ngx_conf_t *cf, ngx_array_t **rules,
    export_head_rule_t **rule)
{
    ngx_str_t  *value;

    if (*rules == NULL) {
        *rules = ngx_array_create(cf->pool, 4,
                                  sizeof(export_head_rule_t));
        if (*rules == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    *rule = ngx_array_push(*rules);
    if (*rule == NULL) {
        return NGX_CONF_ERROR;
    }

    value = cf->args->elts;

    if (ngx_http_export_parse_source(cf, &value[0], &value[1], *rule)
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


ngx_int_t
ngx_http_export_parse_source(ngx_conf_t *cf, ngx_str_t *directive,
    ngx_str_t *value, export_head_rule_t *rule)
{
    ngx_conf_enum_t  *e;

    ngx_memzero(rule, sizeof(export_head_rule_t));

    if (value->len == 11
        && ngx_strncmp(value->data, "destination", 11) == 0)
    {
        rule->source = EXPORT_SOURCE_DESTINATION;
        return NGX_OK;
    }

    for (e = ngx_http_export_sources; e->name.len; e++) {

        if (value->len <= e->name.len
            || ngx_strncmp(value->data, e->name.data, e->name.len) != 0)
        {
            continue;
        }

        rule->source = e->value;
        rule->name.len = value->len - e->name.len;
        rule->name.data = value->data + e->name.len;

        if (rule->source == EXPORT_SOURCE_HEADER) {
            ngx_strlow(rule->name.data, rule->name.data, rule->name.len);
        }

        return ngx_http_export_check_source(cf, directive, value, rule);
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid source \"%V\" in \"%V\" directive",
                       value, directive);
    return NGX_ERROR;
}


ngx_int_t
ngx_http_export_compile_patterns(ngx_conf_t *cf, ngx_str_t *directive,
    export_head_rule_t *rule, ngx_str_t *value, ngx_uint_t n)
{
    ngx_uint_t       i;
    export_match_t  *match;

    rule->patterns = ngx_palloc(cf->pool, n * sizeof(export_match_t));
    if (rule->patterns == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {
        match = rule->source == EXPORT_SOURCE_DESTINATION
                ? ngx_http_export_compile_target(cf, directive, &value[i],
                                                 EXPORT_TARGET_DESTINATION, 0)
                : ngx_http_export_compile_pattern(cf, directive, &value[i],
                                          ngx_http_export_str(&value[i]));

        if (match == NULL
            || (rule->source != EXPORT_SOURCE_DESTINATION
                && ngx_http_export_check_literal(cf, directive, &value[i])
                   != NGX_OK))
        {
            return NGX_ERROR;
        }

        rule->patterns[i] = *match;
    }

    rule->npatterns = n;

    return NGX_OK;
}


/* "value" is what the operator has written for the pattern */

static export_match_t *
ngx_http_export_compile_pattern(ngx_conf_t *cf, ngx_str_t *directive,
    ngx_str_t *value, const export_str_t *pattern)
{
    char                 error[EXPORT_MATCH_ERROR];
    export_match_t      *match;
    ngx_pool_cleanup_t  *cln;

    cln = ngx_pool_cleanup_add(cf->pool, sizeof(export_match_t));
    if (cln == NULL) {
        return NULL;
    }

    match = cln->data;

    if (export_match_compile(match, pattern, error)
        != EXPORT_OK)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid pattern \"%V\" in \"%V\" directive: %s",
                           value, directive, error);
        return NULL;
    }

    cln->handler = ngx_http_export_pattern_free;

    return match;
}


/* compiles a pattern over hosts, paths or both, in all spellings of them */

export_match_t *
ngx_http_export_compile_target(ngx_conf_t *cf, ngx_str_t *directive,
    ngx_str_t *value, export_target_e kind, ngx_uint_t sensitive)
{
    char          error[EXPORT_TARGET_ERROR];
    u_char       *buf;
    export_str_t  pattern;

    buf = ngx_pnalloc(cf->pool, export_target_size(value->len));
    if (buf == NULL) {
        return NULL;
    }

    if (export_target_pattern(ngx_http_export_str(value), kind,
                              (unsigned) sensitive, buf, &pattern, error)
        != EXPORT_OK)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid pattern \"%V\" in \"%V\" directive: %s",
                           value, directive, error);
        return NULL;
    }

    return ngx_http_export_compile_pattern(cf, directive, value, &pattern);
}


static void
ngx_http_export_pattern_free(void *data)
{
    export_match_free(data);
}


ngx_array_t *
ngx_http_export_default_purposes(ngx_conf_t *cf)
{
    ngx_uint_t  n;

    n = ngx_http_export_count(ngx_http_export_purpose_default);

    return ngx_http_export_create_defaults(cf, ngx_http_export_purpose_default,
                                           1, n - 1);
}


ngx_array_t *
ngx_http_export_default_subjects(ngx_conf_t *cf)
{
    ngx_array_t         *rules;
    export_head_rule_t  *rule;

    rules = ngx_http_export_create_defaults(cf, ngx_http_export_subject_default,
                                            2, 0);
    if (rules == NULL) {
        return NULL;
    }

    rule = rules->elts;
    rule[1].as = EXPORT_SUBJECT_COUNTRY;

    return rules;
}


ngx_array_t *
ngx_http_export_default_consents(ngx_conf_t *cf)
{
    return ngx_http_export_create_defaults(cf, ngx_http_export_consent_default,
                                           1, 1);
}


/* rules of n sources; behind these, "value" has the patterns of the last */

static ngx_array_t *
ngx_http_export_create_defaults(ngx_conf_t *cf, ngx_str_t *value, ngx_uint_t n,
    ngx_uint_t npatterns)
{
    ngx_str_t            source;
    ngx_uint_t           i;
    ngx_array_t         *rules;
    static ngx_str_t     directive = ngx_string("default");
    export_head_rule_t  *rule;

    rules = ngx_array_create(cf->pool, n, sizeof(export_head_rule_t));
    if (rules == NULL) {
        return NULL;
    }

    for (i = 0; i < n; i++) {

        /* a copy, for a header's name is made lower case in place */

        source.len = value[i].len;
        source.data = ngx_pstrdup(cf->pool, &value[i]);

        if (source.data == NULL) {
            return NULL;
        }

        rule = ngx_array_push(rules);

        if (ngx_http_export_parse_source(cf, &directive, &source, rule)
            != NGX_OK)
        {
            return NULL;
        }

        if (npatterns
            && ngx_http_export_compile_patterns(cf, &directive, rule, &value[n],
                                                npatterns)
               != NGX_OK)
        {
            return NULL;
        }
    }

    return rules;
}


static char *
ngx_http_export_reject_value(ngx_conf_t *cf, ngx_str_t *value)
{
    ngx_str_t  *directive;

    directive = cf->args->elts;

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid value \"%V\" in \"%V\" directive",
                       value, directive);

    return NGX_CONF_ERROR;
}
