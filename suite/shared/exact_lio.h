/* exact_lio.h - exact LIO in the stateless prisoner's dilemma (algos/lio_exact.h), computed for lio-ipd: do all starts
 * end in mutual cooperation (Proposition 3), and where do the vector fields of thesis Figures 5.2 and B.1 point
 * (facts/lio.md 2)?
 *
 * Each is a computed row of a result (mg_method: direct); the metrics that it gives, and the extra tables whose rows it
 * writes:
 */
#ifndef MG_EXACT_LIO_H
#define MG_EXACT_LIO_H

#include "suite/harness/experiment.h"

#define EXACT_LIO_TRAJECTORY "start,step,theta_1,theta_2,eta_1_c,eta_1_d,eta_2_c,eta_2_d" /* table `trajectory` */
#define EXACT_LIO_FIELD "figure,fixed,fixed_value,x,theta,d_x,d_theta"                    /* table `field` */

/* 80 grid points, the same for both directions of giving; in the paper profile all 6400 pairs of them too: starts,
 * converged (their share) and flip_error (in steps); trajectory, of the 80. */
bool exact_lio_grid(mg_direct *direct, mg_error *error);
/* 64 starts drawn uniformly: the same metrics; trajectory, of all. */
bool exact_lio_random(mg_direct *direct, mg_error *error);
/* The 80, with the giver's gradient through the clamp of theta: starts, and the shares cooperating and defecting. */
bool exact_lio_through_clamp(mg_direct *direct, mg_error *error);
/* Nine panels of 13 x 11 arrows: arrows, and sign_agreement, the share that points where facts/lio.md 2.3 says; field.
 */
bool exact_lio_field(mg_direct *direct, mg_error *error);

#endif
