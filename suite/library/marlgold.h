/* marlgold.h - marlgold's environments, and its traffic simulator, for other programs: a small C interface, and stable:
 * what is declared here keeps its meaning as long as MARLGOLD_ABI stays the same.
 *
 *     char error[MARLGOLD_ERROR];
 *     marlgold *game = marlgold_create("predation", "agents=6 steps=20", &(marlgold_options){.rows = 8}, error);
 *     marlgold_spec spec;
 *     marlgold_describe(game, &spec);
 *     float *observation = malloc(8 * spec.observation_length * sizeof *observation); ...
 *     for (int row = 0; row < 8; row++)
 *         marlgold_reset(game, row, error);
 *     marlgold_look(game, &(marlgold_view){.observation = observation});
 *     marlgold_step(game, &(marlgold_decision){.action = action}, &(marlgold_outcome){.reward = reward, ...}, error);
 *     marlgold_free(game);
 *
 * Rows are parallel, independent episodes of one environment. Every array is the caller's: row after row, within a row
 * agent after agent, each with its own length (marlgold_agent says where its part begins). Nothing is allocated after
 * marlgold_create. There is no automatic reset: an episode that is over shows its last observation until its row is
 * reset, and is not stepped any more.
 *
 * Bits: an environment's numbers depend on name, settings, experiment, seed, row, how often the row was reset and
 * stepped before, and the decisions, on nothing else: they are the same on every machine, and the same as in
 * marlgold's own programs (training rows).
 *
 * Errors: functions that can fail return false or NULL and write one line to `error`, which has room for MARLGOLD_ERROR
 * characters; it may be NULL. Nothing is printed and no function ends the program. Handles share nothing: different
 * threads may use different handles at once; one handle is for one thread at a time.
 */
#ifndef MARLGOLD_H
#define MARLGOLD_H

#include <stddef.h>
#include <stdint.h>
#ifndef __cplusplus
#include <stdbool.h>
#endif

#ifdef __cplusplus
extern "C" {
#endif

#define MARLGOLD_ABI 1
#define MARLGOLD_ERROR 700 /* room for one line */
#define MARLGOLD_API __attribute__((visibility("default")))

MARLGOLD_API int marlgold_abi(void);             /* MARLGOLD_ABI of the library in use: compare it with the header's */
MARLGOLD_API const char *marlgold_version(void); /* "0.1.0" */

/* ---- what there is ---- */

MARLGOLD_API int marlgold_environments(void);
MARLGOLD_API const char *marlgold_environment(int index); /* its name; NULL past the end */

typedef enum marlgold_type { MARLGOLD_WHOLE, MARLGOLD_REAL, MARLGOLD_TRUTH } marlgold_type;

/* One setting of an environment. low and high are the smallest and the largest value that is taken. */
typedef struct marlgold_setting {
    const char *name, *source; /* source: where the value of the paper comes from */
    marlgold_type type;
    double value, low, high; /* value: what it is without being set */
} marlgold_setting;
/* False past the last one, or where there is no such environment. */
MARLGOLD_API bool marlgold_setting_of(const char *environment, int index, marlgold_setting *setting);

/* ---- a handle ---- */

typedef struct marlgold marlgold;

/* All may stay 0, but rows: 0 is 1 row. */
typedef struct marlgold_options {
    int rows;            /* 1 to 65536 */
    uint32_t seed;       /* names the random streams ... */
    uint32_t experiment; /* ... together with this: the number of one of marlgold's results for the bits of its tasks */
} marlgold_options;

/* settings: NULL, or "field=value field=value" with spaces or commas between; numbers, true or false. A setting that
 * is not named has the paper's value. options: NULL for all 0. NULL where something is wrong. */
MARLGOLD_API marlgold *marlgold_create(const char *environment, const char *settings, const marlgold_options *options,
                                       char *error);
MARLGOLD_API void marlgold_free(marlgold *self); /* NULL: nothing happens */

/* Numbers of one row. */
typedef struct marlgold_spec {
    int agents, stages; /* stages: of a step; agents of a later one see what was decided in the earlier ones */
    int longest_episode;
    int observation_length;      /* of all agents together */
    int choices_length;          /* choices of all agents together: bytes of `allowed` */
    int real_length;             /* real action vectors of all agents together; 0: all have choices */
    int neighbours;              /* of an agent at most; 0: no graph */
    int state_length;            /* 0: none */
    int designer_length;         /* what a designer, a giver that is no agent, observes; 0: there is none */
    int givers, gifts_per_giver; /* of the transfer channel; 0: there is none */
    int gifts_after_actions;     /* 1: given when the actions are known; 0: before them */
    float gift_low, gift_high;
    int metrics;      /* of an episode */
    size_t row_bytes; /* of marlgold_save */
} marlgold_spec;
MARLGOLD_API void marlgold_describe(const marlgold *self, marlgold_spec *spec);
/* Of so many steps of an episode gifts are asked for in the first, and hold for the others; 1: in every step. */
MARLGOLD_API int marlgold_gift_period(const marlgold *self);

typedef struct marlgold_agent {
    int observation, observation_at; /* numbers, and where they begin in the row */
    int actions, choices_at;         /* actions 0: a vector */
    int reals, reals_at;
    int masked; /* 1: some choices may be barred */
    int stage;  /* in which it acts */
    int parts;  /* of its observation */
} marlgold_agent;
/* False where there is no such agent. */
MARLGOLD_API bool marlgold_agent_of(const marlgold *self, int agent, marlgold_agent *of);

/* A stretch of an observation: an image, channel after channel, row after row; a vector is 1 x 1 x n. */
typedef struct marlgold_part {
    const char *name;
    int channels, height, width;
} marlgold_part;
/* False where there is no such part. agent -1: of the designer's. */
MARLGOLD_API bool marlgold_part_of(const marlgold *self, int agent, int part, marlgold_part *of);
/* False where there is no such metric. Both may be NULL. */
MARLGOLD_API bool marlgold_metric_of(const marlgold *self, int metric, const char **name, const char **unit);

/* ---- playing ---- */

MARLGOLD_API bool marlgold_reset(marlgold *self, int row, char *error);

/* Where what is seen goes: [rows][length]; NULL: not wanted. What an environment does not have is left as it is. */
typedef struct marlgold_view {
    float *observation;
    uint8_t *allowed;   /* one byte a choice: 1 or 0 */
    int32_t *neighbour; /* [agents][neighbours], nearest first, -1: none */
    float *state, *designer;
} marlgold_view;
/* Of all rows that have been reset; `row` of one: its stretch of the same arrays. */
MARLGOLD_API void marlgold_look(const marlgold *self, const marlgold_view *view);
MARLGOLD_API void marlgold_look_at(const marlgold *self, int row, const marlgold_view *view);

/* What is decided: [rows][length]. */
typedef struct marlgold_decision {
    const int32_t *action; /* [agents]; not used for agents with vectors; NULL where all have them */
    const float *real;     /* NULL where nobody has a vector */
    const float *gift;     /* [givers][gifts_per_giver]; NULL: nothing is given */
} marlgold_decision;

/* What it did: [rows][agents], the flags [rows]; NULL: not wanted. Gifts are never mixed into the rewards. */
typedef struct marlgold_outcome {
    float *reward, *paid, *received;
    uint8_t *terminated, *truncated; /* 1: the episode is over, with no future, or cut off */
} marlgold_outcome;
/* One step of every row whose episode goes on. Rows that are over or were never reset give zeros and keep their
 * flags. False, and nothing is stepped, where an action or a gift is out of range or not a number. A barred choice in
 * range is legal and does what its environment says. */
MARLGOLD_API bool marlgold_step(marlgold *self, const marlgold_decision *decision, const marlgold_outcome *outcome,
                                char *error);
/* With several stages, or gifts before the actions: shows what was decided so far to the stages to come, before the
 * next look. after_stage -1: the gifts. False where that cannot be. */
MARLGOLD_API bool marlgold_disclose(marlgold *self, int after_stage, const marlgold_decision *decision, char *error);

/* 1: this row's episode goes on; 0: it is over or was never begun. */
MARLGOLD_API int marlgold_live(const marlgold *self, int row);
/* What a designer is after, in the row's last step; 0 before one, and where there is none. */
MARLGOLD_API float marlgold_welfare(const marlgold *self, int row);
/* [metrics] of the row's episode so far. */
MARLGOLD_API void marlgold_metrics(const marlgold *self, int row, double *metric);

/* ---- its state ---- */

#define MARLGOLD_DIGEST 33 /* 32 hexadecimal digits and the end */
/* XXH3-128 of all that the row's episode is. Equal digests: equal episodes, on any machine. */
MARLGOLD_API void marlgold_digest(marlgold *self, int row, char text[MARLGOLD_DIGEST]);

/* spec.row_bytes bytes that marlgold_restore takes, into any row of a handle of the same environment, settings,
 * experiment and seed, in any process on the same kind of machine: it goes on as the saved one would. False where they
 * are of another. */
MARLGOLD_API void marlgold_save(const marlgold *self, int row, void *bytes);
MARLGOLD_API bool marlgold_restore(marlgold *self, int row, const void *bytes, size_t length, char *error);

/* A picture of the row in text, as much as there is room for, with its end; returns the length that it has in all
 * (without the end), 0 where there is none. */
MARLGOLD_API size_t marlgold_render(const marlgold *self, int row, char *text, size_t room);

/* ---- the traffic simulator ----
 * What CityFlow's Python module can be asked, on CityFlow's files, with CityFlow's numbers to the last bit:
 *
 *     marlgold_traffic *city = marlgold_traffic_open("config.json", error);
 *     for (int t = 0; t < 3600; t++)
 *         marlgold_traffic_step(city, 1, error);
 *     printf("%.17g s\n", marlgold_traffic_average_travel_time(city));
 *     marlgold_traffic_free(city);
 *
 * suite/python/cityflow.py is that module on these functions; envs/traffic/README.md says what the simulator does and
 * what it does not have (a second lane with laneChange: true is refused). Vehicles are named as there: flow_3_17 is the
 * eighteenth of the fourth flow, manually_pushed_0 the first one pushed. Lanes are in order of the bytes of their ids,
 * roads and intersections in the order of the file.
 *
 * Texts: as much is written as there is room for, with its end, and the length that it has in all (without the end) is
 * returned, so that room 0 asks for it. A step may want more memory; where there is none, it says so, and the
 * simulation is over: everything but marlgold_traffic_free then fails, or shows nothing. */

typedef struct marlgold_traffic marlgold_traffic;

/* The config's file names begin with its dir, from the folder where the program runs. NULL where something is wrong. */
MARLGOLD_API marlgold_traffic *marlgold_traffic_open(const char *config, char *error);
MARLGOLD_API void marlgold_traffic_free(marlgold_traffic *self); /* NULL: nothing happens */
/* What CityFlow takes silently in these files, a line each; NULL past the last. */
MARLGOLD_API const char *marlgold_traffic_note(const marlgold_traffic *self, int index);

typedef struct marlgold_traffic_spec {
    int lanes, roads, intersections; /* lanes: with different ids */
    int lights_set;  /* 1: lights move by marlgold_traffic_set_phase alone; 0: by the plan of the files */
    double interval; /* of a step, s */
} marlgold_traffic_spec;
MARLGOLD_API void marlgold_traffic_describe(const marlgold_traffic *self, marlgold_traffic_spec *spec);
MARLGOLD_API const char *marlgold_traffic_lane(const marlgold_traffic *self, int lane); /* its id; NULL past the last */

typedef struct marlgold_traffic_road {
    const char *id;
    int lanes, start, end; /* start, end: intersections */
    double mean_length;    /* of its lanes, m */
} marlgold_traffic_road;
/* False where there is no such road. Of two with one id the last is meant. */
MARLGOLD_API bool marlgold_traffic_road_of(const marlgold_traffic *self, int road, marlgold_traffic_road *of);

typedef struct marlgold_traffic_intersection {
    const char *id;
    int phases;
    int edge; /* 1: a virtual one, without lights */
} marlgold_traffic_intersection;
/* False where there is no such intersection. Of two with one id the last is meant. */
MARLGOLD_API bool marlgold_traffic_intersection_of(const marlgold_traffic *self, int intersection,
                                                   marlgold_traffic_intersection *of);

MARLGOLD_API bool marlgold_traffic_step(marlgold_traffic *self, int steps, char *error);
/* An empty network at time 0. seeded 0: the random numbers go on, so that it is another episode; 1: the config's seed.
 */
MARLGOLD_API void marlgold_traffic_reset(marlgold_traffic *self, int seeded);
MARLGOLD_API void marlgold_traffic_seed(marlgold_traffic *self, uint32_t seed); /* of the random numbers from now on */
/* From the next step on. False where there is no such phase, or lights follow the plan. At an edge nothing happens. */
MARLGOLD_API bool marlgold_traffic_set_phase(marlgold_traffic *self, int intersection, int phase, char *error);
/* m/s, for the next step that it drives, as far as its leader, its lane and the crossing allow. */
MARLGOLD_API bool marlgold_traffic_set_speed(marlgold_traffic *self, const char *vehicle, double speed, char *error);
/* From the road on which it is, over these. 1: taken; 0: it keeps its route, since its lane does not lead there, or it
 * is between two roads; -1: there is no such vehicle or road. */
MARLGOLD_API int marlgold_traffic_set_route(marlgold_traffic *self, const char *vehicle, const int *road, int roads,
                                            char *error);

/* m, m/s^2 (positive), m/s, s; speed: with which it starts. */
typedef struct marlgold_traffic_car {
    double speed, length, width, max_pos_acc, max_neg_acc, usual_pos_acc, usual_neg_acc, min_gap, max_speed,
        headway_time;
} marlgold_traffic_car;
MARLGOLD_API void marlgold_traffic_car_default(marlgold_traffic_car *car); /* CityFlow's */
/* A vehicle that enters at the first road as soon as there is room; without a way from road to road, the next step
 * drops it. */
MARLGOLD_API bool marlgold_traffic_push(marlgold_traffic *self, const marlgold_traffic_car *car, const int *road,
                                        int roads, char *error);

MARLGOLD_API double marlgold_traffic_time(const marlgold_traffic *self); /* s */
/* s, from creation on; the unfinished with their time so far. */
MARLGOLD_API double marlgold_traffic_average_travel_time(const marlgold_traffic *self);
/* Vehicles on the roads; waiting 1: and those waiting outside. */
MARLGOLD_API int marlgold_traffic_count(const marlgold_traffic *self, int waiting);
/* [lanes] vehicles on each, and those of them under 0.1 m/s; NULL: not wanted. */
MARLGOLD_API void marlgold_traffic_lanes(const marlgold_traffic *self, int32_t *vehicles, int32_t *waiting);
/* Ids, a line each; ordered 0: by priority, as CityFlow lists them; 1: by the bytes of the ids. */
MARLGOLD_API size_t marlgold_traffic_vehicles(const marlgold_traffic *self, int ordered, int waiting, char *text,
                                              size_t room);
/* [count] of those on the roads, in order of ids: m/s, and m from the beginning of the lane or link; NULL: not wanted.
 */
MARLGOLD_API void marlgold_traffic_motion(const marlgold_traffic *self, double *speed, double *distance);
/* A line per lane: the ids on it, front to rear, each followed by a space. */
MARLGOLD_API size_t marlgold_traffic_lane_vehicles(const marlgold_traffic *self, char *text, size_t room);

#define MARLGOLD_VEHICLE 48 /* room for an id */
/* The id of who drives ahead, "" where nobody does. False where there is no such vehicle. */
MARLGOLD_API bool marlgold_traffic_leader(const marlgold_traffic *self, const char *vehicle,
                                          char text[MARLGOLD_VEHICLE]);
/* What CityFlow's get_vehicle_info shows: lines of a name, a space and a value. 0 where there is no such vehicle. */
MARLGOLD_API size_t marlgold_traffic_info(const marlgold_traffic *self, const char *vehicle, char *text, size_t room);

/* For pictures. [count][6] of those on the roads, by priority: x and y of the front bumper, the way it goes there (a
 * unit vector), length, width. */
MARLGOLD_API void marlgold_traffic_places(const marlgold_traffic *self, double *place);
/* As CityFlow's replay files have them: for every road that ends at lights its id, then g (all links green), r or i
 * (one phase only) for each lane, and a comma. */
MARLGOLD_API size_t marlgold_traffic_lights(const marlgold_traffic *self, char *text, size_t room);

/* Bytes that marlgold_traffic_restore takes, into a simulation of the same files, in any process on the same kind of
 * machine: it goes on as the saved one would. Restoring checks them all. */
MARLGOLD_API size_t marlgold_traffic_saved_bytes(const marlgold_traffic *self);
MARLGOLD_API void marlgold_traffic_save(const marlgold_traffic *self, void *bytes);
MARLGOLD_API bool marlgold_traffic_restore(marlgold_traffic *self, const void *bytes, size_t length, char *error);

#ifdef __cplusplus
}
#endif
#endif
