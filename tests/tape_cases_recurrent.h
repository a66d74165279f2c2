/* tape_cases_recurrent.h - cases for the tests of the tape, in either precision: GRU and LSTM over sequences. */
#ifndef TAPE_CASES_RECURRENT_H
#define TAPE_CASES_RECURRENT_H

#include "tests/tape_cases_groups.h"

enum { SEQUENCES = 2, STEPS = 4, HIDDEN = 5 };

/* Variants: 0 zeros before, no bias; 1 a start and a bias; 2 resets too; 3 single steps with a start. */
static inline int steps_of(int variant)
{
    return variant == 3 ? 1 : STEPS;
}

/* Inputs: 0 is x; 1 the start, if there is one. */
static inline mg_node build_recurrence(world *w, int variant, bool wrong, bool lstm)
{
    int gates = lstm ? 4 : 3, states = lstm ? 2 : 1, steps = steps_of(variant);
    mg_recurrence of = {.steps = steps, .layout = &w->layout, .start = -1, .reset_slot = -1};
    of.x = batch_rows(w, SEQUENCES * steps, gates * HIDDEN);
    if (variant > 0) {
        of.start = batch_rows(w, SEQUENCES, states * HIDDEN);
    }
    if (variant == 2) { /* 0 and 1 */
        int all = SEQUENCES * steps + 3;
        of.reset_slot = mg_tape_index_slice(w->tape, fresh_index_rows(w, all, 0, 2), all, 2, SEQUENCES * steps);
    }
    of.weight = fresh_weight(w, HIDDEN, gates * HIDDEN, variant > 0);
    mg_node x = of.x;
    of.x = wrong ? mg_tape_affine(w->tape, x, 1.05, 0) : x;
    return lstm ? mg_tape_lstm(w->tape, &of, 1) : mg_tape_gru(w->tape, &of);
}

static inline mg_node build_gru(world *w, int variant, bool wrong)
{
    return build_recurrence(w, variant, wrong, false);
}

static inline mg_node build_lstm(world *w, int variant, bool wrong)
{
    return build_recurrence(w, variant, wrong, true);
}

/* bias + h U in one column; the block holds nothing before U here. */
static inline mg_real plain_recur(const world *w, int variant, int gates, const mg_real *h, int column)
{
    const mg_real *u = w->parameters;
    mg_real sum = variant > 0 ? u[HIDDEN * gates * HIDDEN + column] : 0;
    for (int k = 0; k < HIDDEN; k++) {
        sum = plain_add(sum, h[k], u[k * gates * HIDDEN + column]);
    }
    return sum;
}

static inline void plain_gru_step(const world *w, int variant, const mg_real *x, const mg_real *h, mg_real *after)
{
    for (int j = 0; j < HIDDEN; j++) {
        mg_real r = plain_map(MG_MAP_SIGMOID, x[j] + plain_recur(w, variant, 3, h, j));
        mg_real z = plain_map(MG_MAP_SIGMOID, x[HIDDEN + j] + plain_recur(w, variant, 3, h, HIDDEN + j));
        mg_real inner = plain_recur(w, variant, 3, h, 2 * HIDDEN + j);
        mg_real n = plain_map(MG_MAP_TANH, plain_add(x[2 * HIDDEN + j], r, inner));
        mg_real rest = 1 - z, first = rest * n;
        after[j] = plain_add(first, z, h[j]);
    }
}

static inline void plain_lstm_step(const world *w, int variant, const mg_real *x, const mg_real *h, mg_real *after)
{
    for (int j = 0; j < HIDDEN; j++) {
        mg_real gate[4];
        for (int g = 0; g < 4; g++) {
            gate[g] = x[g * HIDDEN + j] + plain_recur(w, variant, 4, h, g * HIDDEN + j);
            gate[g] = g == 1 ? gate[g] + 1 : gate[g];
            gate[g] = plain_map(g == 3 ? MG_MAP_TANH : MG_MAP_SIGMOID, gate[g]);
        }
        mg_real kept = gate[1] * h[HIDDEN + j];
        after[HIDDEN + j] = plain_add(kept, gate[0], gate[3]);
        after[j] = gate[2] * plain_map(MG_MAP_TANH, after[HIDDEN + j]);
    }
}

static inline void plain_recurrence(const world *w, int variant, bool lstm, mg_real *y)
{
    int steps = steps_of(variant), columns = (lstm ? 2 : 1) * HIDDEN, gates = lstm ? 4 : 3;
    for (int row = 0; row < w->rows * SEQUENCES * steps; row++) {
        mg_real before[2 * HIDDEN] = {0};
        int of_sample = SEQUENCES * steps, at = row / of_sample * (of_sample + 3) + 2 + row % of_sample;
        bool reset = variant == 2 && w->index[0][at] != 0;
        const mg_real *last = row % steps > 0 ? y + (row - 1) * columns
                              : variant > 0   ? w->input[1] + row / steps * columns
                                              : NULL;
        if (last != NULL && !reset) {
            memcpy(before, last, (size_t)columns * sizeof *before);
        }
        (lstm ? plain_lstm_step : plain_gru_step)(w, variant, w->input[0] + row * gates * HIDDEN, before,
                                                  y + row * columns);
    }
}

static inline void plain_gru(const world *w, int variant, mg_real *y)
{
    plain_recurrence(w, variant, false, y);
}

static inline void plain_lstm(const world *w, int variant, mg_real *y)
{
    plain_recurrence(w, variant, true, y);
}

/* An agent's network with memory: two groups of agents share it, and its start moves. */
static inline mg_node build_memory(world *w, int variant, bool wrong)
{
    int first = fresh_weight(w, 4, 3 * HIDDEN, true), recurrent = fresh_weight(w, HIDDEN, 3 * HIDDEN, true);
    int last = fresh_weight(w, HIDDEN, 3, true), reset = fresh_index_rows(w, SEQUENCES * STEPS, 0, 2);
    mg_node start = batch_rows(w, SEQUENCES, HIDDEN), h = start;
    for (int part = 0; part <= variant; part++) { /* the state after a part of the sequence is the next one's start */
        mg_node x = mg_tape_linear(w->tape, batch_rows(w, SEQUENCES * STEPS, 4), &w->layout, first, MG_ACTIVATION_NONE);
        mg_node all = mg_tape_gru(w->tape, &(mg_recurrence){x, h, STEPS, &w->layout, recurrent, reset});
        mg_node folded = mg_tape_fold(w->tape, all, SEQUENCES);
        h = mg_tape_slice(w->tape, folded, (STEPS - 1) * HIDDEN, HIDDEN);
    }
    mg_activation activation = wrong ? MG_ACTIVATION_RELU : MG_ACTIVATION_TANH;
    return mg_tape_linear(w->tape, h, &w->layout, last, activation);
}

static const tape_case recurrent_cases[] = {
    {"gru", build_gru, 4, true, plain_gru},
    {"lstm", build_lstm, 4, true, plain_lstm},
    {"gru in parts", build_memory, 2, true, NULL},
};

#endif
