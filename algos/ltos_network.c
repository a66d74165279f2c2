/* ltos_network.c - values of actions, and weights of neighbours. */
#include "algos/ltos_network.h"

static mg_graph_shape body_of(const mg_ltos_shape *shape)
{
    return (mg_graph_shape){.agents = shape->agents,
                            .neighbours = shape->neighbours,
                            .seen = shape->observation,
                            .hidden_1 = shape->hidden_1,
                            .hidden_2 = shape->hidden_2,
                            .layers = shape->layers,
                            .heads = shape->heads,
                            .sparse = shape->sparse};
}

static void describe_low(mg_ltos_network *network)
{
    mg_graph_shape shape = body_of(&network->shape);
    shape.extra = network->incoming;
    shape.outputs = network->shape.actions;
    mg_graph_network_describe(&network->low, &shape);
    network->low_tape = mg_graph_network_tape(&network->low, network->shape.samples, &network->value);
}

/* W z_i once an agent, W' z_j once an agent, and their sum for each pair. */
static mg_node record_weights(mg_tape *tape, mg_ltos_network *network, mg_node z, int slot)
{
    const int features = network->high.features, width = network->shape.hidden_2;
    mg_layout *layout = &network->high.layout;
    int own = mg_layout_add_linear(layout, "own", features, width, MG_INITIALISE_NORMAL, MG_INITIALISE_ZERO);
    int other = mg_layout_add_linear(layout, "other", features, width, MG_INITIALISE_NORMAL, -1);
    int pair = mg_layout_add_linear(layout, "pair", width, 1, MG_INITIALISE_NORMAL, -1);
    mg_node of_own = mg_tape_linear(tape, z, layout, own, MG_ACTIVATION_NONE);
    mg_node of_other = mg_tape_linear(tape, z, layout, other, MG_ACTIVATION_NONE);
    mg_node others = mg_tape_gather_rows(tape, of_other, slot, network->shape.agents * network->slots);
    mg_node both = mg_tape_relu(tape, mg_tape_add(tape, others, of_own));
    mg_node logit = mg_tape_linear(tape, both, layout, pair, MG_ACTIVATION_NONE);
    return mg_tape_fold(tape, logit, network->shape.agents);
}

static void describe_high(mg_ltos_network *network)
{
    mg_graph_shape shape = body_of(&network->shape);
    mg_graph_network_describe(&network->high, &shape);
    network->high_tape = mg_tape_create(network->shape.samples);
    int slot = mg_tape_index(network->high_tape);
    mg_node seen = mg_tape_input_rows(network->high_tape, shape.agents, shape.seen);
    mg_node z = mg_graph_network_record(network->high_tape, &network->high, seen, slot, NULL);
    network->logits = record_weights(network->high_tape, network, z, slot);
    mg_tape_finish(network->high_tape);
}

void mg_ltos_network_create(mg_ltos_network *network, const mg_ltos_shape *shape)
{
    *network = (mg_ltos_network){.shape = *shape, .slots = 1 + shape->neighbours, .incoming = 2 + shape->neighbours};
    describe_low(network);
    describe_high(network);
}

void mg_ltos_network_destroy(mg_ltos_network *network)
{
    mg_tape_destroy(network->low_tape);
    mg_tape_destroy(network->high_tape);
}
