/* roads_play.h - signals of traffic-control and town-control that choose at random: what a learner has to be better
 * than. */
#ifndef MG_ROADS_PLAY_H
#define MG_ROADS_PLAY_H

#include "core/rl/env.h"
#include "suite/harness/experiment.h"

enum { ROADS_METRICS_MAX = 16 };

typedef struct roads_played {
    int metrics, episodes;
    double steps;                        /* of all episodes */
    const char *name[ROADS_METRICS_MAX]; /* in the order of the environment */
    double mean[ROADS_METRICS_MAX];      /* over the episodes */
} roads_played;

/* So many episodes, every action drawn uniformly for every signal and decision. False where the world cannot be
 * opened or there are more metrics. */
bool roads_play_uniform(const mg_env_table *roads, const void *config, mg_key key, int episodes, roads_played *played,
                        mg_error *error);

/* The metrics of that which `wanted` (NULL-terminated) names, the counts, and a checkpoint. */
void roads_tell(const roads_played *played, const char *const *wanted, mg_direct *direct);

#endif
