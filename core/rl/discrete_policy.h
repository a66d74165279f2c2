/* discrete_policy.h - a softmax policy over discrete actions: two hidden ReLU layers, and the three programs that
 * use it.
 *
 * All agents of one architecture share these tapes; each brings its own parameter block of `network.layout.count`
 * reals. pi = softmax(net(o)); the behaviour policy mixes it with the uniform one, pi~ = (1 - epsilon) pi + epsilon /
 * |A| (facts/lio.md 1.1). A policy gradient may go through the log of either: the thesis writes log pi (Equation 5.4),
 * its released program differentiates log(pi~ + 1e-15). Without a guard and with actions drawn from pi~ the loss has no
 * lower bound where returns are negative: log pi of an action that exploration goes on playing falls for ever.
 */
#ifndef MG_DISCRETE_POLICY_H
#define MG_DISCRETE_POLICY_H

#include "core/num/network.h"

#include <stdbool.h>

/* Which logarithm `learn` takes. */
typedef struct mg_log_form {
    bool of_mixture; /* of pi~, else of pi */
    double guard;    /* added to the probability */
} mg_log_form;

typedef struct mg_discrete_policy {
    int observation, actions, rows_max;
    mg_network network;

    mg_tape *act; /* input 0: observation */
    mg_node probabilities;

    mg_tape *learn;    /* inputs: observation, 1 - epsilon, epsilon / |A| (a column each, not read without the
                          mixture); index 0: action */
    mg_node log_taken; /* log(pi~(a|o) + guard), or log(pi(a|o) + guard) */
    mg_node entropy;   /* of the same, natural logarithm */

    mg_tape *judge;   /* input 0: observation; index 0: action */
    mg_node log_pure; /* log pi(a|o) */
} mg_discrete_policy;

/* Dense kernels Glorot-uniform, biases zero (TensorFlow 1 defaults, facts/lio.md 1.3). rows_max: largest batch of one
 * replay. */
void mg_discrete_policy_create(mg_discrete_policy *policy, int observation, int hidden_1, int hidden_2, int actions,
                               int rows_max, mg_log_form form);
/* The same over a network described by the caller, whose outputs are the logits. */
void mg_discrete_policy_create_of(mg_discrete_policy *policy, const mg_network *network, int rows_max,
                                  mg_log_form form);
void mg_discrete_policy_destroy(mg_discrete_policy *policy);

#endif
