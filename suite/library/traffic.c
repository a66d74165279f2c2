/* traffic.c - marlgold.h over the traffic simulator: what CityFlow's Python module shows, by the ids that it shows. */
#include "core/io/memory.h"
#include "envs/traffic/sort.h"
#include "envs/traffic/traffic.h"
#include "suite/library/handle.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A vehicle alive, with a key whose order is that of the bytes of its id. */
typedef struct listed {
    uint64_t flow, number;
    int32_t slot;
    int32_t running;
} listed;

/* A lane with its id. */
typedef struct named_lane {
    char *id;
    int32_t lane;
} named_lane;

struct marlgold_traffic {
    mg_traffic_network *network;
    mg_traffic *traffic;
    named_lane *lane; /* in order of their ids, each id once */
    int lanes;
    int pushed;  /* vehicles ever: their numbers */
    bool broken; /* memory ran out in the middle of a step */
    /* Who is there, in order of ids; made when it is asked for after a change. */
    bool known;
    listed *vehicle, *other; /* other: to sort with */
    int vehicles, room;
};

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
static listed key_of(int32_t flow, int32_t number)
{
    return (listed){.flow = flow == MG_PUSHED ? UINT64_MAX : digits_key(flow, 0, 10),
                    .number = digits_key(number, 1, 0)};
}

static bool before(const listed *a, const listed *b)
{
    return a->flow != b->flow ? a->flow < b->flow : a->number < b->number;
}

static void merge(const listed *from, int begin, int middle, int end, listed *to)
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
        listed *sorted = self->other;
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
        listed one = key_of(v.flow, v.number);
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
static int32_t find_vehicle(const marlgold_traffic *self, const char *id)
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
    const listed key = key_of(flow, number);
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

/* ---- a handle ---- */
/* Names of lanes in order of their bytes; of two of one name the first. */
static void name_lanes(marlgold_traffic *self)
{
    const mg_traffic_network *n = self->network;
    char name[MG_TRAFFIC_NAME];
    size_t lanes = (size_t)n->lanes;
    self->lane = mg_allocate(lanes + 1, sizeof *self->lane);
    named_lane *other = mg_allocate(lanes + 1, sizeof *other);
    for (int32_t lane = 0; lane < n->lanes; lane++) {
        size_t length = strlen(mg_traffic_drivable_name(n, lane, name)) + 1;
        self->lane[lane] = (named_lane){mg_allocate(length, 1), lane};
        memcpy(self->lane[lane].id, name, length);
    }
    for (size_t width = 1; width < lanes; width *= 2) {
        for (size_t begin = 0; begin < lanes; begin += 2 * width) {
            size_t middle = begin + width < lanes ? begin + width : lanes, a = begin, b = middle;
            size_t end = middle + width < lanes ? middle + width : lanes;
            for (size_t i = begin; i < end; i++) {
                bool second = a == middle || (b < end && strcmp(self->lane[b].id, self->lane[a].id) < 0);
                other[i] = second ? self->lane[b++] : self->lane[a++];
            }
        }
        named_lane *sorted = other;
        other = self->lane;
        self->lane = sorted;
    }
    for (size_t i = 0; i < lanes; i++) {
        if (self->lanes && !strcmp(self->lane[self->lanes - 1].id, self->lane[i].id))
            free(self->lane[i].id);
        else
            self->lane[self->lanes++] = self->lane[i];
    }
    free(other);
}

typedef struct opening {
    const char *config;
    marlgold_traffic *self;
    mg_error found;
} opening;

static void open_files(void *context)
{
    opening *asked = context;
    marlgold_traffic *self = asked->self = mg_allocate(1, sizeof *self);
    if (!mg_traffic_load(asked->config, &self->network, &asked->found))
        return;
    self->traffic = mg_traffic_create(self->network);
    name_lanes(self);
}

marlgold_traffic *marlgold_traffic_open(const char *config, char *error)
{
    opening asked = {.config = config};
    if (!mg_library_try(open_files, &asked))
        (void)mg_fail(&asked.found, MG_EXIT_INPUT, "%.200s: not enough memory", config);
    if (asked.found.status == MG_EXIT_OK)
        return asked.self;
    marlgold_traffic_free(asked.self);
    (void)mg_library_error(&asked.found, error);
    return NULL;
}

void marlgold_traffic_free(marlgold_traffic *self)
{
    if (!self)
        return;
    mg_traffic_destroy(self->traffic);
    mg_traffic_free(self->network);
    for (int i = 0; i < self->lanes; i++)
        free(self->lane[i].id);
    free(self->lane);
    free(self->vehicle);
    free(self->other);
    free(self);
}

/* ---- the network ---- */
const char *marlgold_traffic_note(const marlgold_traffic *self, int index)
{
    return index >= 0 && index < self->network->notes ? self->network->note[index] : NULL;
}

void marlgold_traffic_describe(const marlgold_traffic *self, marlgold_traffic_spec *spec)
{
    const mg_traffic_network *n = self->network;
    *spec = (marlgold_traffic_spec){.lanes = self->lanes,
                                    .roads = n->roads,
                                    .intersections = n->intersections,
                                    .lights_set = !n->plan_lights,
                                    .interval = n->dt};
}

const char *marlgold_traffic_lane(const marlgold_traffic *self, int lane)
{
    return lane >= 0 && lane < self->lanes ? self->lane[lane].id : NULL;
}

bool marlgold_traffic_road_of(const marlgold_traffic *self, int road, marlgold_traffic_road *of)
{
    const mg_traffic_network *n = self->network;
    if (road < 0 || road >= n->roads)
        return false;
    *of = (marlgold_traffic_road){.id = n->road_id[road],
                                  .lanes = n->road_lane_first[road + 1] - n->road_lane_first[road],
                                  .start = n->road_start[road],
                                  .end = n->road_end[road],
                                  .mean_length = n->road_cost[road]};
    return true;
}

static int phases_of(const mg_traffic_network *n, int intersection)
{
    int32_t signal = n->intersection_signal[intersection];
    return signal < 0 ? 0 : n->signal_phase_first[signal + 1] - n->signal_phase_first[signal];
}

bool marlgold_traffic_intersection_of(const marlgold_traffic *self, int intersection, marlgold_traffic_intersection *of)
{
    const mg_traffic_network *n = self->network;
    if (intersection < 0 || intersection >= n->intersections)
        return false;
    *of = (marlgold_traffic_intersection){.id = n->intersection_id[intersection],
                                          .phases = phases_of(n, intersection),
                                          .edge = n->intersection_signal[intersection] < 0};
    return true;
}

/* ---- driving ---- */
/* What is asked of a simulation and may want memory: then it is done, or broken. */
typedef struct asking {
    marlgold_traffic *self;
    int steps, taken;
    int32_t slot;
    const marlgold_traffic_car *car;
    const int *road;
    int roads;
    const void *bytes;
    size_t length;
    mg_error found;
} asking;

static bool ask(asking *what, void (*work)(void *), char *error)
{
    marlgold_traffic *self = what->self;
    if (!self->broken && what->found.status == MG_EXIT_OK) {
        self->broken = !mg_library_try(work, what);
        self->known = false;
    }
    if (self->broken)
        (void)mg_fail(&what->found, MG_EXIT_INPUT, "not enough memory: this simulation is over");
    return what->found.status == MG_EXIT_OK || mg_library_error(&what->found, error);
}

static void step(void *context)
{
    const asking *what = context;
    for (int i = 0; i < what->steps; i++)
        mg_traffic_step(what->self->traffic);
}

bool marlgold_traffic_step(marlgold_traffic *self, int steps, char *error)
{
    asking what = {.self = self, .steps = steps};
    return ask(&what, step, error);
}

void marlgold_traffic_reset(marlgold_traffic *self, int seeded)
{
    self->known = false;
    if (!self->broken)
        mg_traffic_reset(self->traffic, seeded ? MG_RESTART_SEEDED : MG_RESTART_GOING_ON);
}

void marlgold_traffic_seed(marlgold_traffic *self, uint32_t seed)
{
    mg_traffic_seed(self->traffic, seed);
}

bool marlgold_traffic_set_phase(marlgold_traffic *self, int intersection, int phase, char *error)
{
    const mg_traffic_network *n = self->network;
    mg_error found = {0};
    if (intersection < 0 || intersection >= n->intersections)
        (void)mg_fail(&found, MG_EXIT_USAGE, "intersection %d, wanted one from 0 to %d", intersection,
                      n->intersections - 1);
    else if (n->plan_lights)
        (void)mg_fail(&found, MG_EXIT_USAGE,
                      "lights follow the plan of the road network; the config's rlTrafficLight: true lets them be set");
    else if (n->intersection_signal[intersection] < 0)
        return true;
    else if (phase < 0 || phase >= phases_of(n, intersection))
        (void)mg_fail(&found, MG_EXIT_USAGE, "phase %d of intersection %.100s, wanted one from 0 to %d", phase,
                      n->intersection_id[intersection], phases_of(n, intersection) - 1);
    else
        return mg_traffic_set_phase(self->traffic, n->intersection_signal[intersection], phase);
    return mg_library_error(&found, error);
}

static void no_vehicle(mg_error *found, const char *id)
{
    (void)mg_fail(found, MG_EXIT_USAGE, "Vehicle '%.100s' not found", id);
}

static void tell_speed(void *context)
{
    const asking *what = context;
    mg_traffic_wish(what->self->traffic, what->slot, what->car->speed);
}

bool marlgold_traffic_set_speed(marlgold_traffic *self, const char *vehicle, double speed, char *error)
{
    const marlgold_traffic_car car = {.speed = speed};
    asking what = {.self = self, .slot = find_vehicle(self, vehicle), .car = &car};
    if (what.slot < 0)
        no_vehicle(&what.found, vehicle);
    else if (isnan(speed))
        (void)mg_fail(&what.found, MG_EXIT_USAGE, "speed of %.60s is not a number", vehicle);
    return ask(&what, tell_speed, error);
}

static bool check_roads(asking *what)
{
    int roads = what->self->network->roads;
    for (int i = 0; i < what->roads; i++)
        if (what->road[i] < 0 || what->road[i] >= roads)
            return mg_fail(&what->found, MG_EXIT_USAGE, "road %d, wanted one from 0 to %d", what->road[i], roads - 1);
    return true;
}

void marlgold_traffic_car_default(marlgold_traffic_car *car)
{
    const mg_traffic_car usual = mg_traffic_car_default();
    *car = (marlgold_traffic_car){.speed = usual.speed,
                                  .length = usual.length,
                                  .width = usual.width,
                                  .max_pos_acc = usual.max_pos_acc,
                                  .max_neg_acc = usual.max_neg_acc,
                                  .usual_pos_acc = usual.usual_pos_acc,
                                  .usual_neg_acc = usual.usual_neg_acc,
                                  .min_gap = usual.min_gap,
                                  .max_speed = usual.max_speed,
                                  .headway_time = usual.headway_time};
}

static void push(void *context)
{
    asking *what = context;
    marlgold_traffic *self = what->self;
    const marlgold_traffic_car *car = what->car;
    const mg_traffic_car own = {.speed = car->speed,
                                .length = car->length,
                                .width = car->width,
                                .max_pos_acc = car->max_pos_acc,
                                .max_neg_acc = car->max_neg_acc,
                                .usual_pos_acc = car->usual_pos_acc,
                                .usual_neg_acc = car->usual_neg_acc,
                                .min_gap = car->min_gap,
                                .max_speed = car->max_speed,
                                .headway_time = car->headway_time};
    if (mg_traffic_push(self->traffic, self->network, &own, what->road, what->roads, self->pushed, &what->found))
        self->pushed++;
}

bool marlgold_traffic_push(marlgold_traffic *self, const marlgold_traffic_car *car, const int *road, int roads,
                           char *error)
{
    asking what = {.self = self, .car = car, .road = road, .roads = roads};
    (void)check_roads(&what);
    return ask(&what, push, error);
}

static void redirect(void *context)
{
    asking *what = context;
    bool taken = false;
    (void)mg_traffic_redirect(what->self->traffic, what->self->network, what->slot, what->road, what->roads, &taken,
                              &what->found);
    what->taken = taken;
}

int marlgold_traffic_set_route(marlgold_traffic *self, const char *vehicle, const int *road, int roads, char *error)
{
    asking what = {.self = self, .slot = find_vehicle(self, vehicle), .road = road, .roads = roads};
    if (what.slot < 0)
        no_vehicle(&what.found, vehicle);
    else
        (void)check_roads(&what);
    return ask(&what, redirect, error) ? what.taken : -1;
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
    int32_t slot = find_vehicle(self, vehicle);
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
    int32_t slot = find_vehicle(self, vehicle), roads;
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
    if (phases_of(n, n->road_end[n->lane_road[lane]]) <= 1)
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

/* ---- its state ---- */
/* Behind the simulation's bytes: how many were pushed. */
size_t marlgold_traffic_saved_bytes(const marlgold_traffic *self)
{
    return self->broken ? 0 : mg_traffic_saved_bytes(self->traffic) + sizeof self->pushed;
}

void marlgold_traffic_save(const marlgold_traffic *self, void *bytes)
{
    if (self->broken)
        return;
    mg_traffic_save(self->traffic, bytes);
    memcpy((unsigned char *)bytes + mg_traffic_saved_bytes(self->traffic), &self->pushed, sizeof self->pushed);
}

static void restore(void *context)
{
    asking *what = context;
    marlgold_traffic *self = what->self;
    size_t length = what->length < sizeof self->pushed ? 0 : what->length - sizeof self->pushed;
    int pushed;
    if (!mg_traffic_restore(self->traffic, self->network, what->bytes, length, &what->found))
        return;
    memcpy(&pushed, (const unsigned char *)what->bytes + length, sizeof pushed);
    self->pushed = pushed > self->pushed ? pushed : self->pushed;
}

bool marlgold_traffic_restore(marlgold_traffic *self, const void *bytes, size_t length, char *error)
{
    asking what = {.self = self, .bytes = bytes, .length = length};
    return ask(&what, restore, error);
}
