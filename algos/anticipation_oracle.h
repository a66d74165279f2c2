/* anticipation_oracle.h - is the gradient that trains Anticipation Sharing the gradient of Equation 15? In binary64,
 * through the networks, against central differences of the objective written down a second time, plainly. */
#ifndef MG_ANTICIPATION_ORACLE_H
#define MG_ANTICIPATION_ORACLE_H

#include "core/num/rng.h"

/* What the gradient is computed with; anything but the default is a mutation that must be noticed. */
typedef struct mg_anticipation_mutation {
    double scale;   /* of the gradient: 1 */
    double penalty; /* times the right one: 1 */
    double clip;    /* times the right one: 1 */
} mg_anticipation_mutation;

/* How often each branch occurred: steps whose own ratio is free, held above, held below; pairs of step and neighbour
 * whose two penalties are on and off. */
typedef struct mg_anticipation_branches {
    int free, held_high, held_low, other_on, other_off, self_on, self_off;
} mg_anticipation_branches;

/* Draws networks, an episode and who talks, and returns |gradient - differences| / |differences| over all parameters
 * of all policies of one agent; *objective_error: relative, between the two forms of the objective. Branches are
 * added. */
double mg_anticipation_gradient_error(mg_stream *stream, const mg_anticipation_mutation *mutation,
                                      mg_anticipation_branches *branches, double *objective_error);

#endif
