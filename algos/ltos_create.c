/* ltos_create.c - making a learner of Learning to Share, what it tells, and its state. */
#include "algos/ltos_learner.h"
#include "core/io/memory.h"
#include "core/num/scalar_math.h"

#include <stdlib.h>
#include <string.h>

enum { SLOTS_MAX = 64 };

/* ---- making and ending ---- */

static const mg_metric_spec metric[] = {
    {"own_weight_mean", "w_ii without noise where the newest training episode began, mean over agents"},
    {"own_weight_least", "the same, least of the agents"},
    {"own_weight_largest", "the same, largest of the agents"},
    {"sharing_moved", "length of the change of the high level's parameters over that of the first ones"},
    {"value_loss", "squared error of values, mean over the updates of the newest training episode"},
    {"conservation_error", "largest difference of all shaped from all rewards in any step"},
    {"simplex_error", "largest difference of an agent's weights from summing to 1"},
    /* in rounds */
    {"own_weight_1", "w_ii in the first sixth of the newest training episode, mean over agents"},
    {"own_weight_2", "the same, second sixth"},
    {"own_weight_3", "the same, third sixth"},
    {"own_weight_4", "the same, fourth sixth"},
    {"own_weight_5", "the same, fifth sixth"},
    {"own_weight_6", "the same, last sixth"},
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
                              .memory_per_row = mg_ltos_decision_bytes(pairs),
                              .unit = "episode",
                              .metrics = sizeof metric / sizeof *metric - MG_LTOS_WINDOWS,
                              .metric = metric,
                              .updates = c->fixed ? 1 : 2,
                              .update = {"values", "sharing"}};
    return true;
}

static bool describe_rounds(const void *config, const mg_env_spec *environment, mg_learner_spec *spec, mg_error *error)
{
    if (!describe(config, environment, spec, error))
        return false;
    spec->metrics += MG_LTOS_WINDOWS;
    return true;
}

static void destroy(void *self)
{
    mg_ltos_learner *learner = self;
    void *const all[] = {learner->stream, learner->first_theta,       learner->observation, learner->slot,
                         learner->index,  learner->start_observation, learner->start_slot,  learner->round_target};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        free(all[k]);
    mg_replay_buffer_destroy(learner->replay);
    mg_model_destroy(&learner->low);
    mg_model_destroy(&learner->high);
    mg_ltos_scratch_destroy(learner->scratch);
    mg_ltos_network_destroy(&learner->network);
    free(learner);
}

static int larger(int a, int b)
{
    return a > b ? a : b;
}

static void take_memory(mg_ltos_learner *learner)
{
    const mg_ltos_shape *shape = &learner->network.shape;
    const size_t agents = (size_t)shape->agents, samples = (size_t)shape->samples, rows = samples * agents;
    const size_t seen = rows * (size_t)shape->observation, pairs = mg_ltos_pairs(learner);
    const size_t incoming = (size_t)learner->network.incoming, neighbours = rows * (size_t)shape->neighbours;
    float *real = mg_allocate(
        2 * seen + 2 * samples * pairs + rows * incoming + rows * (incoming + 1) + 2 * rows + samples, sizeof *real);
    int32_t *integer = mg_allocate(3 * samples * pairs + rows + 2 * neighbours, sizeof *integer);
    const int sample = larger(larger(learner->config.sample, learner->config.batch), learner->rounds.sample);
    learner->observation = real;
    learner->next_observation = real += seen;
    learner->out = real += seen;
    learner->noise = real += samples * pairs;
    learner->in = real += samples * pairs;
    learner->extra = real += rows * incoming;
    learner->reward = real += rows * (incoming + 1);
    learner->target = real += rows;
    learner->terminated = real + rows;
    learner->slot = integer;
    learner->next_slot = integer += samples * pairs;
    learner->weighed = integer += samples * pairs;
    learner->action = integer += samples * pairs;
    learner->neighbour = integer += rows;
    learner->next_neighbour = integer + neighbours;
    learner->index = mg_allocate((size_t)sample, sizeof *learner->index);
    if (learner->rounds.episodes)
        learner->round_target = mg_allocate((size_t)learner->rounds.sample * agents, sizeof(float));
    learner->stream = mg_allocate(agents, sizeof *learner->stream);
    learner->start_observation = mg_allocate(agents * (size_t)shape->observation, sizeof(float));
    learner->start_slot = mg_allocate(pairs, sizeof(int32_t));
}

static void take_models(mg_ltos_learner *learner)
{
    const mg_ltos_config *c = &learner->config;
    mg_optimiser_config low = mg_adam_tensorflow_default(c->rate), high = mg_sgd_default(c->sharing_rate);
    low.epsilon = c->adam_epsilon;
    if (learner->rounds.episodes)
        low = mg_rounds_optimiser(&learner->rounds, c->rate);
    if (c->adam)
        high = mg_adam_tensorflow_default(c->sharing_rate);
    mg_model_create_recorded(&learner->low, &learner->network.low.layout, NULL, 0, 1, low, MG_MODEL_TARGET);
    mg_model_initialise(&learner->low, 0, learner->key, MG_LTOS_LOW);
    mg_model_spread(&learner->low, 0, c->spread);
    if (c->fixed)
        return;
    mg_model_create_recorded(&learner->high, &learner->network.high.layout, NULL, 0, 1, high, MG_MODEL_TARGET);
    mg_model_initialise(&learner->high, 0, learner->key, MG_LTOS_HIGH);
    mg_model_spread(&learner->high, 0, c->spread);
    learner->first_theta = mg_allocate(learner->high.count, sizeof(float));
    memcpy(learner->first_theta, mg_model_parameters(&learner->high, 0), learner->high.count * sizeof(float));
}

/* rounds: of which c is a part, or NULL. */
static mg_ltos_learner *create_learner(const mg_ltos_config *c, const mg_ltos_rounds_config *rounds,
                                       const mg_env_spec *environment, mg_key key, mg_error *error)
{
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
                                 .samples = larger(MG_LTOS_ACT_SAMPLES, larger(c->batch, c->sharing_batch))};
    const mg_replay_spec kept = {.capacity = c->capacity,
                                 .rows = 1,
                                 .keeps = MG_NEED_GRAPH | MG_NEED_RECORD,
                                 .extra = environment->neighbours_max + 3}; /* w^in and r^w */
    mg_replay_buffer *replay = mg_replay_buffer_create(&kept, environment, error);
    if (!replay)
        return NULL;
    mg_ltos_learner *learner = mg_allocate(1, sizeof *learner);
    learner->config = *c;
    if (rounds) {
        learner->rounds = rounds->rounds;
        learner->sharing_epochs = rounds->sharing_epochs;
        learner->sharing_falls = rounds->sharing_falls;
    }
    learner->key = key;
    learner->replay = replay;
    learner->longest_episode = environment->longest_episode;
    learner->epsilon = (float)c->epsilon_start;
    mg_ltos_network_create(&learner->network, &shape);
    learner->scratch = mg_ltos_scratch_create(&learner->network, c->selfishness);
    take_models(learner);
    take_memory(learner);
    return learner;
}

static void *create(const void *config, const mg_env_spec *environment, mg_key key, mg_error *error)
{
    return create_learner(config, NULL, environment, key, error);
}

static void *create_rounds(const void *config, const mg_env_spec *environment, mg_key key, mg_error *error)
{
    const mg_ltos_rounds_config *c = config;
    return create_learner(&c->ltos, c, environment, key, error);
}

/* ---- metrics and state ---- */

/* |theta - first theta| / |first theta| */
static double moved(const mg_ltos_learner *learner)
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
    const mg_ltos_learner *learner = self;
    const int agents = learner->network.shape.agents;
    const mg_ltos_seen start = {1, learner->start_observation, learner->start_slot};
    double sum = 0.0, least = 1.0, most = 0.0;
    mg_ltos_weights(learner->scratch, &start, mg_ltos_theta(learner), NULL, learner->out);
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

static void metrics_of_rounds(const void *self, double *to)
{
    const mg_ltos_learner *learner = self;
    metrics(self, to);
    for (int w = 0; w < MG_LTOS_WINDOWS; w++)
        to[sizeof metric / sizeof *metric - MG_LTOS_WINDOWS + (size_t)w] =
            learner->own_steps[w] ? learner->own_sum[w] / (double)learner->own_steps[w] : 0.0;
}

static void update_counts(const void *self, uint64_t *count)
{
    const mg_ltos_learner *learner = self;
    count[0] = learner->updates;
    if (!learner->config.fixed)
        count[1] = learner->sharing_updates;
}

static int tensors(void *self, mg_tensor *tensor, int room)
{
    mg_ltos_learner *learner = self;
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
    n = mg_list_array(state, "start slots", MG_TYPE_I32, mg_ltos_pairs(learner), learner->start_slot, tensor, room, n);
    if (!learner->rounds.episodes)
        return n;
    n = mg_list_array(state, "own weights", MG_TYPE_DOUBLE, MG_LTOS_WINDOWS, learner->own_sum, tensor, room, n);
    return mg_list_array(state, "own steps", MG_TYPE_U64, MG_LTOS_WINDOWS, learner->own_steps, tensor, room, n);
}

static int replays(void *self, mg_replay_buffer **replay, int room)
{
    if (room > 0)
        replay[0] = ((mg_ltos_learner *)self)->replay;
    return 1;
}

const mg_learner_table mg_ltos = {
    .name = "ltos",
    .fields = &mg_ltos_fields,
    .describe = describe,
    .create = create,
    .destroy = destroy,
    .act = mg_ltos_act,
    .observe = mg_ltos_observe,
    .end_episode = mg_ltos_end_episode,
    .metrics = metrics,
    .update_counts = update_counts,
    .tensors = tensors,
    .replays = replays,
};

const mg_learner_table mg_ltos_rounds = {
    .name = "ltos-rounds",
    .fields = &mg_ltos_rounds_fields,
    .describe = describe_rounds,
    .create = create_rounds,
    .destroy = destroy,
    .act = mg_ltos_act,
    .observe = mg_ltos_observe,
    .end_episode = mg_ltos_end_episode,
    .metrics = metrics_of_rounds,
    .update_counts = update_counts,
    .tensors = tensors,
    .replays = replays,
};
