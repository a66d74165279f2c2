/* Every operation of the tape, alone and in random compositions, in binary64 against central differences; each check
 * has a twin with a deliberately wrong derivative that must exceed the tolerance. */
#define MG_DOUBLE
#include "core/num/tape.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/num/rng.h"
#include "tests/tap.h"

#define TOLERANCE 1e-5
#define STEP 1e-5
#define ROWS 5
#define ROWS_MAX 9

/* ---- a program and everything it is replayed with ---- */

typedef struct world {
    mg_tape *tape;
    mg_layout layout;
    int inputs, input_columns[MG_TAPE_INPUTS_MAX];
    int indices, index_limit[MG_TAPE_INDICES_MAX];
    bool moving; /* operands depend on parameters, not on inputs alone */
    int outputs;
    mg_node output[4];

    double *parameters, *input[MG_TAPE_INPUTS_MAX], *workspace;
    int32_t *index[MG_TAPE_INDICES_MAX];
    double *cotangent[4];
} world;

static double draw(mg_stream *stream)
{
    return 2.0 * mg_random_double(stream) - 1.0;
}

static double *numbers(mg_stream *stream, size_t n)
{
    double *x = malloc((n + 1) * sizeof *x);
    for (size_t i = 0; i < n; i++) {
        x[i] = draw(stream);
    }
    return x;
}

static world *world_new(bool moving)
{
    world *w = calloc(1, sizeof *w);
    w->tape = mg_tape_create(ROWS_MAX);
    w->moving = moving;
    mg_layout_clear(&w->layout);
    return w;
}

static mg_node fresh_input(world *w, int columns)
{
    w->input_columns[w->inputs++] = columns;
    return mg_tape_input(w->tape, columns);
}

static int fresh_index(world *w, int limit)
{
    w->index_limit[w->indices++] = limit;
    return mg_tape_index(w->tape);
}

static int fresh_weight(world *w, int rows, int columns, bool bias)
{
    char name[16];
    snprintf(name, sizeof name, "w%d", w->layout.views);
    return mg_layout_add_linear(&w->layout, name, rows, columns, MG_INITIALISE_NORMAL,
                                bias ? MG_INITIALISE_NORMAL : -1);
}

static mg_node fresh_row(world *w, int columns)
{
    char name[16];
    snprintf(name, sizeof name, "p%d", w->layout.views);
    return mg_tape_parameter(w->tape, &w->layout,
                             mg_layout_add(&w->layout, name, 1, columns, MG_INITIALISE_NORMAL, 1, 1));
}

/* A batch operand: an input, or one that moves with parameters too. */
static mg_node batch(world *w, int columns)
{
    mg_node input = fresh_input(w, columns);
    if (!w->moving) {
        return input;
    }
    return mg_tape_linear(w->tape, input, &w->layout, fresh_weight(w, columns, columns, true), MG_ACTIVATION_NONE);
}

static mg_node positive(world *w, mg_node x)
{
    return mg_tape_affine(w->tape, mg_tape_square(w->tape, x), 1, 0.5);
}

/* Draws everything from one stream: two worlds of the same leaves and seed get the same numbers. */
static void world_fill(world *w, uint32_t seed)
{
    mg_stream stream = mg_stream_at((mg_key){1, seed}, MG_PURPOSE_TEST, 0, 0, 0);
    mg_tape_finish(w->tape);
    w->parameters = numbers(&stream, w->layout.count);
    for (int i = 0; i < w->inputs; i++) {
        w->input[i] = numbers(&stream, (size_t)(ROWS * w->input_columns[i]));
    }
    for (int i = 0; i < w->indices; i++) {
        w->index[i] = malloc(ROWS * sizeof *w->index[i]);
        for (int row = 0; row < ROWS; row++) {
            w->index[i][row] = (int32_t)mg_random_below(&stream, (uint32_t)w->index_limit[i]);
        }
    }
    for (int i = 0; i < w->outputs; i++) {
        w->cotangent[i] = numbers(&stream, (size_t)(ROWS * mg_tape_columns(w->tape, w->output[i])));
    }
    size_t reals = mg_tape_workspace(w->tape);
    w->workspace = malloc((reals + 1) * sizeof *w->workspace);
    for (size_t i = 0; i < reals; i++) {
        w->workspace[i] = (double)NAN;
    }
}

static void world_free(world *w)
{
    for (int i = 0; i < w->inputs; i++) {
        free(w->input[i]);
    }
    for (int i = 0; i < w->indices; i++) {
        free(w->index[i]);
    }
    for (int i = 0; i < w->outputs; i++) {
        free(w->cotangent[i]);
    }
    free(w->parameters);
    free(w->workspace);
    mg_tape_destroy(w->tape);
    free(w);
}

static mg_replay replay_of(const world *w)
{
    mg_replay replay = {.rows = ROWS, .parameters = w->parameters, .workspace = w->workspace};
    for (int i = 0; i < w->inputs; i++) {
        replay.input[i] = w->input[i];
    }
    for (int i = 0; i < w->indices; i++) {
        replay.index[i] = w->index[i];
    }
    return replay;
}

/* ---- shapes: a single row is known by its first use as such ---- */

typedef struct shaped {
    mg_node node;
    bool single;
} shaped;

static int elements(const world *w, int output, bool single)
{
    return mg_tape_columns(w->tape, w->output[output]) * (single ? 1 : ROWS);
}

/* ---- what is compared ---- */

static size_t derivative_count(const world *w)
{
    size_t count = w->layout.count;
    for (int i = 0; i < w->inputs; i++) {
        count += (size_t)(ROWS * w->input_columns[i]);
    }
    return count;
}

static double objective(const world *w, const bool *single)
{
    mg_replay replay = replay_of(w);
    double sum = 0;
    mg_tape_forward(w->tape, &replay);
    for (int i = 0; i < w->outputs; i++) {
        const double *value = mg_tape_value(w->tape, &replay, w->output[i]);
        for (int j = 0; j < elements(w, i, single[i]); j++) {
            sum += w->cotangent[i][j] * value[j];
        }
    }
    return sum;
}

static double slope(const world *w, const bool *single, double *x)
{
    double keep = *x;
    *x = keep + STEP;
    double high = objective(w, single);
    *x = keep - STEP;
    double low = objective(w, single);
    *x = keep;
    return (high - low) / (2 * STEP);
}

/* Parameters first, then inputs in order. */
static double *numeric_gradient(const world *w, const bool *single)
{
    double *g = malloc((derivative_count(w) + 1) * sizeof *g), *at = g;
    for (size_t i = 0; i < w->layout.count; i++) {
        *at++ = slope(w, single, &w->parameters[i]);
    }
    for (int s = 0; s < w->inputs; s++) {
        for (int i = 0; i < ROWS * w->input_columns[s]; i++) {
            *at++ = slope(w, single, &w->input[s][i]);
        }
    }
    return g;
}

static double *tape_gradient(const world *w)
{
    double *g = malloc((derivative_count(w) + 1) * sizeof *g), *at = g + w->layout.count;
    double *input_gradient[MG_TAPE_INPUTS_MAX] = {0};
    mg_cotangent cotangent[4];
    mg_replay replay = replay_of(w);
    memset(g, 0, w->layout.count * sizeof *g);
    for (int s = 0; s < w->inputs; s++) {
        input_gradient[s] = at;
        for (int i = 0; i < ROWS * w->input_columns[s]; i++) {
            *at++ = (double)NAN; /* to be overwritten */
        }
    }
    for (int i = 0; i < w->outputs; i++) {
        cotangent[i] = (mg_cotangent){w->output[i], w->cotangent[i]};
    }
    mg_tape_forward(w->tape, &replay);
    mg_tape_backward(w->tape, &replay, w->outputs, cotangent, g, input_gradient);
    return g;
}

static double relative_error(size_t n, const double *a, const double *b)
{
    double worst = 0;
    for (size_t i = 0; i < n; i++) {
        double error = fabs(a[i] - b[i]) / (fabs(a[i]) + fabs(b[i]) + 1e-2);
        worst = error <= worst ? worst : error; /* NaN is the worst of all */
    }
    return worst;
}

/* Objective's derivative along a parameter direction, by forward mode: cotangents times tangents. */
static double tape_tangent(const world *w, const bool *single, const double *direction)
{
    double *tangent = malloc(sizeof *tangent * (size_t)(ROWS * 64)), sum = 0;
    mg_replay replay = replay_of(w);
    mg_tape_forward(w->tape, &replay);
    for (int i = 0; i < w->outputs; i++) {
        mg_tape_tangent(w->tape, &replay, direction, w->output[i], tangent);
        for (int j = 0; j < elements(w, i, single[i]); j++) {
            sum += w->cotangent[i][j] * tangent[j];
        }
    }
    free(tangent);
    return sum;
}

static double numeric_tangent(const world *w, const bool *single, const double *direction)
{
    size_t n = w->layout.count;
    double *keep = malloc((n + 1) * sizeof *keep), difference = 0;
    memcpy(keep, w->parameters, n * sizeof *keep);
    for (int side = 1; side >= -1; side -= 2) {
        for (size_t i = 0; i < n; i++) {
            w->parameters[i] = keep[i] + side * STEP * direction[i];
        }
        difference += side * objective(w, single);
    }
    memcpy(w->parameters, keep, n * sizeof *keep);
    free(keep);
    return difference / (2 * STEP);
}

/* ---- every operation alone: the right program, or its twin with the derivative of another one ---- */

typedef shaped (*builder)(world *w, int variant, bool wrong);

#define BATCH(n) ((shaped){(n), false})
#define SINGLE(n) ((shaped){(n), true})

static shaped build_linear(world *w, int variant, bool wrong)
{
    mg_node x = batch(w, 4);
    int weight = fresh_weight(w, 4, 3, variant % 2 == 0);
    mg_activation activation = (mg_activation)(variant / 2);
    mg_activation other = (mg_activation)((variant / 2 + 2) % 4);
    return BATCH(mg_tape_linear(w->tape, x, &w->layout, weight, wrong ? other : activation));
}

static shaped build_linear_single_row(world *w, int variant, bool wrong)
{
    mg_node x = fresh_row(w, 4);
    int weight = fresh_weight(w, 4, 3, variant == 0);
    return SINGLE(mg_tape_linear(w->tape, x, &w->layout, weight, wrong ? MG_ACTIVATION_SIGMOID : MG_ACTIVATION_TANH));
}

typedef mg_node (*binary_operation)(mg_tape *tape, mg_node a, mg_node b);
static const binary_operation binary_operations[] = {mg_tape_add,    mg_tape_subtract, mg_tape_multiply,
                                                     mg_tape_divide, mg_tape_minimum,  mg_tape_maximum};

/* variant = operation * 6 + broadcast: same shape, column, row, one, both single rows, single row and one */
static shaped build_binary(world *w, int variant, bool wrong)
{
    int kind = variant / 6, broadcast = variant % 6;
    binary_operation operation = binary_operations[wrong ? kind ^ 1 : kind];
    mg_node a = broadcast < 4 ? batch(w, 4) : fresh_row(w, 4), b;
    switch (broadcast) {
    case 0: b = batch(w, 4); break;
    case 1: b = batch(w, 1); break;
    case 2: b = fresh_row(w, 4); break;
    case 3: b = mg_tape_mean(w->tape, batch(w, 3)); break;
    case 4: b = fresh_row(w, 4); break;
    default: b = fresh_row(w, 1); break;
    }
    if (kind == 3 || kind == 2) { /* divide, and its twin */
        b = positive(w, b);
    }
    mg_node y = operation(w->tape, a, b);
    return broadcast < 4 ? BATCH(y) : SINGLE(y);
}

static shaped build_affine(world *w, int variant, bool wrong)
{
    (void)variant;
    return BATCH(mg_tape_affine(w->tape, batch(w, 4), wrong ? 1.501 : 1.5, -0.25));
}

static shaped build_clip(world *w, int variant, bool wrong)
{
    (void)variant;
    return BATCH(mg_tape_clip(w->tape, batch(w, 4), wrong ? -0.6 : -0.3, 0.2));
}

static shaped build_map(world *w, int variant, bool wrong)
{
    static mg_node (*const maps[])(mg_tape *, mg_node) = {mg_tape_exp,  mg_tape_log,     mg_tape_relu,
                                                          mg_tape_tanh, mg_tape_sigmoid, mg_tape_square};
    mg_node x = batch(w, 4);
    x = variant == 1 || (wrong && (variant + 1) % 6 == 1) ? positive(w, x) : x;
    return BATCH(maps[wrong ? (variant + 1) % 6 : variant](w->tape, x));
}

static shaped build_softmax(world *w, int variant, bool wrong)
{
    mg_node x = batch(w, 4);
    return BATCH(((variant == 0) != wrong ? mg_tape_softmax : mg_tape_log_softmax)(w->tape, x));
}

static shaped build_gather(world *w, int variant, bool wrong)
{
    (void)variant;
    int first = fresh_index(w, 4), second = fresh_index(w, 4);
    return BATCH(mg_tape_gather(w->tape, batch(w, 4), wrong ? second : first));
}

static shaped build_lookup(world *w, int variant, bool wrong)
{
    (void)variant;
    int first = fresh_index(w, 3), second = fresh_index(w, 3);
    return BATCH(mg_tape_lookup(w->tape, &w->layout, fresh_weight(w, 3, 4, false), wrong ? second : first));
}

static shaped build_concat(world *w, int variant, bool wrong)
{
    mg_node a = batch(w, 3), b = variant == 0 ? batch(w, 3) : fresh_input(w, 3);
    return BATCH(wrong ? mg_tape_concat(w->tape, b, a) : mg_tape_concat(w->tape, a, b));
}

static shaped build_slice(world *w, int variant, bool wrong)
{
    return BATCH(mg_tape_slice(w->tape, batch(w, 5), variant + (wrong ? 1 : 0), 2));
}

static shaped build_row_sum(world *w, int variant, bool wrong)
{
    (void)variant;
    mg_node a = batch(w, 4);
    return BATCH(mg_tape_row_sum(w->tape, wrong ? mg_tape_slice(w->tape, a, 0, 3) : a));
}

static shaped build_sum(world *w, int variant, bool wrong)
{
    mg_node a = variant < 2 ? batch(w, 4) : fresh_row(w, 4);
    return SINGLE(((variant % 2 == 0) != wrong ? mg_tape_sum : mg_tape_mean)(w->tape, a));
}

/* The wrong form stops the gradient of the other factor too. What is stopped is a constant, so that central
 * differences agree. */
static shaped build_stop_gradient(world *w, int variant, bool wrong)
{
    (void)variant;
    mg_node a = batch(w, 4), stopped = mg_tape_stop_gradient(w->tape, fresh_input(w, 4));
    mg_node zero = mg_tape_affine(w->tape, stopped, 0, 1);
    return BATCH(mg_tape_multiply(w->tape, wrong ? mg_tape_stop_gradient(w->tape, a) : a, zero));
}

typedef struct operation_case {
    const char *name;
    builder build;
    int variants;
} operation_case;

static const operation_case operation_cases[] = {
    {"linear", build_linear, 8},
    {"linear of a single row", build_linear_single_row, 2},
    {"add, subtract, multiply, divide, minimum, maximum", build_binary, 36},
    {"affine", build_affine, 1},
    {"clip", build_clip, 1},
    {"exp, log, relu, tanh, sigmoid, square", build_map, 6},
    {"softmax, log-softmax", build_softmax, 2},
    {"gather", build_gather, 1},
    {"lookup", build_lookup, 1},
    {"concat", build_concat, 2},
    {"slice", build_slice, 3},
    {"row sum", build_row_sum, 1},
    {"sum, mean", build_sum, 4},
    {"stop_gradient", build_stop_gradient, 1},
};

static world *build_case(const operation_case *of, int variant, bool wrong, bool moving, bool *single)
{
    world *w = world_new(moving);
    shaped output = of->build(w, variant, wrong);
    w->output[w->outputs++] = output.node;
    *single = output.single;
    world_fill(w, 7);
    return w;
}

typedef struct worst {
    double gradient, tangent, identity; /* largest errors of the right programs */
    double twin_gradient, twin_tangent; /* smallest errors of the wrong ones */
} worst;

static double larger(double a, double b)
{
    return a >= b ? a : b; /* b if unordered */
}

static double dot(size_t n, const double *a, const double *b)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += a[i] * b[i];
    }
    return sum;
}

static void compare_case(const world *right, const world *wrong, const bool *single, worst *seen)
{
    mg_stream stream = mg_stream_at((mg_key){1, 8}, MG_PURPOSE_TEST, 0, 0, 0);
    size_t n = derivative_count(right), parameters = right->layout.count;
    double *numeric = numeric_gradient(right, single), *gradient = tape_gradient(right);
    double *direction = numbers(&stream, parameters);
    double forward = tape_tangent(right, single, direction), expected = numeric_tangent(right, single, direction);
    double along = dot(parameters, direction, gradient);
    seen->gradient = larger(seen->gradient, relative_error(n, gradient, numeric));
    seen->tangent = larger(seen->tangent, relative_error(1, &forward, &expected));
    seen->identity = larger(seen->identity, relative_error(1, &forward, &along));
    if (wrong != NULL) {
        double *other = tape_gradient(wrong);
        double twin = relative_error(n, other, numeric);
        seen->twin_gradient = twin < seen->twin_gradient ? twin : seen->twin_gradient;
        free(other);
        if (expected != 0) {
            double other_forward = tape_tangent(wrong, single, direction);
            twin = relative_error(1, &other_forward, &expected);
            seen->twin_tangent = twin < seen->twin_tangent ? twin : seen->twin_tangent;
        }
    }
    free(numeric);
    free(gradient);
    free(direction);
}

static void test_operation(const operation_case *of)
{
    worst seen = {.twin_gradient = 1e300, .twin_tangent = 1e300};
    for (int variant = 0; variant < of->variants; variant++) {
        for (int moving = 0; moving < 2; moving++) {
            bool single;
            world *right = build_case(of, variant, false, moving, &single);
            world *wrong = build_case(of, variant, true, moving, &single);
            compare_case(right, wrong, &single, &seen);
            world_free(right);
            world_free(wrong);
        }
    }
    tap_ok(seen.gradient < TOLERANCE, "%s: gradients, worst relative error %.1e", of->name, seen.gradient);
    tap_ok(seen.tangent < TOLERANCE, "%s: tangents, worst relative error %.1e", of->name, seen.tangent);
    tap_ok(seen.identity < 1e-12, "%s: tangent . cotangent = direction . gradient, error %.1e", of->name,
           seen.identity);
    tap_ok(seen.twin_gradient > TOLERANCE, "%s: a wrong gradient is seen, least error %.1e", of->name,
           seen.twin_gradient);
    tap_ok(seen.twin_tangent > TOLERANCE, "%s: a wrong tangent is seen, least error %.1e", of->name, seen.twin_tangent);
}

/* ---- random compositions ---- */

#define GROWN 16

typedef struct garden {
    world *w;
    mg_stream stream;
    int count;
    shaped node[2 * GROWN + 8];
} garden;

static int below(garden *g, int n)
{
    return (int)mg_random_below(&g->stream, (uint32_t)n);
}

static int columns_of(garden *g, shaped s)
{
    return mg_tape_columns(g->w->tape, s.node);
}

/* A recent node, so that the programs get deep. */
static shaped any(garden *g)
{
    int recent = g->count < 6 ? g->count : 6;
    return g->node[g->count - 1 - below(g, recent)];
}

static shaped any_batch(garden *g)
{
    for (int tries = 0; tries < 20; tries++) {
        shaped s = any(g);
        if (!s.single) {
            return s;
        }
    }
    return g->node[0];
}

static shaped grow_binary(garden *g)
{
    int kind = below(g, 6);
    shaped a = any(g), b = {0};
    bool found = false;
    for (int tries = 0; tries < 30 && !found; tries++) {
        b = any(g);
        int columns = columns_of(g, b);
        found = (b.single == a.single && columns == columns_of(g, a)) || (b.single && columns == columns_of(g, a)) ||
                columns == 1;
        found = found && (b.single || !a.single);
    }
    if (!found) {
        b = (shaped){mg_tape_mean(g->w->tape, any_batch(g).node), true};
    }
    if (kind == 3) {
        b.node = positive(g->w, b.node);
    }
    return (shaped){binary_operations[kind](g->w->tape, a.node, b.node), a.single};
}

static shaped grow_row_operation(garden *g)
{
    mg_tape *tape = g->w->tape;
    shaped a = any(g), b = any_batch(g), c = any_batch(g);
    int columns = columns_of(g, a);
    switch (below(g, 6)) {
    case 0: return (shaped){mg_tape_softmax(tape, a.node), a.single};
    case 1: return (shaped){mg_tape_log_softmax(tape, a.node), a.single};
    case 2: return BATCH(mg_tape_gather(tape, b.node, fresh_index(g->w, columns_of(g, b))));
    case 3: return columns_of(g, b) + columns_of(g, c) > 12 ? a : BATCH(mg_tape_concat(tape, b.node, c.node));
    case 4: return (shaped){mg_tape_slice(tape, a.node, columns / 3, columns - columns / 3), a.single};
    default: return (shaped){mg_tape_row_sum(tape, a.node), a.single};
    }
}

static shaped grow_one(garden *g)
{
    mg_tape *tape = g->w->tape;
    shaped a = any(g);
    switch (below(g, 14)) {
    case 0:
    case 1:
    case 2:
        return (shaped){mg_tape_linear(tape, a.node, &g->w->layout,
                                       fresh_weight(g->w, columns_of(g, a), 1 + below(g, 5), below(g, 2)),
                                       (mg_activation)below(g, 4)),
                        a.single};
    case 3:
    case 4:
    case 5: return grow_binary(g);
    case 6:
    case 7:
    case 8: return grow_row_operation(g);
    case 9: return (shaped){mg_tape_tanh(tape, a.node), a.single};
    case 10: return (shaped){mg_tape_clip(tape, mg_tape_affine(tape, a.node, 0.7, 0.1), -0.8, 0.9), a.single};
    case 11: return (shaped){mg_tape_log(tape, positive(g->w, mg_tape_sigmoid(tape, a.node))), a.single};
    case 12: return (shaped){mg_tape_exp(tape, mg_tape_tanh(tape, a.node)), a.single};
    default: return below(g, 2) ? SINGLE(mg_tape_mean(tape, a.node)) : BATCH(mg_tape_relu(tape, any_batch(g).node));
    }
}

static world *random_world(uint32_t seed, bool *single)
{
    garden g = {.w = world_new(false), .stream = mg_stream_at((mg_key){1, seed}, MG_PURPOSE_TEST, 1, 0, 0)};
    g.node[g.count++] = BATCH(fresh_input(g.w, 3));
    g.node[g.count++] = BATCH(fresh_input(g.w, 1));
    g.node[g.count++] = SINGLE(fresh_row(g.w, 3));
    g.node[g.count++] =
        BATCH(mg_tape_lookup(g.w->tape, &g.w->layout, fresh_weight(g.w, 4, 3, false), fresh_index(g.w, 4)));
    g.node[g.count++] = BATCH(
        mg_tape_linear(g.w->tape, g.node[0].node, &g.w->layout, fresh_weight(g.w, 3, 3, true), MG_ACTIVATION_TANH));
    for (int i = 0; i < GROWN; i++) {
        shaped s = grow_one(&g);
        g.node[g.count++] = s;
    }
    for (int i = 0; i < 3; i++) {
        g.w->output[g.w->outputs] = g.node[g.count - 1 - 2 * i].node;
        single[g.w->outputs++] = g.node[g.count - 1 - 2 * i].single;
    }
    world_fill(g.w, seed);
    return g.w;
}

static bool has_slope(const world *w)
{
    double *g = tape_gradient(w), largest = 0;
    for (size_t i = 0; i < derivative_count(w); i++) {
        largest = larger(largest, fabs(g[i]));
    }
    free(g);
    return largest > 0.1;
}

static void test_compositions(void)
{
    worst seen = {.twin_gradient = 1e300, .twin_tangent = 1e300};
    int twins = 0;
    for (uint32_t seed = 100; seed < 160; seed++) {
        bool single[4];
        world *right = random_world(seed, single), *wrong = random_world(seed, single);
        for (int i = 0; i < wrong->outputs; i++) {
            for (int j = 0; j < elements(wrong, i, single[i]); j++) {
                wrong->cotangent[i][j] *= 1.001;
            }
        }
        bool felt = has_slope(right); /* else there is nothing that 0.1 % could change */
        twins += felt;
        compare_case(right, felt ? wrong : NULL, single, &seen);
        world_free(right);
        world_free(wrong);
    }
    tap_ok(twins >= 50, "%d of 60 random compositions have a gradient", twins);
    tap_ok(seen.gradient < TOLERANCE, "60 random compositions: gradients, worst relative error %.1e", seen.gradient);
    tap_ok(seen.tangent < TOLERANCE, "60 random compositions: tangents, worst relative error %.1e", seen.tangent);
    tap_ok(seen.identity < 1e-12, "60 random compositions: tangent . cotangent = direction . gradient, %.1e",
           seen.identity);
    tap_ok(seen.twin_gradient > TOLERANCE, "60 random compositions: cotangents 0.1 %% too large are seen, %.1e",
           seen.twin_gradient);
}

int main(void)
{
    for (size_t i = 0; i < sizeof operation_cases / sizeof operation_cases[0]; i++) {
        test_operation(&operation_cases[i]);
    }
    test_compositions();
    return tap_done();
}
