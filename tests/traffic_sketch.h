/* traffic_sketch.h - networks of a few roads, written down one line a thing, for tests that know the answer.
 *
 * Every vehicle is the same unless the test says otherwise: 5 m long, accelerates by 2 and brakes by 4 m/s^2 (usual and
 * at most), keeps 2.5 m, drives 10 m/s, headway 1.5 s. Roads have lanes of 4 m.
 */
#ifndef MG_TRAFFIC_SKETCH_H
#define MG_TRAFFIC_SKETCH_H

#include "tests/traffic_networks.h"
#include <stdarg.h>

typedef struct sketch {
    char intersections[12000], roads[8000], flows[8000];
    double dt;
    int seed;
    bool agents; /* lights are set from outside */
    const char *lane_change;
} sketch;

#define SKETCH_VEHICLE \
    "\"length\":5,\"width\":2,\"maxPosAcc\":2,\"maxNegAcc\":4,\"usualPosAcc\":2,\"usualNegAcc\":4," \
    "\"minGap\":2.5,\"maxSpeed\":10,\"headwayTime\":1.5"

__attribute__((format(printf, 2, 3), unused)) static void sketch_add(char *list, const char *format, ...)
{
    size_t used = strlen(list);
    va_list arguments;
    va_start(arguments, format);
    if (used)
        list[used++] = ',';
    vsnprintf(list + used, 4000, format, arguments);
    va_end(arguments);
}

__attribute__((unused)) static sketch sketch_start(void)
{
    return (sketch){.dt = 1.0, .lane_change = "false"};
}

/* roads: "\"a\",\"b\"", in the order that matters for routes. */
__attribute__((unused)) static void sketch_end(sketch *s, const char *id, const char *roads)
{
    sketch_add(s->intersections, "{\"id\":\"%s\",\"point\":{\"x\":0,\"y\":0},\"virtual\":true,\"roads\":[%s]}", id,
               roads);
}

/* links and phases: JSON, made with sketch_link and written down. */
__attribute__((unused)) static void sketch_signal(sketch *s, const char *id, double width, const char *roads,
                                                  const char *links, const char *phases)
{
    sketch_add(s->intersections,
               "{\"id\":\"%s\",\"point\":{\"x\":0,\"y\":0},\"virtual\":false,\"width\":%.17g,\"roads\":[%s],"
               "\"roadLinks\":[%s],\"trafficLight\":{\"lightphases\":[%s]}}",
               id, width, roads, links, phases);
}

/* One road link with one lane link from lane to lane along two points; points "": a curve. */
__attribute__((unused)) static void sketch_link(char *links, const char *type, const char *from, int from_lane,
                                                const char *to, int to_lane, const char *points)
{
    sketch_add(links,
               "{\"type\":\"%s\",\"startRoad\":\"%s\",\"endRoad\":\"%s\",\"laneLinks\":[{\"startLaneIndex\":%d,"
               "\"endLaneIndex\":%d,\"points\":[%s]}]}",
               type, from, to, from_lane, to_lane, points);
}

#define SKETCH_POINTS(x0, y0, x1, y1) "{\"x\":" #x0 ",\"y\":" #y0 "},{\"x\":" #x1 ",\"y\":" #y1 "}"

__attribute__((unused)) static void sketch_road(sketch *s, const char *id, const char *from, const char *to,
                                                const char *points, int lanes, double speed)
{
    char list[600] = "";
    for (int i = 0; i < lanes; i++)
        sketch_add(list, "{\"width\":4,\"maxSpeed\":%.17g}", speed);
    sketch_add(s->roads,
               "{\"id\":\"%s\",\"startIntersection\":\"%s\",\"endIntersection\":\"%s\",\"points\":[%s],\"lanes\":[%s]}",
               id, from, to, points, list);
}

/* times: "\"interval\":..." and what else the flow has. */
__attribute__((unused)) static void sketch_flow(sketch *s, const char *vehicle, const char *route, const char *times)
{
    sketch_add(s->flows, "{\"vehicle\":{%s},\"route\":[%s],%s}", vehicle, route, times);
}

#define SKETCH_ONCE "\"interval\":1,\"startTime\":0,\"endTime\":0"

__attribute__((unused)) static texts sketch_texts(const sketch *s)
{
    enum { SIZE = 24000 };
    texts t = {malloc(SIZE), malloc(SIZE), malloc(SIZE)};
    snprintf(t.config, SIZE,
             "{\"interval\":%.17g,\"seed\":%d,\"dir\":\"\",\"roadnetFile\":\"roadnet.json\",\"flowFile\":\"flow.json\","
             "\"rlTrafficLight\":%s,\"laneChange\":%s,\"saveReplay\":false}",
             s->dt, s->seed, s->agents ? "true" : "false", s->lane_change);
    snprintf(t.roadnet, SIZE, "{\"intersections\":[%s],\"roads\":[%s]}", s->intersections, s->roads);
    snprintf(t.flow, SIZE, "[%s]", s->flows);
    return t;
}

__attribute__((unused)) static mg_traffic_network *sketch_load(const sketch *s)
{
    texts t = sketch_texts(s);
    mg_traffic_network *network = load(&t);
    texts_free(&t);
    return network;
}

/* Road a of 100 m, a crossing 20 m wide, road b of 100 m, from west to east; lights always green. Lanes are 90 m, the
 * link between them 20. */
__attribute__((unused)) static void sketch_two_roads(sketch *s, int lanes, double first_speed, double second_speed)
{
    s->roads[0] = 0;
    sketch_road(s, "a", "W", "C", SKETCH_POINTS(0, 0, 100, 0), lanes, first_speed);
    sketch_road(s, "b", "C", "E", SKETCH_POINTS(100, 0, 200, 0), 1, second_speed);
}

__attribute__((unused)) static sketch sketch_straight(void)
{
    sketch s = sketch_start();
    char links[700] = "";
    sketch_link(links, "go_straight", "a", 0, "b", 0, SKETCH_POINTS(90, -2, 110, -2));
    sketch_end(&s, "W", "\"a\"");
    sketch_end(&s, "E", "\"b\"");
    sketch_signal(&s, "C", 10.0, "\"a\",\"b\"", links,
                  "{\"time\":30,\"availableRoadLinks\":[0]},{\"time\":30,\"availableRoadLinks\":[]}");
    sketch_two_roads(&s, 1, 20.0, 20.0);
    sketch_flow(&s, SKETCH_VEHICLE, "\"a\",\"b\"", SKETCH_ONCE);
    return s;
}

/* The vehicle of a flow, or one with drivable -1 where it is not on the road. */
__attribute__((unused)) static mg_vehicle_view sketch_find(const mg_traffic_network *n, const mg_traffic *t, int flow,
                                                           int number)
{
    for (int32_t d = mg_traffic_next_busy(t, 0); d >= 0; d = mg_traffic_next_busy(t, d + 1)) {
        for (int32_t slot = mg_traffic_first(t, d); slot >= 0; slot = mg_traffic_behind(t, slot)) {
            mg_vehicle_view v = mg_traffic_vehicle(t, slot);
            if (v.flow == flow && v.number == number)
                return v;
        }
    }
    (void)n;
    return (mg_vehicle_view){.drivable = -1, .leader = -1};
}

#endif
