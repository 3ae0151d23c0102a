
/*
 * The neighbours: directives of other modules that the policy has to know.
 *
 * What proxy_pass will send cannot be had from the configuration of its module,
 * which is private.  The module below stands in front of its neighbours in the
 * list of modules, so that nginx offers it their directives first.  It hands a
 * directive on to the owner, who does all there is to do and reports what is
 * wrong, and then notes what the directive says.
 */


#include "ngx_http_export_neighbours.h"


typedef ngx_int_t (*ngx_http_export_note_pt)(ngx_conf_t *cf);


static char *ngx_http_export_read_along(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_export_hand_on(ngx_conf_t *cf);
static ngx_command_t *ngx_http_export_find_owner(ngx_conf_t *cf,
    ngx_module_t **module, ngx_uint_t *known);
static ngx_uint_t ngx_http_export_takes_arguments(ngx_command_t *cmd,
    ngx_uint_t n);
static void *ngx_http_export_owner_conf(ngx_conf_t *cf, ngx_module_t *module,
    ngx_command_t *cmd);
static void *ngx_http_export_create_neighbours_main_conf(ngx_conf_t *cf);
static void *ngx_http_export_create_neighbours_conf(ngx_conf_t *cf);
static char *ngx_http_export_merge_neighbours_conf(ngx_conf_t *cf,
    void *parent, void *child);
static ngx_int_t ngx_http_export_neighbours_order(ngx_conf_t *cf);
static ngx_int_t ngx_http_export_neighbours_init(ngx_cycle_t *cycle);


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

    /* the owner of a block reads what is inside into the same array */

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
        nmcf->condition = ngx_http_export_parse_condition(cf, name, kept.nelts);
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


/* does for the directive's owner what ngx_conf_handler() would do */

static char *
ngx_http_export_hand_on(ngx_conf_t *cf)
{
    ngx_str_t      *name;
    ngx_uint_t      known;
    ngx_module_t   *module;
    ngx_command_t  *cmd;

    name = cf->args->elts;

    cmd = ngx_http_export_find_owner(cf, &module, &known);

    if (cmd == NULL && known) {
        return "is not allowed here";
    }

    if (cmd == NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "unknown directive \"%V\"",
                           name);
        return NGX_CONF_ERROR;
    }

    if (!ngx_http_export_takes_arguments(cmd, cf->args->nelts)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid number of arguments in \"%V\" directive",
                           name);
        return NGX_CONF_ERROR;
    }

    return cmd->set(cf, cmd, ngx_http_export_owner_conf(cf, module, cmd));
}


/*
 * Finds the command and its module by the first word.  NULL if no module has
 * the directive in this place; "known" is set if one has it in another place.
 */

static ngx_command_t *
ngx_http_export_find_owner(ngx_conf_t *cf, ngx_module_t **module,
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


/* whether a directive takes n words, its name among them */

static ngx_uint_t
ngx_http_export_takes_arguments(ngx_command_t *cmd, ngx_uint_t n)
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


/* as the owners inherit: only "if" and "limit_except" inherit a pass */

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


/* a module in front of this one would get its directives unseen: an error */

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


/* runs when the flags of all variables are known, which are set late */

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
