/* Centre lines of lanes and links (traffic/README.md 2.1 to 2.3). Every parenthesis is binding. */
#include "core/io/memory.h"
#include "core/num/scalar_math.h"
#include "envs/traffic/build.h"

#include <stdlib.h>
#include <string.h>

static mg_point add(mg_point a, mg_point b)
{
    return (mg_point){a.x + b.x, a.y + b.y};
}

static mg_point subtract(mg_point a, mg_point b)
{
    return (mg_point){a.x - b.x, a.y - b.y};
}

static mg_point times(mg_point a, double k)
{
    return (mg_point){a.x * k, a.y * k};
}

static double length_of(mg_point p)
{
    return mg_sqrt((p.x * p.x) + (p.y * p.y));
}

static mg_point unit(mg_point p)
{
    double length = length_of(p);
    return (mg_point){p.x / length, p.y / length};
}

/* One polyline. */
typedef struct polyline {
    const mg_point *point;
    int32_t count;
} polyline;

static double polyline_length(polyline line)
{
    double sum = 0.0;
    for (int32_t i = 0; i + 1 < line.count; i++)
        sum += length_of(subtract(line.point[i + 1], line.point[i]));
    return sum;
}

static mg_point point_at(polyline line, double distance)
{
    double whole = polyline_length(line);
    double d = distance > 0.0 ? distance : 0.0;
    d = d < whole ? d : whole;
    if (d <= 0.0)
        return line.point[0];
    for (int32_t i = 1; i < line.count; i++) {
        double piece = length_of(subtract(line.point[i - 1], line.point[i]));
        if (!(d > piece))
            return add(line.point[i - 1], times(subtract(line.point[i], line.point[i - 1]), d / piece));
        d = d - piece;
    }
    return line.point[line.count - 1];
}

static mg_point direction_at(polyline line, double distance)
{
    double rest = distance;
    for (int32_t i = 0; i + 1 < line.count; i++) {
        mg_point step = subtract(line.point[i + 1], line.point[i]);
        double piece = length_of(step);
        if (rest < piece)
            return unit(step);
        rest = rest - piece;
    }
    return unit(subtract(line.point[line.count - 1], line.point[line.count - 2]));
}

/* ---- 2.1: lanes beside the road's axis ---- */
/* The axis with its ends cut back; `cut` false is the pass in which every width counts as 0. */
static void cut_axis(const mg_traffic_network *n, int32_t road, bool cut, mg_point *axis, int32_t count)
{
    int32_t start = n->road_start[road], end = n->road_end[road];
    memcpy(axis, n->road_point + n->road_point_first[road], (size_t)count * sizeof *axis);
    if (!cut || n->intersection_signal[start] >= 0) {
        double width = cut ? n->intersection_width[start] : 0.0;
        axis[0] = add(axis[0], times(unit(subtract(axis[1], axis[0])), width));
    }
    if (!cut || n->intersection_signal[end] >= 0) {
        double width = cut ? n->intersection_width[end] : 0.0;
        mg_point *last = &axis[count - 1];
        *last = subtract(*last, times(unit(subtract(*last, last[-1])), width));
    }
}

static mg_point axis_direction(const mg_point *axis, int32_t j, int32_t count)
{
    if (j == 0)
        return unit(subtract(axis[1], axis[0]));
    if (j == count - 1)
        return unit(subtract(axis[j], axis[j - 1]));
    return unit(add(unit(subtract(axis[j + 1], axis[j])), unit(subtract(axis[j], axis[j - 1]))));
}

/* Points of every lane of a road, at point_first. */
static void place_lanes(const mg_traffic_network *n, int32_t road, bool cut, const int32_t *point_first,
                        mg_point *point, mg_point *axis)
{
    int32_t count = n->road_point_first[road + 1] - n->road_point_first[road];
    cut_axis(n, road, cut, axis, count);
    double inner = 0.0;
    for (int32_t lane = n->road_lane_first[road]; lane < n->road_lane_first[road + 1]; lane++) {
        double outer = inner + n->lane_width[lane];
        double off = (inner + outer) / 2.0;
        for (int32_t j = 0; j < count; j++) {
            mg_point u = axis_direction(axis, j, count);
            point[point_first[lane] + j] = add(axis[j], times((mg_point){u.y, -u.x}, off));
        }
        inner = outer;
    }
}

/* ---- 2.3: links ---- */
static mg_point lerp(mg_point p, mg_point q, double a)
{
    return (mg_point){((q.x - p.x) * a) + p.x, ((q.y - p.y) * a) + p.y};
}

enum { CURVE_POINTS = 11 };

static mg_point curve_at(mg_point start, mg_point first, mg_point second, mg_point end, double a)
{
    mg_point b1 = lerp(start, first, a), b2 = lerp(first, second, a), b3 = lerp(second, end, a);
    return lerp(lerp(b1, b2, a), lerp(b2, b3, a), a);
}

/* Lanes here are those of the pass without widths. The plus of the short second vector is the reference's (2.3). */
static void draw_curve(polyline from, double width_from, polyline to, double width_to, mg_point *point)
{
    double leave = polyline_length(from) - width_from, arrive = 0.0 + width_to;
    mg_point start = point_at(from, leave), end = point_at(to, arrive);
    mg_point d1 = direction_at(from, leave), d2 = direction_at(to, arrive);
    double length = length_of(subtract(end, start));
    mg_point g1 = {(d1.x * length) * 0.5, (d1.y * length) * 0.5};
    mg_point g2 = {(-d2.x * length) * 0.5, (-d2.y * length) * 0.5};
    if ((g1.x * g1.x) + (g1.y * g1.y) < 25.0 && width_from >= 5.0)
        g1 = times(d1, 5.0);
    if ((g2.x * g2.x) + (g2.y * g2.y) < 25.0 && width_to >= 5.0)
        g2 = times(d2, 5.0);
    mg_point first = add(start, g1), second = add(end, g2);
    for (int i = 0; i < CURVE_POINTS; i++)
        point[i] = curve_at(start, first, second, end, i / 10.0);
}

static polyline lane_line(const int32_t *point_first, const mg_point *point, int32_t lane)
{
    return (polyline){point + point_first[lane], point_first[lane + 1] - point_first[lane]};
}

/* The reference draws links while it reads the intersections: the width of a later one (there may be two of one name)
 * is still 0. */
static double width_known(const mg_traffic_network *n, int32_t intersection, int32_t reading)
{
    return intersection <= reading ? n->intersection_width[intersection] : 0.0;
}

static void draw_missing_links(const mg_traffic_network *n, const int32_t *given, const int32_t *point_first,
                               mg_point *point, mg_point *axis)
{
    mg_point *wide = mg_allocate((size_t)point_first[n->lanes], sizeof *wide);
    for (int32_t road = 0; road < n->roads; road++)
        place_lanes(n, road, false, point_first, wide, axis);
    for (int32_t link = 0; link < n->links; link++) {
        if (given[link + 1] > given[link])
            continue;
        int32_t start = n->link_start[link], end = n->link_end[link];
        int32_t own = n->signal_intersection[n->link_signal[link]];
        double width_from = width_known(n, n->road_end[n->lane_road[start]], own);
        double width_to = width_known(n, n->road_start[n->lane_road[end]], own);
        draw_curve(lane_line(point_first, wide, start), width_from, lane_line(point_first, wide, end), width_to,
                   point + point_first[n->lanes + link]);
    }
    free(wide);
}

mg_point mg_traffic_point_on(const mg_traffic_network *n, int32_t drivable, double distance, mg_point *direction)
{
    polyline line = lane_line(n->point_first, n->point, drivable);
    *direction = direction_at(line, distance);
    return point_at(line, distance);
}

/* ---- the whole ---- */
static void lay_out(mg_traffic_network *n, const int32_t *given, int32_t *point_first)
{
    for (int32_t lane = 0; lane < n->lanes; lane++) {
        int32_t road = n->lane_road[lane];
        point_first[lane + 1] = point_first[lane] + n->road_point_first[road + 1] - n->road_point_first[road];
    }
    for (int32_t link = 0; link < n->links; link++) {
        int32_t count = given[link + 1] - given[link];
        point_first[n->lanes + link + 1] = point_first[n->lanes + link] + (count > 0 ? count : CURVE_POINTS);
    }
}

static void average_lengths(mg_traffic_network *n)
{
    for (int32_t road = 0; road < n->roads; road++) {
        double sum = 0.0;
        for (int32_t lane = n->road_lane_first[road]; lane < n->road_lane_first[road + 1]; lane++)
            sum += n->length[lane];
        n->road_cost[road] = sum / (double)(n->road_lane_first[road + 1] - n->road_lane_first[road]);
    }
}

void mg_traffic_shape(mg_traffic_network *n)
{
    const int32_t *given = n->point_first + n->lanes; /* of the links, into what the file has */
    const mg_point *given_point = n->point;
    int32_t *point_first = mg_traffic_keep(n, (size_t)n->drivables + 1, sizeof *point_first);
    lay_out(n, given, point_first);
    mg_point *point = mg_traffic_keep(n, (size_t)point_first[n->drivables], sizeof *point);
    int32_t longest = 0, missing = 0;
    for (int32_t road = 0; road < n->roads; road++) {
        int32_t count = n->road_point_first[road + 1] - n->road_point_first[road];
        longest = count > longest ? count : longest;
    }
    mg_point *axis = mg_allocate((size_t)longest, sizeof *axis);
    for (int32_t link = 0; link < n->links; link++) {
        int32_t count = given[link + 1] - given[link];
        missing += count == 0;
        memcpy(point + point_first[n->lanes + link], given_point + given[link], (size_t)count * sizeof *point);
    }
    if (missing)
        draw_missing_links(n, given, point_first, point, axis);
    for (int32_t road = 0; road < n->roads; road++)
        place_lanes(n, road, true, point_first, point, axis);
    free(axis);
    n->point_first = point_first;
    n->point = point;
    for (int32_t d = 0; d < n->drivables; d++)
        n->length[d] = polyline_length((polyline){point + point_first[d], point_first[d + 1] - point_first[d]});
    for (int32_t link = n->lanes; link < n->drivables; link++)
        n->max_speed[link] = 10000.0;
    average_lengths(n);
}
