/* value_parameter_sharing.h - value-parameter sharing (VPS): after every step agents average the parameters of
 * their critics with their neighbours'; the policy uses the own reward with that critic.
 *
 * Source: Zhang et al. 2018b as Anticipation Sharing, Appendix C, describes it; facts/as.md 4. The weights of the
 * average are Metropolis weights of the episode's graph; Adam's moments are not averaged.
 */
#ifndef MG_VALUE_PARAMETER_SHARING_H
#define MG_VALUE_PARAMETER_SHARING_H

#include "core/rl/sharing.h"

extern const mg_learner_table mg_value_parameter_sharing; /* its config is a mg_sharing_config */

#endif
