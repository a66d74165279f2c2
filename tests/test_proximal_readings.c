/* Readings of what a paper on proximal learners may leave open: each of their switches does what its name says, and no
 * more. */
#include "algos/anticipation.h"
#include "baselines/independent_proximal.h"
#include "baselines/policy_sharing.h"
#include "baselines/value_reward_sharing.h"
#include "core/num/isa.h"
#include "core/num/scalar_math.h"
#include "core/rl/rollout.h"
#include "envs/predation.h"
#include "tests/tap.h"

#include <stdlib.h>
#include <string.h>

enum { AGENTS = 4, STEPS = 30, LAST = AGENTS - 1 };

static double size_of(double x)
{
    return x < 0.0 ? -x : x;
}

static mg_sharing_config small(void)
{
    mg_sharing_config config = mg_sharing_default(1e-4);
    config.hidden_1 = 16;
    config.hidden_2 = 8;
    config.iterations = 1;
    return config;
}

static mg_rollout *start(const mg_learner_table *learner, const void *config, const mg_predation_config *game)
{
    mg_error error = {0};
    mg_rollout_config setup = {.environment = &mg_predation,
                               .environment_config = game,
                               .learner = learner,
                               .learner_config = config,
                               .key = {9983, 4},
                               .evaluation_rows = 3};
    mg_rollout *rollout = mg_rollout_create(&setup, &error);
    if (!rollout)
        tap_ok(false, "%s: %s", learner->name, error.text);
    return rollout;
}

static mg_sharing *train(mg_rollout *rollout, uint64_t units)
{
    while (mg_rollout_count(rollout).units < units)
        mg_rollout_train_step(rollout);
    return mg_rollout_learner_self(rollout);
}

/* What a network says on rows of input. */
static void outputs_of(const mg_model *network, const float *theta, int rows, const float *input, float *output)
{
    float *workspace = calloc(mg_tape_workspace(network->tape), sizeof *workspace);
    mg_tape_replay replay = {.rows = rows, .parameters = theta, .workspace = workspace, .input = {input}};
    mg_tape_forward(network->tape, &replay);
    memcpy(output, mg_tape_value(network->tape, &replay, network->output),
           (size_t)rows * (size_t)mg_tape_columns(network->tape, network->output) * sizeof *output);
    free(workspace);
}

/* ---- greedy evaluation ---- */

/* Of `rows` decisions on what the last episode saw, how many are not the likeliest. */
static int unlikely(mg_sharing *core, mg_mode mode)
{
    int row[STEPS], other = 0;
    uint32_t time[STEPS];
    int32_t played[AGENTS][STEPS], *actions[AGENTS];
    const float *observation[AGENTS];
    float logit[STEPS * 2 * AGENTS];
    int head = core->heads > 1 ? 1 : 0, outputs = core->actor_network.outputs;
    for (int t = 0; t < STEPS; t++)
        row[t] = 0, time[t] = 5000 + (uint32_t)t;
    for (int i = 0; i < AGENTS; i++) {
        actions[i] = played[i];
        observation[i] = mg_trajectory_observation(&core->episode, i);
    }
    mg_batch batch = {.mode = mode, .rows = STEPS, .row = row, .time = time, .observation = observation};
    core->episode.steps = 0; /* a training decision notes who talks at this step */
    mg_sharing_act(core, &batch, actions, NULL);
    core->episode.steps = STEPS;
    for (int i = 0; i < AGENTS; i++) {
        outputs_of(&core->actor, core->actor.parameters + (size_t)i * core->actor.count, STEPS, observation[i], logit);
        for (int t = 0; t < STEPS; t++) {
            const float *own = logit + t * outputs + head * i * 2;
            other += played[i][t] != (own[1] > own[0]);
        }
    }
    return other;
}

static void test_greedy(void)
{
    mg_predation_config game = mg_predation_default(AGENTS);
    mg_sharing_config plain = small(), greedy = plain;
    greedy.greedy_evaluation = true;
    const mg_learner_table *const learner[] = {&mg_independent_proximal, &mg_policy_sharing};
    for (int k = 0; k < 2; k++) {
        mg_rollout *a = start(learner[k], &plain, &game), *b = start(learner[k], &greedy, &game);
        mg_sharing *samples = train(a, 1), *likeliest = train(b, 1);
        size_t count = AGENTS * samples->actor.count;
        tap_ok(unlikely(likeliest, MG_EVALUATE) == 0, "%s, greedy: the likeliest action in evaluation",
               learner[k]->name);
        tap_ok(unlikely(likeliest, MG_TRAIN) > 9, "and samples in training");
        tap_ok(unlikely(samples, MG_EVALUATE) > 9, "not greedy: samples in evaluation");
        tap_ok(!memcmp(samples->actor.parameters, likeliest->actor.parameters, count * sizeof(float)),
               "training is the same");
        mg_rollout_destroy(a);
        mg_rollout_destroy(b);
    }
}

/* ---- the value of a time limit ---- */

/* Advantages and returns of the last agent against their definitions, with `after` behind the last step. */
static double worst_targets(const mg_sharing *core, double after, double scale)
{
    double worst = 0.0;
    const float *value = core->value + LAST * (STEPS + 1), *reward = mg_trajectory_reward(&core->episode, LAST);
    for (int t = 0; t < STEPS; t++) {
        double advantage = 0.0, returned = 0.0, weight = 1.0, discount = 1.0;
        for (int k = t; k < STEPS; k++, weight *= 0.99 * 0.98, discount *= 0.99) {
            double next = k + 1 < STEPS ? (double)value[k + 1] : after;
            advantage += weight * (scale * (double)reward[k] + 0.99 * next - (double)value[k]);
            returned += discount * scale * (double)reward[k];
        }
        double off = size_of(advantage - (double)core->advantage[LAST * STEPS + t]);
        double other = size_of(returned + discount * after - (double)core->returns[LAST * STEPS + t]);
        worst = off > worst ? off : worst;
        worst = other > worst ? other : worst;
    }
    return worst;
}

static void test_bootstrap(void)
{
    mg_predation_config game = mg_predation_default(AGENTS);
    mg_sharing_config config = small();
    config.bootstrap = true;
    mg_rollout *rollout = start(&mg_independent_proximal, &config, &game);
    mg_sharing *core = mg_rollout_learner_self(rollout);
    size_t count = core->critic.count;
    float *critic = malloc(count * sizeof *critic), after;
    memcpy(critic, core->critic.parameters + LAST * count, count * sizeof *critic);
    train(rollout, 1);
    outputs_of(&core->critic, critic, 1, core->last + LAST * AGENTS, &after);
    int steps_taken = 0;
    const float *before = mg_trajectory_observation(&core->episode, LAST) + (STEPS - 1) * AGENTS;
    for (int k = 0; k < AGENTS; k++) { /* the last observation is a move away from the one before */
        double moved = (double)core->last[LAST * AGENTS + k] - (double)before[k];
        double wanted = mg_trajectory_action(&core->episode, k)[STEPS - 1] == 1 ? 1.0 : -1.0;
        steps_taken += size_of(moved - wanted) < 1e-5;
    }
    tap_ok(steps_taken >= AGENTS - 1, "what is judged is what is seen after the last move: %d", steps_taken);
    tap_ok(size_of((double)after) > 1e-3 && worst_targets(core, (double)after, 1.0) < 1e-4,
           "time is up: advantages and returns go on in the value of what is seen then, %g", (double)after);
    tap_ok(worst_targets(core, 0.0, 1.0) > 1e-3, "mutation: which is not 0");
    core->time_up = false;
    mg_sharing_end_episode(core, 0);
    tap_ok(worst_targets(core, 0.0, 1.0) < 1e-4, "an episode that ends otherwise has nothing behind it");
    mg_rollout_destroy(rollout);
    config.bootstrap = false;
    rollout = start(&mg_independent_proximal, &config, &game);
    core = train(rollout, 1);
    tap_ok(worst_targets(core, 0.0, 1.0) < 1e-4, "without bootstrap a time limit has nothing behind it either");
    mg_rollout_destroy(rollout);
    free(critic);
}

/* ---- the scale of rewards, advantages of modelled ones ---- */

static void test_reward_scale(void)
{
    mg_predation_config game = mg_predation_default(AGENTS);
    mg_sharing_config plain = small(), scaled = plain;
    scaled.reward_scale = 0.25;
    mg_rollout *a = start(&mg_independent_proximal, &plain, &game),
               *b = start(&mg_independent_proximal, &scaled, &game);
    double whole, quarter;
    mg_sharing *first = train(a, 1), *second = train(b, 1);
    mg_sharing_metrics(first, &whole);
    mg_sharing_metrics(second, &quarter);
    tap_ok(worst_targets(second, 0.0, 0.25) < 1e-4, "rewards are learnt from at their scale");
    tap_ok(worst_targets(second, 0.0, 1.0) > 1.0, "mutation: which is not 1");
    tap_ok(whole == quarter && whole < -30.0, "and reported as they are: %g", whole);
    mg_rollout_destroy(a);
    mg_rollout_destroy(b);
}

static void test_normalised_model(void)
{
    mg_predation_config game = mg_predation_default(AGENTS);
    mg_sharing_config proximal = small();
    proximal.normalise_advantages = true;
    mg_value_reward_sharing_config config = mg_value_reward_sharing_default(&proximal);
    mg_rollout *rollout = start(&mg_value_reward_sharing, &config, &game);
    mg_sharing *core = train(rollout, 1);
    double mean = 0.0, square = 0.0;
    for (int t = 0; t < STEPS; t++) {
        mean += (double)core->used[LAST * STEPS + t] / STEPS;
        square += (double)core->used[LAST * STEPS + t] * (double)core->used[LAST * STEPS + t] / STEPS;
    }
    tap_ok(size_of(mean) < 1e-5 && size_of(square - 1.0) < 1e-4, "advantages of modelled rewards are normalised too");
    mg_rollout_destroy(rollout);
}

/* ---- entropy ---- */

/* The gradient of the last agent's own policy with entropy minus that without, against its definition. */
static double worst_entropy(const mg_sharing *with, const mg_sharing *without, double weight)
{
    int network = with->networks > 1 ? LAST : 0, head = with->heads > 1 ? LAST * 2 : 0;
    int outputs = with->actor_network.outputs;
    const float *p = mg_sharing_probability(with, LAST, network);
    double worst = 0.0;
    for (int t = 0; t < STEPS; t++) {
        double entropy = 0.0;
        for (int b = 0; b < 2; b++)
            entropy -= (double)p[t * outputs + head + b] * mg_log((double)p[t * outputs + head + b]);
        for (int k = 0; k < outputs; k++) {
            int at = (network * STEPS + t) * outputs + k;
            double q = (double)p[t * outputs + k], wanted = 0.0;
            if (k == head || k == head + 1)
                wanted = -weight * q * (mg_log(q) + entropy) / STEPS;
            double off = size_of((double)with->gradient[at] - (double)without->gradient[at] - wanted);
            worst = off > worst ? off : worst;
        }
    }
    return worst;
}

static void test_entropy(void)
{
    mg_predation_config game = mg_predation_default(AGENTS);
    mg_anticipation_config plain = mg_anticipation_continuous_paper(), more;
    plain.proximal = small();
    more = plain;
    more.proximal.entropy = 50.0; /* so that it stands out */
    const mg_learner_table *const learner[] = {&mg_independent_proximal, &mg_policy_sharing, &mg_anticipation};
    for (int k = 0; k < 3; k++) { /* the config of the others is the first member */
        mg_rollout *a = start(learner[k], &plain, &game), *b = start(learner[k], &more, &game);
        mg_sharing *without = train(a, 1), *with = train(b, 1);
        tap_ok(worst_entropy(with, without, 50.0) < 1e-4, "%s climbs the entropy of its own policy, and of no other",
               learner[k]->name);
        tap_ok(worst_entropy(with, without, 0.0) > 1e-3, "mutation: it would be noticed without");
        mg_rollout_destroy(a);
        mg_rollout_destroy(b);
    }
}

/* ---- a common start ---- */

static void test_common_start(void)
{
    mg_predation_config game = mg_predation_default(AGENTS);
    mg_anticipation_config apart = mg_anticipation_continuous_paper(), common;
    apart.proximal = small();
    common = apart;
    common.proximal.common_start = true;
    const mg_learner_table *const learner[] = {&mg_policy_sharing, &mg_anticipation};
    for (int k = 0; k < 2; k++) {
        mg_rollout *a = start(learner[k], &apart, &game), *b = start(learner[k], &common, &game);
        mg_sharing *one = mg_rollout_learner_self(a), *two = mg_rollout_learner_self(b);
        size_t block = (size_t)one->networks * one->actor.count * sizeof(float);
        int equal = 0, different = 0, first = !memcmp(one->actor.parameters, two->actor.parameters, block);
        for (int i = 1; i < AGENTS; i++) {
            equal += !memcmp(two->actor.parameters, two->actor.parameters + (size_t)i * block / sizeof(float), block);
            different +=
                !!memcmp(one->actor.parameters, one->actor.parameters + (size_t)i * block / sizeof(float), block);
        }
        size_t critics = AGENTS * one->critic.count * sizeof(float);
        tap_ok(first && equal == AGENTS - 1, "%s, common start: everybody's actors are agent 0's", learner[k]->name);
        tap_ok(different == AGENTS - 1, "mutation: else they are not");
        tap_ok(!memcmp(one->critic.parameters, two->critic.parameters, critics), "critics start apart in both");
        mg_rollout_destroy(a);
        mg_rollout_destroy(b);
    }
}

int main(void)
{
    char message[200];
    bool chosen = mg_isa_choose("auto", message, sizeof message);
    if (!tap_ok(chosen, "kernels: %s", chosen ? mg_isa_name() : message))
        return tap_done();
    test_greedy();
    test_bootstrap();
    test_reward_scale();
    test_normalised_model();
    test_entropy();
    test_common_start();
    return tap_done();
}
