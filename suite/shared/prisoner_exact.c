/* prisoner_exact.c - the game taken from its environment, solved, and held against numbers known apart from it. */
#include "suite/shared/prisoner_exact.h"
#include "baselines/coco_q.h"
#include "baselines/two_player_exact.h"
#include "core/rl/statistics.h"
#include "envs/prisoner.h"

/* ---- the game, from the environment itself (facts/ltos.md 7) ---- */

/* Agent 0 on cells 1 to 3, agent 1 on 5 to 7: where nobody has reached a goal. */
enum { STATES = 9, ROW_BYTES = 256, COINS = 64, LEFT = MG_PRISONER_LEFT, RIGHT = MG_PRISONER_RIGHT };

static int state_of(int cell_0, int cell_1)
{
    return (cell_0 - 1) * 3 + cell_1 - 5;
}

static bool near(double a, double b, double within)
{
    return a - b <= within && b - a <= within;
}

/* Plays a joint action from a state, with the coin that this stream tosses. */
static mg_two_player_outcome outcome_of(const mg_prisoner_config *config, int state, int joint, mg_stream *stream)
{
    _Alignas(16) unsigned char bytes[ROW_BYTES];
    const mg_row row = {config, NULL, bytes};
    float reward[2], paid[2], received[2];
    const int32_t action[2] = {joint / 2, joint % 2};
    mg_outcome outcome = {.reward = reward, .paid = paid, .received = received};
    double metric[5];
    mg_prisoner_place(&row, state / 3 + 1, state % 3 + 5);
    mg_prisoner.step(&row, &(mg_joint){.action = action}, stream, &outcome);
    mg_prisoner.metrics(&row, metric); /* the rewards of this step, unrounded */
    return (mg_two_player_outcome){
        .next = outcome.terminated ? -1 : state_of(mg_prisoner_cell(&row, 0), mg_prisoner_cell(&row, 1)),
        .reward = {metric[1], metric[2]},
    };
}

/* Every state, joint action and what either side of the coin makes of it. */
static mg_two_player_game game_of(const mg_prisoner_config *config, mg_key key)
{
    mg_two_player_game game = {.states = STATES};
    for (int s = 0; s < STATES; s++)
        for (int joint = 0; joint < 4; joint++) {
            mg_two_player_outcome *known = game.outcome[s][joint];
            int outcomes = 0;
            for (uint32_t coin = 0; coin < COINS; coin++) {
                mg_stream stream = mg_stream_at(key, MG_PURPOSE_START_POINTS, coin, (uint32_t)(s * 4 + joint), 0);
                mg_two_player_outcome found = outcome_of(config, s, joint, &stream);
                bool unseen = true;
                for (int o = 0; o < outcomes; o++)
                    unseen =
                        unseen && (known[o].next != found.next || !near(known[o].reward[0], found.reward[0], 1e-12));
                if (unseen && outcomes < MG_TWO_PLAYER_OUTCOMES)
                    known[outcomes++] = found;
            }
            for (int o = 0; o < outcomes; o++)
                known[o].probability = 1.0 / (double)outcomes;
        }
    return game;
}

/* ---- what is known of it, worked out apart from this program (facts/ltos.md 7) ---- */

static const double coco_value[STATES][2] = {{0.99, 0.99},         {0.99, -0.01},    {0.99, 0.99},
                                             {-0.01, 0.99},        {0.9701, 0.9701}, {-0.01, 0.99},
                                             {0.950399, 0.950399}, {0.99, -0.01},    {0.99, 0.99}};
static const double coco_at_start[2][4] = {{-0.01, 0.950399, 0.49, 0.99}, {0.99, 0.950399, 0.49, -0.01}};

/* Independent Q-learners that keep this share of their reward, each of whom takes the other for greedy one time in
 * five: agent 0's values at the start, and the mean return of both greedy policies. At 0.68 both outcomes hold
 * themselves up: the values that learning starts from decide. */
static const struct {
    double share, start, left, right, greedy;
} independent[] = {
    {1.0, 0.0, 0.3741596, 0.69, 0.49},       {0.9, 0.0, 0.418478, 0.65, 0.49},
    {0.8, 0.0, 0.4627964, 0.61, 0.49},       {0.7, 0.0, 0.5071148, 0.57, 0.49},
    {0.68, 1.0, 0.61896772, 0.598, 0.97},    {0.68, 0.0, 0.51597848, 0.562, 0.49},
    {0.6, 0.0, 0.6321498, 0.55, 0.97},       {0.5, 0.0, 0.6486274, 0.49, 0.97},
    {0.4, 0.0, 0.665105, 0.43, 0.97},        {0.2, 0.0, 0.7381172015342, 0.31, -0.5},
    {0.0, 0.0, 0.9323202408118, 0.19, -0.5},
};

static const double discount = 0.99, exploration = 0.8;

static double larger(double largest, double a, double b)
{
    double by = a > b ? a - b : b - a;
    return mg_worst(largest, by);
}

/* Mean return of both agents when they do what is worth more (ties to the left), until the time is up. */
static double greedy_return(const mg_two_player_game *game, double (*q)[2][2], int steps)
{
    double total = 0.0;
    int state = state_of(3, 5);
    for (int step = 0; step < steps && state >= 0; step++) {
        int joint = 2 * (q[state][0][RIGHT] > q[state][0][LEFT]) + (q[state][1][RIGHT] > q[state][1][LEFT]);
        const mg_two_player_outcome *outcome = game->outcome[state][joint]; /* the coin moves no mean */
        total += (outcome->reward[0] + outcome->reward[1]) / 2.0;
        state = outcome->next;
    }
    return total;
}

/* ---- exact ---- */

static double optimum_error(const mg_two_player_game *game, double *best)
{
    double value[STATES];
    mg_two_player_optimum(game, discount, value);
    double error = larger(0.0, value[state_of(3, 5)], 0.950399);
    mg_two_player_optimum(game, 1.0, value);
    *best = value[state_of(3, 5)];
    return larger(error, *best, 0.97);
}

static double random_error(const mg_two_player_game *game, double *mean)
{
    double value[STATES], length[STATES];
    mg_two_player_random(game, 1.0, value, length);
    *mean = value[state_of(3, 5)];
    return larger(larger(0.0, *mean, 247.0 / 480.0), length[state_of(3, 5)], 5.0 / 3.0);
}

static double coco_error(const mg_two_player_game *game)
{
    double q[STATES][2][4], error = 0.0;
    mg_two_player_coco(game, discount, q);
    for (int s = 0; s < STATES; s++) {
        double value[2];
        mg_coco_values(q[s][0], q[s][1], value);
        for (int agent = 0; agent < 2; agent++)
            error = larger(error, value[agent], coco_value[s][agent]);
    }
    for (int agent = 0; agent < 2; agent++)
        for (int joint = 0; joint < 4; joint++)
            error = larger(error, q[state_of(3, 5)][agent][joint], coco_at_start[agent][joint]);
    return error;
}

/* Agent 1 sees the mirror image. *greedy: the largest error of the greedy policies' return. */
static double independent_error(const mg_two_player_game *game, int steps, double *greedy)
{
    double error = 0.0;
    *greedy = 0.0;
    for (size_t k = 0; k < sizeof independent / sizeof *independent; k++) {
        double q[STATES][2][2], (*at)[2] = q[state_of(3, 5)];
        mg_two_player_independent(game, discount, independent[k].share, exploration, independent[k].start, q);
        error = larger(larger(error, at[0][LEFT], independent[k].left), at[0][RIGHT], independent[k].right);
        error = larger(larger(error, at[1][RIGHT], independent[k].left), at[1][LEFT], independent[k].right);
        *greedy = larger(*greedy, greedy_return(game, q, steps), independent[k].greedy);
    }
    return error;
}

/* For the figure: what agent 0 takes left and right for, by the share that it keeps, learned from 0 and from 1. */
static void write_shares(mg_direct *direct, const mg_two_player_game *game, int steps)
{
    mg_csv_writer *table = mg_direct_table(direct, "shares");
    for (int start = 0; start < 2; start++)
        for (int k = 0; k <= 100; k++) {
            double q[STATES][2][2], share = (double)k / 100.0;
            mg_two_player_independent(game, discount, share, exploration, (double)start, q);
            const double cell[] = {(double)start, share, q[state_of(3, 5)][0][LEFT], q[state_of(3, 5)][0][RIGHT],
                                   greedy_return(game, q, steps)};
            mg_direct_row(direct, "shares");
            for (int c = 0; c < 5; c++)
                mg_csv_double(table, cell[c]);
            mg_csv_end_row(table);
        }
}

bool prisoner_exact(mg_direct *direct, mg_error *error)
{
    const mg_prisoner_config config = mg_prisoner_default();
    mg_env_spec spec;
    mg_prisoner.describe(&config, NULL, &spec);
    mg_env_spec_free(&spec);
    if (spec.row_bytes > ROW_BYTES)
        return mg_fail(error, MG_EXIT_INPUT, "exact: a row of prisoner has %zu bytes, room is for %d", spec.row_bytes,
                       ROW_BYTES);
    const mg_two_player_game game = game_of(&config, mg_direct_key(direct));
    static const char *const name[] = {"best_return", "random_return",     "optimum_error", "random_error",
                                       "coco_error",  "independent_error", "greedy_error"};
    double found[7];
    found[2] = optimum_error(&game, &found[0]);
    found[3] = random_error(&game, &found[1]);
    found[4] = coco_error(&game);
    found[5] = independent_error(&game, config.steps, &found[6]);
    for (int k = 0; k < 7; k++)
        mg_direct_metric(direct, name[k], found[k]);
    write_shares(direct, &game, config.steps);
    mg_tensor tensor = {MG_KIND_STATE, "returns and errors", MG_TYPE_DOUBLE, 1, 7, found};
    mg_direct_count(direct, 1.0, 0.0, 0.0);
    mg_direct_checkpoint(direct, &tensor, 1);
    return true;
}
