/* jungle_reference.h - what the learners of ltos-table1 are measured by: the paper's upper bound, and players that
 * learn nothing (jungle_play.h) beside those of a program written apart from this one (facts/ltos.md 8, 21); and the
 * film.
 *
 * Each is a computed row of a result (mg_method: direct) whose variant says how many agents there are, "n20"; the
 * metrics that it gives:
 */
#ifndef MG_JUNGLE_REFERENCE_H
#define MG_JUNGLE_REFERENCE_H

#include "suite/harness/experiment.h"

/* way, the mean steps to the nearest food on boards drawn at random; bound, 1 - way / steps; bound_percent. */
bool jungle_bound(mg_direct *direct, mg_error *error);
/* Means of the environment's metrics, and squared_distance: how far the reward is from the other program's, in standard
 * errors of both, squared; 1e9 where that has no number. Writes a film of n20. */
bool jungle_random(mg_direct *direct, mg_error *error);
bool jungle_sharing(mg_direct *direct, mg_error *error);
bool jungle_fierce(mg_direct *direct, mg_error *error);

/* The table `film`: foods at the reset, agents in the middle of the episode with what they did and met. */
#define JUNGLE_FILM "step,what,number,x,y,action,met"
void jungle_film_frame(const mg_row *row, int step, mg_csv_writer *table, const struct mg_row_name *name);

#endif
