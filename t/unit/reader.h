
/*
 * What tests of readers share: anything that is fed a text in pieces must
 * report the same however the text is cut.  A test hands its reader over as
 * three functions, and reader_agree() tries the cuttings.
 */


#ifndef _READER_H_INCLUDED_
#define _READER_H_INCLUDED_


#include <stdarg.h>
#include <sanitizer/asan_interface.h>

#include "export_field.h"

#include "tap.h"
#include "pool.h"


/*
 * Everything that a reader reported, as text, and how it ended.  "text" ends
 * with a NUL; it is zeroed to begin with, and its memory is used again by the
 * next run.
 */

typedef struct {
    char                   *text;
    size_t                  len;
    size_t                  size;
    unsigned                events;
    unsigned                stop;       /* the event after which the sink
                                           wants no more, or 0 */
    unsigned                wrong;      /* what the test's own callbacks
                                           found, beside the text */
    int                     rc;
    const export_fields_t  *fields;     /* names for trace_field() */
} trace_t;


/*
 * init() begins anew and returns EXPORT_OK if there is something to feed.
 * feed() returns EXPORT_OK as long as it is to be fed.  end() is always
 * called, with what the last of these returned: if that is EXPORT_OK the text
 * has ended and the reader is to be finished; it returns how reading ended.
 */

typedef struct {
    int                   (*init)(void *data, trace_t *trace);
    int                   (*feed)(void *data, const u_char *p, size_t len);
    int                   (*end)(void *data, int rc);
    void                   *data;
} reader_t;


#define READER_WHOLE   SIZE_MAX
#define READER_CHANCE  (SIZE_MAX - 1)   /* pieces of any size, many small */


/* two, so that of the piece before nothing can be read, nor kept by address */

static u_char    *reader_area[2];
static size_t     reader_size;


static inline void
trace_put(trace_t *trace, const void *p, size_t len)
{
    if (len >= trace->size - trace->len) {
        trace->size = 2 * (trace->len + len) + 64;
        trace->text = realloc(trace->text, trace->size);

        if (trace->text == NULL) {
            abort();
        }
    }

    if (len) {
        memcpy(trace->text + trace->len, p, len);
    }

    trace->len += len;
    trace->text[trace->len] = '\0';
}


static inline void
trace_add(trace_t *trace, const char *fmt, ...)
{
    int      n;
    char     text[2 * EXPORT_MAX_VALUE];
    va_list  args;

    va_start(args, fmt);
    n = vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);

    if (n < 0 || (size_t) n >= sizeof(text)) {
        abort();
    }

    trace_put(trace, text, (size_t) n);
}


static inline void
trace_reset(trace_t *trace)
{
    trace->len = 0;
    trace->events = 0;
    trace->wrong = 0;
    trace->rc = EXPORT_OK;
    trace_put(trace, "", 0);
}


/* what a run is to report */

static inline void
trace_want(trace_t *trace, int rc, const void *text, size_t len)
{
    trace_reset(trace);
    trace_put(trace, text, len);
    trace->rc = rc;
}


/* what a sink's callback returns */

static inline int
trace_event(trace_t *trace)
{
    return ++trace->events == trace->stop ? EXPORT_DONE : EXPORT_OK;
}


static inline int
trace_same(const trace_t *a, const trace_t *b)
{
    return a->rc == b->rc && a->len == b->len
           && memcmp(a->text, b->text, a->len) == 0;
}


/* callbacks of an export_sink_t whose data is a trace: "ip=a;0-4;" */

static inline int
trace_field(void *data, unsigned index, export_value_e type,
    const export_str_t *value)
{
    trace_t             *trace;
    const export_str_t  *name;

    trace = data;
    name = &trace->fields->field[index].name;

    trace_put(trace, name->data, name->len);
    trace_put(trace, "=", 1);

    if (type != EXPORT_VALUE_STRING) {
        trace_put(trace, "(long)", 6);
    }

    trace_put(trace, value->data, value->len);
    trace_put(trace, ";", 1);

    return trace_event(trace);
}


static inline int
trace_record(void *data, uint64_t start, uint64_t end)
{
    trace_add(data, "%llu-%llu;", (unsigned long long) start,
              (unsigned long long) end);

    return trace_event(data);
}


static inline void
reader_room(size_t len)
{
    unsigned  i;

    if (reader_size && len <= reader_size) {
        return;
    }

    for (i = 0; i < 2; i++) {

        if (reader_size) {
            ASAN_UNPOISON_MEMORY_REGION(reader_area[i], reader_size);
            guard_free(reader_area[i], reader_size);
        }

        reader_area[i] = guard_area(len + 4096);
        ASAN_POISON_MEMORY_REGION(reader_area[i], len + 4096);
    }

    reader_size = len + 4096;
}


/* a copy in front of an unreadable page, which is gone afterwards */

static inline int
reader_piece(const reader_t *reader, const u_char *data, size_t len,
    unsigned area)
{
    int      rc;
    u_char  *p;

    p = reader_area[area] + reader_size - len;

    ASAN_UNPOISON_MEMORY_REGION(p, len);

    if (len) {
        memcpy(p, data, len);
    }

    rc = reader->feed(reader->data, p, len);

    memset(p, 0x5a, len);
    ASAN_POISON_MEMORY_REGION(p, len);

    return rc;
}


/* of a long text too there are not many */

static inline size_t
reader_chance(size_t len)
{
    return 1 + draw(draw(2) ? 16 : 16 + (unsigned) (len / 8));
}


/*
 * "first" bytes, then "step" at a time, either of them READER_WHOLE or
 * READER_CHANCE too.  As with read(), the end is where there is less than
 * asked for: the last piece may be empty.  READER_WHOLE of nothing feeds
 * nothing.
 */

static inline int
reader_run(const reader_t *reader, const void *text, size_t len, size_t first,
    size_t step, trace_t *trace)
{
    int       ended;
    size_t    n, at, next;
    unsigned  pieces;

    reader_room(len);
    trace_reset(trace);

    trace->rc = reader->init(reader->data, trace);

    ended = first == READER_WHOLE && len == 0;
    next = first;
    at = 0;

    for (pieces = 0; trace->rc == EXPORT_OK && !ended; pieces++) {

        n = next == READER_CHANCE ? reader_chance(len) : next;
        ended = n > len - at;
        n = ended ? len - at : n;

        trace->rc = reader_piece(reader, (const u_char *) text + at, n,
                                 pieces % 2);
        at += n;
        next = step;
    }

    trace->rc = reader->end(reader->data, trace->rc);

    return trace->rc;
}


/* 1 if this cutting is reported as wanted; else 0, and a note */

static inline int
reader_same(const reader_t *reader, const void *text, size_t len, size_t first,
    size_t step, const trace_t *want)
{
    static trace_t  got;

    got.stop = want->stop;
    got.fields = want->fields;

    (void) reader_run(reader, text, len, first, step, &got);

    if (trace_same(&got, want) && got.wrong == want->wrong) {
        return 1;
    }

    printf("# %zd bytes, then %zd: %d \"%.300s\" and %u wrong, not %d "
           "\"%.300s\", of: %.*s\n", (ssize_t) first, (ssize_t) step, got.rc,
           got.text, got.wrong, want->rc, want->text,
           len < 300 ? (int) len : 300, (const char *) text);

    return 0;
}


/*
 * 1 if a text is reported as wanted whole, byte by byte, in "chances" cuttings
 * at random, and in two at each of its first "splits" places, the ends
 * included.
 */

static inline int
reader_agree_in(const reader_t *reader, const void *text, size_t len,
    size_t splits, unsigned chances, const trace_t *want)
{
    size_t    i;
    unsigned  k;

    if (!reader_same(reader, text, len, READER_WHOLE, READER_WHOLE, want)
        || !reader_same(reader, text, len, 1, 1, want))
    {
        return 0;
    }

    for (k = 0; k < chances; k++) {
        if (!reader_same(reader, text, len, READER_CHANCE, READER_CHANCE,
                         want))
        {
            return 0;
        }
    }

    for (i = 0; i <= len && i < splits; i++) {
        if (!reader_same(reader, text, len, i, READER_WHOLE, want)) {
            return 0;
        }
    }

    return 1;
}


static inline int
reader_agree(const reader_t *reader, const void *text, size_t len,
    const trace_t *want)
{
    return reader_agree_in(reader, text, len, SIZE_MAX, 1, want);
}


#endif /* _READER_H_INCLUDED_ */
