/* check_golden.h - the parts of --check-golden. Only check_golden.c and check_golden_rows.c need it. */
#ifndef MG_CHECK_GOLDEN_H
#define MG_CHECK_GOLDEN_H

#include "suite/harness/judge.h"
#include "suite/harness/result_files.h"
#include "suite/harness/runs_table.h"

typedef struct mg_golden_task_state {
    bool golden, not_run, stale;
} mg_golden_task_state;

typedef struct mg_golden_check {
    const mg_judge *judge;
    const mg_experiment *experiment;
    FILE *out;
    char folder[MG_JUDGE_PATH]; /* golden's */
    bool exists;                /* the folder */
    int tasks, files;
    mg_golden_task_state *task; /* [tasks] */
    mg_result_file file[MG_FILES_MAX];
    mg_csv changes;
    mg_runs runs;
    int checked, wrong, skipped;
} mg_golden_check;

/* Prints "<result> <profile>: ..." and counts it. */
__attribute__((format(printf, 2, 3))) void mg_golden_wrong(mg_golden_check *now, const char *format, ...);
const char *mg_golden_task(const mg_golden_check *now, int task, char text[MG_TASK_NAME]);
/* Reads one of the result's files; what is wrong with it is said. */
bool mg_golden_read(mg_golden_check *now, const char *name, mg_csv *csv);

/* Trail, curve and tables against runs.csv, which has been read, and the experiment's budgets. */
void mg_golden_check_rows(mg_golden_check *now);

#endif
