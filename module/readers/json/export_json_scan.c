
/*
 * The block scanner.  Here is what every instruction set has in common; the
 * code that needs vectors is export_json_batch.inc.h, which export_json_x86.h
 * includes once for each set.
 *
 * Of each block of 64 bytes there are bit masks, a word each, in which bit 0
 * is the first byte.  The grammar is checked without a look at single tokens:
 *
 *     Each kind of token says what may follow.  A mask has the places behind
 *     tokens of one kind; adding the mask of white space to it carries each
 *     of these bits on to the next token, where what is there is compared
 *     with what may be there.
 *
 *     Some tokens are right in an object or in an array only, or outside of
 *     records only.  They are noted, and compared with the nesting after all
 *     brackets of the batch have been followed (export_json_walk()).
 */


#include "export_json_scan.h"


static int export_json_is_unfindable(const export_str_t *name);
static int export_json_scannable_state(const export_json_t *json);
static int export_json_is_plain(u_char c);


/* bytes between the words of a name, which recipients may not tell apart */

static const u_char  export_json_between[256] = {
    [' '] = 1, ['-'] = 1, ['.'] = 1, ['_'] = 1
};


#if (defined __x86_64__ && defined __GNUC__)

#define EXPORT_JSON_BLOCKS  (EXPORT_JSON_BATCH / EXPORT_JSON_BLOCK)
#define EXPORT_JSON_ONES    (~(uint64_t) 0)


#define export_json_inline  static inline __attribute__((always_inline))


/*
 * The last bytes of the names that have to be looked at.  These are the last
 * bytes of wanted names, in either case, and the bytes that a name near to a
 * wanted one may end with: an index, quotes or blanks, or what is not ASCII.
 * A byte is one of them if low[] of its low half and export_json_high[] of its
 * high half have a bit in common.
 */

typedef struct {
    uint64_t  all;              /* all ones if wanted names have too many last
                                   bytes: then every name is looked at */
    unsigned  n;
    u_char    byte[EXPORT_JSON_MAX_ENDS];
    u_char    low[16];
} export_json_tails_t;

static const u_char  export_json_high[16] = {
    0, 0, 1, 2, 4, 8, 4, 8, 0, 0, 0, 0, 0, 0, 0, 0
};


/*
 * The low halves of what near names may end with: " " to "/", ";", and "]",
 * which is "}" in the other case.
 */

static const u_char  export_json_low[16] = {
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 | 2, 1, 1 | 8, 1, 1
};


/* what the bytes of a batch are: masks, a word for each block */

typedef struct {
    uint64_t       quote[EXPORT_JSON_BLOCKS + 1];
                                /* quotes that open or close a string */
    uint64_t       string[EXPORT_JSON_BLOCKS];
                                /* bytes in a string, and the quote that opens
                                   the string */
    uint64_t       escape[EXPORT_JSON_BLOCKS + 1];
                                /* backslashes that start an escape */
    uint64_t       bad[EXPORT_JSON_BLOCKS];
                                /* bytes that are wrong in a string */
    uint64_t       plain[EXPORT_JSON_BLOCKS];
                                /* ASCII, and no control character */
    uint64_t       end[EXPORT_JSON_BLOCKS];
                                /* what a name to be looked at may end with */
    uint64_t       space[EXPORT_JSON_BLOCKS];
    uint64_t       newline[EXPORT_JSON_BLOCKS];
    uint64_t       colon[EXPORT_JSON_BLOCKS];
    uint64_t       comma[EXPORT_JSON_BLOCKS];
    uint64_t       open[EXPORT_JSON_BLOCKS];        /* "{" and "[" */
    uint64_t       close[EXPORT_JSON_BLOCKS];       /* "}" and "]" */
    uint64_t       digit[EXPORT_JSON_BLOCKS];
    uint64_t       zero[EXPORT_JSON_BLOCKS];
    uint64_t       point[EXPORT_JSON_BLOCKS];
    uint64_t       minus[EXPORT_JSON_BLOCKS];
    u_char         planes[EXPORT_JSON_BLOCKS][EXPORT_JSON_BLOCK]
        __attribute__((aligned(EXPORT_JSON_BLOCK)));
                                /*
                                 * AVX-512: masks from which those of bytes
                                 * outside of strings are made
                                 */
    uint64_t       mixed;       /* a bit for each block that is not all inside
                                   of one string */

    /* state in front of the batch */
    uint64_t       before;      /* all ones if in a string */
    const u_char  *after;       /* the end of the last escape */
} export_json_masks_t;


/* UTF-8: what the block before asks of the first bytes of a block */

typedef struct {
    uint64_t  trail;                /* bytes that must continue a character */
    uint64_t  e0;
    uint64_t  ed;
    uint64_t  f0;
    uint64_t  f4;
} export_json_utf8_t;


/* What the masks of a block depend on in the blocks in front of it. */

typedef struct {
    uint64_t            string;     /* all ones if in a string */
    uint64_t            escaped;    /* 1 if the first byte is escaped */
    const u_char       *escape;     /* the end of the last escape */
    export_json_utf8_t  utf8;
} export_json_feed_t;


/*
 * Where the text is between two blocks.  Each member is 0 or 1, but for
 * "escape".
 */

typedef struct {
    uint64_t       string;          /* inside of a string */
    uint64_t       in_name;         /* inside of a string that may be a name */
    uint64_t       scalar;          /* behind a byte of a number or literal */

    /* the last token: the next one comes after */
    uint64_t       comma;
    uint64_t       open;
    uint64_t       colon;
    uint64_t       newline;
    uint64_t       value;           /* a value, which a string may be */
    uint64_t       name;            /* a string that may be a name */

    const u_char  *escape;          /* end of the last escape */
} export_json_carry_t;


/*
 * A bracket, or the quote that closes a name: its place in the batch, and the
 * depth there: in front of an opening bracket, behind a closing one.
 */

typedef struct {
    uint16_t  at;
    uint16_t  depth;
} export_json_event_t;


/* What the check of the grammar makes of a batch. */

typedef struct {
    size_t               blocks;    /* number of blocks, from the first, that
                                       are well-formed and ordinary */
    uint64_t             lines;     /* all ones if newlines end records */
    uint64_t             mixed;     /* as in export_json_masks_t */
    uint64_t             stack;     /* containers open behind the batch, a bit
                                       each, set for an array; the top bit is
                                       the innermost */
    unsigned             depth;     /* depth behind the batch */
    unsigned             from;      /* depth in front of the batch */
    unsigned             nfound;    /* number of entries in "found" */
    uint64_t             foreign;   /* not 0 if, in this batch or a few before
                                       it, what may be a name is not all ASCII,
                                       or fills a block and has escapes in
                                       it */
    uint16_t            *events;    /* end of the entries in "at" */

    /*
     * state in front of the batch; while blocks are compared, in front of the
     * block under way
     */
    uint64_t             in_array;  /* all ones if in an array */
    uint64_t             on_top;    /* all ones if outside of records */

    /* masks of bytes outside of strings */
    uint64_t             bad[EXPORT_JSON_BLOCKS];
    uint64_t             space[EXPORT_JSON_BLOCKS];
    uint64_t             comma[EXPORT_JSON_BLOCKS];
    uint64_t             open[EXPORT_JSON_BLOCKS];
    uint64_t             colon[EXPORT_JSON_BLOCKS];     /* colons, which are
                                                           right in objects */
    uint64_t             newline[EXPORT_JSON_BLOCKS];   /* newlines, which are
                                                           right outside of
                                                           records */
    uint64_t             value[EXPORT_JSON_BLOCKS];     /* last bytes of
                                                           values */
    uint64_t             name[EXPORT_JSON_BLOCKS];      /* quotes that close
                                                           strings which may be
                                                           names */
    uint64_t             wanted[EXPORT_JSON_BLOCKS];    /* the quotes in "name"
                                                           that close names to
                                                           be looked at */
    uint64_t             in_name[EXPORT_JSON_BLOCKS];   /* bytes of strings
                                                           that may be names */
    uint64_t             scalar[EXPORT_JSON_BLOCKS];    /* bytes of numbers and
                                                           literals */
    uint64_t             element[EXPORT_JSON_BLOCKS];   /* bytes that are right
                                                           in arrays only */
    uint64_t             inside[EXPORT_JSON_BLOCKS];    /* bytes that are right
                                                           in records only */
    uint64_t             event[EXPORT_JSON_BLOCKS];     /* bytes that the walk
                                                           stops at */

    /*
     * bytes at which the kind of the innermost container changes, and at which
     * a record begins or ends
     */
    uint64_t             array[EXPORT_JSON_BLOCKS + 1];
    uint64_t             top[EXPORT_JSON_BLOCKS + 1];

    uint16_t             at[EXPORT_JSON_BATCH + 8];     /* places of events in
                                                           the batch; some
                                                           instruction sets
                                                           write eight at
                                                           once */
    export_json_event_t  found[EXPORT_JSON_BATCH + 1];  /* events that the sink
                                                           may want to hear
                                                           of */
} export_json_batch_t;


export_json_inline uint64_t export_json_take_escaped(uint64_t *backslash,
    uint64_t *carry);
static void export_json_unescape(export_json_masks_t *m, size_t n,
    size_t blocks, uint64_t *carry);
export_json_inline size_t export_json_count_blocks(const u_char *p,
    const u_char *last);
/* what export_json_walk() keeps in registers from one bracket to the next */

typedef struct {
    uint64_t              stack;    /* as in export_json_batch_t */
    unsigned              depth;
    unsigned              base;     /* depth around each record */
    unsigned              limit;    /* most containers that may be open */
    unsigned              all;      /* 1 if arrays, too, are kept in "found" */
    unsigned              edge;     /* the bracket begins or ends a record */
    export_json_event_t  *found;    /* where the next event is put */
} export_json_walk_t;


static void export_json_set_tails(const export_json_t *json,
    export_json_tails_t *tails);
export_json_inline size_t export_json_count_good(const uint64_t *bad, size_t n,
    size_t blocks);
static void export_json_replay(export_json_carry_t *c, const u_char *p,
    const export_json_masks_t *m, const export_json_batch_t *b);
static void export_json_enter(const export_json_t *json,
    export_json_carry_t *c);
static const u_char *export_json_leave(export_json_t *json, const u_char *p,
    const export_json_carry_t *c);
static const u_char *export_json_scalar_at(const export_json_t *json,
    const u_char *p);
static unsigned export_json_next_state(const export_json_t *json,
    const export_json_carry_t *c, int array);
static const u_char *export_json_leave_string(export_json_t *json,
    const u_char *p, const u_char *escape);
static uint64_t export_json_check_escapes(const u_char *p, uint64_t escapes,
    const u_char **end);
static unsigned export_json_hex4(const u_char *p);
static const u_char *export_json_code_point(const u_char *p);
static inline int export_json_is_literal(const u_char *p);
static int export_json_is_exponent(const u_char *p);
export_json_inline size_t export_json_walk(const export_json_t *json,
    const u_char *p, export_json_batch_t *b);
export_json_inline void export_json_walk_begin(const export_json_t *json,
    export_json_batch_t *b, export_json_walk_t *w);
export_json_inline void export_json_walk_edges(export_json_batch_t *b,
    unsigned at, unsigned top, uint64_t array);
export_json_inline int export_json_walk_in(export_json_walk_t *w,
    uint64_t array);
export_json_inline int export_json_walk_out(const export_json_t *json,
    export_json_walk_t *w, uint64_t array);
export_json_inline int export_json_report_events(export_json_t *json,
    const u_char *p, const export_json_masks_t *m,
    const export_json_batch_t *b, const u_char **next);
static inline void export_json_open_at(export_json_t *json, const u_char *p);
export_json_inline int export_json_member_at(export_json_t *json,
    const u_char *p, const export_json_masks_t *m,
    const export_json_batch_t *b, unsigned at);
static void export_json_rewind(export_json_t *json, const u_char *p,
    const export_json_batch_t *b, unsigned at);
static const u_char *export_json_name_start(const u_char *p);
static inline int export_json_is_alike(u_char a, u_char b);
export_json_inline uint32_t export_json_match_name(const export_json_t *json,
    const u_char *quote, export_spelt_e *spelt, unsigned *odd);
static int export_json_match_spelling(const u_char *p,
    const export_str_t *wanted, export_spelt_e *spelt, unsigned *odd);
static int export_json_is_odd_name(const export_json_t *json,
    const u_char *quote);
static inline uint32_t export_json_inner_pointers(const export_json_t *json,
    uint32_t found);
export_json_inline int export_json_report_member(export_json_t *json,
    const u_char *p, const export_json_masks_t *m,
    const export_json_batch_t *b, unsigned at, uint32_t found,
    export_spelt_e spelt);
export_json_inline const u_char *export_json_value_at(const u_char *p,
    const u_char *last);
export_json_inline const u_char *export_json_value_close(export_json_t *json,
    const u_char **value, export_value_e type, uint32_t into,
    const export_json_masks_t *m, const u_char *batch, const u_char *last);
export_json_inline const u_char *export_json_close_quote(export_json_t *json,
    const u_char *p, const export_json_masks_t *m, const u_char *batch,
    const u_char *last);
static const u_char *export_json_find_quote(export_json_t *json,
    const u_char *p);


/* the bytes that blocks are compared with, repeated to a block's length */

#define R16(c)  c, c, c, c, c, c, c, c, c, c, c, c, c, c, c, c
#define R64(c)  { R16(c), R16(c), R16(c), R16(c) }

enum {
    EXPORT_JSON_QUOTE = 0,
    EXPORT_JSON_BACKSLASH,
    EXPORT_JSON_LINEFEED,
    EXPORT_JSON_COLON_SIGN,
    EXPORT_JSON_COMMA,
    EXPORT_JSON_OPENS,
    EXPORT_JSON_CLOSES,
    EXPORT_JSON_NOUGHT,
    EXPORT_JSON_FULL_STOP,
    EXPORT_JSON_HYPHEN,
    EXPORT_JSON_NINE,
    EXPORT_JSON_CONTROL,
    EXPORT_JSON_CASE,

    EXPORT_JSON_ROWS
};

static const u_char  export_json_rows[][EXPORT_JSON_BLOCK]
    __attribute__((aligned(64))) =
{
    [EXPORT_JSON_QUOTE]      = R64('"'),
    [EXPORT_JSON_BACKSLASH]  = R64('\\'),
    [EXPORT_JSON_LINEFEED]   = R64('\n'),
    [EXPORT_JSON_COLON_SIGN] = R64(':'),
    [EXPORT_JSON_COMMA]      = R64(','),
    [EXPORT_JSON_OPENS]      = R64('{'),
    [EXPORT_JSON_CLOSES]     = R64('}'),
    [EXPORT_JSON_NOUGHT]     = R64('0'),
    [EXPORT_JSON_FULL_STOP]  = R64('.'),
    [EXPORT_JSON_HYPHEN]     = R64('-'),
    [EXPORT_JSON_NINE]       = R64(9),
    [EXPORT_JSON_CONTROL]    = R64(0x1f),
    [EXPORT_JSON_CASE]       = R64(EXPORT_JSON_CASE_BIT)
};

export_assert_rows(export_json_rows, EXPORT_JSON_ROWS);

#undef R16
#undef R64


/* the bytes that end a number or a literal */

static const u_char  export_json_delimiter[256] = {
    ['\t'] = 1, ['\n'] = 1, ['\r'] = 1, [' '] = 1, [','] = 1, [']'] = 1,
    ['}'] = 1, [':'] = 1, ['['] = 1, ['{'] = 1, ['"'] = 1
};


/* What an event is, by its byte.  0: the byte must begin a literal. */

#define EXPORT_JSON_AN_ARRAY    1
#define EXPORT_JSON_AN_OPEN     2
#define EXPORT_JSON_A_BRACKET   4
#define EXPORT_JSON_A_NAME      8

static const u_char  export_json_kinds[256] = {
    ['"'] = EXPORT_JSON_A_NAME,
    ['{'] = EXPORT_JSON_A_BRACKET | EXPORT_JSON_AN_OPEN,
    ['['] = EXPORT_JSON_A_BRACKET | EXPORT_JSON_AN_OPEN | EXPORT_JSON_AN_ARRAY,
    ['}'] = EXPORT_JSON_A_BRACKET,
    [']'] = EXPORT_JSON_A_BRACKET | EXPORT_JSON_AN_ARRAY
};


/* the bytes that may follow a backslash; "u" is looked at apart */

static const u_char  export_json_escaped_by[256] = {
    ['"'] = 1, ['\\'] = 1, ['/'] = 1, ['b'] = 1, ['f'] = 1, ['n'] = 1,
    ['r'] = 1, ['t'] = 1
};


/* a value's type, plus one, by the value's first byte; 0: no value */

static const u_char  export_json_types[256] = {
#define T(type)  EXPORT_VALUE_##type + 1
    ['"'] = T(STRING), ['{'] = T(OBJECT), ['['] = T(ARRAY), ['t'] = T(TRUE),
    ['f'] = T(FALSE), ['n'] = T(NULL), ['-'] = T(NUMBER), ['0'] = T(NUMBER),
    ['1'] = T(NUMBER), ['2'] = T(NUMBER), ['3'] = T(NUMBER),
    ['4'] = T(NUMBER), ['5'] = T(NUMBER), ['6'] = T(NUMBER),
    ['7'] = T(NUMBER), ['8'] = T(NUMBER), ['9'] = T(NUMBER)
#undef T
};


#include "export_json_x86.h"


/*
 * Returns the bytes that are escaped, and leaves in *backslash those
 * backslashes that start an escape: in a run of backslashes, every other one.
 * Which ones depends on where the run starts.  Subtracting the run from the
 * odd bits flips these up to the end of the run, which tells runs that start
 * at an even place from the others.
 */

export_json_inline uint64_t
export_json_take_escaped(uint64_t *backslash, uint64_t *carry)
{
    uint64_t  run, odd, flipped, escaped;

    odd = 0xaaaaaaaaaaaaaaaaull;
    run = *backslash & ~*carry;
    flipped = (((run << 1) | odd) - run) ^ odd;
    escaped = flipped ^ (*backslash | *carry);

    *backslash &= flipped;
    *carry = *backslash >> 63;

    return escaped;
}


/* takes escaped quotes and backslashes off the masks of "blocks" blocks */

static void
export_json_unescape(export_json_masks_t *m, size_t n, size_t blocks,
    uint64_t *carry)
{
    for (blocks += n; n < blocks; n++) {
        m->quote[n] &= ~export_json_take_escaped(&m->escape[n], carry);
    }
}


/* the first bytes of the tokens that follow these last bytes of tokens */

export_json_inline uint64_t
export_json_next_tokens(uint64_t ends, uint64_t space, uint64_t *carry)
{
    uint64_t            after;
    unsigned long long  sum;

    after = ends << 1 | *carry;
    *carry = ends >> 63 | __builtin_uaddll_overflow(after, space, &sum);

    return sum & ~space;
}


/* how many blocks the next batch may have */

export_json_inline size_t
export_json_count_blocks(const u_char *p, const u_char *last)
{
    if (last - p < EXPORT_JSON_SCAN_AHEAD) {
        return 0;
    }

    if (last - p >= EXPORT_JSON_BATCH + EXPORT_JSON_LOOK) {
        return EXPORT_JSON_BLOCKS;
    }

    return (size_t) (last - p - EXPORT_JSON_LOOK) / EXPORT_JSON_BLOCK;
}


static void
export_json_set_tails(const export_json_t *json, export_json_tails_t *tails)
{
    unsigned  i, c;

    memcpy(tails->low, export_json_low, sizeof(tails->low));
    memcpy(tails->byte, json->ends, sizeof(tails->byte));

    tails->all = 0;
    tails->n = json->nends;

    if (tails->n > EXPORT_JSON_MAX_ENDS) {
        tails->all = EXPORT_JSON_ONES;
        tails->n = 0;
    }

    for (i = 0; i < tails->n; i++) {
        c = tails->byte[i];
        tails->low[c & 15] |= export_json_high[c >> 4];
    }
}


/* the first block from "n" on in which something is wrong, or "blocks" */

export_json_inline size_t
export_json_count_good(const uint64_t *bad, size_t n, size_t blocks)
{
    for ( /* void */ ; n < blocks; n++) {
        if (bad[n]) {
            return n;
        }
    }

    return blocks;
}


/*
 * Takes "c" from the front of a batch to the end of its good blocks.  A block
 * that is all inside of one string changes nothing.
 */

static void
export_json_replay(export_json_carry_t *c, const u_char *p,
    const export_json_masks_t *m, const export_json_batch_t *b)
{
    size_t    n;
    uint64_t  space;

    c->string = m->before;
    c->escape = m->after;

    for (n = 0; n < b->blocks; n++, p += EXPORT_JSON_BLOCK) {

        if (!(b->mixed >> n & 1)) {
            continue;
        }

        space = b->space[n];

        (void) export_json_next_tokens(b->comma[n], space, &c->comma);
        (void) export_json_next_tokens(b->open[n], space, &c->open);
        (void) export_json_next_tokens(b->colon[n], space, &c->colon);
        (void) export_json_next_tokens(b->newline[n], space, &c->newline);
        (void) export_json_next_tokens(b->value[n], space, &c->value);
        (void) export_json_next_tokens(b->name[n], space, &c->name);

        c->string = m->string[n] >> 63;
        c->in_name = b->in_name[n] >> 63;
        c->scalar = b->scalar[n] >> 63;

        (void) export_json_check_escapes(p, m->escape[n] & m->string[n],
                                         &c->escape);
    }
}


/*
 * Follows the brackets and checks the literals between them: returns how many
 * blocks are right.  Notes the events that are of interest to the sink, and
 * the places where the kind of the innermost container changes, or records
 * begin and end.
 */

export_json_inline size_t
export_json_walk(const export_json_t *json, const u_char *p,
    export_json_batch_t *b)
{
    int                 ordinary;
    unsigned            at, kind;
    uint64_t            outer, array;
    const uint16_t     *event;
    export_json_walk_t  w;

    export_json_walk_begin(json, b, &w);

    for (event = b->at; event < b->events; event++) {
        at = *event;
        kind = export_json_kinds[p[at]];

        if (kind == 0) {
            if (!export_json_is_literal(p + at)) {
                break;
            }

            continue;
        }

        w.found->at = (uint16_t) at;
        w.found->depth = (uint16_t) w.depth;

        if (kind & EXPORT_JSON_A_NAME) {
            w.found++;
            continue;
        }

        outer = w.stack;
        array = (uint64_t) (kind & EXPORT_JSON_AN_ARRAY) << 63;

        ordinary = (kind & EXPORT_JSON_AN_OPEN)
                   ? export_json_walk_in(&w, array)
                   : export_json_walk_out(json, &w, array);

        if (!ordinary) {
            break;
        }

        export_json_walk_edges(b, at + 1, w.edge, (w.stack ^ outer) >> 63);
    }

    if (event < b->events) {
        return *event / EXPORT_JSON_BLOCK;
    }

    b->stack = w.stack;
    b->depth = w.depth;
    b->nfound = (unsigned) (w.found - b->found);

    return b->blocks;
}


export_json_inline void
export_json_walk_begin(const export_json_t *json, export_json_batch_t *b,
    export_json_walk_t *w)
{
    w->base = json->top;
    w->depth = b->from = json->depth;
    w->stack = w->depth ? json->arrays[0] << (64 - w->depth) : 0;
    w->all = json->roots != 0;
    w->found = b->found;
    w->limit = json->limits.depth < EXPORT_JSON_SCAN_DEPTH
               ? json->limits.depth : EXPORT_JSON_SCAN_DEPTH;

    b->in_array = 0 - (w->stack >> 63);
    b->on_top = 0 - (uint64_t) (w->depth == w->base);
}


/* notes what changes at the byte behind a bracket */

export_json_inline void
export_json_walk_edges(export_json_batch_t *b, unsigned at, unsigned top,
    uint64_t array)
{
    if (top) {
        b->top[at / 64] ^= (uint64_t) 1 << at % 64;
    }

    if (array) {
        b->array[at / 64] ^= (uint64_t) 1 << at % 64;
    }
}


/* 0 if the container may not be opened: too deep, or an array as a record */

export_json_inline int
export_json_walk_in(export_json_walk_t *w, uint64_t array)
{
    if (w->depth >= w->limit || (w->depth == w->base && array)) {
        return 0;
    }

    /* elements of arrays have no names: only pointers need their events */

    w->found += w->all | (array == 0);
    w->edge = w->depth++ == w->base;
    w->stack = w->stack >> 1 | array;

    return 1;
}


/* Returns 0 if no such container is open, or if its end is for the reader. */

export_json_inline int
export_json_walk_out(const export_json_t *json, export_json_walk_t *w,
    uint64_t array)
{
    if (w->depth == w->base || (w->stack ^ array) >> 63) {
        return 0;
    }

    w->edge = --w->depth == w->base;
    w->stack <<= 1;

    if (!w->edge) {
        return 1;
    }

    /* only in LINES the next record follows as this one did: the end of a
       TEXT, a text of SEQ or the first of a GUESS is for the reader */

    if (w->base == 0 && json->mode != EXPORT_JSON_LINES) {
        return 0;
    }

    w->found->depth = (uint16_t) w->depth;
    w->found++;

    return 1;
}


/* Translates the reader's state to the carry in front of the first block. */

static void
export_json_enter(const export_json_t *json, export_json_carry_t *c)
{
    memset(c, 0, sizeof(export_json_carry_t));

    switch (json->state) {

    case EXPORT_JSON_FIRST_KEY:
    case EXPORT_JSON_FIRST_ITEM:
        c->open = 1;
        break;

    case EXPORT_JSON_KEY:
        c->comma = 1;
        break;

    case EXPORT_JSON_COLON:
        c->name = 1;
        c->value = 1;
        break;

    case EXPORT_JSON_VALUE:
        c->comma = (uint64_t) export_json_in_array(json);
        c->colon = !c->comma;
        break;

    case EXPORT_JSON_AFTER:
        c->value = 1;
        break;

    case EXPORT_JSON_STRING:
        c->string = EXPORT_JSON_ONES;
        break;

    default:
        /* BEGIN, and BETWEEN in LINES: a record may begin here. */
        c->newline = 1;
        break;
    }
}


/*
 * Sets the reader's state for "p", behind the last good block, and returns
 * where the reader goes on.  A name or scalar that "p" is inside of is read
 * again from its start, since nothing of it has been reported.  Any other
 * string that "p" is inside of is none that is wanted.
 */

static const u_char *
export_json_leave(export_json_t *json, const u_char *p,
    const export_json_carry_t *c)
{
    int  array;

    array = json->depth && export_json_in_array(json);
    json->wanted = 0;

    if (c->in_name && !array) {
        json->state = EXPORT_JSON_KEY;
        return export_json_name_start(p);
    }

    if (c->string) {
        return export_json_leave_string(json, p, c->escape);
    }

    if (c->scalar) {
        json->state = EXPORT_JSON_VALUE;
        return export_json_scalar_at(json, p);
    }

    json->state = export_json_next_state(json, c, array);

    if (json->state == EXPORT_JSON_BETWEEN) {
        json->newline = (u_char) c->newline;
    }

    return p;
}


/* The first byte of the number or literal that "p" is in. */

static const u_char *
export_json_scalar_at(const export_json_t *json, const u_char *p)
{
    while (p > json->base && !export_json_delimiter[p[-1]]) {
        p--;
    }

    return p;
}


/* The state for what the reader expects between two tokens. */

static unsigned
export_json_next_state(const export_json_t *json,
    const export_json_carry_t *c, int array)
{
    if (c->name && !array) {
        return EXPORT_JSON_COLON;
    }

    if (c->comma) {
        return array ? EXPORT_JSON_VALUE : EXPORT_JSON_KEY;
    }

    if (c->open) {
        return array ? EXPORT_JSON_FIRST_ITEM : EXPORT_JSON_FIRST_KEY;
    }

    if (c->colon) {
        return EXPORT_JSON_VALUE;
    }

    return json->depth ? EXPORT_JSON_AFTER : EXPORT_JSON_BETWEEN;
}


/*
 * The reader goes on inside of a string: behind an escape that goes on past
 * "p", which the scanner has checked, but in front of a character that does,
 * since only a part of the character has been checked.
 */

static const u_char *
export_json_leave_string(export_json_t *json, const u_char *p,
    const u_char *escape)
{
    int  i;

    json->state = EXPORT_JSON_STRING;
    json->key = 0;
    json->room = 0;
    json->ntext = 0;

    if (escape && escape > p) {
        return escape;
    }

    for (i = 1; i <= 3 && i <= p - json->base && p[-i] >= 0x80; i++) {

        if (p[-i] >= 0xc0) {
            return i < (int) export_utf8_len(p[-i]) ? p - i : p;
        }
    }

    return p;
}


/* The quote that opens the name that "p" is in, or that "p" closes. */

static const u_char *
export_json_name_start(const u_char *p)
{
    do {
        p--;
    } while (*p != '"');

    return p;
}


/*
 * Checks the escapes that begin in a block: returns 0, or the bits from the
 * first wrong one on.  *end is the end of the escape before, and then of the
 * last one: the second half of a surrogate pair lies in front of it.
 */

static uint64_t
export_json_check_escapes(const u_char *p, uint64_t escapes, const u_char **end)
{
    const u_char  *e;

    for ( /* void */ ; escapes; escapes &= escapes - 1) {
        e = p + __builtin_ctzll(escapes);

        if (e[1] != 'u') {

            if (!export_json_escaped_by[e[1]]) {
                return escapes;
            }

            *end = e + 2;
            continue;
        }

        if (e < *end) {
            continue;
        }

        *end = export_json_code_point(e);

        if (*end == NULL) {
            return escapes;
        }
    }

    return 0;
}


/*
 * The end of the "\uXXXX", or of the pair of them, at "p".  NULL leaves the
 * escape to the reader: it is malformed, or a NUL, which may be in a name.
 */

static const u_char *
export_json_code_point(const u_char *p)
{
    unsigned  code;

    code = export_json_hex4(p + 2);

    if (code == 0 || code > 0xffff || (code & 0xfc00) == 0xdc00) {
        return NULL;
    }

    if ((code & 0xfc00) != 0xd800) {
        return p + 6;
    }

    if (p[6] != '\\' || p[7] != 'u'
        || (export_json_hex4(p + 8) & ~0x3ffu) != 0xdc00)
    {
        return NULL;
    }

    return p + 12;
}


/* the value of four hexadecimal digits; over 0xffff if they are none */

static unsigned
export_json_hex4(const u_char *p)
{
    unsigned  i, c, code;

    code = 0;

    for (i = 0; i < 4; i++) {
        c = p[i];

        if (c - '0' <= 9) {
            code = code * 16 + c - '0';

        } else if ((c | 0x20) - 'a' <= 5) {
            code = code * 16 + (c | 0x20) - 'a' + 10;

        } else {
            return 0x10000;
        }
    }

    return code;
}


/*
 * 1 if a false, null or true is at "p".  Two bits of the first byte tell which
 * one it could be.
 */

static inline int
export_json_is_literal(const u_char *p)
{
    unsigned  n;
    uint64_t  bytes;

    /* their letters, the first in the lowest byte; the fourth row is there
       for other bytes, and never equal */

    static const uint64_t  words[] = {
        0x65736c6166ull, 0x6c6c756eull, 0x65757274ull, 1
    };
    static const u_char    bits[] = { 40, 32, 32, 0 };

    n = *p >> 3 & 3;
    memcpy(&bytes, p, sizeof(bytes));

    return (bytes & (((uint64_t) 1 << bits[n]) - 1)) == words[n]
           && export_json_delimiter[bytes >> bits[n] & 0xff];
}


/* 1 if "p" is at the "e" of a number whose exponent is right and not long */

static int
export_json_is_exponent(const u_char *p)
{
    size_t  len, first;

    if ((*p | 0x20) != 'e' || p[-1] < '0' || p[-1] > '9') {
        return 0;
    }

    len = first = (p[1] == '+' || p[1] == '-') ? 2 : 1;

    while (p[len] >= '0' && p[len] <= '9') {

        if (++len == EXPORT_JSON_LOOK - 2) {
            return 0;
        }
    }

    return len > first && export_json_delimiter[p[len]];
}


/*
 * Tells the sink what is in the good blocks of a batch: records, and wanted
 * members, in their order.  If a wanted value is not simple, the reader goes
 * on in front of the member's name; what comes before has been reported.
 * Returns 0 if the reader goes on at *next, or reading ends (*next is NULL).
 */

export_json_inline int
export_json_report_events(export_json_t *json, const u_char *p,
    const export_json_masks_t *m, const export_json_batch_t *b,
    const u_char **next)
{
    int                         rc;
    unsigned                    at;
    const export_json_event_t  *event, *last;

    last = b->found + b->nfound;

    for (event = b->found; event < last; event++) {
        at = event->at;
        json->depth = event->depth;

        if (p[at] == '"') {
            rc = export_json_member_at(json, p, m, b, at);

        } else if (export_json_kinds[p[at]] & EXPORT_JSON_AN_OPEN) {
            export_json_open_at(json, p + at);
            continue;

        } else {
            rc = export_json_record_end(json, p + at + 1);
        }

        if (rc == EXPORT_OK) {
            continue;
        }

        *next = NULL;

        if (rc == EXPORT_AGAIN) {
            export_json_rewind(json, p, b, at);
            export_json_set_stop(json);
            json->state = EXPORT_JSON_KEY;
            *next = export_json_name_start(p + at);
        }

        return 0;
    }

    json->depth = b->depth;
    json->arrays[0] = b->depth ? b->stack >> (64 - b->depth) : 0;

    if (json->depth > json->top) {
        export_json_set_stop(json);
    }

    return 1;
}


/*
 * A record's limit is longer than a batch (export_json_scannable()), so that
 * "stop" need not be set for each record that begins in the batch.
 */

static inline void
export_json_open_at(export_json_t *json, const u_char *p)
{
    unsigned  level;

    level = json->depth - json->top;    /* level of the container that opens */

    if (level == 0) {
        json->start = export_json_offset(json, p);

    } else if (level < EXPORT_MAX_TOKENS) {
        json->match[level] = json->into;
    }

    json->seen[json->depth++] = 0;
    json->into = 0;
}


/*
 * The name that closes at "at" is reported with its value if it is wanted.
 * Returns EXPORT_AGAIN if the member is for the reader.
 */

export_json_inline int
export_json_member_at(export_json_t *json, const u_char *p,
    const export_json_masks_t *m, const export_json_batch_t *b, unsigned at)
{
    u_char          last;
    uint32_t        found;
    unsigned        odd;
    export_spelt_e  spelt;

    if (!(b->wanted[at / 64] >> (at % 64) & 1)) {
        return EXPORT_OK;
    }

    odd = b->foreign != 0;
    spelt = EXPORT_SPELT_SAME;
    found = export_json_match_name(json, p + at, &spelt, &odd);

    if (found) {
        return export_json_report_member(json, p, m, b, at, found, spelt);
    }

    last = p[(int) at - 1];

    if ((odd || last < '0' || last > '~' || last == ']' || last == ';')
        && export_json_is_odd_name(json, p + at))
    {
        return EXPORT_AGAIN;
    }

    return EXPORT_OK;
}


/* Sets the kinds of the containers that are open at "at". */

static void
export_json_rewind(export_json_t *json, const u_char *p,
    const export_json_batch_t *b, unsigned at)
{
    uint64_t         bit;
    unsigned         kind, depth;
    const uint16_t  *event;

    depth = b->from;

    for (event = b->at; *event < at; event++) {
        kind = export_json_kinds[p[*event]];

        if (!(kind & EXPORT_JSON_A_BRACKET)) {
            continue;
        }

        if (!(kind & EXPORT_JSON_AN_OPEN)) {
            depth--;
            continue;
        }

        bit = (uint64_t) 1 << depth++;
        json->arrays[0] &= ~bit;

        if (kind & EXPORT_JSON_AN_ARRAY) {
            json->arrays[0] |= bit;
        }
    }
}


/* As memcmp(), whose call costs more than the comparison of a few bytes. */

static inline int
export_json_is_equal(const u_char *p, const u_char *q, size_t len)
{
    uint16_t  one, two;

    for ( /* void */ ; len > 1; len -= 2, p += 2, q += 2) {
        memcpy(&one, p, 2);
        memcpy(&two, q, 2);

        if (one != two) {
            return 0;
        }
    }

    return len == 0 || *p == *q;
}


/* 1 if some recipient may take one of the bytes of two names for the other */

static inline int
export_json_is_alike(u_char a, u_char b)
{
    return ((a ^ b) & ~EXPORT_JSON_CASE_BIT) == 0
           || (export_json_between[a] & export_json_between[b]);
}


/*
 * The fields whose name, or whose token at this level, is the name that closes
 * at "quote".  *odd is set if the name may be near to one of them instead.
 */

export_json_inline uint32_t
export_json_match_name(const export_json_t *json, const u_char *quote,
    export_spelt_e *spelt, unsigned *odd)
{
    size_t                 behind;
    uint32_t               fields, found;
    unsigned               i, level;
    const u_char          *p;
    const export_str_t    *name;
    const export_field_t  *field;

    found = 0;
    fields = export_json_candidates(json);
    behind = (size_t) (quote - json->base);
    level = export_json_level(json);

    for ( /* void */ ; fields; fields &= fields - 1) {
        i = (unsigned) __builtin_ctz(fields);
        field = &json->fields->field[i];
        name = (json->roots >> i & 1) ? &field->token[level] : &field->name;

        if (behind <= name->len) {
            continue;
        }

        p = quote - name->len;

        if (p[-1] == '"' && export_json_is_equal(p, name->data, name->len)) {
            found |= (uint32_t) 1 << i;
            continue;
        }

        if (name->len && export_json_is_alike(*p, *name->data)
            && export_json_match_spelling(p, name, spelt, odd))
        {
            found |= (uint32_t) 1 << i;
        }
    }

    return found;
}


/* 1 if the name at "p" is the wanted one in another spelling */

static EXPORT_RARE int
export_json_match_spelling(const u_char *p, const export_str_t *wanted,
    export_spelt_e *spelt, unsigned *odd)
{
    size_t        i;
    export_str_t  name;

    for (i = 1; i < wanted->len; i++) {
        if (!export_json_is_alike(p[i], wanted->data[i])) {
            return 0;
        }
    }

    name.data = (u_char *) p;
    name.len = wanted->len;

    if (p[-1] == '"' && export_str_same(&name, wanted)) {
        *spelt = export_field_spelt(wanted, &name);
        return 1;
    }

    *odd = 1;

    return 0;
}


/*
 * 1 if the name that closes at "quote", which is no wanted one, is near to a
 * wanted one, or if only the reader can tell: it is long, or has escapes.
 */

static EXPORT_RARE int
export_json_is_odd_name(const export_json_t *json, const u_char *quote)
{
    export_str_t  name;

    name.data = (u_char *) export_json_name_start(quote) + 1;
    name.len = (size_t) (quote - name.data);

    return name.len > EXPORT_MAX_VALUE
           || memchr(name.data, '\\', name.len) != NULL
           || export_json_near(json, &name);
}


/* Of the fields found, the pointers that go on inside of the value. */

static inline uint32_t
export_json_inner_pointers(const export_json_t *json, uint32_t found)
{
    uint32_t  fields, into;
    unsigned  i, level;

    into = 0;
    level = export_json_level(json);

    for (fields = found & json->roots; fields; fields &= fields - 1) {
        i = (unsigned) __builtin_ctz(fields);

        if (json->fields->field[i].ntokens > level + 1) {
            into |= (uint32_t) 1 << i;
        }
    }

    return into;
}


/* Skips blanks up to "last", a byte that the caller may still look at. */

export_json_inline const u_char *
export_json_skip_blanks(const u_char *p, const u_char *last)
{
    while (*p == ' ' && p < last) {
        p++;
    }

    return p;
}


/*
 * Tells the sink of the value of a wanted member.  Returns EXPORT_AGAIN if the
 * member is for the reader: the value may go on in the next feed, or is a
 * string that has escapes or is not ASCII.
 */

export_json_inline int
export_json_report_member(export_json_t *json, const u_char *batch,
    const export_json_masks_t *m, const export_json_batch_t *b, unsigned at,
    uint32_t found, export_spelt_e spelt)
{
    uint32_t         into;
    export_str_t     value;
    const u_char    *p, *end, *last;
    export_value_e   type;

    last = batch + b->blocks * EXPORT_JSON_BLOCK;
    p = export_json_value_at(batch + at + 1, last);

    if (p == NULL) {
        return EXPORT_AGAIN;
    }

    type = (export_value_e) (export_json_types[*p] - 1);
    into = json->roots ? export_json_inner_pointers(json, found) : 0;
    end = export_json_value_close(json, &p, type, into, m, batch, last);

    if (end == NULL) {
        return EXPORT_AGAIN;
    }

    value.data = (u_char *) p;
    value.len = (size_t) (end - p);

    if (type == EXPORT_VALUE_NULL
        || (type == EXPORT_VALUE_NUMBER
            && value.len > EXPORT_JSON_MAX_NUMBER))
    {
        value.len = 0;
    }

    if (export_json_meet(json, found, spelt) != EXPORT_OK) {
        return json->rc;
    }

    json->into = (type == EXPORT_VALUE_OBJECT) ? into : 0;

    return export_json_events(json, found & ~into, type, &value);
}


/*
 * The first byte of the value of the member whose name ends before "p", or
 * NULL if the value is for the reader.  Of the EXPORT_JSON_LOOK bytes behind
 * the batch, colon and value take one each.
 */

export_json_inline const u_char *
export_json_value_at(const u_char *p, const u_char *last)
{
    p = export_json_skip_blanks(p, last + EXPORT_JSON_LOOK - 2);

    if (*p != ':') {
        return NULL;
    }

    p = export_json_skip_blanks(p + 1, last + EXPORT_JSON_LOOK - 1);

    return export_json_types[*p] ? p : NULL;
}


/*
 * The end of the value at "p": the quote that closes a string, or the byte
 * behind a number or literal.  Of a container, whose members speak for
 * themselves, the bracket at "p" is the end.  NULL if the value is for the
 * reader.
 */

export_json_inline const u_char *
export_json_value_close(export_json_t *json, const u_char **value,
    export_value_e type, uint32_t into, const export_json_masks_t *m,
    const u_char *batch, const u_char *last)
{
    const u_char  *p;

    p = *value;

    switch (type) {

    case EXPORT_VALUE_OBJECT:
    case EXPORT_VALUE_ARRAY:

        if (json->depth >= json->limits.depth
            || (into && type == EXPORT_VALUE_ARRAY))
        {
            return NULL;
        }

        return p;

    case EXPORT_VALUE_STRING:
        *value = p + 1;
        return export_json_close_quote(json, p, m, batch, last);

    default:

        while (p < last && !export_json_delimiter[*p]) {
            p++;
        }

        return p < last ? p : NULL;
    }
}


/*
 * The bits behind place "at" of a batch: at least 57 of them, then zeros.  The
 * masks that are read like that have one word more than there are blocks.
 */

static inline uint64_t
export_json_bits_behind(const uint64_t *words, size_t at)
{
    uint64_t  bits;

    at++;
    memcpy(&bits, (const u_char *) words + at / 8, sizeof(bits));

    return bits >> at % 8;
}


/*
 * The quote that closes the string at "p", or NULL if the string is for the
 * reader.  What is in front of "last" has been checked.
 */

export_json_inline const u_char *
export_json_close_quote(export_json_t *json, const u_char *p,
    const export_json_masks_t *m, const u_char *batch, const u_char *last)
{
    size_t         at;
    uint64_t       quotes, inside;
    const u_char  *end;

    if (p < last) {
        at = (size_t) (p - batch);
        quotes = export_json_bits_behind(m->quote, at);
        inside = quotes ^ (quotes - 1);
        end = p + 1 + __builtin_ctzll(quotes | (uint64_t) 1 << 63);

        if (quotes && end < last
            && !(export_json_bits_behind(m->escape, at) & inside))
        {
            return end;
        }
    }

    return export_json_find_quote(json, p + 1);
}


/*
 * The same for a string that goes on past the end of the batch, or is longer
 * than the bits behind its first quote tell.
 */

static EXPORT_RARE const u_char *
export_json_find_quote(export_json_t *json, const u_char *p)
{
    const u_char  *end;

    export_json_set_stop(json);

    for (end = p; end < json->last && end - p <= EXPORT_MAX_VALUE; end++) {

        if (*end == '"') {
            return end;
        }

        if (!export_json_is_plain(*end)) {
            break;
        }
    }

    return NULL;
}


static int
export_json_has_avx2(void)
{
    return __builtin_cpu_supports("avx2")
           && __builtin_cpu_supports("bmi")
           && __builtin_cpu_supports("bmi2")
           && __builtin_cpu_supports("popcnt")
           && __builtin_cpu_supports("pclmul");
}


static int
export_json_has_avx512(void)
{
    return export_json_has_avx2()
           && __builtin_cpu_supports("avx512f")
           && __builtin_cpu_supports("avx512bw")
           && __builtin_cpu_supports("avx512dq")
           && __builtin_cpu_supports("avx512vl")
           && __builtin_cpu_supports("avx512vbmi")
           && __builtin_cpu_supports("avx512vbmi2")
           && __builtin_cpu_supports("gfni")
           && __builtin_cpu_supports("vpclmulqdq");
}


const export_json_scanner_t  export_json_scanners[] = {
    { "avx512", export_json_scan_avx512, export_json_has_avx512 },
    { "avx2", export_json_scan_avx2, export_json_has_avx2 },
    { "sse2", export_json_scan_sse2, NULL },
    { NULL, NULL, NULL }
};

#undef EXPORT_JSON_BLOCKS
#undef EXPORT_JSON_ONES
#undef export_json_inline

#else

const export_json_scanner_t  export_json_scanners[] = {
    { NULL, NULL, NULL }
};

#endif


int
export_json_supported(const export_json_scanner_t *scanner)
{
    return scanner->supported == NULL || scanner->supported();
}


export_json_scan_pt
export_json_scanner(const export_json_t *json)
{
    unsigned                      i, n;
    const export_field_t         *field;
    const export_json_scanner_t  *scanner;

    for (i = 0; i < json->fields->n; i++) {
        field = &json->fields->field[i];

        if (export_json_is_unfindable(&field->name)) {
            return NULL;
        }

        for (n = 0; n < field->ntokens; n++) {
            if (export_json_is_unfindable(&field->token[n])) {
                return NULL;
            }
        }
    }

    for (scanner = export_json_scanners; scanner->scan; scanner++) {
        if (export_json_supported(scanner)) {
            break;
        }
    }

    return scanner->scan;
}


/*
 * 1 if scanners cannot find a wanted name.  They compare names as they stand,
 * and one with a quote or a backslash is always escaped; and they skip names
 * by their last byte, which for a separator may be any other separator.
 */

static int
export_json_is_unfindable(const export_str_t *name)
{
    return memchr(name->data, '"', name->len) != NULL
           || memchr(name->data, '\\', name->len) != NULL
           || (name->len && export_json_between[name->data[name->len - 1]]);
}


int
export_json_scannable(const export_json_t *json)
{
    if (json->depth > EXPORT_JSON_SCAN_DEPTH || json->indexed
        || (json->records && json->top == 0)
        || json->limits.record < EXPORT_JSON_BATCH + EXPORT_JSON_LOOK)
    {
        return 0;
    }

    return export_json_scannable_state(json);
}


/*
 * A scanner starts at a token, or in a string of which nothing is wanted.  A
 * value that is wanted, or that a pointer goes into, is for the reader, which
 * has met the name.
 */

static int
export_json_scannable_state(const export_json_t *json)
{
    switch (json->state) {

    case EXPORT_JSON_BEGIN:
    case EXPORT_JSON_BETWEEN:
        return json->mode == EXPORT_JSON_LINES && json->newline;

    case EXPORT_JSON_COLON:
    case EXPORT_JSON_VALUE:
        return (json->wanted | json->into) == 0 || export_json_in_array(json);

    case EXPORT_JSON_FIRST_KEY:
    case EXPORT_JSON_KEY:
    case EXPORT_JSON_FIRST_ITEM:
    case EXPORT_JSON_AFTER:
        return json->depth > 0;

    case EXPORT_JSON_STRING:
        return !json->key && json->room == 0 && json->depth > json->top;

    default:
        return 0;
    }
}


static int
export_json_is_plain(u_char c)
{
    return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}


const u_char *
export_json_skip(const u_char *p, const u_char *last)
{
    while (p < last && export_json_is_plain(*p)) {
        p++;
    }

    return p;
}
