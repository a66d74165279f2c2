/* Where vehicles come from (traffic/README.md 4.1 to 4.3, 8). The order of draws is the reference's. */
#include "envs/traffic/plan.h"
#include "envs/traffic/state.h"

#include <string.h>

static void append_entry(mg_traffic *t, int32_t *first, int32_t *last, uint64_t *busy, int32_t place, int32_t slot)
{
    if (first[place] >= 0)
        t->next[last[place]] = slot;
    else
        first[place] = slot;
    last[place] = slot;
    t->next[slot] = MG_NONE;
    mg_set_bit(busy, place);
}

/* ---- 4.1 ---- */
int32_t mg_traffic_create_vehicle(mg_traffic *t, int32_t flow, int32_t number)
{
    const mg_flow *f = &t->network->flow[flow];
    mg_traffic_random *random = &t->head->random;
    int32_t priority;
    do {
        uint32_t word = mg_traffic_random_next(random);
        memcpy(&priority, &word, sizeof priority);
    } while (mg_traffic_priority_taken(t, priority));
    mg_traffic_random_next(random); /* the reference's choice of a thread */
    int32_t slot = mg_traffic_new_slot(t, priority);
    const mg_vehicle_kind *kind = &t->network->kind[f->kind];
    mg_vehicle *v = &t->vehicle[slot];
    v->kind = f->kind;
    v->flow = flow;
    v->number = number;
    v->leader = v->drivable = v->new_drivable = v->previous = v->blocker = v->new_blocker = v->behind = MG_NONE;
    v->entered_link = MG_NEVER;
    v->after = 2.0 * 0.0 - kind->max.loss;
    v->usual_after = 2.0 * 0.0 - kind->usual.loss;
    append_entry(t, t->route_first, t->route_last, t->route_busy, f->first_road, slot);
    return slot;
}

/* Flows whose start has come join the active ones, which are kept in flow order. */
static void begin_flows(mg_traffic *t)
{
    const mg_traffic_network *n = t->network;
    mg_traffic_head *head = t->head;
    while (head->flows_begun < n->flows) {
        int32_t flow = n->flow_by_start[head->flows_begun];
        if (!(head->clock >= (double)n->flow[flow].start))
            return;
        head->flows_begun++;
        int32_t at = head->flows_active++;
        for (; at > 0 && t->flow_active[at - 1] > flow; at--)
            t->flow_active[at] = t->flow_active[at - 1];
        t->flow_active[at] = flow;
    }
}

static void run_flows(mg_traffic *t)
{
    const mg_traffic_network *n = t->network;
    mg_traffic_head *head = t->head;
    begin_flows(t);
    int32_t kept = 0;
    for (int32_t i = 0; i < head->flows_active; i++) {
        int32_t flow = t->flow_active[i];
        const mg_flow *f = &n->flow[flow];
        if (t->flow_dead[flow] || (f->end != -1 && head->clock > (double)f->end))
            continue;
        t->flow_active[kept++] = flow;
        for (; t->flow_time[flow] >= f->interval; t->flow_time[flow] -= f->interval)
            mg_traffic_create_vehicle(t, flow, t->flow_created[flow]++);
        t->flow_time[flow] += n->dt;
    }
    head->flows_active = kept;
    head->clock += n->dt;
}

/* ---- 4.2 ---- */
static void choose_lane(mg_traffic *t, int32_t slot)
{
    const mg_traffic_network *n = t->network;
    mg_vehicle *v = &t->vehicle[slot];
    int32_t route = n->flow[v->flow].route;
    if (route < 0) {
        if (v->flow < n->flows)
            t->flow_dead[v->flow] = 1;
        mg_traffic_free_slot(t, slot);
        return;
    }
    const int32_t *road = &n->route_road[n->route_road_first[route]];
    int32_t first = n->road_lane_first[road[0]], end = n->road_lane_first[road[0] + 1];
    uint32_t candidates = 0;
    for (int32_t lane = first; lane < end; lane++)
        candidates += mg_traffic_leads_to(n, lane, road[1]);
    uint32_t chosen = mg_traffic_random_next(&t->head->random) % candidates;
    int32_t lane = first;
    for (;; lane++) {
        if (mg_traffic_leads_to(n, lane, road[1]) && chosen-- == 0)
            break;
    }
    v->drivable = lane;
    v->plan = n->route_plan[route] < 0 ? MG_NONE : n->route_plan[route] + lane - first;
    append_entry(t, t->entry_first, t->entry_last, t->entry_busy, lane, slot);
}

void mg_traffic_create_vehicles(mg_traffic *t)
{
    run_flows(t);
    int32_t roads = t->network->roads;
    for (int32_t r = mg_next_bit(t->route_busy, 0, roads); r >= 0; r = mg_next_bit(t->route_busy, r + 1, roads)) {
        for (int32_t slot = t->route_first[r], next; slot >= 0; slot = next) {
            next = t->next[slot];
            choose_lane(t, slot);
        }
        t->route_first[r] = MG_NONE;
        mg_clear_bit(t->route_busy, r);
    }
}

/* ---- 4.3 ---- */
static void let_in(mg_traffic *t, int32_t lane)
{
    int32_t slot = t->entry_first[lane], tail = t->last[lane];
    mg_vehicle *v = &t->vehicle[slot];
    double room = 0.0;
    if (tail >= 0) {
        const mg_vehicle *ahead = &t->vehicle[tail];
        const mg_vehicle_kind *kind = &t->network->kind[ahead->kind];
        if (!(ahead->distance > kind->length + t->network->kind[v->kind].min_gap))
            return;
        room = ahead->distance - kind->length;
    }
    t->entry_first[lane] = t->next[slot];
    if (t->entry_first[lane] < 0)
        mg_clear_bit(t->entry_busy, lane);
    if (v->plan < 0)
        mg_traffic_take_memo(t, slot);
    v->leader = tail;
    v->gap = room - v->distance;
    /* First on the lane, then looking ahead: on a loop shorter than that it sees itself. */
    mg_append_vehicle(t, lane, slot);
    if (tail < 0)
        mg_traffic_seek_leader(t, slot);
    t->head->running++;
}

void mg_traffic_let_in(mg_traffic *t)
{
    int32_t lanes = t->network->lanes;
    for (int32_t l = mg_next_bit(t->entry_busy, 0, lanes); l >= 0; l = mg_next_bit(t->entry_busy, l + 1, lanes))
        let_in(t, l);
}
