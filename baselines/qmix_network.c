/* qmix_network.c - views, the agents' network, the mixer. */
#include "baselines/qmix_network.h"

static int add(mg_layout *layout, const char *name, int inputs, int outputs)
{
    return mg_layout_add_linear(layout, name, inputs, outputs, MG_INITIALISE_ORTHOGONAL, MG_INITIALISE_ZERO);
}

void mg_qmix_network_describe(mg_qmix_network *network, const mg_qmix_shape *shape)
{
    mg_layout *layout = &network->layout;
    int state = shape->agents * shape->seen, before = shape->hidden_2 ? shape->hidden_2 : shape->hidden_1;
    network->shape = *shape;
    network->extra = shape->actions + shape->agents;
    mg_layout_clear(layout);
    network->first = add(layout, "first", shape->seen + network->extra, shape->hidden_1);
    network->second = shape->hidden_2 ? add(layout, "second", shape->hidden_1, shape->hidden_2) : -1;
    network->memory = add(layout, "memory", before, 3 * shape->memory);
    network->recurrent = add(layout, "memory.recurrent", shape->memory, 3 * shape->memory);
    network->output = add(layout, "output", shape->memory, shape->actions);
    network->mix = add(layout, "mixer", state, shape->agents * shape->embed);
    network->mix_bias = add(layout, "mixer shift", state, shape->embed);
    network->final = add(layout, "mixer final", state, shape->embed);
    network->value_hidden = add(layout, "value hidden", state, shape->embed);
    network->value = add(layout, "value", shape->embed, 1);
}

/* A layer on what is seen. */
static mg_node on_seen(mg_tape *tape, const mg_qmix_network *network, mg_node x, int weight, mg_activation activation)
{
    if (!network->shape.sparse)
        return mg_tape_linear(tape, x, &network->layout, weight, activation);
    const mg_image row = {mg_tape_columns(tape, x), 1, 1, 1, 1, true};
    return mg_tape_convolution(tape, x, &row, &network->layout, weight, activation);
}

/* Memories after every step of sequences of `steps` rows; start -1: they begin with zeros. */
static mg_node record_memories(mg_tape *tape, const mg_qmix_network *network, mg_node seen, mg_node extra,
                               mg_node start, int steps)
{
    const mg_layout *layout = &network->layout;
    mg_node x = mg_tape_concat(tape, seen, extra);
    x = on_seen(tape, network, x, network->first, MG_ACTIVATION_RELU);
    if (network->second >= 0)
        x = mg_tape_linear(tape, x, layout, network->second, MG_ACTIVATION_RELU);
    const mg_recurrence of = {.x = mg_tape_linear(tape, x, layout, network->memory, MG_ACTIVATION_NONE),
                              .start = start,
                              .steps = steps,
                              .layout = layout,
                              .weight = network->recurrent,
                              .reset_slot = -1};
    return mg_tape_gru(tape, &of);
}

mg_node mg_qmix_mixer_record(mg_tape *tape, const mg_qmix_network *network, mg_node seen, mg_node chosen, int moments)
{
    const mg_layout *layout = &network->layout;
    const int agents = network->shape.agents;
    mg_node state = mg_tape_fold(tape, mg_tape_swap(tape, seen, agents), moments);
    mg_node q = mg_tape_fold(tape, mg_tape_swap(tape, chosen, agents), moments);
    mg_node mix = mg_tape_absolute(tape, on_seen(tape, network, state, network->mix, MG_ACTIVATION_NONE));
    mg_node shift = on_seen(tape, network, state, network->mix_bias, MG_ACTIVATION_NONE);
    mg_node mixed = mg_tape_product(tape, q, mix, agents);
    mg_node hidden = mg_tape_elu(tape, mg_tape_add(tape, mixed, shift));
    mg_node final = mg_tape_absolute(tape, on_seen(tape, network, state, network->final, MG_ACTIVATION_NONE));
    mg_node value = on_seen(tape, network, state, network->value_hidden, MG_ACTIVATION_RELU);
    value = mg_tape_linear(tape, value, layout, network->value, MG_ACTIVATION_NONE);
    mg_node advantage = mg_tape_product(tape, hidden, final, network->shape.embed);
    return mg_tape_add(tape, advantage, value);
}

mg_qmix_program mg_qmix_program_record(const mg_qmix_network *network, int episodes_max, int moments)
{
    const mg_qmix_shape *s = &network->shape;
    mg_qmix_program program = {.tape = mg_tape_create(episodes_max), .moments = moments};
    int action = mg_tape_index(program.tape);
    mg_node seen = mg_tape_input_rows(program.tape, s->agents * moments, s->seen);
    mg_node extra = mg_tape_input_rows(program.tape, s->agents * moments, network->extra);
    mg_node memories = record_memories(program.tape, network, seen, extra, -1, moments);
    program.values = mg_tape_linear(program.tape, memories, &network->layout, network->output, MG_ACTIVATION_NONE);
    mg_node chosen = mg_tape_gather(program.tape, program.values, action);
    program.total = mg_qmix_mixer_record(program.tape, network, seen, chosen, moments);
    mg_tape_finish(program.tape);
    return program;
}

mg_qmix_step_program mg_qmix_step_program_record(const mg_qmix_network *network, int rows_max)
{
    const mg_qmix_shape *s = &network->shape;
    mg_qmix_step_program program = {.tape = mg_tape_create(rows_max)};
    mg_node seen = mg_tape_input_rows(program.tape, s->agents, s->seen);
    mg_node extra = mg_tape_input_rows(program.tape, s->agents, network->extra);
    mg_node start = mg_tape_input_rows(program.tape, s->agents, s->memory);
    program.memories = record_memories(program.tape, network, seen, extra, start, 1);
    program.values =
        mg_tape_linear(program.tape, program.memories, &network->layout, network->output, MG_ACTIVATION_NONE);
    mg_tape_finish(program.tape);
    return program;
}
