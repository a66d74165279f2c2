/* value_sharing.h - value sharing (VS): every agent learns its own critic and updates its policy with the mean
 * advantage of itself and its neighbours.
 *
 * Source: Du et al. 2022 as Anticipation Sharing, Appendix C, describes it; facts/as.md 4. While nobody talks
 * (skip), an agent uses its own advantage.
 */
#ifndef MG_VALUE_SHARING_H
#define MG_VALUE_SHARING_H

#include "core/rl/sharing.h"

extern const mg_learner_table mg_value_sharing; /* its config is a mg_sharing_config */

#endif
