/* as-sensitivity - does the order of the methods in cooperative predation hang on how the paper is read? (Anticipation
 * Sharing, Sections 4 and 5; facts/as.md.)
 *
 * The paper is silent about much that decides how well a method learns. Every variant is the game with six agents of
 * as-predation under one other reading, for as, vs and ind; "default" is the reading that as-predation uses, chosen
 * before any of these was run. None of this is used to choose a reading.
 */
#include "suite/as_predation_game.h"

enum { COMPARED = AS | VS | IND, SEEDS = 3, EPISODES = 3000 };

static const as_variant variants[] = {
    {"default", COMPARED, SEEDS, EPISODES, .ours = {{0}}},
    {"normalised", COMPARED, SEEDS, EPISODES, .ours = {{"normalise_advantages", 1}}},
    {"entropy", COMPARED, SEEDS, EPISODES, .ours = {{"entropy", 0.01}}},
    {"refreshed", COMPARED, SEEDS, EPISODES, .ours = {{"refresh_before", 1}}},
    {"near", COMPARED, SEEDS, EPISODES, .ours = {{"cooperate_by_nearness", 1}}},
    {"scaled-state", COMPARED, SEEDS, EPISODES, .ours = {{"scale", 1.0 / 30.0}}},
    {"bootstrap", COMPARED, SEEDS, EPISODES, .ours = {{"bootstrap", 1}}},
    {"fast", COMPARED, SEEDS, EPISODES, .ours = {{"actor_rate", 3e-4}, {"critic_rate", 3e-4}}},
    {"slow", COMPARED, SEEDS, EPISODES, .ours = {{"actor_rate", 1e-4 / 3.0}, {"critic_rate", 1e-4 / 3.0}}},
    {"clip01", COMPARED, SEEDS, EPISODES, .ours = {{"clip", 0.1}}},
    {"clip03", COMPARED, SEEDS, EPISODES, .ours = {{"clip", 0.3}}},
    {"scaled-reward", COMPARED, SEEDS, EPISODES, .ours = {{"reward_scale", 0.1}}},
    {"fast-critic", COMPARED, SEEDS, EPISODES, .ours = {{"critic_rate", 1e-3}}},
    {"greedy", COMPARED, SEEDS, EPISODES, .ours = {{"greedy_evaluation", 1}}},
    /* Of Anticipation Sharing alone. */
    {"largest-kappa", AS, SEEDS, EPISODES, .ours = {{"largest_kappa", 1}}},
    {"rho1", AS, SEEDS, EPISODES, .ours = {{"penalty", 1}}},
    {"rho10", AS, SEEDS, EPISODES, .ours = {{"penalty", 10}}},
    {"pull-always", AS, SEEDS, EPISODES, .ours = {{"pull_always", 1}}},
};

#define FOR_ALL(field, reason) \
    {"as", "*", "anticipation." field, reason}, \
    { \
        "*", "*", "proximal." field, reason \
    }
static const mg_deviation deviations[] = {
    {"*", "paper", "seeds", "three: enough to see whether a reading turns the order of the methods round"},
    {"*", "quick", "predation.range",
     "quick: all are neighbours, or some anticipations would see no one in so few episodes"},
    {"*", "*", "as in as-predation",
     "what is not said here deviates as there: the environment, the state, the lengths"},
    FOR_ALL("normalise_advantages", "a reading: proximal policy optimisation is often run so, the paper is silent"),
    FOR_ALL("entropy", "a reading: proximal policy optimisation often has a term of this size, the paper's has none"),
    FOR_ALL("refresh_before", "a reading: Algorithm 1, line 17, taken literally; the clip then never holds"),
    {"*", "*", "predation.cooperate_by_nearness",
     "a reading: to cooperate is to be within 2 of the prey; the paper does not define it"},
    {"*", "*", "predation.scale", "a reading: positions divided by the width of the line; the paper does not say"},
    FOR_ALL("bootstrap", "a reading: episodes end by a time limit only, so their last state has a value"),
    FOR_ALL("actor_rate", "a reading: three times or a third of Table 2, to see how much hangs on it"),
    FOR_ALL("critic_rate", "a reading: ten times, three times or a third of Table 1, to see how much hangs on it"),
    FOR_ALL("clip", "a reading: a little less or more than Table 1, to see how much hangs on it"),
    FOR_ALL("reward_scale", "a reading: rewards a tenth; the paper names a normalised return without saying how"),
    FOR_ALL("greedy_evaluation", "a reading: the likeliest action in evaluation; the paper does not say"),
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
    .deviations = sizeof deviations / sizeof *deviations,
    .deviation = deviations,
    .metrics = metrics,
};

int main(int argc, char **argv)
{
    return as_main(&as_sensitivity, sizeof variants / sizeof *variants, variants, as_predation_set_up, argc, argv);
}
