/* gift_step.h - log-likelihoods of agents whose actions include gifts, their gradients and their slopes along a
 * direction: the arithmetic of PG-d, PG-c, LOLA-d and LOLA-c (thesis 5.3.2, B.4.2; facts/lio-escape.md 2.6). Compiled
 * in binary32 and binary64 (core/num/real.h).
 *
 * A giver with discrete gifts chooses among actions * 2^others: choice % actions is what it does, bit k of choice /
 * actions whether the k-th other agent, in index order, receives the value. A giver with continuous gifts chooses what
 * it does, and draws u ~ N(mean(o), 1) for each other agent, who receives reward_max sigmoid(u); the two factors'
 * logarithms add up. The others choose what they do.
 */
#ifndef MG_GIFT_STEP_H
#define MG_GIFT_STEP_H

#include "core/rl/discrete_policy.h"
#include "core/rl/reinforce.h"

#ifdef MG_DOUBLE /* as in core/num/real.h */
#define mg_gift_scratch_create mg_gift_scratch_create_double
#define mg_gift_scratch_destroy mg_gift_scratch_destroy_double
#define mg_gift_means mg_gift_means_double
#define mg_gift_seen mg_gift_seen_double
#define mg_gift_loss_gradient mg_gift_loss_gradient_double
#define mg_gift_slope mg_gift_slope_double
#endif

#define MG_GIFT_OTHERS 5 /* most agents that one may give to */

typedef struct mg_gift_shape {
    int agents, givers; /* agents 0..givers-1 give */
    int observation, actions;
    int rows_max; /* decisions of one call */
    bool continuous;
    int hidden_1, hidden_2;           /* ReLU, of the policies */
    int gift_hidden_1, gift_hidden_2; /* ReLU, of the means */
    mg_log_form log_form;
    mg_network_image picture; /* of an observation, as mg_network_pictured takes it; without filters: none */
    int kinds;                /* continuous: the means are of the observation and of the kinds of what the others do, */
    const uint8_t *kind;      /* [action], of so many, one-hot in index order; NULL: of the observation alone */
    bool plain;               /* nobody gives, whoever may */
} mg_gift_shape;

/* What all agents share; no parameters. An agent's block is its policy's, then, where it draws gifts, its means'. */
typedef struct mg_gift_program {
    mg_gift_shape shape;
    int others;
    mg_discrete_policy giver, receiver;
    mg_network mean_network; /* of those who draw, if anybody does */
    mg_tape *mean_tape;      /* input 0: what the means are of */
    int seen;                /* its columns */
    mg_node mean;            /* others columns */
} mg_gift_program;

void mg_gift_program_create(mg_gift_program *program, const mg_gift_shape *shape);
void mg_gift_program_destroy(mg_gift_program *program);

static inline bool mg_gift_draws(const mg_gift_program *program, int agent)
{
    return program->shape.continuous && agent < program->shape.givers;
}

static inline const mg_discrete_policy *mg_gift_policy(const mg_gift_program *program, int agent)
{
    return agent < program->shape.givers ? &program->giver : &program->receiver;
}

/* Parameters of an agent's block. */
size_t mg_gift_count(const mg_gift_program *program, int agent);

typedef struct mg_gift_scratch mg_gift_scratch;
mg_gift_scratch *mg_gift_scratch_create(const mg_gift_program *program);
void mg_gift_scratch_destroy(mg_gift_scratch *scratch);

/* rows x others, valid until the next call. theta: the agent's block; seen: rows x program->seen. */
const mg_real *mg_gift_means(const mg_gift_program *program, mg_gift_scratch *scratch, int rows, const mg_real *theta,
                             const mg_real *seen);
/* One row of what the giver's means are of; action: of all agents, `stride` apart, choices with gifts too. */
void mg_gift_seen(const mg_gift_program *program, int giver, const mg_real *observation, const int32_t *action,
                  int stride, mg_real *seen);

/* Decisions of one agent. */
typedef struct mg_gift_rows {
    int agent, rows;
    const mg_real *theta, *observation;
    const int32_t *choice;
    const mg_real *u;    /* rows x others; NULL unless it draws */
    const mg_real *seen; /* rows x program->seen, what its means are of; NULL: the observation */
} mg_gift_rows;

/* Gradient of - sum_t weight_t log p(choice_t, u_t | o_t) - entropy sum_t H(pi~), overwritten; the entropy is that of
 * the choice alone. epsilon: of the mixture. */
void mg_gift_loss_gradient(const mg_gift_program *program, mg_gift_scratch *scratch, const mg_gift_rows *rows,
                           const mg_real *weight, mg_real epsilon, mg_real entropy, mg_real *gradient);

/* After mg_gift_loss_gradient of the same rows: slope_t = direction . d log p(choice_t, u_t | o_t) / d theta. */
void mg_gift_slope(const mg_gift_program *program, mg_gift_scratch *scratch, const mg_gift_rows *rows,
                   const mg_real *direction, mg_real *slope);

#endif
