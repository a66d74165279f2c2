/* traffic.c - marlgold.h over the traffic simulator: files, what is asked of it, its state. */
#include "core/io/memory.h"
#include "suite/library/city.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- a handle ---- */
/* Names of lanes in order of their bytes; of two of one name the first. */
static void name_lanes(marlgold_traffic *self)
{
    const mg_traffic_network *n = self->network;
    char name[MG_TRAFFIC_NAME];
    size_t lanes = (size_t)n->lanes;
    self->lane = mg_allocate(lanes + 1, sizeof *self->lane);
    mg_city_lane *other = mg_allocate(lanes + 1, sizeof *other);
    for (int32_t lane = 0; lane < n->lanes; lane++) {
        size_t length = strlen(mg_traffic_drivable_name(n, lane, name)) + 1;
        self->lane[lane] = (mg_city_lane){mg_allocate(length, 1), lane};
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
        mg_city_lane *sorted = other;
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

int mg_city_phases(const mg_traffic_network *n, int intersection)
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
                                          .phases = mg_city_phases(n, intersection),
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
    else if (phase < 0 || phase >= mg_city_phases(n, intersection))
        (void)mg_fail(&found, MG_EXIT_USAGE, "phase %d of intersection %.100s, wanted one from 0 to %d", phase,
                      n->intersection_id[intersection], mg_city_phases(n, intersection) - 1);
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
    asking what = {.self = self, .slot = mg_city_find(self, vehicle), .car = &car};
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
    asking what = {.self = self, .slot = mg_city_find(self, vehicle), .road = road, .roads = roads};
    if (what.slot < 0)
        no_vehicle(&what.found, vehicle);
    else
        (void)check_roads(&what);
    return ask(&what, redirect, error) ? what.taken : -1;
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
