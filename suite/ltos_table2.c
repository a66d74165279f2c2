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

static const mg_method methods[] = {
    {.name = "demand",
     .variant = "",
     .summary = "arrivals, free flow and signals per trip of our demand after Table 2",
     .direct = run_demand,
     .gives = "vehicles,window_1,window_2,window_3,window_4,window_5,window_6,signals_per_trip,free_flow_time,"
              "lower_bound",
     .seeds = {1, 5},
     .paper_seeds = 1},
};

/* ---- controllers without learning, an episode of 360 decisions each ---- */

/* clang-format off */
static const mg_grid_method controllers[] = {
    {"alternate", "fixed time: west-east, north-south in turn, 10 s each", &mg_fixed_cycle,
     .paper = {{"length", 2}, {"action_1", 1}}},
    {"cycle", "fixed time: actions 0, 0, 1, 1, 2, 3", &mg_fixed_cycle, .paper_seeds = 0},
    {"constant", "one direction released all the time", &mg_fixed_cycle, .paper = {{"length", 1}}},
    {"max-pressure", "the phase from the longest queues to the shortest, every 10 s", &mg_greedy_score,
     .paper = {{"observe_pressure", 1}}},
};

/* One direction all the time is what QMIX does in the end, as the paper says below its Table 3. */
static const mg_grid_variant variants[] = {
    {"", {1, 1}, .summary = NULL},
    {"west-east", {1, 1}, .summary = "west-east straight on released all the time, which the paper says of QMIX"},
    {"north-south", {1, 1}, .summary = "north-south straight on released all the time", .paper = {{"action_0", 1}}},
};

static const mg_grid_line lines[] = {
    {"alternate cycle max-pressure", "", {1, 5}},
    {"constant", "west-east north-south", {1, 5}},
};
/* clang-format on */

/* The learner's unit is an episode; these learn nothing from it. */
static void set_up(const mg_grid_row *row, mg_profile profile, bool paper, mg_setup *setup)
{
    (void)profile, (void)paper;
    const mg_traffic_control_config network = mg_traffic_control_default();
    const mg_fixed_cycle_config cycle = mg_fixed_cycle_roads();
    mg_setup_environment(setup, &mg_traffic_control, &network, sizeof network);
    if (row->method->learner == &mg_fixed_cycle)
        mg_setup_learner(setup, &mg_fixed_cycle, &cycle, sizeof cycle);
    else
        mg_setup_learner(setup, row->method->learner, NULL, 0);
    setup->budget = (mg_budget){.units = 1,
                                .evaluate_every = 1,
                                .evaluation_episodes = 1,
                                .final_evaluations = 1,
                                .final_episodes = 1,
                                .checkpoints = 1};
}

static const mg_grid grid = {
    .methods = sizeof controllers / sizeof *controllers,
    .method = controllers,
    .variants = sizeof variants / sizeof *variants,
    .variant = variants,
    .lines = sizeof lines / sizeof *lines,
    .line = lines,
    .set_up = set_up,
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
    .grid = &grid,
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
