/* marlgold merge: the tasks of several output folders in one, then the results made from them. */
#include "suite/tools/commands.h"
#include "core/io/checkpoint.h"
#include "core/io/file.h"
#include "core/io/process.h"
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

typedef struct merging {
    const char *to; /* the output folder to make */
    const mg_program *program;
    const char *profile;
    int copied, same;
    mg_error *error;
} merging;

static bool join(char path[MG_TOOL_PATH], mg_error *error, const char *a, const char *b, const char *c, const char *d)
{
    int length = snprintf(path, MG_TOOL_PATH, "%s/%s/%s/%s", a, b, c, d);
    return (length > 0 && length < MG_TOOL_PATH) || mg_fail(error, MG_EXIT_INPUT, "%s/...: the path is too long", a);
}

static bool is_folder(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

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

static bool copy_task(merging *now, const char *from, const char *to)
{
    mg_checkpoint task = {0};
    char *bytes = NULL;
    size_t length;
    bool good = open_task(from, &task, now->error) && mg_file_read(from, &bytes, &length, now->error) &&
                mg_file_write(to, bytes, length, now->error);
    free(bytes);
    mg_checkpoint_close(&task);
    now->copied += good;
    return good;
}

/* tasks: the folder of all tasks to take from; name: the task's in it. */
static bool merge_task(merging *now, const char *tasks, const char *name)
{
    char all[MG_TOOL_PATH], folder[MG_TOOL_PATH], from[MG_TOOL_PATH], to[MG_TOOL_PATH];
    bool same;
    if (!join(all, now->error, now->to, now->program->name, now->profile, "tasks") ||
        !mg_path_join(folder, sizeof folder, all, name, now->error) ||
        !mg_path_join(to, sizeof to, folder, "result", now->error) ||
        !mg_path_join(folder, sizeof folder, tasks, name, now->error) ||
        !mg_path_join(from, sizeof from, folder, "result", now->error))
        return false;
    if (!mg_file_exists(from))
        return true; /* not finished */
    if (!mg_file_exists(to))
        return mg_path_join(folder, sizeof folder, all, name, now->error) && mg_folder_create(folder, now->error) &&
               copy_task(now, from, to);
    now->same++;
    if (!same_task(from, to, &same, now->error))
        return false;
    return same || mg_fail(now->error, MG_EXIT_DIFFERS,
                           "%s and %s are of one task and differ; `marlgold diff` of the result folders tells where",
                           from, to);
}

static bool merge_tasks(merging *now, const char *from)
{
    char tasks[MG_TOOL_PATH];
    if (!join(tasks, now->error, from, now->program->name, now->profile, "tasks"))
        return false;
    DIR *folder = opendir(tasks);
    if (!folder)
        return errno == ENOENT || mg_fail(now->error, MG_EXIT_INPUT, "%s: %s", tasks, strerror(errno));
    bool good = true;
    for (struct dirent *task; good && (task = readdir(folder));) {
        if (task->d_name[0] != '.')
            good = merge_task(now, tasks, task->d_name);
    }
    closedir(folder);
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
    printf("%s", text);
    if (status != 0)
        mg_fail(now->error, status == 1 || status == 2 ? (mg_exit)status : MG_EXIT_INPUT,
                "%s --merge: exit status %d", now->program->name, status);
    free(text);
    return status == 0;
}

static bool merge_all(const mg_programs *programs, const char *to, int folders, char **folder, mg_error *error)
{
    static const char *const profiles[] = {"quick", "paper"};
    int copied = 0, same = 0;
    for (int f = 0; f < folders; f++) {
        if (!is_folder(folder[f]))
            return mg_fail(error, MG_EXIT_INPUT, "%s: no such folder", folder[f]);
    }
    for (int p = 0; p < 2 * programs->count; p++) {
        merging now = {.to = to, .program = &programs->program[p / 2], .profile = profiles[p % 2], .error = error};
        for (int f = 0; f < folders; f++) {
            if (!merge_tasks(&now, folder[f]))
                return false;
        }
        if (now.copied + now.same > 0 && !merge_result(&now))
            return false;
        copied += now.copied;
        same += now.same;
    }
    printf("merge: %d tasks copied to %s, %d were there already\n", copied, to, same);
    return copied + same > 0 ||
           mg_fail(error, MG_EXIT_INPUT, "no finished task in these folders; give what was given to --out");
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
    good = good && mg_programs_find(&programs, &error) && merge_all(&programs, out, folders, argv + 1, &error);
    mg_programs_free(&programs);
    return good ? MG_EXIT_OK : mg_command_failed("merge", &error);
}
