/* The losses that the proximal learners share, in binary64 through a network against central differences: the squared
 * error of critics and reward models, the entropy of a policy; each with a twin that is wrong by a little. */
#define MG_DOUBLE
#include "core/num/network.h"
#include "core/rl/proximal_step.h"

#include "core/num/kernels.h"
#include "core/num/optimiser.h"
#include "core/num/rng.h"
#include "core/num/scalar_math.h"
#include "tests/tap.h"

#include <stdlib.h>
#include <string.h>

enum { INPUTS = 7, HIDDEN_1 = 9, HIDDEN_2 = 5, HEADS = 2, ACTIONS = 3, OUTPUTS = HEADS * ACTIONS, ROWS = 11 };

typedef struct world {
    mg_network network;
    mg_tape *tape;
    mg_node output;
    double *theta, *gradient, *workspace;
    double input[ROWS * INPUTS], target[ROWS], cotangent[ROWS * OUTPUTS], probability[ROWS * OUTPUTS];
    mg_tape_replay replay;
} world;

static world *make(uint32_t draw, int outputs)
{
    world *w = calloc(1, sizeof *w);
    mg_stream stream = mg_stream_at((mg_key){9985, 0}, MG_PURPOSE_TEST, draw, 0, 0);
    mg_network_hidden_two(&w->network, INPUTS, HIDDEN_1, HIDDEN_2, outputs, MG_INITIALISE_FAN_IN_UNIFORM,
                          MG_INITIALISE_FAN_IN_UNIFORM);
    w->tape = mg_network_tape(&w->network, ROWS, &w->output);
    size_t count = w->network.layout.count;
    w->theta = calloc(count, sizeof *w->theta);
    w->gradient = calloc(count, sizeof *w->gradient);
    w->workspace = calloc(mg_tape_workspace(w->tape), sizeof *w->workspace);
    mg_parameters_initialise(&w->network.layout, &stream, w->theta);
    for (size_t k = 0; k < count; k++)
        w->theta[k] *= 2.0;
    for (int k = 0; k < ROWS * INPUTS; k++)
        w->input[k] = 2.0 * mg_random_double(&stream) - 1.0;
    for (int k = 0; k < ROWS; k++)
        w->target[k] = 4.0 * mg_random_double(&stream) - 3.0;
    w->replay = (mg_tape_replay){.rows = ROWS, .parameters = w->theta, .workspace = w->workspace, .input = {w->input}};
    return w;
}

static void release(world *w)
{
    mg_tape_destroy(w->tape);
    free(w->theta);
    free(w->gradient);
    free(w->workspace);
    free(w);
}

static const double *forward(world *w)
{
    mg_tape_forward(w->tape, &w->replay);
    return mg_tape_value(w->tape, &w->replay, w->output);
}

static double error_of_rows(world *w)
{
    return mg_squared_error(ROWS, forward(w), w->target, w->cotangent);
}

/* Mean entropy over the rows of the second head, plainly. */
static double entropy_of_rows(world *w)
{
    double sum = 0.0;
    mg_kernels_current()->softmax(ROWS * HEADS, ACTIONS, forward(w), w->probability);
    for (int t = 0; t < ROWS; t++)
        for (int b = 0; b < ACTIONS; b++) {
            double p = w->probability[t * OUTPUTS + ACTIONS + b];
            sum -= p * mg_log(p) / ROWS;
        }
    return sum;
}

/* |gradient scaled - differences| / |differences| over all parameters. */
static double off_by(world *w, double (*value)(world *), double scale)
{
    double off = 0.0, size = 0.0;
    for (size_t k = 0; k < w->network.layout.count; k++) {
        double kept = w->theta[k], step = 1e-5;
        w->theta[k] = kept + step;
        double above = value(w);
        w->theta[k] = kept - step;
        double slope = (above - value(w)) / (2.0 * step);
        w->theta[k] = kept;
        off += (scale * w->gradient[k] - slope) * (scale * w->gradient[k] - slope);
        size += slope * slope;
    }
    return mg_sqrt(off / size);
}

static void backward(world *w)
{
    mg_cotangent cotangent = {w->output, w->cotangent};
    mg_tape_backward(w->tape, &w->replay, 1, &cotangent, w->gradient, NULL);
}

static void test_squared_error(void)
{
    for (uint32_t draw = 0; draw < 3; draw++) {
        world *w = make(draw, 1);
        double wanted = 0.0, found = error_of_rows(w);
        const double *value = mg_tape_value(w->tape, &w->replay, w->output);
        for (int t = 0; t < ROWS; t++)
            wanted += (value[t] - w->target[t]) * (value[t] - w->target[t]) / ROWS;
        backward(w);
        double off = found - wanted, error = off_by(w, error_of_rows, 1.0);
        tap_ok(off < 1e-12 && off > -1e-12, "draw %u: the mean squared error, plainly", draw);
        tap_ok(error < 1e-6, "draw %u: its gradient through the network: %.1e", draw, error);
        tap_ok(off_by(w, error_of_rows, 1.001) > 1e-4, "mutation: a gradient 0.1 %% too long is noticed");
        release(w);
    }
}

static void test_entropy(void)
{
    for (uint32_t draw = 0; draw < 3; draw++) {
        world *w = make(draw + 10, OUTPUTS);
        (void)entropy_of_rows(w);
        mg_add_entropy_gradient(ROWS, ACTIONS, OUTPUTS, w->probability + ACTIONS, 0.5, w->cotangent + ACTIONS);
        backward(w);
        double error = off_by(w, entropy_of_rows, 2.0); /* half the entropy was added */
        tap_ok(error < 1e-6, "draw %u: the gradient of one head's entropy through the network: %.1e", draw, error);
        tap_ok(off_by(w, entropy_of_rows, -2.0) > 1.0, "mutation: the other sign is noticed");
        release(w);
    }
    double sure[2] = {1.0, 0.0}, gradient[2] = {3.0, 4.0};
    mg_add_entropy_gradient(1, 2, 2, sure, 1.0, gradient);
    tap_ok(gradient[0] == 3.0 && gradient[1] == 4.0, "a policy that is sure has no entropy and no gradient");
}

int main(void)
{
    test_squared_error();
    test_entropy();
    return tap_done();
}
