/* tape_run.c - the replays: forward, backward, tangent. What each operation does is in the files of the families. */
#include "core/num/tape_run.h"

static mg_real *values_of(const mg_tape_replay *replay)
{
    return replay->values != NULL ? replay->values : replay->workspace;
}

static mg_pass start(const mg_tape *tape, const mg_tape_replay *replay)
{
    if (!tape->finished) {
        mg_tape_defect("replay before mg_tape_finish");
    }
    if (replay->rows < 0 || replay->rows > tape->rows_max) {
        mg_tape_defect("replay of %d rows; recorded for at most %d", replay->rows, tape->rows_max);
    }
    return (mg_pass){
        .tape = tape,
        .kernels = mg_kernels_current(),
        .replay = replay,
        .values = values_of(replay),
        .workspace = replay->workspace,
        .samples = (size_t)replay->rows,
        .marks = (unsigned char *)(replay->workspace + tape->marks),
    };
}

static const mg_tape_node *node_of(const mg_tape *tape, mg_node node)
{
    if (node < 0 || node >= tape->nodes) {
        mg_tape_defect("replay asks for node %d; this tape has %d", node, tape->nodes);
    }
    return &tape->node[node];
}

const mg_real *mg_tape_value(const mg_tape *tape, const mg_tape_replay *replay, mg_node node)
{
    return value_at(replay, values_of(replay), node_of(tape, node));
}

void mg_tape_forward(const mg_tape *tape, mg_tape_replay *replay)
{
    mg_pass pass = start(tape, replay);
    for (mg_node n = 0; n < tape->nodes; n++) {
        const mg_tape_node *node = &tape->node[n];
        const mg_rules *rules = rules_of(node);
        if (rules->forward != NULL && rows_of(&pass, node) > 0) {
            rules->forward(&pass, node);
        }
    }
}

void mg_tape_move_samples(const mg_tape *tape, const mg_real *from, int first, int count, mg_real *to, int at)
{
    if (first < 0 || at < 0 || count < 0 || first + count > tape->rows_max || at + count > tape->rows_max) {
        mg_tape_defect("mg_tape_move_samples: %d samples from %d to %d; recorded for %d", count, first, at,
                       tape->rows_max);
    }
    for (mg_node n = 0; n < tape->nodes; n++) {
        const mg_tape_node *node = &tape->node[n];
        size_t row = (size_t)node->rows * (size_t)node->columns;
        if (node->kept_reals > 0) {
            mg_tape_defect("mg_tape_move_samples: node %d keeps more than its value", n);
        }
        if (node->place == MG_PLACE_WORKSPACE && !node->shares) {
            memmove(to + node->value + (size_t)at * row, from + node->value + (size_t)first * row,
                    (size_t)count * row * sizeof *to);
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

static void add_cotangent(const mg_pass *pass, const mg_cotangent *given)
{
    const mg_tape_node *node = node_of(pass->tape, given->node);
    if (!is_wanted(pass, node)) {
        return;
    }
    size_t n = elements_of(pass, node);
    mg_real *to = cotangent_of(pass, node);
    bool first = mark_first(pass, node->mark);
    if (given->value != NULL && first) {
        memcpy(to, given->value, n * sizeof *to);
    } else if (given->value != NULL) {
        pass->kernels->combine(MG_COMBINE_ADD, n, to, given->value, to);
    } else {
        for (size_t i = 0; i < n; i++) {
            to[i] = first ? (mg_real)1 : to[i] + (mg_real)1;
        }
    }
}

/* Parts of the block and inputs that no cotangent came to have a gradient of zero. */
static void clear_unreached(const mg_pass *pass)
{
    for (int i = 0; pass->parameter_gradient != NULL && i < pass->tape->pieces; i++) {
        if (!pass->marks[pass->tape->nodes + i]) {
            clear_piece(pass, i);
        }
    }
    for (mg_node n = 0; pass->wanted_inputs != 0 && n < pass->tape->nodes; n++) {
        const mg_tape_node *node = &pass->tape->node[n];
        if (node->place == MG_PLACE_INPUT && !node->shares && is_wanted(pass, node) && !pass->marks[n]) {
            memset(pass->input_gradient[node->slot], 0, elements_of(pass, node) * sizeof(mg_real));
        }
    }
}

void mg_tape_backward(const mg_tape *tape, mg_tape_replay *replay, int count, const mg_cotangent *cotangent,
                      mg_real *parameter_gradient, mg_real *const *input_gradient)
{
    mg_pass pass = start(tape, replay);
    pass.parameter_gradient = parameter_gradient;
    pass.input_gradient = input_gradient;
    pass.wanted_inputs = wanted_inputs(tape, input_gradient);
    memset(pass.marks, 0, (size_t)tape->nodes + (size_t)tape->pieces);
    mg_node last = -1;
    for (int i = 0; i < count; i++) {
        add_cotangent(&pass, &cotangent[i]);
        last = cotangent[i].node > last ? cotangent[i].node : last;
    }
    for (mg_node n = last; n >= 0; n--) {
        const mg_tape_node *node = &tape->node[n];
        const mg_rules *rules = rules_of(node);
        if (pass.marks[n] && rules->backward != NULL && rows_of(&pass, node) > 0) {
            rules->backward(&pass, node, pass.workspace + node->derivative);
        }
    }
    clear_unreached(&pass);
}

/* ---- tangent ---- */

/* Marks the nodes that the target depends on and that move, itself included. */
static void mark_needed(const mg_pass *pass, mg_node target)
{
    memset(pass->marks, 0, (size_t)pass->tape->nodes);
    pass->marks[target] = 1;
    for (mg_node n = target; n >= 0; n--) {
        const mg_tape_node *node = &pass->tape->node[n];
        for (int i = 0; pass->marks[n] && i < node->operands; i++) {
            pass->marks[node->operand[i]] |= operand_of(pass, node, i)->reaches_parameters && !node->stops;
        }
    }
}

void mg_tape_tangent(const mg_tape *tape, mg_tape_replay *replay, const mg_real *direction, mg_node node,
                     mg_real *tangent)
{
    mg_pass pass = start(tape, replay);
    const mg_tape_node *target = node_of(tape, node);
    size_t elements = elements_of(&pass, target);
    if (!target->reaches_parameters) {
        memset(tangent, 0, elements * sizeof *tangent);
        return;
    }
    pass.direction = direction;
    mark_needed(&pass, node);
    for (mg_node n = 0; n <= node; n++) {
        const mg_tape_node *of = &tape->node[n];
        const mg_rules *rules = rules_of(of);
        if (!pass.marks[n]) {
            continue;
        }
        if (rules->no_tangent != NULL) {
            mg_tape_defect("mg_tape_tangent: %s has none: %s", rules->name, rules->no_tangent);
        }
        if (rules->tangent != NULL && rows_of(&pass, of) > 0) { /* a target that shares has its operand's tangent */
            rules->tangent(&pass, of, of->mark == target->mark ? tangent : pass.workspace + of->derivative);
        }
    }
    if (target->place == MG_PLACE_PARAMETERS) {
        memcpy(tangent, direction + target->value, elements * sizeof *tangent);
    }
}
