/* QMIX against a second, plain version of it in binary64: whole episodes told to it, minibatches, double targets,
 * mixer, gradients by central differences, RMSProp; then how it plays, remembers and starts. */
#include "baselines/qmix.h"
#include "core/num/isa.h"
#include "tests/plain_qmix.h"
#include "tests/tap.h"
#include "tests/turned_targets.h"

#include <stdlib.h>

enum { AGENTS = 3, SEEN = 3, ACTIONS = 3, LONGEST = 5, PLAYED = 16, PARAMETERS = 500, TENSORS = 60 };
static const mg_key key = {9974, 4};

static mg_env_spec environment(bool masked, int longest)
{
    mg_env_spec spec = {.name = "told", .stages = 1, .longest_episode = longest};
    mg_env_add_agents(&spec, AGENTS,
                      &(mg_agent_spec){.part = {{"place", 1, 1, SEEN}}, .actions = ACTIONS, .masked = masked});
    return spec;
}

static mg_qmix_config small(void)
{
    return (mg_qmix_config){.discount = 0.9,
                            .rate = 2e-3,
                            .decay = 0.9,
                            .small = 1e-3,
                            .gradient_limit = 1.0,
                            .epsilon_start = 0.8,
                            .epsilon_decay = 0.5,
                            .epsilon_end = 0.3,
                            .hidden_1 = 8,
                            .hidden_2 = 4,
                            .memory = 3,
                            .embed = 4,
                            .capacity = 7,
                            .batch = 6,
                            .update_every = 2,
                            .target_every = 3};
}

static void *make(const mg_qmix_config *config, bool masked, int longest)
{
    mg_env_spec spec = environment(masked, longest);
    mg_error error = {0};
    void *self = mg_qmix.create(config, &spec, key, &error);
    mg_env_spec_free(&spec);
    return self;
}

static mg_qmix_network network_of(const mg_qmix_config *c)
{
    mg_qmix_network network;
    mg_qmix_network_describe(
        &network, &(mg_qmix_shape){AGENTS, SEEN, ACTIONS, c->hidden_1, c->hidden_2, c->memory, c->embed, false});
    return network;
}

/* ---- what happens ---- */

typedef struct episode {
    int steps;
    bool terminated;
    float seen[LONGEST + 1][AGENTS * SEEN], reward[LONGEST][AGENTS];
    uint8_t allowed[LONGEST + 1][AGENTS * ACTIONS];
    int32_t action[LONGEST][AGENTS];
} episode;

static episode told[PLAYED];

static void tell(void)
{
    mg_stream stream = mg_stream_at(key, MG_PURPOSE_TEST, 0, 0, 0);
    for (int e = 0; e < PLAYED; e++) {
        episode *now = &told[e];
        now->steps = 1 + (int)mg_random_below(&stream, LONGEST);
        now->terminated = e % 3 != 1;
        for (int t = 0; t <= LONGEST; t++) {
            for (int k = 0; k < AGENTS * SEEN; k++)
                now->seen[t][k] = mg_random_uniform(&stream, -1.0f, 1.0f);
            for (int k = 0; k < AGENTS * ACTIONS; k++)
                now->allowed[t][k] = k % ACTIONS == 1 || mg_random_below(&stream, 2) == 0;
        }
        for (int t = 0; t < LONGEST; t++)
            for (int i = 0; i < AGENTS; i++) {
                now->action[t][i] = (int32_t)mg_random_below(&stream, ACTIONS);
                now->reward[t][i] = mg_random_uniform(&stream, -2.0f, 2.0f);
            }
    }
}

static void observe(void *self, const episode *e)
{
    for (int t = 0; t < e->steps; t++) {
        bool last = t + 1 == e->steps;
        const mg_transition x = {.step = t,
                                 .before = {.observation = e->seen[t], .allowed = e->allowed[t]},
                                 .after = {.observation = e->seen[t + 1], .allowed = e->allowed[t + 1]},
                                 .joint = {.action = e->action[t]},
                                 .reward = e->reward[t],
                                 .terminated = last && e->terminated,
                                 .truncated = last && !e->terminated};
        mg_qmix.observe(self, &x);
    }
    (void)mg_qmix.end_episode(self, 0);
}

/* ---- the same, plainly ---- */

typedef struct plain {
    mg_qmix_network network;
    double theta[PARAMETERS], target[PARAMETERS], squares[PARAMETERS];
} plain;

static void see(const episode *e, int t, double *state)
{
    for (int k = 0; k < AGENTS * SEEN; k++)
        state[k] = (double)e->seen[t][k];
}

/* Q of what was done, [step]; if `choice`, of these instead, at every moment; and what would be best then. */
static void follow(const plain *p, const double *theta, const episode *e, int (*choice)[AGENTS], int (*best)[AGENTS],
                   bool masked, double *total)
{
    double memory[AGENTS][PLAIN_WIDTH] = {{0}};
    for (int t = 0; t <= e->steps; t++) {
        double state[AGENTS * SEEN], value[PLAIN_WIDTH], q[AGENTS];
        see(e, t, state);
        for (int i = 0; i < AGENTS; i++) {
            plain_agent(&p->network, theta, state + i * SEEN, t ? e->action[t - 1][i] : -1, i, memory[i], value);
            int done = choice ? choice[t][i] : t < e->steps ? e->action[t][i] : 0, top = -1;
            for (int a = 0; a < ACTIONS; a++)
                if ((!masked || e->allowed[t][i * ACTIONS + a]) && (top < 0 || value[a] > value[top]))
                    top = a;
            if (best)
                best[t][i] = top;
            q[i] = value[done];
        }
        total[t] = plain_mix(&p->network, theta, state, q);
    }
}

static void targets_of(const plain *p, const episode *e, double discount, bool masked, double *target)
{
    double total[LONGEST + 1], later[LONGEST + 1];
    int best[LONGEST + 1][AGENTS];
    follow(p, p->theta, e, NULL, best, masked, total);
    follow(p, p->target, e, best, NULL, masked, later);
    for (int t = 0; t < e->steps; t++) {
        target[t] = 0.0;
        for (int i = 0; i < AGENTS; i++)
            target[t] += (double)e->reward[t][i] / AGENTS;
        if (!(e->terminated && t + 1 == e->steps))
            target[t] += discount * later[t + 1];
    }
}

static double error_of(const plain *p, const int *list, int batch, double (*target)[LONGEST])
{
    double sum = 0.0, total[LONGEST + 1];
    int steps = 0;
    for (int k = 0; k < batch; k++) {
        const episode *e = &told[list[k]];
        follow(p, p->theta, e, NULL, NULL, false, total);
        for (int t = 0; t < e->steps; t++, steps++)
            sum += (total[t] - target[k][t]) * (total[t] - target[k][t]);
    }
    return sum / steps;
}

/* Returns the norm of the gradient before it is limited. */
static double plain_update(plain *p, const mg_qmix_config *c, int played, uint32_t updates, bool masked)
{
    int oldest = played > c->capacity ? played - c->capacity : 0, among = played - oldest, list[PLAYED];
    double target[PLAYED][LONGEST], gradient[PARAMETERS], norm = 0.0;
    mg_stream stream = mg_stream_at(key, MG_PURPOSE_REPLAY, updates, 0, 0);
    for (int i = 0; i < among; i++)
        list[i] = oldest + i;
    for (int i = 0; i < c->batch; i++) {
        int j = i + (int)mg_random_below(&stream, (uint32_t)(among - i)), drawn = list[j];
        list[j] = list[i];
        list[i] = drawn;
        targets_of(p, &told[drawn], c->discount, masked, target[i]);
    }
    int count = (int)p->network.layout.count;
    for (int k = 0; k < count; k++) {
        double kept = p->theta[k];
        p->theta[k] = kept + 1e-6;
        double above = error_of(p, list, c->batch, target);
        p->theta[k] = kept - 1e-6;
        gradient[k] = (above - error_of(p, list, c->batch, target)) / 2e-6;
        p->theta[k] = kept;
        norm += gradient[k] * gradient[k];
    }
    norm = mg_sqrt(norm);
    for (int k = 0; k < count; k++) {
        double g = norm > c->gradient_limit ? gradient[k] * c->gradient_limit / norm : gradient[k];
        p->squares[k] = c->decay * p->squares[k] + (1.0 - c->decay) * g * g;
        p->theta[k] -= c->rate * g / (mg_sqrt(p->squares[k]) + c->small);
    }
    return norm;
}

/* Largest difference of parameters and targets; `take`: makes the plain ones equal. */
static double difference(void *self, plain *p, bool take)
{
    static mg_tensor tensor[TENSORS];
    int views = p->network.layout.views;
    double most = 0.0;
    (void)mg_qmix.tensors(self, tensor, TENSORS);
    for (int v = 0; v < 2 * views; v++) {
        const mg_view *view = &p->network.layout.view[v % views];
        double *own = (v < views ? p->theta : p->target) + view->offset;
        for (int k = 0; k < view->rows * view->columns; k++) {
            double found = (double)((const float *)tensor[v].data)[k];
            most = larger(most, size_of(found - own[k]));
            if (take)
                own[k] = found;
        }
    }
    return most;
}

/* Where the longest episode is 8 steps long, those of 5 need the longest program. */
static void test_updates(bool masked, bool long_ones)
{
    mg_qmix_config config = small();
    config.hidden_2 = long_ones ? 0 : 4;
    config.sparse = long_ones;
    config.gradient_limit = long_ones ? 100.0 : 1.0;
    void *self = make(&config, masked, long_ones ? 600 : masked ? 8 : LONGEST);
    plain *p = calloc(1, sizeof *p), *first = calloc(1, sizeof *first);
    p->network = network_of(&config);
    (void)difference(self, p, true);
    memcpy(first, p, sizeof *p);
    uint32_t updates = 0;
    uint64_t counted;
    int limited = 0;
    for (int e = 0; e < PLAYED; e++) {
        observe(self, &told[e]);
        if (e + 1 >= config.batch && (e + 1) % config.update_every == 0)
            limited += plain_update(p, &config, e + 1, updates++, masked) > config.gradient_limit;
        if ((e + 1) % config.target_every == 0)
            memcpy(p->target, p->theta, sizeof p->target);
    }
    mg_qmix.update_counts(self, &counted);
    double moved = difference(self, first, false), most = difference(self, p, false);
    tap_ok(counted == updates && updates == 6 && (long_ones ? !limited : limited > 3),
           "%s%s: %u updates, the gradient limited in %d", long_ones ? "parts of a minibatch" : "a minibatch at once",
           masked ? ", choices barred" : "", updates, limited);
    tap_ok(moved > 0.01 && most < 2e-5, "... networks and targets as plain loops in double: %.1e off of %.3f", most,
           moved);
    free(p);
    free(first);
    mg_qmix.destroy(self);
}

/* ---- playing ---- */

/* More games than one forward takes, four steps of each: every agent decides by its own memory and last action. */
static void test_play(bool masked)
{
    enum { ROWS = 40, STEPS = 4, MEMORY = 256 };
    static _Alignas(16) unsigned char memory[ROWS][MEMORY];
    static float seen[AGENTS][ROWS * SEEN];
    static uint8_t allowed[AGENTS][ROWS * ACTIONS];
    static double plain_memory[ROWS][AGENTS][PLAIN_WIDTH];
    static int32_t action[AGENTS][ROWS], last[ROWS][AGENTS];
    mg_qmix_config config = small();
    void *self = make(&config, masked, LONGEST);
    plain *p = calloc(1, sizeof *p);
    p->network = network_of(&config);
    (void)difference(self, p, true);
    (void)turn_targets(&mg_qmix, self);
    mg_env_spec spec = environment(masked, LONGEST);
    mg_learner_spec needs;
    mg_error error = {0};
    (void)mg_qmix.describe(&config, &spec, &needs, &error);
    mg_env_spec_free(&spec);
    int wrong = 0, row[ROWS];
    uint32_t time[ROWS];
    void *memory_of[ROWS];
    memset(memory, 0, sizeof memory);
    memset(plain_memory, 0, sizeof plain_memory);
    memset(last, 0xff, sizeof last);
    mg_stream stream = mg_stream_at(key, MG_PURPOSE_TEST, 1, 0, 0);
    const float *const observation[AGENTS] = {seen[0], seen[1], seen[2]};
    const uint8_t *const mask[AGENTS] = {allowed[0], allowed[1], allowed[2]};
    int32_t *const actions[AGENTS] = {action[0], action[1], action[2]};
    for (int t = 0; t < STEPS; t++) {
        for (int k = 0; k < ROWS; k++) {
            row[k] = k;
            time[k] = (uint32_t)t;
            memory_of[k] = memory[k];
        }
        for (int i = 0; i < AGENTS; i++) {
            for (int k = 0; k < ROWS * SEEN; k++)
                seen[i][k] = mg_random_uniform(&stream, -1.0f, 1.0f);
            for (int k = 0; k < ROWS * ACTIONS; k++)
                allowed[i][k] = k % ACTIONS == 2 || mg_random_below(&stream, 2) == 0;
        }
        mg_batch batch = {.mode = MG_EVALUATE, .rows = ROWS, .row = row, .time = time, .observation = observation};
        batch.allowed = masked ? mask : NULL;
        batch.memory = memory_of;
        mg_qmix.act(self, &batch, actions, NULL);
        for (int k = 0; k < ROWS; k++)
            for (int i = 0; i < AGENTS; i++) {
                double x[SEEN], value[PLAIN_WIDTH];
                int best = -1;
                for (int s = 0; s < SEEN; s++)
                    x[s] = (double)seen[i][k * SEEN + s];
                plain_agent(&p->network, p->theta, x, last[k][i], i, plain_memory[k][i], value);
                for (int a = 0; a < ACTIONS; a++)
                    if ((!masked || allowed[i][k * ACTIONS + a]) && (best < 0 || value[a] > value[best]))
                        best = a;
                wrong += action[i][k] != best;
                last[k][i] = action[i][k];
            }
    }
    tap_ok(wrong == 0 && needs.memory_per_row == AGENTS * (1 + 3) * 4 && needs.memory_per_row <= MEMORY,
           "%d games of %d steps%s: each agent's best by its own memory (%d wrong)", ROWS, STEPS,
           masked ? ", choices barred" : "", wrong);
    free(p);
    mg_qmix.destroy(self);
}

/* The same step of many names: what is not the best is played in two thirds of epsilon, and evaluation never explores.
 */
static void test_exploration(void)
{
    enum { TIMES = 3000 };
    mg_qmix_config config = small();
    config.epsilon_start = 0.6;
    void *self = make(&config, false, LONGEST);
    static const float seen[AGENTS][SEEN] = {{0.5f, -0.5f, 1.0f}, {0.25f, 1.0f, -1.0f}, {0.0f, 0.75f, 0.5f}};
    const float *const observation[AGENTS] = {seen[0], seen[1], seen[2]};
    _Alignas(16) unsigned char memory[256];
    void *const memory_of[1] = {memory};
    int32_t action[AGENTS][1], *const actions[AGENTS] = {action[0], action[1], action[2]}, best[AGENTS] = {0};
    int row = 0, others[AGENTS] = {0}, both = 0, untold = 0;
    for (uint32_t time = 0; time <= TIMES; time++) {
        mg_batch batch = {.mode = time ? MG_TRAIN : MG_EVALUATE, .rows = 1, .row = &row, .time = &time};
        batch.observation = observation;
        batch.memory = memory_of;
        memset(memory, 0, sizeof memory);
        mg_qmix.act(self, &batch, actions, NULL);
        for (int i = 0; i < AGENTS; i++) {
            best[i] = time ? best[i] : action[i][0];
            others[i] += action[i][0] != best[i];
            untold += ((const int32_t *)(const void *)memory)[i] != 1 + action[i][0];
        }
        both += action[0][0] != best[0] && action[1][0] != best[1];
    }
    /* 0.4 of 3000: 1200, standard deviation 27; both: 0.16: 480, 20 */
    tap_ok(others[0] > 1090 && others[0] < 1310 && others[1] > 1090 && others[1] < 1310 && both > 400 && both < 560,
           "training explores in 0.6 of %d steps, each agent for itself: %d, %d, both %d", TIMES, others[0], others[1],
           both);
    tap_ok(untold == 0, "... and remembers what it did, explored or not (%d others)", untold);
    mg_qmix.destroy(self);
}

/* ---- starts and settings ---- */

static const mg_tensor *find(void *self, const char *name)
{
    static mg_tensor tensor[TENSORS];
    int count = mg_qmix.tensors(self, tensor, TENSORS);
    for (int i = 0; i < count; i++)
        if (!strcmp(tensor[i].name, name))
            return &tensor[i];
    return NULL;
}

static void test_start(void)
{
    mg_qmix_config config = small();
    void *self = make(&config, false, LONGEST);
    const mg_tensor *weight = find(self, "network 0 output.weight");
    double worst = 0.0;
    for (int a = 0; weight && a < ACTIONS; a++)
        for (int b = 0; b < ACTIONS; b++) {
            double product = 0.0;
            for (int k = 0; k < 3; k++) {
                const float *w = (const float *)weight->data + k * ACTIONS;
                product += (double)w[a] * (double)w[b];
            }
            worst = larger(worst, size_of(product - (a == b)));
        }
    tap_ok(weight && worst < 1e-5, "first weights are orthogonal: %.1e off", worst);
    const float *bias = find(self, "network 0 first.bias")->data;
    tap_ok(bias[0] == 0.0f && bias[4] == 0.0f, "biases start at 0");
    const float *epsilon = find(self, "epsilon")->data;
    bool good = *epsilon == 0.8f;
    (void)mg_qmix.end_episode(self, 0);
    good = good && *epsilon == 0.4f;
    (void)mg_qmix.end_episode(self, 0);
    tap_ok(good && *epsilon == 0.3f, "epsilon is halved after every episode, down to its end");
    mg_qmix.destroy(self);
}

/* Tables 4 and 6 of the appendix, and the program's settings (facts/ltos.md 13). */
static void test_presets(void)
{
    static const double wanted[3][17] = {
        {0.99, 5e-3, 0.99, 1e-5, 10, 0.8, 1, 0.8, 20, 0, 20, 20, 5000, 32, 1, 200, 0},
        {0.96, 5e-5, 0.99, 1e-5, 10, 0.6, 0.996, 0.01, 512, 128, 512, 512, 5000, 32, 1, 200, 1},
        {0.96, 5e-5, 0.99, 1e-5, 10, 0.6, 0.996, 0.01, 512, 128, 64, 32, 5000, 32, 1, 200, 1}};
    static const char *const name[3] = {"prisoner", "jungle", "jungle, small"};
    const mg_qmix_config config[3] = {mg_qmix_prisoner(), mg_qmix_jungle(), mg_qmix_jungle_small()};
    for (int game = 0; game < 3; game++) {
        int wrong = mg_qmix.fields->count != 17;
        for (int f = 0; f < 17; f++)
            wrong += !(size_of(mg_config_value(&mg_qmix.fields->field[f], &config[game]) - wanted[game][f]) <= 0);
        tap_ok(wrong == 0, "%s as in the tables (%d others)", name[game], wrong);
    }
    mg_env_spec spec = environment(false, LONGEST);
    mg_learner_spec learner;
    mg_error error = {0};
    mg_qmix_config narrow = small();
    narrow.capacity = 4;
    tap_ok(!mg_qmix.describe(&narrow, &spec, &learner, &error) && strstr(error.text, "capacity 4"), "refused: %s",
           error.text);
    mg_env_spec_free(&spec);
}

int main(void)
{
    char message[200];
    tap_ok(mg_isa_choose("auto", message, sizeof message), "kernels");
    tell();
    test_updates(false, false);
    test_updates(true, false);
    test_updates(true, true);
    test_play(false);
    test_play(true);
    test_exploration();
    test_start();
    test_presets();
    return tap_done();
}
