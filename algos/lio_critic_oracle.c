/* lio_critic_oracle.c - a policy step that is linear in rewards, taken plainly, and what it is worth to the giver. */
#define MG_DOUBLE /* this file exists in binary64 only */
#include "algos/lio_critic_oracle.h"
#include "algos/pictured_plain.h"
#include "core/io/memory.h"
#include "core/num/scalar_math.h"
#include "core/rl/statistics.h"

#include <stdlib.h>
#include <string.h>

enum { AGENTS = 2, ACTIONS_MAX = 64 };

typedef struct oracle {
    mg_lio_shape shape;
    mg_lio_program program;
    mg_lio_scratch *scratch;
    mg_lio_agent agent[AGENTS];
    mg_trajectory tau, tau_hat;
    mg_pictured_plain policy, incentive;
    double epsilon;
    double *theta, *theta_hat; /* of agent 1: before its step, and after it, plainly */
    double *at_zero, *by_step; /* its step's direction without rewards, and what a reward of 1 at each step adds */
    double *value, *gradient, *memory, *seen, *block;
    int32_t *actions;
} oracle;

/* ---- a case ---- */

static void draw_trajectory(mg_trajectory *trajectory, const mg_lio_game *game, double *seen, mg_stream *stream)
{
    double reward[AGENTS];
    int32_t action[AGENTS];
    const size_t length = (size_t)trajectory->observation_length;
    bool over = false;
    for (trajectory->steps = 0; !over && trajectory->steps < trajectory->steps_max - 1;) {
        const int t = trajectory->steps++;
        over = game->play(game->context, t == 0, stream, seen, NULL, action, reward);
        for (int i = 0; i < AGENTS; i++) {
            memcpy(mg_trajectory_observation(trajectory, i) + (size_t)t * length, seen + (size_t)i * length,
                   length * sizeof *seen);
            mg_trajectory_action(trajectory, i)[t] = action[i];
            mg_trajectory_reward(trajectory, i)[t] = reward[i];
        }
    }
}

static mg_pictured_plain plain_of(const mg_lio_shape *s, int inputs, int hidden_1, int hidden_2, int outputs, bool bias)
{
    const mg_network_image *p = &s->picture;
    return (mg_pictured_plain){p->channels, p->height, p->width, p->filters, p->window,
                               inputs,      hidden_1,  hidden_2, outputs,    bias};
}

static double *take(double **next, size_t count)
{
    double *taken = *next;
    *next += count;
    return taken;
}

static void place(oracle *o, const mg_lio_shape *shape)
{
    o->shape = *shape;
    mg_lio_program_create(&o->program, shape);
    o->scratch = mg_lio_scratch_create(&o->program);
    o->policy =
        plain_of(shape, shape->observation, shape->policy_hidden_1, shape->policy_hidden_2, shape->actions, true);
    o->incentive =
        plain_of(shape, o->program.input, shape->incentive_hidden_1, shape->incentive_hidden_2, AGENTS, false);
    const int slots = shape->steps_max + 1;
    const size_t policy = o->program.policy.network.layout.count, incentive = o->program.incentive_network.layout.count;
    const size_t steps = (size_t)slots, seen = AGENTS * (size_t)shape->observation + (size_t)o->program.input;
    const size_t trajectory = mg_trajectory_reals(AGENTS, shape->observation, slots);
    const size_t memory = mg_pictured_plain_memory(&o->policy) + mg_pictured_plain_memory(&o->incentive);
    o->block = mg_allocate(AGENTS * (2 * policy + incentive) + (3 + steps) * policy + incentive + 2 * trajectory +
                               2 * AGENTS * steps + memory + seen,
                           sizeof *o->block);
    o->actions = mg_allocate(2 * AGENTS * steps, sizeof *o->actions);
    double *next = o->block;
    for (int i = 0; i < AGENTS; i++) {
        o->agent[i] = (mg_lio_agent){.theta = take(&next, policy),
                                     .theta_before = take(&next, policy),
                                     .eta = take(&next, incentive),
                                     .reinforce = mg_reinforce_create(&o->program.policy)};
    }
    o->theta = take(&next, policy);
    o->theta_hat = take(&next, policy);
    o->at_zero = take(&next, policy);
    o->by_step = take(&next, steps * policy);
    o->gradient = take(&next, incentive);
    o->tau = mg_trajectory_place(AGENTS, shape->observation, slots, take(&next, trajectory), o->actions);
    o->tau_hat =
        mg_trajectory_place(AGENTS, shape->observation, slots, take(&next, trajectory), o->actions + AGENTS * slots);
    o->value = take(&next, 2 * AGENTS * steps);
    o->memory = take(&next, memory);
    o->seen = take(&next, seen);
    for (int i = 0; i < AGENTS; i++) {
        o->agent[i].value = o->value + i * slots;
        o->agent[i].value_hat = o->value + (AGENTS + i) * slots;
    }
}

static void release(oracle *o)
{
    for (int i = 0; i < AGENTS; i++)
        mg_reinforce_destroy(o->agent[i].reinforce);
    mg_lio_scratch_destroy(o->scratch);
    mg_lio_program_destroy(&o->program);
    free(o->block);
    free(o->actions);
}

/* ---- the giver's objective, plainly ---- */

static const double *observed(const mg_trajectory *tau, int agent, int t)
{
    return mg_trajectory_observation(tau, agent) + t * tau->observation_length;
}

/* What giver 0 pays agent 1 at step t of tau. */
static double paid(const oracle *o, int t)
{
    double out[AGENTS], *input = o->seen;
    const int action = mg_trajectory_action(&o->tau, 1)[t];
    const int shown = o->shape.kind ? o->shape.kind[action] : action;
    const int kinds = o->shape.kind ? o->shape.kinds : o->shape.actions;
    memcpy(input, observed(&o->tau, 0, t), (size_t)o->shape.observation * sizeof *input);
    for (int kind = 0; kind < kinds; kind++)
        input[o->shape.observation + kind] = kind == shown ? 1.0 : 0.0;
    mg_pictured_plain_forward(&o->incentive, o->agent[0].eta, input, o->memory, out);
    return o->shape.reward_max / (1.0 + mg_exp(-out[1]));
}

static void probabilities(const oracle *o, const double *theta, const double *observation, double *pi)
{
    const int actions = o->shape.actions;
    double most, sum = 0.0;
    mg_pictured_plain_forward(&o->policy, theta, observation, o->memory, pi);
    most = pi[0];
    for (int a = 1; a < actions; a++)
        most = pi[a] > most ? pi[a] : most;
    for (int a = 0; a < actions; a++)
        sum += pi[a] = mg_exp(pi[a] - most);
    for (int a = 0; a < actions; a++)
        pi[a] /= sum;
}

/* Agent 1's step at theta, direction by direction: grad log(pi~(a_t) + guard) of each step, which its advantage
 * multiplies, and beta sum_t grad H(pi~). */
static void take_apart(oracle *o)
{
    const int actions = o->shape.actions;
    const size_t count = mg_pictured_plain_count(&o->policy);
    memset(o->at_zero, 0, count * sizeof *o->at_zero);
    for (int t = 0; t < o->tau.steps; t++) {
        const double *observation = observed(&o->tau, 1, t), keep = 1.0 - o->epsilon;
        const int action = mg_trajectory_action(&o->tau, 1)[t];
        double pi[ACTIONS_MAX], taken[ACTIONS_MAX], entropy[ACTIONS_MAX], p[ACTIONS_MAX];
        probabilities(o, o->theta, observation, pi);
        for (int a = 0; a < actions; a++)
            p[a] = keep * pi[a] + o->epsilon / actions;
        for (int k = 0; k < actions; k++) {
            taken[k] = keep * pi[action] * ((k == action) - pi[k]) / (p[action] + o->shape.log_form.guard);
            entropy[k] = 0.0;
            for (int a = 0; a < actions; a++)
                entropy[k] -= o->shape.entropy * (mg_log(p[a]) + 1.0) * keep * pi[a] * ((k == a) - pi[k]);
        }
        double *by_step = o->by_step + (size_t)t * count;
        memset(by_step, 0, count * sizeof *by_step);
        mg_pictured_plain_backward(&o->policy, o->theta, observation, o->memory, taken, by_step);
        mg_pictured_plain_backward(&o->policy, o->theta, observation, o->memory, entropy, o->at_zero);
    }
}

/* - sum_t log pi_theta^(a^_t | o^_t) of agent 1 times the giver's advantage on tau^. */
static double objective(const oracle *o)
{
    const size_t count = mg_pictured_plain_count(&o->policy);
    const double *value = o->agent[1].value, *judged = o->agent[0].value_hat;
    double pi[ACTIONS_MAX], loss = 0.0;
    for (size_t k = 0; k < count; k++)
        o->theta_hat[k] = o->theta[k] + o->shape.policy_rate * o->at_zero[k];
    for (int t = 0; t < o->tau.steps; t++) {
        const double reward = mg_trajectory_reward(&o->tau, 1)[t] + paid(o, t);
        const double advantage = reward + o->shape.discount * value[t + 1] - value[t];
        for (size_t k = 0; k < count; k++)
            o->theta_hat[k] += o->shape.policy_rate * advantage * o->by_step[(size_t)t * count + k];
    }
    for (int t = 0; t < o->tau_hat.steps; t++) {
        const double reward = mg_trajectory_reward(&o->tau_hat, 0)[t];
        probabilities(o, o->theta_hat, observed(&o->tau_hat, 1, t), pi);
        loss -= mg_log(pi[mg_trajectory_action(&o->tau_hat, 1)[t]]) *
                (reward + o->shape.discount * judged[t + 1] - judged[t]);
    }
    return loss;
}

/* ---- the comparison ---- */

/* Incentives of both on tau, then both policy steps, as the learner takes them. */
static void step_learners(oracle *o)
{
    const size_t policy = o->program.policy.network.layout.count;
    const int steps = o->tau.steps;
    double *input = mg_allocate((size_t)steps * (size_t)(o->program.input + AGENTS), sizeof *input);
    double *given = input + steps * o->program.input;
    for (int giver = 0; giver < AGENTS; giver++) {
        for (int t = 0; t < steps; t++)
            mg_lio_incentive_input(&o->program, giver, observed(&o->tau, giver, t), NULL, o->tau.action + t,
                                   o->tau.steps_max, input + t * o->program.input);
        mg_lio_give(&o->program, o->scratch, giver, o->agent[giver].eta, steps, input, NULL, given);
        for (int t = 0; t < steps; t++)
            mg_trajectory_received(&o->tau, 1 - giver)[t] = given[t * AGENTS + 1 - giver];
    }
    memcpy(o->theta, o->agent[1].theta, policy * sizeof *o->theta);
    for (int j = 0; j < AGENTS; j++)
        mg_lio_policy_step(&o->program, o->scratch, &o->agent[j], j, &o->tau, o->epsilon);
    free(input);
}

static double largest_difference(oracle *o, int components, mg_stream *stream, double mutate)
{
    const mg_layout *layout = &o->program.incentive_network.layout;
    const double step = 1e-5;
    double largest = 0.0, difference = 0.0, *eta = o->agent[0].eta;
    for (size_t k = 0; k < layout->count; k++) {
        const double size = o->gradient[k] > 0.0 ? o->gradient[k] : -o->gradient[k];
        largest = mg_worst(largest, size);
    }
    for (int n = 0; n < components; n++) {
        const mg_view *view = &layout->view[n % layout->views];
        const size_t k = view->offset + mg_random_below(stream, (uint32_t)(view->rows * view->columns));
        const double middle = eta[k];
        eta[k] = middle + step;
        const double above = objective(o);
        eta[k] = middle - step;
        const double below = objective(o);
        eta[k] = middle;
        const double error = (above - below) / (2.0 * step) - mutate * o->gradient[k];
        difference = mg_worst(difference, error < 0.0 ? -error : error);
    }
    return largest > 0.0 ? difference / largest : 1.0;
}

double mg_lio_critic_gradient_error(const mg_lio_shape *shape, const mg_lio_game *game, int components,
                                    mg_stream *stream, double mutate)
{
    oracle o = {0};
    place(&o, shape);
    for (int i = 0; i < AGENTS; i++) {
        mg_parameters_initialise(&o.program.policy.network.layout, stream, o.agent[i].theta);
        mg_parameters_initialise(&o.program.incentive_network.layout, stream, o.agent[i].eta);
    }
    o.epsilon = 0.05 + 0.45 * mg_random_double(stream);
    for (int k = 0; k < 2 * AGENTS * (shape->steps_max + 1); k++)
        o.value[k] = 2.0 * mg_random_double(stream) - 1.0;
    draw_trajectory(&o.tau, game, o.seen, stream);
    draw_trajectory(&o.tau_hat, game, o.seen, stream);
    step_learners(&o);
    take_apart(&o);
    mg_lio_incentive_gradient(&o.program, o.scratch, o.agent, 0, &o.tau, &o.tau_hat, o.gradient, NULL);
    const double error = largest_difference(&o, components, stream, mutate);
    release(&o);
    return error;
}
