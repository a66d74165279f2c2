#include "suite/harness/git.h"
#include "suite/harness/judge.h"
#include "suite/harness/result_files.h"
#include "core/io/digest.h"
#include "core/io/file.h"
#include "core/io/memory.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef MG_VERSION
#define MG_VERSION "0"
#endif

/* Everything is first made in `staging`, a folder below the golden root (which so proves that it can be written),
 * and then renamed into place. The folder is also the lock against two blessings at once. */
typedef struct blessing {
    const mg_judge *judge;
    const mg_experiment *experiment;
    mg_error *error;
    char folder[MG_JUDGE_PATH];  /* golden's for this result and profile */
    char staging[MG_JUDGE_PATH]; /* golden/.bless */
    char changes[MG_JUDGE_PATH]; /* golden/CHANGES.csv */
    int tasks, files;
    bool *ran;  /* [tasks] in this run */
    bool *kept; /* [tasks] rows that stay golden's */
    bool keep;  /* any */
    mg_result_file file[MG_FILES_MAX];
} blessing;

static const char *const classes[] = { "semantics", "bug fix", "format", "new" };

/* The class before the ':' of a reason, or NULL. */
static const char *class_of(const char *reason)
{
    for (size_t c = 0; c < sizeof classes / sizeof *classes; c++) {
        size_t length = strlen(classes[c]);
        if (!strncmp(reason, classes[c], length) && reason[length] == ':' &&
            reason[length + 1 + strspn(reason + length + 1, " ")])
            return classes[c];
    }
    return NULL;
}

/* ---- which tasks ---- */

static bool mark_tasks(blessing *now, const mg_csv *runs, bool *mark, bool strict)
{
    for (size_t row = 0; row < runs->rows; row++) {
        int task = mg_row_task(runs, row, now->experiment, now->judge->profile);
        if (task >= 0)
            mark[task] = true;
        else if (strict)
            return mg_fail(now->error, MG_EXIT_INPUT, "%s:%zu: no such task in the %s profile; see --list",
                           runs->path, runs->line[row], mg_profile_name(now->judge->profile));
    }
    return true;
}

static bool find_tasks(blessing *now)
{
    const mg_result_file *runs_file = &now->file[now->files - 4];
    mg_csv runs = { 0 }, golden = { 0 };
    char path[MG_JUDGE_PATH];
    bool all = true;
    bool good = mg_result_read(now->judge->folder, runs_file->name, runs_file->header, &runs, now->error) &&
                mark_tasks(now, &runs, now->ran, true) &&
                mg_path_join(path, sizeof path, now->folder, runs_file->name, now->error);
    if (good && !runs.rows)
        good = mg_fail(now->error, MG_EXIT_INPUT, "%s: no task in it; run first", runs.path);
    for (int task = 0; good && task < now->tasks; task++)
        all = all && now->ran[task];
    if (good && !all && mg_file_exists(path))
        good = mg_result_read(now->folder, runs_file->name, runs_file->header, &golden, now->error) &&
               mark_tasks(now, &golden, now->kept, false);
    for (int task = 0; good && task < now->tasks; task++) {
        now->kept[task] = now->kept[task] && !now->ran[task];
        now->keep = now->keep || now->kept[task];
    }
    mg_csv_close(&runs);
    mg_csv_close(&golden);
    return good;
}

/* "lio/0-19 exact/grid/0" */
static void list_tasks(const blessing *now, char *text, size_t size)
{
    size_t used = 0;
    text[0] = '\0';
    for (int t = 0; t < now->tasks && used < size; t++) {
        char name[MG_TASK_NAME];
        if (!now->ran[t])
            continue;
        mg_task first = mg_task_at(now->experiment, now->judge->profile, t), last = first;
        while (t + 1 < now->tasks && now->ran[t + 1] &&
               mg_task_at(now->experiment, now->judge->profile, t + 1).method == first.method)
            last = mg_task_at(now->experiment, now->judge->profile, ++t);
        used += (size_t)snprintf(text + used, size - used, "%s%s", used ? " " : "",
                                 mg_task_name(now->experiment, first, name));
        if (last.seed != first.seed && used < size)
            used += (size_t)snprintf(text + used, size - used, "-%d", last.seed);
    }
}

/* ---- the new files, in staging ---- */

static void copy_rows(mg_csv_writer *writer, const mg_csv *csv, size_t first, size_t end)
{
    for (size_t row = first; row < end; row++) {
        for (int column = 0; column < csv->columns; column++)
            mg_csv_text(writer, mg_csv_cell(csv, row, column));
        mg_csv_end_row(writer);
    }
}

static bool check_rows(blessing *now, const mg_csv *csv, const mg_task_rows *rows)
{
    if (rows->wrong_row == csv->rows)
        return true;
    return mg_fail(now->error, MG_EXIT_INPUT, "%s:%zu: %s; run all tasks and --bless them together", csv->path,
                   csv->line[rows->wrong_row],
                   rows->wrong_task < 0 ? "a task that the experiment does not list"
                                        : "rows in another order than --list");
}

/* Rows of golden tasks that the experiment no longer lists are passed over, whatever their place. */
static void drop_unknown(blessing *now, mg_csv *csv)
{
    size_t left = 0;
    for (size_t row = 0; row < csv->rows; row++) {
        if (mg_row_task(csv, row, now->experiment, now->judge->profile) < 0)
            continue;
        memmove(csv->cell + left * (size_t)csv->columns, csv->cell + row * (size_t)csv->columns,
                (size_t)csv->columns * sizeof *csv->cell);
        csv->line[left++] = csv->line[row];
    }
    csv->rows = left;
}

static bool merge_rows(blessing *now, const mg_result_file *file, const mg_csv *run, const mg_csv *golden,
                       mg_csv_writer *writer)
{
    mg_task_rows run_rows = mg_rows_by_task(run, now->experiment, now->judge->profile);
    mg_task_rows golden_rows = mg_rows_by_task(golden, now->experiment, now->judge->profile);
    bool good = check_rows(now, run, &run_rows) && check_rows(now, golden, &golden_rows);
    bool is_trail = file == &now->file[0];
    mg_csv_raw(writer, file->header, strlen(file->header));
    mg_csv_raw(writer, "\n", 1);
    for (int task = 0; good && task < now->tasks; task++) {
        char name[MG_TASK_NAME];
        if (now->ran[task] && is_trail && run_rows.first[task] == run_rows.first[task + 1])
            good = mg_fail(
                now->error, MG_EXIT_INPUT, "%s: lacks the trail of %s; run it again", run->path,
                mg_task_name(now->experiment, mg_task_at(now->experiment, now->judge->profile, task), name));
        else if (now->ran[task])
            copy_rows(writer, run, run_rows.first[task], run_rows.first[task + 1]);
        else if (now->kept[task])
            copy_rows(writer, golden, golden_rows.first[task], golden_rows.first[task + 1]);
    }
    mg_task_rows_free(&run_rows);
    mg_task_rows_free(&golden_rows);
    return good;
}

static bool save_staged(blessing *now, const char *name, const mg_csv_writer *writer)
{
    char path[MG_JUDGE_PATH];
    return mg_path_join(path, sizeof path, now->staging, name, now->error) && mg_csv_save(writer, path, now->error);
}

static bool stage_file_of_tasks(blessing *now, const mg_result_file *file)
{
    mg_csv run = { 0 }, golden = { 0 };
    mg_csv_writer writer = { 0 };
    bool good = mg_result_read(now->judge->folder, file->name, file->header, &run, now->error) &&
                (!now->keep || mg_result_read(now->folder, file->name, file->header, &golden, now->error));
    if (good) {
        drop_unknown(now, &golden);
        good = merge_rows(now, file, &run, &golden, &writer) && save_staged(now, file->name, &writer);
    }
    mg_csv_free(&writer);
    mg_csv_close(&run);
    mg_csv_close(&golden);
    return good;
}

static bool task_ran(const blessing *now, const mg_csv *csv, size_t row)
{
    int task = mg_row_task(csv, row, now->experiment, now->judge->profile);
    return task < 0 || now->ran[task];
}

/* A method stops being stale when none of its rows is golden's old one. */
static bool method_renewed(const blessing *now, const mg_csv *csv, size_t row)
{
    int method = mg_row_method(csv, row, now->experiment);
    for (int task = 0; task < now->tasks; task++) {
        if (now->kept[task] && mg_task_at(now->experiment, now->judge->profile, task).method == method)
            return false;
    }
    return true;
}

/* not_run.csv and stale.csv without what has now been run. Nothing staged means: no such file any more. */
static bool stage_notes(blessing *now, const char *name, const char *header,
                        bool (*settled)(const blessing *, const mg_csv *, size_t))
{
    mg_csv csv = { 0 };
    mg_csv_writer writer = { 0 };
    char path[MG_JUDGE_PATH];
    size_t left = 0;
    if (!mg_path_join(path, sizeof path, now->folder, name, now->error))
        return false;
    if (!mg_file_exists(path))
        return true;
    bool good = mg_result_read(now->folder, name, header, &csv, now->error);
    mg_csv_raw(&writer, header, strlen(header));
    mg_csv_raw(&writer, "\n", 1);
    for (size_t row = 0; good && row < csv.rows; row++) {
        if (settled(now, &csv, row))
            continue;
        copy_rows(&writer, &csv, row, row + 1);
        left++;
    }
    good = good && (!left || save_staged(now, name, &writer));
    mg_csv_free(&writer);
    mg_csv_close(&csv);
    return good;
}

static bool stage_all(blessing *now)
{
    mg_judge staged = *now->judge;
    staged.folder = now->staging;
    for (int f = 0; f < now->files; f++) {
        if (now->file[f].of_tasks && !stage_file_of_tasks(now, &now->file[f]))
            return false;
    }
    return mg_write_deviations(&staged, now->error) && mg_write_summary(&staged, now->error) &&
           mg_write_claims(&staged, now->error) && stage_notes(now, "not_run.csv", MG_NOT_RUN_HEADER, task_ran) &&
           stage_notes(now, "stale.csv", MG_STALE_HEADER, method_renewed);
}

/* ---- what changed ---- */

/* The name of file i of a golden folder, notes included; NULL behind the last. */
static const char *golden_file(const blessing *now, int i)
{
    return i < now->files        ? now->file[i].name
           : i == now->files     ? "not_run.csv"
           : i == now->files + 1 ? "stale.csv"
                                 : NULL;
}

/* Digest over the folder's files; "" in text where it has none. */
static bool digest_folder(blessing *now, const char *folder, char text[MG_DIGEST_TEXT])
{
    mg_hasher *hasher = mg_hasher_create();
    bool good = true, any = false;
    for (int i = 0; good && golden_file(now, i); i++) {
        char path[MG_JUDGE_PATH];
        mg_digest digest;
        good = mg_path_join(path, sizeof path, folder, golden_file(now, i), now->error);
        if (!good || !mg_file_exists(path))
            continue;
        good = mg_digest_file(path, &digest, now->error);
        mg_hash_text(hasher, "file", golden_file(now, i));
        mg_hash_digest(hasher, &digest);
        any = true;
    }
    if (any)
        mg_digest_print(mg_hasher_finish(hasher), text);
    else
        text[0] = '\0';
    mg_hasher_destroy(hasher);
    return good;
}

static bool stage_changes(blessing *now, const char *reason, const char *commit, const char *old, const char *new)
{
    enum { TASKS_BYTES = 8192 };
    mg_csv csv = { 0 };
    mg_csv_writer writer = { 0 };
    bool good = !mg_file_exists(now->changes) ||
                mg_result_read(now->judge->golden, "CHANGES.csv", MG_CHANGES_HEADER, &csv, now->error);
    if (good) {
        const char *class = class_of(reason);
        char *tasks = mg_allocate(TASKS_BYTES, 1);
        list_tasks(now, tasks, TASKS_BYTES);
        mg_csv_raw(&writer, MG_CHANGES_HEADER "\n", strlen(MG_CHANGES_HEADER) + 1);
        copy_rows(&writer, &csv, 0, csv.rows);
        const char *cell[] = { MG_VERSION,
                               commit,
                               now->experiment->name,
                               mg_profile_name(now->judge->profile),
                               class,
                               tasks,
                               old,
                               new,
                               reason + strlen(class) + 1 + strspn(reason + strlen(class) + 1, " ") };
        for (size_t c = 0; c < sizeof cell / sizeof *cell; c++)
            mg_csv_text(&writer, cell[c]);
        mg_csv_end_row(&writer);
        good = save_staged(now, "CHANGES.csv", &writer);
        free(tasks);
    }
    mg_csv_free(&writer);
    mg_csv_close(&csv);
    return good;
}

/* ---- into place ---- */

static bool move_into_place(blessing *now, const char *name, const char *to)
{
    char from[MG_JUDGE_PATH];
    if (!mg_path_join(from, sizeof from, now->staging, name, now->error))
        return false;
    bool good = mg_file_exists(from) ? rename(from, to) == 0 : unlink(to) == 0 || errno == ENOENT;
    return good || mg_fail(now->error, MG_EXIT_INPUT, "%s: %s", to, strerror(errno));
}

static bool install(blessing *now)
{
    if (!mg_folder_create(now->folder, now->error))
        return false;
    if (access(now->folder, W_OK) < 0)
        return mg_fail(now->error, MG_EXIT_INPUT, "%s: %s", now->folder, strerror(errno));
    for (int i = 0; golden_file(now, i); i++) {
        char to[MG_JUDGE_PATH];
        if (!mg_path_join(to, sizeof to, now->folder, golden_file(now, i), now->error) ||
            !move_into_place(now, golden_file(now, i), to))
            return false;
    }
    return move_into_place(now, "CHANGES.csv", now->changes);
}

static bool lock(blessing *now)
{
    const char *golden = now->judge->golden;
    if (!mg_folder_create(golden, now->error) ||
        !mg_path_join(now->staging, sizeof now->staging, golden, ".bless", now->error))
        return false;
    if (mkdir(now->staging, 0777) == 0)
        return true;
    if (errno == EEXIST)
        return mg_fail(now->error, MG_EXIT_INPUT,
                       "%s is there: another --bless is at work, or was killed; then remove it", now->staging);
    return mg_fail(now->error, MG_EXIT_INPUT, "%s: %s; golden must be writable to --bless", now->staging,
                   strerror(errno));
}

static bool replace(blessing *now, const char *reason, const char *commit)
{
    char old[MG_DIGEST_TEXT], new[MG_DIGEST_TEXT];
    if (!stage_all(now) || !digest_folder(now, now->folder, old) || !digest_folder(now, now->staging, new))
        return false;
    if (!strcmp(old, new)) {
        printf("bless: %s holds these bits already; nothing changed\n", now->folder);
        return true;
    }
    if (!stage_changes(now, reason, commit, old, new) || !install(now))
        return false;
    printf("bless: %s is now %s, was %s\n", now->folder, new, old[0] ? old : "not there");
    return true;
}

bool mg_bless(const mg_judge *judge, const char *reason, mg_error *error)
{
    char commit[MG_COMMIT_TEXT];
    mg_error own = { 0 };
    if (!class_of(reason))
        return mg_fail(error, MG_EXIT_USAGE,
                       "--bless '%.80s': wanted a class and a reason: 'semantics: why', 'bug fix: why', "
                       "'format: why' or 'new: why'",
                       reason);
    blessing *now = mg_allocate(1, sizeof *now);
    *now = (blessing){ .judge = judge, .experiment = judge->experiment, .error = &own };
    now->tasks = mg_task_count(judge->experiment, judge->profile);
    now->files = mg_result_files(judge->experiment, now->file);
    now->ran = mg_allocate(2 * (size_t)now->tasks + 2, sizeof *now->ran);
    now->kept = now->ran + now->tasks + 1;
    if (mg_git_clean_commit(judge->golden, commit, &own) &&
        mg_result_folder(now->folder, judge->golden, judge->experiment, judge->profile, &own) &&
        mg_path_join(now->changes, sizeof now->changes, judge->golden, "CHANGES.csv", &own) && find_tasks(now) &&
        lock(now)) {
        replace(now, reason, commit);
        mg_error ignored = { 0 };
        mg_folder_remove(now->staging, &ignored);
    }
    free(now->ran);
    free(now);
    return own.status == MG_EXIT_OK || mg_fail(error, own.status, "%s", own.text);
}
