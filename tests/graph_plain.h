/* graph_plain.h - graph networks by plain loops in double, for tests: what one sample's agents give out, and how they
 * attend. Small shapes only. */
#ifndef GRAPH_PLAIN_H
#define GRAPH_PLAIN_H

#include "core/num/scalar_math.h"
#include "core/rl/graph_network.h"

#include <string.h>

enum { PLAIN_AGENTS = 8, PLAIN_WIDTH = 24, PLAIN_SLOTS = 6 };

/* y = x W + b, then ReLU or not. */
static inline void plain_dense(const mg_layout *layout, const double *block, int view, bool relu, const double *x,
                               double *y)
{
    const mg_view *of = &layout->view[view], *bias = &layout->view[view + 1];
    for (int o = 0; o < of->columns; o++) {
        y[o] = block[bias->offset + (size_t)o];
        for (int i = 0; i < of->rows; i++)
            y[o] += x[i] * block[of->offset + (size_t)(i * of->columns + o)];
        if (relu && y[o] < 0.0)
            y[o] = 0.0;
    }
}

/* What one head of an agent attends to: `size` numbers of its query, keys and values from `from` on. */
static inline void plain_head(int slots, const int32_t *slot, int from, int size, const double *query,
                              double (*key)[PLAIN_WIDTH], double (*value)[PLAIN_WIDTH], double *weight,
                              double *attended)
{
    double sum = 0.0;
    for (int s = 0; s < slots; s++) {
        double dot = 0.0;
        for (int d = from; slot[s] >= 0 && d < from + size; d++)
            dot += query[d] * key[slot[s]][d];
        weight[s] = slot[s] >= 0 ? mg_exp(dot / mg_sqrt((double)size)) : 0.0;
        sum += weight[s];
    }
    for (int s = 0; s < slots; s++)
        weight[s] /= sum;
    for (int d = from; d < from + size; d++) {
        attended[d] = 0.0;
        for (int s = 0; s < slots; s++)
            attended[d] += slot[s] >= 0 ? weight[s] * value[slot[s]][d] : 0.0;
    }
}

/* z of all agents, a layer on; weight: [agent][head][slot]. */
static inline void plain_attention_layer(const mg_graph_network *network, const double *block, int l,
                                         const int32_t *slot, double (*z)[PLAIN_WIDTH], double *weight)
{
    const mg_graph_shape *shape = &network->shape;
    const mg_graph_layer *layer = &network->layer[l];
    double query[PLAIN_AGENTS][PLAIN_WIDTH], key[PLAIN_AGENTS][PLAIN_WIDTH], value[PLAIN_AGENTS][PLAIN_WIDTH];
    double attended[PLAIN_WIDTH];
    int slots = 1 + shape->neighbours, size = shape->hidden_2 / shape->heads;
    for (int i = 0; i < shape->agents; i++) {
        plain_dense(&network->layout, block, layer->query, true, z[i], query[i]);
        plain_dense(&network->layout, block, layer->key, true, z[i], key[i]);
        plain_dense(&network->layout, block, layer->value, true, z[i], value[i]);
    }
    for (int i = 0; i < shape->agents; i++) {
        for (int h = 0; h < shape->heads; h++)
            plain_head(slots, slot + i * slots, h * size, size, query[i], key, value,
                       weight + (i * shape->heads + h) * slots, attended);
        plain_dense(&network->layout, block, layer->output, true, attended, z[i]);
    }
}

/* seen: [agent][shape.seen + shape.extra]; slot: [agent][slots]; output: [agent][outputs]; weight: [layer][agent][head]
 * [slot]. */
static inline void plain_graph(const mg_graph_network *network, const double *block, const double *seen,
                               const int32_t *slot, double *output, double *weight)
{
    const mg_graph_shape *shape = &network->shape;
    const int numbers = shape->seen + shape->extra, width = shape->hidden_2;
    double first[64], features[PLAIN_AGENTS][4 * PLAIN_WIDTH], z[PLAIN_AGENTS][PLAIN_WIDTH];
    for (int i = 0; i < shape->agents; i++) {
        plain_dense(&network->layout, block, network->first, true, seen + i * numbers, first);
        plain_dense(&network->layout, block, network->second, true, first, z[i]);
        memcpy(features[i], z[i], (size_t)width * sizeof(double));
    }
    for (int l = 0; l < shape->layers; l++) {
        plain_attention_layer(network, block, l, slot, z,
                              weight + l * shape->agents * shape->heads * (1 + shape->neighbours));
        for (int i = 0; i < shape->agents; i++)
            memcpy(features[i] + (1 + l) * width, z[i], (size_t)width * sizeof(double));
    }
    for (int i = 0; i < shape->agents; i++)
        plain_dense(&network->layout, block, network->output, false, features[i], output + i * network->outputs);
}

#endif
