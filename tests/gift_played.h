/* gift_played.h - a learner of three agents with gifts among their actions in a room, driven step by step with made-up
 * observations and rewards; what it did stays here, in binary64. Include with MG_DOUBLE defined.
 */
#ifndef MG_GIFT_PLAYED_H
#define MG_GIFT_PLAYED_H

#include "core/rl/learner.h"
#include "envs/escape_room.h"
#include "tests/gift_plain.h"

#include <stdio.h>
#include <stdlib.h>

enum { PLAYED_AGENTS = 3, PLAYED_LENGTH = 11, PLAYED_TRANSFERS = PLAYED_AGENTS * PLAYED_AGENTS };

typedef struct played {
    const mg_learner_table *table;
    bool continuous;   /* of its config: gifts are drawn ... */
    double gift, cost; /* ... this the bound of one, or its value; what giving 1 costs */
    mg_env_spec spec;
    mg_learner_spec learner;
    void *self;
    int steps;
    double observation[PLAYED_AGENTS][GIFT_ROWS * PLAYED_LENGTH], earned[PLAYED_AGENTS][GIFT_ROWS];
    double u[PLAYED_AGENTS][GIFT_ROWS * 2];
    int32_t choice[PLAYED_AGENTS][GIFT_ROWS];
    float given[GIFT_ROWS][PLAYED_TRANSFERS];
} played;

static void played_begin(played *p, const mg_learner_table *table, const void *config, bool continuous, double gift,
                         double cost)
{
    static mg_escape_room_config room;
    mg_error error = {0};
    memset(p, 0, sizeof *p);
    p->table = table;
    p->continuous = continuous;
    p->gift = gift;
    p->cost = cost;
    room = mg_escape_room_default(PLAYED_AGENTS, 2);
    mg_escape_room.describe(&room, NULL, &p->spec);
    bool good = table->describe(config, &p->spec, &p->learner, &error);
    p->self = good ? table->create(config, &p->spec, (mg_key){9999, 22}, &error) : NULL;
    if (!tap_ok(p->self != NULL, "it starts%s", error.text))
        exit(1);
}

static void played_end(played *p)
{
    p->table->destroy(p->self);
    mg_env_spec_free(&p->spec);
}

/* The numbers of all tensors whose name begins so, in order; returns how many. */
static size_t played_block(const played *p, const char *prefix, double *block)
{
    static mg_tensor tensor[64];
    size_t n = 0;
    const int tensors = p->table->tensors(p->self, tensor, 64);
    for (int i = 0; i < tensors; i++)
        for (int k = 0; !strncmp(tensor[i].name, prefix, strlen(prefix)) && k < tensor[i].rows * tensor[i].columns; k++)
            block[n++] = (double)((float *)tensor[i].data)[k];
    return n;
}

static size_t played_agent(const played *p, int agent, double *block)
{
    char prefix[16];
    snprintf(prefix, sizeof prefix, "agent %d ", agent);
    return played_block(p, prefix, block);
}

static double played_log_odds(double share)
{
    return mg_log(share / (1.0 - share));
}

/* What agent i sees in the t-th step: any numbers. */
static double played_seen(int i, int t, int k)
{
    return (double)((i * 7 + t * 5 + k * 3) % 8) / 8.0 - 0.4;
}

/* One step, whatever the row: actions and gifts of the learner, made-up rewards. */
static void played_step(played *p, mg_mode mode, uint32_t time)
{
    enum { AGENTS = PLAYED_AGENTS, LENGTH = PLAYED_LENGTH };
    static float seen[AGENTS][LENGTH];
    _Alignas(16) unsigned char memory[256] = {0};
    float flat[AGENTS * LENGTH], after[AGENTS * LENGTH], given[PLAYED_TRANSFERS];
    float reward[AGENTS], paid[AGENTS] = {0}, received[AGENTS] = {0};
    int32_t action[AGENTS], *actions[AGENTS];
    const float *observation[AGENTS];
    void *const memories[] = {memory};
    float *transfers[] = {given};
    const int row[] = {0}, t = p->steps;
    for (int i = 0; i < AGENTS; i++) {
        actions[i] = &action[i];
        observation[i] = seen[i];
        for (int k = 0; k < LENGTH; k++) {
            flat[i * LENGTH + k] = seen[i][k] = (float)played_seen(i, t, k);
            after[i * LENGTH + k] = (float)played_seen(i, t + 1, k);
        }
    }
    const mg_batch batch = {
        .mode = mode, .rows = 1, .row = row, .time = &time, .observation = observation, .memory = memories};
    p->table->act(p->self, &batch, actions, NULL);
    p->table->give(p->self, &batch, (const int32_t *const *)actions, transfers);
    memcpy(p->given[t], given, sizeof given);
    for (int i = 0; i < AGENTS; i++) {
        int bits = 0;
        reward[i] = (float)((i + 2 * t) % 5) - 1.5f;
        for (int k = 0; k < AGENTS - 1; k++) {
            const int to = k < i ? k : k + 1;
            const float gift = given[i * AGENTS + to];
            bits |= (gift > 0.0f) << k;
            p->u[i][2 * t + k] = p->continuous ? played_log_odds((double)gift / p->gift) : 0.0;
            paid[i] += gift;
            received[to] += gift;
        }
        p->choice[i][t] = p->continuous ? action[i] : action[i] + 3 * bits;
        for (int k = 0; k < LENGTH; k++)
            p->observation[i][t * LENGTH + k] = (double)seen[i][k];
    }
    for (int i = 0; i < AGENTS; i++)
        p->earned[i][t] = (double)reward[i] + (double)received[i] - p->cost * (double)paid[i];
    p->steps++;
    const mg_transition transition = {.step = t,
                                      .before = {.observation = flat},
                                      .after = {.observation = after},
                                      .joint = {.action = action, .transfer = given},
                                      .reward = reward,
                                      .paid = paid,
                                      .received = received};
    if (mode == MG_TRAIN)
        p->table->observe(p->self, &transition);
}

#endif
