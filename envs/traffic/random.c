/* random.c - the generator's state and its outputs. */
#include "envs/traffic/random.h"

enum { WORDS = 624, DISTANCE = 397 };

void mg_traffic_random_seed(mg_traffic_random *random, uint32_t seed)
{
    random->word[0] = seed;
    for (uint32_t i = 1; i < WORDS; i++) {
        uint32_t before = random->word[i - 1];
        random->word[i] = UINT32_C(1812433253) * (before ^ (before >> 30)) + i;
    }
    random->next = WORDS;
}

static void make_words(uint32_t *word)
{
    for (int i = 0; i < WORDS; i++) {
        uint32_t mixed = (word[i] & UINT32_C(0x80000000)) | (word[(i + 1) % WORDS] & UINT32_C(0x7fffffff));
        uint32_t odd = mixed & 1 ? UINT32_C(0x9908b0df) : 0;
        word[i] = word[(i + DISTANCE) % WORDS] ^ (mixed >> 1) ^ odd;
    }
}

uint32_t mg_traffic_random_next(mg_traffic_random *random)
{
    if (random->next >= WORDS) {
        make_words(random->word);
        random->next = 0;
    }
    uint32_t x = random->word[random->next++];
    x ^= x >> 11;
    x ^= (x << 7) & UINT32_C(0x9d2c5680);
    x ^= (x << 15) & UINT32_C(0xefc60000);
    return x ^ (x >> 18);
}
