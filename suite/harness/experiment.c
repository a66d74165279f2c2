#include "suite/harness/experiment.h"

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

bool mg_method_setup(const mg_method *method, mg_profile profile, bool paper, mg_setup *setup)
{
    if (method->setup)
        method->setup(profile, paper, setup);
    else if (method->setup_from)
        method->setup_from(method->setting, profile, paper, setup);
    return method->setup || method->setup_from;
}
