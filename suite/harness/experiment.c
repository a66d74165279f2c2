/* experiment.c - budgets: when evaluations and checkpoints come. */
#include "suite/harness/experiment.h"
#include "core/io/memory.h"
#include "suite/harness/trial.h"

#include <stdlib.h>
#include <string.h>

const char *mg_profile_name(mg_profile profile)
{
    return profile == MG_PROFILE_QUICK ? "quick" : "paper";
}

#define BUDGET(field, low, high) \
    { \
#field, MG_FIELD_INT, offsetof(mg_budget, field), low, high, "the suite file" \
    }
static const mg_field budget_field[] = {
    BUDGET(units, 1, 2e9),
    BUDGET(evaluate_every, 1, 2e9),
    BUDGET(evaluation_episodes, 1, 1e6),
    BUDGET(final_evaluations, 1, 1e6),
    BUDGET(final_episodes, 1, 1e6),
    BUDGET(checkpoints, 1, 40),
    BUDGET(first_checkpoint, 0, 2e9),
};

const mg_fields mg_budget_fields = {"budget", sizeof budget_field / sizeof budget_field[0], budget_field,
                                    sizeof(mg_budget)};

uint64_t mg_budget_evaluations(const mg_budget *budget)
{
    return 1 + ((uint64_t)budget->units + (uint64_t)budget->evaluate_every - 1) / (uint64_t)budget->evaluate_every;
}

uint64_t mg_budget_evaluation_at(const mg_budget *budget, uint64_t i)
{
    uint64_t at = i * (uint64_t)budget->evaluate_every;
    return at < (uint64_t)budget->units ? at : (uint64_t)budget->units;
}

uint64_t mg_budget_checkpoint_at(const mg_budget *budget, int i)
{
    if (i == 1 && budget->first_checkpoint > 0)
        return (uint64_t)budget->first_checkpoint;
    return (uint64_t)budget->units * (uint64_t)i / (uint64_t)budget->checkpoints;
}

/* Names and sizes are the suite file's: wrong ones are a defect of the program. */
static void place(const char *name, const mg_fields *fields, const void *config, size_t size, unsigned char *to)
{
    if (size != fields->size || size > MG_CONFIG_BYTES) {
        fprintf(stderr, "%s: a config of %zu bytes, wanted that of %s: %zu, at most %d\n", name, size, fields->name,
                fields->size, MG_CONFIG_BYTES);
        exit(MG_EXIT_INPUT);
    }
    if (size)
        memcpy(to, config, size);
}

void mg_setup_environment(mg_setup *setup, const mg_env_table *table, const void *config, size_t size)
{
    setup->environment = table;
    place(table->name, table->fields, config, size, setup->environment_config);
}

void mg_setup_learner(mg_setup *setup, const mg_learner_table *table, const void *config, size_t size)
{
    setup->learner = table;
    place(table->name, table->fields, config, size, setup->learner_config);
}

bool mg_method_setup(const mg_method *method, mg_profile profile, bool paper, mg_setup *setup)
{
    mg_error refused = {0}; /* mg_grid_check has looked at every row */
    if (method->setup)
        method->setup(profile, paper, setup);
    else if (method->grid)
        (void)mg_grid_set_up(method->grid, &method->row, profile, paper, setup, &refused);
    if (method->trial && !paper && (method->setup || method->grid))
        mg_trial_apply(method->trial, setup);
    return method->setup || method->grid;
}

const char *mg_method_label(const mg_method *method)
{
    return method->label ? method->label : method->variant;
}

/* ---- the whole experiment ---- */

/* Appends the grid's rows, method by method. Of what is ours the paper says nothing. */
static void add_rows(const mg_grid *grid, mg_method *method, int *methods)
{
    for (int m = 0; m < grid->methods; m++)
        for (int v = 0; v < grid->variants; v++) {
            mg_grid_row row = {&grid->method[m], &grid->variant[v]};
            mg_method *next = &method[*methods];
            if (!mg_grid_seeds(grid, &row, next->seeds))
                continue;
            next->name = row.method->name;
            next->variant = row.variant->name;
            next->summary = row.variant->summary ? row.variant->summary : row.method->summary;
            next->paper_seeds = row.variant->ours[0].field ? 0 : row.method->paper_seeds;
            next->parent = row.variant->parent;
            if (!next->parent.method)
                next->parent.method = next->name;
            next->grid = grid;
            next->row = row;
            ++*methods;
        }
}

bool mg_experiment_whole(const mg_experiment *experiment, mg_experiment *whole, mg_error *error)
{
    const mg_grid *grid = experiment->grid;
    int shared = 0;
    *whole = *experiment;
    if (grid && !mg_grid_check(grid, error))
        return false;
    size_t rows = (size_t)experiment->methods + (grid ? (size_t)grid->methods * (size_t)grid->variants : 0);
    mg_method *method = mg_allocate(rows + 1, sizeof *method);
    for (int m = 0; m < experiment->methods; m++)
        method[m] = experiment->method[m];
    if (grid)
        add_rows(grid, method, &whole->methods);
    for (int list = 0; experiment->shared && experiment->shared[list]; list++)
        shared += experiment->shared[list]->count;
    mg_deviation *deviation = mg_allocate((size_t)(shared + experiment->deviations) + 1, sizeof *deviation), *next;
    next = deviation;
    for (int list = 0; experiment->shared && experiment->shared[list]; list++)
        for (int d = 0; d < experiment->shared[list]->count; d++)
            *next++ = experiment->shared[list]->deviation[d];
    for (int d = 0; d < experiment->deviations; d++)
        *next++ = experiment->deviation[d];
    whole->method = method;
    whole->deviation = deviation;
    whole->deviations += shared;
    return true;
}

void mg_experiment_free(mg_experiment *whole)
{
    free((void *)whole->method);
    free((void *)whole->deviation);
    whole->method = NULL;
    whole->deviation = NULL;
}
