/* kernels.h - the table of numerical kernels; one implementation per instruction set, all with the same bits.
 *
 * Shapes: matrices are row-major and dense unless a stride is given. x, y, ... are plain arrays of n numbers; n may
 * be any number >= 0 and pointers need no alignment. y may equal x (in place) but ranges must not otherwise overlap.
 * Rules (num/README.md 1 to 9): a product that is added is rounded twice; a GEMM output adds k = 0, 1, ... in
 * order; a reduction adds element i to virtual lane i mod 32 in ascending order, tail lanes get +0.0, then lanes
 * l += l+16, l+8, l+4, l+2, l+1. Hence no result depends on the instruction set, on blocking or on alignment.
 * NaN in gives NaN out (sign and payload undefined) except where a comparison chooses: combine's minimum and maximum,
 * and map_backward of relu.
 */
#ifndef MG_KERNELS_H
#define MG_KERNELS_H

#include "core/num/real.h"

#define MG_LANES 32 /* virtual lanes of every reduction, whatever the hardware has */

typedef enum mg_gemm_start { MG_START_ZERO, MG_START_BIAS, MG_START_C } mg_gemm_start;

/* C[rows x columns] = start + A[rows x depth] * B[depth x columns]. Element (i,k) of A lies at
 * a[i*a_row + k*a_column], element (k,j) of B at b[k*b_row + j*b_column]; one of b_row, b_column must be 1
 * (b_row = 1: a transposed operand). start: zero, the bias row (bias[j]), or what C holds. scratch: at least
 * MG_GEMM_SCRATCH reals, contents unspecified. */
typedef struct mg_gemm {
    int rows, columns, depth;
    const mg_real *a;
    ptrdiff_t a_row, a_column;
    const mg_real *b;
    ptrdiff_t b_row, b_column;
    mg_real *c;
    ptrdiff_t c_row; /* distance between rows of C; its columns are adjacent */
    mg_gemm_start start;
    const mg_real *bias; /* MG_START_BIAS only */
    mg_real *scratch;
} mg_gemm;
#define MG_GEMM_SCRATCH 16384 /* reals */

/* C[rows x columns] += A[rows x depth] * B[depth x columns], where row k of B begins at b + at[k]: a window's numbers
 * at all pixels lie so in an image. Element (i,k) of A lies at a[k*rows + i], rows of C are c_row apart. */
typedef struct mg_listed_gemm {
    int rows, columns, depth;
    const mg_real *a, *b;
    const int32_t *at;
    mg_real *c;
    ptrdiff_t c_row;
} mg_listed_gemm;

/* C[rows x columns] = the sum over k = 0, 1, ... `count` - 1 of products A_k[rows x depth] * B_k[depth x columns], each
 * of which is summed up from zero before it is added. Element (i,f) of A_k lies at a[(i*count + k)*depth + f], row f of
 * B_k begins at b + f*b_row + at[k]: what goes back through a window to an image. */
typedef struct mg_listed_sum {
    int rows, columns, count, depth;
    const mg_real *a, *b;
    ptrdiff_t b_row;
    const int32_t *at;
    mg_real *c;
    ptrdiff_t c_row;
} mg_listed_sum;

/* Blocks j = 0, 1, ... of `rows` rows of `columns` numbers, one after another: row r of y, from to[j] + r*y_row on,
 * += scale[j] times row r of x, from from[j] + r*x_row on. This is what the numbers of an image that are not 0 and the
 * window have to do with each other. Rows of one block of y do not overlap; blocks may. */
typedef struct mg_block_sum {
    int count, rows, columns;
    const mg_real *scale;
    const int32_t *from, *to;
    const mg_real *x;
    ptrdiff_t x_row;
    mg_real *y;
    ptrdiff_t y_row;
} mg_block_sum;

typedef enum mg_map {
    MG_MAP_EXP, /* binary32: clamps its input to [-104, 88.8] */
    MG_MAP_LOG, /* -infinity for x <= 0 */
    MG_MAP_TANH,
    MG_MAP_SIGMOID,
    MG_MAP_SIN,  /* |x| <= 8192 */
    MG_MAP_COS,  /* |x| <= 8192 */
    MG_MAP_RELU, /* max(x, 0), +0 for -0 and NaN stays NaN */
    MG_MAP_SQUARE,
    MG_MAP_SQRT,
    MG_MAP_COUNT
} mg_map;

typedef enum mg_combine {
    MG_COMBINE_ADD,
    MG_COMBINE_SUBTRACT,
    MG_COMBINE_MULTIPLY,
    MG_COMBINE_DIVIDE,
    MG_COMBINE_MINIMUM,
    MG_COMBINE_MAXIMUM, /* second operand if equal or unordered */
    MG_COMBINE_COUNT
} mg_combine;

/* One Adam step on n parameters: m = b1*m + (1-b1)*g; v = b2*v + ((1-b2)*g)*g;
 * p = p - (rate*m) / (sqrt(v)*root_scale + epsilon), where the multiplication by root_scale is left out when it is 1.
 * `rate` and `root_scale` hold the bias corrections (optimiser.h). */
typedef struct mg_adam_constants {
    mg_real beta1, one_minus_beta1, beta2, one_minus_beta2, rate, root_scale, epsilon;
} mg_adam_constants;

typedef struct mg_kernels {
    const char *name; /* scalar, simd128, sse2, avx2, avx512, reference */
    int lanes;        /* hardware lanes */
    void (*gemm)(const mg_gemm *gemm);
    void (*listed_gemm)(const mg_listed_gemm *gemm);
    void (*listed_sum)(const mg_listed_sum *sum);
    void (*add_blocks)(const mg_block_sum *sum);
    void (*map)(mg_map map, size_t n, const mg_real *x, mg_real *y);
    /* dx += dy * f'(x), where y = f(x), by: dy*y, dy/x, dy*(1 - y*y), dy*(y*(1 - y)), dy*cos x, dy*-sin x, dy where
     * x > 0 else 0, dy*(x + x), dy/(y + y) */
    void (*map_backward)(mg_map map, size_t n, const mg_real *x, const mg_real *y, const mg_real *dy, mg_real *dx);
    void (*combine)(mg_combine combine, size_t n, const mg_real *a, const mg_real *b, mg_real *y);
    void (*multiply_add)(size_t n, const mg_real *a, const mg_real *b, mg_real *y); /* y += a*b, two roundings */
    void (*axpy)(size_t n, mg_real scale, const mg_real *x, mg_real *y);            /* y += scale*x */
    /* y += scale[0] * x[index[0]], then scale[1] * x[index[1]], ..., `count` rows of n numbers that lie `stride` apart:
     * so many axpy, without y leaving its registers in between. */
    void (*add_rows)(size_t n, int count, const mg_real *scale, const int32_t *index, const mg_real *x, size_t stride,
                     mg_real *y);
    void (*affine)(size_t n, mg_real scale, mg_real shift, const mg_real *x, mg_real *y); /* y = scale*x + shift */
    void (*clear)(size_t n, mg_real least, mg_real *x); /* what is smaller than that in size becomes 0; NaN stays NaN */
    void (*clip)(size_t n, mg_real low, mg_real high, const mg_real *x, mg_real *y); /* NaN stays NaN */
    /* Row-wise; max by ascending comparison, exp(x - max), sum in column order, then divide (softmax) or
     * (x - max) - log(sum) (log_softmax). Backward, with a sum s in column order:
     * dx += y*(dy - s), s of dy*y (softmax); dx += dy - e^y*s, s of dy (log_softmax). */
    void (*softmax)(int rows, int columns, const mg_real *x, mg_real *y);
    void (*log_softmax)(int rows, int columns, const mg_real *x, mg_real *y);
    void (*softmax_backward)(int rows, int columns, const mg_real *y, const mg_real *dy, mg_real *dx);     /* adds */
    void (*log_softmax_backward)(int rows, int columns, const mg_real *y, const mg_real *dy, mg_real *dx); /* adds */
    /* y[j] = ((y[j] + row 0) + row 1) + ..., rows ascending */
    void (*column_sum)(int rows, int columns, const mg_real *x, mg_real *y);
    void (*row_sum)(int rows, int columns, const mg_real *x, mg_real *y); /* y = row sums, columns ascending */
    mg_real (*sum)(size_t n, const mg_real *x);                           /* 32 virtual lanes */
    mg_real (*sum_squares)(size_t n, const mg_real *x);                   /* 32 virtual lanes */
    mg_real (*dot)(size_t n, const mg_real *a, const mg_real *b);         /* 32 virtual lanes */
    void (*adam)(size_t n, const mg_adam_constants *constants, const mg_real *g, mg_real *m, mg_real *v, mg_real *p);
    /* Random numbers (rng.h), NULL in double: `blocks` consecutive Philox blocks from counter[0] on into
     * out[4*blocks], and the normals that they make, two from each block, into out[2*blocks]. */
    void (*philox_fill)(const uint32_t key[2], const uint32_t counter[4], size_t blocks, uint32_t *out);
    void (*philox_normals)(const uint32_t key[2], const uint32_t counter[4], size_t blocks, float *out);
} mg_kernels;

/* The plain kernels in C: what the fast ones are tested against, and the only ones in double. */
extern const mg_kernels mg_kernels_reference;

/* The table in use. Chosen once at start by mg_isa_choose (isa.h); the reference table before that and in double. */
const mg_kernels *mg_kernels_current(void);

#endif
