
/*
 * Catalogues of AI-training endpoints: conf/recipients.conf, which is built in,
 * and the operator's own files.  Both have a row for each endpoint:
 *
 *     data|control METHOD HOST PATH [vendor=] [category=] [evidence=]
 *         [case=sensitive] [mark=SOURCE=PATTERN]... [list=PATTERN]...;
 */


#include "ngx_http_export.h"
#include "export_pattern.h"
#include "ngx_http_export_builtin.h"         /* made by config */


static ngx_http_export_catalogue_t *ngx_http_export_create_catalogue(
    ngx_conf_t *cf, ngx_str_t *file);
static ngx_int_t ngx_http_export_read_catalogue(ngx_conf_t *cf,
    ngx_str_t *file, ngx_array_t *rules);
static char *ngx_http_export_read_builtin_catalogue(ngx_conf_t *cf);
static ngx_int_t ngx_http_export_collect_marked(ngx_conf_t *cf,
    ngx_http_export_catalogue_t *catalogue, ngx_array_t *rules);
static char *ngx_http_export_add_endpoint(ngx_conf_t *cf, ngx_command_t *dummy,
    void *conf);
static ngx_int_t ngx_http_export_endpoint_kind(ngx_conf_t *cf,
    ngx_http_export_endpoint_t *endpoint);
static ngx_int_t ngx_http_export_endpoint_method(ngx_conf_t *cf,
    ngx_http_export_endpoint_t *endpoint);
static ngx_uint_t ngx_http_export_is_method(export_str_t *method);
static ngx_int_t ngx_http_export_endpoint_host(ngx_conf_t *cf, ngx_str_t *value,
    export_hosts_rule_t *rule);
static ngx_uint_t ngx_http_export_is_wide(export_hosts_rule_t *rule);
static ngx_int_t ngx_http_export_endpoint_options(ngx_conf_t *cf,
    ngx_str_t *value, ngx_uint_t n, ngx_http_export_endpoint_t *endpoint);
static ngx_int_t ngx_http_export_endpoint_path(ngx_conf_t *cf,
    export_hosts_rule_t *rule);
static ngx_int_t ngx_http_export_endpoint_option(ngx_conf_t *cf,
    ngx_str_t *value, ngx_http_export_endpoint_t *endpoint);
static ngx_int_t ngx_http_export_endpoint_mark(ngx_conf_t *cf,
    ngx_str_t *value, ngx_http_export_endpoint_t *endpoint);
static ngx_int_t ngx_http_export_reject_parameter(ngx_conf_t *cf,
    ngx_str_t *value);


static ngx_str_t  ngx_http_export_directive =
    ngx_string("export_recipients");


char *
ngx_http_export_recipients(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_export_loc_conf_t *elcf = conf;

    ngx_str_t                     *value;
    ngx_http_export_catalogue_t  **catalogue;

    value = cf->args->elts;

    if (ngx_strcmp(value[1].data, "off") == 0) {

        if (elcf->recipients) {
            return "has \"off\" beside a catalogue";
        }

        elcf->recipients = ngx_array_create(cf->pool, 1, sizeof(void *));

        return elcf->recipients ? NGX_CONF_OK : NGX_CONF_ERROR;
    }

    if (elcf->recipients == NULL) {
        elcf->recipients = ngx_array_create(cf->pool, 2, sizeof(void *));
        if (elcf->recipients == NULL) {
            return NGX_CONF_ERROR;
        }

    } else if (elcf->recipients->nelts == 0) {
        return "has \"off\" beside a catalogue";
    }

    catalogue = ngx_array_push(elcf->recipients);
    if (catalogue == NULL) {
        return NGX_CONF_ERROR;
    }

    *catalogue = ngx_http_export_create_catalogue(cf,
                     ngx_strcmp(value[1].data, "default") == 0 ? NULL
                                                               : &value[1]);

    return *catalogue ? NGX_CONF_OK : NGX_CONF_ERROR;
}


ngx_array_t *
ngx_http_export_default_recipients(ngx_conf_t *cf)
{
    ngx_array_t                   *recipients;
    ngx_http_export_catalogue_t  **catalogue;

    recipients = ngx_array_create(cf->pool, 1, sizeof(void *));
    if (recipients == NULL) {
        return NULL;
    }

    catalogue = ngx_array_push(recipients);
    *catalogue = ngx_http_export_create_catalogue(cf, NULL);

    return *catalogue ? recipients : NULL;
}


/* without a file, the built-in catalogue, which is read once for all */

static ngx_http_export_catalogue_t *
ngx_http_export_create_catalogue(ngx_conf_t *cf, ngx_str_t *file)
{
    ngx_array_t                   rules;    /* export_hosts_rule_t */
    ngx_http_export_main_conf_t  *emcf;
    ngx_http_export_catalogue_t  *catalogue;

    emcf = ngx_http_conf_get_module_main_conf(cf,
                                              ngx_http_export_policy_module);

    if (file == NULL && emcf->catalogue) {
        return emcf->catalogue;
    }

    catalogue = ngx_pcalloc(cf->pool, sizeof(ngx_http_export_catalogue_t));
    if (catalogue == NULL) {
        return NULL;
    }

    if (ngx_array_init(&rules, cf->pool, 256, sizeof(export_hosts_rule_t))
        != NGX_OK
        || ngx_http_export_read_catalogue(cf, file, &rules) != NGX_OK)
    {
        return NULL;
    }

    if (rules.nelts == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" in \"export_recipients\" directive has no "
                           "row; write \"off\" for no catalogue", file);
        return NULL;
    }

    catalogue->hosts = ngx_http_export_create_hosts(cf, rules.elts,
                                                    rules.nelts);

    if (catalogue->hosts == NULL
        || ngx_http_export_collect_marked(cf, catalogue, &rules) != NGX_OK)
    {
        return NULL;
    }

    if (file == NULL) {
        emcf->catalogue = catalogue;
    }

    return catalogue;
}


static ngx_int_t
ngx_http_export_read_catalogue(ngx_conf_t *cf, ngx_str_t *file,
    ngx_array_t *rules)
{
    char        *rv;
    ngx_str_t    name;
    ngx_conf_t   save;

    save = *cf;
    cf->handler = ngx_http_export_add_endpoint;
    cf->handler_conf = (void *) rules;

    if (file) {
        name = *file;

        rv = ngx_conf_full_name(cf->cycle, &name, 1) == NGX_OK
             ? ngx_conf_parse(cf, &name) : NGX_CONF_ERROR;

    } else {
        rv = ngx_http_export_read_builtin_catalogue(cf);
    }

    *cf = save;

    return rv == NGX_CONF_OK ? NGX_OK : NGX_ERROR;
}


/* finds the endpoints with a mark in bodies: heads cannot tell if they fit */

static ngx_int_t
ngx_http_export_collect_marked(ngx_conf_t *cf,
    ngx_http_export_catalogue_t *catalogue, ngx_array_t *rules)
{
    ngx_uint_t                     i, k;
    export_hosts_rule_t           *rule;
    export_head_rule_t            *mark;
    ngx_http_export_endpoint_t    *endpoint, **marked;

    catalogue->marked = ngx_array_create(cf->pool, 16, sizeof(void *));
    if (catalogue->marked == NULL) {
        return NGX_ERROR;
    }

    rule = rules->elts;

    for (i = 0; i < rules->nelts; i++) {
        endpoint = rule[i].value;
        mark = endpoint->marks.elts;

        for (k = 0; k < endpoint->marks.nelts; k++) {
            if (mark[k].source == EXPORT_SOURCE_FIELD) {
                break;
            }
        }

        if (k == endpoint->marks.nelts) {
            continue;
        }

        marked = ngx_array_push(catalogue->marked);
        if (marked == NULL) {
            return NGX_ERROR;
        }

        *marked = endpoint;
    }

    return NGX_OK;
}


/* parses the built-in catalogue from memory, as nginx parses "-g" */

static char *
ngx_http_export_read_builtin_catalogue(ngx_conf_t *cf)
{
    ngx_buf_t        b;
    ngx_conf_file_t  conf_file;

    ngx_memzero(&b, sizeof(ngx_buf_t));

    /* the parser writes to no byte of its buffer */

    b.start = (u_char *) ngx_http_export_builtin;
    b.pos = b.start;
    b.last = b.start + sizeof(ngx_http_export_builtin);
    b.end = b.last;
    b.temporary = 1;

    ngx_memzero(&conf_file, sizeof(ngx_conf_file_t));

    conf_file.file.fd = NGX_INVALID_FILE;
    conf_file.buffer = &b;

    cf->conf_file = &conf_file;

    return ngx_conf_parse(cf, NULL);
}


static char *
ngx_http_export_add_endpoint(ngx_conf_t *cf, ngx_command_t *dummy, void *conf)
{
    ngx_str_t                    *value;
    ngx_array_t                  *rules;
    export_hosts_rule_t          *rule;
    ngx_http_export_endpoint_t  *endpoint;

    rules = conf;
    value = cf->args->elts;

    rule = ngx_array_push(rules);
    endpoint = ngx_pcalloc(cf->pool, sizeof(ngx_http_export_endpoint_t));

    if (rule == NULL || endpoint == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_memzero(rule, sizeof(export_hosts_rule_t));

    if (cf->args->nelts < 4) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "a recipient needs kind, method, host and path");
        return NGX_CONF_ERROR;
    }

    if (ngx_http_export_endpoint_kind(cf, endpoint) != NGX_OK
        || ngx_http_export_endpoint_method(cf, endpoint) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    if (ngx_array_init(&endpoint->marks, cf->pool, 1,
                       sizeof(export_head_rule_t))
        != NGX_OK
        || ngx_http_export_endpoint_host(cf, &value[2], rule) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    endpoint->head.order = rules->nelts;
    endpoint->head.wide = ngx_http_export_is_wide(rule);

    /*
     * A job needs no subjects.  Where a caller can choose host or path, an
     * endpoint for jobs is no evidence that there is a job.
     */

    if ((endpoint->head.purpose & EXPORT_PURPOSE_CONTROL)
        && (endpoint->head.wide
            || export_target_open_path(ngx_http_export_str(&value[3]))))
    {
        endpoint->head.purpose = EXPORT_PURPOSE_TRAINING|EXPORT_PURPOSE_DATA;
    }

    rule->value = endpoint;

    if (ngx_http_export_endpoint_options(cf, &value[4], cf->args->nelts - 4,
                                    endpoint)
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    return ngx_http_export_endpoint_path(cf, rule) == NGX_OK ? NGX_CONF_OK
                                                        : NGX_CONF_ERROR;
}


static ngx_int_t
ngx_http_export_endpoint_kind(ngx_conf_t *cf,
    ngx_http_export_endpoint_t *endpoint)
{
    ngx_str_t  *value;

    value = cf->args->elts;

    if (ngx_strcmp(value[0].data, "data") == 0) {
        endpoint->head.purpose = EXPORT_PURPOSE_TRAINING|EXPORT_PURPOSE_DATA;
        return NGX_OK;
    }

    if (ngx_strcmp(value[0].data, "control") == 0) {
        endpoint->head.purpose = EXPORT_PURPOSE_TRAINING
                                 |EXPORT_PURPOSE_CONTROL;
        return NGX_OK;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "unknown kind of recipient \"%V\"", &value[0]);

    return NGX_ERROR;
}


/* nginx forwards no method but of upper-case letters, "-" and "_" */

static ngx_int_t
ngx_http_export_endpoint_method(ngx_conf_t *cf,
    ngx_http_export_endpoint_t *endpoint)
{
    ngx_str_t  *value;

    value = cf->args->elts;

    if (value[1].len == 1 && value[1].data[0] == '*') {
        return NGX_OK;
    }

    endpoint->head.method = *ngx_http_export_str(&value[1]);

    if (value[1].len && value[1].data[0] == '=') {
        endpoint->head.exact = 1;
        endpoint->head.method.data++;
        endpoint->head.method.len--;
    }

    if (!ngx_http_export_is_method(&endpoint->head.method)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid method \"%V\" of a recipient in \"%V\" "
                           "directive: write one method in upper case, as "
                           "\"POST\", or \"*\" for any",
                           &value[1], &ngx_http_export_directive);
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_uint_t
ngx_http_export_is_method(export_str_t *method)
{
    u_char      c;
    ngx_uint_t  i;

    for (i = 0; i < method->len; i++) {
        c = method->data[i];

        if ((c < 'A' || c > 'Z') && c != '-' && c != '_') {
            return 0;
        }
    }

    return method->len != 0;
}


static ngx_int_t
ngx_http_export_endpoint_host(ngx_conf_t *cf, ngx_str_t *value,
    export_hosts_rule_t *rule)
{
    char              error[EXPORT_TARGET_ERROR];
    u_char           *p;
    export_target_t   target;

    p = ngx_pnalloc(cf->pool, value->len + 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    if (value->data[0] == '~') {
        rule->host_match = ngx_http_export_compile_target(cf,
                               &ngx_http_export_directive, value,
                               EXPORT_TARGET_HOST, 0);
        if (rule->host_match == NULL) {
            return NGX_ERROR;
        }

        rule->host = export_pattern_domain(rule->host_match, p);
        rule->subdomains = 1;

        return NGX_OK;
    }

    if (export_target_host(ngx_http_export_str(value), p, &target, error)
        != EXPORT_OK)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid host \"%V\" of a recipient in \"%V\" "
                           "directive: %s", value,
                           &ngx_http_export_directive, error);
        return NGX_ERROR;
    }

    rule->host = target.host;
    rule->subdomains = target.subdomains;
    rule->below = target.below;

    return NGX_OK;
}


/*
 * Whether the host may be anybody's: whoever owns a domain has at least two of
 * its labels.
 */

static ngx_uint_t
ngx_http_export_is_wide(export_hosts_rule_t *rule)
{
    return rule->host.len == 0
           || (rule->subdomains
               && memchr(rule->host.data, '.', rule->host.len) == NULL);
}


static ngx_int_t
ngx_http_export_endpoint_options(ngx_conf_t *cf, ngx_str_t *value, ngx_uint_t n,
    ngx_http_export_endpoint_t *endpoint)
{
    ngx_str_t          *list;
    ngx_uint_t          i;
    ngx_array_t         lists;     /* ngx_str_t */
    export_head_rule_t  rule;

    if (ngx_array_init(&lists, cf->temp_pool, 4, sizeof(ngx_str_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {

        if (value[i].len <= 5 || ngx_strncmp(value[i].data, "list=", 5) != 0) {
            if (ngx_http_export_endpoint_option(cf, &value[i], endpoint)
                != NGX_OK)
            {
                return NGX_ERROR;
            }

            continue;
        }

        list = ngx_array_push(&lists);
        if (list == NULL) {
            return NGX_ERROR;
        }

        list->len = value[i].len - 5;
        list->data = value[i].data + 5;
    }

    if (lists.nelts == 0) {
        return NGX_OK;
    }

    ngx_memzero(&rule, sizeof(export_head_rule_t));

    if (ngx_http_export_compile_patterns(cf, &ngx_http_export_directive, &rule,
                                         lists.elts, lists.nelts)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    endpoint->lists.patterns = rule.patterns;
    endpoint->lists.n = rule.npatterns;

    return NGX_OK;
}


/* compiled behind the options, which say whether case matters in the path */

static ngx_int_t
ngx_http_export_endpoint_path(ngx_conf_t *cf, export_hosts_rule_t *rule)
{
    ngx_str_t                    *value;
    ngx_http_export_endpoint_t  *endpoint;

    value = cf->args->elts;
    endpoint = rule->value;

    rule->match = ngx_http_export_compile_target(cf, &ngx_http_export_directive,
                                                 &value[3], EXPORT_TARGET_PATH,
                                                 endpoint->sensitive);

    return rule->match ? NGX_OK : NGX_ERROR;
}


static ngx_int_t
ngx_http_export_endpoint_option(ngx_conf_t *cf, ngx_str_t *value,
    ngx_http_export_endpoint_t *endpoint)
{
    if (ngx_strncmp(value->data, "vendor=", 7) == 0
        || ngx_strncmp(value->data, "category=", 9) == 0
        || ngx_strncmp(value->data, "evidence=", 9) == 0)
    {
        return NGX_OK;
    }

    if (ngx_strcmp(value->data, "case=sensitive") == 0) {
        endpoint->sensitive = 1;
        return NGX_OK;
    }

    if (ngx_strncmp(value->data, "mark=", 5) == 0) {
        return ngx_http_export_endpoint_mark(cf, value, endpoint);
    }

    return ngx_http_export_reject_parameter(cf, value);
}


static ngx_int_t
ngx_http_export_endpoint_mark(ngx_conf_t *cf, ngx_str_t *value,
    ngx_http_export_endpoint_t *endpoint)
{
    u_char                  *p, *last;
    ngx_str_t                source, pattern;
    export_head_rule_t  *mark;

    last = value->data + value->len;

    source.data = value->data + 5;

    p = ngx_strlchr(source.data, last, '=');
    if (p == NULL || p + 1 == last) {
        return ngx_http_export_reject_parameter(cf, value);
    }

    source.len = p - source.data;
    pattern.data = p + 1;
    pattern.len = last - pattern.data;

    mark = ngx_array_push(&endpoint->marks);
    if (mark == NULL) {
        return NGX_ERROR;
    }

    endpoint->head.marked = 1;

    if (ngx_http_export_parse_source(cf, &ngx_http_export_directive, &source,
                                     mark)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (mark->source == EXPORT_SOURCE_DESTINATION) {
        return ngx_http_export_reject_parameter(cf, value);
    }

    /* a catalogue serves any server, also where nginx drops such a header */

    if (mark->source == EXPORT_SOURCE_HEADER
        && ngx_strlchr(mark->name.data, mark->name.data + mark->name.len, '_'))
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid source \"%V\" in \"%V\" directive: nginx "
                           "drops such a header; write \"-\" for \"_\"",
                           &source, &ngx_http_export_directive);
        return NGX_ERROR;
    }

    return ngx_http_export_compile_patterns(cf, &ngx_http_export_directive,
                                            mark, &pattern, 1);
}


static ngx_int_t
ngx_http_export_reject_parameter(ngx_conf_t *cf, ngx_str_t *value)
{
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid parameter \"%V\" of a recipient", value);

    return NGX_ERROR;
}
