/* ltos-table1 - LToS in the jungle (paper Section 5.2: Table 1, Figures 3b, 4, 5, 6; facts/ltos.md 6, 8, 21).
 *
 * Methods: ltos (the paper's), ltos-code (as its program has it), fixed-ltos (sharing weights that stay), dqn, dgn
 * (every agent for itself), qmix, neurcomm, consenet, lio and ip (Intention Propagation; facts/ip.md). Variants: n20,
 * twenty agents (Table 1); n10 to n50 by number of agents (Figure 5), k1 to k5 by number of neighbours (Figure 6),
 * shorter; keep03 to keep09 by what fixed-ltos keeps of its reward; free-hits, where a hit that meets something costs
 * nothing, and often, where the high level learns ten times as often, by how the paper is read. Computed: bound, the
 * paper's upper bound; random, sharing, fierce: players that learn nothing.
 */
#include "algos/intention.h"
#include "algos/lio_networked.h"
#include "algos/ltos.h"
#include "baselines/consensus.h"
#include "baselines/deep_q.h"
#include "baselines/graph_q.h"
#include "baselines/neurcomm.h"
#include "baselines/qmix.h"
#include "envs/jungle.h"
#include "suite/harness/experiment.h"
#include "suite/shared/jungle_reference.h"

#include <string.h>

/* ---- what is trained ---- */

enum { QUICK_STEPS = 20, QUICK_AGENTS = 5 };

/* clang-format off */
static const mg_grid_method trained[] = {
    {"ltos", "LToS as the paper has it", &mg_ltos, .paper_seeds = 5},
    {"ltos-code", "LToS with what its released program does otherwise", &mg_ltos, .paper_seeds = 0},
    {"fixed-ltos", "LToS with sharing weights that stay", &mg_ltos, .paper_seeds = 5, .paper = {{"fixed", 1}}},
    {"dqn", "deep Q-learning, every agent for itself", &mg_deep_q, .paper_seeds = 5},
    {"dgn", "DGN: deep Q-learning that looks at what the neighbours see, every agent for itself", &mg_graph_q,
     .paper_seeds = 5},
    {"qmix", "QMIX: values with a memory, mixed into the team's", &mg_qmix, .paper_seeds = 5},
    {"neurcomm", "NeurComm: actors with a memory who tell each other what they see and remember", &mg_neurcomm,
     .paper_seeds = 5},
    {"consenet", "ConseNet: actors whose memories agree after every update", &mg_consensus, .paper_seeds = 5},
    {"lio", "LIO: agents that pay their neighbours for what they do", &mg_lio_networked, .paper_seeds = 5},
    {"ip", "Intention Propagation: agents tell their neighbours what they are up to before they act", &mg_intention,
     .paper_seeds = 5},
};

static const mg_grid_variant variants[] = {
    {"n20", {6, 1200}, .summary = NULL},
    {"n20-200", {6, 200}, .summary = NULL},
    /* Figure 5: the number of agents, three foods for five. */
    {"n10", {6, 300}, .paper = {{"agents", 10}, {"foods", 6}}},
    {"n20-300", {6, 300}, .summary = NULL},
    {"n30", {6, 300}, .paper = {{"agents", 30}, {"foods", 18}}},
    {"n40", {6, 300}, .paper = {{"agents", 40}, {"foods", 24}}},
    {"n50", {6, 300}, .paper = {{"agents", 50}, {"foods", 30}}},
    /* Figure 6: the number of neighbours. */
    {"k1", {6, 300}, .paper = {{"neighbours", 1}}},
    {"k2", {6, 300}, .paper = {{"neighbours", 2}}},
    {"k4", {6, 300}, .paper = {{"neighbours", 4}}},
    {"k5", {6, 300}, .paper = {{"neighbours", 5}}},
    /* What fixed LToS keeps: the paper searched for the best value and does not print it. */
    {"keep03", {6, 300}, .ours = {{"selfishness", 0.3}}},
    {"keep07", {6, 300}, .ours = {{"selfishness", 0.7}}},
    {"keep09", {6, 300}, .ours = {{"selfishness", 0.9}}},
    /* Other readings of what LToS's lead hangs on. */
    {"free-hits", {6, 300}, .ours = {{"hit_cost_always", 0}}},
    {"often", {6, 300}, .ours = {{"sharing_every", 10}}},
};

static const mg_grid_line lines[] = {
    {"ltos ltos-code fixed-ltos dqn dgn", "n20", {1, 5}},
    {"ip", "n20", {1, 3}},
    {"dqn", "n20-200", {0, 3}},
    {"qmix neurcomm consenet lio", "n20-200", {1, 3}},
    {"ltos fixed-ltos dgn", "n10 n20-300 n30 n40 n50 k1 k2 k4 k5", {0, 3}},
    {"fixed-ltos", "keep03 keep07 keep09", {0, 3}},
    {"ltos fixed-ltos dgn", "free-hits", {0, 3}},
    {"ltos", "often", {0, 3}},
};
/* clang-format on */

/* Evaluations every 20 episodes, or 15 in a run of 300; those of the last tenth are the final ones. */
static mg_budget budget(int units, bool quick)
{
    int every = quick ? units / 2 : units == 300 ? 15 : 20;
    return (mg_budget){.units = units,
                       .evaluate_every = every,
                       .evaluation_episodes = quick          ? 2
                                              : units == 200 ? 5
                                                             : 10,
                       .final_evaluations = quick ? 1 : units / 10 / every,
                       .final_episodes = quick ? 2 : 30,
                       .checkpoints = quick           ? 2
                                      : units >= 1000 ? 20
                                                      : 10,
                       .first_checkpoint = quick ? 0 : 10};
}

/* Episodes without learning: those of DGN's program, or most of a short run would be idle. */
static int idle_episodes(int units, bool quick, bool paper)
{
    return quick ? 1 : paper || units >= 1000 ? 199 : 5;
}

static void set_up_deep_q(mg_setup *setup, int idle, bool quick, int steps)
{
    mg_deep_q_config config = mg_deep_q_jungle();
    config.update_every = 3; /* as DGN */
    config.learn_after = idle * steps;
    if (quick)
        config.hidden_1 = config.hidden_2 = 16;
    mg_setup_learner(setup, &mg_deep_q, &config, sizeof config);
}

static void set_up_graph_q(mg_setup *setup, int idle, bool quick)
{
    mg_graph_q_config config = mg_graph_q_jungle();
    config.idle_episodes = idle;
    if (quick) {
        config.hidden_1 = config.hidden_2 = 16;
        config.spread = 0.3;
    }
    mg_setup_learner(setup, &mg_graph_q, &config, sizeof config);
}

static void set_up_ltos(mg_setup *setup, bool released, int idle, bool quick)
{
    mg_ltos_config config = released ? mg_ltos_jungle_code() : mg_ltos_jungle();
    config.idle_episodes = idle;
    if (quick) {
        config.hidden_1 = config.hidden_2 = 16;
        config.spread = 0.5;
        config.sharing_every = 1;
        config.sharing_rate = 0.1;
        config.sample = 20;
        config.sharing_batch = 10;
    }
    mg_setup_learner(setup, &mg_ltos, &config, sizeof config);
}

static void set_up_intention(mg_setup *setup, int idle, bool quick)
{
    mg_intention_config config = mg_intention_jungle();
    config.idle_episodes = idle;
    if (quick) {
        config.hidden_1 = config.hidden_2 = 16;
        config.spread = 0.3;
    }
    mg_setup_learner(setup, &mg_intention, &config, sizeof config);
}

static void set_up_recurrent(mg_setup *setup, const mg_learner_table *learner, mg_recurrent_config config, bool quick)
{
    if (quick)
        config.hidden_1 = config.hidden_2 = config.cells = 16;
    mg_setup_learner(setup, learner, &config, sizeof config);
}

/* The least of a short run: a minibatch of two episodes, targets that move. */
static void set_up_qmix(mg_setup *setup, bool quick)
{
    mg_qmix_config config = quick ? mg_qmix_jungle_small() : mg_qmix_jungle();
    if (quick) {
        config.hidden_1 = config.hidden_2 = 16;
        config.batch = config.target_every = 2;
    }
    mg_setup_learner(setup, &mg_qmix, &config, sizeof config);
}

/* The same episodes, evaluations and checkpoints where a unit is two episodes. */
static void set_up_lio(mg_setup *setup, bool quick)
{
    mg_lio_networked_config config = mg_lio_jungle(quick ? QUICK_AGENTS : 20);
    if (quick) {
        config.lio.policy_hidden_1 = config.lio.policy_hidden_2 = 16;
        config.lio.incentive_hidden_1 = config.lio.incentive_hidden_2 = 16;
    }
    mg_setup_learner(setup, &mg_lio_networked, &config, sizeof config);
    setup->budget.units /= 2;
    setup->budget.evaluate_every /= 2;
    setup->budget.first_checkpoint = quick ? 0 : 1; /* that `make check` runs anew */
}

static void set_up(const mg_grid_row *row, mg_profile profile, bool paper, mg_setup *setup)
{
    const mg_learner_table *learner = row->method->learner;
    bool quick = profile == MG_PROFILE_QUICK && !paper;
    int units = row->variant->units[quick ? MG_PROFILE_QUICK : MG_PROFILE_PAPER];
    int idle = idle_episodes(units, quick, paper);
    mg_jungle_config game = mg_jungle_default(20);
    game.hit_cost_always = !paper;
    mg_setup_environment(setup, &mg_jungle, &game, sizeof game);
    if (learner == &mg_ltos)
        set_up_ltos(setup, !strcmp(row->method->name, "ltos-code"), idle, quick);
    else if (learner == &mg_intention)
        set_up_intention(setup, idle, quick);
    else if (learner == &mg_neurcomm)
        set_up_recurrent(setup, learner, mg_neurcomm_jungle(), quick);
    else if (learner == &mg_consensus)
        set_up_recurrent(setup, learner, mg_consensus_jungle(), quick);
    else if (learner == &mg_qmix)
        set_up_qmix(setup, quick);
    else if (learner == &mg_graph_q)
        set_up_graph_q(setup, idle, quick);
    else if (learner == &mg_deep_q)
        set_up_deep_q(setup, idle, quick, quick ? QUICK_STEPS : game.steps);
    setup->budget = budget(paper ? 2000 : units, quick);
    /* What `make check` runs anew. An episode of agents with networks of their own, and the evaluation before it, read
     * 20 x 10 MB of weights at each step, twice 120 times: beyond the 2 s that it may take, and there is no less. */
    bool slow = learner == &mg_neurcomm || learner == &mg_consensus;
    if (!quick && (slow || learner == &mg_qmix))
        setup->budget.first_checkpoint = slow ? 1 : 5;
    if (learner == &mg_lio_networked)
        set_up_lio(setup, quick);
}

static const mg_grid grid = {
    .methods = sizeof trained / sizeof *trained,
    .method = trained,
    .variants = sizeof variants / sizeof *variants,
    .variant = variants,
    .lines = sizeof lines / sizeof *lines,
    .line = lines,
    .set_up = set_up,
    .quick = {{"agents", QUICK_AGENTS}, {"foods", 3}, {"steps", QUICK_STEPS}},
};

/* ---- the whole ---- */

static const char of_bound[] = "way,bound,bound_percent",
                  of_player[] = "reward_per_step,eaten,hits,most_hits,squared_distance";
static const char bound_says[] = "the paper's upper bound, from boards drawn at random";
static const char random_says[] = "agents that choose at random";
static const char sharing_says[] =
    "agents that see the whole board, take the nearest free place at a food and hit nobody";
static const char fierce_says[] = "the same, but who stands beside an agent hits it";

/* clang-format off */
static const mg_method methods[] = {
    {"bound", "n10", bound_says, .direct = jungle_bound, .gives = of_bound, .seeds = {1, 1}},
    {"bound", "n20", bound_says, .direct = jungle_bound, .gives = of_bound, .seeds = {1, 1}},
    {"bound", "n30", bound_says, .direct = jungle_bound, .gives = of_bound, .seeds = {1, 1}},
    {"bound", "n40", bound_says, .direct = jungle_bound, .gives = of_bound, .seeds = {1, 1}},
    {"bound", "n50", bound_says, .direct = jungle_bound, .gives = of_bound, .seeds = {1, 1}},
    {"random", "n10", random_says, .direct = jungle_random, .gives = of_player, .seeds = {1, 1}},
    {"random", "n20", random_says, .direct = jungle_random, .gives = of_player, .seeds = {1, 1}},
    {"random", "n30", random_says, .direct = jungle_random, .gives = of_player, .seeds = {1, 1}},
    {"random", "n40", random_says, .direct = jungle_random, .gives = of_player, .seeds = {1, 1}},
    {"random", "n50", random_says, .direct = jungle_random, .gives = of_player, .seeds = {1, 1}},
    {"sharing", "n10", sharing_says, .direct = jungle_sharing, .gives = of_player, .seeds = {1, 1}},
    {"sharing", "n20", sharing_says, .direct = jungle_sharing, .gives = of_player, .seeds = {1, 1}},
    {"sharing", "n30", sharing_says, .direct = jungle_sharing, .gives = of_player, .seeds = {1, 1}},
    {"sharing", "n40", sharing_says, .direct = jungle_sharing, .gives = of_player, .seeds = {1, 1}},
    {"sharing", "n50", sharing_says, .direct = jungle_sharing, .gives = of_player, .seeds = {1, 1}},
    {"fierce", "n20", fierce_says, .direct = jungle_fierce, .gives = of_player, .seeds = {1, 1}},
};
/* clang-format on */

static const mg_deviation deviations[] = {
    {"*", "quick", "jungle.agents", "quick: five agents, since twenty of them take minutes without SIMD"},
    {"*", "quick", "jungle.foods", "quick: three foods for five agents"},
    {"*", "quick", "jungle.steps", "quick: shorter episodes"},
    {"*", "quick", "*.hidden_1", "quick: small networks"},
    {"*", "quick", "*.hidden_2", "quick: small networks"},
    {"*", "paper", "budget.units",
     "1200 episodes for n20, past the end of exploration's decay, where 2000 were planned; before it 300 for Figures 5 "
     "and 6 and other readings, and 200 for QMIX, NeurComm, ConseNet and LIO (100 iterations): the paper does not say "
     "how long it trains (facts/ltos.md 21)"},
    {"*", "quick", "deep-q.learn_after", "quick: one idle episode"},
    {"*", "quick", "ltos.sh*", "quick: the high level learns after every episode, fast enough to be seen"},
    {"*", "quick", "ltos.sample", "quick: there are not more"},
    {"lio", "quick", "lio-networked.givers", "quick: five agents"},
    {"lio", "quick", "lio-networked.policy_hidden*", "quick: small networks"},
    {"lio", "quick", "lio-networked.incentive_hidden*", "quick: small networks"},
    {"lio", "*", "whom LIO's agents pay",
     "their neighbours, in the order of their distance: the paper lets agents talk to neighbours alone, and says that "
     "LIO's cannot be told from one another; LIO's own pay all others (facts/ltos.md 14)"},
    {"lio", "*", "settings of LIO",
     "what Table 6 does not say is as in LIO's own tasks: policies step by plain gradient descent, entropy, the "
     "logarithm (facts/ltos.md 14)"},
    {"ltos-code", "*", "not in the paper",
     "what the released program of the traffic scenario does otherwise than the paper says: Adam and the reload of the "
     "high level, Adam's rate 1e-4 as in the low level, which Table 5 prints for SGD too, the sum of all values, and "
     "noise on the target's logits (facts/ltos.md 12)"},
    {"ltos", "*", "when the high level learns",
     "\"update frequency 100 episodes\" counts from the first episode, those without learning included: the first "
     "pass comes with the low level's first update, or after 100 episodes of a shorter run (facts/ltos.md 12)"},
    {"ltos-code", "*", "when the high level learns",
     "\"update frequency 100 episodes\" counts from the first episode, those without learning included: the first "
     "pass comes with the low level's first update (facts/ltos.md 12)"},
    {"fixed-ltos", "*", "selfishness",
     "the paper searched for its best value and does not print it: here LToS's initial one, 0.5, which has the "
     "self-to-neighbour ratio of NeurComm's alpha, as its appendix D asks for; keep03 to keep09 are others "
     "(facts/ltos.md 12)"},
    {"fixed-ltos", "*", "ltos.selfishness", "other values than 0.5, to see how much hangs on it"},
    {"ltos/often", "*", "ltos.sharing_every",
     "a reading: the high level learns after every tenth episode, 29 times in a run of 300, where the 2000 planned "
     "episodes would have it learn 19 times; it has two passes in the other runs of that length"},
    {"*", "quick", "*.cells", "quick: small networks"},
    {"qmix", "quick", "qmix.memory", "quick: as the StarCraft challenge's program"},
    {"qmix", "quick", "qmix.embed", "quick: as the StarCraft challenge's program"},
    {"qmix", "quick", "qmix.batch", "quick: there are not more episodes"},
    {"qmix", "quick", "qmix.target_every", "quick: or its targets would never move"},
    {"*", "quick", "*.idle_episodes", "quick: one idle episode"},
    {"*", "quick", "*.spread", "quick: attention begins where so few updates are not lost in rounding"},
    {"*", "paper", "deep-q.learn_after", "a shorter run is idle for five episodes (facts/ltos.md 21)"},
    {"*", "paper", "*.idle_episodes", "a shorter run is idle for five episodes (facts/ltos.md 21)"},
    {"ip", "*", "networks of IP",
     "no program of it exists: attention, two hops and one layer on top are our reading of its paper, units, rates and "
     "first weights are those that Table 4 has for DQN, DGN and IP; one network for all agents (facts/ip.md 1, 3). One "
     "layer "
     "of 512 units before the hops where Table 4 has two; gradients are limited to a norm of 0.5, as MADDPG's and "
     "PIC's "
     "programs do; Adam is PyTorch's"},
    {"ip", "*", "policy gradient of IP",
     "relaxed choices at temperature 1 and the smaller of both Q: the paper writes it for continuous actions alone "
     "(facts/ip.md 2)"},
    {"ip", "*", "exploration of IP",
     "actions are drawn from its policy, as Algorithm 1 acts: none of Table 4's epsilon, which falls from 0.6 to 0.01 "
     "in "
     "DGN and LToS. The episodes before the first update are so almost uniform play (facts/ip.md 9)"},
    {"ip", "*", "schedule of IP", "an update every third step, none in the first 199 episodes, as DGN (facts/ip.md 3)"},
    {"dqn", "*", "schedule of DQN",
     "an update every third step, none in the first 199 episodes, as the released program of DGN, whose setting the "
     "paper takes in the jungle"},
    {"*", "paper", "budget.*", "evaluations and checkpoints of a shorter run"},
    {"ip", "paper", "seeds", "three seeds: two Q, V and a policy take five times as long as DGN"},
    {"*", "paper", "seeds", "three seeds of shorter runs"},
    {"*", "*", "jungle.hit_cost_always",
     "in the released game every hit costs 0.01; the paper says so of hits on nothing alone (facts/ltos.md 8)"},
    {"*", "*", "evaluation",
     "greedy episodes, 10 at a time and 30 in the last tenth of the training, whose mean is the result; the paper "
     "does not say (facts/ltos.md 21)"},
};

static const mg_table tables[] = {{"film", JUNGLE_FILM}};

static const char *const metrics[] = {"reward_per_step",
                                      "eaten",
                                      "hits",
                                      "most_hits",
                                      "own_weight_mean",
                                      "own_weight_least",
                                      "own_weight_largest",
                                      "sharing_moved",
                                      "conservation_error",
                                      "simplex_error",
                                      "way",
                                      "bound",
                                      "bound_percent",
                                      "squared_distance",
                                      NULL};

/* No figure draws their way. */
static const char *const ends_only[] = {"most_hits", "own_weight_largest", "conservation_error", "simplex_error", NULL};

static const mg_experiment ltos_table1 = {
    .name = "ltos-table1",
    .number = 8,
    .semantics = 1,
    .whole_methods = "bound,random",
    .whole_seeds = "0",
    .methods = sizeof methods / sizeof *methods,
    .method = methods,
    .grid = &grid,
    .shared = {&mg_quick_deviations},
    .deviations = sizeof deviations / sizeof *deviations,
    .deviation = deviations,
    .tables = sizeof tables / sizeof *tables,
    .table = tables,
    .film = {"film", "n20", jungle_film_frame, NULL},
    .metrics = metrics,
    .ends_only = ends_only,
};

int main(int argc, char **argv)
{
    return mg_experiment_main(&ltos_table1, argc, argv);
}
