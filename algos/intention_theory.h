/* intention_theory.h - what Intention Propagation rests on (section 4.2), exactly, in binary64, on small random fields:
 * the joint policy of a step is a Markov random field over the graph, and updates by Equation 4 lead to its mean field.
 */
#ifndef MG_INTENTION_THEORY_H
#define MG_INTENTION_THEORY_H

#include "core/num/rng.h"

/* Worst cases over the fields looked at. */
typedef struct mg_mean_field_theory {
    long fields, updates, converged; /* fields whose update became smaller than 1e-10 within 500 sweeps */
    double largest_rise;             /* of KL(q || pi) in any update of one agent: rounding */
    double largest_fall;      /* from uniform q to the fixed point, the largest: that there was something to do */
    double fixed_point_error; /* of Equation 4 at the end, probabilities */
    double general_error;     /* Equation 3, by enumeration of all joint choices, against Equation 4 */
    double field_error;       /* pi: exp of the sum of rewards over the graph, normalised, against its conditionals,
                                 each of which may depend on the agent's neighbours alone */
    double gap;               /* least distance of a field's KL at the end from 0: pi is no product */
} mg_mean_field_theory;

/* Draws one field (2 to 8 agents with 3 choices, links at random, potentials uniform in +-strength) and adds what it
 * finds. damping: 1; anything less leaves an update half done, 2 overdoes it: mutations that must be noticed. */
void mg_mean_field_add(mg_mean_field_theory *theory, mg_stream *stream, double strength, double damping);

#endif
