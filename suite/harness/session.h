/* session.h - runs the tasks of a command line into their folders and puts the files together. */
#ifndef MG_SESSION_H
#define MG_SESSION_H

#include "suite/harness/judge.h"
#include "suite/harness/options.h"
#include "suite/harness/results.h"

/* Trains or computes what was chosen, or with --merge nothing, merges, and checks or blesses. Extra seeds run after the
 * others, into a folder of their own that is never judged. Returns the exit status. */
int mg_run_tasks(const mg_experiment *experiment, const mg_options *options, mg_error *error);

/* One task's tensors at one checkpoint, as a CSV file. */
int mg_dump_task(const mg_experiment *experiment, const mg_options *options, mg_error *error);

/* Plays an episode of one task in the terminal. */
int mg_watch_task(const mg_experiment *experiment, const mg_options *options, mg_error *error);

mg_judge mg_judge_of(const mg_place *place, const mg_options *options);

#endif
