/* cleanup_rows.h - rows that the results in Cleanup share: what play earns that learns nothing, and ten steps of an
 * episode. Inline, so that a test of a result sees what it reports.
 */
#ifndef MG_CLEANUP_ROWS_H
#define MG_CLEANUP_ROWS_H

#include "suite/harness/experiment.h"
#include "suite/harness/trail.h"
#include "suite/shared/cleanup_play.h"

/* Random play and a scripted division of labour: metrics random_return, random_washed, divided_return, divided_washed.
 */
static inline bool cleanup_play_row(mg_direct *direct, bool large)
{
    static const cleanup_script random[2] = {CLEANUP_RANDOM, CLEANUP_RANDOM},
                                divided[2] = {CLEANUP_KEEPER, CLEANUP_HARVESTER};
    const mg_cleanup_config config = mg_cleanup_default(large);
    const int episodes = mg_direct_profile(direct) == MG_PROFILE_PAPER ? 2000 : 300;
    const cleanup_worth by_chance = cleanup_worth_of(&config, random, episodes, mg_direct_key(direct));
    const cleanup_worth by_plan = cleanup_worth_of(&config, divided, episodes, mg_direct_key(direct));
    double number[4] = {by_chance.apples.mean, by_chance.washed.mean, by_plan.apples.mean, by_plan.washed.mean};
    mg_tensor tensor = {MG_KIND_STATE, "what play earns", MG_TYPE_DOUBLE, 1, 4, number};
    mg_direct_metric(direct, "random_return", number[0]);
    mg_direct_metric(direct, "random_washed", number[1]);
    mg_direct_metric(direct, "divided_return", number[2]);
    mg_direct_metric(direct, "divided_washed", number[3]);
    mg_direct_count(direct, 1.0, 2.0 * episodes, 2.0 * episodes * config.steps);
    mg_direct_checkpoint(direct, &tensor, 1);
    return true;
}

/* Steps 20 to 29 into the table "film": step,picture. */
static inline void cleanup_film_frame(const mg_row *row, int step, mg_csv_writer *table, const struct mg_row_name *name)
{
    char text[CLEANUP_PICTURE];
    if (step < 20 || step >= 30)
        return;
    mg_put_row_name(table, name);
    mg_csv_integer(table, step);
    mg_csv_text(table, cleanup_picture(row, text));
    mg_csv_end_row(table);
}

#endif
