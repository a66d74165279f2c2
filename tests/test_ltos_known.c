/* Learning to Share where the answer is known: fixed weights in the prisoner's dilemma against the exact values of
 * independent learners who share (facts/ltos.md 7), and no reward lost over runs. */
#include "algos/ltos.h"
#include "algos/ltos_step.h"

#include "core/num/isa.h"
#include "core/rl/rollout.h"
#include "envs/jungle.h"
#include "envs/prisoner.h"
#include "tests/tap.h"

#include <string.h>

enum { ROOM = 400, EPISODES = 2000 };

typedef struct run {
    mg_rollout *rollout;
    double metric[32];
    mg_tensor tensor[ROOM];
    int tensors;
} run;

static run train(const mg_env_table *environment, const void *environment_config, const mg_ltos_config *config,
                 int episodes)
{
    run r;
    mg_error error = {0};
    mg_rollout_config setup = {.environment = environment,
                               .environment_config = environment_config,
                               .learner = &mg_ltos,
                               .learner_config = config,
                               .key = {9973, 1},
                               .evaluation_rows = 20};
    r.rollout = mg_rollout_create(&setup, &error);
    while (mg_rollout_count(r.rollout).units < (uint64_t)episodes)
        mg_rollout_train_step(r.rollout);
    mg_rollout_evaluate(r.rollout, 20, r.metric);
    r.tensors = mg_ltos.tensors(mg_rollout_learner_self(r.rollout), r.tensor, ROOM);
    return r;
}

static const float *network_of(const run *r, const char *name)
{
    for (int k = 0; k < r->tensors; k++)
        if (!strcmp(r->tensor[k].name, name))
            return r->tensor[k].data;
    return NULL;
}

/* Values of agent 0 at the start, going left and right, with these weights. */
static void values_at_start(const run *r, const mg_ltos_config *c, double selfishness, double value[2])
{
    const mg_ltos_shape shape = {2, 1, 4, 2, c->hidden_1, c->hidden_2, c->layers, c->heads, 1, false};
    static const float seen[8] = {0.375f, 0.625f, 1, 0, 0.625f, 0.375f, 0, 1};
    static const int32_t slot[4] = {0, 1, 1, 0};
    const mg_ltos_seen start = {1, seen, slot};
    float out[4], in[6];
    mg_ltos_network network;
    mg_ltos_network_create(&network, &shape);
    mg_ltos_scratch *scratch = mg_ltos_scratch_create(&network, selfishness);
    mg_ltos_weights(scratch, &start, NULL, NULL, out);
    mg_ltos_exchange(1, 2, 2, slot, out, in);
    const float *found = mg_ltos_values(scratch, &start, network_of(r, "values 0 first.weight"), in);
    value[0] = (double)found[0];
    value[1] = (double)found[1];
    mg_ltos_scratch_destroy(scratch);
    mg_ltos_network_destroy(&network);
}

static bool near(double a, double b, double off)
{
    return a - b < off && b - a < off;
}

/* The fixed points of two learners who each take the other for greedy with probability 0.2. */
static void test_fixed(double selfishness, double left, double right, double outcome)
{
    mg_prisoner_config game = mg_prisoner_default();
    mg_ltos_config config = mg_ltos_prisoner();
    double value[2];
    config.fixed = true;
    config.selfishness = selfishness;
    run r = train(&mg_prisoner, &game, &config, EPISODES);
    values_at_start(&r, &config, selfishness, value);
    tap_ok(near(r.metric[0], outcome, 1e-6), "fixed weights of %g: greedy play earns %.4f, exactly %.2f", selfishness,
           r.metric[0], outcome);
    tap_ok(near(value[0], left, 0.06) && near(value[1], right, 0.06),
           "... values of the first step %.3f and %.3f, exactly %.4f and %.4f", value[0], value[1], left, right);
    tap_ok(near(r.metric[5], selfishness, 1e-6) && r.metric[8] == 0.0, "... weights stay");
    mg_rollout_destroy(r.rollout);
}

/* A quick one that learns to share. */
static mg_ltos_config quick(void)
{
    mg_ltos_config config = mg_ltos_prisoner();
    config.sample = 64;
    return config;
}

static void test_learned(void)
{
    mg_prisoner_config game = mg_prisoner_default();
    mg_ltos_config config = quick();
    run r = train(&mg_prisoner, &game, &config, EPISODES);
    tap_ok(r.metric[6] < 0.2 && r.metric[8] > 0.0, "learned weights: an agent keeps %.3f of its own at the start",
           r.metric[6]);
    tap_ok(r.metric[10] < 1e-5 && r.metric[11] < 1e-5 && r.metric[10] > 0.0,
           "... no reward is lost (%.1e), weights sum to 1 (%.1e)", r.metric[10], r.metric[11]);
    mg_rollout_destroy(r.rollout);
}

static void test_conservation(void)
{
    mg_jungle_config game = mg_jungle_default(20);
    mg_ltos_config config = mg_ltos_jungle();
    config.hidden_1 = config.hidden_2 = 16;
    config.spread = 0.3;
    config.idle_episodes = 1;
    config.sharing_every = 1;
    config.sample = 64;
    config.sharing_rate = 1.0;
    run r = train(&mg_jungle, &game, &config, 6);
    tap_ok(r.metric[9] < 1e-5 && r.metric[10] < 1e-5 && r.metric[9] > 0.0,
           "jungle, 20 agents: no reward is lost (%.1e), weights sum to 1 (%.1e)", r.metric[9], r.metric[10]);
    tap_ok(r.metric[7] > 0.0 && r.metric[5] < r.metric[6], "... and they moved: own weights of %.3f to %.3f",
           r.metric[5], r.metric[6]);
    mg_rollout_destroy(r.rollout);
}

int main(void)
{
    char message[200];
    if (!tap_ok(mg_isa_choose("auto", message, sizeof message), "kernels"))
        return tap_done();
    test_fixed(0.5, 0.6486, 0.49, 0.97);
    test_fixed(0.9, 0.4185, 0.65, 0.49);
    test_learned();
    test_conservation();
    return tap_done();
}
