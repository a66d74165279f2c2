/* simd.h - the only place that touches SIMDe: vectors of MG_WIDTH binary32 lanes with the same bits on every target.
 *
 * MG_WIDTH (1, 4, 8 or 16; default 1) is set by the file that includes this, once per object, to the native width of
 * the instruction set it is compiled for; wider than native is correct but slow. Width 1 is plain C and includes no
 * SIMDe.
 *
 *     for (i = 0; i + MG_WIDTH <= n; i += MG_WIDTH)
 *         mg_v_store(y + i, mg_v_add(mg_v_load(x + i), mg_v_set(1.0f)));
 *
 * Only operations whose bits are defined by IEEE 754, by integers or by moving data are offered (num/README.md 4,
 * 5): no fused multiply-add, no estimates, no rounding or conversion instructions, no horizontal sums. NaN
 * results are NaN everywhere but their sign and payload differ between targets. 32-bit NEON divides and flushes
 * wrongly: build there without it. Functions on the whole vector are written mg_v_*, on its lanes as 32-bit integers
 * mg_vi_*.
 */
#ifndef MG_SIMD_H
#define MG_SIMD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/num/real.h" /* refuses -ffast-math and excess precision */

/* One-line functions keep their lines. */
/* clang-format off */
#ifndef MG_WIDTH
#define MG_WIDTH 1
#endif

#if defined(__ARM_NEON) && !defined(__aarch64__)
#error "marlgold: 32-bit NEON flushes denormals; build without -mfpu=neon"
#endif

#define MG_INLINE static inline __attribute__((always_inline, unused))

/* Before a loop over a compile-time count, so that arrays of vectors become registers. */
#if defined(__clang__)
#define MG_UNROLL _Pragma("clang loop unroll(full)")
#else
#define MG_UNROLL _Pragma("GCC unroll 32")
#endif

MG_INLINE uint32_t mg_bits_of_float(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

MG_INLINE float mg_float_of_bits(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

#define MG_SIGN_BIT ((int32_t)(-0x7fffffff - 1))

#if MG_WIDTH == 1

typedef float mg_v;      /* MG_WIDTH numbers */
typedef int32_t mg_vi;   /* MG_WIDTH integers, wrapping */
typedef int mg_vmask;    /* a truth value per lane */
typedef int mg_vpart;    /* the first so many lanes */

MG_INLINE mg_v mg_v_load(const float *p) { return *p; }
MG_INLINE void mg_v_store(float *p, mg_v a) { *p = a; }
MG_INLINE mg_v mg_v_set(float a) { return a; }
MG_INLINE mg_v mg_v_add(mg_v a, mg_v b) { return a + b; }
MG_INLINE mg_v mg_v_sub(mg_v a, mg_v b) { return a - b; }
MG_INLINE mg_v mg_v_mul(mg_v a, mg_v b) { return a * b; }
MG_INLINE mg_v mg_v_div(mg_v a, mg_v b) { return a / b; }
MG_INLINE mg_v mg_v_sqrt(mg_v a) { return __builtin_sqrtf(a); } /* an instruction: the build has -fno-math-errno */
MG_INLINE mg_v mg_v_min(mg_v a, mg_v b) { return a < b ? a : b; }
MG_INLINE mg_v mg_v_max(mg_v a, mg_v b) { return a > b ? a : b; }
MG_INLINE mg_vmask mg_v_less(mg_v a, mg_v b) { return a < b; }
MG_INLINE mg_vmask mg_v_less_equal(mg_v a, mg_v b) { return a <= b; }
MG_INLINE mg_v mg_v_select(mg_vmask mask, mg_v a, mg_v b) { return mask ? a : b; }
MG_INLINE mg_vi mg_v_bits(mg_v a) { return (mg_vi)mg_bits_of_float(a); }
MG_INLINE mg_v mg_vi_float(mg_vi a) { return mg_float_of_bits((uint32_t)a); }
MG_INLINE mg_vi mg_vi_set(int32_t a) { return a; }
MG_INLINE mg_vi mg_vi_add(mg_vi a, mg_vi b) { return (mg_vi)((uint32_t)a + (uint32_t)b); }
MG_INLINE mg_vi mg_vi_sub(mg_vi a, mg_vi b) { return (mg_vi)((uint32_t)a - (uint32_t)b); }
MG_INLINE mg_vi mg_vi_and(mg_vi a, mg_vi b) { return a & b; }
MG_INLINE mg_vi mg_vi_or(mg_vi a, mg_vi b) { return a | b; }
MG_INLINE mg_vi mg_vi_xor(mg_vi a, mg_vi b) { return a ^ b; }
MG_INLINE mg_vmask mg_vi_equal(mg_vi a, mg_vi b) { return a == b; }
MG_INLINE mg_vi mg_vi_left_23(mg_vi a) { return (mg_vi)((uint32_t)a << 23); }
MG_INLINE mg_vi mg_vi_left_30(mg_vi a) { return (mg_vi)((uint32_t)a << 30); }
/* Arithmetic shift right: floor(a / 2^n). */
MG_INLINE mg_vi mg_vi_right_1(mg_vi a) { return a >= 0 ? a >> 1 : ~(~a >> 1); }
MG_INLINE mg_vi mg_vi_right_23(mg_vi a) { return a >= 0 ? a >> 23 : ~(~a >> 23); }

MG_INLINE mg_vpart mg_v_part(int count) { return count; }
MG_INLINE mg_v mg_v_load_part(const float *p, mg_vpart part) { return part ? *p : 0.0f; }
MG_INLINE void mg_v_store_part(float *p, mg_v a, int count)
{
    if (count)
        *p = a;
}

#else /* vectors of SIMDe */

#if MG_WIDTH == 4
#include <simde/x86/sse2.h>
typedef simde__m128 mg_v;
typedef simde__m128i mg_vi;
typedef simde__m128 mg_vmask;
typedef int mg_vpart;
#define MG_V(operation) simde_mm_##operation
#define MG_VI_BITWISE(operation) simde_mm_##operation##_si128
#elif MG_WIDTH == 8
#include <simde/x86/avx2.h>
typedef simde__m256 mg_v;
typedef simde__m256i mg_vi;
typedef simde__m256 mg_vmask;
#define MG_V(operation) simde_mm256_##operation
#define MG_VI_BITWISE(operation) simde_mm256_##operation##_si256
#elif MG_WIDTH == 16
#include <simde/x86/avx512.h>
#undef I /* with -std=c11 that header includes <complex.h> */
typedef simde__m512 mg_v;
typedef simde__m512i mg_vi;
typedef simde__mmask16 mg_vmask;
#define MG_V(operation) simde_mm512_##operation
#define MG_VI_BITWISE(operation) simde_mm512_##operation##_si512
#else
#error "marlgold: MG_WIDTH must be 1, 4, 8 or 16"
#endif

MG_INLINE mg_v mg_v_load(const float *p) { return MG_V(loadu_ps)(p); }
MG_INLINE void mg_v_store(float *p, mg_v a) { MG_V(storeu_ps)(p, a); }
MG_INLINE mg_v mg_v_set(float a) { return MG_V(set1_ps)(a); }
MG_INLINE mg_v mg_v_add(mg_v a, mg_v b) { return MG_V(add_ps)(a, b); }
MG_INLINE mg_v mg_v_sub(mg_v a, mg_v b) { return MG_V(sub_ps)(a, b); }
MG_INLINE mg_v mg_v_mul(mg_v a, mg_v b) { return MG_V(mul_ps)(a, b); }
MG_INLINE mg_v mg_v_div(mg_v a, mg_v b) { return MG_V(div_ps)(a, b); }
MG_INLINE mg_v mg_v_sqrt(mg_v a) { return MG_V(sqrt_ps)(a); }
/* The second operand if equal or unordered. */
MG_INLINE mg_v mg_v_min(mg_v a, mg_v b) { return MG_V(min_ps)(a, b); }
MG_INLINE mg_v mg_v_max(mg_v a, mg_v b) { return MG_V(max_ps)(a, b); }
MG_INLINE mg_vi mg_vi_set(int32_t a) { return MG_V(set1_epi32)(a); }
MG_INLINE mg_vi mg_vi_add(mg_vi a, mg_vi b) { return MG_V(add_epi32)(a, b); }
MG_INLINE mg_vi mg_vi_sub(mg_vi a, mg_vi b) { return MG_V(sub_epi32)(a, b); }
MG_INLINE mg_vi mg_vi_and(mg_vi a, mg_vi b) { return MG_VI_BITWISE(and)(a, b); }
MG_INLINE mg_vi mg_vi_or(mg_vi a, mg_vi b) { return MG_VI_BITWISE(or)(a, b); }
MG_INLINE mg_vi mg_vi_xor(mg_vi a, mg_vi b) { return MG_VI_BITWISE(xor)(a, b); }
MG_INLINE mg_vi mg_vi_left_23(mg_vi a) { return MG_V(slli_epi32)(a, 23); }
MG_INLINE mg_vi mg_vi_left_30(mg_vi a) { return MG_V(slli_epi32)(a, 30); }

#if MG_WIDTH == 16
/* SIMDe 0.7.4 has no arithmetic shift of this width: move the range to unsigned, shift, move back. */
MG_INLINE mg_vi mg_vi_right_1(mg_vi a)
{
    mg_vi shifted = MG_V(srli_epi32)(mg_vi_xor(a, mg_vi_set(MG_SIGN_BIT)), 1);
    return mg_vi_sub(shifted, mg_vi_set(0x40000000));
}

MG_INLINE mg_vi mg_vi_right_23(mg_vi a)
{
    mg_vi shifted = MG_V(srli_epi32)(mg_vi_xor(a, mg_vi_set(MG_SIGN_BIT)), 23);
    return mg_vi_sub(shifted, mg_vi_set(0x100));
}
#else
MG_INLINE mg_vi mg_vi_right_1(mg_vi a) { return MG_V(srai_epi32)(a, 1); }
MG_INLINE mg_vi mg_vi_right_23(mg_vi a) { return MG_V(srai_epi32)(a, 23); }
#endif

#if MG_WIDTH == 4
MG_INLINE mg_vi mg_v_bits(mg_v a) { return simde_mm_castps_si128(a); }
MG_INLINE mg_v mg_vi_float(mg_vi a) { return simde_mm_castsi128_ps(a); }
MG_INLINE mg_vmask mg_v_less(mg_v a, mg_v b) { return simde_mm_cmplt_ps(a, b); }
MG_INLINE mg_vmask mg_v_less_equal(mg_v a, mg_v b) { return simde_mm_cmple_ps(a, b); }
MG_INLINE mg_vmask mg_vi_equal(mg_vi a, mg_vi b) { return mg_vi_float(simde_mm_cmpeq_epi32(a, b)); }
MG_INLINE mg_v mg_v_select(mg_vmask mask, mg_v a, mg_v b)
{
    return simde_mm_or_ps(simde_mm_and_ps(mask, a), simde_mm_andnot_ps(mask, b));
}
#elif MG_WIDTH == 8
MG_INLINE mg_vi mg_v_bits(mg_v a) { return simde_mm256_castps_si256(a); }
MG_INLINE mg_v mg_vi_float(mg_vi a) { return simde_mm256_castsi256_ps(a); }
MG_INLINE mg_vmask mg_v_less(mg_v a, mg_v b) { return simde_mm256_cmp_ps(a, b, SIMDE_CMP_LT_OQ); }
MG_INLINE mg_vmask mg_v_less_equal(mg_v a, mg_v b) { return simde_mm256_cmp_ps(a, b, SIMDE_CMP_LE_OQ); }
MG_INLINE mg_vmask mg_vi_equal(mg_vi a, mg_vi b) { return mg_vi_float(simde_mm256_cmpeq_epi32(a, b)); }
MG_INLINE mg_v mg_v_select(mg_vmask mask, mg_v a, mg_v b)
{
    return simde_mm256_or_ps(simde_mm256_and_ps(mask, a), simde_mm256_andnot_ps(mask, b));
}
#else
MG_INLINE mg_vi mg_v_bits(mg_v a) { return simde_mm512_castps_si512(a); }
MG_INLINE mg_v mg_vi_float(mg_vi a) { return simde_mm512_castsi512_ps(a); }
MG_INLINE mg_vmask mg_v_less(mg_v a, mg_v b) { return simde_mm512_cmp_ps_mask(a, b, SIMDE_CMP_LT_OQ); }
MG_INLINE mg_vmask mg_v_less_equal(mg_v a, mg_v b) { return simde_mm512_cmp_ps_mask(a, b, SIMDE_CMP_LE_OQ); }
MG_INLINE mg_vmask mg_vi_equal(mg_vi a, mg_vi b) { return simde_mm512_cmpeq_epi32_mask(a, b); }
MG_INLINE mg_v mg_v_select(mg_vmask mask, mg_v a, mg_v b) { return simde_mm512_mask_blend_ps(mask, b, a); }
#endif

/* ---- the first `count` (0 to MG_WIDTH) lanes; the others are +0.0, their memory is neither read nor written ---- */
#if MG_WIDTH == 4
MG_INLINE mg_vpart mg_v_part(int count) { return count; }
MG_INLINE mg_v mg_v_load_part(const float *p, mg_vpart part)
{
    switch (part) {
    case 0: return simde_mm_setr_ps(0.0f, 0.0f, 0.0f, 0.0f);
    case 1: return simde_mm_setr_ps(p[0], 0.0f, 0.0f, 0.0f);
    case 2: return simde_mm_setr_ps(p[0], p[1], 0.0f, 0.0f);
    case 3: return simde_mm_setr_ps(p[0], p[1], p[2], 0.0f);
    default: return simde_mm_loadu_ps(p);
    }
}
#elif !defined(__AVX__) /* SIMDe's own masked load reads past the end */
typedef int mg_vpart;
MG_INLINE mg_vpart mg_v_part(int count) { return count; }
MG_INLINE mg_v mg_v_load_part(const float *p, mg_vpart part)
{
    float lanes[MG_WIDTH] = { 0.0f };
    memcpy(lanes, p, (size_t)part * sizeof *p);
    return mg_v_load(lanes);
}
#else
MG_INLINE simde__m256i mg_v_part_of_8(int count)
{
    static const int32_t window[16] = { -1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0 };
    return simde_mm256_loadu_si256((const simde__m256i *)(const void *)(window + 8 - count));
}
#if MG_WIDTH == 8
typedef simde__m256i mg_vpart;
MG_INLINE mg_vpart mg_v_part(int count) { return mg_v_part_of_8(count); }
MG_INLINE mg_v mg_v_load_part(const float *p, mg_vpart part) { return simde_mm256_maskload_ps(p, part); }
#else
/* A load of a half is cheaper than a masked one, and none at all than either. */
typedef struct mg_vpart {
    int count;
    simde__m256i mask; /* of the half in which they end */
} mg_vpart;
MG_INLINE mg_vpart mg_v_part(int count)
{
    mg_vpart part = { count, mg_v_part_of_8(count <= 8 ? count : count - 8) };
    return part;
}
MG_INLINE mg_v mg_v_load_part(const float *p, mg_vpart part)
{
    bool one = part.count <= 8;
    simde__m256 low = one ? simde_mm256_maskload_ps(p, part.mask) : simde_mm256_loadu_ps(p);
    simde__m512d half = simde_mm512_insertf64x4(simde_mm512_setzero_pd(), simde_mm256_castps_pd(low), 0);
    if (one)
        return simde_mm512_castpd_ps(half);
    simde__m256 high = simde_mm256_maskload_ps(p + 8, part.mask);
    return simde_mm512_castpd_ps(simde_mm512_insertf64x4(half, simde_mm256_castps_pd(high), 1));
}
#endif
#endif

/* Vector q of `to` becomes from[0][k + q], from[1][k + q], ... of MG_TRANSPOSE lines, for q = 0..3: moves only. */
#if MG_WIDTH == 4
#define MG_TRANSPOSE 4
typedef simde__m128 mg_vlines;
MG_INLINE void mg_v_transpose(const float *const from[MG_TRANSPOSE], ptrdiff_t k, mg_vlines to[4])
{
    simde__m128 a = simde_mm_loadu_ps(from[0] + k), b = simde_mm_loadu_ps(from[1] + k);
    simde__m128 c = simde_mm_loadu_ps(from[2] + k), d = simde_mm_loadu_ps(from[3] + k);
    simde__m128 ab_low = simde_mm_unpacklo_ps(a, b), ab_high = simde_mm_unpackhi_ps(a, b);
    simde__m128 cd_low = simde_mm_unpacklo_ps(c, d), cd_high = simde_mm_unpackhi_ps(c, d);
    to[0] = simde_mm_movelh_ps(ab_low, cd_low);
    to[1] = simde_mm_movehl_ps(cd_low, ab_low);
    to[2] = simde_mm_movelh_ps(ab_high, cd_high);
    to[3] = simde_mm_movehl_ps(cd_high, ab_high);
}
MG_INLINE void mg_v_store_lines(float *to, mg_vlines lines) { simde_mm_storeu_ps(to, lines); }
#else
#define MG_TRANSPOSE 8
typedef simde__m256 mg_vlines;
/* Four numbers of a, then four of b. */
MG_INLINE simde__m256 mg_join_4_4(const float *a, const float *b)
{
    return simde_mm256_insertf128_ps(simde_mm256_castps128_ps256(simde_mm_loadu_ps(a)), simde_mm_loadu_ps(b), 1);
}

MG_INLINE void mg_v_transpose(const float *const from[MG_TRANSPOSE], ptrdiff_t k, mg_vlines to[4])
{
    simde__m256 a = mg_join_4_4(from[0] + k, from[4] + k), b = mg_join_4_4(from[1] + k, from[5] + k);
    simde__m256 c = mg_join_4_4(from[2] + k, from[6] + k), d = mg_join_4_4(from[3] + k, from[7] + k);
    simde__m256 ab_low = simde_mm256_unpacklo_ps(a, b), ab_high = simde_mm256_unpackhi_ps(a, b);
    simde__m256 cd_low = simde_mm256_unpacklo_ps(c, d), cd_high = simde_mm256_unpackhi_ps(c, d);
    to[0] = simde_mm256_shuffle_ps(ab_low, cd_low, 0x44);
    to[1] = simde_mm256_shuffle_ps(ab_low, cd_low, 0xee);
    to[2] = simde_mm256_shuffle_ps(ab_high, cd_high, 0x44);
    to[3] = simde_mm256_shuffle_ps(ab_high, cd_high, 0xee);
}
MG_INLINE void mg_v_store_lines(float *to, mg_vlines lines) { simde_mm256_storeu_ps(to, lines); }
#endif

/* Stores the first `count` lanes, by halves: masked stores are slow on some CPUs. */
MG_INLINE void mg_store_of_4(float *p, simde__m128 a, int count)
{
    if (count & 2) {
        simde_mm_store_ss(p, a);
        simde_mm_store_ss(p + 1, simde_mm_shuffle_ps(a, a, 1));
        a = simde_mm_movehl_ps(a, a);
        p += 2;
    }
    if (count & 1)
        simde_mm_store_ss(p, a);
}

#if MG_WIDTH > 4
MG_INLINE void mg_store_of_8(float *p, simde__m256 a, int count)
{
    simde__m128 half = simde_mm256_castps256_ps128(a);
    if (count & 4) {
        simde_mm_storeu_ps(p, half);
        half = simde_mm256_extractf128_ps(a, 1);
        p += 4;
    }
    mg_store_of_4(p, half, count);
}
#endif

MG_INLINE void mg_v_store_part(float *p, mg_v a, int count)
{
    if (count & MG_WIDTH) {
        mg_v_store(p, a);
        return;
    }
#if MG_WIDTH == 4
    mg_store_of_4(p, a, count);
#elif MG_WIDTH == 8
    mg_store_of_8(p, a, count);
#else
    simde__m256 half = simde_mm512_castps512_ps256(a);
    if (count & 8) {
        simde_mm256_storeu_ps(p, half);
        half = simde_mm256_castpd_ps(simde_mm512_extractf64x4_pd(simde_mm512_castps_pd(a), 1));
        p += 8;
    }
    mg_store_of_8(p, half, count);
#endif
}

#endif /* MG_WIDTH */

/* sum + a*b in two roundings: the only multiply-accumulate of the project. */
MG_INLINE mg_v mg_v_multiply_add(mg_v a, mg_v b, mg_v sum)
{
    mg_v product = mg_v_mul(a, b);
    return mg_v_add(sum, product);
}

#endif
