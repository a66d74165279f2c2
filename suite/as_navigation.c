/* as-navigation - Anticipation Sharing where every agent walks to a landmark of its own (paper Section 5, Figures 1
 * and 3; facts/as.md 2.3).
 *
 * Methods: as (Anticipation Sharing), vs, vps, ps (what the paper compares it with), vps-reward (vps as its source has
 * it), ind (nobody shares anything) and team (everybody uses the mean advantage). Variants: neighbours within 1.5
 * cells (Figure 1), 1 and 2 (Figure 3), with penalty 1; as/rho01 and as/rho1e4: penalty 0.1 and the paper's, as far as
 * it can be read; untrained: networks as they start.
 */
#include "envs/grid_navigation.h"
#include "suite/as_methods.h"

/* Tables 1 and 2 of the paper, and what the variant changes. Table 2's discrete penalty is damaged in print and reads
 * 1e4. */
static void set_up(const void *setting, mg_profile profile, bool paper, mg_setup *setup)
{
    const as_run *run = setting;
    mg_grid_navigation_config game = mg_grid_navigation_default();
    mg_anticipation_config config = mg_anticipation_discrete_default();
    config.penalty = paper ? 1e4 : config.penalty;
    as_apply(run->variant->paper, &mg_grid_navigation, &game, &config);
    if (!paper)
        as_apply(run->variant->ours, &mg_grid_navigation, &game, &config);
    as_place(run, &mg_grid_navigation, &game, &config, setup);
    setup->budget = paper || profile == MG_PROFILE_PAPER ? as_budget(run->variant->episodes) : as_quick_budget(4);
}

static const as_variant variants[] = {
    {"range15", EVERY, 5, 6000, .paper = {{"range", 1.5}}},
    {"rho01", AS, 5, 6000, .paper = {{"range", 1.5}}, .ours = {{"penalty", 0.1}}},
    {"rho1e4", AS, 5, 6000, .paper = {{"range", 1.5}}, .ours = {{"penalty", 1e4}}},
    {"range1", SHARING, 5, 6000, .paper = {{"range", 1.0}}},
    {"range2", SHARING, 5, 6000, .paper = {{"range", 2.0}}},
    {"untrained", AS, 5, UNTRAINED, .ours = {{"actor_rate", 0}, {"critic_rate", 0}}},
    /* Without steps it would still average its networks: nobody talks. */
    {"untrained", PS, 5, UNTRAINED, .ours = {{"actor_rate", 0}, {"critic_rate", 0}, {"skip", 1}}},
};

static const mg_deviation deviations[] = {
    {"*", "*", "environment unsaid",
     "the paper points to another one for the task and gives no grid, reward scale or episode length: here 5 x"
     " 5 cells, minus the distance / 5, 25 steps (specs/as.md 1.3)"},
    {"*", "*", "length of training", "the paper does not say how long it trains: here 6000 episodes"},
    {"*", "*", "normalised return",
     "returns are means of evaluation episodes, sampled as in training; normalised: 0 uniform play, 1 the "
     "shortest path; the paper does not say how it normalises (specs/as.md 4)"},
    {"as", "*", "anticipation.penalty",
     "Table 2's discrete weight is damaged in print and reads 1e4, with which the policies hardly move from where they "
     "start: that is the variant rho1e4. 1 is our choice (specs/as.md 0, 7)"},
    {"as/rho01", "*", "anticipation.penalty", "the weight of the continuous domain, to see how much it matters"},
    {"vs", "*", "advantage of value sharing",
     "the mean advantage of an agent and its neighbours, from the paper's one sentence; what it cites sums values over "
     "a neighbourhood and normalises them otherwise (specs/as.md 3)"},
    {"vps", "*", "consensus weights", "Metropolis weights; the paper does not say which (specs/as.md 3)"},
    {"ps", "*", "consensus weights", "Metropolis weights; the paper does not say which (specs/as.md 3)"},
    {"ps", "*", "gradient of policy sharing",
     "all heads of an agent's policy climb by the ratio of its own head, clipped; the paper does not say how a policy "
     "of all is learnt from one reward (specs/as.md 3)"},
    {"as", "*", "anticipation.actor_rate", "untrained: nothing moves"},
    {"as", "*", "anticipation.critic_rate", "untrained: nothing moves"},
    {"ps", "*", "proximal.actor_rate", "untrained: nothing moves"},
    {"ps", "*", "proximal.critic_rate", "untrained: nothing moves"},
    {"ps/untrained", "*", "proximal.skip", "untrained: nothing is averaged either"},
    {"vps-reward", "*", "vps-reward",
     "vps as its source has it: a model of the reward is agreed on too and drives the policy (Zhang et al. 2018, "
     "Algorithm 2); the paper says neither which algorithm it ran nor with what networks"},
    {"ind", "*", "not in the paper", "not in the paper: the floor, Anticipation Sharing where nobody has a neighbour"},
    {"team", "*", "not in the paper", "not in the paper: an upper reference"},
};

static const char *const metrics[] = {"return_sum", "normalised_return", "collisions",
                                      "arrived",    "training_return",   NULL};

static const mg_experiment as_navigation = {
    .name = "as-navigation",
    .number = 4,
    .semantics = 1,
    .whole_methods = "ind/range15",
    .whole_seeds = "0",
    .deviations = sizeof deviations / sizeof *deviations,
    .deviation = deviations,
    .metrics = metrics,
};

int main(int argc, char **argv)
{
    return as_main(&as_navigation, sizeof variants / sizeof *variants, variants, set_up, argc, argv);
}
