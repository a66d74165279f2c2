/* central_critic.c - act, remember, actor steps, critic steps. */
#include "baselines/central_critic.h"
#include "baselines/central_critic_step.h"
#include "core/io/memory.h"
#include "core/rl/exploration.h"
#include "core/rl/model.h"
#include "core/rl/replay.h"

#include <stdlib.h>
#include <string.h>

enum { ACTOR, CRITIC };

mg_central_critic_config mg_maddpg_traffic(int agents)
{
    return (mg_central_critic_config){.discount = 0.95,
                                      .rate = 0.01,
                                      .follow = 0.01,
                                      .gradient_limit = 0.5,
                                      .penalty = 1e-3,
                                      .last = 0.1,
                                      .hidden = 128,
                                      .capacity = 1000000,
                                      .batch = agents >= 1024 ? 1 : (1024 + agents - 1) / agents,
                                      .update_every = 100,
                                      .gradient_steps = 8};
}

mg_central_critic_config mg_maddpgs_traffic(int agents)
{
    mg_central_critic_config config = mg_maddpg_traffic(agents);
    config.shuffle = true;
    return config;
}

mg_central_critic_config mg_pic_traffic(int agents)
{
    mg_central_critic_config config = mg_maddpg_traffic(agents);
    config.graph = true;
    return config;
}

#define AT(member) offsetof(mg_central_critic_config, member)
static const mg_field field[] = {
    {"discount", MG_FIELD_DOUBLE, AT(discount), 0, 1, "Intention Propagation, Table 2"},
    {"rate", MG_FIELD_DOUBLE, AT(rate), 0, 10, "Intention Propagation, Table 2: Adam; PIC's program the same"},
    {"follow", MG_FIELD_DOUBLE, AT(follow), 0, 1, "Intention Propagation, Table 2; PIC's program the same"},
    {"gradient_limit", MG_FIELD_DOUBLE, AT(gradient_limit), 0, 1e9, "facts/ip.md 6: PIC's program"},
    {"penalty", MG_FIELD_DOUBLE, AT(penalty), 0, 1e9, "facts/ip.md 6: PIC's program"},
    {"last", MG_FIELD_DOUBLE, AT(last), 0, 1e3, "facts/ip.md 6: PIC's program"},
    {"hidden", MG_FIELD_INT, AT(hidden), 1, 4096, "Intention Propagation, Table 2; PIC's program the same"},
    {"capacity", MG_FIELD_INT, AT(capacity), 1, 10000000, "Intention Propagation, Table 2; PIC's program the same"},
    {"batch", MG_FIELD_INT, AT(batch), 1, 65536, "Intention Propagation, Table 2 and facts/ip.md 3"},
    {"update_every", MG_FIELD_INT, AT(update_every), 1, 1000000, "facts/ip.md 6: PIC's program"},
    {"gradient_steps", MG_FIELD_INT, AT(gradient_steps), 1, 1000000, "Intention Propagation, Table 2: 8"},
    {"rate_episodes", MG_FIELD_INT, AT(rate_episodes), 0, 100000000, "PIC's program: all of the training; here: stays"},
    {"graph", MG_FIELD_BOOL, AT(graph), 0, 1, "PIC"},
    {"mean", MG_FIELD_BOOL, AT(mean), 0, 1, "facts/ip.md 6: PIC's program: the largest"},
    {"shuffle", MG_FIELD_BOOL, AT(shuffle), 0, 1, "PIC's program: MADDPGS"},
    {"limit_once", MG_FIELD_BOOL, AT(limit_once), 0, 1, "ours (facts/ip.md 6): always"},
    {"greedy", MG_FIELD_BOOL, AT(greedy), 0, 1, "facts/ip.md 6: PIC's program samples"},
};
const mg_fields mg_central_critic_fields = {"central-critic", sizeof field / sizeof *field, field,
                                            sizeof(mg_central_critic_config)};

typedef struct central_critic {
    mg_central_critic_config config;
    mg_key key;
    mg_central_network network;
    mg_model actor, critic;
    mg_central_scratch *scratch;
    mg_replay_buffer *replay;
    uint64_t steps, episodes, updates[2], draws;
    double loss; /* of the critic's newest update */
    uint32_t *index, *order;
    /* Samples [sample][agent] of a decision or a minibatch. moved: room for what is put in another order. */
    float *observation, *next_observation, *noise, *reward, *terminated, *moved;
    int32_t *action;
} central_critic;

/* ---- making and ending ---- */

static const mg_metric_spec metric[] = {{"critic_loss", "of the critic's newest update"}};

static bool describe(const void *config, const mg_env_spec *environment, mg_learner_spec *spec, mg_error *error)
{
    const mg_central_critic_config *c = config;
    (void)environment;
    if (c->capacity <= c->batch)
        return mg_fail(error, MG_EXIT_INPUT, "config central-critic: capacity %d, wanted more than a minibatch of %d",
                       c->capacity, c->batch);
    *spec = (mg_learner_spec){.needs = MG_NEED_CHOICES | MG_NEED_ALIKE | MG_NEED_ONE_STAGE,
                              .uses = MG_NEED_RECORD,
                              .training_rows = 1,
                              .unit = "episode",
                              .metrics = sizeof metric / sizeof *metric,
                              .metric = metric,
                              .updates = 2,
                              .update = {"actor", "critic"}};
    return true;
}

static void destroy(void *self)
{
    central_critic *learner = self;
    mg_replay_buffer_destroy(learner->replay);
    mg_model_destroy(&learner->actor);
    mg_model_destroy(&learner->critic);
    mg_central_scratch_destroy(learner->scratch);
    mg_central_network_destroy(&learner->network);
    free(learner->index);
    free(learner->observation);
    free(learner->action);
    free(learner);
}

static void take_memory(central_critic *learner)
{
    const mg_central_shape *shape = &learner->network.shape;
    const size_t samples = (size_t)shape->samples, agents = (size_t)shape->agents, rows = samples * agents;
    const size_t seen = rows * (size_t)shape->observation;
    float *real = mg_allocate(2 * seen + rows * (size_t)shape->actions + rows + samples +
                                  agents * ((size_t)shape->observation + 1),
                              sizeof *real);
    learner->observation = real;
    learner->next_observation = real += seen;
    learner->noise = real += seen;
    learner->reward = real += rows * (size_t)shape->actions;
    learner->terminated = real += rows;
    learner->moved = real + samples;
    learner->action = mg_allocate(rows, sizeof *learner->action);
    learner->index = mg_allocate(samples + agents, sizeof *learner->index);
    learner->order = learner->index + samples;
}

/* The last layer starts smaller than the others. */
static void take_model(central_critic *learner, mg_model *model, const mg_layout *layout, int output, uint32_t number,
                       unsigned has)
{
    mg_optimiser_config adam = mg_adam_torch_default(learner->config.rate);
    adam.least = 1e-30; /* units that died would make every step several times as long */
    mg_model_create_recorded(model, layout, NULL, 0, 1, adam, has);
    mg_model_initialise(model, 0, learner->key, number);
    float *parameters = mg_model_parameters(model, 0);
    for (size_t k = layout->view[output].offset; k < layout->count; k++)
        parameters[k] *= (float)learner->config.last;
    if (model->target)
        mg_model_follow(model, 0, 1.0f);
}

static void *create(const void *config, const mg_env_spec *environment, mg_key key, mg_error *error)
{
    const mg_central_critic_config *c = config;
    const mg_agent_spec *agent = mg_env_agent(environment, 0);
    const mg_central_shape shape = {.agents = environment->agents,
                                    .observation = agent->observation,
                                    .actions = agent->actions,
                                    .hidden = c->hidden,
                                    .graph = c->graph,
                                    .mean = c->mean,
                                    .samples = c->batch};
    const mg_replay_spec kept = {.capacity = c->capacity, .rows = 1, .keeps = MG_NEED_RECORD};
    mg_replay_buffer *replay = mg_replay_buffer_create(&kept, environment, error);
    if (!replay)
        return NULL;
    central_critic *learner = mg_allocate(1, sizeof *learner);
    learner->config = *c;
    learner->key = key;
    learner->replay = replay;
    mg_central_network_create(&learner->network, &shape);
    learner->scratch = mg_central_scratch_create(&learner->network);
    take_model(learner, &learner->actor, &learner->network.actor, learner->network.actor_output, ACTOR, 0);
    take_model(learner, &learner->critic, &learner->network.critic, learner->network.critic_output, CRITIC,
               MG_MODEL_TARGET);
    take_memory(learner);
    return learner;
}

/* ---- acting ---- */

static void see(central_critic *learner, const mg_batch *batch, int first, int samples)
{
    const size_t agents = (size_t)learner->network.shape.agents, length = (size_t)learner->network.shape.observation;
    const size_t actions = (size_t)learner->network.shape.actions;
    const mg_purpose purpose = batch->mode == MG_TRAIN ? MG_PURPOSE_TRAIN_ACTION : MG_PURPOSE_EVALUATE_ACTION;
    const bool likely = batch->mode == MG_EVALUATE && learner->config.greedy;
    for (size_t s = 0; s < (size_t)samples; s++)
        for (size_t i = 0; i < agents; i++) {
            const size_t entry = (size_t)first + s, row = s * agents + i;
            float *noise = learner->noise + row * actions;
            memcpy(learner->observation + row * length, batch->observation[i] + entry * length, length * sizeof(float));
            memset(noise, 0, actions * sizeof *noise);
            if (likely)
                continue;
            mg_stream stream =
                mg_stream_at(learner->key, purpose, batch->time[entry], (uint32_t)batch->row[entry], (uint32_t)i);
            mg_draw_gumbel(&stream, actions, noise);
        }
}

static void act(void *self, const mg_batch *batch, int32_t *const *actions, float *const *real)
{
    (void)real;
    central_critic *learner = self;
    const int agents = learner->network.shape.agents, most = learner->network.shape.samples;
    for (int first = 0; first < batch->rows; first += most) {
        const int samples = batch->rows - first < most ? batch->rows - first : most;
        see(learner, batch, first, samples);
        mg_central_decide(learner->scratch, samples, learner->observation, learner->noise,
                          mg_model_parameters(&learner->actor, 0), learner->action);
        for (int k = 0; k < samples * agents; k++)
            actions[k % agents][first + k / agents] = learner->action[k];
    }
}

/* ---- learning ---- */

/* Rows of agents, `numbers` each, of every sample in the order that was drawn. */
static void reorder(central_critic *learner, float *rows, size_t numbers)
{
    const size_t agents = (size_t)learner->network.shape.agents;
    for (int s = 0; s < learner->config.batch; s++, rows += agents * numbers) {
        memcpy(learner->moved, rows, agents * numbers * sizeof *rows);
        for (size_t i = 0; i < agents; i++)
            memcpy(rows + i * numbers, learner->moved + learner->order[i] * numbers, numbers * sizeof *rows);
    }
}

static void reorder_actions(central_critic *learner)
{
    const int agents = learner->network.shape.agents;
    for (int s = 0; s < learner->config.batch; s++) {
        int32_t *action = learner->action + s * agents, *moved = (int32_t *)learner->moved;
        memcpy(moved, action, (size_t)agents * sizeof *action);
        for (int i = 0; i < agents; i++)
            action[i] = moved[learner->order[i]];
    }
}

/* The same order for all samples of a minibatch, then and now; what the team earns does not depend on it. */
static void shuffle(central_critic *learner)
{
    const mg_central_shape *shape = &learner->network.shape;
    mg_stream stream = mg_stream_at(learner->key, MG_PURPOSE_LEARNER, (uint32_t)learner->draws, 0, 0);
    for (int i = 0; i < shape->agents; i++)
        learner->order[i] = (uint32_t)i;
    mg_random_shuffle(&stream, learner->order, (uint32_t)shape->agents);
    reorder(learner, learner->observation, (size_t)shape->observation);
    reorder(learner, learner->next_observation, (size_t)shape->observation);
    reorder_actions(learner);
}

static mg_central_batch draw(central_critic *learner)
{
    const int batch = learner->config.batch;
    const mg_replay_batch to = {.by_sample = true,
                                .observation = learner->observation,
                                .next_observation = learner->next_observation,
                                .action = learner->action,
                                .reward = learner->reward,
                                .terminated = learner->terminated};
    mg_stream stream = mg_stream_at(learner->key, MG_PURPOSE_REPLAY, (uint32_t)learner->draws, 0, 0);
    mg_replay_buffer_draw_distinct(learner->replay, &stream, 0, batch, learner->index);
    mg_replay_buffer_gather(learner->replay, 0, learner->network.shape.agents, batch, learner->index, 1, &to);
    if (learner->config.shuffle)
        shuffle(learner);
    learner->draws++;
    return (mg_central_batch){.samples = batch,
                              .observation = learner->observation,
                              .next_observation = learner->next_observation,
                              .action = learner->action,
                              .reward = learner->reward,
                              .terminated = learner->terminated};
}

static void descend(central_critic *learner, mg_model *model, int kind)
{
    const mg_central_critic_config *c = &learner->config;
    if (!c->limit_once || learner->updates[kind] == 0)
        (void)mg_clip_gradient_norm(model->count, (float)c->gradient_limit, model->gradient);
    mg_model_step(model, 0);
    mg_model_follow(&learner->critic, 0, (float)c->follow);
    learner->updates[kind]++;
}

static void learn(central_critic *learner)
{
    const mg_central_critic_config *c = &learner->config;
    const float *theta = mg_model_parameters(&learner->actor, 0), *kappa = mg_model_parameters(&learner->critic, 0);
    for (int k = 0; k < c->gradient_steps; k++) {
        const mg_central_batch batch = draw(learner);
        (void)mg_central_actor_gradient(learner->scratch, &batch, (float)c->penalty, theta, kappa,
                                        learner->actor.gradient);
        descend(learner, &learner->actor, ACTOR);
    }
    for (int k = 0; k < c->gradient_steps; k++) {
        const mg_central_batch batch = draw(learner);
        learner->loss =
            (double)mg_central_critic_gradient(learner->scratch, &batch, (float)c->discount, theta, kappa,
                                               mg_model_target(&learner->critic, 0), learner->critic.gradient);
        descend(learner, &learner->critic, CRITIC);
    }
}

static void observe(void *self, const mg_transition *transition)
{
    central_critic *learner = self;
    mg_replay_buffer_add(learner->replay, transition, NULL);
    learner->steps++;
    if (mg_replay_buffer_units(learner->replay) > learner->config.batch &&
        learner->steps % (uint64_t)learner->config.update_every == 0)
        learn(learner);
}

/* The rate follows from how many episodes there were. */
static void set_rate(central_critic *learner)
{
    const mg_central_critic_config *c = &learner->config;
    const double left = 1.0 - (double)learner->episodes / (double)(c->rate_episodes ? c->rate_episodes : 1);
    if (!c->rate_episodes)
        return;
    learner->actor.stepper.config.rate = learner->critic.stepper.config.rate = left > 0.0 ? left * c->rate : 0.0;
}

static bool end_episode(void *self, int row)
{
    (void)row;
    ((central_critic *)self)->episodes++;
    return true;
}

static void begin_episode(void *self, int row)
{
    (void)row;
    set_rate(self);
}

/* ---- metrics and state ---- */

static void metrics(const void *self, double *to)
{
    to[0] = ((const central_critic *)self)->loss;
}

static void update_counts(const void *self, uint64_t *count)
{
    memcpy(count, ((const central_critic *)self)->updates, sizeof((const central_critic *)self)->updates);
}

static int tensors(void *self, mg_tensor *tensor, int room)
{
    central_critic *learner = self;
    const mg_kind state = MG_KIND_STATE;
    int n = mg_model_tensors(&learner->actor, MG_KIND_POLICIES, "actor", tensor, room, 0);
    n = mg_model_tensors(&learner->critic, MG_KIND_CRITICS, "critic", tensor, room, n);
    n = mg_replay_buffer_tensors(learner->replay, "replay", tensor, room, n);
    n = mg_list_array(state, "rate", MG_TYPE_DOUBLE, 1, &learner->actor.stepper.config.rate, tensor, room, n);
    n = mg_list_array(state, "critic rate", MG_TYPE_DOUBLE, 1, &learner->critic.stepper.config.rate, tensor, room, n);
    n = mg_list_array(state, "steps taken", MG_TYPE_U64, 1, &learner->steps, tensor, room, n);
    n = mg_list_array(state, "episodes", MG_TYPE_U64, 1, &learner->episodes, tensor, room, n);
    n = mg_list_array(state, "updates", MG_TYPE_U64, 2, learner->updates, tensor, room, n);
    n = mg_list_array(state, "draws", MG_TYPE_U64, 1, &learner->draws, tensor, room, n);
    return mg_list_array(state, "newest loss", MG_TYPE_DOUBLE, 1, &learner->loss, tensor, room, n);
}

static int replays(void *self, mg_replay_buffer **replay, int room)
{
    if (room > 0)
        replay[0] = ((central_critic *)self)->replay;
    return 1;
}

const mg_learner_table mg_central_critic = {
    .name = "central-critic",
    .fields = &mg_central_critic_fields,
    .describe = describe,
    .create = create,
    .destroy = destroy,
    .begin_episode = begin_episode,
    .act = act,
    .observe = observe,
    .end_episode = end_episode,
    .metrics = metrics,
    .update_counts = update_counts,
    .tensors = tensors,
    .replays = replays,
};
