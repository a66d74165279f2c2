/* lio-ipd - Learning to Incentivize Others in the iterated prisoner's dilemma (thesis ch. 5, appendix B.2;
 * facts/lio.md 2, 3, 5).
 *
 * Learned LIO in the memory-1 game (Figure 5.4): methods lio, lio-asym, pg. Computed: exact LIO in the stateless game
 * (suite/shared/exact_lio.h), whose starts all end in mutual cooperation by Proposition 3, with Figures 5.2 and B.1;
 * and the identity behind the learner's meta-gradient (facts/lio.md 4.2), against central differences in binary64.
 */
#include "algos/lio.h"
#include "algos/lio_oracle.h"
#include "baselines/policy_gradient.h"
#include "core/rl/statistics.h"
#include "envs/matrix_game.h"
#include "suite/harness/experiment.h"
#include "suite/shared/exact_lio.h"

/* ---- what is trained: hyper-parameters of thesis Table B.3, environment of Table 5.1 ---- */

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
        largest = mg_worst(largest, relative);
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
     .direct = exact_lio_grid,
     .gives = "starts,converged,flip_error",
     .seeds = {1, 1}},
    {.name = "exact",
     .variant = "random",
     .summary = "exact LIO from 64 random starts",
     .direct = exact_lio_random,
     .gives = "starts,converged,flip_error",
     .seeds = {1, 1}},
    {.name = "exact",
     .variant = "through-clamp",
     .summary = "exact LIO from every grid start, the giver's gradient through the clamp of theta",
     .direct = exact_lio_through_clamp,
     .gives = "starts,cooperating,defecting",
     .seeds = {1, 1}},
    {.name = "exact",
     .variant = "field",
     .summary = "vector fields of Figures 5.2 and B.1",
     .direct = exact_lio_field,
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
    {"trajectory", EXACT_LIO_TRAJECTORY},
    {"field", EXACT_LIO_FIELD},
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
