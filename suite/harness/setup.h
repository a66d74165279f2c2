/* setup.h - one training set-up: environment, learner and budget, for a profile. */
#ifndef MG_SETUP_H
#define MG_SETUP_H

#include "core/rl/env.h"
#include "core/rl/learner.h"

typedef enum mg_profile { MG_PROFILE_QUICK, MG_PROFILE_PAPER, MG_PROFILE_COUNT } mg_profile;
const char *mg_profile_name(mg_profile profile);

/* How long and how often; counted in the learner's unit. */
typedef struct mg_budget {
    int units;               /* length of training */
    int evaluate_every;      /* units between evaluations; the first is at 0, before training */
    int evaluation_episodes; /* per evaluation, in lockstep rows */
    int final_evaluations;   /* the mean of the last so many evaluations makes the final metrics of runs.csv ... */
    int final_episodes;      /* ... and those have this many episodes each */
    int checkpoints;         /* 1..40, the last at the end, the others evenly spaced */
    int first_checkpoint;    /* units before the first one, which make check re-runs and may cost 2 s (0: evenly spaced
                                too) */
} mg_budget;
extern const mg_fields mg_budget_fields;
/* When: evaluation i, from 0, and checkpoint i, from 1, come as soon as so many units are done. */
uint64_t mg_budget_evaluations(const mg_budget *budget);
uint64_t mg_budget_evaluation_at(const mg_budget *budget, uint64_t i);
uint64_t mg_budget_checkpoint_at(const mg_budget *budget, int i);

#define MG_CONFIG_BYTES 1024
/* One training set-up. The configs are held by value: environment_config holds the struct that environment->fields
 * describes. The two functions below fill them. */
typedef struct mg_setup {
    const mg_env_table *environment;
    const mg_learner_table *learner;
    _Alignas(16) unsigned char environment_config[MG_CONFIG_BYTES];
    _Alignas(16) unsigned char learner_config[MG_CONFIG_BYTES];
    mg_budget budget;
} mg_setup;

/* Copies the config in. A size that is not that of the table's config struct is a defect of the program, which ends
 * with a line that says so. */
void mg_setup_environment(mg_setup *setup, const mg_env_table *table, const void *config, size_t size);
void mg_setup_learner(mg_setup *setup, const mg_learner_table *table, const void *config, size_t size);

#endif
