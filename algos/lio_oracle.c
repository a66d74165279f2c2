/* lio_oracle.c - draws a case and compares the closed form with differences of lio_plain.c. */
#define MG_DOUBLE /* this file exists in binary64 only */
#include "algos/lio_oracle.h"
#include "core/io/memory.h"

#include "algos/lio_plain.h"
#include "core/rl/statistics.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

typedef struct oracle {
    mg_lio_shape shape;
    mg_lio_program program;
    mg_lio_scratch *scratch;
    int agents;
    mg_lio_agent agent[MG_LIO_PLAIN_AGENTS];
    mg_trajectory tau, tau_hat;
    double *theta_start[MG_LIO_PLAIN_AGENTS]; /* before the policy step */
    double epsilon;
    double *given, *input, *gradient;
    double *memory;
    int32_t *actions;
} oracle;

/* One round of the prisoner's dilemma with memory; seen: the round before. */
static bool play_dilemma(void *seen, bool first, mg_stream *stream, double *observation, int32_t *neighbour,
                         int32_t *action, double *reward)
{
    (void)neighbour;
    static const double payoff[2][2] = {{-1.0, -3.0}, {0.0, -2.0}};
    enum { STATES = 5, FIRST = 4 };
    int *state = seen;
    *state = first ? FIRST : *state;
    memset(observation, 0, (size_t)2 * STATES * sizeof *observation);
    for (int i = 0; i < 2; i++) {
        observation[i * STATES + *state] = 1.0;
        action[i] = (int32_t)mg_random_below(stream, 2);
    }
    for (int i = 0; i < 2; i++)
        reward[i] = payoff[action[i]][action[1 - i]];
    *state = 2 * action[0] + action[1];
    return false;
}

/* Any legal play will do: the identity holds for every pair of trajectories. */
static void draw_trajectory(mg_trajectory *trajectory, const mg_lio_game *game, mg_stream *stream)
{
    enum { NUMBERS = MG_LIO_PLAIN_AGENTS * MG_LIO_PLAIN_WIDTH };
    double observation[NUMBERS], reward[MG_LIO_PLAIN_AGENTS];
    int32_t action[MG_LIO_PLAIN_AGENTS], neighbour[MG_LIO_PLAIN_AGENTS * MG_LIO_PLAIN_AGENTS];
    size_t neighbours = (size_t)trajectory->neighbours;
    size_t length = (size_t)trajectory->observation_length;
    bool over = false;
    trajectory->steps = 0;
    while (!over && trajectory->steps < trajectory->steps_max) {
        int t = trajectory->steps++;
        over = game->play(game->context, t == 0, stream, observation, neighbour, action, reward);
        for (int i = 0; i < trajectory->agents; i++) {
            memcpy(mg_trajectory_observation(trajectory, i) + (size_t)t * length, observation + (size_t)i * length,
                   length * sizeof *observation);
            for (size_t n = 0; n < neighbours; n++)
                mg_trajectory_neighbour(trajectory, i)[(size_t)t * neighbours + n] =
                    neighbour[(size_t)i * neighbours + n];
            mg_trajectory_action(trajectory, i)[t] = action[i];
            mg_trajectory_reward(trajectory, i)[t] = reward[i];
        }
    }
}

static void place(oracle *o, const mg_lio_shape *shape)
{
    o->shape = *shape;
    o->agents = shape->agents;
    mg_lio_program_create(&o->program, shape);
    size_t policy = o->program.policy.network.layout.count, incentive = o->program.incentive_network.layout.count;
    size_t trajectory = mg_trajectory_reals(shape->agents, shape->observation, shape->steps_max);
    size_t agents = (size_t)shape->agents, steps = (size_t)shape->steps_max;
    size_t given = steps * agents, input = steps * (size_t)o->program.input;
    size_t numbers = agents * steps, links = numbers * (size_t)shape->neighbours;
    o->scratch = mg_lio_scratch_create(&o->program);
    o->memory =
        mg_allocate(agents * (3 * policy + incentive) + 2 * trajectory + given + input + incentive, sizeof *o->memory);
    o->actions = mg_allocate(2 * (numbers + links), sizeof *o->actions);
    double *next = o->memory;
    for (int i = 0; i < o->agents; i++) {
        o->agent[i].theta = next;
        o->agent[i].theta_before = next += policy;
        o->theta_start[i] = next += policy;
        o->agent[i].eta = next += policy;
        next += incentive;
        o->agent[i].reinforce = mg_reinforce_create(&o->program.policy);
    }
    o->tau = mg_trajectory_place(shape->agents, shape->observation, shape->steps_max, next, o->actions);
    o->tau_hat = mg_trajectory_place(shape->agents, shape->observation, shape->steps_max, next + trajectory,
                                     o->actions + numbers);
    o->tau.neighbours = o->tau_hat.neighbours = shape->neighbours;
    if (shape->neighbours) {
        o->tau.neighbour = o->actions + 2 * numbers;
        o->tau_hat.neighbour = o->tau.neighbour + links;
    }
    o->given = next + 2 * trajectory;
    o->input = o->given + given;
    o->gradient = o->input + input;
}

static void release(oracle *o)
{
    mg_lio_program_destroy(&o->program);
    mg_lio_scratch_destroy(o->scratch);
    for (int i = 0; i < o->agents; i++)
        mg_reinforce_destroy(o->agent[i].reinforce);
    free(o->memory);
    free(o->actions);
}

static void pay(oracle *o, int giver)
{
    const double *observation = mg_trajectory_observation(&o->tau, giver);
    const int32_t *neighbour = mg_trajectory_neighbour(&o->tau, giver);
    int steps = o->tau.steps;
    for (int t = 0; t < steps; t++)
        mg_lio_incentive_input(&o->program, giver, observation + t * o->tau.observation_length,
                               neighbour ? neighbour + t * o->tau.neighbours : NULL, o->tau.action + t,
                               o->tau.steps_max, o->input + t * o->program.input);
    mg_lio_give(&o->program, o->scratch, giver, o->agent[giver].eta, steps, o->input, neighbour, o->given);
    for (int k = 0; k < o->agents; k++)
        for (int t = 0; t < steps; t++)
            mg_trajectory_received(&o->tau, k)[t] += o->given[t * o->agents + k];
}

/* Incentives on tau, then the policy steps. */
static void first_half(oracle *o)
{
    for (int giver = 0; giver < o->agents; giver++)
        pay(o, giver);
    for (int j = 0; j < o->agents; j++) {
        memcpy(o->agent[j].theta, o->theta_start[j], o->program.policy.network.layout.count * sizeof(double));
        mg_lio_policy_step(&o->program, o->scratch, &o->agent[j], j, &o->tau, o->epsilon);
    }
}

/* The loss of giver 0 as a function of eta, written plainly. */
static double plain_loss(const mg_lio_plain *plain, bool one_episode)
{
    return one_episode ? mg_lio_plain_one_episode_loss(plain, 0) : mg_lio_plain_incentive_loss(plain, 0);
}

static double largest_difference(oracle *o, bool one_episode, double mutate)
{
    mg_lio_plain plain = {.shape = o->shape, .tau = &o->tau, .tau_hat = &o->tau_hat, .epsilon = o->epsilon};
    const double step = 1e-5;
    double largest = 0.0, difference = 0.0;
    double *eta = o->agent[0].eta;
    for (int i = 0; i < o->agents; i++) {
        plain.theta[i] = o->theta_start[i];
        plain.eta[i] = o->agent[i].eta;
    }
    for (size_t k = 0; k < o->program.incentive_network.layout.count; k++) {
        double middle = eta[k];
        eta[k] = middle + step;
        double above = plain_loss(&plain, one_episode);
        eta[k] = middle - step;
        double below = plain_loss(&plain, one_episode);
        eta[k] = middle;
        double slope = (above - below) / (2.0 * step), error = slope - mutate * o->gradient[k];
        difference = mg_worst(difference, error < 0.0 ? -error : error);
        largest = mg_worst(largest, slope < 0.0 ? -slope : slope);
    }
    return largest > 0.0 ? difference / largest : 1.0;
}

double mg_lio_gradient_error_in(const mg_lio_shape *shape, const mg_lio_game *game, bool one_episode, mg_stream *stream,
                                double mutate)
{
    oracle o = {0};
    place(&o, shape);
    for (int i = 0; i < o.agents; i++) {
        mg_parameters_initialise(&o.program.policy.network.layout, stream, o.theta_start[i]);
        mg_parameters_initialise(&o.program.incentive_network.layout, stream, o.agent[i].eta);
    }
    o.epsilon = mg_random_double(stream);
    draw_trajectory(&o.tau, game, stream);
    draw_trajectory(&o.tau_hat, game, stream);
    first_half(&o);
    if (one_episode)
        mg_lio_one_episode_gradient(&o.program, o.scratch, o.agent, 0, &o.tau, o.epsilon, o.gradient, NULL);
    else
        mg_lio_incentive_gradient(&o.program, o.scratch, o.agent, 0, &o.tau, &o.tau_hat, o.gradient, NULL);
    double error = largest_difference(&o, one_episode, mutate);
    release(&o);
    return error;
}

double mg_lio_gradient_error(const mg_lio_shape *shape, mg_stream *stream, double mutate)
{
    int seen = 0;
    const mg_lio_game dilemma = {play_dilemma, &seen};
    return mg_lio_gradient_error_in(shape, &dilemma, false, stream, mutate);
}
