
/*
 * What the directives of other modules have said, such as proxy_pass and map:
 * noted while nginx reads its configuration, and constant from then on.
 */


#ifndef _NGX_HTTP_EXPORT_NEIGHBOURS_H_INCLUDED_
#define _NGX_HTTP_EXPORT_NEIGHBOURS_H_INCLUDED_


#include "ngx_http_export.h"


#define NGX_HTTP_EXPORT_MAPS  16            /* of maps, one made of another,
                                               that are followed */


/* what nginx will put on the wire */

typedef enum {
    NGX_HTTP_EXPORT_WIRE_SENT = 0,          /* the target that was sent to us,
                                               or r->uri if it was changed */
    NGX_HTTP_EXPORT_WIRE_PREFIX,            /* "uri", in the place of the
                                               location's name in r->uri */
    NGX_HTTP_EXPORT_WIRE_VALUE,             /* the target of "value", a URL */
    NGX_HTTP_EXPORT_WIRE_HOST,              /* as SENT, to the host of "value"
                                             */
    NGX_HTTP_EXPORT_WIRE_UNKNOWN            /* known to nobody before nginx
                                               sends */
} ngx_http_export_wire_e;


/* proxy_pass or its like, in one location */

typedef struct {
    ngx_http_export_wire_e      kind;
    ngx_str_t                   host;       /* or empty: none is constant */
    ngx_str_t                   uri;        /* with its query, or empty */
    size_t                      location;   /* bytes of the location's name */
    ngx_http_complex_value_t    value;      /* of VALUE and HOST */

    ngx_str_t                   directive;  /* for messages: its name, */
    ngx_str_t                   text;       /* its argument, */
    ngx_str_t                   file;       /* and where it was written */
    ngx_uint_t                  line;
    unsigned                    governed:1; /* the policy is on there */
} ngx_http_export_wire_t;


/* fastcgi_param or its like, by which a recipient may be told a path */

typedef struct {
    ngx_http_complex_value_t    value;
    unsigned                    query:1;    /* the value is a query, without
                                               a path */
} ngx_http_export_param_t;


/* a variable of map, geo or split_clients */

typedef struct {
    ngx_str_t                   name;       /* without its "$" */
    ngx_uint_t                 *sources;    /* indexes of the variables that
                                               it is made of, ended by -1; or
                                               NULL: of none */
    ngx_array_t                 captures;   /* ngx_str_t: the variables that
                                               its regexes name */
} ngx_http_export_map_t;


/* a variable that gets a copy of others' values, by "set" or its like */

typedef struct {
    ngx_str_t                   directive;
    ngx_str_t                   name;       /* with its "$" */
    ngx_str_t                   text;       /* the value, as it is written */
    ngx_uint_t                 *variables;  /* indexes of the copied ones,
                                               ended by -1; or NULL: "text" is
                                               a script */
    ngx_str_t                   file;       /* where it was written */
    ngx_uint_t                  line;
} ngx_http_export_copy_t;


typedef struct {
    ngx_array_t                 handlers;   /* ngx_http_handler_pt: content
                                               handlers that pass a request
                                               on */
    ngx_array_t                 wires;      /* ngx_http_export_wire_t * */
    ngx_array_t                 maps;       /* ngx_http_export_map_t */
    ngx_array_t                 copies;     /* ngx_http_export_copy_t */
    ngx_str_t                  *condition;  /* what the regex of the "if" that
                                               is being read is tried on; or
                                               NULL */
    ngx_uint_t                  known;      /* variables before the directive
                                               that is being read */
} ngx_http_export_neighbours_main_t;


/* of a location */

typedef struct {
    ngx_http_export_wire_t     *wire;       /* or NULL: nothing is passed on */
    ngx_array_t                *params;     /* ngx_http_export_param_t; or
                                               NULL: none was written */
} ngx_http_export_neighbours_t;


/*
 * ngx_http_export_passes.c: each notes a directive, of which cf->args has the
 * words; NGX_ERROR if out of memory.
 */

ngx_int_t ngx_http_export_note_proxy(ngx_conf_t *cf);
ngx_int_t ngx_http_export_note_grpc(ngx_conf_t *cf);
ngx_int_t ngx_http_export_note_pass(ngx_conf_t *cf);
ngx_int_t ngx_http_export_note_param(ngx_conf_t *cf);

/* the parts of a URL; the host is empty if it is no name of the DNS */

void ngx_http_export_split_url(ngx_str_t *url, ngx_str_t *host,
    ngx_str_t *uri);

/* ngx_http_export_copies.c: the same */

ngx_int_t ngx_http_export_note_map(ngx_conf_t *cf);
ngx_int_t ngx_http_export_note_if(ngx_conf_t *cf);
ngx_int_t ngx_http_export_note_copy(ngx_conf_t *cf);
ngx_int_t ngx_http_export_note_lua(ngx_conf_t *cf);
ngx_int_t ngx_http_export_note_script(ngx_conf_t *cf);

/* the variable in the n words of "if ($variable ~ regex)"; NULL if another */

ngx_str_t *ngx_http_export_parse_condition(ngx_conf_t *cf, ngx_str_t *args,
    ngx_uint_t n);

ngx_int_t ngx_http_export_compile_value(ngx_conf_t *cf, ngx_str_t *text,
    ngx_http_complex_value_t *value);

/* the next map of that name behind "map", or with NULL the first; or NULL */

ngx_http_export_map_t *ngx_http_export_next_map(
    ngx_http_export_neighbours_main_t *nmcf, ngx_str_t *name,
    ngx_http_export_map_t *map);

/* whether a variable's value, when nginx sends, is the one that it has now */

ngx_uint_t ngx_http_export_is_known_now(
    ngx_http_export_neighbours_main_t *nmcf, ngx_http_variable_t *all,
    ngx_http_variable_t *v, ngx_uint_t depth);


#endif /* _NGX_HTTP_EXPORT_NEIGHBOURS_H_INCLUDED_ */
