
/*
 * Purpose by recipient: the operator's patterns and the catalogues, tried on
 * every form of the path that a recipient might see.
 *
 * Takes host, method and paths of a request, and adds to the facts.  What
 * only the request itself can tell is asked of the caller: whether an
 * endpoint's mark is there, and whether a header overrides the method.
 *
 * Every rule that said something is remembered by its place in the
 * configuration, for whoever explains a decision.
 */


#ifndef _EXPORT_RECIPIENT_H_INCLUDED_
#define _EXPORT_RECIPIENT_H_INCLUDED_


#include "export.h"
#include "export_facts.h"
#include "export_hosts.h"


#define EXPORT_RECIPIENT_PATTERNS  0    /* no catalogue: the operator's */
#define EXPORT_RECIPIENT_SAID      8    /* rules of a transfer that are
                                           remembered */


/* an endpoint of a catalogue, the value of a rule in its index */

typedef struct {
    export_str_t               method;  /* empty: any */
    unsigned                   order;   /* its place in the catalogue, from 0:
                                           the first that fits decides */
    uint16_t                   purpose; /* EXPORT_PURPOSE_* */
    unsigned                   exact:1; /* no other method fits */
    unsigned                   wide:1;  /* of any host, or nearly so */
    unsigned                   marked:1;    /* it needs a mark to fit */
} export_endpoint_t;


typedef struct {
    export_hosts_t            *hosts;
    void                      *marked;  /* the caller's: of its endpoints,
                                           those with a mark in the body */
} export_catalogue_t;


/* what rules a location has; constant */

typedef struct {
    const export_hosts_t      *patterns;    /* over host/path; or NULL */
    export_catalogue_t       **catalogue;
    unsigned                   ncatalogues;
} export_recipient_rules_t;


/*
 * marked(): EXPORT_OK if one of an endpoint's marks is in the head, or if it
 * needs none, EXPORT_AGAIN if one may be in the body, or EXPORT_DECLINED.
 *
 * overridden(): 1 if the head has a header that overrides the method
 * (export_method.h).
 */

typedef struct {
    export_str_t               method;
    int                      (*marked)(void *data,
                                       const export_endpoint_t *endpoint);
    int                      (*overridden)(void *data);
    void                      *data;
    unsigned                   announced:1; /* a body, by a header */
    unsigned                   body:1;      /* there is one to look into */
    unsigned                   unread:1;    /* but nobody does */
} export_recipient_request_t;


/* the paths of a request, each as it is; some may be the same */

typedef struct {
    export_str_t               wire;    /* what will be sent */
    export_str_t               sent;    /* what was sent to us */
    export_str_t               routed;  /* what we have made of it */
    export_str_t               rest;    /* ... behind the name of a location,
                                           or empty */
} export_recipient_paths_t;


/* whose host the rules were tried for */

typedef enum {
    EXPORT_RECIPIENT_ITSELF = 0,
    EXPORT_RECIPIENT_HEADER,            /* another one, in "Host" */
    EXPORT_RECIPIENT_PASSED             /* ... in the URL that it is passed to
                                         */
} __attribute__((__packed__)) export_recipient_e;


/* a rule, by its place in the configuration, and what it said */

typedef struct {
    uint32_t                   number;  /* of the pattern, or the endpoint's
                                           order */
    uint16_t                   catalogue;   /* EXPORT_RECIPIENT_PATTERNS, or 1
                                               and up */
    uint16_t                   purpose; /* EXPORT_PURPOSE_* */
    uint16_t                   form;    /* of the path, the first that fits;
                                           0 is what will be sent */
    export_recipient_e         host;
} export_recipient_said_t;


/* what was found of a transfer; zeroed to begin with */

typedef struct {
    const export_endpoint_t   *endpoint[EXPORT_MAX_ENDPOINTS];
                                        /* a mark in the body may make them
                                           fit */
    unsigned                   n;
    unsigned                   nsaid;
    const export_endpoint_t   *job;     /* that fits; or NULL */
    export_recipient_said_t    said[EXPORT_RECIPIENT_SAID];
    unsigned                   wide:1;  /* an endpoint of any host fits what
                                           is not sent */
    unsigned                   more:1;  /* rules than are remembered */
} export_recipient_found_t;


/* what is asked of one host; the caller fills it in */

typedef struct {
    const export_recipient_rules_t    *rules;
    const export_recipient_request_t  *request;
    const export_hosts_name_t         *name;
    export_match_scratch_t            *scratch;
    export_recipient_found_t          *found;
    export_facts_t                    *facts;
    u_char                            *buf; /* for the host and the longest
                                               of the paths */
    export_recipient_e                 host;
    unsigned                           elsewhere:1; /* it is passed to another
                                                       host */
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
 * Whether any rule might match a path of these export_bytes(), or of fewer: 0
 * is certain.
 */

int export_recipient_might(const export_recipient_rules_t *rules,
    const export_hosts_name_t *name, uint64_t bytes);


/*
 * Tries the rules on all paths, in each form that a recipient may make of
 * them, and then on one more path; "asks" must outlive the search.  A path
 * that is too long for a rule is EXPORT_PURPOSE_MALFORMED, and a rule that
 * runs into a limit facts->error.
 */

void export_recipient_search(export_recipient_search_t *search,
    const export_recipient_asks_t *asks,
    const export_recipient_paths_t *paths);
void export_recipient_path(export_recipient_search_t *search,
    const export_str_t *path);


/*
 * A tunnel hides method, path and body: to a host that any rule names, it
 * carries training data.
 */

void export_recipient_tunnel(const export_recipient_rules_t *rules,
    const export_hosts_name_t *name, export_match_scratch_t *scratch,
    export_facts_t *facts);


/*
 * Around the search for a host that the caller did not name: a job at the one
 * is no job at the other.  The first takes the job away, and returns it or
 * NULL; the second compares it with what was found instead.
 */

const export_endpoint_t *export_recipient_take_job(
    export_recipient_found_t *found, export_facts_t *facts);
void export_recipient_compare_job(const export_recipient_found_t *found,
    const export_endpoint_t *job, export_facts_t *facts);


/* what found->wide comes to, when everything was tried */

void export_recipient_settle_wide(export_facts_t *facts);


#endif /* _EXPORT_RECIPIENT_H_INCLUDED_ */
