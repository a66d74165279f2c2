/* The computed row of ltos-table2 counts the demand that it is given: Table 2's numbers on the demand as it is, others
 * on falsified ones. */
#include "envs/traffic/generate.h"
#include "tests/direct_notes.h"

#include <stdlib.h>

static enum { AS_IT_IS, FIRST_WINDOW_HALVED, FROM_THE_WEST_ALONE } demand;
static int size = 6;

static mg_traffic_grid falsified_grid(void)
{
    mg_traffic_grid grid = mg_traffic_grid_ltos();
    grid.rows = grid.columns = size;
    return grid;
}

/* Whether a line of the flow file, a vehicle, is left out. */
static bool left_out(const char *line, int n)
{
    if (demand == FIRST_WINDOW_HALVED)
        return atoi(strstr(line, "\"startTime\":") + 12) < MG_LTOS_WINDOW_SECONDS && n % 2 != 0;
    return demand == FROM_THE_WEST_ALONE && strncmp(strstr(line, "\"road_"), "\"road_0_", 8) != 0;
}

static char *falsified_flow(const mg_traffic_grid *grid, uint32_t seed)
{
    char *whole = mg_traffic_ltos_flow(grid, seed), *kept = calloc(strlen(whole) + 1, 1), *to = kept;
    int n = 0;
    *to++ = '[';
    for (char *line = strtok(whole, "\n"); line; line = strtok(NULL, "\n")) {
        char *end = strrchr(line, '}');
        if (!end || left_out(line, n++))
            continue;
        size_t length = (size_t)(end + 1 - line);
        if (to != kept + 1)
            *to++ = ',';
        memcpy(to, line, length);
        to += length;
    }
    *to = ']';
    free(whole);
    return kept;
}

static mg_csv_writer rows;
static mg_csv_writer *some_table(mg_direct *direct, const char *table)
{
    (void)direct, (void)table;
    return &rows;
}

static void ignore_row(mg_direct *direct, const char *table)
{
    (void)direct, (void)table;
}

#define mg_traffic_grid_ltos falsified_grid
#define mg_traffic_ltos_flow falsified_flow
#define mg_direct_table some_table
#define mg_direct_row ignore_row
#include "suite/ltos_table2.c"
#undef main

static const char *const window[] = {"window_1", "window_2", "window_3", "window_4", "window_5", "window_6"};

static void test_demand(void)
{
    static const double paper[] = {600.0, 150.0, 200.0, 1200.0, 120.0, 300.0};
    int right = 0;
    run(run_demand);
    double vehicles = metric("vehicles"), free_flow = metric("free_flow_time");
    for (int w = 0; w < 6; w++)
        right += metric(window[w]) == paper[w];
    tap_ok(right == 6 && vehicles == 2570.0, "Table 2's vehicles: %d windows, %g in all", right, vehicles);
    tap_ok(metric("signals_per_trip") == 6.0 && metric("lower_bound") == 0.5, "six signals a trip, bound 0.5: %g, %g",
           metric("signals_per_trip"), metric("lower_bound"));
    demand = FIRST_WINDOW_HALVED;
    run(run_demand);
    tap_ok(metric(window[0]) == 300.0 && metric(window[1]) == 150.0 && metric("vehicles") == 2270.0,
           "half of the first window's vehicles is seen: %g, %g", metric(window[0]), metric(window[1]));
    demand = FROM_THE_WEST_ALONE;
    run(run_demand);
    tap_ok(metric("lower_bound") == 0.0, "one direction needs one phase: %g", metric("lower_bound"));
    tap_ok(metric("vehicles") > 450.0 && metric("vehicles") < 850.0, "... of a quarter of the vehicles: %g",
           metric("vehicles"));
    demand = AS_IT_IS;
    size = 4;
    run(run_demand);
    tap_ok(metric("signals_per_trip") == 4.0, "trips past four signals are seen: %g", metric("signals_per_trip"));
    tap_ok(metric("free_flow_time") < 0.8 * free_flow, "... and their shorter time: %g of %g", metric("free_flow_time"),
           free_flow);
    mg_csv_free(&rows);
}

int main(void)
{
    test_demand();
    return tap_done();
}
