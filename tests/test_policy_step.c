/* The loss of proximal actors with masks and exploration, in binary64: its value against plain loops, its slope through
 * a network against central differences, each with a twin that is wrong by a little. */
#define MG_DOUBLE
#include "core/rl/policy_step.h"

#include "core/num/network.h"
#include "core/num/scalar_math.h"
#include "tests/tap.h"

#include <stdlib.h>
#include <string.h>

enum { INPUTS = 6, HIDDEN = 7, ACTIONS = 5, ROWS = 13 };

typedef struct variant {
    const char *says;
    double epsilon, entropy;
    bool masked, explore_barred;
} variant;

static const variant all[] = {{"plain", 0.0, 0.0, false, false},
                              {"with entropy", 0.0, 0.3, false, false},
                              {"with exploration", 0.2, 0.3, false, false},
                              {"with masks", 0.0, 0.3, true, false},
                              {"exploring what is allowed", 0.2, 0.3, true, false},
                              {"exploring what is barred too", 0.2, 0.3, true, true}};
enum { VARIANTS = sizeof all / sizeof *all };

typedef struct world {
    mg_network network;
    mg_tape *tape;
    mg_node output;
    double *theta, *gradient, *workspace;
    double input[ROWS * INPUTS], before[ROWS], advantage[ROWS], cotangent[ROWS * ACTIONS];
    double pure[ROWS * ACTIONS], mixed[ROWS * ACTIONS], term[ROWS], slope[ROWS];
    uint8_t allowed[ROWS * ACTIONS];
    int32_t action[ROWS];
    mg_policy_form form;
    mg_policy_batch batch;
    mg_tape_replay replay;
} world;

static const double *forward(world *w)
{
    mg_tape_forward(w->tape, &w->replay);
    return mg_tape_value(w->tape, &w->replay, w->output);
}

/* Masks, actions that may be played, and probabilities of a policy a little beside this one: some ratios are clipped.
 */
static void draw_batch(world *w, const variant *v, mg_stream *stream)
{
    for (int t = 0; t < ROWS; t++) {
        int chosen = w->action[t] = (int32_t)mg_random_below(stream, ACTIONS);
        for (int b = 0; b < ACTIONS; b++)
            w->allowed[t * ACTIONS + b] = b == chosen || mg_random_below(stream, 2) == 1;
        w->advantage[t] = 2.0 * mg_random_double(stream) - 1.0;
    }
    if (v->explore_barred) /* the first was played although it is barred */
        w->allowed[w->action[0]] = 0, w->allowed[(w->action[0] + 1) % ACTIONS] = 1;
    w->form = (mg_policy_form){ACTIONS, v->epsilon, v->explore_barred};
    w->batch = (mg_policy_batch){.rows = ROWS,
                                 .allowed = v->masked ? w->allowed : NULL,
                                 .action = w->action,
                                 .before = w->before,
                                 .advantage = w->advantage,
                                 .clip = 0.2,
                                 .entropy = v->entropy,
                                 .pure = w->pure,
                                 .mixed = w->mixed,
                                 .term = w->term,
                                 .slope = w->slope};
    mg_policy_probabilities(&w->form, ROWS, forward(w), w->batch.allowed, w->pure, w->mixed);
    for (int t = 0; t < ROWS; t++)
        w->before[t] = w->mixed[t * ACTIONS + w->action[t]] * (0.6 + 0.8 * mg_random_double(stream));
}

static world *make(uint32_t draw, const variant *v)
{
    world *w = calloc(1, sizeof *w);
    mg_stream stream = mg_stream_at((mg_key){9984, 0}, MG_PURPOSE_TEST, draw, 0, 0);
    mg_network_hidden_two(&w->network, INPUTS, HIDDEN, HIDDEN, ACTIONS, MG_INITIALISE_FAN_IN_UNIFORM,
                          MG_INITIALISE_FAN_IN_UNIFORM);
    w->tape = mg_tape_create(ROWS);
    w->output = mg_network_record(w->tape, &w->network, mg_tape_input(w->tape, INPUTS));
    mg_tape_finish(w->tape);
    w->theta = calloc(w->network.layout.count, sizeof *w->theta);
    w->gradient = calloc(w->network.layout.count, sizeof *w->gradient);
    w->workspace = calloc(mg_tape_workspace(w->tape), sizeof *w->workspace);
    mg_parameters_initialise(&w->network.layout, &stream, w->theta);
    for (size_t k = 0; k < w->network.layout.count; k++)
        w->theta[k] *= 2.0;
    for (int k = 0; k < ROWS * INPUTS; k++)
        w->input[k] = 2.0 * mg_random_double(&stream) - 1.0;
    w->replay = (mg_tape_replay){.rows = ROWS, .parameters = w->theta, .workspace = w->workspace, .input = {w->input}};
    draw_batch(w, v, &stream);
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

static bool may(const world *w, int t, int b)
{
    return !w->batch.allowed || w->allowed[t * ACTIONS + b];
}

/* pi~ of one row, from the definition. */
static void plain_row(const world *w, int t, const double *logit, double *mixed)
{
    double sum = 0.0, count = 0.0;
    for (int b = 0; b < ACTIONS; b++) {
        sum += may(w, t, b) ? mg_exp(logit[b]) : 0.0;
        count += may(w, t, b) || w->form.explore_barred;
    }
    for (int b = 0; b < ACTIONS; b++)
        mixed[b] = (may(w, t, b) ? (1.0 - w->form.epsilon) * mg_exp(logit[b]) / sum : 0.0) +
                   (may(w, t, b) || w->form.explore_barred ? w->form.epsilon / count : 0.0);
}

static double plain_loss(world *w)
{
    const double *logit = forward(w);
    double loss = 0.0, mixed[ACTIONS];
    for (int t = 0; t < ROWS; t++) {
        plain_row(w, t, logit + t * ACTIONS, mixed);
        double x = mixed[w->action[t]] / w->before[t], a = w->advantage[t], high = 1.0 + w->batch.clip;
        double clipped = x > high ? high : x < 1.0 - w->batch.clip ? 1.0 - w->batch.clip : x;
        loss -= (x * a < clipped * a ? x * a : clipped * a) / ROWS;
        for (int b = 0; b < ACTIONS; b++)
            loss += mixed[b] > 0.0 ? w->batch.entropy * mixed[b] * mg_log(mixed[b]) / ROWS : 0.0;
    }
    return loss;
}

/* |gradient scaled - differences| / |differences| over all parameters. */
static double off_by(world *w, double scale)
{
    double off = 0.0, size = 0.0;
    for (size_t k = 0; k < w->network.layout.count; k++) {
        double kept = w->theta[k], change = 1e-6;
        w->theta[k] = kept + change;
        double above = plain_loss(w);
        w->theta[k] = kept - change;
        double slope = (above - plain_loss(w)) / (2.0 * change);
        w->theta[k] = kept;
        off += (scale * w->gradient[k] - slope) * (scale * w->gradient[k] - slope);
        size += slope * slope;
    }
    return mg_sqrt(off / size);
}

static void test_loss(const variant *v, uint32_t draw)
{
    world *w = make(draw, v);
    double wanted = plain_loss(w), off = mg_policy_loss(&w->form, &w->batch, forward(w), w->cotangent) - wanted;
    int held = 0;
    for (int t = 0; t < ROWS; t++)
        held += w->slope[t] == 0.0;
    mg_cotangent cotangent = {w->output, w->cotangent};
    mg_tape_backward(w->tape, &w->replay, 1, &cotangent, w->gradient, NULL);
    tap_ok(off < 1e-12 && off > -1e-12, "%s, draw %u: the loss, plainly", v->says, draw);
    tap_ok(held > 0 && held < ROWS, "... of %d rows the clip holds %d", ROWS, held);
    double error = off_by(w, 1.0);
    tap_ok(error < 1e-6, "... its gradient through the network: %.1e", error);
    tap_ok(off_by(w, 1.001) > 1e-4, "mutation: a gradient 0.1 %% too long is noticed");
    release(w);
}

static void test_probabilities(void)
{
    const double logit[] = {1.0, 2000.0, -3.0, 0.5};
    const uint8_t allowed[] = {1, 0, 1, 0}, nothing[4] = {0};
    double pure[4], mixed[4];
    mg_policy_form form = {4, 0.5, false};
    mg_policy_probabilities(&form, 1, logit, allowed, pure, mixed);
    tap_ok(pure[1] == 0.0 && pure[3] == 0.0 && pure[0] > 0.9 && pure[0] < 1.0 && pure[2] > 0.0,
           "what is barred has no chance, however large its logit: %g %g %g %g", pure[0], pure[1], pure[2], pure[3]);
    tap_ok(mixed[1] == 0.0 && mixed[0] == 0.5 * pure[0] + 0.25, "exploration stays within what is allowed");
    form.explore_barred = true;
    mg_policy_probabilities(&form, 1, logit, allowed, pure, mixed);
    tap_ok(mixed[1] == 0.125 && mixed[0] == 0.5 * pure[0] + 0.125, "or goes everywhere");
    mg_policy_probabilities(&form, 1, logit, nothing, pure, mixed);
    tap_ok(pure[1] == 1.0 && mixed[0] >= 0.125, "where nothing is allowed everything is");
}

int main(void)
{
    for (int v = 0; v < VARIANTS; v++)
        for (uint32_t draw = 0; draw < 2; draw++)
            test_loss(&all[v], draw);
    test_probabilities();
    return tap_done();
}
