/* plain_recurrent.h - agents with a memory once more, in plain double loops and with the plainest gradient there is:
 * each parameter a little up and a little down, and the whole batch anew. */
#ifndef PLAIN_RECURRENT_H
#define PLAIN_RECURRENT_H

#include "core/num/scalar_math.h"
#include "core/rl/recurrent.h"

#include <string.h>

enum { AGENTS = 3, SEEN = 2, ACTIONS = 3, SLOTS = 2, HIDDEN_1 = 4, HIDDEN_2 = 3, CELLS = 3, STEPS_MAX = 5 };
enum { NUMBERS_MAX = 400 };

typedef struct plain_network {
    double p[NUMBERS_MAX], squares[NUMBERS_MAX];
} plain_network;

typedef struct plain_memory {
    double hidden[CELLS], cell[CELLS], policy[ACTIONS];
} plain_memory;

/* What happened in a step, and what agents had after the step before. */
typedef struct plain_step {
    float seen[AGENTS][SEEN];
    int slot[AGENTS][SLOTS], action[AGENTS];
    uint8_t allowed[AGENTS][ACTIONS];
    double policy[AGENTS][ACTIONS]; /* what the agents had chosen by in the step before */
} plain_step;

typedef struct plain_batch {
    const mg_recurrent_config *config;
    bool talks, masked;
    int steps;
    plain_step step[STEPS_MAX];
    plain_memory before[AGENTS];
    double returns[AGENTS][STEPS_MAX], advantage[AGENTS][STEPS_MAX];
} plain_batch;

/* y = x W + b, both next in the parameters, ReLU where wanted. */
static const double *plain_layer(const double *p, int inputs, int outputs, bool bias, bool relu, const double *x,
                                 double *y)
{
    for (int j = 0; j < outputs; j++) {
        double sum = bias ? p[inputs * outputs + j] : 0.0;
        for (int k = 0; k < inputs; k++)
            sum += x[k] * p[k * outputs + j];
        y[j] = relu && sum < 0.0 ? 0.0 : sum;
    }
    return p + inputs * outputs + (bias ? outputs : 0);
}

static double plain_sigmoid(double x)
{
    return 1.0 / (1.0 + mg_exp(-x));
}

static double plain_tanh(double x)
{
    return 2.0 * plain_sigmoid(2.0 * x) - 1.0;
}

/* Inputs of one agent, encoder after encoder; returns how many numbers each has. */
static void plain_inputs(const plain_batch *b, const plain_step *s, const plain_memory *before, int agent,
                         double input[3][SEEN * (1 + SLOTS) + ACTIONS * SLOTS + CELLS * SLOTS], int count[3])
{
    count[0] = count[1] = count[2] = 0;
    for (int k = 0; k < SEEN; k++)
        input[0][count[0]++] = (double)s->seen[agent][k];
    for (int n = 0; n < SLOTS && b->talks; n++) {
        int j = s->slot[agent][n];
        for (int k = 0; k < SEEN; k++)
            input[0][count[0]++] = j < 0 ? 0.0 : (double)s->seen[j][k];
        for (int k = 0; k < ACTIONS; k++)
            input[1][count[1]++] = j < 0 ? 0.0 : s->policy[j][k];
        for (int k = 0; k < CELLS; k++)
            input[2][count[2]++] = j < 0 ? 0.0 : before[j].hidden[k];
    }
}

/* One agent's step: what it has after it, and its value where others do what `others` says. */
static double plain_agent(const plain_batch *b, const plain_step *s, const double *p, const plain_memory *before,
                          int agent, const double (*others)[ACTIONS], plain_memory *after)
{
    double input[3][SEEN * (1 + SLOTS) + ACTIONS * SLOTS + CELLS * SLOTS], encoded[3 * HIDDEN_1], first[HIDDEN_1];
    double memory[4 * CELLS], recurrent[4 * CELLS], logit[ACTIONS], sum = 0.0;
    int count[3], wide = 0, second = b->config->hidden_2;
    plain_inputs(b, s, before, agent, input, count);
    for (int e = 0; e < (b->talks ? 3 : 1); e++) {
        p = plain_layer(p, count[e], HIDDEN_1, true, true, input[e], second ? first : encoded + wide);
        if (second)
            p = plain_layer(p, HIDDEN_1, second, true, true, first, encoded + wide);
        wide += second ? second : HIDDEN_1;
    }
    p = plain_layer(p, wide, 4 * CELLS, false, false, encoded, memory);
    p = plain_layer(p, CELLS, 4 * CELLS, true, false, before[agent].hidden, recurrent);
    for (int k = 0; k < CELLS; k++) {
        double i = plain_sigmoid(memory[k] + recurrent[k]);
        double f = plain_sigmoid(memory[CELLS + k] + recurrent[CELLS + k]);
        double o = plain_sigmoid(memory[2 * CELLS + k] + recurrent[2 * CELLS + k]);
        double u = plain_tanh(memory[3 * CELLS + k] + recurrent[3 * CELLS + k]);
        after->cell[k] = f * before[agent].cell[k] + i * u;
        after->hidden[k] = o * plain_tanh(after->cell[k]);
    }
    p = plain_layer(p, CELLS, ACTIONS, true, false, after->hidden, logit);
    for (int k = 0; k < ACTIONS; k++)
        sum += after->policy[k] = !b->masked || s->allowed[agent][k] ? mg_exp(logit[k]) : 0.0;
    for (int k = 0; k < ACTIONS; k++)
        after->policy[k] /= sum;
    double value = p[CELLS + SLOTS * ACTIONS];
    for (int k = 0; k < CELLS; k++)
        value += p[k] * after->hidden[k];
    for (int n = 0; n < SLOTS; n++)
        for (int k = 0; k < ACTIONS && s->slot[agent][n] >= 0; k++)
            value += p[CELLS + n * ACTIONS + k] * others[s->slot[agent][n]][k];
    return value;
}

/* All agents' step; values where everybody does what `doing` says. */
static void plain_team(const plain_batch *b, const plain_step *s, const plain_network *network,
                       const plain_memory *before, const double (*doing)[ACTIONS], plain_memory *after, double *value)
{
    for (int i = 0; i < AGENTS; i++)
        value[i] = plain_agent(b, s, network[i].p, before, i, doing, &after[i]);
}

static void plain_doing(const plain_step *s, double (*doing)[ACTIONS])
{
    for (int i = 0; i < AGENTS; i++)
        for (int k = 0; k < ACTIONS; k++)
            doing[i][k] = s->action[i] == k;
}

static double plain_loss(const plain_batch *b, const plain_network *network)
{
    plain_memory now[AGENTS], next[AGENTS];
    double value[AGENTS], doing[AGENTS][ACTIONS], loss = 0.0;
    memcpy(now, b->before, sizeof now);
    for (int t = 0; t < b->steps; t++) {
        plain_doing(&b->step[t], doing);
        plain_team(b, &b->step[t], network, now, (const double(*)[ACTIONS])doing, next, value);
        for (int i = 0; i < AGENTS; i++) {
            const double *p = next[i].policy, off = b->returns[i][t] - value[i];
            loss -= b->advantage[i][t] * mg_log(p[b->step[t].action[i]]);
            for (int k = 0; k < ACTIONS; k++)
                loss += p[k] > 0.0 ? b->config->entropy * p[k] * mg_log(p[k]) : 0.0;
            loss += 0.5 * b->config->value_weight * off * off;
        }
        memcpy(now, next, sizeof now);
    }
    return loss / b->steps;
}

/* Gradient of all, its norm limited, and RMSProp. Returns the norm before. */
static double plain_update(const plain_batch *b, plain_network *network, int numbers)
{
    static double g[AGENTS][NUMBERS_MAX];
    double squares = 0.0;
    for (int i = 0; i < AGENTS; i++)
        for (int k = 0; k < numbers; k++) {
            double *p = &network[i].p[k], was = *p, h = 1e-6;
            *p = was + h;
            double up = plain_loss(b, network);
            *p = was - h;
            g[i][k] = (up - plain_loss(b, network)) / (2.0 * h);
            *p = was;
            squares += g[i][k] * g[i][k];
        }
    double norm = mg_sqrt(squares), shrink = norm > b->config->gradient_limit ? b->config->gradient_limit / norm : 1.0;
    for (int i = 0; i < AGENTS; i++)
        for (int k = 0; k < numbers; k++) {
            double by = shrink * g[i][k], *v = &network[i].squares[k];
            *v = b->config->decay * *v + (1.0 - b->config->decay) * by * by;
            network[i].p[k] -= b->config->rate * by / (mg_sqrt(*v) + b->config->epsilon);
        }
    return norm;
}

/* Hops from who hears to who is heard, by going through everybody as often as there are agents. */
static void plain_distances(const plain_step *s, int distance[AGENTS][AGENTS])
{
    for (int i = 0; i < AGENTS; i++)
        for (int j = 0; j < AGENTS; j++)
            distance[i][j] = i == j ? 0 : 99;
    for (int again = 0; again < AGENTS; again++)
        for (int i = 0; i < AGENTS; i++)
            for (int n = 0; n < SLOTS; n++)
                for (int j = 0; j < AGENTS && s->slot[i][n] >= 0; j++) {
                    int by = distance[s->slot[i][n]][j] + 1;
                    distance[i][j] = by < distance[i][j] ? by : distance[i][j];
                }
}

static double plain_reward(const plain_step *s, const float *reward, int agent, const mg_recurrent_config *config)
{
    int distance[AGENTS][AGENTS];
    double sum = 0.0;
    plain_distances(s, distance);
    for (int j = 0; j < AGENTS; j++) {
        double weight = distance[agent][j] < 99 ? 1.0 : 0.0;
        for (int d = 0; d < distance[agent][j] && weight > 0.0; d++)
            weight *= config->spatial;
        sum += weight * (double)reward[j];
    }
    return sum / config->normaliser;
}

#endif
