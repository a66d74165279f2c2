/* as-navigation - Anticipation Sharing where every agent walks to a landmark of its own (paper Section 5, Figures 1
 * and 3; facts/as.md 2.3).
 *
 * Methods: as (Anticipation Sharing), vs, vps, ps (what the paper compares it with), vps-reward (vps as its source has
 * it), ind (nobody shares anything) and team (everybody uses the mean advantage). Variants: neighbours within 1.5
 * cells (Figure 1), 1 and 2 (Figure 3), with penalty 1; as/rho01 and as/rho1e4: penalty 0.1 and the paper's, as far as
 * it can be read; untrained: networks as they start.
 */
#include "envs/grid_navigation.h"
#include "suite/shared/anticipation_sharing.h"

/* clang-format off */
static const mg_grid_variant variants[] = {
    {"range15", {4, 6000}, .paper = {{"range", 1.5}}},
    {"rho01", {4, 6000}, .paper = {{"range", 1.5}}, .ours = {{"penalty", 0.1}}},
    {"rho1e4", {4, 6000}, .paper = {{"range", 1.5}}, .ours = {{"penalty", 1e4}}},
    {"range1", {4, 6000}, .paper = {{"range", 1.0}}},
    {"range2", {4, 6000}, .paper = {{"range", 2.0}}},
    /* Without steps PS would still average its networks: nobody talks. */
    {"untrained", {4, UNTRAINED}, .ours = {AS_STILL}},
};

/* Methods, variants, seeds of a quick and of a paper run. */
static const mg_grid_line lines[] = {
    {"as vs vps vps-reward ps ind team", "range15", {1, 5}},
    {"as", "rho01 rho1e4", {1, 5}},
    {"as vs vps vps-reward ps", "range1 range2", {1, 5}},
    {"as ps", "untrained", {0, 5}},
};
/* clang-format on */

static void set_up(const mg_grid_row *row, mg_profile profile, bool paper, mg_setup *setup)
{
    mg_grid_navigation_config game = mg_grid_navigation_default();
    as_set_up_cells(row, profile, paper, setup, &mg_grid_navigation, &game, sizeof game);
}

static const mg_grid grid = {
    .methods = AS_METHODS,
    .method = as_method,
    .variants = sizeof variants / sizeof *variants,
    .variant = variants,
    .lines = sizeof lines / sizeof *lines,
    .line = lines,
    .set_up = set_up,
};

static const mg_deviation deviations[] = {
    {"*", "*", "environment unsaid",
     "the paper points to another one for the task and gives no grid, reward scale or episode length: here 5 x"
     " 5 cells, minus the distance / 5, 25 steps (facts/as.md 2.3)"},
    {"*", "*", "length of training", "the paper does not say how long it trains: here 6000 episodes"},
    {"*", "*", "normalised return",
     "returns are means of evaluation episodes, sampled as in training; normalised: 0 uniform play, 1 the "
     "shortest path; the paper does not say how it normalises (facts/as.md 5)"},
};

static const char *const metrics[] = {"return_sum", "normalised_return", "collisions",
                                      "arrived",    "training_return",   NULL};

static const mg_experiment as_navigation = {
    .name = "as-navigation",
    .number = 4,
    .semantics = 1,
    .whole_methods = "ind/range15",
    .whole_seeds = "0",
    .grid = &grid,
    .shared = {&mg_quick_deviations, &as_deviations, &as_compared_deviations, &as_cells_deviations},
    .deviations = sizeof deviations / sizeof *deviations,
    .deviation = deviations,
    .metrics = metrics,
};

int main(int argc, char **argv)
{
    return mg_experiment_main(&as_navigation, argc, argv);
}
