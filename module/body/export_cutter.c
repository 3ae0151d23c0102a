
#include "export_cutter.h"


static int export_cutter_hold(export_cutter_t *cutter, const u_char *p,
    size_t n);
static int export_cutter_grow(export_cutter_t *cutter, size_t size);
static void export_cutter_gap(export_cutter_t *cutter, uint64_t start,
    unsigned drop);
static int export_cutter_line(export_cutter_t *cutter, uint64_t to);
static void export_cutter_pass(export_cutter_t *cutter, uint64_t to,
    unsigned drop);
static const u_char *export_cutter_piece(export_cutter_t *cutter, size_t *len);
static void export_cutter_advance(export_cutter_t *cutter, size_t len);


void
export_cutter_init(export_cutter_t *cutter, const export_cutter_sink_t *sink,
    uint64_t record)
{
    memset(cutter, 0, sizeof(export_cutter_t));

    cutter->sink = *sink;
    cutter->max = (size_t) record + EXPORT_CUTTER_GAP;
}


void
export_cutter_before(export_cutter_t *cutter, const u_char *p, size_t len)
{
    cutter->p = p;
    cutter->n = len;
}


int
export_cutter_after(export_cutter_t *cutter)
{
    size_t    n;
    uint64_t  to;

    to = cutter->base + cutter->n;

    if (!cutter->open) {
        export_cutter_pass(cutter, to, 0);

    } else if (cutter->line && !cutter->dropped) {

        /*
         * A line end that belongs to the multipart's boundary has to go out
         * all the same.
         */

        (void) export_cutter_line(cutter, to);
    }

    if (cutter->rc != EXPORT_OK) {
        return cutter->rc;
    }

    /*
     * The rest of the feed is undecided, and must be kept: the caller takes
     * the feed away.
     */

    n = (size_t) (to - cutter->cursor) - cutter->len;

    if (n && export_cutter_hold(cutter, cutter->p + cutter->n - n, n)
             != EXPORT_OK)
    {
        return cutter->rc;
    }

    cutter->base += cutter->n;
    cutter->n = 0;

    return EXPORT_OK;
}


void
export_cutter_begin(export_cutter_t *cutter, uint64_t offset)
{
    export_cutter_pass(cutter, offset, 0);

    cutter->open = 1;
    cutter->first = 1;
    cutter->line = 0;
    cutter->kept = 0;
}


void
export_cutter_record(export_cutter_t *cutter, export_cutter_format_e format,
    uint64_t start, uint64_t end, unsigned drop)
{
    cutter->format = format;

    export_cutter_gap(cutter, start, drop);
    export_cutter_pass(cutter, end, drop);

    cutter->first = 0;
    cutter->line = (format != EXPORT_CUTTER_ARRAY);
    cutter->dropped = (drop != 0);
    cutter->kept |= !drop;
}


void
export_cutter_end(export_cutter_t *cutter, uint64_t offset)
{
    if (cutter->line && offset > cutter->cursor
        && !export_cutter_line(cutter, offset))
    {
        export_cutter_pass(cutter, offset, cutter->dropped);
    }

    export_cutter_pass(cutter, offset, 0);

    cutter->open = 0;
}


static int
export_cutter_hold(export_cutter_t *cutter, const u_char *p, size_t n)
{
    if (n > cutter->max - cutter->len) {
        cutter->rc = EXPORT_LIMIT;
        return EXPORT_LIMIT;
    }

    if (n > cutter->size - cutter->len
        && export_cutter_grow(cutter, cutter->len + n) != EXPORT_OK)
    {
        cutter->rc = EXPORT_ERROR;
        return EXPORT_ERROR;
    }

    memcpy(cutter->hold + cutter->len, p, n);
    cutter->len += n;

    return EXPORT_OK;
}


static int
export_cutter_grow(export_cutter_t *cutter, size_t size)
{
    u_char  *hold;

    cutter->size = cutter->size ? cutter->size : EXPORT_CUTTER_HOLD;

    while (cutter->size < size) {
        cutter->size *= 2;
    }

    hold = cutter->sink.alloc(cutter->sink.data, cutter->size);

    if (hold == NULL) {
        return EXPORT_ERROR;
    }

    if (cutter->len) {
        memcpy(hold, cutter->hold, cutter->len);
    }

    cutter->hold = hold;

    return EXPORT_OK;
}


/*
 * Decides the bytes between "start" and the last record, or the group's begin.
 */

static void
export_cutter_gap(export_cutter_t *cutter, uint64_t start, unsigned drop)
{
    if (cutter->format == EXPORT_CUTTER_ARRAY) {
        export_cutter_pass(cutter, start,
                           !cutter->first && (drop || !cutter->kept));
        return;
    }

    if (cutter->line && !export_cutter_line(cutter, start)) {
        export_cutter_pass(cutter, start, cutter->dropped);
    }

    export_cutter_pass(cutter, start,
                       cutter->format == EXPORT_CUTTER_SEQ && drop);
}


/*
 * Decides the rest of the last record's line, including the line end.  Returns
 * 0 if the line does not end before "to".
 */

static int
export_cutter_line(export_cutter_t *cutter, uint64_t to)
{
    size_t         n, all;
    uint64_t       end;
    const u_char  *lf;

    all = (size_t) (to - cutter->cursor);
    n = cutter->len < all ? cutter->len : all;

    lf = n ? memchr(cutter->hold, '\n', n) : NULL;
    end = cutter->cursor + (lf ? (size_t) (lf - cutter->hold) + 1 : 0);

    if (lf == NULL && all > n) {
        lf = cutter->p + (cutter->cursor + n - cutter->base);
        lf = memchr(lf, '\n', all - n);
        end = cutter->base + (lf ? (size_t) (lf - cutter->p) + 1 : 0);
    }

    if (lf == NULL) {
        return 0;
    }

    export_cutter_pass(cutter, end, cutter->dropped);
    cutter->line = 0;

    return 1;
}


/* Decides all bytes before "to": puts them out, or drops them. */

static void
export_cutter_pass(export_cutter_t *cutter, uint64_t to, unsigned drop)
{
    size_t         len;
    const u_char  *p;

    while (cutter->cursor < to) {
        len = (size_t) (to - cutter->cursor);
        p = export_cutter_piece(cutter, &len);

        if (!drop && cutter->rc == EXPORT_OK) {
            cutter->rc = cutter->sink.out(cutter->sink.data, p, len);
        }

        export_cutter_advance(cutter, len);
    }
}


/* The bytes at the cursor: those that are held, or else those of the feed. */

static const u_char *
export_cutter_piece(export_cutter_t *cutter, size_t *len)
{
    if (cutter->len) {
        *len = *len < cutter->len ? *len : cutter->len;
        return cutter->hold;
    }

    return cutter->p + (cutter->cursor - cutter->base);
}


static void
export_cutter_advance(export_cutter_t *cutter, size_t len)
{
    cutter->cursor += len;

    if (cutter->len) {
        cutter->len -= len;
        memmove(cutter->hold, cutter->hold + len, cutter->len);
    }
}
