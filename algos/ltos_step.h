/* ltos_step.h - the two gradients of Learning to Share (Algorithm 1, lines 14 to 21) on minibatches.
 *
 * Compiled in binary32 (the learner, ltos.c) and binary64 (the checks of the gradients). Everything is sample by
 * sample, agents within: rows of [sample][agent]; slots and weights as in ltos_exchange_step.h. theta: parameters of
 * the high level phi, NULL: all logits are 0 (fixed LToS). mu: parameters of the low level Q.
 */
#ifndef MG_LTOS_STEP_H
#define MG_LTOS_STEP_H

#include "algos/ltos_exchange_step.h"
#include "algos/ltos_network.h"

#ifdef MG_DOUBLE /* as in core/num/real.h */
#define mg_ltos_scratch_create mg_ltos_scratch_create_double
#define mg_ltos_scratch_destroy mg_ltos_scratch_destroy_double
#define mg_ltos_weights mg_ltos_weights_double
#define mg_ltos_values mg_ltos_values_double
#define mg_ltos_value_targets mg_ltos_value_targets_double
#define mg_ltos_value_error mg_ltos_value_error_double
#define mg_ltos_value_gradient mg_ltos_value_gradient_double
#define mg_ltos_sharing_gradient mg_ltos_sharing_gradient_double
#endif

/* Memory for minibatches of at most network->shape.samples. */
typedef struct mg_ltos_scratch mg_ltos_scratch;
mg_ltos_scratch *mg_ltos_scratch_create(const mg_ltos_network *network, double selfishness);
void mg_ltos_scratch_destroy(mg_ltos_scratch *scratch);

/* What agents see at some times. */
typedef struct mg_ltos_seen {
    int samples;
    const mg_real *observation; /* [sample][agent][observation] */
    const int32_t *slot;        /* [sample][agent][slots] */
} mg_ltos_seen;

/* Lines 5 and 15: w^out = softmax(phi(o) + noise) with the selfishness initialiser's bias. noise:
 * [sample][agent][slots] or NULL. */
void mg_ltos_weights(mg_ltos_scratch *scratch, const mg_ltos_seen *seen, const mg_real *theta, const mg_real *noise,
                     mg_real *out);
/* Q(o, w^in, .): [sample][agent][actions], valid until the next call of any of these functions. */
const mg_real *mg_ltos_values(mg_ltos_scratch *scratch, const mg_ltos_seen *seen, const mg_real *mu, const mg_real *in);

typedef struct mg_ltos_batch {
    mg_ltos_seen now, next;
    const mg_real *in;         /* w^in as they were when the agents acted: [sample][agent][incoming] */
    const int32_t *action;     /* [sample][agent] */
    const mg_real *reward;     /* r^w, shaped: [sample][agent] */
    const mg_real *terminated; /* [sample]: 1 or 0 */
    const mg_real *noise;      /* on the target's logits, or NULL: none */
} mg_ltos_batch;

/* Lines 15 and 16: target = r^w + discount max_a Q'(o', a, w'^in), w'^in from phi'(o'): [sample][agent]. */
void mg_ltos_value_targets(mg_ltos_scratch *scratch, const mg_ltos_batch *batch, mg_real discount,
                           const mg_real *mu_target, const mg_real *theta_target, mg_real *target);

/* Line 17: the sum over agents of (target - Q(o, a, w^in))^2, a mean over samples and actions (as DGN's program has
 * it), which is returned, and its gradient by mu (NULL: not wanted). */
mg_real mg_ltos_value_error(mg_ltos_scratch *scratch, const mg_ltos_batch *batch, const mg_real *target,
                            const mg_real *mu, mg_real *gradient);

/* Lines 14 to 17: both. */
mg_real mg_ltos_value_gradient(mg_ltos_scratch *scratch, const mg_ltos_batch *batch, mg_real discount,
                               const mg_real *mu, const mg_real *mu_target, const mg_real *theta_target,
                               mg_real *gradient);

/* Lines 18 to 21: with w^in from phi(o), g_i^in = derivative by w_i^in of V_i = max_a Q_i(o, a, w^in), or with `sum` of
 * the sum of all agents' V, which reach each other through the graph; exchanged back it is g^out. Writes minus the mean
 * over samples of the sum over agents of (d phi_i(o) / d theta)^T g_i^out, so that a descent step climbs, and returns
 * the mean over samples of the sum of V. */
mg_real mg_ltos_sharing_gradient(mg_ltos_scratch *scratch, const mg_ltos_seen *seen, const mg_real *mu,
                                 const mg_real *theta, bool sum, mg_real *gradient);

#endif
