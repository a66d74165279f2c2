/* kernels_simd.c - the kernels of kernels.h on vectors: compiled once per instruction set.
 *
 * The build sets MG_WIDTH (lanes), MG_ISA (the name) and the compiler's instruction set. Only the table
 * mg_kernels_<isa> leaves this object: everything else is static, lest the linker keep for everybody a copy that
 * only some CPUs can run. Tails are loaded with +0.0 in the other lanes and stored without them.
 */
#include <stdbool.h>

#include "core/num/elementary.h"
#include "core/num/gemm.h"
#include "core/num/kernels.h"
#include "core/num/listed_gemm.h"
#include "core/num/philox_simd.h"
#include "core/num/simd.h"

#ifndef MG_ISA
#error "marlgold: compile with -DMG_WIDTH=<lanes> -DMG_ISA=<name>, as the Makefile does"
#endif

/* A vector of AVX-512 of which half or less is used takes longer than one of AVX2, which every CPU that has the former
 * has too: the table of half the width, with the same bits, or NULL. */
#if MG_WIDTH == 16
extern const mg_kernels mg_kernels_avx2;
static const mg_kernels *const narrower = &mg_kernels_avx2;
#else
static const mg_kernels *const narrower = NULL;
#endif

static bool is_narrow(int columns)
{
    return narrower != NULL && columns <= MG_WIDTH / 2;
}

static void gemm(const mg_gemm *g)
{
    if (is_narrow(g->columns) || (is_narrow(4 * g->rows) && g->b_column != 1))
        narrower->gemm(g);
    else
        mg_gemm_run(g);
}

/* ---- elementwise ---- */

/* One vector of the result from up to three operands and up to two constants. */
typedef mg_v mg_operation(mg_v a, mg_v b, mg_v c, mg_v constant, mg_v other_constant);

/* y[i] = operation(a[i], b[i], c[i]); operands that are NULL read as zero. Inlined for each operation. */
MG_INLINE void mg_apply(mg_operation *operation, size_t n, const float *a, const float *b, const float *c, float *y,
                        float constant, float other_constant)
{
    const mg_v k = mg_v_set(constant), l = mg_v_set(other_constant), zero = mg_v_set(0.0f);
    size_t i = 0;
    for (; i + MG_WIDTH <= n; i += MG_WIDTH) {
        mg_v b_vector = b ? mg_v_load(b + i) : zero, c_vector = c ? mg_v_load(c + i) : zero;
        mg_v_store(y + i, operation(mg_v_load(a + i), b_vector, c_vector, k, l));
    }
    if (i < n) {
        int rest = (int)(n - i);
        mg_vpart part = mg_v_part(rest);
        mg_v b_vector = b ? mg_v_load_part(b + i, part) : zero, c_vector = c ? mg_v_load_part(c + i, part) : zero;
        mg_v_store_part(y + i, operation(mg_v_load_part(a + i, part), b_vector, c_vector, k, l), rest);
    }
}

#define MG_OPERATION(name, result) \
    MG_INLINE mg_v name(mg_v a, mg_v b, mg_v c, mg_v k, mg_v l) \
    { \
        (void)a, (void)b, (void)c, (void)k, (void)l; \
        return result; \
    }

MG_OPERATION(exp_of, mg_v_exp(a))
MG_OPERATION(log_of, mg_v_log(a))
MG_OPERATION(tanh_of, mg_v_tanh(a))
MG_OPERATION(sigmoid_of, mg_v_sigmoid(a))
MG_OPERATION(sin_of, mg_v_sin(a))
MG_OPERATION(cos_of, mg_v_cos(a))
MG_OPERATION(relu_of, mg_v_add(mg_v_max(k, a), k)) /* k = 0: NaN stays, and -0 + 0 is +0 */
MG_OPERATION(square_of, mg_v_mul(a, a))
MG_OPERATION(sqrt_of, mg_v_sqrt(a))

static void map(mg_map which, size_t n, const float *x, float *y)
{
    switch (which) {
    case MG_MAP_EXP: mg_apply(exp_of, n, x, NULL, NULL, y, 0, 0); break;
    case MG_MAP_LOG: mg_apply(log_of, n, x, NULL, NULL, y, 0, 0); break;
    case MG_MAP_TANH: mg_apply(tanh_of, n, x, NULL, NULL, y, 0, 0); break;
    case MG_MAP_SIGMOID: mg_apply(sigmoid_of, n, x, NULL, NULL, y, 0, 0); break;
    case MG_MAP_SIN: mg_apply(sin_of, n, x, NULL, NULL, y, 0, 0); break;
    case MG_MAP_COS: mg_apply(cos_of, n, x, NULL, NULL, y, 0, 0); break;
    case MG_MAP_RELU: mg_apply(relu_of, n, x, NULL, NULL, y, 0, 0); break;
    case MG_MAP_SQUARE: mg_apply(square_of, n, x, NULL, NULL, y, 0, 0); break;
    case MG_MAP_SQRT: mg_apply(sqrt_of, n, x, NULL, NULL, y, 0, 0); break;
    case MG_MAP_COUNT: break;
    }
}

/* a is x or y = f(x), b is dy, c is dx */
MG_OPERATION(exp_back, mg_v_multiply_add(b, a, c))
MG_OPERATION(log_back, mg_v_add(c, mg_v_div(b, a)))
MG_OPERATION(tanh_back, mg_v_multiply_add(b, mg_v_sub(k, mg_v_mul(a, a)), c))
MG_OPERATION(sigmoid_back, mg_v_multiply_add(b, mg_v_mul(a, mg_v_sub(k, a)), c))
MG_OPERATION(sin_back, mg_v_multiply_add(b, mg_v_cos(a), c))
MG_OPERATION(cos_back, mg_v_sub(c, mg_v_mul(b, mg_v_sin(a))))
MG_OPERATION(relu_back, mg_v_add(c, mg_v_select(mg_v_less(k, a), b, k)))
MG_OPERATION(square_back, mg_v_multiply_add(b, mg_v_add(a, a), c))
MG_OPERATION(sqrt_back, mg_v_add(c, mg_v_div(b, mg_v_add(a, a))))

static void map_backward(mg_map which, size_t n, const float *x, const float *y, const float *dy, float *dx)
{
    switch (which) {
    case MG_MAP_EXP: mg_apply(exp_back, n, y, dy, dx, dx, 0, 0); break;
    case MG_MAP_LOG: mg_apply(log_back, n, x, dy, dx, dx, 0, 0); break;
    case MG_MAP_TANH: mg_apply(tanh_back, n, y, dy, dx, dx, 1, 0); break;
    case MG_MAP_SIGMOID: mg_apply(sigmoid_back, n, y, dy, dx, dx, 1, 0); break;
    case MG_MAP_SIN: mg_apply(sin_back, n, x, dy, dx, dx, 0, 0); break;
    case MG_MAP_COS: mg_apply(cos_back, n, x, dy, dx, dx, 0, 0); break;
    case MG_MAP_RELU: mg_apply(relu_back, n, x, dy, dx, dx, 0, 0); break;
    case MG_MAP_SQUARE: mg_apply(square_back, n, x, dy, dx, dx, 0, 0); break;
    case MG_MAP_SQRT: mg_apply(sqrt_back, n, y, dy, dx, dx, 0, 0); break;
    case MG_MAP_COUNT: break;
    }
}

MG_OPERATION(add_of, mg_v_add(a, b))
MG_OPERATION(subtract_of, mg_v_sub(a, b))
MG_OPERATION(multiply_of, mg_v_mul(a, b))
MG_OPERATION(divide_of, mg_v_div(a, b))
MG_OPERATION(minimum_of, mg_v_min(a, b))
MG_OPERATION(maximum_of, mg_v_max(a, b))

static void combine(mg_combine which, size_t n, const float *a, const float *b, float *y)
{
    switch (which) {
    case MG_COMBINE_ADD: mg_apply(add_of, n, a, b, NULL, y, 0, 0); break;
    case MG_COMBINE_SUBTRACT: mg_apply(subtract_of, n, a, b, NULL, y, 0, 0); break;
    case MG_COMBINE_MULTIPLY: mg_apply(multiply_of, n, a, b, NULL, y, 0, 0); break;
    case MG_COMBINE_DIVIDE: mg_apply(divide_of, n, a, b, NULL, y, 0, 0); break;
    case MG_COMBINE_MINIMUM: mg_apply(minimum_of, n, a, b, NULL, y, 0, 0); break;
    case MG_COMBINE_MAXIMUM: mg_apply(maximum_of, n, a, b, NULL, y, 0, 0); break;
    case MG_COMBINE_COUNT: break;
    }
}

MG_OPERATION(multiply_add_of, mg_v_multiply_add(a, b, c))
MG_OPERATION(axpy_of, mg_v_multiply_add(k, a, b))
MG_OPERATION(affine_of, mg_v_multiply_add(k, a, l))
MG_OPERATION(clear_of, mg_v_select(mg_v_less(a, k), mg_v_select(mg_v_less(l, a), mg_v_set(0), a), a))
MG_OPERATION(clip_of, mg_v_min(l, mg_v_max(k, a))) /* the bounds first: NaN stays NaN */

static void multiply_add(size_t n, const float *a, const float *b, float *y)
{
    mg_apply(multiply_add_of, n, a, b, y, y, 0, 0);
}

static void axpy(size_t n, float scale, const float *x, float *y)
{
    mg_apply(axpy_of, n, x, y, NULL, y, scale, 0);
}

#define MG_ADDED 8 /* vectors of y in registers */

/* All rows to `vectors` vectors of y, the last of which holds `rest` numbers where that is not 0. */
MG_INLINE void add_rows_to(int vectors, int rest, int count, const float *scale, const int32_t *index, const float *x,
                           size_t stride, float *y)
{
    mg_v sum[MG_ADDED];
    const mg_vpart part = mg_v_part(rest);
    for (int v = 0; v < vectors; v++)
        sum[v] = rest && v == vectors - 1 ? mg_v_load_part(y + v * MG_WIDTH, part) : mg_v_load(y + v * MG_WIDTH);
    for (int j = 0; j < count; j++) {
        const float *row = x + (size_t)index[j] * stride;
        const mg_v k = mg_v_set(scale[j]);
        for (int v = 0; v < vectors; v++) {
            mg_v of =
                rest && v == vectors - 1 ? mg_v_load_part(row + v * MG_WIDTH, part) : mg_v_load(row + v * MG_WIDTH);
            sum[v] = mg_v_multiply_add(k, of, sum[v]);
        }
    }
    for (int v = 0; v < vectors; v++)
        if (rest && v == vectors - 1)
            mg_v_store_part(y + v * MG_WIDTH, sum[v], rest);
        else
            mg_v_store(y + v * MG_WIDTH, sum[v]);
}

static void add_rows(size_t n, int count, const float *scale, const int32_t *index, const float *x, size_t stride,
                     float *y)
{
    size_t i = 0;
    for (; i + MG_ADDED * MG_WIDTH <= n; i += MG_ADDED * MG_WIDTH)
        add_rows_to(MG_ADDED, 0, count, scale, index, x + i, stride, y + i);
    for (; i + MG_WIDTH <= n; i += MG_WIDTH)
        add_rows_to(1, 0, count, scale, index, x + i, stride, y + i);
    if (i < n)
        add_rows_to(1, (int)(n - i), count, scale, index, x + i, stride, y + i);
}

/* `vectors` whole ones and `rest` numbers of each row; constants where that pays. */
MG_INLINE void add_blocks_of(int vectors, int rest, const mg_block_sum *b)
{
    const mg_vpart part = mg_v_part(rest);
    for (int j = 0; j < b->count; j++) {
        const mg_v k = mg_v_set(b->scale[j]);
        const float *x = b->x + b->from[j];
        float *y = b->y + b->to[j];
        for (int r = 0; r < b->rows; r++, x += b->x_row, y += b->y_row) {
            for (int v = 0; v < vectors; v++)
                mg_v_store(y + v * MG_WIDTH,
                           mg_v_multiply_add(k, mg_v_load(x + v * MG_WIDTH), mg_v_load(y + v * MG_WIDTH)));
            if (rest)
                mg_v_store_part(y + vectors * MG_WIDTH,
                                mg_v_multiply_add(k, mg_v_load_part(x + vectors * MG_WIDTH, part),
                                                  mg_v_load_part(y + vectors * MG_WIDTH, part)),
                                rest);
        }
    }
}

static void add_blocks(const mg_block_sum *b)
{
    if (b->columns == 32)
        add_blocks_of(32 / MG_WIDTH, 0, b);
    else if (b->columns % MG_WIDTH == 0)
        add_blocks_of(b->columns / MG_WIDTH, 0, b);
    else
        add_blocks_of(b->columns / MG_WIDTH, b->columns % MG_WIDTH, b);
}

static void affine(size_t n, float scale, float shift, const float *x, float *y)
{
    mg_apply(affine_of, n, x, NULL, NULL, y, scale, shift);
}

static void clear(size_t n, float least, float *x)
{
    mg_apply(clear_of, n, x, NULL, NULL, x, least, -least);
}

static void clip(size_t n, float low, float high, const float *x, float *y)
{
    mg_apply(clip_of, n, x, NULL, NULL, y, low, high);
}

/* ---- along rows: a sum in the order of columns waits for each addition, so several rows go side by side ---- */

#define MG_FEW_COLUMNS 16   /* up to so many, MG_WIDTH rows go in the lanes of one vector a column */
#define MG_ROWS_AT_ONCE 8   /* of more columns */
#define MG_CHUNK_COLUMNS 64 /* of more columns, whose exponentials are kept at a time */

/* The first `count` lanes of p; all of them in one load where the vector is full. */
MG_INLINE mg_v load_up_to(const float *p, int count)
{
    return count >= MG_WIDTH ? mg_v_load(p) : mg_v_load_part(p, mg_v_part(count));
}

MG_INLINE void store_up_to(float *p, mg_v a, int count)
{
    if (count >= MG_WIDTH)
        mg_v_store(p, a);
    else
        mg_v_store_part(p, a, count);
}

static float wide_row_maximum(int columns, const float *x)
{
    float lanes[MG_WIDTH], maximum;
    mg_v largest = mg_v_load(x + columns - MG_WIDTH);
    for (int j = 0; j + MG_WIDTH < columns; j += MG_WIDTH)
        largest = mg_v_max(largest, mg_v_load(x + j));
    mg_v_store(lanes, largest);
    maximum = lanes[0];
    for (int j = 1; j < MG_WIDTH; j++)
        maximum = lanes[j] > maximum ? lanes[j] : maximum;
    return maximum;
}

/* Which of equal zeros it is, and what it is beside a NaN, depends on the width; no softmax shows either: where two
 * zeros are largest the sum is at least 2, and a NaN makes all of its row NaN. */
MG_INLINE float row_maximum(int columns, const float *x)
{
    if (columns >= 2 * MG_WIDTH)
        return wide_row_maximum(columns, x);
    float maximum = x[0];
    for (int j = 1; j < columns; j++)
        maximum = x[j] > maximum ? x[j] : maximum;
    return maximum;
}

MG_OPERATION(exp_of_difference, mg_v_exp(mg_v_sub(a, k)))
MG_OPERATION(difference_twice, mg_v_sub(mg_v_sub(a, k), l))
MG_OPERATION(quotient, mg_v_div(a, k))

/* sum[i] = ((sum[i] + x[i][0]) + x[i][1]) + ... of up to MG_ROWS_AT_ONCE rows x_row apart. Rows that are missing repeat
 * the first; their sums stay unused. */
MG_INLINE void add_along_rows(int rows, int columns, const float *x, ptrdiff_t x_row, float sum[MG_ROWS_AT_ONCE])
{
    ptrdiff_t at[MG_ROWS_AT_ONCE];
    MG_UNROLL
    for (int i = 0; i < MG_ROWS_AT_ONCE; i++)
        at[i] = i < rows ? i * x_row : 0;
    for (int j = 0; j < columns; j++) {
        MG_UNROLL
        for (int i = 0; i < MG_ROWS_AT_ONCE; i++)
            sum[i] += x[at[i] + j];
    }
}

/* Up to MG_WIDTH rows of few columns, one in each lane. */
static void softmax_in_lanes(bool logarithm, int rows, int columns, const float *x, float *y)
{
    float lanes[MG_FEW_COLUMNS][MG_WIDTH];
    mg_v sum = mg_v_set(0.0f);
    for (int j = 0; j < columns; j++) {
        mg_v_store(lanes[j], mg_v_set(0.0f));
        for (int i = 0; i < rows; i++)
            lanes[j][i] = x[i * columns + j];
    }
    mg_v maximum = mg_v_load(lanes[0]);
    for (int j = 1; j < columns; j++)
        maximum = mg_v_max(mg_v_load(lanes[j]), maximum);
    for (int j = 0; j < columns; j++) {
        mg_v shifted = mg_v_sub(mg_v_load(lanes[j]), maximum), e = mg_v_exp(shifted);
        sum = mg_v_add(sum, e);
        mg_v_store(lanes[j], logarithm ? shifted : e);
    }
    if (logarithm)
        sum = mg_v_log(sum);
    for (int j = 0; j < columns; j++) {
        mg_v one = mg_v_load(lanes[j]);
        mg_v_store(lanes[j], logarithm ? mg_v_sub(one, sum) : mg_v_div(one, sum));
        for (int i = 0; i < rows; i++)
            y[i * columns + j] = lanes[j][i];
    }
}

/* Up to MG_ROWS_AT_ONCE rows. */
static void softmax_side_by_side(bool logarithm, int rows, int columns, const float *x, float *y)
{
    float maximum[MG_ROWS_AT_ONCE], sum[MG_ROWS_AT_ONCE] = {0}, kept[MG_ROWS_AT_ONCE * MG_CHUNK_COLUMNS];
    for (int i = 0; i < rows; i++)
        maximum[i] = row_maximum(columns, x + i * columns);
    for (int j = 0; j < columns; j += MG_CHUNK_COLUMNS) {
        int count = columns - j < MG_CHUNK_COLUMNS ? columns - j : MG_CHUNK_COLUMNS;
        float *e = logarithm ? kept : y + j;
        ptrdiff_t e_row = logarithm ? MG_CHUNK_COLUMNS : columns;
        for (int i = 0; i < rows; i++)
            mg_apply(exp_of_difference, (size_t)count, x + i * columns + j, NULL, NULL, e + i * e_row, maximum[i], 0);
        add_along_rows(rows, count, e, e_row, sum);
    }
    if (logarithm)
        mg_apply(log_of, MG_ROWS_AT_ONCE, sum, NULL, NULL, sum, 0, 0);
    for (int i = 0; i < rows; i++) {
        float *row = y + i * columns;
        if (logarithm)
            mg_apply(difference_twice, (size_t)columns, x + i * columns, NULL, NULL, row, maximum[i], sum[i]);
        else
            mg_apply(quotient, (size_t)columns, row, NULL, NULL, row, sum[i], 0);
    }
}

/* Rows that fit one vector, one after another. */
MG_INLINE void softmax_of_vectors(bool logarithm, int rows, int columns, const float *x, float *y)
{
    const mg_vpart part = mg_v_part(columns);
    float lanes[MG_WIDTH];
    for (int i = 0; i < rows; i++, x += columns, y += columns) {
        mg_v shifted = mg_v_sub(mg_v_load_part(x, part), mg_v_set(row_maximum(columns, x))), e = mg_v_exp(shifted);
        float sum = 0.0f;
        mg_v_store(lanes, e);
        for (int j = 0; j < columns; j++)
            sum += lanes[j];
        mg_v of = mg_v_set(sum);
        mg_v_store_part(y, logarithm ? mg_v_sub(shifted, mg_v_log(of)) : mg_v_div(e, of), columns);
    }
}

/* A row of more columns. */
MG_INLINE void softmax_alone(bool logarithm, int columns, const float *x, float *y)
{
    mg_v maximum = mg_v_set(row_maximum(columns, x));
    float sum = 0.0f, lanes[MG_WIDTH];
    for (int j = 0; j < columns; j += MG_WIDTH) {
        int count = columns - j < MG_WIDTH ? columns - j : MG_WIDTH;
        mg_v e = mg_v_exp(mg_v_sub(load_up_to(x + j, count), maximum));
        mg_v_store(lanes, e);
        for (int lane = 0; lane < count; lane++)
            sum += lanes[lane];
        if (!logarithm)
            store_up_to(y + j, e, count);
    }
    mg_v last = logarithm ? mg_v_log(mg_v_set(sum)) : mg_v_set(sum);
    for (int j = 0; j < columns; j += MG_WIDTH) {
        int count = columns - j;
        mg_v one = load_up_to((logarithm ? x : y) + j, count);
        store_up_to(y + j, logarithm ? mg_v_sub(mg_v_sub(one, maximum), last) : mg_v_div(one, last), count);
    }
}

/* Fewer rows do not pay for the way into lanes and back, nor for the question which way. */
#define MG_LEAST_ROWS 6
#define MG_LEAST_LOG_ROWS 3

MG_INLINE void softmax_row_by_row(bool logarithm, int rows, int columns, const float *x, float *y)
{
    if (columns > 0 && columns <= MG_WIDTH)
        softmax_of_vectors(logarithm, rows, columns, x, y);
    else
        for (int i = 0; i < rows && columns > 0; i++)
            softmax_alone(logarithm, columns, x + (ptrdiff_t)i * columns, y + (ptrdiff_t)i * columns);
}

static void softmax_of(bool logarithm, int rows, int columns, const float *x, float *y)
{
    const bool few = columns <= MG_FEW_COLUMNS;
    const int most = few ? MG_WIDTH : MG_ROWS_AT_ONCE, least = logarithm ? MG_LEAST_LOG_ROWS : MG_LEAST_ROWS;
    for (int i = 0, here; i < rows && columns > 0; i += here) {
        const float *from = x + (ptrdiff_t)i * columns;
        float *to = y + (ptrdiff_t)i * columns;
        here = rows - i < most ? rows - i : most;
        if (here < least)
            softmax_row_by_row(logarithm, here, columns, from, to);
        else if (few)
            softmax_in_lanes(logarithm, here, columns, from, to);
        else
            softmax_side_by_side(logarithm, here, columns, from, to);
    }
}

static void softmax(int rows, int columns, const float *x, float *y)
{
    if (is_narrow(columns) && is_narrow(rows))
        narrower->softmax(rows, columns, x, y);
    else if (rows == 1)
        softmax_row_by_row(false, 1, columns, x, y);
    else if (rows < MG_LEAST_ROWS)
        softmax_row_by_row(false, rows, columns, x, y);
    else
        softmax_of(false, rows, columns, x, y);
}

static void log_softmax(int rows, int columns, const float *x, float *y)
{
    if (is_narrow(columns) && is_narrow(rows))
        narrower->log_softmax(rows, columns, x, y);
    else if (rows == 1)
        softmax_row_by_row(true, 1, columns, x, y);
    else if (rows < MG_LEAST_LOG_ROWS)
        softmax_row_by_row(true, rows, columns, x, y);
    else
        softmax_of(true, rows, columns, x, y);
}

MG_OPERATION(softmax_back, mg_v_multiply_add(a, mg_v_sub(b, k), c)) /* dx += y*(dy - k) */

static void softmax_backward(int rows, int columns, const float *y, const float *dy, float *dx)
{
    if (is_narrow(columns)) {
        narrower->softmax_backward(rows, columns, y, dy, dx);
        return;
    }
    for (int i = 0; i < rows; i++) {
        float sum = 0.0f;
        for (int j = 0; j < columns; j++) {
            float product = dy[j] * y[j];
            sum += product;
        }
        mg_apply(softmax_back, (size_t)columns, y, dy, dx, dx, sum, 0);
        y += columns;
        dy += columns;
        dx += columns;
    }
}

MG_OPERATION(log_softmax_back, mg_v_add(c, mg_v_sub(b, mg_v_mul(mg_v_exp(a), k)))) /* dx += dy - e^y*k */

static void log_softmax_backward(int rows, int columns, const float *y, const float *dy, float *dx)
{
    if (is_narrow(columns)) {
        narrower->log_softmax_backward(rows, columns, y, dy, dx);
        return;
    }
    for (int i = 0; i < rows; i++) {
        float sum = 0.0f;
        for (int j = 0; j < columns; j++)
            sum += dy[j];
        mg_apply(log_softmax_back, (size_t)columns, y, dy, dx, dx, sum, 0);
        y += columns;
        dy += columns;
        dx += columns;
    }
}

static void column_sum(int rows, int columns, const float *x, float *y)
{
    if (is_narrow(columns)) {
        narrower->column_sum(rows, columns, x, y);
        return;
    }
    int j = 0;
    for (; j + 4 * MG_WIDTH <= columns; j += 4 * MG_WIDTH) {
        mg_v sum[4];
        MG_UNROLL
        for (int q = 0; q < 4; q++)
            sum[q] = mg_v_load(y + j + q * MG_WIDTH);
        for (int i = 0; i < rows; i++) {
            const float *row = x + (ptrdiff_t)i * columns + j;
            MG_UNROLL
            for (int q = 0; q < 4; q++)
                sum[q] = mg_v_add(sum[q], mg_v_load(row + q * MG_WIDTH));
        }
        MG_UNROLL
        for (int q = 0; q < 4; q++)
            mg_v_store(y + j + q * MG_WIDTH, sum[q]);
    }
    for (; j < columns; j += MG_WIDTH) {
        int count = columns - j;
        mg_v sum = load_up_to(y + j, count);
        for (int i = 0; i < rows; i++)
            sum = mg_v_add(sum, load_up_to(x + (ptrdiff_t)i * columns + j, count));
        store_up_to(y + j, sum, count);
    }
}

static void row_sum(int rows, int columns, const float *x, float *y)
{
    for (int i = 0; i < rows; i++) {
        float sum = 0.0f;
        for (int j = 0; j < columns; j++)
            sum += x[j];
        y[i] = sum;
        x += columns;
    }
}

/* ---- over all elements: 32 virtual lanes ---- */

#define MG_LANE_VECTORS (MG_LANES / MG_WIDTH)

/* lanes l += l + 16, l + 8, ..., l + 1 */
MG_INLINE float sum_of_lanes(mg_v sum[MG_LANE_VECTORS])
{
    float lanes[MG_WIDTH];
    MG_UNROLL
    for (int half = MG_LANE_VECTORS / 2; half >= 1; half /= 2) {
        MG_UNROLL
        for (int j = 0; j < half; j++)
            sum[j] = mg_v_add(sum[j], sum[j + half]);
    }
    mg_v_store(lanes, sum[0]);
    MG_UNROLL
    for (int half = MG_WIDTH / 2; half >= 1; half /= 2) {
        MG_UNROLL
        for (int l = 0; l < half; l++)
            lanes[l] = lanes[l] + lanes[l + half];
    }
    return lanes[0];
}

/* operation(a, b, sum) adds a term to the sum. */
MG_INLINE float reduce(mg_operation *operation, size_t n, const float *a, const float *b)
{
    const mg_v zero = mg_v_set(0.0f);
    mg_v sum[MG_LANE_VECTORS];
    MG_UNROLL
    for (int j = 0; j < MG_LANE_VECTORS; j++)
        sum[j] = zero;
    size_t i = 0;
    for (; i + MG_LANES <= n; i += MG_LANES) {
        MG_UNROLL
        for (int j = 0; j < MG_LANE_VECTORS; j++) {
            size_t at = i + (size_t)(j * MG_WIDTH);
            sum[j] = operation(mg_v_load(a + at), mg_v_load(b + at), sum[j], zero, zero);
        }
    }
    MG_UNROLL
    for (int j = 0; j < MG_LANE_VECTORS; j++) {
        size_t at = i + (size_t)(j * MG_WIDTH);
        if (at < n) {
            int rest = n - at < MG_WIDTH ? (int)(n - at) : MG_WIDTH;
            sum[j] = operation(load_up_to(a + at, rest), load_up_to(b + at, rest), sum[j], zero, zero);
        }
    }
    return sum_of_lanes(sum);
}

MG_OPERATION(sum_of, mg_v_add(c, a))

static float sum(size_t n, const float *x)
{
    return reduce(sum_of, n, x, x);
}

static float sum_squares(size_t n, const float *x)
{
    return reduce(multiply_add_of, n, x, x);
}

static float dot(size_t n, const float *a, const float *b)
{
    return reduce(multiply_add_of, n, a, b);
}

/* ---- Adam ---- */

typedef struct adam_vectors {
    mg_v beta1, one_minus_beta1, beta2, one_minus_beta2, rate, root_scale, epsilon;
} adam_vectors;

/* The root is multiplied by root_scale even if that is 1: the bits are the same. */
MG_INLINE mg_v adam_change(const adam_vectors *k, mg_v g, mg_v *m, mg_v *v)
{
    *m = mg_v_multiply_add(k->one_minus_beta1, g, mg_v_mul(k->beta1, *m));
    *v = mg_v_multiply_add(mg_v_mul(k->one_minus_beta2, g), g, mg_v_mul(k->beta2, *v));
    mg_v divisor = mg_v_add(mg_v_mul(mg_v_sqrt(*v), k->root_scale), k->epsilon);
    return mg_v_div(mg_v_mul(k->rate, *m), divisor);
}

static void adam(size_t n, const mg_adam_constants *constants, const float *g, float *m, float *v, float *p)
{
    const adam_vectors k = {
        mg_v_set(constants->beta1),   mg_v_set(constants->one_minus_beta1),
        mg_v_set(constants->beta2),   mg_v_set(constants->one_minus_beta2),
        mg_v_set(constants->rate),    mg_v_set(constants->root_scale),
        mg_v_set(constants->epsilon),
    };
    size_t i = 0;
    for (; i + MG_WIDTH <= n; i += MG_WIDTH) {
        mg_v m_vector = mg_v_load(m + i), v_vector = mg_v_load(v + i);
        mg_v change = adam_change(&k, mg_v_load(g + i), &m_vector, &v_vector);
        mg_v_store(m + i, m_vector);
        mg_v_store(v + i, v_vector);
        mg_v_store(p + i, mg_v_sub(mg_v_load(p + i), change));
    }
    if (i < n && is_narrow((int)(n - i))) {
        narrower->adam(n - i, constants, g + i, m + i, v + i, p + i);
    } else if (i < n) {
        int rest = (int)(n - i);
        mg_vpart part = mg_v_part(rest);
        mg_v m_vector = mg_v_load_part(m + i, part), v_vector = mg_v_load_part(v + i, part);
        mg_v change = adam_change(&k, mg_v_load_part(g + i, part), &m_vector, &v_vector);
        mg_v_store_part(m + i, m_vector, rest);
        mg_v_store_part(v + i, v_vector, rest);
        mg_v_store_part(p + i, mg_v_sub(mg_v_load_part(p + i, part), change), rest);
    }
}

/* ---- the table ---- */

#define MG_JOIN_NAMES(a, b) a##b
#define MG_JOIN(a, b) MG_JOIN_NAMES(a, b)
#define MG_TEXT_OF(a) #a
#define MG_TEXT(a) MG_TEXT_OF(a)

extern const mg_kernels MG_JOIN(mg_kernels_, MG_ISA);
const mg_kernels MG_JOIN(mg_kernels_, MG_ISA) = {
    .name = MG_TEXT(MG_ISA),
    .lanes = MG_WIDTH,
    .gemm = gemm,
    .listed_gemm = mg_listed_gemm_run,
    .listed_sum = mg_listed_sum_run,
    .add_blocks = add_blocks,
    .map = map,
    .map_backward = map_backward,
    .combine = combine,
    .multiply_add = multiply_add,
    .axpy = axpy,
    .add_rows = add_rows,
    .affine = affine,
    .clear = clear,
    .clip = clip,
    .softmax = softmax,
    .log_softmax = log_softmax,
    .softmax_backward = softmax_backward,
    .log_softmax_backward = log_softmax_backward,
    .column_sum = column_sum,
    .row_sum = row_sum,
    .sum = sum,
    .sum_squares = sum_squares,
    .dot = dot,
    .adam = adam,
    .philox_fill = mg_philox_fill,
    .philox_normals = mg_philox_normals,
};
