/* lio_critic_oracle.h - is the closed form of LIO's meta-gradient right with critics and pictures too? Claim L3
 * (facts/lio-cleanup.md 2.1, facts/lio.md 4.2).
 */
#ifndef MG_LIO_CRITIC_ORACLE_H
#define MG_LIO_CRITIC_ORACLE_H

#include "algos/lio_oracle.h"

/* In binary64: draws networks of two agents, values of their critics and two trajectories of the game from the stream,
 * takes the two-step procedure (incentives on tau, policy steps by advantages, loss on tau^) as a function of giver 0's
 * eta, written a second time in plain loops (pictured_plain.h), and compares the closed form with central differences
 * of it at `components` parameters, drawn from all layers alike. Returns the largest difference relative to the largest
 * component. `mutate`: as mg_lio_gradient_error_in. shape: of two agents with a picture, no neighbours, plain descent,
 * the log of the mixture. */
double mg_lio_critic_gradient_error(const mg_lio_shape *shape, const mg_lio_game *game, int components,
                                    mg_stream *stream, double mutate);

#endif
