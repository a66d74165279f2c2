/* The traffic simulator on roads so small that the answer can be worked out by hand (traffic/README.md 2 to 10), so
 * that a clone without CityFlow's tables notices a wrong rule. Vehicles as in traffic_sketch.h. */
#include "envs/traffic/random.h"
#include "tests/traffic_sketch.h"

typedef struct play {
    mg_traffic_network *n;
    mg_traffic *t;
} play;

static play begin(const sketch *s)
{
    mg_traffic_network *n = sketch_load(s);
    return (play){n, mg_traffic_create(n)};
}

static void end(play p)
{
    mg_traffic_destroy(p.t);
    mg_traffic_free(p.n);
}

static bool near(double x, double y)
{
    double difference = x - y;
    return difference < 1e-9 && difference > -1e-9;
}

/* The step after which a flow's first vehicle is gone; 0: not within 400. */
static int steps_until_out(const sketch *s, int flow)
{
    play p = begin(s);
    bool seen = false;
    int out = 0;
    for (int i = 1; i <= 400 && !out; i++) {
        mg_traffic_step(p.t);
        bool there = sketch_find(p.n, p.t, flow, 0).drivable >= 0;
        out = seen && !there ? i : 0;
        seen = seen || there;
    }
    end(p);
    return out;
}

/* ---- alone ---- */
/* Speed 2, 4, 6, 8, 10 and so on 10; the way is the mean of two speeds, so 1, 4, 9, 16, 25, 35, ... */
static void free_flow(void)
{
    sketch s = sketch_straight();
    play p = begin(&s);
    bool good = true, times = true;
    for (int i = 1; i <= 22; i++) {
        mg_traffic_step(p.t);
        mg_vehicle_view v = sketch_find(p.n, p.t, 0, 0);
        double way = i <= 5 ? (double)(i * i) : 25.0 + 10.0 * (i - 5), speed = i <= 5 ? 2.0 * i : 10.0;
        int32_t where = way <= 90.0 ? 0 : way <= 110.0 ? p.n->lanes : 1;
        double on_it = way - (way <= 90.0 ? 0.0 : way <= 110.0 ? 90.0 : 110.0);
        good = good && v.speed == speed && v.distance == on_it && v.drivable == where && v.leader == -1;
        times = times && mg_traffic_average_travel_time(p.t) == i && mg_traffic_cumulative_travel_time(p.t) == 0.0;
        good = good && mg_traffic_counts(p.t)[where] == 1 && mg_traffic_running(p.t) == 1;
    }
    tap_ok(good, "a vehicle alone: speeds, places and drivables of 22 steps");
    mg_traffic_step(p.t); /* 205 of 200 m */
    tap_ok(mg_traffic_finished(p.t) == 1 && mg_traffic_alive(p.t) == 0, "gone after the 23rd");
    tap_ok(times && mg_traffic_average_travel_time(p.t) == 22.0,
           "its travel time is 22 s: the step is not yet counted");
    end(p);
}

/* A lane of 85 m is just reached by the 11th step, and the end of the link of 10 m behind it by the 12th: the end of a
 * drivable still is the drivable. */
static void at_the_very_end(void)
{
    sketch s = sketch_straight();
    char *changed = strdup(s.intersections);
    replace(&changed, "{\"x\":110,", "{\"x\":100,");
    snprintf(s.intersections, sizeof s.intersections, "%s", changed);
    free(changed);
    s.roads[0] = 0;
    sketch_road(&s, "a", "W", "C", SKETCH_POINTS(0, 0, 95, 0), 1, 20.0);
    sketch_road(&s, "b", "C", "E", SKETCH_POINTS(100, 0, 200, 0), 1, 20.0);
    play p = begin(&s);
    run_steps(p.t, 11);
    mg_vehicle_view v = sketch_find(p.n, p.t, 0, 0);
    mg_traffic_step(p.t);
    mg_vehicle_view w = sketch_find(p.n, p.t, 0, 0);
    tap_ok(v.drivable == 0 && v.distance == 85.0 && w.drivable == p.n->lanes && w.distance == 10.0,
           "85 of 85 m is on the lane, 10 of 10 on the link");
    end(p);
}

/* From 10 m/s it may lose 4 in a second. Road lengths count whole: 100 m by 10 m/s, then 100 m by 5. */
static void limits(void)
{
    sketch s = sketch_straight();
    sketch_two_roads(&s, 1, 20.0, 5.0);
    play p = begin(&s);
    run_steps(p.t, 14);
    const double speed[4] = {10.0, 6.0, 5.0, 5.0}, place[4] = {5.0, 13.0, 18.5, 23.5};
    bool good = true;
    for (int i = 0; i < 4; i++) {
        mg_vehicle_view v = sketch_find(p.n, p.t, 0, 0);
        good = good && v.speed == speed[i] && v.distance == place[i] && v.drivable == 1;
        mg_traffic_step(p.t);
    }
    tap_ok(good, "a lower limit of the second road");
    mg_traffic_trips trips = mg_traffic_trips_so_far(p.t);
    tap_ok(trips.vehicles == 1.0 && trips.free_flow == 30.0,
           "free flow: by the vehicle's own speed on the first road, by the limit on the second: %.17g s",
           trips.free_flow);
    tap_ok(trips.signals == 1.0, "one signal");
    end(p);
}

/* The last road ends at a signal too, which nobody passes. */
static void signals_passed(void)
{
    sketch s = sketch_straight();
    char only[sizeof s.intersections];
    memcpy(only, s.intersections, sizeof only);
    s.intersections[0] = 0;
    char *changed = strdup(only);
    replace(&changed, "\"id\":\"E\",\"point\":{\"x\":0,\"y\":0},\"virtual\":true",
            "\"id\":\"E\",\"point\":{\"x\":0,\"y\":0},\"virtual\":false,\"width\":0,\"roadLinks\":[],"
            "\"trafficLight\":{\"lightphases\":[]}");
    snprintf(s.intersections, sizeof s.intersections, "%s", changed);
    free(changed);
    play p = begin(&s);
    run_steps(p.t, 3);
    tap_ok(p.n->signals == 2 && mg_traffic_trips_so_far(p.t).signals == 1.0,
           "a signal at the end of the last road is not passed: %.17g", mg_traffic_trips_so_far(p.t).signals);
    end(p);
}

/* ---- coming in ---- */
static void entering(double gap, int second_step)
{
    char vehicle[300], name[40];
    snprintf(name, sizeof name, "\"minGap\":%g", gap);
    char *text = strdup(SKETCH_VEHICLE);
    replace(&text, "\"minGap\":2.5", name);
    snprintf(vehicle, sizeof vehicle, "%s", text);
    free(text);
    sketch s = sketch_straight();
    sketch_flow(&s, vehicle, "\"a\",\"b\"", SKETCH_ONCE);
    play p = begin(&s);
    int came = 0;
    double seen = 0.0;
    for (int i = 1; i <= 10 && !came; i++) {
        mg_traffic_step(p.t);
        came = mg_traffic_running(p.t) == 2 ? i : 0;
        seen = sketch_find(p.n, p.t, 1, 0).gap;
    }
    double first = came <= 5 ? (double)(came * came) : 0.0;
    tap_ok(came == second_step && seen == first - 5.0 - 1.0,
           "minGap %g: the second comes in at step %d, %.17g m behind the rear of the first", gap, came, seen);
    end(p);
}

/* 2.5 s between vehicles: in the steps that begin at 0, 3, 5, 8, 10 s. */
static void spawning(void)
{
    sketch s = sketch_straight();
    s.flows[0] = 0;
    sketch_flow(&s, SKETCH_VEHICLE, "\"a\",\"b\"", "\"interval\":2.5,\"startTime\":2,\"endTime\":12");
    play p = begin(&s);
    static const int created[16] = {0, 0, 1, 1, 1, 2, 2, 3, 3, 3, 4, 4, 5, 5, 5, 5};
    bool good = true;
    for (int i = 0; i < 16; i++) {
        mg_traffic_step(p.t);
        good = good && mg_traffic_alive(p.t) == created[i];
    }
    tap_ok(good, "every 2.5 s from 2 to 12 s: at 2, 5, 7, 10, 12 s");
    end(p);
}

/* Per step: priority and thread of each new vehicle, then the lane of each; lane 1 of three does not lead on. */
static void draws(void)
{
    sketch s = sketch_start();
    char links[1000] = "";
    sketch_link(links, "go_straight", "a", 0, "b", 0, SKETCH_POINTS(90, -2, 110, -2));
    sketch_link(links, "go_straight", "a", 2, "b", 0, SKETCH_POINTS(90, -10, 110, -3));
    sketch_end(&s, "W", "\"a\"");
    sketch_end(&s, "E", "\"b\"");
    sketch_signal(&s, "C", 10.0, "\"a\",\"b\"", links, "{\"time\":30,\"availableRoadLinks\":[]}");
    sketch_two_roads(&s, 3, 20.0, 20.0);
    s.seed = 12;
    sketch_flow(&s, SKETCH_VEHICLE, "\"a\",\"b\"", "\"interval\":5");
    sketch_flow(&s, SKETCH_VEHICLE, "\"a\",\"b\"", "\"interval\":5");
    mg_traffic_random random;
    mg_traffic_random_seed(&random, 12);
    play p = begin(&s);
    bool good = true;
    int lanes[3] = {0};
    for (int i = 0; i < 4; i++) {
        uint32_t priority[2], lane[2];
        for (int k = 0; k < 2; k++) {
            priority[k] = mg_traffic_random_next(&random);
            mg_traffic_random_next(&random);
        }
        for (int k = 0; k < 2; k++)
            lane[k] = mg_traffic_random_next(&random) % 2 * 2;
        mg_traffic_step(p.t);
        for (int k = 0; k < 2; k++) {
            bool found = false;
            for (int32_t d = 0; d < 3; d++) {
                int32_t slot = mg_traffic_first(p.t, d);
                for (int list = 0; list < 2; list++, slot = mg_traffic_first_entering(p.t, d)) {
                    for (; slot >= 0;
                         slot = list ? mg_traffic_next_entering(p.t, slot) : mg_traffic_behind(p.t, slot)) {
                        mg_vehicle_view v = mg_traffic_vehicle(p.t, slot);
                        found = found || (v.flow == k && v.number == i && d == (int32_t)lane[k] &&
                                          (uint32_t)v.priority == priority[k]);
                    }
                }
            }
            good = good && found;
            lanes[lane[k]]++;
        }
        run_steps(p.t, 4);
    }
    tap_ok(good && lanes[0] > 0 && lanes[2] > 0, "priorities and lanes of eight vehicles are the generator's");
    end(p);
}

/* ---- behind each other ---- */
/* The speed at which way and braking distance of the follower use up the gap and the leader's braking distance: found
 * by halving, not by the formula. */
static double safe_speed(double v, double leader, double brake, double gap)
{
    double low = -brake / 2.0, high = 100.0, room = gap + leader * leader / (2.0 * brake);
    if ((v + low) / 2.0 + low * low / (2.0 * brake) > room)
        return -100.0;
    for (int i = 0; i < 200; i++) {
        double middle = (low + high) / 2.0;
        if ((v + middle) / 2.0 + middle * middle / (2.0 * brake) > room)
            high = middle;
        else
            low = middle;
    }
    double hard = leader + (leader - brake) + 2.0 * gap; /* and where the leader brakes within this second */
    return low < hard ? low : hard;
}

static double follower_speed(double v, double leader, double gap, double least)
{
    double closing = v > leader ? (v - leader) / 2.0 : 0.0, best = v + 2.0 < 10.0 ? v + 2.0 : 10.0;
    const double bound[3] = {safe_speed(v, leader, 4.0, gap), safe_speed(v, leader, 3.0, gap - least),
                             (gap + leader + closing - v / 2.0) / (1.5 + 0.5)};
    for (int i = 0; i < 3; i++)
        best = bound[i] < best ? bound[i] : best;
    best = best > v - 4.0 ? best : v - 4.0;
    return best > 0.0 ? best : 0.0;
}

/* A queue that grows at a red light and dissolves: whoever is on the lane behind another, out of the light's reach. */
static void following(void)
{
    sketch s = sketch_straight();
    s.agents = true;
    s.roads[0] = s.flows[0] = 0;
    sketch_road(&s, "a", "W", "C", SKETCH_POINTS(0, 0, 300, 0), 1, 20.0);
    sketch_road(&s, "b", "C", "E", SKETCH_POINTS(300, 0, 400, 0), 1, 20.0);
    char *vehicle = strdup(SKETCH_VEHICLE);
    replace(&vehicle, "\"usualNegAcc\":4", "\"usualNegAcc\":3");
    sketch_flow(&s, vehicle, "\"a\",\"b\"", "\"interval\":3,\"startTime\":0,\"endTime\":90");
    free(vehicle);
    play p = begin(&s);
    mg_traffic_set_phase(p.t, 0, 1);
    static mg_vehicle_view before[40];
    int looked = 0, stood = 0;
    bool good = true;
    for (int i = 0; i < 160; i++) {
        for (int k = 0; k < 40; k++)
            before[k] = sketch_find(p.n, p.t, 0, k);
        if (i == 90)
            mg_traffic_set_phase(p.t, 0, 0);
        mg_traffic_step(p.t);
        for (int k = 1; k < 40; k++) {
            mg_vehicle_view v = before[k], ahead = before[k - 1], now = sketch_find(p.n, p.t, 0, k);
            if (v.drivable != 0 || ahead.drivable != 0 || now.drivable != 0 || 290.0 - v.distance < 37.0)
                continue;
            double gap = ahead.distance - 5.0 - v.distance, speed = follower_speed(v.speed, ahead.speed, gap, 2.5);
            good = good && near(v.gap, gap) && near(now.speed, speed);
            looked++;
            stood += now.speed < 1e-3;
        }
    }
    tap_ok(good && looked > 1000 && stood > 200, "%d speeds of followers, %d of them standing, as halving finds them",
           looked, stood);
    end(p);
}

/* ---- lights ---- */
/* Rest 25 m at 10 m/s: 25 / 5 = 4.99.. steps, so 4, a quarter of the speed off; and so on, every number exact. */
static void red_light(void)
{
    sketch s = sketch_straight();
    s.agents = true;
    play p = begin(&s);
    mg_traffic_set_phase(p.t, 0, 1);
    run_steps(p.t, 9);
    static const double speed[8] = {10.0, 7.5, 5.625, 3.75, 1.875, 0.9375, 0.0, 0.0};
    static const double place[8] = {65.0, 73.75, 80.3125, 85.0, 87.8125, 89.21875, 89.6875, 89.6875};
    bool good = true;
    for (int i = 0; i < 8; i++) {
        mg_vehicle_view v = sketch_find(p.n, p.t, 0, 0);
        good = good && v.speed == speed[i] && v.distance == place[i];
        good = good && mg_traffic_waiting(p.t)[0] == (speed[i] < 0.1);
        mg_traffic_step(p.t);
    }
    tap_ok(good, "a red light: 7.5, 5.625, 3.75, 1.875, 0.9375, 0 m/s, standing at 89.6875 of 90 m, and waiting then");
    run_steps(p.t, 30);
    mg_traffic_set_phase(p.t, 0, 0);
    mg_traffic_step(p.t);
    tap_ok(sketch_find(p.n, p.t, 0, 0).speed == 2.0 && sketch_find(p.n, p.t, 0, 0).drivable == p.n->lanes,
           "green: it drives on at once");
    end(p);
}

/* It brakes in 12.5 m: a light that turns red when just that is left stops it, 10 m later it drives on. In the first
 * case it halts at the very end of its lane, where the reference's speed before a stop is 0 - 0 / 0, and the
 * comparisons that follow make of that the 100 m/s of its lane change: it shoots off. Ours must too. */
static void too_late_to_stop(void)
{
    static const double speed[2][6] = {{6.0, 2.0, 0.0, 100.0}, {10.0}};
    for (int late = 0; late < 2; late++) {
        sketch s = sketch_straight();
        s.agents = true;
        s.roads[0] = 0;
        sketch_road(&s, "a", "W", "C", SKETCH_POINTS(0, 0, 97.5, 0), 1, 20.0);
        sketch_road(&s, "b", "C", "E", SKETCH_POINTS(100, 0, 200, 0), 1, 20.0);
        play p = begin(&s);
        run_steps(p.t, 10 + late); /* at 75, at 85 of 87.5 m */
        mg_traffic_set_phase(p.t, 0, 1);
        bool good = true;
        double at = 0.0;
        for (int i = 0; i < (late ? 1 : 4); i++) {
            at = sketch_find(p.n, p.t, 0, 0).distance;
            mg_traffic_step(p.t);
            good = good && sketch_find(p.n, p.t, 0, 0).speed == speed[late][i];
        }
        tap_ok(good && at == (late ? 85.0 : 87.5), "red with %g m to go: %s", late ? 2.5 : 12.5,
               late ? "too late" : "6, 2, 0 m/s, at the end of the lane; and off");
        end(p);
    }
}

/* 3 s and 2.5 s by steps of 1 s: what is left over counts for the next. */
static void plan_of_lights(void)
{
    sketch s = sketch_straight();
    char *changed = strdup(s.intersections);
    replace(&changed, "\"time\":30", "\"time\":3");
    replace(&changed, "\"time\":30", "\"time\":2.5");
    snprintf(s.intersections, sizeof s.intersections, "%s", changed);
    free(changed);
    play p = begin(&s);
    static const int phase[12] = {0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 0, 0};
    bool good = mg_traffic_phase(p.t, 0) == 0;
    for (int i = 0; i < 12; i++) {
        mg_traffic_step(p.t);
        good = good && mg_traffic_phase(p.t, 0) == phase[i] && mg_traffic_is_green(p.t, p.n->lanes) == !phase[i];
    }
    tap_ok(good, "phases of 3 and 2.5 s");
    end(p);
}

/* A turn within reach (32.5 m) is taken at 8.3333 m/s, but on the link the vehicle is free again. */
static void turn_speed(void)
{
    sketch s = sketch_straight();
    char *changed = strdup(s.intersections);
    replace(&changed, "go_straight", "turn_left");
    snprintf(s.intersections, sizeof s.intersections, "%s", changed);
    free(changed);
    play p = begin(&s);
    run_steps(p.t, 9);
    double before = sketch_find(p.n, p.t, 0, 0).speed;
    mg_traffic_step(p.t);
    double within = sketch_find(p.n, p.t, 0, 0).speed;
    run_steps(p.t, 2);
    mg_vehicle_view on = sketch_find(p.n, p.t, 0, 0);
    mg_traffic_step(p.t);
    mg_vehicle_view later = sketch_find(p.n, p.t, 0, 0);
    tap_ok(before == 10.0 && within == 8.3333 && on.drivable == p.n->lanes && on.speed == 8.3333 &&
               later.drivable == p.n->lanes && later.speed == 10.0,
           "a turn: 10, then 8.3333 m/s up to the link, 10 on it");
    end(p);
}

/* ---- crossings ---- */
/* West to east and south to north, both green, of two kinds; the second comes `late` s later. The cross lies 12 m after
 * the start of both links; nearer: 8 m after that of the second. */
static sketch crossing(const char *first, const char *second, int late, bool nearer)
{
    sketch s = sketch_start();
    char links[1000] = "", times[80];
    sketch_link(links, first, "a", 0, "b", 0, SKETCH_POINTS(90, -2, 110, -2));
    sketch_link(links, second, "c", 0, "d", 0,
                nearer ? SKETCH_POINTS(102, -10, 102, 10) : SKETCH_POINTS(102, -14, 102, 6));
    sketch_end(&s, "W", "\"a\"");
    sketch_end(&s, "E", "\"b\"");
    sketch_end(&s, "S", "\"c\"");
    sketch_end(&s, "N", "\"d\"");
    sketch_signal(&s, "C", 10.0, "\"a\",\"b\",\"c\",\"d\"", links, "{\"time\":90,\"availableRoadLinks\":[0,1]}");
    sketch_two_roads(&s, 1, 20.0, 20.0);
    sketch_road(&s, "c", "S", "C", SKETCH_POINTS(100, -100, 100, 0), 1, 20.0);
    sketch_road(&s, "d", "C", "N", SKETCH_POINTS(100, 0, 100, 100), 1, 20.0);
    sketch_flow(&s, SKETCH_VEHICLE, "\"a\",\"b\"", SKETCH_ONCE);
    snprintf(times, sizeof times, "\"interval\":1,\"startTime\":%d,\"endTime\":%d", late, late);
    sketch_flow(&s, SKETCH_VEHICLE, "\"c\",\"d\"", times);
    return s;
}

/* Who goes first is not held up, 23 steps from coming to leaving (24 with a turn); the other is. */
static void goes_first(const char *name, sketch s, int first, int free_steps, int late)
{
    int out = steps_until_out(&s, first), other = steps_until_out(&s, !first);
    tap_ok(out == free_steps + (first ? late : 0) && other > free_steps + (first ? 0 : late),
           "%s: flow %d out after %d steps, the other after %d", name, first, out, other);
}

static void crossings(void)
{
    sketch s = crossing("go_straight", "go_straight", 0, true);
    play p = begin(&s);
    const mg_cross *cross = p.n->cross;
    tap_ok(p.n->signal_cross_first[1] == 1 && near(cross->distance_a, 12.0) && near(cross->distance_b, 8.0),
           "two links cross 12 m after the start of one, 8 m of the other: %.17g, %.17g", cross->distance_a,
           cross->distance_b);
    end(p);
    goes_first("equal in all but distance: the nearer", s, 1, 23, 0);
    goes_first("the second a second later", crossing("go_straight", "go_straight", 1, false), 0, 23, 1);
    goes_first("straight before left", crossing("go_straight", "turn_left", 0, false), 0, 23, 0);
    goes_first("and the other way round", crossing("turn_left", "go_straight", 0, false), 1, 23, 0);
    goes_first("left before right", crossing("turn_left", "turn_right", 0, false), 0, 24, 0);
    goes_first("and the other way round", crossing("turn_right", "turn_left", 0, false), 1, 24, 0);
    s = crossing("go_straight", "go_straight", 9, false);
    tap_ok(steps_until_out(&s, 0) == 23 && steps_until_out(&s, 1) == 32, "far apart, nobody is held up");
}

/* Equal in every way but the priority: the larger one goes first, whatever the seed. */
static void priorities(void)
{
    bool good = true;
    int first[2] = {0};
    for (int seed = 0; seed < 8; seed++) {
        sketch s = crossing("go_straight", "go_straight", 0, false);
        s.seed = seed;
        mg_traffic_random random;
        mg_traffic_random_seed(&random, (uint32_t)seed);
        int32_t draw[3];
        for (int i = 0; i < 3; i++) {
            uint32_t word = mg_traffic_random_next(&random);
            memcpy(&draw[i], &word, sizeof word);
        }
        int expected = draw[2] > draw[0];
        good = good && steps_until_out(&s, expected) == 23 && steps_until_out(&s, !expected) > 23;
        first[expected]++;
    }
    tap_ok(good && first[0] > 0 && first[1] > 0, "the larger priority goes first: %d and %d of 8 seeds", first[0],
           first[1]);
}

/* A road a, then b of so many metres that ends at a red light. */
static sketch dead_end(const char *vehicle, const char *times, const char *points)
{
    sketch s = crossing("go_straight", "go_straight", 30, false);
    char on[700] = "";
    sketch_link(on, "go_straight", "b", 0, "e", 0, SKETCH_POINTS(130, -2, 150, -2));
    sketch_signal(&s, "D", 10.0, "\"b\",\"e\"", on, "{\"time\":30,\"availableRoadLinks\":[]}");
    sketch_end(&s, "F", "\"e\"");
    char *roads = strdup(s.roads);
    replace(&roads, "\"endIntersection\":\"E\",\"points\":[" SKETCH_POINTS(100, 0, 200, 0) "]", points);
    snprintf(s.roads, sizeof s.roads, "%s", roads);
    free(roads);
    sketch_road(&s, "e", "D", "F", SKETCH_POINTS(140, 0, 200, 0), 1, 20.0);
    char *second = strdup(strstr(s.flows, ",{\"vehicle\"") + 1);
    s.flows[0] = 0;
    sketch_flow(&s, vehicle, "\"a\",\"b\",\"e\"", times);
    sketch_add(s.flows, "%s", second);
    free(second);
    return s;
}

/* Road b of 24 m holds three that stand, the last at 8.4 of the 10 m that are its own and another's length: the fourth
 * waits on its own side of the crossing, and the way across it is free. */
static void full_lane(void)
{
    sketch s = dead_end(SKETCH_VEHICLE, "\"interval\":15,\"startTime\":0,\"endTime\":60",
                        "\"endIntersection\":\"D\",\"points\":[" SKETCH_POINTS(100, 0, 144, 0) "]");
    play p = begin(&s);
    run_steps(p.t, 200);
    mg_vehicle_view tail = sketch_find(p.n, p.t, 0, 2), last = sketch_find(p.n, p.t, 0, 3);
    tap_ok(tail.drivable == 1 && tail.distance > 5.0 && tail.distance < 10.0 && last.drivable == 0 &&
               last.distance > 89.0 && last.distance <= 90.0,
           "a full lane lets nobody onto the crossing: its tail at %.17g m, the fourth at %.17g of 90 m", tail.distance,
           last.distance);
    end(p);
}

/* One that is 60 m long stands in b, its rear beyond the cross, which lies 12 m up the link of the one from the south:
 * that one stops within half a metre of 5 m before it. */
static void yields(void)
{
    char *text = strdup(SKETCH_VEHICLE), vehicle[400];
    replace(&text, "\"length\":5", "\"length\":60");
    snprintf(vehicle, sizeof vehicle, "%s", text);
    free(text);
    sketch s =
        dead_end(vehicle, SKETCH_ONCE, "\"endIntersection\":\"D\",\"points\":[" SKETCH_POINTS(100, 0, 140, 0) "]");
    play p = begin(&s);
    run_steps(p.t, 200);
    mg_vehicle_view v = sketch_find(p.n, p.t, 1, 0);
    tap_ok(v.drivable == p.n->lanes + 1 && v.speed < 1e-3 && v.distance > 6.5 && v.distance <= 7.0,
           "before a cross that is taken it stops 5 m short: at %.17g of 12 m", v.distance);
    end(p);
}

/* Two lanes lead onto one, by links that do not touch, so that both come in the same step. */
static play merge(int first_length)
{
    sketch s = sketch_start();
    char links[1000] = "", points[80];
    sketch_link(links, "go_straight", "a", 0, "b", 0, SKETCH_POINTS(90, -2, 110, -2));
    sketch_link(links, "go_straight", "c", 0, "b", 0, SKETCH_POINTS(90, -3, 110, -3));
    sketch_end(&s, "W", "\"a\"");
    sketch_end(&s, "V", "\"c\"");
    sketch_end(&s, "E", "\"b\"");
    sketch_signal(&s, "C", 10.0, "\"a\",\"b\",\"c\"", links, "{\"time\":30,\"availableRoadLinks\":[0,1]}");
    snprintf(points, sizeof points, "{\"x\":0,\"y\":0},{\"x\":%d,\"y\":0}", first_length);
    sketch_road(&s, "a", "W", "C", points, 1, 20.0);
    sketch_road(&s, "b", "C", "E", SKETCH_POINTS(100, 0, 200, 0), 1, 20.0);
    sketch_road(&s, "c", "V", "C", SKETCH_POINTS(0, 50, 100, 50), 1, 20.0);
    sketch_flow(&s, SKETCH_VEHICLE, "\"a\",\"b\"", SKETCH_ONCE);
    sketch_flow(&s, SKETCH_VEHICLE, "\"c\",\"b\"", SKETCH_ONCE);
    play p = begin(&s);
    run_steps(p.t, 14);
    return p;
}

static void entering_order(void)
{
    for (int k = 0; k < 3; k++) {
        play p = merge(k == 0 ? 103 : k == 1 ? 97 : 100);
        int32_t slot = mg_traffic_first(p.t, 1);
        int front = mg_traffic_vehicle(p.t, slot).flow;
        double gap = mg_traffic_vehicle(p.t, mg_traffic_behind(p.t, slot)).gap;
        if (k < 2)
            tap_ok(mg_traffic_counts(p.t)[1] == 2 && front == (k == 0) && gap == 3.0 - 5.0 && mg_traffic_ties(p.t) == 0,
                   "who came further is in front: flow %d, the gap behind it %.17g m", front, gap);
        else /* once on the links, once on the lane; links are not the same place */
            tap_ok(mg_traffic_counts(p.t)[1] == 2 && front == 0 && gap == -5.0 && mg_traffic_ties(p.t) == 1,
                   "as far: who was created first, and a tie is counted");
        end(p);
    }
}

/* ---- shapes and ways ---- */
/* Lane 0 runs 2 m right of the axis. At a bend of 90 degrees its point lies 2 m along the bisector, not mitred. */
static void bend(void)
{
    sketch s = sketch_straight();
    s.roads[0] = 0;
    sketch_road(&s, "a", "W", "C", SKETCH_POINTS(0, 0, 100, 0), 1, 20.0);
    sketch_road(&s, "b", "C", "E", SKETCH_POINTS(0, 0, 110, 0) ",{\"x\":110,\"y\":-100}", 2, 20.0);
    play p = begin(&s);
    const mg_point *at = p.n->point + p.n->point_first[1];
    double c = 1.4142135623730951, x = 100.0 - c, y = 2.0 - c, length = 0.0;
    length = __builtin_sqrt(x * x + y * y) * 2.0;
    tap_ok(near(at[0].x, 10.0) && near(at[0].y, -2.0) && near(at[1].x, 110.0 - c) && near(at[1].y, -c) &&
               near(at[2].x, 108.0) && near(at[2].y, -100.0) && near(p.n->length[1], length),
           "a road with a bend, cut by 10 m in front: %.17g m", p.n->length[1]);
    at = p.n->point + p.n->point_first[2];
    tap_ok(near(at[0].y, -6.0) && near(at[2].x, 104.0), "its second lane lies 6 m right of the axis");
    tap_ok(near(p.n->road_cost[1], (p.n->length[1] + p.n->length[2]) / 2.0), "a road costs the mean of its lanes");
    end(p);
}

/* A right turn of less than 5 m: both controls lie 5 m ahead, the second past the end (the reference's sign). */
static void curve(void)
{
    sketch s = sketch_start();
    char links[700] = "";
    sketch_link(links, "turn_right", "a", 0, "b", 0, "");
    sketch_end(&s, "W", "\"a\"");
    sketch_end(&s, "E", "\"b\"");
    sketch_signal(&s, "C", 5.0, "\"a\",\"b\"", links, "{\"time\":30,\"availableRoadLinks\":[0]}");
    sketch_road(&s, "a", "W", "C", SKETCH_POINTS(0, 0, 100, 0), 1, 20.0);
    sketch_road(&s, "b", "C", "E", SKETCH_POINTS(100, 0, 100, -100), 1, 20.0);
    sketch_flow(&s, SKETCH_VEHICLE, "\"a\",\"b\"", SKETCH_ONCE);
    play p = begin(&s);
    const mg_point *at = p.n->point + p.n->point_first[p.n->lanes];
    /* From (95, -2) by (100, -2) and (98, -10) to (98, -5); the middle is (1, 3, 3, 1) / 8 of them. */
    tap_ok(p.n->point_first[p.n->lanes + 1] - p.n->point_first[p.n->lanes] == 11 && near(at[0].x, 95.0) &&
               near(at[0].y, -2.0) && near(at[10].x, 98.0) && near(at[10].y, -5.0) && near(at[5].x, 98.375) &&
               near(at[5].y, -5.375),
           "a curve that nobody drew: its middle is (%.17g, %.17g)", at[5].x, at[5].y);
    end(p);
}

/* From a to d by b (100 m) or by c (90 m); the anchors name the ends only. */
static void ways(void)
{
    sketch s = sketch_start();
    char at_c[1000] = "", at_d[1000] = "";
    sketch_link(at_c, "go_straight", "a", 0, "b", 0, SKETCH_POINTS(90, -2, 110, -2));
    sketch_link(at_c, "go_straight", "a", 0, "c", 0, SKETCH_POINTS(90, -2, 110, -3));
    sketch_link(at_d, "go_straight", "b", 0, "d", 0, SKETCH_POINTS(190, -2, 210, -2));
    sketch_link(at_d, "go_straight", "c", 0, "d", 0, SKETCH_POINTS(190, -3, 210, -2));
    sketch_end(&s, "W", "\"a\"");
    sketch_end(&s, "E", "\"d\"");
    sketch_signal(&s, "C", 10.0, "\"a\",\"b\",\"c\"", at_c, "{\"time\":30,\"availableRoadLinks\":[0,1]}");
    sketch_signal(&s, "D", 10.0, "\"b\",\"c\",\"d\"", at_d, "{\"time\":30,\"availableRoadLinks\":[0,1]}");
    sketch_road(&s, "a", "W", "C", SKETCH_POINTS(0, 0, 100, 0), 1, 20.0);
    sketch_road(&s, "b", "C", "D", SKETCH_POINTS(100, 0, 220, 0), 1, 20.0);
    sketch_road(&s, "c", "C", "D", SKETCH_POINTS(100, 0, 210, 0), 1, 20.0);
    sketch_road(&s, "d", "D", "E", SKETCH_POINTS(200, 0, 300, 0), 1, 20.0);
    sketch_flow(&s, SKETCH_VEHICLE, "\"a\",\"d\"", SKETCH_ONCE);
    sketch_flow(&s, SKETCH_VEHICLE, "\"a\",\"b\",\"b\",\"d\"", SKETCH_ONCE);
    play p = begin(&s);
    const int32_t *road = p.n->route_road;
    tap_ok(p.n->routes == 2 && p.n->route_road_first[1] == 3 && road[0] == 0 && road[1] == 2 && road[2] == 3,
           "the shorter way where nobody names one");
    tap_ok(p.n->route_road_first[2] == 6 && road[3] == 0 && road[4] == 1 && road[5] == 3,
           "the way that is named, an anchor twice counts once");
    end(p);
}

/* ---- the demand of LToS ---- */
/* Table 2: 1, 1/4, 1/3, 2, 1/5, 1/2 vehicles per second, each for ten minutes, one by one. */
static void table_2(void)
{
    static const int wanted[6] = {600, 150, 200, 1200, 120, 300};
    int seen[7] = {0};
    mg_traffic_grid grid = mg_traffic_grid_ltos();
    texts t = {mg_traffic_config_text(1.0, 0, "", false), mg_traffic_grid_roadnet(&grid),
               mg_traffic_ltos_flow(&grid, 3)};
    mg_traffic_network *n = load(&t);
    bool good = n->flows == 2570;
    for (int32_t f = 0; f < n->flows; f++) {
        int window = n->flow[f].start / 600;
        good = good && n->flow[f].start == n->flow[f].end && window >= 0;
        seen[window < 6 ? window : 6]++;
    }
    for (int w = 0; w < 6; w++)
        good = good && seen[w] == wanted[w];
    tap_ok(good && seen[6] == 0, "Table 2: %d, %d, %d, %d, %d, %d vehicles", seen[0], seen[1], seen[2], seen[3],
           seen[4], seen[5]);
    mg_traffic_free(n);
    texts_free(&t);
}

int main(void)
{
    free_flow();
    at_the_very_end();
    limits();
    signals_passed();
    entering(2.5, 4);
    entering(3.9, 4);
    entering(4.0, 5);
    spawning();
    draws();
    following();
    red_light();
    too_late_to_stop();
    plan_of_lights();
    turn_speed();
    crossings();
    priorities();
    full_lane();
    yields();
    entering_order();
    bend();
    curve();
    ways();
    table_2();
    return tap_done();
}
