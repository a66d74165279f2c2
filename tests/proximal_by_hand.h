/* proximal_by_hand.h - a learner of proximal policies that is shown random episodes by hand, for the suites that look
 * into it. */
#ifndef MG_TESTS_PROXIMAL_BY_HAND_H
#define MG_TESTS_PROXIMAL_BY_HAND_H

#include "baselines/proximal_policy.h"
#include "tests/tap.h"

#include <stdlib.h>
#include <string.h>

/* An agent observes an image, which is one only for networks with filters, and numbers beside it. */
enum { CHANNELS = 2, SIDE = 3, PIXELS = SIDE * SIDE, IMAGE = CHANNELS * PIXELS, BESIDE = 3, LENGTH = IMAGE + BESIDE };
enum { AGENTS = 3, ACTIONS = 3, STEPS = 5, SLOTS = STEPS + 1, EPISODES = 2, HIDDEN_1 = 5, HIDDEN_2 = 4 };
enum { CELLS = AGENTS * EPISODES * SLOTS, NUMBERS_MAX = 500 };

static const mg_key key = {9983, 5};

/* ---- random episodes, cells as [agent][episode][slot] ---- */

typedef struct episodes {
    float observation[CELLS * LENGTH], reward[CELLS];
    uint8_t allowed[CELLS * ACTIONS];
    int32_t action[CELLS];
    int length[EPISODES];
    bool terminated[EPISODES];
} episodes;

static int cell_of(int agent, int episode, int slot)
{
    return (agent * EPISODES + episode) * SLOTS + slot;
}

static void draw_episodes(episodes *d, uint32_t number)
{
    mg_stream stream = mg_stream_at(key, MG_PURPOSE_TEST, number, 0, 0);
    memset(d, 0, sizeof *d);
    for (int e = 0; e < EPISODES; e++) {
        d->length[e] = e == 0 ? STEPS : STEPS - 2;
        d->terminated[e] = e != 0;
    }
    for (int k = 0; k < CELLS * LENGTH; k++)
        d->observation[k] = mg_random_uniform(&stream, -1.0f, 1.0f);
    for (int k = 0; k < CELLS; k++) {
        d->reward[k] = mg_random_uniform(&stream, -1.0f, 1.0f);
        d->action[k] = (int32_t)mg_random_below(&stream, ACTIONS);
        for (int b = 0; b < ACTIONS; b++)
            d->allowed[k * ACTIONS + b] = b == d->action[k] || mg_random_below(&stream, 2) == 1;
    }
}

/* ---- the learner, driven by hand ---- */

typedef struct driven {
    mg_proximal_policy_config config;
    mg_env_spec environment;
    void *self;
} driven;

static void start(driven *d, const mg_proximal_policy_config *config)
{
    mg_error error = {0};
    mg_learner_spec spec;
    *d = (driven){.config = *config};
    d->environment = (mg_env_spec){.name = "by hand", .stages = 1, .longest_episode = STEPS};
    const mg_agent_spec agent = {
        .part = {{"image", CHANNELS, SIDE, SIDE}, {"beside", 1, 1, BESIDE}}, .actions = ACTIONS, .masked = true};
    mg_env_add_agents(&d->environment, AGENTS, &agent);
    bool good = mg_config_check(mg_proximal_policy.fields, config, &error) &&
                mg_proximal_policy.describe(config, &d->environment, &spec, &error) &&
                mg_needs_met("proximal-policy", &spec, &d->environment, &error);
    d->self = good ? mg_proximal_policy.create(config, &d->environment, key, &error) : NULL;
    if (!tap_ok(d->self != NULL, "starts%s", error.text))
        exit(1);
}

static void end(driven *d)
{
    mg_proximal_policy.destroy(d->self);
    mg_env_spec_free(&d->environment);
}

static void show_step(const driven *d, const episodes *data, int episode, int t)
{
    float before[AGENTS * LENGTH], after[AGENTS * LENGTH], reward[AGENTS];
    uint8_t allowed[AGENTS * ACTIONS];
    int32_t action[AGENTS];
    for (int i = 0; i < AGENTS; i++) {
        int cell = cell_of(i, episode, t);
        memcpy(before + i * LENGTH, data->observation + cell * LENGTH, LENGTH * sizeof(float));
        memcpy(after + i * LENGTH, data->observation + (cell + 1) * LENGTH, LENGTH * sizeof(float));
        memcpy(allowed + i * ACTIONS, data->allowed + cell * ACTIONS, ACTIONS);
        action[i] = data->action[cell];
        reward[i] = data->reward[cell];
    }
    bool last = t == data->length[episode] - 1;
    const mg_transition transition = {.step = t,
                                      .before = {.observation = before, .allowed = allowed},
                                      .after = {.observation = after, .allowed = allowed},
                                      .joint = {.action = action},
                                      .reward = reward,
                                      .terminated = last && data->terminated[episode],
                                      .truncated = last && !data->terminated[episode]};
    mg_proximal_policy.observe(d->self, &transition);
}

/* Whether the unit was complete after the last episode, and only then. */
static bool show(const driven *d, const episodes *data)
{
    bool good = true;
    for (int e = 0; e < EPISODES; e++) {
        mg_proximal_policy.begin_episode(d->self, 0);
        for (int t = 0; t < data->length[e]; t++)
            show_step(d, data, e, t);
        good = mg_proximal_policy.end_episode(d->self, 0) == (e == EPISODES - 1) && good;
    }
    return good;
}

/* All numbers of the tensors of that kind whose names start so, one after the other. */
static int numbers_of(const driven *d, mg_kind kind, const char *prefix, double *number)
{
    mg_tensor tensor[128];
    int n = 0, count = mg_proximal_policy.tensors(d->self, tensor, 128);
    for (int i = 0; i < count; i++)
        if (tensor[i].kind == kind && strncmp(tensor[i].name, prefix, strlen(prefix)) == 0)
            for (int k = 0; k < tensor[i].rows * tensor[i].columns; k++)
                number[n++] = (double)((float *)tensor[i].data)[k];
    return n;
}

static double size_of(double x)
{
    return x < 0.0 ? -x : x;
}

#endif
