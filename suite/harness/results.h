/* results.h - what a task leaves on disk, and how the files of finished tasks become the files of a result.
 *
 * OUT/<result>/<profile>/tasks/<method>[.<variant>].<seed>/ holds, written in this order: stamp (which config and
 * which program), while it runs checkpoint, and when it is finished trail.csv, curve.csv, the extra tables, times.csv
 * and, last, runs.csv. Every file appears whole or not at all, so runs.csv means: finished.
 */
#ifndef MG_RESULTS_H
#define MG_RESULTS_H

#include "suite/harness/task.h"
#include "suite/harness/trail.h"

#define MG_FORMAT 1 /* of checkpoints and result files */
#define MG_PATH 1024

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
    double metric[MG_METRICS_MAX];
    bool has_metric[MG_METRICS_MAX];
    mg_csv_writer curve;  /* without header, like the trail's rows */
    mg_csv_writer *table; /* [experiment->tables], without header */
    mg_trail trail;
    double wall, cpu; /* seconds so far, over all resumptions */
} mg_record;

void mg_record_start(mg_record *record, const mg_experiment *experiment, mg_task task);
void mg_record_free(mg_record *record);
int mg_record_find_metric(const mg_record *record, const char *name); /* or -1 */

/* Empties the task's folder and writes the stamp. */
bool mg_task_begin(const mg_place *place, mg_task task, mg_error *error);
bool mg_record_save_trail(const mg_record *record, const mg_place *place, mg_error *error);
bool mg_record_save(const mg_record *record, const mg_place *place, mg_error *error); /* the task is finished */

typedef enum mg_task_state { MG_TASK_ABSENT, MG_TASK_BEGUN, MG_TASK_FINISHED } mg_task_state;
/* An error, if its stamp is of another config. ours (may be NULL): its stamp is of this very program file. */
bool mg_task_look(const mg_place *place, mg_task task, mg_task_state *state, bool *ours, mg_error *error);

/* ---- the result ---- */
typedef enum mg_merge { MG_MERGE_CHOSEN, MG_MERGE_OURS, MG_MERGE_ALL, MG_MERGE_TRAILS } mg_merge;
/* Puts the tasks' files together, in the experiment's order. CHOSEN: finished tasks among `task`; OURS: those, and
 * others that this very program finished before; ALL: every finished task; TRAILS: only trail.csv, of the chosen
 * tasks, finished or not. A task of another config is an error if it was to be merged. *merged: how many. */
bool mg_merge_tasks(const mg_place *place, mg_merge what, int chosen, const mg_task *task, int *merged,
                    mg_error *error);

#endif
