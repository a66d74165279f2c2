/* report_data.c - data files for gnuplot. */
#include "core/io/file.h"
#include "core/io/memory.h"
#include "core/io/text.h"
#include "core/rl/statistics.h"
#include "suite/tools/report_figures.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What one metric has, over all methods. */
typedef struct metric_data {
    const char *name;
    char key[128];
    double low, high;
    mg_text curve_series, curve_keys, final_series, final_keys;
} metric_data;

static void widen(metric_data *metric, double x)
{
    if (!isfinite(x))
        return;
    metric->low = x < metric->low ? x : metric->low;
    metric->high = x > metric->high ? x : metric->high;
}

static bool write_text(const char *folder, const char *name, const mg_text *text, mg_error *error)
{
    char path[MG_PATH];
    return mg_path_join(path, sizeof path, folder, name, error) &&
           mg_file_write(path, text->length ? text->bytes : "", text->length, error);
}

static bool is_of(const mg_csv *csv, size_t row, const mg_report_method *method)
{
    return !strcmp(mg_csv_cell(csv, row, mg_csv_column(csv, "method")), method->method) &&
           !strcmp(mg_csv_cell(csv, row, mg_csv_column(csv, "variant")), method->variant);
}

static void add_name(mg_text *list, const char *name)
{
    mg_text_format(list, "%s%s", list->length ? " " : "", name);
}

/* ---- curves ---- */

/* The mean over seeds at one number of units; episodes: their sum. */
typedef struct mean_point {
    double units, episodes, sum, low, high;
    long n;
} mean_point;
typedef struct mean_curve {
    mean_point *point;
    size_t count, capacity;
} mean_curve;

/* Points in ascending order of units; evaluations mostly come in that order already. */
static void add_to_mean(mean_curve *curve, double units, double episodes, double value)
{
    size_t at = curve->count;
    while (at && curve->point[at - 1].units > units)
        at--;
    if (at && curve->point[at - 1].units >= units) {
        mean_point *point = &curve->point[at - 1];
        point->sum += value;
        point->episodes += episodes;
        point->n++;
        point->low = value < point->low ? value : point->low;
        point->high = value > point->high ? value : point->high;
        return;
    }
    char *bytes = (char *)curve->point;
    mg_reserve(&bytes, curve->count * sizeof(mean_point), &curve->capacity, sizeof(mean_point));
    curve->point = (mean_point *)(void *)bytes;
    memmove(curve->point + at + 1, curve->point + at, (curve->count - at) * sizeof(mean_point));
    curve->point[at] = (mean_point){units, episodes, value, value, value, 1};
    curve->count++;
}

static bool write_mean(const mean_curve *curve, const char *name, const char *folder, mg_error *error)
{
    mg_text text = {0};
    char number[5][MG_NUMBER_TEXT];
    mg_text_put(&text, "# units mean min max n episodes\n");
    for (size_t i = 0; i < curve->count; i++) {
        const mean_point *point = &curve->point[i];
        mg_text_format(&text, "%s %s %s %s %ld %s\n", mg_print_double(point->units, number[0]),
                       mg_print_double(point->sum / (double)point->n, number[1]),
                       mg_print_double(point->low, number[2]), mg_print_double(point->high, number[3]), point->n,
                       mg_print_double(point->episodes / (double)point->n, number[4]));
    }
    bool good = write_text(folder, name, &text, error);
    mg_text_free(&text);
    return good;
}

/* The rows of one method and metric: a line per seed, and their mean. */
static bool prepare_curve(const mg_csv *csv, const mg_report_method *method, metric_data *metric, const char *folder,
                          mg_error *error)
{
    int seed = mg_csv_column(csv, "seed"), units = mg_csv_column(csv, "units"), value = mg_csv_column(csv, "value");
    int name = mg_csv_column(csv, "metric"), episodes = mg_csv_column(csv, "episodes");
    const char *last = NULL;
    mean_curve mean = {0};
    mg_text text = {0};
    char file[300];
    bool good = true;
    for (size_t row = 0; good && row < csv->rows; row++) {
        double x, y, e;
        if (strcmp(mg_csv_cell(csv, row, name), metric->name) != 0 || !is_of(csv, row, method))
            continue;
        good = mg_csv_number(csv, row, units, &x, error) && mg_csv_number(csv, row, episodes, &e, error) &&
               mg_csv_number(csv, row, value, &y, error);
        if (!good || !isfinite(y))
            continue;
        const char *now = mg_csv_cell(csv, row, seed);
        if (last && strcmp(last, now) != 0)
            mg_text_put(&text, "\n");
        last = now;
        mg_text_format(&text, "%s %s %s %s\n", mg_csv_cell(csv, row, units), mg_csv_cell(csv, row, value), now,
                       mg_csv_cell(csv, row, episodes));
        add_to_mean(&mean, x, e, y);
        widen(metric, y);
    }
    if (good && text.length) {
        add_name(&metric->curve_series, method->name);
        add_name(&metric->curve_keys, method->key);
        snprintf(file, sizeof file, "curve-%s-%s.dat", metric->key, method->key);
        good = write_text(folder, file, &text, error);
        snprintf(file, sizeof file, "mean-%s-%s.dat", metric->key, method->key);
        good = good && write_mean(&mean, file, folder, error);
    }
    free(mean.point);
    mg_text_free(&text);
    return good;
}

/* ---- final values ---- */

typedef struct finals {
    double *value;
    const char **seed;
    size_t count;
} finals;

static bool collect_finals(const mg_csv *runs, const mg_report_method *method, metric_data *metric, finals *all,
                           mg_error *error)
{
    int column = mg_csv_column(runs, metric->name);
    for (size_t row = 0; column >= 0 && row < runs->rows; row++) {
        const char *cell = mg_csv_cell(runs, row, column);
        double x;
        if (!*cell || !is_of(runs, row, method))
            continue;
        if (!mg_csv_number(runs, row, column, &x, error))
            return false;
        if (!isfinite(x))
            continue;
        all->value[all->count] = x;
        all->seed[all->count++] = mg_report_cell(runs, row, "seed");
        widen(metric, x);
    }
    return true;
}

/* A dot goes aside by how many earlier dots it would lie on: 0, 1, -1, 2, -2, ... */
static bool write_finals(const finals *all, const metric_data *metric, const mg_report_method *method,
                         const char *folder, mg_error *error)
{
    double width = (metric->high - metric->low) / 60;
    char file[300], number[MG_NUMBER_TEXT];
    mg_text text = {0};
    mg_text_put(&text, "# value seed offset\n");
    for (size_t i = 0; i < all->count; i++) {
        int before = 0;
        for (size_t j = 0; j < i; j++)
            before += fabs(all->value[i] - all->value[j]) <= width;
        int offset = before % 2 ? (before + 1) / 2 : -before / 2;
        mg_text_format(&text, "%s %s %d\n", mg_print_double(all->value[i], number), all->seed[i], offset);
    }
    snprintf(file, sizeof file, "final-%s-%s.dat", metric->key, method->key);
    bool good = write_text(folder, file, &text, error);
    mg_text_free(&text);
    return good;
}

static bool prepare_finals(const mg_report_result *result, const mg_report_method *method, metric_data *metric,
                           const char *folder, mg_error *error)
{
    finals all = {mg_allocate(result->runs.rows + 1, sizeof(double)),
                  mg_allocate(result->runs.rows + 1, sizeof(char *)), 0};
    bool good = collect_finals(&result->runs, method, metric, &all, error);
    if (good && all.count) {
        add_name(&metric->final_series, method->name);
        add_name(&metric->final_keys, method->key);
        good = write_finals(&all, metric, method, folder, error);
    }
    free(all.value);
    free(all.seed);
    return good;
}

/* ---- result.gp ---- */

/* NAME_METRIC_KEY = NUMBER, if the cell is one. */
static void set_number(mg_text *script, const char *name, const metric_data *metric, const mg_report_method *method,
                       const char *cell)
{
    double x;
    char number[MG_NUMBER_TEXT];
    if (mg_read_double(cell, &x) && isfinite(x)) /* 1.0 * so that gnuplot divides no integers */
        mg_text_format(script, "%s_%s_%s = 1.0 * %s\n", name, metric->key, method->key, mg_print_double(x, number));
}

/* iqm_reward_sum_lio_asym = -3 and so on, from summary.csv, and the paper's number, which needs no summary. */
static void set_numbers(mg_text *script, const mg_report_result *result, const mg_report_method *method,
                        metric_data *metric)
{
    static const char *const name[] = {"n", "mean", "iqm", "low", "high"};
    long row = mg_report_find(&result->summary, method->method, method->variant, metric->name);
    long paper = mg_report_find(&result->papers, method->method, method->variant, metric->name);
    const char *cell = paper >= 0 && !strcmp(mg_report_cell(&result->papers, (size_t)paper, "printed"), "yes")
                           ? mg_report_cell(&result->papers, (size_t)paper, "value")
                       : row >= 0 ? mg_report_cell(&result->summary, (size_t)row, "paper")
                                  : "";
    double x;
    if (mg_read_double(cell, &x))
        widen(metric, x);
    set_number(script, "paper", metric, method, cell);
    for (size_t i = 0; row >= 0 && i < sizeof name / sizeof *name; i++)
        set_number(script, name[i], metric, method, mg_report_cell(&result->summary, (size_t)row, name[i]));
}

/* A string as gnuplot reads it without looking for anything in it: in single quotes, of which those inside are doubled.
 * Between double quotes it would run what stands in backquotes. */
static void put_quoted(mg_text *script, const char *text)
{
    mg_text_put(script, "'");
    for (; *text; text++)
        mg_text_put_bytes(script, *text == '\'' ? "''" : *text == '\n' ? " " : text, *text == '\'' ? 2 : 1);
    mg_text_put(script, "'");
}

static void set_text(mg_text *script, const char *name, const char *text)
{
    mg_text_format(script, "%s = ", name);
    put_quoted(script, text);
    mg_text_put(script, "\n");
}

static void set_list(mg_text *script, const char *name, const mg_text *names)
{
    set_text(script, name, names->bytes ? names->bytes : "");
}

static void set_names(mg_text *script, const char *what, const metric_data *metric, const mg_text *names)
{
    char name[200];
    snprintf(name, sizeof name, "%s_%s", what, metric->key);
    set_list(script, name, names);
}

static void finish_metric(mg_text *script, metric_data *metric)
{
    char number[MG_NUMBER_TEXT], name[64], variable[200];
    snprintf(name, sizeof name, "%s", metric->name);
    for (char *c = name; *c; c++)
        *c = *c == '_' ? ' ' : *c;
    snprintf(variable, sizeof variable, "name_%s", metric->key);
    set_text(script, variable, name);
    set_names(script, "curve_series", metric, &metric->curve_series);
    set_names(script, "curve_keys", metric, &metric->curve_keys);
    set_names(script, "final_series", metric, &metric->final_series);
    set_names(script, "final_keys", metric, &metric->final_keys);
    if (metric->low > metric->high)
        metric->low = metric->high = 0;
    mg_text_format(script, "low_%s = 1.0 * %s\n", metric->key, mg_print_double(metric->low, number));
    mg_text_format(script, "high_%s = 1.0 * %s\n", metric->key, mg_print_double(metric->high, number));
    mg_text_free(&metric->curve_series);
    mg_text_free(&metric->curve_keys);
    mg_text_free(&metric->final_series);
    mg_text_free(&metric->final_keys);
}

static bool prepare_metric(const mg_report_result *result, const char *name, mg_text *script, mg_text *metrics,
                           const char *folder, mg_error *error)
{
    metric_data metric = {.name = name, .low = HUGE_VAL, .high = -HUGE_VAL};
    bool good = true;
    mg_text_key(metric.key, sizeof metric.key, name);
    for (int i = 0; good && i < result->methods; i++) {
        set_numbers(script, result, &result->method[i], &metric);
        good = prepare_curve(&result->curve, &result->method[i], &metric, folder, error);
    }
    for (int i = 0; good && i < result->methods; i++)
        good = prepare_finals(result, &result->method[i], &metric, folder, error);
    if (metric.curve_keys.length || metric.final_keys.length)
        add_name(metrics, metric.key);
    finish_metric(script, &metric);
    return good;
}

/* ---- the extra tables ---- */

/* The same CSV with a blank line, which ends a line in a figure, wherever one of the first four columns
 * changes. */
static bool copy_table(const char *from, const char *folder, const char *name, mg_text *tables, mg_error *error)
{
    mg_csv csv;
    char path[MG_PATH];
    if (!mg_path_join(path, sizeof path, from, name, error) || !mg_csv_read(path, NULL, &csv, error))
        return false;
    mg_csv_writer table;
    mg_csv_start(&table);
    for (int column = 0; column < csv.columns; column++)
        mg_csv_text(&table, csv.header[column]);
    mg_csv_end_row(&table);
    for (size_t row = 0; row < csv.rows; row++) {
        bool breaks = false;
        for (int column = 0; row && column < 4 && column < csv.columns; column++)
            breaks |= strcmp(mg_csv_cell(&csv, row - 1, column), mg_csv_cell(&csv, row, column)) != 0;
        if (breaks)
            mg_csv_raw(&table, "\n", 1);
        for (int column = 0; column < csv.columns; column++)
            mg_csv_text(&table, mg_csv_cell(&csv, row, column));
        mg_csv_end_row(&table);
    }
    bool good = mg_path_join(path, sizeof path, folder, name, error) && mg_csv_save(&table, path, error);
    if (csv.rows)
        mg_text_format(tables, "%s%.*s", tables->length ? " " : "", (int)strlen(name) - 4, name);
    mg_csv_free(&table);
    mg_csv_close(&csv);
    return good;
}

static bool is_extra_table(const char *name)
{
    static const char *const known[] = {"runs.csv",    "curve.csv",  "trail.csv",   "deviations.csv", "summary.csv",
                                        "clauses.csv", "claims.csv", "not_run.csv", "stale.csv"};
    size_t length = strlen(name);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (!strcmp(name, known[i]))
            return false;
    return length > 4 && !strcmp(name + length - 4, ".csv");
}

/* The table's name becomes a file's, and a word of a list in a program. */
static bool copy_tables(const char *from, const char *folder, mg_text *tables, mg_error *error)
{
    mg_folder_names names;
    if (!mg_folder_list(from, &names, error))
        return false;
    bool good = true;
    for (size_t i = 0; good && i < names.count; i++) {
        if (!is_extra_table(names.name[i]))
            continue;
        good = mg_is_name(names.name[i]) ||
               mg_fail(error, MG_EXIT_INPUT,
                       "%s/%s: wanted a table's name of at most 60 letters, digits, '.', '_' and '-'", from,
                       names.name[i]);
        good = good && copy_table(from, folder, names.name[i], tables, error);
    }
    mg_folder_names_free(&names);
    return good;
}

bool mg_report_prepare(const mg_report_result *result, const char *folder, mg_error *error)
{
    mg_text script = {0}, metrics = {0}, tables = {0};
    bool good = true;
    set_text(&script, "result", result->name);
    set_text(&script, "profile", result->profile);
    for (int i = 0; good && i < result->metrics; i++)
        good = prepare_metric(result, result->metric[i], &script, &metrics, folder, error);
    good = good && copy_tables(result->folder, folder, &tables, error);
    set_list(&script, "metrics", &metrics);
    set_list(&script, "tables", &tables);
    good = good && write_text(folder, "result.gp", &script, error);
    mg_text_free(&script);
    mg_text_free(&metrics);
    mg_text_free(&tables);
    return good;
}
