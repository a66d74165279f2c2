/* What learning action values computes, in binary64: targets by hand; the error's slope through a network against
 * central differences, with a twin that is wrong by a little. */
#define MG_DOUBLE
#include "core/rl/q_value_step.h"

#include "core/num/network.h"
#include "core/num/scalar_math.h"
#include "tests/tap.h"

#include <stdlib.h>

enum { INPUTS = 6, ACTIONS = 4, ROWS = 9, OVER = 5 };

static void test_targets(void)
{
    static const double next[6 * 3] = {1, 3, 2, -5, -4, -6, 7, 7, 7, 1, 3, 2, 0, 8, 0, 4, 5, 6};
    static const uint8_t allowed[6 * 3] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 0, 0, 0, 1, 1, 1};
    static const double reward[6] = {10, 20, 30, 40, 50, 60}, terminated[3] = {0, 0, 1};
    static const double wanted[6] = {10 + 1.5, 20 - 2, 30, 40 + 1, 50, 60}, free_of_masks[2] = {40 + 1.5, 50 + 4};
    double target[6];
    int wrong = 0;
    mg_q_targets(6, 3, 3, 0.5, next, allowed, reward, terminated, target);
    for (int k = 0; k < 6; k++)
        wrong += target[k] != wanted[k];
    tap_ok(wrong == 0, "targets by hand: the best allowed next value, none after the end, samples repeat (%d wrong)",
           wrong);
    mg_q_targets(6, 3, 3, 0.5, next, NULL, reward, terminated, target);
    tap_ok(target[3] == free_of_masks[0] && target[4] == free_of_masks[1], "... and without masks");
}

static void test_best(void)
{
    static const double value[4] = {-2, 5, 5, 9};
    static const uint8_t first[4] = {1, 1, 1, 0}, second[4] = {1, 0, 1, 0}, none[4] = {0};
    tap_ok(mg_q_best(4, value, NULL) == 3 && mg_q_best(3, value, NULL) == 1,
           "the best choice, of equal ones the first");
    tap_ok(mg_q_best(4, value, first) == 1 && mg_q_best(4, value, second) == 2 && mg_q_best(4, value, none) == -1,
           "... among what is allowed, -1 where nothing is");
}

typedef struct world {
    mg_network network;
    mg_tape *tape;
    mg_node output;
    double *theta, *gradient, *workspace;
    double input[ROWS * INPUTS], target[ROWS], cotangent[ROWS * ACTIONS];
    int32_t action[ROWS];
    mg_tape_replay replay;
} world;

static double loss(world *w)
{
    mg_tape_forward(w->tape, &w->replay);
    return mg_q_error(ROWS, ACTIONS, OVER, mg_tape_value(w->tape, &w->replay, w->output), w->action, w->target,
                      w->cotangent);
}

/* |gradient scaled - differences| / |differences|. */
static double off_by(world *w, double scale)
{
    double off = 0.0, size = 0.0;
    for (size_t k = 0; k < w->network.layout.count; k++) {
        double kept = w->theta[k], step = 1e-5;
        w->theta[k] = kept + step;
        double above = loss(w);
        w->theta[k] = kept - step;
        double slope = (above - loss(w)) / (2.0 * step);
        w->theta[k] = kept;
        off += (scale * w->gradient[k] - slope) * (scale * w->gradient[k] - slope);
        size += slope * slope;
    }
    return mg_sqrt(off / size);
}

static void test_gradient(uint32_t draw)
{
    world *w = calloc(1, sizeof *w);
    mg_stream stream = mg_stream_at((mg_key){9969, 0}, MG_PURPOSE_TEST, draw, 0, 0);
    mg_network_hidden_two(&w->network, INPUTS, 8, 5, ACTIONS, MG_INITIALISE_HE_UNIFORM, MG_INITIALISE_ZERO);
    w->tape = mg_tape_create(ROWS);
    w->output = mg_network_record(w->tape, &w->network, mg_tape_input(w->tape, INPUTS));
    mg_tape_finish(w->tape);
    w->theta = calloc(w->network.layout.count, sizeof(double));
    w->gradient = calloc(w->network.layout.count, sizeof(double));
    w->workspace = calloc(mg_tape_workspace(w->tape), sizeof(double));
    mg_parameters_initialise(&w->network.layout, &stream, w->theta);
    for (int k = 0; k < ROWS * INPUTS; k++)
        w->input[k] = 2.0 * mg_random_double(&stream) - 1.0;
    for (int k = 0; k < ROWS; k++) {
        w->target[k] = 4.0 * mg_random_double(&stream) - 2.0;
        w->action[k] = (int32_t)mg_random_below(&stream, ACTIONS);
    }
    w->replay = (mg_tape_replay){.rows = ROWS, .parameters = w->theta, .workspace = w->workspace, .input = {w->input}};
    double found = loss(w), wanted = 0.0;
    const double *value = mg_tape_value(w->tape, &w->replay, w->output);
    for (int k = 0; k < ROWS; k++) {
        double off = value[k * ACTIONS + w->action[k]] - w->target[k];
        wanted += off * off / OVER;
    }
    mg_cotangent from = {w->output, w->cotangent};
    mg_tape_backward(w->tape, &w->replay, 1, &from, w->gradient, NULL);
    tap_ok(found - wanted < 1e-12 && wanted - found < 1e-12, "draw %u: the squared error over %d, plainly", draw, OVER);
    double error = off_by(w, 1.0);
    tap_ok(error < 1e-6, "draw %u: its gradient through the network: %.1e", draw, error);
    tap_ok(off_by(w, 1.001) > 1e-4, "mutation: a gradient 0.1 %% too long is noticed");
    mg_tape_destroy(w->tape);
    free(w->theta);
    free(w->gradient);
    free(w->workspace);
    free(w);
}

int main(void)
{
    test_targets();
    test_best();
    for (uint32_t draw = 0; draw < 3; draw++)
        test_gradient(draw);
    return tap_done();
}
