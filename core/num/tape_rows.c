/* tape_rows.c - operations along a row (softmax, gather, concat, slice, row sum) and over all rows (sum, mean). */
#include "core/num/tape_run.h"

/* ---- gather: one column of each row ---- */

/* Column index[i] of row i, for every row i. */
static void pick(const mg_pass *pass, const mg_tape_node *node, const mg_real *from, mg_real *to)
{
    int columns = operand_of(pass, node, 0)->columns;
    for (size_t i = 0; i < rows_of(pass, node); i++) {
        to[i] = from[i * (size_t)columns + (size_t)index_at(pass, node->slot, i, 0, columns)];
    }
}

static void gather_forward(const mg_pass *pass, const mg_tape_node *node)
{
    pick(pass, node, value_of(pass, node, 0), result_of(pass, node));
}

static void gather_backward(const mg_pass *pass, const mg_tape_node *node, const mg_real *dy)
{
    int columns = operand_of(pass, node, 0)->columns;
    if (!wanted(pass, node, 0)) {
        return;
    }
    mg_real *to = receive_sum(pass, node, 0);
    for (size_t i = 0; i < rows_of(pass, node); i++) {
        to[i * (size_t)columns + (size_t)index_at(pass, node->slot, i, 0, columns)] += dy[i];
    }
}

static void gather_tangent(const mg_pass *pass, const mg_tape_node *node, mg_real *tangent)
{
    pick(pass, node, tangent_of(pass, node, 0), tangent);
}

MG_RULES(gather) = {"gather", gather_forward, gather_backward, gather_tangent, NULL};

/* ---- softmax ---- */

static void softmax_forward(const mg_pass *pass, const mg_tape_node *node)
{
    pass->kernels->softmax(int_rows_of(pass, node), node->columns, value_of(pass, node, 0), result_of(pass, node));
}

static void softmax_backward(const mg_pass *pass, const mg_tape_node *node, const mg_real *dy)
{
    if (wanted(pass, node, 0)) {
        pass->kernels->softmax_backward(int_rows_of(pass, node), node->columns, result_of(pass, node), dy,
                                        receive_sum(pass, node, 0));
    }
}

/* The Jacobian diag(y) - y y^T of a row is symmetric, so forward and backward derivative are one kernel. */
static void softmax_tangent(const mg_pass *pass, const mg_tape_node *node, mg_real *tangent)
{
    memset(tangent, 0, elements_of(pass, node) * sizeof *tangent);
    pass->kernels->softmax_backward(int_rows_of(pass, node), node->columns, result_of(pass, node),
                                    tangent_of(pass, node, 0), tangent);
}

MG_RULES(softmax) = {"softmax", softmax_forward, softmax_backward, softmax_tangent, NULL};

static void log_softmax_forward(const mg_pass *pass, const mg_tape_node *node)
{
    pass->kernels->log_softmax(int_rows_of(pass, node), node->columns, value_of(pass, node, 0), result_of(pass, node));
}

static void log_softmax_backward(const mg_pass *pass, const mg_tape_node *node, const mg_real *dy)
{
    if (wanted(pass, node, 0)) {
        pass->kernels->log_softmax_backward(int_rows_of(pass, node), node->columns, result_of(pass, node), dy,
                                            receive_sum(pass, node, 0));
    }
}

/* dy = dx - sum over the row of exp(y) dx */
static void log_softmax_tangent(const mg_pass *pass, const mg_tape_node *node, mg_real *tangent)
{
    size_t n = elements_of(pass, node);
    const mg_real *dx = tangent_of(pass, node, 0);
    mg_real *weighted = scratch_of(pass, 0), *sums = scratch_of(pass, 1);
    pass->kernels->map(MG_MAP_EXP, n, result_of(pass, node), weighted);
    pass->kernels->combine(MG_COMBINE_MULTIPLY, n, weighted, dx, weighted);
    pass->kernels->row_sum(int_rows_of(pass, node), node->columns, weighted, sums);
    spread(MG_BROADCAST_COLUMN, rows_of(pass, node), (size_t)node->columns, sums, weighted);
    pass->kernels->combine(MG_COMBINE_SUBTRACT, n, dx, weighted, tangent);
}

MG_RULES(log_softmax) = {"log_softmax", log_softmax_forward, log_softmax_backward, log_softmax_tangent, NULL};

static void row_sum_forward(const mg_pass *pass, const mg_tape_node *node)
{
    pass->kernels->row_sum(int_rows_of(pass, node), operand_of(pass, node, 0)->columns, value_of(pass, node, 0),
                           result_of(pass, node));
}

static void row_sum_backward(const mg_pass *pass, const mg_tape_node *node, const mg_real *dy)
{
    if (wanted(pass, node, 0)) {
        mg_real *g = scratch_of(pass, 0);
        size_t columns = (size_t)operand_of(pass, node, 0)->columns;
        spread(MG_BROADCAST_COLUMN, rows_of(pass, node), columns, dy, g);
        contribute(pass, node, 0, g);
    }
}

static void row_sum_tangent(const mg_pass *pass, const mg_tape_node *node, mg_real *tangent)
{
    pass->kernels->row_sum(int_rows_of(pass, node), operand_of(pass, node, 0)->columns, tangent_of(pass, node, 0),
                           tangent);
}

MG_RULES(row_sum) = {"row_sum", row_sum_forward, row_sum_backward, row_sum_tangent, NULL};

/* ---- the largest of each row, among the allowed ---- */

/* The lowest of the largest columns of row i of those that the second operand, if there is one, allows: is not 0 at. */
static int largest_column(const mg_pass *pass, const mg_tape_node *node, size_t i)
{
    int columns = operand_of(pass, node, 0)->columns, best = -1;
    const mg_real *x = value_of(pass, node, 0) + i * (size_t)columns;
    const mg_real *allowed = node->operands > 1 ? value_of(pass, node, 1) + i * (size_t)columns : NULL;
    for (int j = 0; j < columns; j++) {
        if ((allowed == NULL || allowed[j] != 0) && (best < 0 || x[j] > x[best])) {
            best = j;
        }
    }
    if (best < 0) {
        mg_tape_defect("%s: no column of row %zu is allowed", rules_of(node)->name, i);
    }
    return best;
}

static void argmax_forward(const mg_pass *pass, const mg_tape_node *node)
{
    for (size_t i = 0; i < rows_of(pass, node); i++) {
        result_of(pass, node)[i] = (mg_real)largest_column(pass, node, i);
    }
}

MG_RULES(argmax) = {"argmax", argmax_forward, NULL, NULL, NULL};

static void pick_largest(const mg_pass *pass, const mg_tape_node *node, const mg_real *from, mg_real *to)
{
    size_t columns = (size_t)operand_of(pass, node, 0)->columns;
    for (size_t i = 0; i < rows_of(pass, node); i++) {
        to[i] = from[i * columns + (size_t)largest_column(pass, node, i)];
    }
}

static void row_maximum_forward(const mg_pass *pass, const mg_tape_node *node)
{
    pick_largest(pass, node, value_of(pass, node, 0), result_of(pass, node));
}

static void row_maximum_backward(const mg_pass *pass, const mg_tape_node *node, const mg_real *dy)
{
    size_t columns = (size_t)operand_of(pass, node, 0)->columns;
    if (!wanted(pass, node, 0)) {
        return;
    }
    mg_real *to = receive_sum(pass, node, 0);
    for (size_t i = 0; i < rows_of(pass, node); i++) {
        to[i * columns + (size_t)largest_column(pass, node, i)] += dy[i];
    }
}

static void row_maximum_tangent(const mg_pass *pass, const mg_tape_node *node, mg_real *tangent)
{
    pick_largest(pass, node, tangent_of(pass, node, 0), tangent);
}

MG_RULES(row_maximum) = {"row maximum", row_maximum_forward, row_maximum_backward, row_maximum_tangent, NULL};

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

static void concat_forward(const mg_pass *pass, const mg_tape_node *node)
{
    mg_real *y = result_of(pass, node);
    for (int i = 0, at = 0; i < node->operands; i++) {
        int width = operand_of(pass, node, i)->columns;
        copy_columns(rows_of(pass, node), width, value_of(pass, node, i), width, y + at, node->columns);
        at += width;
    }
}

static void concat_backward(const mg_pass *pass, const mg_tape_node *node, const mg_real *dy)
{
    size_t rows = rows_of(pass, node);
    for (int i = 0, at = 0; i < node->operands; i++) {
        int width = operand_of(pass, node, i)->columns;
        if (wanted(pass, node, i)) {
            bool first;
            mg_real *to = receive(pass, node, i, &first);
            (first ? copy_columns : add_columns)(rows, width, dy + at, node->columns, to, width);
        }
        at += width;
    }
}

static void concat_tangent(const mg_pass *pass, const mg_tape_node *node, mg_real *tangent)
{
    size_t rows = rows_of(pass, node);
    for (int i = 0, at = 0; i < node->operands; i++) {
        int width = operand_of(pass, node, i)->columns;
        const mg_real *from = tangent_of(pass, node, i);
        if (from != NULL) {
            copy_columns(rows, width, from, width, tangent + at, node->columns);
        } else {
            for (size_t row = 0; row < rows; row++) {
                memset(tangent + at + row * (size_t)node->columns, 0, (size_t)width * sizeof *tangent);
            }
        }
        at += width;
    }
}

MG_RULES(concat) = {"concat", concat_forward, concat_backward, concat_tangent, NULL};

static void slice_forward(const mg_pass *pass, const mg_tape_node *node)
{
    copy_columns(rows_of(pass, node), node->columns, value_of(pass, node, 0) + node->first,
                 operand_of(pass, node, 0)->columns, result_of(pass, node), node->columns);
}

static void slice_backward(const mg_pass *pass, const mg_tape_node *node, const mg_real *dy)
{
    if (wanted(pass, node, 0)) {
        mg_real *to = receive_sum(pass, node, 0) + node->first;
        add_columns(rows_of(pass, node), node->columns, dy, node->columns, to, operand_of(pass, node, 0)->columns);
    }
}

static void slice_tangent(const mg_pass *pass, const mg_tape_node *node, mg_real *tangent)
{
    copy_columns(rows_of(pass, node), node->columns, tangent_of(pass, node, 0) + node->first,
                 operand_of(pass, node, 0)->columns, tangent, node->columns);
}

MG_RULES(slice) = {"slice", slice_forward, slice_backward, slice_tangent, NULL};

/* ---- over rows ---- */

/* What the sum over all live elements is divided by: 1 of a sum; a mean of nothing is 0. */
static mg_real divisor_of(const mg_pass *pass, const mg_tape_node *node)
{
    size_t n = elements_of(pass, operand_of(pass, node, 0));
    return node->constant[0] == 0.0 || n == 0 ? (mg_real)1 : (mg_real)n;
}

/* Of sum and mean. */
static void total_forward(const mg_pass *pass, const mg_tape_node *node)
{
    size_t n = elements_of(pass, operand_of(pass, node, 0));
    mg_real sum = pass->kernels->sum(n, value_of(pass, node, 0));
    result_of(pass, node)[0] = sum / divisor_of(pass, node);
}

static void total_backward(const mg_pass *pass, const mg_tape_node *node, const mg_real *dy)
{
    if (wanted(pass, node, 0)) {
        contribute_constant(pass, node, 0, dy[0] / divisor_of(pass, node));
    }
}

static void total_tangent(const mg_pass *pass, const mg_tape_node *node, mg_real *tangent)
{
    size_t n = elements_of(pass, operand_of(pass, node, 0));
    mg_real sum = pass->kernels->sum(n, tangent_of(pass, node, 0));
    tangent[0] = sum / divisor_of(pass, node);
}

MG_RULES(total) = {"sum or mean", total_forward, total_backward, total_tangent, NULL};

/* ---- recording ---- */
#ifndef MG_DOUBLE

mg_node mg_tape_softmax(mg_tape *tape, mg_node a)
{
    return mg_tape_record(tape, mg_tape_unary(tape, MG_RULES_OF(softmax), a, __func__), __func__);
}

mg_node mg_tape_log_softmax(mg_tape *tape, mg_node a)
{
    mg_tape_node node = mg_tape_unary(tape, MG_RULES_OF(log_softmax), a, __func__);
    mg_tape_need_shapes(tape, 2, &node);
    return mg_tape_record(tape, node, __func__);
}

mg_node mg_tape_gather(mg_tape *tape, mg_node a, int index_slot)
{
    mg_tape_node node = mg_tape_unary(tape, MG_RULES_OF(gather), a, __func__);
    if (node.rows == 0) {
        mg_tape_defect("mg_tape_gather: a is a single row; want one row per live row");
    }
    node.columns = 1;
    node.slot = mg_tape_slot(tape, index_slot, __func__);
    return mg_tape_record(tape, node, __func__);
}

mg_node mg_tape_concat(mg_tape *tape, mg_node a, mg_node b)
{
    mg_tape_node node = mg_tape_unary(tape, MG_RULES_OF(concat), a, __func__);
    const mg_tape_node *second = mg_tape_operand(tape, b, __func__);
    if (node.rows != second->rows) {
        mg_tape_defect("mg_tape_concat: %d rows of a sample beside %d; want as many (a single row counts as 0)",
                       node.rows, second->rows);
    }
    node.columns += second->columns;
    node.operands = 2;
    node.operand[1] = b;
    return mg_tape_record(tape, node, __func__);
}

mg_node mg_tape_slice(mg_tape *tape, mg_node a, int first, int columns)
{
    mg_tape_node node = mg_tape_unary(tape, MG_RULES_OF(slice), a, __func__);
    if (first < 0 || columns < 1 || columns > node.columns - first) {
        mg_tape_defect("mg_tape_slice: %d columns from column %d; a has %d", columns, first, node.columns);
    }
    node.columns = columns;
    node.first = first;
    return mg_tape_record(tape, node, __func__);
}

mg_node mg_tape_row_sum(mg_tape *tape, mg_node a)
{
    mg_tape_node node = mg_tape_unary(tape, MG_RULES_OF(row_sum), a, __func__);
    mg_tape_need_shapes(tape, 1, &node);
    node.columns = 1;
    return mg_tape_record(tape, node, __func__);
}

/* Wants `allowed`, if it is a node, in the shape of a. */
static mg_tape_node among_allowed(const mg_tape *tape, mg_rule_pair rules, mg_node a, mg_node allowed,
                                  const char *caller)
{
    mg_tape_node node = mg_tape_unary(tape, rules, a, caller);
    if (allowed >= 0) {
        const mg_tape_node *second = mg_tape_operand(tape, allowed, caller);
        if (second->rows != node.rows || second->columns != node.columns) {
            mg_tape_defect("%s: a has %d x %d numbers a sample and the allowed %d x %d; want the same", caller,
                           node.rows, node.columns, second->rows, second->columns);
        }
        node.operands = 2;
        node.operand[1] = allowed;
    }
    node.columns = 1;
    return node;
}

mg_node mg_tape_argmax(mg_tape *tape, mg_node a, mg_node allowed)
{
    mg_tape_node node = among_allowed(tape, MG_RULES_OF(argmax), a, allowed, __func__);
    node.stops = true;
    return mg_tape_record(tape, node, __func__);
}

mg_node mg_tape_row_maximum(mg_tape *tape, mg_node a, mg_node allowed)
{
    return mg_tape_record(tape, among_allowed(tape, MG_RULES_OF(row_maximum), a, allowed, __func__), __func__);
}

static mg_node total(mg_tape *tape, mg_node a, bool mean, const char *caller)
{
    mg_tape_node node = mg_tape_unary(tape, MG_RULES_OF(total), a, caller);
    node.columns = 1;
    node.rows = 0;
    node.constant[0] = mean ? 1.0 : 0.0;
    return mg_tape_record(tape, node, caller);
}

mg_node mg_tape_sum(mg_tape *tape, mg_node a)
{
    return total(tape, a, false, __func__);
}

mg_node mg_tape_mean(mg_tape *tape, mg_node a)
{
    return total(tape, a, true, __func__);
}

#endif
