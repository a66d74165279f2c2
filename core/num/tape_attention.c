/* tape_attention.c - scaled dot-product attention in several heads. */
#include "core/num/tape_run.h"

/* Of one row: a query [heads][size], `slots` keys [heads][size] and values [heads][width], weights [heads][slots]. */
typedef struct attention_shape {
    int slots, heads, size, width;
    size_t query, value, weight; /* numbers in a row of a query or key, of a value, of weights */
} attention_shape;

static attention_shape shape_of(const mg_pass *pass, const mg_tape_node *node)
{
    int query = operand_of(pass, node, 0)->columns, slots = node->group, heads = node->heads;
    return (attention_shape){slots,
                             heads,
                             query / heads,
                             node->columns / heads,
                             (size_t)query,
                             (size_t)node->columns,
                             (size_t)heads * (size_t)slots};
}

static mg_real *weights_of(const mg_pass *pass, const mg_tape_node *node)
{
    return pass->values + node->kept;
}

/* y[slot] = matrix[slot] . x, of `slots` rows that lie `stride` apart */
static void dots(const mg_pass *pass, int slots, int size, const mg_real *matrix, size_t stride, const mg_real *x,
                 mg_real *y)
{
    multiply(pass, (mg_gemm){.rows = slots,
                             .columns = 1,
                             .depth = size,
                             .a = matrix,
                             .a_row = (ptrdiff_t)stride,
                             .a_column = 1,
                             .b = x,
                             .b_row = 1,
                             .b_column = 1,
                             .c = y,
                             .c_row = 1});
}

/* y = start + the sum over slots of weight[slot] matrix[slot] */
static void weigh(const mg_pass *pass, int slots, int size, const mg_real *weight, const mg_real *matrix, size_t stride,
                  bool add, mg_real *y)
{
    multiply(pass, (mg_gemm){.rows = 1,
                             .columns = size,
                             .depth = slots,
                             .a = weight,
                             .a_row = slots,
                             .a_column = 1,
                             .b = matrix,
                             .b_row = (ptrdiff_t)stride,
                             .b_column = 1,
                             .c = y,
                             .c_row = size,
                             .start = add ? MG_START_C : MG_START_ZERO});
}

/* matrix[slot] = start + weight[slot] x */
static void outer(const mg_pass *pass, int slots, int size, const mg_real *weight, const mg_real *x, bool add,
                  mg_real *matrix, size_t stride)
{
    multiply(pass, (mg_gemm){.rows = slots,
                             .columns = size,
                             .depth = 1,
                             .a = weight,
                             .a_row = 1,
                             .a_column = 1,
                             .b = x,
                             .b_row = size,
                             .b_column = 1,
                             .c = matrix,
                             .c_row = (ptrdiff_t)stride,
                             .start = add ? MG_START_C : MG_START_ZERO});
}

/* ---- forward ---- */

/* Softmax over the slots of row i that are there; the others weigh nothing. */
static void softmax_present(const mg_pass *pass, const mg_tape_node *node, size_t i, mg_real *weight)
{
    attention_shape of = shape_of(pass, node);
    mg_real *present = scratch_of(pass, 0);
    for (int h = 0; h < of.heads; h++, weight += of.slots) {
        int count = 0;
        for (int s = 0; s < of.slots; s++) {
            if (index_entry(pass, node->slot, i * (size_t)of.slots + (size_t)s) >= 0) {
                present[count++] = weight[s];
            }
        }
        pass->kernels->softmax(1, count, present, present);
        for (int s = 0, k = 0; s < of.slots; s++) {
            weight[s] = index_entry(pass, node->slot, i * (size_t)of.slots + (size_t)s) >= 0 ? present[k++] : 0;
        }
    }
}

static void fill_weights(const mg_pass *pass, const mg_tape_node *node)
{
    attention_shape of = shape_of(pass, node);
    const mg_real *query = value_of(pass, node, 0), *key = value_of(pass, node, 1);
    mg_real *weight = weights_of(pass, node);
    size_t rows = rows_of(pass, node), slots = (size_t)of.slots;
    for (size_t i = 0; i < rows; i++) {
        for (int h = 0; h < of.heads; h++) {
            dots(pass, of.slots, of.size, key + i * slots * of.query + h * of.size, of.query,
                 query + i * of.query + h * of.size, weight + i * of.weight + h * of.slots);
        }
    }
    pass->kernels->affine(rows * of.weight, (mg_real)node->constant[0], 0, weight, weight);
    if (node->slot == MG_NONE) {
        pass->kernels->softmax((int)rows * of.heads, of.slots, weight, weight);
    }
    for (size_t i = 0; node->slot != MG_NONE && i < rows; i++) {
        softmax_present(pass, node, i, weight + i * of.weight);
    }
}

static void attention_forward(const mg_pass *pass, const mg_tape_node *node)
{
    attention_shape of = shape_of(pass, node);
    const mg_real *value = value_of(pass, node, 2), *weight = weights_of(pass, node);
    mg_real *y = result_of(pass, node);
    fill_weights(pass, node);
    for (size_t i = 0; i < rows_of(pass, node); i++) {
        for (int h = 0; h < of.heads; h++) {
            weigh(pass, of.slots, of.width, weight + i * of.weight + h * of.slots,
                  value + i * (size_t)of.slots * of.value + h * of.width, of.value, false,
                  y + i * of.value + h * of.width);
        }
    }
}

/* ---- backward ---- */

/* By the logits before they are scaled, from what comes by weights; what is not there has weight 0 and gets 0. */
static const mg_real *through_softmax(const mg_pass *pass, const mg_tape_node *node, const mg_real *weight,
                                      const mg_real *by_weight)
{
    attention_shape of = shape_of(pass, node);
    mg_real *by_dot = scratch_of(pass, 1);
    size_t rows = rows_of(pass, node), numbers = rows * of.weight;
    memset(by_dot, 0, numbers * sizeof *by_dot);
    pass->kernels->softmax_backward((int)rows * of.heads, of.slots, weight, by_weight, by_dot);
    pass->kernels->affine(numbers, (mg_real)node->constant[0], 0, by_dot, by_dot);
    return by_dot;
}

static const mg_real *by_dots(const mg_pass *pass, const mg_tape_node *node, const mg_real *dy)
{
    attention_shape of = shape_of(pass, node);
    const mg_real *value = value_of(pass, node, 2);
    mg_real *by_weight = scratch_of(pass, 0);
    for (size_t i = 0; i < rows_of(pass, node); i++) {
        for (int h = 0; h < of.heads; h++) {
            dots(pass, of.slots, of.width, value + i * (size_t)of.slots * of.value + h * of.width, of.value,
                 dy + i * of.value + h * of.width, by_weight + i * of.weight + h * of.slots);
        }
    }
    return through_softmax(pass, node, weights_of(pass, node), by_weight);
}

static void backward_query(const mg_pass *pass, const mg_tape_node *node, const mg_real *by_dot)
{
    bool first;
    attention_shape of = shape_of(pass, node);
    const mg_real *key = value_of(pass, node, 1);
    mg_real *to = receive(pass, node, 0, &first);
    for (size_t i = 0; i < rows_of(pass, node); i++) {
        for (int h = 0; h < of.heads; h++) {
            weigh(pass, of.slots, of.size, by_dot + i * of.weight + h * of.slots,
                  key + i * (size_t)of.slots * of.query + h * of.size, of.query, !first,
                  to + i * of.query + h * of.size);
        }
    }
}

/* Of keys (operand 1: by_dot times the query) or values (operand 2: weights times dy): heads of `size` numbers. */
static void backward_slots(const mg_pass *pass, const mg_tape_node *node, int operand, int size, const mg_real *weight,
                           const mg_real *x)
{
    bool first;
    attention_shape of = shape_of(pass, node);
    size_t columns = (size_t)size * (size_t)of.heads;
    mg_real *to = receive(pass, node, operand, &first);
    for (size_t i = 0; i < rows_of(pass, node); i++) {
        for (int h = 0; h < of.heads; h++) {
            outer(pass, of.slots, size, weight + i * of.weight + h * of.slots, x + i * columns + h * size, !first,
                  to + i * (size_t)of.slots * columns + h * size, columns);
        }
    }
}

static void attention_backward(const mg_pass *pass, const mg_tape_node *node, const mg_real *dy)
{
    attention_shape of = shape_of(pass, node);
    if (wanted(pass, node, 2)) {
        backward_slots(pass, node, 2, of.width, weights_of(pass, node), dy);
    }
    if (!wanted(pass, node, 0) && !wanted(pass, node, 1)) {
        return;
    }
    const mg_real *by_dot = by_dots(pass, node, dy);
    if (wanted(pass, node, 1)) {
        backward_slots(pass, node, 1, of.size, by_dot, value_of(pass, node, 0));
    }
    if (wanted(pass, node, 0)) {
        backward_query(pass, node, by_dot);
    }
}

MG_RULES(attention) = {"attention", attention_forward, attention_backward, NULL,
                       "no learner differentiates through the update of an attention network"};

/* ---- weights: what attention keeps, as a value; its third operand, of which it takes no derivative ---- */

static void attention_weights_forward(const mg_pass *pass, const mg_tape_node *node)
{
    memcpy(result_of(pass, node), weights_of(pass, operand_of(pass, node, 2)),
           elements_of(pass, node) * sizeof(mg_real));
}

static void attention_weights_backward(const mg_pass *pass, const mg_tape_node *node, const mg_real *dy)
{
    if (!wanted(pass, node, 0) && !wanted(pass, node, 1)) {
        return;
    }
    const mg_real *by_dot = through_softmax(pass, node, result_of(pass, node), dy);
    if (wanted(pass, node, 1)) {
        backward_slots(pass, node, 1, shape_of(pass, node).size, by_dot, value_of(pass, node, 0));
    }
    if (wanted(pass, node, 0)) {
        backward_query(pass, node, by_dot);
    }
}

MG_RULES(attention_weights) = {"attention weights", attention_weights_forward, attention_weights_backward, NULL,
                               "no learner differentiates through the update of an attention network"};

/* ---- recording ---- */
#ifndef MG_DOUBLE

mg_node mg_tape_attention(mg_tape *tape, mg_node query, mg_node key, mg_node value, int heads, double scale,
                          int index_slot)
{
    mg_tape_node node = mg_tape_unary(tape, MG_RULES_OF(attention), query, __func__);
    const mg_tape_node *k = mg_tape_operand(tape, key, __func__), *v = mg_tape_operand(tape, value, __func__);
    if (node.rows == 0 || k->rows < node.rows || k->rows % node.rows != 0 || v->rows != k->rows) {
        mg_tape_defect("mg_tape_attention: %d rows of queries, %d of keys, %d of values; want as many values as keys "
                       "and some for each query",
                       node.rows, k->rows, v->rows);
    }
    if (heads < 1 || k->columns != node.columns || node.columns % heads != 0 || v->columns % heads != 0) {
        mg_tape_defect("mg_tape_attention: %d heads of queries with %d columns, keys with %d, values with %d", heads,
                       node.columns, k->columns, v->columns);
    }
    node.operands = 3;
    node.operand[1] = key;
    node.operand[2] = value;
    node.group = k->rows / node.rows;
    node.heads = heads;
    node.constant[0] = scale;
    node.columns = v->columns;
    node.slot = index_slot < 0 ? MG_NONE : mg_tape_slot(tape, index_slot, __func__);
    node.kept_reals = mg_tape_rows_max(tape, &node) * (size_t)heads * (size_t)node.group;
    mg_tape_need_scratch(tape, 0, node.kept_reals);
    mg_tape_need_scratch(tape, 1, node.kept_reals);
    tape->needs_gemm = true;
    return mg_tape_record(tape, node, __func__);
}

mg_node mg_tape_attention_weights(mg_tape *tape, mg_node attention)
{
    mg_tape_node node = mg_tape_unary(tape, MG_RULES_OF(attention_weights), attention, __func__);
    const mg_tape_node *of = mg_tape_operand(tape, attention, __func__);
    if (of->rules.single != MG_RULES_OF(attention).single) {
        mg_tape_defect("mg_tape_attention_weights: node %d is no attention", attention);
    }
    node.operands = 2;
    node.operand[0] = of->operand[0];
    node.operand[1] = of->operand[1];
    node.operand[2] = attention;
    node.group = of->group;
    node.heads = of->heads;
    node.constant[0] = of->constant[0];
    node.columns = of->heads * of->group;
    return mg_tape_record(tape, node, __func__);
}

#endif
