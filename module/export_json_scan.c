
/*
 * The block scanner.  First a batch of blocks becomes bit masks, 64 bytes a
 * word (export_json_mask.h); the rest is arithmetic on these, the same for
 * every instruction set.  The idea of the grammar check: each token ends in
 * one of four ways - a name, "a name must follow", "a value must follow", a
 * value - and adding the mask of white space to the mask of such ends carries
 * each over to the token that follows, which can then be compared with what
 * is allowed there.
 */


#include "export_json_scan.h"


#if (defined __x86_64__ && defined __GNUC__)
#include <immintrin.h>
#endif


#define EXPORT_JSON_BLOCKS  8       /* in a batch */
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
    uint64_t            escapes;    /* 0: there is no escape */
    uint64_t            strings;    /* all ones: nothing but string */
    uint64_t            foul;       /* 0: UTF-8 */
} export_json_masks_t;


/* what the masks of a block need of the block before */

typedef struct {
    uint64_t  string;
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


/* the brackets of a batch */

typedef struct {
    export_json_wide_t  all;
    export_json_wide_t  array;      /* where the container is an array */
    export_json_wide_t  top;        /* where no record is open */
    export_json_wide_t  objects;    /* "{" */
    export_json_wide_t  arrays;     /* "[" */
    export_json_wide_t  closes;     /* "}" and "]" */
    export_json_wide_t  afters;     /* of these, without a line's last */
    export_json_wide_t  names;      /* ends of names that may be wanted */
    export_json_wide_t  starts;     /* of records */
    export_json_wide_t  ends;
    export_json_wide_t  stack;      /* after each block */
    unsigned            depth[EXPORT_JSON_BLOCKS];
    unsigned            lowest[EXPORT_JSON_BLOCKS];     /* in the block */
} export_json_brackets_t;


typedef struct {
    const char           *name;
    export_json_scan_pt   scan;
} export_json_scanner_t;


static int export_json_supported(const export_json_scanner_t *scanner);
static export_json_carry_t export_json_enter(const export_json_t *json);
static const u_char *export_json_leave(export_json_t *json, const u_char *p,
    export_json_carry_t c);
static const u_char *export_json_leave_string(export_json_t *json,
    const u_char *p, const u_char *escape);
static int export_json_escapes(const u_char *p,
    const export_json_masks_t *m, const u_char **end);
static int export_json_escape_block(const u_char *p, uint64_t escapes,
    const u_char **end);
static unsigned export_json_hex4(const u_char *p);
static size_t export_json_word(const u_char *p);
static size_t export_json_exponent(const u_char *p, size_t at);
static int export_json_odd(const export_str_t *name);
static int export_json_plain(u_char c);
static int export_json_newline(const u_char *p,
    const export_json_wide_t *controls);
static int export_json_lines(const u_char *p, uint64_t ends);
static int export_json_words(const u_char *p, const export_json_wide_t *words,
    const export_json_wide_t *other, export_json_wide_t *minus,
    uint64_t *over);
static int export_json_take(export_json_t *json, const u_char *p,
    const export_json_brackets_t *b, const u_char **next);
static int export_json_records(export_json_t *json, const u_char *p,
    uint64_t starts, uint64_t ends);
static int export_json_members(export_json_t *json, const u_char *p,
    uint64_t brackets, uint64_t names, const u_char **next);
static int export_json_bracket(export_json_t *json, const u_char *p);
static const u_char *export_json_name(const u_char *quote);
static uint32_t export_json_named(const export_json_t *json,
    const u_char *quote);
static uint32_t export_json_into(const export_json_t *json, uint32_t found);
static int export_json_wanted(export_json_t *json, const u_char *block,
    const u_char *quote, uint32_t found);


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
 * Follows the brackets: what is an array, what is outside of records, where
 * records start and end, and from the last of these "closed".  Returns 0 if
 * something is unusual.
 */

export_json_inline int
export_json_nesting(const export_json_t *json, const u_char *p,
    export_json_brackets_t *b, const u_char **closed)
{
    size_t    n;
    uint64_t  bits, bit, stack, array, top, in_array, in_top, kind, opens,
              objects, closes, starts, ends;
    unsigned  depth, base, limit, lowest;

    base = json->top;
    depth = json->depth;
    stack = json->arrays[0];
    limit = json->limits.depth < EXPORT_JSON_SCAN_DEPTH
            ? json->limits.depth : EXPORT_JSON_SCAN_DEPTH;

    in_array = 0 - ((stack >> ((depth - 1) & 63)) & 1);
    in_top = 0 - (uint64_t) (depth == base);

    for (n = 0; n < EXPORT_JSON_BLOCKS; n++, p += EXPORT_JSON_BLOCK) {
        array = in_array;
        top = in_top;
        lowest = depth;
        opens = objects = closes = starts = ends = 0;

        for (bits = b->all.w[n]; bits; bits &= bits - 1) {
            bit = bits & (0 - bits);
            kind = p[__builtin_ctzll(bits)];

            if (kind & 0x02) {
                kind = !(kind & 0x20);

                if (depth >= limit || (in_top & kind)) {
                    return 0;
                }

                stack = (stack & ~((uint64_t) 1 << depth)) | kind << depth;
                depth++;
                opens |= bit;
                objects |= bit & (kind - 1);
                starts |= bit & in_top;
                in_array = 0 - kind;
                in_top = 0;

            } else {
                kind = !(kind & 0x20);

                if (in_top || (in_array & 1) != kind) {
                    return 0;
                }

                depth--;
                closes |= bit;
                lowest = depth < lowest ? depth : lowest;
                in_array = 0 - ((stack >> ((depth - 1) & 63)) & 1);
                in_top = 0 - (uint64_t) (depth == base);
                ends |= bit & in_top;
            }

            array = (array & (bit - 1)) | (in_array & (0 - bit));
            top = (top & (bit - 1)) | (in_top & (0 - bit));
        }

        if (ends && base == 0
            && (json->mode != EXPORT_JSON_LINES
                || !export_json_lines(p, ends)))
        {
            return 0;
        }

        if (starts | ends) {
            *closed = ends > starts ? p + 64 - __builtin_clzll(ends) : NULL;
        }

        b->array.w[n] = array;
        b->top.w[n] = top;
        b->objects.w[n] = objects;
        b->arrays.w[n] = opens ^ objects;
        b->closes.w[n] = closes;
        b->afters.w[n] = closes & ~(base ? 0 : ends);
        b->starts.w[n] = starts;
        b->ends.w[n] = ends;
        b->stack.w[n] = stack;
        b->depth[n] = depth;
        b->lowest[n] = lowest;
    }

    return 1;
}


/* whether each record that ends is the last on its line */

static int
export_json_lines(const u_char *p, uint64_t ends)
{
    unsigned  i;

    for ( /* void */ ; ends; ends &= ends - 1) {
        i = (unsigned) __builtin_ctzll(ends);

        if (p[i + 1] != '\n' && (p[i + 1] != '\r' || p[i + 2] != '\n')) {
            return 0;
        }
    }

    return 1;
}


/*
 * "words" are the letters scalars start with, "other" are all bytes that are
 * no digit, "." or "-".  Returns 0 if any is not of a literal or an exponent;
 * takes the sign of an exponent out of "minus".
 */

static int
export_json_words(const u_char *p, const export_json_wide_t *words,
    const export_json_wide_t *other, export_json_wide_t *minus,
    uint64_t *over)
{
    size_t    n, i, len;
    uint64_t  bits, done;

    for (n = 0; n < EXPORT_JSON_BLOCKS; n++, p += EXPORT_JSON_BLOCK) {

        done = *over;
        *over = 0;

        for (bits = other->w[n] & ~done; bits; bits &= ~done) {
            i = (size_t) __builtin_ctzll(bits);
            len = (words->w[n] >> i & 1) ? export_json_word(p + i)
                                         : export_json_exponent(p + i, i);

            if (len == 0) {
                return 0;
            }

            done |= (EXPORT_JSON_ONES >> (64 - len)) << i;

            if (i + len > 64) {
                *over = EXPORT_JSON_ONES >> (128 - i - len);
            }
        }

        if (minus->w[n] & done) {
            minus->w[n] &= ~done;
        }
    }

    return 1;
}


#if (defined __x86_64__ && defined __GNUC__)

/* SSE2, which every x86-64 has */

typedef struct {
    __m128i  v[4];
} export_json_sse2_t;


export_json_inline uint64_t
export_json_gather_sse2(__m128i a, __m128i b, __m128i c, __m128i d)
{
    uint64_t  low, high;

    low = (unsigned) _mm_movemask_epi8(a)
          | (unsigned) _mm_movemask_epi8(b) << 16;
    high = (unsigned) _mm_movemask_epi8(c)
           | (unsigned) _mm_movemask_epi8(d) << 16;

    return low | high << 32;
}


export_json_inline export_json_sse2_t
export_json_load_sse2(const u_char *p)
{
    unsigned            i;
    export_json_sse2_t  v;

    for (i = 0; i < 4; i++) {
        v.v[i] = _mm_loadu_si128((const __m128i *) (const void *) p + i);
    }

    return v;
}


#define export_json_each_sse2(op, v, x)                                       \
    export_json_gather_sse2(op(v.v[0], x), op(v.v[1], x), op(v.v[2], x),      \
                            op(v.v[3], x))

#define export_json_le_128(v, x)  _mm_cmpeq_epi8(_mm_min_epu8(v, x), v)
#define export_json_or_128(v, x)  _mm_or_si128(v, x)
#define export_json_sub_128(v, x)                                             \
    _mm_cmpeq_epi8(_mm_min_epu8(_mm_sub_epi8(v, _mm_set1_epi8('0')), x),      \
                   _mm_sub_epi8(v, _mm_set1_epi8('0')))


export_json_inline uint64_t
export_json_eq_sse2(export_json_sse2_t v, char c)
{
    return export_json_each_sse2(_mm_cmpeq_epi8, v, _mm_set1_epi8(c));
}


export_json_inline uint64_t
export_json_gt_sse2(export_json_sse2_t v, char c)
{
    return export_json_each_sse2(_mm_cmpgt_epi8, v, _mm_set1_epi8(c));
}


export_json_inline uint64_t
export_json_le_sse2(export_json_sse2_t v, char c)
{
    return export_json_each_sse2(export_json_le_128, v, _mm_set1_epi8(c));
}


export_json_inline uint64_t
export_json_digit_sse2(export_json_sse2_t v)
{
    return export_json_each_sse2(export_json_sub_128, v, _mm_set1_epi8(9));
}


export_json_inline uint64_t
export_json_sign_sse2(export_json_sse2_t v)
{
    return export_json_gather_sse2(v.v[0], v.v[1], v.v[2], v.v[3]);
}


export_json_inline uint64_t
export_json_space_sse2(export_json_sse2_t v)
{
    return export_json_eq_sse2(v, ' ') | export_json_eq_sse2(v, '\t')
           | export_json_eq_sse2(v, '\n') | export_json_eq_sse2(v, '\r');
}


/* "[" and "{", "]" and "}" differ in one bit */

export_json_inline uint64_t
export_json_operator_sse2(export_json_sse2_t v)
{
    unsigned            i;
    export_json_sse2_t  w;

    for (i = 0; i < 4; i++) {
        w.v[i] = export_json_or_128(v.v[i], _mm_set1_epi8(0x20));
    }

    return export_json_eq_sse2(w, '{') | export_json_eq_sse2(w, '}');
}


export_json_inline uint64_t
export_json_prefix_xor_sse2(uint64_t mask)
{
    mask ^= mask << 1;
    mask ^= mask << 2;
    mask ^= mask << 4;
    mask ^= mask << 8;
    mask ^= mask << 16;
    mask ^= mask << 32;

    return mask;
}


export_json_inline void
export_json_shift_sse2(export_json_wide_t *to, const export_json_wide_t *from,
    uint64_t carry)
{
    size_t    n;
    uint64_t  word;

    for (n = 0; n < EXPORT_JSON_BLOCKS; n++) {
        word = from->w[n];
        to->w[n] = word << 1 | carry;
        carry = word >> 63;
    }
}


export_json_inline uint64_t
export_json_add_sse2(export_json_wide_t *sum, const export_json_wide_t *a,
    const export_json_wide_t *b, uint64_t carry)
{
    size_t              n;
    unsigned long long  s;

    for (n = 0; n < EXPORT_JSON_BLOCKS; n++) {
        carry = __builtin_uaddll_overflow(a->w[n], carry, &s);
        carry |= __builtin_uaddll_overflow(s, b->w[n], &s);
        sum->w[n] = s;
    }

    return carry;
}


export_json_inline int
export_json_any_sse2(const export_json_wide_t *mask)
{
    size_t    n;
    uint64_t  any;

    any = 0;

    for (n = 0; n < EXPORT_JSON_BLOCKS; n++) {
        any |= mask->w[n];
    }

    return any != 0;
}


#define EXPORT_JSON_NAME(n)  export_json_##n##_sse2
#define EXPORT_JSON_TARGET
#define EXPORT_JSON_VECTOR   export_json_sse2_t

#include "export_json_batch.h"

#undef EXPORT_JSON_NAME
#undef EXPORT_JSON_TARGET
#undef EXPORT_JSON_VECTOR


/*
 * AVX2.  A byte looked up by its low half, in a table that holds the only
 * byte wanted with that half, is one of the wanted if it finds itself.
 */

#define EXPORT_JSON_AVX2                                                      \
    __attribute__((target("avx2,bmi,bmi2,lzcnt,popcnt,pclmul")))

#define EXPORT_JSON_SPACES                                                    \
    ' ', 0, 0, 0, 0, 0, 0, 0, 0, '\t', '\n', 0, 0, '\r', 0, 0

#define EXPORT_JSON_OPERATORS                                                 \
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ':', '{', ',', '}', 0, 0


typedef struct {
    __m256i  v[2];
} export_json_avx2_t;


EXPORT_JSON_AVX2 export_json_inline uint64_t
export_json_gather_avx2(__m256i a, __m256i b)
{
    return (unsigned) _mm256_movemask_epi8(a)
           | (uint64_t) (unsigned) _mm256_movemask_epi8(b) << 32;
}


EXPORT_JSON_AVX2 export_json_inline export_json_avx2_t
export_json_load_avx2(const u_char *p)
{
    export_json_avx2_t  v;

    v.v[0] = _mm256_loadu_si256((const __m256i *) (const void *) p);
    v.v[1] = _mm256_loadu_si256((const __m256i *) (const void *) p + 1);

    return v;
}


#define export_json_each_avx2(op, v, x)                                       \
    export_json_gather_avx2(op(v.v[0], x), op(v.v[1], x))

#define export_json_le_256(v, x)                                              \
    _mm256_cmpeq_epi8(_mm256_min_epu8(v, x), v)

#define export_json_self_256(v, x)                                            \
    _mm256_cmpeq_epi8(_mm256_shuffle_epi8(x, v), v)


EXPORT_JSON_AVX2 export_json_inline uint64_t
export_json_eq_avx2(export_json_avx2_t v, char c)
{
    return export_json_each_avx2(_mm256_cmpeq_epi8, v, _mm256_set1_epi8(c));
}


EXPORT_JSON_AVX2 export_json_inline uint64_t
export_json_gt_avx2(export_json_avx2_t v, char c)
{
    return export_json_each_avx2(_mm256_cmpgt_epi8, v, _mm256_set1_epi8(c));
}


EXPORT_JSON_AVX2 export_json_inline uint64_t
export_json_le_avx2(export_json_avx2_t v, char c)
{
    return export_json_each_avx2(export_json_le_256, v, _mm256_set1_epi8(c));
}


EXPORT_JSON_AVX2 export_json_inline uint64_t
export_json_digit_avx2(export_json_avx2_t v)
{
    v.v[0] = _mm256_sub_epi8(v.v[0], _mm256_set1_epi8('0'));
    v.v[1] = _mm256_sub_epi8(v.v[1], _mm256_set1_epi8('0'));

    return export_json_le_avx2(v, 9);
}


EXPORT_JSON_AVX2 export_json_inline uint64_t
export_json_sign_avx2(export_json_avx2_t v)
{
    return export_json_gather_avx2(v.v[0], v.v[1]);
}


EXPORT_JSON_AVX2 export_json_inline uint64_t
export_json_space_avx2(export_json_avx2_t v)
{
    __m256i  spaces;

    spaces = _mm256_setr_epi8(EXPORT_JSON_SPACES, EXPORT_JSON_SPACES);

    return export_json_each_avx2(export_json_self_256, v, spaces);
}


EXPORT_JSON_AVX2 export_json_inline uint64_t
export_json_operator_avx2(export_json_avx2_t v)
{
    __m256i  operators;

    operators = _mm256_setr_epi8(EXPORT_JSON_OPERATORS,
                                 EXPORT_JSON_OPERATORS);

    v.v[0] = _mm256_or_si256(v.v[0], _mm256_set1_epi8(0x20));
    v.v[1] = _mm256_or_si256(v.v[1], _mm256_set1_epi8(0x20));

    return export_json_each_avx2(export_json_self_256, v, operators);
}


EXPORT_JSON_AVX2 export_json_inline uint64_t
export_json_prefix_xor_avx2(uint64_t mask)
{
    __m128i  m;

    m = _mm_set_epi64x(0, (long long) mask);

    return (uint64_t) _mm_cvtsi128_si64(
                          _mm_clmulepi64_si128(m, _mm_set1_epi8(-1), 0));
}


EXPORT_JSON_AVX2 export_json_inline void
export_json_shift_avx2(export_json_wide_t *to, const export_json_wide_t *from,
    uint64_t carry)
{
    __m256i  low, high, a, b;

    low = _mm256_load_si256((const __m256i *) (const void *) from);
    high = _mm256_load_si256((const __m256i *) (const void *) from + 1);

    /* the top bits, each one word up */

    a = _mm256_permute4x64_epi64(_mm256_srli_epi64(low, 63), 0x93);
    b = _mm256_permute4x64_epi64(_mm256_srli_epi64(high, 63), 0x93);

    b = _mm256_blend_epi32(b, a, 0x03);
    a = _mm256_blend_epi32(a, _mm256_set1_epi64x((long long) carry), 0x03);

    _mm256_store_si256((__m256i *) (void *) to,
                       _mm256_or_si256(_mm256_slli_epi64(low, 1), a));
    _mm256_store_si256((__m256i *) (void *) to + 1,
                       _mm256_or_si256(_mm256_slli_epi64(high, 1), b));
}


/*
 * Words that overflow carry into the next, and on through words of all ones:
 * that is an addition once more, of one bit a word.
 */

EXPORT_JSON_AVX2 export_json_inline uint64_t
export_json_add_avx2(export_json_wide_t *sum, const export_json_wide_t *x,
    const export_json_wide_t *y, uint64_t carry)
{
    int       over, ones;
    size_t    i;
    __m256i   a, s[2], sign, bits;
    unsigned  carries;

    over = ones = 0;
    sign = _mm256_set1_epi64x((long long) 0x8000000000000000ull);

    for (i = 0; i < 2; i++) {
        a = _mm256_load_si256((const __m256i *) (const void *) x + i);
        s[i] = _mm256_load_si256((const __m256i *) (const void *) y + i);
        s[i] = _mm256_add_epi64(s[i], a);

        over |= _mm256_movemask_pd(_mm256_castsi256_pd(
                    _mm256_cmpgt_epi64(_mm256_xor_si256(a, sign),
                                       _mm256_xor_si256(s[i], sign))))
                << 4 * i;
        ones |= _mm256_movemask_pd(_mm256_castsi256_pd(
                    _mm256_cmpeq_epi64(s[i], _mm256_set1_epi8(-1))))
                << 4 * i;
    }

    carries = (unsigned) over << 1 | (unsigned) carry;
    carries = (carries + (unsigned) ones) ^ (unsigned) ones;

    for (i = 0; i < 2; i++) {
        bits = _mm256_slli_epi64(_mm256_setr_epi64x(1, 2, 4, 8), (int) (4 * i));
        a = _mm256_and_si256(_mm256_set1_epi64x(carries), bits);
        s[i] = _mm256_sub_epi64(s[i], _mm256_cmpeq_epi64(a, bits));
        _mm256_store_si256((__m256i *) (void *) sum + i, s[i]);
    }

    return carries >> 8;
}


EXPORT_JSON_AVX2 export_json_inline int
export_json_any_avx2(const export_json_wide_t *mask)
{
    __m256i  a;

    a = _mm256_or_si256(
            _mm256_load_si256((const __m256i *) (const void *) mask),
            _mm256_load_si256((const __m256i *) (const void *) mask + 1));

    return !_mm256_testz_si256(a, a);
}


#define EXPORT_JSON_NAME(n)  export_json_##n##_avx2
#define EXPORT_JSON_TARGET   EXPORT_JSON_AVX2
#define EXPORT_JSON_VECTOR   export_json_avx2_t

#include "export_json_batch.h"

#undef EXPORT_JSON_NAME
#undef EXPORT_JSON_TARGET
#undef EXPORT_JSON_VECTOR


/* AVX-512, whose comparisons give masks at once */

#define EXPORT_JSON_AVX512                                                    \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx2,bmi,bmi2,lzcnt,"    \
                          "popcnt,pclmul")))


EXPORT_JSON_AVX512 export_json_inline __m512i
export_json_load_avx512(const u_char *p)
{
    return _mm512_loadu_si512(p);
}


EXPORT_JSON_AVX512 export_json_inline uint64_t
export_json_eq_avx512(__m512i v, char c)
{
    return _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8(c));
}


EXPORT_JSON_AVX512 export_json_inline uint64_t
export_json_gt_avx512(__m512i v, char c)
{
    return _mm512_cmpgt_epi8_mask(v, _mm512_set1_epi8(c));
}


EXPORT_JSON_AVX512 export_json_inline uint64_t
export_json_le_avx512(__m512i v, char c)
{
    return _mm512_cmple_epu8_mask(v, _mm512_set1_epi8(c));
}


EXPORT_JSON_AVX512 export_json_inline uint64_t
export_json_digit_avx512(__m512i v)
{
    return export_json_le_avx512(_mm512_sub_epi8(v, _mm512_set1_epi8('0')),
                                 9);
}


EXPORT_JSON_AVX512 export_json_inline uint64_t
export_json_sign_avx512(__m512i v)
{
    return _mm512_movepi8_mask(v);
}


EXPORT_JSON_AVX512 export_json_inline uint64_t
export_json_space_avx512(__m512i v)
{
    __m512i  spaces;

    spaces = _mm512_broadcast_i32x4(_mm_setr_epi8(EXPORT_JSON_SPACES));

    return _mm512_cmpeq_epi8_mask(_mm512_shuffle_epi8(spaces, v), v);
}


EXPORT_JSON_AVX512 export_json_inline uint64_t
export_json_operator_avx512(__m512i v)
{
    __m512i  operators;

    operators = _mm512_broadcast_i32x4(_mm_setr_epi8(EXPORT_JSON_OPERATORS));
    v = _mm512_or_si512(v, _mm512_set1_epi8(0x20));

    return _mm512_cmpeq_epi8_mask(_mm512_shuffle_epi8(operators, v), v);
}


EXPORT_JSON_AVX512 export_json_inline uint64_t
export_json_prefix_xor_avx512(uint64_t mask)
{
    return export_json_prefix_xor_avx2(mask);
}


EXPORT_JSON_AVX512 export_json_inline void
export_json_shift_avx512(export_json_wide_t *to,
    const export_json_wide_t *from, uint64_t carry)
{
    __m512i  v, top;

    v = (__m512i) from->v;
    top = _mm512_alignr_epi64(_mm512_srli_epi64(v, 63),
                              _mm512_set1_epi64((long long) carry), 7);

    to->v = (export_json_vector_t)
                _mm512_or_si512(_mm512_slli_epi64(v, 1), top);
}


EXPORT_JSON_AVX512 export_json_inline uint64_t
export_json_add_avx512(export_json_wide_t *sum, const export_json_wide_t *x,
    const export_json_wide_t *y, uint64_t carry)
{
    __m512i   s, ones;
    unsigned  carries, full;

    ones = _mm512_set1_epi8(-1);
    s = _mm512_add_epi64((__m512i) x->v, (__m512i) y->v);
    carries = (unsigned) _mm512_cmplt_epu64_mask(s, (__m512i) x->v) << 1
              | (unsigned) carry;
    full = _mm512_cmpeq_epi64_mask(s, ones);
    carries = (carries + full) ^ full;

    sum->v = (export_json_vector_t)
                 _mm512_mask_sub_epi64(s, (__mmask8) carries, s, ones);

    return carries >> 8;
}


EXPORT_JSON_AVX512 export_json_inline int
export_json_any_avx512(const export_json_wide_t *mask)
{
    return _mm512_test_epi64_mask((__m512i) mask->v, (__m512i) mask->v) != 0;
}


#define EXPORT_JSON_NAME(n)  export_json_##n##_avx512
#define EXPORT_JSON_TARGET   EXPORT_JSON_AVX512
#define EXPORT_JSON_VECTOR   __m512i

#include "export_json_batch.h"

#undef EXPORT_JSON_NAME
#undef EXPORT_JSON_TARGET
#undef EXPORT_JSON_VECTOR

#endif


/* a container that has just opened, "depth" others are around it */

export_json_inline void
export_json_fresh(export_json_t *json, unsigned depth, uint32_t into)
{
    unsigned  level;

    json->seen[depth] = 0;
    level = depth - json->top;

    if (level > 0 && level < EXPORT_MAX_TOKENS) {
        json->match[level] = into;
    }
}


/* a batch that is well-formed: what is in it, block by block */

static int
export_json_take(export_json_t *json, const u_char *p,
    const export_json_brackets_t *b, const u_char **next)
{
    int       rc;
    size_t    n;
    unsigned  depth;

    for (n = 0; n < EXPORT_JSON_BLOCKS; n++, p += EXPORT_JSON_BLOCK) {

        if (b->names.w[n] || json->into) {
            rc = export_json_members(json, p, b->all.w[n], b->names.w[n],
                                     next);

            if (rc != EXPORT_OK) {
                return rc;
            }

            continue;
        }

        if (b->all.w[n] == 0) {
            continue;
        }

        json->arrays[0] = b->stack.w[n];
        json->depth = b->depth[n];

        for (depth = b->lowest[n]; depth < b->depth[n]; depth++) {
            export_json_fresh(json, depth, 0);
        }

        if ((b->starts.w[n] | b->ends.w[n])
            && export_json_records(json, p, b->starts.w[n], b->ends.w[n])
               != EXPORT_OK)
        {
            *next = NULL;
            return EXPORT_DONE;
        }
    }

    return EXPORT_OK;
}


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
    export_json_carry_t c)
{
    json->wanted = 0;

    if (c.in_name) {
        json->state = EXPORT_JSON_KEY;
        return export_json_name(p);
    }

    if (c.string) {
        return export_json_leave_string(json, p, c.escape);
    }

    if (c.scalar) {
        json->state = EXPORT_JSON_VALUE;

        while (p > json->base && !export_json_delimiter[p[-1]]) {
            p--;
        }

    } else if (c.colon) {
        json->state = EXPORT_JSON_COLON;

    } else if (c.name) {
        json->state = c.opened ? EXPORT_JSON_FIRST_KEY : EXPORT_JSON_KEY;

    } else if (c.value) {
        json->state = c.opened ? EXPORT_JSON_FIRST_ITEM : EXPORT_JSON_VALUE;

    } else if (c.after) {
        json->state = EXPORT_JSON_AFTER;

    } else {
        json->state = EXPORT_JSON_BETWEEN;
        json->newline = (c.closed == NULL);

        return c.closed ? c.closed : p;
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

        if (code > 0xffff || (code & 0xfc00) == 0xdc00) {
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

static size_t
export_json_word(const u_char *p)
{
    size_t       len;
    const char  *word;

    word = *p == 't' ? "true" : *p == 'f' ? "false" : "null";
    len = *p == 'f' ? 5 : 4;

    return (memcmp(p, word, len) == 0 && export_json_delimiter[p[len]]) ? len
                                                                        : 0;
}


/* bytes from the "e" on, which is at "at" of the block, after other bytes */

static size_t
export_json_exponent(const u_char *p, size_t at)
{
    size_t  len, digits;

    if ((*p | 0x20) != 'e' || p[-1] < '0' || p[-1] > '9') {
        return 0;
    }

    len = (p[1] == '+' || p[1] == '-') ? 2 : 1;

    for (digits = 0; p[len] >= '0' && p[len] <= '9'; digits++) {

        if (at + ++len >= EXPORT_JSON_BLOCK + 15) {
            return 0;
        }
    }

    return (digits && export_json_delimiter[p[len]]) ? len : 0;
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


/* the records that start and end in a block without wanted members */

static int
export_json_records(export_json_t *json, const u_char *p, uint64_t starts,
    uint64_t ends)
{
    int       i;
    uint64_t  events;

    for (events = starts | ends; events; events &= events - 1) {
        i = __builtin_ctzll(events);

        if (starts >> i & 1) {
            export_json_record_start(json, p + i);

        } else if (export_json_record_end(json, p + i + 1) != EXPORT_OK) {
            return json->rc;
        }
    }

    return EXPORT_OK;
}


/*
 * A block that has names with a wanted name's last byte: takes brackets and
 * names in their order.  If a wanted value is not simple, the reader goes on
 * in front of its name; what comes before is done.
 */

static int
export_json_members(export_json_t *json, const u_char *p, uint64_t brackets,
    uint64_t names, const u_char **next)
{
    int            rc;
    uint32_t       found;
    uint64_t       events, bit;
    const u_char  *at;

    for (events = brackets | names; events; events &= events - 1) {
        at = p + __builtin_ctzll(events);
        bit = events & (0 - events);
        rc = EXPORT_OK;

        if (brackets & bit) {
            rc = export_json_bracket(json, at);

        } else {
            found = export_json_named(json, at);

            if (found) {
                rc = export_json_wanted(json, p, at, found);
            }
        }

        if (rc == EXPORT_OK) {
            continue;
        }

        *next = NULL;

        if (rc == EXPORT_AGAIN) {
            json->state = EXPORT_JSON_KEY;
            *next = export_json_name(at);
        }

        return EXPORT_DONE;
    }

    return EXPORT_OK;
}


static int
export_json_bracket(export_json_t *json, const u_char *p)
{
    uint64_t  bit;

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

    export_json_fresh(json, json->depth++, json->into);
    json->into = 0;

    return EXPORT_OK;
}


/* the fields whose name, or a pointer's at this level, ends at "quote" */

static uint32_t
export_json_named(const export_json_t *json, const u_char *quote)
{
    uint32_t               fields, found;
    unsigned               i, level;
    const export_str_t    *name;
    const export_field_t  *field;

    found = 0;
    fields = json->plain;
    level = json->depth - json->top - 1;

    if (level < EXPORT_MAX_TOKENS) {
        fields |= json->match[level];
    }

    for ( /* void */ ; fields; fields &= fields - 1) {
        i = (unsigned) __builtin_ctz(fields);
        field = &json->fields->field[i];
        name = field->ntokens ? &field->token[level] : &field->name;

        if ((size_t) (quote - json->base) > name->len
            && *(quote - name->len - 1) == '"'
            && memcmp(quote - name->len, name->data, name->len) == 0)
        {
            found |= (uint32_t) 1 << i;
        }
    }

    return found;
}


/* those of the fields that go on inside of the value */

static uint32_t
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
 * in a later block is not yet checked.
 */

static int
export_json_wanted(export_json_t *json, const u_char *block,
    const u_char *quote, uint32_t found)
{
    uint32_t         into;
    export_str_t     value;
    const u_char    *p, *end;
    export_value_e   type;

    p = quote + 1;

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
        end = ++p;

        while (end < json->last && end - p < EXPORT_MAX_VALUE
               && export_json_plain(*end))
        {
            end++;
        }

        if (end == json->last || *end != '"') {
            return EXPORT_AGAIN;
        }

        break;

    default:

        while (end < block + EXPORT_JSON_BLOCK
               && !export_json_delimiter[*end])
        {
            end++;
        }

        if (end >= block + EXPORT_JSON_BLOCK) {
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


#if (defined __x86_64__ && defined __GNUC__)

/* the best first */

static const export_json_scanner_t  export_json_scanners[] = {
    { "avx512", export_json_scan_avx512 },
    { "avx2", export_json_scan_avx2 },
    { "sse2", export_json_scan_sse2 },
    { NULL, NULL }
};


static int
export_json_supported(const export_json_scanner_t *scanner)
{
    if (scanner->scan == export_json_scan_avx512) {
        return __builtin_cpu_supports("avx512f")
               && __builtin_cpu_supports("avx512bw")
               && __builtin_cpu_supports("avx512vl")
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

static const export_json_scanner_t  export_json_scanners[] = {
    { NULL, NULL }
};


static int
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
