/* graph_q_step.h - the regulariser of relations over time (Jiang et al. 2020, DGN's second part), for both kinds of
 * numbers (core/num/real.h).
 */
#ifndef MG_GRAPH_Q_STEP_H
#define MG_GRAPH_Q_STEP_H

#include "core/num/real.h"

#ifdef MG_DOUBLE
#define mg_relation_error mg_relation_error_double
#endif

/* weight times the mean over `rows` distributions of `slots` numbers of the divergence of `now` from `later`: sum over
 * slots of later ln(later / now). Slots where `later` is 0 count nothing. cotangent: its derivative by `now`, where a
 * number of `now` below 1e-30 counts as that. */
mg_real mg_relation_error(int rows, int slots, mg_real weight, const mg_real *now, const mg_real *later,
                          mg_real *cotangent);

#endif
