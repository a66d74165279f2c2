/* Who drives ahead of the first of each list (traffic/README.md 4.8). */
#include "envs/traffic/state.h"

static inline void take_nearer(mg_traffic *t, mg_vehicle *v, int32_t slot, double x)
{
    if (slot < 0)
        return;
    const mg_vehicle *w = &t->vehicle[slot];
    double gap = (x + w->distance) - t->network->kind[w->kind].length;
    if (v->leader < 0 || gap < v->gap) {
        v->leader = slot;
        v->gap = gap;
    }
}

void mg_traffic_seek_leader(mg_traffic *t, int32_t slot)
{
    const mg_traffic_network *n = t->network;
    mg_vehicle *v = &t->vehicle[slot];
    double x = n->length[v->drivable] - v->distance, horizon = n->kind[v->kind].approach;
    mg_ahead place = {v->drivable, v->plan, 0};
    v->leader = MG_NONE;
    while (mg_look_ahead(t, slot, &place)) {
        if (place.drivable < n->lanes) {
            take_nearer(t, v, t->last[place.drivable], x);
        } else {
            int32_t start = n->link_start[place.drivable - n->lanes];
            for (int32_t i = n->lane_link_first[start]; t->link_load[start] && i < n->lane_link_first[start + 1]; i++)
                take_nearer(t, v, t->last[n->lane_link[i]], x);
        }
        x = x + n->length[place.drivable];
        if (v->leader >= 0 || x > horizon)
            return;
    }
}

void mg_traffic_seek_leaders(mg_traffic *t)
{
    int32_t drivables = t->network->drivables;
    for (int32_t d = mg_next_bit(t->busy, 0, drivables); d >= 0; d = mg_next_bit(t->busy, d + 1, drivables))
        mg_traffic_seek_leader(t, t->first[d]);
}
