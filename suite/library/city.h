/* city.h - what is behind a marlgold_traffic (marlgold.h). */
#ifndef MG_LIBRARY_CITY_H
#define MG_LIBRARY_CITY_H

#include "envs/traffic/traffic.h"
#include "suite/library/handle.h"

/* A vehicle alive, with a key whose order is that of the bytes of its id. */
typedef struct mg_city_vehicle {
    uint64_t flow, number;
    int32_t slot;
    int32_t running;
} mg_city_vehicle;

/* A lane with its id. */
typedef struct mg_city_lane {
    char *id;
    int32_t lane;
} mg_city_lane;

struct marlgold_traffic {
    mg_traffic_network *network;
    mg_traffic *traffic;
    mg_city_lane *lane; /* in order of their ids, each id once */
    int lanes;
    int pushed;  /* vehicles ever: their numbers */
    bool broken; /* memory ran out in the middle of a step */
    /* Who is there, in order of ids; made when it is asked for after a change. */
    bool known;
    mg_city_vehicle *vehicle, *other; /* other: to sort with */
    int vehicles, room;
};

/* traffic_look.c: the slot of a vehicle, or -1. */
int32_t mg_city_find(const marlgold_traffic *self, const char *id);
/* traffic.c: of an intersection; 0 at an edge of the map. */
int mg_city_phases(const mg_traffic_network *network, int intersection);

#endif
