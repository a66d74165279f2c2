/* tape_elementwise.c - operations that work number by number, with broadcasting. Rules as in tape_ops.c. */
#include "core/num/tape_run.h"

/* ---- two operands ---- */

/* b in the shape of the operation: itself, or spread over a scratch area. NULL stays NULL. */
static const mg_real *full_shape(const mg_run *run, const mg_operation *operation, const mg_real *b, int area)
{
    if (operation->broadcast == MG_BROADCAST_NONE || b == NULL) {
        return b;
    }
    mg_real *full = scratch_of(run, area);
    spread(operation->broadcast, mg_run_rows(run, operation), (size_t)operation->columns, b, full);
    return full;
}

/* Contribution g, in the shape of the operation, to the second operand: summed over where that was spread. */
static void contribute_second(const mg_run *run, const mg_operation *operation, const mg_real *g, int area)
{
    if (operation->broadcast == MG_BROADCAST_NONE) {
        contribute(run, operation, 1, g);
    } else if (operation->broadcast == MG_BROADCAST_ROW) {
        run->kernels->column_sum(rows_of(run, operation), operation->columns, g, receive_sum(run, operation, 1));
    } else if (operation->broadcast == MG_BROADCAST_COLUMN) {
        mg_real *sums = scratch_of(run, area);
        run->kernels->row_sum(rows_of(run, operation), operation->columns, g, sums);
        contribute(run, operation, 1, sums);
    } else {
        contribute_constant(run, operation, 1, run->kernels->sum(mg_run_elements(run, operation), g));
    }
}

_Static_assert(MG_OPERATION_MAXIMUM - MG_OPERATION_ADD == MG_COMBINE_MAXIMUM - MG_COMBINE_ADD,
               "kinds follow mg_combine");

static void binary_forward(const mg_run *run, const mg_operation *operation)
{
    mg_combine combine = (mg_combine)((int)operation->kind - (int)MG_OPERATION_ADD + (int)MG_COMBINE_ADD);
    const mg_real *b = full_shape(run, operation, value_of(run, operation, 1), 0);
    run->kernels->combine(combine, mg_run_elements(run, operation), value_of(run, operation, 0), b,
                          result_of(run, operation));
}

static void add_backward(const mg_run *run, const mg_operation *operation, const mg_real *dy)
{
    if (wanted(run, operation, 0)) {
        contribute(run, operation, 0, dy);
    }
    if (wanted(run, operation, 1)) {
        contribute_second(run, operation, dy, 0);
    }
}

static void subtract_backward(const mg_run *run, const mg_operation *operation, const mg_real *dy)
{
    if (wanted(run, operation, 0)) {
        contribute(run, operation, 0, dy);
    }
    if (wanted(run, operation, 1)) {
        mg_real *g = scratch_of(run, 0);
        run->kernels->affine(mg_run_elements(run, operation), -1, 0, dy, g);
        contribute_second(run, operation, g, 1);
    }
}

/* Of add and subtract. */
static void add_tangent(const mg_run *run, const mg_operation *operation, mg_real *tangent)
{
    size_t n = mg_run_elements(run, operation);
    bool subtract = operation->kind == MG_OPERATION_SUBTRACT;
    const mg_real *da = tangent_of(run, operation, 0);
    const mg_real *db = full_shape(run, operation, tangent_of(run, operation, 1), 0);
    if (da == NULL) {
        run->kernels->affine(n, subtract ? -1 : 1, 0, db, tangent);
    } else if (db == NULL) {
        memcpy(tangent, da, n * sizeof *tangent);
    } else {
        run->kernels->combine(subtract ? MG_COMBINE_SUBTRACT : MG_COMBINE_ADD, n, da, db, tangent);
    }
}

static void multiply_backward(const mg_run *run, const mg_operation *operation, const mg_real *dy)
{
    const mg_real *a = value_of(run, operation, 0);
    const mg_real *b = value_of(run, operation, 1);
    if (wanted(run, operation, 0)) {
        contribute_product(run, operation, 0, dy, full_shape(run, operation, b, 0));
    }
    if (!wanted(run, operation, 1)) {
        return;
    }
    if (operation->broadcast == MG_BROADCAST_NONE) {
        contribute_product(run, operation, 1, dy, a);
    } else {
        mg_real *g = scratch_of(run, 0);
        run->kernels->combine(MG_COMBINE_MULTIPLY, mg_run_elements(run, operation), dy, a, g);
        contribute_second(run, operation, g, 1);
    }
}

static void multiply_tangent(const mg_run *run, const mg_operation *operation, mg_real *tangent)
{
    size_t n = mg_run_elements(run, operation);
    const mg_real *a = value_of(run, operation, 0);
    const mg_real *da = tangent_of(run, operation, 0);
    const mg_real *db = full_shape(run, operation, tangent_of(run, operation, 1), 1);
    if (da != NULL) {
        const mg_real *b = full_shape(run, operation, value_of(run, operation, 1), 0);
        run->kernels->combine(MG_COMBINE_MULTIPLY, n, da, b, tangent);
    }
    if (da != NULL && db != NULL) {
        run->kernels->multiply_add(n, a, db, tangent);
    } else if (db != NULL) {
        run->kernels->combine(MG_COMBINE_MULTIPLY, n, a, db, tangent);
    }
}

/* y = a / b: da = dy / b, db = -(dy y) / b */
static void divide_backward(const mg_run *run, const mg_operation *operation, const mg_real *dy)
{
    size_t n = mg_run_elements(run, operation);
    const mg_real *b = full_shape(run, operation, value_of(run, operation, 1), 0);
    mg_real *g = scratch_of(run, 1);
    if (wanted(run, operation, 0)) {
        run->kernels->combine(MG_COMBINE_DIVIDE, n, dy, b, g);
        contribute(run, operation, 0, g);
    }
    if (wanted(run, operation, 1)) {
        run->kernels->combine(MG_COMBINE_MULTIPLY, n, dy, result_of(run, operation), g);
        run->kernels->combine(MG_COMBINE_DIVIDE, n, g, b, g);
        run->kernels->affine(n, -1, 0, g, g);
        contribute_second(run, operation, g, 2);
    }
}

/* dy = (da - y db) / b */
static void divide_tangent(const mg_run *run, const mg_operation *operation, mg_real *tangent)
{
    size_t n = mg_run_elements(run, operation);
    const mg_real *b = full_shape(run, operation, value_of(run, operation, 1), 0);
    const mg_real *da = tangent_of(run, operation, 0);
    const mg_real *db = full_shape(run, operation, tangent_of(run, operation, 1), 1);
    if (db == NULL) {
        run->kernels->combine(MG_COMBINE_DIVIDE, n, da, b, tangent);
        return;
    }
    run->kernels->combine(MG_COMBINE_MULTIPLY, n, result_of(run, operation), db, tangent);
    if (da != NULL) {
        run->kernels->combine(MG_COMBINE_SUBTRACT, n, da, tangent, tangent);
    } else {
        run->kernels->affine(n, -1, 0, tangent, tangent);
    }
    run->kernels->combine(MG_COMBINE_DIVIDE, n, tangent, b, tangent);
}

/* to[i] = first[i] where minimum or maximum takes its first operand, else second[i]; NULL stands for zeros. */
static void select_taken(const mg_run *run, const mg_operation *operation, const mg_real *first, const mg_real *second,
                         mg_real *to)
{
    size_t n = mg_run_elements(run, operation);
    bool minimum = operation->kind == MG_OPERATION_MINIMUM;
    const mg_real *a = value_of(run, operation, 0);
    const mg_real *b = full_shape(run, operation, value_of(run, operation, 1), 0);
    for (size_t i = 0; i < n; i++) {
        bool takes_first = minimum ? a[i] < b[i] : a[i] > b[i];
        const mg_real *from = takes_first ? first : second;
        to[i] = from != NULL ? from[i] : 0;
    }
}

static void select_backward(const mg_run *run, const mg_operation *operation, const mg_real *dy)
{
    mg_real *g = scratch_of(run, 1);
    if (wanted(run, operation, 0)) {
        select_taken(run, operation, dy, NULL, g);
        contribute(run, operation, 0, g);
    }
    if (wanted(run, operation, 1)) {
        select_taken(run, operation, NULL, dy, g);
        contribute_second(run, operation, g, 2);
    }
}

static void select_tangent(const mg_run *run, const mg_operation *operation, mg_real *tangent)
{
    const mg_real *db = full_shape(run, operation, tangent_of(run, operation, 1), 1);
    select_taken(run, operation, tangent_of(run, operation, 0), db, tangent);
}

/* ---- one operand ---- */

static void affine_forward(const mg_run *run, const mg_operation *operation)
{
    run->kernels->affine(mg_run_elements(run, operation), (mg_real)operation->constant[0],
                         (mg_real)operation->constant[1], value_of(run, operation, 0), result_of(run, operation));
}

static void affine_backward(const mg_run *run, const mg_operation *operation, const mg_real *dy)
{
    bool first;
    size_t n = mg_run_elements(run, operation);
    mg_real scale = (mg_real)operation->constant[0];
    if (!wanted(run, operation, 0)) {
        return;
    }
    mg_real *to = receive(run, operation, 0, &first);
    if (first) {
        run->kernels->affine(n, scale, 0, dy, to);
    } else {
        run->kernels->axpy(n, scale, dy, to);
    }
}

static void affine_tangent(const mg_run *run, const mg_operation *operation, mg_real *tangent)
{
    run->kernels->affine(mg_run_elements(run, operation), (mg_real)operation->constant[0], 0,
                         tangent_of(run, operation, 0), tangent);
}

static void clip_forward(const mg_run *run, const mg_operation *operation)
{
    run->kernels->clip(mg_run_elements(run, operation), (mg_real)operation->constant[0],
                       (mg_real)operation->constant[1], value_of(run, operation, 0), result_of(run, operation));
}

/* to[i] = g[i] inside [low, high], else 0; `add`: added to what is there. */
static void pass_inside(const mg_run *run, const mg_operation *operation, const mg_real *g, bool add, mg_real *to)
{
    size_t n = mg_run_elements(run, operation);
    const mg_real *x = value_of(run, operation, 0);
    mg_real low = (mg_real)operation->constant[0], high = (mg_real)operation->constant[1];
    for (size_t i = 0; i < n; i++) {
        mg_real passed = x[i] >= low && x[i] <= high ? g[i] : 0;
        to[i] = add ? to[i] + passed : passed;
    }
}

static void clip_backward(const mg_run *run, const mg_operation *operation, const mg_real *dy)
{
    bool first;
    if (wanted(run, operation, 0)) {
        mg_real *to = receive(run, operation, 0, &first);
        pass_inside(run, operation, dy, !first, to);
    }
}

static void clip_tangent(const mg_run *run, const mg_operation *operation, mg_real *tangent)
{
    pass_inside(run, operation, tangent_of(run, operation, 0), false, tangent);
}

static void map_forward(const mg_run *run, const mg_operation *operation)
{
    run->kernels->map((mg_map)operation->map, mg_run_elements(run, operation), value_of(run, operation, 0),
                      result_of(run, operation));
}

static void map_backward(const mg_run *run, const mg_operation *operation, const mg_real *dy)
{
    if (wanted(run, operation, 0)) {
        run->kernels->map_backward((mg_map)operation->map, mg_run_elements(run, operation), value_of(run, operation, 0),
                                   result_of(run, operation), dy, receive_sum(run, operation, 0));
    }
}

/* One number in, one number out: the derivative of the tangent is that of the cotangent. */
static void map_tangent(const mg_run *run, const mg_operation *operation, mg_real *tangent)
{
    size_t n = mg_run_elements(run, operation);
    memset(tangent, 0, n * sizeof *tangent);
    run->kernels->map_backward((mg_map)operation->map, n, value_of(run, operation, 0), result_of(run, operation),
                               tangent_of(run, operation, 0), tangent);
}

/* ---- the table ---- */

const mg_operation_rules mg_tape_elementwise_rules[MG_OPERATION_COUNT] = {
    [MG_OPERATION_ADD] = {binary_forward, add_backward, add_tangent},
    [MG_OPERATION_SUBTRACT] = {binary_forward, subtract_backward, add_tangent},
    [MG_OPERATION_MULTIPLY] = {binary_forward, multiply_backward, multiply_tangent},
    [MG_OPERATION_DIVIDE] = {binary_forward, divide_backward, divide_tangent},
    [MG_OPERATION_MINIMUM] = {binary_forward, select_backward, select_tangent},
    [MG_OPERATION_MAXIMUM] = {binary_forward, select_backward, select_tangent},
    [MG_OPERATION_AFFINE] = {affine_forward, affine_backward, affine_tangent},
    [MG_OPERATION_CLIP] = {clip_forward, clip_backward, clip_tangent},
    [MG_OPERATION_MAP] = {map_forward, map_backward, map_tangent},
};
