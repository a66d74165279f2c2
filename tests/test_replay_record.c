/* A replay of records against one of what was shown, fed with the same episodes of the jungle: the same minibatches and
 * digests to the bit, from bytes that are read again too; a fraction of the bytes. */
#include "core/io/memory.h"
#include "core/rl/replay.h"
#include "baselines/graph_q.h"
#include "core/rl/rollout.h"
#include "envs/jungle.h"
#include "tests/tap.h"

#include <stdlib.h>
#include <string.h>

enum { AGENTS = 5, FOODS = 4, LONGEST = 7, EVENTS = 63, CAPACITY = 9, NEIGHBOURS = 3, RECORD = 20 };
enum { NUMBERS = AGENTS * MG_JUNGLE_SEEN, LINKS = AGENTS * NEIGHBOURS };

static mg_jungle_config game;
static mg_env_spec spec;

typedef struct moment {
    float observation[NUMBERS], state[NUMBERS];
    int32_t neighbour[LINKS];
    uint8_t record[RECORD + 4]; /* guarded */
} moment;

typedef struct event {
    moment before, after;
    int32_t action[AGENTS];
    float reward[AGENTS];
    int step;
    bool truncated;
} event;

static event told[EVENTS];

static void look(const mg_row *row, moment *seen)
{
    memset(seen->record, 0x5a, sizeof seen->record);
    mg_jungle.observe(row, 0, seen->observation);
    mg_jungle.state(row, seen->state);
    mg_jungle.neighbours(row, seen->neighbour);
    mg_jungle.record(row, seen->record);
}

/* Random play. */
static void tell(void)
{
    mg_stream stream = mg_stream_at((mg_key){9959, 0}, MG_PURPOSE_TEST, 0, 0, 0);
    game = mg_jungle_default(AGENTS);
    game.foods = FOODS;
    game.steps = LONGEST;
    mg_jungle.describe(&game, NULL, &spec);
    spec.source = (mg_env_source){&mg_jungle, &game, NULL};
    mg_row row = {&game, NULL, mg_allocate_block(spec.row_bytes, 1)};
    for (int e = 0, step = 0; e < EVENTS; e++) {
        event *now = &told[e];
        float paid[2 * AGENTS];
        mg_outcome outcome = {.reward = now->reward, .paid = paid, .received = paid + AGENTS};
        if (step == 0)
            mg_jungle.reset(&row, &stream);
        look(&row, &now->before);
        for (int i = 0; i < AGENTS; i++)
            now->action[i] = (int32_t)mg_random_below(&stream, MG_JUNGLE_ACTIONS);
        mg_jungle.step(&row, &(mg_joint){.action = now->action}, &stream, &outcome);
        look(&row, &now->after);
        now->step = step++;
        now->truncated = outcome.truncated;
        if (outcome.truncated)
            step = 0;
    }
    free(row.state);
}

static mg_observed observed(const moment *seen, bool record)
{
    return (mg_observed){.observation = seen->observation,
                         .state = seen->state,
                         .neighbour = seen->neighbour,
                         .record = record ? seen->record : NULL};
}

static mg_replay_buffer *make(bool record, bool episodes)
{
    mg_error error = {0};
    const mg_replay_spec of = {.capacity = CAPACITY,
                               .episodes = episodes,
                               .rows = 1,
                               .keeps = MG_NEED_STATE | MG_NEED_GRAPH | (record ? MG_NEED_RECORD : 0)};
    return mg_replay_buffer_create(&of, &spec, &error);
}

static void add(mg_replay_buffer *buffer, const event *e, bool record)
{
    mg_replay_buffer_add(buffer,
                         &(mg_transition){.step = e->step,
                                          .before = observed(&e->before, record),
                                          .after = observed(&e->after, record),
                                          .joint = {.action = e->action},
                                          .reward = e->reward,
                                          .truncated = e->truncated},
                         NULL);
}

enum { SAMPLES = 4, ROWS = SAMPLES * LONGEST * AGENTS };
typedef struct gathered {
    float observation[ROWS * MG_JUNGLE_SEEN], next_observation[ROWS * MG_JUNGLE_SEEN];
    float moments[SAMPLES * (LONGEST + 1) * NUMBERS], state[SAMPLES * LONGEST * NUMBERS];
    float next_state[SAMPLES * LONGEST * NUMBERS], reward[ROWS], terminated[SAMPLES * LONGEST], live[SAMPLES * LONGEST];
    int32_t action[ROWS], neighbour[ROWS * NEIGHBOURS], next_neighbour[ROWS * NEIGHBOURS];
} gathered;

static void gather(const mg_replay_buffer *buffer, bool episodes, bool by_sample, gathered *g)
{
    const uint32_t index[SAMPLES] = {3, 0, 5, 3};
    memset(g, 0x5a, sizeof *g);
    mg_replay_buffer_gather(buffer, 0, AGENTS, SAMPLES, index, episodes ? LONGEST : 1,
                            &(mg_replay_batch){.by_sample = by_sample,
                                               .observation = g->observation,
                                               .next_observation = g->next_observation,
                                               .moments = g->moments,
                                               .state = g->state,
                                               .next_state = g->next_state,
                                               .reward = g->reward,
                                               .terminated = g->terminated,
                                               .live = g->live,
                                               .action = g->action,
                                               .neighbour = g->neighbour,
                                               .next_neighbour = g->next_neighbour});
}

static bool same_batches(const mg_replay_buffer *a, const mg_replay_buffer *b, bool episodes)
{
    static gathered of_a, of_b;
    bool same = mg_replay_buffer_units(a) == mg_replay_buffer_units(b);
    for (int by_sample = 0; same && by_sample < 2; by_sample++) {
        gather(a, episodes, by_sample, &of_a);
        gather(b, episodes, by_sample, &of_b);
        same = !memcmp(&of_a, &of_b, sizeof of_a);
    }
    return same;
}

/* The last step of the newest unit. */
static bool same_newest(const mg_replay_buffer *a, const mg_replay_buffer *b, bool episodes)
{
    static float of_a[LONGEST * NUMBERS], of_b[LONGEST * NUMBERS];
    const uint32_t index = (uint32_t)mg_replay_buffer_units(a) - 1;
    int steps = episodes ? LONGEST : 1;
    mg_replay_buffer_gather(a, 0, AGENTS, 1, &index, steps, &(mg_replay_batch){.next_observation = of_a});
    mg_replay_buffer_gather(b, 0, AGENTS, 1, &index, steps, &(mg_replay_batch){.next_observation = of_b});
    return !memcmp(of_a, of_b, (size_t)(steps * NUMBERS) * sizeof *of_a);
}

static bool same_tensors(mg_replay_buffer *a, mg_replay_buffer *b)
{
    mg_tensor of_a[MG_REPLAY_TENSORS], of_b[MG_REPLAY_TENSORS];
    bool same = true;
    (void)mg_replay_buffer_tensors(a, "replay", of_a, MG_REPLAY_TENSORS, 0);
    (void)mg_replay_buffer_tensors(b, "replay", of_b, MG_REPLAY_TENSORS, 0);
    for (int i = 0; i < MG_REPLAY_TENSORS; i++)
        same = same && !memcmp(of_a[i].data, of_b[i].data, mg_tensor_bytes(&of_a[i]));
    return same;
}

static size_t write(const mg_replay_buffer *buffer, char **bytes)
{
    size_t length = 0, capacity = 0;
    *bytes = NULL;
    mg_replay_buffer_write(buffer, 0, true, bytes, &length, &capacity);
    return length;
}

static void test_kind(bool episodes)
{
    const char *of = episodes ? "episodes" : "transitions";
    mg_replay_buffer *shown = make(false, episodes), *records = make(true, episodes);
    int compared = 0, wrong = 0;
    for (int e = 0; e < EVENTS; e++) {
        add(shown, &told[e], false);
        add(records, &told[e], true);
        if (mg_replay_buffer_units(shown) < 6)
            continue;
        wrong += !same_batches(shown, records, episodes) || !same_tensors(shown, records);
        compared++;
    }
    tap_ok(compared > 15 && wrong == 0, "%s: minibatches and digests of records, %d times: %d others", of, compared,
           wrong);
    char *whole, *short_ones;
    size_t length = write(shown, &whole), short_length = write(records, &short_ones);
    mg_replay_buffer *read = make(true, episodes), *other = make(false, episodes);
    tap_ok(short_length * 20 < length, "%s: %zu bytes instead of %zu", of, short_length, length);
    tap_ok(mg_replay_buffer_read(read, short_ones, short_length) && same_batches(shown, read, episodes),
           "%s: records that are read again show the same", of);
    tap_ok(!mg_replay_buffer_read(other, short_ones, short_length) && !mg_replay_buffer_read(read, whole, length),
           "%s: neither reads what the other wrote", of);
    short_ones[short_length - RECORD] ^= 1; /* where the first agent stood at last */
    mg_replay_buffer *bent = make(true, episodes);
    tap_ok(mg_replay_buffer_read(bent, short_ones, short_length) && !same_newest(shown, bent, episodes),
           "%s: twin: a cell that was changed is seen", of);
    free(whole);
    free(short_ones);
    mg_replay_buffer_destroy(shown);
    mg_replay_buffer_destroy(records);
    mg_replay_buffer_destroy(read);
    mg_replay_buffer_destroy(other);
    mg_replay_buffer_destroy(bent);
}

static void test_record(void)
{
    int wrong = 0;
    tap_ok(spec.record_bytes == RECORD, "%d bytes for %d agents and foods", spec.record_bytes, AGENTS + FOODS);
    for (int e = 0; e < EVENTS; e++) {
        const uint8_t *record = told[e].before.record;
        int cell = record[2] + 256 * record[3];
        float y = told[e].before.observation[2 * MG_JUNGLE_SEEN - 2],
              x = told[e].before.observation[2 * MG_JUNGLE_SEEN - 1];
        wrong += (float)(cell / MG_JUNGLE_SIZE) / 30.0f != y || (float)(cell % MG_JUNGLE_SIZE) / 30.0f != x ||
                 record[RECORD] != 0x5a || record[2 * (AGENTS + FOODS)] != 0 || record[RECORD - 1] != 0;
    }
    tap_ok(wrong == 0, "cells by index, 0 behind them, nothing beyond (%d wrong)", wrong);
}

/* ---- the whole way: a learner that keeps records, and one in a jungle that has none ---- */

static void describe_without(const void *config, const void *world, mg_env_spec *of)
{
    mg_jungle.describe(config, world, of);
    of->record_bytes = 0;
}

static mg_rollout *play(const mg_env_table *environment, int steps)
{
    static mg_graph_q_config config;
    mg_error error = {0};
    config = mg_graph_q_jungle();
    config.hidden_1 = 8;
    config.hidden_2 = 4;
    config.capacity = 20;
    config.idle_episodes = 0;
    const mg_rollout_config of = {environment, &game, &mg_graph_q, &config, {9958, 0}, 1};
    mg_rollout *rollout = mg_rollout_create(&of, &error);
    for (int i = 0; i < steps; i++)
        mg_rollout_train_step(rollout);
    return rollout;
}

static void test_learner(void)
{
    mg_env_table bare = mg_jungle;
    bare.describe = describe_without;
    bare.record = NULL;
    bare.recall = NULL;
    mg_rollout *with = play(&mg_jungle, 50), *without = play(&bare, 50);
    static mg_tensor a[100], b[100];
    int count = mg_graph_q.tensors(mg_rollout_learner_self(with), a, 100), others = 0;
    (void)mg_graph_q.tensors(mg_rollout_learner_self(without), b, 100);
    for (int i = 0; i < count; i++)
        others += memcmp(a[i].data, b[i].data, mg_tensor_bytes(&a[i])) != 0;
    tap_ok(mg_rollout_environment(with)->record_bytes > 0 && others == 0,
           "DGN learns the same from records: %d of %d arrays are others", others, count);
    mg_rollout_destroy(with);
    mg_rollout_destroy(without);
}

int main(void)
{
    tell();
    test_record();
    test_kind(false);
    test_kind(true);
    test_learner();
    mg_env_spec_free(&spec);
    return tap_done();
}
