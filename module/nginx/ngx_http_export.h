
/*
 * What the glue files share.  Only module/ngx_http_export_*.c know nginx.
 */


#ifndef _NGX_HTTP_EXPORT_H_INCLUDED_
#define _NGX_HTTP_EXPORT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "export.h"
#include "export_body.h"
#include "export_consent.h"
#include "export_country.h"
#include "export_destination.h"
#include "export_facts.h"
#include "export_geo.h"
#include "export_head.h"
#include "export_hosts.h"
#include "export_jurisdiction.h"
#include "export_list.h"
#include "export_match.h"
#include "export_method.h"
#include "export_nobody.h"
#include "export_pattern.h"
#include "export_policy.h"
#include "export_purpose.h"
#include "export_recipient.h"
#include "export_record.h"
#include "export_seal.h"
#include "export_subject.h"
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

#define NGX_HTTP_EXPORT_HEADER_OFF    0     /* of Export-Decision */
#define NGX_HTTP_EXPORT_HEADER_ON     1
#define NGX_HTTP_EXPORT_HEADER_REDACT 2

#define NGX_HTTP_EXPORT_STATUS        451   /* RFC 7725 */
#define NGX_HTTP_EXPORT_ID            32    /* hex digits of 128 random bits */
#define NGX_HTTP_EXPORT_MAX_CONSENTS  EXPORT_MAX_FIELD_CONSENTS


/* a row of a catalogue */

typedef struct {
    export_endpoint_t           head;       /* stands first: endpoints are
                                               found by this part */
    ngx_array_t                 marks;      /* export_head_rule_t */
    export_job_lists_t          lists;      /* of a job, what is no data */
    unsigned                    sensitive:1;    /* its path has a case */
} ngx_http_export_endpoint_t;


/* "marked" is an ngx_array_t of ngx_http_export_endpoint_t * */

typedef export_catalogue_t  ngx_http_export_catalogue_t;


/* everything that rules say of a location, compiled */

typedef struct {
    export_head_rules_t        *head;       /* of headers and arguments */
    export_hosts_t             *hosts;      /* purpose by destination */
    export_hosts_filter_t      *filter;     /* of these and the catalogues */
    export_field_rules_t       *fields;     /* of bodies: the location's own */
    export_field_rules_t       *marked;     /* ... and the catalogues' marks */
    unsigned                    linked:1;   /* nginx has pointers of its own
                                               to a header that is stripped */
} ngx_http_export_plan_t;


typedef struct ngx_http_export_main_conf_s  ngx_http_export_main_conf_t;


typedef struct {
    ngx_http_export_main_conf_t  *emcf;
    ngx_str_t                   file;
    ngx_str_t                   path;
    time_t                      max_age;    /* 0: any */
    ngx_msec_t                  reload;     /* 0: never */
    unsigned                    warn:1;     /* stale=warn */

    export_geo_t               *geo;
    export_geo_t               *next;       /* being built */
    ngx_file_info_t             seen;       /* the file that was read last */
    ngx_event_t                 event;
} ngx_http_export_database_t;


struct ngx_http_export_main_conf_s {
    ngx_array_t                 databases;  /* ngx_http_export_database_t */
    ngx_array_t                 remembered; /* ngx_uint_t: indexes of the
                                               variables that hold headers or
                                               the body */
    ngx_array_t                 stripped;   /* ngx_str_t: http_..., of headers
                                               taken off somewhere */
    export_jurisdictions_t      jurisdictions;
    export_atlas_t              atlas;
    time_t                      expires;    /* of the atlas; 0: never */
    export_match_scratch_t     *scratch;
    export_inflate_work_t      *work;
    u_char                     *chunk;      /* NGX_HTTP_EXPORT_CHUNK bytes, of
                                               a file in turn */
    export_pool_t               pool;
    ngx_http_export_catalogue_t  *catalogue;    /* the built-in one */
    ngx_uint_t                  enabled;    /* somewhere */
    unsigned                    odd_names:1;    /* some server lets in headers
                                                   of any name */
    ngx_uint_t                  redacts;    /* somewhere */
    unsigned                    sends_body:1;   /* "$request_body" is used */
};


typedef struct {
    ngx_uint_t                  mode;
    ngx_uint_t                  undeclared;
    ngx_uint_t                  unknown;
    ngx_uint_t                  bodyless;
    ngx_uint_t                  body;
    ngx_str_t                   records;    /* a JSON pointer, or empty */
    ngx_uint_t                  status;
    ngx_uint_t                  decision_header;
    ngx_flag_t                  forward_headers;
    ngx_str_t                   link;       /* who blocks, as a "Link" */
    ngx_http_complex_value_t   *destination;    /* NULL: $host */

    ngx_array_t                *protect;    /* ngx_str_t */
    ngx_array_t                *purposes;   /* export_head_rule_t */
    ngx_array_t                *others;     /* the same; NULL: anything */
    ngx_array_t                *subjects;   /* export_head_rule_t */
    ngx_array_t                *consents;   /* export_head_rule_t */
    ngx_array_t                *recipients; /* ngx_http_export_catalogue_t * */

    size_t                      limit_record;
    ngx_uint_t                  limit_depth;
    size_t                      limit_inflate;
    ngx_uint_t                  limit_ratio;
    size_t                      limit_unread;

    export_policy_t             policy;
    ngx_http_export_plan_t     *plan;
} ngx_http_export_loc_conf_t;


#define NGX_HTTP_EXPORT_CHUNK  65536        /* bytes inspected at once */


/*
 * What nginx will put on the wire, as the configuration of its own modules
 * tells: see ngx_http_export_passes.c.
 */

typedef enum {
    NGX_HTTP_EXPORT_WIRE_SENT = 0,          /* the target that was sent to us,
                                               or r->uri if it was changed */
    NGX_HTTP_EXPORT_WIRE_PREFIX,            /* "uri", for the location's name
                                               in r->uri */
    NGX_HTTP_EXPORT_WIRE_VALUE,             /* that of "value", a URL */
    NGX_HTTP_EXPORT_WIRE_HOST,              /* as SENT, to the host of "value"
                                             */
    NGX_HTTP_EXPORT_WIRE_UNKNOWN            /* nobody knows before it is sent */
} ngx_http_export_wire_e;


typedef struct {
    ngx_http_export_wire_e      kind;
    ngx_str_t                   host;       /* empty: none that is constant */
    ngx_str_t                   uri;        /* with its query */
    size_t                      location;   /* length of the location's name */
    ngx_http_complex_value_t    value;

    ngx_str_t                   directive;  /* for messages: its name, */
    ngx_str_t                   text;       /* its argument, */
    ngx_str_t                   file;       /* and where it was written */
    ngx_uint_t                  line;
    unsigned                    governed:1; /* the policy is on there */
} ngx_http_export_wire_t;


/* fastcgi_param and the like, of a path or a query */

typedef struct {
    ngx_http_complex_value_t    value;
    unsigned                    query:1;    /* it is all of it */
} ngx_http_export_param_t;


/* a variable of map, geo or split_clients */

typedef struct {
    ngx_str_t                   name;       /* without its "$" */
    ngx_uint_t                 *sources;    /* indexes, ended by -1; or NULL */
    ngx_array_t                 captures;   /* ngx_str_t, in its regexes */
} ngx_http_export_map_t;


/* a "set", or the like, of other variables' values */

typedef struct {
    ngx_str_t                   directive;
    ngx_str_t                   name;       /* with its "$" */
    ngx_str_t                   text;
    ngx_uint_t                 *variables;  /* indexes, ended by -1; or NULL,
                                               "text" is a script */
    ngx_str_t                   file;
    ngx_uint_t                  line;
} ngx_http_export_copy_t;


typedef struct {
    ngx_array_t                 handlers;   /* ngx_http_handler_pt, of those
                                               that pass a request on */
    ngx_array_t                 wires;      /* ngx_http_export_wire_t * */
    ngx_array_t                 maps;       /* ngx_http_export_map_t */
    ngx_array_t                 copies;     /* ngx_http_export_copy_t */
    ngx_str_t                  *condition;  /* what the regex of the "if" that
                                               is being read is tried on */
    ngx_uint_t                  known;      /* variables before the directive
                                               that is being read */
} ngx_http_export_neighbours_main_t;


typedef struct {
    ngx_http_export_wire_t     *wire;       /* NULL: nothing is passed on */
    ngx_array_t                *params;     /* ngx_http_export_param_t, or
                                               NULL */
} ngx_http_export_neighbours_t;


/* a path with its query, of which either may be empty */

typedef struct {
    ngx_str_t                   path;
    ngx_str_t                   args;
} ngx_http_export_target_t;


/* what will be sent, where it is neither what was sent to us nor r->uri */

typedef struct {
    ngx_str_t                   host;       /* of the URL; empty: no name */
    ngx_str_t                   path;       /* empty: as it was sent */
    ngx_str_t                   args;
    ngx_array_t                *params;     /* ngx_http_export_target_t, more
                                               of them; or NULL */
    unsigned                    unknown:1;
} ngx_http_export_outgoing_t;


/*
 * A request's verdict.  That of a main request is found again after internal
 * redirects, which clear r->ctx, through its pool's cleanup.  Most requests
 * have one and need little of it: what few need is allocated then.
 */

#define NGX_HTTP_EXPORT_MAPS  16            /* of maps, one within another */
#define NGX_HTTP_EXPORT_PLACES  63          /* with a bit of their own */


typedef struct ngx_http_export_replace_s  ngx_http_export_replace_t;
typedef struct ngx_http_export_stream_s  ngx_http_export_stream_t;


/* how a body reaches us: who reads it from the client */

typedef enum {
    NGX_HTTP_EXPORT_HELD = 0,               /* the gate, all of it, before the
                                               phases go on */
    NGX_HTTP_EXPORT_WATCHED,                /* whoever forwards it, and nothing
                                               is kept from him: monitor mode */
    NGX_HTTP_EXPORT_FORWARDED,              /* whoever is to forward it, but he
                                               is kept from its end */
    NGX_HTTP_EXPORT_STREAMED,               /* ... and sends on meanwhile: he
                                               gets the records that may leave
                                             */
    NGX_HTTP_EXPORT_STORED                  /* somebody else has read it: it is
                                               in memory or in a file */
} ngx_http_export_arrival_e;


/*
 * A body's life.  Who has the request in a state, and what ends the state:
 *
 * IDLE       nginx: no body is inspected, or the verdict has done with it
 *   -> READING    the gate finds that the verdict depends on the body
 *   -> REREADING  the verdict is "redact", and the body is held
 *
 * READING    HELD: nginx, which reads the client for the gate; STORED: the
 *            gate, a slice an event; otherwise whoever forwards the body
 *   -> ARRIVED    the filter sees the last buffer; STORED: all is there already
 *   -> REFUSED    the policy is certain to refuse, or there was an error
 *   -> LOST       nginx cannot keep the body: the disk is full
 *   -> DONE       STORED: the bytes that are there were read, but others are
 *                 missing
 *   -> IDLE       an internal redirect: the gate begins anew; or nginx could
 *                 not read the client, and the gate blocks
 *
 * ARRIVED    as READING, but the bytes are all there
 *   -> DONE       they were all inspected
 *   -> REFUSED, LOST, IDLE   as READING
 *
 * REFUSED    as READING, but the filter throws away what still arrives; of a
 *            WATCHED body it lets pass everything, to the last buffer
 *   -> DONE       nginx comes back to the gate, at the end of the body or by
 *                 the event that the filter has posted
 *   -> LOST, IDLE            as READING
 *
 * LOST       nobody until the event that the filter has posted; whoever reads
 *            the client gets nothing any more, not even the end
 *   -> DONE       that event
 *   -> IDLE       as READING
 *
 * DONE       the gate: facts are complete, the phases run again.  WATCHED:
 *            nginx, the verdict has been given; STREAMED: the filter
 *   -> IDLE       the verdict is given; STREAMED: the end may leave
 *   -> ABORTED    STREAMED: the end must not leave
 *
 * ABORTED    nobody until the event that the filter has posted, which ends the
 *            transfer: the recipient never gets the last buffer
 *   -> IDLE       the recipient's answer has come before that event, and is an
 *                 internal redirect: the gate gives the same verdict
 *
 * REREADING  the gate, a slice an event: what is held is read a second time,
 *            to be replaced by what may leave of it
 *   -> REREAD     it was all read
 *
 * REREAD     the gate, when the phases run again
 *   -> IDLE       the body was replaced, or the transfer is blocked
 *
 * A client that goes away, or a time-out, ends no state: nginx frees the
 * request as it is, and the log phase says what became of the transfer.
 */

typedef enum {
    NGX_HTTP_EXPORT_IDLE = 0,
    NGX_HTTP_EXPORT_READING,
    NGX_HTTP_EXPORT_ARRIVED,
    NGX_HTTP_EXPORT_REFUSED,
    NGX_HTTP_EXPORT_LOST,
    NGX_HTTP_EXPORT_DONE,
    NGX_HTTP_EXPORT_ABORTED,
    NGX_HTTP_EXPORT_REREADING,
    NGX_HTTP_EXPORT_REREAD
} ngx_http_export_state_e;


/* the inspection of a request's body, and the body's life */

typedef struct {
    export_body_t               body;
    export_body_conf_t          conf;
    export_inspection_t         search;
    ngx_http_export_state_e     state;      /* ngx_http_export_enter() */
    ngx_http_export_arrival_e   arrival;
    unsigned                    asks;       /* EXPORT_ASKS_* */
    off_t                       received;   /* bytes, all of them inspected */
    uint64_t                    dropped;    /* records, at any location */

    ngx_chain_t                *rest;       /* of a stored body, what was not */
    off_t                       offset;     /* inspected, from this byte on */

    ngx_http_export_stream_t   *stream;     /* if STREAMED */
    ngx_http_export_replace_t  *replace;    /* if REREADING or REREAD */

    ngx_http_request_t         *request;
    ngx_http_event_handler_pt   next;       /* on "wake" */
    ngx_event_t                 wake;
} ngx_http_export_inspection_t;


typedef struct {
    ngx_http_export_loc_conf_t  *elcf;      /* of the location that decides */
    export_facts_t              facts;
    ngx_str_t                   recipient;
    ngx_str_t                   uri;        /* r->uri as it was judged */
    ngx_http_export_inspection_t  *inspection;  /* one for each of its body,
                                               or NULL */
    ngx_http_export_outgoing_t  *outgoing;  /* or NULL, it is as sent */
    export_recipient_found_t   *rows;       /* or NULL, nothing was tried */
    ngx_list_part_t            *stripped;   /* headers, runs of them */
    uint64_t                    policy;     /* subject and consent headers,
                                               by place in the list; the last
                                               bit stands for all behind */
    u_char                     *id;         /* NGX_HTTP_EXPORT_ID; or NULL,
                                               nobody has asked for it */
    export_verdict_t            verdict;    /* here it leaves no gap */
    unsigned                    wide:1;     /* a row for any host fits what is
                                               not sent */
    unsigned                    blocked:1;  /* enforced, and sticky */
} ngx_http_export_ctx_t;


/* ngx_http_export_policy_module.c */

extern ngx_module_t  ngx_http_export_policy_module;

/* ngx_http_export_neighbours.c */

extern ngx_module_t  ngx_http_export_neighbours_module;

/* ngx_http_export_passes.c */

ngx_int_t ngx_http_export_note_proxy(ngx_conf_t *cf);
ngx_int_t ngx_http_export_note_grpc(ngx_conf_t *cf);
ngx_int_t ngx_http_export_note_pass(ngx_conf_t *cf);
ngx_int_t ngx_http_export_note_param(ngx_conf_t *cf);
ngx_uint_t ngx_http_export_is_passed(ngx_http_request_t *r);
void ngx_http_export_split_url(ngx_str_t *url, ngx_str_t *host,
    ngx_str_t *uri);

/* ngx_http_export_copies.c */

ngx_int_t ngx_http_export_note_map(ngx_conf_t *cf);
ngx_int_t ngx_http_export_note_if(ngx_conf_t *cf);
ngx_int_t ngx_http_export_note_copy(ngx_conf_t *cf);
ngx_int_t ngx_http_export_note_lua(ngx_conf_t *cf);
ngx_int_t ngx_http_export_note_script(ngx_conf_t *cf);
ngx_str_t *ngx_http_export_condition(ngx_conf_t *cf, ngx_str_t *args,
    ngx_uint_t n);
ngx_int_t ngx_http_export_compile_value(ngx_conf_t *cf, ngx_str_t *text,
    ngx_http_complex_value_t *value);
ngx_http_export_map_t *ngx_http_export_next_map(
    ngx_http_export_neighbours_main_t *nmcf, ngx_str_t *name,
    ngx_http_export_map_t *map);
ngx_uint_t ngx_http_export_is_known_now(
    ngx_http_export_neighbours_main_t *nmcf, ngx_http_variable_t *all,
    ngx_http_variable_t *v, ngx_uint_t depth);

/* ngx_http_export_wire.c */

ngx_int_t ngx_http_export_wire(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx);
ngx_int_t ngx_http_export_wire_holds(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx);

/* ngx_http_export_conf.c */

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
ngx_int_t ngx_http_export_source(ngx_conf_t *cf, ngx_str_t *directive,
    ngx_str_t *value, export_head_rule_t *rule);
ngx_int_t ngx_http_export_patterns(ngx_conf_t *cf, ngx_str_t *directive,
    export_head_rule_t *rule, ngx_str_t *value, ngx_uint_t n);
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
export_match_t *ngx_http_export_target(ngx_conf_t *cf, ngx_str_t *directive,
    ngx_str_t *value, export_target_e kind, ngx_uint_t sensitive);
export_match_t *ngx_http_export_pattern(ngx_conf_t *cf, ngx_str_t *directive,
    ngx_str_t *value);
ngx_array_t *ngx_http_export_default_purposes(ngx_conf_t *cf);
ngx_array_t *ngx_http_export_default_subjects(ngx_conf_t *cf);
ngx_array_t *ngx_http_export_default_consents(ngx_conf_t *cf);

/* ngx_http_export_plan.c */

ngx_http_export_plan_t *ngx_http_export_plan(ngx_conf_t *cf,
    ngx_http_export_loc_conf_t *elcf);
export_hosts_t *ngx_http_export_hosts(ngx_conf_t *cf,
    export_hosts_rule_t *rules, ngx_uint_t n);

/* ngx_http_export_fields.c */

export_field_rules_t *ngx_http_export_fields(ngx_conf_t *cf,
    ngx_http_export_loc_conf_t *elcf, ngx_array_t *purposes,
    ngx_array_t *catalogues);

/* ngx_http_export_catalogue.c */

char *ngx_http_export_recipients(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
ngx_array_t *ngx_http_export_default_recipients(ngx_conf_t *cf);

/* ngx_http_export_database.c */

ngx_int_t ngx_http_export_database_init(ngx_conf_t *cf,
    ngx_http_export_main_conf_t *emcf);
ngx_int_t ngx_http_export_database_init_process(ngx_cycle_t *cycle);

/* ngx_http_export_gate.c */

ngx_int_t ngx_http_export_handler(ngx_http_request_t *r);
ngx_int_t ngx_http_export_anew_handler(ngx_http_request_t *r);
void ngx_http_export_abort(ngx_http_request_t *r);
void ngx_http_export_resume(ngx_http_request_t *r);

/* ngx_http_export_ctx.c */

ngx_http_export_ctx_t *ngx_http_export_get_ctx(ngx_http_request_t *r);
ngx_http_export_ctx_t *ngx_http_export_create_ctx(ngx_http_request_t *r);
ngx_str_t ngx_http_export_id(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx);
uint64_t ngx_http_export_dropped(ngx_http_export_ctx_t *ctx);
u_char *ngx_http_export_jurisdictions(ngx_http_request_t *r, u_char *p,
    export_place_t places, char *quote);
size_t ngx_http_export_jurisdictions_len(ngx_http_request_t *r,
    export_place_t places);

/* ngx_http_export_verdict.c */

void ngx_http_export_decide(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx);
ngx_int_t ngx_http_export_fail(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx);
ngx_int_t ngx_http_export_block(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, ngx_http_export_ctx_t *main);
ngx_int_t ngx_http_export_block_again(ngx_http_request_t *r,
    ngx_http_export_ctx_t *main);
void ngx_http_export_log(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx,
    export_verdict_t *verdict);

/* ngx_http_export_unjudged.c */

export_verdict_t ngx_http_export_current_verdict(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx);
ngx_int_t ngx_http_export_log_handler(ngx_http_request_t *r);

/* ngx_http_export_inspection.c */

ngx_http_export_inspection_t *ngx_http_export_inspect(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx);
ngx_http_export_inspection_t *ngx_http_export_create_inspection(
    ngx_http_request_t *r, ngx_http_export_ctx_t *ctx,
    export_field_rules_t *rules, export_facts_t *facts);
ngx_int_t ngx_http_export_feed(ngx_http_export_inspection_t *inspection,
    u_char *p, size_t n);
void ngx_http_export_give_up(ngx_http_export_inspection_t *inspection);
void ngx_http_export_finish(ngx_http_request_t *r,
    ngx_http_export_inspection_t *inspection);
void ngx_http_export_close_inspection(ngx_http_export_ctx_t *ctx);
void ngx_http_export_enter(ngx_http_export_inspection_t *inspection,
    ngx_http_export_state_e state);
void ngx_http_export_stop(ngx_http_request_t *r,
    ngx_http_export_inspection_t *inspection, ngx_http_event_handler_pt next);
void ngx_http_export_post(ngx_http_export_inspection_t *inspection,
    ngx_queue_t *events, ngx_http_event_handler_pt next);
void ngx_http_export_unpost(void *data);

/* ngx_http_export_stored.c */

ngx_int_t ngx_http_export_stored(ngx_http_request_t *r,
    ngx_http_export_inspection_t *inspection);
ngx_int_t ngx_http_export_stored_slice(ngx_http_request_t *r,
    ngx_http_export_inspection_t *inspection);
ngx_int_t ngx_http_export_store(ngx_http_request_t *r);
ngx_uint_t ngx_http_export_stores(ngx_http_request_t *r);
ngx_temp_file_t *ngx_http_export_temp_file(ngx_http_request_t *r);

/* ngx_http_export_body.c */

ngx_int_t ngx_http_export_body_filter_init(ngx_conf_t *cf);

/* ngx_http_export_replace.c */

ngx_int_t ngx_http_export_replace(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx);

/* ngx_http_export_stream.c */

ngx_int_t ngx_http_export_stream(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, ngx_chain_t *in,
    ngx_http_request_body_filter_pt next);
ngx_uint_t ngx_http_export_stream_departed(
    ngx_http_export_inspection_t *inspection);

/* ngx_http_export_head.c */

void ngx_http_export_collect(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx);
ngx_int_t ngx_http_export_marked(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, ngx_http_export_endpoint_t *endpoint);
ngx_str_t ngx_http_export_sent_args(ngx_http_request_t *r);

/* ngx_http_export_bodyless.c */

ngx_uint_t ngx_http_export_bodyless(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx);

/* ngx_http_export_destination.c */

void ngx_http_export_collect_destination(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx);

/* ngx_http_export_strip.c */

ngx_int_t ngx_http_export_strip(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx);
void ngx_http_export_forget(ngx_http_request_t *r);
ngx_int_t ngx_http_export_init_module(ngx_cycle_t *cycle);
ngx_int_t ngx_http_export_note_stripped(ngx_http_export_main_conf_t *emcf,
    ngx_http_export_loc_conf_t *elcf);

/* ngx_http_export_refusal.c */

ngx_int_t ngx_http_export_refuse(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx);
ngx_int_t ngx_http_export_header_filter_init(ngx_conf_t *cf);

/* ngx_http_export_variables.c */

ngx_int_t ngx_http_export_add_variables(ngx_conf_t *cf);


/* records that were dropped for this recipient or an earlier one */

#define ngx_http_export_ndropped(ctx)                                         \
    ((ctx)->inspection ? (ctx)->inspection->dropped : 0)


/* of a body's life */

#define ngx_http_export_state(ctx)                                            \
    ((ctx)->inspection ? (ctx)->inspection->state : NGX_HTTP_EXPORT_IDLE)

#define ngx_http_export_is_reading(inspection)                                \
    ((inspection)->state == NGX_HTTP_EXPORT_READING                           \
     || (inspection)->state == NGX_HTTP_EXPORT_ARRIVED)

#define ngx_http_export_is_refused(inspection)                                \
    ((inspection)->state == NGX_HTTP_EXPORT_REFUSED                           \
     || (inspection)->state == NGX_HTTP_EXPORT_LOST)


/* a subrequest has the body that its parent has read */

#define ngx_http_export_has_body(r)                                           \
    ((r) == (r)->main                                                         \
     ? (r)->headers_in.content_length_n > 0 || (r)->headers_in.chunked        \
     : (r)->request_body && (r)->request_body->bufs)


/* byte by byte; of no bytes there may be no pointer */

#define ngx_http_export_same_text(a, b)                                       \
    ((a)->len == (b)->len                                                     \
     && ((a)->len == 0 || ngx_memcmp((a)->data, (b)->data, (a)->len) == 0))


/* ngx_str_t and export_str_t have one layout */

#define ngx_http_export_str(s)  ((export_str_t *) (s))
#define ngx_http_export_ngx_str(s)  ((ngx_str_t *) (s))


/* a header's name beside a lower-case one, export_head_name_e */

#define ngx_http_export_same_name(name, h)                                    \
    export_head_name(ngx_http_export_str(name),                               \
                     ngx_http_export_str(&(h)->key), (h)->lowcase_key)


/* whether a header, or its twin, must not reach the recipient */

#define ngx_http_export_is_policy_header(plan, h)                             \
    export_head_is_private((plan)->head, ngx_http_export_str(&(h)->key),      \
                           (h)->lowcase_key)


#endif /* _NGX_HTTP_EXPORT_H_INCLUDED_ */
