/* ltos_plain.h - Learning to Share a second time: both networks, weights, their exchange and the two objectives in
 * plain loops of binary64, whose gradients are central differences. Nothing of it knows how the learner works them out.
 *
 * A directed graph of four agents: slot[i] lists i, then its neighbours, -1 for none. Parameters are one flat list in
 * the order of the layouts.
 */
#ifndef LTOS_PLAIN_H
#define LTOS_PLAIN_H

#include "core/num/scalar_math.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum {
    AGENTS = 4,
    NEIGHBOURS = 2,
    SLOTS = 1 + NEIGHBOURS,
    INCOMING = 2 + NEIGHBOURS,
    SEEN = 3,
    ACTIONS = 3,
    HIDDEN_1 = 6,
    HIDDEN_2 = 4,
    LAYERS = 2,
    HEADS = 2,
    FEATURES = HIDDEN_2 * (1 + LAYERS),
    ATTENTION = LAYERS * 4 * (HIDDEN_2 + 1) * HIDDEN_2,
    BODY = (HIDDEN_1 + 1) * HIDDEN_2 + ATTENTION, /* behind the first layer */
    LOW_COUNT = (SEEN + INCOMING + 1) * HIDDEN_1 + BODY + (FEATURES + 1) * ACTIONS,
    HIGH_COUNT = (SEEN + 1) * HIDDEN_1 + BODY + (FEATURES + 1) * HIDDEN_2 + FEATURES * HIDDEN_2 + HIDDEN_2
};

/* All agents at one time. */
typedef struct plain_sample {
    double seen[AGENTS][SEEN];
    int32_t slot[AGENTS][SLOTS];
} plain_sample;

typedef struct plain_weights {
    double w[AGENTS][SLOTS];
} plain_weights;

typedef struct plain_incoming {
    double w[AGENTS][INCOMING];
} plain_incoming;

/* ---- networks ---- */

/* y = x W + b, W inputs x outputs, b behind it; returns what lies behind b. */
static inline const double *dense(const double *p, int inputs, int outputs, const double *x, bool relu, double *y)
{
    for (int j = 0; j < outputs; j++) {
        double sum = p[inputs * outputs + j];
        for (int k = 0; k < inputs; k++)
            sum += x[k] * p[k * outputs + j];
        y[j] = relu && sum < 0.0 ? 0.0 : sum;
    }
    return p + (inputs + 1) * outputs;
}

static inline void attend(int i, const int32_t slot[AGENTS][SLOTS], double query[AGENTS][HIDDEN_2],
                          double key[AGENTS][HIDDEN_2], double value[AGENTS][HIDDEN_2], double *y)
{
    enum { WIDTH = HIDDEN_2 / HEADS };
    for (int h = 0; h < HEADS; h++) {
        double weight[SLOTS], sum = 0.0;
        for (int q = 0; q < SLOTS; q++) {
            double dot = 0.0;
            for (int k = h * WIDTH; k < (h + 1) * WIDTH && slot[i][q] >= 0; k++)
                dot += query[i][k] * key[slot[i][q]][k];
            weight[q] = slot[i][q] < 0 ? 0.0 : mg_exp(dot / mg_sqrt((double)WIDTH));
            sum += weight[q];
        }
        for (int k = h * WIDTH; k < (h + 1) * WIDTH; k++) {
            y[k] = 0.0;
            for (int q = 0; q < SLOTS; q++)
                y[k] += slot[i][q] < 0 ? 0.0 : weight[q] / sum * value[slot[i][q]][k];
        }
    }
}

static inline const double *plain_body(const double *p, int inputs, double *x, const int32_t slot[AGENTS][SLOTS],
                                       double features[AGENTS][FEATURES])
{
    double first[HIDDEN_1], z[AGENTS][HIDDEN_2], query[AGENTS][HIDDEN_2], key[AGENTS][HIDDEN_2];
    double value[AGENTS][HIDDEN_2], attended[HIDDEN_2];
    const double *from = p;
    for (int i = 0; i < AGENTS; i++) {
        p = dense(from, inputs, HIDDEN_1, x + i * inputs, true, first);
        p = dense(p, HIDDEN_1, HIDDEN_2, first, true, z[i]);
        memcpy(features[i], z[i], sizeof z[i]);
    }
    for (int l = 0; l < LAYERS; l++) {
        const double *layer = p;
        for (int i = 0; i < AGENTS; i++) {
            p = dense(layer, HIDDEN_2, HIDDEN_2, z[i], true, query[i]);
            p = dense(p, HIDDEN_2, HIDDEN_2, z[i], true, key[i]);
            p = dense(p, HIDDEN_2, HIDDEN_2, z[i], true, value[i]);
        }
        const double *output = p;
        for (int i = 0; i < AGENTS; i++) {
            attend(i, slot, query, key, value, attended);
            p = dense(output, HIDDEN_2, HIDDEN_2, attended, true, z[i]);
            memcpy(features[i] + (l + 1) * HIDDEN_2, z[i], sizeof z[i]);
        }
    }
    return p;
}

static inline void plain_values(const double *mu, const plain_sample *of, const plain_incoming *in,
                                double value[AGENTS][ACTIONS])
{
    double x[AGENTS][SEEN + INCOMING], features[AGENTS][FEATURES];
    for (int i = 0; i < AGENTS; i++) {
        memcpy(x[i], of->seen[i], sizeof of->seen[i]);
        memcpy(x[i] + SEEN, in->w[i], sizeof in->w[i]);
    }
    const double *head = plain_body(mu, SEEN + INCOMING, x[0], of->slot, features);
    for (int i = 0; i < AGENTS; i++)
        (void)dense(head, FEATURES, ACTIONS, features[i], false, value[i]);
}

/* u_ij = v . ReLU(W z_i + W' z_j + c) of every pair of a list of neighbours. */
static inline void plain_logits(const double *theta, const plain_sample *of, double logits[AGENTS][SLOTS])
{
    double x[AGENTS][SEEN], features[AGENTS][FEATURES], own[HIDDEN_2];
    memcpy(x, of->seen, sizeof x);
    const double *head = plain_body(theta, SEEN, x[0], of->slot, features);
    const double *other = head + (FEATURES + 1) * HIDDEN_2, *pair = other + FEATURES * HIDDEN_2;
    for (int i = 0; i < AGENTS; i++) {
        (void)dense(head, FEATURES, HIDDEN_2, features[i], false, own);
        for (int q = 0; q < SLOTS; q++) {
            logits[i][q] = 0.0;
            for (int k = 0; k < HIDDEN_2 && of->slot[i][q] >= 0; k++) {
                double both = own[k];
                for (int f = 0; f < FEATURES; f++)
                    both += features[of->slot[i][q]][f] * other[f * HIDDEN_2 + k];
                logits[i][q] += both > 0.0 ? pair[k] * both : 0.0;
            }
        }
    }
}

/* ---- weights and rewards ---- */

/* theta NULL: logits 0; noise NULL: none. */
static inline plain_weights plain_share(const double *theta, double selfishness, const plain_sample *of,
                                        const double (*noise)[SLOTS])
{
    double logits[AGENTS][SLOTS] = {{0}};
    plain_weights out;
    if (theta)
        plain_logits(theta, of, logits);
    for (int i = 0; i < AGENTS; i++) {
        double sum = 0.0;
        int there = 0;
        for (int q = 0; q < SLOTS; q++)
            there += of->slot[i][q] >= 0;
        for (int q = 0; q < SLOTS; q++) {
            double u = logits[i][q] + (noise ? noise[i][q] : 0.0);
            if (q == 0 && there > 1)
                u += mg_log(selfishness / (1.0 - selfishness) * (there - 1));
            out.w[i][q] = of->slot[i][q] < 0 ? 0.0 : mg_exp(u);
            sum += out.w[i][q];
        }
        for (int q = 0; q < SLOTS; q++)
            out.w[i][q] /= sum;
    }
    return out;
}

/* What `to` gets from `from`. */
static inline double plain_part(const int32_t slot[AGENTS][SLOTS], const plain_weights *out, int from, int to)
{
    double w = 0.0;
    for (int q = 0; q < SLOTS; q++)
        w += slot[from][q] == to ? out->w[from][q] : 0.0;
    return w;
}

static inline plain_incoming plain_exchange(const int32_t slot[AGENTS][SLOTS], const plain_weights *out)
{
    plain_incoming in = {{{0}}};
    for (int i = 0; i < AGENTS; i++)
        for (int j = 0; j < AGENTS; j++) {
            int place = SLOTS;
            for (int q = 0; q < SLOTS; q++)
                place = slot[i][q] == j ? q : place;
            in.w[i][place] += plain_part(slot, out, j, i);
        }
    return in;
}

static inline double plain_reward(const int32_t slot[AGENTS][SLOTS], const plain_weights *out, const float *reward,
                                  int i)
{
    double sum = 0.0;
    for (int j = 0; j < AGENTS; j++)
        sum += plain_part(slot, out, j, i) * (double)reward[j];
    return sum;
}

static inline int plain_best(const double value[ACTIONS])
{
    int best = 0;
    for (int b = 1; b < ACTIONS; b++)
        best = value[b] > value[best] ? b : best;
    return best;
}

/* ---- objectives ---- */

typedef struct plain_step {
    plain_sample now, next;
    plain_incoming in;
    int32_t action[AGENTS];
    double shaped[AGENTS];
    bool terminated;
} plain_step;

/* Squared error of one step's values, sum over agents, for targets that are given. */
static inline double plain_error(const double *mu, const plain_step *step, const double target[AGENTS])
{
    double value[AGENTS][ACTIONS], sum = 0.0;
    plain_values(mu, &step->now, &step->in, value);
    for (int i = 0; i < AGENTS; i++) {
        double off = value[i][step->action[i]] - target[i];
        sum += off * off;
    }
    return sum;
}

static inline void plain_targets(const double *mu_target, const double *theta_target, double selfishness,
                                 double discount, const plain_step *step, const double (*noise)[SLOTS],
                                 double target[AGENTS])
{
    double value[AGENTS][ACTIONS];
    plain_weights out = plain_share(theta_target, selfishness, &step->next, noise);
    plain_incoming in = plain_exchange(step->next.slot, &out);
    plain_values(mu_target, &step->next, &in, value);
    for (int i = 0; i < AGENTS; i++)
        target[i] = step->shaped[i] + (step->terminated ? 0.0 : discount * value[i][plain_best(value[i])]);
}

/* g_ij = derivative by w_ij of V_j, or of the sum of all V: a weight is moved, what its receiver holds follows. */
static inline plain_weights plain_slopes(const double *mu, const plain_sample *of, const plain_weights *out, bool sum)
{
    const double step = 1e-5;
    plain_weights slope = {{{0}}}, moved = *out;
    for (int i = 0; i < AGENTS; i++)
        for (int q = 0; q < SLOTS; q++)
            for (int side = -1; side <= 1 && of->slot[i][q] >= 0; side += 2) {
                double value[AGENTS][ACTIONS];
                moved.w[i][q] = out->w[i][q] + side * step;
                plain_incoming in = plain_exchange(of->slot, &moved);
                plain_values(mu, of, &in, value);
                for (int k = 0; k < AGENTS; k++)
                    if (sum || k == of->slot[i][q])
                        slope.w[i][q] += side * value[k][plain_best(value[k])] / (2.0 * step);
                moved.w[i][q] = out->w[i][q];
            }
    return slope;
}

/* sum_ij g_ij w_ij(theta), whose derivative by theta at fixed g is the way up. */
static inline double plain_climb(const double *theta, double selfishness, const plain_sample *of,
                                 const plain_weights *slope)
{
    plain_weights out = plain_share(theta, selfishness, of, NULL);
    double sum = 0.0;
    for (int i = 0; i < AGENTS; i++)
        for (int q = 0; q < SLOTS; q++)
            sum += slope->w[i][q] * out.w[i][q];
    return sum;
}

#endif
