/* reinforce.h - the policy gradient of one agent on one trajectory, and what LIO's meta-gradient needs of it.
 *
 * Loss = - sum_t log(pi~(a_t|o_t) + 1e-15) G_t - beta sum_t H(pi~(.|o_t)); sums, not means (facts/lio.md 4.1 step
 * 2); with pi in place of pi~ and another guard as the policy's mg_log_form says. Compiled in binary32 and binary64
 * (core/num/real.h).
 */
#ifndef MG_REINFORCE_H
#define MG_REINFORCE_H

#include "core/rl/discrete_policy.h"

#ifdef MG_DOUBLE /* as in core/num/real.h */
#define mg_reinforce_create mg_reinforce_create_double
#define mg_reinforce_destroy mg_reinforce_destroy_double
#define mg_reinforce_gradient mg_reinforce_gradient_double
#define mg_reinforce_slope mg_reinforce_slope_double
#define mg_reinforce_judge mg_reinforce_judge_double
#define mg_reinforce_judge_gradient mg_reinforce_judge_gradient_double
#endif

/* Replays of the tapes of one agent; memory for the policy's rows_max steps. */
typedef struct mg_reinforce mg_reinforce;

mg_reinforce *mg_reinforce_create(const mg_discrete_policy *policy);
void mg_reinforce_destroy(mg_reinforce *reinforce);

/* Gradient of the loss by theta, overwritten. observation: steps x length; returns: G_t. theta, observation and
 * action must stay as they are until the last call of mg_reinforce_slope for this trajectory. */
void mg_reinforce_gradient(mg_reinforce *reinforce, int steps, const mg_real *theta, const mg_real *observation,
                           const int32_t *action, const mg_real *returns, mg_real epsilon, mg_real entropy,
                           mg_real *gradient);

/* After mg_reinforce_gradient: slope[t] = direction . d log_taken(a_t|o_t) / d theta, forward mode
 * (facts/lio.md 4.2). */
void mg_reinforce_slope(mg_reinforce *reinforce, const mg_real *direction, mg_real *slope);

/* Forward pass of the pure policy on a trajectory: log pi(a_t|o_t), steps numbers, valid until the next call. */
const mg_real *mg_reinforce_judge(mg_reinforce *reinforce, int steps, const mg_real *theta, const mg_real *observation,
                                  const int32_t *action);

/* After mg_reinforce_judge: gradient of - sum_t log pi(a_t|o_t) weight_t by theta, overwritten. */
void mg_reinforce_judge_gradient(mg_reinforce *reinforce, const mg_real *weight, mg_real *gradient);

#endif
