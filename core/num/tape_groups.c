/* tape_groups.c - rows of a sample as a group (agents, neighbours, steps in time), products of two activations, and
 * attention. */
#include "core/num/tape_run.h"

/* ---- fold: the same numbers as other rows ---- */

MG_RULES(fold) = {.name = "fold"};

/* ---- swap: rows [first][second] of a sample become [second][first] ---- */

/* Copies or adds the rows of `from` to where they belong in `to`; node->group is the first count. */
static void move_rows(const mg_pass *pass, const mg_tape_node *node, const mg_real *from, bool back, bool add,
                      mg_real *to)
{
    size_t columns = (size_t)node->columns, rows = (size_t)node->rows, first = (size_t)node->group;
    size_t second = rows / first;
    for (size_t row = 0; row < rows_of(pass, node); row++) {
        size_t at = row % rows, swapped = row - at + at % second * first + at / second;
        const mg_real *x = from + (back ? swapped : row) * columns;
        mg_real *y = to + (back ? row : swapped) * columns;
        if (add) {
            pass->kernels->combine(MG_COMBINE_ADD, columns, y, x, y);
        } else {
            memcpy(y, x, columns * sizeof *y);
        }
    }
}

static void swap_forward(const mg_pass *pass, const mg_tape_node *node)
{
    move_rows(pass, node, value_of(pass, node, 0), false, false, result_of(pass, node));
}

static void swap_backward(const mg_pass *pass, const mg_tape_node *node, const mg_real *dy)
{
    bool first;
    if (wanted(pass, node, 0)) {
        mg_real *to = receive(pass, node, 0, &first);
        move_rows(pass, node, dy, true, !first, to);
    }
}

static void swap_tangent(const mg_pass *pass, const mg_tape_node *node, mg_real *tangent)
{
    move_rows(pass, node, tangent_of(pass, node, 0), false, false, tangent);
}

MG_RULES(swap) = {"swap", swap_forward, swap_backward, swap_tangent, NULL};

/* ---- sum and mean of groups of consecutive rows; node->function: whether it is the mean ---- */

static void divide_by_group(const mg_tape_node *node, size_t n, mg_real *y)
{
    for (size_t i = 0; node->function == 1 && i < n; i++) {
        y[i] = y[i] / (mg_real)node->group;
    }
}

static void sum_groups(const mg_pass *pass, const mg_tape_node *node, const mg_real *x, mg_real *y)
{
    size_t columns = (size_t)node->columns, n = elements_of(pass, node);
    memset(y, 0, n * sizeof *y);
    for (size_t i = 0; i < rows_of(pass, node); i++) {
        pass->kernels->column_sum(node->group, node->columns, x + i * (size_t)node->group * columns, y + i * columns);
    }
    divide_by_group(node, n, y);
}

static void group_sum_forward(const mg_pass *pass, const mg_tape_node *node)
{
    sum_groups(pass, node, value_of(pass, node, 0), result_of(pass, node));
}

static void group_sum_backward(const mg_pass *pass, const mg_tape_node *node, const mg_real *dy)
{
    size_t columns = (size_t)node->columns, group = (size_t)node->group;
    mg_real *share = scratch_of(pass, 0), *g = scratch_of(pass, 1);
    if (!wanted(pass, node, 0)) {
        return;
    }
    memcpy(share, dy, elements_of(pass, node) * sizeof *share);
    divide_by_group(node, elements_of(pass, node), share);
    for (size_t row = 0; row < rows_of(pass, node) * group; row++) {
        memcpy(g + row * columns, share + row / group * columns, columns * sizeof *g);
    }
    contribute(pass, node, 0, g);
}

static void group_sum_tangent(const mg_pass *pass, const mg_tape_node *node, mg_real *tangent)
{
    sum_groups(pass, node, tangent_of(pass, node, 0), tangent);
}

MG_RULES(group_sum) = {"group sum or mean", group_sum_forward, group_sum_backward, group_sum_tangent, NULL};

/* ---- maximum of groups of consecutive rows ---- */

/* The row of the operand whose number a group has as its maximum, for one column: the first of equals. */
static size_t largest_row(const mg_tape_node *node, const mg_real *x, size_t group, size_t column)
{
    size_t columns = (size_t)node->columns, first = group * (size_t)node->group, best = first;
    for (size_t row = first + 1; row < first + (size_t)node->group; row++) {
        best = x[row * columns + column] > x[best * columns + column] ? row : best;
    }
    return best;
}

static void group_maximum_tangent(const mg_pass *pass, const mg_tape_node *node, mg_real *tangent)
{
    const mg_real *moved = tangent_of(pass, node, 0);
    const mg_real *x = value_of(pass, node, 0);
    size_t columns = (size_t)node->columns;
    for (size_t i = 0; i < rows_of(pass, node); i++) {
        for (size_t j = 0; j < columns; j++) {
            tangent[i * columns + j] = moved[largest_row(node, x, i, j) * columns + j];
        }
    }
}

static void group_maximum_forward(const mg_pass *pass, const mg_tape_node *node)
{
    const mg_real *x = value_of(pass, node, 0);
    size_t columns = (size_t)node->columns, group = (size_t)node->group;
    for (size_t i = 0; i < rows_of(pass, node); i++) {
        mg_real *y = result_of(pass, node) + i * columns;
        memcpy(y, x + i * group * columns, columns * sizeof *y);
        for (size_t row = i * group + 1; row < (i + 1) * group; row++) {
            pass->kernels->combine(MG_COMBINE_MAXIMUM, columns, x + row * columns, y, y); /* y if equal */
        }
    }
}

static void group_maximum_backward(const mg_pass *pass, const mg_tape_node *node, const mg_real *dy)
{
    const mg_real *x = value_of(pass, node, 0);
    size_t columns = (size_t)node->columns;
    if (!wanted(pass, node, 0)) {
        return;
    }
    mg_real *to = receive_sum(pass, node, 0);
    for (size_t i = 0; i < rows_of(pass, node); i++) {
        for (size_t j = 0; j < columns; j++) {
            to[largest_row(node, x, i, j) * columns + j] += dy[i * columns + j];
        }
    }
}

MG_RULES(group_maximum) = {"group maximum", group_maximum_forward, group_maximum_backward, group_maximum_tangent, NULL};

/* ---- gather rows: each row is one of the same sample's, or zeros ---- */

/* The row of the operand that row i shows, or -1. */
static ptrdiff_t shown_row(const mg_pass *pass, const mg_tape_node *node, size_t i)
{
    int rows = operand_of(pass, node, 0)->rows;
    int32_t index = index_at(pass, node->slot, i, -1, rows);
    return index < 0 ? -1 : (ptrdiff_t)(i / (size_t)node->rows) * rows + index;
}

static void copy_shown(const mg_pass *pass, const mg_tape_node *node, const mg_real *from, mg_real *to)
{
    size_t columns = (size_t)node->columns;
    for (size_t i = 0; i < rows_of(pass, node); i++) {
        ptrdiff_t row = shown_row(pass, node, i);
        if (row < 0) {
            memset(to + i * columns, 0, columns * sizeof *to);
        } else {
            memcpy(to + i * columns, from + (size_t)row * columns, columns * sizeof *to);
        }
    }
}

static void gather_rows_forward(const mg_pass *pass, const mg_tape_node *node)
{
    copy_shown(pass, node, value_of(pass, node, 0), result_of(pass, node));
}

static void gather_rows_backward(const mg_pass *pass, const mg_tape_node *node, const mg_real *dy)
{
    size_t columns = (size_t)node->columns;
    if (!wanted(pass, node, 0)) {
        return;
    }
    mg_real *dx = receive_sum(pass, node, 0);
    for (size_t i = 0; i < rows_of(pass, node); i++) {
        ptrdiff_t row = shown_row(pass, node, i);
        if (row >= 0) {
            mg_real *to = dx + (size_t)row * columns;
            pass->kernels->combine(MG_COMBINE_ADD, columns, to, dy + i * columns, to);
        }
    }
}

static void gather_rows_tangent(const mg_pass *pass, const mg_tape_node *node, mg_real *tangent)
{
    copy_shown(pass, node, tangent_of(pass, node, 0), tangent);
}

MG_RULES(gather_rows) = {"gather rows", gather_rows_forward, gather_rows_backward, gather_rows_tangent, NULL};

/* ---- product: row by row, a matrix times a matrix ---- */

/* The shapes of a row's product: rows x depth times depth x columns. */
typedef struct product_shape {
    int rows, depth, columns;
    size_t a, b, y; /* numbers in a row of each */
} product_shape;

static product_shape shape_of_product(const mg_pass *pass, const mg_tape_node *node)
{
    int a = operand_of(pass, node, 0)->columns, b = operand_of(pass, node, 1)->columns;
    return (product_shape){a / node->group, node->group, b / node->group, (size_t)a, (size_t)b, (size_t)node->columns};
}

static void multiply_rows(const mg_pass *pass, const mg_tape_node *node, const mg_real *a, const mg_real *b,
                          mg_gemm_start start, mg_real *y)
{
    product_shape of = shape_of_product(pass, node);
    for (size_t i = 0; i < rows_of(pass, node); i++) {
        multiply(pass, (mg_gemm){.rows = of.rows,
                                 .columns = of.columns,
                                 .depth = of.depth,
                                 .a = a + i * of.a,
                                 .a_row = of.depth,
                                 .a_column = 1,
                                 .b = b + i * of.b,
                                 .b_row = of.columns,
                                 .b_column = 1,
                                 .c = y + i * of.y,
                                 .c_row = of.columns,
                                 .start = start});
    }
}

static void product_forward(const mg_pass *pass, const mg_tape_node *node)
{
    multiply_rows(pass, node, value_of(pass, node, 0), value_of(pass, node, 1), MG_START_ZERO, result_of(pass, node));
}

/* da = dy b^T */
static void product_backward_first(const mg_pass *pass, const mg_tape_node *node, const mg_real *dy)
{
    bool first;
    product_shape of = shape_of_product(pass, node);
    const mg_real *b = value_of(pass, node, 1);
    mg_real *da = receive(pass, node, 0, &first);
    for (size_t i = 0; i < rows_of(pass, node); i++) {
        multiply(pass, (mg_gemm){.rows = of.rows,
                                 .columns = of.depth,
                                 .depth = of.columns,
                                 .a = dy + i * of.y,
                                 .a_row = of.columns,
                                 .a_column = 1,
                                 .b = b + i * of.b,
                                 .b_row = 1,
                                 .b_column = of.columns,
                                 .c = da + i * of.a,
                                 .c_row = of.depth,
                                 .start = first ? MG_START_ZERO : MG_START_C});
    }
}

/* db = a^T dy */
static void product_backward_second(const mg_pass *pass, const mg_tape_node *node, const mg_real *dy)
{
    bool first;
    product_shape of = shape_of_product(pass, node);
    const mg_real *a = value_of(pass, node, 0);
    mg_real *db = receive(pass, node, 1, &first);
    for (size_t i = 0; i < rows_of(pass, node); i++) {
        multiply(pass, (mg_gemm){.rows = of.depth,
                                 .columns = of.columns,
                                 .depth = of.rows,
                                 .a = a + i * of.a,
                                 .a_row = 1,
                                 .a_column = of.depth,
                                 .b = dy + i * of.y,
                                 .b_row = of.columns,
                                 .b_column = 1,
                                 .c = db + i * of.b,
                                 .c_row = of.columns,
                                 .start = first ? MG_START_ZERO : MG_START_C});
    }
}

static void product_backward(const mg_pass *pass, const mg_tape_node *node, const mg_real *dy)
{
    if (wanted(pass, node, 0)) {
        product_backward_first(pass, node, dy);
    }
    if (wanted(pass, node, 1)) {
        product_backward_second(pass, node, dy);
    }
}

/* dy = da b + a db */
static void product_tangent(const mg_pass *pass, const mg_tape_node *node, mg_real *tangent)
{
    const mg_real *da = tangent_of(pass, node, 0), *db = tangent_of(pass, node, 1);
    if (da != NULL) {
        multiply_rows(pass, node, da, value_of(pass, node, 1), MG_START_ZERO, tangent);
    }
    if (db != NULL) {
        multiply_rows(pass, node, value_of(pass, node, 0), db, da != NULL ? MG_START_C : MG_START_ZERO, tangent);
    }
}

MG_RULES(product) = {"product", product_forward, product_backward, product_tangent, NULL};

/* ---- recording ---- */
#ifndef MG_DOUBLE

mg_node mg_tape_fold(mg_tape *tape, mg_node a, int rows)
{
    mg_tape_node node = mg_tape_unary(tape, MG_RULES_OF(fold), a, __func__);
    long numbers = (long)node.rows * node.columns;
    if (rows < 1 || numbers == 0 || numbers % rows != 0) {
        mg_tape_defect("mg_tape_fold: %d rows a sample of %d x %d numbers", rows, node.rows, node.columns);
    }
    node.shares = true;
    node.rows = rows;
    node.columns = (int)(numbers / rows);
    return mg_tape_record(tape, node, __func__);
}

/* Wants the rows of a sample in groups of so many. */
static mg_tape_node in_groups(const mg_tape *tape, mg_rule_pair rules, mg_node a, int group, const char *caller)
{
    mg_tape_node node = mg_tape_unary(tape, rules, a, caller);
    if (group < 1 || node.rows == 0 || node.rows % group != 0) {
        mg_tape_defect("%s: groups of %d rows; a sample has %d", caller, group, node.rows);
    }
    node.group = group;
    return node;
}

mg_node mg_tape_swap(mg_tape *tape, mg_node a, int first)
{
    return mg_tape_record(tape, in_groups(tape, MG_RULES_OF(swap), a, first, __func__), __func__);
}

static mg_node over_group(mg_tape *tape, mg_rule_pair rules, mg_node a, int group, bool mean, const char *caller)
{
    mg_tape_node node = in_groups(tape, rules, a, group, caller);
    mg_tape_need_shapes(tape, 2, &node);
    node.rows /= group;
    node.function = mean;
    return mg_tape_record(tape, node, caller);
}

mg_node mg_tape_group_sum(mg_tape *tape, mg_node a, int group)
{
    return over_group(tape, MG_RULES_OF(group_sum), a, group, false, __func__);
}

mg_node mg_tape_group_mean(mg_tape *tape, mg_node a, int group)
{
    return over_group(tape, MG_RULES_OF(group_sum), a, group, true, __func__);
}

mg_node mg_tape_group_maximum(mg_tape *tape, mg_node a, int group)
{
    return over_group(tape, MG_RULES_OF(group_maximum), a, group, false, __func__);
}

mg_node mg_tape_gather_rows(mg_tape *tape, mg_node a, int index_slot, int rows)
{
    mg_tape_node node = mg_tape_unary(tape, MG_RULES_OF(gather_rows), a, __func__);
    if (rows < 1 || node.rows == 0) {
        mg_tape_defect("mg_tape_gather_rows: %d rows out of %d of a sample; want at least 1 of each", rows, node.rows);
    }
    node.rows = rows;
    node.slot = mg_tape_slot(tape, index_slot, __func__);
    return mg_tape_record(tape, node, __func__);
}

mg_node mg_tape_product(mg_tape *tape, mg_node a, mg_node b, int depth)
{
    mg_tape_node node = mg_tape_unary(tape, MG_RULES_OF(product), a, __func__);
    const mg_tape_node *second = mg_tape_operand(tape, b, __func__);
    if (node.rows != second->rows || depth < 1 || node.columns % depth != 0 || second->columns % depth != 0) {
        mg_tape_defect("mg_tape_product: depth %d of a with %d x %d and b with %d x %d numbers a sample", depth,
                       node.rows, node.columns, second->rows, second->columns);
    }
    node.operands = 2;
    node.operand[1] = b;
    node.group = depth;
    node.columns = node.columns / depth * (second->columns / depth);
    tape->needs_gemm = true;
    return mg_tape_record(tape, node, __func__);
}

#endif
