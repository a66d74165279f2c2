/* self_test.c - see self_test.h. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/num/scalar_math.h"
#include "core/num/self_test.h"

#define ROWS 3
#define COLUMNS 15
#define COUNT 45 /* ROWS * COLUMNS numbers per operand: whole vectors of every width, and a rest */

typedef struct self_test {
    const mg_kernels *kernels;
    uint64_t digest;
    float x[COUNT], positive[COUNT], gradient[COUNT], result[COUNT], scratch[MG_GEMM_SCRATCH];
} self_test;

#define DIGEST_START UINT64_C(0xcbf29ce484222325)

static uint64_t digest_after(uint64_t digest, uint64_t bits, int count)
{
    for (int shift = 0; shift < count; shift += 8) {
        digest ^= bits >> shift & 0xff;
        digest *= UINT64_C(0x100000001b3);
    }
    return digest;
}

static void add_to_digest(self_test *test, const float *values, int count)
{
    for (int i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, &values[i], sizeof bits);
        test->digest = digest_after(test->digest, bits, 32);
    }
}

/* Numbers in (-4, 4), in (0, 4), and small: multiples of powers of two, from a 32-bit linear congruence. */
static void fill_inputs(self_test *test)
{
    uint32_t state = 20240601;
    for (int i = 0; i < COUNT; i++) {
        state = state * 1664525u + 1013904223u;
        int32_t whole = (int32_t)(state >> 8) - (1 << 23);
        test->x[i] = (float)whole * 0x1p-21f;
        state = state * 1664525u + 1013904223u;
        test->positive[i] = (float)(int32_t)((state >> 8) + 1) * 0x1p-22f;
        state = state * 1664525u + 1013904223u;
        whole = (int32_t)(state >> 8) - (1 << 23);
        test->gradient[i] = (float)whole * 0x1p-24f;
    }
}

static void fill_result(self_test *test, float value)
{
    for (int i = 0; i < COUNT; i++)
        test->result[i] = value;
}

static void run_gemm(self_test *test)
{
    fill_result(test, 0.25f);
    mg_gemm straight = {
        .rows = ROWS,
        .columns = COLUMNS,
        .depth = 3,
        .a = test->x,
        .a_row = 3,
        .a_column = 1,
        .b = test->gradient,
        .b_row = COLUMNS,
        .b_column = 1,
        .c = test->result,
        .c_row = COLUMNS,
        .start = MG_START_BIAS,
        .bias = test->positive,
        .scratch = test->scratch,
    };
    mg_gemm transposed = {
        .rows = 7,
        .columns = 6,
        .depth = 5,
        .a = test->x,
        .a_row = 1,
        .a_column = 7,
        .b = test->gradient,
        .b_row = 1,
        .b_column = 5,
        .c = test->result,
        .c_row = 6,
        .start = MG_START_C,
        .scratch = test->scratch,
    };
    test->kernels->gemm(&straight);
    add_to_digest(test, test->result, COUNT);
    test->kernels->gemm(&transposed);
    add_to_digest(test, test->result, COUNT);
}

static void run_map(self_test *test)
{
    for (int which = 0; which < MG_MAP_COUNT; which++) {
        bool needs_positive = which == MG_MAP_LOG || which == MG_MAP_SQRT;
        test->kernels->map((mg_map)which, COUNT, needs_positive ? test->positive : test->x, test->result);
        add_to_digest(test, test->result, COUNT);
    }
}

static void run_map_backward(self_test *test)
{
    for (int which = 0; which < MG_MAP_COUNT; which++) {
        fill_result(test, 0.5f);
        test->kernels->map_backward((mg_map)which, COUNT, test->positive, test->x, test->gradient, test->result);
        add_to_digest(test, test->result, COUNT);
    }
}

static void run_elementwise(self_test *test)
{
    for (int which = 0; which < MG_COMBINE_COUNT; which++) {
        test->kernels->combine((mg_combine)which, COUNT, test->x, test->positive, test->result);
        add_to_digest(test, test->result, COUNT);
    }
    test->kernels->multiply_add(COUNT, test->x, test->gradient, test->result);
    test->kernels->axpy(COUNT, 0.3f, test->x, test->result);
    test->kernels->affine(COUNT, 1.7f, -0.2f, test->result, test->result);
    add_to_digest(test, test->result, COUNT);
    test->kernels->clip(COUNT, -0.7f, 1.1f, test->result, test->result);
    add_to_digest(test, test->result, COUNT);
}

static void run_rows(self_test *test)
{
    float sums[COLUMNS] = {0.0f};
    test->kernels->softmax(ROWS, COLUMNS, test->x, test->result);
    add_to_digest(test, test->result, COUNT);
    test->kernels->softmax_backward(ROWS, COLUMNS, test->x, test->gradient, test->result);
    add_to_digest(test, test->result, COUNT);
    test->kernels->log_softmax(ROWS, COLUMNS, test->x, test->result);
    add_to_digest(test, test->result, COUNT);
    test->kernels->log_softmax_backward(ROWS, COLUMNS, test->x, test->gradient, test->result);
    add_to_digest(test, test->result, COUNT);
    test->kernels->column_sum(ROWS, COLUMNS, test->x, sums);
    add_to_digest(test, sums, COLUMNS);
    test->kernels->row_sum(ROWS, COLUMNS, test->x, sums);
    add_to_digest(test, sums, ROWS);
}

static void run_reductions(self_test *test)
{
    float sums[3] = {
        test->kernels->sum(COUNT, test->x),
        test->kernels->sum_squares(COUNT, test->x),
        test->kernels->dot(COUNT, test->x, test->gradient),
    };
    add_to_digest(test, sums, 3);
}

static void run_adam(self_test *test)
{
    const mg_adam_constants constants = {0.9f, 0.1f, 0.999f, 0.001f, 0.01f, 0.5f, 1e-8f};
    float m[COUNT], v[COUNT];
    for (int i = 0; i < COUNT; i++) {
        m[i] = test->gradient[i];
        v[i] = test->positive[i];
        test->result[i] = test->x[i];
    }
    test->kernels->adam(COUNT, &constants, test->x, m, v, test->result);
    add_to_digest(test, m, COUNT);
    add_to_digest(test, v, COUNT);
    add_to_digest(test, test->result, COUNT);
}

/* Enough blocks for every loop of the widest table and a rest; the counter wraps on the way. */
static void run_random(self_test *test)
{
    enum { BLOCKS = 77 };
    const uint32_t key[2] = {0x243f6a88u, 0x85a308d3u}, counter[4] = {0xfffffff0u, 1, 2, 3};
    uint32_t words[4 * BLOCKS];
    float normals[2 * BLOCKS];
    test->kernels->philox_fill(key, counter, BLOCKS, words);
    for (int i = 0; i < 4 * BLOCKS; i++) {
        float halves[2] = {(float)(int32_t)(words[i] >> 16), (float)(int32_t)(words[i] & 0xffffu)};
        add_to_digest(test, halves, 2);
    }
    test->kernels->philox_normals(key, counter, BLOCKS, normals);
    add_to_digest(test, normals, 2 * BLOCKS);
}

static const struct {
    const char *name;
    void (*run)(self_test *test);
} parts[] = {
    {"gemm", run_gemm},
    {"map", run_map},
    {"map_backward", run_map_backward},
    {"elementwise", run_elementwise},
    {"softmax and sums", run_rows},
    {"reductions", run_reductions},
    {"adam", run_adam},
    {"random numbers", run_random},
};
#define PARTS (int)(sizeof parts / sizeof parts[0])

static void begin(self_test *test, const mg_kernels *kernels)
{
    test->kernels = kernels;
    test->digest = DIGEST_START;
    fill_inputs(test);
    fill_result(test, 0.0f);
}

/* The digest after each part; out of line, so that no caller holds two of the struct's 64 kB on its stack. */
__attribute__((noinline)) static void run_parts(const mg_kernels *kernels, uint64_t after[PARTS])
{
    self_test test;
    begin(&test, kernels);
    for (int part = 0; part < PARTS; part++) {
        parts[part].run(&test);
        after[part] = test.digest;
    }
}

uint64_t mg_self_test_digest(const mg_kernels *kernels)
{
    uint64_t after[PARTS];
    run_parts(kernels, after);
    return after[PARTS - 1];
}

uint64_t mg_self_test_double_digest(void)
{
    uint64_t digest = DIGEST_START;
    for (int i = 1; i <= 12; i++) {
        /* volatile: to be computed here, not by the compiler */
        volatile double step = (double)i, x = 3 * step / 7;
        const double results[] = {mg_exp(-x),      mg_log(x),  mg_pow(x, 0x1.8p0 - x),
                                  mg_log_gamma(x), mg_sqrt(x), mg_tanh(x),
                                  mg_sigmoid(x),   mg_sin(x),  mg_cos(x)};
        for (size_t k = 0; k < sizeof results / sizeof *results; k++) {
            uint64_t bits;
            memcpy(&bits, &results[k], sizeof bits);
            digest = digest_after(digest, bits, 64);
        }
    }
    return digest;
}

bool mg_self_test(const mg_kernels *kernels, uint64_t expected, char *message, size_t message_size)
{
    uint64_t found[PARTS], reference[PARTS];
    run_parts(kernels, found);
    if (found[PARTS - 1] == expected)
        return true;
    const char *place = "none: the reference gives the same";
    run_parts(&mg_kernels_reference, reference);
    for (int part = PARTS; part-- > 0;)
        if (found[part] != reference[part])
            place = parts[part].name;
    snprintf(message, message_size,
             "isa %s: the self-test gave %016" PRIx64 ", expected %016" PRIx64 "; first kernel that differs from "
             "plain C: %s (other bits than promised: was it built with flags of its own? try --isa scalar)",
             kernels->name, found[PARTS - 1], expected, place);
    return false;
}
