/* listed_gemm.h - products with matrices whose rows begin where a list says, on the vectors of simd.h; internal to
 * kernels_simd.c, whose table says what they compute. As gemm.h: sums of a tile stay in registers, each adds k = 0, 1,
 * ... in order, each product rounded before it is added.
 */
#ifndef MG_LISTED_GEMM_H
#define MG_LISTED_GEMM_H

#include <stdbool.h>

#include "core/num/kernels.h"
#include "core/num/simd.h"

#define MG_LISTED_ROWS 6 /* registers hold rows x vectors sums, a row of B, an element of A, a product */
#define MG_LISTED_VECTORS 2

/* rows, vectors and partial are compile-time constants; last: columns in the last vector. */
MG_INLINE void mg_listed_tile(int rows, int vectors, bool partial, int last, const mg_listed_gemm *g, int i, int j)
{
    mg_v sum[MG_LISTED_ROWS][MG_LISTED_VECTORS], b_vector[MG_LISTED_VECTORS];
    const mg_vpart part = mg_v_part(partial ? last : MG_WIDTH);
    const float *a = g->a + i, *b = g->b + j;
    float *c = g->c + i * g->c_row + j;
    MG_UNROLL
    for (int r = 0; r < rows; r++) {
        MG_UNROLL
        for (int v = 0; v < vectors; v++) {
            const float *from = c + r * g->c_row + v * MG_WIDTH;
            sum[r][v] = partial && v == vectors - 1 ? mg_v_load_part(from, part) : mg_v_load(from);
        }
    }
    for (int k = 0; k < g->depth; k++, a += g->rows) {
        const float *row = b + g->at[k];
        MG_UNROLL
        for (int v = 0; v < vectors; v++) {
            const float *from = row + v * MG_WIDTH;
            b_vector[v] = partial && v == vectors - 1 ? mg_v_load_part(from, part) : mg_v_load(from);
        }
        MG_UNROLL
        for (int r = 0; r < rows; r++) {
            mg_v element = mg_v_set(a[r]);
            MG_UNROLL
            for (int v = 0; v < vectors; v++)
                sum[r][v] = mg_v_multiply_add(element, b_vector[v], sum[r][v]);
        }
    }
    MG_UNROLL
    for (int r = 0; r < rows; r++) {
        MG_UNROLL
        for (int v = 0; v < vectors; v++) {
            float *to = c + r * g->c_row + v * MG_WIDTH;
            if (partial && v == vectors - 1)
                mg_v_store_part(to, sum[r][v], last);
            else
                mg_v_store(to, sum[r][v]);
        }
    }
}

/* All columns of rows i to i + rows - 1. */
MG_INLINE void mg_listed_rows(int rows, const mg_listed_gemm *g, int i)
{
    int j = 0;
    for (; j + MG_LISTED_VECTORS * MG_WIDTH <= g->columns; j += MG_LISTED_VECTORS * MG_WIDTH)
        mg_listed_tile(rows, MG_LISTED_VECTORS, false, MG_WIDTH, g, i, j);
    for (; j + MG_WIDTH <= g->columns; j += MG_WIDTH)
        mg_listed_tile(rows, 1, false, MG_WIDTH, g, i, j);
    if (j < g->columns)
        mg_listed_tile(rows, 1, true, g->columns - j, g, i, j);
}

static void mg_listed_gemm_run(const mg_listed_gemm *g)
{
    for (int i = 0; i < g->rows; i += MG_LISTED_ROWS) {
        switch (g->rows - i) {
        case 1: mg_listed_rows(1, g, i); break;
        case 2: mg_listed_rows(2, g, i); break;
        case 3: mg_listed_rows(3, g, i); break;
        case 4: mg_listed_rows(4, g, i); break;
        case 5: mg_listed_rows(5, g, i); break;
        default: mg_listed_rows(MG_LISTED_ROWS, g, i); break;
        }
    }
}

/* ---- sums of products ---- */

#define MG_SUMMED_ROWS (MG_WIDTH == 16 ? 6 : 3) /* two sums each: of products, and of the one at hand */

MG_INLINE void mg_listed_sum_tile(int rows, int vectors, bool partial, int last, const mg_listed_sum *g, int i, int j)
{
    mg_v sum[6][MG_LISTED_VECTORS], product[6][MG_LISTED_VECTORS], b_vector[MG_LISTED_VECTORS];
    const mg_vpart part = mg_v_part(partial ? last : MG_WIDTH);
    const ptrdiff_t a_row = (ptrdiff_t)g->count * g->depth;
    const float *a = g->a + i * a_row;
    MG_UNROLL
    for (int r = 0; r < rows; r++) {
        MG_UNROLL
        for (int v = 0; v < vectors; v++)
            sum[r][v] = mg_v_set(0.0f);
    }
    for (int k = 0; k < g->count; k++) {
        const float *row = g->b + g->at[k] + j;
        MG_UNROLL
        for (int r = 0; r < rows; r++) {
            MG_UNROLL
            for (int v = 0; v < vectors; v++)
                product[r][v] = mg_v_set(0.0f);
        }
        for (int f = 0; f < g->depth; f++, a++, row += g->b_row) {
            MG_UNROLL
            for (int v = 0; v < vectors; v++) {
                const float *from = row + v * MG_WIDTH;
                b_vector[v] = partial && v == vectors - 1 ? mg_v_load_part(from, part) : mg_v_load(from);
            }
            MG_UNROLL
            for (int r = 0; r < rows; r++) {
                mg_v element = mg_v_set(a[r * a_row]);
                MG_UNROLL
                for (int v = 0; v < vectors; v++)
                    product[r][v] = mg_v_multiply_add(element, b_vector[v], product[r][v]);
            }
        }
        MG_UNROLL
        for (int r = 0; r < rows; r++) {
            MG_UNROLL
            for (int v = 0; v < vectors; v++)
                sum[r][v] = mg_v_add(sum[r][v], product[r][v]);
        }
    }
    MG_UNROLL
    for (int r = 0; r < rows; r++) {
        MG_UNROLL
        for (int v = 0; v < vectors; v++) {
            float *to = g->c + (i + r) * g->c_row + j + v * MG_WIDTH;
            if (partial && v == vectors - 1)
                mg_v_store_part(to, sum[r][v], last);
            else
                mg_v_store(to, sum[r][v]);
        }
    }
}

MG_INLINE void mg_listed_sum_rows(int rows, const mg_listed_sum *g, int i)
{
    int j = 0;
    for (; j + MG_LISTED_VECTORS * MG_WIDTH <= g->columns; j += MG_LISTED_VECTORS * MG_WIDTH)
        mg_listed_sum_tile(rows, MG_LISTED_VECTORS, false, MG_WIDTH, g, i, j);
    for (; j + MG_WIDTH <= g->columns; j += MG_WIDTH)
        mg_listed_sum_tile(rows, 1, false, MG_WIDTH, g, i, j);
    if (j < g->columns)
        mg_listed_sum_tile(rows, 1, true, g->columns - j, g, i, j);
}

static void mg_listed_sum_run(const mg_listed_sum *g)
{
    int i = 0;
    for (; i + MG_SUMMED_ROWS <= g->rows; i += MG_SUMMED_ROWS)
        mg_listed_sum_rows(MG_SUMMED_ROWS, g, i);
    for (; i < g->rows; i++)
        mg_listed_sum_rows(1, g, i);
}

#endif
