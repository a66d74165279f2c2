/* deep_q.h - independent deep Q-learning (Mnih et al. 2015; Tampuu et al. 2017): the baseline DQN of Learning to Share,
 * whose appendix gives the settings (facts/ltos.md 6).
 *
 * Every agent learns the values of its own actions from its own observations and extrinsic rewards, as if the others
 * were a part of the environment: epsilon-greedy play, a replay of transitions from which all agents draw the same
 * steps, a target network that follows softly. What the paper leaves open and is chosen here: all agents have one
 * network (`shared`; else one each), a minibatch is drawn without replacement, the error is the plain squared one. A
 * truncated episode has a future: only a terminated one has none. Ignores transfers. A unit is an episode.
 */
#ifndef MG_DEEP_Q_H
#define MG_DEEP_Q_H

#include "core/rl/learner.h"

typedef struct mg_deep_q_config {
    double discount;
    double rate;   /* Adam */
    double follow; /* tau: how far the target goes toward the network after an update */
    double epsilon_start, epsilon_decay, epsilon_end; /* multiplied after every episode, down to the end */
    double spread;                                    /* standard deviation of the first weights; biases start at 0 */
    int hidden_1, hidden_2;
    int capacity;     /* transitions in the replay */
    int batch;        /* of them in a minibatch */
    int learn_after;  /* transitions before the first update; at least a minibatch */
    int update_every; /* steps */
    bool shared;      /* one network for all agents */
    bool sparse;      /* most numbers that agents observe are 0: faster, with the same bits */
} mg_deep_q_config;

mg_deep_q_config mg_deep_q_prisoner(void); /* Learning to Share, Tables 4 to 6, column prisoner */
mg_deep_q_config mg_deep_q_jungle(void);   /* the same, column jungle */
/* IQL of Intention Propagation, its Table 2, on a road network with so many signals: minibatches as its own there
 * (facts/ip.md 6). */
mg_deep_q_config mg_deep_q_roads(int agents);
extern const mg_fields mg_deep_q_fields;
extern const mg_learner_table mg_deep_q;

#endif
