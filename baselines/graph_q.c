/* graph_q.c - act, remember, draw, look ahead over the graph, step, follow. */
#include "baselines/graph_q.h"
#include "baselines/graph_q_step.h"
#include "core/io/memory.h"
#include "core/rl/exploration.h"
#include "core/rl/graph_network.h"
#include "core/rl/model.h"
#include "core/rl/q_value_step.h"
#include "core/rl/replay.h"

#include <stdlib.h>
#include <string.h>

mg_graph_q_config mg_graph_q_prisoner(void)
{
    return (mg_graph_q_config){.discount = 0.99,
                               .rate = 1e-3,
                               .adam_epsilon = 1e-7,
                               .follow = 0.1,
                               .epsilon_start = 0.8,
                               .epsilon_decay = 1.0,
                               .epsilon_end = 0.8,
                               .spread = 0.05,
                               .hidden_1 = 32,
                               .hidden_2 = 32,
                               .layers = 2,
                               .heads = 4,
                               .capacity = 200000,
                               .batch = 10,
                               .update_every = 1};
}

mg_graph_q_config mg_graph_q_jungle(void)
{
    mg_graph_q_config config = mg_graph_q_prisoner();
    config.discount = 0.96;
    config.rate = 1e-4;
    config.follow = 0.01;
    config.epsilon_start = 0.6;
    config.epsilon_decay = 0.996;
    config.epsilon_end = 0.01;
    config.hidden_1 = 512;
    config.hidden_2 = 128;
    config.idle_episodes = 199;
    config.update_every = 3;
    config.sparse = true;
    return config;
}

mg_graph_q_rounds_config mg_graph_q_traffic(void)
{
    mg_graph_q_rounds_config config = {.graph_q = mg_graph_q_prisoner(), .rounds = mg_rounds_colight()};
    config.graph_q.discount = 0.8;
    config.graph_q.epsilon_start = 0.4;
    config.graph_q.epsilon_decay = 0.9;
    config.graph_q.epsilon_end = 0.05;
    config.graph_q.layers = 1;
    config.graph_q.heads = 1;
    config.graph_q.capacity = 10000;
    config.graph_q.batch = 20;
    return config;
}

#define AT(member) offsetof(mg_graph_q_config, member)
static const mg_field field[] = {
    {"discount", MG_FIELD_DOUBLE, AT(discount), 0, 1,
     "Learning to Share, Table 4; Intention Propagation, Table 2: gamma"},
    {"rate", MG_FIELD_DOUBLE, AT(rate), 0, 10, "Learning to Share, Table 4; Intention Propagation, Table 2: Adam"},
    {"adam_epsilon", MG_FIELD_DOUBLE, AT(adam_epsilon), 0, 1, "DGN's program: Keras' 1e-7"},
    {"follow", MG_FIELD_DOUBLE, AT(follow), 0, 1, "Learning to Share, Table 4; Intention Propagation, Table 2: tau"},
    {"epsilon_start", MG_FIELD_DOUBLE, AT(epsilon_start), 0, 1, "Learning to Share, Table 4; ours (facts/ip.md 6)"},
    {"epsilon_decay", MG_FIELD_DOUBLE, AT(epsilon_decay), 0, 1, "Learning to Share, Table 4; ours (facts/ip.md 6)"},
    {"epsilon_end", MG_FIELD_DOUBLE, AT(epsilon_end), 0, 1, "Learning to Share, Table 4; ours (facts/ip.md 6)"},
    {"spread", MG_FIELD_DOUBLE, AT(spread), 0, 10, "Learning to Share, Table 4: N(0, 0.05)"},
    {"relation", MG_FIELD_DOUBLE, AT(relation), 0, 100, "DGN's program: none in the jungle; its paper: 0.03"},
    {"hidden_1", MG_FIELD_INT, AT(hidden_1), 1, 4096,
     "Learning to Share, Table 4; Intention Propagation, Table 2: units"},
    {"hidden_2", MG_FIELD_INT, AT(hidden_2), 1, 4096,
     "Learning to Share, Table 4; Intention Propagation, Table 2: units"},
    {"layers", MG_FIELD_INT, AT(layers), 0, MG_GRAPH_LAYERS_MAX, "DGN's program: 2"},
    {"heads", MG_FIELD_INT, AT(heads), 1, 64, "Learning to Share, Table 4: 4 (DGN's program: 8)"},
    {"capacity", MG_FIELD_INT, AT(capacity), 1, 10000000,
     "Learning to Share, Table 4; Intention Propagation, Table 2: buffer"},
    {"batch", MG_FIELD_INT, AT(batch), 1, 4096,
     "Learning to Share, Table 4; Intention Propagation, Table 2 and facts/ip.md 3"},
    {"idle_episodes", MG_FIELD_INT, AT(idle_episodes), 0, 1000000, "DGN's program: 199; in prisoner ours: none"},
    {"update_every", MG_FIELD_INT, AT(update_every), 1, 1000000,
     "DGN's program: 3; Learning to Share, Table 4: 1; Intention Propagation, Table 2: 8 in 100"},
    {"same_graph", MG_FIELD_BOOL, AT(same_graph), 0, 1, "ours (facts/ltos.md 10): no; DGN's program: yes"},
    {"sparse", MG_FIELD_BOOL, AT(sparse), 0, 1, "speed alone"},
    MG_ROUNDS_FIELDS(mg_graph_q_rounds_config),
};
enum { FIELDS = sizeof field / sizeof *field };
static const mg_fields fields = {"graph-q", FIELDS - MG_ROUNDS_FIELDS_COUNT, field, sizeof(mg_graph_q_config)};
static const mg_fields rounds_fields = {"graph-q-rounds", FIELDS, field, sizeof(mg_graph_q_rounds_config)};

typedef struct graph_q {
    mg_graph_q_config config;
    mg_rounds rounds; /* episodes 0: none */
    mg_key key;
    int agents, observation, actions, neighbours;
    mg_graph_network network;
    mg_model model;
    mg_node weights[MG_GRAPH_LAYERS_MAX]; /* of attention, with the regulariser */
    mg_replay_buffer *replay;
    float epsilon;
    uint64_t steps, episodes, updates;
    uint32_t *index;           /* [batch], or of a round [sample] */
    float *round_target;       /* [sample x agents] */
    mg_replay_batch minibatch; /* by sample: [batch x agents] rows */
    float *reals, *ended, *target, *cotangent;
    float *later, *relation; /* [layer][batch x agents x heads x slots]: a step later, and a derivative */
    int32_t *integers, *slot, *next_slot;
    uint8_t *next_allowed;
    float *seen; /* [batch x agents] rows, of a decision */
    int32_t *seen_slot;
} graph_q;

/* ---- making and ending ---- */

static bool describe_as(const char *name, const mg_graph_q_config *c, mg_learner_spec *spec, mg_error *error)
{
    if (c->capacity < c->batch)
        return mg_fail(error, MG_EXIT_INPUT, "config %s: capacity %d, wanted at least a batch of %d", name, c->capacity,
                       c->batch);
    if (c->hidden_2 % c->heads)
        return mg_fail(error, MG_EXIT_INPUT, "config %s: %d heads, wanted a divisor of hidden_2, which is %d", name,
                       c->heads, c->hidden_2);
    *spec = (mg_learner_spec){.needs = MG_NEED_CHOICES | MG_NEED_ALIKE | MG_NEED_ONE_STAGE | MG_NEED_GRAPH,
                              .uses = MG_NEED_MASKS | MG_NEED_RECORD,
                              .training_rows = 1,
                              .unit = "episode",
                              .updates = 1,
                              .update = {"values"}};
    return true;
}

static bool describe(const void *config, const mg_env_spec *environment, mg_learner_spec *spec, mg_error *error)
{
    (void)environment;
    return describe_as(fields.name, config, spec, error);
}

static bool describe_rounds(const void *config, const mg_env_spec *environment, mg_learner_spec *spec, mg_error *error)
{
    const mg_graph_q_rounds_config *c = config;
    (void)environment;
    return describe_as(rounds_fields.name, &c->graph_q, spec, error);
}

static void destroy(void *self)
{
    graph_q *learner = self;
    mg_replay_buffer_destroy(learner->replay);
    mg_model_destroy(&learner->model);
    free(learner->index);
    free(learner->round_target);
    free(learner->reals);
    free(learner->later);
    free(learner->integers);
    free(learner->next_allowed);
    free(learner);
}

/* Attention weights of a layer for a minibatch. */
static size_t layer_weights(const graph_q *learner)
{
    return (size_t)learner->config.batch * (size_t)learner->agents * (size_t)learner->config.heads *
           (size_t)(1 + learner->neighbours);
}

static void take_minibatch(graph_q *learner, bool masked)
{
    const size_t rows = (size_t)learner->agents * (size_t)learner->config.batch,
                 layers = (size_t)learner->config.layers;
    const size_t numbers = rows * (size_t)learner->observation, values = rows * (size_t)learner->actions;
    const size_t links = rows * (size_t)learner->neighbours;
    float *at = learner->reals = mg_allocate(3 * numbers + values + 4 * rows, sizeof(float));
    int32_t *integer = learner->integers = mg_allocate(5 * links + 4 * rows, sizeof(int32_t));
    const int drawn = learner->rounds.episodes ? learner->rounds.sample : learner->config.batch;
    learner->index = mg_allocate((size_t)drawn, sizeof(uint32_t));
    if (learner->rounds.episodes)
        learner->round_target = mg_allocate((size_t)drawn * (size_t)learner->agents, sizeof(float));
    learner->next_allowed = masked ? mg_allocate(values, 1) : NULL;
    if (learner->config.relation > 0.0) {
        learner->later = mg_allocate(2 * layers * layer_weights(learner), sizeof(float));
        learner->relation = learner->later + layers * layer_weights(learner);
    }
    learner->minibatch = (mg_replay_batch){.by_sample = true,
                                           .observation = at,
                                           .next_observation = at + numbers,
                                           .reward = at + 3 * numbers,
                                           .terminated = at + 3 * numbers + rows,
                                           .action = integer,
                                           .neighbour = integer + rows,
                                           .next_neighbour = integer + rows + links,
                                           .next_allowed = learner->next_allowed};
    learner->seen = at + 2 * numbers;
    learner->ended = at + 3 * numbers + 2 * rows;
    learner->target = learner->ended + rows;
    learner->cotangent = learner->target + rows; /* [rows][actions] */
    learner->slot = integer + rows + 2 * links;
    learner->next_slot = learner->slot + links + rows;
    learner->seen_slot = learner->next_slot + links + rows;
}

/* Input 0 what is seen, index slot 0 the slots; beside the values, with the regulariser, every layer's weights. */
static void make_network(graph_q *learner)
{
    const mg_graph_q_config *c = &learner->config;
    mg_node attention[MG_GRAPH_LAYERS_MAX];
    mg_optimiser_config optimiser = mg_adam_tensorflow_default(c->rate);
    optimiser.epsilon = c->adam_epsilon;
    if (learner->rounds.episodes)
        optimiser = mg_rounds_optimiser(&learner->rounds, c->rate);
    mg_graph_network_describe(&learner->network, &(mg_graph_shape){.agents = learner->agents,
                                                                   .neighbours = learner->neighbours,
                                                                   .seen = learner->observation,
                                                                   .hidden_1 = c->hidden_1,
                                                                   .hidden_2 = c->hidden_2,
                                                                   .layers = c->layers,
                                                                   .heads = c->heads,
                                                                   .outputs = learner->actions,
                                                                   .sparse = c->sparse});
    mg_tape *tape = mg_tape_create(c->batch);
    mg_node seen = mg_tape_input_rows(tape, learner->agents, learner->observation);
    mg_node value = mg_graph_network_record(tape, &learner->network, seen, mg_tape_index(tape), attention);
    for (int l = 0; l < c->layers && c->relation > 0.0; l++)
        learner->weights[l] = mg_tape_attention_weights(tape, attention[l]);
    mg_tape_finish(tape);
    mg_model_create_recorded(&learner->model, &learner->network.layout, tape, value, 1, optimiser, MG_MODEL_TARGET);
    mg_model_initialise(&learner->model, 0, learner->key, 0);
    mg_model_spread(&learner->model, 0, c->spread);
}

static void *create_learner(const mg_graph_q_config *c, const mg_rounds *rounds, const mg_env_spec *environment,
                            mg_key key, mg_error *error)
{
    const mg_agent_spec *agent = mg_env_agent(environment, 0);
    unsigned masks = mg_needs_offered(environment) & MG_NEED_MASKS;
    mg_replay_spec spec = {.capacity = c->capacity, .rows = 1, .keeps = masks | MG_NEED_GRAPH | MG_NEED_RECORD};
    mg_replay_buffer *replay = mg_replay_buffer_create(&spec, environment, error);
    if (!replay)
        return NULL;
    graph_q *learner = mg_allocate(1, sizeof *learner);
    learner->config = *c;
    if (rounds)
        learner->rounds = *rounds;
    learner->key = key;
    learner->replay = replay;
    learner->agents = environment->agents;
    learner->neighbours = environment->neighbours_max;
    learner->observation = agent->observation;
    learner->actions = agent->actions;
    learner->epsilon = (float)c->epsilon_start;
    make_network(learner);
    take_minibatch(learner, masks != 0);
    return learner;
}

static void *create(const void *config, const mg_env_spec *environment, mg_key key, mg_error *error)
{
    return create_learner(config, NULL, environment, key, error);
}

static void *create_rounds(const void *config, const mg_env_spec *environment, mg_key key, mg_error *error)
{
    const mg_graph_q_rounds_config *c = config;
    return create_learner(&c->graph_q, &c->rounds, environment, key, error);
}

/* ---- playing ---- */

static void act(void *self, const mg_batch *batch, int32_t *const *actions, float *const *real)
{
    (void)real;
    graph_q *learner = self;
    for (int first = 0; first < batch->rows; first += learner->config.batch) {
        int samples = batch->rows - first < learner->config.batch ? batch->rows - first : learner->config.batch;
        mg_graph_batch(batch, learner->agents, learner->observation, learner->neighbours, first, samples, learner->seen,
                       learner->seen_slot);
        mg_tape_replay replay = {.rows = samples, .input = {learner->seen}, .index = {learner->seen_slot}};
        const float *value = mg_model_replay(&learner->model, 0, mg_model_parameters(&learner->model, 0), &replay);
        for (int s = first; s < first + samples; s++)
            for (int i = 0; i < learner->agents; i++, value += learner->actions)
                actions[i][s] =
                    mg_choose_by_value(batch, learner->key, learner->epsilon, i, s, learner->actions, value);
    }
}

/* ---- learning ---- */

/* The minibatch of these units of the replay: slots of before and after, and which rows ended. */
static void gather(graph_q *learner, int samples, const uint32_t *index)
{
    const mg_replay_batch *m = &learner->minibatch;
    const int agents = learner->agents;
    const bool same = learner->config.same_graph;
    mg_replay_buffer_gather(learner->replay, 0, agents, samples, index, 1, m);
    mg_graph_slots_by_sample(agents, samples, learner->neighbours, m->neighbour, learner->slot);
    mg_graph_slots_by_sample(agents, samples, learner->neighbours, same ? m->neighbour : m->next_neighbour,
                             learner->next_slot);
    for (int k = 0; k < samples * agents; k++)
        learner->ended[k] = m->terminated[k / agents];
}

/* Attention of the target network a step later, over the graph of now. */
static void look_later(graph_q *learner, int samples)
{
    const size_t numbers = (size_t)samples * (layer_weights(learner) / (size_t)learner->config.batch);
    mg_tape_replay replay = {.rows = samples, .input = {learner->minibatch.next_observation}, .index = {learner->slot}};
    (void)mg_model_replay(&learner->model, 0, mg_model_target(&learner->model, 0), &replay);
    for (int l = 0; l < learner->config.layers; l++)
        memcpy(learner->later + (size_t)l * layer_weights(learner),
               mg_tape_value(learner->model.tape, &replay, learner->weights[l]), numbers * sizeof(float));
}

static void look_ahead(graph_q *learner, int samples, float *target)
{
    const mg_replay_batch *m = &learner->minibatch;
    const int rows = learner->agents * samples;
    mg_tape_replay replay = {.rows = samples, .input = {m->next_observation}, .index = {learner->next_slot}};
    const float *next = mg_model_replay(&learner->model, 0, mg_model_target(&learner->model, 0), &replay);
    mg_q_targets(rows, learner->actions, rows, (float)learner->config.discount, next, m->next_allowed, m->reward,
                 learner->ended, target);
}

/* Cotangents of the regulariser behind that of the values; returns how many there are in all. */
static int add_relations(graph_q *learner, const mg_tape_replay *replay, mg_cotangent *from)
{
    const size_t each = layer_weights(learner), numbers = each / (size_t)learner->config.batch * (size_t)replay->rows;
    const int slots = 1 + learner->neighbours;
    int count = 1;
    for (int l = 0; l < learner->config.layers && learner->later; l++) {
        float *cotangent = learner->relation + (size_t)l * each;
        (void)mg_relation_error((int)numbers / slots, slots, (float)learner->config.relation,
                                mg_tape_value(learner->model.tape, replay, learner->weights[l]),
                                learner->later + (size_t)l * each, cotangent);
        from[count++] = (mg_cotangent){learner->weights[l], cotangent};
    }
    return count;
}

/* The error of the minibatch against these targets, and, to learn, a step down it. */
static double fit(graph_q *learner, int samples, const float *target, bool learn)
{
    const mg_replay_batch *m = &learner->minibatch;
    const int actions = learner->actions;
    mg_cotangent from[1 + MG_GRAPH_LAYERS_MAX] = {{learner->model.output, learner->cotangent}};
    mg_tape_replay replay = {.rows = samples, .input = {m->observation}, .index = {learner->slot}};
    const float *value = mg_model_replay(&learner->model, 0, mg_model_parameters(&learner->model, 0), &replay);
    double error = (double)mg_q_error(samples * learner->agents, actions, (float)(samples * actions), value, m->action,
                                      target, learner->cotangent);
    if (!learn)
        return error;
    int count = add_relations(learner, &replay, from);
    mg_model_replay_backward(&learner->model, &replay, count, from, NULL);
    mg_model_step(&learner->model, 0);
    learner->updates++;
    return error;
}

static void update(graph_q *learner)
{
    int batch = learner->config.batch;
    mg_stream stream = mg_stream_at(learner->key, MG_PURPOSE_REPLAY, (uint32_t)learner->updates, 0, 0);
    mg_replay_buffer_draw_distinct(learner->replay, &stream, 0, batch, learner->index);
    gather(learner, batch, learner->index);
    if (learner->later)
        look_later(learner, batch);
    look_ahead(learner, batch, learner->target);
    (void)fit(learner, batch, learner->target, true);
    mg_model_follow(&learner->model, 0, (float)learner->config.follow);
}

/* ---- in rounds ---- */

static double pass(void *self, int first, int samples, bool learn)
{
    graph_q *learner = self;
    gather(learner, samples, learner->index + first);
    if (learner->later && learn)
        look_later(learner, samples);
    return fit(learner, samples, learner->round_target + (size_t)first * (size_t)learner->agents, learn);
}

/* Targets of the whole sample, from a network that does not move within the round. */
static void look_ahead_of_round(graph_q *learner, int sample)
{
    const int batch = learner->config.batch, agents = learner->agents;
    for (int first = 0; first < sample; first += batch) {
        int samples = sample - first < batch ? sample - first : batch;
        gather(learner, samples, learner->index + first);
        for (int k = 0; k < samples * agents; k++)
            learner->minibatch.reward[k] *= (float)learner->rounds.reward_scale;
        look_ahead(learner, samples, learner->round_target + (size_t)first * (size_t)agents);
    }
}

static void learn_round(graph_q *learner)
{
    const mg_rounds *rounds = &learner->rounds;
    const uint64_t round = learner->episodes / (uint64_t)rounds->episodes - 1;
    const int units = mg_replay_buffer_units(learner->replay), sample = units < rounds->sample ? units : rounds->sample;
    mg_stream stream = mg_stream_at(learner->key, MG_PURPOSE_REPLAY, (uint32_t)round, 0, 0);
    mg_replay_buffer_draw_distinct(learner->replay, &stream, 0, sample, learner->index);
    look_ahead_of_round(learner, sample);
    learner->model.stepper.config.rate = mg_rounds_rate(rounds, learner->config.rate, round);
    (void)mg_rounds_fit(rounds, sample, learner->config.batch, pass, learner);
    mg_model_follow(&learner->model, 0, (float)learner->config.follow);
}

static void observe(void *self, const mg_transition *transition)
{
    graph_q *learner = self;
    mg_replay_buffer_add(learner->replay, transition, NULL);
    learner->steps++;
    if (!learner->rounds.episodes && learner->episodes >= (uint64_t)learner->config.idle_episodes &&
        mg_replay_buffer_units(learner->replay) >= learner->config.batch &&
        learner->steps % (uint64_t)learner->config.update_every == 0)
        update(learner);
}

static bool end_episode(void *self, int row)
{
    (void)row;
    graph_q *learner = self;
    learner->episodes++;
    if (learner->rounds.episodes && learner->episodes % (uint64_t)learner->rounds.episodes)
        return true;
    if (learner->rounds.episodes)
        learn_round(learner);
    learner->epsilon = mg_epsilon_times(learner->epsilon, learner->config.epsilon_decay, learner->config.epsilon_end);
    return true;
}

/* ---- state ---- */

static void update_counts(const void *self, uint64_t *count)
{
    count[0] = ((const graph_q *)self)->updates;
}

static int tensors(void *self, mg_tensor *tensor, int room)
{
    graph_q *learner = self;
    int count = mg_model_tensors(&learner->model, MG_KIND_POLICIES, "network", tensor, room, 0);
    count = mg_replay_buffer_tensors(learner->replay, "replay", tensor, room, count);
    count = mg_list_array(MG_KIND_STATE, "epsilon", MG_TYPE_FLOAT, 1, &learner->epsilon, tensor, room, count);
    count = mg_list_array(MG_KIND_STATE, "steps taken", MG_TYPE_U64, 1, &learner->steps, tensor, room, count);
    count = mg_list_array(MG_KIND_STATE, "episodes", MG_TYPE_U64, 1, &learner->episodes, tensor, room, count);
    return mg_list_array(MG_KIND_STATE, "updates", MG_TYPE_U64, 1, &learner->updates, tensor, room, count);
}

static int replays(void *self, mg_replay_buffer **replay, int room)
{
    if (room > 0)
        replay[0] = ((graph_q *)self)->replay;
    return 1;
}

const mg_learner_table mg_graph_q = {
    .name = "graph-q",
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

const mg_learner_table mg_graph_q_rounds = {
    .name = "graph-q-rounds",
    .fields = &rounds_fields,
    .describe = describe_rounds,
    .create = create_rounds,
    .destroy = destroy,
    .act = act,
    .observe = observe,
    .end_episode = end_episode,
    .update_counts = update_counts,
    .tensors = tensors,
    .replays = replays,
};
