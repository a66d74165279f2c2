/* metagrad-escape - meta-gradient incentive design in the Escape Room (thesis ch. 6, Figure 6.1; facts/gtb.md 11, 12).
 *
 * A designer who is no agent pays for each place to go to, alike for all; it is after the sum of all rewards less what
 * it pays. ER(5,2), ER(10,5), and ER(2,1) for who is paid when. Beside it what the rooms are worth.
 */
#include "algos/metagrad.h"
#include "baselines/dual_designer.h"
#include "suite/harness/experiment.h"
#include "suite/harness/trail.h"
#include "suite/shared/escape_rows.h"

#include <string.h>

static mg_escape_room_config room_of(const char *variant)
{
    mg_escape_room_config room = !strcmp(variant, "er-2-1")   ? mg_escape_room_default(2, 1)
                                 : !strcmp(variant, "er-5-2") ? mg_escape_room_default(5, 2)
                                                              : mg_escape_room_default(10, 5);
    room.designer = true;
    room.observe_given = false;
    return room;
}

/* ---- what is trained: hyper-parameters of thesis Tables C.1 and C.2 ---- */

/* clang-format off */
static const mg_grid_method trained[] = {
    {"metagrad", "MetaGrad: a designer that learns through the agents' learning", &mg_metagrad, .paper_seeds = 8},
    {"dual-rl-d2", "dual-RL (d): incentives of 0 or 1.1", &mg_dual_designer, .paper_seeds = 8},
    {"dual-rl-d3", "dual-RL (d): incentives of 0, 1.1 or 2", &mg_dual_designer, .paper_seeds = 8},
    {"dual-rl-d5", "dual-RL (d): incentives of 0, 0.5, 1, 1.5 or 2", &mg_dual_designer, .paper_seeds = 8},
    {"dual-rl-c", "dual-RL (c): an incentive from 0 to 2 drawn for each agent", &mg_dual_designer, .paper_seeds = 8},
};

static const mg_grid_variant variants[] = {
    {"er-2-1", {60, 100000}, .summary = NULL},
    {"er-5-2", {60, 100000}, .summary = NULL},
    {"er-10-5", {60, 100000}, .summary = NULL},
};

static const mg_grid_line lines[] = {
    {"metagrad", "er-2-1 er-5-2 er-10-5", {1, 8}},
    {"dual-rl-d2 dual-rl-d3 dual-rl-d5 dual-rl-c", "er-5-2", {1, 8}},
    {"dual-rl-d3 dual-rl-c", "er-10-5", {1, 8}},
};
/* clang-format on */

static mg_budget budget(const mg_grid_variant *variant, bool quick, bool paper)
{
    const int units = variant->units[quick ? MG_PROFILE_QUICK : MG_PROFILE_PAPER];
    const int every = !strcmp(variant->name, "er-2-1") ? 1000 : 4000;
    return (mg_budget){.units = units,
                       .evaluate_every = quick   ? units / 2
                                         : paper ? 100
                                                 : every,
                       .evaluation_episodes = 10,
                       .final_evaluations = quick ? 1 : 5,
                       .final_episodes = quick ? 20 : 100,
                       .checkpoints = quick ? 2 : 10,
                       .first_checkpoint = quick ? 0 : 500};
}

/* Of an incentive, in dual-RL (d). */
static int values_of(const char *method)
{
    return !strcmp(method, "dual-rl-d2") ? 2 : !strcmp(method, "dual-rl-d3") ? 3 : 5;
}

static void set_up(const mg_grid_row *row, mg_profile profile, bool paper, mg_setup *setup)
{
    const bool quick = profile == MG_PROFILE_QUICK && !paper;
    const bool large = !strcmp(row->variant->name, "er-10-5");
    const char *name = row->method->name; /* of dual-RL it ends in how it gives */
    const mg_metagrad_config metagrad = mg_metagrad_escape_paper();
    const mg_dual_designer_config dual = !strcmp(name, "dual-rl-c")
                                             ? mg_dual_designer_continuous_paper(large)
                                             : mg_dual_designer_discrete_paper(large, values_of(name));
    mg_escape_room_config room = room_of(row->variant->name);
    room.by_agent = !strcmp(name, "dual-rl-c");
    mg_setup_environment(setup, &mg_escape_room, &room, sizeof room);
    if (row->method->learner == &mg_metagrad)
        mg_setup_learner(setup, &mg_metagrad, &metagrad, sizeof metagrad);
    else
        mg_setup_learner(setup, &mg_dual_designer, &dual, sizeof dual);
    setup->budget = budget(row->variant, quick, paper);
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

/* ---- the rooms solved ---- */

static bool run_exact(mg_direct *direct, mg_error *error)
{
    (void)error;
    const mg_escape_room_config room = room_of(mg_direct_name(direct)->variant);
    escape_exact_row(direct, &room);
    return true;
}

/* clang-format off */
#define EXACT(room, says) \
    {.name = "exact", .variant = room, .summary = says " by going through all joint actions", .direct = run_exact, \
     .gives = "best_return,random_return", .seeds = {1, 1}}

static const mg_method methods[] = {
    EXACT("er-2-1", "ER(2,1)"), EXACT("er-5-2", "ER(5,2)"),
};
/* clang-format on */

static const mg_deviation deviations[] = {
    {"*", "paper", "budget.evaluate_every", "fewer evaluations than the released program's 1000 a run"},
    {"*", "*", "the price of the lever",
     "going to the lever costs 1 also where it opens the door, as released (facts/lio-escape.md 1.1)"},
    {"metagrad", "*", "what giving costs",
     "the sum of the designer's three outputs, given or not and not times 2, as released; the thesis says the sum of "
     "incentives given (facts/gtb.md 11)"},
    {"dual-rl-d5", "*", "values of incentives",
     "as printed; in the released program 1.1 stands for the 1 (facts/gtb.md 12)"},
    {"*/er-2-1", "*", "settings of ER(2,1)", "the thesis states none: those of ER(5,2)"},
};

/* When somebody is first paid as much as the lever costs, and when two agents first come near their best return. */
static const mg_milestone milestones[] = {{"episodes_to_pay_1", "paid", 1.0, .times = 1},
                                          {"episodes_to_8", "return_sum", 8.0, .times = 1}};

static const char *const metrics[] = {
    "net_return", "return_sum",  "paid",          "levers_0",          "levers_1",      "doors_0",
    "doors_1",    "for_lever_0", "for_start_0",   "for_door_0",        "for_lever_1",   "for_start_1",
    "for_door_1", "best_return", "random_return", "episodes_to_pay_1", "episodes_to_8", NULL};

static const char *const ends_only[] = {"doors_0", "doors_1", NULL};

static const mg_experiment metagrad_escape = {
    .name = "metagrad-escape",
    .number = 10,
    .semantics = 1,
    .whole_methods = "exact",
    .whole_seeds = "0",
    .methods = sizeof methods / sizeof *methods,
    .method = methods,
    .grid = &grid,
    .shared = {&mg_quick_deviations},
    .deviations = sizeof deviations / sizeof *deviations,
    .deviation = deviations,
    .milestones = sizeof milestones / sizeof *milestones,
    .milestone = milestones,
    .metrics = metrics,
    .ends_only = ends_only,
};

int main(int argc, char **argv)
{
    return mg_experiment_main(&metagrad_escape, argc, argv);
}
