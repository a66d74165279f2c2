/* tape_ops.c - what each operation of the tape does: forward, backward, tangent. The table is at the end.
 *
 * Arithmetic goes through the kernel table; plain loops here only copy, select or add, which no compiler can round
 * differently. The first contribution to a cotangent is stored, later ones are added, in descending order of nodes.
 */
#include "core/num/tape_run.h"

/* ---- linear: y = f(x W + b) ---- */

/* y = start + x W */
static void multiply_weight(const mg_run *run, const mg_operation *operation, const mg_real *x, const mg_real *weight,
                            mg_gemm_start how, const mg_real *bias, mg_real *y)
{
    const mg_gemm gemm = {
        .rows = rows_of(run, operation),
        .columns = operation->columns,
        .depth = operation->depth,
        .a = x,
        .a_row = operation->depth,
        .a_column = 1,
        .b = weight,
        .b_row = operation->columns,
        .b_column = 1,
        .c = y,
        .c_row = operation->columns,
        .start = how,
        .bias = bias,
        .scratch = run->workspace + run->tape->gemm_scratch,
    };
    run->kernels->gemm(&gemm);
}

/* dW += x^T dz: rows in ascending order */
static void linear_backward_weight(const mg_run *run, const mg_operation *operation, const mg_real *dz)
{
    const mg_gemm gemm = {
        .rows = operation->depth,
        .columns = operation->columns,
        .depth = rows_of(run, operation),
        .a = value_of(run, operation, 0),
        .a_row = 1,
        .a_column = operation->depth,
        .b = dz,
        .b_row = operation->columns,
        .b_column = 1,
        .c = run->parameter_gradient + operation->weight,
        .c_row = operation->columns,
        .start = MG_START_C,
        .scratch = run->workspace + run->tape->gemm_scratch,
    };
    run->kernels->gemm(&gemm);
}

/* dx = dz W^T, or plus what is there */
static void linear_backward_input(const mg_run *run, const mg_operation *operation, const mg_real *dz)
{
    bool first;
    mg_real *dx = receive(run, operation, 0, &first);
    const mg_gemm gemm = {
        .rows = rows_of(run, operation),
        .columns = operation->depth,
        .depth = operation->columns,
        .a = dz,
        .a_row = operation->columns,
        .a_column = 1,
        .b = run->replay->parameters + operation->weight,
        .b_row = 1,
        .b_column = operation->columns,
        .c = dx,
        .c_row = operation->depth,
        .start = first ? MG_START_ZERO : MG_START_C,
        .scratch = run->workspace + run->tape->gemm_scratch,
    };
    run->kernels->gemm(&gemm);
}

/* to = g f'(z), from y = f(z): relu, tanh and sigmoid need only y */
static void through_activation(const mg_run *run, const mg_operation *operation, const mg_real *g, mg_real *to)
{
    size_t n = mg_run_elements(run, operation);
    const mg_real *y = result_of(run, operation);
    memset(to, 0, n * sizeof *to);
    run->kernels->map_backward((mg_map)operation->map, n, y, y, g, to);
}

static void linear_forward(const mg_run *run, const mg_operation *operation)
{
    const mg_real *block = run->replay->parameters;
    bool biased = operation->bias != MG_NO_OFFSET;
    mg_real *y = result_of(run, operation);
    multiply_weight(run, operation, value_of(run, operation, 0), block + operation->weight,
                    biased ? MG_START_BIAS : MG_START_ZERO, biased ? block + operation->bias : NULL, y);
    if (operation->map >= 0) {
        run->kernels->map((mg_map)operation->map, mg_run_elements(run, operation), y, y);
    }
}

static void linear_backward(const mg_run *run, const mg_operation *operation, const mg_real *dy)
{
    const mg_real *dz = dy;
    if (operation->map >= 0) {
        through_activation(run, operation, dy, scratch_of(run, 0));
        dz = scratch_of(run, 0);
    }
    if (run->parameter_gradient != NULL) {
        linear_backward_weight(run, operation, dz);
        if (operation->bias != MG_NO_OFFSET) {
            run->kernels->column_sum(rows_of(run, operation), operation->columns, dz,
                                     run->parameter_gradient + operation->bias);
        }
    }
    if (wanted(run, operation, 0)) {
        linear_backward_input(run, operation, dz);
    }
}

/* dy = (x dW + db + dx W) f'(z) */
static void linear_tangent(const mg_run *run, const mg_operation *operation, mg_real *tangent)
{
    bool biased = operation->bias != MG_NO_OFFSET;
    const mg_real *dx = tangent_of(run, operation, 0);
    mg_real *dz = operation->map >= 0 ? scratch_of(run, 0) : tangent;
    multiply_weight(run, operation, value_of(run, operation, 0), run->direction + operation->weight,
                    biased ? MG_START_BIAS : MG_START_ZERO, biased ? run->direction + operation->bias : NULL, dz);
    if (dx != NULL) {
        multiply_weight(run, operation, dx, run->replay->parameters + operation->weight, MG_START_C, NULL, dz);
    }
    if (operation->map >= 0) {
        through_activation(run, operation, dz, tangent);
    }
}

/* ---- lookup and gather: one index per row ---- */

static size_t index_at(const mg_run *run, const mg_operation *operation, size_t row, int count)
{
    int32_t index = run->replay->index[operation->slot][row];
    if (index < 0 || index >= count) {
        mg_tape_defect("index slot %d, row %zu: %ld; want 0 to %d", operation->slot, row, (long)index, count - 1);
    }
    return (size_t)index;
}

/* Row index[i] of a weight, for every row i. */
static void copy_indexed(const mg_run *run, const mg_operation *operation, const mg_real *weight, mg_real *to)
{
    size_t columns = (size_t)operation->columns;
    for (size_t i = 0; i < run->rows; i++) {
        size_t row = index_at(run, operation, i, operation->depth);
        memcpy(to + i * columns, weight + row * columns, columns * sizeof *to);
    }
}

static void lookup_forward(const mg_run *run, const mg_operation *operation)
{
    copy_indexed(run, operation, run->replay->parameters + operation->weight, result_of(run, operation));
}

static void lookup_backward(const mg_run *run, const mg_operation *operation, const mg_real *dy)
{
    size_t columns = (size_t)operation->columns;
    if (run->parameter_gradient == NULL) {
        return;
    }
    for (size_t i = 0; i < run->rows; i++) {
        size_t row = index_at(run, operation, i, operation->depth);
        mg_real *to = run->parameter_gradient + operation->weight + row * columns;
        run->kernels->combine(MG_COMBINE_ADD, columns, to, dy + i * columns, to);
    }
}

static void lookup_tangent(const mg_run *run, const mg_operation *operation, mg_real *tangent)
{
    copy_indexed(run, operation, run->direction + operation->weight, tangent);
}

/* Column index[i] of row i, for every row i. */
static void pick(const mg_run *run, const mg_operation *operation, const mg_real *from, mg_real *to)
{
    int columns = operand_of(run, operation, 0)->columns;
    for (size_t i = 0; i < run->rows; i++) {
        to[i] = from[i * (size_t)columns + index_at(run, operation, i, columns)];
    }
}

static void gather_forward(const mg_run *run, const mg_operation *operation)
{
    pick(run, operation, value_of(run, operation, 0), result_of(run, operation));
}

static void gather_backward(const mg_run *run, const mg_operation *operation, const mg_real *dy)
{
    int columns = operand_of(run, operation, 0)->columns;
    if (!wanted(run, operation, 0)) {
        return;
    }
    mg_real *to = receive_sum(run, operation, 0);
    for (size_t i = 0; i < run->rows; i++) {
        to[i * (size_t)columns + index_at(run, operation, i, columns)] += dy[i];
    }
}

static void gather_tangent(const mg_run *run, const mg_operation *operation, mg_real *tangent)
{
    pick(run, operation, tangent_of(run, operation, 0), tangent);
}

/* ---- along a row ---- */

static void softmax_forward(const mg_run *run, const mg_operation *operation)
{
    run->kernels->softmax(rows_of(run, operation), operation->columns, value_of(run, operation, 0),
                          result_of(run, operation));
}

static void softmax_backward(const mg_run *run, const mg_operation *operation, const mg_real *dy)
{
    if (wanted(run, operation, 0)) {
        run->kernels->softmax_backward(rows_of(run, operation), operation->columns, result_of(run, operation), dy,
                                       receive_sum(run, operation, 0));
    }
}

/* The Jacobian diag(y) - y y^T of a row is symmetric, so forward and backward derivative are one kernel. */
static void softmax_tangent(const mg_run *run, const mg_operation *operation, mg_real *tangent)
{
    memset(tangent, 0, mg_run_elements(run, operation) * sizeof *tangent);
    run->kernels->softmax_backward(rows_of(run, operation), operation->columns, result_of(run, operation),
                                   tangent_of(run, operation, 0), tangent);
}

static void log_softmax_forward(const mg_run *run, const mg_operation *operation)
{
    run->kernels->log_softmax(rows_of(run, operation), operation->columns, value_of(run, operation, 0),
                              result_of(run, operation));
}

static void log_softmax_backward(const mg_run *run, const mg_operation *operation, const mg_real *dy)
{
    if (wanted(run, operation, 0)) {
        run->kernels->log_softmax_backward(rows_of(run, operation), operation->columns, result_of(run, operation), dy,
                                           receive_sum(run, operation, 0));
    }
}

/* dy = dx - sum over the row of exp(y) dx */
static void log_softmax_tangent(const mg_run *run, const mg_operation *operation, mg_real *tangent)
{
    size_t n = mg_run_elements(run, operation);
    const mg_real *dx = tangent_of(run, operation, 0);
    mg_real *weighted = scratch_of(run, 0), *sums = scratch_of(run, 1);
    run->kernels->map(MG_MAP_EXP, n, result_of(run, operation), weighted);
    run->kernels->combine(MG_COMBINE_MULTIPLY, n, weighted, dx, weighted);
    run->kernels->row_sum(rows_of(run, operation), operation->columns, weighted, sums);
    spread(MG_BROADCAST_COLUMN, mg_run_rows(run, operation), (size_t)operation->columns, sums, weighted);
    run->kernels->combine(MG_COMBINE_SUBTRACT, n, dx, weighted, tangent);
}

static void row_sum_forward(const mg_run *run, const mg_operation *operation)
{
    run->kernels->row_sum(rows_of(run, operation), operand_of(run, operation, 0)->columns, value_of(run, operation, 0),
                          result_of(run, operation));
}

static void row_sum_backward(const mg_run *run, const mg_operation *operation, const mg_real *dy)
{
    if (wanted(run, operation, 0)) {
        mg_real *g = scratch_of(run, 0);
        size_t columns = (size_t)operand_of(run, operation, 0)->columns;
        spread(MG_BROADCAST_COLUMN, mg_run_rows(run, operation), columns, dy, g);
        contribute(run, operation, 0, g);
    }
}

static void row_sum_tangent(const mg_run *run, const mg_operation *operation, mg_real *tangent)
{
    run->kernels->row_sum(rows_of(run, operation), operand_of(run, operation, 0)->columns,
                          tangent_of(run, operation, 0), tangent);
}

/* ---- columns: concat and slice ---- */

/* A block of `width` columns between matrices of other widths. */
static void copy_columns(size_t rows, int width, const mg_real *from, int from_columns, mg_real *to, int to_columns)
{
    for (size_t i = 0; i < rows; i++) {
        memcpy(to + i * (size_t)to_columns, from + i * (size_t)from_columns, (size_t)width * sizeof *to);
    }
}

static void add_columns(size_t rows, int width, const mg_real *from, int from_columns, mg_real *to, int to_columns)
{
    for (size_t i = 0; i < rows; i++) {
        for (int j = 0; j < width; j++) {
            to[i * (size_t)to_columns + (size_t)j] += from[i * (size_t)from_columns + (size_t)j];
        }
    }
}

static void concat_forward(const mg_run *run, const mg_operation *operation)
{
    mg_real *y = result_of(run, operation);
    for (int i = 0, at = 0; i < operation->operands; i++) {
        int width = operand_of(run, operation, i)->columns;
        copy_columns(mg_run_rows(run, operation), width, value_of(run, operation, i), width, y + at,
                     operation->columns);
        at += width;
    }
}

static void concat_backward(const mg_run *run, const mg_operation *operation, const mg_real *dy)
{
    size_t rows = mg_run_rows(run, operation);
    for (int i = 0, at = 0; i < operation->operands; i++) {
        int width = operand_of(run, operation, i)->columns;
        if (wanted(run, operation, i)) {
            bool first;
            mg_real *to = receive(run, operation, i, &first);
            (first ? copy_columns : add_columns)(rows, width, dy + at, operation->columns, to, width);
        }
        at += width;
    }
}

static void concat_tangent(const mg_run *run, const mg_operation *operation, mg_real *tangent)
{
    size_t rows = mg_run_rows(run, operation);
    for (int i = 0, at = 0; i < operation->operands; i++) {
        int width = operand_of(run, operation, i)->columns;
        const mg_real *from = tangent_of(run, operation, i);
        if (from != NULL) {
            copy_columns(rows, width, from, width, tangent + at, operation->columns);
        } else {
            for (size_t row = 0; row < rows; row++) {
                memset(tangent + at + row * (size_t)operation->columns, 0, (size_t)width * sizeof *tangent);
            }
        }
        at += width;
    }
}

static void slice_forward(const mg_run *run, const mg_operation *operation)
{
    copy_columns(mg_run_rows(run, operation), operation->columns, value_of(run, operation, 0) + operation->first,
                 operand_of(run, operation, 0)->columns, result_of(run, operation), operation->columns);
}

static void slice_backward(const mg_run *run, const mg_operation *operation, const mg_real *dy)
{
    if (wanted(run, operation, 0)) {
        mg_real *to = receive_sum(run, operation, 0) + operation->first;
        add_columns(mg_run_rows(run, operation), operation->columns, dy, operation->columns, to,
                    operand_of(run, operation, 0)->columns);
    }
}

static void slice_tangent(const mg_run *run, const mg_operation *operation, mg_real *tangent)
{
    copy_columns(mg_run_rows(run, operation), operation->columns, tangent_of(run, operation, 0) + operation->first,
                 operand_of(run, operation, 0)->columns, tangent, operation->columns);
}

/* ---- over rows ---- */

/* What the sum over all live elements is divided by; a mean of nothing is 0. */
static mg_real divisor_of(const mg_run *run, const mg_operation *operation)
{
    size_t n = mg_run_elements(run, operand_of(run, operation, 0));
    return operation->kind == MG_OPERATION_SUM || n == 0 ? (mg_real)1 : (mg_real)n;
}

/* Of sum and mean. */
static void sum_forward(const mg_run *run, const mg_operation *operation)
{
    size_t n = mg_run_elements(run, operand_of(run, operation, 0));
    mg_real sum = run->kernels->sum(n, value_of(run, operation, 0));
    result_of(run, operation)[0] = sum / divisor_of(run, operation);
}

static void sum_backward(const mg_run *run, const mg_operation *operation, const mg_real *dy)
{
    if (wanted(run, operation, 0)) {
        contribute_constant(run, operation, 0, dy[0] / divisor_of(run, operation));
    }
}

static void sum_tangent(const mg_run *run, const mg_operation *operation, mg_real *tangent)
{
    size_t n = mg_run_elements(run, operand_of(run, operation, 0));
    mg_real sum = run->kernels->sum(n, tangent_of(run, operation, 0));
    tangent[0] = sum / divisor_of(run, operation);
}

/* ---- the table ---- */

static const mg_operation_rules leaf = {NULL, NULL, NULL};
static const mg_operation_rules own[MG_OPERATION_COUNT] = {
    [MG_OPERATION_LINEAR] = {linear_forward, linear_backward, linear_tangent},
    [MG_OPERATION_LOOKUP] = {lookup_forward, lookup_backward, lookup_tangent},
    [MG_OPERATION_SOFTMAX] = {softmax_forward, softmax_backward, softmax_tangent},
    [MG_OPERATION_LOG_SOFTMAX] = {log_softmax_forward, log_softmax_backward, log_softmax_tangent},
    [MG_OPERATION_GATHER] = {gather_forward, gather_backward, gather_tangent},
    [MG_OPERATION_CONCAT] = {concat_forward, concat_backward, concat_tangent},
    [MG_OPERATION_SLICE] = {slice_forward, slice_backward, slice_tangent},
    [MG_OPERATION_ROW_SUM] = {row_sum_forward, row_sum_backward, row_sum_tangent},
    [MG_OPERATION_SUM] = {sum_forward, sum_backward, sum_tangent},
    [MG_OPERATION_MEAN] = {sum_forward, sum_backward, sum_tangent},
};

const mg_operation_rules *const mg_tape_rules[MG_OPERATION_COUNT] = {
    [MG_OPERATION_INPUT] = &leaf,
    [MG_OPERATION_PARAMETER] = &leaf,
    [MG_OPERATION_STOP_GRADIENT] = &leaf,
    [MG_OPERATION_LINEAR] = &own[MG_OPERATION_LINEAR],
    [MG_OPERATION_LOOKUP] = &own[MG_OPERATION_LOOKUP],
    [MG_OPERATION_ADD] = &mg_tape_elementwise_rules[MG_OPERATION_ADD],
    [MG_OPERATION_SUBTRACT] = &mg_tape_elementwise_rules[MG_OPERATION_SUBTRACT],
    [MG_OPERATION_MULTIPLY] = &mg_tape_elementwise_rules[MG_OPERATION_MULTIPLY],
    [MG_OPERATION_DIVIDE] = &mg_tape_elementwise_rules[MG_OPERATION_DIVIDE],
    [MG_OPERATION_MINIMUM] = &mg_tape_elementwise_rules[MG_OPERATION_MINIMUM],
    [MG_OPERATION_MAXIMUM] = &mg_tape_elementwise_rules[MG_OPERATION_MAXIMUM],
    [MG_OPERATION_AFFINE] = &mg_tape_elementwise_rules[MG_OPERATION_AFFINE],
    [MG_OPERATION_CLIP] = &mg_tape_elementwise_rules[MG_OPERATION_CLIP],
    [MG_OPERATION_MAP] = &mg_tape_elementwise_rules[MG_OPERATION_MAP],
    [MG_OPERATION_SOFTMAX] = &own[MG_OPERATION_SOFTMAX],
    [MG_OPERATION_LOG_SOFTMAX] = &own[MG_OPERATION_LOG_SOFTMAX],
    [MG_OPERATION_GATHER] = &own[MG_OPERATION_GATHER],
    [MG_OPERATION_CONCAT] = &own[MG_OPERATION_CONCAT],
    [MG_OPERATION_SLICE] = &own[MG_OPERATION_SLICE],
    [MG_OPERATION_ROW_SUM] = &own[MG_OPERATION_ROW_SUM],
    [MG_OPERATION_SUM] = &own[MG_OPERATION_SUM],
    [MG_OPERATION_MEAN] = &own[MG_OPERATION_MEAN],
};
