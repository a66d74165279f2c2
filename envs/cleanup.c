/* cleanup.c - see cleanup.h. */
#include "envs/cleanup.h"

#include <string.h>

enum {
    AGENTS = MG_CLEANUP_AGENTS,
    SIZE = MG_CLEANUP_SIZE_MAX,
    PADDING = MG_CLEANUP_RADIUS_MAX,
    PADDED = SIZE + 2 * PADDING, /* so that no picture leaves the array */
    CELLS = PADDED * PADDED,
    SITES = 16, /* most cells of a kind */
    REACH = 5,  /* of a beam */
    FLASHES = AGENTS * 3 * REACH,
    DESIGNED = 3 /* numbers of a designer: for who cleans, who eats, anybody else */
};

typedef struct cleanup_row {
    uint8_t lies[CELLS], seen[CELLS]; /* an mg_cleanup_cell each */
    int32_t place[AGENTS];            /* into both */
    int32_t action[AGENTS];           /* of the last step */
    int32_t step, dirty;
    int32_t sites, river; /* cells where apples grow, that can be dirty: of the map, row by row */
    int16_t site[SITES], wet[SITES];
    float smoothed[AGENTS];
    float last[AGENTS * DESIGNED]; /* sensitivity of the last step */
    /* sums over the episode, for its metrics */
    int32_t eaten[AGENTS], washed[AGENTS], fired[AGENTS];
    float paid[AGENTS], received[AGENTS];
    float in_river[AGENTS], for_firing[AGENTS], for_washing[AGENTS]; /* of what was received */
} cleanup_row;

mg_cleanup_config mg_cleanup_default(bool large)
{
    return (mg_cleanup_config){.large = large,
                               .steps = 50,
                               .apple_rate = large ? 0.3 : 0.5,
                               .waste_rate = 0.5,
                               .depletion = large ? 0.4 : 0.6,
                               .restoration = 0.0,
                               .transfer_max = 2.0,
                               .smoothing = 0.0,
                               .designer = false};
}

#define AT(member) offsetof(mg_cleanup_config, member)
static const mg_field field[] = {
    {"large", MG_FIELD_BOOL, AT(large), 0, 1, "thesis Table B.2: 7x7 and 10x10"},
    {"steps", MG_FIELD_INT, AT(steps), 1, 10000, "thesis Table B.2: max_steps 50"},
    {"apple_rate", MG_FIELD_DOUBLE, AT(apple_rate), 0, 1, "thesis Table B.2: appleRespawnProbability"},
    {"waste_rate", MG_FIELD_DOUBLE, AT(waste_rate), 0, 1, "thesis Table B.2: wasteSpawnProbability"},
    {"depletion", MG_FIELD_DOUBLE, AT(depletion), 1e-6, 1, "thesis Table B.2: thresholdDepletion"},
    {"restoration", MG_FIELD_DOUBLE, AT(restoration), 0, 1, "thesis Table B.2: thresholdRestoration"},
    {"transfer_max", MG_FIELD_DOUBLE, AT(transfer_max), 0, 100, "thesis B.4.2: R_max = R_a = 2"},
    {"smoothing", MG_FIELD_DOUBLE, AT(smoothing), 0, 1, "thesis B.4.2: inequity aversion, gamma lambda = 0.99 0.95"},
    {"designer", MG_FIELD_BOOL, AT(designer), 0, 1, "thesis Section 5.4: no; Section 6.3.1: yes"},
};
static const mg_fields fields = {"cleanup", sizeof field / sizeof *field, field, sizeof(mg_cleanup_config)};

/* ---- maps (facts/lio-cleanup.md 1.1): @ wall, H waste at first, R clean river, B where apples grow, 0 and 1 where
 * the agents start ---- */

// clang-format off
static const char *const small_map[] = {
    "@@@@@@@",
    "@H  1B@",
    "@H   B@",
    "@    B@",
    "@    B@",
    "@ 0  B@",
    "@@@@@@@",
};
static const char *const large_map[] = {
    "@@@@@@@@@@",
    "@HH     B@",
    "@RR    BB@",
    "@HH     B@",
    "@RR    BB@",
    "@HH 1   B@",
    "@RR    BB@",
    "@HH     B@",
    "@RR0   BB@",
    "@@@@@@@@@@",
};
// clang-format on

int mg_cleanup_size(const mg_cleanup_config *config)
{
    return config->large ? 10 : 7;
}

static int radius_of(const mg_cleanup_config *c)
{
    return c->large ? 7 : 4;
}

static char drawn(const mg_cleanup_config *c, int row, int column)
{
    return (c->large ? large_map : small_map)[row][column];
}

static int index_of(int row, int column)
{
    return (row + PADDING) * PADDED + column + PADDING;
}

static mg_cleanup_place place_of(int index)
{
    return (mg_cleanup_place){index / PADDED - PADDING, index % PADDED - PADDING};
}

static bool is_on_map(const mg_cleanup_config *c, mg_cleanup_place place)
{
    int size = mg_cleanup_size(c);
    return place.row >= 0 && place.row < size && place.column >= 0 && place.column < size;
}

bool mg_cleanup_is_site(const mg_cleanup_config *config, mg_cleanup_place place)
{
    return is_on_map(config, place) && drawn(config, place.row, place.column) == 'B';
}

/* ---- description ---- */

static int picture_side(const mg_cleanup_config *c)
{
    return 2 * radius_of(c) + 1;
}

// clang-format off
#define OF_AGENT(i) \
    {"return_" #i, "apples eaten in an episode"}, {"washed_" #i, "waste washed away in an episode"}, \
    {"fired_" #i, "beams fired in an episode"}, {"paid_" #i, "incentives paid in an episode"}, \
    {"received_" #i, "incentives received in an episode"}, \
    {"in_river_" #i, "incentives received in the columns from which a beam reaches waste"}, \
    {"for_firing_" #i, "incentives received for firing"}, {"for_washing_" #i, "incentives received for washing waste away"}
static const mg_metric_spec metric_of[] = {
    {"return_sum", "apples eaten in an episode, both agents"},
    {"washed", "waste washed away in an episode, both agents"},
    {"paid", "incentives of an episode, both agents"},
    {"net_return", "return_sum less paid"},
    OF_AGENT(0), OF_AGENT(1),
};
// clang-format on

/* What a giver is shown of each action: whether it cleans. */
static const uint8_t kind_of[MG_CLEANUP_ACTIONS] = {[MG_CLEANUP_CLEAN] = 1};

static void describe(const void *config, const void *world, mg_env_spec *spec)
{
    (void)world;
    const mg_cleanup_config *c = config;
    const int side = picture_side(c);
    const mg_part map = {"map", 3, side, side};
    mg_agent_spec agent = {.part = {{"picture", 3, side, side}}, .actions = MG_CLEANUP_ACTIONS};
    *spec = (mg_env_spec){.name = "cleanup",
                          .stages = 1,
                          .state_length = 3 * side * side,
                          .state_image = map,
                          .longest_episode = c->steps,
                          .row_bytes = sizeof(cleanup_row),
                          .metrics = sizeof metric_of / sizeof *metric_of,
                          .metric = metric_of,
                          .transfer = {.time = MG_TRANSFER_AFTER_ACTIONS,
                                       .givers = c->designer ? 1 : AGENTS,
                                       .designer = c->designer,
                                       .numbers_per_giver = c->designer ? DESIGNED : AGENTS,
                                       .low = 0.0f,
                                       .high = (float)c->transfer_max,
                                       .kinds = 2,
                                       .kind = kind_of}};
    if (c->designer)
        spec->transfer.part[0] = map;
    if (c->smoothing > 0.0)
        agent.part[1] = (mg_part){"smoothed rewards", 1, 1, AGENTS};
    mg_env_add_agents(spec, AGENTS, &agent);
}

/* ---- what is seen ---- */

static const unsigned char colour[MG_CLEANUP_CELLS][3] = {
    [MG_CLEANUP_OUTSIDE] = {0, 0, 0},    [MG_CLEANUP_FLOOR] = {0, 0, 0},        [MG_CLEANUP_WALL] = {180, 180, 180},
    [MG_CLEANUP_APPLE] = {0, 255, 0},    [MG_CLEANUP_WASTE] = {113, 75, 24},    [MG_CLEANUP_RIVER] = {99, 156, 194},
    [MG_CLEANUP_BEAM] = {100, 255, 255}, [MG_CLEANUP_AGENT_0] = {159, 67, 255}, [MG_CLEANUP_AGENT_1] = {2, 81, 154},
};

const unsigned char *mg_cleanup_colour(mg_cleanup_cell cell)
{
    return colour[cell];
}

/* A picture around the cell in the middle, channel by channel. */
static float *paint(const cleanup_row *r, const mg_cleanup_config *c, int middle, float *to)
{
    const int radius = radius_of(c), side = picture_side(c);
    const uint8_t *corner = r->seen + middle - radius * (PADDED + 1);
    for (int channel = 0; channel < 3; channel++) {
        float bright[MG_CLEANUP_CELLS];
        for (int cell = 0; cell < MG_CLEANUP_CELLS; cell++)
            bright[cell] = (float)colour[cell][channel] / 256.0f;
        for (int row = 0; row < side; row++)
            for (int column = 0; column < side; column++)
                *to++ = bright[corner[row * PADDED + column]];
    }
    return to;
}

static void observe(const mg_row *row, int stage, float *observation)
{
    (void)stage;
    const mg_cleanup_config *c = row->config;
    const cleanup_row *r = row->state;
    for (int i = 0; i < AGENTS; i++) {
        observation = paint(r, c, r->place[i], observation);
        for (int k = 0; k < AGENTS && c->smoothing > 0.0; k++)
            *observation++ = r->smoothed[k];
    }
}

static void state(const mg_row *row, float *state)
{
    const mg_cleanup_config *c = row->config;
    const int middle = c->large ? 4 : 3;
    paint(row->state, c, index_of(middle, middle), state);
}

static void designer(const mg_row *row, float *observation)
{
    if (((const mg_cleanup_config *)row->config)->designer)
        state(row, observation);
}

/* Agents hide what they stand on; beams come later. */
static void refresh(cleanup_row *r)
{
    memcpy(r->seen, r->lies, sizeof r->seen);
    for (int i = 0; i < AGENTS; i++)
        r->seen[r->place[i]] = (uint8_t)(MG_CLEANUP_AGENT_0 + i);
}

/* ---- a row ---- */

static mg_cleanup_cell lies_at_first(char drawn)
{
    switch (drawn) {
    case '@': return MG_CLEANUP_WALL;
    case 'H': return MG_CLEANUP_WASTE;
    case 'R': return MG_CLEANUP_RIVER;
    default: return MG_CLEANUP_FLOOR;
    }
}

static void lay_out(cleanup_row *r, const mg_cleanup_config *c)
{
    const int size = mg_cleanup_size(c);
    for (int row = 0; row < size; row++)
        for (int column = 0; column < size; column++) {
            const char what = drawn(c, row, column);
            const int at = index_of(row, column);
            r->lies[at] = (uint8_t)lies_at_first(what);
            if (what == 'B')
                r->site[r->sites++] = (int16_t)at;
            if (what == 'H' || what == 'R')
                r->wet[r->river++] = (int16_t)at;
            if (what == '0' || what == '1')
                r->place[what - '0'] = at;
            r->dirty += what == 'H';
        }
}

/* ---- a step ---- */

static int ahead(int action)
{
    static const int by[MG_CLEANUP_ACTIONS] = {-1, 1, -PADDED, PADDED, 0, 0};
    return by[action];
}

static void move(cleanup_row *r, const int32_t *action, mg_stream *stream)
{
    int32_t to[AGENTS];
    for (int i = 0; i < AGENTS; i++) {
        to[i] = r->place[i] + ahead(action[i]);
        if (r->lies[to[i]] == MG_CLEANUP_WALL)
            to[i] = r->place[i];
    }
    const bool swap = to[0] == r->place[1] && to[1] == r->place[0];
    for (int i = 0; i < AGENTS; i++) { /* nobody enters where the other stays */
        const int other = 1 - i;
        if (swap || (to[i] == r->place[other] && to[other] == r->place[other]))
            to[i] = r->place[i];
    }
    if (to[0] == to[1]) {
        const int loser = mg_random_below(stream, AGENTS) == 0 ? 1 : 0;
        to[loser] = r->place[loser];
    }
    memcpy(r->place, to, sizeof to);
}

/* One column of a beam, from a cell upwards; the cells that it shows go to flash. Returns waste washed away. */
static int fire_column(cleanup_row *r, int at, int32_t *flash, int *flashes)
{
    for (int n = 0; n < REACH; n++, at -= PADDED) {
        if (r->lies[at] == MG_CLEANUP_WALL || r->lies[at] == MG_CLEANUP_OUTSIDE)
            return 0;
        flash[(*flashes)++] = at;
        const bool dirty = r->lies[at] == MG_CLEANUP_WASTE;
        if (dirty)
            r->lies[at] = MG_CLEANUP_RIVER;
        if (dirty || at == r->place[0] || at == r->place[1])
            return dirty;
    }
    return 0;
}

static int fire(cleanup_row *r, int agent, int32_t *flash, int *flashes)
{
    const int at = r->place[agent];
    int washed = fire_column(r, at - PADDED, flash, flashes);
    washed += fire_column(r, at + 1, flash, flashes);
    washed += fire_column(r, at - 1, flash, flashes);
    r->dirty -= washed;
    return washed;
}

static bool happens(mg_stream *stream, double probability)
{
    return (double)mg_random_float(stream) < probability;
}

static void spawn_apples(cleanup_row *r, double probability, mg_stream *stream)
{
    for (int k = 0; k < r->sites; k++) {
        const int at = r->site[k];
        if (r->lies[at] != MG_CLEANUP_APPLE && at != r->place[0] && at != r->place[1] && happens(stream, probability))
            r->lies[at] = MG_CLEANUP_APPLE;
    }
}

/* Clean cells are asked in random order until one becomes dirty: whether one does depends on their number, and which
 * one it is on nothing. */
static void spawn_waste(cleanup_row *r, double probability, mg_stream *stream)
{
    const int clean = r->river - r->dirty;
    for (int asked = 0; asked < clean; asked++) {
        if (!happens(stream, probability))
            continue;
        int left = (int)mg_random_below(stream, (uint32_t)clean), k = 0;
        for (;; k++)
            if (r->lies[r->wet[k]] == MG_CLEANUP_RIVER && left-- == 0)
                break;
        r->lies[r->wet[k]] = MG_CLEANUP_WASTE;
        r->dirty++;
        return;
    }
}

static void spawn(cleanup_row *r, const mg_cleanup_config *c, mg_stream *stream)
{
    const double density = (double)r->dirty / (double)r->river;
    if (density >= c->depletion)
        return;
    double apples = c->apple_rate;
    if (density > c->restoration)
        apples *= 1.0 - (density - c->restoration) / (c->depletion - c->restoration);
    spawn_apples(r, apples, stream);
    spawn_waste(r, c->waste_rate, stream);
}

static void reset(const mg_row *row, mg_stream *stream)
{
    cleanup_row *r = row->state;
    memset(r, 0, sizeof *r);
    lay_out(r, row->config);
    for (int i = 0; i < AGENTS; i++)
        r->action[i] = -1;
    spawn(r, row->config, stream); /* as the released program; to no effect where waste is above the threshold */
    refresh(r);
}

/* What one agent did in this step. */
typedef struct deed {
    bool river, fired, ate; /* river: it acted from where a beam reaches waste */
    int washed;
} deed;

static void hand(cleanup_row *r, int i, const deed *did, float given)
{
    r->received[i] += given;
    r->in_river[i] += did->river ? given : 0.0f;
    r->for_firing[i] += did->fired ? given : 0.0f;
    r->for_washing[i] += did->washed > 0 ? given : 0.0f;
}

static void hand_over(cleanup_row *r, const float *transfer, const deed *did, mg_outcome *outcome)
{
    for (int i = 0; i < AGENTS; i++) {
        const float given = transfer[i * AGENTS + 1 - i];
        outcome->paid[i] = outcome->received[1 - i] = given;
        r->paid[i] += given;
        hand(r, 1 - i, &did[1 - i], given);
    }
}

/* A designer's numbers: who cleans gets the first, who has eaten the second, anybody else the third. */
static void hand_out(cleanup_row *r, const float *transfer, const deed *did, mg_outcome *outcome)
{
    for (int i = 0; i < AGENTS; i++) {
        const int n = did[i].fired ? 0 : did[i].ate ? 1 : 2;
        r->last[i * DESIGNED + n] = 1.0f;
        outcome->received[i] = transfer ? transfer[n] : 0.0f;
        hand(r, i, &did[i], outcome->received[i]);
    }
}

static void act(cleanup_row *r, const mg_cleanup_config *c, const int32_t *action, mg_stream *stream, deed *did)
{
    const int boundary = c->large ? 3 : 2;
    int32_t flash[FLASHES];
    int flashes = 0;
    for (int i = 0; i < AGENTS; i++)
        did[i].river = place_of(r->place[i]).column <= boundary;
    move(r, action, stream);
    for (int i = 0; i < AGENTS; i++) {
        did[i].ate = r->lies[r->place[i]] == MG_CLEANUP_APPLE;
        if (did[i].ate)
            r->lies[r->place[i]] = MG_CLEANUP_FLOOR;
    }
    for (int i = 0; i < AGENTS; i++) {
        did[i].fired = action[i] == MG_CLEANUP_CLEAN;
        did[i].washed = did[i].fired ? fire(r, i, flash, &flashes) : 0;
    }
    spawn(r, c, stream);
    refresh(r);
    for (int k = 0; k < flashes; k++)
        r->seen[flash[k]] = MG_CLEANUP_BEAM;
}

static void step(const mg_row *row, const mg_joint *joint, mg_stream *stream, mg_outcome *outcome)
{
    const mg_cleanup_config *c = row->config;
    cleanup_row *r = row->state;
    deed did[AGENTS];
    act(r, c, joint->action, stream, did);
    memset(r->last, 0, sizeof r->last);
    for (int i = 0; i < AGENTS; i++) {
        outcome->reward[i] = did[i].ate ? 1.0f : 0.0f;
        outcome->paid[i] = outcome->received[i] = 0.0f;
        outcome->welfare += outcome->reward[i];
        r->smoothed[i] = (float)c->smoothing * r->smoothed[i] + outcome->reward[i];
        r->eaten[i] += did[i].ate;
        r->washed[i] += did[i].washed;
        r->fired[i] += did[i].fired;
        r->action[i] = joint->action[i];
    }
    if (c->designer)
        hand_out(r, joint->transfer, did, outcome);
    else if (joint->transfer)
        hand_over(r, joint->transfer, did, outcome);
    r->step++;
    outcome->terminated = false;
    outcome->truncated = r->step >= c->steps;
}

/* What is received by the designer's numbers. */
static void sensitivity(const mg_row *row, float *sensitivity)
{
    const mg_cleanup_config *c = row->config;
    const cleanup_row *r = row->state;
    const size_t numbers = c->designer ? AGENTS * DESIGNED : AGENTS * AGENTS * AGENTS;
    memset(sensitivity, 0, numbers * sizeof *sensitivity);
    if (c->designer)
        memcpy(sensitivity, r->last, sizeof r->last);
}

/* ---- records ---- */

static void metrics(const mg_row *row, double *metric)
{
    const cleanup_row *r = row->state;
    double paid = 0.0;
    for (int i = 0; i < AGENTS; i++)
        paid += (double)r->received[i]; /* whoever gave it */
    *metric++ = (double)(r->eaten[0] + r->eaten[1]);
    *metric++ = (double)(r->washed[0] + r->washed[1]);
    *metric++ = paid;
    *metric++ = (double)(r->eaten[0] + r->eaten[1]) - paid;
    for (int i = 0; i < AGENTS; i++) {
        *metric++ = (double)r->eaten[i];
        *metric++ = (double)r->washed[i];
        *metric++ = (double)r->fired[i];
        *metric++ = (double)r->paid[i];
        *metric++ = (double)r->received[i];
        *metric++ = (double)r->in_river[i];
        *metric++ = (double)r->for_firing[i];
        *metric++ = (double)r->for_washing[i];
    }
}

static void digest(const mg_row *row, mg_hasher *hasher)
{
    const cleanup_row *r = row->state;
    const int32_t count[4] = {r->step, r->dirty, r->sites, r->river};
    mg_hash_u8(hasher, "lies", r->lies, sizeof r->lies);
    mg_hash_u8(hasher, "seen", r->seen, sizeof r->seen);
    mg_hash_i32(hasher, "place", r->place, AGENTS);
    mg_hash_i32(hasher, "action", r->action, AGENTS);
    mg_hash_i32(hasher, "step, dirty, sites, river", count, 4);
    mg_hash_float(hasher, "smoothed", r->smoothed, AGENTS);
    mg_hash_float(hasher, "sensitivity", r->last, AGENTS * DESIGNED);
    mg_hash_i32(hasher, "eaten", r->eaten, AGENTS);
    mg_hash_i32(hasher, "washed", r->washed, AGENTS);
    mg_hash_i32(hasher, "fired", r->fired, AGENTS);
    mg_hash_float(hasher, "paid", r->paid, AGENTS);
    mg_hash_float(hasher, "received", r->received, AGENTS);
    mg_hash_float(hasher, "in river", r->in_river, AGENTS);
    mg_hash_float(hasher, "for firing", r->for_firing, AGENTS);
    mg_hash_float(hasher, "for washing", r->for_washing, AGENTS);
}

static void render(const mg_row *row, FILE *out)
{
    static const char letter[MG_CLEANUP_CELLS + 1] = "  @oH~*01";
    const mg_cleanup_config *c = row->config;
    const cleanup_row *r = row->state;
    const int size = mg_cleanup_size(c);
    for (int line = 0; line < size; line++) {
        for (int column = 0; column < size; column++)
            fputc(letter[r->seen[index_of(line, column)]], out);
        fputc('\n', out);
    }
    fprintf(out, "step %d: %d and %d apples eaten, %d and %d waste washed away\n", r->step, r->eaten[0], r->eaten[1],
            r->washed[0], r->washed[1]);
}

/* ---- for scripted play, tests and pictures ---- */

mg_cleanup_place mg_cleanup_at(const mg_row *row, int agent)
{
    return place_of(((const cleanup_row *)row->state)->place[agent]);
}

mg_cleanup_cell mg_cleanup_lies(const mg_row *row, mg_cleanup_place place)
{
    return (mg_cleanup_cell)((const cleanup_row *)row->state)->lies[index_of(place.row, place.column)];
}

mg_cleanup_cell mg_cleanup_seen(const mg_row *row, mg_cleanup_place place)
{
    return (mg_cleanup_cell)((const cleanup_row *)row->state)->seen[index_of(place.row, place.column)];
}

int mg_cleanup_action(const mg_row *row, int agent)
{
    return ((const cleanup_row *)row->state)->action[agent];
}

int mg_cleanup_washed(const mg_row *row, int agent)
{
    return ((const cleanup_row *)row->state)->washed[agent];
}

void mg_cleanup_put(const mg_row *row, int agent, mg_cleanup_place place)
{
    cleanup_row *r = row->state;
    r->place[agent] = index_of(place.row, place.column);
    refresh(r);
}

void mg_cleanup_lay(const mg_row *row, mg_cleanup_place place, mg_cleanup_cell cell)
{
    cleanup_row *r = row->state;
    uint8_t *lies = &r->lies[index_of(place.row, place.column)];
    r->dirty += (cell == MG_CLEANUP_WASTE) - (*lies == MG_CLEANUP_WASTE);
    *lies = (uint8_t)cell;
    refresh(r);
}

const mg_env_table mg_cleanup = {
    .name = "cleanup",
    .fields = &fields,
    .describe = describe,
    .reset = reset,
    .observe = observe,
    .step = step,
    .sensitivity = sensitivity,
    .metrics = metrics,
    .state = state,
    .designer = designer,
    .digest = digest,
    .render = render,
};
