/* matrix_game.h - the prisoner's dilemma as a repeated game of two agents, with or without memory of the last
 * round.
 *
 * Source: thesis Table 5.1, Section 5.3.1; facts/lio.md 3. Actions: 0 cooperate, 1 defect. Rewards (row own, column
 * other): CC -1, CD -3, DC 0, DD -2. No random event. Observation with memory: one-hot of five, the same for both
 * agents: CC, CD, DC, DD of the previous round (agent 0's action first), or the first round. Without memory: one
 * number, always 1. Graph: the other agent. Transfers: after the actions, each agent may give the other an incentive;
 * rewards do not depend on it. With `designer` one who is no agent gives instead: a number for cooperation and one for
 * defection, alike for both agents; it observes what they do and is after the sum of their rewards. An episode is
 * `rounds` rounds and then terminates (finite horizon, returns are Monte Carlo). Metrics are per round: rewards divided
 * by the rounds played (facts/lio.md 3, evaluation).
 */
#ifndef MG_MATRIX_GAME_H
#define MG_MATRIX_GAME_H

#include "core/rl/env.h"

typedef struct mg_matrix_game_config {
    int rounds;                                        /* of an episode */
    bool memory;                                       /* observe the previous round */
    double reward_cc, reward_cd, reward_dc, reward_dd; /* to the first letter's player */
    double transfer_max;                               /* bound of an incentive */
    bool designer;                                     /* gives in the agents' place */
} mg_matrix_game_config;

mg_matrix_game_config mg_matrix_game_default(void); /* the thesis's memory-1 IPD */
extern const mg_env_table mg_matrix_game;

#endif
