/* traffic.h - a microscopic traffic simulator that gives CityFlow's numbers to the last bit (traffic/README.md).
 *
 *     mg_traffic_network *network;
 *     if (!mg_traffic_load("config.json", &network, &error)) return mg_report_error("traffic", &error);
 *     mg_traffic *traffic = mg_traffic_create(network);
 *     for (int t = 0; t < 3600; t++) mg_traffic_step(traffic);
 *     printf("%.17g\n", mg_traffic_average_travel_time(traffic));
 *
 * It reads CityFlow's files. Lane change is refused: the reference itself is not reproducible with it. One thread.
 * Work follows the vehicles: empty links and idle crosses cost nothing. A step allocates only when more vehicles
 * are alive than ever before. There is no global state; networks are read-only and may be shared.
 */
#ifndef MG_TRAFFIC_H
#define MG_TRAFFIC_H

#include "core/io/digest.h"
#include "core/io/error.h"
#include "envs/traffic/network.h"
#include <stddef.h>

/* ---- networks ---- */
/* Errors name the file and the place in it. The config's `dir` is put directly in front of the other files' names.
 */
bool mg_traffic_load(const char *config_path, mg_traffic_network **network, mg_error *error);
/* As if the config's laneChange were false; network->note says so. */
bool mg_traffic_load_without_lane_change(const char *config_path, mg_traffic_network **network, mg_error *error);
/* The same from texts in memory; the config's file names only name the texts in errors. */
bool mg_traffic_parse(const char *config, const char *roadnet, const char *flow, mg_traffic_network **network,
                      mg_error *error);

#define MG_TRAFFIC_NAME 1100
/* "<road>_<lane>" or "<lane>_TO_<lane>"; returns text. */
const char *mg_traffic_drivable_name(const mg_traffic_network *network, int32_t drivable, char text[MG_TRAFFIC_NAME]);
/* Vehicles that the flows create in this many steps: an upper bound of what is alive at once. */
long mg_traffic_demand(const mg_traffic_network *network, long steps);

/* ---- simulations ---- */
typedef struct mg_traffic mg_traffic;

mg_traffic *mg_traffic_create(const mg_traffic_network *network);
void mg_traffic_destroy(mg_traffic *traffic);
/* A simulation in memory of the caller, of mg_traffic_bytes(network, vehicles), aligned to 8: for at most that many
 * vehicles at once (more end the program). The memory holds no pointer: copied as bytes it is the same simulation.
 * The handle is small, made anew at will and valid as long as the memory. start: a new simulation, else one that is
 * there. */
size_t mg_traffic_bytes(const mg_traffic_network *network, long vehicles);
mg_traffic *mg_traffic_attach(const mg_traffic_network *network, void *memory, long vehicles, bool start, void *handle);
size_t mg_traffic_handle_bytes(void);

void mg_traffic_step(mg_traffic *traffic);
/* An empty network at time 0, lights in their first phase. CityFlow has two forms, and neither is a new engine:
 * reset() lets the generator go on, so that the second episode differs from the first; reset(True) seeds it again, but
 * a flow that was found to have no route stays marked and creates no vehicle, where a new engine creates one, draws its
 * numbers and drops it. So with such a flow an episode after reset(True) differs from the first one, from its first
 * draw on. The last form is for whoever wants the first episode again. */
typedef enum mg_traffic_restart {
    MG_RESTART_GOING_ON, /* reset(), reset(False) */
    MG_RESTART_SEEDED,   /* reset(True) */
    MG_RESTART_NEW       /* as in a new engine */
} mg_traffic_restart;
void mg_traffic_reset(mg_traffic *traffic, mg_traffic_restart restart);
/* False if there is no such signal or phase, or if lights follow the plan. Acts on the next step. */
bool mg_traffic_set_phase(mg_traffic *traffic, int32_t signal, int32_t phase);
int32_t mg_traffic_phase(const mg_traffic *traffic, int32_t signal);
bool mg_traffic_is_green(const mg_traffic *traffic, int32_t link); /* a drivable */

/* The generator anew, the simulation as it is: CityFlow's set_random_seed. A restart seeds with the config's. */
void mg_traffic_seed(mg_traffic *traffic, uint32_t seed);

/* ---- from outside, while it runs (4.10) ----
 * network: that of this simulation, which must be one of mg_traffic_create and the only one on it: it grows by what is
 * driven, if the files did not have it. */
/* What a vehicle is like, in CityFlow's order; speed: with which it starts. */
typedef struct mg_traffic_car {
    double speed, length, width, max_pos_acc, max_neg_acc, usual_pos_acc, usual_neg_acc, min_gap, max_speed,
        headway_time;
} mg_traffic_car;
mg_traffic_car mg_traffic_car_default(void); /* CityFlow's: 5 m, 4.5 and 2.5 m/s^2, 16.66667 m/s, ... */
/* A vehicle that enters at the first of these roads; the next step gives it a lane, or drops it where there is no
 * route. It counts as of flow MG_PUSHED, with the caller's number. */
bool mg_traffic_push(mg_traffic *traffic, mg_traffic_network *network, const mg_traffic_car *car, const int32_t *road,
                     int32_t roads, int32_t number, mg_error *error);
/* From the road on which it is, over these. *taken false: it keeps its route, since there is no such route, its lane
 * does not lead there, or it is on a link or has no lane yet. */
bool mg_traffic_redirect(mg_traffic *traffic, mg_traffic_network *network, int32_t slot, const int32_t *road,
                         int32_t roads, bool *taken, mg_error *error);
/* A speed for the next step that the vehicle drives, m/s: below what its leader allows at the hardest braking, and
 * still bound by its own acceleration, the lane's limit and the crossing. */
void mg_traffic_wish(mg_traffic *traffic, int32_t slot, double speed);

/* All of a simulation as bytes, its vehicles' trips included; into one of the same files, on the same kind of machine.
 * False, and nothing is changed, where they are not. The flows that were found to have no route stay what they are, as
 * in CityFlow. */
size_t mg_traffic_saved_bytes(const mg_traffic *traffic);
void mg_traffic_save(const mg_traffic *traffic, void *bytes);
bool mg_traffic_restore(mg_traffic *traffic, mg_traffic_network *network, const void *bytes, size_t length,
                        mg_error *error);

/* ---- what can be seen (10) ---- */
long mg_traffic_steps(const mg_traffic *traffic);
double mg_traffic_time(const mg_traffic *traffic);
long mg_traffic_running(const mg_traffic *traffic); /* on lanes and links */
long mg_traffic_alive(const mg_traffic *traffic);   /* running or waiting to enter */
long mg_traffic_finished(const mg_traffic *traffic);
double mg_traffic_cumulative_travel_time(const mg_traffic *traffic); /* of the finished */
double mg_traffic_average_travel_time(const mg_traffic *traffic);    /* from creation; the unfinished so far */
const int32_t *mg_traffic_counts(const mg_traffic *traffic);         /* [drivables] vehicles on each */
const int32_t *mg_traffic_waiting(const mg_traffic *traffic);        /* [lanes] of these, slower than 0.1 m/s */
long mg_traffic_updates(const mg_traffic *traffic);                  /* vehicles moved, over all steps */
long mg_traffic_ties(const mg_traffic *traffic); /* equal keys of 4.6, whose order CityFlow leaves open */

/* Sums over the vehicles that the flows have created so far. */
typedef struct mg_traffic_trips {
    double vehicles;
    double signals;   /* passed on their routes */
    double free_flow; /* s: road lengths by the lower of the vehicle's and the road's speed */
} mg_traffic_trips;
mg_traffic_trips mg_traffic_trips_so_far(const mg_traffic *traffic);
void mg_traffic_hash(const mg_traffic *traffic, mg_hasher *hasher); /* everything that steps to come depend on */

/* A vehicle, for looking at; slots of gone ones are used again. */
typedef struct mg_vehicle_view {
    double distance, speed, gap;
    int32_t drivable, leader;       /* slot or -1 */
    int32_t flow, number, priority; /* flow MG_PUSHED: from outside */
    bool running;
} mg_vehicle_view;
int32_t mg_traffic_slots(const mg_traffic *traffic); /* all slots are below */
bool mg_traffic_is_alive(const mg_traffic *traffic, int32_t slot);
double mg_traffic_length(const mg_traffic *traffic, int32_t slot, double *width); /* of the vehicle, m */
/* Where its front bumper is, and the way it goes there: a unit vector. Of a vehicle on the road. */
mg_point mg_traffic_place(const mg_traffic *traffic, int32_t slot, mg_point *direction);
/* The road on which it is, or was last, and those to come. */
const int32_t *mg_traffic_roads_ahead(const mg_traffic *traffic, int32_t slot, int32_t *roads);
int32_t mg_traffic_first(const mg_traffic *traffic, int32_t drivable);      /* slot of the foremost, or -1 */
int32_t mg_traffic_behind(const mg_traffic *traffic, int32_t slot);         /* next towards the rear, or -1 */
int32_t mg_traffic_next_busy(const mg_traffic *traffic, int32_t drivable);  /* first >= drivable with vehicles, or -1 */
int32_t mg_traffic_first_entering(const mg_traffic *traffic, int32_t lane); /* outside, waiting to enter */
int32_t mg_traffic_next_entering(const mg_traffic *traffic, int32_t slot);
mg_vehicle_view mg_traffic_vehicle(const mg_traffic *traffic, int32_t slot);

#endif
