/* anticipation_step.h - the dual-clipped objective of Anticipation Sharing (Equations 12 to 15) of one agent on one
 * episode, and its gradient. Compiled in binary32 (the learner, anticipation.c) and binary64 (the check of the
 * gradient, anticipation_oracle.c).
 */
#ifndef MG_ANTICIPATION_STEP_H
#define MG_ANTICIPATION_STEP_H

#include "core/num/real.h"
#include <stdbool.h>

#ifdef MG_DOUBLE /* as in core/num/real.h */
#define mg_anticipation_objective mg_anticipation_objective_double
#endif

/* Arrays by agent have steps_max steps per agent; distributions have `actions` numbers per step. pi^ij is agent i's
 * policy where i = j, its anticipation of agent j's else. Where two agents do not talk, theirs are not read. */
typedef struct mg_anticipation_batch {
    int agents, self, actions, steps_max, steps;
    const uint8_t *talks;       /* [step][i][j]: i hears from j: j in N_i(t) */
    bool mutual;                /* an anticipation of me is heard only from whom I hear; false: from whoever hears me */
    bool own_product;           /* false: X = 1 for the own policy; anticipations climb as ever */
    bool pull_always;           /* I = I' = 1 everywhere */
    bool largest_kappa;         /* kappa is the largest |A| instead of the mean */
    const int32_t *action;      /* [agent][step]: what was played */
    const mg_real *before;      /* [agent][step]: its probability under the policy that played, b_j(a_j) */
    const mg_real *advantage;   /* [step], own */
    const mg_real *probability; /* [j][step][action]: pi^{self j}, as now: the variables of the objective */
    const mg_real *told;        /* [i][j][step][action]: pi^ij as told at the start of the iteration: constants */
    mg_real clip, penalty;      /* epsilon, rho */
} mg_anticipation_batch;

/* Equation 15: the mean over steps of min(x X A, clip(x) X A) - kappa rho sum_{j in N(t)} (I_j |pi^{self j} - q_j|^2
 * + I'_j |pi^{self self} - p_j|^2), with A the advantage, x the ratio of the own policy, X the product of
 * pi^{self j}(a_j) / b_j(a_j) over N(t), q_j what j told of its policy, p_j its anticipation of this agent, kappa the
 * mean of |A| and I, I' whether the step lies in the sets of Equation 13, which count as constants. Returns it and
 * writes its gradient by the logits of every pi^{self j}, laid out as `probability` and overwritten. scratch:
 * 3 * steps_max numbers. */
mg_real mg_anticipation_objective(const mg_anticipation_batch *batch, mg_real *gradient, mg_real *scratch);

#endif
