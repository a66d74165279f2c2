/* tape.c - recording: shapes, broadcasts, what reaches what, the layout of the workspace. Independent of mg_real. */
#include "core/num/tape.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/num/kernels.h"
#include "core/num/tape_program.h"

_Noreturn void mg_tape_defect(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("marlgold: tape: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    abort();
}

mg_tape *mg_tape_create(int rows_max)
{
    if (rows_max < 1) {
        mg_tape_defect("mg_tape_create: %d rows; want at least 1", rows_max);
    }
    mg_tape *tape = calloc(1, sizeof *tape);
    if (tape == NULL) { /* no defect: as mg_allocate ends, of which this floor knows nothing */
        fprintf(stderr, "marlgold: out of memory (%zu bytes wanted for a tape)\n", sizeof *tape);
        exit(3);
    }
    tape->rows_max = rows_max;
    return tape;
}

void mg_tape_destroy(mg_tape *tape)
{
    free(tape);
}

static const mg_operation *operand(const mg_tape *tape, mg_node node, const char *caller)
{
    if (node < 0 || node >= tape->nodes) {
        mg_tape_defect("%s: node %d; this tape has %d", caller, node, tape->nodes);
    }
    return &tape->node[node];
}

int mg_tape_columns(const mg_tape *tape, mg_node node)
{
    return operand(tape, node, "mg_tape_columns")->columns;
}

/* ---- recording ---- */

static mg_operation operation_of(mg_operation_kind kind, int columns, bool batch)
{
    return (mg_operation){
        .kind = kind,
        .columns = columns,
        .batch = batch,
        .map = -1,
        .weight = MG_NO_OFFSET,
        .bias = MG_NO_OFFSET,
    };
}

/* An operation of one operand, in its shape. */
static mg_operation unary(const mg_tape *tape, mg_operation_kind kind, mg_node a, const char *caller)
{
    const mg_operation *of = operand(tape, a, caller);
    mg_operation operation = operation_of(kind, of->columns, of->batch);
    operation.operands = 1;
    operation.operand[0] = a;
    return operation;
}

static mg_node record(mg_tape *tape, mg_operation operation, const char *caller)
{
    if (tape->finished) {
        mg_tape_defect("%s: the tape is finished; record before mg_tape_finish", caller);
    }
    if (tape->nodes == MG_TAPE_NODES_MAX) {
        mg_tape_defect("%s: more than %d nodes", caller, MG_TAPE_NODES_MAX);
    }
    if (operation.columns < 1) {
        mg_tape_defect("%s: %d columns; want at least 1", caller, operation.columns);
    }
    mg_node node = tape->nodes++;
    if (operation.kind != MG_OPERATION_STOP_GRADIENT) {
        for (int i = 0; i < operation.operands; i++) {
            const mg_operation *from = &tape->node[operation.operand[i]];
            operation.reaches_inputs |= from->reaches_inputs;
            operation.reaches_parameters |= from->reaches_parameters;
            for (int w = 0; w < MG_NODE_WORDS; w++) {
                operation.ancestors[w] |= from->ancestors[w];
            }
        }
    }
    operation.reaches_parameters |= operation.weight != MG_NO_OFFSET;
    operation.ancestors[node / 64] |= UINT64_C(1) << node % 64;
    tape->node[node] = operation;
    return node;
}

/* Makes the first `areas` scratch areas large enough for the shape of this operation. */
static void need_scratch(mg_tape *tape, const mg_operation *operation, int areas)
{
    size_t rows = operation->batch ? (size_t)tape->rows_max : 1;
    size_t elements = rows * (size_t)operation->columns;
    for (int i = 0; i < areas; i++) {
        if (tape->scratch_elements[i] < elements) {
            tape->scratch_elements[i] = elements;
        }
    }
}

static const mg_view *view_of(const mg_layout *layout, int view, const char *caller)
{
    if (view < 0 || view >= layout->views) {
        mg_tape_defect("%s: view %d; the layout has %d", caller, view, layout->views);
    }
    return &layout->view[view];
}

/* ---- leaves ---- */

mg_node mg_tape_input(mg_tape *tape, int columns)
{
    if (tape->inputs == MG_TAPE_INPUTS_MAX) {
        mg_tape_defect("mg_tape_input: more than %d inputs", MG_TAPE_INPUTS_MAX);
    }
    mg_operation operation = operation_of(MG_OPERATION_INPUT, columns, true);
    operation.place = MG_PLACE_INPUT;
    operation.slot = tape->inputs++;
    operation.reaches_inputs = UINT32_C(1) << operation.slot;
    return record(tape, operation, __func__);
}

int mg_tape_index(mg_tape *tape)
{
    if (tape->finished) {
        mg_tape_defect("mg_tape_index: the tape is finished; record before mg_tape_finish");
    }
    if (tape->indices == MG_TAPE_INDICES_MAX) {
        mg_tape_defect("mg_tape_index: more than %d index slots", MG_TAPE_INDICES_MAX);
    }
    return tape->indices++;
}

static int index_of(const mg_tape *tape, int slot, const char *caller)
{
    if (slot < 0 || slot >= tape->indices) {
        mg_tape_defect("%s: index slot %d; this tape has %d", caller, slot, tape->indices);
    }
    return slot;
}

mg_node mg_tape_parameter(mg_tape *tape, const mg_layout *layout, int view)
{
    const mg_view *of = view_of(layout, view, __func__);
    if (of->rows != 1) {
        mg_tape_defect("mg_tape_parameter: view \"%s\" has %d rows; want 1", of->name, of->rows);
    }
    mg_operation operation = operation_of(MG_OPERATION_PARAMETER, of->columns, false);
    operation.place = MG_PLACE_PARAMETERS;
    operation.weight = of->offset;
    operation.value = of->offset;
    return record(tape, operation, __func__);
}

/* ---- layers ---- */

/* Offset of the bias that follows a weight, or MG_NO_OFFSET. */
static size_t bias_after(const mg_layout *layout, int weight, int columns)
{
    static const char suffix[] = ".bias";
    if (weight + 1 >= layout->views) {
        return MG_NO_OFFSET;
    }
    const mg_view *bias = &layout->view[weight + 1];
    size_t length = strlen(bias->name);
    if (length < sizeof suffix - 1 || strcmp(bias->name + length - (sizeof suffix - 1), suffix) != 0) {
        return MG_NO_OFFSET;
    }
    if (bias->rows != 1 || bias->columns != columns) {
        mg_tape_defect("mg_tape_linear: view \"%s\" is %d x %d; want 1 x %d", bias->name, bias->rows, bias->columns,
                       columns);
    }
    return bias->offset;
}

static int map_of(mg_activation activation)
{
    switch (activation) {
    case MG_ACTIVATION_NONE: return -1;
    case MG_ACTIVATION_RELU: return MG_MAP_RELU;
    case MG_ACTIVATION_TANH: return MG_MAP_TANH;
    case MG_ACTIVATION_SIGMOID: return MG_MAP_SIGMOID;
    }
    mg_tape_defect("mg_tape_linear: activation %d; want an mg_activation", (int)activation);
}

mg_node mg_tape_linear(mg_tape *tape, mg_node x, const mg_layout *layout, int weight, mg_activation activation)
{
    mg_operation operation = unary(tape, MG_OPERATION_LINEAR, x, __func__);
    const mg_view *w = view_of(layout, weight, __func__);
    if (operation.columns != w->rows) {
        mg_tape_defect("mg_tape_linear: x has %d columns, weight \"%s\" has %d rows", operation.columns, w->name,
                       w->rows);
    }
    operation.columns = w->columns;
    operation.depth = w->rows;
    operation.weight = w->offset;
    operation.bias = bias_after(layout, weight, w->columns);
    operation.map = map_of(activation);
    tape->needs_gemm = true;
    if (operation.map >= 0) {
        need_scratch(tape, &operation, 1); /* derivative before the activation */
    }
    return record(tape, operation, __func__);
}

mg_node mg_tape_lookup(mg_tape *tape, const mg_layout *layout, int weight, int index_slot)
{
    const mg_view *w = view_of(layout, weight, __func__);
    mg_operation operation = operation_of(MG_OPERATION_LOOKUP, w->columns, true);
    operation.depth = w->rows;
    operation.weight = w->offset;
    operation.slot = index_of(tape, index_slot, __func__);
    return record(tape, operation, __func__);
}

/* ---- elementwise ---- */

static mg_node binary(mg_tape *tape, mg_operation_kind kind, mg_node a, mg_node b, const char *caller)
{
    mg_operation operation = unary(tape, kind, a, caller);
    const mg_operation *second = operand(tape, b, caller);
    operation.operands = 2;
    operation.operand[1] = b;
    if (second->batch == operation.batch && second->columns == operation.columns) {
        operation.broadcast = MG_BROADCAST_NONE;
    } else if (!second->batch && second->columns == 1) {
        operation.broadcast = MG_BROADCAST_ONE;
    } else if (!second->batch && second->columns == operation.columns) {
        operation.broadcast = MG_BROADCAST_ROW;
    } else if (second->batch && operation.batch && second->columns == 1) {
        operation.broadcast = MG_BROADCAST_COLUMN;
    } else {
        mg_tape_defect("%s: a is %s x %d and b is %s x %d; want b in the shape of a, a batch column or a single row",
                       caller, operation.batch ? "rows" : "1", operation.columns, second->batch ? "rows" : "1",
                       second->columns);
    }
    need_scratch(tape, &operation, MG_SCRATCH_AREAS);
    return record(tape, operation, caller);
}

mg_node mg_tape_add(mg_tape *tape, mg_node a, mg_node b)
{
    return binary(tape, MG_OPERATION_ADD, a, b, __func__);
}

mg_node mg_tape_subtract(mg_tape *tape, mg_node a, mg_node b)
{
    return binary(tape, MG_OPERATION_SUBTRACT, a, b, __func__);
}

mg_node mg_tape_multiply(mg_tape *tape, mg_node a, mg_node b)
{
    return binary(tape, MG_OPERATION_MULTIPLY, a, b, __func__);
}

mg_node mg_tape_divide(mg_tape *tape, mg_node a, mg_node b)
{
    return binary(tape, MG_OPERATION_DIVIDE, a, b, __func__);
}

mg_node mg_tape_minimum(mg_tape *tape, mg_node a, mg_node b)
{
    return binary(tape, MG_OPERATION_MINIMUM, a, b, __func__);
}

mg_node mg_tape_maximum(mg_tape *tape, mg_node a, mg_node b)
{
    return binary(tape, MG_OPERATION_MAXIMUM, a, b, __func__);
}

mg_node mg_tape_affine(mg_tape *tape, mg_node a, double scale, double shift)
{
    mg_operation operation = unary(tape, MG_OPERATION_AFFINE, a, __func__);
    operation.constant[0] = scale;
    operation.constant[1] = shift;
    return record(tape, operation, __func__);
}

mg_node mg_tape_clip(mg_tape *tape, mg_node a, double low, double high)
{
    if (!(low <= high)) {
        mg_tape_defect("mg_tape_clip: low %g, high %g; want low <= high", low, high);
    }
    mg_operation operation = unary(tape, MG_OPERATION_CLIP, a, __func__);
    operation.constant[0] = low;
    operation.constant[1] = high;
    return record(tape, operation, __func__);
}

static mg_node map(mg_tape *tape, mg_map function, mg_node a, const char *caller)
{
    mg_operation operation = unary(tape, MG_OPERATION_MAP, a, caller);
    operation.map = (int)function;
    return record(tape, operation, caller);
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

mg_node mg_tape_stop_gradient(mg_tape *tape, mg_node a)
{
    return record(tape, unary(tape, MG_OPERATION_STOP_GRADIENT, a, __func__), __func__);
}

/* ---- along a row ---- */

mg_node mg_tape_softmax(mg_tape *tape, mg_node a)
{
    return record(tape, unary(tape, MG_OPERATION_SOFTMAX, a, __func__), __func__);
}

mg_node mg_tape_log_softmax(mg_tape *tape, mg_node a)
{
    mg_operation operation = unary(tape, MG_OPERATION_LOG_SOFTMAX, a, __func__);
    need_scratch(tape, &operation, 2);
    return record(tape, operation, __func__);
}

mg_node mg_tape_gather(mg_tape *tape, mg_node a, int index_slot)
{
    mg_operation operation = unary(tape, MG_OPERATION_GATHER, a, __func__);
    if (!operation.batch) {
        mg_tape_defect("mg_tape_gather: a is a single row; want one row per live row");
    }
    operation.columns = 1;
    operation.slot = index_of(tape, index_slot, __func__);
    return record(tape, operation, __func__);
}

mg_node mg_tape_concat(mg_tape *tape, mg_node a, mg_node b)
{
    mg_operation operation = unary(tape, MG_OPERATION_CONCAT, a, __func__);
    const mg_operation *second = operand(tape, b, __func__);
    if (operation.batch != second->batch) {
        mg_tape_defect("mg_tape_concat: one operand is a single row and the other is not");
    }
    operation.columns += second->columns;
    operation.operands = 2;
    operation.operand[1] = b;
    return record(tape, operation, __func__);
}

mg_node mg_tape_slice(mg_tape *tape, mg_node a, int first, int columns)
{
    mg_operation operation = unary(tape, MG_OPERATION_SLICE, a, __func__);
    if (first < 0 || columns < 1 || columns > operation.columns - first) {
        mg_tape_defect("mg_tape_slice: %d columns from column %d; a has %d", columns, first, operation.columns);
    }
    operation.columns = columns;
    operation.first = first;
    return record(tape, operation, __func__);
}

mg_node mg_tape_row_sum(mg_tape *tape, mg_node a)
{
    mg_operation operation = unary(tape, MG_OPERATION_ROW_SUM, a, __func__);
    need_scratch(tape, &operation, 1);
    operation.columns = 1;
    return record(tape, operation, __func__);
}

/* ---- over rows ---- */

static mg_node over_rows(mg_tape *tape, mg_operation_kind kind, mg_node a, const char *caller)
{
    mg_operation operation = unary(tape, kind, a, caller);
    operation.columns = 1;
    operation.batch = false;
    return record(tape, operation, caller);
}

mg_node mg_tape_sum(mg_tape *tape, mg_node a)
{
    return over_rows(tape, MG_OPERATION_SUM, a, __func__);
}

mg_node mg_tape_mean(mg_tape *tape, mg_node a)
{
    return over_rows(tape, MG_OPERATION_MEAN, a, __func__);
}

/* ---- layout of the workspace ---- */

/* Every piece starts at a multiple of 16 reals: of a cache line, if the caller's block does. */
static size_t reserve(mg_tape *tape, size_t reals)
{
    size_t offset = tape->reals;
    tape->reals += (reals + 15) / 16 * 16;
    return offset;
}

static size_t elements_max(const mg_tape *tape, const mg_operation *operation)
{
    return (size_t)operation->columns * (operation->batch ? (size_t)tape->rows_max : 1);
}

void mg_tape_finish(mg_tape *tape)
{
    if (tape->finished) {
        mg_tape_defect("mg_tape_finish: called twice");
    }
    tape->finished = true;
    for (mg_node n = 0; n < tape->nodes; n++) {
        mg_operation *operation = &tape->node[n];
        if (operation->kind == MG_OPERATION_STOP_GRADIENT) { /* the same numbers, not a copy */
            const mg_operation *from = &tape->node[operation->operand[0]];
            operation->place = from->place;
            operation->slot = from->slot;
            operation->value = from->value;
        } else if (operation->place == MG_PLACE_WORKSPACE) {
            operation->value = reserve(tape, elements_max(tape, operation));
        }
    }
    tape->values = tape->reals;
    for (mg_node n = 0; n < tape->nodes; n++) {
        mg_operation *operation = &tape->node[n];
        if (operation->place == MG_PLACE_WORKSPACE && operation->kind != MG_OPERATION_STOP_GRADIENT) {
            operation->derivative = reserve(tape, elements_max(tape, operation));
        }
    }
    for (int i = 0; i < MG_SCRATCH_AREAS; i++) {
        tape->scratch[i] = reserve(tape, tape->scratch_elements[i]);
    }
    tape->gemm_scratch = reserve(tape, tape->needs_gemm ? MG_GEMM_SCRATCH : 0);
}
