/* marlgold check: every result against golden, a line each. */
#include "suite/tools/commands.h"
#include "core/io/csv.h"
#include "core/io/file.h"
#include "core/io/pool.h"
#include "core/io/process.h"
#include "core/io/progress.h"
#include "suite/harness/places.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct checking {
    const char *profile, *golden, *reports, *out, *jobs, *isa;
    bool first_checkpoint;
    int passed, failed, skipped;
    int worst; /* exit status */
    mg_error *error;
} checking;

/* The line that says it best: the program's own last one. */
static const char *last_line(const char *text, int *length)
{
    const char *line = text;
    for (const char *c = text; *c; c++) {
        if (*c == '\n' && c[1])
            line = c + 1;
    }
    *length = (int)strcspn(line, "\n");
    return line;
}

/* A program that crashed, or ended in another way of its own, has a failure that is none of its results. */
static void count(checking *now, int status)
{
    if (status > MG_EXIT_INPUT && status != MG_EXIT_SKIPPED)
        status = MG_EXIT_INPUT;
    now->passed += status == MG_EXIT_OK;
    now->skipped += status == MG_EXIT_SKIPPED;
    now->failed += status != MG_EXIT_OK && status != MG_EXIT_SKIPPED;
    if (status != MG_EXIT_SKIPPED && status > now->worst)
        now->worst = status;
}

/* A program that could not be run, or describe itself, has failed like one that differs. */
static void print_failure(checking *now, const mg_program *program, const char *what, const char *why)
{
    printf("%-8s%-16s %-24s %s\n", "FAILED", program->name, what, why);
    count(now, MG_EXIT_INPUT);
}

/* A reader that has gone (`| head`) or a full disk: no more is run for nobody. */
static bool output_is_written(checking *now)
{
    return (fflush(stdout) == 0 && !ferror(stdout)) ||
           mg_fail(now->error, MG_EXIT_INPUT, "standard output: could not be written");
}

/* Runs the program with --check and what `more` adds, and prints its line; of a failure all that it said. */
static bool check_one(checking *now, const mg_program *program, const char *profile, const char *what,
                      const char *const *more)
{
    enum { ARGUMENTS_MAX = 32 };
    const char *argument[ARGUMENTS_MAX] = {program->path, "--check",   "--quiet",    "--profile", profile, "--golden",
                                           now->golden,   "--reports", now->reports, "--out",     now->out};
    int count_of = 11, status, length;
    char *text;
    double started = mg_seconds();
    if (now->jobs) {
        argument[count_of++] = "--jobs";
        argument[count_of++] = now->jobs;
    }
    if (now->isa) {
        argument[count_of++] = "--isa";
        argument[count_of++] = now->isa;
    }
    while (*more && count_of < ARGUMENTS_MAX - 1)
        argument[count_of++] = *more++;
    mg_error own = {0};
    if (!mg_process_capture(argument, true, &text, &status, &own)) {
        print_failure(now, program, what, own.text);
        return output_is_written(now);
    }
    if (mg_signal_seen()) { /* the program had it too */
        free(text);
        return false;
    }
    const char *line = last_line(text, &length);
    const char *verdict = status == MG_EXIT_OK ? "ok" : status == MG_EXIT_SKIPPED ? "skipped" : "FAILED";
    if (status > 128)
        printf("%-8s%-16s %-24s ended by signal %d (%.1f s)\n", verdict, program->name, what, status - 128,
               mg_seconds() - started);
    else
        printf("%-8s%-16s %-24s %.*s (%.1f s)\n", verdict, program->name, what, length, line, mg_seconds() - started);
    if (status != MG_EXIT_OK && (line != text || status > 128)) /* it said more than this line */
        printf("%s", text);
    free(text);
    count(now, status);
    return output_is_written(now);
}

/* ---- the first checkpoints of paper tasks ---- */

static void skip(checking *now, const mg_program *program, const char *why)
{
    printf("%-8s%-16s %s\n", "skipped", program->name, why);
    now->skipped++;
}

/* One task of each method that golden's paper folder has: the first row of it. */
static bool check_first_checkpoints(checking *now, const mg_program *program)
{
    static const char header[] = "method,variant,seed";
    char path[MG_TOOL_PATH];
    mg_csv runs = {0};
    bool exists;
    int length = snprintf(path, sizeof path, "%s/%s/paper/runs.csv", now->golden, program->name);
    if (length < 0 || (size_t)length >= sizeof path)
        return mg_fail(now->error, MG_EXIT_INPUT, "--golden %.60s...: the path is too long", now->golden);
    if (!mg_file_exists(path, &exists, now->error))
        return false;
    if (!exists) {
        skip(now, program, "no committed paper result");
        return true;
    }
    bool good = mg_csv_read(path, NULL, &runs, now->error);
    if (good && (runs.columns < 3 || strcmp(runs.header[0], "method") || strcmp(runs.header[1], "variant") ||
                 strcmp(runs.header[2], "seed")))
        good = mg_fail(now->error, MG_EXIT_INPUT, "%s:1: the header should begin with %s", path, header);
    for (size_t row = 0; good && row < runs.rows; row++) {
        char method[200], what[240];
        const char *name = mg_csv_cell(&runs, row, 0), *variant = mg_csv_cell(&runs, row, 1);
        if (row && !strcmp(name, mg_csv_cell(&runs, row - 1, 0)) && !strcmp(variant, mg_csv_cell(&runs, row - 1, 1)))
            continue;
        snprintf(method, sizeof method, "%s%s%s", name, variant[0] ? "/" : "", variant);
        snprintf(what, sizeof what, "%s/%s to checkpoint 1", method, mg_csv_cell(&runs, row, 2));
        const char *more[] = {"--methods",          method, "--seeds", mg_csv_cell(&runs, row, 2),
                              "--until-checkpoint", "1",    NULL};
        good = check_one(now, program, "paper", what, more);
    }
    mg_csv_close(&runs);
    return good;
}

/* ---- all ---- */

static bool check_program(checking *now, const mg_program *program)
{
    static const char *const nothing[] = {NULL};
    if (program->broken[0]) {
        print_failure(now, program, now->profile, program->broken);
        return output_is_written(now);
    }
    if (now->first_checkpoint)
        return check_first_checkpoints(now, program);
    return check_one(now, program, now->profile, now->profile, nothing);
}

static bool check_programs(checking *now, const mg_programs *programs, int names, char **name)
{
    for (int i = 0; i < names; i++) { /* before anything runs */
        if (!mg_programs_get(programs, name[i], now->error))
            return false;
    }
    for (int i = 0; i < (names ? names : programs->count); i++) {
        const mg_program *program = names ? mg_programs_get(programs, name[i], now->error) : &programs->program[i];
        if (!check_program(now, program))
            return false;
    }
    return true;
}

static bool temporary_folder(char folder[MG_TOOL_PATH], mg_error *error)
{
    const char *home = getenv("TMPDIR");
    int length = snprintf(folder, MG_TOOL_PATH, "%s/marlgold-check-XXXXXX", home && *home ? home : "/tmp");
    if (length < MG_TOOL_PATH && mkdtemp(folder))
        return true;
    mg_fail(error, MG_EXIT_INPUT, "%s: %s; set TMPDIR", folder, length < MG_TOOL_PATH ? strerror(errno) : "too long");
    folder[0] = '\0';
    return false;
}

int mg_command_check(int argc, char **argv)
{
    mg_error error = {0};
    checking now = {
        .profile = "quick", .golden = mg_default_golden(), .reports = mg_default_reports(), .error = &error};
    const mg_flag flags[] = {{"--profile", &now.profile, NULL},
                             {"--golden", &now.golden, NULL},
                             {"--reports", &now.reports, NULL},
                             {"--out", &now.out, NULL},
                             {"--jobs", &now.jobs, NULL},
                             {"--isa", &now.isa, NULL},
                             {"--first-checkpoint", NULL, &now.first_checkpoint},
                             {NULL, NULL, NULL}};
    mg_programs programs = {0};
    char folder[MG_TOOL_PATH] = "";
    int names;
    mg_signals_install();
    (void)signal(SIGPIPE, SIG_IGN); /* a write that fails instead, so that the folder is removed */
    bool good = mg_flags_read(argc, argv, flags, &names, &error) && mg_profile_check(now.profile, &error) &&
                mg_programs_find(&programs, &error) && (now.out || temporary_folder(folder, &error));
    if (good) {
        if (!now.out)
            now.out = folder;
        good = check_programs(&now, &programs, names, argv + 1);
    }
    mg_error second = {0};
    if (folder[0] && !mg_folder_remove(folder, good ? &error : &second))
        good = false;
    mg_programs_free(&programs);
    if (mg_signal_seen())
        return 128 + mg_signal_seen();
    if (!good)
        return mg_command_failed("check", &error);
    printf("%d passed, %d failed, %d skipped\n", now.passed, now.failed, now.skipped);
    return now.failed ? now.worst : now.passed ? MG_EXIT_OK : MG_EXIT_SKIPPED;
}
