/* bench_traffic.c - speed of the traffic simulator by size of the network: CSV on stdout.
 *
 *     build/bench/traffic [--rounds N]                        (default 5)
 *     build/bench/traffic --config config.json [--steps N] [--rounds N]
 *
 * Columns: benchmark,shape,isa,value,unit,ratio,against. CPU time of one thread, the best and the median of the rounds;
 * every step reads the average travel time and the counts of all lanes (the metrics are on). ratio: against the first
 * network's vehicle updates per second, which shows what size costs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "envs/traffic/generate.h"
#include "envs/traffic/traffic.h"

enum { ROUNDS_MAX = 51 };

static int rounds = 5;
static double first_updates;

static double cpu_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int ascending(double *x, int n)
{
    for (int i = 1; i < n; i++) {
        double kept = x[i];
        int at = i;
        for (; at > 0 && x[at - 1] > kept; at--)
            x[at] = x[at - 1];
        x[at] = kept;
    }
    return n / 2;
}

static void print(const char *shape, const char *what, double value, const char *unit, double ratio)
{
    printf("traffic %s,%s,scalar,%.4g,%s,", what, shape, value, unit);
    printf(ratio > 0.0 ? "%.2f,the first network\n" : ",\n", ratio);
    fflush(stdout);
}

static double episode(const mg_traffic_network *network, mg_traffic *traffic, int steps, double *seen)
{
    mg_traffic_reset(traffic, MG_RESTART_NEW);
    double begin = cpu_seconds();
    for (int i = 0; i < steps; i++) {
        mg_traffic_step(traffic);
        const int32_t *count = mg_traffic_counts(traffic), *waiting = mg_traffic_waiting(traffic);
        long sum = 0;
        for (int32_t lane = 0; lane < network->lanes; lane++)
            sum += count[lane] + waiting[lane];
        *seen += mg_traffic_average_travel_time(traffic) + (double)sum;
    }
    return cpu_seconds() - begin;
}

static void measure(const char *shape, const mg_traffic_network *network, int steps)
{
    double seconds[ROUNDS_MAX], seen = 0.0;
    mg_traffic *traffic = mg_traffic_create(network);
    for (int r = 0; r < rounds; r++)
        seconds[r] = episode(network, traffic, steps, &seen);
    int median = ascending(seconds, rounds);
    double updates = (double)mg_traffic_updates(traffic);
    if (first_updates <= 0.0)
        first_updates = updates / seconds[median];
    print(shape, "best", steps / seconds[0], "steps/s", 0.0);
    print(shape, "median", steps / seconds[median], "steps/s", 0.0);
    print(shape, "median", updates / seconds[median], "vehicle updates/s", updates / seconds[median] / first_updates);
    print(shape, "mean", updates / steps, "vehicles on the road", 0.0);
    if (seen < 0.0)
        puts("impossible");
    mg_traffic_destroy(traffic);
}

static void measure_texts(const char *shape, const mg_traffic_grid *grid, char *flow, int steps)
{
    mg_error error = {0};
    mg_traffic_network *network;
    char *config = mg_traffic_config_text(1.0, 0, "", true), *roadnet = mg_traffic_grid_roadnet(grid);
    double begin = cpu_seconds();
    if (!mg_traffic_parse(config, roadnet, flow, &network, &error))
        exit(mg_report_error("bench_traffic", &error));
    print(shape, "load", cpu_seconds() - begin, "s", 0.0);
    free(config);
    free(roadnet);
    free(flow);
    measure(shape, network, steps);
    mg_traffic_free(network);
}

static void measure_all(void)
{
    mg_traffic_grid grid = mg_traffic_grid_default(), ltos = mg_traffic_grid_ltos();
    grid.rows = grid.columns = 1;
    measure_texts("1x1", &grid, mg_traffic_grid_flow(&grid, MG_DEMAND_TURNS, 5.0), 3600);
    measure_texts("6x6 LToS", &ltos, mg_traffic_ltos_flow(&ltos, 0), 3600);
    grid.rows = grid.columns = 15;
    measure_texts("15x15", &grid, mg_traffic_grid_flow(&grid, MG_DEMAND_TURNS, 8.0), 1000);
    grid.rows = grid.columns = 35;
    measure_texts("35x35", &grid, mg_traffic_grid_flow(&grid, MG_DEMAND_TURNS, 8.0), 1000);
}

int main(int argc, char **argv)
{
    const char *config = NULL;
    int steps = 3600;
    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--rounds") == 0)
            rounds = atoi(argv[i + 1]);
        else if (strcmp(argv[i], "--steps") == 0)
            steps = atoi(argv[i + 1]);
        else if (strcmp(argv[i], "--config") == 0)
            config = argv[i + 1];
    }
    rounds = rounds < 1 ? 1 : rounds > ROUNDS_MAX ? ROUNDS_MAX : rounds;
    puts("benchmark,shape,isa,value,unit,ratio,against");
    if (!config) {
        measure_all();
        return 0;
    }
    mg_error error = {0};
    mg_traffic_network *network;
    double begin = cpu_seconds();
    if (!mg_traffic_load(config, &network, &error))
        return mg_report_error("bench_traffic", &error);
    print(config, "load", cpu_seconds() - begin, "s", 0.0);
    measure(config, network, steps);
    mg_traffic_free(network);
    return 0;
}
