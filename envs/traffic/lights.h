/* lights.h - max-pressure control (Varaiya 2013): the phase whose green lane links lead from long queues to short
 * ones. */
#ifndef MG_TRAFFIC_LIGHTS_H
#define MG_TRAFFIC_LIGHTS_H

#include "envs/traffic/traffic.h"

/* Pressure of one phase (counted within the signal): over its green lane links, the vehicles on the lane before
 * less those on the lane after. */
int64_t mg_traffic_pressure(const mg_traffic *traffic, int32_t signal, int32_t phase);

/* The phase of the largest pressure, ties to the lowest number. */
int32_t mg_traffic_max_pressure(const mg_traffic *traffic, int32_t signal);

#endif
