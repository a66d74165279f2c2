/* check_golden_rows.c - golden against itself, task by task: trail, curve, final metrics. */
#include "suite/harness/check_golden.h"
#include "suite/harness/epilogue.h"
#include "suite/harness/trail.h"
#include "core/io/memory.h"
#include "core/io/text.h"
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* One task's rows of a file, and what the experiment says of it. */
typedef struct task_rows {
    mg_golden_check *now;
    const mg_csv *csv;
    size_t first, end;
    size_t run;            /* row of runs.csv */
    const mg_setup *setup; /* NULL: a direct computation, or stale: its budget is not known */
    char name[MG_TASK_NAME];
} task_rows;

static uint64_t number_at(const mg_csv *csv, size_t row, const char *column)
{
    long x = 0;
    int at = mg_csv_column(csv, column);
    bool read = mg_read_long(mg_csv_cell(csv, row, at), 0, LONG_MAX, &x);
    return read ? (uint64_t)x : UINT64_MAX;
}

static void wrong_row(const task_rows *rows, size_t row, const char *what)
{
    mg_golden_wrong(rows->now, "%s: %s (%s:%zu)", rows->name, what, rows->csv->path, rows->csv->line[row]);
}

static bool is_ok(const task_rows *rows)
{
    return !mg_runs_diverged(&rows->now->runs, rows->run);
}

/* ---- trail ---- */

/* Checkpoints 1, 2, ... each with the same kinds, in the order of mg_kind. Returns how many, or -1. */
static int count_checkpoints(const task_rows *rows)
{
    uint64_t checkpoint = 0;
    unsigned kinds = 0, first_kinds = 0;
    for (size_t row = rows->first; row <= rows->end; row++) {
        uint64_t at = row < rows->end ? number_at(rows->csv, row, "checkpoint") : checkpoint + 1;
        mg_kind kind = MG_KIND_COUNT;
        bool known = row == rows->end || mg_kind_read(mg_csv_cell(rows->csv, row, 5), &kind);
        if (at != checkpoint) {
            bool same = checkpoint < 2 || kinds == first_kinds;
            first_kinds = checkpoint == 1 ? kinds : first_kinds;
            if (at != checkpoint + 1 || !same) {
                wrong_row(rows, row - (row == rows->end), "a checkpoint or a kind of it is missing");
                return -1;
            }
            checkpoint = at;
            kinds = 0;
        }
        if (row < rows->end && (!known || kinds >> kind)) {
            wrong_row(rows, row, "the kinds of a checkpoint stand in another order, or twice");
            return -1;
        }
        kinds |= row < rows->end ? 1u << kind : 0u;
    }
    return (int)checkpoint - 1;
}

static void check_chain(const task_rows *rows, mg_hasher *hasher)
{
    mg_digest all = {0, 0}, digest;
    mg_kind kind;
    char text[MG_DIGEST_TEXT];
    const mg_csv *runs = &rows->now->runs.csv;
    const char *said = mg_csv_cell(runs, rows->run, mg_csv_column(runs, "trail"));
    for (size_t row = rows->first; row < rows->end; row++) {
        if (!mg_kind_read(mg_csv_cell(rows->csv, row, 5), &kind) ||
            !mg_digest_read(mg_csv_cell(rows->csv, row, 6), &digest)) {
            wrong_row(rows, row, "kind or digest cannot be read");
            return;
        }
        all = mg_trail_chain(hasher, all, kind, number_at(rows->csv, row, "checkpoint"),
                             number_at(rows->csv, row, "units"), digest);
    }
    if (strcmp(mg_digest_print(all, text), said))
        mg_golden_wrong(rows->now, "%s: its trail (%s:%zu) chains to %s, its row says %s (%s:%zu)", rows->name,
                        rows->csv->path, rows->csv->line[rows->first], text, said, runs->path, runs->line[rows->run]);
}

/* Checkpoint i comes with the first units that reach its place, and before the next one's. */
static void check_checkpoint_units(const task_rows *rows, int checkpoints)
{
    const mg_budget *budget = &rows->setup->budget;
    for (size_t row = rows->first; row < rows->end; row++) {
        int at = (int)number_at(rows->csv, row, "checkpoint");
        uint64_t units = number_at(rows->csv, row, "units");
        bool last = at == checkpoints && !is_ok(rows); /* where it ended, at any place */
        if (!last && (at > budget->checkpoints || units < mg_budget_checkpoint_at(budget, at) ||
                      (at < budget->checkpoints && units >= mg_budget_checkpoint_at(budget, at + 1)))) {
            wrong_row(rows, row, "a checkpoint at units where the program takes none");
            return;
        }
    }
    if (is_ok(rows) && checkpoints != budget->checkpoints)
        mg_golden_wrong(rows->now, "%s: %d checkpoints, the program takes %d (%s:%zu)", rows->name, checkpoints,
                        budget->checkpoints, rows->csv->path, rows->csv->line[rows->first]);
    if (number_at(rows->csv, rows->end - 1, "units") != number_at(&rows->now->runs.csv, rows->run, "units"))
        wrong_row(rows, rows->end - 1, "the last checkpoint is not at the units of runs.csv");
}

static void check_trail(const task_rows *rows, mg_hasher *hasher)
{
    if (rows->first == rows->end) {
        mg_golden_wrong(rows->now, "%s: runs.csv has this task, trail.csv has not (%s)", rows->name, rows->csv->path);
        return;
    }
    check_chain(rows, hasher);
    int checkpoints = count_checkpoints(rows);
    if (checkpoints > 0 && rows->setup)
        check_checkpoint_units(rows, checkpoints);
}

/* ---- curve ---- */

/* The experiment's metrics with a curve that the task's runs.csv row has, as bits; of a diverged task those of its
 * curve. */
static uint64_t metrics_of(const task_rows *rows)
{
    const mg_runs *runs = &rows->now->runs;
    uint64_t metrics = 0;
    double x;
    for (int m = 0; m < runs->metrics && is_ok(rows); m++)
        if (!mg_milestone_find(runs->experiment, runs->experiment->metrics[m]) &&
            mg_metric_has_curve(runs->experiment, mg_csv_cell(&runs->csv, rows->run, 0),
                                mg_csv_cell(&runs->csv, rows->run, 1), runs->experiment->metrics[m]))
            metrics |= mg_runs_metric(runs, rows->run, m, &x) == MG_METRIC_NUMBER ? (uint64_t)1 << m : 0;
    for (size_t row = rows->first; row < rows->end && !is_ok(rows); row++) {
        const char *name = mg_csv_cell(rows->csv, row, 6);
        int m = mg_metric_find(rows->now->experiment, name, strlen(name));
        metrics |= m >= 0 ? (uint64_t)1 << m : 0;
    }
    return metrics;
}

/* Evaluation by evaluation, each with the same metrics in the experiment's order. */
static bool check_evaluations(const task_rows *rows, uint64_t metrics, uint64_t *evaluations)
{
    size_t row = rows->first;
    *evaluations = 0;
    for (; row < rows->end; ++*evaluations) {
        const char *units = mg_csv_cell(rows->csv, row, 3);
        for (int m = 0; m < rows->now->runs.metrics; m++) {
            if (!(metrics >> m & 1))
                continue;
            bool here = row < rows->end && !strcmp(mg_csv_cell(rows->csv, row, 3), units) &&
                        !strcmp(mg_csv_cell(rows->csv, row, 6), rows->now->experiment->metrics[m]);
            if (!here && row == rows->end && !is_ok(rows))
                return true; /* it ended within an evaluation */
            if (!here) {
                wrong_row(rows, row < rows->end ? row : row - 1, "an evaluation lacks a metric that runs.csv has");
                return false;
            }
            row++;
        }
        if (!metrics) {
            wrong_row(rows, row, "evaluations of a task whose row in runs.csv has no metric");
            return false;
        }
    }
    return true;
}

static bool check_evaluation_units(const task_rows *rows, uint64_t evaluations)
{
    const mg_budget *budget = &rows->setup->budget;
    uint64_t all = mg_budget_evaluations(budget), before = UINT64_MAX, i = UINT64_MAX;
    for (size_t row = rows->first; row < rows->end; row++) {
        uint64_t units = number_at(rows->csv, row, "units");
        i += units != before;
        before = units;
        if (i >= all || units < mg_budget_evaluation_at(budget, i) ||
            (i + 1 < all && units >= mg_budget_evaluation_at(budget, i + 1))) {
            wrong_row(rows, row, "an evaluation at units where the program makes none");
            return false;
        }
    }
    if (is_ok(rows) && evaluations != all) {
        mg_golden_wrong(rows->now, "%s: %" PRIu64 " evaluations in the curve, the program makes %" PRIu64 " (%s)",
                        rows->name, evaluations, all, rows->csv->path);
        return false;
    }
    return true;
}

/* The final metric: the mean of the last evaluations, added up in their order. */
static void check_final(const task_rows *rows, int metric, uint64_t evaluations)
{
    const mg_runs *runs = &rows->now->runs;
    uint64_t finals = (uint64_t)rows->setup->budget.final_evaluations, of_metric = 0;
    char text[MG_NUMBER_TEXT];
    double sum = 0.0, x;
    finals = finals < evaluations ? finals : evaluations;
    for (size_t row = rows->first; row < rows->end; row++) {
        if (strcmp(mg_csv_cell(rows->csv, row, 6), rows->now->experiment->metrics[metric]))
            continue;
        if (++of_metric > evaluations - finals && mg_read_double(mg_csv_cell(rows->csv, row, 7), &x))
            sum += x;
    }
    const char *said = mg_csv_cell(&runs->csv, rows->run, runs->first_metric + metric);
    mg_print_double(sum / (double)finals, text);
    if (strcmp(text, said))
        mg_golden_wrong(rows->now, "%s: %s is %s in runs.csv, the end of its curve gives %s (%s:%zu, %s)", rows->name,
                        rows->now->experiment->metrics[metric], said, text, runs->csv.path, runs->csv.line[rows->run],
                        rows->csv->path);
}

/* A milestone, from the curve of its metric; nothing, where the task has no such curve. */
static void check_milestone(const task_rows *rows, const mg_milestone *milestone)
{
    const mg_runs *runs = &rows->now->runs;
    mg_milestone_way way = {.milestone = milestone};
    char text[MG_NUMBER_TEXT] = "";
    bool any = false;
    for (size_t row = rows->first; row < rows->end; row++) {
        double x;
        if (strcmp(mg_csv_cell(rows->csv, row, 6), milestone->metric) ||
            !mg_read_double(mg_csv_cell(rows->csv, row, 7), &x))
            continue;
        mg_milestone_next(&way, (double)number_at(rows->csv, row, "units"),
                          (double)number_at(rows->csv, row, "episodes"), x);
        any = true;
    }
    if (any)
        mg_print_double(mg_milestone_value(&way, rows->setup->budget.evaluate_every), text);
    int metric = mg_metric_find(runs->experiment, milestone->name, strlen(milestone->name));
    const char *said = mg_csv_cell(&runs->csv, rows->run, runs->first_metric + metric);
    if (strcmp(text, said))
        mg_golden_wrong(rows->now, "%s: %s is '%s' in runs.csv, its curve gives '%s' (%s:%zu, %s)", rows->name,
                        milestone->name, said, text, runs->csv.path, runs->csv.line[rows->run], rows->csv->path);
}

static void check_curve(const task_rows *rows, bool direct)
{
    uint64_t evaluations, metrics = metrics_of(rows);
    if (direct) {
        if (rows->first < rows->end)
            wrong_row(rows, rows->first, "a direct computation has no curve");
        return;
    }
    if (!check_evaluations(rows, metrics, &evaluations) || !rows->setup || !check_evaluation_units(rows, evaluations))
        return;
    for (int m = 0; m < rows->now->runs.metrics && is_ok(rows); m++) {
        if (metrics >> m & 1)
            check_final(rows, m, evaluations);
    }
    for (int i = 0; i < rows->now->experiment->milestones && is_ok(rows); i++)
        check_milestone(rows, &rows->now->experiment->milestone[i]);
}

/* ---- all files of tasks ---- */

/* Rows of tasks that runs.csv does not have, or in another order. */
static bool check_order(mg_golden_check *now, const mg_csv *csv, const mg_task_rows *rows)
{
    char name[MG_TASK_NAME];
    if (rows->wrong_row < csv->rows) {
        mg_golden_wrong(now, "%s:%zu: %s", csv->path, csv->line[rows->wrong_row],
                        rows->wrong_task < 0 ? "no task of this experiment" : "stands behind a later task");
        return false;
    }
    for (int t = 0; t < now->tasks; t++) {
        if (!now->task[t].golden && rows->first[t] < rows->first[t + 1])
            mg_golden_wrong(now, "%s:%zu: rows of %s, a task that runs.csv has not", csv->path,
                            csv->line[rows->first[t]], mg_golden_task(now, t, name));
    }
    return true;
}

static void check_task(task_rows *rows, int task, mg_setup *setup, bool trail, mg_hasher *hasher)
{
    mg_golden_check *now = rows->now;
    mg_profile profile = now->judge->profile;
    const mg_method *method = &now->experiment->method[mg_task_at(now->experiment, profile, task).method];
    rows->setup = !now->task[task].stale && mg_method_setup(method, profile, false, setup) ? setup : NULL;
    mg_golden_task(now, task, rows->name);
    now->checked++;
    if (trail)
        check_trail(rows, hasher);
    else
        check_curve(rows, method->direct != NULL);
}

static void check_file(mg_golden_check *now, const mg_result_file *file, mg_setup *setup, mg_hasher *hasher)
{
    mg_csv csv = {0};
    bool trail = !strcmp(file->name, "trail.csv"), curve = !strcmp(file->name, "curve.csv");
    if (!mg_golden_read(now, file->name, &csv))
        return;
    mg_task_rows by_task = mg_rows_by_task(&csv, now->experiment, now->judge->profile);
    bool ordered = check_order(now, &csv, &by_task);
    for (size_t run = 0; ordered && (trail || curve) && run < now->runs.csv.rows; run++) {
        int task = now->runs.task[run];
        task_rows rows = {
            .now = now, .csv = &csv, .first = by_task.first[task], .end = by_task.first[task + 1], .run = run};
        memset(setup, 0, sizeof *setup);
        check_task(&rows, task, setup, trail, hasher);
    }
    mg_task_rows_free(&by_task);
    mg_csv_close(&csv);
}

void mg_golden_check_rows(mg_golden_check *now)
{
    mg_setup *setup = mg_allocate(1, sizeof *setup);
    mg_hasher *hasher = mg_hasher_create();
    for (int f = 0; f < now->files; f++) {
        if (now->file[f].of_tasks && strcmp(now->file[f].name, "runs.csv"))
            check_file(now, &now->file[f], setup, hasher);
    }
    mg_hasher_destroy(hasher);
    free(setup);
}
