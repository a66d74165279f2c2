/* marlgold check-golden and rejudge: what is done with the committed results without a run. */
#include "suite/tools/commands.h"
#include "core/io/file.h"
#include "core/io/process.h"
#include "suite/harness/changes.h"
#include "suite/harness/places.h"
#include "suite/harness/staging.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

typedef struct tending {
    const char *golden, *reports, *profile, *reason;
    int passed, failed, skipped;
    mg_error *error;
} tending;

/* Runs the program on one profile's golden and prints a line; what it said, too, where that is more than its last. */
static bool tend(tending *now, const mg_program *program, const char *profile, const char *what, const char *value)
{
    const char *argument[] = {program->path, "--profile",  profile, "--golden", now->golden,
                              "--reports",   now->reports, what,    value,      NULL};
    char *text;
    int status;
    if (!mg_process_capture(argument, true, &text, &status, now->error))
        return false;
    const char *verdict = status == MG_EXIT_OK ? "ok" : status == MG_EXIT_SKIPPED ? "skipped" : "FAILED";
    size_t length = strlen(text), last = length;
    while (last > 0 && (last == length || text[last - 1] != '\n'))
        last--;
    printf("%-8s%-16s %-6s %.*s\n", verdict, program->name, profile, (int)strcspn(text + last, "\n"), text + last);
    printf("%.*s", (int)last, text);
    fflush(stdout);
    free(text);
    now->passed += status == MG_EXIT_OK;
    now->skipped += status == MG_EXIT_SKIPPED;
    now->failed += status != MG_EXIT_OK && status != MG_EXIT_SKIPPED;
    return true;
}

static bool tend_all(tending *now, const mg_programs *programs, int names, char **name, const char *what)
{
    static const char *const profiles[] = {"quick", "paper"};
    for (int i = 0; i < names; i++) { /* before any is touched */
        if (!mg_programs_get(programs, name[i], now->error))
            return false;
    }
    for (int i = 0; i < 2 * (names ? names : programs->count); i++) {
        const mg_program *program =
            names ? mg_programs_get(programs, name[i / 2], now->error) : &programs->program[i / 2];
        if (now->profile && strcmp(now->profile, profiles[i % 2]))
            continue;
        if (!tend(now, program, profiles[i % 2], what, now->reason))
            return false;
    }
    return true;
}

/* ---- what lies beside the results ---- */

static void wrong(tending *now, const char *path, const char *name, const char *what)
{
    printf("%-8s%s/%s: %s\n", "FAILED", path, name, what);
    now->failed++;
}

static bool is_folder(const char *folder, const char *name)
{
    char path[MG_TOOL_PATH];
    struct stat status;
    mg_error ignored = {0};
    return mg_path_join(path, sizeof path, folder, name, &ignored) && lstat(path, &status) == 0 &&
           S_ISDIR(status.st_mode);
}

static bool is_result(const mg_programs *programs, const char *name)
{
    for (int i = 0; i < programs->count; i++) {
        if (!strcmp(programs->program[i].name, name))
            return true;
    }
    return false;
}

static bool check_result_folder(tending *now, const char *name)
{
    char folder[MG_TOOL_PATH];
    mg_folder_names names;
    if (!mg_path_join(folder, sizeof folder, now->golden, name, now->error) ||
        !mg_folder_list(folder, &names, now->error))
        return false;
    for (size_t i = 0; i < names.count; i++) {
        bool profile = !strcmp(names.name[i], "quick") || !strcmp(names.name[i], "paper");
        if (!profile || !is_folder(folder, names.name[i]))
            wrong(now, folder, names.name[i], "belongs to no profile; remove it");
    }
    mg_folder_names_free(&names);
    return true;
}

static bool check_left(tending *now)
{
    mg_left left;
    if (!mg_staging_left(now->golden, &left, now->error))
        return false;
    static const char *const says[] = {
        [MG_LEFT_UNDO] = "left by a change of golden that is at work, or was killed before its row was in CHANGES.csv: "
                         "golden is as before, the next --bless or --rejudge removes it",
        [MG_LEFT_FINISH] = "left by a change of golden that was killed after its row was in CHANGES.csv: the next "
                           "--bless or --rejudge finishes it",
        [MG_LEFT_REMAINS] = "left by a change of golden that is done; the next --bless or --rejudge removes it",
    };
    if (left != MG_LEFT_NOTHING)
        wrong(now, now->golden, ".bless", says[left]);
    return true;
}

/* Whether a line of the list is just this name. */
static bool lists(const char *list, const char *name)
{
    size_t length = strlen(name);
    for (; *list; list += strcspn(list, "\n"), list += *list == '\n') {
        if (!strncmp(list, name, length) && list[length] == '\n')
            return true;
    }
    return false;
}

/* Where git knows all of the past: every commit that a row names is in it. */
static bool check_commits(tending *now, const mg_csv *changes)
{
    const char *shallow[] = {"git", "-C", now->golden, "rev-parse", "--is-shallow-repository", NULL};
    const char *past[] = {"git", "-C", now->golden, "rev-list", "--abbrev-commit", "--abbrev=12", "HEAD", NULL};
    const char *tracked[] = {"git", "-C", now->golden, "ls-files", "--error-unmatch", "CHANGES.csv", NULL};
    char *said = NULL, *ids = NULL, *name = NULL;
    int status = 1, status_past = 1, status_tracked = 1;
    mg_error no_git = {0};
    bool known = mg_process_capture(shallow, true, &said, &status, &no_git) && status == 0 &&
                 !strncmp(said, "false", 5) && mg_process_capture(tracked, true, &name, &status_tracked, &no_git) &&
                 status_tracked == 0 && mg_process_capture(past, false, &ids, &status_past, &no_git) &&
                 status_past == 0;
    bool all = true;
    for (size_t row = 0; known && row < changes->rows; row++) {
        const char *commit = mg_csv_cell(changes, row, MG_CHANGE_COMMIT);
        if (lists(ids, commit))
            continue;
        printf("%-8s%s:%zu: commit %s is not in the history of HEAD: rebased after it was blessed, or never pushed\n",
               "FAILED", changes->path, changes->line[row], commit);
        all = false;
    }
    free(said);
    free(ids);
    free(name);
    return all;
}

/* The top of golden: CHANGES.csv, the core's table and a folder per result. */
static bool check_top(tending *now, const mg_programs *programs)
{
    mg_folder_names names;
    mg_csv changes = {0};
    mg_error own = {0};
    int before = now->failed;
    if (!check_left(now) || !mg_folder_list(now->golden, &names, now->error))
        return false;
    bool good = true;
    for (size_t i = 0; good && i < names.count; i++) {
        const char *name = names.name[i];
        if (!strcmp(name, "CHANGES.csv") || !strcmp(name, "core-selftest.csv") || !strcmp(name, ".bless"))
            continue;
        if (!is_result(programs, name) || !is_folder(now->golden, name))
            wrong(now, now->golden, name, "belongs to no program; remove it");
        else
            good = check_result_folder(now, name);
    }
    mg_folder_names_free(&names);
    if (!good)
        return false;
    if (!mg_changes_read(now->golden, &changes, &own) || !mg_changes_verify(&changes, &own)) {
        printf("%-8s%s\n", "FAILED", own.text);
        now->failed++;
    }
    for (size_t row = 0; row < changes.rows; row++) {
        if (!is_result(programs, mg_csv_cell(&changes, row, MG_CHANGE_RESULT))) {
            wrong(now, now->golden, "CHANGES.csv", "has a row of a result that no program makes");
            break;
        }
    }
    now->failed += !check_commits(now, &changes);
    mg_csv_close(&changes);
    now->passed += now->failed == before;
    return true;
}

/* ---- the commands ---- */

static int end(tending *now, mg_programs *programs, bool good, const char *name)
{
    mg_programs_free(programs);
    if (!good)
        return mg_command_failed(name, now->error);
    printf("%d passed, %d failed, %d skipped\n", now->passed, now->failed, now->skipped);
    return now->failed ? MG_EXIT_DIFFERS : MG_EXIT_OK;
}

int mg_command_check_golden(int argc, char **argv)
{
    mg_error error = {0};
    tending now = {.golden = mg_default_golden(), .reports = mg_default_reports(), .error = &error};
    const mg_flag flags[] = {{"--golden", &now.golden, NULL},
                             {"--reports", &now.reports, NULL},
                             {"--profile", &now.profile, NULL},
                             {NULL, NULL, NULL}};
    mg_programs programs = {0};
    int names;
    bool good = mg_flags_read(argc, argv, flags, &names, &error) &&
                (!now.profile || mg_profile_check(now.profile, &error)) && mg_programs_find(&programs, &error) &&
                mg_programs_usable(&programs, &error) && check_top(&now, &programs) &&
                tend_all(&now, &programs, names, argv + 1, "--check-golden");
    return end(&now, &programs, good, "check-golden");
}

int mg_command_rejudge(int argc, char **argv)
{
    mg_error error = {0};
    tending now = {.golden = mg_default_golden(), .reports = mg_default_reports(), .error = &error};
    const mg_flag flags[] = {{"--golden", &now.golden, NULL},
                             {"--reports", &now.reports, NULL},
                             {"--profile", &now.profile, NULL},
                             {"--reason", &now.reason, NULL},
                             {NULL, NULL, NULL}};
    mg_programs programs = {0};
    int names;
    bool good =
        mg_flags_read(argc, argv, flags, &names, &error) && (!now.profile || mg_profile_check(now.profile, &error));
    if (good && !now.reason)
        good = mg_fail(&error, MG_EXIT_USAGE, "wanted --reason WHY, which goes into CHANGES.csv");
    good = good && mg_programs_find(&programs, &error) && mg_programs_usable(&programs, &error) &&
           tend_all(&now, &programs, names, argv + 1, "--rejudge");
    return end(&now, &programs, good, "rejudge");
}
