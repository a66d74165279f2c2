/* What can be seen of a simulation (traffic/README.md 10). */
#include "core/num/scalar_math.h"
#include "envs/traffic/build.h"
#include "envs/traffic/state.h"

long mg_traffic_steps(const mg_traffic *t)
{
    return (long)t->head->step;
}

double mg_traffic_time(const mg_traffic *t)
{
    return (double)t->head->step * t->network->dt;
}

long mg_traffic_running(const mg_traffic *t)
{
    return t->head->running;
}

long mg_traffic_alive(const mg_traffic *t)
{
    return t->head->alive;
}

long mg_traffic_finished(const mg_traffic *t)
{
    return (long)t->head->finished;
}

double mg_traffic_cumulative_travel_time(const mg_traffic *t)
{
    return t->head->travel_time;
}

/* In order of priority, which is the reference's order of adding. The list of movers is free between steps. */
static double add_alive_in_order(const mg_traffic *t)
{
    const mg_traffic_head *head = t->head;
    mg_traffic_item *alive = t->order;
    int count = 0;
    for (int32_t slot = 0; slot < head->slots; slot++) {
        if (t->created[slot] >= 0)
            alive[count++] = (mg_traffic_item){(double)t->vehicle[slot].priority, slot};
    }
    mg_traffic_sort(alive, count);
    double sum = head->travel_time, now = mg_traffic_time(t);
    for (int i = 0; i < count; i++)
        sum = sum + (now - (double)t->created[alive[i].index] * t->network->dt);
    return sum;
}

double mg_traffic_average_travel_time(const mg_traffic *t)
{
    const mg_traffic_head *head = t->head;
    int64_t vehicles = head->finished + head->alive;
    if (vehicles == 0)
        return 0.0;
    double steps = (double)(head->step * head->alive - head->entered_sum);
    double sum;
    if (t->network->exact_time && (steps + head->travel_time) * 1048576.0 * t->network->dt < 4503599627370496.0)
        sum = head->travel_time + steps * t->network->dt; /* every addition is exact: any order will do */
    else
        sum = add_alive_in_order(t);
    return sum / (double)vehicles;
}

/* ---- trips ---- */
static double road_length(const mg_traffic_network *n, int32_t road)
{
    double sum = 0.0;
    for (int32_t i = n->road_point_first[road]; i + 1 < n->road_point_first[road + 1]; i++) {
        double dx = n->road_point[i + 1].x - n->road_point[i].x, dy = n->road_point[i + 1].y - n->road_point[i].y;
        sum += mg_sqrt((dx * dx) + (dy * dy));
    }
    return sum;
}

static mg_traffic_trips trip_of(const mg_traffic_network *n, const mg_flow *flow)
{
    mg_traffic_trips trip = {.vehicles = 1.0};
    double own = n->kind[flow->kind].max_speed;
    for (int32_t i = n->route_road_first[flow->route]; i < n->route_road_first[flow->route + 1]; i++) {
        int32_t road = n->route_road[i];
        double limit = n->max_speed[n->road_lane_first[road]];
        bool last = i + 1 == n->route_road_first[flow->route + 1];
        trip.signals += !last && n->intersection_signal[n->road_end[road]] >= 0 ? 1.0 : 0.0;
        trip.free_flow += road_length(n, road) / (own < limit ? own : limit);
    }
    return trip;
}

mg_traffic_trips mg_traffic_trips_so_far(const mg_traffic *t)
{
    mg_traffic_trips sum = {0};
    for (int32_t f = 0; f < t->network->flows; f++) {
        if (t->flow_created[f] == 0 || t->network->flow[f].route < 0)
            continue;
        mg_traffic_trips trip = trip_of(t->network, &t->network->flow[f]);
        double vehicles = (double)t->flow_created[f];
        sum.vehicles += vehicles;
        sum.signals += vehicles * trip.signals;
        sum.free_flow += vehicles * trip.free_flow;
    }
    return sum;
}

const int32_t *mg_traffic_counts(const mg_traffic *t)
{
    return t->count;
}

const int32_t *mg_traffic_waiting(const mg_traffic *t)
{
    return t->slow;
}

long mg_traffic_updates(const mg_traffic *t)
{
    return (long)t->head->updates;
}

long mg_traffic_ties(const mg_traffic *t)
{
    return (long)t->head->ties;
}

int32_t mg_traffic_phase(const mg_traffic *t, int32_t signal)
{
    return t->phase[signal];
}

bool mg_traffic_is_green(const mg_traffic *t, int32_t link)
{
    return t->green[link - t->network->lanes] != 0;
}

int32_t mg_traffic_first(const mg_traffic *t, int32_t drivable)
{
    return t->first[drivable];
}

int32_t mg_traffic_behind(const mg_traffic *t, int32_t slot)
{
    return t->vehicle[slot].behind;
}

int32_t mg_traffic_next_busy(const mg_traffic *t, int32_t drivable)
{
    return mg_next_bit(t->busy, drivable, t->network->drivables);
}

int32_t mg_traffic_first_entering(const mg_traffic *t, int32_t lane)
{
    return t->entry_first[lane];
}

int32_t mg_traffic_next_entering(const mg_traffic *t, int32_t slot)
{
    return t->next[slot];
}

mg_vehicle_view mg_traffic_vehicle(const mg_traffic *t, int32_t slot)
{
    const mg_vehicle *v = &t->vehicle[slot];
    return (mg_vehicle_view){.distance = v->distance,
                             .speed = v->speed,
                             .gap = v->gap,
                             .drivable = v->drivable,
                             .leader = v->leader,
                             .flow = mg_flow_of(t->network, v),
                             .number = v->number,
                             .priority = v->priority,
                             .running = mg_on_road(t, slot)};
}

int32_t mg_traffic_slots(const mg_traffic *t)
{
    return t->head->slots;
}

bool mg_traffic_is_alive(const mg_traffic *t, int32_t slot)
{
    return t->created[slot] >= 0;
}

double mg_traffic_length(const mg_traffic *t, int32_t slot, double *width)
{
    const mg_vehicle *v = &t->vehicle[slot];
    *width = t->network->flow[v->flow].width;
    return t->network->kind[v->kind].length;
}

mg_point mg_traffic_place(const mg_traffic *t, int32_t slot, mg_point *direction)
{
    const mg_vehicle *v = &t->vehicle[slot];
    return mg_traffic_point_on(t->network, v->drivable, v->distance, direction);
}

/* ---- digest ---- */
/* Where plans of trips lie depends on what was asked for before. */
static int32_t plan_in_route(const mg_traffic_network *n, const mg_vehicle *v)
{
    return v->flow < n->flows || v->plan < 0 ? v->plan : v->plan - n->route_plan[n->flow[v->flow].route];
}

static void hash_trip(const mg_traffic_network *n, mg_hasher *hasher, const mg_flow *trip)
{
    const mg_vehicle_kind *kind = &n->kind[trip->kind];
    const double number[7] = {kind->length,     kind->min_gap,  kind->max_speed, kind->max_gain,
                              kind->usual_gain, kind->max.rate, kind->headway};
    int32_t first = trip->route < 0 ? 0 : n->route_road_first[trip->route];
    int32_t end = trip->route < 0 ? 0 : n->route_road_first[trip->route + 1];
    mg_hash_double(hasher, "kind", number, 7);
    mg_hash_i32(hasher, "route", n->route_road + first, (size_t)(end - first));
}

static void hash_vehicle(const mg_traffic *t, mg_hasher *hasher, int32_t slot)
{
    const mg_vehicle *v = &t->vehicle[slot];
    const mg_vehicle *l = v->leader >= 0 ? &t->vehicle[v->leader] : NULL;
    const mg_vehicle *b = v->blocker >= 0 ? &t->vehicle[v->blocker] : NULL;
    const double number[3] = {v->distance, v->speed, l ? v->gap : 0.0};
    const mg_traffic_network *n = t->network;
    const int32_t integer[11] = {mg_flow_of(n, v),    v->number,
                                 v->drivable,         v->priority,
                                 plan_in_route(n, v), v->previous,
                                 v->entered_link,     l ? mg_flow_of(n, l) : -1,
                                 l ? l->number : -1,  b ? mg_flow_of(n, b) : -1,
                                 b ? b->number : -1};
    mg_hash_double(hasher, "vehicle", number, 3);
    mg_hash_i32(hasher, "where", integer, 11);
    if (v->flow >= n->flows)
        hash_trip(n, hasher, &n->flow[v->flow]);
    if (t->wishes && t->wish[slot].is)
        mg_hash_double(hasher, "wish", &t->wish[slot].speed, 1);
    if (v->plan < 0 && t->network->memo) {
        static const mg_memo outside = {0};
        int32_t own = t->memo_of[slot], room = t->network->memo;
        const mg_memo *memo = own >= 0 ? &t->memo[own] : &outside;
        mg_hash_i32(hasher, "cursor", &memo->cursor, 1);
        for (int32_t i = 0; i < memo->count; i++)
            mg_hash_i32(hasher, "ahead", &t->memo_list[(int64_t)own * room + (memo->first + i) % room], 1);
    }
}

void mg_traffic_hash(const mg_traffic *t, mg_hasher *hasher)
{
    const mg_traffic_network *n = t->network;
    const mg_traffic_head *head = t->head;
    const uint64_t integer[2] = {(uint64_t)head->step, (uint64_t)head->finished};
    for (int i = 0; i < 624; i++) {
        const uint64_t word = head->random.word[i];
        mg_hash_u64(hasher, "random", &word, 1);
    }
    mg_hash_i32(hasher, "next", &head->random.next, 1);
    mg_hash_u64(hasher, "clock", integer, 2);
    mg_hash_double(hasher, "travel_time", &head->travel_time, 1);
    mg_hash_i32(hasher, "phase", t->phase, (size_t)n->signals);
    mg_hash_double(hasher, "remain", t->remain, (size_t)n->signals);
    mg_hash_i32(hasher, "created", t->flow_created, (size_t)n->flows);
    mg_hash_double(hasher, "flow_time", t->flow_time, (size_t)n->flows);
    for (int32_t d = mg_traffic_next_busy(t, 0); d >= 0; d = mg_traffic_next_busy(t, d + 1)) {
        for (int32_t slot = t->first[d]; slot >= 0; slot = t->vehicle[slot].behind)
            hash_vehicle(t, hasher, slot);
    }
    for (int32_t lane = mg_next_bit(t->entry_busy, 0, n->lanes); lane >= 0;
         lane = mg_next_bit(t->entry_busy, lane + 1, n->lanes)) {
        for (int32_t slot = t->entry_first[lane]; slot >= 0; slot = t->next[slot])
            hash_vehicle(t, hasher, slot);
    }
}
