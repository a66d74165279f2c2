/* policy_sharing.h - policy sharing (PS): every agent learns a policy of all agents and averages its parameters
 * with its neighbours' after every step; critics stay private.
 *
 * Source: Zhang and Zavlanos 2019 as Anticipation Sharing, Appendix C, describes it; facts/as.md 4. Agent i's
 * network has a distribution for every agent and i plays the i-th. Its gradient is the own clipped objective's with
 * the probability of everybody's action in place of the own one: A x sum_j grad log pi_j, x the own ratio, nothing
 * where the clip holds. The average has Metropolis weights; Adam's moments are not averaged.
 */
#ifndef MG_POLICY_SHARING_H
#define MG_POLICY_SHARING_H

#include "core/rl/sharing.h"

extern const mg_learner_table mg_policy_sharing; /* its config is a mg_sharing_config */

#endif
