/* tape.h - a recorded program of matrix operations, replayed forward, backward and tangent.
 *
 * Record once, for a largest number of rows; replay with any n <= that many live rows. Parameters, inputs,
 * indices and the workspace are arguments of the replay, and nothing that changes between replays is recorded, so
 * online and target networks and all agents of one architecture share one tape, and one tape may run in several
 * threads.
 *
 *     mg_tape *tape = mg_tape_create(32);
 *     mg_node observation = mg_tape_input(tape, 5);
 *     mg_node hidden = mg_tape_linear(tape, observation, &layout, first, MG_ACTIVATION_RELU);
 *     mg_node policy = mg_tape_softmax(tape, mg_tape_linear(tape, hidden, &layout, second, MG_ACTIVATION_NONE));
 *     mg_tape_finish(tape);
 *
 * Shapes: a node is a matrix of so many rows for each live row of the replay (one, unless the group operations below
 * say otherwise: then a live row is a sample, and its rows are its agents or its steps in time), or a single row (a
 * parameter, or after sum or mean over all rows). Rows of a sample depend on the same sample's rows of operands only,
 * except for sums over all rows. No operation reads or reduces a dead row: n rows on a tape of m >= n have the bits of
 * a tape of n. No replay allocates. Cotangents add in the order of recording, so two calls that record must not be
 * arguments of one call: compilers evaluate them in different orders. Misuse (shapes that do not fit, an index out of
 * range) is a defect of the program and ends it with a message. NaN and infinity are not looked for.
 */
#ifndef MG_TAPE_H
#define MG_TAPE_H

#include <stdbool.h>

#include "core/num/parameters.h"
#include "core/num/real.h"

#define MG_TAPE_INPUTS_MAX 32
#define MG_TAPE_INDICES_MAX 32

typedef struct mg_tape mg_tape;
typedef int mg_node; /* a value of the program */

typedef enum mg_activation {
    MG_ACTIVATION_NONE,
    MG_ACTIVATION_RELU,
    MG_ACTIVATION_TANH,
    MG_ACTIVATION_SIGMOID
} mg_activation;

mg_tape *mg_tape_create(int rows_max);
void mg_tape_destroy(mg_tape *tape);
void mg_tape_finish(mg_tape *tape); /* lays out the workspace; no recording after it */

/* ---- leaves ---- */
mg_node mg_tape_input(mg_tape *tape, int columns); /* the next input slot: 0, 1, ... in order of recording */
mg_node mg_tape_input_rows(mg_tape *tape, int rows, int columns); /* the same, with so many rows a sample */
int mg_tape_index(mg_tape *tape);                                 /* the next index slot: one int32 for each row */
/* A part of an index slot as a slot of its own: of `all` indices for each sample, `count` from `first` on, as the
 * operation that is given it wants them. So a program unrolled in time has one slot, sliced step by step; inputs are
 * folded and sliced in the same way. */
int mg_tape_index_slice(mg_tape *tape, int index_slot, int all, int first, int count);
mg_node mg_tape_parameter(mg_tape *tape, const mg_layout *layout, int view); /* a 1-row view as a single row */

/* ---- layers ---- */
/* y = activation(x W + b): W is the view `weight` of the layout, b the view after it if that is named "....bias". */
mg_node mg_tape_linear(mg_tape *tape, mg_node x, const mg_layout *layout, int weight, mg_activation activation);

/* The same, faster where most numbers of x are 0, whose products are left out. The bits are the same as long as no
 * weight and no derivative is infinite or NaN and no bias is -0, which no step of an optimiser makes of another number
 * (num/README.md). */
mg_node mg_tape_sparse_linear(mg_tape *tape, mg_node x, const mg_layout *layout, int weight, mg_activation activation);

/* An image, channel by channel in row-major order as environments observe it, and the window that slides over every
 * pixel: zeros lie around the image, (window - 1) / 2 of them above and to the left, so that every pixel has a result.
 */
typedef struct mg_image {
    int channels, height, width;
    int window_height, window_width;
    bool sparse; /* most numbers of x are 0: a promise about speed, no bit of what is not 0 depends on it */
} mg_image;

/* y = activation(b + the window's numbers times W) at every pixel: W has channels * window_height * window_width rows
 * in the order of the image and a column a filter, a bias follows as in mg_tape_linear. Results are an image of
 * `filters` channels. */
mg_node mg_tape_convolution(mg_tape *tape, mg_node x, const mg_image *image, const mg_layout *layout, int weight,
                            mg_activation activation);

/* ---- elementwise; b may have the shape of a, or be a batch column (broadcast over columns), or a single row, or have
 * fewer rows a sample, of which each is for as many rows of a that follow each other ---- */
mg_node mg_tape_add(mg_tape *tape, mg_node a, mg_node b);
mg_node mg_tape_subtract(mg_tape *tape, mg_node a, mg_node b);
mg_node mg_tape_multiply(mg_tape *tape, mg_node a, mg_node b);
mg_node mg_tape_divide(mg_tape *tape, mg_node a, mg_node b);
mg_node mg_tape_minimum(mg_tape *tape, mg_node a, mg_node b); /* derivative goes to the smaller; to b when equal */
mg_node mg_tape_maximum(mg_tape *tape, mg_node a, mg_node b);
mg_node mg_tape_affine(mg_tape *tape, mg_node a, double scale, double shift); /* constants, not of a replay */
mg_node mg_tape_clip(mg_tape *tape, mg_node a, double low, double high); /* derivative 1 inside [low, high], else 0 */
mg_node mg_tape_exp(mg_tape *tape, mg_node a);
mg_node mg_tape_log(mg_tape *tape, mg_node a);
mg_node mg_tape_relu(mg_tape *tape, mg_node a);
mg_node mg_tape_tanh(mg_tape *tape, mg_node a);
mg_node mg_tape_sigmoid(mg_tape *tape, mg_node a);
mg_node mg_tape_square(mg_tape *tape, mg_node a);
mg_node mg_tape_elu(mg_tape *tape, mg_node a);      /* x > 0: x, else e^x - 1 */
mg_node mg_tape_absolute(mg_tape *tape, mg_node a); /* derivative 0 at 0 */
mg_node mg_tape_stop_gradient(mg_tape *tape, mg_node a);

/* ---- along a row ---- */
mg_node mg_tape_softmax(mg_tape *tape, mg_node a);
mg_node mg_tape_log_softmax(mg_tape *tape, mg_node a);
mg_node mg_tape_gather(mg_tape *tape, mg_node a, int index_slot); /* column index[row] of each row: rows x 1 */
/* Row index[row] of a weight view (embedding): rows x its columns; backward adds in ascending row order. */
mg_node mg_tape_lookup(mg_tape *tape, const mg_layout *layout, int weight, int index_slot);
mg_node mg_tape_concat(mg_tape *tape, mg_node a, mg_node b); /* columns of a, then of b */
mg_node mg_tape_slice(mg_tape *tape, mg_node a, int first, int columns);
mg_node mg_tape_row_sum(mg_tape *tape, mg_node a); /* rows x 1, columns ascending */

/* The largest number of each row, and its column, the lowest of equals: rows x 1. `allowed` (-1: all columns are) has
 * the shape of a and is not 0 where a column may be taken; at least one of each row must be. Of the two only the
 * number has a derivative, which goes to that column; argmax stops it. */
mg_node mg_tape_row_maximum(mg_tape *tape, mg_node a, mg_node allowed);
mg_node mg_tape_argmax(mg_tape *tape, mg_node a, mg_node allowed);

/* ---- groups: rows of a sample, sample by sample; agents and steps in time alike ---- */
/* The same numbers with so many rows a sample: [rows x columns] seen as [rows' x columns'], without a copy. */
mg_node mg_tape_fold(mg_tape *tape, mg_node a, int rows);
/* Rows [first][second] of a sample in the order [second][first]: agents' steps become steps' agents. */
mg_node mg_tape_swap(mg_tape *tape, mg_node a, int first);
/* Over each `group` consecutive rows, of which then one is left; rows ascending, the first of equals is the maximum. */
mg_node mg_tape_group_sum(mg_tape *tape, mg_node a, int group);
mg_node mg_tape_group_mean(mg_tape *tape, mg_node a, int group);
mg_node mg_tape_group_maximum(mg_tape *tape, mg_node a, int group);
/* `rows` rows a sample, each a row of the same sample of a, or zeros: the slot has `rows` indices a sample, 0 to
 * mg_tape_rows(a) - 1 or -1 for none. Backward adds in ascending row order. Neighbours: agents * neighbours rows. */
mg_node mg_tape_gather_rows(mg_tape *tape, mg_node a, int index_slot, int rows);
/* Row by row the matrix product of a, taken as [m x depth], and b, taken as [depth x n]: rows of m * n numbers. */
mg_node mg_tape_product(mg_tape *tape, mg_node a, mg_node b, int depth);
/* Attention in `heads` heads: columns are heads one after the other. Each row of the query has k rows of keys and of
 * values, where k = rows of key / rows of query; its head's result is the sum over them of
 * softmax over k of (scale * query . key) times value. Where the slot (-1: none) has an index below 0 (one index a row
 * of key) there is nobody: the row counts as absent, and where all are absent the result is 0. No tangent. */
mg_node mg_tape_attention(mg_tape *tape, mg_node query, mg_node key, mg_node value, int heads, double scale,
                          int index_slot);
/* The weights of an attention: heads * k columns, head by head, 0 where there is nobody. No tangent. */
mg_node mg_tape_attention_weights(mg_tape *tape, mg_node attention);

/* ---- recurrent cells, unrolled over sequences of `steps` consecutive rows; one step: a cell. No tangent ---- */
typedef struct mg_recurrence {
    mg_node x;     /* what comes in, already multiplied: a linear layer of gates * hidden columns */
    mg_node start; /* the state before the first step, a row a sequence, or -1: zeros */
    int steps;
    const mg_layout *layout;
    int weight;     /* U: hidden x gates * hidden, and the bias b after it, if any, as in mg_tape_linear */
    int reset_slot; /* one index a row of x: not 0: the state before this step is 0 (an episode starts), or -1: never */
} mg_recurrence;

/* Gates reset r, update z, candidate n: r, z = sigmoid(x + (b + h U)), n = tanh(x_n + r (b_n + h U_n)),
 * h' = (1 - z) n + z h. The states after every step: hidden columns. */
mg_node mg_tape_gru(mg_tape *tape, const mg_recurrence *of);
/* Gates input i, forget f, output o, candidate u: i, f, o = sigmoid(x + (b + h U)), `forget` added in f,
 * u = tanh(the same), c' = f c + i u, h' = o tanh c'. States and starts are h, then c: 2 * hidden columns. */
mg_node mg_tape_lstm(mg_tape *tape, const mg_recurrence *of, double forget);

/* ---- over rows: a single row of one number, 32 virtual lanes over all live elements; 0 if there are none ---- */
mg_node mg_tape_sum(mg_tape *tape, mg_node a);
mg_node mg_tape_mean(mg_tape *tape, mg_node a); /* divided by the live elements: rows x columns */

int mg_tape_columns(const mg_tape *tape, mg_node node);
int mg_tape_rows(const mg_tape *tape, mg_node node); /* of a sample; 0: a single row */
size_t mg_tape_workspace(const mg_tape *tape);       /* reals a replay needs (values, cotangents, tangents, scratch) */
size_t mg_tape_values(const mg_tape *tape);          /* how many of them hold the values of a forward */

/* ---- replay ---- */
typedef struct mg_tape_replay {
    int rows;                                  /* live rows (samples), 0 <= rows <= rows_max */
    const mg_real *parameters;                 /* one block; may be NULL if the tape has no parameters */
    const mg_real *input[MG_TAPE_INPUTS_MAX];  /* each rows x columns */
    const int32_t *index[MG_TAPE_INDICES_MAX]; /* each rows */
    mg_real *workspace; /* mg_tape_workspace() reals, no initial contents; keeps the values of forward, unless */
    mg_real *values;    /* mg_tape_values() reals keep them: replays that take turns on a workspace may still go
                         * backward and tangent after each other's forward. NULL: the workspace */
} mg_tape_replay;

void mg_tape_forward(const mg_tape *tape, mg_tape_replay *replay);

/* Value of a node after forward, rows x columns (or one row). */
const mg_real *mg_tape_value(const mg_tape *tape, const mg_tape_replay *replay, mg_node node);

/* Samples first to first + count - 1 of what forward left in a block of values (mg_tape_values() reals, or a workspace)
 * become samples `at` and on of another block, or of the same: a replay may so be put together from several. Of tapes
 * whose operations keep nothing but their values: attention and recurrent cells end the program. */
void mg_tape_move_samples(const mg_tape *tape, const mg_real *from, int first, int count, mg_real *to, int at);

typedef struct mg_cotangent {
    mg_node node;
    const mg_real *value; /* shape of the node; NULL: all ones */
} mg_cotangent;

/* After forward, whose parameters, inputs and indices must still be there. Starts from the caller's cotangents at
 * `count` nodes (the same node twice: their sum). parameter_gradient (NULL: left out) has the size of the block
 * and is overwritten, except for numbers of the block that the tape does not use; input_gradient[slot] (the array or
 * any entry NULL: left out) has the shape of that input and is overwritten. What is left out costs nothing and changes
 * no bit of the rest. Values stay, so backward and tangent may follow in any order. */
void mg_tape_backward(const mg_tape *tape, mg_tape_replay *replay, int count, const mg_cotangent *cotangent,
                      mg_real *parameter_gradient, mg_real *const *input_gradient);

/* After forward: the derivative of `node` in the direction of a parameter block (forward mode). Writes the
 * tangent, in the shape of the node. Inputs do not move. An operation that has no tangent says so by ending the program
 * (its description above tells). */
void mg_tape_tangent(const mg_tape *tape, mg_tape_replay *replay, const mg_real *direction, mg_node node,
                     mg_real *tangent);

#endif
