/* check_golden.c - golden against itself: files, CHANGES.csv, what follows from rows. */
#include "suite/harness/check_golden.h"
#include "suite/harness/changes.h"
#include "suite/harness/rows.h"
#include "suite/harness/settings.h"
#include "core/io/digest.h"
#include "core/io/file.h"
#include "core/io/memory.h"
#include "core/io/text.h"
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#ifdef __wasi__
char *mkdtemp(char *template); /* of core/io/alone.c */
#endif

/* ---- what is said ---- */

void mg_golden_wrong(mg_golden_check *now, const char *format, ...)
{
    va_list arguments;
    now->wrong++;
    fprintf(now->out, "%s %s: ", now->experiment->name, mg_profile_name(now->judge->profile));
    va_start(arguments, format);
    vfprintf(now->out, format, arguments);
    va_end(arguments);
    fputc('\n', now->out);
}

/* What cannot be read of golden is wrong with golden. */
static void wrong_file(mg_golden_check *now, const mg_error *error)
{
    mg_golden_wrong(now, "%s", error->text);
}

const char *mg_golden_task(const mg_golden_check *now, int task, char text[MG_TASK_NAME])
{
    return mg_task_name(now->experiment, mg_task_at(now->experiment, now->judge->profile, task), text);
}

bool mg_golden_read(mg_golden_check *now, const char *name, mg_csv *csv)
{
    const mg_result_file *file = mg_result_file_named(now->file, now->files, name);
    mg_error own = {0};
    now->checked++;
    if (mg_result_read(now->folder, file->name, file->header, csv, &own))
        return true;
    wrong_file(now, &own);
    return false;
}

/* ---- files, digest, CHANGES.csv ---- */

static bool belongs(const mg_golden_check *now, const char *name)
{
    if (!strcmp(name, "not_run.csv") || !strcmp(name, "stale.csv") || !strcmp(name, MG_SETTINGS_FILE))
        return true;
    for (int f = 0; f < now->files; f++) {
        if (!strcmp(name, now->file[f].name))
            return true;
    }
    return false;
}

static void check_names(mg_golden_check *now)
{
    mg_folder_names names;
    mg_error own = {0};
    now->checked++;
    if (!mg_folder_list(now->folder, &names, &own)) {
        wrong_file(now, &own);
        return;
    }
    for (size_t i = 0; i < names.count; i++) {
        if (!belongs(now, names.name[i]))
            mg_golden_wrong(now, "%s/%s: a file that no program writes here; remove it", now->folder, names.name[i]);
    }
    mg_folder_names_free(&names);
}

static void check_digest(mg_golden_check *now)
{
    char digest[MG_DIGEST_TEXT];
    mg_error own = {0};
    const char *profile = mg_profile_name(now->judge->profile);
    long last = mg_changes_last(&now->changes, now->experiment->name, profile);
    now->checked += 2;
    if (!mg_changes_verify(&now->changes, &own))
        wrong_file(now, &own);
    own = (mg_error){0};
    if (!mg_folder_digest(now->folder, digest, &own))
        wrong_file(now, &own);
    else if (last < 0)
        mg_golden_wrong(now, "%s: CHANGES.csv has no row of it; only --bless makes golden", now->folder);
    else if (strcmp(digest, mg_csv_cell(&now->changes, (size_t)last, MG_CHANGE_NEW)))
        mg_golden_wrong(now,
                        "%s: its files are not those of its last row in CHANGES.csv (%s:%zu says %s, they have %s): "
                        "restore the folder from git; golden is changed by --bless, --rejudge and --stale alone",
                        now->folder, now->changes.path, now->changes.line[last],
                        mg_csv_cell(&now->changes, (size_t)last, MG_CHANGE_NEW), digest);
}

/* ---- tasks ---- */

static bool read_note(mg_golden_check *now, const char *name, const char *header, mg_csv *csv)
{
    char path[MG_JUDGE_PATH];
    mg_error own = {0};
    bool exists;
    *csv = (mg_csv){0};
    if (!mg_path_join(path, sizeof path, now->folder, name, &own) || !mg_file_exists(path, &exists, &own)) {
        wrong_file(now, &own);
        return false;
    }
    if (!exists)
        return true;
    now->checked++;
    if (mg_result_read(now->folder, name, header, csv, &own))
        return true;
    wrong_file(now, &own);
    return false;
}

static void read_not_run(mg_golden_check *now)
{
    mg_csv csv;
    bool good = read_note(now, "not_run.csv", MG_NOT_RUN_HEADER, &csv);
    for (size_t row = 0; good && row < csv.rows; row++) {
        int task = mg_row_task(&csv, row, now->experiment, now->judge->profile);
        if (task < 0 || !mg_csv_cell(&csv, row, 3)[0])
            mg_golden_wrong(now, "%s:%zu: %s", csv.path, csv.line[row],
                            task < 0 ? "no such task; see --list" : "no reason is given");
        else
            now->task[task].not_run = true;
    }
    mg_csv_close(&csv);
}

/* "as/n6/0-4" is of the method "as/n6". */
static bool lists_method(const char *tasks, const char *method)
{
    while (*tasks) {
        size_t word = strcspn(tasks, " "), end = word;
        while (end > 0 && tasks[end] != '/')
            end--;
        if (end == strlen(method) && !strncmp(tasks, method, end))
            return true;
        tasks += word + (tasks[word] == ' ');
    }
    return false;
}

static bool has_stale_row(const mg_golden_check *now, const char *method)
{
    const mg_csv *changes = &now->changes;
    for (size_t row = 0; row < changes->rows; row++) {
        if (!strcmp(mg_csv_cell(changes, row, MG_CHANGE_CLASS), "stale") &&
            !strcmp(mg_csv_cell(changes, row, MG_CHANGE_RESULT), now->experiment->name) &&
            !strcmp(mg_csv_cell(changes, row, MG_CHANGE_PROFILE), mg_profile_name(now->judge->profile)) &&
            lists_method(mg_csv_cell(changes, row, MG_CHANGE_TASKS), method))
            return true;
    }
    return false;
}

static void mark_stale(mg_golden_check *now, const mg_csv *csv, size_t row)
{
    char name[MG_TASK_NAME];
    int method = mg_row_method(csv, row, now->experiment);
    if (method < 0 || !mg_csv_cell(csv, row, 2)[0]) {
        mg_golden_wrong(now, "%s:%zu: %s", csv->path, csv->line[row],
                        method < 0 ? "no such method" : "no reason is given");
        return;
    }
    mg_method_name(&now->experiment->method[method], name);
    if (!has_stale_row(now, name)) {
        mg_golden_wrong(now, "%s:%zu: %s is stale without a row in CHANGES.csv; --stale writes both", csv->path,
                        csv->line[row], name);
        return;
    }
    for (int task = 0; task < now->tasks; task++) {
        if (mg_task_at(now->experiment, now->judge->profile, task).method == method)
            now->task[task].stale = true;
    }
    fprintf(now->out, "%s %s: %s is stale: %s\n", now->experiment->name, mg_profile_name(now->judge->profile), name,
            mg_csv_cell(csv, row, 2));
    now->skipped++;
}

static void read_stale(mg_golden_check *now)
{
    mg_csv csv;
    bool good = read_note(now, "stale.csv", MG_STALE_HEADER, &csv);
    for (size_t row = 0; good && row < csv.rows; row++)
        mark_stale(now, &csv, row);
    mg_csv_close(&csv);
}

static bool read_runs(mg_golden_check *now)
{
    mg_error own = {0};
    now->checked++;
    if (!mg_runs_read(now->folder, now->experiment, now->judge->profile, &now->runs, &own)) {
        wrong_file(now, &own);
        return false;
    }
    const mg_csv *csv = &now->runs.csv;
    for (size_t row = 0; row < csv->rows; row++) {
        char name[MG_TASK_NAME];
        long semantics = -1;
        const char *cell = mg_csv_cell(csv, row, mg_csv_column(csv, "semantics"));
        mg_golden_task_state *task = &now->task[now->runs.task[row]];
        task->golden = true;
        if (!task->stale && !(mg_read_long(cell, 0, 1000000, &semantics) && semantics == now->experiment->semantics))
            mg_golden_wrong(now,
                            "%s:%zu: %s is of semantics %s, this program of %d: run it again and --bless, or --stale",
                            csv->path, csv->line[row], mg_golden_task(now, now->runs.task[row], name), cell,
                            now->experiment->semantics);
    }
    return true;
}

static void check_list(mg_golden_check *now)
{
    char name[MG_TASK_NAME];
    for (int t = 0; t < now->tasks; t++) {
        now->checked++;
        if (now->task[t].golden == now->task[t].not_run)
            mg_golden_wrong(now,
                            now->task[t].golden
                                ? "%s: runs.csv has this task, and not_run.csv says that golden goes without (%s)"
                                : "%s: runs.csv lacks this task, and no row of not_run.csv says why (%s)",
                            mg_golden_task(now, t, name), now->folder);
    }
}

/* ---- settings ---- */

typedef struct checked_settings {
    mg_golden_check *now;
    const mg_csv *csv;
    size_t row; /* the next one */
    int method;
} checked_settings;

static bool is_of(const checked_settings *of)
{
    return of->row < of->csv->rows && mg_row_method(of->csv, of->row, of->now->experiment) == of->method;
}

static bool check_setting(void *to, const char *field, const char *value)
{
    checked_settings *of = to;
    char name[MG_TASK_NAME];
    of->now->checked++;
    mg_method_name(&of->now->experiment->method[of->method], name);
    if (!is_of(of) || strcmp(mg_csv_cell(of->csv, of->row, 2), field)) {
        mg_golden_wrong(of->now, "%s/%s: lacks %s of %s, or has it in another place; --rejudge writes what is new",
                        of->now->folder, MG_SETTINGS_FILE, field, name);
        return false;
    }
    if (strcmp(mg_csv_cell(of->csv, of->row, 3), value))
        mg_golden_wrong(
            of->now,
            "%s:%zu: golden's rows of %s were run with %s %s, this program has %s: run it again and --bless, "
            "or --stale",
            of->csv->path, of->csv->line[of->row], name, field, mg_csv_cell(of->csv, of->row, 3), value);
    of->row++;
    return true;
}

/* The first task of a method that golden has, or -1. */
static int task_with_rows(const mg_golden_check *now, int method)
{
    for (int task = 0; task < now->tasks; task++) {
        if (now->task[task].golden && mg_task_at(now->experiment, now->judge->profile, task).method == method)
            return task;
    }
    return -1;
}

static void check_settings(mg_golden_check *now)
{
    mg_csv csv;
    checked_settings of = {.now = now, .csv = &csv};
    if (!read_note(now, MG_SETTINGS_FILE, MG_SETTINGS_HEADER, &csv))
        return;
    for (int m = 0; m < now->experiment->methods; m++) {
        int task = task_with_rows(now, m);
        of.method = m;
        if (task < 0)
            continue;
        bool whole = now->task[task].stale ||
                     mg_each_setting(&now->experiment->method[m], now->judge->profile, check_setting, &of);
        while (is_of(&of)) {
            if (whole && !now->task[task].stale)
                mg_golden_wrong(now, "%s:%zu: this program has no such setting; --rejudge takes it away", csv.path,
                                csv.line[of.row]);
            of.row++;
        }
    }
    if (of.row < csv.rows)
        mg_golden_wrong(now, "%s:%zu: a method that golden has no rows of, or in another order", csv.path,
                        csv.line[of.row]);
    mg_csv_close(&csv);
}

/* ---- what follows from the rows ---- */

/* The rows, but for the trail, copied to where what follows from them can be written beside them. */
static bool copy_rows(const mg_golden_check *now, const char *to, mg_error *error)
{
    for (int f = 0; f < now->files; f++) {
        char from[MG_JUDGE_PATH], path[MG_JUDGE_PATH], *bytes;
        size_t length;
        if (!now->file[f].of_tasks || !strcmp(now->file[f].name, "trail.csv"))
            continue;
        if (!mg_path_join(from, sizeof from, now->folder, now->file[f].name, error) ||
            !mg_path_join(path, sizeof path, to, now->file[f].name, error) ||
            !mg_file_read(from, &bytes, &length, error))
            return false;
        bool good = mg_file_write(path, bytes, length, error);
        free(bytes);
        if (!good)
            return false;
    }
    return true;
}

static void compare_derived(mg_golden_check *now, const mg_result_file *file, const char *folder)
{
    mg_csv golden = {0}, made = {0};
    mg_digest a = {0, 0}, b = {0, 0};
    mg_error own = {0};
    if (mg_golden_read(now, file->name, &golden) && mg_result_read(folder, file->name, file->header, &made, &own) &&
        mg_digest_file(golden.path, &a, &own) && mg_digest_file(made.path, &b, &own) && !mg_digest_equal(a, b)) {
        mg_rows rows = {&golden, 0, golden.rows, "golden"}, again = {&made, 0, made.rows, "what its rows give"};
        mg_key_columns key = mg_key_columns_of(&golden, file->key);
        mg_difference difference = mg_rows_compare(&rows, &again, key);
        mg_golden_wrong(now, "%s does not follow from golden's rows:", golden.path);
        if (difference.kind != MG_DIFFERENCE_NONE)
            mg_difference_print(&difference, &rows, &again, key, now->out);
    }
    if (own.status)
        wrong_file(now, &own);
    mg_csv_close(&golden);
    mg_csv_close(&made);
}

static void check_derived(mg_golden_check *now, const char *folder)
{
    mg_error own = {0};
    mg_judge again = *now->judge;
    int claims = 0, failed = 0;
    again.folder = folder;
    if (!copy_rows(now, folder, &own) || !mg_write_deviations(&again, &own) || !mg_write_summary(&again, &own) ||
        !mg_write_claims(&again, &own)) {
        wrong_file(now, &own);
        return;
    }
    for (int f = 0; f < now->files; f++) {
        if (!now->file[f].of_tasks)
            compare_derived(now, &now->file[f], folder);
    }
    if (!mg_hard_claims(&again, true, now->out, &claims, &failed, &own))
        wrong_file(now, &own);
    now->checked += claims;
    now->wrong += failed;
}

static bool derive(mg_golden_check *now, mg_error *error)
{
    char folder[MG_JUDGE_PATH];
    const char *home = getenv("TMPDIR");
    int length = snprintf(folder, sizeof folder, "%s/marlgold-golden-XXXXXX", home && *home ? home : "/tmp");
    if (length >= (int)sizeof folder || !mkdtemp(folder))
        return mg_fail(error, MG_EXIT_INPUT, "%s: cannot be made; is TMPDIR writable?", folder);
    check_derived(now, folder);
    return mg_folder_remove(folder, error);
}

/* ---- all ---- */

static bool is_absent(const mg_golden_check *now)
{
    const char *profile = mg_profile_name(now->judge->profile);
    return !now->exists && mg_changes_last(&now->changes, now->experiment->name, profile) < 0;
}

static bool check_all(mg_golden_check *now, mg_error *error)
{
    check_digest(now);
    if (!now->exists)
        return true; /* the digest said so */
    check_names(now);
    read_not_run(now);
    read_stale(now);
    if (!read_runs(now))
        return true;
    check_list(now);
    check_settings(now);
    mg_golden_check_rows(now);
    return derive(now, error);
}

int mg_check_golden(const mg_judge *judge, FILE *out, mg_error *error)
{
    mg_golden_check *now = mg_allocate(1, sizeof *now);
    *now = (mg_golden_check){.judge = judge, .experiment = judge->experiment, .out = out};
    now->tasks = mg_task_count(judge->experiment, judge->profile);
    now->files = mg_result_files(judge->experiment, now->file);
    now->task = mg_allocate((size_t)now->tasks + 1, sizeof *now->task);
    int status = MG_EXIT_SKIPPED;
    bool good = mg_result_folder(now->folder, judge->golden, judge->experiment, judge->profile, error) &&
                mg_folder_exists(now->folder, &now->exists, error) &&
                mg_changes_read(judge->golden, &now->changes, error);
    if (good && is_absent(now)) {
        fprintf(out, "%s %s: not in golden yet\n", now->experiment->name, mg_profile_name(judge->profile));
    } else if (good) {
        good = check_all(now, error);
        fprintf(out, "check-golden: %d checked, %d wrong, %d skipped\n", now->checked, now->wrong, now->skipped);
        status = now->wrong ? MG_EXIT_DIFFERS : MG_EXIT_OK;
    }
    mg_csv_close(&now->changes);
    mg_runs_close(&now->runs);
    free(now->task);
    free(now);
    return good ? status : (int)error->status;
}
