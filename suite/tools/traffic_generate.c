/* traffic_generate.c - `traffic generate`: a grid and its demand as files. */
#include "core/io/file.h"
#include "envs/traffic/generate.h"
#include "suite/tools/traffic_commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static traffic_option option[] = {
    {.name = "rows"},  {.name = "cols"},       {.name = "spacing"}, {.name = "width"},
    {.name = "lanes"}, {.name = "lane-width"}, {.name = "speed"},   {.name = "every"},
    {.name = "flow"},  {.name = "lights"},     {.name = "seed"},    {.name = "out"},
};
enum { OPTIONS = sizeof option / sizeof *option };

static const char *given(const char *name)
{
    return traffic_option_text(option, OPTIONS, name);
}

static bool write_text(const char *folder, const char *name, char *text, mg_error *error)
{
    char path[1200];
    bool good = mg_path_join(path, sizeof path, folder, name, error) && mg_file_write(path, text, strlen(text), error);
    free(text);
    return good;
}

/* The config names its files from its own folder, as CityFlow does not: it wants the folder itself. */
static bool write_all(const mg_traffic_grid *grid, char *flow, long seed, mg_error *error)
{
    const char *out = given("out");
    char folder[1000];
    size_t length = strlen(out);
    snprintf(folder, sizeof folder, "%.190s%s", out, length > 0 && out[length - 1] == '/' ? "" : "/");
    if (length > 190 || strpbrk(out, "\"\\")) {
        free(flow);
        return mg_fail(error, MG_EXIT_USAGE, "--out: at most 190 bytes, without quotes and backslashes");
    }
    bool good = mg_folder_create(out, error) && write_text(out, "roadnet.json", mg_traffic_grid_roadnet(grid), error) &&
                write_text(out, "config.json", mg_traffic_config_text(1.0, (int32_t)seed, folder, grid->plan), error);
    if (!good) {
        free(flow);
        return false;
    }
    return write_text(out, "flow.json", flow, error);
}

static bool read_lanes(mg_traffic_grid *grid, mg_error *error)
{
    const char *text = given("lanes");
    char rest;
    if (!text)
        return true;
    if (sscanf(text, "%2d,%2d,%2d%c", &grid->left, &grid->straight, &grid->right, &rest) != 3 || grid->left < 0 ||
        grid->straight < 0 || grid->right < 0 || grid->left + grid->straight + grid->right < 1 ||
        grid->left + grid->straight + grid->right > 12)
        return mg_fail(error, MG_EXIT_USAGE, "--lanes: found '%.60s', wanted LEFT,STRAIGHT,RIGHT such as 1,1,1", text);
    return true;
}

static bool read_grid(mg_traffic_grid *grid, double *interval, mg_error *error)
{
    long rows = grid->rows, columns = grid->columns;
    if (!traffic_option_integer(option, OPTIONS, "rows", 1, 200, &rows, error) ||
        !traffic_option_integer(option, OPTIONS, "cols", 1, 200, &columns, error) ||
        !traffic_option_number(option, OPTIONS, "spacing", 20.0, 1e5, &grid->spacing, error) ||
        !traffic_option_number(option, OPTIONS, "width", 1.0, 1000.0, &grid->width, error) ||
        !traffic_option_number(option, OPTIONS, "lane-width", 0.5, 20.0, &grid->lane_width, error) ||
        !traffic_option_number(option, OPTIONS, "speed", 0.1, 100.0, &grid->max_speed, error) ||
        !traffic_option_number(option, OPTIONS, "every", 1.0, 1e6, interval, error) || !read_lanes(grid, error))
        return false;
    grid->rows = (int)rows;
    grid->columns = (int)columns;
    return 2.0 * grid->width < grid->spacing ||
           mg_fail(error, MG_EXIT_USAGE, "--width: found %g, wanted less than half the spacing", grid->width);
}

static bool read_lights(mg_traffic_grid *grid, mg_error *error)
{
    const char *text = given("lights");
    if (text && strcmp(text, "plan") != 0 && strcmp(text, "agents") != 0)
        return mg_fail(error, MG_EXIT_USAGE, "--lights: found '%.60s', wanted plan or agents", text);
    if (text)
        grid->plan = strcmp(text, "plan") == 0;
    return true;
}

static bool read_kind(mg_traffic_demand_kind *kind, mg_error *error)
{
    static const char *const name[] = {"straight", "turns", "peaks"};
    const char *text = given("flow");
    for (int i = 0; text && i < 3; i++) {
        if (strcmp(text, name[i]) == 0) {
            *kind = (mg_traffic_demand_kind)i;
            return true;
        }
    }
    return !text || mg_fail(error, MG_EXIT_USAGE, "--flow: found '%.60s', wanted straight, turns or peaks", text);
}

static bool generate(const char *what, mg_error *error)
{
    bool ltos = strcmp(what, "ltos-6x6") == 0;
    mg_traffic_grid grid = ltos ? mg_traffic_grid_ltos() : mg_traffic_grid_default();
    mg_traffic_demand_kind kind = MG_DEMAND_TURNS;
    double interval = 8.0;
    long seed = 0;
    if (!ltos && strcmp(what, "grid") != 0)
        return mg_fail(error, MG_EXIT_USAGE, "generate: found '%.60s', wanted grid or ltos-6x6", what);
    if (!traffic_option_integer(option, OPTIONS, "seed", 0, 2147483647, &seed, error) || !read_lights(&grid, error) ||
        !read_kind(&kind, error))
        return false;
    for (int i = 0; i < OPTIONS && ltos; i++) {
        if (option[i].value && strcmp(option[i].name, "seed") != 0 && strcmp(option[i].name, "out") != 0 &&
            strcmp(option[i].name, "lights") != 0)
            return mg_fail(error, MG_EXIT_USAGE, "ltos-6x6 is what it is: --%s cannot change it", option[i].name);
    }
    if (!given("out"))
        return mg_fail(error, MG_EXIT_USAGE, "generate wants --out DIR");
    if (!read_grid(&grid, &interval, error))
        return false;
    char *flow = ltos ? mg_traffic_ltos_flow(&grid, (uint32_t)seed) : mg_traffic_grid_flow(&grid, kind, interval);
    return write_all(&grid, flow, ltos ? 0 : seed, error);
}

int traffic_generate(int count, char **text)
{
    mg_error error = {0};
    if (count == 0) {
        mg_fail(&error, MG_EXIT_USAGE, "generate wants grid or ltos-6x6");
        return mg_report_error("traffic", &error);
    }
    if (traffic_read_options(count - 1, text + 1, option, OPTIONS, &error) && generate(text[0], &error))
        return MG_EXIT_OK;
    return mg_report_error("traffic", &error);
}
