
/*
 * Rules by host: finds the rules that apply to host and path at a cost that
 * does not grow with their number.  The host is looked up in a hash table, as
 * it is and by each of its parent domains, and the few rules found there are
 * tried.  The rules that name no host are joined into one pattern.  No pattern
 * is tried on a subject that lacks a byte which each match of the pattern
 * holds.
 *
 * Used for "export_purpose destination" and for catalogues of recipients.
 */


#ifndef _EXPORT_HOSTS_H_INCLUDED_
#define _EXPORT_HOSTS_H_INCLUDED_


#include "export.h"
#include "export_match.h"


#define EXPORT_HOSTS_DOMAINS  256       /* the longest name, EXPORT_MAX_HOST,
                                           has fewer dots */


typedef struct {
    export_str_t           host;        /* in lower case; empty: any host */
    unsigned               subdomains:1;    /* the rule is for every subdomain,
                                               too */
    unsigned               below:1;         /* ... and not for the host
                                               itself */
    export_match_t        *host_match;  /* tried on the host too; or NULL */
    export_match_t        *match;       /* tried on the subject */
    void                  *value;       /* the caller's */
    uint64_t               needs;       /* bytes that each match holds, set by
                                           export_hosts_create() */
    unsigned               number;      /* place among the rules, set by
                                           export_hosts_create() */
} export_hosts_rule_t;


typedef struct export_hosts_s  export_hosts_t;


/*
 * Builds the index of n rules, which are kept by reference.  Returns NULL if
 * out of memory.  export_hosts_free() releases the joined patterns, not the
 * rules.
 */

export_hosts_t *export_hosts_create(export_hosts_rule_t *rules, unsigned n,
    const export_pool_t *pool);
void export_hosts_free(export_hosts_t *hosts);


/* a host with its parent domains, looked up in any number of indexes */

typedef struct {
    size_t                 len;
    uint64_t               first;       /* export_bytes() of the domain's first
                                           byte */
} export_hosts_domain_t;


typedef struct {
    export_str_t           host;
    uint64_t               bytes;       /* export_bytes() of the host */
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
 * 0 if certainly no rule matches the name with a subject that has these bytes
 * (export_bytes()) or some of them.  EXPORT_HOSTS_ANY stands for a subject of
 * any bytes.
 */

#define EXPORT_HOSTS_ANY  UINT64_MAX

int export_hosts_might(const export_hosts_t *hosts,
    const export_hosts_name_t *name, uint64_t bytes);


/*
 * A filter answers the question of export_hosts_might() for n indexes at one
 * look: export_hosts_passes() returns 0 if certainly none of them matches.
 * The indexes are not kept.  export_hosts_filter() returns NULL if out of
 * memory.
 */

typedef struct export_hosts_filter_s  export_hosts_filter_t;

export_hosts_filter_t *export_hosts_filter(
    const export_hosts_t *const *hosts, unsigned n,
    const export_pool_t *pool);
int export_hosts_passes(const export_hosts_filter_t *filter,
    const export_hosts_name_t *name, uint64_t bytes);


typedef int (*export_hosts_hit_pt)(void *data,
    const export_hosts_rule_t *rule);


typedef struct {
    export_match_scratch_t      *scratch;
    const export_hosts_name_t   *name;
    const export_str_t          *subject;
    uint64_t                     bytes; /* export_bytes() of subject and name,
                                           or of more bytes; 0 if not known
                                           yet */
    export_hosts_hit_pt          hit;
    void                        *data;
} export_hosts_query_t;


/*
 * Calls hit() for each rule that matches: the rule's host covers that of
 * "name", and its pattern matches "subject".  hit() returns EXPORT_OK to go
 * on, and anything else to stop; then that is the result.  Returns
 * EXPORT_ERROR if a pattern ran into a limit.  query->bytes is filled in, and
 * also serves the search in another index, for the same subject or a part of
 * it.
 */

int export_hosts_match(const export_hosts_t *hosts,
    export_hosts_query_t *query);


/*
 * 1 if a rule names the host, whatever the path, or if a pattern ran into a
 * limit.  Rules for any host do not count.
 */

int export_hosts_known(const export_hosts_t *hosts,
    const export_hosts_name_t *name, export_match_scratch_t *scratch);


#endif /* _EXPORT_HOSTS_H_INCLUDED_ */
