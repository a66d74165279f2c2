/* team_critic.h - a critic for each agent of a team that learns from whole episodes: V(o) by temporal differences of
 * one step, with a target network (thesis Equation B.10).
 *
 *     mg_team_critic_learn(&critic, agent, steps, observation, terminated, reward, value);
 *     mg_generalised_advantages(steps, discount, 0.0f, reward, value, advantage);
 *
 * A step goes down the mean over an episode of (V(o_t) - r_t - discount V'(o_{t+1}))^2 by Adam in TensorFlow's form; V'
 * follows. Observations: [steps + 1][length], the last is what was seen at the end, which is worth 0 where the episode
 * terminated and V where it was cut off.
 */
#ifndef MG_TEAM_CRITIC_H
#define MG_TEAM_CRITIC_H

#include "core/rl/env.h"
#include "core/rl/model.h"

typedef struct mg_team_critic_config {
    double rate;   /* Adam */
    double follow; /* of the target networks */
    double discount;
    mg_network_image picture; /* of an observation, as mg_network_pictured takes it */
    int hidden_1, hidden_2;
} mg_team_critic_config;

typedef struct mg_team_critic {
    mg_team_critic_config config;
    mg_network network;
    mg_model model;   /* a copy an agent */
    float *target;    /* [steps_max + 1] */
    float *cotangent; /* [steps_max + 1] */
} mg_team_critic;

/* The first part of an observation as an image for networks with filters; without filters (0, or a part smaller than
 * the window) there is none. Weights Glorot-uniform, biases 0 but those of filters, which have no rule of their own in
 * the released programs and get that of weights (facts/lio.md 1.3). */
mg_network_image mg_team_picture(const mg_part part[MG_PARTS_MAX], int filters, int window);

/* The agents' networks have the numbers first, first + 1, ... (PARAMETERS). */
void mg_team_critic_create(mg_team_critic *critic, const mg_team_critic_config *config, int agents, int observation,
                           int steps_max, mg_key key, uint32_t first);
void mg_team_critic_destroy(mg_team_critic *critic);

/* value: [steps + 1], of that agent's critic as it is. */
void mg_team_critic_values(mg_team_critic *critic, int agent, int steps, const float *observation, bool terminated,
                           float *value);
/* A step of that agent's critic; value: the same as it was before. The target stays. */
void mg_team_critic_learn(mg_team_critic *critic, int agent, int steps, const float *observation, bool terminated,
                          const float *reward, float *value);
/* All target networks follow. */
void mg_team_critic_follow(mg_team_critic *critic);

/* "critic ...", kind critics. As mg_model_tensors. */
int mg_team_critic_tensors(mg_team_critic *critic, mg_tensor *tensor, int room, int count);

#endif
