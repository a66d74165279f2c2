/* proximal_step.h - the clipped objective of proximal policy optimisation (Schulman et al. 2017) on a batch of steps,
 * whoever took them. Compiled in binary32 and binary64 (core/num/real.h).
 *
 * Objectives are ascended; a gradient is by the logits of a softmax policy, of the mean over the steps.
 */
#ifndef MG_PROXIMAL_STEP_H
#define MG_PROXIMAL_STEP_H

#include "core/num/real.h"

#ifdef MG_DOUBLE /* as in core/num/real.h */
#define mg_clipped_objective mg_clipped_objective_double
#define mg_add_log_gradient mg_add_log_gradient_double
#define mg_ratio mg_ratio_double
#define mg_log_real mg_log_real_double
#define mg_squared_error mg_squared_error_double
#define mg_add_entropy_gradient mg_add_entropy_gradient_double
#endif

/* a / max(b, 1e-8): probability ratios (facts/as.md 3.2). */
mg_real mg_ratio(mg_real a, mg_real b);

/* Natural logarithm in either form (core/num/scalar_math.h). */
mg_real mg_log_real(mg_real x);

typedef struct mg_clipped_batch {
    int steps, actions;
    int stride;                 /* numbers from one step's probabilities to the next */
    const mg_real *probability; /* of every action, as the policy is now */
    const mg_real *before;      /* [steps] of the action played, as the policy was then */
    const int32_t *action;      /* [steps] */
    const mg_real *advantage;   /* [steps] */
    const mg_real *product;     /* [steps] > 0: multiplies the advantage (Xi of Anticipation Sharing); NULL: 1 */
    mg_real clip;               /* epsilon */
} mg_clipped_batch;

/* Mean over steps of min(x W, clip(x, 1 - clip, 1 + clip) W), x = probability / before, W = product * advantage.
 * term[t]: what is averaged; slope[t]: its derivative by log probability (0 where the clip holds). */
mg_real mg_clipped_objective(const mg_clipped_batch *batch, mg_real *term, mg_real *slope);

/* gradient[t][b] += slope[t] (1{b = action[t]} - probability[t][b]) / steps; both have rows `stride` apart. */
void mg_add_log_gradient(int steps, int actions, int stride, const mg_real *probability, const int32_t *action,
                         const mg_real *slope, mg_real *gradient);

/* gradient[t][b] += weight / steps times the derivative of step t's entropy -sum_b p_b log p_b by logit b, which is
 * -p_b (log p_b + entropy); an action of probability 0 adds nothing. */
void mg_add_entropy_gradient(int steps, int actions, int stride, const mg_real *probability, mg_real weight,
                             mg_real *gradient);

/* Mean of (value - target)^2 over n numbers; cotangent[k]: its derivative by value[k]. */
mg_real mg_squared_error(int n, const mg_real *value, const mg_real *target, mg_real *cotangent);

#endif
