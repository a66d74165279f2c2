/* jungle.c - see jungle.h. */
#include "envs/jungle.h"

#include <string.h>

enum {
    SIGHT = 5,
    WINDOW = 2 * SIGHT + 1,
    PADDED = MG_JUNGLE_SIZE + 2 * SIGHT, /* so that no window leaves the array */
    INNER = MG_JUNGLE_SIZE - 2,
    FOODS_MAX = 100,
    WALL = 2
};

/* board: 1 agent, -1 food, 0 else; number: who it is there. A wall is told by its place. */
typedef struct jungle_row {
    int32_t x[MG_JUNGLE_AGENTS_MAX], y[MG_JUNGLE_AGENTS_MAX];
    int32_t food_x[FOODS_MAX], food_y[FOODS_MAX];
    int32_t hits[MG_JUNGLE_AGENTS_MAX];   /* that each agent has suffered */
    int32_t action[MG_JUNGLE_AGENTS_MAX]; /* of the last step, for pictures: nothing depends on it ... */
    int32_t met[MG_JUNGLE_AGENTS_MAX];    /* ... and what stood where an agent hit */
    int32_t step, eaten, attacks;
    double total;
    int8_t board[PADDED * PADDED];
    uint8_t number[PADDED * PADDED];
} jungle_row;

mg_jungle_config mg_jungle_default(int agents)
{
    return (mg_jungle_config){.agents = agents,
                              .foods = agents * 3 / 5,
                              .steps = 120,
                              .neighbours = 3,
                              .hit_cost_always = true,
                              .hit_cost = 0.01,
                              .eat = 1.0,
                              .attack = 2.0,
                              .attacked = 4.0,
                              .transfer_max = 3.0};
}

#define AT(member) offsetof(mg_jungle_config, member)
static const mg_field field[] = {
    {"agents", MG_FIELD_INT, AT(agents), 2, MG_JUNGLE_AGENTS_MAX, "paper 5.2: 20; Figure 5: 10 to 50"},
    {"foods", MG_FIELD_INT, AT(foods), 1, FOODS_MAX, "paper 5.2: 12; Figure 5: 3/5 of the agents"},
    {"steps", MG_FIELD_INT, AT(steps), 1, 10000, "the released game: 120; the paper's upper bounds agree"},
    {"neighbours", MG_FIELD_INT, AT(neighbours), 1, MG_JUNGLE_AGENTS_MAX - 1, "paper 5.2: 3; Figure 6: 1 to 5"},
    {"hit_cost_always", MG_FIELD_BOOL, AT(hit_cost_always), 0, 1, "paper 5.2: on nothing only; the released game: yes"},
    {"hit_cost", MG_FIELD_DOUBLE, AT(hit_cost), 0, 100, "paper 5.2: 0.01"},
    {"eat", MG_FIELD_DOUBLE, AT(eat), 0, 100, "paper 5.2: 1"},
    {"attack", MG_FIELD_DOUBLE, AT(attack), 0, 100, "paper 5.2: 2"},
    {"attacked", MG_FIELD_DOUBLE, AT(attacked), 0, 100, "paper 5.2: 4"},
    {"transfer_max", MG_FIELD_DOUBLE, AT(transfer_max), 0, 100, "paper Table 6: R_max 3"},
};
static const mg_fields fields = {"jungle", sizeof field / sizeof *field, field, sizeof(mg_jungle_config)};

/* No more neighbours than there are others. */
static int neighbours_of(const mg_jungle_config *c)
{
    return c->neighbours < c->agents ? c->neighbours : c->agents - 1;
}

/* Two bytes for every agent and food, rounded up. */
static int record_bytes(const mg_jungle_config *c)
{
    return (2 * (c->agents + c->foods) + 3) / 4 * 4;
}

static void describe(const void *config, const void *world, mg_env_spec *spec)
{
    (void)world;
    const mg_jungle_config *c = config;
    *spec = (mg_env_spec){.name = "jungle",
                          .stages = 1,
                          .neighbours_max = neighbours_of(c),
                          .state_length = c->agents * MG_JUNGLE_SEEN,
                          .longest_episode = c->steps,
                          .record_bytes = record_bytes(c),
                          .row_bytes = sizeof(jungle_row)};
    mg_env_add_agents(
        spec, c->agents,
        &(mg_agent_spec){.part = {{"window", 1, WINDOW, WINDOW}, {"place", 1, 1, 2}}, .actions = MG_JUNGLE_ACTIONS});
    spec->transfer = (mg_transfer_spec){.time = MG_TRANSFER_AFTER_ACTIONS,
                                        .givers = c->agents,
                                        .numbers_per_giver = c->agents,
                                        .low = 0.0f,
                                        .high = (float)c->transfer_max};
    static const mg_metric_spec metric[] = {
        {"reward_per_step", "reward of an agent and step"},
        {"eaten", "hits on foods, per agent and episode"},
        {"hits", "hits suffered, per agent and episode"},
        {"most_hits", "hits that one agent suffered in an episode"},
    };
    spec->metrics = sizeof metric / sizeof *metric;
    spec->metric = metric;
}

static int place_of(int x, int y)
{
    return (y + SIGHT) * PADDED + x + SIGHT;
}

static bool is_wall(int x, int y)
{
    return x < 1 || y < 1 || x > INNER || y > INNER;
}

static void put(jungle_row *r, int x, int y, int what, int number)
{
    r->board[place_of(x, y)] = (int8_t)what;
    r->number[place_of(x, y)] = (uint8_t)number;
}

static void put_agent(jungle_row *r, int i, int x, int y)
{
    r->x[i] = x;
    r->y[i] = y;
    put(r, x, y, 1, i);
}

static void put_food(jungle_row *r, int f, int x, int y)
{
    r->food_x[f] = x;
    r->food_y[f] = y;
    put(r, x, y, -1, f);
}

static void draw_free(const jungle_row *r, mg_stream *stream, int *x, int *y)
{
    do {
        uint32_t cell = mg_random_below(stream, INNER * INNER);
        *x = 1 + (int)(cell % INNER);
        *y = 1 + (int)(cell / INNER);
    } while (r->board[place_of(*x, *y)]);
}

static void reset(const mg_row *row, mg_stream *stream)
{
    const mg_jungle_config *c = row->config;
    jungle_row *r = row->state;
    int x, y;
    memset(r, 0, sizeof *r);
    for (int i = 0; i < c->agents; i++) {
        draw_free(r, stream, &x, &y);
        put_agent(r, i, x, y);
    }
    for (int f = 0; f < c->foods; f++) {
        draw_free(r, stream, &x, &y);
        put_food(r, f, x, y);
    }
}

static void observe(const mg_row *row, int stage, float *observation)
{
    (void)stage;
    static const int reach[WINDOW] = {0, 3, 4, 4, 4, 5, 4, 4, 4, 3, 0}; /* |dx| of the disc, by dy */
    const mg_jungle_config *c = row->config;
    const jungle_row *r = row->state;
    memset(observation, 0, (size_t)c->agents * MG_JUNGLE_SEEN * sizeof *observation);
    for (int i = 0; i < c->agents; i++, observation += MG_JUNGLE_SEEN) {
        for (int line = 0; line < WINDOW; line++) {
            const int8_t *board = r->board + place_of(r->x[i], r->y[i] + line - SIGHT);
            float *seen = observation + line * WINDOW + SIGHT;
            for (int dx = -reach[line]; dx <= reach[line]; dx++)
                seen[dx] = (float)board[dx];
        }
        observation[WINDOW * WINDOW] = (float)r->y[i] / (float)MG_JUNGLE_SIZE;
        observation[WINDOW * WINDOW + 1] = (float)r->x[i] / (float)MG_JUNGLE_SIZE;
    }
}

static void state(const mg_row *row, float *state)
{
    observe(row, 0, state);
}

/* Nearest first: distances squared, with the index below them, in an ascending list of the nearest so far. */
static void neighbours(const mg_row *row, int32_t *neighbour)
{
    const mg_jungle_config *c = row->config;
    const jungle_row *r = row->state;
    int most = neighbours_of(c);
    for (int i = 0; i < c->agents; i++, neighbour += most) {
        int32_t nearest[MG_JUNGLE_AGENTS_MAX];
        for (int n = 0; n < most; n++)
            nearest[n] = INT32_MAX;
        for (int j = 0; j < c->agents; j++) {
            int dx = r->x[j] - r->x[i], dy = r->y[j] - r->y[i];
            int32_t key = (dx * dx + dy * dy) * 64 + j;
            if (j == i || key >= nearest[most - 1])
                continue;
            int n = most - 1;
            for (; n > 0 && nearest[n - 1] > key; n--)
                nearest[n] = nearest[n - 1];
            nearest[n] = key;
        }
        for (int n = 0; n < most; n++)
            neighbour[n] = nearest[n] & 63;
    }
}

static const int toward_x[4] = {0, -1, 1, 0}, toward_y[4] = {-1, 0, 0, 1}; /* up, left, right, down */

static void hit(const mg_jungle_config *c, jungle_row *r, int i, int direction, double *reward)
{
    int place = place_of(r->x[i] + toward_x[direction], r->y[i] + toward_y[direction]);
    int what = r->met[i] = r->board[place];
    if (what == 0 || c->hit_cost_always)
        reward[i] -= c->hit_cost;
    if (what == 1) {
        int victim = r->number[place];
        reward[i] += c->attack;
        reward[victim] -= c->attacked;
        r->hits[victim]++;
        r->attacks++;
    } else if (what == -1) {
        reward[i] += c->eat;
        r->eaten++;
    }
}

static void move(jungle_row *r, int i, int direction)
{
    int x = r->x[i] + toward_x[direction], y = r->y[i] + toward_y[direction];
    if (is_wall(x, y) || r->board[place_of(x, y)])
        return;
    put(r, r->x[i], r->y[i], 0, 0);
    put_agent(r, i, x, y);
}

static void transfer(const mg_jungle_config *c, const float *given, mg_outcome *outcome)
{
    for (int i = 0; i < c->agents; i++)
        outcome->paid[i] = outcome->received[i] = 0.0f;
    for (int i = 0; given && i < c->agents; i++)
        for (int j = 0; j < c->agents; j++) {
            float amount = i == j ? 0.0f : given[i * c->agents + j];
            outcome->paid[i] += amount;
            outcome->received[j] += amount;
        }
}

static void step(const mg_row *row, const mg_joint *joint, mg_stream *stream, mg_outcome *outcome)
{
    (void)stream;
    const mg_jungle_config *c = row->config;
    jungle_row *r = row->state;
    double reward[MG_JUNGLE_AGENTS_MAX] = {0};
    for (int i = 0; i < c->agents; i++)
        if (joint->action[i] >= MG_JUNGLE_HIT)
            hit(c, r, i, joint->action[i] - MG_JUNGLE_HIT, reward);
    for (int i = 0; i < c->agents; i++) {
        int32_t action = joint->action[i];
        if (action < MG_JUNGLE_HIT && action != MG_JUNGLE_STAY)
            move(r, i, action > MG_JUNGLE_STAY ? action - 1 : action);
    }
    transfer(c, joint->transfer, outcome);
    for (int i = 0; i < c->agents; i++) {
        outcome->reward[i] = (float)reward[i];
        r->total += reward[i];
        r->action[i] = joint->action[i];
    }
    r->step++;
    outcome->terminated = false;
    outcome->truncated = r->step >= c->steps;
}

/* ---- records: cells, in index order, agents before foods ---- */

static uint8_t *write_cell(uint8_t *record, int x, int y)
{
    int cell = y * MG_JUNGLE_SIZE + x;
    record[0] = (uint8_t)(cell % 256);
    record[1] = (uint8_t)(cell / 256);
    return record + 2;
}

static void record(const mg_row *row, uint8_t *record)
{
    const mg_jungle_config *c = row->config;
    const jungle_row *r = row->state;
    memset(record, 0, (size_t)record_bytes(c));
    for (int i = 0; i < c->agents; i++)
        record = write_cell(record, r->x[i], r->y[i]);
    for (int f = 0; f < c->foods; f++)
        record = write_cell(record, r->food_x[f], r->food_y[f]);
}

static void recall(const mg_row *row, const uint8_t *record)
{
    const mg_jungle_config *c = row->config;
    jungle_row *r = row->state;
    memset(r->board, 0, sizeof r->board);
    for (int k = 0; k < c->agents + c->foods; k++, record += 2) {
        int cell = record[0] + 256 * record[1], x = cell % MG_JUNGLE_SIZE, y = cell / MG_JUNGLE_SIZE;
        if (k < c->agents)
            put_agent(r, k, x, y);
        else
            put_food(r, k - c->agents, x, y);
    }
}

static void metrics(const mg_row *row, double *metric)
{
    const mg_jungle_config *c = row->config;
    const jungle_row *r = row->state;
    double agents = (double)c->agents, steps = r->step > 0 ? (double)r->step : 1.0;
    int32_t most = 0;
    for (int i = 0; i < c->agents; i++)
        most = r->hits[i] > most ? r->hits[i] : most;
    metric[0] = r->total / (agents * steps);
    metric[1] = (double)r->eaten / agents;
    metric[2] = (double)r->attacks / agents;
    metric[3] = (double)most;
}

static void digest(const mg_row *row, mg_hasher *hasher)
{
    const mg_jungle_config *c = row->config;
    const jungle_row *r = row->state;
    const int32_t count[3] = {r->step, r->eaten, r->attacks};
    mg_hash_i32(hasher, "x", r->x, (size_t)c->agents);
    mg_hash_i32(hasher, "y", r->y, (size_t)c->agents);
    mg_hash_i32(hasher, "food x", r->food_x, (size_t)c->foods);
    mg_hash_i32(hasher, "food y", r->food_y, (size_t)c->foods);
    mg_hash_i32(hasher, "hits", r->hits, (size_t)c->agents);
    mg_hash_i32(hasher, "step, eaten, attacks", count, 3);
    mg_hash_double(hasher, "total", &r->total, 1);
}

static void render(const mg_row *row, FILE *out)
{
    const jungle_row *r = row->state;
    for (int y = 0; y < MG_JUNGLE_SIZE; y++) {
        for (int x = 0; x < MG_JUNGLE_SIZE; x++) {
            int what = r->board[place_of(x, y)];
            fputc(is_wall(x, y) ? '#' : what == 1 ? 'A' : what == -1 ? 'o' : ' ', out);
        }
        fputc('\n', out);
    }
    fprintf(out, "step %d, %d eaten, %d attacks, reward %g\n", r->step, r->eaten, r->attacks, r->total);
}

mg_jungle_cell mg_jungle_agent(const mg_row *row, int agent)
{
    const jungle_row *r = row->state;
    return (mg_jungle_cell){r->x[agent], r->y[agent]};
}

mg_jungle_cell mg_jungle_food(const mg_row *row, int food)
{
    const jungle_row *r = row->state;
    return (mg_jungle_cell){r->food_x[food], r->food_y[food]};
}

int mg_jungle_action(const mg_row *row, int agent)
{
    const jungle_row *r = row->state;
    return r->step > 0 ? r->action[agent] : -1;
}

int mg_jungle_met(const mg_row *row, int agent)
{
    return mg_jungle_action(row, agent) >= MG_JUNGLE_HIT ? ((const jungle_row *)row->state)->met[agent] : 0;
}

int mg_jungle_at(const mg_row *row, mg_jungle_cell cell)
{
    const jungle_row *r = row->state;
    return is_wall(cell.x, cell.y) ? WALL : r->board[place_of(cell.x, cell.y)];
}

void mg_jungle_place(const mg_row *row, int agent, mg_jungle_cell cell)
{
    jungle_row *r = row->state;
    put(r, r->x[agent], r->y[agent], 0, 0);
    put_agent(r, agent, cell.x, cell.y);
}

void mg_jungle_place_food(const mg_row *row, int food, mg_jungle_cell cell)
{
    jungle_row *r = row->state;
    put(r, r->food_x[food], r->food_y[food], 0, 0);
    put_food(r, food, cell.x, cell.y);
}

const mg_env_table mg_jungle = {
    .name = "jungle",
    .fields = &fields,
    .describe = describe,
    .reset = reset,
    .observe = observe,
    .neighbours = neighbours,
    .step = step,
    .metrics = metrics,
    .state = state,
    .record = record,
    .recall = recall,
    .digest = digest,
    .render = render,
};
