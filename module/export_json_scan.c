
/*
 * The block scanner: what is the same for every instruction set.  The rest,
 * arithmetic on bit masks, is in export_json_batch.h.  The idea of the grammar
 * check there: each token ends in
 * one of four ways - a name, "a name must follow", "a value must follow", a
 * value - and adding the mask of white space to the mask of such ends carries
 * each over to the token that follows, which can then be compared with what
 * is allowed there.
 */


#include "export_json_scan.h"


static int export_json_odd(const export_str_t *name);
static int export_json_plain(u_char c);


#if (defined __x86_64__ && defined __GNUC__)

#define EXPORT_JSON_BLOCKS  8       /* in a batch */
#define EXPORT_JSON_LOOK    14      /* bytes of an exponent, and less than may
                                       be read behind a batch */
#define EXPORT_JSON_ONES    (~(uint64_t) 0)


#define export_json_inline  static inline __attribute__((always_inline))


typedef uint64_t  export_json_vector_t __attribute__((vector_size(64)));

typedef union {
    export_json_vector_t  v;
    uint64_t              w[EXPORT_JSON_BLOCKS];
} export_json_wide_t;


typedef struct {
    export_json_wide_t  quote;      /* that open or close a string */
    export_json_wide_t  string;     /* in one: with the quote that opens it */
    export_json_wide_t  escape;     /* backslashes that start an escape */
    export_json_wide_t  space;
    export_json_wide_t  colon;
    export_json_wide_t  comma;
    export_json_wide_t  operator;
    export_json_wide_t  control;
    export_json_wide_t  digit;
    export_json_wide_t  zero;
    export_json_wide_t  point;
    export_json_wide_t  minus;
    export_json_wide_t  end;        /* what a wanted name may end with */
    int                 escapes;    /* 0: there is no backslash */
    uint64_t            foul;       /* 0: UTF-8 */
    uint64_t            high;       /* 0: ASCII */
} export_json_masks_t;


/* what the masks of a block need of the block before: bits for its start */

typedef struct {
    uint64_t  escaped;
    uint64_t  trail;
    uint64_t  e0;
    uint64_t  ed;
    uint64_t  f0;
    uint64_t  f4;
} export_json_feed_t;


/* what the grammar of a batch needs of the one before: bits for its start */

typedef struct {
    uint64_t       colon;           /* a name has ended */
    uint64_t       name;            /* "{", or a comma in an object */
    uint64_t       value;           /* "[", ":", or a comma in an array */
    uint64_t       after;           /* a value has ended */
    uint64_t       opened;          /* the last token is "{" or "[" */
    uint64_t       string;          /* in a string */
    uint64_t       in_name;         /* in a name */
    uint64_t       scalar;          /* the last byte is a scalar's */
    uint64_t       over;            /* bytes of a scalar already looked at */
    uint64_t       minus;
    uint64_t       zero;
    uint64_t       point;
    uint64_t       integer;
    uint64_t       end;
    const u_char  *escape;          /* where the last escape ends */
    const u_char  *closed;          /* where the last record has ended, if that
                                       is the last token */
} export_json_carry_t;


/* the places of bits in a batch, in their order */

typedef struct {
    unsigned            n;
    uint16_t            at[EXPORT_JSON_BATCH + 8];
} export_json_list_t;


/* the brackets of a batch */

typedef struct {
    export_json_wide_t  all;
    export_json_wide_t  array;      /* where the container is an array */
    export_json_wide_t  top;        /* where no record is open */
    export_json_wide_t  objects;    /* "{" */
    export_json_wide_t  arrays;     /* "[" */
    export_json_wide_t  closes;     /* "}" and "]" */
    export_json_wide_t  lasts;      /* of these, the last of a line */
} export_json_brackets_t;


static export_json_carry_t export_json_enter(const export_json_t *json);
static const u_char *export_json_leave(export_json_t *json, const u_char *p,
    const export_json_carry_t *c);
static const u_char *export_json_leave_string(export_json_t *json,
    const u_char *p, const u_char *escape);
static int export_json_escapes(const u_char *p,
    const export_json_masks_t *m, const u_char **end);
static int export_json_escape_block(const u_char *p, uint64_t escapes,
    const u_char **end);
static unsigned export_json_hex4(const u_char *p);
static inline size_t export_json_word(const u_char *p);
static size_t export_json_exponent(const u_char *p);
static int export_json_newline(const u_char *p,
    const export_json_wide_t *controls);
static int export_json_line(const export_json_t *json, const u_char *p);
export_json_inline int export_json_take(export_json_t *json,
    const u_char *p, const export_json_masks_t *m,
    const export_json_list_t *events, const export_json_wide_t *names,
    const u_char **next);
static inline int export_json_bracket(export_json_t *json, const u_char *p);
static const u_char *export_json_name(const u_char *quote);
static inline uint32_t export_json_named(const export_json_t *json,
    const u_char *quote);
static inline uint32_t export_json_into(const export_json_t *json,
    uint32_t found);
static int export_json_wanted(export_json_t *json, const u_char *p,
    const export_json_masks_t *m, unsigned at, uint32_t found);
static const u_char *export_json_close_quote(const export_json_t *json,
    const u_char *p, const export_json_masks_t *m, unsigned at);


/* bytes that cannot be a number's or a literal's */

static const u_char  export_json_delimiter[256] = {
    ['\t'] = 1, ['\n'] = 1, ['\r'] = 1, [' '] = 1, [','] = 1, [']'] = 1,
    ['}'] = 1, [':'] = 1, ['['] = 1, ['{'] = 1, ['"'] = 1
};


/* a value's type, plus one, by its first byte */

static const u_char  export_json_types[256] = {
#define T(type)  EXPORT_VALUE_##type + 1
    ['"'] = T(STRING), ['{'] = T(OBJECT), ['['] = T(ARRAY), ['t'] = T(TRUE),
    ['f'] = T(FALSE), ['n'] = T(NULL), ['-'] = T(NUMBER), ['0'] = T(NUMBER),
    ['1'] = T(NUMBER), ['2'] = T(NUMBER), ['3'] = T(NUMBER),
    ['4'] = T(NUMBER), ['5'] = T(NUMBER), ['6'] = T(NUMBER),
    ['7'] = T(NUMBER), ['8'] = T(NUMBER), ['9'] = T(NUMBER)
#undef T
};


/*
 * Takes the backslashes and returns the bytes they escape; leaves those that
 * start an escape, which in a run of them is every other one.  Subtracting a
 * run from the odd bits flips these up to its end, so that they tell runs
 * that start at an even place from the others.
 */

export_json_inline uint64_t
export_json_escaped(uint64_t *backslash, uint64_t *carry)
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


export_json_inline uint64_t
export_json_last(const export_json_wide_t *mask)
{
    return mask->v[EXPORT_JSON_BLOCKS - 1] >> 63;
}


/*
 * Follows the brackets.  "array" and "top" get the places where these change.
 * Returns 0 if something is unusual.
 */

export_json_inline int
export_json_nesting(const export_json_t *json, const u_char *p,
    const export_json_list_t *list, export_json_brackets_t *b,
    const u_char **closed)
{
    size_t    block;
    uint64_t  bit, stack, array, in_array;
    unsigned  i, at, depth, base, limit;

    base = json->top;
    depth = json->depth;
    stack = json->arrays[0];
    limit = json->limits.depth < EXPORT_JSON_SCAN_DEPTH
            ? json->limits.depth : EXPORT_JSON_SCAN_DEPTH;

    in_array = (stack >> ((depth - 1) & 63)) & 1;

    b->array.v = b->top.v = b->objects.v = b->arrays.v = b->closes.v
               = b->lasts.v = (export_json_vector_t) { 0 };
    b->array.w[0] = in_array;
    b->top.w[0] = (depth == base);

    for (i = 0; i < list->n; i++) {
        at = list->at[i];
        block = at / 64;
        bit = (uint64_t) 1 << (at % 64);
        array = !(p[at] & 0x20);

        if (p[at] & 0x02) {

            if (depth >= limit || (depth == base && array)) {
                return 0;
            }

            stack = (stack & ~((uint64_t) 1 << depth)) | array << depth;

            if (depth++ == base) {
                b->top.w[block] ^= bit;
                *closed = NULL;
            }

            b->objects.w[block] |= bit & (array - 1);
            b->arrays.w[block] |= bit & (0 - array);

        } else {

            if (depth == base || in_array != array) {
                return 0;
            }

            b->closes.w[block] |= bit;

            if (--depth == base) {
                b->top.w[block] ^= bit;
                b->lasts.w[block] |= bit;
                *closed = p + at + 1;

                if (base == 0 && !export_json_line(json, p + at + 1)) {
                    return 0;
                }
            }

            array = (stack >> ((depth - 1) & 63)) & 1;
        }

        b->array.w[block] ^= bit & (0 - (array ^ in_array));
        in_array = array;
    }

    return 1;
}


/* whether a record that ends before "p" is the last on its line */

static int
export_json_line(const export_json_t *json, const u_char *p)
{
    return json->mode == EXPORT_JSON_LINES
           && (p[0] == '\n' || (p[0] == '\r' && p[1] == '\n'));
}


/*
 * "runs" are the starts of what is no digit, "." or "-", "words" those that
 * start a scalar.  Returns 0 if any is not a literal or an exponent; takes
 * the sign of an exponent out of "minus".
 */

export_json_inline int
export_json_words(const u_char *p, const export_json_wide_t *words,
    const export_json_list_t *runs, export_json_wide_t *minus,
    uint64_t over, uint64_t *carried)
{
    size_t  i, at, len, end;

    /* how much of a scalar the batch before has looked at */

    end = over;

    if (end) {
        minus->w[0] &= EXPORT_JSON_ONES << end;
    }

    for (i = 0; i < runs->n; i++) {
        at = runs->at[i];

        if (at < end) {
            continue;
        }

        if (words->w[at / 64] >> (at % 64) & 1) {
            len = export_json_word(p + at);

        } else {
            len = export_json_exponent(p + at);

            if (++at < EXPORT_JSON_BATCH) {
                minus->w[at / 64] &= ~((uint64_t) 1 << (at % 64));
            }

            at--;
        }

        if (len == 0) {
            return 0;
        }

        end = at + len;
    }

    *carried = end > EXPORT_JSON_BATCH ? end - EXPORT_JSON_BATCH : 0;

    return 1;
}


#include "export_json_x86.h"


static export_json_carry_t
export_json_enter(const export_json_t *json)
{
    export_json_carry_t  c;

    memset(&c, 0, sizeof(export_json_carry_t));

    switch (json->state) {

    case EXPORT_JSON_FIRST_KEY:
        c.opened = 1;

        /* fall through */

    case EXPORT_JSON_KEY:
        c.name = 1;
        break;

    case EXPORT_JSON_COLON:
        c.colon = 1;
        break;

    case EXPORT_JSON_FIRST_ITEM:
        c.opened = 1;

        /* fall through */

    case EXPORT_JSON_VALUE:
        c.value = 1;
        break;

    case EXPORT_JSON_AFTER:
        c.after = 1;
        break;

    case EXPORT_JSON_STRING:
        c.string = 1;
        break;

    default:
        /* between records */
        break;
    }

    return c;
}


/*
 * In the middle of a name or a scalar the reader starts that again, with
 * nothing of it reported; of another string nothing is wanted any more.
 */

static const u_char *
export_json_leave(export_json_t *json, const u_char *p,
    const export_json_carry_t *c)
{
    json->wanted = 0;

    if (c->in_name) {
        json->state = EXPORT_JSON_KEY;
        return export_json_name(p);
    }

    if (c->string) {
        return export_json_leave_string(json, p, c->escape);
    }

    if (c->scalar) {
        json->state = EXPORT_JSON_VALUE;

        while (p > json->base && !export_json_delimiter[p[-1]]) {
            p--;
        }

    } else if (c->colon) {
        json->state = EXPORT_JSON_COLON;

    } else if (c->name) {
        json->state = c->opened ? EXPORT_JSON_FIRST_KEY : EXPORT_JSON_KEY;

    } else if (c->value) {
        json->state = c->opened ? EXPORT_JSON_FIRST_ITEM : EXPORT_JSON_VALUE;

    } else if (c->after) {
        json->state = EXPORT_JSON_AFTER;

    } else {
        json->state = EXPORT_JSON_BETWEEN;
        json->newline = (c->closed == NULL);

        return c->closed ? c->closed : p;
    }

    return p;
}


/* past an escape, but in front of a character: that one is not checked yet */

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
            return (i < 2 + (p[-i] >= 0xe0) + (p[-i] >= 0xf0)) ? p - i : p;
        }
    }

    return p;
}


/* back from its closing quote, or from inside, to the quote of a name */

static const u_char *
export_json_name(const u_char *p)
{
    do {
        p--;
    } while (*p != '"');

    return p;
}


static int
export_json_escapes(const u_char *p, const export_json_masks_t *m,
    const u_char **end)
{
    size_t    n;
    uint64_t  escapes;

    for (n = 0; n < EXPORT_JSON_BLOCKS; n++, p += EXPORT_JSON_BLOCK) {
        escapes = m->escape.w[n] & m->string.w[n];

        if (!export_json_escape_block(p, escapes, end)) {
            return 0;
        }
    }

    return 1;
}


/* "end" is that of the escape before, and may be inside of the next */

static int
export_json_escape_block(const u_char *p, uint64_t escapes,
    const u_char **end)
{
    unsigned       code;
    const u_char  *e;

    for ( /* void */ ; escapes; escapes &= escapes - 1) {
        e = p + __builtin_ctzll(escapes);

        if (e[1] != 'u') {

            if (e[1] == '\0' || strchr("\"\\/bfnrt", e[1]) == NULL) {
                return 0;
            }

            *end = e + 2;
            continue;
        }

        if (e < *end) {
            continue;
        }

        code = export_json_hex4(e + 2);
        *end = e + 6;

        /* the reader looks at NUL in names */

        if (code == 0 || code > 0xffff || (code & 0xfc00) == 0xdc00) {
            return 0;
        }

        if ((code & 0xfc00) == 0xd800) {

            if (e[6] != '\\' || e[7] != 'u'
                || (export_json_hex4(e + 8) & ~0x3ffu) != 0xdc00)
            {
                return 0;
            }

            *end = e + 12;
        }
    }

    return 1;
}


/* over 0xffff if there is anything else */

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


/* bytes of the literal here, 0 if there is none */

static inline size_t
export_json_word(const u_char *p)
{
    size_t  len;

    len = 4 + (size_t) (*p == 'f');

    if (memcmp(p, "true", 4) != 0 && memcmp(p, "null", 4) != 0
        && memcmp(p, "false", 5) != 0)
    {
        return 0;
    }

    return export_json_delimiter[p[len]] ? len : 0;
}


/* bytes from the "e" on, which is not a scalar's first byte */

static size_t
export_json_exponent(const u_char *p)
{
    size_t  len, first;

    if ((*p | 0x20) != 'e' || p[-1] < '0' || p[-1] > '9') {
        return 0;
    }

    len = first = (p[1] == '+' || p[1] == '-') ? 2 : 1;

    while (p[len] >= '0' && p[len] <= '9') {

        if (++len == EXPORT_JSON_LOOK) {
            return 0;
        }
    }

    return (len > first && export_json_delimiter[p[len]]) ? len : 0;
}


static int
export_json_newline(const u_char *p, const export_json_wide_t *controls)
{
    size_t    n;
    uint64_t  bits;

    for (n = 0; n < EXPORT_JSON_BLOCKS; n++, p += EXPORT_JSON_BLOCK) {

        for (bits = controls->w[n]; bits; bits &= bits - 1) {

            if (p[__builtin_ctzll(bits)] == '\n') {
                return 1;
            }
        }
    }

    return 0;
}


/*
 * A batch that is well-formed: what is in it, brackets and names that may be
 * wanted, in their order.  If a wanted value is not simple, the reader goes
 * on in front of its name; what comes before is done.
 */

export_json_inline int
export_json_take(export_json_t *json, const u_char *p,
    const export_json_masks_t *m, const export_json_list_t *events,
    const export_json_wide_t *names, const u_char **next)
{
    int       rc;
    unsigned  i, at;
    uint32_t  found;

    for (i = 0; i < events->n; i++) {
        at = events->at[i];

        if (!(names->w[at / 64] >> (at % 64) & 1)) {
            rc = export_json_bracket(json, p + at);

        } else {
            found = export_json_named(json, p + at);
            rc = found ? export_json_wanted(json, p, m, at, found)
                       : EXPORT_OK;
        }

        if (rc == EXPORT_OK) {
            continue;
        }

        *next = NULL;

        if (rc == EXPORT_AGAIN) {
            json->state = EXPORT_JSON_KEY;
            *next = export_json_name(p + at);
        }

        return EXPORT_DONE;
    }

    return EXPORT_OK;
}


static inline int
export_json_bracket(export_json_t *json, const u_char *p)
{
    uint64_t  bit;
    unsigned  level;

    if (!(*p & 0x02)) {
        json->depth--;

        return json->depth > json->top ? EXPORT_OK
                                       : export_json_record_end(json, p + 1);
    }

    if (json->depth == json->top) {
        export_json_record_start(json, p);
    }

    bit = (uint64_t) 1 << json->depth;
    json->arrays[0] &= ~bit;

    if (*p == '[') {
        json->arrays[0] |= bit;
    }

    json->seen[json->depth] = 0;
    level = json->depth++ - json->top;

    if (level > 0 && level < EXPORT_MAX_TOKENS) {
        json->match[level] = json->into;
    }

    json->into = 0;

    return EXPORT_OK;
}


/* the fields whose name, or a pointer's at this level, ends at "quote" */

static inline uint32_t
export_json_named(const export_json_t *json, const u_char *quote)
{
    size_t                 behind;
    uint32_t               fields, found;
    unsigned               i, level;
    const u_char          *last;
    const export_str_t    *name;
    const export_field_t  *field;

    found = 0;
    fields = json->plain;
    behind = (size_t) (quote - json->base);
    level = json->depth - json->top - 1;

    if (level < EXPORT_MAX_TOKENS) {
        fields |= json->match[level];
    }

    for ( /* void */ ; fields; fields &= fields - 1) {
        i = (unsigned) __builtin_ctz(fields);
        field = &json->fields->field[i];
        name = field->ntokens ? &field->token[level] : &field->name;

        if (behind <= name->len || *(quote - name->len - 1) != '"') {
            continue;
        }

        /* a few bytes: a call would cost more */

        last = name->data + name->len;

        while (last > name->data && last[-1] == *(quote - (name->data
                                                  + name->len - last) - 1))
        {
            last--;
        }

        if (last == name->data) {
            found |= (uint32_t) 1 << i;
        }
    }

    return found;
}


/* those of the fields that go on inside of the value */

static inline uint32_t
export_json_into(const export_json_t *json, uint32_t found)
{
    uint32_t  fields, into;
    unsigned  i, level;

    into = 0;
    level = json->depth - json->top - 1;

    for (fields = found; fields; fields &= fields - 1) {
        i = (unsigned) __builtin_ctz(fields);

        if (json->fields->field[i].ntokens > level + 1) {
            into |= (uint32_t) 1 << i;
        }
    }

    return into;
}


/*
 * Reports the value of a wanted member, or EXPORT_AGAIN if that takes more
 * than a look at the bytes: they may not all be here, and a string that ends
 * in a later batch is not yet checked.
 */

static int
export_json_wanted(export_json_t *json, const u_char *block,
    const export_json_masks_t *m, unsigned at, uint32_t found)
{
    uint32_t         into;
    export_str_t     value;
    const u_char    *p, *end;
    export_value_e   type;

    p = block + at + 1;

    if (*p++ != ':') {
        return EXPORT_AGAIN;
    }

    while (p < json->last && *p == ' ') {
        p++;
    }

    if (p == json->last || export_json_types[*p] == 0) {
        return EXPORT_AGAIN;
    }

    type = (export_value_e) (export_json_types[*p] - 1);
    into = export_json_into(json, found);
    end = p;

    switch (type) {

    case EXPORT_VALUE_OBJECT:
    case EXPORT_VALUE_ARRAY:

        if (json->depth >= json->limits.depth
            || (into && type == EXPORT_VALUE_ARRAY))
        {
            return EXPORT_AGAIN;
        }

        break;

    case EXPORT_VALUE_STRING:
        end = export_json_close_quote(json, p, m, (unsigned) (p - block));

        if (end == NULL) {
            return EXPORT_AGAIN;
        }

        p++;
        break;

    default:

        while (end < block + EXPORT_JSON_BATCH
               && !export_json_delimiter[*end])
        {
            end++;
        }

        if (end >= block + EXPORT_JSON_BATCH) {
            return EXPORT_AGAIN;
        }
    }

    value.data = (u_char *) p;
    value.len = (size_t) (end - p);

    if (type == EXPORT_VALUE_NULL
        || (type == EXPORT_VALUE_NUMBER
            && value.len > EXPORT_JSON_MAX_NUMBER))
    {
        value.len = 0;
    }

    if (json->seen[json->depth - 1] & found) {
        json->rc = EXPORT_ERROR;
        return json->rc;
    }

    json->seen[json->depth - 1] |= found;
    json->into = (type == EXPORT_VALUE_OBJECT) ? into : 0;

    return export_json_events(json, found & ~into, type, &value);
}


/* the end of the string that opens at "p", NULL if it is not a simple one */

static const u_char *
export_json_close_quote(const export_json_t *json, const u_char *p,
    const export_json_masks_t *m, unsigned at)
{
    unsigned       block;
    uint64_t       bits;
    const u_char  *end;

    if (at < EXPORT_JSON_BATCH && !m->escapes && !m->high) {
        block = at / 64;
        bits = m->quote.w[block] >> (at % 64) >> 1;

        if (bits) {
            return p + 1 + __builtin_ctzll(bits);
        }

        if (block + 1 < EXPORT_JSON_BLOCKS && m->quote.w[block + 1]) {
            return p + 64 - at % 64 + __builtin_ctzll(m->quote.w[block + 1]);
        }
    }

    for (end = ++p; end < json->last && end - p <= EXPORT_MAX_VALUE; end++) {

        if (*end == '"') {
            return end;
        }

        if (!export_json_plain(*end)) {
            break;
        }
    }

    return NULL;
}


const export_json_scanner_t  export_json_scanners[] = {
    { "avx512", export_json_scan_avx512 },
    { "avx2", export_json_scan_avx2 },
    { "sse2", export_json_scan_sse2 },
    { NULL, NULL }
};


int
export_json_supported(const export_json_scanner_t *scanner)
{
    if (scanner->scan == export_json_scan_avx512) {
        return __builtin_cpu_supports("avx512f")
               && __builtin_cpu_supports("avx512bw")
               && __builtin_cpu_supports("avx512vl")
               && __builtin_cpu_supports("avx512vbmi2")
               && __builtin_cpu_supports("avx2")
               && __builtin_cpu_supports("bmi2")
               && __builtin_cpu_supports("pclmul");
    }

    if (scanner->scan == export_json_scan_avx2) {
        return __builtin_cpu_supports("avx2")
               && __builtin_cpu_supports("bmi")
               && __builtin_cpu_supports("bmi2")
               && __builtin_cpu_supports("pclmul");
    }

    return 1;
}

#else

const export_json_scanner_t  export_json_scanners[] = {
    { NULL, NULL }
};


int
export_json_supported(const export_json_scanner_t *scanner)
{
    return scanner->scan != NULL;
}

#endif


export_json_scan_pt
export_json_scanner(const export_json_t *json)
{
    unsigned                      i, n;
    const export_field_t         *field;
    const export_json_scanner_t  *scanner;

    for (i = 0; i < json->fields->n; i++) {
        field = &json->fields->field[i];

        if (export_json_odd(&field->name)) {
            return NULL;
        }

        for (n = 0; n < field->ntokens; n++) {
            if (export_json_odd(&field->token[n])) {
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


/* names that are escaped in JSON: scanners compare them as they stand */

static int
export_json_odd(const export_str_t *name)
{
    return memchr(name->data, '"', name->len) != NULL
           || memchr(name->data, '\\', name->len) != NULL;
}


int
export_json_scannable(const export_json_t *json)
{
    if (json->depth > EXPORT_JSON_SCAN_DEPTH || json->indexed
        || json->limits.record < EXPORT_JSON_SCAN_AHEAD)
    {
        return 0;
    }

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
export_json_plain(u_char c)
{
    return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}


const u_char *
export_json_skip(const u_char *p, const u_char *last)
{
    while (p < last && export_json_plain(*p)) {
        p++;
    }

    return p;
}
