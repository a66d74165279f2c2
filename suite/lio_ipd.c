/* lio-ipd - Learning to Incentivize Others in the iterated prisoner's dilemma (thesis ch. 5, appendix B.2;
 * facts/lio.md 2, 3, 5).
 *
 * Part A, exact LIO in the stateless game (Proposition 3): does every start end in mutual cooperation; Figures 5.2
 * and B.1. Part B, learned LIO in the memory-1 game (Figure 5.4): methods lio, lio-asym, pg. And the identity
 * behind the learner's meta-gradient (facts/lio.md 4.2), against central differences in binary64.
 */
#include "algos/lio.h"
#include "core/io/memory.h"
#include "algos/lio_exact.h"
#include "algos/lio_oracle.h"
#include "baselines/policy_gradient.h"
#include "envs/matrix_game.h"
#include "suite/harness/experiment.h"

#include <stdlib.h>
#include <string.h>

/* ---- part B: hyper-parameters of thesis Table B.3, environment of Table 5.1 ---- */

static mg_budget budget(int units, bool quick)
{
    if (units == 1) /* networks as they start: one iteration with rates 0, and the final evaluation */
        return (mg_budget){.units = 1,
                           .evaluate_every = 1,
                           .evaluation_episodes = 1,
                           .final_evaluations = 1,
                           .final_episodes = 100,
                           .checkpoints = 1,
                           .first_checkpoint = 0};
    return (mg_budget){.units = units,
                       .evaluate_every = quick ? 100 : 1000,
                       .evaluation_episodes = 10,
                       .final_evaluations = quick ? 2 : 5,
                       .final_episodes = quick ? 20 : 100,
                       .checkpoints = quick ? 6 : 20,
                       .first_checkpoint = quick ? 0 : 1000};
}

static const mg_grid_method trained[] = {
    /* Both agents give and receive; the policy step as in the released program. */
    {"lio", "two LIO agents, as released", &mg_lio, .paper_seeds = 20},
    /* Agent 0 gives and learns incentives, agent 1 is plain policy gradient (thesis 5.4: LIO paired with PG). */
    {"lio-asym", "one LIO agent, one policy-gradient agent", &mg_lio, .paper_seeds = 20, .paper = {{"givers", 1}}},
    {"pg", "two independent policy-gradient agents", &mg_policy_gradient, .paper_seeds = 20},
};

static const mg_grid_variant variants[] = {
    {"", {300, 60000}, .summary = NULL},
    /* Log pi where the released program has the log of the mixture, but for the released guard. */
    {"pure",
     {300, 60000},
     .summary = "two LIO agents, the policy step with log pi (Equation 5.4)",
     .paper = {{"log_of_mixture", 0}}},
    {"untrained", {1, 1}, .summary = "the networks that lio begins with"},
};

static const mg_grid_line lines[] = {
    {"lio lio-asym", "", {2, 100}},
    {"lio", "pure", {2, 20}},
    {"lio", "untrained", {0, 100}},
    {"pg", "", {2, 20}},
};

static void set_up(const mg_grid_row *row, mg_profile profile, bool paper, mg_setup *setup)
{
    bool quick = profile == MG_PROFILE_QUICK && !paper;
    int units = row->variant->units[quick ? MG_PROFILE_QUICK : MG_PROFILE_PAPER];
    mg_matrix_game_config game = mg_matrix_game_default();
    mg_lio_config lio = paper ? mg_lio_ipd_paper() : mg_lio_ipd_released();
    mg_policy_gradient_config pg = paper ? mg_policy_gradient_ipd_paper() : mg_policy_gradient_ipd_released();
    if (units == 1 && !paper)
        lio.policy_rate = lio.incentive_rate = 0.0; /* nothing moves */
    mg_setup_environment(setup, &mg_matrix_game, &game, sizeof game);
    if (row->method->learner == &mg_lio)
        mg_setup_learner(setup, &mg_lio, &lio, sizeof lio);
    else
        mg_setup_learner(setup, &mg_policy_gradient, &pg, sizeof pg);
    setup->budget = budget(units, quick);
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

/* ---- part A: exact dynamics ---- */

static const double grid_theta[] = {0.05, 0.25, 0.5, 0.75, 0.95};
static const double grid_eta[] = {0.0, 1.0, 2.0, 3.0};
enum { GRID_STARTS = 5 * 4 * 4, RANDOM_STARTS = 64, STEPS_MAX = 40000, SAMPLE_EVERY = 500 };
static const double sample_move = 0.1;

typedef struct starts_outcome { /* over all starts */
    int starts, converged;
    long steps;
    double flip_error; /* largest difference of a flip step from its closed form */
    double (*path)[3]; /* per start: the two flip steps, steps to the end */
} starts_outcome;

static void grid_point(int i, int agent, mg_lio_exact_state *state)
{
    state->theta[1 - agent] = grid_theta[i / 16];
    state->eta_c[agent] = grid_eta[i / 4 % 4];
    state->eta_d[agent] = grid_eta[i % 4];
}

static void write_state(mg_direct *direct, int start, long step, const mg_lio_exact_state *state)
{
    mg_csv_writer *table = mg_direct_table(direct, "trajectory");
    mg_direct_row(direct, "trajectory");
    mg_csv_integer(table, start);
    mg_csv_integer(table, step);
    for (int i = 0; i < 2; i++)
        mg_csv_double(table, state->theta[i]);
    for (int i = 0; i < 2; i++) {
        mg_csv_double(table, state->eta_c[i]);
        mg_csv_double(table, state->eta_d[i]);
    }
    mg_csv_end_row(table);
}

/* theta runs a hundred times faster than eta: a path needs its states where theta moves. */
static bool has_moved(const mg_lio_exact_state *state, const double shown[2])
{
    for (int i = 0; i < 2; i++)
        if (state->theta[i] - shown[i] >= sample_move || shown[i] - state->theta[i] >= sample_move)
            return true;
    return false;
}

/* Runs one start to convergence and compares where each d theta turns positive with the closed form. */
static void run_start(mg_direct *direct, bool record, mg_lio_exact_state *state, starts_outcome *outcome)
{
    mg_lio_exact_config config = mg_lio_exact_default();
    double expected[2], flip[2] = {-1.0, -1.0};
    for (int giver = 0; giver < 2; giver++)
        expected[giver] = mg_lio_exact_flip_step(&config, state->eta_c[giver], state->eta_d[giver]);
    double shown[2] = {-1.0, -1.0}; /* theta of the last recorded state */
    long k = 0;
    for (;; k++) {
        for (int giver = 0; giver < 2; giver++)
            if (flip[giver] < 0.0 && mg_lio_exact_policy_slope(&config, state->eta_c[giver], state->eta_d[giver]) > 0.0)
                flip[giver] = (double)k;
        bool end = mg_lio_exact_converged(&config, state) || k == STEPS_MAX;
        if (record && (end || k % SAMPLE_EVERY == 0 || has_moved(state, shown))) {
            write_state(direct, outcome->starts, k, state);
            memcpy(shown, state->theta, sizeof shown);
        }
        if (end)
            break;
        mg_lio_exact_step(&config, state);
    }
    for (int giver = 0; giver < 2; giver++) {
        double error = flip[giver] > expected[giver] ? flip[giver] - expected[giver] : expected[giver] - flip[giver];
        outcome->flip_error = error > outcome->flip_error ? error : outcome->flip_error;
    }
    outcome->path[outcome->starts][0] = flip[0];
    outcome->path[outcome->starts][1] = flip[1];
    outcome->path[outcome->starts][2] = (double)k;
    outcome->converged += mg_lio_exact_converged(&config, state);
    outcome->starts++;
    outcome->steps += k;
}

/* Runs `starts` starts, numbered by place; the first `recorded` leave their trajectory. */
typedef void (*start_placer)(mg_direct *direct, int start, mg_lio_exact_state *state);

static bool run_starts(mg_direct *direct, start_placer place_start, int starts, int recorded, mg_error *error)
{
    (void)error;
    starts_outcome outcome = {.path = mg_allocate((size_t)starts, sizeof *outcome.path)};
    for (int i = 0; i < starts; i++) {
        mg_lio_exact_state state;
        place_start(direct, i, &state);
        run_start(direct, i < recorded, &state, &outcome);
    }
    mg_tensor path = {MG_KIND_STATE, "flip steps and length of each start", MG_TYPE_DOUBLE, starts, 3, outcome.path};
    mg_direct_metric(direct, "starts", (double)outcome.starts);
    mg_direct_metric(direct, "converged", (double)outcome.converged / (double)outcome.starts);
    mg_direct_metric(direct, "flip_error", outcome.flip_error);
    mg_direct_count(direct, (double)outcome.starts, 0.0, (double)outcome.steps);
    mg_direct_checkpoint(direct, &path, 1);
    free(outcome.path);
    return true;
}

/* First the equal pairs of grid points, which are recorded, then every pair. */
static void place_grid_start(mg_direct *direct, int start, mg_lio_exact_state *state)
{
    (void)direct;
    int pair = start - GRID_STARTS;
    grid_point(start < GRID_STARTS ? start : pair / GRID_STARTS, 0, state);
    grid_point(start < GRID_STARTS ? start : pair % GRID_STARTS, 1, state);
}

static void place_random_start(mg_direct *direct, int start, mg_lio_exact_state *state)
{
    mg_stream stream = mg_stream_at(mg_direct_key(direct), MG_PURPOSE_START_POINTS, (uint32_t)start, 0, 0);
    for (int agent = 0; agent < 2; agent++) {
        state->theta[agent] = mg_random_double(&stream);
        state->eta_c[agent] = 3.0 * mg_random_double(&stream);
        state->eta_d[agent] = 3.0 * mg_random_double(&stream);
    }
}

/* Every grid start. The two directions of giving do not touch each other; the paper profile checks that too, with
 * every pair of grid points beside the equal pairs. */
static bool run_grid(mg_direct *direct, mg_error *error)
{
    bool all_pairs = mg_direct_profile(direct) == MG_PROFILE_PAPER;
    int starts = all_pairs ? GRID_STARTS + GRID_STARTS * GRID_STARTS : GRID_STARTS;
    return run_starts(direct, place_grid_start, starts, GRID_STARTS, error);
}

/* The same grid points in equal pairs, with the giver's gradient through the clamp of theta^, until nothing moves. */
static bool run_through_clamp(mg_direct *direct, mg_error *error)
{
    (void)error;
    mg_lio_exact_config config = mg_lio_exact_default();
    config.through_clamp = true;
    double end[GRID_STARTS][3];
    int cooperating = 0, defecting = 0;
    long steps = 0;
    for (int i = 0; i < GRID_STARTS; i++) {
        mg_lio_exact_state state;
        place_grid_start(direct, i, &state);
        long k = 0;
        for (; k < STEPS_MAX && !mg_lio_exact_rests(&config, &state); k++)
            mg_lio_exact_step(&config, &state);
        cooperating += state.theta[0] == 1.0 && state.theta[1] == 1.0;
        defecting += state.theta[0] == 0.0 && state.theta[1] == 0.0;
        steps += k;
        memcpy(end[i], (double[]){(double)k, state.theta[0], state.theta[1]}, sizeof end[i]);
    }
    mg_tensor ends = {MG_KIND_STATE, "length and both theta of each start", MG_TYPE_DOUBLE, GRID_STARTS, 3, end};
    mg_direct_metric(direct, "starts", (double)GRID_STARTS);
    mg_direct_metric(direct, "cooperating", (double)cooperating / (double)GRID_STARTS);
    mg_direct_metric(direct, "defecting", (double)defecting / (double)GRID_STARTS);
    mg_direct_count(direct, (double)GRID_STARTS, 0.0, (double)steps);
    mg_direct_checkpoint(direct, &ends, 1);
    return true;
}

static bool run_random(mg_direct *direct, mg_error *error)
{
    return run_starts(direct, place_random_start, RANDOM_STARTS, RANDOM_STARTS, error);
}

/* ---- vector fields of Figures 5.2 and B.1: 13 x 11 arrows a panel (facts/lio.md 2.3) ---- */

typedef struct field_panel {
    const char *figure;
    bool along_c; /* x axis: eta_C at fixed eta_D, or eta_D at fixed eta_C */
    double fixed;
} field_panel;

static const field_panel panels[] = {
    {"5.2", true, 0.0},         {"5.2", true, 1.0},         {"5.2", true, 2.0},
    {"B.1 top", true, 0.0},     {"B.1 top", true, 1.0},     {"B.1 top", true, 2.0},
    {"B.1 bottom", false, 1.0}, {"B.1 bottom", false, 2.0}, {"B.1 bottom", false, 3.0},
};

/* The arrow that the program takes: one exact step from the point, clamps included. */
static void arrow_at(const field_panel *panel, double x, double theta, double *d_x, double *d_theta)
{
    mg_lio_exact_config config = mg_lio_exact_default();
    double eta_c = panel->along_c ? x : panel->fixed, eta_d = panel->along_c ? panel->fixed : x;
    mg_lio_exact_state state = {{theta, theta}, {eta_c, eta_c}, {eta_d, eta_d}};
    mg_lio_exact_step(&config, &state);
    *d_x = panel->along_c ? state.eta_c[0] - x : state.eta_d[0] - x;
    *d_theta = state.theta[1] - theta;
}

/* Signs that facts/lio.md 2.3 demands: along eta_C right, along eta_D left, and up exactly where eta_C > 1 + eta_D;
 * zero only where a clamp blocks or at equality. */
static bool signs_agree(const field_panel *panel, double x, double theta, double d_x, double d_theta)
{
    double eta_c = panel->along_c ? x : panel->fixed, eta_d = panel->along_c ? panel->fixed : x;
    double pull = eta_c - (1.0 + eta_d);
    bool x_blocked = panel->along_c ? x >= 3.0 : x <= 0.0;
    bool x_right = x_blocked ? d_x == 0.0 : panel->along_c ? d_x > 0.0 : d_x < 0.0;
    bool still = pull == 0.0 || (pull > 0.0 && theta >= 1.0) || (pull < 0.0 && theta <= 0.0);
    bool theta_right = still ? d_theta == 0.0 : pull > 0.0 ? d_theta > 0.0 : d_theta < 0.0;
    return x_right && theta_right;
}

enum { PANELS = sizeof panels / sizeof *panels, ARROWS = PANELS * 13 * 11 };

static void write_arrow(mg_direct *direct, const field_panel *panel, double x, double theta, const double *arrow)
{
    mg_csv_writer *table = mg_direct_table(direct, "field");
    mg_direct_row(direct, "field");
    mg_csv_text(table, panel->figure);
    mg_csv_text(table, panel->along_c ? "eta_d" : "eta_c");
    double cell[] = {panel->fixed, x, theta, arrow[0], arrow[1]};
    for (int n = 0; n < 5; n++)
        mg_csv_double(table, cell[n]);
    mg_csv_end_row(table);
}

static bool run_field(mg_direct *direct, mg_error *error)
{
    (void)error;
    double arrow[ARROWS][2];
    int agreeing = 0;
    for (int n = 0; n < ARROWS; n++) {
        const field_panel *panel = &panels[n / (13 * 11)];
        double x = 0.25 * (double)(n / 11 % 13), theta = (double)(n % 11) / 10.0;
        arrow_at(panel, x, theta, &arrow[n][0], &arrow[n][1]);
        agreeing += signs_agree(panel, x, theta, arrow[n][0], arrow[n][1]);
        write_arrow(direct, panel, x, theta, arrow[n]);
    }
    mg_tensor arrows = {MG_KIND_STATE, "arrows", MG_TYPE_DOUBLE, ARROWS, 2, arrow};
    mg_direct_metric(direct, "arrows", (double)ARROWS);
    mg_direct_metric(direct, "sign_agreement", (double)agreeing / (double)ARROWS);
    mg_direct_count(direct, (double)ARROWS, 0.0, 0.0);
    mg_direct_checkpoint(direct, &arrows, 1);
    return true;
}

/* ---- the meta-gradient identity on batches of the IPD ---- */

static bool run_meta_gradient_of(mg_lio_config c, mg_direct *direct)
{
    mg_lio_shape shape = {
        .agents = 2,
        .observation = 5,
        .actions = 2,
        .steps_max = 5,
        .policy_hidden_1 = c.policy_hidden_1,
        .policy_hidden_2 = c.policy_hidden_2,
        .incentive_hidden_1 = c.incentive_hidden_1,
        .incentive_hidden_2 = c.incentive_hidden_2,
        .discount = c.discount,
        .entropy = c.entropy,
        .policy_rate = c.policy_rate,
        .reward_max = c.reward_max,
        .log_form = {c.log_of_mixture, c.log_guard},
    };
    int batches = mg_direct_profile(direct) == MG_PROFILE_PAPER ? 100 : 10;
    double largest = 0.0;
    for (int i = 0; i < batches; i++) {
        mg_stream stream = mg_stream_at(mg_direct_key(direct), MG_PURPOSE_START_POINTS, (uint32_t)i, 0, 0);
        double relative = mg_lio_gradient_error(&shape, &stream, 1.0);
        largest = relative > largest ? relative : largest;
    }
    mg_tensor worst = {MG_KIND_STATE, "largest error", MG_TYPE_DOUBLE, 1, 1, &largest};
    mg_direct_metric(direct, "batches", (double)batches);
    mg_direct_metric(direct, "relative_error", largest);
    mg_direct_count(direct, (double)batches, 0.0, 0.0);
    mg_direct_checkpoint(direct, &worst, 1);
    return true;
}

static bool run_meta_gradient(mg_direct *direct, mg_error *error)
{
    (void)error;
    return run_meta_gradient_of(mg_lio_ipd_released(), direct);
}

static bool run_meta_gradient_pure(mg_direct *direct, mg_error *error)
{
    (void)error;
    mg_lio_config config = mg_lio_ipd_released();
    config.log_of_mixture = false;
    return run_meta_gradient_of(config, direct);
}

static const mg_method methods[] = {
    {.name = "exact",
     .variant = "grid",
     .summary = "exact LIO from every grid start (Proposition 3)",
     .direct = run_grid,
     .gives = "starts,converged,flip_error",
     .seeds = {1, 1}},
    {.name = "exact",
     .variant = "random",
     .summary = "exact LIO from 64 random starts",
     .direct = run_random,
     .gives = "starts,converged,flip_error",
     .seeds = {1, 1}},
    {.name = "exact",
     .variant = "through-clamp",
     .summary = "exact LIO from every grid start, the giver's gradient through the clamp of theta",
     .direct = run_through_clamp,
     .gives = "starts,cooperating,defecting",
     .seeds = {1, 1}},
    {.name = "exact",
     .variant = "field",
     .summary = "vector fields of Figures 5.2 and B.1",
     .direct = run_field,
     .gives = "arrows,sign_agreement",
     .seeds = {1, 1}},
    {.name = "meta-gradient",
     .variant = "",
     .summary = "closed-form meta-gradient against central differences",
     .direct = run_meta_gradient,
     .gives = "batches,relative_error",
     .seeds = {1, 1}},
    {.name = "meta-gradient",
     .variant = "pure",
     .summary = "the same with log pi in the policy step",
     .direct = run_meta_gradient_pure,
     .gives = "batches,relative_error",
     .seeds = {1, 1}},
};

static const mg_deviation deviations[] = {
    {"*", "quick", "seeds", "quick runs two seeds: it checks bits, not claims"},
    {"*", "quick", "budget.units", "quick: long enough for every kind of update, short enough for every build"},
    {"*", "quick", "budget.*", "quick: shorter training"},
    {"exact/grid", "quick", "start points", "80 equal pairs of grid points instead of these and all 6400 pairs"},
    {"*", "*", "lio.log_of_mixture",
     "as the released program: the policy step differentiates the log of the epsilon-mixture; Equation 5.4 writes log "
     "pi, which lio/pure runs"},
    {"*", "*", "lio.log_guard",
     "as the released program; without it every seed with log pi leaves the finite numbers within 1000 iterations: "
     "exploration goes on playing actions whose log pi falls without bound where returns are negative"},
    {"*", "*", "policy-gradient.log_guard", "as the policy part of lio"},
    {"*", "*", "policy-gradient.log_of_mixture", "as the policy part of lio, so that only the incentives differ"},
    {"lio", "paper", "seeds", "with two outcomes, 20 seeds leave the share of each wide open"},
    {"lio-asym", "paper", "seeds", "with two outcomes, 20 seeds leave the share of each wide open"},
    {"lio/untrained", "paper", "lio.policy_rate", "untrained: nothing moves"},
    {"lio/untrained", "paper", "lio.incentive_rate", "untrained: nothing moves"},
    {"lio", "*", "length of training",
     "60 000 iterations of two episodes each, as the released configuration; the thesis says 60k episodes "
     "(facts/lio.md 3)"},
    {"lio-asym", "*", "length of training",
     "60 000 iterations of two episodes each, as the released configuration; the thesis says 60k episodes "
     "(facts/lio.md 3)"},
    {"lio", "*", "exploration",
     "epsilon decays once an iteration of two episodes, as the released program, to its end after 10 000 episodes; "
     "the thesis's epsilon_div of 5000 counts episodes"},
    {"lio-asym", "*", "exploration",
     "epsilon decays once an iteration of two episodes, as the released program, to its end after 10 000 episodes; "
     "the thesis's epsilon_div of 5000 counts episodes"},
    {"lio-asym", "*", "shared noise",
     "the key of a seed is that of lio's: both begin with the same networks and noise and are no independent "
     "evidence of each other"},
    {"pg", "*", "settings of PG",
     "those of lio's policy part: the thesis says only that PG has its architecture, and prints no settings of PG in "
     "this game"},
    {"pg", "*", "length of training",
     "plays one episode an iteration: 60 000 episodes as the thesis, half of the steps that lio plays"},
    {"pg", "*", "LOLA", "not run: of this game the thesis says only that the number of steps is the same as LOLA's"},
    {"exact/grid", "*", "clamp",
     "the constant of Equations B.6 and B.8 is added wherever the clamped theta is; the proof knows no clamp. With the "
     "gradient through the clamp (exact/through-clamp) most starts stop at defection (facts/lio.md 2.2)"},
    {"exact/random", "*", "clamp",
     "the constant of Equations B.6 and B.8 is added wherever the clamped theta is; the proof knows no clamp"},
    {"exact", "*", "exact dynamics",
     "rates 1e-4, clamps of theta and eta, starts and panel slices are ours: the thesis states none (facts/lio.md "
     "1.2, 1.3)"},
};

static const mg_table tables[] = {
    {"trajectory", "start,step,theta_1,theta_2,eta_1_c,eta_1_d,eta_2_c,eta_2_d"},
    {"field", "figure,fixed,fixed_value,x,theta,d_x,d_theta"},
};

static const char *const metrics[] = {"reward_sum",    "reward_0",       "reward_1",
                                      "cooperation_0", "cooperation_1",  "incentive_c",
                                      "incentive_d",   "offer_0_for_0",  "offer_0_for_1",
                                      "offer_1_for_0", "offer_1_for_1",  "starts",
                                      "converged",     "flip_error",     "cooperating",
                                      "defecting",     "arrows",         "sign_agreement",
                                      "batches",       "relative_error", NULL};

static const char *const ends_only[] = {"incentive_c", NULL};

static const mg_experiment lio_ipd = {
    .name = "lio-ipd",
    .number = 1,
    .semantics = 1,
    .whole_seeds = "0",
    .methods = sizeof methods / sizeof *methods,
    .method = methods,
    .grid = &grid,
    .deviations = sizeof deviations / sizeof *deviations,
    .deviation = deviations,
    .tables = sizeof tables / sizeof *tables,
    .table = tables,
    .metrics = metrics,
    .ends_only = ends_only,
};

int main(int argc, char **argv)
{
    return mg_experiment_main(&lio_ipd, argc, argv);
}
