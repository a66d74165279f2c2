/* lio_learner.h - the learner that lio.c and its variants share: a team of policies, an incentive function a giver. */
#ifndef MG_LIO_LEARNER_H
#define MG_LIO_LEARNER_H

#include "algos/lio.h"
#include "algos/lio_step.h"
#include "core/rl/exploration.h"
#include "core/rl/policy_team.h"

/* What is kept of training for the metrics: sums over all episodes. */
enum { MG_LIO_RECORD_AGENTS = 5, MG_LIO_RECORD_ACTIONS = 3, MG_LIO_RECORD = 1 + MG_LIO_RECORD_ACTIONS };

typedef struct mg_lio_learner {
    mg_lio_config config;
    mg_lio_program program;
    mg_policy_team team; /* theta of all agents */
    mg_lio_scratch *scratch;
    mg_lio_agent *agent;
    mg_model incentive; /* eta of all agents; the first `givers` learn */
    mg_stepper cost;    /* their own steps down the cost */
    float *reals;       /* theta_before, gradient of the cost, inputs, trajectories: one block */
    int32_t *actions;
    float *cost_gradient, *input, *given;
    mg_trajectory tau, tau_hat;
    mg_epsilon epsilon;
    int32_t second_episode; /* 1 while tau^ is played */
    uint64_t updates[2];    /* policy, incentive */
    bool one_episode;       /* tau serves as tau^ */
    int transfers;          /* numbers that all givers give in a step */
    double *record;         /* [agent][MG_LIO_RECORD]: its rewards, then what it received for each action; or NULL */
    uint64_t episodes;      /* in the record */
} mg_lio_learner;

#endif
