/* predation.c - rules, payoffs, and neighbours on a line. */
#include "envs/predation.h"

#include <string.h>

_Static_assert(MG_PREDATION_AGENTS_MAX <= MG_LINE_MAX, "all agents must fit the search for neighbours on a line");

enum { LEFT, RIGHT, ACTIONS };

typedef struct predation_row {
    float prey, place[MG_PREDATION_AGENTS_MAX];
    int32_t step, cooperated, captured; /* cooperated: agents, summed over steps; captured: steps */
    double total;                       /* reward of all agents and steps */
} predation_row;

mg_predation_config mg_predation_default(int agents)
{
    return (mg_predation_config){.agents = agents,
                                 .steps = 30,
                                 .width = 30.0,
                                 .range = 0.1,
                                 .scale = 1.0,
                                 .cooperate_by_nearness = false,
                                 .near = 2.0,
                                 .reward_all = -1.0,
                                 .reward_none = -3.0,
                                 .reward_cooperate = -4.0,
                                 .reward_defect = 0.0};
}

#define AT(member) offsetof(mg_predation_config, member)
static const mg_field field[] = {
    {"agents", MG_FIELD_INT, AT(agents), 2, MG_PREDATION_AGENTS_MAX, "paper 5.2: 6, 8, 12; Appendix D: 20"},
    {"steps", MG_FIELD_INT, AT(steps), 1, 10000, "our choice: 30, the paper is silent (facts/as.md 2.1)"},
    {"width", MG_FIELD_DOUBLE, AT(width), 1, 10000, "paper Appendix B: X = [0, 30]"},
    {"range", MG_FIELD_DOUBLE, AT(range), 0, 1, "paper 5.2: normalised distance 0.1; Appendix D: 0.03, 0.3"},
    {"scale", MG_FIELD_DOUBLE, AT(scale), 1e-6, 1e6, "our choice: raw positions (facts/as.md 2.1)"},
    {"cooperate_by_nearness", MG_FIELD_BOOL, AT(cooperate_by_nearness), 0, 1,
     "our choice: by direction, the paper does not define cooperation (facts/as.md 2.1)"},
    {"near", MG_FIELD_DOUBLE, AT(near), 0, 10000, "our choice, used with cooperate_by_nearness (facts/as.md 2.1)"},
    {"reward_all", MG_FIELD_DOUBLE, AT(reward_all), -100, 100, "paper Appendix B"},
    {"reward_none", MG_FIELD_DOUBLE, AT(reward_none), -100, 100, "paper Appendix B"},
    {"reward_cooperate", MG_FIELD_DOUBLE, AT(reward_cooperate), -100, 100, "paper Appendix B"},
    {"reward_defect", MG_FIELD_DOUBLE, AT(reward_defect), -100, 100, "paper Appendix B"},
};
static const mg_fields fields = {"predation", sizeof field / sizeof *field, field, sizeof(mg_predation_config)};

static void describe(const void *config, const void *world, mg_env_spec *spec)
{
    (void)world;
    const mg_predation_config *c = config;
    *spec = (mg_env_spec){.name = "predation",
                          .stages = 1,
                          .neighbours_max = c->agents - 1,
                          .state_length = c->agents,
                          .longest_episode = c->steps,
                          .row_bytes = sizeof(predation_row)};
    mg_env_add_agents(spec, c->agents, &(mg_agent_spec){.part = {{"positions", 1, 1, c->agents}}, .actions = ACTIONS});
    static const mg_metric_spec metric[] = {
        {"return_sum", "reward of all agents over an episode"},
        {"normalised_return", "0: nobody cooperates, 1: one volunteer (all, for fewer than 4 agents)"},
        {"cooperators", "agents per step"},
        {"captured", "fraction of steps with every agent within 1 of the prey"},
    };
    spec->metrics = sizeof metric / sizeof *metric;
    spec->metric = metric;
}

/* Prey first, then the agents in order (facts/as.md 2.1). */
static void reset(const mg_row *row, mg_stream *stream)
{
    const mg_predation_config *c = row->config;
    predation_row *r = row->state;
    memset(r, 0, sizeof *r);
    r->prey = mg_random_uniform(stream, 0.0f, (float)c->width);
    for (int i = 0; i < c->agents; i++)
        r->place[i] = mg_random_uniform(stream, 0.0f, (float)c->width);
}

static void state(const mg_row *row, float *state)
{
    const mg_predation_config *c = row->config;
    const predation_row *r = row->state;
    for (int i = 0; i < c->agents; i++)
        state[i] = (float)c->scale * (r->place[i] - r->prey);
}

static void observe(const mg_row *row, int stage, float *observation)
{
    (void)stage;
    const mg_predation_config *c = row->config;
    state(row, observation);
    for (int i = 1; i < c->agents; i++)
        memcpy(observation + i * c->agents, observation, (size_t)c->agents * sizeof *observation);
}

static float distance(float a, float b)
{
    return a < b ? b - a : a - b;
}

static void neighbours(const mg_row *row, int32_t *neighbour)
{
    const mg_predation_config *c = row->config;
    const predation_row *r = row->state;
    mg_env_nearest_on_line(c->agents, r->place, (float)c->width, (float)c->range, neighbour);
}

static float moved(const mg_predation_config *c, float place, int32_t action)
{
    float to = action == LEFT ? place - 1.0f : place + 1.0f, width = (float)c->width;
    return to < 0.0f ? 0.0f : to > width ? width : to;
}

static bool cooperates(const mg_predation_config *c, float prey, float before, float after, int32_t action)
{
    if (c->cooperate_by_nearness)
        return distance(after, prey) <= (float)c->near;
    return action == LEFT ? before >= prey : before <= prey;
}

static void step(const mg_row *row, const mg_joint *joint, mg_stream *stream, mg_outcome *outcome)
{
    (void)stream;
    const mg_predation_config *c = row->config;
    predation_row *r = row->state;
    bool does[MG_PREDATION_AGENTS_MAX], captured = true;
    int count = 0;
    for (int i = 0; i < c->agents; i++) {
        float before = r->place[i];
        r->place[i] = moved(c, before, joint->action[i]);
        does[i] = cooperates(c, r->prey, before, r->place[i], joint->action[i]);
        count += does[i];
        captured = captured && distance(r->place[i], r->prey) <= 1.0f;
    }
    for (int i = 0; i < c->agents; i++) {
        double reward = count == c->agents ? c->reward_all
                        : count == 0       ? c->reward_none
                        : does[i]          ? c->reward_cooperate
                                           : c->reward_defect;
        outcome->reward[i] = (float)reward;
        outcome->paid[i] = outcome->received[i] = 0.0f;
        r->total += reward;
    }
    r->cooperated += count;
    r->captured += captured;
    r->step++;
    outcome->terminated = r->step >= c->steps;
    outcome->truncated = false;
}

/* Normalised as in facts/as.md 5; the paper does not say how it does it. */
static void metrics(const mg_row *row, double *metric)
{
    const mg_predation_config *c = row->config;
    const predation_row *r = row->state;
    double steps = r->step > 0 ? (double)r->step : 1.0, agents = (double)c->agents;
    double one = c->reward_cooperate + (agents - 1.0) * c->reward_defect, all = agents * c->reward_all;
    double none = agents * c->reward_none, best = one > all ? one : all;
    metric[0] = r->total;
    metric[1] = (r->total / steps - none) / (best - none);
    metric[2] = (double)r->cooperated / steps;
    metric[3] = (double)r->captured / steps;
}

static void digest(const mg_row *row, mg_hasher *hasher)
{
    const mg_predation_config *c = row->config;
    const predation_row *r = row->state;
    const int32_t count[3] = {r->step, r->cooperated, r->captured};
    mg_hash_float(hasher, "prey", &r->prey, 1);
    mg_hash_float(hasher, "place", r->place, (size_t)c->agents);
    mg_hash_i32(hasher, "step, cooperated, captured", count, 3);
    mg_hash_double(hasher, "total", &r->total, 1);
}

static void render(const mg_row *row, FILE *out)
{
    const mg_predation_config *c = row->config;
    const predation_row *r = row->state;
    char line[61];
    memset(line, '.', 60);
    line[60] = '\0';
    float scale = 59.0f / (float)c->width;
    line[(int)(r->prey * scale)] = '*';
    for (int i = 0; i < c->agents; i++)
        line[(int)(r->place[i] * scale)] = (char)('a' + i % 26);
    fprintf(out, "%s step %d of %d, total %g\n", line, r->step, c->steps, r->total);
}

const mg_env_table mg_predation = {
    .name = "predation",
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
