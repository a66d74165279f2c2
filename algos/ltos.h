/* ltos.h - Learning to Share (NeurIPS 2022): agents that learn how much of their reward to give to which neighbour.
 *
 * Two levels. The high level phi_i(o) gives weights w_i^out over an agent's neighbours and itself; neighbours exchange
 * them, so that each agent holds w_i^in, what it is given, and earns r_i^w = sum_j w_ji r_j (Equation 2). The low level
 * learns values Q_i(o, a, w_i^in) of that by DGN. V_i = max_a Q_i is also the critic of the high level, which climbs it
 * through w^in: the derivatives go back to those who gave the weights (Algorithm 1; ltos_step.h). All agents share the
 * parameters of both levels (facts/ltos.md 12). Nothing of a reward is lost: metric conservation_error.
 *
 * `fixed`: the paper's fixed LToS, in which the weights are for ever those of the selfishness initialiser. Where the
 * paper and its released program differ the config has a field: `adam`, `reload`, `sum_values`, `smoothing`; the
 * constructors without _code are the paper's. A unit is an episode.
 *
 * mg_ltos_rounds learns in rounds (core/rl/rounds.h), after the last episode of each: the low level by RMSProp, against
 * targets that are worked out once, then, where it is due, the high level; both targets follow and exploration falls
 * once a round. Its adam_epsilon, idle_episodes and update_every are not looked at.
 */
#ifndef MG_LTOS_H
#define MG_LTOS_H

#include "core/rl/rounds.h"

typedef struct mg_ltos_config {
    /* low level */
    double discount;
    double rate;         /* Adam */
    double adam_epsilon; /* its epsilon, in TensorFlow's form */
    double follow;       /* tau, of both levels: how far targets go toward their networks after an update */
    double epsilon_start, epsilon_decay, epsilon_end; /* multiplied after every episode, down to the end */
    double spread; /* standard deviation of the first weights of both levels; biases start at 0 */
    int hidden_1, hidden_2, layers, heads; /* of both levels: encoder and attention (core/rl/graph_network.h) */
    int capacity;                          /* transitions in the replay */
    int batch;                             /* of them in a minibatch */
    int idle_episodes;                     /* at first, when nothing is learned */
    int update_every;                      /* steps */
    bool sparse;                           /* most numbers that agents observe are 0: faster, with the same bits */
    /* high level */
    bool fixed;            /* no high level: weights stay those of the initialiser */
    double selfishness;    /* initial weight of the own reward */
    int interval;          /* steps for which weights are held once they are decided */
    int sharing_every;     /* steps, or ... */
    bool sharing_episodes; /* ... episodes between updates of the high level, each `sample` transitions, or all if */
    int sample;            /* there are fewer, ... */
    int sharing_batch;     /* ... in minibatches of so many */
    double sharing_rate;
    double noise;           /* deviation of what training adds to logits: a normal number, ... */
    double noise_chance;    /* ... to all logits of an agent, that often, or ... */
    bool noise_walks;       /* ... an Ornstein-Uhlenbeck process times epsilon, begun anew every episode, */
    double pull, time_step; /* with this pull to its mean and this step of time */
    /* where paper and program differ */
    bool adam;        /* of the high level; false: stochastic gradient descent */
    bool reload;      /* after each of its updates the high level becomes its target: its steps shrink to `follow` */
    bool sum_values;  /* weights climb the sum of all values; false: each its receiver's own */
    double smoothing; /* deviation of a normal number on the target's logits */
} mg_ltos_config;

mg_ltos_config mg_ltos_prisoner(void);
mg_ltos_config mg_ltos_prisoner_code(void);
mg_ltos_config mg_ltos_jungle(void);
mg_ltos_config mg_ltos_jungle_code(void);
extern const mg_fields mg_ltos_fields;
extern const mg_learner_table mg_ltos;

typedef struct mg_ltos_rounds_config {
    mg_ltos_config ltos;
    mg_rounds rounds;
    int sharing_epochs; /* passes of the high level when it is due, each over a sample of its own */
    bool sharing_falls; /* its rate falls with the rounds as the low level's does; false: it stays */
} mg_ltos_rounds_config;

mg_ltos_rounds_config mg_ltos_traffic(void); /* Tables 4 and 5, column traffic 6x6 */
mg_ltos_rounds_config mg_ltos_traffic_code(void);
extern const mg_fields mg_ltos_rounds_fields;
extern const mg_learner_table mg_ltos_rounds;

/* What each agent keeps of its reward (w_ii), as the last decision has it of a row whose memory this is: [agents], or
 * NULL. Returns how many agents there are. self: a learner of either table. */
int mg_ltos_own_weights(const void *self, const void *memory, float *own);

#endif
