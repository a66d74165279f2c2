/* gift_plain.h - agents whose actions include gifts, written a second time in plain loops of binary64, and decisions to
 * try them on. Include with MG_DOUBLE defined.
 */
#ifndef MG_GIFT_PLAIN_H
#define MG_GIFT_PLAIN_H

#include "baselines/gift_step.h"
#include "core/num/scalar_math.h"
#include "tests/tap.h"

#include <string.h>

enum { GIFT_ROWS = 16, GIFT_WIDE = 64, GIFT_PARAMETERS = 4096 };

static double gift_size(double x)
{
    return x < 0.0 ? -x : x;
}

/* The last layer of a network of two hidden ReLU layers; returns how many parameters it has. */
static size_t gift_forward(const double *p, const double *x, int inputs, int hidden_1, int hidden_2, int outputs,
                           double *y)
{
    const int wide[4] = {inputs, hidden_1, hidden_2, outputs};
    double now[GIFT_WIDE], next[GIFT_WIDE];
    size_t at = 0;
    memcpy(now, x, (size_t)inputs * sizeof *x);
    for (int layer = 0; layer < 3; layer++) {
        const int n = wide[layer], m = wide[layer + 1];
        for (int j = 0; j < m; j++) {
            next[j] = p[at + (size_t)(n * m + j)];
            for (int i = 0; i < n; i++)
                next[j] += now[i] * p[at + (size_t)(i * m + j)];
            if (layer < 2 && next[j] < 0.0)
                next[j] = 0.0;
        }
        memcpy(now, next, (size_t)m * sizeof *now);
        at += (size_t)(n * m + m);
    }
    memcpy(y, now, (size_t)outputs * sizeof *y);
    return at;
}

/* log p(choice, u | o) of row t; *entropy: of the choice. */
static double gift_log(const mg_gift_shape *s, const mg_gift_rows *rows, const double *theta, int t, double epsilon,
                       double *entropy)
{
    const int others = s->agents - 1;
    const bool giver = rows->agent < s->givers;
    const int choices = giver && !s->continuous ? s->actions << others : s->actions;
    const double *o = rows->observation + (size_t)(t * s->observation);
    double y[GIFT_WIDE], sum = 0.0, log_taken = 0.0;
    const size_t policy = gift_forward(theta, o, s->observation, s->hidden_1, s->hidden_2, choices, y);
    for (int c = 0; c < choices; c++)
        sum += mg_exp(y[c]);
    *entropy = 0.0;
    for (int c = 0; c < choices; c++) {
        double p = mg_exp(y[c]) / sum;
        if (s->log_form.of_mixture)
            p = (1.0 - epsilon) * p + epsilon / choices;
        *entropy -= p * mg_log(p);
        log_taken = c == rows->choice[t] ? mg_log(p + s->log_form.guard) : log_taken;
    }
    if (!giver || !s->continuous)
        return log_taken;
    (void)gift_forward(theta + policy, o, s->observation, s->gift_hidden_1, s->gift_hidden_2, others, y);
    for (int k = 0; k < others; k++) {
        const double d = rows->u[t * others + k] - y[k];
        log_taken -= 0.5 * d * d;
    }
    return log_taken;
}

static double gift_loss(const mg_gift_shape *s, const mg_gift_rows *rows, const double *theta, const double *weight,
                        double epsilon, double beta)
{
    double loss = 0.0, entropy;
    for (int t = 0; t < rows->rows; t++) {
        const double taken = gift_log(s, rows, theta, t, epsilon, &entropy);
        loss -= weight[t] * taken + beta * entropy;
    }
    return loss;
}

/* Largest difference of a gradient from central differences of the loss, relative to its largest number. */
__attribute__((unused)) static double gift_gradient_error(const mg_gift_shape *s, const mg_gift_rows *rows,
                                                          double *theta, size_t count, const double *weight,
                                                          double epsilon, double beta, const double *gradient)
{
    double off = 0.0, largest = 0.0;
    for (size_t k = 0; k < count; k++) {
        const double kept = theta[k], h = 1e-6;
        theta[k] = kept + h;
        double slope = gift_loss(s, rows, theta, weight, epsilon, beta);
        theta[k] = kept - h;
        slope = (slope - gift_loss(s, rows, theta, weight, epsilon, beta)) / (2.0 * h);
        theta[k] = kept;
        off = gift_size(slope - gradient[k]) > off ? gift_size(slope - gradient[k]) : off;
        largest = gift_size(slope) > largest ? gift_size(slope) : largest;
    }
    return off / largest;
}

#endif
