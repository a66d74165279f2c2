/* ltos_network.h - the two networks of Learning to Share, on the body that DGN has too (core/rl/graph_network.h).
 *
 * Low level, Q(o, w^in): what an agent observes and the weights that it is given go into its encoding together. High
 * level, phi(o): a body of its own of the same size, behind which agent i weighs each agent j of its slots by
 *
 *     u_ij = v . ReLU(W z_i + W' z_j + c)       z: the body's features
 *
 * with the same W, W', v, c for all, so that weights go with neighbours and not with places in a list ("unordered
 * output", appendix C). Holds no mg_real: binary32 and binary64 share it.
 */
#ifndef MG_LTOS_NETWORK_H
#define MG_LTOS_NETWORK_H

#include "core/rl/graph_network.h"

typedef struct mg_ltos_shape {
    int agents, neighbours; /* the most of an agent, 1 or more */
    int observation, actions;
    int hidden_1, hidden_2, layers, heads; /* of both bodies */
    int samples;                           /* the most of one forward */
    bool sparse;                           /* most numbers observed are 0 */
} mg_ltos_shape;

typedef struct mg_ltos_network {
    mg_ltos_shape shape;
    int slots;    /* of an agent: itself and its neighbours */
    int incoming; /* numbers of w^in (ltos_exchange_step.h) */
    mg_graph_network low, high;
    /* Inputs: 0 observations [sample][agent][observation], of `low` also 1: w^in; index slot 0: slots. */
    mg_tape *low_tape, *high_tape;
    mg_node value, logits; /* [sample][agent][actions], [sample][agent][slots] */
} mg_ltos_network;

void mg_ltos_network_create(mg_ltos_network *network, const mg_ltos_shape *shape);
void mg_ltos_network_destroy(mg_ltos_network *network);

#endif
