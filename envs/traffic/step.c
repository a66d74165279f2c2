/* One step, in the reference's order (traffic/README.md 4). All vehicles decide on what was committed; then all
 * move. */
#include "envs/traffic/state.h"

/* ---- 4.6 ---- */
static void unlink_vehicle(mg_traffic *t, int32_t slot)
{
    const mg_vehicle *v = &t->vehicle[slot];
    int32_t d = v->drivable, ahead = MG_NONE;
    if (t->first[d] == slot) {
        t->first[d] = v->behind;
    } else {
        for (ahead = t->first[d]; t->vehicle[ahead].behind != slot; ahead = t->vehicle[ahead].behind)
            ;
        t->vehicle[ahead].behind = v->behind;
    }
    if (t->last[d] == slot)
        t->last[d] = ahead;
    if (d >= t->network->lanes)
        t->link_load[t->network->link_start[d - t->network->lanes]]--;
    if (--t->count[d] > 0)
        return;
    mg_clear_bit(t->busy, d);
    if (d < t->network->lanes)
        t->slow[d] = 0;
}

static void finish(mg_traffic *t, int32_t slot)
{
    mg_traffic_head *head = t->head;
    double dt = t->network->dt;
    head->finished++;
    head->travel_time = head->travel_time + ((double)head->step * dt - (double)t->created[slot] * dt);
    head->running--;
    t->ended[head->ended++] = slot;
}

static bool created_before(const mg_traffic *t, int32_t a, int32_t b)
{
    const mg_vehicle *x = &t->vehicle[a], *y = &t->vehicle[b];
    if (t->created[a] != t->created[b])
        return t->created[a] < t->created[b];
    int32_t from_x = mg_flow_of(t->network, x), from_y = mg_flow_of(t->network, y);
    return from_x != from_y ? from_x < from_y : x->number < y->number;
}

/* Where the reference's order depends on memory addresses: by creation. */
static void settle_ties(mg_traffic *t, int32_t count)
{
    for (int32_t i = 1; i < count; i++) {
        mg_traffic_item x = t->order[i];
        int32_t at = i;
        while (at > 0 && t->order[at - 1].key == x.key && created_before(t, x.index, t->order[at - 1].index)) {
            t->order[at] = t->order[at - 1];
            at--;
        }
        t->order[at] = x;
        if (i > 0 && t->order[i - 1].key == t->order[i].key)
            t->head->ties +=
                t->vehicle[t->order[i - 1].index].new_drivable == t->vehicle[t->order[i].index].new_drivable;
    }
}

/* 4.7 too, of what only those need that moved on. On a short loop the new drivable may be the old one: it was left all
 * the same. */
static void enter_drivable(mg_traffic *t, int32_t slot)
{
    mg_vehicle *v = &t->vehicle[slot];
    mg_append_vehicle(t, v->new_drivable, slot);
    v->entered_link = v->new_drivable >= t->network->lanes ? (int32_t)t->head->step : MG_NEVER;
    v->previous = v->drivable;
    v->drivable = v->new_drivable;
    mg_traffic_commit_plan(t, slot);
}

static void change_drivables(mg_traffic *t)
{
    mg_traffic_head *head = t->head;
    int32_t count = 0;
    for (int32_t i = 0; i < head->moved; i++) {
        int32_t slot = t->moved[i];
        unlink_vehicle(t, slot);
        if (t->vehicle[slot].new_drivable < 0)
            finish(t, slot);
        else
            t->order[count++] = (mg_traffic_item){-t->vehicle[slot].new_distance, slot};
    }
    mg_traffic_sort(t->order, count);
    settle_ties(t, count);
    for (int32_t i = 0; i < count; i++)
        enter_drivable(t, t->order[i].index);
}

/* ---- 4.7, and 4.8 within a list ---- */
static inline void commit(mg_traffic *t, mg_vehicle *v, const mg_vehicle_kind *kind)
{
    v->distance = v->new_distance;
    if (v->speed != v->new_speed)
        mg_set_speed(v, kind, v->new_speed);
    v->blocker = v->new_blocker;
    if (v->blocker >= 0 && t->vehicle[v->blocker].new_drivable < 0)
        v->blocker = MG_NONE;
    v->new_blocker = MG_NONE;
}

static void commit_all(mg_traffic *t)
{
    const mg_traffic_network *n = t->network;
    for (int32_t d = mg_next_bit(t->busy, 0, n->drivables); d >= 0; d = mg_next_bit(t->busy, d + 1, n->drivables)) {
        int32_t ahead = MG_NONE, slow = 0;
        double room = 0.0;
        for (int32_t slot = t->first[d]; slot >= 0; slot = t->vehicle[slot].behind) {
            mg_vehicle *v = &t->vehicle[slot];
            const mg_vehicle_kind *kind = &n->kind[v->kind];
            commit(t, v, kind);
            v->leader = ahead;
            if (ahead >= 0)
                v->gap = room - v->distance;
            room = v->distance - kind->length;
            slow += v->speed < 0.1;
            ahead = slot;
        }
        if (d < n->lanes)
            t->slow[d] = slow;
    }
}

/* ---- 4.9 ---- */
static void advance_lights(mg_traffic *t)
{
    const mg_traffic_network *n = t->network;
    for (int32_t s = 0; s < n->signals; s++) {
        t->remain[s] = t->remain[s] - n->dt;
        if (t->remain[s] > 0.0)
            continue;
        int32_t first = n->signal_phase_first[s], phases = n->signal_phase_first[s + 1] - first;
        while (phases > 0 && t->remain[s] <= 0.0) {
            t->phase[s] = (t->phase[s] + 1) % phases;
            t->remain[s] = t->remain[s] + n->phase_time[first + t->phase[s]];
        }
        mg_traffic_show_phase(t, s);
    }
}

void mg_traffic_step(mg_traffic *t)
{
    mg_traffic_head *head = t->head;
    head->moved = head->ended = 0;
    mg_traffic_create_vehicles(t);
    mg_traffic_let_in(t);
    if (t->network->lane_change) /* the reference looks again then, so that who has just come in is seen */
        mg_traffic_seek_leaders(t);
    mg_traffic_find_active_links(t);
    mg_traffic_decide(t);
    change_drivables(t);
    commit_all(t);
    mg_traffic_seek_leaders(t);
    for (int32_t i = 0; i < head->ended; i++)
        mg_traffic_free_slot(t, t->ended[i]);
    if (t->wishes)
        mg_traffic_end_wishes(t);
    if (t->network->plan_lights)
        advance_lights(t);
    head->step++;
}
