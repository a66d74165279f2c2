/* Full routes from the anchors of flows, and what a vehicle does at every lane of its route (traffic/README.md
 * 3, 7). */
#include "core/io/memory.h"
#include "envs/traffic/build.h"
#include "envs/traffic/plan.h"
#include "envs/traffic/sort.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct search {
    const mg_traffic_network *network;
    double *cost; /* [roads]; valid where reached == round */
    int32_t *from;
    int32_t *reached, *visited; /* the round in which it was */
    int32_t round;
    mg_traffic_item *heap;
    int heap_count, heap_capacity;
} search;

typedef struct road_list {
    int32_t *road;
    int32_t count, capacity;
} road_list;

static void append(road_list *list, int32_t road)
{
    if (list->count == list->capacity) {
        int32_t wanted = list->capacity ? 2 * list->capacity : 256;
        int32_t *grown = mg_allocate((size_t)wanted, sizeof *grown);
        if (list->road)
            memcpy(grown, list->road, (size_t)list->count * sizeof *grown);
        free(list->road);
        list->road = grown;
        list->capacity = wanted;
    }
    list->road[list->count++] = road;
}

/* Some lane of `road` has a link to a lane of `next`. */
static bool joined(const mg_traffic_network *n, int32_t road, int32_t next)
{
    int32_t first = n->lane_link_first[n->road_lane_first[road]];
    int32_t end = n->lane_link_first[n->road_lane_first[road + 1]];
    for (int32_t i = first; i < end; i++) {
        if (n->lane_road[n->link_end[n->lane_link[i] - n->lanes]] == next)
            return true;
    }
    return false;
}

static void push(search *s, int32_t road, double cost)
{
    if (s->heap_count == s->heap_capacity) {
        int wanted = 2 * s->heap_capacity;
        mg_traffic_item *grown = mg_allocate((size_t)wanted, sizeof *grown);
        memcpy(grown, s->heap, (size_t)s->heap_count * sizeof *grown);
        free(s->heap);
        s->heap = grown;
        s->heap_capacity = wanted;
    }
    s->cost[road] = cost;
    s->reached[road] = s->round;
    mg_traffic_heap_push(s->heap, &s->heap_count, (mg_traffic_item){cost, road});
}

static void expand(search *s, int32_t road)
{
    const mg_traffic_network *n = s->network;
    int32_t intersection = n->road_end[road];
    for (int32_t i = n->intersection_road_first[intersection]; i < n->intersection_road_first[intersection + 1]; i++) {
        int32_t next = n->intersection_road[i];
        double cost = s->cost[road] + n->road_cost[next];
        if ((s->reached[next] != s->round || cost < s->cost[next]) && joined(n, road, next)) {
            s->from[next] = road;
            push(s, next, cost);
        }
    }
}

static bool find_path(search *s, int32_t start, int32_t target)
{
    s->round++;
    s->heap_count = 0;
    push(s, start, 0.0);
    while (s->heap_count > 0) {
        if (s->heap[0].index == target)
            return true;
        int32_t road = mg_traffic_heap_pop(s->heap, &s->heap_count).index;
        if (s->visited[road] == s->round)
            continue;
        s->visited[road] = s->round;
        expand(s, road);
    }
    return false;
}

/* Appends the roads after start up to target. A path longer than all roads comes only from costs that shrink. */
static bool append_path(search *s, int32_t start, int32_t target, road_list *list)
{
    if (!find_path(s, start, target))
        return false;
    int32_t length = 0;
    for (int32_t road = target; road != start; road = s->from[road]) {
        if (++length > s->network->roads)
            return false;
    }
    int32_t begin = list->count;
    for (int32_t i = 0; i < length; i++)
        append(list, 0);
    for (int32_t road = target, at = begin + length; road != start; road = s->from[road])
        list->road[--at] = road;
    return true;
}

/* The route is list[before..]; false and nothing appended where there is none. */
static bool build_route(search *s, const int32_t *anchor, int32_t count, road_list *list)
{
    int32_t before = list->count;
    append(list, anchor[0]);
    for (int32_t k = 1; k < count; k++) {
        if (anchor[k] != anchor[k - 1] && !append_path(s, anchor[k - 1], anchor[k], list)) {
            list->count = before;
            return false;
        }
    }
    if (list->count - before < 2) {
        list->count = before;
        return false;
    }
    return true;
}

/* ---- flows with the same anchors share a route ---- */
static uint64_t hash(const int32_t *anchor, int32_t count)
{
    uint64_t h = UINT64_C(14695981039346656037);
    for (int32_t i = 0; i < count; i++)
        h = (h ^ (uint32_t)anchor[i]) * UINT64_C(1099511628211);
    return h ^ h >> 29;
}

typedef struct shared {
    int32_t *slot; /* flow + 1 */
    size_t slots;
    const int32_t *anchor_first, *anchor;
} shared;

/* The first flow with these anchors: this one, or an earlier one. */
static int32_t first_alike(shared *table, int32_t flow)
{
    int32_t begin = table->anchor_first[flow], count = table->anchor_first[flow + 1] - begin;
    size_t at = hash(table->anchor + begin, count) & (table->slots - 1);
    for (; table->slot[at] != 0; at = (at + 1) & (table->slots - 1)) {
        int32_t other = table->slot[at] - 1, other_begin = table->anchor_first[other];
        if (table->anchor_first[other + 1] - other_begin == count &&
            memcmp(table->anchor + other_begin, table->anchor + begin, (size_t)count * sizeof(int32_t)) == 0)
            return other;
    }
    table->slot[at] = flow + 1;
    return flow;
}

static void route_flows(mg_traffic_network *n, shared *table, search *s, road_list *roads)
{
    n->route_road_first = mg_traffic_keep(n, (size_t)n->flows + 1, sizeof(int32_t));
    for (int32_t f = 0; f < n->flows; f++) {
        int32_t alike = first_alike(table, f), begin = table->anchor_first[f];
        if (alike != f) {
            n->flow[f].route = n->flow[alike].route;
        } else if (build_route(s, table->anchor + begin, table->anchor_first[f + 1] - begin, roads)) {
            n->flow[f].route = n->routes++;
            n->route_road_first[n->routes] = roads->count;
        } else {
            n->flow[f].route = -1;
        }
    }
    n->route_road = mg_traffic_keep(n, (size_t)roads->count, sizeof(int32_t));
    if (roads->count)
        memcpy(n->route_road, roads->road, (size_t)roads->count * sizeof(int32_t));
}

/* ---- plans ---- */
static bool repeats(const mg_traffic_network *n, int32_t route, int32_t *seen)
{
    bool found = false;
    for (int32_t i = n->route_road_first[route]; i < n->route_road_first[route + 1]; i++) {
        found = found || seen[n->route_road[i]] == route + 1;
        seen[n->route_road[i]] = route + 1;
    }
    return found;
}

bool mg_traffic_leads_to(const mg_traffic_network *n, int32_t lane, int32_t road)
{
    for (int32_t i = n->lane_link_first[lane]; i < n->lane_link_first[lane + 1]; i++) {
        if (n->lane_road[n->link_end[n->lane_link[i] - n->lanes]] == road)
            return true;
    }
    return false;
}

int32_t mg_traffic_choose_link(const mg_traffic_network *n, int32_t lane, int32_t next, int32_t after)
{
    int32_t own = lane - n->road_lane_first[n->lane_road[lane]], best = -1, best_distance = 0;
    for (int32_t i = n->lane_link_first[lane]; i < n->lane_link_first[lane + 1]; i++) {
        int32_t end = n->link_end[n->lane_link[i] - n->lanes];
        if (n->lane_road[end] != next || (after >= 0 && !mg_traffic_leads_to(n, end, after)))
            continue;
        int32_t distance = abs(end - n->road_lane_first[next] - own);
        if (best < 0 || distance < best_distance) {
            best = n->lane_link[i];
            best_distance = distance;
        }
    }
    return best;
}

/* Entries of one route: its roads in order, the lanes of each. */
static void fill_plan(mg_traffic_network *n, int32_t route)
{
    int32_t begin = n->route_road_first[route], end = n->route_road_first[route + 1], entry = n->route_plan[route];
    for (int32_t i = begin; i < end; i++) {
        int32_t road = n->route_road[i], lanes = n->road_lane_first[road + 1] - n->road_lane_first[road];
        for (int32_t lane = 0; lane < lanes; lane++) {
            mg_plan *plan = &n->plan[entry + lane];
            *plan = (mg_plan){-1, -1};
            if (i + 1 == end)
                continue;
            int32_t next = n->route_road[i + 1];
            plan->link = mg_traffic_choose_link(n, n->road_lane_first[road] + lane, next,
                                                i + 2 < end ? n->route_road[i + 2] : -1);
            if (plan->link < 0)
                plan->link = MG_STRANDED;
            else
                plan->next = entry + lanes + n->link_end[plan->link - n->lanes] - n->road_lane_first[next];
        }
        entry += lanes;
    }
}

/* ---- how far vehicles look ahead on a route that repeats a road ---- */
enum { MEMO_MAX = 65536 };

static double smaller(double x, double y)
{
    return x < y ? x : y;
}

/* The shortest lane of a road, and the shortest link from it to the next. */
static double shortest_pair(const mg_traffic_network *n, int32_t road, int32_t next)
{
    double lane = 1e300, link = 1e300;
    for (int32_t l = n->road_lane_first[road]; l < n->road_lane_first[road + 1]; l++) {
        lane = smaller(n->length[l], lane);
        for (int32_t i = n->lane_link_first[l]; i < n->lane_link_first[l + 1]; i++) {
            if (n->lane_road[n->link_end[n->lane_link[i] - n->lanes]] == next)
                link = smaller(n->length[n->lane_link[i]], link);
        }
    }
    return lane + link;
}

/* A search ends behind the first drivable beyond the horizon; the memo holds no more than the last search saw. */
static double most_ahead(const mg_traffic_network *n, int32_t route, double horizon)
{
    double pair = 1e300;
    for (int32_t i = n->route_road_first[route]; i + 1 < n->route_road_first[route + 1]; i++)
        pair = smaller(shortest_pair(n, n->route_road[i], n->route_road[i + 1]), pair);
    return 2.0 * (horizon / pair + 3.0);
}

bool mg_traffic_make_memo(mg_traffic_network *n, int32_t route, double horizon, const char *who, mg_error *error)
{
    if (route < 0 || n->route_plan[route] >= 0)
        return true;
    double most = most_ahead(n, route, horizon);
    if (!(most < MEMO_MAX))
        return mg_fail(error, MG_EXIT_INPUT,
                       "%.240s: the route repeats roads that are so short that its vehicles look ahead over "
                       "more than %d lanes and links; CityFlow would never come to an end where they have no length",
                       who, (int)MEMO_MAX);
    n->memo = most > n->memo ? (int32_t)most : n->memo;
    return true;
}

static bool size_memo(mg_traffic_network *n, const char *file, mg_error *error)
{
    char who[240];
    for (int32_t f = 0; f < n->flows; f++) {
        snprintf(who, sizeof who, "%.200s: [%d]", file, f);
        if (!mg_traffic_make_memo(n, n->flow[f].route, n->kind[n->flow[f].kind].approach, who, error))
            return false;
    }
    return true;
}

static int32_t plans_of(const mg_traffic_network *n, int32_t route)
{
    int32_t plans = 0;
    for (int32_t i = n->route_road_first[route]; i < n->route_road_first[route + 1]; i++)
        plans += n->road_lane_first[n->route_road[i] + 1] - n->road_lane_first[n->route_road[i]];
    return plans;
}

bool mg_traffic_plan_routes(mg_traffic_network *n, const char *file, mg_error *error)
{
    int32_t *seen = mg_allocate((size_t)n->roads, sizeof *seen);
    n->route_plan = mg_traffic_keep(n, (size_t)n->routes, sizeof(int32_t));
    for (int32_t route = 0; route < n->routes; route++) {
        bool repeated = repeats(n, route, seen);
        n->route_plan[route] = repeated ? -1 : n->plans;
        n->plans += repeated ? 0 : plans_of(n, route);
    }
    free(seen);
    n->plan = mg_traffic_keep(n, (size_t)n->plans, sizeof *n->plan);
    for (int32_t route = 0; route < n->routes; route++) {
        if (n->route_plan[route] >= 0)
            fill_plan(n, route);
    }
    return size_memo(n, file, error);
}

/* Room for the routes' beginnings is made with their roads (trips.c). */
bool mg_traffic_plan_one(mg_traffic_network *n, double horizon, mg_error *error)
{
    int32_t route = n->routes - 1, plans = plans_of(n, route);
    int32_t *seen = mg_allocate((size_t)n->roads, sizeof *seen);
    bool repeated = repeats(n, route, seen);
    free(seen);
    n->route_plan[route] = repeated ? -1 : n->plans;
    if (repeated)
        return mg_traffic_make_memo(n, route, horizon, "the route given", error);
    n->plan = mg_traffic_widen(n, n->plan, (size_t)n->plans, (size_t)n->plans + (size_t)plans, &n->room.plans,
                               sizeof *n->plan);
    n->plans += plans;
    fill_plan(n, route);
    return true;
}

static void order_by_start(mg_traffic_network *n)
{
    mg_traffic_item *items = mg_allocate((size_t)n->flows, sizeof *items);
    for (int32_t f = 0; f < n->flows; f++)
        items[f] = (mg_traffic_item){(double)n->flow[f].start * 4294967296.0 + (double)f, f};
    mg_traffic_sort(items, n->flows);
    n->flow_by_start = mg_traffic_keep(n, (size_t)n->flows, sizeof(int32_t));
    for (int32_t f = 0; f < n->flows; f++)
        n->flow_by_start[f] = items[f].index;
    free(items);
}

static void search_start(search *s, const mg_traffic_network *n)
{
    size_t roads = (size_t)n->roads;
    *s = (search){.network = n, .heap_capacity = 1024};
    s->cost = mg_allocate(roads, sizeof *s->cost);
    s->from = mg_allocate(roads, sizeof *s->from);
    s->reached = mg_allocate(roads, sizeof *s->reached);
    s->visited = mg_allocate(roads, sizeof *s->visited);
    s->heap = mg_allocate((size_t)s->heap_capacity, sizeof *s->heap);
}

static void search_end(search *s)
{
    free(s->cost);
    free(s->from);
    free(s->reached);
    free(s->visited);
    free(s->heap);
}

void mg_traffic_route(mg_traffic_network *n, const int32_t *anchor_first, const int32_t *anchor)
{
    search s;
    search_start(&s, n);
    shared table = {.slots = 16, .anchor_first = anchor_first, .anchor = anchor};
    while (table.slots < 2 * (size_t)n->flows)
        table.slots *= 2;
    table.slot = mg_allocate(table.slots, sizeof *table.slot);
    road_list list = {0};
    route_flows(n, &table, &s, &list);
    order_by_start(n);
    free(table.slot);
    free(list.road);
    search_end(&s);
}

void mg_traffic_route_one(const mg_traffic_network *n, const int32_t *anchor, int32_t anchors, int32_t **road,
                          int32_t *roads)
{
    search s;
    road_list list = {0};
    search_start(&s, n);
    if (!build_route(&s, anchor, anchors, &list))
        list.count = 0;
    search_end(&s);
    *road = list.road;
    *roads = list.count;
}
