/* traffic_commands.h - the commands of the traffic tool and what they share. Each returns the program's exit
 * status. */
#ifndef MG_TOOL_TRAFFIC_COMMANDS_H
#define MG_TOOL_TRAFFIC_COMMANDS_H

#include "core/io/error.h"
#include "envs/traffic/traffic.h"

/* ---- options: --name VALUE, or --name alone where a flag is ---- */
typedef struct traffic_option {
    const char *name; /* without the dashes */
    bool flag;
    const char *value; /* set by reading; "" for a flag that was given */
} traffic_option;

bool traffic_read_options(int count, char **text, traffic_option *option, int options, mg_error *error);
const char *traffic_option_text(const traffic_option *option, int options, const char *name); /* or NULL */
bool traffic_option_integer(const traffic_option *option, int options, const char *name, long low, long high, long *x,
                            mg_error *error); /* *x is left alone where the option was not given */
bool traffic_option_number(const traffic_option *option, int options, const char *name, double low, double high,
                           double *x, mg_error *error);

/* ---- the network ---- */
/* Loads it and prints its notes on stderr. */
bool traffic_open(const char *config, bool ignore_lane_change, mg_traffic_network **network, mg_error *error);

/* ---- who sets the lights ---- */
typedef enum traffic_lights_kind {
    TRAFFIC_LIGHTS_AS_CONFIGURED,
    TRAFFIC_LIGHTS_SCHEDULE,
    TRAFFIC_LIGHTS_MAX_PRESSURE,
    TRAFFIC_LIGHTS_FIXED
} traffic_lights_kind;
typedef struct traffic_lights {
    traffic_lights_kind kind;
    const char *path; /* SCHEDULE: of its file */
    long period;      /* steps between changes: FIXED, MAX_PRESSURE */
    int64_t *when;    /* SCHEDULE: [rows], ascending */
    int32_t *phase;   /* [rows * signals] */
    size_t rows, next;
} traffic_lights;

/* text: plan, schedule.csv, max-pressure, fixed:SECONDS or NULL. A schedule is refused where the config has a plan,
 * since CityFlow would keep the plan; max-pressure and fixed, which it does not have, turn the plan off and say so.
 * Where nobody sets the lights, that is said too. */
bool traffic_lights_open(const char *text, mg_traffic_network *network, traffic_lights *lights, mg_error *error);
bool traffic_lights_set(traffic_lights *lights, mg_traffic *traffic, const mg_traffic_network *network,
                        mg_error *error); /* before each step */
void traffic_lights_close(traffic_lights *lights);

/* A CSV of whole numbers whose first line is a title, not a header: rows of one step (or decision) and `columns`
 * more. */
bool traffic_read_numbers(const char *path, int32_t columns, int64_t **first, int32_t **rest, size_t *rows,
                          mg_error *error);

int traffic_run(int count, char **text);
int traffic_generate(int count, char **text);
int traffic_render(int count, char **text);

#endif
