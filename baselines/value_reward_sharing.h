/* value_reward_sharing.h - value-parameter sharing whose policies learn from the team's reward (VPS with reward).
 *
 * Every agent learns a critic from its own reward and, from the observation and what everybody did, a model of its own
 * reward; neighbours average the parameters of both, so that both come to stand for the mean over the team. The
 * advantages of an agent's policy are those of the model's rewards with that critic: no policy learns from its own
 * reward. In plain value-parameter sharing (value_parameter_sharing.h) it does, and the agreed critic is a baseline
 * only, which changes no gradient in the mean.
 *
 * Source: Zhang, Yang, Liu, Zhang and Basar, Fully Decentralized Multi-Agent Reinforcement Learning with Networked
 * Agents (ICML 2018), Algorithm 2, which Anticipation Sharing compares with: there with one step, linear features and
 * the average reward, here with the networks, the discount, the episodes and the optimiser of the other methods. What
 * that leaves open is as in the plain form (Metropolis weights, Adam's moments not averaged) and, for the model: its
 * network has the hidden layers of the critics, its input is the agent's observation and one number for each action of
 * each agent (1 for the one played), its loss the mean squared error over the episode, one step of it in every
 * iteration, after its rewards have been used.
 */
#ifndef MG_VALUE_REWARD_SHARING_H
#define MG_VALUE_REWARD_SHARING_H

#include "core/rl/sharing.h"

typedef struct mg_value_reward_sharing_config {
    mg_sharing_config proximal;
    double reward_rate; /* Adam, of the reward models */
} mg_value_reward_sharing_config;

/* With the rate of the critics: the source gives both the same step sizes. */
mg_value_reward_sharing_config mg_value_reward_sharing_default(const mg_sharing_config *proximal);

/* What mg_value_reward_sharing's learner is, for tests: its core comes first. */
typedef struct mg_value_reward_learner {
    mg_sharing core;
    mg_network network;                  /* inputs: observation, then [agent][action] */
    mg_model model;                      /* a copy an agent */
    uint64_t updates;                    /* of the models, all agents' together */
    float *input, *modelled, *cotangent; /* [step][input], [step], [step]: of one agent */
} mg_value_reward_learner;

extern const mg_learner_table mg_value_reward_sharing;

#endif
