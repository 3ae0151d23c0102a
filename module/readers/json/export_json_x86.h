
/*
 * What export_json_batch.inc.h needs (see there), for three instruction sets.
 * Included by export_json_scan.c only; leaves functions, tables and types
 * behind, but no macro.
 */


#ifndef _EXPORT_JSON_X86_H_INCLUDED_
#define _EXPORT_JSON_X86_H_INCLUDED_


#include <immintrin.h>


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
    const __m128i  *b = (const void *) p;

    return (export_json_sse2_t) { {
        _mm_loadu_si128(b), _mm_loadu_si128(b + 1),
        _mm_loadu_si128(b + 2), _mm_loadu_si128(b + 3)
    } };
}


#define export_json_each_sse2(op, v, x)                                       \
    export_json_gather_sse2(op(v.v[0], x), op(v.v[1], x), op(v.v[2], x),      \
                            op(v.v[3], x))


export_json_inline uint64_t
export_json_eq_sse2(export_json_sse2_t v, char c)
{
    return export_json_each_sse2(_mm_cmpeq_epi8, v, _mm_set1_epi8(c));
}


/* SSE2 has no table look-up: one comparison for each last byte */

export_json_inline uint64_t
export_json_ends_sse2(const export_json_tails_t *tails, export_json_sse2_t v)
{
    unsigned            i, n;
    __m128i             folded;
    export_json_sse2_t  ends;

    for (n = 0; n < 4; n++) {
        folded = _mm_or_si128(v.v[n], _mm_set1_epi8(EXPORT_JSON_CASE_BIT));

        ends.v[n] = _mm_or_si128(
                        _mm_cmplt_epi8(v.v[n], _mm_set1_epi8('0')),
                        _mm_or_si128(
                            _mm_cmpeq_epi8(folded, _mm_set1_epi8('}')),
                            _mm_cmpeq_epi8(v.v[n], _mm_set1_epi8(';'))));

        for (i = 0; i < tails->n; i++) {
            ends.v[n] = _mm_or_si128(
                            ends.v[n],
                            _mm_cmpeq_epi8(folded, _mm_set1_epi8(
                                                  (char) tails->byte[i])));
        }
    }

    return export_json_gather_sse2(ends.v[0], ends.v[1], ends.v[2],
                                   ends.v[3]);
}


export_json_inline uint64_t
export_json_gt_sse2(export_json_sse2_t v, char c)
{
    return export_json_each_sse2(_mm_cmpgt_epi8, v, _mm_set1_epi8(c));
}


export_json_inline uint64_t
export_json_same_sse2(export_json_sse2_t v, export_json_sse2_t w)
{
    return export_json_gather_sse2(_mm_cmpeq_epi8(v.v[0], w.v[0]),
                                   _mm_cmpeq_epi8(v.v[1], w.v[1]),
                                   _mm_cmpeq_epi8(v.v[2], w.v[2]),
                                   _mm_cmpeq_epi8(v.v[3], w.v[3]));
}


export_json_inline export_json_sse2_t
export_json_or_sse2(export_json_sse2_t v, export_json_sse2_t w)
{
    unsigned  i;

    for (i = 0; i < 4; i++) {
        v.v[i] = _mm_or_si128(v.v[i], w.v[i]);
    }

    return v;
}


export_json_inline export_json_sse2_t
export_json_sub_sse2(export_json_sse2_t v, export_json_sse2_t w)
{
    unsigned  i;

    for (i = 0; i < 4; i++) {
        v.v[i] = _mm_sub_epi8(v.v[i], w.v[i]);
    }

    return v;
}


export_json_inline uint64_t
export_json_le_sse2(export_json_sse2_t v, export_json_sse2_t w)
{
    unsigned  i;

    for (i = 0; i < 4; i++) {
        w.v[i] = _mm_min_epu8(v.v[i], w.v[i]);
    }

    return export_json_same_sse2(v, w);
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


export_json_inline uint16_t *
export_json_list_sse2(uint16_t *at, uint64_t bits, size_t n)
{
    for ( /* void */ ; bits; bits &= bits - 1) {
        *at++ = (uint16_t) (n + (size_t) __builtin_ctzll(bits));
    }

    return at;
}


typedef uint64_t  export_json_wide_sse2_t
    __attribute__((vector_size(16), may_alias, aligned(8)));


export_json_inline export_json_wide_sse2_t
export_json_shift_sse2(export_json_wide_sse2_t w, export_json_wide_sse2_t last)
{
    last = (export_json_wide_sse2_t) _mm_shuffle_pd((__m128d) last,
                                                    (__m128d) w, 1);

    return w << 1 | last >> 63;
}


export_json_inline export_json_wide_sse2_t
export_json_add_sse2(export_json_wide_sse2_t w, export_json_wide_sse2_t x,
    uint64_t *carry)
{
    size_t              n;
    unsigned long long  sum;

    for (n = 0; n < 2; n++) {
        *carry = __builtin_uaddll_overflow(w[n], *carry, &sum);
        *carry |= __builtin_uaddll_overflow(sum, x[n], &sum);
        w[n] = sum;
    }

    return w;
}


export_json_inline export_json_wide_sse2_t
export_json_across_sse2(export_json_wide_sse2_t w, uint64_t *carry)
{
    size_t  n;

    w ^= w << 1;
    w ^= w << 2;
    w ^= w << 4;
    w ^= w << 8;
    w ^= w << 16;
    w ^= w << 32;

    for (n = 0; n < 2; n++) {
        w[n] ^= *carry;
        *carry = 0 - (w[n] >> 63);
    }

    return w;
}


export_json_inline uint64_t
export_json_some_sse2(export_json_wide_sse2_t w)
{
    return (uint64_t) (w[0] != 0) | (uint64_t) (w[1] != 0) << 1;
}


#define EXPORT_JSON_NAME(n)  export_json_##n##_sse2
#define EXPORT_JSON_WIDE     export_json_wide_sse2_t
#define EXPORT_JSON_TARGET
#define EXPORT_JSON_VECTOR   export_json_sse2_t

#include "export_json_batch.inc.h"


/*
 * AVX2, with look-ups in tables of 16 bytes.  White space: no two of these
 * bytes have the same low half, so a table has each of them at its low half,
 * and a byte is white space if it finds itself there.
 */

#define EXPORT_JSON_AVX2                                                      \
    __attribute__((target("avx2,bmi,bmi2,popcnt,pclmul")))

#define EXPORT_JSON_SPACES                                                    \
    ' ', 0, 0, 0, 0, 0, 0, 0, 0, '\t', '\n', 0, 0, '\r', 0, 0


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

#define export_json_self_256(v, x)                                            \
    _mm256_cmpeq_epi8(_mm256_shuffle_epi8(x, v), v)


EXPORT_JSON_AVX2 export_json_inline uint64_t
export_json_eq_avx2(export_json_avx2_t v, char c)
{
    return export_json_each_avx2(_mm256_cmpeq_epi8, v, _mm256_set1_epi8(c));
}


EXPORT_JSON_AVX2 export_json_inline __m256i
export_json_other_256(__m256i low, __m256i high, __m256i v)
{
    high = _mm256_shuffle_epi8(high,
                               _mm256_and_si256(_mm256_srli_epi16(v, 4),
                                                _mm256_set1_epi8(15)));

    return _mm256_cmpeq_epi8(
               _mm256_and_si256(_mm256_shuffle_epi8(low, v), high),
               _mm256_setzero_si256());
}


EXPORT_JSON_AVX2 export_json_inline uint64_t
export_json_ends_avx2(const export_json_tails_t *tails, export_json_avx2_t v)
{
    __m256i  low, high;

    low = _mm256_broadcastsi128_si256(
              _mm_loadu_si128((const __m128i *) (const void *) tails->low));
    high = _mm256_broadcastsi128_si256(
               _mm_loadu_si128((const __m128i *) (const void *)
                               export_json_high));

    return ~export_json_gather_avx2(export_json_other_256(low, high, v.v[0]),
                                    export_json_other_256(low, high, v.v[1]));
}


EXPORT_JSON_AVX2 export_json_inline uint64_t
export_json_gt_avx2(export_json_avx2_t v, char c)
{
    return export_json_each_avx2(_mm256_cmpgt_epi8, v, _mm256_set1_epi8(c));
}


EXPORT_JSON_AVX2 export_json_inline uint64_t
export_json_same_avx2(export_json_avx2_t v, export_json_avx2_t w)
{
    return export_json_gather_avx2(_mm256_cmpeq_epi8(v.v[0], w.v[0]),
                                   _mm256_cmpeq_epi8(v.v[1], w.v[1]));
}


EXPORT_JSON_AVX2 export_json_inline export_json_avx2_t
export_json_or_avx2(export_json_avx2_t v, export_json_avx2_t w)
{
    v.v[0] = _mm256_or_si256(v.v[0], w.v[0]);
    v.v[1] = _mm256_or_si256(v.v[1], w.v[1]);

    return v;
}


EXPORT_JSON_AVX2 export_json_inline export_json_avx2_t
export_json_sub_avx2(export_json_avx2_t v, export_json_avx2_t w)
{
    v.v[0] = _mm256_sub_epi8(v.v[0], w.v[0]);
    v.v[1] = _mm256_sub_epi8(v.v[1], w.v[1]);

    return v;
}


EXPORT_JSON_AVX2 export_json_inline uint64_t
export_json_le_avx2(export_json_avx2_t v, export_json_avx2_t w)
{
    w.v[0] = _mm256_min_epu8(v.v[0], w.v[0]);
    w.v[1] = _mm256_min_epu8(v.v[1], w.v[1]);

    return export_json_same_avx2(v, w);
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


/* four at a time without a branch, since most blocks have no more */

EXPORT_JSON_AVX2 export_json_inline uint16_t *
export_json_list_avx2(uint16_t *at, uint64_t bits, size_t n)
{
    int        i;
    uint16_t  *end;

    end = at + _mm_popcnt_u64(bits);

    do {
        for (i = 0; i < 4; i++, bits = _blsr_u64(bits)) {
            at[i] = (uint16_t) (n + _tzcnt_u64(bits));
        }

        at += 4;
    } while (bits);

    return end;
}


typedef uint64_t  export_json_wide_avx2_t
    __attribute__((vector_size(32), may_alias, aligned(8)));


EXPORT_JSON_AVX2 export_json_inline export_json_wide_avx2_t
export_json_shift_avx2(export_json_wide_avx2_t w, export_json_wide_avx2_t last)
{
    last = (export_json_wide_avx2_t) _mm256_permute4x64_epi64(
               _mm256_blend_epi32((__m256i) w, (__m256i) last, 0xc0), 0x93);

    return w << 1 | last >> 63;
}


/*
 * A word that overflows carries into the next one, and the carry goes on
 * through words that are all ones.  Which words get a carry is found by an
 * addition too, of numbers with one bit for each word.
 */

EXPORT_JSON_AVX2 export_json_inline export_json_wide_avx2_t
export_json_add_avx2(export_json_wide_avx2_t w, export_json_wide_avx2_t x,
    uint64_t *carry)
{
    __m256i   s, sign, bits, into;
    unsigned  over, ones;

    sign = _mm256_set1_epi64x((long long) 0x8000000000000000ull);
    bits = _mm256_setr_epi64x(1, 2, 4, 8);
    s = (__m256i) (w + x);

    over = (unsigned) _mm256_movemask_pd((__m256d) _mm256_cmpgt_epi64(
               (__m256i) w ^ sign, s ^ sign));
    ones = (unsigned) _mm256_movemask_pd((__m256d) _mm256_cmpeq_epi64(
               s, _mm256_set1_epi8(-1)));

    over = over << 1 | (unsigned) *carry;
    over = (over + ones) ^ ones;
    *carry = over >> 4 & 1;

    into = _mm256_and_si256(_mm256_set1_epi64x(over), bits);

    return (export_json_wide_avx2_t)
               _mm256_sub_epi64(s, _mm256_cmpeq_epi64(into, bits));
}


EXPORT_JSON_AVX2 export_json_inline export_json_wide_avx2_t
export_json_across_avx2(export_json_wide_avx2_t w, uint64_t *carry)
{
    __m256i   bits, flip;
    unsigned  odd;

    w ^= w << 1;
    w ^= w << 2;
    w ^= w << 4;
    w ^= w << 8;
    w ^= w << 16;
    w ^= w << 32;

    odd = (unsigned) _mm256_movemask_pd((__m256d) w);
    odd ^= odd << 1;
    odd = (odd ^ odd << 2) << 1 ^ (unsigned) *carry;
    *carry = 0 - (uint64_t) (odd >> 4 & 1);

    bits = _mm256_setr_epi64x(1, 2, 4, 8);
    flip = _mm256_and_si256(_mm256_set1_epi64x(odd), bits);

    return w ^ (export_json_wide_avx2_t) _mm256_cmpeq_epi64(flip, bits);
}


EXPORT_JSON_AVX2 export_json_inline uint64_t
export_json_some_avx2(export_json_wide_avx2_t w)
{
    __m256i  none;

    none = _mm256_cmpeq_epi64((__m256i) w, _mm256_setzero_si256());

    return (uint64_t) _mm256_movemask_pd((__m256d) none) ^ 15;
}


#define EXPORT_JSON_NAME(n)  export_json_##n##_avx2
#define EXPORT_JSON_WIDE     export_json_wide_avx2_t
#define EXPORT_JSON_TARGET   EXPORT_JSON_AVX2
#define EXPORT_JSON_VECTOR   export_json_avx2_t

#include "export_json_batch.inc.h"


/*
 * AVX-512, where a comparison gives a mask at once.  The ten masks of tokens
 * outside of strings would still be ten comparisons for each block.  Instead a
 * table gives each byte eight bits, by what the byte is, and for eight blocks
 * at a time the bits are transposed: bit n of 64 bytes becomes mask n.
 */

#define EXPORT_JSON_AVX512                                                    \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,"    \
                          "avx512vbmi2,avx2,bmi,bmi2,popcnt,pclmul,"          \
                          "vpclmulqdq,gfni")))


static const u_char  export_json_places[64]
    __attribute__((aligned(64))) =
{
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19,
    20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37,
    38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55,
    56, 57, 58, 59, 60, 61, 62, 63
};


/* the place in the batch where each block begins, for eight events at once */

static const uint16_t  export_json_firsts[EXPORT_JSON_BLOCKS][8]
    __attribute__((aligned(16))) =
{
#define FIRST(n)  { n, n, n, n, n, n, n, n }
    FIRST(0), FIRST(64), FIRST(128), FIRST(192), FIRST(256), FIRST(320),
    FIRST(384), FIRST(448), FIRST(512), FIRST(576), FIRST(640), FIRST(704),
    FIRST(768), FIRST(832), FIRST(896), FIRST(960)
#undef FIRST
};


/*
 * What a byte is, outside of strings.  Eight bits tell ten kinds: a zero is
 * MARK and DIGIT, a minus is MARK and CLOSE, a point is MARK alone.
 */

#define EXPORT_JSON_IS_SPACE    0x01
#define EXPORT_JSON_IS_NEWLINE  0x02
#define EXPORT_JSON_IS_COLON    0x04
#define EXPORT_JSON_IS_COMMA    0x08
#define EXPORT_JSON_IS_OPEN     0x10
#define EXPORT_JSON_IS_CLOSE    0x20
#define EXPORT_JSON_IS_DIGIT    0x40
#define EXPORT_JSON_IS_MARK     0x80

static const u_char  export_json_classes[128]
    __attribute__((aligned(64))) =
{
#define IS(name)  EXPORT_JSON_IS_##name
    [' '] = IS(SPACE), ['\t'] = IS(SPACE), ['\r'] = IS(SPACE),
    ['\n'] = IS(SPACE) | IS(NEWLINE), [':'] = IS(COLON), [','] = IS(COMMA),
    ['{'] = IS(OPEN), ['['] = IS(OPEN), ['}'] = IS(CLOSE), [']'] = IS(CLOSE),
    ['0'] = IS(DIGIT) | IS(MARK), ['1'] = IS(DIGIT), ['2'] = IS(DIGIT),
    ['3'] = IS(DIGIT), ['4'] = IS(DIGIT), ['5'] = IS(DIGIT),
    ['6'] = IS(DIGIT), ['7'] = IS(DIGIT), ['8'] = IS(DIGIT),
    ['9'] = IS(DIGIT), ['-'] = IS(MARK) | IS(CLOSE), ['.'] = IS(MARK)
#undef IS
};


/*
 * Two blocks, each seen as eight rows of eight bytes: where the bytes of
 * columns 0, 2, 4 and 6 are, of each column those of the first block, then
 * those of the second.
 */

static const u_char  export_json_columns[64]
    __attribute__((aligned(64))) =
{
#define COLUMN(n)                                                             \
    n, n + 8, n + 16, n + 24, n + 32, n + 40, n + 48, n + 56,                 \
    n + 64, n + 72, n + 80, n + 88, n + 96, n + 104, n + 112, n + 120
    COLUMN(0), COLUMN(2), COLUMN(4), COLUMN(6)
#undef COLUMN
};


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
export_json_ends_avx512(const export_json_tails_t *tails, __m512i v)
{
    __m512i  low, high;

    low = _mm512_broadcast_i32x4(
              _mm_loadu_si128((const __m128i *) (const void *) tails->low));
    high = _mm512_broadcast_i32x4(
               _mm_loadu_si128((const __m128i *) (const void *)
                               export_json_high));
    high = _mm512_shuffle_epi8(high,
                               _mm512_and_si512(_mm512_srli_epi16(v, 4),
                                                _mm512_set1_epi8(15)));

    return _mm512_test_epi8_mask(_mm512_shuffle_epi8(low, v), high);
}


EXPORT_JSON_AVX512 export_json_inline uint64_t
export_json_gt_avx512(__m512i v, char c)
{
    return _mm512_cmpgt_epi8_mask(v, _mm512_set1_epi8(c));
}


EXPORT_JSON_AVX512 export_json_inline uint64_t
export_json_same_avx512(__m512i v, __m512i w)
{
    return _mm512_cmpeq_epi8_mask(v, w);
}


EXPORT_JSON_AVX512 export_json_inline uint64_t
export_json_le_avx512(__m512i v, __m512i w)
{
    return _mm512_cmple_epu8_mask(v, w);
}


EXPORT_JSON_AVX512 export_json_inline uint64_t
export_json_sign_avx512(__m512i v)
{
    return _mm512_movepi8_mask(v);
}


/* eight without a branch, since few blocks have more */

EXPORT_JSON_AVX512 export_json_inline uint16_t *
export_json_list_avx512(uint16_t *at, uint64_t bits, size_t n)
{
    size_t   count;
    __m128i  places;
    __m512i  numbers;

    numbers = _mm512_load_si512(export_json_places);
    count = (size_t) _mm_popcnt_u64(bits);

    places = _mm_cvtepu8_epi16(_mm512_castsi512_si128(
                 _mm512_maskz_compress_epi8(bits, numbers)));
    places = _mm_add_epi16(places, _mm_load_si128(
                 (const __m128i *) (const void *)
                 export_json_firsts[n / EXPORT_JSON_BLOCK]));
    _mm_storeu_si128((__m128i *) (void *) at, places);

    if (count > 8) {
        export_json_list_avx2(at, bits, n);
    }

    return at + count;
}


typedef uint64_t  export_json_wide_avx512_t
    __attribute__((vector_size(64), may_alias, aligned(8)));


EXPORT_JSON_AVX512 export_json_inline export_json_wide_avx512_t
export_json_shift_avx512(export_json_wide_avx512_t w,
    export_json_wide_avx512_t last)
{
    return (export_json_wide_avx512_t) _mm512_shldi_epi64((__m512i) w,
               _mm512_alignr_epi64((__m512i) w, (__m512i) last, 7), 1);
}


EXPORT_JSON_AVX512 export_json_inline export_json_wide_avx512_t
export_json_add_avx512(export_json_wide_avx512_t w,
    export_json_wide_avx512_t x, uint64_t *carry)
{
    __m512i   s, all;
    unsigned  over, ones;

    all = _mm512_set1_epi8(-1);
    s = (__m512i) (w + x);
    over = (unsigned) _mm512_cmplt_epu64_mask(s, (__m512i) w) << 1
           | (unsigned) *carry;
    ones = _mm512_cmpeq_epi64_mask(s, all);
    over = (over + ones) ^ ones;
    *carry = over >> 8 & 1;

    return (export_json_wide_avx512_t)
               _mm512_mask_sub_epi64(s, (__mmask8) over, s, all);
}


EXPORT_JSON_AVX512 export_json_inline export_json_wide_avx512_t
export_json_across_avx512(export_json_wide_avx512_t w, uint64_t *carry)
{
    __m512i   all, even, odd, words;
    unsigned  flip;

    all = _mm512_set1_epi8(-1);
    even = _mm512_clmulepi64_epi128((__m512i) w, all, 0x00);
    odd = _mm512_clmulepi64_epi128((__m512i) w, all, 0x01);
    words = _mm512_unpacklo_epi64(even, odd);

    flip = _mm512_movepi64_mask(words);
    flip ^= flip << 1;
    flip ^= flip << 2;
    flip = (flip ^ flip << 4) << 1 ^ (unsigned) *carry;
    *carry = 0 - (uint64_t) (flip >> 8 & 1);

    return (export_json_wide_avx512_t)
               _mm512_mask_xor_epi64(words, (__mmask8) flip, words, all);
}


EXPORT_JSON_AVX512 export_json_inline uint64_t
export_json_some_avx512(export_json_wide_avx512_t w)
{
    return _mm512_test_epi64_mask((__m512i) w, (__m512i) w);
}


/* bytes that are not ASCII are looked up as DEL, which is no token */

EXPORT_JSON_AVX512 export_json_inline void
export_json_tokens_avx512(__m512i v, const u_char (*row)[EXPORT_JSON_BLOCK],
    export_json_masks_t *m, size_t n)
{
    __m512i  bit;

    (void) row;

    bit = _mm512_set1_epi64((long long) 0x8040201008040201ull);

    v = _mm512_min_epu8(v, _mm512_set1_epi8(0x7f));
    v = _mm512_permutex2var_epi8(_mm512_load_si512(export_json_classes), v,
                                 _mm512_load_si512(export_json_classes + 64));

    /* the instruction has a matrix's rows in the reverse order, so it takes
       two of them to transpose eight bytes */

    v = _mm512_gf2p8affine_epi64_epi8(bit, v, 0);
    v = _mm512_gf2p8affine_epi64_epi8(v, bit, 0);

    _mm512_store_si512(m->planes[n], v);
}


/* the masks of two blocks: of the bits at even places, and at odd ones */

EXPORT_JSON_AVX512 export_json_inline void
export_json_pair_avx512(const u_char (*planes)[EXPORT_JSON_BLOCK],
    __m512i *even, __m512i *odd)
{
    __m512i  one, two, columns;

    one = _mm512_load_si512(planes[0]);
    two = _mm512_load_si512(planes[1]);
    columns = _mm512_load_si512(export_json_columns);

    *even = _mm512_permutex2var_epi8(one, columns, two);
    columns = _mm512_add_epi8(columns, _mm512_set1_epi8(1));
    *odd = _mm512_permutex2var_epi8(one, columns, two);
}


/*
 * One half of the masks of eight blocks: each of "v" has four masks of two
 * blocks, and each of "mask" becomes one mask of all eight.
 */

EXPORT_JSON_AVX512 export_json_inline void
export_json_half_avx512(const __m512i *v, __m512i *mask)
{
    __m512i  first, second;

    first = _mm512_shuffle_i64x2(v[0], v[1], 0x44);
    second = _mm512_shuffle_i64x2(v[2], v[3], 0x44);
    mask[0] = _mm512_shuffle_i64x2(first, second, 0x88);
    mask[2] = _mm512_shuffle_i64x2(first, second, 0xdd);

    first = _mm512_shuffle_i64x2(v[0], v[1], 0xee);
    second = _mm512_shuffle_i64x2(v[2], v[3], 0xee);
    mask[4] = _mm512_shuffle_i64x2(first, second, 0x88);
    mask[6] = _mm512_shuffle_i64x2(first, second, 0xdd);
}


EXPORT_JSON_AVX512 export_json_inline void
export_json_turn_avx512(export_json_masks_t *m, size_t n)
{
    __m512i       mark, even[4], odd[4], mask[8];
    const u_char  (*planes)[EXPORT_JSON_BLOCK];

    planes = (const u_char (*)[EXPORT_JSON_BLOCK]) m->planes + n;

    export_json_pair_avx512(planes, &even[0], &odd[0]);
    export_json_pair_avx512(planes + 2, &even[1], &odd[1]);
    export_json_pair_avx512(planes + 4, &even[2], &odd[2]);
    export_json_pair_avx512(planes + 6, &even[3], &odd[3]);

    export_json_half_avx512(even, mask);
    export_json_half_avx512(odd, mask + 1);

    _mm512_storeu_si512(&m->space[n], mask[0]);
    _mm512_storeu_si512(&m->newline[n], mask[1]);
    _mm512_storeu_si512(&m->colon[n], mask[2]);
    _mm512_storeu_si512(&m->comma[n], mask[3]);
    _mm512_storeu_si512(&m->open[n], mask[4]);
    _mm512_storeu_si512(&m->digit[n], mask[6]);

    mark = _mm512_andnot_si512(mask[6], mask[7]);

    _mm512_storeu_si512(&m->close[n], _mm512_andnot_si512(mask[7], mask[5]));
    _mm512_storeu_si512(&m->zero[n], _mm512_and_si512(mask[7], mask[6]));
    _mm512_storeu_si512(&m->minus[n], _mm512_and_si512(mark, mask[5]));
    _mm512_storeu_si512(&m->point[n], _mm512_andnot_si512(mask[5], mark));
}


#define EXPORT_JSON_NAME(n)  export_json_##n##_avx512
#define EXPORT_JSON_PLANES
#define EXPORT_JSON_WIDE     export_json_wide_avx512_t
#define EXPORT_JSON_TARGET   EXPORT_JSON_AVX512
#define EXPORT_JSON_VECTOR   __m512i

#include "export_json_batch.inc.h"


#undef export_json_each_sse2
#undef export_json_each_avx2
#undef export_json_self_256
#undef EXPORT_JSON_AVX2
#undef EXPORT_JSON_AVX512
#undef EXPORT_JSON_SPACES
#undef EXPORT_JSON_IS_SPACE
#undef EXPORT_JSON_IS_NEWLINE
#undef EXPORT_JSON_IS_COLON
#undef EXPORT_JSON_IS_COMMA
#undef EXPORT_JSON_IS_OPEN
#undef EXPORT_JSON_IS_CLOSE
#undef EXPORT_JSON_IS_DIGIT
#undef EXPORT_JSON_IS_MARK


#endif /* _EXPORT_JSON_X86_H_INCLUDED_ */
