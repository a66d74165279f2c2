/* intention_step.h - the three losses of Intention Propagation (section 4.3, appendix E.2) on minibatches, and their
 * gradients.
 *
 * Compiled in binary32 (the learner, intention.c) and binary64 (the checks of the gradients). Everything is sample by
 * sample, agents within: rows of [sample][agent]. theta, eta, kappa: parameters of the policy q, of V and of one of the
 * two Q. Losses are means over samples and agents.
 */
#ifndef MG_INTENTION_STEP_H
#define MG_INTENTION_STEP_H

#include "algos/intention_network.h"

#include <stdbool.h>

#ifdef MG_DOUBLE /* as in core/num/real.h */
#define mg_intention_scratch_create mg_intention_scratch_create_double
#define mg_intention_scratch_destroy mg_intention_scratch_destroy_double
#define mg_intention_decide mg_intention_decide_double
#define mg_intention_value_gradient mg_intention_value_gradient_double
#define mg_intention_targets mg_intention_targets_double
#define mg_intention_critic_gradient mg_intention_critic_gradient_double
#define mg_intention_policy_gradient mg_intention_policy_gradient_double
#endif

/* Memory for minibatches of at most network->shape.samples. */
typedef struct mg_intention_scratch mg_intention_scratch;
mg_intention_scratch *mg_intention_scratch_create(const mg_intention_network *network);
void mg_intention_scratch_destroy(mg_intention_scratch *scratch);

/* What agents see at some times. */
typedef struct mg_intention_seen {
    int samples;
    const mg_real *observation; /* [sample][agent][observation] */
    const int32_t *neighbour;   /* [sample][agent][neighbours], -1 for none */
} mg_intention_seen;

/* The joint policy, and a choice of each agent by it: where logits plus noise ([sample][agent][actions], standard
 * Gumbel numbers: choices are then distributed as q; zeros: the most likely ones) are largest. Returns the mean over
 * samples and agents of the entropy of q. The two functions below that say so take what it leaves in the scratch. */
mg_real mg_intention_decide(mg_intention_scratch *scratch, const mg_intention_seen *seen, const mg_real *theta,
                            const mg_real *noise, int32_t *choice);

/* After mg_intention_decide of the same: 1/2 (V - (min over both Q of Q(s, a) - alpha ln q(a|s)))^2 with the choices a
 * of then; the gradient by eta. */
mg_real mg_intention_value_gradient(mg_intention_scratch *scratch, const mg_intention_seen *seen, mg_real alpha,
                                    const mg_real *eta, const mg_real *const kappa[2], mg_real *gradient);

typedef struct mg_intention_batch {
    mg_intention_seen now, next;
    const int32_t *action;     /* [sample][agent] */
    const mg_real *reward;     /* the same */
    const mg_real *terminated; /* [sample]: 1 or 0 */
} mg_intention_batch;

/* r + discount V'(s'), after a step that terminated r alone. eta_target: parameters of V'. */
void mg_intention_targets(mg_intention_scratch *scratch, const mg_intention_batch *batch, mg_real discount,
                          const mg_real *eta_target, mg_real *target);
/* 1/2 (Q(s, a) - target)^2; the gradient by kappa. */
mg_real mg_intention_critic_gradient(mg_intention_scratch *scratch, const mg_intention_batch *batch,
                                     const mg_real *target, const mg_real *kappa, mg_real *gradient);

/* After mg_intention_decide of the same: alpha sum of q ln q - min over both Q, of all agents; the gradient by theta.
 * Q sees relaxed choices, softmax((logits + noise) / temperature), so that an agent's policy also climbs what its
 * neighbours' Q say of what it does. expected: the other estimator, sum over an agent's choices a of
 * q(a) (alpha ln q(a) - sum over all agents of min over both Q(s, a, choices of the others)), without the bias of what
 * is relaxed, for agents * actions forwards of each Q. */
mg_real mg_intention_policy_gradient(mg_intention_scratch *scratch, const mg_intention_seen *seen, mg_real alpha,
                                     bool expected, const mg_real *theta, const mg_real *const kappa[2],
                                     mg_real *gradient);

#endif
