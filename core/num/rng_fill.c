/* rng_fill.c - many numbers of a stream at once, by the kernels of the chosen ISA. */
#include "core/num/kernels.h"
#include "core/num/rng.h"

#include <string.h>

void mg_random_fill_u32(mg_stream *stream, uint32_t *out, size_t n)
{
    for (; n > 0 && stream->left > 0; n--)
        *out++ = mg_random_u32(stream);
    size_t blocks = n / 4;
    if (blocks > 0) {
        mg_kernels_current()->philox_fill(stream->key, stream->counter, blocks, out);
        stream->counter[0] += (uint32_t)blocks;
        out += 4 * blocks;
        memcpy(stream->block, out - 4, sizeof stream->block); /* the state after single calls, to the last word */
    }
    for (n -= 4 * blocks; n > 0; n--)
        *out++ = mg_random_u32(stream);
}

void mg_random_fill_float(mg_stream *stream, float *out, size_t n)
{
    enum { PIECE = 256 };
    uint32_t words[PIECE];
    for (; n >= PIECE; n -= PIECE, out += PIECE) {
        mg_random_fill_u32(stream, words, PIECE);
        for (int i = 0; i < PIECE; i++) /* a constant count becomes vector instructions */
            out[i] = mg_float_of_word(words[i]);
    }
    mg_random_fill_u32(stream, words, n);
    for (size_t i = 0; i < n; i++)
        out[i] = mg_float_of_word(words[i]);
}

void mg_random_fill_normal(mg_stream *stream, float *out, size_t n)
{
    for (; n > 0 && stream->left > 0; n--) /* an odd number of words left: two normals never fill a block */
        *out++ = mg_random_normal(stream);
    size_t blocks = n / 2;
    if (blocks > 0) {
        mg_kernels_current()->philox_normals(stream->key, stream->counter, blocks, out);
        stream->counter[0] += (uint32_t)blocks;
        uint32_t last[4] = {stream->counter[0] - 1, stream->counter[1], stream->counter[2], stream->counter[3]};
        mg_philox(stream->key, last, stream->block);
        out += 2 * blocks;
    }
    if (n % 2 != 0)
        *out = mg_random_normal(stream);
}
