/* Learning in rounds: when epochs end, which samples they go over, rates that fall; and whole rounds of DGN's learner
 * without attention and of fixed LToS against plain double loops. */
#include "algos/ltos.h"
#include "baselines/graph_q.h"
#include "core/num/isa.h"
#include "core/num/scalar_math.h"
#include "core/rl/replay.h"
#include "tests/tap.h"

#include <stdlib.h>
#include <string.h>

/* ---- epochs ---- */

enum { CALLS_MAX = 200 };

typedef struct script {
    const double *error; /* of what is held out, epoch by epoch */
    int epochs, calls;
    struct {
        int first, samples;
        bool learn;
    } call[CALLS_MAX];
} script;

static double scripted(void *self, int first, int samples, bool learn)
{
    script *s = self;
    s->call[s->calls].first = first;
    s->call[s->calls].samples = samples;
    s->call[s->calls++].learn = learn;
    s->epochs += learn && first == 0;
    return learn ? 100.0 : s->error[s->epochs - 1];
}

static int epochs_of(const mg_rounds *rounds, const double *error, script *s)
{
    *s = (script){.error = error};
    return mg_rounds_fit(rounds, 10, 4, scripted, s);
}

static bool called(const script *s, int k, int first, int samples, bool learn)
{
    return s->call[k].first == first && s->call[k].samples == samples && s->call[k].learn == learn;
}

static void test_epochs(void)
{
    static const double falls[] = {9, 8, 7, 6, 5, 4, 3, 2, 1, 0}, rises[] = {3, 4, 4, 3, 2, 1};
    static const double dips[] = {5, 6, 4, 5, 5, 4, 3, 3};
    mg_rounds rounds = mg_rounds_colight();
    script s;
    rounds.epochs = 6;
    rounds.patience = 3;
    tap_ok(epochs_of(&rounds, falls, &s) == 6, "as many epochs as there may be while it gets better");
    tap_ok(s.calls == 18 && called(&s, 0, 0, 4, true) && called(&s, 1, 4, 3, true) && called(&s, 2, 7, 3, false),
           "seven of ten are fitted to, the other three judge");
    tap_ok(epochs_of(&rounds, rises, &s) == 4, "three without a new least error are enough");
    tap_ok(epochs_of(&rounds, dips, &s) == 6, "equal is not better");
    rounds.held_out = 0.0;
    tap_ok(epochs_of(&rounds, rises, &s) == 6 && s.calls == 18 && called(&s, 2, 8, 2, true),
           "with nothing held out nobody judges");
    tap_ok(mg_rounds_rate(&rounds, 0.5, 0) == 0.5 && mg_rounds_rate(&rounds, 0.5, 3) == 0.5 * 0.95 * 0.95 * 0.95,
           "rates fall once a round");
    const mg_optimiser_config optimiser = mg_rounds_optimiser(&rounds, 0.25);
    tap_ok(optimiser.kind == MG_RMSPROP && optimiser.rate == 0.25 && optimiser.beta2 == 0.9 &&
               optimiser.epsilon == 1e-7,
           "RMSProp as Keras has it");
}

/* ---- what happens ---- */

enum {
    AGENTS = 2,
    SEEN = 3,
    GIVEN = 3,
    ACTIONS = 3,
    FIRST = 5,
    SECOND = 4,
    VIEWS = 6,
    MOST = 64,
    STEPS = 8,
    ROUNDS = 3
};
static const mg_key key = {9951, 2};

typedef struct event {
    float before[AGENTS * SEEN], after[AGENTS * SEEN], reward[AGENTS];
    int32_t action[AGENTS];
    bool terminated;
} event;

/* An episode ends after eight steps, in the second round by itself; the replay holds two of them. */
static event told[ROUNDS * STEPS];

static void tell(void)
{
    mg_stream stream = mg_stream_at(key, MG_PURPOSE_TEST, 0, 0, 0);
    for (int e = 0; e < ROUNDS * STEPS; e++) {
        for (int k = 0; k < AGENTS * SEEN; k++) {
            float fresh = mg_random_uniform(&stream, -1.0f, 1.0f);
            told[e].before[k] = e % STEPS ? told[e - 1].after[k] : fresh;
            told[e].after[k] = mg_random_uniform(&stream, -1.0f, 1.0f);
        }
        for (int i = 0; i < AGENTS; i++) {
            told[e].action[i] = (int32_t)mg_random_below(&stream, ACTIONS);
            told[e].reward[i] = mg_random_uniform(&stream, -20.0f, 20.0f);
        }
        told[e].terminated = e == 2 * STEPS - 1;
    }
}

static mg_env_spec environment(void)
{
    mg_env_spec spec = {.name = "told", .stages = 1, .neighbours_max = 1, .longest_episode = STEPS};
    mg_env_add_agents(&spec, AGENTS, &(mg_agent_spec){.part = {{"place", 1, 1, SEEN}}, .actions = ACTIONS});
    return spec;
}

static mg_rounds short_rounds(void)
{
    return (mg_rounds){.episodes = 1,
                       .sample = 7,
                       .held_out = 0.3,
                       .epochs = 5,
                       .patience = 1,
                       .rate_decay = 0.5,
                       .reward_scale = 0.05,
                       .decay = 0.9,
                       .epsilon = 1e-7};
}

/* ---- the same, plainly ---- */

typedef struct plain {
    int inputs; /* what is seen, and what is given */
    double p[VIEWS][MOST], target[VIEWS][MOST], square[VIEWS][MOST];
    double first[FIRST], second[SECOND], value[ACTIONS];
} plain;

static void sizes(const plain *net, int *size)
{
    const int all[VIEWS] = {net->inputs * FIRST, FIRST, FIRST * SECOND, SECOND, SECOND * ACTIONS, ACTIONS};
    memcpy(size, all, sizeof all);
}

static void forward(plain *net, double (*p)[MOST], const double *in)
{
    for (int j = 0; j < FIRST; j++) {
        double sum = p[1][j];
        for (int k = 0; k < net->inputs; k++)
            sum += in[k] * p[0][k * FIRST + j];
        net->first[j] = sum > 0 ? sum : 0;
    }
    for (int j = 0; j < SECOND; j++) {
        double sum = p[3][j];
        for (int k = 0; k < FIRST; k++)
            sum += net->first[k] * p[2][k * SECOND + j];
        net->second[j] = sum > 0 ? sum : 0;
    }
    for (int j = 0; j < ACTIONS; j++) {
        net->value[j] = p[5][j];
        for (int k = 0; k < SECOND; k++)
            net->value[j] += net->second[k] * p[4][k * ACTIONS + j];
    }
}

/* After forward: adds the derivative of slope * value[action]. */
static void backward(const plain *net, const double *in, int action, double slope, double (*g)[MOST])
{
    double by_second[SECOND], by_first[FIRST] = {0};
    g[5][action] += slope;
    for (int k = 0; k < SECOND; k++) {
        g[4][k * ACTIONS + action] += slope * net->second[k];
        by_second[k] = net->second[k] > 0 ? slope * net->p[4][k * ACTIONS + action] : 0;
        g[3][k] += by_second[k];
        for (int j = 0; j < FIRST; j++) {
            g[2][j * SECOND + k] += by_second[k] * net->first[j];
            by_first[j] += by_second[k] * net->p[2][j * SECOND + k];
        }
    }
    for (int j = 0; j < FIRST; j++) {
        double slope_first = net->first[j] > 0 ? by_first[j] : 0;
        g[1][j] += slope_first;
        for (int k = 0; k < net->inputs; k++)
            g[0][k * FIRST + j] += slope_first * in[k];
    }
}

/* What an agent sees, and behind it what it is given: by oneself, by the other, by all others besides. */
static void inputs_of(const plain *net, const float *seen, int agent, double own, double *in)
{
    const double given[GIVEN] = {own, 1.0 - own, 0.0};
    for (int k = 0; k < net->inputs; k++)
        in[k] = k < SEEN ? (double)seen[agent * SEEN + k] : given[k - SEEN];
}

static double reward_of(const event *e, int agent, double own)
{
    return own * (double)e->reward[agent] + (1.0 - own) * (double)e->reward[1 - agent];
}

/* One minibatch: the error, and a step down it. */
static double plain_pass(plain *net, const event *const *sample, const double *target, int samples, double own,
                         double rate)
{
    static double g[VIEWS][MOST];
    double error = 0.0, over = (double)(samples * ACTIONS), in[SEEN + GIVEN];
    int size[VIEWS];
    memset(g, 0, sizeof g);
    for (int s = 0; s < samples; s++)
        for (int i = 0; i < AGENTS; i++) {
            inputs_of(net, sample[s]->before, i, own, in);
            forward(net, net->p, in);
            double off = net->value[sample[s]->action[i]] - target[s * AGENTS + i];
            error += off * off / over;
            backward(net, in, sample[s]->action[i], 2.0 * off / over, g);
        }
    sizes(net, size);
    for (int v = 0; v < VIEWS && rate > 0.0; v++)
        for (int k = 0; k < size[v]; k++) {
            net->square[v][k] = 0.9 * net->square[v][k] + 0.1 * g[v][k] * g[v][k];
            net->p[v][k] -= rate * g[v][k] / (mg_sqrt(net->square[v][k]) + 1e-7);
        }
    return error;
}

static void plain_targets(plain *net, const event *const *sample, int samples, double own, double discount,
                          double *target)
{
    double in[SEEN + GIVEN];
    for (int s = 0; s < samples; s++)
        for (int i = 0; i < AGENTS; i++) {
            inputs_of(net, sample[s]->after, i, own, in);
            forward(net, net->target, in);
            double best = net->value[0];
            for (int a = 1; a < ACTIONS; a++)
                best = net->value[a] > best ? net->value[a] : best;
            target[s * AGENTS + i] =
                0.05 * reward_of(sample[s], i, own) + (sample[s]->terminated ? 0.0 : discount * best);
        }
}

/* A round on what the replay has after `steps` steps, of which it keeps twelve: seven of them, three epochs at least
 * of two, two and then one that judges... as the config says. Returns the epochs. */
static int plain_round(plain *net, int round, double own)
{
    const int steps = (round + 1) * STEPS, kept = steps < 12 ? steps : 12, fitted = 4;
    const event *sample[7];
    uint32_t list[12];
    double target[7 * AGENTS], least = 0.0, rate = 0.02;
    int size[VIEWS], epoch = 0;
    mg_stream stream = mg_stream_at(key, MG_PURPOSE_REPLAY, (uint32_t)round, 0, 0);
    for (int k = 0; k < kept; k++)
        list[k] = (uint32_t)k;
    for (int k = 0; k < 7; k++) {
        uint32_t other = (uint32_t)k + mg_random_below(&stream, (uint32_t)(kept - k)), taken = list[other];
        list[other] = list[k];
        list[k] = taken;
        sample[k] = &told[steps - kept + (int)taken];
    }
    for (int r = 0; r < round; r++)
        rate *= 0.5;
    plain_targets(net, sample, 7, own, 0.9, target);
    for (bool better = true; better && epoch < 5; epoch++) {
        for (int first = 0; first < fitted; first += 3)
            (void)plain_pass(net, sample + first, target + first * AGENTS, first ? 1 : 3, own, rate);
        double error = plain_pass(net, sample + fitted, target + fitted * AGENTS, 3, own, 0.0);
        better = epoch == 0 || error < least;
        least = better ? error : least;
    }
    sizes(net, size);
    for (int v = 0; v < VIEWS; v++)
        for (int k = 0; k < size[v]; k++)
            net->target[v][k] += 0.25 * (net->p[v][k] - net->target[v][k]);
    return epoch;
}

/* ---- both ---- */

static const char *const view_name[VIEWS] = {"first.weight", "first.bias",    "second.weight",
                                             "second.bias",  "output.weight", "output.bias"};

static float *view(const mg_learner_table *learner, void *self, const char *prefix, int v)
{
    static mg_tensor tensor[100];
    char wanted[100];
    int count = learner->tensors(self, tensor, 100);
    snprintf(wanted, sizeof wanted, "%s%s", prefix, view_name[v]);
    for (int k = 0; k < count; k++)
        if (!strcmp(tensor[k].name, wanted))
            return tensor[k].data;
    tap_ok(false, "there is a tensor %s", wanted);
    for (int k = 0; k < count; k++)
        tap_note("%s", tensor[k].name);
    exit(1);
}

static double furthest(const plain *net, const mg_learner_table *learner, void *self, const char *prefix,
                       const char *target)
{
    double far = 0.0;
    int size[VIEWS];
    sizes(net, size);
    for (int v = 0; v < VIEWS; v++)
        for (int k = 0; k < size[v]; k++) {
            double a = net->p[v][k] - (double)view(learner, self, prefix, v)[k];
            double b = net->target[v][k] - (double)view(learner, self, target, v)[k];
            far = a * a > far ? a * a : far;
            far = b * b > far ? b * b : far;
        }
    return mg_sqrt(far);
}

/* Three rounds of a learner beside the plain ones. own: what an agent keeps; alone: nothing is given. */
static void compare(const mg_learner_table *learner, const void *config, const char *prefix, const char *target,
                    int inputs, double own)
{
    static const int32_t neighbour[AGENTS] = {1, 0};
    mg_env_spec spec = environment();
    mg_error error = {0};
    plain net = {.inputs = inputs};
    int size[VIEWS], updates = 0;
    void *self = learner->create(config, &spec, key, &error);
    mg_learner_spec described;
    if (!tap_ok(self && learner->describe(config, &spec, &described, &error), "%s is made%s", learner->name,
                error.text))
        return;
    sizes(&net, size);
    for (int v = 0; v < VIEWS; v++)
        for (int k = 0; k < size[v]; k++)
            net.p[v][k] = net.target[v][k] = (double)view(learner, self, prefix, v)[k];
    void *memory = calloc(1, described.memory_per_row + 1);
    for (int e = 0; e < ROUNDS * STEPS; e++) {
        const float *seen[AGENTS] = {told[e].before, told[e].before + SEEN};
        const int32_t *graph[AGENTS] = {neighbour, neighbour + 1};
        int32_t chosen[AGENTS], *actions[AGENTS] = {chosen, chosen + 1};
        const mg_batch batch = {.mode = MG_TRAIN,
                                .rows = 1,
                                .row = (int[]){0},
                                .time = (uint32_t[]){(uint32_t)e},
                                .observation = seen,
                                .neighbour = graph,
                                .memory = (void *[]){memory}};
        if (e % STEPS == 0)
            memset(memory, 0, described.memory_per_row);
        learner->act(self, &batch, actions, NULL);
        learner->observe(self, &(mg_transition){.step = e % STEPS,
                                                .before = {.observation = told[e].before, .neighbour = neighbour},
                                                .after = {.observation = told[e].after, .neighbour = neighbour},
                                                .joint = {.action = told[e].action},
                                                .reward = told[e].reward,
                                                .terminated = told[e].terminated,
                                                .truncated = !told[e].terminated && e % STEPS == STEPS - 1});
        if (e % STEPS != STEPS - 1)
            continue;
        (void)learner->end_episode(self, 0);
        updates += 2 * plain_round(&net, e / STEPS, own);
        double far = furthest(&net, learner, self, prefix, target);
        tap_ok(far < 2e-5, "%s, round %d: networks and targets as in plain loops, %.2g apart", learner->name, e / STEPS,
               far);
    }
    uint64_t counted[MG_UPDATES_MAX];
    learner->update_counts(self, counted);
    tap_ok(counted[0] == (uint64_t)updates, "%s: %d updates, two an epoch", learner->name, updates);
    free(memory);
    learner->destroy(self);
    mg_env_spec_free(&spec);
}

static void test_graph_q(void)
{
    mg_graph_q_rounds_config config = {mg_graph_q_traffic().graph_q, short_rounds()};
    config.graph_q.discount = 0.9;
    config.graph_q.rate = 0.02;
    config.graph_q.follow = 0.25;
    config.graph_q.spread = 0.5;
    config.graph_q.layers = 0;
    config.graph_q.hidden_1 = FIRST;
    config.graph_q.hidden_2 = SECOND;
    config.graph_q.capacity = 12;
    config.graph_q.batch = 3;
    compare(&mg_graph_q_rounds, &config, "network 0 ", "network 0 target ", SEEN, 1.0);
}

static mg_ltos_rounds_config small_ltos(void)
{
    mg_ltos_rounds_config config = {mg_ltos_traffic().ltos, short_rounds(), 2, false};
    config.ltos.discount = 0.9;
    config.ltos.rate = 0.02;
    config.ltos.follow = 0.25;
    config.ltos.spread = 0.5;
    config.ltos.layers = 0;
    config.ltos.hidden_1 = FIRST;
    config.ltos.hidden_2 = SECOND;
    config.ltos.capacity = 12;
    config.ltos.batch = config.ltos.sharing_batch = 3;
    config.ltos.sharing_every = 2;
    config.ltos.sample = 8;
    return config;
}

static void test_ltos(void)
{
    mg_ltos_rounds_config config = small_ltos();
    config.ltos.fixed = true;
    config.ltos.selfishness = 0.7;
    compare(&mg_ltos_rounds, &config, "values 0 ", "values 0 target ", SEEN + GIVEN, 0.7);
}

/* ---- the high level: when it is due, how often, and what it tells ---- */

static double metric_named(const mg_learner_spec *spec, const double *metric, const char *name)
{
    for (int m = 0; m < spec->metrics; m++)
        if (!strcmp(spec->metric[m].name, name))
            return metric[m];
    tap_ok(false, "there is a metric %s", name);
    return 0.0;
}

typedef struct shared {
    uint64_t counted[ROUNDS][2];
    double own;  /* mean in the first sixth, as seen from outside */
    double told; /* the same, as its metric has it */
    double last, moved;
} shared;

static shared play_rounds(const mg_ltos_rounds_config *config)
{
    static const int32_t neighbour[AGENTS] = {1, 0};
    mg_env_spec spec = environment();
    mg_error error = {0};
    mg_learner_spec described;
    void *self = mg_ltos_rounds.create(config, &spec, key, &error);
    (void)mg_ltos_rounds.describe(config, &spec, &described, &error);
    void *memory = calloc(1, described.memory_per_row);
    shared seen_of_it = {.own = 0.0};
    float own[AGENTS];
    double metric[32], sum = 0.0;
    for (int e = 0; e < ROUNDS * STEPS; e++) {
        const float *seen[AGENTS] = {told[e].before, told[e].before + SEEN};
        const int32_t *graph[AGENTS] = {neighbour, neighbour + 1};
        int32_t chosen[AGENTS], *actions[AGENTS] = {chosen, chosen + 1};
        if (e % STEPS == 0)
            memset(memory, 0, described.memory_per_row);
        mg_ltos_rounds.act(self,
                           &(mg_batch){.mode = MG_TRAIN,
                                       .rows = 1,
                                       .row = (int[]){0},
                                       .time = (uint32_t[]){(uint32_t)e},
                                       .observation = seen,
                                       .neighbour = graph,
                                       .memory = (void *[]){memory}},
                           actions, NULL);
        int agents = mg_ltos_own_weights(self, memory, own);
        sum = e % STEPS == 0 ? 0.0 : sum;
        sum += agents == AGENTS && e % STEPS < 2 ? ((double)own[0] + (double)own[1]) / 2.0 : 0.0;
        mg_ltos_rounds.observe(self, &(mg_transition){.step = e % STEPS,
                                                      .before = {.observation = told[e].before, .neighbour = neighbour},
                                                      .after = {.observation = told[e].after, .neighbour = neighbour},
                                                      .joint = {.action = told[e].action},
                                                      .reward = told[e].reward,
                                                      .truncated = e % STEPS == STEPS - 1});
        if (e % STEPS == STEPS - 1) {
            (void)mg_ltos_rounds.end_episode(self, 0);
            mg_ltos_rounds.update_counts(self, seen_of_it.counted[e / STEPS]);
        }
    }
    mg_ltos_rounds.metrics(self, metric);
    seen_of_it.own = sum / 2.0;
    seen_of_it.told = metric_named(&described, metric, "own_weight_1");
    seen_of_it.last = metric_named(&described, metric, "own_weight_6");
    seen_of_it.moved = metric_named(&described, metric, "sharing_moved");
    free(memory);
    mg_ltos_rounds.destroy(self);
    mg_env_spec_free(&spec);
    return seen_of_it;
}

static void test_sharing(void)
{
    mg_ltos_rounds_config config = small_ltos();
    const shared stays = play_rounds(&config);
    tap_ok(stays.counted[0][1] == 0 && stays.counted[1][1] == 6 && stays.counted[2][1] == 6,
           "every second round the high level makes two passes of eight samples by three: %d, %d, %d",
           (int)stays.counted[0][1], (int)stays.counted[1][1], (int)stays.counted[2][1]);
    tap_ok(stays.told > stays.own - 1e-6 && stays.told < stays.own + 1e-6,
           "what they keep in the first sixth, two steps of eight: %g", stays.told);
    tap_ok(stays.last > 0.0 && stays.moved > 0.0, "and in the last; the high level has moved");
    config.sharing_falls = true;
    const double falls = play_rounds(&config).moved / stays.moved;
    tap_ok(falls > 0.499 && falls < 0.501, "in the second round its rate has fallen by half, or has stayed: %g", falls);
}

int main(void)
{
    char message[200];
    bool chosen = mg_isa_choose("auto", message, sizeof message);
    if (!tap_ok(chosen, "kernels: %s", chosen ? mg_isa_name() : message))
        return tap_done();
    tell();
    test_epochs();
    test_graph_q();
    test_ltos();
    test_sharing();
    return tap_done();
}
