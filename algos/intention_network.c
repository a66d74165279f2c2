/* intention_network.c - embeddings, hops, and what is on top. */
#include "algos/intention_network.h"
#include "core/num/scalar_math.h"

#include <stdio.h>

/* ---- parameters ---- */

typedef struct first_values {
    mg_initialiser weight;
    int bias;
} first_values;

static first_values first_of(const mg_intention_shape *shape)
{
    return shape->normal ? (first_values){MG_INITIALISE_NORMAL, MG_INITIALISE_ZERO}
                         : (first_values){MG_INITIALISE_FAN_IN_UNIFORM, MG_INITIALISE_FAN_IN_UNIFORM};
}

/* Layers count from 1 in names. */
static int add_matrix(mg_layout *layout, int hop, const char *part, int inputs, int outputs, first_values first,
                      bool bias)
{
    char name[32];
    snprintf(name, sizeof name, "hop%d.%s", hop + 1, part);
    return mg_layout_add_linear(layout, name, inputs, outputs, first.weight, bias ? first.bias : -1);
}

static void describe(mg_intention_part *part, const mg_intention_shape *shape, int hops, bool acted, int outputs)
{
    const first_values first = first_of(shape);
    const int width = shape->hidden_2;
    mg_layout *layout = &part->layout;
    mg_layout_clear(layout);
    /* One matrix in two views: its inputs are all that the agent brings. */
    const int brings = shape->observation + (acted ? shape->actions : 0);
    part->first = mg_layout_add(layout, "first.weight", shape->observation, shape->hidden_1, first.weight, brings,
                                shape->hidden_1);
    mg_layout_add(layout, "first.bias", 1, shape->hidden_1, (mg_initialiser)first.bias, brings, shape->hidden_1);
    part->first_action = !acted ? -1
                                : mg_layout_add(layout, "first_action.weight", shape->actions, shape->hidden_1,
                                                first.weight, brings, shape->hidden_1);
    for (int h = 0; h < hops; h++) {
        const int inputs = h ? width : shape->hidden_1;
        mg_hop *hop = &part->hop[h];
        hop->own = add_matrix(layout, h, "own", inputs, width, first, true);
        hop->others = add_matrix(layout, h, "others", inputs, width, first, false);
        if (shape->aggregate == MG_AGGREGATE_ATTENTION) {
            hop->query = add_matrix(layout, h, "query", inputs, width, first, false);
            hop->key = add_matrix(layout, h, "key", inputs, width, first, false);
        }
    }
    part->top = mg_layout_add_linear(layout, "top", hops * width, width, first.weight, first.bias);
    part->output = mg_layout_add_linear(layout, "output", width, outputs, first.weight, first.bias);
}

/* ---- programs ---- */

static mg_node embed(mg_tape *tape, const mg_intention_part *part, const mg_intention_shape *shape, mg_node seen,
                     mg_node acted)
{
    const mg_activation activation = acted < 0 ? MG_ACTIVATION_RELU : MG_ACTIVATION_NONE;
    mg_node m =
        (shape->sparse ? mg_tape_sparse_linear : mg_tape_linear)(tape, seen, &part->layout, part->first, activation);
    if (acted < 0)
        return m;
    mg_node of_action = mg_tape_linear(tape, acted, &part->layout, part->first_action, MG_ACTIVATION_NONE);
    return mg_tape_relu(tape, mg_tape_add(tape, m, of_action));
}

/* What an agent hears. A mean is attention that looks at nothing. */
static mg_node hear(mg_tape *tape, const mg_intention_part *part, const mg_intention_shape *shape, int h, mg_node m,
                    int slot)
{
    const int rows = shape->agents * shape->neighbours;
    mg_node others = mg_tape_gather_rows(tape, m, slot, rows);
    if (shape->aggregate == MG_AGGREGATE_SUM)
        return mg_tape_group_sum(tape, others, shape->neighbours);
    if (shape->aggregate == MG_AGGREGATE_MEAN)
        return mg_tape_attention(tape, m, others, others, 1, 0.0, slot);
    mg_node query = mg_tape_linear(tape, m, &part->layout, part->hop[h].query, MG_ACTIVATION_NONE);
    mg_node key = mg_tape_linear(tape, m, &part->layout, part->hop[h].key, MG_ACTIVATION_NONE);
    mg_node keys = mg_tape_gather_rows(tape, key, slot, rows);
    return mg_tape_attention(tape, query, keys, others, 1, 1.0 / mg_sqrt((double)shape->hidden_2), slot);
}

static mg_node record(mg_tape *tape, const mg_intention_part *part, const mg_intention_shape *shape, int hops,
                      mg_node seen, mg_node acted, int slot)
{
    mg_node m = embed(tape, part, shape, seen, acted), features = -1;
    for (int h = 0; h < hops; h++) {
        mg_node heard = hear(tape, part, shape, h, m, slot);
        mg_node own = mg_tape_linear(tape, m, &part->layout, part->hop[h].own, MG_ACTIVATION_NONE);
        mg_node others = mg_tape_linear(tape, heard, &part->layout, part->hop[h].others, MG_ACTIVATION_NONE);
        m = mg_tape_relu(tape, mg_tape_add(tape, own, others));
        features = features < 0 ? m : mg_tape_concat(tape, features, m);
    }
    mg_node top = mg_tape_linear(tape, features, &part->layout, part->top, MG_ACTIVATION_RELU);
    return mg_tape_linear(tape, top, &part->layout, part->output, MG_ACTIVATION_NONE);
}

static void record_policy(mg_intention_network *network)
{
    const mg_intention_shape *shape = &network->shape;
    mg_intention_part *part = &network->policy;
    mg_tape *tape = part->tape = mg_tape_create(shape->samples);
    int slot = mg_tape_index(tape);
    mg_node seen = mg_tape_input_rows(tape, shape->agents, shape->observation);
    mg_node noise = mg_tape_input_rows(tape, shape->agents, shape->actions);
    part->value = record(tape, part, shape, shape->hops, seen, -1, slot);
    network->probability = mg_tape_softmax(tape, part->value);
    network->log_probability = mg_tape_log_softmax(tape, part->value);
    mg_node terms = mg_tape_multiply(tape, network->probability, network->log_probability);
    network->certainty = mg_tape_row_sum(tape, terms);
    mg_node noisy = mg_tape_add(tape, part->value, noise);
    network->choice = mg_tape_argmax(tape, noisy, -1);
    network->relaxed = mg_tape_softmax(tape, mg_tape_affine(tape, noisy, 1.0 / shape->temperature, 0.0));
    mg_tape_finish(tape);
}

static void record_critic(mg_intention_network *network, mg_intention_part *part, int hops, bool acted)
{
    const mg_intention_shape *shape = &network->shape;
    mg_tape *tape = part->tape = mg_tape_create(shape->samples);
    int slot = mg_tape_index(tape);
    mg_node seen = mg_tape_input_rows(tape, shape->agents, shape->observation);
    mg_node action = acted ? mg_tape_input_rows(tape, shape->agents, shape->actions) : -1;
    part->value = record(tape, part, shape, hops, seen, action, slot);
    mg_tape_finish(tape);
}

void mg_intention_network_create(mg_intention_network *network, const mg_intention_shape *shape)
{
    *network = (mg_intention_network){.shape = *shape};
    describe(&network->policy, shape, shape->hops, false, shape->actions);
    describe(&network->values, shape, shape->hops, false, 1);
    describe(&network->critic, shape, shape->critic_hops, true, 1);
    record_policy(network);
    record_critic(network, &network->values, shape->hops, false);
    record_critic(network, &network->critic, shape->critic_hops, true);
}

void mg_intention_network_destroy(mg_intention_network *network)
{
    mg_tape_destroy(network->policy.tape);
    mg_tape_destroy(network->values.tape);
    mg_tape_destroy(network->critic.tape);
}
