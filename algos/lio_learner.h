/* lio_learner.h - the learner that LIO and its variants share: a team of policies, an incentive function a giver. Of
 * its two files lio.c plays and learns, lio_create.c makes it and tells its state.
 */
#ifndef MG_LIO_LEARNER_H
#define MG_LIO_LEARNER_H

#include "algos/lio.h"
#include "algos/lio_models.h"
#include "algos/lio_step.h"
#include "core/rl/exploration.h"
#include "core/rl/policy_team.h"
#include "core/rl/team_critic.h"

/* What is kept of training for the metrics: sums over all episodes. */
enum { MG_LIO_RECORD_AGENTS = 5, MG_LIO_RECORD_ACTIONS = 3, MG_LIO_RECORD = 1 + MG_LIO_RECORD_ACTIONS };

/* What the variants of LIO do differently beside their config. */
typedef struct mg_lio_form {
    int neighbours;                /* gives to so many of its graph, in its order; 0: to all, by index */
    bool orthogonal, sparse;       /* as in mg_lio_shape */
    bool greedy;                   /* evaluation takes the likeliest action, else it draws */
    double epsilon_decay;          /* epsilon times this after each unit; 0: it falls linearly (epsilon_units) */
    mg_optimiser_config policy;    /* of policies; MG_SGD: plain descent (thesis Equation 5.3) */
    mg_optimiser_config incentive; /* of incentive functions; the cost's own is the same but for its rate */
    mg_network_image picture;      /* as in mg_lio_shape */
    mg_team_critic_config critic;  /* of every agent; rate 0: there is none */
} mg_lio_form;
mg_lio_form mg_lio_form_default(const mg_lio_config *config); /* the thesis's */

typedef struct mg_lio_learner {
    mg_lio_config config;
    mg_lio_form form;
    mg_lio_program program;
    mg_policy_team team; /* theta of all agents */
    mg_lio_scratch *scratch;
    mg_lio_agent *agent;
    mg_model incentive; /* eta of all agents; the first `givers` learn */
    mg_stepper cost;    /* their own steps down the cost */
    float *reals;       /* theta_before, gradient of the cost, inputs, trajectories: one block */
    int32_t *actions;   /* ... and neighbours on tau */
    float *cost_gradient, *input, *given;
    mg_trajectory tau, tau_hat; /* with critics, what was seen at the end lies behind the last step */
    bool ended[2];              /* they terminated */
    bool criticised;            /* there are critics */
    mg_team_critic critic;
    float *value, *total; /* [2][agent][steps_max + 1] of tau and tau^; [steps_max] */
    mg_epsilon epsilon;
    int32_t second_episode; /* 1 while tau^ is played */
    uint64_t updates[3];    /* policy, incentive, models or critic */
    mg_lio_models *models;  /* decentralised; or NULL: all know all policies */
    bool one_episode;       /* tau serves as tau^ */
    int transfers;          /* numbers that all givers give in a step */
    double *record;         /* [agent][MG_LIO_RECORD]: its rewards, then what it received for each action; or NULL */
    uint64_t episodes;      /* in the record */
} mg_lio_learner;

/* The functions of mg_lio's table, for its variants: their learners are this struct, their configs begin with a
 * mg_lio_config. */
bool mg_lio_learner_describe(const void *config, const mg_env_spec *environment, mg_learner_spec *spec,
                             mg_error *error);
void *mg_lio_learner_create(const void *config, const mg_env_spec *environment, mg_key key, mg_error *error);
mg_lio_learner *mg_lio_learner_create_form(const mg_lio_config *config, const mg_lio_form *form,
                                           const mg_env_spec *environment, mg_key key);
void mg_lio_learner_destroy(void *self);
void mg_lio_learner_begin_episode(void *self, int row);
void mg_lio_learner_act(void *self, const mg_batch *batch, int32_t *const *actions, float *const *real);
void mg_lio_learner_give(void *self, const mg_batch *batch, const int32_t *const *actions, float *const *transfers);
void mg_lio_learner_observe(void *self, const mg_transition *transition);
bool mg_lio_learner_end_episode(void *self, int row);
void mg_lio_learner_metrics(const void *self, double *metric);
void mg_lio_learner_update_counts(const void *self, uint64_t *count);
int mg_lio_learner_tensors(void *self, mg_tensor *tensor, int room);

#endif
