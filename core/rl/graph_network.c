/* graph_network.c - encoder, attention layers, head. */
#include "core/rl/graph_network.h"
#include "core/num/scalar_math.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int add_dense(mg_layout *layout, const char *name, int inputs, int outputs)
{
    return mg_layout_add_linear(layout, name, inputs, outputs, MG_INITIALISE_NORMAL, MG_INITIALISE_ZERO);
}

/* Layers count from 1 in names. */
static int add_part(mg_layout *layout, int layer, const char *part, int width)
{
    char name[32];
    snprintf(name, sizeof name, "attention%d.%s", layer + 1, part);
    return add_dense(layout, name, width, width);
}

static void want_shape(const mg_graph_shape *s)
{
    if (s->agents < 1 || s->neighbours < 0 || s->seen < 1 || s->extra < 0 || s->hidden_1 < 1 || s->hidden_2 < 1 ||
        s->layers < 0 || s->layers > MG_GRAPH_LAYERS_MAX || s->heads < 1 || s->hidden_2 % s->heads || s->outputs < 0) {
        fprintf(stderr,
                "marlgold: a graph network of %d agents, %d neighbours, %d and %d numbers, %d and %d units, %d layers "
                "of %d heads, %d outputs\n",
                s->agents, s->neighbours, s->seen, s->extra, s->hidden_1, s->hidden_2, s->layers, s->heads, s->outputs);
        exit(1);
    }
}

void mg_graph_network_describe(mg_graph_network *network, const mg_graph_shape *shape)
{
    mg_layout *layout = &network->layout;
    int width = shape->hidden_2;
    want_shape(shape);
    network->shape = *shape;
    network->features = width * (1 + shape->layers);
    network->outputs = shape->outputs ? shape->outputs : network->features;
    mg_layout_clear(layout);
    network->first = add_dense(layout, "first", shape->seen + shape->extra, shape->hidden_1);
    network->second = add_dense(layout, "second", shape->hidden_1, width);
    for (int l = 0; l < shape->layers; l++) {
        network->layer[l].query = add_part(layout, l, "query", width);
        network->layer[l].key = add_part(layout, l, "key", width);
        network->layer[l].value = add_part(layout, l, "value", width);
        network->layer[l].output = add_part(layout, l, "output", width);
    }
    network->output = shape->outputs ? add_dense(layout, "output", network->features, shape->outputs) : -1;
}

static mg_node encode(mg_tape *tape, const mg_graph_network *network, mg_node seen)
{
    const mg_graph_shape *s = &network->shape;
    mg_node first = (s->sparse ? mg_tape_sparse_linear : mg_tape_linear)(tape, seen, &network->layout, network->first,
                                                                         MG_ACTIVATION_RELU);
    return mg_tape_linear(tape, first, &network->layout, network->second, MG_ACTIVATION_RELU);
}

/* Queries, keys and values once an agent; then those of the slots. */
static mg_node attend(mg_tape *tape, const mg_graph_network *network, int l, mg_node z, int slot)
{
    const mg_graph_shape *s = &network->shape;
    const mg_graph_layer *layer = &network->layer[l];
    const int rows = s->agents * (1 + s->neighbours);
    mg_node query = mg_tape_linear(tape, z, &network->layout, layer->query, MG_ACTIVATION_RELU);
    mg_node key = mg_tape_linear(tape, z, &network->layout, layer->key, MG_ACTIVATION_RELU);
    mg_node value = mg_tape_linear(tape, z, &network->layout, layer->value, MG_ACTIVATION_RELU);
    mg_node keys = mg_tape_gather_rows(tape, key, slot, rows);
    mg_node values = mg_tape_gather_rows(tape, value, slot, rows);
    double scale = 1.0 / mg_sqrt((double)(s->hidden_2 / s->heads));
    return mg_tape_attention(tape, query, keys, values, s->heads, scale, slot);
}

mg_node mg_graph_network_record(mg_tape *tape, const mg_graph_network *network, mg_node seen, int slot,
                                mg_node *attention)
{
    mg_node z = encode(tape, network, seen), features = z;
    for (int l = 0; l < network->shape.layers; l++) {
        mg_node attended = attend(tape, network, l, z, slot);
        z = mg_tape_linear(tape, attended, &network->layout, network->layer[l].output, MG_ACTIVATION_RELU);
        features = mg_tape_concat(tape, features, z);
        if (attention)
            attention[l] = attended;
    }
    if (network->output < 0)
        return features;
    return mg_tape_linear(tape, features, &network->layout, network->output, MG_ACTIVATION_NONE);
}

mg_tape *mg_graph_network_tape(const mg_graph_network *network, int samples_max, mg_node *output)
{
    const mg_graph_shape *s = &network->shape;
    mg_tape *tape = mg_tape_create(samples_max);
    int slot = mg_tape_index(tape);
    mg_node seen = mg_tape_input_rows(tape, s->agents, s->seen);
    if (s->extra) {
        mg_node extra = mg_tape_input_rows(tape, s->agents, s->extra);
        seen = mg_tape_concat(tape, seen, extra);
    }
    *output = mg_graph_network_record(tape, network, seen, slot, NULL);
    mg_tape_finish(tape);
    return tape;
}

void mg_graph_slots(int agents, int samples, int neighbours, const int32_t *from, int32_t *to)
{
    const size_t numbers = (size_t)neighbours;
    for (int s = 0; s < samples; s++)
        for (int i = 0; i < agents; i++, to += numbers) {
            *to++ = i;
            memcpy(to, from + ((size_t)i * (size_t)samples + (size_t)s) * numbers, numbers * sizeof *to);
        }
}

void mg_graph_slots_by_sample(int agents, int samples, int neighbours, const int32_t *from, int32_t *to)
{
    for (int s = 0; s < samples; s++, from += agents * neighbours, to += agents * (1 + neighbours))
        mg_graph_slots(agents, 1, neighbours, from, to);
}

void mg_graph_batch(const mg_batch *batch, int agents, int length, int neighbours, int first, int samples, float *seen,
                    int32_t *slot)
{
    const size_t numbers = (size_t)length, others = (size_t)neighbours;
    for (size_t s = (size_t)first; s < (size_t)(first + samples); s++)
        for (int i = 0; i < agents; i++, seen += numbers, slot += others) {
            memcpy(seen, batch->observation[i] + s * numbers, numbers * sizeof *seen);
            *slot++ = i;
            memcpy(slot, batch->neighbour[i] + s * others, others * sizeof *slot);
        }
}
