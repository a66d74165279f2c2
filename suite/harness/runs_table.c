/* runs_table.c - reads runs.csv and refuses what no program writes. */
#include "suite/harness/runs_table.h"
#include "core/io/memory.h"
#include "core/io/text.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const char diverged[] = "diverged: ";

bool mg_runs_diverged(const mg_runs *runs, size_t row)
{
    int status = mg_csv_column(&runs->csv, "status");
    return !strncmp(mg_csv_cell(&runs->csv, row, status), diverged, sizeof diverged - 1);
}

static bool is_finite(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return (bits & 0x7ff0000000000000U) != 0x7ff0000000000000U;
}

mg_metric_state mg_runs_metric(const mg_runs *runs, size_t row, int metric, double *x)
{
    const char *text = mg_csv_cell(&runs->csv, row, runs->first_metric + metric);
    *x = 0.0;
    if (mg_runs_diverged(runs, row))
        return MG_METRIC_DIVERGED;
    return mg_read_double(text, x) ? MG_METRIC_NUMBER : MG_METRIC_EMPTY;
}

static bool check_row(mg_runs *runs, size_t row, mg_profile profile, mg_error *error)
{
    const mg_csv *csv = &runs->csv;
    const char *status = mg_csv_cell(csv, row, mg_csv_column(csv, "status"));
    runs->method[row] = mg_row_method(csv, row, runs->experiment);
    runs->task[row] = mg_row_task(csv, row, runs->experiment, profile);
    if (runs->task[row] < 0)
        return mg_fail(error, MG_EXIT_INPUT, "%s:%zu: no task %s,%s,%s in the %s profile of %s; see --list", csv->path,
                       csv->line[row], mg_csv_cell(csv, row, 0), mg_csv_cell(csv, row, 1), mg_csv_cell(csv, row, 2),
                       mg_profile_name(profile), runs->experiment->name);
    if (row && runs->task[row] <= runs->task[row - 1])
        return mg_fail(error, MG_EXIT_INPUT, "%s:%zu: a task twice or out of order; the order is that of --list",
                       csv->path, csv->line[row]);
    if (strcmp(status, "ok") && !mg_runs_diverged(runs, row))
        return mg_fail(error, MG_EXIT_INPUT, "%s:%zu: status is '%.60s', wanted 'ok' or 'diverged: ...'", csv->path,
                       csv->line[row], status);
    for (int m = 0; m < runs->metrics && !mg_runs_diverged(runs, row); m++) {
        double x;
        const char *text = mg_csv_cell(csv, row, runs->first_metric + m);
        if (text[0] && (!mg_read_double(text, &x) || !is_finite(x)))
            return mg_fail(error, MG_EXIT_INPUT,
                           "%s:%zu: %s is '%.60s', wanted a finite number (or nothing, where the method "
                           "has no such metric)",
                           csv->path, csv->line[row], runs->experiment->metrics[m], text);
    }
    return true;
}

bool mg_runs_read(const char *folder, const mg_experiment *experiment, mg_profile profile, mg_runs *runs,
                  mg_error *error)
{
    mg_result_file file[MG_FILES_MAX];
    const mg_result_file *table = mg_result_file_named(file, mg_result_files(experiment, file), "runs.csv");
    *runs = (mg_runs){.experiment = experiment, .profile = profile};
    if (!mg_result_read(folder, table->name, table->header, &runs->csv, error))
        return false;
    while (experiment->metrics[runs->metrics])
        runs->metrics++;
    runs->first_metric = mg_csv_column(&runs->csv, "status") + 1;
    runs->method = mg_allocate(runs->csv.rows + 1, sizeof *runs->method);
    runs->task = mg_allocate(runs->csv.rows + 1, sizeof *runs->task);
    for (size_t row = 0; row < runs->csv.rows; row++) {
        if (!check_row(runs, row, profile, error)) {
            mg_runs_close(runs);
            return false;
        }
    }
    return true;
}

void mg_runs_close(mg_runs *runs)
{
    mg_csv_close(&runs->csv);
    free(runs->method);
    free(runs->task);
    *runs = (mg_runs){0};
}

int mg_metric_find(const mg_experiment *experiment, const char *name, size_t length)
{
    for (int m = 0; experiment->metrics[m]; m++) {
        if (strlen(experiment->metrics[m]) == length && !strncmp(experiment->metrics[m], name, length))
            return m;
    }
    return -1;
}

size_t mg_ends_only_metric(const char *entry)
{
    const char *but = strstr(entry, MG_ENDS_ONLY_BUT);
    return but ? (size_t)(but - entry) : strlen(entry);
}

/* Are these the method and variant that the entry leaves out? */
static bool is_but(const char *but, const char *method, const char *variant)
{
    char name[MG_TASK_NAME];
    snprintf(name, sizeof name, "%s%s%s", method, *variant ? "/" : "", variant);
    return !strcmp(but, name);
}

bool mg_metric_has_curve(const mg_experiment *experiment, const char *method, const char *variant, const char *metric)
{
    bool ends = false;
    for (const char *const *entry = experiment->ends_only; entry && *entry; entry++) {
        size_t length = mg_ends_only_metric(*entry);
        if (strlen(metric) != length || strncmp(*entry, metric, length) != 0)
            continue;
        if ((*entry)[length] && is_but(*entry + length + strlen(MG_ENDS_ONLY_BUT), method, variant))
            return true;
        ends = true;
    }
    return !ends;
}
