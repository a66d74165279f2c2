/* lio_step.c - the policy step, and the gradient that goes through it. */
#include "algos/lio_step.h"
#include "core/io/memory.h"

#include "core/num/kernels.h"
#include "core/num/scalar_math.h"

#include <stdlib.h>
#include <string.h>

#ifdef MG_DOUBLE
#define exponential mg_exp
#else
#define exponential mg_exp_float
#endif

#ifndef MG_DOUBLE /* the programs hold no mg_real: recorded once, replayed in both forms */

void mg_lio_program_create(mg_lio_program *program, const mg_lio_shape *shape)
{
    program->agents = shape->agents;
    program->steps_max = shape->steps_max;
    program->neighbours = shape->neighbours;
    program->slots = shape->neighbours ? shape->neighbours : shape->agents;
    program->kinds = shape->kind ? shape->kinds : shape->actions;
    program->kind = shape->kind;
    program->input = shape->observation + (shape->neighbours ? shape->neighbours : shape->agents - 1) * program->kinds;
    program->discount = shape->discount;
    program->entropy = shape->entropy;
    program->policy_rate = shape->policy_rate;
    program->reward_max = shape->reward_max;
    program->optimiser = shape->optimiser;
    mg_initialiser weight = shape->orthogonal ? MG_INITIALISE_ORTHOGONAL : MG_INITIALISE_GLOROT_UNIFORM;
    mg_network policy;
    const mg_layer logits = {"output", shape->actions, MG_ACTIVATION_NONE, weight, MG_INITIALISE_ZERO};
    const mg_layer y = {"output", program->slots, MG_ACTIVATION_SIGMOID, weight, MG_NO_BIAS}; /* facts/lio.md 1.3 */
    mg_network_pictured(&policy, &shape->picture, shape->observation, shape->policy_hidden_1, shape->policy_hidden_2,
                        &logits, weight, MG_INITIALISE_ZERO);
    policy.sparse = shape->sparse;
    mg_discrete_policy_create_of(&program->policy, &policy, shape->steps_max, shape->log_form);

    mg_network_pictured(&program->incentive_network, &shape->picture, program->input, shape->incentive_hidden_1,
                        shape->incentive_hidden_2, &y, weight, MG_INITIALISE_ZERO);
    program->incentive_network.sparse = shape->sparse;
    mg_tape *tape = program->incentive = mg_tape_create(shape->steps_max);
    program->given = mg_network_record(tape, &program->incentive_network, mg_tape_input(tape, program->input));
    mg_tape_finish(tape);
}

void mg_lio_program_destroy(mg_lio_program *program)
{
    mg_discrete_policy_destroy(&program->policy);
    mg_tape_destroy(program->incentive);
}

#endif

struct mg_lio_scratch {
    mg_tape_replay incentive;
    mg_real *total, *returns, *slope, *weight; /* steps_max each */
    mg_real *cotangent;                        /* steps_max x slots */
    mg_real *input;                            /* steps_max x program->input */
    mg_real *policy_gradient;                  /* policy layout */
    mg_real *memory;
};

mg_lio_scratch *mg_lio_scratch_create(const mg_lio_program *program)
{
    mg_lio_scratch *scratch = mg_allocate(1, sizeof *scratch);
    size_t steps = (size_t)program->steps_max, slots = (size_t)program->slots, input = (size_t)program->input;
    size_t workspace = mg_tape_workspace(program->incentive), policy = program->policy.network.layout.count;
    scratch->memory = mg_allocate(workspace + policy + steps * (4 + slots + input), sizeof(mg_real));
    scratch->incentive.workspace = scratch->memory;
    scratch->policy_gradient = scratch->memory + workspace;
    scratch->total = scratch->policy_gradient + policy;
    scratch->returns = scratch->total + steps;
    scratch->slope = scratch->returns + steps;
    scratch->weight = scratch->slope + steps;
    scratch->cotangent = scratch->weight + steps;
    scratch->input = scratch->cotangent + steps * slots;
    return scratch;
}

void mg_lio_scratch_destroy(mg_lio_scratch *scratch)
{
    if (scratch)
        free(scratch->memory);
    free(scratch);
}

/* Whom a number of the giver's function is for, or -1. neighbour: of one step. */
static int recipient_of(const mg_lio_program *program, int giver, const int32_t *neighbour, int slot)
{
    if (program->neighbours)
        return neighbour[slot];
    return slot == giver ? -1 : slot;
}

void mg_lio_incentive_input(const mg_lio_program *program, int giver, const mg_real *observation,
                            const int32_t *neighbour, const int32_t *action, int action_stride, mg_real *input)
{
    int own = program->policy.observation, kinds = program->kinds;
    memcpy(input, observation, (size_t)own * sizeof *input);
    input += own;
    for (int slot = 0; slot < program->slots; slot++) {
        int k = recipient_of(program, giver, neighbour, slot);
        if (k < 0 && !program->neighbours) /* itself */
            continue;
        int done = k >= 0 ? (int)action[(size_t)k * (size_t)action_stride] : -1;
        int shown = done >= 0 && program->kind ? program->kind[done] : done;
        for (int kind = 0; kind < kinds; kind++)
            input[kind] = kind == shown ? (mg_real)1 : (mg_real)0;
        input += kinds;
    }
}

/* The giver's neighbours at step t of tau; NULL where all are paid by index. */
static const int32_t *neighbours_at(const mg_lio_program *program, int giver, const mg_trajectory *tau, int t)
{
    return program->neighbours ? mg_trajectory_neighbour(tau, giver) + (size_t)t * (size_t)program->neighbours : NULL;
}

/* The giver's number that is for agent j at step t of tau, or -1. */
static int slot_of(const mg_lio_program *program, int giver, int j, const mg_trajectory *tau, int t)
{
    if (!program->neighbours)
        return j;
    for (int slot = 0; slot < program->slots; slot++)
        if (neighbours_at(program, giver, tau, t)[slot] == j)
            return slot;
    return -1;
}

static bool ever_paid(const mg_lio_program *program, int giver, int j, const mg_trajectory *tau)
{
    for (int t = 0; t < tau->steps; t++)
        if (slot_of(program, giver, j, tau, t) >= 0)
            return true;
    return false;
}

/* Runs the incentive function of a giver; leaves y (rows x slots) as the value of program->given. */
static const mg_real *run_incentive(const mg_lio_program *program, mg_lio_scratch *scratch, const mg_real *eta,
                                    int rows, const mg_real *input)
{
    scratch->incentive.rows = rows;
    scratch->incentive.parameters = eta;
    scratch->incentive.input[0] = input;
    mg_tape_forward(program->incentive, &scratch->incentive);
    return mg_tape_value(program->incentive, &scratch->incentive, program->given);
}

void mg_lio_give(const mg_lio_program *program, mg_lio_scratch *scratch, int giver, const mg_real *eta, int rows,
                 const mg_real *input, const int32_t *neighbour, mg_real *given)
{
    const mg_real *y = run_incentive(program, scratch, eta, rows, input);
    mg_real reward_max = (mg_real)program->reward_max;
    memset(given, 0, (size_t)rows * (size_t)program->agents * sizeof *given);
    for (int t = 0; t < rows; t++)
        for (int slot = 0; slot < program->slots; slot++) {
            int to = recipient_of(program, giver, neighbour ? neighbour + t * program->neighbours : NULL, slot);
            if (to >= 0)
                given[t * program->agents + to] = reward_max * y[t * program->slots + slot];
        }
}

mg_real mg_lio_mean_offer(const mg_lio_program *program, mg_lio_scratch *scratch, int giver, const mg_real *eta,
                          int32_t action)
{
    int states = program->policy.observation;
    mg_real sum = 0;
    memset(scratch->input, 0, (size_t)program->input * sizeof(mg_real));
    scratch->input[states + action] = 1;
    for (int state = 0; state < states; state++) {
        scratch->input[state] = 1;
        const mg_real *y = run_incentive(program, scratch, eta, 1, scratch->input);
        sum += (mg_real)program->reward_max * y[program->neighbours ? 0 : 1 - giver];
        scratch->input[state] = 0;
    }
    return sum / (mg_real)states;
}

/* G_t = r_t + gamma G_{t+1} (facts/lio.md 1.2). */
static void returns_of(int steps, mg_real discount, const mg_real *reward, mg_real *value)
{
    mg_real next = 0;
    for (int t = steps - 1; t >= 0; t--)
        value[t] = next = reward[t] + discount * next;
}

/* What weighs the actions of an episode: advantages by a critic's values, or returns where it has none. */
static void weights_of(const mg_lio_program *program, int steps, const mg_real *reward, const mg_real *value,
                       mg_real *weight)
{
    const mg_real discount = (mg_real)program->discount;
    if (!value) {
        returns_of(steps, discount, reward, weight);
        return;
    }
    for (int t = 0; t < steps; t++)
        weight[t] = reward[t] + discount * value[t + 1] - value[t];
}

void mg_lio_policy_step(const mg_lio_program *program, mg_lio_scratch *scratch, mg_lio_agent *agent, int j,
                        const mg_trajectory *tau, mg_real epsilon)
{
    const mg_real *reward = mg_trajectory_reward(tau, j), *received = mg_trajectory_received(tau, j);
    for (int t = 0; t < tau->steps; t++)
        scratch->total[t] = reward[t] + received[t]; /* Equation 5.1 */
    weights_of(program, tau->steps, scratch->total, agent->value, scratch->returns);
    size_t count = program->policy.network.layout.count;
    memcpy(agent->theta_before, agent->theta, count * sizeof(mg_real));
    mg_reinforce_gradient(agent->reinforce, tau->steps, agent->theta_before, mg_trajectory_observation(tau, j),
                          mg_trajectory_action(tau, j), scratch->returns, epsilon, (mg_real)program->entropy,
                          scratch->policy_gradient);
    if (agent->moments)
        mg_optimiser_step(&program->optimiser, &agent->state, count, scratch->policy_gradient, agent->moments,
                          agent->theta);
    else
        mg_kernels_current()->axpy(count, -(mg_real)program->policy_rate, scratch->policy_gradient,
                                   agent->theta); /* Equation 5.3 */
}

/* cotangent[l] of who is j there = d IncLoss / d y at step l of tau = R_max * rate * S_l, S_l = gamma S_{l-1} + s_l
 * (with a critic S_l = s_l),
 * s_t = (d IncLoss / d theta^_j) . d log pi~_j(a_t|o_t) / d theta_j (facts/lio.md 4.2). After mg_reinforce_judge with
 * theta^_j; weight: of each log pi_theta^_j that it judged, in IncLoss or its derivative. */
static void recipient_cotangent(const mg_lio_program *program, mg_lio_scratch *scratch, mg_lio_agent *recipient,
                                int giver, int j, const mg_trajectory *tau, const mg_real *weight)
{
    mg_reinforce_judge_gradient(recipient->reinforce, weight, scratch->policy_gradient);
    const mg_real decay = recipient->value ? (mg_real)0 : (mg_real)program->discount;
    mg_real scale = (mg_real)(program->policy_rate * program->reward_max), running = 0;
    if (recipient->moments) { /* its rate, and what it divides by, parameter by parameter */
        mg_optimiser_along(&program->optimiser, &recipient->state, program->policy.network.layout.count,
                           recipient->moments, scratch->policy_gradient, scratch->policy_gradient);
        scale = (mg_real)program->reward_max;
    }
    mg_reinforce_slope(recipient->reinforce, scratch->policy_gradient, scratch->slope);
    for (int l = 0; l < tau->steps; l++) {
        running = decay * running + scratch->slope[l];
        int slot = slot_of(program, giver, j, tau, l);
        if (slot >= 0)
            scratch->cotangent[l * program->slots + slot] = scale * running;
    }
}

/* weight_t = H_t times the ratio of the new policy to the mixture that played. */
static void weigh_by_ratio(const mg_lio_program *program, mg_lio_scratch *scratch, mg_lio_agent *recipient, int j,
                           const mg_trajectory *tau, mg_real epsilon)
{
    const mg_real *observation = mg_trajectory_observation(tau, j), *log_pure;
    const int32_t *action = mg_trajectory_action(tau, j);
    log_pure = mg_reinforce_judge(recipient->reinforce, tau->steps, recipient->theta_before, observation, action);
    for (int t = 0; t < tau->steps; t++)
        scratch->weight[t] =
            ((mg_real)1 - epsilon) * exponential(log_pure[t]) + epsilon / (mg_real)program->policy.actions;
    log_pure = mg_reinforce_judge(recipient->reinforce, tau->steps, recipient->theta, observation, action);
    for (int t = 0; t < tau->steps; t++)
        scratch->weight[t] = exponential(log_pure[t]) / scratch->weight[t] * scratch->returns[t];
}

static void cost_gradient_of(const mg_lio_program *program, mg_lio_scratch *scratch, int giver,
                             const mg_trajectory *tau, mg_real *gradient)
{
    mg_real discounted = 1;
    for (int t = 0; t < tau->steps; t++) {
        for (int slot = 0; slot < program->slots; slot++) { /* y > 0, so |y|' = 1 */
            int to = recipient_of(program, giver, neighbours_at(program, giver, tau, t), slot);
            scratch->cotangent[t * program->slots + slot] = to < 0 ? (mg_real)0 : discounted;
        }
        discounted = discounted * (mg_real)program->discount;
    }
    mg_cotangent cotangent = {program->given, scratch->cotangent};
    mg_tape_backward(program->incentive, &scratch->incentive, 1, &cotangent, gradient, NULL);
}

/* From the cotangents at y to eta; what giving costs. */
static void incentive_gradient_of(const mg_lio_program *program, mg_lio_scratch *scratch, const mg_real *eta, int giver,
                                  const mg_trajectory *tau, mg_real *gradient, mg_real *cost_gradient)
{
    const mg_real *observation = mg_trajectory_observation(tau, giver);
    for (int t = 0; t < tau->steps; t++)
        mg_lio_incentive_input(program, giver, observation + (size_t)t * (size_t)tau->observation_length,
                               neighbours_at(program, giver, tau, t), tau->action + t, tau->steps_max,
                               scratch->input + (size_t)t * (size_t)program->input);
    run_incentive(program, scratch, eta, tau->steps, scratch->input);
    mg_cotangent cotangent = {program->given, scratch->cotangent};
    mg_tape_backward(program->incentive, &scratch->incentive, 1, &cotangent, gradient, NULL);
    if (cost_gradient)
        cost_gradient_of(program, scratch, giver, tau, cost_gradient);
}

/* H_t of the giver on the episode that judges, and no cotangent yet. value: its critic's there, or NULL. */
static void begin_gradient(const mg_lio_program *program, mg_lio_scratch *scratch, int giver, const mg_trajectory *tau,
                           const mg_trajectory *judged, const mg_real *value)
{
    weights_of(program, judged->steps, mg_trajectory_reward(judged, giver), value, scratch->returns);
    memset(scratch->cotangent, 0, (size_t)tau->steps * (size_t)program->slots * sizeof(mg_real));
}

void mg_lio_incentive_gradient(const mg_lio_program *program, mg_lio_scratch *scratch, mg_lio_agent *agents, int giver,
                               const mg_trajectory *tau, const mg_trajectory *tau_hat, mg_real *gradient,
                               mg_real *cost_gradient)
{
    begin_gradient(program, scratch, giver, tau, tau_hat, agents[giver].value_hat);
    for (int j = 0; j < program->agents; j++) {
        if (j == giver || !ever_paid(program, giver, j, tau))
            continue;
        mg_reinforce_judge(agents[j].reinforce, tau_hat->steps, agents[j].theta, mg_trajectory_observation(tau_hat, j),
                           mg_trajectory_action(tau_hat, j));
        recipient_cotangent(program, scratch, &agents[j], giver, j, tau, scratch->returns);
    }
    incentive_gradient_of(program, scratch, agents[giver].eta, giver, tau, gradient, cost_gradient);
}

void mg_lio_one_episode_gradient(const mg_lio_program *program, mg_lio_scratch *scratch, mg_lio_agent *agents,
                                 int giver, const mg_trajectory *tau, mg_real epsilon, mg_real *gradient,
                                 mg_real *cost_gradient)
{
    begin_gradient(program, scratch, giver, tau, tau, NULL);
    for (int j = 0; j < program->agents; j++) {
        if (j == giver || !ever_paid(program, giver, j, tau))
            continue;
        weigh_by_ratio(program, scratch, &agents[j], j, tau, epsilon);
        recipient_cotangent(program, scratch, &agents[j], giver, j, tau, scratch->weight);
    }
    incentive_gradient_of(program, scratch, agents[giver].eta, giver, tau, gradient, cost_gradient);
}
