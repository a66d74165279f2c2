/* intention.c - Algorithm 1 of Intention Propagation. */
#include "algos/intention.h"
#include "algos/intention_step.h"
#include "core/io/memory.h"
#include "core/rl/exploration.h"
#include "core/rl/model.h"
#include "core/rl/replay.h"

#include <stdlib.h>
#include <string.h>

enum { POLICY, VALUES, CRITICS, LOSSES = 3 };

mg_intention_config mg_intention_traffic(int agents)
{
    return (mg_intention_config){.discount = 0.95,
                                 .rate = 0.01,
                                 .follow = 0.01,
                                 .alpha = 0.2,
                                 .temperature = 1.0,
                                 .gradient_limit = 0.5,
                                 .reward_scale = 1.0,
                                 .hidden_1 = 128,
                                 .hidden_2 = 128,
                                 .hops = 2,
                                 .critic_hops = 2,
                                 .aggregate = MG_AGGREGATE_ATTENTION,
                                 .capacity = 1000000,
                                 .batch = agents >= 1024 ? 1 : (1024 + agents - 1) / agents,
                                 .update_every = 100,
                                 .gradient_steps = 8,
                                 .follow_every = 1};
}

mg_intention_config mg_intention_prisoner(void)
{
    mg_intention_config config = mg_intention_traffic(1);
    config.discount = 0.99;
    config.rate = 1e-3;
    config.follow = 0.1;
    config.spread = 0.05;
    config.hidden_1 = config.hidden_2 = 32;
    config.capacity = 200000;
    config.batch = 10;
    config.update_every = config.gradient_steps = 1;
    config.aggregate = MG_AGGREGATE_SUM; /* of one neighbour attention is the same, and its weights never move */
    config.greedy = true;
    return config;
}

mg_intention_config mg_intention_jungle(void)
{
    mg_intention_config config = mg_intention_prisoner();
    config.discount = 0.96;
    config.rate = 1e-4;
    config.follow = 0.01;
    config.aggregate = MG_AGGREGATE_ATTENTION;
    config.hidden_1 = 512;
    config.hidden_2 = 128;
    config.idle_episodes = 199;
    config.update_every = 3;
    config.sparse = true;
    return config;
}

#define AT(member) offsetof(mg_intention_config, member)
static const mg_field field[] = {
    {"discount", MG_FIELD_DOUBLE, AT(discount), 0, 1, "Intention Propagation, Table 2; Learning to Share, Table 4"},
    {"rate", MG_FIELD_DOUBLE, AT(rate), 0, 10, "Intention Propagation, Table 2; Learning to Share, Table 4: Adam"},
    {"follow", MG_FIELD_DOUBLE, AT(follow), 0, 1, "Intention Propagation, Table 2; Learning to Share, Table 4: tau"},
    {"alpha", MG_FIELD_DOUBLE, AT(alpha), 0, 100, "Intention Propagation, Table 2: regularizer factor"},
    {"temperature", MG_FIELD_DOUBLE, AT(temperature), 1e-3, 1000, "ours (facts/ip.md 2): 1"},
    {"gradient_limit", MG_FIELD_DOUBLE, AT(gradient_limit), 0, 1e9, "ours (facts/ip.md 3): 0.5, as MADDPG"},
    {"reward_scale", MG_FIELD_DOUBLE, AT(reward_scale), 0, 1e9, "ours: 1"},
    {"spread", MG_FIELD_DOUBLE, AT(spread), 0, 10, "Learning to Share, Table 4: N(0, 0.05); else ours (facts/ip.md 1)"},
    {"hidden_1", MG_FIELD_INT, AT(hidden_1), 1, 4096, "Intention Propagation 5.2; Learning to Share, Table 4: units"},
    {"hidden_2", MG_FIELD_INT, AT(hidden_2), 1, 4096, "Intention Propagation 5.2; Learning to Share, Table 4: units"},
    {"hops", MG_FIELD_INT, AT(hops), 1, MG_HOPS_MAX, "Intention Propagation 5.2: 2"},
    {"critic_hops", MG_FIELD_INT, AT(critic_hops), 1, MG_HOPS_MAX, "ours (facts/ip.md 1): as the policy's"},
    {"aggregate", MG_FIELD_INT, AT(aggregate), 0, MG_AGGREGATES - 1, "Intention Propagation B.2: attention; 4.2: sum"},
    {"capacity", MG_FIELD_INT, AT(capacity), 1, 10000000, "Intention Propagation, Table 2; Learning to Share, Table 4"},
    {"batch", MG_FIELD_INT, AT(batch), 1, 65536, "Intention Propagation, Table 2 and facts/ip.md 3"},
    {"idle_episodes", MG_FIELD_INT, AT(idle_episodes), 0, 1000000, "ours: as DGN in the same task"},
    {"update_every", MG_FIELD_INT, AT(update_every), 1, 1000000, "ours (facts/ip.md 3): 100 steps, as PIC's program"},
    {"gradient_steps", MG_FIELD_INT, AT(gradient_steps), 1, 1000000, "Intention Propagation, Table 2: 8"},
    {"follow_every", MG_FIELD_INT, AT(follow_every), 1, 1000000, "Intention Propagation, Table 2: interval 1"},
    {"expected", MG_FIELD_BOOL, AT(expected), 0, 1, "ours (facts/ip.md 2): relaxed choices"},
    {"greedy", MG_FIELD_BOOL, AT(greedy), 0, 1, "ours (facts/ip.md 4): as the result's other methods"},
    {"sparse", MG_FIELD_BOOL, AT(sparse), 0, 1, "speed alone"},
};
const mg_fields mg_intention_fields = {"intention", sizeof field / sizeof *field, field, sizeof(mg_intention_config)};

typedef struct intention {
    mg_intention_config config;
    mg_key key;
    mg_intention_network network;
    mg_model policy, values, critics; /* theta, eta and its target, kappa of both Q */
    mg_intention_scratch *scratch;
    mg_replay_buffer *replay;
    uint64_t steps, episodes, updates;
    double newest[LOSSES]; /* entropy, loss of V and of both Q in the newest gradient step */
    uint32_t *index;       /* [batch] */
    /* Samples [sample][agent] of a decision or a minibatch. */
    float *observation, *next_observation, *noise, *reward, *target, *terminated;
    int32_t *neighbour, *next_neighbour, *action, *choice;
} intention;

/* ---- making and ending ---- */

static const mg_metric_spec metric[LOSSES] = {
    {"entropy", "of an agent's policy in the newest minibatch, nats, mean over agents"},
    {"value_loss", "of V in the newest gradient step"},
    {"critic_loss", "of both Q in the newest gradient step, their mean"},
};

static bool describe(const void *config, const mg_env_spec *environment, mg_learner_spec *spec, mg_error *error)
{
    const mg_intention_config *c = config;
    (void)environment;
    if (c->capacity <= c->batch)
        return mg_fail(error, MG_EXIT_INPUT, "config intention: capacity %d, wanted more than a minibatch of %d",
                       c->capacity, c->batch);
    *spec = (mg_learner_spec){.needs = MG_NEED_CHOICES | MG_NEED_ALIKE | MG_NEED_ONE_STAGE | MG_NEED_GRAPH,
                              .uses = MG_NEED_RECORD,
                              .training_rows = 1,
                              .unit = "episode",
                              .metrics = LOSSES,
                              .metric = metric,
                              .updates = 3,
                              .update = {"values", "critics", "policy"}};
    return true;
}

static void destroy(void *self)
{
    intention *learner = self;
    mg_replay_buffer_destroy(learner->replay);
    mg_model_destroy(&learner->policy);
    mg_model_destroy(&learner->values);
    mg_model_destroy(&learner->critics);
    mg_intention_scratch_destroy(learner->scratch);
    mg_intention_network_destroy(&learner->network);
    free(learner->index);
    free(learner->observation);
    free(learner->neighbour);
    free(learner);
}

static void take_memory(intention *learner)
{
    const mg_intention_shape *shape = &learner->network.shape;
    const size_t samples = (size_t)shape->samples, rows = samples * (size_t)shape->agents;
    const size_t seen = rows * (size_t)shape->observation, links = rows * (size_t)shape->neighbours;
    float *real = mg_allocate(2 * seen + rows * (size_t)shape->actions + 2 * rows + samples, sizeof *real);
    int32_t *integer = mg_allocate(2 * links + 2 * rows, sizeof *integer);
    learner->observation = real;
    learner->next_observation = real += seen;
    learner->noise = real += seen;
    learner->reward = real += rows * (size_t)shape->actions;
    learner->target = real += rows;
    learner->terminated = real + rows;
    learner->neighbour = integer;
    learner->next_neighbour = integer += links;
    learner->action = integer += links;
    learner->choice = integer + rows;
    learner->index = mg_allocate(samples, sizeof *learner->index);
}

static void take_model(intention *learner, mg_model *model, const mg_layout *layout, int copies, uint32_t number,
                       unsigned has)
{
    const mg_intention_config *c = &learner->config;
    mg_optimiser_config adam = mg_adam_torch_default(c->rate);
    adam.least = 1e-30; /* units that died would make every step several times as long */
    mg_model_create_recorded(model, layout, NULL, 0, copies, adam, has);
    for (int copy = 0; copy < copies; copy++) {
        mg_model_initialise(model, copy, learner->key, number + (uint32_t)copy);
        if (c->spread > 0.0)
            mg_model_spread(model, copy, c->spread);
    }
}

static void *create(const void *config, const mg_env_spec *environment, mg_key key, mg_error *error)
{
    const mg_intention_config *c = config;
    const mg_agent_spec *agent = mg_env_agent(environment, 0);
    const mg_intention_shape shape = {.agents = environment->agents,
                                      .neighbours = environment->neighbours_max,
                                      .observation = agent->observation,
                                      .actions = agent->actions,
                                      .hidden_1 = c->hidden_1,
                                      .hidden_2 = c->hidden_2,
                                      .hops = c->hops,
                                      .critic_hops = c->critic_hops,
                                      .aggregate = (mg_aggregate)c->aggregate,
                                      .temperature = c->temperature,
                                      .samples = c->batch,
                                      .normal = c->spread > 0.0,
                                      .sparse = c->sparse};
    const mg_replay_spec kept = {.capacity = c->capacity, .rows = 1, .keeps = MG_NEED_GRAPH | MG_NEED_RECORD};
    mg_replay_buffer *replay = mg_replay_buffer_create(&kept, environment, error);
    if (!replay)
        return NULL;
    intention *learner = mg_allocate(1, sizeof *learner);
    learner->config = *c;
    learner->key = key;
    learner->replay = replay;
    mg_intention_network_create(&learner->network, &shape);
    learner->scratch = mg_intention_scratch_create(&learner->network);
    take_model(learner, &learner->policy, &learner->network.policy.layout, 1, POLICY, 0);
    take_model(learner, &learner->values, &learner->network.values.layout, 1, VALUES, MG_MODEL_TARGET);
    take_model(learner, &learner->critics, &learner->network.critic.layout, 2, CRITICS, 0);
    take_memory(learner);
    return learner;
}

/* ---- what agents see ---- */

/* Whom an agent hears in ascending order, then nobody: sums of messages do not depend on who is nearer. */
static void sort_neighbours(int agents, int neighbours, int32_t *neighbour)
{
    for (int i = 0; i < agents; i++, neighbour += neighbours)
        for (int n = 1; n < neighbours; n++) {
            int32_t moved = neighbour[n];
            int at = n;
            while (at > 0 && moved >= 0 && (neighbour[at - 1] > moved || neighbour[at - 1] < 0)) {
                neighbour[at] = neighbour[at - 1];
                at--;
            }
            neighbour[at] = moved;
        }
}

/* Entries first .. first + samples - 1 of a batch. */
static void see(intention *learner, const mg_batch *batch, int first, int samples)
{
    const mg_intention_shape *shape = &learner->network.shape;
    const size_t length = (size_t)shape->observation, others = (size_t)shape->neighbours;
    for (int s = 0; s < samples; s++)
        for (int i = 0; i < shape->agents; i++) {
            const size_t row = (size_t)(s * shape->agents + i), entry = (size_t)(first + s);
            memcpy(learner->observation + row * length, batch->observation[i] + entry * length, length * sizeof(float));
            memcpy(learner->neighbour + row * others, batch->neighbour[i] + entry * others, others * sizeof(int32_t));
        }
    sort_neighbours(samples * shape->agents, shape->neighbours, learner->neighbour);
}

/* ---- acting ---- */

/* Each agent of each entry has a stream of its own; who evaluates greedily does what is most likely. */
static void explore(intention *learner, const mg_batch *batch, int first, int samples)
{
    const size_t agents = (size_t)learner->network.shape.agents, actions = (size_t)learner->network.shape.actions;
    const mg_purpose purpose = batch->mode == MG_TRAIN ? MG_PURPOSE_TRAIN_ACTION : MG_PURPOSE_EVALUATE_ACTION;
    if (batch->mode == MG_EVALUATE && learner->config.greedy) {
        memset(learner->noise, 0, (size_t)samples * agents * actions * sizeof(float));
        return;
    }
    for (int s = first; s < first + samples; s++)
        for (size_t i = 0; i < agents; i++) {
            mg_stream stream =
                mg_stream_at(learner->key, purpose, batch->time[s], (uint32_t)batch->row[s], (uint32_t)i);
            mg_draw_gumbel(&stream, actions, learner->noise + ((size_t)(s - first) * agents + i) * actions);
        }
}

static void act(void *self, const mg_batch *batch, int32_t *const *actions, float *const *real)
{
    (void)real;
    intention *learner = self;
    const int agents = learner->network.shape.agents, most = learner->network.shape.samples;
    for (int first = 0; first < batch->rows; first += most) {
        const int samples = batch->rows - first < most ? batch->rows - first : most;
        const mg_intention_seen seen = {samples, learner->observation, learner->neighbour};
        see(learner, batch, first, samples);
        explore(learner, batch, first, samples);
        (void)mg_intention_decide(learner->scratch, &seen, mg_model_parameters(&learner->policy, 0), learner->noise,
                                  learner->choice);
        for (int k = 0; k < samples * agents; k++)
            actions[k % agents][first + k / agents] = learner->choice[k];
    }
}

/* ---- learning ---- */

static void gather(intention *learner)
{
    const mg_intention_shape *shape = &learner->network.shape;
    const int batch = learner->config.batch, rows = batch * shape->agents;
    const mg_replay_batch to = {.by_sample = true,
                                .observation = learner->observation,
                                .next_observation = learner->next_observation,
                                .action = learner->action,
                                .reward = learner->reward,
                                .neighbour = learner->neighbour,
                                .next_neighbour = learner->next_neighbour,
                                .terminated = learner->terminated};
    mg_stream stream = mg_stream_at(learner->key, MG_PURPOSE_REPLAY, (uint32_t)learner->updates, 0, 0);
    mg_replay_buffer_draw_distinct(learner->replay, &stream, 0, batch, learner->index);
    mg_replay_buffer_gather(learner->replay, 0, shape->agents, batch, learner->index, 1, &to);
    sort_neighbours(rows, shape->neighbours, learner->neighbour);
    sort_neighbours(rows, shape->neighbours, learner->next_neighbour);
    for (int k = 0; k < rows; k++)
        learner->reward[k] *= (float)learner->config.reward_scale;
    stream = mg_stream_at(learner->key, MG_PURPOSE_LEARNER, (uint32_t)learner->updates, 0, 0);
    mg_draw_gumbel(&stream, (size_t)rows * (size_t)shape->actions, learner->noise);
}

static void descend(const intention *learner, mg_model *model, int copy)
{
    (void)mg_clip_gradient_norm(model->count, (float)learner->config.gradient_limit, model->gradient);
    mg_model_step(model, copy);
}

/* Both Q, on the same rows and targets. */
static void learn_critics(intention *learner, const mg_intention_batch *batch)
{
    double loss = 0.0;
    mg_intention_targets(learner->scratch, batch, (float)learner->config.discount, mg_model_target(&learner->values, 0),
                         learner->target);
    for (int k = 0; k < 2; k++) {
        loss +=
            (double)mg_intention_critic_gradient(learner->scratch, batch, learner->target,
                                                 mg_model_parameters(&learner->critics, k), learner->critics.gradient);
        descend(learner, &learner->critics, k);
    }
    learner->newest[2] = loss / 2.0;
}

static void gradient_step(intention *learner)
{
    const mg_intention_config *c = &learner->config;
    const float *theta = mg_model_parameters(&learner->policy, 0);
    const float *const kappa[2] = {mg_model_parameters(&learner->critics, 0),
                                   mg_model_parameters(&learner->critics, 1)};
    gather(learner);
    const mg_intention_batch batch = {.now = {c->batch, learner->observation, learner->neighbour},
                                      .next = {c->batch, learner->next_observation, learner->next_neighbour},
                                      .action = learner->action,
                                      .reward = learner->reward,
                                      .terminated = learner->terminated};
    learner->newest[0] =
        (double)mg_intention_decide(learner->scratch, &batch.now, theta, learner->noise, learner->choice);
    learner->newest[1] =
        (double)mg_intention_value_gradient(learner->scratch, &batch.now, (float)c->alpha,
                                            mg_model_parameters(&learner->values, 0), kappa, learner->values.gradient);
    descend(learner, &learner->values, 0);
    learn_critics(learner, &batch);
    (void)mg_intention_policy_gradient(learner->scratch, &batch.now, (float)c->alpha, c->expected, theta, kappa,
                                       learner->policy.gradient);
    descend(learner, &learner->policy, 0);
    learner->updates++;
    if (learner->updates % (uint64_t)c->follow_every == 0)
        mg_model_follow(&learner->values, 0, (float)c->follow);
}

static void observe(void *self, const mg_transition *transition)
{
    intention *learner = self;
    const mg_intention_config *c = &learner->config;
    mg_replay_buffer_add(learner->replay, transition, NULL);
    learner->steps++;
    if (learner->episodes < (uint64_t)c->idle_episodes || mg_replay_buffer_units(learner->replay) <= c->batch ||
        learner->steps % (uint64_t)c->update_every)
        return;
    for (int k = 0; k < c->gradient_steps; k++)
        gradient_step(learner);
}

static bool end_episode(void *self, int row)
{
    (void)row;
    ((intention *)self)->episodes++;
    return true;
}

/* ---- metrics and state ---- */

static void metrics(const void *self, double *to)
{
    memcpy(to, ((const intention *)self)->newest, sizeof((const intention *)self)->newest);
}

static void update_counts(const void *self, uint64_t *count)
{
    count[0] = count[1] = count[2] = ((const intention *)self)->updates;
}

static int tensors(void *self, mg_tensor *tensor, int room)
{
    intention *learner = self;
    const mg_kind state = MG_KIND_STATE;
    int n = mg_model_tensors(&learner->policy, MG_KIND_POLICIES, "policy", tensor, room, 0);
    n = mg_model_tensors(&learner->values, MG_KIND_CRITICS, "values", tensor, room, n);
    n = mg_model_tensors(&learner->critics, MG_KIND_CRITICS, "critic", tensor, room, n);
    n = mg_replay_buffer_tensors(learner->replay, "replay", tensor, room, n);
    n = mg_list_array(state, "steps taken", MG_TYPE_U64, 1, &learner->steps, tensor, room, n);
    n = mg_list_array(state, "episodes", MG_TYPE_U64, 1, &learner->episodes, tensor, room, n);
    n = mg_list_array(state, "updates", MG_TYPE_U64, 1, &learner->updates, tensor, room, n);
    return mg_list_array(state, "newest losses", MG_TYPE_DOUBLE, LOSSES, learner->newest, tensor, room, n);
}

static int replays(void *self, mg_replay_buffer **replay, int room)
{
    if (room > 0)
        replay[0] = ((intention *)self)->replay;
    return 1;
}

const mg_learner_table mg_intention = {
    .name = "intention",
    .fields = &mg_intention_fields,
    .describe = describe,
    .create = create,
    .destroy = destroy,
    .act = act,
    .observe = observe,
    .end_episode = end_episode,
    .metrics = metrics,
    .update_counts = update_counts,
    .tensors = tensors,
    .replays = replays,
};
