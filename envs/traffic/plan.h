/* plan.h - the choice that makes a plan, for routing and for vehicles that plan on the way. */
#ifndef MG_TRAFFIC_PLAN_H
#define MG_TRAFFIC_PLAN_H

#include "envs/traffic/network.h"

/* The link (a drivable) from lane to road `next` whose end lane is nearest in index and leads on to road `after`
 * (-1: no road after); -1: none. */
int32_t mg_traffic_choose_link(const mg_traffic_network *network, int32_t lane, int32_t next, int32_t after);
/* The lane has a link to some lane of the road. */
bool mg_traffic_leads_to(const mg_traffic_network *network, int32_t lane, int32_t road);

#endif
