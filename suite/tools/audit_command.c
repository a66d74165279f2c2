/* marlgold audit: whole paper tasks, drawn by the commit, run again and compared with golden. */
#include "suite/tools/commands.h"
#include "core/io/csv.h"
#include "core/io/digest.h"
#include "core/io/file.h"
#include "core/io/memory.h"
#include "core/io/process.h"
#include "core/io/progress.h"
#include "core/io/text.h"
#include "suite/harness/places.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TIMES_HEADER "result,method,seconds"

typedef struct candidate {
    const mg_program *program;
    char task[200];
    mg_digest place; /* in the draw: the lowest come first */
} candidate;

typedef struct auditing {
    const char *golden, *reports, *commit, *times, *tasks, *seconds;
    bool draw;
    long wanted, limit; /* 0: no limit */
    int candidates, room;
    candidate *candidate;
    mg_csv known; /* times */
    mg_error *error;
} auditing;

/* ---- who may be drawn ---- */

/* Seconds that the method's longest task takes, or -1 where nobody has measured it. */
static long seconds_of(const auditing *now, const char *result, const char *method)
{
    for (size_t row = 0; row < now->known.rows; row++) {
        long seconds;
        if (!strcmp(mg_csv_cell(&now->known, row, 0), result) && !strcmp(mg_csv_cell(&now->known, row, 1), method) &&
            mg_read_long(mg_csv_cell(&now->known, row, 2), 0, 1000000, &seconds))
            return seconds;
    }
    return -1;
}

static bool is_stale(const mg_csv *stale, const char *method)
{
    for (size_t row = 0; row < stale->rows && stale->columns >= 2; row++) {
        char name[400];
        const char *variant = mg_csv_cell(stale, row, 1);
        snprintf(name, sizeof name, "%s%s%s", mg_csv_cell(stale, row, 0), variant[0] ? "/" : "", variant);
        if (!strcmp(name, method))
            return true;
    }
    return false;
}

static void add_candidate(auditing *now, const mg_program *program, const char *task)
{
    mg_hasher *hasher = mg_hasher_create();
    candidate *new = &now->candidate[now->candidates];
    if (now->candidates == now->room) {
        candidate *more = mg_allocate(2 * (size_t)now->room + 64, sizeof *more);
        if (now->candidates)
            memcpy(more, now->candidate, (size_t)now->candidates * sizeof *more);
        free(now->candidate);
        now->candidate = more;
        now->room = 2 * now->room + 64;
        new = &more[now->candidates];
    }
    now->candidates++;
    new->program = program;
    snprintf(new->task, sizeof new->task, "%s", task);
    mg_hash_text(hasher, "commit", now->commit);
    mg_hash_text(hasher, "result", program->name);
    mg_hash_text(hasher, "task", task);
    new->place = mg_hasher_finish(hasher);
    mg_hasher_destroy(hasher);
}

static bool read_stale(const auditing *now, const mg_program *program, mg_csv *stale)
{
    char path[MG_TOOL_PATH];
    bool exists;
    *stale = (mg_csv){0};
    int length = snprintf(path, sizeof path, "%s/%s/paper/stale.csv", now->golden, program->name);
    if (length >= MG_TOOL_PATH)
        return mg_fail(now->error, MG_EXIT_INPUT, "%.60s...: path too long", now->golden);
    return mg_file_exists(path, &exists, now->error) && (!exists || mg_csv_read(path, NULL, stale, now->error));
}

/* Tasks that golden has, that are not stale, and that are known to take no longer than asked for. */
static bool find_candidates(auditing *now, const mg_program *program)
{
    mg_task_list tasks;
    mg_golden_state state = {0};
    mg_csv stale = {0};
    if (!mg_program_tasks(program, "paper", &tasks, now->error))
        return false;
    bool good =
        mg_golden_look(now->golden, program, "paper", &tasks, &state, now->error) && read_stale(now, program, &stale);
    for (int i = 0; good && i < tasks.count; i++) {
        char method[200], seed[16];
        mg_task_split(tasks.name[i], method, seed);
        long seconds = seconds_of(now, program->name, method);
        bool soon = !now->limit || (seconds >= 0 && seconds <= now->limit);
        if (state.task_has[i] && soon && !is_stale(&stale, method))
            add_candidate(now, program, tasks.name[i]);
    }
    mg_csv_close(&stale);
    mg_golden_free(&state);
    mg_task_list_free(&tasks);
    return good;
}

static int by_place(const candidate *a, const candidate *b)
{
    if (a->place.high != b->place.high)
        return a->place.high < b->place.high ? -1 : 1;
    return a->place.low < b->place.low ? -1 : a->place.low > b->place.low;
}

/* The lowest places move to the front, in order. */
static void draw(auditing *now)
{
    for (int i = 0; i < now->candidates && i < now->wanted; i++) {
        int lowest = i;
        for (int j = i + 1; j < now->candidates; j++)
            lowest = by_place(&now->candidate[j], &now->candidate[lowest]) < 0 ? j : lowest;
        candidate drawn = now->candidate[lowest];
        now->candidate[lowest] = now->candidate[i];
        now->candidate[i] = drawn;
    }
}

/* ---- running them ---- */

static bool run_task(const auditing *now, const candidate *drawn, const char *out, int *status)
{
    char method[200], seed[16], *text;
    mg_task_choice(drawn->task, method, seed);
    const char *argument[] = {drawn->program->path,
                              "--profile",
                              "paper",
                              "--methods",
                              method,
                              "--seeds",
                              seed,
                              "--check",
                              "--quiet",
                              "--jobs",
                              "1",
                              "--golden",
                              now->golden,
                              "--out",
                              out,
                              "--reports",
                              now->reports,
                              NULL};
    double started = mg_seconds();
    if (!mg_process_capture(argument, true, &text, status, now->error))
        return false;
    printf("%-8s%s %s (%.1f s)\n",
           *status == 0                 ? "ok"
           : *status == MG_EXIT_SKIPPED ? "skipped"
                                        : "FAILED",
           drawn->program->name, drawn->task, mg_seconds() - started);
    if (*status != 0)
        printf("%s", text);
    fflush(stdout);
    free(text);
    return true;
}

static bool run_all(const auditing *now, int count, int *worst)
{
    char folder[MG_TOOL_PATH];
    const char *home = getenv("TMPDIR");
    int length = snprintf(folder, sizeof folder, "%s/marlgold-audit-XXXXXX", home && *home ? home : "/tmp");
    if (length >= MG_TOOL_PATH || !mkdtemp(folder))
        return mg_fail(now->error, MG_EXIT_INPUT, "%s: %s", folder, strerror(errno));
    int failed = 0, status;
    bool good = true;
    for (int i = 0; good && i < count; i++) {
        good = run_task(now, &now->candidate[i], folder, &status);
        failed += status != 0;
        *worst = status > *worst ? status : *worst;
    }
    mg_error ignored = {0};
    (void)mg_folder_remove(folder, &ignored);
    if (good)
        printf("audit: %d tasks run again, %d differ\n", count, failed);
    return good;
}

/* ---- the command ---- */

static bool head_commit(char text[80], mg_error *error)
{
    const char *argument[] = {"git", "rev-parse", "HEAD", NULL};
    char *said = NULL;
    int status;
    bool good = mg_process_capture(argument, false, &said, &status, error) && status == 0;
    if (good)
        snprintf(text, 80, "%.*s", (int)strcspn(said, "\n"), said);
    free(said);
    if (!good && error->status == MG_EXIT_OK)
        mg_fail(error, MG_EXIT_INPUT, "no git work tree here; --commit TEXT says by what to draw");
    return good;
}

static bool read_numbers(auditing *now)
{
    if (!mg_read_long(now->tasks, 1, 100000, &now->wanted))
        return mg_fail(now->error, MG_EXIT_USAGE, "--tasks '%s': wanted a whole number from 1 to 100000", now->tasks);
    if (!now->seconds)
        return true;
    if (!mg_read_long(now->seconds, 1, 1000000, &now->limit))
        return mg_fail(now->error, MG_EXIT_USAGE, "--seconds '%s': wanted a whole number from 1 to 1000000",
                       now->seconds);
    return mg_csv_read(now->times, TIMES_HEADER, &now->known, now->error);
}

static bool audit(auditing *now, const mg_programs *programs, int names, char **name, int *worst)
{
    for (int i = 0; i < (names ? names : programs->count); i++) {
        const mg_program *program = names ? mg_programs_get(programs, name[i], now->error) : &programs->program[i];
        if (!program || !find_candidates(now, program))
            return false;
    }
    if (!now->candidates)
        return mg_fail(now->error, MG_EXIT_INPUT, "no paper task to draw from in %s%s%s", now->golden,
                       now->limit ? "; the times known are those of " : "", now->limit ? now->times : "");
    draw(now);
    int count = now->candidates < now->wanted ? now->candidates : (int)now->wanted;
    printf("audit: %d of %d paper tasks drawn by commit %s:", count, now->candidates, now->commit);
    for (int i = 0; i < count; i++)
        printf(" %s:%s", now->candidate[i].program->name, now->candidate[i].task);
    printf("\n");
    fflush(stdout);
    return now->draw || run_all(now, count, worst);
}

int mg_command_audit(int argc, char **argv)
{
    mg_error error = {0};
    char commit[80];
    auditing now = {.golden = mg_default_golden(),
                    .reports = mg_default_reports(),
                    .times = "ci/task-seconds.csv",
                    .tasks = "1",
                    .error = &error};
    const mg_flag flags[] = {{"--golden", &now.golden, NULL}, {"--reports", &now.reports, NULL},
                             {"--commit", &now.commit, NULL}, {"--tasks", &now.tasks, NULL},
                             {"--times", &now.times, NULL},   {"--seconds", &now.seconds, NULL},
                             {"--draw", NULL, &now.draw},     {NULL, NULL, NULL}};
    mg_programs programs = {0};
    int names, worst = MG_EXIT_OK;
    bool good =
        mg_flags_read(argc, argv, flags, &names, &error) && read_numbers(&now) && mg_programs_find(&programs, &error);
    if (good && !now.commit) {
        good = head_commit(commit, &error);
        now.commit = commit;
    }
    good = good && audit(&now, &programs, names, argv + 1, &worst);
    mg_csv_close(&now.known);
    free(now.candidate);
    mg_programs_free(&programs);
    return good ? worst : mg_command_failed("audit", &error);
}
