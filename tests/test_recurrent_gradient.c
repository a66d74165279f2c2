/* The whole loss of agents with a memory, in binary64 through time and through what agents tell each other, against
 * central differences by every parameter of every agent; whose parameters a loss reaches; and twins that are wrong by a
 * little. */
#define MG_DOUBLE
#include "core/rl/recurrent_step.h"

#include "core/num/kernels.h"
#include "core/num/rng.h"
#include "core/num/scalar_math.h"
#include "tests/tap.h"

#include <stdlib.h>
#include <string.h>

enum { AGENTS = 3, SEEN = 3, ACTIONS = 3, SLOTS = 2, HIDDEN_1 = 5, CELLS = 4, STEPS = 5, STEPS_MAX = 7 };

typedef struct world {
    mg_recurrent_shape shape;
    mg_recurrent_trace trace[AGENTS];
    mg_recurrent_back back;
    mg_recurrent_batch batch;
    double *theta, *gradient, *traces, *memory, scratch[MG_GEMM_SCRATCH];
    double seen[AGENTS * STEPS_MAX * SEEN], policy[AGENTS * STEPS_MAX * ACTIONS], start[AGENTS * 2 * CELLS];
    int32_t neighbour[STEPS * AGENTS * SLOTS], action[AGENTS * STEPS_MAX];
    double probability[AGENTS * STEPS_MAX * ACTIONS], others[AGENTS * STEPS_MAX * SLOTS * ACTIONS];
    double returns[AGENTS * STEPS_MAX], advantage[AGENTS * STEPS_MAX], value[AGENTS * STEPS_MAX];
} world;

static double between(mg_stream *stream, double low, double high)
{
    return low + (high - low) * mg_random_double(stream);
}

static void fill(mg_stream *stream, size_t n, double *x)
{
    for (size_t k = 0; k < n; k++)
        x[k] = between(stream, -1.0, 1.0);
}

/* Slots without an agent, an agent in two slots' place, one that nobody hears for a while. */
static void draw_graph(mg_stream *stream, world *w)
{
    for (int k = 0; k < STEPS * AGENTS * SLOTS; k++) {
        int agent = k / SLOTS % AGENTS, other = (int)mg_random_below(stream, AGENTS + 1);
        w->neighbour[k] = other == agent || other == AGENTS ? MG_RECURRENT_NOBODY : other;
    }
}

static world *make(bool talks, int hidden_2)
{
    world *w = calloc(1, sizeof *w);
    mg_stream stream = mg_stream_at((mg_key){9984, 0}, MG_PURPOSE_TEST, talks, 0, (uint32_t)hidden_2);
    mg_recurrent_set_shape(&w->shape, SEEN, ACTIONS, SLOTS, talks, HIDDEN_1, hidden_2, CELLS);
    size_t each = mg_recurrent_place(&w->shape, STEPS_MAX, NULL, &w->trace[0]), all = AGENTS * w->shape.layout.count;
    w->traces = calloc(AGENTS * each, sizeof *w->traces);
    for (int i = 0; i < AGENTS; i++)
        mg_recurrent_place(&w->shape, STEPS_MAX, w->traces + (size_t)i * each, &w->trace[i]);
    w->memory = calloc(mg_recurrent_place_back(&w->shape, AGENTS, STEPS_MAX, NULL, &w->back), sizeof *w->memory);
    mg_recurrent_place_back(&w->shape, AGENTS, STEPS_MAX, w->memory, &w->back);
    w->theta = calloc(all, sizeof *w->theta);
    w->gradient = calloc(all, sizeof *w->gradient);
    fill(&stream, all, w->theta);
    fill(&stream, AGENTS * STEPS_MAX * SEEN, w->seen);
    fill(&stream, AGENTS * STEPS_MAX * ACTIONS, w->policy);
    fill(&stream, AGENTS * 2 * CELLS, w->start);
    fill(&stream, AGENTS * STEPS_MAX, w->returns);
    fill(&stream, AGENTS * STEPS_MAX, w->advantage);
    draw_graph(&stream, w);
    for (int k = 0; k < AGENTS * STEPS_MAX; k++)
        w->action[k] = (int32_t)mg_random_below(&stream, ACTIONS);
    for (int k = 0; k < STEPS * AGENTS * SLOTS; k++) {
        int step = k / (AGENTS * SLOTS), agent = k / SLOTS % AGENTS, slot = k % SLOTS, j = w->neighbour[k];
        double *to = w->others + ((agent * STEPS_MAX + step) * SLOTS + slot) * ACTIONS;
        if (j >= 0)
            to[w->action[j * STEPS_MAX + step]] = 1.0;
    }
    w->batch = (mg_recurrent_batch){.agents = AGENTS,
                                    .steps = STEPS,
                                    .steps_max = STEPS_MAX,
                                    .parameters = w->theta,
                                    .trace = w->trace,
                                    .neighbour = w->neighbour,
                                    .action = w->action,
                                    .probability = w->probability,
                                    .others = w->others,
                                    .returns = w->returns,
                                    .advantage = w->advantage,
                                    .value_weight = 0.7,
                                    .entropy = 0.3};
    return w;
}

static void end(world *w)
{
    free(w->theta);
    free(w->gradient);
    free(w->traces);
    free(w->memory);
    free(w);
}

static void hear(world *w, int agent, int step, const mg_recurrent_trace *row)
{
    for (int s = 0; s <= SLOTS; s++) {
        int j = s == 0 ? agent : w->neighbour[(step * AGENTS + agent) * SLOTS + s - 1];
        const double *state = j < 0      ? NULL
                              : step > 0 ? w->trace[j].after + (step - 1) * 2 * CELLS
                                         : w->start + j * 2 * CELLS;
        if (s == 0)
            memcpy(row->before, state, 2 * CELLS * sizeof *state);
        for (int k = 0; k < SEEN && (s == 0 || w->shape.talks); k++)
            row->input[MG_RECURRENT_SEEN][s * SEEN + k] = j < 0 ? 0.0 : w->seen[(j * STEPS_MAX + step) * SEEN + k];
        for (int k = 0; k < ACTIONS && s > 0 && w->shape.talks; k++)
            row->input[MG_RECURRENT_POLICIES][(s - 1) * ACTIONS + k] =
                j < 0 ? 0.0 : w->policy[(j * STEPS_MAX + step) * ACTIONS + k];
        for (int k = 0; k < CELLS && s > 0 && w->shape.talks; k++)
            row->input[MG_RECURRENT_STATES][(s - 1) * CELLS + k] = j < 0 ? 0.0 : state[k];
    }
}

static double loss(world *w)
{
    for (int t = 0; t < STEPS; t++)
        for (int i = 0; i < AGENTS; i++) {
            const mg_recurrent_trace row = mg_recurrent_at(&w->shape, &w->trace[i], t);
            hear(w, i, t, &row);
            mg_recurrent_forward(&w->shape, w->theta + (size_t)i * w->shape.layout.count, 1, &row, w->scratch);
        }
    for (size_t i = 0; i < AGENTS; i++) {
        mg_kernels_current()->softmax(STEPS, ACTIONS, w->trace[i].logit, w->probability + i * STEPS_MAX * ACTIONS);
        mg_recurrent_values(&w->shape, w->theta + i * w->shape.layout.count, STEPS, w->trace[i].after,
                            w->others + i * STEPS_MAX * SLOTS * ACTIONS, w->value + i * STEPS_MAX);
    }
    return mg_recurrent_loss(&w->shape, &w->batch, w->value, &w->back);
}

/* The farthest that a number of the gradient is from its difference. */
static double differences(world *w, double *largest)
{
    size_t all = AGENTS * w->shape.layout.count;
    double most = 0.0, h = 1e-6;
    *largest = 0.0;
    for (size_t k = 0; k < all; k++) {
        double was = w->theta[k], up, slope, off;
        w->theta[k] = was + h;
        up = loss(w);
        w->theta[k] = was - h;
        slope = (up - loss(w)) / (2.0 * h);
        w->theta[k] = was;
        off = slope - w->gradient[k];
        most = off > most ? off : -off > most ? -off : most;
        *largest = slope > *largest ? slope : -slope > *largest ? -slope : *largest;
    }
    return most;
}

static void test_gradient(bool talks, int hidden_2)
{
    world *w = make(talks, hidden_2);
    double largest;
    (void)loss(w);
    mg_recurrent_gradient(&w->shape, &w->batch, &w->back, w->gradient);
    double off = differences(w, &largest);
    tap_ok(off < 1e-8 && largest > 0.1, "%s, %s: by %zu parameters of three agents: %.1e off of %.2f",
           talks ? "agents that talk" : "agents that do not", hidden_2 ? "two layers" : "one layer",
           AGENTS * w->shape.layout.count, off, largest);
    w->batch.entropy *= 1.001;
    (void)loss(w);
    mg_recurrent_gradient(&w->shape, &w->batch, &w->back, w->gradient);
    w->batch.entropy /= 1.001;
    tap_ok(differences(w, &largest) > 1e-6, "... an entropy that weighs a thousandth more is noticed");
    w->trace[1].before[CELLS] += 0.001;
    mg_recurrent_gradient(&w->shape, &w->batch, &w->back, w->gradient);
    tap_ok(differences(w, &largest) > 1e-6, "... and one cell before that was another");
    end(w);
}

/* The gradient of agent 0's loss alone, by the parameters of agent `of`: whether any is not 0. */
static bool reaches(world *w, int of)
{
    bool any = false;
    (void)loss(w);
    for (int k = STEPS_MAX; k < AGENTS * STEPS_MAX; k++)
        w->back.by_value[k] = 0.0;
    memset(w->back.by_logit + STEPS_MAX * ACTIONS, 0, (AGENTS - 1) * STEPS_MAX * ACTIONS * sizeof(double));
    mg_recurrent_gradient(&w->shape, &w->batch, &w->back, w->gradient);
    for (size_t k = 0; k < w->shape.layout.count; k++)
        any = any || w->gradient[(size_t)of * w->shape.layout.count + k] != 0.0;
    return any;
}

/* 0 hears 1 and 1 hears 2, always or never. */
static void set_path(world *w, bool hears)
{
    for (int k = 0; k < STEPS * AGENTS * SLOTS; k++) {
        int agent = k / SLOTS % AGENTS;
        w->neighbour[k] = hears && agent < 2 && k % SLOTS == 0 ? agent + 1 : MG_RECURRENT_NOBODY;
    }
}

static void test_reach(void)
{
    world *w = make(true, 0);
    set_path(w, false);
    tap_ok(reaches(w, 0) && !reaches(w, 1) && !reaches(w, 2), "no message, no gradient");
    set_path(w, true);
    tap_ok(reaches(w, 1) && reaches(w, 2), "what was told learns from who heard it, and from who heard of it");
    w->batch.steps = 2;
    tap_ok(reaches(w, 1) && !reaches(w, 2), "... one agent a step");
    w->batch.steps = 1;
    tap_ok(!reaches(w, 1), "what was before the batch is data");
    end(w);
}

int main(void)
{
    static const int second[2] = {0, 4};
    for (int k = 0; k < 4; k++)
        test_gradient(k < 2, second[k % 2]);
    test_reach();
    return tap_done();
}
