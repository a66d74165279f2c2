/* What is asked of vehicles from outside while they run (traffic/README.md 4.10): vehicles pushed in, and routes
 * changed on the way. Both need a route and a kind that the files may not have: the network grows by a trip, unless it
 * has it. */
#include "core/io/memory.h"
#include "envs/traffic/build.h"
#include "envs/traffic/plan.h"
#include "envs/traffic/state.h"

#include <stdlib.h>
#include <string.h>

mg_traffic_car mg_traffic_car_default(void)
{
    return (mg_traffic_car){.length = 5.0,
                            .width = 2.0,
                            .max_pos_acc = 4.5,
                            .max_neg_acc = 4.5,
                            .usual_pos_acc = 2.5,
                            .usual_neg_acc = 2.5,
                            .min_gap = 2.0,
                            .max_speed = 16.66667,
                            .headway_time = 1.0};
}

/* ---- what the network grows by ---- */
int32_t mg_traffic_add_kind(mg_traffic_network *n, const mg_vehicle_kind *kind)
{
    for (int32_t k = 0; k < n->kinds; k++) {
        if (memcmp(&n->kind[k], kind, sizeof *kind) == 0)
            return k;
    }
    n->kind = mg_traffic_widen(n, n->kind, (size_t)n->kinds, (size_t)n->kinds + 1, &n->room.kinds, sizeof *n->kind);
    n->kind[n->kinds] = *kind;
    return n->kinds++;
}

static int32_t find_route(const mg_traffic_network *n, const int32_t *road, int32_t roads)
{
    for (int32_t r = 0; r < n->routes; r++) {
        if (n->route_road_first[r + 1] - n->route_road_first[r] == roads &&
            memcmp(n->route_road + n->route_road_first[r], road, (size_t)roads * sizeof *road) == 0)
            return r;
    }
    return MG_NONE;
}

/* roads 0: no route, -1. The route stays unused where it is refused. */
bool mg_traffic_add_route(mg_traffic_network *n, const int32_t *road, int32_t roads, double horizon, int32_t *route,
                          mg_error *error)
{
    *route = roads ? find_route(n, road, roads) : MG_NONE;
    if (roads == 0)
        return true;
    if (*route >= 0)
        return mg_traffic_make_memo(n, *route, horizon, "the route given", error);
    if (!mg_traffic_check_route(n, road, roads, error))
        return false;
    size_t routes = (size_t)n->routes, used = (size_t)n->route_road_first[n->routes];
    int32_t room = n->room.routes; /* of both arrays */
    n->route_plan = mg_traffic_widen(n, n->route_plan, routes, routes + 2, &room, sizeof *n->route_plan);
    n->route_road_first =
        mg_traffic_widen(n, n->route_road_first, routes + 1, routes + 2, &n->room.routes, sizeof *n->route_road_first);
    n->route_road =
        mg_traffic_widen(n, n->route_road, used, used + (size_t)roads, &n->room.roads, sizeof *n->route_road);
    memcpy(n->route_road + used, road, (size_t)roads * sizeof *road);
    *route = n->routes++;
    n->route_road_first[n->routes] = (int32_t)used + roads;
    return mg_traffic_plan_one(n, horizon, error);
}

int32_t mg_traffic_add_trip(mg_traffic_network *n, int32_t of, const mg_flow *trip)
{
    for (int32_t k = 0; k < n->trips; k++) {
        const mg_flow *other = &n->flow[n->flows + k];
        if (n->trip_of[k] == of && other->kind == trip->kind && other->route == trip->route &&
            other->first_road == trip->first_road && !(other->width < trip->width || other->width > trip->width))
            return n->flows + k;
    }
    size_t used = (size_t)n->flows + (size_t)n->trips;
    n->flow = mg_traffic_widen(n, n->flow, used, used + 1, &n->room.flows, sizeof *n->flow);
    n->trip_of =
        mg_traffic_widen(n, n->trip_of, (size_t)n->trips, (size_t)n->trips + 1, &n->room.trips, sizeof *n->trip_of);
    n->flow[used] = *trip;
    n->trip_of[n->trips++] = of;
    return (int32_t)used;
}

/* ---- pushing ---- */
static bool read_car(const mg_traffic_car *car, double dt, mg_vehicle_kind *kind, mg_error *error)
{
    const double x[MG_CAR_MEMBERS] = {car->length,      car->width,         car->max_pos_acc,
                                      car->max_neg_acc, car->usual_pos_acc, car->usual_neg_acc,
                                      car->min_gap,     car->max_speed,     car->headway_time};
    for (int i = 0; i < MG_CAR_MEMBERS; i++) {
        const char *wanted = mg_traffic_car_wants(i, x[i]);
        if (wanted)
            return mg_fail(error, MG_EXIT_USAGE, "%s of the vehicle pushed is %.17g, wanted %s",
                           mg_traffic_car_member[i], x[i], wanted);
    }
    if (!(car->speed >= 0.0 && car->speed <= 1e9))
        return mg_fail(error, MG_EXIT_USAGE,
                       "speed of the vehicle pushed is %.17g, wanted a number that is not negative", car->speed);
    *kind = mg_traffic_kind_of(x, dt);
    return true;
}

static bool may_grow(const mg_traffic *t, const mg_traffic_network *n, mg_error *error)
{
    return (t->network == n && t->memory[0]) ||
           mg_fail(error, MG_EXIT_USAGE,
                   "vehicles are pushed and sent elsewhere in a simulation with a network and "
                   "memory of its own (mg_traffic_create) only");
}

bool mg_traffic_push(mg_traffic *t, mg_traffic_network *n, const mg_traffic_car *car, const int32_t *anchor,
                     int32_t anchors, int32_t number, mg_error *error)
{
    mg_vehicle_kind kind;
    int32_t *road, roads, memo = n->memo;
    mg_flow trip;
    memset(&trip, 0, sizeof trip);
    if (!may_grow(t, n, error) || !read_car(car, n->dt, &kind, error))
        return false;
    if (anchors < 1)
        return mg_fail(error, MG_EXIT_USAGE, "no road in the route of the vehicle pushed, wanted at least one");
    mg_traffic_route_one(n, anchor, anchors, &road, &roads);
    bool good = mg_traffic_add_route(n, road, roads, kind.approach, &trip.route, error);
    free(road);
    mg_traffic_make_room(t, 0, memo);
    if (!good)
        return false;
    trip.kind = mg_traffic_add_kind(n, &kind);
    trip.first_road = anchor[0];
    trip.width = car->width;
    int32_t slot = mg_traffic_create_vehicle(t, mg_traffic_add_trip(n, MG_PUSHED, &trip), number);
    mg_set_speed(&t->vehicle[slot], &n->kind[trip.kind], car->speed);
    return true;
}

/* ---- another route ---- */
/* What a refused change leaves behind: nothing is planned, and the first visit of this road counts again. */
static void plan_anew(mg_traffic *t, int32_t slot, int32_t route)
{
    const mg_traffic_network *n = t->network;
    const mg_vehicle *v = &t->vehicle[slot];
    if (v->plan >= 0 || !n->memo || t->memo_of[slot] < 0)
        return;
    mg_memo *memo = &t->memo[t->memo_of[slot]];
    *memo = (mg_memo){0};
    while (n->route_road[n->route_road_first[route] + memo->cursor] != n->lane_road[v->drivable])
        memo->cursor++;
}

/* The lane leads on, or the route ends on its road. */
static bool leads_on(const mg_traffic_network *n, int32_t lane, int32_t route)
{
    const int32_t *road = n->route_road + n->route_road_first[route];
    int32_t roads = n->route_road_first[route + 1] - n->route_road_first[route];
    return road[roads - 1] == n->lane_road[lane] ||
           mg_traffic_choose_link(n, lane, road[1], roads > 2 ? road[2] : -1) >= 0;
}

static void take_route(mg_traffic *t, int32_t slot, int32_t trip)
{
    const mg_traffic_network *n = t->network;
    mg_vehicle *v = &t->vehicle[slot];
    int32_t route = n->flow[trip].route, plan = n->route_plan[route];
    v->flow = trip;
    mg_traffic_return_memo(t, slot);
    v->plan = plan < 0 ? MG_NONE : plan + v->drivable - n->road_lane_first[n->lane_road[v->drivable]];
    if (plan >= 0 || !mg_on_road(t, slot))
        return;
    mg_traffic_take_memo(t, slot);
    (void)mg_traffic_remembered(t, slot, 0);
}

bool mg_traffic_redirect(mg_traffic *t, mg_traffic_network *n, int32_t slot, const int32_t *anchor, int32_t anchors,
                         bool *taken, mg_error *error)
{
    const mg_vehicle v = t->vehicle[slot]; /* more room moves it */
    int32_t *road, roads, memo = n->memo, first = v.drivable < 0 || v.drivable >= n->lanes ? MG_NONE : v.drivable;
    mg_flow trip = n->flow[v.flow];
    *taken = false;
    if (!may_grow(t, n, error))
        return false;
    if (first < 0)
        return true;
    int32_t *way = mg_allocate((size_t)anchors + 1, sizeof *way);
    way[0] = trip.first_road = n->lane_road[first];
    if (anchors)
        memcpy(way + 1, anchor, (size_t)anchors * sizeof *way);
    mg_traffic_route_one(n, way, anchors + 1, &road, &roads);
    int32_t before = trip.route;
    bool good = mg_traffic_add_route(n, road, roads, n->kind[v.kind].approach, &trip.route, error);
    free(way);
    free(road);
    mg_traffic_make_room(t, 0, memo);
    *taken = good && trip.route >= 0 && leads_on(n, first, trip.route);
    if (*taken)
        take_route(t, slot, mg_traffic_add_trip(n, mg_flow_of(n, &v), &trip));
    else
        plan_anew(t, slot, before);
    return good;
}

const int32_t *mg_traffic_roads_ahead(const mg_traffic *t, int32_t slot, int32_t *roads)
{
    const mg_traffic_network *n = t->network;
    const mg_vehicle *v = &t->vehicle[slot];
    int32_t route = n->flow[v->flow].route;
    *roads = 0;
    if (route < 0 || v->drivable < 0)
        return n->route_road;
    int32_t at = n->route_road_first[route], end = n->route_road_first[route + 1], lane = v->drivable;
    if (lane >= n->lanes)
        lane = v->previous >= 0 && v->previous < n->lanes ? v->previous : n->link_start[lane - n->lanes];
    if (v->plan < 0 && n->memo && t->memo_of[slot] >= 0)
        at += t->memo[t->memo_of[slot]].cursor;
    while (at < end && n->route_road[at] != n->lane_road[lane])
        at++;
    *roads = end - at;
    return n->route_road + at;
}
