/* anticipation_sharing.h - what the four results of Anticipation Sharing (as-predation, as-exchange, as-navigation,
 * as-sensitivity) have in common: the methods, how they are configured, how long they run, and what is said of all. */
#ifndef MG_ANTICIPATION_SHARING_H
#define MG_ANTICIPATION_SHARING_H

#include "algos/anticipation.h"
#include "suite/harness/experiment.h"

/* as (Anticipation Sharing), vs, vps, ps (what the paper compares it with), and ours: vps-reward (vps as its source
 * has it), ind (nobody shares anything) and team (everybody uses the mean advantage). */
enum { AS_METHODS = 7 };
extern const mg_grid_method as_method[AS_METHODS];

/* The learner of a row. The baselines are configured by what they share with Anticipation Sharing. */
void as_learner(mg_setup *setup, const mg_grid_row *row, const mg_anticipation_config *config);

/* Of a row's length in episodes. Its last twentieth is the final evaluation's, which has 200 episodes. A length of
 * UNTRAINED is for networks as they start: one episode, whose rates are 0, and the final evaluation. */
enum { UNTRAINED = 1 };
/* clang-format off */
#define AS_STILL {"actor_rate", 0}, {"critic_rate", 0}, {"skip", 1, "ps"}
/* clang-format on */
mg_budget as_budget(const mg_grid_row *row, mg_profile profile, bool paper);

/* Cooperative predation: six agents, range 0.1, Tables 1 and 2 of the paper with penalty 0.1. In a quick run both
 * results that play it make all six agents neighbours, so that two episodes train every network of every method. */
void as_set_up_predation(const mg_grid_row *row, mg_profile profile, bool paper, mg_setup *setup);

/* The two worlds of cells: Tables 1 and 2. Table 2's discrete penalty is damaged in print and reads 1e4; ours is 1. */
void as_set_up_cells(const mg_grid_row *row, mg_profile profile, bool paper, mg_setup *setup,
                     const mg_env_table *environment, const void *game, size_t size);

extern const mg_deviations as_deviations, /* of all four */
    as_compared_deviations,               /* of the methods that three of them compare */
    as_cells_deviations;                  /* of the two with cells */

#endif
