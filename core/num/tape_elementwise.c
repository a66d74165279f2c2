/* tape_elementwise.c - operations that work number by number, with broadcasting. */
#include "core/num/tape_run.h"

/* ---- two operands ---- */

/* b in the shape of the operation: itself, or spread over a scratch area. NULL stays NULL. */
static const mg_real *full_shape(const mg_pass *pass, const mg_tape_node *node, const mg_real *b, int area)
{
    if (node->broadcast == MG_BROADCAST_NONE || b == NULL) {
        return b;
    }
    mg_real *full = scratch_of(pass, area);
    if (node->broadcast == MG_BROADCAST_GROUP) {
        size_t columns = (size_t)node->columns;
        for (size_t i = 0; i < rows_of(pass, node); i++) {
            memcpy(full + i * columns, b + i / (size_t)node->group * columns, columns * sizeof *full);
        }
        return full;
    }
    spread(node->broadcast, rows_of(pass, node), (size_t)node->columns, b, full);
    return full;
}

/* Contribution g, in the shape of the node, to the second operand: summed over where that was spread. */
static void contribute_second(const mg_pass *pass, const mg_tape_node *node, const mg_real *g, int area)
{
    if (node->broadcast == MG_BROADCAST_NONE) {
        contribute(pass, node, 1, g);
    } else if (node->broadcast == MG_BROADCAST_ROW) {
        pass->kernels->column_sum(int_rows_of(pass, node), node->columns, g, receive_sum(pass, node, 1));
    } else if (node->broadcast == MG_BROADCAST_GROUP) {
        mg_real *to = receive_sum(pass, node, 1);
        size_t columns = (size_t)node->columns;
        for (size_t i = 0; i < rows_of(pass, node); i += (size_t)node->group, to += columns) {
            pass->kernels->column_sum(node->group, node->columns, g + i * columns, to);
        }
    } else if (node->broadcast == MG_BROADCAST_COLUMN) {
        mg_real *sums = scratch_of(pass, area);
        pass->kernels->row_sum(int_rows_of(pass, node), node->columns, g, sums);
        contribute(pass, node, 1, sums);
    } else {
        contribute_constant(pass, node, 1, pass->kernels->sum(elements_of(pass, node), g));
    }
}

static void binary_forward(const mg_pass *pass, const mg_tape_node *node)
{
    const mg_real *b = full_shape(pass, node, value_of(pass, node, 1), 0);
    pass->kernels->combine((mg_combine)node->function, elements_of(pass, node), value_of(pass, node, 0), b,
                           result_of(pass, node));
}

static void add_backward(const mg_pass *pass, const mg_tape_node *node, const mg_real *dy)
{
    if (wanted(pass, node, 0)) {
        contribute(pass, node, 0, dy);
    }
    if (wanted(pass, node, 1)) {
        contribute_second(pass, node, dy, 0);
    }
}

static void subtract_backward(const mg_pass *pass, const mg_tape_node *node, const mg_real *dy)
{
    if (wanted(pass, node, 0)) {
        contribute(pass, node, 0, dy);
    }
    if (wanted(pass, node, 1)) {
        mg_real *g = scratch_of(pass, 0);
        pass->kernels->affine(elements_of(pass, node), -1, 0, dy, g);
        contribute_second(pass, node, g, 1);
    }
}

/* Of add and subtract. */
static void add_tangent(const mg_pass *pass, const mg_tape_node *node, mg_real *tangent)
{
    size_t n = elements_of(pass, node);
    bool subtract = node->function == MG_COMBINE_SUBTRACT;
    const mg_real *da = tangent_of(pass, node, 0);
    const mg_real *db = full_shape(pass, node, tangent_of(pass, node, 1), 0);
    if (da == NULL) {
        pass->kernels->affine(n, subtract ? -1 : 1, 0, db, tangent);
    } else if (db == NULL) {
        memcpy(tangent, da, n * sizeof *tangent);
    } else {
        pass->kernels->combine(subtract ? MG_COMBINE_SUBTRACT : MG_COMBINE_ADD, n, da, db, tangent);
    }
}

static void multiply_backward(const mg_pass *pass, const mg_tape_node *node, const mg_real *dy)
{
    const mg_real *a = value_of(pass, node, 0);
    const mg_real *b = value_of(pass, node, 1);
    if (wanted(pass, node, 0)) {
        contribute_product(pass, node, 0, dy, full_shape(pass, node, b, 0));
    }
    if (!wanted(pass, node, 1)) {
        return;
    }
    if (node->broadcast == MG_BROADCAST_NONE) {
        contribute_product(pass, node, 1, dy, a);
    } else {
        mg_real *g = scratch_of(pass, 0);
        pass->kernels->combine(MG_COMBINE_MULTIPLY, elements_of(pass, node), dy, a, g);
        contribute_second(pass, node, g, 1);
    }
}

static void multiply_tangent(const mg_pass *pass, const mg_tape_node *node, mg_real *tangent)
{
    size_t n = elements_of(pass, node);
    const mg_real *a = value_of(pass, node, 0);
    const mg_real *da = tangent_of(pass, node, 0);
    const mg_real *db = full_shape(pass, node, tangent_of(pass, node, 1), 1);
    if (da != NULL) {
        const mg_real *b = full_shape(pass, node, value_of(pass, node, 1), 0);
        pass->kernels->combine(MG_COMBINE_MULTIPLY, n, da, b, tangent);
    }
    if (da != NULL && db != NULL) {
        pass->kernels->multiply_add(n, a, db, tangent);
    } else if (db != NULL) {
        pass->kernels->combine(MG_COMBINE_MULTIPLY, n, a, db, tangent);
    }
}

/* y = a / b: da = dy / b, db = -(dy y) / b */
static void divide_backward(const mg_pass *pass, const mg_tape_node *node, const mg_real *dy)
{
    size_t n = elements_of(pass, node);
    const mg_real *b = full_shape(pass, node, value_of(pass, node, 1), 0);
    mg_real *g = scratch_of(pass, 1);
    if (wanted(pass, node, 0)) {
        pass->kernels->combine(MG_COMBINE_DIVIDE, n, dy, b, g);
        contribute(pass, node, 0, g);
    }
    if (wanted(pass, node, 1)) {
        pass->kernels->combine(MG_COMBINE_MULTIPLY, n, dy, result_of(pass, node), g);
        pass->kernels->combine(MG_COMBINE_DIVIDE, n, g, b, g);
        pass->kernels->affine(n, -1, 0, g, g);
        contribute_second(pass, node, g, 2);
    }
}

/* dy = (da - y db) / b */
static void divide_tangent(const mg_pass *pass, const mg_tape_node *node, mg_real *tangent)
{
    size_t n = elements_of(pass, node);
    const mg_real *b = full_shape(pass, node, value_of(pass, node, 1), 0);
    const mg_real *da = tangent_of(pass, node, 0);
    const mg_real *db = full_shape(pass, node, tangent_of(pass, node, 1), 1);
    if (db == NULL) {
        pass->kernels->combine(MG_COMBINE_DIVIDE, n, da, b, tangent);
        return;
    }
    pass->kernels->combine(MG_COMBINE_MULTIPLY, n, result_of(pass, node), db, tangent);
    if (da != NULL) {
        pass->kernels->combine(MG_COMBINE_SUBTRACT, n, da, tangent, tangent);
    } else {
        pass->kernels->affine(n, -1, 0, tangent, tangent);
    }
    pass->kernels->combine(MG_COMBINE_DIVIDE, n, tangent, b, tangent);
}

/* to[i] = first[i] where minimum or maximum takes its first operand, else second[i]; NULL stands for zeros. */
static void select_taken(const mg_pass *pass, const mg_tape_node *node, const mg_real *first, const mg_real *second,
                         mg_real *to)
{
    size_t n = elements_of(pass, node);
    bool minimum = node->function == MG_COMBINE_MINIMUM;
    const mg_real *a = value_of(pass, node, 0);
    const mg_real *b = full_shape(pass, node, value_of(pass, node, 1), 0);
    for (size_t i = 0; i < n; i++) {
        bool takes_first = minimum ? a[i] < b[i] : a[i] > b[i];
        const mg_real *from = takes_first ? first : second;
        to[i] = from != NULL ? from[i] : 0;
    }
}

static void select_backward(const mg_pass *pass, const mg_tape_node *node, const mg_real *dy)
{
    mg_real *g = scratch_of(pass, 1);
    if (wanted(pass, node, 0)) {
        select_taken(pass, node, dy, NULL, g);
        contribute(pass, node, 0, g);
    }
    if (wanted(pass, node, 1)) {
        select_taken(pass, node, NULL, dy, g);
        contribute_second(pass, node, g, 2);
    }
}

static void select_tangent(const mg_pass *pass, const mg_tape_node *node, mg_real *tangent)
{
    const mg_real *db = full_shape(pass, node, tangent_of(pass, node, 1), 1);
    select_taken(pass, node, tangent_of(pass, node, 0), db, tangent);
}

MG_RULES(add) = {"add", binary_forward, add_backward, add_tangent, NULL};
MG_RULES(subtract) = {"subtract", binary_forward, subtract_backward, add_tangent, NULL};
MG_RULES(multiply) = {"multiply", binary_forward, multiply_backward, multiply_tangent, NULL};
MG_RULES(divide) = {"divide", binary_forward, divide_backward, divide_tangent, NULL};
MG_RULES(minimum) = {"minimum", binary_forward, select_backward, select_tangent, NULL};
MG_RULES(maximum) = {"maximum", binary_forward, select_backward, select_tangent, NULL};

/* ---- one operand ---- */

static void affine_forward(const mg_pass *pass, const mg_tape_node *node)
{
    pass->kernels->affine(elements_of(pass, node), (mg_real)node->constant[0], (mg_real)node->constant[1],
                          value_of(pass, node, 0), result_of(pass, node));
}

static void affine_backward(const mg_pass *pass, const mg_tape_node *node, const mg_real *dy)
{
    bool first;
    size_t n = elements_of(pass, node);
    mg_real scale = (mg_real)node->constant[0];
    if (!wanted(pass, node, 0)) {
        return;
    }
    mg_real *to = receive(pass, node, 0, &first);
    if (first) {
        pass->kernels->affine(n, scale, 0, dy, to);
    } else {
        pass->kernels->axpy(n, scale, dy, to);
    }
}

static void affine_tangent(const mg_pass *pass, const mg_tape_node *node, mg_real *tangent)
{
    pass->kernels->affine(elements_of(pass, node), (mg_real)node->constant[0], 0, tangent_of(pass, node, 0), tangent);
}

MG_RULES(affine) = {"affine", affine_forward, affine_backward, affine_tangent, NULL};

static void clip_forward(const mg_pass *pass, const mg_tape_node *node)
{
    pass->kernels->clip(elements_of(pass, node), (mg_real)node->constant[0], (mg_real)node->constant[1],
                        value_of(pass, node, 0), result_of(pass, node));
}

/* to[i] = g[i] inside [low, high], else 0; `add`: added to what is there. */
static void pass_inside(const mg_pass *pass, const mg_tape_node *node, const mg_real *g, bool add, mg_real *to)
{
    size_t n = elements_of(pass, node);
    const mg_real *x = value_of(pass, node, 0);
    mg_real low = (mg_real)node->constant[0], high = (mg_real)node->constant[1];
    for (size_t i = 0; i < n; i++) {
        mg_real passed = x[i] >= low && x[i] <= high ? g[i] : 0;
        to[i] = add ? to[i] + passed : passed;
    }
}

static void clip_backward(const mg_pass *pass, const mg_tape_node *node, const mg_real *dy)
{
    bool first;
    if (wanted(pass, node, 0)) {
        mg_real *to = receive(pass, node, 0, &first);
        pass_inside(pass, node, dy, !first, to);
    }
}

static void clip_tangent(const mg_pass *pass, const mg_tape_node *node, mg_real *tangent)
{
    pass_inside(pass, node, tangent_of(pass, node, 0), false, tangent);
}

MG_RULES(clip) = {"clip", clip_forward, clip_backward, clip_tangent, NULL};

static void map_forward(const mg_pass *pass, const mg_tape_node *node)
{
    pass->kernels->map((mg_map)node->function, elements_of(pass, node), value_of(pass, node, 0), result_of(pass, node));
}

static void map_backward(const mg_pass *pass, const mg_tape_node *node, const mg_real *dy)
{
    if (wanted(pass, node, 0)) {
        pass->kernels->map_backward((mg_map)node->function, elements_of(pass, node), value_of(pass, node, 0),
                                    result_of(pass, node), dy, receive_sum(pass, node, 0));
    }
}

/* One number in, one number out: the derivative of the tangent is that of the cotangent. */
static void map_tangent(const mg_pass *pass, const mg_tape_node *node, mg_real *tangent)
{
    size_t n = elements_of(pass, node);
    memset(tangent, 0, n * sizeof *tangent);
    pass->kernels->map_backward((mg_map)node->function, n, value_of(pass, node, 0), result_of(pass, node),
                                tangent_of(pass, node, 0), tangent);
}

MG_RULES(map) = {"map", map_forward, map_backward, map_tangent, NULL};

/* max(x, 0) + (e^min(x, 0) - 1), of which one is 0. Kernels select faster than loops do. */
static void elu_forward(const mg_pass *pass, const mg_tape_node *node)
{
    size_t n = elements_of(pass, node);
    const mg_real *x = value_of(pass, node, 0);
    mg_real *y = result_of(pass, node), *positive = scratch_of(pass, 0);
    const mg_real least = -1e4; /* where e^x is 0 in either precision */
    pass->kernels->clip(n, least, 0, x, y);
    pass->kernels->map(MG_MAP_EXP, n, y, y);
    pass->kernels->affine(n, 1, -1, y, y);
    pass->kernels->map(MG_MAP_RELU, n, x, positive);
    pass->kernels->combine(MG_COMBINE_ADD, n, positive, y, y);
}

/* 1 where x > 0, else e^x = y + 1 */
static const mg_real *slope_of_elu(const mg_pass *pass, const mg_tape_node *node)
{
    size_t n = elements_of(pass, node);
    mg_real *slope = scratch_of(pass, 0);
    pass->kernels->clip(n, -1, 0, result_of(pass, node), slope);
    pass->kernels->affine(n, 1, 1, slope, slope);
    return slope;
}

static void elu_backward(const mg_pass *pass, const mg_tape_node *node, const mg_real *dy)
{
    if (wanted(pass, node, 0)) {
        contribute_product(pass, node, 0, dy, slope_of_elu(pass, node));
    }
}

static void elu_tangent(const mg_pass *pass, const mg_tape_node *node, mg_real *tangent)
{
    pass->kernels->combine(MG_COMBINE_MULTIPLY, elements_of(pass, node), tangent_of(pass, node, 0),
                           slope_of_elu(pass, node), tangent);
}

MG_RULES(elu) = {"elu", elu_forward, elu_backward, elu_tangent, NULL};

/* The larger of x and -x; sums with 0 make +0 of -0. */
static void absolute_forward(const mg_pass *pass, const mg_tape_node *node)
{
    size_t n = elements_of(pass, node);
    const mg_real *x = value_of(pass, node, 0);
    mg_real *y = result_of(pass, node);
    pass->kernels->affine(n, -1, 0, x, y);
    pass->kernels->combine(MG_COMBINE_MAXIMUM, n, y, x, y);
    pass->kernels->affine(n, 1, 0, y, y);
}

/* to += g where x > 0, -g where x < 0 */
static void add_by_sign(const mg_pass *pass, const mg_tape_node *node, const mg_real *g, mg_real *to)
{
    size_t n = elements_of(pass, node);
    const mg_real *x = value_of(pass, node, 0);
    mg_real *turned_x = scratch_of(pass, 0), *turned_g = scratch_of(pass, 1);
    pass->kernels->affine(n, -1, 0, x, turned_x);
    pass->kernels->affine(n, -1, 0, g, turned_g);
    pass->kernels->map_backward(MG_MAP_RELU, n, x, x, g, to);
    pass->kernels->map_backward(MG_MAP_RELU, n, turned_x, turned_x, turned_g, to);
}

static void absolute_backward(const mg_pass *pass, const mg_tape_node *node, const mg_real *dy)
{
    if (wanted(pass, node, 0)) {
        add_by_sign(pass, node, dy, receive_sum(pass, node, 0));
    }
}

static void absolute_tangent(const mg_pass *pass, const mg_tape_node *node, mg_real *tangent)
{
    memset(tangent, 0, elements_of(pass, node) * sizeof *tangent);
    add_by_sign(pass, node, tangent_of(pass, node, 0), tangent);
}

MG_RULES(absolute) = {"absolute", absolute_forward, absolute_backward, absolute_tangent, NULL};

/* ---- recording ---- */
#ifndef MG_DOUBLE

static mg_node binary(mg_tape *tape, mg_rule_pair rules, mg_combine combine, mg_node a, mg_node b, const char *caller)
{
    mg_tape_node node = mg_tape_unary(tape, rules, a, caller);
    const mg_tape_node *second = mg_tape_operand(tape, b, caller);
    node.function = (int)combine;
    node.operands = 2;
    node.operand[1] = b;
    if (second->rows == node.rows && second->columns == node.columns) {
        node.broadcast = MG_BROADCAST_NONE;
    } else if (second->rows == 0 && second->columns == 1) {
        node.broadcast = MG_BROADCAST_ONE;
    } else if (second->rows == 0 && second->columns == node.columns) {
        node.broadcast = MG_BROADCAST_ROW;
    } else if (second->rows == node.rows && second->columns == 1) {
        node.broadcast = MG_BROADCAST_COLUMN;
    } else if (second->rows > 0 && node.rows % second->rows == 0 && second->columns == node.columns) {
        node.broadcast = MG_BROADCAST_GROUP;
        node.group = node.rows / second->rows;
    } else {
        mg_tape_defect("%s: a is %d x %d and b is %d x %d (rows of a sample x columns; 0: a single row); want b in the "
                       "shape of a, a column of as many rows, fewer rows that divide them, or a single row",
                       caller, node.rows, node.columns, second->rows, second->columns);
    }
    mg_tape_need_shapes(tape, MG_SCRATCH_AREAS, &node);
    return mg_tape_record(tape, node, caller);
}

mg_node mg_tape_add(mg_tape *tape, mg_node a, mg_node b)
{
    return binary(tape, MG_RULES_OF(add), MG_COMBINE_ADD, a, b, __func__);
}

mg_node mg_tape_subtract(mg_tape *tape, mg_node a, mg_node b)
{
    return binary(tape, MG_RULES_OF(subtract), MG_COMBINE_SUBTRACT, a, b, __func__);
}

mg_node mg_tape_multiply(mg_tape *tape, mg_node a, mg_node b)
{
    return binary(tape, MG_RULES_OF(multiply), MG_COMBINE_MULTIPLY, a, b, __func__);
}

mg_node mg_tape_divide(mg_tape *tape, mg_node a, mg_node b)
{
    return binary(tape, MG_RULES_OF(divide), MG_COMBINE_DIVIDE, a, b, __func__);
}

mg_node mg_tape_minimum(mg_tape *tape, mg_node a, mg_node b)
{
    return binary(tape, MG_RULES_OF(minimum), MG_COMBINE_MINIMUM, a, b, __func__);
}

mg_node mg_tape_maximum(mg_tape *tape, mg_node a, mg_node b)
{
    return binary(tape, MG_RULES_OF(maximum), MG_COMBINE_MAXIMUM, a, b, __func__);
}

mg_node mg_tape_affine(mg_tape *tape, mg_node a, double scale, double shift)
{
    mg_tape_node node = mg_tape_unary(tape, MG_RULES_OF(affine), a, __func__);
    node.constant[0] = scale;
    node.constant[1] = shift;
    return mg_tape_record(tape, node, __func__);
}

mg_node mg_tape_clip(mg_tape *tape, mg_node a, double low, double high)
{
    if (!(low <= high)) {
        mg_tape_defect("mg_tape_clip: low %g, high %g; want low <= high", low, high);
    }
    mg_tape_node node = mg_tape_unary(tape, MG_RULES_OF(clip), a, __func__);
    node.constant[0] = low;
    node.constant[1] = high;
    return mg_tape_record(tape, node, __func__);
}

static mg_node map(mg_tape *tape, mg_map function, mg_node a, const char *caller)
{
    mg_tape_node node = mg_tape_unary(tape, MG_RULES_OF(map), a, caller);
    node.function = (int)function;
    return mg_tape_record(tape, node, caller);
}

mg_node mg_tape_exp(mg_tape *tape, mg_node a)
{
    return map(tape, MG_MAP_EXP, a, __func__);
}

mg_node mg_tape_log(mg_tape *tape, mg_node a)
{
    return map(tape, MG_MAP_LOG, a, __func__);
}

mg_node mg_tape_relu(mg_tape *tape, mg_node a)
{
    return map(tape, MG_MAP_RELU, a, __func__);
}

mg_node mg_tape_tanh(mg_tape *tape, mg_node a)
{
    return map(tape, MG_MAP_TANH, a, __func__);
}

mg_node mg_tape_sigmoid(mg_tape *tape, mg_node a)
{
    return map(tape, MG_MAP_SIGMOID, a, __func__);
}

mg_node mg_tape_square(mg_tape *tape, mg_node a)
{
    return map(tape, MG_MAP_SQUARE, a, __func__);
}

/* An operation of one operand that needs scratch areas of its shape. */
static mg_node with_scratch(mg_tape *tape, mg_rule_pair rules, mg_node a, const char *caller)
{
    mg_tape_node node = mg_tape_unary(tape, rules, a, caller);
    mg_tape_need_shapes(tape, 2, &node);
    return mg_tape_record(tape, node, caller);
}

mg_node mg_tape_elu(mg_tape *tape, mg_node a)
{
    return with_scratch(tape, MG_RULES_OF(elu), a, __func__);
}

mg_node mg_tape_absolute(mg_tape *tape, mg_node a)
{
    return with_scratch(tape, MG_RULES_OF(absolute), a, __func__);
}

#endif
