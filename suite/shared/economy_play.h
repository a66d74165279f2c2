/* economy_play.h - the gather-trade-build economy without learning, for metagrad-gtb: players under US federal taxes
 * beside those of the released program (facts/gtb.md 9), and the film.
 *
 * Each is a computed row of a result (mg_method: direct). Metrics: means of the environment's, of the same names;
 * squared_distance, the farthest of them from the other program's, in standard errors of both, squared; strange_coin,
 * the most coin after any step that nobody was paid for a house.
 */
#ifndef MG_ECONOMY_PLAY_H
#define MG_ECONOMY_PLAY_H

#include "suite/harness/experiment.h"

bool economy_random(mg_direct *direct, mg_error *error);  /* any allowed action */
bool economy_builder(mg_direct *direct, mg_error *error); /* builds where it may, else walks */

/* The table `film`: water, sources, houses and agents at the reset and after each quarter of an episode, whoever it is
 * by skill, 1 the lowest. */
#define ECONOMY_FILM "step,what,number,row,column"
void economy_film_frame(const mg_row *row, int step, mg_csv_writer *table, const struct mg_row_name *name);

#endif
