/* tape_world.h - for tests of the tape: a program with everything that it is replayed with. Included once by a test,
 * in binary64 after MG_DOUBLE. */
#ifndef TAPE_WORLD_H
#define TAPE_WORLD_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/num/kernels.h"
#include "core/num/rng.h"
#include "core/num/tape.h"

typedef struct world {
    mg_tape *tape;
    mg_layout layout;
    int rows_max, rows; /* recorded for, live */
    int inputs, input_rows[MG_TAPE_INPUTS_MAX], input_columns[MG_TAPE_INPUTS_MAX];
    double zeros[MG_TAPE_INPUTS_MAX]; /* the share of numbers of an input that are 0 */
    int indices, index_rows[MG_TAPE_INDICES_MAX], index_limit[MG_TAPE_INDICES_MAX];
    int index_least[MG_TAPE_INDICES_MAX];
    bool moving; /* operands depend on parameters, not on inputs alone */
    int outputs;
    mg_node output[4];

    mg_real *parameters, *input[MG_TAPE_INPUTS_MAX], *workspace;
    int32_t *index[MG_TAPE_INDICES_MAX];
    mg_real *cotangent[4];
} world;

static inline mg_real draw(mg_stream *stream)
{
    return (mg_real)(2.0 * mg_random_double(stream) - 1.0);
}

/* `live` numbers drawn and the rest poisoned. */
static inline mg_real *numbers_of(mg_stream *stream, size_t live, size_t n)
{
    mg_real *x = malloc((n + 1) * sizeof *x);
    for (size_t i = 0; i < n; i++) {
        x[i] = i < live ? draw(stream) : (mg_real)NAN;
    }
    return x;
}

static inline mg_real *numbers(mg_stream *stream, size_t n)
{
    return numbers_of(stream, n, n);
}

static inline world *world_new(int rows_max, bool moving)
{
    world *w = calloc(1, sizeof *w);
    w->tape = mg_tape_create(rows_max);
    w->rows_max = rows_max;
    w->moving = moving;
    mg_layout_clear(&w->layout);
    return w;
}

/* ---- leaves ---- */

static inline mg_node fresh_input_rows(world *w, int rows, int columns)
{
    w->input_rows[w->inputs] = rows;
    w->input_columns[w->inputs++] = columns;
    return mg_tape_input_rows(w->tape, rows, columns);
}

static inline mg_node fresh_input(world *w, int columns)
{
    return fresh_input_rows(w, 1, columns);
}

/* `rows` indices a sample, from least to limit - 1. */
static inline int fresh_index_rows(world *w, int rows, int least, int limit)
{
    w->index_rows[w->indices] = rows;
    w->index_least[w->indices] = least;
    w->index_limit[w->indices++] = limit;
    return mg_tape_index(w->tape);
}

static inline int fresh_index(world *w, int limit)
{
    return fresh_index_rows(w, 1, 0, limit);
}

static inline int fresh_weight(world *w, int rows, int columns, bool bias)
{
    char name[16];
    snprintf(name, sizeof name, "w%d", w->layout.views);
    return mg_layout_add_linear(&w->layout, name, rows, columns, MG_INITIALISE_NORMAL,
                                bias ? MG_INITIALISE_NORMAL : -1);
}

static inline mg_node fresh_row(world *w, int columns)
{
    char name[16];
    snprintf(name, sizeof name, "p%d", w->layout.views);
    return mg_tape_parameter(w->tape, &w->layout,
                             mg_layout_add(&w->layout, name, 1, columns, MG_INITIALISE_NORMAL, 1, 1));
}

/* A batch operand: an input, or one that moves with parameters too. */
static inline mg_node batch_rows(world *w, int rows, int columns)
{
    mg_node input = fresh_input_rows(w, rows, columns);
    if (!w->moving) {
        return input;
    }
    return mg_tape_linear(w->tape, input, &w->layout, fresh_weight(w, columns, columns, true), MG_ACTIVATION_NONE);
}

static inline mg_node batch(world *w, int columns)
{
    return batch_rows(w, 1, columns);
}

static inline mg_node positive(world *w, mg_node x)
{
    return mg_tape_affine(w->tape, mg_tape_square(w->tape, x), 1, 0.5);
}

/* ---- numbers ---- */

static inline int elements_with(const world *w, mg_node node, int rows)
{
    int of = mg_tape_rows(w->tape, node);
    return mg_tape_columns(w->tape, node) * (of > 0 ? rows * of : 1);
}

static inline int elements(const world *w, int output)
{
    return elements_with(w, w->output[output], w->rows);
}

static inline void fill_index(world *w, mg_stream *stream, int i)
{
    int live = w->rows * w->index_rows[i], n = w->rows_max * w->index_rows[i];
    uint32_t range = (uint32_t)(w->index_limit[i] - w->index_least[i]);
    w->index[i] = malloc((size_t)n * sizeof *w->index[i]);
    for (int k = 0; k < n; k++) {
        w->index[i][k] =
            k < live ? (int32_t)mg_random_below(stream, range) + (int32_t)w->index_least[i] : (int32_t)1 << 30;
    }
}

/* Draws everything from one stream: two worlds of the same leaves, live rows and seed get the same numbers, whatever
 * they are recorded for. What no live row has is poisoned. */
static inline void world_fill(world *w, int rows, uint32_t seed)
{
    mg_stream stream = mg_stream_at((mg_key){1, seed}, MG_PURPOSE_TEST, 0, 0, 0);
    w->rows = rows;
    mg_tape_finish(w->tape);
    w->parameters = numbers(&stream, w->layout.count);
    for (int i = 0; i < w->inputs; i++) {
        size_t of = (size_t)(w->input_rows[i] * w->input_columns[i]);
        w->input[i] = numbers_of(&stream, (size_t)rows * of, (size_t)w->rows_max * of);
        for (size_t k = 0; w->zeros[i] > 0.0 && k < (size_t)rows * of; k++) {
            w->input[i][k] = mg_random_double(&stream) < w->zeros[i] ? 0 : w->input[i][k];
        }
    }
    for (int i = 0; i < w->indices; i++) {
        fill_index(w, &stream, i);
    }
    for (int i = 0; i < w->outputs; i++) {
        w->cotangent[i] =
            numbers_of(&stream, (size_t)elements(w, i), (size_t)elements_with(w, w->output[i], w->rows_max));
    }
    w->workspace = numbers_of(&stream, 0, mg_tape_workspace(w->tape));
}

static inline void world_free(world *w)
{
    for (int i = 0; i < w->inputs; i++) {
        free(w->input[i]);
    }
    for (int i = 0; i < w->indices; i++) {
        free(w->index[i]);
    }
    for (int i = 0; i < w->outputs; i++) {
        free(w->cotangent[i]);
    }
    free(w->parameters);
    free(w->workspace);
    mg_tape_destroy(w->tape);
    free(w);
}

static inline mg_tape_replay replay_of(const world *w)
{
    mg_tape_replay replay = {.rows = w->rows, .parameters = w->parameters, .workspace = w->workspace};
    for (int i = 0; i < w->inputs; i++) {
        replay.input[i] = w->input[i];
    }
    for (int i = 0; i < w->indices; i++) {
        replay.index[i] = w->index[i];
    }
    return replay;
}

/* ---- what is compared ---- */

static inline size_t derivative_count(const world *w)
{
    size_t count = w->layout.count;
    for (int i = 0; i < w->inputs; i++) {
        count += (size_t)(w->rows * w->input_rows[i] * w->input_columns[i]);
    }
    return count;
}

/* Forward, then the gradient: parameters first, then inputs in order. */
static inline mg_real *tape_gradient(const world *w)
{
    mg_real *g = malloc((derivative_count(w) + 1) * sizeof *g), *at = g + w->layout.count;
    mg_real *input_gradient[MG_TAPE_INPUTS_MAX] = {0};
    mg_cotangent cotangent[4];
    mg_tape_replay replay = replay_of(w);
    for (size_t i = 0; i < derivative_count(w); i++) {
        g[i] = (mg_real)NAN; /* to be overwritten */
    }
    for (int s = 0; s < w->inputs; s++) {
        input_gradient[s] = at;
        at += w->rows * w->input_rows[s] * w->input_columns[s];
    }
    for (int i = 0; i < w->outputs; i++) {
        cotangent[i] = (mg_cotangent){w->output[i], w->cotangent[i]};
    }
    mg_tape_forward(w->tape, &replay);
    mg_tape_backward(w->tape, &replay, w->outputs, cotangent, g, input_gradient);
    return g;
}

/* ---- one operation: the right program, or its twin with the derivative of another one ---- */

typedef struct tape_case {
    const char *name;
    mg_node (*build)(world *w, int variant, bool wrong);
    int variants;
    bool no_tangent;
    void (*plain)(const world *w, int variant, mg_real *y); /* its values by plain loops, where operands are inputs */
} tape_case;

static inline world *build_case(const tape_case *of, int variant, bool wrong, bool moving, int rows_max, int rows)
{
    world *w = world_new(rows_max, moving);
    w->output[w->outputs++] = of->build(w, variant, wrong);
    world_fill(w, rows, 7);
    return w;
}

#endif
