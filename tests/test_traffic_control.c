/* Signals as agents: what they see, what a change costs, who is next to whom. */
#include "envs/traffic/lights.h"
#include "envs/traffic_control.h"
#include "tests/traffic_networks.h"

static mg_traffic_network *grid_of(int rows, int columns, double every)
{
    mg_traffic_grid grid = mg_traffic_grid_ltos();
    grid.rows = rows;
    grid.columns = columns;
    texts t = texts_of(&grid, MG_DEMAND_TURNS, every, 1.0);
    mg_traffic_network *network = load(&t);
    texts_free(&t);
    return network;
}

typedef struct game {
    mg_traffic_control_config config;
    mg_env_spec spec;
    void *world;
    mg_row row;
    float reward[MG_AGENTS_MAX], paid[MG_AGENTS_MAX], received[MG_AGENTS_MAX];
    mg_outcome outcome;
} game;

static void begin(game *g, const mg_traffic_network *network)
{
    mg_error error = {0};
    g->config = mg_traffic_control_default();
    g->world = mg_traffic_control_on(&g->config, network, &error);
    if (!g->world)
        tap_ok(false, "%s", error.text);
    mg_traffic_control.describe(&g->config, g->world, &g->spec);
    g->row = (mg_row){&g->config, g->world, malloc(g->spec.row_bytes)};
    g->outcome = (mg_outcome){.reward = g->reward, .paid = g->paid, .received = g->received};
    mg_traffic_control.reset(&g->row, NULL);
}

static void end(game *g)
{
    mg_env_spec_free(&g->spec);
    mg_traffic_control.close_world(g->world);
    free(g->row.state);
}

static void decide(game *g, const int32_t *actions)
{
    mg_traffic_control.step(&g->row, &(mg_joint){.action = actions}, NULL, &g->outcome);
}

static const char *digest_row(game *g, char text[MG_DIGEST_TEXT])
{
    mg_hasher *hasher = mg_hasher_create();
    mg_traffic_control.digest(&g->row, hasher);
    mg_digest_print(mg_hasher_finish(hasher), text);
    mg_hasher_destroy(hasher);
    return text;
}

static void neighbours(void)
{
    mg_traffic_network *network = grid_of(6, 6, 20.0);
    static game g;
    begin(&g, network);
    int32_t list[36 * 4];
    int degrees[5] = {0}, edges = 0;
    bool both = true;
    mg_traffic_control.neighbours(&g.row, list);
    for (int s = 0; s < 36; s++) {
        int degree = 0;
        for (int i = 0; i < 4; i++) {
            int32_t other = list[4 * s + i];
            degree += other >= 0;
            bool back = other < 0;
            for (int k = 0; other >= 0 && k < 4; k++)
                back = back || list[4 * other + k] == s;
            both = both && back && other != s;
        }
        degrees[degree]++;
        edges += degree;
    }
    tap_ok(g.spec.agents == 36 && g.spec.neighbours_max == 4 && degrees[2] == 4 && degrees[3] == 16 && degrees[4] == 16,
           "6x6: 36 agents, 4 with 2 neighbours, 16 with 3, 16 with 4");
    tap_ok(edges == 120 && both, "60 joins, each seen from both ends");
    tap_ok(list[0] == 1 && list[1] == 6 && list[2] == -1 && list[3] == -1,
           "a corner: ties to the lower index, then none");
    end(&g);
    mg_traffic_free(network);
}

static void observations(void)
{
    mg_traffic_network *network = grid_of(1, 1, 4.0);
    static game g;
    begin(&g, network);
    float seen[MG_CONTROL_OBSERVATION];
    int32_t action = 0, count[MG_CONTROL_LANES], sum = 0;
    decide(&g, &action);
    mg_traffic_control.observe(&g.row, 0, seen);
    mg_traffic_control_counts(&g.row, 0, count);
    bool good = seen[1] == 1.0f && seen[3] == 1.0f && seen[0] + seen[2] + seen[4] + seen[5] + seen[6] + seen[7] == 0.0f;
    for (int i = 0; i < MG_CONTROL_LANES; i++) {
        good = good && seen[8 + i] == (float)count[i];
        sum += count[i];
    }
    tap_ok(good && mg_env_agent(&g.spec, 0)->observation == 20, "phase 1 as bits, then 12 counts");
    tap_ok(sum > 0 && count[1] > 0, "vehicles from the west on their straight lane: %d", count[1]);
    action = 3;
    decide(&g, &action);
    mg_traffic_control.observe(&g.row, 0, seen);
    tap_ok(seen[4] == 1.0f && seen[6] == 1.0f, "after a change the bits are those of phase 4");
    end(&g);
    mg_traffic_free(network);
}

/* Ten seconds second by second: a copy of the rules in the simplest form, beside the environment's. */
static void yellow(void)
{
    mg_traffic_network *network = grid_of(1, 1, 3.0);
    static game g;
    begin(&g, network);
    mg_traffic *plain = mg_traffic_create(network);
    const int32_t actions[6] = {0, 1, 1, 3, 2, 2};
    int phase = 1;
    bool good = true, paid = true, costly = false;
    mg_traffic_set_phase(plain, 0, 1);
    for (int k = 0; k < 6; k++) {
        bool change = actions[k] + 1 != phase;
        int32_t waited = 0;
        for (int second = 0; second < 10; second++) {
            for (int32_t lane = 0; lane < network->lanes; lane++) /* those that lead to the signal */
                waited += network->intersection_signal[network->road_end[network->lane_road[lane]]] == 0
                              ? mg_traffic_waiting(plain)[lane]
                              : 0;
            mg_traffic_set_phase(plain, 0, change && second < 5 ? 0 : actions[k] + 1);
            mg_traffic_step(plain);
        }
        phase = actions[k] + 1;
        decide(&g, &actions[k]);
        paid = paid && g.reward[0] == (float)(-0.25 * (double)waited / 10.0);
        costly = costly || waited > 20;
        mg_traffic_control_view view = mg_traffic_control_look(&g.row);
        good = good && view.running == mg_traffic_running(plain) && view.finished == mg_traffic_finished(plain) &&
               view.average_travel_time == mg_traffic_average_travel_time(plain);
    }
    tap_ok(paid && costly,
           "a decision costs a quarter of those who wait, on the mean of ten seconds, each before its step");
    tap_ok(good, "a change is five seconds of phase 0, then five of the new; none costs nothing");
    mg_traffic_destroy(plain);
    end(&g);
    mg_traffic_free(network);
}

static void episodes(void)
{
    mg_traffic_network *network = grid_of(2, 2, 3.0);
    static game g;
    char first[MG_DIGEST_TEXT], second[MG_DIGEST_TEXT];
    begin(&g, network);
    const int32_t actions[2][4] = {{0, 1, 2, 3}, {1, 0, 3, 3}};
    double returns = 0.0;
    int steps = 0;
    while (!g.outcome.truncated) {
        decide(&g, actions[steps++ % 2]);
        returns += (double)g.reward[0];
    }
    tap_ok(steps == 360 && !g.outcome.terminated && returns < 0.0, "an episode is 360 decisions; waiting costs: %g",
           returns);
    double metric[16];
    mg_traffic_control.metrics(&g.row, metric);
    tap_ok(metric[0] > 0.0 && metric[1] > 0.0 && metric[3] > 0.0, "travel time %.17g s, %g finished, queue %g",
           metric[0], metric[1], metric[3]);
    digest_row(&g, first);
    tap_ok(strcmp(first, "aee45e920ce83c0d79c1a700538ae572") == 0, "the pinned digest: %s", first);
    mg_traffic_control.reset(&g.row, NULL);
    g.outcome.truncated = false;
    for (int k = 0; k < 360; k++)
        decide(&g, actions[k % 2]);
    tap_ok(strcmp(digest_row(&g, second), first) == 0, "the next episode is the same under the same lights");
    mg_traffic_control.reset(&g.row, NULL);
    for (int k = 0; k < 360; k++)
        decide(&g, actions[k == 200]);
    tap_ok(strcmp(digest_row(&g, second), first) != 0, "other lights are noticed");
    end(&g);
    mg_traffic_free(network);
}

/* The state after an hour's first ten minutes, all lights west-east: on a world of its own, or on this network. */
static mg_digest after_minutes(mg_control_demand demand, uint32_t seed, const mg_traffic_network *network)
{
    mg_traffic_control_config config = mg_traffic_control_default();
    mg_env_spec spec;
    mg_error error = {0};
    config.grid.rows = config.grid.columns = 3;
    config.demand = (int)demand;
    void *world = network ? mg_traffic_control_on(&config, network, &error)
                          : mg_traffic_control.open_world(&config, (mg_key){9995, seed}, &error);
    mg_traffic_control.describe(&config, world, &spec);
    const mg_row row = {&config, world, malloc(spec.row_bytes)};
    float reward[9], paid[9], received[9];
    const int32_t actions[9] = {0};
    mg_outcome outcome = {.reward = reward, .paid = paid, .received = received};
    mg_hasher *hasher = mg_hasher_create();
    mg_traffic_control.reset(&row, NULL);
    for (int k = 0; k < 60; k++)
        mg_traffic_control.step(&row, &(mg_joint){.action = actions}, NULL, &outcome);
    mg_traffic_control.digest(&row, hasher);
    mg_digest digest = mg_hasher_finish(hasher);
    mg_hasher_destroy(hasher);
    free(row.state);
    mg_env_spec_free(&spec);
    mg_traffic_control.close_world(world);
    return digest;
}

static void worlds(void)
{
    mg_digest one = after_minutes(MG_CONTROL_LTOS, 1, NULL), again = after_minutes(MG_CONTROL_LTOS, 1, NULL);
    mg_digest two = after_minutes(MG_CONTROL_LTOS, 2, NULL);
    tap_ok(mg_digest_equal(one, again) && !mg_digest_equal(one, two), "LToS's demand is drawn by the key's seed");
    mg_digest straight = after_minutes(MG_CONTROL_STRAIGHT, 1, NULL), turns = after_minutes(MG_CONTROL_TURNS, 1, NULL);
    mg_digest peaks = after_minutes(MG_CONTROL_PEAKS, 1, NULL), other = after_minutes(MG_CONTROL_TURNS, 2, NULL);
    tap_ok(mg_digest_equal(turns, other) && !mg_digest_equal(straight, turns) && !mg_digest_equal(turns, peaks) &&
               !mg_digest_equal(turns, one),
           "the regular ones are three, and the same for every seed");
    mg_traffic_grid grid = mg_traffic_grid_ltos();
    grid.rows = grid.columns = 3;
    texts t = texts_of(&grid, MG_DEMAND_STRAIGHT, 10.0, 1.0);
    free(t.config);
    t.config = mg_traffic_config_text(1.0, 0, "", false);
    mg_traffic_network *network = load(&t);
    mg_digest made = after_minutes(MG_CONTROL_LTOS, 1, network);
    tap_ok(mg_digest_equal(made, straight), "a world is that of its texts");
    texts_free(&t);
    mg_traffic_free(network);
}

static void refusals(void)
{
    mg_traffic_network *network = grid_of(2, 2, 3.0);
    mg_error error = {0};
    tap_ok(mg_traffic_control_check(network, &error), "a grid of LToS will do");
    network->plan_lights = true;
    tap_ok(!mg_traffic_control_check(network, &error) && strstr(error.text, "rlTrafficLight"), "%s", error.text);
    network->plan_lights = false;
    network->dt = 0.5;
    mg_error second = {0};
    tap_ok(!mg_traffic_control_check(network, &second) && strstr(second.text, "interval"), "%s", second.text);
    network->dt = 1.0;
    mg_traffic_free(network);
    mg_traffic_control_config config = mg_traffic_control_default();
    mg_error third = {0};
    config.yellow_seconds = 0;
    tap_ok(!mg_config_check(mg_traffic_control.fields, &config, &third) && strstr(third.text, "yellow_seconds"), "%s",
           third.text);
}

/* A signal in the middle of so many, a road to each. */
static bool star_passes(int32_t arms, mg_error *error)
{
    enum { MOST = 300 };
    static int32_t own[MOST + 1], phase_first[MOST + 2], road_first[MOST + 2], road[MOST], from[MOST], to[MOST];
    static const char *id[MOST + 1];
    mg_traffic_network star = {.dt = 1.0, .signals = arms + 1};
    for (int32_t s = 0; s <= arms; s++) {
        own[s] = s;
        id[s] = "somewhere";
        phase_first[s + 1] = 5 * (s + 1);
        road_first[s + 1] = arms; /* all are the first one's */
        road[s < arms ? s : 0] = s < arms ? s : 0;
        from[s < arms ? s : 0] = 0;
        to[s < arms ? s : 0] = s < arms ? s + 1 : 1;
    }
    star.signal_named = star.signal_intersection = star.intersection_signal = own;
    star.intersection_id = id;
    star.signal_phase_first = phase_first;
    star.intersection_road_first = road_first;
    star.intersection_road = road;
    star.road_start = from;
    star.road_end = to;
    return mg_traffic_control_check(&star, error);
}

static void crowds(void)
{
    mg_error error = {0}, second = {0};
    tap_ok(star_passes(256, &error), "256 signals may be joined to one%s", error.text);
    tap_ok(!star_passes(257, &second) && strstr(second.text, "256"), "%s", second.text);
}

/* In a town, who everybody's neighbours are is no field. */
static void town_neighbours(void)
{
    mg_town_control_config config = mg_town_control_default(5);
    int most[2];
    for (int k = 0; k < 2; k++) {
        mg_error error = {0};
        mg_env_spec spec;
        config.control.everybody = k == 1;
        void *world = mg_town_control.open_world(&config, (mg_key){1, 1}, &error);
        mg_town_control.describe(&config, world, &spec);
        most[k] = spec.neighbours_max;
        mg_env_spec_free(&spec);
        mg_town_control.close_world(world);
    }
    tap_ok(most[0] == most[1] && most[0] < 4, "in a town roads alone make neighbours: %d at most, %d", most[0],
           most[1]);
}

/* Max-pressure must beat lights that never change. */
static void max_pressure(void)
{
    mg_traffic_network *network = grid_of(3, 3, 6.0);
    double travel[2];
    for (int k = 0; k < 2; k++) {
        mg_traffic *traffic = mg_traffic_create(network);
        for (int i = 0; i < 1200; i++) {
            for (int32_t s = 0; s < network->signals && i % 10 == 0; s++)
                mg_traffic_set_phase(traffic, s, k == 0 ? mg_traffic_max_pressure(traffic, s) : i / 10 % 9);
            mg_traffic_step(traffic);
        }
        travel[k] = mg_traffic_average_travel_time(traffic);
        mg_traffic_destroy(traffic);
    }
    tap_ok(travel[0] < travel[1], "average travel time: %.1f s with max-pressure, %.1f s with each phase in turn",
           travel[0], travel[1]);
    mg_traffic_free(network);
}

int main(void)
{
    neighbours();
    observations();
    yellow();
    episodes();
    worlds();
    refusals();
    crowds();
    town_neighbours();
    max_pressure();
    return tap_done();
}
