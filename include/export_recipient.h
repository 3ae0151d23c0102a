
/*
 * Purpose by recipient: the operator's patterns and the catalogues, tried on
 * every form of the path that a recipient might see.
 *
 * The search takes host, method and paths of a request, and adds to the facts.
 * Two questions that only the request can answer are asked of the caller:
 * whether an endpoint's mark is there, and whether a header overrides the
 * method.
 *
 * Every rule that said something is remembered by its place in the
 * configuration, for explanations of a decision.
 */


#ifndef _EXPORT_RECIPIENT_H_INCLUDED_
#define _EXPORT_RECIPIENT_H_INCLUDED_


#include "export.h"
#include "export_facts.h"
#include "export_hosts.h"


#define EXPORT_RECIPIENT_PATTERNS  0    /* the "catalogue" of the operator's
                                           patterns */
#define EXPORT_RECIPIENT_SAID      8    /* rules that are remembered for a
                                           transfer */


/* an endpoint of a catalogue, the value of a rule in its index */

typedef struct {
    export_str_t               method;  /* empty: any */
    unsigned                   order;   /* place in the catalogue, from 0: the
                                           first endpoint that fits decides */
    uint16_t                   purpose; /* EXPORT_PURPOSE_* */
    unsigned                   exact:1; /* fits no other method */
    unsigned                   wide:1;  /* fits any host, or nearly any */
    unsigned                   marked:1;    /* fits only with a mark */
} export_endpoint_t;


typedef struct {
    export_hosts_t            *hosts;
    void                      *marked;  /* the caller's: the endpoints that
                                           have a mark in the body */
} export_catalogue_t;


/* the rules of a location; constant */

typedef struct {
    const export_hosts_t      *patterns;    /* tried on host/path; or NULL */
    export_catalogue_t       **catalogue;
    unsigned                   ncatalogues;
} export_recipient_rules_t;


/*
 * What the search has to know of a request, and asks.
 *
 * marked() returns EXPORT_OK if one of an endpoint's marks is in the head, or
 * if the endpoint needs none, EXPORT_AGAIN if a mark may be in the body, or
 * EXPORT_DECLINED.
 *
 * overridden() returns 1 if the head has a header that overrides the method
 * (export_method.h).
 */

typedef struct {
    export_str_t               method;
    int                      (*marked)(void *data,
                                       const export_endpoint_t *endpoint);
    int                      (*overridden)(void *data);
    void                      *data;
    unsigned                   announced:1; /* a header announces a body */
    unsigned                   body:1;      /* there is a body that may hold
                                               marks */
    unsigned                   unread:1;    /* no reader looks for marks in the
                                               body */
} export_recipient_request_t;


/* The paths of a request, without any decoding.  Some may be equal. */

typedef struct {
    export_str_t               wire;    /* what will be sent to the
                                           recipient */
    export_str_t               sent;    /* what the client sent */
    export_str_t               routed;  /* what nginx made of the client's
                                           path */
    export_str_t               rest;    /* the part of "routed" behind a
                                           location's prefix, or empty */
} export_recipient_paths_t;


/* which of a request's hosts the rules were tried for */

typedef enum {
    EXPORT_RECIPIENT_ITSELF = 0,
    EXPORT_RECIPIENT_HEADER,            /* another host, in "Host" */
    EXPORT_RECIPIENT_PASSED             /* another host, in the URL that the
                                           request is passed to */
} __attribute__((__packed__)) export_recipient_e;


/* a rule, by its place in the configuration, and what the rule said */

typedef struct {
    uint32_t                   number;  /* number of the pattern, or order of
                                           the endpoint */
    uint16_t                   catalogue;   /* EXPORT_RECIPIENT_PATTERNS, or
                                               the catalogue's number from 1 */
    uint16_t                   purpose; /* EXPORT_PURPOSE_* */
    uint16_t                   form;    /* number of the path's first form that
                                           fits; 0 is the path that will be
                                           sent */
    export_recipient_e         host;
} export_recipient_said_t;


/* findings for a transfer; zeroed to begin with */

typedef struct {
    const export_endpoint_t   *endpoint[EXPORT_MAX_ENDPOINTS];
                                        /*
                                         * endpoints that fit if a mark is in
                                         * the body
                                         */
    unsigned                   n;
    unsigned                   nsaid;
    const export_endpoint_t   *job;     /* an endpoint for jobs that fits, or
                                           NULL */
    export_recipient_said_t    said[EXPORT_RECIPIENT_SAID];
    unsigned                   wide:1;  /* an endpoint of any host fits a path
                                           or host to which nothing is sent */
    unsigned                   more:1;  /* more rules spoke than are
                                           remembered */
} export_recipient_found_t;


/* What is asked of one host; the caller sets all members. */

typedef struct {
    const export_recipient_rules_t    *rules;
    const export_recipient_request_t  *request;
    const export_hosts_name_t         *name;
    export_match_scratch_t            *scratch;
    export_recipient_found_t          *found;
    export_facts_t                    *facts;
    u_char                            *buf; /* room for the host and the
                                               longest path */
    export_recipient_e                 host;
    unsigned                           elsewhere:1; /* the request is passed to
                                                       another host */
} export_recipient_asks_t;


/* a search for that host, from its first path to its last */

typedef struct {
    const export_recipient_asks_t     *asks;
    const export_endpoint_t           *first;   /* of a catalogue, that fits */
    unsigned                           form;    /* of a path, from 0 */
    unsigned                           data:1;  /* an endpoint for data may fit
                                                 */
} export_recipient_search_t;


/*
 * 0 if certainly no rule matches a path that has these bytes (export_bytes())
 * or some of them.
 */

int export_recipient_might(const export_recipient_rules_t *rules,
    const export_hosts_name_t *name, uint64_t bytes);


/*
 * The first function tries the rules on all paths, in each form that a
 * recipient may make of a path; the second on one more path.  "asks" must
 * outlive the search.  A path that is too long for a rule is
 * EXPORT_PURPOSE_MALFORMED, and a rule that runs into a limit sets
 * facts->error.
 */

void export_recipient_search(export_recipient_search_t *search,
    const export_recipient_asks_t *asks,
    const export_recipient_paths_t *paths);
void export_recipient_path(export_recipient_search_t *search,
    const export_str_t *path);


/*
 * A tunnel hides method, path and body.  If any rule names the host, the
 * tunnel is treated as training data.
 */

void export_recipient_tunnel(const export_recipient_rules_t *rules,
    const export_hosts_name_t *name, export_match_scratch_t *scratch,
    export_facts_t *facts);


/*
 * For use around the search for a second host, which the caller did not name:
 * a job at one host is no job at the other.  The first function takes the job
 * out of "found" and returns it, or NULL.  The second compares that job with
 * what the second search found.
 */

const export_endpoint_t *export_recipient_take_job(
    export_recipient_found_t *found, export_facts_t *facts);
void export_recipient_compare_job(const export_recipient_found_t *found,
    const export_endpoint_t *job, export_facts_t *facts);


/*
 * Called if found->wide is set when all hosts were tried: unless an endpoint
 * for jobs fits, the transfer counts as one to an endpoint for data.
 */

void export_recipient_settle_wide(export_facts_t *facts);


#endif /* _EXPORT_RECIPIENT_H_INCLUDED_ */
