
/*
 * The neighbours: directives of nginx's own modules that this one has to know.
 *
 * What proxy_pass will send is not to be had from its configuration, which is
 * private.  This module stands in front of its neighbours in the list of
 * modules, so that nginx offers it their directives first; it notes what the
 * directive says and hands it on to its owner.  From then on the owner does
 * all there is to do, and reports what is wrong with it.
 */


#include "ngx_http_export.h"


typedef ngx_int_t (*ngx_http_export_note_pt)(ngx_conf_t *cf);


static char *ngx_http_export_read_along(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_export_hand_on(ngx_conf_t *cf);
static ngx_command_t *ngx_http_export_owner(ngx_conf_t *cf,
    ngx_module_t **module, ngx_uint_t *known);
static ngx_uint_t ngx_http_export_arguments(ngx_command_t *cmd, ngx_uint_t n);
static void *ngx_http_export_owner_conf(ngx_conf_t *cf, ngx_module_t *module,
    ngx_command_t *cmd);
static ngx_int_t ngx_http_export_note_proxy(ngx_conf_t *cf);
static ngx_int_t ngx_http_export_note_grpc(ngx_conf_t *cf);
static ngx_int_t ngx_http_export_note_pass(ngx_conf_t *cf);
static ngx_http_export_wire_t *ngx_http_export_passed(ngx_conf_t *cf);
static ngx_http_export_wire_t *ngx_http_export_new_wire(ngx_conf_t *cf);
static ngx_int_t ngx_http_export_compile(ngx_conf_t *cf, ngx_str_t *text,
    ngx_http_complex_value_t *value);
static ngx_uint_t ngx_http_export_as_sent(ngx_str_t *url, ngx_str_t *host);
static ngx_uint_t ngx_http_export_is_name(ngx_str_t *host);
static ngx_int_t ngx_http_export_note_param(ngx_conf_t *cf);
static ngx_int_t ngx_http_export_note_map(ngx_conf_t *cf);
static ngx_int_t ngx_http_export_note_captures(ngx_conf_t *cf,
    ngx_http_export_neighbours_main_t *nmcf, ngx_http_export_map_t *map);
static ngx_str_t *ngx_http_export_condition(ngx_conf_t *cf, ngx_str_t *args,
    ngx_uint_t n);
static ngx_int_t ngx_http_export_note_if(ngx_conf_t *cf);
static ngx_uint_t ngx_http_export_named_group(u_char *p,
    const u_char *last, ngx_str_t *name);
static ngx_uint_t ngx_http_export_takes_group(ngx_str_t *text);
static ngx_int_t ngx_http_export_note_copy(ngx_conf_t *cf);
static ngx_int_t ngx_http_export_note_lua(ngx_conf_t *cf);
static ngx_int_t ngx_http_export_note_script(ngx_conf_t *cf);
static ngx_int_t ngx_http_export_copied(ngx_conf_t *cf, ngx_str_t *source,
    ngx_str_t *name, ngx_str_t *text);
static ngx_http_export_copy_t *ngx_http_export_new_copy(ngx_conf_t *cf,
    ngx_str_t *name, ngx_str_t *text);
static void *ngx_http_export_create_neighbours_main_conf(ngx_conf_t *cf);
static void *ngx_http_export_create_neighbours_conf(ngx_conf_t *cf);
static char *ngx_http_export_merge_neighbours_conf(ngx_conf_t *cf,
    void *parent, void *child);
static ngx_int_t ngx_http_export_neighbours_order(ngx_conf_t *cf);
static ngx_int_t ngx_http_export_neighbours_init(ngx_cycle_t *cycle);
static ngx_uint_t ngx_http_export_is_known_now(
    ngx_http_export_neighbours_main_t *nmcf, ngx_http_variable_t *all,
    ngx_http_variable_t *v, ngx_uint_t depth);


#define NGX_HTTP_EXPORT_ANYWHERE                                              \
    NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF                    \
    |NGX_HTTP_LIF_CONF|NGX_HTTP_LMT_CONF|NGX_HTTP_SIF_CONF|NGX_CONF_ANY

/* a directive, and what to note once its owner has taken it */

#define ngx_http_export_along(name, note)                                     \
    { ngx_string(name), NGX_HTTP_EXPORT_ANYWHERE,                             \
      ngx_http_export_read_along, 0, 0, ngx_http_export_note_##note }

#define ngx_http_export_block_along(name, note)                               \
    { ngx_string(name), NGX_HTTP_EXPORT_ANYWHERE|NGX_CONF_BLOCK,              \
      ngx_http_export_read_along, 0, 0, ngx_http_export_note_##note }


static ngx_command_t  ngx_http_export_neighbours_commands[] = {
    ngx_http_export_along("proxy_pass", proxy),
    ngx_http_export_along("grpc_pass", grpc),
    ngx_http_export_along("fastcgi_pass", pass),
    ngx_http_export_along("uwsgi_pass", pass),
    ngx_http_export_along("scgi_pass", pass),
    ngx_http_export_along("fastcgi_param", param),
    ngx_http_export_along("uwsgi_param", param),
    ngx_http_export_along("scgi_param", param),
    ngx_http_export_block_along("map", map),
    ngx_http_export_block_along("geo", map),
    ngx_http_export_block_along("split_clients", map),
    ngx_http_export_block_along("if", if),
    ngx_http_export_along("set", copy),
    ngx_http_export_along("auth_request_set", copy),
    ngx_http_export_along("perl_set", script),
    ngx_http_export_along("set_by_lua", lua),
    ngx_http_export_along("set_if_empty", copy),
    ngx_http_export_along("set_escape_uri", copy),
    ngx_http_export_along("set_unescape_uri", copy),
    ngx_http_export_along("set_quote_json_str", copy),
    ngx_http_export_along("set_encode_base64", copy),
    ngx_http_export_along("set_decode_base64", copy),
    ngx_http_export_along("set_encode_hex", copy),
    ngx_http_export_along("set_md5", copy),
    ngx_http_export_along("set_sha1", copy),
    ngx_http_export_along("more_set_input_headers", lua),
    ngx_null_command
};


static ngx_http_module_t  ngx_http_export_neighbours_module_ctx = {
    ngx_http_export_neighbours_order,      /* preconfiguration */
    NULL,                                  /* postconfiguration */

    ngx_http_export_create_neighbours_main_conf,
                                           /* create main configuration */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    ngx_http_export_create_neighbours_conf,
                                           /* create location configuration */
    ngx_http_export_merge_neighbours_conf  /* merge location configuration */
};


ngx_module_t  ngx_http_export_neighbours_module = {
    NGX_MODULE_V1,
    &ngx_http_export_neighbours_module_ctx,
                                           /* module context */
    ngx_http_export_neighbours_commands,   /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    ngx_http_export_neighbours_init,       /* init module */
    NULL,                                  /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    NULL,                                  /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


/* parameters by which applications behind nginx tell a path */

static ngx_str_t  ngx_http_export_path_params[] = {
    ngx_string("QUERY_STRING"),
    ngx_string("REQUEST_URI"),
    ngx_string("DOCUMENT_URI"),
    ngx_string("SCRIPT_NAME"),
    ngx_string("PATH_INFO"),
    ngx_string("ORIG_PATH_INFO"),
    ngx_string("HTTP_X_ORIGINAL_URL"),
    ngx_string("HTTP_X_REWRITE_URL"),
    ngx_null_string
};


/* values that are compared whatever the configuration says */

static ngx_str_t  ngx_http_export_path_values[] = {
    ngx_string("$request_uri"),
    ngx_string("$uri"),
    ngx_string("$document_uri"),
    ngx_string("$fastcgi_script_name"),
    ngx_string("$query_string"),
    ngx_string("$args"),
    ngx_null_string
};


/* variables that are not cached, and are the same when nginx sends */

static ngx_str_t  ngx_http_export_steady[] = {
    ngx_string("uri"),
    ngx_string("document_uri"),
    ngx_string("request_uri"),
    ngx_string("args"),
    ngx_string("query_string"),
    ngx_string("is_args"),
    ngx_string("https"),
    ngx_string("request_method"),
    ngx_string("fastcgi_script_name"),
    ngx_string("fastcgi_path_info"),
    ngx_string("document_root"),
    ngx_string("realpath_root"),
    ngx_string("request_filename"),
    ngx_null_string
};


static char *
ngx_http_export_read_along(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char                               *rv;
    ngx_int_t                           rc;
    ngx_uint_t                          i;
    ngx_str_t                          *name, *copy, *condition;
    ngx_array_t                        *args, kept;
    ngx_http_export_note_pt             note;
    ngx_http_core_main_conf_t          *cmcf;
    ngx_http_export_neighbours_main_t  *nmcf;

    /* the owner of a block reads on, and other words take these words' place */

    args = cf->args;
    name = args->elts;

    if (ngx_array_init(&kept, cf->pool, args->nelts, sizeof(ngx_str_t))
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    for (i = 0; i < args->nelts; i++) {
        copy = ngx_array_push(&kept);
        *copy = name[i];
    }

    name = kept.elts;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);
    nmcf = ngx_http_conf_get_module_main_conf(cf,
                                            ngx_http_export_neighbours_module);

    condition = nmcf->condition;
    nmcf->known = cmcf->variables_keys->keys.nelts;

    if (ngx_strcmp(name->data, "if") == 0) {
        nmcf->condition = ngx_http_export_condition(cf, name, kept.nelts);
    }

    rv = ngx_http_export_hand_on(cf);

    if (ngx_strcmp(name->data, "if") == 0) {
        nmcf->condition = condition;
    }

    if (rv != NGX_CONF_OK) {
        return rv;
    }

    note = (ngx_http_export_note_pt) cmd->post;

    cf->args = &kept;
    rc = note(cf);
    cf->args = args;

    return rc == NGX_OK ? NGX_CONF_OK : NGX_CONF_ERROR;
}


/* what ngx_conf_handler() does for the directive's owner */

static char *
ngx_http_export_hand_on(ngx_conf_t *cf)
{
    ngx_str_t      *name;
    ngx_uint_t      known;
    ngx_module_t   *module;
    ngx_command_t  *cmd;

    name = cf->args->elts;

    cmd = ngx_http_export_owner(cf, &module, &known);

    if (cmd == NULL && known) {
        return "is not allowed here";
    }

    if (cmd == NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "unknown directive \"%V\"",
                           name);
        return NGX_CONF_ERROR;
    }

    if (!ngx_http_export_arguments(cmd, cf->args->nelts)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid number of arguments in \"%V\" directive",
                           name);
        return NGX_CONF_ERROR;
    }

    return cmd->set(cf, cmd, ngx_http_export_owner_conf(cf, module, cmd));
}


/*
 * The next module that has this directive in this place; NULL if there is
 * none, "known" if one has it in another place.
 */

static ngx_command_t *
ngx_http_export_owner(ngx_conf_t *cf, ngx_module_t **module,
    ngx_uint_t *known)
{
    ngx_str_t       *name;
    ngx_uint_t       i;
    ngx_command_t   *cmd;
    ngx_module_t   **modules;

    name = cf->args->elts;
    modules = cf->cycle->modules;

    *known = 0;

    for (i = 0; modules[i]; i++) {

        if (modules[i] == &ngx_http_export_neighbours_module
            || modules[i]->type != NGX_HTTP_MODULE
            || modules[i]->commands == NULL)
        {
            continue;
        }

        for (cmd = modules[i]->commands; cmd->name.len; cmd++) {

            if (cmd->name.len != name->len
                || ngx_strncmp(cmd->name.data, name->data, name->len) != 0)
            {
                continue;
            }

            *known = 1;

            if (cmd->type & cf->cmd_type) {
                *module = modules[i];
                return cmd;
            }
        }
    }

    return NULL;
}


/* whether a directive takes n - 1 arguments */

static ngx_uint_t
ngx_http_export_arguments(ngx_command_t *cmd, ngx_uint_t n)
{
    static ngx_uint_t  takes[] = {
        NGX_CONF_NOARGS, NGX_CONF_TAKE1, NGX_CONF_TAKE2, NGX_CONF_TAKE3,
        NGX_CONF_TAKE4, NGX_CONF_TAKE5, NGX_CONF_TAKE6, NGX_CONF_TAKE7
    };

    if (cmd->type & NGX_CONF_ANY) {
        return 1;
    }

    if (cmd->type & NGX_CONF_FLAG) {
        return n == 2;
    }

    if (cmd->type & NGX_CONF_1MORE) {
        return n >= 2;
    }

    if (cmd->type & NGX_CONF_2MORE) {
        return n >= 3;
    }

    return n <= NGX_CONF_MAX_ARGS && (cmd->type & takes[n - 1]) != 0;
}


static void *
ngx_http_export_owner_conf(ngx_conf_t *cf, ngx_module_t *module,
    ngx_command_t *cmd)
{
    void  **confp;

    confp = *(void **) ((char *) cf->ctx + cmd->conf);

    return confp ? confp[module->ctx_index] : NULL;
}


static ngx_int_t
ngx_http_export_note_proxy(ngx_conf_t *cf)
{
    ngx_str_t                 *value, url;
    ngx_http_export_wire_t    *wire;
    ngx_http_core_loc_conf_t  *clcf;

    value = cf->args->elts;

    wire = ngx_http_export_passed(cf);
    if (wire == NULL) {
        return NGX_ERROR;
    }

    url = value[1];

    if (ngx_http_script_variables_count(&url)) {

        if (ngx_http_export_as_sent(&url, &wire->host)) {
            wire->kind = NGX_HTTP_EXPORT_WIRE_SENT;
            return NGX_OK;
        }

        wire->kind = NGX_HTTP_EXPORT_WIRE_VALUE;

        return ngx_http_export_compile(cf, &url, &wire->value);
    }

    ngx_http_export_split_url(&url, &wire->host, &wire->uri);

    if (wire->uri.len == 0) {
        wire->kind = NGX_HTTP_EXPORT_WIRE_SENT;
        return NGX_OK;
    }

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    wire->kind = NGX_HTTP_EXPORT_WIRE_PREFIX;
    wire->location = clcf->name.len;

    return NGX_OK;
}


/* its target is always as it was sent, but it may name the recipient */

static ngx_int_t
ngx_http_export_note_grpc(ngx_conf_t *cf)
{
    ngx_str_t               *value, url, uri;
    ngx_http_export_wire_t  *wire;

    value = cf->args->elts;

    wire = ngx_http_export_passed(cf);
    if (wire == NULL) {
        return NGX_ERROR;
    }

    url = value[1];

    if (ngx_http_script_variables_count(&url)) {
        wire->kind = NGX_HTTP_EXPORT_WIRE_HOST;
        return ngx_http_export_compile(cf, &url, &wire->value);
    }

    ngx_http_export_split_url(&url, &wire->host, &uri);

    return NGX_OK;
}


static ngx_int_t
ngx_http_export_note_pass(ngx_conf_t *cf)
{
    return ngx_http_export_passed(cf) ? NGX_OK : NGX_ERROR;
}


/* a handler that reads a body through nginx's filters, and sends it on */

static ngx_http_export_wire_t *
ngx_http_export_passed(ngx_conf_t *cf)
{
    ngx_uint_t                          i;
    ngx_http_handler_pt                *handler;
    ngx_http_core_loc_conf_t           *clcf;
    ngx_http_export_neighbours_main_t  *nmcf;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    nmcf = ngx_http_conf_get_module_main_conf(cf,
                                            ngx_http_export_neighbours_module);

    handler = nmcf->handlers.elts;

    for (i = 0; i < nmcf->handlers.nelts; i++) {
        if (handler[i] == clcf->handler) {
            break;
        }
    }

    if (i == nmcf->handlers.nelts) {
        handler = ngx_array_push(&nmcf->handlers);
        if (handler == NULL) {
            return NULL;
        }

        *handler = clcf->handler;
    }

    return ngx_http_export_new_wire(cf);
}


/* that of this location, for the directive that is being read */

static ngx_http_export_wire_t *
ngx_http_export_new_wire(ngx_conf_t *cf)
{
    ngx_str_t                     *value;
    ngx_http_export_wire_t        *wire, **all;
    ngx_http_export_neighbours_t  *ncf;
    ngx_http_export_neighbours_main_t  *nmcf;

    ncf = ngx_http_conf_get_module_loc_conf(cf,
                                            ngx_http_export_neighbours_module);

    wire = ncf->wire;

    if (wire == NULL) {
        nmcf = ngx_http_conf_get_module_main_conf(cf,
                                            ngx_http_export_neighbours_module);

        wire = ngx_pcalloc(cf->pool, sizeof(ngx_http_export_wire_t));
        all = ngx_array_push(&nmcf->wires);

        if (wire == NULL || all == NULL) {
            return NULL;
        }

        *all = wire;
        ncf->wire = wire;
    }

    value = cf->args->elts;

    wire->directive = value[0];
    wire->text = value[1];
    wire->file = cf->conf_file->file.name;
    wire->line = cf->conf_file->line;

    return wire;
}


static ngx_int_t
ngx_http_export_compile(ngx_conf_t *cf, ngx_str_t *text,
    ngx_http_complex_value_t *value)
{
    ngx_http_compile_complex_value_t  ccv;

    ngx_memzero(&ccv, sizeof(ngx_http_compile_complex_value_t));

    ccv.cf = cf;
    ccv.value = text;
    ccv.complex_value = value;

    return ngx_http_compile_complex_value(&ccv);
}


/*
 * "http://HOST$request_uri", the most frequent one, needs no evaluation.  Of a
 * HOST in a variable nobody knows whether a path follows in it.
 */

static ngx_uint_t
ngx_http_export_as_sent(ngx_str_t *url, ngx_str_t *host)
{
    u_char            *last, *p;
    ngx_str_t          front, uri;
    static ngx_str_t   sent = ngx_string("$request_uri");
    static ngx_str_t   own = ngx_string("://$host");

    if (url->len < sent.len + own.len) {
        return 0;
    }

    last = url->data + url->len - sent.len;

    if (ngx_strncmp(last, sent.data, sent.len) != 0) {
        return 0;
    }

    p = ngx_strlchr(url->data, last, '$');

    /* $host is what nginx has checked, and the recipient by default */

    if (p) {
        return p == last - own.len + 3
               && ngx_strncmp(p - 3, own.data, own.len) == 0;
    }

    front.data = url->data;
    front.len = last - url->data;

    ngx_http_export_split_url(&front, host, &uri);

    return uri.len == 0;
}


/*
 * As ngx_parse_url() does.  The host is empty if it is no name of the DNS, but
 * an address, a socket or an upstream of nginx's own.
 */

void
ngx_http_export_split_url(ngx_str_t *url, ngx_str_t *host, ngx_str_t *uri)
{
    u_char            *p, *last;
    ngx_str_t         *scheme;
    static ngx_str_t   schemes[] = {
        ngx_string("http://"),
        ngx_string("https://"),
        ngx_string("grpc://"),
        ngx_string("grpcs://"),
        ngx_null_string
    };

    ngx_str_null(host);
    ngx_str_null(uri);

    last = url->data + url->len;
    p = url->data;

    /* grpc_pass may do without */

    for (scheme = schemes; scheme->len; scheme++) {
        if (url->len > scheme->len
            && ngx_strncasecmp(p, scheme->data, scheme->len) == 0)
        {
            p += scheme->len;
            break;
        }
    }

    if (last - p > 5 && ngx_strncasecmp(p, (u_char *) "unix:", 5) == 0) {
        p = ngx_strlchr(p + 5, last, ':');

        if (p) {
            uri->data = p + 1;
            uri->len = last - p - 1;
        }

        return;
    }

    host->data = p;

    while (p < last && *p != '/' && *p != '?') {
        p++;
    }

    host->len = p - host->data;

    if (!ngx_http_export_is_name(host)) {
        host->len = 0;
    }

    uri->data = p;
    uri->len = last - p;
}


static ngx_uint_t
ngx_http_export_is_name(ngx_str_t *host)
{
    size_t      i;
    ngx_uint_t  dots, letters;

    dots = 0;
    letters = 0;

    for (i = 0; i < host->len && host->data[i] != ':'; i++) {
        dots += (host->data[i] == '.');
        letters += (export_lower(host->data[i]) >= 'a'
                    && export_lower(host->data[i]) <= 'z');
    }

    return dots && letters;
}


static ngx_int_t
ngx_http_export_note_param(ngx_conf_t *cf)
{
    ngx_str_t                     *value, *name;
    ngx_http_export_param_t       *param;
    ngx_http_export_neighbours_t  *ncf;

    value = cf->args->elts;

    ncf = ngx_http_conf_get_module_loc_conf(cf,
                                            ngx_http_export_neighbours_module);

    if (ncf->params == NULL) {
        ncf->params = ngx_array_create(cf->pool, 2,
                                       sizeof(ngx_http_export_param_t));
        if (ncf->params == NULL) {
            return NGX_ERROR;
        }
    }

    for (name = ngx_http_export_path_values; name->len; name++) {
        if (name->len == value[2].len
            && ngx_strncmp(name->data, value[2].data, name->len) == 0)
        {
            return NGX_OK;
        }
    }

    for (name = ngx_http_export_path_params; name->len; name++) {
        if (name->len == value[1].len
            && ngx_strncasecmp(name->data, value[1].data, name->len) == 0)
        {
            break;
        }
    }

    if (name->len == 0) {
        return NGX_OK;
    }

    param = ngx_array_push(ncf->params);
    if (param == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(param, sizeof(ngx_http_export_param_t));

    param->query = (name == ngx_http_export_path_params);

    return ngx_http_export_compile(cf, &value[2], &param->value);
}


/* a variable whose value nginx computes from others, and keeps */

static ngx_int_t
ngx_http_export_note_map(ngx_conf_t *cf)
{
    ngx_str_t                          *value;
    ngx_http_export_map_t              *map;
    ngx_http_complex_value_t            source;
    ngx_http_export_neighbours_main_t  *nmcf;

    value = cf->args->elts;

    nmcf = ngx_http_conf_get_module_main_conf(cf,
                                            ngx_http_export_neighbours_module);

    map = ngx_array_push(&nmcf->maps);
    if (map == NULL) {
        return NGX_ERROR;
    }

    map->name = value[cf->args->nelts - 1];
    map->sources = NULL;

    /* without the "$" */

    map->name.data++;
    map->name.len--;

    if (ngx_http_export_note_captures(cf, nmcf, map) != NGX_OK) {
        return NGX_ERROR;
    }

    if (cf->args->nelts < 3) {
        return NGX_OK;
    }

    ngx_memzero(&source, sizeof(ngx_http_complex_value_t));

    if (ngx_http_export_compile(cf, &value[1], &source) != NGX_OK) {
        return NGX_ERROR;
    }

    map->sources = source.flushes;

    return NGX_OK;
}


/* the variables that its regexes name: what its block has added to all */

static ngx_int_t
ngx_http_export_note_captures(ngx_conf_t *cf,
    ngx_http_export_neighbours_main_t *nmcf, ngx_http_export_map_t *map)
{
    ngx_str_t                  *name;
    ngx_uint_t                  i;
    ngx_hash_key_t             *key;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    if (ngx_array_init(&map->captures, cf->pool, 1, sizeof(ngx_str_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    key = cmcf->variables_keys->keys.elts;

    for (i = nmcf->known; i < cmcf->variables_keys->keys.nelts; i++) {

        name = ngx_array_push(&map->captures);
        if (name == NULL) {
            return NGX_ERROR;
        }

        *name = key[i].key;
    }

    return NGX_OK;
}


/* "($variable ~ regex)", NULL if it is another one */

static ngx_str_t *
ngx_http_export_condition(ngx_conf_t *cf, ngx_str_t *args, ngx_uint_t n)
{
    ngx_str_t  *name;

    if (n < 4) {
        return NULL;
    }

    name = ngx_palloc(cf->pool, sizeof(ngx_str_t));
    if (name == NULL) {
        return NULL;
    }

    *name = args[1];

    if (name->len == 1) {
        *name = args[2];

    } else {
        name->data++;
        name->len--;
    }

    return name->len > 1 && name->data[0] == '$' ? name : NULL;
}


/* a regex that names parts of what it was tried on */

static ngx_int_t
ngx_http_export_note_if(ngx_conf_t *cf)
{
    u_char     *p, *last;
    ngx_str_t  *value, *source, name;

    value = cf->args->elts;

    source = ngx_http_export_condition(cf, value, cf->args->nelts);

    if (source == NULL) {
        return NGX_OK;
    }

    /* the regex is the last argument, or ")" is */

    value += cf->args->nelts - (value[cf->args->nelts - 1].len == 1 ? 2 : 1);

    last = value->data + value->len;

    for (p = value->data; p < last; p++) {

        if (ngx_http_export_named_group(p, last, &name)
            && ngx_http_export_copied(cf, source, &name, value) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* "(?<name>", "(?P<name>" or "(?'name'", but not "(?<=" and "(?<!" */

static ngx_uint_t
ngx_http_export_named_group(u_char *p, const u_char *last,
    ngx_str_t *name)
{
    u_char  end;

    if (last - p < 4 || p[0] != '(' || p[1] != '?') {
        return 0;
    }

    p += p[2] == 'P' ? 3 : 2;

    if (*p != '<' && *p != '\'') {
        return 0;
    }

    end = *p == '<' ? '>' : '\'';
    name->data = ++p;

    while (p < last && (isalnum(*p) || *p == '_')) {
        p++;
    }

    name->len = p - name->data;

    return name->len && p < last && *p == end;
}


/* $1 and its like */

static ngx_uint_t
ngx_http_export_takes_group(ngx_str_t *text)
{
    u_char  *p, *last;

    last = text->data + text->len;

    for (p = text->data; p + 1 < last; p++) {
        if (p[0] == '$' && p[1] >= '1' && p[1] <= '9') {
            return 1;
        }
    }

    return 0;
}


/* a variable that is given a copy of others, which cannot be taken back */

static ngx_int_t
ngx_http_export_note_copy(ngx_conf_t *cf)
{
    ngx_str_t                          *value, *text;
    ngx_http_export_neighbours_main_t  *nmcf;

    value = cf->args->elts;

    nmcf = ngx_http_conf_get_module_main_conf(cf,
                                            ngx_http_export_neighbours_module);

    text = &value[cf->args->nelts - 1];

    if (nmcf->condition && ngx_http_export_takes_group(text)
        && ngx_http_export_copied(cf, nmcf->condition, &value[1], text)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_export_copied(cf, text, &value[1], text);
}


/* arguments of a script, or headers that are set */

static ngx_int_t
ngx_http_export_note_lua(ngx_conf_t *cf)
{
    ngx_str_t   *value;
    ngx_uint_t   i;

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {
        if (ngx_http_export_copied(cf, &value[i], &value[1], &value[i])
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* what a script reads is seen as far as it names it */

static ngx_int_t
ngx_http_export_note_script(ngx_conf_t *cf)
{
    ngx_str_t  *value;

    value = cf->args->elts;

    return ngx_http_export_new_copy(cf, &value[1], &value[2]) ? NGX_OK
                                                             : NGX_ERROR;
}


static ngx_int_t
ngx_http_export_copied(ngx_conf_t *cf, ngx_str_t *source, ngx_str_t *name,
    ngx_str_t *text)
{
    ngx_str_t                *args, value;
    ngx_http_export_copy_t   *copy;
    ngx_http_complex_value_t  compiled;

    args = cf->args->elts;

    /* of "set_md5 $variable" and the like it is the value, of others a name */

    if (source == &args[1] && ngx_strncmp(args[0].data, "more_", 5) != 0
        && ngx_strncmp(args[0].data, "set_", 4) != 0)
    {
        return NGX_OK;
    }

    ngx_memzero(&compiled, sizeof(ngx_http_complex_value_t));

    value = *source;

    if (ngx_http_export_compile(cf, &value, &compiled) != NGX_OK) {
        return NGX_ERROR;
    }

    if (compiled.flushes == NULL) {
        return NGX_OK;
    }

    copy = ngx_http_export_new_copy(cf, name, text);
    if (copy == NULL) {
        return NGX_ERROR;
    }

    copy->variables = compiled.flushes;

    return NGX_OK;
}


static ngx_http_export_copy_t *
ngx_http_export_new_copy(ngx_conf_t *cf, ngx_str_t *name, ngx_str_t *text)
{
    ngx_str_t                          *value;
    ngx_http_export_copy_t             *copy;
    ngx_http_export_neighbours_main_t  *nmcf;

    value = cf->args->elts;

    nmcf = ngx_http_conf_get_module_main_conf(cf,
                                            ngx_http_export_neighbours_module);

    copy = ngx_array_push(&nmcf->copies);
    if (copy == NULL) {
        return NULL;
    }

    copy->directive = value[0];
    copy->name = *name;
    copy->text = *text;
    copy->variables = NULL;
    copy->file = cf->conf_file->file.name;
    copy->line = cf->conf_file->line;

    return copy;
}


static void *
ngx_http_export_create_neighbours_main_conf(ngx_conf_t *cf)
{
    ngx_http_export_neighbours_main_t  *nmcf;

    nmcf = ngx_pcalloc(cf->pool, sizeof(ngx_http_export_neighbours_main_t));
    if (nmcf == NULL) {
        return NULL;
    }

    if (ngx_array_init(&nmcf->handlers, cf->pool, 4,
                       sizeof(ngx_http_handler_pt))
        != NGX_OK
        || ngx_array_init(&nmcf->wires, cf->pool, 4,
                          sizeof(ngx_http_export_wire_t *))
           != NGX_OK
        || ngx_array_init(&nmcf->maps, cf->pool, 4,
                          sizeof(ngx_http_export_map_t))
           != NGX_OK
        || ngx_array_init(&nmcf->copies, cf->pool, 4,
                          sizeof(ngx_http_export_copy_t))
           != NGX_OK)
    {
        return NULL;
    }

    return nmcf;
}


static void *
ngx_http_export_create_neighbours_conf(ngx_conf_t *cf)
{
    return ngx_pcalloc(cf->pool, sizeof(ngx_http_export_neighbours_t));
}


/* inherited as the owners inherit: a pass by "if" and "limit_except" alone */

static char *
ngx_http_export_merge_neighbours_conf(ngx_conf_t *cf, void *parent,
    void *child)
{
    ngx_http_export_neighbours_t *prev = parent;
    ngx_http_export_neighbours_t *conf = child;

    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    if (conf->wire == NULL && clcf->noname) {
        conf->wire = prev->wire;
    }

    if (conf->params == NULL) {
        conf->params = prev->params;
    }

    return NGX_CONF_OK;
}


/* before anything is read: whoever stands in front would not be read along */

static ngx_int_t
ngx_http_export_neighbours_order(ngx_conf_t *cf)
{
    ngx_uint_t      i;
    ngx_command_t  *cmd, *own;
    ngx_module_t  **modules;

    modules = cf->cycle->modules;

    for (i = 0; modules[i] != &ngx_http_export_neighbours_module; i++) {

        if (modules[i]->type != NGX_HTTP_MODULE) {
            continue;
        }

        own = ngx_http_export_neighbours_commands;

        for ( /* void */ ; own->name.len; own++) {

            cmd = modules[i]->commands;

            for ( /* void */ ; cmd && cmd->name.len; cmd++) {

                if (ngx_strcmp(cmd->name.data, own->name.data) == 0) {
                    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                                       "\"%V\" of module %s comes before the "
                                       "export policy module, load it after",
                                       &own->name, modules[i]->name);
                    return NGX_ERROR;
                }
            }
        }
    }

    return NGX_OK;
}


/* when flags of all variables are known */

static ngx_int_t
ngx_http_export_neighbours_init(ngx_cycle_t *cycle)
{
    ngx_uint_t                          i, *index;
    ngx_http_variable_t                *v;
    ngx_http_export_wire_t            **wire;
    ngx_http_core_main_conf_t          *cmcf;
    ngx_http_export_neighbours_main_t  *nmcf;

    nmcf = ngx_http_cycle_get_module_main_conf(cycle,
                                            ngx_http_export_neighbours_module);

    if (nmcf == NULL) {
        return NGX_OK;
    }

    cmcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_core_module);

    v = cmcf->variables.elts;
    wire = nmcf->wires.elts;

    for (i = 0; i < nmcf->wires.nelts; i++) {

        if (wire[i]->value.flushes == NULL) {
            continue;
        }

        for (index = wire[i]->value.flushes; *index != (ngx_uint_t) -1; index++)
        {
            if (ngx_http_export_is_known_now(nmcf, v, &v[*index], 0)) {
                continue;
            }

            wire[i]->kind = NGX_HTTP_EXPORT_WIRE_UNKNOWN;

            if (wire[i]->governed) {
                ngx_log_error(NGX_LOG_WARN, cycle->log, 0,
                              "\"$%V\" in \"%V %V\" is not known before it is "
                              "sent: all that goes there is judged as AI "
                              "training in %V:%ui", &v[*index].name,
                              &wire[i]->directive, &wire[i]->text,
                              &wire[i]->file, wire[i]->line);
            }

            break;
        }
    }

    return NGX_OK;
}


/*
 * Whether nginx, when it sends, will get the value that the variable has when
 * the transfer is judged: it is cached, or the same at any time.  A map of what
 * is not is not either.
 */

static ngx_uint_t
ngx_http_export_is_known_now(ngx_http_export_neighbours_main_t *nmcf,
    ngx_http_variable_t *all, ngx_http_variable_t *v, ngx_uint_t depth)
{
    ngx_str_t              *name;
    ngx_uint_t             *index;
    ngx_http_export_map_t  *map;

    if (ngx_strncmp(v->name.data, "export_", 7) == 0
        || ngx_strncmp(v->name.data, "request_body", 12) == 0
        || depth == NGX_HTTP_EXPORT_MAPS)
    {
        return 0;
    }

    for (map = ngx_http_export_next_map(nmcf, &v->name, NULL);
         map;
         map = ngx_http_export_next_map(nmcf, &v->name, map))
    {
        for (index = map->sources;
             index && *index != (ngx_uint_t) -1;
             index++)
        {
            if (!ngx_http_export_is_known_now(nmcf, all, &all[*index],
                                              depth + 1))
            {
                return 0;
            }
        }
    }

    if (!(v->flags & NGX_HTTP_VAR_NOCACHEABLE)
        || ngx_strncmp(v->name.data, "arg_", 4) == 0)
    {
        return 1;
    }

    for (name = ngx_http_export_steady; name->len; name++) {
        if (name->len == v->name.len
            && ngx_strncmp(name->data, v->name.data, name->len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


/* a variable may be that of several maps; NULL asks for the first of them */

ngx_http_export_map_t *
ngx_http_export_next_map(ngx_http_export_neighbours_main_t *nmcf,
    ngx_str_t *name, ngx_http_export_map_t *map)
{
    ngx_http_export_map_t  *first, *last;

    first = nmcf->maps.elts;
    last = first + nmcf->maps.nelts;

    for (map = map ? map + 1 : first; map < last; map++) {
        if (export_str_same(ngx_http_export_str(&map->name),
                            ngx_http_export_str(name)))
        {
            return map;
        }
    }

    return NULL;
}


/*
 * Whether the body is got through nginx's filters alone: by a handler that
 * passes it on, or by nginx's own in the content phase, which store or discard
 * it.
 */

ngx_uint_t
ngx_http_export_is_passed(ngx_http_request_t *r)
{
    ngx_uint_t                          i;
    ngx_http_handler_pt                *handler;
    ngx_http_export_neighbours_main_t  *nmcf;

    if (r->content_handler == NULL) {
        return 1;
    }

    nmcf = ngx_http_get_module_main_conf(r, ngx_http_export_neighbours_module);

    handler = nmcf->handlers.elts;

    for (i = 0; i < nmcf->handlers.nelts; i++) {
        if (r->content_handler == handler[i]) {
            return 1;
        }
    }

    return 0;
}
