
#include "export_redact.h"


static int export_redact_hold(export_redact_t *redact, const u_char *p,
    size_t n);
static int export_redact_grow(export_redact_t *redact, size_t size);
static void export_redact_gap(export_redact_t *redact, uint64_t start,
    unsigned drop);
static int export_redact_line(export_redact_t *redact, uint64_t to);
static void export_redact_pass(export_redact_t *redact, uint64_t to,
    unsigned drop);
static const u_char *export_redact_piece(export_redact_t *redact, size_t *len);
static void export_redact_take(export_redact_t *redact, size_t len);


void
export_redact_init(export_redact_t *redact, const export_redact_sink_t *sink,
    uint64_t record)
{
    memset(redact, 0, sizeof(export_redact_t));

    redact->sink = *sink;
    redact->max = (size_t) record + EXPORT_REDACT_GAP;
}


void
export_redact_before(export_redact_t *redact, const u_char *p, size_t len)
{
    redact->p = p;
    redact->n = len;
}


int
export_redact_after(export_redact_t *redact)
{
    size_t    n;
    uint64_t  to;

    to = redact->base + redact->n;

    if (!redact->open) {
        export_redact_pass(redact, to, 0);

    } else if (redact->line && !redact->dropped) {

        /* it may be that of a boundary, and goes out no less */

        (void) export_redact_line(redact, to);
    }

    if (redact->rc != EXPORT_OK) {
        return redact->rc;
    }

    /* what is left of the feed is undecided */

    n = (size_t) (to - redact->cursor) - redact->len;

    if (n && export_redact_hold(redact, redact->p + redact->n - n, n)
             != EXPORT_OK)
    {
        return redact->rc;
    }

    redact->base += redact->n;
    redact->n = 0;

    return EXPORT_OK;
}


void
export_redact_begin(export_redact_t *redact, uint64_t offset)
{
    export_redact_pass(redact, offset, 0);

    redact->open = 1;
    redact->first = 1;
    redact->line = 0;
    redact->kept = 0;
}


void
export_redact_record(export_redact_t *redact, export_redact_e format,
    uint64_t start, uint64_t end, unsigned drop)
{
    redact->format = format;

    export_redact_gap(redact, start, drop);
    export_redact_pass(redact, end, drop);

    redact->first = 0;
    redact->line = (format != EXPORT_REDACT_ARRAY);
    redact->dropped = (drop != 0);
    redact->kept |= !drop;
}


void
export_redact_end(export_redact_t *redact, uint64_t offset)
{
    if (redact->line && offset > redact->cursor
        && !export_redact_line(redact, offset))
    {
        export_redact_pass(redact, offset, redact->dropped);
    }

    export_redact_pass(redact, offset, 0);

    redact->open = 0;
}


static int
export_redact_hold(export_redact_t *redact, const u_char *p, size_t n)
{
    if (n > redact->max - redact->len) {
        redact->rc = EXPORT_LIMIT;
        return EXPORT_LIMIT;
    }

    if (n > redact->size - redact->len
        && export_redact_grow(redact, redact->len + n) != EXPORT_OK)
    {
        redact->rc = EXPORT_ERROR;
        return EXPORT_ERROR;
    }

    memcpy(redact->hold + redact->len, p, n);
    redact->len += n;

    return EXPORT_OK;
}


static int
export_redact_grow(export_redact_t *redact, size_t size)
{
    u_char  *hold;

    redact->size = redact->size ? redact->size : EXPORT_REDACT_HOLD;

    while (redact->size < size) {
        redact->size *= 2;
    }

    hold = redact->sink.alloc(redact->sink.data, redact->size);

    if (hold == NULL) {
        return EXPORT_ERROR;
    }

    if (redact->len) {
        memcpy(hold, redact->hold, redact->len);
    }

    redact->hold = hold;

    return EXPORT_OK;
}


/* what is between the last record, or the group's begin, and the next */

static void
export_redact_gap(export_redact_t *redact, uint64_t start, unsigned drop)
{
    if (redact->format == EXPORT_REDACT_ARRAY) {
        export_redact_pass(redact, start,
                           !redact->first && (drop || !redact->kept));
        return;
    }

    if (redact->line && !export_redact_line(redact, start)) {
        export_redact_pass(redact, start, redact->dropped);
    }

    export_redact_pass(redact, start,
                       redact->format == EXPORT_REDACT_SEQ && drop);
}


/* decides the end of a record's line; 0 if there is none up to an offset */

static int
export_redact_line(export_redact_t *redact, uint64_t to)
{
    size_t         n, all;
    uint64_t       end;
    const u_char  *lf;

    all = (size_t) (to - redact->cursor);
    n = redact->len < all ? redact->len : all;

    lf = n ? memchr(redact->hold, '\n', n) : NULL;
    end = redact->cursor + (lf ? (size_t) (lf - redact->hold) + 1 : 0);

    if (lf == NULL && all > n) {
        lf = redact->p + (redact->cursor + n - redact->base);
        lf = memchr(lf, '\n', all - n);
        end = redact->base + (lf ? (size_t) (lf - redact->p) + 1 : 0);
    }

    if (lf == NULL) {
        return 0;
    }

    export_redact_pass(redact, end, redact->dropped);
    redact->line = 0;

    return 1;
}


/* decides all up to an offset: puts it out, or drops it */

static void
export_redact_pass(export_redact_t *redact, uint64_t to, unsigned drop)
{
    size_t         len;
    const u_char  *p;

    while (redact->cursor < to) {
        len = (size_t) (to - redact->cursor);
        p = export_redact_piece(redact, &len);

        if (!drop && redact->rc == EXPORT_OK) {
            redact->rc = redact->sink.out(redact->sink.data, p, len);
        }

        export_redact_take(redact, len);
    }
}


/* the bytes at the cursor, of which some are held and the others fed */

static const u_char *
export_redact_piece(export_redact_t *redact, size_t *len)
{
    if (redact->len) {
        *len = *len < redact->len ? *len : redact->len;
        return redact->hold;
    }

    return redact->p + (redact->cursor - redact->base);
}


static void
export_redact_take(export_redact_t *redact, size_t len)
{
    redact->cursor += len;

    if (redact->len) {
        redact->len -= len;
        memmove(redact->hold, redact->hold + len, redact->len);
    }
}
