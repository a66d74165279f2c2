/* QMIX's arithmetic in binary64: choices, targets and errors by hand; its networks against plain loops; the gradient of
 * the whole loss, through mixer and memories, against central differences; a mixer that keeps the agents' order. */
#define MG_DOUBLE
#include "baselines/qmix_step.h"

#include "tests/plain_qmix.h"
#include "tests/tap.h"

#include <stdlib.h>

enum {
    AGENTS = 3,
    SEEN = 4,
    ACTIONS = 3,
    EPISODES = 2,
    STEPS = 3,
    MOMENTS = STEPS + 1,
    ROWS = EPISODES * AGENTS * MOMENTS
};

static bool near(double a, double b, double within)
{
    return size_of(a - b) <= within;
}

/* ---- by hand ---- */

static void test_choices(void)
{
    static const double value[2 * 3 * 3] = {9, 0, 0, 1, 3, 2, 5, 5, 4, 9, 0, 0, -1, -2, -3, 0, 1, 2};
    static const uint8_t allowed[2 * 2 * 3] = {1, 0, 1, 0, 1, 1, 0, 0, 0, 1, 1, 0};
    static const int32_t wanted[6] = {0, 2, 1, 0, 0, 1}, free_of_masks[6] = {0, 1, 0, 0, 0, 2};
    int32_t choice[6];
    mg_qmix_choices(2, 2, 3, value, allowed, choice);
    tap_ok(!memcmp(choice, wanted, sizeof wanted), "the best of what is allowed afterwards, 0 where nothing is");
    mg_qmix_choices(2, 2, 3, value, NULL, choice);
    tap_ok(!memcmp(choice, free_of_masks, sizeof wanted), "... the first of equals, and 0 before the first step");
}

/* An episode of two steps that terminates, one that is cut off after one, dead steps behind it. */
static void test_error(void)
{
    static const double total[6] = {1, 2, 50, 3, 70, 80}, later[6] = {60, 4, 9, 60, 8, 90};
    static const double reward[4] = {0.5, 1.5, -1, 33}, terminated[4] = {0, 1, 0, 0}, live[4] = {1, 1, 1, 0};
    /* targets 0.5 + 0.5 * 4 = 2.5, 1.5, -1 + 0.5 * 8 = 3 */
    static const double slope[6] = {2 * -1.5 / 4, 2 * 0.5 / 4, 0, 0, 0, 0};
    double cotangent[6] = {7, 7, 7, 7, 7, 7};
    double error = mg_qmix_error(2, 2, 0.5, 4, total, later, reward, terminated, live, cotangent);
    int wrong = 0;
    for (int k = 0; k < 6; k++)
        wrong += !near(cotangent[k], slope[k], 0);
    tap_ok(near(error, (2.25 + 0.25) / 4, 1e-15), "the error of a two-step episode by hand: %g", error);
    tap_ok(wrong == 0, "... and its slope: nothing behind the end (%d wrong)", wrong);
}

/* ---- networks ---- */

typedef struct world {
    mg_qmix_network network;
    mg_qmix_program program;
    double *theta, *gradient, *workspace;
    double seen[ROWS * SEEN], extra[ROWS * (ACTIONS + AGENTS)];
    int32_t action[ROWS];
    double later[EPISODES * MOMENTS], reward[EPISODES * STEPS], terminated[EPISODES * STEPS], live[EPISODES * STEPS];
    double cotangent[EPISODES * MOMENTS];
    mg_tape_replay replay;
} world;

static void fill(mg_stream *stream, int count, double scale, double *x)
{
    for (int k = 0; k < count; k++)
        x[k] = scale * (2.0 * mg_random_double(stream) - 1.0);
}

static world *make(uint32_t draw, bool sparse)
{
    world *w = calloc(1, sizeof *w);
    mg_stream stream = mg_stream_at((mg_key){9973, 0}, MG_PURPOSE_TEST, draw, 0, 0);
    mg_qmix_shape shape = {AGENTS, SEEN, ACTIONS, 6, draw % 2 ? 5 : 0, 4, 3, sparse};
    mg_qmix_network_describe(&w->network, &shape);
    w->program = mg_qmix_program_record(&w->network, EPISODES, MOMENTS);
    w->theta = calloc(w->network.layout.count, sizeof(double));
    w->gradient = calloc(w->network.layout.count, sizeof(double));
    w->workspace = calloc(mg_tape_workspace(w->program.tape), sizeof(double));
    fill(&stream, (int)w->network.layout.count, 0.8, w->theta);
    fill(&stream, ROWS * SEEN, 1.0, w->seen);
    for (int k = 0; k < ROWS * SEEN; k++)
        w->seen[k] = mg_random_below(&stream, 3) == 0 ? 0.0 : w->seen[k];
    for (int k = 0; k < ROWS; k++)
        w->action[k] = (int32_t)mg_random_below(&stream, ACTIONS);
    for (int k = 0; k < ROWS; k++) {
        double *extra = w->extra + k * (ACTIONS + AGENTS);
        if (k % MOMENTS)
            extra[w->action[k - 1]] = 1.0;
        extra[ACTIONS + k / MOMENTS % AGENTS] = 1.0;
    }
    fill(&stream, EPISODES * MOMENTS, 2.0, w->later);
    fill(&stream, EPISODES * STEPS, 2.0, w->reward);
    for (int k = 0; k < EPISODES * STEPS; k++)
        w->live[k] = k < EPISODES * STEPS - 1;
    w->terminated[STEPS - 1] = 1.0;
    w->replay = (mg_tape_replay){.rows = EPISODES, .parameters = w->theta, .workspace = w->workspace};
    w->replay.input[0] = w->seen;
    w->replay.input[1] = w->extra;
    w->replay.index[0] = w->action;
    return w;
}

static void end(world *w)
{
    mg_tape_destroy(w->program.tape);
    free(w->theta);
    free(w->gradient);
    free(w->workspace);
    free(w);
}

static double loss(world *w)
{
    mg_tape_forward(w->program.tape, &w->replay);
    return mg_qmix_error(EPISODES, STEPS, 0.9, EPISODES * STEPS - 1,
                         mg_tape_value(w->program.tape, &w->replay, w->program.total), w->later, w->reward,
                         w->terminated, w->live, w->cotangent);
}

/* The same in plain loops; *most: how far any value or Q is off the tape's. */
static double plain_loss(const world *w, double *most)
{
    const double *value = mg_tape_value(w->program.tape, &w->replay, w->program.values);
    const double *total = mg_tape_value(w->program.tape, &w->replay, w->program.total);
    double sum = 0.0;
    *most = 0.0;
    for (int e = 0; e < EPISODES; e++) {
        double memory[AGENTS][PLAIN_WIDTH] = {{0}};
        for (int t = 0; t < MOMENTS; t++) {
            double q[AGENTS], state[AGENTS * SEEN], own[PLAIN_WIDTH];
            for (int i = 0; i < AGENTS; i++) {
                int row = (e * AGENTS + i) * MOMENTS + t;
                memcpy(state + i * SEEN, w->seen + row * SEEN, SEEN * sizeof(double));
                plain_agent(&w->network, w->theta, w->seen + row * SEEN, t ? w->action[row - 1] : -1, i, memory[i],
                            own);
                for (int a = 0; a < ACTIONS; a++)
                    *most = larger(*most, size_of(own[a] - value[row * ACTIONS + a]));
                q[i] = own[w->action[row]];
            }
            double mixed = plain_mix(&w->network, w->theta, state, q);
            *most = larger(*most, size_of(mixed - total[e * MOMENTS + t]));
            int step = e * STEPS + t;
            if (t == STEPS || w->live[step] < 0.5)
                continue;
            double target = w->reward[step];
            if (w->terminated[step] < 0.5)
                target += 0.9 * w->later[e * MOMENTS + t + 1];
            sum += (mixed - target) * (mixed - target) / (EPISODES * STEPS - 1);
        }
    }
    return sum;
}

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

static void test_gradient(uint32_t draw, bool sparse)
{
    world *w = make(draw, sparse);
    double most, found = loss(w), wanted = plain_loss(w, &most);
    tap_ok(near(found, wanted, 1e-12) && most < 1e-12 && found > 0.1,
           "draw %u%s: loss, values and Q as plain loops: %.1e off", draw, sparse ? ", sparse" : "", most);
    mg_cotangent from = {w->program.total, w->cotangent};
    mg_tape_backward(w->program.tape, &w->replay, 1, &from, w->gradient, NULL);
    double error = off_by(w, 1.0);
    tap_ok(error < 1e-6, "... the gradient of the whole loss: %.1e", error);
    tap_ok(off_by(w, 1.001) > 1e-4, "mutation: a gradient 0.1 %% too long is noticed");
    end(w);
}

/* ---- the mixer keeps the order ---- */

static void test_monotone(void)
{
    world *w = make(5, false);
    mg_tape *tape = mg_tape_create(1);
    mg_node seen = mg_tape_input_rows(tape, AGENTS, SEEN), chosen = mg_tape_input_rows(tape, AGENTS, 1);
    mg_node total = mg_qmix_mixer_record(tape, &w->network, seen, chosen, 1);
    mg_tape_finish(tape);
    double *workspace = calloc(mg_tape_workspace(tape), sizeof(double));
    mg_stream stream = mg_stream_at((mg_key){9973, 1}, MG_PURPOSE_TEST, 0, 0, 0);
    int falling = 0, rising = 0, wrong = 0, tries = 0;
    for (int k = 0; k < 300; k++) {
        double x[AGENTS * SEEN], q[AGENTS], slope[AGENTS], *gradient[2] = {NULL, slope};
        fill(&stream, (int)w->network.layout.count, 1.5, w->theta);
        fill(&stream, AGENTS * SEEN, 2.0, x);
        fill(&stream, AGENTS, 4.0, q);
        mg_tape_replay replay = {.rows = 1, .parameters = w->theta, .input = {x, q}, .workspace = workspace};
        mg_tape_forward(tape, &replay);
        double before = *mg_tape_value(tape, &replay, total);
        wrong += !near(before, plain_mix(&w->network, w->theta, x, q), 1e-11);
        mg_tape_backward(tape, &replay, 1, &(mg_cotangent){total, NULL}, NULL, gradient);
        for (int i = 0; i < AGENTS; i++, tries++) {
            falling += slope[i] < 0.0;
            rising += slope[i] > 1e-3;
        }
    }
    tap_ok(wrong == 0, "the mixer alone as plain loops (%d wrong)", wrong);
    tap_ok(falling == 0 && rising > tries / 2, "Q falls with no agent's value: %d of %d slopes negative, %d positive",
           falling, tries, rising);
    mg_tape_destroy(tape);
    free(workspace);
    end(w);
}

/* The best joint action by Q is everybody's best by its own value. */
static void test_joint(void)
{
    world *w = make(6, false);
    mg_stream stream = mg_stream_at((mg_key){9973, 2}, MG_PURPOSE_TEST, 0, 0, 0);
    int wrong = 0;
    for (int k = 0; k < 100; k++) {
        double x[AGENTS * SEEN], value[AGENTS][ACTIONS], best = -1e300, own = 0.0;
        fill(&stream, (int)w->network.layout.count, 1.5, w->theta);
        fill(&stream, AGENTS * SEEN, 2.0, x);
        fill(&stream, AGENTS * ACTIONS, 4.0, value[0]);
        int32_t choice[AGENTS * 2];
        double two[AGENTS * 2 * ACTIONS] = {0};
        for (int i = 0; i < AGENTS; i++)
            memcpy(two + (2 * i + 1) * ACTIONS, value[i], sizeof value[i]);
        mg_qmix_choices(AGENTS, 1, ACTIONS, two, NULL, choice);
        for (int joint = 0; joint < ACTIONS * ACTIONS * ACTIONS; joint++) {
            double q[AGENTS] = {value[0][joint / 9], value[1][joint / 3 % 3], value[2][joint % 3]};
            double total = plain_mix(&w->network, w->theta, x, q);
            best = total > best ? total : best;
            if (joint / 9 == choice[1] && joint / 3 % 3 == choice[3] && joint % 3 == choice[5])
                own = total;
        }
        wrong += !near(own, best, 1e-12);
    }
    tap_ok(wrong == 0, "the best joint action is everybody's own best (%d wrong)", wrong);
    end(w);
}

int main(void)
{
    test_choices();
    test_error();
    for (uint32_t draw = 0; draw < 4; draw++)
        test_gradient(draw, draw >= 2);
    test_monotone();
    test_joint();
    return tap_done();
}
