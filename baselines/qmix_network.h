/* qmix_network.h - the networks of QMIX as programs of a tape: agents with a memory, and the mixer of their values.
 *
 * All agents are one network: ReLU layers, a GRU, a value for each choice. The mixer makes the value of all agents
 * together from the values q of what each does and the state s, which is all observations one after the other:
 *     Q = ELU(q |W(s)| + b(s)) |w(s)| + V(s)
 * with W (agents x embed), b and w (embed) linear in s, and V(s) of a linear layer, ReLU and another linear layer.
 * Weights on the way from q to Q are absolute values, so Q never falls where a q rises: each agent's best choice is a
 * part of the best joint one. Moments are the times of an episode, the one after its last step included.
 */
#ifndef MG_QMIX_NETWORK_H
#define MG_QMIX_NETWORK_H

#include "core/num/tape.h"

typedef struct mg_qmix_shape {
    int agents, seen, actions; /* seen: numbers that an agent observes */
    int hidden_1, hidden_2;    /* ReLU layers before the memory; hidden_2 0: one of them */
    int memory;                /* units of the GRU */
    int embed;                 /* of the mixer */
    bool sparse;               /* most numbers seen are 0: faster, with the same bits */
} mg_qmix_shape;

typedef struct mg_qmix_network {
    mg_qmix_shape shape;
    int extra;        /* numbers beside what an agent sees: its last action and who it is, one-hot */
    mg_layout layout; /* of all networks */
    int first, second, memory, recurrent, output;  /* views of the agents' weights; second -1: none */
    int mix, mix_bias, final, value_hidden, value; /* and of the mixer's: W, b, w, V */
} mg_qmix_network;

/* Weights are orthogonal, biases 0. */
void mg_qmix_network_describe(mg_qmix_network *network, const mg_qmix_shape *shape);

/* Whole episodes. A row of the replay is an episode: inputs 0, what is seen, [agent][moment][seen], and 1,
 * [agent][moment][extra]; index 0: what each does, [agent][moment]. values: of every choice, [agent][moment][actions];
 * total: Q, [moment]. */
typedef struct mg_qmix_program {
    mg_tape *tape; /* mg_tape_destroy ends it */
    int moments;
    mg_node values, total;
} mg_qmix_program;
mg_qmix_program mg_qmix_program_record(const mg_qmix_network *network, int episodes_max, int moments);

/* The mixer alone: Q of every moment, from what is seen (agents x moments rows a sample) and the values of what is done
 * (the same, a column). */
mg_node mg_qmix_mixer_record(mg_tape *tape, const mg_qmix_network *network, mg_node seen, mg_node chosen, int moments);

/* One step of deciding. A row is a game: inputs 0 and 1 as above with one moment, 2: memories, [agent][memory]. values:
 * [agent][actions]; memories: after the step. */
typedef struct mg_qmix_step_program {
    mg_tape *tape;
    mg_node values, memories;
} mg_qmix_step_program;
mg_qmix_step_program mg_qmix_step_program_record(const mg_qmix_network *network, int rows_max);

#endif
