/* proximal_policy.h - proximal policy optimisation (Schulman et al. 2017) for agents that are alike: a network each, or
 * one that all share.
 *
 * A unit is an update: from `episodes` episodes of training, advantages by GAE(trace) from the critic as it was, then
 * `epochs` times over all samples in `minibatches` parts, a step of Adam of the actor (core/rl/policy_step.h) and one
 * of the critic, which learns the mean squared error to advantage + value, or, with a target network, to r + discount
 * V'(next). Bars what is barred. Training mixes the policy with a uniform one by epsilon; evaluation samples the policy
 * itself. What came after a truncated episode is valued by its last observation, after a terminated one it is 0. Only
 * extrinsic rewards; ignores transfers.
 */
#ifndef MG_PROXIMAL_POLICY_H
#define MG_PROXIMAL_POLICY_H

#include "core/rl/learner.h"

typedef struct mg_proximal_policy_config {
    double discount, trace; /* gamma, lambda */
    double clip, entropy;   /* of the ratio; weight of the entropy */
    int episodes, epochs, minibatches;
    bool shared;                       /* one actor and one critic for all agents */
    bool normalise;                    /* advantages of one actor's samples: mean 0, deviation 1 */
    double epsilon_start, epsilon_end; /* exploration ... */
    int epsilon_units;                 /* ... falls linearly over so many updates */
    bool explore_barred;               /* ... and plays barred choices too */
    double actor_rate, critic_rate;    /* Adam */
    double gradient_limit;             /* largest norm of a gradient, by weight and by bias; 0: none */
    double follow;                     /* of the critic's target network, each critic's step; 0: there is none */
    bool bootstrap_terminated;         /* terminated episodes are valued as truncated ones are */
    bool tensorflow;                   /* TensorFlow's forms (facts/gtb.md 3); else PyTorch's */
    int memory;                        /* units of an LSTM before the critic's output; 0: there is none */
    int filters, window;               /* of two convolutions (core/num/network.h) where agents first observe a part of
                                          at least window x window; 0: there is none */
    int hidden_1, hidden_2;            /* ReLU, of actor and critic */
} mg_proximal_policy_config;

mg_proximal_policy_config
mg_proximal_policy_default(void); /* Schulman et al. 2017, Table 3; hidden layers ReLU, not tanh */
/* The agents of the gather-trade-build economy under fixed taxes, thesis Appendix C (facts/gtb.md). */
mg_proximal_policy_config mg_proximal_policy_gtb_paper(void);
extern const mg_learner_table mg_proximal_policy;

#endif
