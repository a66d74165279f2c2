/* policy_team.h - independent agents of one architecture, each with its own discrete policy: acting, recording. */
#ifndef MG_POLICY_TEAM_H
#define MG_POLICY_TEAM_H

#include "core/rl/discrete_policy.h"
#include "core/rl/exploration.h"
#include "core/rl/learner.h"
#include "core/rl/model.h"
#include "core/rl/trajectory.h"

#define MG_TEAM_ACTIONS 64 /* most choices of an agent */
#define MG_TEAM_NEEDS (MG_NEED_CHOICES | MG_NEED_ALIKE)

typedef struct mg_policy_team {
    const mg_discrete_policy *policy;
    int agents;
    mg_key key;
    float *theta; /* agents x policy->network.layout.count */
    float *workspace;
    int *stage;  /* [agents]; NULL: all act at once */
    bool greedy; /* evaluation takes the likeliest action, the lowest of them; false at first: it draws */
} mg_policy_team;

void mg_policy_team_create(mg_policy_team *team, const mg_discrete_policy *policy, int agents, mg_key key);
void mg_policy_team_destroy(mg_policy_team *team);
/* Where steps have several stages: each agent acts in its own. */
void mg_policy_team_stages(mg_policy_team *team, const mg_env_spec *environment);

/* Samples the action of every agent of this stage for every entry: from pi mixed with epsilon in training, from pi
 * itself in evaluation (facts/lio.md 1.1: sampled, not argmax, unless `greedy`). Batches larger than the policy's
 * rows_max go in pieces. Stream: (key, TRAIN_ACTION or EVALUATE_ACTION, time, row, agent). */
void mg_policy_team_act(mg_policy_team *team, const mg_batch *batch, float epsilon, int32_t *const *actions);

/* Appends a transition to a trajectory. */
void mg_policy_team_record(mg_trajectory *trajectory, const mg_transition *transition);

#endif
