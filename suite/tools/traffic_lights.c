/* traffic_lights.c - lights from a file, a word or the plan. */
#include "core/io/file.h"
#include "core/io/memory.h"
#include "core/io/text.h"
#include "envs/traffic/lights.h"
#include "suite/harness/nearest.h"
#include "suite/tools/traffic_commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- tables of numbers ---- */
/* One line, cut at its commas in place; false: another number of fields, or no whole number. */
static bool read_line(char *line, int32_t columns, int64_t *first, int32_t *rest)
{
    int32_t column = 0;
    for (char *at = line, *next; at; at = next, column++) {
        next = strchr(at, ',');
        if (next)
            *next++ = 0;
        long x;
        if (column > columns || !mg_read_long(at, -2147483647L, 2147483647L, &x))
            return false;
        if (column == 0)
            *first = x;
        else
            rest[column - 1] = (int32_t)x;
    }
    return column == columns + 1;
}

static size_t count_lines(const char *bytes)
{
    size_t lines = 0;
    for (; (bytes = strchr(bytes, '\n')) != NULL; bytes++)
        lines++;
    return lines;
}

static bool read_lines(const char *path, char *bytes, int32_t columns, int64_t *first, int32_t *rest, size_t *rows,
                       mg_error *error)
{
    char *line = strchr(bytes, '\n');
    *rows = 0;
    if (!line)
        return mg_fail(error, MG_EXIT_INPUT, "%.300s: empty, wanted a title line and rows of numbers", path);
    for (line++; *line; (*rows)++) {
        char *end = strchr(line, '\n');
        if (!end)
            return mg_fail(error, MG_EXIT_INPUT, "%.300s:%zu: no line end; is the file whole?", path, *rows + 2);
        *end = 0;
        if (!read_line(line, columns, &first[*rows], rest + *rows * (size_t)columns))
            return mg_fail(error, MG_EXIT_INPUT, "%.300s:%zu: wanted %d whole numbers with commas between", path,
                           *rows + 2, columns + 1);
        if (*rows > 0 && first[*rows] <= first[*rows - 1])
            return mg_fail(error, MG_EXIT_INPUT, "%.300s:%zu: the first number is not above that of the line before",
                           path, *rows + 2);
        line = end + 1;
    }
    return true;
}

bool traffic_read_numbers(const char *path, int32_t columns, int64_t **first, int32_t **rest, size_t *rows,
                          mg_error *error)
{
    char *bytes;
    size_t length;
    *first = NULL;
    *rest = NULL;
    if (!mg_file_read(path, &bytes, &length, error))
        return false;
    size_t lines = count_lines(bytes);
    *first = mg_allocate(lines, sizeof **first);
    *rest = mg_allocate(lines * (size_t)columns, sizeof **rest);
    bool good = read_lines(path, bytes, columns, *first, *rest, rows, error);
    free(bytes);
    return good;
}

/* ---- lights ---- */
static long steps_of(const mg_traffic_network *network, double seconds)
{
    double steps = seconds / network->dt + 0.5;
    return steps < 1.0 ? 1 : (long)steps;
}

static const char *light_word(const void *context, int i)
{
    static const char *const word[] = {"plan", "max-pressure", "fixed"};
    (void)context;
    return word[i];
}

/* What was perhaps meant by a word that is not a file. */
static const char *near_miss(const char *text)
{
    char head[60];
    snprintf(head, sizeof head, "%.*s", (int)strcspn(text, ":"), text);
    const char *nearest = mg_nearest(head, 3, light_word, NULL);
    return nearest && strcmp(nearest, "fixed") == 0 ? "fixed:SECONDS" : nearest;
}

static bool open_schedule(const char *text, const mg_traffic_network *network, traffic_lights *lights, mg_error *error)
{
    bool exists;
    if (!mg_file_exists(text, &exists, error))
        return false;
    const char *meant = exists ? NULL : near_miss(text);
    if (meant)
        return mg_fail(error, MG_EXIT_USAGE, "--lights %.60s: there is no such file; was %s meant?", text, meant);
    if (network->plan_lights)
        return mg_fail(
            error, MG_EXIT_INPUT,
            "--lights %.300s: the config says rlTrafficLight false: CityFlow keeps the plan of the network and "
            "ignores every phase that is set; set it to true",
            text);
    lights->kind = TRAFFIC_LIGHTS_SCHEDULE;
    lights->path = text;
    return traffic_read_numbers(text, network->signals, &lights->when, &lights->phase, &lights->rows, error);
}

static bool keep_as_configured(const char *text, const mg_traffic_network *network, mg_error *error)
{
    if (text && !network->plan_lights)
        return mg_fail(error, MG_EXIT_INPUT, "--lights plan: the config says rlTrafficLight true; set it to false");
    if (!network->plan_lights && network->signals > 0)
        fputs("traffic: note: rlTrafficLight is true and there is no --lights: every signal stays in its phase 0\n",
              stderr);
    return true;
}

bool traffic_lights_open(const char *text, mg_traffic_network *network, traffic_lights *lights, mg_error *error)
{
    double seconds = 10.0;
    *lights = (traffic_lights){.kind = TRAFFIC_LIGHTS_AS_CONFIGURED};
    if (!text || strcmp(text, "plan") == 0)
        return keep_as_configured(text, network, error);
    if (strcmp(text, "max-pressure") == 0) {
        lights->kind = TRAFFIC_LIGHTS_MAX_PRESSURE;
    } else if (strncmp(text, "fixed:", 6) == 0) {
        lights->kind = TRAFFIC_LIGHTS_FIXED;
        if (!mg_read_double(text + 6, &seconds) || !(seconds > 0.0 && seconds <= 86400.0))
            return mg_fail(error, MG_EXIT_USAGE, "--lights %.60s: wanted fixed:SECONDS, 0 to 86400", text);
    } else {
        return open_schedule(text, network, lights, error);
    }
    if (network->plan_lights)
        fprintf(stderr,
                "traffic: note: %s instead of the plan: CityFlow lets phases be set only where rlTrafficLight is "
                "true\n",
                text);
    network->plan_lights = false;
    lights->period = steps_of(network, seconds);
    return true;
}

static bool follow_schedule(traffic_lights *lights, mg_traffic *traffic, const mg_traffic_network *network,
                            mg_error *error)
{
    for (; lights->next < lights->rows && lights->when[lights->next] <= mg_traffic_steps(traffic); lights->next++) {
        const int32_t *phase = lights->phase + lights->next * (size_t)network->signals;
        for (int32_t s = 0; s < network->signals; s++) {
            int32_t named = network->signal_named[s]; /* CityFlow finds it by its id */
            if (named >= 0 && !mg_traffic_set_phase(traffic, named, phase[s]))
                return mg_fail(error, MG_EXIT_INPUT, "%.300s:%zu: column %d: %.100s has no phase %d, wanted 0 to %d",
                               lights->path, lights->next + 2, s + 2,
                               network->intersection_id[network->signal_intersection[s]], phase[s],
                               network->signal_phase_first[named + 1] - network->signal_phase_first[named] - 1);
        }
    }
    return true;
}

bool traffic_lights_set(traffic_lights *lights, mg_traffic *traffic, const mg_traffic_network *network, mg_error *error)
{
    if (lights->kind == TRAFFIC_LIGHTS_AS_CONFIGURED)
        return true;
    if (lights->kind == TRAFFIC_LIGHTS_SCHEDULE)
        return follow_schedule(lights, traffic, network, error);
    long step = mg_traffic_steps(traffic);
    for (int32_t s = 0; s < network->signals && step % lights->period == 0; s++) {
        int32_t phases = network->signal_phase_first[s + 1] - network->signal_phase_first[s];
        if (phases > 0)
            mg_traffic_set_phase(traffic, s,
                                 lights->kind == TRAFFIC_LIGHTS_FIXED ? (int32_t)(step / lights->period % phases)
                                                                      : mg_traffic_max_pressure(traffic, s));
    }
    return true;
}

void traffic_lights_close(traffic_lights *lights)
{
    free(lights->when);
    free(lights->phase);
}
