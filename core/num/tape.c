/* tape.c - recording: nodes, what reaches what, the layout of the workspace. Independent of mg_real. What each
 * operation records and does is in the files of the families: tape_linear.c, tape_elementwise.c, ... */
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

/* No defect where there is no memory: as mg_allocate ends, of which this floor knows nothing. */
static void *resized(void *memory, size_t count, size_t size)
{
    memory = realloc(memory, count > 0 ? count * size : 1);
    if (memory == NULL) {
        fprintf(stderr, "marlgold: out of memory (%zu bytes wanted for a tape)\n", count * size);
        exit(3);
    }
    return memory;
}

mg_tape *mg_tape_create(int rows_max)
{
    if (rows_max < 1) {
        mg_tape_defect("mg_tape_create: %d rows; want at least 1", rows_max);
    }
    mg_tape *tape = resized(NULL, 1, sizeof *tape);
    *tape = (mg_tape){.rows_max = rows_max};
    return tape;
}

void mg_tape_destroy(mg_tape *tape)
{
    if (tape != NULL) {
        free(tape->node);
        free(tape->piece);
        free(tape->slice);
        free(tape);
    }
}

const mg_tape_node *mg_tape_operand(const mg_tape *tape, mg_node node, const char *caller)
{
    if (node < 0 || node >= tape->nodes) {
        mg_tape_defect("%s: node %d; this tape has %d", caller, node, tape->nodes);
    }
    return &tape->node[node];
}

int mg_tape_columns(const mg_tape *tape, mg_node node)
{
    return mg_tape_operand(tape, node, "mg_tape_columns")->columns;
}

int mg_tape_rows(const mg_tape *tape, mg_node node)
{
    return mg_tape_operand(tape, node, "mg_tape_rows")->rows;
}

/* ---- recording ---- */

mg_tape_node mg_tape_leaf(mg_rule_pair rules, int columns, int rows)
{
    return (mg_tape_node){
        .rules = rules,
        .columns = columns,
        .rows = rows,
        .function = MG_NONE,
        .slot = MG_NONE,
        .weight = MG_NONE,
        .bias = MG_NONE,
    };
}

mg_tape_node mg_tape_unary(const mg_tape *tape, mg_rule_pair rules, mg_node a, const char *caller)
{
    const mg_tape_node *of = mg_tape_operand(tape, a, caller);
    mg_tape_node node = mg_tape_leaf(rules, of->columns, of->rows);
    node.operands = 1;
    node.operand[0] = a;
    return node;
}

static void want_unfinished(const mg_tape *tape, const char *caller)
{
    if (tape->finished) {
        mg_tape_defect("%s: the tape is finished; record before mg_tape_finish", caller);
    }
}

mg_node mg_tape_record(mg_tape *tape, mg_tape_node node, const char *caller)
{
    want_unfinished(tape, caller);
    if (node.columns < 1) {
        mg_tape_defect("%s: %d columns; want at least 1", caller, node.columns);
    }
    if (tape->nodes == tape->node_room) {
        tape->node_room = 2 * tape->node_room + 16;
        tape->node = resized(tape->node, (size_t)tape->node_room, sizeof *tape->node);
    }
    for (int i = 0; i < node.operands && !node.stops; i++) {
        const mg_tape_node *from = &tape->node[node.operand[i]];
        node.reaches_inputs |= from->reaches_inputs;
        node.reaches_parameters |= from->reaches_parameters;
    }
    node.reaches_parameters |= node.weight != MG_NONE;
    tape->node[tape->nodes] = node;
    return tape->nodes++;
}

size_t mg_tape_rows_max(const mg_tape *tape, const mg_tape_node *node)
{
    return node->rows > 0 ? (size_t)tape->rows_max * (size_t)node->rows : 1;
}

static size_t elements_max(const mg_tape *tape, const mg_tape_node *node)
{
    return mg_tape_rows_max(tape, node) * (size_t)node->columns;
}

void mg_tape_need_scratch(mg_tape *tape, int area, size_t reals)
{
    if (tape->scratch_reals[area] < reals) {
        tape->scratch_reals[area] = reals;
    }
}

void mg_tape_need_shapes(mg_tape *tape, int areas, const mg_tape_node *node)
{
    for (int i = 0; i < areas; i++) {
        mg_tape_need_scratch(tape, i, elements_max(tape, node));
    }
}

/* ---- the parameter block ---- */

const mg_view *mg_tape_view(const mg_layout *layout, int view, const char *caller)
{
    if (view < 0 || view >= layout->views) {
        mg_tape_defect("%s: view %d; the layout has %d", caller, view, layout->views);
    }
    return &layout->view[view];
}

int mg_tape_piece(mg_tape *tape, const mg_view *view)
{
    for (int i = 0; i < tape->pieces; i++) {
        if (tape->piece[i].offset == view->offset) {
            return i;
        }
    }
    if (tape->pieces == tape->piece_room) {
        tape->piece_room = 2 * tape->piece_room + 8;
        tape->piece = resized(tape->piece, (size_t)tape->piece_room, sizeof *tape->piece);
    }
    tape->piece[tape->pieces] = (mg_piece){view->offset, view->rows, view->columns};
    return tape->pieces++;
}

int mg_tape_bias(mg_tape *tape, const mg_layout *layout, int weight, int columns, const char *caller)
{
    static const char suffix[] = ".bias";
    if (weight + 1 >= layout->views) {
        return MG_NONE;
    }
    const mg_view *bias = &layout->view[weight + 1];
    size_t length = strlen(bias->name);
    if (length < sizeof suffix - 1 || strcmp(bias->name + length - (sizeof suffix - 1), suffix) != 0) {
        return MG_NONE;
    }
    if (bias->rows != 1 || bias->columns != columns) {
        mg_tape_defect("%s: view \"%s\" is %d x %d; want 1 x %d", caller, bias->name, bias->rows, bias->columns,
                       columns);
    }
    return mg_tape_piece(tape, bias);
}

/* ---- slots ---- */

int mg_tape_index(mg_tape *tape)
{
    want_unfinished(tape, __func__);
    if (tape->indices == MG_TAPE_INDICES_MAX) {
        mg_tape_defect("mg_tape_index: more than %d index slots", MG_TAPE_INDICES_MAX);
    }
    return tape->indices++;
}

int mg_tape_index_slice(mg_tape *tape, int index_slot, int all, int first, int count)
{
    want_unfinished(tape, __func__);
    if (index_slot < 0 || index_slot >= tape->indices || first < 0 || count < 1 || count > all - first) {
        mg_tape_defect("mg_tape_index_slice: %d indices from %d on, of %d a sample in slot %d; this tape has %d slots",
                       count, first, all, index_slot, tape->indices);
    }
    if (tape->slices == tape->slice_room) {
        tape->slice_room = 2 * tape->slice_room + 8;
        tape->slice = resized(tape->slice, (size_t)tape->slice_room, sizeof *tape->slice);
    }
    tape->slice[tape->slices] = (mg_index_slice){index_slot, all, first, count};
    return MG_TAPE_INDICES_MAX + tape->slices++;
}

int mg_tape_slot(const mg_tape *tape, int index_slot, const char *caller)
{
    bool slice = index_slot >= MG_TAPE_INDICES_MAX && index_slot - MG_TAPE_INDICES_MAX < tape->slices;
    if (!slice && (index_slot < 0 || index_slot >= tape->indices)) {
        mg_tape_defect("%s: index slot %d; this tape has %d", caller, index_slot, tape->indices);
    }
    return index_slot;
}

int mg_tape_activation(mg_activation activation, const char *caller)
{
    switch (activation) {
    case MG_ACTIVATION_NONE: return MG_NONE;
    case MG_ACTIVATION_RELU: return MG_MAP_RELU;
    case MG_ACTIVATION_TANH: return MG_MAP_TANH;
    case MG_ACTIVATION_SIGMOID: return MG_MAP_SIGMOID;
    }
    mg_tape_defect("%s: activation %d; want an mg_activation", caller, (int)activation);
}

/* ---- layout of the workspace ---- */

/* Every part starts at a multiple of 16 reals: of a cache line, if the caller's block does. */
static size_t reserve(mg_tape *tape, size_t reals)
{
    size_t offset = tape->reals;
    tape->reals += (reals + 15) / 16 * 16;
    return offset;
}

static void place_value(mg_tape *tape, mg_tape_node *node)
{
    if (node->shares) { /* the same numbers, not a copy */
        const mg_tape_node *from = &tape->node[node->operand[0]];
        node->place = from->place;
        node->slot = from->slot;
        node->value = from->value;
    } else if (node->place == MG_PLACE_PARAMETERS) {
        node->value = tape->piece[node->weight].offset;
    } else if (node->place == MG_PLACE_WORKSPACE) {
        node->value = reserve(tape, elements_max(tape, node));
        node->kept = reserve(tape, node->kept_reals);
    }
}

static void place_derivative(mg_tape *tape, mg_tape_node *node, mg_node number)
{
    node->mark = number;
    if (node->shares) { /* never asked for where the node stops derivatives */
        const mg_tape_node *from = &tape->node[node->operand[0]];
        node->derivative = from->derivative;
        node->mark = from->mark;
    } else if (node->place == MG_PLACE_PARAMETERS) {
        node->mark = tape->nodes + node->weight;
    } else if (node->place == MG_PLACE_WORKSPACE) {
        node->derivative = reserve(tape, elements_max(tape, node));
    }
}

void mg_tape_finish(mg_tape *tape)
{
    if (tape->finished) {
        mg_tape_defect("mg_tape_finish: called twice");
    }
    tape->finished = true;
    tape->node = resized(tape->node, (size_t)tape->nodes, sizeof *tape->node);
    tape->piece = resized(tape->piece, (size_t)tape->pieces, sizeof *tape->piece);
    for (mg_node n = 0; n < tape->nodes; n++) {
        place_value(tape, &tape->node[n]);
    }
    tape->values = tape->reals;
    for (mg_node n = 0; n < tape->nodes; n++) {
        place_derivative(tape, &tape->node[n], n);
    }
    tape->marks = reserve(tape, ((size_t)tape->nodes + (size_t)tape->pieces) / sizeof(float) + 1);
    for (int i = 0; i < MG_SCRATCH_AREAS; i++) {
        tape->scratch[i] = reserve(tape, tape->scratch_reals[i]);
    }
    tape->gemm_scratch = reserve(tape, tape->needs_gemm ? MG_GEMM_SCRATCH : 0);
}

static void want_finished(const mg_tape *tape, const char *caller)
{
    if (!tape->finished) {
        mg_tape_defect("%s before mg_tape_finish", caller);
    }
}

size_t mg_tape_workspace(const mg_tape *tape)
{
    want_finished(tape, __func__);
    return tape->reals;
}

size_t mg_tape_values(const mg_tape *tape)
{
    want_finished(tape, __func__);
    return tape->values;
}
