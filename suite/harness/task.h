/* task.h - the tasks of an experiment: one per (method, variant, seed), in the experiment's order. */
#ifndef MG_TASK_H
#define MG_TASK_H

#include "suite/harness/experiment.h"

typedef struct mg_task {
    int method; /* index into experiment->method */
    int seed;
} mg_task;

int mg_task_count(const mg_experiment *experiment, mg_profile profile);
mg_task mg_task_at(const mg_experiment *experiment, mg_profile profile, int i); /* 0 <= i < count */

#define MG_TASK_NAME 96
/* method[/variant]/seed: "lio/0", "exact/grid/0". Returns text. */
const char *mg_task_name(const mg_experiment *experiment, mg_task task, char text[MG_TASK_NAME]);
/* method[.variant].seed: the same as a file name. */
const char *mg_task_file_name(const mg_experiment *experiment, mg_task task, char text[MG_TASK_NAME]);

/* The task of that name; false if the profile has none. */
bool mg_task_find(const mg_experiment *experiment, mg_profile profile, const char *name, mg_task *task);

#endif
