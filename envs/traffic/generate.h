/* generate.h - road networks and demand of our own, as CityFlow's JSON, which the real program reads too.
 *
 * Source: facts/ltos.md 1, 2. A grid has signals in columns 1..C and rows 1..R and a ring of virtual
 * intersections around them; ids intersection_<column>_<row>, roads road_<column>_<row>_<direction> with direction
 * 0 = +x, 1 = +y, 2 = -x, 3 = -y. File order: by column, then row. Every text is malloc'd, for free().
 */
#ifndef MG_TRAFFIC_GENERATE_H
#define MG_TRAFFIC_GENERATE_H

#include <stdbool.h>
#include <stdint.h>

typedef struct mg_traffic_grid {
    int rows, columns;
    double spacing;            /* m between intersections */
    double width;              /* m from an intersection's centre to the stop line */
    double lane_width;         /* m */
    double max_speed;          /* m/s of every lane, and of the vehicles of mg_traffic_grid_flow */
    int left, straight, right; /* lanes of a road for each movement, counted from the axis */
    bool plan; /* lights for the built-in plan (8 phases with all-red between); else the 9 phases of LToS's code */
    /* A town; NULL: signals everywhere, `spacing` apart. */
    const char *const *map;    /* [rows] from row 1 on, a letter a column: # where there is a signal */
    const double *across, *up; /* where columns 0..C+1 and rows 0..R+1 are, m */
} mg_traffic_grid;

mg_traffic_grid mg_traffic_grid_default(void); /* CityFlow's tool: 300 m, width 30, 3 lanes of 4 m, 16.67 m/s */
mg_traffic_grid mg_traffic_grid_ltos(void);    /* LToS 6x6: 100 m, width 11, 11.111 m/s, 9 phases */
/* Our towns, of 33 signals and of 96, which stand for the irregular networks of the papers, and of 5, for tests: uneven
 * blocks, some of them without streets, and roads that leave at every edge. 33 has as many signals with two, three and
 * four neighbours as LToS's Shenzhen (10, 14, 9). Lanes, width and speed as mg_traffic_grid_ltos. False: there is none
 * with so many. */
bool mg_traffic_town(int signals, mg_traffic_grid *grid);
char *mg_traffic_grid_roadnet(const mg_traffic_grid *grid);

typedef enum mg_traffic_demand_kind {
    MG_DEMAND_STRAIGHT, /* every row and column both ways, for ever */
    MG_DEMAND_TURNS,    /* and 8 stairs between the corners */
    MG_DEMAND_PEAKS,    /* the same in four quarters of an hour: quiet, peak, busy, quiet */
    MG_DEMAND_WAVES     /* the same in four quarters of 1000 s */
} mg_traffic_demand_kind;
/* interval: s between vehicles of one flow (PEAKS, WAVES: at the peak). */
char *mg_traffic_grid_flow(const mg_traffic_grid *grid, mg_traffic_demand_kind kind, double interval);

#define MG_LTOS_WINDOWS 6
#define MG_LTOS_WINDOW_SECONDS 600
#define MG_LTOS_VEHICLES 2570
extern const int mg_ltos_window_vehicles[MG_LTOS_WINDOWS]; /* LToS Table 2, from its flow file */
/* LToS's demand on a grid: vehicles at the window's even pace, each with its own parameters, routes straight
 * through a row or column drawn uniformly. */
char *mg_traffic_ltos_flow(const mg_traffic_grid *grid, uint32_t seed);

/* Vehicles all alike (2 m/s^2, 4.5 m/s^2, 16.67 m/s) at an even pace in so many seconds, each from one edge of the
 * network to another: both drawn uniformly, at least three signals on the way. They go the shortest way. */
char *mg_traffic_trips_flow(const mg_traffic_grid *grid, uint32_t seed, int vehicles, int seconds);

/* dir "": file names as they are. */
char *mg_traffic_config_text(double interval, int32_t seed, const char *dir, bool plan);

#endif
