/* grid_navigation.c - rules, placement, and the reference policy. */
#include "envs/grid_navigation.h"

#include <string.h>

enum { ACTIONS = 5 };

typedef struct navigation_row {
    mg_cell agent[MG_GRID_AGENTS_MAX], landmark[MG_GRID_AGENTS_MAX];
    int32_t step, collisions, arrived; /* pairs on one cell, agents on their landmark: both summed over steps */
    double total;
} navigation_row;

mg_grid_navigation_config mg_grid_navigation_default(void)
{
    return (mg_grid_navigation_config){.agents = 3,
                                       .size = 5,
                                       .steps = 25,
                                       .range = 1.5,
                                       .collision_cost = 1.0,
                                       .random_return = -44.0,
                                       .reference_return = -3.27};
}

#define AT(member) offsetof(mg_grid_navigation_config, member)
static const mg_field field[] = {
    {"agents", MG_FIELD_INT, AT(agents), 2, MG_GRID_AGENTS_MAX, "paper 5.2: 3 agents"},
    {"size", MG_FIELD_INT, AT(size), 2, 64, "our choice: 5 x 5, the paper is silent (facts/as.md 2.3)"},
    {"steps", MG_FIELD_INT, AT(steps), 1, 10000, "our choice: 25, the paper is silent (facts/as.md 2.3)"},
    {"range", MG_FIELD_DOUBLE, AT(range), 0, 1000, "paper Appendix D: 1.5; 1 and 2"},
    {"collision_cost", MG_FIELD_DOUBLE, AT(collision_cost), 0, 1000, "paper Appendix B: 1"},
    {"random_return", MG_FIELD_DOUBLE, AT(random_return), -1e6, 1e6,
     "measured: mean of uniform play in the default grid (tests/test_grid_navigation.c)"},
    {"reference_return", MG_FIELD_DOUBLE, AT(reference_return), -1e6, 1e6,
     "measured: mean of the reference policy in the default grid (tests/test_grid_navigation.c)"},
};
static const mg_fields fields = {"grid-navigation", sizeof field / sizeof *field, field,
                                 sizeof(mg_grid_navigation_config)};

static void describe(const void *config, const void *world, mg_env_spec *spec)
{
    (void)world;
    const mg_grid_navigation_config *c = config;
    *spec = (mg_env_spec){.name = "grid-navigation",
                          .stages = 1,
                          .neighbours_max = c->agents - 1,
                          .state_length = 4 * c->agents,
                          .longest_episode = c->steps,
                          .row_bytes = sizeof(navigation_row)};
    mg_env_add_agents(
        spec, c->agents,
        &(mg_agent_spec){.part = {{"agents", 1, c->agents, 2}, {"landmarks", 1, c->agents, 2}}, .actions = ACTIONS});
    static const mg_metric_spec metric[] = {
        {"return_sum", "reward of all agents over an episode"},
        {"normalised_return", "0: uniform play, 1: the reference policy"},
        {"collisions", "pairs on one cell, per step"},
        {"arrived", "agents on their landmark, per step"},
    };
    spec->metrics = sizeof metric / sizeof *metric;
    spec->metric = metric;
}

static void reset(const mg_row *row, mg_stream *stream)
{
    const mg_grid_navigation_config *c = row->config;
    navigation_row *r = row->state;
    memset(r, 0, sizeof *r);
    mg_grid_draw_distinct(c->size, c->agents, stream, r->agent);
    mg_grid_draw_distinct(c->size, c->agents, stream, r->landmark);
}

static void state(const mg_row *row, float *state)
{
    const mg_grid_navigation_config *c = row->config;
    const navigation_row *r = row->state;
    mg_grid_write(c->size, c->agents, r->agent, state);
    mg_grid_write(c->size, c->agents, r->landmark, state + 2 * c->agents);
}

static void observe(const mg_row *row, int stage, float *observation)
{
    (void)stage;
    const mg_grid_navigation_config *c = row->config;
    for (int i = 0; i < c->agents; i++)
        state(row, observation + i * 4 * c->agents);
}

static void neighbours(const mg_row *row, int32_t *neighbour)
{
    const mg_grid_navigation_config *c = row->config;
    mg_grid_neighbours(c->agents, ((const navigation_row *)row->state)->agent, (float)c->range, neighbour);
}

static int others_here(const mg_grid_navigation_config *c, const navigation_row *r, int agent)
{
    int others = 0;
    for (int j = 0; j < c->agents; j++)
        others += j != agent && mg_grid_same(r->agent[j], r->agent[agent]);
    return others;
}

static void step(const mg_row *row, const mg_joint *joint, mg_stream *stream, mg_outcome *outcome)
{
    (void)stream;
    const mg_grid_navigation_config *c = row->config;
    navigation_row *r = row->state;
    int meetings = 0;
    for (int i = 0; i < c->agents; i++)
        r->agent[i] = mg_grid_moved(c->size, r->agent[i], joint->action[i]);
    for (int i = 0; i < c->agents; i++) {
        int others = others_here(c, r, i);
        float apart = mg_grid_distance(r->agent[i], r->landmark[i]) / (float)c->size;
        float collision = (float)c->collision_cost * (float)others;
        outcome->reward[i] = -apart - collision;
        outcome->paid[i] = outcome->received[i] = 0.0f;
        r->total += (double)outcome->reward[i];
        r->arrived += mg_grid_same(r->agent[i], r->landmark[i]);
        meetings += others;
    }
    r->collisions += meetings / 2; /* every pair was met twice */
    r->step++;
    outcome->terminated = r->step >= c->steps;
    outcome->truncated = false;
}

static void metrics(const mg_row *row, double *metric)
{
    const mg_grid_navigation_config *c = row->config;
    const navigation_row *r = row->state;
    double steps = r->step > 0 ? (double)r->step : 1.0;
    metric[0] = r->total;
    metric[1] = (r->total - c->random_return) / (c->reference_return - c->random_return);
    metric[2] = (double)r->collisions / steps;
    metric[3] = (double)r->arrived / steps;
}

static void digest(const mg_row *row, mg_hasher *hasher)
{
    const mg_grid_navigation_config *c = row->config;
    const navigation_row *r = row->state;
    const int32_t count[3] = {r->step, r->collisions, r->arrived};
    for (int i = 0; i < c->agents; i++) {
        const int32_t cell[4] = {r->agent[i].x, r->agent[i].y, r->landmark[i].x, r->landmark[i].y};
        mg_hash_i32(hasher, "agent and landmark", cell, 4);
    }
    mg_hash_i32(hasher, "step, collisions, arrived", count, 3);
    mg_hash_double(hasher, "total", &r->total, 1);
}

static void render(const mg_row *row, FILE *out)
{
    const mg_grid_navigation_config *c = row->config;
    const navigation_row *r = row->state;
    for (int i = 0; i < c->agents; i++)
        fprintf(out, "agent %d at %d,%d, bound for %d,%d\n", i, r->agent[i].x, r->agent[i].y, r->landmark[i].x,
                r->landmark[i].y);
    fprintf(out, "step %d of %d, total %g\n", r->step, c->steps, r->total);
}

int32_t mg_grid_navigation_reference_action(const mg_grid_navigation_config *config, const void *row, int agent)
{
    (void)config;
    const navigation_row *r = row;
    int32_t x = r->landmark[agent].x - r->agent[agent].x, y = r->landmark[agent].y - r->agent[agent].y;
    int32_t along_x = x < 0 ? -x : x, along_y = y < 0 ? -y : y;
    if (x == 0 && y == 0)
        return MG_GRID_STAY;
    if (along_x >= along_y)
        return x < 0 ? MG_GRID_LEFT : MG_GRID_RIGHT;
    return y < 0 ? MG_GRID_UP : MG_GRID_DOWN;
}

const mg_env_table mg_grid_navigation = {
    .name = "grid-navigation",
    .fields = &fields,
    .describe = describe,
    .reset = reset,
    .observe = observe,
    .neighbours = neighbours,
    .step = step,
    .metrics = metrics,
    .state = state,
    .digest = digest,
    .render = render,
};
