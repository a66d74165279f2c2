/* summary.c - summary.csv: statistics over seeds beside the paper's numbers. */
#include "suite/harness/judge.h"
#include "suite/harness/runs_table.h"
#include "core/io/file.h"
#include "core/io/memory.h"
#include "core/io/text.h"
#include "core/rl/statistics.h"
#include <stdlib.h>
#include <string.h>

#define PAPERS_HEADER "method,variant,metric,value,unit,source,printed,note"
enum { PAPER_METRIC = 2, PAPER_VALUE = 3, PAPER_SOURCE = 5, PAPER_PRINTED = 6 };

/* What the paper printed, if anything: one row per method and metric. */
static bool read_papers(const mg_judge *judge, mg_csv *papers, mg_error *error)
{
    char folder[MG_JUDGE_PATH], path[MG_JUDGE_PATH];
    const mg_experiment *experiment = judge->experiment;
    bool exists;
    *papers = (mg_csv){0};
    if (!mg_path_join(folder, sizeof folder, judge->reports, experiment->name, error) ||
        !mg_path_join(path, sizeof path, folder, "paper.csv", error) || !mg_file_exists(path, &exists, error))
        return false;
    if (!exists || experiment->method[0].trial) /* what is not the paper's is not put beside its numbers */
        return true;
    if (!mg_result_read(folder, "paper.csv", PAPERS_HEADER, papers, error))
        return false;
    for (size_t row = 0; row < papers->rows; row++) {
        double value;
        const char *metric = mg_csv_cell(papers, row, PAPER_METRIC);
        if (mg_row_method(papers, row, experiment) < 0)
            return mg_fail(error, MG_EXIT_INPUT, "%s:%zu: no method '%s,%s' in %s", papers->path, papers->line[row],
                           mg_csv_cell(papers, row, 0), mg_csv_cell(papers, row, 1), experiment->name);
        if (mg_metric_find(experiment, metric, strlen(metric)) < 0)
            return mg_fail(error, MG_EXIT_INPUT, "%s:%zu: no metric '%s' in %s", papers->path, papers->line[row],
                           metric, experiment->name);
        if (!mg_csv_number(papers, row, PAPER_VALUE, &value, error))
            return false;
        const char *printed = mg_csv_cell(papers, row, PAPER_PRINTED);
        if (strcmp(printed, "yes") && strcmp(printed, "no"))
            return mg_fail(error, MG_EXIT_INPUT,
                           "%s:%zu: printed is '%.40s', wanted yes or no: does the paper print it?", papers->path,
                           papers->line[row], printed);
        for (size_t other = 0; other < row; other++) {
            if (mg_row_method(papers, row, experiment) == mg_row_method(papers, other, experiment) &&
                !strcmp(metric, mg_csv_cell(papers, other, PAPER_METRIC)))
                return mg_fail(error, MG_EXIT_INPUT, "%s:%zu: the same method and metric as line %zu; one value each",
                               papers->path, papers->line[row], papers->line[other]);
        }
    }
    return true;
}

/* What the paper does not print (read off a figure, counted in its files) stays out of the columns that say "paper". */
static bool is_printed(const mg_csv *papers, size_t row, const mg_experiment *experiment, int method,
                       const char *metric)
{
    return mg_row_method(papers, row, experiment) == method &&
           !strcmp(mg_csv_cell(papers, row, PAPER_METRIC), metric) &&
           !strcmp(mg_csv_cell(papers, row, PAPER_PRINTED), "yes");
}

static void put_paper(mg_csv_writer *writer, const mg_csv *papers, const mg_experiment *experiment, int method,
                      const char *metric)
{
    for (size_t row = 0; row < papers->rows; row++) {
        if (is_printed(papers, row, experiment, method, metric)) {
            mg_csv_text(writer, mg_csv_cell(papers, row, PAPER_VALUE));
            mg_csv_text(writer, mg_csv_cell(papers, row, PAPER_SOURCE));
            return;
        }
    }
    mg_csv_text(writer, "");
    mg_csv_text(writer, "");
}

static bool has_paper(const mg_csv *papers, const mg_experiment *experiment, int method, const char *metric)
{
    for (size_t row = 0; row < papers->rows; row++) {
        if (is_printed(papers, row, experiment, method, metric))
            return true;
    }
    return false;
}

/* scratch holds 2 * n + MG_BOOTSTRAP_RESAMPLES numbers. */
static void put_statistics(mg_csv_writer *writer, int n, const double *x, mg_key key, double *scratch)
{
    mg_csv_integer(writer, n);
    if (!n) {
        for (int empty = 0; empty < 7; empty++)
            mg_csv_text(writer, "");
        return;
    }
    mg_interval interval = mg_bootstrap_interquartile_mean(1, &n, x, key, scratch);
    mg_csv_double(writer, mg_mean(n, x));
    mg_csv_double(writer, mg_quantile(n, x, 0.0, scratch));
    mg_csv_double(writer, mg_quantile(n, x, 1.0, scratch));
    mg_csv_double(writer, mg_standard_deviation(n, x));
    mg_csv_double(writer, mg_interquartile_mean(n, x, scratch));
    mg_csv_double(writer, interval.low);
    mg_csv_double(writer, interval.high);
}

/* Numbers of a metric over the method's runs, in seed order. metric == runs->metrics: 1 where a run diverged, else 0.
 */
static int collect(const mg_runs *runs, int method, int metric, double *x, int *diverged)
{
    int n = 0;
    *diverged = 0;
    for (size_t row = 0; row < runs->csv.rows; row++) {
        if (runs->method[row] != method)
            continue;
        bool failed = mg_runs_diverged(runs, row);
        *diverged += failed;
        if (metric == runs->metrics)
            x[n++] = failed ? 1.0 : 0.0;
        else if (mg_runs_metric(runs, row, metric, &x[n]) == MG_METRIC_NUMBER)
            n++;
    }
    return n;
}

/* The key of a row's bootstrap: in the seed's place stands the row's own name (32-bit FNV-1a of
 * "method/variant.metric"), so that no other method or metric, nor their order, moves an interval. Purposes keep it
 * apart from every task's. */
static mg_key key_of(const mg_experiment *experiment, const mg_method *method, const char *metric)
{
    const char *const part[] = {method->name, "/", method->variant, ".", metric};
    uint32_t hash = 0x811c9dc5u;
    for (size_t i = 0; i < sizeof part / sizeof *part; i++)
        for (const char *c = part[i]; *c; c++)
            hash = (hash ^ (unsigned char)*c) * 0x01000193u;
    return (mg_key){experiment->number, hash};
}

static void put_method(mg_csv_writer *writer, const mg_runs *runs, int method, const mg_csv *papers, double *x,
                       double *scratch)
{
    const mg_experiment *experiment = runs->experiment;
    for (int metric = 0; metric <= runs->metrics; metric++) {
        int diverged, n = collect(runs, method, metric, x, &diverged);
        bool of_divergence = metric == runs->metrics;
        const char *name = of_divergence ? "diverged" : experiment->metrics[metric];
        if (of_divergence ? !diverged : !n && !has_paper(papers, experiment, method, name))
            continue;
        mg_csv_text(writer, experiment->method[method].name);
        mg_csv_text(writer, mg_method_label(&experiment->method[method]));
        mg_csv_text(writer, name);
        put_statistics(writer, n, x, key_of(experiment, &experiment->method[method], name), scratch);
        put_paper(writer, papers, experiment, method, name);
        mg_csv_end_row(writer);
    }
}

bool mg_write_summary(const mg_judge *judge, mg_error *error)
{
    mg_runs runs = {0};
    mg_csv papers = {0};
    mg_csv_writer writer = {0};
    mg_result_file file[MG_FILES_MAX];
    char path[MG_JUDGE_PATH];
    const mg_result_file *summary = mg_result_file_named(file, mg_result_files(judge->experiment, file), "summary.csv");
    bool good = mg_runs_read(judge->folder, judge->experiment, judge->profile, &runs, error) &&
                read_papers(judge, &papers, error) &&
                mg_path_join(path, sizeof path, judge->folder, summary->name, error);
    if (good) {
        double *x = mg_allocate(3 * runs.csv.rows + MG_BOOTSTRAP_RESAMPLES + 8, sizeof *x);
        mg_streams_forget(); /* the same numbers may be summed up twice in one program: for the run and for golden */
        mg_csv_raw(&writer, summary->header, strlen(summary->header));
        mg_csv_raw(&writer, "\n", 1);
        for (int method = 0; method < judge->experiment->methods; method++)
            put_method(&writer, &runs, method, &papers, x, x + runs.csv.rows + 1);
        free(x);
        good = mg_csv_save(&writer, path, error);
    }
    mg_csv_free(&writer);
    mg_csv_close(&papers);
    mg_runs_close(&runs);
    return good;
}
