/* central.h - one actor-critic for all agents: it sees the state, chooses a joint action and learns from the sum of
 * extrinsic rewards (Cen of the thesis, Section 5.3.2: an upper bound, unfairly allowed to do so; facts/lio-cleanup.md
 * 2.3).
 *
 * It is baselines/actor_critic.h of one agent: joint action n is choice n mod actions of agent 0, then of agent 1, and
 * so on. Nobody gives.
 */
#ifndef MG_CENTRAL_H
#define MG_CENTRAL_H

#include "baselines/actor_critic.h"

typedef struct mg_central_config {
    mg_actor_critic_config agent;
} mg_central_config;

mg_central_config mg_central_cleanup_released(void); /* the thesis states no settings (facts/lio-cleanup.md 2.3) */
extern const mg_learner_table mg_central;

#endif
