/* independent_proximal.h - agents that learn by proximal policy optimisation, each from its own reward, and tell
 * each other nothing.
 *
 * Not in the paper: the floor under Anticipation Sharing, which is this method where nobody has a neighbour
 * (facts/as.md 4).
 */
#ifndef MG_INDEPENDENT_PROXIMAL_H
#define MG_INDEPENDENT_PROXIMAL_H

#include "core/rl/sharing.h"

extern const mg_learner_table mg_independent_proximal; /* its config is a mg_sharing_config */

#endif
