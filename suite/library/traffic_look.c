/* traffic_look.c - what can be seen of the traffic simulator through marlgold.h, by the ids that CityFlow shows. */
#include "core/io/memory.h"
#include "envs/traffic/sort.h"
#include "suite/library/city.h"

#include <stdio.h>
#include <string.h>

/* ---- texts ---- */
typedef struct writer {
    char *text;
    size_t room, length;
} writer;

static writer write_to(char *text, size_t room)
{
    if (room)
        text[0] = '\0';
    return (writer){text, room, 0};
}

static void add_bytes(writer *to, const char *bytes, size_t count)
{
    if (to->length + count < to->room) {
        memcpy(to->text + to->length, bytes, count);
        to->text[to->length + count] = '\0';
    }
    to->length += count;
}

static void add_text(writer *to, const char *text)
{
    add_bytes(to, text, strlen(text));
}

static void add_number(writer *to, int32_t number)
{
    char digit[12];
    int at = sizeof digit;
    do {
        digit[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    add_bytes(to, digit + at, sizeof digit - (size_t)at);
}

/* CityFlow's ids: flow_3_17, manually_pushed_0. */
static void add_id(writer *to, const mg_vehicle_view *v)
{
    if (v->flow == MG_PUSHED) {
        add_bytes(to, "manually_pushed_", 16);
    } else {
        add_bytes(to, "flow_", 5);
        add_number(to, v->flow);
        add_bytes(to, "_", 1);
    }
    add_number(to, v->number);
}

/* ---- who is there ---- */
enum { DIGITS = 10 };

/* Digits from the first on, then `end` in place of those that are not there; a digit d counts d + base. */
static uint64_t digits_key(int32_t number, uint64_t base, uint64_t end)
{
    uint64_t digit[DIGITS], key = 0;
    int count = 0;
    do {
        digit[count++] = (uint64_t)(number % 10) + base;
        number /= 10;
    } while (number > 0);
    for (int i = 0; i < DIGITS; i++)
        key = key * 11 + (i < count ? digit[count - 1 - i] : end);
    return key;
}

/* After a flow's number comes '_', which is above any digit; after a vehicle's nothing. */
static mg_city_vehicle key_of(int32_t flow, int32_t number)
{
    return (mg_city_vehicle){.flow = flow == MG_PUSHED ? UINT64_MAX : digits_key(flow, 0, 10),
                             .number = digits_key(number, 1, 0)};
}

static bool before(const mg_city_vehicle *a, const mg_city_vehicle *b)
{
    return a->flow != b->flow ? a->flow < b->flow : a->number < b->number;
}

static void merge(const mg_city_vehicle *from, int begin, int middle, int end, mg_city_vehicle *to)
{
    int a = begin, b = middle;
    for (int i = begin; i < end; i++) {
        bool second = a == middle || (b < end && before(&from[b], &from[a]));
        to[i] = second ? from[b++] : from[a++];
    }
}

static void sort_by_id(marlgold_traffic *self)
{
    int count = self->vehicles;
    for (int width = 1; width < count; width *= 2) {
        for (int begin = 0; begin < count; begin += 2 * width) {
            int middle = begin + width < count ? begin + width : count;
            int end = middle + width < count ? middle + width : count;
            merge(self->vehicle, begin, middle, end, self->other);
        }
        mg_city_vehicle *sorted = self->other;
        self->other = self->vehicle;
        self->vehicle = sorted;
    }
}

static void list_vehicles(void *handle)
{
    marlgold_traffic *self = handle;
    const mg_traffic *t = self->traffic;
    int alive = (int)mg_traffic_alive(t), slots = mg_traffic_slots(t);
    if (alive > self->room) {
        self->room = 2 * alive;
        self->vehicle = mg_reallocate(self->vehicle, (size_t)self->room * sizeof *self->vehicle);
        self->other = mg_reallocate(self->other, (size_t)self->room * sizeof *self->other);
    }
    self->vehicles = 0;
    for (int32_t slot = 0; slot < slots; slot++) {
        if (!mg_traffic_is_alive(t, slot))
            continue;
        mg_vehicle_view v = mg_traffic_vehicle(t, slot);
        mg_city_vehicle one = key_of(v.flow, v.number);
        one.slot = slot;
        one.running = v.running;
        self->vehicle[self->vehicles++] = one;
    }
    sort_by_id(self);
    self->known = true;
}

/* Vehicles in order of ids; none where there is no memory for a list. */
static int know(const marlgold_traffic *handle)
{
    marlgold_traffic *self = (marlgold_traffic *)handle; /* the list is no state */
    if (self->broken)
        return 0;
    if (!self->known && !mg_library_try(list_vehicles, self)) {
        self->room = 0;
        return 0;
    }
    return self->vehicles;
}

/* "flow_3_17" to 3 and 17, as they are written and not otherwise. */
static bool read_number(const char **at, char end, int32_t *number)
{
    int64_t x = 0;
    const char *first = *at;
    for (; **at >= '0' && **at <= '9' && x <= INT32_MAX; (*at)++)
        x = x * 10 + (**at - '0');
    *number = (int32_t)x;
    return *at > first && (*at == first + 1 || *first != '0') && x <= INT32_MAX && *(*at)++ == end;
}

/* Slot of a vehicle, or -1. */
int32_t mg_city_find(const marlgold_traffic *self, const char *id)
{
    int32_t flow = MG_PUSHED, number;
    const char *at = id;
    if (!strncmp(id, "flow_", 5)) {
        at = id + 5;
        if (!read_number(&at, '_', &flow))
            return -1;
    } else if (!strncmp(id, "manually_pushed_", 16)) {
        at = id + 16;
    } else {
        return -1;
    }
    if (!read_number(&at, '\0', &number))
        return -1;
    const mg_city_vehicle key = key_of(flow, number);
    int low = 0, high = know(self);
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (before(&self->vehicle[middle], &key))
            low = middle + 1;
        else
            high = middle;
    }
    return low < self->vehicles && !before(&key, &self->vehicle[low]) ? self->vehicle[low].slot : -1;
}

/* ---- looking ---- */
double marlgold_traffic_time(const marlgold_traffic *self)
{
    return mg_traffic_time(self->traffic);
}

double marlgold_traffic_average_travel_time(const marlgold_traffic *self)
{
    return self->broken ? 0.0 : mg_traffic_average_travel_time(self->traffic);
}

int marlgold_traffic_count(const marlgold_traffic *self, int waiting)
{
    return (int)(waiting ? mg_traffic_alive(self->traffic) : mg_traffic_running(self->traffic));
}

void marlgold_traffic_lanes(const marlgold_traffic *self, int32_t *vehicles, int32_t *waiting)
{
    const int32_t *count = mg_traffic_counts(self->traffic), *slow = mg_traffic_waiting(self->traffic);
    for (int i = 0; vehicles && i < self->lanes; i++)
        vehicles[i] = count[self->lane[i].lane];
    for (int i = 0; waiting && i < self->lanes; i++)
        waiting[i] = slow[self->lane[i].lane];
}

/* Calls `each` with every vehicle in order of priority. */
static void by_priority(const marlgold_traffic *self, bool waiting, void (*each)(void *, int32_t), void *with)
{
    int count = 0, all = know(self);
    mg_traffic_item *item = (mg_traffic_item *)(void *)self->other; /* both lists have the same room */
    for (int i = 0; i < all; i++) {
        if (waiting || self->vehicle[i].running)
            item[count++] = (mg_traffic_item){(double)mg_traffic_vehicle(self->traffic, self->vehicle[i].slot).priority,
                                              self->vehicle[i].slot};
    }
    mg_traffic_sort(item, count);
    for (int i = 0; i < count; i++)
        each(with, item[i].index);
}

typedef struct output {
    const mg_traffic *traffic;
    writer to;
    double *number;
} output;

static void add_line(void *with, int32_t slot)
{
    output *out = with;
    mg_vehicle_view v = mg_traffic_vehicle(out->traffic, slot);
    add_id(&out->to, &v);
    add_bytes(&out->to, "\n", 1);
}

size_t marlgold_traffic_vehicles(const marlgold_traffic *self, int ordered, int waiting, char *text, size_t room)
{
    output out = {self->traffic, write_to(text, room), NULL};
    if (!ordered) {
        by_priority(self, waiting, add_line, &out);
        return out.to.length;
    }
    int all = know(self);
    for (int i = 0; i < all; i++) {
        if (waiting || self->vehicle[i].running)
            add_line(&out, self->vehicle[i].slot);
    }
    return out.to.length;
}

void marlgold_traffic_motion(const marlgold_traffic *self, double *speed, double *distance)
{
    int all = know(self), at = 0;
    for (int i = 0; i < all; i++) {
        if (!self->vehicle[i].running)
            continue;
        mg_vehicle_view v = mg_traffic_vehicle(self->traffic, self->vehicle[i].slot);
        if (speed)
            speed[at] = v.speed;
        if (distance)
            distance[at] = v.distance;
        at++;
    }
}

static void add_place(void *with, int32_t slot)
{
    output *out = with;
    mg_point way, at = mg_traffic_place(out->traffic, slot, &way);
    out->number[0] = at.x;
    out->number[1] = at.y;
    out->number[2] = way.x;
    out->number[3] = way.y;
    out->number[4] = mg_traffic_length(out->traffic, slot, &out->number[5]);
    out->number += 6;
}

void marlgold_traffic_places(const marlgold_traffic *self, double *place)
{
    output out = {self->traffic, {0}, place};
    by_priority(self, false, add_place, &out);
}

size_t marlgold_traffic_lane_vehicles(const marlgold_traffic *self, char *text, size_t room)
{
    const mg_traffic *t = self->traffic;
    writer to = write_to(text, room);
    for (int i = 0; i < self->lanes && !self->broken; i++) {
        for (int32_t slot = mg_traffic_first(t, self->lane[i].lane); slot >= 0; slot = mg_traffic_behind(t, slot)) {
            mg_vehicle_view v = mg_traffic_vehicle(t, slot);
            add_id(&to, &v);
            add_bytes(&to, " ", 1);
        }
        add_bytes(&to, "\n", 1);
    }
    return to.length;
}

bool marlgold_traffic_leader(const marlgold_traffic *self, const char *vehicle, char text[MARLGOLD_VEHICLE])
{
    int32_t slot = mg_city_find(self, vehicle);
    writer to = write_to(text, MARLGOLD_VEHICLE);
    if (slot < 0)
        return false;
    int32_t leader = mg_traffic_vehicle(self->traffic, slot).leader;
    if (leader >= 0) {
        mg_vehicle_view v = mg_traffic_vehicle(self->traffic, leader);
        add_id(&to, &v);
    }
    return true;
}

/* Numbers as CityFlow's std::to_string writes them. */
static void add_real(writer *to, const char *name, double x)
{
    char line[400];
    snprintf(line, sizeof line, "%s %f\n", name, x);
    add_text(to, line);
}

size_t marlgold_traffic_info(const marlgold_traffic *self, const char *vehicle, char *text, size_t room)
{
    const mg_traffic_network *n = self->network;
    int32_t slot = mg_city_find(self, vehicle), roads;
    writer to = write_to(text, room);
    if (slot < 0)
        return 0;
    mg_vehicle_view v = mg_traffic_vehicle(self->traffic, slot);
    char name[MG_TRAFFIC_NAME];
    if (!v.running) {
        add_text(&to, "running 0\n");
        return to.length;
    }
    add_real(&to, "distance", v.distance);
    add_text(&to, "drivable ");
    add_text(&to, mg_traffic_drivable_name(n, v.drivable, name));
    if (v.drivable < n->lanes) {
        int32_t road = n->lane_road[v.drivable];
        add_text(&to, "\nintersection ");
        add_text(&to, n->intersection_id[n->road_end[road]]);
        add_text(&to, "\nroad ");
        add_text(&to, n->road_id[road]);
    }
    add_text(&to, "\nroute ");
    const int32_t *ahead = mg_traffic_roads_ahead(self->traffic, slot, &roads);
    for (int32_t i = 0; i < roads; i++) {
        add_text(&to, n->road_id[ahead[i]]);
        add_text(&to, " ");
    }
    add_text(&to, "\nrunning 1\n");
    add_real(&to, "speed", v.speed);
    return to.length;
}

/* ---- pictures ---- */
/* 'i' where there is nothing to wait for, 'g' where every link of the lane is green, else 'r'. */
static char light_of(const marlgold_traffic *self, int32_t lane)
{
    const mg_traffic_network *n = self->network;
    if (mg_city_phases(n, n->road_end[n->lane_road[lane]]) <= 1)
        return 'i';
    for (int32_t i = n->lane_link_first[lane]; i < n->lane_link_first[lane + 1]; i++)
        if (!mg_traffic_is_green(self->traffic, n->lane_link[i]))
            return 'r';
    return 'g';
}

size_t marlgold_traffic_lights(const marlgold_traffic *self, char *text, size_t room)
{
    const mg_traffic_network *n = self->network;
    writer to = write_to(text, room);
    for (int32_t road = 0; road < n->roads; road++) {
        if (n->intersection_signal[n->road_end[road]] < 0)
            continue;
        add_text(&to, n->road_id[road]);
        for (int32_t lane = n->road_lane_first[road]; lane < n->road_lane_first[road + 1]; lane++) {
            const char light[2] = {' ', light_of(self, lane)};
            add_bytes(&to, light, 2);
        }
        add_bytes(&to, ",", 1);
    }
    return to.length;
}
