/* The corridor of the prisoner's dilemma: its rules step by step, and its exact values against numbers that were worked
 * out apart from this program. */
#include "tests/prisoner_game.h"
#include "tests/tap.h"

enum { LEFT = MG_PRISONER_LEFT, RIGHT = MG_PRISONER_RIGHT, COINS = 10000 };

static void test_rules(void)
{
    mg_prisoner_config config = mg_prisoner_default();
    play p;
    play_start(&p, &mg_prisoner, &config, 0);
    tap_ok(cell_of(&p, 0) == 3 && cell_of(&p, 1) == 5, "they start on 3 and 5");
    static const float seen[8] = {0.375f, 0.625f, 1.0f, 0.0f, 0.625f, 0.375f, 0.0f, 1.0f};
    tap_ok(memcmp(p.observation, seen, sizeof seen) == 0,
           "each sees its own cell first, then the other's, and who it is");
    tap_ok(p.neighbour[0] == 1 && p.neighbour[1] == 0, "each is the other's neighbour");
    play_step(&p, (const int32_t[2]){LEFT, RIGHT});
    tap_ok(cell_of(&p, 0) == 2 && cell_of(&p, 1) == 6 && p.reward[0] == -0.01f && p.reward[1] == -0.01f &&
               !p.terminated,
           "outwards: a step each, 0.01 each");
    play_step(&p, (const int32_t[2]){LEFT, RIGHT});
    play_step(&p, (const int32_t[2]){LEFT, RIGHT});
    tap_ok(cell_of(&p, 0) == 0 && cell_of(&p, 1) == 8 && p.terminated && !p.truncated && p.reward[0] == 0.99f &&
               p.reward[1] == 0.99f,
           "two goals in one step: both are rewarded, and pay");
    tap_ok(near(p.metric[0], 0.97, 1e-12) && p.metric[3] == 2.0 && p.metric[4] == 3.0, "three steps outwards: %g",
           p.metric[0]);
    p = step_from(&config, 3, 5, RIGHT, RIGHT, 0);
    tap_ok(p.terminated && cell_of(&p, 0) == 4 && cell_of(&p, 1) == 6 && p.reward[0] == 0.99f && p.reward[1] == -0.01f,
           "alone in the middle: it wins, the other pays, all is over");
    p = step_from(&config, 1, 5, LEFT, LEFT, 0);
    tap_ok(p.terminated && p.reward[0] == 0.99f && p.reward[1] == 0.99f, "an end and the middle in one step");
}

static void test_coin(void)
{
    mg_prisoner_config config = mg_prisoner_default();
    int wins = 0, wrong = 0;
    for (uint32_t coin = 0; coin < COINS; coin++) {
        play p = step_from(&config, 3, 5, RIGHT, LEFT, coin);
        int winner = cell_of(&p, 0) == 4 ? 0 : 1;
        wins += winner == 0;
        wrong += !p.terminated || cell_of(&p, 1 - winner) != (winner == 0 ? 5 : 3) || p.reward[winner] != 0.99f ||
                 p.reward[1 - winner] != -0.01f || p.metric[3] != 1.0;
    }
    tap_ok(wrong == 0, "both into the middle: one wins, the loser stays where it was and pays");
    tap_ok(wins > 4800 && wins < 5200, "the coin is fair: %d of %d", wins, COINS); /* four standard errors */
}

static void test_ends(void)
{
    mg_prisoner_config config = mg_prisoner_default();
    play p;
    play_start(&p, &mg_prisoner, &config, 0);
    for (int k = 1; k < config.steps && !p.terminated && !p.truncated; k++)
        play_step(&p, k % 2 ? (const int32_t[2]){LEFT, RIGHT} : (const int32_t[2]){RIGHT, LEFT});
    tap_ok(p.metric[4] == 49.0 && !p.truncated, "to and fro for 49 steps");
    play_step(&p, (const int32_t[2]){RIGHT, LEFT});
    tap_ok(p.metric[4] == 50.0 && p.truncated && !p.terminated, "and after the fiftieth time is up");
    config.steps = 3;
    play_start(&p, &mg_prisoner, &config, 0);
    for (int k = 0; k < 3; k++)
        play_step(&p, (const int32_t[2]){LEFT, RIGHT});
    tap_ok(p.terminated && !p.truncated, "a goal in the last step is an end, not a time limit");
    config.steps = 2;
    play_start(&p, &mg_prisoner, &config, 0);
    play_step(&p, (const int32_t[2]){LEFT, RIGHT});
    play_step(&p, (const int32_t[2]){LEFT, RIGHT});
    tap_ok(p.truncated && !p.terminated, "the time limit is no end: the last state still has a value");
    float gift[4] = {9.0f, 0.5f, 0.25f, 9.0f};
    play_start(&p, &mg_prisoner, &config, 0);
    mg_row row = play_row(&p);
    mg_outcome outcome = {.reward = p.reward, .paid = p.paid, .received = p.received};
    const int32_t apart[2] = {LEFT, RIGHT};
    mg_prisoner.step(&row, &(mg_joint){.action = apart, .transfer = gift}, NULL, &outcome);
    tap_ok(p.paid[0] == 0.5f && p.received[1] == 0.5f && p.paid[1] == 0.25f && p.received[0] == 0.25f &&
               p.reward[0] == -0.01f && p.reward[1] == -0.01f,
           "incentives are handed over, and are no part of the rewards");
}

static void test_values(const mg_two_player_game *game)
{
    double value[9], length[9];
    int start = number_of(3, 5);
    mg_two_player_optimum(game, 1.0, value);
    tap_ok(near(value[start], 0.97, 1e-9), "best return %.9f", value[start]);
    mg_two_player_optimum(game, 0.99, value);
    tap_ok(near(value[start], 0.950399, 1e-9), "discounted %.9f", value[start]);
    mg_two_player_random(game, 1.0, value, length);
    tap_ok(near(value[start], 0.51458333333333, 1e-9) && near(length[start], 5.0 / 3.0, 1e-9),
           "random play: %.9f in %.9f steps", value[start], length[start]);
}

static void test_coco(const mg_two_player_game *game)
{
    static const double wanted[9][2] = {{0.99, 0.99},         {0.99, -0.01},    {0.99, 0.99},
                                        {-0.01, 0.99},        {0.9701, 0.9701}, {-0.01, 0.99},
                                        {0.950399, 0.950399}, {0.99, -0.01},    {0.99, 0.99}};
    static const double at_start[2][4] = {{-0.01, 0.950399, 0.49, 0.99}, {0.99, 0.950399, 0.49, -0.01}};
    double q[9][2][4], worst = 0.0, off = 0.0;
    mg_two_player_coco(game, 0.99, q);
    for (int s = 0; s < 9; s++) {
        double value[2];
        mg_coco_values(q[s][0], q[s][1], value);
        for (int agent = 0; agent < 2; agent++) {
            double by = value[agent] - wanted[s][agent];
            worst = by > worst ? by : -by > worst ? -by : worst;
        }
    }
    for (int agent = 0; agent < 2; agent++)
        for (int joint = 0; joint < 4; joint++) {
            double by = q[number_of(3, 5)][agent][joint] - at_start[agent][joint];
            off = by > off ? by : -by > off ? -by : off;
        }
    tap_ok(worst < 1e-9, "Coco-Q's values of the nine states: %.1e off", worst);
    tap_ok(off < 1e-9, "its values of the four joint actions at the start: %.1e off", off);
    tap_ok(mg_zero_sum_value(3, 1, 2, 0) == 1.0 && mg_zero_sum_value(1, -1, -1, 1) == 0.0 &&
               near(mg_zero_sum_value(2, -1, -1, 1), 0.2, 1e-12),
           "zero-sum games: a saddle, matching coins, a mixed one");
}

/* Agent 0 plays left at the start with s from 0.6 down. At 0.68 both outcomes hold themselves up: the start decides. */
static void test_independent(const mg_two_player_game *game)
{
    static const struct {
        double share, start, left, right;
    } wanted[] = {
        {1.0, 0.0, 0.3741596, 0.69},       {0.9, 0.0, 0.418478, 0.65},        {0.8, 0.0, 0.4627964, 0.61},
        {0.7, 0.0, 0.5071148, 0.57},       {0.68, 1.0, 0.61896772, 0.598},    {0.68, 0.0, 0.51597848, 0.562},
        {0.6, 0.0, 0.6321498, 0.55},       {0.5, 0.0, 0.6486274, 0.49},       {0.4, 0.0, 0.665105, 0.43},
        {0.2, 0.0, 0.7381172015342, 0.31}, {0.0, 0.0, 0.9323202408118, 0.19},
    };
    int start = number_of(3, 5);
    for (size_t k = 0; k < sizeof wanted / sizeof *wanted; k++) {
        double q[9][2][2];
        mg_two_player_independent(game, 0.99, wanted[k].share, 0.8, wanted[k].start, q);
        tap_ok(near(q[start][0][0], wanted[k].left, 1e-9) && near(q[start][0][1], wanted[k].right, 1e-9) &&
                   near(q[start][1][1], wanted[k].left, 1e-9) && near(q[start][1][0], wanted[k].right, 1e-9),
               "own weight %g, from %g: left %.7f, right %.7f; the other mirrored", wanted[k].share, wanted[k].start,
               q[start][0][0], q[start][0][1]);
    }
}

int main(void)
{
    test_rules();
    test_coin();
    test_ends();
    mg_prisoner_config config = mg_prisoner_default();
    mg_two_player_game game = game_of(&config);
    test_values(&game);
    test_coco(&game);
    test_independent(&game);
    return tap_done();
}
