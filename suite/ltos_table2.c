/* ltos-table2 - the traffic demand of LToS (Table 2) and what any controller of it can reach (Table 3's lower
 * bound).
 *
 * LToS's 6x6 network and demand are generated here (facts/ltos.md 2) and run in the simulator: vehicles
 * created per window against Table 2, free-flow time, signals per trip and our reading of Table 3's lower bound.
 * Controllers without learning give the scale of Table 3's metric, which the published code computes nowhere: both
 * readings of facts/ltos.md 3 side by side. One of them releases one direction all the time, which the paper says
 * of what QMIX learns.
 */
#include "baselines/fixed_cycle.h"
#include "baselines/greedy_score.h"
#include "core/io/memory.h"
#include "core/rl/rollout.h"
#include "envs/traffic/generate.h"
#include "envs/traffic_control.h"
#include "suite/harness/experiment.h"

#include <stdlib.h>

enum { RIGHT_TURN = 1 }; /* rank of a movement (traffic/README.md 1.1) */

/* ---- the network with one seed's demand ---- */

static bool generate(mg_direct *direct, mg_traffic_network **network, mg_error *error)
{
    mg_traffic_grid grid = mg_traffic_grid_ltos();
    char *config = mg_traffic_config_text(1.0, 0, "", false);
    char *roadnet = mg_traffic_grid_roadnet(&grid);
    char *flow = mg_traffic_ltos_flow(&grid, mg_direct_key(direct).seed);
    bool good = mg_traffic_parse(config, roadnet, flow, network, error);
    free(config);
    free(roadnet);
    free(flow);
    return good;
}

static void checkpoint_traffic(mg_direct *direct, const mg_traffic *traffic, int64_t *created, int windows)
{
    mg_hasher *hasher = mg_hasher_create();
    mg_traffic_hash(traffic, hasher);
    mg_digest digest = mg_hasher_finish(hasher);
    mg_hasher_destroy(hasher);
    uint64_t halves[2] = {digest.high, digest.low};
    mg_tensor state[] = {{MG_KIND_ENVIRONMENT, "simulation", MG_TYPE_U64, 1, 2, halves},
                         {MG_KIND_STATE, "created by window", MG_TYPE_U64, 1, windows, created}};
    mg_direct_checkpoint(direct, state, windows > 0 ? 2 : 1);
}

/* ---- Table 2: vehicles created in each ten minutes ---- */

/* Table 2 itself, vehicles per second, beside what the simulator saw created. The paper's text as we have it is damaged
 * there; its published flow file has these rates exactly (facts/ltos.md 2). */
static const double table_2[MG_LTOS_WINDOWS] = {1.0, 1.0 / 4.0, 1.0 / 3.0, 2.0, 1.0 / 5.0, 1.0 / 2.0};

static void write_arrivals(mg_direct *direct, const int64_t *created)
{
    static const char *const metric[MG_LTOS_WINDOWS] = {"window_1", "window_2", "window_3",
                                                        "window_4", "window_5", "window_6"};
    mg_csv_writer *table = mg_direct_table(direct, "arrivals");
    for (int w = 0; w < MG_LTOS_WINDOWS; w++) {
        mg_direct_metric(direct, metric[w], (double)created[w]);
        mg_direct_row(direct, "arrivals");
        mg_csv_integer(table, w * MG_LTOS_WINDOW_SECONDS);
        mg_csv_integer(table, (w + 1) * MG_LTOS_WINDOW_SECONDS);
        mg_csv_integer(table, created[w]);
        mg_csv_double(table, (double)created[w] / (double)MG_LTOS_WINDOW_SECONDS);
        mg_csv_double(table, table_2[w]);
        mg_csv_end_row(table);
    }
}

/* Phases 1..4 of a signal that open a link in use; right turns are open in all of them and need none. */
static int phases_needed(const mg_traffic_network *n, int32_t signal, const unsigned char *used)
{
    int needed = 0;
    int32_t first = n->signal_phase_first[signal];
    for (int32_t phase = first + 1; phase <= first + MG_CONTROL_ACTIONS; phase++) {
        bool opens = false;
        for (int32_t i = n->phase_movement_first[phase]; i < n->phase_movement_first[phase + 1]; i++) {
            int32_t movement = n->phase_movement[i];
            if (n->movement_rank[movement] == RIGHT_TURN)
                continue;
            for (int32_t l = n->movement_link_first[movement]; l < n->movement_link_first[movement + 1]; l++)
                opens = opens || used[l];
        }
        needed += opens;
    }
    return needed;
}

/* (K - 1) / 2 red lights a signal: with K phases in turn, an arrival meets half of the other K - 1
 * (facts/ltos.md 4). */
static double lower_bound(const mg_traffic_network *n, const unsigned char *used)
{
    double sum = 0.0;
    for (int32_t s = 0; s < n->signals; s++)
        sum += 0.5 * (double)(phases_needed(n, s, used) - 1);
    return sum / (double)n->signals;
}

/* Marks the links that carry a vehicle now. */
static void mark_used(const mg_traffic_network *n, const mg_traffic *traffic, unsigned char *used)
{
    for (int32_t d = mg_traffic_next_busy(traffic, n->lanes); d >= 0; d = mg_traffic_next_busy(traffic, d + 1))
        used[d - n->lanes] = 1;
}

static bool run_demand(mg_direct *direct, mg_error *error)
{
    mg_traffic_network *network;
    if (!generate(direct, &network, error))
        return false;
    mg_traffic *traffic = mg_traffic_create(network);
    unsigned char *used = mg_allocate((size_t)network->links, 1);
    int64_t created[MG_LTOS_WINDOWS] = {0};
    long before = 0;
    for (int second = 0; second < MG_LTOS_WINDOWS * MG_LTOS_WINDOW_SECONDS; second++) {
        for (int32_t s = 0; second % 10 == 0 && s < network->signals;
             s++) /* something must move: phases 1, 2 in turn */
            mg_traffic_set_phase(traffic, s, 1 + second / 20 % 2);
        mg_traffic_step(traffic);
        long now = mg_traffic_alive(traffic) + mg_traffic_finished(traffic);
        created[second / MG_LTOS_WINDOW_SECONDS] += now - before;
        before = now;
        mark_used(network, traffic, used);
    }
    mg_traffic_trips trips = mg_traffic_trips_so_far(traffic);
    write_arrivals(direct, created);
    mg_direct_metric(direct, "vehicles", trips.vehicles);
    mg_direct_metric(direct, "signals_per_trip", trips.signals / trips.vehicles);
    mg_direct_metric(direct, "free_flow_time", trips.free_flow / trips.vehicles);
    mg_direct_metric(direct, "lower_bound", lower_bound(network, used));
    mg_direct_count(direct, 1.0, 1.0, (double)mg_traffic_steps(traffic));
    checkpoint_traffic(direct, traffic, created, MG_LTOS_WINDOWS);
    mg_traffic_destroy(traffic);
    mg_traffic_free(network);
    free(used);
    return true;
}

/* ---- controllers without learning, an episode of 360 decisions each ---- */

/* The rollout wants a learner; these learn nothing, so one evaluation episode is all. */
static bool run_controller(mg_direct *direct, bool observe_pressure, const mg_learner_table *learner,
                           const void *config, mg_error *error)
{
    mg_traffic_control_config environment = mg_traffic_control_default();
    environment.observe_pressure = observe_pressure;
    mg_rollout_config setup = {.environment = &mg_traffic_control,
                               .environment_config = &environment,
                               .learner = learner,
                               .learner_config = config,
                               .key = mg_direct_key(direct),
                               .evaluation_rows = 1};
    mg_rollout *rollout = mg_rollout_create(&setup, error);
    if (rollout) {
        double metric[2 * MG_METRICS_MAX];
        const mg_env_spec *spec = mg_rollout_environment(rollout);
        mg_rollout_evaluate(rollout, 1, metric);
        for (int i = 0; i < spec->metrics; i++)
            mg_direct_metric(direct, spec->metric[i].name, metric[i]);
        mg_tensor numbers = {MG_KIND_STATE, "metrics", MG_TYPE_DOUBLE, 1, spec->metrics, metric};
        mg_direct_count(direct, 1.0, 1.0, (double)spec->longest_episode);
        mg_direct_checkpoint(direct, &numbers, 1);
        mg_rollout_destroy(rollout);
    }
    return rollout != NULL;
}

/* Straight traffic only needs two phases: west-east and north-south in turn, one decision each. */
static bool run_alternate(mg_direct *direct, mg_error *error)
{
    mg_fixed_cycle_config config = {.length = 2, .action = {0, 1}};
    return run_controller(direct, false, &mg_fixed_cycle, &config, error);
}

/* All four phases in turn, the straight ones twice as long. */
static bool run_cycle(mg_direct *direct, mg_error *error)
{
    mg_fixed_cycle_config config = {.length = 6, .action = {0, 0, 1, 1, 2, 3}};
    return run_controller(direct, false, &mg_fixed_cycle, &config, error);
}

/* One direction all the time: what QMIX does in the end, the paper says below its Table 3. */
static bool run_west_east(mg_direct *direct, mg_error *error)
{
    mg_fixed_cycle_config config = {.length = 1, .action = {0}};
    return run_controller(direct, false, &mg_fixed_cycle, &config, error);
}

static bool run_north_south(mg_direct *direct, mg_error *error)
{
    mg_fixed_cycle_config config = {.length = 1, .action = {1}};
    return run_controller(direct, false, &mg_fixed_cycle, &config, error);
}

static bool run_max_pressure(mg_direct *direct, mg_error *error)
{
    return run_controller(direct, true, &mg_greedy_score, NULL, error);
}

/* The metrics of the environment (envs/traffic/control.h). */
#define CONTROLLED "average_travel_time,finished,alive,queue,red_lights_waiting,red_lights_delay"

static const mg_method methods[] = {
    {.name = "demand",
     .variant = "",
     .summary = "arrivals, free flow and signals per trip of our demand after Table 2",
     .direct = run_demand,
     .gives = "vehicles,window_1,window_2,window_3,window_4,window_5,window_6,signals_per_trip,free_flow_time,"
              "lower_bound",
     .seeds = {1, 5},
     .paper_seeds = 1},
    {.name = "alternate",
     .variant = "",
     .summary = "fixed time: west-east, north-south in turn, 10 s each",
     .direct = run_alternate,
     .gives = CONTROLLED,
     .seeds = {1, 5}},
    {.name = "cycle",
     .variant = "",
     .summary = "fixed time: actions 0, 0, 1, 1, 2, 3",
     .direct = run_cycle,
     .gives = CONTROLLED,
     .seeds = {1, 5}},
    {.name = "constant",
     .variant = "west-east",
     .summary = "west-east straight on released all the time, which the paper says of QMIX",
     .direct = run_west_east,
     .seeds = {1, 5}},
    {.name = "constant",
     .variant = "north-south",
     .summary = "north-south straight on released all the time",
     .direct = run_north_south,
     .seeds = {1, 5}},
    {.name = "max-pressure",
     .variant = "",
     .summary = "the phase from the longest queues to the shortest, every 10 s",
     .direct = run_max_pressure,
     .gives = CONTROLLED,
     .seeds = {1, 5}},
};

static const mg_deviation deviations[] = {
    {"demand", "paper", "seeds",
     "LToS has one flow file; ours are five draws by its rules: routes and vehicles are drawn, windows are not"},
    {"*", "*", "demand",
     "the demand is our own draw after LToS's rules (routes uniform over 24, vehicle parameters uniform); LToS's "
     "file is not redistributed (facts/ltos.md 2)"},
    {"*", "*", "metric of Table 3",
     "the published code computes Table 3's metric nowhere: red_lights_waiting and red_lights_delay are two "
     "readings of it (facts/ltos.md 3)"},
};

static const mg_table tables[] = {{"arrivals", "from,to,vehicles,rate,paper_rate"}};

static const char *const metrics[] = {"vehicles",
                                      "window_1",
                                      "window_2",
                                      "window_3",
                                      "window_4",
                                      "window_5",
                                      "window_6",
                                      "signals_per_trip",
                                      "free_flow_time",
                                      "lower_bound",
                                      "average_travel_time",
                                      "finished",
                                      "alive",
                                      "queue",
                                      "red_lights_waiting",
                                      "red_lights_delay",
                                      NULL};

static const mg_experiment ltos_table2 = {
    .name = "ltos-table2",
    .number = 5,
    .semantics = 1,
    .whole_seeds = "0-4",
    .methods = sizeof methods / sizeof *methods,
    .method = methods,
    .deviations = sizeof deviations / sizeof *deviations,
    .deviation = deviations,
    .tables = sizeof tables / sizeof *tables,
    .table = tables,
    .metrics = metrics,
};

int main(int argc, char **argv)
{
    return mg_experiment_main(&ltos_table2, argc, argv);
}
