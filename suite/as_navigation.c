/* as-navigation - Anticipation Sharing where every agent walks to a landmark of its own (paper Section 5, Figures 1
 * and 3; specs/as.md 1.3).
 *
 * Methods: as (Anticipation Sharing), vs, vps, ps (what the paper compares it with), ind (nobody shares anything)
 * and team (everybody uses the mean advantage). Variants: neighbours within 1.5 cells (Figure 1), 1 and 2 (Figure
 * 3), with penalty 1; as/rho01 and as/rho1e4: penalty 0.1 and the paper's, as far as it can be read.
 */
#include "envs/grid_navigation.h"
#include "suite/as_methods.h"

typedef struct setting {
    as_method method;
    double range, penalty; /* 0: the paper's range 1.5, and weight 1 */
} setting;

static void set_up(const void *chosen, mg_profile profile, bool paper, mg_setup *setup)
{
    const setting *s = chosen;
    mg_grid_navigation_config game = mg_grid_navigation_default();
    mg_anticipation_config config = mg_anticipation_discrete_default();
    game.range = s->range > 0.0 ? s->range : 1.5;
    config.penalty = paper ? 1e4 : s->penalty > 0.0 ? s->penalty : 1.0;
    setup->environment = &mg_grid_navigation;
    memcpy(setup->environment_config, &game, sizeof game);
    as_place_learner(s->method, &config, setup);
    setup->budget = paper || profile == MG_PROFILE_PAPER ? as_budget(6000) : as_quick_budget(4);
}

/* Seeds: one in a quick run, five in the paper's; of ind and team, which are ours, the paper says nothing. */
static const mg_method methods[] = {
    {.name = "as",
     .variant = "range15",
     .summary = "Anticipation Sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = AS},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "as",
     .variant = "rho01",
     .summary = "Anticipation Sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = AS, .penalty = 0.1},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "as",
     .variant = "rho1e4",
     .summary = "Anticipation Sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = AS, .penalty = 1e4},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "as",
     .variant = "range1",
     .summary = "Anticipation Sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = AS, .range = 1.0},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "as",
     .variant = "range2",
     .summary = "Anticipation Sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = AS, .range = 2.0},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "vs",
     .variant = "range15",
     .summary = "value sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = VS},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "vs",
     .variant = "range1",
     .summary = "value sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = VS, .range = 1.0},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "vs",
     .variant = "range2",
     .summary = "value sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = VS, .range = 2.0},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "vps",
     .variant = "range15",
     .summary = "value-parameter sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = VPS},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "vps",
     .variant = "range1",
     .summary = "value-parameter sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = VPS, .range = 1.0},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "vps",
     .variant = "range2",
     .summary = "value-parameter sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = VPS, .range = 2.0},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "ps",
     .variant = "range15",
     .summary = "policy sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = PS},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "ps",
     .variant = "range1",
     .summary = "policy sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = PS, .range = 1.0},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "ps",
     .variant = "range2",
     .summary = "policy sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = PS, .range = 2.0},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "ind",
     .variant = "range15",
     .summary = "independent learners",
     .setup_from = set_up,
     .setting = &(const setting){.method = IND},
     .seeds = {1, 5}},
    {.name = "team",
     .variant = "range15",
     .summary = "everybody uses the mean advantage",
     .setup_from = set_up,
     .setting = &(const setting){.method = TEAM},
     .seeds = {1, 5}},
};

static const mg_deviation deviations[] = {
    {"*", "quick", "seeds", "quick runs one seed: it checks bits, not claims"},
    {"*", "quick", "budget.units", "quick: long enough for every kind of update, short enough for every build"},
    {"*", "quick", "budget.evaluate_every", "quick: shorter training"},
    {"*", "quick", "budget.evaluation_episodes", "quick: shorter training"},
    {"*", "quick", "budget.final_episodes", "quick: shorter training"},
    {"*", "quick", "budget.checkpoints", "quick: shorter training"},
    {"*", "quick", "budget.first_checkpoint", "quick: shorter training"},
    {"*", "*", "",
     "the paper points to another one for the task and gives no grid, reward scale or episode length: here 5 x"
     " 5 cells, minus the distance / 5, 25 steps (specs/as.md 1.3)"},
    {"*", "*", "", "the paper does not say how long it trains: here 6000 episodes"},
    {"*", "*", "",
     "returns are means of evaluation episodes, sampled as in training; normalised: 0 uniform play, 1 the "
     "shortest path; the paper does not say how it normalises (specs/as.md 4)"},
    {"*", "*", "",
     "ratios are taken against the policy that played the episode; Algorithm 1, line 17, taken literally, "
     "would set them to 1 (specs/as.md 2.2)"},
    {"as/range15", "*", "anticipation.penalty",
     "Table 2's discrete weight is damaged in print and reads 1e4; 1 works in both discrete domains "
     "(specs/as.md 0, 7), and 1e4 is the variant rho1e4"},
    {"as/range1", "*", "anticipation.penalty",
     "Table 2's discrete weight is damaged in print and reads 1e4; 1 works in both discrete domains "
     "(specs/as.md 0, 7), and 1e4 is the variant rho1e4"},
    {"as/range2", "*", "anticipation.penalty",
     "Table 2's discrete weight is damaged in print and reads 1e4; 1 works in both discrete domains "
     "(specs/as.md 0, 7), and 1e4 is the variant rho1e4"},
    {"as/rho01", "*", "anticipation.penalty", "the weight of the continuous domain, to see how much it matters"},
    {"vs", "*", "", "written from the paper's one sentence on it (specs/as.md 3)"},
    {"vps", "*", "", "Metropolis weights; the paper does not say which (specs/as.md 3)"},
    {"ps", "*", "", "Metropolis weights, gradient as in specs/as.md 3; the paper does not say which"},
    {"ind", "*", "", "not in the paper: the floor, Anticipation Sharing where nobody has a neighbour"},
    {"team", "*", "", "not in the paper: an upper reference"},
};

static const char *const metrics[] = {"return_sum", "normalised_return", "collisions",
                                      "arrived",    "training_return",   NULL};

static const mg_experiment as_navigation = {
    .name = "as-navigation",
    .title = "Anticipation Sharing in cooperative navigation",
    .source = "Decentralized MARL via Anticipation Sharing, Section 5, Figures 1 and 3, Tables 1 and 2",
    .number = 4,
    .semantics = 1,
    .methods = sizeof methods / sizeof *methods,
    .method = methods,
    .deviations = sizeof deviations / sizeof *deviations,
    .deviation = deviations,
    .metrics = metrics,
};

int main(int argc, char **argv)
{
    return mg_experiment_main(&as_navigation, argc, argv);
}
