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

/* By how much more the giver pays the cleaner in an episode than who misses. */
double cleanup_probe_lead(const cleanup_probe *probe, int giver);

/* Does it tell them apart? 1: that lead is more than two standard errors of the difference, and CLEANUP_PROBE_LEAST or
 * more; -1: as much the other way round; else 0. The size is asked because the one who misses walks a step before it
 * fires: who pays 2 for a beam, whatever it hits, pays them 100 and 98, without any error. */
#define CLEANUP_PROBE_LEAST 5.0
int cleanup_probe_tells(const cleanup_probe *probe, int giver);

/* Of probes first to last: at how many it pays the cleaner more in this sense, at how many less; the largest lead, and
 * at which probe. */
typedef struct cleanup_leads {
    int leads, lags, at;
    double largest;
} cleanup_leads;
cleanup_leads cleanup_probe_leads(const cleanup_probe *probe, int first, int last, int giver);

#endif
