/* gemm.h - matrix multiplication on the vectors of simd.h; internal to kernels_simd.c, which says what it computes.
 *
 * C is cut into panels of columns, panels into tiles of rows whose sums stay in registers. Every element of C adds
 * k = 0, 1, ... in order, each product rounded before it is added; between two blocks of k its partial sum waits in
 * C as binary32, which is what a register holds too. So neither tile, panel nor block size changes a bit.
 */
#ifndef MG_GEMM_H
#define MG_GEMM_H

#include <stdbool.h>

#include "core/num/kernels.h"
#include "core/num/simd.h"

/* The tallest tile of 1, 2, 3 and 4 vectors: registers hold rows x vectors sums, a row of B, an element of A, a
 * product. */
#if MG_WIDTH == 16
#define MG_TILE_HEIGHTS \
    { \
        12, 12, 2, 2 \
    }
#elif MG_WIDTH == 1
#define MG_TILE_HEIGHTS \
    { \
        4, 4, 4, 4 \
    }
#else
#define MG_TILE_HEIGHTS \
    { \
        12, 6, 2, 2 \
    }
#endif
#define MG_TILE_ROWS 12
#define MG_TILE_VECTORS 4
#define MG_PANEL_VECTORS (MG_WIDTH == 1 ? 4 : 2)
#define MG_FLAT_ROWS 2     /* up to so many rows are cut into panels of 4 vectors: enough sums to hide their latency */
#define MG_BLOCK_DEPTH 512 /* rows of B that are packed at a time */
/* From more rows on, packing B pays: sooner where B is read over many pages of memory. */
#define MG_PACK_ROWS (MG_WIDTH == 1 ? 8 : 64)
#define MG_PACK_ROWS_FAR (MG_WIDTH == 1 ? 8 : MG_WIDTH == 16 ? 24 : 12)
#define MG_FAR 65536 /* numbers from the first row of B to its last: 64 pages of 4 kB */

_Static_assert(MG_TILE_VECTORS *MG_WIDTH * 256 <= MG_GEMM_SCRATCH, "a packed block of B must fit the scratch");

/* Where a masked load is one instruction, B is read in place even if the panel ends within a vector. */
#if MG_WIDTH == 16 || (MG_WIDTH == 8 && defined(__AVX__))
#define MG_MASKED_LOADS 1
#else
#define MG_MASKED_LOADS 0
#endif

typedef struct mg_gemm_panel {
    int depth;   /* of this block of k */
    int vectors; /* columns in vectors, the last one counted whole */
    int last;    /* columns in the last vector */
    ptrdiff_t a_row, a_column, b_row, c_row, start_row;
    const float *b; /* rows of `vectors` vectors, b_row apart */
} mg_gemm_panel;

/* Sums of `rows` rows begin at start (start_row apart) and end in c. rows, vectors and partial are compile-time
 * constants. */
MG_INLINE void mg_gemm_tile(int rows, int vectors, bool partial, const mg_gemm_panel *panel, const float *a, float *c,
                            const float *start)
{
    mg_v sum[MG_TILE_ROWS][MG_TILE_VECTORS], b_vector[MG_TILE_VECTORS];
    const mg_vpart part = mg_v_part(partial ? panel->last : MG_WIDTH);
    const bool masked = partial && MG_MASKED_LOADS;
    const ptrdiff_t a_row = panel->a_row, a_column = panel->a_column, b_row = panel->b_row;
    const float *b = panel->b;
    const int depth = panel->depth;
    MG_UNROLL
    for (int i = 0; i < rows; i++) {
        MG_UNROLL
        for (int j = 0; j < vectors; j++) {
            const float *from = start + i * panel->start_row + j * MG_WIDTH;
            sum[i][j] = partial && j == vectors - 1 ? mg_v_load_part(from, part) : mg_v_load(from);
        }
    }
    for (int k = 0; k < depth; k++) {
        MG_UNROLL
        for (int j = 0; j < vectors; j++) {
            const float *from = b + j * MG_WIDTH;
            b_vector[j] = masked && j == vectors - 1 ? mg_v_load_part(from, part) : mg_v_load(from);
        }
        MG_UNROLL
        for (int i = 0; i < rows; i++) {
            mg_v element = mg_v_set(a[i * a_row]);
            MG_UNROLL
            for (int j = 0; j < vectors; j++)
                sum[i][j] = mg_v_multiply_add(element, b_vector[j], sum[i][j]);
        }
        a += a_column;
        b += b_row;
    }
    MG_UNROLL
    for (int i = 0; i < rows; i++) {
        MG_UNROLL
        for (int j = 0; j < vectors; j++) {
            float *to = c + i * panel->c_row + j * MG_WIDTH;
            if (partial && j == vectors - 1)
                mg_v_store_part(to, sum[i][j], panel->last);
            else
                mg_v_store(to, sum[i][j]);
        }
    }
}

typedef void mg_gemm_tile_function(const mg_gemm_panel *panel, const float *a, float *c, const float *start);

/* One function per tile shape: mg_gemm_tile_<rows>_<vectors>_<partial>. */
#define MG_GEMM_TILE(rows, vectors, partial) \
    static void mg_gemm_tile_##rows##_##vectors##_##partial(const mg_gemm_panel *panel, const float *a, float *c, \
                                                            const float *start) \
    { \
        mg_gemm_tile(rows, vectors, partial, panel, a, c, start); \
    }
#define MG_GEMM_TILES_2(vectors, partial) \
    MG_GEMM_TILE(1, vectors, partial) \
    MG_GEMM_TILE(2, vectors, partial)
#define MG_GEMM_NAMES_2(vectors, partial) mg_gemm_tile_1_##vectors##_##partial, mg_gemm_tile_2_##vectors##_##partial
#define MG_GEMM_TILES_4(vectors, partial) \
    MG_GEMM_TILES_2(vectors, partial) \
    MG_GEMM_TILE(3, vectors, partial) \
    MG_GEMM_TILE(4, vectors, partial)
#define MG_GEMM_NAMES_4(vectors, partial) \
    MG_GEMM_NAMES_2(vectors, partial), mg_gemm_tile_3_##vectors##_##partial, mg_gemm_tile_4_##vectors##_##partial
#define MG_GEMM_TILES_6(vectors, partial) \
    MG_GEMM_TILES_4(vectors, partial) \
    MG_GEMM_TILE(5, vectors, partial) \
    MG_GEMM_TILE(6, vectors, partial)
#define MG_GEMM_NAMES_6(vectors, partial) \
    MG_GEMM_NAMES_4(vectors, partial), mg_gemm_tile_5_##vectors##_##partial, mg_gemm_tile_6_##vectors##_##partial
#define MG_GEMM_TILES_12(vectors, partial) \
    MG_GEMM_TILES_6(vectors, partial) \
    MG_GEMM_TILE(7, vectors, partial) \
    MG_GEMM_TILE(8, vectors, partial) \
    MG_GEMM_TILE(9, vectors, partial) \
    MG_GEMM_TILE(10, vectors, partial) \
    MG_GEMM_TILE(11, vectors, partial) \
    MG_GEMM_TILE(12, vectors, partial)
#define MG_GEMM_NAMES_12(vectors, partial) \
    MG_GEMM_NAMES_6(vectors, partial), mg_gemm_tile_7_##vectors##_##partial, mg_gemm_tile_8_##vectors##_##partial, \
        mg_gemm_tile_9_##vectors##_##partial, mg_gemm_tile_10_##vectors##_##partial, \
        mg_gemm_tile_11_##vectors##_##partial, mg_gemm_tile_12_##vectors##_##partial

/* All tiles of the heights above, and their table [partial][vectors - 1][rows - 1]. A vector of one lane is whole. */
#if MG_WIDTH == 1
MG_GEMM_TILES_4(1, 0)
MG_GEMM_TILES_4(2, 0)
MG_GEMM_TILES_4(3, 0)
MG_GEMM_TILES_4(4, 0)
static mg_gemm_tile_function *const mg_gemm_tiles[1][MG_TILE_VECTORS][MG_TILE_ROWS] = {
    {{MG_GEMM_NAMES_4(1, 0)}, {MG_GEMM_NAMES_4(2, 0)}, {MG_GEMM_NAMES_4(3, 0)}, {MG_GEMM_NAMES_4(4, 0)}},
};
#else
#if MG_WIDTH == 16
#define MG_GEMM_TILES_OF_2(partial) MG_GEMM_TILES_12(2, partial)
#define MG_GEMM_NAMES_OF_2(partial) MG_GEMM_NAMES_12(2, partial)
#else
#define MG_GEMM_TILES_OF_2(partial) MG_GEMM_TILES_6(2, partial)
#define MG_GEMM_NAMES_OF_2(partial) MG_GEMM_NAMES_6(2, partial)
#endif
#define MG_GEMM_NAMES(partial) \
    { \
        {MG_GEMM_NAMES_12(1, partial)}, {MG_GEMM_NAMES_OF_2(partial)}, {MG_GEMM_NAMES_2(3, partial)}, \
            {MG_GEMM_NAMES_2(4, partial)}, \
    }
MG_GEMM_TILES_12(1, 0)
MG_GEMM_TILES_12(1, 1)
MG_GEMM_TILES_OF_2(0)
MG_GEMM_TILES_OF_2(1)
MG_GEMM_TILES_2(3, 0)
MG_GEMM_TILES_2(3, 1)
MG_GEMM_TILES_2(4, 0)
MG_GEMM_TILES_2(4, 1)
static mg_gemm_tile_function *const mg_gemm_tiles[2][MG_TILE_VECTORS][MG_TILE_ROWS] = {
    MG_GEMM_NAMES(0),
    MG_GEMM_NAMES(1),
};
#endif

#if MG_WIDTH > 1
MG_INLINE void mg_gemm_pack_lines(const float *const from[MG_TRANSPOSE], int k, float *to, int to_stride)
{
    mg_vlines lines[4];
    mg_v_transpose(from, k, lines);
    MG_UNROLL
    for (int q = 0; q < 4; q++)
        mg_v_store_lines(to + q * to_stride, lines[q]);
}
#endif

/* The panel's columns lie along memory: transposes them. Columns past the last repeat it; their sums stay unused. */
static void mg_gemm_pack_transposed(const mg_gemm *g, const float *b, int depth, int columns, float *to, int to_stride)
{
#if MG_WIDTH > 1
    for (int j = 0; j < columns && depth >= 4; j += MG_TRANSPOSE) {
        const float *from[MG_TRANSPOSE];
        for (int q = 0; q < MG_TRANSPOSE; q++)
            from[q] = b + (j + q < columns ? j + q : columns - 1) * g->b_column;
        for (int k = 0; k + 4 <= depth; k += 4)
            mg_gemm_pack_lines(from, k, to + k * to_stride + j, to_stride);
        if (depth % 4 != 0) /* writes some rows a second time */
            mg_gemm_pack_lines(from, depth - 4, to + (depth - 4) * to_stride + j, to_stride);
    }
    if (depth >= 4)
        return;
#endif
    for (int k = 0; k < depth; k++) {
        for (int j = 0; j < to_stride; j++)
            to[k * to_stride + j] = b[k + (j < columns ? j : columns - 1) * g->b_column];
    }
}

/* Copies depth rows of the panel into scratch, densely. */
static void mg_gemm_pack(const mg_gemm *g, const float *b, mg_gemm_panel *panel, int columns)
{
    int stride = panel->vectors * MG_WIDTH;
    float *to = g->scratch;
    if (g->b_column != 1) {
        mg_gemm_pack_transposed(g, b, panel->depth, columns, to, stride);
    } else {
        mg_vpart part = mg_v_part(panel->last);
        for (int k = 0; k < panel->depth; k++) {
            const float *from = b + k * g->b_row;
            for (int j = 0; j < panel->vectors - 1; j++)
                mg_v_store(to + k * stride + j * MG_WIDTH, mg_v_load(from + j * MG_WIDTH));
            int last = (panel->vectors - 1) * MG_WIDTH;
            mg_v_store(to + k * stride + last, mg_v_load_part(from + last, part));
        }
    }
    panel->b = to;
    panel->b_row = stride;
}

/* ---- few rows, and columns of B that lie along memory: what is transposed is used at once, and not packed ---- */
#if MG_WIDTH == 4 || MG_WIDTH == 8
#define MG_LINE_ROWS 3   /* with more rows packing pays */
#define MG_LINE_GROUPS 2 /* of MG_WIDTH columns: enough sums to hide their latency */

/* Rows k to k + 3 of B, of which those from `first` on are added, for the columns of one vector. */
MG_INLINE void mg_gemm_four(int rows, int first, const mg_gemm *g, const float *b, int k, mg_v sum[MG_LINE_ROWS])
{
    const float *from[MG_TRANSPOSE];
    mg_v lines[4];
    MG_UNROLL
    for (int q = 0; q < MG_TRANSPOSE; q++)
        from[q] = b + q * g->b_column;
    mg_v_transpose(from, k, lines);
    MG_UNROLL
    for (int q = 0; q < 4; q++) {
        MG_UNROLL
        for (int i = 0; i < rows && q >= first; i++) {
            mg_v element = mg_v_set(g->a[i * g->a_row + (k + q) * g->a_column]);
            sum[i] = mg_v_multiply_add(element, lines[q], sum[i]);
        }
    }
}

/* MG_LINE_GROUPS whole vectors of columns from j on. */
MG_INLINE void mg_gemm_lines(int rows, const mg_gemm *g, int j)
{
    mg_v sum[MG_LINE_GROUPS][MG_LINE_ROWS];
    const int depth = g->depth, over = depth % 4;
    const float *b = g->b + j * g->b_column;
    MG_UNROLL
    for (int group = 0; group < MG_LINE_GROUPS; group++) {
        MG_UNROLL
        for (int i = 0; i < rows; i++) {
            const float *from = (g->start == MG_START_C ? g->c + i * g->c_row : g->bias) + j + group * MG_WIDTH;
            sum[group][i] = g->start == MG_START_ZERO ? mg_v_set(0.0f) : mg_v_load(from);
        }
    }
    for (int k = 0; k + 4 <= depth; k += 4) {
        MG_UNROLL
        for (int group = 0; group < MG_LINE_GROUPS; group++)
            mg_gemm_four(rows, 0, g, b + group * MG_WIDTH * g->b_column, k, sum[group]);
    }
    MG_UNROLL
    for (int group = 0; group < MG_LINE_GROUPS && over > 0; group++)
        mg_gemm_four(rows, 4 - over, g, b + group * MG_WIDTH * g->b_column, depth - 4, sum[group]);
    MG_UNROLL
    for (int group = 0; group < MG_LINE_GROUPS; group++) {
        MG_UNROLL
        for (int i = 0; i < rows; i++)
            mg_v_store(g->c + i * g->c_row + j + group * MG_WIDTH, sum[group][i]);
    }
}

/* As many columns as fit; returns how many. */
static int mg_gemm_along_lines(const mg_gemm *g)
{
    int j = 0;
    if (g->b_column == 1 || g->rows > MG_LINE_ROWS || g->depth < 4)
        return 0;
    for (; j + MG_LINE_GROUPS * MG_WIDTH <= g->columns; j += MG_LINE_GROUPS * MG_WIDTH) {
        switch (g->rows) {
        case 1: mg_gemm_lines(1, g, j); break;
        case 2: mg_gemm_lines(2, g, j); break;
        default: mg_gemm_lines(3, g, j); break;
        }
    }
    return j;
}
#else
static int mg_gemm_along_lines(const mg_gemm *g)
{
    (void)g;
    return 0;
}
#endif

/* All rows of one block of k of one panel of columns, in tiles of nearly equal height. */
MG_INLINE void mg_gemm_rows(const mg_gemm *g, const mg_gemm_panel *panel, const float *a, float *c, const float *start)
{
    static const int heights[MG_TILE_VECTORS] = MG_TILE_HEIGHTS;
    int rows = g->rows, highest = heights[panel->vectors - 1];
    mg_gemm_tile_function *const *tiles = mg_gemm_tiles[panel->last < MG_WIDTH][panel->vectors - 1];
    if (rows <= highest) {
        tiles[rows - 1](panel, a, c, start);
        return;
    }
    int count = (rows + highest - 1) / highest, height = rows / count, higher = rows % count;
    for (int tile = 0, i = 0; tile < count; tile++) {
        int here = height + (tile < higher);
        tiles[here - 1](panel, a + i * g->a_row, c + i * g->c_row, start + i * panel->start_row);
        i += here;
    }
}

/* All of k for one panel: the columns of C from j on. */
MG_INLINE void mg_gemm_columns(const mg_gemm *g, int j, int columns)
{
    static const float zeros[MG_TILE_VECTORS * MG_WIDTH];
    int vectors = (columns + MG_WIDTH - 1) / MG_WIDTH, last = columns - (vectors - 1) * MG_WIDTH;
    bool far = g->b_row * g->depth > MG_FAR;
    bool pack =
        g->b_column != 1 || g->rows > (far ? MG_PACK_ROWS_FAR : MG_PACK_ROWS) || (last < MG_WIDTH && !MG_MASKED_LOADS);
    int deepest = MG_GEMM_SCRATCH / (vectors * MG_WIDTH);
    mg_gemm_panel panel = {.vectors = vectors,
                           .last = last,
                           .a_row = g->a_row,
                           .a_column = g->a_column,
                           .b_row = g->b_row,
                           .c_row = g->c_row};
    float *c = g->c + j;
    const float *start = g->start == MG_START_C ? c : g->start == MG_START_BIAS ? g->bias + j : zeros;
    panel.start_row = g->start == MG_START_C ? g->c_row : 0;
    if (deepest > MG_BLOCK_DEPTH)
        deepest = MG_BLOCK_DEPTH;
    int k = 0;
    do {
        int rest = g->depth - k;
        panel.b = g->b + k * g->b_row + j * g->b_column;
        panel.depth = pack && rest > deepest ? deepest : rest;
        if (pack)
            mg_gemm_pack(g, panel.b, &panel, columns);
        mg_gemm_rows(g, &panel, g->a + k * g->a_column, c, start);
        start = c;
        panel.start_row = g->c_row;
        k += panel.depth;
    } while (k < g->depth);
}

static void mg_gemm_run(const mg_gemm *g)
{
    int width = (g->rows <= MG_FLAT_ROWS ? MG_TILE_VECTORS : MG_PANEL_VECTORS) * MG_WIDTH;
    if (g->rows <= 0)
        return;
    for (int j = mg_gemm_along_lines(g); j < g->columns; j += width)
        mg_gemm_columns(g, j, g->columns - j < width ? g->columns - j : width);
}

#endif
