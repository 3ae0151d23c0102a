
#include "export_bytes.h"
#include "export_hosts.h"
#include "export_pattern.h"


#define EXPORT_HOSTS_UNION  3           /* rules; fewer are as fast tried one
                                           by one */

#define EXPORT_HOSTS_PRIME  0x9e3779b97f4a7c15u     /* 2^64 / golden ratio */


/*
 * Sets of bytes (export_bytes()); each rule of a group needs at least one of
 * these sets.
 */

typedef struct {
    uint64_t               *set;
    unsigned                n;
} export_hosts_needs_t;


/* the rules of one host, or of any host */

typedef struct {
    export_str_t            host;
    export_hosts_rule_t   **rule;
    unsigned                n;
    unsigned                joined;     /* number of the first rules that are
                                           joined into "any" */
    export_match_union_t    any;
    export_hosts_needs_t    needs;
} export_hosts_group_t;


typedef struct {
    uint32_t                hash;
    unsigned                group;      /* number of the host's group; 0: the
                                           slot is free */
} export_hosts_slot_t;


struct export_hosts_filter_s {
    export_hosts_needs_t    needs;      /* needs of the rules for any host, in
                                           all indexes */
    uint64_t                first[64];  /* the union of the indexes' own
                                           first[] */
};


struct export_hosts_s {
    export_hosts_group_t   *group;      /* group[0]: rules for any host */
    unsigned                ngroups;
    export_hosts_slot_t    *slot;
    unsigned                mask;       /* number of slots, a power of two,
                                           less 1 */
    uint64_t                first[64];  /* by the length of a host, modulo 64:
                                           the bytes that hosts begin with */
};


static unsigned export_hosts_add(export_hosts_t *hosts,
    const export_str_t *host);
static int export_hosts_fill(export_hosts_t *hosts,
    export_hosts_rule_t *rules, unsigned n, const export_pool_t *pool);
static int export_hosts_join(export_hosts_group_t *group,
    const export_pool_t *pool);
static int export_hosts_weigh(export_hosts_group_t *group,
    const export_pool_t *pool);
static void export_hosts_need(export_hosts_needs_t *needs, uint64_t set);
static uint32_t export_hosts_hash(const u_char *p, size_t len);
static export_hosts_slot_t *export_hosts_slot(const export_hosts_t *hosts,
    const u_char *host, size_t len, uint32_t hash);
static unsigned export_hosts_find(const export_hosts_t *hosts,
    const export_hosts_name_t *name, const export_hosts_domain_t *domain);
static EXPORT_RARE int export_hosts_look(const export_hosts_t *hosts,
    const export_hosts_name_t *name, uint64_t bytes);
static int export_hosts_is_hopeless(const export_hosts_needs_t *needs,
    uint64_t bytes);
static int export_hosts_try_group(const export_hosts_group_t *group,
    const export_hosts_query_t *query, size_t len);
static int export_hosts_rule(const export_hosts_rule_t *rule,
    const export_hosts_query_t *query);


/*
 * 1 if a subject lacks a byte that is needed.  "bytes" is 0 if the subject's
 * bytes are not known.
 */

#define export_hosts_lacks(bytes, needs)                                      \
    ((bytes) && ((needs) & ~(bytes)) != 0)


/* 1 if a rule is for the host ("itself"), or else for hosts below it */

#define export_hosts_covers(rule, itself)                                     \
    ((itself) ? !(rule)->below : (rule)->subdomains)


/*
 * The index of the "i"th rule to be tried, if "first", the likeliest one, is
 * to be tried before all others.
 */

#define export_hosts_turn(i, first)                                           \
    ((i) == 0 ? (first) : (i) <= (first) ? (i) - 1 : (i))


/*
 * 1 if a rule's host of the domain's length begins with the domain's first
 * byte
 */

#define export_hosts_begins(hosts, domain)                                    \
    (((hosts)->first[(domain)->len & 63] & (domain)->first) != 0)


export_hosts_t *
export_hosts_create(export_hosts_rule_t *rules, unsigned n,
    const export_pool_t *pool)
{
    unsigned         size;
    export_hosts_t  *hosts;

    for (size = 4; size < 2 * n; size *= 2) { /* void */ }

    hosts = pool->alloc(pool->data, sizeof(export_hosts_t));
    if (hosts == NULL) {
        return NULL;
    }

    hosts->slot = pool->alloc(pool->data, size * sizeof(export_hosts_slot_t));
    hosts->group = pool->alloc(pool->data,
                               (n + 1) * sizeof(export_hosts_group_t));

    if (hosts->slot == NULL || hosts->group == NULL) {
        return NULL;
    }

    hosts->mask = size - 1;
    hosts->ngroups = 1;

    if (export_hosts_fill(hosts, rules, n, pool) != EXPORT_OK) {
        export_hosts_free(hosts);
        return NULL;
    }

    return hosts;
}


void
export_hosts_free(export_hosts_t *hosts)
{
    unsigned  i;

    for (i = 0; i < hosts->ngroups; i++) {
        export_match_union_free(&hosts->group[i].any);
    }
}


void
export_hosts_name(export_hosts_name_t *name, const export_str_t *host)
{
    u_char         c;
    ssize_t        i;
    uint64_t       bytes, first;
    unsigned       n;
    const u_char  *last;

    name->host = *host;

    n = 0;
    bytes = 0;
    last = host->data + host->len;

    if (host->len) {
        name->domain[0].len = host->len;
        name->domain[0].first = export_bytes_set[host->data[0]];
        n = 1;
    }

    for (i = -(ssize_t) host->len; i < 0; i++) {
        c = last[i];
        bytes |= export_bytes_set[c];

        if (c == '.' && n < EXPORT_HOSTS_DOMAINS) {
            first = i < -1 ? export_bytes_set[last[i + 1]] : 0;

            name->domain[n].len = (size_t) (-1 - i);
            name->domain[n++].first = first;
        }
    }

    name->n = n;
    name->bytes = bytes;
}


int
export_hosts_might(const export_hosts_t *hosts,
    const export_hosts_name_t *name, uint64_t bytes)
{
    unsigned                      i;
    const export_hosts_domain_t  *domain;

    bytes |= name->bytes;

    for (i = 0; i < name->n; i++) {
        domain = &name->domain[i];

        if (export_hosts_begins(hosts, domain)) {
            return export_hosts_look(hosts, name, bytes);
        }
    }

    return !export_hosts_is_hopeless(&hosts->group[0].needs, bytes);
}


export_hosts_filter_t *
export_hosts_filter(const export_hosts_t *const *hosts, unsigned n,
    const export_pool_t *pool)
{
    unsigned                     i, k, sets;
    export_hosts_filter_t       *filter;
    const export_hosts_needs_t  *needs;

    for (sets = 1, i = 0; i < n; i++) {
        sets += hosts[i]->group[0].needs.n;
    }

    filter = pool->alloc(pool->data, sizeof(export_hosts_filter_t));
    if (filter == NULL) {
        return NULL;
    }

    filter->needs.set = pool->alloc(pool->data, sets * sizeof(uint64_t));
    if (filter->needs.set == NULL) {
        return NULL;
    }

    for (i = 0; i < n; i++) {
        needs = &hosts[i]->group[0].needs;

        for (k = 0; k < needs->n; k++) {
            export_hosts_need(&filter->needs, needs->set[k]);
        }

        for (k = 0; k < 64; k++) {
            filter->first[k] |= hosts[i]->first[k];
        }
    }

    return filter;
}


int
export_hosts_passes(const export_hosts_filter_t *filter,
    const export_hosts_name_t *name, uint64_t bytes)
{
    unsigned  i;

    for (i = 0; i < name->n; i++) {
        if (export_hosts_begins(filter, &name->domain[i])) {
            return 1;
        }
    }

    return !export_hosts_is_hopeless(&filter->needs, bytes | name->bytes);
}


/*
 * Looks up the domains of a name.  export_hosts_might() needs this only if a
 * rule's host has the length and the first byte of one of them.
 */

static EXPORT_RARE int
export_hosts_look(const export_hosts_t *hosts,
    const export_hosts_name_t *name, uint64_t bytes)
{
    unsigned  i, n;

    for (i = 0; i < name->n; i++) {
        n = export_hosts_find(hosts, name, &name->domain[i]);

        if (n && !export_hosts_is_hopeless(&hosts->group[n].needs, bytes)) {
            return 1;
        }
    }

    return !export_hosts_is_hopeless(&hosts->group[0].needs, bytes);
}


int
export_hosts_match(const export_hosts_t *hosts,
    export_hosts_query_t *query)
{
    int                         rc;
    unsigned                    i, n;
    const export_hosts_name_t  *name;

    name = query->name;

    for (i = 0; i < name->n; i++) {
        n = export_hosts_find(hosts, name, &name->domain[i]);

        if (n == 0) {
            continue;
        }

        rc = export_hosts_try_group(&hosts->group[n], query,
                                    name->domain[i].len);

        if (rc != EXPORT_OK) {
            return rc;
        }
    }

    if (hosts->group[0].n == 0) {
        return EXPORT_OK;
    }

    /*
     * Only now the subject's bytes are collected: the rules that need them
     * seldom match.
     */

    if (query->bytes == 0) {
        query->bytes = query->subject->len > EXPORT_MATCH_SUBJECT
                       ? EXPORT_HOSTS_ANY
                       : name->bytes | export_bytes(query->subject);
    }

    return export_hosts_try_group(&hosts->group[0], query, name->host.len);
}


int
export_hosts_known(const export_hosts_t *hosts,
    const export_hosts_name_t *name, export_match_scratch_t *scratch)
{
    unsigned                     i, k;
    const export_hosts_rule_t   *rule;
    const export_hosts_group_t  *group;

    for (i = 0; i <= name->n; i++) {

        group = &hosts->group[i < name->n ? export_hosts_find(hosts, name,
                                                        &name->domain[i]) : 0];

        for (k = 0; k < group->n; k++) {
            rule = group->rule[k];

            if (rule->host_match
                ? export_match(rule->host_match, scratch, &name->host)
                  != EXPORT_DECLINED
                : i < name->n && group != &hosts->group[0]
                  && export_hosts_covers(rule, name->domain[i].len
                                               == name->host.len))
            {
                return 1;
            }
        }
    }

    return 0;
}


/* The number of a host's group, which is made if there is none yet. */

static unsigned
export_hosts_add(export_hosts_t *hosts, const export_str_t *host)
{
    uint32_t              hash;
    export_hosts_slot_t  *slot;

    if (host->len == 0) {
        return 0;
    }

    hash = export_hosts_hash(host->data, host->len);
    slot = export_hosts_slot(hosts, host->data, host->len, hash);

    if (slot->group == 0) {
        slot->hash = hash;
        slot->group = hosts->ngroups++;

        hosts->group[slot->group].host = *host;
        hosts->first[host->len & 63] |= export_bytes_set[host->data[0]];
    }

    return slot->group;
}


static int
export_hosts_fill(export_hosts_t *hosts, export_hosts_rule_t *rules,
    unsigned n, const export_pool_t *pool)
{
    unsigned               i;
    export_hosts_group_t  *group;

    for (i = 0; i < n; i++) {
        rules[i].number = i;
        rules[i].needs = export_pattern_needs(rules[i].match);

        if (rules[i].host_match) {
            rules[i].needs |= export_pattern_needs(rules[i].host_match);
        }

        hosts->group[export_hosts_add(hosts, &rules[i].host)].n++;
    }

    for (i = 0; i < hosts->ngroups; i++) {
        group = &hosts->group[i];
        group->rule = pool->alloc(pool->data, (group->n + 1)
                                              * sizeof(void *));
        if (group->rule == NULL) {
            return EXPORT_ERROR;
        }

        group->n = 0;
    }

    for (i = 0; i < n; i++) {
        group = &hosts->group[export_hosts_add(hosts, &rules[i].host)];
        group->rule[group->n++] = &rules[i];
    }

    for (i = 0; i < hosts->ngroups; i++) {
        if (export_hosts_join(&hosts->group[i], pool) != EXPORT_OK
            || export_hosts_weigh(&hosts->group[i], pool) != EXPORT_OK)
        {
            return EXPORT_ERROR;
        }
    }

    return EXPORT_OK;
}


static int
export_hosts_join(export_hosts_group_t *group, const export_pool_t *pool)
{
    unsigned               i, n;
    export_match_t       **match;
    export_hosts_rule_t   *rule;

    if (group->n < EXPORT_HOSTS_UNION) {
        return EXPORT_OK;
    }

    match = pool->alloc(pool->data, group->n * sizeof(void *));
    if (match == NULL) {
        return EXPORT_ERROR;
    }

    for (n = 0, i = 0; i < group->n; i++) {
        rule = group->rule[i];

        if (export_match_joinable(rule->match)) {
            match[n] = rule->match;
            group->rule[i] = group->rule[n];
            group->rule[n++] = rule;
        }
    }

    group->joined = n;

    return n ? export_match_union(&group->any, match, n, pool) : EXPORT_OK;
}


/*
 * Collects the needs of a group's rules.  A set that holds another is left
 * out: a subject that lacks the smaller set is told by it.
 */

static int
export_hosts_weigh(export_hosts_group_t *group, const export_pool_t *pool)
{
    unsigned  i;

    group->needs.set = pool->alloc(pool->data,
                                   (group->n + 1) * sizeof(uint64_t));
    if (group->needs.set == NULL) {
        return EXPORT_ERROR;
    }

    for (i = 0; i < group->n; i++) {
        export_hosts_need(&group->needs, group->rule[i]->needs);
    }

    return EXPORT_OK;
}


/* Adds a set of needs, for which there is room. */

static void
export_hosts_need(export_hosts_needs_t *needs, uint64_t set)
{
    unsigned  k, n;

    for (k = 0; k < needs->n; k++) {
        if ((needs->set[k] & ~set) == 0) {
            return;
        }
    }

    for (k = 0, n = 0; k < needs->n; k++) {
        if (set & ~needs->set[k]) {
            needs->set[n++] = needs->set[k];
        }
    }

    needs->set[n++] = set;
    needs->n = n;
}


/* Eight bytes at a time; the last ones as two overlapping halves. */

static uint32_t
export_hosts_hash(const u_char *p, size_t len)
{
    uint32_t  half[2];
    uint64_t  hash, word;

    hash = len;

    for ( /* void */ ; len >= 8; p += 8, len -= 8) {
        memcpy(&word, p, 8);
        hash = (hash ^ word) * EXPORT_HOSTS_PRIME;
        hash ^= hash >> 32;
    }

    half[0] = 0;
    half[1] = 0;

    if (len >= 4) {
        memcpy(&half[0], p, 4);
        memcpy(&half[1], p + len - 4, 4);

    } else if (len) {
        half[0] = (uint32_t) p[0] | (uint32_t) p[len / 2] << 8
                  | (uint32_t) p[len - 1] << 16;
    }

    word = (uint64_t) half[1] << 32 | half[0];
    hash = (hash ^ word) * EXPORT_HOSTS_PRIME;

    return (uint32_t) (hash >> 32);
}


static export_hosts_slot_t *
export_hosts_slot(const export_hosts_t *hosts, const u_char *host,
    size_t len, uint32_t hash)
{
    unsigned              i;
    const export_str_t   *found;
    export_hosts_slot_t  *slot;

    for (i = hash & hosts->mask; ; i = (i + 1) & hosts->mask) {

        slot = &hosts->slot[i];

        if (slot->group == 0) {
            return slot;
        }

        if (slot->hash != hash) {
            continue;
        }

        found = &hosts->group[slot->group].host;

        if (found->len == len && memcmp(found->data, host, len) == 0) {
            return slot;
        }
    }
}


/* The number of a domain's group, or 0 if the domain has none. */

static unsigned
export_hosts_find(const export_hosts_t *hosts,
    const export_hosts_name_t *name, const export_hosts_domain_t *domain)
{
    size_t         len;
    const u_char  *p;

    if (!export_hosts_begins(hosts, domain)) {
        return 0;
    }

    len = domain->len;
    p = name->host.data + name->host.len - len;

    return export_hosts_slot(hosts, p, len, export_hosts_hash(p, len))->group;
}


/* 1 if no rule can match */

static int
export_hosts_is_hopeless(const export_hosts_needs_t *needs, uint64_t bytes)
{
    unsigned  i;

    for (i = 0; i < needs->n; i++) {
        if (!export_hosts_lacks(bytes, needs->set[i])) {
            return 0;
        }
    }

    return 1;
}


/*
 * Tries the rules of a group.  "len" is the length of the part of the host
 * under which the group was found.
 */

static int
export_hosts_try_group(const export_hosts_group_t *group,
    const export_hosts_query_t *query, size_t len)
{
    int                         rc;
    unsigned                    i, first;
    const export_hosts_rule_t  *rule;

    if (export_hosts_is_hopeless(&group->needs, query->bytes)) {
        return EXPORT_OK;
    }

    i = 0;
    first = 0;

    if (group->joined
        && export_match_might(&group->any, query->scratch, query->subject,
                              &first)
           == EXPORT_DECLINED)
    {
        i = group->joined;
    }

    for ( /* void */ ; i < group->n; i++) {

        rule = group->rule[export_hosts_turn(i, first)];

        if (export_hosts_lacks(query->bytes, rule->needs)
            || !export_hosts_covers(rule, len == query->name->host.len))
        {
            continue;
        }

        rc = export_hosts_rule(rule, query);

        if (rc != EXPORT_OK && rc != EXPORT_DECLINED) {
            return rc;
        }
    }

    return EXPORT_OK;
}


static int
export_hosts_rule(const export_hosts_rule_t *rule,
    const export_hosts_query_t *query)
{
    int  rc, host;

    rc = export_match(rule->match, query->scratch, query->subject);

    /*
     * A pattern that cannot be tried does not matter if the rule is for
     * another host.
     */

    if (rc != EXPORT_DECLINED && rule->host_match) {
        host = export_match(rule->host_match, query->scratch,
                            &query->name->host);

        rc = host == EXPORT_OK ? rc : host;
    }

    return rc == EXPORT_OK ? query->hit(query->data, rule) : rc;
}
