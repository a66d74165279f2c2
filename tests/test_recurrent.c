/* Agents with a memory, NeurComm and ConseNet, against plain double loops whose gradients are differences: several
 * batches of everything from inputs to RMSProp, on graphs that change; who depends on whom; how they choose; settings.
 */
#include "baselines/consensus.h"
#include "baselines/neurcomm.h"
#include "core/num/kernels.h"
#include "tests/plain_recurrent.h"
#include "tests/tap.h"

#include <stdlib.h>

enum { EVENTS = 26, LENGTH = 7, MEMORY = AGENTS * (2 * CELLS + ACTIONS) };
static const mg_key key = {9971, 4};

typedef struct variant {
    const char *says;
    const mg_learner_table *table;
    bool talks, agrees, masked, graph;
    int hidden_2;
} variant;

static mg_env_spec environment(bool masked, bool graph)
{
    mg_env_spec spec = {.name = "told", .stages = 1, .longest_episode = LENGTH, .neighbours_max = graph ? SLOTS : 0};
    mg_env_add_agents(&spec, AGENTS,
                      &(mg_agent_spec){.part = {{"place", 1, 1, SEEN}}, .actions = ACTIONS, .masked = masked});
    return spec;
}

static mg_recurrent_config small(int hidden_2)
{
    mg_recurrent_config config = mg_recurrent_default();
    config.discount = 0.9;
    config.spatial = 0.5;
    config.rate = 0.01;
    config.decay = 0.8;
    config.epsilon = 1e-3;
    config.gradient_limit = 2.0;
    config.value_weight = 0.7;
    config.entropy = 0.05;
    config.normaliser = 2.0;
    config.hidden_1 = HIDDEN_1;
    config.hidden_2 = hidden_2;
    config.cells = CELLS;
    config.batch = 4;
    return config;
}

static void *make(const mg_learner_table *table, const mg_recurrent_config *config, bool masked, bool graph)
{
    mg_env_spec spec = environment(masked, graph);
    mg_error error = {0};
    void *self = table->create(config, &spec, key, &error);
    mg_env_spec_free(&spec);
    return self;
}

/* ---- what happens ---- */

typedef struct event {
    plain_step step; /* but for policies */
    int32_t action[AGENTS], neighbour[AGENTS][SLOTS];
    float reward[AGENTS];
    int number; /* in the episode */
    bool terminated, truncated;
} event;

static event told[EVENTS + 1];

/* Neighbours of agent i that are others, a slot without one last: each event has another graph. */
static void draw_slots(mg_stream *stream, bool graph, int agent, event *now)
{
    int first = (agent + 1 + (int)mg_random_below(stream, 2)) % AGENTS, kept = (int)mg_random_below(stream, 3);
    for (int n = 0; n < SLOTS; n++) {
        int other = n == 0 ? first : 3 - agent - first;
        now->step.slot[agent][n] = graph ? (n < kept ? other : -1) : n + (n >= agent);
        now->neighbour[agent][n] = now->step.slot[agent][n];
    }
}

static void tell(const variant *v)
{
    mg_stream stream = mg_stream_at(key, MG_PURPOSE_TEST, 0, 0, 0);
    int number = 0;
    for (int e = 0; e <= EVENTS; e++) {
        event *now = &told[e];
        memset(now, 0, sizeof *now);
        for (int i = 0; i < AGENTS; i++) {
            draw_slots(&stream, v->graph, i, now);
            for (int k = 0; k < SEEN; k++)
                now->step.seen[i][k] = k == 1 && e % 3 == 0 ? 0.0f : mg_random_uniform(&stream, -1.0f, 1.0f);
            now->action[i] = now->step.action[i] = (int)mg_random_below(&stream, ACTIONS);
            for (int k = 0; k < ACTIONS; k++)
                now->step.allowed[i][k] = k == now->step.action[i] || mg_random_below(&stream, 2) == 0;
            now->reward[i] = mg_random_uniform(&stream, -2.0f, 2.0f);
        }
        now->number = number++;
        now->terminated = e == 5 || e == 13;
        now->truncated = !now->terminated && now->number == LENGTH - 1;
        if (now->terminated || now->truncated)
            number = 0;
    }
}

/* What is seen after event e: the next one's, even where that is another episode's. */
static mg_observed observed(const variant *v, int e)
{
    return (mg_observed){.observation = &told[e].step.seen[0][0],
                         .allowed = v->masked ? &told[e].step.allowed[0][0] : NULL,
                         .neighbour = v->graph ? &told[e].neighbour[0][0] : NULL};
}

static float memory[MEMORY];

static void act(const variant *v, void *self, mg_mode mode, const event *e, float *of, int32_t *action)
{
    const float *observation[AGENTS];
    const uint8_t *allowed[AGENTS];
    const int32_t *neighbour[AGENTS];
    int32_t *actions[AGENTS];
    void *row_memory[1] = {of};
    int row = 0;
    uint32_t time = 3;
    for (int i = 0; i < AGENTS; i++) {
        observation[i] = e->step.seen[i];
        allowed[i] = e->step.allowed[i];
        neighbour[i] = e->neighbour[i];
        actions[i] = action + i;
    }
    const mg_batch batch = {.mode = mode,
                            .rows = 1,
                            .row = &row,
                            .time = &time,
                            .observation = observation,
                            .allowed = v->masked ? allowed : NULL,
                            .neighbour = v->graph ? neighbour : NULL,
                            .memory = row_memory};
    v->table->act(self, &batch, actions, NULL);
}

static void play(const variant *v, void *self, int e)
{
    int32_t action[AGENTS];
    float elsewhere[MEMORY] = {0};
    if (told[e].number == 0) {
        memset(memory, 0, sizeof memory);
        v->table->begin_episode(self, 0);
    }
    act(v, self, MG_TRAIN, &told[e], memory, action);
    act(v, self, MG_EVALUATE, &told[(e + 3) % EVENTS], elsewhere, action); /* changes nothing */
    const mg_transition x = {.step = told[e].number,
                             .before = observed(v, e),
                             .after = observed(v, e + 1),
                             .joint = {.action = told[e].action},
                             .reward = told[e].reward,
                             .terminated = told[e].terminated,
                             .truncated = told[e].truncated};
    v->table->observe(self, &x);
    if (x.terminated || x.truncated)
        (void)v->table->end_episode(self, 0);
}

/* ---- the same, plainly ---- */

/* The farthest that a parameter is from the plain one, which it becomes with `take`; *numbers: of an agent. */
static double difference(const variant *v, void *self, plain_network *network, bool take, int *numbers)
{
    static mg_tensor tensor[200];
    int count = v->table->tensors(self, tensor, 200), networks = 0;
    double most = 0.0;
    while (networks < count && tensor[networks].kind == MG_KIND_POLICIES)
        networks++;
    for (int view = 0; view < networks; view++) {
        int agent = view / (networks / AGENTS);
        *numbers = view % (networks / AGENTS) == 0 ? 0 : *numbers;
        for (int k = 0; k < tensor[view].rows * tensor[view].columns; k++) {
            double *plain = &network[agent].p[(*numbers)++], off = *plain - (double)((float *)tensor[view].data)[k];
            most = off > most ? off : -off > most ? -off : most;
            if (take)
                *plain = (double)((float *)tensor[view].data)[k];
        }
    }
    return most;
}

/* Biases other than 0: a unit that nothing goes into would have no slope there. */
static void lift_biases(const variant *v, void *self)
{
    static mg_tensor tensor[200];
    mg_stream stream = mg_stream_at(key, MG_PURPOSE_TEST, 1, 0, 0);
    int count = v->table->tensors(self, tensor, 200);
    for (int n = 0; n < count; n++)
        for (int k = 0; strstr(tensor[n].name, "bias") && k < tensor[n].columns; k++)
            ((float *)tensor[n].data)[k] = mg_random_uniform(&stream, 0.05f, 0.3f) * (k % 3 == 1 ? -1.0f : 1.0f);
}

typedef struct plain_learner {
    plain_network network[AGENTS];
    plain_memory now[AGENTS];
    plain_batch batch;
    float reward[STEPS_MAX][AGENTS];
    int numbers, updates;
    double least_norm, largest_norm;
} plain_learner;

/* Returns and advantages of the batch with the networks as they are, whose states after it become `now`. */
static void plain_returns(plain_learner *l, const event *next, bool terminated)
{
    plain_batch *b = &l->batch;
    double value[STEPS_MAX][AGENTS], doing[AGENTS][ACTIONS], ahead[AGENTS] = {0.0};
    plain_memory after[AGENTS];
    memcpy(l->now, b->before, sizeof l->now);
    for (int t = 0; t < b->steps; t++) {
        plain_doing(&b->step[t], doing);
        for (int i = 0; i < AGENTS; i++)
            memcpy(b->step[t].policy[i], l->now[i].policy, sizeof b->step[t].policy[i]);
        plain_team(b, &b->step[t], l->network, l->now, (const double(*)[ACTIONS])doing, after, value[t]);
        memcpy(l->now, after, sizeof after);
    }
    plain_step last = next->step;
    for (int i = 0; i < AGENTS; i++)
        memcpy(last.policy[i], l->now[i].policy, sizeof last.policy[i]);
    plain_team(b, &last, l->network, l->now, (const double(*)[ACTIONS])doing, after, ahead);
    for (int i = 0; i < AGENTS; i++)
        memcpy(doing[i], after[i].policy, sizeof doing[i]);
    plain_team(b, &last, l->network, l->now, (const double(*)[ACTIONS])doing, after, ahead);
    for (int i = 0; i < AGENTS; i++) {
        double r = terminated ? 0.0 : ahead[i];
        for (int t = b->steps - 1; t >= 0; t--) {
            r = plain_reward(&b->step[t], l->reward[t], i, b->config) + b->config->discount * r;
            b->returns[i][t] = r;
            b->advantage[i][t] = r - value[t][i];
        }
    }
}

/* Mean of an agent and those it hears of what is between two numbers of the networks, all from before. */
static void plain_agree(plain_learner *l, int first, int end)
{
    static double before[AGENTS][NUMBERS_MAX];
    const plain_step *s = &l->batch.step[l->batch.steps - 1];
    for (int i = 0; i < AGENTS; i++)
        memcpy(before[i], l->network[i].p, sizeof before[i]);
    for (int i = 0; i < AGENTS; i++)
        for (int k = first; k < end; k++) {
            double sum = before[i][k], heard = 1.0;
            for (int n = 0; n < SLOTS; n++)
                if (s->slot[i][n] >= 0) {
                    sum += before[s->slot[i][n]][k];
                    heard += 1.0;
                }
            l->network[i].p[k] = sum / heard;
        }
}

static void plain_play(const variant *v, plain_learner *l, int e)
{
    plain_batch *b = &l->batch;
    if (told[e].number == 0) {
        memset(b->before, 0, sizeof b->before);
        b->steps = 0;
    }
    memcpy(l->reward[b->steps], told[e].reward, sizeof told[e].reward);
    b->step[b->steps++] = told[e].step;
    if (b->steps < b->config->batch && !told[e].terminated && !told[e].truncated)
        return;
    plain_returns(l, &told[e + 1], told[e].terminated);
    double norm = plain_update(b, l->network, l->numbers);
    l->least_norm = l->updates == 0 || norm < l->least_norm ? norm : l->least_norm;
    l->largest_norm = norm > l->largest_norm ? norm : l->largest_norm;
    l->updates++;
    int encoder = SEEN * HIDDEN_1 + HIDDEN_1 + (v->hidden_2 ? HIDDEN_1 * v->hidden_2 + v->hidden_2 : 0);
    int encoded = v->hidden_2 ? v->hidden_2 : HIDDEN_1;
    if (v->agrees)
        plain_agree(l, encoder, encoder + (encoded + CELLS + 1) * 4 * CELLS);
    memcpy(b->before, l->now, sizeof b->before);
    b->steps = 0;
}

static void test_updates(const variant *v)
{
    mg_recurrent_config config = small(v->hidden_2);
    plain_learner *l = calloc(1, sizeof *l);
    plain_network *first = calloc(AGENTS, sizeof *first);
    void *self = make(v->table, &config, v->masked, v->graph);
    uint64_t counted[2] = {0};
    double most = 0.0;
    tell(v);
    lift_biases(v, self);
    difference(v, self, l->network, true, &l->numbers);
    memcpy(first, l->network, AGENTS * sizeof *first);
    l->batch.config = &config;
    l->batch.talks = v->talks;
    l->batch.masked = v->masked;
    for (int e = 0; e < EVENTS; e++) {
        play(v, self, e);
        plain_play(v, l, e);
        double off = 0.0;
        for (int i = 0, each = 2 * CELLS + ACTIONS; i < AGENTS && l->batch.steps == 0; i++)
            for (int k = 0; k < CELLS; k++) {
                double by = l->now[i].hidden[k] - (double)memory[i * each + k];
                off = by > off ? by : -by > off ? -by : off;
            }
        most = off > most ? off : most;
    }
    double moved = difference(v, self, first, false, &l->numbers);
    double wrong = difference(v, self, l->network, false, &l->numbers);
    v->table->update_counts(self, counted);
    tap_ok(counted[0] == (uint64_t)l->updates && l->updates == 8 && counted[1] == (v->agrees ? 8u : 0u),
           "%s: %d updates of batches that end with their episodes", v->says, l->updates);
    tap_ok(most < 1e-6, "... states as in plain loops: %.1e off", most);
    tap_ok(wrong < 5e-6 && moved > 0.05, "... networks as plain loops in double: %.1e off of %.2f", wrong, moved);
    tap_ok(l->least_norm < config.gradient_limit && l->largest_norm > config.gradient_limit,
           "... gradients of norm %.2f to %.2f, limited to %g", l->least_norm, l->largest_norm, config.gradient_limit);
    free(first);
    free(l);
    v->table->destroy(self);
}

/* ---- who depends on whom ---- */

static const variant talking = {"NeurComm", &mg_neurcomm, true, false, false, true, 0};

/* Agent 0 hears from 1 (or from nobody), 1 from 2. Two steps; agent `who` sees something else in the first one. Whether
 * the memory of agent 0 differs after each step. */
static void influence(bool hears, int who, bool differs[2])
{
    mg_recurrent_config config = small(0);
    float of[2][MEMORY] = {{0}}, after[2][2][MEMORY];
    int32_t action[AGENTS];
    for (int run = 0; run < 2; run++) {
        void *self = make(&mg_neurcomm, &config, false, true);
        for (int t = 0; t < 2; t++) {
            event e = told[t];
            for (int i = 0; i < AGENTS; i++)
                for (int n = 0; n < SLOTS; n++)
                    e.neighbour[i][n] = hears && n == 0 && i < 2 ? i + 1 : -1;
            if (run == 1 && t == 0)
                e.step.seen[who][0] += 0.5f;
            act(&talking, self, MG_EVALUATE, &e, of[run], action);
            memcpy(after[run][t], of[run], sizeof of[run]);
        }
        mg_neurcomm.destroy(self);
    }
    for (int t = 0; t < 2; t++)
        differs[t] = memcmp(after[0][t], after[1][t], (2 * CELLS + ACTIONS) * sizeof(float)) != 0;
}

static void test_dependence(void)
{
    bool differs[2];
    tell(&talking);
    influence(false, 1, differs);
    tap_ok(!differs[0] && !differs[1], "who hears from nobody depends on nobody");
    influence(true, 1, differs);
    tap_ok(differs[0] && differs[1], "who hears from another knows what that one sees");
    influence(true, 2, differs);
    tap_ok(!differs[0] && differs[1], "... and a step later what that one heard");
}

/* ---- choosing ---- */

/* More rows than one forward takes, each with a memory of its own: as alone, to the bit. */
static void test_rows(void)
{
    enum { ROWS = 70 };
    mg_recurrent_config config = small(HIDDEN_2);
    void *self = make(&mg_neurcomm, &config, true, true);
    static float together[ROWS][MEMORY], alone[MEMORY], seen[AGENTS][ROWS][SEEN];
    static uint8_t allowed[AGENTS][ROWS][ACTIONS];
    static int32_t neighbour[AGENTS][ROWS][SLOTS], action[AGENTS][ROWS];
    const float *observation[AGENTS];
    const uint8_t *mask[AGENTS];
    const int32_t *graph[AGENTS];
    int32_t *actions[AGENTS], one[AGENTS];
    void *of[ROWS];
    int row[ROWS], wrong = 0, others = 0, unlike = 0;
    uint32_t time[ROWS];
    const variant v = {"", &mg_neurcomm, true, false, true, true, HIDDEN_2};
    tell(&v);
    for (int k = 0; k < ROWS; k++) {
        row[k] = k;
        time[k] = (uint32_t)k;
        of[k] = together[k];
        for (int n = 0; n < MEMORY; n++)
            together[k][n] = 0.01f * (float)((k * 7 + n) % 31);
        for (int i = 0; i < AGENTS; i++) {
            memcpy(seen[i][k], told[k % EVENTS].step.seen[i], sizeof seen[i][k]);
            memcpy(allowed[i][k], told[k % EVENTS].step.allowed[i], sizeof allowed[i][k]);
            memcpy(neighbour[i][k], told[k % EVENTS].neighbour[i], sizeof neighbour[i][k]);
        }
    }
    for (int i = 0; i < AGENTS; i++) {
        observation[i] = seen[i][0];
        mask[i] = allowed[i][0];
        graph[i] = neighbour[i][0];
        actions[i] = action[i];
    }
    const mg_batch batch = {.mode = MG_EVALUATE,
                            .rows = ROWS,
                            .row = row,
                            .time = time,
                            .observation = observation,
                            .allowed = mask,
                            .neighbour = graph,
                            .memory = of};
    mg_neurcomm.act(self, &batch, actions, NULL);
    for (int k = 0; k < ROWS; k++) {
        for (int n = 0; n < MEMORY; n++)
            alone[n] = 0.01f * (float)((k * 7 + n) % 31);
        act(&v, self, MG_EVALUATE, &told[k % EVENTS], alone, one);
        wrong += memcmp(alone, together[k], sizeof alone) != 0;
        for (int i = 0; i < AGENTS; i++) {
            const float *p = together[k] + i * (2 * CELLS + ACTIONS) + 2 * CELLS;
            int best = 0;
            for (int b = 1; b < ACTIONS; b++)
                best = p[b] > p[best] ? b : best;
            others += one[i] != action[i][k];
            unlike += action[i][k] != best || !allowed[i][k][action[i][k]];
        }
    }
    tap_ok(wrong == 0, "seventy rows at once: memories as one by one (%d wrong)", wrong);
    tap_ok(others == 0 && unlike == 0, "... each agent takes its likeliest action among those allowed (%d, %d wrong)",
           others, unlike);
    mg_neurcomm.destroy(self);
}

/* What an agent whose memory this is draws at that time, by a stream that is its own. */
static int32_t drawn(mg_mode mode, uint32_t time, const float *of, int agent)
{
    mg_stream stream = mg_stream_at(key, mode == MG_TRAIN ? MG_PURPOSE_TRAIN_ACTION : MG_PURPOSE_EVALUATE_ACTION, time,
                                    0, (uint32_t)agent);
    return mg_random_categorical(&stream, of + agent * (2 * CELLS + ACTIONS) + 2 * CELLS, ACTIONS);
}

/* Sampled in training, and in evaluation where the config says so: as often as the policy says. */
static void test_sampling(void)
{
    enum { TIMES = 3000 };
    mg_recurrent_config config = small(0);
    config.greedy = false;
    void *self = make(&mg_neurcomm, &config, false, true);
    int hits[2][ACTIONS] = {{0}}, same = 0, others = 0;
    float p[ACTIONS] = {0};
    tell(&talking);
    for (uint32_t time = 0; time < TIMES; time++) {
        int32_t action[2][AGENTS];
        for (int mode = 0; mode < 2; mode++) {
            float of[MEMORY] = {0};
            const float *observation[AGENTS] = {told[0].step.seen[0], told[0].step.seen[1], told[0].step.seen[2]};
            const int32_t *neighbour[AGENTS] = {told[0].neighbour[0], told[0].neighbour[1], told[0].neighbour[2]};
            int32_t *actions[AGENTS] = {action[mode], action[mode] + 1, action[mode] + 2};
            void *row_memory[1] = {of};
            int row = 0;
            const mg_batch batch = {.mode = mode ? MG_EVALUATE : MG_TRAIN,
                                    .rows = 1,
                                    .row = &row,
                                    .time = &time,
                                    .observation = observation,
                                    .neighbour = neighbour,
                                    .memory = row_memory};
            mg_neurcomm.act(self, &batch, actions, NULL);
            memcpy(p, of + 2 * CELLS, sizeof p);
            hits[mode][action[mode][0]]++;
            for (int i = 0; i < AGENTS; i++)
                others += action[mode][i] != drawn(batch.mode, time, of, i);
        }
        same += action[0][0] == action[1][0];
    }
    for (int mode = 0; mode < 2; mode++) {
        double off = 0.0;
        for (int b = 0; b < ACTIONS; b++) {
            double by = (double)hits[mode][b] - TIMES * (double)p[b];
            off = by > off ? by : -by > off ? -by : off;
        }
        /* the standard deviation is at most 27 */
        tap_ok(off < 140.0, "%s: actions as often as the policy says: %.0f of %d off", mode ? "evaluation" : "training",
               off, TIMES);
    }
    tap_ok(same < TIMES * 9 / 10, "... from streams of their own: %d alike", same);
    tap_ok(others == 0, "... and each agent from its own (%d others)", others);
    mg_neurcomm.destroy(self);
}

/* ---- settings ---- */

static void test_start(void)
{
    mg_recurrent_config config = small(0);
    void *self = make(&mg_neurcomm, &config, false, true);
    mg_tensor tensor[200];
    int count = mg_neurcomm.tensors(self, tensor, 200), biased = 0, alike = 0;
    double off = 0.0;
    for (int n = 0; n < count && tensor[n].kind == MG_KIND_POLICIES; n++) {
        const float *w = tensor[n].data;
        int rows = tensor[n].rows, columns = tensor[n].columns, wide = rows <= columns;
        for (int k = 0; k < columns && strstr(tensor[n].name, "bias"); k++)
            biased += w[k] != 0.0f;
        if (strstr(tensor[n].name, "bias"))
            continue;
        for (int m = 0; m < n; m++)
            alike += mg_tensor_bytes(&tensor[m]) == mg_tensor_bytes(&tensor[n]) &&
                     !memcmp(tensor[m].data, w, mg_tensor_bytes(&tensor[n]));
        double first = 0.0;
        for (int k = 0; k < (wide ? columns : rows); k++)
            first += (double)(wide ? w[k] : w[k * columns]) * (double)(wide ? w[k] : w[k * columns]);
        off = first - 2.0 > off ? first - 2.0 : 2.0 - first > off ? 2.0 - first : off;
    }
    tap_ok(biased == 0 && off < 1e-5, "weights start orthogonal, of length square root of 2, biases at 0: %.1e off",
           off);
    tap_ok(alike == 0, "... and no two of all agents are alike (%d)", alike);
    mg_neurcomm.destroy(self);
}

static void test_preset(const char *says, const mg_recurrent_config *c, double spatial, double rate, int hidden_1,
                        int hidden_2, int cells)
{
    tap_ok(c->spatial == spatial && c->rate == rate && c->hidden_1 == hidden_1 && c->hidden_2 == hidden_2 &&
               c->cells == cells,
           "%s: Table 6", says);
    tap_ok(c->discount == 0.99 && c->decay == 0.99 && c->epsilon == 1e-5 && c->gradient_limit == 40.0 &&
               c->value_weight == 0.5 && c->entropy == 0.01 && c->normaliser == 1.0 && c->batch == 120 && c->greedy &&
               c->scale * c->scale - 2.0 < 1e-12 && 2.0 - c->scale * c->scale < 1e-12,
           "... the rest as in the authors' program");
}

static void test_presets(void)
{
    const mg_recurrent_config neurcomm[2] = {mg_neurcomm_prisoner(), mg_neurcomm_jungle()};
    test_preset("NeurComm, prisoner", &neurcomm[0], 1.0, 5e-3, 20, 0, 20);
    test_preset("NeurComm, jungle", &neurcomm[1], 0.33, 5e-5, 512, 128, 512);
    const mg_recurrent_config consensus[2] = {mg_consensus_prisoner(), mg_consensus_jungle()};
    test_preset("ConseNet, prisoner", &consensus[0], 0.9, 5e-3, 20, 0, 20);
    test_preset("ConseNet, jungle", &consensus[1], 0.9, 5e-5, 512, 128, 512);
}

int main(void)
{
    static const variant variants[] = {
        {"NeurComm", &mg_neurcomm, true, false, false, true, 0},
        {"NeurComm, two layers, choices barred", &mg_neurcomm, true, false, true, true, HIDDEN_2},
        {"NeurComm without a graph", &mg_neurcomm, true, false, false, false, HIDDEN_2},
        {"ConseNet", &mg_consensus, false, true, false, true, 0},
        {"ConseNet, two layers, choices barred", &mg_consensus, false, true, true, true, HIDDEN_2},
    };
    for (size_t n = 0; n < sizeof variants / sizeof *variants; n++)
        test_updates(&variants[n]);
    test_dependence();
    test_rows();
    test_sampling();
    test_start();
    test_presets();
    return tap_done();
}
