/* marlgold merge: the tasks of several output folders in one, then the results made from them. */
#include "suite/tools/commands.h"
#include "core/io/checkpoint.h"
#include "core/io/csv.h"
#include "core/io/file.h"
#include "core/io/memory.h"
#include "core/io/process.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Opens a finished task, whose file says itself of which config it is (core/io/checkpoint.h). */
static bool open_task(const char *path, mg_checkpoint *task, mg_error *error)
{
    enum { DIGEST_AT = 24, DIGEST_BYTES = 16 };
    char *bytes, text[MG_DIGEST_TEXT];
    size_t length;
    mg_digest config;
    if (!mg_file_read(path, &bytes, &length, error))
        return false;
    bool good = length > DIGEST_AT + DIGEST_BYTES;
    for (int i = 0; good && i < DIGEST_BYTES; i++)
        snprintf(text + 2 * i, sizeof text - 2 * (size_t)i, "%02x", (unsigned char)bytes[DIGEST_AT + i]);
    free(bytes);
    if (!good || !mg_digest_read(text, &config))
        return mg_fail(error, MG_EXIT_INPUT, "%s: cut off; remove it and run the task again", path);
    return mg_checkpoint_open(path, config, task, error);
}

/* Whether two finished tasks have the same row of runs.csv, and so the same trail; their times may differ. */
static bool same_task(const char *path_a, const char *path_b, bool *same, mg_error *error)
{
    mg_checkpoint a = {0}, b = {0};
    const void *row_a, *row_b;
    size_t length_a, length_b;
    bool good = open_task(path_a, &a, error) && open_task(path_b, &b, error) &&
                mg_checkpoint_get(&a, "runs.csv", &row_a, &length_a, error) &&
                mg_checkpoint_get(&b, "runs.csv", &row_b, &length_b, error);
    *same = good && length_a == length_b && !memcmp(row_a, row_b, length_a);
    mg_checkpoint_close(&a);
    mg_checkpoint_close(&b);
    return good;
}

/* ---- what there is to copy: looked through as a whole before the first byte is written ---- */

/* A finished task of one of the folders. */
typedef struct found_task {
    char name[200]; /* of its folder: "lio.asym.3" */
    char from[MG_PATH], to[MG_PATH];
    bool copied; /* by this call: taken back if the merge fails */
} found_task;

typedef struct merging {
    const char *to; /* the output folder to make */
    const mg_program *program;
    const char *profile;
    mg_task_list known; /* the program's tasks */
    found_task *task;   /* [count], each name once */
    size_t count;
    int there; /* of them were there already, or in two folders */
    mg_error *error;
} merging;

/* "lio/asym/3" as the name of a folder. */
static bool is_folder_of(const char *folder, const char *task)
{
    for (; *folder && *task; folder++, task++) {
        if (*folder != (*task == '/' ? '.' : *task))
            return false;
    }
    return !*folder && !*task;
}

static bool is_known(const merging *now, const char *folder)
{
    for (int i = 0; i < now->known.count; i++) {
        if (is_folder_of(folder, now->known.name[i]))
            return true;
    }
    return false;
}

static bool compare(merging *now, const char *a, const char *b)
{
    bool same;
    now->there++;
    if (!same_task(a, b, &same, now->error))
        return false;
    return same ||
           mg_fail(now->error, MG_EXIT_DIFFERS,
                   "%s and %s are of one task and differ; `marlgold diff` of the result folders tells where", a, b);
}

/* tasks: the folder of all tasks to take from; name: the task's in it. */
static bool find_task(merging *now, const char *tasks, const char *name)
{
    mg_checkpoint whole = {0};
    bool finished, there;
    found_task *next = &now->task[now->count];
    *next = (found_task){0};
    int length = snprintf(next->from, sizeof next->from, "%s/%s/result", tasks, name);
    int length_to = snprintf(next->to, sizeof next->to, "%s/%s/%s/tasks/%s/result", now->to, now->program->name,
                             now->profile, name);
    if (length < 0 || (size_t)length >= sizeof next->from || length_to < 0 || (size_t)length_to >= sizeof next->to)
        return mg_fail(now->error, MG_EXIT_INPUT, "%s/...: the path is too long", tasks);
    if (!mg_file_exists(next->from, &finished, now->error))
        return false;
    if (!finished)
        return true;
    if (!is_known(now, name))
        return mg_fail(now->error, MG_EXIT_INPUT, "%s: %s has no such task in its %s profile; see --list", next->from,
                       now->program->name, now->profile);
    snprintf(next->name, sizeof next->name, "%s", name);
    if (!open_task(next->from, &whole, now->error) || !mg_file_exists(next->to, &there, now->error)) {
        mg_checkpoint_close(&whole);
        return false;
    }
    mg_checkpoint_close(&whole);
    for (size_t i = 0; i < now->count; i++) {
        if (!strcmp(now->task[i].name, name))
            return compare(now, next->from, now->task[i].from);
    }
    now->count++;
    return !there || compare(now, next->from, next->to);
}

static bool find_tasks(merging *now, const char *from)
{
    char tasks[MG_PATH];
    mg_folder_names names = {0};
    bool exists;
    int length = snprintf(tasks, sizeof tasks, "%s/%s/%s/tasks", from, now->program->name, now->profile);
    if (length < 0 || (size_t)length >= sizeof tasks)
        return mg_fail(now->error, MG_EXIT_INPUT, "%s/...: the path is too long", from);
    if (!mg_folder_exists(tasks, &exists, now->error))
        return false;
    if (!exists)
        return true;
    if (!mg_folder_list(tasks, &names, now->error))
        return false;
    now->task = mg_reallocate(now->task, (now->count + names.count + 1) * sizeof *now->task);
    bool good = true;
    for (size_t i = 0; good && i < names.count; i++) {
        if (names.name[i][0] != '.')
            good = find_task(now, tasks, names.name[i]);
    }
    mg_folder_names_free(&names);
    return good;
}

/* ---- copying ---- */

static bool copy_task(merging *now, found_task *task)
{
    char *bytes = NULL, folder[MG_PATH];
    size_t length;
    bool there;
    if (!mg_file_exists(task->to, &there, now->error))
        return false;
    if (there)
        return true;
    snprintf(folder, sizeof folder, "%.*s", (int)(strlen(task->to) - strlen("/result")), task->to);
    bool good = mg_file_read(task->from, &bytes, &length, now->error) && mg_folder_create(folder, now->error) &&
                mg_file_write(task->to, bytes, length, now->error);
    free(bytes);
    task->copied = good;
    return good;
}

static bool is_task_of_row(const char *name, const mg_csv *runs, size_t row)
{
    char task[400];
    const char *variant = mg_csv_cell(runs, row, 1);
    snprintf(task, sizeof task, "%s%s%s/%s", mg_csv_cell(runs, row, 0), *variant ? "/" : "", variant,
             mg_csv_cell(runs, row, 2));
    return is_folder_of(name, task);
}

/* What was to be merged must be what stands in the files now. */
static bool check_merged(const merging *now)
{
    char path[MG_PATH];
    mg_csv runs = {0};
    int length = snprintf(path, sizeof path, "%s/%s/%s/runs.csv", now->to, now->program->name, now->profile);
    if (length < 0 || (size_t)length >= sizeof path)
        return mg_fail(now->error, MG_EXIT_INPUT, "%s/...: the path is too long", now->to);
    bool good = mg_csv_read(path, NULL, &runs, now->error);
    if (good && runs.columns < 3)
        good =
            mg_fail(now->error, MG_EXIT_INPUT, "%s:1: %d columns, wanted method,variant,seed,...", path, runs.columns);
    for (size_t i = 0; good && i < now->count; i++) {
        size_t row = 0;
        while (row < runs.rows && !is_task_of_row(now->task[i].name, &runs, row))
            row++;
        if (row == runs.rows)
            good = mg_fail(now->error, MG_EXIT_INPUT, "%s: task %s was merged and has no row in it", path,
                           now->task[i].name);
    }
    mg_csv_close(&runs);
    return good;
}

/* The program itself makes the files of the result from the tasks' files. */
static bool merge_result(merging *now)
{
    const char *argument[] = {now->program->path, "--merge", "--profile", now->profile, "--out", now->to, NULL};
    char *text;
    int status;
    if (!mg_process_capture(argument, true, &text, &status, now->error))
        return false;
    if (status == 0)
        printf("%s", text);
    else /* its own line says why */
        mg_fail(now->error, status == 1 || status == 2 ? (mg_exit)status : MG_EXIT_INPUT, "exit status %d of %.*s",
                status, (int)strcspn(text, "\n"), *text ? text : now->program->name);
    free(text);
    return status == 0 && check_merged(now);
}

static bool merge_found(merging *now)
{
    bool good = true;
    for (size_t i = 0; good && i < now->count; i++)
        good = copy_task(now, &now->task[i]);
    good = good && (!now->count || merge_result(now));
    for (size_t i = 0; !good && i < now->count; i++) {
        if (now->task[i].copied)
            (void)unlink(now->task[i].to); /* or the next merge would take it for a good one of that folder */
    }
    return good;
}

/* ---- all ---- */

static bool merge_all(const mg_programs *programs, const char *to, int folders, char **folder, mg_error *error)
{
    static const char *const profiles[] = {"quick", "paper"};
    int parts = 2 * programs->count, copied = 0, there = 0;
    size_t found = 0;
    bool exists, good = true;
    for (int f = 0; f < folders; f++) {
        if (!mg_folder_exists(folder[f], &exists, error))
            return false;
        if (!exists)
            return mg_fail(error, MG_EXIT_INPUT, "%s: no such folder", folder[f]);
    }
    merging *part = mg_allocate((size_t)parts, sizeof *part);
    for (int p = 0; good && p < parts; p++) {
        part[p] = (merging){.to = to, .program = &programs->program[p / 2], .profile = profiles[p % 2], .error = error};
        good = mg_program_tasks(part[p].program, part[p].profile, &part[p].known, error);
        for (int f = 0; good && f < folders; f++)
            good = find_tasks(&part[p], folder[f]);
        found += part[p].count;
    }
    if (good && !found)
        good = mg_fail(error, MG_EXIT_INPUT, "no finished task in these folders; give what was given to --out");
    for (int p = 0; good && p < parts; p++)
        good = merge_found(&part[p]);
    for (int p = 0; p < parts; p++) {
        for (size_t i = 0; i < part[p].count; i++)
            copied += part[p].task[i].copied;
        there += part[p].there;
        free(part[p].task);
        mg_task_list_free(&part[p].known);
    }
    free(part);
    if (good)
        printf("merge: %d tasks copied to %s, %d were there already\n", copied, to, there);
    return good;
}

int mg_command_merge(int argc, char **argv)
{
    const char *out = NULL;
    const mg_flag flags[] = {{"--out", &out, NULL}, {NULL, NULL, NULL}};
    mg_programs programs = {0};
    mg_error error = {0};
    int folders;
    bool good = mg_flags_read(argc, argv, flags, &folders, &error);
    if (good && (!out || !folders))
        good = mg_fail(&error, MG_EXIT_USAGE, "wanted --out DIR and the folders to merge");
    good = good && mg_programs_find(&programs, &error) && mg_programs_usable(&programs, &error) &&
           merge_all(&programs, out, folders, argv + 1, &error);
    mg_programs_free(&programs);
    return good ? MG_EXIT_OK : mg_command_failed("merge", &error);
}
