/* tape_cases_learners.h - cases for the tests of the tape, in either precision: what the networks of learners are made
 * of, whole. No variants; the wrong form has one part's gradient stopped or another activation. */
#ifndef TAPE_CASES_LEARNERS_H
#define TAPE_CASES_LEARNERS_H

#include "tests/tape_world.h"

enum { AGENTS = 4 };

static inline mg_node dense(world *w, mg_node x, int outputs, mg_activation activation)
{
    int weight = fresh_weight(w, mg_tape_columns(w->tape, x), outputs, true);
    return mg_tape_linear(w->tape, x, &w->layout, weight, activation);
}

/* DGN and LToS: an encoder and two layers of attention over the agent itself and its nearest, every layer's features
 * together at the end, the best allowed action's value. */
static inline mg_node build_graph_network(world *w, int variant, bool wrong)
{
    (void)variant;
    enum { NEAR = 3 };
    int near = fresh_index_rows(w, AGENTS * NEAR, 0, AGENTS);
    mg_node h = dense(w, batch_rows(w, AGENTS, 6), 4, MG_ACTIVATION_RELU), features = h;
    for (int layer = 0; layer < 2; layer++) {
        mg_node query = dense(w, h, 4, MG_ACTIVATION_RELU);
        mg_node key = mg_tape_gather_rows(w->tape, dense(w, h, 4, MG_ACTIVATION_RELU), near, AGENTS * NEAR);
        mg_node value = mg_tape_gather_rows(w->tape, dense(w, h, 4, MG_ACTIVATION_RELU), near, AGENTS * NEAR);
        value = wrong && layer == 0 ? mg_tape_stop_gradient(w->tape, value) : value;
        h = dense(w, mg_tape_attention(w->tape, query, key, value, 2, 0.7, -1), 4, MG_ACTIVATION_RELU);
        features = mg_tape_concat(w->tape, features, h);
    }
    return mg_tape_row_maximum(w->tape, dense(w, features, 3, MG_ACTIVATION_NONE), -1);
}

/* Intention Propagation: sums over neighbours weighed by attention, where there may be fewer; and the plain sum. */
static inline mg_node build_propagation(world *w, int variant, bool wrong)
{
    (void)variant;
    enum { NEAR = 2 };
    int near = fresh_index_rows(w, AGENTS * NEAR, -1, AGENTS);
    mg_node x = dense(w, batch_rows(w, AGENTS, 5), 4, MG_ACTIVATION_TANH);
    mg_node of_near = mg_tape_gather_rows(w->tape, x, near, AGENTS * NEAR);
    mg_node query = dense(w, x, 4, MG_ACTIVATION_NONE), key = dense(w, of_near, 4, MG_ACTIVATION_NONE);
    mg_node sum = mg_tape_attention(w->tape, query, key, of_near, 1, 0.5, near);
    mg_node own = dense(w, x, 4, MG_ACTIVATION_NONE), heard = dense(w, sum, 4, MG_ACTIVATION_NONE);
    mg_node first = mg_tape_tanh(w->tape, mg_tape_add(w->tape, own, heard));
    sum = mg_tape_group_sum(w->tape, mg_tape_gather_rows(w->tape, first, near, AGENTS * NEAR), NEAR);
    sum = wrong ? mg_tape_stop_gradient(w->tape, sum) : sum;
    mg_node second = mg_tape_tanh(w->tape, mg_tape_add(w->tape, x, dense(w, sum, 4, MG_ACTIVATION_NONE)));
    return mg_tape_softmax(w->tape, dense(w, mg_tape_concat(w->tape, first, second), 3, MG_ACTIVATION_NONE));
}

/* QMIX: agents with memory over whole episodes, mixed step by step with weights that the state makes. */
static inline mg_node build_mixing(world *w, int variant, bool wrong)
{
    (void)variant;
    enum { TIME = 3, WIDTH_OF_MEMORY = 4, EMBEDDING = 5 };
    mg_tape *tape = w->tape;
    int chosen = fresh_index_rows(w, AGENTS * TIME, 0, 2);
    mg_node x = dense(w, batch_rows(w, AGENTS * TIME, 3), 3 * WIDTH_OF_MEMORY, MG_ACTIVATION_NONE);
    mg_node state = fresh_input_rows(w, TIME, 6);
    int memory = fresh_weight(w, WIDTH_OF_MEMORY, 3 * WIDTH_OF_MEMORY, true);
    mg_node h = mg_tape_gru(tape, &(mg_recurrence){x, -1, TIME, &w->layout, memory, -1});
    mg_node q = mg_tape_gather(tape, dense(w, h, 2, MG_ACTIVATION_NONE), chosen);
    mg_node together = mg_tape_fold(tape, mg_tape_swap(tape, q, AGENTS), TIME);
    mg_node first = mg_tape_absolute(tape, dense(w, state, AGENTS * EMBEDDING, MG_ACTIVATION_NONE));
    first = wrong ? mg_tape_stop_gradient(tape, first) : first;
    mg_node shift = dense(w, state, EMBEDDING, MG_ACTIVATION_NONE);
    mg_node hidden = mg_tape_add(tape, mg_tape_product(tape, together, first, AGENTS), shift);
    mg_node second = mg_tape_absolute(tape, dense(w, state, EMBEDDING, MG_ACTIVATION_NONE));
    mg_node value = dense(w, dense(w, state, EMBEDDING, MG_ACTIVATION_RELU), 1, MG_ACTIVATION_NONE);
    return mg_tape_add(tape, mg_tape_product(tape, mg_tape_elu(tape, hidden), second, EMBEDDING), value);
}

/* A critic that no permutation of agents changes: the mean over the others is that over all, less the own part. */
static inline mg_node build_invariant_critic(world *w, int variant, bool wrong)
{
    (void)variant;
    mg_node x = batch_rows(w, AGENTS, 5);
    for (int layer = 0; layer < 2; layer++) {
        mg_node sent = dense(w, x, 4, MG_ACTIVATION_NONE), all = mg_tape_group_mean(w->tape, sent, AGENTS);
        mg_node less = mg_tape_affine(w->tape, sent, wrong ? -0.3 : -0.25, 0);
        mg_node others = mg_tape_relu(w->tape, mg_tape_add(w->tape, less, all));
        mg_node own = dense(w, x, 4, MG_ACTIVATION_RELU);
        x = mg_tape_affine(w->tape, mg_tape_add(w->tape, others, own), 0.25, 0);
    }
    return dense(w, mg_tape_group_maximum(w->tape, x, AGENTS), 1, MG_ACTIVATION_NONE);
}

/* NeurComm: every step an agent's memory hears its neighbours' last hidden states; the neighbours change. */
static inline mg_node build_communication(world *w, int variant, bool wrong)
{
    (void)variant;
    enum { TIME = 3, NEAR = 2, MEMORY = 3 };
    mg_tape *tape = w->tape;
    int near = fresh_index_rows(w, TIME * AGENTS * NEAR, -1, AGENTS), starts = fresh_index_rows(w, TIME * AGENTS, 0, 2);
    mg_node seen = mg_tape_fold(tape, batch_rows(w, TIME * AGENTS, 4), 1),
            state = fresh_input_rows(w, AGENTS, 2 * MEMORY);
    int encode = fresh_weight(w, 4, 5, true), message = fresh_weight(w, NEAR * MEMORY, 5, true);
    int first = fresh_weight(w, 10, 4 * MEMORY, true), second = fresh_weight(w, MEMORY, 4 * MEMORY, false);
    for (int t = 0; t < TIME; t++) {
        int heard = mg_tape_index_slice(tape, near, TIME * AGENTS * NEAR, t * AGENTS * NEAR, AGENTS * NEAR);
        int reset = mg_tape_index_slice(tape, starts, TIME * AGENTS, t * AGENTS, AGENTS);
        mg_node now = mg_tape_fold(tape, mg_tape_slice(tape, seen, t * AGENTS * 4, AGENTS * 4), AGENTS);
        mg_node hidden = mg_tape_slice(tape, state, 0, MEMORY);
        mg_node from = mg_tape_fold(tape, mg_tape_gather_rows(tape, hidden, heard, AGENTS * NEAR), AGENTS);
        from = wrong && t == 2 ? mg_tape_stop_gradient(tape, from) : from;
        now = mg_tape_linear(tape, now, &w->layout, encode, MG_ACTIVATION_TANH);
        from = mg_tape_linear(tape, from, &w->layout, message, MG_ACTIVATION_TANH);
        mg_node x = mg_tape_linear(tape, mg_tape_concat(tape, now, from), &w->layout, first, MG_ACTIVATION_NONE);
        state = mg_tape_lstm(tape, &(mg_recurrence){x, state, 1, &w->layout, second, reset}, 1);
    }
    return mg_tape_log_softmax(tape, dense(w, mg_tape_slice(tape, state, 0, MEMORY), 3, MG_ACTIVATION_NONE));
}

/* Gather-Trade-Build: two convolutions of a map beside a vector; masked probabilities with a floor. Has a tangent. */
static inline mg_node build_map_policy(world *w, int variant, bool wrong)
{
    (void)variant;
    mg_tape *tape = w->tape;
    mg_image map = {2, 3, 4, 3, 3, true}, after = {2, 3, 4, 3, 3, false};
    w->zeros[0] = 0.6;
    mg_node x = fresh_input(w, 24), vector = batch(w, 3), mask = positive(w, fresh_input(w, 4));
    int first = fresh_weight(w, 18, 2, true), second = fresh_weight(w, 18, 2, true);
    x = mg_tape_convolution(tape, x, &map, &w->layout, first, MG_ACTIVATION_RELU);
    x = mg_tape_convolution(tape, x, &after, &w->layout, second, wrong ? MG_ACTIVATION_TANH : MG_ACTIVATION_SIGMOID);
    x = dense(w, mg_tape_concat(tape, dense(w, x, 3, MG_ACTIVATION_TANH), vector), 4, MG_ACTIVATION_NONE);
    mg_node p = mg_tape_multiply(tape, mg_tape_softmax(tape, x), mask);
    p = mg_tape_divide(tape, p, mg_tape_row_sum(tape, p));
    return mg_tape_log(tape, mg_tape_affine(tape, p, 0.9, 0.1 / 4));
}

static const tape_case learner_cases[] = {
    {"graph network", build_graph_network, 1, true, NULL},
    {"intention propagation", build_propagation, 1, true, NULL},
    {"monotonic mixing", build_mixing, 1, true, NULL},
    {"permutation-invariant critic", build_invariant_critic, 1, false, NULL},
    {"communication", build_communication, 1, true, NULL},
    {"policy on a map", build_map_policy, 1, false, NULL},
};

#endif
