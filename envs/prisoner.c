/* prisoner.c - see prisoner.h. */
#include "envs/prisoner.h"

#include <string.h>

enum { MIDDLE = 4, LAST = MG_PRISONER_CELLS - 1, SEEN = 4 /* numbers that an agent observes */ };
enum { STATES = 9 /* cells 1 to 3 and 5 to 7 */ };

typedef struct prisoner_row {
    int32_t cell[2];
    int32_t step;
    int32_t reached[2]; /* a goal */
    double total[2];    /* rewards of the episode */
} prisoner_row;

mg_prisoner_config mg_prisoner_default(void)
{
    return (mg_prisoner_config){.steps = 50, .step_cost = 0.01, .goal = 1.0, .transfer_max = 2.0};
}

#define AT(member) offsetof(mg_prisoner_config, member)
static const mg_field field[] = {
    {"steps", MG_FIELD_INT, AT(steps), 1, 10000, "our choice: 50, the paper is silent"},
    {"step_cost", MG_FIELD_DOUBLE, AT(step_cost), 0, 100, "paper 5.1: 0.01"},
    {"goal", MG_FIELD_DOUBLE, AT(goal), 0, 100, "paper 5.1: 1"},
    {"transfer_max", MG_FIELD_DOUBLE, AT(transfer_max), 0, 100, "paper Table 6: R_max 2"},
};
static const mg_fields fields = {"prisoner", sizeof field / sizeof *field, field, sizeof(mg_prisoner_config)};

static void describe(const void *config, const void *world, mg_env_spec *spec)
{
    (void)world;
    const mg_prisoner_config *c = config;
    *spec = (mg_env_spec){.name = "prisoner",
                          .stages = 1,
                          .neighbours_max = 1,
                          .state_length = 2 * SEEN,
                          .states = STATES,
                          .longest_episode = c->steps,
                          .row_bytes = sizeof(prisoner_row)};
    mg_env_add_agents(spec, 2, &(mg_agent_spec){.part = {{"cells", 1, 1, 2}, {"agent", 1, 1, 2}}, .actions = 2});
    spec->transfer = (mg_transfer_spec){.time = MG_TRANSFER_AFTER_ACTIONS,
                                        .givers = 2,
                                        .numbers_per_giver = 2,
                                        .low = 0.0f,
                                        .high = (float)c->transfer_max};
    static const mg_metric_spec metric[] = {
        {"return_mean", "reward of an episode, mean of both agents"},
        {"return_0", "reward of an episode"},
        {"return_1", "reward of an episode"},
        {"reached", "agents that reached a goal"},
        {"length", "steps"},
    };
    spec->metrics = sizeof metric / sizeof *metric;
    spec->metric = metric;
}

void mg_prisoner_place(const mg_row *row, int cell_0, int cell_1)
{
    *(prisoner_row *)row->state = (prisoner_row){.cell = {cell_0, cell_1}};
}

int mg_prisoner_cell(const mg_row *row, int agent)
{
    return ((const prisoner_row *)row->state)->cell[agent];
}

static void reset(const mg_row *row, mg_stream *stream)
{
    (void)stream;
    mg_prisoner_place(row, 3, 5);
}

static void observe(const mg_row *row, int stage, float *observation)
{
    (void)stage;
    const prisoner_row *r = row->state;
    for (int i = 0; i < 2; i++, observation += SEEN) {
        observation[0] = (float)r->cell[i] / (float)LAST;
        observation[1] = (float)r->cell[1 - i] / (float)LAST;
        observation[2] = i == 0 ? 1.0f : 0.0f;
        observation[3] = i == 1 ? 1.0f : 0.0f;
    }
}

static void state(const mg_row *row, float *state)
{
    observe(row, 0, state);
}

static void neighbours(const mg_row *row, int32_t *neighbour)
{
    (void)row;
    neighbour[0] = 1;
    neighbour[1] = 0;
}

static int moved(int cell, int32_t action)
{
    int to = cell + (action == MG_PRISONER_LEFT ? -1 : 1);
    return to < 0 || to > LAST ? cell : to;
}

static bool is_goal(int cell)
{
    return cell == 0 || cell == MIDDLE || cell == LAST;
}

static void step(const mg_row *row, const mg_joint *joint, mg_stream *stream, mg_outcome *outcome)
{
    const mg_prisoner_config *c = row->config;
    prisoner_row *r = row->state;
    int to[2] = {moved(r->cell[0], joint->action[0]), moved(r->cell[1], joint->action[1])};
    if (to[0] == MIDDLE && to[1] == MIDDLE) {
        int loser = mg_random_double(stream) < 0.5 ? 1 : 0;
        to[loser] = r->cell[loser];
    }
    outcome->terminated = false;
    for (int i = 0; i < 2; i++) {
        r->cell[i] = to[i];
        r->reached[i] = is_goal(to[i]);
        double reward = (r->reached[i] ? c->goal : 0.0) - c->step_cost;
        float given = joint->transfer ? joint->transfer[i * 2 + 1 - i] : 0.0f;
        outcome->reward[i] = (float)reward;
        outcome->paid[i] = given;
        outcome->received[1 - i] = given;
        outcome->terminated = outcome->terminated || r->reached[i];
        r->total[i] += reward;
    }
    r->step++;
    outcome->truncated = !outcome->terminated && r->step >= c->steps;
}

static void metrics(const mg_row *row, double *metric)
{
    const prisoner_row *r = row->state;
    metric[0] = (r->total[0] + r->total[1]) / 2.0;
    metric[1] = r->total[0];
    metric[2] = r->total[1];
    metric[3] = (double)(r->reached[0] + r->reached[1]);
    metric[4] = (double)r->step;
}

static void digest(const mg_row *row, mg_hasher *hasher)
{
    const prisoner_row *r = row->state;
    mg_hash_i32(hasher, "cell", r->cell, 2);
    mg_hash_i32(hasher, "step", &r->step, 1);
    mg_hash_i32(hasher, "reached", r->reached, 2);
    mg_hash_double(hasher, "total", r->total, 2);
}

static void render(const mg_row *row, FILE *out)
{
    const prisoner_row *r = row->state;
    for (int cell = 0; cell < MG_PRISONER_CELLS; cell++)
        fputc(r->cell[0] == cell ? 'A' : r->cell[1] == cell ? 'B' : is_goal(cell) ? '*' : '.', out);
    fprintf(out, "  step %d, rewards %g %g\n", r->step, r->total[0], r->total[1]);
}

const mg_env_table mg_prisoner = {
    .name = "prisoner",
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
