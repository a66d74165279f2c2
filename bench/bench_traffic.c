/* bench_traffic.c - speed of the traffic simulator by size of the network: CSV on stdout.
 *
 *     build/bench/traffic [--rounds N]                        (default 5)
 *     build/bench/traffic --config config.json [--steps N] [--rounds N]
 *
 * The networks take turns, an episode each; every step reads the average travel time and the counts of all lanes (the
 * metrics are on). ratio: of vehicle updates per second, against the first network's, which shows what size costs.
 */
#include "bench/turns.h"
#include "envs/traffic/generate.h"
#include "envs/traffic/traffic.h"

enum { NETWORKS = 4 };

typedef struct drive {
    const char *shape;
    mg_traffic_network *network;
    mg_traffic *traffic;
    int steps;
    double load, seen;
} drive;

static void episode(void *context)
{
    drive *d = context;
    mg_traffic_reset(d->traffic, MG_RESTART_NEW);
    for (int i = 0; i < d->steps; i++) {
        mg_traffic_step(d->traffic);
        const int32_t *count = mg_traffic_counts(d->traffic), *waiting = mg_traffic_waiting(d->traffic);
        long sum = 0;
        for (int32_t lane = 0; lane < d->network->lanes; lane++)
            sum += count[lane] + waiting[lane];
        d->seen += mg_traffic_average_travel_time(d->traffic) + (double)sum;
    }
}

/* first_updates: of vehicles, in an episode of the first. */
static void print(const drive *d, const contender *one, const contender *first, double first_updates)
{
    double steps = median_rate(one) * d->steps, updates = (double)mg_traffic_updates(d->traffic);
    const char *against = one == first ? NULL : "the first network";
    row("traffic load", d->shape, "scalar", d->load, "s", 0, NULL);
    row("traffic", d->shape, "scalar", steps, "steps/s", 0, NULL);
    row("traffic", d->shape, "scalar", median_rate(one) * updates, "vehicle updates/s",
        median_ratio(one, first) * updates / first_updates, against);
    row("traffic", d->shape, "scalar", updates / d->steps, "vehicles on the road", 0, NULL);
}

/* `flow` is freed. */
static drive make(const char *shape, const mg_traffic_grid *grid, char *flow, int steps)
{
    mg_error error = {0};
    drive d = {.shape = shape, .steps = steps};
    char *config = mg_traffic_config_text(1.0, 0, "", true), *roadnet = mg_traffic_grid_roadnet(grid);
    double begin = cpu_seconds();
    if (!mg_traffic_parse(config, roadnet, flow, &d.network, &error))
        exit(mg_report_error("bench_traffic", &error));
    d.load = cpu_seconds() - begin;
    free(config);
    free(roadnet);
    free(flow);
    return d;
}

static int make_all(drive *all)
{
    mg_traffic_grid one = mg_traffic_grid_default(), ltos = mg_traffic_grid_ltos(), middle = one, large = one;
    one.rows = one.columns = 1;
    middle.rows = middle.columns = 15;
    large.rows = large.columns = 35;
    all[0] = make("1x1", &one, mg_traffic_grid_flow(&one, MG_DEMAND_TURNS, 5.0), 3600);
    all[1] = make("6x6 LToS", &ltos, mg_traffic_ltos_flow(&ltos, 0), 3600);
    all[2] = make("15x15", &middle, mg_traffic_grid_flow(&middle, MG_DEMAND_TURNS, 8.0), 1000);
    all[3] = make("35x35", &large, mg_traffic_grid_flow(&large, MG_DEMAND_TURNS, 8.0), 1000);
    return NETWORKS;
}

static int load(const char *config, int steps, drive *one)
{
    mg_error error = {0};
    *one = (drive){.shape = config, .steps = steps};
    double begin = cpu_seconds();
    if (!mg_traffic_load(config, &one->network, &error))
        exit(mg_report_error("bench_traffic", &error));
    one->load = cpu_seconds() - begin;
    return 1;
}

int main(int argc, char **argv)
{
    static drive drives[NETWORKS];
    static contender all[NETWORKS];
    const char *config = NULL;
    int steps = 3600;
    rounds = 5;
    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--rounds") == 0)
            rounds = atoi(argv[i + 1]);
        else if (strcmp(argv[i], "--steps") == 0)
            steps = atoi(argv[i + 1]);
        else if (strcmp(argv[i], "--config") == 0)
            config = argv[i + 1];
    }
    rounds = rounds < 1 ? 1 : rounds > ROUNDS_MAX ? ROUNDS_MAX : rounds;
    int count = config ? load(config, steps, drives) : make_all(drives);
    for (int i = 0; i < count; i++) {
        drives[i].traffic = mg_traffic_create(drives[i].network);
        all[i] = (contender){.run = episode, .context = &drives[i], .operations = 1.0, .calls = 1};
    }
    take_turns(all, count);
    header();
    double first = (double)mg_traffic_updates(drives[0].traffic), seen = 0.0;
    for (int i = 0; i < count; i++) {
        print(&drives[i], &all[i], &all[0], first);
        seen += drives[i].seen;
        mg_traffic_destroy(drives[i].traffic);
        mg_traffic_free(drives[i].network);
    }
    return seen < 0.0;
}
