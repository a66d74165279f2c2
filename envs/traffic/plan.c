/* What lies ahead of a vehicle (traffic/README.md 3). Routes that visit every road once have a table; the others
 * keep the reference's memo list, whose content depends on when it grew. */
#include "envs/traffic/plan.h"
#include "envs/traffic/state.h"

static mg_memo *memo_of(const mg_traffic *t, int32_t slot)
{
    return &t->memo[t->memo_of[slot]];
}

/* Next drivable of a lane on a route with a repeated road: the first match from the cursor counts. */
static int32_t next_of_lane(const mg_traffic *t, int32_t slot, int32_t lane)
{
    const mg_traffic_network *n = t->network;
    int32_t route = n->flow[t->vehicle[slot].flow].route;
    int32_t end = n->route_road_first[route + 1];
    int32_t at = n->route_road_first[route] + memo_of(t, slot)->cursor;
    while (at < end && n->route_road[at] != n->lane_road[lane])
        at++;
    if (at + 1 >= end)
        return MG_NONE;
    return mg_traffic_choose_link(n, lane, n->route_road[at + 1], at + 2 < end ? n->route_road[at + 2] : -1);
}

static int32_t *memo_at(mg_traffic *t, int32_t slot, int32_t index)
{
    int32_t room = t->network->memo, memo = t->memo_of[slot];
    return &t->memo_list[(int64_t)memo * room + (t->memo[memo].first + index) % room];
}

int32_t mg_traffic_remembered(mg_traffic *t, int32_t slot, int32_t index)
{
    const mg_traffic_network *n = t->network;
    mg_memo *memo = memo_of(t, slot);
    if (index == memo->count) { /* the network has made room for as many as any vehicle looks at */
        int32_t last = index == 0 ? t->vehicle[slot].drivable : *memo_at(t, slot, index - 1);
        int32_t next = last >= n->lanes ? n->link_end[last - n->lanes] : next_of_lane(t, slot, last);
        memo->count++;
        *memo_at(t, slot, index) = next;
    }
    return *memo_at(t, slot, index);
}

/* After a vehicle moved on: the cursor reaches its road, what it passed is forgotten. */
void mg_traffic_commit_plan(mg_traffic *t, int32_t slot)
{
    const mg_traffic_network *n = t->network;
    mg_vehicle *v = &t->vehicle[slot];
    v->plan = v->new_plan;
    if (v->plan >= 0)
        return;
    mg_memo *memo = memo_of(t, slot);
    if (v->drivable < n->lanes) {
        int32_t route = n->flow[v->flow].route, first = n->route_road_first[route];
        int32_t roads = n->route_road_first[route + 1] - first;
        while (memo->cursor < roads && n->route_road[first + memo->cursor] != n->lane_road[v->drivable])
            memo->cursor++;
    }
    while (memo->count > 0) {
        int32_t passed = *memo_at(t, slot, 0);
        memo->first = (memo->first + 1) % n->memo;
        memo->count--;
        if (passed == v->drivable)
            return;
    }
}
