/* run.h - runs one task: trains, evaluates, takes checkpoints, saves what a killed run goes on from. */
#ifndef MG_RUN_H
#define MG_RUN_H

#include "suite/harness/snapshot.h"

/* Exit status of the job: 0, 128 + the signal that stopped it (whole files, resumable), or error->status. */
int mg_run_task(const mg_run *run, mg_error *error);

#endif
