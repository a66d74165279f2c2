/* epilogue.h - what a trained task tells after its last checkpoint: milestones of its curve, and an episode for a
 * picture (experiment.h). */
#ifndef MG_EPILOGUE_H
#define MG_EPILOGUE_H

#include "suite/harness/results.h"

/* The milestone of that name, or NULL. */
const mg_milestone *mg_milestone_find(const mg_experiment *experiment, const char *name);
/* What is wrong with the experiment's milestones and film, a line each on `out`; returns how many. */
int mg_epilogue_problems(const mg_experiment *experiment, FILE *out);

/* A milestone's way along a curve: start it with the milestone and zeros, show it every evaluation in order, and ask.
 */
typedef struct mg_milestone_way {
    const mg_milestone *milestone;
    double first, last; /* units or episodes: of the evaluations in a row, of the last one seen */
    double of_unit;     /* of these in a unit */
    int times;          /* in a row so far */
} mg_milestone_way;
void mg_milestone_next(mg_milestone_way *way, double units, double episodes, double value);
double mg_milestone_value(const mg_milestone_way *way, int evaluate_every);

/* Fills the milestones among the record's metrics. */
void mg_put_milestones(mg_record *record, int evaluate_every);
/* Plays the episode of a task that is filmed, and writes its rows; of the others nothing. */
bool mg_film_episode(mg_record *record, mg_rollout *rollout, mg_error *error);

#endif
