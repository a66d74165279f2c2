/* What Learning to Share computes on a minibatch, in binary64: weights, their exchange and its adjoint on random
 * directed graphs, order of neighbours, and the gradients of both levels against the plain objectives of ltos_plain.h
 * by central differences. */
#define MG_DOUBLE
#include "algos/ltos_step.h"

#include "core/num/rng.h"
#include "tests/ltos_plain.h"
#include "tests/tap.h"

#include <stdlib.h>

enum { SAMPLES = 3, ROWS = SAMPLES * AGENTS };
static const mg_key key = {9972, 0};

static double size_of(double x)
{
    return x < 0.0 ? -x : x;
}

static double larger(double a, double b)
{
    return a >= b ? a : b; /* b if unordered */
}

static double draw(mg_stream *stream)
{
    return 2.0 * mg_random_double(stream) - 1.0;
}

/* Some of the others, in any order, then nobody. */
static void draw_slots(mg_stream *stream, int32_t slot[AGENTS][SLOTS])
{
    for (int i = 0; i < AGENTS; i++) {
        uint32_t other[AGENTS];
        int count = (int)mg_random_below(stream, SLOTS), n = 0;
        for (uint32_t j = 0; j < AGENTS; j++)
            if ((int)j != i)
                other[n++] = j;
        mg_random_shuffle(stream, other, (uint32_t)n);
        slot[i][0] = i;
        for (int q = 1; q < SLOTS; q++)
            slot[i][q] = q <= count ? (int32_t)other[q - 1] : -1;
    }
}

/* ---- exchange ---- */

/* 0 has 1 and 2; 1 has 0; 2 has 1 and 3; 3 has nobody. 1 is weighed by 2, whom it does not have, 3 by 2. */
static void test_by_hand(void)
{
    static const int32_t slot[AGENTS * SLOTS] = {0, 1, 2, 1, 0, -1, 2, 1, 3, 3, -1, -1};
    static const double out[AGENTS * SLOTS] = {.5, .25, .25, .75, .25, 0, .125, .5, .375, 1, 0, 0};
    static const double wanted[AGENTS * INCOMING] = {.5, .25, 0, 0, .75, .25, 0, .5, .125, 0, 0, .25, 1, 0, 0, .375};
    static const double by_in[AGENTS * INCOMING] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    static const double wanted_back[AGENTS * SLOTS] = {1, 6, 12, 5, 2, 0, 9, 8, 16, 13, 0, 0};
    static const double reward[AGENTS] = {8, 16, 32, 64};
    static const double wanted_reward[AGENTS] = {4 + 4, 2 + 12 + 16, 2 + 4, 12 + 64};
    double in[AGENTS * INCOMING], back[AGENTS * SLOTS], shaped[AGENTS];
    mg_ltos_exchange(1, AGENTS, SLOTS, slot, out, in);
    mg_ltos_exchange_back(1, AGENTS, SLOTS, slot, by_in, back);
    mg_ltos_share(AGENTS, SLOTS, slot, out, reward, shaped);
    tap_ok(!memcmp(in, wanted, sizeof in), "weights arrive by hand: own, of the own neighbours, of the others");
    tap_ok(!memcmp(back, wanted_back, sizeof back), "... and their derivatives go back to those who gave them");
    tap_ok(!memcmp(shaped, wanted_reward, sizeof shaped), "shared rewards by hand");
}

/* <exchange(x), y> = <x, exchange_back(y)>; rewards and weights are neither lost nor made; the plain ones. */
static void test_random_graphs(void)
{
    double adjoint = 0.0, lost = 0.0, weights = 0.0, plain_off = 0.0, back_off = 0.0;
    for (uint32_t k = 0; k < 200; k++) {
        mg_stream stream = mg_stream_at(key, MG_PURPOSE_TEST, k, 0, 1);
        int32_t slot[SAMPLES][AGENTS][SLOTS];
        double out[SAMPLES][AGENTS][SLOTS], in[SAMPLES][AGENTS][INCOMING], by_in[SAMPLES][AGENTS][INCOMING];
        double back[SAMPLES][AGENTS][SLOTS], bias[SLOTS + 1], logits[SAMPLES][AGENTS][SLOTS], left = 0.0, right = 0.0;
        for (int s = 0; s < SAMPLES; s++)
            draw_slots(&stream, slot[s]);
        for (int n = 0; n < ROWS * SLOTS; n++)
            (&logits[0][0][0])[n] = 3.0 * draw(&stream);
        for (int n = 0; n < ROWS * INCOMING; n++)
            (&by_in[0][0][0])[n] = draw(&stream);
        mg_ltos_selfish(SLOTS, 0.3, bias);
        mg_ltos_softmax(ROWS, SLOTS, &slot[0][0][0], bias, &logits[0][0][0], &out[0][0][0]);
        mg_ltos_exchange(SAMPLES, AGENTS, SLOTS, &slot[0][0][0], &out[0][0][0], &in[0][0][0]);
        mg_ltos_exchange_back(SAMPLES, AGENTS, SLOTS, &slot[0][0][0], &by_in[0][0][0], &back[0][0][0]);
        for (int s = 0; s < SAMPLES; s++) {
            double reward[AGENTS], shaped[AGENTS], all = 0.0;
            plain_weights given;
            memcpy(given.w, out[s], sizeof given.w);
            plain_incoming plain = plain_exchange(slot[s], &given);
            for (int i = 0; i < AGENTS; i++)
                all -= reward[i] = 10.0 * draw(&stream);
            mg_ltos_share(AGENTS, SLOTS, &slot[s][0][0], &out[s][0][0], reward, shaped);
            for (int i = 0; i < AGENTS; i++) {
                double sum = -1.0;
                for (int q = 0; q < SLOTS; q++) {
                    sum += out[s][i][q];
                    left += out[s][i][q] * back[s][i][q];
                    if (slot[s][i][q] < 0)
                        back_off = larger(back_off, size_of(back[s][i][q]) + size_of(out[s][i][q]));
                }
                for (int q = 0; q < INCOMING; q++) {
                    right += in[s][i][q] * by_in[s][i][q];
                    plain_off = larger(plain_off, size_of(in[s][i][q] - plain.w[i][q]));
                }
                weights = larger(weights, size_of(sum));
                all += shaped[i];
            }
            lost = larger(lost, size_of(all));
        }
        adjoint = larger(adjoint, size_of(left - right));
    }
    tap_ok(adjoint < 1e-12, "200 random graphs: the way back is the adjoint of the exchange, %.1e off", adjoint);
    tap_ok(plain_off < 1e-15 && back_off == 0.0, "... weights arrive as plainly, %.1e off, nothing for nobody",
           plain_off);
    tap_ok(weights < 1e-14, "... an agent's weights sum to 1, %.1e off", weights);
    tap_ok(lost < 1e-12, "... shared rewards are all rewards, %.1e off", lost);
}

/* Without logits an agent with n to share among, itself too, keeps s and gives each other (1 - s) / (n - 1). */
static void test_selfishness(void)
{
    static const int32_t slot[3][SLOTS] = {{0, -1, -1}, {1, -1, 3}, {2, 0, 3}};
    double worst = 0.0;
    for (int k = 1; k < 20; k++) {
        double s = 0.05 * k, bias[SLOTS + 1], out[3][SLOTS];
        const double wanted[3][SLOTS] = {{1, 0, 0}, {s, 0, 1 - s}, {s, (1 - s) / 2, (1 - s) / 2}};
        mg_ltos_selfish(SLOTS, s, bias);
        mg_ltos_softmax(3, SLOTS, &slot[0][0], bias, NULL, &out[0][0]);
        for (int n = 0; n < 3 * SLOTS; n++)
            worst = larger(worst, size_of((&out[0][0])[n] - (&wanted[0][0])[n]));
    }
    tap_ok(worst < 1e-14, "the initialiser keeps what it says and shares the rest evenly, %.1e off", worst);
}

/* ---- gradients ---- */

typedef struct world {
    mg_ltos_network network;
    mg_ltos_scratch *scratch;
    plain_step step[SAMPLES];
    double mu[LOW_COUNT], mu_target[LOW_COUNT], theta[HIGH_COUNT], theta_target[HIGH_COUNT];
    double seen[ROWS * SEEN], next_seen[ROWS * SEEN], in[ROWS * INCOMING], shaped[ROWS], terminated[SAMPLES];
    double noise[SAMPLES][AGENTS][SLOTS], gradient[LOW_COUNT + HIGH_COUNT];
    int32_t slot[ROWS * SLOTS], next_slot[ROWS * SLOTS], action[ROWS];
} world;

static void draw_all(mg_stream *stream, int n, double scale, double *x)
{
    for (int k = 0; k < n; k++)
        x[k] = scale * draw(stream);
}

static void draw_sample(mg_stream *stream, plain_sample *of)
{
    draw_all(stream, AGENTS * SEEN, 1.0, &of->seen[0][0]);
    draw_slots(stream, of->slot);
}

/* The plain samples, one after another, as the learner's functions want them. */
static void flatten(world *w)
{
    for (int s = 0; s < SAMPLES; s++) {
        const plain_step *step = &w->step[s];
        memcpy(w->seen + s * AGENTS * SEEN, step->now.seen, sizeof step->now.seen);
        memcpy(w->next_seen + s * AGENTS * SEEN, step->next.seen, sizeof step->next.seen);
        memcpy(w->slot + s * AGENTS * SLOTS, step->now.slot, sizeof step->now.slot);
        memcpy(w->next_slot + s * AGENTS * SLOTS, step->next.slot, sizeof step->next.slot);
        memcpy(w->in + s * AGENTS * INCOMING, step->in.w, sizeof step->in.w);
        memcpy(w->action + s * AGENTS, step->action, sizeof step->action);
        memcpy(w->shaped + s * AGENTS, step->shaped, sizeof step->shaped);
        w->terminated[s] = step->terminated;
    }
}

static world *make(uint32_t number)
{
    world *w = calloc(1, sizeof *w);
    mg_stream stream = mg_stream_at(key, MG_PURPOSE_TEST, number, 0, 2);
    const mg_ltos_shape shape = {AGENTS,   NEIGHBOURS, SEEN,  ACTIONS,     HIDDEN_1,
                                 HIDDEN_2, LAYERS,     HEADS, SAMPLES + 2, false};
    mg_ltos_network_create(&w->network, &shape);
    w->scratch = mg_ltos_scratch_create(&w->network, 0.3);
    draw_all(&stream, LOW_COUNT, 0.9, w->mu);
    draw_all(&stream, LOW_COUNT, 0.9, w->mu_target);
    draw_all(&stream, HIGH_COUNT, 0.9, w->theta);
    draw_all(&stream, HIGH_COUNT, 0.9, w->theta_target);
    draw_all(&stream, ROWS * SLOTS, 0.5, &w->noise[0][0][0]);
    for (int s = 0; s < SAMPLES; s++) {
        plain_step *step = &w->step[s];
        draw_sample(&stream, &step->now);
        draw_sample(&stream, &step->next);
        draw_all(&stream, AGENTS * INCOMING, 1.0, &step->in.w[0][0]);
        draw_all(&stream, AGENTS, 2.0, step->shaped);
        for (int i = 0; i < AGENTS; i++)
            step->action[i] = (int32_t)mg_random_below(&stream, ACTIONS);
        step->terminated = s == 1;
    }
    flatten(w);
    return w;
}

static void release(world *w)
{
    mg_ltos_scratch_destroy(w->scratch);
    mg_ltos_network_destroy(&w->network);
    free(w);
}

/* |gradient - differences| / |differences|, where `objective` of the world is a function of x. */
static double off_by(world *w, int count, double *x, double (*objective)(world *), double scale)
{
    const double step = 1e-5;
    double off = 0.0, size = 0.0;
    for (int k = 0; k < count; k++) {
        double kept = x[k];
        x[k] = kept + step;
        double above = objective(w);
        x[k] = kept - step;
        double slope = (above - objective(w)) / (2.0 * step);
        x[k] = kept;
        off += (scale * w->gradient[k] - slope) * (scale * w->gradient[k] - slope);
        size += slope * slope;
    }
    return mg_sqrt(off / size);
}

static bool noisy;

static double plain_loss(world *w)
{
    double sum = 0.0;
    for (int s = 0; s < SAMPLES; s++) {
        double target[AGENTS];
        plain_targets(w->mu_target, w->theta_target, 0.3, 0.9, &w->step[s],
                      noisy ? (const double(*)[SLOTS])w->noise[s] : NULL, target);
        sum += plain_error(w->mu, &w->step[s], target);
    }
    return sum / (SAMPLES * ACTIONS);
}

static double value_gradient(world *w)
{
    const mg_ltos_batch batch = {.now = {SAMPLES, w->seen, w->slot},
                                 .next = {SAMPLES, w->next_seen, w->next_slot},
                                 .in = w->in,
                                 .action = w->action,
                                 .reward = w->shaped,
                                 .terminated = w->terminated,
                                 .noise = noisy ? &w->noise[0][0][0] : NULL};
    return mg_ltos_value_gradient(w->scratch, &batch, 0.9, w->mu, w->mu_target, w->theta_target, w->gradient);
}

static void test_value_gradient(void)
{
    double off = 0.0, loss_off = 0.0, twin = 1.0;
    for (uint32_t number = 0; number < 6; number++) {
        world *w = make(number);
        noisy = number % 2;
        loss_off = larger(loss_off, size_of(value_gradient(w) - plain_loss(w)));
        off = larger(off, off_by(w, LOW_COUNT, w->mu, plain_loss, 1.0));
        double wrong = off_by(w, LOW_COUNT, w->mu, plain_loss, 1.001);
        twin = wrong < twin ? wrong : twin;
        release(w);
    }
    tap_ok(loss_off < 1e-12, "the error of the values as plainly, targets with and without noise: %.1e off", loss_off);
    tap_ok(off < 1e-7, "... its gradient against central differences: %.1e off", off);
    tap_ok(twin > 5e-4, "... one that is wrong by a thousandth is seen: %.1e", twin);
}

static plain_weights plain_direction[SAMPLES];

static double climbed(world *w)
{
    double sum = 0.0;
    for (int s = 0; s < SAMPLES; s++)
        sum += plain_climb(w->theta, 0.3, &w->step[s].now, &plain_direction[s]);
    return sum / SAMPLES;
}

static void test_sharing_gradient(void)
{
    double off[2] = {0.0, 0.0}, worth_off = 0.0, other = 1.0;
    for (uint32_t number = 0; number < 6; number++) {
        world *w = make(number);
        const mg_ltos_seen seen = {SAMPLES, w->seen, w->slot};
        for (int sum = 0; sum < 2; sum++) {
            double worth = mg_ltos_sharing_gradient(w->scratch, &seen, w->mu, w->theta, sum, w->gradient), plain = 0.0;
            for (int s = 0; s < SAMPLES; s++) {
                double value[AGENTS][ACTIONS];
                plain_weights out = plain_share(w->theta, 0.3, &w->step[s].now, NULL);
                plain_incoming in = plain_exchange(w->step[s].now.slot, &out);
                plain_values(w->mu, &w->step[s].now, &in, value);
                for (int i = 0; i < AGENTS; i++)
                    plain += value[i][plain_best(value[i])] / SAMPLES;
                plain_direction[s] = plain_slopes(w->mu, &w->step[s].now, &out, sum);
            }
            worth_off = larger(worth_off, size_of(worth - plain));
            off[sum] = larger(off[sum], off_by(w, HIGH_COUNT, w->theta, climbed, -1.0));
        }
        (void)mg_ltos_sharing_gradient(w->scratch, &seen, w->mu, w->theta, false, w->gradient);
        double wrong = off_by(w, HIGH_COUNT, w->theta, climbed, -1.0); /* the sum's differences */
        other = wrong < other ? wrong : other;
        release(w);
    }
    tap_ok(worth_off < 1e-12, "the worth that weights climb, as plainly: %.1e off", worth_off);
    tap_ok(off[0] < 1e-6, "weights climb their receivers' own values, through exchange and back: %.1e off", off[0]);
    tap_ok(off[1] < 1e-6, "... or the sum of all values: %.1e off", off[1]);
    tap_ok(other > 1e-3, "... which is not the same: %.1e", other);
}

/* The same neighbours in another order: the same weights, in that order. */
static void test_order(void)
{
    double worst = 0.0, in_worst = 0.0, moved = 0.0;
    for (uint32_t number = 10; number < 20; number++) {
        world *w = make(number);
        mg_ltos_seen seen = {SAMPLES, w->seen, w->slot};
        int32_t turned[ROWS][SLOTS];
        double out[ROWS][SLOTS], of_turned[ROWS][SLOTS], in[ROWS][INCOMING], in_turned[ROWS][INCOMING];
        for (int row = 0; row < ROWS; row++)
            for (int q = 0; q < SLOTS; q++)
                turned[row][q] = w->slot[row * SLOTS + (q ? SLOTS - q : 0)];
        mg_ltos_weights(w->scratch, &seen, w->theta, NULL, &out[0][0]);
        mg_ltos_exchange(SAMPLES, AGENTS, SLOTS, w->slot, &out[0][0], &in[0][0]);
        seen.slot = &turned[0][0];
        mg_ltos_weights(w->scratch, &seen, w->theta, NULL, &of_turned[0][0]);
        mg_ltos_exchange(SAMPLES, AGENTS, SLOTS, &turned[0][0], &of_turned[0][0], &in_turned[0][0]);
        for (int row = 0; row < ROWS; row++)
            for (int q = 0; q < INCOMING; q++) {
                int at = q > 0 && q < SLOTS ? SLOTS - q : q;
                in_worst = larger(in_worst, size_of(in[row][q] - in_turned[row][at]));
                if (q < SLOTS) {
                    worst = larger(worst, size_of(out[row][q] - of_turned[row][at]));
                    moved = larger(moved, size_of(out[row][q] - of_turned[row][q]));
                }
            }
        release(w);
    }
    tap_ok(worst < 1e-14 && moved > 0.05, "neighbours in another order: weights go with them, %.1e off of %.2f", worst,
           moved);
    tap_ok(in_worst < 1e-14, "... and what an agent is given too, %.1e off", in_worst);
}

int main(void)
{
    test_by_hand();
    test_random_graphs();
    test_selfishness();
    test_value_gradient();
    test_sharing_gradient();
    test_order();
    return tap_done();
}
