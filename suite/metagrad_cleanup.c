/* metagrad-cleanup - meta-gradient incentive design in Cleanup (thesis ch. 6, Figure 6.2; facts/lio-cleanup.md 3).
 *
 * Two agents on the map of 7 x 7 cells, with one policy for both, and a designer who is no agent: it sees the map and
 * who fires, and gives a number for firing, one for an apple eaten, one for anything else. It is after the sum of their
 * apples, and giving costs it nothing. MetaGrad against dual-RL (c), agents that nobody pays, and one learner for both.
 */
#include "algos/metagrad.h"
#include "baselines/actor_critic.h"
#include "baselines/central.h"
#include "baselines/dual_designer.h"
#include "suite/shared/cleanup_rows.h"

/* ---- what is trained: hyper-parameters of thesis Table C.3 ---- */

/* clang-format off */
static const mg_grid_method trained[] = {
    {"metagrad", "MetaGrad: a designer that learns through the agents' learning", &mg_metagrad, .paper_seeds = 0},
    {"dual-rl-c", "dual-RL (c): a designer that draws incentives and learns beside the agents", &mg_dual_designer, .paper_seeds = 0},
    {"ac", "independent actor-critic agents, nobody pays", &mg_actor_critic, .paper_seeds = 0},
    {"cen", "one actor-critic that chooses for both agents", &mg_central, .paper_seeds = 0},
};

static const mg_grid_variant variants[] = { /* episodes of training */
    {"7x7", {40, 100000}, .summary = NULL},
    {"7x7-sums", {40, 100000}, .summary = "MetaGrad whose agents' step is of sums, another reading", .ours = {{"sums", 1}}},
};

static const mg_grid_line lines[] = {
    {"metagrad dual-rl-c ac cen", "7x7", {1, 5}},
    {"metagrad", "7x7-sums", {1, 2}},
};
/* clang-format on */

static void set_up(const mg_grid_row *row, mg_profile profile, bool paper, mg_setup *setup)
{
    const bool quick = profile == MG_PROFILE_QUICK && !paper;
    const mg_learner_table *learner = row->method->learner;
    const int units = row->variant->units[quick ? MG_PROFILE_QUICK : MG_PROFILE_PAPER];
    const mg_metagrad_config metagrad = mg_metagrad_cleanup_paper();
    const mg_dual_designer_config dual = mg_dual_designer_cleanup_paper();
    mg_actor_critic_config alone = mg_actor_critic_cleanup_paper(false);
    mg_central_config central = mg_central_cleanup_released();
    if (paper) {
        central.agent.log_of_mixture = false;
        central.agent.log_guard = 0.0;
    } else {
        alone = mg_actor_critic_released(alone);
    }
    mg_cleanup_config river = mg_cleanup_default(false);
    river.designer = learner == &mg_metagrad || learner == &mg_dual_designer;
    mg_setup_environment(setup, &mg_cleanup, &river, sizeof river);
    if (learner == &mg_metagrad)
        mg_setup_learner(setup, learner, &metagrad, sizeof metagrad);
    else if (learner == &mg_dual_designer)
        mg_setup_learner(setup, learner, &dual, sizeof dual);
    else if (learner == &mg_central)
        mg_setup_learner(setup, learner, &central, sizeof central);
    else
        mg_setup_learner(setup, learner, &alone, sizeof alone);
    setup->budget = (mg_budget){.units = units,
                                .evaluate_every = quick   ? units / 2
                                                  : paper ? 100
                                                          : 2000,
                                .evaluation_episodes = paper ? 5 : 10,
                                .final_evaluations = quick ? 1 : 5,
                                .final_episodes = quick ? 20 : 100,
                                .checkpoints = quick ? 2 : 10,
                                .first_checkpoint = quick ? 0 : 100};
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

static bool run_play(mg_direct *direct, mg_error *error)
{
    (void)error;
    return cleanup_play_row(direct, false);
}

/* clang-format off */
static const mg_method methods[] = {
    {.name = "play", .variant = "7x7", .summary = "random play and a scripted division of labour", .direct = run_play,
     .gives = "random_return,random_washed,divided_return,divided_washed", .seeds = {1, 1}},
};
/* clang-format on */

static const mg_table tables[] = {{"film", "step,picture"}};

static const char log_of_mixture[] =
    "the policy step differentiates the log of the epsilon-mixture, as the released program; the thesis writes log pi";
static const char critics[] = "Adam, as released; C.2.3 speaks of gradient descent for agents";

static const mg_deviation deviations[] = {
    {"*", "quick", "budget.units", "quick: long enough for every kind of update, short enough for every build"},
    {"*", "quick", "budget.*", "quick: shorter training"},
    {"*", "paper", "budget.evaluate_every",
     "fewer evaluations than the released program's 1000 a run, of more episodes"},
    {"*", "*", "budget.evaluation_episodes", "ten, as for lio-cleanup; the released program has five"},
    {"*", "*", "*.log_of_mixture", log_of_mixture},
    {"*", "*", "*.log_guard", "as in lio-cleanup, whose learner this is"},
    {"metagrad", "*", "the log of a policy", log_of_mixture},
    {"dual-rl-c", "*", "the log of a policy", log_of_mixture},
    {"metagrad", "*", "length of training", "100 000 episodes, as released; the thesis does not say"},
    {"dual-rl-c", "*", "length of training", "100 000 episodes, as released; the thesis does not say"},
    {"metagrad", "*", "critics' optimiser", critics},
    {"dual-rl-c", "*", "critics' optimiser", critics},
    {"metagrad", "*", "lambda of the designer's advantages",
     ".99, as released and as the thesis has it of dual-RL; of MetaGrad it says none"},
    {"dual-rl-c", "*", "clip of the ratio",
     "none of Table C.3's: one step an episode, whose ratio is 1, so that a clip has no part (facts/lio-cleanup.md "
     "3.2)"},
    {"metagrad/7x7", "*", "the agents' step",
     "of means over both agents' steps, as in the released program where they learn, since the thesis says neither; "
     "where the released designer looks through that step it has sums, here it is the same step (facts/lio-cleanup.md "
     "3.1)"},
    {"metagrad/7x7-sums", "*", "metagrad.sums",
     "a hundred times as large a step: that of the designer's replica in the released program (facts/lio-cleanup.md "
     "3.1)"},
    {"dual-rl-c", "*", "the agents' step", "of sums, as in the released program (facts/lio-cleanup.md 3.1)"},
    {"metagrad", "*", "incentives",
     "up to 2, as Section 6.3.2 says and as the released program's designer has them where it learns; what is paid "
     "there is up to 1"},
    {"dual-rl-c", "*", "entropy of the designer",
     "none: that of a Gaussian of unit variance is constant; the released program weighs a sum by 0.23 that is no "
     "entropy (facts/lio-cleanup.md 3.2)"},
    {"ac", "*", "settings of agents that nobody pays",
     "the thesis states none: those of lio-cleanup, tuned for agents alone, two networks and a step of sums at 1e-3, "
     "and "
     "as many episodes as the others have"},
    {"cen", "*", "settings of one learner for all",
     "the thesis states none: those of lio-cleanup, and as many episodes as the others have"},
};

/* When evaluations first come near what divided labour earns. */
static const mg_milestone milestones[] = {{"episodes_to_20", "return_sum", 20.0, .times = 1, .episodes = true},
                                          {"episodes_to_35", "return_sum", 35.0, .times = 1, .episodes = true}};

/* clang-format off */
static const char *const metrics[] = {
    "return_sum", "washed", "paid",
    "return_0", "washed_0", "fired_0", "received_0", "for_firing_0",
    "return_1", "washed_1", "fired_1", "received_1", "for_firing_1",
    "episodes_to_20", "episodes_to_35", "random_return", "random_washed", "divided_return", "divided_washed", NULL};

static const char *const ends_only[] = { /* no figure draws their way */
    "washed", "return_0", "washed_0", "fired_0", "received_0", "for_firing_0",
    "return_1", "washed_1", "fired_1", "received_1", "for_firing_1", NULL};
/* clang-format on */

static const mg_experiment metagrad_cleanup = {
    .name = "metagrad-cleanup",
    .number = 15,
    .semantics = 1,
    .whole_methods = "play",
    .whole_seeds = "0",
    .methods = sizeof methods / sizeof *methods,
    .method = methods,
    .grid = &grid,
    .deviations = sizeof deviations / sizeof *deviations,
    .deviation = deviations,
    .tables = sizeof tables / sizeof *tables,
    .table = tables,
    .milestones = sizeof milestones / sizeof *milestones,
    .milestone = milestones,
    .film = {"film", "7x7", cleanup_film_frame},
    .metrics = metrics,
    .ends_only = ends_only,
};

int main(int argc, char **argv)
{
    return mg_experiment_main(&metagrad_cleanup, argc, argv);
}
