/* proximal_policy.h - proximal policy optimisation (Schulman et al. 2017) for agents that are alike: a network each, or
 * one that all share.
 *
 * A unit is an update: from `episodes` episodes of training, advantages by GAE(trace) from the critic as it was, then
 * `epochs` times over all samples in `minibatches` parts, a step of Adam of the actor (core/rl/policy_step.h) and one
 * of the critic, which learns the mean squared error to advantage + value, or, with a target network, to r + discount
 * V'(next). Bars what is barred. Training mixes the policy with a uniform one by epsilon; evaluation samples the policy
 * itself. `descent`: the actor's step is one of plain gradient descent, with `sums` on sums over the samples; of one
 * epoch in one part and with trace 0 that is actor-critic by temporal differences of one step. `plain`: instead plain
 * policy gradient, without a critic: gradient descent on sums over the samples, with discounted returns in place of
 * advantages. What came after a truncated episode is valued by its last observation, after a terminated one it is 0.
 * Only extrinsic rewards; ignores transfers.
 */
#ifndef MG_PROXIMAL_POLICY_H
#define MG_PROXIMAL_POLICY_H

#include "core/rl/learner.h"
#include "core/rl/model.h"

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
    bool descent, sums;                /* the actor's step is plain descent, not Adam; on sums, not means */
    bool plain;                        /* policy gradient without a critic, by sums and plain steps */
    int filters, window;               /* of convolutions (core/num/network.h) where agents first observe a part of at
                                          least window x window: of two, or, where they observe nothing else, of one and
                                          a layer of hidden_1 (mg_network_pictured); 0: there is none */
    int hidden_1, hidden_2;            /* ReLU, of actor and critic */
} mg_proximal_policy_config;

/* clang-format off */
#define MG_PROXIMAL_POLICY_AT(member) offsetof(mg_proximal_policy_config, member)
/* For the table of a config whose first member this one is. */
#define MG_PROXIMAL_POLICY_FIELDS \
    {"discount", MG_FIELD_DOUBLE, MG_PROXIMAL_POLICY_AT(discount), 0, 1, "Schulman et al. 2017, Table 3; thesis C.2.3"}, \
    {"trace", MG_FIELD_DOUBLE, MG_PROXIMAL_POLICY_AT(trace), 0, 1, "Schulman et al. 2017, Table 3: lambda; thesis Appendix C"}, \
    {"clip", MG_FIELD_DOUBLE, MG_PROXIMAL_POLICY_AT(clip), 1e-6, 1, "Schulman et al. 2017, Table 3: epsilon"}, \
    {"entropy", MG_FIELD_DOUBLE, MG_PROXIMAL_POLICY_AT(entropy), 0, 10, "Schulman et al. 2017, Equation 9: c2; thesis Appendix C"}, \
    {"episodes", MG_FIELD_INT, MG_PROXIMAL_POLICY_AT(episodes), 1, 4096, \
     "our choice: whole episodes, where the paper counts steps"}, \
    {"epochs", MG_FIELD_INT, MG_PROXIMAL_POLICY_AT(epochs), 1, 1000, "Schulman et al. 2017, Table 3"}, \
    {"minibatches", MG_FIELD_INT, MG_PROXIMAL_POLICY_AT(minibatches), 1, 4096, \
     "our choice: a number of parts, where the paper has a size"}, \
    {"shared", MG_FIELD_BOOL, MG_PROXIMAL_POLICY_AT(shared), 0, 1, "thesis Appendix C (facts/gtb.md 1): yes"}, \
    {"normalise", MG_FIELD_BOOL, MG_PROXIMAL_POLICY_AT(normalise), 0, 1, \
     "our choice: as published implementations do"}, \
    {"epsilon_start", MG_FIELD_DOUBLE, MG_PROXIMAL_POLICY_AT(epsilon_start), 0, 1, "thesis Appendix C"}, \
    {"epsilon_end", MG_FIELD_DOUBLE, MG_PROXIMAL_POLICY_AT(epsilon_end), 0, 1, "thesis Appendix C"}, \
    {"epsilon_units", MG_FIELD_INT, MG_PROXIMAL_POLICY_AT(epsilon_units), 1, 1000000000, "thesis Appendix C"}, \
    {"explore_barred", MG_FIELD_BOOL, MG_PROXIMAL_POLICY_AT(explore_barred), 0, 1, "facts/gtb.md 2: yes"}, \
    {"actor_rate", MG_FIELD_DOUBLE, MG_PROXIMAL_POLICY_AT(actor_rate), 0, 10, "Schulman et al. 2017, Table 3; thesis Appendix C"}, \
    {"critic_rate", MG_FIELD_DOUBLE, MG_PROXIMAL_POLICY_AT(critic_rate), 0, 10, "Schulman et al. 2017, Table 3; thesis Appendix C"}, \
    {"gradient_limit", MG_FIELD_DOUBLE, MG_PROXIMAL_POLICY_AT(gradient_limit), 0, 1e6, "thesis Appendix C: 10"}, \
    {"follow", MG_FIELD_DOUBLE, MG_PROXIMAL_POLICY_AT(follow), 0, 1, "thesis Appendix C: c_v"}, \
    {"bootstrap_terminated", MG_FIELD_BOOL, MG_PROXIMAL_POLICY_AT(bootstrap_terminated), 0, 1, "facts/gtb.md 2: yes"}, \
    {"tensorflow", MG_FIELD_BOOL, MG_PROXIMAL_POLICY_AT(tensorflow), 0, 1, "facts/gtb.md 3: yes"}, \
    {"memory", MG_FIELD_INT, MG_PROXIMAL_POLICY_AT(memory), 0, 4096, "thesis Appendix C: 128"}, \
    {"descent", MG_FIELD_BOOL, MG_PROXIMAL_POLICY_AT(descent), 0, 1, "thesis Appendix C.2.3: in Cleanup"}, \
    {"sums", MG_FIELD_BOOL, MG_PROXIMAL_POLICY_AT(sums), 0, 1, "facts/lio-cleanup.md 3.1: dual-RL's agents"}, \
    {"plain", MG_FIELD_BOOL, MG_PROXIMAL_POLICY_AT(plain), 0, 1, "thesis Section 6.3.2: in Escape Room"}, \
    {"filters", MG_FIELD_INT, MG_PROXIMAL_POLICY_AT(filters), 0, 4096, "thesis Appendix C.2.2: 6"}, \
    {"window", MG_FIELD_INT, MG_PROXIMAL_POLICY_AT(window), 1, 255, "thesis Appendix C.2.2: 5, in Cleanup 3"}, \
    {"hidden_1", MG_FIELD_INT, MG_PROXIMAL_POLICY_AT(hidden_1), 1, 4096, \
     "Schulman et al. 2017, Section 6.1, but ReLU for its tanh"}, \
    {"hidden_2", MG_FIELD_INT, MG_PROXIMAL_POLICY_AT(hidden_2), 1, 4096, \
     "Schulman et al. 2017, Section 6.1, but ReLU for its tanh"}
/* clang-format on */

/* Schulman et al. 2017, Table 3; hidden layers ReLU, not tanh. */
mg_proximal_policy_config mg_proximal_policy_default(void);
/* The agents of the gather-trade-build economy under fixed taxes, thesis Appendix C (facts/gtb.md). */
mg_proximal_policy_config mg_proximal_policy_gtb_paper(void);
/* After a curriculum's first phase, Table C.5. */
mg_proximal_policy_config mg_proximal_policy_gtb_curriculum(void);
/* The same in a free market: what a curriculum begins with (facts/gtb.md 12). */
mg_proximal_policy_config mg_proximal_policy_gtb_free_market(void);
/* The agents of Cleanup beside a designer, thesis Table C.3: actor-critic by temporal differences; of MetaGrad's
 * column, or of dual-RL's, which takes sums (facts/lio-cleanup.md 3.1). */
mg_proximal_policy_config mg_proximal_policy_cleanup_paper(bool dual);
extern const mg_learner_table mg_proximal_policy;

/* ---- for a learner that differentiates through its step (algos/metagrad.h) ---- */
mg_model *mg_proximal_policy_actor(void *self);
float mg_proximal_policy_epsilon(const void *self); /* with which the next episode is played */
/* For configs of one episode and one step alone: where, from now on, what the actors' networks compute as they play is
 * kept, one network after the other as mg_tape_values says; the actor's step goes back through that, not forward again.
 */
void mg_proximal_policy_keep(void *self, float *values);
/* Whether all of the episode that was played lies there, its steps agent by agent. */
bool mg_proximal_policy_kept(void *self);
/* After end_episode: the actors' step once more, in place, from what `actors` holds, which is what theirs held before
 * it (parameters, moments, counters; no tape is needed), with the epsilon that was played with, other rewards,
 * [step][agent], and the critics as they are now. For configs as above, without a limit of gradients. */
void mg_proximal_policy_again(void *self, float epsilon, const float *reward, mg_model *actors);

#endif
