/* graph_network.h - the body of graph convolutional reinforcement learning (DGN; Jiang et al. 2020), which Learning to
 * Share keeps: every agent's encoding looks at those of itself and its neighbours, layer after layer (facts/ltos.md 4).
 *
 *     h = ReLU(Dense(ReLU(Dense(seen)))), z_0 = h; in layer l = 1 .. layers, for agent i and j of its slots:
 *     q = ReLU(Dense(z_i)), k = ReLU(Dense(z_j)), v = ReLU(Dense(z_j)), by heads:
 *     z_l = ReLU(Dense(sum over j of softmax over j of (q . k / sqrt(numbers of a head)) v))
 *     output = Dense(h, z_1, ..., z_layers), or these features themselves
 *
 * All agents share the parameters. A sample is all agents at one time, an agent a row of it; its slots are itself, then
 * its neighbours, nearest first, -1 where there is none. Two learners stand on it: as networks of a model (model.h).
 *
 *     mg_graph_network_describe(&network, &shape);
 *     mg_tape *tape = mg_graph_network_tape(&network, samples_max, &output);
 *     mg_model_create_recorded(&model, &network.layout, tape, output, 1, mg_adam_torch_default(1e-4), MG_MODEL_TARGET);
 *     mg_tape_replay replay = {.rows = samples, .input = {seen, extra}, .index = {slot}};
 *     const float *value = mg_model_replay(&model, 0, mg_model_parameters(&model, 0), &replay);
 *     mg_model_replay_backward(&model, &replay, 1, &(mg_cotangent){output, cotangent}, input_gradient);
 */
#ifndef MG_GRAPH_NETWORK_H
#define MG_GRAPH_NETWORK_H

#include "core/rl/learner.h"
#include "core/num/tape.h"

#define MG_GRAPH_LAYERS_MAX 6

typedef struct mg_graph_shape {
    int agents;
    int neighbours; /* the most of an agent; 0: it looks at itself alone */
    int seen;       /* numbers that an agent observes */
    int extra;      /* numbers beside them (weights that others give it, say): an input of its own; 0: there is none */
    int hidden_1, hidden_2; /* the encoder's; the second is also the width of the attention layers */
    int layers;             /* of attention, 0 to MG_GRAPH_LAYERS_MAX */
    int heads;              /* of each; they divide hidden_2 */
    int outputs;            /* of an agent; 0: the features are the output */
    bool sparse;            /* most numbers seen are 0: faster, with the same bits */
} mg_graph_shape;

/* Views of a layer's weights; a bias lies behind each. */
typedef struct mg_graph_layer {
    int query, key, value, output;
} mg_graph_layer;

typedef struct mg_graph_network {
    mg_graph_shape shape;
    int features; /* of an agent: hidden_2 * (1 + layers) */
    int outputs;  /* shape.outputs, or the features */
    mg_layout layout;
    int first, second, output; /* views; output: -1 without one */
    mg_graph_layer layer[MG_GRAPH_LAYERS_MAX];
} mg_graph_network;

/* Weights are standard normal, biases 0 (mg_model_initialise; mg_model_spread for another deviation). Ends the program
 * at a shape that is none. */
void mg_graph_network_describe(mg_graph_network *network, const mg_graph_shape *shape);

/* Records it on seen: agents rows a sample of shape.seen + shape.extra numbers, with the slots of index slot `slot`
 * (agents x (1 + neighbours) a sample), and returns agents rows a sample of network->outputs numbers. attention: NULL,
 * or filled with the node of each layer's attention, before its output layer. */
mg_node mg_graph_network_record(mg_tape *tape, const mg_graph_network *network, mg_node seen, int slot,
                                mg_node *attention);

/* A finished tape that is nothing but the network: input 0 is what is seen, [sample][agent][shape.seen], input 1 what
 * is extra, if there is any, index slot 0 the slots. The gradient by what is extra comes back in entry 1 of
 * input_gradient. */
mg_tape *mg_graph_network_tape(const mg_graph_network *network, int samples_max, mg_node *output);

/* ---- from batches, which are agent by agent (mg_batch, mg_replay_batch), to samples ---- */
/* from: neighbours [agent][sample][neighbours] as environments give them; to: [sample][agent][1 + neighbours], oneself
 * first. */
void mg_graph_slots(int agents, int samples, int neighbours, const int32_t *from, int32_t *to);

/* from: [sample][agent][neighbours], as minibatches by sample have them. */
void mg_graph_slots_by_sample(int agents, int samples, int neighbours, const int32_t *from, int32_t *to);
/* Entries first .. first + samples - 1 of a batch of decisions: what agents see, `length` numbers each, and slots. */
void mg_graph_batch(const mg_batch *batch, int agents, int length, int neighbours, int first, int samples, float *seen,
                    int32_t *slot);

#endif
