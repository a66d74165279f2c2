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

void mg_traffic_shape(mg_traffic_network *network);                         /* geometry.c: 2.1 to 2.3 */
bool mg_traffic_find_crosses(mg_traffic_network *network, mg_error *error); /* crosses.c: 2.4 */
/* check.c: what vehicles drive on has lengths and, with lane change, one lane. */
bool mg_traffic_check(const mg_traffic_network *network, const char *config, const char *roadnet, mg_error *error);

/* routing.c: 7. anchors: roads, anchor_first[flow] where those of a flow begin. */
void mg_traffic_route(mg_traffic_network *network, const int32_t *anchor_first, const int32_t *anchor);
/* Section 3, when the lengths of what is driven on are known to be numbers. file: of the flows, for messages. */
bool mg_traffic_plan_routes(mg_traffic_network *network, const char *file, mg_error *error);

#endif
