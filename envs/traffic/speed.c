/* How fast a vehicle will be: behind its leader, at lights and at crosses (traffic/README.md 5 and 6). Every
 * parenthesis is binding, and so is the order of the two numbers in smaller() and larger(): a comparison with NaN
 * takes the second. */
#include "envs/traffic/state.h"

static inline double smaller(double x, double y)
{
    return x < y ? x : y;
}

static inline double larger(double x, double y)
{
    return x > y ? x : y;
}

/* The instruction; mg_sqrt without its call. */
static inline double square_root(double x)
{
    return __builtin_sqrt(x);
}

/* Truncation as x86 does it: what does not fit is the smallest integer. */
static int32_t to_integer(double x)
{
    return x > -2147483649.0 && x < 2147483648.0 ? (int32_t)x : INT32_MIN;
}

static double round_down(double x)
{
    if (!(x > -4503599627370496.0 && x < 4503599627370496.0))
        return x;
    double whole = (double)(int64_t)x;
    return whole > x ? whole - 1.0 : whole;
}

static double round_up(double x)
{
    return -round_down(-x);
}

/* ---- 5: following ---- */
/* The speed at which a stop of the leader is no collision. stop and after: the leader's, for the same strength. */
static inline double no_collision(const mg_traffic_network *n, double half_travel, double stop, double after,
                                  const mg_braking *own, double gap, double target)
{
    double b = 0.5 * n->dt;
    double c = ((half_travel + target) - stop) - gap;
    double root = (b * b) - (own->four_a * c);
    if (b * b < own->four_a * c)
        return -100.0;
    double v1 = own->half_over_a * (square_root(root) - b);
    double v2 = after + mg_per_dt(n, 2.0 * (gap - target));
    return smaller(v1, v2);
}

static inline double follow(const mg_traffic *t, const mg_vehicle *v, const mg_vehicle_kind *kind)
{
    const mg_traffic_network *n = t->network;
    const mg_vehicle *l = &t->vehicle[v->leader];
    double half_travel = (v->speed * n->dt) / 2.0, gap = v->gap;
    double f = no_collision(n, half_travel, l->stop, l->after, &kind->max, gap, 0.0);
    double closing = v->speed > l->speed ? v->speed - l->speed : 0.0;
    f = smaller(f, no_collision(n, half_travel, l->usual_stop, l->usual_after, &kind->usual, gap, kind->min_gap));
    return smaller(f, ((gap + ((l->speed + (closing / 2.0)) * n->dt)) - half_travel) / kind->headway);
}

/* Keeping clear alone binds who is told a speed. */
static double follow_wish(const mg_traffic *t, const mg_vehicle *v, const mg_vehicle_kind *kind, double wish)
{
    const mg_traffic_network *n = t->network;
    if (v->leader < 0)
        return wish;
    const mg_vehicle *l = &t->vehicle[v->leader];
    return smaller(wish, no_collision(n, (v->speed * n->dt) / 2.0, l->stop, l->after, &kind->max, v->gap, 0.0));
}

static inline double stop_before(const mg_traffic_network *n, const mg_vehicle_kind *kind, double speed, double x)
{
    double s1 = speed + kind->usual_gain;
    if (((speed + s1) * n->dt) / 2.0 + ((s1 * s1) / kind->usual.rate) / 2.0 < x)
        return s1;
    double k = mg_per_dt(n, (2.0 * x) / (speed + 1e-8));
    return k >= 1.0 ? speed - speed / (double)to_integer(k) : speed - speed / k;
}

/* ---- 4.4: who is notified at a cross ---- */
static void activate(mg_traffic *t, int32_t link)
{
    const mg_traffic_network *n = t->network;
    int64_t now = t->head->step + 1;
    int32_t index = link - n->lanes;
    if (t->active_step[index] == now)
        return;
    t->active_step[index] = now;
    int32_t signal = n->link_signal[index];
    if (t->active_list_step[signal] != now) {
        t->active_list_step[signal] = now;
        t->active_count[signal] = 0;
    }
    int32_t first = n->signal_link_first[signal];
    t->active[first + t->active_count[signal]++] = index - first;
}

/* The first drivable ahead of a vehicle on a lane; negative: none. */
static inline int32_t next_link(mg_traffic *t, int32_t slot)
{
    const mg_vehicle *v = &t->vehicle[slot];
    if (v->plan >= 0)
        return t->network->plan[v->plan].link;
    mg_ahead place = {v->drivable, v->plan, 0};
    return mg_look_ahead(t, slot, &place) ? place.drivable : MG_NONE;
}

/* Rule 1 holds at the last cross, if anywhere: its rear is still over it. */
static bool just_left(const mg_traffic *t, const mg_vehicle *v, int32_t lane)
{
    const mg_traffic_network *n = t->network;
    int32_t link = v->previous - n->lanes;
    if (link < 0 || n->link_end[link] != lane || n->conflict_first[link + 1] == n->conflict_first[link])
        return false;
    double left = n->length[v->previous] - n->conflict[n->conflict_first[link + 1] - 1].distance;
    return left + (v->distance - n->kind[v->kind].length) < 0.0;
}

void mg_traffic_find_active_links(mg_traffic *t)
{
    const mg_traffic_network *n = t->network;
    int32_t d = mg_next_bit(t->busy, 0, n->drivables);
    for (; d >= 0 && d < n->lanes; d = mg_next_bit(t->busy, d + 1, n->drivables)) {
        int32_t link = next_link(t, t->first[d]);
        if (link >= 0 && t->green[link - n->lanes])
            activate(t, link);
        const mg_vehicle *tail = &t->vehicle[t->last[d]];
        if (just_left(t, tail, d))
            activate(t, tail->previous);
    }
    for (; d >= 0; d = mg_next_bit(t->busy, d + 1, n->drivables))
        activate(t, d);
}

/* The reference walks all crosses of all links with one pointer; each rule's condition grows with the distance, so
 * that one cross can be asked alone. */
int32_t mg_traffic_notified(mg_traffic *t, int32_t link, double at, double *distance)
{
    const mg_traffic_network *n = t->network;
    int32_t end = n->link_end[link - n->lanes], start = n->link_start[link - n->lanes];
    int32_t slot = t->last[end];
    if (slot >= 0 && t->vehicle[slot].previous == link) {
        const mg_vehicle *w = &t->vehicle[slot];
        double left = n->length[link] - at;
        if (left + (w->distance - n->kind[w->kind].length) < 0.0) {
            *distance = -(w->distance + left);
            return slot;
        }
    }
    for (slot = t->first[link]; slot >= 0; slot = t->vehicle[slot].behind) {
        const mg_vehicle *w = &t->vehicle[slot];
        if (!(w->distance > at) || (w->distance - at) - n->kind[w->kind].length <= 0.0) {
            *distance = at - w->distance;
            return slot;
        }
    }
    slot = t->first[start];
    if (slot < 0 || !t->green[link - n->lanes] || next_link(t, slot) != link)
        return MG_NONE;
    *distance = (n->length[start] - t->vehicle[slot].distance) + at;
    return slot;
}

/* Bits of the conflicts of `link` whose foe link is active. */
static const uint64_t *foes_of(mg_traffic *t, int32_t index)
{
    const mg_traffic_network *n = t->network;
    uint64_t *mask = t->foes + (int64_t)index * n->mask_words;
    int64_t now = t->head->step + 1;
    if (t->foes_step[index] == now)
        return mask;
    t->foes_step[index] = now;
    for (int32_t i = 0; i < n->mask_words; i++)
        mask[i] = 0;
    int32_t signal = n->link_signal[index], first = n->signal_link_first[signal];
    if (t->active_list_step[signal] != now)
        return mask;
    int32_t links = n->signal_link_first[signal + 1] - first;
    const uint16_t *row = n->conflict_table + n->conflict_table_first[signal] + (int64_t)(index - first) * links;
    for (int32_t i = 0; i < t->active_count[signal]; i++) {
        uint16_t place = row[t->active[first + i]];
        if (place != MG_NO_CONFLICT)
            mask[place / 64] |= UINT64_C(1) << place % 64;
    }
    return mask;
}

/* ---- 6.2: may a vehicle pass a cross ---- */
static bool can_yield(const mg_vehicle *w, const mg_vehicle_kind *kind, double x)
{
    return (x > 0.0 && w->stop < x - MG_YIELD_DISTANCE) || (x < 0.0 && x + kind->length < 0.0);
}

static bool is_turn(uint8_t rank)
{
    return rank == 1 || rank == 2;
}

/* Steps to cover x, with the reference's missing and double dt (6.2). */
static int32_t steps_to(const mg_traffic_network *n, const mg_vehicle *w, double x, uint8_t rank)
{
    const mg_vehicle_kind *kind = &n->kind[w->kind];
    double target = is_turn(rank) ? MG_TURN_SPEED : kind->max_speed, gain = kind->usual_acceleration, s = w->speed;
    if (x <= 0.0)
        return 0;
    if (s > target)
        return to_integer(round_up(x / s));
    double until = ((target - s) / gain) / n->dt;
    double whole = (double)to_integer(round_down(until));
    double s1 = s + ((whole * gain) / n->dt);
    double covered = 0.0;
    if (!(s >= target))
        covered = (((s + s1) * (whole * n->dt)) / 2.0) + (s1 < target ? ((s1 + target) * n->dt) / 2.0 : 0.0);
    if (covered > x)
        return to_integer(round_up(((square_root((s * s) + ((2.0 * gain) * x)) - s) / gain) / n->dt));
    return to_integer(round_up(until) + round_up(((x - covered) / target) / n->dt));
}

typedef struct meeting {
    const mg_vehicle *a, *b; /* the one that asks, and its foe */
    double to_a, to_b;       /* how far each has to go */
    uint8_t rank_a, rank_b;
} meeting;

/* Both could yield: who goes first? */
static bool goes_first(const mg_traffic_network *n, const meeting *m)
{
    if (m->rank_a > m->rank_b)
        return true;
    if (!(m->to_b > 0.0))
        return m->to_b + n->kind[m->b->kind].length < 0.0;
    int32_t steps_a = steps_to(n, m->a, m->to_a, m->rank_a), steps_b = steps_to(n, m->b, m->to_b, m->rank_b);
    if (m->rank_a < m->rank_b || steps_a != steps_b)
        return steps_b > steps_a;
    if (m->a->entered_link != m->b->entered_link)
        return m->a->entered_link < m->b->entered_link;
    if (m->to_a == m->to_b)
        return m->a->priority > m->b->priority;
    return m->to_a < m->to_b;
}

/* Each waits for the next, in a ring. */
static bool deadlocked(const mg_traffic *t, int32_t foe)
{
    int32_t slow = foe, fast = foe;
    while (fast >= 0 && t->vehicle[fast].blocker >= 0) {
        slow = t->vehicle[slow].blocker;
        fast = t->vehicle[t->vehicle[fast].blocker].blocker;
        if (slow == fast)
            return true;
    }
    return false;
}

/* The foe that must be let go first at this conflict of `link`, to_a ahead; MG_NONE: pass. */
static int32_t blocked_by(mg_traffic *t, const mg_vehicle *v, int32_t index, const mg_conflict *conflict, double to_a)
{
    const mg_traffic_network *n = t->network;
    int32_t foe_index = conflict->foe - n->lanes;
    double at = n->conflict[n->conflict_first[foe_index] + conflict->place].distance, to_b = 0.0;
    int32_t foe = mg_traffic_notified(t, conflict->foe, at, &to_b);
    if (foe < 0)
        return MG_NONE;
    const mg_vehicle *b = &t->vehicle[foe];
    if (!can_yield(v, &n->kind[v->kind], to_a))
        return MG_NONE;
    if (can_yield(b, &n->kind[b->kind], to_b)) {
        meeting m = {v, b, to_a, to_b, n->link_rank[index], n->link_rank[foe_index]};
        if (goes_first(n, &m))
            return MG_NONE;
    }
    return deadlocked(t, foe) ? MG_NONE : foe;
}

/* ---- 6.3 ---- */
static double before_crosses(mg_traffic *t, mg_vehicle *v, int32_t index, double position, double speed)
{
    const mg_traffic_network *n = t->network;
    const uint64_t *mask = foes_of(t, index);
    const mg_conflict *conflict = n->conflict + n->conflict_first[index];
    for (int32_t word = 0; word < n->mask_words; word++) {
        for (uint64_t rest = mask[word]; rest != 0; rest &= rest - 1) {
            const mg_conflict *c = &conflict[word * 64 + (int32_t)__builtin_ctzll(rest)];
            if (c->distance < position)
                continue;
            double ahead = c->distance - position;
            int32_t foe = blocked_by(t, v, index, c, ahead);
            if (foe >= 0) {
                v->new_blocker = foe;
                return smaller(speed, stop_before(n, &n->kind[v->kind], v->speed, ahead - MG_YIELD_DISTANCE));
            }
        }
    }
    return speed;
}

/* The end lane has a last vehicle that stands in the way. */
static bool refuses(const mg_traffic *t, int32_t lane, const mg_vehicle_kind *kind)
{
    if (t->last[lane] < 0)
        return false;
    const mg_vehicle *tail = &t->vehicle[t->last[lane]];
    return !(tail->distance > t->network->kind[tail->kind].length + kind->length || tail->speed >= 2.0);
}

static double approach(mg_traffic *t, mg_vehicle *v, const mg_vehicle_kind *kind, int32_t link, double rest)
{
    const mg_traffic_network *n = t->network;
    int32_t index = link - n->lanes;
    double speed = kind->max_speed;
    if ((!t->green[index] || refuses(t, n->link_end[index], kind)) && !(v->stop > rest))
        return smaller(speed, stop_before(n, kind, v->speed, rest));
    if (is_turn(n->link_rank[index]))
        speed = smaller(speed, MG_TURN_SPEED);
    return before_crosses(t, v, index, -rest, speed);
}

/* On a lane from which no link leads on, and not on the last road: the reference stops it at the end of the lane. */
static bool is_stranded(const mg_traffic *t, const mg_vehicle *v, int32_t link)
{
    const mg_traffic_network *n = t->network;
    if (v->plan >= 0)
        return link == MG_STRANDED;
    int32_t route = n->flow[v->flow].route;
    return link < 0 && n->route_road[n->route_road_first[route + 1] - 1] != n->lane_road[v->drivable];
}

/* The limit and the stop of a stranded vehicle belong to the reference's lane change, but hold without it too. */
static inline double next_speed(mg_traffic *t, int32_t slot, double max_speed, double length)
{
    const mg_traffic_network *n = t->network;
    mg_vehicle *v = &t->vehicle[slot];
    const mg_vehicle_kind *kind = &n->kind[v->kind];
    double speed = smaller(kind->max_speed, v->speed + kind->max_gain);
    speed = smaller(speed, max_speed);
    if (t->wishes && t->wish[slot].is)
        speed = smaller(speed, follow_wish(t, v, kind, t->wish[slot].speed));
    else
        speed = smaller(speed, v->leader >= 0 ? follow(t, v, kind) : kind->max_speed);
    if (v->drivable >= n->lanes) {
        speed = smaller(speed, before_crosses(t, v, v->drivable - n->lanes, v->distance, kind->max_speed));
        speed = smaller(speed, MG_SPEED_LIMIT);
    } else {
        int32_t link = next_link(t, slot);
        double rest = length - v->distance;
        if (link >= 0 && rest <= kind->approach)
            speed = smaller(speed, approach(t, v, kind, link, rest));
        speed = smaller(speed, MG_SPEED_LIMIT);
        if (link < 0 && is_stranded(t, v, link))
            speed = smaller(
                speed, no_collision(n, (v->speed * n->dt) / 2.0, 0.0, 0.0 - n->dt, &kind->max, rest, kind->min_gap));
    }
    return larger(speed, v->speed - kind->max.loss);
}

/* ---- 4.5: what that makes of its place ---- */
/* Past the end of its drivable: where is it now? */
static void move_on(mg_traffic *t, int32_t slot, double distance)
{
    const mg_traffic_network *n = t->network;
    mg_vehicle *v = &t->vehicle[slot];
    mg_ahead place = {v->drivable, v->plan, 0};
    bool on_route = true;
    while (on_route && distance > n->length[place.drivable]) {
        distance = distance - n->length[place.drivable];
        on_route = mg_look_ahead(t, slot, &place);
    }
    v->new_distance = distance;
    v->new_drivable = on_route ? place.drivable : MG_NONE;
    v->new_plan = place.plan;
    t->moved[t->head->moved++] = slot;
}

void mg_traffic_decide(mg_traffic *t)
{
    const mg_traffic_network *n = t->network;
    for (int32_t d = mg_next_bit(t->busy, 0, n->drivables); d >= 0; d = mg_next_bit(t->busy, d + 1, n->drivables)) {
        double length = n->length[d], max_speed = n->max_speed[d];
        for (int32_t slot = t->first[d]; slot >= 0; slot = t->vehicle[slot].behind) {
            mg_vehicle *v = &t->vehicle[slot];
            double speed = next_speed(t, slot, max_speed, length), travelled = v->stop;
            if (speed < 0.0)
                speed = 0.0;
            else
                travelled = ((v->speed + speed) * n->dt) / 2.0;
            v->new_speed = speed;
            v->new_distance = travelled + v->distance;
            v->new_drivable = d;
            if (v->new_distance > length)
                move_on(t, slot, v->new_distance);
        }
        t->head->updates += t->count[d];
    }
}
