/* The loss of DGN in binary64: the error of values, summed over agents, with the regulariser of relations over time,
 * through the whole network against central differences; the regulariser's value by hand. */
#define MG_DOUBLE
#include "baselines/graph_q_step.h"
#include "core/num/scalar_math.h"
#include "core/rl/graph_network.h"
#include "core/rl/q_value_step.h"
#include "tests/tape_differences.h"

enum { AGENTS = 4, NEIGHBOURS = 2, SLOTS = 1 + NEIGHBOURS, HEADS = 2, LAYERS = 2, ACTIONS = 3 };
enum { ENTRIES = ROWS * AGENTS, NUMBERS = ENTRIES * HEADS * SLOTS };

static void test_divergence(void)
{
    static const double now[6] = {0.5, 0.25, 0.25, 1.0, 0.0, 0.0}, later[6] = {0.25, 0.75, 0.0, 0.5, 0.5, 0.0};
    double cotangent[6], wanted = 0.25 * mg_log(0.5) + 0.75 * mg_log(3.0) + 0.5 * mg_log(0.5) + 0.5 * mg_log(0.5e30);
    double found = mg_relation_error(2, 3, 0.5, now, later, cotangent);
    tap_ok(fabs(found - 0.25 * wanted) < 1e-12, "half the mean divergence of two distributions: %g", found);
    tap_ok(cotangent[0] == -0.125 && cotangent[1] == -0.75 && cotangent[2] == 0.0 && cotangent[3] == -0.125 &&
               cotangent[5] == 0.0,
           "its slopes, none where nothing is later");
    tap_ok(mg_relation_error(2, 3, 0.5, later, later, cotangent) == 0.0, "none from itself");
    tap_ok(mg_relation_error(1, 3, 1.0, later, now, cotangent) < 1e300 && cotangent[2] < -1e29,
           "what is not looked at now counts as a little");
}

typedef struct loss {
    world *w;
    int32_t action[ENTRIES];
    double target[ENTRIES], later[LAYERS][NUMBERS];
    double by_value[ENTRIES * ACTIONS], by_weight[LAYERS][NUMBERS];
} loss;

static double of_all(loss *l)
{
    mg_tape_replay replay = replay_of(l->w);
    mg_tape_forward(l->w->tape, &replay);
    double sum = mg_q_error(ENTRIES, ACTIONS, ROWS * ACTIONS, mg_tape_value(l->w->tape, &replay, l->w->output[0]),
                            l->action, l->target, l->by_value);
    for (int k = 0; k < LAYERS; k++)
        sum += mg_relation_error(ENTRIES * HEADS, SLOTS, 0.7, mg_tape_value(l->w->tape, &replay, l->w->output[1 + k]),
                                 l->later[k], l->by_weight[k]);
    return sum;
}

static void start(loss *l)
{
    mg_graph_network network;
    mg_node attention[LAYERS];
    const mg_graph_shape shape = {.agents = AGENTS,
                                  .neighbours = NEIGHBOURS,
                                  .seen = 5,
                                  .hidden_1 = 7,
                                  .hidden_2 = 6,
                                  .layers = LAYERS,
                                  .heads = HEADS,
                                  .outputs = ACTIONS};
    world *w = l->w = world_new(ROWS_MAX, false);
    mg_graph_network_describe(&network, &shape);
    w->layout = network.layout;
    int slot = fresh_index_rows(w, AGENTS * SLOTS, -1, AGENTS);
    mg_node seen = fresh_input_rows(w, AGENTS, 5);
    w->output[w->outputs++] = mg_graph_network_record(w->tape, &network, seen, slot, attention);
    for (int k = 0; k < LAYERS; k++)
        w->output[w->outputs++] = mg_tape_attention_weights(w->tape, attention[k]);
    world_fill(w, ROWS, 5);
    mg_stream stream = mg_stream_at((mg_key){9, 9}, MG_PURPOSE_TEST, 0, 0, 0);
    for (int k = 0; k < ENTRIES; k++) {
        w->index[0][k * SLOTS] = k % AGENTS; /* oneself */
        l->action[k] = (int32_t)mg_random_below(&stream, ACTIONS);
        l->target[k] = 4.0 * mg_random_double(&stream) - 2.0;
    }
    for (int k = 0; k < LAYERS * NUMBERS; k += SLOTS) {
        double a = mg_random_double(&stream), b = 0.5 * mg_random_double(&stream);
        double part[SLOTS] = {(1.0 - a) * b, a, (1.0 - a) * (1.0 - b)};
        for (int s = 0; s < SLOTS; s++)
            (&l->later[0][0])[k + s] = w->index[0][k % NUMBERS / (HEADS * SLOTS) * SLOTS + s] < 0 ? 0.0 : part[s];
    }
}

static void test_gradient(void)
{
    loss *l = calloc(1, sizeof *l);
    start(l);
    world *w = l->w;
    size_t n = w->layout.count;
    double *numeric = calloc(n, sizeof *numeric), *gradient = calloc(n, sizeof *gradient), value = of_all(l);
    const mg_cotangent from[1 + LAYERS] = {
        {w->output[0], l->by_value}, {w->output[1], l->by_weight[0]}, {w->output[2], l->by_weight[1]}};
    for (size_t k = 0; k < n; k++) {
        double keep = w->parameters[k];
        w->parameters[k] = keep + STEP;
        double high = of_all(l);
        w->parameters[k] = keep - STEP;
        numeric[k] = (high - of_all(l)) / (2.0 * STEP);
        w->parameters[k] = keep;
    }
    (void)of_all(l);
    for (int count = 1 + LAYERS; count > 0; count -= LAYERS) {
        mg_tape_replay replay = replay_of(w);
        mg_tape_forward(w->tape, &replay);
        mg_tape_backward(w->tape, &replay, count, from, gradient, NULL);
        double error = relative_error(n, gradient, numeric);
        if (count > 1)
            tap_ok(error < TOLERANCE && value > 1.0, "the loss, %.3f: gradient, worst relative error %.1e", value,
                   error);
        else
            tap_ok(error > 1e-2, "without its regulariser it would be another: %.1e", error);
    }
    free(numeric);
    free(gradient);
    world_free(w);
    free(l);
}

int main(void)
{
    test_divergence();
    test_gradient();
    return tap_done();
}
