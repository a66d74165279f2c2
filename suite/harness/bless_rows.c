/* bless_rows.c - which rows come from the run, and the new folder made of them. */
#include "suite/harness/blessing.h"
#include "suite/harness/runs_table.h"
#include "suite/harness/settings.h"
#include "core/io/file.h"
#include <string.h>

static mg_task task_at(const mg_blessing *now, int task)
{
    return mg_task_at(now->experiment, now->judge->profile, task);
}

static int row_task(const mg_blessing *now, const mg_csv *csv, size_t row)
{
    return mg_row_task(csv, row, now->experiment, now->judge->profile);
}

/* ---- which tasks ---- */

bool mg_blessing_keep(mg_blessing *now)
{
    const mg_result_file *runs = mg_result_file_named(now->file, now->files, "runs.csv");
    mg_csv golden = {0};
    char path[MG_JUDGE_PATH];
    bool exists;
    if (!mg_path_join(path, sizeof path, now->folder, runs->name, now->error) ||
        !mg_file_exists(path, &exists, now->error))
        return false;
    bool all = true, good = true;
    for (int task = 0; task < now->tasks; task++) {
        all = all && now->ran[task];
        now->any_ran = now->any_ran || now->ran[task];
    }
    if (!all && exists)
        good = mg_result_read(now->folder, runs->name, runs->header, &golden, now->error);
    for (size_t row = 0; good && row < golden.rows; row++) {
        int task = row_task(now, &golden, row);
        if (task >= 0 && !now->ran[task])
            now->kept[task] = now->keep = true;
    }
    mg_csv_close(&golden);
    return good;
}

void mg_blessing_list(const mg_blessing *now, const bool *mark, mg_csv_writer *text)
{
    for (int t = 0; t < now->tasks; t++) {
        char name[MG_TASK_NAME], end[24];
        if (!mark[t])
            continue;
        mg_task first = task_at(now, t), last = first;
        while (t + 1 < now->tasks && mark[t + 1] && task_at(now, t + 1).method == first.method)
            last = task_at(now, ++t);
        mg_task_name(now->experiment, first, name);
        if (text->length)
            mg_csv_raw(text, " ", 1);
        mg_csv_raw(text, name, strlen(name));
        snprintf(end, sizeof end, "-%d", last.seed);
        if (last.seed != first.seed)
            mg_csv_raw(text, end, strlen(end));
    }
    mg_csv_raw(text, "", 1);
}

/* ---- rows of tasks ---- */

static void copy_rows(mg_csv_writer *writer, const mg_csv *csv, size_t first, size_t end)
{
    for (size_t row = first; row < end; row++) {
        for (int column = 0; column < csv->columns; column++)
            mg_csv_text(writer, mg_csv_cell(csv, row, column));
        mg_csv_end_row(writer);
    }
}

static void put_header(mg_csv_writer *writer, const char *header)
{
    mg_csv_raw(writer, header, strlen(header));
    mg_csv_raw(writer, "\n", 1);
}

static bool check_rows(mg_blessing *now, const mg_csv *csv, const mg_task_rows *rows)
{
    if (rows->wrong_row == csv->rows)
        return true;
    return mg_fail(now->error, MG_EXIT_INPUT, "%s:%zu: %s; run all tasks and --bless them together", csv->path,
                   csv->line[rows->wrong_row],
                   rows->wrong_task < 0 ? "a task that the experiment does not list"
                                        : "rows in another order than --list");
}

/* Rows of golden tasks that the experiment no longer lists are passed over, whatever their place, and so are curves of
 * metrics that have one no longer. */
static void drop_unknown(mg_blessing *now, const char *name, mg_csv *csv)
{
    size_t left = 0;
    int metric = strcmp(name, "curve.csv") ? -1 : mg_csv_column(csv, "metric");
    for (size_t row = 0; row < csv->rows; row++) {
        if (row_task(now, csv, row) < 0 ||
            (metric >= 0 && !mg_metric_has_curve(now->experiment, mg_csv_cell(csv, row, 0), mg_csv_cell(csv, row, 1),
                                                 mg_csv_cell(csv, row, metric))))
            continue;
        memmove(csv->cell + left * (size_t)csv->columns, csv->cell + row * (size_t)csv->columns,
                (size_t)csv->columns * sizeof *csv->cell);
        csv->line[left++] = csv->line[row];
    }
    csv->rows = left;
}

static bool put_task(mg_blessing *now, bool is_trail, int task, const mg_csv *from, const mg_task_rows *rows,
                     mg_csv_writer *writer)
{
    char name[MG_TASK_NAME];
    if (is_trail && rows->first[task] == rows->first[task + 1])
        return mg_fail(now->error, MG_EXIT_INPUT, "%s: lacks the trail of %s; run it again", from->path,
                       mg_task_name(now->experiment, task_at(now, task), name));
    copy_rows(writer, from, rows->first[task], rows->first[task + 1]);
    return true;
}

static bool merge_rows(mg_blessing *now, const mg_result_file *file, const mg_csv *run, const mg_csv *golden,
                       mg_csv_writer *writer)
{
    mg_task_rows run_rows = mg_rows_by_task(run, now->experiment, now->judge->profile);
    mg_task_rows golden_rows = mg_rows_by_task(golden, now->experiment, now->judge->profile);
    bool good = check_rows(now, run, &run_rows) && check_rows(now, golden, &golden_rows);
    bool is_trail = !strcmp(file->name, "trail.csv");
    put_header(writer, file->header);
    for (int task = 0; good && task < now->tasks; task++) {
        if (now->ran[task])
            good = put_task(now, is_trail, task, run, &run_rows, writer);
        else if (now->kept[task])
            good = put_task(now, is_trail, task, golden, &golden_rows, writer);
    }
    mg_task_rows_free(&run_rows);
    mg_task_rows_free(&golden_rows);
    return good;
}

static bool save_staged(mg_blessing *now, const char *name, const mg_csv_writer *writer)
{
    char path[MG_JUDGE_PATH];
    return mg_path_join(path, sizeof path, now->staging.made, name, now->error) &&
           mg_csv_save(writer, path, now->error);
}

static bool stage_file_of_tasks(mg_blessing *now, const mg_result_file *file)
{
    mg_csv run = {0}, golden = {0};
    mg_csv_writer writer = {0};
    bool good = (!now->any_ran || mg_result_read(now->judge->folder, file->name, file->header, &run, now->error)) &&
                (!now->keep || mg_result_read(now->folder, file->name, file->header, &golden, now->error));
    if (good) {
        drop_unknown(now, file->name, &golden);
        good = merge_rows(now, file, &run, &golden, &writer) && save_staged(now, file->name, &writer);
    }
    mg_csv_free(&writer);
    mg_csv_close(&run);
    mg_csv_close(&golden);
    return good;
}

bool mg_blessing_stage_rows(mg_blessing *now)
{
    for (int f = 0; f < now->files; f++) {
        if (now->file[f].of_tasks && !stage_file_of_tasks(now, &now->file[f]))
            return false;
    }
    return true;
}

/* ---- notes ---- */

/* A note of golden's; no such file: no rows. */
static bool read_note(mg_blessing *now, const char *name, const char *header, mg_csv *csv)
{
    char path[MG_JUDGE_PATH];
    bool exists;
    *csv = (mg_csv){0};
    if (!mg_path_join(path, sizeof path, now->folder, name, now->error) || !mg_file_exists(path, &exists, now->error))
        return false;
    return !exists || mg_result_read(now->folder, name, header, csv, now->error);
}

static const char *reason_not_run(const mg_blessing *now, const mg_csv *before, int task)
{
    for (size_t row = 0; row < before->rows; row++) {
        if (row_task(now, before, row) == task)
            return mg_csv_cell(before, row, 3);
    }
    return now->judge->not_run && now->judge->not_run[0] ? now->judge->not_run : "not trained yet";
}

static bool stage_not_run(mg_blessing *now)
{
    mg_csv before;
    mg_csv_writer writer = {0};
    int lacking = 0;
    bool good = read_note(now, "not_run.csv", MG_NOT_RUN_HEADER, &before);
    put_header(&writer, MG_NOT_RUN_HEADER);
    for (int t = 0; good && t < now->tasks; t++) {
        if (now->ran[t] || now->kept[t])
            continue;
        mg_task task = task_at(now, t);
        mg_csv_text(&writer, now->experiment->method[task.method].name);
        mg_csv_text(&writer, now->experiment->method[task.method].variant);
        mg_csv_integer(&writer, task.seed);
        mg_csv_text(&writer, reason_not_run(now, &before, t));
        mg_csv_end_row(&writer);
        lacking++;
    }
    good = good && (!lacking || save_staged(now, "not_run.csv", &writer));
    mg_csv_free(&writer);
    mg_csv_close(&before);
    return good;
}

static bool keeps_rows(const mg_blessing *now, int method)
{
    for (int task = 0; task < now->tasks; task++) {
        if (now->kept[task] && task_at(now, task).method == method)
            return true;
    }
    return false;
}

/* The reason that a method is stale, or NULL. */
static const char *reason_stale(const mg_blessing *now, const mg_csv *before, int method)
{
    if (!keeps_rows(now, method))
        return NULL;
    if (now->stale && now->stale[method])
        return now->stale_reason;
    for (size_t row = 0; row < before->rows; row++) {
        if (mg_row_method(before, row, now->experiment) == method)
            return mg_csv_cell(before, row, 2);
    }
    return NULL;
}

static bool stage_stale(mg_blessing *now)
{
    mg_csv before;
    mg_csv_writer writer = {0};
    int stale = 0;
    bool good = read_note(now, "stale.csv", MG_STALE_HEADER, &before);
    put_header(&writer, MG_STALE_HEADER);
    for (int m = 0; good && m < now->experiment->methods; m++) {
        const char *reason = reason_stale(now, &before, m);
        if (!reason)
            continue;
        mg_csv_text(&writer, now->experiment->method[m].name);
        mg_csv_text(&writer, now->experiment->method[m].variant);
        mg_csv_text(&writer, reason);
        mg_csv_end_row(&writer);
        stale++;
    }
    good = good && (!stale || save_staged(now, "stale.csv", &writer));
    mg_csv_free(&writer);
    mg_csv_close(&before);
    return good;
}

/* ---- settings: what golden's rows were run with ---- */

typedef struct staged_settings {
    mg_blessing *now;
    const mg_csv *before;
    mg_csv_writer *writer;
    int method;
    bool keeps;        /* rows of it stay golden's */
    size_t first, end; /* golden's settings of it ... */
    size_t next;       /* ... after the last that was looked up */
} staged_settings;

/* They stand in one order: from the last one found on. */
static const char *setting_before(staged_settings *of, const char *field)
{
    for (size_t row = of->next; row < of->end; row++) {
        if (!strcmp(mg_csv_cell(of->before, row, 2), field)) {
            of->next = row + 1;
            return mg_csv_cell(of->before, row, 3);
        }
    }
    return NULL;
}

static void put_setting(const staged_settings *of, const char *field, const char *value)
{
    const mg_method *method = &of->now->experiment->method[of->method];
    mg_csv_text(of->writer, method->name);
    mg_csv_text(of->writer, method->variant);
    mg_csv_text(of->writer, field);
    mg_csv_text(of->writer, value);
    mg_csv_end_row(of->writer);
}

/* Rows that stay were run with what golden says, so nothing else may be said beside them. */
static bool stage_setting(void *to, const char *field, const char *value)
{
    staged_settings *of = to;
    const char *before = of->keeps ? setting_before(of, field) : NULL;
    char name[MG_TASK_NAME];
    if (before && strcmp(before, value))
        return mg_fail(
            of->now->error, MG_EXIT_INPUT,
            "%s: golden keeps rows of %s that were run with %s %s, this program has %s: run all its seeds and "
            "--bless them, or --stale",
            of->before->path, mg_method_name(&of->now->experiment->method[of->method], name), field, before, value);
    put_setting(of, field, value);
    return true;
}

static bool stage_settings_of(staged_settings *of, bool stale)
{
    while (of->first < of->before->rows && mg_row_method(of->before, of->first, of->now->experiment) != of->method)
        of->first++;
    of->end = of->next = of->first;
    while (of->end < of->before->rows && mg_row_method(of->before, of->end, of->now->experiment) == of->method)
        of->end++;
    if (!stale)
        return mg_each_setting(&of->now->experiment->method[of->method], of->now->judge->profile, stage_setting, of);
    for (size_t row = of->first; row < of->end; row++)
        put_setting(of, mg_csv_cell(of->before, row, 2), mg_csv_cell(of->before, row, 3));
    return true;
}

static bool has_rows(const mg_blessing *now, int method)
{
    for (int task = 0; task < now->tasks; task++) {
        if ((now->ran[task] || now->kept[task]) && task_at(now, task).method == method)
            return true;
    }
    return false;
}

/* Those of every method with rows; false where golden's rows that stay were run with others. */
static bool gather_settings(mg_blessing *now, mg_csv_writer *writer)
{
    mg_csv before, stale;
    bool good = read_note(now, MG_SETTINGS_FILE, MG_SETTINGS_HEADER, &before);
    good = read_note(now, "stale.csv", MG_STALE_HEADER, &stale) && good;
    put_header(writer, MG_SETTINGS_HEADER);
    for (int m = 0; good && m < now->experiment->methods; m++) {
        staged_settings of = {
            .now = now, .before = &before, .writer = writer, .method = m, .keeps = keeps_rows(now, m)};
        good = !has_rows(now, m) || stage_settings_of(&of, reason_stale(now, &stale, m) != NULL);
    }
    mg_csv_close(&before);
    mg_csv_close(&stale);
    return good;
}

bool mg_blessing_settings_fit(mg_blessing *now)
{
    mg_csv_writer writer = {0};
    bool good = gather_settings(now, &writer);
    mg_csv_free(&writer);
    return good;
}

static bool stage_settings(mg_blessing *now)
{
    mg_csv_writer writer = {0};
    bool good = gather_settings(now, &writer) && save_staged(now, MG_SETTINGS_FILE, &writer);
    mg_csv_free(&writer);
    return good;
}

bool mg_blessing_stage_notes(mg_blessing *now)
{
    return stage_not_run(now) && stage_stale(now) && stage_settings(now);
}
