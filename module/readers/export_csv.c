
/*
 * Each kind of byte in a block of 64 bytes becomes a word with a bit for each
 * byte.  A running XOR pairs the quotes, as in simdjson for strings, so that a
 * few word operations yield the commas and line ends outside of quotes, and
 * everything malformed.  Only line ends and the commas around wanted cells are
 * then looked at one by one.
 *
 * An error has a position like any other event, and events are taken in their
 * order, so that the result is the same however the body is cut.
 */

#include "export_csv.h"
#include "export_address.h"
#include "export_country.h"
#include "export_country_text.h"

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#define EXPORT_CSV_X86  1
#endif


#define EXPORT_CSV_BLOCK   64
#define EXPORT_CSV_BATCH   16           /* blocks at once, so few that their
                                           masks stay in the L1 cache */
#define EXPORT_CSV_NOWHERE UINT64_MAX   /* a target that is never reached */

/* what the byte in front of a block was */

#define EXPORT_CSV_INSIDE  0x01         /* a byte inside of quotes */
#define EXPORT_CSV_BEGIN   0x02         /* a separator */
#define EXPORT_CSV_CLOSED  0x04         /* a closing quote */
#define EXPORT_CSV_CR      0x08         /* a CR outside of quotes */

/*
 * What a cell or a column's name looks like.  All but NAME and ADDRESS are
 * also the "field" of a wanted column that is no field.
 */

#define EXPORT_CSV_NAME      0
#define EXPORT_CSV_NAMELESS  EXPORT_MAX_FIELDS
#define EXPORT_CSV_NUMBER    (EXPORT_MAX_FIELDS + 1)
#define EXPORT_CSV_COUNTRY   (EXPORT_MAX_FIELDS + 2)
#define EXPORT_CSV_DATE      (EXPORT_MAX_FIELDS + 3)
#define EXPORT_CSV_ADDRESS   (EXPORT_MAX_FIELDS + 4)
#define EXPORT_CSV_DIVIDED   (EXPORT_MAX_FIELDS + 5)
#define EXPORT_CSV_PLAIN     (EXPORT_MAX_FIELDS + 6)

/* the instruction sets of the scanners */

enum {
    EXPORT_CSV_LEVEL_PLAIN = 0,
    EXPORT_CSV_LEVEL_SSE2,
    EXPORT_CSV_LEVEL_AVX2
};


#define EXPORT_CSV_MAX_INDEX  20        /* digits of a row's number */

#define EXPORT_CSV_BYTES(c)  ((uint64_t) (c) * 0x0101010101010101ull)

#define export_csv_inline  static inline __attribute__((always_inline))


typedef struct {
    uint64_t   quote;
    uint64_t   comma;
    uint64_t   lf;
    uint64_t   cr;
    uint64_t   bad;                     /* control characters that are never
                                           allowed */
    uint64_t   high;                    /* not ASCII */
} export_csv_masks_t;


typedef void (*export_csv_classify_pt)(const u_char *p, size_t n,
    export_csv_masks_t *masks);
typedef uint64_t (*export_csv_utf8_pt)(export_csv_t *csv, const u_char *p,
    size_t n);


static int export_csv_end(export_csv_t *csv);
static unsigned export_csv_header_is_data(const export_csv_t *csv);
static unsigned export_csv_level(void);
static int export_csv_scan_plain(export_csv_t *csv, const u_char *p,
    size_t len);
static void export_csv_classify_plain(const u_char *p, size_t n,
    export_csv_masks_t *masks);
export_csv_inline int export_csv_scan(export_csv_t *csv, const u_char *p,
    size_t len, export_csv_classify_pt classify, export_csv_utf8_pt utf8);
export_csv_inline int export_csv_block(export_csv_t *csv, const u_char *p,
    size_t n, const export_csv_masks_t *m, export_csv_utf8_pt utf8);
export_csv_inline uint64_t export_csv_pair(uint64_t quote);
export_csv_inline int export_csv_rows(export_csv_t *csv, const u_char *p,
    uint64_t comma, uint64_t lf, uint64_t after_cr, uint64_t valid);
export_csv_inline int export_csv_cells(export_csv_t *csv, const u_char *p,
    uint64_t comma);
static uint64_t export_csv_utf8(export_csv_t *csv, const u_char *p, size_t n);
static int export_csv_over(const export_csv_t *csv, uint64_t end);
static int export_csv_row(export_csv_t *csv, const u_char *p, uint64_t lf,
    unsigned cr);
static int export_csv_header_end(export_csv_t *csv);
static void export_csv_row_begin(export_csv_t *csv, const u_char *p);
static void export_csv_begin(export_csv_t *csv, const u_char *p);
static void export_csv_aim(export_csv_t *csv);
static int export_csv_cell(export_csv_t *csv, const u_char *end);
static int export_csv_name(export_csv_t *csv, export_str_t *cell);
static unsigned export_csv_is_marked(const export_str_t *cell);
static int export_csv_named(export_csv_t *csv, const export_str_t *name,
    unsigned field);
static int export_csv_split(export_csv_t *csv, const export_str_t *cell);
static unsigned export_csv_has_name(const export_csv_t *csv,
    const export_str_t *cell, char separator);
static int export_csv_is_divided(const export_csv_t *csv,
    const export_str_t *cell);
static unsigned export_csv_is_wanted(const export_csv_t *csv,
    const export_str_t *word);
static int export_csv_unwanted_name(export_csv_t *csv, const export_str_t *cell,
    int divided);
static int export_csv_name_unread(export_csv_t *csv, size_t len);
static unsigned export_csv_kind(const export_csv_t *csv,
    const export_str_t *name, int divided);
static int export_csv_want(export_csv_t *csv, unsigned field);
static void export_csv_forget_kinds(export_csv_t *csv);
static int export_csv_unwanted_cell(export_csv_t *csv, export_str_t *cell);
static int export_csv_nameless(export_csv_t *csv, const export_str_t *cell,
    const export_str_t *text, unsigned kind);
static unsigned export_csv_looks(const export_str_t *cell);
static int export_csv_is_number(const export_str_t *cell);
static int export_csv_is_address(const export_str_t *cell);
static int export_csv_is_mail(const export_str_t *cell);
static int export_csv_is_person(const export_str_t *cell, unsigned kind);
static int export_csv_is_word(const export_str_t *cell);
static int export_csv_is_country(const export_str_t *cell);
static int export_csv_is_date(const export_str_t *cell);
static int export_csv_has_shape(const export_str_t *cell, const char *shape);
static int export_csv_unquote(export_csv_t *csv, export_str_t *cell,
    size_t max);
static void export_csv_keep(export_csv_t *csv, const u_char *end);
static uint64_t export_csv_zero(uint64_t word);
static uint64_t export_csv_gather(uint64_t top);

#if (EXPORT_CSV_X86)
static int export_csv_scan_sse2(export_csv_t *csv, const u_char *p,
    size_t len);
static int export_csv_scan_avx2(export_csv_t *csv, const u_char *p,
    size_t len);
static void export_csv_classify_sse2(const u_char *p, size_t n,
    export_csv_masks_t *masks);
static void export_csv_classify_avx2(const u_char *p, size_t n,
    export_csv_masks_t *masks);
static uint64_t export_csv_utf8_avx2(export_csv_t *csv, const u_char *p,
    size_t n);
#endif


/*
 * The bytes of a word: printable ASCII but what may divide a header into
 * cells.
 */

static const u_char  export_csv_word[256] = {
    ['"'] = 1, ['%'] = 1, [',' ... '.'] = 1, ['0' ... '9'] = 1,
    ['A' ... '['] = 1, [']'] = 1, ['_'] = 1, ['a' ... 'z'] = 1
};


static int (*const export_csv_scanners[])(export_csv_t *csv,
    const u_char *p, size_t len) =
{
    [EXPORT_CSV_LEVEL_PLAIN] = export_csv_scan_plain,
#if (EXPORT_CSV_X86)
    [EXPORT_CSV_LEVEL_SSE2] = export_csv_scan_sse2,
    [EXPORT_CSV_LEVEL_AVX2] = export_csv_scan_avx2
#endif
};


void
export_csv_init(export_csv_t *csv, const export_fields_t *fields,
    const export_sink_t *sink, const export_limits_t *limits,
    export_unread_t *unread, unsigned flags)
{
    memset(csv, 0, offsetof(export_csv_t, value));

    csv->fields = fields;
    csv->sink = sink;
    csv->limit = limits->record;
    csv->unread = unread;
    csv->level = export_csv_level();
    csv->carry = EXPORT_CSV_BEGIN;
    csv->rc = flags & EXPORT_CSV_NO_HEADER ? EXPORT_ERROR : EXPORT_OK;
    csv->subjects = (flags & EXPORT_CSV_SUBJECTS) != 0;
    csv->open = 1;
}


int
export_csv_feed(export_csv_t *csv, const u_char *p, size_t len)
{
    int  rc;

    if (csv->rc != EXPORT_OK || len == 0) {
        return csv->rc;
    }

    csv->cell = p;

    rc = export_csv_scanners[csv->level](csv, p, len);

    if (rc == EXPORT_OK) {

        /* A CR at the end may belong to the line end, which does not count. */

        rc = export_csv_over(csv, csv->offset
                                  - ((csv->carry & EXPORT_CSV_CR) != 0));
    }

    if (rc == EXPORT_OK && csv->open) {
        export_csv_keep(csv, p + len);
    }

    csv->rc = rc;

    return rc;
}


int
export_csv_finish(export_csv_t *csv)
{
    if (csv->rc == EXPORT_OK) {
        csv->rc = export_csv_end(csv);
    }

    return csv->rc;
}


static int
export_csv_end(export_csv_t *csv)
{
    int  rc;

    if (csv->offset == 0
        || csv->utf8.remaining
        || csv->carry & (EXPORT_CSV_INSIDE|EXPORT_CSV_CR))
    {
        return EXPORT_ERROR;
    }

    if (csv->offset != csv->start) {
        csv->cell = csv->value;
        rc = export_csv_row(csv, csv->value, csv->offset, 0);

        if (rc != EXPORT_OK) {
            return rc;
        }
    }

    return !csv->rows && export_csv_header_is_data(csv) ? EXPORT_ERROR
                                                        : EXPORT_OK;
}


/*
 * Without rows below it, a header that has a code or a date is a row of data.
 */

static unsigned
export_csv_header_is_data(const export_csv_t *csv)
{
    unsigned  i;

    for (i = 0; i < csv->nwanted; i++) {
        if (csv->wanted[i].field == EXPORT_CSV_COUNTRY
            || csv->wanted[i].field == EXPORT_CSV_DATE)
        {
            return 1;
        }
    }

    return 0;
}


static unsigned
export_csv_level(void)
{
#if (EXPORT_CSV_X86)
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi")
           && __builtin_cpu_supports("popcnt") ? EXPORT_CSV_LEVEL_AVX2
                                               : EXPORT_CSV_LEVEL_SSE2;
#else
    return EXPORT_CSV_LEVEL_PLAIN;
#endif
}


static int
export_csv_scan_plain(export_csv_t *csv, const u_char *p, size_t len)
{
    return export_csv_scan(csv, p, len, export_csv_classify_plain,
                           export_csv_utf8);
}


export_csv_inline int
export_csv_scan(export_csv_t *csv, const u_char *p, size_t len,
    export_csv_classify_pt classify, export_csv_utf8_pt utf8)
{
    int                  rc;
    size_t               i, n, size, blocks, rest;
    u_char               last[EXPORT_CSV_BLOCK];
    export_csv_masks_t   masks[EXPORT_CSV_BATCH];

    while (len) {

        blocks = len / EXPORT_CSV_BLOCK;
        rest = 0;

        if (blocks >= EXPORT_CSV_BATCH) {
            blocks = EXPORT_CSV_BATCH;

        } else {
            rest = len % EXPORT_CSV_BLOCK;
        }

        classify(p, blocks, masks);

        if (rest) {
            memset(last, ' ', EXPORT_CSV_BLOCK);
            memcpy(last, p + blocks * EXPORT_CSV_BLOCK, rest);
            classify(last, 1, &masks[blocks]);
        }

        n = blocks * EXPORT_CSV_BLOCK + rest;
        len -= n;

        for (i = 0; n; i++) {

            size = n < EXPORT_CSV_BLOCK ? n : EXPORT_CSV_BLOCK;

            rc = export_csv_block(csv, p, size, &masks[i], utf8);

            if (rc != EXPORT_OK) {
                return rc;
            }

            p += size;
            n -= size;
        }
    }

    return EXPORT_OK;
}


export_csv_inline int
export_csv_block(export_csv_t *csv, const u_char *p, size_t n,
    const export_csv_masks_t *m, export_csv_utf8_pt utf8)
{
    int       rc, stop;
    uint64_t  inside, comma, lf, cr, open, closed, begin, after_cr, error;
    uint64_t  valid, last, carry;

    carry = csv->carry;
    valid = UINT64_MAX >> (EXPORT_CSV_BLOCK - n);

    /* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): each is set */
    inside = export_csv_pair(m->quote) ^ (0 - (carry & EXPORT_CSV_INSIDE));
    open = m->quote & inside;

    comma = m->comma & ~inside;
    lf = m->lf & ~inside;
    cr = m->cr & ~inside;

    begin = (comma | lf) << 1 | (carry & EXPORT_CSV_BEGIN) >> 1;
    closed = (m->quote ^ open) << 1 | (carry & EXPORT_CSV_CLOSED) >> 2;
    after_cr = cr << 1 | (carry & EXPORT_CSV_CR) >> 3;

    /*
     * A quote right behind a closing one is a doubled quote: neither is an
     * error.
     */

    error = (open & ~(begin | closed))
            | (closed & ~(comma | lf | cr | open))
            | (after_cr & ~lf)
            | m->bad;

    error &= valid;

    if (m->high || csv->utf8.remaining) {
        error |= utf8(csv, p, n);
    }

    if (error) {
        comma &= (error & (0 - error)) - 1;
        lf &= (error & (0 - error)) - 1;
    }

    rc = export_csv_rows(csv, p, comma, lf, after_cr, valid);

    if (rc != EXPORT_OK) {
        return rc;
    }

    if (error) {
        stop = __builtin_ctzll(error);
        rc = export_csv_over(csv, csv->offset + (uint64_t) stop
                                  - (after_cr >> stop & 1));

        return rc == EXPORT_OK ? EXPORT_ERROR : rc;
    }

    last = n - 1;

    csv->carry = (u_char) (inside >> 63
                           | ((comma | lf) >> last & 1) << 1
                           | ((m->quote ^ open) >> last & 1) << 2
                           | (cr >> last & 1) << 3);
    csv->offset += n;

    return EXPORT_OK;
}


/*
 * Sets the bits inside of quotes: from each odd quote up to the next, that one
 * not included.
 */

export_csv_inline uint64_t
export_csv_pair(uint64_t quote)
{
    quote ^= quote << 1;
    quote ^= quote << 2;
    quote ^= quote << 4;
    quote ^= quote << 8;
    quote ^= quote << 16;
    quote ^= quote << 32;

    return quote;
}


export_csv_inline int
export_csv_rows(export_csv_t *csv, const u_char *p, uint64_t comma,
    uint64_t lf, uint64_t after_cr, uint64_t valid)
{
    int       rc, i;
    uint64_t  end;

    if (csv->blank) {
        return EXPORT_ERROR;
    }

    for ( ;; ) {

        end = lf & (0 - lf);

        rc = export_csv_cells(csv, p, comma & (end - 1));

        if (rc != EXPORT_OK || end == 0) {
            return rc;
        }

        i = __builtin_ctzll(end);

        rc = export_csv_row(csv, p + i, csv->offset + (uint64_t) i,
                            (after_cr & end) != 0);
        if (rc != EXPORT_OK) {
            return rc;
        }

        if (csv->blank) {
            return (end << 1 & valid) ? EXPORT_ERROR : EXPORT_OK;
        }

        comma &= ~(end - 1);
        lf ^= end;
    }
}


/*
 * Takes the commas of one row: counts them, and stops at those around wanted
 * cells.
 */

export_csv_inline int
export_csv_cells(export_csv_t *csv, const u_char *p, uint64_t comma)
{
    int       rc, i;
    uint64_t  n, due;

    for ( ;; ) {

        n = (uint64_t) __builtin_popcountll(comma);
        due = csv->open ? 1 : csv->target - csv->column;

        if (n < due) {
            csv->column += n;
            return EXPORT_OK;
        }

        csv->column += due;

        while (--due) {
            comma &= comma - 1;
        }

        i = __builtin_ctzll(comma);
        comma &= comma - 1;

        if (csv->open) {

            rc = export_csv_over(csv, csv->offset + (uint64_t) i);

            if (rc != EXPORT_OK) {
                return rc;
            }

            rc = export_csv_cell(csv, p + i);

            if (rc != EXPORT_OK) {
                return rc;
            }

            export_csv_aim(csv);
        }

        if (csv->column == csv->target) {
            export_csv_begin(csv, p + i + 1);
        }
    }
}


static uint64_t
export_csv_utf8(export_csv_t *csv, const u_char *p, size_t n)
{
    size_t  taken;

    taken = export_utf8(&csv->utf8, p, n);

    return taken < n ? (uint64_t) 1 << taken : 0;
}


static int
export_csv_over(const export_csv_t *csv, uint64_t end)
{
    return end - csv->start > csv->limit ? EXPORT_LIMIT : EXPORT_OK;
}


/* Ends a row, in front of its LF or at the end of the body. */

static int
export_csv_row(export_csv_t *csv, const u_char *p, uint64_t lf, unsigned cr)
{
    int       rc;
    uint64_t  start, end;

    start = csv->start;
    end = lf - cr;

    if (export_csv_over(csv, end) != EXPORT_OK) {
        return EXPORT_LIMIT;
    }

    csv->start = lf + 1;

    if (end == start) {
        csv->blank = 1;
        return csv->columns ? EXPORT_OK : EXPORT_ERROR;
    }

    if (csv->columns && csv->columns != csv->column + 1) {
        return EXPORT_ERROR;
    }

    if (csv->open) {
        rc = export_csv_cell(csv, p);

        if (rc != EXPORT_OK) {
            return rc;
        }
    }

    if (csv->columns) {
        csv->rows = 1;
        rc = csv->sink->record(csv->sink->data, start, end);

    } else {
        rc = export_csv_header_end(csv);
    }

    export_csv_row_begin(csv, p + 1);

    return rc;
}


static int
export_csv_header_end(export_csv_t *csv)
{
    csv->columns = csv->column + 1;

    if (csv->columns == 1 && (csv->delimited || csv->divided)
        && csv->named == 0 && csv->fields->n)
    {
        return EXPORT_ERROR;
    }

    export_csv_forget_kinds(csv);

    return EXPORT_OK;
}


static void
export_csv_row_begin(export_csv_t *csv, const u_char *p)
{
    csv->column = 0;
    csv->next = 0;
    csv->target = csv->nwanted ? csv->wanted[0].column : EXPORT_CSV_NOWHERE;
    csv->open = 0;

    if (csv->target == 0) {
        export_csv_begin(csv, p);
    }
}


static void
export_csv_begin(export_csv_t *csv, const u_char *p)
{
    csv->open = 1;
    csv->cell = p;
    csv->len = 0;
    csv->cut = 0;
    csv->lost = 0;
}


/* Aims at the next wanted cell; in the header every cell is wanted. */

static void
export_csv_aim(export_csv_t *csv)
{
    csv->open = 0;

    if (csv->columns == 0) {
        csv->target++;
        return;
    }

    csv->next++;
    csv->target = csv->next < csv->nwanted ? csv->wanted[csv->next].column
                                           : EXPORT_CSV_NOWHERE;
}


static int
export_csv_cell(export_csv_t *csv, const u_char *end)
{
    export_str_t           cell;
    export_value_e         type;
    const export_sink_t   *sink;

    if (csv->len || csv->cut) {
        export_csv_keep(csv, end);
        cell.len = csv->len;
        cell.data = csv->value;

    } else {
        cell.len = (size_t) (end - csv->cell);
        cell.data = (u_char *) csv->cell;
    }

    /* Outside of quotes, a CR belongs to the line end. */

    if (cell.len && cell.data[cell.len - 1] == '\r') {
        cell.len--;
    }

    if (csv->columns == 0) {
        return export_csv_name(csv, &cell);
    }

    if (csv->wanted[csv->next].field >= EXPORT_MAX_FIELDS) {
        return export_csv_unwanted_cell(csv, &cell);
    }

    type = EXPORT_VALUE_STRING;

    if (export_csv_unquote(csv, &cell, EXPORT_MAX_VALUE) != EXPORT_OK) {
        type = EXPORT_VALUE_LONG;
        cell.len = 0;
    }

    sink = csv->sink;

    return sink->field(sink->data, csv->wanted[csv->next].field, type, &cell);
}


static int
export_csv_name(export_csv_t *csv, export_str_t *cell)
{
    int  rc, field, divided;

    if (csv->target == EXPORT_CSV_MAX_COLUMNS || csv->cut) {
        return EXPORT_LIMIT;
    }

    if (csv->target == 0 && export_csv_is_marked(cell)) {
        return EXPORT_ERROR;
    }

    rc = export_csv_split(csv, cell);

    if (rc != EXPORT_OK) {
        return rc;
    }

    divided = export_csv_is_divided(csv, cell);
    csv->divided |= csv->target == 0 && divided;

    if (export_csv_unquote(csv, cell, EXPORT_MAX_NAME) != EXPORT_OK) {
        return export_unread(csv->unread, cell->len);
    }

    field = export_field_find(csv->fields, cell);

    if (field == EXPORT_ERROR) {
        return EXPORT_ERROR;
    }

    if (field < 0) {
        return export_csv_unwanted_name(csv, cell, divided);
    }

    return export_csv_named(csv, cell, (unsigned) field);
}


/* 1 if a body begins with a byte order mark, or with Excel's "sep=" line */

static unsigned
export_csv_is_marked(const export_str_t *cell)
{
    return (cell->len >= 3 && memcmp(cell->data, "\xef\xbb\xbf", 3) == 0)
           || (cell->len >= 4 && memcmp(cell->data, "sep=", 4) == 0);
}


static int
export_csv_named(export_csv_t *csv, const export_str_t *name, unsigned field)
{
    export_spelt_e  spelt;

    spelt = export_field_spelt(&csv->fields->field[field].name, name);

    if (export_field_meet(&csv->met, (uint32_t) 1 << field, spelt)
        != EXPORT_OK)
    {
        return EXPORT_ERROR;
    }

    csv->named++;

    return export_csv_want(csv, field);
}


static int
export_csv_want(export_csv_t *csv, unsigned field)
{
    csv->wanted[csv->nwanted].column = (uint16_t) csv->target;
    csv->wanted[csv->nwanted].field = (uint16_t) field;
    csv->nwanted++;

    return EXPORT_OK;
}


/*
 * Takes a name that is not wanted.  The cell may be data rather than a name.
 */

static int
export_csv_unwanted_name(export_csv_t *csv, const export_str_t *cell,
    int divided)
{
    unsigned  kind;

    if (export_csv_name_unread(csv, cell->len) != EXPORT_OK) {
        return EXPORT_LIMIT;
    }

    if (export_str_trim(*cell).len == 0) {
        return csv->nameless++ < EXPORT_CSV_MAX_NAMELESS
               ? export_csv_want(csv, EXPORT_CSV_NAMELESS) : EXPORT_LIMIT;
    }

    kind = export_csv_kind(csv, cell, divided);

    if (kind == EXPORT_CSV_ADDRESS) {
        return EXPORT_ERROR;
    }

    if (kind == EXPORT_CSV_NAME) {
        return csv->subjects && csv->plain++ < EXPORT_CSV_MAX_PLAIN
               ? export_csv_want(csv, EXPORT_CSV_PLAIN) : EXPORT_OK;
    }

    if (csv->kinds == EXPORT_CSV_MAX_KINDS) {
        return EXPORT_OK;
    }

    csv->kinds++;

    return export_csv_want(csv, kind);
}


/*
 * Counts a column's name of "len" bytes as unread, but for the bytes that are
 * free.
 */

static int
export_csv_name_unread(export_csv_t *csv, size_t len)
{
    size_t  free;

    free = csv->unread->columns++ < EXPORT_UNREAD_COLUMNS
           ? EXPORT_UNREAD_COLUMN : 0;

    return len > free ? export_unread(csv->unread, len - free) : EXPORT_OK;
}


/*
 * The kind of cells that must not be below the name, or EXPORT_CSV_NAME if any
 * cell may be.
 */

static unsigned
export_csv_kind(const export_csv_t *csv, const export_str_t *name,
    int divided)
{
    unsigned  kind;

    if (!csv->subjects) {
        return EXPORT_CSV_NAME;
    }

    kind = export_csv_looks(name);

    return kind == EXPORT_CSV_NAME && divided ? EXPORT_CSV_DIVIDED : kind;
}


/*
 * A wanted name shows that the header has names and no data.  Then the columns
 * whose names look like data need not be looked at.
 */

static void
export_csv_forget_kinds(export_csv_t *csv)
{
    unsigned  i, n;

    if (csv->named == 0) {
        return;
    }

    for (n = 0, i = 0; i < csv->nwanted; i++) {
        if (csv->wanted[i].field < EXPORT_MAX_FIELDS
            || csv->wanted[i].field == EXPORT_CSV_NAMELESS)
        {
            csv->wanted[n++] = csv->wanted[i];
        }
    }

    csv->nwanted = n;
}


/* Takes a cell of a column that has no name, or a name that may be data. */

static int
export_csv_unwanted_cell(export_csv_t *csv, export_str_t *cell)
{
    unsigned      above, kind;
    export_str_t  text;

    above = csv->wanted[csv->next].field;
    text = *cell;
    kind = EXPORT_CSV_NAME;

    if (above == EXPORT_CSV_DIVIDED) {
        return export_csv_is_divided(csv, cell) ? EXPORT_ERROR : EXPORT_OK;
    }

    if (export_csv_unquote(csv, &text, EXPORT_MAX_NAME) == EXPORT_OK) {
        kind = export_csv_looks(&text);
    }

    switch (above) {

    case EXPORT_CSV_NAMELESS:
        return export_csv_nameless(csv, cell, &text, kind);

    case EXPORT_CSV_PLAIN:
        text = export_str_trim(text);
        return export_csv_is_person(&text, kind) ? EXPORT_ERROR : EXPORT_OK;

    case EXPORT_CSV_NUMBER:
        return kind == EXPORT_CSV_ADDRESS ? EXPORT_ERROR : EXPORT_OK;

    default:
        return kind == above ? EXPORT_ERROR : EXPORT_OK;
    }
}


/*
 * Takes a cell of a column without a name.  The number of a row, which many
 * exports have there, does not count as unread.
 */

static int
export_csv_nameless(export_csv_t *csv, const export_str_t *cell,
    const export_str_t *text, unsigned kind)
{
    size_t  i;

    if (kind == EXPORT_CSV_ADDRESS && csv->subjects) {
        return EXPORT_ERROR;
    }

    for (i = 0; i < text->len; i++) {
        if (text->data[i] < '0' || text->data[i] > '9') {
            break;
        }
    }

    return i == text->len && i <= EXPORT_CSV_MAX_INDEX && csv->lost == 0
           ? EXPORT_OK : export_unread(csv->unread, cell->len + csv->lost);
}


static unsigned
export_csv_looks(const export_str_t *cell)
{
    export_str_t  text;

    text = export_str_trim(*cell);

    if (export_csv_is_address(&text) || export_csv_is_mail(&text)) {
        return EXPORT_CSV_ADDRESS;
    }

    if (export_csv_is_country(&text)) {
        return EXPORT_CSV_COUNTRY;
    }

    if (export_csv_is_date(&text)) {
        return EXPORT_CSV_DATE;
    }

    return export_csv_is_number(&text) ? EXPORT_CSV_NUMBER : EXPORT_CSV_NAME;
}


/* as "12", "1.5" and "12:30" */

static int
export_csv_is_number(const export_str_t *cell)
{
    size_t  i;

    for (i = 0; i < cell->len; i++) {
        if ((cell->data[i] < '0' || cell->data[i] > '9')
            && cell->data[i] != '.' && cell->data[i] != ':')
        {
            return 0;
        }
    }

    return cell->len != 0;
}


/*
 * as "192.0.2.1", "192.0.2.1:80", "192.0.2.0/24", "2001:db8::1" and "[::1]:80"
 */

static int
export_csv_is_address(const export_str_t *cell)
{
    u_char            *end;
    export_str_t       text;
    export_address_t   address;

    text = *cell;

    if (text.len > 1 && text.data[0] == '\''
        && text.data[text.len - 1] == '\'')
    {
        text.data++;
        text.len -= 2;
    }

    if (text.len && text.data[0] == '[') {
        text.data++;
        text.len--;
        end = memchr(text.data, ']', text.len);

    } else {
        end = memchr(text.data, '/', text.len);
    }

    if (end) {
        text.len = (size_t) (end - text.data);
    }

    if (export_address_parse(&text, &address) == EXPORT_OK) {
        return 1;
    }

    end = memchr(text.data, ':', text.len);

    if (end == NULL) {
        return 0;
    }

    text.len = (size_t) (end - text.data);

    return export_address_parse(&text, &address) == EXPORT_OK;
}


static int
export_csv_is_mail(const export_str_t *cell)
{
    u_char  *at, *last;

    at = memchr(cell->data, '@', cell->len);

    if (at == NULL || at == cell->data) {
        return 0;
    }

    last = cell->data + cell->len;

    return memchr(at, '.', (size_t) (last - at)) != NULL
           && memchr(cell->data, ' ', cell->len) == NULL;
}


/*
 * 1 if a cell below any other name is somebody's address or country.  "CA" may
 * be a country, while "ca" and "NO" are words.
 */

static int
export_csv_is_person(const export_str_t *cell, unsigned kind)
{
    size_t  i;

    if (kind == EXPORT_CSV_ADDRESS) {
        return export_csv_is_address(cell);
    }

    if (kind != EXPORT_CSV_COUNTRY || cell->len > 3
        || (cell->len == 2 && export_csv_is_word(cell)))
    {
        return 0;
    }

    for (i = 0; i < cell->len; i++) {
        if (cell->data[i] < 'A' || cell->data[i] > 'Z') {
            return 0;
        }
    }

    return 1;
}


static int
export_csv_is_word(const export_str_t *cell)
{
    unsigned  i;

    static const u_char  words[][3] = {
        "am", "as", "at", "be", "by", "do", "id", "in", "is", "it", "me",
        "my", "no", "pm", "so", "to"
    };

    for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (export_lower(cell->data[0]) == words[i][0]
            && export_lower(cell->data[1]) == words[i][1])
        {
            return 1;
        }
    }

    return 0;
}


/*
 * Some codes of countries, as "id" and "to", are also words and names of
 * columns: these count only in capitals.
 */

static int
export_csv_is_country(const export_str_t *cell)
{
    export_country_said_t    said;
    const export_country_t  *country;

    country = export_country_find(cell);

    /*
     * A name of a country or its subdivision is longer than three bytes;
     * anything shorter is a code or a word.
     */

    if (country == NULL && cell->len > 3) {
        return export_country_text(cell, &said) == EXPORT_OK;
    }

    if (country == NULL || country->kind == EXPORT_COUNTRY_UNKNOWN) {
        return 0;
    }

    if (cell->len != 2) {
        return cell->data[0] <= 'Z';
    }

    return !export_csv_is_word(cell) || cell->data[1] <= 'Z';
}


/* as "2026-11-28", "28.11.2026" and "11/28/2026", with or without a time */

static int
export_csv_is_date(const export_str_t *cell)
{
    if (cell->len < 10
        || (!export_csv_has_shape(cell, "0000-00-00")
            && !export_csv_has_shape(cell, "00-00-0000")))
    {
        return 0;
    }

    return cell->len == 10 || cell->data[10] == 'T' || cell->data[10] == ' ';
}


/*
 * In "shape", "0" stands for a digit, and "-" for what divides a date's parts.
 */

static int
export_csv_has_shape(const export_str_t *cell, const char *shape)
{
    u_char    c;
    unsigned  i;

    for (i = 0; shape[i]; i++) {
        c = cell->data[i];

        if (shape[i] == '0' ? c < '0' || c > '9'
                            : c != '-' && c != '/' && c != '.')
        {
            return 0;
        }
    }

    return 1;
}


/* 1 if a cell has several words, one of them a wanted name or an address */

static int
export_csv_is_divided(const export_csv_t *csv, const export_str_t *cell)
{
    u_char        c;
    size_t        i;
    unsigned      words, found;
    export_str_t  word;

    if (cell->len == 0 || cell->data[0] == '"') {
        return 0;
    }

    words = 0;
    found = 0;
    word.len = 0;

    for (i = 0; i <= cell->len; i++) {
        c = i < cell->len ? cell->data[i] : ' ';

        if (export_csv_word[c]) {
            word.data = word.len++ ? word.data : cell->data + i;
            continue;
        }

        if (word.len == 0) {
            continue;
        }

        words++;
        found |= export_csv_is_wanted(csv, &word);
        word.len = 0;
    }

    return words > 1 && found;
}


static unsigned
export_csv_is_wanted(const export_csv_t *csv, const export_str_t *word)
{
    return export_field_find(csv->fields, word) != EXPORT_DECLINED
           || (csv->subjects && export_csv_is_address(word));
}


/*
 * Some recipients choose the separator by the look of the header, or by their
 * locale.  A name that would be or hold a wanted one, if it were split at
 * other separators, is therefore malformed.
 */

static int
export_csv_split(export_csv_t *csv, const export_str_t *cell)
{
    static const char  separators[] = ";\t|";

    unsigned     bare;
    const char  *c;

    bare = cell->len && cell->data[0] != '"';

    /* Of a name that came in pieces only the beginning is kept. */

    if (bare && cell->len >= EXPORT_CSV_CELL) {
        return EXPORT_LIMIT;
    }

    for (c = separators; *c; c++) {

        if (memchr(cell->data, *c, cell->len) == NULL) {
            continue;
        }

        csv->delimited = 1;

        if (bare && export_csv_has_name(csv, cell, *c)) {
            return EXPORT_ERROR;
        }
    }

    return EXPORT_OK;
}


/* 1 if one of the items between separators is a wanted name */

static unsigned
export_csv_has_name(const export_csv_t *csv, const export_str_t *cell,
    char separator)
{
    export_str_t   item;
    const u_char  *p, *last;

    last = cell->data + cell->len;
    item.len = 0;
    item.data = cell->data;

    for (p = cell->data; p <= last; p++) {

        if (p < last && *p != (u_char) separator) {
            item.len++;
            continue;
        }

        if (export_field_find(csv->fields, &item) != EXPORT_DECLINED) {
            return 1;
        }

        item.len = 0;
        item.data = (u_char *) p + 1;
    }

    return 0;
}


/*
 * Takes quotes off a cell.  EXPORT_DECLINED if the text is longer than "max".
 */

static int
export_csv_unquote(export_csv_t *csv, export_str_t *cell, size_t max)
{
    size_t   i;
    u_char  *p;

    if (cell->len && cell->data[0] == '"') {

        if (csv->cut || cell->len > 2 * max + 2) {
            return EXPORT_DECLINED;
        }

        cell->data++;
        cell->len -= 2;

        if (memchr(cell->data, '"', cell->len)) {

            p = csv->value;

            for (i = 0; i < cell->len; i++) {
                *p++ = cell->data[i];
                i += cell->data[i] == '"';
            }

            cell->data = csv->value;
            cell->len = (size_t) (p - csv->value);
        }
    }

    return csv->cut || cell->len > max ? EXPORT_DECLINED : EXPORT_OK;
}


/*
 * Copies the part of the cell that is in this input to value[], since the cell
 * goes on in the next input, or began in an earlier one.
 */

static void
export_csv_keep(export_csv_t *csv, const u_char *end)
{
    size_t  n;

    n = (size_t) (end - csv->cell);

    if (n > EXPORT_CSV_CELL - csv->len) {
        csv->lost += n - (EXPORT_CSV_CELL - csv->len);
        n = EXPORT_CSV_CELL - csv->len;
        csv->cut = 1;
    }

    memcpy(csv->value + csv->len, csv->cell, n);
    csv->len += n;
}


/* Marks the top bit of each zero byte, of eight bytes in a word. */

static uint64_t
export_csv_zero(uint64_t word)
{
    uint64_t  low;

    low = EXPORT_CSV_BYTES(0x7f);

    return ~(((word & low) + low) | word | low);
}


/*
 * Gathers the top bits of eight bytes, with the first byte's in the lowest
 * bit.
 */

static uint64_t
export_csv_gather(uint64_t top)
{
    return ((top >> 7) * 0x0102040810204080ull) >> 56;
}


static void
export_csv_classify_plain(const u_char *p, size_t n, export_csv_masks_t *masks)
{
    unsigned             shift;
    uint64_t             word, quote, comma, lf, cr, bad;
    const u_char        *last;
    export_csv_masks_t   m;

    for (last = p + n * EXPORT_CSV_BLOCK; p < last; masks++) {

        memset(&m, 0, sizeof(export_csv_masks_t));

        for (shift = 0; shift < EXPORT_CSV_BLOCK; shift += 8, p += 8) {

            memcpy(&word, p, 8);

#if (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__)
            word = __builtin_bswap64(word);
#endif

            lf = export_csv_zero(word ^ EXPORT_CSV_BYTES('\n'));
            cr = export_csv_zero(word ^ EXPORT_CSV_BYTES('\r'));
            bad = export_csv_zero(word & EXPORT_CSV_BYTES(0xe0));
            bad &= ~(lf | cr | export_csv_zero(word ^ EXPORT_CSV_BYTES('\t')));
            bad |= export_csv_zero(word ^ EXPORT_CSV_BYTES(0x7f));

            quote = export_csv_zero(word ^ EXPORT_CSV_BYTES('"'));
            comma = export_csv_zero(word ^ EXPORT_CSV_BYTES(','));

            m.quote |= export_csv_gather(quote) << shift;
            m.comma |= export_csv_gather(comma) << shift;
            m.lf |= export_csv_gather(lf) << shift;
            m.cr |= export_csv_gather(cr) << shift;
            m.bad |= export_csv_gather(bad) << shift;
            m.high |= export_csv_gather(word & EXPORT_CSV_BYTES(0x80))
                      << shift;
        }

        *masks = m;
    }
}


#if (EXPORT_CSV_X86)

static int
export_csv_scan_sse2(export_csv_t *csv, const u_char *p, size_t len)
{
    return export_csv_scan(csv, p, len, export_csv_classify_sse2,
                           export_csv_utf8);
}


__attribute__((target("avx2,bmi,popcnt")))
static int
export_csv_scan_avx2(export_csv_t *csv, const u_char *p, size_t len)
{
    return export_csv_scan(csv, p, len, export_csv_classify_avx2,
                           export_csv_utf8_avx2);
}


static void
export_csv_classify_sse2(const u_char *p, size_t n, export_csv_masks_t *masks)
{
    __m128i        x, is_lf, is_cr, is_bad;
    uint64_t       quote, comma, lf, cr, bad, high;
    unsigned       shift;
    const u_char  *last;

#define export_csv_is(c)  _mm_cmpeq_epi8(x, _mm_set1_epi8(c))
#define export_csv_bits(v)                                                    \
    ((uint64_t) (uint32_t) _mm_movemask_epi8(v) << shift)

    for (last = p + n * EXPORT_CSV_BLOCK; p < last; masks++) {

        quote = comma = lf = cr = bad = high = 0;

        for (shift = 0; shift < EXPORT_CSV_BLOCK; shift += 16, p += 16) {

            x = _mm_loadu_si128((const __m128i *) p);

            is_lf = export_csv_is('\n');
            is_cr = export_csv_is('\r');
            is_bad = _mm_cmpeq_epi8(_mm_min_epu8(x, _mm_set1_epi8(0x1f)), x);
            is_bad = _mm_andnot_si128(_mm_or_si128(_mm_or_si128(is_lf, is_cr),
                                                   export_csv_is('\t')),
                                      is_bad);
            is_bad = _mm_or_si128(is_bad, export_csv_is(0x7f));

            quote |= export_csv_bits(export_csv_is('"'));
            comma |= export_csv_bits(export_csv_is(','));
            lf |= export_csv_bits(is_lf);
            cr |= export_csv_bits(is_cr);
            bad |= export_csv_bits(is_bad);
            high |= export_csv_bits(x);
        }

        masks->quote = quote;
        masks->comma = comma;
        masks->lf = lf;
        masks->cr = cr;
        masks->bad = bad;
        masks->high = high;
    }

#undef export_csv_is
#undef export_csv_bits
}


__attribute__((target("avx2")))
static void
export_csv_classify_avx2(const u_char *p, size_t n, export_csv_masks_t *masks)
{
    __m256i        x, y, control, tab, lf, cr, del;
    const u_char  *last;

#define export_csv_is(v, c)  _mm256_cmpeq_epi8(v, c)
#define export_csv_bits(v, w)                                                 \
    ((uint64_t) (uint32_t) _mm256_movemask_epi8(w) << 32                      \
     | (uint32_t) _mm256_movemask_epi8(v))
#define export_csv_where(c)                                                   \
    export_csv_bits(export_csv_is(x, c), export_csv_is(y, c))
#define export_csv_bad(v)                                                     \
    _mm256_or_si256(_mm256_andnot_si256(_mm256_or_si256(export_csv_is(v, tab),\
                        _mm256_or_si256(export_csv_is(v, lf),                 \
                                        export_csv_is(v, cr))),               \
                        export_csv_is(_mm256_min_epu8(v, control), v)),       \
                    export_csv_is(v, del))

    control = _mm256_set1_epi8(0x1f);
    tab = _mm256_set1_epi8('\t');
    lf = _mm256_set1_epi8('\n');
    cr = _mm256_set1_epi8('\r');
    del = _mm256_set1_epi8(0x7f);

    for (last = p + n * EXPORT_CSV_BLOCK; p < last; p += EXPORT_CSV_BLOCK) {

        x = _mm256_loadu_si256((const __m256i *) p);
        y = _mm256_loadu_si256((const __m256i *) (p + 32));

        masks->quote = export_csv_where(_mm256_set1_epi8('"'));
        masks->comma = export_csv_where(_mm256_set1_epi8(','));
        masks->lf = export_csv_where(lf);
        masks->cr = export_csv_where(cr);
        masks->bad = export_csv_bits(export_csv_bad(x), export_csv_bad(y));
        masks->high = export_csv_bits(x, y);

        masks++;
    }

#undef export_csv_is
#undef export_csv_bits
#undef export_csv_where
#undef export_csv_bad
}


/*
 * The same answers as export_csv_utf8(), for a whole block at once: the places
 * of continuation bytes are compared with the places where the bytes in front
 * of them ask for one.
 */

__attribute__((target("avx2")))
static uint64_t
export_csv_utf8_avx2(export_csv_t *csv, const u_char *p, size_t n)
{
    int        first;
    size_t     due, taken;
    __m256i    x, y;
    uint64_t   high, two, three, four, error;

#define export_csv_bits(v, w)                                                 \
    ((uint64_t) (uint32_t) _mm256_movemask_epi8(w) << 32                      \
     | (uint32_t) _mm256_movemask_epi8(v))
#define export_csv_is(c)                                                      \
    export_csv_bits(_mm256_cmpeq_epi8(x, _mm256_set1_epi8((char) (c))),       \
                    _mm256_cmpeq_epi8(y, _mm256_set1_epi8((char) (c))))
#define export_csv_from(c)                                                    \
    (high & export_csv_bits(                                                  \
                _mm256_cmpgt_epi8(x, _mm256_set1_epi8((char) ((c) - 1))),     \
                _mm256_cmpgt_epi8(y, _mm256_set1_epi8((char) ((c) - 1)))))

    due = csv->utf8.remaining;

    if (n < EXPORT_CSV_BLOCK) {
        return export_csv_utf8(csv, p, n);
    }

    taken = export_utf8(&csv->utf8, p, due);

    if (taken < due) {
        return (uint64_t) 1 << taken;
    }

    x = _mm256_loadu_si256((const __m256i *) p);
    y = _mm256_loadu_si256((const __m256i *) (p + 32));

    high = export_csv_bits(x, y);
    two = export_csv_from(0xc0);
    three = export_csv_from(0xe0);
    four = export_csv_from(0xf0);

    error = (two << 1 | three << 2 | four << 3 | ((1u << due) - 1))
            ^ (high & ~two);

    error |= export_csv_is(0xc0) | export_csv_is(0xc1) | export_csv_from(0xf5);

    if (three) {
        error |= (export_csv_is(0xe0) << 1 & ~export_csv_from(0xa0))
                 | (export_csv_is(0xed) << 1 & export_csv_from(0xa0));
    }

    if (four) {
        error |= (export_csv_is(0xf0) << 1 & ~export_csv_from(0x90))
                 | (export_csv_is(0xf4) << 1 & export_csv_from(0x90));
    }

    two >>= EXPORT_CSV_BLOCK - 3;

    if (two && error == 0) {
        first = EXPORT_CSV_BLOCK - 1 - __builtin_clzll(two);
        (void) export_utf8(&csv->utf8, p + EXPORT_CSV_BLOCK - 3 + first,
                           (size_t) (3 - first));
    }

    return error;

#undef export_csv_bits
#undef export_csv_is
#undef export_csv_from
}

#endif
