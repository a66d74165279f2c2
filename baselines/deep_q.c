/* deep_q.c - act, remember, draw, look ahead, step, follow. */
#include "baselines/deep_q.h"
#include "core/io/memory.h"
#include "core/rl/exploration.h"
#include "core/rl/model.h"
#include "core/rl/q_value_step.h"
#include "core/rl/replay.h"

#include <stdlib.h>

enum { ACT_ROWS = 64 };

mg_deep_q_config mg_deep_q_prisoner(void)
{
    return (mg_deep_q_config){.discount = 0.99,
                              .rate = 1e-3,
                              .follow = 0.1,
                              .epsilon_start = 0.8,
                              .epsilon_decay = 1.0,
                              .epsilon_end = 0.8,
                              .spread = 0.05,
                              .hidden_1 = 32,
                              .hidden_2 = 32,
                              .capacity = 200000,
                              .batch = 10,
                              .learn_after = 10,
                              .update_every = 1,
                              .shared = true};
}

mg_deep_q_config mg_deep_q_jungle(void)
{
    mg_deep_q_config config = mg_deep_q_prisoner();
    config.discount = 0.96;
    config.rate = 1e-4;
    config.follow = 0.01;
    config.epsilon_start = 0.6;
    config.epsilon_decay = 0.996;
    config.epsilon_end = 0.01;
    config.hidden_1 = 512;
    config.hidden_2 = 128;
    config.sparse = true;
    return config;
}

/* 1 / 12 updates a step are 8 in 100; 0.987^230 is 0.05. */
mg_deep_q_config mg_deep_q_roads(int agents)
{
    const int batch = agents >= 1024 ? 1 : (1024 + agents - 1) / agents;
    return (mg_deep_q_config){.discount = 0.95,
                              .rate = 0.01,
                              .follow = 0.01,
                              .epsilon_start = 1.0,
                              .epsilon_decay = 0.987,
                              .epsilon_end = 0.05,
                              .spread = 0.05,
                              .hidden_1 = 128,
                              .hidden_2 = 128,
                              .capacity = 1000000,
                              .batch = batch,
                              .learn_after = batch + 1,
                              .update_every = 12,
                              .shared = true};
}

#define AT(member) offsetof(mg_deep_q_config, member)
static const mg_field field[] = {
    {"discount", MG_FIELD_DOUBLE, AT(discount), 0, 1,
     "Learning to Share, Table 4; Intention Propagation, Table 2: gamma"},
    {"rate", MG_FIELD_DOUBLE, AT(rate), 0, 10, "Learning to Share, Table 4; Intention Propagation, Table 2: Adam"},
    {"follow", MG_FIELD_DOUBLE, AT(follow), 0, 1, "Learning to Share, Table 4; Intention Propagation, Table 2: tau"},
    {"epsilon_start", MG_FIELD_DOUBLE, AT(epsilon_start), 0, 1, "Learning to Share, Table 4; ours (facts/ip.md 6)"},
    {"epsilon_decay", MG_FIELD_DOUBLE, AT(epsilon_decay), 0, 1, "Learning to Share, Table 4; ours (facts/ip.md 6)"},
    {"epsilon_end", MG_FIELD_DOUBLE, AT(epsilon_end), 0, 1, "Learning to Share, Table 4; ours (facts/ip.md 6)"},
    {"spread", MG_FIELD_DOUBLE, AT(spread), 0, 10, "Learning to Share, Table 4: N(0, 0.05)"},
    {"hidden_1", MG_FIELD_INT, AT(hidden_1), 1, 4096,
     "Learning to Share, Table 4; Intention Propagation, Table 2: units"},
    {"hidden_2", MG_FIELD_INT, AT(hidden_2), 1, 4096,
     "Learning to Share, Table 4; Intention Propagation, Table 2: units"},
    {"capacity", MG_FIELD_INT, AT(capacity), 1, 10000000,
     "Learning to Share, Table 4; Intention Propagation, Table 2: buffer"},
    {"batch", MG_FIELD_INT, AT(batch), 1, 65536,
     "Learning to Share, Table 4; Intention Propagation, Table 2 and facts/ip.md 3"},
    {"learn_after", MG_FIELD_INT, AT(learn_after), 1, 10000000, "ours: as soon as there is a minibatch"},
    {"update_every", MG_FIELD_INT, AT(update_every), 1, 1000000,
     "ours: every step; Intention Propagation, Table 2: 8 in 100"},
    {"shared", MG_FIELD_BOOL, AT(shared), 0, 1, "ours (facts/ltos.md 6): yes, the paper does not say"},
    {"sparse", MG_FIELD_BOOL, AT(sparse), 0, 1, "speed alone"},
};
const mg_fields mg_deep_q_fields = {"deep-q", sizeof field / sizeof *field, field, sizeof(mg_deep_q_config)};

typedef struct deep_q {
    mg_deep_q_config config;
    mg_key key;
    int agents, observation, actions;
    int *together; /* mg_env_blocks */
    mg_network network;
    mg_model model; /* a copy an agent, or one */
    mg_replay_buffer *replay;
    float epsilon;
    uint64_t steps, updates;
    uint32_t *index;           /* [batch] */
    mg_replay_batch minibatch; /* [agents x batch] rows */
    float *reals, *target, *cotangent;
    int32_t *action;
    uint8_t *next_allowed;
} deep_q;

/* ---- making and ending ---- */

static bool describe(const void *config, const mg_env_spec *environment, mg_learner_spec *spec, mg_error *error)
{
    const mg_deep_q_config *c = config;
    (void)environment;
    if (c->learn_after < c->batch || c->capacity < c->learn_after)
        return mg_fail(
            error, MG_EXIT_INPUT,
            "config deep-q: batch %d, learn_after %d and capacity %d, wanted none smaller than the one before",
            c->batch, c->learn_after, c->capacity);
    *spec = (mg_learner_spec){.needs = MG_NEED_CHOICES | MG_NEED_ALIKE | MG_NEED_ONE_STAGE,
                              .uses = MG_NEED_MASKS | MG_NEED_RECORD,
                              .training_rows = 1,
                              .unit = "episode",
                              .updates = 1,
                              .update = {"values"}};
    return true;
}

static void destroy(void *self)
{
    deep_q *learner = self;
    mg_replay_buffer_destroy(learner->replay);
    mg_model_destroy(&learner->model);
    free(learner->together);
    free(learner->index);
    free(learner->reals);
    free(learner->action);
    free(learner->next_allowed);
    free(learner);
}

static void take_minibatch(deep_q *learner, bool masked)
{
    size_t rows = (size_t)learner->agents * (size_t)learner->config.batch;
    size_t numbers = rows * (size_t)learner->observation, values = rows * (size_t)learner->actions;
    float *at = learner->reals = mg_allocate(2 * numbers + values + 3 * rows, sizeof(float));
    learner->index = mg_allocate((size_t)learner->config.batch, sizeof(uint32_t));
    learner->action = mg_allocate(rows, sizeof(int32_t));
    learner->next_allowed = masked ? mg_allocate(values, 1) : NULL;
    learner->minibatch = (mg_replay_batch){.observation = at,
                                           .next_observation = at + numbers,
                                           .action = learner->action,
                                           .reward = at + 2 * numbers,
                                           .terminated = at + 2 * numbers + rows,
                                           .next_allowed = learner->next_allowed};
    learner->target = at + 2 * numbers + 2 * rows;
    learner->cotangent = learner->target + rows; /* [rows][actions] */
}

static void *create(const void *config, const mg_env_spec *environment, mg_key key, mg_error *error)
{
    const mg_deep_q_config *c = config;
    const mg_agent_spec *agent = mg_env_agent(environment, 0);
    unsigned masks = mg_needs_offered(environment) & MG_NEED_MASKS;
    mg_replay_spec spec = {.capacity = c->capacity, .rows = 1, .keeps = masks | MG_NEED_RECORD};
    mg_replay_buffer *replay = mg_replay_buffer_create(&spec, environment, error);
    if (!replay)
        return NULL;
    deep_q *learner = mg_allocate(1, sizeof *learner);
    learner->config = *c;
    learner->key = key;
    learner->replay = replay;
    learner->agents = environment->agents;
    learner->observation = agent->observation;
    learner->actions = agent->actions;
    learner->together = mg_env_blocks(environment, c->shared);
    learner->epsilon = (float)c->epsilon_start;
    mg_network_hidden_two(&learner->network, agent->observation, c->hidden_1, c->hidden_2, agent->actions,
                          MG_INITIALISE_NORMAL, MG_INITIALISE_ZERO);
    learner->network.sparse = c->sparse;
    int copies = c->shared ? 1 : learner->agents, rows = c->batch * (c->shared ? learner->agents : 1);
    mg_model_create(&learner->model, &learner->network, rows > ACT_ROWS ? rows : ACT_ROWS, copies,
                    mg_adam_tensorflow_default(c->rate), MG_MODEL_TARGET);
    for (int copy = 0; copy < copies; copy++) {
        mg_model_initialise(&learner->model, copy, key, (uint32_t)copy);
        mg_model_spread(&learner->model, copy, c->spread);
    }
    take_minibatch(learner, masks != 0);
    return learner;
}

/* ---- playing ---- */

/* The agents of a shared network's block are one matrix, agent by agent. */
static void act(void *self, const mg_batch *batch, int32_t *const *actions, float *const *real)
{
    (void)real;
    deep_q *learner = self;
    for (int agent = 0; agent < learner->agents; agent += learner->together[agent]) {
        int all = learner->together[agent] * batch->rows;
        for (int first = 0; first < all; first += ACT_ROWS) {
            int rows = all - first < ACT_ROWS ? all - first : ACT_ROWS;
            const float *seen = batch->observation[agent] + (size_t)first * (size_t)learner->observation;
            const float *value = mg_model_forward(&learner->model, learner->config.shared ? 0 : agent, rows, seen);
            for (int k = 0; k < rows; k++) {
                int i = agent + (first + k) / batch->rows, entry = (first + k) % batch->rows;
                actions[i][entry] = mg_choose_by_value(batch, learner->key, learner->epsilon, i, entry,
                                                       learner->actions, value + (size_t)k * (size_t)learner->actions);
            }
        }
    }
}

/* ---- learning ---- */

/* One descent of a network on its rows of the minibatch, those from `first` on. */
static void update_network(deep_q *learner, int copy, size_t first, int rows)
{
    const mg_replay_batch *m = &learner->minibatch;
    size_t numbers = first * (size_t)learner->observation, values = first * (size_t)learner->actions;
    const float *next = mg_model_forward_target(&learner->model, copy, rows, m->next_observation + numbers);
    mg_q_targets(rows, learner->actions, learner->config.batch, (float)learner->config.discount, next,
                 m->next_allowed ? m->next_allowed + values : NULL, m->reward + first, m->terminated,
                 learner->target + first);
    const float *value = mg_model_forward(&learner->model, copy, rows, m->observation + numbers);
    (void)mg_q_error(rows, learner->actions, (float)rows, value, m->action + first, learner->target + first,
                     learner->cotangent + values);
    mg_model_backward(&learner->model, copy, rows, m->observation + numbers, learner->cotangent + values, NULL);
    mg_model_step(&learner->model, copy);
    mg_model_follow(&learner->model, copy, (float)learner->config.follow);
}

static void update(deep_q *learner)
{
    int batch = learner->config.batch;
    mg_stream stream = mg_stream_at(learner->key, MG_PURPOSE_REPLAY, (uint32_t)learner->updates, 0, 0);
    mg_replay_buffer_draw_distinct(learner->replay, &stream, 0, batch, learner->index);
    mg_replay_buffer_gather(learner->replay, 0, learner->agents, batch, learner->index, 1, &learner->minibatch);
    if (learner->config.shared)
        update_network(learner, 0, 0, learner->agents * batch);
    for (int agent = 0; !learner->config.shared && agent < learner->agents; agent++)
        update_network(learner, agent, (size_t)agent * (size_t)batch, batch);
    learner->updates++;
}

static void observe(void *self, const mg_transition *transition)
{
    deep_q *learner = self;
    mg_replay_buffer_add(learner->replay, transition, NULL);
    learner->steps++;
    if (mg_replay_buffer_units(learner->replay) >= learner->config.learn_after &&
        learner->steps % (uint64_t)learner->config.update_every == 0)
        update(learner);
}

static bool end_episode(void *self, int row)
{
    (void)row;
    deep_q *learner = self;
    learner->epsilon = mg_epsilon_times(learner->epsilon, learner->config.epsilon_decay, learner->config.epsilon_end);
    return true;
}

/* ---- state ---- */

static void update_counts(const void *self, uint64_t *count)
{
    count[0] = ((const deep_q *)self)->updates;
}

static int tensors(void *self, mg_tensor *tensor, int room)
{
    deep_q *learner = self;
    int count = mg_model_tensors(&learner->model, MG_KIND_POLICIES, "network", tensor, room, 0);
    count = mg_replay_buffer_tensors(learner->replay, "replay", tensor, room, count);
    count = mg_list_array(MG_KIND_STATE, "epsilon", MG_TYPE_FLOAT, 1, &learner->epsilon, tensor, room, count);
    count = mg_list_array(MG_KIND_STATE, "steps taken", MG_TYPE_U64, 1, &learner->steps, tensor, room, count);
    return mg_list_array(MG_KIND_STATE, "updates", MG_TYPE_U64, 1, &learner->updates, tensor, room, count);
}

static int replays(void *self, mg_replay_buffer **replay, int room)
{
    if (room > 0)
        replay[0] = ((deep_q *)self)->replay;
    return 1;
}

const mg_learner_table mg_deep_q = {
    .name = "deep-q",
    .fields = &mg_deep_q_fields,
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
