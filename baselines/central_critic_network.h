/* central_critic_network.h - one actor for all agents, and a critic of what all of them see and do together: of
 * MADDPG (Lowe et al. 2017) or of PIC (Liu et al. 2019; facts/ip.md 6).
 *
 * Actor: observation, two ReLU layers, logits. Critic of MADDPG: observations and actions of all agents one after the
 * other, two ReLU layers, one number. Critic of PIC, the same for agents in any order: from x_i, what agent i sees and
 * does, twice
 *
 *     x_i <- (ReLU((sum over j != i of (W x_j + b)) / N) + ReLU(W' x_i + b')) / N
 *
 * then the largest of each number over the agents, or with `mean` their mean, and one number of these. Holds no
 * mg_real: binary32 and binary64 share it.
 */
#ifndef MG_CENTRAL_CRITIC_NETWORK_H
#define MG_CENTRAL_CRITIC_NETWORK_H

#include "core/num/tape.h"

typedef struct mg_central_shape {
    int agents, observation, actions;
    int hidden;  /* units of all layers */
    bool graph;  /* PIC's critic, else MADDPG's */
    bool mean;   /* of PIC: over agents, else the largest */
    int samples; /* the most of one forward */
} mg_central_shape;

typedef struct mg_central_network {
    mg_central_shape shape;
    mg_layout actor, critic;
    int actor_output, critic_output; /* views of the last weights; a bias lies behind each */
    /* Actor: inputs 0, observations, [sample][agent][observation], and 1, noise on logits, [sample][agent][actions].
     * Logits, softmax of them, the column where logits and noise are largest. */
    mg_tape *actor_tape;
    mg_node logits, probability, choice;
    /* Critic: inputs 0, observations, and 1, a probability of each action, [sample][agent][actions]. [sample] */
    mg_tape *critic_tape;
    mg_node value;
} mg_central_network;

/* Weights and biases are uniform in +-1/sqrt(fan in). */
void mg_central_network_create(mg_central_network *network, const mg_central_shape *shape);
void mg_central_network_destroy(mg_central_network *network);

#endif
