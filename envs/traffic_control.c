#include "core/num/scalar_math.h"
#include "envs/traffic/lights.h"
#include "envs/traffic_control.h"
#include "envs/traffic/state.h"

#include <string.h>

typedef mg_traffic_control_config control;

/* The world: what the network says about its signals, as offsets into one block of int32. */
typedef struct control_world {
    int32_t degree; /* neighbours at most */
    int32_t padding;
    int32_t numbers[]; /* incoming lanes [signals][12], -1: none; then neighbours [signals][degree] */
} control_world;

typedef struct control_row {
    int64_t before_sum, after_sum, last_sum; /* queues of the last decision */
    int64_t waited;                          /* vehicle seconds on incoming lanes, whole episode, states before */
    int32_t second;
    int32_t padding;
    /* then per signal: phase (-1: yellow), next, lasted, queue before; then the simulation */
} control_row;

typedef enum signal_number { PHASE, NEXT, LASTED, QUEUE, PER_SIGNAL } signal_number;

static size_t round_up(size_t bytes)
{
    return (bytes + 63) / 64 * 64;
}

static size_t simulation_offset(const control *c)
{
    return round_up(sizeof(control_row) + PER_SIGNAL * (size_t)c->network->signals * sizeof(int32_t));
}

static long capacity(const control *c)
{
    return mg_traffic_demand(c->network, c->episode_seconds);
}

static int32_t *signal_numbers(const control *c, void *row, signal_number which)
{
    return (int32_t *)((unsigned char *)row + sizeof(control_row)) + (size_t)which * (size_t)c->network->signals;
}

/* A handle of the simulation in a row; nothing writes through it in functions that take a const row. */
static mg_traffic *simulation(const control *c, const void *row, bool start, mg_traffic *handle)
{
    unsigned char *memory = (unsigned char *)(uintptr_t)row + simulation_offset(c);
    return mg_traffic_attach(c->network, memory, capacity(c), start, handle);
}

/* ---- config ---- */
control mg_traffic_control_default(const mg_traffic_network *network)
{
    return (control){.network = network, .episode_seconds = 3600, .decision_seconds = 10, .yellow_seconds = 5};
}

#define AT(member) offsetof(control, member)
static const mg_field field[] = {
    {"episode_seconds", MG_FIELD_INT, AT(episode_seconds), 1, 86400, "specs/traffic.md 14.1: 3600 s"},
    {"decision_seconds", MG_FIELD_INT, AT(decision_seconds), 1, 3600, "specs/traffic.md 14.1: MIN_ACTION_TIME 10"},
    {"yellow_seconds", MG_FIELD_INT, AT(yellow_seconds), 0, 3600, "specs/traffic.md 14.1: YELLOW_TIME 5"},
    {"observe_pressure", MG_FIELD_BOOL, AT(observe_pressure), 0, 1, "ours: what max-pressure looks at; off in LToS"},
};
static const mg_fields fields = {"traffic-control", sizeof field / sizeof *field, field, sizeof(control)};

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
    }
    return true;
}

/* ---- the world ---- */
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

/* Neighbours of a signal, nearest first, ties to the lower index; list may be NULL to count. Roads of the
 * intersection are few, so a neighbour found twice is looked up in them. */
static int32_t find_neighbours(const mg_traffic_network *n, int32_t signal, int32_t *list)
{
    int32_t at = n->signal_intersection[signal], count = 0, a, b, found[256];
    for (int32_t i = n->intersection_road_first[at]; i < n->intersection_road_first[at + 1]; i++) {
        if (!joins(n, n->intersection_road[i], &a, &b) || (a != signal && b != signal))
            continue;
        int32_t other = a == signal ? b : a;
        if (count < 256 && !listed(found, count, other))
            found[count++] = other;
    }
    for (int32_t i = 0; list && i < count; i++)
        list[i] = found[i];
    return count;
}

static double distance(const mg_traffic_network *n, int32_t a, int32_t b)
{
    mg_point p = n->intersection_point[n->signal_intersection[a]], q = n->intersection_point[n->signal_intersection[b]];
    return mg_sqrt((p.x - q.x) * (p.x - q.x) + (p.y - q.y) * (p.y - q.y));
}

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

static bool build_world(const void *config, void *world, mg_error *error)
{
    const control *c = config;
    const mg_traffic_network *n = c->network;
    control_world *w = world;
    if (!mg_traffic_control_check(n, error))
        return false;
    *w = (control_world){.degree = largest_degree(n)};
    int32_t *neighbour = w->numbers + (size_t)n->signals * MG_CONTROL_LANES;
    for (int32_t s = 0; s < n->signals; s++, neighbour += w->degree) {
        find_lanes(n, s, w->numbers + (size_t)s * MG_CONTROL_LANES);
        for (int32_t i = 0; i < w->degree; i++)
            neighbour[i] = -1;
        order_neighbours(n, s, neighbour, find_neighbours(n, s, neighbour));
    }
    return true;
}

static int observation_length(const control *c)
{
    return MG_CONTROL_OBSERVATION + (c->observe_pressure ? MG_CONTROL_ACTIONS : 0);
}

static void describe(const void *config, mg_env_spec *spec)
{
    const control *c = config;
    const mg_traffic_network *n = c->network;
    int32_t degree = largest_degree(n);
    static const mg_metric_spec metric[] = {
        {"average_travel_time", "s, of all created vehicles"},
        {"finished", "vehicles"},
        {"alive", "vehicles"},
        {"queue", "vehicles waiting per signal, mean over time"},
        {"red_lights_waiting", "per vehicle and signal: waiting time / (10 s)"},
        {"red_lights_delay", "per vehicle and signal: travel time beyond free flow / (10 s)"},
    };
    *spec = (mg_env_spec){.name = "traffic-control",
                          .agents = n->signals,
                          .kinds = 1,
                          .stages = 1,
                          .neighbours_max = degree,
                          .state_length = n->signals * observation_length(c),
                          .longest_episode = (c->episode_seconds + c->decision_seconds - 1) / c->decision_seconds};
    spec->agent[0] =
        (mg_agent_spec){.observation = observation_length(c), .actions = MG_CONTROL_ACTIONS, .action_length = 1};
    spec->metrics = sizeof metric / sizeof *metric;
    memcpy(spec->metric, metric, sizeof metric);
    spec->world_bytes =
        sizeof(control_world) + (size_t)n->signals * (size_t)(MG_CONTROL_LANES + degree) * sizeof(int32_t);
    spec->row_bytes = simulation_offset(c) + mg_traffic_bytes(n, capacity(c));
}

/* ---- an episode ---- */
static void reset(const void *config, const void *world, void *row, mg_stream *stream)
{
    (void)world, (void)stream;
    const control *c = config;
    mg_traffic handle;
    memset(row, 0, simulation_offset(c));
    mg_traffic *t = simulation(c, row, true, &handle);
    int32_t *phase = signal_numbers(c, row, PHASE);
    for (int32_t s = 0; s < c->network->signals; s++) {
        phase[s] = 1;
        mg_traffic_set_phase(t, s, 1);
    }
}

static long queue_of(const control *c, const control_world *w, const mg_traffic *t, int32_t signal)
{
    (void)c;
    const int32_t *lane = w->numbers + (size_t)signal * MG_CONTROL_LANES, *slow = mg_traffic_waiting(t);
    long sum = 0;
    for (int i = 0; i < MG_CONTROL_LANES; i++)
        sum += lane[i] >= 0 ? slow[lane[i]] : 0;
    return sum;
}

/* One second of one signal's machine, before the simulator's step. */
static void switch_lights(const control *c, mg_traffic *t, void *row, int32_t signal, int32_t action)
{
    int32_t *phase = signal_numbers(c, row, PHASE) + signal, *next = signal_numbers(c, row, NEXT) + signal;
    int32_t *lasted = signal_numbers(c, row, LASTED) + signal;
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

static void run_second(const control *c, const control_world *w, mg_traffic *t, void *row, const int32_t *actions)
{
    control_row *r = row;
    int32_t signals = c->network->signals, *queue = signal_numbers(c, row, QUEUE);
    for (int32_t s = 0; s < signals; s++) {
        long waiting = queue_of(c, w, t, s);
        queue[s] += (int32_t)waiting;
        r->before_sum += waiting;
        r->waited += waiting;
        switch_lights(c, t, row, s, actions[s]);
    }
    mg_traffic_step(t);
    r->last_sum = 0;
    for (int32_t s = 0; s < signals; s++)
        r->last_sum += queue_of(c, w, t, s);
    r->after_sum += r->last_sum;
    r->second++;
}

static void step(const void *config, const void *world, void *row, const int32_t *actions, const float *real,
                 const float *transfers, mg_stream *stream, mg_outcome *outcome)
{
    (void)real, (void)transfers, (void)stream;
    const control *c = config;
    control_row *r = row;
    mg_traffic handle, *t = simulation(c, row, false, &handle);
    int32_t *queue = signal_numbers(c, row, QUEUE), seconds = c->decision_seconds;
    memset(queue, 0, (size_t)c->network->signals * sizeof *queue);
    r->before_sum = r->after_sum = 0;
    if (seconds > c->episode_seconds - r->second)
        seconds = c->episode_seconds - r->second;
    for (int32_t i = 0; i < seconds; i++)
        run_second(c, world, t, row, actions);
    for (int32_t s = 0; s < c->network->signals; s++) {
        outcome->reward[s] = (float)(-0.25 * (double)queue[s] / (double)(seconds > 0 ? seconds : 1));
        outcome->paid[s] = outcome->received[s] = 0.0f;
    }
    outcome->terminated = false;
    outcome->truncated = r->second >= c->episode_seconds;
}

/* ---- what can be seen ---- */
void mg_traffic_control_counts(const void *config, const void *world, const void *row, int signal,
                               int32_t count[MG_CONTROL_LANES])
{
    const control_world *w = world;
    mg_traffic handle;
    const int32_t *counts = mg_traffic_counts(simulation(config, row, false, &handle));
    const int32_t *lane = w->numbers + (size_t)signal * MG_CONTROL_LANES;
    for (int i = 0; i < MG_CONTROL_LANES; i++)
        count[i] = lane[i] >= 0 ? counts[lane[i]] : 0;
}

static void observe(const void *config, const void *world, const void *row, int stage, float *observation)
{
    (void)stage;
    static const uint8_t bits[5][8] = {
        {0}, {0, 1, 0, 1, 0, 0, 0, 0}, {0, 0, 0, 0, 0, 1, 0, 1}, {1, 0, 1, 0, 0, 0, 0, 0}, {0, 0, 0, 0, 1, 0, 1, 0}};
    const control *c = config;
    const int32_t *phase = signal_numbers(c, (void *)(uintptr_t)row, PHASE);
    const control_world *w = world;
    mg_traffic handle;
    const mg_traffic *t = simulation(c, row, false, &handle);
    const int32_t *counts = mg_traffic_counts(t);
    for (int32_t s = 0; s < c->network->signals; s++, observation += observation_length(c)) {
        const int32_t *lane = w->numbers + (size_t)s * MG_CONTROL_LANES;
        for (int i = 0; i < 8; i++)
            observation[i] = (float)bits[phase[s] > 0 ? phase[s] : 0][i];
        for (int i = 0; i < MG_CONTROL_LANES; i++)
            observation[8 + i] = lane[i] >= 0 ? (float)counts[lane[i]] : 0.0f;
        for (int a = 0; c->observe_pressure && a < MG_CONTROL_ACTIONS; a++)
            observation[MG_CONTROL_OBSERVATION + a] = (float)mg_traffic_pressure(t, s, a + 1);
    }
}

static void state(const void *config, const void *world, const void *row, float *numbers)
{
    observe(config, world, row, 0, numbers);
}

static void neighbours(const void *config, const void *world, const void *row, int32_t *neighbour)
{
    (void)row;
    const control *c = config;
    const control_world *w = world;
    size_t signals = (size_t)c->network->signals;
    memcpy(neighbour, w->numbers + signals * MG_CONTROL_LANES, signals * (size_t)w->degree * sizeof *neighbour);
}

mg_traffic_control_view mg_traffic_control_look(const void *config, const void *world, const void *row)
{
    (void)world;
    const control *c = config;
    const control_row *r = row;
    mg_traffic handle, *t = simulation(c, row, false, &handle);
    void *memory = (void *)(uintptr_t)row;
    return (mg_traffic_control_view){.phase = signal_numbers(c, memory, PHASE),
                                     .queue_before = signal_numbers(c, memory, QUEUE),
                                     .queue_before_sum = (long)r->before_sum,
                                     .queue_after_sum = (long)r->after_sum,
                                     .queue_last = (long)r->last_sum,
                                     .running = mg_traffic_running(t),
                                     .finished = mg_traffic_finished(t),
                                     .time = mg_traffic_time(t),
                                     .average_travel_time = mg_traffic_average_travel_time(t)};
}

static void metrics(const void *config, const void *world, const void *row, double *metric)
{
    (void)world;
    const control *c = config;
    const control_row *r = row;
    mg_traffic handle, *t = simulation(c, row, false, &handle);
    mg_traffic_trips trips = mg_traffic_trips_so_far(t);
    double travel = mg_traffic_average_travel_time(t), seconds = r->second > 0 ? (double)r->second : 1.0;
    double stops = trips.signals > 0.0 ? 10.0 * trips.signals : 1.0;
    metric[0] = travel;
    metric[1] = (double)mg_traffic_finished(t);
    metric[2] = (double)mg_traffic_alive(t);
    metric[3] = (double)r->waited / (seconds * (double)c->network->signals);
    metric[4] = (double)r->waited / stops;
    metric[5] = (travel * trips.vehicles - trips.free_flow) / stops;
}

static void digest(const void *config, const void *world, const void *row, mg_hasher *hasher)
{
    (void)world;
    const control *c = config;
    const control_row *r = row;
    mg_traffic handle;
    const uint64_t sums[4] = {(uint64_t)r->before_sum, (uint64_t)r->after_sum, (uint64_t)r->last_sum,
                              (uint64_t)r->waited};
    mg_hash_u64(hasher, "sums", sums, 4);
    mg_hash_i32(hasher, "second", &r->second, 1);
    mg_hash_i32(hasher, "lights", signal_numbers(c, (void *)(uintptr_t)row, PHASE),
                PER_SIGNAL * (size_t)c->network->signals);
    mg_traffic_hash(simulation(c, row, false, &handle), hasher);
}

static void render(const void *config, const void *world, const void *row, FILE *out)
{
    mg_traffic_control_view view = mg_traffic_control_look(config, world, row);
    fprintf(out, "%.0f s: %ld running, %ld finished, %ld waiting, %.1f s average travel time\n", view.time,
            view.running, view.finished, view.queue_last, view.average_travel_time);
}

const mg_env_table mg_traffic_control = {.name = "traffic-control",
                                         .fields = &fields,
                                         .describe = describe,
                                         .build_world = build_world,
                                         .reset = reset,
                                         .observe = observe,
                                         .neighbours = neighbours,
                                         .step = step,
                                         .metrics = metrics,
                                         .state = state,
                                         .digest = digest,
                                         .render = render};
