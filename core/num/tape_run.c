/* tape_run.c - the three replays: forward, backward, tangent. What each operation does is in tape_ops.c. */
#include "core/num/tape_run.h"

static mg_run start(const mg_tape *tape, const mg_replay *replay)
{
    if (!tape->finished) {
        mg_tape_defect("replay before mg_tape_finish");
    }
    if (replay->rows < 0 || replay->rows > tape->rows_max) {
        mg_tape_defect("replay of %d rows; recorded for at most %d", replay->rows, tape->rows_max);
    }
    return (mg_run){
        .tape = tape,
        .kernels = mg_kernels_current(),
        .replay = replay,
        .values = mg_replay_values(replay),
        .workspace = replay->workspace,
        .rows = (size_t)replay->rows,
    };
}

static const mg_operation *node_of(const mg_tape *tape, mg_node node)
{
    if (node < 0 || node >= tape->nodes) {
        mg_tape_defect("replay asks for node %d; this tape has %d", node, tape->nodes);
    }
    return &tape->node[node];
}

size_t mg_tape_workspace(const mg_tape *tape)
{
    if (!tape->finished) {
        mg_tape_defect("mg_tape_workspace before mg_tape_finish");
    }
    return tape->reals;
}

#ifndef MG_DOUBLE
size_t mg_tape_values(const mg_tape *tape)
{
    return tape->values;
}
#endif

const mg_real *mg_tape_value(const mg_tape *tape, const mg_replay *replay, mg_node node)
{
    return mg_run_value(replay, node_of(tape, node));
}

void mg_tape_forward(const mg_tape *tape, mg_replay *replay)
{
    mg_run run = start(tape, replay);
    for (mg_node n = 0; n < tape->nodes; n++) {
        const mg_operation *operation = &tape->node[n];
        const mg_operation_rules *rules = mg_tape_rules[operation->kind];
        if (rules->forward != NULL && mg_run_rows(&run, operation) > 0) {
            rules->forward(&run, operation);
        }
    }
}

/* ---- backward ---- */

static uint32_t wanted_inputs(const mg_tape *tape, mg_real *const *input_gradient)
{
    uint32_t wanted = 0;
    for (int slot = 0; input_gradient != NULL && slot < tape->inputs; slot++) {
        if (input_gradient[slot] != NULL) {
            wanted |= UINT32_C(1) << slot;
        }
    }
    return wanted;
}

/* Parameter gradients are added to: their leaves hold something from the start. */
static void start_parameters(const mg_tape *tape, bool *started)
{
    for (mg_node n = 0; n < tape->nodes; n++) {
        started[n] = tape->node[n].kind == MG_OPERATION_PARAMETER;
    }
}

static void add_cotangent(const mg_run *run, const mg_cotangent *given)
{
    const mg_operation *operation = node_of(run->tape, given->node);
    if (!mg_run_wanted(run, operation)) {
        return;
    }
    size_t n = mg_run_elements(run, operation);
    mg_real *to = mg_run_cotangent(run, operation);
    bool first = !run->started[given->node];
    run->started[given->node] = true;
    if (given->value != NULL && first) {
        memcpy(to, given->value, n * sizeof *to);
    } else if (given->value != NULL) {
        run->kernels->combine(MG_COMBINE_ADD, n, to, given->value, to);
    } else {
        for (size_t i = 0; i < n; i++) {
            to[i] = first ? (mg_real)1 : to[i] + (mg_real)1;
        }
    }
}

/* Inputs that no cotangent came to have a gradient of zero. */
static void clear_unreached_inputs(const mg_run *run)
{
    for (mg_node n = 0; n < run->tape->nodes; n++) {
        const mg_operation *operation = &run->tape->node[n];
        if (operation->kind == MG_OPERATION_INPUT && mg_run_wanted(run, operation) && !run->started[n]) {
            memset(run->input_gradient[operation->slot], 0, mg_run_elements(run, operation) * sizeof(mg_real));
        }
    }
}

void mg_tape_backward(const mg_tape *tape, mg_replay *replay, int count, const mg_cotangent *cotangent,
                      mg_real *parameter_gradient, mg_real *const *input_gradient)
{
    bool started[MG_TAPE_NODES_MAX];
    mg_run run = start(tape, replay);
    run.parameter_gradient = parameter_gradient;
    run.input_gradient = input_gradient;
    run.wanted_inputs = wanted_inputs(tape, input_gradient);
    run.started = started;
    start_parameters(tape, started);
    mg_node last = -1;
    for (int i = 0; i < count; i++) {
        add_cotangent(&run, &cotangent[i]);
        last = cotangent[i].node > last ? cotangent[i].node : last;
    }
    for (mg_node n = last; n >= 0; n--) {
        const mg_operation *operation = &tape->node[n];
        const mg_operation_rules *rules = mg_tape_rules[operation->kind];
        if (started[n] && rules->backward != NULL && mg_run_rows(&run, operation) > 0) {
            rules->backward(&run, operation, run.workspace + operation->derivative);
        }
    }
    if (run.wanted_inputs != 0) {
        clear_unreached_inputs(&run);
    }
}

/* ---- tangent ---- */

void mg_tape_tangent(const mg_tape *tape, mg_replay *replay, const mg_real *direction, mg_node node, mg_real *tangent)
{
    mg_run run = start(tape, replay);
    const mg_operation *target = node_of(tape, node);
    size_t elements = mg_run_elements(&run, target);
    if (!target->reaches_parameters) {
        memset(tangent, 0, elements * sizeof *tangent);
        return;
    }
    run.direction = direction;
    for (mg_node n = 0; n <= node; n++) {
        const mg_operation *operation = &tape->node[n];
        const mg_operation_rules *rules = mg_tape_rules[operation->kind];
        bool needed = (target->ancestors[n / 64] >> n % 64 & 1) != 0 && operation->reaches_parameters;
        if (needed && rules->tangent != NULL && mg_run_rows(&run, operation) > 0) {
            rules->tangent(&run, operation, n == node ? tangent : run.workspace + operation->derivative);
        }
    }
    if (target->kind == MG_OPERATION_PARAMETER) {
        memcpy(tangent, direction + target->value, elements * sizeof *tangent);
    }
}
