
/*
 * A body is a sequence of headers, deflate data and trailers.  Headers are
 * read here, strictly; the library reads deflate data and trailers.
 */

#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>

#include "export_inflate.h"


#define EXPORT_INFLATE_WINDOW  (64 * 1024)      /* bytes of output of one
                                                   call */
#define EXPORT_INFLATE_PIECE   (1024 * 1024)    /* bytes of input of one
                                                   call */

/*
 * The part of the library's state that is kept for a body: all members in
 * front of the output buffer, and the history that the buffer holds.
 */

#define EXPORT_INFLATE_HEAD                                                  \
    offsetof(struct inflate_state, tmp_out_buffer)
#define EXPORT_INFLATE_KEPT  (EXPORT_INFLATE_HEAD + ISAL_DEF_HIST_SIZE)


_Static_assert(EXPORT_INFLATE_HEAD
               + sizeof(((struct inflate_state *) 0)->tmp_out_buffer)
               == sizeof(struct inflate_state),
               "the library's history is not at its state's end");


#define EXPORT_INFLATE_METHOD  8        /* deflate, in both formats */


/*
 * gzip: the fixed bytes that each header begins with, and the flags (RFC 1952,
 * section 2.3.1)
 */

#define EXPORT_GZIP_FIXED     10
#define EXPORT_GZIP_TIME      4         /* offset of time, flags and system */
#define EXPORT_GZIP_EMPTY     20        /* least bytes that count for a member
                                           without data */
#define EXPORT_GZIP_SLACK     32        /* bytes that any member may have
                                           beyond its output */
#define EXPORT_GZIP_EXPANDS   512       /* bytes of output for which a member
                                           may have one more byte */
#define EXPORT_GZIP_FHCRC     0x02
#define EXPORT_GZIP_FEXTRA    0x04
#define EXPORT_GZIP_FNAME     0x08
#define EXPORT_GZIP_FCOMMENT  0x10
#define EXPORT_GZIP_RESERVED  0xe0

/*
 * zlib: the flag of a preset dictionary, and the largest binary logarithm of a
 * window, less 8 (RFC 1950, section 2.2)
 */

#define EXPORT_ZLIB_FDICT       0x20
#define EXPORT_ZLIB_MAX_WINDOW  7


/*
 * States.  Those of headers come first, those of gzip in the order of a
 * header's fields.
 */

typedef enum {
    sw_zlib = 0,
    sw_fixed,
    sw_extra_len,
    sw_extra,
    sw_name,
    sw_comment,
    sw_hcrc,
    sw_body,                        /* in deflate data or the trailer */
    sw_end
} export_inflate_state_e;


struct export_inflate_work_s {
    struct inflate_state  isal;
    u_char                window[EXPORT_INFLATE_WINDOW];
};


struct export_inflate_s {
    export_inflate_work_t    *work;
    export_inflate_out_pt     out;
    void                     *data;

    export_inflate_limits_t   limits;
    export_unread_t          *unread;
    uint64_t                  began;    /* bytes of output in front of this
                                           member's data */
    uint64_t                  entered;  /* bytes of input in front of this
                                           member's data */
    uint64_t                  nin;
    uint64_t                  nout;

    export_inflate_state_e    state;
    int                       rc;
    unsigned                  members:1;    /* at least one member is
                                               complete */

    unsigned                  header;   /* bytes of this header so far */
    unsigned                  n;        /* bytes of the header's field under
                                           way so far */
    unsigned                  flags;
    unsigned                  value;    /* value of the number under way in a
                                           header */
    uint32_t                  crc;      /* CRC of the header so far */
    u_char                    fixed[EXPORT_GZIP_FIXED];     /* the header's
                                                               first bytes */

    u_char                    kept[EXPORT_INFLATE_KEPT];
};


static int export_inflate_header(export_inflate_t *inf, const u_char **pos,
    const u_char *last);
static int export_inflate_zlib(export_inflate_t *inf, u_char c);
static int export_inflate_gzip(export_inflate_t *inf, u_char c);
static int export_inflate_field(export_inflate_t *inf, unsigned n, u_char c);
static int export_inflate_fixed(export_inflate_t *inf, unsigned n, u_char c);
static int export_inflate_unread(export_inflate_t *inf, unsigned n, u_char c);
static void export_inflate_next_field(export_inflate_t *inf);
static void export_inflate_begin(export_inflate_t *inf, uint32_t format);
static int export_inflate_body(export_inflate_t *inf, const u_char **pos,
    const u_char *last);
static int export_inflate_fault(export_inflate_t *inf, uint64_t nin);
static int export_inflate_output(export_inflate_t *inf, uint64_t nin,
    size_t len);
static int export_inflate_excess(export_inflate_t *inf);
static int export_inflate_end(export_inflate_t *inf);
static int export_inflate_keep(export_inflate_t *inf);
static void export_inflate_restore(export_inflate_t *inf);


size_t
export_inflate_size(void)
{
    return sizeof(export_inflate_t);
}


size_t
export_inflate_work_size(void)
{
    return sizeof(export_inflate_work_t);
}


void
export_inflate_init(export_inflate_t *inf, export_inflate_work_t *work,
    export_inflate_e coding, const export_inflate_limits_t *limits,
    export_unread_t *unread, export_inflate_out_pt out, void *data)
{
    memset(inf, 0, offsetof(export_inflate_t, kept));

    inf->work = work;
    inf->unread = unread;
    inf->out = out;
    inf->data = data;
    inf->limits = *limits;
    inf->state = (coding == EXPORT_INFLATE_GZIP) ? sw_fixed : sw_zlib;
    inf->rc = EXPORT_OK;
}


int
export_inflate_feed(export_inflate_t *inf, const u_char *p, size_t len)
{
    const u_char  *last;

    if (inf->rc != EXPORT_OK) {
        return inf->rc;
    }

    last = p + len;

    if (inf->state == sw_body) {
        export_inflate_restore(inf);
    }

    while (inf->rc == EXPORT_OK && p < last) {

        switch (inf->state) {

        case sw_body:
            inf->rc = export_inflate_body(inf, &p, last);
            break;

        case sw_end:
            inf->rc = EXPORT_ERROR;
            break;

        default:
            inf->rc = export_inflate_header(inf, &p, last);
        }
    }

    if (inf->rc == EXPORT_OK && inf->state == sw_body) {
        inf->rc = export_inflate_keep(inf);
    }

    return inf->rc;
}


int
export_inflate_finish(export_inflate_t *inf)
{
    if (inf->rc == EXPORT_OK && (inf->members == 0 || inf->header)) {
        inf->rc = EXPORT_ERROR;
    }

    return inf->rc;
}


static int
export_inflate_header(export_inflate_t *inf, const u_char **pos,
    const u_char *last)
{
    int  rc;

    rc = EXPORT_OK;

    while (rc == EXPORT_OK && *pos < last && inf->state != sw_body) {

        if (inf->header == EXPORT_MAX_GZIP_HEADER) {
            return EXPORT_LIMIT;
        }

        inf->header++;
        inf->nin++;

        rc = (inf->state == sw_zlib) ? export_inflate_zlib(inf, **pos)
                                     : export_inflate_gzip(inf, **pos);
        (*pos)++;
    }

    return rc;
}


static int
export_inflate_zlib(export_inflate_t *inf, u_char c)
{
    if (inf->n++ == 0) {

        if ((c & 0x0f) != EXPORT_INFLATE_METHOD
            || c >> 4 > EXPORT_ZLIB_MAX_WINDOW)
        {
            return EXPORT_ERROR;
        }

        inf->value = (unsigned) c << 8;

        return EXPORT_OK;
    }

    if ((inf->value | c) % 31 || c & EXPORT_ZLIB_FDICT) {
        return EXPORT_ERROR;
    }

    export_inflate_begin(inf, ISAL_ZLIB_NO_HDR_VER);

    return EXPORT_OK;
}


static int
export_inflate_gzip(export_inflate_t *inf, u_char c)
{
    int       rc;
    unsigned  n;

    n = inf->n++;

    if (inf->state != sw_hcrc) {
        inf->crc = crc32_gzip_refl(inf->crc, &c, 1);

        if (export_inflate_unread(inf, n, c) != EXPORT_OK) {
            return EXPORT_LIMIT;
        }
    }

    rc = export_inflate_field(inf, n, c);

    if (rc == EXPORT_OK) {
        export_inflate_next_field(inf);
    }

    return rc == EXPORT_AGAIN ? EXPORT_OK : rc;
}


/*
 * Takes the "n"th byte of a field of the header.  Returns EXPORT_AGAIN up to
 * the field's last byte.
 */

static int
export_inflate_field(export_inflate_t *inf, unsigned n, u_char c)
{
    switch (inf->state) {

    case sw_fixed:
        return export_inflate_fixed(inf, n, c);

    case sw_extra_len:
        inf->value |= (unsigned) c << 8 * n;
        return inf->n < 2 ? EXPORT_AGAIN : EXPORT_OK;

    case sw_extra:
        return inf->n < inf->value ? EXPORT_AGAIN : EXPORT_OK;

    case sw_hcrc:
        if (c != (u_char) (inf->crc >> 8 * n)) {
            return EXPORT_ERROR;
        }

        return inf->n < 2 ? EXPORT_AGAIN : EXPORT_OK;

    default: /* sw_name, sw_comment */
        return c != '\0' ? EXPORT_AGAIN : EXPORT_OK;
    }
}


/*
 * Takes the "n"th of the bytes that every header begins with: magic, method,
 * flags, time, extra flags and system.
 */

static int
export_inflate_fixed(export_inflate_t *inf, unsigned n, u_char c)
{
    static const u_char  magic[] = { 0x1f, 0x8b, EXPORT_INFLATE_METHOD };

    if (n < sizeof(magic) && c != magic[n]) {
        return EXPORT_ERROR;
    }

    if (n == sizeof(magic)) {

        if (c & EXPORT_GZIP_RESERVED) {
            return EXPORT_ERROR;
        }

        inf->flags = c;
    }

    return inf->n < EXPORT_GZIP_FIXED ? EXPORT_AGAIN : EXPORT_OK;
}


/* Takes the "n"th byte of a field of the header that nobody looks at. */

static int
export_inflate_unread(export_inflate_t *inf, unsigned n, u_char c)
{
    if (inf->state != sw_fixed) {
        return export_unread(inf->unread, 1);
    }

    if (n < EXPORT_GZIP_TIME || n >= EXPORT_GZIP_FIXED) {
        return EXPORT_OK;
    }

    if (inf->members == 0) {
        inf->fixed[n] = c;
    }

    return export_unread(inf->unread, inf->fixed[n] != c);
}


static void
export_inflate_next_field(export_inflate_t *inf)
{
    static const u_char  flag[] = {
        [sw_extra_len] = EXPORT_GZIP_FEXTRA,
        [sw_extra] = EXPORT_GZIP_FEXTRA,
        [sw_name] = EXPORT_GZIP_FNAME,
        [sw_comment] = EXPORT_GZIP_FCOMMENT,
        [sw_hcrc] = EXPORT_GZIP_FHCRC
    };

    export_assert_rows(flag, sw_body);

    inf->n = 0;

    while (++inf->state != sw_body) {

        if (inf->flags & flag[inf->state]
            && (inf->state != sw_extra || inf->value))
        {
            return;
        }
    }

    export_inflate_begin(inf, ISAL_GZIP_NO_HDR_VER);
}


static void
export_inflate_begin(export_inflate_t *inf, uint32_t format)
{
    isal_inflate_init(&inf->work->isal);

    inf->work->isal.crc_flag = format;
    inf->began = inf->nout;
    inf->entered = inf->nin;
    inf->state = sw_body;
}


static int
export_inflate_body(export_inflate_t *inf, const u_char **pos,
    const u_char *last)
{
    int                    rc;
    size_t                 len;
    uint32_t               before;
    const u_char          *start;
    struct inflate_state  *isal;

    start = *pos;
    len = (size_t) (last - start);

    isal = &inf->work->isal;
    isal->next_in = (u_char *) start;
    isal->avail_in = (uint32_t) (len < EXPORT_INFLATE_PIECE
                                 ? len : EXPORT_INFLATE_PIECE);

    do {
        before = isal->avail_in;
        isal->next_out = inf->work->window;
        isal->avail_out = EXPORT_INFLATE_WINDOW;

        if (isal_inflate(isal) != ISAL_DECOMP_OK) {
            return export_inflate_fault(inf,
                                        (uint64_t) (isal->next_in - start));
        }

        *pos = isal->next_in;
        len = EXPORT_INFLATE_WINDOW - isal->avail_out;

        rc = export_inflate_output(inf, (uint64_t) (*pos - start), len);
        if (rc != EXPORT_OK) {
            return rc;
        }

        if (isal->block_state == ISAL_BLOCK_FINISH) {
            inf->nin += (uint64_t) (*pos - start);
            return export_inflate_end(inf);
        }

        /* Without progress the loop has to end, whatever the library does. */

        if (len == 0 && before && isal->avail_in == before) {
            return EXPORT_ERROR;
        }

    } while (isal->avail_in || isal->avail_out == 0);

    inf->nin += (uint64_t) (*pos - start);

    return EXPORT_OK;
}


/*
 * The output in front of a fault is read all the same; otherwise the findings
 * would depend on how much of the body came at once.
 */

static int
export_inflate_fault(export_inflate_t *inf, uint64_t nin)
{
    int                    rc;
    size_t                 len;
    struct inflate_state  *isal;

    isal = &inf->work->isal;
    len = EXPORT_INFLATE_WINDOW - isal->avail_out;

    rc = export_inflate_output(inf, nin, len);

    while (rc == EXPORT_OK && isal->tmp_out_processed < isal->tmp_out_valid) {

        len = (size_t) (isal->tmp_out_valid - isal->tmp_out_processed);
        len = len < EXPORT_INFLATE_WINDOW ? len : EXPORT_INFLATE_WINDOW;

        memcpy(inf->work->window,
               isal->tmp_out_buffer + isal->tmp_out_processed, len);

        isal->tmp_out_processed += (int32_t) len;
        rc = export_inflate_output(inf, nin, len);
    }

    return rc == EXPORT_OK ? EXPORT_ERROR : rc;
}


static int
export_inflate_output(export_inflate_t *inf, uint64_t nin, size_t len)
{
    if (len == 0) {
        return EXPORT_OK;
    }

    nin += inf->nin;
    inf->nout += len;

    if (inf->nout > inf->limits.size) {
        return EXPORT_LIMIT;
    }

    if (inf->nout > EXPORT_INFLATE_FLOOR
        && inf->nout > nin * inf->limits.ratio)
    {
        return EXPORT_LIMIT;
    }

    return inf->out(inf->data, inf->work->window, len);
}


/*
 * Counts as unread the bytes that a member has beyond those its output needs.
 * Blocks without any output may have any codes and padding, and data that
 * cannot be compressed take little more bytes than they have.
 */

static int
export_inflate_excess(export_inflate_t *inf)
{
    uint64_t  nin, nout;

    nin = inf->nin - inf->entered;
    nout = inf->nout - inf->began;
    inf->entered = inf->nin;

    if (nout == 0) {
        return export_unread(inf->unread, nin > EXPORT_GZIP_EMPTY
                                          ? nin : EXPORT_GZIP_EMPTY);
    }

    nout += nout / EXPORT_GZIP_EXPANDS + EXPORT_GZIP_SLACK;

    return export_unread(inf->unread, nin > nout ? nin - nout : 0);
}


static int
export_inflate_end(export_inflate_t *inf)
{
    /* The library has read ahead bytes that are no part of the trailer. */

    if (inf->work->isal.read_in_length >= 8) {
        return EXPORT_ERROR;
    }

    if (export_inflate_excess(inf) != EXPORT_OK) {
        return EXPORT_LIMIT;
    }

    inf->members = 1;
    inf->header = 0;
    inf->value = 0;
    inf->crc = 0;

    inf->state = (inf->work->isal.crc_flag == ISAL_GZIP_NO_HDR_VER)
                 ? sw_fixed : sw_end;

    return EXPORT_OK;
}


static int
export_inflate_keep(export_inflate_t *inf)
{
    size_t                 history;
    struct inflate_state  *isal;

    isal = &inf->work->isal;

    /*
     * The trailer needs no history, for which the library leaves any length.
     */

    if (isal->block_state == ISAL_CHECKSUM_CHECK) {
        isal->tmp_out_processed = 0;
        isal->tmp_out_valid = 0;
    }

    history = (size_t) isal->tmp_out_valid;

    if (history > ISAL_DEF_HIST_SIZE) {
        return EXPORT_ERROR;
    }

    memcpy(inf->kept, isal, EXPORT_INFLATE_HEAD + history);

    return EXPORT_OK;
}


static void
export_inflate_restore(export_inflate_t *inf)
{
    struct inflate_state  *isal;

    isal = &inf->work->isal;

    memcpy(isal, inf->kept, EXPORT_INFLATE_HEAD);
    memcpy(isal->tmp_out_buffer, inf->kept + EXPORT_INFLATE_HEAD,
           (size_t) isal->tmp_out_valid);
}
