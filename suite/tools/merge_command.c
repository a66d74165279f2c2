/* marlgold merge: the tasks of several output folders in one, then the results made from them. */
#include "suite/tools/commands.h"
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

static bool copy_file(const char *from, const char *to, mg_error *error)
{
    char *bytes;
    size_t length;
    if (!mg_file_read(from, &bytes, &length, error))
        return false;
    bool good = mg_file_write(to, bytes, length, error);
    free(bytes);
    return good;
}

/* Both have the file, with the same bytes. */
static bool same_file(const char *a, const char *b)
{
    char *left = NULL, *right = NULL;
    size_t length_a = 0, length_b = 0;
    mg_error ignored = {0};
    bool same = mg_file_read(a, &left, &length_a, &ignored) && mg_file_read(b, &right, &length_b, &ignored) &&
                length_a == length_b && !memcmp(left, right, length_a);
    free(left);
    free(right);
    return same;
}

/* runs.csv goes last: its being there says that the task is finished. */
static bool copy_task(merging *now, const char *from, const char *to)
{
    char source[MG_TOOL_PATH], target[MG_TOOL_PATH];
    DIR *files = opendir(from);
    if (!files)
        return mg_fail(now->error, MG_EXIT_INPUT, "%s: %s", from, strerror(errno));
    bool good = mg_folder_create(to, now->error);
    for (struct dirent *file; good && (file = readdir(files));) {
        good = mg_path_join(source, sizeof source, from, file->d_name, now->error);
        if (!good || is_folder(source) || !strcmp(file->d_name, "runs.csv") || strstr(file->d_name, ".tmp-"))
            continue;
        good = mg_path_join(target, sizeof target, to, file->d_name, now->error) &&
               copy_file(source, target, now->error);
    }
    closedir(files);
    good = good && mg_path_join(source, sizeof source, from, "runs.csv", now->error) &&
           mg_path_join(target, sizeof target, to, "runs.csv", now->error) && copy_file(source, target, now->error);
    now->copied += good;
    return good;
}

static bool merge_task(merging *now, const char *tasks, const char *name)
{
    char source[MG_TOOL_PATH], target[MG_TOOL_PATH], run_a[MG_TOOL_PATH], run_b[MG_TOOL_PATH];
    char tasks_of[MG_TOOL_PATH];
    if (!join(tasks_of, now->error, now->to, now->program->name, now->profile, "tasks") ||
        !mg_path_join(source, sizeof source, tasks, name, now->error) ||
        !mg_path_join(target, sizeof target, tasks_of, name, now->error) ||
        !mg_path_join(run_a, sizeof run_a, source, "runs.csv", now->error) ||
        !mg_path_join(run_b, sizeof run_b, target, "runs.csv", now->error))
        return false;
    if (!mg_file_exists(run_a))
        return true; /* not finished */
    if (!mg_file_exists(run_b))
        return copy_task(now, source, target);
    now->same++;
    if (same_file(run_a, run_b))
        return true;
    return mg_fail(now->error, MG_EXIT_DIFFERS, "%s and %s are of one task and differ; `marlgold diff` tells where",
                   source, target);
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
