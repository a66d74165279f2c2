/* The short subcommands, and what all of them share. */
#include "suite/tools/commands.h"
#include "core/io/memory.h"
#include "suite/harness/about.h"
#include "suite/harness/diff.h"
#include "suite/harness/places.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- shared ---- */

int mg_command_failed(const char *name, const mg_error *error)
{
    char program[64];
    fflush(stdout);
    snprintf(program, sizeof program, "marlgold %s", name);
    return mg_report_error(program, error);
}

/* Whether word is this option; *value is what follows '=', or NULL. */
static bool is_flag(const char *word, const mg_flag *flag, const char **value)
{
    size_t length = strlen(flag->name);
    if (strncmp(word, flag->name, length) || (word[length] && word[length] != '='))
        return false;
    *value = word[length] ? word + length + 1 : NULL;
    return true;
}

static bool read_flag(int argc, char **argv, int *i, const mg_flag *flag, mg_error *error)
{
    for (; flag->name; flag++) {
        const char *value;
        if (!is_flag(argv[*i], flag, &value))
            continue;
        if (!flag->value) {
            *flag->on = true;
            return !value || mg_fail(error, MG_EXIT_USAGE, "%s takes no value", flag->name);
        }
        if (!value && *i + 1 < argc)
            value = argv[++*i];
        *flag->value = value;
        return (value && value[0]) || mg_fail(error, MG_EXIT_USAGE, "%s wants a value", flag->name);
    }
    return mg_fail(error, MG_EXIT_USAGE, "no option '%s'; see marlgold %s --help", argv[*i], argv[0]);
}

bool mg_flags_read(int argc, char **argv, const mg_flag *flag, int *left, mg_error *error)
{
    bool options = true;
    *left = 0;
    for (int i = 1; i < argc; i++) {
        if (options && !strcmp(argv[i], "--"))
            options = false;
        else if (!options || argv[i][0] != '-')
            argv[1 + (*left)++] = argv[i];
        else if (!read_flag(argc, argv, &i, flag, error))
            return false;
    }
    return true;
}

bool mg_profile_check(const char *profile, mg_error *error)
{
    if (!strcmp(profile, "quick") || !strcmp(profile, "paper"))
        return true;
    return mg_fail(error, MG_EXIT_USAGE, "--profile '%s': wanted quick or paper", profile);
}

/* ---- list ---- */

static bool list_profile(const mg_program *program, const char *profile, const char *golden, mg_error *error)
{
    mg_task_list tasks;
    mg_golden_state state = {0};
    char text[80];
    if (!mg_program_tasks(program, profile, &tasks, error))
        return false;
    bool good = mg_golden_look(golden, program, profile, &tasks, &state, error);
    if (good && !state.present)
        snprintf(text, sizeof text, "no golden");
    else if (good)
        snprintf(text, sizeof text, "golden %d%s%s", state.has,
                 state.has + state.excused < tasks.count ? ", incomplete" : "", state.stale ? ", stale" : "");
    if (good)
        printf("  %s %4d tasks, %-20s", profile, tasks.count, text);
    mg_golden_free(&state);
    mg_task_list_free(&tasks);
    return good;
}

int mg_command_list(int argc, char **argv)
{
    const char *golden = mg_default_golden(), *reports = mg_default_reports();
    const mg_flag flags[] = {{"--golden", &golden, NULL}, {"--reports", &reports, NULL}, {NULL, NULL, NULL}};
    mg_programs programs = {0};
    mg_error error = {0};
    int left;
    bool good = mg_flags_read(argc, argv, flags, &left, &error);
    if (good && left)
        good = mg_fail(&error, MG_EXIT_USAGE, "'%s': list takes no names", argv[1]);
    good = good && mg_programs_find(&programs, &error) && mg_programs_usable(&programs, &error);
    for (int i = 0; good && i < programs.count; i++) {
        const mg_program *program = &programs.program[i];
        mg_about about = {0};
        printf("%-16s", program->name);
        good = list_profile(program, "quick", golden, &error) && list_profile(program, "paper", golden, &error) &&
               mg_about_read(reports, program->name, &about, &error);
        printf("  %s\n", good ? about.title : "");
        mg_about_close(&about);
    }
    mg_programs_free(&programs);
    return good ? MG_EXIT_OK : mg_command_failed("list", &error);
}

/* ---- run ---- */

/* Becomes the program that word[0] names. */
static int become(const char *command, char **word, mg_error *error)
{
    mg_programs programs = {0};
    const mg_program *program = NULL;
    if (mg_programs_find(&programs, error))
        program = mg_programs_get(&programs, word[0], error);
    if (program && program->broken[0]) {
        mg_fail(error, MG_EXIT_INPUT, "%s", program->broken);
        program = NULL;
    }
    if (program) {
        execv(program->path, word);
        mg_fail(error, MG_EXIT_INPUT, "%s: %s", program->path, strerror(errno));
    }
    mg_programs_free(&programs);
    return mg_command_failed(command, error);
}

int mg_command_run(int argc, char **argv)
{
    mg_error error = {0};
    if (argc >= 2)
        return become("run", argv + 1, &error);
    mg_fail(&error, MG_EXIT_USAGE, "which result? `marlgold list` shows them");
    return mg_command_failed("run", &error);
}

/* watch RESULT TASK [OPTION]... is RESULT --watch TASK [OPTION]... */
int mg_command_watch(int argc, char **argv)
{
    static char watch[] = "--watch";
    mg_error error = {0};
    if (argc < 3) {
        mg_fail(&error, MG_EXIT_USAGE, "wanted a result and one of its tasks, as `RESULT --list` names them");
        return mg_command_failed("watch", &error);
    }
    argv[0] = argv[1];
    argv[1] = watch;
    return become("watch", argv, &error);
}

/* ---- diff ---- */

int mg_command_diff(int argc, char **argv)
{
    const mg_flag flags[] = {{NULL, NULL, NULL}};
    mg_error error = {0};
    int left, status = MG_EXIT_USAGE;
    if (mg_flags_read(argc, argv, flags, &left, &error)) {
        if (left == 2)
            status = mg_diff(argv[1], argv[2], stdout, &error);
        else
            mg_fail(&error, MG_EXIT_USAGE, "%d names, wanted two folders or two CSV files", left);
    }
    return error.status == MG_EXIT_OK ? status : mg_command_failed("diff", &error);
}

/* ---- tasks ---- */

/* As a word of a shell command. */
static void print_word(const char *word, FILE *out)
{
    if (!word[strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./,+=:@")] && word[0]) {
        fputs(word, out);
        return;
    }
    fputc('\'', out);
    for (; *word; word++)
        fprintf(out, *word == '\'' ? "'\\''" : "%c", *word);
    fputc('\'', out);
}

typedef struct task_request {
    const char *profile, *golden, *out;
    bool missing, slurm;
    int printed;
    FILE *to;
} task_request;

/* A command a line; for Slurm as a case of the array's index. */
static void print_task(const mg_program *program, const char *task, task_request *request)
{
    char method[200], seed[16];
    mg_task_choice(task, method, seed);
    request->printed++;
    if (request->slurm)
        fprintf(request->to, "%d) exec ", request->printed);
    print_word(program->path, request->to);
    fprintf(request->to, " --profile %s --methods %s --seeds %s --jobs 1 --resume --quiet", request->profile, method,
            seed);
    if (strcmp(request->out, "out")) {
        fputs(" --out ", request->to);
        print_word(request->out, request->to);
    }
    fputs(request->slurm ? " ;;\n" : "\n", request->to);
}

static bool print_tasks(const mg_program *program, task_request *request, mg_error *error)
{
    mg_task_list tasks;
    mg_golden_state state = {0};
    if (!mg_program_tasks(program, request->profile, &tasks, error))
        return false;
    bool good = mg_golden_look(request->golden, program, request->profile, &tasks, &state, error);
    for (int i = 0; good && i < tasks.count; i++) {
        if (!request->missing || !state.task_has[i])
            print_task(program, tasks.name[i], request);
    }
    mg_golden_free(&state);
    mg_task_list_free(&tasks);
    return good;
}

/* What killed a task may have been the machine: a task that is requeued goes on where it was. */
static void print_batch_script(const char *cases, int count)
{
    printf("#!/bin/sh\n"
           "#SBATCH --job-name=marlgold\n"
           "#SBATCH --array=1-%d\n"
           "#SBATCH --ntasks=1\n"
           "#SBATCH --cpus-per-task=1\n"
           "#SBATCH --requeue\n"
           "#SBATCH --open-mode=append\n"
           "# %d tasks, one for each index. Once all have ended: RESULT --profile ... --merge --check\n"
           "case $SLURM_ARRAY_TASK_ID in\n%s"
           "*) echo \"no task $SLURM_ARRAY_TASK_ID\" >&2; exit 2 ;;\n"
           "esac\n",
           count, count, cases);
}

static bool list_tasks(const mg_programs *programs, int names, char **name, task_request *request, mg_error *error)
{
    bool good = true;
    for (int i = 0; good && i < (names ? names : programs->count); i++) {
        const mg_program *program = names ? mg_programs_get(programs, name[i], error) : &programs->program[i];
        good = program && print_tasks(program, request, error);
    }
    return good;
}

/* The script says at its head how many there are. */
static bool list_for_slurm(const mg_programs *programs, int names, char **name, task_request *request, mg_error *error)
{
    char *cases = NULL;
    size_t length;
    request->to = open_memstream(&cases, &length);
    if (!request->to)
        mg_out_of_memory(1);
    bool good = list_tasks(programs, names, name, request, error);
    if (fclose(request->to))
        mg_out_of_memory(length);
    if (good && !request->printed)
        good = mg_fail(error, MG_EXIT_INPUT, "no task to run: golden has them all; without --missing all are listed");
    if (good)
        print_batch_script(cases, request->printed);
    free(cases);
    return good;
}

int mg_command_tasks(int argc, char **argv)
{
    task_request request = {.profile = "paper", .golden = mg_default_golden(), .out = "out", .to = stdout};
    const mg_flag flags[] = {{"--profile", &request.profile, NULL}, {"--golden", &request.golden, NULL},
                             {"--out", &request.out, NULL},         {"--missing", NULL, &request.missing},
                             {"--slurm", NULL, &request.slurm},     {NULL, NULL, NULL}};
    mg_programs programs = {0};
    mg_error error = {0};
    int left;
    bool good = mg_flags_read(argc, argv, flags, &left, &error) && mg_profile_check(request.profile, &error) &&
                mg_programs_find(&programs, &error) && mg_programs_usable(&programs, &error) &&
                (request.slurm ? list_for_slurm : list_tasks)(&programs, left, argv + 1, &request, &error);
    mg_programs_free(&programs);
    return good ? MG_EXIT_OK : mg_command_failed("tasks", &error);
}
