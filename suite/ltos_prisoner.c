/* ltos-prisoner - LToS in the prisoner's dilemma as a walk (paper Section 5.1, Figure 3a; facts/ltos.md 6, 7, 9, 20).
 *
 * Methods: ltos (the paper's), ltos-code (as its program has it), fixed-ltos (shares half and half), dqn, dgn (every
 * agent for itself), qmix, neurcomm, consenet, joint-dqn (one DQN for both), coco-q, lio (agents that pay each other)
 * and ip (Intention Propagation; facts/ip.md). Computed: exact, the game solved: the best and the random return,
 * Coco-Q's fixed point, and independent Q-learners' by how much of its reward an agent keeps. Variants are other
 * readings of the paper: of LToS's high level, of what ConseNet's agents are paid for, of what LIO's optimiser is for,
 * and of how IP's policy climbs. None of them was used to choose what the rows without a variant do.
 */
#include "algos/intention.h"
#include "algos/lio_networked.h"
#include "algos/ltos.h"
#include "baselines/coco_q.h"
#include "baselines/consensus.h"
#include "baselines/graph_q.h"
#include "baselines/joint_q.h"
#include "baselines/neurcomm.h"
#include "baselines/qmix.h"
#include "envs/prisoner.h"
#include "suite/harness/experiment.h"
#include "suite/shared/prisoner_exact.h"

#include <string.h>

/* ---- what is trained ---- */

/* clang-format off */
static const mg_grid_method trained[] = {
    {"ltos", "LToS as the paper has it", &mg_ltos, .paper_seeds = 5},
    {"ltos-code", "LToS with what its released program does otherwise", &mg_ltos, .paper_seeds = 0},
    {"fixed-ltos", "LToS that shares half and half", &mg_ltos, .paper_seeds = 5, .paper = {{"fixed", 1}}},
    {"dqn", "deep Q-learning, every agent for itself", &mg_deep_q, .paper_seeds = 5},
    {"dgn", "DGN: deep Q-learning that looks at what the neighbour sees, every agent for itself", &mg_graph_q,
     .paper_seeds = 5},
    {"qmix", "QMIX: values with a memory, mixed into the team's", &mg_qmix, .paper_seeds = 5},
    {"neurcomm", "NeurComm: actors with a memory who tell each other what they see and remember", &mg_neurcomm,
     .paper_seeds = 5},
    {"consenet", "ConseNet: actors whose memories agree after every update", &mg_consensus, .paper_seeds = 5},
    {"joint-dqn", "one DQN that moves both agents, for their mean reward", &mg_joint_q, .paper_seeds = 5},
    {"coco-q", "tabular Q-learning with the game's coco value", &mg_coco_q, .paper_seeds = 5},
    {"lio", "LIO: agents that pay each other for what they do", &mg_lio_networked, .paper_seeds = 5},
    {"ip", "Intention Propagation: agents tell each other what they are up to before they act", &mg_intention,
     .paper_seeds = 5},
};

static const mg_grid_variant variants[] = {
    {"", {60, 3000}, .summary = NULL},
    /* Readings of Table 5 and of Algorithm 1. A high level that goes through 2000 transitions after every step takes
     * all of the time: those rows are half as long. */
    {"sample32", {60, 3000}, .ours = {{"sample", 32}}},
    {"slow", {60, 1500}, .ours = {{"sharing_rate", 1e-3}}},
    {"summed", {60, 1500}, .ours = {{"sum_values", 1}}},
    {"adam", {60, 1500}, .ours = {{"adam", 1}, {"sharing_rate", 1e-3}}},
    {"alpha1", {60, 3000}, .ours = {{"spatial", 1}}},
    /* Of Table 6: one optimiser for policies too; one for a giver's loss and cost together. */
    {"rmsprop", {60, 3000}, .ours = {{"policy_rmsprop", 1}}},
    {"one-step", {60, 3000}, .ours = {{"cost_rate", 0}}},
    /* Of the gradient that Intention Propagation's paper does not give, with actions sampled as in training. */
    {"expected", {60, 3000}, .ours = {{"expected", 1}, {"greedy", 0}}},
};

static const mg_grid_line lines[] = {
    {"ltos ltos-code fixed-ltos dqn dgn qmix neurcomm consenet joint-dqn coco-q lio ip", "", {1, 5}},
    {"ltos", "sample32 slow summed adam", {1, 5}},
    {"consenet", "alpha1", {1, 5}},
    {"lio", "rmsprop one-step", {1, 5}},
    {"ip", "expected", {1, 5}},
};
/* clang-format on */

/* Greedy evaluations: training plays at random four times in five to the end. */
static mg_budget budget(int units, bool quick)
{
    return (mg_budget){.units = units,
                       .evaluate_every = quick ? 30 : 50,
                       .evaluation_episodes = quick ? 4 : 100,
                       .final_evaluations = quick ? 1 : units / 500, /* of the last tenth */
                       .final_episodes = quick ? 8 : 100,
                       .checkpoints = quick ? 3 : 10,
                       .first_checkpoint = quick ? 0 : 100};
}

/* The same episodes, evaluations and checkpoints where a unit is two episodes. */
static mg_budget of_two_episodes(mg_budget budget)
{
    budget.units /= 2;
    budget.evaluate_every /= 2;
    budget.first_checkpoint /= 2;
    return budget;
}

static void set_up(const mg_grid_row *row, mg_profile profile, bool paper, mg_setup *setup)
{
    bool quick = profile == MG_PROFILE_QUICK && !paper;
    const mg_prisoner_config game = mg_prisoner_default();
    const mg_learner_table *learner = row->method->learner;
    const mg_deep_q_config deep_q = mg_deep_q_prisoner(); /* of JointDQN too */
    const mg_graph_q_config graph_q = mg_graph_q_prisoner();
    const mg_coco_q_config coco_q = mg_coco_q_prisoner();
    const mg_recurrent_config neurcomm = mg_neurcomm_prisoner(), consensus = mg_consensus_prisoner();
    const mg_lio_networked_config lio = mg_lio_prisoner();
    const mg_intention_config intention = mg_intention_prisoner();
    mg_qmix_config qmix = mg_qmix_prisoner();
    bool released = !strcmp(row->method->name, "ltos-code");
    mg_ltos_config ltos = released ? mg_ltos_prisoner_code() : mg_ltos_prisoner();
    if (quick) {
        ltos.spread = 0.5;
        qmix.target_every = 20;
    }
    mg_setup_environment(setup, &mg_prisoner, &game, sizeof game);
    if (learner == &mg_ltos)
        mg_setup_learner(setup, learner, &ltos, sizeof ltos);
    else if (learner == &mg_coco_q)
        mg_setup_learner(setup, learner, &coco_q, sizeof coco_q);
    else if (learner == &mg_neurcomm)
        mg_setup_learner(setup, learner, &neurcomm, sizeof neurcomm);
    else if (learner == &mg_consensus)
        mg_setup_learner(setup, learner, &consensus, sizeof consensus);
    else if (learner == &mg_lio_networked)
        mg_setup_learner(setup, learner, &lio, sizeof lio);
    else if (learner == &mg_intention)
        mg_setup_learner(setup, learner, &intention, sizeof intention);
    else if (learner == &mg_qmix)
        mg_setup_learner(setup, learner, &qmix, sizeof qmix);
    else if (learner == &mg_graph_q)
        mg_setup_learner(setup, learner, &graph_q, sizeof graph_q);
    else
        mg_setup_learner(setup, learner, &deep_q, sizeof deep_q);
    setup->budget = budget(row->variant->units[quick ? MG_PROFILE_QUICK : MG_PROFILE_PAPER], quick);
    if (learner == &mg_lio_networked)
        setup->budget = of_two_episodes(setup->budget);
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

static const mg_method methods[] = {
    {.name = "exact",
     .variant = "",
     .summary = "the game solved exactly",
     .direct = prisoner_exact,
     .gives = "best_return,random_return,optimum_error,random_error,coco_error,independent_error,greedy_error",
     .seeds = {1, 1}},
};

static const mg_deviation deviations[] = {
    {"*", "quick", "ltos.spread", "quick: attention begins where so few updates are not lost in rounding"},
    {"*", "quick", "qmix.target_every", "quick: or its targets would never move"},
    {"*", "*", "corridor",
     "the game is not released: nine cells, goals on 0, 4 and 8, starts on 3 and 5, as the paper's source of it has "
     "them; 50 steps at most, so that two policies that walk to and fro end (facts/ltos.md 7)"},
    {"*", "*", "observation",
     "the paper says that the whole state is observed, and not how: here both cells, the own first, and who one is "
     "(facts/ltos.md 7)"},
    {"ltos-code", "*", "not in the paper",
     "what the released program of the traffic scenario does otherwise than the paper says: Adam and the reload of the "
     "high level, Adam's rate 1e-3 as in the low level where Table 5 prints 0.1 for SGD, the sum of all values, and "
     "noise on the target's logits (facts/ltos.md 12)"},
    {"ltos", "*", "ltos.sample",
     "a reading: one minibatch a step, 32 transitions, where Table 5 prints a sample of 2000: 63 minibatches a step "
     "once there are so many"},
    {"ltos", "*", "ltos.sharing_rate",
     "a reading: 1e-3, what Table 5 prints for traffic, where it prints 1e-1 for prisoner; with Adam the released "
     "program's"},
    {"ltos", "*", "ltos.sum_values",
     "a reading: weights climb the sum of all agents' values, as the released program has it and Algorithm 1 has not"},
    {"ltos", "*", "ltos.adam", "a reading: Adam, as the released program has it, without its reload of the high level"},
    {"ltos", "*", "length of the readings",
     "slow, summed and adam are trained for 1500 episodes, since a pass over 2000 transitions after every step takes "
     "minutes"},
    {"consenet", "*", "recurrent.spatial",
     "a reading: alpha 1, the sum of both rewards, which is what the method's own paper maximises; Table 6 names "
     "NeurComm alone, and 0.9 is what ConseNet's settings in the released program have (facts/ltos.md 11)"},
    {"lio", "*", "lio-networked.policy_rmsprop",
     "a reading: policies step by RMSProp too, the one optimiser that Table 6 names; LIO's own step by plain gradient "
     "descent, through which its incentive functions learn"},
    {"lio", "*", "lio-networked.cost_rate",
     "a reading: one optimiser for a giver's loss and what giving costs, since Table 6 has no rate for another; LIO's "
     "own has two wherever its cost is 1 (facts/ltos.md 14)"},
    {"lio", "*", "settings of LIO",
     "what Table 6 does not say is as in LIO's own tasks: two layers, entropy, the logarithm, the cost's optimiser "
     "(facts/ltos.md 14)"},
    {"ip", "*", "intention.expected",
     "a reading: the policy climbs the expectation over its own choices of both agents' Q, an estimate of the loss "
     "itself; the paper does not say how discrete actions are differentiated, and the row without a variant relaxes "
     "them (facts/ip.md 2)"},
    {"ip", "*", "intention.greedy", "a reading: what that policy earns when it is sampled, as in training"},
    {"ip", "*", "networks of IP",
     "no program of it exists: attention, two hops and one layer on top are our reading of its paper, units, rates and "
     "first weights are those that Table 4 has for DQN, DGN and IP; one network for both agents (facts/ip.md 1, 3)"},
    {"dqn", "*", "shared parameters",
     "both agents use one network, as in the released program of DGN: they are alike and see who they are; the paper "
     "does not say (facts/ltos.md 6)"},
    {"dgn", "*", "shared parameters", "both agents use one network, as in its released program (facts/ltos.md 10)"},
    {"*ltos", "*", "shared parameters",
     "both agents use one network a level, as in the released program of DGN (facts/ltos.md 12)"},
    {"ltos-code", "*", "shared parameters",
     "both agents use one network a level, as in the released program of DGN (facts/ltos.md 12)"},
    {"*", "*", "length of training", "the paper does not say how long it trains: here 3000 episodes"},
    {"*", "*", "evaluation",
     "100 greedy episodes every 50; the paper does not say. With the exploration of its Table 4, 0.8 to the end, "
     "returns of training would stay near those of random play (facts/ltos.md 20)"},
};

static const mg_table tables[] = {{"shares", PRISONER_EXACT_SHARES}};

/* When the greedy policies have learned to cooperate: ten evaluations in a row near the best return, 0.97; and when
 * they first come near it at all. */
static const mg_milestone milestones[] = {
    {"episodes_to_cooperate", "return_mean", 0.96, 10, .episodes = true},
    {"episodes_to_first", "return_mean", 0.9, 1, .episodes = true},
};

static const char *const metrics[] = {"return_mean",
                                      "return_0",
                                      "return_1",
                                      "reached",
                                      "length",
                                      "episodes_to_cooperate",
                                      "episodes_to_first",
                                      "own_weight_mean",
                                      "own_weight_least",
                                      "own_weight_largest",
                                      "sharing_moved",
                                      "conservation_error",
                                      "simplex_error",
                                      "best_return",
                                      "random_return",
                                      "optimum_error",
                                      "random_error",
                                      "coco_error",
                                      "independent_error",
                                      "greedy_error",
                                      NULL};

static const mg_experiment ltos_prisoner = {
    .name = "ltos-prisoner",
    .number = 7,
    .semantics = 1,
    .whole_methods = "exact,dqn",
    .whole_seeds = "0",
    .methods = sizeof methods / sizeof *methods,
    .method = methods,
    .grid = &grid,
    .shared = {&mg_quick_deviations},
    .deviations = sizeof deviations / sizeof *deviations,
    .deviation = deviations,
    .tables = sizeof tables / sizeof *tables,
    .table = tables,
    .milestones = sizeof milestones / sizeof *milestones,
    .milestone = milestones,
    .metrics = metrics,
};

int main(int argc, char **argv)
{
    return mg_experiment_main(&ltos_prisoner, argc, argv);
}
