/* Deep Q-learning against plain double loops: targets by hand, the slope of its error through a network in binary64,
 * several updates of everything from the replay to Adam and the target network, and how it chooses. */
#include "baselines/deep_q.h"
#include "core/num/scalar_math.h"
#include "tests/tap.h"
#include "tests/turned_targets.h"

#include <stdlib.h>
#include <string.h>

enum { AGENTS = 2, SEEN = 3, ACTIONS = 3, HIDDEN_1 = 5, HIDDEN_2 = 4, VIEWS = 6, NUMBERS_MAX = 64, STEPS = 40 };
static const mg_key key = {9970, 3};

static mg_env_spec environment(bool masked)
{
    mg_env_spec spec = {.name = "told", .stages = 1, .longest_episode = 7};
    mg_env_add_agents(&spec, AGENTS,
                      &(mg_agent_spec){.part = {{"place", 1, 1, SEEN}}, .actions = ACTIONS, .masked = masked});
    return spec;
}

static mg_deep_q_config small(bool shared)
{
    return (mg_deep_q_config){.discount = 0.9,
                              .rate = 0.01,
                              .follow = 0.25,
                              .epsilon_start = 0.8,
                              .epsilon_decay = 0.5,
                              .epsilon_end = 0.3,
                              .spread = 0.4,
                              .hidden_1 = HIDDEN_1,
                              .hidden_2 = HIDDEN_2,
                              .capacity = 12,
                              .batch = 4,
                              .learn_after = 6,
                              .update_every = 2,
                              .shared = shared};
}

/* ---- what happens ---- */

typedef struct event {
    float before[AGENTS * SEEN], after[AGENTS * SEEN], reward[AGENTS];
    uint8_t allowed[AGENTS * ACTIONS]; /* after */
    int32_t action[AGENTS];
    int step;
    bool terminated, truncated;
} event;

static event told[STEPS];

static void tell(void)
{
    mg_stream stream = mg_stream_at(key, MG_PURPOSE_TEST, 0, 0, 0);
    int step = 0;
    for (int e = 0; e < STEPS; e++) {
        event *now = &told[e];
        for (int k = 0; k < AGENTS * SEEN; k++) {
            float fresh = mg_random_uniform(&stream, -1.0f, 1.0f);
            now->before[k] = step ? told[e - 1].after[k] : fresh;
            now->after[k] = mg_random_uniform(&stream, -1.0f, 1.0f);
        }
        for (int k = 0; k < AGENTS * ACTIONS; k++)
            now->allowed[k] = k % ACTIONS == 1 || mg_random_below(&stream, 2) == 0;
        for (int i = 0; i < AGENTS; i++) {
            now->action[i] = (int32_t)mg_random_below(&stream, ACTIONS);
            now->reward[i] = mg_random_uniform(&stream, -2.0f, 2.0f);
        }
        now->step = step++;
        now->terminated = e % 5 == 4;
        now->truncated = !now->terminated && e % 7 == 6;
        if (now->terminated || now->truncated)
            step = 0;
    }
}

static void observe(void *self, const event *e)
{
    static const uint8_t all[AGENTS * ACTIONS] = {1, 1, 1, 1, 1, 1};
    const mg_transition x = {.step = e->step,
                             .before = {.observation = e->before, .allowed = e->step ? (e - 1)->allowed : all},
                             .after = {.observation = e->after, .allowed = e->allowed},
                             .joint = {.action = e->action},
                             .reward = e->reward,
                             .terminated = e->terminated,
                             .truncated = e->truncated};
    mg_deep_q.observe(self, &x);
    if (e->terminated || e->truncated)
        (void)mg_deep_q.end_episode(self, 0);
}

static void *make(const mg_deep_q_config *config, bool masked)
{
    mg_env_spec spec = environment(masked);
    mg_error error = {0};
    void *self = mg_deep_q.create(config, &spec, key, &error);
    mg_env_spec_free(&spec);
    return self;
}

/* ---- the same, plainly ---- */

static const int views[VIEWS] = {SEEN * HIDDEN_1, HIDDEN_1, HIDDEN_1 *HIDDEN_2, HIDDEN_2, HIDDEN_2 *ACTIONS, ACTIONS};

typedef struct plain_network {
    double p[VIEWS][NUMBERS_MAX], target[VIEWS][NUMBERS_MAX], m[VIEWS][NUMBERS_MAX], v[VIEWS][NUMBERS_MAX];
    double beta1_power, beta2_power;
} plain_network;

typedef struct plain_pass {
    double first[HIDDEN_1], second[HIDDEN_2], value[ACTIONS];
} plain_pass;

static plain_pass forward(double (*p)[NUMBERS_MAX], const float *seen)
{
    plain_pass pass;
    for (int j = 0; j < HIDDEN_1; j++) {
        double sum = p[1][j];
        for (int k = 0; k < SEEN; k++)
            sum += (double)seen[k] * p[0][k * HIDDEN_1 + j];
        pass.first[j] = sum > 0 ? sum : 0;
    }
    for (int j = 0; j < HIDDEN_2; j++) {
        double sum = p[3][j];
        for (int k = 0; k < HIDDEN_1; k++)
            sum += pass.first[k] * p[2][k * HIDDEN_2 + j];
        pass.second[j] = sum > 0 ? sum : 0;
    }
    for (int j = 0; j < ACTIONS; j++) {
        pass.value[j] = p[5][j];
        for (int k = 0; k < HIDDEN_2; k++)
            pass.value[j] += pass.second[k] * p[4][k * ACTIONS + j];
    }
    return pass;
}

/* Adds the gradient of (value[action] - target)^2 / rows. */
static void add_gradient(double (*p)[NUMBERS_MAX], const float *seen, int action, double target, int rows,
                         double (*g)[NUMBERS_MAX])
{
    plain_pass pass = forward(p, seen);
    double slope = 2.0 * (pass.value[action] - target) / rows, second[HIDDEN_2], first[HIDDEN_1];
    g[5][action] += slope;
    for (int k = 0; k < HIDDEN_2; k++) {
        g[4][k * ACTIONS + action] += slope * pass.second[k];
        second[k] = pass.second[k] > 0 ? slope * p[4][k * ACTIONS + action] : 0;
        g[3][k] += second[k];
    }
    for (int k = 0; k < HIDDEN_1; k++) {
        first[k] = 0;
        for (int j = 0; j < HIDDEN_2; j++) {
            g[2][k * HIDDEN_2 + j] += pass.first[k] * second[j];
            first[k] += p[2][k * HIDDEN_2 + j] * second[j];
        }
        first[k] = pass.first[k] > 0 ? first[k] : 0;
        g[1][k] += first[k];
        for (int s = 0; s < SEEN; s++)
            g[0][s * HIDDEN_1 + k] += (double)seen[s] * first[k];
    }
}

static double plain_target(plain_network *network, const event *e, int agent, double discount, bool masked)
{
    plain_pass next = forward(network->target, e->after + agent * SEEN);
    double best = -1e300;
    for (int b = 0; b < ACTIONS; b++)
        if ((!masked || e->allowed[agent * ACTIONS + b]) && next.value[b] > best)
            best = next.value[b];
    return (double)e->reward[agent] + (e->terminated ? 0.0 : discount * best);
}

static void adam(plain_network *network, double (*g)[NUMBERS_MAX], double rate)
{
    network->beta1_power *= 0.9;
    network->beta2_power *= 0.999;
    double scaled = rate * mg_sqrt(1.0 - network->beta2_power) / (1.0 - network->beta1_power);
    for (int view = 0; view < VIEWS; view++)
        for (int k = 0; k < views[view]; k++) {
            double *m = &network->m[view][k], *v = &network->v[view][k];
            *m = 0.9 * *m + 0.1 * g[view][k];
            *v = 0.999 * *v + 0.001 * g[view][k] * g[view][k];
            network->p[view][k] -= scaled * *m / (mg_sqrt(*v) + 1e-8);
        }
}

/* One minibatch for all networks. kept: how many events there were; updates: before this one. */
static void plain_update(plain_network *network, const mg_deep_q_config *c, int kept, uint32_t updates, bool masked)
{
    int oldest = kept > c->capacity ? kept - c->capacity : 0, among = kept - oldest, list[STEPS];
    mg_stream stream = mg_stream_at(key, MG_PURPOSE_REPLAY, updates, 0, 0);
    for (int i = 0; i < among; i++)
        list[i] = oldest + i;
    for (int i = 0; i < c->batch; i++) {
        int j = i + (int)mg_random_below(&stream, (uint32_t)(among - i)), drawn = list[j];
        list[j] = list[i];
        list[i] = drawn;
    }
    int networks = c->shared ? 1 : AGENTS, rows = c->shared ? AGENTS * c->batch : c->batch;
    for (int n = 0; n < networks; n++) {
        double g[VIEWS][NUMBERS_MAX] = {{0}};
        for (int agent = c->shared ? 0 : n; agent < (c->shared ? AGENTS : n + 1); agent++)
            for (int i = 0; i < c->batch; i++) {
                const event *e = &told[list[i]];
                double target = plain_target(&network[n], e, agent, c->discount, masked);
                add_gradient(network[n].p, e->before + agent * SEEN, e->action[agent], target, rows, g);
            }
        adam(&network[n], g, c->rate);
        for (int view = 0; view < VIEWS; view++)
            for (int k = 0; k < views[view]; k++)
                network[n].target[view][k] += c->follow * (network[n].p[view][k] - network[n].target[view][k]);
    }
}

/* Tensors: per network its views, then the target's. */
static double difference(void *self, plain_network *network, int networks, bool take)
{
    static mg_tensor tensor[200];
    double most = 0.0;
    (void)mg_deep_q.tensors(self, tensor, 200);
    for (int n = 0; n < networks; n++)
        for (int view = 0; view < 2 * VIEWS; view++) {
            const float *found = tensor[n * 2 * VIEWS + view].data;
            double *plain = view < VIEWS ? network[n].p[view] : network[n].target[view - VIEWS];
            for (int k = 0; k < views[view % VIEWS]; k++) {
                double off = plain[k] - (double)found[k];
                most = off > most ? off : -off > most ? -off : most;
                if (take)
                    plain[k] = (double)found[k];
            }
        }
    return most;
}

/* How far Adam's moments are off: they say how large a gradient is, which its steps do not. */
static double moments_off(void *self, const plain_network *network, int networks)
{
    const mg_tensor *tensor = learner_tensor(&mg_deep_q, self, "network moments");
    const float *found = tensor ? tensor->data : NULL;
    double most = tensor ? 0.0 : 1.0;
    for (int n = 0; found && n < networks; n++)
        for (int second = 0; second < 2; second++)
            for (int view = 0; view < VIEWS; view++)
                for (int k = 0; k < views[view]; k++) {
                    double off = (second ? network[n].v : network[n].m)[view][k] - (double)*found++;
                    most = off > most ? off : -off > most ? -off : most;
                }
    return most;
}

static void test_updates(bool shared, bool masked)
{
    mg_deep_q_config config = small(shared);
    config.sparse = masked;
    plain_network *network = calloc(AGENTS, sizeof *network);
    void *self = make(&config, masked);
    int networks = shared ? 1 : AGENTS;
    uint32_t updates = 0;
    uint64_t counted;
    double start = difference(self, network, networks, true), moved = 0.0;
    for (int n = 0; n < networks; n++)
        network[n].beta1_power = network[n].beta2_power = 1.0;
    plain_network *first = calloc(AGENTS, sizeof *first);
    memcpy(first, network, AGENTS * sizeof *first);
    for (int e = 0; e < STEPS; e++) {
        observe(self, &told[e]);
        if (e + 1 >= config.learn_after && (e + 1) % config.update_every == 0)
            plain_update(network, &config, e + 1, updates++, masked);
    }
    moved = difference(self, first, networks, false);
    double most = difference(self, network, networks, false);
    mg_deep_q.update_counts(self, &counted);
    tap_ok(counted == updates && updates > 15, "%s%s: %u updates", shared ? "a shared network" : "own networks",
           masked ? ", choices barred" : "", updates);
    tap_ok(start > 0.1 && moved > 0.1 && most < 2e-5,
           "... networks and targets as plain loops in double: %.1e off of %.2f", most, moved);
    double moments = moments_off(self, network, networks);
    tap_ok(moments < 2e-6, "... and Adam's moments: %.1e off", moments);
    free(network);
    free(first);
    mg_deep_q.destroy(self);
}

/* ---- choosing ---- */

static int32_t chosen(void *self, mg_mode mode, uint32_t time, const float *seen, const uint8_t *allowed, int agent)
{
    int32_t action[AGENTS][1];
    int row = 0;
    const float *observation[AGENTS] = {seen, seen};
    const uint8_t *mask[AGENTS] = {allowed, allowed};
    int32_t *actions[AGENTS] = {action[0], action[1]};
    mg_batch batch = {.mode = mode, .rows = 1, .row = &row, .time = &time, .observation = observation};
    batch.allowed = allowed ? mask : NULL;
    mg_deep_q.act(self, &batch, actions, NULL);
    return action[agent][0];
}

static void test_choice(void)
{
    mg_deep_q_config config = small(false);
    config.epsilon_start = 0.6;
    void *self = make(&config, true);
    plain_network *network = calloc(AGENTS, sizeof *network);
    (void)difference(self, network, AGENTS, true);
    (void)turn_targets(&mg_deep_q, self);
    int wrong = 0, barred = 0, hits[ACTIONS] = {0}, free_hits[ACTIONS] = {0};
    static const uint8_t two[ACTIONS] = {1, 0, 1};
    enum { TIMES = 3000 };
    for (uint32_t e = 0; e < STEPS; e++) {
        plain_pass pass = forward(network[1].p, told[e].after + SEEN);
        const uint8_t *allowed = told[e].allowed + ACTIONS;
        int best = -1;
        for (int b = 0; b < ACTIONS; b++)
            if (allowed[b] && (best < 0 || pass.value[b] > pass.value[best]))
                best = b;
        wrong += chosen(self, MG_EVALUATE, e, told[e].after + SEEN, allowed, 1) != best;
    }
    tap_ok(wrong == 0, "evaluation takes the best of what is allowed (%d wrong)", wrong);
    static const uint8_t none[ACTIONS] = {0};
    tap_ok(chosen(self, MG_EVALUATE, 0, told[0].after, none, 0) == 0 &&
               chosen(self, MG_TRAIN, 0, told[0].after, none, 0) == 0,
           "... the first where all are barred");
    plain_pass pass = forward(network[0].p, told[0].after);
    int best = pass.value[2] > pass.value[0] ? 2 : 0;
    for (uint32_t time = 0; time < TIMES; time++) {
        int32_t action = chosen(self, MG_TRAIN, time, told[0].after, two, 0);
        barred += action == 1;
        hits[action]++;
        free_hits[chosen(self, MG_TRAIN, time, told[0].after, NULL, 1)]++;
    }
    /* 0.3 of 3000: 900, standard deviation 25 */
    int other = hits[2 - best];
    tap_ok(barred == 0 && other > 800 && other < 1000, "training plays the other of two in half of 0.6: %d of %d",
           other, TIMES);
    int least = free_hits[0];
    for (int b = 1; b < ACTIONS; b++)
        least = free_hits[b] < least ? free_hits[b] : least;
    tap_ok(least > 510 && least < 690, "... and each of three in a third of it or more: %d", least);
    free(network);
    mg_deep_q.destroy(self);
}

/* All agents of a shared network in one block, more rows than one forward takes: each decides by its own row, and as
 * alone. */
static void test_block(bool shared)
{
    enum { ROWS = 50 };
    mg_deep_q_config config = small(shared);
    void *self = make(&config, true);
    plain_network *network = calloc(AGENTS, sizeof *network);
    float seen[AGENTS * ROWS * SEEN];
    uint8_t allowed[AGENTS * ROWS * ACTIONS];
    int32_t action[AGENTS][ROWS], one[AGENTS][1];
    int row[ROWS], wrong = 0, alone = 0;
    uint32_t time[ROWS];
    (void)difference(self, network, shared ? 1 : AGENTS, true);
    (void)turn_targets(&mg_deep_q, self);
    for (int k = 0; k < AGENTS * ROWS * SEEN; k++)
        seen[k] = told[k / SEEN % STEPS].after[k % SEEN] + 0.01f * (float)(k / SEEN);
    for (int k = 0; k < AGENTS * ROWS * ACTIONS; k++)
        allowed[k] = k % ACTIONS == 1 || k % 7 > 2;
    for (int k = 0; k < ROWS; k++) {
        row[k] = k;
        time[k] = (uint32_t)(5 * k);
    }
    for (int k = -1; k < ROWS; k++) { /* all at once, then one by one from a block of its own */
        int rows = k < 0 ? ROWS : 1, at = k < 0 ? 0 : k;
        float x[AGENTS * ROWS * SEEN];
        uint8_t may[AGENTS * ROWS * ACTIONS];
        for (int i = 0; i < AGENTS; i++) {
            memcpy(x + i * rows * SEEN, seen + (i * ROWS + at) * SEEN, (size_t)rows * SEEN * sizeof *x);
            memcpy(may + i * rows * ACTIONS, allowed + (i * ROWS + at) * ACTIONS, (size_t)rows * ACTIONS);
        }
        const float *const observation[AGENTS] = {x, x + rows * SEEN};
        const uint8_t *const mask[AGENTS] = {may, may + rows * ACTIONS};
        int32_t *const actions[AGENTS] = {k < 0 ? action[0] : one[0], k < 0 ? action[1] : one[1]};
        const mg_batch batch = {.mode = MG_EVALUATE,
                                .rows = rows,
                                .row = row + at,
                                .time = time + at,
                                .observation = observation,
                                .allowed = mask};
        mg_deep_q.act(self, &batch, actions, NULL);
        for (int i = 0; i < AGENTS && k >= 0; i++)
            alone += one[i][0] != action[i][k];
    }
    for (int k = 0; k < AGENTS * ROWS; k++) {
        plain_pass pass = forward(network[shared ? 0 : k / ROWS].p, seen + k * SEEN);
        int best = -1;
        for (int b = 0; b < ACTIONS; b++)
            if (allowed[k * ACTIONS + b] && (best < 0 || pass.value[b] > pass.value[best]))
                best = b;
        wrong += action[k / ROWS][k % ROWS] != best;
    }
    tap_ok(wrong == 0, "%s: a block decides row by row (%d wrong)", shared ? "shared" : "own", wrong);
    tap_ok(alone == 0, "... and as its rows alone (%d others)", alone);
    free(network);
    mg_deep_q.destroy(self);
}

/* Tables 4 to 6 of the appendix, with what it leaves open (facts/ltos.md 6). */
static void test_presets(void)
{
    static const double wanted[2][11] = {{0.99, 1e-3, 0.1, 0.8, 1.0, 0.8, 0.05, 32, 32, 200000, 10},
                                         {0.96, 1e-4, 0.01, 0.6, 0.996, 0.01, 0.05, 512, 128, 200000, 10}};
    const mg_deep_q_config config[2] = {mg_deep_q_prisoner(), mg_deep_q_jungle()};
    for (int game = 0; game < 2; game++) {
        const mg_deep_q_config *c = &config[game];
        const double found[11] = {c->discount,      c->rate,        c->follow, c->epsilon_start,
                                  c->epsilon_decay, c->epsilon_end, c->spread, c->hidden_1,
                                  c->hidden_2,      c->capacity,    c->batch};
        tap_ok(!memcmp(found, wanted[game], sizeof found), "%s as in the tables", game ? "jungle" : "prisoner");
        tap_ok(c->shared && c->learn_after == 10 && c->update_every == 1,
               "... one network, updates from the first minibatch on");
    }
}

static void test_start(void)
{
    mg_deep_q_config config = small(false);
    void *self = make(&config, true);
    mg_tensor tensor[200];
    int wrong = 0;
    (void)mg_deep_q.tensors(self, tensor, 200);
    for (int agent = 0; agent < AGENTS; agent++) {
        mg_stream stream = mg_stream_at(key, MG_PURPOSE_PARAMETERS, 0, 0, (uint32_t)agent);
        const float *weight = tensor[agent * 2 * VIEWS].data, *target = tensor[agent * 2 * VIEWS + VIEWS].data;
        const float *bias = tensor[agent * 2 * VIEWS + 1].data;
        for (int k = 0; k < views[0]; k++) {
            float wanted = 0.4f * mg_random_normal(&stream);
            wrong += weight[k] != wanted || target[k] != wanted;
        }
        for (int k = 0; k < views[1]; k++)
            wrong += bias[k] != 0.0f;
    }
    tap_ok(wrong == 0, "first weights are normal of the spread, each agent's its own, targets the same (%d wrong)",
           wrong);
    mg_deep_q.destroy(self);
}

static void test_epsilon(void)
{
    mg_deep_q_config config = small(false);
    void *self = make(&config, true);
    mg_tensor tensor[200];
    const float *epsilon = NULL;
    int count = mg_deep_q.tensors(self, tensor, 200);
    for (int i = 0; i < count; i++)
        if (!strcmp(tensor[i].name, "epsilon"))
            epsilon = tensor[i].data;
    bool good = epsilon && *epsilon == 0.8f;
    (void)mg_deep_q.end_episode(self, 0);
    good = good && *epsilon == 0.4f;
    (void)mg_deep_q.end_episode(self, 0);
    tap_ok(good && *epsilon == 0.3f, "epsilon is halved after every episode, down to its end");
    mg_deep_q.destroy(self);
}

static void test_refusals(void)
{
    mg_env_spec spec = environment(true);
    mg_learner_spec learner;
    mg_error error = {0};
    mg_deep_q_config config = small(false);
    tap_ok(mg_deep_q.describe(&config, &spec, &learner, &error), "a minibatch of 4 after 6 of 12");
    config.batch = 7;
    tap_ok(!mg_deep_q.describe(&config, &spec, &learner, &error) && strstr(error.text, "batch 7"), "refused: %s",
           error.text);
    config = small(false);
    config.capacity = 5;
    error = (mg_error){0};
    tap_ok(!mg_deep_q.describe(&config, &spec, &learner, &error) && strstr(error.text, "capacity 5"), "refused: %s",
           error.text);
    mg_env_spec_free(&spec);
}

int main(void)
{
    tell();
    for (int shared = 0; shared < 2; shared++)
        for (int masked = 0; masked < 2; masked++)
            test_updates(shared, masked);
    test_start();
    test_presets();
    test_block(false);
    test_block(true);
    test_choice();
    test_epsilon();
    test_refusals();
    return tap_done();
}
