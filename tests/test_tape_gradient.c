/* Linear, elementwise and row operations of the tape, alone and in random compositions, in binary64 against central
 * differences; each check has a twin with a deliberately wrong derivative that must exceed the tolerance. */
#define MG_DOUBLE
#include "tests/tape_differences.h"

/* ---- every operation alone: the right program, or its twin with the derivative of another one ---- */

static mg_node build_linear(world *w, int variant, bool wrong)
{
    mg_node x = batch(w, 4);
    int weight = fresh_weight(w, 4, 3, variant % 2 == 0);
    mg_activation activation = (mg_activation)(variant / 2);
    mg_activation other = (mg_activation)((variant / 2 + 2) % 4);
    return mg_tape_linear(w->tape, x, &w->layout, weight, wrong ? other : activation);
}

static mg_node build_linear_single_row(world *w, int variant, bool wrong)
{
    mg_node x = fresh_row(w, 4);
    int weight = fresh_weight(w, 4, 3, variant == 0);
    return mg_tape_linear(w->tape, x, &w->layout, weight, wrong ? MG_ACTIVATION_SIGMOID : MG_ACTIVATION_TANH);
}

typedef mg_node (*binary_operation)(mg_tape *tape, mg_node a, mg_node b);
static const binary_operation binary_operations[] = {mg_tape_add,    mg_tape_subtract, mg_tape_multiply,
                                                     mg_tape_divide, mg_tape_minimum,  mg_tape_maximum};

/* variant = operation * 6 + broadcast: same shape, column, row, one, both single rows, single row and one */
static mg_node build_binary(world *w, int variant, bool wrong)
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
    return operation(w->tape, a, b);
}

static mg_node build_affine(world *w, int variant, bool wrong)
{
    (void)variant;
    return mg_tape_affine(w->tape, batch(w, 4), wrong ? 1.501 : 1.5, -0.25);
}

static mg_node build_clip(world *w, int variant, bool wrong)
{
    (void)variant;
    return mg_tape_clip(w->tape, batch(w, 4), wrong ? -0.6 : -0.3, 0.2);
}

static mg_node build_map(world *w, int variant, bool wrong)
{
    static mg_node (*const maps[])(mg_tape *, mg_node) = {mg_tape_exp,  mg_tape_log,     mg_tape_relu,
                                                          mg_tape_tanh, mg_tape_sigmoid, mg_tape_square};
    mg_node x = batch(w, 4);
    x = variant == 1 || (wrong && (variant + 1) % 6 == 1) ? positive(w, x) : x;
    return maps[wrong ? (variant + 1) % 6 : variant](w->tape, x);
}

static mg_node build_softmax(world *w, int variant, bool wrong)
{
    mg_node x = batch(w, 4);
    return ((variant == 0) != wrong ? mg_tape_softmax : mg_tape_log_softmax)(w->tape, x);
}

static mg_node build_gather(world *w, int variant, bool wrong)
{
    (void)variant;
    int first = fresh_index(w, 4), second = fresh_index(w, 4);
    return mg_tape_gather(w->tape, batch(w, 4), wrong ? second : first);
}

static mg_node build_lookup(world *w, int variant, bool wrong)
{
    (void)variant;
    int first = fresh_index(w, 3), second = fresh_index(w, 3);
    return mg_tape_lookup(w->tape, &w->layout, fresh_weight(w, 3, 4, false), wrong ? second : first);
}

static mg_node build_concat(world *w, int variant, bool wrong)
{
    mg_node a = batch(w, 3), b = variant == 0 ? batch(w, 3) : fresh_input(w, 3);
    return wrong ? mg_tape_concat(w->tape, b, a) : mg_tape_concat(w->tape, a, b);
}

static mg_node build_slice(world *w, int variant, bool wrong)
{
    return mg_tape_slice(w->tape, batch(w, 5), variant + (wrong ? 1 : 0), 2);
}

static mg_node build_row_sum(world *w, int variant, bool wrong)
{
    (void)variant;
    mg_node a = batch(w, 4);
    return mg_tape_row_sum(w->tape, wrong ? mg_tape_slice(w->tape, a, 0, 3) : a);
}

static mg_node build_sum(world *w, int variant, bool wrong)
{
    mg_node a = variant < 2 ? batch(w, 4) : fresh_row(w, 4);
    return ((variant % 2 == 0) != wrong ? mg_tape_sum : mg_tape_mean)(w->tape, a);
}

/* The wrong form stops the gradient of the other factor too. What is stopped is a constant, so that central
 * differences agree. */
static mg_node build_stop_gradient(world *w, int variant, bool wrong)
{
    (void)variant;
    mg_node a = batch(w, 4), stopped = mg_tape_stop_gradient(w->tape, fresh_input(w, 4));
    mg_node zero = mg_tape_affine(w->tape, stopped, 0, 1);
    return mg_tape_multiply(w->tape, wrong ? mg_tape_stop_gradient(w->tape, a) : a, zero);
}

static const tape_case tape_cases[] = {
    {"linear", build_linear, 8, false, NULL},
    {"linear of a single row", build_linear_single_row, 2, false, NULL},
    {"add, subtract, multiply, divide, minimum, maximum", build_binary, 36, false, NULL},
    {"affine", build_affine, 1, false, NULL},
    {"clip", build_clip, 1, false, NULL},
    {"exp, log, relu, tanh, sigmoid, square", build_map, 6, false, NULL},
    {"softmax, log-softmax", build_softmax, 2, false, NULL},
    {"gather", build_gather, 1, false, NULL},
    {"lookup", build_lookup, 1, false, NULL},
    {"concat", build_concat, 2, false, NULL},
    {"slice", build_slice, 3, false, NULL},
    {"row sum", build_row_sum, 1, false, NULL},
    {"sum, mean", build_sum, 4, false, NULL},
    {"stop_gradient", build_stop_gradient, 1, false, NULL},
};

/* ---- random compositions ---- */

#define GROWN 16
#define BATCH(n) ((shaped){(n), false})
#define SINGLE(n) ((shaped){(n), true})

typedef struct shaped {
    mg_node node;
    bool single;
} shaped;

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

static world *random_world(uint32_t seed)
{
    garden g = {.w = world_new(ROWS_MAX, false), .stream = mg_stream_at((mg_key){1, seed}, MG_PURPOSE_TEST, 1, 0, 0)};
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
        g.w->output[g.w->outputs++] = g.node[g.count - 1 - 2 * i].node;
    }
    world_fill(g.w, ROWS, seed);
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
        world *right = random_world(seed), *wrong = random_world(seed);
        for (int i = 0; i < wrong->outputs; i++) {
            for (int j = 0; j < elements(wrong, i); j++) {
                wrong->cotangent[i][j] *= 1.001;
            }
        }
        bool felt = has_slope(right); /* else there is nothing that 0.1 % could change */
        twins += felt;
        compare_case(right, felt ? wrong : NULL, true, &seen);
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
    for (size_t i = 0; i < sizeof tape_cases / sizeof tape_cases[0]; i++) {
        test_operation(&tape_cases[i]);
    }
    test_compositions();
    return tap_done();
}
