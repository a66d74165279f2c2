/* policy_step.h - the loss of a proximal actor (Schulman et al. 2017) on decisions with masks and exploration, and its
 * slope by the logits. Compiled in binary32 and binary64 (core/num/real.h).
 *
 * pi = softmax of the logits over what is allowed; actions come from pi~ = (1 - epsilon) pi + epsilon u, u uniform over
 * what is allowed or over everything. Ratios and entropy are those of pi~, which is what was played. Of a row that
 * allows nothing everything counts as allowed.
 */
#ifndef MG_POLICY_STEP_H
#define MG_POLICY_STEP_H

#include "core/num/real.h"
#include <stdbool.h>

#ifdef MG_DOUBLE /* as in core/num/real.h */
#define mg_policy_probabilities mg_policy_probabilities_double
#define mg_policy_loss mg_policy_loss_double
#endif

typedef struct mg_policy_form {
    int actions;
    mg_real epsilon;
    bool explore_barred; /* u is over everything */
} mg_policy_form;

/* pure: pi, mixed: pi~, each rows x actions. allowed: one byte a choice, NULL: all are. mixed may be pure. */
void mg_policy_probabilities(const mg_policy_form *form, int rows, const mg_real *logit, const uint8_t *allowed,
                             mg_real *pure, mg_real *mixed);

typedef struct mg_policy_batch {
    int rows;
    const uint8_t *allowed;   /* rows x actions, or NULL */
    const int32_t *action;    /* [rows] */
    const mg_real *before;    /* [rows]: pi~ of the action when it was played */
    const mg_real *advantage; /* [rows] */
    mg_real clip, entropy;    /* epsilon of the ratio; weight of the entropy */
    mg_real *pure, *mixed;    /* rows x actions, for the call */
    mg_real *term, *slope;    /* [rows], for the call */
} mg_policy_batch;

/* - mean over rows of min(x A, clip(x, 1 - clip, 1 + clip) A) - entropy * mean of H(pi~), x = pi~(a) / before.
 * cotangent: rows x actions, its derivative by the logits, overwritten. */
mg_real mg_policy_loss(const mg_policy_form *form, const mg_policy_batch *batch, const mg_real *logit,
                       mg_real *cotangent);

#endif
