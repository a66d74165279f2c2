/* main.c - a result's program, from its command line to its exit status. */
#include "core/io/memory.h"
#include "core/io/pool.h"
#include "core/num/isa.h"
#include "suite/harness/about.h"
#include "suite/harness/machine.h"
#include "suite/harness/session.h"
#include "suite/harness/settings.h"

#include <stdlib.h>
#include <string.h>

/* What changes golden without a run. */
static int change_golden(const mg_experiment *experiment, const mg_options *options, mg_error *error)
{
    const mg_place place = {experiment, options->profile, ""};
    mg_judge judge = mg_judge_of(&place, options);
    bool good = options->command == MG_COMMAND_REJUDGE
                    ? mg_rejudge(&judge, options->reason, error)
                    : mg_mark_stale(&judge, options->reason, options->tasks, options->task, error);
    return good ? 0 : (int)error->status;
}

static int check_golden(const mg_experiment *experiment, const mg_options *options, mg_error *error)
{
    const mg_place place = {experiment, options->profile, ""};
    mg_judge judge = mg_judge_of(&place, options);
    return mg_check_golden(&judge, stdout, error);
}

static int run_command(const mg_experiment *experiment, const mg_options *options, mg_error *error)
{
    char message[300];
    if (!mg_isa_choose(options->isa, message, sizeof message)) {
        mg_fail(error, strcmp(options->isa, "auto") == 0 ? MG_EXIT_INPUT : MG_EXIT_USAGE, "%s", message);
        return (int)error->status;
    }
    if (options->command == MG_COMMAND_VERSION) {
        mg_print_version(experiment, stdout);
        return 0;
    }
    if (options->command == MG_COMMAND_CHECK_GOLDEN)
        return check_golden(experiment, options, error);
    if (options->command == MG_COMMAND_REJUDGE || options->command == MG_COMMAND_STALE)
        return change_golden(experiment, options, error);
    mg_signals_install();
    return options->watch             ? mg_watch_task(experiment, options, error)
           : options->dump_checkpoint ? mg_dump_task(experiment, options, error)
                                      : mg_run_tasks(experiment, options, error);
}

static void list_tasks(const mg_experiment *experiment, const mg_options *options)
{
    char name[MG_TASK_NAME];
    for (int i = 0; i < options->tasks; i++)
        printf("%s\n", mg_task_name(experiment, options->task[i], name));
    for (int i = 0; i < options->extras; i++)
        printf("%s\n", mg_task_name(experiment, options->extra[i], name));
}

/* The last field is the mark by which `marlgold` knows a result among other programs, before it starts any. */
static void describe(const mg_experiment *experiment)
{
    printf("%s\tmarlgold result program\n", experiment->name);
}

static void print_settings(const mg_experiment *experiment)
{
    mg_csv_writer writer = {0};
    mg_put_settings(experiment, &writer);
    (void)fwrite(writer.text, 1, writer.length, stdout);
    mg_csv_free(&writer);
}

static int do_command(const mg_experiment *experiment, const mg_options *options, mg_error *error)
{
    switch (options->command) {
    case MG_COMMAND_HELP: mg_print_help(experiment, options->reports, stdout); return 0;
    case MG_COMMAND_MANUAL: mg_print_manual(experiment, options->reports, stdout); return 0;
    case MG_COMMAND_DESCRIBE: describe(experiment); return 0;
    case MG_COMMAND_SETTINGS: print_settings(experiment); return 0;
    case MG_COMMAND_LIST: list_tasks(experiment, options); return 0;
    default: return run_command(experiment, options, error);
    }
}

/* With --set or --network it is another experiment. */
static int try_out(const mg_experiment *experiment, const mg_options *options, mg_error *error)
{
    mg_experiment tried = {0};
    bool *chosen = mg_allocate((size_t)experiment->methods + 1, sizeof *chosen);
    for (int i = 0; i < options->tasks; i++)
        chosen[options->task[i].method] = true;
    for (int i = 0; i < options->extras; i++)
        chosen[options->extra[i].method] = true;
    int status = mg_trial_begin(experiment, chosen, &options->trial, &tried, error) ? do_command(&tried, options, error)
                                                                                    : (int)error->status;
    mg_trial_end(&tried);
    free(chosen);
    return status;
}

/* One call of the program, of the whole experiment. */
static int run_program(const mg_experiment *experiment, int argc, char **argv, mg_error *error)
{
    mg_options options = {0};
    int status = 0;
    if (argc > 1 && !strcmp(argv[1], "--complete"))
        mg_complete_options(experiment, argc - 2, argv + 2, stdout);
    else if (!mg_options_read(experiment, argc, argv, &options, error))
        status = (int)error->status;
    else
        status = mg_trial_asked(&options.trial) ? try_out(experiment, &options, error)
                                                : do_command(experiment, &options, error);
    mg_options_free(&options);
    return status;
}

int mg_experiment_main(const mg_experiment *experiment, int argc, char **argv)
{
    mg_experiment whole = {0};
    mg_error error = {MG_EXIT_OK, ""};
    bool good = mg_stack_suffices(&error) && mg_experiment_whole(experiment, &whole, &error);
    int status = good ? run_program(&whole, argc, argv, &error) : (int)error.status;
    mg_experiment_free(&whole);
    if (error.status)
        mg_report_error(experiment->name, &error);
    return mg_output_written(experiment->name, status);
}
