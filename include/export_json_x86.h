
/*
 * What export_json_batch.h needs, for three instruction sets.  Included by
 * export_json_scan.c only.
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


export_json_inline export_json_sse2_t
export_json_or_sse2(export_json_sse2_t v, export_json_sse2_t w)
{
    unsigned  i;

    for (i = 0; i < 4; i++) {
        v.v[i] = _mm_or_si128(v.v[i], w.v[i]);
    }

    return v;
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


export_json_inline uint64_t
export_json_fill_sse2(export_json_wide_t *mask, uint64_t carry)
{
    size_t  n;

    carry = 0 - carry;

    for (n = 0; n < EXPORT_JSON_BLOCKS; n++) {
        mask->w[n] = export_json_prefix_xor_sse2(mask->w[n]) ^ carry;
        carry = 0 - (mask->w[n] >> 63);
    }

    return carry & 1;
}


export_json_inline void
export_json_list_sse2(export_json_list_t *list, const export_json_wide_t *mask)
{
    size_t     block;
    uint16_t  *at;
    uint64_t   bits;

    at = list->at;

    for (block = 0; block < EXPORT_JSON_BATCH; block += EXPORT_JSON_BLOCK) {

        for (bits = mask->w[block / 64]; bits; bits &= bits - 1) {
            *at++ = (uint16_t) (block + (size_t) __builtin_ctzll(bits));
        }
    }

    list->n = (unsigned) (at - list->at);
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


EXPORT_JSON_AVX2 export_json_inline export_json_avx2_t
export_json_or_avx2(export_json_avx2_t v, export_json_avx2_t w)
{
    v.v[0] = _mm256_or_si256(v.v[0], w.v[0]);
    v.v[1] = _mm256_or_si256(v.v[1], w.v[1]);

    return v;
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


EXPORT_JSON_AVX2 export_json_inline uint64_t
export_json_fill_avx2(export_json_wide_t *mask, uint64_t carry)
{
    size_t  n;

    carry = 0 - carry;

    for (n = 0; n < EXPORT_JSON_BLOCKS; n++) {
        mask->w[n] = export_json_prefix_xor_avx2(mask->w[n]) ^ carry;
        carry = 0 - (mask->w[n] >> 63);
    }

    return carry & 1;
}


EXPORT_JSON_AVX2 export_json_inline void
export_json_list_avx2(export_json_list_t *list, const export_json_wide_t *mask)
{
    size_t     block;
    uint16_t  *at;
    uint64_t   bits;

    at = list->at;

    for (block = 0; block < EXPORT_JSON_BATCH; block += EXPORT_JSON_BLOCK) {

        for (bits = mask->w[block / 64]; bits; bits &= bits - 1) {
            *at++ = (uint16_t) (block + (size_t) __builtin_ctzll(bits));
        }
    }

    list->n = (unsigned) (at - list->at);
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
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi2,avx2,"       \
                          "bmi,bmi2,lzcnt,popcnt,pclmul")))


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


EXPORT_JSON_AVX512 export_json_inline __m512i
export_json_or_avx512(__m512i v, __m512i w)
{
    return _mm512_or_si512(v, w);
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


/* first in each word, then what the words before it turn */

EXPORT_JSON_AVX512 export_json_inline uint64_t
export_json_fill_avx512(export_json_wide_t *mask, uint64_t carry)
{
    __m512i   v;
    unsigned  turn;

    v = (__m512i) mask->v;
    v = _mm512_xor_si512(v, _mm512_slli_epi64(v, 1));
    v = _mm512_xor_si512(v, _mm512_slli_epi64(v, 2));
    v = _mm512_xor_si512(v, _mm512_slli_epi64(v, 4));
    v = _mm512_xor_si512(v, _mm512_slli_epi64(v, 8));
    v = _mm512_xor_si512(v, _mm512_slli_epi64(v, 16));
    v = _mm512_xor_si512(v, _mm512_slli_epi64(v, 32));

    turn = (unsigned) _mm512_cmplt_epi64_mask(v, _mm512_setzero_si512()) << 1
           | (unsigned) carry;
    turn ^= turn << 1;
    turn ^= turn << 2;
    turn ^= turn << 4;
    turn ^= turn << 8;

    mask->v = (export_json_vector_t)
                  _mm512_mask_xor_epi64(v, (__mmask8) turn, v,
                                        _mm512_set1_epi8(-1));

    return turn >> 8 & 1;
}


/* the first 8 of a block without a branch */

EXPORT_JSON_AVX512 export_json_inline void
export_json_list_avx512(export_json_list_t *list,
    const export_json_wide_t *mask)
{
    int        n, i;
    uint16_t  *at;
    uint64_t   bits;
    __m128i    places;
    __m512i    numbers;
    unsigned   block, blocks;

    static const u_char  all[64] = {
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19,
        20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37,
        38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55,
        56, 57, 58, 59, 60, 61, 62, 63
    };

    at = list->at;
    numbers = _mm512_loadu_si512(all);

    blocks = _mm512_test_epi64_mask((__m512i) mask->v, (__m512i) mask->v);

    for ( /* void */ ; blocks; blocks &= blocks - 1) {
        block = (unsigned) __builtin_ctz(blocks);
        bits = mask->w[block];
        n = __builtin_popcountll(bits);

        places = _mm_cvtepu8_epi16(_mm512_castsi512_si128(
                     _mm512_maskz_compress_epi8(bits, numbers)));
        places = _mm_add_epi16(places, _mm_set1_epi16((short) (block * 64)));
        _mm_storeu_si128((__m128i *) (void *) at, places);

        for (i = 8; i < n; i++) {
            at[i] = (uint16_t) (block * 64 + (unsigned) __builtin_ctzll(
                        _pdep_u64((uint64_t) 1 << i, bits)));
        }

        at += n;
    }

    list->n = (unsigned) (at - list->at);
}


#define EXPORT_JSON_NAME(n)  export_json_##n##_avx512
#define EXPORT_JSON_TARGET   EXPORT_JSON_AVX512
#define EXPORT_JSON_VECTOR   __m512i

#include "export_json_batch.h"

#undef EXPORT_JSON_NAME
#undef EXPORT_JSON_TARGET
#undef EXPORT_JSON_VECTOR


#endif /* _EXPORT_JSON_X86_H_INCLUDED_ */
