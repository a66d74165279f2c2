/* lio_oracle.h - is the closed form of LIO's meta-gradient right? Claim L3 (facts/lio.md 4.2, 5). */
#ifndef MG_LIO_ORACLE_H
#define MG_LIO_ORACLE_H

#include "algos/lio_step.h"

/* In binary64: draws two agents' networks and two trajectories of the memory-1 prisoner's dilemma from the stream,
 * takes the whole two-step procedure (incentives on tau, policy steps, loss on tau^) as a function of one giver's
 * eta, written a second time in plain loops (lio_plain.h), and compares the closed form with central differences of
 * it, component by component. Returns the largest
 * difference relative to the largest component. `mutate`: a factor on the closed form, 1 for the check itself;
 * anything else must make the error large. */
double mg_lio_gradient_error(const mg_lio_shape *shape, mg_stream *stream, double mutate);

#endif
