
/*
 * A build is a row of phases, each resumable: read the file, load it into
 * the library, walk the tree, finish the tables.  All that only a build needs
 * is in export_geo_job_t, and gone after it.
 */


#ifndef _GNU_SOURCE
#define _GNU_SOURCE             /* memfd_create(), memmem() */
#endif

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <maxminddb.h>

#include "export_geo.h"


#define EXPORT_GEO_CHUNK        0x10000     /* bytes read at once */
#define EXPORT_GEO_COPY         64          /* bytes copied in a step's time */
#define EXPORT_GEO_HASH         0x20000     /* slots; up to half are used */
#define EXPORT_GEO_BITS         128         /* of an address in the tree */
#define EXPORT_GEO_NET4         96          /* IPv4 is ::/96 */
#define EXPORT_GEO_DIVIDED      255         /* id of a divided /24 or /64 */
#define EXPORT_GEO_MARKER       "\xab\xcd\xefMaxMind.com"
#define EXPORT_GEO_METADATA     0x20000     /* bytes at the end, with it */
#define EXPORT_GEO_GAP          16          /* bytes between tree and data */


/* bytes in which values lie one after another; offsets are 32 bits */

typedef struct {
    const u_char  *data;
    uint32_t       size;
} export_geo_section_t;


typedef struct {
    uint32_t  type;             /* MMDB_DATA_TYPE_... */
    uint32_t  size;             /* bytes, members, or where a pointer points */
    uint32_t  next;             /* offset of what follows, or of a member */
} export_geo_value_t;


typedef struct {
    uint32_t  remaining;        /* values to come */
    uint32_t  back;             /* offset to go on at after them, if not 0 */
    unsigned  map:1;            /* every other value is a key */
} export_geo_frame_t;


/* a branch of the tree that was not visited yet */

typedef struct {
    uint64_t  high;
    uint64_t  low;
    uint32_t  value;            /* number of the node or offset of the data */
    uint8_t   type;             /* MMDB_RECORD_TYPE_... */
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
    int                     file;
    int                     copy;
    struct stat             stat;
    size_t                  size;           /* bytes copied */

    MMDB_s                  mmdb;
    unsigned                open:1;         /* mmdb is */

    size_t                  steps;          /* left in this call */
    uint64_t                work;           /* left in all */

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
    uint32_t                hash[EXPORT_GEO_HASH];    /* its number + 1 */
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

static int export_geo_metadata(export_geo_t *geo, const u_char *map);
static uint64_t export_geo_number(const MMDB_s *mmdb, const char *name);
static int export_geo_strings(const export_geo_section_t *section,
    const MMDB_s *mmdb, const char *name);
static int export_geo_begin(export_geo_t *geo);

static void export_geo_push(export_geo_job_t *job, unsigned type,
    uint64_t value, const export_geo_branch_t *parent, unsigned right);
static unsigned export_geo_alias(const export_geo_branch_t *branch);
static int export_geo_node(export_geo_t *geo,
    const export_geo_branch_t *branch);
static int export_geo_leaf(export_geo_t *geo,
    const export_geo_branch_t *branch);

static int export_geo_id(export_geo_t *geo, uint32_t offset, u_char *id);
static int export_geo_country(export_geo_job_t *job, MMDB_entry_s *entry,
    export_str_t *country);
static void export_geo_string(MMDB_entry_s *entry, const char *const *path,
    export_str_t *string);
static int export_geo_place(export_geo_t *geo, export_place_t place,
    u_char *id);

static int export_geo_check(const export_geo_section_t *section, uint32_t at,
    size_t *values);
static int export_geo_follow(const export_geo_section_t *section, uint32_t at,
    export_geo_value_t *value, uint32_t *back);
static int export_geo_decode(const export_geo_section_t *section, uint32_t at,
    export_geo_value_t *value);
static int export_geo_take(const export_geo_section_t *section, uint32_t *at,
    uint32_t n, uint32_t *value);

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
    export_geo_read,
    export_geo_load,
    export_geo_walk,
    export_geo_finish,
    export_geo_release,
    NULL
};


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


/* the bytes a value of each type may have; none where min is above max */

static const struct {
    uint32_t  min;
    uint32_t  max;
} export_geo_types[] = {
    { 1, 0 },
    { 0, 0 },                   /* pointer */
    { 0, UINT32_MAX },          /* UTF-8 string */
    { 8, 8 },                   /* double */
    { 0, UINT32_MAX },          /* bytes */
    { 0, 2 },                   /* unsigned 16 */
    { 0, 4 },                   /* unsigned 32 */
    { 0, UINT32_MAX },          /* map */
    { 0, 4 },                   /* signed 32 */
    { 0, 8 },                   /* unsigned 64 */
    { 0, 16 },                  /* unsigned 128 */
    { 0, UINT32_MAX },          /* array */
    { 1, 0 },                   /* container */
    { 1, 0 },                   /* end marker */
    { 0, 1 },                   /* boolean */
    { 4, 4 },                   /* float */
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

    /* the one that reaches into these 16 bits, then those that begin here */

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

    job->file = -1;
    job->copy = -1;
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


/* opening a FIFO would wait without O_NONBLOCK */

static const char *
export_geo_start(export_geo_job_t *job, const char *file, const char *path)
{
    const char  *error;

    error = export_geo_path(job, path);

    if (error) {
        return error;
    }

    job->file = open(file, O_RDONLY|O_CLOEXEC|O_NONBLOCK);

    if (job->file == -1 || fstat(job->file, &job->stat) == -1) {
        return "cannot be opened";
    }

    if (!S_ISREG(job->stat.st_mode)) {
        return "is not a regular file";
    }

    if (job->stat.st_size == 0) {
        return "is empty";
    }

    if (job->stat.st_size > EXPORT_GEO_MAX_FILE) {
        return "is too large";
    }

    job->found = job->schemas;
    job->work = (uint64_t) job->stat.st_size * EXPORT_GEO_MAX_WORK;
    job->copy = memfd_create("export_geo", MFD_CLOEXEC|MFD_ALLOW_SEALING);

    if (job->copy == -1) {
        return "cannot be copied to memory";
    }

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

    if (job->open) {
        MMDB_close(&job->mmdb);
    }

    if (job->file != -1) {
        close(job->file);
    }

    if (job->copy != -1) {
        close(job->copy);
    }

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

    while (rc == EXPORT_OK && export_geo_phases[geo->phase]) {
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


/* EXPORT_ERROR when a whole build has done more than a sane file can need */

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
    u_char             chunk[EXPORT_GEO_CHUNK];
    ssize_t            n;
    struct stat        stat;
    export_geo_job_t  *job;

    job = geo->job;

    while (job->size < (size_t) job->stat.st_size) {
        if (job->steps == 0) {
            return EXPORT_AGAIN;
        }

        n = read(job->file, chunk, sizeof(chunk));

        if (n == -1) {
            return export_geo_fail(geo, "cannot be read");
        }

        if (n == 0) {
            return export_geo_fail(geo, "changed while it was read");
        }

        if (write(job->copy, chunk, (size_t) n) != n) {
            return export_geo_fail(geo, "cannot be copied to memory");
        }

        job->size += (size_t) n;
        export_geo_charge(job, (size_t) n / EXPORT_GEO_COPY);
    }

    if (fstat(job->file, &stat) == -1) {
        return export_geo_fail(geo, "cannot be read");
    }

    if (stat.st_size != job->stat.st_size
        || job->size != (size_t) stat.st_size
        || stat.st_mtim.tv_sec != job->stat.st_mtim.tv_sec
        || stat.st_mtim.tv_nsec != job->stat.st_mtim.tv_nsec)
    {
        return export_geo_fail(geo, "changed while it was read");
    }

    return EXPORT_OK;
}


/*
 * The library opens files by name only.  Its mapping of the copy cannot raise
 * SIGBUS, since the copy is sealed.
 */

static int
export_geo_load(export_geo_t *geo)
{
    int                rc;
    char               name[sizeof("/proc/self/fd/") + 10];
    void              *map;
    export_geo_job_t  *job;

    job = geo->job;

    if (fcntl(job->copy, F_ADD_SEALS,
              F_SEAL_SHRINK|F_SEAL_GROW|F_SEAL_WRITE|F_SEAL_SEAL) == -1)
    {
        return export_geo_fail(geo, "cannot be sealed in memory");
    }

    map = mmap(NULL, job->size, PROT_READ, MAP_PRIVATE, job->copy, 0);

    if (map == MAP_FAILED) {
        return export_geo_fail(geo, "cannot be mapped");
    }

    rc = export_geo_metadata(geo, map);

    munmap(map, job->size);

    if (rc != EXPORT_OK) {
        return rc;
    }

    (void) snprintf(name, sizeof(name), "/proc/self/fd/%d", job->copy);

    switch (MMDB_open(name, MMDB_MODE_MMAP, &job->mmdb)) {

    case MMDB_SUCCESS:
        break;

    case MMDB_FILE_OPEN_ERROR:
    case MMDB_IO_ERROR:
    case MMDB_OUT_OF_MEMORY_ERROR:
        return export_geo_fail(geo, "cannot be mapped");

    case MMDB_UNKNOWN_DATABASE_FORMAT_ERROR:
        return export_geo_fail(geo, "has an unknown MMDB format");

    default:
        return export_geo_fail(geo, "has corrupt metadata");
    }

    job->open = 1;
    geo->epoch = (time_t) job->mmdb.metadata.build_epoch;

    return export_geo_begin(geo);
}


/* what libmaxminddb 1.7.1 takes on trust: nesting, and the tree's size */

static int
export_geo_metadata(export_geo_t *geo, const u_char *map)
{
    size_t                 n;
    MMDB_s                 mmdb;
    const u_char          *p, *end, *start;
    export_geo_section_t   section;

    end = map + geo->job->size;
    p = (geo->job->size > EXPORT_GEO_METADATA) ? end - EXPORT_GEO_METADATA
                                               : map;
    n = sizeof(EXPORT_GEO_MARKER) - 1;
    start = NULL;

    while ((p = memmem(p, (size_t) (end - p), EXPORT_GEO_MARKER, n))) {
        p += n;
        start = p;
    }

    if (start == NULL) {
        return export_geo_fail(geo, "is not an MMDB");
    }

    section.data = start;
    section.size = (uint32_t) (end - start);

    memset(&mmdb, 0, sizeof(MMDB_s));

    mmdb.data_section = section.data;
    mmdb.data_section_size = section.size;

    if (export_geo_check(&section, 0, &n) != EXPORT_OK
        || export_geo_strings(&section, &mmdb, "languages") != EXPORT_OK)
    {
        return export_geo_fail(geo, "has corrupt metadata");
    }

    n = sizeof(EXPORT_GEO_MARKER) - 1;

    if (export_geo_number(&mmdb, "node_count")
        * (export_geo_number(&mmdb, "record_size") / 4)
        + EXPORT_GEO_GAP + n > (size_t) (start - map))
    {
        return export_geo_fail(geo, "has a truncated search tree");
    }

    return EXPORT_OK;
}


/* 0 if there is none, which the library refuses then */

static uint64_t
export_geo_number(const MMDB_s *mmdb, const char *name)
{
    const char         *path[] = { name, NULL };
    MMDB_entry_s        entry = { mmdb, 0 };
    MMDB_entry_data_s   value;

    if (MMDB_aget_value(&entry, &value, path) != MMDB_SUCCESS) {
        return 0;
    }

    switch (value.type) {

    case MMDB_DATA_TYPE_UINT16:
        return value.uint16;

    case MMDB_DATA_TYPE_UINT32:
        return value.uint32;

    default:
        return 0;
    }
}


/* the library leaks a list with anything but strings */

static int
export_geo_strings(const export_geo_section_t *section, const MMDB_s *mmdb,
    const char *name)
{
    uint32_t             n, at, back;
    const char          *path[] = { name, NULL };
    MMDB_entry_s         entry = { mmdb, 0 };
    MMDB_entry_data_s    list;
    export_geo_value_t   value;

    if (MMDB_aget_value(&entry, &list, path) != MMDB_SUCCESS
        || list.type != MMDB_DATA_TYPE_ARRAY)
    {
        return EXPORT_ERROR;
    }

    at = list.offset_to_next;

    for (n = 0; n < list.data_size; n++) {
        if (export_geo_follow(section, at, &value, &back) != EXPORT_OK
            || value.type != MMDB_DATA_TYPE_UTF8_STRING)
        {
            return EXPORT_ERROR;
        }

        at = back ? back : value.next;
    }

    return EXPORT_OK;
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
    export_geo_branch_t   top;

    job = geo->job;

    free(job->memo);
    job->memo = calloc(1, job->mmdb.data_section_size);

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

    if (job->mmdb.metadata.ip_version == 4) {
        for (depth = 0; depth < EXPORT_GEO_NET4; depth++) {
            export_geo_push(job, MMDB_RECORD_TYPE_EMPTY, 0, &top, 1);
            top.depth++;
        }
    }

    top.type = MMDB_RECORD_TYPE_SEARCH_NODE;
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

        if (branch.type == MMDB_RECORD_TYPE_SEARCH_NODE
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
export_geo_push(export_geo_job_t *job, unsigned type, uint64_t value,
    const export_geo_branch_t *parent, unsigned right)
{
    export_geo_branch_t  *branch;

    branch = &job->branch[job->branches++];

    *branch = *parent;
    branch->type = (uint8_t) type;
    branch->value = (uint32_t) value;
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
    MMDB_search_node_s   node;

    job = geo->job;

    if (branch->depth == EXPORT_GEO_BITS
        || MMDB_read_node(&job->mmdb, branch->value, &node) != MMDB_SUCCESS)
    {
        return export_geo_fail(geo, "has a corrupt search tree");
    }

    if (branch->depth == EXPORT_GEO_NET4
        && branch->high == 0 && branch->low == 0
        && export_geo_add6(geo, EXPORT_GEO_NET4, 0, 0, 0) != EXPORT_OK)
    {
        return EXPORT_ERROR;
    }

    export_geo_push(job, node.right_record_type,
                    node.right_record_type == MMDB_RECORD_TYPE_DATA
                    ? node.right_record_entry.offset : node.right_record,
                    branch, 1);

    export_geo_push(job, node.left_record_type,
                    node.left_record_type == MMDB_RECORD_TYPE_DATA
                    ? node.left_record_entry.offset : node.left_record,
                    branch, 0);

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

    if (branch->type == MMDB_RECORD_TYPE_INVALID) {
        return export_geo_fail(geo, "has a corrupt search tree");
    }

    if (branch->type == MMDB_RECORD_TYPE_DATA) {
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
    size_t                 values;
    MMDB_entry_s           entry;
    export_geo_job_t      *job;
    export_geo_record_t    record;
    export_geo_section_t   section;

    job = geo->job;

    section.data = job->mmdb.data_section;
    section.size = job->mmdb.data_section_size;

    if (offset < section.size && job->memo[offset]) {
        *id = (u_char) (job->memo[offset] - 1);
        return EXPORT_OK;
    }

    if (export_geo_check(&section, offset, &values) != EXPORT_OK) {
        return export_geo_fail(geo, "has a corrupt record");
    }

    if (export_geo_spend(geo, values) != EXPORT_OK) {
        return EXPORT_ERROR;
    }

    entry.mmdb = &job->mmdb;
    entry.offset = offset;

    if (export_geo_country(job, &entry, &record.country) != EXPORT_OK) {
        return EXPORT_DONE;
    }

    export_geo_string(&entry, export_geo_registered, &record.registered);
    export_geo_string(&entry, export_geo_continent, &record.continent);

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
export_geo_country(export_geo_job_t *job, MMDB_entry_s *entry,
    export_str_t *country)
{
    size_t  i, found;

    for (i = 0; i < job->schemas && i <= job->found; i++) {
        export_geo_string(entry, job->schema[i], country);

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


static void
export_geo_string(MMDB_entry_s *entry, const char *const *path,
    export_str_t *string)
{
    MMDB_entry_data_s  value;

    string->len = 0;
    string->data = NULL;

    if (MMDB_aget_value(entry, &value, path) == MMDB_SUCCESS
        && value.has_data && value.type == MMDB_DATA_TYPE_UTF8_STRING)
    {
        string->len = value.data_size;
        string->data = (u_char *) value.utf8_string;
    }
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
 * A whole value with all it holds and points at, as strict as the library's
 * decoder, but without recursion.  *values is how many there were.
 */

static int
export_geo_check(const export_geo_section_t *section, uint32_t at,
    size_t *values)
{
    unsigned             key;
    uint32_t             back;
    export_geo_value_t   value;
    export_geo_frame_t  *f, frame[EXPORT_GEO_MAX_DEPTH];

    f = frame;
    f->remaining = 1;
    f->back = 0;
    f->map = 0;

    for (*values = 0; *values < EXPORT_GEO_MAX_VALUES; (*values)++) {
        while (f->remaining == 0) {
            if (f == frame) {
                return EXPORT_OK;
            }

            at = f->back ? f->back : at;
            f--;
        }

        key = (f->map && f->remaining % 2 == 0);
        f->remaining--;

        if (export_geo_follow(section, at, &value, &back) != EXPORT_OK
            || (key && value.type != MMDB_DATA_TYPE_UTF8_STRING))
        {
            return EXPORT_ERROR;
        }

        if (value.type != MMDB_DATA_TYPE_MAP
            && value.type != MMDB_DATA_TYPE_ARRAY)
        {
            at = back ? back : value.next;
            continue;
        }

        if (++f == frame + EXPORT_GEO_MAX_DEPTH) {
            return EXPORT_ERROR;
        }

        f->map = (value.type == MMDB_DATA_TYPE_MAP);
        f->remaining = value.size << f->map;
        f->back = back;
        at = value.next;
    }

    return EXPORT_ERROR;
}


/* *back is the offset behind a pointer, or 0 if there was none */

static int
export_geo_follow(const export_geo_section_t *section, uint32_t at,
    export_geo_value_t *value, uint32_t *back)
{
    *back = 0;

    if (export_geo_decode(section, at, value) != EXPORT_OK) {
        return EXPORT_ERROR;
    }

    if (value->type != MMDB_DATA_TYPE_POINTER) {
        return EXPORT_OK;
    }

    *back = value->next;

    if (export_geo_decode(section, value->size, value) != EXPORT_OK
        || value->type == MMDB_DATA_TYPE_POINTER)
    {
        return EXPORT_ERROR;
    }

    return EXPORT_OK;
}


static int
export_geo_decode(const export_geo_section_t *section, uint32_t at,
    export_geo_value_t *value)
{
    uint32_t               n, bits, more, type;
    static const uint32_t  pointer[] = { 0, 2048, 526336 };
    static const uint32_t  longer[] = { 0, 29, 285, 65821 };

    if (export_geo_take(section, &at, 1, &bits) != EXPORT_OK) {
        return EXPORT_ERROR;
    }

    type = bits >> 5;

    if (type == MMDB_DATA_TYPE_EXTENDED) {
        if (export_geo_take(section, &at, 1, &type) != EXPORT_OK) {
            return EXPORT_ERROR;
        }

        type += 7;
    }

    /* what follows are the bytes of a pointer, or of a size above 28 */

    if (type == MMDB_DATA_TYPE_POINTER) {
        n = (bits >> 3 & 3) + 1;

    } else {
        n = (bits & 31) > 28 ? (bits & 31) - 28 : 0;
    }

    if (export_geo_take(section, &at, n, &more) != EXPORT_OK) {
        return EXPORT_ERROR;
    }

    value->type = type;
    value->next = at;

    if (type == MMDB_DATA_TYPE_POINTER) {
        value->size = (n == 4) ? more
                               : ((bits & 7) << 8 * n) + more + pointer[n - 1];
        return EXPORT_OK;
    }

    value->size = n ? longer[n] + more : bits & 31;

    if (type >= sizeof(export_geo_types) / sizeof(export_geo_types[0])
        || value->size < export_geo_types[type].min
        || value->size > export_geo_types[type].max)
    {
        return EXPORT_ERROR;
    }

    if (type == MMDB_DATA_TYPE_MAP || type == MMDB_DATA_TYPE_ARRAY
        || type == MMDB_DATA_TYPE_BOOLEAN)
    {
        return EXPORT_OK;
    }

    value->next += value->size;

    return (value->size > section->size - at) ? EXPORT_ERROR : EXPORT_OK;
}


/* a number of n bytes, n up to 4 */

static int
export_geo_take(const export_geo_section_t *section, uint32_t *at, uint32_t n,
    uint32_t *value)
{
    if (*at > section->size || n > section->size - *at) {
        return EXPORT_ERROR;
    }

    for (*value = 0; n; n--) {
        *value = *value << 8 | section->data[(*at)++];
    }

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


/* the network high:low/depth, as above */

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

    MMDB_close(&job->mmdb);
    job->open = 0;

    export_geo_charge(job, job->size);

    return EXPORT_OK;
}


/* unmapping the copy and letting go of it take a moment each */

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
