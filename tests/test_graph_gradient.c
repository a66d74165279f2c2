/* The body of graph convolutional networks in binary64: gradients by parameters, by what is seen and by what is extra
 * against central differences, over several shapes; each with a twin whose slots were shifted by one agent in the
 * backward alone, which must be seen. */
#define MG_DOUBLE
#include "core/rl/graph_network.h"
#include "tests/tape_differences.h"

enum { AGENTS = 5 };

static world *build(const mg_graph_shape *shape)
{
    mg_graph_network network;
    world *w = world_new(ROWS_MAX, false);
    mg_graph_network_describe(&network, shape);
    w->layout = network.layout;
    int slot = fresh_index_rows(w, shape->agents * (1 + shape->neighbours), -1, shape->agents);
    mg_node seen = fresh_input_rows(w, shape->agents, shape->seen);
    w->zeros[0] = 0.5;
    if (shape->extra) {
        mg_node extra = fresh_input_rows(w, shape->agents, shape->extra);
        seen = mg_tape_concat(w->tape, seen, extra);
    }
    w->output[w->outputs++] = mg_graph_network_record(w->tape, &network, seen, slot, NULL);
    world_fill(w, ROWS, (uint32_t)shape->heads);
    return w;
}

/* The gradient after a forward, where in between every slot has come to mean another agent. */
static double *shifted_gradient(world *w, int agents, int entries)
{
    double *g = calloc(derivative_count(w), sizeof *g), *by_input[MG_TAPE_INPUTS_MAX] = {0};
    by_input[0] = g + w->layout.count;
    by_input[1] = w->inputs > 1 ? by_input[0] + w->rows * w->input_rows[0] * w->input_columns[0] : NULL;
    mg_tape_replay replay = replay_of(w);
    const mg_cotangent from = {w->output[0], w->cotangent[0]};
    mg_tape_forward(w->tape, &replay);
    for (int k = 0; k < w->rows * entries; k++) {
        w->index[0][k] = w->index[0][k] < 0 ? -1 : (w->index[0][k] + 1) % agents;
    }
    mg_tape_backward(w->tape, &replay, 1, &from, g, by_input);
    return g;
}

static void test_shape(const char *name, const mg_graph_shape *shape)
{
    world *w = build(shape);
    size_t n = derivative_count(w), zeros = 0;
    double *numeric = numeric_gradient(w), *gradient = tape_gradient(w);
    for (size_t k = 0; k < n; k++) {
        zeros += gradient[k] == 0.0;
    }
    tap_ok(relative_error(n, gradient, numeric) < TOLERANCE, "%s: gradients, worst relative error %.1e", name,
           relative_error(n, gradient, numeric));
    tap_ok(zeros < n / 2, "%s: %zu of %zu are 0", name, zeros, n);
    double *shifted = shifted_gradient(w, shape->agents, shape->agents * (1 + shape->neighbours));
    tap_ok(relative_error(n, shifted, numeric) > TOLERANCE, "%s: a wrong gradient is seen, error %.1e", name,
           relative_error(n, shifted, numeric));
    free(numeric);
    free(gradient);
    free(shifted);
    world_free(w);
}

int main(void)
{
    mg_graph_shape shape = {.agents = AGENTS,
                            .neighbours = 3,
                            .seen = 6,
                            .extra = 2,
                            .hidden_1 = 7,
                            .hidden_2 = 8,
                            .layers = 2,
                            .heads = 4,
                            .outputs = 3,
                            .sparse = true};
    test_shape("two layers of four heads", &shape);
    shape.sparse = false;
    shape.layers = shape.heads = shape.neighbours = 1;
    test_shape("one layer of one head, dense", &shape);
    shape.extra = shape.outputs = 0;
    shape.layers = 3;
    shape.heads = shape.neighbours = 2;
    shape.hidden_1 = 12;
    test_shape("three layers, features alone", &shape);
    return tap_done();
}
