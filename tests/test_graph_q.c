/* DGN against plain double loops: several updates of everything from the replay to Adam and the target network, whose
 * gradients are central differences of a loss written out plainly; how it chooses; when it learns. */
#include "baselines/graph_q.h"
#include "core/num/isa.h"
#include "tests/graph_plain.h"
#include "tests/tap.h"
#include "tests/turned_targets.h"

#include <stdlib.h>

enum { AGENTS = 4, SEEN = 3, ACTIONS = 3, NEIGHBOURS = 2, SLOTS = 1 + NEIGHBOURS, STEPS = 40, VIEWS = 22 };
enum { HIDDEN = 6, WIDTH = 4, HEADS = 2, LAYERS = 2, WEIGHTS = AGENTS * HEADS * SLOTS };
static const mg_key key = {9960, 4};

static mg_env_spec environment(bool masked)
{
    mg_env_spec spec = {.name = "told", .stages = 1, .longest_episode = 7, .neighbours_max = NEIGHBOURS};
    mg_env_add_agents(&spec, AGENTS,
                      &(mg_agent_spec){.part = {{"place", 1, 1, SEEN}}, .actions = ACTIONS, .masked = masked});
    return spec;
}

static mg_graph_q_config small(void)
{
    return (mg_graph_q_config){.discount = 0.9,
                               .rate = 0.01,
                               .adam_epsilon = 1e-4,
                               .follow = 0.25,
                               .epsilon_start = 0.8,
                               .epsilon_decay = 0.5,
                               .epsilon_end = 0.3,
                               .spread = 0.5,
                               .hidden_1 = HIDDEN,
                               .hidden_2 = WIDTH,
                               .layers = LAYERS,
                               .heads = HEADS,
                               .capacity = 12,
                               .batch = 4,
                               .idle_episodes = 2,
                               .update_every = 3,
                               .sparse = true};
}

/* ---- what happens: numbers that are often 0, graphs that change and have gaps ---- */

typedef struct event {
    float before[AGENTS * SEEN], after[AGENTS * SEEN], reward[AGENTS];
    uint8_t allowed[AGENTS * ACTIONS]; /* after */
    int32_t near[AGENTS * NEIGHBOURS], next_near[AGENTS * NEIGHBOURS], action[AGENTS];
    int step;
    bool terminated, truncated;
} event;

static event told[STEPS];

static void draw_near(mg_stream *stream, int32_t *near)
{
    for (int i = 0; i < AGENTS; i++) {
        int turn = (int)mg_random_below(stream, 2), count = (int)mg_random_below(stream, NEIGHBOURS + 1);
        for (int n = 0; n < NEIGHBOURS; n++)
            near[i * NEIGHBOURS + n] = n < count ? (i + 1 + (n + turn) % NEIGHBOURS) % AGENTS : -1;
    }
}

static void tell(void)
{
    mg_stream stream = mg_stream_at(key, MG_PURPOSE_TEST, 0, 0, 0);
    int step = 0;
    for (int e = 0; e < STEPS; e++) {
        event *now = &told[e];
        for (int k = 0; k < AGENTS * SEEN; k++) {
            float fresh = mg_random_uniform(&stream, -1.0f, 1.0f);
            now->before[k] = step ? told[e - 1].after[k] : fresh;
            now->after[k] = mg_random_below(&stream, 3) ? mg_random_uniform(&stream, -1.0f, 1.0f) : 0.0f;
        }
        draw_near(&stream, now->near);
        draw_near(&stream, now->next_near);
        if (step)
            memcpy(now->near, told[e - 1].next_near, sizeof now->near);
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
    static const uint8_t all[AGENTS * ACTIONS] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    const mg_transition x = {
        .step = e->step,
        .before = {.observation = e->before, .allowed = e->step ? (e - 1)->allowed : all, .neighbour = e->near},
        .after = {.observation = e->after, .allowed = e->allowed, .neighbour = e->next_near},
        .joint = {.action = e->action},
        .reward = e->reward,
        .terminated = e->terminated,
        .truncated = e->truncated};
    mg_graph_q.observe(self, &x);
    if (e->terminated || e->truncated)
        (void)mg_graph_q.end_episode(self, 0);
}

static void *make(const mg_graph_q_config *config, bool masked)
{
    mg_env_spec spec = environment(masked);
    mg_error error = {0};
    void *self = mg_graph_q.create(config, &spec, key, &error);
    mg_env_spec_free(&spec);
    return self;
}

/* ---- the same, plainly ---- */

enum { NUMBERS_MAX = 400 };
typedef struct plain_learner {
    mg_graph_network network;
    double p[NUMBERS_MAX], target[NUMBERS_MAX], m[NUMBERS_MAX], v[NUMBERS_MAX], beta1_power, beta2_power;
} plain_learner;

static void plain_start(plain_learner *plain)
{
    mg_graph_network_describe(&plain->network, &(mg_graph_shape){.agents = AGENTS,
                                                                 .neighbours = NEIGHBOURS,
                                                                 .seen = SEEN,
                                                                 .hidden_1 = HIDDEN,
                                                                 .hidden_2 = WIDTH,
                                                                 .layers = LAYERS,
                                                                 .heads = HEADS,
                                                                 .outputs = ACTIONS});
    plain->beta1_power = plain->beta2_power = 1.0;
}

/* Values of all agents, and how they attend. */
static void plain_values(const plain_learner *plain, const double *p, const float *seen, const int32_t *near,
                         double *value, double *weight)
{
    double x[AGENTS * SEEN];
    int32_t slot[AGENTS * SLOTS];
    for (int k = 0; k < AGENTS * SEEN; k++)
        x[k] = (double)seen[k];
    for (int k = 0; k < AGENTS * SLOTS; k++)
        slot[k] = k % SLOTS ? near[k / SLOTS * NEIGHBOURS + k % SLOTS - 1] : k / SLOTS;
    plain_graph(&plain->network, p, x, slot, value, weight);
}

typedef struct goal {
    double target[AGENTS], later[LAYERS * WEIGHTS];
} goal;

static goal plain_goal(const plain_learner *plain, const mg_graph_q_config *c, const event *e, bool masked)
{
    goal to;
    double value[AGENTS * ACTIONS], weight[LAYERS * WEIGHTS];
    plain_values(plain, plain->target, e->after, c->same_graph ? e->near : e->next_near, value, weight);
    for (int i = 0; i < AGENTS; i++) {
        double best = -1e300;
        for (int b = 0; b < ACTIONS; b++)
            if ((!masked || e->allowed[i * ACTIONS + b]) && value[i * ACTIONS + b] > best)
                best = value[i * ACTIONS + b];
        to.target[i] = (double)e->reward[i] + (e->terminated ? 0.0 : c->discount * best);
    }
    plain_values(plain, plain->target, e->after, e->near, value, to.later);
    return to;
}

/* Sum over agents of the mean over samples and actions of what an action is off; the regulariser's mean over samples,
 * agents and heads, of all layers. */
static double plain_loss(const plain_learner *plain, const mg_graph_q_config *c, const int *list, const goal *to)
{
    double loss = 0.0;
    for (int s = 0; s < c->batch; s++) {
        const event *e = &told[list[s]];
        double value[AGENTS * ACTIONS], weight[LAYERS * WEIGHTS];
        plain_values(plain, plain->p, e->before, e->near, value, weight);
        for (int i = 0; i < AGENTS; i++) {
            double off = value[i * ACTIONS + e->action[i]] - to[s].target[i];
            loss += off * off / (c->batch * ACTIONS);
        }
        for (int k = 0; k < LAYERS * WEIGHTS; k++)
            if (to[s].later[k] > 0.0)
                loss += c->relation * to[s].later[k] * mg_log(to[s].later[k] / weight[k]) / (c->batch * AGENTS * HEADS);
    }
    return loss;
}

static void plain_adam(plain_learner *plain, const mg_graph_q_config *c, const double *g)
{
    plain->beta1_power *= 0.9;
    plain->beta2_power *= 0.999;
    double rate = c->rate * mg_sqrt(1.0 - plain->beta2_power) / (1.0 - plain->beta1_power);
    for (size_t k = 0; k < plain->network.layout.count; k++) {
        plain->m[k] = 0.9 * plain->m[k] + 0.1 * g[k];
        plain->v[k] = 0.999 * plain->v[k] + 0.001 * g[k] * g[k];
        plain->p[k] -= rate * plain->m[k] / (mg_sqrt(plain->v[k]) + c->adam_epsilon);
        plain->target[k] += c->follow * (plain->p[k] - plain->target[k]);
    }
}

/* kept: how many events there were; updates: before this one. */
static void plain_update(plain_learner *plain, const mg_graph_q_config *c, int kept, uint32_t updates, bool masked)
{
    int oldest = kept > c->capacity ? kept - c->capacity : 0, among = kept - oldest, list[STEPS];
    goal to[STEPS];
    double g[NUMBERS_MAX];
    mg_stream stream = mg_stream_at(key, MG_PURPOSE_REPLAY, updates, 0, 0);
    for (int i = 0; i < among; i++)
        list[i] = oldest + i;
    for (int i = 0; i < c->batch; i++) {
        int j = i + (int)mg_random_below(&stream, (uint32_t)(among - i)), drawn = list[j];
        list[j] = list[i];
        list[i] = drawn;
        to[i] = plain_goal(plain, c, &told[drawn], masked);
    }
    for (size_t k = 0; k < plain->network.layout.count; k++) {
        double kept_number = plain->p[k], step = 1e-6;
        plain->p[k] = kept_number + step;
        double above = plain_loss(plain, c, list, to);
        plain->p[k] = kept_number - step;
        g[k] = (above - plain_loss(plain, c, list, to)) / (2.0 * step);
        plain->p[k] = kept_number;
    }
    plain_adam(plain, c, g);
}

/* Tensors: the network's views, then the target's. */
static double difference(void *self, plain_learner *plain, bool take)
{
    static mg_tensor tensor[100];
    double most = 0.0;
    (void)mg_graph_q.tensors(self, tensor, 100);
    for (int view = 0; view < 2 * VIEWS; view++) {
        const float *found = tensor[view].data;
        const mg_view *of = &plain->network.layout.view[view % VIEWS];
        double *at = (view < VIEWS ? plain->p : plain->target) + of->offset;
        for (int k = 0; k < of->rows * of->columns; k++) {
            double off = at[k] - (double)found[k];
            most = off > most ? off : -off > most ? -off : most;
            if (take)
                at[k] = (double)found[k];
        }
    }
    return most;
}

/* Biases of 0 put units that see nothing on the kink of their ReLU, where differences say half a slope. */
static void move_biases(void *self)
{
    static mg_tensor tensor[100];
    mg_stream stream = mg_stream_at(key, MG_PURPOSE_TEST, 1, 0, 0);
    (void)mg_graph_q.tensors(self, tensor, 100);
    for (int view = 1; view < 2 * VIEWS; view += 2)
        for (int k = 0; k < tensor[view].columns; k++)
            ((float *)tensor[view].data)[k] = mg_random_uniform(&stream, -0.3f, 0.3f);
}

static void test_updates(const char *says, const mg_graph_q_config *c, bool masked)
{
    plain_learner *plain = calloc(2, sizeof *plain), *first = plain + 1;
    void *self = make(c, masked);
    uint32_t updates = 0;
    uint64_t counted;
    int episodes = 0;
    plain_start(plain);
    move_biases(self);
    double start = difference(self, plain, true);
    *first = *plain;
    for (int e = 0; e < STEPS; e++) {
        observe(self, &told[e]);
        if (episodes >= c->idle_episodes && e + 1 >= c->batch && (e + 1) % c->update_every == 0)
            plain_update(plain, c, e + 1, updates++, masked);
        episodes += told[e].terminated || told[e].truncated;
    }
    double moved = difference(self, first, false), most = difference(self, plain, false);
    mg_graph_q.update_counts(self, &counted);
    tap_ok(plain->network.layout.count <= NUMBERS_MAX && counted == updates && updates > 8, "%s: %u updates", says,
           updates);
    tap_ok(start > 0.1 && moved > 0.1 && most < 5e-6, "... network and target as plain loops: %.1e off of %.2f", most,
           moved);
    free(plain);
    mg_graph_q.destroy(self);
}

static void test_all_updates(void)
{
    mg_graph_q_config c = small();
    test_updates("the graph of then", &c, false);
    test_updates("choices barred", &c, true);
    c.same_graph = true;
    c.sparse = false;
    test_updates("the graph of now", &c, false);
    c.relation = 0.4;
    c.idle_episodes = 0;
    c.update_every = 2;
    test_updates("relations over time", &c, false);
    c.same_graph = false;
    test_updates("relations over the graph of now, values over that of then", &c, true);
}

/* ---- choosing ---- */

enum { ROWS = 11 };
typedef struct decisions {
    float seen[AGENTS][ROWS * SEEN];
    uint8_t allowed[AGENTS][ROWS * ACTIONS];
    int32_t near[AGENTS][ROWS * NEIGHBOURS], action[AGENTS][ROWS];
} decisions;

/* Rows first .. first + rows - 1 of what is to be decided, as a batch of their own. */
static void decide(void *self, const decisions *all, mg_mode mode, int first, int rows, uint32_t time, decisions *to)
{
    int row[ROWS];
    uint32_t times[ROWS];
    const float *seen[AGENTS];
    const uint8_t *allowed[AGENTS];
    const int32_t *near[AGENTS];
    int32_t *action[AGENTS];
    for (int i = 0; i < AGENTS; i++) {
        seen[i] = all->seen[i] + first * SEEN;
        allowed[i] = all->allowed[i] + first * ACTIONS;
        near[i] = all->near[i] + first * NEIGHBOURS;
        action[i] = to->action[i] + first;
    }
    for (int k = 0; k < rows; k++) {
        row[k] = first + k;
        times[k] = time;
    }
    const mg_batch batch = {.mode = mode,
                            .rows = rows,
                            .row = row,
                            .time = times,
                            .observation = seen,
                            .allowed = allowed,
                            .neighbour = near};
    mg_graph_q.act(self, &batch, action, NULL);
}

static void fill_decisions(decisions *all)
{
    for (int row = 0; row < ROWS; row++)
        for (int i = 0; i < AGENTS; i++) {
            memcpy(all->seen[i] + row * SEEN, told[row].after + i * SEEN, SEEN * sizeof(float));
            memcpy(all->near[i] + row * NEIGHBOURS, told[row].next_near + i * NEIGHBOURS, NEIGHBOURS * sizeof(int32_t));
            memcpy(all->allowed[i] + row * ACTIONS, told[row].allowed + i * ACTIONS, ACTIONS);
        }
}

/* More rows than one forward takes. */
static void test_choice(void)
{
    mg_graph_q_config c = small();
    decisions *all = calloc(2, sizeof *all), *one = all + 1;
    plain_learner *plain = calloc(1, sizeof *plain);
    void *self = make(&c, true);
    int wrong = 0, alone = 0, others = 0, barred = 0;
    plain_start(plain);
    (void)difference(self, plain, true);
    (void)turn_targets(&mg_graph_q, self);
    fill_decisions(all);
    decide(self, all, MG_EVALUATE, 0, ROWS, 0, all);
    for (int row = 0; row < ROWS; row++) {
        double value[AGENTS * ACTIONS], weight[LAYERS * WEIGHTS];
        plain_values(plain, plain->p, told[row].after, told[row].next_near, value, weight);
        decide(self, all, MG_EVALUATE, row, 1, 0, one);
        for (int i = 0; i < AGENTS; i++) {
            int best = -1;
            for (int b = 0; b < ACTIONS; b++)
                if (told[row].allowed[i * ACTIONS + b] &&
                    (best < 0 || value[i * ACTIONS + b] > value[i * ACTIONS + best]))
                    best = b;
            wrong += all->action[i][row] != best;
            alone += all->action[i][row] != one->action[i][row];
        }
    }
    tap_ok(wrong == 0, "evaluation takes the best of what is allowed, row by row (%d wrong)", wrong);
    tap_ok(alone == 0, "... and as its rows alone (%d others)", alone);
    enum { TIMES = 300 };
    for (uint32_t time = 0; time < TIMES; time++) {
        decide(self, all, MG_TRAIN, 0, ROWS, time, one);
        for (int k = 0; k < AGENTS * ROWS; k++) {
            int32_t action = one->action[k / ROWS][k % ROWS];
            others += action != all->action[k / ROWS][k % ROWS];
            barred += !all->allowed[k / ROWS][k % ROWS * ACTIONS + action];
        }
    }
    double share = (double)others / (TIMES * AGENTS * ROWS);
    tap_ok(barred == 0 && share > 0.3 && share < 0.5, "training plays another one of those allowed: %.3f", share);
    free(all);
    free(plain);
    mg_graph_q.destroy(self);
}

/* ---- settings ---- */

static void test_presets(void)
{
    static const double wanted[2][14] = {{0.99, 1e-3, 0.1, 0.8, 1.0, 0.8, 0.05, 32, 32, 200000, 10, 4, 0, 1},
                                         {0.96, 1e-4, 0.01, 0.6, 0.996, 0.01, 0.05, 512, 128, 200000, 10, 4, 199, 3}};
    const mg_graph_q_config config[2] = {mg_graph_q_prisoner(), mg_graph_q_jungle()};
    for (int game = 0; game < 2; game++) {
        const mg_graph_q_config *c = &config[game];
        const double found[14] = {c->discount,    c->rate,   c->follow,        c->epsilon_start, c->epsilon_decay,
                                  c->epsilon_end, c->spread, c->hidden_1,      c->hidden_2,      c->capacity,
                                  c->batch,       c->heads,  c->idle_episodes, c->update_every};
        tap_ok(!memcmp(found, wanted[game], sizeof found), "%s as in the tables and the program",
               game ? "jungle" : "prisoner");
        tap_ok(c->layers == 2 && c->relation == 0.0 && !c->same_graph && c->adam_epsilon == 1e-7,
               "... two layers, no regulariser, the graph of then, Adam as in Keras");
    }
}

/* The network of the jungle has as many parameters as DGN's (facts/ltos.md 10). */
static void test_size(void)
{
    mg_graph_q_config c = mg_graph_q_jungle();
    mg_env_spec spec = {.name = "told", .stages = 1, .longest_episode = 7, .neighbours_max = 3};
    mg_env_add_agents(&spec, 4, &(mg_agent_spec){.part = {{"place", 1, 1, 123}}, .actions = 9});
    mg_error error = {0};
    static mg_tensor tensor[100];
    int count = 0;
    c.capacity = 10;
    void *self = mg_graph_q.create(&c, &spec, key, &error);
    (void)mg_graph_q.tensors(self, tensor, 100);
    for (int view = 0; view < VIEWS; view++)
        count += tensor[view].rows * tensor[view].columns;
    tap_ok(count == 264713, "%d parameters in the jungle", count);
    mg_graph_q.destroy(self);
    mg_env_spec_free(&spec);
}

static void test_start(void)
{
    mg_graph_q_config c = small();
    void *self = make(&c, true);
    mg_tensor tensor[100];
    mg_stream stream = mg_stream_at(key, MG_PURPOSE_PARAMETERS, 0, 0, 0);
    int wrong = 0;
    const float *epsilon = NULL;
    int count = mg_graph_q.tensors(self, tensor, 100);
    const float *weight = tensor[0].data, *bias = tensor[1].data, *target = tensor[VIEWS].data;
    for (int k = 0; k < SEEN * HIDDEN; k++) {
        float wanted = 0.5f * mg_random_normal(&stream);
        wrong += weight[k] != wanted || target[k] != wanted || (k < HIDDEN && bias[k] != 0.0f);
    }
    tap_ok(wrong == 0, "first weights are normal of the spread, targets the same, biases 0 (%d wrong)", wrong);
    for (int i = 0; i < count && i < 100; i++)
        if (!strcmp(tensor[i].name, "epsilon"))
            epsilon = tensor[i].data;
    bool good = epsilon && *epsilon == 0.8f && mg_graph_q.end_episode(self, 0) && *epsilon == 0.4f;
    tap_ok(good && mg_graph_q.end_episode(self, 0) && *epsilon == 0.3f, "epsilon is halved after every episode");
    mg_graph_q.destroy(self);
}

static void refused(const mg_graph_q_config *c, const char *says)
{
    mg_env_spec spec = environment(true);
    mg_learner_spec learner;
    mg_error error = {0};
    tap_ok(!mg_graph_q.describe(c, &spec, &learner, &error) && strstr(error.text, says), "refused: %s", error.text);
    mg_env_spec_free(&spec);
}

static void test_refusals(void)
{
    mg_graph_q_config c = small();
    c.capacity = 3;
    refused(&c, "capacity 3");
    c = small();
    c.heads = 3;
    refused(&c, "3 heads");
    mg_graph_q_rounds_config rounds = {.graph_q = c};
    mg_env_spec spec = environment(true);
    mg_learner_spec learner;
    mg_error error = {0};
    tap_ok(!mg_graph_q_rounds.describe(&rounds, &spec, &learner, &error) &&
               strstr(error.text, "config graph-q-rounds: 3 heads"),
           "refused: %s", error.text);
    mg_env_spec_free(&spec);
}

int main(void)
{
    char message[200];
    mg_isa_choose("auto", message, sizeof message);
    tell();
    test_all_updates();
    test_choice();
    test_presets();
    test_size();
    test_start();
    test_refusals();
    return tap_done();
}
