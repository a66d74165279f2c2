/* ip-cityflow - Intention Propagation on the roads (paper Section 5, Figures 3, 5, 6a, 6b, 6d and 7; facts/ip.md 7).
 *
 * Methods: ip; dgn, iql (Q-learning, every signal for itself), qmix as its memory allows; max-pressure, fixed-time,
 * constant and uniform, which learn nothing; pic, maddpg and maddpgs: actors with one critic for all. Variants by
 * number of signals: n16, n49, n100, n225, n1225, grids of 4x4 to 35x35, and n96, a town of our own, which stands for
 * Manhattan's irregular map; all: everybody is everybody's neighbour (Figure 6); hop1, hop3: rounds of messages. Other
 * readings of what the paper leaves open, with 16 signals: sum and mean, how neighbours are heard; slow, a tenth of the
 * rate; scaled, rewards over 20; greedy, the likeliest actions; and untrained, networks as they start. An episode is
 * 100 decisions, as in the paper; what is measured is the average travel time, and how far what signals do is from
 * where vehicles are (Figure 7). Computed: mean-field, what the method rests on, on small random fields; sizes, how
 * networks grow with the signals.
 */
#include "algos/intention.h"
#include "algos/intention_network.h"
#include "algos/intention_theory.h"
#include "baselines/central_critic.h"
#include "baselines/central_critic_network.h"
#include "baselines/deep_q.h"
#include "baselines/fixed_cycle.h"
#include "baselines/graph_q.h"
#include "baselines/greedy_score.h"
#include "baselines/qmix.h"
#include "core/io/memory.h"
#include "envs/traffic_control.h"
#include "suite/harness/experiment.h"
#include "suite/harness/trail.h"
#include "suite/shared/roads_play.h"

#include <stdlib.h>
#include <string.h>

/* ---- a film: what waits at every signal of the 7x7 grid ---- */

enum { FILM_EVERY = 10, MINIBATCH = 1024, QUICK_SIGNALS = 4, QUICK_SECONDS = 200, MANY = 225 };

static void film_frame(const mg_row *row, int step, mg_csv_writer *table, const struct mg_row_name *name)
{
    const mg_traffic_control_config *c = row->config;
    const mg_traffic_control_view view = mg_traffic_control_look(row);
    for (int s = 0; s < c->grid.rows * c->grid.columns && step > 0 && step % FILM_EVERY == 0; s++) {
        mg_put_row_name(table, name);
        mg_csv_integer(table, step);
        mg_csv_integer(table, s);
        mg_csv_double(table, (double)view.queue_before[s] / (double)c->decision_seconds);
        mg_csv_end_row(table);
    }
}

/* ---- what is run ---- */

/* clang-format off */
static const mg_grid_method methods[] = {
    {"ip", "Intention Propagation: signals that tell each other what they are up to before they act", &mg_intention,
     .paper_seeds = 5},
    {"dgn", "DGN: deep Q-learning that looks at what the neighbours see", &mg_graph_q, .paper_seeds = 5},
    {"iql", "deep Q-learning, every signal for itself", &mg_deep_q, .paper_seeds = 5},
    {"qmix", "QMIX: values with a memory, mixed into the team's", &mg_qmix, .paper_seeds = 5},
    {"maddpg", "MADDPG: actors with one critic of what all see and do", &mg_central_critic, .paper_seeds = 5},
    {"maddpgs", "MADDPG whose critic meets the agents in a new order every time", &mg_central_critic, .paper_seeds = 5},
    {"pic", "PIC: actors with one critic that knows no order of agents", &mg_central_critic, .paper_seeds = 5},
    {"max-pressure", "the phase from the longest queues to the shortest, every 10 s", &mg_greedy_score,
     .paper = {{"observe_pressure", 1}}},
    {"fixed-time", "actions 0, 0, 1, 1, 2, 3 in turn, 10 s each", &mg_fixed_cycle, .paper_seeds = 0},
    {"constant", "lights that never change: straight on from west to east, and back", &mg_fixed_cycle,
     .paper = {{"length", 1}}},
};

/* Episodes: 250, fewer where an episode is longer in the making. */
static const mg_grid_variant variants[] = {
    {"n16", {4, 250}, .summary = NULL},
    {"n49", {4, 250}, .summary = NULL},
    {"n96", {4, 250}, .summary = NULL},
    {"n100", {4, 250}, .summary = NULL},
    {"n225", {4, 250}, .summary = NULL},
    {"n1225", {4, 100}, .summary = NULL},
    {"n49-all", {4, 250}, .paper = {{"everybody", 1}}},
    {"n100-50", {4, 50}, .summary = NULL}, /* what n100-all is compared with, which has no time for more */
    {"n100-all", {4, 50}, .paper = {{"everybody", 1}}},
    {"n49-hop1", {4, 250}, .paper = {{"hops", 1}}},
    {"n49-hop3", {4, 250}, .paper = {{"hops", 3}}},
    {"n16-sum", {4, 250}, .ours = {{"aggregate", MG_AGGREGATE_SUM}}},
    {"n16-mean", {4, 250}, .ours = {{"aggregate", MG_AGGREGATE_MEAN}}},
    {"n16-slow", {4, 250}, .ours = {{"rate", 0.001}}},
    {"n16-scaled", {4, 250}, .ours = {{"reward_scale", 0.05}}},
    {"n16-greedy", {4, 250}, .ours = {{"greedy", 1}}},
    {"n16-untrained", {4, 10}, .ours = {{"rate", 0}}},
};

/* Quick runs of all sizes would be alike: they are of the grid and of the town. */
static const mg_grid_line lines[] = {
    {"ip dgn max-pressure fixed-time", "n16 n96", {1, 3}},
    {"ip dgn max-pressure fixed-time", "n49 n100 n225", {0, 3}},
    {"ip dgn", "n1225", {0, 3}},
    {"max-pressure fixed-time", "n1225", {0, 1}},
    {"constant", "n16 n49 n96 n100 n225 n1225", {0, 3}},
    {"iql", "n16", {1, 3}},
    {"iql", "n49 n96 n100", {0, 3}},
    {"qmix", "n16", {1, 3}},
    {"qmix", "n49", {0, 3}},
    {"maddpg maddpgs pic", "n16", {1, 3}},
    {"maddpg maddpgs pic", "n49 n96 n100 n225", {0, 3}},
    {"maddpgs", "n1225", {0, 3}},
    {"ip", "n49-all", {1, 3}},
    {"ip", "n100-50 n100-all n49-hop1 n49-hop3", {0, 3}},
    {"ip", "n16-sum n16-mean n16-slow n16-scaled n16-greedy", {0, 3}},
    {"dgn pic", "n16-slow", {0, 3}},
    {"ip dgn pic", "n16-untrained", {0, 3}},
};
/* clang-format on */

static int signals_of(const mg_grid_row *row)
{
    return atoi(row->variant->name + 1);
}

static int side_of(int signals)
{
    int side = 1;
    while (side * side < signals)
        side++;
    return side;
}

/* Blocks of CityFlow's own tool, which is what made the paper's grids, up to 100 signals. On larger ones the 1000 s are
 * over before a vehicle has crossed blocks of 300 m, whatever the lights do: they have those of Learning to Share's
 * 6x6. Quiet, peak, busy and quiet again within the 1000 s. Twenty vehicles a signal come to the town in the same time,
 * which is about what comes to a grid of its size.
 */
static void set_up_roads(mg_setup *setup, int signals, bool quick)
{
    mg_town_control_config town = mg_town_control_default(quick ? 5 : 96);
    mg_traffic_control_config grid = mg_traffic_control_default();
    const int seconds = quick ? QUICK_SECONDS : 1000;
    grid.grid = mg_traffic_grid_default();
    grid.grid.plan = false;
    grid.grid.rows = grid.grid.columns = side_of(quick ? QUICK_SIGNALS : signals);
    if (signals >= MANY) {
        grid.grid.spacing = mg_traffic_grid_ltos().spacing;
        grid.grid.width = mg_traffic_grid_ltos().width;
    }
    grid.demand = MG_CONTROL_WAVES;
    grid.demand_interval = 10.0;
    grid.episode_seconds = town.control.episode_seconds = town.demand_seconds = seconds;
    town.vehicles = quick ? 60 : 20 * 96;
    if (signals == 96)
        mg_setup_environment(setup, &mg_town_control, &town, sizeof town);
    else
        mg_setup_environment(setup, &mg_traffic_control, &grid, sizeof grid);
}

/* About as many rows of agents in a minibatch as the paper has joint transitions. */
static int minibatch(int signals)
{
    return (MINIBATCH + signals - 1) / signals;
}

/* Transitions: all of the training, or the paper's; of 1225 signals the newest 4000 are half a gigabyte. */
static int capacity(int signals, int episodes, bool paper)
{
    return paper ? 1000000 : signals > MANY && episodes > 40 ? 4000 : 100 * episodes;
}

/* Table 2 for all methods: Adam at 0.01, 128 units, discount 0.95, tau 0.01, eight gradient steps; per 100 steps of the
 * environment, which is every 12th. */
static void set_up_graph_q(mg_setup *setup, int signals, int episodes, bool quick, bool paper)
{
    mg_graph_q_config config = mg_graph_q_prisoner();
    config.discount = 0.95;
    config.rate = 0.01;
    config.follow = 0.01;
    config.epsilon_start = 1.0;
    config.epsilon_decay = 0.987;
    config.epsilon_end = 0.05;
    config.hidden_1 = config.hidden_2 = 128;
    config.capacity = capacity(signals, episodes, paper);
    config.batch = paper ? MINIBATCH : minibatch(signals);
    config.update_every = 12;
    if (quick) {
        config.hidden_1 = config.hidden_2 = 16;
        config.spread = 0.3;
        config.batch = 4;
        config.update_every = 2;
    }
    mg_setup_learner(setup, &mg_graph_q, &config, sizeof config);
}

static void set_up_deep_q(mg_setup *setup, int signals, int episodes, bool quick, bool paper)
{
    mg_deep_q_config config = mg_deep_q_roads(paper ? 1 : signals);
    config.capacity = capacity(signals, episodes, paper);
    if (quick) {
        config.hidden_1 = config.hidden_2 = 16;
        config.batch = config.learn_after = 4;
        config.update_every = 2;
    }
    mg_setup_learner(setup, &mg_deep_q, &config, sizeof config);
}

/* Fewer units, and a step more often, in a quick run. */
static void set_up_ip(mg_setup *setup, int signals, int episodes, bool quick, bool paper)
{
    mg_intention_config config = mg_intention_traffic(paper ? 1 : signals);
    config.capacity = capacity(signals, episodes, paper);
    if (quick) {
        config.hidden_1 = config.hidden_2 = 16;
        config.batch = 4;
        config.update_every = 10;
        config.gradient_steps = 2;
    }
    mg_setup_learner(setup, &mg_intention, &config, sizeof config);
}

static void set_up_central(mg_setup *setup, mg_central_critic_config config, int signals, int episodes, bool quick,
                           bool paper)
{
    config.capacity = capacity(signals, episodes, paper);
    if (quick) {
        config.hidden = 16;
        config.batch = 4;
        config.update_every = 10;
        config.gradient_steps = 2;
    }
    mg_setup_learner(setup, &mg_central_critic, &config, sizeof config);
}

static void set_up_qmix(mg_setup *setup, bool quick, bool paper)
{
    mg_qmix_config config = mg_qmix_traffic();
    config.discount = 0.95;
    config.epsilon_start = 1.0;
    config.epsilon_decay = 0.987;
    config.hidden_1 = config.memory = config.embed = quick ? 16 : 128;
    config.capacity = paper ? 5000 : 250;
    config.batch = quick ? 2 : 8;
    config.target_every = quick ? 2 : 20;
    mg_setup_learner(setup, &mg_qmix, &config, sizeof config);
}

static void set_up_controller(mg_setup *setup, const mg_learner_table *learner)
{
    const mg_fixed_cycle_config cycle = mg_fixed_cycle_roads();
    if (learner == &mg_fixed_cycle)
        mg_setup_learner(setup, learner, &cycle, sizeof cycle);
    else
        mg_setup_learner(setup, learner, NULL, 0);
    setup->budget = (mg_budget){.units = 1,
                                .evaluate_every = 1,
                                .evaluation_episodes = 1,
                                .final_evaluations = 1,
                                .final_episodes = 1,
                                .checkpoints = 1};
}

static mg_central_critic_config central(const char *name, int signals)
{
    if (!strcmp(name, "maddpg"))
        return mg_maddpg_traffic(signals);
    return !strcmp(name, "pic") ? mg_pic_traffic(signals) : mg_maddpgs_traffic(signals);
}

/* Evaluations of the last fifth of the training are the final ones. All greedy episodes of a network are alike, so one
 * is an evaluation; of actions that are drawn, as ip's and those of actors with one critic are, three, and one with
 * 1225 signals, which are many to take a mean over. */
static mg_budget budget(int signals, int units, bool drawn, bool quick)
{
    const int every = units >= 250 ? 5 : 2, episodes = drawn && signals <= MANY ? 3 : 1;
    return (mg_budget){.units = units,
                       .evaluate_every = every,
                       .evaluation_episodes = episodes,
                       .final_evaluations = quick ? 1 : units / 5 / every,
                       .final_episodes = episodes,
                       .checkpoints = quick ? 2 : 10,
                       .first_checkpoint = quick ? 0 : 1};
}

static void set_up(const mg_grid_row *row, mg_profile profile, bool paper, mg_setup *setup)
{
    const bool quick = profile == MG_PROFILE_QUICK && !paper;
    const int signals = signals_of(row), units = row->variant->units[quick ? MG_PROFILE_QUICK : MG_PROFILE_PAPER];
    const mg_learner_table *learner = row->method->learner;
    set_up_roads(setup, signals, quick);
    setup->budget = budget(signals, units, learner == &mg_intention || learner == &mg_central_critic, quick);
    if (learner == &mg_intention)
        set_up_ip(setup, signals, units, quick, paper);
    else if (learner == &mg_deep_q)
        set_up_deep_q(setup, signals, units, quick, paper);
    else if (learner == &mg_graph_q)
        set_up_graph_q(setup, signals, units, quick, paper);
    else if (learner == &mg_central_critic)
        set_up_central(setup, central(row->method->name, paper ? 1 : signals), signals, units, quick, paper);
    else if (learner == &mg_qmix)
        set_up_qmix(setup, quick, paper);
    else
        set_up_controller(setup, learner);
}

/* ---- computed: signals that choose at random, the mean field, sizes of networks ---- */

/* Three episodes, or one of 1225 signals. */
static bool run_uniform(mg_direct *direct, mg_error *error)
{
    static const char *const wanted[] = {"average_travel_time", "finished",          "queue", "red_lights_waiting",
                                         "volume_distance",     "volume_divergence", NULL};
    const int signals = atoi(mg_direct_name(direct)->variant + 1);
    roads_played played;
    mg_setup *setup = mg_allocate(1, sizeof *setup);
    set_up_roads(setup, signals, mg_direct_profile(direct) == MG_PROFILE_QUICK);
    bool good = roads_play_uniform(setup->environment, setup->environment_config, mg_direct_key(direct),
                                   signals <= MANY ? 3 : 1, &played, error);
    free(setup);
    if (good)
        roads_tell(&played, wanted, direct);
    return good;
}

/* Claim MF (facts/ip.md 5). */
static bool run_mean_field(mg_direct *direct, mg_error *error)
{
    (void)error;
    const uint32_t fields = mg_direct_profile(direct) == MG_PROFILE_PAPER ? 1000 : 50;
    mg_mean_field_theory theory = {0};
    for (uint32_t field = 0; field < fields; field++) {
        mg_stream stream = mg_stream_at(mg_direct_key(direct), MG_PURPOSE_START_POINTS, field, 0, 0);
        mg_mean_field_add(&theory, &stream, 1.0, 1.0);
    }
    double found[] = {theory.largest_rise,  theory.largest_fall, theory.fixed_point_error,
                      theory.general_error, theory.field_error,  theory.gap};
    mg_tensor tensor = {MG_KIND_STATE, "worst cases", MG_TYPE_DOUBLE, 1, sizeof found / sizeof *found, found};
    mg_direct_metric(direct, "fields", (double)theory.fields);
    mg_direct_metric(direct, "not_converged", (double)(theory.fields - theory.converged));
    mg_direct_metric(direct, "largest_rise", theory.largest_rise);
    mg_direct_metric(direct, "largest_fall", theory.largest_fall);
    mg_direct_metric(direct, "fixed_point_error", theory.fixed_point_error);
    mg_direct_metric(direct, "general_error", theory.general_error);
    mg_direct_metric(direct, "field_error", theory.field_error);
    mg_direct_metric(direct, "gap", theory.gap);
    mg_direct_count(direct, (double)theory.updates, 0.0, 0.0);
    mg_direct_checkpoint(direct, &tensor, 1);
    return true;
}

/* Numbers that are learned, with Table 2's 128 units, all networks of a method that have a gradient. */
static double size_of_ip(int signals)
{
    const mg_intention_config c = mg_intention_traffic(signals);
    mg_intention_network network;
    mg_intention_network_create(&network, &(mg_intention_shape){.agents = signals,
                                                                .neighbours = 4,
                                                                .observation = MG_CONTROL_OBSERVATION,
                                                                .actions = MG_CONTROL_ACTIONS,
                                                                .hidden_1 = c.hidden_1,
                                                                .hidden_2 = c.hidden_2,
                                                                .hops = c.hops,
                                                                .critic_hops = c.critic_hops,
                                                                .aggregate = (mg_aggregate)c.aggregate,
                                                                .temperature = c.temperature,
                                                                .samples = 1});
    double size = (double)(network.policy.layout.count + network.values.layout.count + 2 * network.critic.layout.count);
    mg_intention_network_destroy(&network);
    return size;
}

static double size_of_central(const mg_central_critic_config *c, int signals)
{
    mg_central_network network;
    mg_central_network_create(&network, &(mg_central_shape){.agents = signals,
                                                            .observation = MG_CONTROL_OBSERVATION,
                                                            .actions = MG_CONTROL_ACTIONS,
                                                            .hidden = c->hidden,
                                                            .graph = c->graph,
                                                            .samples = 1});
    double size = (double)(network.actor.count + network.critic.count);
    mg_central_network_destroy(&network);
    return size;
}

/* Claim SC. */
static bool run_sizes(mg_direct *direct, mg_error *error)
{
    (void)error;
    const int signals = atoi(mg_direct_name(direct)->variant + 1);
    const mg_central_critic_config maddpg = mg_maddpg_traffic(signals), pic = mg_pic_traffic(signals);
    double size[] = {size_of_ip(signals), size_of_central(&maddpg, signals), size_of_central(&pic, signals)};
    mg_tensor tensor = {MG_KIND_STATE, "sizes", MG_TYPE_DOUBLE, 1, 3, size};
    mg_direct_metric(direct, "size_ip", size[0]);
    mg_direct_metric(direct, "size_maddpg", size[1]);
    mg_direct_metric(direct, "size_pic", size[2]);
    mg_direct_count(direct, 1.0, 0.0, 0.0);
    mg_direct_checkpoint(direct, &tensor, 1);
    return true;
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

static const char of_uniform[] = "average_travel_time,finished,queue,red_lights_waiting,volume_distance,"
                                 "volume_divergence";
static const char uniform_says[] = "signals that choose at random";
static const char sizes_says[] = "numbers that are learned, by number of signals";

/* clang-format off */
static const mg_method computed[] = {
    {"uniform", "n16", uniform_says, .direct = run_uniform, .gives = of_uniform, .seeds = {1, 3}},
    {"uniform", "n49", uniform_says, .direct = run_uniform, .gives = of_uniform, .seeds = {0, 3}},
    {"uniform", "n96", uniform_says, .direct = run_uniform, .gives = of_uniform, .seeds = {1, 3}},
    {"uniform", "n100", uniform_says, .direct = run_uniform, .gives = of_uniform, .seeds = {0, 3}},
    {"uniform", "n225", uniform_says, .direct = run_uniform, .gives = of_uniform, .seeds = {0, 3}},
    {"uniform", "n1225", uniform_says, .direct = run_uniform, .gives = of_uniform, .seeds = {0, 3}},
    {"mean-field", "", "what the method rests on: mean fields of small random fields, enumerated",
     .direct = run_mean_field,
     .gives = "fields,not_converged,largest_rise,largest_fall,fixed_point_error,general_error,field_error,gap",
     .seeds = {1, 1}},
    {"sizes", "n16", sizes_says, .direct = run_sizes, .gives = "size_ip,size_maddpg,size_pic", .seeds = {1, 1}},
    {"sizes", "n49", sizes_says, .direct = run_sizes, .gives = "size_ip,size_maddpg,size_pic", .seeds = {1, 1}},
    {"sizes", "n100", sizes_says, .direct = run_sizes, .gives = "size_ip,size_maddpg,size_pic", .seeds = {1, 1}},
    {"sizes", "n225", sizes_says, .direct = run_sizes, .gives = "size_ip,size_maddpg,size_pic", .seeds = {1, 1}},
    {"sizes", "n1225", sizes_says, .direct = run_sizes, .gives = "size_ip,size_maddpg,size_pic", .seeds = {1, 1}},
};
/* clang-format on */

static const mg_deviation deviations[] = {
    {"*", "quick", "seeds", "quick runs one seed: it checks bits, not claims"},
    {"*", "quick", "budget.*", "quick: shorter training"},
    {"*", "quick", "traffic-control.*", "quick: four signals, a few minutes"},
    {"*", "quick", "town-control.*", "quick: five signals, a few minutes"},
    {"*", "quick", "*.hidden_1", "quick: small networks"},
    {"*", "quick", "*.hidden_2", "quick: small networks"},
    {"*", "quick", "*.memory", "quick: small networks"},
    {"*", "quick", "*.embed", "quick: small networks"},
    {"*", "quick", "*.spread", "quick: attention begins where so few updates are not lost in rounding"},
    {"*", "quick", "*.batch", "quick: there is little to draw from"},
    {"*", "quick", "*.learn_after", "quick: there is little to draw from"},
    {"*", "quick", "*.update_every", "quick: often enough to be seen"},
    {"*", "quick", "*.gradient_steps", "quick: two"},
    {"*", "quick", "*.hidden", "quick: small networks"},
    {"*", "quick", "qmix.target_every", "quick: or its targets would never move"},
    {"*", "*", "*.batch",
     "about 1024 rows of agents a minibatch, where the paper has 1024 joint transitions: 4 GFLOP times the number of "
     "signals a gradient step"},
    {"*", "*", "*.learn_after", "as soon as there is more than a minibatch"},
    {"qmix", "*", "qmix.capacity",
     "episodes: all of the training is kept, which is less than the 5000 of its authors' program"},
    {"*", "*", "*.capacity",
     "all of the training is kept, which is less than the paper's 1000000 transitions; with 1225 signals the newest "
     "4000, half a gigabyte"},
    {"*", "*", "seeds", "three seeds where the paper has five: what two cores can run"},
    {"*", "*", "length of training",
     "250 episodes (25000 steps), 100 with 1225 signals, 50 where n100-all is compared with n100-50; the paper has "
     "350000 to 1600000 steps"},
    {"*", "*", "networks and demand",
     "our own: grids as CityFlow's tool makes them, with a demand that turns and comes in waves, and a town of 96 "
     "signals; the paper names Hangzhou and Manhattan and says of the others how many signals they have (facts/ip.md "
     "7)"},
    {"*", "*", "length of blocks",
     "with 225 and 1225 signals 100 m, stop lines 11 m from the centre, as Learning to Share's 6x6; else 300 m and "
     "30 m, as CityFlow's tool has them: nothing crosses so many of these within 1000 s"},
    {"*", "*", "interval of decisions",
     "10 s, as in Learning to Share; the paper says how many decisions an episode has and not how long they last"},
    {"*", "*", "reward",
     "a quarter of the vehicles that wait, as in Learning to Share; the paper's is the travelling time around the "
     "signal. Vehicles that find no room on their first road wait outside: they count in the travel time alone"},
    {"*", "*", "methods that are not run",
     "IQL with 225 and 1225 signals, PIC and MADDPG with 1225: what two cores can run"},
    {"*", "*", "evaluation",
     "the mean of the last fifth of the training. IP and actors with one critic draw their actions, as they do while "
     "they learn; who learns values takes the best ones. In ltos-table3 IP takes the likeliest, as all there"},
    {"dgn", "*", "exploration", "from 1 down to 0.05, times 0.987 an episode; the paper does not say"},
    {"iql", "*", "exploration", "as DGN's"},
    {"dgn", "*", "schedule", "an update every 12 steps, 2083 in 25000, where IP's 8 in 100 are 2000"},
    {"iql", "*", "schedule", "as DGN's"},
    {"pic", "*", "rates that fall",
     "they stay, as those of all here: PIC's program lets them fall to 0 over its 60000 episodes, and IP's Table 2 has "
     "one rate for all"},
    {"maddpg", "*", "rates that fall", "as PIC's"},
    {"maddpgs", "*", "rates that fall", "as PIC's"},
    {"ip/n49-hop*", "*", "hops of critics",
     "both Q have two in all rows, V as many as the policy: what that hears is what the ablation is about"},
    {"ip/n16-sum", "*", "intention.aggregate", "another reading: the sum of section 4.2's formula"},
    {"ip/n16-mean", "*", "intention.aggregate", "another reading: a plain mean"},
    {"*/n16-untrained", "*", "*.rate", "untrained: nothing moves"},
    {"*/n16-slow", "*", "*.rate", "another value: 0.01 is much for networks that learn from rewards of any size"},
    {"ip/n16-scaled", "*", "intention.reward_scale",
     "another reading: rewards over 20, as Learning to Share's program has them, against alpha's entropy"},
    {"ip/n16-greedy", "*", "intention.greedy", "another reading: evaluated by the likeliest action"},
    {"qmix", "*", "settings of QMIX",
     "RMSProp at 5e-4 and minibatches of episodes: Table 2's rate of 0.01 is for networks without a memory"},
    {"qmix", "*", "sizes of QMIX",
     "with 16 and 49 signals: with 100 its hypernetworks would have 26 million weights, and a minibatch takes 200 "
     "GFLOP"},
};

/* Vehicles that arrived: half of what max-pressure lets through beyond fixed-time in the town of 96 signals. */
static const mg_milestone milestones[] = {{"episodes_to_1150", "finished", 1150.0, 3, true}};

static const mg_table tables[] = {{"film", "step,signal,queue"}};

static const char *const metrics[] = {"average_travel_time",
                                      "finished",
                                      "queue",
                                      "red_lights_waiting",
                                      "volume_distance",
                                      "volume_divergence",
                                      "episodes_to_1150",
                                      "fields",
                                      "not_converged",
                                      "largest_rise",
                                      "largest_fall",
                                      "fixed_point_error",
                                      "general_error",
                                      "field_error",
                                      "gap",
                                      "size_ip",
                                      "size_maddpg",
                                      "size_pic",
                                      NULL};

/* No figure draws their way; `finished` keeps its own, of which a milestone is read off. */
static const char *const ends_only[] = {"queue", "red_lights_waiting", "volume_divergence", NULL};

static const mg_experiment ip_cityflow = {
    .name = "ip-cityflow",
    .number = 17,
    .semantics = 1,
    .methods = sizeof computed / sizeof *computed,
    .method = computed,
    .milestones = sizeof milestones / sizeof *milestones,
    .milestone = milestones,
    .whole_methods = "max-pressure/n16,fixed-time/n16,constant/n16,uniform/n16,mean-field,sizes",
    .whole_seeds = "0",
    .grid = &grid,
    .deviations = sizeof deviations / sizeof *deviations,
    .deviation = deviations,
    .tables = sizeof tables / sizeof *tables,
    .table = tables,
    .film = {"film", "n49", film_frame, NULL},
    .metrics = metrics,
    .ends_only = ends_only,
};

int main(int argc, char **argv)
{
    return mg_experiment_main(&ip_cityflow, argc, argv);
}
