/* roadnet.c - intersections, links, lights and roads (traffic/README.md 1.1). */
#include "core/io/memory.h"
#include "envs/traffic/build.h"

#include <stdlib.h>
#include <string.h>

/* The file's roads and intersections, while they are read. Counts run ahead of the x_first arrays. */
typedef struct roadnet_reader {
    mg_reader at;
    mg_traffic_network *network;
    const mg_node *node;
    const mg_names *roads;
    mg_names intersections;
    int32_t touching, movements, links, link_points, phases, greens; /* read so far */
} roadnet_reader;

static const char *keep_text(mg_traffic_network *network, mg_span text)
{
    char *copy = mg_traffic_keep(network, text.length + 1, 1);
    memcpy(copy, text.text, text.length);
    return copy;
}

/* ---- how much there is, so that every array is made once ---- */
typedef struct totals {
    int64_t touching, movements, links, points, phases, greens;
} totals;

static uint32_t array_of(const mg_document *document, uint32_t node, const char *name)
{
    if (document->node[node].type != MG_NODE_OBJECT)
        return MG_NO_NODE;
    uint32_t array = mg_member(document, node, name);
    return array != MG_NO_NODE && document->node[array].type == MG_NODE_ARRAY ? array : MG_NO_NODE;
}

/* Members of the array `name` of every element of `array`, and of the array `inner` of each of these. */
static int64_t count_members(const mg_document *document, uint32_t array, const char *name, const char *inner)
{
    int64_t count = 0;
    if (array == MG_NO_NODE)
        return 0;
    const mg_node *node = document->node;
    for (uint32_t i = array + 1; i < node[array].next; i = node[i].next) {
        uint32_t members = array_of(document, i, name);
        if (members != MG_NO_NODE)
            count += inner ? count_members(document, members, inner, NULL) : (int64_t)node[members].length;
    }
    return count;
}

static totals count_all(const mg_document *document, uint32_t intersections)
{
    totals sum = {0};
    const mg_node *node = document->node;
    for (uint32_t i = intersections + 1; i < node[intersections].next; i = node[i].next) {
        uint32_t touching = array_of(document, i, "roads"), movements = array_of(document, i, "roadLinks");
        sum.touching += touching == MG_NO_NODE ? 0 : (int64_t)node[touching].length;
        sum.movements += movements == MG_NO_NODE ? 0 : (int64_t)node[movements].length;
        sum.links += count_members(document, movements, "laneLinks", NULL);
        sum.points += count_members(document, movements, "laneLinks", "points");
        uint32_t light = node[i].type == MG_NODE_OBJECT ? mg_member(document, i, "trafficLight") : MG_NO_NODE;
        uint32_t phases = light == MG_NO_NODE ? MG_NO_NODE : array_of(document, light, "lightphases");
        sum.phases += phases == MG_NO_NODE ? 0 : (int64_t)node[phases].length;
        sum.greens += count_members(document, phases, "availableRoadLinks", NULL);
    }
    return sum;
}

/* ---- roads ---- */
static bool read_point(mg_reader *at, uint32_t node, long index, mg_point *point)
{
    if (!mg_is_object(at, node, index))
        return false;
    mg_reader_enter(at, NULL, index);
    bool good = mg_want_number(at, node, "x", &point->x) && mg_want_number(at, node, "y", &point->y);
    mg_reader_leave(at);
    return good;
}

static bool find_id(roadnet_reader *r, const mg_names *names, uint32_t object, const char *member, const char *kind,
                    int32_t *index)
{
    mg_span id;
    if (!mg_want_text(&r->at, object, member, &id))
        return false;
    *index = mg_names_find(names, id.text);
    return *index >= 0 || mg_reader_refuse(&r->at, member, "there is no %s '%.100s'", kind, id.text);
}

static bool read_lanes(roadnet_reader *r, uint32_t array, int32_t road)
{
    mg_traffic_network *n = r->network;
    mg_reader_enter(&r->at, "lanes", 0);
    int32_t lane = n->road_lane_first[road], index = 0;
    for (uint32_t i = array + 1; i < r->node[array].next; i = r->node[i].next, lane++, index++) {
        if (!mg_is_object(&r->at, i, index))
            return false;
        mg_reader_enter(&r->at, NULL, index);
        if (!mg_want_number(&r->at, i, "width", &n->lane_width[lane]) ||
            !mg_want_number(&r->at, i, "maxSpeed", &n->max_speed[lane]))
            return false;
        mg_reader_leave(&r->at);
        n->lane_road[lane] = road;
    }
    n->road_lane_first[road + 1] = lane;
    mg_reader_leave(&r->at);
    return true;
}

static bool read_road(roadnet_reader *r, uint32_t object, int32_t road)
{
    mg_traffic_network *n = r->network;
    uint32_t points, lanes;
    if (!find_id(r, &r->intersections, object, "startIntersection", "intersection", &n->road_start[road]) ||
        !find_id(r, &r->intersections, object, "endIntersection", "intersection", &n->road_end[road]) ||
        !mg_want_array(&r->at, object, "points", &points) || !mg_want_array(&r->at, object, "lanes", &lanes))
        return false;
    if (r->node[points].length < 2)
        return mg_reader_refuse(&r->at, "points", "found %u points, wanted at least 2", r->node[points].length);
    mg_reader_enter(&r->at, "points", 0);
    int32_t point = n->road_point_first[road];
    for (uint32_t i = points + 1; i < r->node[points].next; i = r->node[i].next, point++) {
        if (!read_point(&r->at, i, point - n->road_point_first[road], &n->road_point[point]))
            return false;
    }
    n->road_point_first[road + 1] = point;
    mg_reader_leave(&r->at);
    return read_lanes(r, lanes, road);
}

/* ---- intersections ---- */
static bool read_touching(roadnet_reader *r, uint32_t object, int32_t intersection)
{
    mg_traffic_network *n = r->network;
    uint32_t array;
    mg_span id;
    if (!mg_want_array(&r->at, object, "roads", &array))
        return false;
    mg_reader_enter(&r->at, "roads", 0);
    long index = 0;
    for (uint32_t i = array + 1; i < r->node[array].next; i = r->node[i].next, index++) {
        if (!mg_is_text(&r->at, i, index, &id))
            return false;
        int32_t road = mg_names_find(r->roads, id.text);
        if (road < 0)
            return mg_reader_fail(&r->at, NULL, "[%ld]: there is no road '%.100s'", index, id.text);
        n->intersection_road[r->touching++] = road;
    }
    n->intersection_road_first[intersection + 1] = r->touching;
    mg_reader_leave(&r->at);
    return true;
}

static bool lane_of(roadnet_reader *r, uint32_t object, const char *member, int32_t road, int32_t *lane)
{
    int32_t index, lanes = r->network->road_lane_first[road + 1] - r->network->road_lane_first[road];
    if (!mg_want_integer(&r->at, object, member, &index))
        return false;
    if (index < 0 || index >= lanes)
        return mg_reader_fail(&r->at, member, "found %d, road '%.100s' has %d lanes", index, r->network->road_id[road],
                              lanes);
    *lane = r->network->road_lane_first[road] + index;
    return true;
}

static bool read_link(roadnet_reader *r, uint32_t object, int32_t movement)
{
    mg_traffic_network *n = r->network;
    int32_t link = r->links;
    if (!lane_of(r, object, "startLaneIndex", n->movement_start[movement], &n->link_start[link]) ||
        !lane_of(r, object, "endLaneIndex", n->movement_end[movement], &n->link_end[link]))
        return false;
    n->link_rank[link] = n->movement_rank[movement];
    n->point_first[n->lanes + link] = r->link_points;
    uint32_t points = mg_member(r->at.document, object, "points");
    if (points != MG_NO_NODE) {
        if (!mg_want_array(&r->at, object, "points", &points))
            return false;
        mg_reader_enter(&r->at, "points", 0);
        long index = 0;
        for (uint32_t i = points + 1; i < r->node[points].next; i = r->node[i].next, index++) {
            if (!read_point(&r->at, i, index, &n->point[r->link_points++]))
                return false;
        }
        mg_reader_leave(&r->at);
    }
    n->point_first[n->lanes + link + 1] = r->link_points;
    r->links++;
    return true;
}

static bool read_movement(roadnet_reader *r, uint32_t object, int32_t movement)
{
    mg_traffic_network *n = r->network;
    mg_span type;
    uint32_t array;
    if (!mg_want_text(&r->at, object, "type", &type) ||
        !find_id(r, r->roads, object, "startRoad", "road", &n->movement_start[movement]) ||
        !find_id(r, r->roads, object, "endRoad", "road", &n->movement_end[movement]) ||
        !mg_want_array(&r->at, object, "laneLinks", &array))
        return false;
    n->movement_rank[movement] = strcmp(type.text, "go_straight") == 0  ? 3
                                 : strcmp(type.text, "turn_left") == 0  ? 2
                                 : strcmp(type.text, "turn_right") == 0 ? 1
                                                                        : 0;
    mg_reader_enter(&r->at, "laneLinks", 0);
    long index = 0;
    for (uint32_t i = array + 1; i < r->node[array].next; i = r->node[i].next, index++) {
        if (!mg_is_object(&r->at, i, index))
            return false;
        mg_reader_enter(&r->at, NULL, index);
        if (!read_link(r, i, movement))
            return false;
        mg_reader_leave(&r->at);
    }
    mg_reader_leave(&r->at);
    n->movement_link_first[movement + 1] = r->links;
    return true;
}

static bool read_phase(roadnet_reader *r, uint32_t object, int32_t signal)
{
    mg_traffic_network *n = r->network;
    int32_t first = n->signal_movement_first[signal], movements = r->movements - first, movement;
    uint32_t array;
    if (!mg_want_number(&r->at, object, "time", &n->phase_time[r->phases]) ||
        !mg_want_array(&r->at, object, "availableRoadLinks", &array))
        return false;
    mg_reader_enter(&r->at, "availableRoadLinks", 0);
    long index = 0;
    for (uint32_t i = array + 1; i < r->node[array].next; i = r->node[i].next, index++) {
        if (!mg_is_integer(&r->at, i, index, &movement))
            return false;
        if (movement < 0 || movement >= movements)
            return mg_reader_fail(&r->at, NULL, "[%ld]: no such road link as %d, the intersection has %d", index,
                                  movement, movements);
        n->phase_movement[r->greens++] = first + movement;
    }
    mg_reader_leave(&r->at);
    n->phase_movement_first[++r->phases] = r->greens;
    return true;
}

/* A cycle that takes no time would never end. */
static bool check_phases(roadnet_reader *r, int32_t signal)
{
    mg_traffic_network *n = r->network;
    int32_t first = n->signal_phase_first[signal];
    double cycle = 0.0;
    if (r->phases == first && r->movements > n->signal_movement_first[signal])
        return mg_reader_refuse(&r->at, "lightphases", "empty, wanted at least one phase");
    for (int32_t phase = first; phase < r->phases && n->plan_lights; phase++) {
        if (n->phase_time[phase] < 0.0) {
            mg_reader_enter(&r->at, "lightphases", 0);
            mg_reader_enter(&r->at, NULL, phase - first);
            return mg_reader_refuse(&r->at, "time", "found %.17g s, wanted no negative time for the plan",
                                    n->phase_time[phase]);
        }
        cycle += n->phase_time[phase];
    }
    if (r->phases > first && n->plan_lights && cycle < 1e-6)
        return mg_reader_refuse(&r->at, "lightphases", "%d phases of %.17g s in all, wanted time for the plan",
                                r->phases - first, cycle);
    return true;
}

static bool read_phases(roadnet_reader *r, uint32_t object, int32_t signal)
{
    uint32_t light, array;
    if (!mg_want_object(&r->at, object, "trafficLight", &light))
        return false;
    mg_reader_enter(&r->at, "trafficLight", 0);
    if (!mg_want_array(&r->at, light, "lightphases", &array))
        return false;
    mg_reader_enter(&r->at, "lightphases", 0);
    long index = 0;
    for (uint32_t i = array + 1; i < r->node[array].next; i = r->node[i].next, index++) {
        if (!mg_is_object(&r->at, i, index))
            return false;
        mg_reader_enter(&r->at, NULL, index);
        if (!read_phase(r, i, signal))
            return false;
        mg_reader_leave(&r->at);
    }
    mg_reader_leave(&r->at);
    if (!check_phases(r, signal))
        return false;
    mg_reader_leave(&r->at);
    r->network->signal_phase_first[signal + 1] = r->phases;
    return true;
}

static bool read_signal(roadnet_reader *r, uint32_t object, int32_t intersection)
{
    mg_traffic_network *n = r->network;
    int32_t signal = n->signals++, first_link = r->links;
    uint32_t array;
    n->signal_intersection[signal] = intersection;
    n->intersection_signal[intersection] = signal;
    if (!mg_want_number(&r->at, object, "width", &n->intersection_width[intersection]) ||
        !mg_want_array(&r->at, object, "roadLinks", &array))
        return false;
    mg_reader_enter(&r->at, "roadLinks", 0);
    long index = 0;
    for (uint32_t i = array + 1; i < r->node[array].next; i = r->node[i].next, index++) {
        if (!mg_is_object(&r->at, i, index))
            return false;
        mg_reader_enter(&r->at, NULL, index);
        if (!read_movement(r, i, r->movements++))
            return false;
        mg_reader_leave(&r->at);
    }
    mg_reader_leave(&r->at);
    for (int32_t link = first_link; link < r->links; link++)
        n->link_signal[link] = signal;
    if (!read_phases(r, object, signal))
        return false;
    n->signal_movement_first[signal + 1] = r->movements;
    n->signal_link_first[signal + 1] = r->links;
    return true;
}

static bool read_intersection(roadnet_reader *r, uint32_t object, int32_t intersection)
{
    mg_traffic_network *n = r->network;
    uint32_t point;
    bool is_virtual;
    if (!mg_want_object(&r->at, object, "point", &point))
        return false;
    mg_reader_enter(&r->at, "point", 0);
    if (!mg_want_number(&r->at, point, "x", &n->intersection_point[intersection].x) ||
        !mg_want_number(&r->at, point, "y", &n->intersection_point[intersection].y))
        return false;
    mg_reader_leave(&r->at);
    n->intersection_signal[intersection] = -1;
    return mg_want_bool(&r->at, object, "virtual", &is_virtual) && read_touching(r, object, intersection) &&
           (is_virtual || read_signal(r, object, intersection));
}

/* ---- the whole ---- */
static bool read_ids(roadnet_reader *r, uint32_t array, const char *name, mg_names *names, const char **ids)
{
    mg_names_start(names, (int32_t)r->node[array].length);
    mg_reader_enter(&r->at, name, 0);
    int32_t index = 0;
    for (uint32_t i = array + 1; i < r->node[array].next; i = r->node[i].next, index++) {
        mg_span id;
        if (!mg_is_object(&r->at, i, index))
            return false;
        mg_reader_enter(&r->at, NULL, index);
        if (!mg_want_text(&r->at, i, "id", &id))
            return false;
        if (id.length > 500)
            return mg_reader_refuse(&r->at, "id", "longer than 500 bytes");
        ids[index] = keep_text(r->network, id);
        mg_names_add(names, ids[index]);
        mg_reader_leave(&r->at);
    }
    mg_reader_leave(&r->at);
    return true;
}

static bool read_each(roadnet_reader *r, uint32_t array, const char *name,
                      bool (*read)(roadnet_reader *r, uint32_t object, int32_t index))
{
    mg_reader_enter(&r->at, name, 0);
    int32_t index = 0;
    for (uint32_t i = array + 1; i < r->node[array].next; i = r->node[i].next, index++) {
        mg_reader_enter(&r->at, NULL, index);
        if (!read(r, i, index))
            return false;
        mg_reader_leave(&r->at);
    }
    mg_reader_leave(&r->at);
    return true;
}

static void make_intersections(mg_traffic_network *n, int32_t count, const totals *sum)
{
    size_t all = (size_t)count;
    n->intersections = count;
    n->intersection_id = mg_traffic_keep(n, all, sizeof(char *));
    n->intersection_point = mg_traffic_keep(n, all, sizeof(mg_point));
    n->intersection_width = mg_traffic_keep(n, all, sizeof(double));
    n->intersection_signal = mg_traffic_keep(n, all, sizeof(int32_t));
    n->signal_intersection = mg_traffic_keep(n, all, sizeof(int32_t));
    n->intersection_road_first = mg_traffic_keep(n, all + 1, sizeof(int32_t));
    n->intersection_road = mg_traffic_keep(n, (size_t)sum->touching, sizeof(int32_t));
    n->signal_link_first = mg_traffic_keep(n, all + 1, sizeof(int32_t));
    n->signal_movement_first = mg_traffic_keep(n, all + 1, sizeof(int32_t));
    n->signal_phase_first = mg_traffic_keep(n, all + 1, sizeof(int32_t));
    size_t movements = (size_t)sum->movements;
    n->movement_link_first = mg_traffic_keep(n, movements + 1, sizeof(int32_t));
    n->movement_rank = mg_traffic_keep(n, movements, 1);
    n->movement_start = mg_traffic_keep(n, movements, sizeof(int32_t));
    n->movement_end = mg_traffic_keep(n, movements, sizeof(int32_t));
    n->phase_time = mg_traffic_keep(n, (size_t)sum->phases, sizeof(double));
    n->phase_movement_first = mg_traffic_keep(n, (size_t)sum->phases + 1, sizeof(int32_t));
    n->phase_movement = mg_traffic_keep(n, (size_t)sum->greens, sizeof(int32_t));
}

static void make_roads(mg_traffic_network *n, int32_t roads, int32_t lanes, int32_t points, const totals *sum)
{
    size_t drivables = (size_t)lanes + (size_t)sum->links;
    n->roads = roads;
    n->lanes = lanes;
    n->road_id = mg_traffic_keep(n, (size_t)roads, sizeof(char *));
    n->road_start = mg_traffic_keep(n, (size_t)roads, sizeof(int32_t));
    n->road_end = mg_traffic_keep(n, (size_t)roads, sizeof(int32_t));
    n->road_cost = mg_traffic_keep(n, (size_t)roads, sizeof(double));
    n->road_lane_first = mg_traffic_keep(n, (size_t)roads + 1, sizeof(int32_t));
    n->road_point_first = mg_traffic_keep(n, (size_t)roads + 1, sizeof(int32_t));
    n->road_point = mg_traffic_keep(n, (size_t)points, sizeof(mg_point));
    n->lane_width = mg_traffic_keep(n, (size_t)lanes, sizeof(double));
    n->lane_road = mg_traffic_keep(n, (size_t)lanes, sizeof(int32_t));
    n->length = mg_traffic_keep(n, drivables, sizeof(double));
    n->max_speed = mg_traffic_keep(n, drivables, sizeof(double));
    n->point_first = mg_traffic_keep(n, drivables + 1, sizeof(int32_t));
    n->point = mg_traffic_keep(n, (size_t)sum->points, sizeof(mg_point));
    n->link_start = mg_traffic_keep(n, (size_t)sum->links, sizeof(int32_t));
    n->link_end = mg_traffic_keep(n, (size_t)sum->links, sizeof(int32_t));
    n->link_signal = mg_traffic_keep(n, (size_t)sum->links, sizeof(int32_t));
    n->link_rank = mg_traffic_keep(n, (size_t)sum->links, 1);
}

/* Links that start on a lane, in file order. */
static void list_lane_links(mg_traffic_network *n)
{
    n->lane_link_first = mg_traffic_keep(n, (size_t)n->lanes + 1, sizeof(int32_t));
    n->lane_link = mg_traffic_keep(n, (size_t)n->links, sizeof(int32_t));
    for (int32_t link = 0; link < n->links; link++)
        n->lane_link_first[n->link_start[link] + 1]++;
    for (int32_t lane = 0; lane < n->lanes; lane++)
        n->lane_link_first[lane + 1] += n->lane_link_first[lane];
    int32_t *next = mg_allocate((size_t)n->lanes, sizeof *next);
    memcpy(next, n->lane_link_first, (size_t)n->lanes * sizeof *next);
    for (int32_t link = 0; link < n->links; link++)
        n->lane_link[next[n->link_start[link]]++] = n->lanes + link;
    free(next);
}

/* ---- ids that are there twice: what is looked up by name is the last, as in CityFlow ---- */
static bool same_entry(const mg_traffic_network *n, int32_t a, int32_t b)
{
    int32_t first = n->intersection_road_first[a], other = n->intersection_road_first[b];
    int32_t count = n->intersection_road_first[a + 1] - first;
    return n->intersection_signal[a] < 0 && n->intersection_signal[b] < 0 &&
           count == n->intersection_road_first[b + 1] - other &&
           memcmp(n->intersection_road + first, n->intersection_road + other, (size_t)count * sizeof(int32_t)) == 0;
}

/* Says it once where it matters: which two, and how many there are. Virtual intersections that touch the same roads
 * are one (CityFlow's own converter writes some twice). */
static void note_doubles(mg_traffic_network *n, const char *file, const char *array, const char *const *id,
                         int32_t count, const mg_names *names, bool intersections)
{
    int32_t first = -1, pairs = 0;
    for (int32_t i = 0; i < count; i++) {
        int32_t last = mg_names_find(names, id[i]);
        if (last == i || (intersections && same_entry(n, i, last)))
            continue;
        first = first < 0 ? i : first;
        pairs++;
    }
    if (pairs == 0)
        return;
    int32_t last = mg_names_find(names, id[first]);
    mg_traffic_note(n,
                    "%.200s: %s[%d] and %s[%d] are both '%.100s'%s: what names it means the last, as in CityFlow (%d "
                    "such)",
                    file, array, first, array, last, id[first],
                    !intersections                                                          ? ""
                    : n->intersection_signal[first] < 0 && n->intersection_signal[last] < 0 ? ", with other roads"
                                                                                            : " and not both virtual",
                    pairs);
}

static void resolve_doubles(roadnet_reader *r, const char *file)
{
    mg_traffic_network *n = r->network;
    note_doubles(n, file, "intersections", n->intersection_id, n->intersections, &r->intersections, true);
    note_doubles(n, file, "roads", n->road_id, n->roads, r->roads, false);
    n->signal_named = mg_traffic_keep(n, (size_t)n->signals, sizeof(int32_t));
    for (int32_t s = 0; s < n->signals; s++) {
        int32_t named = mg_names_find(&r->intersections, n->intersection_id[n->signal_intersection[s]]);
        n->signal_named[s] = n->intersection_signal[named];
    }
}

bool mg_traffic_read_roadnet(mg_traffic_network *n, const mg_document *document, const char *file, mg_names *roads,
                             mg_error *error)
{
    roadnet_reader r = {.at = {.document = document, .file = file, .error = error, .then = MG_RUNS_EMPTY},
                        .network = n,
                        .node = document->node,
                        .roads = roads};
    uint32_t intersection_array, road_array;
    if (document->node[0].type != MG_NODE_OBJECT)
        return mg_reader_fail(&r.at, NULL, "wanted an object with intersections and roads");
    if (!mg_want_array(&r.at, 0, "intersections", &intersection_array) ||
        !mg_want_array(&r.at, 0, "roads", &road_array))
        return false;
    totals sum = count_all(document, intersection_array);
    int64_t lanes = count_members(document, road_array, "lanes", NULL);
    int64_t points = count_members(document, road_array, "points", NULL);
    make_intersections(n, (int32_t)document->node[intersection_array].length, &sum);
    make_roads(n, (int32_t)document->node[road_array].length, (int32_t)lanes, (int32_t)points, &sum);
    bool good = read_ids(&r, intersection_array, "intersections", &r.intersections, n->intersection_id) &&
                read_ids(&r, road_array, "roads", roads, n->road_id) && read_each(&r, road_array, "roads", read_road);
    good = good && read_each(&r, intersection_array, "intersections", read_intersection);
    if (good)
        resolve_doubles(&r, file);
    mg_names_free(&r.intersections);
    n->links = r.links;
    n->movements = r.movements;
    n->drivables = n->lanes + n->links;
    if (good)
        list_lane_links(n);
    return good;
}
