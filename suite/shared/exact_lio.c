/* exact_lio.c - starts of the exact game run to their end, and arrows of its vector field. */
#include "suite/shared/exact_lio.h"
#include "algos/lio_exact.h"
#include "core/io/memory.h"
#include "core/rl/statistics.h"

#include <stdlib.h>
#include <string.h>

/* ---- starts ---- */

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
        outcome->flip_error = mg_worst(outcome->flip_error, error);
    }
    outcome->path[outcome->starts][0] = flip[0];
    outcome->path[outcome->starts][1] = flip[1];
    outcome->path[outcome->starts][2] = (double)k;
    outcome->converged += mg_lio_exact_converged(&config, state);
    outcome->starts++;
    outcome->steps += k;
}

/* Where a start begins, by its number. */
typedef void (*start_placer)(mg_direct *direct, int start, mg_lio_exact_state *state);

/* Runs so many starts, each from where it is placed; the first `recorded` leave their trajectory. */
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
bool exact_lio_grid(mg_direct *direct, mg_error *error)
{
    bool all_pairs = mg_direct_profile(direct) == MG_PROFILE_PAPER;
    int starts = all_pairs ? GRID_STARTS + GRID_STARTS * GRID_STARTS : GRID_STARTS;
    return run_starts(direct, place_grid_start, starts, GRID_STARTS, error);
}

/* The same grid points in equal pairs, with the giver's gradient through the clamp of theta^, until nothing moves. */
bool exact_lio_through_clamp(mg_direct *direct, mg_error *error)
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

bool exact_lio_random(mg_direct *direct, mg_error *error)
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

bool exact_lio_field(mg_direct *direct, mg_error *error)
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
