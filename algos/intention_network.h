/* intention_network.h - the networks of Intention Propagation (facts/ip.md 1): agents tell each other what they are up
 * to, hop after hop, before they decide.
 *
 *     m_i^0 = ReLU(W o_i + b);   in hop h = 1 .. hops:
 *     m_i^h = ReLU(A_h m_i^(h-1) + a_h + B_h agg over the neighbours j of m_j^(h-1))
 *     output_i = C ReLU(T (m_i^1, ..., m_i^hops) + t) + c
 *
 * agg: a sum over the neighbours, a mean, or a mean weighted by attention, softmax over j of (Q_h m_i) . (K_h m_j) /
 * sqrt(width); 0 for who has nobody. Section 4.2 has the state where hops after the first have m_i^(h-1): two rounds
 * then reach as far, and the layers lie one after the other as appendix B.2 has them. All agents share the parameters.
 * A critic of actions sees W o_i + W' a_i + b, where a_i is a probability of each choice, so that the neighbours'
 * actions arrive with the hops. Holds no mg_real: binary32 and binary64 share it.
 */
#ifndef MG_INTENTION_NETWORK_H
#define MG_INTENTION_NETWORK_H

#include "core/num/tape.h"

#define MG_HOPS_MAX 6

typedef enum mg_aggregate { MG_AGGREGATE_ATTENTION, MG_AGGREGATE_SUM, MG_AGGREGATE_MEAN, MG_AGGREGATES } mg_aggregate;

typedef struct mg_intention_shape {
    int agents, neighbours; /* the most of an agent, 1 or more */
    int observation, actions;
    int hidden_1, hidden_2; /* of m^0; of every hop and of the layer on top */
    int hops, critic_hops;  /* 1 to MG_HOPS_MAX; the critic's of actions */
    mg_aggregate aggregate;
    double temperature; /* of relaxed choices */
    int samples;        /* the most of one forward */
    bool normal;        /* first weights are standard normal and biases 0; else both uniform in +-1/sqrt(fan in) */
    bool sparse;        /* most numbers observed are 0: faster, with the same bits */
} mg_intention_shape;

/* Views of weights; a bias lies behind own. */
typedef struct mg_hop {
    int own, others, query, key; /* query and key: with attention alone */
} mg_hop;

/* One network and its tape. Inputs: 0 observations, [sample][agent][observation]; 1, not of values: noise on logits, or
 * what the agents do, [sample][agent][actions]. Index slot 0: neighbours, [sample][agent][neighbours], -1 for none. */
typedef struct mg_intention_part {
    mg_layout layout;
    int first, first_action, top, output; /* first_action -1: none */
    mg_hop hop[MG_HOPS_MAX];
    mg_tape *tape;
    mg_node value; /* [sample][agent][outputs] */
} mg_intention_part;

typedef struct mg_intention_network {
    mg_intention_shape shape;
    mg_intention_part policy, values, critic; /* q, V and Q */
    /* Of the policy, whose value are logits z: q = softmax(z), ln q, sum of q ln q, softmax((z + noise) / temperature),
     * and the column where z + noise is largest. */
    mg_node probability, log_probability, certainty, relaxed, choice;
} mg_intention_network;

void mg_intention_network_create(mg_intention_network *network, const mg_intention_shape *shape);
void mg_intention_network_destroy(mg_intention_network *network);

#endif
