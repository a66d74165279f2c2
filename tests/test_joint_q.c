/* JointDQN is the deep Q learner (tests/test_deep_q.c compares that with plain loops) on the game of a single player:
 * here the game is made a second time, by plain loops over three agents of two kinds, and told to it. Then the exact
 * values of the prisoner's corridor. */
#include "baselines/joint_q.h"
#include "core/num/isa.h"
#include "core/rl/rollout.h"
#include "tests/prisoner_game.h"
#include "tests/tap.h"

#include <stdlib.h>

/* Two agents who see 2 numbers and have 3 choices, one who sees 3 and has 2. */
enum { AGENTS = 3, SEEN = 7, CHOICES = 8, JOINT = 18, STEPS = 40, TENSORS = 100 };
static const int choices[AGENTS] = {3, 3, 2}, length[AGENTS] = {2, 2, 3};
static const mg_key key = {9972, 5};

static mg_env_spec environment(bool masked)
{
    mg_env_spec spec = {.name = "told", .stages = 1, .longest_episode = 7};
    mg_env_add_agents(&spec, 2, &(mg_agent_spec){.part = {{"place", 1, 1, 2}}, .actions = 3, .masked = masked});
    mg_env_add_agents(&spec, 1, &(mg_agent_spec){.part = {{"place", 1, 1, 3}}, .actions = 2, .masked = masked});
    return spec;
}

static mg_env_spec single(bool masked)
{
    mg_env_spec spec = {.name = "told", .stages = 1, .longest_episode = 7};
    mg_env_add_agents(&spec, 1, &(mg_agent_spec){.part = {{"all", 1, 1, SEEN}}, .actions = JOINT, .masked = masked});
    return spec;
}

static mg_deep_q_config small(void)
{
    mg_deep_q_config config = mg_deep_q_prisoner();
    config.discount = 0.9;
    config.rate = 0.01;
    config.hidden_1 = 5;
    config.hidden_2 = 4;
    config.spread = 0.4;
    config.epsilon_decay = 0.9;
    config.epsilon_end = 0.1;
    config.capacity = 15;
    config.batch = 4;
    return config;
}

typedef struct event {
    float before[SEEN], after[SEEN], reward[AGENTS];
    uint8_t allowed[CHOICES], allowed_after[CHOICES];
    int32_t action[AGENTS];
} event;

/* The joint choice by its parts: all of them in order, the last agent's fastest. */
static int number_of_joint(const int32_t *action)
{
    int number = 0;
    for (int32_t a = 0; a < choices[0]; a++)
        for (int32_t b = 0; b < choices[1]; b++)
            for (int32_t c = 0; c < choices[2]; c++, number++)
                if (a == action[0] && b == action[1] && c == action[2])
                    return number;
    return -1;
}

static void joint_mask(const uint8_t *allowed, uint8_t *joint)
{
    int number = 0;
    for (int a = 0; a < choices[0]; a++)
        for (int b = 0; b < choices[1]; b++)
            for (int c = 0; c < choices[2]; c++)
                joint[number++] = allowed[a] && allowed[3 + b] && allowed[6 + c];
}

static void tell(void *joint, void *player, const event *e, int step, bool terminated, bool truncated)
{
    uint8_t before[JOINT], after[JOINT];
    int32_t number = number_of_joint(e->action);
    float mean = (e->reward[0] + e->reward[1] + e->reward[2]) / 3.0f;
    mg_transition x = {.step = step,
                       .before = {.observation = e->before, .allowed = e->allowed},
                       .after = {.observation = e->after, .allowed = e->allowed_after},
                       .joint = {.action = e->action},
                       .reward = e->reward,
                       .terminated = terminated,
                       .truncated = truncated};
    mg_joint_q.observe(joint, &x);
    joint_mask(e->allowed, before);
    joint_mask(e->allowed_after, after);
    x.before.allowed = before;
    x.after.allowed = after;
    x.joint.action = &number;
    x.reward = &mean;
    mg_deep_q.observe(player, &x);
    if (terminated || truncated) {
        (void)mg_joint_q.end_episode(joint, 0);
        (void)mg_deep_q.end_episode(player, 0);
    }
}

static void random_event(event *e, const event *last, mg_stream *stream)
{
    for (int k = 0; k < SEEN; k++) {
        e->before[k] = last ? last->after[k] : mg_random_uniform(stream, -1.0f, 1.0f);
        e->after[k] = mg_random_uniform(stream, -1.0f, 1.0f);
    }
    for (int k = 0; k < CHOICES; k++) {
        e->allowed[k] = last ? last->allowed_after[k] : 1;
        e->allowed_after[k] = k == 1 || k == 5 || k == 6 || mg_random_below(stream, 2) == 0;
    }
    for (int i = 0; i < AGENTS; i++) {
        e->action[i] = (int32_t)mg_random_below(stream, (uint32_t)choices[i]);
        e->reward[i] = mg_random_uniform(stream, -2.0f, 2.0f);
    }
}

/* How many arrays of the two differ; *count: how many there are. */
static int differing(void *joint, void *player, int *count)
{
    static mg_tensor a[TENSORS], b[TENSORS];
    int differ = 0;
    *count = mg_joint_q.tensors(joint, a, TENSORS);
    if (*count != mg_deep_q.tensors(player, b, TENSORS))
        return -1;
    for (int i = 0; i < *count; i++)
        differ += mg_tensor_bytes(&a[i]) != mg_tensor_bytes(&b[i]) ||
                  memcmp(a[i].data, b[i].data, mg_tensor_bytes(&a[i])) != 0;
    return differ;
}

static void *make(const mg_learner_table *table, mg_env_spec spec)
{
    mg_deep_q_config config = small();
    mg_error error = {0};
    void *self = table->create(&config, &spec, key, &error);
    mg_env_spec_free(&spec);
    return self;
}

static void test_told(bool masked)
{
    void *joint = make(&mg_joint_q, environment(masked)), *player = make(&mg_deep_q, single(masked));
    mg_stream stream = mg_stream_at(key, MG_PURPOSE_TEST, masked, 0, 0);
    event now, last;
    int count, step = 0;
    uint64_t updates;
    for (int k = 0; k < STEPS; k++) {
        bool terminated = k % 5 == 4, truncated = !terminated && k % 7 == 6;
        random_event(&now, step ? &last : NULL, &stream);
        tell(joint, player, &now, step++, terminated, truncated);
        if (terminated || truncated)
            step = 0;
        last = now;
    }
    int differ = differing(joint, player, &count);
    mg_joint_q.update_counts(joint, &updates);
    tap_ok(updates == STEPS - 9, "%s: %d updates", masked ? "choices barred" : "all choices", (int)updates);
    tap_ok(differ == 0 && count > 20, "... all %d arrays are those of a single player who is told the same (%d differ)",
           count, differ);
    mg_joint_q.destroy(joint);
    mg_deep_q.destroy(player);
}

/* A batch of more rows than one forward takes: joint actions of the single player, taken apart. */
static void test_choice(mg_mode mode)
{
    enum { ROWS = 150 };
    static float seen[AGENTS][ROWS * 3], all[ROWS * SEEN];
    static uint8_t allowed[AGENTS][ROWS * 3], whole[ROWS * JOINT];
    static int32_t action[AGENTS][ROWS], number[ROWS];
    void *joint = make(&mg_joint_q, environment(true)), *player = make(&mg_deep_q, single(true));
    mg_stream stream = mg_stream_at(key, MG_PURPOSE_TEST, 7, 0, 0);
    int row[ROWS], wrong = 0, kinds[JOINT] = {0}, different = 0;
    uint32_t time[ROWS];
    for (int k = 0; k < ROWS; k++) {
        event e;
        random_event(&e, NULL, &stream);
        row[k] = k;
        time[k] = (uint32_t)(3 * k);
        memcpy(all + k * SEEN, e.before, sizeof e.before);
        joint_mask(e.allowed_after, whole + k * JOINT);
        for (int i = 0, from = 0, choice = 0; i < AGENTS; from += length[i], choice += choices[i], i++) {
            memcpy(seen[i] + k * length[i], e.before + from, (size_t)length[i] * sizeof(float));
            memcpy(allowed[i] + k * choices[i], e.allowed_after + choice, (size_t)choices[i]);
        }
    }
    const float *const observation[AGENTS] = {seen[0], seen[1], seen[2]}, *const one[1] = {all};
    const uint8_t *const mask[AGENTS] = {allowed[0], allowed[1], allowed[2]}, *const one_mask[1] = {whole};
    int32_t *const actions[AGENTS] = {action[0], action[1], action[2]}, *const one_action[1] = {number};
    mg_batch batch = {
        .mode = mode, .rows = ROWS, .row = row, .time = time, .observation = observation, .allowed = mask};
    mg_joint_q.act(joint, &batch, actions, NULL);
    batch.observation = one;
    batch.allowed = one_mask;
    mg_deep_q.act(player, &batch, one_action, NULL);
    for (int k = 0; k < ROWS; k++) {
        const int32_t parts[AGENTS] = {action[0][k], action[1][k], action[2][k]};
        wrong += number_of_joint(parts) != number[k] || !whole[k * JOINT + number[k]];
        different += kinds[number[k]]++ == 0;
    }
    tap_ok(wrong == 0 && different > 5, "%s: %d rows, %d different joint actions, all allowed, taken apart (%d wrong)",
           mode == MG_TRAIN ? "training" : "evaluation", ROWS, different, wrong);
    mg_joint_q.destroy(joint);
    mg_deep_q.destroy(player);
}

/* ---- the corridor ---- */

/* The largest difference between what it values the joint actions of the first two states of the walk outwards and what
 * they are worth: half the reward of both, and the best that can follow. */
static double off_at(void *self, const mg_two_player_game *game, int cell_0, int cell_1)
{
    double value[9], most = 0.0;
    mg_two_player_optimum(game, 0.99, value);
    mg_tensor tensor[TENSORS];
    (void)mg_joint_q.tensors(self, tensor, TENSORS);
    const float x[8] = {(float)cell_0 / 8, (float)cell_1 / 8, 1, 0, (float)cell_1 / 8, (float)cell_0 / 8, 0, 1};
    double layer[32] = {0}, next[32];
    for (int k = 0; k < 8; k++)
        layer[k] = (double)x[k];
    for (int l = 0; l < 3; l++) {
        const mg_tensor *weight = &tensor[2 * l], *bias = &tensor[2 * l + 1];
        for (int j = 0; j < weight->columns; j++) {
            next[j] = (double)((const float *)bias->data)[j];
            for (int k = 0; k < weight->rows; k++)
                next[j] += layer[k] * (double)((const float *)weight->data)[k * weight->columns + j];
            next[j] = l < 2 && next[j] < 0.0 ? 0.0 : next[j];
        }
        memcpy(layer, next, sizeof layer);
    }
    for (int joint = 0; joint < 4; joint++) {
        double exact = 0.0;
        for (int o = 0; o < MG_TWO_PLAYER_OUTCOMES; o++) {
            const mg_two_player_outcome *outcome = &game->outcome[number_of(cell_0, cell_1)][joint][o];
            double mean = (outcome->reward[0] + outcome->reward[1]) / 2.0;
            exact += outcome->probability * (mean + (outcome->next < 0 ? 0.0 : 0.99 * value[outcome->next]));
        }
        double off = layer[joint] - exact;
        most = off > most ? off : -off > most ? -off : most;
    }
    return most;
}

static void test_values(void)
{
    mg_prisoner_config corridor = mg_prisoner_default();
    mg_two_player_game game = game_of(&corridor);
    mg_deep_q_config config = mg_deep_q_prisoner();
    mg_error error = {0};
    mg_rollout_config setup = {&mg_prisoner, &corridor, &mg_joint_q, &config, key, 4};
    mg_rollout *rollout = mg_rollout_create(&setup, &error);
    double first = off_at(mg_rollout_learner_self(rollout), &game, 3, 5);
    while (mg_rollout_count(rollout).units < 30000)
        mg_rollout_train_step(rollout);
    double start = off_at(mg_rollout_learner_self(rollout), &game, 3, 5);
    double later = off_at(mg_rollout_learner_self(rollout), &game, 2, 6);
    tap_ok(first > 0.3 && start < 0.01 && later < 0.02,
           "30000 episodes in the corridor: the exact values of joint actions, %.3f off at the start and %.3f a step "
           "later",
           start, later);
    mg_rollout_destroy(rollout);
}

static void test_refusals(void)
{
    mg_env_spec many = {.name = "crowd", .stages = 1, .longest_episode = 7}, none = many, just = many;
    mg_env_add_agents(&many, 5, &(mg_agent_spec){.part = {{"place", 1, 1, 2}}, .actions = 9});
    mg_env_add_agents(&just, 10, &(mg_agent_spec){.part = {{"place", 1, 1, 2}}, .actions = 2});
    mg_env_add_agents(&none, 2, &(mg_agent_spec){.part = {{"place", 1, 1, 2}}, .real_length = 1});
    mg_learner_spec spec;
    mg_error error = {0};
    mg_deep_q_config config = small();
    tap_ok(mg_joint_q.describe(&config, &just, &spec, &error) && mg_needs_met("joint-q", &spec, &just, &error),
           "1024 joint actions are not too many");
    tap_ok(!mg_joint_q.describe(&config, &many, &spec, &error) && strstr(error.text, "at most 1024 joint actions"),
           "refused: %s", error.text);
    error = (mg_error){0};
    tap_ok(mg_joint_q.describe(&config, &none, &spec, &error) && !mg_needs_met("joint-q", &spec, &none, &error) &&
               strstr(error.text, "discrete actions"),
           "refused: %s", error.text);
    config.batch = 30;
    error = (mg_error){0};
    tap_ok(!mg_joint_q.describe(&config, &just, &spec, &error) && strstr(error.text, "batch 30"), "refused: %s",
           error.text);
    mg_env_spec_free(&many);
    mg_env_spec_free(&just);
    mg_env_spec_free(&none);
}

int main(void)
{
    char message[200];
    tap_ok(mg_isa_choose("auto", message, sizeof message), "kernels");
    test_told(false);
    test_told(true);
    test_choice(MG_EVALUATE);
    test_choice(MG_TRAIN);
    test_values();
    test_refusals();
    return tap_done();
}
