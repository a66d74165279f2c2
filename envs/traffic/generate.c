/* generate.c - grids, lights, and demand as text. */
#include "envs/traffic/generate.h"
#include "core/io/memory.h"
#include "core/io/text.h"
#include "core/num/rng.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- text that grows ---- */
typedef struct text {
    char *bytes;
    size_t length, capacity;
} text;

__attribute__((format(printf, 2, 3))) static void add(text *out, const char *format, ...)
{
    enum { PIECE = 400 };
    mg_reserve(&out->bytes, out->length, &out->capacity, PIECE);
    va_list arguments;
    va_start(arguments, format);
    out->length += (size_t)vsnprintf(out->bytes + out->length, PIECE, format, arguments);
    va_end(arguments);
}

static void add_number(text *out, const char *before, double x)
{
    char number[MG_NUMBER_TEXT];
    add(out, "%s%s", before, mg_print_double(x, number));
}

static void add_point(text *out, const char *before, double x, double y)
{
    add(out, "%s", before);
    add_number(out, "{\"x\":", x);
    add_number(out, ",\"y\":", y);
    add(out, "}");
}

/* ---- the grid ---- */
static const int step_x[4] = {1, 0, -1, 0}, step_y[4] = {0, 1, 0, -1};

mg_traffic_grid mg_traffic_grid_default(void)
{
    return (mg_traffic_grid){.rows = 3,
                             .columns = 3,
                             .spacing = 300.0,
                             .width = 30.0,
                             .lane_width = 4.0,
                             .max_speed = 16.67,
                             .left = 1,
                             .straight = 1,
                             .right = 1,
                             .plan = true};
}

mg_traffic_grid mg_traffic_grid_ltos(void)
{
    mg_traffic_grid grid = mg_traffic_grid_default();
    grid.rows = grid.columns = 6;
    grid.spacing = 100.0;
    grid.width = 11.0;
    grid.max_speed = 11.111;
    grid.plan = false;
    return grid;
}

static bool is_signal(const mg_traffic_grid *g, int column, int row)
{
    return column >= 1 && column <= g->columns && row >= 1 && row <= g->rows &&
           (!g->map || g->map[row - 1][column - 1] == '#');
}

/* A signal, or where a road from one ends. */
static bool exists(const mg_traffic_grid *g, int column, int row)
{
    bool there = is_signal(g, column, row);
    for (int d = 0; d < 4; d++)
        there = there || is_signal(g, column + step_x[d], row + step_y[d]);
    return there;
}

static double column_at(const mg_traffic_grid *g, int column)
{
    return g->across ? g->across[column] : (column - 1) * g->spacing;
}

static double row_at(const mg_traffic_grid *g, int row)
{
    return g->up ? g->up[row] : (row - 1) * g->spacing;
}

static bool has_road(const mg_traffic_grid *g, int column, int row, int direction)
{
    int to_column = column + step_x[direction], to_row = row + step_y[direction];
    return exists(g, column, row) && exists(g, to_column, to_row) &&
           (is_signal(g, column, row) || is_signal(g, to_column, to_row));
}

static double lane_offset(const mg_traffic_grid *g, int lane)
{
    return (lane + 0.5) * g->lane_width;
}

/* Cubic Hermite curve from a start lane's end to an end lane's start, end tangents of length `width`. */
static void add_curve(text *out, const mg_traffic_grid *g, int column, int row, int in, int in_lane, int exit,
                      int exit_lane)
{
    double x = column_at(g, column), y = row_at(g, row), a = lane_offset(g, in_lane);
    double b = lane_offset(g, exit_lane), w = g->width;
    double x0 = -step_x[in] * w + step_y[in] * a, y0 = -step_y[in] * w - step_x[in] * a;
    double x1 = step_x[exit] * w + step_y[exit] * b, y1 = step_y[exit] * w - step_x[exit] * b;
    add(out, "{\"startLaneIndex\":%d,\"endLaneIndex\":%d,\"points\":[", in_lane, exit_lane);
    for (int i = 0; i <= 10; i++) {
        double t = i / 10.0, t2 = t * t, t3 = t2 * t;
        double start = 2.0 * t3 - 3.0 * t2 + 1.0, end = 3.0 * t2 - 2.0 * t3;
        double leave = (t3 - 2.0 * t2 + t) * w, arrive = (t3 - t2) * w;
        add_point(out, i ? "," : "", x + x0 * start + x1 * end + step_x[in] * leave + step_x[exit] * arrive,
                  y + y0 * start + y1 * end + step_y[in] * leave + step_y[exit] * arrive);
    }
    add(out, "]}");
}

enum { STRAIGHT, LEFT, U_TURN, RIGHT };

static void add_movement(text *out, const mg_traffic_grid *g, int column, int row, int in, int exit)
{
    static const char *const name[] = {"go_straight", "turn_left", "", "turn_right"};
    int turn = (exit - in + 4) % 4;
    int lanes = g->left + g->straight + g->right;
    int first = turn == LEFT ? 0 : turn == STRAIGHT ? g->left : g->left + g->straight;
    int count = turn == LEFT ? g->left : turn == STRAIGHT ? g->straight : g->right;
    add(out,
        "{\"type\":\"%s\",\"startRoad\":\"road_%d_%d_%d\",\"endRoad\":\"road_%d_%d_%d\",\"direction\":%d,"
        "\"laneLinks\":[",
        name[turn], column - step_x[in], row - step_y[in], in, column, row, exit, in);
    for (int in_lane = first; in_lane < first + count; in_lane++) {
        for (int exit_lane = 0; exit_lane < lanes; exit_lane++) {
            add(out, in_lane > first || exit_lane > 0 ? ",\n" : "\n");
            add_curve(out, g, column, row, in, in_lane, exit, exit_lane);
        }
    }
    add(out, "]}");
}

/* Movements are numbered as add_signal writes them. mask: bit 4 * in + turn. */
static void add_phase(text *out, const char *before, double seconds, unsigned mask)
{
    add_number(out, before, seconds);
    add(out, ",\"availableRoadLinks\":[");
    int index = 0, listed = 0;
    for (int in = 0; in < 4; in++) {
        for (int exit = 0; exit < 4; exit++) {
            int turn = (exit - in + 4) % 4;
            if (turn == U_TURN)
                continue;
            if (turn == RIGHT || mask >> (4 * in + turn) & 1)
                add(out, listed++ ? ",%d" : "%d", index);
            index++;
        }
    }
    add(out, "]}");
}

static unsigned pair(int in, int turn)
{
    return 1U << (4 * in + turn) | 1U << (4 * (in + 2) + turn);
}

static unsigned approach(int in)
{
    return 1U << (4 * in + STRAIGHT) | 1U << (4 * in + LEFT);
}

static void add_phases(text *out, const mg_traffic_grid *g)
{
    const char *next = ",\n{\"time\":";
    const unsigned plan[] = {pair(0, STRAIGHT), pair(0, LEFT), pair(1, STRAIGHT), pair(1, LEFT)};
    const unsigned ltos[] = {pair(0, STRAIGHT), pair(1, STRAIGHT), pair(0, LEFT), pair(1, LEFT),
                             approach(0),       approach(2),       approach(1),   approach(3)};
    if (!g->plan) {
        add_phase(out, next + 1, 5.0, 0);
        for (int i = 0; i < 8; i++)
            add_phase(out, next, 30.0, ltos[i]);
        return;
    }
    for (int i = 0; i < 4; i++) {
        add_phase(out, i ? next : next + 1, 30.0, plan[i]);
        add_phase(out, next, 5.0, 0);
    }
}

static void add_roads_of(text *out, const mg_traffic_grid *g, int column, int row)
{
    int listed = 0;
    for (int in = 0; in < 4; in++) {
        if (has_road(g, column - step_x[in], row - step_y[in], in))
            add(out, "%s\"road_%d_%d_%d\"", listed++ ? "," : "", column - step_x[in], row - step_y[in], in);
    }
    for (int exit = 0; exit < 4; exit++) {
        if (has_road(g, column, row, exit))
            add(out, "%s\"road_%d_%d_%d\"", listed++ ? "," : "", column, row, exit);
    }
}

static void add_intersection(text *out, const mg_traffic_grid *g, int column, int row)
{
    bool signal = is_signal(g, column, row);
    add(out, "{\"id\":\"intersection_%d_%d\",", column, row);
    add_point(out, "\"point\":", column_at(g, column), row_at(g, row));
    add_number(out, ",\"width\":", signal ? g->width : 0.0);
    add(out, ",\"roads\":[");
    add_roads_of(out, g, column, row);
    add(out, "],\"roadLinks\":[");
    int movements = 0;
    for (int in = 0; signal && in < 4; in++) {
        for (int exit = 0; exit < 4; exit++) {
            if ((exit - in + 4) % 4 == U_TURN)
                continue;
            add(out, movements++ ? ",\n" : "\n");
            add_movement(out, g, column, row, in, exit);
        }
    }
    add(out, "],\"trafficLight\":{\"roadLinkIndices\":[");
    for (int i = 0; i < movements; i++)
        add(out, i ? ",%d" : "%d", i);
    add(out, "],\"lightphases\":[");
    if (signal)
        add_phases(out, g);
    add(out, "]},\"virtual\":%s}", signal ? "false" : "true");
}

static void add_road(text *out, const mg_traffic_grid *g, int column, int row, int direction)
{
    int to_column = column + step_x[direction], to_row = row + step_y[direction];
    add(out, "{\"id\":\"road_%d_%d_%d\",", column, row, direction);
    add_point(out, "\"points\":[", column_at(g, column), row_at(g, row));
    add_point(out, ",", column_at(g, to_column), row_at(g, to_row));
    add(out, "],\"lanes\":[");
    for (int lane = 0; lane < g->left + g->straight + g->right; lane++) {
        add_number(out, lane ? ",{\"width\":" : "{\"width\":", g->lane_width);
        add_number(out, ",\"maxSpeed\":", g->max_speed);
        add(out, "}");
    }
    add(out, "],\"startIntersection\":\"intersection_%d_%d\",\"endIntersection\":\"intersection_%d_%d\"}", column, row,
        to_column, to_row);
}

char *mg_traffic_grid_roadnet(const mg_traffic_grid *g)
{
    text out = {0};
    int listed = 0;
    add(&out, "{\"intersections\":[");
    for (int column = 0; column <= g->columns + 1; column++) {
        for (int row = 0; row <= g->rows + 1; row++) {
            if (!exists(g, column, row))
                continue;
            add(&out, listed++ ? ",\n" : "\n");
            add_intersection(&out, g, column, row);
        }
    }
    add(&out, "],\n\"roads\":[");
    listed = 0;
    for (int column = 0; column <= g->columns + 1; column++) {
        for (int row = 0; row <= g->rows + 1; row++) {
            for (int direction = 0; direction < 4; direction++) {
                if (!has_road(g, column, row, direction))
                    continue;
                add(&out, listed++ ? ",\n" : "\n");
                add_road(&out, g, column, row, direction);
            }
        }
    }
    add(&out, "]}\n");
    return out.bytes;
}

/* ---- demand ---- */
/* A route that enters at (column, row) in direction first and goes on in directions second, first, second, ...
 * until it leaves the grid. */
static void add_route(text *out, const mg_traffic_grid *g, int column, int row, int first, int second)
{
    int direction = first;
    add(out, "\"route\":[\"road_%d_%d_%d\"", column - step_x[first], row - step_y[first], first);
    while (is_signal(g, column, row)) {
        direction = direction == first ? second : first;
        add(out, ",\"road_%d_%d_%d\"", column, row, direction);
        column += step_x[direction];
        row += step_y[direction];
    }
    add(out, "]");
}

/* Where straight route number i (of 2 * (rows + columns)) enters. */
static void straight_route(const mg_traffic_grid *g, int i, int *column, int *row, int *direction)
{
    int line = i / 2;
    bool along_row = line < g->rows, back = i % 2 == 1;
    *direction = (along_row ? 0 : 1) + (back ? 2 : 0);
    *column = along_row ? (back ? g->columns : 1) : line - g->rows + 1;
    *row = along_row ? line + 1 : (back ? g->rows : 1);
}

/* A flow up to its route, of vehicles that are all alike. */
static void add_alike(text *out, double max_speed)
{
    add(out,
        "%s{\"vehicle\":{\"length\":5,\"width\":2,\"maxPosAcc\":2,\"maxNegAcc\":4.5,\"usualPosAcc\":2,"
        "\"usualNegAcc\":4.5,\"minGap\":2.5,",
        out->length > 2 ? ",\n" : "\n");
    add_number(out, "\"maxSpeed\":", max_speed);
    add(out, ",\"headwayTime\":1.5},");
}

static void add_flow(text *out, const mg_traffic_grid *g, int index, double interval, int start, int end)
{
    static const int stairs[8][2] = {{1, 0}, {0, 1}, {2, 3}, {3, 2}, {0, 3}, {3, 0}, {2, 1}, {1, 2}};
    int straights = 2 * (g->rows + g->columns), column, row, first, second;
    add_alike(out, g->max_speed);
    if (index < straights) {
        straight_route(g, index, &column, &row, &first);
        second = first;
    } else {
        first = stairs[index - straights][0];
        second = stairs[index - straights][1];
        column = first == 0 || second == 0 ? 1 : g->columns;
        row = first == 1 || second == 1 ? 1 : g->rows;
    }
    add_route(out, g, column, row, first, second);
    add_number(out, ",\"interval\":", interval);
    add(out, ",\"startTime\":%d,\"endTime\":%d}", start, end);
}

char *mg_traffic_grid_flow(const mg_traffic_grid *g, mg_traffic_demand_kind kind, double interval)
{
    static const double pace[4] = {3.0, 1.0, 1.5, 3.0}; /* intervals of the four quarters */
    const int quarter = kind == MG_DEMAND_WAVES ? 250 : 900;
    const bool paced = kind == MG_DEMAND_PEAKS || kind == MG_DEMAND_WAVES;
    text out = {0};
    int flows = 2 * (g->rows + g->columns) + (kind == MG_DEMAND_STRAIGHT ? 0 : 8);
    add(&out, "[");
    for (int i = 0; i < flows; i++) {
        if (!paced)
            add_flow(&out, g, i, interval, 0, -1);
        for (int q = 0; paced && q < 4; q++)
            add_flow(&out, g, i, interval * pace[q], q * quarter, (q + 1) * quarter - 1);
    }
    add(&out, "]\n");
    return out.bytes;
}

const int mg_ltos_window_vehicles[MG_LTOS_WINDOWS] = {600, 150, 200, 1200, 120, 300};

static void add_between(text *out, const char *before, mg_stream *stream, double low, double high)
{
    add_number(out, before, low + (high - low) * mg_random_double(stream));
}

char *mg_traffic_ltos_flow(const mg_traffic_grid *g, uint32_t seed)
{
    const mg_key key = {UINT32_C(0x4c546f53), seed}; /* "LToS" */
    text out = {0};
    uint32_t vehicle = 0;
    add(&out, "[");
    for (int w = 0; w < MG_LTOS_WINDOWS; w++) {
        for (int i = 0; i < mg_ltos_window_vehicles[w]; i++, vehicle++) {
            mg_stream stream = mg_stream_at(key, MG_PURPOSE_DEMAND, vehicle, 0, 0);
            int column, row, direction;
            uint32_t route = mg_random_below(&stream, 2 * (uint32_t)(g->rows + g->columns));
            straight_route(g, (int)route, &column, &row, &direction);
            int start = w * MG_LTOS_WINDOW_SECONDS + i * MG_LTOS_WINDOW_SECONDS / mg_ltos_window_vehicles[w];
            add(&out, "%s{\"vehicle\":{\"length\":5,\"width\":2,", vehicle ? ",\n" : "\n");
            add_between(&out, "\"maxPosAcc\":", &stream, 1.5, 2.5);
            add_between(&out, ",\"maxNegAcc\":", &stream, 3.0, 6.0);
            add_between(&out, ",\"usualPosAcc\":", &stream, 1.5, 2.5);
            add_between(&out, ",\"usualNegAcc\":", &stream, 3.0, 6.0);
            add_between(&out, ",\"minGap\":2.5,\"maxSpeed\":", &stream, 8.0, 16.0);
            add(&out, ",\"headwayTime\":2},");
            add_route(&out, g, column, row, direction, direction);
            add(&out, ",\"interval\":1,\"startTime\":%d,\"endTime\":%d}", start, start);
        }
    }
    add(&out, "]\n");
    return out.bytes;
}

/* ---- trips through a town ---- */
typedef struct edge {
    int column, row, direction; /* of the signal, and of the road into the network that ends there */
} edge;

enum { EDGES_MAX = 1024, LEAST_SIGNALS = 3 };

static int find_edges(const mg_traffic_grid *g, edge *list)
{
    int count = 0;
    for (int column = 1; column <= g->columns; column++)
        for (int row = 1; row <= g->rows; row++)
            for (int d = 0; d < 4 && count < EDGES_MAX; d++)
                if (is_signal(g, column, row) && !is_signal(g, column - step_x[d], row - step_y[d]))
                    list[count++] = (edge){column, row, d};
    return count;
}

/* Signals on the way, at least. */
static int signals_between(const edge *a, const edge *b)
{
    return 1 + abs(a->column - b->column) + abs(a->row - b->row);
}

char *mg_traffic_trips_flow(const mg_traffic_grid *g, uint32_t seed, int vehicles, int seconds)
{
    const mg_key key = {UINT32_C(0x546f776e), seed}; /* "Town" */
    edge list[EDGES_MAX];
    const uint32_t edges = (uint32_t)find_edges(g, list);
    text out = {0};
    add(&out, "[");
    for (int v = 0; v < vehicles; v++) {
        mg_stream stream = mg_stream_at(key, MG_PURPOSE_DEMAND, (uint32_t)v, 0, 0);
        const edge *from, *to;
        do {
            from = &list[mg_random_below(&stream, edges)];
            to = &list[mg_random_below(&stream, edges)];
        } while (signals_between(from, to) < LEAST_SIGNALS);
        int start = (int)((int64_t)v * seconds / vehicles);
        add_alike(&out, 16.67);
        add(&out, "\"route\":[\"road_%d_%d_%d\",\"road_%d_%d_%d\"],\"interval\":1,\"startTime\":%d,\"endTime\":%d}",
            from->column - step_x[from->direction], from->row - step_y[from->direction], from->direction, to->column,
            to->row, (to->direction + 2) % 4, start, start);
    }
    add(&out, "]\n");
    return out.bytes;
}

char *mg_traffic_config_text(double interval, int32_t seed, const char *dir, bool plan)
{
    text out = {0};
    add_number(&out, "{\"interval\":", interval);
    add(&out, ",\"seed\":%d,\"dir\":\"%.200s\",\"roadnetFile\":\"roadnet.json\",\"flowFile\":\"flow.json\",", seed,
        dir);
    add(&out, "\"rlTrafficLight\":%s,\"laneChange\":false,\"saveReplay\":false}\n", plan ? "false" : "true");
    return out.bytes;
}
