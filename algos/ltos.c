/* ltos.c - Algorithm 1 of Learning to Share; its lines are those of the paper's box. */
#include "algos/ltos.h"
#include "algos/ltos_step.h"
#include "core/io/memory.h"
#include "core/num/scalar_math.h"
#include "core/rl/exploration.h"
#include "core/rl/model.h"
#include "core/rl/q_value_step.h"
#include "core/rl/replay.h"

#include <stdlib.h>
#include <string.h>

enum { ACT_SAMPLES = 32, SLOTS_MAX = 64, LOW = 0, HIGH = 1 };

typedef struct ltos {
    mg_ltos_config config;
    mg_key key;
    mg_ltos_network network;
    mg_model low, high; /* mu and theta; no high one if it is fixed */
    mg_ltos_scratch *scratch;
    mg_replay_buffer *replay;
    float epsilon;
    uint64_t steps, episodes, waited, updates, sharing_passes, sharing_updates;
    double value_loss_sum, conservation_error, simplex_error;
    uint64_t value_losses;

    mg_stream *stream;  /* [agents]: of the training row's decision */
    float *first_theta; /* as created */
    /* Samples [sample][agent] of a decision or a minibatch; between act and observe the first one is what was played.
     */
    float *observation, *next_observation, *out, *in, *noise, *extra, *reward, *terminated;
    int32_t *slot, *next_slot, *weighed, *action, *neighbour, *next_neighbour;
    uint32_t *index;
    /* Where the newest training episode began. */
    float *start_observation;
    int32_t *start_slot;
} ltos;

static size_t pairs_of(const ltos *learner) /* weights of a sample */
{
    return (size_t)learner->network.shape.agents * (size_t)learner->network.slots;
}

static const float *theta_of(const ltos *learner)
{
    return learner->config.fixed ? NULL : mg_model_parameters(&learner->high, 0);
}

/* Neighbours of samples to slots: oneself first. */
static void add_own(const ltos *learner, int samples, const int32_t *neighbour, int32_t *slot)
{
    const int agents = learner->network.shape.agents, neighbours = learner->network.shape.neighbours;
    for (int s = 0; s < samples; s++, neighbour += agents * neighbours, slot += agents * (1 + neighbours))
        mg_graph_slots(agents, 1, neighbours, neighbour, slot);
}

/* ---- per-episode memory: weights that are held, and the noise that walks ---- */

typedef struct decision {
    int32_t *age, *slot; /* steps since the episode began; [agent][slots] as the weights were decided */
    float *out, *walk, *mean;
} decision;

static size_t decision_bytes(size_t pairs)
{
    return sizeof(int32_t) * (1 + pairs) + sizeof(float) * 3 * pairs;
}

static decision decision_of(const ltos *learner, void *memory)
{
    const size_t pairs = pairs_of(learner);
    int32_t *integer = memory;
    float *real = (float *)(integer + 1 + pairs);
    return (decision){integer, integer + 1, real, real + pairs, real + 2 * pairs};
}

/* ---- lines 3 to 7: weights, their exchange, actions ---- */

static void see(ltos *learner, const mg_batch *batch, int first, int samples)
{
    const mg_ltos_shape *shape = &learner->network.shape;
    const size_t length = (size_t)shape->observation, slots = (size_t)learner->network.slots;
    for (int s = 0; s < samples; s++)
        for (int i = 0; i < shape->agents; i++) {
            size_t row = (size_t)(s * shape->agents + i), entry = (size_t)(first + s);
            memcpy(learner->observation + row * length, batch->observation[i] + entry * length, length * sizeof(float));
            learner->slot[row * slots] = i;
            memcpy(learner->slot + row * slots + 1, batch->neighbour[i] + entry * (slots - 1),
                   (slots - 1) * sizeof(int32_t));
        }
}

/* Ornstein-Uhlenbeck: x <- x + pull (mean - x) dt + noise sqrt(dt) N(0, 1), from its mean, which is noise N(0, 1). */
static float walk(const mg_ltos_config *c, const decision *of, size_t k, mg_stream *stream)
{
    if (*of->age == 0)
        of->walk[k] = of->mean[k] = (float)c->noise * mg_random_normal(stream);
    float back = (float)(c->pull * c->time_step) * (of->mean[k] - of->walk[k]);
    float step = (float)(c->noise * mg_sqrt(c->time_step)) * mg_random_normal(stream);
    of->walk[k] += back;
    of->walk[k] += step;
    return of->walk[k];
}

/* Exploration of the weights: what is added to the logits of the training row. */
static void draw_noise(ltos *learner, void *memory)
{
    const decision of = decision_of(learner, memory);
    const mg_ltos_config *c = &learner->config;
    const int slots = learner->network.slots;
    for (int i = 0; i < learner->network.shape.agents; i++) {
        bool some = c->noise_walks || mg_random_float(&learner->stream[i]) < (float)c->noise_chance;
        for (int q = 0; q < slots; q++) {
            size_t k = (size_t)(i * slots + q);
            learner->noise[k] = 0.0f;
            if (c->noise_walks)
                learner->noise[k] = walk(c, &of, k, &learner->stream[i]) * learner->epsilon;
            else if (some)
                learner->noise[k] = (float)c->noise * mg_random_normal(&learner->stream[i]);
        }
    }
}

/* Weights are decided every `interval` steps and go with the neighbours of then. */
static void hold(const ltos *learner, const decision *of, size_t sample)
{
    const size_t pairs = pairs_of(learner);
    if (*of->age % learner->config.interval == 0) {
        memcpy(of->out, learner->out + sample * pairs, pairs * sizeof(float));
        memcpy(of->slot, learner->slot + sample * pairs, pairs * sizeof(int32_t));
    }
    memcpy(learner->out + sample * pairs, of->out, pairs * sizeof(float));
    memcpy(learner->weighed + sample * pairs, of->slot, pairs * sizeof(int32_t));
    ++*of->age;
}

static void weigh(ltos *learner, const mg_batch *batch, int first, const mg_ltos_seen *seen)
{
    const bool explore = batch->mode == MG_TRAIN && !learner->config.fixed;
    if (explore)
        draw_noise(learner, batch->memory[first]);
    mg_ltos_weights(learner->scratch, seen, theta_of(learner), explore ? learner->noise : NULL, learner->out);
    for (int s = 0; s < seen->samples; s++) {
        decision of = decision_of(learner, batch->memory[first + s]);
        hold(learner, &of, (size_t)s);
    }
    mg_ltos_exchange(seen->samples, learner->network.shape.agents, learner->network.slots, learner->weighed,
                     learner->out, learner->in);
}

static int32_t choose(ltos *learner, mg_mode mode, int agent, const float *value)
{
    const int actions = learner->network.shape.actions;
    if (mode == MG_TRAIN && mg_random_float(&learner->stream[agent]) < learner->epsilon)
        return (int32_t)mg_random_below(&learner->stream[agent], (uint32_t)actions);
    return mg_q_best(actions, value, NULL);
}

static void act(void *self, const mg_batch *batch, int32_t *const *actions, float *const *real)
{
    (void)real;
    ltos *learner = self;
    const mg_ltos_shape *shape = &learner->network.shape;
    for (int i = 0; i < shape->agents && batch->mode == MG_TRAIN; i++)
        learner->stream[i] =
            mg_stream_at(learner->key, MG_PURPOSE_TRAIN_ACTION, batch->time[0], (uint32_t)batch->row[0], (uint32_t)i);
    for (int first = 0; first < batch->rows; first += ACT_SAMPLES) {
        int samples = batch->rows - first < ACT_SAMPLES ? batch->rows - first : ACT_SAMPLES;
        const mg_ltos_seen seen = {samples, learner->observation, learner->slot};
        see(learner, batch, first, samples); /* line 4 */
        weigh(learner, batch, first, &seen); /* lines 5 and 6 */
        const float *value =
            mg_ltos_values(learner->scratch, &seen, mg_model_parameters(&learner->low, 0), learner->in);
        for (int k = 0; k < samples * shape->agents; k++) /* line 7 */
            actions[k % shape->agents][first + k / shape->agents] =
                choose(learner, batch->mode, k % shape->agents, value + (size_t)k * (size_t)shape->actions);
    }
}

/* ---- lines 9 and 10: shared rewards, replay ---- */

static double largest(double a, double b)
{
    return a > b ? a : b;
}

/* By how much reward is lost, and how far weights are from summing to 1. */
static void check_sums(ltos *learner, const float *reward)
{
    const int slots = learner->network.slots;
    double lost = 0.0;
    for (int i = 0; i < learner->network.shape.agents; i++) {
        double sum = -1.0;
        for (int q = 0; q < slots; q++)
            sum += (double)learner->out[i * slots + q];
        learner->simplex_error = largest(learner->simplex_error, sum < 0.0 ? -sum : sum);
        lost += (double)learner->reward[i] - (double)reward[i];
    }
    learner->conservation_error = largest(learner->conservation_error, lost < 0.0 ? -lost : lost);
}

static void remember(ltos *learner, const mg_transition *transition)
{
    const mg_ltos_network *network = &learner->network;
    const size_t incoming = (size_t)network->incoming;
    mg_ltos_share(network->shape.agents, network->slots, learner->weighed, learner->out, transition->reward,
                  learner->reward);
    check_sums(learner, transition->reward);
    for (size_t i = 0; i < (size_t)network->shape.agents; i++) {
        float *extra = learner->extra + i * (incoming + 1);
        memcpy(extra, learner->in + i * incoming, incoming * sizeof(float));
        extra[incoming] = learner->reward[i];
    }
    mg_replay_buffer_add(learner->replay, transition, learner->extra);
}

static void remember_start(ltos *learner, const mg_observed *seen)
{
    const mg_ltos_shape *shape = &learner->network.shape;
    memcpy(learner->start_observation, seen->observation,
           (size_t)shape->agents * (size_t)shape->observation * sizeof(float));
    add_own(learner, 1, seen->neighbour, learner->start_slot);
    learner->value_loss_sum = 0.0;
    learner->value_losses = 0;
}

/* ---- lines 13 to 23 ---- */

/* Sample number s of the minibatch is unit index[s] of the replay, all agents of it: one draw for all of them. `whole`:
 * what happened too, not only what was seen. */
static void gather(ltos *learner, int samples, const uint32_t *index, bool whole)
{
    const mg_ltos_shape *shape = &learner->network.shape;
    const size_t incoming = (size_t)learner->network.incoming;
    mg_replay_batch to = {.by_sample = true, .observation = learner->observation, .neighbour = learner->neighbour};
    if (whole) {
        to.next_observation = learner->next_observation;
        to.next_neighbour = learner->next_neighbour;
        to.action = learner->action;
        to.extra = learner->extra;
        to.terminated = learner->terminated;
    }
    mg_replay_buffer_gather(learner->replay, 0, shape->agents, samples, index, 1, &to);
    add_own(learner, samples, learner->neighbour, learner->slot);
    if (!whole)
        return;
    add_own(learner, samples, learner->next_neighbour, learner->next_slot);
    for (int row = 0; row < samples * shape->agents; row++) {
        const float *extra = learner->extra + (size_t)row * (incoming + 1);
        memcpy(learner->in + (size_t)row * incoming, extra, incoming * sizeof(float));
        learner->reward[row] = extra[incoming];
    }
}

/* Lines 14 to 17. */
static void learn_values(ltos *learner)
{
    const mg_ltos_config *c = &learner->config;
    mg_stream stream = mg_stream_at(learner->key, MG_PURPOSE_REPLAY, (uint32_t)learner->updates, 0, LOW);
    mg_replay_buffer_draw_distinct(learner->replay, &stream, 0, c->batch, learner->index);
    gather(learner, c->batch, learner->index, true);
    const mg_ltos_batch batch = {.now = {c->batch, learner->observation, learner->slot},
                                 .next = {c->batch, learner->next_observation, learner->next_slot},
                                 .in = learner->in,
                                 .action = learner->action,
                                 .reward = learner->reward,
                                 .terminated = learner->terminated,
                                 .noise = c->smoothing > 0.0 ? learner->noise : NULL};
    if (batch.noise) {
        const size_t numbers = (size_t)c->batch * pairs_of(learner);
        stream = mg_stream_at(learner->key, MG_PURPOSE_LEARNER, (uint32_t)learner->updates, 0, 0);
        mg_random_fill_normal(&stream, learner->noise, numbers);
        for (size_t k = 0; k < numbers; k++)
            learner->noise[k] *= (float)c->smoothing;
    }
    learner->value_loss_sum += (double)mg_ltos_value_gradient(
        learner->scratch, &batch, (float)c->discount, mg_model_parameters(&learner->low, 0),
        mg_model_target(&learner->low, 0), c->fixed ? NULL : mg_model_target(&learner->high, 0), learner->low.gradient);
    learner->value_losses++;
    learner->updates++;
    mg_model_step(&learner->low, 0);
}

/* Lines 18 to 21, on minibatches of a sample. */
static void learn_sharing(ltos *learner)
{
    const mg_ltos_config *c = &learner->config;
    const int units = mg_replay_buffer_units(learner->replay), sample = units < c->sample ? units : c->sample;
    mg_stream stream = mg_stream_at(learner->key, MG_PURPOSE_REPLAY, (uint32_t)learner->sharing_passes, 0, HIGH);
    mg_replay_buffer_draw_distinct(learner->replay, &stream, 0, sample, learner->index);
    for (int first = 0; first < sample; first += c->sharing_batch) {
        int samples = sample - first < c->sharing_batch ? sample - first : c->sharing_batch;
        const mg_ltos_seen seen = {samples, learner->observation, learner->slot};
        gather(learner, samples, learner->index + first, false);
        (void)mg_ltos_sharing_gradient(learner->scratch, &seen, mg_model_parameters(&learner->low, 0),
                                       mg_model_parameters(&learner->high, 0), c->sum_values, learner->high.gradient);
        mg_model_step(&learner->high, 0);
        learner->sharing_updates++;
    }
    learner->sharing_passes++;
    learner->waited = 0;
}

static void learn(ltos *learner)
{
    const mg_ltos_config *c = &learner->config;
    const bool shares = !c->fixed && learner->waited >= (uint64_t)c->sharing_every;
    learn_values(learner);
    if (shares)
        learn_sharing(learner);
    mg_model_follow(&learner->low, 0, (float)c->follow); /* line 22 */
    if (!c->fixed)
        mg_model_follow(&learner->high, 0, (float)c->follow);
    if (shares && c->reload)
        memcpy(mg_model_parameters(&learner->high, 0), mg_model_target(&learner->high, 0),
               learner->high.count * sizeof(float));
}

static void observe(void *self, const mg_transition *transition)
{
    ltos *learner = self;
    if (transition->step == 0)
        remember_start(learner, &transition->before);
    remember(learner, transition);
    learner->steps++;
    learner->waited += !learner->config.sharing_episodes;
    if (learner->episodes >= (uint64_t)learner->config.idle_episodes &&
        mg_replay_buffer_units(learner->replay) >= learner->config.batch &&
        learner->steps % (uint64_t)learner->config.update_every == 0) /* line 12 */
        learn(learner);
}

static bool end_episode(void *self, int row)
{
    (void)row;
    ltos *learner = self;
    learner->episodes++;
    learner->waited += learner->config.sharing_episodes;
    learner->epsilon = mg_epsilon_times(learner->epsilon, learner->config.epsilon_decay, learner->config.epsilon_end);
    return true;
}

/* ---- making and ending ---- */

static const mg_metric_spec metric[] = {
    {"own_weight_mean", "w_ii without noise where the newest training episode began, mean over agents"},
    {"own_weight_least", "the same, least of the agents"},
    {"own_weight_largest", "the same, largest of the agents"},
    {"sharing_moved", "length of the change of the high level's parameters over that of the first ones"},
    {"value_loss", "squared error of values, mean over the updates of the newest training episode"},
    {"conservation_error", "largest difference of all shaped from all rewards in any step"},
    {"simplex_error", "largest difference of an agent's weights from summing to 1"},
};

static bool describe(const void *config, const mg_env_spec *environment, mg_learner_spec *spec, mg_error *error)
{
    const mg_ltos_config *c = config;
    const size_t pairs = (size_t)environment->agents * (size_t)(1 + environment->neighbours_max);
    if (c->capacity < c->batch)
        return mg_fail(error, MG_EXIT_INPUT, "config ltos: capacity %d, wanted a minibatch or more, which is %d",
                       c->capacity, c->batch);
    if (c->hidden_2 % c->heads)
        return mg_fail(error, MG_EXIT_INPUT, "config ltos: heads %d, wanted a divisor of hidden_2, which is %d",
                       c->heads, c->hidden_2);
    if (environment->neighbours_max >= SLOTS_MAX)
        return mg_fail(error, MG_EXIT_INPUT, "ltos: %s has %d neighbours for each agent, wanted at most %d",
                       environment->name, environment->neighbours_max, SLOTS_MAX - 1);
    *spec = (mg_learner_spec){.needs = MG_NEED_CHOICES | MG_NEED_ALIKE | MG_NEED_ONE_STAGE | MG_NEED_GRAPH,
                              .uses = MG_NEED_RECORD,
                              .training_rows = 1,
                              .memory_per_row = decision_bytes(pairs),
                              .unit = "episode",
                              .metrics = sizeof metric / sizeof *metric,
                              .metric = metric,
                              .updates = c->fixed ? 1 : 2,
                              .update = {"values", "sharing"}};
    return true;
}

static void destroy(void *self)
{
    ltos *learner = self;
    void *const all[] = {learner->stream, learner->first_theta,       learner->observation, learner->slot,
                         learner->index,  learner->start_observation, learner->start_slot};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        free(all[k]);
    mg_replay_buffer_destroy(learner->replay);
    mg_model_destroy(&learner->low);
    mg_model_destroy(&learner->high);
    mg_ltos_scratch_destroy(learner->scratch);
    mg_ltos_network_destroy(&learner->network);
    free(learner);
}

static void take_memory(ltos *learner)
{
    const mg_ltos_shape *shape = &learner->network.shape;
    const size_t agents = (size_t)shape->agents, samples = (size_t)shape->samples, rows = samples * agents;
    const size_t seen = rows * (size_t)shape->observation, pairs = pairs_of(learner);
    const size_t incoming = (size_t)learner->network.incoming, neighbours = rows * (size_t)shape->neighbours;
    float *real = mg_allocate(2 * seen + 2 * samples * pairs + rows * incoming + rows * (incoming + 1) + rows + samples,
                              sizeof *real);
    int32_t *integer = mg_allocate(3 * samples * pairs + rows + 2 * neighbours, sizeof *integer);
    const int sample = learner->config.sample > learner->config.batch ? learner->config.sample : learner->config.batch;
    learner->observation = real;
    learner->next_observation = real += seen;
    learner->out = real += seen;
    learner->noise = real += samples * pairs;
    learner->in = real += samples * pairs;
    learner->extra = real += rows * incoming;
    learner->reward = real += rows * (incoming + 1);
    learner->terminated = real + rows;
    learner->slot = integer;
    learner->next_slot = integer += samples * pairs;
    learner->weighed = integer += samples * pairs;
    learner->action = integer += samples * pairs;
    learner->neighbour = integer += rows;
    learner->next_neighbour = integer + neighbours;
    learner->index = mg_allocate((size_t)sample, sizeof *learner->index);
    learner->stream = mg_allocate(agents, sizeof *learner->stream);
    learner->start_observation = mg_allocate(agents * (size_t)shape->observation, sizeof(float));
    learner->start_slot = mg_allocate(pairs, sizeof(int32_t));
}

static void take_models(ltos *learner)
{
    const mg_ltos_config *c = &learner->config;
    mg_optimiser_config low = mg_adam_tensorflow_default(c->rate), high = mg_sgd_default(c->sharing_rate);
    low.epsilon = c->adam_epsilon;
    if (c->adam)
        high = mg_adam_tensorflow_default(c->sharing_rate);
    mg_model_create_recorded(&learner->low, &learner->network.low.layout, NULL, 0, 1, low, MG_MODEL_TARGET);
    mg_model_initialise(&learner->low, 0, learner->key, LOW);
    mg_model_spread(&learner->low, 0, c->spread);
    if (c->fixed)
        return;
    mg_model_create_recorded(&learner->high, &learner->network.high.layout, NULL, 0, 1, high, MG_MODEL_TARGET);
    mg_model_initialise(&learner->high, 0, learner->key, HIGH);
    mg_model_spread(&learner->high, 0, c->spread);
    learner->first_theta = mg_allocate(learner->high.count, sizeof(float));
    memcpy(learner->first_theta, mg_model_parameters(&learner->high, 0), learner->high.count * sizeof(float));
}

static int larger(int a, int b)
{
    return a > b ? a : b;
}

static void *create(const void *config, const mg_env_spec *environment, mg_key key, mg_error *error)
{
    const mg_ltos_config *c = config;
    const mg_agent_spec *agent = mg_env_agent(environment, 0);
    const mg_ltos_shape shape = {.agents = environment->agents,
                                 .neighbours = environment->neighbours_max,
                                 .observation = agent->observation,
                                 .actions = agent->actions,
                                 .hidden_1 = c->hidden_1,
                                 .hidden_2 = c->hidden_2,
                                 .layers = c->layers,
                                 .heads = c->heads,
                                 .sparse = c->sparse,
                                 .samples = larger(ACT_SAMPLES, larger(c->batch, c->sharing_batch))};
    const mg_replay_spec kept = {.capacity = c->capacity,
                                 .rows = 1,
                                 .keeps = MG_NEED_GRAPH | MG_NEED_RECORD,
                                 .extra = environment->neighbours_max + 3}; /* w^in and r^w */
    mg_replay_buffer *replay = mg_replay_buffer_create(&kept, environment, error);
    if (!replay)
        return NULL;
    ltos *learner = mg_allocate(1, sizeof *learner);
    learner->config = *c;
    learner->key = key;
    learner->replay = replay;
    learner->epsilon = (float)c->epsilon_start;
    mg_ltos_network_create(&learner->network, &shape);
    learner->scratch = mg_ltos_scratch_create(&learner->network, c->selfishness);
    take_models(learner);
    take_memory(learner);
    return learner;
}

/* ---- metrics and state ---- */

/* |theta - first theta| / |first theta| */
static double moved(const ltos *learner)
{
    double change = 0.0, size = 0.0;
    for (size_t k = 0; k < learner->high.count; k++) {
        double first = (double)learner->first_theta[k], off = (double)learner->high.parameters[k] - first;
        change += off * off;
        size += first * first;
    }
    return size > 0.0 ? mg_sqrt(change / size) : 0.0;
}

static void metrics(const void *self, double *to)
{
    const ltos *learner = self;
    const int agents = learner->network.shape.agents;
    const mg_ltos_seen start = {1, learner->start_observation, learner->start_slot};
    double sum = 0.0, least = 1.0, most = 0.0;
    mg_ltos_weights(learner->scratch, &start, theta_of(learner), NULL, learner->out);
    for (int i = 0; i < agents; i++) {
        double own = (double)learner->out[i * learner->network.slots];
        sum += own;
        least = own < least ? own : least;
        most = own > most ? own : most;
    }
    to[0] = sum / (double)agents;
    to[1] = least;
    to[2] = most;
    to[3] = moved(learner);
    to[4] = learner->value_losses ? learner->value_loss_sum / (double)learner->value_losses : 0.0;
    to[5] = learner->conservation_error;
    to[6] = learner->simplex_error;
}

static void update_counts(const void *self, uint64_t *count)
{
    const ltos *learner = self;
    count[0] = learner->updates;
    if (!learner->config.fixed)
        count[1] = learner->sharing_updates;
}

static int tensors(void *self, mg_tensor *tensor, int room)
{
    ltos *learner = self;
    const mg_ltos_shape *shape = &learner->network.shape;
    const size_t seen = (size_t)shape->agents * (size_t)shape->observation;
    const mg_kind state = MG_KIND_STATE;
    int n = mg_model_tensors(&learner->low, MG_KIND_POLICIES, "values", tensor, room, 0);
    if (!learner->config.fixed)
        n = mg_model_tensors(&learner->high, MG_KIND_INCENTIVES, "sharing", tensor, room, n);
    n = mg_replay_buffer_tensors(learner->replay, "replay", tensor, room, n);
    n = mg_list_array(state, "epsilon", MG_TYPE_FLOAT, 1, &learner->epsilon, tensor, room, n);
    n = mg_list_array(state, "steps taken", MG_TYPE_U64, 1, &learner->steps, tensor, room, n);
    n = mg_list_array(state, "episodes", MG_TYPE_U64, 1, &learner->episodes, tensor, room, n);
    n = mg_list_array(state, "waited", MG_TYPE_U64, 1, &learner->waited, tensor, room, n);
    n = mg_list_array(state, "updates", MG_TYPE_U64, 1, &learner->updates, tensor, room, n);
    n = mg_list_array(state, "sharing passes", MG_TYPE_U64, 1, &learner->sharing_passes, tensor, room, n);
    n = mg_list_array(state, "sharing updates", MG_TYPE_U64, 1, &learner->sharing_updates, tensor, room, n);
    n = mg_list_array(state, "value losses", MG_TYPE_U64, 1, &learner->value_losses, tensor, room, n);
    n = mg_list_array(state, "value loss sum", MG_TYPE_DOUBLE, 1, &learner->value_loss_sum, tensor, room, n);
    n = mg_list_array(state, "conservation error", MG_TYPE_DOUBLE, 1, &learner->conservation_error, tensor, room, n);
    n = mg_list_array(state, "simplex error", MG_TYPE_DOUBLE, 1, &learner->simplex_error, tensor, room, n);
    n = mg_list_array(state, "start seen", MG_TYPE_FLOAT, seen, learner->start_observation, tensor, room, n);
    return mg_list_array(state, "start slots", MG_TYPE_I32, pairs_of(learner), learner->start_slot, tensor, room, n);
}

static int replays(void *self, mg_replay_buffer **replay, int room)
{
    if (room > 0)
        replay[0] = ((ltos *)self)->replay;
    return 1;
}

const mg_learner_table mg_ltos = {
    .name = "ltos",
    .fields = &mg_ltos_fields,
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
