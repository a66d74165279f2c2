/* as-sensitivity - does the order of the methods in cooperative predation hang on how the paper is read? (Anticipation
 * Sharing, Sections 4 and 5; facts/as.md.)
 *
 * The paper is silent about much that decides how well a method learns. Every variant is the game with six agents of
 * as-predation under one other reading, for as, vs and ind; "default" is the reading that as-predation uses, chosen
 * before any of these was run. None of this is used to choose a reading.
 */
#include "suite/shared/anticipation_sharing.h"

/* clang-format off */
static const mg_grid_variant variants[] = {
    {"default", {2, 3000}, .ours = {{0}}},
    {"normalised", {2, 3000}, .ours = {{"normalise_advantages", 1}}},
    {"entropy", {2, 3000}, .ours = {{"entropy", 0.01}}},
    {"refreshed", {2, 3000}, .ours = {{"refresh_before", 1}}},
    {"near", {2, 3000}, .ours = {{"cooperate_by_nearness", 1}}},
    {"scaled-state", {2, 3000}, .ours = {{"scale", 1.0 / 30.0}}},
    {"bootstrap", {2, 3000}, .ours = {{"bootstrap", 1}}},
    {"fast", {2, 3000}, .ours = {{"actor_rate", 3e-4}, {"critic_rate", 3e-4}}},
    {"slow", {2, 3000}, .ours = {{"actor_rate", 1e-4 / 3.0}, {"critic_rate", 1e-4 / 3.0}}},
    {"clip01", {2, 3000}, .ours = {{"clip", 0.1}}},
    {"clip03", {2, 3000}, .ours = {{"clip", 0.3}}},
    {"scaled-reward", {2, 3000}, .ours = {{"reward_scale", 0.1}}},
    {"fast-critic", {2, 3000}, .ours = {{"critic_rate", 1e-3}}},
    {"greedy", {2, 3000}, .ours = {{"greedy_evaluation", 1}}},
    /* Of Anticipation Sharing alone. */
    {"largest-kappa", {2, 3000}, .ours = {{"largest_kappa", 1}}},
    {"rho1", {2, 3000}, .ours = {{"penalty", 1}}},
    {"rho10", {2, 3000}, .ours = {{"penalty", 10}}},
    {"pull-always", {2, 3000}, .ours = {{"pull_always", 1}}},
};

/* Methods, variants, seeds of a quick and of a paper run. */
static const mg_grid_line lines[] = {
    {"as vs ind",
     "default normalised entropy refreshed near scaled-state bootstrap fast slow "
     "clip01 clip03 scaled-reward fast-critic greedy", {1, 3}},
    {"as", "largest-kappa rho1 rho10 pull-always", {1, 3}},
};
/* clang-format on */

static const mg_grid grid = {
    .methods = AS_METHODS,
    .method = as_method,
    .variants = sizeof variants / sizeof *variants,
    .variant = variants,
    .lines = sizeof lines / sizeof *lines,
    .line = lines,
    .set_up = as_set_up_predation,
    .quick = {{"agents", 6}, {"range", 1}},
};

static const mg_deviation deviations[] = {
    {"*", "paper", "seeds", "three: enough to see whether a reading turns the order of the methods round"},
    {"*", "quick", "predation.range",
     "quick: all are neighbours, or some anticipations would see no one in so few episodes"},
    {"*", "*", "as in as-predation",
     "what is not said here deviates as there: the environment, the state, the lengths"},
    {"*", "*", "*.normalise_advantages",
     "a reading: proximal policy optimisation is often run so, the paper is silent"},
    {"*", "*", "*.entropy",
     "a reading: proximal policy optimisation often has a term of this size, the paper's has none"},
    {"*", "*", "*.refresh_before", "a reading: Algorithm 1, line 17, taken literally; the clip then never holds"},
    {"*", "*", "predation.cooperate_by_nearness",
     "a reading: to cooperate is to be within 2 of the prey; the paper does not define it"},
    {"*", "*", "predation.scale", "a reading: positions divided by the width of the line; the paper does not say"},
    {"*", "*", "*.bootstrap", "a reading: episodes end by a time limit only, so their last state has a value"},
    {"*", "*", "*.actor_rate", "a reading: three times or a third of Table 2, to see how much hangs on it"},
    {"*", "*", "*.critic_rate", "a reading: ten times, three times or a third of Table 1, to see how much hangs on it"},
    {"*", "*", "*.clip", "a reading: a little less or more than Table 1, to see how much hangs on it"},
    {"*", "*", "*.reward_scale", "a reading: rewards a tenth; the paper names a normalised return without saying how"},
    {"*", "*", "*.greedy_evaluation", "a reading: the likeliest action in evaluation; the paper does not say"},
    {"as", "*", "anticipation.largest_kappa",
     "a reading: the largest advantage, as Equation 11 has it before the paper's implementation takes the mean"},
    {"as", "*", "anticipation.penalty", "ten and a hundred times Table 2's weight, to see how much hangs on it"},
    {"as", "*", "anticipation.pull_always", "a reading: the penalty of Equation 15 without the sets of Equation 13"},
};

static const char *const metrics[] = {"return_sum", "normalised_return", "cooperators",
                                      "captured",   "training_return",   NULL};

static const mg_experiment as_sensitivity = {
    .name = "as-sensitivity",
    .number = 6,
    .semantics = 1,
    .whole_methods = "ind/default",
    .whole_seeds = "0",
    .grid = &grid,
    .shared = {&mg_quick_deviations, &as_deviations},
    .deviations = sizeof deviations / sizeof *deviations,
    .deviation = deviations,
    .metrics = metrics,
};

int main(int argc, char **argv)
{
    return mg_experiment_main(&as_sensitivity, argc, argv);
}
