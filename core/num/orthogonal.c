/* orthogonal.c - Gram-Schmidt in panels, so that most of it is matrix products.
 *
 * A panel of vectors loses what lies along all vectors before it, then its own are made orthonormal one by one, and all
 * of that twice: what the first pass leaves along the others by rounding is as small as a rounding of the numbers after
 * the second (twice is enough).
 */
#include "core/num/orthogonal.h"
#include "core/num/kernels.h"
#include "core/num/scalar_math.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { PANEL = 32 };

static mg_real *take(size_t count)
{
    mg_real *memory = malloc(count * sizeof *memory);
    if (!memory) {
        fprintf(stderr, "marlgold: no memory for %zu numbers of an orthogonal matrix\n", count);
        exit(3);
    }
    return memory;
}

static mg_real root_of(mg_real x)
{
#ifdef MG_DOUBLE
    return mg_sqrt(x);
#else
    return mg_sqrt_float(x);
#endif
}

static void transpose(int rows, int columns, const mg_real *from, mg_real *to)
{
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < columns; j++)
            to[(size_t)j * (size_t)rows + (size_t)i] = from[(size_t)i * (size_t)columns + (size_t)j];
}

/* `count` vectors from `first` on lose what they have along those before: V -= (V Q^T) Q. */
static void project(int first, int count, int length, mg_real *vector, mg_real *along, mg_real *scratch)
{
    mg_real *panel = vector + (size_t)first * (size_t)length;
    mg_gemm gemm = {.rows = count,
                    .columns = first,
                    .depth = length,
                    .a = panel,
                    .a_row = length,
                    .a_column = 1,
                    .b = vector,
                    .b_row = 1,
                    .b_column = length,
                    .c = along,
                    .c_row = first,
                    .start = MG_START_ZERO,
                    .scratch = scratch};
    const mg_kernels *kernels = mg_kernels_current();
    kernels->gemm(&gemm);
    kernels->affine((size_t)count * (size_t)first, -1, 0, along, along);
    gemm = (mg_gemm){.rows = count,
                     .columns = length,
                     .depth = first,
                     .a = along,
                     .a_row = first,
                     .a_column = 1,
                     .b = vector,
                     .b_row = length,
                     .b_column = 1,
                     .c = panel,
                     .c_row = length,
                     .start = MG_START_C,
                     .scratch = scratch};
    kernels->gemm(&gemm);
}

static void orthonormalise_panel(int count, int length, mg_real *panel)
{
    const mg_kernels *kernels = mg_kernels_current();
    const size_t n = (size_t)length;
    for (int i = 0; i < count; i++) {
        mg_real *own = panel + (size_t)i * n;
        for (int j = 0; j < i; j++) {
            const mg_real *other = panel + (size_t)j * n;
            kernels->axpy(n, -kernels->dot(n, other, own), other, own);
        }
        kernels->affine(n, (mg_real)1 / root_of(kernels->sum_squares(n, own)), 0, own, own);
    }
}

void mg_orthogonalise(int rows, int columns, mg_real *matrix)
{
    const bool wide = rows <= columns;
    const int vectors = wide ? rows : columns, length = wide ? columns : rows;
    const size_t all = (size_t)rows * (size_t)columns, along = (size_t)PANEL * (size_t)vectors;
    mg_real *memory = take(MG_GEMM_SCRATCH + along + (wide ? 0 : all));
    mg_real *vector = wide ? matrix : memory + MG_GEMM_SCRATCH + along;
    if (!wide)
        transpose(rows, columns, matrix, vector);
    for (int first = 0; first < vectors; first += PANEL) {
        int count = vectors - first < PANEL ? vectors - first : PANEL;
        for (int pass = 0; pass < 2; pass++) {
            if (first > 0)
                project(first, count, length, vector, memory + MG_GEMM_SCRATCH, memory);
            orthonormalise_panel(count, length, vector + (size_t)first * (size_t)length);
        }
    }
    if (!wide)
        transpose(columns, rows, vector, matrix);
    free(memory);
}
