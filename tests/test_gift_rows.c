/* Agents whose actions include gifts, many episodes at once: rows act and give as each of them alone, agents of a later
 * stage wait, exploration falls, and every network has first values of its own. */
#include "baselines/gift_gradient.h"
#include "core/num/isa.h"
#include "envs/escape_room.h"
#include "tests/tap.h"

#include <stdlib.h>
#include <string.h>

enum { AGENTS = 3, LENGTH = 11, MANY = 13, TRANSFERS = AGENTS * AGENTS, MEMORY = 64 };

typedef struct rows {
    mg_env_spec spec;
    void *self;
    int32_t action[AGENTS][MANY];
    float given[MANY][TRANSFERS];
    _Alignas(16) unsigned char memory[MANY][MEMORY];
} rows;

static void begin(rows *r, const mg_escape_room_config *room, const mg_gift_gradient_config *config)
{
    mg_learner_spec learner;
    mg_error error = {0};
    memset(r, 0, sizeof *r);
    mg_escape_room.describe(room, NULL, &r->spec);
    bool good = mg_gift_gradient.describe(config, &r->spec, &learner, &error) && learner.memory_per_row <= MEMORY;
    r->self = good ? mg_gift_gradient.create(config, &r->spec, (mg_key){9999, 23}, &error) : NULL;
    if (!tap_ok(r->self != NULL, "it starts%s", error.text))
        exit(1);
}

static void end(rows *r)
{
    mg_gift_gradient.destroy(r->self);
    mg_env_spec_free(&r->spec);
}

static mg_tensor tensor_named(const rows *r, mg_kind kind, const char *name)
{
    static mg_tensor tensor[64];
    const int count = mg_gift_gradient.tensors(r->self, tensor, 64);
    for (int i = 0; i < count; i++)
        if (tensor[i].kind == kind && !strcmp(tensor[i].name, name))
            return tensor[i];
    tap_ok(false, "it has a tensor %s", name);
    exit(1);
}

/* Entries first .. first + count - 1 of the same made-up rows. */
static void play(rows *r, mg_mode mode, int stage, int first, int count)
{
    static float seen[AGENTS][MANY * LENGTH];
    const float *observation[AGENTS];
    int32_t *actions[AGENTS];
    float *transfers[MANY];
    void *memory[MANY];
    int row[MANY];
    uint32_t time[MANY];
    for (int i = 0; i < AGENTS; i++) {
        for (int n = 0; n < MANY * LENGTH; n++)
            seen[i][n] = (float)((n * 29 + i * 11) % 32 - 16) / 2.0f;
        observation[i] = seen[i] + first * mg_env_agent(&r->spec, 0)->observation;
        actions[i] = r->action[i] + first;
    }
    for (int k = 0; k < count; k++) {
        row[k] = (first + k) % 3;
        time[k] = (uint32_t)(first + k) / 3;
        transfers[k] = r->given[first + k];
        memory[k] = r->memory[first + k];
    }
    const mg_batch batch = {.mode = mode,
                            .rows = count,
                            .row = row,
                            .time = time,
                            .observation = observation,
                            .memory = memory,
                            .stage = stage};
    mg_gift_gradient.act(r->self, &batch, actions, NULL);
    mg_gift_gradient.give(r->self, &batch, (const int32_t *const *)actions, transfers);
}

static void test_many(const char *says, const mg_gift_gradient_config *config)
{
    static rows all, alone;
    const mg_escape_room_config room = mg_escape_room_default(AGENTS, 2);
    for (int mode = 0; mode < 2; mode++) {
        int differ = 0;
        begin(&all, &room, config);
        begin(&alone, &room, config);
        play(&all, mode ? MG_EVALUATE : MG_TRAIN, 0, 0, MANY);
        for (int k = 0; k < MANY; k++)
            play(&alone, mode ? MG_EVALUATE : MG_TRAIN, 0, k, 1);
        for (int k = 1; k < MANY; k++)
            differ += memcmp(all.given[k], all.given[0], sizeof all.given[k]) != 0;
        tap_ok(!memcmp(all.action, alone.action, sizeof all.action) &&
                   !memcmp(all.given, alone.given, sizeof all.given) && differ > 0,
               "%s, %s: %d rows act and give as each of them alone", says, mode ? "evaluation" : "training", MANY);
        end(&all);
        end(&alone);
    }
}

/* In the asymmetric room agent 1 acts first. */
static void test_stages(const mg_gift_gradient_config *config)
{
    static rows r;
    const mg_escape_room_config room = mg_escape_room_asymmetric();
    int first = 0, second = 0;
    begin(&r, &room, config);
    memset(r.action, 0xff, sizeof r.action);
    play(&r, MG_TRAIN, 0, 0, MANY);
    for (int k = 0; k < MANY; k++)
        first += r.action[0][k] == -1 && r.action[1][k] >= 0;
    memset(r.action, 0xff, sizeof r.action);
    play(&r, MG_TRAIN, 1, 0, MANY);
    for (int k = 0; k < MANY; k++)
        second += r.action[0][k] >= 0 && r.action[1][k] == -1;
    tap_ok(first == MANY && second == MANY, "an agent of a later stage waits: %d, %d of %d", first, second, MANY);
    end(&r);
}

/* An episode of one step. */
static void test_exploration(const mg_gift_gradient_config *config)
{
    static rows r;
    const mg_escape_room_config room = mg_escape_room_default(AGENTS, 2);
    const float nothing[AGENTS * LENGTH] = {0.0f};
    begin(&r, &room, config);
    mg_gift_gradient.begin_episode(r.self, 0);
    play(&r, MG_TRAIN, 0, 0, 1);
    const int32_t action[AGENTS] = {0};
    const mg_transition transition = {.before = {.observation = nothing},
                                      .after = {.observation = nothing},
                                      .joint = {.action = action, .transfer = r.given[0]},
                                      .reward = nothing,
                                      .paid = nothing,
                                      .received = nothing};
    mg_gift_gradient.observe(r.self, &transition);
    mg_gift_gradient.end_episode(r.self, 0);
    const float found = *(float *)tensor_named(&r, MG_KIND_STATE, "epsilon").data;
    const double wanted =
        config->epsilon_start - (config->epsilon_start - config->epsilon_end) / (double)config->epsilon_units;
    tap_ok((double)found > wanted - 1e-6 && (double)found < wanted + 1e-6, "exploration falls to %g: %g", wanted,
           (double)found);
    end(&r);
}

/* Two arrays that one stream has drawn are the same but for their size. */
static bool of_one_stream(const float *a, const float *b)
{
    const double one = (double)a[0] * (double)b[1], other = (double)a[1] * (double)b[0], off = one - other;
    return (off < 0.0 ? -off : off) < 1e-4 * (one < 0.0 ? -one : one);
}

static void test_first_values(const mg_gift_gradient_config *config)
{
    static rows r;
    const mg_escape_room_config room = mg_escape_room_default(AGENTS, 2);
    static const char *const name[] = {"agent 0 first.weight",      "agent 1 first.weight",
                                       "agent 2 first.weight",      "agent 0 gift first.weight",
                                       "agent 1 gift first.weight", "agent 2 gift first.weight"};
    const float *weight[6];
    int same = 0;
    begin(&r, &room, config);
    for (int k = 0; k < 6; k++)
        weight[k] = tensor_named(&r, k < 3 ? MG_KIND_POLICIES : MG_KIND_INCENTIVES, name[k]).data;
    for (int k = 0; k < 6; k++)
        for (int n = 0; n < k; n++)
            same += of_one_stream(weight[k], weight[n]);
    tap_ok(same == 0, "policies and means begin apart: %d pairs do not", same);
    end(&r);
}

int main(void)
{
    char message[200];
    bool chosen = mg_isa_choose("auto", message, sizeof message);
    if (!tap_ok(chosen, "kernels: %s", chosen ? mg_isa_name() : message))
        return tap_done();
    const mg_gift_gradient_config choosing = mg_gift_gradient_discrete_released(),
                                  drawing = mg_gift_gradient_continuous_released();
    test_many("gifts to choose", &choosing);
    test_many("gifts to draw", &drawing);
    test_stages(&choosing);
    test_stages(&drawing);
    test_exploration(&choosing);
    test_exploration(&drawing);
    test_first_values(&drawing);
    return tap_done();
}
