/* rng.c - Philox4x32-10 streams and the numbers derived from them. */
#include "core/num/rng.h"
#include "core/num/scalar_math.h"

#define PHILOX_ROUNDS 10

void mg_philox(const uint32_t key[2], const uint32_t counter[4], uint32_t block[4])
{
    uint32_t x0 = counter[0], x1 = counter[1], x2 = counter[2], x3 = counter[3];
    uint32_t key0 = key[0], key1 = key[1];
    for (int round = 0; round < PHILOX_ROUNDS; round++) {
        uint64_t first = (uint64_t)0xD2511F53u * x0;
        uint64_t second = (uint64_t)0xCD9E8D57u * x2;
        x0 = (uint32_t)(second >> 32) ^ x1 ^ key0;
        x2 = (uint32_t)(first >> 32) ^ x3 ^ key1;
        x1 = (uint32_t)second;
        x3 = (uint32_t)first;
        key0 += 0x9E3779B9u; /* golden ratio */
        key1 += 0xBB67AE85u; /* sqrt(3) - 1 */
    }
    block[0] = x0;
    block[1] = x1;
    block[2] = x2;
    block[3] = x3;
}

mg_stream mg_stream_at(mg_key key, mg_purpose purpose, uint32_t time, uint32_t row, uint32_t agent)
{
    mg_stream stream = {
        .key = { key.experiment, key.seed },
        .counter = { 0, time, row * 65536u + agent, (uint32_t)purpose },
    };
    return stream;
}

void mg_streams_forget(void)
{
}

uint32_t mg_random_u32(mg_stream *stream)
{
    if (stream->left == 0) {
        mg_philox(stream->key, stream->counter, stream->block);
        stream->counter[0]++;
        stream->left = 4;
    }
    return stream->block[4 - stream->left--];
}

static float float_of_word(uint32_t word)
{
    return (float)(word >> 8) * 0x1p-24f;
}

float mg_random_float(mg_stream *stream)
{
    return float_of_word(mg_random_u32(stream));
}

double mg_random_double(mg_stream *stream)
{
    uint64_t high = mg_random_u32(stream);
    uint64_t low = mg_random_u32(stream);
    return (double)((high << 21) ^ (low >> 11)) * 0x1p-53;
}

float mg_random_uniform(mg_stream *stream, float low, float high)
{
    float width = high - low;
    float part = width * mg_random_float(stream);
    return low + part;
}

uint32_t mg_random_below(mg_stream *stream, uint32_t n)
{
    uint64_t high = mg_random_u32(stream);
    uint64_t low = mg_random_u32(stream);
    return (uint32_t)((high * n + (low * n >> 32)) >> 32);
}

float mg_random_normal(mg_stream *stream)
{
    uint32_t radius_word = mg_random_u32(stream);
    uint32_t angle_word = mg_random_u32(stream);
    float u = ((float)(radius_word >> 8) + 0.5f) * 0x1p-24f;
    float radius = mg_sqrt_float(-2.0f * mg_log_float(u));
    float angle = 0x1.921fb6p+2f * float_of_word(angle_word); /* 2 pi u */
    return radius * mg_cos_float(angle);
}

void mg_random_shuffle(mg_stream *stream, uint32_t *items, uint32_t n)
{
    for (uint32_t i = n; i > 1; i--) {
        uint32_t j = mg_random_below(stream, i);
        uint32_t item = items[i - 1];
        items[i - 1] = items[j];
        items[j] = item;
    }
}

int mg_random_categorical(mg_stream *stream, const float *p, int n)
{
    float sum = 0.0f;
    for (int i = 0; i < n; i++)
        sum = sum + p[i];
    float threshold = mg_random_float(stream) * sum;
    float running = 0.0f;
    int last = 0;
    for (int i = 0; i < n; i++) {
        running = running + p[i];
        if (threshold < running)
            return i;
        if (p[i] > 0.0f)
            last = i;
    }
    return last;
}

void mg_random_fill_u32(mg_stream *stream, uint32_t *out, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] = mg_random_u32(stream);
}

void mg_random_fill_float(mg_stream *stream, float *out, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] = mg_random_float(stream);
}

void mg_random_fill_normal(mg_stream *stream, float *out, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] = mg_random_normal(stream);
}
