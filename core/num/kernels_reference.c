/* kernels_reference.c - the kernels of kernels.h in plain C, one number at a time: the oracle of the fast ones.
 *
 * Compiled in binary32, where it has the bits of every other table, and in binary64 (MG_DOUBLE), where it is the
 * only one.
 */
#include "core/num/kernels.h"
#include "core/num/scalar_math.h"
#ifndef MG_DOUBLE
#include "core/num/philox_simd.h" /* at width 1: plain C */
#endif

/* clang-format off */
#ifdef MG_DOUBLE
static double exp_of(double x) { return mg_exp(x); }
static double log_of(double x) { return mg_log(x); }
static double tanh_of(double x) { return mg_tanh(x); }
static double sigmoid_of(double x) { return mg_sigmoid(x); }
static double sin_of(double x) { return mg_sin(x); }
static double cos_of(double x) { return mg_cos(x); }
static double sqrt_of(double x) { return mg_sqrt(x); }
#else
static float exp_of(float x) { return mg_exp_float(x); }
static float log_of(float x) { return mg_log_float(x); }
static float tanh_of(float x) { return mg_tanh_float(x); }
static float sigmoid_of(float x) { return mg_sigmoid_float(x); }
static float sin_of(float x) { return mg_sin_float(x); }
static float cos_of(float x) { return mg_cos_float(x); }
static float sqrt_of(float x) { return mg_sqrt_float(x); }
#endif
/* clang-format on */

static const mg_real zero = 0, one = 1;

/* sum + a*b, rounded twice */
static mg_real multiply_then_add(mg_real a, mg_real b, mg_real sum)
{
    mg_real product = a * b;
    return sum + product;
}

static void gemm(const mg_gemm *g)
{
    for (int i = 0; i < g->rows; i++) {
        for (int j = 0; j < g->columns; j++) {
            mg_real *c = g->c + i * g->c_row + j;
            mg_real sum = g->start == MG_START_C ? *c : g->start == MG_START_BIAS ? g->bias[j] : zero;
            for (int k = 0; k < g->depth; k++) {
                mg_real a = g->a[i * g->a_row + k * g->a_column];
                mg_real b = g->b[k * g->b_row + j * g->b_column];
                sum = multiply_then_add(a, b, sum);
            }
            *c = sum;
        }
    }
}

static mg_real relu_of(mg_real x)
{
    mg_real positive = zero > x ? zero : x; /* NaN stays NaN */
    return positive + zero;                 /* -0 becomes +0 */
}

static mg_real map_one(mg_map which, mg_real x)
{
    switch (which) {
    case MG_MAP_EXP: return exp_of(x);
    case MG_MAP_LOG: return log_of(x);
    case MG_MAP_TANH: return tanh_of(x);
    case MG_MAP_SIGMOID: return sigmoid_of(x);
    case MG_MAP_SIN: return sin_of(x);
    case MG_MAP_COS: return cos_of(x);
    case MG_MAP_RELU: return relu_of(x);
    case MG_MAP_SQUARE: return x * x;
    case MG_MAP_SQRT: return sqrt_of(x);
    case MG_MAP_COUNT: break;
    }
    return x;
}

static void map(mg_map which, size_t n, const mg_real *x, mg_real *y)
{
    for (size_t i = 0; i < n; i++)
        y[i] = map_one(which, x[i]);
}

/* dx + dy * f'(x), where y = f(x) */
static mg_real map_backward_one(mg_map which, mg_real x, mg_real y, mg_real dy, mg_real dx)
{
    mg_real slope;
    switch (which) {
    case MG_MAP_EXP: return multiply_then_add(dy, y, dx);
    case MG_MAP_LOG: return dx + dy / x;
    case MG_MAP_TANH: slope = y * y; return multiply_then_add(dy, one - slope, dx);
    case MG_MAP_SIGMOID: slope = one - y; return multiply_then_add(dy, y * slope, dx);
    case MG_MAP_SIN: return multiply_then_add(dy, cos_of(x), dx);
    case MG_MAP_COS: return multiply_then_add(dy, -sin_of(x), dx);
    case MG_MAP_RELU: return dx + (zero < x ? dy : zero);
    case MG_MAP_SQUARE: return multiply_then_add(dy, x + x, dx);
    case MG_MAP_SQRT: return dx + dy / (y + y);
    case MG_MAP_COUNT: break;
    }
    return dx;
}

static void map_backward(mg_map which, size_t n, const mg_real *x, const mg_real *y, const mg_real *dy, mg_real *dx)
{
    for (size_t i = 0; i < n; i++)
        dx[i] = map_backward_one(which, x[i], y[i], dy[i], dx[i]);
}

static mg_real combine_one(mg_combine which, mg_real a, mg_real b)
{
    switch (which) {
    case MG_COMBINE_ADD: return a + b;
    case MG_COMBINE_SUBTRACT: return a - b;
    case MG_COMBINE_MULTIPLY: return a * b;
    case MG_COMBINE_DIVIDE: return a / b;
    case MG_COMBINE_MINIMUM: return a < b ? a : b;
    case MG_COMBINE_MAXIMUM: return a > b ? a : b;
    case MG_COMBINE_COUNT: break;
    }
    return a;
}

static void combine(mg_combine which, size_t n, const mg_real *a, const mg_real *b, mg_real *y)
{
    for (size_t i = 0; i < n; i++)
        y[i] = combine_one(which, a[i], b[i]);
}

static void multiply_add(size_t n, const mg_real *a, const mg_real *b, mg_real *y)
{
    for (size_t i = 0; i < n; i++)
        y[i] = multiply_then_add(a[i], b[i], y[i]);
}

static void axpy(size_t n, mg_real scale, const mg_real *x, mg_real *y)
{
    for (size_t i = 0; i < n; i++)
        y[i] = multiply_then_add(scale, x[i], y[i]);
}

static void add_rows(size_t n, int count, const mg_real *scale, const int32_t *index, const mg_real *x, size_t stride,
                     mg_real *y)
{
    for (int j = 0; j < count; j++)
        axpy(n, scale[j], x + (size_t)index[j] * stride, y);
}

static void listed_gemm(const mg_listed_gemm *g)
{
    for (int i = 0; i < g->rows; i++)
        for (int k = 0; k < g->depth; k++)
            axpy((size_t)(g->columns > 0 ? g->columns : 0), g->a[(ptrdiff_t)k * g->rows + i], g->b + g->at[k],
                 g->c + i * g->c_row);
}

static void listed_sum(const mg_listed_sum *g)
{
    for (int i = 0; i < g->rows; i++)
        for (int j = 0; j < g->columns; j++) {
            mg_real sum = 0;
            for (int k = 0; k < g->count; k++) {
                const mg_real *a = g->a + ((ptrdiff_t)i * g->count + k) * g->depth;
                mg_real product = 0;
                for (int f = 0; f < g->depth; f++)
                    product = multiply_then_add(a[f], g->b[f * g->b_row + g->at[k] + j], product);
                sum = sum + product;
            }
            g->c[i * g->c_row + j] = sum;
        }
}

static void add_blocks(const mg_block_sum *b)
{
    for (int j = 0; j < b->count; j++)
        for (int r = 0; r < b->rows; r++)
            axpy((size_t)b->columns, b->scale[j], b->x + b->from[j] + r * b->x_row, b->y + b->to[j] + r * b->y_row);
}

static void affine(size_t n, mg_real scale, mg_real shift, const mg_real *x, mg_real *y)
{
    for (size_t i = 0; i < n; i++)
        y[i] = multiply_then_add(scale, x[i], shift);
}

static void clear(size_t n, mg_real least, mg_real *x)
{
    for (size_t i = 0; i < n; i++)
        x[i] = x[i] < least && x[i] > -least ? zero : x[i];
}

static void clip(size_t n, mg_real low, mg_real high, const mg_real *x, mg_real *y)
{
    for (size_t i = 0; i < n; i++) {
        mg_real raised = low > x[i] ? low : x[i];
        y[i] = high < raised ? high : raised;
    }
}

static mg_real row_maximum(int columns, const mg_real *x)
{
    mg_real maximum = x[0];
    for (int j = 1; j < columns; j++)
        maximum = x[j] > maximum ? x[j] : maximum;
    return maximum;
}

static void softmax(int rows, int columns, const mg_real *x, mg_real *y)
{
    for (int i = 0; i < rows && columns > 0; i++, x += columns, y += columns) {
        mg_real maximum = row_maximum(columns, x), sum = zero;
        for (int j = 0; j < columns; j++) {
            y[j] = exp_of(x[j] - maximum);
            sum += y[j];
        }
        for (int j = 0; j < columns; j++)
            y[j] = y[j] / sum;
    }
}

static void log_softmax(int rows, int columns, const mg_real *x, mg_real *y)
{
    for (int i = 0; i < rows && columns > 0; i++, x += columns, y += columns) {
        mg_real maximum = row_maximum(columns, x), sum = zero;
        for (int j = 0; j < columns; j++)
            sum += exp_of(x[j] - maximum);
        mg_real logarithm = log_of(sum);
        for (int j = 0; j < columns; j++) {
            mg_real shifted = x[j] - maximum;
            y[j] = shifted - logarithm;
        }
    }
}

static void softmax_backward(int rows, int columns, const mg_real *y, const mg_real *dy, mg_real *dx)
{
    for (int i = 0; i < rows; i++, y += columns, dy += columns, dx += columns) {
        mg_real sum = zero;
        for (int j = 0; j < columns; j++)
            sum = multiply_then_add(dy[j], y[j], sum);
        for (int j = 0; j < columns; j++)
            dx[j] = multiply_then_add(y[j], dy[j] - sum, dx[j]);
    }
}

static void log_softmax_backward(int rows, int columns, const mg_real *y, const mg_real *dy, mg_real *dx)
{
    for (int i = 0; i < rows; i++, y += columns, dy += columns, dx += columns) {
        mg_real sum = zero;
        for (int j = 0; j < columns; j++)
            sum += dy[j];
        for (int j = 0; j < columns; j++) {
            mg_real share = exp_of(y[j]) * sum;
            dx[j] += dy[j] - share;
        }
    }
}

static void column_sum(int rows, int columns, const mg_real *x, mg_real *y)
{
    for (int i = 0; i < rows; i++, x += columns) {
        for (int j = 0; j < columns; j++)
            y[j] += x[j];
    }
}

static void row_sum(int rows, int columns, const mg_real *x, mg_real *y)
{
    for (int i = 0; i < rows; i++, x += columns) {
        y[i] = zero;
        for (int j = 0; j < columns; j++)
            y[i] += x[j];
    }
}

static mg_real sum_of_lanes(mg_real lanes[MG_LANES])
{
    for (int half = MG_LANES / 2; half >= 1; half /= 2) {
        for (int l = 0; l < half; l++)
            lanes[l] += lanes[l + half];
    }
    return lanes[0];
}

static mg_real sum(size_t n, const mg_real *x)
{
    mg_real lanes[MG_LANES] = {0};
    for (size_t i = 0; i < n; i++)
        lanes[i % MG_LANES] += x[i];
    return sum_of_lanes(lanes);
}

static mg_real dot(size_t n, const mg_real *a, const mg_real *b)
{
    mg_real lanes[MG_LANES] = {0};
    for (size_t i = 0; i < n; i++)
        lanes[i % MG_LANES] = multiply_then_add(a[i], b[i], lanes[i % MG_LANES]);
    return sum_of_lanes(lanes);
}

static mg_real sum_squares(size_t n, const mg_real *x)
{
    return dot(n, x, x);
}

static void adam(size_t n, const mg_adam_constants *k, const mg_real *g, mg_real *m, mg_real *v, mg_real *p)
{
    for (size_t i = 0; i < n; i++) {
        mg_real part = k->one_minus_beta2 * g[i];
        m[i] = multiply_then_add(k->one_minus_beta1, g[i], k->beta1 * m[i]);
        v[i] = multiply_then_add(part, g[i], k->beta2 * v[i]);
        mg_real root = sqrt_of(v[i]) * k->root_scale;
        p[i] -= k->rate * m[i] / (root + k->epsilon);
    }
}

const mg_kernels mg_kernels_reference = {
    .name = "reference",
    .lanes = 1,
    .gemm = gemm,
    .listed_gemm = listed_gemm,
    .listed_sum = listed_sum,
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
#ifndef MG_DOUBLE
    .philox_fill = mg_philox_fill,
    .philox_normals = mg_philox_normals,
#endif
};

#ifdef MG_DOUBLE
const mg_kernels *mg_kernels_current(void)
{
    return &mg_kernels_reference;
}
#endif
