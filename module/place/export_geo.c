
/*
 * A build is a row of phases, each resumable: read the file, load it into
 * the library, walk the tree, finish the tables.  All that only a build needs
 * is in export_geo_job_t, and gone after it.
 */


#ifndef _GNU_SOURCE
#define _GNU_SOURCE             /* strsep() */
#endif

#include <errno.h>
#include <stdlib.h>

#include "export_geo.h"
#include "export_mmdb.h"


#define EXPORT_GEO_HASH         0x20000     /* slots; up to half are used */
#define EXPORT_GEO_BITS         128         /* of an address in the tree */
#define EXPORT_GEO_NET4         96          /* IPv4 is ::/96 */
#define EXPORT_GEO_DIVIDED      255         /* id of a divided /24 or /64 */


/* the phases of a build, in their order */

enum {
    EXPORT_GEO_READ = 0,
    EXPORT_GEO_LOAD,
    EXPORT_GEO_WALK,
    EXPORT_GEO_FINISH,
    EXPORT_GEO_RELEASE,

    EXPORT_GEO_PHASES
};


/* a branch of the tree that was not visited yet */

typedef struct {
    uint64_t  high;
    uint64_t  low;
    uint32_t  value;            /* number of the node or offset of the data */
    uint8_t   type;             /* export_mmdb_link_e */
    uint8_t   depth;
} export_geo_branch_t;


typedef struct {
    u_char   *data;
    size_t    size;             /* bytes of an element */
    size_t    n;
    size_t    alloc;
} export_geo_array_t;


/*
 * What a /24 or a /64 is divided into, each part up to the next one; IPv4 has
 * the address in "low".
 */

typedef struct {
    uint64_t  high;
    uint64_t  low;
    u_char    id;
} export_geo_part_t;


typedef struct {
    export_geo_array_t  parts;
    size_t              first;  /* of the network under way */
} export_geo_split_t;


typedef struct {
    export_mmdb_t          *mmdb;
    size_t                  steps;          /* remaining in this call */
    uint64_t                work;           /* remaining in all */

    export_geo_classify_pt  classify;
    void                   *data;
    char                   *path;           /* the memory of name[] */
    const char             *name[EXPORT_GEO_MAX_PATH + 1];
    const char *const      *schema[3];      /* the better ones first */
    size_t                  schemas;
    size_t                  found;          /* the best so far */

    u_char                 *memo;           /* id + 1 by offset of the data */
    size_t                  places;

    size_t                  branches;
    export_geo_branch_t     branch[EXPORT_GEO_BITS + 1];

    u_char                  page[256];      /* being filled */
    uint32_t                hash[EXPORT_GEO_HASH];    /* a page's number + 1 */
    export_geo_array_t      pages;
    export_geo_split_t      split4;

    size_t                  bucket;         /* the next in index */
    export_geo_array_t      intervals;
    export_geo_split_t      split6;
    u_char                  last;           /* id of the last interval */
} export_geo_job_t;


/*
 * IPv4: root[first 16 bits] is the number of a page, and the page has the ids
 * of the 256 networks /24.
 *
 * IPv6: interval[] has the lower 48 bits of each interval's first /64, and
 * the id in the last byte; index[first 16 bits] is the number of intervals
 * that begin before them.
 */

struct export_geo_s {
    uint16_t            root[0x10000];
    uint32_t            index[0x10001];
    export_place_t      place[256];

    u_char             *page;
    uint64_t           *interval;
    export_geo_part_t  *part4;
    export_geo_part_t  *part6;
    size_t              parts4;
    size_t              parts6;

    size_t              size;
    time_t              epoch;

    size_t              phase;
    const char         *error;
    export_geo_job_t   *job;
};


typedef int (*export_geo_phase_pt)(export_geo_t *geo);


static u_char export_geo_find4(const export_geo_t *geo,
    const export_address_t *address);
static u_char export_geo_find6(const export_geo_t *geo,
    const export_address_t *address);
static u_char export_geo_find_part(const export_geo_part_t *base, size_t n,
    const export_address_t *address);

static const char *export_geo_start(export_geo_job_t *job, const char *file,
    const char *path);
static const char *export_geo_path(export_geo_job_t *job, const char *path);
static void export_geo_free(export_geo_job_t *job);
static int export_geo_fail(export_geo_t *geo, const char *error);
static int export_geo_spend(export_geo_t *geo, size_t n);
static void export_geo_charge(export_geo_job_t *job, size_t n);

static int export_geo_read(export_geo_t *geo);
static int export_geo_load(export_geo_t *geo);
static int export_geo_walk(export_geo_t *geo);
static int export_geo_finish(export_geo_t *geo);
static int export_geo_release(export_geo_t *geo);

static int export_geo_begin(export_geo_t *geo);

static void export_geo_push(export_geo_job_t *job,
    const export_mmdb_link_t *link, const export_geo_branch_t *parent,
    unsigned right);
static unsigned export_geo_alias(const export_geo_branch_t *branch);
static int export_geo_node(export_geo_t *geo,
    const export_geo_branch_t *branch);
static int export_geo_leaf(export_geo_t *geo,
    const export_geo_branch_t *branch);

static int export_geo_id(export_geo_t *geo, uint32_t offset, u_char *id);
static int export_geo_country(export_geo_job_t *job, uint32_t offset,
    export_str_t *country);
static int export_geo_place(export_geo_t *geo, export_place_t place,
    u_char *id);

static int export_geo_add4(export_geo_t *geo, unsigned depth,
    uint32_t address, u_char id);
static int export_geo_share(export_geo_t *geo, uint16_t *number);
static int export_geo_add6(export_geo_t *geo, unsigned depth, uint64_t high,
    uint64_t low, u_char id);
static int export_geo_split(export_geo_t *geo, export_geo_split_t *split,
    const export_geo_part_t *part, uint64_t size, uint64_t mask, u_char *id);
static int export_geo_interval(export_geo_t *geo, uint64_t high, u_char id);
static void *export_geo_more(export_geo_t *geo, export_geo_array_t *array);
static void *export_geo_keep(export_geo_t *geo, export_geo_array_t *array);


static const export_geo_phase_pt  export_geo_phases[] = {
    [EXPORT_GEO_READ] = export_geo_read,
    [EXPORT_GEO_LOAD] = export_geo_load,
    [EXPORT_GEO_WALK] = export_geo_walk,
    [EXPORT_GEO_FINISH] = export_geo_finish,
    [EXPORT_GEO_RELEASE] = export_geo_release
};

export_assert_rows(export_geo_phases, EXPORT_GEO_PHASES);


static const char *const  export_geo_iso_code[] =
    { "country", "iso_code", NULL };
static const char *const  export_geo_country_code[] =
    { "country_code", NULL };
static const char *const  export_geo_plain[] =
    { "country", NULL };
static const char *const  export_geo_registered[] =
    { "registered_country", "iso_code", NULL };
static const char *const  export_geo_continent[] =
    { "continent", "code", NULL };


/* branches that repeat the IPv4 tree, or that nobody asks for */

static const export_geo_branch_t  export_geo_aliases[] = {
    { 0, 0x0000ffff00000000, 0, 0, 96 },        /* ::ffff:0:0/96 */
    { 0x0064ff9b00000000, 0, 0, 0, 96 },        /* 64:ff9b::/96 */
    { 0x2001000000000000, 0, 0, 0, 32 },        /* 2001::/32 */
    { 0x2002000000000000, 0, 0, 0, 16 },        /* 2002::/16 */
};


export_place_t
export_geo_lookup(const export_geo_t *geo, const export_address_t *address)
{
    return geo->place[address->v4 ? export_geo_find4(geo, address)
                                  : export_geo_find6(geo, address)];
}


static u_char
export_geo_find4(const export_geo_t *geo, const export_address_t *address)
{
    u_char    id;
    uint32_t  net;

    net = (uint32_t) address->low >> 8;
    id = geo->page[(uint32_t) geo->root[net >> 8] << 8 | (net & 0xff)];

    return (id == EXPORT_GEO_DIVIDED)
           ? export_geo_find_part(geo->part4, geo->parts4, address) : id;
}


static u_char
export_geo_find6(const export_geo_t *geo, const export_address_t *address)
{
    u_char           id;
    size_t           n, half;
    uint64_t         key;
    const uint32_t  *index;
    const uint64_t  *base;

    index = geo->index + (address->high >> 48);

    /*
     * One interval reaches into these 16 bits from the left, and the others
     * begin in them.
     */

    base = geo->interval + *index - 1;
    n = index[1] - index[0] + 1;
    key = address->high << 16 | 0xffff;

    while (n > 1) {
        half = n / 2;
        base = (base[half] <= key) ? base + half : base;
        n -= half;
    }

    id = (u_char) *base;

    return (id == EXPORT_GEO_DIVIDED)
           ? export_geo_find_part(geo->part6, geo->parts6, address) : id;
}


/* "high" of an IPv4 address means nothing and is not read */

static u_char
export_geo_find_part(const export_geo_part_t *base, size_t n,
    const export_address_t *address)
{
    size_t                    half;
    uint64_t                  high;
    const export_geo_part_t  *p;

    high = address->v4 ? 0 : address->high;

    for ( /* void */ ; n > 1; n -= half) {
        half = n / 2;
        p = base + half;

        if (p->high < high || (p->high == high && p->low <= address->low)) {
            base = p;
        }
    }

    return base->id;
}


time_t
export_geo_epoch(const export_geo_t *geo)
{
    return geo->epoch;
}


size_t
export_geo_size(const export_geo_t *geo)
{
    return geo->size;
}


export_geo_t *
export_geo_open(const char *file, const char *path,
    export_geo_classify_pt classify, void *data, const char **error)
{
    int                err;
    export_geo_t      *geo;
    export_geo_job_t  *job;

    geo = calloc(1, sizeof(export_geo_t));
    job = calloc(1, sizeof(export_geo_job_t));

    if (geo == NULL || job == NULL) {
        free(geo);
        free(job);
        *error = "cannot be opened";
        return NULL;
    }

    geo->job = job;
    geo->size = sizeof(export_geo_t);

    job->classify = classify;
    job->data = data;

    job->pages.size = sizeof(job->page);
    job->intervals.size = sizeof(uint64_t);
    job->split4.parts.size = sizeof(export_geo_part_t);
    job->split6.parts.size = sizeof(export_geo_part_t);

    *error = export_geo_start(job, file, path);

    if (*error) {
        err = errno;
        export_geo_close(geo);
        errno = err;
        return NULL;
    }

    return geo;
}


static const char *
export_geo_start(export_geo_job_t *job, const char *file, const char *path)
{
    const char  *error;

    error = export_geo_path(job, path);

    if (error) {
        return error;
    }

    job->mmdb = export_mmdb_open(file, &error);

    if (job->mmdb == NULL) {
        return error;
    }

    job->found = job->schemas;
    job->work = (uint64_t) export_mmdb_size(job->mmdb) * EXPORT_GEO_MAX_WORK;

    return NULL;
}


static const char *
export_geo_path(export_geo_job_t *job, const char *path)
{
    char    *p;
    size_t   n;

    if (path == NULL) {
        job->schema[0] = export_geo_iso_code;
        job->schema[1] = export_geo_country_code;
        job->schema[2] = export_geo_plain;
        job->schemas = 3;
        return NULL;
    }

    job->path = strdup(path);

    if (job->path == NULL) {
        return "cannot be opened";
    }

    job->schema[0] = job->name;
    job->schemas = 1;
    n = 0;

    for (p = job->path; p; /* void */) {
        if (n == EXPORT_GEO_MAX_PATH) {
            return "has a path of too many names";
        }

        job->name[n++] = strsep(&p, "/");

        if (*job->name[n - 1] == '\0') {
            return "has a path with an empty name";
        }
    }

    return NULL;
}


void
export_geo_close(export_geo_t *geo)
{
    if (geo == NULL) {
        return;
    }

    export_geo_free(geo->job);

    free(geo->page);
    free(geo->interval);
    free(geo->part4);
    free(geo->part6);
    free(geo);
}


static void
export_geo_free(export_geo_job_t *job)
{
    if (job == NULL) {
        return;
    }

    export_mmdb_close(job->mmdb);

    free(job->pages.data);
    free(job->intervals.data);
    free(job->split4.parts.data);
    free(job->split6.parts.data);
    free(job->memo);
    free(job->path);
    free(job);
}


int
export_geo_build(export_geo_t *geo, size_t steps, const char **error)
{
    int  rc;

    if (geo->job) {
        geo->job->steps = steps;
    }

    rc = geo->error ? EXPORT_ERROR : EXPORT_OK;

    while (rc == EXPORT_OK && geo->phase < EXPORT_GEO_PHASES) {
        rc = export_geo_phases[geo->phase](geo);
        geo->phase += (rc == EXPORT_OK);
    }

    if (rc == EXPORT_ERROR) {
        *error = geo->error;
    }

    return rc;
}


static int
export_geo_fail(export_geo_t *geo, const char *error)
{
    geo->error = error;

    return EXPORT_ERROR;
}


/* EXPORT_ERROR when the build has done more work than any sane file needs */

static int
export_geo_spend(export_geo_t *geo, size_t n)
{
    export_geo_job_t  *job;

    job = geo->job;

    export_geo_charge(job, n);

    if (n > job->work) {
        return export_geo_fail(geo, "has a corrupt search tree");
    }

    job->work -= n;

    return EXPORT_OK;
}


static void
export_geo_charge(export_geo_job_t *job, size_t n)
{
    job->steps -= (n < job->steps) ? n : job->steps;
}


static int
export_geo_read(export_geo_t *geo)
{
    return export_mmdb_copy(geo->job->mmdb, &geo->job->steps, &geo->error);
}


static int
export_geo_load(export_geo_t *geo)
{
    if (export_mmdb_load(geo->job->mmdb, &geo->error) != EXPORT_OK) {
        return EXPORT_ERROR;
    }

    geo->epoch = export_mmdb_epoch(geo->job->mmdb);

    return export_geo_begin(geo);
}


/*
 * The tree of an IPv4 database is hung up at ::/96, with nothing elsewhere,
 * so that the walk knows one kind of tree.
 */

static int
export_geo_begin(export_geo_t *geo)
{
    unsigned              depth;
    export_geo_job_t     *job;
    export_mmdb_link_t    nothing = { EXPORT_MMDB_EMPTY, 0 };
    export_geo_branch_t   top;

    job = geo->job;

    free(job->memo);
    job->memo = calloc(1, export_mmdb_data_size(job->mmdb));

    if (job->memo == NULL) {
        return export_geo_fail(geo, "cannot be held in memory");
    }

    job->places = 1;
    job->branches = 0;
    job->bucket = 0;
    job->pages.n = 0;
    job->intervals.n = 0;
    job->split4.parts.n = 0;
    job->split6.parts.n = 0;

    memset(job->hash, 0, sizeof(job->hash));
    memset(&top, 0, sizeof(export_geo_branch_t));

    if (export_mmdb_is_v4(job->mmdb)) {
        for (depth = 0; depth < EXPORT_GEO_NET4; depth++) {
            export_geo_push(job, &nothing, &top, 1);
            top.depth++;
        }
    }

    top.type = EXPORT_MMDB_NODE;
    job->branch[job->branches++] = top;

    return EXPORT_OK;
}


/* the left half before the right one: the tables are filled in order */

static int
export_geo_walk(export_geo_t *geo)
{
    int                   rc;
    export_geo_job_t     *job;
    export_geo_branch_t   branch;

    job = geo->job;

    while (job->branches) {
        if (job->steps == 0) {
            return EXPORT_AGAIN;
        }

        if (export_geo_spend(geo, 1) != EXPORT_OK) {
            return EXPORT_ERROR;
        }

        branch = job->branch[--job->branches];

        if (branch.type == EXPORT_MMDB_NODE
            && !export_geo_alias(&branch))
        {
            rc = export_geo_node(geo, &branch);

        } else {
            rc = export_geo_leaf(geo, &branch);
        }

        if (rc == EXPORT_DONE) {
            rc = export_geo_begin(geo);
        }

        if (rc != EXPORT_OK) {
            return rc;
        }
    }

    return EXPORT_OK;
}


static void
export_geo_push(export_geo_job_t *job, const export_mmdb_link_t *link,
    const export_geo_branch_t *parent, unsigned right)
{
    export_geo_branch_t  *branch;

    branch = &job->branch[job->branches++];

    *branch = *parent;
    branch->type = (uint8_t) link->type;
    branch->value = link->value;
    branch->depth++;

    if (!right) {
        return;
    }

    if (parent->depth < 64) {
        branch->high |= (uint64_t) 1 << (63 - parent->depth);

    } else {
        branch->low |= (uint64_t) 1 << (127 - parent->depth);
    }
}


static unsigned
export_geo_alias(const export_geo_branch_t *branch)
{
    size_t                      i, n;
    const export_geo_branch_t  *alias;

    n = sizeof(export_geo_aliases) / sizeof(export_geo_aliases[0]);

    for (i = 0; i < n; i++) {
        alias = &export_geo_aliases[i];

        if (branch->depth == alias->depth
            && branch->high == alias->high && branch->low == alias->low)
        {
            return 1;
        }
    }

    return 0;
}


static int
export_geo_node(export_geo_t *geo, const export_geo_branch_t *branch)
{
    export_geo_job_t    *job;
    export_mmdb_link_t   left, right;

    job = geo->job;

    if (branch->depth == EXPORT_GEO_BITS
        || export_mmdb_node(job->mmdb, branch->value, &left, &right)
           != EXPORT_OK)
    {
        return export_geo_fail(geo, "has a corrupt search tree");
    }

    if (branch->depth == EXPORT_GEO_NET4
        && branch->high == 0 && branch->low == 0
        && export_geo_add6(geo, EXPORT_GEO_NET4, 0, 0, 0) != EXPORT_OK)
    {
        return EXPORT_ERROR;
    }

    export_geo_push(job, &right, branch, 1);
    export_geo_push(job, &left, branch, 0);

    return EXPORT_OK;
}


/* EXPORT_DONE: a better schema was found, and the walk is to start again */

static int
export_geo_leaf(export_geo_t *geo, const export_geo_branch_t *branch)
{
    int       rc;
    u_char    id;
    unsigned  depth;

    id = 0;

    if (branch->type == EXPORT_MMDB_INVALID) {
        return export_geo_fail(geo, "has a corrupt search tree");
    }

    if (branch->type == EXPORT_MMDB_DATA) {
        rc = export_geo_id(geo, branch->value, &id);

        if (rc != EXPORT_OK) {
            return rc;
        }
    }

    if (branch->high == 0 && branch->low >> 32 == 0) {
        depth = branch->depth;
        depth = (depth > EXPORT_GEO_NET4) ? depth - EXPORT_GEO_NET4 : 0;

        rc = export_geo_add4(geo, depth, (uint32_t) branch->low, id);

        if (rc != EXPORT_OK || branch->depth > EXPORT_GEO_NET4) {
            return rc;
        }
    }

    return export_geo_add6(geo, branch->depth, branch->high, branch->low, id);
}


/* the id of the record at the offset */

static int
export_geo_id(export_geo_t *geo, uint32_t offset, u_char *id)
{
    size_t                values;
    export_geo_job_t     *job;
    export_geo_record_t   record;

    job = geo->job;

    if (offset < export_mmdb_data_size(job->mmdb) && job->memo[offset]) {
        *id = (u_char) (job->memo[offset] - 1);
        return EXPORT_OK;
    }

    if (export_mmdb_check(job->mmdb, offset, &values) != EXPORT_OK) {
        return export_geo_fail(geo, "has a corrupt record");
    }

    if (export_geo_spend(geo, values) != EXPORT_OK) {
        return EXPORT_ERROR;
    }

    if (export_geo_country(job, offset, &record.country) != EXPORT_OK) {
        return EXPORT_DONE;
    }

    record.registered = export_mmdb_string(job->mmdb, offset,
                                           export_geo_registered);
    record.continent = export_mmdb_string(job->mmdb, offset,
                                          export_geo_continent);

    if (export_geo_place(geo, job->classify(job->data, &record), id)
        != EXPORT_OK)
    {
        return EXPORT_ERROR;
    }

    job->memo[offset] = (u_char) (*id + 1);

    return EXPORT_OK;
}


/* EXPORT_DECLINED: earlier records were read by a worse schema */

static int
export_geo_country(export_geo_job_t *job, uint32_t offset,
    export_str_t *country)
{
    size_t  i, found;

    for (i = 0; i < job->schemas && i <= job->found; i++) {
        *country = export_mmdb_string(job->mmdb, offset, job->schema[i]);

        if (country->len) {
            found = job->found;
            job->found = i;

            return (i < found && found < job->schemas) ? EXPORT_DECLINED
                                                       : EXPORT_OK;
        }
    }

    country->len = 0;

    return EXPORT_OK;
}


static int
export_geo_place(export_geo_t *geo, export_place_t place, u_char *id)
{
    size_t             i;
    export_geo_job_t  *job;

    job = geo->job;

    for (i = 0; i < job->places; i++) {
        if (geo->place[i] == place) {
            *id = (u_char) i;
            return EXPORT_OK;
        }
    }

    if (i > EXPORT_GEO_MAX_PLACES) {
        return export_geo_fail(geo, "has too many kinds of places");
    }

    geo->place[i] = place;
    job->places++;
    *id = (u_char) i;

    return EXPORT_OK;
}


/*
 * The network address/depth.  Networks come in order and without gaps, so
 * that a page is full when its last network is set.
 */

static int
export_geo_add4(export_geo_t *geo, unsigned depth, uint32_t address, u_char id)
{
    int                rc;
    size_t             n;
    uint16_t           number;
    uint64_t           size, next, i;
    export_geo_job_t  *job;
    export_geo_part_t  part = { 0, address, id };

    job = geo->job;
    size = (uint64_t) 1 << (32 - depth);
    next = address + size;

    if (depth > 24) {
        rc = export_geo_split(geo, &job->split4, &part, size, 0xff, &id);

        if (rc != EXPORT_OK) {
            return (rc == EXPORT_AGAIN) ? EXPORT_OK : rc;
        }
    }

    n = (size < 0x10000) ? (size_t) (size + 0xff) / 0x100 : 0x100;

    memset(job->page + (address >> 8 & 0xff), id, n);

    if (next & 0xffff) {
        return EXPORT_OK;
    }

    if (export_geo_share(geo, &number) != EXPORT_OK) {
        return EXPORT_ERROR;
    }

    for (i = address >> 16; i < next >> 16; i++) {
        geo->root[i] = number;
    }

    return EXPORT_OK;
}


/* the number of the page just filled, or of an equal one */

static int
export_geo_share(export_geo_t *geo, uint16_t *number)
{
    size_t             i, n;
    u_char            *p;
    uint64_t           hash, word;
    export_geo_job_t  *job;

    job = geo->job;
    n = sizeof(job->page);
    hash = 0;

    for (i = 0; i < n; i += sizeof(uint64_t)) {
        memcpy(&word, job->page + i, sizeof(uint64_t));
        hash = (hash ^ word) * 0x9e3779b97f4a7c15;
        hash ^= hash >> 32;
    }

    for (i = hash % EXPORT_GEO_HASH; job->hash[i];
         i = (i + 1) % EXPORT_GEO_HASH)
    {
        *number = (uint16_t) (job->hash[i] - 1);

        if (memcmp(job->pages.data + *number * n, job->page, n) == 0) {
            return EXPORT_OK;
        }
    }

    p = export_geo_more(geo, &job->pages);

    if (p == NULL) {
        return EXPORT_ERROR;
    }

    memcpy(p, job->page, n);

    job->hash[i] = (uint32_t) job->pages.n;
    *number = (uint16_t) (job->pages.n - 1);

    return EXPORT_OK;
}


/* the network high:low/depth; networks come in order and without gaps */

static int
export_geo_add6(export_geo_t *geo, unsigned depth, uint64_t high, uint64_t low,
    u_char id)
{
    int                rc;
    uint64_t           size;
    export_geo_part_t  part = { high, low, id };

    if (depth > 64) {
        size = (uint64_t) 1 << (128 - depth);
        rc = export_geo_split(geo, &geo->job->split6, &part, size, UINT64_MAX,
                              &id);

        if (rc != EXPORT_OK) {
            return (rc == EXPORT_AGAIN) ? EXPORT_OK : rc;
        }
    }

    return export_geo_interval(geo, high, id);
}


/*
 * One more part of "size" addresses; "mask" has the bits of a whole network.
 * EXPORT_AGAIN, or EXPORT_OK with the network's id when this is its last part.
 */

static int
export_geo_split(export_geo_t *geo, export_geo_split_t *split,
    const export_geo_part_t *part, uint64_t size, uint64_t mask, u_char *id)
{
    export_geo_part_t   *p;
    export_geo_array_t  *parts;

    parts = &split->parts;

    if ((part->low & mask) == 0) {
        split->first = parts->n;
    }

    p = NULL;

    if (parts->n > split->first) {
        p = (export_geo_part_t *) parts->data + parts->n - 1;
    }

    if (p == NULL || p->id != *id) {
        p = export_geo_more(geo, parts);

        if (p == NULL) {
            return EXPORT_ERROR;
        }

        *p = *part;
    }

    if ((part->low + size) & mask) {
        return EXPORT_AGAIN;
    }

    if (parts->n - split->first == 1) {
        parts->n--;
        return EXPORT_OK;
    }

    *id = EXPORT_GEO_DIVIDED;

    return EXPORT_OK;
}


static int
export_geo_interval(export_geo_t *geo, uint64_t high, u_char id)
{
    uint64_t          *p;
    export_geo_job_t  *job;

    job = geo->job;

    if (job->intervals.n && job->last == id && id != EXPORT_GEO_DIVIDED) {
        return EXPORT_OK;
    }

    while (job->bucket <= high >> 48) {
        geo->index[job->bucket++] = (uint32_t) job->intervals.n;
    }

    p = export_geo_more(geo, &job->intervals);

    if (p == NULL) {
        return EXPORT_ERROR;
    }

    *p = high << 16 | id;
    job->last = id;

    return EXPORT_OK;
}


/* room for one element at the array's end */

static void *
export_geo_more(export_geo_t *geo, export_geo_array_t *array)
{
    void    *p;
    size_t   alloc;

    if (array->n >= array->alloc) {
        alloc = array->alloc ? 2 * array->alloc : 1024;

        if (alloc * array->size > EXPORT_GEO_MAX_TABLE) {
            (void) export_geo_fail(geo, "is too finely divided");
            return NULL;
        }

        p = realloc(array->data, alloc * array->size);

        if (p == NULL) {
            (void) export_geo_fail(geo, "cannot be held in memory");
            return NULL;
        }

        array->data = p;
        array->alloc = alloc;
    }

    return array->data + array->n++ * array->size;
}


static int
export_geo_finish(export_geo_t *geo)
{
    export_geo_job_t  *job;

    job = geo->job;

    if (job->steps == 0) {
        return EXPORT_AGAIN;
    }

    if (job->found == job->schemas) {
        return export_geo_fail(geo, "has no country in any record");
    }

    if (job->places == 1) {
        return export_geo_fail(geo, "says nothing about any address");
    }

    while (job->bucket <= 0x10000) {
        geo->index[job->bucket++] = (uint32_t) job->intervals.n;
    }

    /* nothing begins before address 0, but a search has to begin somewhere */

    geo->index[0] = 1;

    geo->parts4 = job->split4.parts.n;
    geo->parts6 = job->split6.parts.n;

    geo->page = export_geo_keep(geo, &job->pages);
    geo->interval = export_geo_keep(geo, &job->intervals);
    geo->part4 = export_geo_keep(geo, &job->split4.parts);
    geo->part6 = export_geo_keep(geo, &job->split6.parts);

    export_geo_charge(job, export_mmdb_size(job->mmdb));

    export_mmdb_close(job->mmdb);
    job->mmdb = NULL;

    return EXPORT_OK;
}


/*
 * A phase of its own, so that an event loop gets its turn between unmapping
 * the file's copy and freeing what the build needed.
 */

static int
export_geo_release(export_geo_t *geo)
{
    if (geo->job->steps == 0) {
        return EXPORT_AGAIN;
    }

    export_geo_free(geo->job);
    geo->job = NULL;

    return EXPORT_OK;
}


/* takes the array's memory over, without what is unused at its end */

static void *
export_geo_keep(export_geo_t *geo, export_geo_array_t *array)
{
    void    *p;
    size_t   size;

    size = array->n * array->size;
    p = size ? realloc(array->data, size) : array->data;
    p = p ? p : array->data;

    array->data = NULL;
    geo->size += size;

    return p;
}
