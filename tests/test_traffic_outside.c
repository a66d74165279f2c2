/* What is asked of vehicles from outside while they run (envs/traffic/README.md 4.10): speeds told, vehicles pushed in,
 * routes changed, and simulations saved and restored with all of it. Answers known by hand, or from a run that must be
 * the same. */
#include "envs/traffic/random.h"
#include "envs/traffic/state.h"
#include "tests/traffic_sketch.h"

#include <math.h>

/* ---- finding ---- */
static int32_t slot_of(const mg_traffic *t, int32_t flow, int32_t number)
{
    for (int32_t slot = 0; slot < mg_traffic_slots(t); slot++) {
        mg_vehicle_view v = mg_traffic_vehicle(t, slot);
        if (mg_traffic_is_alive(t, slot) && v.flow == flow && v.number == number)
            return slot;
    }
    return -1;
}

static mg_vehicle_view view_of(const mg_traffic *t, int32_t flow, int32_t number)
{
    return mg_traffic_vehicle(t, slot_of(t, flow, number));
}

static int32_t road_named(const mg_traffic_network *n, const char *id)
{
    for (int32_t r = 0; r < n->roads; r++) {
        if (!strcmp(n->road_id[r], id))
            return r;
    }
    tap_ok(false, "there is a road %s", id);
    exit(1);
}

/* The sketch's vehicle. */
static mg_traffic_car sketch_car(double speed)
{
    return (mg_traffic_car){speed, 5, 2, 2, 4, 2, 4, 2.5, 10, 1.5};
}

static bool push(mg_traffic *t, mg_traffic_network *n, const mg_traffic_car *car, const char *first, const char *second,
                 int32_t number)
{
    mg_error error = {0};
    const int32_t road[2] = {road_named(n, first), second ? road_named(n, second) : 0};
    bool good = mg_traffic_push(t, n, car, road, second ? 2 : 1, number, &error);
    if (!good)
        tap_note("%s", error.text);
    return good;
}

/* ---- speeds ---- */
static void told_alone(void)
{
    sketch s = sketch_straight();
    mg_traffic_network *n = sketch_load(&s);
    mg_traffic *t = mg_traffic_create(n);
    mg_traffic_step(t);
    mg_traffic_wish(t, slot_of(t, 0, 0), 0.5);
    mg_traffic_step(t);
    mg_vehicle_view slow = view_of(t, 0, 0);
    tap_ok(slow.speed == 0.5 && slow.distance == 1.0 + 1.25, "2 m/s, then 0.5 as told: %.17g m/s at %.17g m",
           slow.speed, slow.distance);
    mg_traffic_step(t);
    tap_ok(view_of(t, 0, 0).speed == 2.5, "for one step: then 2 m/s^2 again");
    mg_traffic_wish(t, slot_of(t, 0, 0), 100.0);
    mg_traffic_step(t);
    tap_ok(view_of(t, 0, 0).speed == 4.5, "told 100 it accelerates as it can");
    mg_traffic_wish(t, slot_of(t, 0, 0), -1.0);
    mg_traffic_step(t);
    tap_ok(view_of(t, 0, 0).speed == 0.5, "told to stop it brakes as it can, by 4");
    mg_traffic_wish(t, slot_of(t, 0, 0), 1.0);
    mg_traffic_wish(t, slot_of(t, 0, 0), 2.0);
    mg_traffic_step(t);
    tap_ok(view_of(t, 0, 0).speed == 2.0 && t->wishes == 0, "of two the last counts");
    mg_traffic_destroy(t);
    mg_traffic_free(n);
}

/* no_collision of README 5 in plain steps. */
static double clear_of(double leader, double own, double gap)
{
    double c = own / 2 - 0.5 * leader * leader / 4 - gap, a = 0.5 / 4, b = 0.5;
    double v1 = 0.5 / a * (sqrt(b * b - 4 * a * c) - b), v2 = 2 * leader - 4 + 2 * gap;
    return v1 < v2 ? v1 : v2;
}

static void told_behind(void)
{
    sketch s = sketch_straight();
    s.flows[0] = 0;
    sketch_flow(&s, SKETCH_VEHICLE, "\"a\",\"b\"", "\"interval\":1,\"startTime\":0,\"endTime\":1");
    mg_traffic_network *n = sketch_load(&s);
    mg_traffic *t = mg_traffic_create(n);
    run_steps(t, 8);
    mg_vehicle_view first = view_of(t, 0, 0), second = view_of(t, 0, 1);
    double clear = clear_of(first.speed, second.speed, second.gap);
    mg_traffic_wish(t, slot_of(t, 0, 0), 0.0);
    mg_traffic_wish(t, slot_of(t, 0, 1), 9.0);
    mg_traffic_step(t);
    double wanted = clear < second.speed + 2 ? clear : second.speed + 2;
    wanted = wanted < 9.0 ? wanted : 9.0;
    wanted = wanted > second.speed - 4 ? wanted : second.speed - 4;
    tap_ok(view_of(t, 0, 1).speed == wanted && view_of(t, 0, 0).speed == first.speed - 4,
           "behind a leader: no collision alone, no headway: %.17g m/s", wanted);
    int steps = 0;
    bool bound = false;
    for (; steps < 12; steps++) {
        first = view_of(t, 0, 0);
        second = view_of(t, 0, 1);
        clear = clear_of(first.speed, second.speed, second.gap);
        mg_traffic_wish(t, slot_of(t, 0, 0), 0.0);
        mg_traffic_wish(t, slot_of(t, 0, 1), 9.0);
        mg_traffic_step(t);
        double speed = view_of(t, 0, 1).speed;
        bound = bound || (speed == clear && speed > 0.0);
    }
    tap_ok(bound && view_of(t, 0, 1).speed == 0.0 && fabs(view_of(t, 0, 1).gap) < 1e-9,
           "it comes to stand %.17g m behind who was told to stand", view_of(t, 0, 1).gap);
    mg_traffic_destroy(t);
    mg_traffic_free(n);
}

static void told_outside(void)
{
    sketch s = sketch_straight();
    s.flows[0] = 0;
    sketch_flow(&s, SKETCH_VEHICLE, "\"a\",\"b\"", "\"interval\":1,\"startTime\":0,\"endTime\":3");
    mg_traffic_network *n = sketch_load(&s);
    mg_traffic *t = mg_traffic_create(n);
    run_steps(t, 4);
    mg_vehicle_view outside = view_of(t, 0, 2);
    mg_traffic_wish(t, slot_of(t, 0, 2), 0.25);
    int waited = 0;
    while (!view_of(t, 0, 2).running && waited++ < 20)
        mg_traffic_step(t);
    mg_vehicle_view in = view_of(t, 0, 2);
    tap_ok(!outside.running && waited > 1 && in.speed == 0.25 && t->wishes == 0,
           "who is told outside keeps it for its first step on the road: %d steps later %.17g m/s", waited, in.speed);
    mg_traffic_wish(t, slot_of(t, 0, 3), 0.25);
    tap_ok(t->wishes == 1, "a wish is there");
    mg_traffic_reset(t, MG_RESTART_SEEDED);
    tap_ok(t->wishes == 0, "and gone after a reset");
    mg_traffic_destroy(t);
    mg_traffic_free(n);
}

static void told_at_red(void)
{
    sketch s = sketch_straight();
    s.agents = true;
    mg_traffic_network *n = sketch_load(&s);
    mg_traffic *t = mg_traffic_create(n);
    mg_traffic_set_phase(t, 0, 1);
    for (int i = 0; i < 40; i++) {
        int32_t slot = slot_of(t, 0, 0);
        if (slot >= 0)
            mg_traffic_wish(t, slot, 10.0);
        mg_traffic_step(t);
    }
    mg_vehicle_view v = view_of(t, 0, 0);
    tap_ok(v.drivable == 0 && v.speed < 0.1 && v.distance <= 90.0,
           "told 10 m/s it stops at red all the same, at %.17g m", v.distance);
    mg_traffic_destroy(t);
    mg_traffic_free(n);
}

/* ---- pushed ---- */
/* A flow's only vehicle, and the same one pushed before the first step, draw the same numbers. */
static void pushed_as_flow(void)
{
    sketch s = sketch_straight(), empty = s;
    empty.flows[0] = 0;
    mg_traffic_network *n = sketch_load(&s), *m = sketch_load(&empty);
    mg_traffic *t = mg_traffic_create(n), *u = mg_traffic_create(m);
    const mg_traffic_car car = sketch_car(0.0);
    bool taken = push(u, m, &car, "a", "b", 0), same = true;
    tap_ok(taken && mg_traffic_alive(u) == 1 && mg_traffic_running(u) == 0 && !view_of(u, MG_PUSHED, 0).running,
           "a vehicle pushed is there, and not on the road yet");
    for (int i = 0; i < 22; i++) {
        mg_traffic_step(t);
        mg_traffic_step(u);
        mg_vehicle_view a = view_of(t, 0, 0), b = view_of(u, MG_PUSHED, 0);
        same = same && a.distance == b.distance && a.speed == b.speed && a.drivable == b.drivable &&
               a.priority == b.priority && mg_traffic_average_travel_time(t) == mg_traffic_average_travel_time(u);
    }
    tap_ok(same, "it drives as a flow's vehicle does, with the same priority");
    mg_traffic_step(t);
    mg_traffic_step(u);
    tap_ok(mg_traffic_finished(u) == 1 && mg_traffic_cumulative_travel_time(t) == mg_traffic_cumulative_travel_time(u),
           "and comes out with the same travel time");
    mg_traffic_destroy(t);
    mg_traffic_destroy(u);
    mg_traffic_free(n);
    mg_traffic_free(m);
}

static void pushed_numbers(void)
{
    sketch s = sketch_straight();
    s.flows[0] = 0;
    s.seed = 11;
    mg_traffic_network *n = sketch_load(&s);
    mg_traffic *t = mg_traffic_create(n);
    mg_traffic_random random;
    mg_traffic_random_seed(&random, 11);
    const mg_traffic_car car = mg_traffic_car_default();
    bool drawn = true;
    for (int32_t i = 0; i < 3; i++) {
        push(t, n, &car, "a", "b", i);
        drawn = drawn && view_of(t, MG_PUSHED, i).priority == (int32_t)mg_traffic_random_next(&random);
        mg_traffic_random_next(&random);
    }
    tap_ok(drawn, "each draws a priority and a number for a thread");
    mg_traffic_step(t);
    tap_ok(mg_traffic_running(t) == 1 && mg_traffic_alive(t) == 3, "one enters a step");
    mg_vehicle_view v = view_of(t, MG_PUSHED, 0);
    tap_ok(v.speed == 4.5 && v.distance == 2.25, "by default 4.5 m/s^2: %.17g m/s", v.speed);
    mg_traffic_step(t);
    mg_traffic_step(t);
    mg_traffic_step(t);
    tap_ok(view_of(t, MG_PUSHED, 0).speed == 16.66667, "and 16.66667 m/s at most");
    for (int i = 0; i < 3; i++)
        mg_traffic_random_next(&random); /* lanes */
    tap_ok(mg_traffic_random_next(&t->head->random) == mg_traffic_random_next(&random), "and a lane in the next step");
    tap_ok(n->trips == 1 && n->kinds == 1 && n->routes == 1, "of three alike the network keeps one");
    mg_traffic_seed(t, 11);
    mg_traffic_random_seed(&random, 11);
    tap_ok(mg_traffic_random_next(&t->head->random) == mg_traffic_random_next(&random), "seeded anew");
    mg_traffic_destroy(t);
    mg_traffic_free(n);
}

static void pushed_fast(void)
{
    sketch s = sketch_straight();
    s.flows[0] = 0;
    mg_traffic_network *n = sketch_load(&s);
    mg_traffic *t = mg_traffic_create(n);
    const mg_traffic_car car = sketch_car(7.0);
    run_steps(t, 5);
    push(t, n, &car, "a", "b", 4);
    mg_traffic_step(t);
    mg_vehicle_view v = view_of(t, MG_PUSHED, 4);
    tap_ok(v.speed == 9.0 && v.distance == 8.0, "pushed with 7 m/s: 9 after a step, 8 m on");
    tap_ok(mg_traffic_average_travel_time(t) == 1.0, "its time counts from the push");
    double width;
    tap_ok(mg_traffic_length(t, slot_of(t, MG_PUSHED, 4), &width) == 5.0 && width == 2.0, "5 m long, 2 m wide");
    mg_point way, at = mg_traffic_place(t, slot_of(t, MG_PUSHED, 4), &way);
    tap_ok(at.x == 8.0 && at.y == -2.0 && way.x == 1.0 && way.y == 0.0, "8 m east of the beginning, right of the axis");
    mg_traffic_destroy(t);
    mg_traffic_free(n);
}

static void pushed_nowhere(void)
{
    sketch s = sketch_straight();
    mg_traffic_network *n = sketch_load(&s);
    mg_traffic *t = mg_traffic_create(n);
    const mg_traffic_car car = mg_traffic_car_default();
    push(t, n, &car, "a", NULL, 0);
    push(t, n, &car, "b", "a", 1);
    tap_ok(mg_traffic_alive(t) == 2, "without a route: there until the next step");
    mg_traffic_step(t);
    tap_ok(mg_traffic_alive(t) == 1 && slot_of(t, 0, 0) >= 0 && mg_traffic_finished(t) == 0,
           "then dropped, counted nowhere; flows go on");
    mg_error error = {0};
    const int32_t road[2] = {0, 1};
    mg_traffic_car bad = car;
    bad.usual_neg_acc = 0.0;
    tap_ok(!mg_traffic_push(t, n, &bad, road, 2, 0, &error) && strstr(error.text, "usualNegAcc of the vehicle pushed"),
           "%s", error.text);
    error = (mg_error){0};
    bad = car;
    bad.speed = NAN;
    tap_ok(!mg_traffic_push(t, n, &bad, road, 2, 0, &error) && strstr(error.text, "speed of"), "%s", error.text);
    error = (mg_error){0};
    tap_ok(!mg_traffic_push(t, n, &car, road, 0, 0, &error) && strstr(error.text, "no road"), "%s", error.text);
    error = (mg_error){0};
    mg_traffic_network *other = sketch_load(&s);
    tap_ok(!mg_traffic_push(t, other, &car, road, 2, 0, &error) && strstr(error.text, "of its own"), "%s", error.text);
    mg_traffic_destroy(t);
    mg_traffic_free(other);
    mg_traffic_free(n);
}

/* ---- other routes ---- */
static bool redirect(mg_traffic *t, mg_traffic_network *n, int32_t slot, const char *first, const char *second)
{
    mg_error error = {0};
    bool taken;
    const int32_t road[2] = {first ? road_named(n, first) : 0, second ? road_named(n, second) : 0};
    if (mg_traffic_redirect(t, n, slot, road, (first != NULL) + (second != NULL), &taken, &error))
        return taken;
    tap_ok(false, "%s", error.text);
    return false;
}

/* A 3 x 3 grid with nothing but one vehicle from the west, straight on. */
static mg_traffic_network *lonely_grid(void)
{
    mg_traffic_grid grid = mg_traffic_grid_default();
    grid.rows = grid.columns = 3;
    grid.spacing = 100.0;
    grid.width = 12.0;
    texts t = texts_of(&grid, MG_DEMAND_STRAIGHT, 5.0, 1.0);
    free(t.flow);
    t.flow = malloc(600);
    snprintf(t.flow, 600,
             "[{\"vehicle\":{%s},\"route\":[\"road_0_2_0\",\"road_1_2_0\",\"road_2_2_0\",\"road_3_2_0\"],%s}]",
             SKETCH_VEHICLE, SKETCH_ONCE);
    mg_traffic_network *n = load(&t);
    texts_free(&t);
    return n;
}

static void all_green(mg_traffic *t, const mg_traffic_network *n)
{
    memset(t->green, 1, (size_t)n->links);
}

static void sent_elsewhere(void)
{
    mg_traffic_network *n = lonely_grid();
    mg_traffic *t = mg_traffic_create(n);
    int32_t roads;
    mg_traffic_step(t);
    int32_t slot = slot_of(t, 0, 0);
    int32_t lane = mg_traffic_vehicle(t, slot).drivable;
    tap_ok(n->lane_road[lane] == road_named(n, "road_0_2_0"), "it comes from the west");
    mg_traffic_roads_ahead(t, slot, &roads);
    tap_ok(roads == 4, "with four roads ahead");
    tap_ok(!redirect(t, n, slot, NULL, NULL) && !redirect(t, n, slot, "road_0_2_0", NULL), "to where it is: refused");
    tap_ok(!redirect(t, n, slot, "road_0_1_0", NULL), "to a road that cannot be reached: refused");
    mg_traffic_roads_ahead(t, slot, &roads);
    tap_ok(roads == 4, "its route is what it was");
    /* lane 1 goes straight on: it leads to what begins straight on */
    tap_ok(redirect(t, n, slot, "road_2_3_1", NULL), "to the north edge, two columns on: taken");
    const int32_t *ahead = mg_traffic_roads_ahead(t, slot, &roads);
    tap_ok(roads == 4 && ahead[0] == road_named(n, "road_0_2_0") && ahead[1] == road_named(n, "road_1_2_0") &&
               ahead[2] == road_named(n, "road_2_2_1") && ahead[3] == road_named(n, "road_2_3_1"),
           "by the shortest way");
    tap_ok(!redirect(t, n, slot, "road_1_2_1", NULL), "a left turn from the middle lane: refused");
    bool on_link = false, refused = true;
    for (int i = 0; i < 60 && mg_traffic_running(t); i++) {
        all_green(t, n);
        mg_traffic_step(t);
        all_green(t, n);
        mg_vehicle_view v = mg_traffic_vehicle(t, slot);
        if (mg_traffic_running(t) && v.drivable >= n->lanes) {
            on_link = true;
            refused = refused && !redirect(t, n, slot, "road_3_2_0", NULL);
        } else if (mg_traffic_running(t)) {
            lane = v.drivable;
        }
    }
    tap_ok(on_link && refused, "on a link it is refused");
    tap_ok(mg_traffic_finished(t) == 1 && n->lane_road[lane] == road_named(n, "road_2_3_1"), "it left by the north");
    mg_traffic_destroy(t);
    mg_traffic_free(n);
}

/* Sent where it drives anyhow, at every step: the same bits. */
static void sent_there_anyhow(void)
{
    texts text = small_texts();
    mg_traffic_network *n = load(&text), *m = load(&text);
    mg_traffic *t = mg_traffic_create(n), *u = mg_traffic_create(m);
    long taken = 0;
    bool same = true;
    for (int i = 0; i < 300; i++) {
        mg_traffic_step(t);
        mg_traffic_step(u);
        for (int32_t slot = 0; slot < mg_traffic_slots(u); slot++) {
            int32_t roads;
            mg_error error = {0};
            bool yes;
            const int32_t *ahead = mg_traffic_roads_ahead(u, slot, &roads);
            int32_t last = roads ? ahead[roads - 1] : 0, way[64];
            if (!mg_traffic_is_alive(u, slot) || roads < 2 || (slot + i) % 7)
                continue;
            memcpy(way, ahead, (size_t)roads * sizeof *way);
            mg_traffic_redirect(u, m, slot, way + 1, roads - 1, &yes, &error);
            mg_traffic_roads_ahead(u, slot, &roads);
            taken += yes;
            same = same && last == mg_traffic_roads_ahead(u, slot, &roads)[roads - 1];
        }
        same = same && mg_traffic_average_travel_time(t) == mg_traffic_average_travel_time(u) &&
               memcmp(t->count, u->count, (size_t)n->drivables * sizeof *t->count) == 0;
        for (int32_t slot = 0; slot < mg_traffic_slots(t); slot++)
            same = same && t->vehicle[slot].distance == u->vehicle[slot].distance &&
                   t->vehicle[slot].speed == u->vehicle[slot].speed &&
                   t->vehicle[slot].leader == u->vehicle[slot].leader;
    }
    tap_ok(taken > 500 && same, "%ld vehicles sent where they go: every position as without", taken);
    mg_traffic_destroy(t);
    mg_traffic_destroy(u);
    mg_traffic_free(n);
    mg_traffic_free(m);
    texts_free(&text);
}

/* A waiting vehicle, and a way that comes by twice where the files have none such. */
static void sent_round(void)
{
    mg_traffic_network *n = lonely_grid();
    mg_traffic *t = mg_traffic_create(n);
    const int32_t round[6] = {road_named(n, "road_1_2_0"), road_named(n, "road_2_2_1"), road_named(n, "road_2_3_2"),
                              road_named(n, "road_1_3_3"), road_named(n, "road_1_2_0"), road_named(n, "road_3_2_0")};
    mg_error error = {0};
    bool taken;
    tap_ok(n->memo == 0 && t->memo_capacity == 0, "no route repeats a road");
    mg_traffic_step(t);
    int32_t slot = slot_of(t, 0, 0);
    mg_traffic_redirect(t, n, slot, round, 6, &taken, &error);
    tap_ok(taken && n->memo > 0 && t->memo_of[slot] >= 0, "sent round a block and by again: %d drivables ahead",
           n->memo);
    int32_t last = -1, passed = 0;
    const int32_t block = road_named(n, "road_1_2_0");
    for (int i = 0; i < 200 && mg_traffic_running(t); i++) {
        all_green(t, n);
        mg_traffic_step(t);
        int32_t lane = mg_traffic_vehicle(t, slot).drivable;
        if (mg_traffic_running(t) && lane < n->lanes && n->lane_road[lane] != last) {
            last = n->lane_road[lane];
            passed += last == block;
        }
    }
    tap_ok(passed == 2 && last == road_named(n, "road_3_2_0") && mg_traffic_finished(t) == 1,
           "it passes there %d times and leaves in the east", passed);
    tap_ok(t->head->free_memo >= 0, "its memo is given back");
    mg_traffic_destroy(t);
    mg_traffic_free(n);
}

/* On a loop of its own: a change that is refused makes the first visit count again. */
static void refused_on_a_loop(void)
{
    mg_traffic_network *n = lonely_grid();
    mg_traffic *t = mg_traffic_create(n);
    const int32_t round[6] = {road_named(n, "road_1_2_0"), road_named(n, "road_2_2_1"), road_named(n, "road_2_3_2"),
                              road_named(n, "road_1_3_3"), road_named(n, "road_1_2_0"), road_named(n, "road_3_2_0")};
    mg_error error = {0};
    bool taken;
    mg_traffic_step(t);
    int32_t slot = slot_of(t, 0, 0), roads = 0;
    mg_traffic_redirect(t, n, slot, round, 6, &taken, &error);
    while (mg_traffic_roads_ahead(t, slot, &roads)[0] != round[4] || roads > 3) {
        all_green(t, n);
        mg_traffic_step(t);
    }
    tap_ok(roads == 3 && t->memo[t->memo_of[slot]].cursor == 5, "by the second time three roads are left");
    tap_ok(!redirect(t, n, slot, "road_0_1_0", NULL), "sent where nothing leads: refused");
    mg_traffic_roads_ahead(t, slot, &roads);
    tap_ok(roads == 7 && t->memo[t->memo_of[slot]].count == 0, "and it is by for the first time again: %d roads",
           roads);
    mg_traffic_destroy(t);
    mg_traffic_free(n);
}

/* ---- saved ---- */
static void ask_at_random(mg_traffic *t, mg_traffic_network *n, mg_traffic_random *random, int step)
{
    mg_error error = {0};
    bool taken;
    int32_t slots = mg_traffic_slots(t), slot = slots ? (int32_t)(mg_traffic_random_next(random) % (uint32_t)slots) : 0;
    int32_t way[3];
    for (int i = 0; i < 3; i++)
        way[i] = (int32_t)(mg_traffic_random_next(random) % (uint32_t)n->roads);
    mg_traffic_car car = mg_traffic_car_default();
    car.max_speed = 8.0 + (double)(mg_traffic_random_next(random) % 5);
    if (step % 3 == 0)
        mg_traffic_push(t, n, &car, way, 3, step, &error);
    if (slots && mg_traffic_is_alive(t, slot) && step % 2)
        mg_traffic_redirect(t, n, slot, way, 2, &taken, &error);
    if (slots && mg_traffic_is_alive(t, slot))
        mg_traffic_wish(t, slot, (double)(mg_traffic_random_next(random) % 12));
    if (error.status != MG_EXIT_OK)
        tap_ok(false, "%s", error.text);
}

static bool goes_on_alike(mg_traffic *t, mg_traffic_network *n, mg_traffic *u, mg_traffic_network *m, uint32_t seed)
{
    char a[MG_DIGEST_TEXT], b[MG_DIGEST_TEXT];
    mg_traffic_random one, two;
    mg_traffic_random_seed(&one, seed);
    mg_traffic_random_seed(&two, seed);
    bool same = !strcmp(digest_of(t, a), digest_of(u, b));
    for (int i = 0; i < 150; i++) {
        ask_at_random(t, n, &one, i);
        ask_at_random(u, m, &two, i);
        mg_traffic_step(t);
        mg_traffic_step(u);
        same = same && !strcmp(digest_of(t, a), digest_of(u, b));
    }
    return same;
}

static void restored_anywhere(void)
{
    texts text = small_texts();
    mg_traffic_network *n = load(&text), *m = load(&text);
    mg_traffic *t = mg_traffic_create(n), *u = mg_traffic_create(m);
    mg_traffic_random random;
    mg_error error = {0};
    char before[MG_DIGEST_TEXT], after[MG_DIGEST_TEXT];
    mg_traffic_random_seed(&random, 3);
    for (int i = 0; i < 200; i++) {
        ask_at_random(t, n, &random, i);
        mg_traffic_step(t);
    }
    ask_at_random(t, n, &random, 201); /* not stepped: a vehicle without a lane, a wish */
    push(t, n, &(mg_traffic_car){1, 5, 2, 2, 4, 2, 4, 2.5, 10, 1.5}, n->road_id[0], n->road_id[1], 777);
    size_t length = mg_traffic_saved_bytes(t);
    unsigned char *bytes = malloc(length);
    mg_traffic_save(t, bytes);
    digest_of(t, before);
    tap_ok(n->trips > 20 && n->memo > 0 && t->wishes > 0, "%d trips, routes that come by twice, %d wishes: %zu bytes",
           n->trips, t->wishes, length);
    ask_at_random(u, m, &random, 3); /* a trip of its own before */
    mg_traffic_step(u);
    tap_ok(mg_traffic_restore(u, m, bytes, length, &error) && goes_on_alike(t, n, u, m, 5),
           "restored where the files were read anew it goes on alike %s", error.text);
    tap_ok(mg_traffic_restore(t, n, bytes, length, &error) && !strcmp(digest_of(t, after), before),
           "restored where it was saved it is the same");
    run_steps(u, 50);
    tap_ok(mg_traffic_restore(u, m, bytes, length, &error) && goes_on_alike(t, n, u, m, 6), "and again, later");
    bytes[length / 2] ^= 1;
    tap_ok(!mg_traffic_restore(t, n, bytes, length, &error) && strstr(error.text, "its digest differs"), "%s",
           error.text);
    error = (mg_error){0};
    tap_ok(!mg_traffic_restore(t, n, bytes, length - 1, &error) && strstr(error.text, "cut or changed"), "%s",
           error.text);
    error = (mg_error){0};
    tap_ok(!mg_traffic_restore(t, n, "{\"step\": 10}", 12, &error) && strstr(error.text, "CityFlow itself wrote"), "%s",
           error.text);
    error = (mg_error){0};
    bytes[length / 2] ^= 1;
    replace(&text.flow, "\"interval\":6", "\"interval\":7");
    mg_traffic_network *other = load(&text);
    mg_traffic *v = mg_traffic_create(other);
    tap_ok(!mg_traffic_restore(v, other, bytes, length, &error) && strstr(error.text, "of another road network"), "%s",
           error.text);
    mg_traffic_destroy(v);
    mg_traffic_free(other);
    mg_traffic_destroy(t);
    mg_traffic_destroy(u);
    mg_traffic_free(n);
    mg_traffic_free(m);
    free(bytes);
    texts_free(&text);
}

/* More vehicles than the first block holds, memos among them. */
static void many(void)
{
    mg_traffic_network *n = lonely_grid();
    mg_traffic *t = mg_traffic_create(n);
    mg_error error = {0};
    const int32_t round[6] = {road_named(n, "road_0_2_0"), road_named(n, "road_1_2_0"), road_named(n, "road_2_2_1"),
                              road_named(n, "road_2_3_2"), road_named(n, "road_1_3_3"), road_named(n, "road_1_2_0")};
    const mg_traffic_car car = mg_traffic_car_default();
    for (int32_t i = 0; i < 3000; i++) {
        mg_traffic_push(t, n, &car, i % 2 ? round : round + 1, 5, i, &error);
        if (i % 1000 == 0)
            mg_traffic_wish(t, slot_of(t, MG_PUSHED, i), 3.0);
    }
    tap_ok(error.status == MG_EXIT_OK && mg_traffic_alive(t) == 3000 && t->wishes == 3, "3000 pushed at once");
    run_steps(t, 400);
    size_t length = mg_traffic_saved_bytes(t);
    void *bytes = malloc(length);
    mg_traffic_network *m = lonely_grid();
    mg_traffic *u = mg_traffic_create(m);
    mg_traffic_save(t, bytes);
    bool restored = mg_traffic_restore(u, m, bytes, length, &error);
    tap_ok(restored && t->head->memos > 0 && goes_on_alike(t, n, u, m, 8),
           "saved with %d memos, restored into a small one", t->head->memos);
    mg_traffic_destroy(t);
    mg_traffic_destroy(u);
    mg_traffic_free(n);
    mg_traffic_free(m);
    free(bytes);
}

int main(void)
{
    told_alone();
    told_behind();
    told_outside();
    told_at_red();
    pushed_as_flow();
    pushed_numbers();
    pushed_fast();
    pushed_nowhere();
    sent_elsewhere();
    sent_there_anyhow();
    sent_round();
    refused_on_a_loop();
    restored_anywhere();
    many();
    return tap_done();
}
