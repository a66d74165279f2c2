/* driven_lio.h - LIO, its variants and policy gradient driven by hand through whole episodes of the prisoner's dilemma,
 * beside the same steps written plainly (algos/lio_plain.h). Include with MG_DOUBLE defined. */
#ifndef TESTS_DRIVEN_LIO_H
#define TESTS_DRIVEN_LIO_H

#include "algos/lio.h"
#include "envs/matrix_game.h"
#include "tests/plain_episodes.h"

enum { STEPS = 5, LENGTH = 5 };

typedef struct driven {
    const mg_learner_table *table;
    mg_env_spec environment;
    void *self;
} driven;

__attribute__((unused)) static void start(driven *d, const mg_learner_table *table, const void *config)
{
    mg_matrix_game_config game = mg_matrix_game_default();
    mg_learner_spec spec;
    mg_error error = {0};
    d->table = table;
    mg_matrix_game.describe(&game, NULL, &d->environment);
    bool good = table->describe(config, &d->environment, &spec, &error);
    d->self = good ? table->create(config, &d->environment, (mg_key){9999, 3}, &error) : NULL;
    if (!tap_ok(d->self != NULL, "%s starts%s", table->name, error.text))
        exit(1);
}

__attribute__((unused)) static void end(driven *d)
{
    d->table->destroy(d->self);
    mg_env_spec_free(&d->environment);
}

/* The tensor of that name (its kind too, since policies and incentives share names). */
__attribute__((unused)) static mg_tensor tensor_of(const driven *d, mg_kind kind, const char *name)
{
    static mg_tensor tensor[128];
    int n = d->table->tensors(d->self, tensor, 128);
    for (int i = 0; i < n; i++)
        if (tensor[i].kind == kind && strcmp(tensor[i].name, name) == 0)
            return tensor[i];
    tap_ok(false, "%s has a tensor %s of kind %s", d->table->name, name, mg_kind_name(kind));
    exit(1);
}

/* The network of that name as one block of binary64; returns how many numbers. */
__attribute__((unused)) static size_t block_named(const driven *d, mg_kind kind, const char *network, double *block)
{
    static const char *const view[] = {"first.weight", "first.bias",    "second.weight",
                                       "second.bias",  "output.weight", "output.bias"};
    size_t n = 0;
    for (int v = 0; v < (kind == MG_KIND_INCENTIVES ? 5 : 6); v++) { /* an incentive function ends without a bias */
        char name[48];
        snprintf(name, sizeof name, "%s %s", network, view[v]);
        mg_tensor tensor = tensor_of(d, kind, name);
        for (int k = 0; k < tensor.rows * tensor.columns; k++)
            block[n++] = (double)((float *)tensor.data)[k];
    }
    return n;
}

/* An agent's own network. */
__attribute__((unused)) static size_t block_of(const driven *d, mg_kind kind, int agent, double *block)
{
    char name[24];
    snprintf(name, sizeof name, "agent %d", agent);
    return block_named(d, kind, name, block);
}

__attribute__((unused)) static void set_block(const driven *d, mg_kind kind, int agent, float value)
{
    static const char *const view[] = {"first.weight", "first.bias",    "second.weight",
                                       "second.bias",  "output.weight", "output.bias"};
    for (int v = 0; v < 6; v++) {
        char name[48];
        snprintf(name, sizeof name, "agent %d %s", agent, view[v]);
        mg_tensor tensor = tensor_of(d, kind, name);
        for (int k = 0; k < tensor.rows * tensor.columns; k++)
            ((float *)tensor.data)[k] = value;
    }
}

/* Two arrays of first weights that one stream has drawn are the same but for their size. */
__attribute__((unused)) static bool of_one_stream(const float *a, const float *b)
{
    double one = (double)a[0] * (double)b[1], other = (double)a[1] * (double)b[0];
    return absolute(one - other) < 1e-4 * absolute(one);
}

__attribute__((unused)) static float epsilon_of(const driven *d)
{
    return *(float *)tensor_of(d, MG_KIND_STATE, "epsilon").data;
}

/* One step of both agents: the learner is asked what it gives, and shown what came of it. `paid` more than that is
 * added to what each receives. Neighbours are those of the episode, or each other. */
__attribute__((unused)) static void show(const driven *d, mg_trajectory *tau, int t, float paid)
{
    float observation[2 * LENGTH], next[2 * LENGTH] = {0}, transfer[4] = {0}, reward[2], received[2], none[2] = {0};
    int32_t action[2], neighbour[2] = {1, 0};
    for (int i = 0; i < 2; i++) {
        for (int k = 0; k < LENGTH; k++)
            observation[i * LENGTH + k] = (float)mg_trajectory_observation(tau, i)[t * LENGTH + k];
        action[i] = mg_trajectory_action(tau, i)[t];
        reward[i] = (float)mg_trajectory_reward(tau, i)[t];
        if (tau->neighbour)
            neighbour[i] = mg_trajectory_neighbour(tau, i)[t];
    }
    const float *of_agent[2] = {observation, observation + LENGTH};
    const int32_t *chosen[2] = {action, action + 1}, *beside[2] = {neighbour, neighbour + 1};
    float *transfers[1] = {transfer};
    const int row = 0;
    const uint32_t time = (uint32_t)t;
    const mg_batch batch = {
        .mode = MG_TRAIN, .rows = 1, .row = &row, .time = &time, .observation = of_agent, .neighbour = beside};
    if (d->table->give)
        d->table->give(d->self, &batch, chosen, transfers);
    for (int i = 0; i < 2; i++)
        received[i] = transfer[2 * (1 - i) + i] + paid;
    const mg_transition transition = {.step = t,
                                      .before = {.observation = observation, .neighbour = neighbour},
                                      .after = {.observation = next},
                                      .joint = {.action = action, .transfer = transfer},
                                      .reward = reward,
                                      .paid = none,
                                      .received = received,
                                      .terminated = t == tau->steps - 1};
    d->table->observe(d->self, &transition);
}

__attribute__((unused)) static bool play(const driven *d, mg_trajectory *tau, float paid)
{
    d->table->begin_episode(d->self, 0);
    for (int t = 0; t < tau->steps; t++)
        show(d, tau, t, paid);
    return d->table->end_episode(d->self, 0);
}

/* Numbers that binary32 holds, so that both sides see the same episode. */
__attribute__((unused)) static void round_episode(mg_trajectory *tau)
{
    for (int k = 0; k < tau->agents * tau->steps_max * tau->observation_length; k++)
        tau->observation[k] = (double)(float)tau->observation[k];
    for (int k = 0; k < tau->agents * tau->steps_max; k++)
        tau->reward[k] = (double)(float)tau->reward[k];
}

__attribute__((unused)) static void made_up_episodes(made_up *m, const mg_lio_shape *shape, const driven *d, int givers,
                                                     uint32_t n)
{
    mg_stream stream = made_up_stream(n);
    const mg_lio_program none = {0};
    draw_everything(m, shape, &none, (double)epsilon_of(d), STEPS, STEPS, &stream);
    round_episode(&m->tau);
    round_episode(&m->tau_hat);
    for (int i = 0; i < 2; i++) {
        block_of(d, MG_KIND_POLICIES, i, m->theta[i]);
        m->plain.eta[i] = NULL;
        if (i >= givers)
            continue;
        block_of(d, MG_KIND_INCENTIVES, i, m->eta[i]);
        m->plain.eta[i] = m->eta[i];
    }
}

/* (theta before - theta now) / rate against the plain gradient, for both agents. */
__attribute__((unused)) static double step_error(const driven *d, const made_up *m)
{
    double worst = 0.0;
    for (int j = 0; j < 2; j++) {
        double gradient[MG_LIO_PLAIN_PARAMETERS], now[MG_LIO_PLAIN_PARAMETERS];
        mg_lio_plain_policy_gradient(&m->plain, j, gradient);
        size_t n = block_of(d, MG_KIND_POLICIES, j, now);
        for (size_t k = 0; k < n; k++)
            now[k] = (m->theta[j][k] - now[k]) / m->plain.shape.policy_rate;
        double error = relative_error(n, now, gradient);
        worst = error > worst ? error : worst;
    }
    return worst;
}

__attribute__((unused)) static mg_lio_shape shape_of(const mg_lio_config *c)
{
    return (mg_lio_shape){.agents = 2,
                          .observation = LENGTH,
                          .actions = 2,
                          .steps_max = STEPS,
                          .policy_hidden_1 = c->policy_hidden_1,
                          .policy_hidden_2 = c->policy_hidden_2,
                          .incentive_hidden_1 = c->incentive_hidden_1,
                          .incentive_hidden_2 = c->incentive_hidden_2,
                          .discount = c->discount,
                          .entropy = c->entropy,
                          .policy_rate = c->policy_rate,
                          .reward_max = c->reward_max,
                          .log_form = {c->log_of_mixture, c->log_guard}};
}

/* After one step from nothing a first moment is (1 - .9) times the gradient. */
__attribute__((unused)) static double moment_error(const driven *d, const char *name, size_t n, const double *wanted)
{
    double found[MG_LIO_PLAIN_PARAMETERS];
    mg_tensor tensor = tensor_of(d, MG_KIND_OPTIMISERS, name);
    for (size_t k = 0; k < n; k++)
        found[k] = (double)((float *)tensor.data)[k] / 0.1;
    return relative_error(n, found, wanted);
}

/* Adam's first step is the rate along the sign of the gradient, for each of the two optimisers. */
__attribute__((unused)) static double first_step_error(const driven *d, const made_up *m, int giver, size_t n,
                                                       const double *gradient, double rate, const double *second,
                                                       double second_rate)
{
    double now[MG_LIO_PLAIN_PARAMETERS], worst = 0.0;
    block_of(d, MG_KIND_INCENTIVES, giver, now);
    for (size_t k = 0; k < n; k++) {
        if (absolute(gradient[k]) < 1e-3 || (second && absolute(second[k]) < 1e-3))
            continue;
        double wanted = m->eta[giver][k] - (gradient[k] > 0.0 ? rate : -rate);
        if (second)
            wanted -= second[k] > 0.0 ? second_rate : -second_rate;
        double off = absolute(now[k] - wanted) / rate;
        worst = off > worst ? off : worst;
    }
    return worst;
}

#endif
