/* ltos.c - Algorithm 1 of Learning to Share; its lines are those of the paper's box. */
#include "algos/ltos_learner.h"
#include "core/num/scalar_math.h"
#include "core/rl/exploration.h"
#include "core/rl/q_value_step.h"

#include <string.h>

size_t mg_ltos_pairs(const mg_ltos_learner *learner) /* weights of a sample */
{
    return (size_t)learner->network.shape.agents * (size_t)learner->network.slots;
}

const float *mg_ltos_theta(const mg_ltos_learner *learner)
{
    return learner->config.fixed ? NULL : mg_model_parameters(&learner->high, 0);
}

/* Neighbours of samples to slots: oneself first. */
static void add_own(const mg_ltos_learner *learner, int samples, const int32_t *neighbour, int32_t *slot)
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

size_t mg_ltos_decision_bytes(size_t pairs)
{
    return sizeof(int32_t) * (1 + pairs) + sizeof(float) * 3 * pairs;
}

static decision decision_of(const mg_ltos_learner *learner, void *memory)
{
    const size_t pairs = mg_ltos_pairs(learner);
    int32_t *integer = memory;
    float *real = (float *)(integer + 1 + pairs);
    return (decision){integer, integer + 1, real, real + pairs, real + 2 * pairs};
}

int mg_ltos_own_weights(const void *self, const void *memory, float *own)
{
    const mg_ltos_learner *learner = self;
    const float *out = (const float *)((const int32_t *)memory + 1 + mg_ltos_pairs(learner)); /* as decision_of */
    for (int i = 0; own && i < learner->network.shape.agents; i++)
        own[i] = out[i * learner->network.slots];
    return learner->network.shape.agents;
}

/* ---- lines 3 to 7: weights, their exchange, actions ---- */

static void see(mg_ltos_learner *learner, const mg_batch *batch, int first, int samples)
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
static void draw_noise(mg_ltos_learner *learner, void *memory)
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
static void hold(const mg_ltos_learner *learner, const decision *of, size_t sample)
{
    const size_t pairs = mg_ltos_pairs(learner);
    if (*of->age % learner->config.interval == 0) {
        memcpy(of->out, learner->out + sample * pairs, pairs * sizeof(float));
        memcpy(of->slot, learner->slot + sample * pairs, pairs * sizeof(int32_t));
    }
    memcpy(learner->out + sample * pairs, of->out, pairs * sizeof(float));
    memcpy(learner->weighed + sample * pairs, of->slot, pairs * sizeof(int32_t));
    ++*of->age;
}

static void weigh(mg_ltos_learner *learner, const mg_batch *batch, int first, const mg_ltos_seen *seen)
{
    const bool explore = batch->mode == MG_TRAIN && !learner->config.fixed;
    if (explore)
        draw_noise(learner, batch->memory[first]);
    mg_ltos_weights(learner->scratch, seen, mg_ltos_theta(learner), explore ? learner->noise : NULL, learner->out);
    for (int s = 0; s < seen->samples; s++) {
        decision of = decision_of(learner, batch->memory[first + s]);
        hold(learner, &of, (size_t)s);
    }
    mg_ltos_exchange(seen->samples, learner->network.shape.agents, learner->network.slots, learner->weighed,
                     learner->out, learner->in);
}

static int32_t choose(mg_ltos_learner *learner, mg_mode mode, int agent, const float *value)
{
    const int actions = learner->network.shape.actions;
    if (mode == MG_TRAIN && mg_random_float(&learner->stream[agent]) < learner->epsilon)
        return (int32_t)mg_random_below(&learner->stream[agent], (uint32_t)actions);
    return mg_q_best(actions, value, NULL);
}

void mg_ltos_act(void *self, const mg_batch *batch, int32_t *const *actions, float *const *real)
{
    (void)real;
    mg_ltos_learner *learner = self;
    const mg_ltos_shape *shape = &learner->network.shape;
    for (int i = 0; i < shape->agents && batch->mode == MG_TRAIN; i++)
        learner->stream[i] =
            mg_stream_at(learner->key, MG_PURPOSE_TRAIN_ACTION, batch->time[0], (uint32_t)batch->row[0], (uint32_t)i);
    for (int first = 0; first < batch->rows; first += MG_LTOS_ACT_SAMPLES) {
        int samples = batch->rows - first < MG_LTOS_ACT_SAMPLES ? batch->rows - first : MG_LTOS_ACT_SAMPLES;
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
static void check_sums(mg_ltos_learner *learner, const float *reward)
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

/* What agents keep of their rewards, by the time of the episode. */
static void sum_own(mg_ltos_learner *learner, int step)
{
    const int agents = learner->network.shape.agents, window = step * MG_LTOS_WINDOWS / learner->longest_episode;
    double sum = 0.0;
    for (int i = 0; i < agents; i++)
        sum += (double)learner->out[i * learner->network.slots];
    learner->own_sum[window] += sum / (double)agents;
    learner->own_steps[window]++;
}

static void remember(mg_ltos_learner *learner, const mg_transition *transition)
{
    const mg_ltos_network *network = &learner->network;
    const size_t incoming = (size_t)network->incoming;
    mg_ltos_share(network->shape.agents, network->slots, learner->weighed, learner->out, transition->reward,
                  learner->reward);
    check_sums(learner, transition->reward);
    if (learner->rounds.episodes)
        sum_own(learner, transition->step);
    for (size_t i = 0; i < (size_t)network->shape.agents; i++) {
        float *extra = learner->extra + i * (incoming + 1);
        memcpy(extra, learner->in + i * incoming, incoming * sizeof(float));
        extra[incoming] = learner->reward[i];
    }
    mg_replay_buffer_add(learner->replay, transition, learner->extra);
}

static void remember_start(mg_ltos_learner *learner, const mg_observed *seen)
{
    const mg_ltos_shape *shape = &learner->network.shape;
    memcpy(learner->start_observation, seen->observation,
           (size_t)shape->agents * (size_t)shape->observation * sizeof(float));
    add_own(learner, 1, seen->neighbour, learner->start_slot);
    learner->value_loss_sum = 0.0;
    learner->value_losses = 0;
    memset(learner->own_sum, 0, sizeof learner->own_sum);
    memset(learner->own_steps, 0, sizeof learner->own_steps);
}

/* ---- lines 13 to 23 ---- */

/* Sample number s of the minibatch is unit index[s] of the replay, all agents of it: one draw for all of them. `whole`:
 * what happened too, not only what was seen. */
static void gather(mg_ltos_learner *learner, int samples, const uint32_t *index, bool whole)
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

static mg_ltos_batch batch_of(const mg_ltos_learner *learner, int samples)
{
    return (mg_ltos_batch){.now = {samples, learner->observation, learner->slot},
                           .next = {samples, learner->next_observation, learner->next_slot},
                           .in = learner->in,
                           .action = learner->action,
                           .reward = learner->reward,
                           .terminated = learner->terminated};
}

/* The targets of what is gathered, with the noise on their logits, if there is any, by the stream of that time and
 * row. */
static void look_ahead(mg_ltos_learner *learner, int samples, uint32_t time, uint32_t row, float *target)
{
    const mg_ltos_config *c = &learner->config;
    mg_ltos_batch batch = batch_of(learner, samples);
    if (c->smoothing > 0.0) {
        const size_t numbers = (size_t)samples * mg_ltos_pairs(learner);
        mg_stream stream = mg_stream_at(learner->key, MG_PURPOSE_LEARNER, time, row, 0);
        mg_random_fill_normal(&stream, learner->noise, numbers);
        for (size_t k = 0; k < numbers; k++)
            learner->noise[k] *= (float)c->smoothing;
        batch.noise = learner->noise;
    }
    mg_ltos_value_targets(learner->scratch, &batch, (float)c->discount, mg_model_target(&learner->low, 0),
                          c->fixed ? NULL : mg_model_target(&learner->high, 0), target);
}

/* Line 17: the error of what is gathered, and, to learn, a step down it. */
static double fit(mg_ltos_learner *learner, int samples, const float *target, bool learn)
{
    const mg_ltos_batch batch = batch_of(learner, samples);
    double error = (double)mg_ltos_value_error(learner->scratch, &batch, target, mg_model_parameters(&learner->low, 0),
                                               learn ? learner->low.gradient : NULL);
    if (!learn)
        return error;
    learner->value_loss_sum += error;
    learner->value_losses++;
    learner->updates++;
    mg_model_step(&learner->low, 0);
    return error;
}

/* Lines 14 to 17. */
static void learn_values(mg_ltos_learner *learner)
{
    const mg_ltos_config *c = &learner->config;
    mg_stream stream = mg_stream_at(learner->key, MG_PURPOSE_REPLAY, (uint32_t)learner->updates, 0, MG_LTOS_LOW);
    mg_replay_buffer_draw_distinct(learner->replay, &stream, 0, c->batch, learner->index);
    gather(learner, c->batch, learner->index, true);
    look_ahead(learner, c->batch, (uint32_t)learner->updates, 0, learner->target);
    (void)fit(learner, c->batch, learner->target, true);
}

/* Lines 18 to 21, on minibatches of a sample. */
static void learn_sharing(mg_ltos_learner *learner)
{
    const mg_ltos_config *c = &learner->config;
    const int units = mg_replay_buffer_units(learner->replay), sample = units < c->sample ? units : c->sample;
    mg_stream stream =
        mg_stream_at(learner->key, MG_PURPOSE_REPLAY, (uint32_t)learner->sharing_passes, 0, MG_LTOS_HIGH);
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

/* Lines 18 to 22: the high level, where it is due, and the targets. */
static void learn_rest(mg_ltos_learner *learner, int passes)
{
    const mg_ltos_config *c = &learner->config;
    const bool shares = !c->fixed && learner->waited >= (uint64_t)c->sharing_every;
    for (int k = 0; k < passes && shares; k++)
        learn_sharing(learner);
    mg_model_follow(&learner->low, 0, (float)c->follow); /* line 22 */
    if (!c->fixed)
        mg_model_follow(&learner->high, 0, (float)c->follow);
    if (shares && c->reload)
        memcpy(mg_model_parameters(&learner->high, 0), mg_model_target(&learner->high, 0),
               learner->high.count * sizeof(float));
}

/* ---- in rounds ---- */

static double pass(void *self, int first, int samples, bool learn)
{
    mg_ltos_learner *learner = self;
    gather(learner, samples, learner->index + first, true);
    return fit(learner, samples, learner->round_target + (size_t)first * (size_t)learner->network.shape.agents, learn);
}

/* Targets of the whole sample, from networks that do not move within the round. */
static void look_ahead_of_round(mg_ltos_learner *learner, int sample, uint32_t round)
{
    const int batch = learner->config.batch, agents = learner->network.shape.agents;
    for (int first = 0; first < sample; first += batch) {
        int samples = sample - first < batch ? sample - first : batch;
        gather(learner, samples, learner->index + first, true);
        for (int k = 0; k < samples * agents; k++)
            learner->reward[k] *= (float)learner->rounds.reward_scale;
        look_ahead(learner, samples, round, (uint32_t)(first / batch),
                   learner->round_target + (size_t)first * (size_t)agents);
    }
}

static void learn_round(mg_ltos_learner *learner)
{
    const mg_rounds *rounds = &learner->rounds;
    const uint64_t round = learner->episodes / (uint64_t)rounds->episodes - 1;
    const int units = mg_replay_buffer_units(learner->replay), sample = units < rounds->sample ? units : rounds->sample;
    mg_stream stream = mg_stream_at(learner->key, MG_PURPOSE_REPLAY, (uint32_t)round, 0, MG_LTOS_LOW);
    mg_replay_buffer_draw_distinct(learner->replay, &stream, 0, sample, learner->index);
    look_ahead_of_round(learner, sample, (uint32_t)round);
    learner->low.stepper.config.rate = mg_rounds_rate(rounds, learner->config.rate, round);
    learner->high.stepper.config.rate =
        mg_rounds_rate(rounds, learner->config.sharing_rate, learner->sharing_falls ? round : 0);
    (void)mg_rounds_fit(rounds, sample, learner->config.batch, pass, learner);
    learn_rest(learner, learner->sharing_epochs);
}

void mg_ltos_observe(void *self, const mg_transition *transition)
{
    mg_ltos_learner *learner = self;
    if (transition->step == 0)
        remember_start(learner, &transition->before);
    remember(learner, transition);
    learner->steps++;
    learner->waited += !learner->config.sharing_episodes;
    if (!learner->rounds.episodes && learner->episodes >= (uint64_t)learner->config.idle_episodes &&
        mg_replay_buffer_units(learner->replay) >= learner->config.batch &&
        learner->steps % (uint64_t)learner->config.update_every == 0) { /* line 12 */
        learn_values(learner);
        learn_rest(learner, 1);
    }
}

bool mg_ltos_end_episode(void *self, int row)
{
    (void)row;
    mg_ltos_learner *learner = self;
    learner->episodes++;
    learner->waited += learner->config.sharing_episodes;
    if (learner->rounds.episodes && learner->episodes % (uint64_t)learner->rounds.episodes)
        return true;
    if (learner->rounds.episodes)
        learn_round(learner);
    learner->epsilon = mg_epsilon_times(learner->epsilon, learner->config.epsilon_decay, learner->config.epsilon_end);
    return true;
}
