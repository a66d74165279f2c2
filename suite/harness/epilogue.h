/* epilogue.h - what a trained task tells after its last checkpoint: milestones of its curve, and an episode for a
 * picture (experiment.h). */
#ifndef MG_EPILOGUE_H
#define MG_EPILOGUE_H

#include "suite/harness/results.h"

/* Whether the name is a milestone's. */
bool mg_is_milestone(const mg_experiment *experiment, const char *name);
/* What is wrong with the experiment's milestones and film, a line each on `out`; returns how many. */
int mg_epilogue_problems(const mg_experiment *experiment, FILE *out);

/* The milestone in rows of curve.csv without header, in the order of the evaluations. */
double mg_milestone_of(const mg_milestone *milestone, const mg_csv_writer *curve, int evaluate_every);

/* Fills the milestones among the record's metrics. */
void mg_put_milestones(mg_record *record, int evaluate_every);
/* Plays the episode of a task that is filmed, and writes its rows; of the others nothing. */
bool mg_film_episode(mg_record *record, mg_rollout *rollout, mg_error *error);

#endif
