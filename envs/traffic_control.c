/* traffic_control.c - worlds, observations, the machine of a light, rewards. */
#include "core/io/file.h"
#include "core/io/memory.h"
#include "core/num/scalar_math.h"
#include "envs/traffic/lights.h"
#include "envs/traffic_control.h"
#include "envs/traffic/state.h"

#include <stdlib.h>
#include <string.h>

typedef mg_traffic_control_config control;

/* The world: the network, and what it says about its signals as offsets into one block of int32. */
typedef struct control_world {
    const mg_traffic_network *network;
    mg_traffic_network *own; /* the same, if it was made here */
    long capacity;           /* vehicles of an episode */
    int32_t degree;          /* neighbours at most */
    int32_t padding;
    int32_t numbers[]; /* incoming lanes [signals][12], -1: none; then neighbours [signals][degree] */
} control_world;

typedef struct control_row {
    int64_t before_sum, after_sum, last_sum; /* queues of the last decision */
    int64_t waited;                          /* vehicle seconds on incoming lanes, whole episode, states before */
    int64_t chosen[MG_CONTROL_ACTIONS], volume[MG_CONTROL_ACTIONS]; /* decisions, and vehicles at them, by action */
    int32_t second;
    int32_t padding;
    /* then per signal: phase (-1: yellow), next, lasted, queue before; then the simulation */
} control_row;

enum { RIGHT = 1 /* rank of a right turn, network.h */ };
typedef enum signal_number { PHASE, NEXT, LASTED, QUEUE, PER_SIGNAL } signal_number;

static size_t round_up(size_t bytes)
{
    return (bytes + 63) / 64 * 64;
}

static size_t simulation_offset(const mg_traffic_network *n)
{
    return round_up(sizeof(control_row) + PER_SIGNAL * (size_t)n->signals * sizeof(int32_t));
}

static const mg_traffic_network *network_of(const mg_row *row)
{
    return ((const control_world *)row->world)->network;
}

static int32_t *signal_numbers(const mg_row *row, signal_number which)
{
    return (int32_t *)((unsigned char *)row->state + sizeof(control_row)) +
           (size_t)which * (size_t)network_of(row)->signals;
}

/* A handle of the simulation in a row; nothing writes through it in functions that only look. */
static mg_traffic *simulation(const mg_row *row, bool start, mg_traffic *handle)
{
    const control_world *w = row->world;
    unsigned char *memory = (unsigned char *)row->state + simulation_offset(w->network);
    return mg_traffic_attach(w->network, memory, w->capacity, start, handle);
}

/* ---- config ---- */
control mg_traffic_control_default(void)
{
    return (control){.grid = mg_traffic_grid_ltos(),
                     .demand = MG_CONTROL_LTOS,
                     .demand_interval = 10.0,
                     .episode_seconds = 3600,
                     .decision_seconds = 10,
                     .yellow_seconds = 5};
}

#define AT(member) offsetof(control, member)
static const mg_field field[] = {
    {"rows", MG_FIELD_INT, AT(grid.rows), 1, 40, "facts/ltos.md 2: 6"},
    {"columns", MG_FIELD_INT, AT(grid.columns), 1, 40, "facts/ltos.md 2: 6"},
    {"spacing", MG_FIELD_DOUBLE, AT(grid.spacing), 1, 10000, "facts/ltos.md 2: 100 m"},
    {"width", MG_FIELD_DOUBLE, AT(grid.width), 1, 1000, "facts/ltos.md 2: 11 m"},
    {"lane_width", MG_FIELD_DOUBLE, AT(grid.lane_width), 0.1, 100, "facts/ltos.md 2"},
    {"max_speed", MG_FIELD_DOUBLE, AT(grid.max_speed), 0.1, 100, "facts/ltos.md 2: 11.111 m/s"},
    {"left", MG_FIELD_INT, AT(grid.left), 0, 8, "facts/ltos.md 2: 1 lane"},
    {"straight", MG_FIELD_INT, AT(grid.straight), 0, 8, "facts/ltos.md 2: 1 lane"},
    {"right", MG_FIELD_INT, AT(grid.right), 0, 8, "facts/ltos.md 2: 1 lane"},
    {"demand", MG_FIELD_INT, AT(demand), MG_CONTROL_LTOS, MG_CONTROL_WAVES, "facts/ltos.md 2: LToS Table 2"},
    {"demand_interval", MG_FIELD_DOUBLE, AT(demand_interval), 0.1, 10000, "ours: of regular demand; unused in LToS's"},
    {"episode_seconds", MG_FIELD_INT, AT(episode_seconds), 1, 86400, "facts/ltos.md 1: 3600 s"},
    {"decision_seconds", MG_FIELD_INT, AT(decision_seconds), 1, 3600, "facts/ltos.md 1: MIN_ACTION_TIME 10"},
    {"yellow_seconds", MG_FIELD_INT, AT(yellow_seconds), 1, 3600, "facts/ltos.md 1: YELLOW_TIME 5"},
    {"transfer_max", MG_FIELD_DOUBLE, AT(transfer_max), 0, 100, "Learning to Share, Table 6: 0.1 for LIO"},
    {"everybody", MG_FIELD_BOOL, AT(everybody), 0, 1, "Intention Propagation, Figure 6: off, or on"},
    {"observe_pressure", MG_FIELD_BOOL, AT(observe_pressure), 0, 1, "ours: what max-pressure looks at; off in LToS"},
};
static const mg_fields fields = {"traffic-control", sizeof field / sizeof *field, field, sizeof(control)};

mg_town_control_config mg_town_control_default(int signals)
{
    return (mg_town_control_config){.control = mg_traffic_control_default(),
                                    .signals = signals,
                                    .vehicles = signals == 33 ? 1775 : 20 * signals,
                                    .demand_seconds = 3600};
}

#define TOWN(member) offsetof(mg_town_control_config, member)
static const mg_field town_field[] = {
    {"signals", MG_FIELD_INT, TOWN(signals), 5, 96, "facts/ltos.md 22: 33, as Shenzhen"},
    {"vehicles", MG_FIELD_INT, TOWN(vehicles), 1, 1000000, "facts/ltos.md 22: 1775 in Shenzhen"},
    {"demand_seconds", MG_FIELD_INT, TOWN(demand_seconds), 1, 86400, "facts/ltos.md 22: 3600 s"},
    {"episode_seconds", MG_FIELD_INT, AT(episode_seconds), 1, 86400, "facts/ltos.md 1: 3600 s"},
    {"decision_seconds", MG_FIELD_INT, AT(decision_seconds), 1, 3600, "facts/ltos.md 1: MIN_ACTION_TIME 10"},
    {"yellow_seconds", MG_FIELD_INT, AT(yellow_seconds), 1, 3600, "facts/ltos.md 1: YELLOW_TIME 5"},
    {"transfer_max", MG_FIELD_DOUBLE, AT(transfer_max), 0, 100, "Learning to Share, Table 6: 0.1 for LIO"},
    {"observe_pressure", MG_FIELD_BOOL, AT(observe_pressure), 0, 1, "ours: what max-pressure looks at; off in LToS"},
};
static const mg_fields town_fields = {"town-control", sizeof town_field / sizeof *town_field, town_field,
                                      sizeof(mg_town_control_config)};

enum { NEIGHBOURS_MAX = 256 };

/* The signals at both ends of a road, or false. */
static bool joins(const mg_traffic_network *n, int32_t road, int32_t *a, int32_t *b)
{
    *a = n->intersection_signal[n->road_start[road]];
    *b = n->intersection_signal[n->road_end[road]];
    return *a >= 0 && *b >= 0 && *a != *b;
}

static bool listed(const int32_t *list, int32_t count, int32_t x)
{
    for (int32_t i = 0; i < count; i++) {
        if (list[i] == x)
            return true;
    }
    return false;
}

/* Neighbours of a signal in the order of the roads that join them; list may be NULL to count. Roads of the intersection
 * are few, so a neighbour found twice is looked up in them. Returns more than NEIGHBOURS_MAX where there are more. */
static int32_t find_neighbours(const mg_traffic_network *n, int32_t signal, int32_t *list)
{
    int32_t at = n->signal_intersection[signal], count = 0, a, b, found[NEIGHBOURS_MAX];
    for (int32_t i = n->intersection_road_first[at]; i < n->intersection_road_first[at + 1]; i++) {
        if (!joins(n, n->intersection_road[i], &a, &b) || (a != signal && b != signal))
            continue;
        int32_t other = a == signal ? b : a;
        if (listed(found, count, other))
            continue;
        if (count == NEIGHBOURS_MAX)
            return NEIGHBOURS_MAX + 1;
        found[count++] = other;
    }
    for (int32_t i = 0; list && i < count; i++)
        list[i] = found[i];
    return count;
}

bool mg_traffic_control_check(const mg_traffic_network *n, mg_error *error)
{
    if (n->dt != 1.0)
        return mg_fail(error, MG_EXIT_INPUT, "traffic-control needs an interval of 1 s, the config has %.17g", n->dt);
    if (n->plan_lights)
        return mg_fail(error, MG_EXIT_INPUT, "traffic-control sets the lights itself: rlTrafficLight must be true");
    if (n->signals < 1 || n->signals > MG_AGENTS_MAX)
        return mg_fail(error, MG_EXIT_INPUT, "traffic-control needs 1 to %d signals, the network has %d", MG_AGENTS_MAX,
                       n->signals);
    for (int32_t s = 0; s < n->signals; s++) {
        if (n->signal_named[s] != s)
            return mg_fail(error, MG_EXIT_INPUT,
                           "traffic-control needs signals of different names; %.100s is there twice",
                           n->intersection_id[n->signal_intersection[s]]);
        int32_t phases = n->signal_phase_first[s + 1] - n->signal_phase_first[s];
        if (phases < MG_CONTROL_ACTIONS + 1)
            return mg_fail(error, MG_EXIT_INPUT,
                           "traffic-control needs at least 5 light phases (0 for yellow, 1 to 4 to "
                           "choose from); %.100s has %d",
                           n->intersection_id[n->signal_intersection[s]], phases);
        if (find_neighbours(n, s, NULL) > NEIGHBOURS_MAX)
            return mg_fail(error, MG_EXIT_INPUT,
                           "traffic-control has room for %d signals that roads join to one; %.100s has more",
                           NEIGHBOURS_MAX, n->intersection_id[n->signal_intersection[s]]);
    }
    return true;
}

/* ---- the world ---- */
static double distance(const mg_traffic_network *n, int32_t a, int32_t b)
{
    mg_point p = n->intersection_point[n->signal_intersection[a]], q = n->intersection_point[n->signal_intersection[b]];
    return mg_sqrt((p.x - q.x) * (p.x - q.x) + (p.y - q.y) * (p.y - q.y));
}

/* Nearest first, ties to the lower index. */
static void order_neighbours(const mg_traffic_network *n, int32_t signal, int32_t *list, int32_t count)
{
    for (int32_t i = 1; i < count; i++) {
        int32_t x = list[i], at = i;
        double far = distance(n, signal, x);
        for (; at > 0; at--) {
            double other = distance(n, signal, list[at - 1]);
            if (other < far || (other <= far && list[at - 1] < x))
                break;
            list[at] = list[at - 1];
        }
        list[at] = x;
    }
}

/* All others. */
static int32_t list_everybody(const mg_traffic_network *n, int32_t signal, int32_t *list)
{
    int32_t count = 0;
    for (int32_t s = 0; s < n->signals; s++)
        if (s != signal)
            list[count++] = s;
    return count;
}

static int32_t largest_degree(const mg_traffic_network *n)
{
    int32_t degree = 1;
    for (int32_t s = 0; s < n->signals; s++) {
        int32_t count = find_neighbours(n, s, NULL);
        degree = count > degree ? count : degree;
    }
    return degree;
}

enum { WEST, EAST, NORTH, SOUTH, SIDES };

static int side_of(const mg_traffic_network *n, int32_t road)
{
    const mg_point *end = &n->road_point[n->road_point_first[road + 1] - 1];
    double dx = end->x - end[-1].x, dy = end->y - end[-1].y;
    if (dx * dx >= dy * dy)
        return dx > 0.0 ? WEST : EAST;
    return dy < 0.0 ? NORTH : SOUTH;
}

static void find_lanes(const mg_traffic_network *n, int32_t signal, int32_t lane[MG_CONTROL_LANES])
{
    int32_t at = n->signal_intersection[signal], road[SIDES] = {-1, -1, -1, -1};
    for (int32_t i = n->intersection_road_first[at]; i < n->intersection_road_first[at + 1]; i++) {
        int32_t incoming = n->intersection_road[i];
        if (n->road_end[incoming] != at)
            continue;
        int side = side_of(n, incoming);
        for (int k = 0; k < SIDES && road[side] >= 0; k++)
            side = road[k] < 0 ? k : side;
        if (road[side] < 0)
            road[side] = incoming;
    }
    for (int i = 0; i < MG_CONTROL_LANES; i++) {
        int32_t r = road[i / 3];
        lane[i] =
            r >= 0 && n->road_lane_first[r] + i % 3 < n->road_lane_first[r + 1] ? n->road_lane_first[r] + i % 3 : -1;
    }
}

void *mg_traffic_control_on(const control *c, const mg_traffic_network *n, mg_error *error)
{
    if (!mg_traffic_control_check(n, error))
        return NULL;
    int32_t degree = c->everybody && n->signals > 1 ? n->signals - 1 : largest_degree(n);
    size_t numbers = (size_t)n->signals * (size_t)(MG_CONTROL_LANES + degree);
    control_world *w = mg_allocate(1, sizeof *w + numbers * sizeof *w->numbers);
    w->network = n;
    w->capacity = mg_traffic_demand(n, c->episode_seconds);
    w->degree = degree;
    int32_t *neighbour = w->numbers + (size_t)n->signals * MG_CONTROL_LANES;
    for (int32_t s = 0; s < n->signals; s++, neighbour += w->degree) {
        find_lanes(n, s, w->numbers + (size_t)s * MG_CONTROL_LANES);
        for (int32_t i = 0; i < w->degree; i++)
            neighbour[i] = -1;
        order_neighbours(n, s, neighbour,
                         c->everybody ? list_everybody(n, s, neighbour) : find_neighbours(n, s, neighbour));
    }
    return w;
}

/* A world on the network of these texts, which are freed. */
static void *open_on(const control *c, char *roadnet, char *flow, mg_error *error)
{
    char *text = mg_traffic_config_text(1.0, 0, "", false);
    mg_traffic_network *network = NULL;
    control_world *w = NULL;
    if (mg_traffic_parse(text, roadnet, flow, &network, error))
        w = mg_traffic_control_on(c, network, error);
    if (w)
        w->own = network;
    else
        mg_traffic_free(network);
    free(text);
    free(roadnet);
    free(flow);
    return w;
}

static void *open_world(const void *config, mg_key key, mg_error *error)
{
    const control *c = config;
    mg_traffic_grid grid = c->grid;
    grid.plan = false;
    char *flow = c->demand == MG_CONTROL_LTOS
                     ? mg_traffic_ltos_flow(&grid, key.seed)
                     : mg_traffic_grid_flow(&grid, (mg_traffic_demand_kind)(c->demand - MG_CONTROL_STRAIGHT),
                                            c->demand_interval);
    return open_on(c, mg_traffic_grid_roadnet(&grid), flow, error);
}

static void close_world(void *world)
{
    control_world *w = world;
    mg_traffic_free(w->own);
    free(w);
}

/* A network from elsewhere: phase 0 has to be what yellow is here, which in plans that CityFlow's tool makes for lights
 * of its own it is not; and somebody has to drive. */
static bool check_files(const mg_traffic_network *n, const char *folder, mg_error *error)
{
    for (int32_t s = 0; s < n->signals; s++) {
        const int32_t phase = n->signal_phase_first[s];
        for (int32_t i = n->phase_movement_first[phase]; i < n->phase_movement_first[phase + 1]; i++)
            if (n->movement_rank[n->phase_movement[i]] != RIGHT)
                return mg_fail(error, MG_EXIT_INPUT,
                               "%.200s/roadnet.json: light phase 0 of %.100s lets road link %d go, which is no right "
                               "turn; wanted yellow in phase 0, what may be chosen in 1 to 4",
                               folder, n->intersection_id[n->signal_intersection[s]],
                               n->phase_movement[i] - n->signal_movement_first[s]);
    }
    return n->flows > 0 || mg_fail(error, MG_EXIT_INPUT, "%.200s/flow.json: no vehicles, wanted some", folder);
}

static void *open_files(const control *c, const char *folder, mg_error *error)
{
    char path[MG_PATH], *roadnet = NULL, *flow = NULL;
    size_t length;
    control_world *w = NULL;
    if (mg_path_join(path, sizeof path, folder, "roadnet.json", error) &&
        mg_file_read(path, &roadnet, &length, error) && mg_path_join(path, sizeof path, folder, "flow.json", error) &&
        mg_file_read(path, &flow, &length, error))
        w = open_on(c, roadnet, flow, error);
    else
        free(roadnet);
    if (w && !check_files(w->network, folder, error)) {
        close_world(w);
        w = NULL;
    }
    return w;
}

static void *open_town(const void *config, mg_key key, mg_error *error)
{
    const mg_town_control_config *c = config;
    control seconds = c->control;
    mg_traffic_grid town;
    seconds.everybody = false; /* no field of a town */
    if (c->files)
        return open_files(&seconds, c->files, error);
    if (!mg_traffic_town(c->signals, &town)) {
        (void)mg_fail(error, MG_EXIT_INPUT, "town-control: signals %d, wanted 5, 33 or 96", c->signals);
        return NULL;
    }
    return open_on(&seconds, mg_traffic_grid_roadnet(&town),
                   mg_traffic_trips_flow(&town, key.seed, c->vehicles, c->demand_seconds), error);
}

static int observation_length(const control *c)
{
    return MG_CONTROL_OBSERVATION + (c->observe_pressure ? MG_CONTROL_ACTIONS : 0);
}

static void describe(const void *config, const void *world, mg_env_spec *spec)
{
    const control *c = config;
    const control_world *w = world;
    int32_t signals = w->network->signals;
    static const mg_metric_spec metric[] = {
        {"average_travel_time", "s, of all created vehicles"},
        {"finished", "vehicles"},
        {"alive", "vehicles"},
        {"queue", "vehicles waiting per signal, mean over time"},
        {"red_lights_waiting", "per vehicle and signal: waiting time / (10 s)"},
        {"red_lights_delay", "per vehicle and signal: travel time beyond free flow / (10 s)"},
        {"volume_distance", "between shares of decisions and of vehicles, by action"},
        {"volume_divergence", "of the former from the latter, nats"},
    };
    *spec = (mg_env_spec){.name = "traffic-control",
                          .stages = 1,
                          .neighbours_max = w->degree,
                          .state_length = signals * observation_length(c),
                          .longest_episode = (c->episode_seconds + c->decision_seconds - 1) / c->decision_seconds,
                          .metrics = sizeof metric / sizeof *metric,
                          .metric = metric,
                          .row_bytes = simulation_offset(w->network) + mg_traffic_bytes(w->network, w->capacity)};
    mg_agent_spec signal = {.part = {{"phase", 1, 1, 8}, {"vehicles", 1, 4, 3}}, .actions = MG_CONTROL_ACTIONS};
    if (c->observe_pressure)
        signal.part[2] = (mg_part){"pressure", 1, 1, MG_CONTROL_ACTIONS};
    mg_env_add_agents(spec, signals, &signal);
    if (c->transfer_max > 0.0)
        spec->transfer = (mg_transfer_spec){.time = MG_TRANSFER_AFTER_ACTIONS,
                                            .givers = signals,
                                            .numbers_per_giver = signals,
                                            .low = 0.0f,
                                            .high = (float)c->transfer_max};
}

static void describe_town(const void *config, const void *world, mg_env_spec *spec)
{
    describe(config, world, spec);
    spec->name = "town-control";
}

/* ---- an episode ---- */
static void reset(const mg_row *row, mg_stream *stream)
{
    (void)stream;
    mg_traffic handle;
    memset(row->state, 0, simulation_offset(network_of(row)));
    mg_traffic *t = simulation(row, true, &handle);
    int32_t *phase = signal_numbers(row, PHASE);
    for (int32_t s = 0; s < network_of(row)->signals; s++) {
        phase[s] = 1;
        mg_traffic_set_phase(t, s, 1);
    }
}

static long queue_of(const control_world *w, const mg_traffic *t, int32_t signal)
{
    const int32_t *lane = w->numbers + (size_t)signal * MG_CONTROL_LANES, *slow = mg_traffic_waiting(t);
    long sum = 0;
    for (int i = 0; i < MG_CONTROL_LANES; i++)
        sum += lane[i] >= 0 ? slow[lane[i]] : 0;
    return sum;
}

/* One second of one signal's machine, before the simulator's step. */
static void switch_lights(const mg_row *row, mg_traffic *t, int32_t signal, int32_t action)
{
    const control *c = row->config;
    int32_t *phase = signal_numbers(row, PHASE) + signal, *next = signal_numbers(row, NEXT) + signal;
    int32_t *lasted = signal_numbers(row, LASTED) + signal;
    if (*phase < 0) {
        if (*lasted >= c->yellow_seconds) {
            *phase = *next;
            mg_traffic_set_phase(t, signal, *phase);
            *lasted = 0;
        }
    } else if (*phase != action + 1) {
        *next = action + 1;
        *phase = -1;
        *lasted = 0;
        mg_traffic_set_phase(t, signal, 0);
    }
    ++*lasted;
}

static void run_second(const mg_row *row, mg_traffic *t, const int32_t *actions)
{
    const control_world *w = row->world;
    control_row *r = row->state;
    int32_t signals = w->network->signals, *queue = signal_numbers(row, QUEUE);
    for (int32_t s = 0; s < signals; s++) {
        long waiting = queue_of(w, t, s);
        queue[s] += (int32_t)waiting;
        r->before_sum += waiting;
        r->waited += waiting;
        switch_lights(row, t, s, actions[s]);
    }
    mg_traffic_step(t);
    r->last_sum = 0;
    for (int32_t s = 0; s < signals; s++)
        r->last_sum += queue_of(w, t, s);
    r->after_sum += r->last_sum;
    r->second++;
}

static void transfer(int32_t signals, const float *given, mg_outcome *outcome)
{
    for (int32_t i = 0; i < signals; i++)
        outcome->paid[i] = outcome->received[i] = 0.0f;
    for (int32_t i = 0; given && i < signals; i++)
        for (int32_t j = 0; j < signals; j++, given++)
            if (i != j) {
                outcome->paid[i] += *given;
                outcome->received[j] += *given;
            }
}

/* What is decided, and where vehicles are that want it: straight on or left, from west and east or north and south.
 * Which way a lane goes is its place on the road (0 left, 1 straight on, 2 right), as in the grid; its lane links are
 * not looked at. */
static void count_volumes(const mg_row *row, const mg_traffic *t, const int32_t *actions)
{
    static const int action_of[MG_CONTROL_LANES] = {2, 0, -1, 2, 0, -1, 3, 1, -1, 3, 1, -1};
    const control_world *w = row->world;
    control_row *r = row->state;
    const int32_t *counts = mg_traffic_counts(t), *lane = w->numbers;
    for (int32_t s = 0; s < w->network->signals; s++, lane += MG_CONTROL_LANES) {
        r->chosen[actions[s]]++;
        for (int i = 0; i < MG_CONTROL_LANES; i++)
            if (lane[i] >= 0 && action_of[i] >= 0)
                r->volume[action_of[i]] += counts[lane[i]];
    }
}

static void step(const mg_row *row, const mg_joint *joint, mg_stream *stream, mg_outcome *outcome)
{
    (void)stream;
    const control *c = row->config;
    control_row *r = row->state;
    mg_traffic handle, *t = simulation(row, false, &handle);
    int32_t *queue = signal_numbers(row, QUEUE), seconds = c->decision_seconds;
    memset(queue, 0, (size_t)network_of(row)->signals * sizeof *queue);
    r->before_sum = r->after_sum = 0;
    count_volumes(row, t, joint->action);
    if (seconds > c->episode_seconds - r->second)
        seconds = c->episode_seconds - r->second;
    for (int32_t i = 0; i < seconds; i++)
        run_second(row, t, joint->action);
    for (int32_t s = 0; s < network_of(row)->signals; s++)
        outcome->reward[s] = (float)(-0.25 * (double)queue[s] / (double)(seconds > 0 ? seconds : 1));
    transfer(network_of(row)->signals, joint->transfer, outcome);
    outcome->terminated = false;
    outcome->truncated = r->second >= c->episode_seconds;
}

/* ---- what can be seen ---- */
void mg_traffic_control_counts(const mg_row *row, int signal, int32_t count[MG_CONTROL_LANES])
{
    const control_world *w = row->world;
    mg_traffic handle;
    const int32_t *counts = mg_traffic_counts(simulation(row, false, &handle));
    const int32_t *lane = w->numbers + (size_t)signal * MG_CONTROL_LANES;
    for (int i = 0; i < MG_CONTROL_LANES; i++)
        count[i] = lane[i] >= 0 ? counts[lane[i]] : 0;
}

static void observe(const mg_row *row, int stage, float *observation)
{
    (void)stage;
    static const uint8_t bits[5][8] = {
        {0}, {0, 1, 0, 1, 0, 0, 0, 0}, {0, 0, 0, 0, 0, 1, 0, 1}, {1, 0, 1, 0, 0, 0, 0, 0}, {0, 0, 0, 0, 1, 0, 1, 0}};
    const control *c = row->config;
    const int32_t *phase = signal_numbers(row, PHASE);
    const control_world *w = row->world;
    mg_traffic handle;
    const mg_traffic *t = simulation(row, false, &handle);
    const int32_t *counts = mg_traffic_counts(t);
    for (int32_t s = 0; s < network_of(row)->signals; s++, observation += observation_length(c)) {
        const int32_t *lane = w->numbers + (size_t)s * MG_CONTROL_LANES;
        for (int i = 0; i < 8; i++)
            observation[i] = (float)bits[phase[s] > 0 ? phase[s] : 0][i];
        for (int i = 0; i < MG_CONTROL_LANES; i++)
            observation[8 + i] = lane[i] >= 0 ? (float)counts[lane[i]] : 0.0f;
        for (int a = 0; c->observe_pressure && a < MG_CONTROL_ACTIONS; a++)
            observation[MG_CONTROL_OBSERVATION + a] = (float)mg_traffic_pressure(t, s, a + 1);
    }
}

static void state(const mg_row *row, float *numbers)
{
    observe(row, 0, numbers);
}

static void neighbours(const mg_row *row, int32_t *neighbour)
{
    const control_world *w = row->world;
    size_t signals = (size_t)w->network->signals;
    memcpy(neighbour, w->numbers + signals * MG_CONTROL_LANES, signals * (size_t)w->degree * sizeof *neighbour);
}

mg_traffic_control_view mg_traffic_control_look(const mg_row *row)
{
    const control_row *r = row->state;
    mg_traffic handle, *t = simulation(row, false, &handle);
    return (mg_traffic_control_view){.phase = signal_numbers(row, PHASE),
                                     .queue_before = signal_numbers(row, QUEUE),
                                     .queue_before_sum = (long)r->before_sum,
                                     .queue_after_sum = (long)r->after_sum,
                                     .queue_last = (long)r->last_sum,
                                     .running = mg_traffic_running(t),
                                     .finished = mg_traffic_finished(t),
                                     .time = mg_traffic_time(t),
                                     .average_travel_time = mg_traffic_average_travel_time(t)};
}

/* Distances of shares of decisions from shares of vehicles; 0 before there are both. */
static void compare_volumes(const control_row *r, double *distance, double *divergence)
{
    double decisions = 0.0, vehicles = 0.0, squares = 0.0;
    for (int a = 0; a < MG_CONTROL_ACTIONS; a++) {
        decisions += (double)r->chosen[a];
        vehicles += (double)r->volume[a];
    }
    *distance = *divergence = 0.0;
    for (int a = 0; a < MG_CONTROL_ACTIONS && decisions > 0.0 && vehicles > 0.0; a++) {
        double p = (double)r->chosen[a] / decisions, q = (double)r->volume[a] / vehicles;
        squares += (p - q) * (p - q);
        if (p > 0.0)
            *divergence += p * (mg_log(p) - mg_log(q > 1e-9 ? q : 1e-9));
    }
    *distance = mg_sqrt(squares);
}

static void metrics(const mg_row *row, double *metric)
{
    const control_row *r = row->state;
    mg_traffic handle, *t = simulation(row, false, &handle);
    mg_traffic_trips trips = mg_traffic_trips_so_far(t);
    double travel = mg_traffic_average_travel_time(t), seconds = r->second > 0 ? (double)r->second : 1.0;
    double stops = trips.signals > 0.0 ? 10.0 * trips.signals : 1.0;
    metric[0] = travel;
    metric[1] = (double)mg_traffic_finished(t);
    metric[2] = (double)mg_traffic_alive(t);
    metric[3] = (double)r->waited / (seconds * (double)network_of(row)->signals);
    metric[4] = (double)r->waited / stops;
    metric[5] = (travel * trips.vehicles - trips.free_flow) / stops;
    compare_volumes(r, &metric[6], &metric[7]);
}

/* Left out are chosen and volume: nothing but volume_distance and volume_divergence comes from them, which are compared
 * themselves, and here they would change every digest there is. */
static void digest(const mg_row *row, mg_hasher *hasher)
{
    const control_row *r = row->state;
    mg_traffic handle;
    const uint64_t sums[4] = {(uint64_t)r->before_sum, (uint64_t)r->after_sum, (uint64_t)r->last_sum,
                              (uint64_t)r->waited};
    mg_hash_u64(hasher, "sums", sums, 4);
    mg_hash_i32(hasher, "second", &r->second, 1);
    mg_hash_i32(hasher, "lights", signal_numbers(row, PHASE), PER_SIGNAL * (size_t)network_of(row)->signals);
    mg_traffic_hash(simulation(row, false, &handle), hasher);
}

static void render(const mg_row *row, FILE *out)
{
    mg_traffic_control_view view = mg_traffic_control_look(row);
    fprintf(out, "%.0f s: %ld running, %ld finished, %ld waiting, %.1f s average travel time\n", view.time,
            view.running, view.finished, view.queue_last, view.average_travel_time);
}

const mg_env_table mg_traffic_control = {.name = "traffic-control",
                                         .fields = &fields,
                                         .describe = describe,
                                         .open_world = open_world,
                                         .close_world = close_world,
                                         .reset = reset,
                                         .observe = observe,
                                         .neighbours = neighbours,
                                         .step = step,
                                         .metrics = metrics,
                                         .state = state,
                                         .digest = digest,
                                         .render = render};

const mg_env_table mg_town_control = {.name = "town-control",
                                      .fields = &town_fields,
                                      .describe = describe_town,
                                      .open_world = open_town,
                                      .close_world = close_world,
                                      .reset = reset,
                                      .observe = observe,
                                      .neighbours = neighbours,
                                      .step = step,
                                      .metrics = metrics,
                                      .state = state,
                                      .digest = digest,
                                      .render = render};
