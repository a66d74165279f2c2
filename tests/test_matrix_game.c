/* The prisoner's dilemma environment: payoffs of Table 5.1, observations, symmetry, transfers, metrics. */
#include "core/rl/env.h"
#include "envs/matrix_game.h"
#include "tests/tap.h"

#include <string.h>

typedef struct game {
    mg_matrix_game_config config;
    int observation_length;
    bool one_hot;
    mg_row at;
    _Alignas(16) unsigned char row[256];
    float reward[2], paid[2], received[2], observation[10];
    mg_outcome outcome;
} game;

static void start(game *g, bool memory)
{
    g->config = mg_matrix_game_default();
    g->config.memory = memory;
    g->at = (mg_row){&g->config, NULL, g->row};
    mg_env_spec spec;
    mg_matrix_game.describe(&g->config, NULL, &spec);
    g->observation_length = spec.group[0].agent.observation;
    g->one_hot = spec.one_hot;
    mg_env_spec_free(&spec);
    g->outcome = (mg_outcome){.reward = g->reward, .paid = g->paid, .received = g->received};
    mg_matrix_game.reset(&g->at, NULL);
    mg_matrix_game.observe(&g->at, 0, g->observation);
}

static void play(game *g, int32_t a, int32_t b, const float *transfers)
{
    int32_t actions[2] = {a, b};
    mg_matrix_game.step(&g->at, &(mg_joint){.action = actions, .transfer = transfers}, NULL, &g->outcome);
    mg_matrix_game.observe(&g->at, 0, g->observation);
}

/* Index of the single 1 in a one-hot of five, -1 if it is none. */
static int hot(const float *x)
{
    int at = -1;
    for (int k = 0; k < 5; k++) {
        if (x[k] == 1.0f && at < 0)
            at = k;
        else if (x[k] != 0.0f)
            return -1;
    }
    return at;
}

static void test_payoffs(void)
{
    game described;
    start(&described, true);
    tap_ok(described.one_hot && described.observation_length == 5, "observations are the state of five, one-hot");
    static const float expected[2][2][2] = {{{-1, -1}, {-3, 0}}, {{0, -3}, {-2, -2}}}; /* Table 5.1 */
    for (int a = 0; a < 2; a++)
        for (int b = 0; b < 2; b++) {
            game g;
            start(&g, true);
            tap_ok(hot(g.observation) == 4 && hot(g.observation + 5) == 4, "first round is observed as index 4");
            play(&g, a, b, NULL);
            tap_ok(g.reward[0] == expected[a][b][0] && g.reward[1] == expected[a][b][1],
                   "rewards of %d%d are those of Table 5.1", a, b);
            tap_ok(hot(g.observation) == 2 * a + b && memcmp(g.observation, g.observation + 5, 20) == 0,
                   "both agents observe %d%d as index %d, agent 0 first", a, b, 2 * a + b);
            float first = g.reward[0], second = g.reward[1];
            game mirror;
            start(&mirror, true);
            play(&mirror, b, a, NULL);
            tap_ok(mirror.reward[0] == second && mirror.reward[1] == first, "players exchanged, rewards exchanged");
        }
    game g;
    start(&g, true);
    g.config.reward_cd = -2.5; /* mutation: the check above sees a wrong table */
    play(&g, 0, 1, NULL);
    tap_ok(g.reward[0] != expected[0][1][0], "mutation: another payoff is noticed");
}

static void test_episode(void)
{
    game g;
    start(&g, true);
    for (int round = 1; round <= 5; round++) {
        play(&g, round & 1, 1, NULL);
        tap_ok(g.outcome.terminated == (round == 5) && !g.outcome.truncated, "round %d %s", round,
               round == 5 ? "ends it" : "goes on");
    }
    double metric[16];
    mg_matrix_game.metrics(&g.at, metric);
    tap_ok(metric[0] == (3 * -4.0 + 2 * -3.0) / 5.0, "reward sum per round of D C D C D against D: %g", metric[0]);
    tap_ok(metric[3] == 2.0 / 5.0 && metric[4] == 0.0, "cooperation counted per agent");
    start(&g, false);
    tap_ok(g.observation_length == 1 && g.observation[0] == 1.0f, "without memory nothing is observed");
}

static void test_transfers(void)
{
    game g;
    start(&g, true);
    float transfers[4] = {9.0f, 1.25f, 0.5f, 9.0f}; /* own entries are not used */
    play(&g, 0, 1, transfers);
    tap_ok(g.paid[0] == 1.25f && g.received[1] == 1.25f && g.paid[1] == 0.5f && g.received[0] == 0.5f,
           "what one pays the other receives");
    tap_ok(g.reward[0] == -3.0f && g.reward[1] == 0.0f, "transfers are not mixed into rewards");
    double metric[16];
    mg_matrix_game.metrics(&g.at, metric);
    tap_ok(metric[0] == -3.0 && metric[1] == -3.0 && metric[2] == 0.0, "... nor into the metrics of rewards");
    tap_ok(metric[5] == 0.5 && metric[6] == 1.25, "paid for cooperation %g, for defection %g", metric[5], metric[6]);
    tap_ok(metric[7] == -3.0 - 0.5 - 1.25, "rewards less incentives %g", metric[7]);
    float sensitivity[8];
    memset(sensitivity, 0xa5, sizeof sensitivity);
    mg_matrix_game.sensitivity(&g.at, sensitivity);
    int moved = 0;
    for (int k = 0; k < 8; k++)
        moved += sensitivity[k] != 0.0f;
    tap_ok(moved == 0, "rewards claim not to depend on transfers ...");
    game h;
    start(&h, true);
    float more[4] = {9.0f, 2.25f, 1.5f, 9.0f};
    play(&h, 0, 1, more);
    tap_ok(h.reward[0] == g.reward[0] && h.reward[1] == g.reward[1], "... and central differences through step agree");
}

/* One who is no agent gives for cooperation and for defection, to both alike. */
static void test_designer(void)
{
    game g;
    start(&g, true);
    g.config.designer = true;
    mg_env_spec spec;
    mg_matrix_game.describe(&g.config, NULL, &spec);
    tap_ok(spec.transfer.designer && spec.transfer.givers == 1 && spec.transfer.numbers_per_giver == 2 &&
               mg_part_numbers(spec.transfer.part) == 5,
           "a designer that observes the last round");
    mg_env_spec_free(&spec);
    static const float numbers[2] = {0.75f, 0.25f};
    int wrong = 0;
    for (int32_t a = 0; a < 2; a++)
        for (int32_t b = 0; b < 2; b++) {
            float sensitivity[4], seen[5];
            mg_matrix_game.reset(&g.at, NULL);
            play(&g, a, b, numbers);
            mg_matrix_game.sensitivity(&g.at, sensitivity);
            mg_matrix_game.designer(&g.at, seen);
            wrong +=
                g.received[0] != numbers[a] || g.received[1] != numbers[b] || g.paid[0] != 0.0f || g.paid[1] != 0.0f;
            wrong += sensitivity[a] != 1.0f || sensitivity[1 - a] != 0.0f || sensitivity[2 + b] != 1.0f ||
                     sensitivity[3 - b] != 0.0f;
            wrong += g.outcome.welfare != g.reward[0] + g.reward[1] || seen[2 * a + b] != 1.0f;
        }
    tap_ok(wrong == 0,
           "each receives the number for what it did, which is its sensitivity; welfare is the rewards' sum");
}

static mg_digest digest_of(const game *g)
{
    mg_hasher *hasher = mg_hasher_create();
    mg_matrix_game.digest(&g->at, hasher);
    mg_digest digest = mg_hasher_finish(hasher);
    mg_hasher_destroy(hasher);
    return digest;
}

static void test_digest(void)
{
    game g, h;
    start(&g, true);
    memset(h.row, 0xff, sizeof h.row); /* padding and what a reset must overwrite */
    start(&h, true);
    tap_ok(mg_digest_equal(digest_of(&g), digest_of(&h)), "a reset row has one digest, whatever was there before");
    play(&g, 0, 1, NULL);
    play(&h, 1, 0, NULL);
    tap_ok(!mg_digest_equal(digest_of(&g), digest_of(&h)), "other play, other digest");
}

int main(void)
{
    test_payoffs();
    test_episode();
    test_transfers();
    test_designer();
    test_digest();
    return tap_done();
}
