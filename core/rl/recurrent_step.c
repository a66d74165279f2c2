/* recurrent_step.c - layers, memory, heads; the same on the way back.
 *
 * While agents act there is one row at a time, and on the way back one step at a time, because hidden states go from
 * agent to agent: then a layer is as fast as its weights are read. Forward, a row of weights is added for each number
 * that is not 0; backward, a row of weights is multiplied with what comes back wherever the unit was above 0. What does
 * not go from step to step, gradients of weights above all, is a matrix product over the batch.
 */
#include "core/rl/recurrent_step.h"

#include "core/num/kernels.h"
#include "core/rl/proximal_step.h"

#include <string.h>

enum { INPUT, FORGET, OUTPUT, CANDIDATE, GATES };

/* ---- description ---- */
#ifndef MG_DOUBLE

static void describe_encoder(mg_recurrent_shape *shape, int e, const char *first, const char *second, int inputs)
{
    shape->inputs[e] = inputs;
    shape->second[e] = -1;
    shape->first[e] = mg_layout_add_linear(&shape->layout, first, inputs, shape->hidden_1, MG_INITIALISE_ORTHOGONAL,
                                           MG_INITIALISE_ZERO);
    if (shape->hidden_2 > 0)
        shape->second[e] = mg_layout_add_linear(&shape->layout, second, shape->hidden_1, shape->hidden_2,
                                                MG_INITIALISE_ORTHOGONAL, MG_INITIALISE_ZERO);
}

void mg_recurrent_set_shape(mg_recurrent_shape *shape, int observation, int actions, int neighbours, bool talks,
                            int hidden_1, int hidden_2, int cells)
{
    const mg_initialiser weight = MG_INITIALISE_ORTHOGONAL;
    *shape = (mg_recurrent_shape){.observation = observation,
                                  .actions = actions,
                                  .neighbours = neighbours,
                                  .talks = talks && neighbours > 0,
                                  .hidden_1 = hidden_1,
                                  .hidden_2 = hidden_2,
                                  .cells = cells};
    mg_layout *layout = &shape->layout;
    shape->encoders = shape->talks ? MG_RECURRENT_ENCODERS : 1;
    shape->encoded = hidden_2 > 0 ? hidden_2 : hidden_1;
    describe_encoder(shape, MG_RECURRENT_SEEN, "seen", "seen.second",
                     shape->talks ? observation * (1 + neighbours) : observation);
    if (shape->talks) {
        describe_encoder(shape, MG_RECURRENT_POLICIES, "policies", "policies.second", actions * neighbours);
        describe_encoder(shape, MG_RECURRENT_STATES, "states", "states.second", cells * neighbours);
    }
    shape->memory = mg_layout_add_linear(layout, "memory", shape->encoders * shape->encoded, GATES * cells, weight, -1);
    shape->recurrent =
        mg_layout_add_linear(layout, "memory.recurrent", cells, GATES * cells, weight, MG_INITIALISE_ZERO);
    shape->actor = mg_layout_add_linear(layout, "actor", cells, actions, weight, MG_INITIALISE_ZERO);
    shape->critic = mg_layout_add_linear(layout, "critic", cells + neighbours * actions, 1, weight, MG_INITIALISE_ZERO);
}

#endif

/* ---- memory ---- */

static mg_real *place(mg_real *reals, size_t *used, size_t count)
{
    mg_real *at = reals ? reals + *used : NULL;
    *used += count;
    return at;
}

size_t mg_recurrent_place(const mg_recurrent_shape *shape, int rows, mg_real *reals, mg_recurrent_trace *trace)
{
    const size_t n = (size_t)rows, cells = (size_t)shape->cells;
    size_t used = 0;
    *trace = (mg_recurrent_trace){0};
    for (int e = 0; e < shape->encoders; e++) {
        trace->input[e] = place(reals, &used, n * (size_t)shape->inputs[e]);
        trace->hidden[e] = shape->hidden_2 > 0 ? place(reals, &used, n * (size_t)shape->hidden_1) : NULL;
        trace->encoded[e] = place(reals, &used, n * (size_t)shape->encoded);
    }
    trace->before = place(reals, &used, n * 2 * cells);
    trace->gate = place(reals, &used, n * GATES * cells);
    trace->after = place(reals, &used, n * 2 * cells);
    trace->squashed = place(reals, &used, n * cells);
    trace->logit = place(reals, &used, n * (size_t)shape->actions);
    return used;
}

mg_recurrent_trace mg_recurrent_at(const mg_recurrent_shape *shape, const mg_recurrent_trace *trace, int row)
{
    const size_t n = (size_t)row, cells = (size_t)shape->cells;
    mg_recurrent_trace from = *trace;
    for (int e = 0; e < shape->encoders; e++) {
        from.input[e] += n * (size_t)shape->inputs[e];
        from.hidden[e] = shape->hidden_2 > 0 ? from.hidden[e] + n * (size_t)shape->hidden_1 : NULL;
        from.encoded[e] += n * (size_t)shape->encoded;
    }
    from.before += n * 2 * cells;
    from.gate += n * GATES * cells;
    from.after += n * 2 * cells;
    from.squashed += n * cells;
    from.logit += n * (size_t)shape->actions;
    return from;
}

size_t mg_recurrent_place_back(const mg_recurrent_shape *shape, int agents, int steps_max, mg_real *reals,
                               mg_recurrent_back *back)
{
    const size_t cells = (size_t)shape->cells, steps = (size_t)steps_max, all = (size_t)agents * steps;
    size_t used = 0;
    *back = (mg_recurrent_back){0};
    back->by_logit = place(reals, &used, all * (size_t)shape->actions);
    back->by_value = place(reals, &used, all);
    back->by_hidden = place(reals, &used, all * cells);
    back->by_gate = place(reals, &used, all * GATES * cells);
    back->by_first = place(reals, &used, shape->talks ? all * (size_t)shape->hidden_1 : 0);
    back->by_encoded = place(reals, &used, shape->talks ? all * (size_t)shape->encoded : 0);
    back->encoder_first = place(reals, &used, steps * (size_t)shape->hidden_1);
    back->encoder_last = place(reals, &used, steps * (size_t)shape->encoded);
    back->carry = place(reals, &used, (size_t)agents * 2 * cells);
    back->earlier = place(reals, &used, (size_t)agents * 2 * cells);
    back->row = place(reals, &used, GATES * cells);
    back->scratch = place(reals, &used, MG_GEMM_SCRATCH);
    return used;
}

/* ---- forward ---- */

static const mg_real *view(const mg_recurrent_shape *shape, const mg_real *parameters, int index)
{
    return parameters + shape->layout.view[index].offset;
}

/* y = bias + x W, or y + x W where bias is NULL. x: rows x_row apart; y is dense. */
static void add_layer(int rows, int inputs, int outputs, const mg_real *x, int x_row, const mg_real *weight,
                      const mg_real *bias, mg_real *y, mg_real *scratch)
{
    const mg_kernels *kernels = mg_kernels_current();
    if (rows == 1) {
        if (bias)
            memcpy(y, bias, (size_t)outputs * sizeof *y);
        for (int k = 0; k < inputs; k++)
            if (x[k] != 0)
                kernels->axpy((size_t)outputs, x[k], weight + (size_t)k * (size_t)outputs, y);
        return;
    }
    kernels->gemm(&(mg_gemm){.rows = rows,
                             .columns = outputs,
                             .depth = inputs,
                             .a = x,
                             .a_row = x_row,
                             .a_column = 1,
                             .b = weight,
                             .b_row = outputs,
                             .b_column = 1,
                             .c = y,
                             .c_row = outputs,
                             .start = bias ? MG_START_BIAS : MG_START_C,
                             .bias = bias,
                             .scratch = scratch});
}

static void encode(const mg_recurrent_shape *shape, const mg_real *parameters, int e, int rows,
                   const mg_recurrent_trace *trace, mg_real *scratch)
{
    const mg_kernels *kernels = mg_kernels_current();
    const int wide = shape->hidden_1;
    mg_real *first = shape->hidden_2 > 0 ? trace->hidden[e] : trace->encoded[e];
    add_layer(rows, shape->inputs[e], wide, trace->input[e], shape->inputs[e], view(shape, parameters, shape->first[e]),
              view(shape, parameters, shape->first[e] + 1), first, scratch);
    kernels->map(MG_MAP_RELU, (size_t)rows * (size_t)wide, first, first);
    if (shape->hidden_2 == 0)
        return;
    add_layer(rows, wide, shape->hidden_2, first, wide, view(shape, parameters, shape->second[e]),
              view(shape, parameters, shape->second[e] + 1), trace->encoded[e], scratch);
    kernels->map(MG_MAP_RELU, (size_t)rows * (size_t)shape->hidden_2, trace->encoded[e], trace->encoded[e]);
}

/* One row from gates before activation to its state. */
static void remember(size_t cells, mg_real *gate, const mg_real *before, mg_real *squashed, mg_real *after)
{
    const mg_kernels *kernels = mg_kernels_current();
    mg_real *cell = after + cells;
    kernels->map(MG_MAP_SIGMOID, CANDIDATE * cells, gate, gate);
    kernels->map(MG_MAP_TANH, cells, gate + CANDIDATE * cells, gate + CANDIDATE * cells);
    kernels->combine(MG_COMBINE_MULTIPLY, cells, gate + FORGET * cells, before + cells, cell);
    kernels->multiply_add(cells, gate + INPUT * cells, gate + CANDIDATE * cells, cell);
    kernels->map(MG_MAP_TANH, cells, cell, squashed);
    kernels->combine(MG_COMBINE_MULTIPLY, cells, gate + OUTPUT * cells, squashed, after);
}

void mg_recurrent_forward(const mg_recurrent_shape *shape, const mg_real *parameters, int rows,
                          const mg_recurrent_trace *trace, mg_real *scratch)
{
    const int cells = shape->cells, gates = GATES * cells;
    const mg_real *memory = view(shape, parameters, shape->memory), *bias;
    bias = view(shape, parameters, shape->recurrent + 1);
    for (int e = 0; e < shape->encoders; e++) {
        encode(shape, parameters, e, rows, trace, scratch);
        add_layer(rows, shape->encoded, gates, trace->encoded[e], shape->encoded,
                  memory + (size_t)(e * shape->encoded) * (size_t)gates, e == 0 ? bias : NULL, trace->gate, scratch);
    }
    add_layer(rows, cells, gates, trace->before, 2 * cells, view(shape, parameters, shape->recurrent), NULL,
              trace->gate, scratch);
    for (size_t k = 0, wide = (size_t)cells; k < (size_t)rows; k++)
        remember(wide, trace->gate + k * GATES * wide, trace->before + k * 2 * wide, trace->squashed + k * wide,
                 trace->after + k * 2 * wide);
    add_layer(rows, cells, shape->actions, trace->after, 2 * cells, view(shape, parameters, shape->actor),
              view(shape, parameters, shape->actor + 1), trace->logit, scratch);
}

void mg_recurrent_values(const mg_recurrent_shape *shape, const mg_real *parameters, int rows, const mg_real *after,
                         const mg_real *others, mg_real *value)
{
    const mg_kernels *kernels = mg_kernels_current();
    const size_t cells = (size_t)shape->cells, wide = (size_t)(shape->neighbours * shape->actions);
    const mg_real *weight = view(shape, parameters, shape->critic);
    const mg_real bias = *view(shape, parameters, shape->critic + 1);
    for (size_t k = 0; k < (size_t)rows; k++) {
        mg_real of_state = bias + kernels->dot(cells, weight, after + k * 2 * cells);
        value[k] = of_state + kernels->dot(wide, weight + cells, others + k * wide);
    }
}

/* ---- loss ---- */

#define LEAST ((mg_real)1e-10)

/* One decision: adds - scale H(pi), and fills by_logit with the slopes of it and of - along log pi(action). */
static mg_real policy_loss(int actions, const mg_real *p, int action, mg_real along, mg_real scale, mg_real *by_logit)
{
    mg_real entropy = 0, expected = 0, taken = p[action] > LEAST ? p[action] : LEAST;
    mg_real push = p[action] > LEAST ? along : (mg_real)0;
    for (int b = 0; b < actions; b++) {
        mg_real log_p = mg_log_real(p[b] > LEAST ? p[b] : LEAST);
        entropy -= p[b] * log_p;
        expected += p[b] * (log_p + (p[b] > LEAST ? (mg_real)1 : (mg_real)0));
    }
    for (int b = 0; b < actions; b++) {
        mg_real log_p = mg_log_real(p[b] > LEAST ? p[b] : LEAST) + (p[b] > LEAST ? (mg_real)1 : (mg_real)0);
        by_logit[b] = push * (p[b] - (b == action ? (mg_real)1 : (mg_real)0));
        by_logit[b] += scale * (p[b] * (log_p - expected));
    }
    return -along * mg_log_real(taken) - scale * entropy;
}

mg_real mg_recurrent_loss(const mg_recurrent_shape *shape, const mg_recurrent_batch *batch, const mg_real *value,
                          const mg_recurrent_back *back)
{
    const size_t actions = (size_t)shape->actions;
    const mg_real steps = (mg_real)batch->steps;
    mg_real sum = 0;
    for (int i = 0; i < batch->agents; i++)
        for (int t = 0; t < batch->steps; t++) {
            size_t at = (size_t)i * (size_t)batch->steps_max + (size_t)t;
            mg_real off = value[at] - batch->returns[at];
            sum += policy_loss(shape->actions, batch->probability + at * actions, batch->action[at],
                               batch->advantage[at] / steps, batch->entropy / steps, back->by_logit + at * actions);
            sum += batch->value_weight / 2 * (off * off) / steps;
            back->by_value[at] = batch->value_weight * off / steps;
        }
    return sum;
}

/* ---- backward ---- */

typedef struct pass {
    const mg_recurrent_shape *shape;
    const mg_recurrent_batch *batch;
    const mg_recurrent_back *back;
    const mg_kernels *kernels;
    size_t cells;
    const mg_real *parameters; /* of one agent, and its gradient */
    mg_real *gradient;
} pass;

static size_t at_step(const pass *p, int agent, int step)
{
    return (size_t)agent * (size_t)p->batch->steps_max + (size_t)step;
}

/* dx = dy W^T for the rows of a batch. */
static void back_layer(const pass *p, int inputs, int outputs, const mg_real *dy, const mg_real *weight, mg_real *dx)
{
    p->kernels->gemm(&(mg_gemm){.rows = p->batch->steps,
                                .columns = inputs,
                                .depth = outputs,
                                .a = dy,
                                .a_row = outputs,
                                .a_column = 1,
                                .b = weight,
                                .b_row = 1,
                                .b_column = outputs,
                                .c = dx,
                                .c_row = inputs,
                                .start = MG_START_ZERO,
                                .scratch = p->back->scratch});
}

/* The gradient of a weight from all steps, and of its bias (NULL: none). */
static void weight_gradient(const pass *p, int inputs, int outputs, const mg_real *x, int x_row, const mg_real *dy,
                            mg_real *by_weight, mg_real *by_bias)
{
    p->kernels->gemm(&(mg_gemm){.rows = inputs,
                                .columns = outputs,
                                .depth = p->batch->steps,
                                .a = x,
                                .a_row = 1,
                                .a_column = x_row,
                                .b = dy,
                                .b_row = outputs,
                                .b_column = 1,
                                .c = by_weight,
                                .c_row = outputs,
                                .start = MG_START_ZERO,
                                .scratch = p->back->scratch});
    if (by_bias) {
        memset(by_bias, 0, (size_t)outputs * sizeof *by_bias);
        p->kernels->column_sum(p->batch->steps, outputs, dy, by_bias);
    }
}

static mg_real *gradient_of(const pass *p, int index)
{
    return p->gradient + p->shape->layout.view[index].offset;
}

/* What the heads of an agent send back to its hidden states, at all steps. */
static void back_heads(const pass *p, int agent)
{
    const mg_recurrent_shape *shape = p->shape;
    size_t first = at_step(p, agent, 0);
    mg_real *by_hidden = p->back->by_hidden + first * p->cells;
    back_layer(p, shape->cells, shape->actions, p->back->by_logit + first * (size_t)shape->actions,
               view(shape, p->parameters, shape->actor), by_hidden);
    for (size_t t = 0; t < (size_t)p->batch->steps; t++)
        p->kernels->axpy(p->cells, p->back->by_value[first + t], view(shape, p->parameters, shape->critic),
                         by_hidden + t * p->cells);
}

/* dx[k] = dy . W_k for one row, 0 where the unit x[k] was not above 0 (x NULL: none was at rest). */
static void back_row(const pass *p, int inputs, int outputs, const mg_real *x, const mg_real *dy, const mg_real *weight,
                     mg_real *dx)
{
    for (int k = 0; k < inputs; k++)
        dx[k] = !x || x[k] > 0 ? p->kernels->dot((size_t)outputs, dy, weight + (size_t)k * (size_t)outputs) : 0;
}

/* Through the memory's gates at one step. by_state: what comes back to hidden and cell; the cell's becomes that of the
 * cell before. */
static void back_gates(const pass *p, const mg_recurrent_trace *trace, mg_real *by_state, mg_real *by_gate)
{
    const size_t cells = p->cells;
    const mg_real *gate = trace->gate;
    mg_real *by_cell = by_state + cells, *row = p->back->row;
    p->kernels->combine(MG_COMBINE_MULTIPLY, cells, by_state, trace->squashed, row + OUTPUT * cells);
    p->kernels->combine(MG_COMBINE_MULTIPLY, cells, by_state, gate + OUTPUT * cells, row);
    p->kernels->map_backward(MG_MAP_TANH, cells, trace->squashed, trace->squashed, row, by_cell);
    p->kernels->combine(MG_COMBINE_MULTIPLY, cells, by_cell, gate + CANDIDATE * cells, row + INPUT * cells);
    p->kernels->combine(MG_COMBINE_MULTIPLY, cells, by_cell, trace->before + cells, row + FORGET * cells);
    p->kernels->combine(MG_COMBINE_MULTIPLY, cells, by_cell, gate + INPUT * cells, row + CANDIDATE * cells);
    p->kernels->combine(MG_COMBINE_MULTIPLY, cells, by_cell, gate + FORGET * cells, by_cell);
    memset(by_gate, 0, GATES * cells * sizeof *by_gate);
    p->kernels->map_backward(MG_MAP_SIGMOID, CANDIDATE * cells, gate, gate, row, by_gate);
    p->kernels->map_backward(MG_MAP_TANH, cells, gate + CANDIDATE * cells, gate + CANDIDATE * cells,
                             row + CANDIDATE * cells, by_gate + CANDIDATE * cells);
}

/* From the gates of one step into the hidden states that were told, as far as `earlier` wants them (false: they are
 * data). */
static void back_talk(const pass *p, const mg_recurrent_trace *trace, int agent, int step, const mg_real *by_gate,
                      bool earlier)
{
    const mg_recurrent_shape *shape = p->shape;
    const int e = MG_RECURRENT_STATES, encoded = shape->encoded, wide = shape->hidden_1;
    const size_t at = at_step(p, agent, step);
    const mg_real *memory = view(shape, p->parameters, shape->memory) + (size_t)(e * encoded) * GATES * p->cells;
    mg_real *last = p->back->by_encoded + at * (size_t)encoded, *first = p->back->by_first + at * (size_t)wide;
    back_row(p, encoded, GATES * shape->cells, trace->encoded[e], by_gate, memory, last);
    if (shape->hidden_2 > 0)
        back_row(p, wide, encoded, trace->hidden[e], last, view(shape, p->parameters, shape->second[e]), first);
    else
        memcpy(first, last, (size_t)wide * sizeof *first);
    const mg_real *weight = view(shape, p->parameters, shape->first[e]);
    const int32_t *slot = p->batch->neighbour + (size_t)(step * p->batch->agents + agent) * (size_t)shape->neighbours;
    for (int s = 0; earlier && s < shape->neighbours; s++) {
        if (slot[s] == MG_RECURRENT_NOBODY)
            continue;
        mg_real *to = p->back->earlier + (size_t)slot[s] * 2 * p->cells;
        back_row(p, shape->cells, wide, NULL, first, weight + (size_t)s * p->cells * (size_t)wide, p->back->row);
        p->kernels->combine(MG_COMBINE_ADD, p->cells, to, p->back->row, to);
    }
}

/* One agent at one step: carry is what later steps sent back to its state after this one. */
static void back_step(const pass *p, int agent, int step)
{
    const mg_recurrent_shape *shape = p->shape;
    const size_t at = at_step(p, agent, step), cells = p->cells;
    const mg_recurrent_trace trace = mg_recurrent_at(shape, &p->batch->trace[agent], step);
    mg_real *by_state = p->back->carry + (size_t)agent * 2 * cells;
    mg_real *before = p->back->earlier + (size_t)agent * 2 * cells, *by_gate = p->back->by_gate + at * GATES * cells;
    p->kernels->combine(MG_COMBINE_ADD, cells, by_state, p->back->by_hidden + at * cells, by_state);
    back_gates(p, &trace, by_state, by_gate);
    if (shape->talks)
        back_talk(p, &trace, agent, step, by_gate, step > 0);
    if (step == 0)
        return;
    back_row(p, shape->cells, GATES * shape->cells, NULL, by_gate, view(shape, p->parameters, shape->recurrent),
             p->back->row);
    p->kernels->combine(MG_COMBINE_ADD, cells, before, p->back->row, before);
    memcpy(before + cells, by_state + cells, cells * sizeof *before);
}

/* The gradient of an encoder; that of the states has what came back already, step by step. */
static void encoder_gradient(const pass *p, int agent, int e)
{
    const mg_recurrent_shape *shape = p->shape;
    const mg_recurrent_trace *trace = &p->batch->trace[agent];
    const int encoded = shape->encoded, wide = shape->hidden_1, gates = GATES * shape->cells;
    const size_t at = at_step(p, agent, 0), steps = (size_t)p->batch->steps;
    mg_real *last = p->back->encoder_last, *first = shape->hidden_2 > 0 ? p->back->encoder_first : last;
    mg_real *by_gate = p->back->by_gate + at * (size_t)gates;
    if (e == MG_RECURRENT_STATES) {
        last = p->back->by_encoded + at * (size_t)encoded;
        first = p->back->by_first + at * (size_t)wide;
    } else {
        back_layer(p, encoded, gates, by_gate,
                   view(shape, p->parameters, shape->memory) + (size_t)(e * encoded) * (size_t)gates, last);
        for (size_t k = 0; k < steps * (size_t)encoded; k++)
            last[k] = trace->encoded[e][k] > 0 ? last[k] : 0;
    }
    if (shape->hidden_2 > 0) {
        weight_gradient(p, wide, encoded, trace->hidden[e], wide, last, gradient_of(p, shape->second[e]),
                        gradient_of(p, shape->second[e] + 1));
        if (e != MG_RECURRENT_STATES) {
            back_layer(p, wide, encoded, last, view(shape, p->parameters, shape->second[e]), first);
            for (size_t k = 0; k < steps * (size_t)wide; k++)
                first[k] = trace->hidden[e][k] > 0 ? first[k] : 0;
        }
    }
    weight_gradient(p, shape->inputs[e], wide, trace->input[e], shape->inputs[e], first,
                    gradient_of(p, shape->first[e]), gradient_of(p, shape->first[e] + 1));
}

static void critic_gradient(const pass *p, int agent)
{
    const mg_recurrent_shape *shape = p->shape;
    const size_t at = at_step(p, agent, 0), wide = (size_t)(shape->neighbours * shape->actions);
    const mg_real *by_value = p->back->by_value + at;
    mg_real *by_others = gradient_of(p, shape->critic) + p->cells;
    weight_gradient(p, shape->cells, 1, p->batch->trace[agent].after, 2 * shape->cells, by_value,
                    gradient_of(p, shape->critic), gradient_of(p, shape->critic + 1));
    if (wide > 0)
        weight_gradient(p, (int)wide, 1, p->batch->others + at * wide, (int)wide, by_value, by_others, NULL);
}

/* All weights of an agent, once every step has come back. */
static void agent_gradient(const pass *p, int agent)
{
    const mg_recurrent_shape *shape = p->shape;
    const mg_recurrent_trace *trace = &p->batch->trace[agent];
    const int cells = shape->cells, gates = GATES * cells;
    const size_t at = at_step(p, agent, 0);
    const mg_real *by_gate = p->back->by_gate + at * (size_t)gates;
    for (int e = 0; e < shape->encoders; e++) {
        encoder_gradient(p, agent, e);
        weight_gradient(p, shape->encoded, gates, trace->encoded[e], shape->encoded, by_gate,
                        gradient_of(p, shape->memory) + (size_t)(e * shape->encoded) * (size_t)gates, NULL);
    }
    weight_gradient(p, cells, gates, trace->before, 2 * cells, by_gate, gradient_of(p, shape->recurrent),
                    gradient_of(p, shape->recurrent + 1));
    weight_gradient(p, cells, shape->actions, trace->after, 2 * cells, p->back->by_logit + at * (size_t)shape->actions,
                    gradient_of(p, shape->actor), gradient_of(p, shape->actor + 1));
    critic_gradient(p, agent);
}

static pass of_agent(const pass *all, int agent, mg_real *gradient)
{
    pass p = *all;
    p.parameters = all->batch->parameters + (size_t)agent * all->shape->layout.count;
    p.gradient = gradient + (size_t)agent * all->shape->layout.count;
    return p;
}

/* Agents first .. end - 1 step by step: those who hear each other go together. */
static void back_steps(const pass *all, int first, int end)
{
    const size_t from = (size_t)first * 2 * all->cells, states = (size_t)(end - first) * 2 * all->cells;
    memset(all->back->carry + from, 0, states * sizeof *all->back->carry);
    for (int t = all->batch->steps - 1; t >= 0; t--) {
        memset(all->back->earlier + from, 0, states * sizeof *all->back->earlier);
        for (int i = first; i < end; i++) {
            pass p = of_agent(all, i, NULL);
            back_step(&p, i, t);
        }
        memcpy(all->back->carry + from, all->back->earlier + from, states * sizeof *all->back->carry);
    }
}

void mg_recurrent_gradient(const mg_recurrent_shape *shape, const mg_recurrent_batch *batch,
                           const mg_recurrent_back *back, mg_real *gradient)
{
    const pass all = {
        .shape = shape, .batch = batch, .back = back, .kernels = mg_kernels_current(), .cells = (size_t)shape->cells};
    const int together = shape->talks ? batch->agents : 1;
    for (int i = 0; i < batch->agents; i++) {
        pass p = of_agent(&all, i, gradient);
        back_heads(&p, i);
    }
    for (int i = 0; i < batch->agents; i += together)
        back_steps(&all, i, i + together);
    for (int i = 0; i < batch->agents; i++) {
        pass p = of_agent(&all, i, gradient);
        agent_gradient(&p, i);
    }
}
