/* q_value_step.h - what learning action values from a minibatch computes: targets, and the error with its slope.
 * Compiled in binary32 and binary64 (core/num/real.h).
 */
#ifndef MG_Q_VALUE_STEP_H
#define MG_Q_VALUE_STEP_H

#include "core/num/real.h"

#ifdef MG_DOUBLE /* as in core/num/real.h */
#define mg_q_best mg_q_best_double
#define mg_q_targets mg_q_targets_double
#define mg_q_error mg_q_error_double
#endif

/* The lowest of the best choices among the allowed (NULL: all); -1 where none is. */
int mg_q_best(int actions, const mg_real *value, const uint8_t *allowed);

/* target[k] = reward[k] + discount * max over b of next[k][b], b among the allowed (NULL: all); where no choice is
 * allowed, or the step terminated (1; else 0), the reward alone. `terminated` repeats after `samples` rows, as agents'
 * rows do that share their samples. */
void mg_q_targets(int rows, int actions, int samples, mg_real discount, const mg_real *next, const uint8_t *allowed,
                  const mg_real *reward, const mg_real *terminated, mg_real *target);

/* Sum over the rows of (value[k][action[k]] - target[k])^2, divided by `over`: their number for a mean. cotangent (rows
 * x actions): its derivative by value. */
mg_real mg_q_error(int rows, int actions, mg_real over, const mg_real *value, const int32_t *action,
                   const mg_real *target, mg_real *cotangent);

#endif
