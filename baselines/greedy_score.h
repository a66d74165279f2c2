/* greedy_score.h - every agent plays the action with the largest score that its environment observes for it. Learns
 * nothing and has no settings: its config is NULL.
 *
 * The scores are the numbers of the part "pressure" of an agent's observation, one per action; ties go to the lowest
 * action. On traffic-control with observe_pressure this is the classical max-pressure controller (Varaiya 2013): the
 * phase from the longest queues to the shortest. A unit is an episode.
 */
#ifndef MG_GREEDY_SCORE_H
#define MG_GREEDY_SCORE_H

#include "core/rl/learner.h"

#define MG_GREEDY_SCORE_PART "pressure"

extern const mg_learner_table mg_greedy_score;

#endif
