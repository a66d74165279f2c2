/* tape_run.h - one replay in progress. Internal to tape_run.c, tape_ops.c and tape_elementwise.c; compiled in
 * binary32 and in binary64. */
#ifndef MG_TAPE_RUN_H
#define MG_TAPE_RUN_H

#include <string.h>

#include "core/num/kernels.h"
#include "core/num/tape_program.h"

#ifdef MG_DOUBLE
#define mg_tape_rules mg_tape_rules_double
#define mg_tape_elementwise_rules mg_tape_elementwise_rules_double
#endif

typedef struct mg_run {
    const mg_tape *tape;
    const mg_kernels *kernels;
    const mg_replay *replay;
    mg_real *values; /* of the replay, or the first of its workspace */
    mg_real *workspace;
    size_t rows;

    /* backward */
    mg_real *parameter_gradient; /* NULL: left out */
    mg_real *const *input_gradient;
    uint32_t wanted_inputs; /* bit s: input slot s has a gradient to fill */
    bool *started;          /* per node: its cotangent holds a first contribution */

    /* tangent */
    const mg_real *direction;
} mg_run;

/* forward: fills the value. backward: hands the cotangent of the node on to its operands and parameters.
 * tangent: fills the tangent, called only if an operand or parameter of the node moves. NULL: nothing is to do. */
typedef struct mg_operation_rules {
    void (*forward)(const mg_run *run, const mg_operation *operation);
    void (*backward)(const mg_run *run, const mg_operation *operation, const mg_real *cotangent);
    void (*tangent)(const mg_run *run, const mg_operation *operation, mg_real *tangent);
} mg_operation_rules;

extern const mg_operation_rules *const mg_tape_rules[MG_OPERATION_COUNT];      /* tape_ops.c */
extern const mg_operation_rules mg_tape_elementwise_rules[MG_OPERATION_COUNT]; /* tape_elementwise.c, only its own */

static inline size_t mg_run_rows(const mg_run *run, const mg_operation *operation)
{
    return operation->batch ? run->rows : 1;
}

static inline size_t mg_run_elements(const mg_run *run, const mg_operation *operation)
{
    return mg_run_rows(run, operation) * (size_t)operation->columns;
}

static inline mg_real *mg_replay_values(const mg_replay *replay)
{
    return replay->values != NULL ? replay->values : replay->workspace;
}

static inline const mg_real *mg_run_value(const mg_replay *replay, const mg_operation *operation)
{
    if (operation->place == MG_PLACE_WORKSPACE) {
        return mg_replay_values(replay) + operation->value;
    }
    if (operation->place == MG_PLACE_INPUT) {
        return replay->input[operation->slot];
    }
    return replay->parameters + operation->value;
}

/* Whether anything the caller asked for lies below this node. */
static inline bool mg_run_wanted(const mg_run *run, const mg_operation *operation)
{
    return (operation->reaches_inputs & run->wanted_inputs) != 0 ||
           (operation->reaches_parameters && run->parameter_gradient != NULL);
}

/* Where the cotangent of a wanted node is collected: leaves have the caller's arrays. */
static inline mg_real *mg_run_cotangent(const mg_run *run, const mg_operation *operation)
{
    if (operation->kind == MG_OPERATION_INPUT) {
        return run->input_gradient[operation->slot];
    }
    if (operation->kind == MG_OPERATION_PARAMETER) {
        return run->parameter_gradient + operation->value;
    }
    return run->workspace + operation->derivative;
}

/* The tangent of a node that is already done, or NULL if it does not move. */
static inline const mg_real *mg_run_tangent(const mg_run *run, const mg_operation *operation)
{
    if (!operation->reaches_parameters) {
        return NULL;
    }
    if (operation->kind == MG_OPERATION_PARAMETER) {
        return run->direction + operation->value;
    }
    return run->workspace + operation->derivative;
}

/* ---- access to operands ---- */

static inline const mg_operation *operand_of(const mg_run *run, const mg_operation *operation, int i)
{
    return &run->tape->node[operation->operand[i]];
}

static inline const mg_real *value_of(const mg_run *run, const mg_operation *operation, int i)
{
    return mg_run_value(run->replay, operand_of(run, operation, i));
}

static inline const mg_real *tangent_of(const mg_run *run, const mg_operation *operation, int i)
{
    return mg_run_tangent(run, operand_of(run, operation, i));
}

static inline mg_real *result_of(const mg_run *run, const mg_operation *operation)
{
    return run->values + operation->value;
}

static inline mg_real *scratch_of(const mg_run *run, int area)
{
    return run->workspace + run->tape->scratch[area];
}

static inline int rows_of(const mg_run *run, const mg_operation *operation)
{
    return (int)mg_run_rows(run, operation);
}

/* ---- contributions to the cotangents of operands ---- */

static inline bool wanted(const mg_run *run, const mg_operation *operation, int i)
{
    return mg_run_wanted(run, operand_of(run, operation, i));
}

/* The cotangent of a wanted operand, about to receive a contribution; `first`: it holds nothing yet. */
static inline mg_real *receive(const mg_run *run, const mg_operation *operation, int i, bool *first)
{
    bool *started = &run->started[operation->operand[i]];
    *first = !*started;
    *started = true;
    return mg_run_cotangent(run, operand_of(run, operation, i));
}

/* The same for kernels that add: zero at first. */
static inline mg_real *receive_sum(const mg_run *run, const mg_operation *operation, int i)
{
    bool first;
    mg_real *to = receive(run, operation, i, &first);
    if (first) {
        memset(to, 0, mg_run_elements(run, operand_of(run, operation, i)) * sizeof *to);
    }
    return to;
}

static inline void contribute(const mg_run *run, const mg_operation *operation, int i, const mg_real *g)
{
    bool first;
    size_t n = mg_run_elements(run, operand_of(run, operation, i));
    mg_real *to = receive(run, operation, i, &first);
    if (first) {
        memcpy(to, g, n * sizeof *to);
    } else {
        run->kernels->combine(MG_COMBINE_ADD, n, to, g, to);
    }
}

static inline void contribute_constant(const mg_run *run, const mg_operation *operation, int i, mg_real g)
{
    bool first;
    size_t n = mg_run_elements(run, operand_of(run, operation, i));
    mg_real *to = receive(run, operation, i, &first);
    for (size_t j = 0; j < n; j++) {
        to[j] = first ? g : to[j] + g;
    }
}

static inline void contribute_product(const mg_run *run, const mg_operation *operation, int i, const mg_real *a,
                                      const mg_real *b)
{
    bool first;
    size_t n = mg_run_elements(run, operand_of(run, operation, i));
    mg_real *to = receive(run, operation, i, &first);
    if (first) {
        run->kernels->combine(MG_COMBINE_MULTIPLY, n, a, b, to);
    } else {
        run->kernels->multiply_add(n, a, b, to);
    }
}

static inline void spread(mg_broadcast broadcast, size_t rows, size_t columns, const mg_real *b, mg_real *full)
{
    for (size_t i = 0; i < rows; i++) {
        mg_real *row = full + i * columns;
        if (broadcast == MG_BROADCAST_ROW) {
            memcpy(row, b, columns * sizeof *row);
            continue;
        }
        mg_real number = broadcast == MG_BROADCAST_ONE ? b[0] : b[i];
        for (size_t j = 0; j < columns; j++) {
            row[j] = number;
        }
    }
}

#endif
