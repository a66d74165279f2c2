/* rng.h - counter-based random numbers: Philox4x32-10 (Salmon et al. 2011) and fixed-consumption derivations.
 *
 * A stream is named, never shared: key = (experiment, seed), counter = (draw, time, row * 65536 + agent, purpose).
 * Nothing is hashed, so two names never collide, and no order of agents, rows or threads changes a number.
 * `time` counts the task's resets, environment steps or updates, as the purpose says, and never restarts.
 */
#ifndef MG_RNG_H
#define MG_RNG_H

#include <stddef.h>
#include <stdint.h>

/* Append only: numbers are part of every golden file. T = time counts ... */
typedef enum mg_purpose {
    MG_PURPOSE_PARAMETERS = 1,      /* initial parameters; T = 0, agent = network number */
    MG_PURPOSE_TRAIN_RESET = 2,     /* T = training resets of this row */
    MG_PURPOSE_TRAIN_STEP = 3,      /* environment noise; T = training steps of this row */
    MG_PURPOSE_TRAIN_ACTION = 4,    /* exploration and sampling; T = training steps of this row */
    MG_PURPOSE_EVALUATE_RESET = 5,  /* T = evaluation episodes so far */
    MG_PURPOSE_EVALUATE_STEP = 6,   /* T = evaluation steps so far */
    MG_PURPOSE_EVALUATE_ACTION = 7, /* T = evaluation steps so far */
    MG_PURPOSE_REPLAY = 8,          /* minibatches; T = updates */
    MG_PURPOSE_BOOTSTRAP = 9,       /* statistics; T = resample */
    MG_PURPOSE_START_POINTS = 10,   /* random starts of a dynamics; T = start */
    MG_PURPOSE_TEST = 11,           /* tests only */
    MG_PURPOSE_LEARNER = 12,        /* what else a learner draws; T = updates */
    MG_PURPOSE_DEMAND = 13          /* vehicles of a generated demand; T = vehicle */
} mg_purpose;

typedef struct mg_key {
    uint32_t experiment; /* constant of the result, never reused */
    uint32_t seed;
} mg_key;

typedef struct mg_stream {
    uint32_t key[2];
    uint32_t counter[4];
    uint32_t block[4];
    uint32_t left; /* words of block not yet given out */
} mg_stream;

/* The ten-round block function itself; known answers in tests. */
void mg_philox(const uint32_t key[2], const uint32_t counter[4], uint32_t block[4]);

/* The standard normal that two words make: radius from the first, angle from the second (mg_random_normal). */
float mg_normal_of_words(uint32_t radius_word, uint32_t angle_word);

/* The number in [0,1) that a word makes: its upper 24 bits. Here, so that a loop over words becomes vector code. */
static inline float mg_float_of_word(uint32_t word)
{
    return (float)(int32_t)(word >> 8) * 0x1p-24f; /* signed: every CPU has that conversion on vectors */
}

/* Opens a stream at draw 0. row < 65536, agent < 65536: else the program ends, since names would collide. */
mg_stream mg_stream_at(mg_key key, mg_purpose purpose, uint32_t time, uint32_t row, uint32_t agent);

uint32_t mg_random_u32(mg_stream *stream);
float mg_random_float(mg_stream *stream);                          /* [0,1), 24 bits, one word */
double mg_random_double(mg_stream *stream);                        /* [0,1), 53 bits, two words, high word first */
float mg_random_uniform(mg_stream *stream, float low, float high); /* low + (high-low)*u, one word */
uint32_t mg_random_below(mg_stream *stream, uint32_t n);           /* 0..n-1, always two words, bias < n/2^64 */
float mg_random_normal(mg_stream *stream); /* Box-Muller on two words, |z| <= 5.9; own log, sqrt, cos */
void mg_random_shuffle(mg_stream *stream, uint32_t *items, uint32_t n); /* Fisher-Yates, downward */
/* Index drawn from probabilities p[0..n-1] >= 0, of any positive sum: one word u; the first i with u*sum < running sum,
 * else the last with p > 0. */
int mg_random_categorical(mg_stream *stream, const float *p, int n);

/* Many numbers at once, the same as n calls of the above, by the kernels of the chosen ISA. Normals are fast where an
 * even number of words was drawn before. */
void mg_random_fill_u32(mg_stream *stream, uint32_t *out, size_t n);
void mg_random_fill_float(mg_stream *stream, float *out, size_t n);
void mg_random_fill_normal(mg_stream *stream, float *out, size_t n);

/* In a build with -DMG_RECORD_STREAMS every mg_stream_at is recorded and a repeated name ends the program with exit
 * status 1 and one line that names it: a stream opened twice is a correlated experiment. No-op otherwise. */
void mg_streams_forget(void);

#endif
