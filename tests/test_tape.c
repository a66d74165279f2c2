/* The tape in binary32: known values, dead rows, shared tapes, instruction sets, gradients left out. */
#include "core/num/tape.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/io/digest.h"
#include "core/num/isa.h"
#include "core/num/rng.h"
#include "core/num/scalar_math.h"
#include "tests/tap.h"

#define ROWS_MAX 33

static mg_stream stream_of(uint32_t seed)
{
    return mg_stream_at((mg_key){2, seed}, MG_PURPOSE_TEST, 0, 0, 0);
}

static void fill(mg_stream *stream, size_t n, float *x)
{
    for (size_t i = 0; i < n; i++) {
        x[i] = mg_random_uniform(stream, -1, 1);
    }
}

static float *poisoned(size_t n)
{
    float *x = malloc((n + 1) * sizeof *x);
    for (size_t i = 0; i < n; i++) {
        x[i] = NAN;
    }
    return x;
}

/* One ulp further from zero. */
static float next_number(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    bits++;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static bool same_bits(size_t n, const float *a, const float *b)
{
    return memcmp(a, b, n * sizeof *a) == 0;
}

/* ---- a program that uses every operation ---- */

#define A 7 /* columns of the first input */

typedef struct program {
    mg_tape *tape;
    mg_layout layout;
    mg_node policy, loss, deep;
} program;

static mg_node record_loss(mg_tape *tape, mg_node policy, mg_node value, int action, mg_node advantage)
{
    mg_node chosen = mg_tape_gather(tape, policy, action);
    mg_node ratio = mg_tape_divide(tape, chosen, mg_tape_affine(tape, mg_tape_square(tape, advantage), 1, 0.5));
    mg_node clipped = mg_tape_multiply(tape, mg_tape_clip(tape, ratio, 0.2, 0.4), advantage);
    mg_node surrogate = mg_tape_minimum(tape, mg_tape_multiply(tape, ratio, advantage), clipped);
    mg_node error = mg_tape_square(tape, mg_tape_subtract(tape, value, mg_tape_stop_gradient(tape, advantage)));
    mg_node entropy = mg_tape_row_sum(tape, mg_tape_multiply(tape, policy, mg_tape_log(tape, policy)));
    mg_node sum = mg_tape_add(tape, mg_tape_maximum(tape, error, entropy), surrogate);
    return mg_tape_add(tape, mg_tape_mean(tape, sum), mg_tape_affine(tape, mg_tape_sum(tape, error), 1e-3, 0));
}

static program record(int rows_max)
{
    program p = {.tape = mg_tape_create(rows_max)};
    mg_tape *tape = p.tape;
    mg_layout *layout = &p.layout;
    mg_layout_clear(layout);
    int first = mg_layout_add_linear(layout, "first", A + 3, 19, MG_INITIALISE_NORMAL, MG_INITIALISE_NORMAL);
    int second = mg_layout_add_linear(layout, "second", 19, 6, MG_INITIALISE_NORMAL, MG_INITIALISE_NORMAL);
    int third = mg_layout_add_linear(layout, "third", 3, 1, MG_INITIALISE_NORMAL, -1);
    int names = mg_layout_add(layout, "names", 4, 3, MG_INITIALISE_NORMAL, 4, 3);
    int scale = mg_layout_add(layout, "scale", 1, 6, MG_INITIALISE_NORMAL, 1, 6);
    mg_node observation = mg_tape_input(tape, A), advantage = mg_tape_input(tape, 1);
    int name = mg_tape_index(tape), action = mg_tape_index(tape);
    mg_node x = mg_tape_concat(tape, observation, mg_tape_lookup(tape, layout, names, name));
    mg_node hidden = mg_tape_linear(tape, x, layout, first, MG_ACTIVATION_TANH);
    mg_node logits = mg_tape_linear(tape, hidden, layout, second, MG_ACTIVATION_NONE);
    mg_node scaled = mg_tape_multiply(tape, logits, mg_tape_parameter(tape, layout, scale));
    p.policy = mg_tape_softmax(tape, scaled);
    mg_node part = mg_tape_relu(tape, mg_tape_slice(tape, mg_tape_log_softmax(tape, logits), 1, 3));
    mg_node value =
        mg_tape_linear(tape, mg_tape_sigmoid(tape, mg_tape_exp(tape, part)), layout, third, MG_ACTIVATION_NONE);
    p.deep = mg_tape_tanh(tape, value);
    p.loss = record_loss(tape, p.policy, p.deep, action, advantage);
    mg_tape_finish(tape);
    return p;
}

/* ---- what a replay of it reads and returns ---- */

typedef struct material {
    float *parameters, *observation, *advantage, *direction;
    int32_t name[ROWS_MAX], action[ROWS_MAX];
} material;

typedef struct results {
    float policy[ROWS_MAX * 6], deep[ROWS_MAX], loss;
    float gradient[1024];
    float observation_gradient[ROWS_MAX * A], advantage_gradient[ROWS_MAX];
    float policy_tangent[ROWS_MAX * 6], loss_tangent;
} results;

/* Numbers for `rows` live rows; what lies behind them is poison. */
static material prepare(const program *p, int rows, uint32_t seed)
{
    mg_stream stream = stream_of(seed);
    material m = {
        poisoned(p->layout.count), poisoned(ROWS_MAX * A), poisoned(ROWS_MAX), poisoned(p->layout.count), {0}, {0}};
    fill(&stream, p->layout.count, m.parameters);
    fill(&stream, p->layout.count, m.direction);
    for (int row = 0; row < ROWS_MAX; row++) {
        m.name[row] = row < rows ? (int32_t)mg_random_below(&stream, 4) : -1;
        m.action[row] = row < rows ? (int32_t)mg_random_below(&stream, 6) : 1 << 30;
        if (row < rows) {
            fill(&stream, A, m.observation + row * A);
            fill(&stream, 1, m.advantage + row);
        }
    }
    return m;
}

static void material_free(material *m)
{
    free(m->parameters);
    free(m->observation);
    free(m->advantage);
    free(m->direction);
}

enum { LEAVE_PARAMETERS = 1, LEAVE_OBSERVATION = 2, LEAVE_ADVANTAGE = 4 };

static void backward(const program *p, mg_tape_replay *replay, int rows, int leave, results *r)
{
    mg_stream stream = stream_of(77);
    float cotangent[ROWS_MAX * 6];
    float *inputs[2] = {leave & LEAVE_OBSERVATION ? NULL : r->observation_gradient,
                        leave & LEAVE_ADVANTAGE ? NULL : r->advantage_gradient};
    fill(&stream, (size_t)(rows * 6), cotangent);
    mg_cotangent given[] = {{p->loss, NULL}, {p->policy, cotangent}};
    mg_tape_backward(p->tape, replay, 2, given, leave & LEAVE_PARAMETERS ? NULL : r->gradient, inputs);
}

static results *run(const program *p, const material *m, int rows, int leave)
{
    results *r = calloc(1, sizeof *r);
    mg_tape_replay replay = {.rows = rows,
                             .parameters = m->parameters,
                             .input = {m->observation, m->advantage},
                             .index = {m->name, m->action},
                             .workspace = poisoned(mg_tape_workspace(p->tape))};
    mg_tape_forward(p->tape, &replay);
    memcpy(r->policy, mg_tape_value(p->tape, &replay, p->policy), sizeof *r->policy * (size_t)(rows * 6));
    memcpy(r->deep, mg_tape_value(p->tape, &replay, p->deep), sizeof *r->deep * (size_t)rows);
    r->loss = *mg_tape_value(p->tape, &replay, p->loss);
    backward(p, &replay, rows, leave, r);
    mg_tape_tangent(p->tape, &replay, m->direction, p->policy, r->policy_tangent);
    mg_tape_tangent(p->tape, &replay, m->direction, p->loss, &r->loss_tangent);
    free(replay.workspace);
    return r;
}

static bool finite_numbers(const results *r)
{
    const float *x = (const float *)r;
    for (size_t i = 0; i < sizeof *r / sizeof *x; i++) {
        if (!isfinite(x[i])) {
            return false;
        }
    }
    return true;
}

static bool same_results(const results *a, const results *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

/* ---- known values ---- */

static float by_hand_linear(const float *x, const float *weight, const float *bias, int depth, int columns, int column)
{
    float sum = bias[column];
    for (int k = 0; k < depth; k++) {
        float product = x[k] * weight[k * columns + column];
        sum = sum + product;
    }
    return sum;
}

static void by_hand(const float *x, const float *block, float *policy)
{
    float hidden[16], second[8], logits[2], largest, total = 0;
    for (int j = 0; j < 16; j++) {
        float z = by_hand_linear(x, block, block + 80, 5, 16, j);
        hidden[j] = z > 0 ? z : 0;
    }
    for (int j = 0; j < 8; j++) {
        second[j] = mg_tanh_float(by_hand_linear(hidden, block + 96, block + 224, 16, 8, j));
    }
    for (int j = 0; j < 2; j++) {
        logits[j] = by_hand_linear(second, block + 232, block + 248, 8, 2, j);
    }
    largest = logits[1] > logits[0] ? logits[1] : logits[0];
    for (int j = 0; j < 2; j++) {
        policy[j] = mg_exp_float(logits[j] - largest);
        total += policy[j];
    }
    for (int j = 0; j < 2; j++) {
        policy[j] /= total;
    }
}

static void test_known_values(void)
{
    mg_layout layout;
    mg_layout_clear(&layout);
    int first = mg_layout_add_linear(&layout, "first", 5, 16, MG_INITIALISE_NORMAL, MG_INITIALISE_NORMAL);
    int second = mg_layout_add_linear(&layout, "second", 16, 8, MG_INITIALISE_NORMAL, MG_INITIALISE_NORMAL);
    int third = mg_layout_add_linear(&layout, "third", 8, 2, MG_INITIALISE_NORMAL, MG_INITIALISE_NORMAL);
    mg_tape *tape = mg_tape_create(ROWS_MAX);
    mg_node hidden = mg_tape_linear(tape, mg_tape_input(tape, 5), &layout, first, MG_ACTIVATION_RELU);
    hidden = mg_tape_linear(tape, hidden, &layout, second, MG_ACTIVATION_TANH);
    mg_node policy = mg_tape_softmax(tape, mg_tape_linear(tape, hidden, &layout, third, MG_ACTIVATION_NONE));
    mg_tape_finish(tape);

    mg_stream stream = stream_of(1);
    float *block = poisoned(layout.count), *workspace = poisoned(mg_tape_workspace(tape));
    float x[ROWS_MAX * 5], expected[ROWS_MAX * 2];
    fill(&stream, layout.count, block);
    fill(&stream, ROWS_MAX * 5, x);
    for (int row = 0; row < ROWS_MAX; row++) {
        by_hand(x + row * 5, block, expected + row * 2);
    }
    mg_tape_replay replay = {.rows = ROWS_MAX, .parameters = block, .input = {x}, .workspace = workspace};
    mg_tape_forward(tape, &replay);
    tap_ok(same_bits(ROWS_MAX * 2, mg_tape_value(tape, &replay, policy), expected),
           "a policy has the bits of plain loops");
    block[3] = next_number(block[3]);
    mg_tape_forward(tape, &replay);
    tap_ok(!same_bits(ROWS_MAX * 2, mg_tape_value(tape, &replay, policy), expected),
           "twin: one weight moved by one ulp is seen");
    tap_ok(mg_tape_columns(tape, policy) == 2, "columns of a node");
    free(block);
    free(workspace);
    mg_tape_destroy(tape);
}

/* Where operands are equal or at a border the derivative is a convention: values and derivatives of both operands. */
static void test_conventions(void)
{
    mg_tape *tape = mg_tape_create(4);
    mg_node a = mg_tape_input(tape, 1), b = mg_tape_input(tape, 1);
    mg_node node[5] = {mg_tape_minimum(tape, a, b), mg_tape_maximum(tape, a, b), mg_tape_clip(tape, a, -1, 2),
                       mg_tape_relu(tape, a), mg_tape_subtract(tape, a, b)};
    mg_tape_finish(tape);
    float *workspace = poisoned(mg_tape_workspace(tape));
    const float x[4] = {-1, 0, 2, 2.5F}, y[4] = {-1, 1, -2, 2.5F};
    const float value[5][4] = {{-1, 0, -2, 2.5F}, {-1, 1, 2, 2.5F}, {-1, 0, 2, 2}, {0, 0, 2, 2.5F}, {0, -1, 4, 0}};
    const float to_a[5][4] = {{0, 1, 0, 0}, {0, 0, 1, 0}, {1, 1, 1, 0}, {0, 0, 1, 1}, {1, 1, 1, 1}};
    const float to_b[5][4] = {{1, 0, 1, 1}, {1, 1, 0, 1}, {0, 0, 0, 0}, {0, 0, 0, 0}, {-1, -1, -1, -1}};
    const char *name[5] = {"minimum", "maximum", "clip", "relu", "subtract"};
    mg_tape_replay replay = {.rows = 4, .input = {x, y}, .workspace = workspace};
    mg_tape_forward(tape, &replay);
    for (int i = 0; i < 5; i++) {
        float da[4] = {9, 9, 9, 9}, db[4] = {9, 9, 9, 9}, *inputs[2] = {da, db};
        bool good = true, swapped = true;
        mg_tape_backward(tape, &replay, 1, &(mg_cotangent){node[i], NULL}, NULL, inputs);
        for (int row = 0; row < 4; row++) {
            good = good && mg_tape_value(tape, &replay, node[i])[row] == value[i][row];
            good = good && da[row] == to_a[i][row] && db[row] == to_b[i][row];
            swapped = swapped && db[row] == to_a[i][row] && da[row] == to_b[i][row];
        }
        tap_ok(good && !swapped, "%s: value, and derivative where operands are equal or at a border", name[i]);
    }
    free(workspace);
    mg_tape_destroy(tape);
}

static void test_sums(void)
{
    mg_tape *tape = mg_tape_create(50);
    mg_node x = mg_tape_input(tape, 3), sum = mg_tape_sum(tape, x), mean = mg_tape_mean(tape, x);
    mg_tape_finish(tape);
    float numbers[150], lanes[32] = {0}, gradient[150], *inputs[1] = {gradient};
    mg_stream stream = stream_of(3);
    fill(&stream, 150, numbers);
    mg_tape_replay replay = {.rows = 41, .input = {numbers}, .workspace = poisoned(mg_tape_workspace(tape))};
    for (int i = 0; i < 41 * 3; i++) {
        lanes[i % 32] += numbers[i];
    }
    for (int half = 16; half > 0; half /= 2) {
        for (int i = 0; i < half; i++) {
            lanes[i] += lanes[i + half];
        }
    }
    mg_tape_forward(tape, &replay);
    tap_ok(*mg_tape_value(tape, &replay, sum) == lanes[0], "sum: 32 virtual lanes over the live elements");
    tap_ok(*mg_tape_value(tape, &replay, mean) == lanes[0] / 123.0F, "mean: divided by the live elements");
    mg_tape_backward(tape, &replay, 1, &(mg_cotangent){mean, NULL}, NULL, inputs);
    tap_ok(gradient[0] == 1.0F / 123.0F && gradient[122] == gradient[0], "mean: derivative one over the live elements");
    replay.rows = 0;
    mg_tape_forward(tape, &replay);
    tap_ok(*mg_tape_value(tape, &replay, sum) == 0 && *mg_tape_value(tape, &replay, mean) == 0,
           "sum and mean of no rows are 0");
    free(replay.workspace);
    mg_tape_destroy(tape);
}

/* ---- rows, blocks, instruction sets ---- */

static void test_dead_rows(void)
{
    program large = record(ROWS_MAX);
    bool same = true, finite = true, seen = true;
    for (int rows = 1; rows <= ROWS_MAX; rows++) {
        program small = record(rows);
        material m = prepare(&large, rows, (uint32_t)rows);
        results *a = run(&large, &m, rows, 0), *b = run(&small, &m, rows, 0);
        same = same && same_results(a, b);
        finite = finite && finite_numbers(a);
        m.observation[(rows - 1) * A] = NAN; /* a live row */
        results *c = run(&large, &m, rows, 0);
        seen = seen && !finite_numbers(c) && !same_results(c, a);
        free(a);
        free(b);
        free(c);
        material_free(&m);
        mg_tape_destroy(small.tape);
    }
    tap_ok(finite, "1 to 33 rows: poisoned dead rows and workspace are never read");
    tap_ok(same, "1 to 33 rows: a tape of 33 has the bits of a tape of n");
    tap_ok(seen, "1 to 33 rows: twin: poison in a live row is seen");
    mg_tape_destroy(large.tape);
}

/* The first rows of a batch do not depend on the rows after them, sums over rows apart. */
static void test_rows_are_independent(void)
{
    program p = record(ROWS_MAX);
    material m = prepare(&p, ROWS_MAX, 5);
    results *all = run(&p, &m, ROWS_MAX, 0);
    bool same = true;
    for (int rows = 1; rows < ROWS_MAX; rows++) {
        results *some = run(&p, &m, rows, 0);
        same = same && same_bits((size_t)rows * 6, some->policy, all->policy);
        same = same && same_bits((size_t)rows * 6, some->policy_tangent, all->policy_tangent);
        free(some);
    }
    tap_ok(same, "a row of a batch has the same bits whatever rows follow it");
    free(all);
    material_free(&m);
    mg_tape_destroy(p.tape);
}

static void test_shared_tape(void)
{
    program shared = record(ROWS_MAX), own = record(ROWS_MAX);
    material online = prepare(&shared, 9, 21), target = prepare(&shared, 9, 22);
    mg_tape_replay replay[2];
    const material *m[2] = {&online, &target};
    for (int i = 0; i < 2; i++) {
        replay[i] = (mg_tape_replay){.rows = 9,
                                     .parameters = m[i]->parameters,
                                     .input = {m[i]->observation, m[i]->advantage},
                                     .index = {m[i]->name, m[i]->action},
                                     .workspace = poisoned(mg_tape_workspace(shared.tape))};
        mg_tape_forward(shared.tape, &replay[i]);
    }
    for (int i = 0; i < 2; i++) { /* both are forward before either is backward */
        results *r = calloc(1, sizeof *r), *alone = run(&own, m[i], 9, 0), *other = run(&own, m[1 - i], 9, 0);
        backward(&shared, &replay[i], 9, 0, r);
        tap_ok(same_bits(1024, r->gradient, alone->gradient), "two blocks on one tape: block %d as if alone", i);
        tap_ok(!same_bits(1024, r->gradient, other->gradient), "twin: block %d differs from the other", i);
        free(r);
        free(alone);
        free(other);
        free(replay[i].workspace);
    }
    material_free(&online);
    material_free(&target);
    mg_tape_destroy(shared.tape);
    mg_tape_destroy(own.tape);
}

/* Two replays that take turns on one workspace, each with values of its own. */
static void test_values_apart(void)
{
    program p = record(ROWS_MAX);
    material m[2] = {prepare(&p, 9, 21), prepare(&p, 9, 22)};
    float *workspace = poisoned(mg_tape_workspace(p.tape)), *values[2];
    mg_tape_replay replay[2];
    for (int i = 0; i < 2; i++) {
        values[i] = poisoned(mg_tape_values(p.tape));
        replay[i] = (mg_tape_replay){.rows = 9,
                                     .parameters = m[i].parameters,
                                     .input = {m[i].observation, m[i].advantage},
                                     .index = {m[i].name, m[i].action},
                                     .workspace = workspace,
                                     .values = values[i]};
        mg_tape_forward(p.tape, &replay[i]);
    }
    for (int i = 0; i < 2; i++) {
        results *r = calloc(1, sizeof *r), *alone = run(&p, &m[i], 9, 0);
        backward(&p, &replay[i], 9, 0, r);
        mg_tape_tangent(p.tape, &replay[i], m[i].direction, p.policy, r->policy_tangent);
        tap_ok(same_bits(1024, r->gradient, alone->gradient) &&
                   same_bits(9 * 6, r->policy_tangent, alone->policy_tangent) &&
                   *mg_tape_value(p.tape, &replay[i], p.loss) == alone->loss,
               "values apart: replay %d goes backward and tangent after the other's forward", i);
        free(r);
        free(alone);
        free(values[i]);
        material_free(&m[i]);
    }
    free(workspace);
    mg_tape_destroy(p.tape);
}

static void test_instruction_sets(void)
{
    static const int row_counts[] = {1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33};
    enum { COUNTS = sizeof row_counts / sizeof row_counts[0] };
    char message[200];
    program p = record(ROWS_MAX);
    results *expected[COUNTS];
    const char *name;
    for (int i = 0; (name = mg_isa_available(i)) != NULL; i++) {
        bool same = true;
        if (!tap_ok(mg_isa_choose(name, message, sizeof message), "%s can be chosen", name)) {
            tap_note("%s", message);
            continue;
        }
        for (int c = 0; c < COUNTS; c++) {
            material m = prepare(&p, row_counts[c], 31);
            results *r = run(&p, &m, row_counts[c], 0);
            if (i == 0) {
                expected[c] = r;
            } else {
                same = same && same_results(r, expected[c]);
                free(r);
            }
            material_free(&m);
        }
        if (i > 0) {
            tap_ok(same, "%s has the bits of %s", name, mg_isa_available(0));
        }
    }
    material m = prepare(&p, 33, 31);
    m.parameters[40] = next_number(m.parameters[40]);
    results *moved = run(&p, &m, 33, 0);
    tap_ok(!same_results(moved, expected[COUNTS - 1]), "twin: one parameter moved by one ulp is seen");
    for (int c = 0; c < COUNTS; c++) {
        free(expected[c]);
    }
    free(moved);
    material_free(&m);
    mg_tape_destroy(p.tape);
    mg_isa_choose("auto", message, sizeof message);
}

/* One digest of values, gradients and tangents: the same for every compiler, level, libc and machine. Changes only
 * with the kernels' arithmetic or with this test's program. */
static void test_known_digest(void)
{
    static const char expected[] = "219112fd735f9253983416a5b3cc3307";
    char text[MG_DIGEST_TEXT];
    program p = record(ROWS_MAX);
    for (int bent = 0; bent < 2; bent++) {
        mg_hasher *hasher = mg_hasher_create();
        for (int rows = 1; rows <= ROWS_MAX; rows += 4) {
            material m = prepare(&p, rows, (uint32_t)rows);
            if (bent && rows == 17) {
                m.observation[20] = next_number(m.observation[20]);
            }
            results *r = run(&p, &m, rows, 0);
            mg_hash_float(hasher, "results", (const float *)r, sizeof *r / sizeof(float));
            free(r);
            material_free(&m);
        }
        mg_digest_print(mg_hasher_finish(hasher), text);
        tap_ok((strcmp(text, expected) == 0) == !bent,
               bent ? "twin: one input moved by one ulp gives %s" : "values, gradients and tangents have digest %s",
               text);
        mg_hasher_destroy(hasher);
    }
    mg_tape_destroy(p.tape);
}

/* ---- backward's arguments ---- */

static void test_left_out(void)
{
    program p = record(ROWS_MAX);
    material m = prepare(&p, 12, 41);
    results *all = run(&p, &m, 12, 0);
    bool same = true;
    for (int leave = 1; leave < 8; leave++) {
        results *r = run(&p, &m, 12, leave), *merged = malloc(sizeof *merged);
        *merged = *all;
        if (leave & LEAVE_PARAMETERS) {
            memset(merged->gradient, 0, sizeof merged->gradient);
        }
        if (leave & LEAVE_OBSERVATION) {
            memset(merged->observation_gradient, 0, sizeof merged->observation_gradient);
        }
        if (leave & LEAVE_ADVANTAGE) {
            memset(merged->advantage_gradient, 0, sizeof merged->advantage_gradient);
        }
        same = same && same_results(r, merged);
        tap_ok(!same_results(r, all), "leaving out %d leaves something out", leave);
        free(r);
        free(merged);
    }
    tap_ok(same, "gradients left out are untouched and the others keep their bits");
    free(all);
    material_free(&m);
    mg_tape_destroy(p.tape);
}

static void test_accumulation(void)
{
    mg_layout layout;
    mg_layout_clear(&layout);
    int weight = mg_layout_add_linear(&layout, "w", 2, 1, MG_INITIALISE_ZERO, MG_INITIALISE_ZERO);
    mg_tape *tape = mg_tape_create(3);
    mg_node x = mg_tape_input(tape, 2), unused = mg_tape_input(tape, 2);
    mg_node y = mg_tape_linear(tape, x, &layout, weight, MG_ACTIVATION_NONE);
    mg_node later = mg_tape_square(tape, y), stopped = mg_tape_multiply(tape, y, mg_tape_stop_gradient(tape, y));
    mg_tape_finish(tape);
    const float block[3] = {2, 3, 1}, input[6] = {1, 0, 0, 1, 1, 1};
    float gradient[3] = {100, 200, 300}, dx[6] = {7, 7, 7, 7, 7, 7}, other[6] = {7, 7, 7, 7, 7, 7};
    float *inputs[2] = {dx, other};
    mg_tape_replay replay = {
        .rows = 3, .parameters = block, .input = {input, input}, .workspace = poisoned(mg_tape_workspace(tape))};
    mg_tape_forward(tape, &replay);
    mg_cotangent twice[2] = {{y, NULL}, {y, NULL}};
    mg_tape_backward(tape, &replay, 2, twice, gradient, inputs);
    tap_ok(gradient[0] == 4 && gradient[1] == 4 && gradient[2] == 6,
           "parameter gradients are overwritten; twice the same node: the sum");
    tap_ok(dx[0] == 4 && dx[5] == 6 && other[0] == 0 && other[5] == 0,
           "input gradients are overwritten, zero without influence");
    mg_tape_backward(tape, &replay, 1, &(mg_cotangent){later, NULL}, gradient, NULL); /* y = 3, 4, 6 */
    tap_ok(gradient[0] == 18 && gradient[1] == 20 && gradient[2] == 26, "a square: twice y");
    mg_tape_backward(tape, &replay, 1, &(mg_cotangent){stopped, NULL}, gradient, NULL);
    tap_ok(gradient[0] == 9 && gradient[1] == 10 && gradient[2] == 13, "y times stopped y: once y");
    mg_tape_backward(tape, &replay, 1, &(mg_cotangent){unused, NULL}, gradient, inputs);
    tap_ok(gradient[0] == 0 && gradient[1] == 0 && gradient[2] == 0,
           "no cotangent comes to a weight: its gradient is 0");
    tap_ok(other[0] == 1 && dx[0] == 0, "a cotangent at an input itself");
    const float one[6] = {1, 1, 1, 1, 1, 1}, ten[6] = {10, 10, 10, 10, 10, 10};
    mg_cotangent given[2] = {{x, one}, {x, ten}};
    mg_tape_backward(tape, &replay, 2, given, NULL, inputs);
    tap_ok(dx[0] == 11 && dx[2] == 11, "two cotangents at one node: their sum");
    float tangent[3];
    mg_tape_tangent(tape, &replay, block, stopped, tangent);
    tap_ok(tangent[0] == 9 && tangent[1] == 16 && tangent[2] == 36,
           "tangent of y times stopped y along the block: y y");
    mg_tape_tangent(tape, &replay, block, unused, dx);
    tap_ok(dx[0] == 0 && dx[5] == 0, "inputs do not move");
    free(replay.workspace);
    mg_tape_destroy(tape);
}

/* A parameter that is a node of its own; the rest of the block is not the tape's. */
static void test_parameter_node(void)
{
    mg_layout layout;
    mg_layout_clear(&layout);
    mg_layout_add(&layout, "before", 1, 1, MG_INITIALISE_ZERO, 1, 1);
    int view = mg_layout_add(&layout, "scale", 1, 2, MG_INITIALISE_ZERO, 1, 2);
    mg_tape *tape = mg_tape_create(3);
    mg_node scale = mg_tape_parameter(tape, &layout, view);
    mg_node y = mg_tape_multiply(tape, mg_tape_input(tape, 2), scale);
    mg_tape_finish(tape);
    const float block[3] = {9, 2, 3}, input[6] = {1, 2, 3, 4, 5, 6};
    float gradient[3] = {100, 200, 300}, tangent[2];
    mg_tape_replay replay = {
        .rows = 3, .parameters = block, .input = {input}, .workspace = poisoned(mg_tape_workspace(tape))};
    mg_tape_forward(tape, &replay);
    mg_tape_backward(tape, &replay, 1, &(mg_cotangent){y, NULL}, gradient, NULL);
    tap_ok(gradient[0] == 100 && gradient[1] == 9 && gradient[2] == 12,
           "a parameter's own gradient; what the tape does not use stays");
    mg_tape_backward(tape, &replay, 1, &(mg_cotangent){scale, NULL}, gradient, NULL);
    tap_ok(gradient[0] == 100 && gradient[1] == 1 && gradient[2] == 1, "a cotangent at a parameter itself");
    mg_tape_tangent(tape, &replay, input, scale, tangent);
    tap_ok(tangent[0] == 2 && tangent[1] == 3, "the tangent of a parameter is its direction");
    free(replay.workspace);
    mg_tape_destroy(tape);
}

/* A weight used twice, and a bias that is also a node: their gradients are sums over the uses. */
static void test_used_twice(void)
{
    mg_layout layout;
    mg_layout_clear(&layout);
    int weight = mg_layout_add_linear(&layout, "w", 1, 1, MG_INITIALISE_ZERO, MG_INITIALISE_ZERO);
    mg_tape *tape = mg_tape_create(2);
    mg_node x = mg_tape_input(tape, 1), bias = mg_tape_parameter(tape, &layout, weight + 1);
    mg_node once = mg_tape_linear(tape, x, &layout, weight, MG_ACTIVATION_NONE);
    mg_node twice = mg_tape_linear(tape, once, &layout, weight, MG_ACTIVATION_NONE);
    mg_node y = mg_tape_multiply(tape, twice, bias);
    mg_tape_finish(tape);
    const float block[2] = {3, 2}, input[2] = {1, 5};
    float gradient[2] = {NAN, NAN};
    mg_tape_replay replay = {
        .rows = 2, .parameters = block, .input = {input}, .workspace = poisoned(mg_tape_workspace(tape))};
    mg_tape_forward(tape, &replay); /* y = b (w (w x + b) + b) */
    mg_tape_backward(tape, &replay, 1, &(mg_cotangent){y, NULL}, gradient, NULL);
    tap_ok(gradient[0] == 2 * (2 * 3 + 2) + 2 * (2 * 15 + 2), "a weight used twice: the sum of both gradients");
    tap_ok(gradient[1] == (9 + 3 * 4 + 4) + (45 + 3 * 4 + 4), "a bias that is also a node: the sum of all three");
    free(replay.workspace);
    mg_tape_destroy(tape);
}

/* Nothing is read, and sums over nothing are 0. */
static void test_no_rows(void)
{
    program p = record(ROWS_MAX);
    material m = prepare(&p, 0, 51);
    mg_tape_replay replay = {.rows = 0, .parameters = m.parameters, .workspace = poisoned(mg_tape_workspace(p.tape))};
    results *r = calloc(1, sizeof *r), *zero = calloc(1, sizeof *zero);
    mg_tape_forward(p.tape, &replay);
    r->loss = *mg_tape_value(p.tape, &replay, p.loss);
    backward(&p, &replay, 0, 0, r);
    mg_tape_tangent(p.tape, &replay, m.direction, p.loss, &r->loss_tangent);
    mg_tape_tangent(p.tape, &replay, m.direction, p.policy, NULL);
    tap_ok(same_results(r, zero), "no live row: value, gradients and tangent are 0");
    free(r);
    free(zero);
    free(replay.workspace);
    material_free(&m);
    mg_tape_destroy(p.tape);
}

int main(void)
{
    char message[200];
    if (!tap_ok(mg_isa_choose("auto", message, sizeof message), "an instruction set can be chosen")) {
        tap_note("%s", message);
    }
    test_known_values();
    test_conventions();
    test_sums();
    test_dead_rows();
    test_rows_are_independent();
    test_shared_tape();
    test_values_apart();
    test_instruction_sets();
    test_known_digest();
    test_left_out();
    test_accumulation();
    test_parameter_node();
    test_used_twice();
    test_no_rows();
    return tap_done();
}
