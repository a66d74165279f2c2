/* central_plain.h - actors with a central critic a second time, in plain double loops over one sample. Small shapes
 * only.
 */
#ifndef CENTRAL_PLAIN_H
#define CENTRAL_PLAIN_H

#include "baselines/central_critic_network.h"
#include "core/num/scalar_math.h"

#include <string.h>

enum { AGENTS = 3, SEEN = 3, ACTIONS = 3, HIDDEN = 5, BRINGS = SEEN + ACTIONS, ROOM = 24 };

typedef double plain_choices[AGENTS][ACTIONS];

typedef struct plain_step {
    double seen[AGENTS][SEEN], next[AGENTS][SEEN], reward[AGENTS], terminated;
    int32_t action[AGENTS];
} plain_step;

static inline void plain_dense(const mg_layout *layout, const double *block, int view, bool relu, const double *x,
                               double *y)
{
    const mg_view *of = &layout->view[view], *bias = of + 1;
    for (int o = 0; o < of->columns; o++) {
        y[o] = block[bias->offset + (size_t)o];
        for (int i = 0; i < of->rows; i++)
            y[o] += x[i] * block[of->offset + (size_t)(i * of->columns + o)];
        y[o] = relu && y[o] < 0.0 ? 0.0 : y[o];
    }
}

/* Views follow each other as they are added: weight, bias, weight, bias, ... */
static inline void plain_logits(const mg_central_network *network, const double *theta, double (*seen)[SEEN],
                                plain_choices logit)
{
    for (int i = 0; i < AGENTS; i++) {
        double first[ROOM], second[ROOM];
        plain_dense(&network->actor, theta, 0, true, seen[i], first);
        plain_dense(&network->actor, theta, 2, true, first, second);
        plain_dense(&network->actor, theta, 4, false, second, logit[i]);
    }
}

static inline void plain_softmax(plain_choices x, plain_choices p)
{
    for (int i = 0; i < AGENTS; i++) {
        double sum = 0.0;
        for (int a = 0; a < ACTIONS; a++)
            sum += p[i][a] = mg_exp(x[i][a]);
        for (int a = 0; a < ACTIONS; a++)
            p[i][a] /= sum;
    }
}

static inline void plain_layer(const mg_central_network *network, const double *kappa, int view, int inputs,
                               double x[AGENTS][ROOM])
{
    double told[AGENTS][ROOM], own[AGENTS][ROOM];
    (void)inputs;
    for (int i = 0; i < AGENTS; i++) {
        plain_dense(&network->critic, kappa, view, false, x[i], told[i]);
        plain_dense(&network->critic, kappa, view + 2, true, x[i], own[i]);
    }
    for (int i = 0; i < AGENTS; i++)
        for (int k = 0; k < HIDDEN; k++) {
            double heard = 0.0;
            for (int j = 0; j < AGENTS; j++)
                heard += j == i ? 0.0 : told[j][k] / AGENTS;
            x[i][k] = ((heard > 0.0 ? heard : 0.0) + own[i][k]) / AGENTS;
        }
}

static inline double plain_value(const mg_central_network *network, const double *kappa, double (*seen)[SEEN],
                                 plain_choices done)
{
    double x[AGENTS][ROOM], flat[AGENTS * BRINGS], hidden[ROOM], top[ROOM], value[1];
    for (int i = 0; i < AGENTS; i++) {
        memcpy(x[i], seen[i], sizeof seen[i]);
        memcpy(x[i] + SEEN, done[i], sizeof done[i]);
        memcpy(flat + i * BRINGS, x[i], BRINGS * sizeof *flat);
    }
    if (network->shape.graph) {
        plain_layer(network, kappa, 0, BRINGS, x);
        plain_layer(network, kappa, 4, HIDDEN, x);
        for (int k = 0; k < HIDDEN; k++) {
            top[k] = network->shape.mean ? 0.0 : x[0][k];
            for (int i = 0; i < AGENTS; i++)
                top[k] = network->shape.mean ? top[k] + x[i][k] / AGENTS : x[i][k] > top[k] ? x[i][k] : top[k];
        }
        plain_dense(&network->critic, kappa, 8, false, top, value);
        return value[0];
    }
    plain_dense(&network->critic, kappa, 0, true, flat, hidden);
    plain_dense(&network->critic, kappa, 2, true, hidden, top);
    plain_dense(&network->critic, kappa, 4, false, top, value);
    return value[0];
}

static inline double plain_target(const mg_central_network *network, const double *theta, const double *kappa_target,
                                  double discount, const plain_step *step)
{
    plain_choices logit, p;
    double team = 0.0, next[AGENTS][SEEN];
    memcpy(next, step->next, sizeof next);
    plain_logits(network, theta, next, logit);
    plain_softmax(logit, p);
    for (int i = 0; i < AGENTS; i++)
        team += step->reward[i] / AGENTS;
    return team + discount * (1.0 - step->terminated) * plain_value(network, kappa_target, next, p);
}

static inline double plain_critic_loss(const mg_central_network *network, const double *kappa, const plain_step *step,
                                       double target)
{
    plain_choices done = {{0}};
    double seen[AGENTS][SEEN];
    memcpy(seen, step->seen, sizeof seen);
    for (int i = 0; i < AGENTS; i++)
        done[i][step->action[i]] = 1.0;
    double off = plain_value(network, kappa, seen, done) - target;
    return off * off;
}

/* - Q(s, pi(s)) + penalty * mean square of this sample's logits. */
static inline double plain_actor_loss(const mg_central_network *network, const double *theta, const double *kappa,
                                      double penalty, const plain_step *step)
{
    plain_choices logit, p;
    double squares = 0.0, seen[AGENTS][SEEN];
    memcpy(seen, step->seen, sizeof seen);
    plain_logits(network, theta, seen, logit);
    plain_softmax(logit, p);
    for (int k = 0; k < AGENTS * ACTIONS; k++)
        squares += logit[k / ACTIONS][k % ACTIONS] * logit[k / ACTIONS][k % ACTIONS] / (AGENTS * ACTIONS);
    return penalty * squares - plain_value(network, kappa, seen, p);
}

#endif
