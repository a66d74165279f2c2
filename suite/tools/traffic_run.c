/* traffic_run.c - `traffic run`: the simulator, and LToS's decisions, as tables. */
#include "core/io/memory.h"
#include "envs/traffic_control.h"
#include "suite/tools/traffic_commands.h"
#include "suite/tools/traffic_stream.h"
#include "suite/tools/traffic_tables.h"

#include <stdio.h>
#include <stdlib.h>

static traffic_option option[] = {
    {.name = "config"},        {.name = "steps"},
    {.name = "lights"},        {.name = "steps-csv"},
    {.name = "positions-csv"}, {.name = "geom-csv"},
    {.name = "env-actions"},   {.name = "positions-steps"},
    {.name = "env-csv"},       {.name = "ignore-lane-change", .flag = true},
};
enum { OPTIONS = sizeof option / sizeof *option };

static const char *given(const char *name)
{
    return traffic_option_text(option, OPTIONS, name);
}

static bool save(mg_csv_writer *table, const char *path, const mg_traffic_network *network, bool good, mg_error *error)
{
    good = good && (!path || (mg_csv_save(table, path, error) && traffic_write_notes(path, network, error)));
    mg_csv_free(table);
    return good;
}

/* ---- the simulator ---- */
typedef struct tables {
    traffic_stream steps, positions;
    long position_steps; /* the first ones */
} tables;

static bool open_tables(tables *out, mg_error *error)
{
    bool steps = traffic_stream_open(&out->steps, given("steps-csv"), error);
    bool positions = traffic_stream_open(&out->positions, given("positions-csv"), error);
    traffic_start_steps(&out->steps.table);
    traffic_start_positions(&out->positions.table);
    return steps && positions;
}

static bool add_to_tables(tables *out, const mg_traffic_network *network, const mg_traffic *traffic, mg_error *error)
{
    if (out->steps.path)
        traffic_add_step(&out->steps.table, network, traffic);
    if (out->positions.path && mg_traffic_steps(traffic) <= out->position_steps)
        traffic_add_positions(&out->positions.table, network, traffic);
    return traffic_stream_flush(&out->steps, error) && traffic_stream_flush(&out->positions, error);
}

static void tell(const mg_traffic *traffic)
{
    printf("%ld steps, %.17g s: %ld running, %ld waiting outside, %ld finished, average travel time %.17g s\n",
           mg_traffic_steps(traffic), mg_traffic_time(traffic), mg_traffic_running(traffic),
           mg_traffic_alive(traffic) - mg_traffic_running(traffic), mg_traffic_finished(traffic),
           mg_traffic_average_travel_time(traffic));
    if (mg_traffic_ties(traffic) > 0)
        printf("note: %ld times two vehicles reached the same place at once; CityFlow leaves their order open\n",
               mg_traffic_ties(traffic));
}

static bool simulate(mg_traffic_network *network, long steps, long position_steps, mg_error *error)
{
    tables out = {.position_steps = position_steps};
    traffic_lights lights;
    bool good = traffic_lights_open(given("lights"), network, &lights, error);
    mg_traffic *traffic = mg_traffic_create(network);
    good = good && open_tables(&out, error);
    for (long i = 0; good && i < steps; i++) {
        good = traffic_lights_set(&lights, traffic, network, error);
        if (good) {
            mg_traffic_step(traffic);
            good = add_to_tables(&out, network, traffic, error);
        }
    }
    good = traffic_stream_close(&out.steps, good, network, error);
    good = traffic_stream_close(&out.positions, good, network, error);
    if (good)
        tell(traffic);
    mg_traffic_destroy(traffic);
    traffic_lights_close(&lights);
    return good;
}

/* ---- the decision process ---- */
typedef struct episode {
    mg_row row;
    float *reward, *paid, *received;
    mg_env_spec spec;
} episode;

static uint64_t observation_hash(const episode *e, int32_t signals)
{
    uint64_t hash = traffic_hash_start();
    mg_traffic_control_view view = mg_traffic_control_look(&e->row);
    for (int32_t s = 0; s < signals; s++) {
        int32_t count[MG_CONTROL_LANES];
        mg_traffic_control_counts(&e->row, s, count);
        hash = traffic_hash_i32(hash, view.phase[s]);
        for (int i = 0; i < MG_CONTROL_LANES; i++)
            hash = traffic_hash_i32(hash, count[i]);
    }
    return hash;
}

static bool decide(episode *e, int32_t signals, const int32_t *action, long decision, mg_csv_writer *table)
{
    double time = mg_traffic_control_look(&e->row).time;
    uint64_t seen = observation_hash(e, signals), queues = traffic_hash_start();
    mg_outcome outcome = {.reward = e->reward, .paid = e->paid, .received = e->received};
    mg_traffic_control.step(&e->row, &(mg_joint){.action = action}, NULL, &outcome);
    mg_traffic_control_view view = mg_traffic_control_look(&e->row);
    for (int32_t s = 0; s < signals; s++)
        queues = traffic_hash_i32(queues, view.queue_before[s]);
    traffic_row(table, "%ld,%.17g,%016llx,%ld,%ld,%ld,%016llx,%ld,%ld,%.17g", decision, time, (unsigned long long)seen,
                view.queue_before_sum, view.queue_after_sum, view.queue_last, (unsigned long long)queues, view.running,
                view.finished, view.average_travel_time);
    return !outcome.truncated;
}

static bool check_actions(const int32_t *action, size_t count, mg_error *error)
{
    for (size_t i = 0; i < count; i++) {
        if (action[i] < 0 || action[i] >= MG_CONTROL_ACTIONS)
            return mg_fail(error, MG_EXIT_INPUT, "%.300s: found action %d, wanted 0 to %d", given("env-actions"),
                           action[i], MG_CONTROL_ACTIONS - 1);
    }
    return true;
}

static void print_metrics(const episode *e)
{
    double *metric = mg_allocate((size_t)e->spec.metrics, sizeof *metric);
    mg_traffic_control.metrics(&e->row, metric);
    for (int i = 0; i < e->spec.metrics; i++)
        printf("%s %.17g (%s)\n", e->spec.metric[i].name, metric[i], e->spec.metric[i].unit);
    free(metric);
}

static bool play(const mg_traffic_network *network, mg_error *error)
{
    int64_t *decision = NULL;
    int32_t *action = NULL;
    size_t rows = 0, signals = (size_t)network->signals;
    const mg_traffic_control_config config = mg_traffic_control_default();
    void *world = mg_traffic_control_on(&config, network, error);
    episode e = {.row = {&config, world, NULL}};
    mg_csv_writer table = {0};
    if (!world)
        return false;
    bool good = traffic_read_numbers(given("env-actions"), network->signals, &decision, &action, &rows, error) &&
                check_actions(action, rows * signals, error);
    if (good) {
        mg_traffic_control.describe(&config, world, &e.spec);
        e.row.state = mg_allocate(e.spec.row_bytes, 1);
        e.reward = mg_allocate(3 * signals, sizeof *e.reward);
        e.paid = e.reward + signals;
        e.received = e.paid + signals;
        mg_traffic_control.reset(&e.row, NULL);
        traffic_row(&table, "decision,time,obs_hash,q_sum_before,q_sum_after,q_last,q_hash,running,finished,"
                            "avg_travel_time");
        for (size_t i = 0; i < rows && decide(&e, network->signals, action + i * signals, (long)decision[i], &table);)
            i++;
        print_metrics(&e);
    }
    good = save(&table, given("env-csv"), network, good, error);
    mg_env_spec_free(&e.spec);
    mg_traffic_control.close_world(world);
    free(e.row.state);
    free(e.reward);
    free(decision);
    free(action);
    return good;
}

static bool run(mg_error *error)
{
    long steps = 3600, position_steps = 0;
    if (!given("config"))
        return mg_fail(error, MG_EXIT_USAGE, "run wants --config config.json");
    if (!traffic_option_integer(option, OPTIONS, "steps", 0, 2000000000, &steps, error))
        return false;
    position_steps = steps;
    if (!traffic_option_integer(option, OPTIONS, "positions-steps", 0, 2000000000, &position_steps, error))
        return false;
    if (!given("env-actions") && given("env-csv"))
        return mg_fail(error, MG_EXIT_USAGE, "--env-csv wants --env-actions actions.csv");
    mg_traffic_network *network;
    if (!traffic_open(given("config"), given("ignore-lane-change") != NULL, &network, error))
        return false;
    bool good = true;
    if (given("geom-csv")) {
        mg_csv_writer table = {0};
        traffic_write_geometry(&table, network);
        good = save(&table, given("geom-csv"), network, true, error);
    }
    good = good && (given("env-actions") ? play(network, error) : simulate(network, steps, position_steps, error));
    mg_traffic_free(network);
    return good;
}

int traffic_run(int count, char **text)
{
    mg_error error = {0};
    if (traffic_read_options(count, text, option, OPTIONS, &error) && run(&error))
        return MG_EXIT_OK;
    return mg_report_error("traffic", &error);
}
