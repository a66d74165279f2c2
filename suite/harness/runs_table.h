/* runs_table.h - runs.csv, read and checked, with its final metrics as numbers. */
#ifndef MG_RUNS_TABLE_H
#define MG_RUNS_TABLE_H

#include "suite/harness/result_files.h"

typedef enum mg_metric_state { MG_METRIC_NUMBER, MG_METRIC_EMPTY, MG_METRIC_DIVERGED } mg_metric_state;

typedef struct mg_runs {
    mg_csv csv;
    const mg_experiment *experiment;
    mg_profile profile;
    int metrics;
    int first_metric; /* column */
    int *method;      /* [rows] index into experiment->method */
    int *task;        /* [rows] index into the list of tasks, ascending */
} mg_runs;

/* Refuses what no program writes: unknown tasks, another order, a task twice, a status that is neither `ok` nor
 * `diverged: ...`, a metric that is no finite number in a run that did not diverge. */
bool mg_runs_read(const char *folder, const mg_experiment *experiment, mg_profile profile, mg_runs *runs,
                  mg_error *error);
void mg_runs_close(mg_runs *runs);

bool mg_runs_diverged(const mg_runs *runs, size_t row);
mg_metric_state mg_runs_metric(const mg_runs *runs, size_t row, int metric,
                               double *x); /* diverged runs have no numbers */

/* Index of a metric of the experiment, or -1. */
int mg_metric_find(const mg_experiment *experiment, const char *name, size_t length);

/* Does curve.csv have rows of the metric in runs of this method and variant? Not of what `ends_only` names. */
bool mg_metric_has_curve(const mg_experiment *experiment, const char *method, const char *variant, const char *metric);

/* Length of the metric's name in an entry of `ends_only`. */
#define MG_ENDS_ONLY_BUT " but "
size_t mg_ends_only_metric(const char *entry);

#endif
