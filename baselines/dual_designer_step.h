/* dual_designer_step.h - the loss of dual_designer.h, in what a designer's network says: its slope, and what is given.
 * Compiled in binary32 and binary64 (core/num/real.h).
 */
#ifndef MG_DUAL_DESIGNER_STEP_H
#define MG_DUAL_DESIGNER_STEP_H

#include "core/num/real.h"
#include <stdbool.h>

#ifdef MG_DOUBLE /* as in core/num/real.h */
#define mg_dual_designer_cotangent mg_dual_designer_cotangent_double
#endif

/* What was decided in `rows` steps, and what it was worth. */
typedef struct mg_dual_decisions {
    int rows, wide; /* wide: choices, or means */
    bool continuous;
    const int32_t *choice; /* [row]; not continuous */
    const mg_real *u;      /* [row][mean]: what was drawn; continuous */
    const mg_real *worth;  /* [row] */
    mg_real entropy;
} mg_dual_decisions;

/* The derivative of - sum_t worth_t log p(decision_t) - entropy sum_t H(p_t) by the network's outputs, logits or means
 * (rows x wide), overwritten. probability: rows x wide, for the call. */
void mg_dual_designer_cotangent(const mg_dual_decisions *decisions, const mg_real *output, mg_real *probability,
                                mg_real *cotangent);

/* The assignment's value of number n: its digit, of so many values. */
static inline int mg_dual_designer_digit(int choice, int values, int n)
{
    while (n-- > 0)
        choice /= values;
    return choice % values;
}

#endif
