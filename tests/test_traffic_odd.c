/* CityFlow's odd corners on small networks of our own: loops on which a vehicle meets itself, names that are there
 * twice, roads without extent that nobody drives on, laneChange where there is no second lane, what is taken silently;
 * and what is said about each. The same against CityFlow's own rows: test_traffic_odd.sh. */
#include "envs/traffic/random.h"
#include "envs/traffic/state.h"
#include "tests/scratch.h"
#include "tests/traffic_sketch.h"

/* ---- loops ---- */
#define SELF(length, rest) "\"length\":" length ",\"width\":2,\"maxPosAcc\":2,\"usualPosAcc\":2," rest

/* Between A and B and back, `long` m of lane each way and links of 1 m, and out of B at last. */
static sketch loop_of(const char *there, const char *back, double speed, const char *vehicle, const char *route,
                      const char *times)
{
    sketch s = sketch_start();
    char at_a[600] = "", at_b[1200] = "";
    sketch_link(at_a, "go_straight", "ba", 0, "ab", 0, SKETCH_POINTS(0, 0, 0, 1));
    sketch_link(at_b, "go_straight", "ab", 0, "ba", 0, SKETCH_POINTS(50, 0, 50, 1));
    sketch_link(at_b, "go_straight", "ab", 0, "bx", 0, SKETCH_POINTS(60, 0, 60, 1));
    sketch_signal(&s, "A", 0.0, "\"ab\",\"ba\"", at_a, "{\"time\":30,\"availableRoadLinks\":[0]}");
    sketch_signal(&s, "B", 0.0, "\"ab\",\"ba\",\"bx\"", at_b, "{\"time\":30,\"availableRoadLinks\":[0,1]}");
    sketch_end(&s, "X", "\"bx\"");
    sketch_road(&s, "ab", "A", "B", there, 1, speed);
    sketch_road(&s, "ba", "B", "A", back, 1, speed);
    sketch_road(&s, "bx", "B", "X", SKETCH_POINTS(0, 0, 100, 0), 1, speed);
    sketch_flow(&s, vehicle, route, times);
    return s;
}

/* 8 + 1 + 8 + 1 m round, 15 m long: 3 m from its own rear, which stands. Headway allows (3 + 0) / (1.5 + 0.5) = 1.5
 * m/s, where an empty road would allow 2. */
static void own_leader(void)
{
    sketch s = loop_of(SKETCH_POINTS(0, 0, 8, 0), SKETCH_POINTS(8, 0, 0, 0), 10.0,
                       SELF("15", "\"maxNegAcc\":4,\"usualNegAcc\":4,\"minGap\":0,\"maxSpeed\":10,\"headwayTime\":1.5"),
                       "\"ab\",\"ba\",\"ab\",\"bx\"", SKETCH_ONCE);
    mg_traffic_network *n = sketch_load(&s);
    mg_traffic *t = mg_traffic_create(n);
    mg_traffic_step(t);
    mg_vehicle_view v = sketch_find(n, t, 0, 0);
    tap_ok(v.speed == 1.5 && v.distance == 0.75 && v.gap == 3.0,
           "who enters a loop sees its own rear: %.17g m/s, %.17g m, gap %.17g", v.speed, v.distance, v.gap);
    bool alone = v.leader >= 0 && mg_traffic_vehicle(t, v.leader).number == 0;
    tap_ok(alone, "it is its own leader");
    mg_traffic_destroy(t);
    mg_traffic_free(n);
}

/* 2 + 1 + 2 + 1 m round at nearly 6 m/s: a step leads to where it began. */
static void round_in_one_step(void)
{
    sketch s = loop_of(SKETCH_POINTS(0, 0, 2, 0), SKETCH_POINTS(2, 0, 0, 0), 6.0,
                       SELF("0", "\"maxNegAcc\":4,\"usualNegAcc\":4,\"minGap\":0,\"maxSpeed\":6,\"headwayTime\":0"),
                       "\"ab\",\"ba\",\"ab\",\"ba\",\"ab\",\"ba\",\"ab\",\"bx\"", SKETCH_ONCE);
    mg_traffic_network *n = sketch_load(&s);
    mg_traffic *t = mg_traffic_create(n);
    int rounds = 0;
    bool left = true;
    for (int i = 0; i < 12; i++) {
        mg_vehicle_view before = sketch_find(n, t, 0, 0);
        mg_traffic_step(t);
        mg_vehicle_view after = sketch_find(n, t, 0, 0);
        if (before.drivable < 0 || before.drivable != after.drivable || before.speed + after.speed < 6.0)
            continue;
        rounds++;
        left = left && t->vehicle[t->first[after.drivable]].previous == after.drivable;
    }
    tap_ok(rounds > 0 && left, "a whole round in one step leaves the lane it comes back to (%d times)", rounds);
    mg_traffic_destroy(t);
    mg_traffic_free(n);
}

/* Memos are taken and given back; every vehicle comes out. */
static void many_on_a_loop(void)
{
    sketch s = loop_of(SKETCH_POINTS(0, 0, 120, 0), SKETCH_POINTS(120, 0, 0, 0), 10.0, SKETCH_VEHICLE,
                       "\"ab\",\"ba\",\"ab\",\"bx\"", "\"interval\":1,\"startTime\":0,\"endTime\":9");
    sketch_flow(&s, SKETCH_VEHICLE, "\"ab\",\"ba\",\"ab\",\"bx\"",
                "\"interval\":20,\"startTime\":400,\"endTime\":4180");
    mg_traffic_network *n = sketch_load(&s);
    mg_traffic *t = mg_traffic_create(n);
    for (int i = 0; i < 20; i++)
        mg_traffic_step(t);
    tap_ok(t->head->memos == mg_traffic_running(t) && mg_traffic_alive(t) > mg_traffic_running(t),
           "a plan for each of %ld on the road, none for %ld outside", mg_traffic_running(t),
           mg_traffic_alive(t) - mg_traffic_running(t));
    for (int i = 0; i < 6000; i++)
        mg_traffic_step(t);
    tap_ok(mg_traffic_finished(t) == 200 && t->head->memos < 200, "200 went round and out with %d plans",
           t->head->memos);
    mg_traffic_destroy(t);
    mg_traffic_free(n);
}

/* ---- one crossing, west to east ---- */
static char *all_notes(const mg_traffic_network *n, char text[1500])
{
    size_t used = 0;
    text[0] = 0;
    for (int32_t i = 0; i < n->notes; i++)
        used += (size_t)snprintf(text + used, 1500 - used, "%s%.400s", i ? "; " : "", n->note[i]);
    return text;
}

/* It runs, comes out after 23 steps (test_traffic_known.c says why) unless told otherwise, and says so. */
static void runs(const char *name, const sketch *s, int steps, const char *note)
{
    char said[1500];
    mg_traffic_network *n = sketch_load(s);
    mg_traffic *t = mg_traffic_create(n);
    run_steps(t, steps - 1);
    bool still = mg_traffic_finished(t) == 0;
    mg_traffic_step(t);
    all_notes(n, said);
    tap_ok(still && mg_traffic_finished(t) == 1 && (note ? strstr(said, note) != NULL : said[0] == 0),
           "%s: out after %d steps; says: %s", name, steps, said[0] ? said : "nothing");
    mg_traffic_destroy(t);
    mg_traffic_free(n);
}

static void refuses(const char *name, const sketch *s, const char *wanted)
{
    texts t = sketch_texts(s);
    mg_error error = {0};
    mg_traffic_network *n;
    bool loaded = mg_traffic_parse(t.config, t.roadnet, t.flow, &n, &error);
    tap_ok(!loaded && error.status == MG_EXIT_INPUT && strstr(error.text, wanted), "%s: %s", name,
           loaded ? "(loaded)" : error.text);
    if (loaded)
        mg_traffic_free(n);
    texts_free(&t);
}

static void doubles(void)
{
    sketch x = sketch_straight();
    runs("nothing odd", &x, 23, NULL);
    sketch_end(&x, "W", "\"a\"");
    runs("a virtual intersection twice", &x, 23, NULL);
    sketch_end(&x, "W", "");
    runs("with other roads", &x, 23, "intersections[0] and intersections[4] are both 'W', with other roads");
    x = sketch_straight();
    sketch_end(&x, "C", "\"a\",\"b\""); /* the last C is virtual, so that nothing is cut off: 100 m of lane each */
    runs("a signal and a virtual intersection of one name", &x, 25, "both 'C' and not both virtual");
    x = sketch_straight();
    sketch_road(&x, "a", "W", "C", SKETCH_POINTS(0, 0, 60, 0), 1, 20.0);
    runs("a road twice, the last one shorter", &x, 19, "roads[0] and roads[2] are both 'a'");
}

static void without_extent(void)
{
    sketch x = sketch_straight();
    sketch_road(&x, "stub", "W", "E", SKETCH_POINTS(9, 9, 9, 9), 1, 8.0);
    runs("a road of no extent that nobody uses", &x, 23, NULL);
    x = sketch_straight();
    x.roads[0] = 0;
    sketch_road(&x, "a", "W", "C", SKETCH_POINTS(0, 0, 50, 0) "," SKETCH_POINTS(50, 0, 100, 0), 1, 20.0);
    sketch_road(&x, "b", "C", "E", SKETCH_POINTS(100, 0, 200, 0), 1, 20.0);
    refuses("two equal points", &x,
            "roads[0] 'a', on which flow_0 drives, has no length that can be computed: "
            "points[1] and points[2] are the same point (refused on purpose");
    x.roads[0] = 0;
    sketch_road(&x, "a", "W", "C", SKETCH_POINTS(0, 0, 100, 0), 1, 20.0);
    sketch_road(&x, "b", "C", "E", SKETCH_POINTS(100, 0, 200, 0) ",{\"x\":150,\"y\":0}", 1, 20.0);
    refuses("a road that doubles back", &x,
            "roads[1] 'b', on which flow_0 drives, has no length that can be "
            "computed: it turns straight back at points[1]");
    x.roads[0] = 0;
    sketch_road(&x, "a", "W", "C", SKETCH_POINTS(0, 0, 10, 0), 1, 20.0);
    sketch_road(&x, "b", "C", "E", SKETCH_POINTS(100, 0, 200, 0), 1, 20.0);
    refuses("a road as long as the intersection is wide", &x, "cut off 0 and 10 m, which leaves nothing");
}

/* A vehicle that comes in on b, ahead of one that drives up on a: with lane change it is seen in the same step. */
static double speed_when_one_comes_in(const char *lane_change, int32_t *newcomers)
{
    sketch x = sketch_straight();
    x.lane_change = lane_change;
    x.roads[0] = 0;
    sketch_road(&x, "a", "W", "C", SKETCH_POINTS(0, 0, 100, 0), 1, 20.0);
    sketch_road(&x, "b", "C", "D", SKETCH_POINTS(100, 0, 200, 0), 1, 20.0);
    sketch_road(&x, "c", "D", "E", SKETCH_POINTS(200, 0, 300, 0), 1, 20.0);
    char on[400] = "";
    sketch_link(on, "go_straight", "b", 0, "c", 0, SKETCH_POINTS(190, -2, 210, -2));
    sketch_signal(&x, "D", 10.0, "\"b\",\"c\"", on, "{\"time\":30,\"availableRoadLinks\":[0]}");
    sketch_flow(&x, SKETCH_VEHICLE, "\"b\",\"c\"", "\"interval\":1,\"startTime\":12,\"endTime\":12");
    mg_traffic_network *n = sketch_load(&x);
    mg_traffic *t = mg_traffic_create(n);
    run_steps(t, 13); /* the first is 105 m from its start, on the link, when the other comes in at the 13th step */
    *newcomers = n->lanes > 0 && sketch_find(n, t, 1, 0).drivable >= 0;
    double speed = sketch_find(n, t, 0, 0).speed;
    mg_traffic_destroy(t);
    mg_traffic_free(n);
    return speed;
}

static void lane_change(void)
{
    sketch x = sketch_straight();
    x.lane_change = "true";
    runs("laneChange where there is no second lane", &x, 23, NULL);
    x.lane_change = "1";
    runs("laneChange that is no bool", &x, 23, "laneChange is neither true nor false and counts as false");
    x.lane_change = "true";
    sketch_road(&x, "wide", "W", "E", SKETCH_POINTS(0, 9, 99, 9), 2, 8.0);
    runs("a second lane on a road that nobody uses", &x, 23, NULL);
    x.roads[0] = 0;
    sketch_road(&x, "a", "W", "C", SKETCH_POINTS(0, 0, 100, 0), 2, 20.0);
    sketch_road(&x, "b", "C", "E", SKETCH_POINTS(100, 0, 200, 0), 1, 20.0);
    refuses("a second lane in use", &x,
            "config: laneChange: true is not supported where there is a second lane (road "
            "'a', used by flow_0, has 2)");
    int32_t there[2];
    double without = speed_when_one_comes_in("false", &there[0]), with = speed_when_one_comes_in("true", &there[1]);
    tap_ok(there[0] && there[1] && without == 10.0 && with < 10.0,
           "who comes in ahead is seen a step earlier with lane change: %.17g and %.17g m/s", without, with);
}

static void notes(void)
{
    sketch x = sketch_straight();
    x.lane_change = "false,\"roadnetLogFile\":\"r\",\"replayLogFile\":\"l\",\"saveReplay\":true";
    runs("a replay is asked for", &x, 23, "saveReplay is true, but no replay is written here");
    x = sketch_straight();
    sketch_flow(&x, SKETCH_VEHICLE, "\"b\",\"a\"", SKETCH_ONCE);
    sketch_flow(&x, SKETCH_VEHICLE, "\"a\"", "\"interval\":1,\"startTime\":500,\"endTime\":500");
    runs("flows without a route", &x, 23,
         "2 of 3 flows have no route that can be driven and are dropped, as in "
         "CityFlow: flow_1, flow_2");
    for (int i = 0; i < 6; i++)
        sketch_flow(&x, SKETCH_VEHICLE, "\"a\"", SKETCH_ONCE);
    runs("many of them", &x, 23,
         "8 of 9 flows have no route that can be driven and are dropped, as in CityFlow: "
         "flow_1, flow_2, flow_3, flow_4, flow_5, ...");
    x = sketch_straight();
    x.flows[0] = 0;
    sketch_flow(&x, SKETCH_VEHICLE, "\"a\",\"b\"", "\"interval\":100,\"startTime\":10.0,\"endTime\":20");
    runs("a start that is a real number", &x, 23,
         "startTime or endTime of 1 flow is not a whole number without a point and "
         "counts as missing (0, and -1: for ever), as in CityFlow: flow_0");
}

/* ---- reset ---- */
static int32_t first_priority(mg_traffic *t)
{
    mg_traffic_step(t);
    for (int32_t d = mg_traffic_next_busy(t, 0); d >= 0;)
        return mg_traffic_vehicle(t, mg_traffic_first(t, d)).priority;
    return 0;
}

/* Draws: priority and thread of each vehicle created, then lanes. */
static void resets(void)
{
    sketch x = sketch_straight();
    char only[8000];
    memcpy(only, x.flows, sizeof only);
    x.flows[0] = 0;
    sketch_flow(&x, SKETCH_VEHICLE, "\"b\",\"a\"", SKETCH_ONCE); /* no such way */
    sketch_add(x.flows, "%s", only);
    mg_traffic_network *n = sketch_load(&x);
    mg_traffic_random random;
    int32_t draw[3];
    mg_traffic_random_seed(&random, 0);
    for (int i = 0; i < 3; i++) {
        uint32_t word = mg_traffic_random_next(&random);
        memcpy(&draw[i], &word, sizeof word);
    }
    mg_traffic *t = mg_traffic_create(n);
    int32_t fresh = first_priority(t);
    tap_ok(fresh == draw[2], "a new engine: the flow without a route draws first");
    mg_traffic_reset(t, MG_RESTART_SEEDED);
    tap_ok(first_priority(t) == draw[0], "reset(True): it stays marked and draws nothing");
    mg_traffic_reset(t, MG_RESTART_NEW);
    tap_ok(first_priority(t) == fresh, "as in a new engine: it draws again");
    mg_traffic_reset(t, MG_RESTART_GOING_ON);
    tap_ok(first_priority(t) != fresh && mg_traffic_steps(t) == 1, "reset(): the generator goes on");
    mg_traffic_destroy(t);
    mg_traffic_free(n);
}

/* ---- files ---- */
static void says_of(const char *name, const char *bytes, size_t length, const char *wanted)
{
    mg_error error = {0}, writing = {0};
    mg_traffic_network *n;
    mg_file_write(scratch("odd.json"), bytes, length, &writing);
    tap_ok(!mg_traffic_load(scratch("odd.json"), &n, &error) && strstr(error.text, wanted), "%s: %s", name, error.text);
}

/* CityFlow's reader does not look at encodings within a text. */
static void latin_1(void)
{
    static const char text[] = "{\"a\":\"\xfc\"}";
    mg_error error = {0}, writing = {0};
    mg_traffic_network *n;
    mg_file_write(scratch("odd.json"), text, sizeof text - 1, &writing);
    tap_ok(!mg_traffic_load(scratch("odd.json"), &n, &error) &&
               strstr(error.text, "odd.json:1: a text with bytes that are not UTF-8; save the file as UTF-8") &&
               !strstr(error.text, "CityFlow"),
           "Latin-1: %s", error.text);
}

static void files(void)
{
    says_of("a byte order mark", "\xef\xbb\xbf{}", 5,
            "the file is UTF-8 with a byte order mark in front; save it as plain");
    says_of("UTF-16", "\xff\xfe{\0}\0", 6, "the file is UTF-16");
    says_of("UTF-16 without a mark", "{\0}\0", 4, "the file is UTF-16");
    latin_1();
    says_of("no JSON", "interval: 1", 11, "CityFlow would say \"load config failed\" and run with no vehicle at all");
    char config[1200];
    int length =
        snprintf(config, sizeof config,
                 "{\"interval\":1,\"seed\":0,\"dir\":\"%s\",\"roadnetFile\":\"net.json\",\"flowFile\":\"f.json\","
                 "\"rlTrafficLight\":true,\"saveReplay\":false}",
                 scratch_folder);
    char wanted[900];
    snprintf(wanted, sizeof wanted, "dir '%s' and roadnetFile 'net.json' make '%snet.json': ", scratch_folder,
             scratch_folder);
    says_of("a dir without a slash", config, (size_t)length, wanted);
    says_of("and the hint", config, (size_t)length, "dir wants a slash at its end");
    scratch_remove();
}

int main(void)
{
    own_leader();
    round_in_one_step();
    many_on_a_loop();
    doubles();
    without_extent();
    lane_change();
    notes();
    resets();
    files();
    return tap_done();
}
