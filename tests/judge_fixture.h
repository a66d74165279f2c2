/* judge_fixture.h - a small made-up experiment, and folders of its results written by hand. */
#ifndef MG_JUDGE_FIXTURE_H
#define MG_JUDGE_FIXTURE_H

#include "suite/harness/judge.h"
#include "tests/scratch.h"
#include <stdlib.h>
#include <string.h>

typedef struct made_up_config {
    int rounds;
    double rate;
} made_up_config;

static const mg_field made_up_field[] = {
    {"rounds", MG_FIELD_INT, offsetof(made_up_config, rounds), 1, 100, "made up"},
    {"rate", MG_FIELD_DOUBLE, offsetof(made_up_config, rate), 0, 1, "made up"},
};
static const mg_fields made_up_fields = {"made-up", 2, made_up_field, sizeof(made_up_config)};
static const mg_env_table made_up_env = {.name = "made-up-env", .fields = &made_up_fields};
static const mg_learner_table made_up_learner = {.name = "made-up-learner", .fields = &made_up_fields};

static void setup_made_up(mg_profile profile, bool paper, mg_setup *setup)
{
    made_up_config config = {5, 0.5};
    *setup = (mg_setup){.environment = &made_up_env, .learner = &made_up_learner};
    setup->budget = (mg_budget){.units = 100,
                                .evaluate_every = 50,
                                .evaluation_episodes = 1,
                                .final_evaluations = 1,
                                .final_episodes = 1,
                                .checkpoints = 2};
    memcpy(setup->environment_config, &config, sizeof config);
    config.rate = paper ? 0.5 : 0.25;
    memcpy(setup->learner_config, &config, sizeof config);
    if (!paper && profile == MG_PROFILE_QUICK)
        setup->budget.units = 10;
}

static bool no_direct(mg_direct *direct, mg_error *error)
{
    (void)direct;
    return mg_fail(error, MG_EXIT_INPUT, "not for running");
}

static const mg_method made_up_method[] = {
    {.name = "exact", .variant = "grid", .summary = "a direct one", .direct = no_direct, .seeds = {1, 1}},
    {.name = "exact", .variant = "random", .summary = "another", .direct = no_direct, .seeds = {1, 1}},
    {.name = "lio", .variant = "", .summary = "learns", .setup = setup_made_up, .seeds = {3, 3}, .paper_seeds = 3},
    {.name = "lio-asym",
     .variant = "",
     .summary = "learns too",
     .setup = setup_made_up,
     .seeds = {2, 2},
     .paper_seeds = 2},
};

static const mg_deviation made_up_deviation[] = {
    {"*", "*", "made-up.rate", "half of it is enough"},
    {"*", "quick", "budget.units", "quick is quick"},
    {"lio", "*", "ties", "the paper says nothing about ties"},
};

static const mg_table made_up_table[] = {{"field", "x,y"}};
static const char *const made_up_metric[] = {"score", "share", "starts", NULL};

static const mg_experiment made_up = {
    .name = "made-up",
    .number = 9999,
    .semantics = 2,
    .methods = sizeof made_up_method / sizeof *made_up_method,
    .method = made_up_method,
    .deviations = sizeof made_up_deviation / sizeof *made_up_deviation,
    .deviation = made_up_deviation,
    .tables = 1,
    .table = made_up_table,
    .metrics = made_up_metric,
};

/* It learns whatever it should. */
__attribute__((unused)) static bool made_up_learns(const mg_learner_table *learner)
{
    return learner == &made_up_learner;
}

/* ---- files ---- */

/* With the folders above it, and without the fsync of mg_file_write: tests write many files. */
__attribute__((unused)) static void write_text(const char *path, const char *text)
{
    mg_error error = {0};
    char folder[900];
    snprintf(folder, sizeof folder, "%s", path);
    *strrchr(folder, '/') = '\0';
    FILE *file = mg_folder_create(folder, &error) ? fopen(path, "wb") : NULL;
    if (!file || fputs(text, file) < 0 || fclose(file) != 0) {
        fprintf(stderr, "%s: cannot be written: %s\n", path, error.text);
        exit(MG_EXIT_INPUT);
    }
}

__attribute__((unused)) static char *read_text(const char *path)
{
    mg_error error = {0};
    char *text = NULL;
    size_t length;
    if (!mg_file_read(path, &text, &length, &error)) {
        text = calloc(1, 1);
    }
    return text;
}

/* An empty suite/made_up.c, as git names it. */
__attribute__((unused)) static const char *const made_up_sources[] = {
    "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391 suite/made_up.c", NULL};

/* Three seeds of lio, two of lio-asym (the second diverged), the two direct ones. */
static const char runs_text[] =
    "method,variant,seed,semantics,units,episodes,steps,updates,status,score,share,starts,trail\n"
    "exact,grid,0,2,80,0,900,,ok,,,80,00000000000000000000000000000001\n"
    "exact,random,0,2,64,0,700,,ok,,,64,00000000000000000000000000000002\n"
    "lio,,0,2,10,20,100,policy=10;incentive=10,ok,-2,0.5,,00000000000000000000000000000003\n"
    "lio,,1,2,10,20,100,policy=10;incentive=10,ok,-2.25,0.75,,00000000000000000000000000000004\n"
    "lio,,2,2,10,20,100,policy=10;incentive=10,ok,-4,1,,00000000000000000000000000000005\n"
    "lio-asym,,0,2,10,20,100,policy=10;incentive=5,ok,-3,0.125,,00000000000000000000000000000006\n"
    "lio-asym,,1,2,5,10,50,policy=5;incentive=3,diverged: agent 0 policy at unit "
    "5,,,,00000000000000000000000000000007\n";

static const char trail_text[] = "method,variant,seed,checkpoint,units,kind,digest\n"
                                 "exact,grid,0,1,80,state,a0000000000000000000000000000001\n"
                                 "exact,random,0,1,64,state,a0000000000000000000000000000002\n"
                                 "lio,,0,1,5,policies,a0000000000000000000000000000003\n"
                                 "lio,,0,1,5,incentives,a0000000000000000000000000000004\n"
                                 "lio,,0,2,10,policies,a0000000000000000000000000000005\n"
                                 "lio,,0,2,10,incentives,a0000000000000000000000000000006\n"
                                 "lio,,1,1,5,policies,a0000000000000000000000000000007\n"
                                 "lio,,1,1,5,incentives,a0000000000000000000000000000008\n"
                                 "lio,,1,2,10,policies,a0000000000000000000000000000009\n"
                                 "lio,,1,2,10,incentives,a000000000000000000000000000000a\n"
                                 "lio,,2,1,5,policies,a000000000000000000000000000000b\n"
                                 "lio-asym,,0,1,5,policies,a000000000000000000000000000000c\n"
                                 "lio-asym,,1,1,5,policies,a000000000000000000000000000000d\n";

static const char curve_text[] = "method,variant,seed,units,episodes,steps,metric,value\n"
                                 "lio,,0,0,0,0,score,-3\n"
                                 "lio,,0,0,0,0,share,0.5\n"
                                 "lio,,0,10,20,100,score,-2.125\n"
                                 "lio,,0,10,20,100,share,0.1\n"
                                 "lio,,1,0,0,0,score,-3.5\n"
                                 "lio,,1,10,20,100,score,-2.25\n"
                                 "lio,,2,0,0,0,score,-3\n"
                                 "lio-asym,,0,0,0,0,score,-3\n"
                                 "lio-asym,,1,0,0,0,score,-3\n";

static const char field_text[] = "method,variant,seed,x,y\n"
                                 "exact,grid,0,0.25,-0.5\n"
                                 "exact,grid,0,0.5,-0.25\n"
                                 "exact,random,0,0.75,0.125\n";

/* Writes the four files of tasks into a folder. */
__attribute__((unused)) static void write_result(const char *folder)
{
    static const struct {
        const char *name, *text;
    } file[] = {
        {"runs.csv", runs_text}, {"trail.csv", trail_text}, {"curve.csv", curve_text}, {"field.csv", field_text}};
    for (size_t i = 0; i < sizeof file / sizeof *file; i++) {
        char path[700];
        snprintf(path, sizeof path, "%s/%s", folder, file[i].name);
        write_text(path, file[i].text);
    }
}

#endif
