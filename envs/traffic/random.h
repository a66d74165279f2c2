/* random.h - MT19937 (Matsumoto and Nishimura 1998), whose raw 32-bit outputs CityFlow draws (traffic/README.md 8).
 * The rest of marlgold draws from core/num/rng.h. */
#ifndef MG_TRAFFIC_RANDOM_H
#define MG_TRAFFIC_RANDOM_H

#include <stdint.h>

typedef struct mg_traffic_random {
    uint32_t word[624];
    int32_t next; /* word to be given out; 624: make new ones first */
} mg_traffic_random;

void mg_traffic_random_seed(mg_traffic_random *random, uint32_t seed);
uint32_t mg_traffic_random_next(mg_traffic_random *random);

#endif
