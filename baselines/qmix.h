/* qmix.h - QMIX (Rashid et al. 2018): agents who act by values of their own, trained as one by a mixer that keeps their
 * order; a baseline of Learning to Share, whose Table 6 gives sizes and rates. Networks and mixer: qmix_network.h; the
 * rest follows the program of the StarCraft challenge (Samvelyan et al. 2019; facts/ltos.md 13).
 *
 * Every agent sees its observation, what it did last and who it is, and remembers by a GRU; epsilon-greedy play. After
 * an episode, once there are `batch` of them, so many different whole episodes of the replay are drawn, and a step of
 * RMSProp, its gradient limited in norm, goes down the squared error, the mean over all their steps of
 *
 *     (Q(t) - (r(t) + discount Q'(t + 1)))^2
 *
 * r is the mean of the agents' rewards, Q' the target networks' value of what the agents'
 * networks would do then (double Q-learning); it is nothing after a terminated step, and stays after a truncated one.
 * The target networks become equal every `target_every` episodes. Ignores transfers. A unit is an episode.
 */
#ifndef MG_QMIX_H
#define MG_QMIX_H

#include "core/rl/learner.h"

typedef struct mg_qmix_config {
    double discount;
    double rate, decay, small; /* RMSProp: its epsilon is `small` */
    double gradient_limit;
    double epsilon_start, epsilon_decay, epsilon_end; /* multiplied after every episode, down to the end */
    int hidden_1, hidden_2;                           /* ReLU layers; hidden_2 0: one of them */
    int memory;                                       /* units of the GRU */
    int embed;                                        /* of the mixer */
    int capacity, batch;                              /* episodes */
    int update_every, target_every;                   /* episodes */
    bool sparse;                                      /* most numbers seen are 0: faster, with the same bits */
} mg_qmix_config;

mg_qmix_config mg_qmix_prisoner(void); /* Learning to Share, Tables 4 and 6, column prisoner */
mg_qmix_config mg_qmix_jungle(void);   /* the same, column jungle */
/* What two cores can train in jungle: memory and mixer as small as the StarCraft program's (64, 32). */
mg_qmix_config mg_qmix_jungle_small(void);
mg_qmix_config mg_qmix_traffic(void); /* column traffic */
extern const mg_learner_table mg_qmix;

#endif
