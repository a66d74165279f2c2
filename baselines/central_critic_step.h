/* central_critic_step.h - the two losses of actors with a central critic (MADDPG, PIC), and their gradients.
 *
 * Compiled in binary32 (central_critic.c) and binary64 (the checks of the gradients). Everything is sample by sample,
 * agents within. theta: parameters of the actor, kappa: of the critic.
 */
#ifndef MG_CENTRAL_CRITIC_STEP_H
#define MG_CENTRAL_CRITIC_STEP_H

#include "baselines/central_critic_network.h"

#ifdef MG_DOUBLE /* as in core/num/real.h */
#define mg_central_scratch_create mg_central_scratch_create_double
#define mg_central_scratch_destroy mg_central_scratch_destroy_double
#define mg_central_decide mg_central_decide_double
#define mg_central_critic_gradient mg_central_critic_gradient_double
#define mg_central_actor_gradient mg_central_actor_gradient_double
#endif

/* Memory for minibatches of at most network->shape.samples. */
typedef struct mg_central_scratch mg_central_scratch;
mg_central_scratch *mg_central_scratch_create(const mg_central_network *network);
void mg_central_scratch_destroy(mg_central_scratch *scratch);

/* What each agent does: where logits plus noise are largest. noise, [sample][agent][actions]: standard Gumbel numbers,
 * so that choices are distributed as the softmax of the logits, or zeros. */
void mg_central_decide(mg_central_scratch *scratch, int samples, const mg_real *observation, const mg_real *noise,
                       const mg_real *theta, int32_t *choice);

typedef struct mg_central_batch {
    int samples;
    const mg_real *observation, *next_observation; /* [sample][agent][observation] */
    const int32_t *action;                         /* [sample][agent] */
    const mg_real *reward;                         /* the same: the team's is their mean */
    const mg_real *terminated;                     /* [sample]: 1 or 0 */
} mg_central_batch;

/* Mean over samples of (Q(s, a) - (r + discount Q'(s', pi(s'))))^2, pi: the actor's probabilities, Q': by kappa_target,
 * nothing after a step that terminated. The gradient by kappa. */
mg_real mg_central_critic_gradient(mg_central_scratch *scratch, const mg_central_batch *batch, mg_real discount,
                                   const mg_real *theta, const mg_real *kappa, const mg_real *kappa_target,
                                   mg_real *gradient);

/* - mean over samples of Q(s, pi(s)) + penalty * mean of the squares of all logits; the gradient by theta. */
mg_real mg_central_actor_gradient(mg_central_scratch *scratch, const mg_central_batch *batch, mg_real penalty,
                                  const mg_real *theta, const mg_real *kappa, mg_real *gradient);

#endif
