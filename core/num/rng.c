/* rng.c - Philox4x32-10 streams and the numbers derived from them. */
#include "core/num/rng.h"
#include "core/num/scalar_math.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

#ifdef MG_RECORD_STREAMS

/* The names of all streams opened so far: open addressing, at most half full. Only this debug build allocates. */
typedef struct stream_name {
    uint32_t word[5]; /* experiment, seed, time, row * 65536 + agent, purpose; purpose 0: an empty place */
} stream_name;

static struct {
    stream_name *names;
    size_t places, used;
} opened;

static stream_name *place_of(const stream_name *name)
{
    uint32_t block[4];
    mg_philox(name->word, name->word + 1, block);
    size_t place = (block[0] ^ name->word[0]) & (opened.places - 1);
    while (opened.names[place].word[4] != 0 && memcmp(&opened.names[place], name, sizeof *name) != 0)
        place = (place + 1) & (opened.places - 1);
    return &opened.names[place];
}

static void make_room(void)
{
    stream_name *old = opened.names;
    size_t old_places = opened.places;
    opened.places = old_places == 0 ? 1024 : 2 * old_places;
    opened.names = calloc(opened.places, sizeof *old);
    if (opened.names == NULL) {
        fprintf(stderr, "marlgold: out of memory (the names of %zu streams)\n", opened.used);
        exit(3);
    }
    for (size_t i = 0; i < old_places; i++)
        if (old[i].word[4] != 0)
            *place_of(&old[i]) = old[i];
    free(old);
}

static void record(const mg_stream *stream)
{
    const uint32_t *counter = stream->counter;
    stream_name name = {{stream->key[0], stream->key[1], counter[1], counter[2], counter[3]}};
    if (2 * opened.used >= opened.places)
        make_room();
    stream_name *place = place_of(&name);
    if (place->word[4] != 0) {
        fprintf(stderr,
                "marlgold: random stream opened twice: experiment %u seed %u purpose %u time %u row %u agent %u\n",
                name.word[0], name.word[1], name.word[4], name.word[2], name.word[3] >> 16, name.word[3] & 65535u);
        exit(1);
    }
    *place = name;
    opened.used++;
}

void mg_streams_forget(void)
{
    free(opened.names);
    memset(&opened, 0, sizeof opened);
}

#else

static void record(const mg_stream *stream)
{
    (void)stream;
}

void mg_streams_forget(void)
{
}

#endif

static void refuse_name(uint32_t row, uint32_t agent)
{
    fprintf(stderr, "marlgold: random stream of row %u agent %u: both must be below 65536\n", row, agent);
    exit(1);
}

mg_stream mg_stream_at(mg_key key, mg_purpose purpose, uint32_t time, uint32_t row, uint32_t agent)
{
    if ((row | agent) >= 65536u)
        refuse_name(row, agent);
    mg_stream stream = {
        .key = {key.experiment, key.seed},
        .counter = {0, time, row * 65536u + agent, (uint32_t)purpose},
    };
    record(&stream);
    return stream;
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

float mg_random_float(mg_stream *stream)
{
    return mg_float_of_word(mg_random_u32(stream));
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

/* Box-Muller; half a unit is added so that the logarithm is finite. */
float mg_normal_of_words(uint32_t radius_word, uint32_t angle_word)
{
    float u = ((float)(int32_t)(radius_word >> 8) + 0.5f) * 0x1p-24f;
    float radius = mg_sqrt_float(-2.0f * mg_log_float(u));
    float angle = 0x1.921fb6p+2f * mg_float_of_word(angle_word); /* 2 pi u */
    return radius * mg_cos_float(angle);
}

float mg_random_normal(mg_stream *stream)
{
    uint32_t radius_word = mg_random_u32(stream);
    uint32_t angle_word = mg_random_u32(stream);
    return mg_normal_of_words(radius_word, angle_word);
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
