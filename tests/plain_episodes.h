/* plain_episodes.h - made-up episodes and networks in binary64, for the tests that hold the learners of lio.h and
 * policy_gradient.h against lio_plain.h. Include with MG_DOUBLE defined. */
#ifndef MG_PLAIN_EPISODES_H
#define MG_PLAIN_EPISODES_H

#include "algos/lio_plain.h"
#include "core/num/scalar_math.h"
#include "tests/tap.h"

#include <stdlib.h>
#include <string.h>

/* Two trajectories of unequal length, and the networks of all agents. */
typedef struct made_up {
    mg_lio_plain plain; /* points into what follows */
    mg_trajectory tau, tau_hat;
    double reals[2048];
    int32_t actions[2 * MG_LIO_PLAIN_AGENTS * MG_LIO_PLAIN_STEPS];
    int32_t links[MG_LIO_PLAIN_AGENTS * MG_LIO_PLAIN_STEPS * MG_LIO_PLAIN_AGENTS]; /* neighbours on tau */
    double theta[MG_LIO_PLAIN_AGENTS][MG_LIO_PLAIN_PARAMETERS], eta[MG_LIO_PLAIN_AGENTS][MG_LIO_PLAIN_PARAMETERS];
} made_up;

__attribute__((unused)) static double absolute(double x)
{
    return x < 0.0 ? -x : x;
}

__attribute__((unused)) static mg_stream made_up_stream(uint32_t n)
{
    return mg_stream_at((mg_key){9999, 9}, MG_PURPOSE_TEST, n, 0, 0);
}

static double between(mg_stream *stream, double low, double high)
{
    return low + (high - low) * mg_random_double(stream);
}

/* Real observations, every agent's own, and rewards that agents do not share. */
static void draw_episode(mg_trajectory *tau, int steps, int actions, mg_stream *stream)
{
    tau->steps = steps;
    for (int i = 0; i < tau->agents; i++)
        for (int t = 0; t < steps; t++) {
            for (int k = 0; k < tau->observation_length; k++)
                mg_trajectory_observation(tau, i)[t * tau->observation_length + k] = between(stream, -1.0, 1.0);
            mg_trajectory_action(tau, i)[t] = (int32_t)mg_random_below(stream, (uint32_t)actions);
            mg_trajectory_reward(tau, i)[t] = between(stream, -3.0, 3.0);
        }
}

/* A graph for each step of tau: others in an order of their own, the last now and then nobody. */
static void draw_neighbours(made_up *m, int neighbours, mg_stream *stream)
{
    m->tau.neighbours = neighbours;
    m->tau.neighbour = m->links;
    for (int i = 0; i < m->tau.agents; i++)
        for (int t = 0; t < m->tau.steps; t++) {
            int32_t *neighbour = mg_trajectory_neighbour(&m->tau, i) + t * neighbours;
            int turn = (int)mg_random_below(stream, (uint32_t)(m->tau.agents - 1));
            for (int n = 0; n < neighbours; n++)
                neighbour[n] = (i + 1 + (turn + n) % (m->tau.agents - 1)) % m->tau.agents;
            if (mg_random_below(stream, 3) == 0)
                neighbour[neighbours - 1] = -1;
        }
}

__attribute__((unused)) static void draw_everything(made_up *m, const mg_lio_shape *shape,
                                                    const mg_lio_program *program, double epsilon, int steps,
                                                    int steps_hat, mg_stream *stream)
{
    memset(m, 0, sizeof *m);
    size_t reals = mg_trajectory_reals(shape->agents, shape->observation, shape->steps_max);
    m->tau = mg_trajectory_place(shape->agents, shape->observation, shape->steps_max, m->reals, m->actions);
    m->tau_hat = mg_trajectory_place(shape->agents, shape->observation, shape->steps_max, m->reals + reals,
                                     m->actions + shape->agents * shape->steps_max);
    m->plain = (mg_lio_plain){.shape = *shape, .tau = &m->tau, .tau_hat = &m->tau_hat, .epsilon = epsilon};
    for (int i = 0; i < shape->agents; i++) {
        for (size_t k = 0; k < program->policy.network.layout.count; k++)
            m->theta[i][k] = between(stream, -0.7, 0.7); /* biases too */
        for (size_t k = 0; k < program->incentive_network.layout.count; k++)
            m->eta[i][k] = between(stream, -0.7, 0.7);
        m->plain.theta[i] = m->theta[i];
        m->plain.eta[i] = m->eta[i];
    }
    draw_episode(&m->tau, steps, shape->actions, stream);
    draw_episode(&m->tau_hat, steps_hat, shape->actions, stream);
    if (shape->neighbours)
        draw_neighbours(m, shape->neighbours, stream);
}

/* Central differences of f by x[0..n-1]. */
__attribute__((unused)) static void differences(double (*f)(const made_up *m, int agent), made_up *m, int agent,
                                                double *x, size_t n, double *slope)
{
    const double step = 1e-5;
    for (size_t k = 0; k < n; k++) {
        double middle = x[k];
        x[k] = middle + step;
        double above = f(m, agent);
        x[k] = middle - step;
        slope[k] = (above - f(m, agent)) / (2.0 * step);
        x[k] = middle;
    }
}

/* Largest difference over the largest number wanted; 1 where all that is wanted is zero. */
__attribute__((unused)) static double relative_error(size_t n, const double *found, const double *wanted)
{
    double most = 0.0, error = 0.0;
    for (size_t k = 0; k < n; k++) {
        double off = absolute(found[k] - wanted[k]);
        most = absolute(wanted[k]) > most ? absolute(wanted[k]) : most;
        error = off > error || off != off ? off : error;
    }
    return most > 0.0 ? error / most : 1.0;
}

#endif
