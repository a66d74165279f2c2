/* recurrent.c - act and keep, rewards from around, values, one update of all networks. */
#include "core/rl/recurrent.h"

#include "core/io/memory.h"
#include "core/num/kernels.h"
#include "core/num/scalar_math.h"
#include "core/rl/exploration.h"
#include "core/rl/policy_step.h"
#include "core/rl/returns.h"

#include <stdlib.h>
#include <string.h>

enum { ACT_ROWS = 32 };

mg_recurrent_config mg_recurrent_default(void)
{
    return (mg_recurrent_config){.discount = 0.99,
                                 .spatial = 0.9,
                                 .rate = 5e-4,
                                 .decay = 0.99,
                                 .epsilon = 1e-5,
                                 .gradient_limit = 40.0,
                                 .value_weight = 0.5,
                                 .entropy = 0.01,
                                 .normaliser = 1.0,
                                 .scale = 1.4142135623730951,
                                 .hidden_1 = 64,
                                 .hidden_2 = 0,
                                 .cells = 64,
                                 .batch = 120,
                                 .greedy = true};
}

#define AT(member) offsetof(mg_recurrent_config, member)
static const mg_field field[] = {
    {"discount", MG_FIELD_DOUBLE, AT(discount), 0, 1, "Chu et al. 2020: 0.99; Learning to Share names no other"},
    {"spatial", MG_FIELD_DOUBLE, AT(spatial), 0, 1, "Learning to Share, Table 6: alpha"},
    {"rate", MG_FIELD_DOUBLE, AT(rate), 0, 10, "Learning to Share, Table 6: RMSProp"},
    {"decay", MG_FIELD_DOUBLE, AT(decay), 0, 1, "program of Chu et al. 2020"},
    {"epsilon", MG_FIELD_DOUBLE, AT(epsilon), 0, 1, "program of Chu et al. 2020"},
    {"gradient_limit", MG_FIELD_DOUBLE, AT(gradient_limit), 1e-6, 1e9, "program of Chu et al. 2020"},
    {"value_weight", MG_FIELD_DOUBLE, AT(value_weight), 0, 100, "program of Chu et al. 2020"},
    {"entropy", MG_FIELD_DOUBLE, AT(entropy), 0, 100, "program of Chu et al. 2020"},
    {"normaliser", MG_FIELD_DOUBLE, AT(normaliser), 1e-6, 1e6, "program of Chu et al. 2020: by task; ours: 1"},
    {"scale", MG_FIELD_DOUBLE, AT(scale), 0, 10, "program of Chu et al. 2020: square root of 2"},
    {"hidden_1", MG_FIELD_INT, AT(hidden_1), 1, 4096, "Learning to Share, Table 6: MLP units"},
    {"hidden_2", MG_FIELD_INT, AT(hidden_2), 0, 4096, "Learning to Share, Table 6: MLP units"},
    {"cells", MG_FIELD_INT, AT(cells), 1, 4096, "Learning to Share, Table 6: cell state units"},
    {"batch", MG_FIELD_INT, AT(batch), 1, 65536, "program of Chu et al. 2020: 120"},
    {"greedy", MG_FIELD_BOOL, AT(greedy), 0, 1, "facts/ltos.md 11: in games ours, yes; on roads no, as its program"},
};
const mg_fields mg_recurrent_fields = {"recurrent", sizeof field / sizeof *field, field, sizeof(mg_recurrent_config)};

/* ---- making and ending ---- */

static int slots_of(const mg_env_spec *environment)
{
    return environment->neighbours_max > 0 ? environment->neighbours_max : environment->agents - 1;
}

/* An agent's memory: hidden, cell, policy. */
static size_t memory_reals(int cells, int actions)
{
    return (size_t)(2 * cells + actions);
}

bool mg_recurrent_describe(const mg_recurrent_method *method, const void *config, const mg_env_spec *environment,
                           mg_learner_spec *spec, mg_error *error)
{
    const mg_recurrent_config *c = config;
    (void)error;
    *spec = (mg_learner_spec){.needs = MG_NEED_CHOICES | MG_NEED_ALIKE | MG_NEED_ONE_STAGE,
                              .uses = MG_NEED_MASKS | MG_NEED_GRAPH,
                              .agents_max = MG_GRAPH_AGENTS_MAX,
                              .training_rows = 1,
                              .unit = "episode",
                              .updates = method->update ? 2 : 1,
                              .update = {"networks", method->update}};
    size_t actions = (size_t)mg_env_agent(environment, 0)->actions;
    spec->memory_per_row = (size_t)environment->agents * memory_reals(c->cells, (int)actions) * sizeof(float);
    return true;
}

static float *reals(size_t count)
{
    return mg_allocate_block(count, sizeof(float));
}

static void take_acting(mg_recurrent *core)
{
    const size_t agents = (size_t)core->agents, slots = (size_t)core->shape.neighbours;
    const size_t memory = memory_reals(core->shape.cells, core->shape.actions);
    core->acting = reals(mg_recurrent_place(&core->shape, ACT_ROWS, NULL, &core->decisions));
    mg_recurrent_place(&core->shape, ACT_ROWS, core->acting, &core->decisions);
    core->next = reals(ACT_ROWS * agents * memory);
    core->pure = reals(ACT_ROWS * (size_t)core->shape.actions);
    core->scratch = reals(MG_GEMM_SCRATCH);
    core->doing = reals((agents + slots) * (size_t)core->shape.actions);
    core->everybody = mg_allocate(agents * (slots + 1), sizeof(int32_t));
    for (int i = 0; i < core->agents; i++)
        for (int s = 0; s < core->shape.neighbours; s++)
            core->everybody[i * core->shape.neighbours + s] = s + (s >= i);
}

static void take_batch(mg_recurrent *core)
{
    const size_t agents = (size_t)core->agents, cells = agents * (size_t)core->steps_max;
    const size_t actions = (size_t)core->shape.actions, slots = (size_t)core->shape.neighbours;
    mg_recurrent_trace trace;
    const size_t each = mg_recurrent_place(&core->shape, core->steps_max, NULL, &trace);
    core->trace = mg_allocate(agents, sizeof *core->trace);
    core->traces = reals(agents * each);
    for (size_t i = 0; i < agents; i++)
        mg_recurrent_place(&core->shape, core->steps_max, core->traces + i * each, &core->trace[i]);
    core->going_back = reals(mg_recurrent_place_back(&core->shape, core->agents, core->steps_max, NULL, &core->back));
    mg_recurrent_place_back(&core->shape, core->agents, core->steps_max, core->going_back, &core->back);
    core->gradient = reals(agents * core->model.count);
    core->reward = reals(cells);
    core->value = reals(cells);
    core->returns = reals(cells);
    core->advantage = reals(cells);
    core->probability = reals(cells * actions);
    core->others = reals(cells * (slots * actions + 1));
    core->action = mg_allocate(cells, sizeof(int32_t));
    core->neighbour = mg_allocate(cells * (slots + 1), sizeof(int32_t));
    core->link = mg_allocate(agents * agents, 1);
    core->distance = mg_allocate(agents * agents, sizeof(int32_t));
    core->shared = reals(agents);
}

/* Orthogonal weights times the scale; the biases are 0. */
static void initialise(mg_recurrent *core, int agent)
{
    float *parameters = mg_model_parameters(&core->model, agent);
    mg_model_initialise(&core->model, agent, core->key, (uint32_t)agent);
    mg_kernels_current()->affine(core->model.count, (float)core->config.scale, 0.0f, parameters, parameters);
}

void *mg_recurrent_create(const mg_recurrent_method *method, const void *config, const mg_env_spec *environment,
                          mg_key key)
{
    const mg_recurrent_config *c = config;
    const mg_agent_spec *agent = mg_env_agent(environment, 0);
    mg_recurrent *core = mg_allocate(1, sizeof *core);
    core->method = method;
    core->config = *c;
    core->key = key;
    core->agents = environment->agents;
    core->steps_max = c->batch < environment->longest_episode ? c->batch : environment->longest_episode;
    mg_recurrent_set_shape(&core->shape, agent->observation, agent->actions, slots_of(environment), method->talks,
                           c->hidden_1, c->hidden_2, c->cells);
    core->network.layout = core->shape.layout;
    mg_optimiser_config optimiser = mg_rmsprop_default(c->rate);
    optimiser.beta2 = c->decay;
    optimiser.epsilon = c->epsilon;
    mg_model_create(&core->model, &core->network, 0, core->agents, optimiser, 0);
    for (int i = 0; i < core->agents; i++)
        initialise(core, i);
    take_acting(core);
    take_batch(core);
    return core;
}

void mg_recurrent_destroy(void *self)
{
    mg_recurrent *core = self;
    void *const block[] = {
        core->acting, core->next,        core->pure,     core->scratch,   core->doing, core->everybody, core->trace,
        core->traces, core->going_back,  core->gradient, core->reward,    core->value, core->returns,   core->advantage,
        core->others, core->probability, core->action,   core->neighbour, core->link,  core->distance,  core->shared};
    for (size_t i = 0; i < sizeof block / sizeof *block; i++)
        free(block[i]);
    mg_model_destroy(&core->model);
    free(core);
}

/* ---- inputs ---- */

/* What one agent's network takes for one decision. memory: [agent] of what everybody had after the step before. */
typedef struct surroundings {
    const float *const *observation; /* [agent] */
    const float *memory;
    const int32_t *slot; /* of this agent */
} surroundings;

static void put(float **at, const float *from, size_t count)
{
    if (from)
        memcpy(*at, from, count * sizeof **at);
    else
        memset(*at, 0, count * sizeof **at);
    *at += count;
}

static void fill_inputs(const mg_recurrent *core, int agent, const surroundings *around, const mg_recurrent_trace *row)
{
    const mg_recurrent_shape *shape = &core->shape;
    const size_t seen = (size_t)shape->observation, cells = (size_t)shape->cells, actions = (size_t)shape->actions;
    const size_t each = memory_reals(shape->cells, shape->actions);
    float *own = row->input[MG_RECURRENT_SEEN], *policies = row->input[MG_RECURRENT_POLICIES];
    float *states = row->input[MG_RECURRENT_STATES], *before = row->before;
    put(&own, around->observation[agent], seen);
    put(&before, around->memory + (size_t)agent * each, 2 * cells);
    for (int s = 0; shape->talks && s < shape->neighbours; s++) {
        int j = around->slot[s];
        const float *memory = j >= 0 ? around->memory + (size_t)j * each : NULL;
        put(&own, j >= 0 ? around->observation[j] : NULL, seen);
        put(&policies, memory ? memory + 2 * cells : NULL, actions);
        put(&states, memory, cells);
    }
}

/* ---- acting ---- */

static size_t at_step(const mg_recurrent *core, int agent, int step)
{
    return (size_t)agent * (size_t)core->steps_max + (size_t)step;
}

static const int32_t *slots_at(const mg_recurrent *core, const mg_batch *batch, int agent, int entry)
{
    const int slots = core->shape.neighbours;
    return batch->neighbour ? batch->neighbour[agent] + entry * slots : core->everybody + agent * slots;
}

static int32_t choose(const mg_recurrent *core, const mg_batch *batch, int agent, int entry, const float *p)
{
    if (batch->mode == MG_EVALUATE && core->config.greedy)
        return mg_argmax(core->shape.actions, p);
    mg_stream stream =
        mg_stream_at(core->key, batch->mode == MG_TRAIN ? MG_PURPOSE_TRAIN_ACTION : MG_PURPOSE_EVALUATE_ACTION,
                     batch->time[entry], (uint32_t)batch->row[entry], (uint32_t)agent);
    return mg_random_categorical(&stream, p, core->shape.actions);
}

/* Entries first .. first + rows - 1 of one agent: its policy and state go into `next`. */
static void decide(mg_recurrent *core, const mg_batch *batch, int agent, int first, int rows,
                   const mg_recurrent_trace *trace, int32_t *action)
{
    const mg_recurrent_shape *shape = &core->shape;
    const size_t states = 2 * (size_t)shape->cells, actions = (size_t)shape->actions;
    const size_t each = memory_reals(shape->cells, shape->actions), seen = (size_t)shape->observation;
    const float *observation[MG_GRAPH_AGENTS_MAX];
    for (int k = 0; k < rows; k++) {
        const mg_recurrent_trace row = mg_recurrent_at(shape, trace, k);
        for (int j = 0; j < core->agents; j++)
            observation[j] = batch->observation[j] + (size_t)(first + k) * seen;
        const surroundings around = {observation, batch->memory[first + k], slots_at(core, batch, agent, first + k)};
        fill_inputs(core, agent, &around, &row);
    }
    mg_recurrent_forward(shape, mg_model_parameters(&core->model, agent), rows, trace, core->scratch);
    const mg_policy_form form = {.actions = shape->actions};
    const uint8_t *allowed =
        batch->allowed && batch->allowed[agent] ? batch->allowed[agent] + (size_t)first * actions : NULL;
    mg_policy_probabilities(&form, rows, trace->logit, allowed, core->pure, core->pure);
    for (int k = 0; k < rows; k++) {
        const float *p = core->pure + (size_t)k * actions;
        float *to = core->next + ((size_t)k * (size_t)core->agents + (size_t)agent) * each;
        memcpy(to, trace->after + (size_t)k * states, states * sizeof *to);
        memcpy(to + states, p, actions * sizeof *to);
        action[first + k] = choose(core, batch, agent, first + k, p);
    }
}

/* The one training row's decision is a step of the batch, whose traces are kept for the way back. */
void mg_recurrent_act(void *self, const mg_batch *batch, int32_t *const *actions, float *const *real)
{
    (void)real;
    mg_recurrent *core = self;
    const size_t wide = (size_t)core->shape.actions;
    const size_t bytes = (size_t)core->agents * memory_reals(core->shape.cells, core->shape.actions) * sizeof(float);
    for (int first = 0; first < batch->rows; first += ACT_ROWS) {
        int rows = batch->rows - first < ACT_ROWS ? batch->rows - first : ACT_ROWS;
        for (int i = 0; i < core->agents; i++) {
            const mg_recurrent_trace kept = mg_recurrent_at(&core->shape, &core->trace[i], core->steps);
            decide(core, batch, i, first, rows, batch->mode == MG_TRAIN ? &kept : &core->decisions, actions[i]);
            if (batch->mode == MG_TRAIN)
                memcpy(core->probability + at_step(core, i, core->steps) * wide, core->pure, wide * sizeof(float));
        }
        for (int k = 0; k < rows; k++)
            memcpy(batch->memory[first + k], (char *)core->next + (size_t)k * bytes, bytes);
    }
}

/* ---- learning ---- */

/* What slots did, one-hot, or will do, as probabilities. of: [agent], `stride` numbers apart: what each does. */
static void fill_others(const mg_recurrent *core, const int32_t *slot, const float *of, size_t stride, float *others)
{
    for (int s = 0; s < core->shape.neighbours; s++)
        put(&others, slot[s] >= 0 ? of + (size_t)slot[s] * stride : NULL, (size_t)core->shape.actions);
}

static const int32_t *graph_of(const mg_recurrent *core, const mg_observed *seen)
{
    return seen->neighbour ? seen->neighbour : core->everybody;
}

/* Values of what is seen behind the last step, [agent]. */
static void look_ahead(mg_recurrent *core, const mg_observed *after, float *value)
{
    const mg_recurrent_shape *shape = &core->shape;
    const size_t states = 2 * (size_t)shape->cells, actions = (size_t)shape->actions;
    const size_t each = memory_reals(shape->cells, shape->actions), agents = (size_t)core->agents;
    const int32_t *graph = graph_of(core, after);
    float *memory = core->next, *later = core->next + agents * each;
    const float *observation[MG_GRAPH_AGENTS_MAX];
    const mg_policy_form form = {.actions = shape->actions};
    for (size_t i = 0; i < agents; i++) {
        size_t last = at_step(core, (int)i, core->steps - 1);
        observation[i] = after->observation + i * (size_t)shape->observation;
        memcpy(memory + i * each, core->trace[i].after + (size_t)(core->steps - 1) * states, states * sizeof *memory);
        memcpy(memory + i * each + states, core->probability + last * actions, actions * sizeof *memory);
    }
    for (size_t i = 0; i < agents; i++) {
        const surroundings around = {observation, memory, graph + i * (size_t)shape->neighbours};
        fill_inputs(core, (int)i, &around, &core->decisions);
        mg_recurrent_forward(shape, mg_model_parameters(&core->model, (int)i), 1, &core->decisions, core->scratch);
        memcpy(later + i * each, core->decisions.after, states * sizeof *later);
        mg_policy_probabilities(&form, 1, core->decisions.logit, after->allowed ? after->allowed + i * actions : NULL,
                                later + i * each + states, later + i * each + states);
    }
    for (size_t i = 0; i < agents; i++) {
        float *others = core->doing + agents * actions;
        fill_others(core, graph + i * (size_t)shape->neighbours, later + states, each, others);
        mg_recurrent_values(shape, mg_model_parameters(&core->model, (int)i), 1, later + i * each, others, value + i);
    }
}

/* Values of all steps, returns that go on in ahead[agent], advantages. */
static void fill_returns(mg_recurrent *core, const float *ahead)
{
    const size_t slots = (size_t)(core->shape.neighbours * core->shape.actions);
    const float discount = (float)core->config.discount;
    for (int i = 0; i < core->agents; i++) {
        const size_t at = at_step(core, i, 0), last = at + (size_t)(core->steps - 1);
        mg_recurrent_values(&core->shape, mg_model_parameters(&core->model, i), core->steps, core->trace[i].after,
                            core->others + at * slots, core->value + at);
        float later = discount * ahead[i];
        core->reward[last] += later;
        mg_discounted_returns(core->steps, discount, core->reward + at, core->returns + at);
        for (int t = 0; t < core->steps; t++)
            core->advantage[at + (size_t)t] = core->returns[at + (size_t)t] - core->value[at + (size_t)t];
    }
}

static void update(mg_recurrent *core, const mg_observed *after, bool terminated)
{
    float ahead[MG_GRAPH_AGENTS_MAX] = {0.0f};
    if (!terminated)
        look_ahead(core, after, ahead);
    fill_returns(core, ahead);
    const mg_recurrent_batch batch = {.agents = core->agents,
                                      .steps = core->steps,
                                      .steps_max = core->steps_max,
                                      .parameters = core->model.parameters,
                                      .trace = core->trace,
                                      .neighbour = core->neighbour,
                                      .action = core->action,
                                      .probability = core->probability,
                                      .others = core->others,
                                      .returns = core->returns,
                                      .advantage = core->advantage,
                                      .value_weight = (float)core->config.value_weight,
                                      .entropy = (float)core->config.entropy};
    (void)mg_recurrent_loss(&core->shape, &batch, core->value, &core->back);
    mg_recurrent_gradient(&core->shape, &batch, &core->back, core->gradient);
    (void)mg_clip_gradient_norm((size_t)core->agents * core->model.count, (float)core->config.gradient_limit,
                                core->gradient);
    for (int i = 0; i < core->agents; i++)
        mg_stepper_step(&core->model.stepper, i, core->gradient + (size_t)i * core->model.count,
                        mg_model_parameters(&core->model, i));
    core->updates[0]++;
    core->steps = 0;
    if (core->method->agree) {
        core->method->agree(core);
        core->updates[1]++;
    }
}

/* Rewards of a step, its own and, by distance, those of others. */
static void keep_rewards(mg_recurrent *core, const mg_transition *transition, const int32_t *graph)
{
    mg_graph_of_neighbours(core->agents, core->shape.neighbours, graph, core->link);
    mg_graph_distances(core->agents, core->link, core->distance);
    mg_graph_spatial_rewards(core->agents, core->distance, (float)core->config.spatial, transition->reward,
                             core->shared);
    for (int i = 0; i < core->agents; i++)
        core->reward[at_step(core, i, core->steps)] = core->shared[i] / (float)core->config.normaliser;
}

/* What everybody did. */
static void keep_actions(mg_recurrent *core, const mg_transition *transition, const int32_t *graph)
{
    const size_t actions = (size_t)core->shape.actions, slots = (size_t)core->shape.neighbours;
    float *done = core->doing;
    memset(done, 0, (size_t)core->agents * actions * sizeof *done);
    for (int i = 0; i < core->agents; i++)
        done[(size_t)i * actions + (size_t)transition->joint.action[i]] = 1.0f;
    for (int i = 0; i < core->agents; i++) {
        const size_t at = at_step(core, i, core->steps);
        core->action[at] = transition->joint.action[i];
        fill_others(core, graph + (size_t)i * slots, done, actions, core->others + at * slots * actions);
    }
    memcpy(core->neighbour + (size_t)(core->steps * core->agents) * slots, graph,
           (size_t)core->agents * slots * sizeof *graph);
}

void mg_recurrent_begin_episode(void *self, int row)
{
    (void)row;
    ((mg_recurrent *)self)->steps = 0;
}

void mg_recurrent_observe(void *self, const mg_transition *transition)
{
    mg_recurrent *core = self;
    const int32_t *graph = graph_of(core, &transition->before);
    keep_rewards(core, transition, graph);
    keep_actions(core, transition, graph);
    core->steps++;
    if (core->steps == core->steps_max || transition->terminated || transition->truncated)
        update(core, &transition->after, transition->terminated);
}

bool mg_recurrent_end_episode(void *self, int row)
{
    (void)self, (void)row;
    return true;
}

/* ---- state ---- */

void mg_recurrent_update_counts(const void *self, uint64_t *count)
{
    const mg_recurrent *core = self;
    count[0] = core->updates[0];
    if (core->method->update)
        count[1] = core->updates[1];
}

int mg_recurrent_tensors(void *self, mg_tensor *tensor, int room)
{
    mg_recurrent *core = self;
    int count = mg_model_tensors(&core->model, MG_KIND_POLICIES, "network", tensor, room, 0);
    return mg_list_array(MG_KIND_STATE, "updates", MG_TYPE_U64, MG_RECURRENT_UPDATES, core->updates, tensor, room,
                         count);
}
