/* predation.h - predators on a line, each of which would rather have the others chase the prey.
 *
 * Source: Anticipation Sharing, Appendix B; facts/as.md 2.1. Prey and predators start anywhere on [0, width]; the prey
 * stays. Actions: 0 one step left, 1 one step right, all at once, held at the ends of the line. An agent cooperates
 * with a step that points at the prey (an agent on the prey always does). Rewards of a step: all cooperate -1 each,
 * nobody -3 each, else -4 for each who does and 0 for the others. Observation: the positions of all agents relative to
 * the prey, in agent order, the same for all. An episode is `steps` steps and then terminates; a capture neither pays
 * nor ends it, else universal cooperation would win trivially. The paper leaves open what cooperating is, how long an
 * episode lasts and what happens at the ends of the line.
 *
 * What pays (facts/as.md 2.1): defecting pays an agent more than cooperating, whatever the others do; the total of a
 * step is -3 N if nobody cooperates, -4 k for 0 < k < N cooperators, -N if all do: one volunteer is best for N > 4.
 */
#ifndef MG_PREDATION_H
#define MG_PREDATION_H

#include "core/rl/env.h"

#define MG_PREDATION_AGENTS_MAX 64

typedef struct mg_predation_config {
    int agents;
    int steps;                  /* of an episode */
    double width;               /* of the line */
    double range;               /* agents at most range * width apart are neighbours */
    double scale;               /* of the observation */
    bool cooperate_by_nearness; /* false: by direction, judged before the move; true: who is near after the move */
    double near;                /* the distance to the prey that counts as near */
    double reward_all, reward_none, reward_cooperate, reward_defect; /* everybody, nobody, a part: who does, does not */
} mg_predation_config;

mg_predation_config mg_predation_default(int agents);
extern const mg_env_table mg_predation;

#endif
