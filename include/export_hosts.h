
/*
 * Rules by host: finds the rules that apply to host and path at a cost that
 * does not grow with their number.  The host is looked up in a hash table, as
 * it is and by each of its parent domains; the few rules found there are
 * tried; the rules that name no host are joined into one pattern.  Nothing is
 * tried on a subject that is known to lack a byte without which there is no
 * match.
 *
 * Used for "export_purpose destination" and for catalogues of recipients.
 */


#ifndef _EXPORT_HOSTS_H_INCLUDED_
#define _EXPORT_HOSTS_H_INCLUDED_


#include "export.h"
#include "export_match.h"


#define EXPORT_HOSTS_DOMAINS  256       /* no more dots are in the longest
                                           name, EXPORT_MAX_HOST */


typedef struct {
    export_str_t           host;        /* in lower case; empty: any host */
    unsigned               subdomains:1;    /* and every subdomain of it */
    unsigned               below:1;         /* ... and not it */
    export_match_t        *host_match;  /* NULL, or tried on the host too */
    export_match_t        *match;       /* tried on the subject */
    void                  *value;       /* the caller's */
    uint64_t               needs;       /* set by export_hosts_create() */
    unsigned               number;      /* ... too: the rule's place among
                                           them */
} export_hosts_rule_t;


typedef struct export_hosts_s  export_hosts_t;


/*
 * Builds the index of n rules, which are kept by reference.  NULL if out of
 * memory.  export_hosts_free() releases the joined patterns, not the rules.
 */

export_hosts_t *export_hosts_create(export_hosts_rule_t *rules, unsigned n,
    const export_pool_t *pool);
void export_hosts_free(export_hosts_t *hosts);


/* a host with its parent domains, looked up in any number of indexes */

typedef struct {
    size_t                 len;
    uint64_t               first;       /* export_bytes() of its first one */
} export_hosts_domain_t;


typedef struct {
    export_str_t           host;
    uint64_t               bytes;       /* export_bytes() of it */
    unsigned               n;
    export_hosts_domain_t  domain[EXPORT_HOSTS_DOMAINS];
} export_hosts_name_t;


/* "host" is in lower case, and kept by reference */

void export_hosts_name(export_hosts_name_t *name, const export_str_t *host);


static inline const export_str_t *
export_hosts_host(const export_hosts_name_t *name)
{
    return &name->host;
}


/* export_bytes() of the host */

static inline uint64_t
export_hosts_host_bytes(const export_hosts_name_t *name)
{
    return name->bytes;
}


/*
 * Whether any rule might match a subject of these bytes, or of fewer, and the
 * name's: 0 is certain.  EXPORT_HOSTS_ANY are all of them.
 */

#define EXPORT_HOSTS_ANY  UINT64_MAX

int export_hosts_might(const export_hosts_t *hosts,
    const export_hosts_name_t *name, uint64_t bytes);


/*
 * The same at one look for n indexes: 0 if none of them might.  They are not
 * kept.  NULL if out of memory.
 */

typedef struct export_hosts_filter_s  export_hosts_filter_t;

export_hosts_filter_t *export_hosts_filter(export_hosts_t *const *hosts,
    unsigned n, const export_pool_t *pool);
int export_hosts_passes(const export_hosts_filter_t *filter,
    const export_hosts_name_t *name, uint64_t bytes);


typedef int (*export_hosts_hit_pt)(void *data,
    const export_hosts_rule_t *rule);


typedef struct {
    export_match_scratch_t      *scratch;
    const export_hosts_name_t   *name;
    const export_str_t          *subject;
    uint64_t                     bytes; /* of the subject and the name, or
                                           more; 0: not yet known */
    export_hosts_hit_pt          hit;
    void                        *data;
} export_hosts_query_t;


/*
 * Calls hit() for each rule that matches: its host covers that of "name", and
 * its pattern matches "subject".  Hit returns EXPORT_OK to go on, and anything
 * else to stop.  EXPORT_ERROR if a pattern ran into a limit.  What query->bytes
 * was found to be also serves the next index, for this subject or a part of it.
 */

int export_hosts_match(const export_hosts_t *hosts,
    export_hosts_query_t *query);


/*
 * 1 if there is a rule for the name's host, whatever the path, or if a pattern
 * ran into a limit; rules for any host are none.
 */

int export_hosts_known(const export_hosts_t *hosts,
    const export_hosts_name_t *name, export_match_scratch_t *scratch);


#endif /* _EXPORT_HOSTS_H_INCLUDED_ */
