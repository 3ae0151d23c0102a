
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

#include "export_mmdb.h"


#define EXPORT_MMDB_CHUNK     0x10000       /* bytes read at once */
#define EXPORT_MMDB_MARKER    "\xab\xcd\xefMaxMind.com"
#define EXPORT_MMDB_METADATA  0x20000       /* bytes at a file's end that
                                               may hold the marker */
#define EXPORT_MMDB_GAP       16            /* bytes between tree and data */


/* bytes in which values lie one after another; offsets are 32 bits */

typedef struct {
    const u_char  *data;
    uint32_t       size;
} export_mmdb_section_t;


typedef struct {
    uint32_t  type;             /* MMDB_DATA_TYPE_... */
    uint32_t  size;             /* bytes, members, or where a pointer points */
    uint32_t  next;             /* offset of what follows, or of a member */
} export_mmdb_value_t;


/* a map or an array that is being checked */

typedef struct {
    uint32_t  remaining;        /* values to come */
    uint32_t  back;             /* offset to go on at after them, if not 0 */
    unsigned  map:1;            /* every other value is a key */
} export_mmdb_frame_t;


struct export_mmdb_s {
    int          file;
    int          copy;
    struct stat  stat;
    size_t       copied;        /* bytes */

    MMDB_s       mmdb;
    unsigned     loaded:1;      /* mmdb is open */
};


static const char *export_mmdb_start(export_mmdb_t *mmdb, const char *file);
static int export_mmdb_copied(export_mmdb_t *mmdb, const char **error);
static int export_mmdb_fail(const char **error, const char *text);

static const char *export_mmdb_metadata(const u_char *map, size_t size);
static const u_char *export_mmdb_marker(const u_char *map, size_t size);
static uint64_t export_mmdb_number(const MMDB_s *mmdb, const char *name);
static int export_mmdb_strings(const export_mmdb_section_t *section,
    const MMDB_s *mmdb, const char *name);

static void export_mmdb_link(export_mmdb_link_t *link, unsigned type,
    uint64_t node, const MMDB_entry_s *entry);

static int export_mmdb_check_value(const export_mmdb_section_t *section,
    uint32_t at, size_t *values);
static export_mmdb_frame_t *export_mmdb_leave(
    const export_mmdb_frame_t *outermost, export_mmdb_frame_t *f,
    uint32_t *at);
static int export_mmdb_is_container(const export_mmdb_value_t *value);
static int export_mmdb_follow(const export_mmdb_section_t *section,
    uint32_t at, export_mmdb_value_t *value, uint32_t *back);
static int export_mmdb_decode(const export_mmdb_section_t *section,
    uint32_t at, export_mmdb_value_t *value);
static int export_mmdb_pointer(const export_mmdb_section_t *section,
    uint32_t at, uint32_t bits, export_mmdb_value_t *value);
static int export_mmdb_sized(const export_mmdb_section_t *section,
    uint32_t at, uint32_t bits, export_mmdb_value_t *value);
static int export_mmdb_bytes(const export_mmdb_section_t *section,
    uint32_t *at, uint32_t n, uint32_t *value);


/*
 * The bytes that a value of each type may have, or the members of a map or an
 * array; a type that no record has wants more than it may have.
 */

#define EXPORT_MMDB_NONE  { 1, 0 }

static const struct {
    uint32_t  min;
    uint32_t  max;
} export_mmdb_types[] = {
    [MMDB_DATA_TYPE_EXTENDED] = EXPORT_MMDB_NONE,
    [MMDB_DATA_TYPE_POINTER] = EXPORT_MMDB_NONE,
    [MMDB_DATA_TYPE_UTF8_STRING] = { 0, UINT32_MAX },
    [MMDB_DATA_TYPE_DOUBLE] = { 8, 8 },
    [MMDB_DATA_TYPE_BYTES] = { 0, UINT32_MAX },
    [MMDB_DATA_TYPE_UINT16] = { 0, 2 },
    [MMDB_DATA_TYPE_UINT32] = { 0, 4 },
    [MMDB_DATA_TYPE_MAP] = { 0, UINT32_MAX },
    [MMDB_DATA_TYPE_INT32] = { 0, 4 },
    [MMDB_DATA_TYPE_UINT64] = { 0, 8 },
    [MMDB_DATA_TYPE_UINT128] = { 0, 16 },
    [MMDB_DATA_TYPE_ARRAY] = { 0, UINT32_MAX },
    [MMDB_DATA_TYPE_CONTAINER] = EXPORT_MMDB_NONE,
    [MMDB_DATA_TYPE_END_MARKER] = EXPORT_MMDB_NONE,
    [MMDB_DATA_TYPE_BOOLEAN] = { 0, 1 },
    [MMDB_DATA_TYPE_FLOAT] = { 4, 4 },
};

#define EXPORT_MMDB_TYPES                                                     \
    (sizeof(export_mmdb_types) / sizeof(export_mmdb_types[0]))


export_mmdb_t *
export_mmdb_open(const char *file, const char **error)
{
    int             err;
    export_mmdb_t  *mmdb;

    mmdb = calloc(1, sizeof(export_mmdb_t));

    if (mmdb == NULL) {
        *error = "cannot be opened";
        return NULL;
    }

    mmdb->file = -1;
    mmdb->copy = -1;

    *error = export_mmdb_start(mmdb, file);

    if (*error) {
        err = errno;
        export_mmdb_close(mmdb);
        errno = err;
        return NULL;
    }

    return mmdb;
}


static const char *
export_mmdb_start(export_mmdb_t *mmdb, const char *file)
{
    mmdb->file = open(file, O_RDONLY|O_CLOEXEC|O_NONBLOCK);

    if (mmdb->file == -1 || fstat(mmdb->file, &mmdb->stat) == -1) {
        return "cannot be opened";
    }

    if (!S_ISREG(mmdb->stat.st_mode)) {
        return "is not a regular file";
    }

    if (mmdb->stat.st_size == 0) {
        return "is empty";
    }

    if (mmdb->stat.st_size > EXPORT_MMDB_MAX_FILE) {
        return "is too large";
    }

    mmdb->copy = memfd_create("export_mmdb", MFD_CLOEXEC|MFD_ALLOW_SEALING);

    if (mmdb->copy == -1) {
        return "cannot be copied to memory";
    }

    return NULL;
}


size_t
export_mmdb_size(const export_mmdb_t *mmdb)
{
    return (size_t) mmdb->stat.st_size;
}


int
export_mmdb_copy(export_mmdb_t *mmdb, size_t *steps, const char **error)
{
    u_char   chunk[EXPORT_MMDB_CHUNK];
    size_t   spent;
    ssize_t  n;

    while (mmdb->copied < (size_t) mmdb->stat.st_size) {
        if (*steps == 0) {
            return EXPORT_AGAIN;
        }

        n = read(mmdb->file, chunk, sizeof(chunk));

        if (n == -1) {
            return export_mmdb_fail(error, "cannot be read");
        }

        if (n == 0) {
            return export_mmdb_fail(error, "changed while it was read");
        }

        if (write(mmdb->copy, chunk, (size_t) n) != n) {
            return export_mmdb_fail(error, "cannot be copied to memory");
        }

        mmdb->copied += (size_t) n;
        spent = (size_t) n / EXPORT_MMDB_COPY;
        *steps -= (spent < *steps) ? spent : *steps;
    }

    return export_mmdb_copied(mmdb, error);
}


/* a file that was written to meanwhile has another size or time than before */

static int
export_mmdb_copied(export_mmdb_t *mmdb, const char **error)
{
    struct stat  stat;

    if (fstat(mmdb->file, &stat) == -1) {
        return export_mmdb_fail(error, "cannot be read");
    }

    if (stat.st_size != mmdb->stat.st_size
        || mmdb->copied != (size_t) stat.st_size
        || stat.st_mtim.tv_sec != mmdb->stat.st_mtim.tv_sec
        || stat.st_mtim.tv_nsec != mmdb->stat.st_mtim.tv_nsec)
    {
        return export_mmdb_fail(error, "changed while it was read");
    }

    return EXPORT_OK;
}


static int
export_mmdb_fail(const char **error, const char *text)
{
    *error = text;

    return EXPORT_ERROR;
}


/*
 * The library opens files by name only.  Its mapping of the copy cannot raise
 * SIGBUS, since the copy is sealed.
 */

int
export_mmdb_load(export_mmdb_t *mmdb, const char **error)
{
    char         name[sizeof("/proc/self/fd/") + 10];
    void        *map;
    const char  *text;

    if (fcntl(mmdb->copy, F_ADD_SEALS,
              F_SEAL_SHRINK|F_SEAL_GROW|F_SEAL_WRITE|F_SEAL_SEAL) == -1)
    {
        return export_mmdb_fail(error, "cannot be sealed in memory");
    }

    map = mmap(NULL, mmdb->copied, PROT_READ, MAP_PRIVATE, mmdb->copy, 0);

    if (map == MAP_FAILED) {
        return export_mmdb_fail(error, "cannot be mapped");
    }

    text = export_mmdb_metadata(map, mmdb->copied);

    munmap(map, mmdb->copied);

    if (text) {
        return export_mmdb_fail(error, text);
    }

    (void) snprintf(name, sizeof(name), "/proc/self/fd/%d", mmdb->copy);

    switch (MMDB_open(name, MMDB_MODE_MMAP, &mmdb->mmdb)) {

    case MMDB_SUCCESS:
        mmdb->loaded = 1;
        return EXPORT_OK;

    case MMDB_FILE_OPEN_ERROR:
    case MMDB_IO_ERROR:
    case MMDB_OUT_OF_MEMORY_ERROR:
        return export_mmdb_fail(error, "cannot be mapped");

    case MMDB_UNKNOWN_DATABASE_FORMAT_ERROR:
        return export_mmdb_fail(error, "has an unknown MMDB format");

    default:
        return export_mmdb_fail(error, "has corrupt metadata");
    }
}


/*
 * Checks what libmaxminddb 1.7.1 takes on trust, nesting and the size of the
 * tree.  Returns an error's text, or NULL.
 */

static const char *
export_mmdb_metadata(const u_char *map, size_t size)
{
    size_t                  n;
    MMDB_s                  mmdb;
    const u_char           *start;
    export_mmdb_section_t   section;

    start = export_mmdb_marker(map, size);

    if (start == NULL) {
        return "is not an MMDB";
    }

    section.data = start;
    section.size = (uint32_t) (map + size - start);

    memset(&mmdb, 0, sizeof(MMDB_s));

    mmdb.data_section = section.data;
    mmdb.data_section_size = section.size;

    if (export_mmdb_check_value(&section, 0, &n) != EXPORT_OK
        || export_mmdb_strings(&section, &mmdb, "languages") != EXPORT_OK)
    {
        return "has corrupt metadata";
    }

    if (export_mmdb_number(&mmdb, "node_count")
        * (export_mmdb_number(&mmdb, "record_size") / 4)
        + EXPORT_MMDB_GAP + sizeof(EXPORT_MMDB_MARKER) - 1
        > (size_t) (start - map))
    {
        return "has a truncated search tree";
    }

    return NULL;
}


/* what follows the last marker, or NULL */

static const u_char *
export_mmdb_marker(const u_char *map, size_t size)
{
    size_t         n;
    const u_char  *p, *end, *start;

    end = map + size;
    p = (size > EXPORT_MMDB_METADATA) ? end - EXPORT_MMDB_METADATA : map;
    n = sizeof(EXPORT_MMDB_MARKER) - 1;
    start = NULL;

    while ((p = memmem(p, (size_t) (end - p), EXPORT_MMDB_MARKER, n))) {
        p += n;
        start = p;
    }

    return start;
}


/* 0 if there is none, which the library refuses then */

static uint64_t
export_mmdb_number(const MMDB_s *mmdb, const char *name)
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
export_mmdb_strings(const export_mmdb_section_t *section, const MMDB_s *mmdb,
    const char *name)
{
    uint32_t              n, at, back;
    const char           *path[] = { name, NULL };
    MMDB_entry_s          entry = { mmdb, 0 };
    MMDB_entry_data_s     list;
    export_mmdb_value_t   value;

    if (MMDB_aget_value(&entry, &list, path) != MMDB_SUCCESS
        || list.type != MMDB_DATA_TYPE_ARRAY)
    {
        return EXPORT_ERROR;
    }

    at = list.offset_to_next;

    for (n = 0; n < list.data_size; n++) {
        if (export_mmdb_follow(section, at, &value, &back) != EXPORT_OK
            || value.type != MMDB_DATA_TYPE_UTF8_STRING)
        {
            return EXPORT_ERROR;
        }

        at = back ? back : value.next;
    }

    return EXPORT_OK;
}


time_t
export_mmdb_epoch(const export_mmdb_t *mmdb)
{
    return (time_t) mmdb->mmdb.metadata.build_epoch;
}


unsigned
export_mmdb_is_v4(const export_mmdb_t *mmdb)
{
    return mmdb->mmdb.metadata.ip_version == 4;
}


size_t
export_mmdb_data_size(const export_mmdb_t *mmdb)
{
    return mmdb->mmdb.data_section_size;
}


int
export_mmdb_node(const export_mmdb_t *mmdb, uint32_t number,
    export_mmdb_link_t *left, export_mmdb_link_t *right)
{
    MMDB_search_node_s  node;

    if (MMDB_read_node(&mmdb->mmdb, number, &node) != MMDB_SUCCESS) {
        return EXPORT_ERROR;
    }

    export_mmdb_link(left, node.left_record_type, node.left_record,
                     &node.left_record_entry);
    export_mmdb_link(right, node.right_record_type, node.right_record,
                     &node.right_record_entry);

    return EXPORT_OK;
}


static void
export_mmdb_link(export_mmdb_link_t *link, unsigned type, uint64_t node,
    const MMDB_entry_s *entry)
{
    switch (type) {

    case MMDB_RECORD_TYPE_EMPTY:
        link->type = EXPORT_MMDB_EMPTY;
        link->value = 0;
        return;

    case MMDB_RECORD_TYPE_SEARCH_NODE:
        link->type = EXPORT_MMDB_NODE;
        link->value = (uint32_t) node;
        return;

    case MMDB_RECORD_TYPE_DATA:
        link->type = EXPORT_MMDB_DATA;
        link->value = entry->offset;
        return;

    default:
        link->type = EXPORT_MMDB_INVALID;
        link->value = 0;
    }
}


export_str_t
export_mmdb_string(const export_mmdb_t *mmdb, uint32_t offset,
    const char *const *path)
{
    export_str_t       string = { 0, NULL };
    MMDB_entry_s       entry = { &mmdb->mmdb, offset };
    MMDB_entry_data_s  value;

    if (MMDB_aget_value(&entry, &value, path) == MMDB_SUCCESS
        && value.has_data && value.type == MMDB_DATA_TYPE_UTF8_STRING)
    {
        string.len = value.data_size;
        string.data = (u_char *) value.utf8_string;
    }

    return string;
}


int
export_mmdb_check(const export_mmdb_t *mmdb, uint32_t offset, size_t *values)
{
    export_mmdb_section_t  section;

    section.data = mmdb->mmdb.data_section;
    section.size = mmdb->mmdb.data_section_size;

    return export_mmdb_check_value(&section, offset, values);
}


/*
 * As strict as the library's decoder, but without recursion: a frame is a map
 * or an array around the value that is looked at.
 */

static int
export_mmdb_check_value(const export_mmdb_section_t *section, uint32_t at,
    size_t *values)
{
    unsigned              key;
    uint32_t              back;
    export_mmdb_value_t   value;
    export_mmdb_frame_t  *f, frame[EXPORT_MMDB_MAX_DEPTH];

    f = frame;
    f->remaining = 1;
    f->back = 0;
    f->map = 0;

    for (*values = 0; *values < EXPORT_MMDB_MAX_VALUES; (*values)++) {
        f = export_mmdb_leave(frame, f, &at);

        if (f == NULL) {
            return EXPORT_OK;
        }

        key = (f->map && f->remaining % 2 == 0);
        f->remaining--;

        if (export_mmdb_follow(section, at, &value, &back) != EXPORT_OK
            || (key && value.type != MMDB_DATA_TYPE_UTF8_STRING))
        {
            return EXPORT_ERROR;
        }

        at = value.next;

        if (!export_mmdb_is_container(&value)) {
            at = back ? back : at;
            continue;
        }

        if (++f == frame + EXPORT_MMDB_MAX_DEPTH) {
            return EXPORT_ERROR;
        }

        f->map = (value.type == MMDB_DATA_TYPE_MAP);
        f->remaining = value.size << f->map;
        f->back = back;
    }

    return EXPORT_ERROR;
}


/*
 * The innermost frame with a value to come, and where that value is; NULL if
 * the outermost one is at its end.
 */

static export_mmdb_frame_t *
export_mmdb_leave(const export_mmdb_frame_t *outermost,
    export_mmdb_frame_t *f, uint32_t *at)
{
    while (f->remaining == 0) {
        if (f == outermost) {
            return NULL;
        }

        *at = f->back ? f->back : *at;
        f--;
    }

    return f;
}


static int
export_mmdb_is_container(const export_mmdb_value_t *value)
{
    return value->type == MMDB_DATA_TYPE_MAP
           || value->type == MMDB_DATA_TYPE_ARRAY;
}


/* *back is the offset behind a pointer, or 0 if there was none */

static int
export_mmdb_follow(const export_mmdb_section_t *section, uint32_t at,
    export_mmdb_value_t *value, uint32_t *back)
{
    *back = 0;

    if (export_mmdb_decode(section, at, value) != EXPORT_OK) {
        return EXPORT_ERROR;
    }

    if (value->type != MMDB_DATA_TYPE_POINTER) {
        return EXPORT_OK;
    }

    *back = value->next;

    if (export_mmdb_decode(section, value->size, value) != EXPORT_OK
        || value->type == MMDB_DATA_TYPE_POINTER)
    {
        return EXPORT_ERROR;
    }

    return EXPORT_OK;
}


/* "Data Section" of the format: a control byte has the type and five bits */

static int
export_mmdb_decode(const export_mmdb_section_t *section, uint32_t at,
    export_mmdb_value_t *value)
{
    uint32_t  bits;

    if (export_mmdb_bytes(section, &at, 1, &bits) != EXPORT_OK) {
        return EXPORT_ERROR;
    }

    value->type = bits >> 5;
    bits &= 31;

    if (value->type == MMDB_DATA_TYPE_POINTER) {
        return export_mmdb_pointer(section, at, bits, value);
    }

    if (value->type == MMDB_DATA_TYPE_EXTENDED) {
        if (export_mmdb_bytes(section, &at, 1, &value->type) != EXPORT_OK) {
            return EXPORT_ERROR;
        }

        value->type += 7;
    }

    return export_mmdb_sized(section, at, bits, value);
}


/* two bits say how many bytes follow, three are the highest of the offset */

static int
export_mmdb_pointer(const export_mmdb_section_t *section, uint32_t at,
    uint32_t bits, export_mmdb_value_t *value)
{
    uint32_t               n, more;
    static const uint32_t  base[] = { 0, 2048, 526336 };

    n = (bits >> 3 & 3) + 1;

    if (export_mmdb_bytes(section, &at, n, &more) != EXPORT_OK) {
        return EXPORT_ERROR;
    }

    value->next = at;
    value->size = (n == 4) ? more : ((bits & 7) << 8 * n) + more + base[n - 1];

    return EXPORT_OK;
}


/* a size above 28 has one to three bytes of its own */

static int
export_mmdb_sized(const export_mmdb_section_t *section, uint32_t at,
    uint32_t bits, export_mmdb_value_t *value)
{
    uint32_t               n, more;
    static const uint32_t  base[] = { 0, 29, 285, 65821 };

    n = (bits > 28) ? bits - 28 : 0;

    if (export_mmdb_bytes(section, &at, n, &more) != EXPORT_OK) {
        return EXPORT_ERROR;
    }

    value->next = at;
    value->size = n ? base[n] + more : bits;

    if (value->type >= EXPORT_MMDB_TYPES
        || value->size < export_mmdb_types[value->type].min
        || value->size > export_mmdb_types[value->type].max)
    {
        return EXPORT_ERROR;
    }

    /*
     * No bytes follow for these: the size of a container is its number of
     * members, and the size of a boolean is its value.
     */

    if (export_mmdb_is_container(value)
        || value->type == MMDB_DATA_TYPE_BOOLEAN)
    {
        return EXPORT_OK;
    }

    value->next += value->size;

    return (value->size > section->size - at) ? EXPORT_ERROR : EXPORT_OK;
}


/* a number of n bytes, n up to 4 */

static int
export_mmdb_bytes(const export_mmdb_section_t *section, uint32_t *at,
    uint32_t n, uint32_t *value)
{
    if (*at > section->size || n > section->size - *at) {
        return EXPORT_ERROR;
    }

    for (*value = 0; n; n--) {
        *value = *value << 8 | section->data[(*at)++];
    }

    return EXPORT_OK;
}


void
export_mmdb_close(export_mmdb_t *mmdb)
{
    if (mmdb == NULL) {
        return;
    }

    if (mmdb->loaded) {
        MMDB_close(&mmdb->mmdb);
    }

    if (mmdb->file != -1) {
        close(mmdb->file);
    }

    if (mmdb->copy != -1) {
        close(mmdb->copy);
    }

    free(mmdb);
}
