/* start.c - what an experiment says of itself, checked before anything runs. */
#include "suite/harness/epilogue.h"
#include "suite/harness/judge.h"
#include "suite/harness/parent.h"
#include "suite/harness/runs_table.h"
#include "core/io/file.h"
#include "core/io/memory.h"
#include "core/io/text.h"
#include <stdlib.h>
#include <string.h>

#define NUMBERS_HEADER "number,result"

/* ---- metrics ---- */

static bool is_in(const char *list, const char *name)
{
    size_t length = strlen(name);
    while (list && *list) {
        size_t item = strcspn(list, ",");
        if (item == length && !strncmp(list, name, length))
            return true;
        list += item + (list[item] == ',');
    }
    return false;
}

static bool is_metric(const mg_metric_spec *metric, int metrics, const char *name)
{
    for (int m = 0; m < metrics; m++)
        if (!strcmp(metric[m].name, name))
            return true;
    return false;
}

/* Marks those of the experiment's metrics that training this method fills. Where the environment or the learner cannot
 * run, running it says why. */
static void mark_trained(const mg_experiment *experiment, const mg_setup *setup, bool *given)
{
    mg_env_spec environment = {0};
    mg_learner_spec learner = {0};
    mg_error ignored = {0};
    const mg_env_table *table = setup->environment;
    mg_key key = {experiment->number, 0};
    void *world = table->open_world ? table->open_world(setup->environment_config, key, &ignored) : NULL;
    if (table->open_world && !world)
        return;
    table->describe(setup->environment_config, world, &environment);
    if (!setup->learner->describe(setup->learner_config, &environment, &learner, &ignored))
        learner.metrics = 0;
    for (int i = 0; experiment->metrics[i]; i++)
        given[i] = given[i] || is_metric(environment.metric, environment.metrics, experiment->metrics[i]) ||
                   is_metric(learner.metric, learner.metrics, experiment->metrics[i]);
    mg_env_spec_free(&environment);
    if (world)
        table->close_world(world);
}

static bool all_given(const mg_experiment *experiment, const bool *given)
{
    for (int i = 0; experiment->metrics[i]; i++)
        if (!given[i])
            return false;
    return true;
}

/* Stops as soon as all are found: a world can take time to open. */
static void mark_given(const mg_experiment *experiment, bool *given)
{
    mg_setup *setup = mg_allocate(1, sizeof *setup);
    for (int m = 0; m < experiment->methods; m++)
        for (int i = 0; experiment->metrics[i]; i++)
            given[i] = given[i] || is_in(experiment->method[m].gives, experiment->metrics[i]) ||
                       mg_milestone_find(experiment, experiment->metrics[i]);
    for (int m = 0; m < experiment->methods; m++)
        for (mg_profile profile = 0; profile < MG_PROFILE_COUNT && !all_given(experiment, given); profile++) {
            memset(setup, 0, sizeof *setup);
            if (mg_method_setup(&experiment->method[m], profile, false, setup) && setup->environment->describe &&
                setup->learner->describe)
                mark_trained(experiment, setup, given);
        }
    free(setup);
}

/* Is what stands behind " but " in an entry of ends_only a method's full name? */
static bool is_known_but(const mg_experiment *experiment, const char *but)
{
    char name[MG_TASK_NAME];
    for (int m = 0; m < experiment->methods; m++) {
        if (!strcmp(mg_method_name(&experiment->method[m], name), but))
            return true;
    }
    return false;
}

static int check_ends_only(const mg_experiment *experiment, FILE *out)
{
    int problems = 0;
    for (const char *const *name = experiment->ends_only; name && *name; name++) {
        size_t length = mg_ends_only_metric(*name);
        bool metric = mg_metric_find(experiment, *name, length) >= 0, needed = false;
        bool known = !(*name)[length] || is_known_but(experiment, *name + length + strlen(MG_ENDS_ONLY_BUT));
        for (int i = 0; i < experiment->milestones; i++) {
            const char *of = experiment->milestone[i].metric;
            needed = needed || (strlen(of) == length && !strncmp(of, *name, length));
        }
        if (metric && known && !needed)
            continue;
        fprintf(out, "%s: ends_only has '%s', %s\n", experiment->name, *name,
                !metric  ? "which is none of its metrics"
                : !known ? "which is but for a method that it does not have"
                         : "of whose curve a milestone is read");
        problems++;
    }
    return problems;
}

static int check_metrics(const mg_experiment *experiment, FILE *out)
{
    int problems = 0, metrics = 0;
    while (experiment->metrics[metrics])
        metrics++;
    bool *given = mg_allocate((size_t)metrics, sizeof *given);
    mark_given(experiment, given);
    for (int i = 0; i < metrics; i++) {
        if (given[i])
            continue;
        fprintf(out, "%s: no environment, learner or direct computation (.gives) has a metric '%s'\n", experiment->name,
                experiment->metrics[i]);
        problems++;
    }
    free(given);
    problems += check_ends_only(experiment, out);
    for (int m = 0; m < experiment->methods; m++) {
        const char *list = experiment->method[m].gives;
        while (list && *list) {
            size_t length = strcspn(list, ",");
            if (mg_metric_find(experiment, list, length) < 0) {
                fprintf(out, "%s: %s gives '%.*s', which is none of the experiment's metrics\n", experiment->name,
                        experiment->method[m].name, (int)length, list);
                problems++;
            }
            list += length + (list[length] == ',');
        }
    }
    return problems;
}

/* ---- the number ---- */

static int check_row(const mg_experiment *experiment, const mg_csv *numbers, size_t row, bool *listed, FILE *out)
{
    long number = -1;
    const char *result = mg_csv_cell(numbers, row, 1);
    bool same = !strcmp(result, experiment->name);
    if (!mg_read_long(mg_csv_cell(numbers, row, 0), 1, 0x7fffffffL, &number)) {
        fprintf(out, "%s:%zu: '%.40s' is no number of a result\n", numbers->path, numbers->line[row],
                mg_csv_cell(numbers, row, 0));
        return 1;
    }
    *listed = *listed || (same && number == (long)experiment->number);
    if (same == (number == (long)experiment->number))
        return 0;
    fprintf(out, "%s: number %ld is %s's (%s:%zu), and this experiment says %lu; numbers are never reused\n",
            experiment->name, number, result, numbers->path, numbers->line[row], (unsigned long)experiment->number);
    return 1;
}

static bool check_number(const mg_judge *judge, FILE *out, int *problems, mg_error *error)
{
    const mg_experiment *experiment = judge->experiment;
    char path[MG_JUDGE_PATH];
    mg_csv numbers = {0};
    bool exists, listed = false;
    if (!mg_path_join(path, sizeof path, judge->reports, "numbers.csv", error) || !mg_file_exists(path, &exists, error))
        return false;
    if (!exists)
        return true;
    if (!mg_csv_read(path, NUMBERS_HEADER, &numbers, error))
        return false;
    for (size_t row = 0; row < numbers.rows; row++)
        *problems += check_row(experiment, &numbers, row, &listed, out);
    if (!listed) {
        fprintf(out, "%s: number %lu is in no row of %s; add '%lu,%s'\n", experiment->name,
                (unsigned long)experiment->number, path, (unsigned long)experiment->number, experiment->name);
        ++*problems;
    }
    mg_csv_close(&numbers);
    return true;
}

bool mg_check_experiment(const mg_judge *judge, FILE *out, mg_error *error)
{
    int problems = check_metrics(judge->experiment, out) + mg_deviation_problems(judge->experiment, out) +
                   mg_parent_problems(judge->experiment, out) + mg_epilogue_problems(judge->experiment, out);
    if (!check_number(judge, out, &problems, error))
        return false;
    return !problems ||
           mg_fail(error, MG_EXIT_INPUT,
                   "%d things that the experiment says of itself are wrong, see above; nothing was run", problems);
}
