/* lio_oracle.c - draws a case and compares the closed form with differences of lio_plain.c. */
#define MG_DOUBLE /* this file exists in binary64 only */
#include "algos/lio_oracle.h"
#include "core/io/memory.h"

#include "algos/lio_plain.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

typedef struct oracle {
    mg_lio_shape shape;
    mg_lio_program program;
    mg_lio_scratch *scratch;
    mg_lio_agent agent[2];
    mg_trajectory tau, tau_hat;
    double *theta_start[2]; /* before the policy step */
    double epsilon;
    double *given, *input, *gradient;
    double *memory;
    int32_t *actions;
} oracle;

/* Any legal play will do: the identity holds for every pair of trajectories. */
static void draw_trajectory(mg_trajectory *trajectory, mg_stream *stream)
{
    static const double payoff[2][2] = {{-1.0, -3.0}, {0.0, -2.0}};
    int length = trajectory->observation_length, seen = 4;
    trajectory->steps = trajectory->steps_max;
    for (int t = 0; t < trajectory->steps; t++) {
        int32_t action[2];
        for (int i = 0; i < 2; i++) {
            double *observation = mg_trajectory_observation(trajectory, i) + (size_t)t * (size_t)length;
            memset(observation, 0, (size_t)length * sizeof *observation);
            observation[seen] = 1.0;
            action[i] = (int32_t)mg_random_below(stream, 2);
            mg_trajectory_action(trajectory, i)[t] = action[i];
        }
        mg_trajectory_reward(trajectory, 0)[t] = payoff[action[0]][action[1]];
        mg_trajectory_reward(trajectory, 1)[t] = payoff[action[1]][action[0]];
        seen = 2 * action[0] + action[1];
    }
}

static void place(oracle *o, const mg_lio_shape *shape)
{
    o->shape = *shape;
    mg_lio_program_create(&o->program, shape);
    size_t policy = o->program.policy.network.layout.count, incentive = o->program.incentive_network.layout.count;
    size_t trajectory = mg_trajectory_reals(2, shape->observation, shape->steps_max);
    size_t given = (size_t)shape->steps_max * 2, input = (size_t)shape->steps_max * (size_t)o->program.input;
    o->scratch = mg_lio_scratch_create(&o->program);
    o->memory =
        mg_allocate(2 * (3 * policy + incentive) + 2 * trajectory + given + input + incentive, sizeof *o->memory);
    o->actions = mg_allocate(4 * (size_t)shape->steps_max, sizeof *o->actions);
    double *next = o->memory;
    for (int i = 0; i < 2; i++) {
        o->agent[i].theta = next;
        o->agent[i].theta_before = next += policy;
        o->theta_start[i] = next += policy;
        o->agent[i].eta = next += policy;
        next += incentive;
        o->agent[i].reinforce = mg_reinforce_create(&o->program.policy);
    }
    o->tau = mg_trajectory_place(2, shape->observation, shape->steps_max, next, o->actions);
    o->tau_hat = mg_trajectory_place(2, shape->observation, shape->steps_max, next + trajectory,
                                     o->actions + 2 * shape->steps_max);
    o->given = next + 2 * trajectory;
    o->input = o->given + given;
    o->gradient = o->input + input;
}

static void release(oracle *o)
{
    mg_lio_program_destroy(&o->program);
    mg_lio_scratch_destroy(o->scratch);
    for (int i = 0; i < 2; i++)
        mg_reinforce_destroy(o->agent[i].reinforce);
    free(o->memory);
    free(o->actions);
}

/* Incentives on tau, then the policy steps. */
static void first_half(oracle *o)
{
    int steps = o->tau.steps;
    for (int giver = 0; giver < 2; giver++) {
        const double *observation = mg_trajectory_observation(&o->tau, giver);
        for (int t = 0; t < steps; t++)
            mg_lio_incentive_input(&o->program, giver, observation + t * o->tau.observation_length, o->tau.action + t,
                                   o->tau.steps_max, o->input + t * o->program.input);
        mg_lio_give(&o->program, o->scratch, giver, o->agent[giver].eta, steps, o->input, o->given);
        for (int t = 0; t < steps; t++)
            mg_trajectory_received(&o->tau, 1 - giver)[t] = o->given[t * 2 + 1 - giver];
    }
    for (int j = 0; j < 2; j++) {
        memcpy(o->agent[j].theta, o->theta_start[j], o->program.policy.network.layout.count * sizeof(double));
        mg_lio_policy_step(&o->program, o->scratch, &o->agent[j], j, &o->tau, o->epsilon);
    }
}

static double largest_difference(oracle *o, double mutate)
{
    const mg_lio_plain plain = {.shape = o->shape,
                                .theta = {o->theta_start[0], o->theta_start[1]},
                                .eta = {o->agent[0].eta, o->agent[1].eta},
                                .tau = &o->tau,
                                .tau_hat = &o->tau_hat,
                                .epsilon = o->epsilon};
    const double step = 1e-5;
    double largest = 0.0, difference = 0.0;
    double *eta = o->agent[0].eta;
    for (size_t k = 0; k < o->program.incentive_network.layout.count; k++) {
        double middle = eta[k];
        eta[k] = middle + step;
        double above = mg_lio_plain_incentive_loss(&plain, 0);
        eta[k] = middle - step;
        double below = mg_lio_plain_incentive_loss(&plain, 0);
        eta[k] = middle;
        double slope = (above - below) / (2.0 * step), error = slope - mutate * o->gradient[k];
        difference = error > difference ? error : -error > difference ? -error : difference;
        largest = slope > largest ? slope : -slope > largest ? -slope : largest;
    }
    return largest > 0.0 ? difference / largest : 1.0;
}

double mg_lio_gradient_error(const mg_lio_shape *shape, mg_stream *stream, double mutate)
{
    oracle o = {0};
    place(&o, shape);
    for (int i = 0; i < 2; i++) {
        mg_parameters_initialise(&o.program.policy.network.layout, stream, o.theta_start[i]);
        mg_parameters_initialise(&o.program.incentive_network.layout, stream, o.agent[i].eta);
    }
    o.epsilon = mg_random_double(stream);
    draw_trajectory(&o.tau, stream);
    draw_trajectory(&o.tau_hat, stream);
    first_half(&o);
    mg_lio_incentive_gradient(&o.program, o.scratch, o.agent, 0, &o.tau, &o.tau_hat, o.gradient, NULL);
    double error = largest_difference(&o, mutate);
    release(&o);
    return error;
}
