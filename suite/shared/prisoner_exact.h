/* prisoner_exact.h - the prisoner's dilemma as a walk, solved (baselines/two_player_exact.h), computed for
 * ltos-prisoner: what the best and random policies earn, the fixed point of Coco-Q, and those of independent Q-learners
 * by how much of their reward they keep. Each beside what was worked out apart from this program (facts/ltos.md 7).
 *
 * A computed row of a result (mg_method: direct); the extra table whose rows it writes:
 */
#ifndef MG_PRISONER_EXACT_H
#define MG_PRISONER_EXACT_H

#include "suite/harness/experiment.h"

/* Table `shares`: what the left and the right are worth to agent 0 at the start, learned from values of 0 and of 1. */
#define PRISONER_EXACT_SHARES "start,share,left,right,greedy_return"

/* best_return, random_return; and how far values are from those known, the farthest of each: optimum_error,
 * random_error, coco_error, independent_error, greedy_error (of returns of independent learners' greedy policies). */
bool prisoner_exact(mg_direct *direct, mg_error *error);

#endif
