/* core_selftest.c - one digest per topic of the ground floor: kernels, elementary functions, generator, tape,
 * optimisers and a small training. Needs no JSON and no CSV library, so that it runs wherever there is a C compiler
 * or an emulator.
 *
 *     core-selftest [--isa NAME] [--check FILE]
 *
 * Prints `topic,digest` lines, which is also the form of FILE (golden/core-selftest.csv). With --check the exit
 * status is 1 if a digest differs or is missing, and each such topic is named; 2 is wrong usage (an instruction set
 * this CPU lacks, too), 3 a file that cannot be read. About 0.1 s, so that an emulator needs seconds.
 */
#include "core/io/digest.h"
#include "core/io/error.h"
#include "core/num/isa.h"
#include "core/num/kernels.h"
#include "core/num/optimiser.h"
#include "core/num/rng.h"
#include "core/num/scalar_math.h"
#include "core/num/tape.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 4096 }; /* numbers in a work array */

typedef struct work {
    const mg_kernels *kernels;
    mg_hasher *hasher;
    mg_stream stream;
    float a[MOST], b[MOST], c[MOST], d[MOST], scratch[MG_GEMM_SCRATCH];
} work;

static void fill(work *w, float *x, size_t n, float low, float high)
{
    for (size_t i = 0; i < n; i++)
        x[i] = mg_random_uniform(&w->stream, low, high);
}

/* ---- kernels ---- */

static void run_gemm(work *w, int rows, int columns, int depth, int form)
{
    bool a_transposed = form & 1, b_transposed = form & 2;
    mg_gemm gemm = {
        .rows = rows,
        .columns = columns,
        .depth = depth,
        .a = w->a,
        .b = w->b,
        .c = w->c,
        .c_row = columns,
        .a_row = a_transposed ? 1 : depth,
        .a_column = a_transposed ? rows : 1,
        .b_row = b_transposed ? 1 : columns,
        .b_column = b_transposed ? depth : 1,
        .start = (mg_gemm_start)((rows + form) % 3),
        .bias = w->d,
        .scratch = w->scratch,
    };
    fill(w, w->c, (size_t)(rows * columns), -1, 1);
    w->kernels->gemm(&gemm);
    mg_hash_float(w->hasher, "c", w->c, (size_t)(rows * columns));
}

static void topic_gemm(work *w)
{
    static const int rows[] = {1, 6, 11, 32}, columns[] = {1, 7, 16, 37, 64}, depth[] = {1, 13, 64};
    fill(w, w->a, MOST, -1, 1);
    fill(w, w->b, MOST, -1, 1);
    fill(w, w->d, MOST, -1, 1);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t j = 0; j < sizeof columns / sizeof *columns; j++)
            for (size_t k = 0; k < sizeof depth / sizeof *depth; k++)
                for (int form = 0; form < 4; form++)
                    run_gemm(w, rows[i], columns[j], depth[k], form);
}

static void topic_elementwise(work *w)
{
    for (size_t n = 0; n <= 67; n++) { /* every tail of every vector length */
        fill(w, w->a, n, -3, 3);
        fill(w, w->b, n, 0.5f, 2);
        for (int which = 0; which < MG_COMBINE_COUNT; which++) {
            w->kernels->combine((mg_combine)which, n, w->a, w->b, w->c);
            mg_hash_float(w->hasher, "combine", w->c, n);
        }
        w->kernels->multiply_add(n, w->a, w->b, w->c);
        w->kernels->axpy(n, 0.37f, w->a, w->c);
        w->kernels->affine(n, 1.3f, -0.2f, w->c, w->c);
        mg_hash_float(w->hasher, "affine", w->c, n);
        w->kernels->clip(n, -1.1f, 0.9f, w->c, w->c);
        mg_hash_float(w->hasher, "clip", w->c, n);
    }
}

static void topic_reductions(work *w)
{
    for (size_t n = 0; n < 300; n += n < 70 ? 1 : 23) {
        fill(w, w->a, n, -3, 3);
        fill(w, w->b, n, -2, 2);
        float sums[3] = {w->kernels->sum(n, w->a), w->kernels->sum_squares(n, w->a), w->kernels->dot(n, w->a, w->b)};
        mg_hash_float(w->hasher, "sums", sums, 3);
    }
}

static void topic_softmax(work *w)
{
    for (int columns = 1; columns <= 33; columns++) {
        const int rows = 5;
        const size_t n = (size_t)(rows * columns);
        fill(w, w->a, n, -9, 9);
        fill(w, w->b, n, -1, 1);
        w->kernels->softmax(rows, columns, w->a, w->c);
        mg_hash_float(w->hasher, "softmax", w->c, n);
        w->kernels->softmax_backward(rows, columns, w->c, w->b, w->a);
        w->kernels->log_softmax(rows, columns, w->a, w->c);
        mg_hash_float(w->hasher, "log_softmax", w->c, n);
        w->kernels->log_softmax_backward(rows, columns, w->c, w->b, w->a);
        mg_hash_float(w->hasher, "backward", w->a, n);
        fill(w, w->d, (size_t)columns, -1, 1);
        w->kernels->column_sum(rows, columns, w->a, w->d);
        mg_hash_float(w->hasher, "column_sum", w->d, (size_t)columns);
        w->kernels->row_sum(rows, columns, w->a, w->d);
        mg_hash_float(w->hasher, "row_sum", w->d, (size_t)rows);
    }
}

/* ---- elementary functions ---- */

/* Numbers of every binade of the function's domain, subnormal ones included: bit patterns at an even distance. */
static size_t domain(mg_map map, float *x)
{
    bool positive = map == MG_MAP_LOG || map == MG_MAP_SQRT;
    float limit = map == MG_MAP_SIN || map == MG_MAP_COS ? 8192.0f : map == MG_MAP_SQUARE ? 1e18f : 3e38f;
    size_t n = 0;
    for (uint32_t i = 0; i < MOST; i++) {
        uint32_t bits = i * 1048575u;
        float candidate;
        memcpy(&candidate, &bits, sizeof candidate);
        if (candidate >= -limit && candidate <= limit && !(positive && (bits >> 31 || !bits)))
            x[n++] = candidate;
    }
    return n;
}

static void topic_functions(work *w)
{
    for (int which = 0; which < MG_MAP_COUNT; which++) {
        size_t n = domain((mg_map)which, w->a);
        w->kernels->map((mg_map)which, n, w->a, w->c);
        mg_hash_float(w->hasher, "every binade", w->c, n);
        fill(w, w->a, MOST, which == MG_MAP_LOG || which == MG_MAP_SQRT ? 0.001f : -12, 12);
        w->kernels->map((mg_map)which, MOST, w->a, w->c);
        mg_hash_float(w->hasher, "usual values", w->c, MOST);
        fill(w, w->b, MOST, -1, 1);
        fill(w, w->d, MOST, -1, 1);
        w->kernels->map_backward((mg_map)which, MOST, w->a, w->c, w->b, w->d);
        mg_hash_float(w->hasher, "backward", w->d, MOST);
    }
}

static void topic_double_functions(work *w)
{
    enum { N = 1000 };
    double results[9];
    for (int i = 0; i < N; i++) {
        double x = 40 * mg_random_double(&w->stream) - 20, positive = mg_exp(x);
        results[0] = positive;
        results[1] = mg_log(positive);
        results[2] = mg_pow(positive, mg_random_double(&w->stream) * 6 - 3);
        results[3] = mg_log_gamma(mg_random_double(&w->stream) * (i % 2 ? 5 : 500) + 1e-3);
        results[4] = mg_sqrt(positive);
        results[5] = mg_tanh(x);
        results[6] = mg_sigmoid(x);
        results[7] = mg_sin(x);
        results[8] = mg_cos(x);
        mg_hash_double(w->hasher, "functions", results, 9);
    }
}

/* ---- random numbers ---- */

static void topic_random(work *w)
{
    for (uint32_t seed = 0; seed < 20; seed++) {
        mg_stream stream = mg_stream_at((mg_key){7, seed}, MG_PURPOSE_TEST, seed * 5, seed, 3);
        uint32_t items[29];
        float p[4] = {0.1f, 0.2f, 0.3f, 0.4f};
        for (uint32_t i = 0; i < 29; i++)
            items[i] = i;
        mg_random_shuffle(&stream, items, 29);
        for (int i = 0; i < 29; i++) {
            int32_t whole[3] = {(int32_t)items[i], (int32_t)mg_random_below(&stream, 6),
                                mg_random_categorical(&stream, p, 4)};
            float real[3] = {mg_random_float(&stream), mg_random_normal(&stream), mg_random_uniform(&stream, -2, 5)};
            double both = mg_random_double(&stream);
            mg_hash_i32(w->hasher, "whole", whole, 3);
            mg_hash_float(w->hasher, "real", real, 3);
            mg_hash_double(w->hasher, "double", &both, 1);
        }
        mg_random_fill_float(&stream, w->a, 201);
        mg_random_fill_normal(&stream, w->b, 203);
        mg_hash_float(w->hasher, "fill", w->a, 201);
        mg_hash_float(w->hasher, "fill", w->b, 203);
    }
}

/* ---- tape ---- */

enum { ROWS = 19, INPUTS = 6, HIDDEN = 21, ACTIONS = 5 };

typedef struct network {
    mg_tape *tape;
    mg_layout layout;
    mg_node policy, loss;
} network;

/* Every operation of the tape, in something like an actor-critic's loss. */
static network record_everything(void)
{
    network net = {.tape = mg_tape_create(ROWS)};
    mg_tape *t = net.tape;
    mg_layout *layout = &net.layout;
    mg_layout_clear(layout);
    int first =
        mg_layout_add_linear(layout, "first", INPUTS + 3, HIDDEN, MG_INITIALISE_GLOROT_UNIFORM, MG_INITIALISE_ZERO);
    int second =
        mg_layout_add_linear(layout, "second", HIDDEN, ACTIONS, MG_INITIALISE_FAN_IN_UNIFORM, MG_INITIALISE_NORMAL);
    int third = mg_layout_add_linear(layout, "third", 3, 1, MG_INITIALISE_HE_UNIFORM, -1);
    int names = mg_layout_add(layout, "names", 4, 3, MG_INITIALISE_NORMAL, 4, 3);
    int scale = mg_layout_add(layout, "scale", 1, ACTIONS, MG_INITIALISE_NORMAL, 1, ACTIONS);
    mg_node observation = mg_tape_input(t, INPUTS), advantage = mg_tape_input(t, 1);
    int name = mg_tape_index(t), action = mg_tape_index(t);
    mg_node x = mg_tape_concat(t, observation, mg_tape_lookup(t, layout, names, name));
    mg_node hidden = mg_tape_linear(t, x, layout, first, MG_ACTIVATION_TANH);
    mg_node logits = mg_tape_linear(t, hidden, layout, second, MG_ACTIVATION_RELU);
    net.policy = mg_tape_softmax(t, mg_tape_multiply(t, logits, mg_tape_parameter(t, layout, scale)));
    mg_node part = mg_tape_relu(t, mg_tape_slice(t, mg_tape_log_softmax(t, logits), 1, 3));
    mg_node value = mg_tape_linear(t, mg_tape_sigmoid(t, mg_tape_exp(t, part)), layout, third, MG_ACTIVATION_SIGMOID);
    mg_node error = mg_tape_square(t, mg_tape_subtract(t, mg_tape_tanh(t, value), mg_tape_stop_gradient(t, advantage)));
    mg_node ratio = mg_tape_divide(t, mg_tape_gather(t, net.policy, action), mg_tape_affine(t, error, 1, 0.5));
    mg_node clipped = mg_tape_multiply(t, mg_tape_clip(t, ratio, 0.2, 0.4), advantage);
    mg_node surrogate = mg_tape_minimum(t, mg_tape_multiply(t, ratio, advantage), clipped);
    mg_node entropy = mg_tape_row_sum(t, mg_tape_multiply(t, net.policy, mg_tape_log(t, net.policy)));
    mg_node sum = mg_tape_add(t, mg_tape_maximum(t, error, entropy), surrogate);
    net.loss = mg_tape_add(t, mg_tape_mean(t, sum), mg_tape_affine(t, mg_tape_sum(t, error), 1e-3, 0));
    mg_tape_finish(t);
    return net;
}

static void replay_everything(work *w, const network *net, int rows, const float *block, float *workspace)
{
    int32_t names[ROWS], actions[ROWS];
    float observation_gradient[ROWS * INPUTS], tangent[ROWS * ACTIONS], gradient[MOST] = {0};
    float *inputs[MG_TAPE_INPUTS_MAX] = {observation_gradient};
    for (int row = 0; row < rows; row++) {
        names[row] = (int32_t)mg_random_below(&w->stream, 4);
        actions[row] = (int32_t)mg_random_below(&w->stream, ACTIONS);
    }
    fill(w, w->a, ROWS * INPUTS, -1, 1);
    fill(w, w->b, ROWS, -1, 1);
    fill(w, w->d, net->layout.count, -1, 1);
    mg_tape_replay replay = {
        .rows = rows, .parameters = block, .input = {w->a, w->b}, .index = {names, actions}, .workspace = workspace};
    mg_tape_forward(net->tape, &replay);
    mg_hash_float(w->hasher, "policy", mg_tape_value(net->tape, &replay, net->policy), (size_t)(rows * ACTIONS));
    mg_hash_float(w->hasher, "loss", mg_tape_value(net->tape, &replay, net->loss), 1);
    mg_cotangent start = {.node = net->loss};
    mg_tape_backward(net->tape, &replay, 1, &start, gradient, inputs);
    mg_hash_float(w->hasher, "gradient", gradient, net->layout.count);
    mg_hash_float(w->hasher, "input", observation_gradient, (size_t)(rows * INPUTS));
    mg_tape_tangent(net->tape, &replay, w->d, net->policy, tangent);
    mg_hash_float(w->hasher, "tangent", tangent, (size_t)(rows * ACTIONS));
}

static void topic_tape(work *w)
{
    network net = record_everything();
    float *block = malloc(net.layout.count * sizeof *block),
          *workspace = malloc(mg_tape_workspace(net.tape) * sizeof *workspace);
    mg_parameters_initialise(&net.layout, &w->stream, block);
    mg_hash_float(w->hasher, "parameters", block, net.layout.count);
    for (int rows = 1; rows <= ROWS; rows += 3)
        replay_everything(w, &net, rows, block, workspace);
    free(workspace);
    free(block);
    mg_tape_destroy(net.tape);
}

/* ---- optimisers ---- */

static void topic_optimisers(work *w)
{
    enum { N = 77 };
    mg_optimiser_config configs[4]; /* assigned: tcc cannot initialise with what a function returns */
    configs[0] = mg_adam_torch_default(0.01);
    configs[1] = mg_adam_tensorflow_default(0.01);
    configs[2] = mg_sgd_default(0.1);
    configs[3] = mg_rmsprop_default(0.01);
    for (size_t which = 0; which < sizeof configs / sizeof *configs; which++) {
        mg_optimiser_state state = mg_optimiser_start();
        fill(w, w->a, N, -1, 1);
        memset(w->c, 0, mg_optimiser_reals(&configs[which], N) * sizeof *w->c);
        for (int step = 0; step < 30; step++) {
            fill(w, w->b, N, -1, 1);
            float norm = mg_clip_gradient_norm(N, step % 2 ? 1.0f : 100.0f, w->b);
            mg_hash_float(w->hasher, "norm", &norm, 1);
            mg_optimiser_step(&configs[which], &state, N, w->b, w->c, w->a);
        }
        mg_hash_float(w->hasher, "parameters", w->a, N);
        mg_soft_update(N, 0.01f, w->a, w->b);
        mg_hash_float(w->hasher, "soft update", w->b, N);
        mg_hash_double(w->hasher, "powers", &state.beta2_power, 1);
    }
}

/* ---- a small training: is the sum of the first half of the inputs larger than that of the second, and by how
 * much? ---- */

enum { BATCH = 32, FEATURES = 8, CLASSES = 4, STEPS = 200 };

static void draw_batch(work *w, int32_t *labels)
{
    fill(w, w->a, BATCH * FEATURES, -1, 1);
    for (int row = 0; row < BATCH; row++) {
        float balance = 0;
        for (int i = 0; i < FEATURES; i++) {
            float x = w->a[row * FEATURES + i];
            balance = i < FEATURES / 2 ? balance + x : balance - x;
        }
        labels[row] = (balance > -1.0f) + (balance > 0.0f) + (balance > 1.0f);
    }
}

static network record_classifier(void)
{
    network net = {.tape = mg_tape_create(BATCH)};
    mg_layout_clear(&net.layout);
    int first =
        mg_layout_add_linear(&net.layout, "first", FEATURES, 32, MG_INITIALISE_GLOROT_UNIFORM, MG_INITIALISE_ZERO);
    int second = mg_layout_add_linear(&net.layout, "second", 32, 16, MG_INITIALISE_GLOROT_UNIFORM, MG_INITIALISE_ZERO);
    int third =
        mg_layout_add_linear(&net.layout, "third", 16, CLASSES, MG_INITIALISE_GLOROT_UNIFORM, MG_INITIALISE_ZERO);
    mg_node x = mg_tape_input(net.tape, FEATURES);
    int label = mg_tape_index(net.tape);
    x = mg_tape_linear(net.tape, x, &net.layout, first, MG_ACTIVATION_RELU);
    x = mg_tape_linear(net.tape, x, &net.layout, second, MG_ACTIVATION_TANH);
    net.policy = mg_tape_log_softmax(net.tape, mg_tape_linear(net.tape, x, &net.layout, third, MG_ACTIVATION_NONE));
    net.loss = mg_tape_affine(net.tape, mg_tape_mean(net.tape, mg_tape_gather(net.tape, net.policy, label)), -1, 0);
    mg_tape_finish(net.tape);
    return net;
}

static void topic_training(work *w)
{
    network net = record_classifier();
    const size_t n = net.layout.count;
    float *block = malloc(n * sizeof *block), *gradient = malloc(n * sizeof *gradient),
          *moments = calloc(2 * n, sizeof *moments);
    float *workspace = malloc(mg_tape_workspace(net.tape) * sizeof *workspace);
    int32_t labels[BATCH];
    mg_optimiser_config adam = mg_adam_torch_default(0.003);
    mg_optimiser_state state = mg_optimiser_start();
    mg_cotangent start = {.node = net.loss};
    mg_parameters_initialise(&net.layout, &w->stream, block);
    for (int step = 1; step <= STEPS; step++) {
        draw_batch(w, labels);
        mg_tape_replay replay = {
            .rows = BATCH, .parameters = block, .input = {w->a}, .index = {labels}, .workspace = workspace};
        mg_tape_forward(net.tape, &replay);
        memset(gradient, 0, n * sizeof *gradient);
        mg_tape_backward(net.tape, &replay, 1, &start, gradient, NULL);
        mg_clip_gradient_norm(n, 1.0f, gradient);
        mg_optimiser_step(&adam, &state, n, gradient, moments, block);
        if (step % 10 == 0) {
            mg_hash_float(w->hasher, "loss", mg_tape_value(net.tape, &replay, net.loss), 1);
            mg_hash_float(w->hasher, "parameters", block, n);
            mg_hash_float(w->hasher, "moments", moments, 2 * n);
        }
    }
    free(workspace);
    free(moments);
    free(gradient);
    free(block);
    mg_tape_destroy(net.tape);
}

/* ---- the program ---- */

static const struct topic {
    const char *name;
    void (*run)(work *w);
} topics[] = {
    {"gemm", topic_gemm},
    {"elementwise", topic_elementwise},
    {"reductions", topic_reductions},
    {"softmax", topic_softmax},
    {"functions", topic_functions},
    {"double-functions", topic_double_functions},
    {"random", topic_random},
    {"tape", topic_tape},
    {"optimisers", topic_optimisers},
    {"training", topic_training},
};
enum { TOPICS = sizeof topics / sizeof *topics };

static void run_topics(mg_digest digests[TOPICS])
{
    work *w = calloc(1, sizeof *w);
    w->kernels = mg_kernels_current();
    w->hasher = mg_hasher_create();
    for (int i = 0; i < TOPICS; i++) {
        char text[MG_DIGEST_TEXT];
        mg_hasher_restart(w->hasher);
        w->stream = mg_stream_at((mg_key){1, (uint32_t)i}, MG_PURPOSE_TEST, 0, 0, 0);
        topics[i].run(w);
        digests[i] = mg_hasher_finish(w->hasher);
        printf("%s,%s\n", topics[i].name, mg_digest_print(digests[i], text));
    }
    mg_hasher_destroy(w->hasher);
    free(w);
}

/* Compares with the file, topic by topic; returns the exit status. */
static int check(const char *path, const mg_digest digests[TOPICS])
{
    FILE *file = fopen(path, "r");
    if (!file) {
        fprintf(stderr, "core-selftest: cannot read %s: expected lines `topic,digest`, as this program prints them\n",
                path);
        return MG_EXIT_INPUT;
    }
    bool same[TOPICS] = {false};
    int differ = 0;
    char line[200];
    while (fgets(line, sizeof line, file)) {
        for (int i = 0; i < TOPICS; i++) {
            size_t length = strlen(topics[i].name);
            mg_digest golden;
            if (strncmp(line, topics[i].name, length) == 0 && line[length] == ',') {
                line[strcspn(line, "\r\n")] = '\0';
                same[i] = mg_digest_read(line + length + 1, &golden) && mg_digest_equal(golden, digests[i]);
            }
        }
    }
    fclose(file);
    for (int i = 0; i < TOPICS; i++) {
        if (!same[i]) {
            fprintf(stderr, "core-selftest: %s differs from %s (isa %s)\n", topics[i].name, path, mg_isa_name());
            differ++;
        }
    }
    return differ ? MG_EXIT_DIFFERS : MG_EXIT_OK;
}

int main(int argc, char **argv)
{
    const char *isa = "auto", *golden = NULL;
    char message[300];
    for (int i = 1; i < argc; i += 2) {
        const char **option = strcmp(argv[i], "--isa") == 0 ? &isa : strcmp(argv[i], "--check") == 0 ? &golden : NULL;
        if (!option || i + 1 == argc) {
            fprintf(stderr, "core-selftest: wrong use of '%s'; core-selftest [--isa NAME] [--check FILE]\n", argv[i]);
            return MG_EXIT_USAGE;
        }
        *option = argv[i + 1];
    }
    if (!mg_isa_choose(isa, message, sizeof message)) {
        fprintf(stderr, "core-selftest: %s\n", message);
        return MG_EXIT_USAGE;
    }
    mg_digest digests[TOPICS];
    printf("topic,digest\nisa,%s\n", mg_isa_name());
    run_topics(digests);
    return golden ? check(golden, digests) : MG_EXIT_OK;
}
