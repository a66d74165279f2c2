/* The demand: flows of vehicles with their parameters, times and anchors (traffic/README.md 1.2). */
#include "core/io/memory.h"
#include "envs/traffic/build.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const mg_traffic_car_member[MG_CAR_MEMBERS] = {
    "length", "width", "maxPosAcc", "maxNegAcc", "usualPosAcc", "usualNegAcc", "minGap", "maxSpeed", "headwayTime"};

static mg_braking braking(double rate, double dt)
{
    double a = 0.5 / rate;
    return (mg_braking){.rate = rate, .loss = rate * dt, .four_a = 4.0 * a, .half_over_a = 0.5 / a};
}

mg_vehicle_kind mg_traffic_kind_of(const double x[MG_CAR_MEMBERS], double dt)
{
    double reach = ((x[MG_CAR_MAX_SPEED] * x[MG_CAR_MAX_SPEED]) / x[MG_CAR_USUAL_LOSS]) / 2.0;
    double coast = (x[MG_CAR_MAX_SPEED] * dt) * 2.0;
    mg_vehicle_kind kind;
    memset(&kind, 0, sizeof kind);
    kind.length = x[MG_CAR_LENGTH];
    kind.min_gap = x[MG_CAR_MIN_GAP];
    kind.max_speed = x[MG_CAR_MAX_SPEED];
    kind.max_gain = x[MG_CAR_MAX_GAIN] * dt;
    kind.usual_gain = x[MG_CAR_USUAL_GAIN] * dt;
    kind.usual_acceleration = x[MG_CAR_USUAL_GAIN];
    kind.max = braking(x[MG_CAR_MAX_LOSS], dt);
    kind.usual = braking(x[MG_CAR_USUAL_LOSS], dt);
    kind.headway = x[MG_CAR_HEADWAY] + dt / 2.0;
    kind.approach = reach + coast;
    return kind;
}

const char *mg_traffic_car_wants(int member, double x)
{
    bool rate = member >= MG_CAR_MAX_GAIN && member <= MG_CAR_USUAL_LOSS;
    if (x >= (rate ? 1e-9 : 0.0) && x <= 1e9)
        return NULL;
    return rate ? "a positive number" : "a number that is not negative";
}

static bool read_vehicle(mg_reader *at, uint32_t object, double dt, mg_vehicle_kind *kind, double *width)
{
    uint32_t vehicle;
    double x[MG_CAR_MEMBERS];
    if (!mg_want_object(at, object, "vehicle", &vehicle))
        return false;
    mg_reader_enter(at, "vehicle", 0);
    for (int i = 0; i < MG_CAR_MEMBERS; i++) {
        if (!mg_want_number(at, vehicle, mg_traffic_car_member[i], &x[i]))
            return false;
        const char *wanted = mg_traffic_car_wants(i, x[i]);
        if (wanted)
            return mg_reader_refuse(at, mg_traffic_car_member[i],
                                    "found %.17g, wanted %s (refused on purpose: CityFlow "
                                    "computes on, with infinities or NaN)",
                                    x[i], wanted);
    }
    mg_reader_leave(at);
    *kind = mg_traffic_kind_of(x, dt);
    *width = x[MG_CAR_WIDTH];
    return true;
}

/* Flows that a note names: the first few. */
typedef struct flow_list {
    int32_t count;
    char names[120];
} flow_list;

static void list_flow(flow_list *list, int32_t flow)
{
    enum { NAMED = 5 };
    size_t used = strlen(list->names);
    if (list->count < NAMED)
        snprintf(list->names + used, sizeof list->names - used, "%sflow_%d", list->count ? ", " : "", flow);
    else if (list->count == NAMED)
        snprintf(list->names + used, sizeof list->names - used, ", ...");
    list->count++;
}

static bool read_times(mg_reader *at, uint32_t object, mg_flow *flow, bool *ignored)
{
    flow->start = mg_optional_integer(at->document, object, "startTime", 0, ignored);
    flow->end = mg_optional_integer(at->document, object, "endTime", -1, ignored);
    if (!mg_want_number(at, object, "interval", &flow->interval))
        return false;
    if (flow->interval < 1.0 && flow->start != flow->end)
        return mg_reader_refuse(at, "interval",
                                "found %.17g s, wanted at least 1, or startTime equal to endTime; CityFlow would end "
                                "at an assertion",
                                flow->interval);
    return flow->interval >= 0.001 ||
           mg_reader_refuse(at, "interval", "found %.17g s, wanted at least 0.001", flow->interval);
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
    return index > 0 || mg_reader_refuse(at, "route", "empty, wanted at least one road");
}

static void add_kind(mg_traffic_network *n, mg_flow *flow, const mg_vehicle_kind *kind)
{
    if (n->kinds == 0 || memcmp(&n->kind[n->kinds - 1], kind, sizeof *kind) != 0)
        n->kind[n->kinds++] = *kind;
    flow->kind = n->kinds - 1;
}

/* CityFlow keeps the flows before one that it cannot read. */
static const char *what_remains(int32_t flow, char text[100])
{
    if (flow == 0)
        return MG_RUNS_EMPTY;
    snprintf(text, 100, "CityFlow would say \"load config failed\" and run with the first %d flows alone", flow);
    return text;
}

static bool read_each_flow(mg_traffic_network *n, mg_reader *at, const mg_names *roads, int32_t *anchor_first,
                           int32_t *anchor)
{
    const mg_node *node = at->document->node;
    int32_t index = 0, anchors = 0;
    flow_list timeless = {0};
    char remains[100];
    for (uint32_t i = 1; i < node[0].next; i = node[i].next, index++) {
        mg_flow *flow = &n->flow[index];
        mg_vehicle_kind kind;
        bool ignored = false;
        at->then = what_remains(index, remains);
        if (!mg_is_object(at, i, index))
            return false;
        mg_reader_enter(at, NULL, index);
        if (!read_vehicle(at, i, n->dt, &kind, &flow->width) || !read_anchors(at, i, roads, anchor, &anchors) ||
            !read_times(at, i, flow, &ignored))
            return false;
        mg_reader_leave(at);
        if (ignored)
            list_flow(&timeless, index);
        flow->first_road = anchor[anchor_first[index]];
        anchor_first[index + 1] = anchors;
        add_kind(n, flow, &kind);
    }
    if (timeless.count)
        mg_traffic_note(n,
                        "%.200s: startTime or endTime of %d flow%s is not a whole number without a point and counts as "
                        "missing (0, and -1: for ever), as in CityFlow: %s",
                        at->file, timeless.count, timeless.count == 1 ? "" : "s", timeless.names);
    return true;
}

static void note_routeless(mg_traffic_network *n, const char *file)
{
    flow_list routeless = {0};
    for (int32_t f = 0; f < n->flows; f++) {
        if (n->flow[f].route < 0)
            list_flow(&routeless, f);
    }
    if (routeless.count)
        mg_traffic_note(n,
                        "%.200s: %d of %d flows have no route that can be driven and are dropped, as in CityFlow: %s",
                        file, routeless.count, n->flows, routeless.names);
}

bool mg_traffic_read_flows(mg_traffic_network *n, const mg_document *document, const char *file, const mg_names *roads,
                           mg_error *error)
{
    mg_reader at = {.document = document, .file = file, .error = error, .then = MG_RUNS_EMPTY};
    if (document->node[0].type != MG_NODE_ARRAY)
        return mg_reader_fail(&at, NULL, "wanted an array of flows");
    size_t flows = document->node[0].length;
    n->flows = (int32_t)flows;
    n->flow = mg_traffic_keep(n, flows, sizeof *n->flow);
    n->kind = mg_traffic_keep(n, flows, sizeof *n->kind);
    int32_t *anchor_first = mg_allocate(flows + 1, sizeof *anchor_first);
    int32_t *anchor = mg_allocate(document->nodes, sizeof *anchor);
    bool good = read_each_flow(n, &at, roads, anchor_first, anchor);
    if (good) {
        mg_traffic_route(n, anchor_first, anchor);
        note_routeless(n, file);
    }
    free(anchor);
    free(anchor_first);
    return good;
}
