/* bench_tape.c - what the tape costs: overhead an operation, a small policy, layers, whole training steps: CSV on
 * stdout.
 *
 *     build/bench/tape [--rounds N]      (default 15)
 *
 * All networks and the peak take turns. Ratio: what a step's products of matrices make of the peak.
 */
#include <stdbool.h>
#include <stdint.h>

#include "bench/peak.h"
#include "core/num/kernels.h"
#include "core/num/network.h"
#include "core/num/optimiser.h"
#include "core/num/rng.h"
#include "core/num/tape.h"

static float *random_numbers(size_t n, uint32_t seed)
{
    mg_stream stream = mg_stream_at((mg_key){3, seed}, MG_PURPOSE_TEST, 0, 0, 0);
    float *x = calloc(n + 1, sizeof *x);
    for (size_t i = 0; i < n; i++) {
        x[i] = mg_random_uniform(&stream, -0.3F, 0.3F);
    }
    return x;
}

/* ---- overhead: affine operations of single numbers, against the same kernel calls without a tape ---- */

#define OPERATIONS 200

/* Forward: all of one input, so that no operation waits for another. Backward: a chain, as gradients are. */
typedef struct overhead {
    mg_tape *tape;
    mg_node last;
    mg_tape_replay replay;
    float x, y[OPERATIONS + 1], gradient;
} overhead;

static void overhead_forward(void *context)
{
    overhead *o = context;
    mg_tape_forward(o->tape, &o->replay);
}

static void overhead_backward(void *context)
{
    overhead *o = context;
    float *inputs[1] = {&o->gradient};
    mg_cotangent cotangent = {o->last, NULL};
    mg_tape_backward(o->tape, &o->replay, 1, &cotangent, NULL, inputs);
}

static void plain_parallel(void *context)
{
    overhead *o = context;
    const mg_kernels *kernels = mg_kernels_current();
    for (int i = 0; i < OPERATIONS; i++) {
        kernels->affine(1, 1, 1e-3F, &o->x, &o->y[i]);
    }
}

static void plain_chain(void *context)
{
    overhead *o = context;
    const mg_kernels *kernels = mg_kernels_current();
    for (int i = 0; i < OPERATIONS; i++) {
        kernels->affine(1, 1, 1e-3F, &o->y[i], &o->y[i + 1]);
    }
}

static void bench_overhead(bool chain)
{
    overhead o = {.tape = mg_tape_create(1), .x = 1};
    mg_node x = mg_tape_input(o.tape, 1);
    double more[ROUNDS_MAX];
    o.last = x;
    for (int i = 0; i < OPERATIONS; i++) {
        o.last = mg_tape_affine(o.tape, chain ? o.last : x, 1, 1e-3);
    }
    mg_tape_finish(o.tape);
    o.replay =
        (mg_tape_replay){.rows = 1, .input = {&o.x}, .workspace = calloc(mg_tape_workspace(o.tape), sizeof(float))};
    overhead_forward(&o);
    contender pair[2] = {{.run = chain ? overhead_backward : overhead_forward, .context = &o, .operations = OPERATIONS},
                         {.run = chain ? plain_chain : plain_parallel, .context = &o, .operations = OPERATIONS}};
    take_turns(pair, 2);
    for (int round = 0; round < rounds; round++) {
        more[round] = 1e9 / pair[0].rate[round] - 1e9 / pair[1].rate[round];
    }
    row(chain ? "tape-overhead-backward" : "tape-overhead-forward", "", mg_isa_name(), median(more), "ns/operation", 0,
        NULL);
    free(o.replay.workspace);
    mg_tape_destroy(o.tape);
}

/* ---- what takes turns with all others ---- */

enum { TIMED_MAX = 32 };

typedef struct timed {
    char name[48], shape[32];
    double unit;  /* of a second; what a call takes is printed in it */
    double flops; /* of a call; 0: not counted */
    void *network;
} timed;
static timed what[TIMED_MAX];
static contender contenders[TIMED_MAX + 1]; /* and the peak */
static int timed_count;

static void add(const char *name, const char *shape, double unit, double flops, void (*run)(void *), void *network)
{
    if (timed_count == TIMED_MAX) {
        exit(3);
    }
    timed *t = &what[timed_count];
    *t = (timed){.unit = unit, .flops = flops, .network = network};
    snprintf(t->name, sizeof t->name, "%s", name);
    snprintf(t->shape, sizeof t->shape, "%s", shape);
    contenders[timed_count++] = (contender){.run = run, .context = network, .operations = 1.0, .window = 2e-3};
}

/* Ratio: the rate of the products of matrices against the peak. */
static void print_all(void)
{
    peak_function *peak = peak_of(mg_kernels_current());
    contenders[timed_count] = peak_contender(&peak, mg_kernels_current()->lanes);
    take_turns(contenders, timed_count + 1);
    for (int i = 0; i < timed_count; i++) {
        const timed *t = &what[i];
        const char *unit = t->unit < 1e-7 ? "ns" : "us";
        double ratio = t->flops * median_ratio(&contenders[i], &contenders[timed_count]);
        row(t->name, t->shape, mg_isa_name(), 1.0 / median_rate(&contenders[i]) / t->unit, unit, ratio,
            t->flops > 0 ? "peak mul+add" : NULL);
    }
}

/* ---- networks ---- */

typedef struct network {
    mg_tape *tape;
    mg_layout layout;
    mg_node output, loss; /* probabilities; mean cross entropy */
    mg_tape_replay replay;
    float *parameters, *gradient, *moments, *cotangent;
    mg_optimiser_config optimiser;
    mg_optimiser_state state;
} network;

static network *network_create(int rows, const int *widths, int layers, mg_activation activation)
{
    network *n = calloc(1, sizeof *n);
    mg_layout_clear(&n->layout);
    n->tape = mg_tape_create(rows);
    mg_node x = mg_tape_input(n->tape, widths[0]);
    for (int i = 0; i < layers; i++) {
        char name[16];
        snprintf(name, sizeof name, "layer%d", i);
        int weight =
            mg_layout_add_linear(&n->layout, name, widths[i], widths[i + 1], MG_INITIALISE_ZERO, MG_INITIALISE_ZERO);
        x = mg_tape_linear(n->tape, x, &n->layout, weight, i + 1 < layers ? activation : MG_ACTIVATION_NONE);
    }
    n->output = x;
    n->optimiser = mg_adam_torch_default(1e-6);
    n->state = mg_optimiser_start();
    return n;
}

static void network_finish(network *n, int rows, int inputs, int actions)
{
    int32_t *action = calloc((size_t)rows, sizeof *action);
    for (int i = 0; i < rows; i++) {
        action[i] = i % actions;
    }
    mg_tape_finish(n->tape);
    n->parameters = random_numbers(n->layout.count, 1);
    n->gradient = calloc(n->layout.count, sizeof(float));
    n->moments = calloc(mg_optimiser_reals(&n->optimiser, n->layout.count) + 1, sizeof(float));
    n->cotangent = random_numbers((size_t)(rows * actions), 2);
    n->replay = (mg_tape_replay){.rows = rows,
                                 .parameters = n->parameters,
                                 .input = {random_numbers((size_t)(rows * inputs), 3)},
                                 .index = {action},
                                 .workspace = calloc(mg_tape_workspace(n->tape), sizeof(float))};
}

static void network_free(network *n)
{
    free(n->parameters);
    free(n->gradient);
    free(n->moments);
    free(n->cotangent);
    free((void *)(uintptr_t)n->replay.input[0]);
    free((void *)(uintptr_t)n->replay.index[0]);
    free(n->replay.workspace);
    mg_tape_destroy(n->tape);
    free(n);
}

static void forward(void *context)
{
    network *n = context;
    mg_tape_forward(n->tape, &n->replay);
}

static void forward_backward(void *context)
{
    network *n = context;
    mg_cotangent cotangent = {n->output, n->cotangent};
    mg_tape_forward(n->tape, &n->replay);
    mg_tape_backward(n->tape, &n->replay, 1, &cotangent, n->gradient, NULL);
}

static void tangent(void *context)
{
    network *n = context;
    mg_tape_tangent(n->tape, &n->replay, n->parameters, n->output, n->cotangent);
}

static void step(void *context)
{
    network *n = context;
    mg_cotangent cotangent = {n->loss, NULL};
    mg_tape_forward(n->tape, &n->replay);
    mg_tape_backward(n->tape, &n->replay, 1, &cotangent, n->gradient, NULL);
    mg_optimiser_step(&n->optimiser, &n->state, n->layout.count, n->gradient, n->moments, n->parameters);
}

/* The policy of the iterated prisoner's dilemma: the first result replays it millions of times. */
static void bench_policy(void)
{
    static const int widths[] = {5, 16, 8, 2}, rows[] = {1, 5};
    for (int i = 0; i < 2; i++) {
        network *n = network_create(rows[i], widths, 3, MG_ACTIVATION_RELU);
        char shape[32];
        n->output = mg_tape_softmax(n->tape, n->output);
        network_finish(n, rows[i], 5, 2);
        snprintf(shape, sizeof shape, "%d rows", rows[i]);
        add("policy-5-16-8-2-forward", shape, 1e-9, 0, forward, n);
        add("policy-5-16-8-2-forward-backward", shape, 1e-9, 0, forward_backward, n);
        add("policy-5-16-8-2-tangent", shape, 1e-9, 0, tangent, n);
    }
}

/* Flops of the matrix products of one step: forward, weight gradients, and input gradients above the first layer. */
static double flops(int rows, const int *widths, int layers)
{
    double sum = 0;
    for (int i = 0; i < layers; i++) {
        sum += 2.0 * rows * widths[i] * widths[i + 1] * (i == 0 ? 2 : 3);
    }
    return sum;
}

static void bench_step(int rows, const int *widths)
{
    network *n = network_create(rows, widths, 3, MG_ACTIVATION_TANH);
    char shape[32];
    mg_node chosen = mg_tape_gather(n->tape, mg_tape_log_softmax(n->tape, n->output), mg_tape_index(n->tape));
    n->loss = mg_tape_affine(n->tape, mg_tape_mean(n->tape, chosen), -1, 0);
    network_finish(n, rows, widths[0], widths[3]);
    snprintf(shape, sizeof shape, "%dx%d-%d-%d-%d", rows, widths[0], widths[1], widths[2], widths[3]);
    add("step", shape, 1e-6, flops(rows, widths, 3), step, n);
}

/* ---- layers of the learners to come: forward and backward, microseconds a call ---- */

static network *layers_create(int samples)
{
    network *n = calloc(1, sizeof *n);
    mg_layout_clear(&n->layout);
    n->tape = mg_tape_create(samples);
    return n;
}

static int weight_of(network *n, int inputs, int outputs)
{
    char name[16];
    snprintf(name, sizeof name, "w%d", n->layout.views);
    return mg_layout_add_linear(&n->layout, name, inputs, outputs, MG_INITIALISE_ZERO, MG_INITIALISE_ZERO);
}

/* `numbers` of the input and `indices` below limit for each sample; most of the input is 0 if it is sparse. */
static void bench_counted(const char *name, network *n, int samples, int numbers, bool sparse, int indices, int limit,
                          double operations)
{
    int outputs = mg_tape_rows(n->tape, n->output) * mg_tape_columns(n->tape, n->output);
    size_t entries = (size_t)(samples * indices), all = (size_t)(samples * numbers);
    int32_t *index = calloc(entries + 1, sizeof *index);
    for (size_t i = 0; i < entries; i++) {
        index[i] = (int32_t)(i * 7 % (size_t)limit);
    }
    float *input = random_numbers(all, 3);
    for (size_t i = 0; sparse && i < all; i++) {
        input[i] = i % 10 == 0 ? 1 : 0;
    }
    mg_tape_finish(n->tape);
    n->parameters = random_numbers(n->layout.count, 1);
    n->gradient = calloc(n->layout.count + 1, sizeof(float));
    n->cotangent = random_numbers((size_t)(samples * outputs), 2);
    n->replay = (mg_tape_replay){.rows = samples,
                                 .parameters = n->parameters,
                                 .input = {input},
                                 .index = {index},
                                 .workspace = calloc(mg_tape_workspace(n->tape), sizeof(float))};
    add(name, "", 1e-6, operations, forward_backward, n);
}

static void bench_layers(const char *name, network *n, int samples, int numbers, bool sparse, int indices, int limit)
{
    bench_counted(name, n, samples, numbers, sparse, indices, limit, 0);
}

/* A layer of DGN in the jungle: 20 agents and their 4 neighbours, 8 heads of 16, batches of 10. */
static void bench_attention(void)
{
    network *n = layers_create(10);
    mg_node x = mg_tape_input_rows(n->tape, 20, 128), part[3];
    for (int i = 0; i < 3; i++) {
        part[i] = mg_tape_linear(n->tape, x, &n->layout, weight_of(n, 128, 128), MG_ACTIVATION_RELU);
    }
    int slot = mg_tape_index(n->tape);
    for (int i = 1; i < 3; i++) {
        part[i] = mg_tape_gather_rows(n->tape, part[i], slot, 80);
    }
    n->output = mg_tape_attention(n->tape, part[0], part[1], part[2], 8, 0.25, -1);
    bench_layers("attention-10x20-4x8x16", n, 10, 20 * 128, false, 80, 20);
}

/* Agents of QMIX: 32 episodes of 5 agents and 25 steps; and its mixing layer. */
static void bench_memory(bool lstm)
{
    network *n = layers_create(32);
    mg_node x = mg_tape_input_rows(n->tape, 125, 64);
    int gates = lstm ? 4 : 3, first = weight_of(n, 64, gates * 64), second = weight_of(n, 64, gates * 64);
    x = mg_tape_linear(n->tape, x, &n->layout, first, MG_ACTIVATION_NONE);
    mg_recurrence of = {x, -1, 25, &n->layout, second, -1};
    n->output = lstm ? mg_tape_lstm(n->tape, &of, 1) : mg_tape_gru(n->tape, &of);
    bench_layers(lstm ? "lstm-32x5x25x64" : "gru-32x5x25x64", n, 32, 125 * 64, false, 0, 1);
}

static void bench_mixing(void)
{
    network *n = layers_create(800);
    mg_node x = mg_tape_input(n->tape, 5 + 5 * 32);
    mg_node weights = mg_tape_absolute(n->tape, mg_tape_slice(n->tape, x, 5, 5 * 32));
    n->output = mg_tape_elu(n->tape, mg_tape_product(n->tape, mg_tape_slice(n->tape, x, 0, 5), weights, 5));
    bench_layers("mixing-800x5x32", n, 800, 5 + 5 * 32, false, 0, 1);
}

/* The first layer of Gather-Trade-Build: 9 x 11 x 11, windows of 5 x 5, 6 filters, 100 steps. */
static void bench_convolution(bool sparse)
{
    network *n = layers_create(100);
    mg_image image = {9, 11, 11, 5, 5, sparse};
    mg_node x = mg_tape_input(n->tape, 11 * 11 * 9);
    n->output = mg_tape_convolution(n->tape, x, &image, &n->layout, weight_of(n, 5 * 5 * 9, 6), MG_ACTIVATION_RELU);
    bench_layers(sparse ? "convolution-sparse-100x9x11x11" : "convolution-dense-100x9x11x11", n, 100, 11 * 11 * 9, true,
                 0, 1);
}

/* A policy of Cleanup over an episode of 50 steps: windows of 9 x 9 or 15 x 15 cells of three colours, 6 filters of
 * 3 x 3, two layers of 64, 6 actions. The goal: half of the rate of the products. */
static void bench_picture(int side)
{
    enum { STEPS = 50, COLOURS = 3, FILTERS = 6, WINDOW = 3, HIDDEN = 64, ACTIONS = 6 };
    const mg_network_image image = {.channels = COLOURS,
                                    .height = side,
                                    .width = side,
                                    .filters = FILTERS,
                                    .window = WINDOW,
                                    .weight = MG_INITIALISE_ZERO,
                                    .bias = MG_INITIALISE_ZERO,
                                    .filters_bias = MG_INITIALISE_ZERO};
    const mg_layer actions = {"output", ACTIONS, MG_ACTIVATION_NONE, MG_INITIALISE_ZERO, MG_NO_BIAS};
    const int cells = side * side;
    mg_network policy;
    mg_network_pictured(&policy, &image, COLOURS * cells, HIDDEN, HIDDEN, &actions, MG_INITIALISE_ZERO,
                        MG_INITIALISE_ZERO);
    network *n = layers_create(STEPS);
    n->output = mg_network_record(n->tape, &policy, mg_tape_input(n->tape, COLOURS * cells));
    n->layout = policy.layout;
    const double convolved = 2.0 * cells * WINDOW * WINDOW * COLOURS * FILTERS;
    const double layers = 2.0 * HIDDEN * (cells * FILTERS + HIDDEN + ACTIONS);
    char name[48];
    snprintf(name, sizeof name, "picture-policy-%dx3x%dx%d", STEPS, side, side);
    bench_counted(name, n, STEPS, COLOURS * cells, false, 0, 1, STEPS * (2.0 * convolved + 3.0 * layers));
}

int main(int argc, char **argv)
{
    static const int small[] = {64, 64, 32, 5}, large[] = {130, 512, 128, 9};
    read_rounds(argc, argv, 15);
    choose_isa("auto");
    header();
    bench_overhead(false);
    bench_overhead(true);
    bench_policy();
    bench_step(32, small);
    bench_step(256, large);
    bench_attention();
    bench_memory(false);
    bench_memory(true);
    bench_mixing();
    bench_convolution(false);
    bench_convolution(true);
    bench_picture(9);
    bench_picture(15);
    print_all();
    for (int i = 0; i < timed_count; i++) {
        if (i == 0 || what[i].network != what[i - 1].network) {
            network_free(what[i].network);
        }
    }
    return 0;
}
