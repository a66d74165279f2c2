/* check.c - a run against golden: tasks, trail, tables, verdicts. */
#include "suite/harness/judge.h"
#include "suite/harness/result_files.h"
#include "suite/harness/rows.h"
#include "core/io/digest.h"
#include "core/io/file.h"
#include "core/io/memory.h"
#include "core/io/text.h"
#include <stdlib.h>
#include <string.h>

/* What is known of one task. */
typedef struct task_state {
    bool ran, golden, not_run, stale, differs;
} task_state;

typedef struct checking {
    const mg_judge *judge;
    const mg_experiment *experiment;
    bool trail_only, all_ran;
    FILE *out;
    mg_error *error;
    char folder[MG_JUDGE_PATH]; /* golden's */
    int tasks, files;
    task_state *task;
    mg_result_file file[MG_FILES_MAX];
    mg_csv golden_runs;
    int other_compared, other_differ; /* whole files and hard claims */
} checking;

static void say(checking *now, const char *what)
{
    fprintf(now->out, "%s %s: %s", now->experiment->name, mg_profile_name(now->judge->profile), what);
}

static const mg_result_file *named(const checking *now, const char *name)
{
    return mg_result_file_named(now->file, now->files, name);
}

static const char *task_name(const checking *now, int task, char text[MG_TASK_NAME])
{
    return mg_task_name(now->experiment, mg_task_at(now->experiment, now->judge->profile, task), text);
}

static bool is_compared(const checking *now, int task)
{
    const task_state *state = &now->task[task];
    return state->ran && state->golden && !state->not_run && !state->stale;
}

/* ---- what golden holds ---- */

static bool read_golden(checking *now, const char *name, const char *header, mg_csv *csv)
{
    mg_error own = {0};
    if (mg_result_read(now->folder, name, header, csv, &own))
        return true;
    return mg_fail(now->error, MG_EXIT_INPUT, "golden: %s (restore it from git, or run all tasks and --bless)",
                   own.text);
}

static bool read_golden_if_there(checking *now, const char *name, const char *header, mg_csv *csv)
{
    char path[MG_JUDGE_PATH];
    bool exists;
    *csv = (mg_csv){0};
    if (!mg_path_join(path, sizeof path, now->folder, name, now->error) || !mg_file_exists(path, &exists, now->error))
        return false;
    return !exists || read_golden(now, name, header, csv);
}

static bool find_golden(checking *now)
{
    const char *result = now->experiment->name, *profile = mg_profile_name(now->judge->profile);
    bool exists;
    if (!mg_result_folder(now->folder, now->judge->golden, now->experiment, now->judge->profile, now->error) ||
        !mg_folder_exists(now->folder, &exists, now->error))
        return false;
    if (exists)
        return true;
    if (!mg_folder_exists(now->judge->golden, &exists, now->error))
        return false;
    if (!exists)
        return mg_fail(now->error, MG_EXIT_INPUT,
                       "%s: no such golden, and no folder %s; run this in a checkout of marlgold, or say --golden DIR",
                       now->folder, now->judge->golden);
    return mg_fail(now->error, MG_EXIT_INPUT,
                   "%s: no such golden; restore it from git, or make it: marlgold run %s --profile %s "
                   "--bless 'new: ...'",
                   now->folder, result, profile);
}

/* A golden whose rows stand wrong is red, at the first such row. */
static bool check_order(checking *now, const mg_csv *csv, const mg_task_rows *rows)
{
    char label[200];
    if (rows->wrong_row == csv->rows)
        return true;
    say(now, "");
    fprintf(now->out, "%s:%zu: %s %s\n", csv->path, csv->line[rows->wrong_row],
            mg_row_label(csv, rows->wrong_row, 0, label, sizeof label),
            rows->wrong_task < 0 ? "is no task of this experiment"
                                 : "stands behind a later task: the rows are in another order");
    if (rows->wrong_task >= 0)
        now->task[rows->wrong_task].differs = true;
    else
        now->other_differ++;
    return false;
}

static bool read_not_run(checking *now)
{
    mg_csv csv;
    bool good = read_golden_if_there(now, "not_run.csv", MG_NOT_RUN_HEADER, &csv);
    for (size_t row = 0; good && row < csv.rows; row++) {
        int task = mg_row_task(&csv, row, now->experiment, now->judge->profile);
        if (task < 0)
            good = mg_fail(now->error, MG_EXIT_INPUT, "%s:%zu: no such task", csv.path, csv.line[row]);
        else if (!mg_csv_cell(&csv, row, 3)[0])
            good = mg_fail(now->error, MG_EXIT_INPUT, "%s:%zu: no reason is given", csv.path, csv.line[row]);
        else
            now->task[task].not_run = true;
    }
    mg_csv_close(&csv);
    return good;
}

static bool read_stale(checking *now)
{
    mg_csv csv;
    bool good = read_golden_if_there(now, "stale.csv", MG_STALE_HEADER, &csv);
    for (size_t row = 0; good && row < csv.rows; row++) {
        int method = mg_row_method(&csv, row, now->experiment);
        char name[MG_TASK_NAME];
        if (method < 0 || !mg_csv_cell(&csv, row, 2)[0]) {
            good = mg_fail(now->error, MG_EXIT_INPUT, "%s:%zu: %s", csv.path, csv.line[row],
                           method < 0 ? "no such method" : "no reason is given");
            continue;
        }
        bool asked = false;
        for (int task = 0; task < now->tasks; task++) {
            if (mg_task_at(now->experiment, now->judge->profile, task).method != method)
                continue;
            now->task[task].stale = true;
            asked = asked || now->task[task].ran;
        }
        if (!asked) /* nobody wanted it compared */
            continue;
        say(now, "");
        fprintf(now->out, "%s is stale and not compared: %s\n", mg_method_name(&now->experiment->method[method], name),
                mg_csv_cell(&csv, row, 2));
    }
    mg_csv_close(&csv);
    return good;
}

static void check_semantics(checking *now, size_t row, int task)
{
    char name[MG_TASK_NAME];
    long semantics;
    const mg_csv *csv = &now->golden_runs;
    const char *cell = mg_csv_cell(csv, row, mg_csv_column(csv, "semantics"));
    if (mg_read_long(cell, 0, 1000000, &semantics) && semantics == now->experiment->semantics)
        return;
    if (!now->task[task].stale && now->task[task].ran && !now->task[task].differs) {
        say(now, "");
        fprintf(now->out,
                "%s: golden is of semantics %s, this program of %d: run it again and --bless, or mark it stale "
                "(%s:%zu)\n",
                task_name(now, task, name), cell, now->experiment->semantics, csv->path, csv->line[row]);
        now->task[task].differs = true;
    }
}

static bool read_golden_tasks(checking *now)
{
    const mg_result_file *runs = named(now, "runs.csv");
    if (!read_golden(now, runs->name, runs->header, &now->golden_runs))
        return false;
    mg_task_rows rows = mg_rows_by_task(&now->golden_runs, now->experiment, now->judge->profile);
    check_order(now, &now->golden_runs, &rows);
    for (size_t row = 0; row < now->golden_runs.rows; row++) {
        int task = mg_row_task(&now->golden_runs, row, now->experiment, now->judge->profile);
        if (task < 0)
            continue;
        now->task[task].golden = true;
        check_semantics(now, row, task);
    }
    mg_task_rows_free(&rows);
    return true;
}

/* Tasks that golden lacks, or has though it says that it has not. */
static void check_list(checking *now)
{
    char name[MG_TASK_NAME];
    for (int t = 0; t < now->tasks; t++) {
        task_state *task = &now->task[t];
        if (task->golden != task->not_run || (now->trail_only && !task->ran))
            continue;
        say(now, "");
        fprintf(now->out,
                task->golden ? "%s: golden has this task, and its not_run.csv says it has not (%s)\n"
                             : "%s: golden lacks this task, and its not_run.csv does not say why (%s)\n",
                task_name(now, t, name), now->folder);
        task->differs = true;
    }
}

/* ---- files with rows per task ---- */

/* The checkpoints that this run has reached: golden rows beyond them are not looked at. */
static size_t end_at_checkpoint(const mg_rows *golden, const mg_rows *run)
{
    int column = mg_csv_column(golden->csv, "checkpoint");
    long last = 0, checkpoint;
    size_t end = golden->first;
    if (run->end > run->first)
        (void)mg_read_long(mg_csv_cell(run->csv, run->end - 1, column), 0, 1000000, &last);
    while (end < golden->end && mg_read_long(mg_csv_cell(golden->csv, end, column), 0, 1000000, &checkpoint) &&
           checkpoint <= last)
        end++;
    return end;
}

/* A digest says where; the numbers behind it can be written out here and on the machine that made golden. */
static void say_how_to_dump(checking *now, int task, const mg_csv *trail, size_t row)
{
    char name[MG_TASK_NAME];
    const char *profile = mg_profile_name(now->judge->profile);
    if (now->experiment->method[mg_task_at(now->experiment, now->judge->profile, task).method].direct)
        return;
    fprintf(now->out,
            "  to see the numbers: marlgold run %s --profile %s --dump %s@%s on both machines, then marlgold diff\n",
            now->experiment->name, profile, task_name(now, task, name),
            mg_csv_cell(trail, row, mg_csv_column(trail, "checkpoint")));
}

static void compare_tasks(checking *now, const mg_result_file *file, const mg_csv *golden, const mg_csv *run,
                          const mg_task_rows *golden_rows, const mg_task_rows *run_rows)
{
    static const char *const of_task[] = {"method", "variant", "seed", NULL};
    mg_key_columns key = mg_key_columns_of(golden, file->key), task_key = mg_key_columns_of(golden, of_task);
    bool said = false;
    for (int task = 0; task < now->tasks; task++) {
        mg_rows a = {golden, golden_rows->first[task], golden_rows->first[task + 1], "golden"};
        mg_rows b = {run, run_rows->first[task], run_rows->first[task + 1], "this run"};
        if (!is_compared(now, task))
            continue;
        if (now->trail_only)
            a.end = end_at_checkpoint(&a, &b);
        mg_difference difference = mg_rows_compare(&a, &b, key | task_key);
        if (difference.kind == MG_DIFFERENCE_NONE)
            continue;
        if (!said) {
            say(now, file->name);
            fprintf(now->out, ": ");
            mg_difference_print(&difference, &a, &b, key, now->out);
            if (difference.kind == MG_DIFFERENCE_CELL && file == &now->file[0])
                say_how_to_dump(now, task, golden, difference.a);
        }
        said = true;
        now->task[task].differs = true;
    }
}

/* Rows of a task that golden's runs.csv does not list are left over from something. */
static void check_left_over(checking *now, const mg_result_file *file, const mg_csv *golden, const mg_task_rows *rows)
{
    char name[MG_TASK_NAME];
    for (int task = 0; task < now->tasks; task++) {
        if (now->task[task].golden || rows->first[task] == rows->first[task + 1])
            continue;
        if (!now->task[task].differs) {
            say(now, file->name);
            fprintf(now->out, ": golden has rows of %s, a task that its runs.csv has not (%s:%zu)\n",
                    task_name(now, task, name), golden->path, golden->line[rows->first[task]]);
        }
        now->task[task].differs = true;
    }
}

/* Cells may agree where bytes do not (quoting): with all tasks at hand that is a difference too. */
static bool same_bytes(checking *now, const mg_csv *golden, const mg_csv *run)
{
    mg_digest a, b;
    if (!mg_digest_file(golden->path, &a, now->error) || !mg_digest_file(run->path, &b, now->error))
        return false;
    return mg_digest_equal(a, b);
}

static bool any_differs(const checking *now)
{
    for (int task = 0; task < now->tasks; task++) {
        if (now->task[task].differs)
            return true;
    }
    return false;
}

static bool all_compared(const checking *now)
{
    for (int task = 0; task < now->tasks; task++) {
        if (!is_compared(now, task))
            return false;
    }
    return true;
}

static bool compare_file_of_tasks(checking *now, const mg_result_file *file)
{
    mg_csv golden, run = {0};
    bool good = read_golden(now, file->name, file->header, &golden) &&
                mg_result_read(now->judge->folder, file->name, file->header, &run, now->error);
    if (good) {
        mg_task_rows golden_rows = mg_rows_by_task(&golden, now->experiment, now->judge->profile);
        mg_task_rows run_rows = mg_rows_by_task(&run, now->experiment, now->judge->profile);
        bool is_runs = !strcmp(file->name, "runs.csv"); /* whose order was looked at already */
        if (run_rows.wrong_row < run.rows)
            good = mg_fail(now->error, MG_EXIT_INPUT,
                           "%s:%zu: an unknown task, or rows in another order than that of --list", run.path,
                           run.line[run_rows.wrong_row]);
        else if (is_runs ? golden_rows.wrong_row == golden.rows : check_order(now, &golden, &golden_rows)) {
            check_left_over(now, file, &golden, &golden_rows);
            compare_tasks(now, file, &golden, &run, &golden_rows, &run_rows);
            if (all_compared(now) && !any_differs(now) && !now->trail_only && !same_bytes(now, &golden, &run)) {
                say(now, file->name);
                fprintf(now->out,
                        ": all cells agree, but the bytes do not: quoting, or a column in other clothes (%s)\n",
                        golden.path);
                now->other_differ++;
            }
        }
        mg_task_rows_free(&golden_rows);
        mg_task_rows_free(&run_rows);
    }
    mg_csv_close(&golden);
    mg_csv_close(&run);
    return good;
}

/* A task that golden lists must have its trail there too, though this run may not have it. */
static bool check_golden_trail(checking *now)
{
    mg_csv trail;
    char name[MG_TASK_NAME];
    if (!read_golden(now, now->file[0].name, now->file[0].header, &trail))
        return false;
    mg_task_rows rows = mg_rows_by_task(&trail, now->experiment, now->judge->profile);
    for (int task = 0; task < now->tasks && rows.wrong_row == trail.rows; task++) {
        if (!now->task[task].golden || now->task[task].ran || rows.first[task] < rows.first[task + 1])
            continue;
        say(now, "");
        fprintf(now->out, "%s: golden's runs.csv has this task, its trail.csv has not (%s)\n",
                task_name(now, task, name), trail.path);
        now->task[task].differs = true;
    }
    mg_task_rows_free(&rows);
    mg_csv_close(&trail);
    return true;
}

/* ---- files made from all tasks ---- */

static bool compare_whole_file(checking *now, const mg_result_file *file)
{
    mg_csv golden, run = {0};
    bool good = read_golden(now, file->name, file->header, &golden) &&
                mg_result_read(now->judge->folder, file->name, file->header, &run, now->error);
    if (good) {
        mg_rows a = {&golden, 0, golden.rows, "golden"}, b = {&run, 0, run.rows, "this run"};
        mg_key_columns key = mg_key_columns_of(&golden, file->key);
        mg_difference difference = mg_rows_compare(&a, &b, key);
        now->other_compared++;
        if (difference.kind != MG_DIFFERENCE_NONE) {
            say(now, file->name);
            fprintf(now->out, ": ");
            mg_difference_print(&difference, &a, &b, key, now->out);
            now->other_differ++;
        } else if (!same_bytes(now, &golden, &run)) {
            say(now, file->name);
            fprintf(now->out, ": all cells agree, but the bytes do not (%s)\n", golden.path);
            now->other_differ++;
        }
    }
    mg_csv_close(&golden);
    mg_csv_close(&run);
    return good;
}

static bool check_hard_claims(checking *now)
{
    int claims, failed;
    if (!mg_hard_claims(now->judge, false, now->out, &claims, &failed, now->error))
        return false;
    now->other_compared += claims;
    now->other_differ += failed;
    return true;
}

/* ---- this run ---- */

static bool read_run(checking *now)
{
    const mg_result_file *file = now->trail_only ? &now->file[0] : named(now, "runs.csv");
    mg_csv csv;
    if (!mg_result_read(now->judge->folder, file->name, file->header, &csv, now->error))
        return false;
    bool good = true;
    for (size_t row = 0; row < csv.rows && good; row++) {
        int task = mg_row_task(&csv, row, now->experiment, now->judge->profile);
        if (task < 0) {
            good = mg_fail(now->error, MG_EXIT_INPUT, "%s:%zu: no such task in the %s profile; see --list", csv.path,
                           csv.line[row], mg_profile_name(now->judge->profile));
            continue;
        }
        now->task[task].ran = true;
    }
    mg_csv_close(&csv);
    now->all_ran = !now->trail_only;
    for (int task = 0; task < now->tasks; task++)
        now->all_ran = now->all_ran && now->task[task].ran;
    return good;
}

static bool compare_all(checking *now)
{
    if (!check_golden_trail(now))
        return false;
    for (int f = 0; f < (now->trail_only ? 1 : now->files); f++) {
        if (now->file[f].of_tasks && !compare_file_of_tasks(now, &now->file[f]))
            return false;
    }
    if (now->trail_only)
        return true;
    if (!compare_whole_file(now, named(now, "deviations.csv")))
        return false;
    if (!now->all_ran)
        return true;
    /* Made from all rows: comparable only where golden's rows are all of this program. */
    bool comparable = all_compared(now);
    if (comparable &&
        (!compare_whole_file(now, named(now, "summary.csv")) || !compare_whole_file(now, named(now, "clauses.csv")) ||
         !compare_whole_file(now, named(now, "claims.csv"))))
        return false;
    return check_hard_claims(now);
}

static int count_up(checking *now)
{
    int compared = now->other_compared, differ = now->other_differ, skipped = 0, tasks = 0;
    for (int t = 0; t < now->tasks; t++) {
        const task_state *task = &now->task[t];
        tasks += is_compared(now, t);
        differ += task->differs;
        skipped += !is_compared(now, t) && !task->differs;
    }
    fprintf(now->out, "check: %d compared, %d differ, %d skipped\n", compared + tasks, differ, skipped);
    return differ ? MG_EXIT_DIFFERS : tasks ? MG_EXIT_OK : MG_EXIT_SKIPPED;
}

int mg_check(const mg_judge *judge, bool trail_only, FILE *out, mg_error *error)
{
    mg_error own = {0};
    checking *now = mg_allocate(1, sizeof *now);
    *now = (checking){
        .judge = judge, .experiment = judge->experiment, .trail_only = trail_only, .out = out, .error = &own};
    now->tasks = mg_task_count(judge->experiment, judge->profile);
    now->files = mg_result_files(judge->experiment, now->file);
    now->task = mg_allocate((size_t)now->tasks + 1, sizeof *now->task);
    int status = MG_EXIT_INPUT;
    if (find_golden(now) && read_run(now) && read_not_run(now) && read_stale(now) && read_golden_tasks(now)) {
        check_list(now);
        if (compare_all(now))
            status = count_up(now);
    }
    if (own.status != MG_EXIT_OK) {
        mg_fail(error, own.status, "%s", own.text);
        status = (int)own.status;
    }
    mg_csv_close(&now->golden_runs);
    free(now->task);
    free(now);
    return status;
}
