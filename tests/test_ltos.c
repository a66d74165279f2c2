/* Learning to Share against plain loops in binary64 (ltos_plain.h): decisions with their noise, shared rewards, and
 * whole iterations of both levels from the replay to the target networks, on random directed graphs that change every
 * step. */
#include "algos/ltos.h"

#include "core/num/rng.h"
#include "tests/ltos_plain.h"
#include "tests/tap.h"
#include "tests/turned_targets.h"

#include <stdlib.h>

enum { STEPS = 24, EPISODE = 5, TENSORS = 200 };
static const mg_key key = {9971, 5};

static double size_of(double x)
{
    return x < 0.0 ? -x : x;
}

static double larger(double a, double b)
{
    return a >= b ? a : b; /* b if unordered */
}

static mg_env_spec environment(void)
{
    mg_env_spec spec = {.name = "told", .stages = 1, .neighbours_max = NEIGHBOURS, .longest_episode = EPISODE};
    mg_env_add_agents(&spec, AGENTS, &(mg_agent_spec){.part = {{"place", 1, 1, SEEN}}, .actions = ACTIONS});
    return spec;
}

static mg_ltos_config small(void)
{
    mg_ltos_config config = mg_ltos_prisoner();
    config.discount = 0.9;
    config.rate = 0.01;
    config.follow = 0.25;
    config.epsilon_start = 0.5;
    config.epsilon_decay = 0.7;
    config.epsilon_end = 0.3;
    config.spread = 0.4;
    config.hidden_1 = HIDDEN_1;
    config.hidden_2 = HIDDEN_2;
    config.layers = LAYERS;
    config.heads = HEADS;
    config.capacity = 9;
    config.batch = 3;
    config.selfishness = 0.3;
    config.sample = 6;
    config.sharing_batch = 4;
    config.sharing_rate = 0.05;
    config.noise_chance = 0.6;
    return config;
}

/* ---- what happens ---- */

typedef struct event {
    float seen[AGENTS * SEEN], reward[AGENTS];
    int32_t neighbour[AGENTS * NEIGHBOURS];
} event;

static event told[STEPS + 1]; /* what is seen before a step, and after the one before it */

/* What follows event e, where an episode may have ended: the next one begins elsewhere. */
static event ends[STEPS];

static bool is_last(int e)
{
    return e % EPISODE == EPISODE - 1;
}

static void draw_event(mg_stream *stream, event *now)
{
    for (int k = 0; k < AGENTS * SEEN; k++)
        now->seen[k] = mg_random_uniform(stream, -1.0f, 1.0f);
    for (int i = 0; i < AGENTS; i++) {
        uint32_t other[AGENTS];
        int n = 0, count = (int)mg_random_below(stream, SLOTS);
        for (int j = 0; j < AGENTS; j++)
            if (j != i)
                other[n++] = (uint32_t)j;
        mg_random_shuffle(stream, other, (uint32_t)n);
        for (int k = 0; k < NEIGHBOURS; k++)
            now->neighbour[i * NEIGHBOURS + k] = k < count ? (int32_t)other[k] : -1;
        now->reward[i] = mg_random_uniform(stream, -2.0f, 2.0f);
    }
}

static void tell(void)
{
    mg_stream stream = mg_stream_at(key, MG_PURPOSE_TEST, 0, 0, 0);
    for (int e = 0; e <= STEPS; e++)
        draw_event(&stream, &told[e]);
    for (int e = 0; e < STEPS; e++) {
        ends[e] = told[e + 1];
        if (is_last(e))
            draw_event(&stream, &ends[e]);
    }
}

static plain_sample sample_of(const event *e)
{
    plain_sample of;
    for (int i = 0; i < AGENTS; i++) {
        for (int k = 0; k < SEEN; k++)
            of.seen[i][k] = (double)e->seen[i * SEEN + k];
        of.slot[i][0] = i;
        memcpy(of.slot[i] + 1, e->neighbour + i * NEIGHBOURS, NEIGHBOURS * sizeof(int32_t));
    }
    return of;
}

/* ---- the learner ---- */

static mg_learner_spec spec_of(const mg_ltos_config *config)
{
    mg_env_spec environment_spec = environment();
    mg_learner_spec spec;
    mg_error error = {0};
    (void)mg_ltos.describe(config, &environment_spec, &spec, &error);
    mg_env_spec_free(&environment_spec);
    return spec;
}

static void *make(const mg_ltos_config *config)
{
    mg_env_spec spec = environment();
    mg_error error = {0};
    void *self = mg_ltos.create(config, &spec, key, &error);
    mg_env_spec_free(&spec);
    return self;
}

/* The tensor of that name; a network's first one is where its block begins. */
static float *tensor_of(void *self, const char *name)
{
    mg_tensor tensor[TENSORS];
    int count = mg_ltos.tensors(self, tensor, TENSORS);
    for (int k = 0; k < count; k++)
        if (!strcmp(tensor[k].name, name))
            return tensor[k].data;
    return NULL;
}

static void decide(void *self, mg_mode mode, const event *e, uint32_t time, void *memory, int32_t action[AGENTS])
{
    int row = 0;
    const float *observation[AGENTS];
    const int32_t *neighbour[AGENTS];
    int32_t *actions[AGENTS];
    for (int i = 0; i < AGENTS; i++) {
        observation[i] = e->seen + i * SEEN;
        neighbour[i] = e->neighbour + i * NEIGHBOURS;
        actions[i] = action + i;
    }
    const mg_batch batch = {.mode = mode,
                            .rows = 1,
                            .row = &row,
                            .time = &time,
                            .observation = observation,
                            .neighbour = neighbour,
                            .memory = &memory};
    mg_ltos.act(self, &batch, actions, NULL);
}

/* ---- the same, plainly ---- */

typedef struct plain_optimiser {
    double m[HIGH_COUNT], v[HIGH_COUNT], beta1_power, beta2_power;
} plain_optimiser;

typedef struct plain_learner {
    mg_ltos_config config;
    double mu[LOW_COUNT], mu_target[LOW_COUNT], theta[HIGH_COUNT], theta_target[HIGH_COUNT];
    plain_optimiser low, high;
    double epsilon, walk[AGENTS][SLOTS], mean[AGENTS][SLOTS], loss;
    plain_weights held;
    int32_t held_slot[AGENTS][SLOTS];
    plain_step kept[STEPS];
    int steps, waited, updates, passes, sharing_updates, losses;
} plain_learner;

static const double *theta_of(const plain_learner *p)
{
    return p->config.fixed ? NULL : p->theta;
}

static void plain_noise(plain_learner *p, int age, mg_stream stream[AGENTS], double noise[AGENTS][SLOTS])
{
    const mg_ltos_config *c = &p->config;
    for (int i = 0; i < AGENTS; i++) {
        bool some = !c->noise_walks && (double)mg_random_float(&stream[i]) < c->noise_chance;
        for (int q = 0; q < SLOTS; q++) {
            noise[i][q] = 0.0;
            if (c->noise_walks) {
                if (age == 0)
                    p->walk[i][q] = p->mean[i][q] = c->noise * (double)mg_random_normal(&stream[i]);
                p->walk[i][q] += c->pull * (p->mean[i][q] - p->walk[i][q]) * c->time_step;
                p->walk[i][q] += c->noise * mg_sqrt(c->time_step) * (double)mg_random_normal(&stream[i]);
                noise[i][q] = p->epsilon * p->walk[i][q];
            } else if (some)
                noise[i][q] = c->noise * (double)mg_random_normal(&stream[i]);
        }
    }
}

/* Lines 3 to 10 of step e; its actions are told. */
static void plain_act(plain_learner *p, int e, int32_t action[AGENTS])
{
    const int age = e % EPISODE;
    mg_stream stream[AGENTS];
    double noise[AGENTS][SLOTS] = {{0}}, value[AGENTS][ACTIONS];
    plain_step *step = &p->kept[e];
    step->now = sample_of(&told[e]);
    step->next = sample_of(&ends[e]);
    step->terminated = is_last(e) && e % 2;
    for (int i = 0; i < AGENTS; i++)
        stream[i] = mg_stream_at(key, MG_PURPOSE_TRAIN_ACTION, (uint32_t)e, 0, (uint32_t)i);
    if (!p->config.fixed)
        plain_noise(p, age, stream, noise);
    if (age % p->config.interval == 0) {
        p->held = plain_share(theta_of(p), p->config.selfishness, &step->now, (const double(*)[SLOTS])noise);
        memcpy(p->held_slot, step->now.slot, sizeof p->held_slot);
    }
    step->in = plain_exchange(p->held_slot, &p->held);
    plain_values(p->mu, &step->now, &step->in, value);
    for (int i = 0; i < AGENTS; i++) {
        action[i] = plain_best(value[i]);
        if ((double)mg_random_float(&stream[i]) < p->epsilon)
            action[i] = (int32_t)mg_random_below(&stream[i], ACTIONS);
        step->shaped[i] = plain_reward(p->held_slot, &p->held, told[e].reward, i);
    }
    memcpy(step->action, action, sizeof step->action);
}

static void plain_adam(plain_optimiser *of, double rate, double epsilon, int count, const double *g, double *p)
{
    of->beta1_power *= 0.9;
    of->beta2_power *= 0.999;
    double scaled = rate * mg_sqrt(1.0 - of->beta2_power) / (1.0 - of->beta1_power);
    for (int k = 0; k < count; k++) {
        of->m[k] = 0.9 * of->m[k] + 0.1 * g[k];
        of->v[k] = 0.999 * of->v[k] + 0.001 * g[k] * g[k];
        p[k] -= scaled * of->m[k] / (mg_sqrt(of->v[k]) + epsilon);
    }
}

/* Of the steps 0 .. last: `count` different ones among those that the replay still has. */
static void plain_draw(const plain_learner *p, int last, int count, uint32_t time, uint32_t level, int *drawn)
{
    int oldest = last + 1 > p->config.capacity ? last + 1 - p->config.capacity : 0, among = last + 1 - oldest;
    mg_stream stream = mg_stream_at(key, MG_PURPOSE_REPLAY, time, 0, level);
    for (int i = 0; i < among; i++)
        drawn[i] = oldest + i;
    for (int i = 0; i < count; i++) {
        int j = i + (int)mg_random_below(&stream, (uint32_t)(among - i)), kept = drawn[j];
        drawn[j] = drawn[i];
        drawn[i] = kept;
    }
}

/* Lines 14 to 17. */
static void plain_learn_values(plain_learner *p, int last)
{
    const mg_ltos_config *c = &p->config;
    const double h = 1e-5;
    int drawn[STEPS], batch = c->batch;
    double target[STEPS][AGENTS], gradient[LOW_COUNT];
    plain_draw(p, last, batch, (uint32_t)p->updates, 0, drawn);
    mg_stream stream = mg_stream_at(key, MG_PURPOSE_LEARNER, (uint32_t)p->updates, 0, 0);
    for (int s = 0; s < batch; s++) {
        double noise[AGENTS][SLOTS] = {{0}};
        for (int k = 0; k < AGENTS * SLOTS && c->smoothing > 0.0; k++)
            noise[k / SLOTS][k % SLOTS] = c->smoothing * (double)mg_random_normal(&stream);
        plain_targets(p->mu_target, c->fixed ? NULL : p->theta_target, c->selfishness, c->discount, &p->kept[drawn[s]],
                      (const double(*)[SLOTS])noise, target[s]);
        p->loss += plain_error(p->mu, &p->kept[drawn[s]], target[s]) / (batch * ACTIONS);
    }
    for (int k = 0; k < LOW_COUNT; k++) {
        double kept = p->mu[k];
        gradient[k] = 0.0;
        for (int side = -1; side <= 1; side += 2) {
            p->mu[k] = kept + side * h;
            for (int s = 0; s < batch; s++)
                gradient[k] += side * plain_error(p->mu, &p->kept[drawn[s]], target[s]) / (2.0 * h * batch * ACTIONS);
        }
        p->mu[k] = kept;
    }
    plain_adam(&p->low, c->rate, c->adam_epsilon, LOW_COUNT, gradient, p->mu);
    p->updates++;
    p->losses++;
}

/* Lines 18 to 21 of one minibatch. */
static void plain_climb_batch(plain_learner *p, int count, const int *drawn)
{
    const mg_ltos_config *c = &p->config;
    const double h = 1e-5;
    plain_weights slope[STEPS];
    double gradient[HIGH_COUNT];
    for (int s = 0; s < count; s++) {
        const plain_sample *of = &p->kept[drawn[s]].now;
        plain_weights out = plain_share(p->theta, c->selfishness, of, NULL);
        slope[s] = plain_slopes(p->mu, of, &out, c->sum_values);
    }
    for (int k = 0; k < HIGH_COUNT; k++) {
        double kept = p->theta[k];
        gradient[k] = 0.0;
        for (int side = -1; side <= 1; side += 2) {
            p->theta[k] = kept + side * h;
            for (int s = 0; s < count; s++)
                gradient[k] -=
                    side * plain_climb(p->theta, c->selfishness, &p->kept[drawn[s]].now, &slope[s]) / (2.0 * h * count);
        }
        p->theta[k] = kept;
    }
    if (c->adam)
        plain_adam(&p->high, c->sharing_rate, 1e-8, HIGH_COUNT, gradient, p->theta);
    for (int k = 0; k < HIGH_COUNT && !c->adam; k++)
        p->theta[k] -= c->sharing_rate * gradient[k];
    p->sharing_updates++;
}

static void plain_learn_sharing(plain_learner *p, int last)
{
    const mg_ltos_config *c = &p->config;
    int drawn[STEPS], kept = last + 1 < c->capacity ? last + 1 : c->capacity;
    int sample = kept < c->sample ? kept : c->sample;
    plain_draw(p, last, sample, (uint32_t)p->passes++, 1, drawn);
    for (int first = 0; first < sample; first += c->sharing_batch)
        plain_climb_batch(p, sample - first < c->sharing_batch ? sample - first : c->sharing_batch, drawn + first);
    p->waited = 0;
}

static void plain_observe(plain_learner *p, int e)
{
    const mg_ltos_config *c = &p->config;
    if (e % EPISODE == 0)
        p->loss = p->losses = 0;
    p->waited += !c->sharing_episodes;
    p->steps++;
    if (p->steps < c->batch || p->steps % c->update_every || e / EPISODE < c->idle_episodes)
        return;
    bool shares = !c->fixed && p->waited >= c->sharing_every;
    plain_learn_values(p, e);
    if (shares)
        plain_learn_sharing(p, e);
    for (int k = 0; k < LOW_COUNT; k++)
        p->mu_target[k] += c->follow * (p->mu[k] - p->mu_target[k]);
    for (int k = 0; k < HIGH_COUNT; k++)
        p->theta_target[k] += c->follow * (p->theta[k] - p->theta_target[k]);
    if (shares && c->reload)
        memcpy(p->theta, p->theta_target, sizeof p->theta);
}

static void plain_end(plain_learner *p)
{
    p->waited += p->config.sharing_episodes;
    p->epsilon *= p->config.epsilon_decay;
    if (p->epsilon < p->config.epsilon_end)
        p->epsilon = p->config.epsilon_end;
}

/* ---- both ---- */

/* Any numbers in a network's block and the same in its target, biases too. */
static void fill(float *block, float *target, int count, uint32_t number, float most, double *plain,
                 double *plain_target)
{
    mg_stream stream = mg_stream_at(key, MG_PURPOSE_TEST, 1, 0, number);
    for (int k = 0; k < count; k++) {
        block[k] = mg_random_uniform(&stream, -most, most);
        target[k] = block[k];
        plain[k] = plain_target[k] = (double)block[k];
    }
}

static double block_off(const float *found, const double *plain, int count)
{
    double worst = found ? 0.0 : 1.0;
    for (int k = 0; found && k < count; k++)
        worst = larger(worst, size_of((double)found[k] - plain[k]));
    return worst;
}

static void observe(void *self, int e, const int32_t *action)
{
    const mg_transition x = {.step = e % EPISODE,
                             .before = {.observation = told[e].seen, .neighbour = told[e].neighbour},
                             .after = {.observation = ends[e].seen, .neighbour = ends[e].neighbour},
                             .joint = {.action = action},
                             .reward = told[e].reward,
                             .terminated = is_last(e) && e % 2,
                             .truncated = is_last(e) && !(e % 2)};
    mg_ltos.observe(self, &x);
}

/* The last metrics: weights where the newest episode began, movement, error. */
static double metrics_off(void *self, const plain_learner *p, const double *first)
{
    double metric[7], sum = 0.0, least = 1.0, most = 0.0, change = 0.0, size = 0.0;
    const plain_sample start = sample_of(&told[(STEPS - 1) / EPISODE * EPISODE]);
    plain_weights out = plain_share(theta_of(p), p->config.selfishness, &start, NULL);
    mg_ltos.metrics(self, metric);
    for (int i = 0; i < AGENTS; i++) {
        sum += out.w[i][0] / AGENTS;
        least = out.w[i][0] < least ? out.w[i][0] : least;
        most = out.w[i][0] > most ? out.w[i][0] : most;
    }
    for (int k = 0; k < HIGH_COUNT && !p->config.fixed; k++) {
        change += (p->theta[k] - first[k]) * (p->theta[k] - first[k]);
        size += first[k] * first[k];
    }
    const double wanted[5] = {sum, least, most, size > 0.0 ? mg_sqrt(change / size) : 0.0,
                              p->losses ? p->loss / p->losses : 0.0};
    double worst = 0.0;
    for (int k = 0; k < 5; k++)
        worst = larger(worst, size_of(metric[k] - wanted[k]));
    const bool rounded = metric[5] > 0.0 && metric[6] > 0.0; /* in so many steps some sum is */
    return larger(worst, rounded && metric[5] < 2e-6 && metric[6] < 5e-7 ? 0.0 : 1.0);
}

/* How far Adam's moments are off: they say how large a gradient is, where its steps are as long for a gradient that is
 * a rounding error. */
static double moments_off(void *self, const char *name, const plain_optimiser *of, int count)
{
    const mg_tensor *tensor = learner_tensor(&mg_ltos, self, name);
    if (!tensor || tensor->columns != 2 * count)
        return 1.0;
    return larger(block_off(tensor->data, of->m, count), block_off((const float *)tensor->data + count, of->v, count));
}

static double moved_by(int count, const double *start, const double *now)
{
    double most = 0.0;
    for (int k = 0; k < count; k++)
        most = larger(most, size_of(start[k] - now[k]));
    return most;
}

/* Adam makes steps of gradients that are rounding errors: so far a value's parameter may be off. */
static void test_iterations(const char *says, const mg_ltos_config *config)
{
    plain_learner *p = calloc(1, sizeof *p);
    void *self = make(config), *memory = calloc(1, spec_of(config).memory_per_row);
    float *low = tensor_of(self, "values 0 first.weight"), *high = tensor_of(self, "sharing 0 first.weight");
    float *low_target = tensor_of(self, "values 0 target first.weight");
    float *high_target = tensor_of(self, "sharing 0 target first.weight");
    static double first[HIGH_COUNT], low_start[LOW_COUNT], high_start[HIGH_COUNT];
    int wrong = 0;
    uint64_t count[2] = {0, 0};
    *p = (plain_learner){.config = *config, .epsilon = config->epsilon_start};
    p->low.beta1_power = p->low.beta2_power = p->high.beta1_power = p->high.beta2_power = 1.0;
    fill(low, low_target, LOW_COUNT, 0, 0.8f, p->mu, p->mu_target);
    for (int k = 0; high && k < HIGH_COUNT; k++)
        first[k] = (double)high[k];
    if (high)
        fill(high, high_target, HIGH_COUNT, 1, 0.8f, p->theta, p->theta_target);
    memcpy(low_start, p->mu, sizeof low_start);
    memcpy(high_start, p->theta, sizeof high_start);
    for (int e = 0; e < STEPS; e++) {
        int32_t action[AGENTS], plain[AGENTS];
        if (e % EPISODE == 0)
            memset(memory, 0, spec_of(config).memory_per_row);
        decide(self, MG_TRAIN, &told[e], (uint32_t)e, memory, action);
        plain_act(p, e, plain);
        wrong += memcmp(action, plain, sizeof plain) != 0;
        observe(self, e, action);
        plain_observe(p, e);
        if (is_last(e)) {
            (void)mg_ltos.end_episode(self, 0);
            plain_end(p);
        }
    }
    mg_ltos.update_counts(self, count);
    double low_off = larger(block_off(low, p->mu, LOW_COUNT), block_off(low_target, p->mu_target, LOW_COUNT));
    tap_ok(wrong == 0, "%s: %d decisions as plainly (%d others)", says, STEPS, wrong);
    double low_moved = moved_by(LOW_COUNT, low_start, p->mu);
    tap_ok(count[0] == (uint64_t)p->updates && p->updates > 8 && low_off < 1e-3 && low_moved > 0.05,
           "... %d updates of the values and their target, %.1e off of %.1e", p->updates, low_off, low_moved);
    double moments = moments_off(self, "values moments", &p->low, LOW_COUNT);
    tap_ok(moments < 2e-6, "... and Adam's moments, %.1e off", moments);
    if (high) {
        double high_off =
            larger(block_off(high, p->theta, HIGH_COUNT), block_off(high_target, p->theta_target, HIGH_COUNT));
        double moved = moved_by(HIGH_COUNT, high_start, p->theta);
        tap_ok(count[1] == (uint64_t)p->sharing_updates && p->sharing_updates > 3 && high_off < 2e-5 && moved > 1e-3,
               "... %d of the weights and theirs, %.1e off of %.1e", p->sharing_updates, high_off, moved);
    }
    double metric_off = metrics_off(self, p, first);
    tap_ok(metric_off < 2e-5, "... and the metrics, %.1e off", metric_off);
    mg_ltos.destroy(self);
    free(memory);
    free(p);
}

static void test_all_iterations(void)
{
    mg_ltos_config config = small();
    test_iterations("as the paper has it", &config);
    config.adam = config.reload = config.sum_values = true;
    config.sharing_rate = 0.01;
    config.smoothing = 0.3;
    test_iterations("as the program has it", &config);
    config = small();
    config.noise_walks = config.sharing_episodes = true;
    config.noise = 2.0;
    config.time_step = 0.5;
    config.sharing_every = 2;
    test_iterations("noise that walks, shared every two episodes", &config);
    config = small();
    config.interval = 2;
    config.update_every = 2;
    config.sharing_every = 3;
    test_iterations("weights held for two steps", &config);
    config = small();
    config.fixed = true;
    config.idle_episodes = 1;
    test_iterations("fixed", &config);
}

/* ---- choosing ---- */

/* Evaluation plays greedily without noise, holds its weights in its rows' memory, and changes nothing in the learner;
 * more rows than one forward takes decide as alone. */
static void test_evaluation(int interval)
{
    enum { ROWS = 70, LENGTH = 3 };
    mg_ltos_config config = small();
    config.interval = interval;
    void *self = make(&config), *memory[ROWS], *one = calloc(1, spec_of(&config).memory_per_row);
    double mu[LOW_COUNT], theta[HIGH_COUNT], unused[HIGH_COUNT];
    fill(tensor_of(self, "values 0 first.weight"), tensor_of(self, "values 0 target first.weight"), LOW_COUNT, 7, 1.5f,
         mu, unused);
    fill(tensor_of(self, "sharing 0 first.weight"), tensor_of(self, "sharing 0 target first.weight"), HIGH_COUNT, 4,
         1.5f, theta, unused);
    (void)turn_targets(&mg_ltos, self);
    static float seen[AGENTS][ROWS][SEEN];
    static int32_t neighbour[AGENTS][ROWS][NEIGHBOURS], action[AGENTS][ROWS], alone[ROWS][AGENTS], plain[AGENTS];
    const float *observation[AGENTS];
    const int32_t *neighbours[AGENTS];
    int32_t *actions[AGENTS];
    int row[ROWS], wrong = 0, others = 0, hits[ACTIONS] = {0};
    uint32_t time[ROWS] = {0};
    plain_weights held[ROWS];
    int32_t held_slot[ROWS][AGENTS][SLOTS];
    for (int k = 0; k < ROWS; k++) {
        memory[k] = calloc(1, spec_of(&config).memory_per_row);
        row[k] = k;
    }
    for (int t = 0; t < LENGTH; t++) {
        for (int i = 0; i < AGENTS; i++) {
            for (int k = 0; k < ROWS; k++) {
                const event *e = &told[(k + t) % STEPS];
                memcpy(seen[i][k], e->seen + i * SEEN, sizeof seen[i][k]);
                seen[i][k][0] += 0.01f * (float)k;
                memcpy(neighbour[i][k], e->neighbour + i * NEIGHBOURS, sizeof neighbour[i][k]);
            }
            observation[i] = seen[i][0];
            neighbours[i] = neighbour[i][0];
            actions[i] = action[i];
        }
        const mg_batch batch = {.mode = MG_EVALUATE,
                                .rows = ROWS,
                                .row = row,
                                .time = time,
                                .observation = observation,
                                .neighbour = neighbours,
                                .memory = memory};
        mg_ltos.act(self, &batch, actions, NULL);
        for (int k = 0; k < ROWS; k++) {
            event e = told[(k + t) % STEPS];
            double value[AGENTS][ACTIONS];
            for (int i = 0; i < AGENTS; i++)
                e.seen[i * SEEN] += 0.01f * (float)k;
            plain_sample of = sample_of(&e);
            if (t % interval == 0) {
                held[k] = plain_share(theta, config.selfishness, &of, NULL);
                memcpy(held_slot[k], of.slot, sizeof of.slot);
            }
            plain_incoming in = plain_exchange(held_slot[k], &held[k]);
            plain_values(mu, &of, &in, value);
            for (int i = 0; i < AGENTS; i++) {
                wrong += (plain[i] = plain_best(value[i])) != action[i][k];
                hits[plain[i]]++;
            }
            if (t == 0) {
                memset(one, 0, spec_of(&config).memory_per_row);
                decide(self, MG_EVALUATE, &e, 0, one, alone[k]);
                for (int i = 0; i < AGENTS; i++)
                    others += alone[k][i] != action[i][k];
            }
        }
    }
    tap_ok(wrong == 0 && larger(larger(hits[0], hits[1]), hits[2]) < 0.7 * ROWS * AGENTS * LENGTH,
           "evaluation, weights held for %d steps: the best action, no noise (%d others; %d, %d, %d times)", interval,
           wrong, hits[0], hits[1], hits[2]);
    tap_ok(others == 0, "... many rows decide as each alone (%d others)", others);
    for (int k = 0; k < ROWS; k++)
        free(memory[k]);
    free(one);
    mg_ltos.destroy(self);
}

/* ---- settings ---- */

/* Tables 4 and 5 of the appendix; what its program does is in the others alone. */
static void test_presets(void)
{
    static const double wanted[2][16] = {
        {0.99, 1e-3, 0.1, 0.8, 1, 0.8, 32, 32, 4, 200000, 10, 0.5, 1, 2000, 32, 0.1},
        {0.96, 1e-4, 0.01, 0.6, 0.996, 0.01, 512, 128, 4, 200000, 10, 0.5, 1, 5000, 32, 1e-4}};
    for (int game = 0; game < 2; game++) {
        mg_ltos_config c = game ? mg_ltos_jungle() : mg_ltos_prisoner();
        mg_ltos_config code = game ? mg_ltos_jungle_code() : mg_ltos_prisoner_code();
        const double found[16] = {c.discount,      c.rate,        c.follow,        c.epsilon_start,
                                  c.epsilon_decay, c.epsilon_end, c.hidden_1,      c.hidden_2,
                                  c.heads,         c.capacity,    c.batch,         c.selfishness,
                                  c.interval,      c.sample,      c.sharing_batch, c.sharing_rate};
        tap_ok(!memcmp(found, wanted[game], sizeof found), "%s as in the tables", game ? "jungle" : "prisoner");
        tap_ok(game ? c.sharing_every == 100 && c.sharing_episodes && c.noise_walks && c.noise == 0.025
                    : c.sharing_every == 1 && !c.sharing_episodes && !c.noise_walks && c.noise == 1.0 &&
                          c.noise_chance == 0.8,
               "... the high level every %s", game ? "100 episodes, noise that walks" : "step, noise in four of five");
        tap_ok(c.update_every == (game ? 3 : 1) && c.idle_episodes == (game ? 199 : 0) && c.sparse == (game == 1) &&
                   c.layers == 2 && c.adam_epsilon == 1e-7,
               "... the low level as DGN's");
        tap_ok(!c.fixed && !c.adam && !c.reload && !c.sum_values && c.smoothing == 0.0, "... and what the paper says");
        tap_ok(code.adam && code.reload && code.sum_values && code.smoothing == 0.1 && code.sharing_rate == c.rate,
               "... its program's has Adam, the reload, the sum and the smoothing");
        code.adam = code.reload = code.sum_values = false;
        code.smoothing = 0.0;
        code.sharing_rate = c.sharing_rate;
        int others = 0;
        for (int k = 0; k < mg_ltos_fields.count; k++)
            others += mg_config_value(&mg_ltos_fields.field[k], &code) != mg_config_value(&mg_ltos_fields.field[k], &c);
        tap_ok(others == 0, "... and nothing else (%d)", others);
    }
}

static void test_start(void)
{
    mg_ltos_config config = small();
    void *self = make(&config);
    static const char *const name[2] = {"values", "sharing"};
    int wrong = 0;
    for (uint32_t level = 0; level < 2; level++) {
        char of[48], of_target[48], bias[48];
        snprintf(of, sizeof of, "%s 0 first.weight", name[level]);
        snprintf(of_target, sizeof of_target, "%s 0 target first.weight", name[level]);
        snprintf(bias, sizeof bias, "%s 0 attention1.key.bias", name[level]);
        mg_stream stream = mg_stream_at(key, MG_PURPOSE_PARAMETERS, 0, 0, level);
        for (int k = 0; k < SEEN * HIDDEN_1; k++) {
            float number = 0.4f * mg_random_normal(&stream);
            wrong += tensor_of(self, of)[k] != number || tensor_of(self, of_target)[k] != number;
        }
        for (int k = 0; k < HIDDEN_2; k++)
            wrong += tensor_of(self, bias)[k] != 0.0f;
    }
    tap_ok(wrong == 0, "first weights are normal of the spread, each level's its own, targets the same (%d wrong)",
           wrong);
    mg_ltos.destroy(self);
}

static void refused(const mg_ltos_config *config, const char *names)
{
    mg_env_spec spec = environment();
    mg_learner_spec learner;
    mg_error error = {0};
    tap_ok(!mg_ltos.describe(config, &spec, &learner, &error) && strstr(error.text, names), "refused: %s", error.text);
    mg_env_spec_free(&spec);
}

static void test_refusals(void)
{
    mg_ltos_config config = small();
    config.capacity = 2;
    refused(&config, "capacity 2");
    config = small();
    config.heads = 3;
    refused(&config, "heads 3");
    config = small();
    tap_ok(spec_of(&config).updates == 2, "two kinds of update");
    config.fixed = true;
    tap_ok(spec_of(&config).updates == 1, "... one if weights are fixed");
}

int main(void)
{
    tell();
    test_all_iterations();
    test_evaluation(1);
    test_evaluation(2);
    test_presets();
    test_start();
    test_refusals();
    return tap_done();
}
