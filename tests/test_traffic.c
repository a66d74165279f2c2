/* The traffic simulator on networks of our own: pinned digests, and what must hold of any network. */
#include "envs/traffic/number.h"
#include "envs/traffic/random.h"
#include "envs/traffic/sort.h"
#include "tests/traffic_networks.h"

/* ---- parts ---- */
static void numbers(void)
{
    static const struct {
        const char *text;
        double value; /* by the reference's reader: not always the nearest */
        bool integer;
    } known[] = {
        {"0", 0.0, true},
        {"-12", -12.0, true},
        {"18446744073709551615", 18446744073709551615.0, true},
        {"1e2", 100.0, false},
        {"0.5", 0.5, false},
        {"-2.5e-3", -0.0025, false},
        {"7.71843714740957644000", 0x1.edfadfcd16c32p+2, false},
        {"1e-400", 0.0, false},
        {"1e308", 1e308, false},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        double x = -1.0;
        bool integer;
        bool good = mg_traffic_number(known[i].text, strlen(known[i].text), &x, &integer);
        tap_ok(good && x == known[i].value && integer == known[i].integer, "number %s", known[i].text);
    }
    double x;
    bool integer;
    tap_ok(strtod("7.71843714740957644000", NULL) != 0x1.edfadfcd16c32p+2, "strtod reads another number there");
    tap_ok(!mg_traffic_number("1e309", 5, &x, &integer), "1e309 is too large");
    tap_ok(mg_traffic_number("-0", 2, &x, &integer) && !__builtin_signbit(x), "the integer -0 is +0");
    tap_ok(mg_traffic_number("-0.0", 4, &x, &integer) && __builtin_signbit(x), "-0.0 is -0");
}

static void sorting(void)
{
    static const int keys[15] = {2, 5, 4, 3, 3, 4, 1, 3, 1, 2, 1, 0, 2, 3, 2};
    static const int places[15] = {11, 6, 8, 10, 0, 9, 12, 14, 3, 4, 7, 13, 2, 5, 1};
    mg_traffic_item items[1000];
    for (int i = 0; i < 15; i++)
        items[i] = (mg_traffic_item){keys[i], i};
    mg_traffic_sort(items, 15);
    bool good = true;
    for (int i = 0; i < 15; i++)
        good = good && items[i].index == places[i];
    tap_ok(good, "equal keys in the library's order");
    for (int n = 0; n <= 1000; n += n < 34 ? 1 : 322) {
        mg_traffic_random random;
        mg_traffic_random_seed(&random, (uint32_t)n);
        double sum = 0.0;
        for (int i = 0; i < n; i++)
            items[i] = (mg_traffic_item){mg_traffic_random_next(&random) % 50, i};
        mg_traffic_sort(items, n);
        good = true;
        for (int i = 0; i < n; i++) {
            good = good && (i == 0 || items[i - 1].key <= items[i].key);
            sum += items[i].index;
        }
        if (n < 3 || n > 30)
            tap_ok(good && sum == n * (n - 1) / 2.0, "%d items sorted, none lost", n);
        else if (!good)
            tap_ok(false, "%d items", n);
    }
}

/* Medians of three that always leave one side almost empty: depth runs out and the heap sort takes over. */
static void sorting_badly(void)
{
    enum { N = 2000 };
    static mg_traffic_item items[N];
    int half = N / 2;
    for (int i = 0; i < half; i++) {
        items[i] = (mg_traffic_item){i % 2 == 0 ? i + 1 : half + i + (half % 2 == 0 ? 0 : 1), i};
        items[half + i] = (mg_traffic_item){2 * (i + 1), half + i};
    }
    mg_traffic_sort(items, N);
    bool good = true;
    for (int i = 1; i < N; i++)
        good = good && items[i - 1].key <= items[i].key;
    tap_ok(good, "a sequence that defeats the medians is sorted");
}

static void heaps(void)
{
    mg_traffic_item heap[200];
    int count = 0;
    bool good = true;
    for (int i = 0; i < 200; i++)
        mg_traffic_heap_push(heap, &count, (mg_traffic_item){(i * 37) % 50, i});
    for (double last = -1.0; count > 0;) {
        mg_traffic_item top = mg_traffic_heap_pop(heap, &count);
        good = good && top.key >= last;
        last = top.key;
    }
    tap_ok(good, "a heap gives its smallest first");
}

static void twister(void)
{
    mg_traffic_random random;
    mg_traffic_random_seed(&random, 5489);
    tap_ok(mg_traffic_random_next(&random) == UINT32_C(3499211612), "MT19937: the first number of its own seed");
    for (int i = 2; i < 10000; i++)
        mg_traffic_random_next(&random);
    tap_ok(mg_traffic_random_next(&random) == UINT32_C(4123659995),
           "and the ten thousandth (the C++ standard's check)");
}

/* ---- whole runs ---- */
static void pinned(const char *name, texts t, int steps, const char *digest, long finished)
{
    char text[MG_DIGEST_TEXT];
    mg_traffic_network *network = load(&t);
    mg_traffic *traffic = mg_traffic_create(network);
    run_steps(traffic, steps);
    tap_ok(strcmp(digest_of(traffic, text), digest) == 0 && mg_traffic_finished(traffic) == finished,
           "%s: %d steps, digest %s, %ld finished", name, steps, text, mg_traffic_finished(traffic));
    mg_traffic_destroy(traffic);
    mg_traffic_free(network);
    texts_free(&t);
}

static void pinned_runs(void)
{
    pinned("2x3 grid", small_texts(), 400, "69d13e550c80195bf3fdee5d666feda4", 374);
    mg_traffic_grid grid = mg_traffic_grid_ltos();
    grid.rows = 2;
    grid.columns = 2;
    grid.plan = true;
    pinned("dt 0.5", texts_of(&grid, MG_DEMAND_TURNS, 2.0, 0.5), 600, "385a34e1ed9aed90e41e95cc47e2375d", 28);
    pinned("dt 0.3", texts_of(&grid, MG_DEMAND_PEAKS, 2.0, 0.3), 600, "5dabbe4f772fd94277beb5b0f3cb01cf", 140);
    grid.left = 2;
    grid.straight = 3;
    pinned("six lanes", texts_of(&grid, MG_DEMAND_TURNS, 1.0, 1.0), 300, "17cd973fa9774ffb72eb89832386d536", 426);
    texts changed = small_texts();
    replace(&changed.flow, "\"maxPosAcc\":2,", "\"maxPosAcc\":2.0000000000000004,");
    mg_traffic_network *network = load(&changed);
    mg_traffic *traffic = mg_traffic_create(network);
    char text[MG_DIGEST_TEXT];
    run_steps(traffic, 400);
    tap_ok(strcmp(digest_of(traffic, text), "69d13e550c80195bf3fdee5d666feda4") != 0,
           "an acceleration one bit off changes the digest");
    mg_traffic_destroy(traffic);
    mg_traffic_free(network);
    texts_free(&changed);
}

static void resets(const mg_traffic_network *network)
{
    char again[MG_DIGEST_TEXT], fresh[MG_DIGEST_TEXT];
    mg_traffic *a = mg_traffic_create(network), *b = mg_traffic_create(network);
    run_steps(a, 130);
    mg_traffic_reset(a, MG_RESTART_NEW);
    bool good = true;
    for (int i = 0; i < 100; i++) {
        run_steps(a, 1);
        run_steps(b, 1);
        good = good && strcmp(digest_of(a, again), digest_of(b, fresh)) == 0;
    }
    tap_ok(good, "after a reset all is as in a new simulation");
    mg_traffic_reset(a, MG_RESTART_GOING_ON);
    run_steps(a, 100);
    tap_ok(mg_traffic_steps(a) == 100 && strcmp(digest_of(a, again), fresh) != 0,
           "without a new seed it is another episode");
    mg_traffic_destroy(a);
    mg_traffic_destroy(b);
}

/* The memo list of routes that repeat a road must do what the table of the others does. */
static void plans_agree(const texts *t)
{
    mg_traffic_network *network = load(t), *slow = load(t);
    slow->memo = 256;
    for (int32_t r = 0; r < slow->routes; r++)
        slow->route_plan[r] = -1;
    mg_traffic *a = mg_traffic_create(network), *b = mg_traffic_create(slow);
    bool good = true;
    for (int i = 0; i < 500; i++) {
        run_steps(a, 1);
        run_steps(b, 1);
        good = good && mg_traffic_average_travel_time(a) == mg_traffic_average_travel_time(b);
        for (int32_t d = 0; d < network->drivables; d++) {
            int32_t x = mg_traffic_first(a, d), y = mg_traffic_first(b, d);
            good = good && x == y && (x < 0 || mg_traffic_vehicle(a, x).distance == mg_traffic_vehicle(b, y).distance);
        }
    }
    tap_ok(good && mg_traffic_finished(a) > 10, "planning on the way and by table agree (%ld finished)",
           mg_traffic_finished(a));
    mg_traffic_destroy(a);
    mg_traffic_destroy(b);
    mg_traffic_free(network);
    mg_traffic_free(slow);
}

static void memory_of_the_caller(const mg_traffic_network *network)
{
    char own[MG_DIGEST_TEXT], copy[MG_DIGEST_TEXT];
    long vehicles = mg_traffic_demand(network, 300);
    size_t bytes = mg_traffic_bytes(network, vehicles);
    void *memory = malloc(bytes), *second = malloc(bytes), *handle = malloc(mg_traffic_handle_bytes());
    mg_traffic *a = mg_traffic_create(network), *b = mg_traffic_attach(network, memory, vehicles, true, handle);
    run_steps(a, 200);
    run_steps(b, 200);
    tap_ok(strcmp(digest_of(a, own), digest_of(b, copy)) == 0, "in memory of the caller: the same");
    memcpy(second, memory, bytes);
    memset(memory, 0x5a, bytes);
    b = mg_traffic_attach(network, second, vehicles, false, handle);
    run_steps(a, 100);
    run_steps(b, 100);
    tap_ok(strcmp(digest_of(a, own), digest_of(b, copy)) == 0, "copied as bytes it goes on the same");
    tap_ok(mg_traffic_alive(b) + mg_traffic_finished(b) <= vehicles, "the demand is an upper bound (%ld of %ld)",
           mg_traffic_alive(b) + mg_traffic_finished(b), vehicles);
    mg_traffic_destroy(a);
    free(memory);
    free(second);
    free(handle);
}

static void travel_times(mg_traffic_network *network)
{
    mg_traffic *traffic = mg_traffic_create(network);
    bool good = true, exact = network->exact_time;
    for (int i = 0; i < 200; i++) {
        run_steps(traffic, 1);
        double quick = mg_traffic_average_travel_time(traffic);
        network->exact_time = false;
        good = good && quick == mg_traffic_average_travel_time(traffic);
        network->exact_time = exact;
    }
    tap_ok(exact && good, "the sum of all travel times: at once, and one by one in order of priority");
    mg_traffic_destroy(traffic);
}

static void lights(const mg_traffic_network *network)
{
    mg_traffic *traffic = mg_traffic_create(network);
    tap_ok(!mg_traffic_set_phase(traffic, 0, 1), "lights of the plan cannot be set");
    run_steps(traffic, 29);
    tap_ok(mg_traffic_phase(traffic, 0) == 0, "the first phase lasts 30 s");
    run_steps(traffic, 1);
    tap_ok(mg_traffic_phase(traffic, 0) == 1, "then comes the second");
    mg_traffic_destroy(traffic);
}

/* ---- unusual demand ---- */
static const char vehicle_text[] = "{\"vehicle\":{\"length\":5,\"width\":2,\"maxPosAcc\":2,\"maxNegAcc\":4.5,"
                                   "\"usualPosAcc\":2,\"usualNegAcc\":4.5,\"minGap\":2.5,\"maxSpeed\":16.67,"
                                   "\"headwayTime\":1.5},";

static mg_traffic_network *with_flow(const char *rest)
{
    texts t = small_texts();
    free(t.flow);
    t.flow = malloc(2000);
    snprintf(t.flow, 2000, "[%s%s}]", vehicle_text, rest);
    mg_traffic_network *network = load(&t);
    texts_free(&t);
    return network;
}

static void unusual_flow(const char *name, const char *rest, int steps, long alive, long finished)
{
    mg_traffic_network *network = with_flow(rest);
    mg_traffic *traffic = mg_traffic_create(network);
    run_steps(traffic, steps);
    tap_ok(mg_traffic_alive(traffic) == alive && mg_traffic_finished(traffic) == finished,
           "%s: %ld alive, %ld finished", name, mg_traffic_alive(traffic), mg_traffic_finished(traffic));
    mg_traffic_destroy(traffic);
    mg_traffic_free(network);
}

/* A left turn after a straight movement that leads only to the lane for straight on: the vehicle stops at its end. */
static void strands(void)
{
    texts t = small_texts();
    free(t.flow);
    t.flow = malloc(2000);
    snprintf(t.flow, 2000,
             "[%s\"route\":[\"road_0_1_0\",\"road_1_1_0\",\"road_2_1_1\"],\"interval\":1,"
             "\"startTime\":0,\"endTime\":0}]",
             vehicle_text);
    mg_traffic_network *network = load(&t);
    int32_t straight = network->signal_link_first[0]; /* the links of the first movement: to lanes 0, 1, 2 */
    int32_t lane = network->link_end[straight] + 1;
    for (int32_t i = 0; i < network->plans; i++) {
        if (network->plan[i].link >= network->lanes && network->plan[i].link < network->lanes + straight + 3)
            network->plan[i] = (mg_plan){network->lanes + straight + 1, i + 3};
    }
    mg_traffic *traffic = mg_traffic_create(network);
    run_steps(traffic, 300);
    int32_t slot = mg_traffic_first(traffic, lane);
    bool there = slot >= 0;
    mg_vehicle_view v = there ? mg_traffic_vehicle(traffic, slot) : (mg_vehicle_view){0};
    tap_ok(there && v.speed < 1e-3 && v.distance < network->length[lane] && mg_traffic_finished(traffic) == 0,
           "a vehicle on a lane that does not lead on waits at its end: %.17g of %.17g m", v.distance,
           network->length[lane]);
    mg_traffic_destroy(traffic);
    mg_traffic_free(network);
    texts_free(&t);
}

static void unusual_flows(void)
{
    unusual_flow("no path", "\"route\":[\"road_1_1_0\",\"road_0_1_0\"],\"interval\":2", 20, 0, 0);
    unusual_flow("one road", "\"route\":[\"road_0_1_0\"],\"interval\":2", 20, 0, 0);
    unusual_flow("one vehicle",
                 "\"route\":[\"road_0_1_0\",\"road_3_1_0\"],\"interval\":1,\"startTime\":3,\"endTime\":3", 400, 0, 1);
    unusual_flow("an end time that is no integer counts as none",
                 "\"route\":[\"road_0_1_0\",\"road_1_1_0\"],\"interval\":5,\"endTime\":12.0", 21, 4, 1);
    unusual_flow("inclusive end", "\"route\":[\"road_0_1_0\",\"road_1_1_0\"],\"interval\":5,\"endTime\":10", 16, 3, 0);
    unusual_flow("after its end",
                 "\"route\":[\"road_0_1_0\",\"road_1_1_0\"],\"interval\":5,\"startTime\":9,\"endTime\":4", 30, 0, 0);
    unusual_flow("round the block twice, out at last",
                 "\"route\":[\"road_0_1_0\",\"road_1_1_0\",\"road_2_1_1\",\"road_2_2_2\",\"road_1_2_3\",\"road_1_1_0\","
                 "\"road_2_1_1\",\"road_2_2_1\"],\"interval\":1,\"startTime\":0,\"endTime\":0",
                 900, 0, 1);
    strands();
    unusual_flow("thousands waiting outside",
                 "\"route\":[\"road_0_1_0\",\"road_3_1_0\"],\"interval\":0.001,"
                 "\"startTime\":-1,\"endTime\":-1",
                 6, 5000, 0);
}

int main(void)
{
    numbers();
    sorting();
    sorting_badly();
    heaps();
    twister();
    pinned_runs();
    texts t = small_texts();
    mg_traffic_network *network = load(&t);
    resets(network);
    plans_agree(&t);
    memory_of_the_caller(network);
    travel_times(network);
    lights(network);
    mg_traffic_free(network);
    texts_free(&t);
    unusual_flows();
    return tap_done();
}
