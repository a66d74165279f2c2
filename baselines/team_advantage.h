/* team_advantage.h - independent proximal policy optimisation in which every agent uses the mean of all agents'
 * advantages.
 *
 * Not in the paper: a diagnostic of what sharing everything would reach (facts/as.md 4). Who talks to whom does not
 * matter.
 */
#ifndef MG_TEAM_ADVANTAGE_H
#define MG_TEAM_ADVANTAGE_H

#include "core/rl/sharing.h"

extern const mg_learner_table mg_team_advantage; /* its config is a mg_sharing_config */

#endif
