
/*
 * The directives, their contexts and their merging, and what is registered
 * with nginx.
 */


#include "ngx_http_export_neighbours.h"


static void *ngx_http_export_create_main_conf(ngx_conf_t *cf);
static char *ngx_http_export_init_main_conf(ngx_conf_t *cf, void *conf);
static void *ngx_http_export_create_loc_conf(ngx_conf_t *cf);
static char *ngx_http_export_merge_loc_conf(ngx_conf_t *cf, void *parent,
    void *child);
static char *ngx_http_export_merge_rules(ngx_conf_t *cf,
    ngx_http_export_loc_conf_t *prev, ngx_http_export_loc_conf_t *conf);
static char *ngx_http_export_merge_protect(ngx_conf_t *cf,
    ngx_http_export_loc_conf_t *conf);
static char *ngx_http_export_merge_policy(ngx_conf_t *cf,
    ngx_http_export_loc_conf_t *conf);
static ngx_int_t ngx_http_export_init(ngx_conf_t *cf);
static ngx_uint_t ngx_http_export_odd_names(ngx_http_core_main_conf_t *cmcf);
static void *ngx_http_export_pool_alloc(void *data, size_t size);
static void ngx_http_export_scratch_free(void *data);


static ngx_conf_enum_t  ngx_http_export_modes[] = {
    { ngx_string("off"), NGX_HTTP_EXPORT_OFF },
    { ngx_string("monitor"), NGX_HTTP_EXPORT_MONITOR },
    { ngx_string("enforce"), NGX_HTTP_EXPORT_ENFORCE },
    { ngx_null_string, 0 }
};


static ngx_conf_enum_t  ngx_http_export_undeclared[] = {
    { ngx_string("other"), 0 },
    { ngx_string("training"), 1 },
    { ngx_null_string, 0 }
};


static ngx_conf_enum_t  ngx_http_export_unknown[] = {
    { ngx_string("block"), 0 },
    { ngx_string("allow"), 1 },
    { ngx_null_string, 0 }
};


static ngx_conf_enum_t  ngx_http_export_bodyless_modes[] = {
    { ngx_string("block"), 0 },
    { ngx_string("allow"), 1 },
    { ngx_null_string, 0 }
};


static ngx_conf_enum_t  ngx_http_export_decision_headers[] = {
    { ngx_string("off"), NGX_HTTP_EXPORT_HEADER_OFF },
    { ngx_string("on"), NGX_HTTP_EXPORT_HEADER_ON },
    { ngx_string("redact"), NGX_HTTP_EXPORT_HEADER_REDACT },
    { ngx_null_string, 0 }
};


#define NGX_HTTP_EXPORT_CONF                                                  \
    NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF


static ngx_command_t  ngx_http_export_commands[] = {

    { ngx_string("export_policy"),
      NGX_HTTP_EXPORT_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_enum_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_export_loc_conf_t, mode),
      &ngx_http_export_modes },

    { ngx_string("export_database"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_1MORE,
      ngx_http_export_database,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("export_jurisdiction"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_2MORE,
      ngx_http_export_jurisdiction,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("export_protect"),
      NGX_HTTP_EXPORT_CONF|NGX_CONF_1MORE,
      ngx_http_export_protect,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("export_destination"),
      NGX_HTTP_EXPORT_CONF|NGX_CONF_TAKE1,
      ngx_http_export_destination,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_export_loc_conf_t, destination),
      NULL },

    { ngx_string("export_purpose"),
      NGX_HTTP_EXPORT_CONF|NGX_CONF_2MORE,
      ngx_http_export_purpose,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("export_other_purpose"),
      NGX_HTTP_EXPORT_CONF|NGX_CONF_2MORE,
      ngx_http_export_other_purpose,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("export_recipients"),
      NGX_HTTP_EXPORT_CONF|NGX_CONF_TAKE1,
      ngx_http_export_recipients,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("export_undeclared"),
      NGX_HTTP_EXPORT_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_enum_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_export_loc_conf_t, undeclared),
      &ngx_http_export_undeclared },

    { ngx_string("export_subject"),
      NGX_HTTP_EXPORT_CONF|NGX_CONF_TAKE123,
      ngx_http_export_subject,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("export_unknown"),
      NGX_HTTP_EXPORT_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_enum_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_export_loc_conf_t, unknown),
      &ngx_http_export_unknown },

    { ngx_string("export_bodyless"),
      NGX_HTTP_EXPORT_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_enum_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_export_loc_conf_t, bodyless),
      &ngx_http_export_bodyless_modes },

    { ngx_string("export_consent"),
      NGX_HTTP_EXPORT_CONF|NGX_CONF_2MORE,
      ngx_http_export_consent,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("export_body"),
      NGX_HTTP_EXPORT_CONF|NGX_CONF_TAKE12,
      ngx_http_export_body_mode,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("export_body_limits"),
      NGX_HTTP_EXPORT_CONF|NGX_CONF_1MORE,
      ngx_http_export_body_limits,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("export_forward_headers"),
      NGX_HTTP_EXPORT_CONF|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_export_loc_conf_t, forward_headers),
      NULL },

    { ngx_string("export_decision_header"),
      NGX_HTTP_EXPORT_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_enum_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_export_loc_conf_t, decision_header),
      &ngx_http_export_decision_headers },

    { ngx_string("export_status"),
      NGX_HTTP_EXPORT_CONF|NGX_CONF_TAKE1,
      ngx_http_export_status,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("export_blocked_by"),
      NGX_HTTP_EXPORT_CONF|NGX_CONF_TAKE1,
      ngx_http_export_blocked_by,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

      ngx_null_command
};


static ngx_http_module_t  ngx_http_export_policy_module_ctx = {
    ngx_http_export_add_variables,         /* preconfiguration */
    ngx_http_export_init,                  /* postconfiguration */

    ngx_http_export_create_main_conf,      /* create main configuration */
    ngx_http_export_init_main_conf,        /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    ngx_http_export_create_loc_conf,       /* create location configuration */
    ngx_http_export_merge_loc_conf         /* merge location configuration */
};


ngx_module_t  ngx_http_export_policy_module = {
    NGX_MODULE_V1,
    &ngx_http_export_policy_module_ctx,    /* module context */
    ngx_http_export_commands,              /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    ngx_http_export_init_module,           /* init module */
    ngx_http_export_database_init_process,      /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    NULL,                                  /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


static ngx_str_t  ngx_http_export_default_protect[] = {
    ngx_string("eea"), ngx_string("uk"), ngx_string("ch")
};


static void *
ngx_http_export_create_main_conf(ngx_conf_t *cf)
{
    ngx_pool_cleanup_t           *cln;
    ngx_http_export_main_conf_t  *emcf;

    emcf = ngx_pcalloc(cf->pool, sizeof(ngx_http_export_main_conf_t));
    if (emcf == NULL) {
        return NULL;
    }

    if (ngx_array_init(&emcf->databases, cf->pool, 2,
                       sizeof(ngx_http_export_database_t))
        != NGX_OK
        || ngx_array_init(&emcf->remembered, cf->pool, 4, sizeof(ngx_uint_t))
           != NGX_OK
        || ngx_array_init(&emcf->stripped, cf->pool, 4, sizeof(ngx_str_t))
           != NGX_OK)
    {
        return NULL;
    }

    cln = ngx_pool_cleanup_add(cf->pool, 0);
    if (cln == NULL) {
        return NULL;
    }

    emcf->scratch = export_match_scratch_create();
    if (emcf->scratch == NULL) {
        return NULL;
    }

    cln->handler = ngx_http_export_scratch_free;
    cln->data = emcf->scratch;

    emcf->work = ngx_palloc(cf->pool, export_inflate_work_size());
    if (emcf->work == NULL) {
        return NULL;
    }

    emcf->chunk = ngx_palloc(cf->pool, NGX_HTTP_EXPORT_CHUNK);
    if (emcf->chunk == NULL) {
        return NULL;
    }

    emcf->pool.alloc = ngx_http_export_pool_alloc;
    emcf->pool.data = cf->pool;

    export_jurisdictions_init(&emcf->jurisdictions);

    return emcf;
}


static char *
ngx_http_export_init_main_conf(ngx_conf_t *cf, void *conf)
{
    ngx_http_export_main_conf_t  *emcf = conf;

    return ngx_http_export_database_init(cf, emcf) == NGX_OK ? NGX_CONF_OK
                                                        : NGX_CONF_ERROR;
}


static void *
ngx_http_export_create_loc_conf(ngx_conf_t *cf)
{
    ngx_http_export_loc_conf_t  *elcf;

    elcf = ngx_pcalloc(cf->pool, sizeof(ngx_http_export_loc_conf_t));
    if (elcf == NULL) {
        return NULL;
    }

    /*
     * set by ngx_pcalloc():
     *
     *     elcf->link = { 0, NULL };
     *     elcf->destination = NULL;
     *     elcf->protect, purposes, others, subjects, consents = NULL;
     *     elcf->recipients = NULL;
     *     elcf->policy = { 0 };
     *     elcf->plan = NULL;
     */

    elcf->mode = NGX_CONF_UNSET_UINT;
    elcf->undeclared = NGX_CONF_UNSET_UINT;
    elcf->unknown = NGX_CONF_UNSET_UINT;
    elcf->bodyless = NGX_CONF_UNSET_UINT;
    elcf->body = NGX_CONF_UNSET_UINT;
    elcf->status = NGX_CONF_UNSET_UINT;
    elcf->decision_header = NGX_CONF_UNSET_UINT;
    elcf->forward_headers = NGX_CONF_UNSET;
    elcf->limit_record = NGX_CONF_UNSET_SIZE;
    elcf->limit_depth = NGX_CONF_UNSET_UINT;
    elcf->limit_inflate = NGX_CONF_UNSET_SIZE;
    elcf->limit_ratio = NGX_CONF_UNSET_UINT;
    elcf->limit_unread = NGX_CONF_UNSET_SIZE;

    return elcf;
}


static char *
ngx_http_export_merge_loc_conf(ngx_conf_t *cf, void *parent, void *child)
{
    ngx_http_export_loc_conf_t *prev = parent;
    ngx_http_export_loc_conf_t *conf = child;

    char                         *rv;
    ngx_http_export_main_conf_t  *emcf;
    ngx_http_export_neighbours_t *ncf;

    ngx_conf_merge_uint_value(conf->mode, prev->mode, NGX_HTTP_EXPORT_OFF);
    ngx_conf_merge_uint_value(conf->undeclared, prev->undeclared, 0);
    ngx_conf_merge_uint_value(conf->unknown, prev->unknown, 0);
    ngx_conf_merge_uint_value(conf->bodyless, prev->bodyless, 1);

    if (conf->body == NGX_CONF_UNSET_UINT) {
        conf->records = prev->records;
    }

    ngx_conf_merge_uint_value(conf->body, prev->body,
                              NGX_HTTP_EXPORT_BODY_INSPECT);
    ngx_conf_merge_uint_value(conf->status, prev->status,
                              NGX_HTTP_EXPORT_STATUS);
    ngx_conf_merge_uint_value(conf->decision_header, prev->decision_header,
                              NGX_HTTP_EXPORT_HEADER_REDACT);
    ngx_conf_merge_value(conf->forward_headers, prev->forward_headers, 0);
    ngx_conf_merge_str_value(conf->link, prev->link, "");

    ngx_conf_merge_size_value(conf->limit_record, prev->limit_record,
                              1024 * 1024);
    ngx_conf_merge_uint_value(conf->limit_depth, prev->limit_depth, 64);
    ngx_conf_merge_size_value(conf->limit_inflate, prev->limit_inflate,
                              1024 * 1024 * 1024);
    ngx_conf_merge_uint_value(conf->limit_ratio, prev->limit_ratio, 200);
    ngx_conf_merge_size_value(conf->limit_unread, prev->limit_unread,
                              16 * 1024);

    if (conf->destination == NULL) {
        conf->destination = prev->destination;
    }

    rv = ngx_http_export_merge_rules(cf, prev, conf);

    if (rv == NGX_CONF_OK) {
        rv = ngx_http_export_merge_protect(cf, conf);
    }

    if (rv != NGX_CONF_OK || conf->mode == NGX_HTTP_EXPORT_OFF) {
        return rv;
    }

    emcf = ngx_http_conf_get_module_main_conf(cf,
                                              ngx_http_export_policy_module);
    emcf->enabled = 1;

    ncf = ngx_http_conf_get_module_loc_conf(cf,
                                            ngx_http_export_neighbours_module);
    if (ncf->wire) {
        ncf->wire->governed = 1;
    }

    if (emcf->databases.nelts == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"export_policy\" requires \"export_database\"");
        return NGX_CONF_ERROR;
    }

    if (conf->mode == NGX_HTTP_EXPORT_ENFORCE
        && ngx_http_export_note_stripped(emcf, conf) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    return ngx_http_export_merge_policy(cf, conf);
}


/* the repeatable directives: a level inherits all of their rules, or none */

static const struct {
    size_t         offset;
    ngx_array_t  *(*defaults)(ngx_conf_t *cf);
} ngx_http_export_rules[] = {
    { offsetof(ngx_http_export_loc_conf_t, purposes),
      ngx_http_export_default_purposes },
    { offsetof(ngx_http_export_loc_conf_t, others), NULL },
    { offsetof(ngx_http_export_loc_conf_t, subjects),
      ngx_http_export_default_subjects },
    { offsetof(ngx_http_export_loc_conf_t, consents),
      ngx_http_export_default_consents },
    { offsetof(ngx_http_export_loc_conf_t, recipients),
      ngx_http_export_default_recipients },
};

#define ngx_http_export_rules_of(conf, i)                                     \
    (*(ngx_array_t **) ((u_char *) (conf) + ngx_http_export_rules[i].offset))


static char *
ngx_http_export_merge_rules(ngx_conf_t *cf, ngx_http_export_loc_conf_t *prev,
    ngx_http_export_loc_conf_t *conf)
{
    ngx_uint_t    i, n, own;
    ngx_array_t  *rules;

    n = sizeof(ngx_http_export_rules) / sizeof(ngx_http_export_rules[0]);
    own = conf->records.data != prev->records.data;

    for (i = 0; i < n; i++) {
        if (ngx_http_export_rules_of(conf, i)) {
            own = 1;
            continue;
        }

        ngx_http_export_rules_of(conf, i) = ngx_http_export_rules_of(prev, i);
    }

    if (conf->protect == NULL) {
        conf->protect = prev->protect;
    }

    if (conf->mode == NGX_HTTP_EXPORT_OFF) {
        return NGX_CONF_OK;
    }

    for (i = 0; i < n; i++) {
        if (ngx_http_export_rules_of(conf, i)
            || ngx_http_export_rules[i].defaults == NULL)
        {
            continue;
        }

        rules = ngx_http_export_rules[i].defaults(cf);
        if (rules == NULL) {
            return NGX_CONF_ERROR;
        }

        ngx_http_export_rules_of(conf, i) = rules;
    }

    conf->plan = !own && prev->plan ? prev->plan
                                    : ngx_http_export_create_plan(cf, conf);

    return conf->plan ? NGX_CONF_OK : NGX_CONF_ERROR;
}


/* an unknown name is an error also where the policy is off */

static char *
ngx_http_export_merge_protect(ngx_conf_t *cf,
    ngx_http_export_loc_conf_t *conf)
{
    ngx_str_t                    *name;
    ngx_uint_t                    i, n;
    export_place_t                bit;
    ngx_http_export_main_conf_t  *emcf;

    emcf = ngx_http_conf_get_module_main_conf(cf,
                                              ngx_http_export_policy_module);

    name = ngx_http_export_default_protect;
    n = sizeof(ngx_http_export_default_protect) / sizeof(ngx_str_t);

    if (conf->protect) {
        name = conf->protect->elts;
        n = conf->protect->nelts;
    }

    conf->policy.protect = 0;

    for (i = 0; i < n; i++) {
        bit = export_jurisdictions_find(&emcf->jurisdictions,
                                        ngx_http_export_str(&name[i]));
        if (bit == 0) {
            ngx_http_export_check_unknown(cf, &emcf->jurisdictions, &name[i]);
            return NGX_CONF_ERROR;
        }

        conf->policy.protect |= bit;
    }

    return ngx_http_export_check_headers(cf, conf) == NGX_OK ? NGX_CONF_OK
                                                             : NGX_CONF_ERROR;
}


static char *
ngx_http_export_merge_policy(ngx_conf_t *cf, ngx_http_export_loc_conf_t *conf)
{
    conf->policy.undeclared_training = conf->undeclared;
    conf->policy.unknown_allowed = conf->unknown;
    conf->policy.bodyless_allowed = conf->bodyless;
    conf->policy.redact = (conf->body == NGX_HTTP_EXPORT_BODY_REDACT);

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_export_init(ngx_conf_t *cf)
{
    ngx_http_handler_pt          *h;
    ngx_http_core_main_conf_t    *cmcf;
    ngx_http_export_main_conf_t  *emcf;

    emcf = ngx_http_conf_get_module_main_conf(cf,
                                              ngx_http_export_policy_module);

    if (!emcf->enabled) {
        return NGX_OK;
    }

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    emcf->odd_names = ngx_http_export_odd_names(cmcf);

    /*
     * nginx runs the handlers of a phase from the last to the first: this one
     * before mirror and try_files,
     */

    h = ngx_array_push(&cmcf->phases[NGX_HTTP_PRECONTENT_PHASE].handlers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    *h = ngx_http_export_gate_handler;

    /* and this one, which is put in the first place, after them */

    if (ngx_array_push(&cmcf->phases[NGX_HTTP_PRECONTENT_PHASE].handlers)
        == NULL)
    {
        return NGX_ERROR;
    }

    h = cmcf->phases[NGX_HTTP_PRECONTENT_PHASE].handlers.elts;

    ngx_memmove(h + 1, h,
                (cmcf->phases[NGX_HTTP_PRECONTENT_PHASE].handlers.nelts - 1)
                * sizeof(ngx_http_handler_pt));

    *h = ngx_http_export_gate_again_handler;

    h = ngx_array_push(&cmcf->phases[NGX_HTTP_CONTENT_PHASE].handlers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    *h = ngx_http_export_store_handler;

    /*
     * These run from the first to the last: before the access log, which asks
     * for the verdict.
     */

    if (ngx_array_push(&cmcf->phases[NGX_HTTP_LOG_PHASE].handlers) == NULL) {
        return NGX_ERROR;
    }

    h = cmcf->phases[NGX_HTTP_LOG_PHASE].handlers.elts;

    ngx_memmove(h + 1, h,
                (cmcf->phases[NGX_HTTP_LOG_PHASE].handlers.nelts - 1)
                * sizeof(ngx_http_handler_pt));

    *h = ngx_http_export_log_handler;

    if (ngx_http_export_body_filter_init(cf) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_export_header_filter_init(cf);
}


/*
 * Whether "ignore_invalid_headers" is off in any server: nginx reads a header
 * that stands before Host by the setting of the default server, one behind it
 * by that of the server that Host names.
 */

static ngx_uint_t
ngx_http_export_odd_names(ngx_http_core_main_conf_t *cmcf)
{
    ngx_uint_t                  i;
    ngx_http_core_srv_conf_t  **cscf;

    cscf = cmcf->servers.elts;

    for (i = 0; i < cmcf->servers.nelts; i++) {
        if (!cscf[i]->ignore_invalid_headers) {
            return 1;
        }
    }

    return 0;
}


static void *
ngx_http_export_pool_alloc(void *data, size_t size)
{
    return ngx_pcalloc(data, size);
}


static void
ngx_http_export_scratch_free(void *data)
{
    export_match_scratch_free(data);
}
