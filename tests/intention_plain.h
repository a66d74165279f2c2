/* intention_plain.h - Intention Propagation a second time, in plain double loops over one sample: messages, the joint
 * policy, V, Q and the three losses. Small shapes only. */
#ifndef INTENTION_PLAIN_H
#define INTENTION_PLAIN_H

#include "algos/intention_network.h"
#include "core/num/scalar_math.h"

#include <string.h>

enum { AGENTS = 4, NEIGHBOURS = 2, SEEN = 3, ACTIONS = 3, HIDDEN_1 = 4, HIDDEN_2 = 5, WIDTH_MAX = 16 };

typedef struct plain_sample {
    double seen[AGENTS][SEEN];
    int32_t neighbour[AGENTS][NEIGHBOURS];
} plain_sample;

typedef struct plain_step {
    plain_sample now, next;
    int32_t action[AGENTS];
    double reward[AGENTS], terminated;
} plain_step;

typedef double plain_choices[AGENTS][ACTIONS];

/* y += x W, and b with a bias, which lies behind the weight. */
static inline void plain_add(const mg_layout *layout, const double *block, int view, bool bias, const double *x,
                             double *y)
{
    const mg_view *of = &layout->view[view], *behind = of + 1;
    for (int o = 0; o < of->columns; o++) {
        y[o] += bias ? block[behind->offset + (size_t)o] : 0.0;
        for (int i = 0; i < of->rows; i++)
            y[o] += x[i] * block[of->offset + (size_t)(i * of->columns + o)];
    }
}

static inline void plain_relu(int n, double *x)
{
    for (int k = 0; k < n; k++)
        x[k] = x[k] > 0.0 ? x[k] : 0.0;
}

/* How much agent i listens to each of its neighbours, before they are normalised by their sum. */
static inline double plain_attention(const mg_intention_part *part, const mg_intention_shape *shape,
                                     const double *block, int h, const double *mine, const double *other)
{
    double query[WIDTH_MAX] = {0}, key[WIDTH_MAX] = {0}, dot = 0.0;
    if (shape->aggregate != MG_AGGREGATE_ATTENTION)
        return 1.0;
    plain_add(&part->layout, block, part->hop[h].query, false, mine, query);
    plain_add(&part->layout, block, part->hop[h].key, false, other, key);
    for (int k = 0; k < shape->hidden_2; k++)
        dot += query[k] * key[k];
    return mg_exp(dot / mg_sqrt((double)shape->hidden_2));
}

static inline void plain_hear(const mg_intention_part *part, const mg_intention_shape *shape, const double *block,
                              int h, int width, const int32_t *neighbour, int self, double m[AGENTS][WIDTH_MAX],
                              double *heard)
{
    double sum = 0.0;
    memset(heard, 0, WIDTH_MAX * sizeof *heard);
    for (int n = 0; n < NEIGHBOURS; n++) {
        if (neighbour[n] < 0)
            continue;
        double weight = plain_attention(part, shape, block, h, m[self], m[neighbour[n]]);
        sum += weight;
        for (int k = 0; k < width; k++)
            heard[k] += weight * m[neighbour[n]][k];
    }
    for (int k = 0; k < width && sum > 0.0 && shape->aggregate != MG_AGGREGATE_SUM; k++)
        heard[k] /= sum;
}

/* output: [agent][outputs]; acted: what Q is told, or NULL. */
static inline void plain_network(const mg_intention_part *part, const mg_intention_shape *shape, int hops,
                                 const double *block, const plain_sample *of, double (*acted)[ACTIONS], double *output)
{
    const mg_layout *layout = &part->layout;
    const int outputs = layout->view[part->output].columns;
    double m[AGENTS][WIDTH_MAX] = {{0}}, next[AGENTS][WIDTH_MAX], features[AGENTS][2 * WIDTH_MAX] = {{0}};
    for (int i = 0; i < AGENTS; i++) {
        plain_add(layout, block, part->first, true, of->seen[i], m[i]);
        if (acted)
            plain_add(layout, block, part->first_action, false, acted[i], m[i]);
        plain_relu(shape->hidden_1, m[i]);
    }
    for (int h = 0; h < hops; h++) {
        for (int i = 0; i < AGENTS; i++) {
            double heard[WIDTH_MAX];
            plain_hear(part, shape, block, h, h ? shape->hidden_2 : shape->hidden_1, of->neighbour[i], i, m, heard);
            memset(next[i], 0, sizeof next[i]);
            plain_add(layout, block, part->hop[h].own, true, m[i], next[i]);
            plain_add(layout, block, part->hop[h].others, false, heard, next[i]);
            plain_relu(shape->hidden_2, next[i]);
            memcpy(features[i] + h * shape->hidden_2, next[i], (size_t)shape->hidden_2 * sizeof(double));
        }
        memcpy(m, next, sizeof m);
    }
    for (int i = 0; i < AGENTS; i++) {
        double top[WIDTH_MAX] = {0};
        plain_add(layout, block, part->top, true, features[i], top);
        plain_relu(shape->hidden_2, top);
        memset(output + i * outputs, 0, (size_t)outputs * sizeof *output);
        plain_add(layout, block, part->output, true, top, output + i * outputs);
    }
}

/* ---- the joint policy ---- */

typedef struct plain_decision {
    plain_choices logit, q, relaxed;
    int32_t choice[AGENTS];
} plain_decision;

static inline void plain_softmax(const double *x, double scale, double *p)
{
    double sum = 0.0;
    for (int a = 0; a < ACTIONS; a++)
        sum += p[a] = mg_exp(scale * x[a]);
    for (int a = 0; a < ACTIONS; a++)
        p[a] /= sum;
}

static inline plain_decision plain_decide(const mg_intention_network *network, const double *theta,
                                          const plain_sample *of, double (*noise)[ACTIONS])
{
    plain_decision made;
    plain_network(&network->policy, &network->shape, network->shape.hops, theta, of, NULL, &made.logit[0][0]);
    for (int i = 0; i < AGENTS; i++) {
        double noisy[ACTIONS];
        made.choice[i] = 0;
        for (int a = 0; a < ACTIONS; a++) {
            noisy[a] = made.logit[i][a] + noise[i][a];
            made.choice[i] = noisy[a] > noisy[made.choice[i]] ? a : made.choice[i];
        }
        plain_softmax(made.logit[i], 1.0, made.q[i]);
        plain_softmax(noisy, 1.0 / network->shape.temperature, made.relaxed[i]);
    }
    return made;
}

static inline void plain_tell(const int32_t *choice, plain_choices acted)
{
    memset(acted, 0, sizeof(plain_choices));
    for (int i = 0; i < AGENTS; i++)
        acted[i][choice[i]] = 1.0;
}

/* ---- V and Q of one sample: sums over agents ---- */

static inline void plain_least(const mg_intention_network *network, const double *const kappa[2],
                               const plain_sample *of, plain_choices acted, double least[AGENTS])
{
    double value[2][AGENTS];
    for (int k = 0; k < 2; k++)
        plain_network(&network->critic, &network->shape, network->shape.critic_hops, kappa[k], of, acted, value[k]);
    for (int i = 0; i < AGENTS; i++)
        least[i] = value[0][i] < value[1][i] ? value[0][i] : value[1][i];
}

/* What V is to become. */
static inline void plain_soft_values(const mg_intention_network *network, const double *const kappa[2], double alpha,
                                     const plain_sample *of, const plain_decision *made, double wanted[AGENTS])
{
    plain_choices acted;
    plain_tell(made->choice, acted);
    plain_least(network, kappa, of, acted, wanted);
    for (int i = 0; i < AGENTS; i++)
        wanted[i] -= alpha * mg_log(made->q[i][made->choice[i]]);
}

static inline double plain_value_loss(const mg_intention_network *network, const double *eta, const plain_sample *of,
                                      const double wanted[AGENTS])
{
    double value[AGENTS], sum = 0.0;
    plain_network(&network->values, &network->shape, network->shape.hops, eta, of, NULL, value);
    for (int i = 0; i < AGENTS; i++)
        sum += 0.5 * (value[i] - wanted[i]) * (value[i] - wanted[i]);
    return sum;
}

static inline void plain_targets(const mg_intention_network *network, const double *eta_target, double discount,
                                 double reward_scale, const plain_step *step, double target[AGENTS])
{
    double next[AGENTS];
    plain_network(&network->values, &network->shape, network->shape.hops, eta_target, &step->next, NULL, next);
    for (int i = 0; i < AGENTS; i++)
        target[i] = reward_scale * step->reward[i] + discount * (1.0 - step->terminated) * next[i];
}

static inline double plain_critic_loss(const mg_intention_network *network, const double *kappa, const plain_step *step,
                                       const double target[AGENTS])
{
    plain_choices acted;
    double value[AGENTS], sum = 0.0;
    plain_tell(step->action, acted);
    plain_network(&network->critic, &network->shape, network->shape.critic_hops, kappa, &step->now, acted, value);
    for (int i = 0; i < AGENTS; i++)
        sum += 0.5 * (value[i] - target[i]) * (value[i] - target[i]);
    return sum;
}

/* ---- the policy's loss of one sample ---- */

static inline double plain_certainty(const plain_decision *made)
{
    double sum = 0.0;
    for (int i = 0; i < AGENTS; i++)
        for (int a = 0; a < ACTIONS; a++)
            sum += made->q[i][a] * mg_log(made->q[i][a]);
    return sum;
}

static inline double plain_relaxed_loss(const mg_intention_network *network, const double *const kappa[2], double alpha,
                                        const plain_sample *of, plain_decision *made)
{
    double least[AGENTS], sum = alpha * plain_certainty(made);
    plain_least(network, kappa, of, made->relaxed, least);
    for (int i = 0; i < AGENTS; i++)
        sum -= least[i];
    return sum;
}

/* worth[i][a]: all agents' Q where i does a and the others what they chose. */
static inline void plain_worth(const mg_intention_network *network, const double *const kappa[2],
                               const plain_sample *of, const plain_decision *made, plain_choices worth)
{
    for (int i = 0; i < AGENTS; i++)
        for (int a = 0; a < ACTIONS; a++) {
            int32_t choice[AGENTS];
            plain_choices acted;
            double least[AGENTS];
            memcpy(choice, made->choice, sizeof choice);
            choice[i] = a;
            plain_tell(choice, acted);
            plain_least(network, kappa, of, acted, least);
            worth[i][a] = 0.0;
            for (int j = 0; j < AGENTS; j++)
                worth[i][a] += least[j];
        }
}

static inline double plain_expected_loss(double alpha, const plain_decision *made, plain_choices worth)
{
    double sum = alpha * plain_certainty(made);
    for (int i = 0; i < AGENTS; i++)
        for (int a = 0; a < ACTIONS; a++)
            sum -= made->q[i][a] * worth[i][a];
    return sum;
}

#endif
