/* tape_cases_groups.h - cases for the tests of the tape, in either precision: ELU and absolute value, the largest of a
 * row, groups of rows, products of two activations, attention. The wrong form of each has the derivative of another
 * program on the same leaves. */
#ifndef TAPE_CASES_GROUPS_H
#define TAPE_CASES_GROUPS_H

#include "tests/tape_world.h"

/* sum + a b, rounded twice */
static inline mg_real plain_add(mg_real sum, mg_real a, mg_real b)
{
    mg_real product = a * b;
    return sum + product;
}

static inline mg_real plain_map(mg_map map, mg_real x)
{
    mg_real y;
    mg_kernels_reference.map(map, 1, &x, &y);
    return y;
}

/* ---- number by number, and the largest of a row ---- */

static inline mg_node build_elu(world *w, int variant, bool wrong)
{
    (void)variant;
    mg_node x = batch(w, 5);
    return wrong ? mg_tape_relu(w->tape, x) : mg_tape_elu(w->tape, x);
}

static inline void plain_elu(const world *w, int variant, mg_real *y)
{
    (void)variant;
    for (int i = 0; i < w->rows * 5; i++) {
        mg_real x = w->input[0][i];
        y[i] = x > 0 ? x : plain_map(MG_MAP_EXP, x) - 1;
    }
}

static inline mg_node build_absolute(world *w, int variant, bool wrong)
{
    (void)variant;
    mg_node x = batch(w, 5);
    return wrong ? mg_tape_relu(w->tape, x) : mg_tape_absolute(w->tape, x);
}

static inline void plain_absolute(const world *w, int variant, mg_real *y)
{
    (void)variant;
    for (int i = 0; i < w->rows * 5; i++) {
        y[i] = w->input[0][i] < 0 ? -w->input[0][i] : w->input[0][i];
    }
}

/* variant 1: among the allowed. A mask that always allows one: a number beside others that are mostly 0. */
static inline mg_node mask_of(world *w, int columns)
{
    w->zeros[w->inputs] = 0.5;
    mg_node some = mg_tape_stop_gradient(w->tape, fresh_input(w, columns - 1));
    mg_node last = mg_tape_affine(w->tape, mg_tape_slice(w->tape, some, 0, 1), 0, 1);
    return mg_tape_concat(w->tape, some, last);
}

static inline mg_node build_row_maximum(world *w, int variant, bool wrong)
{
    mg_node a = batch(w, 6), allowed = variant == 1 ? mask_of(w, 6) : -1;
    return mg_tape_row_maximum(w->tape, wrong ? mg_tape_affine(w->tape, a, -1, 0) : a, allowed);
}

static inline int plain_largest(const world *w, int variant, int row)
{
    int best = -1;
    for (int j = 0; j < 6; j++) {
        bool allowed = variant == 0 || j == 5 || w->input[1][row * 5 + j] != 0;
        if (allowed && (best < 0 || w->input[0][row * 6 + j] > w->input[0][row * 6 + best])) {
            best = j;
        }
    }
    return best;
}

static inline void plain_row_maximum(const world *w, int variant, mg_real *y)
{
    for (int row = 0; row < w->rows; row++) {
        y[row] = w->input[0][row * 6 + plain_largest(w, variant, row)];
    }
}

/* argmax stops: times the maximum, so that there is a derivative. */
static inline mg_node build_argmax(world *w, int variant, bool wrong)
{
    mg_node a = batch(w, 6), allowed = variant == 1 ? mask_of(w, 6) : -1;
    mg_node best = mg_tape_argmax(w->tape, a, allowed);
    mg_node b = mg_tape_row_sum(w->tape, wrong ? mg_tape_slice(w->tape, a, 0, 5) : a);
    return mg_tape_multiply(w->tape, mg_tape_affine(w->tape, best, 1, 1), b);
}

static inline void plain_argmax(const world *w, int variant, mg_real *y)
{
    for (int row = 0; row < w->rows; row++) {
        mg_real sum = 0;
        for (int j = 0; j < 6; j++) {
            sum += w->input[0][row * 6 + j];
        }
        y[row] = (mg_real)(plain_largest(w, variant, row) + 1) * sum;
    }
}

/* ---- groups ---- */

/* 4 rows of 3, seen as 2 rows of 6 and added to themselves in another fold. */
static inline mg_node build_fold(world *w, int variant, bool wrong)
{
    mg_node a = batch_rows(w, 4, 3), folded = mg_tape_fold(w->tape, a, variant == 0 ? 2 : 6);
    mg_node other = mg_tape_tanh(w->tape, mg_tape_fold(w->tape, folded, wrong ? 1 : 4));
    return mg_tape_multiply(w->tape, a,
                            mg_tape_fold(w->tape, wrong ? mg_tape_stop_gradient(w->tape, other) : other, 4));
}

static inline void plain_fold(const world *w, int variant, mg_real *y)
{
    (void)variant;
    for (int i = 0; i < w->rows * 12; i++) {
        y[i] = w->input[0][i] * plain_map(MG_MAP_TANH, w->input[0][i]);
    }
}

/* The same rows twice, so that a cotangent is added to. */
static inline mg_node build_swap(world *w, int variant, bool wrong)
{
    int first = variant == 0 ? 2 : 3;
    mg_node a = batch_rows(w, 6, 3), swapped = mg_tape_swap(w->tape, a, wrong ? 5 - first : first);
    return mg_tape_multiply(w->tape, swapped, a);
}

static inline void plain_swap(const world *w, int variant, mg_real *y)
{
    int first = variant == 0 ? 2 : 3, second = 6 / first;
    for (int s = 0; s < w->rows; s++) {
        for (int i = 0; i < 18; i++) {
            int to = i / 3, from = to % first * second + to / first;
            y[s * 18 + i] = w->input[0][s * 18 + from * 3 + i % 3] * w->input[0][s * 18 + i];
        }
    }
}

static inline mg_node build_group(world *w, int variant, bool wrong)
{
    static mg_node (*const operation[])(mg_tape *, mg_node, int) = {mg_tape_group_sum, mg_tape_group_mean,
                                                                    mg_tape_group_maximum};
    mg_node a = batch_rows(w, 6, 5);
    return operation[(variant / 2 + wrong) % 3](w->tape, a, variant % 2 == 0 ? 3 : 2);
}

static inline void plain_group(const world *w, int variant, mg_real *y)
{
    int group = variant % 2 == 0 ? 3 : 2, kind = variant / 2;
    for (int i = 0; i < w->rows * 6 / group * 5; i++) {
        const mg_real *x = w->input[0] + i / 5 * group * 5 + i % 5;
        y[i] = kind == 2 ? x[0] : 0;
        for (int k = 0; k < group; k++) {
            mg_real larger = x[k * 5] > y[i] ? x[k * 5] : y[i], sum = y[i] + x[k * 5];
            y[i] = kind == 2 ? larger : sum;
        }
        y[i] = kind == 1 ? y[i] / (mg_real)group : y[i];
    }
}

/* variant 0: more rows than there are; 1: fewer; 2: as many, their indices a slice. Some rows are nobody's. */
static inline mg_node build_gather_rows(world *w, int variant, bool wrong)
{
    int rows = variant == 0 ? 9 : variant == 1 ? 2 : 4, all = rows + (variant == 2 ? 3 : 0);
    int first = fresh_index_rows(w, all, -1, 4), second = fresh_index_rows(w, all, -1, 4);
    if (variant == 2) {
        first = mg_tape_index_slice(w->tape, first, all, 2, rows);
    }
    mg_node a = batch_rows(w, 4, 3);
    return mg_tape_gather_rows(w->tape, a, wrong ? second : first, rows);
}

static inline void plain_gather_rows(const world *w, int variant, mg_real *y)
{
    int rows = variant == 0 ? 9 : variant == 1 ? 2 : 4, all = rows + (variant == 2 ? 3 : 0);
    for (int i = 0; i < w->rows * rows * 3; i++) {
        int row = i / 3, sample = row / rows;
        int32_t index = w->index[0][sample * all + row % rows + (variant == 2 ? 2 : 0)];
        y[i] = index < 0 ? 0 : w->input[0][(sample * 4 + index) * 3 + i % 3];
    }
}

/* ---- fewer rows beside more ---- */

static inline mg_node build_spread(world *w, int variant, bool wrong)
{
    mg_node a = batch_rows(w, 6, 3), b = batch_rows(w, variant % 2 == 0 ? 1 : 2, 3);
    mg_node other = wrong ? mg_tape_affine(w->tape, b, 1.1, 0) : b;
    return (variant < 2 ? mg_tape_multiply : mg_tape_subtract)(w->tape, a, other);
}

static inline void plain_spread(const world *w, int variant, mg_real *y)
{
    for (int i = 0; i < w->rows * 18; i++) {
        mg_real a = w->input[0][i], b = w->input[1][i / 3 / (variant % 2 == 0 ? 6 : 3) * 3 + i % 3];
        mg_real product = a * b, difference = a - b;
        y[i] = variant < 2 ? product : difference;
    }
}

/* ---- products ---- */

/* 2 x 3 times 3 x 5, in 1 or 2 rows of a sample; variant 2: squares of one node, whose cotangent comes twice. */
static inline mg_node build_product(world *w, int variant, bool wrong)
{
    if (variant == 2) {
        mg_node a = batch(w, 9);
        return mg_tape_product(w->tape, a, wrong ? mg_tape_stop_gradient(w->tape, a) : a, 3);
    }
    mg_node a = batch_rows(w, variant + 1, 6), b = batch_rows(w, variant + 1, 15);
    return mg_tape_product(w->tape, a, wrong ? mg_tape_affine(w->tape, b, 1.1, 0) : b, 3);
}

static inline void plain_product(const world *w, int variant, mg_real *y)
{
    int m = variant == 2 ? 3 : 2, n = variant == 2 ? 3 : 5, of = variant == 1 ? 2 : 1;
    for (int row = 0; row < w->rows * of; row++) {
        for (int i = 0; i < m * n; i++) {
            const mg_real *a = w->input[0] + row * m * 3, *b = w->input[variant == 2 ? 0 : 1] + row * 3 * n;
            mg_real sum = 0;
            for (int k = 0; k < 3; k++) {
                sum = plain_add(sum, a[i / n * 3 + k], b[k * n + i % n]);
            }
            y[row * m * n + i] = sum;
        }
    }
}

/* ---- attention: 3 queries of 2 heads of 4, 5 slots each, values of 2 heads of 3 ---- */

enum { QUERIES = 3, SLOTS = 5, HEADS = 2, SIZE = 4, WIDTH = 3 };

/* variant 1: some slots are nobody's, and where all are the result is 0; 2: keys are the values. */
static inline mg_node build_attention(world *w, int variant, bool wrong)
{
    int all = QUERIES * SLOTS + 2, slot = variant == 1 ? fresh_index_rows(w, all, -1, 1) : -1;
    int present = variant == 1 ? mg_tape_index_slice(w->tape, slot, all, 1, QUERIES * SLOTS) : -1;
    mg_node query = batch_rows(w, QUERIES, HEADS * SIZE), key = batch_rows(w, QUERIES * SLOTS, HEADS * SIZE);
    mg_node value = variant == 2 ? key : batch_rows(w, QUERIES * SLOTS, HEADS * WIDTH);
    return mg_tape_attention(w->tape, query, key, value, HEADS, wrong ? 0.6 : 0.5, present);
}

static inline bool plain_there(const world *w, int variant, int row, int slot)
{
    int sample = row / QUERIES;
    return variant != 1 || w->index[0][sample * (QUERIES * SLOTS + 2) + 1 + row % QUERIES * SLOTS + slot] >= 0;
}

/* The weights of one head of one query. */
static inline void plain_weights(const world *w, int variant, int row, int head, mg_real *weight)
{
    mg_real most = 0, sum = 0;
    int present = 0;
    for (int s = 0; s < SLOTS; s++) {
        mg_real dot = 0;
        for (int k = 0; k < SIZE; k++) {
            int at = head * SIZE + k;
            dot = plain_add(dot, w->input[1][(row * SLOTS + s) * HEADS * SIZE + at],
                            w->input[0][row * HEADS * SIZE + at]);
        }
        weight[s] = dot * (mg_real)0.5;
        bool there = plain_there(w, variant, row, s);
        most = there && (present == 0 || weight[s] > most) ? weight[s] : most;
        present += there;
    }
    for (int s = 0; s < SLOTS; s++) {
        bool there = plain_there(w, variant, row, s);
        weight[s] = there ? plain_map(MG_MAP_EXP, weight[s] - most) : 0;
        sum = there ? sum + weight[s] : sum;
    }
    for (int s = 0; s < SLOTS; s++) {
        weight[s] = present > 0 ? weight[s] / sum : 0;
    }
}

static inline void plain_attention(const world *w, int variant, mg_real *y)
{
    int width = variant == 2 ? SIZE : WIDTH;
    const mg_real *value = w->input[variant == 2 ? 1 : 2];
    for (int row = 0; row < w->rows * QUERIES; row++) {
        for (int head = 0; head < HEADS; head++) {
            mg_real weight[SLOTS];
            plain_weights(w, variant, row, head, weight);
            for (int j = 0; j < width; j++) {
                mg_real sum = 0;
                for (int s = 0; s < SLOTS; s++) {
                    sum = plain_add(sum, weight[s], value[((row * SLOTS + s) * HEADS + head) * width + j]);
                }
                y[(row * HEADS + head) * width + j] = sum;
            }
        }
    }
}

/* variant 3: beside the attention itself. */
static inline mg_node build_attention_weights(world *w, int variant, bool wrong)
{
    mg_node attention = build_attention(w, variant % 3, wrong);
    mg_node weights = mg_tape_attention_weights(w->tape, attention);
    return variant < 3 ? weights : mg_tape_concat(w->tape, weights, attention);
}

static inline void plain_attention_weights(const world *w, int variant, mg_real *y)
{
    int rows = w->rows * QUERIES, beside = variant < 3 ? 0 : HEADS * WIDTH, columns = HEADS * SLOTS + beside;
    mg_real *attended = malloc((size_t)(rows * HEADS * SIZE) * sizeof *attended);
    plain_attention(w, variant % 3, attended);
    for (int row = 0; row < rows; row++) {
        for (int head = 0; head < HEADS; head++) {
            plain_weights(w, variant % 3, row, head, y + row * columns + head * SLOTS);
        }
        memcpy(y + row * columns + HEADS * SLOTS, attended + row * beside, (size_t)beside * sizeof *y);
    }
    free(attended);
}

static const tape_case group_cases[] = {
    {"elu", build_elu, 1, false, plain_elu},
    {"absolute", build_absolute, 1, false, plain_absolute},
    {"row maximum", build_row_maximum, 2, false, plain_row_maximum},
    {"argmax", build_argmax, 2, false, plain_argmax},
    {"fold", build_fold, 2, false, plain_fold},
    {"swap", build_swap, 2, false, plain_swap},
    {"group sum, mean, maximum", build_group, 6, false, plain_group},
    {"gather rows", build_gather_rows, 3, false, plain_gather_rows},
    {"fewer rows beside more", build_spread, 4, false, plain_spread},
    {"product", build_product, 3, false, plain_product},
    {"attention", build_attention, 3, true, plain_attention},
    {"attention weights", build_attention_weights, 4, true, plain_attention_weights},
};

#endif
