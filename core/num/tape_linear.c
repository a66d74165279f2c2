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

static void linear_forward(const mg_pass *pass, const mg_tape_node *node)
{
    const mg_real *block = pass->replay->parameters;
    mg_real *y = result_of(pass, node);
    multiply_weight(pass, node, value_of(pass, node, 0), piece_of(pass, block, node->weight), MG_START_ZERO,
                    piece_of(pass, block, node->bias), y);
    if (node->function != MG_NONE) {
        pass->kernels->map((mg_map)node->function, elements_of(pass, node), y, y);
    }
}

static void linear_backward(const mg_pass *pass, const mg_tape_node *node, const mg_real *dy)
{
    const mg_real *dz = dy;
    if (node->function != MG_NONE) {
        through_activation(pass, node->function, elements_of(pass, node), result_of(pass, node), dy,
                           scratch_of(pass, 0));
        dz = scratch_of(pass, 0);
    }
    if (pass->parameter_gradient != NULL) {
        linear_backward_weight(pass, node, dz);
        if (node->bias != MG_NONE) {
            pass->kernels->column_sum(int_rows_of(pass, node), node->columns, dz, receive_piece_sum(pass, node->bias));
        }
    }
    if (wanted(pass, node, 0)) {
        linear_backward_input(pass, node, dz);
    }
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

mg_node mg_tape_linear(mg_tape *tape, mg_node x, const mg_layout *layout, int weight, mg_activation activation)
{
    mg_tape_node node = mg_tape_unary(tape, MG_RULES_OF(linear), x, __func__);
    const mg_view *w = mg_tape_view(layout, weight, __func__);
    if (node.columns != w->rows) {
        mg_tape_defect("mg_tape_linear: x has %d columns, weight \"%s\" has %d rows", node.columns, w->name, w->rows);
    }
    node.columns = w->columns;
    node.weight = mg_tape_piece(tape, w);
    node.bias = mg_tape_bias(tape, layout, weight, w->columns, __func__);
    node.function = mg_tape_activation(activation, __func__);
    tape->needs_gemm = true;
    if (node.function != MG_NONE) {
        mg_tape_need_shapes(tape, 1, &node); /* derivative before the activation */
    }
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
