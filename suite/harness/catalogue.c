/* catalogue.c - the entries: one line each. */
#include "suite/harness/catalogue.h"
#include "algos/anticipation.h"
#include "algos/intention.h"
#include "algos/lio.h"
#include "algos/lio_actor_critic.h"
#include "algos/lio_dec.h"
#include "algos/lio_networked.h"
#include "algos/ltos.h"
#include "algos/metagrad.h"
#include "baselines/actor_critic.h"
#include "baselines/central.h"
#include "baselines/central_critic.h"
#include "baselines/coco_q.h"
#include "baselines/consensus.h"
#include "baselines/deep_q.h"
#include "baselines/dual_designer.h"
#include "baselines/dual_rl.h"
#include "baselines/fixed_cycle.h"
#include "baselines/gift_gradient.h"
#include "baselines/graph_q.h"
#include "baselines/greedy_score.h"
#include "baselines/independent_proximal.h"
#include "baselines/joint_q.h"
#include "baselines/lola.h"
#include "baselines/neurcomm.h"
#include "baselines/policy_gradient.h"
#include "baselines/policy_sharing.h"
#include "baselines/proximal_policy.h"
#include "baselines/qmix.h"
#include "baselines/team_advantage.h"
#include "baselines/two_timescale.h"
#include "baselines/value_parameter_sharing.h"
#include "baselines/value_reward_sharing.h"
#include "baselines/value_sharing.h"
#include "core/io/memory.h"
#include "envs/cleanup.h"
#include "envs/escape_room.h"
#include "envs/exchange.h"
#include "envs/gather_trade_build.h"
#include "envs/grid_navigation.h"
#include "envs/jungle.h"
#include "envs/matrix_game.h"
#include "envs/predation.h"
#include "envs/prisoner.h"
#include "envs/traffic_control.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ENTRIES_MAX = 64, KNOWN_MAX = 16, CONFIG_BYTES = 1024 };

typedef struct entries {
    mg_catalogue catalogue; /* the first, which is what is given out */
    int configs, known_tasks;
    mg_catalogue_environment environment[ENTRIES_MAX];
    mg_catalogue_learner learner[ENTRIES_MAX];
    mg_known_task known[KNOWN_MAX];
    _Alignas(16) unsigned char config[2 * ENTRIES_MAX + KNOWN_MAX][CONFIG_BYTES];
} entries;

/* One more of what there is room for `max` of; too many is a defect of the program. */
static int next_of(int *count, int max, const char *what, const char *name)
{
    if (*count >= max) {
        fprintf(stderr, "catalogue: %s: no room, there are %d %s already: raise that limit\n", name, max, what);
        exit(MG_EXIT_INPUT);
    }
    return (*count)++;
}

/* A wrong size is a defect of the program. */
static const void *keep(entries *all, const char *name, const mg_fields *fields, const void *config, size_t size)
{
    if (size != fields->size || size > CONFIG_BYTES) {
        fprintf(stderr, "catalogue: %s: a config of %zu bytes, wanted that of %s: %zu, at most %d\n", name, size,
                fields->name, fields->size, CONFIG_BYTES);
        exit(MG_EXIT_INPUT);
    }
    if (size)
        memcpy(all->config[all->configs], config, size);
    return all->config[all->configs++];
}

static void environment(entries *all, const char *name, const mg_env_table *table, const void *config, size_t size)
{
    all->environment[next_of(&all->catalogue.environments, ENTRIES_MAX, "environments", name)] =
        (mg_catalogue_environment){name, table, keep(all, name, table->fields, config, size)};
}

static mg_catalogue_learner *learner(entries *all, const char *name, const mg_learner_table *table, const void *config,
                                     size_t size)
{
    mg_catalogue_learner *entry = &all->learner[next_of(&all->catalogue.learners, ENTRIES_MAX, "learners", name)];
    *entry =
        (mg_catalogue_learner){.name = name, .table = table, .config = keep(all, name, table->fields, config, size)};
    return entry;
}

/* A learner that must learn this in so many units. */
static void learns(mg_catalogue_learner *entry, const mg_known_task *known, int units)
{
    entry->known = known;
    entry->units = units;
}

/* ---- what has a known optimum ---- */

/* A donation game: cooperating costs the donor `cost` and brings the other `benefit`. Nobody cooperates unless it
 * is paid for (cost > 0); where cooperating pays by itself (cost < 0) it is what independent learners must find. Reward
 * of both a round: random play (benefit - cost), all cooperate twice that. designer: who may pay is no agent. */
static const mg_known_task *donation(entries *all, const char *says, double benefit, double cost, bool memory,
                                     bool designer)
{
    mg_matrix_game_config game = mg_matrix_game_default();
    game.reward_cc = benefit - cost;
    game.reward_cd = -cost;
    game.reward_dc = benefit;
    game.reward_dd = 0.0;
    game.memory = memory;
    game.designer = designer;
    mg_known_task *known = &all->known[next_of(&all->known_tasks, KNOWN_MAX, "known tasks", says)];
    *known = (mg_known_task){.says = says,
                             .environment = &mg_matrix_game,
                             .config = keep(all, says, mg_matrix_game.fields, &game, sizeof game),
                             .metric = 0, /* reward_sum */
                             .random = benefit - cost,
                             .best = 2.0 * (benefit - cost)};
    return known;
}

/* The corridor of the prisoner's dilemma: who walks outwards together earns 0.97 (tests/test_prisoner.c). */
static const mg_known_task *outwards(entries *all)
{
    const char *says = "walks outwards in prisoner";
    mg_prisoner_config corridor = mg_prisoner_default();
    mg_known_task *known = &all->known[next_of(&all->known_tasks, KNOWN_MAX, "known tasks", says)];
    *known = (mg_known_task){.says = says,
                             .environment = &mg_prisoner,
                             .config = keep(all, says, mg_prisoner.fields, &corridor, sizeof corridor),
                             .metric = 0, /* return_mean */
                             .random = 0.514583,
                             .best = 0.97};
    return known;
}

/* The same, one round, less what random play earns. */
static const mg_known_task *balanced_donation(entries *all, const char *says, double benefit, double cost)
{
    double level = (benefit - cost) / 2.0;
    mg_matrix_game_config game = mg_matrix_game_default();
    game.rounds = 1;
    game.reward_cc = benefit - cost - level;
    game.reward_cd = -cost - level;
    game.reward_dc = benefit - level;
    game.reward_dd = -level;
    mg_known_task *known = &all->known[next_of(&all->known_tasks, KNOWN_MAX, "known tasks", says)];
    *known = (mg_known_task){.says = says,
                             .environment = &mg_matrix_game,
                             .config = keep(all, says, mg_matrix_game.fields, &game, sizeof game),
                             .metric = 0, /* reward_sum */
                             .random = 0.0,
                             .best = benefit - cost};
    return known;
}

/* ---- environments ---- */

static void add_economies(entries *all)
{
    mg_matrix_game_config designed_game = mg_matrix_game_default();
    mg_escape_room_config designed_room = mg_escape_room_default(3, 2);
    designed_room.designer = true;
    designed_room.observe_given = false;
    environment(all, "escape-room with a designer", &mg_escape_room, &designed_room, sizeof designed_room);
    designed_game.designer = true;
    environment(all, "matrix-game with a designer", &mg_matrix_game, &designed_game, sizeof designed_game);
    mg_cleanup_config watched = mg_cleanup_default(false);
    watched.designer = true;
    environment(all, "cleanup with a designer", &mg_cleanup, &watched, sizeof watched);
    const mg_gather_trade_build_config federal = mg_gather_trade_build_default(MG_GTB_US_FEDERAL);
    const mg_gather_trade_build_config designed = mg_gather_trade_build_default(MG_GTB_DESIGNER);
    environment(all, "gather-trade-build under US federal taxes", &mg_gather_trade_build, &federal, sizeof federal);
    environment(all, "gather-trade-build with a designer", &mg_gather_trade_build, &designed, sizeof designed);
}

static void add_environments(entries *all)
{
    mg_matrix_game_config forgetful = mg_matrix_game_default();
    mg_traffic_control_config traffic = mg_traffic_control_default();
    mg_prisoner_config generous = mg_prisoner_default();
    mg_cleanup_config unfair = mg_cleanup_default(true);
    mg_escape_room_config room = mg_escape_room_default(3, 2), one_lever = mg_escape_room_asymmetric();
    forgetful.memory = false;
    generous.transfer_max = room.transfer_max = one_lever.transfer_max = 3.0; /* as much as LIO gives */
    unfair.smoothing = 0.9405;
    traffic.grid.rows = traffic.grid.columns = 2;
    traffic.demand = MG_CONTROL_STRAIGHT;
    traffic.demand_interval = 8.0;
    traffic.episode_seconds = 200;
    traffic.observe_pressure = true;
    environment(all, "matrix-game with memory", &mg_matrix_game, (mg_matrix_game_config[]){mg_matrix_game_default()},
                sizeof(mg_matrix_game_config));
    environment(all, "matrix-game without memory", &mg_matrix_game, &forgetful, sizeof forgetful);
    environment(all, "predation", &mg_predation, (mg_predation_config[]){mg_predation_default(6)},
                sizeof(mg_predation_config));
    environment(all, "exchange", &mg_exchange, (mg_exchange_config[]){mg_exchange_default()},
                sizeof(mg_exchange_config));
    environment(all, "grid-navigation", &mg_grid_navigation,
                (mg_grid_navigation_config[]){mg_grid_navigation_default()}, sizeof(mg_grid_navigation_config));
    environment(all, "prisoner", &mg_prisoner, &generous, sizeof generous);
    environment(all, "jungle", &mg_jungle, (mg_jungle_config[]){mg_jungle_default(5)}, sizeof(mg_jungle_config));
    environment(all, "escape-room", &mg_escape_room, &room, sizeof room);
    environment(all, "escape-room asymmetric", &mg_escape_room, &one_lever, sizeof one_lever);
    environment(all, "cleanup", &mg_cleanup, (mg_cleanup_config[]){mg_cleanup_default(false)},
                sizeof(mg_cleanup_config));
    environment(all, "cleanup of 10 x 10 cells with rewards observed", &mg_cleanup, &unfair, sizeof unfair);
    environment(all, "traffic-control", &mg_traffic_control, &traffic, sizeof traffic);
    mg_town_control_config town = mg_town_control_default(5);
    town.control.episode_seconds = 60;
    town.control.transfer_max = 3.0;
    town.vehicles = 60;
    town.demand_seconds = 60;
    environment(all, "town-control", &mg_town_control, &town, sizeof town);
    add_economies(all);
}

/* ---- learners ---- */

/* Small networks and fast rates: seconds instead of the papers' hours. */
static mg_anticipation_config small_anticipation(void)
{
    mg_anticipation_config config = mg_anticipation_continuous_paper();
    config.proximal.hidden_1 = 32;
    config.proximal.hidden_2 = 16;
    config.proximal.actor_rate = 3e-4;
    config.proximal.critic_rate = 3e-3;
    config.penalty = 10.0;
    return config;
}

/* Those that share what others gain must learn to cooperate in the donation game, where it pays nobody; the others
 * where it pays by itself, and only there. */
static void add_proximal(entries *all)
{
    const mg_known_task *costly = donation(all, "cooperates in the donation game", 3.0, 0.5, false, false);
    const mg_known_task *harmony = donation(all, "cooperates where it pays by itself", 2.0, -1.0, false, false);
    mg_anticipation_config config = small_anticipation(), sparse = small_anticipation();
    const mg_sharing_config *shared = &config.proximal;
    mg_value_reward_sharing_config reward = mg_value_reward_sharing_default(shared);
    sparse.proximal.sparse = true;
    sparse.proximal.skip = 0.5;
    learns(learner(all, "anticipation", &mg_anticipation, &config, sizeof config), costly, 2000);
    learner(all, "anticipation with sparse talk", &mg_anticipation, &sparse, sizeof sparse);
    learns(learner(all, "value-sharing", &mg_value_sharing, shared, sizeof *shared), costly, 2000);
    learns(learner(all, "team-advantage", &mg_team_advantage, shared, sizeof *shared), costly, 2000);
    learns(learner(all, "policy-sharing", &mg_policy_sharing, shared, sizeof *shared), costly, 2000);
    learns(learner(all, "value-reward-sharing", &mg_value_reward_sharing, &reward, sizeof reward), costly, 2000);
    learns(learner(all, "independent-proximal", &mg_independent_proximal, shared, sizeof *shared), harmony, 2000);
    learns(learner(all, "value-parameter-sharing", &mg_value_parameter_sharing, shared, sizeof *shared), harmony, 2000);
}

/* A network each, and what the economy's agents have: one for all, with a memory, a target and masks. */
static void add_proximal_policy(entries *all, const mg_known_task *known)
{
    mg_proximal_policy_config alone = mg_proximal_policy_default(), shared = mg_proximal_policy_gtb_paper();
    alone.hidden_1 = alone.hidden_2 = shared.hidden_1 = shared.hidden_2 = 16;
    alone.episodes = 4;
    alone.actor_rate = alone.critic_rate = 3e-3;
    shared.memory = 8;
    shared.follow = 0.1;
    shared.entropy = 0.01;
    shared.epsilon_units = 200;
    shared.actor_rate = shared.critic_rate = 3e-3;
    learns(learner(all, "proximal-policy", &mg_proximal_policy, &alone, sizeof alone), known, 100);
    learns(learner(all, "proximal-policy shared", &mg_proximal_policy, &shared, sizeof shared), known, 1000);
    shared.memory = 0; /* actor-critic by temporal differences, as in Cleanup */
    shared.trace = 0.0;
    shared.descent = shared.sums = true;
    learns(learner(all, "proximal-policy by plain descent", &mg_proximal_policy, &shared, sizeof shared), known, 1000);
}

/* A replay, network and exploration that suffice for a small game. */
static mg_deep_q_config small_deep_q(void)
{
    mg_deep_q_config config = mg_deep_q_prisoner();
    config.epsilon_decay = 0.995;
    config.epsilon_end = 0.05;
    config.hidden_1 = config.hidden_2 = 16;
    config.spread = 0.3;
    config.discount = 0.8; /* values stay near the rewards of a few rounds */
    config.capacity = 2000;
    return config;
}

/* Those that decide together, or pay each other, on the task of their paper. */
static void add_joint(entries *all)
{
    const mg_known_task *known = outwards(all);
    const mg_coco_q_config tables = mg_coco_q_prisoner();
    mg_deep_q_config network = mg_deep_q_prisoner();
    network.capacity = 2000;
    const mg_lio_networked_config paying = mg_lio_prisoner();
    mg_lio_networked_config by_index = mg_lio_prisoner();
    by_index.neighbours = by_index.greedy = false;
    by_index.policy_rmsprop = by_index.sparse = true;
    by_index.lio.cost_rate = 0.0;
    learns(learner(all, "lio-networked", &mg_lio_networked, &paying, sizeof paying), known, 1500);
    learner(all, "lio-networked by index, all by RMSProp", &mg_lio_networked, &by_index, sizeof by_index);
    learns(learner(all, "joint-q", &mg_joint_q, &network, sizeof network), known, 1000);
    learns(learner(all, "coco-q", &mg_coco_q, &tables, sizeof tables), known, 300);
}

/* The same for networks that attend to neighbours, with and without the regulariser. */
static void add_graph_q(entries *all, const mg_known_task *known)
{
    mg_graph_q_config config = mg_graph_q_prisoner();
    config.epsilon_decay = 0.995;
    config.epsilon_end = 0.05;
    config.hidden_1 = config.hidden_2 = 16;
    config.spread = 0.3;
    config.discount = 0.8;
    config.capacity = 2000;
    config.idle_episodes = 1;
    config.sparse = true;
    learns(learner(all, "graph-q", &mg_graph_q, &config, sizeof config), known, 1000);
    config.relation = 0.03;
    config.same_graph = true;
    learns(learner(all, "graph-q with relations over time", &mg_graph_q, &config, sizeof config), known, 1000);
}

/* Rounds for a small game. */
static mg_rounds small_rounds(void)
{
    mg_rounds rounds = mg_rounds_colight();
    rounds.sample = 100;
    rounds.epochs = 10;
    rounds.patience = 3;
    rounds.rate_decay = 0.99;
    rounds.reward_scale = 0.5;
    return rounds;
}

/* In rounds, with and without attention. */
static void add_graph_q_rounds(entries *all, const mg_known_task *known)
{
    mg_graph_q_rounds_config config = {mg_graph_q_traffic().graph_q, small_rounds()};
    config.graph_q.hidden_1 = config.graph_q.hidden_2 = 16;
    config.graph_q.spread = 0.3;
    config.graph_q.capacity = 2000;
    learns(learner(all, "graph-q in rounds", &mg_graph_q_rounds, &config, sizeof config), known, 400);
    config.graph_q.layers = 0;
    learns(learner(all, "graph-q in rounds without attention", &mg_graph_q_rounds, &config, sizeof config), known, 400);
}

/* Agents with a memory, on the same task; encoders of two layers, as in jungle. */
static void add_recurrent(entries *all)
{
    const mg_known_task *known = outwards(all);
    mg_recurrent_config talking = mg_neurcomm_prisoner(), agreeing = mg_consensus_prisoner();
    talking.hidden_2 = 12;
    agreeing.spatial = 1.0; /* less is not enough for every seed */
    learns(learner(all, "neurcomm", &mg_neurcomm, &talking, sizeof talking), known, 1000);
    learns(learner(all, "consensus", &mg_consensus, &agreeing, sizeof agreeing), known, 1500);
}

/* Few episodes a minibatch, so that it learns from the eighth on. */
static void add_factored(entries *all)
{
    mg_qmix_config config = mg_qmix_prisoner();
    config.capacity = 50;
    config.batch = 8;
    config.target_every = 20;
    learns(learner(all, "qmix", &mg_qmix, &config, sizeof config), outwards(all), 1000);
}

/* Weighing the other's reward as the own leads there: the weights of the start, or learned ones. */
static void add_ltos(entries *all)
{
    const mg_known_task *known = outwards(all);
    mg_ltos_config paper = mg_ltos_prisoner(), code, fixed;
    paper.capacity = 1000;
    paper.batch = paper.sample = 32;
    paper.sharing_rate = 0.03;
    code = fixed = paper;
    fixed.fixed = true;
    code.adam = code.reload = code.sum_values = code.noise_walks = code.sharing_episodes = true;
    code.sharing_rate = code.rate;
    code.smoothing = 0.1;
    code.interval = 2;
    learns(learner(all, "ltos", &mg_ltos, &paper, sizeof paper), known, 2000);
    learner(all, "ltos of its program", &mg_ltos, &code, sizeof code);
    learns(learner(all, "ltos with fixed weights", &mg_ltos, &fixed, sizeof fixed), known, 2000);
    mg_ltos_rounds_config rounds = {paper, small_rounds(), 2, true};
    rounds.rounds.reward_scale = 1.0;
    rounds.rounds.sample = 300;
    rounds.ltos.sharing_rate = 1e-3;
    rounds.ltos.spread = 0.3;
    rounds.ltos.sharing_every = 8;
    rounds.ltos.sharing_episodes = true;
    learns(learner(all, "ltos in rounds", &mg_ltos_rounds, &rounds, sizeof rounds), known, 1200);
}

/* Agents that climb the values of all, by relaxed choices; and by every choice of every agent, now and then. */
static void add_intention(entries *all)
{
    mg_intention_config config = mg_intention_prisoner(), other;
    config.capacity = 1000;
    config.batch = 32;
    config.spread = 0.0;
    config.aggregate = 0;
    other = config;
    other.expected = other.sparse = true;
    other.greedy = false;
    other.aggregate = 1;
    other.critic_hops = 1;
    other.batch = 2;
    other.hidden_1 = other.hidden_2 = 4;
    other.update_every = 20;
    other.idle_episodes = 1;
    learns(learner(all, "intention", &mg_intention, &config, sizeof config), outwards(all), 1000);
    learner(all, "intention by expectations", &mg_intention, &other, sizeof other);
}

/* One critic for all, of agents in their order, in any, and in none. */
static void add_central(entries *all)
{
    const mg_known_task *known = outwards(all);
    mg_central_critic_config ordered = mg_maddpg_traffic(2), shuffled, graph;
    ordered.discount = 0.99;
    ordered.rate = 3e-3;
    ordered.follow = 0.05;
    ordered.hidden = 32;
    ordered.capacity = 1000;
    ordered.batch = 32;
    ordered.update_every = ordered.gradient_steps = 1;
    ordered.greedy = true;
    shuffled = graph = ordered;
    shuffled.shuffle = shuffled.limit_once = true;
    shuffled.rate_episodes = 5000;
    graph.graph = true;
    learns(learner(all, "maddpg", &mg_central_critic, &ordered, sizeof ordered), known, 1500);
    learns(learner(all, "maddpgs", &mg_central_critic, &shuffled, sizeof shuffled), known, 1500);
    learns(learner(all, "pic", &mg_central_critic, &graph, sizeof graph), known, 1500);
}

/* A designer that pays for itself, where cooperating pays by itself. */
static const mg_known_task *thrift(entries *all, const char *says)
{
    mg_known_task *known = &all->known[all->known_tasks];
    (void)donation(all, says, 2.0, -1.0, false, true);
    known->metric = 7; /* net_reward: of random play 3, less 1.5 for each */
    known->random = 0.0;
    return known;
}

static void add_dual_designers(entries *all, const mg_known_task *known)
{
    mg_dual_designer_config choosing = mg_dual_designer_discrete_paper(false, 2),
                            drawing = mg_dual_designer_continuous_paper(false);
    choosing.agents.hidden_1 = choosing.agents.hidden_2 = choosing.designer_hidden_1 = choosing.designer_hidden_2 = 16;
    drawing.agents.hidden_1 = drawing.agents.hidden_2 = drawing.designer_hidden_1 = drawing.designer_hidden_2 = 16;
    choosing.agents.actor_rate = drawing.agents.actor_rate = choosing.designer_rate = drawing.designer_rate = 1e-3;
    choosing.agents.entropy = drawing.agents.entropy = choosing.designer_entropy = 0.01;
    choosing.value_1 = 0.75;
    mg_dual_designer_config judging = drawing; /* with a critic, as in Cleanup */
    judging.agents.plain = false;
    judging.agents.shared = judging.agents.descent = judging.agents.sums = true;
    judging.agents.actor_rate = judging.agents.critic_rate = judging.designer_critic_rate = 3e-3;
    judging.agents.follow = judging.designer_follow = 0.1;
    judging.designer_trace = 0.9;
    learns(learner(all, "dual-designer", &mg_dual_designer, &choosing, sizeof choosing), known, 6000);
    learns(learner(all, "dual-designer with continuous gifts", &mg_dual_designer, &drawing, sizeof drawing), known,
           6000);
    learns(learner(all, "dual-designer with a critic", &mg_dual_designer, &judging, sizeof judging), known, 6000);
}

static void add_dual_rl(entries *all)
{
    mg_dual_rl_config config = mg_dual_rl_gtb_paper();
    mg_proximal_policy_config *agents = &config.agents;
    agents->tensorflow = agents->bootstrap_terminated = config.growth = false;
    agents->hidden_1 = agents->hidden_2 = config.designer_hidden_1 = config.designer_hidden_2 = 16;
    agents->memory = 8;
    agents->follow = config.designer_follow = 0.1;
    agents->entropy = 0.01;
    agents->epsilon_units = 200;
    agents->actor_rate = agents->critic_rate = config.designer_rate = config.designer_critic_rate = 3e-3;
    config.levels = 3;
    config.reward_scale = config.cost = 1.0;
    const mg_known_task *known = thrift(all, "pays nobody for what pays by itself");
    learns(learner(all, "dual-rl", &mg_dual_rl, &config, sizeof config), known, 2000);
    config.growth = true;
    config.anneal_units = 100;
    config.anneal_start = 0.1;
    config.agents.shared = false;
    config.designer_memory = 5;
    learner(all, "dual-rl with a rising cap", &mg_dual_rl, &config, sizeof config);
    add_dual_designers(all, known);
}

/* ER(2,1): one pulls the lever, the other leaves, at once. */
static const mg_known_task *escape(entries *all, const char *says)
{
    mg_escape_room_config room = mg_escape_room_default(2, 1);
    room.designer = true;
    room.observe_given = false;
    mg_known_task *known = &all->known[next_of(&all->known_tasks, KNOWN_MAX, "known tasks", says)];
    *known = (mg_known_task){.says = says,
                             .environment = &mg_escape_room,
                             .config = keep(all, says, mg_escape_room.fields, &room, sizeof room),
                             .metric = 0, /* return_sum */
                             .random = 3.436,
                             .best = 9.0};
    return known;
}

static void add_designers(entries *all)
{
    const mg_metagrad_config room = mg_metagrad_escape_paper();
    learns(learner(all, "metagrad in the Escape Room", &mg_metagrad, &room, sizeof room),
           escape(all, "pays for the lever until it is pulled"), 20000);
    const mg_known_task *known = donation(all, "a designer pays for cooperation", 3.0, 0.5, true, true);
    mg_metagrad_config config = mg_metagrad_gtb_paper(), returns;
    config.agents.tensorflow =
        false; /* in two episodes a bias that begins at 0 is but what Adam's first step makes it */
    mg_proximal_policy_config *agents = &config.agents;
    agents->hidden_1 = agents->hidden_2 = config.designer_hidden_1 = config.designer_hidden_2 = 16;
    agents->memory = 8;
    agents->follow = config.designer_follow = 0.1;
    agents->entropy = 0.01;
    agents->epsilon_units = 200;
    agents->bootstrap_terminated = false;
    agents->actor_rate = agents->critic_rate = config.designer_rate = config.designer_critic_rate = 3e-3;
    mg_metagrad_config plainly = config; /* of agents by temporal differences and plain descent, as in Cleanup */
    plainly.agents.memory = 0;
    plainly.agents.trace = 0.0;
    plainly.agents.descent = plainly.agents.sums = true;
    returns = config;
    returns.returns = returns.agents.tensorflow = true;
    returns.agents.shared = false;
    returns.designer_memory = 5;
    learns(learner(all, "metagrad", &mg_metagrad, &config, sizeof config), known, 1000);
    learner(all, "metagrad by returns", &mg_metagrad, &returns, sizeof returns);
    mg_metagrad_config released = config;
    released.as_released = true;
    learner(all, "metagrad as released", &mg_metagrad, &released, sizeof released);
    learns(learner(all, "metagrad of agents by plain descent", &mg_metagrad, &plainly, sizeof plainly), known, 1000);
}

/* Those whose actions include gifts: cooperating pays, and nobody need be paid for it. */
static void add_gifts(entries *all, const mg_known_task *known)
{
    mg_gift_gradient_config discrete = mg_gift_gradient_discrete_released(),
                            continuous = mg_gift_gradient_continuous_released();
    discrete.hidden_1 = discrete.gift_hidden_1 = continuous.hidden_1 = continuous.gift_hidden_1 = 16;
    discrete.hidden_2 = discrete.gift_hidden_2 = continuous.hidden_2 = continuous.gift_hidden_2 = 8;
    discrete.rate = continuous.rate = 1e-3;
    continuous.entropy = 0.01;
    learns(learner(all, "gift-gradient", &mg_gift_gradient, &discrete, sizeof discrete), known, 12000);
    learns(learner(all, "gift-gradient with continuous gifts", &mg_gift_gradient, &continuous, sizeof continuous),
           known, 12000);
    mg_lola_config lola = mg_lola_discrete_paper(), drawing = mg_lola_continuous_paper();
    lola.hidden_1 = lola.gift_hidden_1 = drawing.hidden_1 = drawing.gift_hidden_1 = 16;
    lola.hidden_2 = lola.gift_hidden_2 = drawing.hidden_2 = drawing.gift_hidden_2 = 8;
    lola.episodes = drawing.episodes = 20;
    lola.rate = drawing.rate = 0.02;
    drawing.mean_log = true; /* of no effect there */
    drawing.shapers = 1;
    learns(learner(all, "lola", &mg_lola, &lola, sizeof lola), known, 500);
    learns(learner(all, "lola with continuous gifts", &mg_lola, &drawing, sizeof drawing), known, 500);
}

/* One step of the asymmetric room: the one with the lever pulls it if it is paid, and the other has to see that it
 * does. */
static void add_two_timescale(entries *all)
{
    mg_escape_room_config room = mg_escape_room_asymmetric();
    mg_two_timescale_config config = mg_two_timescale_paper();
    const char *says = "pays in one step for the lever, to somebody who learns faster";
    room.steps = 1;
    room.move_cost = 0.2;
    mg_known_task *known = &all->known[next_of(&all->known_tasks, KNOWN_MAX, "known tasks", says)];
    *known = (mg_known_task){.says = says,
                             .environment = &mg_escape_room,
                             .config = keep(all, says, mg_escape_room.fields, &room, sizeof room),
                             .metric = 0, /* return_sum */
                             .random = 2.25,
                             .best = 9.8};
    config.hidden_1 = 16;
    config.hidden_2 = 8;
    config.learning = config.tests = 5;
    config.entropy = 0.1;
    config.table_rate = 0.5;
    config.epsilon = 0.2;
    learns(learner(all, "two-timescale", &mg_two_timescale, &config, sizeof config), known, 10000);
}

/* The same with critics, alone, averse to inequity, as one, or paying each other. */
static void add_actor_critics(entries *all, const mg_known_task *paid, const mg_known_task *harmony)
{
    mg_actor_critic_config alone = mg_actor_critic_released(mg_actor_critic_cleanup_paper(false)), averse, discrete,
                           continuous;
    mg_lio_actor_critic_config lio = {
        .lio = mg_lio_ipd_released(), .critic_rate = 1e-2, .follow = 0.1, .filters = 6, .window = 3};
    alone.hidden_1 = 16;
    alone.hidden_2 = 8;
    alone.critic_rate = 1e-2;
    alone.follow = 0.1;
    averse = discrete = alone;
    averse.envy = averse.guilt = 0.05;
    discrete.gives = true;
    continuous = discrete;
    continuous.continuous = true;
    const mg_central_config central = {.agent = alone};
    learns(learner(all, "actor-critic", &mg_actor_critic, &alone, sizeof alone), harmony, 12000);
    learner(all, "actor-critic averse to inequity", &mg_actor_critic, &averse, sizeof averse);
    learns(learner(all, "actor-critic with gifts", &mg_actor_critic, &discrete, sizeof discrete), harmony, 12000);
    learns(learner(all, "actor-critic with continuous gifts", &mg_actor_critic, &continuous, sizeof continuous),
           harmony, 12000);
    learns(learner(all, "central", &mg_central, &central, sizeof central), harmony, 12000);
    learns(learner(all, "lio-actor-critic", &mg_lio_actor_critic, &lio, sizeof lio), paid, 12000);
}

static void add_learners(entries *all)
{
    mg_deep_q_config deep_q = small_deep_q(), shared = small_deep_q();
    deep_q.shared = false;
    shared.shared = true;
    shared.batch = 7;
    const mg_known_task *paid = donation(all, "pays for cooperation in the donation game", 3.0, 0.5, true, false);
    const mg_known_task *once = balanced_donation(all, "pays for cooperation in one round", 3.0, 0.5);
    const mg_known_task *harmony = donation(all, "cooperates where it pays by itself", 2.0, -1.0, true, false);
    mg_lio_config lio = mg_lio_ipd_released(), one_giver = mg_lio_ipd_released();
    mg_policy_gradient_config gradient = mg_policy_gradient_ipd_released();
    const mg_fixed_cycle_config cycle = {.length = 2, .action = {0, 1}};
    const mg_lio_dec_config guessed = {.lio = lio, .model_rate = 1e-3};
    one_giver.givers = 1;
    learns(learner(all, "lio", &mg_lio, &lio, sizeof lio), paid, 12000);
    learner(all, "lio with one giver", &mg_lio, &one_giver, sizeof one_giver);
    learns(learner(all, "lio-dec", &mg_lio_dec, &guessed, sizeof guessed), paid, 12000);
    learns(learner(all, "lio-one-episode", &mg_lio_one_episode, &lio, sizeof lio), once, 12000);
    learns(learner(all, "policy-gradient", &mg_policy_gradient, &gradient, sizeof gradient), harmony, 12000);
    add_gifts(all, harmony);
    add_two_timescale(all);
    add_actor_critics(all, paid, harmony);
    add_proximal_policy(all, harmony);
    add_proximal(all);
    learns(learner(all, "deep-q", &mg_deep_q, &deep_q, sizeof deep_q), harmony, 2000);
    learns(learner(all, "deep-q with a shared network", &mg_deep_q, &shared, sizeof shared), harmony, 2000);
    add_joint(all);
    add_graph_q(all, harmony);
    add_graph_q_rounds(all, harmony);
    add_recurrent(all);
    add_factored(all);
    add_designers(all);
    add_dual_rl(all);
    add_ltos(all);
    add_intention(all);
    add_central(all);
    learner(all, "fixed-cycle", &mg_fixed_cycle, &cycle, sizeof cycle)->fixed = true;
    learner(all, "greedy-score", &mg_greedy_score, NULL, 0)->fixed = true;
}

/* ---- the whole ---- */

mg_catalogue *mg_catalogue_open(void)
{
    entries *all = mg_allocate(1, sizeof *all);
    all->catalogue.environment = all->environment;
    all->catalogue.learner = all->learner;
    add_environments(all);
    add_learners(all);
    return &all->catalogue;
}

void mg_catalogue_close(mg_catalogue *catalogue)
{
    free(catalogue);
}

const mg_catalogue_learner *mg_catalogue_find(const mg_catalogue *catalogue, const char *name)
{
    for (int i = 0; i < catalogue->learners; i++)
        if (!strcmp(catalogue->learner[i].name, name))
            return &catalogue->learner[i];
    return NULL;
}

bool mg_catalogue_learns(const mg_learner_table *table)
{
    mg_catalogue *catalogue = mg_catalogue_open();
    bool found = false;
    for (int i = 0; i < catalogue->learners; i++)
        found = found ||
                (catalogue->learner[i].table == table && (catalogue->learner[i].known || catalogue->learner[i].fixed));
    mg_catalogue_close(catalogue);
    return found;
}
