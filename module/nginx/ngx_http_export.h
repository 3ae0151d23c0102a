
/*
 * What every file of the glue knows: the configuration, and who compiles it.
 * What a request has is in ngx_http_export_request.h, what the directives of
 * other modules have said in ngx_http_export_neighbours.h.
 */


#ifndef _NGX_HTTP_EXPORT_H_INCLUDED_
#define _NGX_HTTP_EXPORT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "export.h"
#include "export_geo.h"
#include "export_head.h"
#include "export_hosts.h"
#include "export_inflate.h"
#include "export_job.h"
#include "export_jurisdiction.h"
#include "export_match.h"
#include "export_policy.h"
#include "export_recipient.h"
#include "export_record.h"
#include "export_target.h"


#if (EXPORT_OK != NGX_OK || EXPORT_ERROR != NGX_ERROR                         \
     || EXPORT_AGAIN != NGX_AGAIN || EXPORT_DONE != NGX_DONE                  \
     || EXPORT_DECLINED != NGX_DECLINED)
#error "the return codes of export.h are not those of nginx"
#endif


#define NGX_HTTP_EXPORT_OFF           0
#define NGX_HTTP_EXPORT_MONITOR       1
#define NGX_HTTP_EXPORT_ENFORCE       2
#define NGX_HTTP_EXPORT_MODES         3

#define NGX_HTTP_EXPORT_BODY_OFF      0
#define NGX_HTTP_EXPORT_BODY_INSPECT  1
#define NGX_HTTP_EXPORT_BODY_REDACT   2

/* when an answer has Export-Decision */

#define NGX_HTTP_EXPORT_HEADER_OFF    0
#define NGX_HTTP_EXPORT_HEADER_ON     1
#define NGX_HTTP_EXPORT_HEADER_REDACT 2

#define NGX_HTTP_EXPORT_STATUS        451   /* RFC 7725 */
#define NGX_HTTP_EXPORT_MAX_CONSENTS  EXPORT_MAX_FIELD_CONSENTS
#define NGX_HTTP_EXPORT_CHUNK         65536 /* bytes of a file that are read
                                               and inspected at once */


/* an endpoint: one row of a catalogue */

typedef struct {
    export_endpoint_t           head;       /* what the pure code matches; it
                                               stands first, so that a pointer
                                               to it is one to the endpoint */
    ngx_array_t                 marks;      /* export_head_rule_t */
    export_job_lists_t          lists;      /* arrays in the description of a
                                               job that are no data */
    unsigned                    sensitive:1;    /* letters of the path are
                                               compared with their case */
} ngx_http_export_endpoint_t;


/* "marked" is an ngx_array_t of ngx_http_export_endpoint_t * */

typedef export_catalogue_t  ngx_http_export_catalogue_t;


/* the rules of a location, compiled; locations with the same rules share one */

typedef struct {
    export_head_rules_t        *head;       /* of headers and arguments */
    export_recipient_rules_t    recipient;  /* the operator's patterns over
                                               destinations, and catalogues */
    export_hosts_filter_t      *filter;     /* of the hosts in "recipient":
                                               most transfers stop there */
    export_field_rules_t       *fields;     /* of bodies */
    export_field_rules_t       *marked;     /* the same, and the catalogues'
                                               marks that are in bodies */
    unsigned                    linked:1;   /* nginx has pointers of its own
                                               to a header that is stripped */
} ngx_http_export_plan_t;


typedef struct ngx_http_export_main_conf_s  ngx_http_export_main_conf_t;


typedef struct {
    ngx_http_export_main_conf_t  *emcf;     /* whose database this is */
    ngx_str_t                   file;       /* its full name */
    ngx_str_t                   path;       /* of the country in a record, or
                                               empty: it is detected */
    time_t                      max_age;    /* seconds, or 0: any age */
    ngx_msec_t                  reload;     /* between looks at the file, or
                                               0: never read again */
    unsigned                    warn:1;     /* stale=warn */

    export_geo_t               *geo;        /* in use */
    export_geo_t               *next;       /* to replace it, being built; or
                                               NULL */
    ngx_file_info_t             seen;       /* the file that was read last */
    ngx_event_t                 event;      /* the timer of "reload" */
} ngx_http_export_database_t;


struct ngx_http_export_main_conf_s {
    ngx_array_t                 databases;  /* ngx_http_export_database_t */
    ngx_array_t                 remembered; /* ngx_uint_t: indexes of the
                                               variables in which nginx keeps
                                               headers, or the body */
    ngx_array_t                 stripped;   /* ngx_str_t: headers that some
                                               location takes off, named as
                                               variables, "http_..." */
    export_jurisdictions_t      jurisdictions;
    export_atlas_t              atlas;      /* the databases in use */
    time_t                      expires;    /* when a database of the atlas is
                                               too old, or 0: never */
    export_match_scratch_t     *scratch;    /* of all matches of a worker */
    export_inflate_work_t      *work;       /* of all inflations, the same */
    u_char                     *chunk;      /* NGX_HTTP_EXPORT_CHUNK bytes, for
                                               the piece of a file that is
                                               being inspected */
    export_pool_t               pool;       /* of the configuration */
    ngx_http_export_catalogue_t  *catalogue;    /* the built-in one, or NULL
                                               if nobody has asked for it */
    ngx_uint_t                  enabled;    /* the policy is on somewhere */
    ngx_uint_t                  redacts;    /* some location redacts bodies */
    unsigned                    odd_names:1;    /* some server lets in headers
                                               of any name */
    unsigned                    sends_body:1;   /* "$request_body" is used */
};


/* of a location; "plan" is NULL where the policy is off */

typedef struct {
    ngx_uint_t                  mode;       /* NGX_HTTP_EXPORT_ENFORCE ... */
    ngx_uint_t                  undeclared; /* 1: to declare nothing counts as
                                               AI training */
    ngx_uint_t                  unknown;    /* 1: unknown places are allowed */
    ngx_uint_t                  bodyless;   /* 1: a request that carries
                                               nothing is allowed */
    ngx_uint_t                  body;       /* NGX_HTTP_EXPORT_BODY_... */
    ngx_str_t                   records;    /* a JSON pointer to the records
                                               of a body, or empty */
    ngx_uint_t                  status;     /* of a refusal */
    ngx_uint_t                  decision_header;
                                            /* NGX_HTTP_EXPORT_HEADER_... */
    ngx_flag_t                  forward_headers;
    ngx_str_t                   link;       /* the value of "Link", which says
                                               who blocks; or empty */
    ngx_http_complex_value_t   *destination;    /* or NULL: $host */

    ngx_array_t                *protect;    /* ngx_str_t: jurisdictions; or
                                               NULL: the default ones */
    ngx_array_t                *purposes;   /* export_head_rule_t */
    ngx_array_t                *others;     /* export_head_rule_t; or NULL:
                                               anything may be declared */
    ngx_array_t                *subjects;   /* export_head_rule_t */
    ngx_array_t                *consents;   /* export_head_rule_t */
    ngx_array_t                *recipients; /* ngx_http_export_catalogue_t * */

    size_t                      limit_record;   /* bytes of a record */
    ngx_uint_t                  limit_depth;    /* levels of a record */
    size_t                      limit_inflate;  /* bytes of a body, inflated */
    ngx_uint_t                  limit_ratio;    /* ... for each that arrives */
    size_t                      limit_unread;   /* bytes of a transfer that
                                               nobody reads */

    export_policy_t             policy;     /* what the decision goes by */
    ngx_http_export_plan_t     *plan;
} ngx_http_export_loc_conf_t;


/* ngx_http_export_policy_module.c */

extern ngx_module_t  ngx_http_export_policy_module;

/* ngx_http_export_neighbours.c */

extern ngx_module_t  ngx_http_export_neighbours_module;

/* ngx_http_export_conf.c: handlers of directives */

char *ngx_http_export_database(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_export_jurisdiction(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_export_protect(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_export_purpose(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_export_other_purpose(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_export_subject(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_export_consent(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_export_body_mode(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_export_body_limits(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_export_blocked_by(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_export_status(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);

/*
 * Of these, "directive" is a name for messages.  They log what is wrong, and
 * return NGX_ERROR or NULL then, and if out of memory.
 */

ngx_int_t ngx_http_export_parse_source(ngx_conf_t *cf, ngx_str_t *directive,
    ngx_str_t *value, export_head_rule_t *rule);
ngx_int_t ngx_http_export_compile_patterns(ngx_conf_t *cf, ngx_str_t *directive,
    export_head_rule_t *rule, ngx_str_t *value, ngx_uint_t n);
export_match_t *ngx_http_export_compile_target(ngx_conf_t *cf,
    ngx_str_t *directive, ngx_str_t *value, export_target_e kind,
    ngx_uint_t sensitive);

/* rules where a location has none of its own; NULL if out of memory */

ngx_array_t *ngx_http_export_default_purposes(ngx_conf_t *cf);
ngx_array_t *ngx_http_export_default_subjects(ngx_conf_t *cf);
ngx_array_t *ngx_http_export_default_consents(ngx_conf_t *cf);

/* ngx_http_export_check.c: each logs what is wrong; NGX_ERROR then */

ngx_int_t ngx_http_export_check_source(ngx_conf_t *cf, ngx_str_t *directive,
    ngx_str_t *value, export_head_rule_t *rule);
ngx_int_t ngx_http_export_check_literal(ngx_conf_t *cf, ngx_str_t *directive,
    ngx_str_t *value);
ngx_int_t ngx_http_export_check_headers(ngx_conf_t *cf,
    ngx_http_export_loc_conf_t *elcf);
ngx_int_t ngx_http_export_check_country(ngx_conf_t *cf, ngx_str_t *value,
    ngx_str_t *code);
void ngx_http_export_check_unknown(ngx_conf_t *cf, export_jurisdictions_t *js,
    ngx_str_t *name);
char *ngx_http_export_destination(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* ngx_http_export_plan.c: NULL if out of memory, or for a logged error */

ngx_http_export_plan_t *ngx_http_export_create_plan(ngx_conf_t *cf,
    ngx_http_export_loc_conf_t *elcf);
export_hosts_t *ngx_http_export_create_hosts(ngx_conf_t *cf,
    export_hosts_rule_t *rules, ngx_uint_t n);

/* ngx_http_export_fields.c: NULL as in ngx_http_export_plan.c */

export_field_rules_t *ngx_http_export_create_field_rules(ngx_conf_t *cf,
    ngx_http_export_loc_conf_t *elcf, ngx_array_t *purposes,
    ngx_array_t *catalogues);

/* ngx_http_export_catalogue.c */

char *ngx_http_export_recipients(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
ngx_array_t *ngx_http_export_default_recipients(ngx_conf_t *cf);

/* ngx_http_export_database.c: reads all databases; and looks after them */

ngx_int_t ngx_http_export_database_init(ngx_conf_t *cf,
    ngx_http_export_main_conf_t *emcf);
ngx_int_t ngx_http_export_database_init_process(ngx_cycle_t *cycle);

/* ngx_http_export_strip.c: what is taken off, and which variables keep it */

ngx_int_t ngx_http_export_note_stripped(ngx_http_export_main_conf_t *emcf,
    ngx_http_export_loc_conf_t *elcf);
ngx_int_t ngx_http_export_init_module(ngx_cycle_t *cycle);

/* what is registered with nginx: variables, phase handlers and filters */

/* ngx_http_export_variables.c */

ngx_int_t ngx_http_export_add_variables(ngx_conf_t *cf);

/* ngx_http_export_gate.c */

ngx_int_t ngx_http_export_gate_handler(ngx_http_request_t *r);
ngx_int_t ngx_http_export_gate_again_handler(ngx_http_request_t *r);

/* ngx_http_export_stored.c */

ngx_int_t ngx_http_export_store_handler(ngx_http_request_t *r);

/* ngx_http_export_unjudged.c */

ngx_int_t ngx_http_export_log_handler(ngx_http_request_t *r);

/* ngx_http_export_body.c */

ngx_int_t ngx_http_export_body_filter_init(ngx_conf_t *cf);

/* ngx_http_export_refusal.c */

ngx_int_t ngx_http_export_header_filter_init(ngx_conf_t *cf);


/* ngx_str_t and export_str_t have one layout */

#define ngx_http_export_str(s)  ((export_str_t *) (s))
#define ngx_http_export_ngx_str(s)  ((ngx_str_t *) (s))


#endif /* _NGX_HTTP_EXPORT_H_INCLUDED_ */
