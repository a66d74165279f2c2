/* direct.h - the harness's side of a direct task (experiment.h): computed, not trained. */
#ifndef MG_DIRECT_H
#define MG_DIRECT_H

#include "suite/harness/snapshot.h"

/* Runs experiment->method[...].direct and fills the record; the status as mg_run_task's. */
int mg_run_direct(const mg_run *run, mg_record *record, mg_error *error);

#endif
