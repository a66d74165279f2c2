/* judge.h - what is done with a result once its rows are on disk: what deviates from the paper, what the seeds add up
 * to, which claims hold, whether every bit is the golden one, and how a golden is replaced.
 *
 * All of it works on files: a result folder OUT/<result>/<profile> (runs.csv, curve.csv, trail.csv, the experiment's
 * tables, deviations.csv, summary.csv, clauses.csv, claims.csv) and the folder of the same shape under the golden root,
 * which may also hold
 *     not_run.csv   method,variant,seed,reason   tasks that golden does without, and why
 *     stale.csv     method,variant,reason        rows known to be of an older program: skipped, said aloud
 *     settings.csv  method,variant,field,value   every setting that golden's rows were run with
 * Errors go into mg_error with the exit status they ask for; nothing is ever left half-written.
 */
#ifndef MG_JUDGE_H
#define MG_JUDGE_H

#include "suite/harness/experiment.h"
#include "suite/harness/task.h"
#include <stdio.h>

/* Where things are. */
typedef struct mg_judge {
    const mg_experiment *experiment;
    mg_profile profile;
    const char *folder;  /* OUT/<result>/<profile> */
    const char *golden;  /* root: "golden" */
    const char *reports; /* root: "reports" */
    const char *not_run; /* to bless: why golden goes without the tasks that it lacks, where it says nothing yet; or
                            NULL */
    bool (*learns)(const mg_learner_table *learner); /* whether `not reproduced` may be said of it; NULL: of those that
                                                         the catalogue knows to learn (catalogue.h) */
    const char *const *built_from;                   /* to bless: the program's sources (suite/harness/sources.h) */
} mg_judge;

/* deviations.csv: field by field, how this profile's set-up differs from the paper's, with the reason the experiment
 * gives. A difference without a reason, and a reason for what does not differ, are errors that name the field. */
bool mg_write_deviations(const mg_judge *judge, mg_error *error);
/* Writes nothing but a line on `out` for each such error; returns how many. */
int mg_deviation_problems(const mg_experiment *experiment, FILE *out);

/* What is wrong with the experiment itself, all of it, a line each on `out`: metrics that no environment, learner or
 * direct computation gives, a number that is another result's or in no row of reports/numbers.csv (number,result; no
 * such file: not looked at), deviations. Refuses to start where there is anything. */
bool mg_check_experiment(const mg_judge *judge, FILE *out, mg_error *error);

/* summary.csv from runs.csv: per method and metric, over the seeds that did not diverge, beside the paper's number
 * from reports/<result>/paper.csv (method,variant,metric,value,unit,source,printed,note; may be missing), where the
 * paper itself prints it (printed: yes, not no). Where seeds diverged a row `diverged` (0 or 1 per seed) says how
 * many. */
bool mg_write_summary(const mg_judge *judge, mg_error *error);

/* clauses.csv and claims.csv from runs.csv, deviations.csv (write it first) and reports/<result>/claims.csv (may be
 * missing): claims.h. */
bool mg_write_claims(const mg_judge *judge, mg_error *error);

/* Compares the folder with golden and prints, per file, the first divergence on `out`: trail first (method, variant,
 * seed, checkpoint, kind and both digests), then tables and curve, runs, deviations and, if every task ran, summary
 * and claims (row, column, both numbers and their distance in units in the last place). The last line counts tasks,
 * whole files and hard claims: check: N compared, N differ, N skipped Compared are the tasks of the folder's
 * runs.csv; with trail_only the rows of its trail.csv. Golden tasks that did not run are skipped. Red: tasks of the
 * experiment that golden neither has nor names in not_run.csv, rows that golden has too many or in another order,
 * other semantics, a hard claim that is not reproduced. Returns MG_EXIT_OK, MG_EXIT_DIFFERS, MG_EXIT_INPUT with
 * *error set (golden or folder missing, cut off, of another format) or MG_EXIT_SKIPPED (nothing to compare). */
int mg_check(const mg_judge *judge, bool trail_only, FILE *out, mg_error *error);

/* Whether golden's folder agrees with itself, with CHANGES.csv and with this program, without a run: its files and
 * their digest; the same tasks, checkpoints and units in runs, trail, curve, not_run.csv and the experiment; every
 * trail chained to the digest of its run; final metrics from the end of the curve; deviations, summary and claims made
 * again from the rows; every setting of golden's rows this program's; hard claims. Prints a line per thing that is
 * wrong, the methods that are stale, and check-golden: N checked, N wrong, N skipped. Returns MG_EXIT_OK,
 * MG_EXIT_DIFFERS, MG_EXIT_INPUT with *error, or MG_EXIT_SKIPPED where golden has no such folder and CHANGES.csv no row
 * of it. */
int mg_check_golden(const mg_judge *judge, FILE *out, mg_error *error);

/* Prints a line on `out` for each hard claim that is not `reproduced` in the folder's claims.csv (or, with some_tasks,
 * `not run`), and counts them. */
bool mg_hard_claims(const mg_judge *judge, bool some_tasks, FILE *out, int *claims, int *failed, mg_error *error);

/* ---- how golden changes ----
 *
 * Each of the three adds a row to golden/CHANGES.csv (suite/harness/changes.h) and swaps the whole folder in
 * (suite/harness/staging.h): killed at any point, golden is as before, or becomes as it should be with the next
 * change. Refused are a working tree with changes outside out/, build* and golden/, a program whose sources no commit
 * has, a CHANGES.csv whose chain is broken, a folder that was changed by hand and would keep rows, and hard claims
 * that fail (they may be `not run`). Tasks that golden lacks are named in not_run.csv. On stdout: what was done. */

/* Puts the folder's tasks into golden; rows of other tasks stay, rows of tasks that the experiment no longer has go,
 * and summary.csv and claims.csv are made again from the rows. No row in CHANGES.csv where not a bit has changed.
 * `reason` starts with its class: "semantics: ", "bug fix: ", "format: " or "new: "; semantics wants the experiment's
 * number above that of the rows it replaces. */
bool mg_bless(const mg_judge *judge, const char *reason, mg_error *error);

/* What of that can be refused before hours of work: the reason's form alone, and all but the hard claims. */
bool mg_bless_reason(const char *reason, mg_error *error);
bool mg_bless_allowed(const mg_judge *judge, const char *reason, int tasks, const mg_task *task, mg_error *error);

/* Makes what follows from golden's rows again (deviations, summary, claims), as class `format`: for when claims are
 * stated anew. Refuses where a row of a task would change, or a setting; settings that golden does not say yet are
 * written down as this program has them, and those that no method has any more go. */
bool mg_rejudge(const mg_judge *judge, const char *reason, mg_error *error);

/* Marks the methods of these tasks as rows of an older program: not compared, and named beside every number they feed,
 * until they are blessed again. Rows of tasks that the experiment no longer has go. */
bool mg_mark_stale(const mg_judge *judge, const char *reason, int tasks, const mg_task *task, mg_error *error);

#endif
