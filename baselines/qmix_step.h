/* qmix_step.h - what QMIX computes between its networks: the choice of the double targets, and the error with its
 * slope. Compiled in binary32 and binary64 (core/num/real.h).
 */
#ifndef MG_QMIX_STEP_H
#define MG_QMIX_STEP_H

#include "core/num/real.h"

#ifdef MG_DOUBLE /* as in core/num/real.h */
#define mg_qmix_choices mg_qmix_choices_double
#define mg_qmix_error mg_qmix_error_double
#endif

/* What each sequence would do from its second moment on: the lowest of the best of the values [sequence][steps +
 * 1][actions] among those that are allowed after each step ([sequence][steps][actions], NULL: all), 0 where none is;
 * choice: [sequence][steps + 1], 0 at the first moment. */
void mg_qmix_choices(int sequences, int steps, int actions, const mg_real *value, const uint8_t *allowed,
                     int32_t *choice);

/* Sum over live steps of (total[t] - (reward[t] + discount * later[t + 1]))^2, divided by `over`: their number, of all
 * episodes of the minibatch. A step that terminated has no later. total, later, cotangent: [episode][steps + 1];
 * reward, terminated, live (1 or 0): [episode][steps]. cotangent: the derivative by total, 0 at the last moment. */
mg_real mg_qmix_error(int episodes, int steps, mg_real discount, mg_real over, const mg_real *total,
                      const mg_real *later, const mg_real *reward, const mg_real *terminated, const mg_real *live,
                      mg_real *cotangent);

#endif
