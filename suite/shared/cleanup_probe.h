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

/* By how many standard errors of their difference the giver pays the cleaner more than who misses; where neither pay
 * ever varies but they are not the same, CLEANUP_PROBE_SURE or that with a minus. */
#define CLEANUP_PROBE_SURE 1e6
double cleanup_probe_lead(const cleanup_probe *probe, int giver);

/* Of probes first to last: at how many that lead is above 2, at how many below -2; the largest, and at which probe. */
typedef struct cleanup_leads {
    int leads, lags, at;
    double largest;
} cleanup_leads;
cleanup_leads cleanup_probe_leads(const cleanup_probe *probe, int first, int last, int giver);

#endif
