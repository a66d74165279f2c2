/* exchange.c - rules, placement, and the helpful agent. */
#include "envs/exchange.h"

#include <string.h>

typedef struct exchange_row {
    mg_cell agent[MG_GRID_AGENTS_MAX], box[MG_GRID_AGENTS_MAX];
    int32_t open[MG_GRID_AGENTS_MAX];
    int32_t step, opened;
    double total;
} exchange_row;

mg_exchange_config mg_exchange_default(void)
{
    return (mg_exchange_config){.agents = 3,
                                .size = 3,
                                .steps = 30,
                                .range = 1.5,
                                .food = 10.0,
                                .open_cost = 5.0,
                                .step_cost = 0.01,
                                .observe_open = true};
}

#define AT(member) offsetof(mg_exchange_config, member)
static const mg_field field[] = {
    {"agents", MG_FIELD_INT, AT(agents), 2, MG_GRID_AGENTS_MAX, "paper 5.2: 3 agents"},
    {"size", MG_FIELD_INT, AT(size), 2, 64, "our choice: 3 x 3, the paper is silent (facts/as.md 2.2)"},
    {"steps", MG_FIELD_INT, AT(steps), 1, 10000, "our choice: 30, the paper is silent (facts/as.md 2.2)"},
    {"range", MG_FIELD_DOUBLE, AT(range), 0, 1000, "paper Appendix D: 1.5; 1 and 2"},
    {"food", MG_FIELD_DOUBLE, AT(food), 0, 1000, "paper Appendix B: 10"},
    {"open_cost", MG_FIELD_DOUBLE, AT(open_cost), 0, 1000, "paper Appendix B: 5"},
    {"step_cost", MG_FIELD_DOUBLE, AT(step_cost), 0, 1000, "paper Appendix B: 0.01"},
    {"observe_open", MG_FIELD_BOOL, AT(observe_open), 0, 1, "our choice: flags make it Markov (facts/as.md 2.2)"},
};
static const mg_fields fields = {"exchange", sizeof field / sizeof *field, field, sizeof(mg_exchange_config)};

static int length_of(const mg_exchange_config *c)
{
    return (c->observe_open ? 5 : 4) * c->agents;
}

static void describe(const void *config, const void *world, mg_env_spec *spec)
{
    (void)world;
    const mg_exchange_config *c = config;
    *spec = (mg_env_spec){.name = "exchange",
                          .stages = 1,
                          .neighbours_max = c->agents - 1,
                          .state_length = length_of(c),
                          .longest_episode = c->steps,
                          .row_bytes = sizeof(exchange_row)};
    mg_env_add_agents(spec, c->agents,
                      &(mg_agent_spec){.part = {{"agents", 1, c->agents, 2},
                                                {"boxes", 1, c->agents, 2},
                                                {c->observe_open ? "open" : NULL, 1, 1, c->agents}},
                                       .actions = MG_EXCHANGE_ACTIONS});
    static const mg_metric_spec metric[] = {
        {"return_sum", "reward of all agents over an episode"},
        {"normalised_return", "0: no box is opened, 1: all are, at once"},
        {"opened", "boxes per episode"},
        {"length", "steps"},
    };
    spec->metrics = sizeof metric / sizeof *metric;
    spec->metric = metric;
}

static void reset(const mg_row *row, mg_stream *stream)
{
    const mg_exchange_config *c = row->config;
    exchange_row *r = row->state;
    memset(r, 0, sizeof *r);
    mg_grid_draw_distinct(c->size, c->agents, stream, r->agent);
    mg_grid_draw_distinct(c->size, c->agents, stream, r->box);
}

static void state(const mg_row *row, float *state)
{
    const mg_exchange_config *c = row->config;
    const exchange_row *r = row->state;
    mg_grid_write(c->size, c->agents, r->agent, state);
    mg_grid_write(c->size, c->agents, r->box, state + 2 * c->agents);
    for (int b = 0; c->observe_open && b < c->agents; b++)
        state[4 * c->agents + b] = (float)r->open[b];
}

static void observe(const mg_row *row, int stage, float *observation)
{
    (void)stage;
    const mg_exchange_config *c = row->config;
    for (int i = 0; i < c->agents; i++)
        state(row, observation + i * length_of(c));
}

static void neighbours(const mg_row *row, int32_t *neighbour)
{
    const mg_exchange_config *c = row->config;
    mg_grid_neighbours(c->agents, ((const exchange_row *)row->state)->agent, (float)c->range, neighbour);
}

/* The box that an agent may open: its predecessor's, in a cycle. */
static int box_of(const mg_exchange_config *c, int opener)
{
    return (opener + c->agents - 1) % c->agents;
}

static void step(const mg_row *row, const mg_joint *joint, mg_stream *stream, mg_outcome *outcome)
{
    (void)stream;
    const mg_exchange_config *c = row->config;
    exchange_row *r = row->state;
    double reward[MG_GRID_AGENTS_MAX];
    for (int i = 0; i < c->agents; i++)
        reward[i] = -c->step_cost;
    for (int i = 0; i < c->agents; i++) {
        int box = box_of(c, i);
        if (joint->action[i] != MG_EXCHANGE_OPEN) {
            r->agent[i] = mg_grid_moved(c->size, r->agent[i], joint->action[i]);
        } else if (!r->open[box] && mg_grid_same(r->agent[i], r->box[box])) {
            r->open[box] = 1;
            r->opened++;
            reward[i] -= c->open_cost;
            reward[box] += c->food;
        }
    }
    for (int i = 0; i < c->agents; i++) {
        outcome->reward[i] = (float)reward[i];
        outcome->paid[i] = outcome->received[i] = 0.0f;
        r->total += reward[i];
    }
    r->step++;
    outcome->terminated = r->opened == c->agents || r->step >= c->steps;
    outcome->truncated = false;
}

static void metrics(const mg_row *row, double *metric)
{
    const mg_exchange_config *c = row->config;
    const exchange_row *r = row->state;
    double agents = (double)c->agents;
    double none = -agents * c->step_cost * (double)c->steps, best = agents * (c->food - c->open_cost);
    metric[0] = r->total;
    metric[1] = (r->total - none) / (best - none);
    metric[2] = (double)r->opened;
    metric[3] = (double)r->step;
}

static void digest(const mg_row *row, mg_hasher *hasher)
{
    const mg_exchange_config *c = row->config;
    const exchange_row *r = row->state;
    const int32_t count[2] = {r->step, r->opened};
    for (int i = 0; i < c->agents; i++) {
        const int32_t cell[4] = {r->agent[i].x, r->agent[i].y, r->box[i].x, r->box[i].y};
        mg_hash_i32(hasher, "agent and box", cell, 4);
    }
    mg_hash_i32(hasher, "open", r->open, (size_t)c->agents);
    mg_hash_i32(hasher, "step, opened", count, 2);
    mg_hash_double(hasher, "total", &r->total, 1);
}

static void render(const mg_row *row, FILE *out)
{
    const mg_exchange_config *c = row->config;
    const exchange_row *r = row->state;
    for (int i = 0; i < c->agents; i++)
        fprintf(out, "agent %d at %d,%d; its box at %d,%d is %s\n", i, r->agent[i].x, r->agent[i].y, r->box[i].x,
                r->box[i].y, r->open[i] ? "open" : "shut");
    fprintf(out, "step %d of %d, total %g\n", r->step, c->steps, r->total);
}

int32_t mg_exchange_helpful_action(const mg_exchange_config *config, const void *row, int agent)
{
    const exchange_row *r = row;
    int box = box_of(config, agent);
    mg_cell at = r->agent[agent], to = r->box[box];
    if (r->open[box])
        return MG_GRID_STAY;
    if (at.x != to.x)
        return at.x > to.x ? MG_GRID_LEFT : MG_GRID_RIGHT;
    if (at.y != to.y)
        return at.y > to.y ? MG_GRID_UP : MG_GRID_DOWN;
    return MG_EXCHANGE_OPEN;
}

const mg_env_table mg_exchange = {
    .name = "exchange",
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
