/* Coco-Q against plain loops with a zero-sum value of their own, against the exact fixed point of the prisoner's
 * corridor, and how it chooses. */
#include "baselines/coco_q.h"
#include "core/rl/rollout.h"
#include "tests/prisoner_game.h"
#include "tests/tap.h"

#include <stdlib.h>

enum { STATES = 5, SEEN = 3, STEPS = 400 };
static const mg_key key = {9971, 2};

static mg_env_spec told_environment(int agents, int states)
{
    mg_env_spec spec = {.name = "told", .stages = 1, .longest_episode = 9, .state_length = SEEN, .states = states};
    mg_env_add_agents(&spec, agents, &(mg_agent_spec){.part = {{"place", 1, 1, SEEN}}, .actions = 2});
    return spec;
}

static void *make(const mg_coco_q_config *config, int states)
{
    mg_env_spec spec = told_environment(2, states);
    mg_error error = {0};
    void *self = mg_coco_q.create(config, &spec, key, &error);
    mg_env_spec_free(&spec);
    return self;
}

static mg_tensor tensor_of(void *self, const char *name)
{
    mg_tensor tensor[16];
    int count = mg_coco_q.tensors(self, tensor, 16);
    for (int i = 0; i < count; i++)
        if (!strcmp(tensor[i].name, name))
            return tensor[i];
    return (mg_tensor){0};
}

/* ---- the same, plainly ---- */

/* What the row player can make sure of, by his chance p of the first row: the smaller of two lines, largest at an end
 * or where they cross. */
static double zero_sum(double a, double b, double c, double d)
{
    double best = -1e300, chance[3] = {0.0, 1.0, 0.0};
    double crossing = (a - c) - (b - d);
    if (crossing < 0.0 || crossing > 0.0)
        chance[2] = (d - c) / crossing;
    for (int k = 0; k < 3; k++) {
        double p = chance[k];
        if (p < 0.0 || p > 1.0)
            continue;
        double left = p * a + (1.0 - p) * c, right = p * b + (1.0 - p) * d, sure = left < right ? left : right;
        best = sure > best ? sure : best;
    }
    return best;
}

static void plain_update(double (*q)[2][4], int state, int joint, const float *reward, int next,
                         const mg_coco_q_config *c)
{
    double coco[2] = {0.0, 0.0};
    if (next >= 0) {
        const double *x = q[next][0], *y = q[next][1];
        double most = -1e300;
        for (int k = 0; k < 4; k++)
            most = x[k] + y[k] > most ? x[k] + y[k] : most;
        double more = zero_sum(x[0] / 2 - y[0] / 2, x[1] / 2 - y[1] / 2, x[2] / 2 - y[2] / 2, x[3] / 2 - y[3] / 2);
        coco[0] = most / 2 + more;
        coco[1] = most / 2 - more;
    }
    for (int i = 0; i < 2; i++)
        q[state][i][joint] += c->step_size * ((double)reward[i] + c->discount * coco[i] - q[state][i][joint]);
}

static void state_vector(int state, float *seen)
{
    seen[0] = (float)(state % 2);
    seen[1] = (float)state * 0.25f;
    seen[2] = 1.0f;
}

static void tell(void *self, int state, int joint, const float *reward, int next, bool terminated, bool truncated)
{
    float before[SEEN], after[SEEN];
    int32_t action[2] = {joint / 2, joint % 2};
    state_vector(state, before);
    state_vector(next, after);
    const mg_transition x = {.before = {.state = before},
                             .after = {.state = after},
                             .joint = {.action = action},
                             .reward = reward,
                             .terminated = terminated,
                             .truncated = truncated};
    mg_coco_q.observe(self, &x);
}

/* Largest difference between the learner's tables and plain ones, whose state numbers are told apart by their vectors.
 */
static double difference(void *self, double (*q)[2][4], int states)
{
    const double(*table)[2][4] = (const double(*)[2][4])tensor_of(self, "tables").data;
    const float *vector = tensor_of(self, "states").data;
    int met = *(const int32_t *)tensor_of(self, "states met").data;
    double most = met == states ? 0.0 : 1e300;
    for (int s = 0; s < states; s++) {
        int row = -1;
        float seen[SEEN];
        state_vector(s, seen);
        for (int k = 0; k < met; k++)
            row = memcmp(vector + k * SEEN, seen, sizeof seen) ? row : k;
        for (int k = 0; k < 8; k++) {
            double off = row < 0 ? 1e300 : table[row][k / 4][k % 4] - q[s][k / 4][k % 4];
            most = off > most ? off : -off > most ? -off : most;
        }
    }
    return most;
}

static void test_updates(void)
{
    mg_coco_q_config config = {.discount = 0.9, .step_size = 0.3};
    void *self = make(&config, STATES);
    double q[STATES][2][4] = {{{0}}};
    mg_stream stream = mg_stream_at(key, MG_PURPOSE_TEST, 0, 0, 0);
    int ends = 0, cut = 0;
    uint64_t updates;
    for (int k = 0; k < STEPS; k++) {
        int state = (int)mg_random_below(&stream, STATES), next = (int)mg_random_below(&stream, STATES);
        int joint = (int)mg_random_below(&stream, 4), end = (int)mg_random_below(&stream, 5);
        float reward[2] = {mg_random_uniform(&stream, -2.0f, 2.0f), mg_random_uniform(&stream, -2.0f, 2.0f)};
        tell(self, state, joint, reward, next, end == 0, end == 1);
        plain_update(q, state, joint, reward, end == 0 ? -1 : next, &config);
        ends += end == 0;
        cut += end == 1;
    }
    mg_coco_q.update_counts(self, &updates);
    double most = difference(self, q, STATES);
    tap_ok(updates == STEPS && ends > 40 && cut > 40 && q[0][0][0] * q[0][0][0] > 1e-4, "%d steps, %d ends, %d cut off",
           STEPS, ends, cut);
    tap_ok(most < 1e-12, "... tables as plain loops: %.1e off", most);
    mg_coco_q.destroy(self);
}

/* ---- the corridor ---- */

static double expected_reward(const mg_two_player_game *game, int state, int joint, int agent)
{
    double sum = 0.0;
    for (int o = 0; o < MG_TWO_PLAYER_OUTCOMES; o++)
        sum += game->outcome[state][joint][o].probability * game->outcome[state][joint][o].reward[agent];
    return sum;
}

/* Every joint action of every state again and again; where the coin decides, what it pays on average. */
static void test_fixed_point(const mg_two_player_game *game, double (*exact)[2][4])
{
    mg_coco_q_config config = mg_coco_q_prisoner();
    void *self = make(&config, 9);
    double value[2];
    for (int sweep = 0; sweep < 400; sweep++)
        for (int k = 0; k < 36; k++) {
            int state = k / 4, joint = k % 4, next = game->outcome[state][joint][0].next;
            float reward[2] = {(float)expected_reward(game, state, joint, 0),
                               (float)expected_reward(game, state, joint, 1)};
            tell(self, state, joint, reward, next < 0 ? 0 : next, next < 0, false);
        }
    mg_coco_values(exact[number_of(3, 5)][0], exact[number_of(3, 5)][1], value);
    double most = difference(self, exact, 9);
    tap_ok(near(value[0], 0.950399, 1e-9) && near(value[1], 0.950399, 1e-9) && most < 1e-6,
           "its fixed point in the corridor is the exact one, 0.9504 each at the start: %.1e off", most);
    mg_coco_q.destroy(self);
}

/* A row of the tables of a learner that has played the corridor, by the cells that its state vector says. */
static int state_of(const float *vector)
{
    return number_of((int)(vector[0] * 8.0f + 0.5f), (int)(vector[1] * 8.0f + 0.5f));
}

/* Training with the coin: what it does not touch is exact, and so is every sum; what it pays stays noise, since a step
 * size of one half forgets nothing slowly. */
static void test_training(double (*exact)[2][4])
{
    mg_prisoner_config corridor = mg_prisoner_default();
    mg_coco_q_config config = mg_coco_q_prisoner();
    mg_error error = {0};
    mg_rollout_config setup = {&mg_prisoner, &corridor, &mg_coco_q, &config, key, 4};
    mg_rollout *rollout = mg_rollout_create(&setup, &error);
    while (mg_rollout_count(rollout).units < 6000)
        mg_rollout_train_step(rollout);
    void *self = mg_rollout_learner_self(rollout);
    const double(*table)[2][4] = (const double(*)[2][4])tensor_of(self, "tables").data;
    const float *vector = tensor_of(self, "states").data;
    int met = *(const int32_t *)tensor_of(self, "states met").data, wrong = 0, sums = 0, coin = 0;
    for (int row = 0; row < met; row++) {
        int s = state_of(vector + 8 * row);
        for (int joint = 0; joint < 4; joint++) {
            const double *q[2] = {table[row][0], table[row][1]};
            bool tossed = joint == 2 && (s == number_of(3, 5) || s == number_of(2, 6));
            sums += !near(q[0][joint] + q[1][joint], exact[s][0][joint] + exact[s][1][joint], 1e-6);
            coin += tossed;
            wrong += !tossed &&
                     !(near(q[0][joint], exact[s][0][joint], 1e-6) && near(q[1][joint], exact[s][1][joint], 1e-6));
        }
    }
    tap_ok(met == 5 && sums == 0,
           "6000 episodes meet the %d states of even distance; the sums of both values are exact (%d wrong)", met,
           sums);
    tap_ok(wrong == 0 && coin == 2, "... and both values where no coin is tossed (%d wrong)", wrong);
    double metric[8];
    mg_rollout_evaluate(rollout, 4, metric);
    tap_ok(near(metric[0], 0.97, 1e-12), "... and both walk outwards: %.2f", metric[0]);
    mg_rollout_destroy(rollout);
}

/* The states that an environment says it has are those that it shows. */
static void test_counted(void)
{
    mg_prisoner_config corridor = mg_prisoner_default();
    play p;
    play_start(&p, &mg_prisoner, &corridor, 0);
    int wrong = 0;
    for (int s = 0; s < 9; s++)
        for (int joint = 0; joint < 4; joint++) {
            play after = step_from(&corridor, s / 3 + 1, s % 3 + 5, joint / 2, joint % 2, 0);
            int a = cell_of(&after, 0), b = cell_of(&after, 1);
            wrong += !after.terminated && !(a >= 1 && a <= 3 && b >= 5 && b <= 7);
        }
    tap_ok(p.spec.states == 9 && wrong == 0, "the corridor has nine states and leaves them at its ends only");
}

/* ---- choosing ---- */

/* The second of two rows; the first is in a state that was never met. */
static int chosen(void *self, mg_mode mode, uint32_t time, int state)
{
    int32_t action[2][2], *const actions[2] = {action[0], action[1]};
    const int row[2] = {0, 1};
    const uint32_t times[2] = {7, time};
    float seen[2 * SEEN];
    state_vector(STATES - 1, seen);
    state_vector(state, seen + SEEN);
    const mg_batch batch = {.mode = mode, .rows = 2, .row = row, .time = times, .state = seen};
    mg_coco_q.act(self, &batch, actions, NULL);
    return 2 * action[0][1] + action[1][1];
}

static void test_choice(void)
{
    enum { TIMES = 4000 };
    mg_coco_q_config config = {
        .discount = 0.9, .step_size = 1.0, .epsilon_start = 0.6, .epsilon_decay = 0.5, .epsilon_end = 0.2};
    void *self = make(&config, STATES);
    tap_ok(chosen(self, MG_EVALUATE, 0, 1) == 0, "a state that was never met: the first joint action");
    tell(self, 1, 1, (const float[2]){3.0f, -4.0f}, 0, true, false);
    tell(self, 1, 2, (const float[2]){-1.0f, 2.0f}, 0, true, false);
    tell(self, 1, 3, (const float[2]){2.0f, -1.0f}, 0, true, false);
    tap_ok(chosen(self, MG_EVALUATE, 0, 1) == 2, "the largest sum of both, of equal ones the first");
    tap_ok(chosen(self, MG_EVALUATE, 0, 2) == 0 && *(const int32_t *)tensor_of(self, "states met").data == 1,
           "... each state by its own row; looking keeps nothing");
    int hits[4] = {0};
    for (uint32_t time = 0; time < TIMES; time++)
        hits[chosen(self, MG_TRAIN, time, 1)]++;
    /* 0.15 of 4000: 600, standard deviation 23 */
    int good = hits[0] > 510 && hits[0] < 690 && hits[1] > 510 && hits[1] < 690 && hits[3] > 510 && hits[3] < 690;
    tap_ok(good, "training plays each other joint action in a quarter of 0.6: %d %d %d", hits[0], hits[1], hits[3]);
    const float *epsilon = tensor_of(self, "epsilon").data;
    (void)mg_coco_q.end_episode(self, 0);
    bool halved = *epsilon == 0.3f;
    (void)mg_coco_q.end_episode(self, 0);
    tap_ok(halved && *epsilon == 0.2f, "epsilon is halved after every episode, down to its end");
    mg_coco_q.destroy(self);
}

static void test_presets(void)
{
    mg_coco_q_config c = mg_coco_q_prisoner();
    tap_ok(near(c.discount, 0.99, 0) && near(c.step_size, 0.5, 0) && near(c.epsilon_start, 0.8, 0) &&
               near(c.epsilon_decay, 1.0, 0) && near(c.epsilon_end, 0.8, 0),
           "the paper's discount, step size and exploration");
    mg_env_spec three = told_environment(3, STATES), endless = told_environment(2, 0);
    mg_learner_spec spec;
    mg_error error = {0};
    tap_ok(!mg_coco_q.describe(&c, &three, &spec, &error) && strstr(error.text, "needs two agents"), "refused: %s",
           error.text);
    error = (mg_error){0};
    bool described = mg_coco_q.describe(&c, &endless, &spec, &error);
    tap_ok(described && !mg_needs_met("coco-q", &spec, &endless, &error) &&
               strstr(error.text, "states that can be counted"),
           "refused: %s", error.text);
    mg_env_spec_free(&three);
    mg_env_spec_free(&endless);
}

int main(void)
{
    mg_prisoner_config corridor = mg_prisoner_default();
    mg_two_player_game game = game_of(&corridor);
    double exact[9][2][4];
    mg_two_player_coco(&game, 0.99, exact);
    test_updates();
    test_fixed_point(&game, exact);
    test_training(exact);
    test_counted();
    test_choice();
    test_presets();
    return tap_done();
}
