/* tape_recurrent.c - GRU and LSTM cells, unrolled over the steps of sequences.
 *
 * A node's rows are sequences of `steps` consecutive rows, sequence by sequence; all sequences take a step at once.
 * What forward keeps is step by step, in blocks of one row of `hidden` numbers a sequence: of each kind (gates, states
 * before the step, ...) the blocks of all steps lie one after the other, so that the gradient of the recurrent weight
 * is one product for each gate, whose sums run over steps, and sequences within a step, in ascending order.
 */
#include "core/num/tape_run.h"

typedef struct recurrence {
    const mg_pass *pass;
    const mg_tape_node *node;
    size_t steps, sequences, hidden, block; /* block: sequences * hidden */
    int gates, states;
    mg_real *kept, *by_gate, *scratch, *carry; /* by_gate: [gate][step], carry: [state] */
} recurrence;

/* What is kept, by kind. A GRU's candidate is tanh(x + reset * inner). */
enum { GRU_RESET, GRU_UPDATE, GRU_CANDIDATE, GRU_INNER, GRU_BEFORE, GRU_KINDS };
enum { LSTM_INPUT, LSTM_FORGET, LSTM_OUTPUT, LSTM_CANDIDATE, LSTM_SQUASHED, LSTM_BEFORE, LSTM_CELL_BEFORE, LSTM_KINDS };
enum { GRU_GATES = 3, LSTM_GATES = 4, SCRATCH_BLOCKS = 4 };

static recurrence start_recurrence(const mg_pass *pass, const mg_tape_node *node, int gates, int states)
{
    recurrence r = {.pass = pass, .node = node, .gates = gates, .states = states};
    r.steps = (size_t)node->group;
    r.sequences = rows_of(pass, node) / r.steps;
    r.hidden = (size_t)(node->columns / states);
    r.block = r.sequences * r.hidden;
    r.kept = pass->values + node->kept;
    r.by_gate = scratch_of(pass, 0);
    r.scratch = scratch_of(pass, 1);
    r.carry = scratch_of(pass, 2);
    return r;
}

static mg_real *kept_of(const recurrence *r, int kind, size_t step)
{
    return r->kept + ((size_t)kind * r->steps + step) * r->block;
}

static mg_real *by_gate_of(const recurrence *r, int gate, size_t step)
{
    return r->by_gate + ((size_t)gate * r->steps + step) * r->block;
}

static mg_real *scratch_block(const recurrence *r, int i)
{
    return r->scratch + (size_t)i * r->block;
}

static void combine(const recurrence *r, mg_combine how, const mg_real *a, const mg_real *b, mg_real *y)
{
    r->pass->kernels->combine(how, r->block, a, b, y);
}

static void multiply_add(const recurrence *r, const mg_real *a, const mg_real *b, mg_real *y)
{
    r->pass->kernels->multiply_add(r->block, a, b, y);
}

static void squash(const recurrence *r, mg_map map, mg_real *x)
{
    r->pass->kernels->map(map, r->block, x, x);
}

/* to = g f'(z), from y = f(z) */
static void through(const recurrence *r, mg_map map, const mg_real *y, const mg_real *g, mg_real *to)
{
    through_activation(r->pass, (int)map, r->block, y, g, to);
}

/* Between a block and columns `first`.. of one step's rows of a matrix of sequences. */
static void take_columns(const recurrence *r, const mg_real *matrix, int columns, size_t first, size_t step,
                         mg_real *block)
{
    for (size_t q = 0; q < r->sequences; q++) {
        memcpy(block + q * r->hidden, matrix + (q * r->steps + step) * (size_t)columns + first,
               r->hidden * sizeof *block);
    }
}

static void put_columns(const recurrence *r, const mg_real *block, mg_real *matrix, int columns, size_t first,
                        size_t step, bool add)
{
    for (size_t q = 0; q < r->sequences; q++) {
        mg_real *to = matrix + (q * r->steps + step) * (size_t)columns + first;
        const mg_real *from = block + q * r->hidden;
        if (add) {
            r->pass->kernels->combine(MG_COMBINE_ADD, r->hidden, to, from, to);
        } else {
            memcpy(to, from, r->hidden * sizeof *to);
        }
    }
}

static bool is_reset(const recurrence *r, size_t sequence, size_t step)
{
    int slot = r->node->slot;
    return slot != MG_NONE && index_entry(r->pass, slot, sequence * r->steps + step) != 0;
}

static void clear_reset(const recurrence *r, size_t step, mg_real *block)
{
    for (size_t q = 0; q < r->sequences; q++) {
        if (is_reset(r, q, step)) {
            memset(block + q * r->hidden, 0, r->hidden * sizeof *block);
        }
    }
}

/* ---- forward ---- */

/* One state (hidden or cell) as it is before a step: the last step's, at first the start, 0 after a reset. */
static void fill_before(const recurrence *r, int state, size_t step, mg_real *block)
{
    size_t first = (size_t)state * r->hidden;
    if (step > 0) {
        take_columns(r, result_of(r->pass, r->node), r->node->columns, first, step - 1, block);
    } else if (r->node->operands > 1) {
        const mg_real *from = value_of(r->pass, r->node, 1);
        for (size_t q = 0; q < r->sequences; q++) {
            memcpy(block + q * r->hidden, from + q * (size_t)r->node->columns + first, r->hidden * sizeof *block);
        }
    } else {
        memset(block, 0, r->block * sizeof *block);
    }
    clear_reset(r, step, block);
}

/* y = bias + before U, for the columns of one gate */
static void recur(const recurrence *r, int gate, const mg_real *before, mg_real *y)
{
    const mg_real *block = r->pass->replay->parameters;
    const mg_real *weight = piece_of(r->pass, block, r->node->weight), *bias = piece_of(r->pass, block, r->node->bias);
    int hidden = (int)r->hidden;
    multiply(r->pass, (mg_gemm){.rows = (int)r->sequences,
                                .columns = hidden,
                                .depth = hidden,
                                .a = before,
                                .a_row = hidden,
                                .a_column = 1,
                                .b = weight + gate * hidden,
                                .b_row = r->gates * hidden,
                                .b_column = 1,
                                .c = y,
                                .c_row = hidden,
                                .start = bias != NULL ? MG_START_BIAS : MG_START_ZERO,
                                .bias = bias != NULL ? bias + gate * hidden : NULL});
}

/* A gate's logits: x + (bias + before U) */
static void fill_gate(const recurrence *r, int gate, size_t step, const mg_real *before, mg_real *y)
{
    mg_real *x = scratch_block(r, 0);
    recur(r, gate, before, y);
    take_columns(r, value_of(r->pass, r->node, 0), r->gates * (int)r->hidden, (size_t)gate * r->hidden, step, x);
    combine(r, MG_COMBINE_ADD, x, y, y);
}

static void gru_step(const recurrence *r, size_t step)
{
    mg_real *reset = kept_of(r, GRU_RESET, step), *update = kept_of(r, GRU_UPDATE, step);
    mg_real *candidate = kept_of(r, GRU_CANDIDATE, step), *inner = kept_of(r, GRU_INNER, step);
    mg_real *before = kept_of(r, GRU_BEFORE, step), *rest = scratch_block(r, 0), *after = scratch_block(r, 1);
    fill_before(r, 0, step, before);
    fill_gate(r, GRU_RESET, step, before, reset);
    squash(r, MG_MAP_SIGMOID, reset);
    fill_gate(r, GRU_UPDATE, step, before, update);
    squash(r, MG_MAP_SIGMOID, update);
    recur(r, GRU_CANDIDATE, before, inner);
    take_columns(r, value_of(r->pass, r->node, 0), GRU_GATES * (int)r->hidden, GRU_CANDIDATE * r->hidden, step,
                 candidate);
    multiply_add(r, reset, inner, candidate);
    squash(r, MG_MAP_TANH, candidate);
    r->pass->kernels->affine(r->block, -1, 1, update, rest);
    combine(r, MG_COMBINE_MULTIPLY, rest, candidate, after);
    multiply_add(r, update, before, after);
    put_columns(r, after, result_of(r->pass, r->node), r->node->columns, 0, step, false);
}

static void gru_forward(const mg_pass *pass, const mg_tape_node *node)
{
    recurrence r = start_recurrence(pass, node, GRU_GATES, 1);
    for (size_t step = 0; step < r.steps; step++) {
        gru_step(&r, step);
    }
}

static void lstm_step(const recurrence *r, size_t step)
{
    mg_real *gate[LSTM_GATES], *squashed = kept_of(r, LSTM_SQUASHED, step), *after = scratch_block(r, 1);
    mg_real *before = kept_of(r, LSTM_BEFORE, step), *cell_before = kept_of(r, LSTM_CELL_BEFORE, step);
    mg_real *y = result_of(r->pass, r->node);
    fill_before(r, 0, step, before);
    fill_before(r, 1, step, cell_before);
    for (int g = 0; g < LSTM_GATES; g++) {
        gate[g] = kept_of(r, g, step);
        fill_gate(r, g, step, before, gate[g]);
        if (g == LSTM_FORGET) {
            r->pass->kernels->affine(r->block, 1, (mg_real)r->node->constant[0], gate[g], gate[g]);
        }
        squash(r, g == LSTM_CANDIDATE ? MG_MAP_TANH : MG_MAP_SIGMOID, gate[g]);
    }
    combine(r, MG_COMBINE_MULTIPLY, gate[LSTM_FORGET], cell_before, after);
    multiply_add(r, gate[LSTM_INPUT], gate[LSTM_CANDIDATE], after);
    put_columns(r, after, y, r->node->columns, r->hidden, step, false);
    memcpy(squashed, after, r->block * sizeof *squashed);
    squash(r, MG_MAP_TANH, squashed);
    combine(r, MG_COMBINE_MULTIPLY, gate[LSTM_OUTPUT], squashed, after);
    put_columns(r, after, y, r->node->columns, 0, step, false);
}

static void lstm_forward(const mg_pass *pass, const mg_tape_node *node)
{
    recurrence r = start_recurrence(pass, node, LSTM_GATES, 2);
    for (size_t step = 0; step < r.steps; step++) {
        lstm_step(&r, step);
    }
}

/* ---- backward ---- */

/* Of one state after a step: what later steps carry, and the cotangent of the value. */
static void fill_after(const recurrence *r, int state, size_t step, const mg_real *dy, mg_real *block)
{
    take_columns(r, dy, r->node->columns, (size_t)state * r->hidden, step, block);
    combine(r, MG_COMBINE_ADD, block, r->carry + (size_t)state * r->block, block);
}

/* by_before += dgate U^T, for all gates */
static void recur_back(const recurrence *r, size_t step, mg_real *by_before)
{
    const mg_real *weight = piece_of(r->pass, r->pass->replay->parameters, r->node->weight);
    int hidden = (int)r->hidden;
    for (int gate = 0; gate < r->gates; gate++) {
        multiply(r->pass, (mg_gemm){.rows = (int)r->sequences,
                                    .columns = hidden,
                                    .depth = hidden,
                                    .a = by_gate_of(r, gate, step),
                                    .a_row = hidden,
                                    .a_column = 1,
                                    .b = weight + gate * hidden,
                                    .b_row = 1,
                                    .b_column = r->gates * hidden,
                                    .c = by_before,
                                    .c_row = hidden,
                                    .start = MG_START_C});
    }
}

static void gru_step_back(const recurrence *r, size_t step, const mg_real *dy, mg_real *dx, bool add)
{
    mg_real *reset = kept_of(r, GRU_RESET, step), *update = kept_of(r, GRU_UPDATE, step), *carry = r->carry;
    mg_real *candidate = kept_of(r, GRU_CANDIDATE, step), *inner = kept_of(r, GRU_INNER, step);
    mg_real *after = scratch_block(r, 0), *g = scratch_block(r, 1), *by_candidate = scratch_block(r, 2);
    fill_after(r, 0, step, dy, after);
    combine(r, MG_COMBINE_SUBTRACT, kept_of(r, GRU_BEFORE, step), candidate, g);
    combine(r, MG_COMBINE_MULTIPLY, after, g, g);
    through(r, MG_MAP_SIGMOID, update, g, by_gate_of(r, GRU_UPDATE, step));
    r->pass->kernels->affine(r->block, -1, 1, update, g);
    combine(r, MG_COMBINE_MULTIPLY, after, g, g);
    through(r, MG_MAP_TANH, candidate, g, by_candidate);
    combine(r, MG_COMBINE_MULTIPLY, by_candidate, inner, g);
    through(r, MG_MAP_SIGMOID, reset, g, by_gate_of(r, GRU_RESET, step));
    combine(r, MG_COMBINE_MULTIPLY, by_candidate, reset, by_gate_of(r, GRU_CANDIDATE, step));
    combine(r, MG_COMBINE_MULTIPLY, after, update, carry);
    recur_back(r, step, carry);
    clear_reset(r, step, carry);
    for (int gate = 0; dx != NULL && gate < GRU_GATES; gate++) {
        put_columns(r, gate == GRU_CANDIDATE ? by_candidate : by_gate_of(r, gate, step), dx, GRU_GATES * (int)r->hidden,
                    (size_t)gate * r->hidden, step, add);
    }
}

static void lstm_step_back(const recurrence *r, size_t step, const mg_real *dy, mg_real *dx, bool add)
{
    mg_real *input = kept_of(r, LSTM_INPUT, step), *forget = kept_of(r, LSTM_FORGET, step), *carry = r->carry;
    mg_real *output = kept_of(r, LSTM_OUTPUT, step), *candidate = kept_of(r, LSTM_CANDIDATE, step);
    mg_real *squashed = kept_of(r, LSTM_SQUASHED, step), *after = scratch_block(r, 0), *cell = scratch_block(r, 1);
    mg_real *g = scratch_block(r, 2), *by_squashed = scratch_block(r, 3);
    fill_after(r, 0, step, dy, after);
    fill_after(r, 1, step, dy, cell);
    combine(r, MG_COMBINE_MULTIPLY, after, squashed, g);
    through(r, MG_MAP_SIGMOID, output, g, by_gate_of(r, LSTM_OUTPUT, step));
    combine(r, MG_COMBINE_MULTIPLY, after, output, g);
    through(r, MG_MAP_TANH, squashed, g, by_squashed);
    combine(r, MG_COMBINE_ADD, cell, by_squashed, cell);
    combine(r, MG_COMBINE_MULTIPLY, cell, candidate, g);
    through(r, MG_MAP_SIGMOID, input, g, by_gate_of(r, LSTM_INPUT, step));
    combine(r, MG_COMBINE_MULTIPLY, cell, input, g);
    through(r, MG_MAP_TANH, candidate, g, by_gate_of(r, LSTM_CANDIDATE, step));
    combine(r, MG_COMBINE_MULTIPLY, cell, kept_of(r, LSTM_CELL_BEFORE, step), g);
    through(r, MG_MAP_SIGMOID, forget, g, by_gate_of(r, LSTM_FORGET, step));
    memset(carry, 0, r->block * sizeof *carry);
    recur_back(r, step, carry);
    combine(r, MG_COMBINE_MULTIPLY, cell, forget, carry + r->block);
    clear_reset(r, step, carry);
    clear_reset(r, step, carry + r->block);
    for (int gate = 0; dx != NULL && gate < LSTM_GATES; gate++) {
        put_columns(r, by_gate_of(r, gate, step), dx, LSTM_GATES * (int)r->hidden, (size_t)gate * r->hidden, step, add);
    }
}

/* dU += before^T dgate, db += the sum of dgate */
static void backward_parameters(const recurrence *r, int before)
{
    bool first;
    int hidden = (int)r->hidden, rows = (int)(r->steps * r->sequences);
    mg_real *dw = receive_piece(r->pass, r->node->weight, &first);
    mg_real *db = r->node->bias != MG_NONE ? receive_piece_sum(r->pass, r->node->bias) : NULL;
    for (int gate = 0; gate < r->gates; gate++) {
        const mg_real *by_gate = by_gate_of(r, gate, 0);
        multiply(r->pass, (mg_gemm){.rows = hidden,
                                    .columns = hidden,
                                    .depth = rows,
                                    .a = kept_of(r, before, 0),
                                    .a_row = 1,
                                    .a_column = hidden,
                                    .b = by_gate,
                                    .b_row = hidden,
                                    .b_column = 1,
                                    .c = dw + gate * hidden,
                                    .c_row = r->gates * hidden,
                                    .start = first ? MG_START_ZERO : MG_START_C});
        if (db != NULL) {
            r->pass->kernels->column_sum(rows, hidden, by_gate, db + gate * hidden);
        }
    }
}

/* What the first step carries goes to the start. */
static void backward_start(const recurrence *r)
{
    bool first;
    mg_real *to = receive(r->pass, r->node, 1, &first);
    for (size_t q = 0; q < r->sequences; q++) {
        for (int state = 0; state < r->states; state++) {
            mg_real *at = to + (q * (size_t)r->states + (size_t)state) * r->hidden;
            const mg_real *from = r->carry + (size_t)state * r->block + q * r->hidden;
            if (first) {
                memcpy(at, from, r->hidden * sizeof *at);
            } else {
                r->pass->kernels->combine(MG_COMBINE_ADD, r->hidden, at, from, at);
            }
        }
    }
}

static void go_back(const recurrence *r, const mg_real *dy, int before,
                    void (*step_back)(const recurrence *r, size_t step, const mg_real *dy, mg_real *dx, bool add))
{
    bool first = true;
    mg_real *dx = wanted(r->pass, r->node, 0) ? receive(r->pass, r->node, 0, &first) : NULL;
    memset(r->carry, 0, (size_t)r->states * r->block * sizeof *r->carry);
    for (size_t step = r->steps; step-- > 0;) {
        step_back(r, step, dy, dx, !first);
    }
    if (r->pass->parameter_gradient != NULL) {
        backward_parameters(r, before);
    }
    if (r->node->operands > 1 && wanted(r->pass, r->node, 1)) {
        backward_start(r);
    }
}

static void gru_backward(const mg_pass *pass, const mg_tape_node *node, const mg_real *dy)
{
    recurrence r = start_recurrence(pass, node, GRU_GATES, 1);
    go_back(&r, dy, GRU_BEFORE, gru_step_back);
}

static void lstm_backward(const mg_pass *pass, const mg_tape_node *node, const mg_real *dy)
{
    recurrence r = start_recurrence(pass, node, LSTM_GATES, 2);
    go_back(&r, dy, LSTM_BEFORE, lstm_step_back);
}

#define NO_TANGENT "no learner differentiates through the update of a recurrent network"

MG_RULES(gru) = {"gru", gru_forward, gru_backward, NULL, NO_TANGENT};
MG_RULES(lstm) = {"lstm", lstm_forward, lstm_backward, NULL, NO_TANGENT};

/* ---- recording ---- */
#ifndef MG_DOUBLE

/* Numbers of rows and columns of x, start and weight must agree: gates * hidden columns of x, states * hidden of
 * start. */
static void want_shapes(const mg_tape_node *x, const mg_tape_node *start, const mg_view *weight, int steps, int gates,
                        int states, const char *caller)
{
    int hidden = weight->rows;
    if (steps < 1 || x->rows == 0 || x->rows % steps != 0 || x->columns != gates * hidden ||
        weight->columns != gates * hidden) {
        mg_tape_defect("%s: %d steps of x with %d x %d numbers a sample, weight \"%s\" is %d x %d; want whole "
                       "sequences and %d hidden columns in both",
                       caller, steps, x->rows, x->columns, weight->name, weight->rows, weight->columns, gates);
    }
    if (start != NULL && (start->rows != x->rows / steps || start->columns != states * hidden)) {
        mg_tape_defect("%s: a start with %d x %d numbers a sample; want %d x %d", caller, start->rows, start->columns,
                       x->rows / steps, states * hidden);
    }
}

static mg_node record_recurrence(mg_tape *tape, mg_rule_pair rules, int gates, int states, int kinds,
                                 const mg_recurrence *of, double constant, const char *caller)
{
    mg_tape_node node = mg_tape_unary(tape, rules, of->x, caller);
    const mg_tape_node *start = of->start >= 0 ? mg_tape_operand(tape, of->start, caller) : NULL;
    const mg_view *w = mg_tape_view(of->layout, of->weight, caller);
    want_shapes(&node, start, w, of->steps, gates, states, caller);
    node.operands = start != NULL ? 2 : 1;
    node.operand[1] = of->start;
    node.columns = states * w->rows;
    node.group = of->steps;
    node.weight = mg_tape_piece(tape, w);
    node.bias = mg_tape_bias(tape, of->layout, of->weight, w->columns, caller);
    node.slot = of->reset_slot >= 0 ? mg_tape_slot(tape, of->reset_slot, caller) : MG_NONE;
    node.constant[0] = constant;
    size_t all = mg_tape_rows_max(tape, &node) * (size_t)w->rows, block = all / (size_t)of->steps;
    node.kept_reals = (size_t)kinds * all;
    mg_tape_need_scratch(tape, 0, (size_t)gates * all);
    mg_tape_need_scratch(tape, 1, SCRATCH_BLOCKS * block);
    mg_tape_need_scratch(tape, 2, (size_t)states * block);
    tape->needs_gemm = true;
    return mg_tape_record(tape, node, caller);
}

mg_node mg_tape_gru(mg_tape *tape, const mg_recurrence *of)
{
    return record_recurrence(tape, MG_RULES_OF(gru), GRU_GATES, 1, GRU_KINDS, of, 0, __func__);
}

mg_node mg_tape_lstm(mg_tape *tape, const mg_recurrence *of, double forget)
{
    return record_recurrence(tape, MG_RULES_OF(lstm), LSTM_GATES, 2, LSTM_KINDS, of, forget, __func__);
}

#endif
