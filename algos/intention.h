/* intention.h - Intention Propagation (Qu et al. 2020): agents tell their neighbours what they are up to, hear what
 * those are up to, think again, and only then act (facts/ip.md).
 *
 * The joint policy is a mean field: q(a|s) = product of q_i(a_i|s), each q_i the end of some rounds of messages over
 * the graph (intention_network.h). It is trained as in soft actor-critic, by V_i and two Q_i that are networks of the
 * same kind (intention_step.h), toward the sum of all agents' rewards and alpha times their entropies: an agent's
 * policy also climbs its neighbours' Q. Transitions of all agents together are kept in a replay; after `update_every`
 * steps `gradient_steps` minibatches are drawn, each transition once at most, and V, both Q and the policy take a step
 * of Adam in this order (Algorithm 1), gradients limited in norm; then the target of V follows. All agents share all
 * networks.
 *
 * The paper has no program. What it leaves open is chosen in facts/ip.md 1 and has a field where there is another
 * reading: `aggregate`, `critic_hops`, `expected`, `temperature`, `gradient_limit`, `reward_scale`, `update_every`,
 * `greedy`. A truncated episode has a future: only a terminated one has none. Ignores transfers. A unit is an episode.
 */
#ifndef MG_INTENTION_H
#define MG_INTENTION_H

#include "core/rl/learner.h"

typedef struct mg_intention_config {
    double discount;
    double rate;            /* Adam, of all networks */
    double follow;          /* tau: how far the target of V goes toward V */
    double alpha;           /* weight of the entropy */
    double temperature;     /* of relaxed choices in the policy's gradient */
    double gradient_limit;  /* of each network's gradient, in norm */
    double reward_scale;    /* rewards times that are learned from */
    double spread;          /* standard deviation of first weights, biases 0; 0: both uniform in +-1/sqrt(fan in) */
    int hidden_1, hidden_2; /* units of the first layer; of every hop and of the layer on top */
    int hops, critic_hops;  /* of messages; of the critics of actions */
    int aggregate;          /* mg_aggregate (intention_network.h): 0 attention, 1 sum, 2 mean */
    int capacity;           /* joint transitions in the replay */
    int batch;              /* of them in a minibatch */
    int idle_episodes;      /* at first, when nothing is learned; nor before there is more than a minibatch */
    int update_every;       /* steps */
    int gradient_steps;     /* every time */
    int follow_every;       /* gradient steps between steps of the target */
    bool expected;          /* the policy's gradient by an expectation over own choices; else by relaxed choices */
    bool greedy;            /* evaluation does what is most likely; else it samples, as training does */
    bool sparse;            /* most numbers that agents observe are 0: faster, with the same bits */
} mg_intention_config;

/* The paper's Table 2 and section 5.2 on a road network with so many signals: a minibatch of about 1024 rows of agents,
 * where the paper has as many joint transitions (facts/ip.md 3). */
mg_intention_config mg_intention_traffic(int agents);
mg_intention_config mg_intention_prisoner(void); /* as Learning to Share runs it: Table 4, column prisoner */
mg_intention_config mg_intention_jungle(void);   /* the same, column jungle */
extern const mg_fields mg_intention_fields;
extern const mg_learner_table mg_intention;

#endif
