/* bless.c - what is refused, and a golden folder put in place of another. */
#include "suite/harness/blessing.h"
#include "suite/harness/changes.h"
#include "suite/harness/git.h"
#include "core/io/file.h"
#include "core/io/memory.h"
#include "core/io/text.h"
#include <stdlib.h>
#include <string.h>

#ifndef MG_VERSION
#define MG_VERSION "0"
#endif

/* What a change of golden is called and why it is made. */
typedef struct golden_change {
    const char *class, *reason;
    char commit[MG_COMMIT_TEXT];
} golden_change;

/* ---- who may ---- */

static bool open_blessing(mg_blessing *now, const mg_judge *judge, mg_error *error)
{
    *now = (mg_blessing){.judge = judge, .experiment = judge->experiment, .error = error};
    now->staging.lock = -1;
    now->tasks = mg_task_count(judge->experiment, judge->profile);
    now->files = mg_result_files(judge->experiment, now->file);
    now->ran = mg_allocate((size_t)now->tasks + 1, sizeof *now->ran);
    now->kept = mg_allocate((size_t)now->tasks + 1, sizeof *now->kept);
    return mg_result_folder(now->folder, judge->golden, judge->experiment, judge->profile, error);
}

static void close_blessing(mg_blessing *now)
{
    mg_staging_close(&now->staging);
    free(now->ran);
    free(now->kept);
    free(now->stale);
    free(now);
}

/* Golden names the commit that made it, so that commit must have the program's sources. */
static bool find_commit(const mg_blessing *now, char commit[MG_COMMIT_TEXT])
{
    static const char *const nothing[] = {NULL};
    const char *const *built = now->judge->built_from ? now->judge->built_from : nothing;
    return mg_git_clean_commit(now->judge->golden, commit, now->error) &&
           mg_git_built_commit(now->judge->golden, built, commit, now->error);
}

/* Class `semantics` says that the bits mean something else: then the number says so too, in every row it replaces. */
static bool check_semantics(mg_blessing *now, const golden_change *change)
{
    const mg_result_file *runs = mg_result_file_named(now->file, now->files, "runs.csv");
    mg_csv golden = {0};
    char path[MG_JUDGE_PATH];
    if (strcmp(change->class, "semantics"))
        return true;
    bool exists;
    if (!mg_path_join(path, sizeof path, now->folder, runs->name, now->error) ||
        !mg_file_exists(path, &exists, now->error))
        return false;
    bool good = !exists || mg_result_read(now->folder, runs->name, runs->header, &golden, now->error);
    for (size_t row = 0; good && row < golden.rows; row++) {
        int task = mg_row_task(&golden, row, now->experiment, now->judge->profile);
        long semantics = 0;
        (void)mg_read_long(mg_csv_cell(&golden, row, mg_csv_column(&golden, "semantics")), 0, 1000000, &semantics);
        if (task >= 0 && now->ran[task] && semantics >= now->experiment->semantics)
            good = mg_fail(now->error, MG_EXIT_USAGE,
                           "--bless 'semantics: ...': %s:%zu is of semantics %ld already, this program of %d: raise "
                           ".semantics of the experiment, or give another class",
                           golden.path, golden.line[row], semantics, now->experiment->semantics);
    }
    mg_csv_close(&golden);
    return good;
}

/* The digest that the folder has by its last row, "" without one. */
static const char *known_digest(const mg_blessing *now, const mg_csv *changes)
{
    long last = mg_changes_last(changes, now->experiment->name, mg_profile_name(now->judge->profile));
    return last < 0 ? "" : mg_csv_cell(changes, (size_t)last, MG_CHANGE_NEW);
}

/* Rows may stay golden's only where the folder is as CHANGES.csv knows it. */
static bool check_folder(mg_blessing *now, const mg_csv *changes, const char *digest)
{
    const char *known = known_digest(now, changes);
    mg_csv_writer kept = {0};
    if (!strcmp(known, digest))
        return true;
    if (!now->keep) {
        printf("bless: %s was changed since its last row in CHANGES.csv; nothing of it is kept\n", now->folder);
        return true;
    }
    mg_blessing_list(now, now->kept, &kept);
    mg_fail(now->error, MG_EXIT_INPUT,
            "%s was changed since its last row in CHANGES.csv (%s there, %s now), and would keep the rows of %.300s: "
            "restore it from git, or run those too",
            now->folder, known[0] ? known : "no row", digest, kept.text);
    mg_csv_free(&kept);
    return false;
}

static bool has_golden(mg_blessing *now)
{
    bool exists;
    if (!mg_folder_exists(now->folder, &exists, now->error))
        return false;
    return exists || mg_fail(now->error, MG_EXIT_INPUT, "%s: no such golden; --bless a run to make it", now->folder);
}

/* All that can be said before anything runs; `ran` holds the tasks. The folder's digest, "" without folder. */
static bool may_bless(mg_blessing *now, const golden_change *change, mg_csv *changes, char digest[MG_DIGEST_TEXT])
{
    return mg_changes_read(now->judge->golden, changes, now->error) && mg_changes_verify(changes, now->error) &&
           mg_folder_digest(now->folder, digest, now->error) && mg_blessing_keep(now) &&
           (now->any_ran || has_golden(now)) && check_folder(now, changes, digest) && check_semantics(now, change) &&
           mg_blessing_settings_fit(now);
}

static bool read_reason(const char *text, golden_change *change, mg_error *error)
{
    change->reason = text;
    change->class = mg_change_class(&change->reason);
    return change->class || mg_fail(error, MG_EXIT_USAGE,
                                    "--bless '%.80s': wanted a class and a reason: 'semantics: why', 'bug fix: why', "
                                    "'format: why' or 'new: why'",
                                    text);
}

bool mg_bless_reason(const char *reason, mg_error *error)
{
    golden_change change;
    return read_reason(reason, &change, error);
}

bool mg_bless_allowed(const mg_judge *judge, const char *reason, int tasks, const mg_task *task, mg_error *error)
{
    golden_change change = {0};
    mg_csv changes = {0};
    char digest[MG_DIGEST_TEXT];
    mg_blessing *now = mg_allocate(1, sizeof *now);
    bool good = open_blessing(now, judge, error) && read_reason(reason, &change, error);
    for (int t = 0; good && t < now->tasks; t++) {
        mg_task at = mg_task_at(judge->experiment, judge->profile, t);
        for (int i = 0; i < tasks; i++)
            now->ran[t] = now->ran[t] || (task[i].method == at.method && task[i].seed == at.seed);
    }
    /* Opened to settle what a killed change left, and to know that golden can be written. */
    good = good && find_commit(now, change.commit) && mg_staging_open(&now->staging, judge->golden, error) &&
           may_bless(now, &change, &changes, digest);
    mg_csv_close(&changes);
    close_blessing(now);
    return good;
}

/* ---- the new folder and its row ---- */

static bool check_hard_claims(mg_blessing *now, const mg_judge *staged)
{
    int claims, failed;
    if (!mg_hard_claims(staged, true, stderr, &claims, &failed, now->error))
        return false;
    return !failed || mg_fail(now->error, MG_EXIT_DIFFERS,
                              "%d of %d hard claims of %s fail: golden does not take that; nothing changed", failed,
                              claims, now->experiment->name);
}

static bool stage_all(mg_blessing *now)
{
    mg_judge staged = *now->judge;
    staged.folder = now->staging.made;
    return mg_blessing_stage_rows(now) && mg_write_deviations(&staged, now->error) &&
           mg_write_summary(&staged, now->error) && mg_write_claims(&staged, now->error) &&
           mg_blessing_stage_notes(now) && check_hard_claims(now, &staged);
}

/* What was re-judged or marked stale has the rows it had, byte by byte. */
static bool check_rows_stay(mg_blessing *now)
{
    for (int f = 0; f < now->files; f++) {
        char old[MG_JUDGE_PATH], new[MG_JUDGE_PATH];
        mg_digest a, b;
        if (!now->file[f].of_tasks)
            continue;
        if (!mg_path_join(old, sizeof old, now->folder, now->file[f].name, now->error) ||
            !mg_path_join(new, sizeof new, now->staging.made, now->file[f].name, now->error) ||
            !mg_digest_file(old, &a, now->error) || !mg_digest_file(new, &b, now->error))
            return false;
        if (!mg_digest_equal(a, b))
            return mg_fail(now->error, MG_EXIT_INPUT,
                           "%s would change: rows of tasks are not touched here. Has it tasks that --list no longer "
                           "has, or curves that the program no longer tells? Then --bless a run, which drops them, or "
                           "--stale",
                           old);
    }
    return true;
}

static bool put_change(mg_blessing *now, const golden_change *change, const bool *tasks, const mg_csv *changes,
                       const char *new)
{
    const char *profile = mg_profile_name(now->judge->profile);
    mg_csv_writer list = {0}, rows = {0};
    mg_blessing_list(now, tasks, &list);
    const char *cell[MG_CHANGE_CHAIN] = {
        [MG_CHANGE_VERSION] = MG_VERSION,
        [MG_CHANGE_COMMIT] = change->commit,
        [MG_CHANGE_RESULT] = now->experiment->name,
        [MG_CHANGE_PROFILE] = profile,
        [MG_CHANGE_CLASS] = change->class,
        [MG_CHANGE_TASKS] = list.text,
        [MG_CHANGE_OLD] = known_digest(now, changes),
        [MG_CHANGE_NEW] = new,
        [MG_CHANGE_REASON] = change->reason,
    };
    mg_changes_append(changes, cell, &rows);
    bool good = mg_staging_install(&now->staging, now->experiment->name, profile, &rows, now->error);
    mg_csv_free(&list);
    mg_csv_free(&rows);
    return good;
}

/* tasks: those that the row names. */
static bool replace(mg_blessing *now, golden_change *change, const bool *tasks)
{
    mg_csv changes = {0};
    char old[MG_DIGEST_TEXT], new[MG_DIGEST_TEXT];
    bool good = find_commit(now, change->commit) && mg_staging_open(&now->staging, now->judge->golden, now->error) &&
                may_bless(now, change, &changes, old) && stage_all(now) &&
                (now->any_ran || !strcmp(change->class, "stale") || check_rows_stay(now)) &&
                mg_folder_digest(now->staging.made, new, now->error);
    if (good && !strcmp(old, new) && !strcmp(known_digest(now, &changes), new)) {
        printf("bless: %s holds these bits already; nothing changed\n", now->folder);
    } else if (good) {
        good = put_change(now, change, tasks, &changes, new);
        if (good)
            printf("bless: %s is now %s, was %s\n", now->folder, new, old[0] ? old : "not there");
    }
    mg_csv_close(&changes);
    return good;
}

/* The tasks of the run, which bring their rows. */
static bool find_run(mg_blessing *now)
{
    const mg_result_file *file = mg_result_file_named(now->file, now->files, "runs.csv");
    mg_csv runs = {0};
    if (!mg_result_read(now->judge->folder, file->name, file->header, &runs, now->error))
        return false;
    bool good = runs.rows || mg_fail(now->error, MG_EXIT_INPUT, "%s: no task in it; run first", runs.path);
    for (size_t row = 0; good && row < runs.rows; row++) {
        int task = mg_row_task(&runs, row, now->experiment, now->judge->profile);
        if (task < 0)
            good = mg_fail(now->error, MG_EXIT_INPUT, "%s:%zu: no such task in the %s profile; see --list", runs.path,
                           runs.line[row], mg_profile_name(now->judge->profile));
        else
            now->ran[task] = true;
    }
    mg_csv_close(&runs);
    return good;
}

/* ---- the three changes ---- */

static bool pass_on(const mg_error *own, mg_error *error)
{
    return own->status == MG_EXIT_OK || mg_fail(error, own->status, "%s", own->text);
}

bool mg_bless(const mg_judge *judge, const char *reason, mg_error *error)
{
    golden_change change = {0};
    mg_error own = {0};
    mg_blessing *now = mg_allocate(1, sizeof *now);
    if (open_blessing(now, judge, &own) && read_reason(reason, &change, &own) && find_run(now))
        replace(now, &change, now->ran);
    close_blessing(now);
    return pass_on(&own, error);
}

bool mg_rejudge(const mg_judge *judge, const char *reason, mg_error *error)
{
    golden_change change = {.class = "format", .reason = reason};
    mg_error own = {0};
    mg_blessing *now = mg_allocate(1, sizeof *now);
    if (open_blessing(now, judge, &own))
        replace(now, &change, now->ran);
    close_blessing(now);
    return pass_on(&own, error);
}

bool mg_mark_stale(const mg_judge *judge, const char *reason, int tasks, const mg_task *task, mg_error *error)
{
    golden_change change = {.class = "stale", .reason = reason};
    mg_error own = {0};
    mg_blessing *now = mg_allocate(1, sizeof *now);
    if (open_blessing(now, judge, &own)) {
        bool *named = mg_allocate((size_t)now->tasks + 1, sizeof *named);
        now->stale = mg_allocate((size_t)judge->experiment->methods + 1, sizeof *now->stale);
        now->stale_reason = reason;
        for (int i = 0; i < tasks; i++)
            now->stale[task[i].method] = true;
        for (int t = 0; t < now->tasks; t++)
            named[t] = now->stale[mg_task_at(judge->experiment, judge->profile, t).method];
        replace(now, &change, named);
        free(named);
    }
    close_blessing(now);
    return pass_on(&own, error);
}
