/* metagrad-gtb - taxes that somebody learns to set, in the gather-trade-build economy (thesis Section 6.4.1,
 * Figures 6.3 to 6.13; facts/gtb.md).
 *
 * Methods: metagrad (the thesis's), dual-rl (a planner that learns beside the agents), us-federal (fixed rates) and
 * free-market (none). Variants: without a name, from the start; phase-1 and curriculum: agents who learn in a free
 * market first; capped: rates that may rise only slowly, as with a curriculum; and, ours, warm, moving and frozen: what
 * the designer's steps are worth to agents that are the same at the start; untrained and curriculum-untrained: what a
 * designer begins with. Computed: random and builder, players that learn nothing, beside those of the released program;
 * and the meta-gradient against central differences in binary64.
 */
#include "algos/metagrad.h"
#include "baselines/dual_rl.h"
#include "envs/gather_trade_build.h"
#include "suite/harness/experiment.h"
#include "suite/shared/economy_gradient.h"
#include "suite/shared/economy_play.h"

#include <string.h>

/* ---- the meta-gradient identity in the economy (facts/gtb.md 11) ---- */

static bool run_meta_gradient(mg_direct *direct, mg_error *error)
{
    (void)error;
    const bool quick = mg_direct_profile(direct) == MG_PROFILE_QUICK;
    const mg_metagrad_config c = mg_metagrad_gtb_paper();
    economy_gradient_settings settings = {.game = mg_gather_trade_build_default(MG_GTB_DESIGNER),
                                          .filters = quick ? 0 : 2,
                                          .hidden = 8,
                                          .rate =
                                              1000.0 * c.agents.actor_rate, /* a step that differences can measure */
                                          .discount = c.agents.discount,
                                          .trace = c.agents.trace,
                                          .epsilon = c.agents.epsilon_start,
                                          .entropy = c.agents.entropy,
                                          .components = quick ? 40 : 200};
    if (quick)
        settings.game.steps = 20;
    mg_stream stream = mg_stream_at(mg_direct_key(direct), MG_PURPOSE_START_POINTS, 0, 0, 1);
    const economy_gradient found = economy_gradient_check(&settings, &stream);
    double largest = found.error;
    mg_tensor worst = {MG_KIND_STATE, "largest error", MG_TYPE_DOUBLE, 1, 1, &largest};
    mg_direct_metric(direct, "components", (double)settings.components);
    mg_direct_metric(direct, "relative_error", largest);
    mg_direct_metric(direct, "short_of", (double)found.short_of);
    mg_direct_count(direct, 1.0, 2.0, 2.0 * settings.game.steps);
    mg_direct_checkpoint(direct, &worst, 1);
    return true;
}

/* ---- what is trained ---- */

/* clang-format off */
static const mg_grid_method trained[] = {
    {"free-market", "no taxes", &mg_proximal_policy, .paper_seeds = 0},
    {"us-federal", "the rates of 2018", &mg_proximal_policy, .paper_seeds = 4},
    {"dual-rl", "a planner that learns beside the agents, from its own reward", &mg_dual_rl, .paper_seeds = 4},
    {"metagrad", "a designer that learns through the agents' step", &mg_metagrad, .paper_seeds = 4},
};

/* One episode, in which nothing is learned, and the evaluation behind it. */
enum { UNTRAINED = 1 };

/* moving and frozen go on from warm, alike but for the designer's rate. */
static const mg_grid_variant variants[] = {
    {"", {6, 10000}, .summary = NULL},
    {"phase-1", {6, 5000}, .summary = "no taxes: what a curriculum begins with"},
    {"curriculum", {6, 10000}, .parent = {"free-market", "phase-1", 3}},
    {"capped", {6, 10000}, .summary = "rates under the cap that rises, without a curriculum: another reading",
     .ours = {{"anneal_units", 8000}, {"anneal_start", 0.1}}},
    {"warm", {6, 2000}, .summary = "a designer that learns, as the agents that go on from here do"},
    {"moving", {6, 1000}, .summary = "goes on from warm", .parent = {NULL, "warm", 3}},
    {"frozen", {6, 1000}, .summary = "the same with a tax function that stays", .ours = {{"designer_rate", 0}},
     .parent = {NULL, "warm", 3}},
    {"untrained", {6, UNTRAINED}, .summary = "agents and designer as they begin"},
    {"curriculum-untrained", {6, UNTRAINED}, .parent = {"free-market", "phase-1", 3}},
};

static const mg_grid_line lines[] = {
    {"free-market", "", {1, 2}},
    {"us-federal dual-rl metagrad", "", {1, 5}},
    {"free-market", "phase-1", {1, 1}},
    {"us-federal dual-rl metagrad", "curriculum", {1, 1}},
    {"dual-rl", "capped", {0, 1}},
    {"metagrad", "warm moving frozen", {0, 5}},
    {"metagrad", "untrained", {0, 5}},
    {"dual-rl metagrad", "curriculum-untrained", {1, 1}},
};
/* clang-format on */

/* Episodes as they are played: agents' policies sampled, without exploration. */
static mg_budget budget(int units, bool quick)
{
    if (units == UNTRAINED)
        return (mg_budget){.units = units,
                           .evaluate_every = units,
                           .evaluation_episodes = 10,
                           .final_evaluations = 1,
                           .final_episodes = 100,
                           .checkpoints = 1};
    const bool whole = units > 5000;
    return (mg_budget){.units = units,
                       .evaluate_every = quick   ? 3
                                         : whole ? 200
                                                 : 100,
                       .evaluation_episodes = quick ? 2 : 10,
                       .final_evaluations = quick ? 1 : 5,
                       .final_episodes = quick ? 2 : 100,
                       .checkpoints = quick || !whole ? 3 : 20,
                       .first_checkpoint = quick ? 0 : 5};
}

/* A quick run's networks. */
static void make_small(mg_proximal_policy_config *agents, int *hidden_1, int *hidden_2, int *memory)
{
    agents->filters = 2;
    agents->hidden_1 = agents->hidden_2 = 8;
    agents->memory = 4;
    if (hidden_1) {
        *hidden_1 = *hidden_2 = 8;
        *memory = *memory ? 4 : 0;
    }
}

static void set_up_agents(mg_setup *setup, bool curriculum, bool first, bool quick)
{
    mg_proximal_policy_config config = first        ? mg_proximal_policy_gtb_free_market()
                                       : curriculum ? mg_proximal_policy_gtb_curriculum()
                                                    : mg_proximal_policy_gtb_paper();
    if (quick)
        make_small(&config, NULL, NULL, NULL);
    mg_setup_learner(setup, &mg_proximal_policy, &config, sizeof config);
}

/* Nothing moves but the designer's critic, which has no part in what is played. */
static void keep_still(mg_proximal_policy_config *agents, double *designer_rate)
{
    agents->actor_rate = agents->critic_rate = *designer_rate = 0.0;
}

static void set_up_dual_rl(mg_setup *setup, bool curriculum, bool quick, bool still)
{
    mg_dual_rl_config config = curriculum ? mg_dual_rl_gtb_curriculum() : mg_dual_rl_gtb_paper();
    if (still) {
        keep_still(&config.agents, &config.designer_rate);
        config.anneal_units = 0; /* all rates, as where training ends */
    }
    if (quick)
        make_small(&config.agents, &config.designer_hidden_1, &config.designer_hidden_2, &config.designer_memory);
    mg_setup_learner(setup, &mg_dual_rl, &config, sizeof config);
}

static void set_up_metagrad(mg_setup *setup, bool curriculum, bool quick, bool paper, bool still)
{
    mg_metagrad_config config = curriculum ? mg_metagrad_gtb_curriculum() : mg_metagrad_gtb_paper();
    if (still)
        keep_still(&config.agents, &config.designer_rate);
    if (paper && !curriculum)
        config.agents.actor_rate = 3.3e-3; /* as printed in Table C.4 */
    if (quick)
        make_small(&config.agents, &config.designer_hidden_1, &config.designer_hidden_2, &config.designer_memory);
    mg_setup_learner(setup, &mg_metagrad, &config, sizeof config);
}

static int units_of_paper(const char *variant)
{
    return !strcmp(variant, "phase-1") ? 50000 : 200000; /* facts/gtb.md 12; the thesis */
}

static void set_up(const mg_grid_row *row, mg_profile profile, bool paper, mg_setup *setup)
{
    const bool quick = profile == MG_PROFILE_QUICK && !paper;
    const bool first = !strcmp(row->variant->name, "phase-1");
    const bool curriculum = !strncmp(row->variant->name, "curriculum", strlen("curriculum"));
    const mg_gtb_tax_form tax = !strcmp(row->method->name, "free-market")  ? MG_GTB_FREE_MARKET
                                : !strcmp(row->method->name, "us-federal") ? MG_GTB_US_FEDERAL
                                                                           : MG_GTB_DESIGNER;
    mg_gather_trade_build_config game = mg_gather_trade_build_default(tax);
    if (quick)
        game.steps = 20;
    mg_setup_environment(setup, &mg_gather_trade_build, &game, sizeof game);
    const int units = row->variant->units[quick ? MG_PROFILE_QUICK : MG_PROFILE_PAPER];
    const bool still = units == UNTRAINED && !paper;
    if (row->method->learner == &mg_metagrad)
        set_up_metagrad(setup, curriculum, quick, paper, still);
    else if (row->method->learner == &mg_dual_rl)
        set_up_dual_rl(setup, curriculum, quick, still);
    else
        set_up_agents(setup, curriculum, first, quick);
    const bool of_thesis = paper && units > 2000; /* the others are ours */
    setup->budget = budget(of_thesis ? units_of_paper(row->variant->name) : units, quick);
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

/* ---- the whole ---- */

static const char of_player[] =
    "productivity,equality,welfare,return,houses,trades,gathered,labor,squared_distance,strange_coin";

/* clang-format off */
static const mg_method methods[] = {
    {"random", "", "any allowed action, under US federal taxes", .direct = economy_random, .gives = of_player,
     .seeds = {1, 1}},
    {"builder", "", "builds where it may, else walks, under US federal taxes", .direct = economy_builder,
     .gives = of_player, .seeds = {1, 1}},
    {"meta-gradient", "", "closed form against central differences in the economy", .direct = run_meta_gradient,
     .gives = "components,relative_error,short_of", .seeds = {1, 1}},
};
/* clang-format on */

static const mg_deviation deviations[] = {
    {"*", "quick", "gather-trade-build.steps", "quick: two tax periods"},
    {"*", "quick", "*.filters", "quick: small networks"},
    {"*", "quick", "*.hidden_1", "quick: small networks"},
    {"*", "quick", "*.hidden_2", "quick: small networks"},
    {"*", "quick", "*.designer_hidden_1", "quick: small networks"},
    {"*", "quick", "*.designer_hidden_2", "quick: small networks"},
    {"*", "quick", "*.memory", "quick: small networks"},
    {"*", "quick", "*.designer_memory", "quick: small networks"},
    {"*", "paper", "seeds",
     "the thesis has four models of each: here five, fewer than which say nothing for certain, and one with a "
     "curriculum"},
    {"*", "paper", "budget.units",
     "a twentieth of the 200 000 episodes of the thesis, which are hours for each of its models (facts/gtb.md 14)"},
    {"free-market/phase-1", "paper", "budget.units", "a tenth of the 50 000 episodes of the released program's file"},
    {"*", "paper", "budget.*", "evaluations and checkpoints of a shorter run"},
    {"*", "*", "metagrad.actor_rate",
     "Table C.4 prints 3.3e-3, which is outside of what C.2.3 says was searched (1e-5 to 1e-3); the file of the "
     "released program has a tenth of it, which is taken here (facts/gtb.md 11)"},
    {"dual-rl", "*", "cap of the rates",
     "none without a curriculum; C.2.1 says of dual-RL that it is capped within the first 8000 episodes and not that "
     "this is with a curriculum alone, as 6.3.2 does: dual-rl/capped has the other reading (facts/gtb.md 12)"},
    {"dual-rl/capped", "*", "dual-rl.anneal_units", "the other reading of C.2.1 (facts/gtb.md 12)"},
    {"dual-rl/capped", "*", "dual-rl.anneal_start", "the other reading of C.2.1 (facts/gtb.md 12)"},
    {"dual-rl/capped", "*", "not in the thesis", "unless C.2.1 is meant so: one run, for comparison"},
    {"us-federal", "*", "cap of the rates",
     "none: C.2.1 speaks of the rates that dual-RL chooses; the released program cuts the federal ones, too"},
    {"dual-rl", "*", "the planner's reward",
     "what equality times productivity / 4 grew by in a step, as released; the thesis has one objective for all "
     "designers, the sum over steps of equality times productivity"},
    {"dual-rl", "*", "choices of the planner",
     "22 for each rate: one of the thesis's 21, or to keep what it is, as released (facts/gtb.md 12)"},
    {"metagrad", "*", "the designer's reward",
     "0.01 times equality times productivity in every step, as released; the thesis writes no factor, which its critic "
     "would feel"},
    {"*", "*", "clips",
     "of proximal policy optimisation, printed in the tables for agents and designers, have no effect: the one step an "
     "episode begins at the policy that played it (facts/gtb.md 2)"},
    {"*/curriculum", "*", "optimisers",
     "of the agents go on with moments and counters of phase-1, and so do their critics, which the thesis does not "
     "speak of: it starts from the policy trained there"},
    {"metagrad/untrained", "*", "not in the thesis", "what a designer begins with"},
    {"*/curriculum-untrained", "*", "not in the thesis", "what a designer begins with"},
    {"*untrained", "paper", "*.actor_rate", "untrained: nothing moves"},
    {"metagrad/*untrained", "paper", "metagrad.actor_rate", "untrained: nothing moves"},
    {"*untrained", "paper", "*.critic_rate", "untrained: nothing moves"},
    {"*untrained", "paper", "*.designer_rate", "untrained: nothing moves"},
    {"dual-rl/curriculum-untrained", "paper", "dual-rl.anneal_units", "no cap: as where training ends"},
    {"metagrad/warm", "*", "not in the thesis", "2000 episodes from which moving and frozen go on"},
    {"metagrad/moving", "*", "not in the thesis", "1000 episodes more, from the networks of warm"},
    {"metagrad/frozen", "*", "metagrad.designer_rate", "not in the thesis: taxes that stay, from the same agents"},
    {"free-market", "*", "not in the thesis",
     "no taxes, as US federal otherwise; phase-1: the thesis does not say how its first phase trains, the values are "
     "those of the released program's file"},
    {"metagrad", "*", "what is differentiated",
     "the agents' step as it is; the program's replica of it leaves the income of a period's last step out and counts "
     "all others from the coin of the episode's end (facts/gtb.md 11); --set as_released=1 has it so"},
    {"*", "*", "designer's observation",
     "15 x 15 x 8 and 118 numbers, where the thesis has 14 x 14 x 8 and 112, which fit no map of this size "
     "(facts/gtb.md 8)"},
    {"*", "*", "labor in the utility",
     "weighs 0.21, as released; Equation C.17 takes it away as it is (facts/gtb.md 5)"},
    {"*", "*", "memories", "through whole episodes of 100 steps, which the thesis cuts at 50 (facts/gtb.md 2)"},
    {"dual-rl", "*", "entropy of the planner", "printed in the tables, and identically 0 in the released program"},
    {"*", "*", "evaluation",
     "10 episodes at a time, five times 100 at the end; social welfare is productivity times equality where an "
     "episode ends (facts/gtb.md 5)"},
};

static const mg_table tables[] = {{"film", ECONOMY_FILM}};

// clang-format off
static const char *const metrics[] = {
    "productivity", "equality", "welfare", "welfare_sum", "return", "houses", "trades", "gathered", "labor",
    "rate_1", "rate_2", "rate_3", "rate_4", "rate_5", "rate_6", "rate_7",
    "gathered_1", "gathered_2", "gathered_3", "gathered_4",
    "building_1", "building_2", "building_3", "building_4",
    "trading_1", "trading_2", "trading_3", "trading_4",
    "income_1", "income_2", "income_3", "income_4",
    "tax_1", "tax_2", "tax_3", "tax_4",
    "net_1", "net_2", "net_3", "net_4",
    "squared_distance", "strange_coin", "components", "relative_error", "short_of", NULL};

static const char *const ends_only[] = { /* not drawn in curves.gp, curves-phases.gp or dynamics.gp */
    "welfare_sum", "return", "houses", "trades", "gathered", "labor",
    "building_1", "building_2", "building_3", "building_4",
    "trading_1", "trading_2", "trading_3", "trading_4",
    "income_1", "income_2", "income_3", "income_4",
    "tax_1", "tax_2", "tax_3", "tax_4", NULL};
// clang-format on

static const mg_experiment metagrad_gtb = {
    .name = "metagrad-gtb",
    .number = 11,
    .semantics = 1,
    .whole_methods = "random,builder",
    .whole_seeds = "0",
    .methods = sizeof methods / sizeof *methods,
    .method = methods,
    .grid = &grid,
    .shared = {&mg_quick_deviations},
    .deviations = sizeof deviations / sizeof *deviations,
    .deviation = deviations,
    .tables = sizeof tables / sizeof *tables,
    .table = tables,
    .film = {"film", "", economy_film_frame, NULL},
    .metrics = metrics,
    .ends_only = ends_only,
};

int main(int argc, char **argv)
{
    return mg_experiment_main(&metagrad_gtb, argc, argv);
}
