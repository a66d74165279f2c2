/* central_critic.h - actors that see what they see, trained by one critic of what all see and do: MADDPG (Lowe et al.
 * 2017), MADDPG whose critic meets the agents in a new order in every minibatch (MADDPGS), and PIC, whose critic knows
 * no order (Liu et al. 2019). Baselines of Intention Propagation, for roads and for particles; as PIC's program has
 * them, which has all three (facts/ip.md 6).
 *
 * All agents share one actor. They play by softmax(logits + Gumbel numbers), of which a discrete choice is the largest;
 * what learns sees softmax(logits), and of the replay what was done. The team's reward is the mean of the agents'.
 * After `update_every` steps, once there is more than a minibatch, the actor takes `gradient_steps` steps of Adam and
 * then the critic as many, each on a minibatch of its own, each followed by a step of the critic's target. What comes
 * next is judged by what the actor itself would do then. Rates fall linearly to 0 over `rate_episodes`. A truncated
 * episode has a future. Ignores transfers. A unit is an episode.
 */
#ifndef MG_CENTRAL_CRITIC_H
#define MG_CENTRAL_CRITIC_H

#include "core/rl/learner.h"

typedef struct mg_central_critic_config {
    double discount;
    double rate;           /* Adam, of both networks */
    double follow;         /* tau, of the critic's target */
    double gradient_limit; /* of each network's gradient, in norm */
    double penalty;        /* of the mean square of logits */
    double last;           /* the last layer's first weights and biases are as much times the others' */
    int hidden;
    int capacity, batch; /* joint transitions: in the replay, in a minibatch */
    int update_every;    /* steps */
    int gradient_steps;  /* of each network, every time */
    int rate_episodes;   /* 0: the rate stays */
    bool graph;          /* PIC's critic, else MADDPG's */
    bool mean;           /* PIC's takes the mean over agents, else the largest */
    bool shuffle;        /* MADDPGS */
    bool limit_once;     /* each network's gradient is limited in its first update alone, as in PIC's program */
    bool greedy;         /* evaluation does what is most likely; else it samples, as training does */
} mg_central_critic_config;

/* Intention Propagation's Table 2 on a road network with so many signals: minibatches as its own there
 * (mg_intention_traffic). */
mg_central_critic_config mg_maddpg_traffic(int agents);
mg_central_critic_config mg_maddpgs_traffic(int agents);
mg_central_critic_config mg_pic_traffic(int agents);
extern const mg_fields mg_central_critic_fields;
extern const mg_learner_table mg_central_critic;

#endif
