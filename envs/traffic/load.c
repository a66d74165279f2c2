/* From CityFlow's three files to a network (traffic/README.md 1). */
#include "core/io/memory.h"
#include "envs/traffic/build.h"
#include "envs/traffic/traffic.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct config {
    char dir[1024];
    char roadnet[1024], flow[1024]; /* dir in front */
} config;

/* ---- config ---- */
/* The reference suggests 0.2 to 1.5 s; what must hold is that a step takes time. */
static bool read_dt(mg_reader *at, mg_traffic_network *n)
{
    if (!mg_want_number(at, 0, "interval", &n->dt))
        return false;
    if (!(n->dt >= 1e-3 && n->dt <= 1e3))
        return mg_reader_refuse(at, "interval", "found %.17g s, wanted 0.001 to 1000 (usually 1)", n->dt);
    double ticks = n->dt * 1048576.0;
    n->exact_time = (double)(int64_t)ticks >= ticks;
    uint64_t bits;
    memcpy(&bits, &n->dt, sizeof bits);
    n->inverse_exact = (bits & UINT64_C(0xfffffffffffff)) == 0; /* a power of two */
    n->inverse_dt = 1.0 / n->dt;
    return true;
}

/* CityFlow reads these last, with everything else at hand, and goes on. */
static bool read_replay(mg_reader *at, mg_traffic_network *n)
{
    bool replay;
    mg_span log;
    at->then = "CityFlow would say \"load config failed\" and run all the same";
    if (!mg_want_bool(at, 0, "saveReplay", &replay))
        return false;
    if (!replay)
        return true;
    mg_traffic_note(n, "%.200s: saveReplay is true, but no replay is written here; the numbers are not touched by it",
                    at->file);
    return mg_want_text(at, 0, "roadnetLogFile", &log) && mg_want_text(at, 0, "replayLogFile", &log);
}

static void read_lane_change(mg_traffic_network *n, const mg_document *document, const char *file, bool ignore)
{
    bool ignored = false;
    n->lane_change = mg_optional_bool(document, 0, "laneChange", false, &ignored);
    if (ignored)
        mg_traffic_note(n, "%.200s: laneChange is neither true nor false and counts as false, as in CityFlow", file);
    if (n->lane_change && ignore)
        mg_traffic_note(n,
                        "%.200s: laneChange: true is ignored: what follows are the numbers of false, not those of "
                        "CityFlow with this config",
                        file);
    n->lane_change = n->lane_change && !ignore;
}

static bool read_config(mg_traffic_network *n, const mg_document *document, const char *file, config *c,
                        bool ignore_lane_change, mg_error *error)
{
    mg_reader at = {.document = document, .file = file, .error = error, .then = MG_RUNS_EMPTY};
    mg_span dir, roadnet, flow;
    bool light;
    if (document->node[0].type != MG_NODE_OBJECT)
        return mg_reader_fail(&at, NULL,
                              "wanted an object with interval, seed, dir, roadnetFile, flowFile, "
                              "rlTrafficLight, saveReplay");
    if (!read_dt(&at, n) || !mg_want_integer(&at, 0, "seed", &n->seed) ||
        !mg_want_bool(&at, 0, "rlTrafficLight", &light) || !mg_want_text(&at, 0, "dir", &dir) ||
        !mg_want_text(&at, 0, "roadnetFile", &roadnet) || !mg_want_text(&at, 0, "flowFile", &flow) ||
        !read_replay(&at, n))
        return false;
    read_lane_change(n, document, file, ignore_lane_change);
    if (dir.length + roadnet.length >= sizeof c->roadnet || dir.length + flow.length >= sizeof c->flow)
        return mg_reader_refuse(&at, "dir", "file names longer than 1023 bytes");
    snprintf(c->dir, sizeof c->dir, "%s", dir.text);
    snprintf(c->roadnet, sizeof c->roadnet, "%s%s", dir.text, roadnet.text);
    snprintf(c->flow, sizeof c->flow, "%s%s", dir.text, flow.text);
    n->plan_lights = !light;
    return true;
}

/* ---- the whole ---- */
/* What the caller asked for. text: instead of files, or NULLs. */
typedef struct request {
    const char *path;
    const char *text[3];
    bool ignore_lane_change;
} request;

/* A file, or a text if there is one. What is not JSON, CityFlow takes for an empty network. */
static bool read_document(const char *path, const char *text, mg_document *document, mg_error *error)
{
    mg_error why = {0};
    if (text ? mg_document_read_text(path, text, strlen(text), document, &why)
             : mg_document_read_file(path, document, &why))
        return true;
    return mg_fail(error, why.status, "%.550s%s%s", why.text, document->stricter ? "" : "; ",
                   document->stricter ? "" : MG_RUNS_EMPTY);
}

/* The path is the config's dir with the name right behind it, so that a dir without slash gives an unexpected one. */
static bool is_there(const request *r, const config *c, const char *member, const char *path, mg_error *error)
{
    FILE *file = fopen(path, "rb");
    if (file) {
        fclose(file);
        return true;
    }
    size_t length = strlen(c->dir);
    bool joined = length > 0 && c->dir[length - 1] != '/';
    return mg_fail(error, MG_EXIT_INPUT, "%.150s: dir '%.150s' and %s '%.100s' make '%.150s': %s; %s", r->path, c->dir,
                   member, path + length, path, strerror(errno),
                   joined ? "dir wants a slash at its end" : "looked for from the folder where the program runs");
}

static bool build(mg_traffic_network *n, const request *r, mg_error *error)
{
    config c = {{0}, {0}, {0}};
    mg_names roads = {0};
    mg_document document = {0};
    bool good = read_document(r->path, r->text[0], &document, error) &&
                read_config(n, &document, r->path, &c, r->ignore_lane_change, error);
    mg_document_free(&document);
    good = good && (r->text[1] || is_there(r, &c, "roadnetFile", c.roadnet, error)) &&
           (r->text[2] || is_there(r, &c, "flowFile", c.flow, error)) &&
           read_document(c.roadnet, r->text[1], &document, error) &&
           mg_traffic_read_roadnet(n, &document, c.roadnet, &roads, error);
    mg_document_free(&document);
    if (good) {
        mg_traffic_shape(n);
        good = mg_traffic_find_crosses(n, error);
    }
    good = good && read_document(c.flow, r->text[2], &document, error) &&
           mg_traffic_read_flows(n, &document, c.flow, &roads, error) &&
           mg_traffic_check(n, r->path, c.roadnet, error) && mg_traffic_plan_routes(n, c.flow, error);
    mg_document_free(&document);
    mg_names_free(&roads);
    return good;
}

static bool make(const request *r, mg_traffic_network **network, mg_error *error)
{
    *network = mg_allocate(1, sizeof **network);
    if (build(*network, r, error))
        return true;
    mg_traffic_free(*network);
    *network = NULL;
    return false;
}

bool mg_traffic_load(const char *config_path, mg_traffic_network **network, mg_error *error)
{
    const request r = {.path = config_path};
    return make(&r, network, error);
}

bool mg_traffic_load_without_lane_change(const char *config_path, mg_traffic_network **network, mg_error *error)
{
    const request r = {.path = config_path, .ignore_lane_change = true};
    return make(&r, network, error);
}

bool mg_traffic_parse(const char *config_text, const char *roadnet, const char *flow, mg_traffic_network **network,
                      mg_error *error)
{
    const request r = {.path = "config", .text = {config_text, roadnet, flow}};
    return make(&r, network, error);
}

const char *mg_traffic_drivable_name(const mg_traffic_network *n, int32_t drivable, char text[MG_TRAFFIC_NAME])
{
    bool link = drivable >= n->lanes;
    int32_t lane = link ? n->link_start[drivable - n->lanes] : drivable;
    int32_t road = n->lane_road[lane];
    int used = snprintf(text, MG_TRAFFIC_NAME, "%s_%d", n->road_id[road], lane - n->road_lane_first[road]);
    if (link) {
        lane = n->link_end[drivable - n->lanes];
        road = n->lane_road[lane];
        snprintf(text + used, MG_TRAFFIC_NAME - (size_t)used, "_TO_%s_%d", n->road_id[road],
                 lane - n->road_lane_first[road]);
    }
    return text;
}

long mg_traffic_demand(const mg_traffic_network *n, long steps)
{
    double seconds = (double)steps * n->dt, sum = 0.0;
    for (int32_t f = 0; f < n->flows; f++) {
        const mg_flow *flow = &n->flow[f];
        double end = flow->end == -1 || (double)flow->end > seconds ? seconds : (double)flow->end;
        double first = flow->start > 0 ? (double)flow->start : 0.0;
        if (end >= first)
            sum += 2.0 + (end - first + n->dt) / flow->interval;
    }
    return sum > 1e9 ? 1000000000L : (long)sum;
}
