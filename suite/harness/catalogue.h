/* catalogue.h - every environment and every learner, each with a small config: what the tests run of everything (all
 * pairs, allocations, what a learner must learn). A new one is a line in catalogue.c, and tested everywhere. */
#ifndef MG_CATALOGUE_H
#define MG_CATALOGUE_H

#include "core/rl/env.h"
#include "core/rl/learner.h"

typedef struct mg_catalogue_environment {
    const char *name; /* for people; several entries may have the same table */
    const mg_env_table *table;
    const void *config;
} mg_catalogue_environment;

/* A task whose optimum is known: a learner passes that comes at least 90 % of the way from random play to the optimum,
 * in 3 of 3 seeds. */
typedef struct mg_known_task {
    const char *says; /* what is learned there */
    const mg_env_table *environment;
    const void *config;
    int metric; /* of the environment's */
    double random, best;
} mg_known_task;

typedef struct mg_catalogue_learner {
    const char *name;
    const mg_learner_table *table;
    const void *config;
    const mg_known_task *known; /* what it must learn; NULL: nothing, or another entry of its table must */
    int units;                  /* ... in so many units of training */
    bool fixed;                 /* it learns nothing */
} mg_catalogue_learner;

typedef struct mg_catalogue {
    int environments, learners;
    const mg_catalogue_environment *environment;
    const mg_catalogue_learner *learner;
} mg_catalogue;

mg_catalogue *mg_catalogue_open(void);
void mg_catalogue_close(mg_catalogue *catalogue);

/* The entry of that name, or NULL. */
const mg_catalogue_learner *mg_catalogue_find(const mg_catalogue *catalogue, const char *name);

/* Whether a learner has to pass a learning test (tests/test_learning.c), or learns nothing at all. Of no other one may
 * it be said that it does not reproduce a paper: nobody has seen it learn. */
bool mg_catalogue_learns(const mg_learner_table *table);

#endif
