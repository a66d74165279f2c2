/* plain_qmix.h - QMIX's networks a second time, in plain double loops. */
#ifndef TESTS_PLAIN_QMIX_H
#define TESTS_PLAIN_QMIX_H

#include "baselines/qmix_network.h"
#include "core/num/scalar_math.h"

#include <string.h>

enum { PLAIN_WIDTH = 32 };

static double size_of(double x)
{
    return x < 0.0 ? -x : x;
}

static double larger(double a, double b)
{
    return a > b ? a : b;
}

/* y = x W + b of a view and the one behind it. */
static void plain_dense(const mg_qmix_network *n, const double *p, int view, const double *x, double *y)
{
    const mg_view *weight = &n->layout.view[view], *bias = weight + 1;
    for (int j = 0; j < weight->columns; j++) {
        y[j] = p[bias->offset + (size_t)j];
        for (int k = 0; k < weight->rows; k++)
            y[j] += x[k] * p[weight->offset + (size_t)(k * weight->columns + j)];
    }
}

static void plain_relu(int count, double *x)
{
    for (int k = 0; k < count; k++)
        x[k] = x[k] > 0.0 ? x[k] : 0.0;
}

static double plain_sigmoid(double x)
{
    return 1.0 / (1.0 + mg_exp(-x));
}

/* One agent's step: memory goes on, value is filled. last: its action before, or -1. */
static void plain_agent(const mg_qmix_network *n, const double *p, const double *seen, int last, int agent,
                        double *memory, double *value)
{
    const mg_qmix_shape *s = &n->shape;
    double x[2 * PLAIN_WIDTH] = {0}, y[PLAIN_WIDTH], gate[3 * PLAIN_WIDTH], back[3 * PLAIN_WIDTH];
    memcpy(x, seen, (size_t)s->seen * sizeof *x);
    if (last >= 0)
        x[s->seen + last] = 1.0;
    x[s->seen + s->actions + agent] = 1.0;
    plain_dense(n, p, n->first, x, y);
    plain_relu(s->hidden_1, y);
    if (s->hidden_2) {
        memcpy(x, y, (size_t)s->hidden_1 * sizeof *x);
        plain_dense(n, p, n->second, x, y);
        plain_relu(s->hidden_2, y);
    }
    plain_dense(n, p, n->memory, y, gate);
    plain_dense(n, p, n->recurrent, memory, back);
    for (int k = 0; k < s->memory; k++) {
        double reset = plain_sigmoid(gate[k] + back[k]),
               keep = plain_sigmoid(gate[s->memory + k] + back[s->memory + k]);
        double candidate = mg_tanh(gate[2 * s->memory + k] + reset * back[2 * s->memory + k]);
        memory[k] = (1.0 - keep) * candidate + keep * memory[k];
    }
    plain_dense(n, p, n->output, memory, value);
}

/* Q from what all agents see, [agent][seen], and the values of what they do. */
static double plain_mix(const mg_qmix_network *n, const double *p, const double *state, const double *q)
{
    const mg_qmix_shape *s = &n->shape;
    double mix[8 * PLAIN_WIDTH], shift[PLAIN_WIDTH], final[PLAIN_WIDTH], hidden[PLAIN_WIDTH], value, total;
    plain_dense(n, p, n->mix, state, mix);
    plain_dense(n, p, n->mix_bias, state, shift);
    plain_dense(n, p, n->final, state, final);
    plain_dense(n, p, n->value_hidden, state, hidden);
    plain_relu(s->embed, hidden);
    plain_dense(n, p, n->value, hidden, &value);
    total = value;
    for (int e = 0; e < s->embed; e++) {
        double sum = shift[e];
        for (int i = 0; i < s->agents; i++)
            sum += q[i] * size_of(mix[i * s->embed + e]);
        total += (sum > 0.0 ? sum : mg_exp(sum) - 1.0) * size_of(final[e]);
    }
    return total;
}

#endif
