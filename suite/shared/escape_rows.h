/* escape_rows.h - the computed row that results of the Escape Room share. Inline, so that a test of a result sees what
 * it reports.
 */
#ifndef MG_ESCAPE_ROWS_H
#define MG_ESCAPE_ROWS_H

#include "suite/harness/direct.h"
#include "suite/shared/escape_play.h"

/* What a room is worth, by going through all joint actions: best_return, random_return. */
static inline void escape_exact_row(mg_direct *direct, const mg_escape_room_config *room)
{
    escape_worth worth = escape_worth_of(room);
    double number[2] = {worth.best, worth.random};
    mg_tensor tensor = {MG_KIND_STATE, "best and random return", MG_TYPE_DOUBLE, 1, 2, number};
    mg_direct_metric(direct, "best_return", worth.best);
    mg_direct_metric(direct, "random_return", worth.random);
    mg_direct_count(direct, 1.0, 0.0, 0.0);
    mg_direct_checkpoint(direct, &tensor, 1);
}

#endif
