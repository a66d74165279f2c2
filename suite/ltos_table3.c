/* ltos-table3 - LToS on the roads (paper Section 5.3: Table 3, Figures 3c and 7; facts/ltos.md 1 to 3, 22).
 *
 * Methods: ltos (the paper's), ltos-code (as its program has it), fixed-ltos (sharing weights that stay), dqn, dgn
 * (every signal for itself), qmix, neurcomm, consenet, lio, ip; max-pressure and fixed-time learn nothing. Variants:
 * 6x6, the paper's grid with its Table 2; town, a network of 33 signals of our own, which stands for its Shenzhen.
 * Other readings of what the paper leaves open, shown beside and never chosen by: 6x6-adam and 6x6-falls, how the high
 * level steps; 6x6-keep05 and 6x6-keep09, what fixed-ltos keeps; 6x6-plain, rewards that are not scaled; 6x6-rmsprop,
 * by which policies are trained; 6x6-greedy, how policies are evaluated; 6x6-smaller and 6x6-near, how large the
 * rewards of actors with a memory are; and 6x6-untrained, networks as they start. With --network DIR the town is
 * another one, from CityFlow's files: Shenzhen's, for who has it (facts/ltos.md 22). Figure 7 is drawn from the film:
 * what every signal of the 6x6 keeps of its reward in an episode after training, and how many vehicles wait there.
 */
#include "algos/intention.h"
#include "algos/intention_network.h"
#include "algos/lio_networked.h"
#include "algos/ltos.h"
#include "baselines/consensus.h"
#include "baselines/fixed_cycle.h"
#include "baselines/graph_q.h"
#include "baselines/greedy_score.h"
#include "baselines/neurcomm.h"
#include "baselines/qmix.h"
#include "core/io/memory.h"
#include "envs/traffic_control.h"
#include "suite/harness/experiment.h"
#include "suite/harness/trail.h"

#include <stdlib.h>
#include <string.h>

/* ---- a film: what waits at every signal, and what it keeps of its reward ---- */

enum { FILM_EVERY = 15 /* decisions for which LToS holds its weights */ };

static void film_number(mg_csv_writer *table, const struct mg_row_name *name, int step, const char *what, int signal,
                        double value)
{
    mg_put_row_name(table, name);
    mg_csv_integer(table, step);
    mg_csv_text(table, what);
    mg_csv_integer(table, signal);
    mg_csv_double(table, value);
    mg_csv_end_row(table);
}

/* Vehicles that wait, the mean over the seconds of the decision. */
static void film_frame(const mg_row *row, int step, mg_csv_writer *table, const struct mg_row_name *name)
{
    const mg_traffic_control_config *c = row->config;
    const mg_traffic_control_view view = mg_traffic_control_look(row);
    for (int s = 0; s < c->grid.rows * c->grid.columns && step > 0 && step % FILM_EVERY == 0; s++)
        film_number(table, name, step, "queue", s, (double)view.queue_before[s] / (double)c->decision_seconds);
}

static void film_mind(const void *learner, const void *memory, int step, mg_csv_writer *table,
                      const struct mg_row_name *name)
{
    if (step % FILM_EVERY || strncmp(name->method, "ltos", 4) != 0)
        return;
    const int signals = mg_ltos_own_weights(learner, memory, NULL);
    float *own = mg_allocate((size_t)signals, sizeof *own);
    (void)mg_ltos_own_weights(learner, memory, own);
    for (int s = 0; s < signals; s++)
        film_number(table, name, step, "own weight", s, (double)own[s]);
    free(own);
}

/* ---- what is trained ---- */

enum { UNTRAINED = 8 /* episodes, of which nothing is learned */ };

/* clang-format off */
static const mg_grid_method methods[] = {
    {"ltos", "LToS as the paper has it", &mg_ltos_rounds, .paper_seeds = 5},
    {"ltos-code", "LToS with what its released program does otherwise", &mg_ltos_rounds, .paper_seeds = 0},
    {"fixed-ltos", "LToS with sharing weights that stay", &mg_ltos_rounds, .paper_seeds = 5, .paper = {{"fixed", 1}}},
    {"dqn", "deep Q-learning, every signal for itself", &mg_graph_q_rounds, .paper_seeds = 5,
     .paper = {{"layers", 0}}},
    {"dgn", "DGN: deep Q-learning that looks at what the neighbours see, every signal for itself", &mg_graph_q_rounds,
     .paper_seeds = 5},
    {"qmix", "QMIX: values with a memory, mixed into the team's", &mg_qmix, .paper_seeds = 5},
    {"neurcomm", "NeurComm: actors with a memory who tell each other what they see and remember", &mg_neurcomm,
     .paper_seeds = 5},
    {"consenet", "ConseNet: actors whose memories agree after every update", &mg_consensus, .paper_seeds = 5},
    {"lio", "LIO: signals that pay their neighbours for what they do", &mg_lio_networked, .paper_seeds = 5,
     .paper = {{"transfer_max", 0.1}}},
    {"ip", "Intention Propagation: signals that tell each other what they are up to before they act", &mg_intention,
     .paper_seeds = 5},
    {"max-pressure", "the phase from the longest queues to the shortest, every 10 s", &mg_greedy_score,
     .paper = {{"observe_pressure", 1}}},
    {"fixed-time", "actions 0, 0, 1, 1, 2, 3 in turn, 10 s each", &mg_fixed_cycle, .paper_seeds = 0},
};

/* 100 rounds of four episodes; 400 of one. */
static const mg_grid_variant variants[] = {
    {"6x6", {12, 400}, .summary = NULL},
    {"town", {3, 400}, .summary = NULL},
    {"6x6-adam", {12, 400}, .ours = {{"adam", 1}}},
    {"6x6-falls", {12, 400}, .ours = {{"sharing_falls", 1}}},
    {"6x6-keep05", {12, 400}, .ours = {{"selfishness", 0.5}}},
    {"6x6-keep09", {12, 400}, .ours = {{"selfishness", 0.9}}},
    {"6x6-plain", {12, 400}, .ours = {{"reward_scale", 1}}},
    {"6x6-rmsprop", {12, 400}, .ours = {{"policy_rmsprop", 1}}},
    {"6x6-greedy", {12, 400}, .ours = {{"greedy", 1}}},
    {"6x6-smaller", {12, 400}, .ours = {{"normaliser", 5000}}},
    {"6x6-near", {12, 400}, .ours = {{"spatial", 0.1}}},
    {"6x6-untrained", {12, UNTRAINED},
     .ours = {{"policy_rate", 0, "lio"}, {"incentive_rate", 0, "lio"}, {"rate", 0, "qmix"}}},
};

static const mg_grid_line lines[] = {
    {"ltos ltos-code fixed-ltos dqn dgn qmix neurcomm consenet lio ip", "6x6", {1, 3}},
    {"ltos ltos-code fixed-ltos dgn", "town", {1, 3}},
    {"max-pressure fixed-time", "6x6 town", {1, 3}},
    {"ltos", "6x6-adam 6x6-falls", {0, 3}},
    {"fixed-ltos", "6x6-keep05 6x6-keep09", {0, 3}},
    {"ip", "6x6-plain", {0, 2}},
    {"lio", "6x6-rmsprop 6x6-untrained", {0, 3}},
    {"qmix", "6x6-untrained", {0, 3}},
    {"neurcomm consenet", "6x6-greedy 6x6-smaller", {0, 3}},
    {"consenet", "6x6-near", {0, 3}},
};
/* clang-format on */

static bool in_town(const mg_grid_row *row)
{
    return !strcmp(row->variant->name, "town");
}

static int signals_of(const mg_grid_row *row, bool quick)
{
    return in_town(row) ? 33 : quick ? 4 : 36;
}

/* A quick run has four signals and a few minutes. */
static void set_up_roads(const mg_grid_row *row, bool quick, mg_setup *setup)
{
    mg_town_control_config town = mg_town_control_default(33);
    mg_traffic_control_config grid = mg_traffic_control_default();
    if (quick) {
        grid.grid.rows = grid.grid.columns = 2;
        grid.episode_seconds = town.control.episode_seconds = 200;
    }
    if (in_town(row))
        mg_setup_environment(setup, &mg_town_control, &town, sizeof town);
    else
        mg_setup_environment(setup, &mg_traffic_control, &grid, sizeof grid);
}

/* In the town a round is one episode, of 400 as on 6x6: rates fall over them as they do there, where the program's 0.95
 * a round would leave nothing to learn from after the first hundred. */
static void set_rounds(mg_rounds *rounds, bool town, bool quick, bool paper)
{
    if (town) {
        rounds->episodes = 1;
        rounds->rate_decay = paper ? 0.95 : 0.9872585449014338; /* to the fourth: 0.95 */
    }
    if (quick) {
        rounds->sample = 40;
        rounds->epochs = 2;
    }
}

static void set_up_graph_q(mg_setup *setup, bool town, bool quick, bool paper)
{
    mg_graph_q_rounds_config config = mg_graph_q_traffic();
    set_rounds(&config.rounds, town, quick, paper);
    if (quick) {
        config.graph_q.spread = 0.3;
        config.graph_q.batch = 10;
    }
    mg_setup_learner(setup, &mg_graph_q_rounds, &config, sizeof config);
}

/* Table 5: in Shenzhen the high level learns every 50 episodes, from a selfishness of 0.9. */
static void set_up_ltos(mg_setup *setup, bool released, bool town, bool quick, bool paper)
{
    mg_ltos_rounds_config config = released ? mg_ltos_traffic_code() : mg_ltos_traffic();
    set_rounds(&config.rounds, town, quick, paper);
    if (town) {
        config.ltos.sharing_every = 50;
        config.ltos.selfishness = 0.9;
    }
    if (quick) {
        config.ltos.spread = 0.5;
        config.ltos.batch = config.ltos.sharing_batch = 10;
        config.ltos.sharing_every = town ? 1 : 4;
        config.ltos.sharing_rate = 0.1;
        config.ltos.sample = 40;
    }
    mg_setup_learner(setup, &mg_ltos_rounds, &config, sizeof config);
}

/* Policies that are drawn from: no episode is like another. */
static void set_up_recurrent(mg_setup *setup, const mg_learner_table *learner, mg_recurrent_config config)
{
    setup->budget.evaluation_episodes = setup->budget.final_episodes = 3;
    mg_setup_learner(setup, learner, &config, sizeof config);
}

/* 5000 episodes of 36 signals would be ten gigabytes. */
static void set_up_qmix(mg_setup *setup, bool quick, bool paper)
{
    mg_qmix_config config = mg_qmix_traffic();
    if (!paper) {
        config.capacity = 128;
        config.target_every = quick ? 2 : 20;
    }
    if (quick)
        config.batch = 2;
    mg_setup_learner(setup, &mg_qmix, &config, sizeof config);
}

/* The same episodes, evaluations and checkpoints where a unit is two episodes. */
static void set_up_lio(mg_setup *setup, int signals)
{
    const mg_lio_networked_config config = mg_lio_traffic(signals);
    mg_setup_learner(setup, &mg_lio_networked, &config, sizeof config);
    setup->budget.units /= 2;
    setup->budget.evaluate_every /= 2;
}

/* Table 4's column for what it says of IP too; a step down every second step of the environment, about as often as DGN
 * makes one in its rounds. */
static void set_up_ip(mg_setup *setup, bool quick)
{
    mg_intention_config config = mg_intention_prisoner();
    config.aggregate = MG_AGGREGATE_ATTENTION; /* of several neighbours, facts/ip.md 1 */
    config.discount = 0.8;
    config.capacity = 10000;
    config.batch = quick ? 4 : 20;
    config.update_every = 2;
    config.reward_scale = 0.05;
    if (quick)
        config.spread = 0.3;
    mg_setup_learner(setup, &mg_intention, &config, sizeof config);
}

static bool on_network(mg_setup *setup, const char *folder)
{
    mg_town_control_config *town = (void *)setup->environment_config;
    if (setup->environment == &mg_town_control)
        town->files = folder;
    return setup->environment == &mg_town_control;
}

static void set_up_controller(mg_setup *setup, const mg_learner_table *learner)
{
    const mg_fixed_cycle_config cycle = mg_fixed_cycle_roads();
    if (learner == &mg_fixed_cycle)
        mg_setup_learner(setup, learner, &cycle, sizeof cycle);
    else
        mg_setup_learner(setup, learner, NULL, 0);
    setup->budget.units = setup->budget.evaluate_every = 1;
    setup->budget.final_evaluations = setup->budget.checkpoints = 1;
    setup->budget.first_checkpoint = 0;
}

/* An evaluation is one greedy episode, since all of them are alike; those of the last tenth are the final ones. */
static mg_budget budget(int units, bool quick)
{
    const bool brief = quick || units == UNTRAINED;
    return (mg_budget){.units = units,
                       .evaluate_every = quick && units < 4 ? 1 : 4,
                       .evaluation_episodes = 1,
                       .final_evaluations = brief ? 1 : units / 10 / 4,
                       .final_episodes = 1,
                       .checkpoints = brief ? 2 : 10,
                       .first_checkpoint = quick ? 0 : 1};
}

static void set_up(const mg_grid_row *row, mg_profile profile, bool paper, mg_setup *setup)
{
    const bool quick = profile == MG_PROFILE_QUICK && !paper, town = in_town(row);
    const mg_learner_table *learner = row->method->learner;
    set_up_roads(row, quick, setup);
    setup->budget = budget(row->variant->units[quick ? MG_PROFILE_QUICK : MG_PROFILE_PAPER], quick);
    if (learner == &mg_ltos_rounds)
        set_up_ltos(setup, !strcmp(row->method->name, "ltos-code"), town, quick, paper);
    else if (learner == &mg_graph_q_rounds)
        set_up_graph_q(setup, town, quick, paper);
    else if (learner == &mg_neurcomm)
        set_up_recurrent(setup, learner, mg_neurcomm_traffic());
    else if (learner == &mg_consensus)
        set_up_recurrent(setup, learner, mg_consensus_traffic());
    else if (learner == &mg_qmix)
        set_up_qmix(setup, quick, paper);
    else if (learner == &mg_intention)
        set_up_ip(setup, quick);
    else if (learner == &mg_lio_networked)
        set_up_lio(setup, signals_of(row, quick));
    else
        set_up_controller(setup, learner);
}

static const mg_grid grid = {
    .methods = sizeof methods / sizeof *methods,
    .method = methods,
    .variants = sizeof variants / sizeof *variants,
    .variant = variants,
    .lines = sizeof lines / sizeof *lines,
    .line = lines,
    .set_up = set_up,
};

/* ---- the whole ---- */

static const mg_deviation deviations[] = {
    {"*", "quick", "seeds", "quick runs one seed: it checks bits, not claims"},
    {"*", "quick", "budget.*", "quick: shorter training"},
    {"*", "quick", "traffic-control.*", "quick: four signals, a few minutes"},
    {"*", "quick", "town-control.episode_seconds", "quick: a few minutes"},
    {"*", "quick", "*.spread", "quick: attention begins where so few updates are not lost in rounding"},
    {"*", "quick", "*.batch", "quick: there is little to draw from"},
    {"*", "quick", "*.round_sample", "quick: there is little to draw from"},
    {"*", "quick", "*.epochs", "quick: two"},
    {"*", "quick", "ltos-rounds.sh*", "quick: the high level learns in every round, fast enough to be seen"},
    {"*", "quick", "ltos-rounds.sample", "quick: there are not more"},
    {"lio", "quick", "lio-networked.givers", "quick: four signals"},
    {"*", "quick", "qmix.target_every", "quick: or its targets would never move"},
    {"*", "*", "seeds", "three seeds where the paper has five: what two cores can run"},
    {"*", "*", "qmix.capacity", "128 episodes kept: 5000 of them are ten gigabytes (facts/ltos.md 22)"},
    {"*", "*", "qmix.target_every",
     "targets become equal every 20 episodes: with the StarCraft program's 200 they would move twice in this training"},
    {"*", "*", "demand",
     "the demand is our own draw after LToS's rules, another one for each seed, but for what --network brings; the "
     "paper trains all seeds on one flow file, which is not redistributed (facts/ltos.md 2)"},
    {"*/town", "*", "network of 33 signals",
     "town is our own unless --network names another, with as many neighbours as Shenzhen's signals have and as many "
     "vehicles an hour; the paper's network is not redistributed (facts/ltos.md 22)"},
    {"*", "*", "reward",
     "a quarter of the vehicles that wait, below zero, the mean of a decision's ten seconds, as in the released "
     "program; the paper's is their plain number (facts/ltos.md 1)"},
    {"*", "*", "metric of Table 3",
     "the published code computes Table 3's metric nowhere: red_lights_waiting and red_lights_delay are two readings "
     "of it (facts/ltos.md 3)"},
    {"*", "*", "evaluation",
     "one episode every 4, the mean of those of the last tenth is the result: an episode differs from another by its "
     "lights alone. Actions are the best or likeliest ones"},
    {"neurcomm/6x6", "*", "evaluation",
     "three episodes every 4, actions drawn, as the program of Chu et al. does on roads; 6x6-greedy: the likeliest"},
    {"consenet/6x6", "*", "evaluation", "as NeurComm's"},
    {"*/6x6-smaller", "*", "evaluation", "three episodes every 4, actions drawn, as NeurComm's and ConseNet's"},
    {"*/6x6-near", "*", "evaluation", "three episodes every 4, actions drawn, as ConseNet's"},
    {"ip", "*", "evaluation",
     "one episode every 4, the likeliest action, as all who learn values here; in ip-cityflow, its own paper's result, "
     "actions are drawn"},
    {"ltos/6x6-adam", "*", "ltos-rounds.adam",
     "another reading, beside Table 5's SGD: the released program's Adam, without its reload"},
    {"ltos/6x6-falls", "*", "ltos-rounds.sharing_falls",
     "another reading: the high level's rate falls too, as in the released program"},
    {"fixed-ltos/6x6-keep*", "*", "ltos-rounds.selfishness",
     "another value: the paper's search found one that it does not print"},
    {"ip/6x6-plain", "*", "intention.reward_scale", "another reading: rewards as they are, against alpha's entropy"},
    {"lio/6x6-rmsprop", "*", "lio-networked.policy_rmsprop",
     "another reading: Table 6's one optimiser for policies too"},
    {"*/6x6-greedy", "*", "recurrent.greedy", "another reading: evaluated as those who learn values are"},
    {"*/6x6-smaller", "*", "recurrent.normaliser", "another reading: rewards ten times smaller still"},
    {"consenet/6x6-near", "*", "recurrent.spatial",
     "another reading: paid for neighbours as NeurComm's, by Table 6's 0.1"},
    {"qmix/6x6-untrained", "*", "qmix.rate", "untrained: nothing moves"},
    {"lio/6x6-untrained", "*", "lio-networked.*", "untrained: nothing moves"},
    {"*", "*", "*.rate_decay",
     "in the town 0.95 every four rounds, which are as many episodes as one of 6x6: with 0.95 a round of one episode "
     "the last three quarters of the 400 would teach nothing"},
    {"ltos*", "*", "networks of signals",
     "all signals use one network a level, as in the released program; Algorithm 1 has one for each"},
    {"fixed-ltos", "*", "networks of signals", "one for all, as LToS's"},
    {"dgn", "*", "networks of signals", "one for all, as in its released program"},
    {"dqn", "*", "networks of signals", "one for all, as DGN's"},
    {"dgn", "*", "network of DGN",
     "DGN's body with one layer of attention, as the released program: that reads the layer's result alone, does not "
     "scale its products, and attends to absent neighbours as to zeros (facts/ltos.md 22)"},
    {"ltos", "*", "network of LToS", "the body is DGN's, above"},
    {"ltos-code", "*", "network of LToS", "the body is DGN's, above"},
    {"fixed-ltos", "*", "network of LToS", "the body is DGN's, above"},
    {"*", "*", "rates that fall",
     "by 0.95 a round where values are fitted in rounds, as in the released program; the paper does not speak of it"},
    {"ltos", "*", "rates that fall",
     "the low level's by 0.95 a round, as in the released program; the high level's is Table 5's throughout "
     "(6x6-falls: it falls too). The paper does not speak of it"},
    {"ltos", "*", "noise on weights",
     "in every episode; the released program has it only in rounds that end with an update of the high level, the "
     "paper does not say"},
    {"ltos-code", "*", "noise on weights", "in every episode, as ltos"},
    {"ltos-code", "*", "not in the paper",
     "what the released program does otherwise than the paper says: Adam and the reload of the high level, five passes "
     "when it is due, the sum of all values, and noise on the target's logits (facts/ltos.md 22)"},
    {"fixed-ltos/6x6-keep*", "*", "selfishness", "another value, .5 or .9"},
    {"fixed-ltos", "*", "selfishness",
     "the paper searched for its best value and does not print it: here LToS's initial one (facts/ltos.md 22)"},
    {"neurcomm", "*", "normaliser",
     "rewards over 500: the program of Chu et al. has 2000 on its grid, where rewards are plain sums of queues, four "
     "times as large (facts/ltos.md 22)"},
    {"consenet", "*", "normaliser", "over 500, as NeurComm's; that program has 100 for ConseNet on its grid"},
    {"*/6x6-smaller", "*", "normaliser", "another reading: over 5000"},
    {"neurcomm", "*", "what signals see",
     "counts of vehicles as they are, as all here: the program of Chu et al. divides by 5 and cuts at 2 (facts/ltos.md "
     "22)"},
    {"consenet", "*", "what signals see", "as NeurComm's"},
    {"ip", "*", "optimiser of IP", "Adam, which is IP's own: Table 4 has one for all that it lists, RMSProp"},
    {"ip", "*", "schedule of IP",
     "a gradient step every second step, about as many as DGN makes in its rounds, rewards over 20 as in those; the "
     "paper does not say"},
    {"ip/6x6-plain", "*", "schedule of IP",
     "a gradient step every second step, as ip; rewards as they are (facts/ltos.md 22)"},
    {"lio", "*", "whom LIO's signals pay", "their neighbours, as in ltos-table1 (facts/ltos.md 14)"},
    {"lio", "*", "optimiser of LIO's policies",
     "plain gradient descent, as the thesis has it: Table 6 has one optimiser for all that it lists, RMSProp "
     "(6x6-rmsprop)"},
    {"lio/6x6-rmsprop", "*", "optimiser of LIO's policies", "another reading: RMSProp, Table 6's one for all"},
    {"lio", "*", "schedule of LIO",
     "an iteration every two episodes, 200 in all, as the thesis has it; those who fit values make some 60000 gradient "
     "steps"},
    {"qmix", "*", "schedule of QMIX",
     "a gradient step an episode, 369 in all, as in its authors' program; those who fit values make some 60000"},
    {"lio", "*", "exploration by rounds", "epsilon falls by 0.9 every four episodes, which are a round of LToS's"},
    {"qmix", "*", "exploration by rounds", "epsilon falls by 0.9 every four episodes, which are a round of LToS's"},
};

static const mg_table tables[] = {{"film", "step,what,signal,value"}};

static const char *const metrics[] = {"red_lights_waiting", "red_lights_delay",   "average_travel_time", "queue",
                                      "finished",           "own_weight_mean",    "own_weight_1",        "own_weight_2",
                                      "own_weight_3",       "own_weight_4",       "own_weight_5",        "own_weight_6",
                                      "sharing_moved",      "conservation_error", "simplex_error",       NULL};

/* No figure draws their way. */
static const char *const ends_only[] = {"red_lights_delay",
                                        "average_travel_time",
                                        "queue",
                                        "finished",
                                        "own_weight_1",
                                        "own_weight_2",
                                        "own_weight_3",
                                        "own_weight_4",
                                        "own_weight_5",
                                        "own_weight_6",
                                        "conservation_error",
                                        "simplex_error",
                                        NULL};

static const mg_experiment ltos_table3 = {
    .name = "ltos-table3",
    .number = 16,
    .semantics = 1,
    .whole_methods = "max-pressure,fixed-time",
    .whole_seeds = "0",
    .grid = &grid,
    .deviations = sizeof deviations / sizeof *deviations,
    .deviation = deviations,
    .tables = sizeof tables / sizeof *tables,
    .table = tables,
    .film = {"film", "6x6", film_frame, film_mind},
    .on_network = on_network,
    .metrics = metrics,
    .ends_only = ends_only,
};

int main(int argc, char **argv)
{
    return mg_experiment_main(&ltos_table3, argc, argv);
}
