/* fixed_cycle.h - every agent plays the same list of actions over and over: fixed-time control. Learns nothing.
 *
 * A unit is an episode. Runs where every agent chooses among discrete actions.
 */
#ifndef MG_FIXED_CYCLE_H
#define MG_FIXED_CYCLE_H

#include "core/rl/learner.h"

typedef struct mg_fixed_cycle_config {
    int length;    /* actions in the list, 1 to 8 */
    int action[8]; /* played in this order, one a step, from the start of an episode */
} mg_fixed_cycle_config;

/* Fixed-time lights of a crossing with the actions of envs/traffic_control.h: all four in turn, the straight phases
 * twice as long as the turns. Ours: no paper says which cycle it compares with. */
mg_fixed_cycle_config mg_fixed_cycle_roads(void);

extern const mg_learner_table mg_fixed_cycle;

#endif
