/* tape_linear.c - leaves, and the operations of parameters alone: linear layers and lookups. */
#include "core/num/tape_run.h"

/* ---- leaves: their values are the caller's ---- */

MG_RULES(input) = {.name = "input"};
MG_RULES(parameter) = {.name = "parameter"};
MG_RULES(stop_gradient) = {.name = "stop_gradient"};

/* ---- linear: y = f(x W + b) ---- */

/* y = start + x W, where W is given; a bias, if there is one, is the start. */
static void multiply_weight(const mg_pass *pass, const mg_tape_node *node, const mg_real *x, const mg_real *weight,
                            mg_gemm_start start, const mg_real *bias, mg_real *y)
{
    int depth = operand_of(pass, node, 0)->columns;
    multiply(pass, (mg_gemm){.rows = int_rows_of(pass, node),
                             .columns = node->columns,
                             .depth = depth,
                             .a = x,
                             .a_row = depth,
                             .a_column = 1,
                             .b = weight,
                             .b_row = node->columns,
                             .b_column = 1,
                             .c = y,
                             .c_row = node->columns,
                             .start = bias != NULL ? MG_START_BIAS : start,
                             .bias = bias});
}

/* dW += x^T dz: rows in ascending order */
static void linear_backward_weight(const mg_pass *pass, const mg_tape_node *node, const mg_real *dz)
{
    bool first;
    int depth = operand_of(pass, node, 0)->columns;
    mg_real *dw = receive_piece(pass, node->weight, &first);
    multiply(pass, (mg_gemm){.rows = depth,
                             .columns = node->columns,
                             .depth = int_rows_of(pass, node),
                             .a = value_of(pass, node, 0),
                             .a_row = 1,
                             .a_column = depth,
                             .b = dz,
                             .b_row = node->columns,
                             .b_column = 1,
                             .c = dw,
                             .c_row = node->columns,
                             .start = first ? MG_START_ZERO : MG_START_C});
}

/* dx = dz W^T, or plus what is there */
static void linear_backward_input(const mg_pass *pass, const mg_tape_node *node, const mg_real *dz)
{
    bool first;
    int depth = operand_of(pass, node, 0)->columns;
    mg_real *dx = receive(pass, node, 0, &first);
    multiply(pass, (mg_gemm){.rows = int_rows_of(pass, node),
                             .columns = depth,
                             .depth = node->columns,
                             .a = dz,
                             .a_row = node->columns,
                             .a_column = 1,
                             .b = piece_of(pass, pass->replay->parameters, node->weight),
                             .b_row = 1,
                             .b_column = node->columns,
                             .c = dx,
                             .c_row = depth,
                             .start = first ? MG_START_ZERO : MG_START_C});
}

static void activate(const mg_pass *pass, const mg_tape_node *node, mg_real *y)
{
    if (node->function != MG_NONE) {
        pass->kernels->map((mg_map)node->function, elements_of(pass, node), y, y);
    }
}

static void linear_forward(const mg_pass *pass, const mg_tape_node *node)
{
    const mg_real *block = pass->replay->parameters;
    mg_real *y = result_of(pass, node);
    multiply_weight(pass, node, value_of(pass, node, 0), piece_of(pass, block, node->weight), MG_START_ZERO,
                    piece_of(pass, block, node->bias), y);
    activate(pass, node, y);
}

/* From the weight on: `by_weight` hands on what comes to it. */
static void backward_with(const mg_pass *pass, const mg_tape_node *node, const mg_real *dy,
                          void (*by_weight)(const mg_pass *pass, const mg_tape_node *node, const mg_real *dz))
{
    const mg_real *dz = dy;
    if (node->function != MG_NONE) {
        through_activation(pass, node->function, elements_of(pass, node), result_of(pass, node), dy,
                           scratch_of(pass, 0));
        dz = scratch_of(pass, 0);
    }
    if (pass->parameter_gradient != NULL) {
        by_weight(pass, node, dz);
        if (node->bias != MG_NONE) {
            pass->kernels->column_sum(int_rows_of(pass, node), node->columns, dz, receive_piece_sum(pass, node->bias));
        }
    }
    if (wanted(pass, node, 0)) {
        linear_backward_input(pass, node, dz);
    }
}

static void linear_backward(const mg_pass *pass, const mg_tape_node *node, const mg_real *dy)
{
    backward_with(pass, node, dy, linear_backward_weight);
}

/* dy = (x dW + db + dx W) f'(z) */
static void linear_tangent(const mg_pass *pass, const mg_tape_node *node, mg_real *tangent)
{
    const mg_real *dx = tangent_of(pass, node, 0);
    mg_real *dz = node->function != MG_NONE ? scratch_of(pass, 0) : tangent;
    multiply_weight(pass, node, value_of(pass, node, 0), piece_of(pass, pass->direction, node->weight), MG_START_ZERO,
                    piece_of(pass, pass->direction, node->bias), dz);
    if (dx != NULL) {
        multiply_weight(pass, node, dx, piece_of(pass, pass->replay->parameters, node->weight), MG_START_C, NULL, dz);
    }
    if (node->function != MG_NONE) {
        through_activation(pass, node->function, elements_of(pass, node), result_of(pass, node), dz, tangent);
    }
}

MG_RULES(linear) = {"linear", linear_forward, linear_backward, linear_tangent, NULL};

/* ---- the same for x that is mostly 0: what is not 0 is listed, and products with 0 are left out ---- */

/* Lists what is not 0 of n numbers, in order; returns how many that are. Both lists have room for n. */
static int list_numbers(const mg_real *x, int n, mg_real *number, int32_t *at)
{
    int count = 0;
    for (int k = 0; k < n; k++) { /* without a branch */
        number[count] = x[k];
        at[count] = k;
        count += x[k] != 0;
    }
    return count;
}

/* The scratch of a sparse layer: numbers, where they are, and where the list of each column of x begins. */
typedef struct lists {
    mg_real *number;
    int32_t *at, *begin; /* begin: [columns + 1] */
} lists;

static lists lists_of(const mg_pass *pass, size_t rows, size_t columns)
{
    mg_real *number = scratch_of(pass, 1);
    int32_t *at = (int32_t *)(void *)(number + rows * columns);
    return (lists){number, at, at + rows * columns};
}

static void sparse_linear_forward(const mg_pass *pass, const mg_tape_node *node)
{
    const size_t columns = (size_t)node->columns, depth = (size_t)operand_of(pass, node, 0)->columns;
    const mg_real *x = value_of(pass, node, 0), *block = pass->replay->parameters;
    const mg_real *weight = piece_of(pass, block, node->weight), *bias = piece_of(pass, block, node->bias);
    const lists l = lists_of(pass, 1, depth);
    mg_real *y = result_of(pass, node);
    for (size_t i = 0; i < rows_of(pass, node); i++, x += depth, y += columns) {
        if (bias != NULL) {
            memcpy(y, bias, columns * sizeof *y);
        } else {
            memset(y, 0, columns * sizeof *y);
        }
        int count = list_numbers(x, (int)depth, l.number, l.at);
        pass->kernels->add_rows(columns, count, l.number, l.at, weight, columns, y);
    }
    activate(pass, node, result_of(pass, node));
}

/* Numbers of x that are not 0, column by column, rows ascending. */
static void list_columns(const mg_real *x, size_t rows, int columns, const lists *to, mg_real *number, int32_t *at)
{
    int32_t *next = to->begin + 1; /* filled one column late, so that in the end begin is where each begins */
    memset(to->begin, 0, (size_t)(columns + 2) * sizeof *to->begin);
    for (size_t i = 0; i < rows; i++) {
        for (int k = 0; k < columns; k++) {
            to->begin[k + 2] += x[i * (size_t)columns + (size_t)k] != 0;
        }
    }
    for (int k = 0; k < columns; k++) {
        to->begin[k + 2] += to->begin[k + 1];
    }
    for (size_t i = 0; i < rows; i++) {
        int count = list_numbers(x + i * (size_t)columns, columns, number, at);
        for (int n = 0; n < count; n++) {
            int32_t place = next[at[n]]++;
            to->number[place] = number[n];
            to->at[place] = (int32_t)i;
        }
    }
}

/* dW += x^T dz: rows in ascending order */
static void sparse_linear_backward_weight(const mg_pass *pass, const mg_tape_node *node, const mg_real *dz)
{
    const size_t rows = rows_of(pass, node), columns = (size_t)node->columns;
    const int depth = operand_of(pass, node, 0)->columns;
    const lists l = lists_of(pass, rows, (size_t)depth);
    mg_real *dw = receive_piece_sum(pass, node->weight), *number = scratch_of(pass, 2);
    list_columns(value_of(pass, node, 0), rows, depth, &l, number, (int32_t *)(void *)(number + depth));
    for (int k = 0; k < depth; k++) {
        int32_t first = l.begin[k], count = l.begin[k + 1] - first;
        pass->kernels->add_rows(columns, count, l.number + first, l.at + first, dz, columns, dw + (size_t)k * columns);
    }
}

static void sparse_linear_backward(const mg_pass *pass, const mg_tape_node *node, const mg_real *dy)
{
    backward_with(pass, node, dy, sparse_linear_backward_weight);
}

MG_RULES(sparse_linear) = {"sparse linear", sparse_linear_forward, sparse_linear_backward, linear_tangent, NULL};

/* ---- lookup: rows of a weight ---- */

static size_t chosen_row(const mg_pass *pass, const mg_tape_node *node, size_t i)
{
    return (size_t)index_at(pass, node->slot, i, 0, pass->tape->piece[node->weight].rows);
}

static void copy_chosen(const mg_pass *pass, const mg_tape_node *node, const mg_real *weight, mg_real *to)
{
    size_t columns = (size_t)node->columns;
    for (size_t i = 0; i < rows_of(pass, node); i++) {
        memcpy(to + i * columns, weight + chosen_row(pass, node, i) * columns, columns * sizeof *to);
    }
}

static void lookup_forward(const mg_pass *pass, const mg_tape_node *node)
{
    copy_chosen(pass, node, piece_of(pass, pass->replay->parameters, node->weight), result_of(pass, node));
}

static void lookup_backward(const mg_pass *pass, const mg_tape_node *node, const mg_real *dy)
{
    size_t columns = (size_t)node->columns;
    if (pass->parameter_gradient == NULL) {
        return;
    }
    mg_real *dw = receive_piece_sum(pass, node->weight);
    for (size_t i = 0; i < rows_of(pass, node); i++) {
        mg_real *to = dw + chosen_row(pass, node, i) * columns;
        pass->kernels->combine(MG_COMBINE_ADD, columns, to, dy + i * columns, to);
    }
}

static void lookup_tangent(const mg_pass *pass, const mg_tape_node *node, mg_real *tangent)
{
    copy_chosen(pass, node, piece_of(pass, pass->direction, node->weight), tangent);
}

MG_RULES(lookup) = {"lookup", lookup_forward, lookup_backward, lookup_tangent, NULL};

/* ---- recording ---- */
#ifndef MG_DOUBLE

mg_node mg_tape_input_rows(mg_tape *tape, int rows, int columns)
{
    if (tape->inputs == MG_TAPE_INPUTS_MAX) {
        mg_tape_defect("mg_tape_input: more than %d inputs", MG_TAPE_INPUTS_MAX);
    }
    if (rows < 1) {
        mg_tape_defect("mg_tape_input_rows: %d rows of a sample; want at least 1", rows);
    }
    mg_tape_node node = mg_tape_leaf(MG_RULES_OF(input), columns, rows);
    node.place = MG_PLACE_INPUT;
    node.slot = tape->inputs++;
    node.reaches_inputs = UINT32_C(1) << node.slot;
    return mg_tape_record(tape, node, "mg_tape_input");
}

mg_node mg_tape_input(mg_tape *tape, int columns)
{
    return mg_tape_input_rows(tape, 1, columns);
}

mg_node mg_tape_parameter(mg_tape *tape, const mg_layout *layout, int view)
{
    const mg_view *of = mg_tape_view(layout, view, __func__);
    if (of->rows != 1) {
        mg_tape_defect("mg_tape_parameter: view \"%s\" has %d rows; want 1", of->name, of->rows);
    }
    mg_tape_node node = mg_tape_leaf(MG_RULES_OF(parameter), of->columns, 0);
    node.place = MG_PLACE_PARAMETERS;
    node.weight = mg_tape_piece(tape, of);
    return mg_tape_record(tape, node, __func__);
}

mg_node mg_tape_stop_gradient(mg_tape *tape, mg_node a)
{
    mg_tape_node node = mg_tape_unary(tape, MG_RULES_OF(stop_gradient), a, __func__);
    node.shares = node.stops = true;
    return mg_tape_record(tape, node, __func__);
}

static mg_tape_node layer_of(mg_tape *tape, mg_rule_pair rules, mg_node x, const mg_layout *layout, int weight,
                             mg_activation activation, const char *caller)
{
    mg_tape_node node = mg_tape_unary(tape, rules, x, caller);
    const mg_view *w = mg_tape_view(layout, weight, caller);
    if (node.columns != w->rows) {
        mg_tape_defect("%s: x has %d columns, weight \"%s\" has %d rows", caller, node.columns, w->name, w->rows);
    }
    node.columns = w->columns;
    node.weight = mg_tape_piece(tape, w);
    node.bias = mg_tape_bias(tape, layout, weight, w->columns, caller);
    node.function = mg_tape_activation(activation, caller);
    tape->needs_gemm = true;
    if (node.function != MG_NONE) {
        mg_tape_need_shapes(tape, 1, &node); /* derivative before the activation */
    }
    return node;
}

mg_node mg_tape_linear(mg_tape *tape, mg_node x, const mg_layout *layout, int weight, mg_activation activation)
{
    mg_tape_node node = layer_of(tape, MG_RULES_OF(linear), x, layout, weight, activation, __func__);
    return mg_tape_record(tape, node, __func__);
}

static size_t list_reals(size_t rows, size_t columns)
{
    return 2 * rows * columns + columns + 2;
}

mg_node mg_tape_sparse_linear(mg_tape *tape, mg_node x, const mg_layout *layout, int weight, mg_activation activation)
{
    mg_tape_node node = layer_of(tape, MG_RULES_OF(sparse_linear), x, layout, weight, activation, __func__);
    size_t columns = (size_t)mg_tape_columns(tape, x);
    mg_tape_need_scratch(tape, 1, list_reals(mg_tape_rows_max(tape, &node), columns));
    mg_tape_need_scratch(tape, 2, 2 * columns);
    return mg_tape_record(tape, node, __func__);
}

mg_node mg_tape_lookup(mg_tape *tape, const mg_layout *layout, int weight, int index_slot)
{
    const mg_view *w = mg_tape_view(layout, weight, __func__);
    mg_tape_node node = mg_tape_leaf(MG_RULES_OF(lookup), w->columns, 1);
    node.weight = mg_tape_piece(tape, w);
    node.slot = mg_tape_slot(tape, index_slot, __func__);
    return mg_tape_record(tape, node, __func__);
}

#endif
