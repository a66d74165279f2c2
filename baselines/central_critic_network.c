/* central_critic_network.c - the actor, and both critics. */
#include "baselines/central_critic_network.h"

static int add(mg_layout *layout, const char *name, int inputs, int outputs)
{
    return mg_layout_add_linear(layout, name, inputs, outputs, MG_INITIALISE_FAN_IN_UNIFORM,
                                MG_INITIALISE_FAN_IN_UNIFORM);
}

static void record_actor(mg_central_network *network)
{
    const mg_central_shape *s = &network->shape;
    mg_layout *layout = &network->actor;
    mg_tape *tape = network->actor_tape = mg_tape_create(s->samples);
    mg_layout_clear(layout);
    int first = add(layout, "first", s->observation, s->hidden), second = add(layout, "second", s->hidden, s->hidden);
    network->actor_output = add(layout, "output", s->hidden, s->actions);
    mg_node seen = mg_tape_input_rows(tape, s->agents, s->observation);
    mg_node noise = mg_tape_input_rows(tape, s->agents, s->actions);
    mg_node hidden = mg_tape_linear(tape, seen, layout, first, MG_ACTIVATION_RELU);
    hidden = mg_tape_linear(tape, hidden, layout, second, MG_ACTIVATION_RELU);
    network->logits = mg_tape_linear(tape, hidden, layout, network->actor_output, MG_ACTIVATION_NONE);
    network->probability = mg_tape_softmax(tape, network->logits);
    network->choice = mg_tape_argmax(tape, mg_tape_add(tape, network->logits, noise), -1);
    mg_tape_finish(tape);
}

static mg_node record_joint(mg_tape *tape, mg_central_network *network, mg_node x)
{
    const mg_central_shape *s = &network->shape;
    mg_layout *layout = &network->critic;
    int first = add(layout, "first", s->agents * (s->observation + s->actions), s->hidden);
    int second = add(layout, "second", s->hidden, s->hidden);
    mg_node hidden = mg_tape_linear(tape, mg_tape_fold(tape, x, 1), layout, first, MG_ACTIVATION_RELU);
    return mg_tape_linear(tape, hidden, layout, second, MG_ACTIVATION_RELU);
}

/* One of PIC's layers, all agents but oneself: all of them, less oneself. */
static mg_node record_layer(mg_tape *tape, const mg_central_shape *s, mg_layout *layout, const char *name,
                            const char *own_name, mg_node x)
{
    const double share = 1.0 / (double)s->agents;
    int others = add(layout, name, mg_tape_columns(tape, x), s->hidden);
    int own = add(layout, own_name, mg_tape_columns(tape, x), s->hidden);
    mg_node told = mg_tape_linear(tape, x, layout, others, MG_ACTIVATION_NONE);
    mg_node all = mg_tape_group_sum(tape, told, s->agents);
    mg_node minus = mg_tape_affine(tape, told, -1.0, 0.0);
    mg_node heard = mg_tape_relu(tape, mg_tape_affine(tape, mg_tape_add(tape, minus, all), share, 0.0));
    mg_node mine = mg_tape_linear(tape, x, layout, own, MG_ACTIVATION_RELU);
    return mg_tape_affine(tape, mg_tape_add(tape, heard, mine), share, 0.0);
}

static mg_node record_graph(mg_tape *tape, mg_central_network *network, mg_node x)
{
    const mg_central_shape *s = &network->shape;
    x = record_layer(tape, s, &network->critic, "others1", "own1", x);
    x = record_layer(tape, s, &network->critic, "others2", "own2", x);
    return (s->mean ? mg_tape_group_mean : mg_tape_group_maximum)(tape, x, s->agents);
}

static void record_critic(mg_central_network *network)
{
    const mg_central_shape *s = &network->shape;
    mg_tape *tape = network->critic_tape = mg_tape_create(s->samples);
    mg_layout_clear(&network->critic);
    mg_node seen = mg_tape_input_rows(tape, s->agents, s->observation);
    mg_node done = mg_tape_input_rows(tape, s->agents, s->actions);
    mg_node x = mg_tape_concat(tape, seen, done);
    mg_node hidden = (s->graph ? record_graph : record_joint)(tape, network, x);
    network->critic_output = add(&network->critic, "output", s->hidden, 1);
    network->value = mg_tape_linear(tape, hidden, &network->critic, network->critic_output, MG_ACTIVATION_NONE);
    mg_tape_finish(tape);
}

void mg_central_network_create(mg_central_network *network, const mg_central_shape *shape)
{
    *network = (mg_central_network){.shape = *shape};
    record_actor(network);
    record_critic(network);
}

void mg_central_network_destroy(mg_central_network *network)
{
    mg_tape_destroy(network->actor_tape);
    mg_tape_destroy(network->critic_tape);
}
