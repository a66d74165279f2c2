/* A simulation as bytes: its blocks as they lie, without what is free, then the trips of its vehicles, since a network
 * that is read anew has none; and a digest over all. */
#include "core/io/memory.h"
#include "envs/traffic/build.h"
#include "envs/traffic/state.h"

#include <stdlib.h>
#include <string.h>

typedef struct saved_head {
    char format[16];
    mg_digest network;
    uint64_t bytes, network_bytes;
    int32_t slots, memos, memo, wishes, trips;
    int32_t unused;
} saved_head;

typedef struct saved_trip {
    mg_flow flow;
    mg_vehicle_kind kind;
    int32_t of, plan, roads;
    int32_t unused;
} saved_trip;

typedef struct saved_wish {
    double speed;
    int64_t slot;
} saved_wish;

/* Goes over bytes; without any it counts. */
typedef struct cursor {
    unsigned char *to;
    const unsigned char *from;
    size_t at;
} cursor;

static void put(cursor *c, const void *what, size_t bytes)
{
    if (c->to && bytes)
        memcpy(c->to + c->at, what, bytes);
    c->at += bytes;
}

static void get(cursor *c, void *what, size_t bytes)
{
    if (bytes)
        memcpy(what, c->from + c->at, bytes);
    c->at += bytes;
}

/* Of what a simulation's indices mean: the same files give the same. */
static mg_digest digest_network(const mg_traffic_network *n)
{
    const int32_t count[8] = {n->lanes, n->links,       n->roads,       n->signals,
                              n->flows, n->plan_lights, n->lane_change, n->seed};
    const uint64_t bytes[4] = {sizeof(mg_vehicle), sizeof(saved_trip), sizeof(void *), 1};
    mg_hasher *hasher = mg_hasher_create();
    mg_hash_i32(hasher, "counts", count, 8);
    mg_hash_double(hasher, "dt", &n->dt, 1);
    mg_hash_double(hasher, "length", n->length, (size_t)n->drivables);
    mg_hash_double(hasher, "max_speed", n->max_speed, (size_t)n->drivables);
    mg_hash_i32(hasher, "link_start", n->link_start, (size_t)n->links);
    mg_hash_i32(hasher, "link_end", n->link_end, (size_t)n->links);
    mg_hash_i32(hasher, "movement", n->phase_movement,
                (size_t)n->phase_movement_first[n->signal_phase_first[n->signals]]);
    for (int32_t f = 0; f < n->flows; f++) {
        const mg_flow *flow = &n->flow[f];
        const int32_t whole[3] = {flow->route, flow->start, flow->end};
        const double real[4] = {flow->interval, n->kind[flow->kind].length, n->kind[flow->kind].max_speed,
                                n->kind[flow->kind].max.rate};
        mg_hash_i32(hasher, "flow", whole, 3);
        mg_hash_double(hasher, "kind", real, 4);
    }
    mg_hash_u8(hasher, "lies", (const uint8_t *)bytes, sizeof bytes); /* as numbers lie on this kind of machine */
    mg_digest digest = mg_hasher_finish(hasher);
    mg_hasher_destroy(hasher);
    return digest;
}

/* ---- saving ---- */
static void put_trips(const mg_traffic_network *n, cursor *c)
{
    for (int32_t k = 0; k < n->trips; k++) {
        saved_trip trip;
        memset(&trip, 0, sizeof trip);
        trip.flow = n->flow[n->flows + k];
        trip.kind = n->kind[trip.flow.kind];
        trip.of = n->trip_of[k];
        int32_t route = trip.flow.route, first = route < 0 ? 0 : n->route_road_first[route];
        trip.plan = route < 0 ? MG_NONE : n->route_plan[route];
        trip.roads = route < 0 ? 0 : n->route_road_first[route + 1] - first;
        put(c, &trip, sizeof trip);
        put(c, n->route_road + first, (size_t)trip.roads * sizeof *n->route_road);
    }
}

static void put_all(const mg_traffic *t, cursor *c, const saved_head *head)
{
    const mg_traffic_network *n = t->network;
    size_t slots = (size_t)head->slots, memos = (size_t)head->memos;
    put(c, head, sizeof *head);
    put(c, t->head, head->network_bytes);
    put(c, t->vehicle, slots * sizeof *t->vehicle);
    put(c, t->next, slots * sizeof *t->next);
    put(c, t->created, slots * sizeof *t->created);
    if (n->memo) {
        put(c, t->memo_of, slots * sizeof *t->memo_of);
        put(c, t->memo, memos * sizeof *t->memo);
        put(c, t->memo_list, memos * (size_t)n->memo * sizeof *t->memo_list);
    }
    for (int32_t slot = 0; t->wishes && slot < head->slots; slot++) {
        const saved_wish wish = {t->wish[slot].speed, slot};
        if (t->wish[slot].is)
            put(c, &wish, sizeof wish);
    }
    put_trips(n, c);
}

static saved_head describe(const mg_traffic *t)
{
    const mg_traffic_network *n = t->network;
    saved_head head;
    memset(&head, 0, sizeof head);
    memcpy(head.format, "marlgold roads1", sizeof head.format);
    head.network = digest_network(n);
    head.network_bytes = mg_traffic_network_bytes(t);
    head.slots = t->head->slots;
    head.memos = n->memo ? t->head->memos : 0;
    head.memo = n->memo;
    head.wishes = t->wishes;
    head.trips = n->trips;
    cursor count = {0};
    put_all(t, &count, &head);
    head.bytes = count.at + sizeof(mg_digest);
    return head;
}

size_t mg_traffic_saved_bytes(const mg_traffic *t)
{
    return (size_t)describe(t).bytes;
}

void mg_traffic_save(const mg_traffic *t, void *bytes)
{
    const saved_head head = describe(t);
    cursor c = {.to = bytes};
    put_all(t, &c, &head);
    const mg_digest digest = mg_digest_bytes(bytes, c.at);
    put(&c, &digest, sizeof digest);
}

/* ---- restoring ---- */
static bool check_bytes(const mg_traffic *t, const void *bytes, size_t length, saved_head *head, mg_error *error)
{
    mg_digest digest;
    if (length < sizeof *head + sizeof digest || memcmp(bytes, "marlgold roads1", sizeof head->format) != 0)
        return mg_fail(error, MG_EXIT_INPUT,
                       "%zu bytes that are no saved simulation of marlgold's (archives that "
                       "CityFlow itself wrote cannot be read)",
                       length);
    memcpy(head, bytes, sizeof *head);
    if (head->bytes == length)
        memcpy(&digest, (const unsigned char *)bytes + length - sizeof digest, sizeof digest);
    if (head->bytes != length || !mg_digest_equal(digest, mg_digest_bytes(bytes, length - sizeof digest)))
        return mg_fail(error, MG_EXIT_INPUT, "a saved simulation that was cut or changed: its digest differs");
    return mg_digest_equal(head->network, digest_network(t->network)) ||
           mg_fail(error, MG_EXIT_INPUT,
                   "a saved simulation of another road network, demand or config, or of another "
                   "kind of machine");
}

/* What the trips of the saved one are here. */
typedef struct trip_map {
    int32_t *flow, *kind, *plan; /* [trips]; plan: how far plans of it moved */
} trip_map;

static bool get_trips(mg_traffic_network *n, cursor *c, const saved_head *head, trip_map *map, mg_error *error)
{
    bool good = true;
    for (int32_t k = 0; k < head->trips && good; k++) {
        saved_trip trip;
        get(c, &trip, sizeof trip);
        int32_t *road = mg_allocate((size_t)trip.roads + 1, sizeof *road);
        get(c, road, (size_t)trip.roads * sizeof *road);
        good = mg_traffic_add_route(n, road, trip.roads, trip.kind.approach, &trip.flow.route, error);
        free(road);
        if (!good)
            break;
        map->kind[k] = trip.flow.kind = mg_traffic_add_kind(n, &trip.kind);
        map->flow[k] = mg_traffic_add_trip(n, trip.of, &trip.flow);
        map->plan[k] = trip.plan < 0 ? 0 : n->route_plan[trip.flow.route] - trip.plan;
    }
    return good;
}

static void translate(mg_traffic *t, const trip_map *map)
{
    for (int32_t slot = 0; slot < t->head->slots; slot++) {
        mg_vehicle *v = &t->vehicle[slot];
        int32_t trip = v->flow - t->network->flows;
        if (t->created[slot] < 0 || trip < 0)
            continue;
        v->flow = map->flow[trip];
        v->kind = map->kind[trip];
        v->plan += v->plan < 0 ? 0 : map->plan[trip];
    }
}

/* Lists that were saved with room for `room`, each from its first on. */
static void get_memos(mg_traffic *t, cursor *c, const saved_head *head)
{
    int32_t room = head->memo, own = t->network->memo;
    get(c, t->memo_of, (size_t)head->slots * sizeof *t->memo_of);
    get(c, t->memo, (size_t)head->memos * sizeof *t->memo);
    for (int32_t m = 0; m < head->memos; m++) {
        int32_t first = t->memo[m].first;
        for (int32_t i = 0; i < room; i++) {
            int32_t drivable, place = (i - first + room) % room;
            get(c, &drivable, sizeof drivable);
            if (place < t->memo[m].count && place < own)
                t->memo_list[(int64_t)m * own + place] = drivable;
        }
        t->memo[m].first = 0;
    }
}

static void get_all(mg_traffic *t, cursor *c, const saved_head *head)
{
    size_t slots = (size_t)head->slots, flows = (size_t)t->network->flows;
    uint8_t *dead = mg_allocate(flows + 1, 1);
    memcpy(dead, t->flow_dead, flows);
    mg_traffic_reset(t, MG_RESTART_GOING_ON); /* wishes too */
    c->at = sizeof *head;
    get(c, t->head, (size_t)head->network_bytes);
    for (size_t f = 0; f < flows; f++)
        t->flow_dead[f] |= dead[f];
    free(dead);
    get(c, t->vehicle, slots * sizeof *t->vehicle);
    get(c, t->next, slots * sizeof *t->next);
    get(c, t->created, slots * sizeof *t->created);
    if (head->memo)
        get_memos(t, c, head);
    else if (t->network->memo)
        memset(t->memo_of, 0xff, slots * sizeof *t->memo_of);
    for (int32_t i = 0; i < head->wishes; i++) {
        saved_wish wish;
        get(c, &wish, sizeof wish);
        mg_traffic_wish(t, (int32_t)wish.slot, wish.speed);
    }
    mg_traffic_note_priorities(t);
}

/* Where the trips begin: at the end, without the digest, as long as they are. */
static size_t trips_at(const saved_head *head)
{
    size_t slots = (size_t)head->slots, memos = (size_t)head->memos, per_slot = sizeof(mg_vehicle) + 4 + 8;
    return sizeof *head + (size_t)head->network_bytes + slots * (per_slot + (head->memo ? 4 : 0)) +
           memos * (sizeof(mg_memo) + 4 * (size_t)head->memo) + (size_t)head->wishes * sizeof(saved_wish);
}

bool mg_traffic_restore(mg_traffic *t, mg_traffic_network *n, const void *bytes, size_t length, mg_error *error)
{
    saved_head head;
    if (t->network != n || !t->memory[0])
        return mg_fail(error, MG_EXIT_USAGE, "restored into a simulation with a network and memory of its own only");
    if (!check_bytes(t, bytes, length, &head, error))
        return false;
    int32_t memo = n->memo;
    size_t trips = (size_t)head.trips + 1;
    trip_map map = {mg_allocate(trips, 4), mg_allocate(trips, 4), mg_allocate(trips, 4)};
    cursor c = {.from = bytes, .at = trips_at(&head)};
    bool good = get_trips(n, &c, &head, &map, error);
    if (head.memo > n->memo) /* routes that were asked for and not driven */
        n->memo = head.memo;
    mg_traffic_make_room(t, head.slots, memo);
    while (n->memo && t->memo_capacity < head.memos)
        mg_traffic_more_memos(t);
    if (good) {
        get_all(t, &c, &head);
        translate(t, &map);
    }
    free(map.flow);
    free(map.kind);
    free(map.plan);
    return good;
}
