/* lio_step.h - the two updates of Learning to Incentivize Others (thesis ch. 5, Algorithm 2), as functions of
 * trajectories.
 *
 * Written once in mg_real and compiled in binary32 (the learner, lio.c) and binary64 (the check of the
 * meta-gradient, lio_oracle.c). All agents are alike in shape: `observation` numbers, `actions` choices, no shared
 * parameters.
 */
#ifndef MG_LIO_STEP_H
#define MG_LIO_STEP_H

#include "core/num/optimiser.h"
#include "core/rl/discrete_policy.h"
#include "core/rl/reinforce.h"
#include "core/rl/trajectory.h"

#ifdef MG_DOUBLE /* as in core/num/real.h */
#define mg_lio_scratch_create mg_lio_scratch_create_double
#define mg_lio_scratch_destroy mg_lio_scratch_destroy_double
#define mg_lio_incentive_input mg_lio_incentive_input_double
#define mg_lio_give mg_lio_give_double
#define mg_lio_mean_offer mg_lio_mean_offer_double
#define mg_lio_policy_step mg_lio_policy_step_double
#define mg_lio_incentive_gradient mg_lio_incentive_gradient_double
#define mg_lio_one_episode_gradient mg_lio_one_episode_gradient_double
#endif

/* What all agents share: shapes, programs and constants; no parameters. */
typedef struct mg_lio_program {
    int agents, steps_max, input; /* input: length of what an incentive function reads */
    int neighbours;               /* whom an agent may pay, in the order of its graph; 0: all others, by index */
    int slots;                    /* numbers of an incentive function: one a neighbour; or one an agent */
    int kinds;                    /* of the others' actions, one-hot, that it reads ... */
    const uint8_t *kind;          /* ... [action]; NULL: the actions themselves */
    mg_discrete_policy policy;
    mg_network incentive_network;
    mg_tape *incentive; /* input 0: own observation, then the others' actions one-hot in that order */
    mg_node given;      /* y in (0, 1), [slots] */
    double discount, entropy, policy_rate, reward_max;
    mg_optimiser_config optimiser; /* of policies that have moments */
} mg_lio_program;

typedef struct mg_lio_shape {
    int agents, observation, actions, steps_max;
    int policy_hidden_1, policy_hidden_2, incentive_hidden_1, incentive_hidden_2;
    double discount, entropy, policy_rate, reward_max;
    mg_log_form log_form;          /* of the policy step */
    int neighbours;                /* as in mg_lio_program */
    mg_optimiser_config optimiser; /* as in mg_lio_program */
    bool orthogonal;               /* first weights, else Glorot's */
    bool sparse;                   /* most numbers observed are 0: faster, with the same bits */
    mg_network_image picture;      /* of an observation, as mg_network_pictured takes it; without filters: none */
    int kinds;                     /* as in mg_lio_program; without `kind` not looked at */
    const uint8_t *kind;
} mg_lio_shape;

void mg_lio_program_create(mg_lio_program *program, const mg_lio_shape *shape);
void mg_lio_program_destroy(mg_lio_program *program);

/* One agent: theta of its policy, theta before the last update, eta of its incentive function. moments: of an optimiser
 * that takes the policy step; NULL: plain gradient descent (Equation 5.3). value, value_hat: its critic's values of
 * what it saw on tau and tau^, steps + 1 each; NULL: there is none, and what weighs an action is the return that
 * follows it, else A_t = r_t + gamma V_{t+1} - V_t (Equation B.9; facts/lio-cleanup.md 2.1). */
typedef struct mg_lio_agent {
    mg_real *theta, *theta_before, *eta; /* policy, policy and incentive layout */
    mg_real *moments;
    const mg_real *value, *value_hat;
    mg_optimiser_state state;
    mg_reinforce *reinforce;
} mg_lio_agent;

/* Memory that the updates share; may serve all agents in turn. */
typedef struct mg_lio_scratch mg_lio_scratch;
mg_lio_scratch *mg_lio_scratch_create(const mg_lio_program *program);
void mg_lio_scratch_destroy(mg_lio_scratch *scratch);

/* One row of an incentive function's input. neighbour: the giver's, [program->neighbours], -1 for nobody (its place
 * stays 0); NULL where they count by index. action: one per agent; giver's own is left out. */
void mg_lio_incentive_input(const mg_lio_program *program, int giver, const mg_real *observation,
                            const int32_t *neighbour, const int32_t *action, int action_stride, mg_real *input);

/* r_giver->k = R_max y_k for k != giver, 0 for itself (facts/lio.md 4.1) and for who is no neighbour: given is rows x
 * agents. neighbour: rows x program->neighbours. rows <= steps_max. */
void mg_lio_give(const mg_lio_program *program, mg_lio_scratch *scratch, int giver, const mg_real *eta, int rows,
                 const mg_real *input, const int32_t *neighbour, mg_real *given);

/* Two agents whose observation is the state, one-hot: the mean over all states of what the giver would pay for the
 * other's action. */
mg_real mg_lio_mean_offer(const mg_lio_program *program, mg_lio_scratch *scratch, int giver, const mg_real *eta,
                          int32_t action);

/* Step 2, Equation 5.3: theta <- theta - rate * grad Loss_j on tau, with total rewards r_env + received
 * (Equation 5.1). */
void mg_lio_policy_step(const mg_lio_program *program, mg_lio_scratch *scratch, mg_lio_agent *agent, int j,
                        const mg_trajectory *tau, mg_real epsilon);

/* Step 4, Equations 5.7-5.10 in the closed form of facts/lio.md 4.2: gradient by eta_giver of
 * IncLoss = - sum_{j != giver} sum_t log pi_{theta^_j}(a^_j,t | o^_j,t) H_t, where theta^_j depends on eta through
 * step 2 on tau. Call after every agent's policy step on tau. With critics H_t is the giver's advantage by its
 * extrinsic reward alone, and what is paid at a step weighs the action of that step and no other. gradient is
 * overwritten. cost_gradient (or NULL): that of sum_t gamma^t sum_{k != giver} |y_k| on tau (Equation 5.6; not
 * multiplied by R_max, facts/lio.md 4.1). Through a step with moments it goes with the second moment as it was then
 * (mg_optimiser_along). */
void mg_lio_incentive_gradient(const mg_lio_program *program, mg_lio_scratch *scratch, mg_lio_agent *agents, int giver,
                               const mg_trajectory *tau, const mg_trajectory *tau_hat, mg_real *gradient,
                               mg_real *cost_gradient);

/* The variant of one episode (thesis B.5.1; facts/lio-escape.md 2.3): the same of
 * IncLoss = - sum_{j != giver} sum_t pi_{theta^_j}(a_j,t | o_j,t) / pi~_{theta_j}(a_j,t | o_j,t) H_t on tau itself, H
 * its own extrinsic return there; epsilon: of the mixture that played. */
void mg_lio_one_episode_gradient(const mg_lio_program *program, mg_lio_scratch *scratch, mg_lio_agent *agents,
                                 int giver, const mg_trajectory *tau, mg_real epsilon, mg_real *gradient,
                                 mg_real *cost_gradient);

#endif
