/* philox_simd.h - random numbers many at a time: whole Philox blocks, and normals from their words.
 *
 * Included by the kernel sources only, at any MG_WIDTH; the same words and numbers as the single calls of rng.h. The
 * block function is integers, so its vector form needs operations that simd.h has no use for: they are used here and
 * nowhere else. A 64-bit lane carries one block's word in its low half and whatever is left over in its high half:
 * the 32x32 multiplication reads low halves only, so that nothing needs clearing or shuffling between rounds.
 */
#ifndef MG_PHILOX_SIMD_H
#define MG_PHILOX_SIMD_H

#include "core/num/elementary.h"
#include "core/num/rng.h"

/* Lanes of 64 bits are halves of 32 in the expected order on little-endian machines only. */
#if MG_WIDTH > 1 && defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define MG_PHILOX_LANES (MG_WIDTH / 2) /* blocks in a vector */
#else
#define MG_PHILOX_LANES 1
#endif

#if MG_PHILOX_LANES > 1

#if MG_WIDTH == 4
#include <simde/x86/sse2.h>
#define MG_PHILOX(operation) simde_mm_##operation
#define MG_PHILOX_SET simde_mm_set1_epi64x
#define MG_PHILOX_FLOAT simde_mm_cvtepi32_ps
#elif MG_WIDTH == 8
#include <simde/x86/avx2.h>
#define MG_PHILOX(operation) simde_mm256_##operation
#define MG_PHILOX_SET simde_mm256_set1_epi64x
#define MG_PHILOX_FLOAT simde_mm256_cvtepi32_ps
#else
#include <simde/x86/avx512.h>
#undef I /* with -std=c11 that header includes <complex.h> */
#define MG_PHILOX(operation) simde_mm512_##operation
#define MG_PHILOX_SET simde_mm512_set1_epi64
#define MG_PHILOX_FLOAT simde_mm512_cvtepu32_ps /* 0.7.4 has no signed one; the numbers are below 2^24 */
#endif

typedef mg_vi mg_philox_word; /* one word of MG_PHILOX_LANES blocks */

MG_INLINE mg_philox_word mg_philox_set(uint32_t a)
{
    return MG_PHILOX_SET((int64_t)(uint64_t)a);
}
MG_INLINE mg_philox_word mg_philox_multiply(mg_philox_word a, mg_philox_word b)
{
    return MG_PHILOX(mul_epu32)(a, b);
}
MG_INLINE mg_philox_word mg_philox_high(mg_philox_word a)
{
    return MG_PHILOX(srli_epi64)(a, 32);
}

/* low halves of `even` and `odd` side by side */
MG_INLINE mg_philox_word mg_philox_join(mg_philox_word even, mg_philox_word odd)
{
    mg_philox_word low = mg_vi_and(even, mg_philox_set(0xffffffffu));
    return mg_vi_or(low, MG_PHILOX(slli_epi64)(odd, 32));
}

MG_INLINE void mg_philox_store(uint32_t *out, mg_philox_word a)
{
    memcpy(out, &a, sizeof a);
}

/* first: words 0 and 1 of every block, second: words 2 and 3; written block after block */
MG_INLINE void mg_philox_write(uint32_t *out, mg_philox_word first, mg_philox_word second)
{
    mg_philox_word low = MG_PHILOX(unpacklo_epi64)(first, second), high = MG_PHILOX(unpackhi_epi64)(first, second);
#if MG_WIDTH == 4
    mg_philox_store(out, low);
    mg_philox_store(out + 4, high);
#elif MG_WIDTH == 8
    mg_philox_store(out, simde_mm256_permute2x128_si256(low, high, 0x20));
    mg_philox_store(out + 8, simde_mm256_permute2x128_si256(low, high, 0x31));
#else
    uint32_t even[16], odd[16]; /* blocks 0 2 4 6 and 1 3 5 7 */
    mg_philox_store(even, low);
    mg_philox_store(odd, high);
    for (int i = 0; i < 4; i++) {
        memcpy(out + 8 * i, even + 4 * i, 16);
        memcpy(out + 8 * i + 4, odd + 4 * i, 16);
    }
#endif
}

MG_INLINE mg_philox_word mg_philox_counters(uint32_t first)
{
    uint64_t lanes[MG_PHILOX_LANES];
    mg_philox_word counters;
    for (int i = 0; i < MG_PHILOX_LANES; i++)
        lanes[i] = (uint32_t)(first + (uint32_t)i);
    memcpy(&counters, lanes, sizeof counters);
    return counters;
}

/* Vectors in flight, to hide the latency of a multiplication. */
#define MG_PHILOX_DEPTH 8

typedef struct mg_philox_blocks {
    mg_philox_word x0[MG_PHILOX_DEPTH], x1[MG_PHILOX_DEPTH], x2[MG_PHILOX_DEPTH], x3[MG_PHILOX_DEPTH];
} mg_philox_blocks;

/* depth * MG_PHILOX_LANES blocks from counter[0] on; depth is a constant where it is called */
MG_INLINE void mg_philox_rounds(int depth, const uint32_t key[2], const uint32_t counter[4], mg_philox_blocks *b)
{
    mg_philox_word multiplier0 = mg_philox_set(0xD2511F53u), multiplier1 = mg_philox_set(0xCD9E8D57u);
    uint32_t key0 = key[0], key1 = key[1];
    MG_UNROLL
    for (int i = 0; i < depth; i++) {
        b->x0[i] = mg_philox_counters(counter[0] + (uint32_t)(i * MG_PHILOX_LANES));
        b->x1[i] = mg_philox_set(counter[1]);
        b->x2[i] = mg_philox_set(counter[2]);
        b->x3[i] = mg_philox_set(counter[3]);
    }
    MG_UNROLL
    for (int round = 0; round < 10; round++) {
        mg_philox_word round_key0 = mg_philox_set(key0), round_key1 = mg_philox_set(key1);
        MG_UNROLL
        for (int i = 0; i < depth; i++) {
            mg_philox_word first = mg_philox_multiply(b->x0[i], multiplier0);
            mg_philox_word second = mg_philox_multiply(b->x2[i], multiplier1);
            b->x0[i] = mg_vi_xor(mg_vi_xor(mg_philox_high(second), b->x1[i]), round_key0);
            b->x2[i] = mg_vi_xor(mg_vi_xor(mg_philox_high(first), b->x3[i]), round_key1);
            b->x1[i] = second;
            b->x3[i] = first;
        }
        key0 += 0x9E3779B9u;
        key1 += 0xBB67AE85u;
    }
}

MG_INLINE void mg_philox_words(int depth, const uint32_t key[2], const uint32_t counter[4], uint32_t *out)
{
    mg_philox_blocks b;
    mg_philox_rounds(depth, key, counter, &b);
    MG_UNROLL
    for (int i = 0; i < depth; i++) {
        mg_philox_word first = mg_philox_join(b.x0[i], b.x1[i]), second = mg_philox_join(b.x2[i], b.x3[i]);
        mg_philox_write(out + 4 * MG_PHILOX_LANES * i, first, second);
    }
}

/* the 24 leading bits of each word, exactly */
MG_INLINE mg_v mg_philox_float(mg_philox_word a)
{
    return MG_PHILOX_FLOAT(MG_PHILOX(srli_epi32)(a, 8));
}

/* Two normals a block, from words 0, 1 and 2, 3: joined, they lie in the order in which they are written. */
MG_INLINE void mg_philox_normal_pairs(int depth, const uint32_t key[2], const uint32_t counter[4], float *out)
{
    mg_philox_blocks b;
    mg_philox_rounds(depth, key, counter, &b);
    MG_UNROLL
    for (int i = 0; i < depth; i++) {
        mg_v uniform = mg_v_add(mg_philox_float(mg_philox_join(b.x0[i], b.x2[i])), mg_v_set(0.5f));
        mg_v turn = mg_v_mul(mg_philox_float(mg_philox_join(b.x1[i], b.x3[i])), mg_v_set(0x1p-24f));
        mg_v logarithm = mg_v_log_of_normal(mg_v_mul(uniform, mg_v_set(0x1p-24f)), mg_v_set(0.0f));
        mg_v radius = mg_v_sqrt(mg_v_mul(mg_v_set(-2.0f), logarithm));
        mg_v cosine = mg_v_cos(mg_v_mul(mg_v_set(0x1.921fb6p+2f), turn));
        mg_v_store(out + MG_WIDTH * i, mg_v_mul(radius, cosine));
    }
}

#endif

/* `blocks` consecutive blocks, counter[0] ascending and wrapping, into out[4 * blocks]. */
__attribute__((unused)) static void mg_philox_fill(const uint32_t key[2], const uint32_t counter[4], size_t blocks,
                                                   uint32_t *out)
{
    uint32_t at[4] = {counter[0], counter[1], counter[2], counter[3]};
#if MG_PHILOX_LANES > 1
    for (; blocks >= MG_PHILOX_DEPTH * MG_PHILOX_LANES; blocks -= MG_PHILOX_DEPTH * MG_PHILOX_LANES) {
        mg_philox_words(MG_PHILOX_DEPTH, key, at, out);
        at[0] += MG_PHILOX_DEPTH * MG_PHILOX_LANES;
        out += 4 * MG_PHILOX_DEPTH * MG_PHILOX_LANES;
    }
    for (; blocks >= MG_PHILOX_LANES; blocks -= MG_PHILOX_LANES) {
        mg_philox_words(1, key, at, out);
        at[0] += MG_PHILOX_LANES;
        out += 4 * MG_PHILOX_LANES;
    }
#endif
    for (; blocks > 0; blocks--) {
        mg_philox(key, at, out);
        at[0]++;
        out += 4;
    }
}

/* The normals of `blocks` consecutive blocks, two from each, into out[2 * blocks]. */
__attribute__((unused)) static void mg_philox_normals(const uint32_t key[2], const uint32_t counter[4], size_t blocks,
                                                      float *out)
{
    uint32_t at[4] = {counter[0], counter[1], counter[2], counter[3]}, words[4];
#if MG_PHILOX_LANES > 1
    for (; blocks >= MG_PHILOX_DEPTH * MG_PHILOX_LANES; blocks -= MG_PHILOX_DEPTH * MG_PHILOX_LANES) {
        mg_philox_normal_pairs(MG_PHILOX_DEPTH, key, at, out);
        at[0] += MG_PHILOX_DEPTH * MG_PHILOX_LANES;
        out += 2 * MG_PHILOX_DEPTH * MG_PHILOX_LANES;
    }
    for (; blocks >= MG_PHILOX_LANES; blocks -= MG_PHILOX_LANES) {
        mg_philox_normal_pairs(1, key, at, out);
        at[0] += MG_PHILOX_LANES;
        out += 2 * MG_PHILOX_LANES;
    }
#endif
    for (; blocks > 0; blocks--) {
        mg_philox(key, at, words);
        out[0] = mg_normal_of_words(words[0], words[1]);
        out[1] = mg_normal_of_words(words[2], words[3]);
        at[0]++;
        out += 2;
    }
}

#endif
