/* From CityFlow's three files to a network (specs/traffic.md 1). */
#include "core/io/memory.h"
#include "envs/traffic/build.h"
#include "envs/traffic/traffic.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct config {
    char roadnet[1024], flow[1024]; /* dir in front */
} config;

void *mg_traffic_keep(mg_traffic_network *n, size_t count, size_t size)
{
    if (n->kept_count == n->kept_capacity) {
        int wanted = n->kept_capacity ? 2 * n->kept_capacity : 64;
        void **grown = mg_allocate((size_t)wanted, sizeof *grown);
        if (n->kept)
            memcpy(grown, n->kept, (size_t)n->kept_count * sizeof *grown);
        free(n->kept);
        n->kept = grown;
        n->kept_capacity = wanted;
    }
    void *memory = mg_allocate(count, size);
    n->kept[n->kept_count++] = memory;
    return memory;
}

void mg_traffic_free(mg_traffic_network *network)
{
    if (!network)
        return;
    for (int i = 0; i < network->kept_count; i++)
        free(network->kept[i]);
    free(network->kept);
    free(network);
}

/* ---- config ---- */
/* The reference suggests 0.2 to 1.5 s; what must hold is that a step takes time. */
static bool read_dt(mg_reader *at, mg_traffic_network *n)
{
    if (!mg_want_number(at, 0, "interval", &n->dt))
        return false;
    if (!(n->dt >= 1e-3 && n->dt <= 1e3))
        return mg_reader_fail(at, "interval", "found %.17g s, wanted 0.001 to 1000 (usually 1)", n->dt);
    double ticks = n->dt * 1048576.0;
    n->exact_time = (double)(int64_t)ticks >= ticks;
    uint64_t bits;
    memcpy(&bits, &n->dt, sizeof bits);
    n->inverse_exact = (bits & UINT64_C(0xfffffffffffff)) == 0; /* a power of two */
    n->inverse_dt = 1.0 / n->dt;
    return true;
}

static bool read_config(mg_traffic_network *n, const mg_document *document, const char *file, config *c,
                        mg_error *error)
{
    mg_reader at = { .document = document, .file = file, .error = error };
    mg_span dir, roadnet, flow, log;
    bool light, replay;
    if (document->node[0].type != MG_NODE_OBJECT)
        return mg_reader_fail(&at, NULL,
                              "wanted an object with interval, seed, dir, roadnetFile, flowFile, "
                              "rlTrafficLight, saveReplay");
    if (!read_dt(&at, n) || !mg_want_integer(&at, 0, "seed", &n->seed) ||
        !mg_want_bool(&at, 0, "rlTrafficLight", &light) || !mg_want_text(&at, 0, "dir", &dir) ||
        !mg_want_text(&at, 0, "roadnetFile", &roadnet) || !mg_want_text(&at, 0, "flowFile", &flow) ||
        !mg_want_bool(&at, 0, "saveReplay", &replay))
        return false;
    if (replay && (!mg_want_text(&at, 0, "roadnetLogFile", &log) || !mg_want_text(&at, 0, "replayLogFile", &log)))
        return false;
    if (mg_optional_bool(document, 0, "laneChange", false))
        return mg_reader_fail(&at, "laneChange",
                              "true is not supported: CityFlow's own lane change depends on memory "
                              "addresses and cannot be reproduced; use false");
    if (dir.length + roadnet.length >= sizeof c->roadnet || dir.length + flow.length >= sizeof c->flow)
        return mg_reader_fail(&at, "dir", "file names longer than 1023 bytes");
    snprintf(c->roadnet, sizeof c->roadnet, "%s%s", dir.text, roadnet.text);
    snprintf(c->flow, sizeof c->flow, "%s%s", dir.text, flow.text);
    n->plan_lights = !light;
    return true;
}

/* ---- flows ---- */
static const char *const vehicle_member[] = { "length",      "width",  "maxPosAcc", "maxNegAcc",  "usualPosAcc",
                                              "usualNegAcc", "minGap", "maxSpeed",  "headwayTime" };
enum { LENGTH, WIDTH, MAX_GAIN, MAX_LOSS, USUAL_GAIN, USUAL_LOSS, MIN_GAP, MAX_SPEED, HEADWAY, MEMBERS };

static mg_braking braking(double rate, double dt)
{
    double a = 0.5 / rate;
    return (mg_braking){ .rate = rate, .loss = rate * dt, .four_a = 4.0 * a, .half_over_a = 0.5 / a };
}

static mg_vehicle_kind make_kind(const double x[MEMBERS], double dt)
{
    double reach = ((x[MAX_SPEED] * x[MAX_SPEED]) / x[USUAL_LOSS]) / 2.0;
    double coast = (x[MAX_SPEED] * dt) * 2.0;
    mg_vehicle_kind kind;
    memset(&kind, 0, sizeof kind);
    kind.length = x[LENGTH];
    kind.min_gap = x[MIN_GAP];
    kind.max_speed = x[MAX_SPEED];
    kind.max_gain = x[MAX_GAIN] * dt;
    kind.usual_gain = x[USUAL_GAIN] * dt;
    kind.usual_acceleration = x[USUAL_GAIN];
    kind.max = braking(x[MAX_LOSS], dt);
    kind.usual = braking(x[USUAL_LOSS], dt);
    kind.headway = x[HEADWAY] + dt / 2.0;
    kind.approach = reach + coast;
    return kind;
}

static bool read_vehicle(mg_reader *at, uint32_t object, double dt, mg_vehicle_kind *kind)
{
    uint32_t vehicle;
    double x[MEMBERS];
    if (!mg_want_object(at, object, "vehicle", &vehicle))
        return false;
    mg_reader_enter(at, "vehicle", 0);
    for (int i = 0; i < MEMBERS; i++) {
        if (!mg_want_number(at, vehicle, vehicle_member[i], &x[i]))
            return false;
        bool rate = i >= MAX_GAIN && i <= USUAL_LOSS;
        if (!(x[i] >= (rate ? 1e-9 : 0.0) && x[i] <= 1e9))
            return mg_reader_fail(at, vehicle_member[i], "found %.17g, wanted %s", x[i],
                                  rate ? "a positive number" : "a number that is not negative");
    }
    mg_reader_leave(at);
    *kind = make_kind(x, dt);
    return true;
}

static bool read_times(mg_reader *at, uint32_t object, mg_flow *flow)
{
    flow->start = mg_optional_integer(at->document, object, "startTime", 0);
    flow->end = mg_optional_integer(at->document, object, "endTime", -1);
    if (!mg_want_number(at, object, "interval", &flow->interval))
        return false;
    if (flow->interval < 1.0 && flow->start != flow->end)
        return mg_reader_fail(at, "interval", "found %.17g s, wanted at least 1, or startTime equal to endTime",
                              flow->interval);
    return flow->interval >= 0.001 ||
           mg_reader_fail(at, "interval", "found %.17g s, wanted at least 0.001", flow->interval);
}

static bool read_anchors(mg_reader *at, uint32_t object, const mg_names *roads, int32_t *anchor, int32_t *count)
{
    uint32_t array;
    if (!mg_want_array(at, object, "route", &array))
        return false;
    const mg_node *node = at->document->node;
    mg_reader_enter(at, "route", 0);
    long index = 0;
    for (uint32_t i = array + 1; i < node[array].next; i = node[i].next, index++) {
        mg_span id;
        if (!mg_is_text(at, i, index, &id))
            return false;
        int32_t road = mg_names_find(roads, id.text);
        if (road < 0)
            return mg_reader_fail(at, NULL, "[%ld]: there is no road '%.100s'", index, id.text);
        anchor[(*count)++] = road;
    }
    mg_reader_leave(at);
    return index > 0 || mg_reader_fail(at, "route", "empty, wanted at least one road");
}

static void add_kind(mg_traffic_network *n, mg_flow *flow, const mg_vehicle_kind *kind)
{
    if (n->kinds == 0 || memcmp(&n->kind[n->kinds - 1], kind, sizeof *kind) != 0)
        n->kind[n->kinds++] = *kind;
    flow->kind = n->kinds - 1;
}

static bool read_each_flow(mg_traffic_network *n, mg_reader *at, const mg_names *roads, int32_t *anchor_first,
                           int32_t *anchor)
{
    const mg_node *node = at->document->node;
    int32_t index = 0, anchors = 0;
    for (uint32_t i = 1; i < node[0].next; i = node[i].next, index++) {
        mg_flow *flow = &n->flow[index];
        mg_vehicle_kind kind;
        if (!mg_is_object(at, i, index))
            return false;
        mg_reader_enter(at, NULL, index);
        if (!read_vehicle(at, i, n->dt, &kind) || !read_anchors(at, i, roads, anchor, &anchors) ||
            !read_times(at, i, flow))
            return false;
        mg_reader_leave(at);
        flow->first_road = anchor[anchor_first[index]];
        anchor_first[index + 1] = anchors;
        add_kind(n, flow, &kind);
    }
    return true;
}

bool mg_traffic_read_flows(mg_traffic_network *n, const mg_document *document, const char *file,
                           const mg_names *roads, mg_error *error)
{
    mg_reader at = { .document = document, .file = file, .error = error };
    if (document->node[0].type != MG_NODE_ARRAY)
        return mg_reader_fail(&at, NULL, "wanted an array of flows");
    size_t flows = document->node[0].length;
    n->flows = (int32_t)flows;
    n->flow = mg_traffic_keep(n, flows, sizeof *n->flow);
    n->kind = mg_traffic_keep(n, flows, sizeof *n->kind);
    int32_t *anchor_first = mg_allocate(flows + 1, sizeof *anchor_first);
    int32_t *anchor = mg_allocate(document->nodes, sizeof *anchor);
    bool good =
        read_each_flow(n, &at, roads, anchor_first, anchor) && mg_traffic_route(n, anchor_first, anchor, error);
    free(anchor);
    free(anchor_first);
    return good;
}

/* ---- the whole ---- */
/* Coordinates so large that arithmetic overflowed, or a road without extent. */
static bool check_shape(const mg_traffic_network *n, const char *file, mg_error *error)
{
    char name[MG_TRAFFIC_NAME];
    for (int32_t d = 0; d < n->drivables; d++) {
        if (!(n->length[d] < 1e12))
            return mg_fail(error, MG_EXIT_INPUT,
                           "%.200s: %.300s has no length that can be computed; are two points of "
                           "it the same, or numbers huge?",
                           file, mg_traffic_drivable_name(n, d, name));
    }
    for (int32_t c = 0; c < n->signal_cross_first[n->signals]; c++) {
        if (!(n->cross[c].distance_a < 1e12 && n->cross[c].distance_b < 1e12))
            return mg_fail(error, MG_EXIT_INPUT, "%.200s: %.300s crosses another link nowhere that can be computed",
                           file, mg_traffic_drivable_name(n, n->cross[c].a, name));
    }
    return true;
}

/* A file, or a text if there is one. */
static bool read(const char *path, const char *text, mg_document *document, mg_error *error)
{
    return text ? mg_document_read_text(path, text, strlen(text), document, error)
                : mg_document_read_file(path, document, error);
}

static bool build(mg_traffic_network *n, const char *path, const char *const text[3], mg_error *error)
{
    config c = { { 0 }, { 0 } };
    mg_names roads = { 0 };
    mg_document document = { 0 };
    bool good = read(path, text[0], &document, error) && read_config(n, &document, path, &c, error);
    mg_document_free(&document);
    good = good && read(c.roadnet, text[1], &document, error) &&
           mg_traffic_read_roadnet(n, &document, c.roadnet, &roads, error);
    mg_document_free(&document);
    if (good) {
        mg_traffic_shape(n);
        good = mg_traffic_find_crosses(n, error) && check_shape(n, c.roadnet, error);
    }
    good = good && read(c.flow, text[2], &document, error) &&
           mg_traffic_read_flows(n, &document, c.flow, &roads, error);
    mg_document_free(&document);
    mg_names_free(&roads);
    return good;
}

static bool make(const char *path, const char *const text[3], mg_traffic_network **network, mg_error *error)
{
    *network = mg_allocate(1, sizeof **network);
    if (build(*network, path, text, error))
        return true;
    mg_traffic_free(*network);
    *network = NULL;
    return false;
}

bool mg_traffic_load(const char *config_path, mg_traffic_network **network, mg_error *error)
{
    static const char *const none[3] = { NULL, NULL, NULL };
    return make(config_path, none, network, error);
}

bool mg_traffic_parse(const char *config_text, const char *roadnet, const char *flow, mg_traffic_network **network,
                      mg_error *error)
{
    const char *const text[3] = { config_text, roadnet, flow };
    return make("config", text, network, error);
}

const char *mg_traffic_drivable_name(const mg_traffic_network *n, int32_t drivable, char text[MG_TRAFFIC_NAME])
{
    bool link = drivable >= n->lanes;
    int32_t lane = link ? n->link_start[drivable - n->lanes] : drivable;
    int32_t road = n->lane_road[lane];
    int used = snprintf(text, MG_TRAFFIC_NAME, "%s_%d", n->road_id[road], lane - n->road_lane_first[road]);
    if (link) {
        lane = n->link_end[drivable - n->lanes];
        road = n->lane_road[lane];
        snprintf(text + used, MG_TRAFFIC_NAME - (size_t)used, "_TO_%s_%d", n->road_id[road],
                 lane - n->road_lane_first[road]);
    }
    return text;
}

long mg_traffic_demand(const mg_traffic_network *n, long steps)
{
    double seconds = (double)steps * n->dt, sum = 0.0;
    for (int32_t f = 0; f < n->flows; f++) {
        const mg_flow *flow = &n->flow[f];
        double end = flow->end == -1 || (double)flow->end > seconds ? seconds : (double)flow->end;
        double first = flow->start > 0 ? (double)flow->start : 0.0;
        if (end >= first)
            sum += 2.0 + (end - first + n->dt) / flow->interval;
    }
    return sum > 1e9 ? 1000000000L : (long)sum;
}
