/* result_files.h - the hashed files of a result folder: their names, headers and keys, and their rows by task. */
#ifndef MG_RESULT_FILES_H
#define MG_RESULT_FILES_H

#include "suite/harness/experiment.h"
#include "suite/harness/task.h"

#define MG_JUDGE_PATH MG_PATH
/* Lists of files lie on the stack of those who read and write them, one within another: small enough for `ulimit -s
 * 256`. An experiment with more or longer ones ends the program at its start, by name. */
#define MG_HEADER 1536
#define MG_FILES_MAX 16

typedef struct mg_result_file {
    char name[64]; /* "runs.csv" */
    char header[MG_HEADER];
    bool of_tasks; /* its first three columns are method, variant, seed; the others are made from all tasks together */
    const char *key[4]; /* columns that, after the task's, name a row; NULL-terminated; none: its place in the task
                           names it */
} mg_result_file;

/* In the order in which a divergence is looked for: trail, the experiment's tables, curve, runs, deviations, summary,
 * clauses, claims. Returns how many. */
int mg_result_files(const mg_experiment *experiment, mg_result_file file[MG_FILES_MAX]);
/* The one of that name, which must be among them. */
const mg_result_file *mg_result_file_named(const mg_result_file *file, int files, const char *name);

#define MG_CLAIMS_HEADER "id,claim,criterion,verdict,decided_by,deviations"
#define MG_CLAUSES_HEADER "id,clause,text,paper,n,left,right,measured,low,high,threshold,ours,state"
#define MG_NOT_RUN_HEADER "method,variant,seed,reason"
#define MG_STALE_HEADER "method,variant,reason"
#define MG_SETTINGS_FILE "settings.csv"
#define MG_SETTINGS_HEADER "method,variant,field,value"

/* root/<result>/<profile>. */
bool mg_result_folder(char path[MG_JUDGE_PATH], const char *root, const mg_experiment *experiment, mg_profile profile,
                      mg_error *error);

/* Reads folder/name; a header that is not the wanted one is an error that names the first column that differs. */
bool mg_result_read(const char *folder, const char *name, const char *header, mg_csv *csv, mg_error *error);

/* The experiment's task that a row names (its first columns are method, variant, seed), or -1. */
int mg_row_task(const mg_csv *csv, size_t row, const mg_experiment *experiment, mg_profile profile);
/* The method that a row names in its first two columns, or -1. */
int mg_row_method(const mg_csv *csv, size_t row, const mg_experiment *experiment);
/* "lio" or "exact/grid". */
const char *mg_method_name(const mg_method *method, char text[MG_TASK_NAME]);

/* Where each task's rows are in a file whose rows stand in the experiment's order: rows first[t] .. first[t + 1] - 1.
 */
typedef struct mg_task_rows {
    size_t *first;    /* [tasks + 1] */
    size_t wrong_row; /* where order is broken or a task is unknown; csv->rows if all is well */
    int wrong_task;   /* the task of that row, or -1 if the experiment does not list it */
} mg_task_rows;
mg_task_rows mg_rows_by_task(const mg_csv *csv, const mg_experiment *experiment, mg_profile profile);
void mg_task_rows_free(mg_task_rows *rows);

#endif
