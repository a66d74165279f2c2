/* setup.c - budgets: when evaluations and checkpoints come; configs, copied in. */
#include "suite/harness/setup.h"

#include <stdio.h>
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
