/* traffic_control.h - the signals of a road network as agents that choose their phases, as in LToS and CoLight.
 *
 * Source: facts/ltos.md 1, 3. An agent per signal, in file order; action a of 4 asks for light phase a+1;
 * a change costs five seconds of phase 0 (right turns only) out of the ten of a decision. Observation, by part: phase,
 * 8 bits; vehicles, on 12 incoming lanes (4 approaches from W, E, N, S, lanes 0 to 2 of each), not normalised;
 * pressure, only where the config asks for it, of each action's phase. Reward: -0.25 * vehicles waiting (under 0.1 m/s)
 * on these lanes, mean over the ten states before each second. Every episode starts from the network's own seed, so
 * that only the lights differ; no random stream is used. It is truncated after `episode_seconds` (there is no early
 * end).
 *
 * Approaches of any network: an incoming road belongs to the side its last piece comes from (|dx| >= |dy|: W or E);
 * a second road from one side takes the first free of W, E, N, S; a fifth is not seen. Lanes and approaches that
 * are not there count 0. Needs dt = 1 s, lights set by the agents and five phases or more at every signal: see
 * mg_traffic_control_check. Neighbours: signals that a road joins (in any direction), or
 * all (`everybody`). Metrics volume_distance and volume_divergence say how far what the signals did in the episode is
 * from where vehicles were: of the four actions, the share of decisions for each and the share, at the decisions, of
 * vehicles on the incoming lanes that it lets go straight or left (the paper of Intention Propagation, appendix C;
 * right turns may always go); Euclidean, and the divergence of the former from the latter. Lane 0 of an approach counts
 * as left and lane 1 as straight on, as in the grid, whatever the lane links of another network say.
 */
#ifndef MG_TRAFFIC_CONTROL_H
#define MG_TRAFFIC_CONTROL_H

#include "core/rl/env.h"
#include "envs/traffic/generate.h"
#include "envs/traffic/traffic.h"

#define MG_CONTROL_ACTIONS 4
#define MG_CONTROL_LANES 12
#define MG_CONTROL_OBSERVATION 20

/* What drives: LToS's Table 2, drawn by the key's seed, or the regular demand of envs/traffic/generate.h. */
typedef enum mg_control_demand {
    MG_CONTROL_LTOS,
    MG_CONTROL_STRAIGHT,
    MG_CONTROL_TURNS,
    MG_CONTROL_PEAKS,
    MG_CONTROL_WAVES
} mg_control_demand;

typedef struct mg_traffic_control_config {
    mg_traffic_grid grid;   /* its lights are the environment's: plan is not looked at */
    int demand;             /* mg_control_demand */
    double demand_interval; /* of regular demand: s between vehicles of one flow */
    int episode_seconds, decision_seconds, yellow_seconds;
    bool everybody;      /* all other signals are an agent's neighbours, nearest first; else those that a road joins */
    double transfer_max; /* bound of what an agent may give another after the actions; 0: nobody is asked */
    bool observe_pressure; /* 4 further numbers per agent: the pressure of each action's phase (lights.h) */
} mg_traffic_control_config;

mg_traffic_control_config mg_traffic_control_default(void); /* LToS: 6x6, Table 2, 3600, 10, 5, false */
bool mg_traffic_control_check(const mg_traffic_network *network, mg_error *error);
extern const mg_env_table mg_traffic_control;
/* A world on a network from elsewhere, which must outlive it; the config's grid and demand are not looked at. For
 * close_world; NULL with the reason. */
void *mg_traffic_control_on(const mg_traffic_control_config *config, const mg_traffic_network *network,
                            mg_error *error);

/* The same decisions in a town of our own (mg_traffic_town, mg_traffic_trips_flow), with the key's seed for its trips;
 * of `control` only seconds, transfer_max and observe_pressure are looked at. With `files`, a folder, on the network of
 * its roadnet.json with the vehicles of its flow.json, CityFlow's: signals, vehicles and demand_seconds are not looked
 * at, and all seeds have the same roads and vehicles. Refused, beside what mg_traffic_control_check refuses: a signal
 * whose phase 0 lets more than right turns go, and a flow.json without vehicles. */
typedef struct mg_town_control_config {
    mg_traffic_control_config control;
    int signals;  /* 5, 33 or 96 */
    int vehicles; /* in `demand_seconds` */
    int demand_seconds;
    const char *files; /* NULL: none; no field, since a config is numbers */
} mg_town_control_config;

mg_town_control_config mg_town_control_default(int signals); /* 33: as many vehicles as LToS's Shenzhen, in an hour */
extern const mg_env_table mg_town_control;

/* What a decision looked like, for tables: numbers of the last step, [signals] where a pointer. */
typedef struct mg_traffic_control_view {
    const int32_t *phase;                               /* 1..4, or -1 while yellow */
    const int32_t *queue_before;                        /* waiting, summed over the states before each second */
    long queue_before_sum, queue_after_sum, queue_last; /* over all agents; after each second; after the last */
    long running, finished;
    double time, average_travel_time;
} mg_traffic_control_view;
mg_traffic_control_view mg_traffic_control_look(const mg_row *row);
/* Vehicles on the 12 incoming lanes of a signal. */
void mg_traffic_control_counts(const mg_row *row, int signal, int32_t count[MG_CONTROL_LANES]);

#endif
