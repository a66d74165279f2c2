/* ltos-prisoner - LToS in the prisoner's dilemma as a walk (paper Section 5.1, Figure 3a; facts/ltos.md 6, 7, 9, 20).
 *
 * Methods: ltos (the paper's), ltos-code (as its program has it), fixed-ltos (shares half and half), dqn, dgn (every
 * agent for itself), qmix, neurcomm, consenet, joint-dqn (one DQN for both), coco-q, lio (agents that pay each other)
 * and ip (Intention Propagation; facts/ip.md). Computed: exact, the game solved: the best and the random return,
 * Coco-Q's fixed point, and independent Q-learners' by how much of its reward an agent keeps. Variants are other
 * readings of the paper: of LToS's high level, of what ConseNet's agents are paid for, of what LIO's optimiser is for,
 * and of how IP's policy climbs. None of them was used to choose what the rows without a variant do.
 */
#include "algos/intention.h"
#include "algos/lio_networked.h"
#include "algos/ltos.h"
#include "baselines/coco_q.h"
#include "baselines/consensus.h"
#include "baselines/graph_q.h"
#include "baselines/joint_q.h"
#include "baselines/neurcomm.h"
#include "baselines/qmix.h"
#include "baselines/two_player_exact.h"
#include "envs/prisoner.h"
#include "suite/harness/experiment.h"

#include <string.h>

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
                bool new = true;
                for (int o = 0; o < outcomes; o++)
                    new = new && (known[o].next != found.next || !near(known[o].reward[0], found.reward[0], 1e-12));
                if (new &&outcomes < MG_TWO_PLAYER_OUTCOMES)
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
    return by > largest ? by : largest;
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

static bool run_exact(mg_direct *direct, mg_error *error)
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

/* ---- what is trained ---- */

/* clang-format off */
static const mg_grid_method trained[] = {
    {"ltos", "LToS as the paper has it", &mg_ltos, .paper_seeds = 5},
    {"ltos-code", "LToS with what its released program does otherwise", &mg_ltos, .paper_seeds = 0},
    {"fixed-ltos", "LToS that shares half and half", &mg_ltos, .paper_seeds = 5, .paper = {{"fixed", 1}}},
    {"dqn", "deep Q-learning, every agent for itself", &mg_deep_q, .paper_seeds = 5},
    {"dgn", "DGN: deep Q-learning that looks at what the neighbour sees, every agent for itself", &mg_graph_q,
     .paper_seeds = 5},
    {"qmix", "QMIX: values with a memory, mixed into the team's", &mg_qmix, .paper_seeds = 5},
    {"neurcomm", "NeurComm: actors with a memory who tell each other what they see and remember", &mg_neurcomm,
     .paper_seeds = 5},
    {"consenet", "ConseNet: actors whose memories agree after every update", &mg_consensus, .paper_seeds = 5},
    {"joint-dqn", "one DQN that moves both agents, for their mean reward", &mg_joint_q, .paper_seeds = 5},
    {"coco-q", "tabular Q-learning with the game's coco value", &mg_coco_q, .paper_seeds = 5},
    {"lio", "LIO: agents that pay each other for what they do", &mg_lio_networked, .paper_seeds = 5},
    {"ip", "Intention Propagation: agents tell each other what they are up to before they act", &mg_intention,
     .paper_seeds = 5},
};

static const mg_grid_variant variants[] = {
    {"", {60, 3000}, .summary = NULL},
    /* Readings of Table 5 and of Algorithm 1. A high level that goes through 2000 transitions after every step takes
     * all of the time: those rows are half as long. */
    {"sample32", {60, 3000}, .ours = {{"sample", 32}}},
    {"slow", {60, 1500}, .ours = {{"sharing_rate", 1e-3}}},
    {"summed", {60, 1500}, .ours = {{"sum_values", 1}}},
    {"adam", {60, 1500}, .ours = {{"adam", 1}, {"sharing_rate", 1e-3}}},
    {"alpha1", {60, 3000}, .ours = {{"spatial", 1}}},
    /* Of Table 6: one optimiser for policies too; one for a giver's loss and cost together. */
    {"rmsprop", {60, 3000}, .ours = {{"policy_rmsprop", 1}}},
    {"one-step", {60, 3000}, .ours = {{"cost_rate", 0}}},
    /* Of the gradient that Intention Propagation's paper does not give, with actions sampled as in training. */
    {"expected", {60, 3000}, .ours = {{"expected", 1}, {"greedy", 0}}},
};

static const mg_grid_line lines[] = {
    {"ltos ltos-code fixed-ltos dqn dgn qmix neurcomm consenet joint-dqn coco-q lio ip", "", {1, 5}},
    {"ltos", "sample32 slow summed adam", {1, 5}},
    {"consenet", "alpha1", {1, 5}},
    {"lio", "rmsprop one-step", {1, 5}},
    {"ip", "expected", {1, 5}},
};
/* clang-format on */

/* Greedy evaluations: training plays at random four times in five to the end. */
static mg_budget budget(int units, bool quick)
{
    return (mg_budget){.units = units,
                       .evaluate_every = quick ? 30 : 50,
                       .evaluation_episodes = quick ? 4 : 100,
                       .final_evaluations = quick ? 1 : units / 500, /* of the last tenth */
                       .final_episodes = quick ? 8 : 100,
                       .checkpoints = quick ? 3 : 10,
                       .first_checkpoint = quick ? 0 : 100};
}

/* The same episodes, evaluations and checkpoints where a unit is two episodes. */
static mg_budget of_two_episodes(mg_budget budget)
{
    budget.units /= 2;
    budget.evaluate_every /= 2;
    budget.first_checkpoint /= 2;
    return budget;
}

static void set_up(const mg_grid_row *row, mg_profile profile, bool paper, mg_setup *setup)
{
    bool quick = profile == MG_PROFILE_QUICK && !paper;
    const mg_prisoner_config game = mg_prisoner_default();
    const mg_learner_table *learner = row->method->learner;
    const mg_deep_q_config deep_q = mg_deep_q_prisoner(); /* of JointDQN too */
    const mg_graph_q_config graph_q = mg_graph_q_prisoner();
    const mg_coco_q_config coco_q = mg_coco_q_prisoner();
    const mg_recurrent_config neurcomm = mg_neurcomm_prisoner(), consensus = mg_consensus_prisoner();
    const mg_lio_networked_config lio = mg_lio_prisoner();
    const mg_intention_config intention = mg_intention_prisoner();
    mg_qmix_config qmix = mg_qmix_prisoner();
    bool released = !strcmp(row->method->name, "ltos-code");
    mg_ltos_config ltos = released ? mg_ltos_prisoner_code() : mg_ltos_prisoner();
    if (quick) {
        ltos.spread = 0.5;
        qmix.target_every = 20;
    }
    mg_setup_environment(setup, &mg_prisoner, &game, sizeof game);
    if (learner == &mg_ltos)
        mg_setup_learner(setup, learner, &ltos, sizeof ltos);
    else if (learner == &mg_coco_q)
        mg_setup_learner(setup, learner, &coco_q, sizeof coco_q);
    else if (learner == &mg_neurcomm)
        mg_setup_learner(setup, learner, &neurcomm, sizeof neurcomm);
    else if (learner == &mg_consensus)
        mg_setup_learner(setup, learner, &consensus, sizeof consensus);
    else if (learner == &mg_lio_networked)
        mg_setup_learner(setup, learner, &lio, sizeof lio);
    else if (learner == &mg_intention)
        mg_setup_learner(setup, learner, &intention, sizeof intention);
    else if (learner == &mg_qmix)
        mg_setup_learner(setup, learner, &qmix, sizeof qmix);
    else if (learner == &mg_graph_q)
        mg_setup_learner(setup, learner, &graph_q, sizeof graph_q);
    else
        mg_setup_learner(setup, learner, &deep_q, sizeof deep_q);
    setup->budget = budget(row->variant->units[quick ? MG_PROFILE_QUICK : MG_PROFILE_PAPER], quick);
    if (learner == &mg_lio_networked)
        setup->budget = of_two_episodes(setup->budget);
}

static const mg_grid grid = {
    .methods = sizeof trained / sizeof *trained,
    .method = trained,
    .variants = sizeof variants / sizeof *variants,
    .variant = variants,
    .lines = sizeof lines / sizeof *lines,
    .line = lines,
    .set_up = set_up,
};

static const mg_method methods[] = {
    {.name = "exact",
     .variant = "",
     .summary = "the game solved exactly",
     .direct = run_exact,
     .gives = "best_return,random_return,optimum_error,random_error,coco_error,independent_error,greedy_error",
     .seeds = {1, 1}},
};

static const mg_deviation deviations[] = {
    {"*", "quick", "ltos.spread", "quick: attention begins where so few updates are not lost in rounding"},
    {"*", "quick", "qmix.target_every", "quick: or its targets would never move"},
    {"*", "*", "corridor",
     "the game is not released: nine cells, goals on 0, 4 and 8, starts on 3 and 5, as the paper's source of it has "
     "them; 50 steps at most, so that two policies that walk to and fro end (facts/ltos.md 7)"},
    {"*", "*", "observation",
     "the paper says that the whole state is observed, and not how: here both cells, the own first, and who one is "
     "(facts/ltos.md 7)"},
    {"ltos-code", "*", "not in the paper",
     "what the released program of the traffic scenario does otherwise than the paper says: Adam and the reload of the "
     "high level, Adam's rate 1e-3 as in the low level where Table 5 prints 0.1 for SGD, the sum of all values, and "
     "noise on the target's logits (facts/ltos.md 12)"},
    {"ltos", "*", "ltos.sample",
     "a reading: one minibatch a step, 32 transitions, where Table 5 prints a sample of 2000: 63 minibatches a step "
     "once there are so many"},
    {"ltos", "*", "ltos.sharing_rate",
     "a reading: 1e-3, what Table 5 prints for traffic, where it prints 1e-1 for prisoner; with Adam the released "
     "program's"},
    {"ltos", "*", "ltos.sum_values",
     "a reading: weights climb the sum of all agents' values, as the released program has it and Algorithm 1 has not"},
    {"ltos", "*", "ltos.adam", "a reading: Adam, as the released program has it, without its reload of the high level"},
    {"ltos", "*", "length of the readings",
     "slow, summed and adam are trained for 1500 episodes, since a pass over 2000 transitions after every step takes "
     "minutes"},
    {"consenet", "*", "recurrent.spatial",
     "a reading: alpha 1, the sum of both rewards, which is what the method's own paper maximises; Table 6 names "
     "NeurComm alone, and 0.9 is what ConseNet's settings in the released program have (facts/ltos.md 11)"},
    {"lio", "*", "lio-networked.policy_rmsprop",
     "a reading: policies step by RMSProp too, the one optimiser that Table 6 names; LIO's own step by plain gradient "
     "descent, through which its incentive functions learn"},
    {"lio", "*", "lio-networked.cost_rate",
     "a reading: one optimiser for a giver's loss and what giving costs, since Table 6 has no rate for another; LIO's "
     "own has two wherever its cost is 1 (facts/ltos.md 14)"},
    {"lio", "*", "settings of LIO",
     "what Table 6 does not say is as in LIO's own tasks: two layers, entropy, the logarithm, the cost's optimiser "
     "(facts/ltos.md 14)"},
    {"ip", "*", "intention.expected",
     "a reading: the policy climbs the expectation over its own choices of both agents' Q, an estimate of the loss "
     "itself; the paper does not say how discrete actions are differentiated, and the row without a variant relaxes "
     "them (facts/ip.md 2)"},
    {"ip", "*", "intention.greedy", "a reading: what that policy earns when it is sampled, as in training"},
    {"ip", "*", "networks of IP",
     "no program of it exists: attention, two hops and one layer on top are our reading of its paper, units, rates and "
     "first weights are those that Table 4 has for DQN, DGN and IP; one network for both agents (facts/ip.md 1, 3)"},
    {"dqn", "*", "shared parameters",
     "both agents use one network, as in the released program of DGN: they are alike and see who they are; the paper "
     "does not say (facts/ltos.md 6)"},
    {"dgn", "*", "shared parameters", "both agents use one network, as in its released program (facts/ltos.md 10)"},
    {"*ltos", "*", "shared parameters",
     "both agents use one network a level, as in the released program of DGN (facts/ltos.md 12)"},
    {"ltos-code", "*", "shared parameters",
     "both agents use one network a level, as in the released program of DGN (facts/ltos.md 12)"},
    {"*", "*", "length of training", "the paper does not say how long it trains: here 3000 episodes"},
    {"*", "*", "evaluation",
     "100 greedy episodes every 50; the paper does not say. With the exploration of its Table 4, 0.8 to the end, "
     "returns of training would stay near those of random play (facts/ltos.md 20)"},
};

static const mg_table tables[] = {{"shares", "start,share,left,right,greedy_return"}};

/* When the greedy policies have learned to cooperate: ten evaluations in a row near the best return, 0.97; and when
 * they first come near it at all. */
static const mg_milestone milestones[] = {
    {"episodes_to_cooperate", "return_mean", 0.96, 10, .episodes = true},
    {"episodes_to_first", "return_mean", 0.9, 1, .episodes = true},
};

static const char *const metrics[] = {"return_mean",
                                      "return_0",
                                      "return_1",
                                      "reached",
                                      "length",
                                      "episodes_to_cooperate",
                                      "episodes_to_first",
                                      "own_weight_mean",
                                      "own_weight_least",
                                      "own_weight_largest",
                                      "sharing_moved",
                                      "conservation_error",
                                      "simplex_error",
                                      "best_return",
                                      "random_return",
                                      "optimum_error",
                                      "random_error",
                                      "coco_error",
                                      "independent_error",
                                      "greedy_error",
                                      NULL};

static const mg_experiment ltos_prisoner = {
    .name = "ltos-prisoner",
    .number = 7,
    .semantics = 1,
    .whole_methods = "exact,dqn",
    .whole_seeds = "0",
    .methods = sizeof methods / sizeof *methods,
    .method = methods,
    .grid = &grid,
    .shared = {&mg_quick_deviations},
    .deviations = sizeof deviations / sizeof *deviations,
    .deviation = deviations,
    .tables = sizeof tables / sizeof *tables,
    .table = tables,
    .milestones = sizeof milestones / sizeof *milestones,
    .milestone = milestones,
    .metrics = metrics,
};

int main(int argc, char **argv)
{
    return mg_experiment_main(&ltos_prisoner, argc, argv);
}
