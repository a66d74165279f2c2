/* lio_oracle.h - is the closed form of LIO's meta-gradient right? Claim L3 (facts/lio.md 4.2, 5). */
#ifndef MG_LIO_ORACLE_H
#define MG_LIO_ORACLE_H

#include "algos/lio_step.h"

/* A game to draw trajectories from: plays one step, of a new episode where `first`. Writes what every agent sees
 * (agents x observation), does and earns, and who its neighbours are (agents x shape->neighbours); true where the
 * episode is over. At most shape->steps_max steps are asked for. */
typedef struct mg_lio_game {
    bool (*play)(void *context, bool first, mg_stream *stream, double *observation, int32_t *neighbour, int32_t *action,
                 double *reward);
    void *context;
} mg_lio_game;

/* In binary64: draws the agents' networks and two trajectories of the game from the stream,
 * takes the whole two-step procedure (incentives on tau, policy steps, loss on tau^) as a function of one giver's
 * eta, written a second time in plain loops (lio_plain.h), and compares the closed form with central differences of
 * it, component by component. one_episode: the variant that takes tau itself for tau^ (mg_lio_one_episode_gradient).
 * Returns the largest difference relative to the largest component. `mutate`: a factor on the closed form, 1 for the
 * check itself; anything else must make the error large. */
double mg_lio_gradient_error_in(const mg_lio_shape *shape, const mg_lio_game *game, bool one_episode, mg_stream *stream,
                                double mutate);
/* The same in the memory-1 prisoner's dilemma of two agents, in the form of two episodes. */
double mg_lio_gradient_error(const mg_lio_shape *shape, mg_stream *stream, double mutate);

#endif
