/* build.h - the parts that make a network, in the order in which mg_traffic_load calls them. */
#ifndef MG_TRAFFIC_BUILD_H
#define MG_TRAFFIC_BUILD_H

#include "envs/traffic/document.h"
#include "envs/traffic/network.h"

/* What a message says of CityFlow after an error that it reports too. */
#define MG_RUNS_EMPTY "CityFlow would say \"load config failed\" and run with no vehicle at all"

/* Ids in a hash table; numbers are the order of adding. */
typedef struct mg_names {
    const char **name;
    int32_t count;
    int32_t *slot;
    uint32_t slots;
} mg_names;
void mg_names_start(mg_names *names, int32_t most);
bool mg_names_add(mg_names *names, const char *name);           /* false: there already; the last of a name counts */
int32_t mg_names_find(const mg_names *names, const char *name); /* or -1 */
void mg_names_free(mg_names *names);

/* Reads every array that comes from the file; fills no length, no lane point, no cross. A link without points has
 * none: mg_traffic_shape computes them. */
bool mg_traffic_read_roadnet(mg_traffic_network *network, const mg_document *document, const char *file,
                             mg_names *roads, mg_error *error);
bool mg_traffic_read_flows(mg_traffic_network *network, const mg_document *document, const char *file,
                           const mg_names *roads, mg_error *error);

/* flows.c: the numbers of a vehicle, as the files name them. */
enum {
    MG_CAR_LENGTH,
    MG_CAR_WIDTH,
    MG_CAR_MAX_GAIN,
    MG_CAR_MAX_LOSS,
    MG_CAR_USUAL_GAIN,
    MG_CAR_USUAL_LOSS,
    MG_CAR_MIN_GAP,
    MG_CAR_MAX_SPEED,
    MG_CAR_HEADWAY,
    MG_CAR_MEMBERS
};
extern const char *const mg_traffic_car_member[MG_CAR_MEMBERS];
const char *mg_traffic_car_wants(int member, double x); /* what a number would have to be; NULL: it is */
mg_vehicle_kind mg_traffic_kind_of(const double x[MG_CAR_MEMBERS], double dt);

void mg_traffic_shape(mg_traffic_network *network);                         /* geometry.c: 2.1 to 2.3 */
bool mg_traffic_find_crosses(mg_traffic_network *network, mg_error *error); /* crosses.c: 2.4 */
/* Where a drivable is at a distance, and which way it goes there: of networks that are shaped. */
mg_point mg_traffic_point_on(const mg_traffic_network *network, int32_t drivable, double distance, mg_point *direction);
/* check.c: what vehicles drive on has lengths and, with lane change, one lane. */
bool mg_traffic_check(const mg_traffic_network *network, const char *config, const char *roadnet, mg_error *error);

/* The same of the roads of one route. */
bool mg_traffic_check_route(const mg_traffic_network *network, const int32_t *road, int32_t roads, mg_error *error);

/* routing.c: 7. anchors: roads, anchor_first[flow] where those of a flow begin. */
void mg_traffic_route(mg_traffic_network *network, const int32_t *anchor_first, const int32_t *anchor);
/* Section 3, when the lengths of what is driven on are known to be numbers. file: of the flows, for messages. */
bool mg_traffic_plan_routes(mg_traffic_network *network, const char *file, mg_error *error);
/* The same for one more, of anchors: *road is malloc'd, *roads 0 where there is no route. */
void mg_traffic_route_one(const mg_traffic_network *network, const int32_t *anchor, int32_t anchors, int32_t **road,
                          int32_t *roads);
/* Plans the last route, which a vehicle with this horizon drives (mg_vehicle_kind.approach); may make memo larger. */
bool mg_traffic_plan_one(mg_traffic_network *network, double horizon, mg_error *error);
/* Whether a vehicle of that horizon can drive a route that is planned; may make memo larger. */
bool mg_traffic_make_memo(mg_traffic_network *network, int32_t route, double horizon, const char *who, mg_error *error);

/* trips.c: what a network grows by while it is driven on; each is added unless it is there. road: a whole route. */
int32_t mg_traffic_add_kind(mg_traffic_network *network, const mg_vehicle_kind *kind);
bool mg_traffic_add_route(mg_traffic_network *network, const int32_t *road, int32_t roads, double horizon,
                          int32_t *route, mg_error *error);
int32_t mg_traffic_add_trip(mg_traffic_network *network, int32_t of_flow, const mg_flow *trip);

#endif
