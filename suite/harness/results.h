/* results.h - what a task leaves on disk, and how the finished tasks become the files of a result.
 *
 * OUT/<result>/<profile>/tasks/<method>[.<variant>].<seed>/ holds `checkpoint` while the task runs and `result` once
 * it is finished, and beside the checkpoint what replay buffers hold (replays.h). Both are checkpoint files
 * (core/io/checkpoint.h): whole or not there, checksummed, with the digest of the task's config. A result has the
 * task's rows of every file, its times and what speaks against it. OUT/<result>/<profile>/lock is empty; who runs tasks
 * there, or puts files together, holds it (core/io/lock.h).
 */
#ifndef MG_RESULTS_H
#define MG_RESULTS_H

#include "core/io/checkpoint.h"
#include "core/io/file.h"
#include "suite/harness/task.h"
#include "suite/harness/trail.h"

#define MG_FORMAT 1 /* of checkpoints and result files */

/* One run of the program: which result, where. */
typedef struct mg_place {
    const mg_experiment *experiment;
    mg_profile profile;
    char folder[MG_PATH]; /* OUT/<result>/<profile> */
} mg_place;

/* Creates the folder. suffix: "" or what sets a run apart that must not mix with others ("-mutated"). */
bool mg_place_open(mg_place *place, const mg_experiment *experiment, mg_profile profile, const char *out,
                   const char *suffix, mg_error *error);
bool mg_place_task_folder(const mg_place *place, mg_task task, char folder[MG_PATH], mg_error *error);
bool mg_place_task_file(const mg_place *place, mg_task task, const char *file, char path[MG_PATH], mg_error *error);

/* Experiment, semantics, profile, method, variant, seed, every config field, metrics, tables, format and byte order.
 */
mg_digest mg_task_config(const mg_experiment *experiment, mg_profile profile, mg_task task);

/* ---- a task's record ---- */
typedef struct mg_record {
    const mg_experiment *experiment;
    mg_task task;
    mg_row_name name;
    uint64_t units, episodes, steps;
    char updates[256]; /* "policy=120000;incentive=60000" */
    char status[160];  /* "ok" or "diverged: ..." */
    char doubt[512];   /* what --check must not accept: a network that never moved; "" */
    int metrics;       /* of the experiment */
    double *metric;    /* [metrics] */
    bool *has_metric;
    mg_csv_writer curve;  /* without header, like the trail's rows */
    mg_csv_writer *table; /* [experiment->tables], without header */
    mg_trail trail;
    double wall, cpu; /* seconds so far, over all resumptions */
} mg_record;

void mg_record_start(mg_record *record, const mg_experiment *experiment, mg_task task);
void mg_record_free(mg_record *record);
int mg_record_find_metric(const mg_record *record, const char *name); /* or -1 */

/* Empties the task's folder. */
bool mg_task_begin(const mg_place *place, mg_task task, mg_error *error);
/* The task is finished: writes its result and removes its checkpoint. */
bool mg_record_save(const mg_record *record, const mg_place *place, mg_error *error);

/* Opens a finished task's result (mg_checkpoint_close ends it). *finished false: there is none. Fails where it is
 * damaged or of another config. */
bool mg_result_open(const mg_place *place, mg_task task, mg_checkpoint *result, bool *finished, mg_error *error);
/* Seconds of work so far, in a checkpoint or a result. Text in a section of its own, for people: no function that takes
 * tensors, and so no digest, trail, dump or mutation, can come by them. What is not there or no number is 0. */
void mg_put_seconds(mg_checkpoint_writer *writer, double wall, double cpu);
void mg_get_seconds(const mg_checkpoint *checkpoint, double *wall, double *cpu);

/* Of an open result: whether this very program file made it; what --check must not accept ("": nothing), at most size
 * bytes. */
bool mg_result_is_ours(const mg_checkpoint *result, bool *ours, mg_error *error);
bool mg_result_doubt(const mg_checkpoint *result, char *text, size_t size, mg_error *error);

/* ---- the result ---- */
typedef enum mg_merge { MG_MERGE_CHOSEN, MG_MERGE_OURS, MG_MERGE_ALL } mg_merge;
/* Puts finished tasks together into the files of the result, in the experiment's order. CHOSEN: those among `task`;
 * OURS: those, and others that this very program finished before; ALL: every one. A task of another config is an
 * error if it was to be merged. trail_only: writes trail.csv and nothing else. *merged: how many. */
bool mg_merge_tasks(const mg_place *place, mg_merge what, bool trail_only, int chosen, const mg_task *task, int *merged,
                    mg_error *error);

#endif
