/* What can be driven on must have a length (traffic/README.md 2), and with lane change no second lane. What no route
 * uses may be as it is: it is never looked at. */
#include "core/io/memory.h"
#include "core/num/scalar_math.h"
#include "envs/traffic/build.h"
#include "envs/traffic/traffic.h"

#include <stdio.h>
#include <stdlib.h>

/* The first flow that drives on each road, or -1. */
static int32_t *find_users(const mg_traffic_network *n)
{
    int32_t *user = mg_allocate((size_t)n->roads, sizeof *user);
    for (int32_t road = 0; road < n->roads; road++)
        user[road] = -1;
    for (int32_t f = n->flows - 1; f >= 0; f--) {
        int32_t route = n->flow[f].route;
        for (int32_t i = route < 0 ? 0 : n->route_road_first[route]; route >= 0 && i < n->route_road_first[route + 1];
             i++)
            user[n->route_road[i]] = f;
    }
    return user;
}

static bool computable(double length)
{
    return length < 1e12;
}

/* ---- why a road has no length ---- */
static double distance(mg_point a, mg_point b)
{
    double x = b.x - a.x, y = b.y - a.y;
    return mg_sqrt((x * x) + (y * y));
}

static bool same(mg_point a, mg_point b)
{
    return a.x >= b.x && a.x <= b.x && a.y >= b.y && a.y <= b.y;
}

/* The way into b and the way out of it are opposite, to the last bit. */
static bool turns_back(mg_point a, mg_point b, mg_point c)
{
    double in = distance(a, b), out = distance(b, c);
    mg_point u = {(b.x - a.x) / in, (b.y - a.y) / in}, v = {(c.x - b.x) / out, (c.y - b.y) / out};
    double x = u.x + v.x, y = u.y + v.y;
    return (x * x) + (y * y) <= 0.0;
}

static void explain(const mg_traffic_network *n, int32_t road, char *text, size_t size)
{
    const mg_point *p = n->road_point + n->road_point_first[road];
    int32_t last = n->road_point_first[road + 1] - n->road_point_first[road] - 1;
    for (int32_t i = 0; i < last; i++) {
        if (same(p[i], p[i + 1])) {
            snprintf(text, size, "points[%d] and points[%d] are the same point", i, i + 1);
            return;
        }
    }
    for (int32_t i = 1; i < last; i++) {
        if (turns_back(p[i - 1], p[i], p[i + 1])) {
            snprintf(text, size, "it turns straight back at points[%d]", i);
            return;
        }
    }
    double start = n->intersection_width[n->road_start[road]], end = n->intersection_width[n->road_end[road]];
    if (start > 0.0 || end > 0.0)
        snprintf(text, size,
                 "the intersections at its ends cut off %.17g and %.17g m, which leaves nothing between "
                 "points[0] and points[%d], or its numbers are too large",
                 start, end, last);
    else
        snprintf(text, size, "its numbers are too large");
}

static bool check_lengths(const mg_traffic_network *n, const int32_t *user, const char *file, mg_error *error)
{
    char why[300], name[MG_TRAFFIC_NAME];
    for (int32_t d = 0; d < n->drivables; d++) {
        int32_t start = d < n->lanes ? d : n->link_start[d - n->lanes];
        int32_t end = d < n->lanes ? d : n->link_end[d - n->lanes];
        int32_t road = n->lane_road[start], flow = user[road];
        if (computable(n->length[d]) || flow < 0 || user[n->lane_road[end]] < 0)
            continue;
        if (d >= n->lanes)
            return mg_fail(error, MG_EXIT_INPUT,
                           "%.200s: the lane link %.200s has no length that can be computed: its numbers are too large",
                           file, mg_traffic_drivable_name(n, d, name));
        explain(n, road, why, sizeof why);
        return mg_fail(error, MG_EXIT_INPUT,
                       "%.200s: roads[%d] '%.100s', on which flow_%d drives, has no length that can be computed: %s "
                       "(refused on purpose: CityFlow runs on with NaN)",
                       file, road, n->road_id[road], flow, why);
    }
    return true;
}

static bool check_crosses(const mg_traffic_network *n, const char *file, mg_error *error)
{
    char name[MG_TRAFFIC_NAME];
    for (int32_t c = 0; c < n->signal_cross_first[n->signals]; c++) {
        if (!computable(n->cross[c].distance_a) || !computable(n->cross[c].distance_b))
            return mg_fail(error, MG_EXIT_INPUT, "%.200s: %.300s crosses another link nowhere that can be computed",
                           file, mg_traffic_drivable_name(n, n->cross[c].a, name));
    }
    return true;
}

static bool check_lanes(const mg_traffic_network *n, const int32_t *user, const char *file, mg_error *error)
{
    for (int32_t road = 0; n->lane_change && road < n->roads; road++) {
        int32_t lanes = n->road_lane_first[road + 1] - n->road_lane_first[road];
        if (lanes > 1 && user[road] >= 0)
            return mg_fail(
                error, MG_EXIT_INPUT,
                "%.200s: laneChange: true is not supported where there is a second lane (road '%.100s', used "
                "by flow_%d, has %d): CityFlow's own lane change depends on memory addresses and cannot be "
                "reproduced; use false, or traffic --ignore-lane-change",
                file, n->road_id[road], user[road], lanes);
    }
    return true;
}

/* Links between two roads in a row are looked at with the road they lead to. */
bool mg_traffic_check_route(const mg_traffic_network *n, const int32_t *road, int32_t roads, mg_error *error)
{
    for (int32_t i = 0; i < roads; i++) {
        int32_t first = n->road_lane_first[road[i]], end = n->road_lane_first[road[i] + 1];
        bool good = !n->lane_change || end - first < 2;
        if (!good)
            return mg_fail(error, MG_EXIT_INPUT,
                           "the route given: laneChange: true is not supported on a road with a second lane ('%.100s')",
                           n->road_id[road[i]]);
        for (int32_t lane = first; lane < end; lane++) {
            good = good && computable(n->length[lane]);
            for (int32_t k = n->lane_link_first[lane]; k < n->lane_link_first[lane + 1]; k++)
                good = good && (computable(n->length[n->lane_link[k]]) || i + 1 == roads);
        }
        if (!good)
            return mg_fail(error, MG_EXIT_INPUT,
                           "the route given: road '%.100s', or a link from it, has no length that can be computed",
                           n->road_id[road[i]]);
    }
    return true;
}

bool mg_traffic_check(const mg_traffic_network *n, const char *config, const char *roadnet, mg_error *error)
{
    int32_t *user = find_users(n);
    bool good = check_lengths(n, user, roadnet, error) && check_crosses(n, roadnet, error) &&
                check_lanes(n, user, config, error);
    free(user);
    return good;
}
