/* network.h - a loaded road network with its demand: read-only, arrays indexed by order in the files, shared by any
 * number of simulations; one whose vehicles are pushed or sent elsewhere from outside (traffic.h) has a network of its
 * own, which grows by their trips. Lengths in m, speeds m/s, times s. Source: traffic/README.md 1, 2, 7.
 *
 * Drivables are all lanes (road order, then lane index) followed by all lane links (intersection, road link, lane
 * link order). A link is named by its drivable index - lanes where an array below says [links]. x_first arrays have
 * one entry more than things: thing i owns the entries x_first[i] to x_first[i+1]-1.
 */
#ifndef MG_TRAFFIC_NETWORK_H
#define MG_TRAFFIC_NETWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct mg_point {
    double x, y;
} mg_point;

/* Where two links of one intersection touch; a and b are drivables, a before b. */
typedef struct mg_cross {
    int32_t a, b;
    double distance_a, distance_b; /* from each link's start */
} mg_cross;

/* A cross as one of its links sees it. */
typedef struct mg_conflict {
    double distance;
    int32_t cross; /* number within the intersection */
    int32_t foe;   /* the other link, a drivable */
    int32_t place; /* of this cross in the foe's order */
} mg_conflict;

/* What happens at one lane of one road of a route: a vehicle there takes `link` (a drivable; -1: the route ends here,
 * MG_STRANDED: no link of this lane leads on) and is then at the entry `next`. */
typedef struct mg_plan {
    int32_t link, next;
} mg_plan;

/* Braking of one strength (maximal or usual): factors of the safe speed that do not change. */
typedef struct mg_braking {
    double rate;        /* m/s^2, positive */
    double loss;        /* rate * dt */
    double four_a;      /* 4 * (0.5 / rate) */
    double half_over_a; /* 0.5 / (0.5 / rate) */
} mg_braking;

/* Vehicles with the same parameters. */
typedef struct mg_vehicle_kind {
    double length, min_gap, max_speed;
    double max_gain, usual_gain; /* acceleration * dt */
    double usual_acceleration;
    mg_braking max, usual;
    double headway;  /* headwayTime + dt/2 */
    double approach; /* how far ahead of a lane's end the intersection matters; also how far leaders are sought */
} mg_vehicle_kind;

typedef struct mg_flow {
    int32_t kind, route; /* route -1: there is none */
    int32_t first_road;
    int32_t start, end; /* s, inclusive; end -1: for ever */
    double interval;
    double width; /* of its vehicles, m: for pictures */
} mg_flow;

/* For how many there is room in arrays that trips make longer; 0: for as many as there are. */
typedef struct mg_traffic_room {
    int32_t flows, kinds, routes, roads, plans, trips;
} mg_traffic_room;

typedef struct mg_traffic_network {
    double dt;
    int32_t seed;
    bool lane_change;   /* laneChange is true, and no road in use has a second lane: leaders are sought once more */
    bool plan_lights;   /* lights follow the built-in plan; else only mg_traffic_set_phase moves them */
    bool exact_time;    /* multiples of dt add without rounding */
    bool inverse_exact; /* dt is a power of two: x * inverse_dt == x / dt */
    double inverse_dt;

    /* intersections: all, in file order; signals: those that are not virtual */
    int32_t intersections, signals;
    const char **intersection_id;
    mg_point *intersection_point;
    double *intersection_width;   /* 0: virtual */
    int32_t *intersection_signal; /* or -1 */
    int32_t *signal_intersection; /* [signals] */
    int32_t *signal_named;        /* [signals] which one its id means: of several the last; -1: a virtual one */
    int32_t *intersection_road_first, *intersection_road;

    int32_t roads;
    const char **road_id;
    int32_t *road_start, *road_end; /* intersections */
    int32_t *road_lane_first;
    int32_t *road_point_first;
    mg_point *road_point;
    double *road_cost; /* mean lane length */

    int32_t lanes, links, drivables;
    double *length, *max_speed;           /* [drivables] */
    int32_t *point_first;                 /* [drivables + 1] */
    mg_point *point;                      /* centre lines */
    double *lane_width;                   /* [lanes] */
    int32_t *lane_road;                   /* [lanes] */
    int32_t *lane_link_first, *lane_link; /* links (drivables) that start on a lane, in file order */
    int32_t *link_start, *link_end;       /* [links] lanes */
    int32_t *link_signal;                 /* [links] */
    uint8_t *link_rank;                   /* [links] go_straight 3, turn_left 2, turn_right 1, else 0 */

    int32_t *signal_link_first;     /* links */
    int32_t *signal_movement_first; /* road links */
    int32_t movements;
    int32_t *movement_link_first; /* links */
    uint8_t *movement_rank;
    int32_t *movement_start, *movement_end; /* roads */

    int32_t *signal_phase_first; /* phases */
    double *phase_time;
    int32_t *phase_movement_first, *phase_movement; /* movements (over all signals) that are green */

    int32_t *signal_cross_first;
    mg_cross *cross;
    int32_t *conflict_first;       /* [links + 1] */
    mg_conflict *conflict;         /* of each link in the order of 2.4 */
    int32_t mask_words;            /* 64-bit words for the conflicts of any link */
    int64_t *conflict_table_first; /* [signals]; row = own link, column = foe, both counted within the signal */
    uint16_t *conflict_table;      /* place in the own order, or MG_NO_CONFLICT */

    int32_t kinds, flows, routes;
    mg_vehicle_kind *kind;
    mg_flow *flow;
    int32_t *flow_by_start; /* flows in the order in which they begin */
    /* flow[flows + k] is trip k, which creates nothing: what vehicles from outside, or sent elsewhere, drive */
    int32_t trips;
    int32_t *trip_of; /* [trips] the flow that its vehicles are from; MG_PUSHED: from outside */
    mg_traffic_room room;
    int32_t *route_road_first, *route_road;
    int32_t *route_plan; /* [routes] entry of lane 0 of the first road; -1: a road repeats, the plan is made on the
                            way */
    mg_plan *plan;
    int32_t plans;
    int32_t memo; /* drivables that a vehicle on a route that repeats a road may look ahead; 0: no such route */

    char *note[16]; /* lines for people: what CityFlow takes silently, or what is not as in CityFlow */
    int32_t notes;

    void **kept; /* what mg_traffic_free gives back */
    int kept_count, kept_capacity;
} mg_traffic_network;

#define MG_NO_CONFLICT UINT16_MAX
#define MG_STRANDED (-2)
#define MG_PUSHED (-1)
#define MG_SPEED_LIMIT 100.0 /* of any vehicle, m/s */
#define MG_YIELD_DISTANCE 5.0
#define MG_TURN_SPEED 8.3333

/* ---- its memory ---- */
/* Zeroed memory that lives as long as the network. */
void *mg_traffic_keep(mg_traffic_network *network, size_t count, size_t size);
/* An array for as many things as are needed, with the used ones of the old; the old stays kept. */
void *mg_traffic_widen(mg_traffic_network *network, void *old, size_t used, size_t needed, int32_t *room, size_t size);
/* One more line of network->note. */
__attribute__((format(printf, 2, 3))) void mg_traffic_note(mg_traffic_network *network, const char *format, ...);
void mg_traffic_free(mg_traffic_network *network);

#endif
