/* The roads of ltos-table3, worked out a second time: what signals see and are paid, and the two readings of red
 * lights, from a simulation of their own that is looked at vehicle by vehicle; small cases counted by hand; and the
 * towns. */
#include "core/num/scalar_math.h"
#include "envs/traffic/network.h"
#include "envs/traffic_control.h"
#include "tests/scratch.h"
#include "tests/traffic_networks.h"

enum { SIGNALS_MAX = 96 };

typedef struct game {
    mg_traffic_control_config config;
    mg_env_spec spec;
    void *world;
    mg_row row;
    float reward[SIGNALS_MAX], paid[SIGNALS_MAX], received[SIGNALS_MAX];
    mg_outcome outcome;
} game;

static void begin(game *g, const mg_traffic_network *network, int seconds)
{
    mg_error error = {0};
    g->config = mg_traffic_control_default();
    g->config.episode_seconds = seconds;
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

/* ---- the same from the names of roads, as the program of Learning to Share looks for them ---- */

/* Lane of the road into intersection_<x>_<y> from the west, east, north, south, by name; -1 where there is none. */
static int32_t lane_named(const mg_traffic_network *n, int x, int y, int approach, int lane)
{
    static const int from_x[4] = {-1, 1, 0, 0}, from_y[4] = {0, 0, 1, -1}, direction[4] = {0, 2, 3, 1};
    char wanted[80], name[MG_TRAFFIC_NAME];
    snprintf(wanted, sizeof wanted, "road_%d_%d_%d_%d", x + from_x[approach], y + from_y[approach], direction[approach],
             lane);
    for (int32_t l = 0; l < n->lanes; l++)
        if (!strcmp(mg_traffic_drivable_name(n, l, name), wanted))
            return l;
    return -1;
}

typedef struct plain_signal {
    int32_t lane[12];
    int phase, next, lasted; /* phase -1: yellow */
    long waited;             /* in this decision */
} plain_signal;

/* Vehicles on a lane, or those of them slower than 0.1 m/s, one by one. */
static long on_lane(const mg_traffic *t, int32_t lane, bool slow)
{
    long count = 0;
    for (int32_t v = mg_traffic_first(t, lane); v >= 0; v = mg_traffic_behind(t, v))
        count += !slow || mg_traffic_vehicle(t, v).speed < 0.1;
    return count;
}

static long on_lanes(const mg_traffic *t, const plain_signal *s, bool slow)
{
    long count = 0;
    for (int i = 0; i < 12; i++)
        count += s->lane[i] < 0 ? 0 : on_lane(t, s->lane[i], slow);
    return count;
}

/* A second of the light: five of yellow between two phases. */
static void light(mg_traffic *t, int32_t signal, plain_signal *s, int action)
{
    if (s->phase < 0 && s->lasted == 5) {
        s->phase = s->next;
        mg_traffic_set_phase(t, signal, s->phase);
    } else if (s->phase >= 0 && s->phase != action + 1) {
        s->next = action + 1;
        s->phase = -1;
        s->lasted = 0;
        mg_traffic_set_phase(t, signal, 0);
    }
    s->lasted += s->phase < 0;
}

static const char *const bits[5] = {"00000000", "01010000", "00000101", "10100000", "00001010"};

static bool sees(const mg_traffic *t, const plain_signal *s, const float *seen)
{
    bool same = true;
    for (int i = 0; i < 8; i++)
        same = same && seen[i] == (float)(bits[s->phase > 0 ? s->phase : 0][i] - '0');
    for (int i = 0; i < 12; i++)
        same = same && seen[8 + i] == (s->lane[i] < 0 ? 0.0f : (float)on_lane(t, s->lane[i], false));
    return same;
}

/* 40 decisions at random on three by two signals. */
static void test_plain(void)
{
    enum { ROWS = 2, COLUMNS = 3, SIGNALS = ROWS * COLUMNS, DECISIONS = 40 };
    mg_traffic_grid grid = mg_traffic_grid_ltos();
    grid.rows = ROWS;
    grid.columns = COLUMNS;
    texts t = texts_of(&grid, MG_DEMAND_TURNS, 3.0, 1.0);
    mg_traffic_network *n = load(&t);
    mg_traffic *traffic = mg_traffic_create(n);
    game g;
    begin(&g, n, 10 * DECISIONS);
    plain_signal s[SIGNALS] = {0};
    for (int i = 0; i < SIGNALS; i++) {
        s[i].phase = 1;
        mg_traffic_set_phase(traffic, i, 1);
        for (int a = 0; a < 12; a++)
            s[i].lane[a] = lane_named(n, i / ROWS + 1, i % ROWS + 1, a / 3, a % 3);
    }
    mg_stream stream = mg_stream_at((mg_key){9950, 1}, MG_PURPOSE_TEST, 0, 0, 0);
    bool seen_alike = true, paid_alike = true, other_paid = false;
    long waited = 0, chosen[4] = {0}, wanted[4] = {0};
    float seen[SIGNALS * 20];
    for (int d = 0; d < DECISIONS; d++) {
        int32_t action[SIGNALS];
        mg_traffic_control.observe(&g.row, 0, seen);
        for (int i = 0; i < SIGNALS; i++) {
            seen_alike = seen_alike && sees(traffic, &s[i], seen + 20 * i);
            action[i] = (int32_t)mg_random_below(&stream, 4);
            chosen[action[i]]++;
            for (int a = 0; a < 4; a++) /* from west and east straight on, from north and south, and left likewise */
                for (int side = 0; side < 2; side++)
                    wanted[a] += on_lane(traffic, s[i].lane[(a % 2 * 2 + side) * 3 + (a < 2)], false);
            s[i].waited = 0;
        }
        for (int second = 0; second < 10; second++) {
            for (int i = 0; i < SIGNALS; i++) {
                s[i].waited += on_lanes(traffic, &s[i], true);
                light(traffic, i, &s[i], action[i]);
            }
            mg_traffic_step(traffic);
        }
        mg_traffic_control.step(&g.row, &(mg_joint){.action = action}, NULL, &g.outcome);
        for (int i = 0; i < SIGNALS; i++) {
            waited += s[i].waited;
            paid_alike = paid_alike && g.reward[i] == (float)(-0.25 * (double)s[i].waited / 10.0);
            other_paid = other_paid || s[i].waited > 0;
        }
    }
    tap_ok(seen_alike, "phase bits and vehicles on lanes found by their names, %d decisions", DECISIONS);
    tap_ok(paid_alike && other_paid, "a quarter of those who wait, mean over the states before each second");
    double metric[8], squares = 0.0;
    const mg_traffic_trips trips = mg_traffic_trips_so_far(traffic);
    mg_traffic_control.metrics(&g.row, metric);
    tap_ok(g.outcome.truncated && waited > 0 && metric[4] == (double)waited / (10.0 * trips.signals),
           "red lights as waiting: %ld vehicle seconds over 10 s and %g signals", waited, trips.signals);
    tap_ok(metric[3] == (double)waited / (10.0 * DECISIONS * SIGNALS), "the queue is their mean over time and signals");
    double vehicles = (double)(wanted[0] + wanted[1] + wanted[2] + wanted[3]), divergence = 0.0;
    for (int a = 0; a < 4; a++) {
        double p = (double)chosen[a] / (double)(DECISIONS * SIGNALS), q = (double)wanted[a] / vehicles;
        squares += (p - q) * (p - q);
        divergence += p * mg_log(p / q);
    }
    tap_ok(metric[6] * metric[6] > squares - 1e-12 && metric[6] * metric[6] < squares + 1e-12 && squares > 0.0 &&
               metric[7] > divergence - 1e-12 && metric[7] < divergence + 1e-12,
           "what is done is %.4f from where vehicles are, %.4f nats", metric[6], metric[7]);
    end(&g);
    mg_traffic_destroy(traffic);
    mg_traffic_free(n);
    texts_free(&t);
}

/* ---- one vehicle, one signal ---- */

/* From the west straight on; the light is for the others until `second`. What the environment says, and by hand. */
static void one_vehicle(int decisions_red, int decisions, double metric[8], long *waited, double *travel)
{
    mg_traffic_grid grid = mg_traffic_grid_ltos();
    grid.rows = grid.columns = 1;
    texts t = texts_of(&grid, MG_DEMAND_STRAIGHT, 1000.0, 1.0);
    free(t.flow);
    t.flow = strdup("[{\"vehicle\":{\"length\":5,\"width\":2,\"maxPosAcc\":2,\"maxNegAcc\":4.5,\"usualPosAcc\":2,"
                    "\"usualNegAcc\":4.5,\"minGap\":2.5,\"maxSpeed\":10,\"headwayTime\":1.5},\"route\":[\"road_0_1_0\","
                    "\"road_1_1_0\"],\"interval\":1,\"startTime\":0,\"endTime\":0}]");
    mg_traffic_network *n = load(&t);
    mg_traffic *traffic = mg_traffic_create(n);
    game g;
    begin(&g, n, 10 * decisions);
    mg_traffic_set_phase(traffic, 0, 1);
    plain_signal s = {.phase = 1};
    *waited = 0;
    *travel = -1.0;
    for (int d = 0; d < decisions; d++) {
        int32_t action = d < decisions_red ? 1 : 0;
        for (int second = 0; second < 10; second++) {
            for (int32_t lane = 0; lane < n->lanes; lane++)
                if (n->road_end[n->lane_road[lane]] == n->signal_intersection[0])
                    *waited += on_lane(traffic, lane, true);
            light(traffic, 0, &s, action);
            mg_traffic_step(traffic);
            if (mg_traffic_finished(traffic) && *travel < 0.0)
                *travel = mg_traffic_cumulative_travel_time(traffic);
        }
        mg_traffic_control.step(&g.row, &(mg_joint){.action = &action}, NULL, &g.outcome);
    }
    mg_traffic_control.metrics(&g.row, metric);
    end(&g);
    mg_traffic_destroy(traffic);
    mg_traffic_free(n);
    texts_free(&t);
}

static void test_one_vehicle(void)
{
    double metric[8], travel;
    long waited;
    one_vehicle(0, 6, metric, &waited, &travel);
    tap_ok(waited <= 1 && metric[4] == (double)waited / 10.0, "green: it stands where it enters alone, %ld s", waited);
    double free_flow = 2.0 * 100.0 / 10.0; /* two roads of 100 m, crossing included */
    tap_ok(travel > 0.0 && metric[5] > (travel - free_flow) / 10.0 - 1e-9 &&
               metric[5] < (travel - free_flow) / 10.0 + 1e-9,
           "one signal, free flow of two roads at 10 m/s: %g s of %g s", free_flow, travel);
    double undisturbed = travel;
    one_vehicle(4, 12, metric, &waited, &travel);
    tap_ok(waited >= 20 && waited <= 40 && metric[4] == (double)waited / 10.0,
           "red for 40 s and yellow: it waits %ld s, %g red lights", waited, metric[4]);
    tap_ok(travel > undisturbed + 15.0 && metric[5] > (travel - free_flow) / 10.0 - 1e-9 &&
               metric[5] < (travel - free_flow) / 10.0 + 1e-9,
           "and travels %g s instead of %g s", travel, undisturbed);
}

/* ---- towns ---- */

static mg_traffic_network *town_of(int signals, uint32_t seed, int vehicles, int seconds)
{
    mg_traffic_grid town;
    if (!mg_traffic_town(signals, &town))
        tap_ok(false, "no town of %d", signals);
    texts t = {mg_traffic_config_text(1.0, 0, "", false), mg_traffic_grid_roadnet(&town),
               mg_traffic_trips_flow(&town, seed, vehicles, seconds)};
    mg_traffic_network *n = load(&t);
    texts_free(&t);
    return n;
}

/* Signals by number of neighbours, and how many can be reached from the first. */
static int reach(const mg_traffic_network *n, int degrees[5])
{
    game g;
    begin(&g, n, 100);
    const int degree = g.spec.neighbours_max;
    int32_t *neighbour = malloc((size_t)n->signals * (size_t)degree * sizeof *neighbour);
    bool reached[SIGNALS_MAX] = {true};
    int count = 1;
    mg_traffic_control.neighbours(&g.row, neighbour);
    for (int round = 0; round < n->signals; round++)
        for (int s = 0; s < n->signals; s++)
            for (int k = 0; k < degree && reached[s]; k++) {
                int32_t other = neighbour[s * degree + k];
                count += other >= 0 && !reached[other];
                if (other >= 0)
                    reached[other] = true;
            }
    for (int s = 0; s < n->signals; s++) {
        int found = 0;
        for (int k = 0; k < degree; k++)
            found += neighbour[s * degree + k] >= 0;
        degrees[found]++;
    }
    free(neighbour);
    end(&g);
    return count;
}

static void test_towns(void)
{
    static const int expected[3][5] = {{0, 1, 3, 1, 0}, {0, 0, 10, 14, 9}, {0, 0, 18, 36, 42}};
    static const int signals[3] = {5, 33, 96};
    for (int k = 0; k < 3; k++) {
        mg_traffic_network *n = town_of(signals[k], 0, 300, 300);
        int degrees[5] = {0}, reached = reach(n, degrees);
        bool as_expected = true;
        for (int d = 0; d < 5; d++)
            as_expected = as_expected && degrees[d] == expected[k][d];
        tap_ok(n->signals == signals[k] && reached == signals[k] && as_expected,
               "a town of %d signals, all joined, with one to four neighbours: %d %d %d %d", signals[k], degrees[1],
               degrees[2], degrees[3], degrees[4]);
        mg_traffic_free(n);
    }
    mg_traffic_grid none;
    tap_ok(!mg_traffic_town(34, &none), "there is none of 34");
}

static void test_trips(void)
{
    mg_traffic_grid town;
    (void)mg_traffic_town(33, &town);
    char *one = mg_traffic_trips_flow(&town, 1, 1775, 3600), *again = mg_traffic_trips_flow(&town, 1, 1775, 3600);
    char *two = mg_traffic_trips_flow(&town, 2, 1775, 3600);
    tap_ok(!strcmp(one, again) && strcmp(one, two) != 0, "trips are drawn by the seed");
    free(one);
    free(again);
    free(two);
    mg_traffic_network *n = town_of(33, 1, 1775, 3600);
    mg_traffic *traffic = mg_traffic_create(n);
    long halfway = 0;
    for (int second = 0; second < 3600; second++) {
        for (int32_t s = 0; s < n->signals; s++)
            mg_traffic_set_phase(traffic, s, 1 + second / 20 % 4);
        mg_traffic_step(traffic);
        if (second == 1799)
            halfway = mg_traffic_alive(traffic) + mg_traffic_finished(traffic);
    }
    const mg_traffic_trips trips = mg_traffic_trips_so_far(traffic);
    tap_ok(trips.vehicles == 1775.0 && halfway == 888, "1775 vehicles at an even pace: %ld in half an hour", halfway);
    tap_ok(trips.signals / trips.vehicles >= 3.0 && mg_traffic_finished(traffic) > 1000,
           "trips pass %.2f signals on average, and end: %ld", trips.signals / trips.vehicles,
           mg_traffic_finished(traffic));
    double free_flow = trips.free_flow / trips.vehicles;
    tap_ok(free_flow > 110.0 && free_flow < 122.0, "without lights in %.2f s, uneven blocks included", free_flow);
    mg_traffic_destroy(traffic);
    mg_traffic_free(n);
}

/* The environment of a town: its config, and what is wrong with one. */
static void test_town_control(void)
{
    mg_town_control_config config = mg_town_control_default(33);
    mg_error error = {0};
    tap_ok(config.vehicles == 1775 && config.demand_seconds == 3600, "as many vehicles an hour as Shenzhen");
    void *world = mg_town_control.open_world(&config, (mg_key){1, 0}, &error);
    mg_env_spec spec;
    mg_town_control.describe(&config, world, &spec);
    tap_ok(spec.agents == 33 && spec.longest_episode == 360 && !strcmp(spec.name, "town-control") &&
               spec.transfer.time == MG_TRANSFER_NONE,
           "33 signals decide 360 times, and nobody pays");
    mg_env_spec_free(&spec);
    config.control.transfer_max = 0.1;
    mg_town_control.describe(&config, world, &spec);
    tap_ok(spec.transfer.givers == 33 && spec.transfer.high == 0.1f, "or all may pay each other after they have acted");
    mg_env_spec_free(&spec);
    mg_town_control.close_world(world);
    config.signals = 34;
    tap_ok(!mg_town_control.open_world(&config, (mg_key){1, 0}, &error) && strstr(error.text, "34"), "%s", error.text);
}

/* Everybody as a neighbour, nearest first. */
static void test_everybody(void)
{
    mg_traffic_network *n = town_of(5, 0, 10, 100);
    mg_error error = {0};
    mg_traffic_control_config config = mg_traffic_control_default();
    config.everybody = true;
    void *world = mg_traffic_control_on(&config, n, &error);
    mg_env_spec spec;
    int32_t neighbour[20];
    mg_traffic_control.describe(&config, world, &spec);
    mg_traffic_control.neighbours(&(mg_row){&config, world, NULL}, neighbour);
    tap_ok(spec.neighbours_max == 4 && neighbour[0] == 1 && neighbour[1] == 2 && neighbour[2] == 3 && neighbour[3] == 4,
           "all others are neighbours of the first, nearest first: %d %d %d %d", neighbour[0], neighbour[1],
           neighbour[2], neighbour[3]);
    tap_ok(neighbour[8] == 4 && neighbour[9] == 1 && neighbour[10] == 0 && neighbour[11] == 3,
           "and of the third, 160, 180, 201 and 241 m away: %d %d %d %d", neighbour[8], neighbour[9], neighbour[10],
           neighbour[11]);
    mg_env_spec_free(&spec);
    mg_traffic_control.close_world(world);
    mg_traffic_free(n);
}

/* Four quarters of 250 s: a vehicle a route every 30, 10, 15 and 30 s. */
static void test_waves(void)
{
    mg_traffic_grid grid = mg_traffic_grid_default();
    grid.plan = false;
    grid.rows = grid.columns = 2;
    texts t = {mg_traffic_config_text(1.0, 0, "", false), mg_traffic_grid_roadnet(&grid),
               mg_traffic_grid_flow(&grid, MG_DEMAND_WAVES, 10.0)};
    mg_traffic_network *n = load(&t);
    mg_traffic *traffic = mg_traffic_create(n);
    long before = 0, created[4];
    for (int quarter = 0; quarter < 4; quarter++) {
        run_steps(traffic, 250);
        long now = mg_traffic_alive(traffic) + mg_traffic_finished(traffic);
        created[quarter] = now - before;
        before = now;
    }
    tap_ok(created[0] == 16 * 9 && created[1] == 16 * 25 && created[2] == 16 * 17 && created[3] == 16 * 9,
           "eight straight routes and eight that turn, in waves: %ld %ld %ld %ld", created[0], created[1], created[2],
           created[3]);
    mg_traffic_destroy(traffic);
    mg_traffic_free(n);
    texts_free(&t);
}

/* What is given comes to who is meant, and to nobody else. */
static void test_transfers(void)
{
    mg_traffic_grid grid = mg_traffic_grid_ltos();
    grid.rows = 1;
    grid.columns = 3;
    texts t = texts_of(&grid, MG_DEMAND_STRAIGHT, 10.0, 1.0);
    mg_traffic_network *n = load(&t);
    game g;
    begin(&g, n, 100);
    const int32_t action[3] = {0};
    const float given[9] = {8, 1, 2, 4, 8, 0, 0, 0.5f, 8};
    mg_traffic_control.step(&g.row, &(mg_joint){.action = action, .transfer = given}, NULL, &g.outcome);
    tap_ok(g.paid[0] == 3.0f && g.paid[1] == 4.0f && g.paid[2] == 0.5f && g.received[0] == 4.0f &&
               g.received[1] == 1.5f && g.received[2] == 2.0f,
           "what is given to others is paid and received, what is kept is not");
    mg_traffic_control.step(&g.row, &(mg_joint){.action = action}, NULL, &g.outcome);
    tap_ok(g.paid[0] == 0.0f && g.received[1] == 0.0f, "where nothing is given nothing is paid");
    end(&g);
    mg_traffic_free(n);
    texts_free(&t);
}

/* ---- a town from files ---- */

static uint32_t opened_by = 3; /* a seed */
static double told[16];        /* metrics of what was last played */

/* What it is worth after thirty decisions of the same actions; -1 where there is no such world. */
static double travel_of(const mg_env_table *table, const void *config, int *signals, mg_error *error)
{
    mg_env_spec spec;
    void *world = table->open_world(config, (mg_key){9950, opened_by}, error);
    if (!world)
        return -1.0;
    table->describe(config, world, &spec);
    mg_row row = {config, world, malloc(spec.row_bytes)};
    float reward[SIGNALS_MAX], paid[SIGNALS_MAX], received[SIGNALS_MAX];
    mg_outcome outcome = {.reward = reward, .paid = paid, .received = received};
    table->reset(&row, NULL);
    for (int d = 0; d < 30; d++) {
        int32_t action[SIGNALS_MAX];
        for (int s = 0; s < spec.agents; s++)
            action[s] = (d + s) % 4;
        table->step(&row, &(mg_joint){.action = action}, NULL, &outcome);
    }
    table->metrics(&row, told);
    *signals = spec.agents;
    mg_env_spec_free(&spec);
    table->close_world(world);
    free(row.state);
    return told[0];
}

/* Every kind of demand is the generator's of that name, other seeds have other vehicles, and where they are counted. */
static void test_demands(void)
{
    mg_traffic_control_config grid = mg_traffic_control_default();
    mg_town_control_config town = mg_town_control_default(33), of_files = town;
    mg_error error = {0};
    int signals, alike = 0;
    double before = 0.0;
    grid.grid.rows = grid.grid.columns = 2;
    char *roadnet = mg_traffic_grid_roadnet(&grid.grid);
    bool written = mg_file_write(scratch("roadnet.json"), roadnet, strlen(roadnet), &error), others = true;
    of_files.files = scratch_folder;
    for (grid.demand = MG_CONTROL_STRAIGHT; grid.demand <= MG_CONTROL_WAVES; grid.demand++) {
        const mg_traffic_demand_kind kind[] = {MG_DEMAND_STRAIGHT, MG_DEMAND_TURNS, MG_DEMAND_PEAKS, MG_DEMAND_WAVES};
        char *flow = mg_traffic_grid_flow(&grid.grid, kind[grid.demand - MG_CONTROL_STRAIGHT], grid.demand_interval);
        written = written && mg_file_write(scratch("flow.json"), flow, strlen(flow), &error);
        double ours = travel_of(&mg_traffic_control, &grid, &signals, &error);
        double theirs = travel_of(&mg_town_control, &of_files, &signals, &error);
        alike += !(ours < theirs) && !(ours > theirs);
        others = others && (ours < before || ours > before);
        before = ours;
        free(flow);
    }
    tap_ok(written && alike == 4 && others, "four kinds of demand, each as it is called");
    grid.demand = MG_CONTROL_LTOS;
    double third = travel_of(&mg_traffic_control, &grid, &signals, &error);
    tap_ok(told[1] + told[2] > 298.5 && told[1] + told[2] < 301.5 && told[1] + 10.0 < told[2],
           "a vehicle a second comes, a third has arrived: %g of %g", told[1], told[1] + told[2]);
    double trips = travel_of(&mg_town_control, &town, &signals, &error);
    town.demand_seconds = 400;
    double denser = travel_of(&mg_town_control, &town, &signals, &error);
    town.demand_seconds = 3600;
    opened_by = 4;
    double fourth = travel_of(&mg_traffic_control, &grid, &signals, &error);
    double other_trips = travel_of(&mg_town_control, &town, &signals, &error);
    opened_by = 3;
    tap_ok((third < fourth || third > fourth) && (trips < other_trips || trips > other_trips) &&
               (trips < denser || trips > denser),
           "another seed, another demand, and another in less time");
    free(roadnet);
}

/* The last decision of 25 s has five; neighbours as far away as each other are told in order. */
static void test_ends(void)
{
    mg_traffic_grid grid = mg_traffic_grid_ltos();
    grid.rows = grid.columns = 3;
    texts t = texts_of(&grid, MG_DEMAND_STRAIGHT, 2.0, 1.0);
    mg_traffic_network *n = load(&t);
    game g;
    int32_t action[9] = {1, 1, 1, 1, 1, 1, 1, 1, 1}, neighbour[36];
    bool ended[3];
    begin(&g, n, 25);
    for (int d = 0; d < 3; d++) {
        mg_traffic_control.step(&g.row, &(mg_joint){.action = action}, NULL, &g.outcome);
        ended[d] = g.outcome.truncated;
    }
    tap_ok(!ended[0] && !ended[1] && ended[2] && (int)mg_traffic_control_look(&g.row).time == 25,
           "25 s are three decisions");
    mg_traffic_control.neighbours(&g.row, neighbour);
    tap_ok(neighbour[16] == 1 && neighbour[17] == 3 && neighbour[18] == 5 && neighbour[19] == 7,
           "the middle one's neighbours: %d %d %d %d", neighbour[16], neighbour[17], neighbour[18], neighbour[19]);
    end(&g);
    mg_traffic_free(n);
    texts_free(&t);
}

static void test_files(void)
{
    mg_traffic_control_config grid = mg_traffic_control_default();
    mg_town_control_config town = mg_town_control_default(33);
    mg_error error = {0};
    int signals = 0, of_files = 0;
    grid.grid.rows = grid.grid.columns = 2;
    char *roadnet = mg_traffic_grid_roadnet(&grid.grid), *flow = mg_traffic_ltos_flow(&grid.grid, 3);
    bool written = mg_file_write(scratch("roadnet.json"), roadnet, strlen(roadnet), &error);
    double wanted = travel_of(&mg_traffic_control, &grid, &signals, &error);
    double ours = travel_of(&mg_town_control, &town, &of_files, &error);
    tap_ok(written && ours > 0.0 && of_files == 33 && (ours < wanted || ours > wanted), "without files a town of ours");
    town.files = scratch_folder;
    tap_ok(travel_of(&mg_town_control, &town, &of_files, &error) < 0.0 && strstr(error.text, "flow.json"),
           "roads without vehicles: %s", error.text);
    written = mg_file_write(scratch("flow.json"), flow, strlen(flow), &error);
    double found = travel_of(&mg_town_control, &town, &of_files, &error);
    tap_ok(written && of_files == 4 && signals == 4 && !(found < wanted) && !(found > wanted),
           "with files these four signals and their vehicles: %g s", found);
    error = (mg_error){0};
    written = mg_file_write(scratch("flow.json"), "[]", 2, &error);
    tap_ok(written && travel_of(&mg_town_control, &town, &of_files, &error) < 0.0 &&
               strstr(error.text, "flow.json: no vehicles"),
           "nobody drives: %s", error.text);
    free(roadnet);
    grid.grid.plan = true;
    roadnet = mg_traffic_grid_roadnet(&grid.grid);
    error = (mg_error){0};
    written = mg_file_write(scratch("roadnet.json"), roadnet, strlen(roadnet), &error) &&
              mg_file_write(scratch("flow.json"), flow, strlen(flow), &error);
    tap_ok(written && travel_of(&mg_town_control, &town, &of_files, &error) < 0.0 &&
               strstr(error.text, "light phase 0 of intersection_1_1 lets road link 0 go"),
           "a plan that begins with green: %s", error.text);
    free(roadnet);
    free(flow);
}

int main(void)
{
    test_plain();
    test_one_vehicle();
    test_towns();
    test_trips();
    test_town_control();
    test_everybody();
    test_waves();
    test_transfers();
    test_files();
    test_demands();
    test_ends();
    scratch_remove();
    return tap_done();
}
