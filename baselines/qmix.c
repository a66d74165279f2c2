/* qmix.c - remember, act, keep episodes, draw some, look ahead twice, mix, step. */
#include "baselines/qmix.h"
#include "baselines/qmix_network.h"
#include "baselines/qmix_step.h"
#include "core/io/memory.h"
#include "core/num/kernels.h"
#include "core/rl/exploration.h"
#include "core/rl/model.h"
#include "core/rl/replay.h"

#include <stdlib.h>
#include <string.h>

/* Games of one forward when acting; rows of one forward when learning, about; programs of different lengths. */
enum { ACT_ROWS = 32, LEARN_ROWS = 4096, LENGTHS = 4 };

mg_qmix_config mg_qmix_prisoner(void)
{
    return (mg_qmix_config){.discount = 0.99,
                            .rate = 5e-3,
                            .decay = 0.99,
                            .small = 1e-5,
                            .gradient_limit = 10.0,
                            .epsilon_start = 0.8,
                            .epsilon_decay = 1.0,
                            .epsilon_end = 0.8,
                            .hidden_1 = 20,
                            .hidden_2 = 0,
                            .memory = 20,
                            .embed = 20,
                            .capacity = 5000,
                            .batch = 32,
                            .update_every = 1,
                            .target_every = 200,
                            .sparse = false};
}

mg_qmix_config mg_qmix_jungle(void)
{
    mg_qmix_config config = mg_qmix_prisoner();
    config.discount = 0.96;
    config.rate = 5e-5;
    config.epsilon_start = 0.6;
    config.epsilon_decay = 0.996;
    config.epsilon_end = 0.01;
    config.hidden_1 = 512;
    config.hidden_2 = 128;
    config.memory = config.embed = 512;
    config.sparse = true;
    return config;
}

mg_qmix_config mg_qmix_jungle_small(void)
{
    mg_qmix_config config = mg_qmix_jungle();
    config.memory = 64;
    config.embed = 32;
    return config;
}

mg_qmix_config mg_qmix_traffic(void)
{
    mg_qmix_config config = mg_qmix_prisoner();
    config.discount = 0.8;
    config.rate = 5e-4;
    config.epsilon_start = 0.4;
    config.epsilon_decay = 0.9740037464252967; /* 0.9 a round of four episodes */
    config.epsilon_end = 0.05;
    config.hidden_1 = config.memory = config.embed = 16;
    return config;
}

#define AT(member) offsetof(mg_qmix_config, member)
static const mg_field field[] = {
    {"discount", MG_FIELD_DOUBLE, AT(discount), 0, 1,
     "Learning to Share, Table 4; Intention Propagation, Table 2: gamma"},
    {"rate", MG_FIELD_DOUBLE, AT(rate), 0, 10, "Learning to Share, Table 6: RMSProp"},
    {"decay", MG_FIELD_DOUBLE, AT(decay), 0, 1, "facts/ltos.md 13: the program's alpha"},
    {"small", MG_FIELD_DOUBLE, AT(small), 0, 1, "facts/ltos.md 13: the program's epsilon of RMSProp"},
    {"gradient_limit", MG_FIELD_DOUBLE, AT(gradient_limit), 0, 1e9, "facts/ltos.md 13: the program's"},
    {"epsilon_start", MG_FIELD_DOUBLE, AT(epsilon_start), 0, 1, "Learning to Share, Table 4; ours (facts/ip.md 6)"},
    {"epsilon_decay", MG_FIELD_DOUBLE, AT(epsilon_decay), 0, 1, "Learning to Share, Table 4; ours (facts/ip.md 6)"},
    {"epsilon_end", MG_FIELD_DOUBLE, AT(epsilon_end), 0, 1, "Learning to Share, Table 4; ours (facts/ip.md 6)"},
    {"hidden_1", MG_FIELD_INT, AT(hidden_1), 1, 4096,
     "Learning to Share, Table 6: MLP units; Intention Propagation, Table 2"},
    {"hidden_2", MG_FIELD_INT, AT(hidden_2), 0, 4096,
     "Learning to Share, Table 6: MLP units; ours (facts/ip.md 7): none"},
    {"memory", MG_FIELD_INT, AT(memory), 1, 4096,
     "Learning to Share, Table 6: hidden state units; Intention Propagation, Table 2"},
    {"embed", MG_FIELD_INT, AT(embed), 1, 4096,
     "Learning to Share, Table 6: hypernetwork layer 2; Intention Propagation, Table 2"},
    {"capacity", MG_FIELD_INT, AT(capacity), 1, 1000000, "facts/ltos.md 13: the program's"},
    {"batch", MG_FIELD_INT, AT(batch), 1, 65536, "facts/ltos.md 13: the program's; ours (facts/ip.md 7): 8"},
    {"update_every", MG_FIELD_INT, AT(update_every), 1, 1000000, "facts/ltos.md 13: the program's"},
    {"target_every", MG_FIELD_INT, AT(target_every), 1, 1000000,
     "facts/ltos.md 13: the program's; ours (facts/ip.md 7): 20"},
    {"sparse", MG_FIELD_BOOL, AT(sparse), 0, 1, "ours: speed alone"},
};
static const mg_fields fields = {"qmix", sizeof field / sizeof *field, field, sizeof(mg_qmix_config)};

/* A part of a minibatch, as the tape wants it: episode by episode. */
typedef struct part {
    float *seen, *extra;      /* [episode][agent][moment][] */
    int32_t *action, *choice; /* [episode][agent][moment]: done, and what would be done by the best value */
    float *reward;            /* [episode][step]: the team's */
    float *terminated, *live; /* the same */
    float *later, *cotangent; /* [episode][moment] */
    int32_t *step_action;     /* [agent][step] of one episode */
    float *step_reward;       /* the same */
    uint8_t *next_allowed;    /* [agent][step][actions] of one episode, or NULL */
} part;

typedef struct qmix {
    mg_qmix_config config;
    mg_key key;
    int agents, seen, actions, steps_max;
    mg_qmix_network network;
    mg_qmix_program program[LENGTHS]; /* longest first */
    mg_qmix_step_program step;
    mg_model model;                      /* parameters of all networks */
    float *workspace, *values, *partial; /* partial: gradient of one of several parts, or NULL */
    mg_replay_buffer *replay;
    int episodes; /* of a part */
    part part;
    uint32_t *index; /* [batch] */
    float *act_seen, *act_extra, *act_memory;
    float epsilon;
    uint64_t played, updates;
} qmix;

/* Of one row of training or evaluation, between steps: 1 + the last action (0: none yet), and the memories. */
typedef struct row_memory {
    int32_t *last;   /* [agent] */
    float *memories; /* [agent][memory] */
} row_memory;

static row_memory memory_of(const qmix *learner, void *bytes)
{
    row_memory memory = {.last = bytes};
    memory.memories = (float *)(memory.last + learner->agents);
    return memory;
}

/* ---- making and ending ---- */

static bool describe(const void *config, const mg_env_spec *environment, mg_learner_spec *spec, mg_error *error)
{
    const mg_qmix_config *c = config;
    if (c->capacity < c->batch)
        return mg_fail(error, MG_EXIT_INPUT, "config qmix: batch %d and capacity %d, wanted no smaller capacity",
                       c->batch, c->capacity);
    *spec = (mg_learner_spec){.needs = MG_NEED_CHOICES | MG_NEED_ALIKE | MG_NEED_ONE_STAGE,
                              .uses = MG_NEED_MASKS | MG_NEED_RECORD,
                              .training_rows = 1,
                              .memory_per_row = (size_t)environment->agents * (1 + (size_t)c->memory) * sizeof(float),
                              .unit = "episode",
                              .updates = 1,
                              .update = {"values"}};
    return true;
}

static void destroy(void *self)
{
    qmix *learner = self;
    mg_replay_buffer_destroy(learner->replay);
    mg_model_destroy(&learner->model);
    for (int k = 0; k < LENGTHS; k++)
        mg_tape_destroy(learner->program[k].tape);
    mg_tape_destroy(learner->step.tape);
    part *p = &learner->part;
    void *const all[] = {learner->workspace, learner->values, learner->partial, learner->index,   p->seen,
                         p->action,          p->reward,       p->next_allowed,  learner->act_seen};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        free(all[i]);
    free(learner);
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* Short episodes are learned from by a short program: after that of the longest, each is half as long. */
static void record_programs(qmix *learner)
{
    int longest = learner->agents * (learner->steps_max + 1), fit = LEARN_ROWS / longest;
    size_t workspace = 0, values = 0;
    learner->episodes = fit < 1 ? 1 : fit < learner->config.batch ? fit : learner->config.batch;
    for (int k = 0; k < LENGTHS; k++) {
        int steps = learner->steps_max >> k;
        learner->program[k] = mg_qmix_program_record(&learner->network, learner->episodes, (steps < 1 ? 1 : steps) + 1);
        workspace = larger(workspace, mg_tape_workspace(learner->program[k].tape));
        values = larger(values, mg_tape_values(learner->program[k].tape));
    }
    learner->step = mg_qmix_step_program_record(&learner->network, ACT_ROWS);
    workspace = larger(workspace, mg_tape_workspace(learner->step.tape));
    learner->workspace = mg_allocate_block(workspace, sizeof(float));
    learner->values = mg_allocate_block(values, sizeof(float));
}

static void take_part(qmix *learner, bool masked)
{
    size_t steps = (size_t)learner->steps_max, moments = steps + 1, agents = (size_t)learner->agents;
    size_t episodes = (size_t)learner->episodes, rows = episodes * agents * moments;
    size_t seen = (size_t)learner->seen, extra = (size_t)learner->network.extra;
    part *p = &learner->part;
    p->seen = mg_allocate(rows * (seen + extra), sizeof(float));
    p->extra = p->seen + rows * seen;
    p->action = mg_allocate(2 * rows + agents * steps, sizeof(int32_t));
    p->choice = p->action + rows;
    p->step_action = p->choice + rows;
    p->reward = mg_allocate(3 * episodes * steps + 2 * episodes * moments + agents * steps, sizeof(float));
    p->terminated = p->reward + episodes * steps;
    p->live = p->terminated + episodes * steps;
    p->later = p->live + episodes * steps;
    p->cotangent = p->later + episodes * moments;
    p->step_reward = p->cotangent + episodes * moments;
    p->next_allowed = masked ? mg_allocate(episodes * agents * steps * (size_t)learner->actions, 1) : NULL;
}

static void take_rows(qmix *learner)
{
    size_t rows = ACT_ROWS * (size_t)learner->agents, memory = (size_t)learner->config.memory;
    learner->act_seen =
        mg_allocate(rows * ((size_t)learner->seen + (size_t)learner->network.extra + memory), sizeof(float));
    learner->act_extra = learner->act_seen + rows * (size_t)learner->seen;
    learner->act_memory = learner->act_extra + rows * (size_t)learner->network.extra;
    learner->index = mg_allocate((size_t)learner->config.batch, sizeof(uint32_t));
}

static void *create(const void *config, const mg_env_spec *environment, mg_key key, mg_error *error)
{
    const mg_qmix_config *c = config;
    const mg_agent_spec *agent = mg_env_agent(environment, 0);
    unsigned masks = mg_needs_offered(environment) & MG_NEED_MASKS;
    mg_replay_spec spec = {.capacity = c->capacity, .episodes = true, .rows = 1, .keeps = masks | MG_NEED_RECORD};
    mg_replay_buffer *replay = mg_replay_buffer_create(&spec, environment, error);
    if (!replay)
        return NULL;
    qmix *learner = mg_allocate(1, sizeof *learner);
    learner->config = *c;
    learner->key = key;
    learner->replay = replay;
    learner->agents = environment->agents;
    learner->seen = agent->observation;
    learner->actions = agent->actions;
    learner->steps_max = environment->longest_episode;
    learner->epsilon = (float)c->epsilon_start;
    mg_qmix_network_describe(&learner->network, &(mg_qmix_shape){.agents = learner->agents,
                                                                 .seen = learner->seen,
                                                                 .actions = learner->actions,
                                                                 .hidden_1 = c->hidden_1,
                                                                 .hidden_2 = c->hidden_2,
                                                                 .memory = c->memory,
                                                                 .embed = c->embed,
                                                                 .sparse = c->sparse});
    mg_optimiser_config optimiser = mg_rmsprop_default(c->rate);
    optimiser.beta2 = c->decay;
    optimiser.epsilon = c->small;
    mg_model_create_recorded(&learner->model, &learner->network.layout, NULL, -1, 1, optimiser, MG_MODEL_TARGET);
    mg_model_initialise(&learner->model, 0, key, 0);
    record_programs(learner);
    take_part(learner, masks != 0);
    take_rows(learner);
    if (learner->episodes < c->batch)
        learner->partial = mg_allocate_block(learner->model.count, sizeof(float));
    return learner;
}

/* ---- playing ---- */

/* What an agent is told beside its observation. last: 1 + its last action, or 0. */
static void fill_extra(const qmix *learner, int agent, int32_t last, float *extra)
{
    memset(extra, 0, (size_t)learner->network.extra * sizeof *extra);
    if (last > 0)
        extra[last - 1] = 1.0f;
    extra[learner->actions + agent] = 1.0f;
}

/* Entries first .. first + rows - 1 of the batch as rows of the step's program; returns its values. */
static const float *forward_entries(qmix *learner, const mg_batch *batch, int first, int rows)
{
    const size_t agents = (size_t)learner->agents, seen = (size_t)learner->seen;
    const size_t extra = (size_t)learner->network.extra, memories = agents * (size_t)learner->config.memory;
    mg_tape_replay replay = {.rows = rows, .workspace = learner->workspace};
    replay.parameters = mg_model_parameters(&learner->model, 0);
    replay.input[0] = learner->act_seen;
    replay.input[1] = learner->act_extra;
    replay.input[2] = learner->act_memory;
    for (int k = 0; k < rows; k++) {
        row_memory memory = memory_of(learner, batch->memory[first + k]);
        for (size_t i = 0; i < agents; i++) {
            size_t row = (size_t)k * agents + i;
            memcpy(learner->act_seen + row * seen, batch->observation[i] + (size_t)(first + k) * seen,
                   seen * sizeof(float));
            fill_extra(learner, (int)i, memory.last[i], learner->act_extra + row * extra);
        }
        memcpy(learner->act_memory + (size_t)k * memories, memory.memories, memories * sizeof(float));
    }
    mg_tape_forward(learner->step.tape, &replay);
    const float *after = mg_tape_value(learner->step.tape, &replay, learner->step.memories);
    for (int k = 0; k < rows; k++)
        memcpy(memory_of(learner, batch->memory[first + k]).memories, after + (size_t)k * memories,
               memories * sizeof(float));
    return mg_tape_value(learner->step.tape, &replay, learner->step.values);
}

static void act(void *self, const mg_batch *batch, int32_t *const *actions, float *const *real)
{
    (void)real;
    qmix *learner = self;
    for (int first = 0; first < batch->rows; first += ACT_ROWS) {
        int rows = batch->rows - first < ACT_ROWS ? batch->rows - first : ACT_ROWS;
        const float *value = forward_entries(learner, batch, first, rows);
        for (int k = 0; k < rows; k++)
            for (int i = 0; i < learner->agents; i++, value += learner->actions) {
                int32_t action =
                    mg_choose_by_value(batch, learner->key, learner->epsilon, i, first + k, learner->actions, value);
                actions[i][first + k] = action;
                memory_of(learner, batch->memory[first + k]).last[i] = 1 + action;
            }
    }
}

/* ---- learning ---- */

/* Episode number `e` of the part is the replay's at that index, `steps` steps of it. */
static void gather_episode(qmix *learner, int e, uint32_t index, int steps)
{
    const size_t agents = (size_t)learner->agents, moments = (size_t)steps + 1, rows = agents * moments;
    const size_t extra = (size_t)learner->network.extra, from = (size_t)e * (size_t)steps;
    part *p = &learner->part;
    mg_replay_batch to = {.moments = p->seen + (size_t)e * rows * (size_t)learner->seen,
                          .action = p->step_action,
                          .reward = p->step_reward,
                          .terminated = p->terminated + from,
                          .live = p->live + from};
    if (p->next_allowed)
        to.next_allowed = p->next_allowed + (size_t)e * agents * (size_t)steps * (size_t)learner->actions;
    mg_replay_buffer_gather(learner->replay, 0, learner->agents, 1, &index, steps, &to);
    for (int t = 0; t < steps; t++)
        p->reward[from + (size_t)t] = 0.0f;
    for (size_t i = 0; i < agents; i++) {
        size_t row = (size_t)e * rows + i * moments;
        for (size_t t = 0; t < moments; t++) {
            int32_t last = t > 0 ? 1 + p->step_action[i * (size_t)steps + t - 1] : 0;
            fill_extra(learner, (int)i, last, p->extra + (row + t) * extra);
            p->action[row + t] = t < (size_t)steps ? p->step_action[i * (size_t)steps + t] : 0;
        }
        for (size_t t = 0; t < (size_t)steps; t++)
            p->reward[from + t] += p->step_reward[i * (size_t)steps + t];
    }
    for (int t = 0; t < steps; t++)
        p->reward[from + (size_t)t] /= (float)learner->agents;
}

/* Gradient of so many episodes' share of the error, which is a mean over `live` steps. */
static void learn_part(qmix *learner, const mg_qmix_program *program, const uint32_t *index, int episodes, int live,
                       float *gradient)
{
    part *p = &learner->part;
    const int steps = program->moments - 1;
    const size_t totals = (size_t)episodes * (size_t)program->moments;
    for (int e = 0; e < episodes; e++)
        gather_episode(learner, e, index[e], steps);
    mg_tape_replay now = {.rows = episodes, .workspace = learner->workspace, .values = learner->values};
    now.parameters = mg_model_parameters(&learner->model, 0);
    now.input[0] = p->seen;
    now.input[1] = p->extra;
    now.index[0] = p->action;
    mg_tape_replay target = now;
    mg_tape_forward(program->tape, &now);
    mg_qmix_choices(episodes * learner->agents, steps, learner->actions,
                    mg_tape_value(program->tape, &now, program->values), p->next_allowed, p->choice);
    target.parameters = mg_model_target(&learner->model, 0);
    target.index[0] = p->choice;
    target.values = NULL;
    mg_tape_forward(program->tape, &target);
    memcpy(p->later, mg_tape_value(program->tape, &target, program->total), totals * sizeof(float));
    (void)mg_qmix_error(episodes, steps, (float)learner->config.discount, (float)live,
                        mg_tape_value(program->tape, &now, program->total), p->later, p->reward, p->terminated, p->live,
                        p->cotangent);
    mg_cotangent from = {program->total, p->cotangent};
    mg_tape_backward(program->tape, &now, 1, &from, gradient, NULL);
}

/* The shortest program that holds all drawn episodes; *live: their steps. */
static const mg_qmix_program *program_for(const qmix *learner, int *live)
{
    int longest = 0, k = LENGTHS - 1;
    *live = 0;
    for (int e = 0; e < learner->config.batch; e++) {
        int steps = mg_replay_buffer_steps(learner->replay, learner->index[e]);
        longest = steps > longest ? steps : longest;
        *live += steps;
    }
    while (learner->program[k].moments <= longest)
        k--;
    return &learner->program[k];
}

static void update(qmix *learner)
{
    mg_model *model = &learner->model;
    int batch = learner->config.batch, live;
    mg_stream stream = mg_stream_at(learner->key, MG_PURPOSE_REPLAY, (uint32_t)learner->updates, 0, 0);
    mg_replay_buffer_draw_distinct(learner->replay, &stream, 0, batch, learner->index);
    const mg_qmix_program *program = program_for(learner, &live);
    for (int first = 0; first < batch; first += learner->episodes) {
        int episodes = batch - first < learner->episodes ? batch - first : learner->episodes;
        float *gradient = first ? learner->partial : model->gradient;
        learn_part(learner, program, learner->index + first, episodes, live, gradient);
        if (first)
            mg_kernels_current()->axpy(model->count, 1.0f, learner->partial, model->gradient);
    }
    (void)mg_clip_gradient_norm(model->count, (float)learner->config.gradient_limit, model->gradient);
    mg_model_step(model, 0);
    learner->updates++;
}

static void observe(void *self, const mg_transition *transition)
{
    mg_replay_buffer_add(((qmix *)self)->replay, transition, NULL);
}

static bool end_episode(void *self, int row)
{
    (void)row;
    qmix *learner = self;
    const mg_qmix_config *c = &learner->config;
    learner->played++;
    if (mg_replay_buffer_units(learner->replay) >= c->batch && learner->played % (uint64_t)c->update_every == 0)
        update(learner);
    if (learner->played % (uint64_t)c->target_every == 0)
        mg_model_follow(&learner->model, 0, 1.0f);
    learner->epsilon = mg_epsilon_times(learner->epsilon, c->epsilon_decay, c->epsilon_end);
    return true;
}

/* ---- state ---- */

static void update_counts(const void *self, uint64_t *count)
{
    count[0] = ((const qmix *)self)->updates;
}

static int tensors(void *self, mg_tensor *tensor, int room)
{
    qmix *learner = self;
    int count = mg_model_tensors(&learner->model, MG_KIND_POLICIES, "network", tensor, room, 0);
    count = mg_replay_buffer_tensors(learner->replay, "replay", tensor, room, count);
    count = mg_list_array(MG_KIND_STATE, "epsilon", MG_TYPE_FLOAT, 1, &learner->epsilon, tensor, room, count);
    count = mg_list_array(MG_KIND_STATE, "episodes", MG_TYPE_U64, 1, &learner->played, tensor, room, count);
    return mg_list_array(MG_KIND_STATE, "updates", MG_TYPE_U64, 1, &learner->updates, tensor, room, count);
}

static int replays(void *self, mg_replay_buffer **replay, int room)
{
    if (room > 0)
        replay[0] = ((qmix *)self)->replay;
    return 1;
}

const mg_learner_table mg_qmix = {
    .name = "qmix",
    .fields = &fields,
    .describe = describe,
    .create = create,
    .destroy = destroy,
    .act = act,
    .observe = observe,
    .end_episode = end_episode,
    .update_counts = update_counts,
    .tensors = tensors,
    .replays = replays,
};
