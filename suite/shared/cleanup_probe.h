/* cleanup_probe.h - what LIO agents pay to scripted agents while they learn (thesis Figures 5.6b and B.5d): at given
 * times of training each agent in turn keeps its incentive function and its policy, and the other one follows a script.
 */
#ifndef MG_CLEANUP_PROBE_H
#define MG_CLEANUP_PROBE_H

#include "algos/lio_actor_critic.h"
#include "core/rl/rollout.h"
#include "suite/shared/cleanup_play.h"

enum { CLEANUP_PROBED = 3 }; /* CLEANUP_RIVER, CLEANUP_CLEANER, CLEANUP_MISSER, in this order */

typedef struct cleanup_probe {
    int episodes;                                         /* of one mean */
    cleanup_mean paid[MG_CLEANUP_AGENTS][CLEANUP_PROBED]; /* by giver: incentives of an episode */
} cleanup_probe;

/* Fills paid of the learner of a rollout of Cleanup as it is, without exploration, changing nothing in it. number: of
 * this probe in the task, which names its streams. At most CLEANUP_PROBE_EPISODES episodes. */
enum { CLEANUP_PROBE_EPISODES = 20 };
void cleanup_probe_run(cleanup_probe *probe, const mg_cleanup_config *config, mg_rollout *rollout, int number,
                       mg_key key);

/* By how many standard errors of their difference the giver pays the cleaner more than who misses. */
double cleanup_probe_lead(const cleanup_probe *probe, int giver);

#endif
