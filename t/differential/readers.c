
/*
 * One of the programs that t/differential.t compares.  Reads documents from
 * standard input, each as
 *
 *     kind (1 byte), length of argument, length of body (4 bytes each, least
 *     first), argument, body
 *
 * where the argument is the wanted names, a line each, or the boundary.
 * Prints a line for each: the verdict and, of what is well-formed, the events
 *
 *     <field><type><value in hex>     R<start>-<end>
 *     P <name> <filename> <type> <encoding> <opaque> <data>    of a part
 *
 * and for JSON, after a tab, the same as libyajl has it.  Each document is
 * read whole, with and without SIMD, and in pieces; each piece ends where the
 * allocation does, so that a sanitizer sees what reads on.
 *
 * Arguments: the limits, bytes of a record and depth.
 */


#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include <yajl/yajl_parse.h>

#include "export_csv.h"
#include "export_form.h"
#include "export_json.h"
#include "../../module/readers/json/export_json_scan.h"
#include "export_multipart.h"


#define READERS_WAYS     5          /* whole, whole without SIMD, in pieces */
#define READERS_LEVELS   1024       /* of nesting that yajl is followed in */
#define READERS_LENGTH   (1 << 26)  /* of a document: more is a broken pipe */


typedef struct readers_s  readers_t;


typedef struct {
    size_t   len;
    size_t   size;
    char    *data;
} readers_text_t;


typedef struct {
    char     kind;
    int      mode;
    int    (*init)(readers_t *r);
    int    (*feed)(readers_t *r, const u_char *p, size_t len);
    int    (*finish)(readers_t *r);
} readers_kind_t;


struct readers_s {
    const readers_kind_t   *kind;
    export_str_t            arg;
    export_str_t            body;
    export_fields_t         fields;
    export_limits_t         limits;
    export_unread_t         unread;
    export_sink_t           sink;
    export_part_sink_t      parts;

    uint64_t                random;
    unsigned                way;
    uint64_t                start;      /* of the part */
    uint64_t                given;      /* bytes of it */
    readers_text_t          events;

    union {
        export_json_t       json;
        export_csv_t        csv;
        export_form_t       form;
        export_multipart_t  multipart;
    } u;

    u_char                  header[EXPORT_MULTIPART_MAX_HEADER];
};


/* a level of nesting: the array or object, and the member it is at */

typedef struct {
    unsigned   array;
    unsigned   index;
    size_t     len;
    u_char     key[EXPORT_MAX_NAME + 1];
} readers_level_t;


typedef struct {
    readers_t        *r;
    yajl_handle       yajl;
    const u_char     *text;
    size_t            offset;           /* of the text in the body */
    size_t            last;             /* where the last token ended */
    size_t            start;            /* of the record */
    unsigned          depth;
    unsigned          top;              /* the depth records are at */
    unsigned          arrays;           /* may be of records */

    /* what yajl takes, and the reader does not */

    unsigned          shape;
    unsigned          deep;
    unsigned          large;
    unsigned          space;
    unsigned          tail;

    readers_level_t   level[READERS_LEVELS];
} readers_yajl_t;


static void readers_fail(const char *what);
static void *readers_alloc(size_t size);
static void readers_room(readers_text_t *text, size_t len);
static void readers_print(readers_text_t *text, const char *fmt, ...);
static void readers_hex(readers_text_t *text, const u_char *p, size_t len);
static uint64_t readers_random(readers_t *r);

static int readers_field(void *data, unsigned i, export_value_e type,
    const export_str_t *value);
static int readers_record(void *data, uint64_t start, uint64_t end);
static int readers_part(void *data, const export_part_t *part);
static int readers_data(void *data, const u_char *p, size_t len);
static int readers_end(void *data, uint64_t end);

static int readers_json_init(readers_t *r);
static int readers_json_feed(readers_t *r, const u_char *p, size_t len);
static int readers_json_finish(readers_t *r);
static int readers_csv_init(readers_t *r);
static int readers_csv_feed(readers_t *r, const u_char *p, size_t len);
static int readers_csv_finish(readers_t *r);
static int readers_form_init(readers_t *r);
static int readers_form_feed(readers_t *r, const u_char *p, size_t len);
static int readers_form_finish(readers_t *r);
static int readers_multipart_init(readers_t *r);
static int readers_multipart_feed(readers_t *r, const u_char *p, size_t len);
static int readers_multipart_finish(readers_t *r);

static int readers_null(void *data);
static int readers_boolean(void *data, int value);
static int readers_number(void *data, const char *p, size_t len);
static int readers_string(void *data, const u_char *p, size_t len);
static int readers_map(void *data);
static int readers_key(void *data, const u_char *p, size_t len);
static int readers_array(void *data);
static int readers_close(void *data);
static void readers_token(readers_yajl_t *y);
static void readers_value(readers_yajl_t *y, export_value_e type,
    const u_char *p, size_t len);
static void readers_value_end(readers_yajl_t *y);
static int readers_open(readers_yajl_t *y, unsigned array);
static int readers_at(const readers_yajl_t *y, const export_field_t *field,
    unsigned n);
static int readers_named(const readers_level_t *level,
    const export_str_t *name);

static int readers_yajl_text(readers_yajl_t *y, size_t start, size_t end);
static int readers_yajl_lines(readers_yajl_t *y);
static int readers_yajl_seq(readers_yajl_t *y);
static int readers_yajl_mode(readers_yajl_t *y, int mode);
static void readers_yajl(readers_t *r);

static int readers_read(readers_t *r);
static void readers_document(readers_t *r);
static void readers_names(readers_t *r);
static size_t readers_length(const u_char *p);
static int readers_next(readers_t *r);


static const readers_kind_t  readers_kinds[] = {
#define READERS(name)                                                         \
    readers_##name##_init, readers_##name##_feed, readers_##name##_finish
    { 't', EXPORT_JSON_TEXT, READERS(json) },
    { 'l', EXPORT_JSON_LINES, READERS(json) },
    { 's', EXPORT_JSON_SEQ, READERS(json) },
    { 'g', EXPORT_JSON_GUESS, READERS(json) },
    { 'c', 0, READERS(csv) },
    { 'd', EXPORT_CSV_SUBJECTS, READERS(csv) },
    { 'f', 0, READERS(form) },
    { 'm', EXPORT_MULTIPART_FORM, READERS(multipart) },
    { 'x', 0, READERS(multipart) },
    { 0, 0, NULL, NULL, NULL }
#undef READERS
};


static const yajl_callbacks  readers_callbacks = {
    readers_null,
    readers_boolean,
    NULL,
    NULL,
    readers_number,
    readers_string,
    readers_map,
    readers_key,
    readers_close,
    readers_array,
    readers_close
};


int
main(int argc, char **argv)
{
    readers_t  r;

    if (argc != 3) {
        errno = EINVAL;
        readers_fail("readers RECORD DEPTH");
    }

    memset(&r, 0, sizeof(readers_t));

    r.random = 88172645463325252ull;
    r.limits.record = strtoull(argv[1], NULL, 10);
    r.limits.depth = (unsigned) strtoul(argv[2], NULL, 10);

    r.sink.data = &r;
    r.sink.field = readers_field;
    r.sink.record = readers_record;

    r.parts.data = &r;
    r.parts.begin = readers_part;
    r.parts.body = readers_data;
    r.parts.end = readers_end;

    while (readers_next(&r)) {
        readers_document(&r);
        free(r.arg.data);
        free(r.body.data);
    }

    free(r.events.data);

    if (fflush(stdout) != 0) {
        readers_fail("write");
    }

    return 0;
}


static void
readers_fail(const char *what)
{
    perror(what);
    exit(2);
}


static void *
readers_alloc(size_t size)
{
    void  *p;

    p = malloc(size ? size : 1);

    if (p == NULL) {
        readers_fail("malloc");
    }

    return p;
}


static void
readers_room(readers_text_t *text, size_t len)
{
    if (text->size - text->len > len) {
        return;
    }

    text->size = text->size * 2 + len + 1;
    text->data = realloc(text->data, text->size);

    if (text->data == NULL) {
        readers_fail("realloc");
    }
}


/* nothing printed so is longer than 64 bytes */

static void
readers_print(readers_text_t *text, const char *fmt, ...)
{
    va_list  args;

    readers_room(text, 64);

    va_start(args, fmt);
    text->len += (size_t) vsnprintf(text->data + text->len, 64, fmt, args);
    va_end(args);
}


static void
readers_hex(readers_text_t *text, const u_char *p, size_t len)
{
    char    *s;
    size_t   i;

    static const char  digits[] = "0123456789abcdef";

    readers_room(text, 2 * len);
    s = text->data + text->len;

    for (i = 0; i < len; i++) {
        *s++ = digits[p[i] >> 4];
        *s++ = digits[p[i] & 15];
    }

    *s = '\0';
    text->len += 2 * len;
}


/* xorshift64 */

static uint64_t
readers_random(readers_t *r)
{
    r->random ^= r->random << 13;
    r->random ^= r->random >> 7;
    r->random ^= r->random << 17;

    return r->random >> 16;
}


static int
readers_field(void *data, unsigned i, export_value_e type,
    const export_str_t *value)
{
    readers_t  *r = data;

    static const char  types[] = "SNTFZOAL";

    readers_print(&r->events, " %u%c", i, types[type]);
    readers_hex(&r->events, value->data, value->len);

    return EXPORT_OK;
}


static int
readers_record(void *data, uint64_t start, uint64_t end)
{
    readers_t  *r = data;

    readers_print(&r->events, " R%llu-%llu", (unsigned long long) start,
                  (unsigned long long) end);

    return EXPORT_OK;
}


static int
readers_part(void *data, const export_part_t *part)
{
    unsigned             i;
    readers_t           *r = data;
    const export_str_t  *texts[4];

    texts[0] = &part->name;
    texts[1] = &part->filename;
    texts[2] = &part->type;
    texts[3] = &part->encoding;

    readers_print(&r->events, " P");

    for (i = 0; i < 4; i++) {
        readers_print(&r->events, texts[i]->data ? " =" : " -");
        readers_hex(&r->events, texts[i]->data, texts[i]->len);
    }

    readers_print(&r->events, " %u =", part->opaque);

    r->start = part->start;
    r->given = 0;

    return EXPORT_OK;
}


static int
readers_data(void *data, const u_char *p, size_t len)
{
    readers_t  *r = data;

    if (memcmp(r->body.data + r->start + r->given, p, len) != 0) {
        readers_print(&r->events, "?");
    }

    readers_hex(&r->events, p, len);
    r->given += len;

    return EXPORT_OK;
}


static int
readers_end(void *data, uint64_t end)
{
    readers_t  *r = data;

    if (end != r->start + r->given) {
        readers_print(&r->events, "?");
    }

    return EXPORT_OK;
}


static int
readers_json_init(readers_t *r)
{
    unsigned        n;
    export_json_t  *json;

    json = &r->u.json;

    export_json_init(json, &r->fields, &r->sink, &r->limits,
                     (export_json_mode_e) r->kind->mode);

    if (r->way == 0 || json->scan == NULL) {
        return EXPORT_OK;
    }

    for (n = 0; export_json_scanners[n].scan; n++) { /* void */ }

    n = r->way == 1 ? n : (unsigned) (readers_random(r) % (n + 1));
    json->scan = NULL;

    if (export_json_scanners[n].scan
        && export_json_supported(&export_json_scanners[n]))
    {
        json->scan = export_json_scanners[n].scan;
    }

    return EXPORT_OK;
}


static int
readers_json_feed(readers_t *r, const u_char *p, size_t len)
{
    return export_json_feed(&r->u.json, p, len);
}


static int
readers_json_finish(readers_t *r)
{
    return export_json_finish(&r->u.json);
}


static int
readers_csv_init(readers_t *r)
{
    export_csv_t  *csv;

    csv = &r->u.csv;

    r->unread.max = UINT64_MAX;

    export_csv_init(csv, &r->fields, &r->sink, &r->limits, &r->unread,
                    (unsigned) r->kind->mode);

    if (r->way) {
        csv->level = r->way == 1 ? 0 : (unsigned) (readers_random(r)
                                                   % (csv->level + 1));
    }

    return EXPORT_OK;
}


static int
readers_csv_feed(readers_t *r, const u_char *p, size_t len)
{
    return export_csv_feed(&r->u.csv, p, len);
}


static int
readers_csv_finish(readers_t *r)
{
    return export_csv_finish(&r->u.csv);
}


static int
readers_form_init(readers_t *r)
{
    static u_char  text[EXPORT_MAX_VALUE];

    export_form_init(&r->u.form, &r->fields, &r->sink, &r->limits, NULL,
                     text);

    return EXPORT_OK;
}


static int
readers_form_feed(readers_t *r, const u_char *p, size_t len)
{
    return export_form_feed(&r->u.form, p, len);
}


static int
readers_form_finish(readers_t *r)
{
    return export_form_finish(&r->u.form);
}


static int
readers_multipart_init(readers_t *r)
{
    return export_multipart_init(&r->u.multipart, &r->parts, &r->arg,
                                 r->header, (unsigned) r->kind->mode);
}


static int
readers_multipart_feed(readers_t *r, const u_char *p, size_t len)
{
    return export_multipart_feed(&r->u.multipart, p, len);
}


static int
readers_multipart_finish(readers_t *r)
{
    return export_multipart_finish(&r->u.multipart);
}


static int
readers_null(void *data)
{
    readers_value(data, EXPORT_VALUE_NULL, NULL, 0);
    readers_value_end(data);

    return 1;
}


static int
readers_boolean(void *data, int value)
{
    readers_value(data, value ? EXPORT_VALUE_TRUE : EXPORT_VALUE_FALSE,
                  (const u_char *) (value ? "true" : "false"),
                  value ? 4 : 5);
    readers_value_end(data);

    return 1;
}


static int
readers_number(void *data, const char *p, size_t len)
{
    readers_value(data, EXPORT_VALUE_NUMBER, (const u_char *) p,
                  len > EXPORT_JSON_MAX_NUMBER ? 0 : len);
    readers_value_end(data);

    return 1;
}


static int
readers_string(void *data, const u_char *p, size_t len)
{
    int  fits;

    fits = len <= EXPORT_MAX_VALUE;

    readers_value(data, fits ? EXPORT_VALUE_STRING : EXPORT_VALUE_LONG, p,
                  fits ? len : 0);
    readers_value_end(data);

    return 1;
}


static int
readers_map(void *data)
{
    return readers_open(data, 0);
}


static int
readers_array(void *data)
{
    return readers_open(data, 1);
}


static int
readers_key(void *data, const u_char *p, size_t len)
{
    readers_yajl_t   *y = data;
    readers_level_t  *level;

    readers_token(y);

    level = &y->level[y->depth - 1];
    level->len = len;

    /* a longer one is no wanted name, nor is one with a NUL */

    if (len > EXPORT_MAX_NAME || memchr(p, '\0', len)) {
        level->len = EXPORT_MAX_NAME + 1;

    } else {
        memcpy(level->key, p, len);
    }

    return 1;
}


static int
readers_close(void *data)
{
    readers_yajl_t  *y = data;

    readers_token(y);
    y->depth--;

    if (y->depth >= y->top) {
        readers_value_end(y);
    }

    return 1;
}


static void
readers_token(readers_yajl_t *y)
{
    y->last = yajl_get_bytes_consumed(y->yajl);
}


/* a value begins, after "last" and what separates it */

static void
readers_value(readers_yajl_t *y, export_value_e type, const u_char *p,
    size_t len)
{
    unsigned               i, n, wanted;
    export_str_t           value;
    readers_level_t       *level;
    const export_field_t  *field;

    if (y->depth == y->top) {
        while (memchr(" \t\r\n,", y->text[y->last], 5)) {
            y->last++;
        }

        y->start = y->last;
    }

    readers_token(y);

    if (y->depth == 0) {
        y->shape |= type != EXPORT_VALUE_OBJECT && !y->top;
        return;
    }

    level = &y->level[y->depth - 1];
    n = y->depth - y->top;
    value.data = (u_char *) p;
    value.len = len;

    for (i = 0; i < y->r->fields.n; i++) {
        field = &y->r->fields.field[i];

        wanted = field->ntokens
                 ? field->ntokens == n && readers_at(y, field, n)
                 : !level->array && readers_named(level, &field->name);

        if (wanted) {
            (void) readers_field(y->r, i, type, &value);
        }
    }
}


static void
readers_value_end(readers_yajl_t *y)
{
    readers_token(y);

    if (y->depth == y->top) {
        y->large |= y->last - y->start > y->r->limits.record;
        (void) readers_record(y->r, y->offset + y->start,
                              y->offset + y->last);
    }

    if (y->depth && y->level[y->depth - 1].array) {
        y->level[y->depth - 1].index++;
    }
}


static int
readers_open(readers_yajl_t *y, unsigned array)
{
    readers_level_t  *level;

    if (y->depth == 0 && array && y->arrays) {
        y->top = 1;
        readers_token(y);

    } else {
        readers_value(y, array ? EXPORT_VALUE_ARRAY : EXPORT_VALUE_OBJECT,
                      NULL, 0);
    }

    if (y->depth == READERS_LEVELS) {
        errno = E2BIG;
        readers_fail("nesting");
    }

    level = &y->level[y->depth++];
    level->array = array;
    level->index = 0;

    y->deep |= y->depth > y->r->limits.depth;

    return 1;
}


/* whether the last "n" levels are the pointer's first names */

static int
readers_at(const readers_yajl_t *y, const export_field_t *field, unsigned n)
{
    unsigned  i;

    if (n > field->ntokens) {
        return 0;
    }

    for (i = 0; i < n; i++) {
        if (!readers_named(&y->level[y->top + i], &field->token[i])) {
            return 0;
        }
    }

    return 1;
}


static int
readers_named(const readers_level_t *level, const export_str_t *name)
{
    int   len;
    char  index[16];

    if (!level->array) {
        return level->len == name->len
               && strncasecmp((const char *) level->key,
                              (const char *) name->data, name->len) == 0;
    }

    len = snprintf(index, sizeof(index), "%u", level->index);

    return (size_t) len == name->len
           && memcmp(index, name->data, name->len) == 0;
}


static int
readers_yajl_text(readers_yajl_t *y, size_t start, size_t end)
{
    size_t       len;
    yajl_status  status;

    y->text = y->r->body.data + start;
    y->offset = start;
    y->last = 0;
    y->depth = 0;
    y->top = 0;

    len = end - start;
    y->yajl = yajl_alloc(&readers_callbacks, NULL, y);

    if (y->yajl == NULL) {
        readers_fail("yajl_alloc");
    }

    status = yajl_parse(y->yajl, y->text, len);

    if (status == yajl_status_ok) {
        status = yajl_complete_parse(y->yajl);
    }

    yajl_free(y->yajl);

    y->space |= memchr(y->text, '\v', len) || memchr(y->text, '\f', len);

    while (y->last < len && memchr(" \t\r\n", y->text[y->last], 4)) {
        y->last++;
    }

    y->tail |= y->last < len;

    return status == yajl_status_ok ? EXPORT_OK : EXPORT_ERROR;
}


static int
readers_yajl_lines(readers_yajl_t *y)
{
    size_t         i, start;
    const u_char  *p;

    p = y->r->body.data;

    for (i = 0; i < y->r->body.len; i++) {

        for (start = i; i < y->r->body.len && p[i] != '\n'; i++) {
            if (start == i && memchr(" \t\r", p[i], 3)) {
                start++;
            }
        }

        if (start < i && readers_yajl_text(y, start, i) != EXPORT_OK) {
            return EXPORT_ERROR;
        }
    }

    return EXPORT_OK;
}


static int
readers_yajl_seq(readers_yajl_t *y)
{
    size_t         i, start;
    const u_char  *p;

    p = y->r->body.data;

    if (y->r->body.len && p[0] != 0x1e) {
        return EXPORT_ERROR;
    }

    for (i = 0; i < y->r->body.len; /* void */) {

        for (start = ++i; i < y->r->body.len && p[i] != 0x1e; i++) {
            /* void */
        }

        if (p[i - 1] != '\n' || readers_yajl_text(y, start, i) != EXPORT_OK) {
            return EXPORT_ERROR;
        }
    }

    return EXPORT_OK;
}


static int
readers_yajl_mode(readers_yajl_t *y, int mode)
{
    y->r->events.len = 0;
    y->arrays = mode == EXPORT_JSON_TEXT;
    y->shape = 0;
    y->deep = 0;
    y->large = 0;
    y->space = 0;
    y->tail = 0;

    switch (mode) {

    case EXPORT_JSON_TEXT:
        return readers_yajl_text(y, 0, y->r->body.len);

    case EXPORT_JSON_LINES:
        return readers_yajl_lines(y);

    default:
        return readers_yajl_seq(y);
    }
}


static void
readers_yajl(readers_t *r)
{
    int                    rc;
    static readers_yajl_t  y;

    y.r = r;

    if (r->kind->mode == EXPORT_JSON_GUESS) {
        rc = readers_yajl_mode(&y, EXPORT_JSON_TEXT);

        if (rc != EXPORT_OK) {
            rc = readers_yajl_mode(&y, EXPORT_JSON_LINES);
        }

    } else {
        rc = readers_yajl_mode(&y, r->kind->mode);
    }

    if (rc != EXPORT_OK) {
        printf("\terror");
        return;
    }

    printf("\tok%s%s%s%s%s%.*s", y.shape ? ",shape" : "",
           y.deep ? ",deep" : "", y.large ? ",large" : "",
           y.space ? ",space" : "", y.tail ? ",tail" : "",
           (int) r->events.len, r->events.data);
}


/* in the way "way" */

static int
readers_read(readers_t *r)
{
    int      rc;
    size_t   at, n, len;
    u_char  *copy;

    r->events.len = 0;
    readers_print(&r->events, "%s", "");
    rc = r->kind->init(r);

    len = r->body.len;
    copy = readers_alloc(len);

    for (at = 0; at < len && rc == EXPORT_OK; at += n) {
        n = len;

        if (r->way > 1) {
            n = 1 + readers_random(r) % (1u << readers_random(r) % 13);
            n = n > len - at ? len - at : n;
        }

        memcpy(copy + len - n, r->body.data + at, n);
        rc = r->kind->feed(r, copy + len - n, n);
    }

    free(copy);

    return rc == EXPORT_OK ? r->kind->finish(r) : rc;
}


static void
readers_document(readers_t *r)
{
    int    rc, other;
    char  *events;

    r->way = 0;
    rc = readers_read(r);
    events = strdup(r->events.data);

    if (events == NULL) {
        readers_fail("strdup");
    }

    for (r->way = 1; r->way < READERS_WAYS; r->way++) {
        other = readers_read(r);

        if (other != rc || strcmp(events, r->events.data) != 0) {
            printf("way %u: %d%s, not %d%s\n", r->way, other, r->events.data,
                   rc, events);
            free(events);
            return;
        }
    }

    printf("%s%s", rc == EXPORT_OK ? "ok" : rc == EXPORT_LIMIT ? "limit"
                                                               : "error",
           rc == EXPORT_OK ? events : "");
    free(events);

    if (r->kind->init == readers_json_init) {
        readers_yajl(r);
    }

    printf("\n");
}


static void
readers_names(readers_t *r)
{
    u_char        *p, *last;
    export_str_t   name;

    r->fields.n = 0;
    last = r->arg.data + r->arg.len;

    for (p = r->arg.data; p < last; p += name.len + 1) {

        name.data = p;
        name.len = 0;

        while (p + name.len < last && p[name.len] != '\n') {
            name.len++;
        }

        if (export_field_add(&r->fields, &name) < 0) {
            errno = EINVAL;
            readers_fail("field");
        }
    }
}


static size_t
readers_length(const u_char *p)
{
    return (size_t) p[0] | (size_t) p[1] << 8 | (size_t) p[2] << 16
           | (size_t) p[3] << 24;
}


static int
readers_next(readers_t *r)
{
    u_char  head[9];

    if (fread(head, 1, sizeof(head), stdin) != sizeof(head)) {
        return 0;
    }

    for (r->kind = readers_kinds; r->kind->kind != (char) head[0]; r->kind++) {
        if (r->kind->kind == 0) {
            errno = EINVAL;
            readers_fail("kind");
        }
    }

    r->arg.len = readers_length(head + 1);
    r->body.len = readers_length(head + 5);

    if (r->arg.len > READERS_LENGTH || r->body.len > READERS_LENGTH) {
        errno = EINVAL;
        readers_fail("length");
    }

    r->arg.data = readers_alloc(r->arg.len);
    r->body.data = readers_alloc(r->body.len);

    if (fread(r->arg.data, 1, r->arg.len, stdin) != r->arg.len
        || fread(r->body.data, 1, r->body.len, stdin) != r->body.len)
    {
        readers_fail("read");
    }

    if (r->kind->feed != readers_multipart_feed) {
        readers_names(r);
    }

    return 1;
}
