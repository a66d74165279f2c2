/* programs.c - finds result programs, asks them, and looks at golden. */
#include "suite/tools/programs.h"
#include "suite/harness/nearest.h"
#include "core/io/csv.h"
#include "core/io/file.h"
#include "core/io/memory.h"
#include "core/io/process.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- the programs ---- */

/* The harness puts these words into every result program, as the last field of --describe. In two pieces here, so
 * that this program is not taken for a result. */
static const char mark_1[] = "marlgold", mark_2[] = " result program";

static bool holds_mark(const char *path, bool *holds, mg_error *error)
{
    char mark[64], *bytes;
    size_t length;
    snprintf(mark, sizeof mark, "%s%s", mark_1, mark_2);
    size_t wanted = strlen(mark);
    if (!mg_file_read(path, &bytes, &length, error))
        return false;
    const char *from = bytes, *end = bytes + length;
    *holds = false;
    while (!*holds && (size_t)(end - from) >= wanted &&
           (from = memchr(from, mark[0], (size_t)(end - from) - wanted + 1))) {
        *holds = !memcmp(from, mark, wanted);
        from++;
    }
    free(bytes);
    return true;
}

/* *is: whether the file is a result program. What may not be read or is gone already is none of ours; a file that
 * cannot be looked at for another reason could be one, which would then be missing without a word. */
static bool is_program(const char *path, bool *is, mg_error *error)
{
    enum { LARGEST = 64 << 20 };
    struct stat status;
    *is = false;
    if (stat(path, &status) < 0)
        return errno == ENOENT || errno == ELOOP || errno == EACCES ||
               mg_fail(error, MG_EXIT_INPUT, "%s: %s", path, strerror(errno));
    if (!S_ISREG(status.st_mode) || status.st_size >= LARGEST || !(status.st_mode & 0111) || access(path, R_OK) < 0)
        return true;
    return holds_mark(path, is, error);
}

/* Of the first line, as far as it has a place in a message. */
static int line_length(const char *text)
{
    size_t length = strcspn(text, "\n");
    return length < 300 ? (int)length : 300;
}

/* Copies up to the next tab or line end. */
static void copy_name(const char *from, char *to, size_t size)
{
    snprintf(to, size, "%.*s", (int)strcspn(from, "\t\n"), from);
}

/* Fills in what a program says of itself; one that should say it and does not goes by its file's name, with `broken`
 * saying why. *is false: it is not a result, or one that goes by another name (a copy). */
static bool describe(const char *folder, const char *file, mg_program *program, bool *is, mg_error *error)
{
    mg_error own = {0};
    char *text;
    int status;
    *program = (mg_program){0};
    if (!mg_path_join(program->path, sizeof program->path, folder, file, error) ||
        !is_program(program->path, is, error))
        return false;
    if (!*is)
        return true;
    const char *argument[] = {program->path, "--describe", NULL};
    if (!mg_process_capture(argument, true, &text, &status, &own)) {
        snprintf(program->broken, sizeof program->broken, "%s", own.text);
    } else {
        copy_name(text, program->name, sizeof program->name);
        if (status != 0 || !program->name[0])
            snprintf(program->broken, sizeof program->broken,
                     "%.300s --describe: exit status %d, wanted 0 and its name%s%.*s", program->path, status,
                     *text ? ": " : "", line_length(text), text);
        free(text);
    }
    if (program->broken[0])
        snprintf(program->name, sizeof program->name, "%s", file);
    *is = !strcmp(program->name, file);
    return true;
}

static bool own_folder(char folder[MG_TOOL_PATH], mg_error *error)
{
    ssize_t length = readlink("/proc/self/exe", folder, MG_TOOL_PATH - 1);
    if (length <= 0)
        return mg_fail(error, MG_EXIT_INPUT, "/proc/self/exe: %s; wanted to know where this program is",
                       strerror(errno));
    folder[length] = '\0';
    char *slash = strrchr(folder, '/');
    *(slash ? slash : folder) = '\0';
    return true;
}

/* The folder as people write it, below the one they are in. */
static void shorten(char folder[MG_TOOL_PATH])
{
    char here[MG_TOOL_PATH];
    size_t length;
    if (getcwd(here, sizeof here) && (length = strlen(here)) > 1 && !strncmp(folder, here, length) &&
        folder[length] == '/')
        memmove(folder, folder + length + 1, strlen(folder + length + 1) + 1);
}

bool mg_programs_find(mg_programs *programs, mg_error *error)
{
    char folder[MG_TOOL_PATH];
    *programs = (mg_programs){0};
    if (!own_folder(folder, error))
        return false;
    shorten(folder);
    mg_folder_names files = {0};
    if (!mg_folder_list(folder, &files, error))
        return false;
    programs->program = mg_allocate(MG_PROGRAMS_MAX, sizeof *programs->program);
    mg_program *found = mg_allocate(1, sizeof *found);
    bool good = true, is;
    for (size_t i = 0; good && i < files.count; i++) {
        if (files.name[i][0] == '.')
            continue;
        good = describe(folder, files.name[i], found, &is, error);
        if (good && is && programs->count == MG_PROGRAMS_MAX)
            good = mg_fail(error, MG_EXIT_INPUT, "%s: more than %d result programs", folder, MG_PROGRAMS_MAX);
        if (good && is)
            programs->program[programs->count++] = *found; /* the names come sorted */
    }
    free(found);
    mg_folder_names_free(&files);
    if (!good || programs->count)
        return good;
    return mg_fail(error, MG_EXIT_INPUT, "%s: no result program here; `make` builds them beside marlgold", folder);
}

bool mg_programs_usable(const mg_programs *programs, mg_error *error)
{
    for (int i = 0; i < programs->count; i++) {
        if (programs->program[i].broken[0])
            return mg_fail(error, MG_EXIT_INPUT, "%s", programs->program[i].broken);
    }
    return true;
}

void mg_programs_free(mg_programs *programs)
{
    free(programs->program);
    *programs = (mg_programs){0};
}

static const char *program_name(const void *context, int i)
{
    return ((const mg_programs *)context)->program[i].name;
}

const mg_program *mg_programs_get(const mg_programs *programs, const char *name, mg_error *error)
{
    for (int i = 0; i < programs->count; i++) {
        if (!strcmp(programs->program[i].name, name))
            return &programs->program[i];
    }
    const char *nearest = mg_nearest(name, programs->count, program_name, programs);
    mg_fail(error, MG_EXIT_USAGE, "no result '%s'%s%s%s; `marlgold list` shows them", name,
            nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
    return NULL;
}

/* ---- tasks ---- */

bool mg_program_tasks(const mg_program *program, const char *profile, mg_task_list *tasks, mg_error *error)
{
    const char *argument[] = {program->path, "--list", "--profile", profile, NULL};
    int status;
    *tasks = (mg_task_list){0};
    if (!mg_process_capture(argument, true, &tasks->text, &status, error))
        return false;
    if (status != 0) { /* its own line says why */
        mg_fail(error, MG_EXIT_INPUT, "%s --list --profile %s: exit status %d, wanted 0%s%.*s", program->path, profile,
                status, *tasks->text ? ": " : "", line_length(tasks->text), tasks->text);
        mg_task_list_free(tasks);
        return false;
    }
    size_t lines = 0;
    for (const char *c = tasks->text; *c; c++)
        lines += *c == '\n';
    tasks->name = mg_allocate(lines + 1, sizeof *tasks->name);
    for (char *line = tasks->text; *line && (size_t)tasks->count < lines; line += strlen(line) + 1) {
        line[strcspn(line, "\n")] = '\0';
        tasks->name[tasks->count++] = line;
    }
    return true;
}

void mg_task_list_free(mg_task_list *tasks)
{
    free(tasks->name);
    free(tasks->text);
    *tasks = (mg_task_list){0};
}

void mg_task_split(const char *task, char method[200], char seed[16])
{
    const char *slash = strrchr(task, '/');
    size_t length = slash ? (size_t)(slash - task) : strlen(task);
    snprintf(method, 200, "%.*s", (int)length, task);
    snprintf(seed, 16, "%s", slash ? slash + 1 : "");
}

void mg_task_choice(const char *task, char method[200], char seed[16])
{
    mg_task_split(task, method, seed);
    size_t length = strlen(method);
    if (!strchr(method, '/') && length + 1 < 200)
        memcpy(method + length, "/", 2);
}

/* ---- golden ---- */

/* Marks the tasks that a CSV file's first three columns name. */
static int mark_tasks(const mg_csv *csv, const mg_task_list *tasks, bool *mark)
{
    int marked = 0;
    for (size_t row = 0; csv->columns >= 3 && row < csv->rows; row++) {
        char name[400];
        const char *variant = mg_csv_cell(csv, row, 1);
        snprintf(name, sizeof name, "%s%s%s/%s", mg_csv_cell(csv, row, 0), variant[0] ? "/" : "", variant,
                 mg_csv_cell(csv, row, 2));
        for (int i = 0; i < tasks->count; i++) {
            if (strcmp(tasks->name[i], name) || mark[i])
                continue;
            mark[i] = true;
            marked++;
        }
    }
    return marked;
}

/* No such file: no rows. */
static bool read_if_there(const char *folder, const char *name, mg_csv *csv, mg_error *error)
{
    char path[MG_TOOL_PATH];
    bool exists;
    *csv = (mg_csv){0};
    return mg_path_join(path, sizeof path, folder, name, error) && mg_file_exists(path, &exists, error) &&
           (!exists || mg_csv_read(path, NULL, csv, error));
}

bool mg_golden_look(const char *golden, const mg_program *program, const char *profile, const mg_task_list *tasks,
                    mg_golden_state *state, mg_error *error)
{
    char below[MG_TOOL_PATH], folder[MG_TOOL_PATH];
    mg_csv runs = {0}, not_run = {0}, stale = {0};
    *state = (mg_golden_state){0};
    bool good =
        mg_path_join(below, sizeof below, golden, program->name, error) &&
        mg_path_join(folder, sizeof folder, below, profile, error) && read_if_there(folder, "runs.csv", &runs, error) &&
        read_if_there(folder, "not_run.csv", &not_run, error) && read_if_there(folder, "stale.csv", &stale, error);
    if (good) {
        state->task_has = mg_allocate(2 * (size_t)tasks->count + 2, sizeof *state->task_has);
        state->task_excused = state->task_has + tasks->count + 1;
        state->present = runs.columns > 0;
        state->has = mark_tasks(&runs, tasks, state->task_has);
        state->excused = mark_tasks(&not_run, tasks, state->task_excused);
        state->stale = (int)stale.rows;
    }
    mg_csv_close(&runs);
    mg_csv_close(&not_run);
    mg_csv_close(&stale);
    return good;
}

void mg_golden_free(mg_golden_state *state)
{
    free(state->task_has);
    *state = (mg_golden_state){0};
}
