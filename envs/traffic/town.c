/* town.c - irregular road networks. */
#include "envs/traffic/generate.h"

#include <stddef.h>

/* clang-format off */
static const char *const map_5[] = {
    "###",
    ".##",
};
static const double across_5[] = {0, 110, 200, 360, 470};
static const double up_5[] = {0, 90, 270, 380};

static const char *const map_33[] = {
    "....####",
    "########",
    "########",
    "#..#####",
    "####.###",
};
static const double across_33[] = {0, 110, 200, 360, 440, 710, 800, 950, 1270, 1360};
static const double up_33[] = {0, 90, 270, 370, 520, 900, 1010};

static const char *const map_96[] = {
    ".##.##.###....",
    "############..",
    "############..",
    "############..",
    ".#####...#####",
    "..####..##..##",
    ".#############",
    ".####.########",
    "...##.########",
};
static const double across_96[] = {0,    130,  350,  460,  620,  830,  940,  1190,
                                   1300, 1500, 1780, 1890, 2060, 2270, 2380, 2520};
static const double up_96[] = {0, 120, 300, 420, 630, 800, 1080, 1190, 1350, 1600, 1720};

static const struct {
    int signals, rows, columns;
    const char *const *map;
    const double *across, *up;
} towns[] = {
    {5, 2, 3, map_5, across_5, up_5},
    {33, 5, 8, map_33, across_33, up_33},
    {96, 9, 14, map_96, across_96, up_96},
};
/* clang-format on */

bool mg_traffic_town(int signals, mg_traffic_grid *grid)
{
    *grid = mg_traffic_grid_ltos();
    for (size_t t = 0; t < sizeof towns / sizeof *towns; t++)
        if (towns[t].signals == signals) {
            grid->rows = towns[t].rows;
            grid->columns = towns[t].columns;
            grid->map = towns[t].map;
            grid->across = towns[t].across;
            grid->up = towns[t].up;
            return true;
        }
    return false;
}
